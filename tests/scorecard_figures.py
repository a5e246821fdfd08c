"""Figures of a scorecard by table, row and field: by the keys that stand hidden above the headings, in any language."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl

__all__ = ["Figure", "figures", "figures_of", "workbook"]

_KEY = re.compile(r"\w+\.\S.*")


class Figure(NamedTuple):
    """A value, and where it stands."""

    value: Any
    sheet: str
    cell: str


def workbook(raw: bytes | Path, *, formulas: bool = False) -> Any:
    """The workbook; its formulas, or the values that were stored with them."""
    return openpyxl.load_workbook(io.BytesIO(raw) if isinstance(raw, bytes) else raw, data_only=not formulas)


def figures(raw: bytes | Path) -> dict[tuple[str, str, str], Figure]:
    """Every cell of every table: ``("criteria", "STR-1", "score")``. A row is called by its ``id`` or by its first cell."""
    return dict(figures_of(workbook(raw)))


def figures_of(book: Any) -> Iterator[tuple[tuple[str, str, str], Figure]]:
    """The same of a workbook that is open."""
    for sheet in book.worksheets:
        keys: list[str] = []
        for row in sheet.iter_rows():
            texts = [str(cell.value) if cell.value is not None else "" for cell in row]
            if texts[0] and _KEY.fullmatch(texts[0]) and sheet.row_dimensions[row[0].row].hidden:
                keys, heading = [text for text in texts if text], row[0].row + 1
            elif keys and row[0].row > heading:
                if not any(texts):
                    keys = []
                    continue
                fields = [key.partition(".")[2] for key in keys]
                name = texts[fields.index("id")] if "id" in fields and texts[fields.index("id")] else texts[0]
                for key, field, cell in zip(keys, fields, row, strict=False):
                    yield (key.partition(".")[0], name, field), Figure(cell.value, sheet.title, cell.coordinate)
