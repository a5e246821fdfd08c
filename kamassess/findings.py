"""From the result to findings in sentences, by rules that are data (``findings.yaml``).

A finding chooses and words what the result holds. What the numbers do not carry is said as that: a score whose interval takes
in the unit's own is not called a strength, it "cannot be told apart".
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Literal

from kamassess.document import Rich, rich
from kamassess.instrument import Criterion
from kamassess.locale import Locale
from kamassess.reading.package_data import package_yaml
from kamassess.result import Block, Interval, QuestionResult, Reason, RoleGap, SayDo
from kamassess.trust import chance, contradicted, ends

if TYPE_CHECKING:
    from kamassess.sections.view import View

__all__ = ["TITLES", "Finding", "findings", "holds", "say_do_sentences"]

Kind = Literal["strength", "gap", "disagreement", "say_do", "data"]
_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_CONDITION = re.compile(r"(\w+) (>=|<=|>|<) (\S+)")
_A_KIND = 3
_A_DIMENSION = 2
_APART, _FAR_APART = 0.8, 1.5
"""Distances between roles, in scale points, that are worth a sentence, and that no other uncertain disagreement outweighs."""
_CHANCE, _CAMP = 0.2, 0.3
TITLES = (
    "strength_unsure",
    "strength_claimed",
    "gap_unsure",
    "gap_of_claim",
    "disagreement_unsure",
    "disagreement_none",
    "say_do_unsure",
)
"""Labels that head a finding which is less sure than the name of its kind; a rule names one."""
_SAID, _UNSAID = 0.5, 0.7
"""How much more, or less, must be said than is done for it to be a finding of the board's page."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, worded; ``about`` is the id of the criterion or question it is about.

    Of a finding that is not ``sure`` neither the title nor a headline made from it may promise more than the text does.
    """

    kind: Kind
    about: str
    title: str
    body: tuple[Rich, ...]
    sure: bool = True


@dataclass(frozen=True, slots=True)
class _Facts:
    """Numbers for conditions about one criterion or question, and words, made only of what there will be a sentence about."""

    about: str
    numbers: Mapping[str, float | None]
    words: Callable[[], Mapping[str, object]]


def findings(view: View) -> tuple[Finding, ...]:
    """Up to three strengths and gaps, the sharpest disagreement and the weightiest say–do gap; none without an overall score."""
    overall = view.unit.overall.score
    if overall is None:
        return ()
    facts = [_criterion_facts(view, name, overall) for name in view.scored_criteria if view.unit.criteria[name].score is not None]
    gaps = _chosen(view, sorted((fact for fact in facts if _is_gap(fact)), key=_gap_order))
    low = {fact.about for fact in gaps}
    apart = _apart(view)
    high = [fact for fact in facts if _value(fact, "score") > overall and fact.about not in low]
    unsure = {gap.criterion for gap in view.unit.say_do if not gap.certain and (gap.ci or gap.withheld)}
    refuted = {gap.criterion for gap in view.unit.say_do if gap.criterion not in unsure and gap.difference >= _SAID}
    high = [fact for fact in high if view.scored_criteria[fact.about].id not in apart and fact.about not in refuted]
    strengths = _chosen(view, sorted(high, key=lambda fact: (-_value(fact, "score"), fact.about)))
    disagreement = _disagreement(view, facts)
    return (
        *_worded(view, "strength", strengths),
        *_worded(view, "gap", gaps),
        *_worded(view, "disagreement", disagreement),
        *_worded(view, "say_do", _said(view)),
    )


def say_do_sentences(view: View, gaps: Sequence[SayDo]) -> list[Rich]:
    """A sentence for each gap."""
    return [finding.body[0] for finding in _worded(view, "say_do", [_say_do_facts(view, gap) for gap in gaps])]


# -- choosing ------------------------------------------------------------------------------------------------------------


def _is_gap(fact: _Facts) -> bool:
    return bool(fact.numbers["gate_holds"]) or _value(fact, "score") < _value(fact, "overall")


def _apart(view: View) -> set[str]:
    """Dimensions on which people do not agree, so that nothing there is a strength."""
    return {name for caveat in view.unit.caveats if caveat.kind == "agreement" for name in caveat.dimensions}


def _gap_order(fact: _Facts) -> tuple[float, float, str]:
    """Gates that hold the unit down first, then by distance from the target (or from the unit's mean), weighted."""
    aim = fact.numbers["aim"] if fact.numbers["aim"] is not None else _value(fact, "overall")
    return (-_value(fact, "gate_holds"), -(aim - _value(fact, "score")) * _value(fact, "weight"), fact.about)


def _chosen(view: View, ranked: Iterable[_Facts]) -> list[_Facts]:
    """The first three, at most two from one dimension."""
    chosen: list[_Facts] = []
    for fact in ranked:
        dimension = view.scored_criteria[fact.about].id
        if sum(view.scored_criteria[other.about].id == dimension for other in chosen) < _A_DIMENSION:
            chosen.append(fact)
        if len(chosen) == _A_KIND:
            break
    return chosen


def _disagreement(view: View, facts: Sequence[_Facts]) -> list[_Facts]:
    """Roles whom more than chance sets apart; else a question that splits people, roles far apart, or the least agreement."""
    certain = max((gap for gap in view.unit.gaps if gap.certain), key=lambda gap: (gap.difference, gap.dimension), default=None)
    if certain:
        return [_gap_facts(view, certain)]
    least_agreed = _least_agreed(view)
    apart = [fact for fact in facts if (fact.numbers["role_gap"] or 0.0) >= _APART]
    widest = max(apart, key=lambda fact: (_value(fact, "role_gap"), fact.about), default=None)
    if least_agreed and (widest is None or (_is_split(least_agreed) and _value(widest, "role_gap") < _FAR_APART)):
        return [least_agreed]
    return [widest] if widest else []


def _said(view: View) -> list[_Facts]:
    """What is said most beyond what is done, as far as the interval of the claim allows; else what is done and not said."""
    gaps = [gap for gap in view.unit.say_do if gap.certain]
    over = next((gap for gap in gaps if gap.difference >= _SAID), None)
    under = next((gap for gap in reversed(gaps) if gap.difference <= -_UNSAID), None)
    chosen = over or under
    return [_say_do_facts(view, chosen)] if chosen else []


def _is_split(fact: _Facts) -> bool:
    """Two camps, each with a good part of the people, and no more agreement than chance."""
    return _value(fact, "agreement") <= _CHANCE and _value(fact, "split") >= _CAMP


def _least_agreed(view: View) -> _Facts | None:
    """The question on which enough people agree least."""
    least = view.instrument.policy.min_respondents
    known = [
        (result.rwg, name, result)
        for name, result in view.unit.questions.items()
        if result.rwg is not None and (result.n or 0) >= least and view.criterion_of[name] in view.scored_criteria
    ]
    if not known:
        return None
    _, name, result = min(known, key=lambda entry: (entry[0], -(entry[2].n or 0), entry[1]))
    return _question_facts(view, name, result)


# -- facts ---------------------------------------------------------------------------------------------------------------


def _gap_facts(view: View, gap: RoleGap) -> _Facts:
    """A gap on a dimension, and the criterion on which it is widest, if there is one."""
    words, roles = view.words, view.unit.roles
    dimension = next(dimension for dimension in view.instrument.dimensions if dimension.id == gap.dimension)
    apart = {
        criterion.id: (high, low)
        for criterion in dimension.criteria
        if _comparable(criterion, gap.high, gap.low)
        and (high := roles[gap.high].criteria.get(criterion.id)) is not None
        and (low := roles[gap.low].criteria.get(criterion.id)) is not None
    }
    widest = max(apart, key=lambda name: (apart[name][0] - apart[name][1], name), default=None)
    high, low = apart[widest] if widest else (gap.high_mean, gap.low_mean)
    names = {role.id: words.of(role.name) for role in view.instrument.roles}
    numbers = {
        "certain": 1.0,
        "widest": high - low if widest else None,
        "role_gap": gap.difference,
        "agreement": None,
        "split": None,
    }
    sentence = {
        "dimension": view.quoted(dimension),
        "name": view.quoted(view.criteria[widest]) if widest else view.quoted(dimension),
        "high_role": names[gap.high],
        "low_role": names[gap.low],
        "high": words.score(high),
        "low": words.score(low),
        "gap": words.number(gap.difference),
        "gap_ci": ends(words, gap.ci),
        "high_n": gap.n_high,
        "low_n": gap.n_low,
        "chance": chance(words, gap.p_holm),
    }
    return _Facts(widest or gap.dimension, numbers, lambda: sentence)


def _say_do_facts(view: View, gap: SayDo) -> _Facts:
    """A gap, with the metric that shows it most: the lowest of an overclaim, the highest of an underclaim."""
    words, unit = view.words, view.unit
    own = unit.measured[gap.criterion].metrics if gap.kind == "measured" else ()
    way = 1 if gap.difference >= 0 else -1
    telling = min(own, key=lambda name: (way * (unit.metrics[name].level or 0.0), name), default=None)
    metric = unit.metrics[telling] if telling else None
    numbers = {
        "difference": gap.difference,
        "certain": float(gap.certain),
        "measured": float(gap.kind == "measured"),
        "metrics": float(len(own)),
        "n": float(gap.n),
    }
    sentence = {
        "id": gap.criterion,
        "name": view.quoted(view.criteria[gap.criterion]),
        "said": view.points(gap.claimed),
        "shown": words.score(gap.shown),
        "difference": words.number(abs(gap.difference)),
        **_interval(words, gap.ci, withheld=gap.withheld is not None),
        "n": gap.n,
        "people": words.people(gap.n),
        "metric": words.of(view.result.metric_texts[telling].name) if telling else "",
        "value": words.measure(metric.value or 0.0, metric.unit, view.result.currency) if metric else "",
        "metric_n": words.number(metric.n, 0) if metric else "",
        "metric_level": words.score(metric.level) if metric else "",
        "of": len(own),
    }
    return _Facts(gap.criterion, numbers, lambda: sentence)


def _criterion_facts(view: View, name: str, overall: float) -> _Facts:
    words, unit = view.words, view.unit
    block, criterion, dimension = unit.criteria[name], view.criteria[name], view.scored_criteria[name]
    results = [unit.questions[question.id] for question in criterion.questions]
    rwg = [result.rwg for result in results if result.rwg is not None]
    asked = sum(result.asked or 0 for result in results)
    told = asked and all(result.asked is not None for result in results)
    open_share = sum(result.not_said or 0 for result in results) / asked if told else None
    target = unit.targets.get(dimension.id)
    score = block.score if block.score is not None else overall
    said = {role: value for role, view_ in unit.roles.items() if (value := view_.criteria.get(name)) is not None}
    pairs = [(said[one] - said[other], one, other) for one, other in permutations(said, 2) if _comparable(criterion, one, other)]
    gap, high, low = max(pairs, default=(None, "", ""))
    (low_end, high_end), ci_known = _ends(block, overall)
    numbers = {
        "score": score,
        "overall": overall,
        "aim": target,
        "target": target if ci_known else None,
        "shortfall": target - score if target is not None else None,
        "ci_low": low_end,
        "ci_high": high_end,
        "agreement": min(rwg, default=None),
        "open_share": open_share,
        "n": block.n,
        "least": view.instrument.policy.min_respondents,
        "role_gap": gap,
        "certain": 0.0,
        "warned": 0.0,
        "gate_holds": float(name in unit.overall.blocked_by),
        "gates": float(len(unit.overall.blocked_by)),
        "kinder": _kinder(view, name),
        "unmeasured": float(name not in unit.measured or unit.measured[name].level is None),
        "contradicted": float(contradicted(view) is not None),
        "weight": dimension.weight * criterion.weight,
    }

    def sentence() -> Mapping[str, object]:
        roles = {role.id: words.of(role.name) for role in view.instrument.roles}
        here, following = _scenes(view, name, score)
        return {
            "id": name,
            "name": view.quoted(criterion),
            "score": view.points(score),
            "overall": view.points(overall),
            "target": words.score(target),
            "shortfall": words.score(numbers["shortfall"]),
            **_interval(words, block.interval, withheld=not ci_known),
            "agreement": words.number(min(rwg), 2) if rwg else "",
            "open": words.percent(open_share or 0.0),
            "n": block.n,
            "people": words.people(block.n),
            "high_role": roles.get(high, ""),
            "low_role": roles.get(low, ""),
            "high": words.score(said.get(high)),
            "low": words.score(said.get(low)),
            "gap": words.score(gap),
            "high_n": unit.roles[high].criteria_n[name] if high else 0,
            "low_n": unit.roles[low].criteria_n[name] if low else 0,
            "level": unit.overall.level if unit.overall.level is not None else "–",
            "claimed": unit.overall.continuous_level if unit.overall.continuous_level is not None else "–",
            "why": words.of(criterion.why) if criterion.why else "",
            "others": words.list([other for other in unit.overall.blocked_by if other != name]),
            "shown": words.score(unit.measured[name].level) if name in unit.measured else "",
            "here": here,
            "next": following,
        }

    return _Facts(name, numbers, sentence)


def _ends(block: Block, overall: float) -> tuple[tuple[float | None, float | None], bool]:
    """The ends of a criterion's interval, and whether they may be told; else only on which side of the overall score it lies."""
    if block.ci_reason is not Reason.WITHHELD:
        return block.interval or (None, None), True
    low = math.nextafter(overall, math.inf) if block.clear == "above" else -math.inf
    return (low, math.nextafter(overall, -math.inf) if block.clear == "below" else math.inf), False


def _interval(words: Locale, found: Interval | None, *, withheld: bool) -> dict[str, object]:
    """An interval by itself, and after the word for it; that it is not shown where it is withheld."""
    if found is None and withheld:
        return {"ci": words("interval_withheld"), "ends": words("ends_withheld")}
    text = words.interval(*found) if found else ""
    return {"ci": text, "ends": text}


def _kinder(view: View, name: str) -> float | None:
    """How much more the data show of a criterion than is claimed, for sure; None where they do not."""
    return next(
        (-gap.difference for gap in view.unit.say_do if gap.criterion == name and gap.certain and gap.difference < 0), None
    )


def _comparable(criterion: Criterion, one: str, other: str) -> bool:
    """Whether two roles are asked the same questions of a criterion, so that their scores can be set side by side."""
    return all((one in question.roles) == (other in question.roles) for question in criterion.questions if question.weight > 0)


def _scenes(view: View, name: str, score: float) -> tuple[str, str]:
    """What the level of the criterion's weakest question would mean, and what the next one looks like: neither was checked."""
    criterion = view.criteria[name]
    results = view.unit.questions
    question = min(criterion.questions, key=lambda question: (results[question.id].score or score, question.id))
    found = view.anchors(question, results[question.id].score or score)
    words = view.words
    unknown = words("next_without_anchors", question=words.of(question.text))
    if not found:
        return "", unknown
    (level, text), following = found
    here = words("level_would_mean", level=words.short(level), text=text)
    return here, words("one_level_up", level=words.short(following[0]), text=following[1]) if following else unknown


def _question_facts(view: View, name: str, result: QuestionResult) -> _Facts:
    words = view.words
    scale = view.instrument.questions[name].scale
    dimension = view.scored_criteria[view.criterion_of[name]].id
    middle = (scale.minimum + scale.maximum) / 2
    below = sum(count for value, count in result.counts.items() if float(value) < middle)
    above = sum(count for value, count in result.counts.items() if float(value) > middle)
    numbers = {
        "agreement": result.rwg,
        "split": min(below, above) / result.n if result.n else None,
        "n": float(result.n or 0),
        "warned": float(dimension in _apart(view)),
        "role_gap": None,
        "certain": 0.0,
    }
    sentence = {
        "question": f"{name} {view.quoted(view.criteria[view.criterion_of[name]])}",
        "score": words.score(result.mean),
        "agreement": words.number(result.rwg or 0.0, 2),
        "n": result.n,
        "low_count": below,
        "high_count": above,
    }
    return _Facts(name, numbers, lambda: sentence)


def _value(fact: _Facts, name: str) -> float:
    value = fact.numbers[name]
    return 0.0 if value is None else value


# -- wording -------------------------------------------------------------------------------------------------------------


def holds(condition: str, numbers: Mapping[str, float | None]) -> bool:
    """Whether a condition such as ``score >= target`` holds; false if a fact does not exist."""
    match = _CONDITION.fullmatch(condition)
    if match is None:
        raise ValueError(f"findings.yaml: {condition!r} is no condition")
    name, sign, other = match.groups()
    left = numbers[name]
    right = numbers[other] if other in numbers else float(other)
    return left is not None and right is not None and _OPERATORS[sign](left, right)


def _worded(view: View, kind: Kind, chosen: Sequence[_Facts]) -> list[Finding]:
    used: dict[int, int] = {}
    first = sum(view.unit.id.encode())  # units begin with different texts, so that their reports do not sound alike
    made = []
    for fact in chosen:
        number, rule = next(
            (number, rule)
            for number, rule in enumerate(package_yaml("findings.yaml")[kind])
            if all(holds(text, fact.numbers) for text in rule["when"])
        )
        texts = rule["texts"]
        text = texts[(first + used.get(number, 0)) % len(texts)][view.words.language]
        used[number] = used.get(number, 0) + 1
        title = rule.get("title")
        made.append(Finding(kind, fact.about, view.words(title or kind), (rich(text, **fact.words()),), title is None))
    return made
