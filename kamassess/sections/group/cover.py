"""The head of the overview: the company, its units and its people, under a title that says who leads and who is behind."""

from __future__ import annotations

from kamassess.document import Banner, Cover, Node, Rich, rich
from kamassess.sections.group.unasked import group_cover
from kamassess.sections.group.view import GroupView

__all__ = ["cover", "headline"]

_MOSTLY, _HARDLY = 0.5, 0.1
"""Shares of the differences between people that lie between units: from the first, the unit is what matters most; below the
second, hardly."""

_BY_NAME = 2
"""So many units are named in the title; more are counted."""


def cover(view: GroupView) -> tuple[Node, ...]:
    """The head of the report, and the units of which it can say little or nothing."""
    if not view.ranking:
        return group_cover(view)
    words, result = view.words, view.result
    version = words("title_version", title=words.of(view.instrument.title), version=view.instrument.version)
    facts: list[tuple[str, Rich]] = [
        (words("fact_company"), rich("{x}", x=view.company)),
        (words("group_fact_units"), rich("{x}", x=_counts(view))),
        (words("fact_wave"), rich("{x}", x=result.wave)),
        *([(words("fact_date"), rich("{x}", x=words.date(result.date)))] if result.date else []),
        (words("group_fact_people"), rich("{x}", x=words.number(view.people, 0))),
        (words("fact_instrument"), rich("{x}", x=version)),
        (words("fact_languages"), rich("{x}", x=words.list([words(f"language_{name}") for name in result.languages]))),
    ]
    kicker = words("group_kicker", company=view.company, wave=result.wave)
    return (Cover(kicker, headline(view), _lead(view), tuple(facts)), *_cautions(view))


def headline(view: GroupView) -> str:
    """Who leads and who is behind, as far as they can be told apart, and between which levels; first, a lead that data deny."""
    words = view.words
    if not view.scored:
        return words("group_headline_none")
    if not view.comparable:
        return words("group_headline_single" if view.single else "group_headline_one", unit=view.unit_name(view.scored[0]))
    if len(view.ranked) < 2:
        units = view.names(view.scored) if view.two else view.units(len(view.scored))
        return view.said("group_headline_unranked", units=units)
    if view.even:
        label = "group_headline_even_two" if len(view.ranked) == 2 else "group_headline_even"
        return words(label, units=view.names(view.ranked), count=words.number(len(view.ranked), 0), span=_span(view))
    if "overall" in view.alike:
        count = words.number(len(view.scored), 0)
        return view.said("group_headline_alike", units=view.names(view.scored), count=count, span=_span(view))
    if contradicted := [name for name in view.contradicted if name in view.leaders]:
        return _contradicted(view, contradicted)
    if view.two:
        values = {"first": view.unit_name(view.ranked[0]), "last": view.unit_name(view.ranked[1]), "span": _span(view)}
        label = "group_headline_two_only_with" if view.lead_lost or view.behind_lost else "group_headline_two"
        return words(label, dimensions=view.left_out, **values)
    label = "group_headline_only_with" if view.lead_lost or view.behind_lost else "group_headline"
    return words(label, leading=_leading(view), trailing=_trailing(view), span=_span(view), dimensions=view.left_out)


def _contradicted(view: GroupView, units: list[str]) -> str:
    """That units lead by what their people say, and not by what their data show."""
    words = view.words
    if len(view.leaders) > 1:
        return words("group_headline_contradicted_some", leading=_leading(view), units=view.names(units, _BY_NAME))
    claimed, measured, _ = view.contradicted[units[0]]
    values = {"claimed": words.score(claimed), "measured": words.score(measured)}
    return view.said("group_headline_contradicted", unit=view.unit_name(units[0]), **values)


def _leading(view: GroupView) -> str:
    words, count = view.words, len(view.leaders)
    if count > _BY_NAME:
        return words("group_lead_count", count=words.number(count, 0))
    return words("group_leads" if count == 1 else "group_lead", units=view.names(view.leaders))


def _trailing(view: GroupView) -> str:
    words, count = view.words, len(view.behind)
    if count > _BY_NAME:
        return words("group_trail_count", count=words.number(count, 0))
    return words("group_trails" if count == 1 else "group_trail", units=view.names(view.behind))


def _span(view: GroupView) -> str:
    """From the lowest to the highest level; scores where levels were not counted."""
    levels = list(view.levels)
    whole = sum(view.levels.values()) == len(view.scored)
    if len(levels) > 1 and (whole or not view.two):
        first, last = (view.unit(name).overall.level for name in view.scored) if view.two else (None, None)
        return view.said("group_span_levels", low=levels[0], high=levels[-1], first=first, last=last)
    if levels and whole:
        return view.said("group_span_level", level=levels[0])
    values = _extremes(view)
    return view.said("group_span_scores", low=values["low"], high=values["high"], first=values["high"], last=values["low"])


def _extremes(view: GroupView) -> dict[str, str]:
    low, high = view.whole.lowest, view.whole.highest
    assert low is not None and high is not None  # noqa: S101, PT018 - only asked for where units have scores
    return {
        "low": view.points(view.ranking[low].score),
        "low_unit": view.unit_name(low),
        "high": view.points(view.ranking[high].score),
        "high_unit": view.unit_name(high),
    }


def _counts(view: GroupView) -> str:
    words = view.words
    if view.single:
        return words("group_counts_single" if view.scored else "group_counts_single_none")
    label = "group_counts_all" if len(view.ranked) == len(view.ranking) else "group_counts"
    counts = {"answered": len(view.ranking), "scored": len(view.scored), "ranked": len(view.ranked)}
    return view.said(label, **{name: words.number(count, 0) for name, count in counts.items()})


def _lead(view: GroupView) -> Rich:
    """From where to where the scores run, and whether it matters in which unit people work."""
    words, people = view.words, view.words.people(view.people)
    if not view.scored:
        least = words.percent(view.instrument.policy.min_coverage)
        return words.rich("group_lead_none", units=view.units(len(view.ranking)), people=people, least=least)
    if not view.comparable:
        score = view.points(view.ranking[view.scored[0]].score)
        label = "group_lead_single" if view.single else "group_lead_one"
        return words.rich(label, unit=view.unit_name(view.scored[0]), score=score)
    values = {"units": view.units(len(view.scored)), "people": people, "mean": words.score(view.whole.mean)}
    share = view.whole.icc1
    if share is None:
        return words.rich("group_lead_unknown", **values, **_extremes(view))
    if "overall" in view.alike:
        return words.rich("group_lead_alike", p=words.number(view.whole.p or 0.0, 2), **values, **_extremes(view))
    kind = "mostly" if share >= _MOSTLY else "hardly" if share < _HARDLY else "partly"
    return words.rich(f"group_lead_{kind}", share=words.percent(max(share, 0.0)), **values, **_extremes(view))


def _cautions(view: GroupView) -> tuple[Node, ...]:
    """Units of which little is known, before anything is said of the others."""
    words = view.words
    found: list[Node] = []
    if view.unranked and len(view.ranked) > 1:
        found.append(Banner("warning", words.rich("group_caution_unranked", units=view.names(view.unranked))))
    if view.silent:
        found.append(Banner("info", words.rich("group_caution_silent", units=view.names(view.silent))))
    return tuple(found)
