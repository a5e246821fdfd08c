"""The scorecard: its figures are those of the result, its text is text, and it tells no more than the report."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image
from scorecard_figures import Figure, figures, workbook

from kamassess.display import view_of_group, view_of_unit
from kamassess.export.files import write_file
from kamassess.reading.brand import default_brand
from kamassess.result import option_key
from kamassess.sections.view import View

SAMPLE = "sample_data"
LANGUAGES = ("en", "zh")
DASH = "–"


@pytest.fixture(scope="module", params=LANGUAGES)
def made(request: pytest.FixtureRequest) -> tuple[View, bytes]:
    """The view and the scorecard of a unit with everything: answers, data, evidence, targets."""
    view = view_of_unit(SAMPLE, "NC", request.param, None)
    return view, write_file("xlsx", view)


@pytest.fixture(scope="module")
def found(made: tuple[View, bytes]) -> dict[tuple[str, str, str], Figure]:
    return figures(made[1])


def _number(value: Any) -> Any:
    """A cell as the result has it: a dash, or an empty cell, is no number."""
    return None if value in (DASH, "", None) else value


def _pairs(view: View) -> Iterator[tuple[tuple[str, str, str], float | None]]:
    """Every figure that the result has of a unit and a scorecard shows, by where it stands."""
    told = view.unit.as_json()
    blocks = {"overall": told["overall"], **told["dimensions"], **told["screens"]}
    tables = {"dimensions": blocks, "criteria": told["criteria"]}
    for table, entries in tables.items():
        for name, block in entries.items():
            low, high = block["ci"] if block["ci"] and not block["ci_reason"] else (None, None)
            least, most = block["bounds"] or (None, None)
            for key in ("score", "index", "level", "n", "coverage"):
                yield (table, name, key), block[key]
            yield (table, name, "ci_low"), low
            yield (table, name, "ci_high"), high
            yield (table, name, "bounds_low"), least
            yield (table, name, "bounds_high"), most
    for name, block in told["dimensions"].items():
        yield ("dimensions", name, "target"), block["target"]
        yield ("dimensions", name, "rwg_j"), block["agreement"]["rwg_j"]
        gap = None if block["target"] is None or block["score"] is None else block["target"] - block["score"]
        yield ("dimensions", name, "gap"), gap
    for name, criterion in told["criteria"].items():
        yield ("criteria", name, "evidenced"), criterion["evidenced"]
        yield ("criteria", name, "measured"), criterion["measured"]
    for name, question in told["questions"].items():
        for key in ("score", "sd", "n", "dk", "na", "unanswered", "rwg", "coverage"):
            yield ("questions", name, key), question[key]
        for option, count in question["counts"].items():
            yield ("questions", name, f"counts:{option}"), count
    for name, metric in told["metrics"].items():
        for key in ("value", "level", "n"):
            yield ("metrics", name, key), metric[key]
    for gap in told["say_do"]:
        for key in ("claimed", "shown", "difference", "weight"):
            yield ("say_do", gap["criterion"], key), gap[key]
    for action in told["roadmap"]["actions"]:
        for key, field in (("phase", "phase"), ("starts", "start"), ("ends", "end"), ("level", "to"), ("priority", "priority")):
            yield ("roadmap", action["id"], field), action[key]
    for role, said in told["roles"].items():
        for name, score in (said["dimensions"] | said["criteria"]).items():
            yield ("roles", name, f"role:{role}"), score


def test_every_figure_is_that_of_the_result(made: tuple[View, bytes], found: dict[tuple[str, str, str], Figure]) -> None:
    # If this fails, a board holds two numbers for one thing.
    expected = dict(_pairs(made[0]))
    assert len(expected) > 1500
    wrong = []
    for address, value in expected.items():
        shown = _number(found[address].value)
        if value is None or shown is None:
            same = value is None and shown is None
        else:
            same = shown == pytest.approx(value, rel=1e-14, abs=1e-12)
        if not same:
            wrong.append((address, value, found[address]))
    assert wrong == []


def test_a_missing_number_has_its_reason_in_the_row(made: tuple[View, bytes], found: dict[tuple[str, str, str], Figure]) -> None:
    # If this fails, a reader sees a dash and must guess.
    silent = [
        (table, name)
        for (table, name, field), figure in found.items()
        if table in ("criteria", "questions", "metrics")
        and field in ("score", "value")
        and figure.value == DASH
        and not found[table, name, "reason"].value
    ]
    assert silent == []


def test_a_mean_can_be_traced(made: tuple[View, bytes], found: dict[tuple[str, str, str], Figure]) -> None:
    # If this fails, the sheet has numbers where a reader would look for the sum behind them.
    view, raw = made
    book = workbook(raw, formulas=True)
    names = ["overall", *(dimension.id for dimension in view.instrument.dimensions)]
    cells = {name: found["dimensions", name, "score"] for name in names}
    formulas = {name: book[cell.sheet][cell.cell].value for name, cell in cells.items()}
    assert all(str(formula).startswith("=SUM") for formula in formulas.values())
    for name in names[1:]:
        parts = [criterion for criterion in view.criteria.values() if criterion.id.startswith(f"{name}-")]
        known = [
            (found["criteria", part.id, "weight"].value, _number(found["criteria", part.id, "score"].value)) for part in parts
        ]
        whole = sum(weight for weight, score in known if score is not None)
        mean = sum(weight * score for weight, score in known if score is not None) / whole
        assert mean == pytest.approx(cells[name].value, abs=1e-9)


def test_the_same_result_gives_the_same_bytes(made: tuple[View, bytes]) -> None:
    # If this fails, a batch that is run twice says that files changed which did not.
    view, raw = made
    assert write_file("xlsx", view) == raw
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count(f">{view.result.date}T") == 2


def test_nothing_leads_out_of_the_file(made: tuple[View, bytes]) -> None:
    # If this fails, opening a confidential file tells somebody, or shows where it was made.
    with zipfile.ZipFile(io.BytesIO(made[1])) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert b'TargetMode="External"' not in content
    assert b"<hyperlink" not in content
    assert str(Path.home()).encode() not in content
    assert b"/tmp/" not in content


def test_no_respondent_is_in_the_file(made: tuple[View, bytes]) -> None:
    # If this fails, a person can be recognised.
    view, raw = made
    texts = [str(cell.value) for sheet in workbook(raw).worksheets for row in sheet.iter_rows() for cell in row if cell.value]
    people = {f"{view.unit.id}-{letter}0{number}" for letter in "CEKOS" for number in range(1, 8)}
    assert not people & set(texts)
    assert not any("responses/" in text for text in texts)


def test_a_unit_hears_nothing_of_others_answers(made: tuple[View, bytes]) -> None:
    # If this fails, the file of a unit tells at full precision what other units answered.
    view, raw = made
    others = [unit for unit in view.result.units.values() if unit.id not in (view.unit.id, "GRP")]
    values = {cell.value for sheet in workbook(raw).worksheets for row in sheet.iter_rows() for cell in row}
    foreign = {unit.overall.score for unit in others} | {found.alpha for found in view.result.reliability.values()}
    assert not {value for value in foreign if value is not None} & values


def test_sheets_are_in_the_language_of_the_file(made: tuple[View, bytes]) -> None:
    # If this fails, a Chinese file has English tabs.
    view, raw = made
    first = {"en": "Summary", "zh": "摘要"}
    book = workbook(raw)
    assert book.sheetnames[0] == first[view.words.language]
    assert len(book.sheetnames) == len(set(book.sheetnames))
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_tables_have_filters_panes_and_a_page(made: tuple[View, bytes]) -> None:
    # If this fails, a sheet of 65 questions loses its headings on the second screen, or prints on forty pages.
    book = workbook(made[1])
    filtered = [sheet for sheet in book.worksheets if sheet.auto_filter.ref]
    assert len(filtered) >= 7
    assert all(sheet.freeze_panes for sheet in filtered)
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    assert all("2026" in sheet.oddHeader.right.text and sheet.oddFooter.left.text for sheet in shown)


# -- text of clients ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["=1+1", "+49", "-3", "@SUM(A1)", "{=A1}", "http://example.org", "a & b <c>", "x" * 40_000])
def test_text_stays_text(name: str, make_engagement: Callable[..., Path], settings: dict[str, Any]) -> None:
    # If this fails, a client's name is worked out as a formula, or stops the file from being made.
    settings["units"][0]["name"] = {"en": name, "zh": f"{name}（中）"}
    raw = write_file("xlsx", view_of_unit(make_engagement(settings=settings), "N", "en", None))
    formulas = [
        cell.value
        for sheet in workbook(raw, formulas=True).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" and name[:6] in str(cell.value)
    ]
    assert formulas == []


# -- brands


def test_a_brand_changes_colours_font_footer_and_logo(make_engagement: Callable[..., Path], settings: dict[str, Any]) -> None:
    # If this fails, a client's scorecard is in another company's colours.
    image = io.BytesIO()
    Image.new("RGB", (400, 100), "#7a1f5c").save(image, "PNG")
    light = {**default_brand().light, "accent": "#7a1f5c", "claimed": "#7a1f5c"}
    brand = {
        "name": "Probe",
        "font": "Arial",
        "logo": "logo.png",
        "footer": {"en": "Only & us", "zh": "仅供内部"},
        "light": light,
    }
    files = {"look.yaml": yaml.safe_dump(brand, allow_unicode=True), "logo.png": image.getvalue()}
    settings["branding"] = "look.yaml"
    folder = make_engagement(settings=settings, files=files)
    for view in (view_of_unit(folder, "N", "en", None), view_of_group(folder, "en", None)):
        raw = write_file("xlsx", view)
        book = workbook(raw)
        sheet = book.worksheets[0]
        assert sheet["A2"].font.color.rgb == "FF7A1F5C"
        assert sheet["A2"].font.name == "Arial"
        assert sheet.oddFooter.left.text.strip() == "Only && us"
        assert book.properties.creator == "Probe"
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            assert archive.read("xl/media/image1.png") == image.getvalue()
            charts = b"".join(archive.read(name) for name in archive.namelist() if "charts/chart" in name)
        assert b"7A1F5C" in charts


# -- other engagements ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("way", ["arithmetic", "geometric", "minimum"])
def test_another_instrument(
    language: str, way: str, make_engagement: Callable[..., Path], instrument: dict[str, Any], settings: dict[str, Any]
) -> None:
    # If this fails, scales other than 1–5, or another mean, give a file whose formulas contradict its numbers.
    instrument["policy"] = {"aggregation": way}
    settings["units"][0]["targets"] = {"A": 0.75}
    view = view_of_unit(make_engagement(settings=settings, instrument=instrument), "N", language, None)
    raw = write_file("xlsx", view)
    found = figures(raw)
    assert found["dimensions", "A", "score"].value == pytest.approx(view.unit.dimensions["A"].score)
    assert found["dimensions", "A", "gap"].value == pytest.approx(0.75 - (view.unit.dimensions["A"].score or 0))
    cell = found["dimensions", "A", "score"]
    formula = workbook(raw, formulas=True)[cell.sheet][cell.cell].value
    assert str(formula).startswith("=") == (way == "arithmetic")
    note = found["dimensions", "A", "note"].value or ""
    assert note == view.words("reason_withheld") or way != "arithmetic", "no interval of two people, and no word on the formula"
    assert option_key(0.25) in {key[2].partition(":")[2] for key in found if key[0] == "questions"}


def test_a_unit_that_nobody_was_asked_about(make_engagement: Callable[..., Path], settings: dict[str, Any]) -> None:
    # If this fails, an engagement that begins with data has no scorecard.
    accounts = "account,name,unit,key_account\nC1,One,N,yes\nC2,Two,N,no\n"
    folder = make_engagement(settings=settings, answers=None, files={"data/accounts.csv": accounts})
    for language in LANGUAGES:
        found = figures(write_file("xlsx", view_of_unit(folder, "N", language, None)))
        assert found["dimensions", "overall", "score"].value == DASH
        assert found["dimensions", "overall", "note"].value
        assert workbook(write_file("xlsx", view_of_group(folder, language, None))).sheetnames


def test_one_respondent_and_no_level(make_engagement: Callable[..., Path], answers: list[list[str]]) -> None:
    # If this fails, a unit with one answer shows an interval, or a role of one person.
    lone = [row for row in answers if row[1] == "N" and row[2] == "R3"]
    view = view_of_unit(make_engagement(answers=lone), "N", "en", None)
    found = figures(write_file("xlsx", view))
    assert found["dimensions", "A", "ci_low"].value == DASH
    assert {figure.value for key, figure in found.items() if key[2].startswith("role:")} <= {DASH, None}


def test_report_and_batch_write_it(
    make_engagement: Callable[..., Path], kamassess_cli: Callable[..., Any], tmp_path: Path
) -> None:
    # If this fails, there is a scorecard and no command that writes it; or the two commands write different ones.
    folder, out, again = make_engagement(), tmp_path / "out", tmp_path / "again"
    assert kamassess_cli("report", folder, "--unit", "N", "--lang", "zh", "--format", "xlsx", "--out", out).code == 0
    assert kamassess_cli("batch", folder, "--format", "xlsx", "--jobs", "1", "--out", again).code == 0
    made = sorted(path.relative_to(again).as_posix() for path in again.rglob("*.xlsx"))
    names = [f"{unit}/unit_audit" for unit in ("N", "S")] + ["_group/group_overview"]
    assert made == sorted(f"2026/{name}.{language}.xlsx" for name in names for language in LANGUAGES)
    one = Path("2026/N/unit_audit.zh.xlsx")
    assert (out / one).read_bytes() == (again / one).read_bytes()


# -- all units ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_units_beside_each_other(language: str) -> None:
    # If this fails, the group's file ranks or scores units otherwise than its report.
    view = view_of_group(SAMPLE, language, None)
    raw = write_file("xlsx", view)
    found = figures(raw)
    assert write_file("xlsx", view) == raw
    for name, unit in view.result.units.items():
        assert _number(found["units", name, "score"].value) == pytest.approx(unit.overall.score)
        rank = view.ranking[name].rank if name in view.ranking else None
        assert _number(found["units", name, "rank"].value) == rank
        for dimension, block in unit.dimensions.items():
            assert _number(found["units", name, f"dimension:{dimension}"].value) == pytest.approx(block.score)
        if unit.asked:
            for criterion, block in unit.criteria.items():
                assert _number(found["criteria", criterion, f"unit:{name}"].value) == pytest.approx(block.score)
            for metric, value in unit.metrics.items():
                assert _number(found["metrics", metric, f"unit:{name}"].value) == pytest.approx(value.value)


def test_more_units_than_fit_beside_each_other(
    make_engagement: Callable[..., Path], settings: dict[str, Any], answers: list[list[str]]
) -> None:
    # If this fails, a group of forty units has a sheet of forty columns.
    names = [f"U{number}" for number in range(40)]
    settings["units"] = [{"id": name, "name": {"en": name, "zh": f"单元{name}"}} for name in names]
    rows = [[row[0], name, *row[2:]] for name in names for row in answers if row[1] == "N"]
    view = view_of_group(make_engagement(settings=settings, answers=rows), "en", None)
    found = figures(write_file("xlsx", view))
    assert {key[1] for key in found if key[0] == "units"} == set(names)
    assert found["criteria", "U7", "criteria:A-1"].value == pytest.approx(view.result.units["U7"].criteria["A-1"].score)
