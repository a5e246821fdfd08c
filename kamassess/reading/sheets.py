"""Raw tables: CSV and XLSX as text cells with the row numbers a spreadsheet shows, and nothing guessed.

CSV is read by pandas after a structural pass by the standard library, because pandas pads short rows and shifts long ones
in silence. XLSX is read by calamine; openpyxl is asked only where a file says that it has merged or hidden cells.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pandas as pd
import python_calamine as calamine
from openpyxl.utils import get_column_letter

from kamassess.reading.places import Gathered

__all__ = ["Sheet", "column_letter", "read_csv", "read_workbook"]

_DELIMITERS = (",", ";", "\t")
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Sheet:
    """Cells of one sheet as text, from A1; ``hidden`` and ``merged`` name cells that a screen does not show as they are."""

    name: str
    cells: Sequence[Sequence[str]]
    visible: bool = True
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()


def column_letter(index: int) -> str:
    """The letter of a column counted from 0.

    >>> column_letter(27)
    'AB'
    """
    return str(get_column_letter(index + 1))


def read_csv(path: Path, shown: str, faults: Gathered) -> pd.DataFrame | None:
    """A CSV file as a frame of text, its index the row numbers of a spreadsheet; None (and a fault) if it cannot be read.

    UTF-8, UTF-8 with BOM and GB18030 are recognised; comma, semicolon and tab separate.
    """
    raw = _bytes(path, shown, faults)
    if raw is None:
        return None
    if raw.startswith((_ZIP, _OLE)):
        faults.add("is an Excel workbook with the name of a CSV file", "Rename it to .xlsx, or save it as CSV.", file=shown)
        return None
    text = _decode(raw, shown, faults)
    if text is None:
        return None
    if not text.strip():
        faults.add("is empty", "Fill it or remove it.", file=shown)
        return None
    head = text.lstrip("\n\r").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    if not _regular(text, delimiter, shown, faults):
        return None
    frame = pd.read_csv(
        io.StringIO(text),
        sep=delimiter,
        header=None,
        dtype=str,
        keep_default_na=False,
        na_values=[],
        skip_blank_lines=False,
        index_col=False,
    )
    frame.columns = [str(name).strip() for name in frame.iloc[0]]
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return frame.iloc[1:]


def read_workbook(path: Path, shown: str, faults: Gathered) -> list[Sheet]:
    """The sheets of an XLSX file; none (and a fault) if it cannot be read."""
    raw = _bytes(path, shown, faults)
    if raw is None:
        return []
    if raw.startswith(_OLE):
        faults.add("is protected by a password or in the old .xls format", "Save it as .xlsx without a password.", file=shown)
        return []
    if not raw.startswith(_ZIP):
        faults.add(
            "is no Excel workbook, whatever its name says",
            "Save it as .xlsx; if it is a CSV file, rename it to .csv.",
            file=shown,
        )
        return []
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        layout = _layout(raw)
        return [
            Sheet(
                meta.name, _cells(book, meta.name), meta.visible == calamine.SheetVisibleEnum.Visible, *layout.get(meta.name, ())
            )
            for meta in book.sheets_metadata
            if meta.typ == calamine.SheetTypeEnum.WorkSheet
        ]
    except (calamine.CalamineError, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        faults.add(
            f"is a damaged workbook ({type(error).__name__})",
            "Open it in Excel or LibreOffice and save it again as .xlsx.",
            file=shown,
        )
        return []


def _cells(book: calamine.CalamineWorkbook, name: str) -> list[list[str]]:
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: object) -> str:
    """A cell as a person reads it: 4.0 is 4."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return "" if cell is None else str(cell).strip()


def _layout(raw: bytes) -> dict[str, tuple[frozenset[int], frozenset[int], tuple[tuple[tuple[int, int], tuple[int, int]], ...]]]:
    """Hidden rows, hidden columns and merged ranges (from 0) by sheet; empty without a second parse where the file has none."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        content = [archive.read(name) for name in sheets]
    if not any(b"<mergeCell " in text or b'hidden="' in text for text in content):
        return {}
    found = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(raw)).worksheets:
        rows = frozenset(number - 1 for number, row in sheet.row_dimensions.items() if row.hidden)
        columns: set[int] = set()
        for dimension in sheet.column_dimensions.values():
            if dimension.hidden:
                columns.update(range((dimension.min or 1) - 1, dimension.max or dimension.min or 1))
        merged = tuple(
            ((area.min_row - 1, area.min_col - 1), (area.max_row - 1, area.max_col - 1)) for area in sheet.merged_cells.ranges
        )
        found[sheet.title] = (rows, frozenset(columns), tuple(sorted(merged)))
    return found


def _bytes(path: Path, shown: str, faults: Gathered) -> bytes | None:
    try:
        raw = path.read_bytes()
    except OSError as error:
        faults.add(f"cannot be read ({error.strerror})", "Check the file and its permissions.", file=shown)
        return None
    if not raw:
        faults.add("is empty", "Fill it or remove it.", file=shown)
        return None
    return raw


def _decode(raw: bytes, shown: str, faults: Gathered) -> str | None:
    remedy = "Save it as CSV UTF-8."
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        faults.add("is UTF-16 text", remedy, file=shown)
        return None
    if b"\x00" in raw:
        faults.add("is not text: it has zero bytes", remedy, file=shown)
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError as error:
            row = raw[: error.start].count(b"\n") + 1
    faults.add("has bytes that are neither UTF-8 nor GB18030", remedy, file=shown, row=row)
    return None


def _regular(text: str, delimiter: str, shown: str, faults: Gathered) -> bool:
    """Whether every row has as many cells as the header; notes those that do not. Empty lines count as rows and are allowed."""
    sound = True
    width = 0
    number = 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True), 1):
            width = width or len(row)
            if row and len(row) != width:
                many = "more" if len(row) > width else "fewer"
                faults.add(
                    f"has {many} cells ({len(row)}) than the header ({width})",
                    "Put a text that contains the separator in double quotes.",
                    file=shown,
                    row=number,
                )
                sound = False
    except csv.Error as error:
        faults.add(f"is not well-formed CSV ({error})", "Check the double quotes there.", file=shown, row=number + 1)
        sound = False
    return sound
