"""What key accounts will need in the season: safety stock and the quantity of the peak months, by account and product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kamassess.data import Data
from kamassess.measuring import Settings
from kamassess.metrics.account_rows import absent, number
from kamassess.metrics.deliveries import season_months, season_need, season_plan
from kamassess.metrics.values import Mask, Window
from kamassess.result import Reason
from kamassess.result.options import Amount
from kamassess.result.portfolio import SeasonPlan, SeasonRow

__all__ = ["UnitSeasons"]

_NEEDS = ("deliveries.ordered", "deliveries.product")
_Z_95, _Z_99 = 1.645, 2.326


@dataclass(frozen=True, eq=False)
class UnitSeasons:
    """The season plans of all units."""

    data: Data
    settings: Settings
    window: Window

    @cached_property
    def _plans(self) -> pd.DataFrame:
        """Unit after unit; from the pair of account and product with the highest need in the season to the lowest."""
        plan = season_plan(self.data, self.window, _Z_95)
        plan["stock_99"] = plan["safety_stock"] * (_Z_99 / _Z_95)
        need = season_need(self.data, self.window, self.settings.peak_months)
        plan = plan.merge(need, how="left", on=["account", "product"])
        plan["need"] = plan["need"].fillna(0.0)
        plan["unit"] = self.data["accounts"]["unit"].to_numpy()[plan["account"].to_numpy()]
        order = ["unit", "need", "account", "product"]
        return plan.sort_values(order, ascending=[True, False, True, True], kind="stable", ignore_index=True)

    @cached_property
    def _months(self) -> Mask:
        return season_months(self.data, self.window, self.settings.peak_months)

    def of(self, index: int) -> SeasonPlan:
        """The plan of the unit at this position."""
        declared = bool(self.settings.peak_months)
        lacks = absent(self.data, _NEEDS)
        if lacks:
            return SeasonPlan((), tuple(self.settings.peak_months), declared, Reason.NO_TABLE, lacks)
        months = tuple((np.flatnonzero(self._months[index]) + 1).tolist())
        first, last = np.searchsorted(self._plans["unit"].to_numpy(), [index, index + 1]).tolist()
        if first == last:
            return SeasonPlan((), months, declared, Reason.EMPTY_WINDOW)
        names = self.data["accounts"]["account"].to_numpy()
        rows = (_row(row, names) for row in self._plans.iloc[first:last].to_dict("records"))
        return SeasonPlan(tuple(rows), months, declared)


def _row(row: Mapping[Any, Any], names: np.ndarray) -> SeasonRow:
    stock = [number(row[name]) for name in ("safety_stock", "stock_99")]
    why = None if stock[0] is not None else Reason.NO_VALUES
    return SeasonRow(
        account=names[int(row["account"])],
        product=str(row["product"]),
        n=int(row["n"]),
        demand=float(row["mean_demand"]),
        demand_sd=float(row["sd_demand"]),
        lead_time=number(row["mean_lead_time"]),
        lead_time_sd=number(row["sd_lead_time"]),
        stock_95=Amount(stock[0], why),
        stock_99=Amount(stock[1], why),
        peak_need=float(row["need"]),
    )
