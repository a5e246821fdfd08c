"""A client's own template: its layouts, colours and fonts win; what cannot be used is refused before anything is made."""

from __future__ import annotations

import base64
import importlib.util
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from deck_cases import opened, overflowing, overlapping, titles
from deck_contrast import hard_to_read
from deck_houses import HOUSES, ground, house
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.util import Inches

from kamassess.batch.choosing import Request
from kamassess.batch.jobs import Job
from kamassess.batch.keys import Digests, Keys
from kamassess.display import view_of_group, view_of_unit
from kamassess.errors import InputError
from kamassess.export.files import write_file
from kamassess.opened import opened_audit
from kamassess.reading.brand import read_brand
from kamassess.reading.deck_template import read_template, template_fault
from kamassess.resources import carried

SAMPLE = carried("sample_data")
LANGUAGES = ("en", "zh")
Cli = Callable[..., Any]


def client(*, slides: int = 2, colour: bytes = b"8A1538", wide: bool = True) -> bytes:
    """A template as a client has it: other layouts, other colours, slides of its own."""
    deck = Presentation()
    if wide:
        deck.slide_width = Inches(13.333)
    for number in range(slides):
        deck.slides.add_slide(deck.slide_layouts[1]).shapes.title.text = f"An example {number}"
    made = io.BytesIO()
    deck.save(made)
    return changed(made.getvalue(), {"ppt/theme/theme1.xml": lambda part: part.replace(b"4F81BD", colour)})


def changed(content: bytes, changes: dict[str, Callable[[bytes], bytes]], more: dict[str, bytes] | None = None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, bytes)(old.read(name)))
        for name, part in (more or {}).items():
            new.writestr(name, part)
    return made.getvalue()


def as_potx(content: bytes) -> bytes:
    return changed(content, {"[Content_Types].xml": lambda part: part.replace(b"presentation.main+xml", b"template.main+xml")})


@pytest.fixture
def with_template(tmp_path: Path) -> Callable[..., Any]:
    """The deck of unit CA from a template that a brand names."""

    def make(content: bytes, language: str = "en", name: str = "house.pptx") -> Any:
        (tmp_path / name).write_bytes(content)
        brand = (carried("templates") / "brand.yaml").read_text(encoding="utf-8") + f"deck: {name}\n"
        (tmp_path / "brand.yaml").write_text(brand, encoding="utf-8")
        view = view_of_unit(SAMPLE, "CA", language, None)
        return write_file("pptx", replace(view, brand=read_brand(tmp_path / "brand.yaml", "brand.yaml")))

    return make


@pytest.mark.parametrize(("language", "wide"), [("en", False), ("zh", True)])
def test_a_clients_template_is_filled(with_template: Callable[..., Any], language: str, wide: bool) -> None:
    raw = with_template(client(wide=wide), language)
    deck = opened(raw)
    assert 10 <= len(deck.slides) <= 14
    assert not any(title.startswith("An example") for title in titles(deck)), "what a template shows is an example"
    assert deck.slide_width == Inches(13.333 if wide else 10)
    assert overflowing(deck) == []
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        theme = package.read("ppt/theme/theme1.xml")
        assert b"8A1538" in theme
        assert b"2F5D8A" not in theme, "the brand's colours have no say in a client's template"
        drawn = b"".join(package.read(name) for name in package.namelist() if name.startswith(("ppt/slides/", "ppt/charts/")))
        assert b"srgbClr" not in drawn.split(b"c:txPr")[0]
        assert len([name for name in package.namelist() if name.startswith("ppt/slides/slide")]) == len(deck.slides)


def test_a_potx_is_a_template_too(with_template: Callable[..., Any]) -> None:
    assert len(opened(with_template(as_potx(client()), name="house.potx")).slides) >= 10


def test_properties_by_another_name_are_not_written_twice(with_template: Callable[..., Any]) -> None:
    # LibreOffice names them so; a package with two parts of one name is repaired, or not opened.
    names = (b"package/2006/relationships/metadata/core", b"officedocument/2006/relationships/metadata/core")
    raw = with_template(changed(client(), {"_rels/.rels": lambda part: part.replace(*names)}))
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        found = package.namelist()
    assert len(found) == len(set(found))
    assert opened(raw).core_properties.author == "kamassess"


@cache
def _view(unit: str, language: str) -> Any:
    return view_of_group(SAMPLE, language, None) if unit == "_group" else view_of_unit(SAMPLE, unit, language, None)


def _in_house(unit: str, language: str, name: str) -> Any:
    view = _view(unit, language)
    brand = replace(view.brand, deck=base64.b64encode(house(name)).decode())
    return opened(write_file("pptx", replace(view, brand=brand)))


CASES = [(name, "NC", LANGUAGES[number % 2]) for number, name in enumerate(HOUSES)]
CASES += [("plain", "_group", "zh"), ("dark", "_group", "en"), ("narrow", "_group", "en"), ("small", "_group", "zh")]


@pytest.mark.parametrize(("name", "unit", "language"), CASES)
def test_a_deck_looks_finished_in_any_sane_template(name: str, unit: str, language: str) -> None:
    # A footnote across a table, a table in the footer, black on navy: what a client sees first.
    deck = _in_house(unit, language, name)
    assert overflowing(deck, wide=True) == []
    assert overlapping(deck) == []
    if name != "picture":
        assert hard_to_read(deck, ground(name)) == []


def test_a_table_that_is_too_long_goes_on_on_another_slide() -> None:
    view, deck = _view("NC", "en"), _in_house("NC", "en", "small")
    title = view.words("deck_decisions_title", count=6)
    slides = [slide for slide in deck.slides if slide.shapes.title.text.startswith(title)]
    assert [slide.shapes.title.text for slide in slides] == [title, view.words("deck_continued", title=title)]
    tables = [shape.table for slide in slides for shape in slide.shapes if shape.has_table]
    rows = [row.cells[0].text for table in tables for row in list(table.rows)[1:]]
    assert len(rows) == len(set(rows)) == 6
    sizes = {
        run.font.size for table in tables for cell in table.iter_cells() for p in cell.text_frame.paragraphs for run in p.runs
    }
    assert len(sizes) == 1, "a table that goes on has text of one size"


def test_what_cannot_be_told_stands_on_a_panel() -> None:
    for name, panel in (("picture", True), ("dark", False), ("plain", False)):
        second = _in_house("NC", "en", name).slides[2].shapes[1]
        assert (second.shape_type == MSO_SHAPE_TYPE.AUTO_SHAPE) is panel


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("plain", []),
        ("dark", ["light text colour"]),
        ("band", ["light text colour"]),
        ("picture", ["on a panel", "cannot be told"]),
    ],
)
def test_the_terminal_says_what_was_changed_or_cannot_be_told(
    tmp_path: Path, kamassess_cli: Cli, make_engagement: Callable[..., Path], name: str, said: list[str]
) -> None:
    path = tmp_path / "house.pptx"
    path.write_bytes(house(name))
    asked = ("--lang", "en", "--format", "pptx", "--template", path, "--out", tmp_path / "out")
    ran = kamassess_cli("report", make_engagement(), "--unit", "N", *asked)
    assert (ran.code, len(ran.err)) == (0, len(said))
    for text in said:
        ran.the("template", text)


def test_pale_accents_are_passed_over(with_template: Callable[..., Any]) -> None:
    # Otherwise bars in a client's pale yellow are seen by nobody.
    deck = opened(with_template(client(colour=b"FFF7CC")))
    first = next(shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart)
    colours = {found.get("val") for found in first._chartSpace.iter("{*}schemeClr")}
    assert "accent2" in colours
    assert "accent1" not in colours


def scrambled(content: bytes, part: str) -> bytes:
    """A package in which the packed bytes of one part are others."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        entry = package.getinfo(part)
    start = entry.header_offset + 30 + len(part)
    return content[:start] + bytes(byte ^ 0xFF for byte in content[start : start + 40]) + content[start + 40 :]


WRONG = {
    "scrambled": (scrambled(client(), "ppt/theme/theme1.xml"), "is damaged"),
    "scrambled types": (scrambled(client(), "[Content_Types].xml"), "is damaged"),
    "damaged": (b"PK\x03\x04 and no more", "is damaged"),
    "password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
    "text": (b"Dear all", "is damaged, or no presentation"),
    "macros": (changed(client(), {}, {"ppt/vbaProject.bin": b"\0"}), "holds macros"),
    "untitled": (
        changed(
            client(),
            {
                f"ppt/slideLayouts/slideLayout{number}.xml": lambda part: part.replace(b'type="title"', b'type="body"').replace(
                    b'type="ctrTitle"', b'type="body"'
                )
                for number in range(1, 12)
            },
        ),
        "no layout with a placeholder for a title",
    ),
    "torn": (
        changed(client(), {"ppt/slideMasters/slideMaster1.xml": lambda part: part[:-40]}),
        "slideMaster1.xml cannot be read",
    ),
    "bomb": (changed(client(), {}, {"ppt/media/a.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "a.xml cannot be read"),
    "linked": (
        changed(
            client(),
            {
                "ppt/slideMasters/_rels/slideMaster1.xml.rels": lambda part: part.replace(
                    b"</Relationships>",
                    b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
                    b'Target="http://a.example/logo.png" TargetMode="External"/></Relationships>',
                )
            },
        ),
        "lie elsewhere",
    ),
    "sheet": (
        changed(client(), {"[Content_Types].xml": lambda part: part.replace(b"presentationml.presentation", b"x")}),
        "is no presentation",
    ),
}


def _named(entry: str) -> bytes:
    """An OLE2 container with one stream."""
    name = f"{entry}\0".encode("utf-16-le")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    return head + name.ljust(64, b"\0") + len(name).to_bytes(2, "little") + b"\2" * 62


def _macros(content: bytes) -> bytes:
    kind = (b"presentation.main+xml", b"presentation.macroEnabled.main+xml")
    return changed(content, {"[Content_Types].xml": lambda part: part.replace(*kind)})


MACROS = "holds macros. Save it as .pptx or .potx without macros, and name that."
RENAMED = {
    "a .pptm without macros": ("house.pptm", client(), "Rename it to house.pptx, and name that."),
    "a .ppt that is none": ("house.ppt", client(), "Rename it to house.pptx, and name that."),
    "a template that is called .pot": ("house.pot", as_potx(client()), "Rename it to house.potx, and name that."),
    "a .pptx as mail programs pack it": ("house.pptx.zip", client(), "Rename it to house.pptx, and name that."),
    "a .pptm": ("house.pptm", _macros(client()), "holds macros. Save it as .pptx or .potx without macros, and name that."),
    "a .pptm called .pptx": (
        "house.pptx",
        _macros(client()),
        "holds macros. Save it as .pptx or .potx without macros, and name that.",
    ),
    "a .ppt": (
        "house.ppt",
        _named("PowerPoint Document"),
        "is in the .ppt format of before 2007. Open it in PowerPoint, save it as .pptx or .potx, and name that.",
    ),
    "a password": (
        "house.pptx",
        _named("EncryptedPackage"),
        "is protected by a password. Save it as .pptx without a password, and name that.",
    ),
    "a PDF": ("house.pptx", b"%PDF-1.7", "is a PDF, not a presentation. Name a .pptx or .potx file."),
}


@pytest.mark.parametrize("case", RENAMED)
def test_a_template_is_known_by_its_content(tmp_path: Path, case: str) -> None:
    # Otherwise a file named as one with macros is taken, or a sound one is called old.
    name, content, line = RENAMED[case]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_template(tmp_path / name, name)
    if line.startswith("Rename"):
        ending = ".potx" if ".potx" in line else ".pptx"
        line = f"is a {ending} file without macros, whatever its name says. {line}"
    assert str(caught.value) == f"{name}: {line}"


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_used_is_refused_with_a_remedy(tmp_path: Path, kamassess_cli: Cli, kind: str) -> None:
    content, message = WRONG[kind]
    path = tmp_path / "house.pptx"
    path.write_bytes(content)
    found = template_fault(content)
    assert found is not None
    assert found[1].endswith(".")
    ran = kamassess_cli(
        "report", SAMPLE, "--unit", "CA", "--lang", "en", "--format", "pptx", "--template", path, "--out", tmp_path / "out"
    )
    assert ran.code == 2
    ran.the("house.pptx", message)
    assert not (tmp_path / "out" / "2026").exists()


def test_a_template_that_is_not_there_or_not_used_is_an_error(tmp_path: Path, kamassess_cli: Cli) -> None:
    missing = kamassess_cli("report", SAMPLE, "--unit", "CA", "--format", "pptx", "--template", tmp_path / "no.pptx")
    assert (missing.code, len(missing.err)) == (2, 1)
    missing.the("no.pptx", "no such template")
    (tmp_path / "house.pptx").write_bytes(client())
    unused = kamassess_cli("report", SAMPLE, "--unit", "CA", "--template", tmp_path / "house.pptx")
    assert unused.code == 2
    unused.the("--template", "Add pptx to --format")


def test_a_template_changes_the_keys_of_decks_alone() -> None:
    engagement, result = opened_audit(SAMPLE, None)
    digests = Digests()
    digests.add_unit(result.units["CA"], "a")
    brands = [engagement.brand, replace(engagement.brand, deck="eA==")]
    keys = [Keys(result, brand, digests) for brand in brands]
    pages, deck = (Job(str(SAMPLE), "CA", "en", "2026", "out", formats) for formats in (("html",), ("html", "pptx")))
    assert keys[0].of(pages, ()) == keys[1].of(pages, ())
    assert keys[0].of(deck, ()) != keys[1].of(deck, ())
    assert Request("a", "b").template == ""


@pytest.mark.checkout
def test_our_own_template_is_what_the_tool_makes() -> None:
    # If this fails, a change of the tool was not run, or the template was mended by hand and the mending will be lost.
    path = Path(__file__).parents[2] / "tools" / "make_deck_template.py"
    spec = importlib.util.spec_from_file_location("make_deck_template", path)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    carried_ = (carried("templates") / "deck" / "board.pptx").read_bytes()
    assert _parts(tool.template()) == _parts(carried_)


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _everywhere(pattern: bytes, new: bytes, *parts: str) -> Callable[[bytes], bytes]:
    """A template of which every part of such a name has other text."""

    def make(content: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(content)) as old:
            named = [name for name in old.namelist() if name.startswith(parts) and name.endswith(".xml")]
        return changed(content, {name: lambda part: re.sub(pattern, new, part) for name in named})

    return make


_LAYOUTS, _MASTER, _FRAME = "ppt/slideLayouts/", "ppt/slideMasters/", "ppt/presentation.xml"
_BENT = {
    "sizes of letters": _everywhere(rb' sz="\d+"', b' sz="abc"', _LAYOUTS, _MASTER),
    "no width": _everywhere(rb'(<p:sldSz cx=")\d+', rb"\g<1>0", _FRAME),
    "no properties": _everywhere(rb"(?s)<p:spPr>.*?</p:spPr>|<p:spPr/>", b"", _LAYOUTS),
    "another core": _everywhere(rb"(?s).+", b"<x/>", "docProps/core.xml"),
}


@pytest.mark.parametrize("what", _BENT)
def test_a_template_that_no_program_writes_is_refused(with_template: Callable[..., Any], what: str) -> None:
    # If this fails, a template that was bent on its way is a traceback, or told as a fault of ours.
    with pytest.raises(InputError, match=r"the template of the deck cannot be used: .* Open it in PowerPoint, save it again"):
        with_template(_BENT[what](client()))


def test_a_fault_of_ours_is_not_put_on_the_template(with_template: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, a client mends a template for days that is sound.
    def failing(*_: object) -> None:
        raise LookupError("ours")

    monkeypatch.setattr("kamassess.export.deck.writing.draw_graph", failing)
    with pytest.raises(LookupError, match="ours"):
        with_template(client())
