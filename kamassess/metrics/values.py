"""What a metric is: one value for each unit, with what it rests on, over which days, and why there is none."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Concatenate, Literal, ParamSpec, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kamassess.data import Data
from kamassess.measuring import Settings
from kamassess.result import Reason

__all__ = [
    "DAYS_A_YEAR",
    "Floats",
    "Found",
    "Ints",
    "Mask",
    "Measured",
    "Metric",
    "Settings",
    "UnitOfMeasure",
    "Window",
    "declared",
    "has",
    "measures",
    "median_per_unit",
    "of_key_accounts",
    "per_unit",
    "ratio",
    "share_per_unit",
]

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]
UnitOfMeasure: TypeAlias = Literal["share", "ratio", "difference", "days", "years", "money", "count", "index", "points"]
"""``share`` is a part of 1, ``ratio`` may exceed it, ``difference`` lies between two of them (0.08: 8 percentage points);
``points`` are percentage points, or points of a scale."""
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Window:
    """The days that are looked at, from ``start`` to the day before ``end``."""

    start: np.datetime64
    end: np.datetime64

    @classmethod
    def until(cls, end: str, days: int = 365) -> Window:
        """The *days* up to the day *end* (ISO text), that day included.

        >>> window = Window.until("2025-12-31")
        >>> str(window.start), str(window.end)
        ('2025-01-01', '2026-01-01')
        """
        after = np.datetime64(end, "D") + np.timedelta64(1, "D")
        return cls(after - np.timedelta64(days, "D"), after)

    @property
    def before(self) -> Window:
        """The window of the same length that ends where this one begins."""
        return Window(self.start - (self.end - self.start), self.start)

    @property
    def years(self) -> float:
        """How long it is."""
        return float((self.end - self.start) / np.timedelta64(1, "D")) / DAYS_A_YEAR

    def holds(self, dates: NDArray[np.datetime64]) -> Mask:
        """Which dates lie in it; a missing date does not."""
        found: Mask = (dates >= self.start) & (dates < self.end)
        return found


@dataclass(frozen=True)
class Measured:
    """A metric of all units.

    Attributes
    ----------
    id, unit
        Its name, and the unit of measure of its values.
    value : (U,) float
        NaN where there is none.
    n : (U,) int
        Lines or accounts that it rests on.
    reason : (U,) of Reason or None
        Why there is no value.
    window
        The days looked at; None where nothing could be.
    needs
        The tables, and columns as ``table.column``, that it is made of.
    """

    id: str
    unit: UnitOfMeasure
    value: Floats
    n: Ints
    reason: tuple[Reason | None, ...]
    window: Window | None = None
    needs: tuple[str, ...] = ()

    @classmethod
    def missing(cls, name: str, unit: UnitOfMeasure, n_units: int, needs: tuple[str, ...] = ()) -> Measured:
        """No value anywhere, since a table or a column is not there."""
        nothing = np.zeros(n_units, dtype=np.int64)
        return cls(name, unit, np.full(n_units, np.nan), nothing, (Reason.NO_TABLE,) * n_units, None, needs)


Found: TypeAlias = tuple[Floats, Floats | Ints, Reason | tuple[Reason, ...]]
"""What a metric finds: (U,) values, (U,) what each rests on, and why there is none where the value is NaN."""


@dataclass(frozen=True)
class Metric:
    """A metric as it is declared.

    Attributes
    ----------
    id, unit, needs
        As in :class:`Measured`.
    higher_is_better
        None where neither end is.
    key_accounts
        Whether it is told of key accounts, so that there must be some.
    settings
        The fields of :class:`Settings` that ``function`` takes by name.
    function
        Of data and window.
    """

    id: str
    unit: UnitOfMeasure
    needs: tuple[str, ...]
    higher_is_better: bool | None
    key_accounts: bool
    settings: tuple[str, ...]
    function: Callable[..., Measured]

    def measure(self, data: Data, window: Window, settings: Settings) -> Measured:
        """The metric with what the engagement declares; too few key accounts are a reason."""
        found = self.function(data, window, **{name: getattr(settings, name) for name in self.settings})
        if not self.key_accounts or Reason.NO_TABLE in found.reason:
            return found
        key = per_unit(data, np.flatnonzero(data["accounts"]["key_account"].to_numpy() == 1))
        few = key < settings.least_key_accounts
        reason = tuple(
            (Reason.TOO_FEW_ACCOUNTS if count else Reason.NO_KEY_ACCOUNTS) if less else why
            for less, count, why in zip(few.tolist(), key.tolist(), found.reason, strict=True)
        )
        return Measured(found.id, found.unit, np.where(few, np.nan, found.value), found.n, reason, found.window, found.needs)


_P = ParamSpec("_P")
_METRICS: dict[Callable[..., Measured], Metric] = {}


def measures(
    unit: UnitOfMeasure,
    *needs: str,
    better: Literal["higher", "lower", "neither"],
    key_accounts: bool = False,
    settings: tuple[str, ...] = (),
) -> Callable[[Callable[Concatenate[Data, Window, _P], Found]], Callable[Concatenate[Data, Window, _P], Measured]]:
    """Makes a metric of a function that finds values: without one of its *needs* there is none, and that is the reason."""

    def made(function: Callable[Concatenate[Data, Window, _P], Found]) -> Callable[Concatenate[Data, Window, _P], Measured]:
        name = function.__name__

        @functools.wraps(function)
        def measured(data: Data, window: Window, /, *args: _P.args, **more: _P.kwargs) -> Measured:
            if not has(data, needs):
                return Measured.missing(name, unit, data.n_units, needs)
            value, n, why = function(data, window, *args, **more)
            whys = why if isinstance(why, tuple) else (why,) * data.n_units
            reason = tuple(why if missing else None for why, missing in zip(whys, np.isnan(value).tolist(), strict=True))
            return Measured(name, unit, value, n.astype(np.int64), reason, window, needs)

        higher = {"higher": True, "lower": False, "neither": None}[better]
        _METRICS[measured] = Metric(name, unit, needs, higher, key_accounts, settings, measured)
        return measured

    return made


def declared(*functions: Callable[..., Measured]) -> Mapping[str, Metric]:
    """These metrics by their ids, in this order."""
    return MappingProxyType({_METRICS[function].id: _METRICS[function] for function in functions})


def has(data: Data, needs: tuple[str, ...]) -> bool:
    """Whether all tables, and columns as ``table.column``, are there; but for ``people``, also the accounts they name."""
    if "accounts" not in data and any(not need.startswith("people") for need in needs):
        return False
    return all(data.has(table, *([column] if column else [])) for table, _, column in (need.partition(".") for need in needs))


def per_unit(data: Data, account: Ints, weights: Floats | Mask | None = None) -> Floats:
    """(U,) how many lines each unit has by its accounts, or the sum of their *weights*; missing weights count nothing."""
    units = data["accounts"]["unit"].to_numpy()[account]
    known = None if weights is None else np.nan_to_num(weights.astype(float))
    return np.bincount(units, known, minlength=data.n_units).astype(float)


def ratio(top: Floats, bottom: Floats, least: float = 0.0) -> Floats:
    """*top*/*bottom*; NaN where the bottom is not above *least*."""
    found: Floats = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > least)
    return found


def share_per_unit(data: Data, account: Ints, hit: Mask) -> tuple[Floats, Floats]:
    """(U,) the share of each unit's lines that are a *hit*, and how many lines there are."""
    n = per_unit(data, account)
    return ratio(per_unit(data, account, hit), n), n


def of_key_accounts(data: Data, values: Floats | Mask) -> Found:
    """The mean of (accounts,) *values* over each unit's key accounts; those that are NaN are left out."""
    known = ~np.isnan(values.astype(float))
    key = np.flatnonzero((data["accounts"]["key_account"].to_numpy() == 1) & known)
    n = per_unit(data, key)
    return ratio(per_unit(data, key, values[key]), n), n, Reason.NO_KEY_ACCOUNTS if known.all() else Reason.NO_VALUES


def median_per_unit(unit: Ints, values: Floats, n_units: int) -> tuple[Floats, Ints]:
    """(U,) the median of each unit's *values*, none of which is NaN, and how many there are."""
    n = np.bincount(unit, minlength=n_units)
    ordered = values[np.lexsort((values, unit))]
    first = np.cumsum(n) - n
    filled = np.flatnonzero(n)
    low, high = first[filled] + (n[filled] - 1) // 2, first[filled] + n[filled] // 2
    found = np.full(n_units, np.nan)
    found[filled] = (ordered[low] + ordered[high]) / 2
    return found, n.astype(np.int64)
