"""Customer groups across units: accounts joined by ``group`` that two or more units serve, and what differs between the units.

All groups are summed at once; one is put together, and its differences tested, when it is asked for. A *pair* is a group and one
of its units; pairs stand in order of group and unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kamassess.data import Data
from kamassess.instrument import Text
from kamassess.metrics.accounts import account_sales
from kamassess.metrics.activities import answered_days, contacts
from kamassess.metrics.deliveries import good_lines
from kamassess.metrics.group_differences import differences
from kamassess.metrics.group_prices import Prices, compared_prices
from kamassess.metrics.joined_accounts import Joined, joined_accounts
from kamassess.metrics.profit import account_contribution
from kamassess.metrics.values import Floats, Ints, Mask, Window, has, median_per_unit
from kamassess.reading.package_data import package_yaml
from kamassess.result import CustomerGroup, GroupRules, GroupTotals, GroupUnit, PriceIndex, Reason

__all__ = ["CustomerGroups", "group_rules"]

_COSTS = ("sales.cost_of_goods", "sales.cost_to_serve")
_PRICES = ("sales.product", "sales.quantity")
Lines: TypeAlias = tuple[Ints, Floats]
"""Pair and value of each line."""


def group_rules() -> GroupRules:
    """When a difference is worth stating, as ``customer_groups.yaml`` says."""
    tree = package_yaml("customer_groups.yaml")
    price, contact = tree["price"], tree["contact"]
    return GroupRules(
        least_products=price["least_products"],
        least_lines=price["least_lines"],
        price=float(price["difference"]),
        otif_lines=tree["otif"]["least_lines"],
        response_lines=tree["response"]["least_lines"],
        contact_ratio=float(contact["ratio"]),
        contact_least=float(contact["more"]),
    )


@dataclass(frozen=True, eq=False)
class CustomerGroups(Mapping[str, CustomerGroup]):
    """The groups that two or more units serve, by name: the most money at stake first, then the most sales."""

    data: Data
    window: Window
    units: tuple[str, ...]
    """Ids, by position."""
    names: tuple[Text, ...]
    rules: GroupRules

    def __getitem__(self, name: str) -> CustomerGroup:
        return self._made(self._place[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._place)

    def __len__(self) -> int:
        return len(self._place)

    def of(self, unit: int) -> tuple[str, ...]:
        """The groups that the unit at this position shares, in their order."""
        return self._by_unit.get(unit, ())

    def totals(self) -> GroupTotals:
        """What all groups come to together."""
        money = self._money[~np.isnan(self._money)]
        sales = None if not len(self) or self._sales is None else float(self._sales.sum())
        return GroupTotals(len(self), sales, float(money.sum()) if len(money) else None, int((money > 0).sum()))

    @cached_property
    def _place(self) -> dict[str, int]:
        """Position of each group by its name, in the order in which groups are told."""
        if not self._joined.groups:
            return {}
        money, sold = np.nan_to_num(self._money, nan=-1.0), np.zeros(len(self._joined.groups))
        if self._sales is not None:
            sold = self._per_group(self._sales)
        order = np.lexsort((np.arange(len(money)), -sold, -money))
        return {self._joined.groups[place]: int(place) for place in order}

    @cached_property
    def _by_unit(self) -> dict[int, tuple[str, ...]]:
        found: dict[int, list[str]] = {}
        for name, place in self._place.items():
            for unit in self._joined.unit[self._joined.pairs(place)].tolist():
                found.setdefault(unit, []).append(name)
        return {unit: tuple(names) for unit, names in found.items()}

    # -- sums of all pairs -----------------------------------------------------------------------------------------------

    @cached_property
    def _joined(self) -> Joined:
        return joined_accounts(self.data, self.window)

    @cached_property
    def _members(self) -> Ints:
        """Positions of the accounts of a pair."""
        return np.flatnonzero(self._joined.pair >= 0)

    def _sum(self, values: Floats | Mask | Ints) -> Floats:
        """(pairs,) the sum over each pair's accounts of (accounts,) *values*; missing ones count nothing."""
        chosen = self._members
        weights = np.nan_to_num(values[chosen].astype(float))
        return np.bincount(self._joined.pair[chosen], weights, minlength=len(self._joined.unit)).astype(float)

    def _per_group(self, values: Floats) -> Floats:
        return np.bincount(self._joined.group, values, minlength=len(self._joined.groups)).astype(float)

    @cached_property
    def _accounts(self) -> tuple[Floats, Floats]:
        """(pairs,) accounts, and key accounts."""
        key = self.data["accounts"]["key_account"].to_numpy() == 1
        return self._sum(np.ones(len(key))), self._sum(key)

    @cached_property
    def _sold(self) -> Floats | None:
        """(accounts,) net sales."""
        return account_sales(self.data, self.window) if self.data.has("sales") else None

    @cached_property
    def _sales(self) -> Floats | None:
        return None if self._sold is None else self._sum(self._sold)

    @cached_property
    def _left(self) -> tuple[Floats, Floats, Floats] | None:
        """(pairs,) contribution, net sales of the same accounts, and how many they are."""
        if self._sold is None or not has(self.data, _COSTS):
            return None
        left = account_contribution(self.data, self.window)
        known = ~np.isnan(left)
        return self._sum(left), self._sum(np.where(known, self._sold, 0.0)), self._sum(known)

    @cached_property
    def _wallet(self) -> tuple[Floats, Floats]:
        """(groups,) purchases a year, and our sales a year to the accounts whose purchases are known."""
        wallet = self.data["accounts"]["wallet"].to_numpy()
        sold = np.zeros(len(wallet)) if self._sold is None else self._sold / self.window.years
        known = wallet > 0
        return self._per_group(self._sum(np.where(known, wallet, 0.0))), self._per_group(self._sum(np.where(known, sold, 0.0)))

    @cached_property
    def _otif(self) -> tuple[Floats, Floats]:
        """(pairs,) good lines, and all lines that count."""
        size = len(self._joined.unit)
        if "deliveries" not in self.data:
            return np.zeros(size), np.zeros(size)
        account, good = good_lines(self.data, self.window)
        pair = self._joined.pair[account]
        mine = pair >= 0
        return (
            np.bincount(pair[mine], good[mine].astype(float), minlength=size).astype(float),
            np.bincount(pair[mine], minlength=size).astype(float),
        )

    @cached_property
    def _met(self) -> tuple[Floats, Floats] | None:
        """(pairs,) contacts, and activities."""
        if "activities" not in self.data:
            return None
        lines = self.data["activities"]
        account = lines["account"].to_numpy()[self.window.holds(lines["date"].to_numpy())]
        count = np.bincount(account, minlength=len(self._joined.pair)).astype(float)
        return self._sum(contacts(self.data, self.window)), self._sum(count)

    @cached_property
    def _answers(self) -> Lines:
        """Pair and days of every answered request, in order of pair."""
        if not has(self.data, ("activities.answered_after_days",)):
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        account, days = answered_days(self.data, self.window)
        pair = self._joined.pair[account]
        order = np.flatnonzero(pair >= 0)
        order = order[np.argsort(pair[order], kind="stable")]
        return pair[order], days[order]

    @cached_property
    def _response(self) -> tuple[Floats, Ints]:
        return median_per_unit(*self._answers, len(self._joined.unit))

    @cached_property
    def _prices(self) -> Prices | None:
        if not has(self.data, _PRICES):
            return None
        joined = self._joined
        return compared_prices(self.data, self.window, joined.pair, joined.group, len(joined.groups), self.rules)

    @cached_property
    def _money(self) -> Floats:
        """(groups,) what is at stake by price; NaN where prices cannot be compared."""
        return self._prices.money if self._prices else np.full(len(self._joined.groups), np.nan)

    # -- one group -------------------------------------------------------------------------------------------------------

    def _made(self, place: int) -> CustomerGroup:
        joined = self._joined
        pairs = range(len(joined.unit))[joined.pairs(place)]
        units = {self.units[joined.unit[pair]]: self._unit(pair) for pair in pairs}
        if self._sales is not None:
            units = dict(sorted(units.items(), key=lambda entry: -(entry[1].sales or 0.0)))
        days = {self.units[joined.unit[pair]]: self._days(pair) for pair in pairs}
        money = _number(self._money[place])
        left = None if self._left is None else tuple(float(part[joined.pairs(place)].sum()) for part in self._left)
        wallet, bought = (float(part[place]) for part in self._wallet)
        compared = sum(unit.price.enough for unit in units.values())
        return CustomerGroup(
            name=joined.groups[place],
            units=units,
            accounts=sum(unit.accounts for unit in units.values()),
            sales=None if self._sales is None else float(self._sales[joined.pairs(place)].sum()),
            contribution=left[0] if left and left[2] else None,
            n_contribution=int(left[2]) if left else 0,
            margin=left[0] / left[1] if left and left[1] > 0 else None,
            wallet=wallet if wallet > 0 else None,
            share_of_wallet=bought / wallet if wallet > 0 and self._sold is not None else None,
            money=money,
            differences=differences(units, days, money, self.rules),
            n_products=0 if self._prices is None else int(self._prices.group_products[place]),
            reason=None if compared >= 2 else self._no_prices(units),
        )

    @staticmethod
    def _no_prices(units: Mapping[str, GroupUnit]) -> Reason:
        reasons = [unit.price.reason for unit in units.values()]
        return next((reason for reason in reasons if reason), Reason.TOO_FEW_LINES)

    def _unit(self, pair: int) -> GroupUnit:
        accounts, key = (int(part[pair]) for part in self._accounts)
        left = None if self._left is None else tuple(float(part[pair]) for part in self._left)
        good, lines = (float(part[pair]) for part in self._otif)
        median, answered = self._response
        return GroupUnit(
            name=self.names[self._joined.unit[pair]],
            sales=None if self._sales is None else float(self._sales[pair]),
            contribution=left[0] if left and left[2] else None,
            margin=left[0] / left[1] if left and left[1] > 0 else None,
            accounts=accounts,
            key_accounts=key,
            price=self._price(pair),
            otif=good / lines if lines else None,
            n_otif=int(lines),
            contacts=None if self._met is None else int(self._met[0][pair]),
            activities=None if self._met is None else float(self._met[1][pair]) / accounts,
            response_days=_number(median[pair]),
            n_response=int(answered[pair]),
        )

    def _price(self, pair: int) -> PriceIndex:
        found = self._prices
        if found is None:
            return PriceIndex(None, 0, 0, 0.0, enough=False, reason=Reason.NO_TABLE)
        value = _number(found.index[pair])
        return PriceIndex(
            value=value,
            n_products=int(found.n_products[pair]),
            n_lines=int(found.n_lines[pair]),
            sales=float(found.sales[pair]),
            enough=bool(found.enough[pair]),
            to_cheapest=_number(found.to_cheapest[pair]),
            n_common_products=int(found.n_common_products[pair]),
            n_common_lines=int(found.n_common_lines[pair]),
            reason=None if value is not None else Reason.NO_COMMON_PRODUCT,
        )

    def _days(self, pair: int) -> Floats:
        of, days = self._answers
        first, last = np.searchsorted(of, [pair, pair + 1])
        return days[first:last]


def _number(value: float | NDArray[np.float64]) -> float | None:
    found = float(value)
    return None if np.isnan(found) else found
