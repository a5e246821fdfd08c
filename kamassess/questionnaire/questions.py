"""The sheet of questions: who answers, one row a question with what each answer means beside it, and a mark for what is done.

Rows carry the question's id, and that is what is read back: they may be sorted, and columns moved or widened. Nothing is merged
among them, so that Excel, WPS and LibreOffice fit the height of each row to its text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from kamassess.export.cell_text import cell_lines, room_of, row_points
from kamassess.export.paper import MARGINS, print_table
from kamassess.instrument import Dimension, Question, Scale
from kamassess.questionnaire.form import Filled, Form
from kamassess.questionnaire.lists import Lists
from kamassess.questionnaire.look import Look
from kamassess.reading.answer_words import NOT_APPLICABLE, UNANSWERED, option_text, value_text

__all__ = ["Written", "write_questions"]

_HEAD = 3
_MOST_COLUMNS = 7
_LISTED = 20
_FOOTER = 50
"""Characters of a name in the footer, which has room for 255 in all."""
DONE, OPEN = "✓", "○"
_ID, _TEXT, _FIRST = 0, 1, 2
_WIDTHS = {"id": 11, "text": 25, "list": 76, "answer": 13, "comment": 20, "done": 8}
_SCENES, _WIDEST_SCENE = 97.5, 24.0
"""Characters for all scenes beside each other, and for one at most: so a form fits on paper and can be read there."""
_SIZE = 10
_TOP = 22.0
_LEAST_HEIGHT = 45.0
"""A comment of three lines shows, however short the question is."""


@dataclass(frozen=True)
class Written:
    """Where the marks of each part stand, as formulas name them, and how many are done: what the cover sums up."""

    marks: Sequence[tuple[Dimension, str, int, int]]
    """A dimension, the range of its marks, how many questions it has and how many of them are done."""


@dataclass(frozen=True)
class _Columns:
    """Where what stands. Scenes have a column each where every scale has as many options, and few; else one column lists them."""

    scenes: int

    @property
    def answer(self) -> int:
        return _FIRST + self.scenes

    @property
    def width(self) -> float:
        """Of a column of scenes, in characters."""
        return min(_WIDEST_SCENE, round(_SCENES / self.scenes, 1)) if self.scenes > 1 else _WIDTHS["list"]

    @property
    def comment(self) -> int:
        return self.answer + 1

    @property
    def done(self) -> int:
        return self.answer + 2

    @property
    def beside(self) -> int:
        """The names of the fields at the right of the top rows; their values come after them."""
        return self.answer - 1 if self.scenes > 1 else self.answer


def write_questions(sheet: Any, form: Form, filled: Filled, lists: Lists, look: Look) -> Written:
    """Fill the empty *sheet*, with the answers of *filled*."""
    return _Writer(form, filled, lists, look, sheet, _Columns(_scene_columns(form))).write()


def _scene_columns(form: Form) -> int:
    counts = {len(scale.options) for scale in form.scales}
    (count,) = counts if len(counts) == 1 else (0,)
    if 2 <= count <= _MOST_COLUMNS and any(question.anchors for question in form.questions):
        return count
    return 1


@dataclass(frozen=True)
class _Writer:
    form: Form
    filled: Filled
    lists: Lists
    look: Look
    sheet: Any
    columns: _Columns
    heights: dict[int, float] = field(default_factory=dict)
    """Points of each row."""

    def write(self) -> Written:
        self._page()
        self._header()
        rows = dict(self._rows())
        last = max(rows.values())
        self._on_paper(rows)
        self._entries(last)
        marks = []
        for part, asked in self.form.parts:
            own = [rows[question.id] for _, question in asked]
            place = self._marks(min(own), max(own))
            done = sum(self._mark(question) == DONE for _, question in asked)
            marks.append((part, f"'{self.sheet.name}'!{place}", len(asked), done))
        self._top(self._marks(_HEAD + 1, last), sum(done for *_, done in marks))
        return Written(marks)

    def _row(self, row: int, height: float) -> None:
        self.sheet.set_row(row, height)
        self.heights[row] = height

    def _page(self) -> None:
        """Widths, what stays in view, and how it prints."""
        sheet, look, columns = self.sheet, self.look, self.columns
        width = columns.width
        sheet.set_column(_ID, _ID, _WIDTHS["id"], look["plain"])
        sheet.set_column(_TEXT, _TEXT, _WIDTHS["text"], look["plain"])
        sheet.set_column(_FIRST, columns.answer - 1, width, look["plain"])
        for place, kind in ((columns.answer, "answer"), (columns.comment, "comment"), (columns.done, "done")):
            sheet.set_column(place, place, _WIDTHS[kind], look["plain"])
        sheet.freeze_panes(_HEAD + 1, _FIRST)
        sheet.hide_gridlines(2)
        sheet.set_zoom(90)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(**MARGINS)
        page = self.form.words("form_page", page="&P", pages="&N")
        named = (
            self.form.words.of(text)[:_FOOTER].replace("&", "&&") for text in (self.form.instrument.title, self.form.role.name)
        )
        sheet.set_footer(f"&L&8{' · '.join(named)}&R&8{page}")
        sheet.protect("", {"format_columns": True, "format_rows": True})

    def _on_paper(self, rows: Mapping[str, int]) -> None:
        """One page wide, without the marks of what is done; a part begins on a page with its first question."""
        columns = self.columns
        widths = [_WIDTHS["id"], _WIDTHS["text"], *[columns.width] * columns.scenes, _WIDTHS["answer"], _WIDTHS["comment"]]
        starts, blocks = sorted(rows.values()), []
        for number, row in enumerate(starts):
            first = 0 if not number else row - 1 if row - 1 not in starts else row
            blocks.append((first, sum(self.heights.get(one, _TOP) for one in range(first, row + 1))))
        print_table(self.sheet, widths, 0, (), starts[-1], _HEAD, blocks, _TOP)

    # -- above the table ---------------------------------------------------------------------------------------------------

    def _top(self, marks: str, done: int) -> None:
        """Title, progress, and the fields that say who answers: a name, its value beside it."""
        form, words, sheet, look, columns = self.form, self.form.words, self.sheet, self.look, self.columns
        for row, height in ((0, 26), (1, 21), (2, 21)):
            self._row(row, height)
        sheet.write_string(0, _ID, words.of(form.instrument.title), look["title"])
        sheet.write_string(0, columns.beside, words("form_progress"), look["field"])
        progress = f'=COUNTIF({marks},"{DONE}")&" / {form.count}"'
        sheet.write_formula(0, columns.beside + 1, progress, look["progress"], f"{done} / {form.count}")
        role = f"{form.role.id} – {words.of(form.role.name)}"
        unit = form.unit or next((unit for unit in form.engagement.units if unit.id == self.filled.unit), None)
        named = f"{unit.id} – {words.of(unit.name)}" if unit else self.filled.unit
        self._field(1, _TEXT, words("form_unit"), named, "fixed" if form.unit else "entry")
        self._field(1, columns.beside, words("form_respondent"), self.filled.respondent, "entry")
        self._field(2, _TEXT, words("form_wave"), form.engagement.wave, "fixed")
        self._field(2, columns.beside, words("form_role"), role, "fixed")
        self._check_fields()

    def _field(self, row: int, column: int, name: str, value: str, style: str) -> None:
        """A field; its value may run on as far as the next one."""
        sheet, look, columns = self.sheet, self.look, self.columns
        sheet.write_string(row, column, name, look["field"])
        last = columns.beside - 1 if column == _TEXT else columns.comment
        if last > column + 1:
            sheet.merge_range(row, column + 1, row, last, "", look[style])
        sheet.write_string(row, column + 1, value, look[style])

    def _check_fields(self) -> None:
        words, sheet = self.form.words, self.sheet
        said = {"input_title": words("form_respondent"), "input_message": words("form_code_hint")}
        code = self.columns.beside + 1
        sheet.data_validation(1, code, 1, code, {"validate": "any", **said})
        if self.lists.units:
            listed = {"validate": "list", "source": self.lists.units, "error_title": words("form_unit")}
            sheet.data_validation(1, _FIRST, 1, _FIRST, listed | {"error_message": words("form_pick_refused")})

    # -- the table ---------------------------------------------------------------------------------------------------------

    def _header(self) -> None:
        words, sheet, look, columns = self.form.words, self.sheet, self.look, self.columns
        self._row(_HEAD, _TOP)
        sheet.write_string(_HEAD, _ID, words("form_question_id"), look["head"])
        sheet.write_string(_HEAD, _TEXT, words("form_question"), look["head"])
        for place, text in enumerate(self._headings(), _FIRST):
            sheet.write_string(_HEAD, place, text, look["head_centred" if columns.scenes > 1 else "head"])
        for place, name in ((columns.answer, "form_answer"), (columns.comment, "form_comment"), (columns.done, "form_done")):
            sheet.write_string(_HEAD, place, words(name), look["head" if place == columns.comment else "head_centred"])

    def _headings(self) -> list[str]:
        """Over the scenes: their values where all scales have the same, else how manyth they are."""
        if self.columns.scenes == 1:
            return [self.form.words("form_options")]
        values = {scale.values for scale in self.form.scales}
        shown = next(iter(values)) if len(values) == 1 else range(1, self.columns.scenes + 1)
        return [value_text(value) for value in shown]

    def _rows(self) -> Iterator[tuple[str, int]]:
        """Writes a heading for each part and a row for each question; yields where each question stands."""
        row = _HEAD + 1
        for part, asked in self.form.parts:
            self._part(row, part, {question.scale.id: question.scale for _, question in asked})
            row += 1
            for criterion, question in asked:
                self._question(row, self.form.words.of(criterion.name), question)
                yield question.id, row
                row += 1

    def _part(self, row: int, part: Dimension, scales: Mapping[str, Scale]) -> None:
        """The name of a part and, if all its questions share a scale, the labels of the options above their scenes."""
        sheet, look, columns = self.sheet, self.look, self.columns
        for place in range(columns.done + 1):
            sheet.write_blank(row, place, None, look["part"])
        self._row(row, 20)
        sheet.write_string(row, _TEXT, self.form.words.of(part.name), look["part"])
        if columns.scenes > 1 and len(scales) == 1:
            (scale,) = scales.values()
            for place, option in enumerate(scale.options, _FIRST):
                sheet.write_string(row, place, self.form.words.of(option.label), look["part_option"])

    def _question(self, row: int, criterion: str, question: Question) -> None:
        words, sheet, look, columns = self.form.words, self.sheet, self.look, self.columns
        sheet.write_string(row, _ID, question.id, look["id"])
        text = words.of(question.text)
        if criterion.strip() and text.strip():
            sheet.write_rich_string(row, _TEXT, look["strong"], f"{criterion}\n", look["plain"], text, look["question"])
        else:
            sheet.write_string(row, _TEXT, text or criterion, look["question"])
        scenes = self._scenes(question)
        for place, scene in enumerate(scenes, _FIRST):
            sheet.write_string(row, place, scene, look["scene"])
        value, state, comment = self.filled.answers.get(question.id, (0.0, UNANSWERED, ""))
        sheet.write_string(row, columns.answer, self.form.answer_text(question, value, state), look["answer"])
        sheet.write_string(row, columns.comment, comment, look["comment"])
        asking = room_of(_WIDTHS["text"])
        lines = [(cell_lines(scene, room_of(columns.width, 1), _SIZE), _SIZE) for scene in scenes]
        lines.append((cell_lines(criterion, asking, _SIZE, True) + cell_lines(text, asking, _SIZE), _SIZE))
        lines.append((cell_lines(comment, room_of(_WIDTHS["comment"]), _SIZE), _SIZE))
        self._row(row, row_points(lines, self.form.language, _LEAST_HEIGHT))
        sheet.write_formula(row, columns.done, self._formula(row), look["done"], self._mark(question))
        listed = {"validate": "list", "source": self.lists.answers[question.scale.id], "input_message": words("form_pick")}
        listed |= {"error_title": words("form_answer"), "error_message": words("form_pick_refused")}
        sheet.data_validation(row, columns.answer, row, columns.answer, listed)

    def _scenes(self, question: Question) -> list[str]:
        """What each answer means: a cell for each option, or one cell with a line for each."""
        words, options = self.form.words, question.scale.options
        scenes = [words.of(question.anchors.get(option.value, {})) for option in options]
        if self.columns.scenes > 1:
            return scenes
        if len(options) > _LISTED:
            low, high = (value_text(option.value) for option in (options[0], options[-1]))
            return [words("form_options_between", low=low, high=high)]
        named = [option_text(option.value, words.of(option.label)) for option in options]
        return ["\n".join(f"{name}: {scene}" if scene else name for name, scene in zip(named, scenes, strict=True))]

    # -- what is done ------------------------------------------------------------------------------------------------------

    def _formula(self, row: int) -> str:
        """The mark of a row: open, done, or that the reason is missing. Only functions that every spreadsheet has."""
        answer, comment = (xl_rowcol_to_cell(row, place) for place in (self.columns.answer, self.columns.comment))
        none, reason = (self.form.words(name).replace('"', '""') for name in ("form_not_applicable", "form_reason_missing"))
        return (
            f'=IF(TRIM({answer})="","{OPEN}",'
            f'IF(AND(OR(TRIM({answer})="{none}",TRIM({answer})="NA"),TRIM({comment})=""),"{reason}","{DONE}"))'
        )

    def _mark(self, question: Question) -> str:
        """What :meth:`_formula` comes to, for programs that show a file without calculating it."""
        _, state, comment = self.filled.answers.get(question.id, (0.0, UNANSWERED, ""))
        if state == NOT_APPLICABLE and not comment.strip():
            return self.form.words("form_reason_missing")
        return OPEN if state == UNANSWERED else DONE

    def _marks(self, first: int, last: int) -> str:
        letter = xl_col_to_name(self.columns.done)
        return f"${letter}${first + 1}:${letter}${last + 1}"

    def _entries(self, last: int) -> None:
        """Colours that follow the answers: given ones on white, a missing reason in sight, what is done in the brand's colour."""
        columns, sheet, look, words = self.columns, self.sheet, self.look, self.form.words
        first = _HEAD + 1
        done = f"${xl_col_to_name(columns.done)}{first + 1}"
        missing = f'={done}="{words("form_reason_missing")}"'
        rules = (
            (columns.answer, f'={done}="{DONE}"', "given"),
            (columns.comment, missing, "wanted"),
            (columns.done, missing, "wanted"),
            (columns.done, f'={done}="{DONE}"', "good"),
        )
        for place, formula, style in rules:
            rule = {"type": "formula", "criteria": formula, "format": look[style]}
            sheet.conditional_format(first, place, last, place, rule)
        said = words("form_comment_hint", answer=words("form_not_applicable"))
        sheet.data_validation(first, columns.comment, last, columns.comment, {"validate": "any", "input_message": said})
