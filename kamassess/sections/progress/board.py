"""The page for the board: then and now in figures, one chart, and what moved, what did not, and what cannot be told."""

from __future__ import annotations

from collections.abc import Sequence

from kamassess.charts.change import plot_changes
from kamassess.charts.change_rows import ChangeRow
from kamassess.document import Cards, Heading, KeyFigure, KeyFigures, Node
from kamassess.sections.progress.group_findings import group_findings
from kamassess.sections.progress.unit_findings import unit_findings
from kamassess.sections.progress.view import STANDINGS, ProgressView, UnitProgressView

__all__ = ["board"]

_MOST_ROWS = 24
"""Units in the chart; the table has all."""
_MOST_NAMED = 2


def board(view: ProgressView) -> tuple[Node, ...]:
    """What a board reads if it reads one page."""
    nodes: list[Node] = [Heading(1, view.words("section_board"), "board")]
    if isinstance(view, UnitProgressView):
        nodes += [_unit_figures(view), _unit_chart(view)]
        cards = unit_findings(view)
    else:
        nodes += [_group_figures(view), _group_chart(view)] if view.changes else []
        cards = group_findings(view)
    return (*nodes, *([Cards(cards)] if cards else []))


# -- figures -------------------------------------------------------------------------------------------------------------


def _unit_figures(view: UnitProgressView) -> KeyFigures:
    words, overall = view.words, view.change.overall
    ends = ((view.waves[0], overall.before, overall.level_before), (view.waves[1], overall.after, overall.level_after))
    items = [
        KeyFigure(
            words("progress_overall", wave=wave),
            view.exact(score),
            words("progress_level", level=level, name=view.level_name(level)) if level is not None else "",
        )
        for wave, score, level in ends
    ]
    if overall.difference is None:
        note = view.why_none(overall)
    else:
        note = words("interval_95", interval=view.interval(overall.ci)) if overall.ci else words("no_interval")
    items.append(KeyFigure(words("progress_change"), view.signed(overall.difference), note))
    real = overall.real
    if real.value is None:
        note = words(f"reason_{real.reason}")
    else:
        note = words("interval_95", interval=view.interval(real.ci)) if real.ci else words("no_interval")
    if real.value is not None:
        note = words("progress_real_means", same=words(f"told_by_{view.change.basis}"), note=note)
    items.append(KeyFigure(words("cause_real"), view.signed(real.value), note))
    return KeyFigures(tuple(items))


def _group_figures(view: ProgressView) -> KeyFigures:
    words = view.words
    items = []
    for standing in STANDINGS:
        names = view.units_at(standing)
        note = view.units(names) if 0 < len(names) <= _MOST_NAMED else ""
        items.append(KeyFigure(words(f"progress_figure_{standing}"), str(len(names)), note))
    return KeyFigures(tuple(items))


# -- the chart -----------------------------------------------------------------------------------------------------------


def _unit_chart(view: UnitProgressView) -> Node:
    since, wave = view.waves
    return _chart(view, view.rows, "progress-dimensions", view.words("chart_progress_title", since=since, wave=wave))


def _group_chart(view: ProgressView) -> Node:
    """Units from the highest rise to the deepest fall; the largest changes alone of a large group."""
    names = list(view.changes)
    if len(names) > _MOST_ROWS:
        largest = sorted(names, key=lambda name: -abs(view.changes[name].overall.difference or 0.0))[:_MOST_ROWS]
        names = [name for name in names if name in largest]
    rows = [ChangeRow(view.named_unit(name), view.changes[name].overall) for name in names]
    label = "chart_progress_units" if len(names) == len(view.changes) else "chart_progress_largest"
    since, wave = view.waves
    title = view.words(label, since=since, wave=wave, count=len(names), units=len(view.changes))
    return _chart(view, rows, "progress-units", title)


def _chart(view: ProgressView, rows: Sequence[ChangeRow], chart_id: str, title: str) -> Node:
    words = view.words
    return view.chart(
        chart_id,
        lambda pen: plot_changes(rows, view.instrument, view.waves, pen),
        title=title,
        subtitle=words("chart_progress_subtitle"),
        alt=words("alt_progress", parts=words("alt_separator").join(_told(view, row) for row in rows)),
    )


def _told(view: ProgressView, row: ChangeRow) -> str:
    """A row of the chart in words."""
    words, change = view.words, row.change
    if change.difference is None:
        return words("alt_progress_none", name=row.name, reason=view.why_none(change))
    values = {"name": row.name, "before": view.exact(change.before), "after": view.exact(change.after)}
    moved = view.moved(change.difference, change.ci)
    return words("alt_progress_sure" if change.certain else "alt_progress_chance", moved=moved, **values)
