"""The page for the board: a strip of figures, the units by dimension, and a handful of findings in sentences."""

from __future__ import annotations

from kamassess.document import Cards, Heading, KeyFigure, KeyFigures, Node
from kamassess.sections.group.findings import findings
from kamassess.sections.group.tables import table_units
from kamassess.sections.group.unasked import group_board
from kamassess.sections.group.view import GroupView

__all__ = ["board"]


_SHARES = 3
"""So many leaders have their shares of first places side by side; of more, the largest share stands alone."""


def board(view: GroupView) -> tuple[Node, ...]:
    """What a board reads if it reads one page."""
    if not view.ranking:
        return group_board(view)
    nodes: list[Node] = [Heading(1, view.words("section_board"), "board"), _figures(view)]
    if view.shown:
        nodes.append(table_units(view))
    found = findings(view)
    if found:
        nodes.append(Cards(found))
    return tuple(nodes)


def _figures(view: GroupView) -> KeyFigures:
    words = view.words
    mean = words("group_figure_mean_single" if view.single else "group_figure_mean")
    items = [KeyFigure(mean, words.score(view.whole.mean), _range(view))]
    people = words("group_of_people", people=words.people(view.people))
    if len(view.scored) == len(view.ranking):
        items.append(KeyFigure(words("group_figure_units"), words.number(len(view.scored), 0), people))
    else:
        value = words("group_some_of", count=words.number(len(view.scored), 0), all=words.number(len(view.ranking), 0))
        items.append(KeyFigure(words("group_figure_scored"), value, people))
    levels = view.levels
    if levels:
        first, last = min(levels), max(levels)
        value = str(first) if first == last else words("group_from_to", low=first, high=last)
        parts = [words("group_at_level", units=view.units(count), level=level) for level, count in levels.items()]
        items.append(KeyFigure(words("group_figure_levels"), value, words("group_part_separator").join(parts)))
    if len(view.ranked) > 1 and "overall" not in view.alike:
        items += _first(view)
    if view.comparable and view.whole.icc1 is not None:
        share = max(view.whole.icc1, 0.0)
        items.append(KeyFigure(words("group_figure_between"), words.percent(share), words("group_of_differences")))
    return KeyFigures(tuple(items))


def _first(view: GroupView) -> list[KeyFigure]:
    """How sure the first place is; open where the leaders cannot be told apart."""
    words, first = view.words, view.ranked[0]
    share = view.ranking[first].first
    if share is None:
        return []
    if len(view.leaders) == 1:
        label = "group_first_only_with" if view.lead_lost else "group_first_of"
        note = view.said(label, unit=view.unit_name(first), dimensions=view.left_out)
        return [KeyFigure(view.said("group_figure_first"), view.probability(share), note)]
    shares = [words.number(100 * (view.ranking[name].first or 0.0), 0) for name in view.leaders]
    if len(shares) <= _SHARES:
        note = words("group_open_draws", shares=words("group_share_separator").join(shares))
    else:
        note = words("group_open_most", unit=view.unit_name(first), share=view.often(share))
    return [KeyFigure(view.said("group_figure_open"), words("group_open"), note)]


def _range(view: GroupView) -> str:
    low, high = view.whole.lowest, view.whole.highest
    if low is None or high is None:
        return view.words("group_no_score")
    if not view.comparable:
        return view.unit_name(low)
    ends = {"low": view.points(view.ranking[low].score), "high": view.points(view.ranking[high].score)}
    return view.words("group_range", **ends)
