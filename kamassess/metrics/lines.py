"""How many lines each table has of each unit, and from which days: what a report on data alone rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kamassess.data import DAYS, TABLES, Data
from kamassess.metrics.values import Ints, Window
from kamassess.result import TableLines

__all__ = ["UnitLines"]


@dataclass(frozen=True, eq=False)
class _Counts:
    """(U,) lines of one table; lines in the window, first and last day, or None for a table without days."""

    n: Ints
    in_window: Ints | None = None
    first: Ints | None = None
    last: Ints | None = None


@dataclass(frozen=True, eq=False)
class UnitLines:
    """The lines of all units, counted when the first is asked for."""

    data: Data
    window: Window

    @cached_property
    def counted(self) -> Mapping[str, _Counts]:
        """By table, of all units; tables that name neither accounts nor units say nothing of one."""
        units = {name: self._units(name) for name in TABLES if name in self.data}
        return {name: self._counts(name, found) for name, found in units.items() if found is not None}

    def of(self, index: int) -> dict[str, TableLines]:
        """Of the unit at this position."""
        return {name: _of(counts, index) for name, counts in self.counted.items()}

    def _units(self, name: str) -> Ints | None:
        """(lines,) the unit of each line."""
        kinds = {column.kind: column.name for column in TABLES[name].columns}
        if "unit" in kinds:
            found: Ints = self.data[name][kinds["unit"]].to_numpy()
            return found
        if "account" not in kinds or "accounts" not in self.data:
            return None
        units: Ints = self.data["accounts"]["unit"].to_numpy()[self.data[name][kinds["account"]].to_numpy()]
        return units

    def _counts(self, name: str, units: Ints) -> _Counts:
        size = self.data.n_units
        n = np.bincount(units, minlength=size).astype(np.int64)
        if name not in DAYS:
            return _Counts(n)
        days = self.data[name][DAYS[name]].to_numpy().astype("datetime64[D]")
        inside = np.bincount(units, self.window.holds(days), minlength=size).astype(np.int64)
        known = ~np.isnat(days)
        first, last = np.full(size, np.iinfo(np.int64).max), np.full(size, np.iinfo(np.int64).min)
        np.minimum.at(first, units[known], days[known].astype(np.int64))
        np.maximum.at(last, units[known], days[known].astype(np.int64))
        return _Counts(n, inside, first, last)


def _of(counts: _Counts, index: int) -> TableLines:
    if counts.in_window is None or counts.first is None or counts.last is None:
        return TableLines(int(counts.n[index]))
    dated = counts.first[index] <= counts.last[index]
    first, last = (str(np.datetime64(int(day[index]), "D")) if dated else None for day in (counts.first, counts.last))
    return TableLines(int(counts.n[index]), int(counts.in_window[index]), first, last)
