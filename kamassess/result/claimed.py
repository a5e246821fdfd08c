"""What the answers of one unit say: scores, agreement, reliability, roles, how firm they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from kamassess.result.reasons import SIGNIFICANCE, Interval, Reason

__all__ = [
    "Agreement",
    "Block",
    "Caveat",
    "Comment",
    "QuestionResult",
    "Reliability",
    "Robustness",
    "RoleGap",
    "RoleReliability",
    "RoleView",
]


@dataclass(frozen=True, slots=True)
class Block:
    """One score: overall, a dimension, a screen or a criterion.

    Attributes
    ----------
    score
        On the scale of the instrument; None with a ``reason``.
    ci
        95 % percentile bootstrap interval over respondents; None with a ``ci_reason``. Of no width, with the ``ci_reason``
        no_variance, where everybody of each role answers alike; ``interval`` is then None.
    index
        0–100.
    level
        Staged level, capped by gates; ``continuous_level`` is the one the score reaches by itself.
    blocked_by
        Gate criteria that hold the level down; ``open_gates`` those without a score, which hold nothing.
    coverage
        0–1, the share of the block's weight that was answered; None where nothing applies.
    bounds
        The score if every open answer were the lowest, and the highest, option.
    n
        Respondents who answered at least one question of the block that has a weight.
    aggregations
        The score under the three aggregations.
    withheld
        Why reports show no interval, and of a criterion that somebody left open neither ``coverage`` nor ``bounds``: they move
        with single answers, and would tell, beside the score, what one or two people said or left open.
    clear
        Of a criterion, whether all of its interval lies above, or below, the overall score of the unit.
    """

    score: float | None
    ci: Interval | None
    index: float | None
    level: int | None
    blocked_by: tuple[str, ...]
    coverage: float | None
    bounds: Interval | None
    reason: Reason | None
    n: int
    continuous_level: int | None = None
    open_gates: tuple[str, ...] = ()
    ci_reason: Reason | None = None
    aggregations: Mapping[str, float | None] = field(default_factory=dict)
    withheld: Reason | None = None
    clear: Literal["above", "below"] | None = None

    def published(self, *, criterion: bool) -> Block:
        """What reports may show of it."""
        if self.withheld is None:
            return self
        told = self if self.ci is None else replace(self, ci=None, ci_reason=self.withheld)
        everybody = self.coverage is not None and self.coverage >= 1
        return replace(told, coverage=None, bounds=None) if criterion and not everybody else told

    @property
    def interval(self) -> Interval | None:
        """``ci`` where it says how sure the score is, so nothing where there is a ``ci_reason``."""
        return None if self.ci_reason else self.ci


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement between raters on the questions of a dimension. See ``docs/method.md``.

    Attributes
    ----------
    rwg_j, ad
        rWG(J), 0–1, and the average deviation in scale points.
    n, n_items
        Respondents, and questions with two answers or more, that entered.
    band
        The word for ``rwg_j``: lack, weak, moderate, strong, very_strong.
    chance
        What ``rwg_j`` random answers of as many people to as many questions exceed in one case of twenty.
    ad_limit
        The largest average deviation at which a mean still stands for the answers (A/6 for A options).
    krippendorff
        Krippendorff's α (interval), raters against each other over the questions of the dimension.
    carries
        Whether a mean may stand for the answers: ``rwg_j`` above 0.7 and above chance, ``ad`` within its limit. None if unknown.
    withheld
        Why reports show none of it: that of one or two questions could be worked out, and from it what one or two people said.
    """

    rwg_j: float | None
    ad: float | None
    n: int
    reason: Reason | None = None
    n_items: int = 0
    band: str | None = None
    chance: float | None = None
    ad_limit: float | None = None
    krippendorff: float | None = None
    carries: bool | None = None
    withheld: Reason | None = None

    def published(self, *, exact: bool) -> Agreement:
        """What reports may show of it: nothing if it is withheld, and else, if not *exact*, to two decimals.

        Beside answers that are withheld its last decimals would tell something of them.
        """
        if self.withheld is not None:
            return Agreement(None, None, self.n, self.withheld, self.n_items, withheld=self.withheld)
        if exact or self.rwg_j is None or self.ad is None:
            return self
        return replace(self, rwg_j=round(self.rwg_j, 2), ad=round(self.ad, 2), krippendorff=None)


@dataclass(frozen=True, slots=True)
class RoleReliability:
    """Reliability of what one role is asked of a dimension, over all its respondents of the wave."""

    alpha: float | None
    alpha_ci: Interval | None
    omega: float | None
    n: int
    n_items: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Reliability:
    """Reliability of a dimension over all respondents of the wave.

    ``n`` counts respondents who answered all ``n_items`` questions, for α and ω; ``icc_n`` those with any answer, in ``n_units``
    units, for ICC; ``icc1_ci`` takes these units as a sample of units. ``band`` is the word for α: low, usable, good, redundant.
    """

    alpha: float | None
    alpha_ci: Interval | None
    omega: float | None
    icc1: float | None
    icc2: float | None
    n: int
    reason: Reason | None = None
    n_items: int = 0
    band: str | None = None
    icc_n: int = 0
    n_units: int = 0
    icc_reason: Reason | None = None
    icc1_ci: Interval | None = None
    by_role: Mapping[str, RoleReliability] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoleGap:
    """How far two roles are apart on a dimension, on questions both answered; ``high`` is the role that scores higher.

    Attributes
    ----------
    difference, ci
        Difference of the means of the roles' respondents, at least 0, with its 95 % bootstrap interval.
    g
        Hedges' g: the difference in standard deviations of people within a role; None without variance.
    p, p_holm
        Probability of so large a difference if roles did not matter (permutation), and adjusted for all comparisons of the unit
        that could tell anything. The latter is None where so few people could not, whatever they had said.
    p_least
        The smallest ``p`` that so many people can give.
    n_high, n_low, n_questions
        Respondents of each role, and questions, that entered.
    """

    dimension: str
    high: str
    low: str
    high_mean: float
    low_mean: float
    difference: float
    ci: Interval
    g: float | None
    p: float
    p_holm: float | None
    n_high: int
    n_low: int
    n_questions: int
    p_least: float

    @property
    def certain(self) -> bool:
        """Whether it is more than noise: at most one chance in twenty, all comparisons of the unit together."""
        return self.p_holm is not None and self.p_holm <= SIGNIFICANCE


@dataclass(frozen=True, slots=True)
class Robustness:
    """How often the level would be another, had other people of the same roles answered and had dimensions other weights.

    Attributes
    ----------
    level_differs, by_respondents, by_weights
        Probabilities, by both together and each alone; None with a ``reason`` where respondents cannot be drawn again.
    levels
        Probability of each level; ``0`` is below the first.
    score_range
        Where 95 % of the scores fall.
    concentration, draws
        Of the Dirichlet distribution of weights, and how many were drawn.
    gates
        Gates whose interval begins below the level of the unit.
    """

    level_differs: float | None
    by_respondents: float | None
    by_weights: float | None
    levels: Mapping[str, float]
    score_range: Interval | None
    concentration: float
    draws: int
    reason: Reason | None = None
    gates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Caveat:
    """Why a score must not be taken at its word: ``coverage`` or ``agreement``, and the dimensions where it is so."""

    kind: Literal["coverage", "agreement"]
    dimensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question: ``score`` by the policy, ``mean`` and ``sd`` plain over ``n`` answers, and how many chose each option.

    ``band`` is the word for ``rwg``, as in :class:`Agreement`. ``withheld`` says why reports show nothing of it that counts
    heads: ``too_few_respondents`` where fewer than three answered, ``withheld`` where it would tell, beside the score, what
    one or two people said. In the published form that is None, ``counts`` is empty, and where somebody left the question open
    ``coverage``, ``bounds`` and the other numbers of people are None too (``n`` is told of those that fewer than three
    answered).
    """

    score: float | None
    mean: float | None
    sd: float | None
    n: int | None
    dk: int | None
    na: int | None
    unanswered: int | None
    rwg: float | None
    counts: Mapping[str, int]
    coverage: float | None
    bounds: Interval | None
    reason: Reason | None = None
    band: str | None = None
    withheld: Reason | None = None

    @property
    def open(self) -> bool:
        """Whether anybody who was asked gave no answer, or whether that is withheld."""
        return self.dk is None or bool(self.dk or self.na or self.unanswered)

    @property
    def not_said(self) -> int | None:
        """How many of those asked, and to whom it applies, did not know or left it empty; None where that is withheld."""
        return None if self.dk is None or self.unanswered is None else self.dk + self.unanswered

    @property
    def asked(self) -> int | None:
        """How many were asked, less those to whom it does not apply; None where that is withheld."""
        return None if self.n is None or self.not_said is None else self.n + self.not_said

    @property
    def published(self) -> QuestionResult:
        """What reports may show of it."""
        if self.withheld is None:
            return self
        told = replace(self, mean=None, sd=None, rwg=None, band=None, counts={})
        if not self.open:
            return told
        n = self.n if self.withheld is Reason.TOO_FEW_RESPONDENTS else None
        return replace(told, n=n, dk=None, na=None, unanswered=None, coverage=None, bounds=None)


@dataclass(frozen=True, slots=True)
class RoleView:
    """What one role says; scores are None where they are withheld or do not exist.

    ``n`` people of the role; ``criteria_n`` of them answered a criterion, for the criteria that have a score. ``reason`` says why
    nothing of the role may be shown, ``reasons`` why a dimension or criterion has no score, by its id: ``not_asked``,
    ``zero_weight``, ``withheld`` or, of a role of which something may be shown, ``no_answers``.
    """

    n: int
    dimensions: Mapping[str, float | None]
    criteria: Mapping[str, float | None]
    reason: Reason | None = None
    criteria_n: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, Reason] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comment:
    """A respondent's words on a question. ``role`` only where enough people share it."""

    question: str
    text: str
    role: str | None
