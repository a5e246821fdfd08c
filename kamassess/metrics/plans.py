"""Metrics of account plans: who has one, what is in it, how old it is."""

from __future__ import annotations

import numpy as np

from kamassess.data import Data
from kamassess.metrics.values import Floats, Found, Ints, Window, measures, of_key_accounts
from kamassess.result import Reason

__all__ = ["plan_coverage", "plan_depth", "plan_freshness"]

_ANALYSES = ("financials", "value_chain", "buying_process", "competitors")
_FRESH = np.timedelta64(365, "D")


def _there(data: Data, window: Window) -> Ints:
    """Lines of the plans that existed at the end of the window."""
    return np.flatnonzero(data["plans"]["updated"].to_numpy() < window.end)


def _of_accounts(data: Data, rows: Ints, values: Floats, other: float) -> Floats:
    """(accounts,) the value of each one's plan, *other* without one."""
    found = np.full(len(data["accounts"]), other)
    found[data["plans"]["account"].to_numpy()[rows]] = values
    return found


@measures("share", "plans", better="higher", key_accounts=True)
def plan_coverage(data: Data, window: Window) -> Found:
    """The share of key accounts that have a plan by the end of the window, 0–1; ``n`` key accounts."""
    rows = _there(data, window)
    return of_key_accounts(data, _of_accounts(data, rows, np.ones(len(rows)), 0.0))


@measures("share", "plans", better="higher", key_accounts=True)
def plan_depth(data: Data, window: Window) -> Found:
    """The share of the four analyses (financials, value chain, buying process, competitors) in key accounts' plans, 0–1.

    What is not said to be there is not. ``n`` are the key accounts with a plan. No value without any.
    """
    rows = _there(data, window)
    depth = (data["plans"][list(_ANALYSES)].to_numpy()[rows] == 1).mean(axis=1)
    value, n, _ = of_key_accounts(data, _of_accounts(data, rows, depth, np.nan))
    return value, n, Reason.EMPTY_WINDOW


@measures("share", "plans", better="higher", key_accounts=True)
def plan_freshness(data: Data, window: Window) -> Found:
    """The share of key accounts' plans updated in the 365 days before the end of the window, 0–1; ``n`` as :func:`plan_depth`."""
    rows = _there(data, window)
    fresh = data["plans"]["updated"].to_numpy()[rows] >= window.end - _FRESH
    value, n, _ = of_key_accounts(data, _of_accounts(data, rows, fresh.astype(float), np.nan))
    return value, n, Reason.EMPTY_WINDOW
