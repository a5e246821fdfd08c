"""Metrics of supply: on time and in full, for key accounts and the others, in the season and outside it."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from kamassess.data import Data
from kamassess.metrics.values import Floats, Mask, Measured, Window, per_unit, ratio
from kamassess.result import Reason

__all__ = ["otif", "peak_otif_advantage", "safety_stock"]


def otif(data: Data, window: Window, *, key: bool | None = None, months: Collection[int] = ()) -> Measured:
    """On time and in full: share of the lines promised in the window that came by then with all that was ordered.

    A line that has not come is late; one of nothing (a cancelled order) does not count. Over ``n`` lines; no value without any.

    Parameters
    ----------
    key
        Of key accounts alone, or of the others alone.
    months
        Lines promised in these months (1–12) alone; in all of them where it is empty.
    """
    name = "otif"
    if not data.has("deliveries"):
        return Measured.missing(name, "share", data)
    lines = data["deliveries"]
    promised = lines["promised"].to_numpy()
    chosen = window.holds(promised) & (lines["ordered_qty"].to_numpy() > 0)
    if key is not None:
        chosen &= (data["accounts"]["key_account"].to_numpy()[lines["account"].to_numpy()] == 1) == key
    if months:
        chosen &= np.isin(lines["promised"].dt.month.to_numpy(), list(months))
    account = lines["account"].to_numpy()[chosen]
    n = per_unit(data, account)
    good = per_unit(data, account, _good(data)[chosen].astype(float))
    return Measured.of(name, "share", ratio(good, n), n.astype(np.int64), Reason.EMPTY_WINDOW, window)


def _good(data: Data) -> Mask:
    """(lines,) on time and in full."""
    lines = data["deliveries"]
    on_time = lines["delivered"].to_numpy() <= lines["promised"].to_numpy()
    found: Mask = on_time & (lines["delivered_qty"].to_numpy() >= lines["ordered_qty"].to_numpy())
    return found


def peak_otif_advantage(data: Data, window: Window, months: Collection[int]) -> Measured:
    """OTIF of key accounts less that of the others, in the peak *months* (1–12): above 0 where they come first, −1 to 1.

    ``n`` are the lines of the side that has fewer. No value where a side has none.
    """
    if not data.has("deliveries"):
        return Measured.missing("peak_otif_advantage", "share", data)
    own, other = (otif(data, window, key=side, months=months) for side in (True, False))
    n = np.minimum(own.n, other.n)
    return Measured.of("peak_otif_advantage", "share", own.value - other.value, n, Reason.EMPTY_WINDOW, window)


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
