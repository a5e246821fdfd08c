"""Faults that know where they are in a table, gathered so that a repeated one is said once, with all its rows."""

from __future__ import annotations

from dataclasses import dataclass, field

from kamassess.errors import Fault

__all__ = ["Gathered"]


@dataclass
class Gathered:
    """The faults of tables, in order of first occurrence; the same fault in further rows only adds the rows."""

    _found: dict[tuple[str, str, str, str, str], list[int | None]] = field(default_factory=dict)

    def add(
        self, message: str, remedy: str = "", *, file: str, sheet: str = "", row: int | None = None, column: str = ""
    ) -> None:
        """Note one fault at one place."""
        self._found.setdefault((file, sheet, column, message, remedy), []).append(row)

    def extend(self, faults: Gathered) -> None:
        """Take over all faults of another collection."""
        for key, rows in faults._found.items():
            self._found.setdefault(key, []).extend(rows)

    def faults(self) -> list[Fault]:
        """All faults, one for each message and place."""
        made = []
        for (file, sheet, column, message, remedy), rows in self._found.items():
            known = sorted({row for row in rows if row is not None})
            first = known[0] if known else None
            made.append(Fault(message, remedy, file=file, sheet=sheet, row=first, column=column, rows=tuple(known[1:])))
        return made

    def __bool__(self) -> bool:
        return bool(self._found)
