"""Section 1: what this is, of whom, from when, resting on what, under a title that says the finding."""

from __future__ import annotations

from kamassess.document import Banner, Cover, Node, Rich, rich
from kamassess.instrument import Dimension
from kamassess.result import Reason, UnitResult
from kamassess.sections import unasked
from kamassess.sections.view import View
from kamassess.trust import contradicted, level_in_words

__all__ = ["cover", "headline"]


def cover(view: View) -> tuple[Node, ...]:
    """The head of the report, and what a reader must know before believing it."""
    if not view.unit.asked:
        return unasked.cover(view)
    words, unit = view.words, view.unit
    kicker = words("kicker", unit=view.unit_name, company=view.company, wave=view.result.wave)
    facts: list[tuple[str, Rich]] = [
        (words("fact_company"), rich("{x}", x=view.company)),
        (words("fact_unit"), rich("{x}", x=words("unit_and_id", name=view.unit_name, id=unit.id))),
        (words("fact_wave"), rich("{x}", x=view.result.wave)),
        *([(words("fact_date"), rich("{x}", x=words.date(view.result.date)))] if view.result.date else []),
        (words("fact_sample"), rich("{x}", x=_sample(view))),
        (
            words("fact_instrument"),
            rich("{x}", x=words("title_version", title=words.of(view.instrument.title), version=view.instrument.version)),
        ),
        (words("fact_languages"), rich("{x}", x=words.list([words(f"language_{name}") for name in view.result.languages]))),
    ]
    return (Cover(kicker, headline(view), _lead(view), tuple(facts)), *_cautions(view))


def headline(view: View) -> str:
    """The finding in one line."""
    words, overall = view.words, view.unit.overall
    unit = view.unit_name
    if overall.score is None:
        return words("headline_no_score", unit=unit)
    if against := contradicted(view):
        return words("headline_contradicted", unit=unit, claimed=words.score(against[0]), measured=words.score(against[1]))
    if overall.level is None:
        return words("headline_below", unit=unit, score=view.points(overall.score))
    if overall.blocked_by:
        return words(
            "headline_blocked", unit=unit, level=overall.level, claimed=overall.continuous_level, count=len(overall.blocked_by)
        )
    level, name = overall.level, view.level_name(overall.level)
    other = _other_level(view.unit, level)
    if other is not None and 0 < other < level:
        return words("headline_may_be_lower", unit=unit, level=level, name=name, low=other)
    if other is not None and other > level:
        return words("headline_may_be_higher", unit=unit, level=level, name=name, high=other)
    return words("headline_level", unit=unit, level=level, name=name)


def _other_level(unit: UnitResult, level: int) -> int | None:
    """The level, if any, that the unit may as well be at: it came out there in a good part of the draws."""
    levels = unit.robustness.levels if unit.robustness else {}
    others = {int(found): share for found, share in levels.items() if int(found) != level and share >= _AS_WELL}
    return max(others, key=lambda found: others[found], default=None)


def _lead(view: View) -> Rich:
    """Best and weakest dimension, and what holds the unit down."""
    words, unit = view.words, view.unit
    scored = [(unit.dimensions[dimension.id].score, dimension) for dimension in view.instrument.dimensions]
    apart = {
        dimension.id: view.quoted(dimension) for score, dimension in scored if score is not None and _is_apart(view, dimension)
    }
    known = [(score, dimension) for score, dimension in scored if score is not None and dimension.id not in apart]
    if unit.overall.score is None:
        return words.rich(
            "lead_no_score",
            coverage=words.percent(unit.overall.coverage or 0.0),
            least=words.percent(view.instrument.policy.min_coverage),
        )
    values: dict[str, object] = {
        "score": view.score(unit.overall),
        "gates": view.named(unit.overall.blocked_by) if unit.overall.blocked_by else "",
        "level": unit.overall.level or "",
        "claimed": unit.overall.continuous_level or "",
    }
    spread = "alone"
    if len(known) > 1:
        best = max(known, key=lambda pair: pair[0])
        worst = min(known, key=lambda pair: pair[0])
        spread = "flat" if best[0] - worst[0] < _SAME else "spread"
        values |= {"best": view.quoted(best[1]), "best_score": view.points(best[0])}
        values |= {"worst": view.quoted(worst[1]), "worst_score": view.points(worst[0])}
    if against := contradicted(view):
        told = {"claimed": words.score(against[0]), "measured": words.score(against[1]), "n": against[2], "of": against[3]}
        return (*words.rich("lead_contradicted", **told), *_gates_too(view))
    lead = words.rich(f"lead_{spread}_{'blocked' if unit.overall.blocked_by else 'free'}", **values)
    return (*lead, *words.rich("lead_apart", dimensions=words.list(list(apart.values())))) if apart else lead


def _gates_too(view: View) -> Rich:
    """What holds the unit down, after what the data say."""
    words, overall = view.words, view.unit.overall
    if not overall.blocked_by:
        return ()
    return words.rich("lead_contradicted_gates", gates=view.named(overall.blocked_by), level=overall.level or "")


def _is_apart(view: View, dimension: Dimension) -> bool:
    """Whether people do not agree on a dimension, so that its mean ranks neither high nor low."""
    return view.unit.agreement[dimension.id].carries is False


_SAME = 0.25
"""Dimensions this close together are not told apart in a sentence."""
_AS_WELL = 0.2
"""Share of draws from which on another level is named in the headline."""


def _sample(view: View) -> str:
    words, unit = view.words, view.unit
    names = {role.id: words.of(role.name) for role in view.instrument.roles}
    parts = [words("role_n", role=names[role], n=found.n) for role, found in unit.roles.items()]
    coverage = words.percent(unit.overall.coverage or 0.0)
    return words("sample", n=unit.n_respondents, roles=words.list(parts) if parts else words("nobody"), coverage=coverage)


def _cautions(view: View) -> tuple[Node, ...]:
    """What the numbers do not carry, before the numbers."""
    words, unit = view.words, view.unit
    found: list[Node] = []
    least = view.instrument.policy.min_respondents
    if unit.overall.reason == Reason.TOO_FEW_RESPONDENTS or 0 < unit.n_respondents < least:
        found.append(Banner("warning", words.rich("caution_few", people=words.people(unit.n_respondents), least=least)))
    if unit.overall.open_gates and unit.overall.score is not None:
        found.append(Banner("info", _on_open_gates(view)))
    return tuple(found)


def _on_open_gates(view: View) -> Rich:
    """What gates without a score leave open: at the lowest level nothing, since something else keeps the unit there."""
    words, overall = view.words, view.unit.overall
    gates = view.named(overall.open_gates)
    if overall.level is not None and overall.level > view.instrument.levels[0].level:
        return words.rich("caution_open_gates", gates=gates)
    cause = view.named(overall.blocked_by) if overall.blocked_by else words("cause_score", score=view.points(overall.score))
    return words.rich("caution_open_gates_lowest", gates=gates, where=level_in_words(words, overall.level), cause=cause)
