"""The drawing of section 8: every score with its interval and bounds where they are, on a phone as on a page."""

from __future__ import annotations

import re
from itertools import product
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from chart_marks import SVG, across, on_scales, value_at, words_in
from scoring_cases import instrument as small_instrument
from scoring_cases import result

from kamassess.charts import as_svg, pen, plot_certainty
from kamassess.charts.canvas import NARROW, WIDE
from kamassess.charts.marks import Dot, Line
from kamassess.locale import LANGUAGES
from kamassess.opened import opened_audit
from kamassess.resources import carried
from kamassess.result import UnitResult

EVERY = list(product(("NC", "SC", "EX"), LANGUAGES, (False, True)))


def _result(unit: str) -> tuple[UnitResult, Any]:
    _, found = opened_audit(carried("sample_data"), None)
    return found.units[unit], found.instrument


def _svg(unit: str, language: str, narrow: bool) -> str:
    return as_svg(plot_certainty(*_result(unit), pen(language, narrow=narrow)))


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
    lines = on_scales(sheet, Line)
    blocks = [unit.overall, *(unit.dimensions[dimension.id] for dimension in instrument.dimensions)]
    points = [value_at(sheet, dot.x) for dot in on_scales(sheet, Dot)]
    assert points == pytest.approx([block.score for block in blocks])
    intervals = [end for line in lines if line.look.width == 7 for end in across(sheet, line)]
    assert intervals == pytest.approx([end for block in blocks for end in block.ci or ()])
    bounds = [end for line in lines if line.look.width == 1.2 for end in across(sheet, line)]
    assert bounds == pytest.approx([end for block in blocks for end in block.bounds or ()])
    starts = [across(sheet, line)[0] for line in lines if line.order == 0]
    assert starts == pytest.approx([level.start for level in instrument.levels])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dimension_without_a_score_keeps_its_bounds_and_says_why(language: str) -> None:
    # If this fails, the dimension that nobody answered looks like the best known of all.
    unit, instrument = _result("SC")
    assert unit.dimensions["AUT"].score is None
    drawing = pen(language)
    sheet = plot_certainty(unit, instrument, drawing)
    assert drawing.words("reason_low_coverage") in words_in(as_svg(sheet))
    assert len([line for line in on_scales(sheet, Line) if line.look.width == 1.2]) == 1 + len(instrument.dimensions)
    assert len(on_scales(sheet, Dot)) == len(instrument.dimensions)


def test_levels_that_begin_close_together_have_their_numbers_alone() -> None:
    # If this fails, the words above the lines run into each other.
    assert "level 5" in words_in(_svg("NC", "en", False))
    narrow = words_in(_svg("NC", "en", True))
    assert "5" in narrow
    assert "level 5" not in narrow


def test_nothing_known_and_nothing_to_draw_still_draws() -> None:
    # If this fails, one unit without answers stops the report.
    case = small_instrument({"A": {"A1": ["q1"]}, "B": {"B1": ["q2"]}})
    unit = result(case, [("U", "ann", "all", {"q1": 4, "q2": "NA"}), ("U", "bob", "all", {"q1": "DK", "q2": "NA"})]).units["U"]
    assert unit.dimensions["B"].bounds is None
    for narrow in (False, True):
        texts = words_in(as_svg(plot_certainty(unit, case, pen("en", narrow=narrow))))
        assert pen().words("reason_all_not_applicable") in texts
