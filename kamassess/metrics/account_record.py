"""One account of a portfolio, with a reason for every figure that it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kamassess.metrics.account_rows import COSTS, PARTS, AccountRows, absent, number
from kamassess.metrics.values import Floats, Mask
from kamassess.result import Reason
from kamassess.result.options import Amount
from kamassess.result.portfolio import AccountValue, Advice, Quadrant

__all__ = ["AccountRecords"]

_LEVELS = ("front", "middle", "top")
_QUADRANTS: Mapping[tuple[bool, bool], Quadrant] = {
    (True, True): "strategic",
    (True, False): "star",
    (False, True): "status",
    (False, False): "streamline",
}
_ADVICE: Mapping[tuple[bool, bool], Advice] = {
    (True, True): "keep",
    (False, True): "promote",
    (True, False): "review",
    (False, False): "leave",
}
"""By whether it is a key account, and whether the criteria select it."""


@dataclass(frozen=True, eq=False)
class AccountRecords:
    """Accounts by their position."""

    rows: AccountRows

    def of(self, place: int) -> AccountValue:
        """The account at this position, with a reason for every figure that it lacks."""
        row = {name: values[place] for name, values in self._columns.items()}
        key, left = bool(self.rows.key[place]), bool(self.rows.left[place])
        attractiveness, strength = number(row["attractiveness"]), number(row["strength"])
        quadrant = None if left else self._quadrant(attractiveness, strength)
        selected = None if quadrant is None else quadrant == "strategic"
        sales, sales_before = (self._sales(values[place]) for values in self.rows.sold[::-1])
        contribution = self._contribution(place)
        rank = int(self.rows.rank[place])
        lifetime, ci = self._lifetime(place, contribution) if key else (None, None)
        contacts, levels = self._contacts(place)
        return AccountValue(
            id=row["account"],
            name=row["name"],
            key=key,
            group=row["group"] or None,
            manager=row["manager"] or None,
            left=str(np.datetime64(row["until"], "D")) if left else None,
            sales=sales,
            sales_before=sales_before,
            change=_difference(sales, sales_before),
            share=self._share(place, sales),
            contribution=contribution,
            margin=self._margin(contribution, sales),
            wallet=number(row["wallet"]),
            share_of_wallet=self._share_of_wallet(place, sales),
            wallet_estimated=bool(not self.rows.given_wallet[place] and not np.isnan(self.rows.share_of_wallet[place])),
            open_wallet=self._open_wallet(place, sales),
            years=self._years(place),
            scores={part: number(self._scores[part][place]) for part in PARTS},
            index=_or(self._told["index"][place], Reason.NO_VALUES),
            rank=rank or None,
            ranks={name: int(places[place]) for name, places in self.rows.ranks.items() if places[place]},
            attractiveness=attractiveness,
            strength=strength,
            quadrant=quadrant,
            selected=selected,
            advice=None if selected is None else _ADVICE[key, selected],
            contacts=contacts,
            levels=levels,
            lifetime=lifetime,
            lifetime_ci=ci,
        )

    @cached_property
    def _columns(self) -> dict[str, np.ndarray]:
        names = ("account", "name", "group", "manager", "until", "wallet", "attractiveness", "strength")
        return {name: self.rows.data["accounts"][name].to_numpy() for name in names}

    @cached_property
    def _scores(self) -> dict[str, Floats]:
        return {part: self.rows.value[f"{part}_score"].to_numpy() for part in PARTS}

    @cached_property
    def _told(self) -> dict[str, Floats]:
        return {name: self.rows.value[name].to_numpy() for name in ("index", "tenure")}

    @cached_property
    def _absent(self) -> dict[str, tuple[str, ...]]:
        needs = {"sales": ("sales",), "costs": COSTS, "wallet": ("accounts.wallet",), "since": ("accounts.since",)}
        return {name: absent(self.rows.data, need) for name, need in needs.items()}

    @cached_property
    def _has_lines(self) -> Mask:
        """Whether it has a line of sales in the window."""
        sales = self.rows.data["sales"]
        inside = self.rows.window.holds(sales["date"].to_numpy())
        found: Mask = np.bincount(sales["account"].to_numpy()[inside], minlength=len(self.rows.unit)) > 0
        return found

    def _contacts(self, place: int) -> tuple[Amount, tuple[str, ...]]:
        if self.rows.met is None:
            return Amount(None, Reason.NO_TABLE, absent(self.rows.data, ("activities", "activities.contact"))), ()
        count, met = self.rows.met
        return Amount(float(count[place])), tuple(name for name, there in zip(_LEVELS, met[place], strict=True) if there)

    def _quadrant(self, attractiveness: float | None, strength: float | None) -> Quadrant | None:
        if attractiveness is None or strength is None or self.rows.thresholds is None:
            return None
        return _QUADRANTS[attractiveness >= self.rows.thresholds[0], strength >= self.rows.thresholds[1]]

    def _sales(self, value: float) -> Amount:
        if self._absent["sales"]:
            return Amount(None, Reason.NO_TABLE, self._absent["sales"])
        return _or(value, Reason.EMPTY_WINDOW)

    def _share(self, place: int, sales: Amount) -> Amount:
        return sales if sales.value is None else _or(self.rows.share[place], Reason.ZERO_TOTAL)

    def _contribution(self, place: int) -> Amount:
        if self._absent["costs"]:
            return Amount(None, Reason.NO_TABLE, self._absent["costs"])
        return _or(self.rows.contribution[place], Reason.NO_VALUES if self._has_lines[place] else Reason.EMPTY_WINDOW)

    @staticmethod
    def _margin(contribution: Amount, sales: Amount) -> Amount:
        if contribution.value is None or sales.value is None:
            return Amount(None, contribution.reason or sales.reason, contribution.missing or sales.missing)
        if sales.value <= 0:
            return Amount(None, Reason.NEGATIVE_SALES if sales.value < 0 else Reason.ZERO_TOTAL)
        return Amount(contribution.value / sales.value)

    def _share_of_wallet(self, place: int, sales: Amount) -> Amount:
        share = float(self.rows.share_of_wallet[place])
        if self.rows.given_wallet[place] and (sales.value or 0.0) < 0:
            return Amount(None, Reason.NEGATIVE_SALES)
        if not np.isnan(share):
            return Amount(share)
        wallet = number(self._columns["wallet"][place])
        if wallet is None:
            return Amount(None, Reason.NO_TABLE if self._absent["wallet"] else Reason.NO_VALUES, self._absent["wallet"])
        return Amount(None, Reason.ZERO_TOTAL) if wallet == 0 else sales

    def _open_wallet(self, place: int, sales: Amount) -> Amount:
        """What is bought elsewhere: the wallet less own sales, or by the estimated share."""
        share = self._share_of_wallet(place, sales)
        if share.value is None or sales.value is None:
            return share if share.value is None else sales
        bought = sales.value / self.rows.window.years
        if not self.rows.given_wallet[place]:
            if bought < 0:
                return Amount(None, Reason.NEGATIVE_SALES)
            return Amount(bought / share.value - bought)
        left = float(self._columns["wallet"][place]) - bought
        return Amount(left) if left >= 0 else Amount(None, Reason.WALLET_TOO_LOW)

    def _years(self, place: int) -> Amount:
        if self._absent["since"]:
            return Amount(None, Reason.NO_TABLE, self._absent["since"])
        return _or(self._told["tenure"][place], Reason.NO_VALUES)

    def _lifetime(self, place: int, contribution: Amount) -> tuple[Amount, tuple[float, float] | None]:
        if contribution.value is None:
            return contribution, None
        if np.isnan(self.rows.retention[0][self.rows.unit[place]]):
            return Amount(None, Reason.EMPTY_WINDOW), None
        value, low, high = (float(values[place]) for values in self.rows.lifetimes)
        return _or(value, Reason.NO_END), None if np.isnan(low) or np.isnan(high) else (low, high)


def _or(value: float, reason: Reason) -> Amount:
    found = number(value)
    return Amount(found, None if found is not None else reason)


def _difference(now: Amount, then: Amount) -> Amount:
    if now.value is None or then.value is None:
        return now if now.value is None else then
    return Amount(now.value - then.value)
