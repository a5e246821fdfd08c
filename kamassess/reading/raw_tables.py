"""Tables as they lie in the ``data`` folder: headings, and columns of text with the rows a spreadsheet shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kamassess.data import EVIDENCE
from kamassess.reading.coded import Coded
from kamassess.reading.delimited import column_letter, read_csv
from kamassess.reading.misplaced import told_of_book, told_of_headings
from kamassess.reading.places import Gathered
from kamassess.reading.sheets import Sheet, read_book

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RawTable", "read_raw"]


@dataclass(frozen=True)
class RawTable:
    """One file or sheet: its headings in order, its columns as text, and the row of each line; empty lines are left out."""

    file: str
    sheet: str
    headings: tuple[str, ...]
    columns: tuple[Coded, ...]
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each heading stands, in lower case; the first where it stands twice."""
        found: dict[str, int] = {}
        for place, heading in enumerate(self.headings):
            found.setdefault(heading.casefold(), place)
        return found

    def column(self, heading: str) -> Coded | None:
        """The column under a heading, whatever the case of its letters."""
        place = self.places.get(heading.casefold())
        return None if place is None else self.columns[place]

    def letter(self, heading: str) -> str:
        """The letter of a column and its heading, as a message shows it."""
        place = self.places.get(heading.casefold())
        return heading if place is None else f"{column_letter(place)} ({self.headings[place]})"

    @cached_property
    def repeats(self) -> NDArray[np.int64]:
        """(lines,) the position of the first line with the very same cells; its own where there is none before."""
        import pandas as pd

        if not self.columns or not len(self):
            return np.arange(len(self))
        frame = pd.DataFrame({place: column.codes for place, column in enumerate(self.columns)})
        first = frame.groupby(list(frame), sort=False).ngroup().to_numpy()
        _, position, inverse = np.unique(first, return_index=True, return_inverse=True)
        return position[inverse].astype(np.int64)


def read_raw(path: Path, shown: str, table: str, faults: Gathered, left_out: Gathered) -> RawTable | None:
    """A ``.csv``, ``.csv.gz`` or ``.xlsx`` file; None (and a fault) if it cannot be read at all.

    Lines that have too many or too few cells are noted in *left_out*. Of a workbook, the sheet that bears the table's name is
    read, or the only one that is visible.
    """
    if path.suffix.lower() == ".xlsx":
        return _from_workbook(path, shown, table, faults, left_out)
    noted = Gathered()
    frame = read_csv(path, shown, noted)
    for fault in noted.faults():
        target = faults if frame is None else left_out
        rows = () if fault.row is None else (fault.row, *fault.rows)
        target.add(fault.message, fault.remedy, file=fault.file, rows=rows, column=fault.column, line=fault.line)
    if frame is None:
        return None
    if told := told_of_headings([str(name) for name in frame.columns], _where(table)):
        faults.add(*told, file=shown)
        return None
    return _from_frame(frame, shown)


def _where(table: str) -> str:
    """The folder in which a table is looked for, as ``misplaced`` names it; the register stands beside the others."""
    return "" if table == EVIDENCE.name else "data"


def _from_frame(frame: pd.DataFrame, shown: str) -> RawTable:
    columns = []
    for index in range(frame.shape[1]):
        cells = frame.iloc[:, index].cat
        columns.append(Coded.of(cells.codes.to_numpy(dtype=np.int64), [str(value) for value in cells.categories]))
    rows = frame.index.to_numpy(dtype=np.int64)
    return _filled(shown, "", [str(name) for name in frame.columns], columns, rows)


def _filled(file: str, sheet: str, headings: Sequence[str], columns: Sequence[Coded], rows: NDArray[np.int64]) -> RawTable:
    """Without the lines in which nothing stands."""
    filled = np.zeros(len(rows), dtype=bool)
    for column in columns:
        filled |= np.array([value != "" for value in column.values], dtype=bool)[column.codes]
    return RawTable(file, sheet, tuple(headings), tuple(column.rows(filled) for column in columns), rows[filled])


def _from_workbook(path: Path, shown: str, table: str, faults: Gathered, left_out: Gathered) -> RawTable | None:
    book = read_book(path, shown, faults)
    if told := told_of_book(book, _where(table)):
        faults.add(*told, file=shown)
        return None
    sheets = book.sheets
    visible = [sheet for sheet in sheets if sheet.visible and any(any(row) for row in sheet.cells)]
    named = [sheet for sheet in visible if sheet.name.casefold() == table]
    if not named and len(visible) > 1:
        names = ", ".join(sheet.name for sheet in visible)
        faults.add(f"has the sheets {names}", f"Name the one to be read '{table}'.", file=shown)
        return None
    if not visible:
        if sheets:
            faults.add("has no visible sheet with anything in it", "Fill it or remove it.", file=shown)
        return None
    return _from_sheet((named or visible)[0], shown, left_out)


def _from_sheet(sheet: Sheet, shown: str, left_out: Gathered) -> RawTable:
    head = next(number for number, row in enumerate(sheet.cells) if any(row))
    headings = list(sheet.cells[head])
    while headings and not headings[-1]:
        headings.pop()
    lines = range(head + 1, len(sheet.cells))
    columns = []
    for place in range(len(headings)):
        texts = [sheet.cells[line][place] if place < len(sheet.cells[line]) else "" for line in lines]
        columns.append(Coded.of(np.arange(len(texts)), texts))
    for line in sorted(sheet.layout.hidden_rows):
        if line > head and line < len(sheet.cells) and any(sheet.cells[line]):
            remedy = "It is read all the same; unhide it (a filter hides rows too), or delete it."
            left_out.add("is hidden", remedy, file=shown, sheet=sheet.name, row=line + 1)
    for line, place in sorted(sheet.layout.uncalculated):
        if line > head and place < len(headings):
            letter = f"{column_letter(place)} ({headings[place]})"
            remedy = "Write the value itself in the cell."
            left_out.add("holds a formula without its result", remedy, file=shown, sheet=sheet.name, row=line + 1, column=letter)
    rows = np.arange(head + 2, len(sheet.cells) + 1, dtype=np.int64)
    return _filled(shown, sheet.name, headings, columns, rows)
