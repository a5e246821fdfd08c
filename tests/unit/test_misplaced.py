"""Files in the wrong folder or under the wrong name: each is known by its content, and told in one line where it belongs.

They come by mail, and whoever saves them is in a hurry. Nothing that holds answers or decisions is to be left out in silence.
"""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from form_cases import blank_form, edited, filled_form
from xlsform_cases import export

import kamassess as ka
from kamassess.display import view_of_group, view_of_unit
from kamassess.export.files import write_file
from kamassess.questionnaire import Wanted, questionnaires
from kamassess.reading.engagement import load_declared
from kamassess.reading.file_kinds import kind_of

if TYPE_CHECKING:
    from tests.conftest import Ran

Make = Callable[..., Path]
Run = Callable[..., "Ran"]
Book = Callable[..., bytes]

EXCEL = "save it as .xlsx ('Excel Workbook')."


def packed(**parts: bytes | str) -> bytes:
    """A zip archive of parts by name."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return raw.getvalue()


def container(stream: str) -> bytes:
    """An OLE2 container with one stream."""
    name = f"{stream}\0".encode("utf-16-le")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    return head + name.ljust(64, b"\0") + len(name).to_bytes(2, "little") + b"\2" * 62


def office(part: str) -> bytes:
    return packed(**{"[Content_Types].xml": f'<Override ContentType="application/vnd.openxmlformats-officedocument.{part}"/>'})


DECK = office("presentationml.presentation.main+xml")
SALES = "account,date,net_sales\nC1,2026-01-01,5\n"


_OWN: dict[str, bytes] = {}
"""Made once: two scorecards take seconds."""


@pytest.fixture
def own(make_engagement: Make) -> dict[str, bytes]:
    """One of each of our own files, made for the small engagement."""
    if _OWN:
        return dict(_OWN)
    folder = make_engagement("source")
    form = next(iter(questionnaires(Wanted(load_declared(folder)), "xlsform").values()))
    _OWN.update(
        {
            "form.xlsx": filled_form(folder),
            "xlsform.xlsx": form,
            "export.csv": export(form, "kobo", [{"unit": "N", "role": "lead", "respondent": "R8"}]).encode(),
            "scorecard.xlsx": write_file("xlsx", view_of_unit(folder, "N", "en", None)),
            "group.xlsx": write_file("xlsx", view_of_group(folder, "en", None)),
            "deck.pptx": DECK,
            "report.html": b"<!doctype html><html></html>",
            "report.pdf": b"%PDF-1.7",
            "result.json": b'{"schema": "kamassess.result/1"}',
            "asked.csv": b"unit,role,respondent\nN,lead,R1\n",
            "register.csv": b"unit,criterion,kind,title,date\nN,A-1,document,Plan,2026-01-01\n",
            "extract.csv": SALES.encode(),
            "engagement.yaml": b"wave: '2026'\n",
        }
    )
    return dict(_OWN)


TAKE_OUT = {
    "responses": "Answers are read from questionnaires (.xlsx) and tables (.csv).",
    "scorecards": "Targets and the roadmap are read from a scorecard (.xlsx), which 'kamassess report --format xlsx' makes.",
    "data": "Tables are read from .csv, .csv.gz and .xlsx.",
}
TO_RESPONSES = "Move it to responses."
UPLOAD = "Upload it there, and put the platform's CSV export into responses."
TO_SCORECARDS = "Move it to scorecards if its targets or roadmap were edited; else take it out."
ONLY_UNITS = "Take it out: only those of single units are read, from scorecards."
FILLED_IN = "Take it out; if it is a filled questionnaire, enter its answers in the .xlsx that was sent out."
OF_A_PLATFORM = "Take it out; if it is the export of a platform, export it there as CSV."
INVITED = "Move it beside engagement.yaml, as invited.csv."
EVIDENCE = "Move it beside engagement.yaml, as evidence.csv or evidence.xlsx."
TABLE = "Move it to data, as sales.csv or sales.xlsx."
BESIDE = "Move it beside engagement.yaml, or take it out."


def lines(folder: str, what: str) -> dict[str, str]:
    """What is said of each file in a folder that reads none of them; *what* it reads instead."""
    rest = TAKE_OUT[folder]
    return {
        "form.xlsx": f"is a questionnaire, not {what}. {TO_RESPONSES}",
        "xlsform.xlsx": f"is a form for a platform, not {what}. {UPLOAD}",
        "export.csv": f"is the export of a platform, with answers, not {what}. {TO_RESPONSES}",
        "scorecard.xlsx": f"is a scorecard, not {what}. {TO_SCORECARDS}",
        "group.xlsx": f"is the scorecard of all units, not {what}. {ONLY_UNITS}",
        "deck.pptx": f"is a presentation. Take it out. {rest}",
        "report.html": f"is a web page, as reports are. Take it out. {rest}",
        "report.pdf": f"is a PDF. Take it out. {rest}",
        "result.json": f"is JSON. Take it out. {rest}",
        "asked.csv": f"is a list of those who were invited, not {what}. {INVITED}",
        "register.csv": f"is a register of evidence, not {what}. {EVIDENCE}",
        "extract.csv": f"has the columns of the table 'sales', not {what}. {TABLE}",
        "engagement.yaml": f"is a YAML file. {BESIDE}",
    }


IN_DATA = (
    "'extract' is no table. Use one of: "
    "accounts, sales, deliveries, activities, people, plans, launches, promotions, crm, options."
)
SAID = {
    "responses": lines("responses", "answers to questionnaires")
    | {"report.pdf": f"is a PDF. {FILLED_IN}", "result.json": f"is JSON. {OF_A_PLATFORM}"},
    "scorecards": lines("scorecards", "a scorecard of a unit"),
    "data": lines("data", "a table of the company's data")
    | {"extract.csv": f"{IN_DATA} Or name it under 'columns' in engagement.yaml."},
}
AT_HOME = {"responses": {"form.xlsx", "export.csv"}, "scorecards": {"scorecard.xlsx"}, "data": set()}


@pytest.mark.parametrize("where", SAID)
def test_our_own_files_in_another_folder_are_told_where_they_belong(
    make_engagement: Make, kamassess_cli: Run, own: dict[str, bytes], where: str
) -> None:
    # Otherwise a scorecard among the responses is "a workbook without answers", and a report is to be "saved as .xlsx".
    files = {name: raw for name, raw in own.items() if name not in AT_HOME[where]}
    ran = kamassess_cli("check", make_engagement(files={f"{where}/{name}": raw for name, raw in files.items()}))
    assert ran.code == 2
    assert ran.err == [f"{where}/{name}: {SAID[where][name]}" for name in sorted(files)]


@pytest.mark.parametrize("where", ["", "evidence/"])
def test_answers_and_decisions_beside_the_folders_are_noted(make_engagement: Make, own: dict[str, bytes], where: str) -> None:
    # Otherwise a questionnaire that somebody saved next to engagement.yaml is not counted, and nobody notices.
    del own["engagement.yaml"]
    folder = make_engagement(files={f"{where}{name}": raw for name, raw in own.items()} | {"blank.xlsx": b""})
    (folder / "blank.xlsx").write_bytes(blank_form(folder))
    engagement, faults = ka.check_engagement(folder)
    assert engagement is not None
    assert faults == []
    assert [str(note) for note in engagement.odd] == [
        f"{where}{name}: {what}, and is not read here. {remedy}"
        for name, what, remedy in (
            ("export.csv", "is the export of a platform, with answers", TO_RESPONSES),
            ("extract.csv", "has the columns of the table 'sales'", TABLE),
            ("form.xlsx", "is a questionnaire", TO_RESPONSES),
            ("scorecard.xlsx", "is a scorecard", TO_SCORECARDS),
        )
    ]


def test_a_questionnaire_filled_in_where_it_was_written_is_noted(make_engagement: Make) -> None:
    # Otherwise who fills a form in the folder it lies in is missing from the wave; the blank ones there are as they should be.
    folder = make_engagement()
    written = folder / "questionnaires" / "2026"
    written.mkdir(parents=True)
    (written / "blank.xlsx").write_bytes(blank_form(folder))
    (written / "opened.xlsx").write_bytes(edited(blank_form(folder), lambda book, sheet: None))
    (written / "filled.xlsx").write_bytes(filled_form(folder))
    engagement, faults = ka.check_engagement(folder)
    assert engagement is not None
    assert faults == []
    line = "questionnaires/2026/filled.xlsx: is filled in, and is not read here. Move it to responses."
    assert [str(note) for note in engagement.odd] == [line]


def test_lists_and_folders_under_other_names_are_told(make_engagement: Make, make_workbook: Book, kamassess_cli: Run) -> None:
    # Otherwise a year of sales in `Data`, or who was invited, is not there for kamassess, and no line says so.
    book = make_workbook([["unit", "role", "respondent"], ["N", "lead", "R1"]])
    files = {
        "Data/sales.csv": SALES,
        "scorecard/N.xlsx": b"x",
        "Response/a.csv": "x",
        "Evidence.csv": "x",
        "evidence.xls": book,
        "invited.xlsx": book,
    }
    ran = kamassess_cli("check", make_engagement(files=files))
    under = "is not looked into under this name."
    assert ran.err == [
        f"Data: {under} Rename it to data.",
        "Evidence.csv: is not read under this name. Rename it to evidence.csv.",
        f"Response: {under} Move its files into responses.",
        "evidence.xls: is an .xlsx workbook, whatever its name says. Rename it to evidence.xlsx.",
        "invited.xlsx: is not read: who was invited is a list in CSV. Save it as invited.csv (in Excel: 'CSV UTF-8').",
        f"scorecard: {under} Rename it to scorecards.",
    ]


@pytest.mark.parametrize("where", ["responses", "data", "scorecards"])
def test_a_folder_in_a_folder_is_told(make_engagement: Make, kamassess_cli: Run, where: str) -> None:
    # Otherwise what came back from a unit, or a scorecard that was edited, is left out because it lies one level deeper.
    ran = kamassess_cli("check", make_engagement(files={f"{where}/north/b.xlsx": b"x"}))
    assert ran.err == [f"{where}/north: is a folder, which is not looked into. Move its files into {where}."]


@pytest.mark.parametrize("name", ["responses", "data", "scorecards"])
def test_a_file_in_the_place_of_a_folder_is_told(make_engagement: Make, kamassess_cli: Run, name: str) -> None:
    # Otherwise it is as if nobody had answered, or as if there were no tables.
    folder = make_engagement(answers=None)
    (folder / "responses").rmdir()
    (folder / name).write_text("x")
    about = " for the answers" if name == "responses" else ""
    kamassess_cli("check", folder).the(
        f"{name}: is a file, and stands where a folder is looked for. Give it another name, and make a folder {name}{about}."
    )


def test_a_list_or_table_that_is_another_file_is_told_what_it_is(
    make_engagement: Make, kamassess_cli: Run, own: dict[str, bytes], answers: list[list[str]]
) -> None:
    # Otherwise a questionnaire called accounts.xlsx has "the sheets Start here, Questions", of which one is to be named.
    files = {
        "data/accounts.xlsx": own["form.xlsx"],
        "data/sales.xlsx": own["scorecard.xlsx"],
        "data/plans.csv": own["export.csv"],
        "evidence.xlsx": own["form.xlsx"],
        "invited.csv": own["export.csv"],
    }
    export_of = "is the export of a platform, with answers"
    ran = kamassess_cli("check", make_engagement(files=files))
    assert ran.err == [
        f"data/accounts.xlsx: is a questionnaire, not a table of the company's data. {TO_RESPONSES}",
        f"data/plans.csv: {export_of}, not a table of the company's data. {TO_RESPONSES}",
        f"data/sales.xlsx: is a scorecard, not a table of the company's data. {TO_SCORECARDS}",
        f"evidence.xlsx: is a questionnaire, and is not read here. {TO_RESPONSES}",
        f"invited.csv: {export_of}, and is not read here. {TO_RESPONSES}",
    ]
    ran = kamassess_cli("check", make_engagement("book", files={"invited.csv": own["form.xlsx"]}))
    assert ran.err == ["invited.csv: is a workbook with the name of a CSV file. Save it as CSV UTF-8."]


def test_answers_with_a_mistyped_heading_are_no_list_of_people(
    make_engagement: Make, kamassess_cli: Run, answers: list[list[str]]
) -> None:
    # Otherwise a table of answers with one slip in its header is to be moved and renamed.
    rows = "".join(",".join(row) + "\n" for row in answers)
    ran = kamassess_cli("check", make_engagement(answers=f"wave,unit,respondent,role,question,answers,comment\n{rows}"))
    assert ran.err == [
        "responses/a.csv, column F: has the unknown heading 'answers'. Did you mean answer?",
        "responses/a.csv: column 'answer' is missing. Add it; the columns are wave,unit,respondent,role,question,answer,comment.",
    ]


def test_a_questionnaire_saved_as_csv_is_told(make_engagement: Make, kamassess_cli: Run) -> None:
    # Otherwise a header is asked of somebody who has a questionnaire in his hands.
    folder = make_engagement()
    sheet = openpyxl.load_workbook(io.BytesIO(filled_form(folder))).worksheets[1]
    text = io.StringIO()
    csv.writer(text).writerows(["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True))
    (folder / "responses/f.csv").write_text(text.getvalue(), encoding="utf-8")
    assert kamassess_cli("check", folder).err == [
        (
            "responses/f.csv: is a questionnaire that was saved as CSV. "
            "Save it as .xlsx, as it was sent out: what says whose answers they are stands above the table."
        )
    ]


def test_files_without_answers_are_noted_where_data_make_up_for_them(make_engagement: Make, kamassess_cli: Run) -> None:
    # Otherwise an empty export lies among the answers of an engagement that has data, and no line says so.
    accounts = "account,name,unit,key_account\nC1,Acme,N,yes\n"
    files = {"responses/e.csv": "wave,unit,respondent,role,question,answer\n", "data/accounts.csv": accounts}
    ran = kamassess_cli("check", make_engagement(files=files))
    assert ran.code == 0
    assert "note: responses/e.csv: has a header but no answers. Fill it or remove it." in ran.out


@pytest.mark.parametrize("where", ["responses", "data/2026", "scorecards"])
@pytest.mark.parametrize("command", [["report", "--unit", "N"], ["batch"], ["questionnaire"]])
def test_nothing_is_written_to_where_inputs_are_read(
    make_engagement: Make, kamassess_cli: Run, command: list[str], where: str
) -> None:
    # Otherwise reports and blank forms lie among the answers, and the next run stops at them.
    folder = make_engagement()
    ran = kamassess_cli(command[0], folder, *command[1:], "--out", folder / where)
    name = where.partition("/")[0]
    assert ran.err == [f"--out is in the folder {name}, from which inputs are read. Choose another folder."]
    assert sorted(path.name for path in folder.rglob("*")) == ["a.csv", "engagement.yaml", "instrument.yaml", "responses"]


FILES: dict[str, tuple[str, bytes, str]] = {
    "an .xlsx called .xls": (
        "b.xls",
        office("spreadsheetml.sheet.main+xml"),
        "is an .xlsx workbook, whatever its name says. Rename it to b.xlsx.",
    ),
    "an .xlsx called .xlsm": (
        "b.xlsm",
        office("spreadsheetml.sheet.main+xml"),
        "is an .xlsx workbook, whatever its name says. Rename it to b.xlsx.",
    ),
    "an .xlsx called .zip": (
        "b.xlsx.zip",
        office("spreadsheetml.sheet.main+xml"),
        "is an .xlsx workbook, whatever its name says. Rename it to b.xlsx.",
    ),
    "an .xlsx without an ending": (
        "b",
        office("spreadsheetml.sheet.main+xml"),
        "is an .xlsx workbook, whatever its name says. Rename it to b.xlsx.",
    ),
    "an .xls": ("b.xls", container("Workbook"), f"is in the old .xls format. Open it in Excel, WPS or LibreOffice and {EXCEL}"),
    "an .xls of Excel 5": (
        "b.xls",
        container("Book"),
        f"is in the old .xls format. Open it in Excel, WPS or LibreOffice and {EXCEL}",
    ),
    "an .xls called .xlsx": (
        "b.xlsx",
        container("Workbook"),
        f"is in the old .xls format. Open it in Excel, WPS or LibreOffice and {EXCEL}",
    ),
    "a password, called .xls": (
        "b.xls",
        container("EncryptedPackage"),
        f"is protected by a password. Open it, take the password off, and {EXCEL}",
    ),
    "a letter called .xlsx": (
        "b.xlsx",
        container("WordDocument"),
        "is a text document with the name of a workbook. Put the workbook itself here.",
    ),
    "another letter called .xlsx": (
        "b.xlsx",
        office("wordprocessingml.document.main+xml"),
        "is a text document with the name of a workbook. Put the workbook itself here.",
    ),
    "a deck called .xlsx": ("b.xlsx", DECK, "is a presentation with the name of a workbook. Put the workbook itself here."),
    "a page called .xls": (
        "b.xls",
        b"<html><table>",
        "is a web page with the name of a workbook. Open it in Excel or LibreOffice and save it as .xlsx.",
    ),
    "a page called .xlsx": (
        "b.xlsx",
        b"\xef\xbb\xbf <table>",
        f"is a web page with the name of a workbook. Open it in Excel or LibreOffice and {EXCEL}",
    ),
    "XML of Excel 2003": (
        "b.xls",
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        f"is in the XML of Excel 2003. Open it in Excel, WPS or LibreOffice and {EXCEL}",
    ),
    "a binary workbook": (
        "b.xlsx",
        packed(**{"[Content_Types].xml": "application/vnd.ms-excel.sheet.binary.macroEnabled.main", "xl/workbook.bin": ""}),
        f"is a binary workbook (.xlsb). S{EXCEL[1:]}",
    ),
    "Numbers": (
        "b.numbers",
        packed(**{"Index/Document.iwa": ""}),
        "is a spreadsheet of Numbers. In Numbers choose File > Export To > Excel, and put that here.",
    ),
    "Google Sheets": (
        "b.gsheet",
        b'{"url": "x"}',
        "is a link to Google Sheets. Choose File > Download > Microsoft Excel (.xlsx) there, and put that here.",
    ),
    "zipped forms": (
        "forms.zip",
        packed(**{"b.xlsx": b"PK"}),
        "is an archive. Unpack it, put here what is in it, and take it out.",
    ),
    "a mail": ("b.msg", container("__properties_version1.0"), "is a mail. Save here what is attached to it, and take it out."),
    "another mail": ("b.eml", b"From: a@example.com\n", "is a mail. Save here what is attached to it, and take it out."),
    "a photograph": (
        "b.jpg",
        b"\xff\xd8\xff\xe0",
        "is a picture. Take it out; if it shows a filled questionnaire, enter its answers in the .xlsx that was sent out.",
    ),
    "half a download": (
        "b.xlsx.crdownload",
        b"PK",
        "has not arrived whole. Wait until it is there, or fetch it again; then delete this one.",
    ),
    "in iCloud": (".b.xlsx.icloud", b"bplist00", "is in iCloud, not on this machine. Choose 'Download Now' in the Finder."),
    "a shortcut": ("b.lnk", b"L\0\0\0", "is a link. Put the file itself here."),
    "text": (
        "b.txt",
        b"wave;unit;respondent;role;question;answer\n",
        "is a table in text, and its name does not end in .csv. Rename it to b.csv.",
    ),
    "packed": ("b.csv.gz", gzip.compress(b"wave"), "is packed (.gz). Unpack it."),
    "nothing": ("b.dat", b"", "is empty. Take it out."),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_is_known_by_its_content(make_engagement: Make, kamassess_cli: Run, case: str) -> None:
    # Otherwise a sound form is called old because of its name, and what came as a mail or a photograph has no remedy.
    name, raw, line = FILES[case]
    ran = kamassess_cli("check", make_engagement(files={f"responses/{name}": raw}))
    assert (ran.code, ran.err) == (2, [f"responses/{name}: {line}"])


@pytest.mark.parametrize("where", ["responses", "data", "scorecards"])
def test_an_xlsx_called_xls_is_told_wherever_it_lies(
    make_engagement: Make, make_workbook: Book, kamassess_cli: Run, where: str
) -> None:
    # Otherwise one folder calls a file old that another would read; beside the right file, which one counts is not ours to say.
    raw = make_workbook([["account"], ["C1"]])
    files = {f"{where}/b.xls": raw}
    ran = kamassess_cli("check", make_engagement("alone", files=files))
    assert ran.err == [f"{where}/b.xls: is an .xlsx workbook, whatever its name says. Rename it to b.xlsx."]
    (folder := make_engagement("both", files=files) / where).joinpath("b.xlsx").write_bytes(raw)
    kamassess_cli("check", folder.parent).the(
        f"{where}/b.xls: is an .xlsx workbook, whatever its name says. Take it out if it is the same as b.xlsx, "
        "which is there too; else rename it so that it ends in .xlsx."
    )


def test_what_mac_and_windows_leave_behind_is_no_file(make_engagement: Make, kamassess_cli: Run) -> None:
    # Otherwise a lock of an open workbook, or what a Mac packs beside files, stops the check.
    names = ("~$b.xlsx", "._b.xlsx", ".DS_Store", "__MACOSX/b.xlsx", "Icon\r", ".~lock.b.xlsx#")
    files = {f"{folder}/{name}": b"\0" for folder in ("responses", "data", "scorecards") for name in names}
    assert kamassess_cli("check", make_engagement(files=files)).err == []


@pytest.mark.parametrize("name", ["engagement.yml", "engagement.yaml.txt", "Engagement.yaml", "engagement.txt"])
def test_another_name_of_the_engagements_file_is_told(make_engagement: Make, kamassess_cli: Run, name: str) -> None:
    # Otherwise a consultant on Windows, who does not see endings, is told that a file is missing which lies before him.
    folder = make_engagement()
    (folder / "engagement.yaml").rename(folder / name)
    kamassess_cli("check", folder).the(f"Rename {name} to engagement.yaml.")


def test_a_cell_that_names_a_stream_does_not_lock_a_workbook() -> None:
    # Otherwise an old workbook that mentions a word is said to have a password.
    inside = "EncryptedPackage\0".encode("utf-16-le")
    assert kind_of(container("Workbook") + inside.rjust(200, b"\0")) == "xls"
    assert kind_of(container("EncryptedPackage") + inside) == "encrypted"
