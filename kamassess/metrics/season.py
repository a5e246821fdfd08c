"""What key accounts will need in the season: safety stock and the quantity of the peak months, by account and product."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from kamassess.data import Data
from kamassess.measuring import Settings
from kamassess.metrics.account_rows import absent, number
from kamassess.metrics.deliveries import season_months, season_need, season_plan
from kamassess.metrics.values import Ints, Mask, Window
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
        first, last = np.searchsorted(self._units, [index, index + 1]).tolist()
        if first == last:
            return SeasonPlan((), months, declared, Reason.EMPTY_WINDOW)
        return SeasonPlan(tuple(map(_row, *(column[first:last].tolist() for column in self._columns))), months, declared)

    @cached_property
    def _units(self) -> Ints:
        """The unit of each plan."""
        found: Ints = self._plans["unit"].to_numpy()
        return found

    @cached_property
    def _columns(self) -> list[np.ndarray]:
        """What :func:`_row` takes, as arrays: a unit's part is cut out of these at less cost than out of a table."""
        plans = self._plans
        names = self.data["accounts"]["account"].to_numpy()[plans["account"].to_numpy()]
        figures = ("n", "mean_demand", "sd_demand", "mean_lead_time", "sd_lead_time", "safety_stock", "stock_99", "need")
        return [names, plans["product"].to_numpy(), *(plans[name].to_numpy() for name in figures)]


def _row(
    account: str,
    product: str,
    n: int,
    demand: float,
    demand_sd: float,
    lead_time: float,
    lead_time_sd: float,
    stock_95: float,
    stock_99: float,
    need: float,
) -> SeasonRow:
    why = None if not math.isnan(stock_95) else Reason.NO_VALUES
    return SeasonRow(
        account=account,
        product=product,
        n=n,
        demand=demand,
        demand_sd=demand_sd,
        lead_time=number(lead_time),
        lead_time_sd=number(lead_time_sd),
        stock_95=Amount(number(stock_95), why),
        stock_99=Amount(number(stock_99), why),
        peak_need=need,
    )
