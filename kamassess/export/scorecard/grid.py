"""Tables of a scorecard: fields with a width and a kind, rows of entries, and where each stands, so that formulas can name it.

Above the headings stands a hidden row with a key for each column (``criteria.score``). By these keys and the ids in the rows
figures are found in a file, in whichever language it is and however its columns were moved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from xlsxwriter.utility import xl_rowcol_to_cell

from kamassess.export.scorecard.book import Book, lines_of, reference, risky
from kamassess.export.scorecard.looks import Kind, Tone

__all__ = ["FIRST", "Area", "Entry", "Field", "amount", "area_of", "missing", "said", "write_grid"]

FIRST = 3
"""The row of keys of the first table of a sheet; its headings stand below, then its rows."""
_DASH = "–"
_TALLEST, _LINE = 400.0, 13.5
_NUMERIC = ("score", "number", "decimals", "percent", "points", "count", "level", "date")


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its key, heading and width in characters."""

    key: str
    label: str
    width: float
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell. A missing number is None and shown as a dash; its row says why. ``formula`` comes to ``value``.

    ``number`` is a pattern in place of the usual one.
    """

    value: str | float | dt.date | None
    kind: Kind | None = None
    tone: Tone = "plain"
    formula: str = ""
    number: str = ""


def said(text: str, tone: Tone = "plain") -> Entry:
    """A text."""
    return Entry(text, None, tone)


def amount(value: float | None, tone: Tone = "plain", formula: str = "") -> Entry:
    """A number of its field's kind."""
    return Entry(value, None, tone, formula if value is not None else "")


def missing() -> Entry:
    """Nothing where there could never be anything: an empty cell."""
    return Entry("")


@dataclass(frozen=True, slots=True)
class Area:
    """Where a table stands: its sheet as formulas name it, its first and last row of entries, its columns by key."""

    sheet: str
    first: int
    last: int
    columns: dict[str, int]

    def range(self, key: str, first: int | None = None, last: int | None = None) -> str:
        """A column of entries, or those of some rows."""
        column = self.columns[key]
        top, bottom = self.first if first is None else first, self.last if last is None else last
        return reference(self.sheet, (top, column), (bottom, column))

    def cell(self, key: str, row: int) -> str:
        """A cell of the same sheet, that a formula of its row follows when the table is sorted."""
        return str(xl_rowcol_to_cell(row, self.columns[key], col_abs=True))

    def fixed(self, key: str, row: int) -> str:
        """One cell, for a formula on any sheet."""
        return reference(self.sheet, (row, self.columns[key]))


def area_of(book: Book, sheet: str, fields: Sequence[Field], count: int, top: int = FIRST) -> Area:
    """Where a table with so many rows would stand."""
    columns = {field.key: number for number, field in enumerate(fields)}
    return Area(book.name(sheet), top + 2, top + 1 + max(count, 1), columns)


def write_grid(
    book: Book,
    sheet: str,
    table: str,
    fields: Sequence[Field],
    rows: Sequence[Sequence[Entry]],
    *,
    top: int = FIRST,
    frozen: int = 0,
) -> Area:
    """Write a table with its hidden keys and its headings.

    Parameters
    ----------
    table
        Its name in keys.
    top
        The row of the keys.
    frozen
        How many columns stay in sight; 0 also means that the table has no filter (a sheet can have one).
    """
    page = book.sheets[sheet]
    area = area_of(book, sheet, fields, len(rows), top)
    page.set_row(top, None, None, {"hidden": True})
    tallest = max((lines_of(field.label, field.width - 1) for field in fields), default=1)
    page.set_row(top + 1, max(18.0, tallest * _LINE + 4))
    for column, field in enumerate(fields):
        book.text(sheet, top, column, f"{table}.{field.key}", book.looks.subtitle)
        heading = book.looks.header_number if field.kind in _NUMERIC else book.looks.header
        book.text(sheet, top + 1, column, field.label, heading)
        if top == FIRST:
            page.set_column(column, column, field.width)
    for row, entries in enumerate(rows, start=area.first):
        for column, (field, entry) in enumerate(zip(fields, entries, strict=True)):
            _write(book, sheet, row, column, replace(entry, kind=entry.kind or field.kind))
        page.set_row(row, _height(fields, entries))
    if frozen and rows:
        page.freeze_panes(area.first, frozen)
        page.repeat_rows(top + 1)
        page.autofilter(top + 1, 0, area.last, len(fields) - 1)
    return area


def _write(book: Book, sheet: str, row: int, column: int, entry: Entry) -> None:
    page, value, kind = book.sheets[sheet], entry.value, entry.kind or "text"
    look = book.looks.cell(kind, entry.tone, number=entry.number)
    if value is None:
        if entry.tone in ("editable", "changed"):
            page.write_blank(row, column, None, look)
        else:
            book.text(sheet, row, column, _DASH, book.looks.cell(kind, "muted"))
    elif entry.formula:
        page.write_formula(row, column, entry.formula, look, value)
    elif isinstance(value, dt.date):
        page.write_datetime(row, column, dt.datetime(value.year, value.month, value.day), look)
    elif isinstance(value, str):
        if not value and entry.tone not in ("editable", "changed"):
            page.write_blank(row, column, None, look)
        else:
            quoted = risky(value)
            book.text(sheet, row, column, value, book.looks.cell(kind, entry.tone, quoted=quoted) if quoted else look)
    else:
        page.write_number(row, column, value, look)


def _height(fields: Sequence[Field], entries: Sequence[Entry]) -> float:
    """Room for the longest text, since not every program finds it by itself."""
    lines = max(_lines(fields, entries), default=1)
    return min(_TALLEST, max(17.0, lines * _LINE + 4))


def _lines(fields: Sequence[Field], entries: Sequence[Entry]) -> Iterator[int]:
    for field, entry in zip(fields, entries, strict=True):
        if isinstance(entry.value, str) and (entry.kind or field.kind) == "wrap":
            yield lines_of(entry.value, field.width - 2)
