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


@dataclass(frozen=True, eq=False)
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

    def combine(self, questions: Floats, method: Aggregation) -> Blocks:
        """Values of all blocks from (N, questions) values."""
        criteria = _combine(questions, self.to_criteria, method)
        dimensions = _combine(criteria, self.to_dimensions, method)
        return Blocks(criteria, dimensions, _combine(dimensions, self.to_overall, method)[:, 0])

    def reaches(self, questions: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(N, 1 + dimensions + criteria) which blocks have a weighted child that is marked, from (N, questions) marks."""
        criteria = questions.astype(float) @ self.to_criteria > 0
        dimensions = criteria.astype(float) @ self.to_dimensions > 0
        overall = dimensions.astype(float) @ self.to_overall > 0
        return np.concatenate([overall, dimensions, criteria], axis=1)


def _combine(values: Floats, weights: Floats, method: Aggregation) -> Floats:
    """Weighted mean of each parent's children that are present, (N, children) to (N, parents).

    Children are added one by one in their order, those of no weight not at all: a row's result then depends neither on how many
    other rows there are (as it would, in the last digit, with a matrix product) nor on children of no weight.
    """
    edges = [(int(child), int(parent), float(weights[child, parent])) for child, parent in np.argwhere(weights > 0)]
    if method == "minimum":
        return _minimum(values, edges, weights.shape[1])
    present = np.isfinite(values)
    if method == "geometric":
        return _geometric(values, present, edges, weights.shape[1])
    return divide(*_sums(values, present, edges, weights.shape[1]))


def _sums(values: Floats, present: NDArray[np.bool_], edges: list[tuple[int, int, float]], parents: int) -> tuple[Floats, Floats]:
    """(N, parents) weighted sums of the children that are present, and their weights."""
    total, weight = np.zeros((parents, len(values))), np.zeros((parents, len(values)))
    whole = bool(present.all())
    filled = values if whole else np.where(present, values, 0.0)
    for child, parent, share in edges:
        total[parent] += share * filled[:, child]
        weight[parent] += share if whole else share * present[:, child]
    return total.T, weight.T


def _geometric(values: Floats, present: NDArray[np.bool_], edges: list[tuple[int, int, float]], parents: int) -> Floats:
    """Exponential of the mean logarithm: 0 if a child is 0, NaN if one is negative."""
    mean = np.exp(divide(*_sums(np.log(np.where(values > 0, values, 1.0)), present, edges, parents)))
    for child, parent, _ in edges:
        mean[(values[:, child] == 0) & ~np.isnan(mean[:, parent]), parent] = 0.0
        mean[values[:, child] < 0, parent] = np.nan
    return mean


def _minimum(values: Floats, edges: list[tuple[int, int, float]], parents: int) -> Floats:
    lowest = np.full((parents, len(values)), np.nan)
    for child, parent, _ in edges:
        lowest[parent] = np.fmin(lowest[parent], values[:, child])
    return lowest.T
