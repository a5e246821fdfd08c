"""The drawings of a chart, written anew for a page: cleaned, repainted with the brand's colours, and in few bytes.

An SVG cannot be escaped, so it is read and written element by element from a list of what a drawing may hold. A page carries
each drawing twice (wide and narrow) and fifteen of them, so what looks alike is said once: a style is a class whose name follows
from the style (the same in every chart of a report, which :mod:`kamassess.export.html` makes use of), marks in a row that share
it stand in one group, and lines, bars and figures on bars that share it are one element where no words hang on them.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple
from xml.etree import ElementTree

from markupsafe import Markup, escape

from kamassess.document import Chart
from kamassess.errors import Fault, ReportError
from kamassess.reading.brand import TOKENS

__all__ = ["Drawing", "redraw"]

_ELEMENT = re.compile(
    "g|defs|path|use|rect|circle|ellipse|line|polyline|polygon|text|tspan|title|clipPath|linearGradient|radialGradient|stop|"
    "pattern|marker|mask|image"
)
_DROPPED = frozenset({"id", "class", "style"})
_LENGTHS = frozenset({"d", "points", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "width", "height"})
_DEFAULTS = frozenset({("text", "x", "0"), ("text", "y", "0")})
_FONT_NAMES = frozenset({"font-family", "font-style", "font-stretch"})
_HEX = re.compile(r"#[0-9a-fA-F]{6}\b")
_LONG = re.compile(r"-?\d*\.\d{2,}(?:e-?\d+)?")
_FONT = re.compile(r"(?P<before>(?:[a-z0-9-]+\s+)*?)(?P<size>[\d.]+(?:px|pt|em|%))(?:\s*/\s*\S+)?\s+.+", re.DOTALL)
_SAFE_VALUE = re.compile(r"(?!.*(?:url\((?![\"']?#)|expression|[<>{}\\@]))", re.IGNORECASE | re.DOTALL)
_BARE = re.compile(r"[A-Za-z0-9.,:;#()%+*_-]+")
_OWN = re.compile("opacity|clip-path|mask|filter|marker|transform")
"""What is no longer the same when a group has it in place of its parts."""

_FIGURE = re.compile("[0-9A-Za-z]")


class Drawing(NamedTuple):
    """One SVG, ready to stand in a page: which screens it is for, its viewBox, its greatest width in px, its content."""

    form: str
    view_box: str
    max_width: int
    content: Markup


@dataclass(frozen=True, slots=True)
class _Element:
    """An element and all in it, before it is known what it shares with its neighbours."""

    tag: str
    attributes: dict[str, str]
    style: str = ""
    weight: str = ""
    inner: str = ""

    @property
    def look(self) -> tuple[str, str]:
        return self.style, self.weight


def redraw(chart: Chart) -> tuple[tuple[Drawing, ...], Markup]:
    """Return the drawings of *chart*, and the rules of the classes they use.

    Raises
    ------
    ReportError
        A drawing is no readable SVG.
    """
    sources = {"wide": chart.wide, "narrow": chart.narrow} if chart.narrow else {"wide only": chart.wide}
    pages = _Redraw(chart)
    drawings = tuple(pages.drawing(form, source) for form, source in sources.items())
    rules = "".join(f".kam .{name}{{{style}}}" for name, style in pages.classes.items())
    return drawings, Markup(rules)  # noqa: S704 - values that could end a rule are refused


@dataclass
class _Redraw:
    """What the drawings of one chart have in common."""

    chart: Chart
    ids: dict[str, str] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.palette = {colour.lower(): f"var(--{token})" for colour, token in self.chart.palette.items() if token in TOKENS}

    def drawing(self, form: str, source: str) -> Drawing:
        start = source.find("<svg")  # leaves prolog and document type behind, and with them every entity
        try:
            root = ElementTree.fromstring(source[max(start, 0) :])  # noqa: S314 - no entities left to expand
        except ElementTree.ParseError as error:
            raise ReportError(Fault(f"the {form} drawing of chart {self.chart.id!r} is no readable SVG: {error}")) from error
        used = set(re.findall(r"""(?:url\(["']?#|href=["']#)([^"')]+)""", source))
        present = dict.fromkeys(e.get("id", "") for e in root.iter() if e.get("id", "") in used)
        self.ids = {name: f"{self.chart.id}-{form[0]}{i}" for i, name in enumerate(present)}
        width, height = _length(root.get("width")), _length(root.get("height"))
        view_box = root.get("viewBox") or f"0 0 {width:g} {height:g}"
        most = (width or float(view_box.split()[2])) * (1.4 if form == "narrow" else 1.2)
        return Drawing(form, view_box, round(most), Markup(self._content(root, digits=1)))  # noqa: S704 - all of it is escaped

    # --- reading ---------------------------------------------------------------------------------------------------------

    def _content(self, parent: ElementTree.Element, *, digits: int) -> str:
        """What stands in a drawing or in a group: neighbours that look alike together."""
        elements = [element for child in parent if (element := self._read(child, digits=digits))]
        runs = (map(_as_line, run) for run in _runs(elements))
        return "".join(self._together(list(alike)) for run in runs for _, alike in groupby(run, lambda element: element.look))

    def _read(self, source: ElementTree.Element, *, digits: int) -> _Element | None:
        tag = source.tag.rpartition("}")[2] if isinstance(source.tag, str) else ""
        if not _ELEMENT.fullmatch(tag):
            return None
        digits = 2 if tag == "defs" else digits  # what is drawn once and used often is small
        attributes, style, weight = self._attributes(tag, source, digits)
        if tag in {"text", "tspan", "title"}:
            inner = self._words(source, digits)
        elif tag == "g":
            inner = self._content(source, digits=digits)
        else:
            inner = "".join(self._one(element) for child in source if (element := self._read(child, digits=digits)))
        if not inner and tag in {"g", "defs", "title"}:
            return None
        return _Element(tag, attributes, style, weight, inner)

    def _words(self, source: ElementTree.Element, digits: int) -> str:
        inner = str(escape(source.text or ""))
        for child in source:
            element = self._read(child, digits=digits)
            inner += (self._one(element) if element else "") + str(escape(child.tail or ""))
        return inner

    def _attributes(self, tag: str, source: ElementTree.Element, digits: int) -> tuple[dict[str, str], str, str]:
        """Attributes that stay; the style; and whether it is bold, which :mod:`kamassess.export.webfont` must see."""
        found = {"id": self.ids[name]} if (name := source.get("id", "")) in self.ids else {}
        style = list(self._style(source.get("style", "")))
        for key, value in source.attrib.items():
            local = key.rpartition("}")[2]
            if local == "href" and (value.startswith("#") or (tag == "image" and value.startswith("data:image/"))):
                found["href"] = "#" + self.ids.get(value[1:], "") if value.startswith("#") else value
            elif "}" in key or local == "href" or local.startswith("on") or local in _DROPPED or not _SAFE_VALUE.match(value):
                continue
            elif local == "clip-path":
                style.append(f"clip-path:{self._colours(value)}")
            elif (written := self._value(local, value, digits)) and (tag, local, written) not in _DEFAULTS:
                found[local] = written
        weights = [declaration for declaration in style if declaration.startswith("font-weight:")]
        style = [declaration for declaration in style if declaration not in weights]
        return found, ";".join(style), weights[-1][12:] if weights else ""

    def _value(self, name: str, value: str, digits: int) -> str:
        if name == "transform":
            return _rounded(re.sub(r"rotate\(-?0 [^)]*\)\s*", "", value), 4)
        if name in _LENGTHS:
            value = _rounded(value, digits)
        if name == "d":
            value = re.sub(r"\s*([MLHVCSQTAZmlhvcsqtaz])\s*", r"\1", " ".join(value.split())).replace(" ", ",")
        return self._colours(value)

    def _style(self, style: str) -> Iterator[str]:
        for declaration in style.split(";"):
            name, colon, value = (part.strip() for part in declaration.partition(":"))
            if not (colon and re.fullmatch("[a-z-]+", name) and _SAFE_VALUE.match(value)) or name in _FONT_NAMES:
                continue
            if name != "font":
                yield f"{name}:{self._colours(value)}"
            elif shorthand := _FONT.fullmatch(value):
                yield f"font-size:{shorthand['size']}"
                if weight := re.search(r"\b(bold|[1-9]00)\b", shorthand["before"]):
                    yield f"font-weight:{weight[0]}"

    def _colours(self, value: str) -> str:
        value = _HEX.sub(lambda found: self.palette.get(found[0].lower(), found[0]), value)
        return re.sub(r"""url\(["']?#([^"')]+)["']?\)""", lambda found: f"url(#{self.ids.get(found[1], '')})", value)

    # --- writing ---------------------------------------------------------------------------------------------------------

    def _together(self, alike: list[_Element]) -> str:
        """Elements of one look: in a group that has it, or each with its own where a group would change it."""
        style, weight = alike[0].look
        elements = list(_merged(alike))
        if len(elements) == 1 or not (style or weight) or _OWN.search(style):
            return "".join(map(self._one, elements))
        inner = "".join(self._one(_Element(e.tag, e.attributes, inner=e.inner)) for e in elements)
        return self._one(_Element("g", {}, style, weight, inner))

    def _one(self, element: _Element) -> str:
        tag, attributes, inner = element.tag, dict(element.attributes), element.inner
        if element.weight:
            attributes["font-weight"] = element.weight
        if element.style:
            attributes["class"] = self._class(element.style)
        if tag == "g" and not attributes and "<title>" not in inner:
            return inner
        written = "".join(f" {escape(name)}={_quoted(value)}" for name, value in attributes.items())
        if inner:
            return f"<{tag}{written}>{inner}</{tag}>"
        return f"<{tag}{written}/>" if written.endswith('"') else f"<{tag}{written} />"

    def _class(self, style: str) -> str:
        """The name of a style: 30 bits of its checksum, in which the fifty styles of a report do not meet."""
        name = "k" + base64.b32encode(zlib.crc32(style.encode()).to_bytes(4))[:6].decode().lower()
        self.classes[name] = style
        return name


def _quoted(value: str) -> str:
    """An attribute's value as HTML has it: without quotes where it needs none."""
    written = str(escape(value))
    return written if _BARE.fullmatch(written) else f'"{written}"'


# --- what may change places, and what may be one element --------------------------------------------------------------


def _runs(elements: Sequence[_Element]) -> Iterator[list[_Element]]:
    """Elements in the order in which they are drawn, those of one look together where none of them lies on another.

    So it is with lines of text, and with bars in rows. Bars with an edge are drawn after bars without: the edge is shared.
    """
    for kind, run in groupby(elements, _kind()):
        drawn = list(run)
        if kind[0]:
            order = {look: place for place, look in enumerate(dict.fromkeys(e.look for e in drawn))}
            drawn.sort(key=lambda e: ("stroke" in e.style, order[e.look]))
        yield drawn


def _kind() -> Callable[[_Element], tuple[str, int]]:
    """Tells texts and bars that lie beside or below all bars before them; a bar that does not, begins a new run."""
    right, top, bottom, run = 0.0, 0.0, 0.0, 0

    def kind(element: _Element) -> tuple[str, int]:
        nonlocal right, top, bottom, run
        if element.tag == "text" and not _OWN.search(element.style):
            return "text", 0
        if not (element.tag == "rect" and (box := _box(element))):
            right, top, bottom = 0.0, 0.0, 0.0
            return "", 0
        x, y, width, height = box
        if y >= bottom - 0.01:
            top = y
        elif y != top or x < right - 0.11:
            run, top, bottom = run + 1, y, 0.0
        right, bottom = x + width, max(bottom, y + height)
        return "bar", run

    return kind


def _box(element: _Element) -> tuple[float, float, float, float] | None:
    values = element.attributes
    if set(values) != {"x", "y", "width", "height"} or not all(re.fullmatch(r"-?\d*\.?\d+", v) for v in values.values()):
        return None
    return float(values["x"]), float(values["y"]), float(values["width"]), float(values["height"])


def _as_line(element: _Element) -> _Element:
    """A bar without an edge as the thick line that looks the same and takes half the bytes."""
    if element.tag != "rect" or "stroke" in element.style or not (box := _box(element)):
        return element
    x, y, width, height = box
    style = element.style.replace("fill", "stroke") or "stroke:#000"
    thick = f"fill:none;{style};stroke-width:{_number(height)}"
    middle = {"d": f"M{_number(x)},{_number(y + height / 2)}h{_number(width)}"}
    return _Element("path", middle, thick, element.weight, element.inner)


def _merged(alike: Sequence[_Element]) -> Iterator[_Element]:
    """The elements, with all figures of one character as one text, and all lines and bars without words as one path."""
    figures: list[_Element] = []
    outlines: list[str] = []
    rest: list[_Element] = []
    for element in alike:
        outline = _outline(element)
        if element.tag == "text" and set(element.attributes) == {"x", "y"} and _FIGURE.fullmatch(element.inner):
            figures.append(element)
        elif outline and not element.inner:
            outlines.append(outline)
        elif outline:
            rest.append(_Element("path", {"d": outline}, element.style, element.weight, element.inner))
        else:
            rest.append(element)
    look = alike[0]
    if figures:
        xs, ys = ([e.attributes[axis] for e in figures] for axis in ("x", "y"))
        places = {"x": ",".join(xs), "y": ",".join(ys if len(set(ys)) > 1 else ys[:1])}
        yield _Element("text", places, look.style, look.weight, "".join(e.inner for e in figures))
    if outlines:
        yield _Element("path", {"d": "".join(outlines)}, look.style, look.weight)
    yield from rest


def _outline(element: _Element) -> str:
    """A bar as path data, or a line's own; empty for what could hide, or be hidden by, a part of the same path."""
    values = element.attributes
    if element.tag == "rect" and _box(element):
        return f"M{values['x']},{values['y']}h{values['width']}v{values['height']}H{values['x']}z"
    data = values.get("d", "")
    alone = set(values) == {"d"} and data.startswith("M") and "fill:none" in element.style
    return data if alone and not _OWN.search(element.style) else ""


def _number(value: float) -> str:
    """A length with at most two decimals and no noughts that say nothing."""
    return re.sub(r"^(-?)0\.", r"\1.", f"{value:.2f}".rstrip("0").rstrip("."))


def _rounded(value: str, digits: int) -> str:
    return _LONG.sub(lambda found: f"{float(found[0]):.{digits}f}".rstrip("0").rstrip("."), value)


def _length(value: str | None) -> float:
    """Return a width in px; 0 where there is none or it is relative."""
    found = re.fullmatch(r"([\d.]+)(px|pt)?", value or "")
    return float(found[1]) * (4 / 3 if found[2] == "pt" else 1) if found else 0.0
