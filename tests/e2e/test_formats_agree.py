"""One result, five formats: page, print, scorecard, deck and JSON say the same figures of a unit."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest
from bs4 import BeautifulSoup
from deck_cases import chart_figures, opened, said
from scorecard_figures import Figure, figures
from shared_demo import LANGUAGES, Demo, demo

from kamassess.display import view_of_unit
from kamassess.export.files import write_file
from kamassess.sections import View

__all__ = ["demo"]

pytestmark = pytest.mark.e2e

UNIT = "NC"


@dataclass(frozen=True)
class Told:
    """A unit in every format: the page as a tree, the print as lines, cells, charts and words of the deck, and the JSON form."""

    view: View
    page: BeautifulSoup
    lines: list[str]
    cells: dict[tuple[str, str, str], Figure]
    deck: Any
    told: dict[str, Any]

    def cell(self, table: str, row: str, field: str) -> float | None:
        """A number of the scorecard; None where it has a dash."""
        value = self.cells[table, row, field].value
        return float(value) if isinstance(value, int | float) else None

    def shown(self, value: float | None) -> str:
        """A score as pages show it."""
        return "" if value is None else self.view.points(value)

    def short(self, value: float | None) -> str:
        """A level that documents support, which is a whole number."""
        return "" if value is None else self.view.words.short(value)


@pytest.fixture(scope="module", params=LANGUAGES)
def told(request: pytest.FixtureRequest, demo: Demo) -> Told:
    language = request.param
    view = view_of_unit("sample_data", UNIT, language, None)
    page, print_ = (demo.report(f"{UNIT}.{language}", name) for name in ("html", "pdf"))
    text = subprocess.run(["pdftotext", "-layout", print_, "-"], check=True, capture_output=True, text=True).stdout
    return Told(
        view,
        BeautifulSoup(page.read_text(encoding="utf-8"), "lxml"),
        text.splitlines(),
        figures(write_file("xlsx", view)),
        opened(write_file("pptx", view)),
        json.loads(write_file("json", view))["units"][UNIT],
    )


def _close(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_dimensions_have_one_score_and_one_interval(told: Told) -> None:
    # If this fails, the board reads one score on the slide and another on the page.
    charted = {(series, name): value for _, series, name, value in chart_figures(told.deck)}
    printed = _close("".join(told.lines))
    for dimension in told.view.instrument.dimensions:
        block = told.told["dimensions"][dimension.id]
        low, high = block["ci"]
        cell = {field: told.cell("dimensions", dimension.id, field) for field in ("score", "ci_low", "ci_high", "n", "target")}
        assert cell == pytest.approx(
            {"score": block["score"], "ci_low": low, "ci_high": high, "n": block["n"], "target": block["target"]}, rel=1e-14
        )
        assert charted[told.view.words("key_claimed"), told.view.name(dimension)] == block["score"]
        head = told.page.find(id=dimension.id).find_next("p").get_text()
        assert (
            told.view.words("score_interval", score=told.shown(block["score"]), interval=told.view.words.interval(low, high))
            in head
        )
        assert _close(head) in printed, dimension.id


def test_criteria_have_one_score_in_tables_and_cells(told: Told) -> None:
    # If this fails, who checks a report against the scorecard finds a difference, and believes neither.
    compared = 0
    for dimension in (*told.view.instrument.dimensions, *told.view.instrument.screens):
        table = told.page.find(id=f"{dimension.id}-criteria")
        headings = [heading.find(string=True).strip() for heading in table.find_all("th", scope="col")]
        for row in table.find_all("th", scope="row"):
            name = row.find("span", class_="mu").get_text(strip=True)
            cells = dict(zip(headings[1:], _cells(row), strict=True))
            block = told.told["criteria"][name]
            claimed = next(iter(cells.values()))
            for field, shown in (("score", claimed), ("evidenced", _of(cells, "□")), ("measured", _of(cells, "◆"))):
                cell = told.cell("criteria", name, field)
                assert (cell is None) == (block[field] is None), (name, field)
                assert block[field] is None or cell == pytest.approx(block[field], rel=1e-14), (name, field)
                assert shown in {told.shown(block[field]), told.short(block[field])}, (name, field)
            (line,) = [line for line in told.lines if re.match(rf"\s*{re.escape(name)}\s.*\d\.\d", line)][:1]
            assert told.shown(block["score"]) in re.findall(r"\d\.\d+", line), line
            compared += 1
    assert compared == len(told.told["criteria"])


def _cells(row: Any) -> list[str]:
    """The figure of each cell of a row: nothing where a reason stands in its place."""
    found = []
    for cell in row.find_next_siblings("td"):
        own = "" if cell.find(class_="no", recursive=False) else cell.find(string=True)
        found.append(str(own).strip())
    return found


def _of(cells: dict[str, str], mark: str) -> str:
    """The cell under the heading with a mark."""
    return next(value for heading, value in cells.items() if mark in heading)


def test_the_page_for_the_board_says_what_the_deck_says(told: Told) -> None:
    # If this fails, a partner presents other key figures than the report has.
    keys = told.page.find(id="board").find_next("dl")
    first = [entry.get_text(strip=True) for entry in keys.find_all("dd")]
    overall = told.told["overall"]
    assert told.shown(overall["score"]) in first[0]
    assert told.view.words.interval(*overall["ci"]) in keys.get_text()
    assert told.cell("dimensions", "overall", "score") == pytest.approx(overall["score"], rel=1e-14)
    words = said(told.deck)
    assert told.view.words.interval(*overall["ci"]) in words
    assert str(overall["level"]) in words
