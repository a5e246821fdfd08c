"""Questionnaires for tests: written for the small engagement, filled in as people and programs do it."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl

from kamassess.questionnaire import Filled, Form, write_workbook
from kamassess.reading.engagement import load_declared

__all__ = ["ANSWERS", "COLUMNS", "blank_form", "columns_of", "edited", "filled_form", "question_rows"]

ANSWERS = {"A-1-Q1": ("0.5 – Option 0.5", "why"), "A-2-Q1": ("Don't know", ""), "B-1-Q1": ("Not applicable", "no such thing")}
"""What a lead answers in :func:`filled_form`."""
COLUMNS = ("Question id", "Answer", "Comment or reason", "Done")


def blank_form(folder: Path, role: str = "lead", language: str = "en", unit: str | None = None) -> bytes:
    """The questionnaire of a role, as it is sent out."""
    engagement = load_declared(folder)
    chosen = next(one for one in engagement.instrument.roles if one.id == role)
    form = Form(engagement, chosen, language, engagement.unit(unit) if unit else None)
    return write_workbook(form, Filled())


def filled_form(
    folder: Path, change: Callable[[Any, Any], object] | None = None, answers: Mapping[str, tuple[Any, str]] = ANSWERS, **of: Any
) -> bytes:
    """A questionnaire that R9 of unit N has filled in; ``change(workbook, sheet of questions)`` is what went wrong with it."""

    def fill(book: Any, sheet: Any) -> None:
        places = columns_of(sheet)
        for row in question_rows(sheet):
            answer, comment = answers.get(sheet.cell(row, places["Question id"]).value, ("", ""))
            sheet.cell(row, places["Answer"]).value = answer
            sheet.cell(row, places["Comment or reason"]).value = comment
        beside(sheet, "Respondent code").value = "R9"
        if of.get("unit") is None:
            beside(sheet, "Business unit").value = "N – North"
        if change:
            change(book, sheet)

    return edited(blank_form(folder, **of), fill)


def edited(raw: bytes, change: Callable[[Any, Any], object]) -> bytes:
    """A questionnaire after ``change(workbook, sheet of questions)`` in openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(raw))
    change(book, book.worksheets[1])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def columns_of(sheet: Any) -> dict[str, int]:
    """Columns by heading, from 1."""
    return {cell.value: cell.column for cell in sheet[4] if cell.value}


def question_rows(sheet: Any) -> list[int]:
    """Rows of questions, from 1."""
    place = columns_of(sheet)["Question id"]
    return [row for row in range(5, sheet.max_row + 1) if sheet.cell(row, place).value]


def beside(sheet: Any, name: str) -> Any:
    """The cell of a field above the table."""
    found = next(cell for row in sheet.iter_rows(max_row=3) for cell in row if cell.value == name)
    return sheet.cell(found.row, found.column + 1)
