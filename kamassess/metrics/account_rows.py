"""The figures of every account that a portfolio is made from, for all units at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import ndtri

from kamassess.data import Data
from kamassess.measuring import Settings
from kamassess.metrics.accounts import known_sales, selection_thresholds, wallet_allocation
from kamassess.metrics.activities import contacts, levels_met
from kamassess.metrics.profit import account_contribution, account_value, accounts_kept, lifetime_value
from kamassess.metrics.values import Floats, Ints, Mask, Window, has, per_unit, ratio

__all__ = ["COSTS", "PARTS", "AccountRows", "absent", "number"]

PARTS = ("contribution", "revenue", "wallet", "tenure")
"""Of the value index."""
COSTS = ("sales.cost_of_goods", "sales.cost_to_serve")
_Z = float(ndtri(0.975))


def number(value: float) -> float | None:
    """A number, or None for NaN."""
    return None if math.isnan(value) else float(value)


def absent(data: Data, needs: tuple[str, ...]) -> tuple[str, ...]:
    """Which of these tables, and columns as ``table.column``, are not there; of a table that is not, the table alone."""
    found = []
    for need in needs:
        table, _, column = need.partition(".")
        if table not in data:
            found.append(table)
        elif column and not data.has(table, column):
            found.append(need)
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, eq=False)
class AccountRows:
    """The accounts of all units; every array has a value an account, NaN where there is none."""

    data: Data
    window: Window
    settings: Settings

    @cached_property
    def unit(self) -> Ints:
        """Position of its unit."""
        found: Ints = self.data["accounts"]["unit"].to_numpy()
        return found

    @cached_property
    def key(self) -> Mask:
        """Whether it is a key account."""
        found: Mask = self.data["accounts"]["key_account"].to_numpy() == 1
        return found

    @cached_property
    def left(self) -> Mask:
        """Whether it was lost before the end of the window."""
        found: Mask = self.data["accounts"]["until"].to_numpy() < self.window.end
        return found

    @cached_property
    def current(self) -> Mask:
        """Whether it is still a customer."""
        return ~self.left

    # -- money ---------------------------------------------------------------------------------------------------------------

    @cached_property
    def sold(self) -> tuple[Floats, Floats]:
        """Net sales in the window before, and in this one; NaN in units that have no sale in it, or without a table."""
        return known_sales(self.data, self.window.before), known_sales(self.data, self.window)

    @cached_property
    def total(self) -> Floats:
        """(U,) net sales of a unit's accounts, those below 0 counted as 0."""
        return per_unit(self.data, np.arange(len(self.unit)), np.maximum(np.nan_to_num(self.sold[1]), 0.0))

    @cached_property
    def share(self) -> Floats:
        """Of the unit's net sales."""
        return ratio(np.maximum(self.sold[1], 0.0), self.total[self.unit])

    @cached_property
    def contribution(self) -> Floats:
        """In the window."""
        if not has(self.data, COSTS):
            return np.full(len(self.unit), np.nan)
        return account_contribution(self.data, self.window)

    @cached_property
    def kept(self) -> tuple[Floats, Floats, Floats, Floats]:
        """(U,) accounts kept, of how many, and both ends of Wilson's interval of the share that is kept."""
        if "sales" not in self.data:
            nothing = np.full(self.data.n_units, np.nan)
            return np.zeros(self.data.n_units), np.zeros(self.data.n_units), nothing, nothing
        kept, of = accounts_kept(self.data, self.window)
        share, n = ratio(kept, of), np.where(of > 0, of, np.nan)
        middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
        return kept, of, np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)

    @cached_property
    def retention(self) -> tuple[Floats, Floats, Floats]:
        """(U,) a year's, and both ends of its interval."""
        kept, of, low, high = self.kept
        year = 1 / self.window.years
        return ratio(kept, of) ** year, low**year, high**year

    @cached_property
    def lifetimes(self) -> tuple[Floats, Floats, Floats]:
        """Lifetime value, and at both ends of retention, the lower value first."""
        margin = self.contribution / self.window.years
        found = [lifetime_value(margin, kept[self.unit], self.settings.discount_rate) for kept in self.retention]
        return found[0], np.minimum(found[1], found[2]), np.maximum(found[1], found[2])

    # -- value ---------------------------------------------------------------------------------------------------------------

    @cached_property
    def value(self) -> pd.DataFrame:
        """The parts of the value index, their scores and the index."""
        return account_value(self.data, self.window, self.settings.value_weights)

    @cached_property
    def given_wallet(self) -> Mask:
        """Whether the share of wallet is told from a wallet that is given."""
        found: Mask = ~np.isnan(self.sold[1]) & (self.data["accounts"]["wallet"].to_numpy() > 0)
        return found

    @cached_property
    def share_of_wallet(self) -> Floats:
        """From the wallet that is given, else by rank among suppliers."""
        accounts = self.data["accounts"]
        given = self.sold[1] / self.window.years / np.where(self.given_wallet, accounts["wallet"].to_numpy(), np.nan)
        guessed = wallet_allocation(accounts["rank_among_suppliers"].to_numpy(), accounts["suppliers"].to_numpy())
        found: Floats = np.where(self.given_wallet, given, guessed)
        return found

    @cached_property
    def variants(self) -> dict[str, Floats]:
        """The index with one weight doubled or dropped; those that leave nothing are left out."""
        weights = dict(self.settings.value_weights)
        found = {}
        for part in PARTS:
            for name, factor in (("double", 2.0), ("none", 0.0)):
                changed = weights | {part: weights.get(part, 0.0) * factor}
                if any(changed.values()):
                    found[f"{part}_{name}"] = self._index(changed)
        return found

    def _index(self, weights: Mapping[str, float]) -> Floats:
        scores = np.column_stack([self.value[f"{part}_score"].to_numpy() for part in PARTS])
        weight = np.array([weights.get(part, 0.0) for part in PARTS])
        return ratio(np.nan_to_num(scores) @ weight, ~np.isnan(scores) @ weight)

    @cached_property
    def rank(self) -> Ints:
        """Place by the index among the unit's accounts that are still customers; 0 where there is none."""
        return self._place(self.value["index"].to_numpy())

    @cached_property
    def ranks(self) -> dict[str, Ints]:
        """The place by each variant."""
        return {name: self._place(values) for name, values in self.variants.items()}

    def _place(self, index: Floats) -> Ints:
        known = pd.Series(np.where(self.current, index.round(9), np.nan))
        place = known.groupby(self.unit).rank(method="min", ascending=False)
        found: Ints = place.fillna(0).to_numpy().astype(np.int64)
        return found

    # -- where it stands -------------------------------------------------------------------------------------------------------

    @cached_property
    def thresholds(self) -> tuple[float, float] | None:
        """From where on an account is attractive, and we are strong."""
        return selection_thresholds(self.data, self.settings.criteria)

    @cached_property
    def met(self) -> tuple[Ints, Mask] | None:
        """How many of its people we met, and on which levels; None where no table says whom."""
        named = self.data.has("activities", "contact") or self.data.has("activities", "their_level")
        return (contacts(self.data, self.window), levels_met(self.data, self.window)) if named else None
