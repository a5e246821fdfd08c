"""Metrics of what customers leave: contribution after the cost to serve them, the whale curve, and what an account is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kamassess.data import Data
from kamassess.metrics.accounts import account_sales, known_sales, wallet_allocation
from kamassess.metrics.values import (
    DAYS_A_YEAR,
    Floats,
    Found,
    Ints,
    Mask,
    Settings,
    Window,
    has,
    measures,
    of_key_accounts,
    per_unit,
    ratio,
)
from kamassess.result import Reason

__all__ = [
    "WhaleCurve",
    "account_contribution",
    "account_profit_known",
    "account_value",
    "accounts_kept",
    "contribution",
    "contribution_margin",
    "customer_lifetime_value",
    "key_account_margin_trend",
    "key_account_value",
    "lifetime_value",
    "programme_cost_share",
    "top_fifth_contribution",
    "whale_curve",
]

_COSTS = ("sales.cost_of_goods", "sales.cost_to_serve")
_TOP = 0.2
_KNOWN = 0.5
"""Of the key accounts' sales so much must be of known contribution for the programme's cost to be held against it."""


# -- contribution --------------------------------------------------------------------------------------------------------


def account_contribution(data: Data, window: Window) -> Floats:
    """(accounts,) net sales − cost of goods − cost to serve in the window; NaN where it is not known.

    It is known of an account that has lines in the window, the cost of goods on each that has sales, and the cost to serve on one
    at least (elsewhere it is taken as booked there).
    """
    sales = data["sales"]
    inside = window.holds(sales["date"].to_numpy())
    account = sales["account"].to_numpy()[inside]
    sold, goods, serving = (sales[name].to_numpy()[inside] for name in ("net_sales", "cost_of_goods", "cost_to_serve"))
    size = len(data["accounts"])
    left = np.nan_to_num(sold) - np.nan_to_num(goods) - np.nan_to_num(serving)
    unknown = np.bincount(account, np.isnan(goods) & (sold != 0), minlength=size)
    served = np.bincount(account, ~np.isnan(serving), minlength=size)
    found: Floats = np.where((served > 0) & (unknown == 0), np.bincount(account, left, minlength=size), np.nan)
    return found


@measures("money", *_COSTS, better="higher")
def contribution(data: Data, window: Window) -> Found:
    """Net sales − cost of goods − cost to serve, over the ``n`` accounts of which :func:`account_contribution` is known."""
    left = account_contribution(data, window)
    known = np.flatnonzero(~np.isnan(left))
    n = per_unit(data, known)
    return np.where(n > 0, per_unit(data, known, left[known]), np.nan), n, Reason.EMPTY_WINDOW


@measures("ratio", *_COSTS, better="higher")
def contribution_margin(data: Data, window: Window) -> Found:
    """Contribution over net sales, of the ``n`` accounts whose contribution is known; at most 1, below 0 at a loss."""
    return _margin(data, window, np.ones(len(data["accounts"]), dtype=bool))


@measures("share", *_COSTS, better="higher", key_accounts=True)
def account_profit_known(data: Data, window: Window) -> Found:
    """The share of key accounts that bought whose contribution is known (see :func:`account_contribution`), 0–1.

    An extract without a column for one of the costs says nothing of who knows them. ``n`` are the key accounts that bought. No
    value without any.
    """
    bought = account_sales(data, window) != 0
    known = ~np.isnan(account_contribution(data, window))
    return of_key_accounts(data, np.where(bought, known, np.nan))


@measures("difference", *_COSTS, better="higher", key_accounts=True)
def key_account_margin_trend(data: Data, window: Window) -> Found:
    """Contribution margin of key accounts in this window less that in the one before (0.02: two percentage points).

    ``n`` are the key accounts of this window whose contribution is known. No value where there is none in either.
    """
    key = data["accounts"]["key_account"].to_numpy() == 1
    now, n, why = _margin(data, window, key)
    then, _, _ = _margin(data, window.before, key)
    return now - then, n, why


def _margin(data: Data, window: Window, chosen: Mask) -> Found:
    left = account_contribution(data, window)
    known = np.flatnonzero(~np.isnan(left) & chosen)
    sold = account_sales(data, window)
    value = ratio(per_unit(data, known, left[known]), per_unit(data, known, sold[known]))
    return value, per_unit(data, known), Reason.EMPTY_WINDOW


# -- the whale curve -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WhaleCurve:
    """Contribution cumulated from the account that leaves most to the one that costs most, unit after unit.

    Attributes
    ----------
    account, unit : (K,) int
        Positions of the accounts whose contribution is known.
    accounts, share : (K,) float
        Up to and with this account: the share of the unit's accounts, 0–1, and of its total contribution, which rises above 1
        where others cost what these leave; NaN where the total is not above 0.

    References
    ----------
    Kaplan & Narayanan (2001), Journal of Cost Management 15 (5).
    """

    account: Ints
    unit: Ints
    accounts: Floats
    share: Floats


def whale_curve(data: Data, window: Window) -> WhaleCurve:
    """The whale curves of all units; costs must be among the columns of the sales."""
    left = account_contribution(data, window)
    known = np.flatnonzero(~np.isnan(left))
    unit = data["accounts"]["unit"].to_numpy()[known]
    order = np.lexsort((-left[known], unit))
    account, unit = known[order], unit[order]
    n = np.bincount(unit, minlength=data.n_units)
    first = np.cumsum(n) - n
    running = np.concatenate([[0.0], np.cumsum(left[account])])
    total = running[first + n] - running[first]
    so_far = running[1:] - running[first[unit]]
    place = np.arange(len(account)) - first[unit] + 1
    return WhaleCurve(account, unit, place / np.maximum(n[unit], 1), ratio(so_far, total[unit]))


@measures("ratio", *_COSTS, better="neither")
def top_fifth_contribution(data: Data, window: Window) -> Found:
    """What the fifth of accounts that leaves most contributes, over a unit's total contribution; often 1.5 to 3.

    The fifth is rounded up. ``n`` are the accounts whose contribution is known. No value without any, or where the total is not
    above 0.

    References
    ----------
    Kaplan & Narayanan (2001), Journal of Cost Management 15 (5).
    """
    curve = whale_curve(data, window)
    n = np.bincount(curve.unit, minlength=data.n_units)
    filled = np.flatnonzero(n)
    value = np.full(data.n_units, np.nan)
    last = (np.cumsum(n) - n)[filled] + np.ceil(_TOP * n[filled] - 1e-9).astype(np.int64) - 1
    value[filled] = curve.share[last]
    return value, n, Reason.EMPTY_WINDOW


@measures("ratio", *_COSTS, better="lower", key_accounts=True, settings=("programme_cost",))
def programme_cost_share(data: Data, window: Window, programme_cost: Sequence[float] | None = None) -> Found:
    """A year's cost of the programme over a year's contribution of the key accounts; above 1 it costs more than they leave.

    ``n`` are the key accounts whose contribution is known. No value where they make less than half of the key accounts' sales,
    where they leave nothing, or where the cost is not declared.
    """
    left, sold = account_contribution(data, window), np.maximum(account_sales(data, window), 0.0)
    every = np.flatnonzero(data["accounts"]["key_account"].to_numpy() == 1)
    key = every[~np.isnan(left[every])]
    known = ratio(per_unit(data, key, sold[key]), per_unit(data, every, sold[every]))
    cost = np.full(data.n_units, np.nan) if programme_cost is None else np.asarray(programme_cost, dtype=float)
    value = ratio(cost * window.years, per_unit(data, key, left[key]))
    return np.where(known >= _KNOWN, value, np.nan), per_unit(data, key), Reason.NO_VALUES


# -- what an account is worth --------------------------------------------------------------------------------------------


def lifetime_value(margin: ArrayLike, retention: ArrayLike, discount: ArrayLike, from_t: int = 0) -> Floats:
    """Σ m·rᵗ/(1 + i)ᵗ over all years from *from_t* on: what a customer is worth who leaves *margin* a year.

    Parameters
    ----------
    margin
        A year's contribution.
    retention, discount
        The chance to keep the customer for another year, 0–1, and the yearly rate of discount, 0 or more.
    from_t
        0 counts this year's margin, 1 begins with next year's.

    Returns
    -------
    (…,) float
        NaN where something is missing, or the sum has no end (nobody leaves and nothing is discounted).

    References
    ----------
    Gupta & Lehmann (2003), Journal of Interactive Marketing 17 (1).

    Examples
    --------
    >>> lifetime_value([100.0], 0.8, 0.1).round(2).tolist(), lifetime_value([100.0], 0.8, 0.1, 1).round(2).tolist()
    ([366.67], [266.67])
    """
    margin, kept = np.asarray(margin, dtype=float), np.asarray(retention, dtype=float) / (1 + np.asarray(discount, dtype=float))
    ends = kept < 1
    factor = np.where(ends, kept, 0.0) ** from_t / (1 - np.where(ends, kept, 0.0))
    found: Floats = np.where(ends, margin * factor, np.nan)
    return found


@measures("money", *_COSTS, better="higher", key_accounts=True, settings=("discount_rate",))
def customer_lifetime_value(data: Data, window: Window, discount_rate: float = 0.1) -> Found:
    """:func:`lifetime_value` from this year on of a unit's average key account: its mean contribution, kept as accounts were.

    Retention is the share of the unit's accounts that bought in the window before and in this one too and have not left, brought
    to a year. ``n``
    are the key accounts whose contribution is known. No value without any, or where nobody bought before.
    """
    left = account_contribution(data, window)
    key = np.flatnonzero((data["accounts"]["key_account"].to_numpy() == 1) & ~np.isnan(left))
    n = per_unit(data, key)
    margin = ratio(per_unit(data, key, left[key]), n) / window.years
    kept, bought = accounts_kept(data, window)
    return lifetime_value(margin, ratio(kept, bought) ** (1 / window.years), discount_rate), n, Reason.EMPTY_WINDOW


def accounts_kept(data: Data, window: Window) -> tuple[Floats, Floats]:
    """(U,) how many of a unit's accounts that bought in the window before bought in this one too, and how many bought then.

    One that bought and left before the window ends is not kept. Nobody counts in a unit without a line of sales in this window.
    """
    now = known_sales(data, window)
    before = np.flatnonzero((account_sales(data, window.before) > 0) & ~np.isnan(now))
    left = data["accounts"]["until"].to_numpy()[before] < window.end
    return per_unit(data, before, (now[before] > 0) & ~left), per_unit(data, before)


def account_value(data: Data, window: Window, weights: Mapping[str, float] = Settings().value_weights) -> pd.DataFrame:
    """The customer behaviour value index of every account, and what it is made of.

    Parameters
    ----------
    weights
        Of the four scores ``contribution``, ``revenue`` (the account's share of its unit's net sales), ``wallet`` (own sales over
        the customer's purchases, estimated by rank where only that is known) and ``tenure`` (years since the first order).

    Returns
    -------
    DataFrame
        A row an account, in the order of ``accounts``: the four values, each with its percentile within the unit as
        ``…_score`` (the share of the unit's known values below it, half of those that equal it, 0–100), and ``index``, the
        weighted mean of the scores that are known; NaN where something is not known.
    """
    parts = {name: np.full(len(data["accounts"]), np.nan) for name in ("contribution", "revenue", "wallet", "tenure")}
    unit = data["accounts"]["unit"].to_numpy()
    sold = known_sales(data, window)
    total = np.bincount(unit, np.maximum(sold, 0), minlength=data.n_units)[unit]
    parts["revenue"] = ratio(np.maximum(sold, 0), total)
    parts["wallet"] = ratio(sold / window.years, np.nan_to_num(data["accounts"]["wallet"].to_numpy()))
    if has(data, _COSTS):
        parts["contribution"] = account_contribution(data, window)
    if data.has("accounts", "rank_among_suppliers", "suppliers"):
        ranks = data["accounts"][["rank_among_suppliers", "suppliers"]].to_numpy().T
        parts["wallet"] = np.where(np.isnan(parts["wallet"]), wallet_allocation(*ranks), parts["wallet"])
    since = data["accounts"]["since"].to_numpy()
    years = (window.end - since.astype("datetime64[D]")).astype("timedelta64[D]").astype(float) / DAYS_A_YEAR
    parts["tenure"] = np.where(since < window.end, years, np.nan)
    frame = pd.DataFrame(parts)
    top, bottom = np.zeros(len(unit)), np.zeros(len(unit))
    for name, values in parts.items():
        score = _percentile(unit, values)
        frame[f"{name}_score"] = score
        top += weights.get(name, 0.0) * np.nan_to_num(score)
        bottom += weights.get(name, 0.0) * ~np.isnan(score)
    frame["index"] = ratio(top, bottom)
    return frame


def _percentile(unit: Ints, values: Floats) -> Floats:
    """(accounts,) mid-rank percentile within the unit, 0–100."""
    by_unit = pd.Series(values).groupby(unit)
    found: Floats = (100 * (by_unit.rank().to_numpy() - 0.5) / np.maximum(by_unit.transform("count").to_numpy(), 1)).astype(float)
    return found


@measures("index", "accounts", better="higher", key_accounts=True, settings=("value_weights",))
def key_account_value(data: Data, window: Window, value_weights: Mapping[str, float] = Settings().value_weights) -> Found:
    """The mean of a unit's key accounts on the index of :func:`account_value`, 0–100; 50 where they are worth as much as others.

    ``n`` are the key accounts of which some part of it is known. No value without any.
    """
    return of_key_accounts(data, account_value(data, window, value_weights)["index"].to_numpy())
