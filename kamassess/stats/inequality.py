"""How a total is spread: concentration, diversity, and what is left of it after a year."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from kamassess.result import Reason
from kamassess.stats._arrays import Floats, numbers, vector
from kamassess.stats._results import Concentration, Diversity, Retention

__all__ = ["concentration", "diversity", "retention"]


def concentration(values: ArrayLike) -> Concentration:
    """How much of a total lies with few.

    Parameters
    ----------
    values : (N,) array_like
        Amounts, 0 or more, in any unit; NaN is left out.

    Returns
    -------
    Concentration
        With shares s: ``hhi`` = 10,000·Σs² (10,000 where one has all), ``effective_n`` = 1/Σs² (as many equal ones would be as
        concentrated), ``gini`` = Σ(2i − N − 1)·sᵢ/N in ascending order (0 where all are equal, at most 1 − 1/N). Amounts of 0
        count in N and for Gini. Undefined without an amount, or where they add up to 0.

    Raises
    ------
    ValueError
        If an amount is negative or infinite.

    References
    ----------
    Hirschman (1964), American Economic Review 54; Laakso & Taagepera (1979), Comparative Political Studies 12; Gini (1912).

    Examples
    --------
    >>> found = concentration([40, 30, 20, 10])
    >>> round(found.hhi), round(found.effective_n, 3), round(found.gini, 2)
    (3000, 3.333, 0.25)
    """
    shares, n, reason = _shares(values, "values")
    if reason:
        return Concentration(None, None, None, n, reason)
    squares = float((shares**2).sum())
    ranks = 2 * np.arange(1, n + 1) - n - 1
    return Concentration(10_000 * squares, 1 / squares, max(0.0, float((ranks * shares).sum()) / n), n)


def diversity(shares: ArrayLike) -> Diversity:
    """How evenly a total is spread over kinds.

    Parameters
    ----------
    shares : (K,) array_like
        Shares or amounts of each kind, 0 or more; they need not add up to 1. NaN, and kinds of which there is nothing, are left
        out.

    Returns
    -------
    Diversity
        ``shannon`` = −Σp·ln p, ``evenness`` = shannon/ln K (Pielou), ``simpson`` = 1 − Σp², over the K kinds (``n``) of which
        there is something. Undefined without a share, or where they add up to 0; evenness also for one kind.

    Raises
    ------
    ValueError
        If a share is negative or infinite.

    References
    ----------
    Shannon (1948), Bell System Technical Journal 27; Pielou (1966), Journal of Theoretical Biology 13; Simpson (1949), Nature
    163.

    Examples
    --------
    >>> found = diversity([0.4, 0.3, 0.2, 0.1])
    >>> round(found.shannon, 5), round(found.evenness, 5), round(found.simpson, 2)
    (1.27985, 0.92322, 0.7)
    """
    kinds, n, reason = _shares(shares, "shares")
    kinds = kinds[kinds > 0]
    if reason:
        return Diversity(None, None, None, len(kinds) if n else 0, reason)
    shannon, simpson = max(0.0, float(special.entr(kinds).sum())), max(0.0, 1 - float((kinds**2).sum()))
    if len(kinds) < 2:
        return Diversity(shannon, None, simpson, len(kinds), Reason.NO_VARIANCE)
    return Diversity(shannon, min(1.0, shannon / float(np.log(len(kinds)))), simpson, len(kinds))


def retention(start: float, lost: float, reduced: float = 0, expanded: float = 0) -> Retention:
    """How much of the business there was is still there.

    Parameters
    ----------
    start
        What there was: a year's sales, margin or contracts with the customers of the start.
    lost, reduced
        What went with customers who left, and what those who stayed buy less. Amounts, 0 or more, in the unit of *start*.
    expanded
        What those who stayed buy more.

    Returns
    -------
    Retention
        ``gross`` = (start − lost − reduced)/start, 0–1; ``net`` = (start − lost − reduced + expanded)/start, 0 or more. Undefined
        if *start* is 0 or an amount is missing (NaN).

    Raises
    ------
    ValueError
        If an amount is negative or infinite, or more went than there was.

    Examples
    --------
    >>> found = retention(1_200_000, 120_000, 40_000, 180_000)
    >>> round(100 * found.gross, 1), round(100 * found.net, 1)
    (86.7, 101.7)
    """
    amounts = numbers([start, lost, reduced, expanded], "amounts")
    if (amounts < 0).any():
        raise ValueError("start, lost, reduced and expanded are amounts, 0 or more: what went is not written with a minus")
    if np.isnan(amounts).any():
        return Retention(None, None, Reason.TOO_FEW_ANSWERS)
    if not start:
        return Retention(None, None, Reason.ZERO_TOTAL)
    kept = 1 - float(lost) / start - float(reduced) / start
    if kept < -1e-9:
        raise ValueError(f"more was lost and reduced ({lost} and {reduced}) than there was at the start ({start})")
    gross = max(0.0, kept)
    return Retention(gross, gross + float(expanded) / start)


def _shares(values: ArrayLike, what: str) -> tuple[Floats, int, Reason | None]:
    """Shares of the total in ascending order, how many there are, and why not if there are none."""
    known = vector(values, what)
    if (known < 0).any():
        raise ValueError(f"{what} must be 0 or more, not {known[0]:g}")
    if not len(known):
        return known, 0, Reason.TOO_FEW_ANSWERS
    total = float(known.sum())
    return (known / total, len(known), None) if total else (known, len(known), Reason.ZERO_TOTAL)
