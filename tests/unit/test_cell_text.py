"""How much room text takes in a cell: never less than the fonts that office programs set it in."""

from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont

from kamassess.export.cell_text import broken, cell_lines, evenly_broken, pixels_of, room_of, row_points, text_pixels
from kamassess.resources import fonts

ENGLISH = "What happens to your unit’s list of key accounts from one year to the next, and who decides it?"
CHINESE = "到了新的一年，你们业务单元的重点客户名单会怎么动？由谁来定，OTIF 要到 95% 吗？"


@pytest.mark.parametrize("bold", [False, True])
def test_text_is_not_taken_to_be_narrower_than_it_is(bold: bool) -> None:
    # If this fails, the last words of a cell are below its edge.
    face = TTFont(fonts() / f"NotoSansSC-{'Bold' if bold else 'Regular'}.otf")
    names, widths, em = face.getBestCmap(), face["hmtx"], face["head"].unitsPerEm
    for text in (ENGLISH, CHINESE, ENGLISH.upper(), "0123456789 – ▲ ◆ ≥ …"):
        real = sum(widths[names[ord(letter)]][0] for letter in text) / em * 10 * 96 / 72
        assert real <= text_pixels(text, 10, bold) <= 1.2 * real, text


@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
@pytest.mark.parametrize("room", [60, 100, 333])
def test_lines_fit_and_nothing_is_lost(text: str, room: int) -> None:
    # If this fails, a heading has lost a word, or runs into the next one.
    for lines in (broken(text, room), evenly_broken(text, room)):
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(text_pixels(line) <= room + 14 for line in lines), "a sign may stand out, never a word"
        assert len(lines) == cell_lines(text, room)
    assert cell_lines(f"{text}\n{text}", room) == 2 * cell_lines(text, room)


def test_a_word_that_is_too_long_takes_the_lines_it_needs() -> None:
    # If this fails, a hash of 64 characters makes a row of one line.
    assert cell_lines("a" * 64, 100) == pytest.approx(text_pixels("a" * 64) / 100, abs=1)
    assert cell_lines("", 100) == 1


def test_rows_have_room_for_every_line_and_little_more() -> None:
    # If this fails, rows are cut, or nearly half empty; Excel sets Arial 10 in 12.75 points and YaHei 10 in 14 or more.
    for language, line in (("en", 12.75), ("zh", 14.0)):
        for lines in (1, 3, 8):
            assert lines * line < row_points([(lines, 10)], language) < 1.1 * lines * line + 5
    assert row_points([(1, 10), (4, 9)], "en") == row_points([(4, 9)], "en")
    assert row_points([(1000, 10)], "zh") == 409


def test_columns_are_measured_as_excel_measures_them() -> None:
    # If this fails, texts are fitted into other columns than those that are there.
    assert (pixels_of(8.43), pixels_of(20)) == (64, 145)
    assert room_of(20, 1) < room_of(20) < pixels_of(20)
