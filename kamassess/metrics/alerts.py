"""Single accounts that somebody should hear of: what rests on one contact, is let down in the season, leaves, or costs money.

All accounts at once, handed out unit by unit; a table that is missing takes its alerts with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kamassess.data import Data
from kamassess.measuring import Settings
from kamassess.metrics.accounts import account_lines, account_sales, known_sales, misfits
from kamassess.metrics.activities import contacts
from kamassess.metrics.deliveries import supply_in_season
from kamassess.metrics.profit import account_contribution
from kamassess.metrics.values import Floats, Ints, Mask, Window, has, per_unit, ratio
from kamassess.result import SIGNIFICANCE
from kamassess.result.alerts import AccountAlert, AlertKind

__all__ = ["AccountAlerts"]

_ACTIVITIES = 3
"""Below as many activities, nothing is said of how many contacts an account rests on."""
_LINES = 8
"""Below as many lines in the season, of an account or of the others, nothing is said of its supply."""
_WORSE = 0.15
"""How much lower OTIF in the season must be than that of the others."""
_FALL, _WEIGHTY = 0.3, 0.03
"""How much less must be bought than before, by an account that made at least this share of the unit's sales."""


@dataclass(frozen=True, eq=False)
class AccountAlerts:
    """The alerts of all units, found when the first is asked for."""

    data: Data
    window: Window
    settings: Settings

    def of(self, index: int) -> tuple[AccountAlert, ...]:
        """The alerts of the unit at this position: by kind, of each the account with the largest sales first."""
        return tuple(self._by_unit.get(index, ()))

    @cached_property
    def _by_unit(self) -> dict[int, list[AccountAlert]]:
        if "accounts" not in self.data:
            return {}
        found: dict[int, list[AccountAlert]] = {}
        for kind, find in _FINDERS.items():
            rows, n, values = find(self)
            for row, alert in self._made(kind, rows, n, values):
                found.setdefault(int(self._unit[row]), []).append(alert)
        return found

    def _made(self, kind: AlertKind, rows: Ints, n: Ints, values: dict[str, Floats]) -> Iterator[tuple[int, AccountAlert]]:
        """Alerts of these accounts, the largest first."""
        ids, names = (self.data["accounts"][column].to_numpy() for column in ("account", "name"))
        for place in np.lexsort((ids[rows], -np.nan_to_num(self._sold[rows]))):
            row = int(rows[place])
            share = None if np.isnan(self._share[row]) else float(self._share[row])
            told = {name: float(column[place]) for name, column in values.items()}
            yield row, AccountAlert(kind, str(ids[row]), str(names[row]), share, int(n[place]), told)

    # -- what is known of every account ----------------------------------------------------------------------------------

    @cached_property
    def _unit(self) -> Ints:
        found: Ints = self.data["accounts"]["unit"].to_numpy()
        return found

    @cached_property
    def _key(self) -> Mask:
        found: Mask = self.data["accounts"]["key_account"].to_numpy() == 1
        return found

    @cached_property
    def _sold(self) -> Floats:
        """(accounts,) net sales of the window, where its unit has any."""
        return known_sales(self.data, self.window)

    @cached_property
    def _share(self) -> Floats:
        return self._of_unit(self._sold)

    def _of_unit(self, values: Floats) -> Floats:
        """(accounts,) the share of each in what its unit has; NaN where the unit has nothing."""
        every = np.arange(len(values))
        return ratio(values, per_unit(self.data, every, np.maximum(values, 0.0))[self._unit])

    # -- the kinds -------------------------------------------------------------------------------------------------------

    def _single_contact(self) -> _Told:
        if not self.data.has("activities"):
            return _NOTHING
        lines = self.data["activities"]
        inside = self.window.holds(lines["date"].to_numpy())
        count = np.bincount(lines["account"].to_numpy()[inside], minlength=len(self._unit))
        rows = np.flatnonzero(self._key & (contacts(self.data, self.window) == 1) & (count >= _ACTIVITIES))
        return rows, count[rows], {"activities": count[rows].astype(float)}

    def _peak_supply(self) -> _Told:
        if not self.data.has("deliveries"):
            return _NOTHING
        from scipy import stats  # see survival

        supply = supply_in_season(self.data, self.window, self.settings.peak_months)
        every = np.arange(len(self._unit))
        n, good = supply.n_peak, supply.good_peak
        others, others_good = (per_unit(self.data, every, part)[self._unit] - part for part in (n, good))
        told = (n >= _LINES) & (others >= _LINES)
        tested = per_unit(self.data, np.flatnonzero(told))[self._unit]
        chance = np.minimum(stats.hypergeom.cdf(good, n + others, good + others_good, n) * tested, 1.0)
        own, rest = ratio(good, n), ratio(others_good, others)
        rows = np.flatnonzero(told & (own <= rest - _WORSE) & (chance < SIGNIFICANCE))
        columns = {
            "peak": own,
            "off_peak": ratio(supply.good_off, supply.n_off),
            "others": rest,
            "n_peak": n,
            "n_others": others,
            "p": chance,
        }
        return rows, n[rows].astype(np.int64), {name: column[rows] for name, column in columns.items()}

    def _lost(self) -> _Told:
        left = self.window.holds(self.data["accounts"]["until"].to_numpy())
        return self._before_and_now(np.flatnonzero(self._key & left))

    def _shrinking(self) -> _Told:
        if not self.data.has("sales"):
            return _NOTHING
        before = account_sales(self.data, self.window.before)
        here = np.isnat(self.data["accounts"]["until"].to_numpy())
        fell = self._sold <= (1 - _FALL) * before
        return self._before_and_now(np.flatnonzero(self._key & here & (self._of_unit(before) >= _WEIGHTY) & fell))

    def _before_and_now(self, rows: Ints) -> _Told:
        if not self.data.has("sales"):
            return rows, np.zeros(len(rows), dtype=np.int64), {}
        n = account_lines(self.data, self.window.before) + account_lines(self.data, self.window)
        before, now = (account_sales(self.data, part) for part in (self.window.before, self.window))
        return rows, n[rows], {"before": before[rows], "now": now[rows]}

    def _loss(self) -> _Told:
        if not has(self.data, ("sales.cost_of_goods", "sales.cost_to_serve")):
            return _NOTHING
        left = account_contribution(self.data, self.window)
        rows = np.flatnonzero(self._key & (left < 0))
        return rows, account_lines(self.data, self.window)[rows], {"contribution": left[rows], "sales": self._sold[rows]}

    def _not_selected(self) -> _Told:
        return self._misfits(0)

    def _not_listed(self) -> _Told:
        return self._misfits(1)

    def _misfits(self, side: int) -> _Told:
        if not self.settings.criteria or not has(self.data, ("accounts.attractiveness", "accounts.strength")):
            return _NOTHING
        until = self.data["accounts"]["until"].to_numpy()
        rows = misfits(self.data, self.settings.criteria)[side]
        rows = rows[~(until[rows] < self.window.end)]  # an account that left is on neither list
        values = {name: self.data["accounts"][name].to_numpy()[rows] for name in ("attractiveness", "strength")}
        return rows, np.ones(len(rows), dtype=np.int64), values


_Told = tuple[Ints, Ints, dict[str, Floats]]
"""Positions of accounts, how many lines each rests on, and what is told of each."""
_NOTHING: _Told = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), {})
_FINDERS: dict[AlertKind, Callable[[AccountAlerts], _Told]] = {
    "single_contact": AccountAlerts._single_contact,
    "peak_supply": AccountAlerts._peak_supply,
    "lost": AccountAlerts._lost,
    "shrinking": AccountAlerts._shrinking,
    "loss": AccountAlerts._loss,
    "not_selected": AccountAlerts._not_selected,
    "not_listed": AccountAlerts._not_listed,
}
