"""Documents as Typst source: one call a node to a function of ``templates/pdf/report.typ``.

The look is all in the template; this module only says what there is. Text from clients is never made into markup: every
string becomes a string literal, and :func:`literal` is the only place where one is written. That makes a fragment easy to
check as well: :func:`check_fragment` refuses any source that is more than such calls, because a notebook may come from anywhere
and Typst source can read files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import ascii_lowercase
from typing import cast

from kamassess.document import Cell, Chart, Document, Node, Rich, Run, Table, plain
from kamassess.errors import Fault, ReportError
from kamassess.render.typst_columns import line_counts, measure

__all__ = ["call", "check_fragment", "code_point", "literal", "printable", "render_typst", "value"]


def render_typst(document: Document) -> str:
    r"""Write *document* as Typst source for ``templates/pdf/report.typ``.

    Parameters
    ----------
    document
        Nodes in reading order. All their strings are taken as text; of a chart the wide drawing is used.

    Returns
    -------
    str
        One line a node, ``#kam-heading(level: 1, …)``. Equal documents give equal text.

    Raises
    ------
    ReportError
        A chart's drawing has no size.

    Examples
    --------
    >>> from kamassess.document import Heading
    >>> render_typst(Document((Heading(1, "#panic()", "a"),)))
    '#kam-heading(level: 1, text: "#panic()", id: "a")\n'
    """
    return "".join(f"#{_node(node)}\n" for node in document.nodes)


def literal(text: str) -> str:
    r"""Return *text*, made :func:`printable`, as a Typst string literal on one line.

    Examples
    --------
    >>> literal('a "b" \\ \r\n')
    '"a \\"b\\" \\\\ \\n"'
    """
    return '"' + printable(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def printable(text: str) -> str:
    r"""Return *text* with nothing in it that cannot be printed.

    Line breaks of every kind become line feeds, tabs four spaces, and marks without a look of their own go. Control characters,
    and those that would turn the direction of the text after them, are named by their code point: they are seen and do no harm.

    Examples
    --------
    >>> printable("\u202eabc\0\r\n")
    '[U+202E]abc[U+0000]\n'
    """
    if text.isprintable():  # as nearly all are; to search them costs more than to write them
        return text if text.isascii() else _SPECIAL.sub(_named, text)
    return _SPECIAL.sub(_named, _NEWLINE.sub("\n", text))


_NEWLINE = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_SPECIAL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\ufeff\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
    "\ufe00-\ufe0f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e0fff]"
)
_UNSEEN = re.compile("[\ufeff\u200e\u200f\u061c\u2068\u2069\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Marks that say nothing in print: of byte order (which PDF/A forbids), of direction and its limits, of a glyph's variant."""


def _named(found: re.Match[str]) -> str:
    if _UNSEEN.match(found[0]):
        return ""
    return "    " if found[0] == "\t" else code_point(found[0])


def code_point(character: str) -> str:
    """How a character is shown that no font can draw: ``[U+1F600]``."""
    return f"[U+{ord(character):04X}]"


class _Written(str):
    """An expression that is written already: rich text, which is most of a report, at less cost than :func:`value` could."""

    __slots__ = ()


def value(data: object) -> str:
    """Return *data* (text, numbers, truth values, None, mappings with plain keys, tuples, lists) as a Typst expression.

    Raises
    ------
    TypeError
        Anything else is found.

    Examples
    --------
    >>> value({"a": ("x", 1.5, None), "b": ()})
    '(a: ("x", 1.5, none,), b: (),)'
    """
    match data:
        case _Written():
            return data
        case str():
            return literal(data)
        case tuple() | list():
            return f"({', '.join(map(value, data))},)" if data else "()"
        case None:
            return "none"
        case bool():
            return "true" if data else "false"
        case int():
            return str(data)
        case float():
            return f"{data:.4f}".rstrip("0").rstrip(".")
        case Mapping():
            return f"({', '.join(f'{key}: {value(item)}' for key, item in data.items())},)" if data else "(:)"
    raise TypeError(f"no Typst form of {type(data).__name__}")


def call(name: str, **arguments: object) -> str:
    """Return a call of a function of the template, without the ``#`` that it needs in markup."""
    return f"kam-{name}({', '.join(f'{key}: {value(argument)}' for key, argument in arguments.items())})"


# --- nodes ------------------------------------------------------------------------------------------------------------


def _node(node: Node) -> str:
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(node).__name__).lower()
    match node:
        case Table():
            return call(name, **_table(node))
        case Chart():
            key = [(entry.kind, entry.label) for entry in node.key]
            return call(
                name,
                id=node.id,
                title=node.title,
                subtitle=node.subtitle,
                alt=node.alt.strip() or node.title.strip() or node.id,
                svg=node.wide,
                size=drawing_size(node),
                key=key,
            )
    fields = {field: _field(getattr(node, field)) for field in node.__slots__}
    return call(name, **fields)


def _field(data: object) -> object:
    """Rich text as it is written; objects as tuples, field by field."""
    match data:
        case (Run(), *_):
            return _rich(cast(Rich, data))
        case tuple():
            return tuple(map(_field, data))
        case str() | int() | float() | None:
            return data
    return tuple(_field(getattr(data, name)) for name in type(data).__slots__)  # type: ignore[attr-defined]


def _rich(text: Rich) -> _Written:
    """Rich text as pairs and triples, or as a string if there is no word in it."""
    if len(text) == 1 and text[0].style == "plain" and text[0].href is None and not _WORDED.search(text[0].text):
        return _Written(literal(text[0].text))
    return _Written(f"({', '.join(map(_run, text))},)")


def _run(run: Run) -> str:
    link = f", {literal(run.href[1:])}" if run.href and run.href.startswith("#") else ""
    return f'({literal(run.text)}, "{run.style}"{link},)'


_WORDED = re.compile(r"[^\W\d_]|\s")
"""What a figure does not have: letters, set in the manner of their script, and spaces, where a line may break."""

_SIZE = re.compile(r"<svg\b[^>]*>", re.DOTALL)


def drawing_size(chart: Chart) -> tuple[float, float]:
    """Width and height of the wide drawing in CSS pixels, from its viewBox or else its attributes."""
    found = _SIZE.search(chart.wide)
    head = found[0] if found else ""
    box = re.search(r"viewBox\s*=\s*[\"']([^\"']+)", head)
    numbers = [float(number) for number in re.findall(r"-?[\d.]+(?:e-?\d+)?", box[1])] if box else []
    if len(numbers) != 4:
        sides = [re.search(rf"\s{side}\s*=\s*[\"']([\d.]+)", head) for side in ("width", "height")]
        numbers = [0.0, 0.0, *(float(side[1]) for side in sides if side)]
    if len(numbers) != 4 or min(numbers[2:]) <= 0:
        raise ReportError(Fault(f"the drawing of chart {chart.id!r} has no size", "Give its <svg> a viewBox"))
    return numbers[2], numbers[3]


# --- tables -----------------------------------------------------------------------------------------------------------

_TALL = 30  # lines; a row of more may break over pages, for it may not fit one
_FEW_ROWS, _FEW_LINES = 12, 40  # a table of no more stays on one page


def _table(node: Table) -> dict[str, object]:
    size, widths = measure(node)
    lines = line_counts(node, size, widths)
    reasons = _reasons(node)
    heat = [any(i < len(row) and row[i].heat is not None for row in node.rows) for i in range(len(node.columns))]
    return {
        "id": node.id,
        "caption": node.caption,
        "columns": [
            (column.label, "heat" if hot and column.kind == "number" else column.kind, width)
            for column, hot, width in zip(node.columns, heat, widths, strict=True)
        ],
        "rows": [[_cell(cell, reasons) for cell in row] for row in node.rows],
        "note": _field(node.note),
        "size": size,
        "reasons": [(mark, reason) for reason, mark in reasons.items()],
        "tall": [y for y, count in enumerate(lines) if count > _TALL],
        "together": len(lines) <= _FEW_ROWS and sum(lines) <= _FEW_LINES,
    }


_DASH = (Run("–", "muted"),)


def _is_dash(cell: Cell) -> bool:
    return plain(cell.text).strip() in ("", "–", "—", "-")


def _reasons(node: Table) -> dict[str, str]:
    """Why there is no number, which a page shows on hover and print under the table: a letter for each reason."""
    found = dict.fromkeys(cell.title for row in node.rows for cell in row if cell.title and _is_dash(cell))
    return dict(zip(found, ascii_lowercase, strict=False))


def _cell(cell: Cell, reasons: Mapping[str, str]) -> object:
    """Text alone where that is all; an empty cell is a dash, so that none looks forgotten."""
    dash = _is_dash(cell)
    text = _rich(_DASH if dash else cell.text)
    more: dict[str, object] = {}
    if cell.heat is not None:
        more["heat"] = min(max(cell.heat, 0.0), 1.0)
    if dash and cell.title in reasons:
        more["mark"] = reasons[cell.title]
    return {"text": text, **more} if more else text


# --- fragments from elsewhere -----------------------------------------------------------------------------------------

_LITERAL = re.compile(r'"[^"\\\n]*+(?:\\["\\n][^"\\\n]*+)*+"')
_CALL = re.compile(r"#(kam-[a-z-]+)\([\w\s(),.:\"-]*\)\Z", re.ASCII)
_WORD = re.compile(r"[A-Za-z][\w-]*", re.ASCII)


_NAMES = frozenset(
    """
    kam-heading kam-paragraph kam-cover kam-key-figures kam-cards kam-banner kam-bullets kam-definitions kam-quotes kam-ladder
    kam-table kam-chart level text id kind kicker title lead facts items steps caption columns rows note size reasons heat mark
    tall together subtitle alt svg key true false none
    """.split()  # noqa: SIM905 - a list of forty strings is harder to read
)
"""All words that stand outside of strings in what :func:`render_typst` writes."""


def check_fragment(source: str) -> None:
    """Refuse Typst source that :func:`render_typst` cannot have written.

    Raises
    ------
    ReportError
        A line is anything but a call of the template with literal arguments.
    """
    for number, line in enumerate(source.split("\n"), 1):
        bare = _LITERAL.sub('""', line)
        if bare and not (_CALL.match(bare) and _NAMES.issuperset(_WORD.findall(bare))):
            message = "the Typst form of an output was not written by kamassess"
            raise ReportError(Fault(message, "Run the notebook again", line=number))
