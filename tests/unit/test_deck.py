"""``kamassess.export.deck``: the board's deck says what the report says, fits its slides, and leaves out what is not known."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from deck_cases import chart_figures, notes, opened, overflowing, overlapping, said, titles
from deck_contrast import hard_to_read
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Emu

from kamassess.display import view_of_group, view_of_unit
from kamassess.document import Run
from kamassess.errors import ReportError
from kamassess.export.deck.slides import Slide, printable, strong_part
from kamassess.export.files import write_file
from kamassess.findings import findings
from kamassess.resources import carried
from kamassess.scoring.anonymity import ANONYMITY
from kamassess.sections.view import ResultView, View

UNITS = ("CA", "EC", "EX", "NC", "OM", "SC", "_group")
LANGUAGES = ("en", "zh")
EVERY = [(unit, language) for unit in UNITS for language in LANGUAGES]
SAMPLE = str(carried("sample_data"))


@cache
def view_of(unit: str, language: str) -> ResultView:
    if unit == "_group":
        return view_of_group(SAMPLE, language, None)
    return view_of_unit(SAMPLE, unit, language, None)


@cache
def made(unit: str, language: str) -> bytes:
    return write_file("pptx", view_of(unit, language))


@cache
def deck_of(unit: str, language: str) -> Any:
    return opened(made(unit, language))


@pytest.mark.parametrize(("unit", "language"), EVERY)
def test_every_slide_has_a_finding_a_chart_or_words_and_notes(unit: str, language: str) -> None:
    deck = deck_of(unit, language)
    assert 10 <= len(deck.slides) <= 14
    assert all(title.strip() for title in titles(deck))
    assert len(set(titles(deck))) == len(deck.slides), "two slides say the same"
    assert all(len(text) > 60 for text in notes(deck)), "notes without how and n"
    for number, slide in enumerate(deck.slides, 1):
        first = slide.shapes[0]
        assert first.is_placeholder, "a reader of screens begins with the title"
        for holder in slide.placeholders:
            assert holder.text_frame.text.strip(), "an empty placeholder shows 'click to add' in the editor"
        feet = [holder.text_frame.text for holder in slide.placeholders if holder.placeholder_format.type in (13, 15, 16)]
        assert str(number) in feet
        assert len(feet) == 3
        for shape in slide.shapes:
            if shape.has_chart or getattr(shape, "has_table", False):
                assert len(shape._element.xpath(".//p:cNvPr")[0].get("descr")) > 3, "a chart nobody can hear"


@pytest.mark.parametrize(("unit", "language"), EVERY)
def test_no_text_is_larger_than_its_room(unit: str, language: str) -> None:
    deck = deck_of(unit, language)
    assert overflowing(deck) == []
    assert overlapping(deck) == []


@pytest.mark.parametrize(("unit", "language"), EVERY)
def test_every_text_can_be_read(unit: str, language: str) -> None:
    assert hard_to_read(deck_of(unit, language), lambda _, __: "FFFFFF") == []


def _shown(deck: Any, name: str) -> Any:
    (found,) = [shape for slide in deck.slides for shape in slide.shapes if shape.name == name]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_slides_are_not_left_half_empty(language: str) -> None:
    # Three lines at the top of an empty slide look forgotten.
    for unit in ("NC", "CA", "EX", "_group"):
        deck = deck_of(unit, language)
        for slide in list(deck.slides)[1:]:
            ends = [_end(shape) for shape in slide.shapes if not shape.is_placeholder]
            assert max(ends) > 0.72 * deck.slide_height, slide.shapes.title.text


def _end(shape: Any) -> int:
    high = sum(row.height for row in shape.table.rows) if getattr(shape, "has_table", False) else shape.height
    return int(shape.top + high)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_is_as_sure_as_what_stands_below_it(language: str) -> None:
    # On a slide that says "may be chance" a title that does not asserts what nobody knows.
    seen = set()
    for unit in ("CA", "NC", "OM", "SC", "EC"):
        view = view_of(unit, language)
        assert isinstance(view, View)
        (found,) = [finding for finding in findings(view) if finding.kind == "disagreement"]
        slide = next(slide for slide in deck_of(unit, language).slides if _has_shape(slide, view.words("deck_roles_table")))
        assert slide.shapes.title.text == strong_part(found.body[0])
        assert _has_shape(slide, found.title), "what heads the slide is as sure as its title"
        seen.add(found.sure)
    assert seen == {True, False}, "the sample has both"


def _has_shape(slide: Any, name: str) -> bool:
    return name in {shape.name for shape in slide.shapes}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_of_a_role_that_is_missing_has_its_reason(language: str) -> None:
    view = view_of("CA", language)
    assert isinstance(view, View)
    table = _shown(deck_of("CA", language), view.words("deck_roles_table")).table
    cells = [cell.text for row in table.rows for cell in row.cells]
    assert "–" not in cells
    foot = said(deck_of("CA", language))
    for reason in ("reason_not_asked", "deck_cell_withheld"):
        assert view.words(reason) in cells
    assert view.words("deck_roles_not_asked") in foot
    assert view.words("deck_roles_withheld", least=ANONYMITY) in foot
    asked = {
        role
        for criterion in view.instrument.criteria()
        if criterion.id == "RET-P10"
        for q in criterion.questions
        for role in q.roles
    }
    names = {
        view.words("deck_role_row", role=view.words.of(role.name), n=view.unit.roles[role.id].n): role.id
        for role in view.instrument.roles
    }
    place = next(place for place, cell in enumerate(table.rows[0].cells) if cell.text.startswith("RET-P10"))
    for row in list(table.rows)[1:]:
        told = [cell.text for cell in row.cells]
        assert (told[place] == view.words("reason_not_asked")) is (names[told[0]] not in asked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_timeline_has_room_to_be_read(language: str) -> None:
    for unit in ("CA", "NC", "EX"):
        charts = [shape.chart for slide in deck_of(unit, language).slides for shape in slide.shapes if shape.has_chart]
        (timeline,) = [chart for chart in charts if chart.chart_type == XL_CHART_TYPE.BAR_STACKED]
        assert len(list(timeline.plots[0].categories)) <= 9
        assert timeline.category_axis.tick_labels.font.size.pt >= 12


@pytest.mark.parametrize(("unit", "language"), EVERY)
def test_every_figure_of_a_chart_is_one_of_the_result(unit: str, language: str) -> None:
    # A deck that computes, or rounds, disagrees with the report sooner or later.
    known = _known()
    deck = deck_of(unit, language)
    months = {
        plan.ends - plan.starts for entry in view_of(unit, language).result.units.values() for plan in entry.roadmap.actions
    }
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert sum(chart.chart_type == XL_CHART_TYPE.BAR_STACKED for chart in charts) == (unit != "_group")
    figures = chart_figures(deck)
    assert len(figures) > 30
    assert {value for *_, value in figures} <= known | {float(length) for length in months}


@cache
def _known() -> set[float]:
    return set(_numbers(view_of("_group", "en").result.as_json()))


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _numbers(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _numbers(part)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_dimensions_stand_with_their_intervals_and_targets(language: str) -> None:
    view = view_of("CA", language)
    assert isinstance(view, View)
    figures = {(series, name): value for _, series, name, value in chart_figures(deck_of("CA", language))}
    chart = next(shape.chart for shape in deck_of("CA", language).slides[2].shapes if shape.has_chart)
    lengths = [float(found.text) for found in chart._chartSpace.iter("{*}errBars") for found in found.iter("{*}v")]
    for entry in view.instrument.dimensions:
        block, name = view.unit.dimensions[entry.id], view.name(entry)
        assert figures[view.words("key_claimed"), name] == block.score
        assert figures[view.words("key_target"), name] == view.unit.targets[entry.id]
        assert block.score is not None
        assert block.interval is not None
        assert {block.interval[1] - block.score, block.score - block.interval[0]} <= set(lengths)


def test_no_figure_is_rounded_up_to_a_level() -> None:
    # The report writes 3.99 where a score has not reached 4; a label that says 4.0 contradicts it.
    view = view_of("OM", "en")
    assert isinstance(view, View)
    chart = next(shape.chart for shape in deck_of("OM", "en").slides[2].shapes if shape.has_chart)
    series = next(series for series in chart.plots[0].series if series.name == view.words("key_claimed"))
    formats = {
        int(found.find("{*}idx").get("val")): found.find("{*}numFmt").get("formatCode")
        for found in series._element.iter("{*}dLbl")
    }
    shown = {place: f"{value:.{len(formats.get(place, '0.0')) - 2}f}" for place, value in enumerate(series.values)}
    told = {place: view.points(view.unit.dimensions[entry.id].score) for place, entry in enumerate(view.instrument.dimensions)}
    assert shown == told
    assert formats, "the sample has such a score"


def test_the_same_result_makes_the_same_bytes() -> None:
    again = write_file("pptx", view_of_unit(SAMPLE, "EC", "zh", None))
    assert again == made("EC", "zh")
    deck = opened(again)
    assert deck.core_properties.created.isoformat()[:10] == "2026-10-31"
    with zipfile.ZipFile(io.BytesIO(again)) as package:
        assert {entry.date_time[:3] for entry in package.infolist()} == {(1980, 1, 1)}
        books = [name for name in package.namelist() if name.endswith(".xlsx")]
        assert books
        with zipfile.ZipFile(io.BytesIO(package.read(books[0]))) as book:
            assert b"2026-10-31T00:00:00Z" in book.read("docProps/core.xml")


@pytest.mark.parametrize("unit", ["EX", "OM"])
def test_nobody_is_recognised(unit: str) -> None:
    view = view_of(unit, "en")
    assert isinstance(view, View)
    words = said(deck_of(unit, "en"))
    assert unit + "-K0" not in words
    shown = [role for role in view.unit.roles.values() if any(value is not None for value in role.dimensions.values())]
    assert (view.words("deck_column_role") in words) == (len(shown) > 1)
    assert len(shown) > 1 or unit == "EX"


def test_claims_and_decisions_come_from_the_report() -> None:
    view = view_of("OM", "en")
    assert isinstance(view, View)
    words = said(deck_of("OM", "en"))
    assert titles(deck_of("OM", "en"))[0] == "Contract Manufacturing claims 4.0; its data show 2.0"
    for action in view.unit.roadmap.actions[:5]:
        assert view.words.of(view.result.library.actions[action.id].do) in words
    assert "Claimed as strengths, and to be proven first" in words


def _tables_only(settings: dict[str, Any]) -> dict[str, str]:
    return {"data/accounts.csv": "account,name,unit,key_account\nA1,Alpha,N,yes\nA2,Beta,N,no\nA3,Gamma,S,yes\n"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_data_their_slides_are_left_out(make_engagement: Callable[..., Path], language: str) -> None:
    folder = make_engagement()
    deck = opened(write_file("pptx", view_of_unit(folder, "N", language, None)))
    assert 4 <= len(deck.slides) < 10
    assert overflowing(deck) == []
    assert all(text for text in notes(deck))
    words = said(deck)
    assert view_of("EC", language).words("deck_data_topic") not in words.split("\n")
    group = opened(write_file("pptx", view_of_group(folder, language, None)))
    assert overflowing(group) == []
    assert len(group.slides) >= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_answers_it_says_so(make_engagement: Callable[..., Path], settings: dict[str, Any], language: str) -> None:
    folder = make_engagement(answers=None, files=_tables_only(settings))
    for view in (view_of_unit(folder, "N", language, None), view_of_group(folder, language, None)):
        deck = opened(write_file("pptx", view))
        assert overflowing(deck) == []
        assert len(deck.slides) >= 2
        assert view.words("deck_no_sample") in said(deck)
        assert not any(series == view.words("key_claimed") for _, series, _, _ in chart_figures(deck))


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_names_are_set_smaller(make_engagement: Callable[..., Path], settings: dict[str, Any], language: str) -> None:
    settings["units"][0]["name"] = {
        "en": "Commercial Refrigeration, Heating and Professional Kitchen Appliances for Hospitals and Hotels, North",
        "zh": "华北及东北地区商用制冷采暖与专业厨房电器大客户直营与渠道联合事业部（含酒店与医院行业）",
    }
    settings["company"] = {
        "en": "The Very Old and Most Esteemed Appliances Company of the Four Rivers",
        "zh": "四川河谷百年老字号家用与商用电器制造集团股份有限公司",
    }
    folder = make_engagement(settings=settings)
    for view in (view_of_unit(folder, "N", language, None), view_of_group(folder, language, None)):
        deck = opened(write_file("pptx", view))
        assert overflowing(deck) == []
        assert settings["company"][language] in said(deck)


def test_a_slide_is_wide() -> None:
    deck = deck_of("CA", "en")
    assert Emu(deck.slide_width).inches / Emu(deck.slide_height).inches == pytest.approx(16 / 9)


def test_names_are_text_whatever_they_begin_with(make_engagement: Callable[..., Path], settings: dict[str, Any]) -> None:
    # Otherwise a unit called "=HYPERLINK(…)" runs when somebody edits the chart, and a control character stops the deck.
    names = ('=HYPERLINK("http://a.example")', "@SUM(1+1)")
    for unit, name in zip(settings["units"], names, strict=True):
        unit["name"] = {"en": name, "zh": name}
    made_ = write_file("pptx", view_of_group(make_engagement(settings=settings), "en", None))
    with zipfile.ZipFile(io.BytesIO(made_)) as package:
        books = [package.read(name) for name in package.namelist() if name.endswith(".xlsx")]
    assert books
    for raw in books:
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            sheet = book.read("xl/worksheets/sheet1.xml")
            assert b"<f>" not in sheet
            assert b"hyperlink" not in sheet.lower()
    assert names[0] in said(opened(made_))


def test_what_no_file_may_hold_is_left_out() -> None:
    slide = Slide("a", "b\x0b", "c\ud800d", ("e\x00",), side=((Run("f\x1f"),),))
    assert printable(slide) == Slide("a", "b", "cd", ("e",), side=((Run("f"),),))


def test_a_name_that_no_size_makes_fit_ends_with_a_sign(make_engagement: Callable[..., Path], settings: dict[str, Any]) -> None:
    settings["units"][0]["name"] = {"en": "Appliances for hospitals and hotels " * 20, "zh": "商用电器及专业厨房设备事业部" * 20}
    for language in LANGUAGES:
        folder = make_engagement(f"long-{language}", settings=settings)
        deck = opened(write_file("pptx", view_of_unit(folder, "N", language, None)))
        assert titles(deck)[0].endswith("…")
        assert overflowing(deck) == []


@pytest.mark.parametrize("address", ["data:image/svg+xml;base64,PHN2Zz48cA==", "data:image/png;base64,iVBORw0KGgo="])
def test_a_damaged_logo_is_named(address: str) -> None:
    # Its first bytes look right, so the brand is read; a deck must say what is wrong, and not end in a traceback.
    view = view_of("CA", "en")
    with pytest.raises(ReportError) as caught:
        write_file("pptx", replace(view, brand=replace(view.brand, logo=address)))
    (fault,) = caught.value.faults
    assert "logo" in str(fault)
    assert "Save it again" in str(fault)
