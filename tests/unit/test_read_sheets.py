"""Files of answers as a hurried analyst leaves them: encodings, separators, renamed, damaged, merged, hidden.

Each is read exactly as meant or refused with one line that says where and what to do; nothing is guessed and nothing dropped.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest

import kamassess as ka
from kamassess.reading.delimited import column_letter, read_csv
from kamassess.reading.places import FAULTS_SHOWN, Gathered
from kamassess.reading.sheets import read_workbook

if TYPE_CHECKING:
    from tests.conftest import Ran

Make = Callable[..., Path]
Book = Callable[..., bytes]
Run = Callable[..., "Ran"]
Rows = list[list[str]]

HEADER = ["wave", "unit", "respondent", "role", "question", "answer", "comment"]
EXCEL_2003 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def lines(rows: Rows, separator: str = ",") -> str:
    return "".join(separator.join(row) + "\n" for row in [HEADER, *rows])


@pytest.fixture
def chinese(answers: Rows) -> Rows:
    """The answers with Chinese names and reasons."""
    return [[*row[:2], f"受访者{row[2]}", *row[3:6], "他们每季度一起对账，逐家过利润。"] for row in answers]


@pytest.fixture
def wanted(make_engagement: Make, chinese: Rows) -> pd.DataFrame:
    """What must be read from *chinese*, in whatever file they come."""
    return ka.load_engagement(make_engagement("wanted", answers=chinese)).responses


# -- CSV that must be read -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_what_excel_writes_is_read(
    make_engagement: Make, chinese: Rows, wanted: pd.DataFrame, encoding: str, newline: str
) -> None:
    # Otherwise a file saved on a Chinese Windows is refused, or its names become noise.
    raw = lines(chinese).replace("\n", newline).encode(encoding)
    found = ka.load_engagement(make_engagement(answers=None, files={"responses/a.csv": raw})).responses
    pd.testing.assert_frame_equal(found, wanted)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_recognised(make_engagement: Make, chinese: Rows, wanted: pd.DataFrame, separator: str) -> None:
    # Otherwise a file from a German or French Excel is refused.
    found = ka.load_engagement(make_engagement(answers=lines(chinese, separator))).responses
    pd.testing.assert_frame_equal(found, wanted)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("wave,unit,respondent", "轮次,业务单元,受访者").replace(
            "role,question,answer", "角色,题目编号,回答"
        ),
        lambda text: text.replace("wave,unit", " Wave ,UNIT").replace(",N,", ", N ,").replace(",lead,", ",lead\u3000,"),
        lambda text: "\n\n" + text.replace("\n", "\n\n") + "\n\n,,,,,,\n",
        lambda text: text.replace("\n", ",,\n"),
        lambda text: "".join(f'"{line}"\n'.replace(",", '","') for line in text.splitlines()),
        lambda text: "".join(",".join(line.split(",")[::-1]) + "\n" for line in text.splitlines()),
    ],
    ids=["Chinese headings", "spaces and capitals", "empty lines", "empty columns at the end", "all quoted", "columns reversed"],
)
def test_harmless_habits_are_read(
    make_engagement: Make, chinese: Rows, wanted: pd.DataFrame, change: Callable[[str], str]
) -> None:
    # Otherwise people mend files that everyone can read.
    found = ka.load_engagement(make_engagement(answers=change(lines(chinese)))).responses
    pd.testing.assert_frame_equal(found, wanted)


def test_a_comment_may_hold_what_it_likes(make_engagement: Make, answers: Rows) -> None:
    # Otherwise a separator, a quote or a line break in a reason shifts cells or rows.
    answers[0][6] = 'They said "no", twice;\nand\tleft, 50%'
    answers[1][5] = "9"
    found, faults = ka.check_engagement(make_engagement())
    assert found is not None
    assert found.responses["comment"].max() == 'They said "no", twice;\nand\tleft, 50%'
    assert [fault.row for fault in faults] == [3], "rows are those of a spreadsheet, not lines of text"


def test_a_rare_chinese_name_is_no_wrong_encoding(make_engagement: Make, chinese: Rows) -> None:
    # 镕 and 喆 end in a byte that is a Latin letter; among other Chinese they must not make a file suspicious.
    raw = lines([[*row[:2], f"朱镕喆{row[2]}", *row[3:]] for row in chinese]).encode("gb18030")
    found = ka.load_engagement(make_engagement(answers=None, files={"responses/a.csv": raw}))
    assert set(found.responses["respondent"]) == {f"朱镕喆受访者R{number}" for number in (1, 2, 3, 4)}


# -- CSV that must be refused --------------------------------------------------------------------------------------------------


def refused(rows: Rows) -> dict[str, tuple[bytes, str]]:
    """By name of the habit: the file, and the one line said about it."""
    text = lines(rows)
    named = lines([[*row[:2], row[2].replace("R", "Müller"), *row[3:]] for row in rows])
    save = "Save it as CSV UTF-8."
    mixed = text.replace("R1", "张三").encode() + "2026,N,王五,lead,A-1-Q1,1,很好\n".encode("gb18030")
    return {
        "empty": (b"", "responses/a.csv: is empty. Fill it or remove it."),
        "blank": (b"\n \n", "responses/a.csv: is empty. Fill it or remove it."),
        "header only": (lines([]).encode(), "responses/a.csv: has a header but no answers. Fill it or remove it."),
        "UTF-16": (text.encode("utf-16"), f"responses/a.csv: is UTF-16 text. {save}"),
        "UTF-16 without BOM": (
            text.encode("utf-16-le"),
            f"responses/a.csv: is not text in UTF-8 or GB18030: it has zero bytes. {save}",
        ),
        "Latin-1": (
            named.encode("latin-1"),
            f"responses/a.csv, line 2: has letters in an encoding that is neither UTF-8 nor, it seems, GB18030. {save}",
        ),
        "Latin-1, not even GB18030": (
            text.replace("R2", "Zoë").encode("latin-1"),
            f"responses/a.csv, line 5: has bytes that are neither UTF-8 nor GB18030. {save}",
        ),
        "mixed": (mixed, f"responses/a.csv, line 22: mixes encodings: line 2 is UTF-8, this one is not. {save}"),
        "BOM of UTF-8, then not": (
            b"\xef\xbb\xbf" + text.replace("R2", "张三").encode("gbk"),
            f"responses/a.csv, line 5: begins as UTF-8 but has bytes that are not. {save}",
        ),
        "long row": (
            text.encode() + b"2026,N,R9,lead,A-1-Q1,1,well,then\n",
            (
                "responses/a.csv, row 22: has more cells (8) than the header (7). "
                "Put a text that contains the separator in double quotes."
            ),
        ),
        "short rows": (
            text.encode() + b"2026,N\n2026,S\n",
            "responses/a.csv, rows 22–23: has fewer cells (2) than the header (7). Add the missing cells, empty ones too.",
        ),
        "unclosed quote": (
            text.encode() + b'2026,N,R9,lead,A-1-Q1,1,"well\n2026,N,R9,lead,B-1-Q1,1,\n',
            (
                "responses/a.csv, row 22: has a double quote that is never closed. "
                "Check the double quotes there; one inside a text is written twice."
            ),
        ),
        "text after a quote": (
            text.encode() + b'2026,N,R9,lead,A-1-Q1,1,"well" he said\n',
            (
                "responses/a.csv, row 22: has text after a closing double quote. "
                "Check the double quotes there; one inside a text is written twice."
            ),
        ),
        "sep line": (b"sep=,\n" + text.encode(), "responses/a.csv, row 1: begins with a line 'sep='. Delete that line."),
        "no header": (
            text.split("\n", 1)[1].encode(),
            (
                "responses/a.csv, row 1: has no header that names the columns. "
                "Begin it with the line wave,unit,respondent,role,question,answer,comment"
            ),
        ),
        "bars": (
            text.replace(",", "|").encode(),
            (
                "responses/a.csv, row 1: has no header that names the columns. "
                "Begin it with the line wave,unit,respondent,role,question,answer,comment"
            ),
        ),
        "unknown column": (
            text.replace("\n", ",x\n").encode(),
            "responses/a.csv, column H: has the unknown heading 'x'. Remove it.",
        ),
        "nameless column": (
            text.replace("\n", ",x\n").replace("comment,x", "comment,").encode(),
            "responses/a.csv, column H: has no heading. Name the column, or remove it.",
        ),
        "twice the same column": (
            text.replace("\n", ",1\n").replace("comment,1", "comment,Answer").encode(),
            "responses/a.csv, column H: is a second column 'answer'. Keep one of them.",
        ),
        "missing column": (
            "".join(line.split(",", 1)[1] + "\n" for line in text.splitlines()).encode(),
            (
                "responses/a.csv: column 'wave' is missing. "
                "Add it; the columns are wave,unit,respondent,role,question,answer,comment."
            ),
        ),
        "old Excel": (
            EXCEL_2003,
            "responses/a.csv: is an Excel workbook with the name of a CSV file. Rename it to .xlsx, or save it as CSV.",
        ),
    }


@pytest.mark.parametrize("habit", refused([["2026", "N", "R1", "lead", "A-1-Q1", "1", ""]]))
def test_a_csv_that_cannot_be_trusted_is_refused_in_one_line(
    make_engagement: Make, kamassess_cli: Run, answers: Rows, habit: str
) -> None:
    # Otherwise rows are dropped or shifted in silence, or names are read as other characters.
    raw, line = refused(answers)[habit]
    ran = kamassess_cli("check", make_engagement(answers=None, files={"responses/a.csv": raw}))
    assert (ran.code, ran.err) == (2, [line])


def test_ragged_rows_and_unknown_columns_do_not_hide_other_faults(
    make_engagement: Make, kamassess_cli: Run, answers: Rows
) -> None:
    # Otherwise the rest of the file is only checked once these are mended.
    answers[5][5] = "9"
    text = "".join(f"{line},x\n" for line in lines(answers).splitlines()) + "2026,N\n2026,Q,R9,lead,A-1-Q1,1,,x\n"
    ran = kamassess_cli("check", make_engagement(answers=text))
    assert len(ran.err) == 4
    assert ran.the("responses/a.csv, column H: has the unknown heading 'x'")
    assert ran.the("responses/a.csv, row 7, column F (answer): '9' is no answer")
    assert ran.the("responses/a.csv, row 22: has fewer cells (2) than the header (8)")
    assert ran.the("responses/a.csv, row 23, column B (unit): 'Q' is no unit")


def test_rows_with_another_separator_than_the_header(make_engagement: Make, kamassess_cli: Run, answers: Rows) -> None:
    # Otherwise the user is told that a file full of answers has none.
    head, rest = lines(answers).split("\n", 1)
    ran = kamassess_cli("check", make_engagement(answers=f"{head}\n{rest.replace(',', ';')}"))
    assert len(ran.err) == 1
    assert ran.the("responses/a.csv, rows 2–21: has fewer cells (1) than the header (7)")


def test_a_mistyped_heading_is_named_with_the_right_one(make_engagement: Make, kamassess_cli: Run, answers: Rows) -> None:
    ran = kamassess_cli("check", make_engagement(answers=lines(answers).replace("respondent", "Respondent ID")))
    assert "Did you mean respondent?" in ran.the("responses/a.csv, column C", "'Respondent ID'")
    assert ran.the("column 'respondent' is missing")
    assert len(ran.err) == 2


def test_a_csv_of_a_renamed_workbook_is_said(
    make_engagement: Make, kamassess_cli: Run, answers: Rows, make_workbook: Book
) -> None:
    raw = make_workbook([HEADER, *answers])
    ran = kamassess_cli("check", make_engagement(answers=None, files={"responses/a.csv": raw}))
    assert ran.err == [
        "responses/a.csv: is an Excel workbook with the name of a CSV file. Rename it to .xlsx, or save it as CSV."
    ]


# -- what lies in the folder ---------------------------------------------------------------------------------------------------


def test_what_is_not_read_is_said(make_engagement: Make, kamassess_cli: Run) -> None:
    # Otherwise a whole folder of answers, or an .xls, is missing from the scores and nobody knows.
    files = {"responses/2025/b.csv": "x", "responses/a.xls": EXCEL_2003, "responses/notes.docx": "x"}
    ran = kamassess_cli("check", make_engagement(files=files))
    assert ran.err == [
        "responses/2025: is a folder, which is not looked into. Move its files into responses.",
        (
            "responses/a.xls: is in the old .xls format. "
            "Open it in Excel, WPS or LibreOffice and save it as .xlsx ('Excel Workbook')."
        ),
        "responses/notes.docx: is neither .csv nor .xlsx. Save it in one of these forms, or move it elsewhere.",
    ]


def test_what_programs_leave_behind_is_ignored(make_engagement: Make, kamassess_cli: Run) -> None:
    # Otherwise an open Excel, a Mac or a Windows share makes a sound folder faulty.
    names = ("~$a.xlsx", "~$b.csv", ".DS_Store", ".~lock.a.csv#", "desktop.ini", "Thumbs.db", "README.md")
    ran = kamassess_cli("check", make_engagement(files={f"responses/{name}": b"\x00" for name in names}))
    assert (ran.code, ran.err) == (0, [])


def test_capital_endings_are_read_and_recorded(make_engagement: Make, answers: Rows, make_workbook: Book) -> None:
    # Otherwise a file named .CSV or .XLSX enters the scores but not the list of what they rest on.
    files = {"responses/A.CSV": lines(answers[:10]), "responses/B.XLSX": make_workbook([HEADER, *answers[10:]])}
    found = ka.load_engagement(make_engagement(answers=None, files=files))
    assert len(found.responses) == 20
    assert [file.file for file in found.inputs][:3] == ["engagement.yaml", "responses/A.CSV", "responses/B.XLSX"]


def test_no_folder_and_no_file(make_engagement: Make, kamassess_cli: Run) -> None:
    folder = make_engagement(answers=None)
    assert kamassess_cli("check", folder).err == [
        "responses: holds no answers. Put CSV files or filled XLSX questionnaires there."
    ]
    (folder / "responses").rmdir()
    assert kamassess_cli("check", folder).err == [
        "responses: there is no such folder. Make it and put the answers there, as CSV or filled XLSX questionnaires."
    ]


def test_a_file_that_cannot_be_opened_is_said(make_engagement: Make, kamassess_cli: Run) -> None:
    folder = make_engagement()
    (folder / "responses" / "b.csv").symlink_to(folder / "gone.csv")
    assert kamassess_cli("check", folder).the("responses/b.csv: cannot be read (No such file or directory)")


# -- XLSX ----------------------------------------------------------------------------------------------------------------------

FORM = [
    ["Audit", "of key accounts"],
    ["Wave", 2026],
    ["业务单元：", "N"],
    ["Respondent", "R9", "your initials"],
    ["Role:", "lead", "Leads"],
    [],
    ["Question", "Text", "Answer", "Comment"],
    ["", "First"],
    ["A-1-Q1", "What of it?", 0.25, "why"],
    ["A-2-Q1", "What of it?", "dk", ""],
    ["B-1-Q1", "What of it?", None, ""],
]


def test_a_questionnaire_is_read(make_engagement: Make, make_workbook: Book) -> None:
    # Otherwise a filled form scores as something else than was filled in.
    folder = make_engagement(answers=None, files={"responses/a.xlsx": make_workbook(FORM)})
    found = ka.load_engagement(folder).responses
    assert found.drop(columns="value").to_numpy().tolist() == [
        ["2026", "N", "R9", "lead", "A-1-Q1", 1, "why"],
        ["2026", "N", "R9", "lead", "A-2-Q1", 2, ""],
        ["2026", "N", "R9", "lead", "B-1-Q1", 0, ""],
    ]
    assert found["value"].tolist()[0] == 0.25
    assert found["value"].isna().tolist() == [False, True, True]


def test_a_long_sheet_reads_like_the_csv(make_engagement: Make, make_workbook: Book, answers: Rows) -> None:
    # Otherwise it matters in which form the same answers come, or on how many sheets.
    numbers: list[list[Any]] = [[*row[:5], float(row[5]) if row[5] != "DK" else "DK", row[6]] for row in answers]
    raw = make_workbook(
        one=[HEADER, *numbers[:7]], notes=[["Thank you"]], two=[HEADER[::-1], *(row[::-1] for row in numbers[7:])]
    )
    found = ka.load_engagement(make_engagement("x", answers=None, files={"responses/a.xlsx": raw})).responses
    pd.testing.assert_frame_equal(found, ka.load_engagement(make_engagement("c")).responses)


def test_a_wrong_constant_is_named_where_it_stands(make_engagement: Make, make_workbook: Book, kamassess_cli: Run) -> None:
    # Otherwise the user looks for a unit in the rows of the table, where there is none.
    form = [list(row) for row in FORM]
    form[2][1], form[3][1], form[4][1] = "n.", "", "leed"
    ran = kamassess_cli("check", make_engagement(answers=None, files={"responses/a.xlsx": make_workbook(form)}))
    place = "responses/a.xlsx, sheet answers"
    assert ran.err == [
        f"{place}, row 3, column B (unit): 'n.' is no unit of this engagement. Did you mean N? The units are N, S.",
        f"{place}, row 4, column B (respondent): 'Respondent' is empty. Write the code of this person into cell B4.",
        f"{place}, row 5, column B (role): 'leed' is no role of instrument tiny. Did you mean lead?",
    ]


def test_a_form_without_its_constants(make_engagement: Make, make_workbook: Book, kamassess_cli: Run) -> None:
    ran = kamassess_cli("check", make_engagement(answers=None, files={"responses/a.xlsx": make_workbook(FORM[6:])}))
    assert [re.search(r"'(\w+)' is missing", line)[1] for line in ran.err] == ["wave", "unit", "respondent", "role"]  # type: ignore[index]


def test_a_constant_given_twice(make_engagement: Make, make_workbook: Book, kamassess_cli: Run) -> None:
    # Otherwise one of two units is taken in silence.
    form = [*FORM[:5], ["Unit", "S"], *FORM[6:]]
    ran = kamassess_cli("check", make_engagement(answers=None, files={"responses/a.xlsx": make_workbook(form)}))
    assert ran.err == ["responses/a.xlsx, sheet answers, row 6, column A: 'unit' is given twice. Keep one of them."]


def test_a_second_answer_column(make_engagement: Make, make_workbook: Book, kamassess_cli: Run) -> None:
    # Otherwise the first is taken in silence; people add one to keep last year's answers beside.
    form = [*FORM[:6], ["Question", "Text", "Answer", "Comment", "ANSWER"], *FORM[7:]]
    ran = kamassess_cli("check", make_engagement(answers=None, files={"responses/a.xlsx": make_workbook(form)}))
    assert ran.err == ["responses/a.xlsx, sheet answers, row 7, column E: is a second column 'answer'. Keep one of them."]


@pytest.mark.parametrize("other", [FORM, None], ids=["beside a sound sheet", "alone"])
def test_a_sheet_with_a_mistyped_heading_is_not_dropped(
    make_engagement: Make, make_workbook: Book, kamassess_cli: Run, other: list[list[Any]] | None
) -> None:
    # Otherwise a respondent vanishes because a heading says "Anwser".
    form = [*FORM[:3], ["Respondent", "R8"], *FORM[4:6], ["Question", "Text", "Anwser", "Comment"], *FORM[7:]]
    raw = make_workbook(**({"first": other} if other else {}), second=form)
    ran = kamassess_cli("check", make_engagement(answers=None, files={"responses/a.xlsx": raw}))
    assert len(ran.err) == 1
    assert ran.the("responses/a.xlsx, sheet second", "missing: 'answer'", "as it was sent out")


def test_a_workbook_of_something_else(make_engagement: Make, make_workbook: Book, kamassess_cli: Run) -> None:
    ran = kamassess_cli("check", make_engagement(files={"responses/b.xlsx": make_workbook([["Sales", 1], ["Cost", 2]])}))
    assert ran.err == [
        "responses/b.xlsx: has no sheet with the columns 'question' and 'answer'. Use the questionnaire as it was sent out."
    ]


def test_headings_without_answers(make_engagement: Make, make_workbook: Book, kamassess_cli: Run) -> None:
    ran = kamassess_cli("check", make_engagement(files={"responses/b.xlsx": make_workbook(FORM[:8])}))
    assert ran.err == ["responses/b.xlsx, sheet answers: has headings but no answers. Fill it, or delete the sheet."]


@pytest.mark.parametrize(
    ("hook", "line"),
    [
        (
            lambda book, sheet: sheet.merge_range("C9:C10", 1),
            "row 9, column C: cells C9:C10 are merged. Unmerge them and fill each cell.",
        ),
        (
            lambda book, sheet: sheet.merge_range("A9:C9", "A-1-Q1"),
            "row 9, column A: cells A9:C9 are merged. Unmerge them and fill each cell.",
        ),
        (
            lambda book, sheet: sheet.set_row(9, None, None, {"hidden": True}),
            "row 10: is hidden but holds answers. Unhide it (a filter hides rows too), or delete it.",
        ),
        (
            lambda book, sheet: sheet.set_row(2, None, None, {"hidden": True}),
            "row 3: is hidden but holds answers. Unhide it (a filter hides rows too), or delete it.",
        ),
        (lambda book, sheet: sheet.set_column("C:C", None, None, {"hidden": True}), "column C (answer): is hidden. Unhide it."),
        (
            lambda book, sheet: sheet.set_column("D:XFD", None, None, {"hidden": True}),
            "column D (comment): is hidden. Unhide it.",
        ),
        (lambda book, sheet: sheet.hide(), ": is a hidden sheet with answers. Unhide it, or delete it."),
        (lambda book, sheet: sheet.very_hidden(), ": is a hidden sheet with answers. Unhide it, or delete it."),
    ],
    ids=[
        "merged down",
        "merged across",
        "row",
        "row above the table",
        "column",
        "columns to the end",
        "sheet",
        "very hidden sheet",
    ],
)
def test_what_a_screen_does_not_show_is_refused(
    make_engagement: Make, make_workbook: Book, kamassess_cli: Run, hook: Callable[[Any, Any], object], line: str
) -> None:
    # Otherwise a score rests on answers that nobody who opens the file can see.
    raw = make_workbook(**{"cover": [["Thank you"]], "S 1": FORM}, hook=lambda book, sheets: hook(book, sheets["S 1"]))
    ran = kamassess_cli("check", make_engagement(answers=None, files={"responses/a.xlsx": raw}))
    separator = "" if line.startswith(":") else ", "
    assert (ran.code, ran.err) == (2, [f"responses/a.xlsx, sheet S 1{separator}{line}"])


def test_what_hides_nothing_is_read(make_engagement: Make, make_workbook: Book, kamassess_cli: Run) -> None:
    # Otherwise the questionnaires that designers make, with merged titles and hidden lists, cannot be used.
    def design(book: Any, sheets: dict[str, Any]) -> None:
        sheets["form"].merge_range("A1:D1", "Audit of key accounts")
        sheets["form"].merge_range("B9:B11", "What of these?")
        sheets["form"].set_row(5, None, None, {"hidden": True})
        sheets["form"].set_column("F:G", None, None, {"hidden": True})
        sheets["lists"].hide()

    raw = make_workbook(form=FORM, lists=[["DK"], ["NA"]], hook=design)
    found = ka.load_engagement(make_engagement(answers=None, files={"responses/a.xlsx": raw}))
    assert len(found.responses) == 3


def test_a_formula_that_was_never_calculated_is_refused(make_engagement: Make, kamassess_cli: Run, answers: Rows) -> None:
    # openpyxl writes formulas without results; such a cell would count as unanswered. One that Excel calculated is read.
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in [HEADER, *answers]:
        sheet.append(row)
    sheet["F3"] = "=1/2"
    raw = io.BytesIO()
    book.save(raw)
    ran = kamassess_cli("check", make_engagement(answers=None, files={"responses/a.xlsx": raw.getvalue()}))
    assert ran.err == [
        (
            "responses/a.xlsx, sheet Sheet, row 3, column F (answer): holds a formula without its result. "
            "Write the value itself in the cell."
        )
    ]


def test_a_calculated_formula_is_its_result(make_engagement: Make, make_workbook: Book) -> None:
    raw = make_workbook(
        FORM,
        hook=lambda book, sheets: (
            sheets["answers"].write_formula("C9", "=1/2", None, 0.5),
            sheets["answers"].write_formula("C10", '=" "', None, " "),
        ),
    )
    found = ka.load_engagement(make_engagement(answers=None, files={"responses/a.xlsx": raw})).responses
    assert found["value"].tolist()[0] == 0.5
    assert found["state"].tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"", "is empty. Fill it or remove it."),
        (
            b"wave,unit\n",
            "is no Excel workbook, whatever its name says. Save it as .xlsx; if it is a CSV file, rename it to .csv.",
        ),
        (EXCEL_2003, "is protected by a password or in the old .xls format. Save it as .xlsx without a password."),
        (b"PK\x03\x04 and no more", "is a damaged workbook. Open it in Excel or LibreOffice and save it again as .xlsx."),
    ],
    ids=["empty", "renamed CSV", "password or .xls", "damaged"],
)
def test_what_is_no_workbook_is_refused(make_engagement: Make, kamassess_cli: Run, raw: bytes, line: str) -> None:
    ran = kamassess_cli("check", make_engagement(answers=None, files={"responses/a.xlsx": raw}))
    assert (ran.code, ran.err) == (2, [f"responses/a.xlsx: {line}"])


def test_a_zip_of_something_else(make_engagement: Make, kamassess_cli: Run) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("letter.txt", "Dear colleagues")
    ran = kamassess_cli("check", make_engagement(answers=None, files={"responses/a.xlsx": raw.getvalue()}))
    assert ran.err == ["responses/a.xlsx: is an archive with the name of a workbook. Unpack it, and put here what is in it."]


def test_a_workbook_that_unpacks_without_end_is_not_unpacked(tmp_path: Path) -> None:
    # Otherwise a mail attachment of a few kilobytes takes all the memory there is.
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    packed = raw.getvalue()
    size = (11).to_bytes(4, "little")
    assert packed.count(size) == 4, "the size, packed and unpacked, in both headers"
    (tmp_path / "a.xlsx").write_bytes(packed.replace(size, (2_000_000_000).to_bytes(4, "little")))
    faults = Gathered()
    assert read_workbook(tmp_path / "a.xlsx", "a.xlsx", faults) == []
    assert [fault.message for fault in faults.faults()] == ["unpacks to more than a gigabyte"]


def test_no_damage_makes_a_crash(tmp_path: Path, make_workbook: Book) -> None:
    # Otherwise a file cut off by a full disk or a bad stick ends in a traceback.
    raw = make_workbook(FORM, hook=lambda book, sheets: sheets["answers"].set_row(8, None, None, {"hidden": True}))
    dice = random.Random(11)
    path, refused_ones = tmp_path / "a.xlsx", 0
    for _ in range(300):
        damaged = bytearray(raw)
        for _ in range(dice.choice([1, 3, 30])):
            damaged[dice.randrange(4, len(damaged))] = dice.randrange(256)
        path.write_bytes(damaged[: dice.randrange(4, len(damaged))] if dice.random() < 0.3 else damaged)
        faults = Gathered()
        sheets = read_workbook(path, "a.xlsx", faults)
        assert sheets or faults, "neither a sheet nor a word about it"
        refused_ones += bool(faults)
    assert refused_ones > 200


def test_damaged_parts_inside_a_sound_archive(tmp_path: Path, make_workbook: Book) -> None:
    # The checksums of an archive do not help where the program that wrote it was at fault.
    raw = make_workbook(FORM, hook=lambda book, sheets: sheets["answers"].merge_range("A1:B1", "x"))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    wrecks = {
        "no relations": {"xl/_rels/workbook.xml.rels": None},
        "no workbook": {"xl/workbook.xml": None},
        "cut sheet": {"xl/worksheets/sheet1.xml": parts["xl/worksheets/sheet1.xml"][:-40]},
        "merged nonsense": {"xl/worksheets/sheet1.xml": parts["xl/worksheets/sheet1.xml"].replace(b"A1:B1", b"here")},
        "no sheet": {"xl/worksheets/sheet1.xml": None},
    }
    for what, changes in wrecks.items():
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
            for name, content in (parts | changes).items():
                if content is not None:
                    archive.writestr(name, content)
        faults = Gathered()
        assert read_workbook(tmp_path / "a.xlsx", "a.xlsx", faults) == [], what
        assert [str(fault) for fault in faults.faults()] == [
            "a.xlsx: is a damaged workbook. Open it in Excel or LibreOffice and save it again as .xlsx."
        ], what


# -- small parts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")])
def test_columns_have_the_letters_of_a_spreadsheet(index: int, letter: str) -> None:
    assert column_letter(index) == letter


def test_rows_have_the_numbers_of_a_spreadsheet(tmp_path: Path) -> None:
    # A cell with line breaks is one row; an empty line is one too.
    (tmp_path / "a.csv").write_text('\na,b\n1,"x\ny\nz"\n\n3,4\n', encoding="utf-8")
    frame = read_csv(tmp_path / "a.csv", "a.csv", Gathered())
    assert frame is not None
    assert frame["a"].astype(str).to_dict() == {3: "1", 4: "", 5: "3"}


def test_a_column_full_of_different_faults_is_cut() -> None:
    # Otherwise answers in the column of questions print half a million lines.
    faults = Gathered()
    for row in range(2, 1000):
        faults.add(f"'{row}' is no unit", file="a.csv", row=row, column="B")
    faults.add("is odd", file="a.csv", row=7, column="C")
    said = faults.faults()
    assert len(said) == FAULTS_SHOWN + 2
    cut = f"has {998 - FAULTS_SHOWN} further faults. Mend those listed first, then check again."
    assert str(said[-1]) == f"a.csv, rows 102–999, column B: {cut}"
    assert any(fault.column == "C" for fault in said), "the cut is by column, so that no other fault is lost"
