"""What moved each score: how much of a change is real, and what other people, other questions and what applies did to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.ticker import MaxNLocator

from kamassess.charts.canvas import Pen, Sheet
from kamassess.charts.change_rows import (
    ChangeRow,
    Key,
    Sign,
    box_sign,
    change_rows,
    dot_sign,
    figures,
    heading,
    signed,
    signed_interval,
    visible,
)
from kamassess.charts.marks import Look
from kamassess.charts.rows import Rows
from kamassess.locale import Locale
from kamassess.result import Interval, Part

__all__ = ["CAUSES", "plot_causes"]

CAUSES = ("real", "respondents", "instrument", "not_applicable")
"""The parts of a change, in the order in which they are shown."""

_THICK = 0.34
"""Height of a bar as a share of its row."""

_EDGES: Mapping[str, tuple[str, tuple[float, ...]]] = {
    "respondents": ("claimed", ()),
    "instrument": ("ink", (4, 2)),
    "not_applicable": ("ink", (1, 1.5)),
}
"""Colour and dashes of the bars that are not filled."""


def plot_causes(entries: Sequence[ChangeRow], pen: Pen) -> Sheet:
    """What moved each score, in scale points from nought: real change first, then the other causes; a dot is their sum.

    Only rows whose real change is told can be drawn.
    """
    words = pen.words
    shown = [cause for cause in CAUSES if any(visible(getattr(entry.change, cause).value) for entry in entries)]
    key = Key(pen, _cause_entries(shown, pen))
    low, high = _reach(entries)
    ticks = [float(tick) for tick in MaxNLocator(nbins=4 if pen.narrow else 5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)]
    rows = change_rows(entries, ticks[0], ticks[-1], 0.02, key.height, pen)
    key.draw(rows)
    rows.grid(ticks, [_tick(words, tick) for tick in ticks])
    heading(rows, words("chart_real_column_short" if pen.narrow else "chart_real_column"))
    rows.line([0, 0], [-0.5, len(entries) - 0.5], Look(line=pen["muted"], width=1.2), order=1)
    for row, entry in enumerate(entries):
        _causes(rows, row, entry)
    return rows


def _causes(rows: Rows, row: int, entry: ChangeRow) -> None:
    """The bars of one row from nought to both sides, their sum, and the real part in figures."""
    pen, words, y = rows.pen, rows.pen.words, rows.y(row)
    change = entry.change
    ends = {1: 0.0, -1: 0.0}
    for cause in CAUSES:
        part: Part = getattr(change, cause)
        value = part.value or 0.0
        if not visible(value):
            continue
        sign = 1 if value > 0 else -1
        tip = words("tip_cause", name=entry.name, cause=words(f"cause_{cause}"), value=_with_interval(words, part))
        rows.box(ends[sign], y - _THICK / 2, value, _THICK, _bar_look(pen, cause), tip=tip)
        ends[sign] += value
    if change.real.ci:
        rows.line(change.real.ci, [y, y], Look(line=pen["ink"], width=1.4, cap="butt"), order=4)
    tip = words("tip_cause", name=entry.name, cause=words("cause_total"), value=signed(words, change.difference))
    rows.dot(change.difference or 0.0, y, "o", 9, Look(pen["ink"], pen["paper"], 1.2), order=5, tip=tip)
    figures(rows, y, signed(words, change.real.value), change.real.ci, strong=_sure(change.real.ci))


def _bar_look(pen: Pen, cause: str) -> Look:
    """Filled for real change; the others are told apart by their edges."""
    if cause == "real":
        return Look(pen["claimed"], pen["claimed"], 1.4)
    colour, dashes = _EDGES[cause]
    return Look(pen["paper"], pen[colour], 1.4, dashes)


def _reach(entries: Sequence[ChangeRow]) -> tuple[float, float]:
    """From the lowest to the highest end of any bar, interval or sum; never less than a quarter of a point to each side."""
    low, high = -0.25, 0.25
    for entry in entries:
        values = [getattr(entry.change, cause).value or 0.0 for cause in CAUSES]
        ends = [sum(value for value in values if value < 0), sum(value for value in values if value > 0)]
        ends += [entry.change.difference or 0.0, *(entry.change.real.ci or ())]
        low, high = min(low, *ends), max(high, *ends)
    return low, high


def _tick(words: Locale, value: float) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{words.short(abs(round(value, 6)))}"


def _with_interval(words: Locale, part: Part) -> str:
    value = signed(words, part.value)
    return words("score_interval", score=value, interval=signed_interval(words, part.ci)) if part.ci else value


def _sure(ends: Interval | None) -> bool:
    return ends is not None and (ends[0] > 0 or ends[1] < 0)


def _cause_entries(causes: Sequence[str], pen: Pen) -> list[tuple[Sign, str]]:
    """Key of bars; of what occurs."""
    bars = [(box_sign(_bar_look(pen, cause)), pen.words(f"cause_{cause}")) for cause in causes]
    return [*bars, (dot_sign("o", 8, Look(pen["ink"])), pen.words("cause_total"))]
