"""What all charts share: a drawing of rows on a scale, its fonts and colours, and its form as a small SVG with real text.

Sizes are in CSS pixels. A chart is drawn twice: wide (for a page of 760 px and for print) and narrow (for a phone, where
names stand above their rows), so that text is never smaller than 11 px.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from rich.cells import cell_len

from kamassess.charts.svg import TIP, SvgRenderer
from kamassess.locale import Locale, locale
from kamassess.reading.brand import Brand, default_brand
from kamassess.resources import fonts

__all__ = ["NARROW", "TEXT", "WIDE", "Pen", "Rows", "as_svg", "pen", "styled", "wrap"]

WIDE, NARROW = 760, 328
TEXT, SMALL = 13.0, 11.5
_BAR = 0.62
_PX = 72


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
def styled() -> Iterator[None]:
    """What is drawn inside has the fonts of the house."""
    settings: Any = {
        "font.family": [_font()],
        "font.size": TEXT,
        "text.parse_math": False,
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
        with styled():
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
        with styled():
            yield self.axes

    def tip(self, artist: Artist, text: str) -> None:
        """Words that appear when the pointer rests on a mark; a phone has no pointer."""
        if not self.pen.narrow:
            artist.set_gid(f"{TIP}{text}")

    def bar(self, y: float, left: float, width: float, **look: Any) -> Rectangle:
        """A bar of a row; much cheaper than ``Axes.barh``, which looks after limits that are fixed here."""
        bar = Rectangle((left, y - _BAR / 2), width, _BAR, transform=self.axes.transData, **look)
        self.axes.add_artist(bar)
        return bar

    def grid(self, values: Sequence[float], labels: Sequence[str]) -> None:
        """Vertical lines at *values*, named above the first row."""
        with styled():
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
    """A figure as a compact SVG document: real text, no metadata, no ids, coordinates to a tenth of a pixel."""
    figure.patch.set_visible(False)
    figure.dpi = _PX
    width, height = figure.get_size_inches() * _PX
    renderer = SvgRenderer(float(width), float(height))
    with styled():
        figure.draw(renderer)
    return renderer.document(_font())
