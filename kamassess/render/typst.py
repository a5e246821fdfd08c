"""Documents as Typst source: one call a node to a function of ``templates/pdf/report.typ``.

The look is all in the template; this module only says what there is. Text from clients is never made into markup: every
string becomes a string literal, and :func:`literal` is the only place where one is written. That makes a fragment easy to
check as well: :func:`check_fragment` refuses any source that is more than such calls, because a notebook may come from anywhere
and Typst source can read files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from rich.cells import cell_len

from kamassess.document import Chart, Document, Node, Run, Table, plain
from kamassess.errors import Fault, ReportError

__all__ = ["call", "check_fragment", "literal", "render_typst", "value"]



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
    r"""Return *text* as a Typst string literal on one line.

    Line breaks of every kind become ``\n`` and tabs four spaces. Characters that cannot be printed, and those that would turn
    the direction of the text after them, are named by their code point, so that they are seen and do no harm.

    Examples
    --------
    >>> literal('a "b" \\ \r\n')
    '"a \\"b\\" \\\\ \\n"'
    >>> literal("\u202eabc\0")
    '"[U+202E]abc[U+0000]"'
    """
    return f'"{_SPECIAL.sub(_escaped, _NEWLINE.sub(chr(10), text))}"'


_NEWLINE = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_SPECIAL = re.compile(
    '["\\\\\x00-\x1f\x7f-\x9f\ufeff\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e0fff]'
)
_UNSEEN = "\ufeff"  # a byte order mark says nothing, and PDF/A forbids it


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    if character in '"\\':
        return "\\" + character
    known = {"\n": "\\n", "\t": "    ", _UNSEEN: ""}
    return known.get(character, code_point(character))


def code_point(character: str) -> str:
    """How a character is shown that no font can draw: ``[U+1F600]``."""
    return f"[U+{ord(character):04X}]"


def value(data: object) -> str:
    """Return *data* (text, numbers, truth values, None, mappings with plain keys, sequences) as a Typst expression.

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
        case None:
            return "none"
        case bool():
            return "true" if data else "false"
        case int():
            return str(data)
        case float():
            return f"{data:.4f}".rstrip("0").rstrip(".")
        case str():
            return literal(data)
        case Mapping():
            return f"({', '.join(f'{key}: {value(item)}' for key, item in data.items())},)" if data else "(:)"
        case Sequence():
            return f"({', '.join(map(value, data))},)" if data else "()"
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
    """Rich text as pairs and triples, small objects as tuples in the order of their fields."""
    match data:
        case Run(text, style, None):
            return (text, style)
        case Run(text, style, str(href)):
            return (text, style, href.removeprefix("#")) if href.startswith("#") else (text, style)
        case tuple():
            return tuple(map(_field, data))
        case str() | int() | float() | None:
            return data
    return tuple(_field(getattr(data, name)) for name in type(data).__slots__)  # type: ignore[attr-defined]


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


def _table(node: Table) -> dict[str, object]:
    size, widths = table_measure(node)
    rows = [[_cell(_field(cell.text), cell.heat, cell.title, plain(cell.text)) for cell in row] for row in node.rows]
    heat = [any(i < len(row) and row[i].heat is not None for row in node.rows) for i in range(len(node.columns))]
    return {
        "id": node.id,
        "caption": node.caption,
        "columns": [
            (column.label, "heat" if hot and column.kind == "number" else column.kind, width)
            for column, hot, width in zip(node.columns, heat, widths, strict=True)
        ],
        "rows": rows,
        "note": _field(node.note),
        "size": size,
    }


def _cell(text: object, heat: float | None, title: str, letters: str) -> object:
    """Text alone where that is all; an empty cell is a dash, as on the page, and its reason travels with it."""
    if not letters.strip():
        text = (("–", "muted"),)
    if heat is None:
        return text
    return {"text": text, "heat": min(max(heat, 0.0), 1.0)}


_FULL = 482.0  # points between the margins of A4
_EM = 0.53  # an average letter of Noto Sans, in em
_INSET = 9.0
_SIZES = ((7, 8.5), (9, 8.0), (11, 7.5), (13, 7.0))
_LONGEST = 22  # letters; a longer word may be broken anywhere


def table_measure(node: Table) -> tuple[float, tuple[float, ...]]:
    """Size of the text in points and the width of each column as a share of the whole.

    Weights decide where a table has them; otherwise the lengths of the texts do. No column is narrower than its longest word as
    long as there is room for that.
    """
    count = len(node.columns)
    size = next((size for most, size in _SIZES if count <= most), 6.5)
    if not count:
        return size, ()
    unit = size * _EM
    room = [max(_words(node, i), default=1) * unit + _INSET for i in range(count)]
    weights = [max(column.weight, 0.01) for column in node.columns]
    if len(set(weights)) == 1:
        weights = [_natural(node, i) * unit + _INSET for i in range(count)]
    return size, tuple(round(width, 4) for width in _shares(weights, room))


def _texts(node: Table, i: int) -> Iterator[str]:
    yield node.columns[i].label
    yield from (plain(row[i].text) for row in node.rows if i < len(row))


_CHUNK = re.compile(r"[⺀-鿿＀-￯]|[^\s⺀-鿿＀-￯/]+")


def _words(node: Table, i: int) -> Iterator[float]:
    for text in _texts(node, i):
        yield from (min(cell_len(word), _LONGEST) for word in _CHUNK.findall(text))


def _natural(node: Table, i: int) -> float:
    """A width that suits the column: its longest text if short, else what sets it in a few lines."""
    longest = max(map(cell_len, _texts(node, i)))
    return longest if longest <= 16 else 16 + (min(longest, 240) - 16) ** 0.72


def _shares(weights: Sequence[float], room: Sequence[float]) -> list[float]:
    """Widths in proportion to *weights*, but at least *room* (points) each where the page allows it."""
    if sum(room) >= _FULL:
        return [width / sum(room) for width in room]
    fixed: dict[int, float] = {}
    while True:
        left = _FULL - sum(fixed.values())
        total = sum(weight for i, weight in enumerate(weights) if i not in fixed) or 1.0
        tight = [i for i, weight in enumerate(weights) if i not in fixed and left * weight / total < room[i]]
        if not tight:
            return [fixed.get(i, left * weight / total) / _FULL for i, weight in enumerate(weights)]
        fixed |= {i: room[i] for i in tight}


# --- fragments from elsewhere -----------------------------------------------------------------------------------------

_LITERAL = re.compile(r'"(?:[^"\\\n]|\\["\\n])*+"')
_CALL = re.compile(r"#(kam-[a-z-]+)\([\w\s(),.:\"-]*\)\Z", re.ASCII)
_WORD = re.compile(r"[A-Za-z][\w-]*", re.ASCII)


@cache
def _names() -> frozenset[str]:
    """All words that stand outside of strings in what :func:`render_typst` writes."""
    return frozenset(
        "kam-heading kam-paragraph kam-cover kam-key-figures kam-cards kam-banner kam-bullets kam-definitions kam-quotes kam-ladder "
        "kam-table kam-chart level text id kind kicker title lead facts items steps caption columns rows note size heat subtitle alt "
        "svg key true false none".split()
    )


def check_fragment(source: str) -> None:
    """Refuse Typst source that :func:`render_typst` cannot have written.

    Raises
    ------
    ReportError
        A line is anything but a call of the template with literal arguments.
    """
    for number, line in enumerate(source.split("\n"), 1):
        bare = _LITERAL.sub('""', line)
        if bare and not (_CALL.match(bare) and _names().issuperset(_WORD.findall(bare))):
            raise ReportError(Fault("the Typst form of an output was not written by kamassess", "Run the notebook again", line=number))
