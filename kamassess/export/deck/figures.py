"""How large figures are set side by side, each with its label above and its note below."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kamassess.document import KeyFigure, Rich, rich
from kamassess.export.deck.grounds import Area
from kamassess.export.deck.measuring import Hand, fitted, natural_width, text_height

__all__ = ["APART", "Figure", "Part", "figures_height", "set_figures"]

_VALUES = (40.0, 36.0, 32.0, 28.0, 24.0, 20.0, 17.0, 15.0, 13.0, 11.0)
_LABELS, _NOTES = (14.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0), (13.0, 12.5, 12.0, 11.5, 11.0, 10.5, 10.0, 9.0, 8.0)
APART, _BELOW = 16.0, 10.0
_LEAST = 112.0
"""The least width of a figure with its words; where there is less, figures stand in more than one row."""
_SPARE = 1.04
"""So much higher than measured their boxes are made."""


@dataclass(frozen=True, slots=True)
class Part:
    """A label, a value or a note, and how it is set."""

    text: Rich
    size: float
    tone: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in its place; ``first`` of its row, or with a line before it."""

    name: str
    area: Area
    parts: tuple[Part, ...]
    first: bool


def figures_height(figures: Sequence[KeyFigure], width: float, hand: Hand) -> float:
    """How high a strip of figures is."""
    return max(figure.area.bottom for figure in set_figures(figures, Area(0.0, 0.0, width, 0.0), hand))


def set_figures(figures: Sequence[KeyFigure], area: Area, hand: Hand) -> Iterator[Figure]:
    """Figures in rows of as many as have room, over the width of an area."""
    most = max(1, int((area.width + APART) / (_LEAST + APART)))
    count = math.ceil(len(figures) / math.ceil(len(figures) / most))
    width, top = (area.width - APART * (count - 1)) / count, area.top
    for start in range(0, len(figures), count):
        row = figures[start : start + count]
        parts = _row(row, width, hand)
        height = max(sum(text_height([part.text], width, part.size, hand) for part in found) for found in parts) * _SPARE
        for number, (figure, found) in enumerate(zip(row, parts, strict=True)):
            left = area.left + number * (width + APART)
            yield Figure(figure.label, Area(left, top, width, height), tuple(found), number == 0)
        top += height + _BELOW


def _row(row: Sequence[KeyFigure], width: float, hand: Hand) -> list[list[Part]]:
    """Label, value and note of each: each kind in one size; the values on one line as long as they can be."""
    values = [rich("**{x}**", x=figure.value) for figure in row]
    size = next((size for size in _VALUES if all(natural_width(text, size, hand) <= width for text in values)), _VALUES[-1])
    labels = [rich("{x}", x=figure.label) for figure in row]
    notes = [rich("{x}", x=figure.note) for figure in row]
    of_labels, of_notes = _together(labels, width, _LABELS, 2, hand), _together(notes, width, _NOTES, 3, hand)
    found = []
    for figure, label, value, note in zip(row, labels, values, notes, strict=True):
        parts = [Part(label, of_labels, "muted"), Part(value, size, "ink")]
        found.append([*parts, Part(note, of_notes, "muted")] if figure.note else parts)
    return found


def _together(texts: Sequence[Rich], width: float, sizes: Sequence[float], lines: int, hand: Hand) -> float:
    """The largest size in which each of the texts has room on so many lines of the largest."""
    height = lines * sizes[0] * hand.leading
    found = [fitted([text], width, height, sizes, hand) for text in texts]
    return min(one.size if one else sizes[-1] for one in found)
