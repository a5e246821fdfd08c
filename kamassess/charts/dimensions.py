"""The chart for the board: of every dimension what is claimed, with its interval, what documents and data show, the target."""

from __future__ import annotations

from typing import Any

from kamassess.charts.canvas import Pen, Sheet
from kamassess.charts.marks import Look
from kamassess.charts.rows import Rows
from kamassess.instrument import Dimension, Instrument, scale_ends
from kamassess.result import UnitResult

__all__ = ["plot_dimensions", "scale_ticks", "shows"]

_SHOWN = (("measured", "D", 9.5), ("evidenced", "s", 10.5))
"""What stands beside the claim, with its mark and how large it is."""
_LANE = 0.21
"""How far the claim stands above the middle of its row, and what is shown below it."""


def shows(unit: UnitResult, kind: str) -> bool:
    """Whether any dimension has a level of this kind, ``evidenced`` or ``measured``."""
    return any(getattr(unit.known[name], kind) is not None for name in unit.dimensions if name in unit.known)


def plot_dimensions(unit: UnitResult, instrument: Instrument, pen: Pen) -> Sheet:
    """Dimensions in rows, the scale of the scores across.

    The claim stands above, what documents and data show of the same dimension below it. A dimension without a score has its
    reason in words in place of a mark. Where nobody was asked, there is no claim, and the rest stands in the middle.
    """
    words = pen.words
    names = [words.of(dimension.name) for dimension in instrument.dimensions]
    asked = unit.asked
    ticks, labels = scale_ticks(instrument, pen)
    low, high = ticks[0], ticks[-1]
    pad = (high - low) * (0.02 if pen.narrow else 0.06)
    double = asked and any(shows(unit, kind) for kind, _, _ in _SHOWN)
    rows = Rows(pen, names, low - pad, high + pad, row_height=50 if double else 34)
    rows.grid(ticks, labels)
    for row, dimension in enumerate(instrument.dimensions):
        block, middle = unit.dimensions[dimension.id], rows.y(row)
        y = middle - (_LANE if double else 0.0)
        target = unit.targets.get(dimension.id)
        if target is not None:
            ends = [middle + side * (0.36 if double else 0.24) for side in (-1, 1)]
            tip = words("tip_target", name=names[row], value=words.score(target))
            rows.line([target] * 2, ends, Look(line=pen["target"], width=2.2, cap="butt"), order=3, tip=tip)
        known = _shown(rows, unit, dimension, middle + (_LANE if asked else 0.0), names[row])
        if not asked:
            if not known:
                rows.text(low, y, words("un_chart_unknown"), size=12)
            continue
        if block.score is None:
            rows.text(low, y, words(f"reason_{block.reason}"), size=12)
            continue
        if block.interval:
            rows.line(block.interval, [y, y], Look(line=pen["claimed"], width=4, cap="round", opacity=0.4))
        tip = words("tip_claimed", name=names[row], value=words.score(block.score, instrument.starts), n=block.n)
        if block.interval:
            tip += words("tip_interval", interval=words.interval(*block.interval))
        rows.dot(block.score, y, "o", 13, Look(pen["claimed"], pen["claimed"]), order=4, tip=tip)
        _value(rows, words.score(block.score, instrument.starts), y, block.interval or (block.score, block.score), target)
    return rows


def _shown(rows: Rows, unit: UnitResult, dimension: Dimension, y: float, name: str) -> bool:
    """What documents and data show, each with its figure, if anything; the figures stand on the outer sides and never meet."""
    words, found = rows.pen.words, unit.known.get(dimension.id)
    span, target = rows.high - rows.low, unit.targets.get(dimension.id)
    room = span * (0.22 if rows.pen.narrow else 0.13)
    levels = [(level, kind, mark, size) for kind, mark, size in _SHOWN if (level := getattr(found, kind, None)) is not None]
    for place, (level, kind, mark, size) in enumerate(sorted(levels)):
        colour, count = rows.pen[kind], getattr(found, f"n_{kind}")
        look = Look(rows.pen["paper"], colour, 2.2) if kind == "evidenced" else Look(colour, colour)
        tip = words(f"tip_{kind}", name=name, value=words.score(level), n=count, of=len(dimension.criteria))
        rows.dot(level, y, mark, size, look, order=4, tip=tip)
        in_the_way = len(levels) == 1 and target is not None and level <= target < level + room
        left = (place == 0 and len(levels) > 1) or level > rows.high - room or in_the_way
        text = words.score(level)
        if not (left and rows.pen.narrow):  # where there is no room for more beside the lowest level
            text = words("figure_of", value=text, n=count, of=len(dimension.criteria))
        rows.text(level, y, text, (-10 if left else 10, 0), ha="right" if left else "left", size=12)
    return bool(levels)


def _value(rows: Rows, text: str, y: float, span: tuple[float, float], target: float | None) -> None:
    """The score in figures: right of its interval, or left of it where the target stands in the way."""
    room = (rows.high - rows.low) * (0.16 if rows.pen.narrow else 0.1)
    left = (target is not None and span[1] <= target < span[1] + room) or span[1] + room > rows.high
    look: dict[str, Any] = {"color": rows.pen["ink"], "size": 12, "bold": True}
    if left:
        rows.text(span[0], y, text, (-11, 0), ha="right", **look)
    else:
        rows.text(span[1], y, text, (11, 0), **look)


def scale_ticks(instrument: Instrument, pen: Pen) -> tuple[list[float], list[str]]:
    """The options of the scale, named where there is room; only its ends for a model with many options or several scales."""
    scales = {
        question.scale.id: question.scale
        for dimension in instrument.dimensions
        for criterion in dimension.criteria
        for question in criterion.questions
    }
    scale = next(iter(scales.values()))
    if len(scales) == 1 and len(scale.options) <= 6:
        short = [pen.words.short(value) for value in scale.values]
        names = [f"{value} {pen.words.of(option.label)}" for value, option in zip(short, scale.options, strict=True)]
        return list(scale.values), short if pen.narrow else names
    low, high = scale_ends(instrument.dimensions)
    return [low, high], [pen.words.short(low), pen.words.short(high)]
