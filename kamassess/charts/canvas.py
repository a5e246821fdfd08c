"""What all charts share: a drawing of rows on a scale, its fonts and colours, and its form as a small SVG with real text.

Sizes are in CSS pixels. A chart is drawn twice: wide (for a page of 760 px and for print) and narrow (for a phone, where
names stand above their rows), so that text is never smaller than 11 px.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from rich.cells import cell_len

from kamassess.locale import Locale, locale
from kamassess.reading.brand import Brand, default_brand
from kamassess.resources import fonts

__all__ = ["NARROW", "TEXT", "WIDE", "Pen", "Rows", "as_svg", "pen", "wrap"]

WIDE, NARROW = 760, 328
TEXT, SMALL = 13.0, 11.5
_BAR = 0.62
_PX = 72
_SVG = "{http://www.w3.org/2000/svg}"
_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_BOX = re.compile(r"M (\S+) (\S+) L (\S+) \2 L \3 (\S+) L \1 \4 z")
_DEFAULTS = {"font-family:'Noto Sans SC'", "text-anchor:start", "stroke-dashoffset:0", "stroke-linejoin:miter"}


@dataclass(frozen=True)
class Pen:
    """Language, colours and width of a drawing."""

    words: Locale
    brand: Brand
    narrow: bool = False

    def __getitem__(self, token: str) -> str:
        """The colour of a token of the brand."""
        return self.brand.light[token]

    @property
    def width(self) -> int:
        """Width of the drawing in pixels."""
        return NARROW if self.narrow else WIDE

    @property
    def palette(self) -> dict[str, str]:
        """Token by colour, for pages that repaint a drawing."""
        return {colour: token for token, colour in reversed(list(self.brand.light.items()))}


def pen(language: str = "en", brand: Brand | None = None, *, narrow: bool = False) -> Pen:
    """A pen for charts made by hand, in a notebook for example."""
    return Pen(locale(language), brand or default_brand(), narrow)


@cache
def _font() -> str:
    """The name of the font that travels with the package, made known to matplotlib."""
    for path in sorted(fonts().glob("NotoSansSC-*.otf")):
        font_manager.fontManager.addfont(path)
    return "Noto Sans SC"


@contextmanager
def _style() -> Iterator[None]:
    settings: Any = {
        "font.family": [_font()],
        "font.size": TEXT,
        "svg.fonttype": "none",
        "svg.hashsalt": "kamassess",
        "axes.unicode_minus": False,
        "figure.dpi": _PX,
    }
    with mpl.rc_context(settings):
        yield


@dataclass
class Rows:
    """A figure with one row a name: names at the left, or above their rows if it is narrow and they are not ``short``."""

    pen: Pen
    names: Sequence[str]
    low: float
    high: float
    label_width: int = 218
    row_height: int = 40
    top: int = 30
    bottom: int = 8
    right: int = 24
    short: bool = False
    figure: Figure = field(init=False)
    axes: Axes = field(init=False)

    def __post_init__(self) -> None:
        self.stacked = self.pen.narrow and not self.short
        self.step = self.row_height + (16 if self.stacked else 0)
        height = self.top + self.step * len(self.names) + self.bottom
        left = 10 if self.stacked else self.label_width
        right = 14 if self.stacked else self.right
        with _style():
            self.figure = Figure(figsize=(self.pen.width / _PX, height / _PX), dpi=_PX)
            span = (
                left / self.pen.width,
                self.bottom / height,
                (self.pen.width - left - right) / self.pen.width,
                self.step * len(self.names) / height,
            )
            self.axes = self.figure.add_axes(span)
            self.axes.set_xlim(self.low, self.high)
            self.axes.set_ylim(len(self.names) - 0.5, -0.5)
            self.axes.axis("off")
            for row, name in enumerate(self.names):
                self._name(row, name, height)
        self.height = height

    def y(self, row: int) -> float:
        """Where marks of a row stand: below a name that is above its row."""
        return row + (0.17 if self.stacked else 0.0)

    def _name(self, row: int, name: str, height: int) -> None:
        from_top = self.top + self.step * row
        if self.stacked:
            x, y, lines = 0.0, 1 - (from_top + 11) / height, name
        else:
            x, y, lines = 0.0, 1 - (from_top + self.step / 2) / height, wrap(name, self.label_width - 16)
        self.figure.text(x, y, lines, va="center_baseline", ha="left", color=self.pen["ink"], fontsize=TEXT, linespacing=1.15)

    @contextmanager
    def drawing(self) -> Iterator[Axes]:
        """The axes, in the style of the house."""
        with _style():
            yield self.axes

    def tip(self, artist: Artist, text: str) -> None:
        """Words that appear when the pointer rests on a mark; a phone has no pointer."""
        if not self.pen.narrow:
            artist.set_gid(f"tip:{text}")

    def bar(self, y: float, left: float, width: float, **look: Any) -> Rectangle:
        """A bar of a row; much cheaper than ``Axes.barh``, which looks after limits that are fixed here."""
        bar = Rectangle((left, y - _BAR / 2), width, _BAR, transform=self.axes.transData, **look)
        self.axes.add_artist(bar)
        return bar

    def grid(self, values: Sequence[float], labels: Sequence[str]) -> None:
        """Vertical lines at *values*, named above the first row."""
        with _style():
            for value, label in zip(values, labels, strict=True):
                self.axes.plot([value, value], [-0.5, len(self.names) - 0.5], color=self.pen["line"], linewidth=1, zorder=0)
                self.axes.annotate(
                    label,
                    (value, -0.5),
                    (0, 8),
                    textcoords="offset pixels",
                    ha="center",
                    va="baseline",
                    color=self.pen["muted"],
                    fontsize=SMALL,
                    annotation_clip=False,
                )


def wrap(text: str, width: float, size: float = TEXT) -> str:
    """Break *text* into lines of at most *width* pixels, between words or between Chinese characters."""
    room = width / (size * 0.53)
    lines, line = [], ""
    for part in re.findall(r"[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+\s?|\s+", text):
        if line and cell_len((line + part).rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
        line += part
    return "\n".join([*lines, line.rstrip()])


def as_svg(figure: Figure) -> str:
    """A figure as a compact SVG document: real text, no metadata, only the ids it needs, coordinates to a tenth of a pixel."""
    buffer = io.StringIO()
    figure.patch.set_visible(False)
    for axes in figure.axes:
        for artist in (*axes.lines, *axes.patches, *axes.texts):
            artist.set_clip_on(False)
    with _style():
        FigureCanvasSVG(figure).print_svg(  # type: ignore[no-untyped-call]
            buffer, metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    root = ET.fromstring(re.sub(r"<!DOCTYPE[^>]*>", "", buffer.getvalue(), count=1))  # noqa: S314 - matplotlib wrote it just now
    for name in ("metadata", "defs"):
        for parent in list(root.iter()):
            for child in [child for child in parent if child.tag == _SVG + name and _unused(child)]:
                parent.remove(child)
    for element in root.iter():
        _simplify(element)
    _unwrap(root)
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    root.set("font-family", _font())
    ET.register_namespace("", "http://www.w3.org/2000/svg")
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    return re.sub(r">\s+<", "><", ET.tostring(root, encoding="unicode"))


def _unused(element: ET.Element) -> bool:
    """Whether a metadata or defs element holds nothing that is drawn."""
    return element.tag.endswith("metadata") or not len(element) or all(child.tag == _SVG + "style" for child in element)


def _simplify(element: ET.Element) -> None:
    identity = element.get("id", "")
    if identity.startswith("tip:"):
        title = ET.Element(_SVG + "title")
        title.text = identity.removeprefix("tip:")
        element.insert(0, title)
    if identity and element.tag == _SVG + "g":
        del element.attrib["id"]
    for name, value in list(element.attrib.items()):
        if name == "transform" and value.startswith("rotate(-0"):
            del element.attrib[name]
        elif name in ("d", "transform", "x", "y", "style", "points"):
            value = _NUMBER.sub(lambda found: f"{float(found.group()):.1f}".removesuffix(".0"), value)
            element.set(name, re.sub(r"\s+", " ", value).strip())
    if "d" in element.attrib:
        element.set("d", re.sub(r" ?([A-Za-z]) ?", r"\1", _BOX.sub(r"M\1 \2H\3V\4H\1z", element.attrib["d"])))
    style = [entry for part in element.get("style", "").split(";") if (entry := re.sub(r"\s*:\s*", ":", part.strip()))]
    style = [re.sub(r"font:(\d+ |bold )?([\d.]+px).*", _font_style, entry) for entry in style if entry not in _DEFAULTS]
    if style:
        element.set("style", ";".join(style))
    else:
        element.attrib.pop("style", None)


def _font_style(found: re.Match[str]) -> str:
    """Size and weight; the family stands once, at the root."""
    weight = (found.group(1) or "").strip()
    return f"font-size:{found.group(2)}" + (f";font-weight:{weight}" if weight else "")


def _unwrap(root: ET.Element) -> None:
    """Lift the children of groups that say nothing."""
    changed = True
    while changed:
        changed = False
        for parent in list(root.iter()):
            children: list[ET.Element] = []
            for child in parent:
                if child.tag == _SVG + "g" and not child.attrib and not any(grand.tag == _SVG + "title" for grand in child):
                    children.extend(child)
                    changed = True
                else:
                    children.append(child)
            if len(children) != len(parent) or any(a is not b for a, b in zip(children, parent, strict=False)):
                parent[:] = children
