"""Metrics of promotions: made together or not, and what they return."""

from __future__ import annotations

import numpy as np

from kamassess.data import Data
from kamassess.metrics.values import Floats, Found, Ints, Mask, Window, measures, per_unit, ratio, share_per_unit
from kamassess.result import Reason

__all__ = ["codesign_roi_advantage", "codesign_share", "promotion_return", "promotion_roi"]

_BEFORE = 56
"""Days before a promotion that say what would have been bought without it."""
_AFTER = 28
"""Days after it in which less may be bought, since it was bought forward."""


def _begun(data: Data, window: Window) -> Mask:
    return window.holds(data["promotions"]["start"].to_numpy())


@measures("share", "promotions", better="higher")
def codesign_share(data: Data, window: Window) -> Found:
    """The share of promotions begun in the window that were designed with the customer, 0–1; ``n`` of which it is known."""
    lines = data["promotions"]
    together = lines["co_designed"].to_numpy()
    chosen = _begun(data, window) & ~np.isnan(together)
    return *share_per_unit(data, lines["account"].to_numpy()[chosen], together[chosen] == 1), Reason.EMPTY_WINDOW


@measures("ratio", "promotions", "sales", better="higher")
def promotion_roi(data: Data, window: Window) -> Found:
    """(Incremental sales × margin − cost) / cost, over the promotions begun in the window; 0 is even, −1 all lost.

    See :func:`promotion_return`. ``n`` are the promotions whose return can be told. No value without any, or where they cost
    nothing.
    """
    return _roi(data, _begun(data, window))


@measures("difference", "promotions", "sales", better="higher")
def codesign_roi_advantage(data: Data, window: Window) -> Found:
    """:func:`promotion_roi` of promotions designed with the customer less that of the others; ``n`` of the side with fewer."""
    together = data["promotions"]["co_designed"].to_numpy()
    begun = _begun(data, window)
    (own, n_own, why), (other, n_other, _) = (_roi(data, begun & (together == side)) for side in (1, 0))
    return own - other, np.minimum(n_own, n_other), why


def _roi(data: Data, chosen: Mask) -> Found:
    lines = data["promotions"]
    earned, cost = promotion_return(data), lines["cost"].to_numpy()
    rows = np.flatnonzero(chosen & ~np.isnan(earned) & ~np.isnan(cost))
    account = lines["account"].to_numpy()[rows]
    spent = per_unit(data, account, cost[rows])
    return ratio(per_unit(data, account, earned[rows]) - spent, spent), per_unit(data, account), Reason.EMPTY_WINDOW


def promotion_return(data: Data) -> Floats:
    """(promotions,) what each brought before its cost: incremental net sales × margin rate.

    Incremental are the account's sales from ``start`` to ``end`` beyond what the mean of the 56 days before would have made, less
    what the 28 days after fell short of that mean (bought forward; sales above it are not counted). NaN where the table of sales
    does not cover these days, or something is missing.
    """
    lines, sales = data["promotions"], data["sales"]
    days, value = sales["date"].to_numpy().astype("datetime64[D]").astype(np.int64), np.nan_to_num(sales["net_sales"].to_numpy())
    if not len(days):
        return np.full(len(lines), np.nan)
    first, last = int(days.min()), int(days.max())
    span = last - first + 2
    key = sales["account"].to_numpy() * span + days - first
    order = np.argsort(key, kind="stable")
    key, running = key[order], np.concatenate([[0.0], np.cumsum(value[order])])
    begin, end = lines["start"].to_numpy(), lines["end"].to_numpy()
    known = ~np.isnat(begin) & ~np.isnat(end) & (end >= begin)
    start, stop = (
        np.where(known, part, np.datetime64(first, "D")).astype("datetime64[D]").astype(np.int64) for part in (begin, end)
    )
    known &= (start - _BEFORE >= first) & (stop + _AFTER <= last)
    account = lines["account"].to_numpy()

    def sold(since: Ints, until: Ints) -> Floats:
        """Net sales from one day to another, that one included."""
        low, high = (account * span + np.clip(day, first, last + 1) - first for day in (since, until + 1))
        found: Floats = running[np.searchsorted(key, high)] - running[np.searchsorted(key, low)]
        return found

    usual = sold(start - _BEFORE, start - 1) / _BEFORE
    forward = np.maximum(usual * _AFTER - sold(stop + 1, stop + _AFTER), 0.0)
    more = sold(start, stop) - usual * (stop - start + 1) - forward
    return np.where(known, more * lines["margin_rate"].to_numpy(), np.nan)
