"""The scores of all units of a wave as arrays, computed together.

What a number means is fixed in ``docs/method.md``: one principle for the mean, the coverage and the bounds, namely that an
answer weighs in all three what it weighs in the score (respondent within role, role, question, criterion, dimension).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kamassess.instrument import Instrument
from kamassess.scoring.answers import ANSWERED, DONT_KNOW, NOT_APPLICABLE, NOT_ASKED, UNANSWERED, Answers, Floats, Ints, divide
from kamassess.scoring.bootstrap import REPLICATES, Resampled, resample
from kamassess.scoring.hierarchy import Aggregation, Hierarchy

__all__ = ["AGGREGATIONS", "EXACT", "QuestionCounts", "Scores", "score_answers"]

EXACT = 1e-12
"""What rounding may take from a share of the weight."""
AGGREGATIONS: tuple[Aggregation, ...] = ("arithmetic", "geometric", "minimum")


@dataclass(frozen=True, eq=False)
class QuestionCounts:
    """(U, Q) arrays: how many respondents are in each state, and the plain mean and spread of answers.

    ``sd`` is the sample standard deviation, ``deviation`` the mean absolute deviation from the mean; NaN below two answers.
    """

    n: Ints
    dont_know: Ints
    not_applicable: Ints
    unanswered: Ints
    mean: Floats
    sd: Floats
    deviation: Floats


@dataclass(frozen=True, eq=False)
class Scores:
    """All units of a wave.

    Block arrays are (U, 1 + dimensions and screens + criteria), overall first. ``value`` is the score before the rule of
    minimum coverage, NaN without any answer; ``coverage`` and ``low``/``high`` (bounds) are NaN where nothing applies.
    ``least``/``most`` are the ends of the scale a block is on. ``respondents`` counts, by block, those who answered a
    question of it that has a weight. ``gates`` (U, criteria) are the criteria that cap a unit's overall level, ``counted`` (R, Q)
    what each respondent counts for. Role arrays are (S, 1 + dimensions and screens + criteria), S strata as in ``answers``.
    """

    answers: Answers
    hierarchy: Hierarchy
    question_score: Floats
    question_coverage: Floats
    question_low: Floats
    question_high: Floats
    value: Floats
    coverage: Floats
    low: Floats
    high: Floats
    least: Floats
    most: Floats
    gates: NDArray[np.bool_]
    counted: Floats
    resampled: Resampled
    respondents: Ints
    variants: dict[Aggregation, Floats]
    role_value: Floats
    role_respondents: Ints
    counts: QuestionCounts

    @property
    def instrument(self) -> Instrument:
        """The instrument the scores are of."""
        return self.answers.instrument

    @cached_property
    def scored(self) -> NDArray[np.bool_]:
        """(U, blocks) which blocks have a score: there is a value, and enough of the weight was answered."""
        return _scored(self.value, self.coverage, self.instrument)


def score_answers(answers: Answers, *, replicates: int = REPLICATES) -> Scores:
    """Score all units of one wave by the instrument's policy."""
    instrument = answers.instrument
    policy = instrument.policy
    hierarchy = Hierarchy(instrument)
    least = np.array([question.scale.minimum for question in instrument.questions.values()])
    most = np.array([question.scale.maximum for question in instrument.questions.values()])
    open_ = (answers.state == DONT_KNOW) | (answers.state == UNANSWERED)
    counted = answers.value
    if policy.unanswered == "minimum":
        counted = np.where(answers.state == UNANSWERED, least, counted)

    def respondents_to_unit(cells: Floats) -> tuple[Floats, Floats]:
        return _mean(answers, cells, by_role=policy.respondents == "by_role")

    score, role_score = respondents_to_unit(counted)
    low, _ = respondents_to_unit(np.where(open_, least, answers.value))
    high, _ = respondents_to_unit(np.where(open_, most, answers.value))
    applicable = (answers.state != NOT_APPLICABLE) & (answers.state != NOT_ASKED)
    coverage, _ = respondents_to_unit(np.where(applicable, (answers.state == ANSWERED).astype(float), np.nan))

    # Nobody was asked (no such role among the respondents): not known, which is not the same as not applicable.
    unasked = np.isnan(coverage) & (_count(answers, answers.state == NOT_APPLICABLE) == 0)
    low, high = np.where(unasked, least, low), np.where(unasked, most, high)
    coverage = np.where(unasked, 0.0, coverage)

    method = policy.aggregation
    value = hierarchy.combine(score, method).stacked()
    block_coverage = hierarchy.combine(coverage, "arithmetic").stacked()
    gates = _scored(value, block_coverage, instrument)[:, -hierarchy.to_criteria.shape[1] :] & hierarchy.gates
    scored = np.isfinite(score)
    role_respondents = answers.per_stratum(hierarchy.reaches(np.isfinite(answers.value)))
    return Scores(
        answers=answers,
        hierarchy=hierarchy,
        question_score=score,
        question_coverage=coverage,
        question_low=low,
        question_high=high,
        value=value,
        coverage=block_coverage,
        low=hierarchy.combine(low, method).stacked(),
        high=hierarchy.combine(high, method).stacked(),
        least=hierarchy.combine(np.where(scored, least, np.nan), method).stacked(),
        most=hierarchy.combine(np.where(scored, most, np.nan), method).stacked(),
        gates=gates,
        counted=counted,
        resampled=resample(answers, counted, hierarchy, gates, replicates),
        respondents=answers.to_units(role_respondents).astype(np.int64),
        variants={name: value if name == method else hierarchy.combine(score, name).stacked() for name in AGGREGATIONS},
        role_value=hierarchy.combine(role_score, method).stacked(),
        role_respondents=role_respondents.astype(np.int64),
        counts=_counts(answers),
    )


def _scored(value: Floats, coverage: Floats, instrument: Instrument) -> NDArray[np.bool_]:
    scored: NDArray[np.bool_] = np.isfinite(value) & (np.nan_to_num(coverage, nan=-1.0) >= instrument.policy.min_coverage - EXACT)
    return scored


def _mean(answers: Answers, cells: Floats, *, by_role: bool) -> tuple[Floats, Floats]:
    """(U, Q) mean over respondents by the policy, and (S, Q) means of strata; NaN where no cell counts."""
    present = np.isfinite(cells)
    sums, counts = answers.per_stratum(np.where(present, cells, 0.0)), answers.per_stratum(present)
    strata = divide(sums, counts)
    if by_role:
        known = np.isfinite(strata)
        sums, counts = np.where(known, strata, 0.0), known.astype(float)
    return divide(answers.to_units(sums), answers.to_units(counts)), strata


def _count(answers: Answers, cells: NDArray[np.bool_]) -> Ints:
    return answers.to_units(answers.per_stratum(cells)).astype(np.int64)


def _counts(answers: Answers) -> QuestionCounts:
    answered = answers.state == ANSWERED
    n = _count(answers, answered)
    mean = divide(answers.to_units(answers.per_stratum(np.where(answered, answers.value, 0.0))), n.astype(float))
    unit = np.repeat(answers.stratum_unit, answers.stratum_size)
    distance = np.where(answered, np.abs(answers.value - mean[unit]), 0.0)
    several = np.where(n > 1, n, 0)
    return QuestionCounts(
        n=n,
        dont_know=_count(answers, answers.state == DONT_KNOW),
        not_applicable=_count(answers, answers.state == NOT_APPLICABLE),
        unanswered=_count(answers, answers.state == UNANSWERED),
        mean=mean,
        sd=np.sqrt(divide(answers.to_units(answers.per_stratum(distance**2)), several - 1.0)),
        deviation=divide(answers.to_units(answers.per_stratum(distance)), several.astype(float)),
    )
