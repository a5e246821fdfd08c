"""Answer tables: long CSV files and filled XLSX questionnaires, brought to the same columns.

A questionnaire holds constants such as ``unit`` and ``role`` above its table and may have other columns beside the ones read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kamassess.errors import quoted
from kamassess.reading.coded import Coded
from kamassess.reading.delimited import column_letter, read_csv
from kamassess.reading.places import Gathered
from kamassess.reading.sheets import Layout, Sheet, read_workbook
from kamassess.reading.yaml_tree import suggestion

if TYPE_CHECKING:
    from kamassess.reading.exports import Exports

__all__ = ["COLUMNS", "REQUIRED", "Table", "read_table"]

COLUMNS = ("wave", "unit", "respondent", "role", "question", "answer", "comment")
REQUIRED = COLUMNS[:-1]
_CONSTANTS = COLUMNS[:4]
_ALIASES = {
    "轮次": "wave",
    "业务单元": "unit",
    "受访者": "respondent",
    "角色": "role",
    "题目编号": "question",
    "回答": "answer",
    "备注": "comment",
}
_FORM_HEAD = 60


@dataclass(frozen=True)
class Table:
    """The answers of one file or sheet: every one of ``COLUMNS``, the row of each answer, and where the columns stand.

    ``fixed`` has the row of a value that stands once above the table and holds for all of it.
    """

    file: str
    sheet: str
    columns: Mapping[str, Coded]
    rows: NDArray[np.int64]
    letters: Mapping[str, str]
    fixed: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.file}, sheet {self.sheet}" if self.sheet else self.file


def read_table(
    path: Path, name: str, questions: Collection[str], faults: Gathered, exports: Exports | None = None
) -> list[Table]:
    """The tables of answers in a ``.csv`` or ``.xlsx`` file called *name* in messages; *exports* reads those of platforms."""
    if path.suffix.lower() == ".csv":
        return _csv(path, name, faults, exports)
    return _workbook(path, name, questions, faults)


def _column(cell: str) -> str:
    text = cell.strip().rstrip(":：").rstrip()
    return _ALIASES.get(text, text.lower())


# -- CSV -------------------------------------------------------------------------------------------------------------------


def _csv(path: Path, name: str, faults: Gathered, exports: Exports | None) -> list[Table]:
    frame = read_csv(path, name, faults)
    if frame is None:
        return []
    if exports is not None and exports.knows([str(column) for column in frame.columns]):
        return exports.tables(frame, name, faults)
    columns = [_column(column) for column in frame.columns]
    if not _header(columns, [str(column) for column in frame.columns], name, faults):
        return []
    parts = {}
    for index, column in enumerate(columns):
        cells = frame.iloc[:, index].cat
        parts[column] = Coded.of(cells.codes.to_numpy(dtype=np.int64), [str(value) for value in cells.categories])
    parts.setdefault("comment", Coded.of(np.zeros(len(frame), dtype=np.int64), [""]))
    filled = np.zeros(len(frame), dtype=bool)
    for coded in parts.values():
        filled |= np.array([value != "" for value in coded.values], dtype=bool)[coded.codes]
    if not filled.any() and not faults.blames(name):
        faults.add("has a header but no answers", "Fill it or remove it.", file=name, absent=True)
    letters = {column: column_letter(index) for index, column in enumerate(columns)}
    rows = frame.index.to_numpy(dtype=np.int64)[filled]
    return [Table(name, "", {column: parts[column].rows(filled) for column in COLUMNS}, rows, letters)]


def _header(columns: Sequence[str], headings: Sequence[str], file: str, faults: Gathered) -> bool:
    """Whether each known column is there once, so that the rows can be checked; notes this and every other column."""
    wanted = ",".join(COLUMNS)
    if not set(columns) & set(REQUIRED):
        faults.add("has no header that names the columns", f"Begin it with the line {wanted}", file=file, row=1)
        return False
    sound = True
    missing = [column for column in REQUIRED if column not in columns]
    for index, column in enumerate(columns):
        message = remedy = ""
        if not column:
            message, remedy = "has no heading", "Name the column, or remove it."
        elif column not in COLUMNS:
            message = f"has the unknown heading {quoted(headings[index])}"
            remedy = suggestion(column, COLUMNS)
            if not remedy.startswith("Did you mean"):
                remedy = suggestion(column, [name for name in COLUMNS if name not in columns]) or "Remove it."
        elif column in columns[:index]:
            message, remedy = f"is a second column {quoted(column)}", "Keep one of them."
            sound = False
        if message:
            faults.add(message, remedy, file=file, column=column_letter(index))
    for column in missing:
        faults.add(f"column '{column}' is missing", f"Add it; the columns are {wanted}.", file=file)
    return sound and not missing


# -- XLSX ------------------------------------------------------------------------------------------------------------------


def _workbook(path: Path, name: str, questions: Collection[str], faults: Gathered) -> list[Table]:
    sheets = read_workbook(path, name, faults)
    tables = []
    found = False
    for sheet in sheets:
        head = _find_header(sheet)
        if head is not None:
            found = True
            tables += _form(sheet, head, name, faults)
        elif any(cell in questions for row in sheet.cells for cell in row):
            found = True
            missing = [f"'{column}'" for column in ("question", "answer") if not _has(sheet, column)]
            faults.add(
                f"holds questions, but no row is headed 'question' and 'answer' (missing: {', '.join(missing) or 'in one row'})",
                "Use the headings of the questionnaire as it was sent out.",
                file=name,
                sheet=sheet.name,
            )
    if sheets and not found:
        message = "has no sheet with the columns 'question' and 'answer'"
        faults.add(message, "Use the questionnaire as it was sent out.", file=name)
    return tables


def _find_header(sheet: Sheet) -> int | None:
    for number, row in enumerate(sheet.cells[:_FORM_HEAD]):
        if {"question", "answer"} <= {_column(cell) for cell in row}:
            return number
    return None


def _has(sheet: Sheet, column: str) -> bool:
    return any(_column(cell) == column for row in sheet.cells[:_FORM_HEAD] for cell in row)


def _form(sheet: Sheet, head: int, file: str, faults: Gathered) -> list[Table]:
    if not sheet.visible:
        faults.add("is a hidden sheet with answers", "Unhide it, or delete it.", file=file, sheet=sheet.name)
        return []
    columns = [_column(cell) for cell in sheet.cells[head]]
    known = {name: columns.index(name) for name in COLUMNS if name in columns}
    sound = True
    for index, name in enumerate(columns):
        if name in known and index != known[name]:
            place = column_letter(index)
            message = f"is a second column '{name}'"
            faults.add(message, "Keep one of them.", file=file, sheet=sheet.name, row=head + 1, column=place)
            sound = False
    constants, fixed = _constants(sheet, head, known, file, faults)
    missing = [name for name in _CONSTANTS if name not in known and name not in constants]
    for name in missing:
        remedy = f"Write '{name}' and its value above the table, or add the column."
        faults.add(f"'{name}' is missing", remedy, file=file, sheet=sheet.name)
    if missing or not sound:
        return []
    rows = []
    cells: dict[str, list[str]] = {name: [] for name in COLUMNS}
    for number, row in enumerate(sheet.cells[head + 1 :], head + 2):
        record = {name: row[index] if index < len(row) else "" for name, index in known.items()}
        if record["question"] or record["answer"]:
            rows.append(number)
            for name in COLUMNS:
                cells[name].append(record.get(name) or constants.get(name, ""))
    if not rows:
        faults.add("has headings but no answers", "Fill it, or delete the sheet.", file=file, sheet=sheet.name, absent=True)
    _seen(sheet.layout, head, known, fixed, set(rows), file, sheet.name, faults)
    coded = {name: Coded.of(np.arange(len(texts)), texts) for name, texts in cells.items()}
    letters = {name: column_letter(index) for name, index in known.items()} | dict.fromkeys(fixed, "B")
    return [Table(file, sheet.name, coded, np.array(rows, dtype=np.int64), letters, fixed)]


def _constants(
    sheet: Sheet, head: int, known: Collection[str], file: str, faults: Gathered
) -> tuple[dict[str, str], dict[str, int]]:
    """What stands once above the table, and in which row: a name in column A, its value beside it."""
    constants: dict[str, str] = {}
    fixed: dict[str, int] = {}
    for number, row in enumerate(sheet.cells[:head], 1):
        key = _column(row[0]) if row else ""
        if key not in _CONSTANTS:
            continue
        if key in constants or key in known:
            faults.add(f"'{key}' is given twice", "Keep one of them.", file=file, sheet=sheet.name, row=number, column="A")
            continue
        constants[key], fixed[key] = row[1] if len(row) > 1 else "", number
    return constants, fixed


def _seen(
    layout: Layout,
    head: int,
    known: Mapping[str, int],
    fixed: Mapping[str, int],
    rows: Collection[int],
    file: str,
    sheet: str,
    faults: Gathered,
) -> None:
    """Notes merged, hidden and never calculated cells of the table: what a reader sees is then not what the file says."""
    for (top, left), (bottom, right) in layout.merged:
        touched = any(left <= index <= right for index in known.values())
        if bottom > head and touched and any(top < row <= bottom + 1 for row in rows):
            area = f"{column_letter(left)}{top + 1}:{column_letter(right)}{bottom + 1}"
            remedy = "Unmerge them and fill each cell."
            faults.add(f"cells {area} are merged", remedy, file=file, sheet=sheet, row=top + 1, column=column_letter(left))
    for row in sorted(layout.hidden_rows):
        if row + 1 in rows or row + 1 in fixed.values():
            remedy = "Unhide it (a filter hides rows too), or delete it."
            faults.add("is hidden but holds answers", remedy, file=file, sheet=sheet, row=row + 1)
    for name, index in known.items():
        if index in layout.hidden_columns:
            faults.add("is hidden", "Unhide it.", file=file, sheet=sheet, column=f"{column_letter(index)} ({name})")
    names = {index: name for name, index in known.items()}
    for row, index in sorted(layout.uncalculated):
        if (row + 1 in rows and index in names) or (row + 1 in fixed.values() and index == 1):
            place = f"{column_letter(index)} ({names[index]})" if index in names else column_letter(index)
            message, remedy = "holds a formula without its result", "Write the value itself in the cell."
            faults.add(message, remedy, file=file, sheet=sheet, row=row + 1, column=place)
