"""Tables of judges: every way people write a judgement, and every fault with its place, all at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kamassess.errors import InputError, UsageError
from kamassess.instrument import Instrument
from kamassess.reading.instrument import load_instrument
from kamassess.reading.pairwise import (
    PairwiseTable,
    chosen_items,
    comparable_items,
    parse_judgement,
    read_pairwise,
)

Read = Callable[..., list[PairwiseTable]]
FIVE = ("AUT-1", "AUT-2", "AUT-3", "AUT-4", "AUT-5")
FULL = """\
,STR,ORG,MGR,INF,RET,AUT
STR,1,3,2,5,1,2
ORG,,1,1/2,2,1/3,1/2
MGR,,,1,3,1/2,1
INF,,,,1,1/5,1/3
RET,,,,,1,2
AUT,,,,,,1
"""


@pytest.fixture
def kam() -> Instrument:
    return load_instrument("kam")


@pytest.fixture
def read(tmp_path: Path, kam: Instrument, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Writes files and reads them, named relatively as on a command line."""
    monkeypatch.chdir(tmp_path)

    def call(of: str | None = None, instrument: Instrument = kam, **files: str | bytes) -> list[PairwiseTable]:
        paths = []
        for name, content in files.items():
            path = Path(name.replace("_", "."))
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            paths.append(path)
        return read_pairwise(paths, instrument, of)

    return call


def faults(call: Callable[[], object]) -> list[str]:
    with pytest.raises(InputError) as caught:
        call()
    return [str(fault) for fault in caught.value.faults]


def small(*rows: str, ids: Sequence[str] = FIVE) -> str:
    """A table of the criteria of AUT: the cells of each row, the ids added."""
    lines = [f"{name},{row}" for name, row in zip(ids, rows, strict=True)]
    return "\n".join([f",{','.join(ids)}", *lines]) + "\n"


EMPTY = [",,,,"] * 5


# -- a judgement -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("7", 7), ("1", 1), ("1/3", 1 / 3), ("3/1", 3), ("1 / 3", 1 / 3), ("3:1", 3), ("1:3", 1 / 3), ("3/2", 1.5)),
        *(("½", 0.5), ("⅓", 1 / 3), ("¼", 0.25), ("⅕", 0.2), ("⅙", 1 / 6), ("⅐", 1 / 7), ("⅛", 1 / 8), ("⅑", 1 / 9)),
        *(("1½", 1.5), ("2 ½", 2.5), ("３", 3), ("１／３", 1 / 3), ("１：３", 1 / 3), ("1⁄3", 1 / 3)),
        *(("2.5", 2.5), ("2,5", 2.5), ("0.2", 0.2), (".5", 0.5), ("4.", 4)),
        *(("0.333", 1 / 3), ("0.33", 1 / 3), ("0,33", 1 / 3), ("0.17", 1 / 6), ("0.14", 1 / 7), ("0.143", 1 / 7)),
        *(("0.13", 1 / 8), ("0.125", 1 / 8), ("0.11", 1 / 9), ("0.3333333333333333", 1 / 3), ("0.4", 0.4), ("0.35", 0.35)),
    ],
)
def test_a_judgement_is_read_as_it_is_written(text: str, value: float) -> None:
    # If this fails, a judge's ⅓ becomes another number, and consistent tables look inconsistent.
    assert parse_judgement(text) == pytest.approx(value, abs=1e-15)


@pytest.mark.parametrize(
    "text", ["", "x", "-3", "1/0", "1e5", "nan", "inf", "1/2/3", "½1", "½/3", "²", "3²", "1 3", "3-1", "1,000,000", "/3"]
)
def test_what_is_no_judgement_is_not_guessed(text: str) -> None:
    # If this fails, '3²' counts as 32, or '1/0' ends in a traceback.
    assert parse_judgement(text) is None


# -- tables that are sound ---------------------------------------------------------------------------------------------------


def test_the_upper_triangle_is_enough(read: Read) -> None:
    # INF and the numbers below it are one column of numbers for pandas: its heading came back as 'inf'.
    (table,) = read(anna_csv=FULL)
    assert (table.judge, table.items.of, table.items.ids) == ("anna", "", ("STR", "ORG", "MGR", "INF", "RET", "AUT"))
    assert table.matrix[0].tolist() == [1, 3, 2, 5, 1, 2]
    assert table.matrix[:, 3].tolist() == [5, 2, 3, 1, 5, 3]
    assert np.array_equal(table.matrix * table.matrix.T, np.ones((6, 6)))


def test_a_judgement_may_stand_in_either_triangle(read: Read) -> None:
    # The guide says: write the number into the row of the more important one.
    (table,) = read(a_csv=small("1,,,,", "3,1,,,", ",,1,4,", ",,,1,", "2,,,,1"))
    assert table.matrix[1, 0] == 3
    assert table.matrix[0, 1] == pytest.approx(1 / 3)
    assert table.matrix[2, 3] == 4
    assert table.matrix[0, 4] == 0.5
    assert math.isnan(table.matrix[0, 2])
    assert int(np.isnan(table.matrix).sum()) == 14


def test_rows_and_columns_may_stand_in_any_order(read: Read) -> None:
    lines = [line.split(",") for line in FULL.splitlines()]
    columns = [0, 4, 2, 6, 1, 3, 5]
    turned = "\n".join(",".join(lines[row][column] for column in columns) for row in [0, 3, 1, 6, 5, 2, 4])
    assert np.array_equal(read(a_csv=turned)[0].matrix, read(b_csv=FULL)[0].matrix)


@pytest.mark.parametrize(
    ("one", "other"), [("3", "1/3"), ("3", "0.33"), ("3", "0.333"), ("1.5", "0.67"), ("7", ".14"), ("1", "1")]
)
def test_both_triangles_may_agree_as_rounded(read: Read, one: str, other: str) -> None:
    # The whole number counts: 1/0.33 would be 3.03.
    for first, second in ((one, other), (other, one)):
        (table,) = read(a_csv=small(f"1,{first},,,", f"{second},1,,,", *EMPTY[2:]))
        expected = float(one) if first == one else 1 / float(one)
        assert table.matrix[0, 1] == pytest.approx(expected, abs=1e-12)
        assert table.matrix[0, 1] * table.matrix[1, 0] == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_usual_files_are_read(read: Read, encoding: str, separator: str) -> None:
    text = f"维度{FULL}".replace("1/2", "０.５").replace(",", separator).replace("\n", "\r\n")
    assert np.array_equal(read(a_csv=text.encode(encoding))[0].matrix, read(b_csv=FULL)[0].matrix)


def test_decimal_commas_are_read_where_semicolons_separate(read: Read) -> None:
    (table,) = read(a_csv=small("1,0.5,,,", *EMPTY[1:]).replace(",", ";").replace("0.5", "0,5"))
    assert table.matrix[0, 1] == 0.5


def test_dashes_and_empty_rows_mean_nothing(read: Read) -> None:
    text = small("-,3,–,—,", *EMPTY[1:]).replace("\nAUT-3", "\n,,,,,\nAUT-3")
    (table,) = read(a_csv=text)
    assert int(np.isfinite(table.matrix).sum()) == 5 + 2


def test_sheets_of_a_workbook_are_judges(read: Read, make_workbook: Callable[..., bytes]) -> None:
    # 1/3 as a formula is a number with all its decimals.
    rows: list[list[Any]] = [["", *FIVE], *([name, *[""] * 5] for name in FIVE)]
    rows[1][2], other = 1 / 3, [row[:] for row in rows]
    other[1][2] = "½"
    book = make_workbook(notes=[["How to fill this"], ["1 to 9"]], Anna=rows, 李=other)
    tables = read(panel_xlsx=book)
    assert [table.judge for table in tables] == ["panel: Anna", "panel: 李"]
    assert [table.matrix[1, 0] for table in tables] == [3, 2]
    (single,) = read(anna_xlsx=make_workbook(rows))
    assert single.judge == "anna"


def test_a_single_item_is_compared_with_nothing(
    read: Read, instrument: dict[str, Any], make_engagement: Callable[..., Path]
) -> None:
    tiny = load_instrument(make_engagement() / "instrument.yaml")
    (table,) = read(instrument=tiny, a_csv="x,B-1\nB-1,1\n")
    assert (table.items.of, table.matrix.tolist()) == ("B", [[1.0]])


def test_what_is_compared_follows_from_the_ids(kam: Instrument, read: Read) -> None:
    assert [str(items) for items in comparable_items(kam)][:2] == ["the dimensions", "the criteria of STR"]
    assert len(comparable_items(kam)) == 8
    screen = chosen_items(kam, "FIT")
    (table,) = read(a_csv=small("1,2,,,,", *[",,,,,"] * 5, ids=screen.ids))
    assert (table.items.of, table.matrix[1, 0]) == ("FIT", 0.5)


def test_ids_that_dimensions_and_criteria_share_are_told_apart_by_of(
    read: Read, instrument: dict[str, Any], make_engagement: Callable[..., Path]
) -> None:
    instrument["dimensions"][0]["criteria"][0]["id"] = "A"
    instrument["dimensions"][0]["criteria"][1]["id"] = "B"
    shared = load_instrument(make_engagement() / "instrument.yaml")
    text = ",A,B\nA,1,3\nB,,1\n"
    assert [read(of, shared, a_csv=text)[0].items.of for of in (None, "A")] == ["", "A"]


def test_files_are_read_once_and_sorted_by_judge(read: Read, kam: Instrument) -> None:
    Path("judges").mkdir()
    for name in ("b.csv", "a.csv"):
        Path("judges", name).write_text(FULL, encoding="utf-8")
    for name in (".hidden.csv", "~$b.xlsx", "Thumbs.db", "README.md"):
        Path("judges", name).write_text("x", encoding="utf-8")
    tables = read_pairwise([Path("judges/b.csv"), Path("judges"), Path("judges", "..", "judges", "a.csv")], kam)
    assert [table.judge for table in tables] == ["a", "b"]


def test_judges_of_the_same_name_are_told_apart(read: Read, kam: Instrument) -> None:
    for folder in ("north", "south"):
        Path(folder).mkdir()
        Path(folder, "anna.csv").write_text(FULL, encoding="utf-8")
    tables = read_pairwise([Path("south"), Path("north")], kam)
    assert [table.judge for table in tables] == ["north/anna.csv", "south/anna.csv"]


# -- faults ------------------------------------------------------------------------------------------------------------------


def test_all_faults_of_a_table_are_listed_at_once(read: Read) -> None:
    # If this fails, the consultant writes to a judge five times instead of once.
    text = """\
,STR,ROG,MGR,INF,RET,FIT-1,,
STR,2,3,2,5,12,2,,
MGR,,2,1,3-Jan,½,1,7,
INF,,,,1,0.2,x,,
RET,,,,,1,2,,
RET,,,,,1,2,,
,,,1,,,,,
"""
    found = faults(lambda: read(anna_csv=text))
    assert found == [
        "anna.csv: has no column for AUT. All of them must be there; leave cells empty where no comparison was made.",
        "anna.csv: has no row for ORG, AUT. All of them must be there; leave cells empty where no comparison was made.",
        "anna.csv, row 1, column H: has no id. Write the id, or empty the column.",
        "anna.csv, row 1, column C (ROG): 'ROG' is not one of the dimensions. Did you mean ORG?",
        (
            "anna.csv, row 1, column G (FIT-1): 'FIT-1' is one of the criteria of FIT, but the table compares the dimensions. "
            "Remove it."
        ),
        "anna.csv, row 2, column B (STR): compares an item with itself but is '2'. Write 1, or leave it empty.",
        (
            "anna.csv, row 2, column F (RET): is '12', beyond the scale of 1/9 to 9. Write 1 (equally important) to 9 (extremely "
            "more important), or the reciprocal of one, such as 1/3."
        ),
        (
            "anna.csv, row 3, column E (INF): is '3-Jan': the spreadsheet has taken a fraction for a date or a time. Write the "
            "whole number into row INF, column MGR instead."
        ),
        "anna.csv, row 6, column A: 'RET' stands a second time among the rows. Keep one of them.",
        "anna.csv, row 7, column A: has no id. Write the id, or empty the row.",
    ]


def test_cells_that_contradict_each_other_are_both_named(read: Read) -> None:
    found = faults(lambda: read(a_csv=small("1,3,,,", "3,1,,,", ",,1,5,", ",,0.25,1,", ",,,,1")))
    remedy = "Empty one of the two, or make it the reciprocal of the other."
    assert found == [
        f"a.csv, row 2, column C (AUT-2): says '3' for AUT-1 against AUT-2, but B3 says '3' for AUT-2 against AUT-1. {remedy}",
        f"a.csv, row 4, column E (AUT-4): says '5' for AUT-3 against AUT-4, but D5 says '0.25' for AUT-4 against AUT-3. {remedy}",
    ]


@pytest.mark.parametrize("text", ["0", "10", "0.1", "1/10", "9.5", "12/1", "0/3", "9" * 400])
def test_the_scale_ends_at_nine(read: Read, text: str) -> None:
    (found,) = faults(lambda: read(a_csv=small(f"1,{text},,,", *EMPTY[1:])))
    assert "beyond the scale of 1/9 to 9" in found


@pytest.mark.parametrize("text", ["3-Jan", "Jan-03", "1月3日", "2026/1/3", "2026-01-03", "03-Jan-26", "03:01:00"])
def test_a_fraction_that_became_a_date_is_explained(read: Read, text: str) -> None:
    # Excel makes 3 January of 1/3; which fraction it was depends on the country, so it is not guessed.
    (found,) = faults(lambda: read(a_csv=small(f"1,{text},,,", *EMPTY[1:])))
    assert "taken a fraction for a date" in found
    assert "row AUT-2, column AUT-1" in found


def test_a_date_in_a_workbook_is_explained_too(read: Read, make_workbook: Callable[..., bytes]) -> None:
    def hook(book: Any, sheets: Any) -> None:
        sheets["answers"].write_number("C2", 46025, book.add_format({"num_format": "d-mmm"}))
        sheets["answers"].write_number("D2", 0.125, book.add_format({"num_format": "hh:mm"}))

    rows = [["", *FIVE], *([name] for name in FIVE)]
    found = faults(lambda: read(a_xlsx=make_workbook(rows, hook=hook)))
    assert [line.split(", column ")[1][:9] for line in found] == ["C (AUT-2)", "D (AUT-3)"]
    assert all("taken a fraction for a date or a time" in line for line in found)


def test_what_a_screen_does_not_show_is_refused(read: Read, make_workbook: Callable[..., bytes]) -> None:
    # If this fails, a formula that was never calculated counts as a comparison nobody made.
    def hook(book: Any, sheets: Any) -> None:
        sheets["Anna"].set_row(2, None, None, {"hidden": True})
        sheets["Anna"].set_column(3, 3, None, None, {"hidden": True})
        sheets["Anna"].merge_range("E3:E4", 2)
        sheets["Anna"].write_formula("F2", "=1/3", None, "")
        sheets["Bo"].hide()

    rows = [["", *FIVE], *([name, *[""] * 5] for name in FIVE)]
    rows[1][2] = "2"
    found = faults(lambda: read(a_xlsx=make_workbook(Anna=rows, Bo=rows, Notes=[["x"]], hook=hook)))
    shown = "\n".join(found)
    assert len(found) == 5
    assert "a.xlsx, sheet Bo: is a hidden sheet with a table. Unhide it, or delete it." in found
    assert "a.xlsx, sheet Anna, row 3: is hidden. Unhide it." in found
    assert "a.xlsx, sheet Anna, column D: is hidden. Unhide it." in found
    assert "row 3, column E: cells E3:E4 are merged" in shown
    assert "row 2, column F: holds a formula without its result" in shown


def test_a_torn_row_is_not_also_missing(read: Read) -> None:
    found = faults(lambda: read(a_csv=small("1,3", *EMPTY[1:])))
    assert found == ["a.csv, row 2: has fewer cells (3) than the header (6). Add the missing cells, empty ones too."]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("hello\nworld\n", "has no table with ids of the instrument"),
        (small(*EMPTY), "holds no comparisons"),
        (b"\xff\xfea\x00", "is UTF-16 text"),
        (b"PK\x03\x04", "is an Excel workbook with the name of a CSV file"),
    ],
)
def test_a_file_that_is_no_table_is_named(read: Read, content: str | bytes, message: str) -> None:
    (found,) = faults(lambda: read(a_csv=content))
    assert found.startswith(f"a.csv: {message}")


def test_a_workbook_without_a_table_or_broken_is_named(read: Read, make_workbook: Callable[..., bytes]) -> None:
    assert "has no table with ids of the instrument" in faults(lambda: read(a_xlsx=make_workbook([["x"]])))[0]
    assert "has no table with ids of the criteria of STR" in faults(lambda: read("STR", a_xlsx=make_workbook([["x"]])))[0]
    assert "is no Excel workbook" in faults(lambda: read(a_xlsx=b"x"))[0]


def test_judges_compare_the_same_things(read: Read) -> None:
    found = faults(lambda: read(a_csv=FULL, b_csv=small("1,3,,,", *EMPTY[1:])))
    assert found == [
        "b.csv: compares the criteria of AUT, while a.csv compares the dimensions. Run the command once for each set."
    ]


def test_files_that_are_not_there_or_no_tables_are_all_named(read: Read, kam: Instrument) -> None:
    Path("empty").mkdir()
    Path("full").mkdir()
    Path("full", "deeper").mkdir()
    Path("full", "notes.docx").write_text("x")
    found = faults(lambda: read_pairwise([Path("nowhere.csv"), Path("a.pdf"), Path("empty"), Path("full")], kam))
    assert found == [
        "a.pdf: there is no such file. Check the name and the folder.",
        "empty: holds no tables. Put one CSV or XLSX file for each judge there.",
        "full/deeper: is a folder, which is not looked into. Move its files up, or elsewhere.",
        "full/notes.docx: is neither .csv nor .xlsx. Save it in one of these forms, or leave it out.",
        "nowhere.csv: there is no such file. Check the name and the folder.",
    ]


def test_a_dimension_that_is_not_there_is_named(kam: Instrument) -> None:
    with pytest.raises(UsageError, match=r"'STRR' is no dimension or screen of kam\. Did you mean STR"):
        chosen_items(kam, "STRR")
    assert chosen_items(kam, None).of == ""
