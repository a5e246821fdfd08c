"""Who sees it differently: differences between the roles of a unit, dimension by dimension, and whether they are more than noise.

Roles are asked different questions; two are compared on those that both are asked. Only roles whose figures on a dimension and on
all its criteria may be shown are compared there, so that a difference gives away no more than those figures do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from kamassess.result import RoleGap
from kamassess.scoring.anonymity import ANONYMITY
from kamassess.scoring.answers import ANSWERED, NOT_APPLICABLE, Floats, Ints, divide, weighty_questions
from kamassess.scoring.bootstrap import percentiles, times_drawn
from kamassess.scoring.scores import EXACT, Scores
from kamassess.stats import holm, permutation_matrix

__all__ = ["RoleGaps"]

_PERMUTATIONS = 4999
_MANY = 100
"""From so many respondents in either role on, the permutation distribution is taken as normal, with its exact variance."""
_TIE = 1e-9


@dataclass(frozen=True, eq=False)
class _Compared:
    """Two roles on what both are asked: each respondent's mean of each dimension, and how many questions that is."""

    values: Floats
    questions: Ints


@dataclass(frozen=True, eq=False)
class RoleGaps:
    """Gaps between roles in the units of a wave."""

    scores: Scores
    _pairs: dict[tuple[int, int], _Compared] = field(default_factory=dict)

    def of_unit(self, unit: int, shown: NDArray[np.bool_], exists: NDArray[np.bool_]) -> tuple[RoleGap, ...]:
        """The gaps of one unit, by dimension, then from wide to narrow; ``p_holm`` is over all of them.

        Parameters
        ----------
        unit
            Position of the unit.
        shown, exists : (strata of the unit, 1 + dimensions + criteria) bool
            Which figures of its roles may be shown, and which there are.
        """
        answers, hierarchy = self.scores.answers, self.scores.hierarchy
        count, blocks = len(self.scores.instrument.dimensions), hierarchy.to_dimensions.shape[1]
        hidden = (exists & ~shown)[:, 1 + blocks :].astype(float) @ (hierarchy.to_dimensions[:, :count] > 0)
        open_ = shown[:, 1 : 1 + count] & (hidden == 0) & (hierarchy.dimension_weights > 0)
        strata = answers.strata_of(unit)
        replicates = self.scores.resampled.dimensions.shape[2]
        drawn = {
            number: times_drawn(answers, stratum, replicates) for number, stratum in enumerate(strata) if open_[number].any()
        }
        found = [
            gap
            for first, second in combinations(drawn, 2)
            for column in [np.flatnonzero(open_[first] & open_[second])]
            for gap in self._gaps((strata[first], strata[second]), (drawn[first], drawn[second]), column)
        ]
        adjusted = holm([gap.p for gap in found])
        order = {dimension.id: number for number, dimension in enumerate(self.scores.instrument.dimensions)}
        gaps = [replace(gap, p_holm=gap.p if p is None else p) for gap, p in zip(found, adjusted, strict=True)]
        return tuple(sorted(gaps, key=lambda gap: (order[gap.dimension], -gap.difference, gap.high, gap.low)))

    def _gaps(self, strata: tuple[int, int], drawn: tuple[Floats, Floats], columns: Ints) -> list[RoleGap]:
        """Gaps between two strata on some dimensions, not yet adjusted for their number."""
        answers = self.scores.answers
        roles = (int(answers.stratum_role[strata[0]]), int(answers.stratum_role[strata[1]]))
        compared = self._compared(*roles)
        columns = columns[compared.questions[columns] > 0]
        sides = [compared.values[answers.rows_of(stratum)][:, columns] for stratum in strata]
        sizes = [np.isfinite(side).sum(axis=0) for side in sides]
        enough = (sizes[0] >= ANONYMITY) & (sizes[1] >= ANONYMITY)
        columns = columns[enough]
        if not len(columns):
            return []
        first, second = (side[:, enough] for side in sides)
        low, high = percentiles(_means(first, drawn[0]) - _means(second, drawn[1]))
        means = np.nanmean(first, axis=0), np.nanmean(second, axis=0)
        g, p = _hedges(first, second), _chances(first, second)
        ids = [self.scores.instrument.dimensions[column].id for column in columns]
        names = [self.scores.instrument.role_ids[role] for role in roles]
        made = []
        for number, dimension in enumerate(ids):
            a, b = float(means[0][number]), float(means[1][number])
            ends, n = (float(low[number]), float(high[number])), [int(size[enough][number]) for size in sizes]
            turn = b > a
            made.append(
                RoleGap(
                    dimension=dimension,
                    high=names[turn],
                    low=names[not turn],
                    high_mean=max(a, b),
                    low_mean=min(a, b),
                    difference=abs(a - b),
                    ci=(-ends[1], -ends[0]) if turn else ends,
                    g=None if math.isnan(g[number]) else abs(float(g[number])),
                    p=float(p[number]),
                    p_holm=float(p[number]),
                    n_high=n[turn],
                    n_low=n[not turn],
                    n_questions=int(compared.questions[columns[number]]),
                )
            )
        return made

    def _compared(self, first: int, second: int) -> _Compared:
        """What two roles can be compared on, for the respondents of all units at once."""
        pair = (min(first, second), max(first, second))
        if pair not in self._pairs:
            self._pairs[pair] = self._compare(*pair)
        return self._pairs[pair]

    def _compare(self, first: int, second: int) -> _Compared:
        answers, hierarchy, instrument = self.scores.answers, self.scores.hierarchy, self.scores.instrument
        count = len(instrument.dimensions)
        names = {instrument.role_ids[first], instrument.role_ids[second]}
        common = np.array([names <= set(question.roles) for question in instrument.questions.values()])
        common &= weighty_questions(instrument)
        rows = np.flatnonzero((answers.role == first) | (answers.role == second))
        state = answers.state[rows]
        values = np.where(common, answers.value[rows], np.nan)
        part = np.where(common & (state != NOT_APPLICABLE), (state == ANSWERED).astype(float), np.nan)
        found = hierarchy.combine(values, "arithmetic").dimensions[:, :count]
        coverage = np.nan_to_num(hierarchy.combine(part, "arithmetic").dimensions[:, :count])
        result = np.full((len(answers.role), count), np.nan)
        result[rows] = np.where(coverage >= instrument.policy.min_coverage - EXACT, found, np.nan)
        in_dimension = ((hierarchy.to_criteria > 0).astype(float) @ (hierarchy.to_dimensions[:, :count] > 0)) > 0
        return _Compared(result, (in_dimension & common[:, None]).sum(axis=0).astype(np.int64))


def _means(values: Floats, times: Floats) -> Floats:
    """(replicates, K) means of drawn respondents; NaN where none who answered was drawn."""
    present = np.isfinite(values)
    return divide(times.T @ np.where(present, values, 0.0), times.T @ present.astype(float))


def _hedges(first: Floats, second: Floats) -> Floats:
    """Hedges' g by column; NaN without variance."""
    sizes = np.isfinite(first).sum(axis=0), np.isfinite(second).sum(axis=0)
    freedom = sizes[0] + sizes[1] - 2
    spread = np.nanvar(first, axis=0) * sizes[0] + np.nanvar(second, axis=0) * sizes[1]
    sd = np.sqrt(spread / freedom)
    difference = np.nanmean(first, axis=0) - np.nanmean(second, axis=0)
    varies = sd > _TIE
    g = np.divide(difference, sd, out=np.full(sd.shape, np.nan), where=varies)
    corrected: Floats = g * (1 - 3 / (4 * (sizes[0] + sizes[1]) - 9))
    return corrected


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
