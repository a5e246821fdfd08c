"""How far a score could move if other people of the same roles had answered: percentile bootstrap over respondents.

Respondents are drawn with replacement within their unit and role, as many as there were. Each unit's draws are seeded from
its own answers, so that the same answers give the same interval, whatever other units, files or machines there are.
"""

from __future__ import annotations

import numpy as np

from kamassess.scoring.answers import Answers, Floats, divide
from kamassess.scoring.hierarchy import Hierarchy

__all__ = ["REPLICATES", "intervals", "replicate_questions"]

REPLICATES = 1000
CONFIDENCE = 0.95


def intervals(answers: Answers, cells: Floats, hierarchy: Hierarchy, replicates: int = REPLICATES) -> tuple[Floats, Floats]:
    """Lower and upper ends of the interval of every block.

    Parameters
    ----------
    answers
        One wave.
    cells : (R, Q) float
        What each respondent counts for in each question; NaN where nothing.
    hierarchy
        The instrument's tree.
    replicates
        Number of resamples.

    Returns
    -------
    low, high : (U, 1 + dimensions + criteria) float
        As ``Blocks.stacked``. NaN where no role has two respondents who count: nothing can then be said of the spread.
    """
    method = answers.instrument.policy.aggregation
    shape = (len(answers.units), 1 + hierarchy.to_dimensions.shape[1] + hierarchy.to_criteria.shape[1])
    low, high = np.full(shape, np.nan), np.full(shape, np.nan)
    tails = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
    for unit in np.flatnonzero(answers.to_units((answers.stratum_size > 1).astype(float)[:, None])[:, 0]).tolist():
        blocks = hierarchy.combine(replicate_questions(answers, cells, unit, hierarchy, replicates), method).stacked()
        low[unit], high[unit] = _quantiles(blocks, tails)
        unknown = ~_resampled(answers, cells, unit, hierarchy)
        low[unit, unknown] = high[unit, unknown] = np.nan
    return low, high


def replicate_questions(answers: Answers, cells: Floats, unit: int, hierarchy: Hierarchy, replicates: int) -> Floats:
    """(replicates, Q) question scores of resampled respondents of one unit."""
    seed = int.from_bytes(answers.content(unit, hierarchy.question_matters)[:16], "big")
    rng = np.random.Generator(np.random.PCG64(seed))
    by_role = answers.instrument.policy.respondents == "by_role"
    total = np.zeros((replicates, cells.shape[1]))
    weight = np.zeros((replicates, cells.shape[1]))
    for stratum in answers.strata_of(unit):
        own = cells[answers.rows_of(stratum)]
        size = len(own)
        drawn = rng.integers(0, size, (replicates, size)) + np.arange(replicates)[:, None] * size
        times = np.bincount(drawn.ravel(), minlength=replicates * size).reshape(replicates, size).astype(float)
        present = np.isfinite(own)
        sums = times @ np.where(present, own, 0.0)
        counts = times @ present.astype(float)
        if by_role:
            total += np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0)
            weight += counts > 0
        else:
            total += sums
            weight += counts
    return divide(total, weight)


def _quantiles(values: Floats, tails: list[float]) -> Floats:
    """Quantiles down the columns, leaving out replicates in which a block had no answer; NaN for a column without any."""
    if np.isfinite(values).all():
        return np.asarray(np.quantile(values, tails, axis=0))
    found = np.full((len(tails), values.shape[1]), np.nan)
    for column in range(values.shape[1]):
        known = values[np.isfinite(values[:, column]), column]
        if len(known):
            found[:, column] = np.quantile(known, tails)
    return found


def _resampled(answers: Answers, cells: Floats, unit: int, hierarchy: Hierarchy) -> np.ndarray:
    """Which blocks have a role with at least two respondents who count in one of their questions."""
    spread = np.zeros(cells.shape[1], dtype=bool)
    for stratum in answers.strata_of(unit):
        spread |= np.isfinite(cells[answers.rows_of(stratum)]).sum(axis=0) > 1
    criteria = spread.astype(float) @ hierarchy.to_criteria > 0
    dimensions = criteria.astype(float) @ hierarchy.to_dimensions > 0
    overall = dimensions.astype(float) @ hierarchy.to_overall > 0
    return np.concatenate([overall, dimensions, criteria])
