"""Documents as HTML fragments, and the style sheet they need.

A fragment stands in two places: a notebook's output in JupyterLab and the exported page. So it is plain semantic HTML under
one class (``kam``), its colours are custom properties, and nothing in it needs a script. Markup is made in one place only, the
autoescaping macros of ``templates/html/blocks.html.j2``; drawings are the exception, since an SVG cannot be escaped: it is read
and written anew here, element by element from a list of what a drawing may hold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple
from xml.etree import ElementTree

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from kamassess.document import Cards, Cell, Chart, Cover, Document, Heading, Node, Table, plain
from kamassess.errors import Fault, InputError, ReportError
from kamassess.resources import carried

__all__ = ["TOKENS", "css_string", "environment", "render_html", "stylesheet"]

TOKENS = ("ink", "muted", "line", "paper", "wash", "accent", "claimed", "evidenced", "measured", "target", "hot")
"""The colours every brand has, in its light and its dark set."""


_HUMP = re.compile("(?<=[a-z])(?=[A-Z])")
_LONG_TEXT = 32  # Latin letters; a column of longer texts is not squeezed


@cache
def environment() -> Environment:
    """Return the one Jinja2 environment of all HTML we write: it escapes everything and refuses what is undefined."""
    return Environment(
        loader=FileSystemLoader(carried("templates") / "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_html(document: Document) -> str:
    r"""Write *document* as one HTML fragment.

    The fragment needs the rules of :func:`stylesheet`. Equal documents give equal text.

    Parameters
    ----------
    document
        Its strings are taken as text, never as markup; its drawings are cleaned and repainted.

    Returns
    -------
    str
        ``<div class="kam">…</div>``, without scripts, addresses or external references.

    Raises
    ------
    ReportError
        A chart's SVG cannot be read.

    Examples
    --------
    >>> render_html(Document((Heading(1, "Gaps <3", "gaps"),)))
    '<div class="kam">\n<h2 id="gaps">Gaps &lt;3</h2>\n</div>'
    """
    blocks: Any = environment().get_template("blocks.html.j2").module
    written = ['<div class="kam">']
    above = 1 if any(isinstance(node, Cover) for node in document.nodes) else 2
    for node in document.nodes:
        macro = getattr(blocks, _HUMP.sub("_", type(node).__name__).lower())  # KeyFigures by key_figures
        written.append(str(macro(node, **_beside(node, above))).strip())
        if isinstance(node, Heading):
            above = node.level + 1
    return "\n".join([*written, "</div>"])


def _beside(node: Node, above: int) -> dict[str, Any]:
    """Work out what a macro needs beside its node, because a template must not."""
    if isinstance(node, Table):
        heat = [any(row[i].heat is not None for row in node.rows) for i in range(len(node.columns))]
        total = sum(column.weight for column in node.columns) or 1.0
        widths = [f"{100 * column.weight / total:.0f}%" for column in node.columns]
        long = [i > 0 and any(_breadth(row[i]) > _LONG_TEXT for row in node.rows) for i in range(len(node.columns))]
        return {"heat": heat, "long": long, "widths": widths if len(set(widths)) > 1 else ()}
    if isinstance(node, Chart):
        drawings, rules = _Redraw(node).drawings()
        return {"drawings": drawings, "rules": rules}
    return {"level": above + 1} if isinstance(node, Cards) else {}


def _breadth(cell: Cell) -> int:
    """Count the letters of a cell, a hanzi as two."""
    return sum(2 if c > "\u2e80" else 1 for c in plain(cell.text))


# --- drawings ---------------------------------------------------------------------------------------------------------

_ELEMENT = re.compile(
    "g|defs|path|use|rect|circle|ellipse|line|polyline|polygon|text|tspan|title|clipPath|linearGradient|radialGradient|stop|"
    "pattern|marker|mask|image"
)
_DROPPED = frozenset({"id", "class", "style"})
_LENGTHS = frozenset({"d", "points", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "width", "height"})
_FONT_NAMES = frozenset({"font-family", "font-style", "font-stretch"})
_HEX = re.compile(r"#[0-9a-fA-F]{6}\b")
_LONG = re.compile(r"-?\d*\.\d{2,}(?:e-?\d+)?")
_FONT = re.compile(r"(?P<before>(?:[a-z0-9-]+\s+)*?)(?P<size>[\d.]+(?:px|pt|em|%))(?:\s*/\s*\S+)?\s+.+", re.DOTALL)
_SAFE_VALUE = re.compile(r"(?!.*(?:url\((?![\"']?#)|expression|[<>{}\\@]))", re.IGNORECASE | re.DOTALL)
_STYLE_MARK = re.compile("\0(\\d+)\0")


class _Drawing(NamedTuple):
    """One SVG, ready to stand in a page: which screens it is for, its viewBox, its greatest width in px, its content."""

    form: str
    view_box: str
    max_width: int
    content: Markup


class _Redraw:
    """Writes the drawings of a chart anew: fewer bytes, their own ids, the brand's colours, nothing that is no drawing."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.palette = {colour.lower(): f"var(--{token})" for colour, token in chart.palette.items() if token in TOKENS}
        self.ids: dict[str, str] = {}
        self.styles: Counter[str] = Counter()

    def drawings(self) -> tuple[tuple[_Drawing, ...], Markup]:
        """Return the drawings, and the rules of what they have in common: a style used twice is a class of this chart."""
        chart = self.chart
        sources = {"wide": chart.wide, "narrow": chart.narrow} if chart.narrow else {"wide only": chart.wide}
        drawn = [self._drawing(form, source) for form, source in sources.items()]
        order = list(self.styles)
        names = {style: f"s{i}" for i, (style, uses) in enumerate(self.styles.items()) if uses > 1}

        def styled(found: re.Match[str]) -> str:
            style = order[int(found[1])]
            return f' class="{names[style]}"' if style in names else f' style="{escape(style)}"'

        done = tuple(d._replace(content=Markup(_STYLE_MARK.sub(styled, d.content))) for d in drawn)  # noqa: S704
        root = f"#{chart.id}" if re.fullmatch("[A-Za-z][A-Za-z0-9_-]*", chart.id) else f"[id={css_string(chart.id)}]"
        rules = "".join(f"{root} .{name}{{{style}}}" for style, name in names.items())
        return done, Markup(rules)  # noqa: S704 - values that could end a rule are refused, the id is a CSS string

    def _drawing(self, form: str, source: str) -> _Drawing:
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
        content = "".join(self._write(child, digits=1) for child in root)
        return _Drawing(form, view_box, round(most), Markup(content))  # noqa: S704 - all text and values are escaped

    def _write(self, element: ElementTree.Element, *, digits: int, text: bool = False) -> str:
        tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if not _ELEMENT.fullmatch(tag):
            return ""
        text = text or tag in {"text", "title"}
        digits = 2 if tag == "defs" else digits  # what is drawn once and used often is small
        attributes = "".join(self._attributes(tag, element, digits))
        inner = str(escape(element.text)) if text and element.text else ""
        for child in element:
            inner += self._write(child, digits=digits, text=text)
            if text and child.tail:
                inner += str(escape(child.tail))
        if tag in {"g", "defs", "title"} and not inner:
            return ""
        if tag == "g" and not attributes:
            return inner
        return f"<{tag}{attributes}>{inner}</{tag}>" if inner else f"<{tag}{attributes}/>"

    def _attributes(self, tag: str, element: ElementTree.Element, digits: int) -> Iterator[str]:
        if (name := element.get("id", "")) in self.ids:
            yield f' id="{escape(self.ids[name])}"'
        style = list(self._style(element.get("style", "")))
        for key, value in element.attrib.items():
            local = key.rpartition("}")[2]
            if local == "href" and (value.startswith("#") or (tag == "image" and value.startswith("data:image/"))):
                yield f' href="{escape("#" + self.ids.get(value[1:], "") if value.startswith("#") else value)}"'
            elif "}" in key or local == "href" or local.startswith("on") or local in _DROPPED or not _SAFE_VALUE.match(value):
                continue
            elif local == "clip-path":
                style.append(f"clip-path:{self._colours(value)}")
            elif written := self._value(local, value, digits):
                yield f' {escape(local)}="{escape(written)}"'
        for weight in [declaration for declaration in style if declaration.startswith("font-weight:")]:
            style.remove(weight)  # not in a class: kamassess.export.webfont reads from here what is bold
            yield f' font-weight="{escape(weight[12:])}"'
        if style:
            joined = ";".join(style)
            self.styles[joined] += 1
            yield f"\0{list(self.styles).index(joined)}\0"

    def _value(self, name: str, value: str, digits: int) -> str:
        if name == "transform":
            return _rounded(re.sub(r"rotate\(-?0 [^)]*\)\s*", "", value), 4)
        if name in _LENGTHS:
            value = _rounded(value, digits)
        if name == "d":
            value = re.sub(r"\s*([MLHVCSQTAZmlhvcsqtaz])\s*", r"\1", " ".join(value.split()))
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


def _rounded(value: str, digits: int) -> str:
    return _LONG.sub(lambda found: f"{float(found[0]):.{digits}f}".rstrip("0").rstrip("."), value)


def _length(value: str | None) -> float:
    """Return a width in px; 0 where there is none or it is relative."""
    found = re.fullmatch(r"([\d.]+)(px|pt)?", value or "")
    return float(found[1]) * (4 / 3 if found[2] == "pt" else 1) if found else 0.0


# --- style sheet ------------------------------------------------------------------------------------------------------


def stylesheet(brand: Mapping[str, object]) -> str:
    """Return the CSS of fragments and pages, with the colours of *brand*.

    Every rule is scoped under ``.kam`` or ``.kam-page``: nothing leaks into JupyterLab. The dark set is used where the reader's
    system asks for it (in JupyterLab: where its theme is dark), and never on paper.

    Parameters
    ----------
    brand
        As ``templates/brand.yaml``: ``light`` and ``dark`` map each of :data:`TOKENS` to ``#rrggbb``.

    Raises
    ------
    InputError
        A colour is missing or is no colour; all such faults at once.
    """
    light, dark = _declarations(brand)
    return (
        f".kam,.kam-page{{color-scheme:light;{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{.kam,.kam-page{{color-scheme:dark;{dark}}}}}"
        f"body[data-jp-theme-light=true] .kam{{color-scheme:light;{light}}}"
        f"body[data-jp-theme-light=false] .kam{{color-scheme:dark;{dark}}}"
        f"{_rules()}"
    )


def css_string(text: str) -> str:
    """Return *text* as a CSS string that can end neither the string nor the style element."""
    return '"' + re.sub(r"[\"\\<>&\x00-\x1f\x7f]", lambda found: f"\\{ord(found[0]):x} ", text) + '"'


@cache
def _rules() -> str:
    css = (carried("templates") / "html" / "report.css").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*", r"\1", " ".join(css.split())).replace(";}", "}")


def _declarations(brand: Mapping[str, object]) -> tuple[str, str]:
    faults: list[Fault] = []
    written: list[str] = []
    for scheme in ("light", "dark"):
        colours = brand.get(scheme)
        colours = colours if isinstance(colours, Mapping) else {}
        for token in TOKENS:
            if not re.fullmatch(r"#[0-9a-fA-F]{6}", str(colours.get(token, ""))):
                shown = repr(colours[token]) if token in colours else "missing"
                faults.append(Fault(f"the brand's colour {scheme}.{token} is {shown}", 'Write it as "#rrggbb", in quotes'))
        written.append("".join(f"--{token}:{colours.get(token)};" for token in TOKENS))
    if faults:
        raise InputError(faults)
    return written[0], written[1]
