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
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple
from xml.etree import ElementTree

from markupsafe import Markup, escape

from kamassess.document import Chart
from kamassess.errors import Fault, ReportError
from kamassess.reading.brand import TOKENS
from kamassess.render.marks import OWN, Element, as_line, merged, runs

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
_NO_TURN = re.compile(r"rotate\(-?0 [^)]*\)\s*")
_USED = re.compile(r"""(?:url\(["']?#|href=["']#)([^"')]+)""")
_REFERENCE = re.compile(r"""url\(["']?#([^"')]+)["']?\)""")
_LONG = re.compile(r"-?\d*\.\d{2,}(?:e-?\d+)?")
_FONT = re.compile(r"(?P<before>(?:[a-z0-9-]+\s+)*?)(?P<size>[\d.]+(?:px|pt|em|%))(?:\s*/\s*\S+)?\s+.+", re.DOTALL)
_SAFE_VALUE = re.compile(r"(?!.*(?:url\((?![\"']?#)|expression|[<>{}\\@]))", re.IGNORECASE | re.DOTALL)
_BARE = re.compile(r"[A-Za-z0-9.,:;#()%+*_-]+")
_SPACE = re.compile("(?<=[MLHVCSQTAZmlhvcsqtaz]) | (?=[MLHVCSQTAZmlhvcsqtaz])")
_SEEN = 4096
"""Of so many values it is remembered what becomes of them: thousands of elements have fifty styles and the same lengths."""


class Drawing(NamedTuple):
    """One SVG, ready to stand in a page: which screens it is for, its viewBox, its greatest width in px, its content."""

    form: str
    view_box: str
    max_width: int
    content: Markup


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
    painted: dict[str, str] = field(default_factory=dict)
    """Values with colours and references as the page has them."""

    def __post_init__(self) -> None:
        self.palette = {colour.lower(): f"var(--{token})" for colour, token in self.chart.palette.items() if token in TOKENS}

    def drawing(self, form: str, source: str) -> Drawing:
        start = source.find("<svg")  # leaves prolog and document type behind, and with them every entity
        try:
            root = ElementTree.fromstring(source[max(start, 0) :])  # noqa: S314 - no entities left to expand
        except ElementTree.ParseError as error:
            raise ReportError(Fault(f"the {form} drawing of chart {self.chart.id!r} is no readable SVG: {error}")) from error
        used = set(_USED.findall(source)) if "url(" in source or "href" in source else set()
        present = dict.fromkeys(e.get("id", "") for e in root.iter() if e.get("id", "") in used)
        self.ids = {name: f"{self.chart.id}-{form[0]}{i}" for i, name in enumerate(present)}
        self.painted = {}
        width, height = _length(root.get("width")), _length(root.get("height"))
        view_box = root.get("viewBox") or f"0 0 {width:g} {height:g}"
        most = (width or float(view_box.split()[2])) * (1.4 if form == "narrow" else 1.2)
        return Drawing(form, view_box, round(most), Markup(self._content(root, digits=1)))  # noqa: S704 - all of it is escaped

    # --- reading ---------------------------------------------------------------------------------------------------------

    def _content(self, parent: ElementTree.Element, *, digits: int) -> str:
        """What stands in a drawing or in a group: neighbours that look alike together."""
        elements = [element for child in parent if (element := self._read(child, digits=digits))]
        drawn = (map(as_line, run) for run in runs(elements))
        return "".join(self._together(list(alike)) for run in drawn for _, alike in groupby(run, lambda element: element.look))

    def _read(self, source: ElementTree.Element, *, digits: int) -> Element | None:
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
        return Element(tag, attributes, style, weight, inner)

    def _words(self, source: ElementTree.Element, digits: int) -> str:
        inner = str(escape(source.text or ""))
        for child in source:
            element = self._read(child, digits=digits)
            inner += (self._one(element) if element else "") + str(escape(child.tail or ""))
        return inner

    def _attributes(self, tag: str, source: ElementTree.Element, digits: int) -> tuple[dict[str, str], str, str]:
        """Attributes that stay; the style; and whether it is bold, which :mod:`kamassess.export.webfont` must see."""
        found = {"id": self.ids[name]} if (name := source.get("id", "")) in self.ids else {}
        style, weight = _declared(source.get("style", ""))
        style = self._colours(style)
        for key, value in source.attrib.items():
            if key in _LENGTHS:
                if (written := _lengths(key, value, digits)) and (tag, key, written) not in _DEFAULTS:
                    found[key] = written
                continue
            local = key.rpartition("}")[2]
            if local == "href" and (value.startswith("#") or (tag == "image" and value.startswith("data:image/"))):
                found["href"] = "#" + self.ids.get(value[1:], "") if value.startswith("#") else value
            elif "}" in key or local == "href" or local.startswith("on") or local in _DROPPED or not _SAFE_VALUE.match(value):
                continue
            elif local == "clip-path":
                style += f"{';' if style else ''}clip-path:{self._colours(value)}"
            elif written := _rounded(_NO_TURN.sub("", value), 4) if local == "transform" else self._colours(value):
                found[local] = written
        return found, style, weight

    def _colours(self, value: str) -> str:
        if "#" not in value:
            return value
        if value not in self.painted:
            brand = _HEX.sub(lambda found: self.palette.get(found[0].lower(), found[0]), value)
            self.painted[value] = _REFERENCE.sub(lambda found: f"url(#{self.ids.get(found[1], '')})", brand)
        return self.painted[value]

    # --- writing ---------------------------------------------------------------------------------------------------------

    def _together(self, alike: list[Element]) -> str:
        """Elements of one look: in a group that has it, or each with its own where a group would change it."""
        style, weight = alike[0].look
        elements = list(merged(alike))
        if len(elements) == 1 or not (style or weight) or OWN.search(style):
            return "".join(map(self._one, elements))
        inner = "".join(self._one(Element(e.tag, e.attributes, inner=e.inner)) for e in elements)
        return self._one(Element("g", {}, style, weight, inner))

    def _one(self, element: Element) -> str:
        tag, attributes, inner = element.tag, dict(element.attributes), element.inner
        if element.weight:
            attributes["font-weight"] = element.weight
        if element.style:
            attributes["class"] = name = _class_name(element.style)
            self.classes[name] = element.style
        if tag == "g" and not attributes and "<title>" not in inner:
            return inner
        written = "".join([f" {name}={_quoted(value)}" for name, value in attributes.items()])
        if inner:
            return f"<{tag}{written}>{inner}</{tag}>"
        return f"<{tag}{written}/>" if written.endswith('"') else f"<{tag}{written} />"


@lru_cache(maxsize=_SEEN)
def _declared(style: str) -> tuple[str, str]:
    """The declarations of a style that stay, and its weight."""
    kept, weight = [], ""
    for name, value in _declarations(style):
        if name == "font-weight":
            weight = value
        else:
            kept.append(f"{name}:{value}")
    return ";".join(kept), weight


def _declarations(style: str) -> Iterator[tuple[str, str]]:
    for declaration in style.split(";"):
        name, colon, value = (part.strip() for part in declaration.partition(":"))
        if not (colon and re.fullmatch("[a-z-]+", name) and _SAFE_VALUE.match(value)) or name in _FONT_NAMES:
            continue
        if name != "font":
            yield name, value
        elif shorthand := _FONT.fullmatch(value):
            yield "font-size", shorthand["size"]
            if weight := re.search(r"\b(bold|[1-9]00)\b", shorthand["before"]):
                yield "font-weight", weight[0]


@lru_cache(maxsize=_SEEN)
def _class_name(style: str) -> str:
    """The class of a style: 30 bits of its checksum, in which the fifty styles of a report do not meet."""
    return "k" + base64.b32encode(zlib.crc32(style.encode()).to_bytes(4))[:6].decode().lower()


def _quoted(value: str) -> str:
    """An attribute's value as HTML has it: without quotes where it needs none."""
    return value if _BARE.fullmatch(value) else f'"{escape(value)}"'


@lru_cache(maxsize=_SEEN)
def _lengths(name: str, value: str, digits: int) -> str:
    """Lengths, or an outline of many, in few digits; nothing where the value is not safe."""
    if not _SAFE_VALUE.match(value):
        return ""
    value = _rounded(value, digits)
    return _SPACE.sub("", " ".join(value.split())).replace(" ", ",") if name == "d" else value


def _rounded(value: str, digits: int) -> str:
    return _LONG.sub(lambda found: f"{float(found[0]):.{digits}f}".rstrip("0").rstrip("."), value)


def _length(value: str | None) -> float:
    """Return a width in px; 0 where there is none or it is relative."""
    found = re.fullmatch(r"([\d.]+)(px|pt)?", value or "")
    return float(found[1]) * (4 / 3 if found[2] == "pt" else 1) if found else 0.0
