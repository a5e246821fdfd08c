"""The suitability verdict in words, for one unit and for a table of units."""

from __future__ import annotations

from collections.abc import Iterable

from kamassess.document import Rich
from kamassess.result import FitCondition, FitReason, KnockOut, Suitability, UnitResult, Verdict
from kamassess.sections.view import ResultView, View

__all__ = ["fit_phrase", "fit_phrases", "in_one_sentence", "knock_out_sentence", "reason_in_short"]


def fit_phrase(view: ResultView, condition: FitCondition) -> str:
    """What a condition says, in a few words."""
    number, stance = condition.criterion.removeprefix("FIT-"), condition.stance
    if stance is None or not view.words.has(f"fit_{number}_{stance}"):
        return view.quoted(view.criteria[condition.criterion])
    return view.words(f"fit_{number}_{stance}")


def fit_phrases(view: ResultView, conditions: Iterable[FitCondition]) -> str:
    """Several conditions in a row."""
    return view.words.list([fit_phrase(view, condition) for condition in conditions])


def knock_out_sentence(view: ResultView, found: KnockOut, *, short: bool = False) -> str:
    """What rules a programme out, with its figure."""
    words = view.words
    money = found.fact == "contribution"
    value = words.money(found.value, view.result.currency) if money else words.measure(found.value, "ratio")
    return words(f"short_knock_out_{found.id}" if short else f"knock_out_{found.id}", value=value)


def in_one_sentence(view: View, found: Suitability) -> Rich:
    """The verdict and what carries it."""
    words = view.words
    supporting, against, still_open = (found.saying(stance) for stance in ("for", "against", "open"))
    counts: dict[str, object] = {"count": len(supporting), "of": len(found.conditions)}
    if found.knock_outs:
        label = "suitability_knocked_out" if supporting else "suitability_knocked_out_alone"
        knock_out = knock_out_sentence(view, found.knock_outs[0])
        return words.rich(label, knock_out=knock_out, **(counts if supporting else {}))
    if found.verdict is None:
        names = words.list([view.quoted(view.criteria[condition.criterion]) for condition in found.saying(None)])
        between = _between(view, found.between)
        return words.rich("suitability_undecided", between=between, names=names, against=len(against), **counts)
    if found.verdict == "full":
        label = "suitability_full_open" if still_open else "suitability_full"
        more = {"open": fit_phrases(view, still_open)} if still_open else {}
        return words.rich(label, reasons=fit_phrases(view, supporting), **more, **counts)
    if found.verdict == "light":
        label = "suitability_light_against" if against else "suitability_light"
        holding = fit_phrases(view, against or still_open)
        return words.rich(label, reasons=fit_phrases(view, supporting), holding=holding, **counts)
    return _not_yet(view, against, counts)


def _not_yet(view: View, against: tuple[FitCondition, ...], counts: dict[str, object]) -> Rich:
    words, rules = view.words, view.result.fit_rules
    essential = [condition for condition in against if rules and condition.criterion in rules.essential]
    if essential:
        holding = fit_phrases(view, essential)
        return words.rich("suitability_not_yet_essential", holding=holding[:1].upper() + holding[1:], **counts)
    if not against:
        return words.rich("suitability_not_yet_open", least=rules.light_for if rules else 0, **counts)
    return words.rich("suitability_not_yet", holding=fit_phrases(view, against), against=len(against), **counts)


def _between(view: ResultView, verdicts: tuple[Verdict, ...]) -> str:
    words = view.words
    names = [words(f"suitability_verdict_inside_{verdict}") for verdict in reversed(verdicts)]
    if len(names) == 2:
        return words("fit_or_of_two", one=names[0], other=names[1])
    return words("fit_or_of_three", one=names[0], other=names[1], third=names[2])


def reason_in_short(view: ResultView, unit: UnitResult, reason: FitReason) -> str:
    """One reason of a unit's verdict, in a few words."""
    found = unit.suitability
    if found is None:
        return ""
    if reason.kind == "knock_out":
        return knock_out_sentence(view, next(entry for entry in found.knock_outs if entry.id == reason.about), short=True)
    if reason.kind == "unknown":
        return view.words("fit_not_known", name=view.name(view.criteria[reason.about]))
    return fit_phrase(view, next(entry for entry in found.conditions if entry.criterion == reason.about))
