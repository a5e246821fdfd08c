"""How far a score could move if other people of the same roles had answered: percentile bootstrap over respondents.

Respondents are drawn with replacement within their unit and role, as many as there were. Each role's draws are seeded from its
own answers, so that the same answers give the same interval, whatever other roles, units, files or machines there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kamassess.instrument import Instrument
from kamassess.scoring.answers import Answers, Floats, Ints, divide
from kamassess.scoring.hierarchy import Hierarchy

__all__ = [
    "REPLICATES",
    "Resampled",
    "draw",
    "drawn_questions",
    "percentiles",
    "replicate_questions",
    "resample",
    "times_drawn",
]

REPLICATES = 1000
CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class Resampled:
    """What other respondents of the same roles would have given.

    Attributes
    ----------
    low, high : (U, 1 + dimensions + criteria) float
        Ends of the interval of every block, as ``Blocks.stacked``. NaN where no role has two respondents who count: nothing can
        then be said of the spread.
    dimensions : (U, scored dimensions, replicates) float
        Each dimension in each replicate, for what rests on several of them; NaN for a unit of which nothing can be said.
    gates : (U, replicates) float
        The lowest of the unit's gate criteria in each replicate; inf without a gate.
    """

    low: Floats
    high: Floats
    dimensions: Floats
    gates: Floats

    @property
    def known(self) -> NDArray[np.bool_]:
        """(U,) units whose overall score has an interval."""
        known: NDArray[np.bool_] = np.isfinite(self.low[:, 0])
        return known


def resample(
    answers: Answers, cells: Floats, hierarchy: Hierarchy, gates: NDArray[np.bool_], replicates: int = REPLICATES
) -> Resampled:
    """Resample the respondents of each unit and score them again.

    Parameters
    ----------
    answers
        One wave.
    cells : (R, Q) float
        What each respondent counts for in each question; NaN where nothing.
    hierarchy
        The instrument's tree.
    gates : (U, criteria) bool
        The criteria that cap the level of each unit.
    replicates
        Number of resamples.
    """
    method = answers.instrument.policy.aggregation
    blocks, criteria = hierarchy.to_dimensions.shape[1], hierarchy.to_criteria.shape[1]
    scored = len(answers.instrument.dimensions)
    shape = (len(answers.units), 1 + blocks + criteria)
    low, high = np.full(shape, np.nan), np.full(shape, np.nan)
    dimensions = np.full((len(answers.units), scored, replicates), np.nan)
    lowest = np.full((len(answers.units), replicates), np.inf)
    spread = answers.per_stratum(hierarchy.reaches(np.isfinite(cells))) > 1
    known = answers.to_units(spread.astype(float)) > 0
    for unit in np.flatnonzero(known.any(axis=1)).tolist():
        found = hierarchy.combine(replicate_questions(answers, cells, unit, replicates), method)
        stacked = found.stacked()
        low[unit], high[unit] = percentiles(stacked)
        dimensions[unit] = found.dimensions[:, :scored].T
        for criterion in np.flatnonzero(gates[unit]):
            lowest[unit] = np.fmin(lowest[unit], found.criteria[:, criterion])
    return Resampled(np.where(known, low, np.nan), np.where(known, high, np.nan), dimensions, lowest)


def replicate_questions(answers: Answers, cells: Floats, unit: int, replicates: int) -> Floats:
    """(replicates, Q) question scores of resampled respondents of one unit."""
    roles = ((cells[answers.rows_of(stratum)], times_drawn(answers, stratum, replicates)) for stratum in answers.strata_of(unit))
    return drawn_questions(roles, replicates, answers.instrument)


def drawn_questions(roles: Iterable[tuple[Floats, Floats]], replicates: int, instrument: Instrument) -> Floats:
    """(replicates, Q) question scores of drawn respondents, by the instrument's policy.

    Of n people drawn from n, the mean varies by (n − 1)/n of what it should; so each role's mean is moved away from the mean of
    its respondents by √(n/(n − 1)), though not beyond the scale (``docs/decisions/intervals.md``).

    Parameters
    ----------
    roles
        For each role, what its respondents count for (respondents, Q), NaN where nothing, and how often each is drawn
        (respondents, replicates).
    replicates
        Number of resamples.
    instrument
        Its questions are the Q columns.
    """
    by_role = instrument.policy.respondents == "by_role"
    scales = [question.scale for question in instrument.questions.values()]
    least, most = (np.array([[getattr(scale, end)] for scale in scales]) for end in ("minimum", "maximum"))
    total, weight = np.zeros((2, len(scales), replicates))
    some = np.zeros(total.shape, dtype=bool)
    for cells, times in roles:
        asked, means, counts = _drawn_means(cells, times)
        np.clip(means, least[asked], most[asked], out=means)
        total[asked] += means if by_role else means * counts
        weight[asked] += 1.0 if by_role else counts
        some[asked] |= counts > 0
    return np.where(some, divide(total, weight), np.nan).T


def _drawn_means(cells: Floats, times: Floats) -> tuple[Ints, Floats, Floats]:
    """The questions a role answered; its mean of each, widened as above, and how many drawn answers it is of, (Q, replicates).

    Where none who answered was drawn, the role stands at its mean: without it the others would speak for it.
    """
    own = cells.T
    present = np.isfinite(own)
    filled = np.where(present, own, 0.0)
    asked = np.flatnonzero(
        present.any(axis=1)
    )  # half of the questions; products, whose last digit hangs on their size, are of all
    n = present[asked].sum(axis=1, keepdims=True)
    counts = present[asked].astype(float) @ times
    mean = filled.sum(axis=1, keepdims=True)[asked] / n
    found = (filled @ times)[asked]
    drawn = counts > 0
    np.divide(found, counts, out=found, where=drawn)
    found -= mean
    found[~drawn] = 0.0
    found *= np.sqrt(n / np.maximum(n - 1, 1))
    found += mean
    return asked, found, counts


def times_drawn(answers: Answers, stratum: int, replicates: int) -> Floats:
    """(respondents of the stratum, replicates) how often each respondent is drawn."""
    return draw(answers.content(stratum), int(answers.stratum_size[stratum]), replicates)


def draw(content: bytes, size: int, replicates: int) -> Floats:
    """(size, replicates) how often each of *size* people is drawn, by random numbers seeded from a digest of what they said."""
    if size < 2:
        return np.ones((size, replicates))
    seed = int.from_bytes(content[:16], "big")
    drawn = np.random.Generator(np.random.PCG64(seed)).integers(0, size, (size, replicates))
    cell = drawn * replicates + np.arange(replicates)
    return np.bincount(cell.ravel(), minlength=size * replicates).reshape(size, replicates).astype(float)


def percentiles(values: Floats) -> tuple[Floats, Floats]:
    """Both ends for each column, leaving out replicates in which a block had no answer; NaN for a column without any."""
    last = np.maximum(np.isfinite(values).sum(axis=0) - 1, 0)
    tail = (1 - CONFIDENCE) / 2
    places = [last * share for share in (tail, 1 - tail)]
    below = [np.floor(place).astype(np.int64) for place in places]
    above = [np.minimum(place + 1, last) for place in below]
    ordered = np.partition(values.T, np.unique([below, above]), axis=1)  # no others need be in order; NaN last
    column = np.arange(len(ordered))

    def end(number: int) -> Floats:
        lower, upper = ordered[column, below[number]], ordered[column, above[number]]
        found: Floats = lower + (places[number] - below[number]) * (upper - lower)
        return found

    return end(0), end(1)
