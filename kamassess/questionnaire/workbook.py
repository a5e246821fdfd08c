"""A questionnaire as an XLSX workbook: cover, questions, and two hidden sheets. The same form makes the same bytes."""

from __future__ import annotations

import datetime as dt
import io

import xlsxwriter

from kamassess.errors import Fault, InputError
from kamassess.export.cell_text import FONTS
from kamassess.questionnaire.cover import write_cover
from kamassess.questionnaire.form import Filled, Form
from kamassess.questionnaire.lists import write_identity, write_lists
from kamassess.questionnaire.look import Look
from kamassess.questionnaire.questions import write_questions

__all__ = ["write_workbook"]

_UNDATED = dt.datetime(2000, 1, 1, 9)
"""What stands for the day it was made where the engagement gives no date: never today, for the bytes must not hang on it."""
_LONGEST_CELL = 32_767
_HIDDEN = ("lists", "form")


def write_workbook(form: Form, filled: Filled | None = None) -> bytes:
    """The workbook, with the answers of *filled* in it or empty.

    Raises
    ------
    InputError
        A comment is longer than a cell can be.
    """
    filled = filled or Filled()
    _check_lengths(filled)
    raw = io.BytesIO()
    plain = {"font_name": FONTS["en"], "font_size": 10}  # by its digits programs reckon how wide columns are
    told = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "default_format_properties": plain}
    book = xlsxwriter.Workbook(raw, told)
    book.set_properties(_properties(form))
    look = Look(book, form.engagement.brand, form.language)
    names = form.words("form_cover_sheet"), form.words("form_questions_sheet"), *_HIDDEN
    cover, questions, lists, identity = (book.add_worksheet(name) for name in names)
    written = write_questions(questions, form, filled, write_lists(lists, form), look)
    write_cover(cover, form, written, look)
    write_identity(book, identity, form)
    book.close()
    return raw.getvalue()


def _properties(form: Form) -> dict[str, object]:
    words, date = form.words, form.engagement.date
    created = dt.datetime.combine(dt.date.fromisoformat(date), dt.time(9)) if date else _UNDATED
    return {
        "title": words.of(form.instrument.title),
        "subject": words("form_for_role", role=words.of(form.role.name)),
        "author": form.engagement.brand.name,
        "company": words.of(form.engagement.company),
        "created": created,
    }


def _check_lengths(filled: Filled) -> None:
    faults = [
        Fault(f"the comment on {question} has {len(comment):,} characters, and a cell holds {_LONGEST_CELL:,}", "Shorten it.")
        for question, (_, _, comment) in filled.answers.items()
        if len(comment.encode("utf-16-le")) // 2 > _LONGEST_CELL
    ]
    if faults:
        raise InputError(faults)
