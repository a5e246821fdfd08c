"""Claimed, evidenced, measured: what people say of each criterion beside what documents and data show, and the gaps between."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from kamassess.instrument import Criterion, Instrument
from kamassess.result import Block, Evidenced, Known, MeasuredLevel, MetricValue, Reason, SayDo

__all__ = ["known", "measured_levels", "say_do"]


def measured_levels(metrics: Mapping[str, MetricValue], instrument: Instrument) -> dict[str, MeasuredLevel]:
    """By criterion, the mean of the levels of its metrics; nothing where there are no metrics at all."""
    if not metrics:
        return {}
    return {criterion.id: _measured(criterion, metrics) for criterion in instrument.criteria()}


def _measured(criterion: Criterion, metrics: Mapping[str, MetricValue]) -> MeasuredLevel:
    levels = {name: metrics[name].level for name in criterion.metrics if name in metrics}
    having = tuple(name for name, level in levels.items() if level is not None)
    without = tuple(name for name in criterion.metrics if name not in having)
    if having:
        return MeasuredLevel(math.fsum(levels[name] or 0.0 for name in having) / len(having), having, without)
    reasons = [metrics[name].reason for name in levels]
    why = next((reason for reason in reasons if reason), Reason.NO_CURVE if levels else Reason.NO_METRIC)
    return MeasuredLevel(None, (), without, why)


def known(
    weights: Mapping[str, float],
    criteria: Mapping[str, Block],
    evidence: Mapping[str, Evidenced],
    measured: Mapping[str, MeasuredLevel],
) -> Known:
    """A block by documents and by data, over those of its criteria that have them; *weights* by criterion."""
    proof = _mean(weights, criteria, evidence)
    data = _mean(weights, criteria, measured)
    return Known(proof[0], data[0], proof[1], data[1], proof[2], data[2], len(weights))


def _mean(
    weights: Mapping[str, float], criteria: Mapping[str, Block], shown: Mapping[str, Evidenced] | Mapping[str, MeasuredLevel]
) -> tuple[float | None, float | None, int]:
    """Weighted means of the levels and of the scores of the same criteria, and how many criteria these are.

    Where some of them have no score they are left out of both, so that like stands beside like; where none has one, none is.
    """
    having = [
        (weight, found.level, criteria[name].score)
        for name, weight in weights.items()
        if (found := shown.get(name)) and found.level is not None
    ]
    both = [entry for entry in having if entry[2] is not None]
    told = both or having
    return _weighted([(weight, level) for weight, level, _ in told]), _weighted([entry[::2] for entry in both]), len(told)


def _weighted(pairs: Sequence[tuple[float, float | None]]) -> float | None:
    total = math.fsum(weight for weight, _ in pairs)
    return math.fsum(weight * (value or 0.0) for weight, value in pairs) / total if total > 0 else None


def say_do(
    instrument: Instrument,
    criteria: Mapping[str, Block],
    evidence: Mapping[str, Evidenced],
    measured: Mapping[str, MeasuredLevel],
) -> tuple[SayDo, ...]:
    """Every scored criterion that data or documents show a level of, the weightiest overclaim first.

    Ranked by difference × weight in the overall score; those that say less than is done come last. Criteria of the screen weigh
    nothing in it and are left out.
    """
    found = []
    for name, weight in instrument.shares.items():
        block, data, proof = criteria[name], measured.get(name), evidence.get(name)
        shown = data.level if data else None
        kind: Literal["measured", "evidenced"] = "measured" if shown is not None else "evidenced"
        shown = shown if shown is not None else (proof.level if proof else None)
        if block.score is None or shown is None:
            continue
        certain = block.ci is not None and not block.ci[0] <= shown <= block.ci[1]
        found.append(
            SayDo(name, block.score, block.ci, shown, kind, block.score - shown, weight, certain, block.n, block.withheld)
        )
    return tuple(sorted(found, key=lambda gap: (-gap.difference * gap.weight, gap.criterion)))
