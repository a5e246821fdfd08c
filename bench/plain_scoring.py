"""The audit's scores as one would first write them in pandas: a loop over units, and in it a loop over bootstrap replicates.

It does what ``kamassess.scoring`` does by the policy of the instrument ``kam``: means within roles, over roles, then weighted
over questions, criteria and dimensions, and percentile intervals from respondents redrawn within their roles. Its random
numbers are others, so that its intervals agree with ours only up to the noise of 1,000 replicates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamassess.instrument import Instrument
from kamassess.scoring.bootstrap import REPLICATES
from kamassess.scoring.scores import Scores

__all__ = ["UnitScores", "differences", "score_unit"]


@dataclass(frozen=True)
class UnitScores:
    """Every block of the instrument, overall first, then dimensions and screens, then criteria."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class _Level:
    """Weights of children and the parent of each."""

    weight: pd.Series
    parent: pd.Series

    def mean(self, values: pd.Series) -> pd.Series:
        """Weighted mean of each parent's children that are there."""
        values = values.reindex(self.weight.index)
        weight = self.weight.where(values.notna())
        groups = (values * weight).groupby(self.parent, sort=False).sum(min_count=1)
        return groups / weight.groupby(self.parent, sort=False).sum(min_count=1)


def score_unit(frame: pd.DataFrame, instrument: Instrument, replicates: int = REPLICATES) -> UnitScores:
    """Scores and intervals of one unit from its answers, one row an answer."""
    wide = frame.pivot(index="respondent", columns="question", values="value")
    role = frame.groupby("respondent")["role"].first()
    levels = _levels(instrument)
    rng = np.random.default_rng(0)
    people = [group.index.to_numpy() for _, group in role.groupby(role)]
    by_role = wide.groupby(role.loc[wide.index].to_numpy())
    mean, n = by_role.mean(), by_role.count()
    drawn = []
    for _ in range(replicates):
        chosen = np.concatenate([rng.choice(group, len(group)) for group in people])
        again = wide.loc[chosen].groupby(role.loc[chosen].to_numpy()).mean()
        drawn.append(_blocks((mean + (again - mean) * np.sqrt(n / (n - 1).clip(lower=1))).clip(1, 5).mean(), levels))
    low, high = np.nanpercentile(np.array(drawn), [2.5, 97.5], axis=0)
    return UnitScores(_blocks(mean.mean(), levels), low, high)


def _blocks(questions: pd.Series, levels: Sequence[_Level]) -> np.ndarray:
    by_criterion, by_dimension, overall = levels
    criteria = by_criterion.mean(questions)
    dimensions = by_dimension.mean(criteria)
    return np.concatenate([overall.mean(dimensions).to_numpy(), dimensions.to_numpy(), criteria.to_numpy()])


def _levels(instrument: Instrument) -> tuple[_Level, _Level, _Level]:
    questions = [(q.id, q.weight, criterion.id) for criterion in instrument.criteria() for q in criterion.questions]
    criteria = [(c.id, c.weight, block.id) for block in instrument.blocks for c in block.criteria]
    dimensions = [(dimension.id, dimension.weight, "overall") for dimension in instrument.dimensions]
    return _level(questions), _level(criteria), _level(dimensions)


def _level(children: Sequence[tuple[str, float, str]]) -> _Level:
    ids, weights, parents = zip(*children, strict=True)
    return _Level(pd.Series(weights, ids, dtype=float), pd.Series(parents, ids))


def differences(plain: Sequence[UnitScores], ours: Scores) -> tuple[float, float]:
    """How far apart the two are: the largest of all scores, and the mean over all ends of intervals."""
    value = np.array([unit.value for unit in plain])
    ends = np.array([[unit.low, unit.high] for unit in plain])
    own_ends = np.stack([ours.resampled.low, ours.resampled.high], axis=1)
    return float(np.nanmax(np.abs(value - ours.value))), float(np.nanmean(np.abs(ends - own_ends)))
