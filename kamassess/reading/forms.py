"""Answer tables: long CSV files and filled XLSX questionnaires, brought to the same columns.

A questionnaire holds constants such as ``unit`` and ``role`` above its table and may have other columns beside the ones read. One
that ``kamassess questionnaire`` wrote also says what it is a copy of; ``kamassess.reading.form_checks`` holds that against the
engagement.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kamassess.errors import quoted
from kamassess.reading.answer_columns import COLUMNS, REQUIRED, column_of, holds_answers
from kamassess.reading.coded import Coded
from kamassess.reading.delimited import column_letter, read_csv
from kamassess.reading.form_identity import SCHEMA, FormIdentity
from kamassess.reading.misplaced import told_of_book, told_of_headings
from kamassess.reading.places import Gathered
from kamassess.reading.sheets import Book, Sheet, read_book
from kamassess.reading.yaml_tree import suggestion

if TYPE_CHECKING:
    from kamassess.reading.exports import Exports

__all__ = ["COLUMNS", "REQUIRED", "Table", "is_filled", "read_table"]

_CONSTANTS = COLUMNS[:4]
_FORM_HEAD = 60
_CODE_AND_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s+[-–—]\s+\S.*", re.DOTALL)
"""``NC – North China``, as the lists of units and roles in a questionnaire have it."""


@dataclass(frozen=True)
class Table:
    """The answers of one file or sheet: every one of ``COLUMNS``, the row of each answer, and where the columns stand.

    ``fixed`` has the row of a value that stands once above the table and holds for all of it, ``labels`` what it is called there.
    ``form`` is what a questionnaire is a copy of, where it is one of ours and the only one in its file.
    """

    file: str
    sheet: str
    columns: Mapping[str, Coded]
    rows: NDArray[np.int64]
    letters: Mapping[str, str]
    fixed: Mapping[str, int] = field(default_factory=dict)
    form: FormIdentity | None = None
    labels: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.file}, sheet {self.sheet}" if self.sheet else self.file


def read_table(
    path: Path, name: str, questions: Collection[str], faults: Gathered, exports: Exports | None = None
) -> list[Table]:
    """The tables of answers in a ``.csv`` or ``.xlsx`` file called *name* in messages; *exports* reads those of platforms."""
    if path.suffix.lower() == ".csv":
        return _csv(path, name, faults, exports)
    return _workbook(path, name, questions, faults, exports)


def is_filled(path: Path) -> bool:
    """Whether a workbook is a questionnaire with anything filled in; not, where it cannot be read."""
    tables = _workbook(path, path.name, (), Gathered())
    return any(any(table.columns[name].values) for table in tables for name in ("respondent", "answer", "comment"))


# -- CSV -------------------------------------------------------------------------------------------------------------------


def _csv(path: Path, name: str, faults: Gathered, exports: Exports | None) -> list[Table]:
    frame = read_csv(path, name, faults)
    if frame is None:
        return []
    if exports is not None and exports.knows([str(column) for column in frame.columns]):
        return exports.tables(frame, name, faults)
    columns = [column_of(column) for column in frame.columns]
    saved = any(holds_answers(str(cell) for cell in row) for row in frame.head(_FORM_HEAD).itertuples(index=False, name=None))
    if not _header(columns, [str(column) for column in frame.columns], name, faults, saved=saved):
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


def _header(columns: Sequence[str], headings: Sequence[str], file: str, faults: Gathered, *, saved: bool) -> bool:
    """Whether each known column is there once, so that the rows can be checked; notes this and every other column.

    *saved*: the headings of answers stand further below, as in a questionnaire that was saved as CSV.
    """
    wanted = ",".join(COLUMNS)
    if not {"question", "answer"} <= set(columns) and (told := told_of_headings(headings, "responses")):
        faults.add(*told, file=file)
        return False
    if not set(columns) & set(REQUIRED):
        if saved:
            remedy = "Save it as .xlsx, as it was sent out: what says whose answers they are stands above the table."
            faults.add("is a questionnaire that was saved as CSV", remedy, file=file)
            return False
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


def _workbook(path: Path, name: str, questions: Collection[str], faults: Gathered, exports: Exports | None = None) -> list[Table]:
    book = read_book(path, name, faults)
    form = _identity(book)
    if form is None and (told := told_of_book(book, "responses")):
        faults.add(*told, file=name)
        return []
    if form is not None and form.schema != SCHEMA:
        remedy = "Update kamassess, or have the questionnaire filled that this version writes."
        faults.add(f"is a questionnaire of a newer kamassess ({quoted(form.schema)})", remedy, file=name)
        return []
    if form is not None and book.linked:
        remedy = "Cut them (in Excel: Data > Edit Links > Break Link), look at the answers, and save it again."
        faults.add("is linked to other workbooks", remedy, file=name)
    tables = []
    found = False
    for sheet in book.sheets:
        head = _find_header(sheet)
        if exports is not None and sheet.cells and exports.knows(sheet.cells[0]):
            found = True
            tables += exports.tables(exports.frame(sheet.cells), name, faults, sheet.name)
        elif head is not None:
            found = True
            tables += _form(sheet, head, form, name, faults)
        elif any(cell in questions for row in sheet.cells for cell in row) and not FormIdentity.of_sheet(sheet.cells):
            found = True
            missing = [f"'{column}'" for column in ("question", "answer") if not _has(sheet, column)]
            faults.add(
                f"holds questions, but no row is headed 'question' and 'answer' (missing: {', '.join(missing) or 'in one row'})",
                "Use the headings of the questionnaire as it was sent out.",
                file=name,
                sheet=sheet.name,
            )
    if book.sheets and not found:
        message = "has no sheet with the columns 'question' and 'answer'"
        faults.add(message, "Use the questionnaire as it was sent out.", file=name)
    return tables if len(tables) == 1 else [replace(table, form=None) for table in tables]


def _identity(book: Book) -> FormIdentity | None:
    """What the file is a copy of: the hidden sheet says it, or else the properties, which survive if sheets are deleted."""
    said = (FormIdentity.of_sheet(sheet.cells) for sheet in book.sheets)
    return next((form for form in said if form), None) or FormIdentity.of_properties(book.properties)


def _find_header(sheet: Sheet) -> int | None:
    for number, row in enumerate(sheet.cells[:_FORM_HEAD]):
        if holds_answers(row):
            return number
    return None


def _has(sheet: Sheet, column: str) -> bool:
    return any(column_of(cell) == column for row in sheet.cells[:_FORM_HEAD] for cell in row)


def _form(sheet: Sheet, head: int, form: FormIdentity | None, file: str, faults: Gathered) -> list[Table]:
    if not sheet.visible:
        faults.add("is a hidden sheet with answers", "Unhide it, or delete it.", file=file, sheet=sheet.name)
        return []
    columns = [column_of(cell) for cell in sheet.cells[head]]
    known = {name: columns.index(name) for name in COLUMNS if name in columns}
    sound = True
    for index, name in enumerate(columns):
        if name in known and index != known[name]:
            place = column_letter(index)
            message = f"is a second column '{name}'"
            faults.add(message, "Keep one of them.", file=file, sheet=sheet.name, row=head + 1, column=place)
            sound = False
    fixed = _constants(sheet, head, known, form, file, faults)
    constants = {name: constant.text for name, constant in fixed.items()} | _made_for(
        form, {*known, *(name for name, constant in fixed.items() if constant.text)}
    )
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
    _seen(sheet, head, known, fixed, set(rows), form, file, faults)
    coded = {name: Coded.of(np.arange(len(texts)), texts) for name, texts in cells.items()}
    letters = {name: column_letter(index) for name, index in known.items()}
    letters |= {name: column_letter(constant.column) for name, constant in fixed.items()}
    places = {name: constant.row for name, constant in fixed.items()}
    labels = {name: constant.label for name, constant in fixed.items()}
    return [Table(file, sheet.name, coded, np.array(rows, dtype=np.int64), letters, places, form, labels)]


class _Constant(NamedTuple):
    """A value above the table: its text, its row as a spreadsheet shows it, its column from 0, and what it is called."""

    text: str
    row: int
    column: int
    label: str


def _constants(
    sheet: Sheet, head: int, known: Collection[str], form: FormIdentity | None, file: str, faults: Gathered
) -> dict[str, _Constant]:
    """What stands once above the table: a name at the beginning of a row, its value beside it, and perhaps further pairs.

    In a questionnaire of ours somebody may have put empty columns between the two; nothing else stands there.
    """
    found: dict[str, _Constant] = {}
    for number, row in enumerate(sheet.cells[:head], 1):
        keys = [(index, column_of(cell)) for index, cell in enumerate(row) if cell]
        if not keys or (keys[0][1] not in _CONSTANTS and form is None):
            continue
        for place, (index, key) in enumerate(keys):
            if key not in _CONSTANTS:
                continue
            if key in found or key in known:
                letter = column_letter(index)
                faults.add(f"'{key}' is given twice", "Keep one of them.", file=file, sheet=sheet.name, row=number, column=letter)
                continue
            beside = keys[place + 1][0] if form is not None and place + 1 < len(keys) else index + 1
            text = row[beside] if beside < len(row) else ""
            if column_of(text) in _CONSTANTS:
                beside, text = index + 1, ""
            code = _CODE_AND_NAME.fullmatch(text) if key in ("unit", "role") else None
            found[key] = _Constant(code[1] if code else text, number, beside, row[index].strip().rstrip(":：").rstrip())
    return found


def _made_for(form: FormIdentity | None, given: Collection[str]) -> dict[str, str]:
    """What the sheet does not say any more and the form was made for."""
    made = {} if form is None else {"wave": form.wave, "unit": form.unit, "role": form.role}
    return {name: text for name, text in made.items() if text and name not in given}


def _seen(
    sheet: Sheet,
    head: int,
    known: Mapping[str, int],
    fixed: Mapping[str, _Constant],
    rows: Collection[int],
    form: FormIdentity | None,
    file: str,
    faults: Gathered,
) -> None:
    """Notes merged, hidden and never calculated cells of the table: what a reader sees is then not what the file says.

    In a questionnaire of ours nobody has to calculate, so any formula among the answers is refused, whatever its result.
    """
    layout = sheet.layout
    for (top, left), (bottom, right) in layout.merged:
        touched = any(left <= index <= right for index in known.values())
        if bottom > head and touched and any(top < row <= bottom + 1 for row in rows):
            area = f"{column_letter(left)}{top + 1}:{column_letter(right)}{bottom + 1}"
            place = column_letter(left)
            remedy = "Unmerge them and fill each cell."
            faults.add(f"cells {area} are merged", remedy, file=file, sheet=sheet.name, row=top + 1, column=place)
    constants = {(constant.row - 1, constant.column): name for name, constant in fixed.items()}
    for row in sorted(layout.hidden_rows):
        if row + 1 in rows or any(row == place for place, _ in constants):
            remedy = "Unhide it (a filter hides rows too), or delete it."
            faults.add("is hidden but holds answers", remedy, file=file, sheet=sheet.name, row=row + 1)
    for name, index in known.items():
        if index in layout.hidden_columns:
            faults.add("is hidden", "Unhide it.", file=file, sheet=sheet.name, column=f"{column_letter(index)} ({name})")
    names = {index: name for name, index in known.items()}
    unread = dict.fromkeys(layout.errors, "holds an error instead of a value")
    if form is None:
        unread |= dict.fromkeys(layout.uncalculated, "holds a formula without its result")
    else:
        unread |= dict.fromkeys(layout.formulas, "holds a formula")
    for (row, index), message in sorted(unread.items()):
        named = names.get(index) if row + 1 in rows else None
        if named or (row, index) in constants:
            place = f"{column_letter(index)} ({named})" if named else column_letter(index)
            remedy = "Write the value itself in the cell."
            faults.add(message, remedy, file=file, sheet=sheet.name, row=row + 1, column=place)
