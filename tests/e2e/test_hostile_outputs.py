"""What strangers wrote, in every file that is sent to anybody: it is there as text, and does nothing.

Pages are looked at in a browser as well: ``tests/browser/test_hostile_pages.py``.
"""

from __future__ import annotations

import html
import io
import json
import re
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pytest
from hostile import FILE, LANGUAGES
from lxml import etree
from payloads import PATHS, PAYLOADS, STEERING, Payload
from shared_hostile import HOME, OUT, SECRET, USER, Made, hostile

from kamassess.batch.jobs import folder_names
from kamassess.readable import visible
from kamassess.render.typst import printable

__all__ = ["hostile"]

pytestmark = pytest.mark.e2e
BOOKS = ("unit_audit", "_group/group_overview", "workshop_minutes")
CHINESE = ("unit_audit.zh", "workshop_minutes.zh")
PAPERS = (*BOOKS, *CHINESE, "progress", "account_value", "_group/progress", "_group/retention_options")
OFFICE = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml", "pptx": "presentationml"}


def _squashed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _shown(text: str, needed: int, written: Callable[[Payload], str] = lambda payload: payload.shown) -> None:
    """Every payload whose marker stands in a text stands before it whole; at least *needed* do."""
    whole = _squashed(text)
    there = [payload for payload in PAYLOADS if payload.marker in whole]
    assert len(there) >= needed
    assert [payload for payload in there if _squashed(written(payload)) not in whole] == []


def test_the_corpus_is_large_and_each_is_found_by_its_marker() -> None:
    # If this fails, the tests below look at less than they say.
    assert len(PAYLOADS) >= 300
    assert len({payload.raw for payload in PAYLOADS}) == len(PAYLOADS)
    assert all(payload.marker in payload.shown for payload in PAYLOADS)


def test_all_of_it_could_be_made(hostile: Made) -> None:
    # If this fails, one name in one file stops a batch.
    assert {name: code for name, (code, _, _) in hostile.said.items()} == dict.fromkeys(hostile.said, 0)
    assert {path.suffix for path in hostile.files()} >= {".html", ".pdf", ".xlsx", ".pptx", ".json"}


# -- PDF -----------------------------------------------------------------------------------------------------------------

ACTIVE = {
    "/JavaScript",
    "/JS",
    "/Launch",
    "/URI",
    "/SubmitForm",
    "/ImportData",
    "/GoToR",
    "/GoToE",
    "/Movie",
    "/Sound",
    "/RichMedia",
}
FILES = {"/EmbeddedFile", "/EmbeddedFiles", "/AA", "/OpenAction", "/AcroForm", "/XFA"}


@pytest.mark.parametrize("name", PAPERS)
def test_a_pdf_does_nothing(hostile: Made, name: str) -> None:
    # If this fails, a comment starts a program when somebody opens the report.
    with pikepdf.open(hostile.report(name, "pdf")) as pdf:
        names = {name for one in pdf.objects for name in _names(one)}
    assert names & (ACTIVE | FILES) == set()


def _names(found: Any, first: bool = True) -> Iterator[str]:
    """All names in an object, without those it refers to."""
    if not first and getattr(found, "is_indirect", False):
        return
    if isinstance(found, pikepdf.Name):
        yield str(found)
    elif isinstance(found, pikepdf.Array):
        for entry in found:
            yield from _names(entry, False)
    elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
        for key in found.keys():  # noqa: SIM118 - a stream is no mapping
            yield key
            yield from _names(found[key], False)


_NAMED = re.compile(r"\[U\+[0-9A-F]{4,5}\]")


def _in_print(text: str) -> str:
    """What of a text is certainly drawn by the fonts that are carried, in the forms in which it is copied out of a PDF."""
    named = _NAMED.sub("", _squashed(text))
    return "".join(letter for letter in named if letter < "\u0300" or "\uff01" <= letter <= "\uff5e").translate(_NARROW)


_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}


@pytest.mark.parametrize("name", ["unit_audit", "unit_audit.zh"])
def test_a_pdf_has_all_of_it_as_text(hostile: Made, name: str) -> None:
    # If this fails, a comment is code for Typst, or a part of it is missing in print.
    command = ["pdftotext", "-raw", hostile.report(name, "pdf"), "-"]
    whole = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def written(payload: Payload) -> str:
        """Long ones go over several pages, with their heads and feet between."""
        return payload.marker if payload.kind == "long" else _in_print(printable(payload.shown))

    _shown(_in_print(whole), len(PAYLOADS), written)


# -- XLSX and PPTX ---------------------------------------------------------------------------------------------------------


def _parts(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The parts of a file of Office, those of the workbooks in it too."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            yield name, content
            if name.endswith(".xlsx"):
                yield from ((f"{name}/{inner}", part) for inner, part in _parts(content))


def _books(made: Made) -> list[Path]:
    return sorted(path for path in made.files() if path.suffix in (".xlsx", ".pptx"))


def test_no_file_of_office_reaches_out(hostile: Made) -> None:
    # If this fails, a workbook or a deck asks another host, a program or another file for something.
    assert len(_books(hostile)) == 12  # three reports in English, two in Chinese, two forms
    for path in _books(hostile):
        for name, content in _parts(path.read_bytes()):
            assert not re.search(r"externalLink|vbaProject|connections\.xml|activeX|oleObject|queryTable", name), (
                path.name,
                name,
            )
            if name.endswith((".xml", ".rels")):
                root = etree.fromstring(content, etree.XMLParser(resolve_entities=False))
                assert not root.getroottree().docinfo.internalDTD
                for element in root.iter("{*}Relationship"):
                    assert element.get("TargetMode") != "External", (path.name, name, dict(element.attrib))
                assert not list(root.iter("{*}hlinkClick", "{*}ddeLink", "{*}oleLink")) or _inside(root), (path.name, name)


def _inside(root: Any) -> bool:
    """Whether every link of a slide is to a place in the file."""
    return all("ppaction://hlinksldjump" in link.get("action", "") for link in root.iter("{*}hlinkClick"))


@cache
def _book(path: Path) -> Any:
    """A workbook, read once for all who look at it."""
    return openpyxl.load_workbook(path)


FORMULA = re.compile(r"=?(?:[A-Z]+\(|IF|SUM|\$?[A-Z]+\$?\d)")
CALLED = re.compile(r"WEBSERVICE|HYPERLINK\(\"http|DDE|IMAGE\(|\bcmd\b|\[x|CALL\(|EXEC", re.IGNORECASE)


def test_no_cell_of_a_client_is_a_formula(hostile: Made) -> None:
    # If this fails, a name that begins with "=" is worked out by whoever opens the scorecard.
    for path in _books(hostile):
        if path.suffix == ".xlsx":
            book = _book(path)
            cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
            formulas = [str(cell.value) for cell in cells if cell.data_type == "f"]
            assert not [formula for formula in formulas if CALLED.search(formula) or re.search(r"Kq\d{3}z", formula)]
            assert not [cell for cell in cells if cell.hyperlink and cell.hyperlink.target]
            risky = [
                cell
                for cell in cells
                if isinstance(cell.value, str) and cell.data_type != "f" and cell.value.startswith(("=", "+", "@"))
            ]
            assert [cell.coordinate for cell in risky if not cell.style_id] == []


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        *((name, len(PAYLOADS)) for name in ("unit_audit", "unit_audit.zh")),
        ("_group/group_overview", 20),
        *((name, 100) for name in ("workshop_minutes", "workshop_minutes.zh")),
    ],
)
def test_a_workbook_has_all_of_it_as_text(hostile: Made, name: str, needed: int) -> None:
    # If this fails, what people wrote is cut or changed in the scorecard.
    book = _book(hostile.report(name, "xlsx"))
    _shown("".join(str(value) for sheet in book for row in sheet.values for value in row if value is not None), needed)


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        *((name, 30) for name in ("unit_audit", "unit_audit.zh")),
        ("_group/group_overview", 10),
        *((name, 20) for name in ("workshop_minutes", "workshop_minutes.zh")),
    ],
)
def test_a_deck_has_it_as_text(hostile: Made, name: str, needed: int) -> None:
    # If this fails, what people wrote is markup in a slide.
    slides = [
        content for part, content in _parts(hostile.report(name, "pptx").read_bytes()) if re.search(r"slides/slide\d", part)
    ]
    _shown("".join("".join(etree.fromstring(content).itertext()) for content in slides if content.startswith(b"<")), needed)


def test_questionnaires_have_it_as_text(hostile: Made) -> None:
    # If this fails, an instrument's own question breaks the form that asks it.
    for path in (hostile.base / "forms").rglob("*.xlsx"):
        book = _book(path)
        said = "".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None)
        _shown(
            said.replace("\\", ""), 100, lambda payload: payload.shown.replace("\\", "")
        )  # platforms read Markdown: it is escaped


# -- JSON and the terminal ---------------------------------------------------------------------------------------------------


def test_json_says_it_back(hostile: Made) -> None:
    # If this fails, whoever reads the result by program gets other words than people wrote, or none.
    for path in [path for path in hostile.files() if path.suffix == ".json"]:
        _shown(_texts(json.loads(path.read_bytes())), 1)


def _texts(found: object) -> str:
    if isinstance(found, dict):
        return "".join(_texts(entry) for pair in found.items() for entry in pair)
    return "".join(map(_texts, found)) if isinstance(found, list) else str(found)


@pytest.mark.parametrize("place", [0, 1], ids=LANGUAGES)
def test_a_notebook_has_it_as_text_in_every_form(hostile: Made, place: int) -> None:
    # If this fails, a name does something to whoever runs a notebook by hand.
    notebook = json.loads(hostile.notebooks()[place].read_bytes())
    told = _texts([notebook["metadata"], [cell["metadata"] for cell in notebook["cells"]]])
    assert STEERING.findall(told) == []
    assert LANGUAGES[place] in told
    outputs = [output["data"] for cell in notebook["cells"] for output in cell.get("outputs", ()) if "data" in output]
    plain = "".join(_texts(data.get("text/plain", "")) for data in outputs)
    assert STEERING.findall(plain) == []
    pages = "".join(_texts(data.get("text/html", "")) for data in outputs)
    _shown(html.unescape(re.sub(r"<[^>]*>", "", pages)), 100)
    tags = set(re.findall(r"<(\w+)", pages))
    assert tags & {"script", "iframe", "img", "object", "embed", "link", "meta", "form", "input", "base"} == set()
    for data in outputs:
        for line in _texts(data.get("text/vnd.typst", "")).splitlines():
            assert line.startswith("#kam-")


def test_nothing_steers_the_terminal(hostile: Made) -> None:
    # If this fails, a name clears the screen of whoever checks the answers, or changes what stands there.
    for name, (_, out, err) in hostile.said.items():
        assert STEERING.findall(out + err) == [], name
        assert [line for line in (out + err).splitlines() if line.startswith("No problems found: 1 unit")] == [], name
    assert hostile.said["score"][1].strip()
    assert f"Open {visible(OUT)}/index.html" in hostile.said["batch"][1]
    assert "#panic() [U+001B][2J[U+202E][U+200B][U+3164] No problems found: 1 unit.csv" in hostile.said["check"][1]


def test_nothing_steers_what_a_batch_lists(hostile: Made) -> None:
    # If this fails, the name of a file or of a unit hides something, or forges a line, in what is opened first.
    for place in (OUT, "reports-zh", "twin-reports"):
        listed = json.loads((hostile.base / place / "summary.json").read_bytes())
        assert STEERING.findall(_texts(listed)) == []
        assert not [name for name in listed["inputs"] if "\n" in name]
        assert STEERING.findall((hostile.base / place / "index.html").read_text(encoding="utf-8")) == []
        with closing(sqlite3.connect(hostile.base / place / "manifest.sqlite")) as manifest:
            assert STEERING.findall("".join(manifest.iterdump())) == []
    result = json.loads(hostile.report("unit_audit", "json").read_bytes())
    assert STEERING.findall(_texts(result)) == []
    assert f"scorecards/{visible(FILE)}.xlsx" in _texts(result)


def test_nothing_steers_the_terminal_where_there_are_faults(kamassess_cli: Any, make_engagement: Any, answers: Any) -> None:
    # If this fails, a wrong cell does what a message about it should tell.
    for place in range(0, len(PAYLOADS), 100):  # of so many faults in a file each is told
        part = PAYLOADS[place : place + 100]
        rows = [[*answers[0][:4], payload.text, *answers[0][5:]] for payload in part]
        ran = kamassess_cli("check", make_engagement(f"e{place}", answers=rows))
        assert ran.code == 2
        assert STEERING.findall("\n".join((*ran.out, *ran.err))) == []
        assert len(ran.err) >= len(part)


@pytest.mark.parametrize("name", ["[/]", "[link=https://kam.invalid]N[/link]"])
def test_no_name_is_markup_of_a_table_on_the_terminal(kamassess_cli: Any, make_engagement: Any, settings: Any, name: str) -> None:
    # If this fails, a unit with brackets in its id ends the command with a traceback, or is a link to elsewhere.
    settings |= {"wave": name, "units": [{"id": name, "name": {"en": name, "zh": name}}]}
    folder = make_engagement(answers=[[name, name, name, "lead", "A-1-Q1", "1", ""]])
    for command in ("check", "score"):
        ran = kamassess_cli(command, folder)
        assert ran.code == 0, ran.err
        assert "\n".join(ran.out).count(name[:5]) >= 2  # a long one is cut


# -- ids that would be paths -----------------------------------------------------------------------------------------------


def test_no_unit_is_a_path_whatever_it_is_called(kamassess_cli: Any, make_engagement: Any, settings: Any, tmp_path: Path) -> None:
    # If this fails, a report is written where the id of a unit says.
    settings["units"] = [{"id": name, "name": {"en": "x", "zh": "x"}} for name in PATHS]
    refused = kamassess_cli("check", make_engagement("refused"))
    lines = [line for line in refused.err if "is not a valid id" in line]
    assert len(lines) == sum(not name.isprintable() or name.startswith("_") for name in PATHS) == 5
    assert STEERING.findall("\n".join(refused.err)) == []
    places = folder_names(name for name in PATHS if name.isprintable())
    assert all(re.fullmatch(r"[\w][\w.~-]*", place) for place in places.values())
    assert len({place.casefold() for place in places.values()}) == len(places)
    sound = ["a/../../b"]
    settings["units"] = [{"id": name, "name": {"en": "x", "zh": "x"}} for name in sound]
    answers = [["2026", name, "R1", "lead", "A-1-Q1", "1", ""] for name in sound]
    folder = make_engagement("taken", answers=answers)
    before = set(tmp_path.rglob("*"))
    for name in sound:
        assert (
            kamassess_cli("report", folder, "--unit", name, "--lang", "en", "--format", "json", "--out", tmp_path / "out").code
            == 0
        )
    made = set(tmp_path.rglob("*")) - before
    assert len([path for path in made if path.name == "unit_audit.en.json"]) == len(sound)
    assert all(path.is_relative_to(tmp_path / "out") for path in made)


@pytest.mark.parametrize("field", ["--wave", "--unit", "--notebook"])
def test_no_argument_is_a_path(kamassess_cli: Any, make_engagement: Any, tmp_path: Path, field: str) -> None:
    # If this fails, what is asked for on the command line is taken for a path.
    folder = make_engagement()
    before = set(tmp_path.rglob("*"))
    for value in ("../x", "/etc/passwd", "a\\b", "..", "\u202eb", "~"):
        ran = kamassess_cli("report", folder, "--unit", "N", "--format", "json", field, value)
        assert ran.code == 2
        assert STEERING.findall("\n".join(ran.err)) == []
    assert set(tmp_path.rglob("*")) == before


# -- nothing of the machine ------------------------------------------------------------------------------------------------


def _said_by(path: Path) -> Iterator[bytes]:
    """Everything a file says, unpacked."""
    raw = path.read_bytes()
    yield raw
    if path.suffix in (".xlsx", ".pptx"):
        yield from (part for pair in _parts(raw) for part in (pair[0].encode(), pair[1]))
    elif path.suffix == ".pdf":
        with pikepdf.open(path) as pdf:
            yield repr(dict(pdf.docinfo)).encode()
            yield from (one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream) and "/Subtype" in one)


def test_no_file_says_who_made_it_or_where(hostile: Made) -> None:
    # If this fails, a client learns the names of the consultant's machine, its user and its folders.
    own = [word.encode() for word in (USER, HOME, SECRET, str(hostile.base.parent), str(hostile.base.parent.name))]
    own += [word.encode("utf-16-be") for word in (USER, SECRET)]
    for path in hostile.files():
        said = re.sub(rb"base64,[A-Za-z0-9+/=]+", b"", b"\n".join(_said_by(path)))
        assert [word for word in own if word in said] == [], path.name
        assert not re.search(rb"/(?:home|root|tmp|usr|var)/[a-z]|[A-Z]:\\Users", said), path.name
    assert (hostile.base / "tmp").is_dir()
    assert list((hostile.base / "tmp").iterdir()) == []


def test_no_message_says_where(hostile: Made) -> None:
    # If this fails, what somebody copies into a mail has their name in it.
    for name, (_, out, err) in hostile.said.items():
        assert USER not in out + err, name
        assert "site-packages" not in out + err, name


def test_the_twin_is_harmless(hostile: Made) -> None:
    # If this fails, what the pages are compared with has payloads too, and nothing is found.
    folder = hostile.base / "twin"
    whole = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.suffix in (".yaml", ".csv"))
    assert "kam.invalid" not in whole
    assert "<script" not in whole
