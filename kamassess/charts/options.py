"""Options to keep an account: what each is worth to the customer and to us, and which assumption moves the lead."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.ticker import MaxNLocator

from kamassess.charts.amounts import Amounts
from kamassess.charts.canvas import Pen, Sheet, cut
from kamassess.charts.change_rows import FIGURES, Key, Sign, box_sign, dot_sign, heading, line_sign
from kamassess.charts.marks import Look
from kamassess.charts.rows import Rows

__all__ = ["OptionRow", "SwingRow", "plot_options", "plot_swings"]

_THICK = 0.25
_OURS, _THEIRS = 0.15, -0.15
"""Height of a bar, and how far from the middle of its row the bars lie, as shares of the row."""


@dataclass(frozen=True, slots=True)
class OptionRow:
    """A row of :func:`plot_options`; amounts are a year's, None where there is none.

    ``level`` is what ``ours`` must be for the option to be level with the best other; None for the leader.
    """

    name: str
    ours: float | None
    theirs: float | None
    cost: float | None
    level: float | None
    first: bool = False
    without: str = ""
    """Why there is no figure of ours."""


@dataclass(frozen=True, slots=True)
class SwingRow:
    """A row of :func:`plot_swings`: the lead with an input a fifth lower and a fifth higher, and who leads instead."""

    name: str
    low: float
    high: float
    instead: str = ""


def plot_options(entries: Sequence[OptionRow], amounts: Amounts, pen: Pen, *, against_nothing: bool = True) -> Sheet:
    """What each option is worth to the customer (outlined) and to us (filled), what it costs us, and what would make it first.

    ``against_nothing``: ours is what it leaves beyond doing nothing; else what it leaves in all.
    """
    words = pen.words
    key = Key(pen, _entries(entries, pen, against_nothing))
    values = [0.0, *(value for row in entries for value in (row.ours, row.theirs, row.cost, row.level) if value is not None)]
    first = [place for place, row in enumerate(entries) if row.first]
    rows = _rows([row.name for row in entries], values, amounts, key, pen, 58, first)
    heading(rows, words("opt_chart_column_short" if pen.narrow else "opt_chart_column", unit=amounts.unit))
    key.draw(rows)
    for place, row in enumerate(entries):
        _option(rows, place, row, amounts)
    return rows


def plot_swings(entries: Sequence[SwingRow], lead: float, amounts: Amounts, pen: Pen) -> Sheet:
    """How the lead of the best option changes with each input; left of nought another one leads."""
    words = pen.words
    key = Key(
        pen,
        [
            (box_sign(_look(pen, filled=False)), words("opt_key_lower")),
            (box_sign(_look(pen, filled=True)), words("opt_key_higher")),
            (line_sign([0, 0], [-7, 7], Look(line=pen["ink"], width=1.6)), words("opt_key_nought")),
        ],
    )
    values = [0.0, lead, *(value for row in entries for value in (row.low, row.high))]
    rows = _rows([row.name for row in entries], values, amounts, key, pen, 50)
    heading(rows, words("opt_chart_leads_short" if pen.narrow else "opt_chart_leads"))
    key.draw(rows)
    for place, row in enumerate(entries):
        ends = _span(rows, place)
        rows.line([lead, lead], ends, Look(line=pen["muted"], dashes=(4, 3)), order=1)
        for end, filled in ((row.low, False), (row.high, True)):
            tip = words("opt_tip_higher" if filled else "opt_tip_lower", name=row.name, lead=amounts.text(end))
            _bar(rows, place, 0.0, lead, end, _look(pen, filled=filled), tip)
        _figure(rows, place, 0.0, row.instead or words("opt_stays"), strong=bool(row.instead))
    return rows


# -- parts -----------------------------------------------------------------------------------------------------------------


def _rows(
    names: Sequence[str],
    values: Sequence[float],
    amounts: Amounts,
    key: Key,
    pen: Pen,
    height: int,
    bold: Collection[int] = (),
) -> Rows:
    """Rows on a scale that holds all *values*, a line at nought, and room for figures at the right."""
    locator = MaxNLocator(nbins=4 if pen.narrow else 6, steps=[1, 2, 2.5, 5, 10])
    ticks = [float(tick) for tick in locator.tick_values(min(values), max(values) or 1.0)]
    room = (ticks[-1] - ticks[0]) * (0.04 if pen.narrow else 0.02)
    low, high = ticks[0] - room, ticks[-1] + room
    if pen.narrow:
        high += (high - low) * 0.34
    most = int((pen.width - 8) / 7.3)
    shown = [cut(name, most) if pen.narrow else name for name in names]
    rows = Rows(pen, shown, low, high, row_height=height, top=30 + key.height, right=FIGURES, bold=bold)
    rows.grid(ticks, [amounts.tick(tick) for tick in ticks])
    for place in range(len(names)):
        rows.line([0, 0], _span(rows, place), Look(line=pen["ink"], width=1.4))
    return rows


def _span(rows: Rows, place: int) -> list[float]:
    """From where to where lines of a row go: on a phone they keep clear of its name."""
    return [rows.y(place) - 0.31 if rows.stacked else place - 0.5, place + 0.5]


def _option(rows: Rows, place: int, row: OptionRow, amounts: Amounts) -> None:
    pen, words = rows.pen, rows.pen.words
    if row.theirs is not None:
        tip = words("opt_tip_theirs", name=row.name, value=amounts.text(row.theirs))
        _bar(rows, place, _THEIRS, 0.0, row.theirs, _look(pen, filled=False), tip)
        _figure(rows, place, _THEIRS, amounts.plain(row.theirs), strong=False)
    if row.cost is not None and row.theirs is not None:
        y = rows.y(place) + _THEIRS
        tip = words("opt_tip_cost", name=row.name, value=amounts.text(row.cost))
        rows.line([row.cost, row.cost], [y - 0.19, y + 0.19], Look(line=pen["ink"], width=2.2), order=5, tip=tip)
    if row.ours is None:
        _figure(rows, place, _OURS, row.without, strong=False)
        return
    tip = words("opt_tip_ours", name=row.name, value=amounts.text(row.ours, signed=True))
    _bar(rows, place, _OURS, 0.0, row.ours, _look(pen, filled=True), tip)
    _figure(rows, place, _OURS, amounts.plain(row.ours, signed=True), strong=True)
    if row.level is not None:
        tip = words("opt_tip_level", name=row.name, value=amounts.text(row.level, signed=True))
        rows.dot(row.level, rows.y(place) + _OURS, "D", 8, _level(pen), order=6, tip=tip)


def _bar(rows: Rows, place: int, shift: float, start: float, end: float, look: Look, tip: str) -> None:
    rows.box(min(start, end), rows.y(place) + shift - _THICK / 2, abs(end - start), _THICK, look, order=3, tip=tip)


def _look(pen: Pen, *, filled: bool) -> Look:
    return Look(pen["claimed"] if filled else pen["paper"], pen["claimed"], 1.4)


def _level(pen: Pen) -> Look:
    return Look(pen["paper"], pen["measured"], 1.8)


def _figure(rows: Rows, place: int, shift: float, text: str, *, strong: bool) -> None:
    """A figure at the right of a bar's line; a long one is cut, since a tip and a table have it whole."""
    edge, room = (12, 15) if rows.stacked else (FIGURES - 2, 24)
    look: dict[str, Any] = {"color": rows.pen["ink"], "size": 12, "bold": True} if strong else {}
    rows.text(rows.high, rows.y(place) + shift, cut(text, room), (edge, 0), ha="right", **look)


def _entries(entries: Sequence[OptionRow], pen: Pen, against_nothing: bool) -> list[tuple[Sign, str]]:
    """The key, of what occurs."""
    words = pen.words
    found: list[tuple[Sign, str]] = []
    if any(row.theirs is not None for row in entries):
        found.append((box_sign(_look(pen, filled=False)), words("opt_key_theirs")))
        found.append((line_sign([0, 0], [-7, 7], Look(line=pen["ink"], width=2.2)), words("opt_key_cost")))
    if any(row.ours is not None for row in entries):
        found.append((box_sign(_look(pen, filled=True)), words("opt_key_gain" if against_nothing else "opt_key_net")))
    if any(row.level is not None for row in entries):
        found.append((dot_sign("D", 7, _level(pen)), words("opt_key_level")))
    return found
