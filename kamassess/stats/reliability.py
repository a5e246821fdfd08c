"""Do the items of a scale measure one thing? Cronbach's α and McDonald's ω."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from kamassess.result import Reason
from kamassess.stats._arrays import Floats, complete, table, tail, varies
from kamassess.stats._results import Estimate

__all__ = ["cronbach_alpha", "mcdonald_omega"]


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

    Raises
    ------
    ValueError
        If *items* has not two axes or an infinite value.

    References
    ----------
    Cronbach (1951), Psychometrika 16; Feldt, Woodruff & Salih (1987), Applied Psychological Measurement 11.

    Examples
    --------
    >>> round(cronbach_alpha([[1, 2], [2, 3], [3, 5]]).value, 3)
    0.947
    """
    rows, n, count = _complete(items)
    below = tail(confidence)
    if n < 2 or count < 2:
        return Estimate(None, None, None, n, count, Reason.TOO_FEW_ANSWERS)
    total = rows.sum(axis=1).var(ddof=1)
    if not varies(total, rows):
        return Estimate(None, None, None, n, count, Reason.NO_VARIANCE)
    alpha = float(count / (count - 1) * (1 - rows.var(axis=0, ddof=1).sum() / total))
    quantiles = special.fdtri(n - 1, (n - 1) * (count - 1), np.array([1 - below, below]))
    low, high = (1 - (1 - alpha) * quantiles).tolist()
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

    Raises
    ------
    ValueError
        If *items* has not two axes or an infinite value.

    References
    ----------
    McDonald (1999), Test Theory; Harman & Jones (1966), Psychometrika 31 (minres).
    """
    rows, n, count = _complete(items)
    if count < 3 or n < count + 1:
        return Estimate(None, None, None, n, count, Reason.TOO_FEW_ANSWERS)
    spread = rows.std(axis=0, ddof=1)
    if not all(varies(one**2, item) for one, item in zip(spread, rows.T, strict=True)):
        return Estimate(None, None, None, n, count, Reason.NO_VARIANCE)
    correlations = np.corrcoef(rows, rowvar=False)
    aside = ~np.eye(count, dtype=bool)

    def misfit(loadings: Floats) -> tuple[float, Floats]:
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


def _complete(items: ArrayLike) -> tuple[Floats, int, int]:
    """Rows without a missing value, their number and the number of items."""
    rows = complete(table(items, "items", "respondents and items"))
    return rows, *rows.shape
