"""Metrics of what customers buy: concentration, share of wallet, length of cooperation, revenue kept."""

from __future__ import annotations

import numpy as np

from kamassess.data import Data
from kamassess.metrics.values import Floats, Measured, Window, per_unit, ratio
from kamassess.result import Reason

__all__ = ["account_sales", "concentration", "largest_share", "median_tenure", "revenue_retention", "share_of_wallet"]

_DAYS = 365.25


def account_sales(data: Data, window: Window) -> Floats:
    """(accounts,) net sales in the window; returns and credit notes are taken off."""
    sales = data["sales"]
    inside = window.holds(sales["date"].to_numpy())
    account = sales["account"].to_numpy()[inside]
    return np.bincount(account, sales["net_sales"].to_numpy()[inside], minlength=len(data["accounts"])).astype(float)


def concentration(data: Data, window: Window) -> Measured:
    """Herfindahl–Hirschman index of a unit's net sales by account: 10,000·Σs², 10,000 where one account has all.

    Accounts whose returns exceed what they bought count nothing. ``n`` are the accounts that bought. No value where nothing was
    sold. See :func:`kamassess.stats.concentration`.
    """
    if not data.has("sales"):
        return Measured.missing("concentration", "index", data)
    sold = np.maximum(account_sales(data, window), 0.0)
    every = np.arange(len(sold))
    total, squares = per_unit(data, every, sold), per_unit(data, every, sold**2)
    n = per_unit(data, every, (sold > 0).astype(float)).astype(np.int64)
    value = 1e4 * ratio(squares, total**2)
    return Measured.of("concentration", "index", value, n, Reason.EMPTY_WINDOW, window)


def largest_share(data: Data, window: Window) -> Measured:
    """The share of a unit's net sales that its largest account has, 0–1; ``n`` and missing values as :func:`concentration`."""
    if not data.has("sales"):
        return Measured.missing("largest_share", "share", data)
    sold = np.maximum(account_sales(data, window), 0.0)
    largest = np.zeros(data.n_units)
    np.maximum.at(largest, data["accounts"]["unit"].to_numpy(), sold)
    every = np.arange(len(sold))
    n = per_unit(data, every, (sold > 0).astype(float)).astype(np.int64)
    return Measured.of("largest_share", "share", ratio(largest, per_unit(data, every, sold)), n, Reason.EMPTY_WINDOW, window)


def share_of_wallet(data: Data, window: Window) -> Measured:
    """What customers buy from us of all they buy in the category: own sales / wallet, over the accounts whose wallet is known.

    The wallet is a year's; a window of another length is brought to a year. May exceed 1 where wallets are guessed too low.
    ``n`` are these accounts. No value without any, or where all wallets are 0.
    """
    if not data.has("sales") or not data.has("accounts", "wallet"):
        return Measured.missing("share_of_wallet", "share", data)
    wallet = data["accounts"]["wallet"].to_numpy()
    known = np.flatnonzero(wallet > 0)
    years = float((window.end - window.start) / np.timedelta64(1, "D")) / _DAYS
    sold = account_sales(data, window)[known] / years
    value = ratio(per_unit(data, known, sold), per_unit(data, known, wallet[known]))
    return Measured.of("share_of_wallet", "share", value, per_unit(data, known).astype(np.int64), Reason.NO_VALUES, window)


def median_tenure(data: Data, window: Window) -> Measured:
    """Median years since the first order, of key accounts that are still customers at the end of the window.

    ``n`` are the key accounts whose beginning is known. No value without any.
    """
    if not data.has("accounts", "since"):
        return Measured.missing("median_tenure", "years", data)
    accounts = data["accounts"]
    since, until = accounts["since"].to_numpy(), accounts["until"].to_numpy()
    there = (since < window.end) & ~(until < window.end) & (accounts["key_account"].to_numpy() == 1)
    chosen = np.flatnonzero(there)
    years = (window.end - since[chosen].astype("datetime64[D]")).astype(float) / _DAYS
    unit = accounts["unit"].to_numpy()[chosen]
    n = np.bincount(unit, minlength=data.n_units)
    order = np.lexsort((years, unit))
    ends = np.cumsum(n)
    filled = np.flatnonzero(n)
    ordered = years[order]
    value = np.full(data.n_units, np.nan)
    low, high = ends[filled] - n[filled] + (n[filled] - 1) // 2, ends[filled] - n[filled] + n[filled] // 2
    value[filled] = (ordered[low] + ordered[high]) / 2
    return Measured.of("median_tenure", "years", value, n, Reason.NO_VALUES, window)


def revenue_retention(data: Data, window: Window, *, gross: bool = False) -> Measured:
    """Net sales of this window, of the accounts that bought in the one before, over what they bought then.

    *gross* counts nobody for more than before, so that growth of some does not hide the loss of others (at most 1). ``n`` are the
    accounts that bought before. No value where nothing was sold then.
    """
    name = "gross_revenue_retention" if gross else "revenue_retention"
    if not data.has("sales"):
        return Measured.missing(name, "ratio", data)
    then, now = (np.maximum(account_sales(data, part), 0.0) for part in (window.before, window))
    kept = np.flatnonzero(then > 0)
    after = np.minimum(now[kept], then[kept]) if gross else now[kept]
    value = ratio(per_unit(data, kept, after), per_unit(data, kept, then[kept]))
    return Measured.of(name, "ratio", value, per_unit(data, kept).astype(np.int64), Reason.EMPTY_WINDOW, window)
