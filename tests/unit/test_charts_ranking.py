"""The drawings of the group overview: marks where the figures are, probabilities as they stand, readable on a phone."""

from __future__ import annotations

import dataclasses
import re
from itertools import product
from typing import TypeVar
from xml.etree import ElementTree as ET

import pytest

from kamassess.charts import Pen, Sheet, as_svg, pen
from kamassess.charts.canvas import BESIDE, NARROW, WIDE
from kamassess.charts.marks import Area, Dot, Line, Mark, Words
from kamassess.charts.ranking import plot_ranking, probability
from kamassess.charts.spread import plot_spread
from kamassess.locale import LANGUAGES, locale
from kamassess.opened import opened_audit
from kamassess.resources import carried
from kamassess.result import AuditResult, Rank, Reason, Spread, UnitResult

_M = TypeVar("_M", bound=Mark)
SVG = "{http://www.w3.org/2000/svg}"
EVERY = list(product(("ranking", "spread"), LANGUAGES, (False, True)))


RANKING = {
    "CA": Rank(1, (1, 2), 3.6, 20, 0.78, 0.78),
    "OM": Rank(2, (1, 2), 3.5, 16, 0.22, 1.0),
    "EC": Rank(3, (3, 3), 2.8, 22, 0.0, 0.987),
    "NC": Rank(4, (4, 4), 2.5, 20, 0.0, 1.0),
    "SC": Rank(5, (5, 5), 2.1, 15, 0.0),
}
"""What was drawn, whatever the draws of the sample are."""


def _result() -> AuditResult:
    found = opened_audit(carried("sample_data"), None)[1]
    return dataclasses.replace(found, group=dataclasses.replace(found.group, ranking=RANKING))


def _units(found: AuditResult) -> list[UnitResult]:
    return [found.units[name] for name in RANKING]


def _names(found: AuditResult, language: str) -> dict[str, str]:
    words = locale(language)
    return {"overall": words("overall")} | {entry.id: words.of(entry.name) for entry in found.instrument.dimensions}


def _svg(chart: str, drawing: Pen) -> str:
    found = _result()
    if chart == "ranking":
        return as_svg(plot_ranking(_units(found), found.group.ranking, found.instrument, drawing))
    return as_svg(plot_spread(found.group.spread, _names(found, drawing.words.language), drawing))


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


@pytest.mark.parametrize(("chart", "language", "narrow"), EVERY)
def test_a_drawing_is_readable_and_of_the_brand(chart: str, language: str, narrow: bool) -> None:
    # If this fails, a chart cannot be read on a phone, or has a colour that no brand changes.
    svg = _svg(chart, pen(language, narrow=narrow))
    assert svg == _svg(chart, pen(language, narrow=narrow)), "the same bytes every time"
    sizes = [float(size) for size in re.findall(r"<text[^>]*font-size:([\d.]+)px", svg)]
    assert len(sizes) == len(_texts(svg)) > 5
    assert min(sizes) >= 11
    width = float(ET.fromstring(svg).attrib["viewBox"].split()[2])
    assert width == (NARROW if narrow else WIDE)
    used = set(re.findall(r"#[0-9a-f]{6}\b", re.sub(r">[^<]*<", "><", svg.lower())))
    assert used <= set(pen().palette)
    assert not re.search("nan|inf|None", re.sub(r">[^<]*<", "><", svg))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ranking_shows_each_probability_as_it_is(language: str) -> None:
    # If this fails, the chart tells another order, or another certainty, than the table.
    texts = _texts(_svg("ranking", pen(language)))
    shown = [text for text in texts if text.endswith("%")]
    assert shown == ["78%", "78%", "22%", ">99%", "<1%", "99%", "<1%", ">99%", "<1%"]
    narrow = [text for text in _texts(_svg("ranking", pen(language, narrow=True))) if text.endswith("%")]
    assert narrow == ["78%", ">99%", "99%", ">99%"]


def test_marks_stand_at_scores_between_the_levels_around_them() -> None:
    # If this fails, the drawing and its figures tell different stories.
    found = _result()
    units = _units(found)
    sheet = plot_ranking(units, found.group.ranking, found.instrument, pen())
    lines = _on_scales(sheet, Line)
    marks = [_value(sheet, dot.x) for dot in _on_scales(sheet, Dot)]
    assert marks == pytest.approx([unit.overall.score for unit in units])
    bars = [end for line in lines if line.look.width == 4 for end in _across(sheet, line)]
    assert bars == pytest.approx([end for unit in units for end in unit.overall.ci or ()])
    levels = [round(_across(sheet, line)[0], 9) for line in lines if line.look.width == 1]
    assert levels == [start for start in found.instrument.starts if levels[0] <= start <= levels[-1]]
    assert levels[0] <= min(bars) < max(bars) <= levels[-1]


def test_only_what_is_sure_is_bold() -> None:
    # If this fails, a coin toss looks as firm as a fact.
    found = _result()
    sheet = plot_ranking(_units(found), found.group.ranking, found.instrument, pen())
    shares = [words for words in _on_scales(sheet, Words) if words.text.endswith("%")]
    bold = {words.text for words in shares if words.bold}
    assert bold == {"99%", ">99%"}
    assert {words.text for words in shares} - bold == {"78%", "22%", "<1%"}


def test_a_long_name_is_cut_on_a_phone_where_the_figure_begins() -> None:
    # If this fails, a name runs through the percentage beside it.
    found = _result()
    units = _units(found)
    units[0] = dataclasses.replace(units[0], name={"en": "Household and Commercial Refrigeration for the North"})
    drawing = pen(narrow=True)
    texts = _texts(as_svg(plot_ranking(units, found.group.ranking, found.instrument, drawing)))
    (first,) = [text for text in texts if text.startswith("1 ")]
    assert first.split()[:4] == ["1", "Household", "and", "Commercial"]
    assert first.endswith("…")
    assert len(first) < 40


def test_units_with_the_highest_score_alone_still_have_a_scale() -> None:
    # If this fails, a group of top scores stops the report.
    found = _result()
    unit = _units(found)[0]
    top = found.instrument.starts[-1]
    best = dataclasses.replace(unit, overall=dataclasses.replace(unit.overall, score=top, ci=None))
    (dot,) = _on_scales(plot_ranking([best], found.group.ranking, found.instrument, pen()), Dot)
    assert 204 < dot.x - dot.size / 2 < dot.x + dot.size / 2 < WIDE


def test_bars_are_shares_between_units() -> None:
    # If this fails, the filled part of a bar is not the share that lies between units.
    found = _result()
    spread = found.group.spread
    sheet = plot_spread(spread, _names(found, "en"), pen())
    ends = [_across(sheet, bar) for bar in _on_scales(sheet, Area)]
    assert [end for bar in ends[::2] for end in bar] == pytest.approx([0, 1] * 7)
    assert [start for start, _ in ends[1::2]] == pytest.approx([0] * 7)
    assert [end for _, end in ends[1::2]] == pytest.approx([entry.icc1 for entry in spread.values()])


def test_no_share_is_negative_and_none_says_why() -> None:
    # If this fails, a bar runs out of the drawing, or an empty row looks like a nought.
    less = Spread(0.0, 0.5, -0.2, -0.1, 0.9, 12, 3, 2.0, "a", "b")
    none = Spread(None, None, None, None, None, 1, 1, 2.0, "a", "a", Reason.TOO_FEW_ANSWERS)
    drawing = pen()
    sheet = plot_spread({"x": less, "y": none}, {"x": "X", "y": "Y"}, drawing)
    ends = [_across(sheet, bar) for bar in _on_scales(sheet, Area)]
    assert [end for bar in ends for end in bar] == pytest.approx([0, 1, 0, 0])
    texts = _texts(as_svg(sheet))
    assert "0%" in texts
    assert drawing.words("reason_too_few_answers") in texts


@pytest.mark.parametrize(
    ("share", "en"), [(1.0, ">99%"), (0.995, ">99%"), (0.99, "99%"), (0.005, "<1%"), (0.0, "<1%"), (0.5, "50%")]
)
def test_what_is_drawn_is_never_certain(share: float, en: str) -> None:
    # If this fails, a thousand draws are sold as certainty.
    assert probability(locale("en"), share) == en
