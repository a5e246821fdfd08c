"""Faults that know where they are in a table, gathered so that a repeated one is said once, with all its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from kamassess.errors import Fault

__all__ = ["FAULTS_SHOWN", "Gathered"]

FAULTS_SHOWN = 100
"""Different faults said one by one in one column of a table; a column filled with the wrong thing has as many as values."""


class _Key(NamedTuple):
    file: str
    sheet: str
    column: str
    message: str
    remedy: str
    line: int | None


@dataclass
class Gathered:
    """The faults of tables; the same fault in further rows only adds the rows."""

    _found: dict[_Key, set[int]] = field(default_factory=dict)
    _absent: set[_Key] = field(default_factory=set)

    def add(
        self,
        message: str,
        remedy: str = "",
        *,
        file: str,
        sheet: str = "",
        row: int | None = None,
        rows: Iterable[int] = (),
        column: str = "",
        line: int | None = None,
        absent: bool = False,
    ) -> None:
        """Note one fault at one place, or in many rows; *absent* where nothing is wrong but that nothing is there."""
        key = _Key(file, sheet, column, message, remedy, line)
        known = self._found.setdefault(key, set())
        if absent:
            self._absent.add(key)
        known.update(rows)
        if row is not None:
            known.add(row)

    def faults(self) -> list[Fault]:
        """All faults, one for each message and place: files by name, each from top to bottom."""
        sheets = {sheet: number for number, sheet in enumerate(dict.fromkeys(key[:2] for key in self._found))}
        made: list[Fault] = []
        said: dict[tuple[str, str, str], int] = {}
        rest: dict[tuple[str, str, str], set[int]] = {}
        for key, rows in sorted(
            self._found.items(), key=lambda item: (item[0].file, sheets[item[0][:2]], min(item[1], default=0))
        ):
            place = key[:3]
            said[place] = said.get(place, 0) + 1
            if said[place] > FAULTS_SHOWN:
                rest.setdefault(place, set()).update(rows)
            else:
                made.append(_fault(key.message, key.remedy, place, rows, key.line))
        for place, rows in rest.items():
            message = f"has {said[place] - FAULTS_SHOWN:,} further faults"
            made.append(_fault(message, "Mend those listed first, then check again.", place, rows, None))
        return made

    def blames(self, file: str) -> bool:
        """Whether anything is wrong with *file* so far."""
        return any(key.file == file for key in self._found)

    @property
    def only_absent(self) -> bool:
        """Whether nothing is wrong but that something is not there."""
        return self._found.keys() <= self._absent

    def __bool__(self) -> bool:
        return bool(self._found)


def _fault(message: str, remedy: str, place: tuple[str, str, str], rows: set[int], line: int | None) -> Fault:
    file, sheet, column = place
    first = min(rows, default=None)
    others = tuple(sorted(row for row in rows if row != first))
    return Fault(message, remedy, file=file, sheet=sheet, column=column, line=line, row=first, rows=others)
