"""Questionnaires as they come back: whatever people do to a form that does not change its answers is read; the rest is said.

Each bad form is refused or read as far as it is sound, with its file, sheet and row and what to do about it.
"""

from __future__ import annotations

import copy
import datetime as dt
import io
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
import yaml
from form_cases import ANSWERS, beside, blank_form, columns_of, edited, filled_form, question_rows

import kamassess as ka

if TYPE_CHECKING:
    from tests.conftest import Ran

Make = Callable[..., Path]
Run = Callable[..., "Ran"]
Change = Callable[[Any, Any], object]

PLACE = "responses/b.xlsx, sheet Questions"
KEPT = ["unit", "respondent", "role", "question", "state", "comment"]
TOLD = [
    ["N", "R9", "lead", "A-1-Q1", 1, "why"],
    ["N", "R9", "lead", "A-2-Q1", 2, ""],
    ["N", "R9", "lead", "B-1-Q1", 3, "no such thing"],
]
"""What :func:`filled_form` holds, once it is read."""


def returned(folder: Path, raw: bytes) -> tuple[list[list[Any]], list[str], list[str]]:
    """What R9 answered in the form *raw*, and every fault and note about it."""
    (folder / "responses/b.xlsx").write_bytes(raw)
    engagement, faults = ka.check_engagement(folder)
    assert engagement is not None
    own = engagement.responses[engagement.responses["respondent"] == "R9"]
    return own[KEPT].to_numpy().tolist(), [str(fault) for fault in faults], [str(note) for note in engagement.odd]


# -- what must be read ---------------------------------------------------------------------------------------------------------


def sort_rows(book: Any, sheet: Any) -> None:
    """Sorts the rows below the headings by the question's id, downwards."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    rows.sort(key=lambda row: str(row[0] or ""), reverse=True)
    for number, row in enumerate(rows, 5):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value


def in_other_words(book: Any, sheet: Any) -> None:
    """The headings and fields of the other language, as if somebody had switched the language half-way."""
    english = ("Question id", "Answer", "Comment or reason", "Respondent code", "Business unit", "Wave", "Role")
    chinese = ("题目编号", "回答", "说明或理由", "受访者代码", "业务单元", "轮次", "角色")
    words = dict(zip(english, chinese, strict=True))
    for row in sheet.iter_rows(max_row=4):
        for cell in row:
            if cell.value in words:
                cell.value = words[cell.value]


def moved_columns(book: Any, sheet: Any) -> None:
    """The comment before the question, and the answers at the far right."""
    sheet.move_range("E4:E20", cols=8)
    sheet.move_range("D4:D20", cols=12)


def widened(book: Any, sheet: Any) -> None:
    for name in "ABCDEF":
        sheet.column_dimensions[name].width = 60


def emptied(book: Any, sheet: Any) -> None:
    for name in ("Wave", "Role"):
        beside(sheet, name).value = None


def alone(book: Any, sheet: Any) -> None:
    """Everything but the sheet of questions deleted; the properties of the file still say what it is."""
    for name in ("Start here", "lists", "form"):
        del book[name]


def stripped(book: Any, sheet: Any) -> None:
    """As when somebody copies the sheet into a workbook of his own."""
    alone(book, sheet)
    for one in list(book.custom_doc_props.props):
        del book.custom_doc_props[one.name]


HABITS: dict[str, Change | None] = {
    "untouched": None,
    "rows sorted": sort_rows,
    "columns widened": widened,
    "a column inserted in front": lambda book, sheet: sheet.insert_cols(1),
    "columns inserted between names and values": lambda book, sheet: sheet.insert_cols(3, 2),
    "columns moved": moved_columns,
    "rows inserted above": lambda book, sheet: sheet.insert_rows(1, 3),
    "empty rows inside": lambda book, sheet: sheet.insert_rows(7, 2),
    "sheet renamed": lambda book, sheet: setattr(sheet, "title", "final (2)"),
    "sheets in another order": lambda book, sheet: book.move_sheet(sheet, 2),
    "the other language": in_other_words,
    "only the questions left": alone,
    "nothing left but the table": stripped,
    "fields emptied that it was made for": emptied,
    "notes beside the table": lambda book, sheet: setattr(sheet["J9"], "value", "ask Wang about this"),
}


@pytest.mark.parametrize("habit", HABITS)
def test_what_people_do_to_a_form_changes_no_answer(make_engagement: Make, habit: str) -> None:
    # Otherwise an hour of somebody's time is sent back because a column was moved.
    folder = make_engagement()
    assert returned(folder, filled_form(folder, HABITS[habit])) == (TOLD, [], [])


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("answer", "state", "value"),
    [
        ("0.5 – Option 0.5", 1, 0.5),
        ("0.5 – Option 0.5（中文）", 1, 0.5),
        ("option 0.25（中文）", 1, 0.25),
        ("1-Option 1", 1, 1.0),
        (0.25, 1, 0.25),
        ("1", 1, 1.0),
        ("DK", 2, None),
        ("Don’t know", 2, None),
        ("不清楚", 2, None),
        ("not applicable", 3, None),
        ("不适用", 3, None),
        (" ", 0, None),
    ],
)
def test_an_answer_may_be_put_in_several_ways(
    make_engagement: Make, language: str, answer: object, state: int, value: float | None
) -> None:
    # Otherwise an answer is refused in a form of one language and read in another.
    folder = make_engagement()

    def fill(book: Any, sheet: Any) -> None:
        for row in range(5, sheet.max_row + 1):
            if sheet.cell(row, 1).value == "A-1-Q1":
                sheet.cell(row, 4).value, sheet.cell(row, 5).value = answer, "why"
            if sheet.cell(row, 1).value == "B-1-Q1":
                sheet.cell(row, 4).value = 1
        sheet["C2"], sheet["E2"] = "N", "R9"

    (folder / "responses/b.xlsx").write_bytes(edited(blank_form(folder, language=language), fill))
    frame = ka.load_engagement(folder).responses
    row = frame[(frame["respondent"] == "R9") & (frame["question"] == "A-1-Q1")].iloc[0]
    assert row["state"] == state
    assert (None if pd.isna(row["value"]) else row["value"]) == value


def test_forms_of_units_and_of_other_waves_are_read(make_engagement: Make, settings: dict[str, Any]) -> None:
    # A form for one unit needs no unit filled in; one of a wave before counts for that wave.
    folder = make_engagement("a", settings=settings | {"wave": "2025"})
    raw = filled_form(folder, unit="S")
    told, faults, notes = returned(make_engagement("b"), raw)
    assert (told, faults) == ([["S", *row[1:]] for row in TOLD], [])
    assert notes == [f"{PLACE}: is of wave 2025, and the current one is 2026. It counts for its own wave."]


def test_several_forms_on_the_sheets_of_one_file_are_read(make_engagement: Make) -> None:
    # Otherwise who gathers what came back into one workbook has to send it as many.
    folder = make_engagement()

    def copied(book: Any, sheet: Any) -> None:
        other = book.copy_worksheet(sheet)
        other.title = "second"
        beside(other, "Respondent code").value = "R8"

    told, faults, notes = returned(folder, filled_form(folder, copied))
    assert (told, faults, notes) == (TOLD, [], [])
    assert set(ka.load_engagement(folder).responses["respondent"]) == {"R1", "R2", "R3", "R4", "R8", "R9"}


# -- what is odd and read all the same -----------------------------------------------------------------------------------------


def test_deleted_rows_are_said_and_count_as_unanswered(make_engagement: Make, kamassess_cli: Run) -> None:
    # Otherwise who deletes what he does not like to answer is not noticed.
    folder = make_engagement()

    def delete(book: Any, sheet: Any) -> None:
        sheet.delete_rows(question_rows(sheet)[1])

    told, faults, notes = returned(folder, filled_form(folder, delete))
    note = f"{PLACE}: has no row for A-2-Q1. It counts as unanswered."
    assert (told, faults, notes) == ([TOLD[0], TOLD[2]], [], [note])
    ran = kamassess_cli("check", folder)
    assert (ran.code, ran.out[0]) == (0, f"note: {note}")


def test_not_applicable_without_a_reason_is_said(make_engagement: Make) -> None:
    # Otherwise a unit raises its score by declaring its weak points not applicable.
    folder = make_engagement()
    _, faults, notes = returned(folder, filled_form(folder, answers=ANSWERS | {"B-1-Q1": ("NA", " ")}))
    row = openpyxl.load_workbook(io.BytesIO(blank_form(folder))).worksheets[1].max_row
    assert faults == []
    assert notes == [
        f"{PLACE}, row {row}: says 'not applicable' without a reason. Ask why: it takes the question out of the score."
    ]


# -- versions of the instrument ------------------------------------------------------------------------------------------------


def older(
    instrument: dict[str, Any], change: Callable[[dict[str, Any]], object] | None = None, version: str = "0.9"
) -> dict[str, Any]:
    """The instrument as it was before."""
    before = copy.deepcopy(instrument) | {"version": version}
    if change:
        change(before)
    return before


def other_words(instrument: dict[str, Any]) -> None:
    instrument["dimensions"][0]["criteria"][0]["questions"][0]["text"]["en"] = "In other words?"


def other_ids(instrument: dict[str, Any]) -> None:
    for dimension in instrument["dimensions"]:
        for criterion in dimension["criteria"]:
            criterion["questions"][0]["id"] += "x"


def without_the_last(instrument: dict[str, Any]) -> None:
    instrument["dimensions"].pop()


AGAIN = "Have it answered again in the questionnaire of 1.0."


@pytest.mark.parametrize(
    ("change", "version", "fault", "note"),
    [
        (
            None,
            "0.9",
            "",
            "is of version 0.9 of tiny, and wave 2026 was asked with 1.0; its 3 questions are the same. It is read.",
        ),
        (
            other_words,
            "0.9",
            f"is of version 0.9 of tiny, and wave 2026 was asked with 1.0: A-1-Q1 is asked differently. {AGAIN}",
            "",
        ),
        (
            other_ids,
            "0.9",
            (
                "is of version 0.9 of tiny, and wave 2026 was asked with 1.0: "
                f"A-1-Q1x, A-2-Q1x, B-1-Q1x are not asked any more. {AGAIN}"
            ),
            "",
        ),
        (other_words, "1.0", "", "was sent before A-1-Q1 was reworded. It is read all the same."),
        (
            without_the_last,
            "0.9",
            "",
            "has no row for B-1-Q1. It counts as unanswered.",
        ),
    ],
    ids=["the same questions", "asked differently", "other ids", "a slip mended", "fewer questions"],
)
def test_a_form_of_an_older_version(
    make_engagement: Make,
    instrument: dict[str, Any],
    change: Callable[[dict[str, Any]], object] | None,
    version: str,
    fault: str,
    note: str,
) -> None:
    # Otherwise answers to one question count as answers to another, or forms are thrown away for no reason.
    before = make_engagement("before", instrument=older(instrument, change, version))
    told, faults, notes = returned(make_engagement(), filled_form(before))
    assert faults == ([f"{PLACE}: {fault}"] if fault else [])
    assert (f"{PLACE}: {note}" in notes) if note else (notes == [])
    assert bool(told) == (not fault)


def test_an_older_version_without_its_hidden_sheet_is_refused(make_engagement: Make, instrument: dict[str, Any]) -> None:
    # Otherwise it is taken for granted that the questions are the same.
    before = make_engagement("before", instrument=older(instrument))
    told, faults, _ = returned(make_engagement(), filled_form(before, alone))
    assert told == []
    assert faults == [
        (
            f"{PLACE}: is of version 0.9 of tiny, and wave 2026 was asked with 1.0; which questions are the same cannot be told, "
            f"for its hidden sheet is gone. {AGAIN}"
        )
    ]


def test_an_older_version_is_read_where_its_wave_was_asked_with_it(
    make_engagement: Make, instrument: dict[str, Any], settings: dict[str, Any], kamassess_cli: Run
) -> None:
    # If this fails, forms of the last wave cannot lie beside those of this one.
    before = older(instrument, other_words)
    raw = filled_form(make_engagement("before", settings=settings | {"wave": "2025"}, instrument=before))
    refused = returned(make_engagement("undeclared"), raw)[1]
    assert len(refused) == 1
    assert "or name version 0.9 under waves.2025.instrument in engagement.yaml" in refused[0]
    files = {"old.yaml": yaml.safe_dump(before, allow_unicode=True), "responses/b.xlsx": raw}
    folder = make_engagement("declared", files=files)
    assert (
        kamassess_cli("instrument", "compare", folder / "old.yaml", folder / "instrument.yaml", "--out", folder / "map.yaml").code
        == 0
    )
    text = (folder / "engagement.yaml").read_text(encoding="utf-8")
    (folder / "engagement.yaml").write_text(
        f"{text}waves:\n  '2025': {{instrument: old.yaml, mapping: map.yaml}}\n", encoding="utf-8"
    )
    told, faults, notes = returned(folder, raw)
    assert (told, faults, notes) == (TOLD, [], [])


# -- what is refused -----------------------------------------------------------------------------------------------------------


def set_answer(value: Any, question: int = 0) -> Change:
    def change(book: Any, sheet: Any) -> None:
        sheet.cell(question_rows(sheet)[question], columns_of(sheet)["Answer"]).value = value

    return change


def set_field(name: str, value: Any) -> Change:
    return lambda book, sheet: setattr(beside(sheet, name), "value", value)


def set_id(question: int, value: str) -> Change:
    return lambda book, sheet: setattr(sheet.cell(question_rows(sheet)[question], 1), "value", value)


def hide_a_row(book: Any, sheet: Any) -> None:
    sheet.row_dimensions[question_rows(sheet)[0]].hidden = True


def merge_answers(book: Any, sheet: Any) -> None:
    sheet.merge_cells("D6:D7")


def make_newer(book: Any, sheet: Any) -> None:
    book["form"]["B1"] = "kamassess.form/9"


USE = "Use 0, 0.25, 0.5, 1, DK (don't know), NA (not applicable) or leave it empty."
CELL = f"{PLACE}, row 6, column D (answer)"
BAD: dict[str, tuple[Change, list[str]]] = {
    "a text": (set_answer("often"), [f"{CELL}: 'often' is no answer to A-1-Q1. {USE}"]),
    "a number that is none of the options": (set_answer(7), [f"{CELL}: '7' is no answer to A-1-Q1. {USE}"]),
    "a value with another's label": (
        set_answer("1 – Option 0.5"),
        [f"{CELL}: '1 – Option 0.5' is no answer to A-1-Q1. It gives two answers: keep one."],
    ),
    "two answers": (set_answer("0.5, 1"), [f"{CELL}: '0.5, 1' is no answer to A-1-Q1. It gives two answers: keep one."]),
    "two answers as a range": (set_answer("0-1"), [f"{CELL}: '0-1' is no answer to A-1-Q1. It gives two answers: keep one."]),
    "a date": (
        set_answer(dt.date(2026, 4, 5)),
        [
            (
                f"{CELL}: '2026-04-05' is no answer to A-1-Q1. "
                "The spreadsheet has made a date of it, as of 4-5: choose one answer from the list of the cell."
            )
        ],
    ),
    "a truth value": (set_answer(True), [f"{CELL}: 'TRUE' is no answer to A-1-Q1. {USE}"]),
    "an error value": (set_answer("#N/A"), [f"{CELL}: holds an error instead of a value. Write the value itself in the cell."]),
    "a formula": (set_answer("=1/2"), [f"{CELL}: holds a formula. Write the value itself in the cell."]),
    "a row twice": (
        set_id(1, "A-1-Q1"),
        [
            (
                f"{PLACE}, row 7, column A (question): respondent 'R9' answers A-1-Q1 again; the first is in {PLACE}, row 6. "
                "Keep one of the two."
            )
        ],
    ),
    "an id that does not exist": (
        set_id(2, "B-1-Q9"),
        [f"{PLACE}, row 9, column A (question): 'B-1-Q9' is no question of instrument tiny. Did you mean B-1-Q1?"],
    ),
    "no code": (
        set_field("Respondent code", None),
        [(f"{PLACE}, row 2, column E (respondent): 'Respondent code' is empty. Write the code of this person into cell E2.")],
    ),
    "no unit": (
        set_field("Business unit", None),
        [f"{PLACE}, row 2, column C (unit): 'Business unit' is empty. Choose it from the list of cell C2: N, S."],
    ),
    "a unit that does not exist": (
        set_field("Business unit", "W – West"),
        [f"{PLACE}, row 2, column C (unit): 'W' is no unit of this engagement. Use one of: N, S."],
    ),
    "another wave written in": (
        set_field("Wave", "2025"),
        [
            (
                f"{PLACE}, row 3, column C (wave): says wave '2025', and the questionnaire was made for '2026'. "
                "Write 2026 again, or have the questionnaire of '2025' filled."
            )
        ],
    ),
    "another role written in": (
        set_field("Role", "staff – Staff"),
        [
            (
                f"{PLACE}, row 3, column E (role): says role 'staff', and the questionnaire was made for 'lead'. "
                "Write lead again, or have the questionnaire of 'staff' filled."
            ),
        ],
    ),
    "a hidden row": (
        hide_a_row,
        [f"{PLACE}, row 6: is hidden but holds answers. Unhide it (a filter hides rows too), or delete it."],
    ),
    "merged answers": (
        merge_answers,
        [f"{PLACE}, row 6, column D: cells D6:D7 are merged. Unmerge them and fill each cell."],
    ),
    "a form of a newer kamassess": (
        make_newer,
        [
            (
                "responses/b.xlsx: is a questionnaire of a newer kamassess ('kamassess.form/9'). "
                "Update kamassess, or have the questionnaire filled that this version writes."
            )
        ],
    ),
}


@pytest.mark.parametrize("slip", BAD)
def test_a_slip_is_said_with_its_place_and_remedy(make_engagement: Make, kamassess_cli: Run, slip: str) -> None:
    # Otherwise something that nobody meant enters a score, or the sender cannot be told what to mend.
    change, lines = BAD[slip]
    folder = make_engagement()
    (folder / "responses/b.xlsx").write_bytes(filled_form(folder, change))
    ran = kamassess_cli("check", folder)
    assert (ran.code, ran.err) == (2, lines)


def test_a_formula_is_refused_whatever_its_result(make_engagement: Make) -> None:
    # A value that hangs on other cells, or on another workbook, is no answer; who looks at it sees a plain 1.
    folder = make_engagement()
    raw = io.BytesIO(filled_form(folder))
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "xl/worksheets/sheet2.xml":
                start = content.index(b'<c r="D6"')
                end = content.index(b"</c>", start) + len(b"</c>")
                content = content[:start] + b'<c r="D6"><f>[1]Sheet1!A1</f><v>1</v></c>' + content[end:]
            target.writestr(part, content)
        target.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    _, faults, _ = returned(folder, out.getvalue())
    assert faults == [
        (
            "responses/b.xlsx: is linked to other workbooks. "
            "Cut them (in Excel: Data > Edit Links > Break Link), look at the answers, and save it again."
        ),
        f"{CELL}: holds a formula. Write the value itself in the cell.",
    ]


def test_another_engagements_form_is_refused_in_one_line(
    make_engagement: Make, settings: dict[str, Any], kamassess_cli: Run
) -> None:
    # Otherwise one client's answers enter another client's score, since units are called N and S in both.
    other = make_engagement("other", settings=settings | {"company": {"en": "Bolt", "zh": "博特"}})
    folder = make_engagement(files={"responses/b.xlsx": filled_form(other)})
    assert kamassess_cli("check", folder).err == [
        (
            f"{PLACE}: is a questionnaire of 'Bolt', and this is the engagement of 'Acme'. Move it to the responses of 'Bolt'. "
            "If both are one company, whose name was changed since the questionnaire was sent out, keep the old name under "
            "'company' in one of the languages until all are back."
        )
    ]


def test_a_company_whose_name_was_mended_keeps_its_forms(make_engagement: Make, settings: dict[str, Any]) -> None:
    before = make_engagement("before", settings=settings | {"company": {"en": "Acme", "zh": "艾克米"}})
    assert returned(make_engagement(), filled_form(before)) == (TOLD, [], [])


def test_another_instruments_form_is_refused(make_engagement: Make, instrument: dict[str, Any]) -> None:
    other = make_engagement("other", instrument=instrument | {"id": "huge"})
    told, faults, _ = returned(make_engagement(), filled_form(other))
    assert told == []
    assert faults == [
        (
            f"{PLACE}: is of instrument 'huge', and wave 2026 was asked with tiny. "
            "Take it out, or name its instrument in engagement.yaml."
        )
    ]


def test_the_same_person_twice(make_engagement: Make) -> None:
    # Otherwise who sends the form again after a correction counts twice.
    folder = make_engagement()
    (folder / "responses/a2.xlsx").write_bytes(filled_form(folder))
    _, faults, _ = returned(folder, filled_form(folder))
    assert len(faults) == 3
    assert all(
        "respondent 'R9' answers" in fault and "the first is in responses/a2.xlsx, sheet Questions" in fault for fault in faults
    )


def blanked(**given: str) -> Change:
    """A form as it was sent out, with only these fields filled in."""

    def change(book: Any, sheet: Any) -> None:
        places = columns_of(sheet)
        for row in question_rows(sheet):
            sheet.cell(row, places["Answer"]).value = sheet.cell(row, places["Comment or reason"]).value = None
        beside(sheet, "Respondent code").value = given.get("code")
        if "unit" in given or beside(sheet, "Business unit").value == "N – North":
            beside(sheet, "Business unit").value = given.get("unit")

    return change


OUT = "Put the filled one in its place, or take it out."
BLANK: dict[str, tuple[dict[str, str], str]] = {
    "untouched": ({}, f"is not filled in: no code, no unit, no answers. {OUT}"),
    "only the unit": ({"unit": "N – North"}, f"is not filled in: no code, no answers. {OUT}"),
    "only the code": ({"code": "R9"}, "has no answers, only the code 'R9'. Have it answered, or take it out."),
    "code and unit": (
        {"code": "R9", "unit": "S – South"},
        "has no answers, only the code 'R9' and the unit 'S'. Have it answered, or take it out.",
    ),
}


@pytest.mark.parametrize("case", BLANK)
def test_a_blank_questionnaire_is_told_in_one_line(make_engagement: Make, kamassess_cli: Run, case: str) -> None:
    # Otherwise who put the wrong file there is asked for a unit and a code in a form that nobody has filled in.
    given, line = BLANK[case]
    folder = make_engagement()
    (folder / "responses/b.xlsx").write_bytes(filled_form(folder, blanked(**given)))
    ran = kamassess_cli("check", folder)
    assert (ran.code, ran.err) == (2, [f"{PLACE}: {line}"])


def test_a_blank_questionnaire_of_a_unit_and_one_with_comments_alone(make_engagement: Make) -> None:
    # A unit that was written in beforehand is nobody's entry; a comment is one.
    folder = make_engagement()
    assert returned(folder, blank_form(folder, unit="N"))[1] == [f"{PLACE}: is not filled in: no code, no answers. {OUT}"]

    def remark(book: Any, sheet: Any) -> None:
        blanked(code="R9", unit="N")(book, sheet)
        sheet.cell(question_rows(sheet)[0], columns_of(sheet)["Comment or reason"]).value = "see my mail"

    line = "has no answers, only the code 'R9' and the unit 'N' and 1 comment. Have it answered, or take it out."
    assert returned(folder, filled_form(folder, remark))[1] == [f"{PLACE}: {line}"]


def test_an_empty_field_is_named_as_the_form_calls_it(make_engagement: Make, settings: dict[str, Any]) -> None:
    # Otherwise whoever sent a Chinese form is asked for a "respondent"; of many units, which there are is not said.
    settings["units"] += [{"id": f"U{number}", "name": {"en": f"Unit {number}", "zh": f"单元{number}"}} for number in range(9)]
    folder = make_engagement(settings=settings)

    def fill(book: Any, sheet: Any) -> None:
        sheet["D6"] = 1

    faults = returned(folder, edited(blank_form(folder, language="zh"), fill))[1]
    place, units = "responses/b.xlsx, sheet 题目, row 2", "N, S, U0, U1, U2, U3, U4, U5 and 3 more"
    assert faults[:2] == [
        f"{place}, column E (respondent): '受访者代码' is empty. Write the code of this person into cell E2.",
        f"{place}, column C (unit): '业务单元' is empty. Choose it from the list of cell C2: {units}.",
    ]


# -- files that are no such workbook -------------------------------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def container(*streams: str) -> bytes:
    """An OLE2 container that lists these streams, as old workbooks and those with a password are one."""
    entries = (f"{name}\0".encode("utf-16-le") for name in ("Root Entry", *streams))
    return OLE + b"".join(entry.ljust(64, b"\0") + len(entry).to_bytes(2, "little") + b"\2" * 62 for entry in entries)


def packed(parts: dict[str, bytes], **how: Any) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, **how) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return raw.getvalue()


EXCEL = "save it as .xlsx ('Excel Workbook')"
FILES: dict[str, tuple[str, bytes, str]] = {
    "a password": (
        "b.xlsx",
        container("EncryptionInfo", "EncryptedPackage"),
        f"is protected by a password. Open it, take the password off, and {EXCEL}.",
    ),
    "an .xls by another name": (
        "b.xlsx",
        container("Workbook") + "EncryptedPackage".encode("utf-16-le"),
        f"is in the old .xls format. Open it in Excel, WPS or LibreOffice and {EXCEL}.",
    ),
    "an .xls": ("b.xls", OLE, f"is in the old .xls format. Open it in Excel, WPS or LibreOffice and {EXCEL}."),
    "an .xlsm": (
        "b.xlsm",
        b"PK\x03\x04",
        f"is a workbook that may hold macros (.xlsm). S{EXCEL[1:]}, which leaves them out.",
    ),
    "an .ods": (
        "b.ods",
        b"PK\x03\x04",
        "is an OpenDocument spreadsheet (.ods). Save it in LibreOffice as 'Excel 2007-365 (.xlsx)'.",
    ),
    "a .xlsx with macros": (
        "b.xlsx",
        packed({"xl/workbook.xml": b"<workbook/>", "xl/vbaProject.bin": b"x"}),
        f"is a workbook that may hold macros. S{EXCEL[1:]}, which leaves them out.",
    ),
    "an .ods by another name": (
        "b.xlsx",
        packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
        "is an OpenDocument spreadsheet (.ods). Save it in LibreOffice as 'Excel 2007-365 (.xlsx)'.",
    ),
    "a bomb": (
        "b.xlsx",
        packed({"xl/worksheets/sheet1.xml": b" " * 40_000_000}),
        "unpacks to far more than a workbook would. Open it in Excel or LibreOffice and save it again as .xlsx.",
    ),
    "a bomb of many parts": (
        "b.xlsx",
        packed({f"xl/{number}": b"" for number in range(10_001)}),
        "is an archive of 10,001 parts. A workbook has a few dozen: save it again as .xlsx.",
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_no_sound_workbook_says_how_to_save_it(make_engagement: Make, kamassess_cli: Run, kind: str) -> None:
    # Otherwise a consultant does not know what to ask of the sender; a bomb takes all the memory there is.
    name, raw, line = FILES[kind]
    ran = kamassess_cli("check", make_engagement(files={f"responses/{name}": raw}))
    assert (ran.code, ran.err) == (2, [f"responses/{name}: {line}"])


def test_cells_at_the_ends_of_a_sheet_take_no_memory(make_engagement: Make, kamassess_cli: Run) -> None:
    # One cell at each end of a sheet makes seventeen billion between them, which no list can hold.
    folder = make_engagement()
    (folder / "responses/b.xlsx").write_bytes(filled_form(folder, lambda book, sheet: sheet.cell(1_048_576, 16_384, "x")))
    ran = kamassess_cli("check", folder)
    assert ran.err == [
        f"{PLACE}: has cells millions of places apart. Delete what stands far outside the table, and save it again."
    ]


def test_a_part_that_hides_its_size_is_not_unpacked(make_engagement: Make, kamassess_cli: Run) -> None:
    # The checksum can be that of the size it states, so that only whoever unpacks it all finds out, when memory is full.
    folder = make_engagement()
    small, large = b"x" * 1000, b"x" * 200_000_000
    raw = packed({"xl/workbook.xml": b"<workbook/>", "xl/sharedStrings.xml": large})
    for value, stated in ((len(large), len(small)), (zlib.crc32(large), zlib.crc32(small))):
        raw = raw.replace(value.to_bytes(4, "little"), stated.to_bytes(4, "little"))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert archive.read("xl/sharedStrings.xml") == small
    (folder / "responses/b.xlsx").write_bytes(raw)
    tracemalloc.start()
    ran = kamassess_cli("check", folder)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert ran.the("responses/b.xlsx: is a damaged workbook")
    assert peak < 50_000_000
