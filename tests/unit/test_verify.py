"""``kamassess verify``: reports that are what the inputs give are told from all others, and what differs is named."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pikepdf
import verify_cases
from conftest import Ran
from verify_cases import House, house

from kamassess import __version__
from kamassess.reading.engagement import load_engagement
from kamassess.verifying.claims import claim_of
from kamassess.verifying.summaries import changed_inputs, summary_in

__all__ = ["house"]


# -- reports that were changed -------------------------------------------------------------------------------------------


def _repacked(path: Path, part: str, pattern: bytes, new: bytes) -> None:
    """Change the text of one part of a workbook or deck, and pack it anew as it was."""
    with zipfile.ZipFile(path) as archive:
        parts = [(entry, archive.read(entry)) for entry in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in parts:
            if entry.filename == part:
                content, times = re.subn(pattern, new, content, count=1)
                assert times == 1
            archive.writestr(entry, content)


def _with_page_of(path: Path, other: Path, number: int) -> None:
    """Replace a page of a PDF by that of another."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf, pikepdf.open(other) as source:
        pdf.pages[number - 1] = source.pages[number - 1]
        pdf.save(path)


def test_whatever_was_done_to_a_report_is_found_and_its_place_is_named(house: House, tmp_path: Path) -> None:
    # If this fails, somebody can raise a score in a file, swap a page or a report, or slip one in, and it counts as true.
    html = house.report("N/unit_audit.html")
    shutil.copy(house.report("_group/group_overview.pdf"), house.report("_group/progress.pdf"))
    score = re.search(rb"<dd><b>(\d)\.(\d)</b>", html.read_bytes())
    assert score
    html.write_bytes(html.read_bytes().replace(score[0], b"<dd><b>%s.9</b>" % score[1], 1))
    house.report("S/progress.html").write_bytes(house.report("N/progress.html").read_bytes())
    house.edit("reports/2026/N/progress.en.html", "</style>", ".figures{display:none}</style>")
    _with_page_of(house.report("N/unit_audit.pdf"), house.report("S/unit_audit.pdf"), 2)
    house.report("S/unit_audit.html").write_bytes(house.report("N/unit_audit.html").read_bytes())
    _repacked(house.report("N/unit_audit.xlsx"), "xl/sharedStrings.xml", b">Acme<", b">Acne<")
    _repacked(house.report("S/unit_audit.xlsx"), "docProps/app.xml", b"Microsoft", b"Somebody's")
    _repacked(house.report("N/unit_audit.pptx"), "ppt/slides/slide1.xml", b"<a:t>([^<]*)Acme", rb"<a:t>\1Acne")
    house.edit("reports/2026/N/unit_audit.en.json", '"n_respondents": 4', '"n_respondents": 5')
    house.edit("reports/2026/_group/group_overview.en.html", "unit=_group", "unit=..%2F..%2F%1b")
    house.edit("reports/2026/_group/group_overview.en.json", '"wave": "2026"', '"wave": "2029"')
    house.edit("reports/2026/_group/progress.en.html", "kamassess.report/1", "kamassess.report/9")
    pdf = house.report("S/unit_audit.pdf")
    middle = len(pdf.read_bytes()) // 2
    pdf.write_bytes(pdf.read_bytes()[:middle] + bytes(999) + pdf.read_bytes()[middle + 999 :])
    house.report("S/progress.pdf").unlink()
    (house.folder / "reports/2026/N/notes.html").write_text("<!doctype html><p>what else I thought")
    (house.folder / "reports/2026/N/unit_audit.zh.html").symlink_to(html)
    house.edit("reports/index.html", "Acme", "Acne")
    before = _tree(house.folder)
    found = house.verify()
    assert _tree(house.folder) == before, "verify wrote into what it should look at"
    assert found.code == 1
    assert found.wrong.keys() == {file for file in found.files if file.endswith(_CHANGED)}
    says = found.the
    changed, where = says("2026/N/unit_audit.en.html")
    assert changed == "report_changed"
    assert f"{score[1].decode()}.9' where these inputs give '{score[1].decode()}.{score[2].decode()}'" in where
    assert "section 'For the board'" in where
    assert says("N/progress.en.html")[1].startswith(
        "differs: the inputs are the same, but it was changed after it was made; its text is"
    )
    assert "but not its style, line " in says("N/progress.en.html")[1]
    assert "; page 2: " in says("N/unit_audit.en.pdf")[1]
    assert says("S/unit_audit.en.html")[1].startswith(
        "lies where another report belongs; it is that of 2026/N/unit_audit.en.html, and "
    )
    assert says("S/progress.en.html")[0] == "misplaced"
    assert re.search(r"sheet '[^']+', cell [A-Z]+\d+: 'Acne' where these inputs give 'Acme'", says("N/unit_audit.en.xlsx")[1])
    assert "its cells are the same, but not its part docProps/app.xml" in says("S/unit_audit.en.xlsx")[1]
    assert re.search(r"slide 1: '.*Acne.*' where these inputs give '.*Acme.*'", says("N/unit_audit.en.pptx")[1])
    assert "units.N.n_respondents: '5' where these inputs give '4'" in says("N/unit_audit.en.json")[1]
    assert says("_group/group_overview.en.html") == (
        "not_of_this_engagement",
        "is none of this engagement: '../../[U+001B]' is no unit of it",
    )
    assert says("_group/group_overview.en.json")[0] == "not_of_this_engagement"
    assert says("_group/progress.en.html")[0] == "not_a_report"
    other = "lies where another report belongs; it is that of 2026/_group/group_overview.en.pdf, and is what these inputs give"
    assert says("_group/progress.en.pdf") == ("misplaced", other)
    assert says("S/unit_audit.en.pdf")[0] == "report_changed"
    assert says("S/progress.en.pdf")[1] == "is missing, though summary.json lists it"
    assert says("N/notes.html")[0] == "not_a_report"
    assert says("N/unit_audit.zh.html")[1] == "is a link, which is not followed"
    assert says("index.html")[0] == "report_changed"


_CHANGED = (
    "_group/progress.en.pdf",
    *("N/unit_audit.en.html", "N/progress.en.html", "N/unit_audit.en.pdf", "S/unit_audit.en.html", "S/progress.en.html"),
    *(
        "N/unit_audit.en.xlsx",
        "S/unit_audit.en.xlsx",
        "N/unit_audit.en.pptx",
        "N/unit_audit.en.json",
        "N/notes.html",
        "index.html",
    ),
    *("_group/group_overview.en.html", "_group/group_overview.en.json", "_group/progress.en.html", "S/unit_audit.en.pdf"),
    *("S/progress.en.pdf", "N/unit_audit.zh.html"),
)


def _tree(folder: Path) -> dict[str, tuple[int, str]]:
    """Every file with its time of change and its digest."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path): (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files}


# -- inputs that were changed --------------------------------------------------------------------------------------------


def test_inputs_that_changed_since_are_named(house: House) -> None:
    # If this fails, an answer or a document is changed after the report was sent, and nobody can tell which, or that it was.
    house.edit("responses/a.csv", "2026,N,R1,lead,A-1-Q1,0.5", "2026,N,R1,lead,A-1-Q1,1")
    house.edit("evidence.csv", "Charter of the north", "Charter of the North")
    reports = [house.report(f"N/unit_audit.{name}") for name in verify_cases.FORMATS.split(",")]
    found = house.verify(*reports, house.report("S/unit_audit.html"), house.report("_group/progress.pdf"))
    assert set(found.wrong.values()) == {"inputs_changed"}
    assert len(found.wrong) == 7
    for name in ("N/unit_audit.en.html", "N/unit_audit.en.pdf", "N/unit_audit.en.xlsx", "N/unit_audit.en.json"):
        told = found.the(name)[1]
        assert told == "differs: the inputs have changed since: evidence.csv (changed), responses/a.csv (changed or new)"
    assert found.the("S/unit_audit.en.html")[1] == "differs: the inputs have changed since: evidence.csv (changed)"
    assert "responses/a.csv (changed or new)" in found.the("progress.en.pdf")[1]


def test_answers_of_either_wave_are_told_from_a_changed_report(house: House) -> None:
    # If this fails, a true report is called a forgery because somebody answered late, or mended an answer of the earlier wave.
    house.edit("responses/before.csv", "2025,N,R1,lead,A-1-Q1,0.25", "2025,N,R1,lead,A-1-Q1,0.5")
    found = house.verify(*(house.report(name) for name in ("N/progress.html", "N/unit_audit.pptx", "N/unit_audit.html")))
    told = ("inputs_changed", "differs: the inputs have changed since: responses/before.csv (changed or new)")
    assert [found.the(name) for name in ("progress.en.html", "unit_audit.en.pptx")] == [told, told]
    assert found.the("unit_audit.en.html")[0] == "same"


def test_a_report_alone_names_what_changed_without_a_summary(house: House, tmp_path: Path) -> None:
    # If this fails, who has only the PDF from a mailbox hears that something is wrong, and not what.
    report = tmp_path / "from a mail.pdf"
    shutil.copy(house.report("N/unit_audit.pdf"), report)
    assert house.verify(report, house.folder).wrong == {}
    (house.folder / "evidence.csv").unlink()
    house.edit("responses/a.csv", "2026,N,R1,lead,A-1-Q1,0.5", "2026,N,R1,lead,A-1-Q1,1")
    (house.folder / "data").mkdir()
    (house.folder / "data/accounts.csv").write_text("account,name,unit,key_account\nA1,One,N,yes\n")
    (told,) = house.verify(report, "--engagement", house.folder).files.values()
    expected = "data/accounts.csv (new), evidence.csv (no longer there), answers of N"
    assert told == ("inputs_changed", f"differs: the inputs have changed since: {expected}")


def test_answers_of_others_change_nothing_but_what_is_said_of_all(house: House) -> None:
    # If this fails, a unit's true report is called wrong because somebody answered in another.
    house.edit("responses/a.csv", "2026,S,R1,lead,A-1-Q1,0.5,", "2026,S,R1,lead,A-1-Q1,0.5,a remark")
    found = house.verify(
        *(house.report(f"{name}.html") for name in ("N/unit_audit", "N/progress", "S/unit_audit", "_group/progress"))
    )
    assert [file.split("/2026/")[1] for file in found.wrong] == ["S/unit_audit.en.html", "_group/progress.en.html"]
    summary = summary_in(house.folder / "reports")
    assert summary
    assert changed_inputs(summary, load_engagement(house.folder)) == {"responses/a.csv": "changed or new"}
    (house.folder / "responses/before.csv").unlink()
    expected = {"responses/a.csv": "changed or new", "responses/": "1 file no longer there"}
    assert changed_inputs(summary, load_engagement(house.folder)) == expected


# -- reports that were asked for in another way --------------------------------------------------------------------------


def test_reports_of_other_looks_days_languages_and_waves_are_known(house: House, tmp_path: Path) -> None:
    # If this fails, a true report is called wrong since it was made with an option.
    out = tmp_path / "out"
    first = (house.folder / "responses/before.csv").read_text(encoding="utf-8").replace("2025,", "2024,")
    (house.folder / "responses/first.csv").write_text(first, encoding="utf-8")
    elsewhere = tmp_path / "other.yaml"
    own = (house.folder / "brands/client.yaml").read_text(encoding="utf-8")
    elsewhere.write_text(own.replace('"Client"', '"Other"'), encoding="utf-8")
    made = ("report", house.folder, "--format", "html", "--unit", "N", "--out")
    for name, options in {
        "zh and code": ("--lang", "zh", "--with-code"),
        "brand and wave": ("--lang", "en", "--brand", "client", "--wave", "2025"),
        "brand elsewhere": ("--lang", "en", "--brand", elsewhere),
    }.items():
        assert verify_cases.run(*made, out / name, *options).returncode == 0
    dated = {**os.environ, "SOURCE_DATE_EPOCH": "1800000000"}
    ran = verify_cases.run(*made, out / "dated", "--lang", "en", "--notebook", "progress", env=dated)
    assert ran.returncode == 0, ran.stderr
    deck = ("--lang", "en", "--unit", "N", "--format", "pptx", "--since", "2024", "--out", out / "since")
    assert verify_cases.run("report", house.folder, *deck).returncode == 0
    claim = claim_of((out / "since/2026/N/unit_audit.en.pptx").read_bytes())
    assert claim
    assert claim.imprint.since == "2024", "the deck tells of another wave than was asked for"
    found = house.verify(out, house.folder)
    assert len(found.files) == 5
    assert [file.split("/out/")[1] for file in found.wrong] == ["brand elsewhere/2026/N/unit_audit.en.html"]
    told = found.the("brand elsewhere/2026/N/unit_audit.en.html")
    assert told[0] == "made_otherwise"
    assert told[1].startswith("has a brand that is not in this engagement (name it with --brand): its look cannot be compared; ")
    assert told[1].endswith(" figures are those that these inputs give")
    assert found.the("dated/2026/N/progress.en.html")[1] == "is what these inputs give, dated 2027-01-15 from outside"
    assert house.verify(out / "brand elsewhere", house.folder, "--brand", elsewhere).wrong == {}


def test_a_report_of_another_version_is_compared_by_its_figures(house: House) -> None:
    # If this fails, a report of last year's version is called a forgery, or one whose figures somebody raised passes as old.
    for name in ("N/unit_audit.html", "S/unit_audit.html"):
        path = house.report(name)
        path.write_bytes(
            re.sub(rb"made_by=\w+;version=[\d.]+", b"made_by=0123456789abcdef;version=0.0.9", path.read_bytes(), count=1)
        )
    score = re.search(rb"<dd><b>(\d)\.(\d)</b>", house.report("S/unit_audit.html").read_bytes())
    assert score
    house.edit("reports/2026/S/unit_audit.en.html", score[0].decode(), f"<dd><b>{score[1].decode()}.9</b>")
    house.edit("reports/2026/S/unit_audit.en.html", version("typst"), "0.0.1")
    found = house.verify(house.report("N/unit_audit.html"), house.report("S/unit_audit.html"))
    assert found.code == 1
    assert set(found.wrong.values()) == {"made_otherwise"}
    who, what = f"made by kamassess 0.0.9, and this is {__version__}", "cannot be compared byte for byte; its "
    same = rf"{re.escape(who)}: {what}words and its \d+ figures are those that these inputs give"
    assert re.fullmatch(same, found.the("N/unit_audit.en.html")[1])
    libraries = f" (typst 0.0.1, here {version('typst')})"
    other = f"figures are not those that these inputs give: section 'For the board' has {score[1].decode()}.9"
    assert found.the("S/unit_audit.en.html")[1].startswith(f"{who}{libraries}: {what}{other}")


# -- calls ---------------------------------------------------------------------------------------------------------------


def test_a_wrong_call_is_said_in_a_line(house: House, tmp_path: Path, kamassess_cli: Callable[..., Ran]) -> None:
    # If this fails, a mistyped place counts as a verified report, or gives a traceback.
    report = house.report("N/unit_audit.html")
    assert kamassess_cli("verify", tmp_path / "nowhere.html").code == 2
    assert kamassess_cli("verify", report, "--brand", "nowhere").code == 2
    assert kamassess_cli("verify", report, "--signers", "nowhere").code == 2
    assert kamassess_cli("verify", report, "--engagement", tmp_path).code == 2
    (tmp_path / "empty").mkdir()
    assert "there are no reports in" in kamassess_cli("verify", tmp_path / "empty").err[0]
    (house.folder / "engagement.yaml").write_text("units: [", encoding="utf-8")
    assert kamassess_cli("verify", report).code == 2
