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

    @cached_property
    def gates(self) -> NDArray[np.bool_]:
        """(criteria,) which criteria cap the overall level; none if the policy has gates switched off."""
        return np.array(
            [
                self.instrument.policy.gates
                and criterion.gate
                and block.weight * criterion.weight > 0
                and any(question.weight > 0 for question in criterion.questions)
                for block in self.instrument.blocks
                for criterion in block.criteria
            ],
            dtype=bool,
        ) & np.repeat(self.to_overall[:, 0] > 0, [len(block.criteria) for block in self.instrument.blocks])

    @cached_property
    def dimension_weights(self) -> Floats:
        """(scored dimensions,) weights of dimensions in the whole."""
        return self.to_overall[: len(self.instrument.dimensions), 0]

    def combine(self, questions: Floats, method: Aggregation) -> Blocks:
        """Values of all blocks from (N, questions) values."""
        criteria = _combine(questions, self._edges[0], method)
        blocks = self.combine_criteria(criteria, method)
        dimensions = blocks.dimensions
        negative = questions < 0
        if method == "geometric" and negative.any():  # undefined is not missing: it must not be left out one level up
            undefined = self.reaches(negative)
            split = 1 + dimensions.shape[1]
            dimensions[undefined[:, 1:split]] = np.nan
            criteria[undefined[:, split:]] = np.nan
            blocks.overall[undefined[:, 0]] = np.nan
        return blocks

    def combine_criteria(self, criteria: Floats, method: Aggregation) -> Blocks:
        """Values of all blocks from (N, criteria) values, as :meth:`combine`; values below 0 are the caller's to mind."""
        _, to_dimensions, to_overall = self._edges
        dimensions = _combine(criteria, to_dimensions, method)
        return Blocks(criteria, dimensions, _combine(dimensions, to_overall, method)[:, 0])

    def weigh(self, dimensions: Floats, weights: Floats, method: Aggregation) -> Floats:
        """(U, N) overall values from (U, dimensions, N or 1) values and (dimensions, N or 1) weights of the scored dimensions.

        As ``combine``: what is missing takes its weight with it; NaN where a geometric mean does not exist.
        """
        present = np.isfinite(dimensions)
        if method == "minimum":
            lowest = np.where(present & (weights > 0), dimensions, np.inf).min(axis=1)
            return np.where(np.isfinite(lowest), lowest, np.nan)
        total = np.zeros((len(dimensions), max(dimensions.shape[2], weights.shape[1])))
        weight, zero, undefined = total.copy(), np.zeros(total.shape, dtype=bool), np.zeros(total.shape, dtype=bool)
        for number, share in enumerate(weights):
            value, known = dimensions[:, number], present[:, number] & (share > 0)
            if method == "geometric":
                zero |= known & (value == 0)
                undefined |= known & (value < 0)
                value = np.log(np.where(value > 0, value, 1.0))
            total += np.where(known, share * value, 0.0)
            weight += share * known
        mean = divide(total, weight)
        if method == "arithmetic":
            return mean
        return np.where(undefined, np.nan, np.where(zero, 0.0, np.exp(mean)))

    def reaches(self, questions: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(N, 1 + dimensions + criteria) which blocks have a weighted child that is marked, from (N, questions) marks."""
        criteria = questions.astype(float) @ self.to_criteria > 0
        dimensions = criteria.astype(float) @ self.to_dimensions > 0
        overall = dimensions.astype(float) @ self.to_overall > 0
        return np.concatenate([overall, dimensions, criteria], axis=1)

    @cached_property
    def _edges(self) -> tuple[_Edges, _Edges, _Edges]:
        return _Edges.of(self.to_criteria), _Edges.of(self.to_dimensions), _Edges.of(self.to_overall)


@dataclass(frozen=True)
class _Edges:
    """A weight matrix as a list of child, parent and weight, without the weights of 0."""

    parents: int
    entries: tuple[tuple[int, int, float], ...]

    @classmethod
    def of(cls, weights: Floats) -> _Edges:
        pairs = np.argwhere(weights > 0).tolist()
        return cls(weights.shape[1], tuple((child, parent, float(weights[child, parent])) for child, parent in pairs))

    @cached_property
    def weights(self) -> Floats:
        """(parents,) weights of all children, added one by one as they are where some are missing."""
        total = np.zeros(self.parents)
        for _, parent, share in self.entries:
            total[parent] += share
        return total


def _combine(values: Floats, edges: _Edges, method: Aggregation) -> Floats:
    """Weighted mean of each parent's children that are present, (N, children) to (N, parents).

    Children are added one by one in their order, those of no weight not at all: a row's result then depends neither on how many
    other rows there are (as it would, in the last digit, with a matrix product) nor on children of no weight.
    """
    if method == "minimum":
        return _minimum(values, edges)
    present = np.isfinite(values)
    if method == "geometric":
        return _geometric(values, present, edges)
    return divide(*_sums(values, present, edges))


def _sums(values: Floats, present: NDArray[np.bool_], edges: _Edges) -> tuple[Floats, Floats]:
    """(N, parents) weighted sums of the children that are present, and their weights."""
    total = np.zeros((edges.parents, len(values)))
    if present.all():
        for child, parent, share in edges.entries:
            total[parent] += share * values[:, child]
        return total.T, np.broadcast_to(edges.weights, (len(values), edges.parents))
    filled, weight = np.where(present, values, 0.0), np.zeros(total.shape)
    for child, parent, share in edges.entries:
        total[parent] += share * filled[:, child]
        weight[parent] += share * present[:, child]
    return total.T, weight.T


def _geometric(values: Floats, present: NDArray[np.bool_], edges: _Edges) -> Floats:
    """Exponential of the mean logarithm; 0 if a child is 0. Negative children are the caller's to mind."""
    mean = np.exp(divide(*_sums(np.log(np.where(values > 0, values, 1.0)), present, edges)))
    for child, parent, _ in edges.entries:
        mean[values[:, child] == 0, parent] = 0.0
    return mean


def _minimum(values: Floats, edges: _Edges) -> Floats:
    lowest = np.full((edges.parents, len(values)), np.nan)
    for child, parent, _ in edges.entries:
        lowest[parent] = np.fmin(lowest[parent], values[:, child])
    return lowest.T
