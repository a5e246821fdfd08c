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

from kamassess.result import RoleGap
from kamassess.scoring.anonymity import ANONYMITY
from kamassess.scoring.answers import ANSWERED, NOT_APPLICABLE, Floats, divide, weighty_questions
from kamassess.scoring.bootstrap import percentiles, times_drawn
from kamassess.scoring.scores import EXACT, Scores
from kamassess.stats import holm, permutation_matrix

__all__ = ["RoleGaps"]

_PERMUTATIONS = 4999
_MANY = 100
"""From so many respondents in either role on, the permutation distribution is taken as normal, with its exact variance."""
_TIE = 1e-9


@dataclass(frozen=True, eq=False)
class RoleGaps:
    """Gaps between roles in the units of a wave."""

    scores: Scores

    def of_unit(self, unit: int, shown: NDArray[np.bool_]) -> tuple[RoleGap, ...]:
        """The gaps of one unit, by dimension, then from wide to narrow; ``p_holm`` is over all of them.

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
            _Role(self.scores, stratum, self.weighty, open_)
            for stratum, open_ in zip(self.scores.answers.strata_of(unit), shown[:, first:], strict=True)
            if open_.any()
        ]
        found = [gap for one, other in combinations(roles, 2) for gap in self._gaps(one, other, fine)]
        adjusted = holm([gap.p for gap in found])
        order = {dimension.id: number for number, dimension in enumerate(self.scores.instrument.dimensions)}
        gaps = [replace(gap, p_holm=gap.p if p is None else p) for gap, p in zip(found, adjusted, strict=True)]
        return tuple(sorted(gaps, key=lambda gap: (order[gap.dimension], -gap.difference, gap.high, gap.low)))

    @cached_property
    def weighty(self) -> NDArray[np.bool_]:
        """(questions,) which have a weight."""
        return weighty_questions(self.scores.instrument)

    def _fine(self, unit: int) -> NDArray[np.bool_]:
        """(criteria,) of which the means of single questions give away nobody: each role's rest on no one, or on three or more."""
        rows = self.scores.answers.rows_of_unit(unit)
        strata = self.scores.answers.strata_of(unit)
        starts = self.scores.answers.stratum_start[strata] - rows.start
        known = np.isfinite(self.scores.answers.value[rows]) & self.weighty
        n = np.add.reduceat(known.astype(np.int64), starts, axis=0) if len(starts) else np.zeros((0, len(self.weighty)))
        few = ((n > 0) & (n < ANONYMITY)).any(axis=0)
        return few.astype(float) @ (self.scores.hierarchy.to_criteria > 0) == 0

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
        values = np.concatenate([role.figures(weights) for role in (one, other)])
        ends = percentiles(one.figures_again(weights) - other.figures_again(weights))
        sd, p = _spread(first, second), _chances(first, second)
        return [
            self._gap(
                self.scores.instrument.dimensions[column].id,
                (one.name, other.name),
                tuple(values[:, number].tolist()),
                (float(ends[0][number]), float(ends[1][number])),
                (float(sd[number]), float(p[number])),
                (int(sizes[0][column]), int(sizes[1][column])),
                int((weights[:, number] > 0).sum()),
            )
            for number, column in enumerate(columns.tolist())
            if np.isfinite(values[:, number]).all()
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
            p_holm=p,
            n_high=n[high],
            n_low=n[low],
            n_questions=n_questions,
        )

    def _weights(self, one: _Role, other: _Role, fine: NDArray[np.bool_]) -> Floats:
        """(questions, dimensions) what each question weighs in the comparison of two roles; 0 where it is not compared."""
        tree = self.scores.hierarchy
        alike = (one.answered != other.answered).astype(float) @ (tree.to_criteria > 0) == 0
        compared = one.open & other.open & (alike | fine)
        questions = tree.to_criteria * (one.answered & other.answered)[:, None] * compared
        count = len(self.scores.instrument.dimensions)
        criteria = tree.to_dimensions[:, :count] * (tree.dimension_weights > 0)
        return _shares(_shares(questions) @ criteria)


@dataclass(frozen=True, eq=False)
class _Role:
    """The respondents of one role of a unit; ``open`` says which criteria may be shown of it."""

    scores: Scores
    stratum: int
    weighty: NDArray[np.bool_]
    open: NDArray[np.bool_]

    @property
    def name(self) -> str:
        return self.scores.instrument.role_ids[self.scores.answers.stratum_role[self.stratum]]

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
    def answered(self) -> NDArray[np.bool_]:
        """(questions,) in which someone counts."""
        found: NDArray[np.bool_] = self.present.any(axis=1)
        return found

    @cached_property
    def covered(self) -> tuple[Floats, Floats]:
        """(questions, n) 1 where there is an answer, and 1 where there could be one."""
        state = self.scores.answers.state[self.scores.answers.rows_of(self.stratum)].T
        return (state == ANSWERED).astype(float), (state != NOT_APPLICABLE).astype(float)

    @cached_property
    def drawn(self) -> Floats:
        """(questions, replicates) means of respondents drawn again; NaN where none who answered was drawn."""
        times = times_drawn(self.scores.answers, self.stratum, self.scores.resampled.dimensions.shape[2])
        return divide(self.cells @ times, self.present.astype(float) @ times)

    def figures(self, weights: Floats) -> Floats:
        """(1, K) the role's figures under (questions, K) weights, by the policy's mean."""
        means = divide(self.cells.sum(axis=1), self.present.sum(axis=1).astype(float))
        return self._weighted(means[:, None], weights)

    def figures_again(self, weights: Floats) -> Floats:
        """(replicates, K) the same of respondents drawn again."""
        return self._weighted(self.drawn, weights)

    def _weighted(self, questions: Floats, weights: Floats) -> Floats:
        used = weights.any(axis=1)
        questions, weights = questions[used].T, weights[used]
        known = np.isfinite(questions)
        method = self.scores.instrument.policy.aggregation
        if method == "minimum":
            lowest = np.where(known[:, :, None] & (weights > 0), questions[:, :, None], np.inf).min(axis=1)
            return np.where(np.isfinite(lowest), lowest, np.nan)
        values = np.where(known, questions, 0.0)
        if method == "arithmetic":
            return divide(values @ weights, known.astype(float) @ weights)
        mean = np.exp(divide(np.log(np.where(values > 0, values, 1.0)) @ weights, known.astype(float) @ weights))
        zero, negative = ((known & sign).astype(float) @ weights > 0 for sign in (values == 0, values < 0))
        return np.where(negative, np.nan, np.where(zero, 0.0, mean))


def _shares(weights: Floats) -> Floats:
    """Weights of each column as shares of 1; 0 in a column without any."""
    return np.nan_to_num(divide(weights, np.broadcast_to(weights.sum(axis=0), weights.shape)))


def _distances(one: _Role, other: _Role, weights: Floats) -> tuple[Floats, Floats]:
    """(n, dimensions) how far each respondent's answers lie from the mean of both roles' respondents, question by question.

    From the question's own mean, so that nobody is high or low by what they left open. NaN for those who left too much open.
    """
    count = one.present.sum(axis=1) + other.present.sum(axis=1)
    centre = np.nan_to_num(divide(one.cells.sum(axis=1) + other.cells.sum(axis=1), count.astype(float)))
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
    squares = sum(((np.where(known, side - np.nanmean(side, axis=0), 0.0)) ** 2).sum(axis=0) for known, side in sides)
    spread: Floats = np.sqrt(squares / (sum(known.sum(axis=0) for known, _ in sides) - 2))
    return spread


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
    if max(first, second) >= _MANY:
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
