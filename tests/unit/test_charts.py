"""Drawings: real text with the numbers of the result, colours of the brand, the same bytes every time."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import product
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from chart_marks import SVG, across, on_scales, value_at, words_in
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from scoring_cases import instrument as small_instrument
from scoring_cases import result

from kamassess.charts import Pen, Sheet, as_svg, pen, plot_answers, plot_dimensions, plot_roles
from kamassess.charts.answers import ramp
from kamassess.charts.canvas import BESIDE, NARROW, WIDE, Scale, Surface, wrap
from kamassess.charts.dimensions import scale_ticks
from kamassess.charts.marks import Area, Dot, Line, Look, Words
from kamassess.charts.portfolio import PortfolioPoint, plot_portfolio
from kamassess.charts.rows import Rows
from kamassess.charts.svg import document
from kamassess.charts.words import baselines
from kamassess.locale import LANGUAGES
from kamassess.opened import opened_audit
from kamassess.reading.brand import contrast
from kamassess.resources import carried, fonts
from kamassess.result import UnitResult

UNITS = ("NC", "EX")
SMALLEST = 11.0

_CHARTS: dict[str, Callable[[UnitResult, Any, Pen], Sheet]] = {
    "dimensions": lambda unit, instrument, pen: plot_dimensions(unit, instrument, pen),
    "answers": lambda unit, instrument, pen: plot_answers(unit, instrument.dimensions[0], pen),
    "roles": lambda unit, instrument, pen: plot_roles(unit, instrument.dimensions[0], instrument, pen),
}
EVERY = [
    (chart, unit, language, narrow)
    for chart, unit, language, narrow in product(_CHARTS, UNITS, LANGUAGES, (False, True))
    if (chart, unit) != ("roles", "EX")  # too few people to show roles
]


def _result(unit: str) -> tuple[UnitResult, Any]:
    _, found = opened_audit(carried("sample_data"), None)
    return found.units[unit], found.instrument


@cache
def _svg(chart: str, unit: str, language: str = "en", narrow: bool = False) -> str:
    return as_svg(_CHARTS[chart](*_result(unit), pen(language, narrow=narrow)))


def _tips(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}title")]


@pytest.mark.parametrize(("chart", "unit", "language", "narrow"), EVERY)
def test_a_drawing_is_small_and_safe(chart: str, unit: str, language: str, narrow: bool) -> None:
    # If this fails, letters are outlines (large, and lost to ear and search), marks are clipped, or ids clash.
    svg = _svg(chart, unit, language, narrow)
    root = ET.fromstring(svg)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert "text" in tags
    assert not tags & {"clipPath", "metadata", "script", "image", "foreignObject", "style"}
    assert "clip-path" not in svg
    assert not re.search("nan|inf|None", re.sub(r">[^<]*<", "><", svg))
    left, top, width, _ = map(float, root.attrib["viewBox"].split())
    assert (left, top, width) == (0, 0, NARROW if narrow else WIDE)
    assert "width" not in root.attrib, "the page decides how large it is"


@pytest.mark.parametrize(("chart", "unit", "language", "narrow"), EVERY)
def test_text_is_large_enough(chart: str, unit: str, language: str, narrow: bool) -> None:
    # If this fails, a chart cannot be read on a phone. (tests/browser measures it on the screen.)
    svg = _svg(chart, unit, language, narrow)
    sizes = [float(size) for size in re.findall(r"<text[^>]*font-size:([\d.]+)px", svg)]
    assert len(sizes) == len(words_in(svg)) > 0
    assert min(sizes) >= SMALLEST


@pytest.mark.parametrize(("chart", "unit", "language", "narrow"), EVERY)
def test_colours_are_the_brands(chart: str, unit: str, language: str, narrow: bool) -> None:
    # If this fails, a drawing has a colour that no brand can change and no dark page repaints.
    allowed = {*pen().palette, "#fefefe", "#010101", *(ramp(pen(), 5) if chart == "answers" else ())}
    used = {
        colour.lower()
        for colour in re.findall(r"#[0-9a-fA-F]{6}\b", re.sub(r">[^<]*<", "><", _svg(chart, unit, language, narrow)))
    }
    assert used
    assert used <= allowed


@pytest.mark.parametrize(("chart", "language"), list(product(_CHARTS, LANGUAGES)))
def test_the_same_result_gives_the_same_drawing(chart: str, language: str) -> None:
    # If this fails, two runs give different bytes.
    assert as_svg(_CHARTS[chart](*_result("NC"), pen(language))) == _svg(chart, "NC", language)


@pytest.mark.parametrize(("chart", "language"), list(product(_CHARTS, LANGUAGES)))
def test_a_mark_says_more_under_the_pointer_and_a_phone_has_none(chart: str, language: str) -> None:
    # If this fails, the exact figures cannot be had from a chart, or a phone loads words that nobody can call up.
    tips = _tips(_svg(chart, "NC", language))
    assert len(tips) >= 6
    assert all(re.search(r"\d", tip) for tip in tips)
    assert not any("{" in tip or "tip:" in tip for tip in tips)
    assert _tips(_svg(chart, "NC", language, narrow=True)) == []


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_board_chart_shows_every_score_as_it_is(language: str, narrow: bool) -> None:
    # If this fails, the chart on the page for the board shows another number than the table.
    unit, instrument = _result("NC")
    texts = words_in(_svg("dimensions", "NC", language, narrow))
    words = pen(language).words
    for dimension in instrument.dimensions:
        assert words.score(unit.dimensions[dimension.id].score, instrument.starts) in texts
        assert any(words.of(dimension.name).replace(" ", "") == text.replace(" ", "").replace("\n", "") for text in _lines(texts))


def _lines(texts: list[str]) -> list[str]:
    """Texts, and what two or three that follow each other make together: a long name is broken into lines."""
    return [*texts, *(" ".join(texts[at : at + count]) for count in (2, 3) for at in range(len(texts)))]


def test_marks_stand_where_their_scores_are() -> None:
    # If this fails, the drawing and its figures tell different stories.
    unit, instrument = _result("CA")
    sheet = plot_dimensions(unit, instrument, pen())
    found = sorted(value_at(sheet, dot.x) for dot in on_scales(sheet, Dot) if dot.shape == "o")
    assert found == pytest.approx(sorted(unit.dimensions[dimension.id].score for dimension in instrument.dimensions))
    intervals = sorted(across(sheet, line) for line in on_scales(sheet, Line) if line.look.width == 4)
    known = sorted(unit.dimensions[dimension.id].ci for dimension in instrument.dimensions)
    assert [end for ends in intervals for end in ends] == pytest.approx([end for ends in known for end in ends])
    ticks, _ = scale_ticks(instrument, pen())
    assert all(ticks[0] <= start <= end <= ticks[-1] for start, end in intervals)


def test_bars_of_answers_are_shares_of_those_asked() -> None:
    # If this fails, a bar is longer than its share, and "don't know" is drawn as an answer.
    unit, instrument = _result("SC")
    dimension = instrument.dimensions[0]
    sheet = plot_answers(unit, dimension, pen())
    by_row: dict[float, list[float]] = {}
    for bar in on_scales(sheet, Area):
        start, end = across(sheet, bar)
        by_row.setdefault(bar.points[0][1], []).append(end - start)
    assert by_row
    assert [sum(widths) for widths in by_row.values()] == pytest.approx([1.0] * len(by_row))
    questions = [unit.questions[question.id] for criterion in dimension.criteria for question in criterion.questions]
    first = next(question for question in questions if question.withheld is None)
    assert len(by_row) == sum(question.withheld is None for question in questions) < len(questions)
    asked = first.n + first.dk + first.unanswered
    widths = next(iter(by_row.values()))
    expected = [count / asked for count in first.counts.values() if count] + (
        [(asked - first.n) / asked] if asked > first.n else []
    )
    assert widths == pytest.approx(expected)


def test_what_has_no_score_says_why() -> None:
    # If this fails, an empty row looks like a nought, or like a mistake of the printer.
    case = small_instrument({"A": {"A1": ["q1", "q2"]}, "B": {"B1": ["q3", "q4"]}})
    found = result(
        case, [("U", "ann", "all", {"q1": 4, "q2": 3, "q3": "DK", "q4": "NA"}), ("U", "bob", "all", {"q1": 2, "q2": 3})]
    )
    unit = found.units["U"]
    assert unit.dimensions["B"].score is None
    drawing = pen("en")
    why = drawing.words(f"reason_{unit.dimensions['B'].reason}")
    assert why in words_in(as_svg(plot_dimensions(unit, case, drawing)))
    answers = words_in(as_svg(plot_answers(unit, case.dimensions[1], drawing)))
    assert drawing.words("reason_all_not_applicable") in answers or drawing.words("n", n=0) in answers


def test_a_role_is_told_by_its_shape_not_by_colour_alone() -> None:
    # If this fails, one reader in twelve cannot tell two roles apart.
    unit, instrument = _result("NC")
    sheet = plot_roles(unit, instrument.dimensions[0], instrument, pen())
    shapes = [mark.shape for mark in sheet.marks if isinstance(mark, Dot) and mark.order >= BESIDE]
    assert len(shapes) >= 3
    assert len(set(shapes)) == len(shapes)


def test_figures_on_bars_can_be_read() -> None:
    # If this fails, the figure on a bar has too little contrast with it.
    for count in (2, 3, 5, 7, 12):
        shades = ramp(pen(), count)
        assert len(set(shades)) == count
        assert not set(shades) & set(pen().palette), "a token would be repainted on a dark page"
        assert all(max(contrast(shade, "#fefefe"), contrast(shade, "#010101")) >= 4.5 for shade in shades)


def test_long_names_are_broken_where_the_language_breaks_them() -> None:
    # If this fails, a name runs into the drawing, or a word is cut in two.
    english = wrap("Access to decision makers and their advisers in every region", 200).split("\n")
    assert len(english) > 1
    assert " ".join(english) == "Access to decision makers and their advisers in every region"
    chinese = wrap("重点客户管理在业务单元战略中的位置与高层的持续支持程度", 200).split("\n")
    assert len(chinese) > 1
    assert "".join(chinese) == "重点客户管理在业务单元战略中的位置与高层的持续支持程度"
    assert max(map(len, chinese)) <= 200 / 12


def test_pyplot_is_left_alone() -> None:
    # If this fails, figures pile up in a batch until memory is gone, and a notebook shows them twice.
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    _svg.cache_clear()
    _svg("dimensions", "NC")
    assert plt.get_fignums() == before


def test_the_name_of_an_upright_scale_stands_in_its_middle() -> None:
    # If this fails, a name that is read from below hangs from the middle of its scale, where matplotlib would put it.
    cells: Any = {name: (name, "") for name in ("strategic", "star", "status", "streamline")}
    sheet = plot_portfolio([PortfolioPoint("x", 3, 3, True, "")], (2.0, 2.0), cells, pen())
    (name,) = [mark for mark in sheet.marks if isinstance(mark, Words) and mark.turned]
    assert (name.text, name.anchor) == (pen().words("val_axis_attractiveness"), "center")
    assert name.y == pytest.approx(44 + sheet.up / 2)


def _made(*draw: Callable[[Surface], object]) -> list[ET.Element]:
    """The elements of a drawing of 100 by 50 px, whose scales count pixels from the left and from the top."""
    surface = Surface(pen(), [], Scale(), Scale())
    for one in draw:
        one(surface)
    return list(ET.fromstring(document(surface.marks, 100, 50, "Font")))


def test_marks_are_circles_boxes_and_short_paths() -> None:
    # If this fails, a report carries each mark as many curves, and is too large to mail.
    blue = Look("#123456", "#123456")
    (mark,) = _made(lambda on: on.dot(20, 10, "o", 11, blue))
    assert (mark.tag, mark.attrib) == (
        f"{SVG}circle",
        {"cx": "20", "cy": "10", "r": "5.5", "style": "fill:#123456;stroke:#123456"},
    )
    for draw in (lambda on: on.dot(12, 20, "s", 4, Look("#123456")), lambda on: on.box(10, 18.04, 4, 4, Look("#123456"))):
        (box,) = _made(draw)
        assert (box.tag, box.attrib) == (
            f"{SVG}rect",
            {"x": "10", "y": "18", "width": "4", "height": "4", "style": "fill:#123456"},
        )
    (leaning,) = _made(lambda on: on.area([(0, 50), (10, 45), (10, 35), (0, 40)], Look("#123456")))
    assert (leaning.tag, leaning.get("d")) == (f"{SVG}path", "M0,50l10-5V35L0,40z")
    (empty,) = _made(lambda on: on.box(10, 20, 0, 5, Look(line="#123456", dashes=(2, 1), width=2)))
    assert (empty.tag, empty.get("style")) == (
        f"{SVG}path",
        "fill:none;stroke:#123456;stroke-width:2;stroke-dasharray:4,2",
    ), "a box without a width would not be shown, nor its edge"
    (line,) = _made(lambda on: on.line([10, 60, 60], [25, 25, 9.74], Look(line="#123456", width=2, opacity=0.25)))
    assert line.get("d") == "M10,25H60V9.7"
    assert line.get("style") == "fill:none;stroke:#123456;stroke-opacity:.25;stroke-width:2;stroke-linecap:square"


def test_marks_lie_above_each_other_in_their_order() -> None:
    # If this fails, a line of the grid crosses a dot, or a later mark hides beneath an earlier one.
    def dot(color: str, order: float) -> Callable[[Surface], None]:
        return lambda on: on.dot(1, 1, "o", 2, Look(color), order=order)

    found = _made(dot("#000004", 2), dot("#000002", 1), dot("#000003", 1), dot("#000001", 0.5))
    assert [mark.get("style") for mark in found] == [f"fill:#00000{place}" for place in (1, 2, 3, 4)]


def _ends(line: ET.Element) -> tuple[float, float]:
    """Where a path ends, if one follows its steps."""
    at = [0.0, 0.0]
    for letter, numbers in re.findall(r"([MLlHhVv])([^MLlHhVv]+)", line.get("d") or ""):
        steps = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        axis = {"H": (0,), "V": (1,)}.get(letter.upper(), (0, 1))
        for place, step in zip(axis, steps, strict=True):
            at[place] = step if letter.isupper() else at[place] + step
    return at[0], at[1]


def test_steps_between_points_add_up() -> None:
    # If this fails, a long outline drifts away from its place: steps of a third of a pixel must not each be rounded.
    look = Look(line="#123456")
    (line,) = _made(lambda on: on.line([n / 3 for n in range(60)], [25 + n % 2 * 10 for n in range(60)], look))
    assert _ends(line) == pytest.approx((59 / 3, 35), abs=0.051)


def test_a_line_of_very_many_points_is_simplified() -> None:
    # If this fails, the curve of ten thousand accounts is larger than the rest of its report.
    (line,) = _made(lambda on: on.line([n / 100 for n in range(10_000)], [n / 200 for n in range(10_000)], Look(line="#123456")))
    assert len(line.get("d") or "") < 50
    assert _ends(line) == pytest.approx((99.99, 49.995), abs=0.051)


def test_words_belong_to_the_mark_they_were_given_for() -> None:
    # If this fails, the pointer brings up the words of another mark.
    look = Look("#123456")
    first, second = _made(lambda on: on.dot(10, 10, "o", 5, look, tip="a < b & c"), lambda on: on.dot(20, 10, "s", 5, look))
    assert [(child.tag, child.text) for child in first] == [(f"{SVG}title", "a < b & c")]
    assert list(second) == []


def test_text_stands_where_it_is_anchored_and_is_never_a_formula() -> None:
    # If this fails, a name with two dollar signs is set as mathematics, or a label runs off to the wrong side.
    rows = Rows(pen(), ["US$ 5 <& $6"], 0, 1)
    rows.text(0.5, 0, "x", ha="right", va="baseline", bold=True, color="#123456", size=12)
    label, name = ET.fromstring(as_svg(rows)).iter(f"{SVG}text")
    assert name.text == "US$ 5 <& $6"
    assert name.get("style") == f"font-size:13px;fill:{pen()['ink']}"
    assert label.get("style") == "font-size:12px;font-weight:700;text-anchor:end;fill:#123456"
    assert label.get("x") == f"{218 + (WIDE - 218 - 24) / 2:g}"


# -- lines of a text, held against the font itself: where matplotlib would put them hangs on its version -------------------

SPACINGS = (None, 1.1, 1.15)
"""Heights of lines that charts ask for."""


@cache
def _ink(text: str, bold: bool) -> tuple[float, float]:
    """How far the letters of a line rise above its baseline, and how far they fall below it, in sizes of the font."""
    font = TTFont(fonts() / f"NotoSansSC-{'Bold' if bold else 'Regular'}.otf")
    letters, boxes = font.getGlyphSet(), []
    for letter in text.replace(" ", ""):
        outline = BoundsPen(letters)
        letters[font.getBestCmap()[ord(letter)]].draw(outline)
        boxes.append(outline.bounds)
    em = font["head"].unitsPerEm
    return max(box[3] for box in boxes) / em, -min(box[1] for box in boxes) / em


def _heights(text: str, upright: Any, spacing: float | None, bold: bool = False) -> list[float]:
    """How far below its place the baseline of each line of a text is, in sizes of the font."""
    return [down / 12 for _, down in baselines(text, 12, bold, upright, spacing)]


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("line", ["ace", "Agency", "Ång (j)", "重点客户"])
def test_lines_keep_apart(line: str, bold: bool, spacing: float | None) -> None:
    # If this fails, a line of a name is written over the one above it, or a name takes the room of the next row.
    rise, fall = _ink(line, bold)
    for upright in ("baseline", "middle"):
        first, second, fourth = _heights(f"{line}\n{line}\n\n{line}", upright, spacing, bold)
        assert first + fall < second - rise + 0.01 or (spacing and line == "Ång (j)")  # no fixed height has room for it
        if spacing is None:  # as high as the font is, or as the letters need
            assert second - first == pytest.approx(max(0.88, rise) + max(0.12, fall), abs=0.01)
        else:
            assert (second - first, fourth - second) == pytest.approx((spacing, 2 * spacing), abs=0.01)


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("line", ["ACE", "Ång (j)", "重点客户"])
def test_the_middle_of_a_text_is_at_its_place_however_many_lines_it_has(line: str, spacing: float | None) -> None:
    # If this fails, names of one line and names of two stand at different heights, and not beside their rows.
    (one,) = _heights(line, "middle", spacing)
    rise, fall = _ink(line, bold=False)
    assert one == pytest.approx((rise - fall) / 2, abs=0.13)
    for count in (2, 3):
        places = _heights("\n".join([line] * count), "middle", spacing)
        assert sum(places) / count == pytest.approx(one)
        assert _heights("\n".join([line] * count), "baseline", spacing)[-1] == 0
