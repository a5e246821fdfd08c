"""Drawings: real text with the numbers of the result, colours of the brand, the same bytes every time."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import product
from typing import Any, TypeVar
from xml.etree import ElementTree as ET

import pytest
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text
from scoring_cases import instrument as small_instrument
from scoring_cases import result

from kamassess.charts import Pen, as_svg, pen, plot_answers, plot_dimensions, plot_roles
from kamassess.charts.answers import ramp
from kamassess.charts.canvas import BESIDE, NARROW, WIDE, wrap
from kamassess.charts.dimensions import scale_ticks
from kamassess.charts.rows import Rows
from kamassess.charts.svg import SvgRenderer
from kamassess.locale import LANGUAGES
from kamassess.opened import opened_audit
from kamassess.reading.brand import contrast
from kamassess.resources import carried
from kamassess.result import UnitResult

_A = TypeVar("_A", bound=Artist)
SVG = "{http://www.w3.org/2000/svg}"
UNITS = ("NC", "EX")
SMALLEST = 11.0

_CHARTS: dict[str, Callable[[UnitResult, Any, Pen], Figure]] = {
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


def _on_scales(figure: Figure, kind: type[_A]) -> list[_A]:
    """What stands on the scales of a drawing, and not beside them."""
    return [artist for artist in figure.artists if isinstance(artist, kind) and artist.get_zorder() < BESIDE]


def _texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ET.fromstring(svg).iter(f"{SVG}text")]


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
    assert len(sizes) == len(_texts(svg)) > 0
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
    texts = _texts(_svg("dimensions", "NC", language, narrow))
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
    figure = plot_dimensions(unit, instrument, pen())
    lines = _on_scales(figure, Line2D)
    found = sorted(float(line.get_xdata()[0]) for line in lines if line.get_marker() == "o")
    assert found == pytest.approx(sorted(unit.dimensions[dimension.id].score for dimension in instrument.dimensions))
    intervals = sorted(tuple(map(float, line.get_xdata())) for line in lines if line.get_linewidth() == 4)
    known = sorted(unit.dimensions[dimension.id].ci for dimension in instrument.dimensions)
    assert [end for ends in intervals for end in ends] == pytest.approx([end for ends in known for end in ends])
    ticks, _ = scale_ticks(instrument, pen())
    assert all(ticks[0] <= start <= end <= ticks[-1] for start, end in intervals)


def test_bars_of_answers_are_shares_of_those_asked() -> None:
    # If this fails, a bar is longer than its share, and "don't know" is drawn as an answer.
    unit, instrument = _result("SC")
    dimension = instrument.dimensions[0]
    bars = _on_scales(plot_answers(unit, dimension, pen()), Rectangle)
    by_row: dict[int, float] = {}
    for bar in bars:
        row = round(bar.get_y() + bar.get_height() / 2)
        by_row[row] = by_row.get(row, 0.0) + bar.get_width()
    assert by_row
    assert list(by_row.values()) == pytest.approx([1.0] * len(by_row))
    questions = [unit.questions[question.id] for criterion in dimension.criteria for question in criterion.questions]
    first = questions[0]
    asked = first.n + first.dk + first.unanswered
    widths = [bar.get_width() for bar in bars if round(bar.get_y() + bar.get_height() / 2) == 0]
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
    assert why in _texts(as_svg(plot_dimensions(unit, case, drawing)))
    answers = _texts(as_svg(plot_answers(unit, case.dimensions[1], drawing)))
    assert drawing.words("reason_all_not_applicable") in answers or drawing.words("n", n=0) in answers


def test_a_role_is_told_by_its_shape_not_by_colour_alone() -> None:
    # If this fails, one reader in twelve cannot tell two roles apart.
    unit, instrument = _result("NC")
    figure = plot_roles(unit, instrument.dimensions[0], instrument, pen())
    shapes = [key.get_marker() for key in figure.findobj(Line2D) if key.get_zorder() >= BESIDE]
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


def _made(draw: Callable[[Any], object]) -> list[ET.Element]:
    """The elements of a drawing of 100 by 50 px, whose axes count pixels from the left and the bottom."""
    figure = Figure(figsize=(100 / 72, 50 / 72), dpi=72)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 100), ylim=(0, 50))
    axes.axis("off")
    draw(axes)
    return list(ET.fromstring(as_svg(figure)))


def test_marks_are_circles_boxes_and_short_paths() -> None:
    # If this fails, a report carries each mark as a reference to a definition of many curves, and is too large to mail.
    (mark,) = _made(lambda axes: axes.plot([20], [40], "o", color="#123456", markersize=11))
    assert (mark.tag, mark.attrib) == (
        f"{SVG}circle",
        {"cx": "20", "cy": "10", "r": "5.5", "style": "fill:#123456;stroke:#123456"},
    )
    (bar,) = _made(lambda axes: axes.add_patch(Rectangle((10, 20), 30.04, 5, color="#123456", linewidth=0)))
    assert (bar.tag, bar.attrib) == (
        f"{SVG}rect",
        {"x": "10", "y": "25", "width": "30", "height": "5", "style": "fill:#123456"},
    )
    (leaning,) = _made(lambda axes: axes.add_patch(Polygon([(0, 0), (10, 5), (10, 15), (0, 10)], color="#123456", linewidth=0)))
    assert (leaning.tag, leaning.get("d")) == (f"{SVG}path", "M0,50l10-5V35L0,40z")
    (line,) = _made(lambda axes: axes.plot([10, 60, 60], [25, 25, 40.26], color="#123456", linewidth=2, alpha=0.25))
    assert line.get("d") == "M10,25H60V9.7"
    assert line.get("style") == "fill:none;stroke:#123456;stroke-opacity:.25;stroke-width:2;stroke-linecap:square"


def test_steps_between_points_add_up() -> None:
    # If this fails, a long outline drifts away from its place: steps of a third of a pixel must not each be rounded.
    (line,) = _made(lambda axes: axes.plot([n / 3 for n in range(60)], [25 + n % 2 * 10 for n in range(60)], color="#123456"))
    at = [0.0, 0.0]
    for letter, numbers in re.findall(r"([MLlHhVv])([^MLlHhVv]+)", line.get("d") or ""):
        steps = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        axis = {"H": (0,), "V": (1,)}.get(letter.upper(), (0, 1))
        for place, step in zip(axis, steps, strict=True):
            at[place] = step if letter.isupper() else at[place] + step
    assert at == pytest.approx([59 / 3, 15], abs=0.051)


def test_words_belong_to_the_mark_they_were_given_for() -> None:
    # If this fails, the pointer brings up the words of another mark.
    def draw(axes: Any) -> None:
        axes.plot([10], [10], "o", gid="tip:a < b & c")
        axes.plot([20], [10], "s", gid="other")

    first, second = _made(draw)
    assert [(child.tag, child.text) for child in first] == [(f"{SVG}title", "a < b & c")]
    assert list(second) == []


def test_text_stands_where_it_is_anchored_and_is_never_a_formula() -> None:
    # If this fails, a name with two dollar signs is set as mathematics, or a label runs off to the wrong side.
    rows = Rows(pen(), ["US$ 5 <& $6"], 0, 1)
    rows.text(0.5, 0, "x", ha="right", va="baseline", weight="bold", color="#123456", size=12)
    label, name = ET.fromstring(as_svg(rows.figure)).iter(f"{SVG}text")
    assert name.text == "US$ 5 <& $6"
    assert name.get("style") == f"font-size:13px;fill:{pen()['ink']}"
    assert label.get("style") == "font-size:12px;font-weight:700;text-anchor:end;fill:#123456"
    assert label.get("x") == f"{218 + (WIDE - 218 - 24) / 2:g}"


@pytest.mark.parametrize("spacing", [None, 1.15])
@pytest.mark.parametrize("va", ["baseline", "center_baseline"])
@pytest.mark.parametrize("text", ["ace", "Ång (j)", "重点客户"])
def test_one_line_stands_where_matplotlib_would_put_it(text: str, va: Any, spacing: float | None) -> None:
    # If this fails, names of one line and names of two stand at different heights.
    class Places(SvgRenderer):
        def draw_text(self, *where: Any, **_: Any) -> None:
            found.append(where[1:3])

    found: list[tuple[float, float]] = []
    words = Rows(pen(), ["name"], 0, 1).text(0.5, 0, text, ha="right", va=va, size=12, spacing=spacing)
    for draw in (words.draw, lambda renderer: Text.draw(words, renderer)):
        draw(Places(WIDE, 100))
    assert found[0] == pytest.approx(found[1], abs=1e-6)


def test_what_a_drawing_cannot_say_is_refused() -> None:
    # If this fails, hatching is lost without a word, or a picture that no dark page repaints gets into a report.
    with pytest.raises(NotImplementedError, match="hatching"):
        _made(lambda axes: axes.add_patch(Rectangle((10, 20), 30, 5, hatch="//")))
    with pytest.raises(NotImplementedError, match="pictures"):
        _made(lambda axes: axes.imshow([[0, 1], [1, 0]]))
