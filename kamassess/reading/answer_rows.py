"""The answers of all files as one table, column by column, and where each of them stands: what a check is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kamassess.errors import quoted
from kamassess.reading.answer_columns import COLUMNS
from kamassess.reading.coded import Coded, groups
from kamassess.reading.forms import Table
from kamassess.reading.places import FAULTS_SHOWN, Gathered
from kamassess.reading.yaml_tree import suggestion

__all__ = ["Answers", "Mask", "Rows", "some"]

_NAMED = 8
_WANTED = {
    "respondent": "Write the code of this person",
    "unit": "Write the id of the unit",
    "question": "Write its id, as the questionnaire that was sent out has it",
}
"""What an empty cell needs."""

Mask: TypeAlias = NDArray[np.bool_]
Rows: TypeAlias = NDArray[np.int64]


class Answers:
    """The rows of all tables as one, column by column, and where each stands."""

    def __init__(self, tables: Sequence[Table], faults: Gathered) -> None:
        self.tables = tables
        self.faults = faults
        self.columns = {name: Coded.joined([table.columns[name] for table in tables]) for name in COLUMNS}
        self.row = np.concatenate([table.rows for table in tables]) if tables else np.zeros(0, dtype=np.int64)
        self.table = np.repeat(np.arange(len(tables)), [len(table.rows) for table in tables])

    def __len__(self) -> int:
        return len(self.row)

    def values(self, name: str) -> Iterator[str]:
        """What stands in a column, each text once."""
        column = self.columns[name]
        return (column.values[code] for code in np.unique(column.codes))

    def key(self, names: Iterable[str], rows: Rows | None = None) -> NDArray[np.int64]:
        """One number a row (of *rows*, or of all), equal where all the named columns are."""
        key = np.zeros(len(self) if rows is None else len(rows), dtype=np.int64)
        for name in names:
            codes = self.columns[name].codes
            key = key * max(len(self.columns[name].values), 1) + (codes if rows is None else codes[rows])
        return key

    def refuse(self, rows: Rows, message: str, remedy: str, column: str) -> None:
        """Note the same fault for all *rows* (positions)."""
        for number, within in groups(self.table[rows]):
            table = self.tables[number]
            letter = table.letters.get(column)
            self.faults.add(
                message,
                remedy,
                file=table.file,
                sheet=table.sheet,
                rows=[table.fixed[column]] if column in table.fixed else self.row[rows[within]].tolist(),
                column=f"{letter} ({column})" if letter else column,
            )

    def place(self, position: int) -> str:
        """Where a row stands, in words."""
        return f"{self.tables[self.table[position]]}, row {self.row[position]}"

    def known(
        self,
        column: str,
        allowed: Sequence[str] | None,
        what: str,
        rows: Rows | None = None,
        remedies: Mapping[str, str] | None = None,
    ) -> Mask:
        """Which rows (of *rows*, or of all) have a value, and one of the *allowed*; notes the others.

        ``remedies`` by wrong value stand in for the nearest one that is allowed.
        """
        coded, valid = self.columns[column], None if allowed is None else frozenset(allowed)
        good = np.array([bool(value) and (valid is None or value in valid) for value in coded.values], dtype=bool)
        if not len(self):
            return np.zeros(0, dtype=bool)
        sound = good[coded.codes if rows is None else coded.codes[rows]]
        wrong = np.flatnonzero(~sound) if rows is None else rows[~sound]
        for count, (code, within) in enumerate(groups(coded.codes[wrong])):
            value = coded.values[code]
            if not value:
                self._refuse_empty(wrong[within], column, what, allowed)
                continue
            remedy = (remedies or {}).get(value, "")
            if not remedy and count < FAULTS_SHOWN:
                remedy = suggestion(value, list(allowed or ()))
                if column == "unit" and allowed and not remedy.startswith("Use"):
                    remedy += f" The units are {some(allowed)}."
            self.refuse(wrong[within], f"{quoted(value)} is no {what}", remedy, column)
        return sound

    def _refuse_empty(self, rows: Rows, column: str, what: str, allowed: Sequence[str] | None) -> None:
        """Note that nothing stands in a column: of a questionnaire with the name and the cell of the field."""
        wanted = _WANTED.get(column, f"Write the {what}")
        names = f": {some(allowed)}." if column == "unit" and allowed else "."
        for number, within in groups(self.table[rows]):
            table = self.tables[number]
            message, remedy = f"{column} is empty", f"{wanted}{names}"
            if column in table.labels:
                cell = f"cell {table.letters[column]}{table.fixed[column]}"
                listed = column == "unit" and table.form is not None
                message = f"{quoted(table.labels[column])} is empty"
                remedy = f"{f'Choose it from the list of {cell}' if listed else f'{wanted} into {cell}'}{names}"
            self.refuse(rows[within], message, remedy, column)


def some(names: Sequence[str]) -> str:
    """Names in a row, cut when there are many."""
    return ", ".join(names) if len(names) <= _NAMED else f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
