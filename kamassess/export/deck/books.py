"""The workbooks behind charts: what stands in them is text or a figure, whatever a client's names begin with."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import xlsxwriter
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter

__all__ = ["ChartData"]


class _Book(CategoryWorkbookWriter):  # type: ignore[misc]
    """python-pptx's own workbook, in which no name is a formula or a link."""

    @contextmanager
    def _open_worksheet(self, xlsx_file: io.BytesIO) -> Iterator[tuple[Any, Any]]:
        asked = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        book = xlsxwriter.Workbook(xlsx_file, asked)
        yield book, book.add_worksheet()
        book.close()


class ChartData(CategoryChartData):  # type: ignore[misc]
    """The figures of a chart, and their workbook."""

    @property
    def _workbook_writer(self) -> _Book:
        return _Book(self)
