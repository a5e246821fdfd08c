"""What roles and questions say: as much as the report shows, and no answer of a single person."""

from __future__ import annotations

from kamassess.document import plain
from kamassess.export.scorecard.book import Book
from kamassess.export.scorecard.grid import FIRST, Entry, Field, amount, id_width, missing, print_grid, said, write_grid
from kamassess.export.scorecard.scores import coverage, score, shade
from kamassess.instrument import Criterion, Question, scale_ends
from kamassess.result import Reason, RoleView, option_key
from kamassess.scoring.anonymity import ANONYMITY
from kamassess.sections.view import View
from kamassess.trust import withheld_note

__all__ = ["write_questions", "write_roles"]

_OPTIONS = 11
"""So many options have a column each; those of an instrument with more stand in one cell."""


def write_roles(book: Book, view: View) -> None:
    """Dimensions and criteria by role; what few people said is withheld, and the sheet says so."""
    words, unit = view.words, view.unit
    book.head("roles", words("sc_roles_title"))
    roles = [role for role in view.instrument.roles if role.id in unit.roles]
    fields = [
        Field("dimension", words("sc_dimension_id"), id_width((block.id for block in view.instrument.blocks), 12), "id"),
        Field("id", words("sc_id"), id_width(view.criteria, 10), "id"),
        Field("name", words("sc_block"), 38, "wrap"),
        Field("all", words("column_all"), 12, "score"),
    ]
    for role in roles:
        heading = words("sc_role_n", role=words.of(role.name), n=unit.roles[role.id].n)
        fields.append(Field(f"role:{role.id}", heading, 14, "score"))
    rows: list[tuple[Entry, ...]] = []
    starts = []
    for block in view.instrument.blocks:
        starts.append(FIRST + 2 + len(rows))
        found = unit.dimensions.get(block.id) or unit.screens[block.id]
        said_by = [_said_by(view, unit.roles[role.id], block.id, strong=True) for role in roles]
        rows.append(
            (said(block.id), said(block.id), said(view.name(block), "strong"), score(view, found.score, strong=True), *said_by)
        )
        for criterion in block.criteria:
            said_by = [_said_by(view, unit.roles[role.id], criterion.id) for role in roles]
            whole = score(view, unit.criteria[criterion.id].score)
            rows.append((said(block.id), said(criterion.id), said(view.name(criterion)), whole, *said_by))
    area = write_grid(book, "roles", "roles", fields, rows, frozen=3)
    note = words("sc_roles_note", least=ANONYMITY)
    print_grid(book, "roles", fields, area, note=note, repeated=3, blocks=starts)
    shade(book, "roles", (area.first, 3), (area.last, len(fields) - 1), *scale_ends(view.instrument.blocks))


def _said_by(view: View, role: RoleView, block: str, *, strong: bool = False) -> Entry:
    """A role's figure; an empty cell where it is not asked, a dash where it is and there is none to show."""
    if role.reasons.get(block) is Reason.NOT_ASKED:
        return missing()
    return score(view, {**role.dimensions, **role.criteria}[block], strong=strong)


def write_questions(book: Book, view: View) -> None:
    """Every question with what was answered."""
    words = view.words
    few = any(0 < (found.n or 0) < ANONYMITY for found in view.unit.questions.values())
    told = [withheld_note(view, view.unit.questions), words.rich("questions_few", least=ANONYMITY) if few else ()]
    alert = "".join((" " if words.language == "en" else "") + plain(text) for text in told if text)
    book.head("questions", words("sc_questions_title"))
    options = sorted({value for question in view.instrument.questions.values() for value in question.scale.values})
    shown = options if len(options) <= _OPTIONS else []
    fields = [
        Field("criterion", words("column_criterion_id"), id_width(view.criteria, 10), "id"),
        Field("id", words("sc_id"), id_width(view.instrument.questions, 12), "id"),
        Field("text", words("column_question"), 52, "wrap"),
        Field("score", words("sc_score"), 8, "score"),
        Field("sd", words("column_sd"), 9, "decimals"),
        Field("n", words("column_n"), 6, "count"),
        *[Field(f"counts:{option_key(value)}", words("sc_option", value=words.short(value)), 8, "count") for value in shown],
        *([] if shown else [Field("counts", words("sc_counts"), 30, "wrap")]),
        Field("dk", words("column_dont_know"), 9, "count"),
        Field("na", words("column_not_applicable"), 9, "count"),
        Field("unanswered", words("column_unanswered"), 9, "count"),
        Field("coverage", words("column_coverage"), 10, "percent"),
        Field("rwg", words("sc_rwg"), 12, "decimals"),
        Field("reason", words("sc_why_missing"), 30, "wrap"),
    ]
    rows = [
        _question(view, criterion, question, shown)
        for criterion in view.instrument.criteria()
        for question in criterion.questions
    ]
    area = write_grid(book, "questions", "questions", fields, rows, frozen=3)
    asked = [sum(len(criterion.questions) for criterion in block.criteria) for block in view.instrument.blocks]
    starts = [area.first + sum(asked[:number]) for number in range(len(asked))]
    print_grid(
        book, "questions", fields, area, note=words("sc_questions_note") + alert, repeated=3, across=("dk",), blocks=starts
    )
    low, high = scale_ends(view.instrument.blocks)
    shade(book, "questions", (area.first, 3), (area.last, 3), low, high)
    if shown:
        first = FIRST + 2, area.columns[f"counts:{option_key(shown[0])}"]
        last = area.last, area.columns[f"counts:{option_key(shown[-1])}"]
        colours = {"min_color": book.looks.colours["paper"], "max_color": book.looks.colours["line"]}
        shades = {"type": "2_color_scale", "min_type": "num", "min_value": 0, **colours}
        book.sheets["questions"].conditional_format(*first, *last, shades)


def _question(view: View, criterion: Criterion, question: Question, shown: list[float]) -> tuple[Entry, ...]:
    words, found = view.words, view.unit.questions[question.id]
    own = {option_key(value) for value in question.scale.values}
    keys = [option_key(value) for value in shown]
    counts = [amount(found.counts.get(key)) if key in own else missing() for key in keys]
    if not shown:
        counts = [said(words("sc_separator").join(f"{key}: {count}" for key, count in found.counts.items() if count))]
    lack = words("reason_withheld" if found.withheld else "sd_needs_two")
    why = words(f"reason_{found.reason}") if found.reason else "" if found.sd is not None else lack
    return (
        said(criterion.id),
        said(question.id),
        said(words.of(question.text)),
        score(view, found.score),
        amount(found.sd),
        amount(found.n),
        *counts,
        amount(found.dk),
        amount(found.na),
        amount(found.unanswered),
        coverage(found.coverage),
        amount(found.rwg),
        said(why),
    )
