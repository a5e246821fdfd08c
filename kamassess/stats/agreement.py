"""Do raters see the same thing? rWG, rWG(J) and the average deviation, and how much of it chance would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from kamassess.result import Reason
from kamassess.stats._arrays import Floats, generator, numbers, table, vector
from kamassess.stats._results import Estimate, WithinGroupAgreement

__all__ = ["average_deviation", "rwg", "rwg_j", "rwg_j_null"]

Options: TypeAlias = int | Sequence[float]
"""How many options there are (then their values are 1 … A), or their values."""

_DUST = 1e-9


def rwg(ratings: ArrayLike, n_options: Options) -> Estimate:
    """rWG: the agreement of raters on one target, against answers spread evenly over the options.

    Parameters
    ----------
    ratings : (K,) array_like
        One rating a rater, NaN is missing and left out.
    n_options
        How many options there are, with values 1 … A, or their values.

    Returns
    -------
    Estimate
        1 − s²/σ², with s² the sample variance and σ² the variance of the options, (A² − 1)/12 for 1 … A; cut to 0–1. ``n``
        ratings. No interval. Undefined below two ratings.

    Raises
    ------
    ValueError
        If there are not two different options, *ratings* has not one axis, or a value is infinite.

    References
    ----------
    James, Demaree & Wolf (1984), Journal of Applied Psychology 69; bands of LeBreton & Senter (2008), Organizational Research
    Methods 11: up to .30 lack, .50 weak, .70 moderate, .90 strong, above very strong.

    Examples
    --------
    >>> round(rwg([3, 4, 3, 4, 4], 5).value, 3)
    0.85
    """
    values = vector(ratings, "ratings")
    even = _even_variance(_values(n_options))
    if len(values) < 2:
        return Estimate(None, None, None, len(values), reason=Reason.TOO_FEW_ANSWERS)
    variance, _ = _spread(values[:, None])
    return Estimate(float(_agreement(variance[0] / even, 1)), None, None, len(values))


def rwg_j(items: ArrayLike, n_options: Options, null_replicates: int = 10_000) -> WithinGroupAgreement:
    """rWG(J): the agreement of raters on several items that measure one thing, and what chance would give.

    Parameters
    ----------
    items : (K, J) array_like
        Rows are raters, columns items, NaN is missing. Items with fewer than two ratings are left out.
    n_options
        As in :func:`rwg`.
    null_replicates
        How many groups that answer at random :func:`rwg_j_null` draws; for ``chance`` and ``p``.

    Returns
    -------
    WithinGroupAgreement
        J(1 − r)/(J(1 − r) + r), with r the mean of s²/σ² over the J items, cut to 0–1. It rises with J, so look at
        :func:`average_deviation` as well. ``p`` = (1 + groups that agree at least as much)/(1 + replicates). ``n`` raters of the
        items that count. Undefined without an item that two have rated.

    Raises
    ------
    ValueError
        If there are not two different options, *items* has not two axes, or a value is infinite.

    References
    ----------
    James, Demaree & Wolf (1984), Journal of Applied Psychology 69; Dunlap, Burke & Smith-Crowe (2003), same journal 88 (null).

    Examples
    --------
    >>> found = rwg_j([[3, 4, 3, 4, 4], [4, 4, 3, 4, 4], [3, 3, 2, 2, 1]], 5)
    >>> round(found.value, 6), found.n, found.n_items
    (0.813953, 3, 5)
    """
    options = _values(n_options)
    rated, n = _rated(table(items, "items", "raters and items"))
    count = rated.shape[1]
    if not count:
        return WithinGroupAgreement(None, None, None, n, 0, None, None, Reason.TOO_FEW_ANSWERS)
    variance, _ = _spread(rated)
    value = float(_agreement((variance / _even_variance(options)).mean(), count))
    null = rwg_j_null(options, (~np.isnan(rated)).sum(axis=0).tolist(), null_replicates)
    at_least = len(null) - int(np.searchsorted(null, value - _DUST))
    chance, p = float(np.quantile(null, 0.95, method="higher")), (1 + at_least) / (1 + len(null))
    return WithinGroupAgreement(value, None, None, n, count, chance, p)


def rwg_j_null(n_options: Options, raters_per_item: Sequence[int], replicates: int = 10_000) -> Floats:
    """rWG(J) of groups that answer at random: every option is as likely as every other, and items have nothing in common.

    Parameters
    ----------
    n_options
        As in :func:`rwg`.
    raters_per_item
        How many rate each item, two at least; their order is irrelevant.
    replicates
        How many groups are drawn.

    Returns
    -------
    (replicates,) float
        In ascending order, read-only. The same arguments give the same numbers. They are kept, as are the draws for an item
        with as many raters, so that the groups of a large engagement cost little each.

    Raises
    ------
    ValueError
        If there are not two different options, no items, an item with fewer than two raters, or no replicates.
    """
    counts = tuple(sorted(int(count) for count in raters_per_item))
    if not counts or counts[0] < 2:
        raise ValueError("there must be items, with two raters or more each")
    if replicates < 1:
        raise ValueError(f"there must be replicates, not {replicates}")
    return _null(_values(n_options), counts, replicates)


def average_deviation(ratings: ArrayLike) -> Estimate:
    """Average deviation: how far ratings lie from their mean, in points of the scale.

    Parameters
    ----------
    ratings : (K,) or (K, J) array_like
        One rating a rater, or rows of raters and columns of items; NaN is missing. Items with fewer than two ratings are left
        out.

    Returns
    -------
    Estimate
        Mean |x − mean| of each item, averaged over ``n_items`` items; 0 where all agree, and acceptable up to A/6 with A options.
        ``n`` raters of the items that count. No interval. Undefined without an item that two have rated.

    Raises
    ------
    ValueError
        If *ratings* has not one or two axes, or an infinite value.

    References
    ----------
    Burke, Finkelstein & Dusig (1999), Organizational Research Methods 2.

    Examples
    --------
    >>> round(average_deviation([[3, 4, 3, 4, 4], [4, 4, 3, 4, 4], [3, 3, 2, 2, 1]]).value, 4)
    0.7111
    """
    values = numbers(ratings, "ratings")
    rated, n = _rated(values[:, None] if values.ndim == 1 else table(values, "ratings", "raters and items"))
    if not rated.shape[1]:
        return Estimate(None, None, None, n, 0, Reason.TOO_FEW_ANSWERS)
    _, deviation = _spread(rated)
    return Estimate(float(deviation.mean()), None, None, n, rated.shape[1])


def _values(n_options: Options) -> tuple[float, ...]:
    """The options' values."""
    if np.ndim(n_options) == 0:
        count = int(n_options)  # type: ignore[arg-type]
        if count != n_options or count < 2:
            raise ValueError(f"there must be two options or more, not {n_options}")
        return tuple(float(value) for value in range(1, count + 1))
    values = numbers(n_options, "options")
    if values.ndim != 1 or len(values) < 2 or np.isnan(values).any() or len(np.unique(values)) < len(values):
        raise ValueError(f"options must be two different values or more, not {values.tolist()}")
    return tuple(sorted(values.tolist()))


def _even_variance(options: tuple[float, ...]) -> float:
    """The variance of answers spread evenly over the options."""
    return float(np.var(options))


def _rated(items: Floats) -> tuple[Floats, int]:
    """Items that two or more have rated, each in ascending order with NaN last, and how many raters they have."""
    known = ~np.isnan(items)
    counts = known.sum(axis=0)
    kept = counts > 1
    return np.sort(items[:, kept], axis=0)[: counts.max(initial=0)], int(known[:, kept].any(axis=1).sum())


def _spread(items: Floats) -> tuple[Floats, Floats]:
    """Sample variance and average deviation of each item; exactly 0 where all ratings are the same."""
    above = items - np.nanmin(items, axis=0)
    from_mean = above - np.nanmean(above, axis=0)
    counts = (~np.isnan(items)).sum(axis=0)
    variance: Floats = np.nansum(from_mean**2, axis=0) / (counts - 1)
    deviation: Floats = np.nansum(np.abs(from_mean), axis=0) / counts
    return variance, deviation


def _agreement(ratio: Floats, count: int) -> Floats:
    """rWG(J) from the mean of s²/σ² over *count* items."""
    spread = np.clip(ratio, 0.0, 1.0)
    agreed = count * (1 - spread)
    found: Floats = agreed / (agreed + spread)
    return found


@lru_cache(maxsize=1024)
def _null(options: tuple[float, ...], counts: tuple[int, ...], replicates: int) -> Floats:
    """Items with as many raters are told apart by a number, so that what is drawn for one can be used in every group."""
    total = np.zeros(replicates)
    for raters, items in sorted(Counter(counts).items()):
        for number in range(items):
            total += _null_ratios(options, raters, number, replicates)
    null = np.sort(_agreement(total / len(counts), len(counts)))
    null.flags.writeable = False
    return null


@lru_cache(maxsize=1024)
def _null_ratios(options: tuple[float, ...], raters: int, number: int, replicates: int) -> Floats:
    """s²/σ² of one item in each of the random groups."""
    values = np.array(options) - np.mean(options)
    shares = np.full(len(options), 1 / len(options))
    chosen = generator("rwg", options, raters, number, replicates).multinomial(raters, shares, size=replicates)
    sums, squares = chosen @ values, chosen @ values**2
    ratios: Floats = (squares - sums**2 / raters) / (raters - 1) / _even_variance(options)
    return ratios
