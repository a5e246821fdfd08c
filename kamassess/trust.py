"""How far a figure can be trusted, in words that tables, findings and sections share, so that they all say the same.

Nothing is computed here: words are chosen by the figures of the result, and answers are counted by where they lie on the scale.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kamassess.document import Rich
from kamassess.instrument import LEVEL_TOLERANCE, Dimension
from kamassess.locale import Locale
from kamassess.result import Agreement, Block, Caveat, Interval, Known, Reason, RoleGap
from kamassess.scoring.anonymity import ANONYMITY

if TYPE_CHECKING:
    from kamassess.sections.view import View

__all__ = [
    "CONTRADICTED",
    "MEASURED",
    "Camps",
    "apart_from_data",
    "camps",
    "caveats",
    "chance",
    "contradicted",
    "effect",
    "ends",
    "gap_sentence",
    "gates_at_risk",
    "level_in_words",
    "verdict_on_mean",
    "widest_gap",
    "withheld_note",
]

MEASURED, CONTRADICTED = 8, 0.8
"""From how many criteria with data on, and how far below the claim, the data contradict a unit as a whole."""
_OFTEN = 0.2
_RARELY = 0.001
_SIZES = ((0.2, "none"), (0.5, "small"), (0.8, "medium"), (math.inf, "large"))
"""Cohen (1988): .2 small, .5 medium, .8 large."""
_CAMP, _BETWEEN = 0.3, 0.2
"""Least share of answers on each side of the middle, and most in the middle, where two camps are spoken of."""
_ALIKE = 0.25
"""Roles this close together are not told apart in a sentence."""
_FEW = 4
"""Respondents below whom there are no camps."""
_DIGITS = 3


def apart_from_data(known: Known) -> tuple[float, float] | None:
    """What is claimed and what the data measure of the same criteria, where the data contradict the claim.

    None where too few criteria are measured, or where the claim stands.
    """
    claimed, measured = known.claimed_measured, known.measured
    if claimed is None or measured is None or known.n_measured < MEASURED or claimed - measured < CONTRADICTED:
        return None
    return claimed, measured


def contradicted(view: View) -> tuple[float, float, int, int] | None:
    """:func:`apart_from_data` of a unit, with how many criteria these are and of how many."""
    known = view.unit.whole
    against = apart_from_data(known) if known else None
    return (*against, known.n_measured, known.n) if known and against else None


def ends(words: Locale, interval: Interval, digits: int = 1, starts: Sequence[float] = ()) -> str:
    """The ends of an interval: one number if they are the same, and as many decimals as tell them apart.

    Neither is rounded up to one of *starts* (of levels) that it does not reach.

    >>> from kamassess.locale import locale
    >>> [ends(locale("en"), pair) for pair in ((2.4, 2.9), (2.67, 2.73), (3.0, 3.0), (-0.31, 0.5))]
    ['2.4–2.9', '2.67–2.73', '3.0', '−0.3 to 0.5']
    >>> ends(locale("en"), (1.98, 2.3), starts=(1.0, 2.0, 3.0))
    '1.98–2.30'
    """
    low, high = interval
    while digits < _DIGITS and any(end + LEVEL_TOLERANCE < start <= round(end, digits) for start in starts for end in interval):
        digits += 1
    if low == high:
        return _signed(words, low, digits)
    while digits < _DIGITS and _signed(words, low, digits) == _signed(words, high, digits):
        digits += 1
    if round(low, digits) < 0:
        return words("from_to", low=_signed(words, low, digits), high=_signed(words, high, digits))
    return words.interval(round(low, digits) + 0.0, high, digits)


def _signed(words: Locale, value: float, digits: int) -> str:
    return words.number(round(value, digits) + 0.0, digits).replace("-", "−")


def chance(words: Locale, p: float | None) -> str:
    """How often chance alone makes so large a difference; None where so few people could not tell.

    >>> from kamassess.locale import locale
    >>> [chance(locale("en"), p) for p in (0.4, 0.13, 0.05, 0.0024, 0.0002)]
    ['more than 1 time in 5', '1 time in 7', '1 time in 20', '1 time in 410', 'less than 1 time in 1,000']
    """
    if p is None:
        return words("chance_untold")
    if p > _OFTEN:
        return words("chance_often")
    if p < _RARELY:
        return words("chance_rarely")
    times = math.floor(1 / p + 1e-9)
    return words("chance_once", times=words.number(times if times < 100 else times // 10 * 10, 0))


def effect(words: Locale, g: float | None) -> str:
    """A standardised difference in a word and in figures."""
    if g is None:
        return words("effect_unknown")
    size = next(name for top, name in _SIZES if g < top)
    return words("effect", size=words(f"effect_{size}"), g=words.number(g, 2))


def level_in_words(words: Locale, level: int | None) -> str:
    """A level, or that there is none yet."""
    return words("at_no_level") if level is None else words("at_level", level=level)


def verdict_on_mean(agreed: Agreement) -> str:
    """Whether a mean stands for the answers, as the end of a label: stands, spread, chance, weak or unknown."""
    if agreed.carries is None:
        return "unknown"
    if agreed.carries:
        return "stands"
    if agreed.ad is not None and agreed.ad_limit is not None and agreed.ad > agreed.ad_limit:
        return "spread"
    if agreed.rwg_j is not None and agreed.chance is not None and agreed.rwg_j <= agreed.chance:
        return "chance"
    return "weak"


# -- gates ---------------------------------------------------------------------------------------------------------------


def gates_at_risk(view: View) -> tuple[str, ...]:
    """Gates whose interval reaches below the unit's level, where other draws came out lower."""
    unit, instrument = view.unit, view.instrument
    level, robust, start = unit.overall.level, unit.robustness, level_start(view)
    if start is None or robust is None or not any(int(name) < (level or 0) for name in robust.levels):
        return ()
    if not instrument.policy.gates:
        return ()
    gates = [name for name in view.scored_criteria if view.criteria[name].gate]
    return tuple(name for name in gates if _reaches_below(unit.criteria[name], start, known=name in robust.gates))


def _reaches_below(gate: Block, start: float, *, known: bool) -> bool:
    """Whether a gate's interval reaches below where a level begins; what is *known* of it where the interval is withheld."""
    if gate.ci_reason is Reason.WITHHELD:
        return known
    return gate.interval is not None and gate.interval[0] < start


def level_start(view: View) -> float | None:
    """Where the unit's level begins."""
    return next((entry.start for entry in view.instrument.levels if entry.level == view.unit.overall.level), None)


def score_may_fall(view: View) -> bool:
    """Whether the overall score itself came out below the unit's level in some of the usual draws."""
    robust, start = view.unit.robustness, level_start(view)
    return start is not None and robust is not None and robust.score_range is not None and robust.score_range[0] < start


# -- camps ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Camps:
    """Answers to the questions of a dimension that lie below, at and above the middle of their scale."""

    below: int
    middle: int
    above: int

    @property
    def answers(self) -> int:
        """All of them."""
        return self.below + self.middle + self.above

    @property
    def two(self) -> bool:
        """Whether they fall into two camps with little between them."""
        return min(self.below, self.above) >= _CAMP * self.answers > 0 and self.middle <= _BETWEEN * self.answers


def camps(view: View, dimension: Dimension) -> Camps:
    """Where the answers to a dimension's questions lie; nowhere if those to some of them are withheld."""
    found = [0, 0, 0]
    if any(view.unit.questions[question.id].withheld for criterion in dimension.criteria for question in criterion.questions):
        return Camps(0, 0, 0)
    for criterion in dimension.criteria:
        for question in criterion.questions:
            middle = question.scale.minimum + question.scale.maximum
            for value, count in view.unit.questions[question.id].counts.items():
                found[1 + (2 * float(value) > middle) - (2 * float(value) < middle)] += count
    return Camps(*found)


# -- the unit's caveats --------------------------------------------------------------------------------------------------


def caveats(view: View) -> tuple[Rich, ...]:
    """What keeps coverage or agreement from carrying the overall score; nothing where both do."""
    words, overall = view.words, view.unit.overall
    if overall.score is None:
        little = overall.reason in (Reason.LOW_COVERAGE, Reason.NO_ANSWERS)
        return (words.rich("caution_coverage", coverage=words.percent(overall.coverage or 0.0)),) if little else ()
    found = {caveat.kind: caveat for caveat in view.unit.caveats}
    coverage, agreed = found.get("coverage"), found.get("agreement")
    said = [_on_coverage(view, coverage, agreed)] if coverage else []
    apart = [name for name in agreed.dimensions if view.unit.dimensions[name].score is not None] if agreed else []
    if apart:
        said.append(_on_agreement(view, apart))
    return tuple(said)


def _on_coverage(view: View, caveat: Caveat, agreed: Caveat | None) -> Rich:
    words, overall = view.words, view.unit.overall
    low, high = overall.bounds or (0.0, 0.0)
    level = view.instrument.level_for
    ends_in_words = {
        f"{side}_level": level_in_words(words, found.level if (found := level(value)) else None)
        for side, value in (("low", low), ("high", high))
    }
    values = {"low": view.points(low), "high": view.points(high), **ends_in_words}
    if not caveat.dimensions:
        return words.rich("caveat_open", coverage=words.percent(overall.coverage or 0.0), **values)
    names = [
        words("caveat_unscored_part", name=_name(view, name), coverage=words.percent(view.unit.dimensions[name].coverage or 0.0))
        for name in caveat.dimensions
    ]
    both = set(caveat.dimensions) & set(agreed.dimensions if agreed else ())
    label = "caveat_unscored_apart" if both else "caveat_unscored"
    return words.rich(label, dimensions=words.list(names), score=view.points(overall.score), **values)


def _on_agreement(view: View, apart: list[str]) -> Rich:
    words, unit = view.words, view.unit
    if len(apart) > 1:
        parts = [
            words(
                "caveat_apart_part",
                name=_name(view, name),
                score=view.points(unit.dimensions[name].score),
                value=words.number(unit.agreement[name].rwg_j or 0.0, 2),
                n=unit.agreement[name].n,
            )
            for name in apart
        ]
        return words.rich("caveat_apart_several", dimensions=words.list(parts))
    (name,) = apart
    agreed, split = unit.agreement[name], camps(view, _dimension(view, name))
    values = {
        "dimension": _name(view, name),
        "score": view.points(unit.dimensions[name].score),
        "people": words.people(agreed.n),
        "ad": words.number(agreed.ad or 0.0),
        "limit": words.number(agreed.ad_limit or 0.0),
        "value": words.number(agreed.rwg_j or 0.0, 2),
        "chance": words.number(agreed.chance or 0.0, 2),
    }
    why = verdict_on_mean(agreed)
    if why == "spread" and split.two and agreed.n >= _FEW:
        counts = {"answers": split.answers, "below": split.below, "above": split.above}
        return words.rich("caveat_camps", **values, **counts)
    return words.rich(f"caveat_{why}", **values)


def _dimension(view: View, name: str) -> Dimension:
    return next(dimension for dimension in view.instrument.dimensions if dimension.id == name)


def _name(view: View, dimension: str) -> str:
    return view.quoted(_dimension(view, dimension))


# -- what is withheld -----------------------------------------------------------------------------------------------------


def withheld_note(view: View, questions: Iterable[str]) -> Rich:
    """Of how many of *questions* it is not shown how answers are spread, and why; empty where it is shown of all."""
    words, every = view.words, [view.unit.questions[name] for name in questions]
    withheld = [found for found in every if found.withheld]
    if not withheld:
        return ()
    label = "answers_withheld_all" if len(withheld) == len(every) else "answers_withheld"
    few = all(found.withheld is Reason.TOO_FEW_RESPONDENTS for found in withheld)
    few |= view.instrument.policy.respondents == "equal"
    told = words.rich(label, count=len(withheld), of=len(every))
    return (*told, *words.rich("answers_withheld_few" if few else "answers_withheld_why", least=ANONYMITY))


# -- gaps between roles --------------------------------------------------------------------------------------------------


def widest_gap(view: View, dimension: str) -> RoleGap | None:
    """The widest gap on a dimension, of those that are more than noise if there are any; None if no roles can be compared."""
    known = [gap for gap in view.unit.gaps if gap.dimension == dimension]
    return max(known, key=lambda gap: (gap.certain, gap.difference), default=None)


def gap_sentence(view: View, gap: RoleGap) -> Rich:
    """Who rates a dimension higher, by how much, and whether it is more than noise."""
    words = view.words
    names = {role.id: words.of(role.name) for role in view.instrument.roles}
    if gap.p_holm is None:
        label = "gap_few" if gap.difference >= _ALIKE else "gap_alike"
    elif gap.certain:
        label = "gap_certain"
    elif gap.ci[0] > 0:
        label = "gap_hint"
    else:
        label = "gap_noise" if gap.difference >= _ALIKE else "gap_alike"
    return words.rich(
        label,
        high=names[gap.high],
        low=names[gap.low],
        difference=words.number(gap.difference),
        ci=ends(words, gap.ci),
        n_high=gap.n_high,
        n_low=gap.n_low,
        questions=gap.n_questions,
        effect=effect(words, gap.g),
        chance=chance(words, gap.p_holm),
        count=len(view.unit.gaps) if gap.p_holm is None else sum(known.p_holm is not None for known in view.unit.gaps),
    )
