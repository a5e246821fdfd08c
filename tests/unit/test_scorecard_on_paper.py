"""The scorecard on paper: A4, in print that can be read, headings and names on every page, and nothing torn or cut."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import get_column_letter, range_boundaries
from scorecard_figures import workbook

from kamassess.display import view_of_group, view_of_unit
from kamassess.export.cell_text import cell_lines, pixels_of, room_of, text_pixels
from kamassess.export.files import write_file
from kamassess.export.paper import SMALLEST, breaks_down, pages_across

LANGUAGES = ("en", "zh")
A4 = {"landscape": 297 / 25.4 * 96, "portrait": 210 / 25.4 * 96}
"""Pixels across; an inch has 96."""
WIDER = 1.06
"""LibreOffice takes the digit of Arial 10 as 7.41 pixels, Excel as 7: columns are so much wider in it."""


@pytest.fixture(scope="module", params=[(name, language) for name in ("NC", "_group") for language in LANGUAGES], ids=str)
def book(request: pytest.FixtureRequest) -> Any:
    """Scorecards of a unit that has everything and of the group, in both languages."""
    name, language = request.param
    of_group = name == "_group"
    view = view_of_group("sample_data", language, None) if of_group else view_of_unit("sample_data", name, language, None)
    return workbook(write_file("xlsx", view), formulas=True)


def shown(book: Any) -> list[Any]:
    return [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]


def tables(book: Any) -> list[Any]:
    return [sheet for sheet in shown(book) if sheet.auto_filter.ref]


def width(sheet: Any, column: int) -> float:
    """Of a column from 1, in characters; openpyxl keeps that of columns in a row at the first of them."""
    for found in sheet.column_dimensions.values():
        if found.min <= column <= found.max:
            return float(found.width) - 5 / 7
    return 8.43


def printed(sheet: Any) -> tuple[int, int]:
    """The last column and row that are printed."""
    if not sheet.print_area:
        return sheet.max_column, sheet.max_row
    _, _, column, row = range_boundaries(sheet.print_area.split("!")[-1].replace("$", ""))
    return int(column), int(row)


def repeated(sheet: Any) -> int:
    """How many columns stand on every page."""
    return range_boundaries(sheet.print_title_cols.replace("$", ""))[2] if sheet.print_title_cols else 0


def pages(sheet: Any) -> Iterator[list[int]]:
    """The columns of each page beside the others, those that are repeated among them."""
    last, kept = printed(sheet)[0], list(range(1, repeated(sheet) + 1))
    edges = [0, *sorted(found.id for found in sheet.col_breaks.brk), last]
    for number, (left, right) in enumerate(pairwise(edges)):
        yield [*(kept if number else []), *range(left + 1, right + 1)]


def test_print_can_be_read_on_a4(book: Any) -> None:
    # If this fails, a sheet is printed in letters that nobody over forty can read, or runs over onto pages nobody planned.
    for sheet in shown(book):
        setup, margins = sheet.page_setup, sheet.page_margins
        assert (setup.paperSize, bool(sheet.sheet_properties.pageSetUpPr and sheet.sheet_properties.pageSetUpPr.fitToPage)) == (
            9,
            False,
        ), sheet.title
        room = A4[setup.orientation] - (margins.left + margins.right) * 96
        scale = (setup.scale or 100) / 100
        for columns in pages(sheet):
            assert sum(pixels_of(width(sheet, column)) for column in columns) * WIDER * scale <= room, (sheet.title, columns)
        last, bottom = printed(sheet)
        for row in sheet.iter_rows(max_col=last, max_row=bottom):
            for cell in row:
                if cell.value not in (None, "") and not sheet.row_dimensions[cell.row].hidden:
                    assert cell.font.size * scale >= 8 or cell.font.name == "Consolas", (sheet.title, cell.coordinate)


def test_every_page_says_what_it_is_about(book: Any) -> None:
    # If this fails, the second page of a table is a field of figures without names.
    for sheet in shown(book):
        assert "&A" in sheet.oddHeader.left.text
        assert "&P" in sheet.oddFooter.right.text
        assert "&N" in sheet.oddFooter.right.text
    for sheet in tables(book):
        head = range_boundaries(sheet.auto_filter.ref)[1]
        assert sheet.print_title_rows == f"${head}:${head}", sheet.title
        if len(list(pages(sheet))) > 1:
            assert repeated(sheet) >= 2, sheet.title
            assert sheet.page_setup.pageOrder == "overThenDown"
            assert sheet.freeze_panes == f"{get_column_letter(repeated(sheet) + 1)}{head + 1}"


def test_what_is_repeated_is_whole_on_every_page(book: Any) -> None:
    # If this fails, the title of the second page is cut in the middle of a word.
    for sheet in tables(book):
        kept = repeated(sheet) or printed(sheet)[0]
        merged = {str(found).split(":")[0]: found for found in sheet.merged_cells.ranges}
        for row in (1, 2):
            cell = sheet.cell(row, 1)
            end = merged[cell.coordinate].max_col if cell.coordinate in merged else kept
            assert end <= kept
            room = sum(pixels_of(width(sheet, column)) for column in range(1, end + 1))
            lines = cell_lines(str(cell.value), room, cell.font.size, bool(cell.font.bold))
            assert lines * cell.font.size * 1.2 <= sheet.row_dimensions[row].height, (sheet.title, cell.value)
        for found in sheet.merged_cells.ranges:
            crossed = [edge.id for edge in sheet.col_breaks.brk if found.min_col <= edge.id < found.max_col]
            assert not crossed, (sheet.title, str(found))


def test_headings_keep_apart(book: Any) -> None:
    # If this fails, the headings of two columns read as one.
    for sheet in tables(book):
        left, head, right, _ = range_boundaries(sheet.auto_filter.ref)
        for column in range(left, right + 1):
            cell = sheet.cell(head, column)
            lines = str(cell.value).split("\n")
            widest = max(text_pixels(line, cell.font.size, True) for line in lines)
            assert widest + 15 <= width(sheet, column) * 7, (sheet.title, cell.value)
            assert len(lines) * 12.75 <= sheet.row_dimensions[head].height, (sheet.title, cell.value)


def test_texts_are_whole(book: Any) -> None:
    # If this fails, a sentence ends at the edge of its cell.
    for sheet in tables(book):
        _, head, right, bottom = range_boundaries(sheet.auto_filter.ref)
        for row in sheet.iter_rows(min_row=head + 1, max_row=bottom, max_col=right):
            for cell in row:
                if not isinstance(cell.value, str) or cell.data_type == "f":
                    continue
                room = room_of(width(sheet, cell.column), int(cell.alignment.indent or 0))
                lines = cell_lines(cell.value, room, cell.font.size, bool(cell.font.bold))
                place = (sheet.title, cell.coordinate, cell.value)
                assert lines == 1 or cell.alignment.wrap_text, place
                assert min(409, lines * 12.75) <= sheet.row_dimensions[cell.row].height, place


def test_points_stand_below_each_other(book: Any) -> None:
    # If this fails, 1.97 among figures of one decimal juts out; it keeps two since 2.0 would be a level not reached.
    everywhere = []
    for sheet in tables(book):
        _, head, right, bottom = range_boundaries(sheet.auto_filter.ref)
        for column in range(1, right + 1):
            cells = [sheet.cell(row, column) for row in range(head + 1, bottom + 1)]
            scores = [
                cell.number_format for cell in cells if cell.value is not None and re.fullmatch(r"0\.0+(_0)*", cell.number_format)
            ]
            decimals = {len(shown.partition(".")[2].replace("_0", "0")) for shown in scores}
            assert len(decimals) <= 1 or sheet.cell(head - 1, column).value.split(".")[-1] in ("priority", "index"), sheet.title
            everywhere += scores
    assert any("_0" in found for found in everywhere)


# -- pages ---------------------------------------------------------------------------------------------------------------


def test_a_wide_table_goes_side_by_side() -> None:
    # If this fails, forty columns are squeezed onto one page, or a column stands alone on its own.
    narrow = pages_across([10, 30, *[10] * 5], 2, [4])
    assert (narrow.breaks, narrow.scale > SMALLEST) == ((), True), "what fits on a page is not spread over two"
    wide = pages_across([10, 30, *[10] * 40], 2)
    assert len(wide.breaks) >= 3
    assert wide.scale >= SMALLEST
    assert pages_across([10, 30, *[10] * 20], 2, [5]).breaks[0] == 5
    assert pages_across([10, 30, 500], 2).scale < SMALLEST, "one column wider than paper is made smaller, not cut"


def test_blocks_are_not_torn() -> None:
    # If this fails, the last criterion of a dimension is alone at the top of a page.
    blocks = [(0, 200.0), (10, 200.0), (20, 200.0), (30, 5000.0), (40, 100.0)]
    found = breaks_down(blocks, 40, 80)
    assert 20 in found
    assert 10 not in found
    assert set(found) <= {row for row, _ in blocks}
    assert breaks_down([], 40, 80) == []


# -- charts --------------------------------------------------------------------------------------------------------------


def _titles(raw: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        charts = b"".join(archive.read(name) for name in archive.namelist() if "charts/chart" in name).decode()
    return " ".join(re.findall("<a:t>(.*?)</a:t>", charts) + re.findall("<c:tx>.*?<c:v>(.*?)</c:v>", charts))


def test_a_chart_is_titled_for_what_it_shows(
    make_engagement: Callable[..., Path], settings: dict[str, Any], instrument: dict[str, Any]
) -> None:
    # If this fails, a chart promises documents and data where there are none.
    evidence = {"evidence.csv": "unit,criterion,kind,title,date\nN,A-1,verified,Paper,2026-01-01\n"}
    for language, said, documents in (("en", "What people say of each dimension", "documents"), ("zh", "各维度自评", "凭据")):
        alone = _titles(write_file("xlsx", view_of_unit(make_engagement(f"a{language}", settings=settings), "N", language, None)))
        assert said in alone
        assert documents not in alone
        folder = make_engagement(f"b{language}", settings=settings, files=evidence)
        shown = _titles(write_file("xlsx", view_of_unit(folder, "N", language, None)))
        assert documents in shown
        assert ("data" if language == "en" else "数据") not in shown
        accounts = {"data/accounts.csv": "account,name,unit,key_account\nC1,One,N,yes\n"}
        nobody = make_engagement(f"c{language}", settings=settings, answers=None, files=accounts)
        assert said not in _titles(write_file("xlsx", view_of_unit(nobody, "N", language, None)))
