"""The first sheet: what is asked and why, what happens to the answers, how to fill it in and return it, how far one is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kamassess.export.cell_text import cell_lines, pixels_of, row_points
from kamassess.questionnaire.form import Form
from kamassess.questionnaire.look import Look
from kamassess.questionnaire.questions import DONE, Written
from kamassess.reading.brand import default_brand

__all__ = ["write_cover"]

_LABEL, _TEXT, _OF, _ANSWERED, _SHARE, _BAR = range(1, 7)
_WIDTHS = (2, 24, 58, 11, 11, 11, 14)
_SIDES = 8
"""Pixels that a cell keeps free beside its text."""
_BLOCKS = 10
"""A bar of text: bars of conditional formats differ between programs, and some show a little of one at zero."""


def write_cover(sheet: Any, form: Form, written: Written, look: Look) -> None:
    """Fill the empty *sheet*."""
    _Cover(sheet, form, look).write(written)


@dataclass(frozen=True)
class _Cover:
    sheet: Any
    form: Form
    look: Look

    def write(self, written: Written) -> None:
        form, words, sheet, look = self.form, self.form.words, self.sheet, self.look
        self._page()
        sheet.set_row(1, 30)
        sheet.write_string(1, _LABEL, words.of(form.instrument.title), look["title"])
        role = words.of(form.role.name)
        sheet.write_string(2, _LABEL, words("form_for_role", role=role), look["subtitle"])
        company = words.of(form.engagement.company)
        sheet.write_string(3, _LABEL, words("form_where", company=company, wave=form.engagement.wave), look["subtitle"])
        row = 5
        for label, text in self._texts():
            sheet.write_string(row, _LABEL, label, look["label"])
            sheet.merge_range(row, _TEXT, row, _BAR, "", look["text"])
            sheet.write_string(row, _TEXT, text, look["text"])
            lines = cell_lines(text, sum(map(pixels_of, _WIDTHS[_TEXT:])) - _SIDES)
            sheet.set_row(row, row_points([(lines, 10)], form.language) + 3)
            row += 1
        self._progress(row + 1, written)

    def _page(self) -> None:
        sheet, look = self.sheet, self.look
        for place, width in enumerate(_WIDTHS):
            sheet.set_column(place, place, width, look["plain"])
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 1)
        sheet.set_footer(f"&R&8{self.form.words('form_page', page='&P', pages='&N')}")
        sheet.protect("", {"format_columns": True, "format_rows": True})

    def _texts(self) -> Iterator[tuple[str, str]]:
        form, words = self.form, self.form.words
        sheet = words("form_questions_sheet")
        title, company, brand = words.of(form.instrument.title), words.of(form.engagement.company), form.engagement.brand
        about = words("form_about_text", title=title, n=form.count, minutes=form.minutes)
        yield words("form_about"), about
        own = brand.name in ("", default_brand().name)
        yield words("form_asked_by"), company if own else words("form_asked_for", brand=brand.name, company=company)
        yield words("form_unit"), words.of(form.unit.name) if form.unit else words("form_unit_open", sheet=sheet)
        yield words("form_use"), words("form_use_text")
        people = words.people(form.instrument.policy.min_respondents)
        yield words("form_anonymity"), words("form_anonymity_text", people=people)
        for number, step in enumerate(self._steps(sheet), 1):
            yield words("form_fill") if number == 1 else "", f"{number}  {step}"
        yield words("form_return"), words("form_return_text")

    def _steps(self, sheet: str) -> Iterator[str]:
        words = self.form.words
        yield words("form_step_code" if self.form.unit else "form_step_unit", sheet=sheet)
        scenes = any(question.anchors for question in self.form.questions)
        yield words("form_step_scene" if scenes else "form_step_option")
        yield words("form_step_dont_know", answer=words("form_dont_know"))
        yield words("form_step_not_applicable", answer=words("form_not_applicable"))
        yield words("form_step_comment", column=words("form_comment"))

    def _progress(self, row: int, written: Written) -> None:
        """How many questions of each part are done, by formulas."""
        words, sheet, look = self.form.words, self.sheet, self.look
        sheet.set_row(row, 20)
        sheet.write_string(row, _LABEL, words("form_progress"), look["head"])
        sheet.write_string(row, _TEXT, words("form_part"), look["head"])
        for place, name in ((_OF, "form_of_questions"), (_ANSWERED, "form_answered"), (_SHARE, "form_share")):
            sheet.write_string(row, place, words(name), look["head_centred"])
        sheet.write_blank(row, _BAR, None, look["head"])
        first = row + 1
        for number, (part, marks, count, done) in enumerate(written.marks):
            line = first + number
            sheet.set_row(line, 17)
            sheet.write_string(line, _LABEL, part.id, look["row"])
            sheet.write_string(line, _TEXT, words.of(part.name), look["row"])
            sheet.write_number(line, _OF, count, look["number"])
            sheet.write_formula(line, _ANSWERED, f'=COUNTIF({marks},"{DONE}")', look["number"], done)
            self._share(line, "", done, count)
        last = first + len(written.marks) - 1
        total, count, done = last + 1, self.form.count, sum(done for *_, done in written.marks)
        sheet.set_row(total, 19)
        sheet.write_string(total, _LABEL, words("form_all_parts"), look["total"])
        sheet.write_blank(total, _TEXT, None, look["total"])
        for place, letter, value in ((_OF, "D", count), (_ANSWERED, "E", done)):
            formula = f"=SUM({letter}{first + 1}:{letter}{last + 1})"
            sheet.write_formula(total, place, formula, look["total_number"], value)
        self._share(total, "total_", done, count)

    def _share(self, row: int, style: str, done: int, count: int) -> None:
        """The share that is done, and a bar of it."""
        full = round(_BLOCKS * done / count)
        self.sheet.write_formula(row, _SHARE, f"=E{row + 1}/D{row + 1}", self.look[f"{style}percent"], done / count)
        bar = f'=REPT("█",ROUND({_BLOCKS}*F{row + 1},0))&REPT("░",{_BLOCKS}-ROUND({_BLOCKS}*F{row + 1},0))'
        self.sheet.write_formula(row, _BAR, bar, self.look[f"{style}bar"], "█" * full + "░" * (_BLOCKS - full))
