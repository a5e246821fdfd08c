"""Would the level be another one with other respondents, or with other weights? Dirichlet weights × resampled respondents."""

from __future__ import annotations

import hashlib
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kamassess.instrument import LEVEL_TOLERANCE, Instrument
from kamassess.result import Block, Reason, Robustness
from kamassess.scoring.answers import Floats, Ints
from kamassess.scoring.bootstrap import CONFIDENCE
from kamassess.scoring.scores import Scores

__all__ = ["Draws", "weight_draws"]

_A_DIMENSION = 10.0
"""Concentration for each dimension that counts: with six equal ones, a weight lies between half and 1.6 times its own in 95 of
100 draws (``docs/decisions/robustness.md``)."""


def weight_draws(instrument: Instrument, replicates: int) -> tuple[Floats, float]:
    """(scored dimensions, replicates) weights drawn around the declared ones, and the concentration they were drawn with.

    The same for all units, so that units are compared under the same weights; seeded from the ids and weights of the dimensions
    that have a weight.
    """
    declared = np.array([dimension.weight for dimension in instrument.dimensions])
    counts = declared > 0
    concentration = _A_DIMENSION * float(counts.sum())
    text = "\0".join(f"{dimension.id}={dimension.weight!r}" for dimension in instrument.dimensions if dimension.weight > 0)
    rng = np.random.Generator(np.random.PCG64(int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big")))
    drawn = np.zeros((len(declared), replicates))
    if counts.any():
        some = rng.dirichlet(concentration * declared[counts] / declared[counts].sum(), replicates).T
        drawn[counts] = np.maximum(some, np.finfo(float).tiny)  # a weight of 0 would take the dimension away
    return drawn, concentration


class Draws:
    """Overall scores and levels of all units of a wave under drawn weights and drawn respondents."""

    def __init__(self, scores: Scores) -> None:
        self.scores = scores
        self.replicates = scores.resampled.dimensions.shape[2]
        self._starts = np.array([level.start for level in scores.instrument.levels])

    @cached_property
    def weights(self) -> tuple[Floats, float]:
        """Drawn weights, and their concentration."""
        return weight_draws(self.scores.instrument, self.replicates)

    def both(self, units: NDArray[np.int64], kept: NDArray[np.bool_] | None = None) -> Floats:
        """(units, replicates) overall scores with weights and respondents drawn; of the *kept* dimensions alone, if given."""
        weights = self.weights[0]
        return self._weigh(self.scores.resampled.dimensions[units], weights if kept is None else weights * kept[:, None])

    def declared(self, units: NDArray[np.int64], kept: NDArray[np.bool_]) -> Floats:
        """(units,) overall scores of the *kept* scored dimensions with weights as declared."""
        weights = self.scores.hierarchy.dimension_weights * kept
        return self._weigh(self.scores.value[units, 1 : 1 + len(weights), None], weights[:, None])[:, 0]

    def respondents(self, units: NDArray[np.int64]) -> Floats:
        """(units, replicates) overall scores with respondents drawn and weights as declared."""
        declared = self.scores.hierarchy.dimension_weights[:, None]
        return self._weigh(self.scores.resampled.dimensions[units], declared)

    def robustness(self, unit: int, overall: Block) -> Robustness:
        """How often the level of one unit is another one."""
        draws, concentration = self.weights
        if overall.score is None:
            return Robustness(None, None, None, {}, None, concentration, self.replicates, overall.reason)
        here, chosen = self._standing(overall), np.array([unit])
        dimensions = self.scores.value[unit, 1 : 1 + len(draws)][None, :, None]
        criteria = self.scores.value[unit, -self.scores.gates.shape[1] :]
        gate = np.min(criteria[self.scores.gates[unit]], initial=np.inf)
        by_weights = float((self._level(self._weigh(dimensions, draws)[0], gate) != here).mean())
        if not self.scores.resampled.known[unit]:
            reason = Reason.ONE_RESPONDENT_PER_ROLE
            return Robustness(None, None, by_weights, {}, None, concentration, self.replicates, reason)
        gates = self.scores.resampled.gates[unit]
        both, respondents = self.both(chosen)[0], self.respondents(chosen)[0]
        exists = np.isfinite(both)
        both, respondents, gates = both[exists], respondents[exists], gates[exists]
        levels = self._level(both, gates)
        tail = (1 - CONFIDENCE) / 2
        low, high = np.quantile(both, [tail, 1 - tail]).tolist()
        names = ["0", *(str(level.level) for level in self.scores.instrument.levels)]
        shares: dict[str, float] = {}
        for level, count in zip(*np.unique(levels, return_counts=True), strict=True):
            shares[names[level]] = shares.get(names[level], 0.0) + int(count) / len(levels)
        return Robustness(
            level_differs=float((levels != here).mean()),
            by_respondents=float((self._level(respondents, gates) != here).mean()),
            by_weights=by_weights,
            levels=shares,
            score_range=(low, high),
            concentration=concentration,
            draws=self.replicates,
        )

    def _weigh(self, dimensions: Floats, weights: Floats) -> Floats:
        return self.scores.hierarchy.weigh(dimensions, weights, self.scores.instrument.policy.aggregation)

    def _level(self, scores: Floats, gates: Floats | float) -> Ints:
        """Position of the level under the gates; 0 is below the first."""
        reached = np.minimum(scores, gates) + LEVEL_TOLERANCE
        return np.searchsorted(self._starts, reached, side="right").astype(np.int64)

    def _standing(self, overall: Block) -> int:
        """Position of the level a unit is reported at."""
        levels = [level.level for level in self.scores.instrument.levels]
        return 1 + levels.index(overall.level) if overall.level is not None else 0
