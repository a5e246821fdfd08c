"""The weighted score of options over all criteria, and how often each is first whatever the weights."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import numpy as np

from kamassess.data import OptionCriterion, option_criterion
from kamassess.metrics.option_case import Case
from kamassess.metrics.values import Floats, Mask
from kamassess.result import Reason
from kamassess.result.options import Amount, ScoredCriterion

__all__ = ["Score"]


class Score:
    """Weighted scores of all options, and how often each is first whatever the weights."""

    def __init__(self, case: Case, draws: int) -> None:
        self.names = list(case.options)
        given = {criterion: option_criterion(criterion) for _, criterion in case.inputs}
        kept = {name: found for name, found in given.items() if found.better is not None}
        values = {name: np.array([case.assumed(option, name) for option in self.names], dtype=float) for name in kept}
        scored = {name: scores for name, found in kept.items() if (scores := _scaled(found, values[name])) is not None}
        weights = _weights(case, scored)
        self.criteria = tuple(_criterion(case, name, kept[name], weights, scored) for name in kept)
        counted = sorted(name for name in scored if weights.get(name))
        matrix = np.array([scored[name] for name in counted]).reshape(len(counted), len(self.names))
        complete = ~np.isnan(matrix).any(axis=0)
        total = np.array([weights[name] for name in counted]) @ matrix if counted else np.full(len(self.names), math.nan)
        self.scores: dict[str, Amount] = {}
        for place, name in enumerate(self.names):
            missing = tuple(criterion for criterion, row in zip(counted, matrix, strict=True) if math.isnan(row[place]))
            reason = Reason.NO_CRITERION if missing or not kept else Reason.NO_VARIANCE if not scored else Reason.ZERO_WEIGHT
            self.scores[name] = Amount(float(total[place])) if counted and not missing else Amount(None, reason, missing)
        self._ranked(counted, matrix, complete, draws)

    def _ranked(self, counted: Sequence[str], matrix: Floats, complete: Mask, draws: int) -> None:
        """How often each option is first, and before each other, under weights drawn uniformly."""
        places = np.flatnonzero(complete) if counted else np.array([], dtype=np.int64)
        known = {name: found.value for name, found in self.scores.items() if found.value is not None}
        top = [name for name, value in known.items() if math.isclose(value, max(known.values()), abs_tol=1e-9)]
        self.best = top[0] if len(top) == 1 else None
        self.first = {name: Amount(None, Reason.NO_OTHER) for name in self.names}
        self.first |= {name: found for name, found in self.scores.items() if found.value is None}
        self.beats: dict[str, dict[str, float]] = {name: {} for name in self.names}
        if len(places) < 2:
            return
        scores = np.round(_drawn(counted, draws) @ matrix[:, places], 9)
        first = scores == scores.max(axis=1, keepdims=True)
        shares = (first / first.sum(axis=1, keepdims=True)).mean(axis=0)
        for column, place in enumerate(places.tolist()):
            self.first[self.names[place]] = Amount(float(shares[column]))
            above = ((scores[:, [column]] > scores) + 0.5 * (scores[:, [column]] == scores)).mean(axis=0)
            others = zip(places.tolist(), above.tolist(), strict=True)
            self.beats[self.names[place]] = {self.names[other]: share for other, share in others if other != place}


def _scaled(criterion: OptionCriterion, values: Floats) -> Floats | None:
    """(options,) scores 0–100; None where all are the same, so that none is told from another."""
    known = values[~np.isnan(values)]
    if not len(known) or known.min() == known.max():
        return None
    low, high = (1.0, 5.0) if criterion.kind == "score" else (float(known.min()), float(known.max()))
    found: Floats = 100 * (values - low) / (high - low)
    return 100 - found if criterion.better == "lower" else found


def _weights(case: Case, scored: Iterable[str]) -> dict[str, float]:
    """Shares that add up to 1: as declared (none is 0 where another has one), or equal; empty if all are 0."""
    lines = reversed(case.inputs.values())
    declared = {line.criterion: line.weight for line in lines if line.weight is not None}
    names = list(scored)
    weights = {name: float(declared.get(name, 0.0)) if declared else 1.0 for name in names}
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()} if total else {}


def _criterion(
    case: Case, name: str, found: OptionCriterion, weights: Mapping[str, float], scored: Mapping[str, Floats]
) -> ScoredCriterion:
    kind: Literal["money", "probability", "score"] = "score"
    if found.kind == "money" or found.kind == "probability":
        kind = found.kind
    better = found.better or "higher"
    reason = Reason.NO_VARIANCE if name not in scored else None if weights.get(name) else Reason.ZERO_WEIGHT
    return ScoredCriterion(name, case.own.get(name, {}), kind, better, None if reason else weights[name], reason)


def _drawn(counted: Sequence[str], draws: int) -> Floats:
    """(draws, criteria) weights, uniform over all that add up to 1; seeded from the ids of the criteria."""
    seed = hashlib.sha256("\0".join(counted).encode()).digest()[:16]
    rng = np.random.Generator(np.random.PCG64(int.from_bytes(seed, "big")))
    found: Floats = rng.dirichlet(np.ones(len(counted)), draws)
    return found
