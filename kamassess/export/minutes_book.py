"""The minutes of a workshop as a workbook: what was decided, every level, and every vote, where they can be filtered and sorted.

Text is written as text, whatever it begins with; a figure that is not there is a dash.
"""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import xlsxwriter

from kamassess.export.scorecard.looks import Kind, Looks, Tone
from kamassess.instrument import Criterion, Dimension
from kamassess.result import Block, option_key
from kamassess.sections.imprint import imprint_of
from kamassess.sections.minutes import MinutesView

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

__all__ = ["minutes_workbook"]

Value: TypeAlias = str | float | dt.date | None
_BASE = dt.datetime(1980, 1, 1)
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_DASH = "–"
_NUMERIC = ("score", "number", "decimals", "count", "level", "date")
_A4, _LINE = 9, 13.5


@dataclass(frozen=True, slots=True)
class _Field:
    label: str
    width: float
    kind: Kind = "text"


def minutes_workbook(view: MinutesView) -> bytes:
    """The workbook, to the same bytes each time."""
    raw = io.BytesIO()
    book = xlsxwriter.Workbook(raw, {"in_memory": True})
    words, result = view.words, view.result
    title = words("wm_title", unit=view.unit_name, day=view.day)
    day = view.held.day or result.date
    created = dt.datetime.fromisoformat(day) if day else _BASE
    told = {"title": title, "author": view.brand.name, "company": view.company, "created": created}
    book.set_properties({**told, "keywords": str(imprint_of(view))})
    looks = Looks(book, view.brand, words.language)
    for name, write in (("decided", _decided), ("levels", _levels), ("votes", _votes), ("inputs", _inputs)):
        page = _Page(book.add_worksheet(words(f"wm_sheet_{name}")), looks, view)
        page.head(words(f"wm_sheet_{name}"), title)
        write(page)
    book.close()
    return raw.getvalue()


class _Page:
    """A sheet in the making: tables one below the other."""

    def __init__(self, sheet: Worksheet, looks: Looks, view: MinutesView) -> None:
        self.view, self.words = view, view.words
        self._sheet, self._looks, self._row = sheet, looks, 0
        self._widths: dict[int, float] = {}
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        footer = self.words.of(view.brand.footer).replace("&", "&&")[:150]
        sheet.set_footer(f"&L&8 {footer}&R&8 {self.words('page_of', page='&P', pages='&N')}")

    def head(self, title: str, subtitle: str) -> None:
        """The two lines at the top."""
        self._sheet.set_row(0, 26)
        self._sheet.write_string(0, 0, title, self._looks.title)
        self._sheet.write_string(1, 0, subtitle, self._looks.subtitle)
        self._row = 3

    def table(
        self,
        caption: str,
        fields: Sequence[_Field],
        rows: Sequence[Sequence[Value]],
        *,
        frozen: bool = False,
        strong: Collection[int] = (),
    ) -> None:
        """A table; a *frozen* one keeps its headings in sight and can be filtered. *strong* are numbers of rows, from 0."""
        sheet, top = self._sheet, self._row
        if not frozen:
            sheet.write_string(top, 0, caption, self._looks.of(bold=True))
            top += 1
        sheet.set_row(top, 32)
        for column, field in enumerate(fields):
            self._widths[column] = max(self._widths.get(column, 0.0), field.width)
            sheet.set_column(column, column, self._widths[column])
            look = self._looks.header_number if field.kind in _NUMERIC else self._looks.header
            sheet.write_string(top, column, field.label, look)
        for number, row in enumerate(rows, start=top + 1):
            lines = [_lines(value, field.width) for field, value in zip(fields, row, strict=True) if field.kind == "wrap"]
            sheet.set_row(number, 4 + _LINE * max(lines, default=1))
            for column, (field, value) in enumerate(zip(fields, row, strict=True)):
                self._write(number, column, value, field.kind, strong=number - top - 1 in strong)
        if frozen and rows:
            sheet.freeze_panes(top + 1, 2)
            sheet.repeat_rows(top)
            sheet.autofilter(top, 0, top + len(rows), len(fields) - 1)
        self._row = top + len(rows) + 2

    def _write(self, row: int, column: int, value: Value, kind: Kind, *, strong: bool) -> None:
        sheet, looks = self._sheet, self._looks
        tone: Tone = "strong" if strong else "plain"
        if value is None:
            sheet.write_string(row, column, _DASH, looks.cell(kind, "muted"))
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, column, dt.datetime(value.year, value.month, value.day), looks.cell(kind))
        elif isinstance(value, str):
            sheet.write_string(row, column, value[:32_000], looks.cell(kind, tone, quoted=value.startswith(_RISKY)))
        else:
            sheet.write_number(row, column, value, looks.cell(kind, tone))


def _lines(value: Value, width: float) -> int:
    """How many lines a text takes in a column of so many characters; a Chinese one counts two."""
    text = value if isinstance(value, str) else ""
    sizes = [sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line) for line in text.split("\n")]
    return sum(max(1, -(-size // max(int(width) - 3, 1))) for size in sizes)


# -- sheets --------------------------------------------------------------------------------------------------------------


def _decided(page: _Page) -> None:
    view, words, held = page.view, page.words, page.view.held
    fields = [
        _Field(words("wm_column_id"), 12, "id"),
        _Field(words("column_dimension"), 44, "wrap"),
        _Field(words("wm_column_agreed"), 24, "score"),
        _Field(words("column_level"), 24),
        _Field(words("wm_column_questions_agreed"), 16, "count"),
        _Field(words("wm_column_target"), 12, "score"),
    ]
    rows: list[list[Value]] = []
    for block in view.reached:
        found = held.agreed[block.id]
        level = f"{found.level} {view.level_name(found.level)}" if found.score is not None and found.level is not None else None
        level = f"{level}{words('wm_held_by', gates=words.list(list(found.blocked_by)))}" if level and found.blocked_by else level
        rows.append([block.id, view.name(block), found.score, level, found.n, held.targets.get(block.id)])
    page.table(words("wm_table_agreed"), fields, rows)
    fields = [
        _Field(words("wm_column_criterion_id"), 12, "id"),
        _Field(words("wm_column_do"), 44, "wrap"),
        _Field(words("wm_column_criterion_name"), 24, "wrap"),
        _Field(words("wm_column_owner"), 24, "wrap"),
        _Field(words("wm_column_due"), 16, "date"),
    ]
    rows = []
    for action in sorted(held.actions, key=lambda action: (action.due or "9999", action.criterion)):
        due = dt.date.fromisoformat(action.due) if action.due else None
        rows.append([action.criterion, action.do, view.name(view.criteria[action.criterion]), action.owner or None, due])
    page.table(words("wm_table_actions"), fields, rows)
    fields = [_Field(words("wm_column_id"), 12, "id"), _Field(words("column_question"), 44, "wrap")]
    fields.append(_Field(words("wm_column_state"), 24, "wrap"))
    left = [(name, "wm_open_voted") for name in view.left_open]
    left += [(name, "wm_open_unreached") for _, names in view.unreached for name in names]
    page.table(words("wm_open_title"), fields, [[name, words.of(view.question(name).text), words(why)] for name, why in left])


def _levels(page: _Page) -> None:
    """Dimensions and criteria, one a row, with everything that is known of them."""
    words, view = page.words, page.view
    numbers = ("wm_column_survey_score", "wm_column_low", "wm_column_high", "wm_column_respondents")
    votes = ("wm_column_first_score", "wm_column_people", "wm_column_last_score", "wm_column_people")
    fields = [_Field(words("wm_column_id"), 12, "id"), _Field(words("wm_column_block"), 40, "wrap")]
    fields += [_Field(words(label), 11, "count" if label == "wm_column_respondents" else "score") for label in numbers]
    fields += [_Field(words(label), 11, "count" if label == "wm_column_people" else "score") for label in votes]
    fields += [_Field(words("column_agreement"), 11, "decimals"), _Field(words("wm_column_agreed"), 11, "score")]
    fields += [_Field(words(label), 11, "score") for label in ("column_measured", "column_evidenced", "wm_column_target")]
    rows: list[list[Value]] = []
    strong = set()
    told = {view.criterion_of[name] for name in view.held.questions}
    for block in view.reached:
        strong.add(len(rows))
        rows.append(_level(view, block, view.claim(block.id)))
        parts = [criterion for criterion in block.criteria if criterion.id in told]
        rows += [_level(view, criterion, view.unit.criteria[criterion.id]) for criterion in parts]
    page.table("", fields, rows, frozen=True, strong=strong)


def _level(view: MinutesView, block: Dimension | Criterion, claim: Block) -> list[Value]:
    held, unit, name = view.held, view.unit, block.id
    low, high = claim.interval or (None, None)
    first, last = held.first[name], held.last[name]
    found: list[Value] = [name, view.name(block), claim.score, low, high, claim.n]
    found += [first.score, first.n, last.score, last.n]
    if isinstance(block, Dimension):
        known, rwg = unit.known.get(name), held.agreement[name].rwg_j
        shown = [known.measured if known else None, known.evidenced if known else None, unit.targets.get(name)]
    else:
        data, proof, rwg = unit.measured.get(name), unit.evidence.get(name), None
        shown = [data.level if data else None, proof.level if proof else None, None]
    return [*found, rwg, held.agreed[name].score, *shown]


def _votes(page: _Page) -> None:
    """Every round of every question, one a row, with how many chose each option."""
    words, view = page.words, page.view
    questions = view.held.questions
    options = sorted({value for name in questions for value in view.question(name).scale.values})
    fields = [_Field(words("column_question"), 12, "id"), _Field(words("wm_column_text"), 52, "wrap")]
    fields += [_Field(words(label), 9, "count") for label in ("wm_column_round", "wm_column_votes")]
    fields += [_Field(words.short(value), 6, "count") for value in options]
    fields += [_Field(words(label), 9, "count") for label in ("column_dont_know", "column_not_applicable")]
    fields += [_Field(words(label), 10, "decimals") for label in ("wm_column_mean", "wm_column_sd", "column_agreement_one")]
    fields.append(_Field(words("wm_column_agreed"), 20))
    rows: list[list[Value]] = []
    for name, found in questions.items():
        agreed = view.option(name, found.agreed.value) if found.agreed else None
        text = words.of(view.question(name).text)
        own = {option_key(value) for value in view.question(name).scale.values}
        for number, vote in enumerate(found.rounds, 1):
            counts: list[Value] = [
                vote.counts.get(key, 0) if vote.counts and key in own else None for key in map(option_key, options)
            ]
            words_: list[Value] = [vote.dk, vote.na] if vote.counts else [None, None]
            last = agreed if number == len(found.rounds) else None
            rows.append([name, text, number, vote.votes, *counts, *words_, vote.mean, vote.sd, vote.rwg, last])
        if not found.rounds:
            rows.append([name, text, *[None] * (len(fields) - 3), agreed])
    page.table("", fields, rows, frozen=True)


def _inputs(page: _Page) -> None:
    """The files behind it."""
    words, view = page.words, page.view
    lines = [*view.result.provenance.other_files, *view.plans, *view.answers]
    fields = (_Field(words("column_file"), 48, "wrap"), _Field("SHA-256", 70, "id"))
    page.table(words("table_inputs"), fields, [list(line) for line in lines])
