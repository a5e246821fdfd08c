"""Documents as plain text: what a terminal, a mail and a notebook without a browser show.

Every node is there, and nothing is shown that would steer a terminal. Tables are aligned by the width their characters have on a
screen, where a hanzi takes two columns, and long cells are broken into lines rather than cut.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import assert_never

from rich.cells import cell_len

from kamassess.document import (
    Banner,
    Bullets,
    Cards,
    Chart,
    Cover,
    Definitions,
    Document,
    Heading,
    KeyFigures,
    Ladder,
    Node,
    Paragraph,
    Quotes,
    Table,
    plain,
)

__all__ = ["render_plain"]

WIDTH = 100
"""Columns of a line; a table with many columns may be wider."""

_MARKS = {"claimed": "●", "evidenced": "□", "measured": "◆", "target": "|", "interval": "━", "voted": "○", "agreed": "▲"}
_CELL = 36
_LEAST = 6


def render_plain(document: Document) -> str:
    r"""Write *document* as plain text.

    Parameters
    ----------
    document
        Nodes in reading order.

    Returns
    -------
    str
        Blocks with an empty line between them, without trailing spaces or control characters.

    Examples
    --------
    >>> from kamassess.document import Heading, Paragraph, rich
    >>> print(render_plain(Document((Heading(1, "华北", "n"), Paragraph(rich("Level **2**."))))))
    华北
    ====
    <BLANKLINE>
    Level 2.
    """
    blocks = ("\n".join(line.rstrip() for line in _lines(node)) for node in document.nodes)
    return "\n\n".join(block for block in blocks if block)


def _lines(node: Node) -> Iterator[str]:
    match node:
        case Heading():
            text = _clean(node.text, one_line=True)
            yield text
            yield {1: "=", 2: "-", 3: "."}[node.level] * max(_width(text), 3)
        case Paragraph():
            yield from _wrapped(plain(node.text))
        case Cover():
            yield from _cover(node)
        case KeyFigures():
            for figure in node.items:
                yield from _wrapped(f"{figure.label}: {figure.value} {figure.note}", hang="    ")
        case Cards():
            yield from _spaced([[_clean(card.title), *(plain(text) for text in card.body)] for card in node.items])
        case Banner():
            yield from _wrapped(plain(node.text), first="! " if node.kind == "warning" else "i ", hang="  ")
        case Bullets():
            for item in node.items:
                yield from _wrapped(plain(item), first="- ", hang="  ")
        case Definitions():
            for term, meaning in node.items:
                yield from _wrapped(f"{plain(term)}: {plain(meaning)}", hang="    ")
        case Quotes():
            yield from _spaced([[f"“{quote.text}”", f"— {quote.source}" if quote.source else ""] for quote in node.items])
        case Ladder():
            yield from _wrapped(node.title)
            for step in node.steps:
                mark = {"here": "● ", "next": "○ ", "other": "· "}[step.state]
                yield from _wrapped(f"{step.label}: {step.text}", first=mark, hang="  ")
        case Table():
            yield from _table(node)
        case Chart():
            yield from _wrapped(node.title)
            yield from _wrapped(node.subtitle)
            yield from _wrapped("  ".join(f"{_MARKS[entry.kind]} {entry.label}" for entry in node.key))
            yield from _wrapped(node.alt, first="[", last="]", hang=" ")
        case _:
            assert_never(node)


def _cover(node: Cover) -> Iterator[str]:
    if node.kicker:
        yield from _wrapped(node.kicker)
    title = _wrapped(node.title)
    yield from title
    yield "=" * max([3, *map(_width, title)])
    yield from _wrapped(plain(node.lead))
    for name, fact in node.facts:
        yield from _wrapped(f"{name}: {plain(fact)}", hang="    ")


def _spaced(blocks: Sequence[Sequence[str]]) -> Iterator[str]:
    """Titles, each with the paragraphs below it."""
    for i, (title, *texts) in enumerate(blocks):
        if i:
            yield ""
        yield from _wrapped(title)
        for text in texts:
            yield from _wrapped(text, first="  ", hang="  ")


# --- tables -----------------------------------------------------------------------------------------------------------


def _table(node: Table) -> Iterator[str]:
    yield from _wrapped(node.caption)
    rows = [[_shown(plain(cell.text), cell.title) for cell in row] for row in node.rows]
    names = [_clean(column.label, one_line=True) for column in node.columns]
    most = [max([_LEAST, *map(_width, column)]) for column in zip_longest(names, *rows, fillvalue="")][: len(names)]
    widths = _fitted(most)
    right = [column.kind == "number" for column in node.columns]
    yield from _row(names, widths, right)
    yield "  ".join("-" * width for width in widths)
    for row in rows:
        yield from _row(row, widths, right)
    yield from _wrapped(plain(node.note))


def _shown(text: str, title: str) -> str:
    """The text of a cell; of a dash its reason."""
    text = _clean(text, one_line=True)
    if text in ("", "–", "—", "-"):
        return f"– ({_clean(title, one_line=True)})" if title else "–"
    return text


def _fitted(most: Sequence[int]) -> list[int]:
    """Widths that fit a line where they can: the widest columns give way first."""
    widths = [min(width, _CELL) for width in most]
    while sum(widths) + 2 * (len(widths) - 1) > WIDTH and max(widths, default=0) > 12:
        widths[widths.index(max(widths))] -= 1
    return widths


def _row(texts: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    cells = [_broken(text, width) for text, width in zip(texts, widths, strict=False)]
    for parts in zip_longest(*cells, fillvalue=""):
        yield "  ".join(map(_padded, parts, widths, right)).rstrip()


def _padded(text: str, width: int, right: bool) -> str:
    letters = width if text.isascii() else width - _width(text) + len(text)
    return text.rjust(letters) if right else text.ljust(letters)


# --- lines ------------------------------------------------------------------------------------------------------------

_PART = re.compile(
    r"\s+|[\u2e80-\u9fff\uac00-\ud7a3\uff00-\uffef][，。；：！？、）”]*|[^\s\u2e80-\u9fff\uac00-\ud7a3\uff00-\uffef]+"
)
_ISOLATES = re.compile("[\u2068\u2069]")
"""Marks around what is written from right to left; a terminal draws them, or turns nothing round."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _width(text: str) -> int:
    """Columns of a screen; most texts are Latin letters, which need no table to be counted."""
    return len(text) if text.isascii() else cell_len(text)


def _clean(text: str, *, one_line: bool = False) -> str:
    """Text without anything that steers a terminal; what is left out leaves a mark."""
    if not text.isprintable():  # as few are
        text = _ISOLATES.sub("", text).replace("\r\n", "\n").replace("\x85", "\n")
        text = _CONTROL.sub("\ufffd", text)
    return " ".join(text.split()) if one_line else text


def _wrapped(text: str, *, first: str = "", hang: str = "", last: str = "") -> list[str]:
    """Lines of at most :data:`WIDTH` columns; breaks in the text are kept."""
    if not text.strip():
        return []
    width = WIDTH - _width(hang)
    lines = [line for part in (_clean(text) + last).splitlines() for line in _broken(part, width)]
    return [first + lines[0], *(textwrap.indent(line, hang) for line in lines[1:])]


def _broken(text: str, width: int) -> tuple[str, ...]:
    """One line as lines that fit."""
    return (text.rstrip(),) if _width(text) <= width else _cut(text, width)


@lru_cache(maxsize=4096)
def _cut(text: str, width: int) -> tuple[str, ...]:
    """Break a line between words and between hanzi; a word longer than a line anywhere.

    It is remembered how: what the instrument says stands in every report of a batch.
    """
    lines, line, used = [], "", 0
    measure = len if text.isascii() else _width
    for part in _PART.findall(text):
        rest, size = part, measure(part)
        if used + size > width:
            if line and not part.isspace():
                lines.append(line.rstrip())
                line, used = "", 0
            while size > width:
                at = next(i for i in range(1, len(rest) + 1) if measure(rest[: i + 1]) > width)
                lines.append(rest[:at])
                rest = rest[at:]
                size = measure(rest)
        line += rest
        used += size
    return (*lines, line.rstrip())
