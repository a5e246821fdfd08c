"""Question → criterion → dimension → overall: one weighted mean, applied level by level to any number of rows at once.

Rows may be units, roles within units, or bootstrap replicates; columns are the blocks of a level. A missing child (NaN) takes
its weight with it. Weights of 0 and blocks without a weighted child give NaN, never a warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kamassess.instrument import Instrument
from kamassess.scoring.answers import Floats, divide

__all__ = ["Aggregation", "Blocks", "Hierarchy"]

Aggregation: TypeAlias = Literal["arithmetic", "geometric", "minimum"]


@dataclass(frozen=True)
class Blocks:
    """Values of every block of the instrument: (N, criteria), (N, dimensions then screens), (N,)."""

    criteria: Floats
    dimensions: Floats
    overall: Floats

    def stacked(self) -> Floats:
        """(N, 1 + dimensions + criteria): overall first."""
        return np.concatenate([self.overall[:, None], self.dimensions, self.criteria], axis=1)


@dataclass(frozen=True)
class Hierarchy:
    """The instrument's tree as weight matrices: children in rows, parents in columns."""

    instrument: Instrument

    @cached_property
    def to_criteria(self) -> Floats:
        """(questions, criteria) weights."""
        criteria = list(self.instrument.criteria())
        weights = np.zeros((len(self.instrument.questions), len(criteria)))
        row = 0
        for column, criterion in enumerate(criteria):
            for question in criterion.questions:
                weights[row, column] = question.weight
                row += 1
        return weights

    @cached_property
    def to_dimensions(self) -> Floats:
        """(criteria, dimensions and screens) weights."""
        blocks = self.instrument.blocks
        weights = np.zeros((self.to_criteria.shape[1], len(blocks)))
        row = 0
        for column, block in enumerate(blocks):
            for criterion in block.criteria:
                weights[row, column] = criterion.weight
                row += 1
        return weights

    @cached_property
    def to_overall(self) -> Floats:
        """(dimensions and screens, 1) weights; a screen has none."""
        scored = [dimension.weight for dimension in self.instrument.dimensions]
        return np.array(scored + [0.0] * len(self.instrument.screens))[:, None]

    @cached_property
    def question_matters(self) -> NDArray[np.bool_]:
        """Which questions have any weight in their dimension or screen."""
        criterion = self.to_dimensions.any(axis=1)
        return np.asarray((self.to_criteria * criterion).any(axis=1))

    def combine(self, questions: Floats, method: Aggregation) -> Blocks:
        """Values of all blocks from (N, questions) values."""
        criteria = _combine(questions, self.to_criteria, method)
        dimensions = _combine(criteria, self.to_dimensions, method)
        return Blocks(criteria, dimensions, _combine(dimensions, self.to_overall, method)[:, 0])


def _combine(values: Floats, weights: Floats, method: Aggregation) -> Floats:
    """Weighted mean of each parent's children that are present, (N, children) to (N, parents)."""
    present = np.isfinite(values)
    whole = bool(present.all())
    if method == "minimum":
        return _minimum(values, weights)
    if method == "geometric":
        negative = values < 0
        values = np.log(np.where(values > 0, values, 1.0)) + np.where(values == 0, -np.inf, 0.0)
        values = np.where(negative | ~present, np.nan, values)
        return np.asarray(np.exp(_geometric_sum(values, present, weights)))
    total = np.where(present, values, 0.0) @ weights
    weight = np.broadcast_to(weights.sum(axis=0), total.shape) if whole else present.astype(float) @ weights
    return divide(total, weight)


def _geometric_sum(logs: Floats, present: NDArray[np.bool_], weights: Floats) -> Floats:
    """Weighted mean of logarithms; −∞ (a zero) wins where it has weight, NaN (a negative value) likewise."""
    counted = (weights > 0).astype(float)
    zero = np.isneginf(logs).astype(float) @ counted > 0
    undefined = (np.isnan(logs) & present).astype(float) @ counted > 0
    total = np.where(np.isfinite(logs), logs, 0.0) @ weights
    weight = present.astype(float) @ weights
    mean = divide(total, weight)
    mean[zero] = -np.inf
    mean[undefined] = np.nan
    return mean


def _minimum(values: Floats, weights: Floats) -> Floats:
    lowest = np.full((len(values), weights.shape[1]), np.nan)
    for parent in range(weights.shape[1]):
        children = values[:, weights[:, parent] > 0]
        least = np.where(np.isfinite(children), children, np.inf).min(axis=1, initial=np.inf)
        lowest[:, parent] = np.where(np.isinf(least), np.nan, least)
    return lowest
