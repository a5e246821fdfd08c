"""From the comparison of units to findings in sentences, by rules that are data (``group_findings.yaml``).

A finding chooses and words what the result holds. Units that change places too often in the draws are not ranked against each
other in any sentence: they "cannot be told apart".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kamassess.document import Card, Rich, rich
from kamassess.findings import holds
from kamassess.reading.package_data import package_yaml
from kamassess.result import Spread
from kamassess.sections.group.lessons import is_contradicted, is_doubtful
from kamassess.sections.group.spread import inside
from kamassess.sections.group.view import GroupView

__all__ = ["findings"]

Kind = Literal["contradicted", "shared", "lead", "behind", "common", "teach", "spread", "inside"]
_ACCENTS: Mapping[Kind, Literal["strength", "gap", "disagreement", "data"]] = {
    "contradicted": "data",
    "shared": "data",
    "lead": "strength",
    "behind": "gap",
    "common": "gap",
    "teach": "strength",
    "spread": "disagreement",
    "inside": "disagreement",
}

_MOST_HELD = 6
"""Of so many leaders it is said by which gates they are held."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """Numbers for conditions and words for sentences."""

    kind: Kind
    numbers: Mapping[str, float | None]
    words: Mapping[str, object]


def findings(view: GroupView) -> tuple[Card, ...]:
    """Who leads, who is behind, what most lack, who can teach whom, and where the differences sit; none for one unit."""
    if not view.comparable:
        return ()
    found = (
        _contradicted(view),
        _shared(view),
        _lead(view),
        _behind(view),
        _common(view),
        _teach(view),
        _spread(view),
        _inside(view),
    )
    return tuple(_worded(view, facts) for facts in found if facts)


def _worded(view: GroupView, facts: _Facts) -> Card:
    rule = next(
        rule
        for rule in package_yaml("group_findings.yaml")[facts.kind]
        if all(holds(condition, facts.numbers) for condition in rule["when"])
    )
    turn = sum(f"{next(iter(view.result.company.values()))}{view.result.wave}".encode())  # two companies do not sound alike
    text = rule["texts"][turn % len(rule["texts"])][view.words.language]
    shown = {name: view.words.number(value, 0) if isinstance(value, int) else value for name, value in facts.words.items()}
    more = (*_only_with(view, facts.kind), *(_held(view) if facts.kind == "lead" else ()))
    return Card(_ACCENTS[facts.kind], view.said(f"card_{facts.kind}"), (rich(text, **shown), *more))


def _only_with(view: GroupView, kind: Kind) -> tuple[Rich, ...]:
    """What of a finding does not hold without the dimensions that do not speak for every unit."""
    words, ranked = view.words, view.ranked
    if kind == "lead" and "overall" not in view.alike and not view.even:
        if view.lead_lost:
            values = {"unit": view.unit_name(ranked[0]), "others": view.names(view.lead_lost)}
            return (words.rich("only_with_lead", dimensions=view.left_out, **values),)
        if view.other_first:
            chance = view.often(view.group.ranking_carried[view.other_first].first or 0.0)
            other = view.unit_name(view.other_first)
            return (words.rich("only_with_first", dimensions=view.left_out, unit=other, chance=chance),)
    if kind == "behind" and view.behind_lost:
        values = {"unit": view.unit_name(ranked[-1]), "others": view.names(view.behind_lost)}
        return (words.rich("only_with_behind", dimensions=view.left_out, **values),)
    return ()


def _held(view: GroupView) -> tuple[Rich, ...]:
    """Why leaders that score alike stand at different levels: gates hold some of them."""
    leaders = view.leaders[:_MOST_HELD]
    if len({view.unit(name).overall.level for name in leaders}) < 2:
        return ()
    return tuple(view.words.rich("lead_held", **held) for name in leaders if (held := view.held(name)))


# -- facts ---------------------------------------------------------------------------------------------------------------


def _lead(view: GroupView) -> _Facts | None:
    if len(view.ranked) < 2:
        return None
    first, second, last = view.ranked[0], view.ranked[1], view.ranked[-1]
    rank = view.ranking[first]
    words = {
        "first": view.unit_name(first),
        "first_score": view.points(rank.score),
        "first_n": rank.n,
        "second": view.unit_name(second),
        "second_score": view.points(view.ranking[second].score),
        "last": view.unit_name(last),
        "last_score": view.points(view.ranking[last].score),
        "chance": view.often(rank.first or 0.0),
        "above": view.often(rank.above_next or 0.0),
        "leaders": len(view.leaders),
        "names": view.names(view.leaders),
        "doubted": view.names([name for name in view.contradicted if name in view.leaders]),
        "p": view.words.number(view.whole.p or 0.0, 2),
    }
    other = view.ranking[second].score
    numbers = {
        "leaders": float(len(view.leaders)),
        "ranked": float(len(view.ranked)),
        "ahead": rank.score - other if rank.score is not None and other is not None else None,
        "p": view.whole.p,
        "doubted": float(len(view.contradicted.keys() & set(view.leaders))),
    }
    return _Facts("lead", numbers, words)


def _contradicted(view: GroupView) -> _Facts | None:
    """Units whose own data measure them far below what their people claim, the widest distance first."""
    known, far = view.measured, view.contradicted
    if not far:
        return None
    widest, (claimed, measured, count) = next(iter(far.items()))
    lower = sum(found[1] < measured for found in known.values())
    words = {
        "unit": view.unit_name(widest),
        "claimed": view.words.score(claimed),
        "measured": view.words.score(measured),
        "criteria": count,
        "names": view.names(list(far)),
    }
    numbers = {
        "contradicted": float(len(far)),
        "leads": float(bool(view.ranked) and view.ranked[0] == widest),
        "of": float(len(known)),
        "lower": float(lower),
        "units": float(len(view.ranking)),
    }
    return _Facts("contradicted", numbers, words)


def _shared(view: GroupView) -> _Facts | None:
    """The customer group that two units price furthest apart, by the money at stake."""
    for group in view.result.customer_groups.values():
        price = next((found for found in group.seen if found.kind == "price"), None)
        if price is not None and price.money:
            currency = view.result.currency
            words: dict[str, object] = {
                "group": group.name,
                "dearer": view.unit_name(price.worse),
                "cheaper": view.unit_name(price.better),
                "size": view.words.percent(price.size),
                "money": view.words.money(price.money, currency),
                "products": group.units[price.worse].price.n_common_products,
            }
            return _Facts("shared", {"size": price.size}, words)
    return None


def _behind(view: GroupView) -> _Facts | None:
    if len(view.ranked) < 3 or not view.behind or "overall" in view.alike:
        return None
    before, last = view.ranked[-2:]
    lags = _lags(view, last)
    words: dict[str, object] = {
        "last": view.unit_name(last),
        "last_score": view.points(view.ranking[last].score),
        "last_n": view.ranking[last].n,
        "before": view.unit_name(before),
        "before_score": view.points(view.ranking[before].score),
        "above": view.often(view.ranking[before].above_next or 0.0),
        "names": view.names(view.behind),
    }
    if lags:
        _, name, own, mean = lags
        words |= {"dimension": name, "own": view.points(own), "mean": view.words.score(mean)}
    numbers = {"behind": float(len(view.behind)), "shortfall": lags[0] if lags else None}
    return _Facts("behind", numbers, words)


def _lags(view: GroupView, unit: str) -> tuple[float, str, float, float] | None:
    """The dimension on which a unit is furthest below the mean of the units: by how much, its name, own score and mean."""
    found = []
    for dimension in view.instrument.dimensions:
        own, mean = view.unit(unit).dimensions[dimension.id].score, view.group.spread[dimension.id].mean
        if own is not None and mean is not None:
            found.append((mean - own, view.quoted(dimension), own, mean))
    return max(found, key=lambda entry: entry[0], default=None)


def _common(view: GroupView) -> _Facts | None:
    if not view.group.common_gaps:
        return None
    gap = view.group.common_gaps[0]
    criterion = view.criteria[gap.criterion]
    numbers = {"below": len(gap.units), "of": gap.n_units, "gaps": len(view.group.common_gaps)}
    words = {
        "name": view.quoted(criterion),
        "mean": view.points(gap.mean),
        "n": gap.n,
        "why": view.words.of(criterion.why) if criterion.why else "",
        **numbers,
    }
    return _Facts("common", numbers, words)


def _teach(view: GroupView) -> _Facts | None:
    lessons = [lesson for lesson in view.group.lessons if not is_doubtful(view, lesson) and not is_contradicted(view, lesson)]
    if not lessons:
        return None
    lesson = max(lessons, key=lambda lesson: (lesson.ci[0], lesson.criterion, lesson.learner))
    numbers = {"taught": Counter(entry.teacher for entry in lessons)[lesson.teacher], "lessons": len(lessons)}
    words = {
        "name": view.quoted(view.criteria[lesson.criterion]),
        "teacher": view.unit_name(lesson.teacher),
        "teacher_score": view.points(lesson.teacher_score),
        "teacher_n": lesson.teacher_n,
        "learner": view.unit_name(lesson.learner),
        "learner_score": view.points(lesson.learner_score),
        "learner_n": lesson.learner_n,
        "difference": view.words.score(lesson.difference),
        "ci": view.words.interval(*lesson.ci),
        **numbers,
    }
    return _Facts("teach", numbers, words)


def _known(view: GroupView) -> dict[str, Spread]:
    """Dimensions whose differences could be divided into those between units and those within."""
    spread = view.group.spread
    return {entry.id: spread[entry.id] for entry in view.instrument.dimensions if spread[entry.id].icc1 is not None}


def _spread(view: GroupView) -> _Facts | None:
    known = {name: found for name, found in _known(view).items() if found.lowest and found.highest != found.lowest}
    if not known:
        return None
    name = max(known, key=lambda name: (known[name].between or 0.0, name))
    found = known[name]
    words: dict[str, object] = {"dimension": view.dimension_names((name,)), "n": found.n}
    for end, unit in (("low", found.lowest), ("high", found.highest)):
        if unit:
            words |= {end: view.points(view.unit(unit).dimensions[name].score), f"{end}_unit": view.unit_name(unit)}
    words |= {"share": view.words.percent(max(found.icc1 or 0.0, 0.0)), "p": view.words.number(found.p or 0.0, 2)}
    doubted = float(found.highest in view.contradicted)
    together = float("overall" not in view.alike)
    return _Facts("spread", {"icc1": found.icc1, "p": found.p, "doubted": doubted, "together": together}, words)


def _inside(view: GroupView) -> _Facts | None:
    known, own = _known(view), inside(view)
    if not own:
        return None
    name = max(own, key=lambda name: ((known[name].within or 0.0) - (known[name].between or 0.0), name))
    words = {
        "dimensions_inside": view.dimension_names(own),
        "dimension": view.dimension_names((name,)),
        "within": view.words.number(known[name].within or 0.0, 2),
        "between": view.words.number(known[name].between or 0.0, 2),
        "n": known[name].n,
    }
    numbers = {"inside": float(len(own)), "dimensions": float(len(known)), "between": known[name].between}
    return _Facts("inside", numbers, words)
