"""A batch of an engagement with a workshop: minutes in every format, with the same figures; made again when it changes, and only
what shows it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
import workshop_sample
from batch_cases import run
from bs4 import BeautifulSoup
from deck_cases import opened, overflowing, said, titles

from kamassess.display import view_of_minutes
from kamassess.sections.minutes import MinutesView

pytestmark = pytest.mark.e2e

UNIT, LANGUAGES, FORMATS = workshop_sample.UNIT, ("en", "zh"), ("html", "pdf", "json", "xlsx", "pptx")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workshop_sample.engagement(tmp_path_factory.mktemp("minutes") / "sample")


@pytest.fixture(scope="module")
def made(folder: Path) -> Path:
    """The minutes in every language and format, as a batch makes them."""
    out = folder.parent / "out"
    ran = run("batch", folder, "--out", out, "--notebook", "workshop_minutes", "--format", ",".join(FORMATS))
    assert ran.returncode == 0, ran.stderr
    return out


@pytest.fixture(scope="module", params=LANGUAGES)
def view(request: pytest.FixtureRequest, folder: Path) -> MinutesView:
    return view_of_minutes(folder, UNIT, request.param, None)


def _file(made: Path, view: MinutesView, file_format: str) -> Path:
    return made / "2026" / UNIT / f"workshop_minutes.{view.words.language}.{file_format}"


def test_minutes_are_made_of_the_unit_that_met_and_the_index_names_them(made: Path) -> None:
    # If this fails, a batch makes empty minutes of units that never met, or hides those that there are.
    found = {path.relative_to(made).as_posix() for path in made.glob("*/*/*")}
    assert found == {f"2026/{UNIT}/workshop_minutes.{language}.{name}" for language in LANGUAGES for name in FORMATS}
    assert "Workshop minutes" in (made / "index.html").read_text(encoding="utf-8")


def test_every_format_has_the_same_figures(made: Path, view: MinutesView) -> None:
    # If this fails, the board reads one level on the slide and another in the minutes.
    page = BeautifulSoup(_file(made, view, "html").read_text(encoding="utf-8"), "lxml")
    text = subprocess.run(["pdftotext", _file(made, view, "pdf"), "-"], check=True, capture_output=True, text=True)
    printed = re.sub(r"\s", "", text.stdout)
    told = json.loads(_file(made, view, "json").read_text(encoding="utf-8"))["units"][UNIT]
    book = openpyxl.load_workbook(_file(made, view, "xlsx"))
    deck = opened(_file(made, view, "pptx"))
    levels = {row[0].value: [cell.value for cell in row] for row in book.worksheets[1].iter_rows(min_row=5)}
    slides = said(deck)
    for block in view.blocks:
        agreed = view.held.agreed[block.id]
        shown = view.points(agreed.score)
        assert told["workshop"]["agreed"][block.id]["score"] == agreed.score
        row = page.select_one("#levels-table").find("th", string=view.name(block)).parent  # type: ignore[union-attr]
        cells = [cell.get_text(strip=True) for cell in row.find_all("td")]  # type: ignore[union-attr]
        assert cells[3] == shown
        assert re.sub(r"\s", "", view.name(block)) in printed
        assert levels[block.id][2] == pytest.approx(view.unit.dimensions[block.id].score)
        assert levels[block.id][6:10] == [
            pytest.approx(view.held.first[block.id].score),
            view.held.first[block.id].n,
            pytest.approx(view.held.last[block.id].score),
            view.held.last[block.id].n,
        ]
        assert levels[block.id][11] == pytest.approx(agreed.score)
        assert shown in slides
    for action in view.held.actions:
        told_ = re.sub(r"\s", "", action.do)
        assert told_ in printed
        assert all(told_ in re.sub(r"\s", "", where) for where in (page.get_text(), slides))
        assert action.do in {cell.value for row in book.worksheets[0].iter_rows() for cell in row}


def test_votes_in_the_workbook_are_those_that_were_shown(made: Path, view: MinutesView) -> None:
    # If this fails, whoever adds up the columns gets other means than the minutes have.
    sheet = openpyxl.load_workbook(_file(made, view, "xlsx")).worksheets[2]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    rounds = [(name, found) for name, question in view.held.questions.items() for found in question.rounds]
    assert len(rows) == len(rounds)
    for row, (name, found) in zip(rows, rounds, strict=True):
        assert row[0] == name
        assert sum(row[4:11]) == found.votes == row[3]
        assert row[11] == pytest.approx(found.mean)
        assert sum(count * value for value, count in enumerate(row[4:9], 1)) / found.n == pytest.approx(found.mean)


def test_the_deck_fits_and_says_findings(made: Path, view: MinutesView) -> None:
    # If this fails, text runs off the slide, or a client's text is a formula in the workbook.
    deck = opened(_file(made, view, "pptx"))
    assert 4 <= len(titles(deck)) <= 7
    assert len(set(titles(deck)[1:])) == len(titles(deck)) - 1
    assert list(overflowing(deck)) == []
    book = openpyxl.load_workbook(_file(made, view, "xlsx"))
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_page_asks_nobody_and_nobody_is_in_any_file(made: Path, view: MinutesView) -> None:
    # If this fails, the minutes send requests, or tell who voted how.
    html = _file(made, view, "html").read_text(encoding="utf-8")
    assert "<script>alert" not in html
    assert not re.findall(r"(?:src|href)=[\"']?https?:", html)
    people = [*workshop_sample.held().people]
    for name in ("html", "json"):
        content = _file(made, view, name).read_text(encoding="utf-8")
        assert not [person for person in people if re.search(rf"\b{person}\b", content)]
        assert os.fspath(made.parent) not in content


def _digests(out: Path) -> dict[str, str]:
    found = sorted(out.glob("*/*/*.*"))
    return {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def test_what_shows_the_workshop_is_made_again_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    # If this fails, minutes are out of date and look current, or every report is made anew for one action.
    place, out = tmp_path / "sample", tmp_path / "out"
    shutil.copytree(folder, place)
    asked = ("batch", place, "--out", out, "--lang", "en", "--format", "html", "--units", f"{UNIT},EX,_group")
    assert run(*asked).returncode == 0
    before, stamps = _digests(out), {path: path.stat().st_ino for path in out.glob("*/*/*")}
    (sheet,) = (place / "workshops").glob("*.yaml")
    sheet.write_text(sheet.read_text(encoding="utf-8").replace('owner: "周岚 / Zhou Lan"', 'owner: "Zhou Lan"'), encoding="utf-8")
    ran = run(*asked)
    assert ran.returncode == 0, ran.stderr
    again = {path.relative_to(out).as_posix() for path in out.glob("*/*/*") if stamps.get(path) != path.stat().st_ino}
    assert again == {f"2026/{UNIT}/unit_audit.en.html", f"2026/{UNIT}/workshop_minutes.en.html"}
    after = _digests(out)
    assert all(after[name] != before[name] for name in again), "the audit names the file and its digest"
