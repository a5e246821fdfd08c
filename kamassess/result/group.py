"""What is told of units beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kamassess.result.reasons import Interval, Reason

__all__ = ["CommonGap", "Group", "Lesson", "Rank", "RollUp", "Spread"]


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a unit stands among the units, by overall score.

    Attributes
    ----------
    rank
        1 for the highest score; None with a ``reason`` for a unit that cannot be ranked.
    ci
        The ranks it has in 95 % of the draws of respondents and weights.
    first
        Probability of being the highest.
    above_next
        Probability of being above the unit ranked next; None for the last.
    probabilities
        Of each rank that occurs; empty in large groups.
    """

    rank: int | None
    ci: tuple[int, int] | None
    score: float | None
    n: int
    first: float | None = None
    above_next: float | None = None
    probabilities: Mapping[str, float] = field(default_factory=dict)
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """How much units differ, and people within a unit: standard deviations in scale points, and ICC.

    ``n`` respondents of ``n_units`` units; ``lowest`` and ``highest`` are ids of units by score. ``p`` is that of the F test;
    ``icc1_ci`` takes these units as a sample of units.
    """

    between: float | None
    within: float | None
    icc1: float | None
    icc2: float | None
    p: float | None
    n: int
    n_units: int
    mean: float | None
    lowest: str | None
    highest: str | None
    reason: Reason | None = None
    icc1_ci: Interval | None = None


@dataclass(frozen=True, slots=True)
class RollUp:
    """The units below a unit as one figure: ``mean`` with interval, weighted by size, and the weakest of them.

    ``n_units`` with a score of ``of_units`` below; ``n`` respondents. ``reason`` says why there is no figure by size.
    """

    mean: float | None
    ci: Interval | None
    by_size: float | None
    weakest: float | None
    weakest_unit: str | None
    n_units: int
    of_units: int
    n: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class CommonGap:
    """A criterion on which several units are clearly below their own overall score: ``units`` of ``n_units`` with a score."""

    criterion: str
    units: tuple[str, ...]
    n_units: int
    mean: float
    n: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one unit could learn from another: a criterion on which it is clearly behind, with the interval of the distance."""

    criterion: str
    teacher: str
    learner: str
    teacher_score: float
    learner_score: float
    difference: float
    ci: Interval
    teacher_n: int
    learner_n: int


@dataclass(frozen=True, slots=True)
class Group:
    """All units of a wave beside each other.

    Attributes
    ----------
    ranking
        By unit id, from the highest score to the lowest, then those that cannot be ranked.
    above
        ``above[a][b]`` is the probability that a is above b; in large groups only for neighbours in the ranking.
    spread
        By dimension id, and ``overall``.
    roll_ups
        By id of a unit that stands above others, then ``overall`` and dimension ids.
    reason
        Why nothing can be compared.
    left_out
        By id of a dimension that counts: the ranked units that have no score on it, or whose people do not agree on it.
    ranking_carried, above_carried
        The ranked units again, in the same draws, over the other dimensions alone: order and the pairs of ``above``. Empty where
        no dimension is left out, and where no dimension that counts is left.
    """

    ranking: Mapping[str, Rank]
    above: Mapping[str, Mapping[str, float]]
    spread: Mapping[str, Spread]
    common_gaps: tuple[CommonGap, ...]
    lessons: tuple[Lesson, ...]
    roll_ups: Mapping[str, Mapping[str, RollUp]]
    reason: Reason | None = None
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranking_carried: Mapping[str, Rank] = field(default_factory=dict)
    above_carried: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
