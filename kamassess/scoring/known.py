"""Claimed, evidenced, measured: what people say of each criterion beside what documents and data show, and the gaps between."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from kamassess.instrument import Criterion, Dimension, Instrument
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
    dimension: Dimension,
    criteria: Mapping[str, Block],
    evidence: Mapping[str, Evidenced],
    measured: Mapping[str, MeasuredLevel],
) -> Known:
    """A dimension by documents and by data, over the criteria that have them."""
    shown = {name: found.level for name, found in evidence.items()}, {name: found.level for name, found in measured.items()}
    (by_proof, claim_proof, n_proof), (by_data, claim_data, n_data) = (_mean(dimension, criteria, levels) for levels in shown)
    return Known(by_proof, by_data, claim_proof, claim_data, n_proof, n_data, len(dimension.criteria))


def _mean(
    dimension: Dimension, criteria: Mapping[str, Block], levels: Mapping[str, float | None]
) -> tuple[float | None, float | None, int]:
    """Weighted means of the levels and of the scores of the same criteria, and how many criteria have a level."""
    having = [(c.weight, levels[c.id], criteria[c.id].score) for c in dimension.criteria if levels.get(c.id) is not None]
    both = [(weight, score) for weight, _, score in having if score is not None]
    return _weighted([(weight, level) for weight, level, _ in having]), _weighted(both), len(having)


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
    whole = math.fsum(dimension.weight for dimension in instrument.dimensions)
    for dimension in instrument.dimensions:
        inside = math.fsum(criterion.weight for criterion in dimension.criteria)
        for criterion in dimension.criteria:
            block, data, proof = criteria[criterion.id], measured.get(criterion.id), evidence.get(criterion.id)
            shown = data.level if data else None
            kind = "measured" if shown is not None else "evidenced"
            shown = shown if shown is not None else (proof.level if proof else None)
            if block.score is None or shown is None or not (whole and inside):
                continue
            weight = dimension.weight / whole * criterion.weight / inside
            certain = block.ci is not None and not block.ci[0] <= shown <= block.ci[1]
            found.append(
                SayDo(
                    criterion.id,
                    block.score,
                    block.ci,
                    shown,
                    "measured" if kind == "measured" else "evidenced",
                    block.score - shown,
                    weight,
                    certain,
                    block.n,
                )
            )
    return tuple(sorted(found, key=lambda gap: (-gap.difference * gap.weight, gap.criterion)))
