"""One workbook in the making: its sheets, their set-up for screen and paper, and what the file says of itself.

Text is always written as text, never as what it looks like: a client's ``=1+1`` stays four characters.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

import xlsxwriter
from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell

from kamassess.export.cell_text import FONTS
from kamassess.export.paper import MARGINS
from kamassess.export.scorecard.looks import Looks
from kamassess.planning import Decision
from kamassess.sections.imprint import imprint_of
from kamassess.sections.view import ResultView

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

__all__ = ["BASE", "Book", "reference", "risky"]

BASE = dt.datetime(1980, 1, 1)
"""Stands for a date that is not known; the one that parts of a ZIP file have."""
_LONGEST = 32_000
"""Characters of a cell; a spreadsheet holds 32,767."""
_A4 = 9
_PNG = "data:image/png;base64,"
_LOGO_HEIGHT, _LOGO_WIDTH = 40, 160
"""Pixels that a logo may take."""
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_ROW = 15.0
"""Points of a row that nothing is said of."""


class Book:
    """A workbook about one result; ``sheets`` by key, in their order."""

    def __init__(self, view: ResultView, about: str, subject: str, sheets: Sequence[str]) -> None:
        self._raw = io.BytesIO()
        plain = {"font_name": FONTS["en"], "font_size": 10}  # by its digits programs reckon how wide columns are
        self._book = xlsxwriter.Workbook(self._raw, {"in_memory": True, "default_format_properties": plain})
        self.view = view
        self.looks = Looks(self._book, view.brand, view.words.language)
        words, result = view.words, view.result
        created = dt.datetime.fromisoformat(result.date) if result.date else BASE
        self._book.set_properties(
            {
                "title": words("sc_title", about=about, wave=result.wave),
                "subject": words.of(view.instrument.title),
                "author": view.brand.name,
                "company": view.company,
                "comments": words.of(view.brand.footer),
                "keywords": str(imprint_of(view)),
                "created": created,
            }
        )
        self._book.set_calc_mode("auto")
        self._about = about
        self.subject = subject
        """Whom the tables are about, in a line below each title."""
        self.written: list[tuple[str, ...]] = []
        """What stands in cells that may be edited, for whoever reads the file back."""
        self._heights: dict[str, dict[int, float]] = {key: {} for key in sheets}
        self.sheets: dict[str, Worksheet] = {key: self._add(key) for key in sheets}

    def _add(self, key: str) -> Worksheet:
        words = self.view.words
        sheet = self._book.add_worksheet(words(f"sc_sheet_{key}"))
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(**MARGINS)
        sheet.hide_gridlines(2)
        left = f"{self.view.company} · {self._about}" if self._about != self.view.company else self.view.company
        right = words("sc_header_wave", wave=self.view.result.wave)
        sheet.set_header(f"&L&8 {_escaped(left, 120)} · &A&R&8 {_escaped(right, 60)}")
        page = words("page_of", page="&P", pages="&N")
        sheet.set_footer(f"&L&8 {_escaped(words.of(self.view.brand.footer), 150)}&R&8 {page}")
        return sheet

    def name(self, key: str) -> str:
        """The name of a sheet, as formulas write it."""
        return str(quote_sheetname(self.sheets[key].get_name()))

    def text(self, key: str, row: int, column: int, text: str, look: Format) -> None:
        """Text, whatever it begins with. *look* of a risky one keeps its quote, so that editing the cell does no harm either."""
        self.sheets[key].write_string(row, column, _cut(text), look)

    def row(self, key: str, row: int, height: float, *, hidden: bool = False) -> None:
        """Make a row so many points high, and keep in mind that it is."""
        self.sheets[key].set_row(row, height, None, {"hidden": True} if hidden else {})
        self._heights[key][row] = 0.0 if hidden else height

    def height(self, key: str, first: int, last: int) -> float:
        """Points of rows from *first* to *last*."""
        return sum(self._heights[key].get(row, _ROW) for row in range(first, last + 1))

    def head(self, key: str, title: str, note: str = "") -> None:
        """The lines at the top of a sheet: what is on it, and of whom. A table has its note beside them."""
        self.row(key, 0, 26.0)
        self.text(key, 0, 0, title, self.looks.title)
        self.text(key, 1, 0, self.subject, self.looks.subtitle)
        if note:
            self.text(key, 2, 0, note, self.looks.subtitle)

    def logo(self, key: str, column: int) -> None:
        """The brand's logo at the right of a sheet's first lines; spreadsheets show PNG, not the SVG that pages have."""
        found = self.view.brand.logo or ""
        if not found.startswith(_PNG):
            return
        raw = base64.b64decode(found[len(_PNG) :])
        width, height = struct.unpack(">II", raw[16:24])
        share = min(_LOGO_HEIGHT / max(height, 1), _LOGO_WIDTH / max(width, 1))
        options = {"image_data": io.BytesIO(raw), "x_scale": share, "y_scale": share, "description": self.view.brand.name}
        self.row(key, 0, _LOGO_HEIGHT * 0.85)
        self.sheets[key].insert_image(0, column, "logo.png", options | {"object_position": 3})

    def chart(self, kind: str, subtype: str = "") -> object:
        """A native chart of XlsxWriter."""
        return self._book.add_chart({"type": kind, "subtype": subtype} if subtype else {"type": kind})

    def protect(self) -> None:
        """Lock every cell but those that may be edited. There is no password: it guards against slips, not against people."""
        allowed = {"autofilter": True, "sort": True, "format_cells": True, "format_columns": True, "format_rows": True}
        for sheet in self.sheets.values():
            sheet.protect("", allowed)

    def wrote(self, table: str, name: str, field: str, value: str | float | None, decision: Decision | None) -> None:
        """Note what stands in a cell that may be edited, and what stood there before somebody decided."""
        old = decision.old if decision else None
        self.written.append((table, name, field, _plain(value), _plain(old), "1" if decision else "0"))

    def hidden(self, name: str, rows: Sequence[Sequence[str]]) -> None:
        """A sheet that nobody sees: what the file is, for whoever reads it back."""
        sheet = self._book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(number, column, _cut(text))
        sheet.very_hidden()

    def done(self) -> bytes:
        """The file."""
        first = next(iter(self.sheets.values()))
        first.activate()
        self._book.close()
        return self._raw.getvalue()


def _plain(value: str | float | bool | None) -> str:
    """A value as text, as it is read back from a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return str(int(value)) if value == int(value) else repr(float(value))
    return value


def risky(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula, were it typed."""
    return text.startswith(_RISKY)


def reference(sheet: str, first: tuple[int, int], last: tuple[int, int] | None = None) -> str:
    """A cell or a range as a formula writes it; rows and columns from 0.

    >>> reference("'Data quality'", (4, 0), (9, 27))
    "'Data quality'!$A$5:$AB$10"
    """
    cells = [xl_rowcol_to_cell(*cell, row_abs=True, col_abs=True) for cell in (first, last) if cell is not None]
    return f"{sheet}!{':'.join(cells)}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _escaped(text: str, most: int) -> str:
    """Text for a header or footer, where & gives orders (a digit after a size would belong to it), in 255 characters in all."""
    return (text if len(text) <= most else f"{text[:most]}…").replace("&", "&&")
