"""The fonts that travel with the package: outlines where the source has them, to the last rounded unit."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

from kamassess.resources import fonts

pytestmark = pytest.mark.checkout


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """``tools/make_fonts.py``."""
    spec = importlib.util.spec_from_file_location("make_fonts", Path(__file__).parents[2] / "tools" / "make_fonts.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _points(font: TTFont, name: str) -> list[tuple[float, float]]:
    outline = RecordingPen()
    font.getGlyphSet()[name].draw(outline)
    return [point for _, points in outline.value for point in points]


def test_an_outline_of_many_small_steps_does_not_drift(tool: ModuleType) -> None:
    # If this fails, hanzi of many strokes lean to one side: the rounding of each step adds up along the outline.
    steps = [(7 * n, 5 * n + 300 * (n % 2)) for n in range(1, 60)]
    drawn = T2CharStringPen(600, None)
    drawn.moveTo((0, 0))
    for point in steps:
        drawn.lineTo(point)
    drawn.closePath()
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "zigzag"])
    builder.setupCharacterMap({0x41: "zigzag"})
    empty = T2CharStringPen(600, None)
    builder.setupCFF("Test", {}, {".notdef": empty.getCharString(), "zigzag": drawn.getCharString()}, {})
    builder.setupHorizontalMetrics({".notdef": (600, 0), "zigzag": (600, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2()
    builder.setupPost()
    font = builder.font
    tool.scale(font)
    factor = tool.UNITS_PER_EM / 1000
    found = _points(font, "zigzag")
    assert len(found) == 60
    for (x, y), (px, py) in zip(found, [(0, 0), *steps], strict=True):
        assert abs(x - factor * px) <= 0.5
        assert abs(y - factor * py) <= 0.5
    assert font["head"].unitsPerEm == tool.UNITS_PER_EM
    assert font.getGlyphSet()["zigzag"].width == round(600 * factor)


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_carried_fonts_are_what_the_tool_makes(tool: ModuleType, weight: str) -> None:
    # If this fails, the fonts were made by hand, or by another version of the tool: hanzi are not as wide as an em.
    font = TTFont(fonts() / f"NotoSansSC-{weight}.otf")
    assert font["head"].unitsPerEm == tool.UNITS_PER_EM
    names, glyphs = font.getBestCmap(), font.getGlyphSet()
    hanzi = [name for code, name in names.items() if 0x4E00 <= code < 0x9FFF]
    assert len(hanzi) > 6763
    assert {glyphs[name].width for name in hanzi} == {tool.UNITS_PER_EM}
    assert len({glyphs[names[ord(digit)]].width for digit in "0123456789+−="}) == 1


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_glyphs_are_numbered_one_after_another(weight: str) -> None:
    # If this fails, a PDF takes some 10 ms more: Typst walks the ranges of glyph numbers for each text of a drawing.
    charset = TTFont(fonts() / f"NotoSansSC-{weight}.otf")["CFF "].cff.topDictIndex[0].charset
    assert charset == [".notdef", *(f"cid{number:05d}" for number in range(1, len(charset)))]


def test_new_numbers_change_nothing_else(tool: ModuleType) -> None:
    font, again = (TTFont(fonts() / "NotoSansSC-Regular.otf") for _ in range(2))
    top = font["CFF "].cff.topDictIndex[0]
    apart = [top.charset[0], *(f"cid{7 * number:05d}" for number in range(1, len(top.charset)))]
    places = top.CharStrings.charStrings
    top.CharStrings.charStrings = {name: places[source] for name, source in zip(apart, top.charset, strict=True)}
    top.charset = apart
    font.setGlyphOrder(apart)
    font.recalcTimestamp = font.recalcBBoxes = False
    found = tool.renumber(font)
    assert found.getBestCmap() == again.getBestCmap()
    for name in ("A", "国"):
        assert _points(found, found.getBestCmap()[ord(name)]) == _points(again, again.getBestCmap()[ord(name)])
    assert all(found.reader[table] == again.reader[table] for table in ("GPOS", "GSUB", "cmap", "hmtx"))


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_what_is_upright_in_a_hanzi_is_upright_in_the_font(weight: str) -> None:
    # If this fails, outlines drift (see above) in the fonts that are carried: the frames of 口, 田 and 国 lean.
    font = TTFont(fonts() / f"NotoSansSC-{weight}.otf")
    names, em = font.getBestCmap(), font["head"].unitsPerEm
    for hanzi in "口田国鑫餐成":
        points = _points(font, names[ord(hanzi)])
        xs, ys = [x for x, _ in points], [y for _, y in points]
        assert -0.02 * em <= min(xs) < max(xs) <= 1.02 * em
        assert -0.12 * em <= min(ys) < max(ys) <= 0.9 * em
    for hanzi in "口田国":
        xs = [x for x, _ in _points(font, names[ord(hanzi)])]
        assert abs(min(xs) + max(xs) - em) <= 0.02 * em, "as much room left of the frame as right of it"
