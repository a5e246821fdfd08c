"""Metrics of supply: on time and in full, for key accounts and the others, in the season and outside it; stock for the season."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamassess.data import Data
from kamassess.metrics.values import Floats, Found, Ints, Mask, Window, measures, share_per_unit
from kamassess.result import Reason

__all__ = [
    "good_lines",
    "otif",
    "otif_key_accounts",
    "otif_off_peak",
    "otif_others",
    "otif_peak",
    "peak_otif_advantage",
    "safety_stock",
    "season_months",
    "season_need",
    "season_plan",
    "supply_in_season",
]


@measures("share", "deliveries", better="higher")
def otif(data: Data, window: Window, *, key: bool | None = None, months: Collection[int] = ()) -> Found:
    """On time and in full: share of the lines promised in the window that came by then with all that was ordered.

    A line that has not come is late; one of nothing (a cancelled order) does not count. Over ``n`` lines; no value without any.

    Parameters
    ----------
    key
        Of key accounts alone, or of the others alone.
    months
        Lines promised in these months (1–12) alone; in all of them where it is empty.
    """
    season = _in_months(data, months) if months else True
    return _otif(data, _counts(data, window) & _side(data, key) & season)


@measures("share", "deliveries", better="higher", key_accounts=True)
def otif_key_accounts(data: Data, window: Window) -> Found:
    """:func:`otif` of key accounts."""
    return _otif(data, _counts(data, window) & _side(data, True))


@measures("share", "deliveries", better="higher")
def otif_others(data: Data, window: Window) -> Found:
    """:func:`otif` of the accounts that are no key accounts."""
    return _otif(data, _counts(data, window) & _side(data, False))


@measures("share", "deliveries", better="higher", settings=("peak_months",))
def otif_peak(data: Data, window: Window, peak_months: Collection[int] = ()) -> Found:
    """:func:`otif` in the season (see :func:`peak_otif_advantage`)."""
    return _otif(data, _counts(data, window) & _season(data, window, peak_months))


@measures("share", "deliveries", better="higher", settings=("peak_months",))
def otif_off_peak(data: Data, window: Window, peak_months: Collection[int] = ()) -> Found:
    """:func:`otif` outside the season (see :func:`peak_otif_advantage`)."""
    return _otif(data, _counts(data, window) & ~_season(data, window, peak_months))


@measures("difference", "deliveries", better="higher", key_accounts=True, settings=("peak_months",))
def peak_otif_advantage(data: Data, window: Window, peak_months: Collection[int] = ()) -> Found:
    """OTIF of key accounts less that of the others, in the season: above 0 where they come first, −1 to 1.

    The season are the *peak_months* (1–12), or, where none is declared, the quarter of a unit's months with orders in which most
    was ordered. ``n`` are the lines of the side that has fewer. No value where a side has none.
    """
    season = _counts(data, window) & _season(data, window, peak_months)
    (own, n_own, why), (other, n_other, _) = (_otif(data, season & _side(data, key)) for key in (True, False))
    return own - other, np.minimum(n_own, n_other), why


@dataclass(frozen=True)
class Supply:
    """(accounts,) lines promised in the season and outside it, and how many of them came on time and in full."""

    n_peak: Floats
    good_peak: Floats
    n_off: Floats
    good_off: Floats


def supply_in_season(data: Data, window: Window, peak_months: Collection[int] = ()) -> Supply:
    """What :func:`otif` counts, by account; the season as in :func:`peak_otif_advantage`."""
    counted, season, good = _counts(data, window), _season(data, window, peak_months), _good(data)
    account, size = data["deliveries"]["account"].to_numpy(), len(data["accounts"])

    def count(chosen: Mask) -> Floats:
        return np.bincount(account[chosen], minlength=size).astype(float)

    peak, off = counted & season, counted & ~season
    return Supply(count(peak), count(peak & good), count(off), count(off & good))


def _good(data: Data) -> Mask:
    """(lines,) came by the promised day with all that was ordered."""
    lines = data["deliveries"]
    on_time = lines["delivered"].to_numpy() <= lines["promised"].to_numpy()
    found: Mask = on_time & (lines["delivered_qty"].to_numpy() >= lines["ordered_qty"].to_numpy())
    return found


def _otif(data: Data, chosen: Mask) -> Found:
    account = data["deliveries"]["account"].to_numpy()
    return *share_per_unit(data, account[chosen], _good(data)[chosen]), Reason.EMPTY_WINDOW


def good_lines(data: Data, window: Window) -> tuple[Ints, Mask]:
    """Account of each line that counts in :func:`otif`, and whether it came on time and in full."""
    chosen = _counts(data, window)
    return data["deliveries"]["account"].to_numpy()[chosen], _good(data)[chosen]


def _counts(data: Data, window: Window) -> Mask:
    """(lines,) promised in the window, and something ordered."""
    lines = data["deliveries"]
    found: Mask = window.holds(lines["promised"].to_numpy()) & (lines["ordered_qty"].to_numpy() > 0)
    return found


def _side(data: Data, key: bool | None) -> Mask:
    is_key = data["accounts"]["key_account"].to_numpy()[data["deliveries"]["account"].to_numpy()] == 1
    found: Mask = np.ones(len(is_key), dtype=bool) if key is None else is_key == key
    return found


def _in_months(data: Data, months: Collection[int]) -> Mask:
    found: Mask = np.isin(data["deliveries"]["promised"].dt.month.to_numpy(), list(months))
    return found


def _season(data: Data, window: Window, months: Collection[int]) -> Mask:
    """(lines,) in the declared months, or else in the top quartile of the unit's months by what was ordered."""
    if months:
        return _in_months(data, months)
    unit, month = _unit_and_month(data)
    found: Mask = season_months(data, window)[unit, month]
    return found


def season_months(data: Data, window: Window, declared: Collection[int] = ()) -> Mask:
    """(U, 12) the months of each unit's season: those *declared*, or the quarter of its months in which most was ordered.

    Of a unit's months with orders promised in the window, a quarter, rounded up; none without orders.
    """
    if declared:
        return np.tile(np.isin(np.arange(1, 13), list(declared)), (data.n_units, 1))
    unit, month = _unit_and_month(data)
    ordered = np.where(_counts(data, window), np.nan_to_num(data["deliveries"]["ordered_qty"].to_numpy()), 0.0)
    demand = np.bincount(unit * 12 + month, ordered, minlength=data.n_units * 12).reshape(data.n_units, 12)
    place = np.argsort(np.argsort(-demand, axis=1, kind="stable"), axis=1, kind="stable")
    found: Mask = place < np.ceil((demand > 0).sum(axis=1) / 4)[:, None]
    return found


def _unit_and_month(data: Data) -> tuple[Ints, Ints]:
    """(lines,) whose unit they are, and in which month (0–11) they are promised."""
    lines = data["deliveries"]
    month = np.nan_to_num(lines["promised"].dt.month.to_numpy(dtype=float), nan=1.0).astype(np.int64) - 1
    return data["accounts"]["unit"].to_numpy()[lines["account"].to_numpy()], month


def season_need(data: Data, window: Window, months: Collection[int] = ()) -> pd.DataFrame:
    """What each key account ordered of each product for the season: ``account``, ``product``, ``need`` in a year.

    The sum of the lines promised in the window in the months of :func:`season_months`, brought to a year; pairs without any are
    not in it.
    """
    lines = data["deliveries"]
    chosen = _counts(data, window) & _season(data, window, months) & _side(data, True)
    need = lines.loc[chosen].groupby(["account", "product"], sort=True)["ordered_qty"].sum() / window.years
    return need.rename("need").reset_index()


def safety_stock(
    mean_demand: Floats, sd_demand: Floats, mean_lead_time: Floats, sd_lead_time: Floats, z: float = 1.645
) -> Floats:
    """z·√(L·σd² + d̄²·σL²): what must lie in store so that demand and lead time together leave it empty in 5 % of cases.

    Parameters
    ----------
    mean_demand, sd_demand
        Units a day.
    mean_lead_time, sd_lead_time
        Days.
    z
        1.645 for 95 %, 2.326 for 99 %.

    References
    ----------
    Silver, Pyke & Thomas (2017), Inventory and Production Management in Supply Chains.
    """
    found: Floats = z * np.sqrt(mean_lead_time * sd_demand**2 + mean_demand**2 * sd_lead_time**2)
    return found


def season_plan(data: Data, window: Window, z: float = 1.645) -> pd.DataFrame:
    """Safety stock of every key account and product, from what was ordered in the window and how long it took.

    Returns
    -------
    DataFrame
        ``account`` (position), ``product``, ``n`` lines, ``mean_demand`` and ``sd_demand`` (a day, days without an order among
        them), ``mean_lead_time`` and ``sd_lead_time`` (days from order to delivery, of lines with both dates in this order,
        n − 1) and ``safety_stock``; NaN with fewer than two such lines. In order of account and product. The columns ``ordered``
        and ``product`` of the deliveries must be there.
    """
    lines = data["deliveries"]
    ordered = lines["ordered"].to_numpy()
    chosen = window.holds(ordered) & (lines["ordered_qty"].to_numpy() > 0) & _side(data, True)
    of = ["account", "product"]
    rows = lines.loc[chosen, [*of, "ordered", "delivered", "ordered_qty"]]
    took = (rows["delivered"] - rows["ordered"]).dt.total_seconds() / 86400
    rows = rows.assign(lead=took.where(took >= 0))
    days = float((window.end - window.start) / np.timedelta64(1, "D"))
    daily = rows.groupby([*of, rows["ordered"].dt.normalize()], sort=True)["ordered_qty"].sum().rename("quantity").reset_index()
    squares = daily.assign(quantity=daily["quantity"] ** 2).groupby(of)["quantity"].sum()
    by = rows.groupby(of, sort=True)
    plan = pd.DataFrame({"n": by.size(), "mean_demand": by["ordered_qty"].sum() / days})
    plan["sd_demand"] = np.sqrt(np.maximum(squares / days - plan["mean_demand"] ** 2, 0.0))
    plan["mean_lead_time"] = by["lead"].mean()
    plan["sd_lead_time"] = by["lead"].std()
    demand, sd, lead, sd_lead = (
        plan[name].to_numpy(dtype=float) for name in ("mean_demand", "sd_demand", "mean_lead_time", "sd_lead_time")
    )
    plan["safety_stock"] = safety_stock(demand, sd, lead, sd_lead, z)
    return plan.reset_index()
