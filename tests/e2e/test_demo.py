"""``kamassess demo``: every report of the sample engagement, in both languages and formats, and the page that leads there."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from shared_demo import AUDITS, COMPARED, REPORTS, Demo

from kamassess.reading.engagement import load_engagement
from kamassess.resources import carried

pytestmark = pytest.mark.e2e

HTML_LIMIT = 500_000
PDF_LIMIT = 1_250_000  # forty pages, two fonts, and the tags that a screen reader goes by


def test_it_succeeds_and_says_where_to_look(demo: Demo) -> None:
    # If this fails, the first command a user tries ends in an error.
    assert demo.code == 0, demo.err
    assert demo.out.splitlines()[-1].startswith(f"{len(REPORTS)} of {len(REPORTS)} reports made. Open ")
    assert Path(demo.out.split("Open ")[1].strip()).name == "index.html"


def test_it_shows_its_progress(demo: Demo) -> None:
    # If this fails, the user looks at a still terminal for half a minute, or the bar spoils standard output.
    assert re.search(rf"Reports .*{len(REPORTS)}/{len(REPORTS)} \d+\.\d/s 0 failed 0:\d\d:\d\d", demo.err)
    assert f"{len(REPORTS)}/{len(REPORTS)}" not in demo.out


def test_every_report_is_there_and_nothing_else(demo: Demo) -> None:
    # If this fails, a unit, a language or a format is missing, or half-written files were left behind.
    expected = {demo.report(name, ext).relative_to(demo.folder).as_posix() for name in REPORTS for ext in ("html", "pdf")}
    made = {path.relative_to(demo.folder).as_posix() for path in demo.folder.rglob("*") if path.is_file()}
    assert made == expected | {"index.html", "summary.json", "manifest.sqlite"}


@pytest.mark.parametrize("name", REPORTS)
def test_no_file_is_too_large_to_mail(demo: Demo, name: str) -> None:
    # If this fails, a page carries letters or drawings twice, or fonts are no longer subset.
    assert 50_000 < demo.report(name).stat().st_size < HTML_LIMIT
    assert 50_000 < demo.report(name, "pdf").stat().st_size < PDF_LIMIT


@pytest.mark.parametrize("name", AUDITS)
def test_a_report_is_of_its_unit_and_in_its_language(demo: Demo, name: str) -> None:
    # If this fails, a report has the name of another, or text of the other language's narrative.
    html = demo.report(name).read_text(encoding="utf-8")
    unit, language = name.split(".")
    assert f'<html lang="{"zh-Hans" if language == "zh" else "en"}"' in html
    assert re.search(rf"[（(]{unit}[)）]", html), "the cover names the unit's id"
    narrative = {"en": "The sections that follow take one dimension each", "zh": "以下各节逐个维度展开"}
    assert [text in html for text in narrative.values()] == [code == language for code in narrative]


def test_the_summary_agrees_with_the_files(demo: Demo) -> None:
    # If this fails, whoever checks what was delivered by summary.json is misled.
    summary = json.loads((demo.folder / "summary.json").read_text(encoding="utf-8"))
    assert (summary["schema"], summary["wave"], summary["without_answers"]) == ("kamassess.batch/1", "2026", [])
    paths = [demo.folder / next(iter(report["files"])) for report in summary["reports"]]
    assert paths == [demo.report(name) for name in REPORTS]
    for report in summary["reports"]:
        assert (report["status"], report["faults"], len(report["files"])) == ("done", [], 2)
        for path, digest in report["files"].items():
            assert hashlib.sha256((demo.folder / path).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("name", [name for name in COMPARED if "retention_options" not in name])
def test_a_report_about_all_units_names_each_of_them(demo: Demo, name: str) -> None:
    # If this fails, a unit is missing where units are compared.
    html = demo.report(name).read_text(encoding="utf-8")
    language = name.rpartition(".")[2]
    units = load_engagement(carried("sample_data")).units
    assert [unit.id for unit in units if unit.parent and unit.name[language] not in html] == []


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src")]


def test_the_page_of_the_batch_leads_to_every_report(demo: Demo) -> None:
    # If this fails, a report is made that nobody finds, or a link leads nowhere once the folder is moved.
    links = _Links()
    links.feed((demo.folder / "index.html").read_text(encoding="utf-8"))
    targets = [unquote(link) for link in links.found]
    assert len(targets) == len(set(targets)) == 2 * len(REPORTS) + 1, "all files, and the summary for programs"
    assert all((demo.folder / target).is_file() for target in targets)


def test_no_file_says_where_it_was_made(demo: Demo) -> None:
    # If this fails, a client can read the name of the analyst's folders, and two machines give different bytes.
    places = [str(demo.folder), str(carried("sample_data")), str(Path.home()) + "/", str(carried("notebooks"))]
    for path in (path for path in demo.folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        assert not [place for place in places if len(place) > 3 and place.encode() in content], path.name


@pytest.mark.parametrize("name", REPORTS)
def test_every_font_of_a_pdf_is_embedded(demo: Demo, name: str) -> None:
    # If this fails, Chinese is boxes on a machine without a Chinese font.
    listed = subprocess.run(["pdffonts", demo.report(name, "pdf")], capture_output=True, text=True, check=True).stdout
    fonts = [line for line in listed.splitlines()[2:] if line.strip()]
    assert fonts
    assert all("NotoSansSC" in line and " yes yes yes " in line for line in fonts), listed


def test_no_report_names_a_respondent(demo: Demo) -> None:
    # If this fails, people who were promised anonymity can be looked up by their id.
    people = set(load_engagement(carried("sample_data")).responses["respondent"])
    assert len(people) > 80
    for name in REPORTS:
        html = re.sub("responses/[^<]+", "", demo.report(name).read_text(encoding="utf-8"))  # names of input files
        assert not people & set(re.findall(r"\b[\w.-]+\b", html)), name
