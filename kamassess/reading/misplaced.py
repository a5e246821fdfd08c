"""What lies in a folder of the engagement where it is not read: what it is, and where it belongs.

Questionnaires, exports, scorecards, reports and lists travel by mail and come back into the wrong folder, under other names. A
file is known by its content. One with a wrong ending is not read under it, even where its content is sound: Excel itself refuses
to open it, and ``b.xls`` beside ``b.xlsx`` is mostly the same form saved twice, of which only its sender knows which one counts.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from kamassess.data import EVIDENCE, TABLES, TableSpec
from kamassess.reading.answer_columns import column_of, holds_answers
from kamassess.reading.archives import as_xlsx
from kamassess.reading.file_kinds import kind_of
from kamassess.reading.form_identity import FormIdentity
from kamassess.reading.places import Gathered
from kamassess.reading.sheets import Book, Sheet, read_book
from kamassess.reading.xlsform_fields import FORM

__all__ = ["SCORECARD_SCHEMA", "known", "told_of_book", "told_of_file", "told_of_headings", "told_of_known"]

SCORECARD_SCHEMA = "kamassess.scorecard/"
"""How the first line of a scorecard's hidden sheet begins, before its version."""

Told = tuple[str, str]
"""What is wrong, and what to do."""

_READ = {
    "responses": "Answers are read from questionnaires (.xlsx) and tables (.csv).",
    "scorecards": "Targets and the roadmap are read from a scorecard (.xlsx), which 'kamassess report --format xlsx' makes.",
    "data": "Tables are read from .csv, .csv.gz and .xlsx.",
    "judges": "Tables of judges are read from .csv and .xlsx.",
}
"""What is read, by folder; the engagement's own has no name here."""
_NOT_READ = {
    "responses": ("is neither .csv nor .xlsx", "Save it in one of these forms, or move it elsewhere."),
    "scorecards": ("is no scorecard of a unit", f"Take it out. {_READ['scorecards']}"),
    "data": ("is none of .csv, .csv.gz, .xlsx", "Save it in one of these forms, or move it."),
    "judges": ("is neither .csv nor .xlsx", "Save it in one of these forms, or leave it out."),
}
_IN_RESPONSES = {
    "pdf": ("is a PDF", "Take it out; if it is a filled questionnaire, enter its answers in the .xlsx that was sent out."),
    "picture": (
        "is a picture",
        "Take it out; if it shows a filled questionnaire, enter its answers in the .xlsx that was sent out.",
    ),
    "doc": ("is a text document", "Take it out; if it holds answers, enter them in the .xlsx that was sent out."),
    "json": ("is JSON", "Take it out; if it is the export of a platform, export it there as CSV."),
    "gzip": ("is packed (.gz)", "Unpack it."),
}
"""Beside :data:`_DOCUMENTS`, where answers may be meant."""
_DOCUMENTS = {
    "pdf": "is a PDF",
    "picture": "is a picture",
    "doc": "is a text document",
    "docx": "is a text document",
    "json": "is JSON",
    "html": "is a web page, as reports are",
    "pptx": "is a presentation",
    "ppt": "is a presentation",
    "odp": "is a presentation",
}
_WRAPPED = {
    "msg": ("is a mail", "Save here what is attached to it, and take it out."),
    "archive": ("is an archive", "Unpack it, put here what is in it, and take it out."),
    "numbers": ("is a spreadsheet of Numbers", "In Numbers choose File > Export To > Excel, and put that here."),
    "gsheet": ("is a link to Google Sheets", "Choose File > Download > Microsoft Excel (.xlsx) there, and put that here."),
    "link": ("is a link", "Put the file itself here."),
    "part": ("has not arrived whole", "Wait until it is there, or fetch it again; then delete this one."),
    "icloud": ("is in iCloud, not on this machine", "Choose 'Download Now' in the Finder."),
}
_ENDINGS = {
    **dict.fromkeys((".eml", ".msg"), "msg"),
    **dict.fromkeys((".zip", ".rar", ".7z", ".tar"), "archive"),
    **dict.fromkeys((".url", ".lnk", ".webloc", ".desktop"), "link"),
    **dict.fromkeys((".part", ".crdownload", ".download", ".partial", ".tmp"), "part"),
    ".gsheet": "gsheet",
    ".numbers": "numbers",
    ".icloud": "icloud",
}
_SPREADSHEETS = {
    "xls": ".xls",
    "xlsm": ".xlsm",
    "xltm": ".xltm",
    "xltx": ".xltx",
    "xlsb": ".xlsb",
    "ods": ".ods",
    "encrypted": "encrypted",
    "sheetxml": "sheetxml",
}
_TEXT_ENDINGS = ("", ".txt", ".tsv", ".tab", ".text", ".dat", ".asc", ".prn")
_LARGEST = 100_000_000
"""Bytes of a file that are looked at; of a larger one only where it begins."""
_FIRST = 65_536
_HEADS = 12
"""Rows of a sheet among which its headings are looked for."""
_KEYED = 40
"""The same for the keys of a scorecard."""
_KEYS = re.compile(r"(?:units|dimensions|criteria|questions|metrics|roadmap)\.[a-z_0-9]+")
_OWN = {
    "form": ("is a questionnaire", "Move it to responses."),
    "answers": ("is a table of answers", "Move it to responses."),
    "export": ("is the export of a platform, with answers", "Move it to responses."),
    "xlsform": ("is a form for a platform", "Upload it there, and put the platform's CSV export into responses."),
    "scorecard": ("is a scorecard", "Move it to scorecards if its targets or roadmap were edited; else take it out."),
    "group scorecard": ("is the scorecard of all units", "Take it out: only those of single units are read, from scorecards."),
    "invited": ("is a list of those who were invited", "Move it beside engagement.yaml, as invited.csv."),
    "evidence": ("is a register of evidence", "Move it beside engagement.yaml, as evidence.csv or evidence.xlsx."),
}
_INSTEAD = {
    "responses": ", not answers to questionnaires",
    "scorecards": ", not a scorecard of a unit",
    "data": ", not a table of the company's data",
    "judges": ", not a table of comparisons",
    "": ", and is not read here",
}
_AT_HOME = {
    "responses": ("form", "answers", "export"),
    "scorecards": ("scorecard",),
    "data": ("table",),
    "judges": (),
    "": ("group scorecard", "xlsform", "invited", "evidence"),
}


def told_of_file(path: Path, folder: str) -> Told:
    """What a file is that has an ending which is not read in *folder*: ``responses``, ``scorecards``, ``data``, or
    ``judges``, wherever tables of comparisons lie.

    A file that cannot be read is told by its ending.
    """
    ending = path.suffix.lower()
    if ending in _ENDINGS and (ending in (".icloud", ".gsheet", ".url") or _ENDINGS[ending] == "part"):
        return _WRAPPED[_ENDINGS[ending]]
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST if path.stat().st_size <= _LARGEST else _FIRST)
    except OSError as error:
        return f"cannot be read ({error.strerror})", "Check the file and its permissions."
    kind = kind_of(raw)
    if kind == "xlsx":
        return "is an .xlsx workbook, whatever its name says", _renamed(path, ".xlsx")
    if kind in _SPREADSHEETS and (found := as_xlsx(_SPREADSHEETS[kind])):
        return found
    if kind == "html" and as_xlsx(ending):
        return "is a web page with the name of a workbook", "Open it in Excel or LibreOffice and save it as .xlsx."
    if folder == "responses" and kind in _IN_RESPONSES:
        return _IN_RESPONSES[kind]
    if kind in _DOCUMENTS:
        return _DOCUMENTS[kind], f"Take it out. {_READ[folder]}"
    if kind in _WRAPPED:
        return _WRAPPED[kind]
    if ending in _ENDINGS:
        return _WRAPPED[_ENDINGS[ending]]
    if found := as_xlsx(ending):
        return found
    if not raw:
        return "is empty", "Take it out."
    if ending in (".yaml", ".yml"):
        return "is a YAML file", "Move it beside engagement.yaml, or take it out."
    text = b"\0" not in raw[:_FIRST] and len(_cells(raw)) > 1
    if text and (told := told_of_headings(_cells(raw), folder)):
        return told
    if text and ending in _TEXT_ENDINGS and folder != "scorecards":
        return "is a table in text, and its name does not end in .csv", _renamed(path, ".csv")
    return _NOT_READ[folder]


def _renamed(path: Path, ending: str) -> str:
    """The right name of a file with a wrong one."""
    name = path.stem if path.stem.lower().endswith(ending) else f"{path.stem}{ending}"
    if (path.parent / name).exists():
        return f"Take it out if it is the same as {name}, which is there too; else rename it so that it ends in {ending}."
    return f"Rename it to {name}."


def told_of_known(path: Path, folder: str) -> Told | None:
    """What one of our own files is that has an ending which *folder* reads, but is none of what belongs there; None: unknown."""
    return _told(*known(path), folder)


def known(path: Path) -> tuple[str, str]:
    """Which of our own files one is that ends in .xlsx or .csv (``form``, ``scorecard``, ``table``, …), and of which table; empty
    if none, or where it cannot be read.
    """
    if path.suffix.lower() == ".xlsx":
        return _of_book(read_book(path, path.name, Gathered()))
    if path.suffix.lower() == ".csv":
        with contextlib.suppress(OSError), path.open("rb") as file:
            return _of_headings(_cells(file.read(_FIRST)))
    return "", ""


def _cells(raw: bytes) -> list[str]:
    """The cells of the first line of a text."""
    head = raw[:_FIRST].removeprefix(b"\xef\xbb\xbf").lstrip()
    try:
        text = head.decode()
    except UnicodeDecodeError:
        text = head.decode("gb18030", "replace")
    line = next(iter(text.splitlines()), "")
    return [cell.strip().strip('"') for cell in line.split(max(",;\t", key=line.count))]


def told_of_book(book: Book, folder: str) -> Told | None:
    """What a workbook of ours is that does not belong into *folder*; None for one that may."""
    return _told(*_of_book(book), folder)


def told_of_headings(headings: Sequence[str], folder: str) -> Told | None:
    """The same of a table, by its headings."""
    return _told(*_of_headings(headings), folder)


def _told(kind: str, table: str, folder: str) -> Told | None:
    if not kind or kind in _AT_HOME[folder]:
        return None
    message, remedy = _OWN.get(kind) or (
        f"has the columns of the table '{table}'",
        f"Move it to data, as {table}.csv or {table}.xlsx.",
    )
    return f"{message}{_INSTEAD[folder]}", remedy


def _of_book(book: Book) -> tuple[str, str]:
    """Which of our own files a workbook is, and of which table; empty if none."""
    names = {sheet.name for sheet in book.sheets}
    if any(sheet.cells and _begins_scorecard(sheet) for sheet in book.sheets):
        return "scorecard", ""
    if any(FormIdentity.of_sheet(sheet.cells) for sheet in book.sheets) or FormIdentity.of_properties(book.properties):
        return "form", ""
    if {"survey", "choices"} <= names:
        return "xlsform", ""
    if any(_is_keyed(sheet) for sheet in book.sheets):
        of_all = any("units.id" in row for sheet in book.sheets for row in sheet.cells[:_KEYED])
        return "group scorecard" if of_all else "scorecard", ""
    for sheet in book.sheets:
        if sheet.visible:
            for row in sheet.cells[:_HEADS]:
                if any(row) and (found := _of_headings(row))[0]:
                    return found
    return "", ""


def _begins_scorecard(sheet: Sheet) -> bool:
    return sheet.cells[0][:1] == ["schema"] and any(cell.startswith(SCORECARD_SCHEMA) for cell in sheet.cells[0])


def _is_keyed(sheet: Sheet) -> bool:
    """Whether a sheet has the hidden row of keys that tables of a scorecard have."""
    return any(sum(bool(_KEYS.fullmatch(cell)) for cell in row) > 1 for row in sheet.cells[:_KEYED])


def _of_headings(headings: Iterable[str]) -> tuple[str, str]:
    cells = [cell.strip().casefold() for cell in headings if cell.strip()]
    if any(cell.endswith(FORM) for cell in cells):
        return "export", ""
    if holds_answers(cells):
        return "answers", ""
    columns = {column_of(cell) for cell in cells}
    if {"unit", "role", "respondent"} <= columns and not columns & {"wave", "question", "answer"}:
        return "invited", ""
    if _fits(EVIDENCE, cells):
        return "evidence", ""
    fitting = [spec for spec in TABLES.values() if _fits(spec, cells)]
    best = max(fitting, key=lambda spec: sum(column.required for column in spec.columns), default=None)
    return ("table", best.name) if best else ("", "")


def _fits(spec: TableSpec, cells: Sequence[str]) -> bool:
    """Whether every column that a table must have is there, and these are three or more."""
    needed = [column for column in spec.columns if column.required]
    return len(needed) > 2 and all({column.name, column.zh.casefold()} & set(cells) for column in needed)
