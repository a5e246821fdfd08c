"""One account of a portfolio, with a reason for every figure that it lacks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kamassess.metrics.account_rows import COSTS, PARTS, AccountRows, absent, number
from kamassess.metrics.accounts import account_lines
from kamassess.metrics.values import Ints
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


class _Row(NamedTuple):
    """What the arrays say of one account, in Python's own numbers, which cost a tenth where they are looked at one by one."""

    account: str
    name: str
    group: str
    manager: str
    until: date | None
    wallet: float
    attractiveness: float
    strength: float
    key: bool
    left: bool
    sold_before: float
    sold: float
    share: float
    contribution: float
    has_lines: bool
    given_wallet: bool
    share_of_wallet: float
    tenure: float
    value_index: float
    rank: int
    scores: Sequence[float]
    ranks: Sequence[int]
    contacts: float
    met: Sequence[bool]
    retention: float
    lifetimes: Sequence[float]


@dataclass(frozen=True, eq=False)
class AccountRecords:
    """Accounts by their position."""

    rows: AccountRows

    def of(self, places: Ints) -> Iterator[AccountValue]:
        """The accounts at these positions, each with a reason for every figure that it lacks."""
        found = (values[places] for values in self._arrays)
        return map(self._account, map(_Row, *(values.tolist() for values in found)))

    def _account(self, row: _Row) -> AccountValue:
        attractiveness, strength = number(row.attractiveness), number(row.strength)
        quadrant = None if row.left else self._quadrant(attractiveness, strength)
        selected = None if quadrant is None else quadrant == "strategic"
        sales, sales_before = self._sales(row.sold), self._sales(row.sold_before)
        contribution = self._contribution(row)
        share_of_wallet = self._share_of_wallet(row, sales)
        lifetime, ci = self._lifetime(row, contribution) if row.key else (None, None)
        return AccountValue(
            id=row.account,
            name=row.name,
            key=row.key,
            group=row.group or None,
            manager=row.manager or None,
            left=str(row.until) if row.left else None,
            sales=sales,
            sales_before=sales_before,
            change=_difference(sales, sales_before),
            share=sales if sales.value is None else _or(row.share, Reason.ZERO_TOTAL),
            contribution=contribution,
            margin=self._margin(contribution, sales),
            wallet=number(row.wallet),
            share_of_wallet=share_of_wallet,
            wallet_estimated=not row.given_wallet and not math.isnan(row.share_of_wallet),
            open_wallet=self._open_wallet(row, sales, share_of_wallet),
            years=self._years(row),
            scores=dict(zip(PARTS, map(number, row.scores), strict=True)),
            index=_or(row.value_index, Reason.NO_VALUES),
            rank=row.rank or None,
            ranks={name: place for name, place in zip(self.rows.ranks, row.ranks, strict=True) if place},
            attractiveness=attractiveness,
            strength=strength,
            quadrant=quadrant,
            selected=selected,
            advice=None if selected is None else _ADVICE[row.key, selected],
            contacts=self._contacts(row),
            levels=tuple(compress(_LEVELS, row.met)),
            lifetime=lifetime,
            lifetime_ci=ci,
        )

    @cached_property
    def _arrays(self) -> tuple[NDArray[Any], ...]:
        """The fields of :class:`_Row`, of all accounts."""
        rows, accounts = self.rows, self.rows.data["accounts"]
        count, value = len(rows.unit), rows.value
        told = {name: accounts[name].to_numpy() for name in ("account", "name", "group", "manager", "until")}
        figures = {name: accounts[name].to_numpy() for name in ("wallet", "attractiveness", "strength")}
        contacts, met = rows.met or (np.zeros(count), np.zeros((count, len(_LEVELS)), dtype=bool))
        arrays: dict[str, NDArray[Any]] = {
            **told,
            **figures,
            "until": told["until"].astype("datetime64[D]"),
            "key": rows.key,
            "left": rows.left,
            "sold_before": rows.sold[0],
            "sold": rows.sold[1],
            "share": rows.share,
            "contribution": rows.contribution,
            "has_lines": account_lines(rows.data, rows.window) > 0,
            "given_wallet": rows.given_wallet,
            "share_of_wallet": rows.share_of_wallet,
            "tenure": value["tenure"].to_numpy(),
            "value_index": value["index"].to_numpy(),
            "rank": rows.rank,
            "scores": np.column_stack([value[f"{part}_score"].to_numpy() for part in PARTS]),
            "ranks": np.array([*rows.ranks.values()], dtype=np.int64).reshape(-1, count).T,
            "contacts": contacts,
            "met": met,
            "retention": rows.retention[0][rows.unit],
            "lifetimes": np.column_stack(rows.lifetimes),
        }
        return tuple(arrays[name] for name in _Row._fields)

    @cached_property
    def _absent(self) -> dict[str, tuple[str, ...]]:
        needs = {"sales": ("sales",), "costs": COSTS, "wallet": ("accounts.wallet",), "since": ("accounts.since",)}
        return {name: absent(self.rows.data, need) for name, need in needs.items()}

    @cached_property
    def _nobody_met(self) -> Amount | None:
        """Why it is not known whom of any account we met."""
        return (
            None if self.rows.met else Amount(None, Reason.NO_TABLE, absent(self.rows.data, ("activities", "activities.contact")))
        )

    def _contacts(self, row: _Row) -> Amount:
        return self._nobody_met or Amount(float(row.contacts))

    def _quadrant(self, attractiveness: float | None, strength: float | None) -> Quadrant | None:
        if attractiveness is None or strength is None or self.rows.thresholds is None:
            return None
        return _QUADRANTS[attractiveness >= self.rows.thresholds[0], strength >= self.rows.thresholds[1]]

    def _sales(self, value: float) -> Amount:
        if self._absent["sales"]:
            return Amount(None, Reason.NO_TABLE, self._absent["sales"])
        return _or(value, Reason.EMPTY_WINDOW)

    def _contribution(self, row: _Row) -> Amount:
        if self._absent["costs"]:
            return Amount(None, Reason.NO_TABLE, self._absent["costs"])
        return _or(row.contribution, Reason.NO_VALUES if row.has_lines else Reason.EMPTY_WINDOW)

    @staticmethod
    def _margin(contribution: Amount, sales: Amount) -> Amount:
        if contribution.value is None or sales.value is None:
            return Amount(None, contribution.reason or sales.reason, contribution.missing or sales.missing)
        if sales.value <= 0:
            return Amount(None, Reason.NEGATIVE_SALES if sales.value < 0 else Reason.ZERO_TOTAL)
        return Amount(contribution.value / sales.value)

    def _share_of_wallet(self, row: _Row, sales: Amount) -> Amount:
        if row.given_wallet and (sales.value or 0.0) < 0:
            return Amount(None, Reason.NEGATIVE_SALES)
        if not math.isnan(row.share_of_wallet):
            return Amount(row.share_of_wallet)
        if math.isnan(row.wallet):
            return Amount(None, Reason.NO_TABLE if self._absent["wallet"] else Reason.NO_VALUES, self._absent["wallet"])
        return Amount(None, Reason.ZERO_TOTAL) if row.wallet == 0 else sales

    def _open_wallet(self, row: _Row, sales: Amount, share: Amount) -> Amount:
        """What is bought elsewhere: the wallet less own sales, or by the estimated share."""
        if share.value is None or sales.value is None:
            return share if share.value is None else sales
        bought = sales.value / self.rows.window.years
        if not row.given_wallet:
            if bought < 0:
                return Amount(None, Reason.NEGATIVE_SALES)
            return Amount(bought / share.value - bought)
        left = row.wallet - bought
        return Amount(left) if left >= 0 else Amount(None, Reason.WALLET_TOO_LOW)

    def _years(self, row: _Row) -> Amount:
        if self._absent["since"]:
            return Amount(None, Reason.NO_TABLE, self._absent["since"])
        return _or(row.tenure, Reason.NO_VALUES)

    @staticmethod
    def _lifetime(row: _Row, contribution: Amount) -> tuple[Amount, tuple[float, float] | None]:
        if contribution.value is None:
            return contribution, None
        if math.isnan(row.retention):
            return Amount(None, Reason.EMPTY_WINDOW), None
        value, low, high = row.lifetimes
        return _or(value, Reason.NO_END), None if math.isnan(low) or math.isnan(high) else (low, high)


def _or(value: float, reason: Reason) -> Amount:
    found = number(value)
    return Amount(found, None if found is not None else reason)


def _difference(now: Amount, then: Amount) -> Amount:
    if now.value is None or then.value is None:
        return now if now.value is None else then
    return Amount(now.value - then.value)
