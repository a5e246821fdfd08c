"""Which accounts a key account programme would cover in each unit, what they bring, and what the programme costs now."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kamassess.data import Data
from kamassess.measuring import Settings
from kamassess.metrics.accounts import account_lines, known_sales, selected_accounts
from kamassess.metrics.profit import account_contribution
from kamassess.metrics.values import Floats, Ints, Mask, Window, has
from kamassess.result import Covered, CoveredAccount, Programme, Reason

__all__ = ["ProgrammeAccounts"]

_COSTS = ("sales.cost_of_goods", "sales.cost_to_serve")
_CRITERIA = ("accounts.attractiveness", "accounts.strength")


@dataclass(frozen=True, eq=False)
class ProgrammeAccounts:
    """The accounts of all units, looked at when the first unit is asked for.

    A full programme covers the key accounts and, where ``key_account_criteria`` are declared, every other account that they
    select; accounts that are lost by the end of the window are left out.
    """

    data: Data
    window: Window
    settings: Settings

    def of(self, index: int) -> Programme:
        """What is known of the unit at this position."""
        costs = self.settings.programme_cost
        cost = None if costs is None else _number(costs[index])
        if "accounts" not in self.data:
            return Programme(_nothing(Reason.NO_TABLE), cost, 0, self.window.years)
        own = self._rows[self._start[index] : self._start[index + 1]]
        return Programme(self._covered(index, own), cost, int(self._key_accounts[index]), self.window.years)

    def _covered(self, index: int, own: Ints) -> Covered:
        if not len(own):
            return _nothing(Reason.NO_KEY_ACCOUNTS)
        found = [self._account(index, row) for row in own.tolist()]
        known = [account.contribution for account in found if account.contribution is not None]
        sold = [account.sales for account in found if account.sales is not None]  # of all or of none
        basis = "contribution" if len(known) == len(found) else "sales" if sold else None
        found.sort(key=lambda account: (-(getattr(account, basis) if basis else 0.0), account.id))
        shares = [account.share for account in found if account.share is not None]
        return Covered(
            programme="full",
            accounts=tuple(found),
            basis=basis,  # type: ignore[arg-type]
            candidates=len(found),
            sales=sum(sold) if sold else None,
            share=sum(shares) if shares else None,
            contribution=sum(known) if known else None,
            n_contribution=len(known),
            contribution_reason=None if known else self._why_unknown(bool(sold)),
        )

    def _why_unknown(self, sold: bool) -> Reason:
        """Why it is not known what any of the unit's accounts leaves."""
        if self._left is None:
            return Reason.NO_TABLE
        return Reason.NO_VALUES if sold else Reason.EMPTY_WINDOW

    def _account(self, index: int, row: int) -> CoveredAccount:
        selected, known = self._selected
        sales = _number(self._sold[row])
        total = float(self._total[index])
        return CoveredAccount(
            id=self._ids[row],
            name=self._names[row],
            sales=sales,
            share=sales / total if sales is not None and total > 0 else None,
            contribution=None if self._left is None else _number(self._left[row]),
            key_account=bool(self._key[row]),
            selected=bool(selected[row]) if known[row] else None,
        )

    # -- all accounts ----------------------------------------------------------------------------------------------------

    @cached_property
    def _ids(self) -> list[str]:
        return [str(found) for found in self.data["accounts"]["account"]]

    @cached_property
    def _names(self) -> list[str]:
        return [str(found) for found in self.data["accounts"]["name"]]

    @cached_property
    def _key(self) -> Mask:
        found: Mask = (self.data["accounts"]["key_account"].to_numpy() == 1) & self._there
        return found

    @cached_property
    def _there(self) -> Mask:
        """(accounts,) still a customer at the end of the window."""
        found: Mask = ~(self.data["accounts"]["until"].to_numpy() < self.window.end)
        return found

    @cached_property
    def _key_accounts(self) -> Ints:
        return np.bincount(self.data["accounts"]["unit"].to_numpy()[self._key], minlength=self.data.n_units)

    @cached_property
    def _selected(self) -> tuple[Mask, Mask]:
        """(accounts,) which the declared criteria select, and of which it is known."""
        if not self.settings.criteria or not has(self.data, _CRITERIA):
            nothing = np.zeros(len(self.data["accounts"]), dtype=bool)
            return nothing, nothing
        return selected_accounts(self.data, self.settings.criteria)

    @cached_property
    def _sold(self) -> Floats:
        return known_sales(self.data, self.window)

    @cached_property
    def _left(self) -> Floats | None:
        """(accounts,) contribution; 0 of an account that bought nothing where others of its unit did."""
        if not has(self.data, _COSTS):
            return None
        left = account_contribution(self.data, self.window)
        return np.where(account_lines(self.data, self.window) > 0, left, np.where(np.isnan(self._sold), np.nan, 0.0))

    @cached_property
    def _total(self) -> Floats:
        """(U,) net sales of all accounts."""
        unit = self.data["accounts"]["unit"].to_numpy()
        return np.bincount(unit, np.maximum(np.nan_to_num(self._sold), 0.0), minlength=self.data.n_units).astype(float)

    @cached_property
    def _rows(self) -> Ints:
        """Positions of the accounts that a programme would cover, in order of unit."""
        chosen = np.flatnonzero((self._key | self._selected[0]) & self._there)
        return chosen[np.argsort(self.data["accounts"]["unit"].to_numpy()[chosen], kind="stable")]

    @cached_property
    def _start(self) -> Ints:
        """(U + 1,) where the rows of each unit begin."""
        count = np.bincount(self.data["accounts"]["unit"].to_numpy()[self._rows], minlength=self.data.n_units)
        return np.concatenate([[0], np.cumsum(count)]).astype(np.int64)


def _nothing(reason: Reason) -> Covered:
    return Covered("full", (), None, 0, None, None, None, 0, reason)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
