"""What a metric is: one value for each unit, with what it rests on, over which days, and why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kamassess.data import Data
from kamassess.result import Reason

__all__ = ["Floats", "Ints", "Mask", "Measured", "UnitOfMeasure", "Window", "per_unit", "ratio"]

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]
UnitOfMeasure: TypeAlias = Literal["share", "index", "count", "days", "years", "ratio"]


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
        after = np.datetime64(end, "D") + 1
        return cls(after - days, after)

    @property
    def before(self) -> Window:
        """The window of the same length that ends where this one begins."""
        return Window(self.start - (self.end - self.start), self.start)

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
        The days looked at; None where time plays no part.
    """

    id: str
    unit: UnitOfMeasure
    value: Floats
    n: Ints
    reason: tuple[Reason | None, ...]
    window: Window | None = None

    @classmethod
    def of(cls, name: str, unit: UnitOfMeasure, value: Floats, n: Ints, why: Reason, window: Window | None = None) -> Measured:
        """With *why* as the reason where the value is NaN."""
        return cls(name, unit, value, n, tuple(why if np.isnan(one) else None for one in value.tolist()), window)

    @classmethod
    def missing(cls, name: str, unit: UnitOfMeasure, data: Data) -> Measured:
        """No value anywhere, since a table or a column is not there."""
        return cls(
            name, unit, np.full(data.n_units, np.nan), np.zeros(data.n_units, dtype=np.int64), (Reason.NO_TABLE,) * data.n_units
        )


def per_unit(data: Data, account: Ints, weights: Floats | None = None) -> Floats:
    """(U,) how many lines each unit has by its accounts, or the sum of their *weights*; missing weights count nothing."""
    units = data["accounts"]["unit"].to_numpy()[account]
    known = None if weights is None else np.nan_to_num(weights)
    return np.bincount(units, known, minlength=data.n_units).astype(float)


def ratio(top: Floats, bottom: Floats, least: float = 0.0) -> Floats:
    """*top*/*bottom*; NaN where the bottom is not above *least*."""
    found: Floats = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > least)
    return found
