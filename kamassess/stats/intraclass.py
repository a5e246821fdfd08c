"""How much of the variance of ratings lies between what is rated, or between groups: intraclass correlations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from kamassess.result import Reason
from kamassess.stats._arrays import Floats, complete, numbers, table, tail, varies
from kamassess.stats._results import ICC, Estimate, GroupICC

__all__ = ["icc", "icc_groups"]

_DUST = 1e-12


def icc(ratings: ArrayLike, confidence: float = 0.95) -> ICC:
    """The six intraclass correlations of Shrout and Fleiss.

    Parameters
    ----------
    ratings : (N, K) array_like
        Rows are targets, columns raters, NaN is missing. Raters who rated nothing are left out, then targets that not all of the
        others have rated; ``n`` counts the targets that remain.
    confidence
        Coverage of the intervals.

    Returns
    -------
    ICC
        Estimates ``icc1`` (each target has raters of its own), ``icc2`` (the same raters, drawn from many; absolute agreement)
        and ``icc3`` (these raters and no others; consistency) of one rating, and ``icc1k``, ``icc2k``, ``icc3k`` of the mean of
        K. At most 1; may be negative. Intervals are exact but for ``icc2`` and ``icc2k`` (Satterthwaite). Undefined below two
        complete targets or two raters, and where there is no variance to divide by. Where raters differ less than chance would
        have them, ``icc2k`` may have a value and no interval.

    Raises
    ------
    ValueError
        If *ratings* has not two axes or an infinite value.

    References
    ----------
    Shrout & Fleiss (1979), Psychological Bulletin 86; McGraw & Wong (1996), Psychological Methods 1.

    Examples
    --------
    >>> found = icc([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    >>> round(found.icc2.value, 3), round(found.icc2.ci_low, 2), round(found.icc2.ci_high, 2)
    (0.29, 0.02, 0.76)
    """
    given = table(ratings, "ratings", "targets and raters")
    rows = complete(given[:, ~np.isnan(given).all(axis=0)])
    k = rows.shape[1]
    n = len(rows) if k else 0
    upper = 1 - tail(confidence)
    if n < 2 or k < 2:
        return _no_icc(n, k, Reason.TOO_FEW_ANSWERS)
    targets, raters, mean = rows.mean(axis=1), rows.mean(axis=0), rows.mean()
    squares = (
        k * float(((targets - mean) ** 2).sum()) / (n - 1),
        float(((rows - targets[:, None]) ** 2).sum()) / (n * (k - 1)),
        n * float(((raters - mean) ** 2).sum()) / (k - 1),
        float(((rows - targets[:, None] - raters + mean) ** 2).sum()) / ((n - 1) * (k - 1)),
    )
    if not any(varies(square, rows) for square in squares):
        return _no_icc(n, k, Reason.NO_VARIANCE)
    msb, msw, msj, mse = (square / max(squares) if varies(square, rows) else 0.0 for square in squares)

    def ends(freedom: float) -> tuple[float, float]:
        """What the error is worth, by the F distribution, at the lower and upper end of an interval."""
        return float(special.fdtri(n - 1, freedom, upper)), 1 / float(special.fdtri(freedom, n - 1, upper))

    def estimate(times: tuple[float, float], ratio: Callable[[float], tuple[float, float]]) -> Estimate:
        value, low, high = (top / bottom if bottom > _DUST else None for top, bottom in map(ratio, (1.0, *times)))
        if value is None:
            return Estimate(None, None, None, n, k, Reason.NO_VARIANCE)
        return Estimate(value, None, None, n, k) if low is None or high is None else Estimate(value, low, high, n, k)

    one_way, rest = ends(n * (k - 1)), ends((n - 1) * (k - 1))
    two_way = ends(_freedom(msb, msj, mse, n, k))
    return ICC(
        estimate(one_way, lambda f: (msb - f * msw, msb + (k - 1) * f * msw)),
        estimate(two_way, lambda f: (msb - f * mse, msb + f * (k * msj / n + (k - 1 - k / n) * mse))),
        estimate(rest, lambda f: (msb - f * mse, msb + (k - 1) * f * mse)),
        estimate(one_way, lambda f: (msb - f * msw, msb)),
        estimate(two_way, lambda f: (msb - f * mse, msb + f * (msj - mse) / n)),
        estimate(rest, lambda f: (msb - f * mse, msb)),
        *squares,
        n,
        k,
    )


def icc_groups(values: ArrayLike, groups: ArrayLike, confidence: float = 0.95) -> GroupICC:
    """ICC(1) and ICC(2) of a one-way analysis of variance with groups of unequal size.

    Parameters
    ----------
    values : (N,) array_like
        One value a respondent; NaN is left out.
    groups : (N,) array_like
        The group of each.
    confidence
        Coverage of the interval of ICC(1).

    Returns
    -------
    GroupICC
        ICC(1) = (MSB − MSW)/(MSB + (k − 1)·MSW) with k = (N − Σnᵢ²/N)/(G − 1); ICC(2) = (MSB − MSW)/MSB. Both may be negative.
        Undefined below two groups, without a group of two, or without variance; ICC(2) also if the groups' means are equal. The
        interval of ICC(1) is Wald's, exact for normal values and groups of any size; its lower end is above 0 where the F test's
        p is below half of 1 − *confidence*. None where the values within the groups, or the groups' means, do not vary.

    Raises
    ------
    ValueError
        If *values* has an infinite value, or *groups* is not of the same length.

    References
    ----------
    Bliese (2000), in Klein & Kozlowski, Multilevel Theory; Wald (1940), Annals of Mathematical Statistics 11.
    """
    below = tail(confidence)
    value = numbers(values, "values")
    label = np.asarray(groups)
    if value.ndim != 1 or value.shape != label.shape:
        raise ValueError(f"values and groups must be two lists of the same length, not of shapes {value.shape} and {label.shape}")
    known = ~np.isnan(value)
    value, label = value[known], label[known]
    _, index, sizes = np.unique(label, return_inverse=True, return_counts=True)
    n, count = len(value), len(sizes)
    if count < 2 or n <= count:
        return GroupICC(None, None, n, count, None, Reason.TOO_FEW_ANSWERS)
    means = np.bincount(index, value) / sizes
    within = float(((value - means[index]) ** 2).sum()) / (n - count)
    between = float((sizes * (means - value.mean()) ** 2).sum()) / (count - 1)
    k = float((n - (sizes**2).sum() / n) / (count - 1))
    if not varies(between + within, value):
        return GroupICC(None, None, n, count, k, Reason.NO_VARIANCE)
    p = float(special.fdtrc(count - 1, n - count, between / within)) if varies(within, value) else 0.0
    icc1 = (between - within) / (between + (k - 1) * within)
    if not varies(between, value):
        return GroupICC(icc1, None, n, count, k, Reason.NO_VARIANCE, between, within, p)
    interval = _wald(means, sizes, within, n, below) if varies(within, value) else None
    return GroupICC(icc1, (between - within) / between, n, count, k, None, between, within, p, interval)


def _wald(means: Floats, sizes: NDArray[np.int64], within: float, n: int, below: float) -> tuple[float, float]:
    """The ρ at which the spread of the *means*, each weighed by how exact it then is, is what F gives at each end."""
    count = len(sizes)

    def spread(rho: float) -> float:
        weights = sizes * (1 - rho) / (1 - rho + sizes * rho)
        return float((weights * (means - np.average(means, weights=weights)) ** 2).sum()) / (count - 1) / within

    def end(probability: float) -> float:
        """It falls with ρ; where no ρ is low or high enough, the end is that of the range."""
        goal = float(special.fdtri(count - 1, n - count, probability))
        if spread(least) <= goal:
            return least
        return 1.0 if spread(most) >= goal else float(optimize.brentq(lambda rho: spread(rho) - goal, least, most, xtol=1e-12))

    least, most = -1 / (int(sizes.max()) - 1) * (1 - _DUST), 1 - _DUST
    return end(1 - below), end(below)


def _freedom(msb: float, msj: float, mse: float, n: int, k: int) -> float:
    """Satterthwaite's degrees of freedom of the error of ICC(2, 1); k − 1 or more unless that is negative, and never below 1."""
    total = msb + (k - 1) * mse + k * (msj - mse) / n
    rho = (msb - mse) / total if total > _DUST else 0.0
    judges, rest = k * rho * msj, (n * (1 + (k - 1) * rho) - k * rho) * mse
    whole = (n - 1) * judges**2 + rest**2
    return max(1.0, (k - 1) * (n - 1) * (judges + rest) ** 2 / whole) if whole else float((k - 1) * (n - 1))


def _no_icc(n: int, k: int, reason: Reason) -> ICC:
    none = Estimate(None, None, None, n, k, reason)
    return ICC(none, none, none, none, none, none, None, None, None, None, n, k, reason)
