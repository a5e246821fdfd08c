"""How a table is set in a place: the size of its text, the widths of its columns and the heights of its rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kamassess.document import Cell, Column, Rich, Run, Table, plain
from kamassess.export.deck.grounds import Area
from kamassess.export.deck.measuring import Hand, line_count, natural_width

__all__ = ["PAD", "RISE", "SIZES", "Rows", "rows_of", "turned"]

SIZES = (18.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.5, 12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
_READ = 10.0
"""Below this size text is not set to have more rows, only where words would be broken otherwise."""
PAD, RISE = 6.0, 4.0
"""Margins of a cell, in points: at its sides, above and below."""
_TALLER = 1.6
"""So many lines a row gets beyond what it needs, at most, where there is space."""
_TOGETHER, _SHORT, _FIGURES, _SURE = 4.2, 6.2, 13.0, 1.1
"""Chinese characters of a long text and of a short one, and figures of a cell, that stay together: how wide at most, in sizes of
the letters; and how much room figures get beyond what they need."""
_WIDEST = 0.4
_WORD = re.compile(r"[^\s-]+-+|\S+(?: [^\w\s](?!\S))?")
"""What is not broken: a word, with a sign that stands after it alone, or the part of one before a hyphen."""
_CHINESE = re.compile("[\u2e80-\u9fff\uff00-\uffef]")
_SHORT_TEXT = 8


@dataclass(frozen=True, slots=True)
class Rows:
    """A table as it is set: size of text, widths of columns, heights of the head and of as many rows as have room, in points."""

    size: float
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    whole: bool
    """Whether no word is broken."""

    @property
    def shown(self) -> int:
        """How many rows have room."""
        return len(self.heights) - 1

    @property
    def height(self) -> float:
        """Of all of it."""
        return sum(self.heights)


def rows_of(table: Table, area: Area, hand: Hand, sizes: Sequence[float] = SIZES) -> Rows:
    """A table in a place: the largest text in which all of it fits and no word is broken; then fewer rows; then taller ones."""
    heads = [(Run(column.label, "muted"),) for column in table.columns]
    for size in sizes:
        widths, whole = _widths(table, area.width, size, hand)
        if not whole and size != sizes[-1]:
            continue
        found = [
            _height(heads, widths, size, hand),
            *(_height([cell.text for cell in row], widths, size, hand) for row in table.rows),
        ]
        if sum(found) <= area.height or size <= _READ:
            break
    kept = found[:1]
    for more in found[1:]:
        if len(kept) > 1 and sum(kept) + more > area.height:
            break
        kept.append(more)
    spare = min((area.height - sum(kept)) / max(len(kept) - 1, 1), _TALLER * size * hand.leading)
    return Rows(size, tuple(widths), (kept[0], *(height + max(spare, 0.0) for height in kept[1:])), whole)


def turned(table: Table) -> Table | None:
    """The same with rows for columns, if that makes it narrower and all but its first column is figures or short words."""
    short = all(
        column.kind == "number" or all(len(plain(row[place].text)) <= _SHORT_TEXT for row in table.rows)
        for place, column in enumerate(table.columns[1:], 1)
    )
    if not short or len(table.rows) + 1 >= len(table.columns) or any(len(row) < len(table.columns) for row in table.rows):
        return None
    columns = (table.columns[0], *(Column(plain(row[0].text), "number", 1.2) for row in table.rows))
    rows = tuple(
        (Cell((Run(column.label, "strong"),)), *(row[place] for row in table.rows))
        for place, column in enumerate(table.columns[1:], 1)
    )
    return Table(table.id, table.caption, (replace(columns[0], label=""), *columns[1:]), rows)


def _height(texts: Sequence[Rich], widths: Sequence[float], size: float, hand: Hand) -> float:
    lines = max((line_count(text, width - 2 * PAD, size, hand) for text, width in zip(texts, widths, strict=False)), default=1)
    return lines * size * hand.leading + 2 * RISE


def _widths(table: Table, width: float, size: float, hand: Hand) -> tuple[list[float], bool]:
    """Widths by the weights of the columns, but so that no usual word is broken; and whether there is room for that."""
    texts = [
        [(Run(column.label),), *(row[place].text for row in table.rows if place < len(row))]
        for place, column in enumerate(table.columns)
    ]
    kinds = [column.kind for column in table.columns]
    longest = [
        max(_longest(text, size, hand, kind == "number" and place > 0) for place, text in enumerate(column))
        for column, kind in zip(texts, kinds, strict=True)
    ]
    room = [min(wide, _WIDEST * width) + 2 * PAD for wide in longest]
    whole = all(wide <= _WIDEST * width for wide in longest)
    weights = [max(column.weight, 0.01) for column in table.columns]
    fixed: dict[int, float] = {}
    if sum(room) >= width:
        return [width * part / sum(room) for part in room], False
    while True:
        left = width - sum(fixed.values())
        total = sum(weight for place, weight in enumerate(weights) if place not in fixed) or 1.0
        tight = {
            place: room[place]
            for place, weight in enumerate(weights)
            if place not in fixed and left * weight / total < room[place]
        }
        if not tight:
            return [fixed.get(place, left * weight / total) for place, weight in enumerate(weights)], whole
        fixed |= tight


def _longest(text: Rich, size: float, hand: Hand, whole: bool) -> float:
    """The width of the longest word, or of all where it is figures.

    A row of Chinese characters may be broken, but not into single ones.
    """
    if whole:
        return min(_SURE * natural_width(text, size, hand), _FIGURES * size)
    words = [(word, natural_width((Run(word, "strong"),), size, hand)) for word in _WORD.findall(plain(text))]
    kept = [wide if wide <= _SHORT * size or not _CHINESE.search(word) else _TOGETHER * size for word, wide in words]
    return max(kept, default=0.0)
