"""Krippendorff's α: do raters agree, on any scale, whoever rated what?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from kamassess.result import Reason
from kamassess.stats._arrays import CELLS, Floats, generator, not_negative, table, tail, varies
from kamassess.stats._results import Estimate

__all__ = ["krippendorff_alpha"]

Disagreement: TypeAlias = Callable[[Floats], tuple[Floats, Floats]]
"""From (B, U) how often each unit is drawn: Σ δ² of pairs within units, each unit's over its ratings − 1, and of all pairs."""


def krippendorff_alpha(ratings: ArrayLike, level: str, replicates: int = 1000, confidence: float = 0.95) -> Estimate:
    """Krippendorff's α with a percentile bootstrap interval over units.

    Parameters
    ----------
    ratings : (K, U) array_like
        Rows are raters, columns units (what is rated), NaN is missing. A unit that fewer than two have rated is left out.
    level
        ``nominal``, ``ordinal``, ``interval`` or ``ratio`` (values 0 or more): what the difference of two values means.
    replicates
        How often units are drawn with replacement for the interval; 0 for none.
    confidence
        Coverage of the interval.

    Returns
    -------
    Estimate
        1 − observed/expected disagreement: 1 where all agree, 0 by chance, and less. ``n`` pairable ratings of ``n_items`` units.
        Undefined without a unit that two have rated, or where all pairable ratings are the same. There is no interval of one
        unit, and resamples without variation do not enter it. The order of raters and units is irrelevant. Time and memory rise
        with the number of ratings; for ``ratio`` time rises with the square of the number of different values.

    Raises
    ------
    ValueError
        If *level* is none of the four, *ratings* has not two axes or an infinite value, or a negative one for ``ratio``, or
        *replicates* is negative.

    References
    ----------
    Krippendorff (2004), Content Analysis, 2nd ed., ch. 11. From .800 reliable, .667 to .800 tentative.

    Examples
    --------
    >>> nan = float("nan")
    >>> round(krippendorff_alpha([[1, 2, 3, 3, nan], [1, 2, 3, 4, 4], [nan, 2, 3, 3, 4]], "ordinal").value, 3)
    0.912
    """
    if level not in _LEVELS:
        raise ValueError(f"level must be {', '.join([*_LEVELS][:-1])} or {[*_LEVELS][-1]}, not {level!r}")
    below = tail(confidence)
    not_negative(replicates)
    units = _pairable(table(ratings, "ratings", "raters and units"))
    n, count = int((~np.isnan(units)).sum()), len(units)
    if not count:
        return Estimate(None, None, None, n, count, Reason.TOO_FEW_ANSWERS)
    counted = _Counts.of(units)
    if level == "ratio" and counted.values[0] < 0:
        raise ValueError(f"values must be 0 or more for the ratio level, not {counted.values[0]:g}")
    pairable = counted.values[counted.column]
    if len(counted.values) < 2 or not varies(np.average((pairable - pairable.mean()) ** 2, weights=counted.times), pairable):
        return Estimate(None, None, None, n, count, Reason.NO_VARIANCE)
    disagreement = _LEVELS[level](counted)
    value = float(_alpha(np.ones((1, count)), counted, disagreement)[0])
    if count < 2 or not replicates:
        return Estimate(value, None, None, n, count)
    random = generator("krippendorff", level, replicates, units.shape, units.tobytes())
    step = max(1, CELLS // max(count, len(counted.values)))
    drawn = [
        _alpha(_times(random, count, min(step, replicates - start)), counted, disagreement)
        for start in range(0, replicates, step)
    ]
    alphas = np.concatenate(drawn)
    alphas = alphas[~np.isnan(alphas)]
    if not len(alphas):
        return Estimate(value, None, None, n, count)
    low, high = np.quantile(alphas, [below, 1 - below]).tolist()
    return Estimate(value, low, high, n, count)


@dataclass(frozen=True, slots=True)
class _Counts:
    """How often each unit has each value: ``table`` (U, V), sparse, and its entries as ``row``, ``column`` and ``times``.

    ``values`` (V,) ascend; ``sizes`` (U,) are the ratings of each unit, ``lowest`` and ``highest`` its extremes.
    """

    values: Floats
    table: Any
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    times: Floats
    sizes: Floats
    lowest: Floats
    highest: Floats

    @classmethod
    def of(cls, units: Floats) -> _Counts:
        known = ~np.isnan(units)
        values, code = np.unique(units[known], return_inverse=True)
        place = np.nonzero(known)[0] * len(values) + code
        place, times = np.unique(place, return_counts=True)
        row, column = np.divmod(place, len(values))
        counts = sparse.csr_array((times.astype(float), (row, column)), shape=(len(units), len(values)))
        lowest, highest = units[:, 0], np.nanmax(units, axis=1)
        return cls(values, counts, row, column, times.astype(float), known.sum(axis=1).astype(float), lowest, highest)

    def per_unit(self, entries: Floats) -> Floats:
        """(U,) sums of what stands for each entry."""
        return np.bincount(self.row, entries, minlength=len(self.sizes)).astype(float)

    def drawn(self, times: Floats) -> Floats:
        """(B, V) how often each value occurs among the units drawn."""
        found: Floats = (self.table.T @ times.T).T
        return found


def _pairable(ratings: Floats) -> Floats:
    """(U, most ratings of a unit): units with two ratings or more, each in ascending order with NaN last, in order of content."""
    units = np.sort(ratings.T, axis=1)
    sizes = (~np.isnan(units)).sum(axis=1)
    units = units[sizes > 1, : sizes.max(initial=0)]
    return units[np.lexsort(np.nan_to_num(units, nan=np.inf).T[::-1])] if len(units) else units


def _times(random: np.random.Generator, count: int, replicates: int) -> Floats:
    """(replicates, count) how often each unit is drawn."""
    drawn = random.integers(0, count, (replicates, count)) + count * np.arange(replicates)[:, None]
    return np.bincount(drawn.ravel(), minlength=count * replicates).reshape(replicates, count).astype(float)


def _alpha(times: Floats, counted: _Counts, disagreement: Disagreement) -> Floats:
    """(B,) α, NaN where all ratings drawn are the same."""
    within, overall = disagreement(times)
    lowest = np.where(times > 0, counted.lowest, np.inf).min(axis=1)
    highest = np.where(times > 0, counted.highest, -np.inf).max(axis=1)
    share = np.divide(within, overall, out=np.full_like(overall, np.nan), where=(lowest < highest) & (overall > 0))
    found: Floats = 1 - (times @ counted.sizes - 1) * share
    return found


def _nominal(counted: _Counts) -> Disagreement:
    sizes = counted.sizes
    within = (sizes**2 - counted.per_unit(counted.times**2)) / (sizes - 1)
    return lambda times: (times @ within, (times @ sizes) ** 2 - (counted.drawn(times) ** 2).sum(axis=1))


def _ordinal(counted: _Counts) -> Disagreement:
    """As interval, on the mean ranks that the values have among the ratings drawn."""
    sizes = counted.sizes

    def both(times: Floats) -> tuple[Floats, Floats]:
        often = counted.drawn(times)
        ranks = often.cumsum(axis=1) - often / 2 - (times @ sizes / 2)[:, None]
        sums, squares = counted.table @ ranks.T, counted.table @ (ranks**2).T
        within = 2 * (sizes * squares.T - sums.T**2) / (sizes - 1)
        overall = 2 * ((times @ sizes) * (often * ranks**2).sum(axis=1) - (often * ranks).sum(axis=1) ** 2)
        return (times * within).sum(axis=1), overall

    return both


def _interval(counted: _Counts) -> Disagreement:
    sizes = counted.sizes
    values = counted.values - counted.values[0]
    values = values - counted.per_unit(counted.times * values[counted.column]).sum() / sizes.sum()
    sums, squares = counted.table @ values, counted.table @ values**2
    from_mean = values[counted.column] - (sums / sizes)[counted.row]
    within = 2 * sizes * counted.per_unit(counted.times * from_mean**2) / (sizes - 1)
    return lambda times: (times @ within, 2 * ((times @ sizes) * (times @ squares) - (times @ sums) ** 2))


def _ratio(counted: _Counts) -> Disagreement:
    """Differences of values, or of units if there are fewer of these, are kept; the others are worked out part by part."""
    values, sizes = counted.values, counted.sizes
    by_unit = len(values) > len(sizes)
    within, between = np.zeros(len(sizes)), np.zeros((min(len(values), len(sizes)),) * 2)
    step = max(1, CELLS // len(values))
    for start in range(0, len(values), step):
        some = slice(start, start + step)
        sums = values[:, None] + values[some]
        squares = np.divide(values[:, None] - values[some], sums, out=np.zeros_like(sums), where=sums > 0) ** 2
        part, reached = counted.table[:, some], counted.table @ squares
        within += np.ravel(part.multiply(reached).sum(axis=1)) / (sizes - 1)
        if by_unit:
            between += part @ reached.T
        else:
            between[:, some] = squares

    def both(times: Floats) -> tuple[Floats, Floats]:
        often = times if by_unit else counted.drawn(times)
        return times @ within, (often @ between * often).sum(axis=1)

    return both


_LEVELS: dict[str, Callable[[_Counts], Disagreement]] = {
    "nominal": _nominal,
    "ordinal": _ordinal,
    "interval": _interval,
    "ratio": _ratio,
}
