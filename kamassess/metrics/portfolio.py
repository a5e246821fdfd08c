"""The portfolio of every unit: figures of all accounts at once when the first is asked for, then one unit at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from kamassess.data import Data
from kamassess.measuring import Settings
from kamassess.metrics.account_record import AccountRecords
from kamassess.metrics.account_rows import COSTS, PARTS, AccountRows, absent, number
from kamassess.metrics.profit import WhaleCurve, whale_curve
from kamassess.metrics.season import UnitSeasons
from kamassess.metrics.survival import UnitSurvival
from kamassess.metrics.values import Ints, Window, has
from kamassess.result import Reason
from kamassess.result.options import Amount
from kamassess.result.portfolio import (
    QUADRANTS,
    AccountValue,
    LifetimeBasis,
    Portfolio,
    Quadrant,
    QuadrantCell,
    RevenueChange,
    Sensitivity,
    Thresholds,
    Whale,
    WhalePoint,
)

__all__ = ["UnitPortfolios"]

_SEASON = ("deliveries.ordered", "deliveries.product")
_USES = (
    *("sales", *COSTS, "accounts.wallet", "accounts.attractiveness", "accounts.strength", "accounts.since", "accounts.until"),
    *("activities.contact", "activities.their_level", *_SEASON),
)
_TOP = 10
_A_MONTH = np.timedelta64(31, "D")


@dataclass(frozen=True, eq=False)
class UnitPortfolios:
    """The accounts of every unit."""

    data: Data
    settings: Settings
    window: Window

    @cached_property
    def rows(self) -> AccountRows:
        """All accounts."""
        return AccountRows(self.data, self.window, self.settings)

    @cached_property
    def _of_unit(self) -> tuple[Ints, Ints]:
        """Positions of accounts, unit after unit, and where each unit begins; one more than there are units."""
        unit = self.rows.unit
        starts = np.concatenate([[0], np.cumsum(np.bincount(unit, minlength=self.data.n_units))])
        return np.argsort(unit, kind="stable"), starts

    @cached_property
    def _records(self) -> AccountRecords:
        return AccountRecords(self.rows)

    @cached_property
    def _survival(self) -> UnitSurvival:
        return UnitSurvival(self.data, self.window)

    @cached_property
    def _season(self) -> UnitSeasons:
        return UnitSeasons(self.data, self.settings, self.window)

    def of(self, index: int) -> Portfolio | None:
        """The portfolio of the unit at this position; None where it has no account."""
        if "accounts" not in self.data:
            return None
        order, starts = self._of_unit
        places = order[starts[index] : starts[index + 1]]
        if not len(places):
            return None
        accounts = tuple(sorted(self._records.of(places), key=_in_order))
        current = [account for account in accounts if account.left is None]
        keys = [account for account in current if account.key]
        whale, elsewhere = self._whale(index, accounts), [account.open_wallet for account in current]
        kept = _total([account.contribution for account in keys], Reason.NO_KEY_ACCOUNTS)
        least = self.rows.thresholds
        placed = [account for account in current if account.quadrant]
        thresholds = None
        if least is not None and placed:
            declared = tuple(name for name in ("attractiveness", "strength") if name in self.settings.criteria)
            thresholds = Thresholds(*least, declared)
        lacks = absent(self.data, ("accounts.attractiveness", "accounts.strength"))
        return Portfolio(
            window=_days(self.window),
            before=_days(self.window.before),
            accounts=accounts,
            current=len(current),
            key_accounts=len(keys),
            key_share=_total([account.share for account in keys], Reason.NO_KEY_ACCOUNTS),
            key_contribution=kept,
            key_contribution_share=_part(kept, whale),
            open_wallet=_total(elsewhere, Reason.NO_VALUES),
            open_accounts=sum(found.value is not None for found in elsewhere),
            thresholds=thresholds,
            quadrants=_cells(placed) if thresholds else {},
            quadrant_reason=None if thresholds else Reason.NO_TABLE if lacks else Reason.NO_VALUES,
            whale=whale,
            survival=self._survival.of(index),
            revenue=self._revenue(places),
            lifetime=self._lifetime(index),
            sensitivity=_sensitivity(current, tuple(self.rows.variants)),
            season=self._season.of(index),
            weights=_shares(self.settings.value_weights),
            missing=absent(self.data, _USES),
        )

    # -- contribution ------------------------------------------------------------------------------------------------------

    @cached_property
    def _curve(self) -> WhaleCurve | None:
        return whale_curve(self.data, self.window) if has(self.data, COSTS) else None

    def _whale(self, index: int, accounts: Sequence[AccountValue]) -> Whale:
        lacks = absent(self.data, COSTS)
        bought = sum(1 for account in accounts if account.sales.value and account.contribution.value is None)
        curve = self._curve
        first, last = (0, 0) if curve is None else np.searchsorted(curve.unit, [index, index + 1])
        if curve is None or first == last:
            why = Reason.NO_TABLE if lacks else Reason.NO_VALUES if bought else Reason.EMPTY_WINDOW
            return Whale((), bought, 0.0, 0.0, None, 0, None, 0, 0, 0.0, why, lacks)
        places = curve.account[first:last]
        left = self.rows.contribution[places]
        cumulated = np.cumsum(left)
        total, peak = float(cumulated[-1]), int(np.argmax(cumulated))
        half = int(np.argmax(cumulated >= total / 2 - 1e-9 * abs(total))) + 1 if total > 0 else None
        names = self.data["accounts"]["account"].to_numpy()[places].tolist()
        shares = [number(value) for value in curve.share[first:last]]
        points = zip(names, left.tolist(), cumulated.tolist(), shares, strict=True)
        return Whale(
            points=tuple(WhalePoint(*point) for point in points),
            unknown=bought,
            total=total,
            peak=float(cumulated[peak]),
            peak_share=shares[peak],
            peak_accounts=peak + 1,
            half=half,
            losing=int((left < 0).sum()),
            losing_keys=int((self.rows.key[places] & (left < 0)).sum()),
            loss=float(left[left < 0].sum()),
        )

    # -- sales -------------------------------------------------------------------------------------------------------------

    @cached_property
    def _first_days(self) -> np.ndarray:
        """(U,) the first day with a sale."""
        sales = self.data["sales"]
        found = np.full(self.data.n_units, np.datetime64("NaT", "D"), dtype="datetime64[D]")
        unit = self.rows.unit[sales["account"].to_numpy()]
        first = pd.Series(sales["date"].to_numpy()).groupby(unit).min()
        found[first.index.to_numpy()] = first.to_numpy().astype("datetime64[D]")
        return found

    def _revenue(self, places: Ints) -> RevenueChange:
        if "sales" not in self.data:
            return _no_change(Reason.NO_TABLE, "sales")
        sold = [values[places] for values in self.rows.sold]
        then, now = (np.maximum(np.nan_to_num(values), 0.0) for values in sold)
        if not then.sum() > 0 or np.isnan(sold[1]).all():
            return _no_change(Reason.EMPTY_WINDOW)
        change = now - then
        stays = (then > 0) & (now > 0)
        masks = {
            "lost": (then > 0) & (now == 0),
            "shrunk": stays & (change < 0),
            "grown": stays & (change > 0),
            "won": (then == 0) & (now > 0),
        }
        sums = {name: float(change[mask].sum()) for name, mask in masks.items()}
        first = self._first_days[self.rows.unit[places[0]]]
        return RevenueChange(
            before=float(then.sum()),
            lost=sums["lost"],
            shrunk=sums["shrunk"],
            grown=sums["grown"],
            won=sums["won"],
            now=float(now.sum()),
            accounts={name: int(mask.sum()) for name, mask in masks.items()},
            first_day=str(first),
            partial=bool(first - self.window.before.start > _A_MONTH),
        )

    def _lifetime(self, index: int) -> LifetimeBasis:
        kept, of, *_ = (values[index] for values in self.rows.kept)
        retention, low, high = (number(values[index]) for values in self.rows.retention)
        lacks = absent(self.data, COSTS)
        ends = (low, high) if low is not None and high is not None else None
        why = Reason.NO_TABLE if lacks else Reason.EMPTY_WINDOW if retention is None else None
        return LifetimeBasis(retention, ends, int(kept), int(of), self.settings.discount_rate, why, lacks)


def _in_order(account: AccountValue) -> tuple[bool, int, bool, float, str]:
    """By rank, then those without; last those that left, the latest first."""
    day = -float(np.datetime64(account.left, "D").astype(int)) if account.left else 0.0
    return account.left is not None, account.rank or 10**9, False, day, account.id


def _days(window: Window) -> tuple[str, str]:
    return str(window.start), str(window.end - np.timedelta64(1, "D"))


def _no_change(reason: Reason, *missing: str) -> RevenueChange:
    none = dict.fromkeys(("lost", "shrunk", "grown", "won"), 0)
    return RevenueChange(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, none, reason=reason, missing=missing)


def _total(amounts: Sequence[Amount], nobody: Reason) -> Amount:
    """The sum of those that are known; without one why there is none."""
    known = [amount.value for amount in amounts if amount.value is not None]
    if known:
        return Amount(float(sum(known)))
    return Amount(None, amounts[0].reason, amounts[0].missing) if amounts else Amount(None, nobody)


def _part(of: Amount, whale: Whale) -> Amount:
    if of.value is None:
        return of
    return Amount(of.value / whale.total) if whale.total > 0 else Amount(None, Reason.ZERO_TOTAL)


def _cells(placed: Sequence[AccountValue]) -> dict[Quadrant, QuadrantCell]:
    """The four cells; shares are of the whole unit's sales."""
    found: dict[Quadrant, QuadrantCell] = {}
    for name in QUADRANTS:
        inside = [account for account in placed if account.quadrant == name]
        shares = [account.share for account in inside]
        lacking = next((share for share in (account.share for account in placed) if share.value is None), None)
        share = lacking or Amount(float(sum(share.value or 0.0 for share in shares)))
        found[name] = QuadrantCell(len(inside), sum(account.key for account in inside), share)
    return found


def _sensitivity(current: Sequence[AccountValue], variants: tuple[str, ...]) -> Sensitivity:
    ranked = [account for account in current if account.rank]
    top = min(_TOP, -(-len(ranked) // 3))
    first = [account for account in ranked if (account.rank or 0) <= top]
    steady = [account for account in first if all(account.ranks.get(name, top + 1) <= top for name in variants)]
    return Sensitivity(variants, top, tuple(account.id for account in first), tuple(account.id for account in steady))


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    """The weights of the four parts, as shares of their sum."""
    total = sum(weights.get(part, 0.0) for part in PARTS)
    return {part: weights.get(part, 0.0) / total for part in PARTS}
