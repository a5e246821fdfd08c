"""What a sheet holds: marks in pixels from the left and from the top, each with all that its look consists of.

A report has thousands of marks, and a matplotlib artist costs ten times what it takes to write such a mark down; so a sheet
keeps marks, ``svg`` writes them, and ``figure`` makes artists of them for whoever asks for a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

__all__ = ["Anchor", "Area", "Dot", "Line", "Look", "Mark", "Point", "Words"]

Point: TypeAlias = tuple[float, float]
Anchor: TypeAlias = Literal["left", "center", "right"]


class Look(NamedTuple):
    """The colour inside a mark, and that of the line which it consists of or which goes around it; ``""`` for none.

    ``dashes`` are counted in widths of the line. ``cap`` and ``opacity`` are those of a line that goes around nothing.
    """

    fill: str = ""
    line: str = ""
    width: float = 1.0
    dashes: tuple[float, ...] = ()
    cap: Literal["butt", "round", "square"] = "square"
    opacity: float = 1.0


class Line(NamedTuple):
    """A line from point to point.

    Of all marks those of a higher ``order`` lie above; a ``tip`` is shown when the pointer rests on the mark.
    """

    points: Sequence[Point]
    look: Look
    order: float
    tip: str = ""


class Area(NamedTuple):
    """What lies between its corners."""

    points: Sequence[Point]
    look: Look
    order: float
    tip: str = ""


class Dot(NamedTuple):
    """A shape, by its letter in matplotlib, around a place."""

    x: float
    y: float
    shape: str
    size: float
    look: Look
    order: float
    tip: str = ""


class Words(NamedTuple):
    """One line of text whose baseline begins, ends or has its middle at a place; ``turned`` ones are read from below."""

    x: float
    y: float
    text: str
    anchor: Anchor
    color: str
    size: float
    bold: bool
    turned: bool
    order: float


Mark: TypeAlias = Line | Area | Dot | Words
