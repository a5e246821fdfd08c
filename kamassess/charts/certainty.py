"""How far each score could have been another: the score, its interval, its bounds, and where the levels begin."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from rich.cells import cell_len

from kamassess.charts.canvas import SMALL, Pen, Sheet
from kamassess.charts.marks import Look
from kamassess.charts.rows import Rows
from kamassess.instrument import Instrument, scale_ends
from kamassess.result import Block, UnitResult
from kamassess.trust import ends

__all__ = ["plot_certainty"]

_LABEL = 46
"""Pixels between two lines from which on there is room for the word beside a level's number."""
_LETTER = 0.58
"""Width of a letter, in sizes of the font."""
_END = 0.16
"""Half the height of the ends of the bounds, in rows."""


def plot_certainty(unit: UnitResult, instrument: Instrument, pen: Pen) -> Sheet:
    """The whole and each dimension in rows; thick the 95 % interval, thin the bounds, vertical lines where a level begins.

    A block without a score has its bounds alone, and the reason in words.
    """
    words = pen.words
    names = [words("overall"), *(words.of(dimension.name) for dimension in instrument.dimensions)]
    blocks = [unit.overall, *(unit.dimensions[dimension.id] for dimension in instrument.dimensions)]
    low, high = scale_ends(instrument.blocks)
    pad = (high - low) * 0.04
    rows = Rows(pen, names, low - pad, high + pad, row_height=32)
    _levels(rows, instrument, low, high)
    for row, (name, block) in enumerate(zip(names, blocks, strict=True)):
        y = rows.y(row)
        if block.bounds:
            first, last = block.bounds
            x = [first, first, first, last, last, last]
            tip = words("tip_bounds", name=name, bounds=ends(words, block.bounds, starts=instrument.starts))
            rows.line(x, [y - _END, y + _END, y, y, y - _END, y + _END], Look(line=pen["muted"], width=1.2), tip=tip)
        if block.interval:
            rows.line(block.interval, [y, y], Look(line=pen["claimed"], width=7, cap="butt", opacity=0.4), order=3)
        if block.score is not None:
            tip = words("tip_claimed", name=name, value=words.score(block.score, instrument.starts), n=block.n)
            if block.interval:
                tip += words("tip_interval", interval=ends(words, block.interval, starts=instrument.starts))
            rows.dot(block.score, y, "o", 10, Look(pen["claimed"], pen["claimed"]), order=4, tip=tip)
        _figure(rows, block, y, instrument)
    return rows


def _figure(rows: Rows, block: Block, y: float, instrument: Instrument) -> None:
    """The score in figures, or why there is none, beside the widest mark of its row where there is room."""
    words, scored = rows.pen.words, block.score is not None
    text = words.score(block.score, instrument.starts) if scored else words(f"reason_{block.reason}")
    marks = [*(block.bounds or ()), *(block.interval or ()), *([block.score] if block.score is not None else [])] or [rows.low]
    first, last = min(marks), max(marks)
    room = (16 + cell_len(text) * SMALL * _LETTER) * (rows.high - rows.low) / rows.across
    look: dict[str, Any] = {"color": rows.pen["ink"], "size": 12, "bold": True} if scored else {}
    if last + room <= rows.high:
        rows.text(last, y, text, (10, 0), **look)
    elif first - room > rows.low:
        rows.text(first, y, text, (-10, 0), ha="right", **look)
    else:
        rows.text((first + last) / 2, y, text, (0, 9), ha="center", **look)


def _levels(rows: Rows, instrument: Instrument, low: float, high: float) -> None:
    """Lines where the levels begin; the word for a level where there is room."""
    levels = [level for level in instrument.levels if low <= level.start <= high]
    starts = [level.start for level in levels]
    pixels = rows.across / (rows.high - rows.low)
    apart = min((after - before for before, after in pairwise(starts)), default=high - low)
    room = apart * pixels > _LABEL
    rows.grid(starts, [rows.pen.words("at_level", level=level.level) if room else str(level.level) for level in levels])
