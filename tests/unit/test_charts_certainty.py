"""The drawing of section 8: every score with its interval and bounds where they are, on a phone as on a page."""

from __future__ import annotations

import re
from itertools import product
from typing import Any, TypeVar
from xml.etree import ElementTree as ET

import pytest
from scoring_cases import instrument as small_instrument
from scoring_cases import result

from kamassess.charts import Sheet, as_svg, pen, plot_certainty
from kamassess.charts.canvas import BESIDE, NARROW, WIDE
from kamassess.charts.marks import Area, Dot, Line, Mark
from kamassess.locale import LANGUAGES
from kamassess.opened import opened_audit
from kamassess.resources import carried
from kamassess.result import UnitResult

_M = TypeVar("_M", bound=Mark)
SVG = "{http://www.w3.org/2000/svg}"
EVERY = list(product(("NC", "SC", "EX"), LANGUAGES, (False, True)))


def _result(unit: str) -> tuple[UnitResult, Any]:
    _, found = opened_audit(carried("sample_data"), None)
    return found.units[unit], found.instrument


def _svg(unit: str, language: str, narrow: bool) -> str:
    return as_svg(plot_certainty(*_result(unit), pen(language, narrow=narrow)))


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


@pytest.mark.parametrize(("unit", "language", "narrow"), EVERY)
def test_a_drawing_can_be_read_on_a_phone(unit: str, language: str, narrow: bool) -> None:
    # If this fails, letters are too small, or a drawing runs out of its frame.
    svg = _svg(unit, language, narrow)
    assert not re.search("nan|inf|None", re.sub(r">[^<]*<", "><", svg))
    assert len(svg) < 9000
    sizes = [float(size) for size in re.findall(r"font-size[:=]\"?([\d.]+)", svg)]
    assert sizes
    assert min(sizes) >= 11
    assert ET.fromstring(svg).attrib["viewBox"].split()[2] == str(NARROW if narrow else WIDE)
    tips = [element.text for element in ET.fromstring(svg).iter(f"{SVG}title")]
    assert bool(tips) is not narrow


def test_marks_stand_where_the_figures_are() -> None:
    # If this fails, the drawing and the table tell different stories.
    unit, instrument = _result("EC")
    sheet = plot_certainty(unit, instrument, pen())
    lines = _on_scales(sheet, Line)
    blocks = [unit.overall, *(unit.dimensions[dimension.id] for dimension in instrument.dimensions)]
    points = [_value(sheet, dot.x) for dot in _on_scales(sheet, Dot)]
    assert points == pytest.approx([block.score for block in blocks])
    intervals = [end for line in lines if line.look.width == 7 for end in _across(sheet, line)]
    assert intervals == pytest.approx([end for block in blocks for end in block.ci or ()])
    bounds = [end for line in lines if line.look.width == 1.2 for end in _across(sheet, line)]
    assert bounds == pytest.approx([end for block in blocks for end in block.bounds or ()])
    starts = [_across(sheet, line)[0] for line in lines if line.order == 0]
    assert starts == pytest.approx([level.start for level in instrument.levels])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dimension_without_a_score_keeps_its_bounds_and_says_why(language: str) -> None:
    # If this fails, the dimension that nobody answered looks like the best known of all.
    unit, instrument = _result("SC")
    assert unit.dimensions["AUT"].score is None
    drawing = pen(language)
    sheet = plot_certainty(unit, instrument, drawing)
    assert drawing.words("reason_low_coverage") in _texts(as_svg(sheet))
    assert len([line for line in _on_scales(sheet, Line) if line.look.width == 1.2]) == 1 + len(instrument.dimensions)
    assert len(_on_scales(sheet, Dot)) == len(instrument.dimensions)


def test_levels_that_begin_close_together_have_their_numbers_alone() -> None:
    # If this fails, the words above the lines run into each other.
    assert "level 5" in _texts(_svg("NC", "en", False))
    narrow = _texts(_svg("NC", "en", True))
    assert "5" in narrow
    assert "level 5" not in narrow


def test_nothing_known_and_nothing_to_draw_still_draws() -> None:
    # If this fails, one unit without answers stops the report.
    case = small_instrument({"A": {"A1": ["q1"]}, "B": {"B1": ["q2"]}})
    unit = result(case, [("U", "ann", "all", {"q1": 4, "q2": "NA"}), ("U", "bob", "all", {"q1": "DK", "q2": "NA"})]).units["U"]
    assert unit.dimensions["B"].bounds is None
    for narrow in (False, True):
        texts = _texts(as_svg(plot_certainty(unit, case, pen("en", narrow=narrow))))
        assert pen().words("reason_all_not_applicable") in texts
