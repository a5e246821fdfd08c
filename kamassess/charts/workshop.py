"""The chart of a workshop: of every dimension what the survey claimed, how the room voted, what it agreed, and what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kamassess.charts.canvas import Pen, Sheet
from kamassess.charts.dimensions import scale_ticks
from kamassess.charts.marks import Look
from kamassess.charts.rows import Rows
from kamassess.instrument import Dimension, Instrument
from kamassess.result import UnitResult, Workshop

__all__ = ["plot_workshop", "workshop_shows"]

_KNOWN = (("measured", "D", 9.5), ("evidenced", "s", 10.5))
_LANES = {False: (-0.2, 0.2, 0.2), True: (-0.3, 0.02, 0.33)}
_STACKED = {False: (-0.2, 0.12, 0.12), True: (-0.34, -0.08, 0.18)}
"""Where survey, room, and what is known stand in their row, without the last and with it; below the name where that is above."""


def workshop_shows(unit: UnitResult, dimensions: Sequence[Dimension], kind: str) -> bool:
    """Whether any of the dimensions has a level of this kind: evidenced, measured, target, claimed, interval, voted, agreed."""
    held = unit.workshop
    if held is None:
        return False
    for dimension in dimensions:
        name, claim = dimension.id, unit.dimensions[dimension.id]
        found = {
            "claimed": claim.score,
            "interval": claim.interval,
            "voted": held.last[name].score,
            "agreed": held.agreed[name].score,
            "target": unit.targets.get(name),
        }
        known = unit.known.get(name)
        if (found[kind] if kind in found else getattr(known, kind, None)) is not None:
            return True
    return False


def plot_workshop(unit: UnitResult, held: Workshop, dimensions: Sequence[Dimension], instrument: Instrument, pen: Pen) -> Sheet:
    """Dimensions in rows, the scale of the scores across.

    The survey stands above; below it the room, its first vote and its last, joined, and the level that it agreed; at the bottom
    what documents and data show. A dimension of which nothing is known says so.
    """
    words = pen.words
    names = [words.of(dimension.name) for dimension in dimensions]
    ticks, labels = scale_ticks(instrument, pen)
    low, high = ticks[0], ticks[-1]
    pad = (high - low) * (0.02 if pen.narrow else 0.06)
    full = any(workshop_shows(unit, dimensions, kind) for kind, _, _ in _KNOWN)
    rows = Rows(pen, names, low - pad, high + pad, row_height=72 if full else 54)
    rows.grid(ticks, labels)
    for row, dimension in enumerate(dimensions):
        middle = rows.y(row)
        above, here, below = (middle + lane for lane in (_STACKED if rows.stacked else _LANES)[full])
        target = unit.targets.get(dimension.id)
        if target is not None:
            crossed = full and any(side is None for *_, side in _figures(rows, unit, dimension))
            ends = [above - 0.1, (here if crossed else below) + 0.09]
            tip = words("tip_target", name=names[row], value=words.score(target))
            rows.line([target] * 2, ends, Look(line=pen["target"], width=2.2, cap="butt"), order=3, tip=tip)
        found = [
            _survey(rows, unit, dimension, above, names[row], instrument),
            _room(rows, held, dimension, here, names[row], instrument),
            full and _known(rows, unit, dimension, below, names[row]),
        ]
        if not any(found):
            rows.text(low, middle, words("wm_chart_nothing"), size=12)
    return rows


def _survey(rows: Rows, unit: UnitResult, dimension: Dimension, y: float, name: str, instrument: Instrument) -> bool:
    words, block = rows.pen.words, unit.dimensions[dimension.id]
    if block.score is None:
        return False
    if block.interval:
        rows.line(block.interval, [y, y], Look(line=rows.pen["claimed"], width=4, cap="round", opacity=0.4))
    tip = words("tip_claimed", name=name, value=words.score(block.score, instrument.starts), n=block.n)
    rows.dot(block.score, y, "o", 12, Look(rows.pen["claimed"], rows.pen["claimed"]), order=4, tip=tip)
    span = block.interval or (block.score, block.score)
    _beside(rows, words.score(block.score, instrument.starts), y, span, unit.targets.get(dimension.id), bold=False)
    return True


def _room(rows: Rows, held: Workshop, dimension: Dimension, y: float, name: str, instrument: Instrument) -> bool:
    """The first vote, smaller, the last one, and what was agreed, in figures."""
    words, pen = rows.pen.words, rows.pen
    first, last, agreed = (blocks[dimension.id] for blocks in (held.first, held.last, held.agreed))
    ring = Look(pen["paper"], pen["claimed"], 1.8)
    if last.score is not None:
        if first.score is not None and first.score != last.score:
            rows.line([first.score, last.score], [y, y], Look(line=pen["claimed"], width=1.6), order=3)
            tip = words("wm_tip_first", name=name, value=words.score(first.score, instrument.starts), n=first.n)
            rows.dot(first.score, y, "o", 8, ring, order=4, tip=tip)
        tip = words("wm_tip_last", name=name, value=words.score(last.score, instrument.starts), n=last.n)
        rows.dot(last.score, y, "o", 13, ring, order=4, tip=tip)
    if agreed.score is not None:
        tip = words("wm_tip_agreed", name=name, value=words.score(agreed.score, instrument.starts), n=agreed.n)
        rows.dot(agreed.score, y, "^", 9, Look(pen["ink"], pen["ink"]), order=5, tip=tip)
    told = [block.score for block in (first, last, agreed) if block.score is not None]
    if told:
        value = agreed.score if agreed.score is not None else last.score
        text, span = words.score(value, instrument.starts), (min(told), max(told))
        _beside(rows, text, y, span, held.targets.get(dimension.id), bold=agreed.score is not None)
    return bool(told)


def _known(rows: Rows, unit: UnitResult, dimension: Dimension, y: float, name: str) -> bool:
    """What documents and data show; the figures stand on the outer sides and never meet."""
    words, found = rows.pen.words, unit.known.get(dimension.id)
    levels = _figures(rows, unit, dimension)
    for level, kind, mark, size, side in levels:
        colour, count = rows.pen[kind], getattr(found, f"n_{kind}")
        look = Look(rows.pen["paper"], colour, 2.2) if kind == "evidenced" else Look(colour, colour)
        tip = words(f"tip_{kind}", name=name, value=words.score(level), n=count, of=len(dimension.criteria))
        rows.dot(level, y, mark, size, look, order=4, tip=tip)
        left = side == "left"
        rows.text(level, y, words.score(level), (-10 if left else 10, 0), ha="right" if left else "left", size=12)
    return bool(levels)


def _figures(
    rows: Rows, unit: UnitResult, dimension: Dimension
) -> list[tuple[float, str, str, float, Literal["left", "right"] | None]]:
    """What is known of a dimension, from the lowest level, with its mark and the side of it on which its figure stands.

    None is the right side, where the figure meets the target all the same since there is no room on the left.
    """
    known = unit.known.get(dimension.id)
    levels = sorted((level, *entry) for entry in _KNOWN if (level := getattr(known, entry[0], None)) is not None)
    room, target = (rows.high - rows.low) * (0.16 if rows.pen.narrow else 0.1), unit.targets.get(dimension.id)
    found: list[tuple[float, str, str, float, Literal["left", "right"] | None]] = []
    for place, (level, kind, mark, size) in enumerate(levels):
        met = target is not None and level <= target < level + room
        free = place == 0 or level - levels[place - 1][0] > room
        side: Literal["left", "right"] | None = "right"
        if (place == 0 and len(levels) > 1) or level > rows.high - room or (met and free):
            side = "left"
        elif met:
            side = None
        found.append((level, kind, mark, size, side))
    return found


def _beside(rows: Rows, text: str, y: float, span: tuple[float, float], target: float | None, *, bold: bool) -> None:
    """A score in figures: right of its marks, or left of them where the target or the edge stands in the way."""
    room = (rows.high - rows.low) * (0.16 if rows.pen.narrow else 0.1)
    left = (target is not None and span[1] <= target < span[1] + room) or span[1] + room > rows.high
    shift = (-12, 0) if left else (12, 0)
    colour = rows.pen["ink"] if bold else rows.pen["muted"]
    rows.text(span[0] if left else span[1], y, text, shift, ha="right" if left else "left", size=12, bold=bold, color=colour)
