"""What a notebook shows: one object with several forms that say the same, and parameters checked before anything runs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kamassess.display import UnitReport, open_report
from kamassess.document import DOCUMENT_MIME
from kamassess.errors import InputError, KamassessError, UsageError
from kamassess.locale import locale
from kamassess.resources import carried
from kamassess.result import AuditResult, UnitResult

SECTIONS = ("cover", "board", "dimensions", "certainty", "appendix")


@pytest.fixture(scope="module", params=["en", "zh"])
def report(request: pytest.FixtureRequest) -> UnitReport:
    """A report of the sample, in each language."""
    return open_report(carried("sample_data"), "SC", request.param)


def _bundle(report: UnitReport, section: str) -> dict[str, Any]:
    return dict(getattr(report, section)()._repr_mimebundle_())


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_has_every_form_an_exporter_asks_for(report: UnitReport, section: str) -> None:
    # If this fails, a section is missing from the PDF, from the page, or from a terminal.
    bundle = _bundle(report, section)
    assert set(bundle) == {"text/html", "text/vnd.typst", "text/plain", DOCUMENT_MIME}
    assert all(len(bundle[mime]) > 300 for mime in ("text/html", "text/vnd.typst", "text/plain"))
    json.dumps(bundle)


def test_only_those_forms_are_made_that_are_asked_for(report: UnitReport) -> None:
    # If this fails, IPython's include and exclude are ignored, and a batch pays for forms it drops.
    whole, shown = _bundle(report, "cover"), report.cover()
    assert shown._repr_mimebundle_(include={"text/plain"}) == {"text/plain": whole["text/plain"]}
    assert shown._repr_mimebundle_(exclude={"text/plain"}) == {k: v for k, v in whole.items() if k != "text/plain"}
    assert shown._repr_mimebundle_(include={"text/plain"}, exclude={"text/plain"}) == {}


@pytest.mark.parametrize("section", SECTIONS)
def test_its_forms_say_the_same(report: UnitReport, section: str) -> None:
    # If this fails, the printed report and the page differ in a number. (Charts are drawings in HTML, so only other text counts.)
    bundle = _bundle(report, section)
    page = re.sub(r"<(style|svg)\b.*?</\1>|<[^>]+>", " ", bundle["text/html"], flags=re.DOTALL)
    numbers = {number for number in re.findall(r"\d+\.\d+", bundle["text/plain"]) if number not in page}
    alternatives = " ".join(re.findall(r'aria-label="([^"]*)"', bundle["text/html"]))
    assert {number for number in numbers if number not in alternatives} == set()


def test_only_the_cover_names_the_report(report: UnitReport) -> None:
    # If this fails, an exporter takes its title or its brand from the wrong place, or finds none.
    metas = [_bundle(report, section)[DOCUMENT_MIME]["meta"] for section in SECTIONS]
    assert [meta is not None for meta in metas] == [True, False, False, False, False]
    meta = metas[0]
    assert "2026" in meta["title"]
    assert meta["date"] == "2026-10-31"
    assert {"light", "dark"} <= set(meta["brand"])
    assert all(meta["labels"].values())


def test_headings_have_ids_of_their_own(report: UnitReport) -> None:
    # If this fails, two entries of the contents lead to the same place.
    headings = [heading for section in SECTIONS for heading in _bundle(report, section)[DOCUMENT_MIME]["headings"]]
    ids = [heading["id"] for heading in headings]
    assert len(ids) > 15
    assert len(set(ids)) == len(ids)
    html = "".join(_bundle(report, section)["text/html"] for section in SECTIONS)
    found = re.findall(r'\bid="([^"]+)"', html)
    assert len(set(found)) == len(found)
    assert set(ids) <= set(found)


@pytest.mark.parametrize("section", SECTIONS)
def test_showing_twice_shows_the_same(report: UnitReport, section: str) -> None:
    # If this fails, running a cell again gives other bytes.
    assert _bundle(report, section) == _bundle(report, section)


def test_the_style_is_for_jupyterlab_and_reaches_no_further(report: UnitReport) -> None:
    # If this fails, opening a report changes the looks of JupyterLab itself.
    bundle = report.style()._repr_mimebundle_()
    css = bundle["text/html"].removeprefix("<style>").removesuffix("</style>")
    selectors = re.findall(r"(?:^|[{}])\s*([^{}@]+)\{", css)
    assert selectors
    assert all(
        ".kam" in part
        for selector in selectors
        for part in re.split(r",(?![^(]*\))", selector)
        if not re.match(r"\s*(from|to|\d)", part)
    )
    assert bundle["text/plain"] == ""


def test_the_result_is_there_for_those_who_look_further(report: UnitReport) -> None:
    # If this fails, an analyst in a notebook must read the files again to reach a number.
    assert isinstance(report.result, AuditResult)
    assert isinstance(report.unit, UnitResult)
    assert report.unit == report.result.units["SC"].published


@pytest.mark.parametrize(
    ("parameters", "kind", "message"),
    [
        ({"unit": "NCC"}, UsageError, "'NCC' is no unit of this engagement. Did you mean NC?"),
        ({"unit": ""}, UsageError, "unit is empty. Give the id of a business unit; 'kamassess score' lists them."),
        ({"unit": 7}, UsageError, "unit is empty"),
        ({"unit": "GRP"}, UsageError, "unit 'GRP' has no answers in wave 2026"),
        ({"language": "de"}, UsageError, "language is 'de'. Use one of: en, zh."),
        ({"wave": "2024"}, UsageError, "wave '2024' has no answers"),
        ({"engagement": "nowhere"}, InputError, "there is no engagement folder 'nowhere'"),
    ],
)
def test_a_wrong_parameter_is_named(parameters: dict[str, Any], kind: type[KamassessError], message: str) -> None:
    # If this fails, a wrong parameter is an error deep inside, or a report of something else.
    right = {"engagement": carried("sample_data"), "unit": "NC", "language": "en", "wave": ""}
    with pytest.raises(kind) as caught:
        open_report(**{**right, **parameters})
    assert message in str(caught.value)


def test_two_wrong_parameters_are_named_at_once() -> None:
    # If this fails, the user mends one only to hear of the other.
    with pytest.raises(UsageError) as caught:
        open_report("sample_data", "", "de")
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize("wave", ["", None, "2026", 2026])
def test_the_wave_may_be_left_out_or_a_number(wave: str | int | None) -> None:
    # papermill turns `-p wave 2026` into a number: if this fails, that finds no wave.
    assert open_report(carried("sample_data"), "NC", "en", wave).result.wave == "2026"


def test_an_earlier_wave_can_be_opened() -> None:
    # If this fails, a wave is asked for and the current one is shown.
    assert open_report(carried("sample_data"), "NC", "en", 2025).result.wave == "2025"


def test_the_sample_is_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, the notebook that came with pip runs only in a checkout.
    monkeypatch.chdir(tmp_path)
    assert open_report("sample_data", "NC").result.company["en"] == "Solcen Appliances Group"


def test_a_folder_of_that_name_comes_first(
    make_engagement: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # If this fails, who calls a folder sample_data gets somebody else's report.
    make_engagement("sample_data")
    monkeypatch.chdir(tmp_path)
    assert open_report("sample_data", "N").result.company["en"] == "Acme"


def test_a_language_the_engagement_has_not_is_refused(make_engagement: Callable[..., Path], settings: dict[str, Any]) -> None:
    # If this fails, a report is made with names in another language than its sentences.
    settings["languages"] = ["zh"]
    with pytest.raises(UsageError, match="'en' is not among the languages of this engagement"):
        open_report(make_engagement(), "N", "en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table_of_open_answers_says_of_how_many_it_shows_ten(language: str) -> None:
    # If this fails, the note under the table gives the number of those that are not shown as the number of all.
    report = open_report(carried("sample_data"), "SC", language)
    count = sum(bool(result.dk or result.unanswered or result.na) for result in report.unit.questions.values())
    assert count > 5
    note = locale(language)("table_open_more", count=count, reading="")
    assert note.strip() in _bundle(report, "certainty")["text/html"]
