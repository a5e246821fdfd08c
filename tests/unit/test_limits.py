"""Inputs that are too large, too dense or too crooked: refused with a word, in no time, before they take memory."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from reader_seeds import LOGO, deck, instrument, picture, tree, workbook

from kamassess.errors import Fault, InputError
from kamassess.reading import bounds, delimited, sheets, yaml_file
from kamassess.reading.answer_words import read_answer
from kamassess.reading.cells import parse_numbers
from kamassess.reading.columns import read_columns
from kamassess.reading.deck_template import template_fault
from kamassess.reading.delimited import read_csv
from kamassess.reading.engagement import load_declared
from kamassess.reading.logos import logo_fault
from kamassess.reading.patterns import matches, pattern_fault
from kamassess.reading.places import Gathered
from kamassess.reading.sheets import read_book
from kamassess.reading.yaml_file import read_yaml
from kamassess.reading.yaml_tree import read_tree
from kamassess.resources import carried

Make = Callable[..., Path]

_SHEET = "xl/worksheets/sheet1.xml"
_SPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_ONE = b'<c r="A1"><v>1</v></c>'


def repacked(raw: bytes, parts: Mapping[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive with other contents of some parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(made, "w", packing) as new:
        for name in dict.fromkeys([*old.namelist(), *parts]):
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return made.getvalue()


def a_sheet(rows: bytes) -> bytes:
    return b"<worksheet " + _SPACE + b"><sheetData>" + rows + b"</sheetData></worksheet>"


def told(tmp_path: Path, raw: bytes, name: str = "a.xlsx") -> list[str]:
    """What is said of a workbook or a CSV file."""
    (tmp_path / name).write_bytes(raw)
    faults = Gathered()
    if name.endswith(".xlsx"):
        read_book(tmp_path / name, name, faults)
    else:
        read_csv(tmp_path / name, name, faults)
    return [str(fault) for fault in faults.faults()]


# -- workbooks -----------------------------------------------------------------------------------------------------------------

FAR = {
    "the row says so": b'<row r="1">' + _ONE + b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "only the cell says so": b'<row r="1">' + _ONE + b'<c r="XFD1048576"><v>1</v></c></row>',
    "in single quotes": b"<row r='1'>" + _ONE + b"</row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
    "over two lines": b'<row r="1">' + _ONE + b'<c\nr = "XFD1048576"><v>1</v></c></row>',
    "in small letters": b'<row r="1">' + _ONE + b'<c r="xfd1048576"><v>1</v></c></row>',
    "the next one is not named": b'<row r="1048500">' + _ONE + b'<c r="XFA1048500"/><c><v>1</v></c></row>',
    "spaced out": b'<row r="1">' + _ONE + b"<c r" + b" " * 99 + b"=" + b" " * 99 + b'"XFD1048576"><v>1</v></c></row>',
    "without a space before it": b'<row r="1">' + _ONE + b'<c s="0"r="XFD1048576"><v>1</v></c></row>',
    "hidden in another": b'<row r="1"><c r="A999999"/>' + b"<c x='r=\"A1\"'/>" * 16_000 + b"</row>",
    "under a strange prefix": b'<row r="1"><c r="A999999"/>' + b"<a-b:c/>" * 16_000 + b"</row>",
    "by a name of another space": b'<row r="1"><c r="A999999"/>' + b'<c x:r="A1"/>' * 16_000 + b"</row>",
    "with a prefix": b'<x:row xmlns:x="y" r="1"><x:c r="XFD1048576"><x:v>1</x:v></x:c>' + _ONE + b"</x:row>",
}


@pytest.mark.parametrize("rows", FAR.values(), ids=FAR)
def test_cells_far_apart_are_refused_however_they_are_written(tmp_path: Path, rows: bytes) -> None:
    # Otherwise five kilobytes make the reader ask for 500 GB, and the process is gone without a word.
    (said,) = told(tmp_path, repacked(workbook([["a"]]), {_SHEET: a_sheet(rows)}))
    assert said.startswith(("a.xlsx, sheet Sheet1: has cells millions of places apart.", "a.xlsx: is a damaged workbook."))


NONE = {"a row beyond numbers": b"E99999999999", "a column beyond letters": b"XFDZ1", "no name": b"", "another": b"$A$1"}


@pytest.mark.parametrize("name", NONE.values(), ids=NONE)
def test_names_that_no_cell_has_are_refused(tmp_path: Path, name: bytes) -> None:
    # Otherwise a reader that counts in four bytes makes another place of it, 350 gigabytes away.
    (said,) = told(
        tmp_path, repacked(workbook([["a"]]), {_SHEET: a_sheet(b'<row r="1">' + _ONE + b'<c r="' + name + b'"/></row>')})
    )
    assert said.startswith("a.xlsx: is a damaged workbook.")


def test_a_sheet_with_a_stray_cell_is_read(tmp_path: Path) -> None:
    # Otherwise a client whose cursor once went to the last row cannot hand in a file.
    rows = b'<row r="1">' + _ONE + b'</row><row r="65000"><c r="C65000"><v>2</v></c></row>'
    assert not told(tmp_path, repacked(workbook([["a"]]), {_SHEET: a_sheet(rows)}))


def test_what_a_thousand_sheets_hold_counts_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Otherwise one part, named by many sheets, is read as often as it is named.
    monkeypatch.setattr(sheets, "CELLS_OF_WORKBOOK", 10)
    rows = [["a", "b"], ["c", "d"], ["e", "f"]]
    assert not told(tmp_path, repacked(workbook([["a"]]), {}))
    raw = workbook(rows)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        book = archive.read("xl/workbook.xml")
    again = re.sub(rb"(<sheet [^>]*/>)", rb"\1" * 3, book)
    assert any("has more than 10 cells" in said for said in told(tmp_path, repacked(raw, {"xl/workbook.xml": again})))
    monkeypatch.setattr(sheets, "CELLS_OF_WORKBOOK", 1_000)
    monkeypatch.setattr(sheets, "SHEETS", 2)
    assert told(tmp_path, repacked(raw, {"xl/workbook.xml": again})) == ["a.xlsx: has 3 sheets. At most 2 are read: split it."]


def test_one_text_in_many_cells_counts_as_often(tmp_path: Path) -> None:
    # Otherwise half a megabyte makes 90 gigabytes of texts.
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(1, 2_001))
    shared = b"<sst " + _SPACE + b"><si><t>" + b"x" * 900_000 + b"</t></si></sst>"
    raw = repacked(workbook([["a"]]), {_SHEET: a_sheet(rows), "xl/sharedStrings.xml": shared})
    assert told(tmp_path, raw) == [
        f"a.xlsx, sheet Sheet1: has more than {bounds.CHARACTERS_OF_WORKBOOK:,} characters. Split it, or save it as CSV."
    ]


_DECLARED = b'<!DOCTYPE worksheet [<!ENTITY a "aaaa">]>'
DECLARING = {
    "an entity": b'<?xml version="1.0"?>'
    + _DECLARED
    + a_sheet(b'<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>'),
    "after a note": b"<!-- note -->" + _DECLARED + a_sheet(b""),
    "in UTF-16": (_DECLARED + a_sheet(b"")).decode().encode("utf-16"),
    "in UTF-7": b'<?xml version="1.0" encoding="UTF-7"?>' + a_sheet(b""),
    "in an encoding that is none": b'<?xml version="1.0" encoding="UTF-0"?>' + a_sheet(b""),
    "a file of the machine": b'<!DOCTYPE a SYSTEM "file:///etc/passwd">' + a_sheet(b""),
}


@pytest.mark.parametrize("content", DECLARING.values(), ids=DECLARING)
@pytest.mark.parametrize("part", [_SHEET, "xl/workbook.xml", "docProps/custom.xml", "xl/_rels/workbook.xml.rels"])
def test_xml_declares_nothing(tmp_path: Path, part: str, content: bytes) -> None:
    # Otherwise a file grows without end while it is read, or holds a file of this machine.
    said = told(tmp_path, repacked(workbook([["a"]]), {part: content}))
    assert said == ["a.xlsx: is a damaged workbook. Open it in Excel or LibreOffice and save it again as .xlsx."]


def test_other_packings_and_names_that_stand_twice_are_refused(tmp_path: Path) -> None:
    # Otherwise two programs see two workbooks in one file: the one that was checked, and the one that is read.
    assert told(tmp_path, repacked(workbook([["a"]]), {}, zipfile.ZIP_BZIP2))
    assert told(tmp_path, repacked(workbook([["a"]]), {"XL/Worksheets/sheet1.xml": a_sheet(FAR["with a prefix"])}))


CROOKED = {
    "open tags": b"<row " * 1_000_000,
    "one tag of many names": b'<row r="1"><c ' + b'r="A1"' * 500_000,
    "cells without a name": b"<c " * 1_000_000,
    "hidden columns without end": b'</sheetData><cols><col min="1" max="999999999999" hidden="1"/></cols><sheetData>',
    "merged without end": b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells><sheetData>',
}


@pytest.mark.parametrize("content", CROOKED.values(), ids=CROOKED)
def test_crooked_sheets_take_no_time(tmp_path: Path, content: bytes) -> None:
    # Otherwise ten kilobytes keep a machine busy for hours.
    began = time.process_time()
    told(tmp_path, repacked(workbook([["a"]]), {_SHEET: a_sheet(content)}))
    assert time.process_time() - began < 10


# -- text ----------------------------------------------------------------------------------------------------------------------


def test_a_packed_table_unpacks_only_so_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Otherwise a megabyte of gzip is a gigabyte in memory.
    monkeypatch.setattr(delimited.read_bytes, "__defaults__", (100_000,))
    raw = gzip.compress(b"unit,role\n" + b"N,lead\n" * 100_000)
    assert len(raw) < 100_000
    (said,) = told(tmp_path, raw, "a.csv.gz")
    assert said.startswith("a.csv.gz: unpacks to more than 100 kB. At most 100 kB are read.")
    (said,) = told(tmp_path, b"unit,role\n" + b"N,lead\n" * 100_000, "a.csv")
    assert said.startswith("a.csv: has more than 100 kB.")


@pytest.mark.parametrize(
    ("name", "most", "raw", "said"),
    [
        ("CELLS_OF_CSV", 100, b"a,b\n" + b"1,2\n" * 200, "a.csv: has more than 100 cells."),
        ("COLUMNS", 5, b"a,b,c,d,e,f\n", "a.csv, row 1: has more than 5 columns."),
        ("COLUMNS", 5, b"a,b\n1,2,3,4,5,6\n", "a.csv, row 2: has more than 5 columns."),
        ("ROWS", 5, b"a,b\n" + b"1,2\n" * 5, "a.csv, row 6: has more than 5 rows."),
    ],
)
def test_tables_have_so_many_rows_columns_and_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, most: int, raw: bytes, said: str
) -> None:
    # Otherwise memory ends first, in the middle of it.
    monkeypatch.setattr(delimited, name, most)
    assert any(one.startswith(said) for one in told(tmp_path, raw, "a.csv"))


def test_a_cell_is_not_without_end(tmp_path: Path) -> None:
    # Otherwise one quote that is never closed makes a cell of the rest of the file.
    raw = b'a,b\n1,"' + b"x" * (bounds.CHARACTERS_OF_CELL + 1) + b'"\n'
    assert any("has a cell of more than 131,072 characters" in said for said in told(tmp_path, raw, "a.csv"))


RUNS = ("1", ".", " ", "-", "/", ",", "a", "年", ":", "(", "1 ", "1.", "-1", "1/", "a ", "2026-", "#", "\u3000", "，", "%")


@pytest.mark.parametrize("run", RUNS)
def test_long_cells_take_no_time(run: str) -> None:
    # Otherwise one cell, as long as cells may be, keeps a check busy for hours.
    from kamassess.data import TABLES
    from kamassess.instrument import Option, Scale
    from kamassess.reading.cells import parse_choices, parse_dates, parse_names, parse_yes
    from kamassess.reading.pairwise import parse_judgement

    text = run * (120_000 // len(run)) + "!"
    scale = Scale("s", tuple(Option(value, {"en": f"Option {value}"}) for value in (0.0, 1.0)))
    choices = next(column.choices for column in TABLES["activities"].columns if column.choices)
    began = time.process_time()
    for cell in (text, text[:-1]):
        read_answer(cell, scale)
        parse_judgement(cell)
        for parse in (parse_dates, parse_numbers, parse_names, parse_yes):
            parse([cell])
        parse_choices([cell], choices, str)
    assert time.process_time() - began < 5


def test_numbers_beyond_reckoning_are_no_numbers() -> None:
    # Otherwise one cell of 1e308 makes every total infinite.
    texts = ["1e19", "-1e300", "9" * 400, "1e-30", "1e17", "0", "-0.5"]
    parsed = parse_numbers(texts)
    assert [text for text in texts if text in parsed.wrong] == texts[:4]
    assert parsed.values[4:].tolist() == [1e17, 0.0, -0.5]
    assert not [value for value in parsed.values[:4].tolist() if value == value]


# -- YAML ----------------------------------------------------------------------------------------------------------------------


def of_yaml(tmp_path: Path, text: str) -> list[Fault]:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    try:
        return read_yaml(tmp_path / "a.yaml", "a.yaml", "")[1].found
    except InputError as error:
        return list(error.faults)


def test_yaml_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Otherwise a file from a stranger nests, grows or complains without end.
    chain = "\n".join([f"a{number}: &a{number} [*a{number - 1}]" if number else "a0: &a0 [x]" for number in range(3_000)])
    assert len(of_yaml(tmp_path, chain)) == bounds.YAML_FAULTS + 1
    laughs = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" if n else "l0: &l0 [ha]" for n in range(12))
    assert of_yaml(tmp_path, laughs)
    assert of_yaml(tmp_path, "a: &a [*a]")
    assert of_yaml(tmp_path, "[" * 3_000)[0].message == "is nested too deeply"
    assert of_yaml(tmp_path, "a: !!python/object/apply:os.system [ls]")[0].message.startswith("uses a tag")
    monkeypatch.setattr(yaml_file, "YAML_EVENTS", 1_000)
    assert of_yaml(tmp_path, f"a: [{'x, ' * 1_000}]")[0].message == "has more than 1,000 values"
    monkeypatch.setattr(yaml_file, "YAML_BYTES", 1_000)
    assert str(of_yaml(tmp_path, f"a: {'x' * 1_000}")[0]).startswith("a.yaml: has more than 1 kB. At most 1 kB are read.")


def test_long_lists_take_no_time(tmp_path: Path) -> None:
    # Otherwise a file of a megabyte is checked for hours: time grew with the cube of its units, and the square of its actions.
    (tmp_path / "instrument.yaml").write_bytes(tree(instrument()))
    head = "company: {en: a, zh: b}\nlanguages: [en, zh]\ninstrument: instrument.yaml\nwave: '2026'\nunits:\n"
    units = "".join(f"- {{id: U{n}, name: {{en: a, zh: b}}, parent: U{n + 1}}}\n" for n in range(3_000))
    (tmp_path / "engagement.yaml").write_text(f"{head}{units}- {{id: U3000, name: {{en: a, zh: b}}}}\n", encoding="utf-8")
    began = time.process_time()
    with pytest.raises(InputError, match=f"stands below more than {bounds.UNITS_DEEP} others"):
        load_declared(tmp_path)
    units = units.replace("parent: U1}", "parent: U0}")
    (tmp_path / "engagement.yaml").write_text(f"{head}{units}", encoding="utf-8")
    with pytest.raises(InputError, match="unit 'U0' stands above itself"):
        load_declared(tmp_path)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("form", "sound"),
    [
        *((form, False) for form in ("%d.%d.%Y", "%z%z", "%", "%Q", "%d.%m", "x" * 1_000, "%d" * 40)),
        *((form, True) for form in ("%d.%m.%Y", "%Y-%m-%dT%H:%M:%S%z", "%m/%y", "%d %b %Y")),
    ],
)
def test_a_form_of_dates_gives_a_day(tmp_path: Path, form: str, sound: bool) -> None:
    # Otherwise a slip in a format ends a check with the traceback of a pattern.
    (tmp_path / "a.yaml").write_text(f'{{sales: {{date: {{column: D, format: "{form}"}}}}}}', encoding="utf-8")
    root, faults = read_tree(tmp_path / "a.yaml", "a.yaml")
    read_columns(root)
    assert ["which gives no day" in str(fault) for fault in faults.found] == [True] * (not sound)


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(a+)+", "a repetition inside a repetition"),
        ("(a|a)*b", "a repetition inside a repetition"),
        ("(?:[ab]*c)*", "a repetition inside a repetition"),
        (r"\d*\d*\d*\d*x", "more than 3 repetitions without an end"),
        ("(" * 150, "no pattern"),
        ("a" * 201, "more than 200 characters"),
        ("[0-9--]+", "no plain pattern"),
        ("[", "no pattern"),
    ],
)
def test_patterns_that_take_forever_are_refused(pattern: str, said: str) -> None:
    # Otherwise one field of a customer list keeps a report from ever being made.
    found = pattern_fault(pattern)
    assert found is not None
    assert said in found[0]


@pytest.mark.parametrize(
    "pattern", [r"(\+\d{2}|\d{3,4})-\d{7,8}", r"\d{6}", "[ABC]", r"[^@\s]+@[^@\s]+\.[a-z]+", r"(\d{3}-)+\d{4}", "(?i:yes|no)"]
)
def test_patterns_of_fields_are_taken(pattern: str) -> None:
    # Otherwise nobody can declare what a telephone number looks like.
    assert pattern_fault(pattern) is None
    began = time.process_time()
    assert not matches(pattern, "a@" * 60_000)
    assert not matches(pattern, "1" * bounds.MATCHED_CHARACTERS)
    assert time.process_time() - began < 2


# -- brand ---------------------------------------------------------------------------------------------------------------------

SVGS = {
    "a script": ("<script>alert(1)</script>", "holds a 'script'"),
    "an event": ('<g onload="alert(1)"/>', "holds 'onload'"),
    "a page inside": ("<foreignObject/>", "holds a 'foreignObject'"),
    "a picture elsewhere": ('<image href="http://127.0.0.1/a.png"/>', "refers to something that lies elsewhere"),
    "a file": ('<image xmlns:x="http://www.w3.org/1999/xlink" x:href="file:///etc/passwd"/>', "lies elsewhere"),
    "an SVG inside": ('<image href="data:image/svg+xml;base64,PHN2Zy8+"/>', "lies elsewhere"),
    "a style": ('<g style="fill: url(http://127.0.0.1/a)"/>', "lies elsewhere"),
    "a sheet of styles": ("<style>@import 'x.css';</style>", "lies elsewhere"),
    "a link": ('<a href="https://127.0.0.1/"><path/></a>', "holds a link"),
    "moved to a script": ('<set attributeName="href" to="javascript:alert(1)"/>', "changes what it refers to"),
    "too deep": ("<g>" * 300 + "</g>" * 300, "nests or holds more"),
    "drawn a billion times": (
        '<g id="l0"><path/></g>' + "".join(f'<g id="l{n}">' + f'<use href="#l{n - 1}"/>' * 10 + "</g>" for n in range(1, 10)),
        "draws more than 10,000 elements",
    ),
    "drawn by itself": ('<g id="a"><use href="#a"/></g>', "draws more than 10,000 elements"),
}


@pytest.mark.parametrize(("inside", "said"), SVGS.values(), ids=SVGS)
def test_logos_neither_act_nor_ask(inside: str, said: str) -> None:
    # Otherwise a logo runs in a reader's browser, asks another machine, or takes the memory of ours.
    found = logo_fault(f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode(), ".svg")
    assert found is not None
    assert said in found[0]


def test_entities_and_style_sheets_of_logos_are_refused() -> None:
    # Otherwise a logo grows while it is read, or is dressed from elsewhere.
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    assert "entities" in (logo_fault(b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg, ".svg") or ("",))[0]
    assert "style sheet" in (logo_fault(b'<?xml-stylesheet href="a.css"?>' + svg, ".svg") or ("",))[0]


def test_logos_as_programs_write_them_are_taken() -> None:
    # Otherwise a client's own logo, as its agency saved it, is refused.
    for logo in (LOGO, *(path.read_bytes() for path in (carried("sample_data") / "brands").glob("*.svg"))):
        assert logo_fault(logo, ".svg") is None
    declared = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    styled = b'<svg xmlns="http://www.w3.org/2000/svg"><style>.a{fill:url(#g)}</style><path class="a"/></svg>'
    assert logo_fault(declared + styled, ".svg") is None
    assert logo_fault(picture(300, 100), ".png") is None


def test_pictures_of_a_few_kilobytes_are_not_gigantic() -> None:
    # Otherwise whatever draws the logo makes gigabytes of it.
    found = logo_fault(picture(30_000, 30_000), ".png")
    assert found is not None
    assert found[0] == "is 30,000 points wide and 30,000 high"


TIES = {
    "plain": '<Relationship Id="r" TargetMode="External" Target="http://127.0.0.1/a.png" Type="x/image"/>',
    "spaced": '<Relationship Id="r" TargetMode = "External" Target="http://127.0.0.1/a.png" Type="x/image"/>',
    "with a sign before it": '<Relationship Id="a>" TargetMode="External" Target="http://127.0.0.1/a.png" Type="x/image"/>',
    "written out": '<Relationship Id="r" TargetMode="Extern&#97;l" Target="http://127.0.0.1/a.png" Type="x/image"/>',
    "with a prefix": '<r:Relationship xmlns:r="y" Id="r" TargetMode="External" Target="http://127.0.0.1/a.png" Type="x/image"/>',
    "its own name in it": '<Relationship TargetMode="External" Target="http://127.0.0.1/hyperlink" Type="x/oleObject"/>',
}


@pytest.mark.parametrize("tie", TIES.values(), ids=TIES)
def test_a_template_asks_no_other_place(tie: str) -> None:
    # Otherwise every deck that a client opens tells somebody that it was opened.
    found = template_fault(deck({"ppt/slideLayouts/_rels/slideLayout1.xml.rels": f"<Relationships>{tie}</Relationships>"}))
    assert found is not None
    assert found[0] == "shows pictures or files that lie elsewhere"


def test_a_template_may_hold_links_and_is_packed_soundly() -> None:
    # Otherwise a link to the client's own site in a master makes a template useless; a bomb makes it costly.
    link = '<Relationship TargetMode="External" Target="http://127.0.0.1/" Type="x/hyperlink"/>'
    assert template_fault(deck({"ppt/slideLayouts/_rels/slideLayout1.xml.rels": f"<R>{link}</R>"})) is None
    assert template_fault(repacked(deck(), {}, zipfile.ZIP_BZIP2)) is not None
    assert template_fault(deck({"ppt/activeX/activeX1.xml": "<a/>"})) is not None
    assert template_fault(deck({"ppt/a.xml": "<a>" * 300 + "</a>" * 300})) is not None


# -- files that are none -------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_is_no_file(make_engagement: Make) -> None:
    # Otherwise a check waits until somebody writes into it, which nobody does.
    folder = make_engagement()
    os.mkfifo(folder / "responses" / "b.csv")
    done = subprocess.run(
        [sys.executable, "-m", "kamassess", "check", str(folder)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "responses/b.csv: cannot be read (it is no ordinary file)" in done.stderr


@pytest.mark.checkout
def test_limits_are_told_to_people() -> None:
    # Otherwise the page that says what may be handed in says something else than what is read.
    page = (Path(__file__).parents[2] / "docs" / "limits.md").read_text(encoding="utf-8")
    hidden = {"PART_SMALL", "PART_STEEPEST", "DEFLATE_AT_MOST", "YAML_VALUES", "NUMBER_LEAST", "NUMBER_MOST"}
    for name in bounds.__all__:
        value = getattr(bounds, name)
        if isinstance(value, int) and name not in hidden:
            shown = bounds.in_words(value) if name.endswith(("BYTES", "UNPACKED")) else f"{value:,}"
            assert shown in page, f"{name}: {shown}"
    assert json.dumps(bounds.YAML_DEPTH) in page
