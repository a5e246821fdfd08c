"""A handful of metrics of one unit as an analyst would first write them in pandas: filters and group-bys, one unit at a time."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kamassess.metrics import Window

__all__ = ["NAMES", "measure_unit"]

NAMES = ("concentration", "revenue_retention", "share_of_wallet", "otif_key_accounts", "hospitality_share", "contact_breadth")


def measure_unit(tables: Sequence[pd.DataFrame], window: Window) -> dict[str, float]:
    """The metrics :data:`NAMES` from the rows of one unit: its accounts, sales, deliveries and activities."""
    accounts, sales, deliveries, activities = tables
    key = accounts[accounts["key_account"] == 1]
    now = _inside(sales, "date", window).groupby("account")["net_sales"].sum().reindex(accounts.index, fill_value=0.0)
    then = _inside(sales, "date", window.before).groupby("account")["net_sales"].sum().reindex(accounts.index, fill_value=0.0)
    share = now.clip(lower=0) / now.clip(lower=0).sum()
    bought = then[then > 0]
    wallet = accounts["wallet"].dropna()
    lines = _inside(deliveries[deliveries["account"].isin(key.index) & (deliveries["ordered_qty"] > 0)], "promised", window)
    good = (lines["delivered"] <= lines["promised"]) & (lines["delivered_qty"] >= lines["ordered_qty"])
    done = _inside(activities, "date", window)
    methods = done[~done["category"].isin(["complaint", "event", "forum_action"])]
    levels = done[done["their_level"] != ""].groupby("account")["their_level"].nunique().reindex(key.index, fill_value=0)
    return {
        "concentration": float((share**2).sum() * 1e4),
        "revenue_retention": float(now[bought.index].clip(lower=0).sum() / bought.sum()),
        "share_of_wallet": float(now[wallet.index].sum() / window.years / wallet.sum()),
        "otif_key_accounts": float(good.mean()),
        "hospitality_share": float((methods["category"] == "hospitality").mean()),
        "contact_breadth": float((levels / 3).mean()),
    }


def _inside(frame: pd.DataFrame, column: str, window: Window) -> pd.DataFrame:
    return frame[(frame[column] >= window.start) & (frame[column] < window.end)]
