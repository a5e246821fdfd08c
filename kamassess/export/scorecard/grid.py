"""Tables of a scorecard: fields with a width and a kind, rows of entries, and where each stands, so that formulas can name it.

Above the headings stands a hidden row with a key for each column (``criteria.score``). By these keys and the ids in the rows
figures are found in a file, in whichever language it is and however its columns were moved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from xlsxwriter.utility import xl_rowcol_to_cell

from kamassess.export.cell_text import INDENT, cell_lines, evenly_broken, pixels_of, room_of, row_points, text_pixels
from kamassess.export.paper import pages_across, print_table
from kamassess.export.scorecard.book import Book, reference, risky
from kamassess.export.scorecard.looks import Kind, Tone

__all__ = [
    "FIRST",
    "Area",
    "Entry",
    "Field",
    "amount",
    "area_of",
    "fitted",
    "id_width",
    "missing",
    "print_grid",
    "said",
    "write_grid",
]

FIRST = 3
"""The row of keys of the first table of a sheet; its headings stand below, then its rows."""
_DASH = "–"
_LONGEST_ID = 40.0
_SIZE, _LEAST = 10.0, 17.0
_TITLE = 26.0
_APART = 2 * INDENT + 2
_UNBROKEN = 3.2 * _SIZE * 96 / 72
"""Pixels: a heading of three Chinese characters is not broken between them."""
_BUTTON = 9.0
"""Points below a heading, for the button of the filter that spreadsheets draw at the foot of the cell."""
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


def fitted(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The same columns with the lines of their headings laid down: no word is broken, and none touches the column beside it.

    Else each program breaks a heading where it likes, and fills its column with it.
    """
    found = []
    for field in fields:
        room = max(room_of(field.width) - _APART, _UNBROKEN)
        parts = [evenly_broken(part, room, _SIZE, True) for part in field.label.split("\n")]
        lines = [line for part in parts for line in part]
        needed = max(text_pixels(line, _SIZE, True) for line in lines) + _APART
        found.append(replace(field, label="\n".join(lines), width=max(field.width, round(needed / 7, 1))))
    return tuple(found)


def id_width(names: Iterable[str], least: float) -> float:
    """The width of a column of ids, at least *least*: they stand on one line."""
    return max(least, *(min(_LONGEST_ID, round((text_pixels(name, _SIZE) + INDENT + 4) / 7, 1)) for name in names), 0.0)


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
    page, fields = book.sheets[sheet], fitted(fields)
    area = area_of(book, sheet, fields, len(rows), top)
    book.row(sheet, top, 15, hidden=True)
    lines = max((cell_lines(field.label, room_of(field.width, 1), _SIZE, True) for field in fields), default=1)
    book.row(sheet, top + 1, row_points([(lines, _SIZE)], book.looks.language) + (_BUTTON if frozen and rows else 0.0))
    for column, field in enumerate(fields):
        book.text(sheet, top, column, f"{table}.{field.key}", book.looks.subtitle)
        heading = book.looks.header_number if field.kind in _NUMERIC else book.looks.header
        book.text(sheet, top + 1, column, field.label, heading)
        if top == FIRST or frozen:
            page.set_column(column, column, field.width)
    rows = _aligned(fields, rows)
    for row, entries in enumerate(rows, start=area.first):
        for column, (field, entry) in enumerate(zip(fields, entries, strict=True)):
            _write(book, sheet, row, column, replace(entry, kind=entry.kind or field.kind))
        book.row(sheet, row, _height(book.looks.language, fields, entries))
    if frozen and rows:
        page.freeze_panes(area.first, frozen)
        page.autofilter(top + 1, 0, area.last, len(fields) - 1)
    return area


def print_grid(
    book: Book,
    sheet: str,
    fields: Sequence[Field],
    area: Area,
    *,
    note: str,
    repeated: int,
    until: str = "",
    across: Sequence[str] = (),
    blocks: Sequence[int] = (),
    last: int | None = None,
) -> None:
    """Lay a table out on paper, and write the note on it at its top.

    Parameters
    ----------
    note
        How to read it. It stands beside the title, over the columns of the first page that are not repeated.
    repeated
        How many columns stand on each page.
    until
        The last column that is printed; all of them unless it is named.
    across
        Columns with which another page begins, where the table is too wide for one.
    blocks
        First rows of what stands together on a page.
    last
        The last row that is printed; that of the table unless it is named.
    """
    shown = fitted(fields)[: area.columns[until] + 1 if until else None]
    widths, wanted = [field.width for field in shown], [area.columns[key] for key in across]
    pages = pages_across(widths, repeated, wanted).breaks
    _beside_title(book, sheet, note, widths[: pages[0] if pages else None], repeated)
    end = area.last if last is None else last
    starts = [0, *(row for row in blocks if row > area.first)]
    ends = [*(row - 1 for row in starts[1:]), end]
    heights = [(start, book.height(sheet, start, stop)) for start, stop in zip(starts, ends, strict=True)]
    head = book.height(sheet, area.first - 1, area.first - 1)
    print_table(
        book.sheets[sheet],
        widths,
        repeated,
        wanted,
        end,
        area.first - 1,
        heights,
        head,
    )


def _aligned(fields: Sequence[Field], rows: Sequence[Sequence[Entry]]) -> list[list[Entry]]:
    """The same rows; where some scores of a column need more decimals than others, all have room for as many.

    So their points stand below each other. A score needs more than one decimal where it would else be rounded up to a level.
    """
    shown = [list(entries) for entries in rows]
    for column, field in enumerate(fields):
        if field.kind != "score":
            continue
        places = [len(entries[column].number.partition(".")[2]) for entries in shown if entries[column].number.startswith("0.")]
        most = max(places, default=1)
        if most < 2:
            continue
        for entries in shown:
            entry = entries[column]
            if entry.value is None or isinstance(entry.value, float | int):
                pattern = entry.number or "0.0"
                room = "_0" * (most - len(pattern.partition(".")[2]))
                entries[column] = replace(entry, number=f"{pattern}{room}" if entry.value is not None else f"@{'_0' * most}")
    return shown


def _beside_title(book: Book, sheet: str, note: str, widths: Sequence[float], repeated: int) -> None:
    """The name below the title within the columns that stand on each page, and the note within the others of the first."""
    page, looks = book.sheets[sheet], book.looks
    named = looks.of(font_color=looks.colours["muted"], text_wrap=True)
    noted = looks.of(font_color=looks.colours["muted"], text_wrap=True, valign="vcenter", indent=1)
    if repeated > 1:
        page.merge_range(1, 0, 1, repeated - 1, "", named)
    book.text(sheet, 1, 0, book.subject, named)
    page.merge_range(0, repeated, 1, len(widths) - 1, "", noted)
    book.text(sheet, 0, repeated, note, noted)
    lines = cell_lines(book.subject, sum(map(pixels_of, widths[:repeated])) - 8)
    room = sum(map(pixels_of, widths[repeated:])) - 8 - INDENT
    needed = row_points([(cell_lines(note, room), _SIZE)], looks.language) - _TITLE
    book.row(sheet, 1, row_points([(lines, _SIZE)], looks.language, max(_LEAST, needed)))


def _write(book: Book, sheet: str, row: int, column: int, entry: Entry) -> None:
    page, value, kind = book.sheets[sheet], entry.value, entry.kind or "text"
    look = book.looks.cell(kind, entry.tone, number=entry.number)
    if value is None:
        if entry.tone in ("editable", "changed"):
            page.write_blank(row, column, None, look)
        else:
            book.text(sheet, row, column, _DASH, book.looks.cell(kind, "muted", number=entry.number))
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


def _height(language: str, fields: Sequence[Field], entries: Sequence[Entry]) -> float:
    """Room for the longest text, since not every program finds it by itself."""
    return row_points([(lines, _SIZE) for lines in _lines(fields, entries)], language, _LEAST)


def _lines(fields: Sequence[Field], entries: Sequence[Entry]) -> Iterator[int]:
    for field, entry in zip(fields, entries, strict=True):
        if isinstance(entry.value, str) and (entry.kind or field.kind) == "wrap":
            yield cell_lines(entry.value, room_of(field.width, 1), _SIZE, entry.tone in ("strong", "changed"))
