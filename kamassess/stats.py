"""Statistics on plain arrays: arrays in, small frozen results out; undefined is a result with a reason.

Free of the rest of kamassess but for the reasons. Formulas, what ``n`` counts and sources stand with each function.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize
from scipy import stats as distributions

from kamassess.result import Reason

__all__ = ["Estimate", "GroupICC", "cronbach_alpha", "icc_groups", "mcdonald_omega"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """One statistic: ``value`` and its interval are None where they do not exist, with a ``reason``; ``n`` rows entered."""

    value: float | None
    ci_low: float | None
    ci_high: float | None
    n: int
    n_items: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class GroupICC:
    """ICC(1) and ICC(2) of values in groups; ``k`` is the group size that unequal groups are worth."""

    icc1: float | None
    icc2: float | None
    n: int
    n_groups: int
    k: float | None
    reason: Reason | None = None


def cronbach_alpha(items: ArrayLike, confidence: float = 0.95) -> Estimate:
    """Cronbach's α with Feldt's interval.

    Parameters
    ----------
    items : (N, J) array_like
        Rows are respondents, columns items, NaN is missing. Rows with a missing value are left out, and ``n`` counts the others.
    confidence
        Coverage of the interval.

    Returns
    -------
    Estimate
        α = J/(J − 1)·(1 − Σs²ⱼ/s²), at most 1 and without a lower bound. Undefined below two complete rows, below two items or
        without variance.

    References
    ----------
    Cronbach (1951), Psychometrika 16; Feldt, Woodruff & Salih (1987), Applied Psychological Measurement 11.

    Examples
    --------
    >>> round(cronbach_alpha([[1, 2], [2, 3], [3, 5]]).value, 3)
    0.947
    """
    rows, n, count = _complete(items)
    if n < 2 or count < 2:
        return Estimate(None, None, None, n, count, Reason.TOO_FEW_ANSWERS)
    total = rows.sum(axis=1).var(ddof=1)
    if not _varies(total, rows):
        return Estimate(None, None, None, n, count, Reason.NO_VARIANCE)
    alpha = float(count / (count - 1) * (1 - rows.var(axis=0, ddof=1).sum() / total))
    tail = (1 - confidence) / 2
    low, high = (1 - (1 - alpha) * distributions.f.ppf([1 - tail, tail], n - 1, (n - 1) * (count - 1))).tolist()
    return Estimate(alpha, low, high, n, count)


def mcdonald_omega(items: ArrayLike) -> Estimate:
    """McDonald's ω (total) of a one-factor model, fitted by least squares to the correlations between items.

    Parameters
    ----------
    items : (N, J) array_like
        As in :func:`cronbach_alpha`.

    Returns
    -------
    Estimate
        ω = (Σλs)²/((Σλs)² + Σθs²), with loadings λ and uniquenesses θ = 1 − λ², s the items' standard deviations. No interval.
        Undefined below three items, fewer complete rows than items + 1, or an item without variance.

    References
    ----------
    McDonald (1999), Test Theory; Harman & Jones (1966), Psychometrika 31 (minres).
    """
    rows, n, count = _complete(items)
    if count < 3 or n < count + 1:
        return Estimate(None, None, None, n, count, Reason.TOO_FEW_ANSWERS)
    spread = rows.std(axis=0, ddof=1)
    if not all(_varies(one**2, item) for one, item in zip(spread, rows.T, strict=True)):
        return Estimate(None, None, None, n, count, Reason.NO_VARIANCE)
    correlations = np.corrcoef(rows, rowvar=False)
    aside = ~np.eye(count, dtype=bool)

    def misfit(loadings: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        residual = np.where(aside, correlations - np.outer(loadings, loadings), 0.0)
        return float((residual**2).sum()) / 2, -2 * residual @ loadings

    _, vectors = np.linalg.eigh(correlations)
    first = vectors[:, -1] * np.sign(vectors[:, -1].sum() or 1.0)
    fitted = optimize.minimize(
        misfit, 0.7 * first * np.sqrt(count), jac=True, method="L-BFGS-B", bounds=[(-0.999, 0.999)] * count
    )
    common = float((fitted.x * spread).sum() ** 2)
    unique = float(((1 - fitted.x**2) * spread**2).sum())
    return Estimate(common / (common + unique), None, None, n, count)


def icc_groups(values: ArrayLike, groups: ArrayLike) -> GroupICC:
    """ICC(1) and ICC(2) of a one-way analysis of variance with groups of unequal size.

    Parameters
    ----------
    values : (N,) array_like
        One value a respondent; NaN is left out.
    groups : (N,) array_like
        The group of each.

    Returns
    -------
    GroupICC
        ICC(1) = (MSB − MSW)/(MSB + (k − 1)·MSW) with k = (N − Σnᵢ²/N)/(G − 1); ICC(2) = (MSB − MSW)/MSB. Both may be negative.
        Undefined below two groups, without a group of two, or without variance; ICC(2) also if the groups' means are equal.

    References
    ----------
    Bliese (2000), in Klein & Kozlowski, Multilevel Theory.
    """
    value = np.asarray(values, dtype=float)
    label = np.asarray(groups)
    known = np.isfinite(value)
    value, label = value[known], label[known]
    _, index, sizes = np.unique(label, return_inverse=True, return_counts=True)
    n, count = len(value), len(sizes)
    if count < 2 or n <= count:
        return GroupICC(None, None, n, count, None, Reason.TOO_FEW_ANSWERS)
    means = np.bincount(index, value) / sizes
    within = float(((value - means[index]) ** 2).sum()) / (n - count)
    between = float((sizes * (means - value.mean()) ** 2).sum()) / (count - 1)
    k = float((n - (sizes**2).sum() / n) / (count - 1))
    if not _varies(between + within, value):
        return GroupICC(None, None, n, count, k, Reason.NO_VARIANCE)
    icc1 = (between - within) / (between + (k - 1) * within)
    if not _varies(between, value):
        return GroupICC(icc1, None, n, count, k, Reason.NO_VARIANCE)
    return GroupICC(icc1, (between - within) / between, n, count, k)


def _complete(items: ArrayLike) -> tuple[NDArray[np.float64], int, int]:
    """Rows without a missing value, their number and the number of items."""
    table = np.asarray(items, dtype=float)
    if table.ndim != 2:
        raise ValueError(f"items must have two axes, respondents and items, not {table.ndim}")
    rows = table[np.isfinite(table).all(axis=1)]
    return rows, len(rows), table.shape[1]


def _varies(variance: float, values: NDArray[np.float64]) -> bool:
    """Whether a variance of *values* is more than what rounding makes of values that are all the same."""
    return bool(variance > (1e-12 * np.abs(values).max(initial=0.0)) ** 2)
