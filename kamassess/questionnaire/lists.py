"""The hidden sheets of a questionnaire: the lists that its drop-downs show, and what it is a copy of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from kamassess.questionnaire.form import Form
from kamassess.reading.answer_words import DONT_KNOW, NOT_APPLICABLE, option_text

__all__ = ["Lists", "write_identity", "write_lists"]


@dataclass(frozen=True)
class Lists:
    """Where the lists stand, as a drop-down names them: of the answers by scale, and of the units (empty if it is given)."""

    answers: Mapping[str, str]
    units: str


def write_lists(sheet: Any, form: Form) -> Lists:
    """A column for each scale and one for the units, on a hidden sheet: a list inside a cell may have 255 characters only."""
    sheet.hide()
    sheet.protect()
    none = [form.answer_text(next(form.questions), 0.0, state) for state in (DONT_KNOW, NOT_APPLICABLE)]
    columns: dict[str, Sequence[str]] = {
        scale.id: [*(option_text(option.value, form.words.of(option.label)) for option in scale.options), *none]
        for scale in form.scales
    }
    places = {name: _column(sheet, place, name, items) for place, (name, items) in enumerate(columns.items())}
    units = ""
    if form.unit is None:
        named = [f"{unit.id} – {form.words.of(unit.name)}" for unit in form.units]
        units = _column(sheet, len(columns), "unit", named)
    return Lists(places, units)


def _column(sheet: Any, place: int, name: str, items: Sequence[str]) -> str:
    """Writes a list below its name; returns where it stands."""
    sheet.write_string(0, place, name)
    for row, item in enumerate(items, 1):
        sheet.write_string(row, place, item)
    letter = xl_col_to_name(place)
    return f"={sheet.name}!${letter}$2:${letter}${len(items) + 1}"


def write_identity(book: Any, sheet: Any, form: Form) -> None:
    """What the form is a copy of, on a hidden sheet and in the properties of the file."""
    sheet.hide()
    sheet.protect()
    for row, pair in enumerate(form.identity.pairs()):
        for column, text in enumerate(pair):
            sheet.write_string(row, column, text)
    for key, text in form.identity.properties():
        book.set_custom_property(key, text, "text")
