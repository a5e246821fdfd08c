"""Drawings of change: marks stand where the scores are, and what is sure looks so without its colour."""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from typing import TypeVar
from xml.etree import ElementTree as ET

import pytest
from progress_cases import change, sample

from kamassess.charts import Sheet, as_svg, pen
from kamassess.charts.canvas import BESIDE, NARROW, WIDE
from kamassess.charts.causes import plot_causes
from kamassess.charts.change import plot_changes
from kamassess.charts.change_rows import FIGURES, ChangeRow, exact, signed, signed_interval
from kamassess.charts.marks import Area, Dot, Line, Mark, Words
from kamassess.instrument import Instrument
from kamassess.locale import LANGUAGES, locale
from kamassess.result import Reason

_M = TypeVar("_M", bound=Mark)
SVG = "{http://www.w3.org/2000/svg}"
WAVES = ("2025", "2026")
UP = ChangeRow("Up", change(2.0, 3.0, real=0.8, levels=(2, 3)), 3.5, whole=True)
DOWN = ChangeRow("Down", change(3.0, 2.5, real=-0.6))
SMALL = ChangeRow("Small", change(2.0, 2.02, real=0.0))
CHANCE = ChangeRow("Chance", change(2.0, 2.6, real=0.2, ci=False))
GONE = ChangeRow("Gone", change(2.7, None, reason=Reason.LOW_COVERAGE))
APART = ChangeRow("Apart", change(2.0, 4.0, reason=Reason.NO_COMMON_QUESTIONS))
ENTRIES = (UP, DOWN, SMALL, CHANCE, GONE, APART)
MIXED = ChangeRow("Mixed", change(2.0, 2.9, real=0.5, instrument=0.3, not_applicable=-0.2))


def _instrument() -> Instrument:
    return sample().instrument


@cache
def _svg(chart: str, language: str = "en", narrow: bool = False) -> str:
    drawing = pen(language, narrow=narrow)
    if chart == "changes":
        return as_svg(plot_changes(ENTRIES, _instrument(), WAVES, drawing))
    return as_svg(plot_causes((UP, DOWN, MIXED), drawing))


def _on_scales(sheet: Sheet, kind: type[_M]) -> list[_M]:
    """What stands on the scales of a drawing, and not beside them."""
    return [mark for mark in sheet.marks if isinstance(mark, kind) and mark.order < BESIDE]


def _value(sheet: Sheet, pixels: float) -> float:
    """What stands on the scale across, so many pixels from the left."""
    nought, one = sheet.place(0, 0)[0], sheet.place(1, 0)[0]
    return (pixels - nought) / (one - nought)


def _across(sheet: Sheet, mark: Line | Area) -> tuple[float, float]:
    """From where to where a mark reaches on the scale across."""
    xs = [_value(sheet, x) for x, _ in mark.points]
    return min(xs), max(xs)


def _texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ET.fromstring(svg).iter(f"{SVG}text")]


def _dots(sheet: Sheet) -> list[tuple[float, bool]]:
    """Place, and whether it is filled, of each dot."""
    dots = [dot for dot in _on_scales(sheet, Dot) if dot.shape == "o"]
    return [(round(_value(sheet, dot.x), 9), dot.look.fill != pen()["paper"]) for dot in dots]


@pytest.mark.parametrize(("chart", "language", "narrow"), list(product(("changes", "causes"), LANGUAGES, (False, True))))
def test_a_drawing_is_in_the_brands_colours_and_large_enough(chart: str, language: str, narrow: bool) -> None:
    # If this fails, a colour stays light on a dark page, text is too small on a phone, or a number is not one.
    svg = _svg(chart, language, narrow)
    root = ET.fromstring(svg)
    assert float(root.attrib["viewBox"].split()[2]) == (NARROW if narrow else WIDE)
    sizes = [float(size) for size in re.findall(r"<text[^>]*font-size:([\d.]+)px", svg)]
    assert len(sizes) == len(_texts(svg)) > 10
    assert min(sizes) >= 11
    marks = re.sub(r">[^<]*<", "><", svg)
    assert not re.search("nan|inf|None", marks)
    assert set(re.findall(r"#[0-9a-f]{6}", marks)) <= set(pen().palette)
    assert bool(list(root.iter(f"{SVG}title"))) is not narrow, "a phone has no pointer"


@pytest.mark.parametrize("narrow", [False, True])
def test_dots_stand_where_the_scores_are_and_are_hollow_for_the_earlier_wave(narrow: bool) -> None:
    # If this fails, then and now change places, or a dot tells another score than the table.
    found = _dots(plot_changes((UP, DOWN), _instrument(), WAVES, pen(narrow=narrow)))
    assert found == [(2.0, False), (3.0, True), (3.0, False), (2.5, True)]


def test_a_sure_change_is_heavy_and_one_that_could_be_chance_dashed() -> None:
    # If this fails, only colour, or nothing, tells a sure change from one that is not.
    sheet = plot_changes((UP, CHANCE), _instrument(), WAVES, pen())
    ways = [line.look for line in _on_scales(sheet, Line) if line.look.line == pen()["claimed"]]
    assert [(look.width > 3, bool(look.dashes)) for look in ways] == [(True, False), (False, True)]
    heads = [dot.shape for dot in _on_scales(sheet, Dot) if dot.shape != "o"]
    assert heads == [">", ">"]
    assert {words.text for words in _on_scales(sheet, Words) if words.bold} == {"+1.00"}


def test_the_arrow_points_to_the_later_wave() -> None:
    # If this fails, a fall is drawn as a rise.
    sheet = plot_changes((DOWN,), _instrument(), WAVES, pen())
    (head,) = [dot for dot in _on_scales(sheet, Dot) if dot.shape != "o"]
    assert head.shape == "<"
    assert 2.5 < _value(sheet, head.x) < 3.0


def test_a_score_that_stood_still_shows_both_dots() -> None:
    # If this fails, the later dot hides the earlier one, and a row looks as if it had one wave.
    first, second = _on_scales(plot_changes((SMALL,), _instrument(), WAVES, pen()), Dot)
    assert first.shape == second.shape == "o"
    assert first.size > second.size + 3


@pytest.mark.parametrize("narrow", [False, True])
def test_what_cannot_be_compared_says_why_and_has_no_arrow(narrow: bool) -> None:
    # If this fails, two scores of different questionnaires are joined by an arrow, or a row is silent.
    sheet = plot_changes((GONE, APART), _instrument(), WAVES, pen(narrow=narrow))
    words = locale("en")
    shown = " ".join(found.text for found in _on_scales(sheet, Words))
    assert words("reason_low_coverage") in shown
    assert words("reason_no_common_questions") in shown
    assert _dots(sheet) == [(2.7, False), (2.0, False), (4.0, True)]
    assert not [line for line in _on_scales(sheet, Line) if line.look.line == pen()["claimed"]]


def test_the_key_has_what_occurs_and_nothing_else() -> None:
    # If this fails, the key names a mark that is nowhere, or a mark is named nowhere.
    words = locale("en")
    optional = {words("key_sure"), words("key_chance"), words("key_target")}
    for entries, expected in (
        ((UP,), {words("key_sure"), words("key_target")}),
        ((SMALL,), {words("key_chance")}),
        ((GONE,), set()),
    ):
        texts = set(_texts(as_svg(plot_changes(entries, _instrument(), WAVES, pen()))))
        assert set(WAVES) <= texts
        assert texts & optional == expected


def test_bars_are_the_causes_end_to_end_and_the_dot_is_their_sum() -> None:
    # If this fails, causes are drawn over each other, or do not add up to the change.
    sheet = plot_causes((MIXED,), pen())
    bars = sorted(_across(sheet, bar) for bar in _on_scales(sheet, Area))
    assert [end for bar in bars for end in bar] == pytest.approx([-0.2, 0, 0, 0.5, 0.5, 0.8, 0.8, 1.1], abs=1e-9)
    ((total, _),) = _dots(sheet)
    assert total == pytest.approx(0.9)
    assert bars[0][0] + bars[-1][1] == pytest.approx(total)
    whiskers = [end for line in _on_scales(sheet, Line) if line.look.width == 1.4 for end in _across(sheet, line)]
    assert whiskers == pytest.approx([0.45, 0.55])


def test_causes_are_told_apart_by_more_than_colour() -> None:
    # If this fails, two causes look alike in black and white.
    bars = _on_scales(plot_causes((MIXED,), pen()), Area)
    assert len({(bar.look.fill, bar.look.dashes) for bar in bars}) == 4


def test_a_cause_that_moved_nothing_is_not_in_the_key() -> None:
    # If this fails, a key explains bars that are nowhere.
    words = locale("en")
    texts = set(_texts(as_svg(plot_causes((UP, DOWN), pen()))))
    assert {words("cause_real"), words("cause_respondents"), words("cause_total")} <= texts
    assert not {words("cause_instrument"), words("cause_not_applicable")} & texts


@pytest.mark.parametrize("narrow", [False, True])
def test_all_that_is_drawn_lies_on_the_scale(narrow: bool) -> None:
    # If this fails, a long bar or interval runs over the names or off the page.
    sheet = plot_causes((UP, DOWN, MIXED), pen(narrow=narrow))
    dots = [dot.x + side * dot.size / 2 for dot in _on_scales(sheet, Dot) for side in (-1, 1)]
    xs = [x for mark in (*_on_scales(sheet, Line), *_on_scales(sheet, Area)) for x, _ in mark.points] + dots
    low, high = (10, NARROW - 14) if narrow else (218, WIDE - FIGURES)
    assert low <= min(xs) < max(xs) <= high


@pytest.mark.parametrize("chart", ["changes", "causes"])
def test_the_same_changes_give_the_same_drawing(chart: str) -> None:
    # If this fails, two runs give different bytes.
    first = _svg(chart)
    _svg.cache_clear()
    assert _svg(chart) == first


def test_numbers_have_a_sign_and_as_many_decimals_as_needed() -> None:
    # If this fails, a fall reads as a rise, or a score is rounded up to a level it has not reached.
    words = locale("en")
    assert [signed(words, value) for value in (0.456, -0.456, 0.004, -0.004, 0.0, None)] == [
        *("+0.46", "−0.46", "0.00", "0.00", "0.00", "–"),
    ]
    assert signed_interval(words, (-0.1, 0.25)) == "−0.10 to +0.25"
    assert signed_interval(locale("zh"), (-0.1, 0.25)) == "−0.10至+0.25"
    assert signed_interval(words, (0.5, 0.5)) == "no spread"
    assert [exact(words, value, (1.0, 2.0)) for value in (1.954, 1.996, 1.9996, 2.0, None)] == [
        *("1.95", "1.996", "1.9996", "2.00", "–"),
    ]
