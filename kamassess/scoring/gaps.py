"""Who sees it differently: differences between the roles of a unit, dimension by dimension, and whether they are more than noise.

Roles are asked different questions; two are compared on those that both answered, in the criteria whose figures may be shown for
both. Where they answered different questions of a criterion, it is compared only if at least three people of every role answered
each of its questions: else their means, less those figures, would be what one or two people said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from kamassess.result import SIGNIFICANCE, RoleGap
from kamassess.scoring.anonymity import ANONYMITY
from kamassess.scoring.answers import ANSWERED, NOT_APPLICABLE, Floats, Ints, divide, weighty_questions
from kamassess.scoring.bootstrap import percentiles, times_drawn
from kamassess.scoring.scores import EXACT, Scores
from kamassess.stats import least_p, permutation_matrix, tarone_holm

__all__ = ["RoleGaps"]

_PERMUTATIONS = 4999
_MANY = 200
"""From so many respondents in both roles on, the permutation distribution is taken as normal, with its exact variance."""
_TIE = 1e-9


@dataclass(frozen=True, eq=False)
class RoleGaps:
    """Gaps between roles in the units of a wave."""

    scores: Scores

    def of_unit(self, unit: int, shown: NDArray[np.bool_]) -> tuple[RoleGap, ...]:
        """The gaps of one unit, by dimension, then from wide to narrow; ``p_holm`` is over all that could tell anything.

        Parameters
        ----------
        unit
            Position of the unit.
        shown : (strata of the unit, 1 + dimensions + criteria) bool
            Which figures of its roles may be shown.
        """
        first = 1 + self.scores.hierarchy.to_dimensions.shape[1]
        fine = self._fine(unit)
        roles = [
            _Role(self.scores, stratum, self.weighty, self.ends, open_)
            for stratum, open_ in zip(self.scores.answers.strata_of(unit), shown[:, first:], strict=True)
            if open_.any()
        ]
        found = [gap for one, other in combinations(roles, 2) for gap in self._gaps(one, other, fine)]
        adjusted = tarone_holm([gap.p for gap in found], [gap.p_least for gap in found], SIGNIFICANCE)
        order = {dimension.id: number for number, dimension in enumerate(self.scores.instrument.dimensions)}
        gaps = [replace(gap, p_holm=p) for gap, p in zip(found, adjusted, strict=True)]
        return tuple(sorted(gaps, key=lambda gap: (order[gap.dimension], -gap.difference, gap.high, gap.low)))

    @cached_property
    def weighty(self) -> NDArray[np.bool_]:
        """(questions,) which have a weight."""
        return weighty_questions(self.scores.instrument)

    @cached_property
    def ends(self) -> Floats:
        """(2, questions) lowest and highest option."""
        scales = [question.scale for question in self.scores.instrument.questions.values()]
        return np.array([[scale.minimum for scale in scales], [scale.maximum for scale in scales]])

    def _fine(self, unit: int) -> NDArray[np.bool_]:
        """(criteria,) of which means of single questions give away nobody: each role's rest on no one, or on three or more."""
        rows = self.scores.answers.rows_of_unit(unit)
        strata = self.scores.answers.strata_of(unit)
        starts = self.scores.answers.stratum_start[strata] - rows.start
        known = np.isfinite(self.scores.answers.value[rows]) & self.weighty
        n = np.add.reduceat(known.astype(np.int64), starts, axis=0) if len(starts) else np.zeros((0, len(self.weighty)))
        few = ((n > 0) & (n < ANONYMITY)).any(axis=0)
        fine: NDArray[np.bool_] = few.astype(float) @ (self.scores.hierarchy.to_criteria > 0) == 0
        return fine

    def _gaps(self, one: _Role, other: _Role, fine: NDArray[np.bool_]) -> list[RoleGap]:
        """Gaps between two roles, not yet adjusted for their number."""
        weights = self._weights(one, other, fine)
        if not weights.any():
            return []
        sides = _distances(one, other, weights)
        sizes = [np.isfinite(side).sum(axis=0) for side in sides]
        columns = np.flatnonzero((sizes[0] >= ANONYMITY) & (sizes[1] >= ANONYMITY))
        if not len(columns):
            return []
        weights = weights[:, columns]
        first, second = (side[:, columns] for side in sides)
        means = [role.means @ weights for role in (one, other)]
        low, high = percentiles(one.again(means[0], first, weights) - other.again(means[1], second, weights))
        sd, p = _spread(first, second), _chances(first, second)
        return [
            self._gap(
                self.scores.instrument.dimensions[column].id,
                (one.name, other.name),
                (float(means[0][number]), float(means[1][number])),
                (float(low[number]), float(high[number])),
                (float(sd[number]), float(p[number])),
                (int(sizes[0][column]), int(sizes[1][column])),
                int((weights[:, number] > 0).sum()),
            )
            for number, column in enumerate(columns.tolist())
        ]

    @staticmethod
    def _gap(
        dimension: str,
        names: tuple[str, str],
        means: tuple[float, float],
        ci: tuple[float, float],
        sd_p: tuple[float, float],
        n: tuple[int, int],
        n_questions: int,
    ) -> RoleGap:
        high, low = (1, 0) if means[1] > means[0] else (0, 1)
        difference = means[high] - means[low]
        sd, p = sd_p
        return RoleGap(
            dimension=dimension,
            high=names[high],
            low=names[low],
            high_mean=means[high],
            low_mean=means[low],
            difference=difference,
            ci=(-ci[1], -ci[0]) if high else ci,
            g=difference / sd * (1 - 3 / (4 * sum(n) - 9)) if sd > _TIE else None,
            p=p,
            p_holm=None,
            n_high=n[high],
            n_low=n[low],
            n_questions=n_questions,
            p_least=0.0 if min(n) >= _MANY else least_p(*n, _PERMUTATIONS),
        )

    def _weights(self, one: _Role, other: _Role, fine: NDArray[np.bool_]) -> Floats:
        """(questions, dimensions) what each question weighs in the comparison of two roles; 0 where it is not compared."""
        tree = self.scores.hierarchy
        answered = one.count > 0, other.count > 0
        both = answered[0] & answered[1]
        alike = (answered[0] != answered[1]).astype(float) @ (tree.to_criteria > 0) == 0
        if self.scores.instrument.policy.aggregation != "arithmetic":  # the figures that are shown are of another mean
            alike &= both.astype(float) @ (tree.to_criteria > 0) == 1
        compared = one.open & other.open & (alike | fine)
        questions = tree.to_criteria * both[:, None] * compared
        count = len(self.scores.instrument.dimensions)
        criteria = tree.to_dimensions[:, :count] * (tree.dimension_weights > 0)
        return _shares(_shares(questions) @ criteria)


@dataclass(frozen=True, eq=False)
class _Role:
    """The respondents of one role of a unit; ``open`` says which criteria may be shown of it."""

    scores: Scores
    stratum: int
    weighty: NDArray[np.bool_]
    ends: Floats
    """(2, questions) lowest and highest option."""
    open: NDArray[np.bool_]

    @property
    def name(self) -> str:
        return self.scores.instrument.role_ids[int(self.scores.answers.stratum_role[self.stratum])]

    @cached_property
    def cells(self) -> Floats:
        """(questions, n) what each respondent counts for, 0 where nothing and where a question has no weight."""
        return np.where(self.present, self.scores.counted[self.scores.answers.rows_of(self.stratum)].T, 0.0)

    @cached_property
    def present(self) -> NDArray[np.bool_]:
        """(questions, n) where a respondent counts."""
        counted = self.scores.counted[self.scores.answers.rows_of(self.stratum)].T
        found: NDArray[np.bool_] = np.isfinite(counted) & self.weighty[:, None]
        return found

    @cached_property
    def count(self) -> Ints:
        """(questions,) how many count."""
        return np.asarray(self.present.sum(axis=1))

    @cached_property
    def covered(self) -> tuple[Floats, Floats]:
        """(questions, n) 1 where there is an answer, and 1 where there could be one."""
        state = self.scores.answers.state[self.scores.answers.rows_of(self.stratum)].T
        return (state == ANSWERED).astype(float), (state != NOT_APPLICABLE).astype(float)

    @cached_property
    def means(self) -> Floats:
        """(questions,) means of the respondents; 0 where none counts."""
        found: Floats = self.cells.sum(axis=1) / np.maximum(self.count, 1)
        return found

    def again(self, means: Floats, distances: Floats, weights: Floats) -> Floats:
        """(replicates, K) the role's *means* under (questions, K) weights had others of the role answered.

        Respondents are drawn by their (n, K) distances, widened and kept within the scale as in ``bootstrap.drawn_means``.
        """
        known = np.isfinite(distances)
        n = known.sum(axis=0)
        centred = _centred(distances, known)
        sums = self.times.T @ centred
        counts = n if known.all() else np.maximum(self.times.T @ known.astype(float), 1.0)
        moved = sums / counts * np.sqrt(n / (n - 1))
        least, most = (ends @ weights for ends in self.ends)
        found: Floats = np.clip(means + moved, least, most)
        return found

    @cached_property
    def times(self) -> Floats:
        """(n, replicates) how often each respondent is drawn."""
        return times_drawn(self.scores.answers, self.stratum, self.scores.resampled.dimensions.shape[2])


def _shares(weights: Floats) -> Floats:
    """Weights of each column as shares of 1; 0 in a column without any."""
    total = weights.sum(axis=0)
    shares: Floats = weights / np.where(total > 0, total, 1.0)
    return shares


def _distances(one: _Role, other: _Role, weights: Floats) -> tuple[Floats, Floats]:
    """(n, dimensions) how far each respondent's answers lie from the mean of both roles' respondents, question by question.

    From the question's own mean, so that nobody is high or low by what they left open. NaN for those who left too much open.
    """
    count = np.maximum(one.count + other.count, 1)
    centre = (one.cells.sum(axis=1) + other.cells.sum(axis=1)) / count
    least = one.scores.instrument.policy.min_coverage - EXACT

    def side(role: _Role) -> Floats:
        given, possible = (part.T @ weights for part in role.covered)
        known = role.present.T.astype(float)
        found = divide((role.cells.T - known * centre) @ weights, known @ weights)
        return np.where((possible > 0) & (given >= least * possible), found, np.nan)

    return side(one), side(other)


def _spread(first: Floats, second: Floats) -> Floats:
    """Standard deviation within two groups, by column."""
    sides = [(np.isfinite(side), side) for side in (first, second)]
    squares = sum((_centred(side, known) ** 2).sum(axis=0) for known, side in sides)
    spread: Floats = np.sqrt(squares / (sum(known.sum(axis=0) for known, _ in sides) - 2))
    return spread


def _centred(values: Floats, known: NDArray[np.bool_]) -> Floats:
    """(n, K) values less the mean of those that are *known* in their column; 0 for the others."""
    mean = np.where(known, values, 0.0).sum(axis=0) / known.sum(axis=0)
    return np.where(known, values - mean, 0.0)


def _chances(first: Floats, second: Floats) -> Floats:
    """Two-sided permutation p of the difference of means by column."""
    p = np.ones(first.shape[1])
    pooled = np.vstack([first, second])
    patterns: dict[bytes, list[int]] = {}
    for column in range(pooled.shape[1]):
        patterns.setdefault(np.isfinite(pooled[:, column]).tobytes(), []).append(column)
    for columns in patterns.values():
        known = np.isfinite(pooled[:, columns[0]])
        size = int(known[: len(first)].sum())
        values = pooled[known][:, columns]
        p[columns] = _permuted(values, size, int(known.sum()) - size)
    return p


def _permuted(values: Floats, first: int, second: int) -> Floats:
    """p of *values* (first + second, K) whose first rows are one group."""
    values = values - values.mean(axis=0)
    sums = values[:first].sum(axis=0)
    values = np.sort(values, axis=0)  # which rows are which group must not decide what random splits give
    if min(first, second) >= _MANY:
        count = first + second
        variance = values.var(axis=0, ddof=1) * first * second / count
        z = np.divide(np.abs(sums), np.sqrt(variance), out=np.zeros_like(sums), where=variance > _TIE**2)
        return np.array([math.erfc(value / math.sqrt(2)) for value in z])
    splits = permutation_matrix(first, second, _PERMUTATIONS)
    scale = np.abs(values).max(axis=0) * len(values)
    at_least = (np.abs(splits @ values) >= np.abs(sums) - _TIE * scale).sum(axis=0)
    exact = math.comb(first + second, first) <= _PERMUTATIONS + 1
    p: Floats = at_least / len(splits) if exact else (1 + at_least) / (1 + len(splits))
    return p
