"""Tables of comparisons in pairs, one for each judge: a CSV file, or a sheet of an XLSX workbook.

The first row and the first column hold ids. The cell says how many times as important the id of its row is as the id of its
column: 1 to 9 or a reciprocal. Of the two cells of a pair one is enough.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kamassess.errors import Fault, InputError, UsageError, quoted
from kamassess.instrument import Instrument, Text
from kamassess.readable import visible
from kamassess.reading.contents import linked_out
from kamassess.reading.delimited import column_letter, read_csv
from kamassess.reading.misplaced import told_of_file
from kamassess.reading.named_files import left_aside
from kamassess.reading.places import Gathered
from kamassess.reading.sheets import Sheet, read_workbook
from kamassess.reading.yaml_tree import suggestion

__all__ = ["Items", "PairwiseTable", "chosen_items", "comparable_items", "parse_judgement", "read_pairwise"]

_HIGHEST = 9
_SUFFIXES = (".csv", ".xlsx")
_TEMPLATE = "'kamassess weights INSTRUMENT --template' writes an empty table."
_SCALE = "Write 1 (equally important) to 9 (extremely more important), or the reciprocal of one, such as 1/3."
_NUMBER = r"(\d+(?:[.,]\d*)?|[.,]\d+)"
_RATIO = re.compile(rf"{_NUMBER}\s*(?:[/:\u2044\u2215]\s*{_NUMBER})?")
_FRACTION = re.compile(r"(\d*)\s*([¼-¾⅐-⅞])")
_FULL_WIDTH = {0xFEE0 + code: code for code in range(ord("!"), ord("~") + 1)}
_NOT_MADE = {"", "-", "–", "—"}
_DATE = re.compile(
    r"\d{4}[-/.]\d+[-/.]\d+.*|\d{1,2}[-/. ][^\W\d]{3,9}\.?([-/. ]\d+)?|[^\W\d]{3,9}\.?[-/. ]\d{1,2}|\d+月\d+日|\d+:\d\d:\d\d"
)
_COARSE = 0.005
_EXACT = 1e-9


@dataclass(frozen=True, slots=True)
class Items:
    """What can be compared with one another: the dimensions (``of`` is empty), or the criteria of the block ``of``."""

    of: str
    names: Mapping[str, Text]

    @property
    def ids(self) -> tuple[str, ...]:
        """Their ids in the order of the instrument."""
        return tuple(self.names)

    def __str__(self) -> str:
        return f"the criteria of {self.of}" if self.of else "the dimensions"


@dataclass(frozen=True, eq=False, slots=True)
class PairwiseTable:
    """The comparisons of one judge; ``matrix`` is in the order of ``items`` and NaN where a comparison was not made."""

    judge: str
    items: Items
    matrix: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Judgement:
    """A number as it was written: ``within`` is how far what was meant may lie from it, half a unit of its last decimal."""

    value: float
    within: float


@dataclass(frozen=True, slots=True)
class _Grid:
    """The cells of one table as text; the first row holds the headings, ``numbers`` are the rows as a spreadsheet has them.

    ``torn``: rows are left out that could not be read, which is noted already.
    """

    file: str
    sheet: str
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int]
    torn: bool = False

    @property
    def place(self) -> str:
        return f"{self.file}, sheet {self.sheet}" if self.sheet else self.file


def comparable_items(instrument: Instrument) -> list[Items]:
    """All sets that can be compared: the dimensions, then the criteria of each dimension and screen."""
    sets = [Items("", {dimension.id: dimension.name for dimension in instrument.dimensions})]
    return sets + [Items(block.id, {criterion.id: criterion.name for criterion in block.criteria}) for block in instrument.blocks]


def chosen_items(instrument: Instrument, of: str | None) -> Items:
    """The dimensions, or the criteria of the dimension or screen *of*.

    Raises
    ------
    UsageError
        There is no such dimension or screen.
    """
    found = {items.of: items for items in comparable_items(instrument)}
    if (of or "") in found:
        return found[of or ""]
    raise UsageError(
        Fault(f"{quoted(of or '')} is no dimension or screen of {instrument.id}", suggestion(of or "", list(found)[1:]))
    )


def read_pairwise(paths: Sequence[Path], instrument: Instrument, of: str | None = None) -> list[PairwiseTable]:
    """The tables of all judges.

    Parameters
    ----------
    paths
        Files, or folders of them; a file that is named twice is read once.
    instrument
        Whose dimensions or criteria are compared; which of them, the ids in the tables say.
    of
        Only the criteria of this dimension or screen are expected.

    Returns
    -------
    list of PairwiseTable
        One or more, all of the same items, sorted by the name of the judge: the file's name, and the sheet's where a workbook has
        several tables.

    Raises
    ------
    InputError
        With every fault of every file.
    UsageError
        There is no dimension or screen *of*.
    """
    sets = [chosen_items(instrument, of)] if of else comparable_items(instrument)
    faults = Gathered()
    read: list[tuple[_Grid, str, Items, NDArray[np.float64] | None]] = []
    for path, shown in _files(paths, faults):
        grids = _grids(path, shown, sets, faults)
        for grid in grids:
            reader = _Reader(grid, sets, faults)
            judge = visible(f"{path.stem}: {grid.sheet}" if len(grids) > 1 else path.stem)
            read.append((grid, judge, reader.items, reader.matrix()))
    for grid, _, items, _ in read:
        if items.of != read[0][2].of:
            message = f"compares {items}, while {read[0][0].place} compares {read[0][2]}"
            faults.add(message, "Run the command once for each set.", file=grid.file, sheet=grid.sheet)
    if faults:
        raise InputError(faults.faults())
    times = Counter(judge for _, judge, _, _ in read)
    tables = [
        PairwiseTable(judge if times[judge] == 1 else visible(grid.place), items, matrix)
        for grid, judge, items, matrix in read
        if matrix is not None
    ]
    return sorted(tables, key=lambda table: table.judge)


def parse_judgement(text: str) -> float | None:
    """A judgement as judges write it, or None if it is none: 3, 1/3, 3:1, ⅓, 0.33; 0.33 is taken for the ⅓ it is rounded from.

    >>> [parse_judgement(text) for text in ("7", "1/4", "3:1", "½", "0.2", "three")]
    [7.0, 0.25, 3.0, 0.5, 0.2, None]
    """
    found = _parsed(text)
    return found.value if found else None


# -- files -----------------------------------------------------------------------------------------------------------------


def _files(paths: Sequence[Path], faults: Gathered) -> Iterator[tuple[Path, str]]:
    """Each file once, with its name in messages."""
    seen = set()
    for given in paths:
        shown = given.name if given.is_absolute() or given == Path() else given.as_posix()
        for path, name in _inside(given, shown, faults) if given.is_dir() else [(given, shown)]:
            if not path.is_file():
                faults.add("there is no such file", "Check the name and the folder.", file=name)
            elif path.suffix.lower() not in _SUFFIXES:
                faults.add(*told_of_file(path, "judges"), file=name)
            elif path.resolve() not in seen:
                seen.add(path.resolve())
                yield path, name


def _inside(folder: Path, shown: str, faults: Gathered) -> list[tuple[Path, str]]:
    found = []
    for path in sorted(folder.iterdir()):
        name = f"{shown}/{path.name}" if shown else path.name
        if left_aside(path):
            continue
        if told := linked_out(path, folder):
            faults.add(*told, file=name)
        elif path.is_dir():
            faults.add("is a folder, which is not looked into", "Move its files up, or elsewhere.", file=name)
        else:
            found.append((path, name))
    if not found:
        faults.add("holds no tables", "Put one CSV or XLSX file for each judge there.", file=shown or folder.resolve().name)
    return found


def _grids(path: Path, shown: str, sets: Sequence[Items], faults: Gathered) -> list[_Grid]:
    """The tables of a file: all that have at least one id of the instrument where ids belong."""
    if path.suffix.lower() == ".csv":
        frame = read_csv(path, shown, faults)
        if frame is None:
            return []
        first = int(frame.index[0]) - 1 if len(frame) else 1
        rows = [list(map(str, frame.columns)), *frame.astype(str).to_numpy().tolist()]
        found = [_Grid(shown, "", *_filled(rows, range(first, first + len(rows))), torn=faults.blames(shown))]
    else:
        sheets = read_workbook(path, shown, faults)
        if not sheets:
            return []
        found = []
        for sheet in sheets:
            grid = _Grid(shown, sheet.name, *_filled(sheet.cells, range(1, len(sheet.cells) + 1)))
            if _looks_like_one(grid, sets):
                _unseen(sheet, grid, faults)
                found.append(grid)
    grids = [grid for grid in found if _looks_like_one(grid, sets)]
    if not grids:
        what = f"has no table with ids of {sets[0]}" if len(sets) == 1 else "has no table with ids of the instrument"
        faults.add(what, f"Put the ids into the first row and the first column; {_TEMPLATE}", file=shown)
    return grids


def _filled(rows: Sequence[Sequence[str]], numbers: Iterable[int]) -> tuple[list[list[str]], list[int]]:
    """The rows that hold anything, cells stripped, and their numbers."""
    kept = [
        ([cell.strip() for cell in row], number)
        for row, number in zip(rows, numbers, strict=True)
        if any(cell.strip() for cell in row)
    ]
    return [row for row, _ in kept], [number for _, number in kept]


def _looks_like_one(grid: _Grid, sets: Sequence[Items]) -> bool:
    known = {name for items in sets for name in items.ids}
    return bool(known & (set(grid.rows[0][1:]) | {row[0] for row in grid.rows[1:]})) if grid.rows else False


def _unseen(sheet: Sheet, grid: _Grid, faults: Gathered) -> None:
    """Notes what a screen does not show as it is: hidden, merged and never calculated cells of the table."""

    def fault(message: str, remedy: str, row: int | None = None, column: int | None = None) -> None:
        letter = "" if column is None else column_letter(column)
        faults.add(message, remedy, file=grid.file, sheet=grid.sheet, row=row, column=letter)

    width = max((index + 1 for row in grid.rows for index, cell in enumerate(row) if cell), default=0)
    if not sheet.visible:
        fault("is a hidden sheet with a table", "Unhide it, or delete it.")
    for row in sorted(sheet.layout.hidden_rows):
        if row + 1 in grid.numbers:
            fault("is hidden", "Unhide it.", row + 1)
    for column in sorted(sheet.layout.hidden_columns):
        if column < width:
            fault("is hidden", "Unhide it.", None, column)
    for (top, left), (bottom, right) in sheet.layout.merged:
        if left < width and any(top < number <= bottom + 1 for number in grid.numbers):
            area = f"{column_letter(left)}{top + 1}:{column_letter(right)}{bottom + 1}"
            fault(f"cells {area} are merged", "Unmerge them and fill each cell.", top + 1, left)
    for row, column in sorted(sheet.layout.uncalculated):
        if row + 1 in grid.numbers and column < width:
            fault("holds a formula without its result", "Write the value itself in the cell.", row + 1, column)


# -- one table -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cell:
    judgement: _Judgement
    text: str
    row: int
    column: int

    @property
    def place(self) -> str:
        return f"{column_letter(self.column)}{self.row}"


class _Reader:
    """Reads one table: finds out what it compares, checks every id and every cell."""

    def __init__(self, grid: _Grid, sets: Sequence[Items], faults: Gathered) -> None:
        self.grid = grid
        self.sets = sets
        self.faults = faults
        self.sound = True
        self.headings = grid.rows[0]
        here = [*self.headings[1:], *(row[0] for row in grid.rows[1:])]
        self.items = max(sets, key=lambda items: len(set(items.ids) & set(here)))

    def fault(self, message: str, remedy: str, row: int | None = None, column: int | None = None) -> None:
        """Note one fault of this table; column 0 is the first."""
        self.sound = False
        letter = "" if column is None else column_letter(column)
        if column and self.headings[column : column + 1] and self.headings[column]:
            letter += f" ({self.headings[column]})"
        self.faults.add(message, remedy, file=self.grid.file, sheet=self.grid.sheet, row=row, column=letter)

    def matrix(self) -> NDArray[np.float64] | None:
        """The comparisons in the order of the items; None if there is any fault."""
        names = [(name, self.grid.numbers[0], column) for column, name in enumerate(self.headings) if column]
        columns = self._ids(names, "columns", lambda column: any(len(row) > column and row[column] for row in self.grid.rows[1:]))
        names = [(row[0], number, 0) for row, number in zip(self.grid.rows[1:], self.grid.numbers[1:], strict=True)]
        rows = self._ids(names, "rows", lambda _: True)
        cells = {}
        for row, number in zip(self.grid.rows[1:], self.grid.numbers[1:], strict=True):
            for name, column in columns.items():
                if rows.get(row[0]) == number and column < len(row):
                    cell = self._cell(row[column], row[0], number, column)
                    if cell:
                        cells[row[0], name] = cell
        matrix = self._both_triangles(cells)
        made = np.isfinite(matrix).sum() - len(matrix)
        if self.sound and not made and len(matrix) > 1 and not self.grid.torn:
            self.fault("holds no comparisons", "Fill it, or leave it out.")
        return matrix if self.sound else None

    def _ids(self, names: Sequence[tuple[str, int, int]], where: str, filled: Callable[[int], bool]) -> dict[str, int]:
        """Where each id stands: its column, or the number of its row; notes unknown, repeated and missing ones."""
        found: dict[str, int] = {}
        unknown = []
        for name, row, column in names:
            position = column or row
            if not name:
                if filled(column):
                    self.fault("has no id", f"Write the id, or empty the {where[:-1]}.", row, column)
            elif name not in self.items.names:
                unknown.append((name, row, column))
            elif name in found:
                self.fault(f"{quoted(name)} stands a second time among the {where}", "Keep one of them.", row, column)
            else:
                found[name] = position
        missing = [name for name in self.items.ids if name not in found]
        for name, row, column in unknown:
            owner = next((items for items in self.sets if name in items.names), None)
            if owner:
                self.fault(f"{quoted(name)} is one of {owner}, but the table compares {self.items}", "Remove it.", row, column)
                continue
            remedy = suggestion(name, missing or self.items.ids)
            self.fault(f"{quoted(name)} is not one of {self.items}", remedy, row, column)
            missing = [known for known in missing if remedy != f"Did you mean {known}?"]
        if missing and not (self.grid.torn and where == "rows"):
            remedy = "All of them must be there; leave cells empty where no comparison was made."
            self.fault(f"has no {where[:-1]} for {_listed(missing)}", remedy)
        return found

    def _cell(self, text: str, name: str, row: int, column: int) -> _Cell | None:
        """What stands in a cell in the row of *name*; None for nothing, and for what is noted as a fault."""
        if text in _NOT_MADE:
            return None
        judgement = _parsed(text)
        if judgement is None:
            if _DATE.fullmatch(text):
                remedy = f"Write the whole number into row {self.headings[column]}, column {name} instead."
                self.fault(f"is {quoted(text)}: the spreadsheet has taken a fraction for a date or a time", remedy, row, column)
            else:
                self.fault(f"is {quoted(text)}, which is no judgement", _SCALE, row, column)
        elif name == self.headings[column]:
            if abs(judgement.value - 1) > _EXACT:
                self.fault(f"compares an item with itself but is {quoted(text)}", "Write 1, or leave it empty.", row, column)
        elif not 1 / _HIGHEST - _EXACT <= judgement.value <= _HIGHEST + _EXACT:
            self.fault(f"is {quoted(text)}, beyond the scale of 1/9 to 9", _SCALE, row, column)
        else:
            return _Cell(judgement, text, row, column)
        return None

    def _both_triangles(self, cells: Mapping[tuple[str, str], _Cell]) -> NDArray[np.float64]:
        """Both triangles from whichever cells are filled; notes pairs whose cells contradict each other."""
        ids = self.items.ids
        matrix = np.full((len(ids), len(ids)), math.nan)
        np.fill_diagonal(matrix, 1.0)
        for i, first in enumerate(ids):
            for j, second in enumerate(ids[i + 1 :], i + 1):
                ratio = self._pair(cells.get((first, second)), cells.get((second, first)), first, second)
                if ratio is not None:
                    matrix[i, j], matrix[j, i] = ratio, 1 / ratio
        return matrix

    def _pair(self, one: _Cell | None, other: _Cell | None, first: str, second: str) -> float | None:
        """How many times as important the first is; of two cells that agree the whole number counts, not the rounded decimal."""
        if one is None or other is None:
            return one.judgement.value if one else 1 / other.judgement.value if other else None
        a, b = one.judgement, other.judgement
        if abs(1 / a.value - b.value) > b.within and abs(1 / b.value - a.value) > a.within:
            self.fault(
                f"says {quoted(one.text)} for {first} against {second}, but {other.place} says {quoted(other.text)} "
                f"for {second} against {first}",
                "Empty one of the two, or make it the reciprocal of the other.",
                one.row,
                one.column,
            )
        return a.value if a.value >= 1 else 1 / b.value


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= 12 else f"{', '.join(names[:12])} and {len(names) - 12} more"


def _parsed(text: str) -> _Judgement | None:
    """What stands in a cell as a number; a decimal of two or more places that is a rounded reciprocal is taken for that."""
    text = text.strip().translate(_FULL_WIDTH)
    sign = _FRACTION.fullmatch(text)
    if sign:
        return _Judgement(float(sign[1] or 0) + unicodedata.numeric(sign[2]), _EXACT)
    found = _RATIO.fullmatch(text)
    if not found:
        return None
    value, within = _number(found[1])
    if found[2]:
        divisor, _ = _number(found[2])
        return _Judgement(value / divisor, _EXACT) if divisor else None
    if 0 < value < 1 and within <= _COARSE:
        nearest = round(1 / value)
        if nearest <= _HIGHEST and abs(1 / nearest - value) <= within + _EXACT:
            value = 1 / nearest
    return _Judgement(value, within + _EXACT)


def _number(text: str) -> tuple[float, float]:
    """A number with a decimal point or comma, and half a unit of its last place; 0 for whole numbers, which are exact."""
    whole, point, decimals = text.replace(",", ".").partition(".")
    return float(f"{whole or 0}.{decimals or 0}"), 0.5 * 10.0 ** -len(decimals) if point and decimals else 0.0
