"""How sure the order of the units is: what was drawn, the order with its intervals, and every pair of units."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from kamassess.charts.ranking import plot_ranking
from kamassess.document import Bullets, Heading, KeyEntry, Node, Paragraph, Rich
from kamassess.sections.group.tables import table_pairs, table_ranking
from kamassess.sections.group.view import SURE, GroupView, ends

__all__ = ["ranking"]

_MOST_DRAWN, _MOST_PAIRS, _MOST_LISTED, _NAMED = 24, 12, 12, 3
_EVEN = 0.5


def ranking(view: GroupView) -> tuple[Node, ...]:
    """The ranking with its probability; nothing where there is nothing to compare."""
    if not view.comparable:
        return ()
    words = view.words
    nodes: list[Node] = [Heading(1, view.said("section_ranking"), "ranking")]
    if len(view.ranked) > 1:
        values = {"draws": words.number(view.result.replicates, 0), "low": words.percent(1 - SURE), "high": words.percent(SURE)}
        verdict = (*_verdict(view), *_only_with(view))
        nodes += [Paragraph(verdict, "lead"), Paragraph(view.told("ranking_intro", **values)), _chart(view)]
        nodes.append(table_ranking(view))
        if view.group.left_out:
            nodes.append(Paragraph(_again(view)))
        if 2 < len(view.ranked) <= _MOST_PAIRS:
            nodes.append(table_pairs(view))
    else:
        nodes.append(Paragraph(words.rich("ranking_nobody")))
    if view.unranked:
        nodes += [Heading(2, words("section_unranked"), "unranked"), Bullets(_unranked(view))]
    return tuple(nodes)


def _verdict(view: GroupView) -> Rich:
    """How many steps of the ranking are sure."""
    words, units = view.words, view.ranked
    sure = sum(view.apart(above, below) for above, below in pairwise(units))
    steps = len(units) - 1
    if "overall" in view.alike and sure:
        return view.told("ranking_alike", p=words.number(view.whole.p or 0.0, 2), n=words.number(view.whole.n, 0))
    if steps == 1:
        above = view.ranking[units[0]].above_next or 0.0
        label = "ranking_two_sure" if sure else "ranking_two_open"
        values = {"first": view.unit_name(units[0]), "last": view.unit_name(units[1])}
        return words.rich(label, chance=view.often(above), **values)
    if sure == steps:
        return words.rich("ranking_all_sure", count=words.number(len(units), 0))
    counts = {"sure": words.number(sure, 0), "steps": words.number(steps, 0)}
    if not sure:
        return words.rich("ranking_none_sure", **counts)
    return words.rich("ranking_some_sure", pairs=_open_pairs(view), **counts)


def _open_pairs(view: GroupView) -> str:
    """Neighbours in the ranking that cannot be told apart; of many, the first."""
    units = view.ranked
    return _pairs(view, [(above, below) for above, below in pairwise(units) if not view.apart(above, below)])


def _pairs(view: GroupView, pairs: Sequence[tuple[str, str]]) -> str:
    words = view.words
    shown = [words("ranking_pair", above=view.unit_name(above), below=view.unit_name(below)) for above, below in pairs[:_NAMED]]
    more = [words("ranking_pairs_more", count=words.number(len(pairs) - _NAMED, 0))] if len(pairs) > _NAMED else []
    return words("alt_separator").join([*shown, *more])


def _lost(view: GroupView) -> list[tuple[str, str]]:
    """Neighbours told apart that are not without the dimensions left out."""
    return [pair for pair in pairwise(view.ranked) if view.apart(*pair) and not view.lasts(*pair)]


def _only_with(view: GroupView) -> Rich:
    """Which of the sure steps need the dimensions that do not speak for every unit."""
    lost = _lost(view)
    if not lost or "overall" in view.alike:
        return ()
    return view.words.rich("ranking_only_with", dimensions=view.left_out, pairs=_pairs(view, lost))


def _again(view: GroupView) -> Rich:
    """What becomes of the order without the dimensions that do not speak for every unit, and because of whom."""
    words, again = view.words, view.group.ranking_carried
    if not again:
        return view.told("again_nothing_left")
    dimensions = [entry for entry in view.instrument.dimensions if entry.id in view.group.left_out]
    parts = [words("again_without_one", dimension=view.quoted(entry), why=_why_left_out(view, entry.id)) for entry in dimensions]
    first = view.ranked[0]
    top = view.other_first or first
    chances = {"now": view.often(again[top].first or 0.0), "before": view.often(view.ranking[top].first or 0.0)}
    label = "again_other_first" if view.other_first else "again_same_first"
    found = [
        *words.rich("again_without", dimensions=words.list(parts)),
        *view.told(label, unit=view.unit_name(top), first=view.unit_name(first), **chances),
    ]
    lost = _lost(view)
    turned = [pair for pair in pairwise(view.ranked) if pair not in lost and _chance_again(view, pair) < _EVEN]
    if lost:
        found += words.rich("again_lost", pairs=_moved(view, lost))
    elif any(view.apart(*pair) for pair in pairwise(view.ranked)):
        found += view.told("again_kept")
    if turned:
        found += words.rich("again_turned", pairs=_moved(view, turned))
    return tuple(found)


def _chance_again(view: GroupView, pair: tuple[str, str]) -> float:
    above, below = pair
    return view.group.above_carried.get(above, {}).get(below, 1.0)


def _why_left_out(view: GroupView, dimension: str) -> str:
    """The units without a score on a dimension, and those whose people do not agree on it; of many, how many."""
    words, units = view.words, view.group.left_out[dimension]
    if len(units) > _NAMED:
        return words("again_why_many", count=words.number(len(units), 0))
    unscored = [name for name in units if view.unit(name).dimensions[dimension].score is None]
    apart = [name for name in units if name not in unscored]
    parts = [words("again_why_unscored", units=view.names(unscored))] if unscored else []
    parts += [words("again_why_apart", units=view.names(apart))] if apart else []
    return words("alt_separator").join(parts)


def _moved(view: GroupView, pairs: Sequence[tuple[str, str]]) -> str:
    """Pairs with their probability as ranked and without the dimensions left out; of many, the first."""
    words, shown = view.words, []
    for above, below in pairs[:_NAMED]:
        values = {"above": view.unit_name(above), "below": view.unit_name(below)}
        now, before = view.probability(_chance_again(view, (above, below))), view.probability(view.chance(above, below) or 0.0)
        shown.append(words("again_pair", now=now, before=before, **values))
    if len(pairs) > _NAMED:
        shown.append(words("ranking_pairs_more", count=words.number(len(pairs) - _NAMED, 0)))
    return words("alt_separator").join(shown)


def _chart(view: GroupView) -> Node:
    words = view.words
    drawn = ends(view.ranked, _MOST_DRAWN)
    units = [view.unit(name) for name in drawn]
    part = words("ranking_chart_part", half=_MOST_DRAWN // 2, count=words.number(len(view.ranked), 0))
    key = [KeyEntry("claimed", words("key_claimed"))]
    if any(unit.overall.interval for unit in units):
        key.append(KeyEntry("interval", words("key_interval")))
    return view.chart(
        "ranking-chart",
        lambda pen: plot_ranking(units, view.ranking, view.instrument, pen),
        title=view.said("ranking_chart_title"),
        subtitle=view.said("ranking_chart_subtitle") + (part if len(drawn) < len(view.ranked) else ""),
        alt=_alt(view, drawn),
        key=tuple(key),
    )


def _alt(view: GroupView, drawn: tuple[str, ...]) -> str:
    words = view.words
    parts = []
    for name in drawn:
        rank = view.ranking[name]
        values = {"rank": rank.rank, "unit": view.unit_name(name), "score": view.score(view.unit(name).overall)}
        last = rank.above_next is None
        parts.append(
            words("alt_rank_last", **values) if last else words("alt_rank", chance=view.often(rank.above_next or 0.0), **values)
        )
    return words("alt_ranking", parts=words("alt_separator").join(parts))


def _unranked(view: GroupView) -> tuple[Rich, ...]:
    """Units without a rank, by the reason for it."""
    words, least = view.words, view.words.percent(view.instrument.policy.min_coverage)
    unscored = [name for name in view.unranked if view.ranking[name].score is None]
    scored = [name for name in view.unranked if name not in unscored]
    items = []
    if scored:
        items.append(words.rich("unranked_no_interval", units=_listed(view, scored)))
    if unscored:
        items.append(words.rich("unranked_no_score", least=least, units=_listed(view, unscored)))
    return tuple(items)


def _listed(view: GroupView, names: Sequence[str]) -> str:
    """Units with their people and their score."""
    words, parts = view.words, []
    for name in names[:_MOST_LISTED]:
        rank = view.ranking[name]
        values = {"unit": view.unit_name(name), "people": words.people(rank.n), "score": view.points(rank.score)}
        parts.append(words("unranked_unit" if rank.score is None else "unranked_unit_score", **values))
    if len(names) > _MOST_LISTED:
        parts.append(words("unranked_more", count=words.number(len(names) - _MOST_LISTED, 0)))
    return words("alt_separator").join(parts)
