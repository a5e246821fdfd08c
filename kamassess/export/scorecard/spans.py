"""The columns of a sheet of prose: a wide one for names and many narrow ones, that boxes and tables share out among them."""

from __future__ import annotations

from collections.abc import Sequence

from kamassess.document import Cell, Column, plain
from kamassess.export.cell_text import INDENT, pixels_of, widest_word

__all__ = ["LAST", "WIDTHS", "boxes", "columns_of", "room"]

_NAMES, _NARROW, _COUNT = 22.0, 3.5, 23
WIDTHS = (_NAMES, *[_NARROW] * (_COUNT - 1))
"""Characters of each column."""
LAST = _COUNT - 1
_PIXELS = tuple(pixels_of(width) for width in WIDTHS)
_SIDES, _APART = 8, 18
_LONGEST = 160.0
"""Pixels for a word; a longer one, such as a hash, is broken."""
_LOOKED_AT = 200
"""Rows in which the longest word is looked for."""

Span = tuple[int, int]


def room(first: int, last: int, indent: int = 0) -> float:
    """Pixels for text over these columns."""
    return sum(_PIXELS[first : last + 1]) - _SIDES - INDENT * indent


def boxes(count: int) -> list[Span]:
    """So many boxes beside each other, about as wide as each other."""
    whole = sum(_PIXELS)
    found, column = [], 0
    for number in range(count):
        first, reached, rest = column, sum(_PIXELS[:column]), count - number - 1
        while column < LAST - rest and reached + _PIXELS[column] < whole * (number + 1) / count - _PIXELS[-1] / 2:
            reached += _PIXELS[column]
            column += 1
        last = column if rest else LAST
        found.append((first, last))
        column = last + 1
    return found


def columns_of(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[Span]:
    """Which columns of the sheet each column of a table takes: enough for its longest word, beyond that by its weight."""
    spans = [_least(number, column, [row[number] for row in rows[:_LOOKED_AT]]) for number, column in enumerate(columns)]
    if sum(spans) > _COUNT:
        spans = [1] * len(columns)
    for _ in range(_COUNT - sum(spans)):
        wanted = [column.weight / _across(number, span) for number, (column, span) in enumerate(zip(columns, spans, strict=True))]
        spans[wanted.index(max(wanted))] += 1
    found, first = [], 0
    for span in spans:
        found.append((first, first + span - 1))
        first += span
    return found


def _across(number: int, span: int) -> int:
    """Pixels of so many columns, the first of which is that of names for the first column of a table."""
    return _PIXELS[-1] * span + (_PIXELS[0] - _PIXELS[-1] if number == 0 else 0)


def _least(number: int, column: Column, cells: Sequence[Cell]) -> int:
    words = max((widest_word(plain(cell.text)) for cell in cells), default=0.0)
    needed = max(widest_word(column.label, bold=True), min(words, _LONGEST)) + _APART
    span = 1
    while _across(number, span) < needed:
        span += 1
    return span
