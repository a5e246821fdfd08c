"""How far a score could move if other people of the same roles had answered: percentile bootstrap over respondents.

Respondents are drawn with replacement within their unit and role, as many as there were. Each role's draws are seeded from its
own answers, so that the same answers give the same interval, whatever other roles, units, files or machines there are.
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
    spread = answers.per_stratum(hierarchy.reaches(np.isfinite(cells))) > 1
    known = answers.to_units(spread.astype(float)) > 0
    for unit in np.flatnonzero(known.any(axis=1)).tolist():
        blocks = hierarchy.combine(replicate_questions(answers, cells, unit, replicates), method).stacked()
        low[unit], high[unit] = _percentiles(blocks)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def replicate_questions(answers: Answers, cells: Floats, unit: int, replicates: int) -> Floats:
    """(replicates, Q) question scores of resampled respondents of one unit."""
    by_role = answers.instrument.policy.respondents == "by_role"
    total = np.zeros((cells.shape[1], replicates))
    weight = np.zeros((cells.shape[1], replicates))
    for stratum in answers.strata_of(unit):
        own = cells[answers.rows_of(stratum)].T
        times = _times(answers, stratum, replicates)
        present = np.isfinite(own)
        if present.all():
            sums, counts = own @ times, np.full((1, 1), float(len(times)))
        else:
            sums, counts = np.where(present, own, 0.0) @ times, present.astype(float) @ times
        if by_role:
            total += np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0)
            weight += counts > 0
        else:
            total += sums
            weight += counts
    return divide(total, weight).T


def _times(answers: Answers, stratum: int, replicates: int) -> Floats:
    """(respondents of the stratum, replicates) how often each respondent is drawn."""
    size = int(answers.stratum_size[stratum])
    if size == 1:
        return np.ones((1, replicates))
    seed = int.from_bytes(answers.content(stratum)[:16], "big")
    drawn = np.random.Generator(np.random.PCG64(seed)).integers(0, size, (size, replicates))
    cell = drawn * replicates + np.arange(replicates)
    return np.bincount(cell.ravel(), minlength=size * replicates).reshape(size, replicates).astype(float)


def _percentiles(values: Floats) -> tuple[Floats, Floats]:
    """Both ends for each column, leaving out replicates in which a block had no answer; NaN for a column without any."""
    ordered = np.sort(values.T, axis=1)  # NaN last
    last = np.isfinite(ordered).sum(axis=1) - 1
    column = np.arange(len(ordered))

    def end(share: float) -> Floats:
        place = np.maximum(last, 0) * share
        below = np.floor(place).astype(np.int64)
        above = np.minimum(below + 1, np.maximum(last, 0))
        step = ordered[column, above] - ordered[column, below]
        found: Floats = ordered[column, below] + (place - below) * step
        return found

    return end((1 - CONFIDENCE) / 2), end((1 + CONFIDENCE) / 2)
