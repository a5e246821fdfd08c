"""The order of the units: overall score with its interval, where the levels begin, and how sure each step is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from kamassess.charts.canvas import TEXT, Pen, Sheet, cut
from kamassess.charts.marks import Look
from kamassess.charts.rows import Rows
from kamassess.instrument import Instrument
from kamassess.locale import Locale
from kamassess.result import SIGNIFICANCE, Rank, UnitResult

__all__ = ["NEARLY_ALL", "plot_ranking", "probability"]

_FIRST, _ABOVE = 62, 172
"""Pixels from the scale to the right edges of the two columns of figures."""

_HEAD_TOP = 48
"""Pixels above the rows on a phone, where the head of the figures stands above the names of the levels."""

_LETTER = 0.56
_NAMED_FROM = 92
NEARLY_ALL = 0.995
"""A share of draws from which on it is "over 99 %": what is only drawn is never sure."""


def probability(words: Locale, share: float) -> str:
    """A share of draws in per cent; never all or none of them, since it is only drawn.

    >>> from kamassess.locale import locale
    >>> [probability(locale("en"), share) for share in (1.0, 0.78, 0.0)]
    ['>99%', '78%', '<1%']
    """
    if share >= NEARLY_ALL:
        return words("group_nearly_all")
    return words("group_nearly_none") if share <= 1 - NEARLY_ALL else words.percent(share)


def plot_ranking(units: Sequence[UnitResult], ranking: Mapping[str, Rank], instrument: Instrument, pen: Pen) -> Sheet:
    """Units in rows, as they are ranked.

    At the right stand two probabilities: of being the first (where there is room), and of being above the unit ranked next; bold
    where that is sure.
    """
    words = pen.words
    names = [_name(unit, ranking, pen) for unit in units]
    low, high = _scale(units, instrument)
    pad = (high - low) * 0.03
    top = _HEAD_TOP if pen.narrow else 30
    rows = Rows(pen, names, low - pad, high + pad * 4, row_height=34, top=top, right=_ABOVE + 6, label_width=204)
    starts = [level for level in instrument.levels if low <= level.start <= high]
    room = rows.across / (high - low)
    apart = min((after.start - before.start for before, after in pairwise(starts)), default=9.0)
    named = not pen.narrow and apart * room > _NAMED_FROM
    labels = [f"{level.level} {words.of(level.name)}" if named else words("at_level", level=level.level) for level in starts]
    rows.grid([level.start for level in starts], labels)
    for row, unit in enumerate(units):
        block, y = unit.overall, rows.y(row)
        if block.score is None:
            continue
        if block.interval:
            rows.line(block.interval, [y, y], Look(line=pen["claimed"], width=4, cap="round", opacity=0.4))
        name, shown = words.of(unit.name), words.score(block.score, instrument.starts)
        tip = words("tip_claimed", name=name, value=shown, n=block.n)
        if block.interval:
            tip += words("tip_interval", interval=words.interval(*block.interval))
        rows.dot(block.score, y, "o", 13, Look(pen["claimed"], pen["claimed"]), order=4, tip=tip)
        last = max((block.score, *(block.interval or ())))
        rows.text(last, y, shown, (11, 0), color=pen["ink"], size=12, bold=True)
    _figures(rows, units, ranking)
    return rows


def _name(unit: UnitResult, ranking: Mapping[str, Rank], pen: Pen) -> str:
    """Rank and name; on a phone as much of it as fits in a line."""
    name = f"{ranking[unit.id].rank}  {pen.words.of(unit.name)}"
    room = int((pen.width - 64) / (TEXT * _LETTER))
    return cut(name, room) if pen.narrow else name


def _scale(units: Sequence[UnitResult], instrument: Instrument) -> tuple[float, float]:
    """From the start of a level below all scores to one above them."""
    values = [value for unit in units for value in (unit.overall.score, *(unit.overall.interval or ())) if value is not None]
    low = max((start for start in instrument.starts if start <= min(values)), default=min(values))
    high = min((start for start in instrument.starts if start > max(values)), default=max(values))
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _figures(rows: Rows, units: Sequence[UnitResult], ranking: Mapping[str, Rank]) -> None:
    """The probabilities in columns at the right, or on a phone at the end of the line of the name."""
    pen, words = rows.pen, rows.pen.words
    if rows.stacked:
        rows.beside.text(pen.width, 11, words("chart_above_next"), ha="right")
    else:
        for label, right in (("chart_first", _FIRST), ("chart_above_next", _ABOVE)):
            rows.text(rows.high, -0.5, words(label), (right, 8), ha="right", va="baseline")
    for row, unit in enumerate(units):
        rank = ranking[unit.id]
        sure = rank.above_next is not None and rank.above_next >= 1 - SIGNIFICANCE
        look: dict[str, Any] = {"ha": "right"} | ({"color": pen["ink"], "bold": True} if sure else {})
        above = "" if rank.above_next is None else probability(words, rank.above_next)
        if rows.stacked:
            rows.beside.text(pen.width, rows.name_line(row), above, **look)
            continue
        if rank.first is not None:
            rows.text(rows.high, row, probability(words, rank.first), (_FIRST, 0), ha="right")
        rows.text(rows.high, row, above, (_ABOVE, 0), **look)
