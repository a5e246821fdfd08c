"""XLSX workbooks as text cells from A1, with what a screen does not show as it is: hidden, merged, never calculated.

Cells are read by calamine. It does not tell what is hidden or merged; the XML is asked for that, and only where it has any.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree

import python_calamine as calamine

from kamassess.readable import readable
from kamassess.reading.archives import plain_copy, sound_archive, sound_parts
from kamassess.reading.bounds import CELLS_OF_WORKBOOK, CHARACTERS_OF_WORKBOOK, COLUMNS, SHEETS, WORKBOOK_BYTES
from kamassess.reading.delimited import read_bytes
from kamassess.reading.extent import SharedTexts, extent, filled
from kamassess.reading.file_kinds import UNREADABLE
from kamassess.reading.places import Gathered

__all__ = ["Book", "Layout", "Sheet", "book_in", "read_book", "read_workbook"]

_OUT_OF_SIGHT = re.compile(rb"""mergeCell |hidden=["'](?:1|true)|<(?:\w+:)?f[ >/]| t=["']e["']""")
_AT_ONCE = 2_000_000
"""Bytes of a sheet that may stand in memory as a tree."""
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_DENSE = 20
"""So many places for each cell that is written down are none too many, whatever their number."""


@dataclass(frozen=True)
class Layout:
    """What a screen does not show as it is; rows and columns from 0, ``merged`` as (top, left), (bottom, right).

    ``formulas`` are all cells with one; ``uncalculated`` those of them that hold no result; ``errors``
    hold ``#N/A`` or the like.
    """

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    uncalculated: frozenset[tuple[int, int]] = frozenset()
    formulas: frozenset[tuple[int, int]] = frozenset()
    errors: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class Sheet:
    """Cells of one sheet as text, from A1."""

    name: str
    cells: Sequence[Sequence[str]]
    visible: bool = True
    layout: Layout = Layout()


@dataclass(frozen=True)
class Book:
    """The sheets of a workbook, its custom properties (texts by name), and whether it has links to other workbooks."""

    sheets: Sequence[Sheet] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    linked: bool = False


def read_workbook(path: Path, shown: str, faults: Gathered) -> list[Sheet]:
    """The sheets of an XLSX file; none (and a fault) if it cannot be read."""
    return list(read_book(path, shown, faults).sheets)


def read_book(path: Path, shown: str, faults: Gathered) -> Book:
    """An XLSX file; without sheets (and a fault) if it cannot be read."""
    raw = read_bytes(path, shown, faults, WORKBOOK_BYTES)
    return Book() if raw is None else book_in(raw, shown, faults)


def book_in(raw: bytes, shown: str, faults: Gathered) -> Book:
    """The same of the bytes of a file."""
    if not sound_archive(raw, shown, faults):
        return Book()
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if not sound_parts(archive, raw, shown, faults):
                return Book()
            names = frozenset(archive.namelist())
            raw = plain_copy(archive)
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            layouts = _layouts(archive, shown, faults)
            if layouts is None:
                return Book()
            properties = _properties(archive.read(_CUSTOM)) if _CUSTOM in names else {}
        sheets = _sheets(raw, layouts)
    except (calamine.CalamineError, ElementTree.ParseError, *UNREADABLE):
        faults.add("is a damaged workbook", "Open it in Excel or LibreOffice and save it again as .xlsx.", file=shown)
        return Book()
    return Book(sheets, properties, any(name.startswith("xl/externalLinks/") for name in names))


_CUSTOM = "docProps/custom.xml"


def _properties(content: bytes) -> dict[str, str]:
    """Custom properties by name."""
    return {element.get("name", ""): "".join(part.text or "" for part in element) for element in _elements(content, "property")}


def _sheets(raw: bytes, layouts: Mapping[str, Layout]) -> list[Sheet]:
    """The cells of all sheets.

    Raises
    ------
    ValueError
        The reader gave up, as its language does where something must not be: its error is no ``Exception``.
    """
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        return [
            Sheet(meta.name, _cells(book, meta.name), _visible(meta), layouts.get(meta.name, Layout()))
            for meta in book.sheets_metadata
            if meta.typ == calamine.SheetTypeEnum.WorkSheet
        ]
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise ValueError(str(error)) from None
        raise


def _visible(meta: Any) -> bool:
    return bool(meta.visible == calamine.SheetVisibleEnum.Visible)


def _cells(book: Any, name: str) -> list[list[str]]:
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    blank = [""] * (len(rows[0]) if rows else 0)  # once for all rows with nothing in them: there may be a million
    return [blank if row == blank else [_text(cell) for cell in row] for row in rows]


def _text(cell: object) -> str:
    """A cell as a person reads it: 4.0 is 4."""
    if type(cell) is str:
        return readable(cell).strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return "" if cell is None else str(cell).strip()


# -- layout ----------------------------------------------------------------------------------------------------------------


def _layouts(archive: zipfile.ZipFile, shown: str, faults: Gathered) -> dict[str, Layout] | None:
    """The layout of each sheet that has something out of sight, by its name; None (and a fault) where there is too much."""
    parts = {}
    for relation in _elements(archive.read("xl/_rels/workbook.xml.rels"), "Relationship"):
        parts[relation.get("Id")] = _part(archive, relation.get("Target", ""))
    sheets = _elements(archive.read("xl/workbook.xml"), "sheet")
    if len(sheets) > SHEETS:
        faults.add(f"has {len(sheets):,} sheets", f"At most {SHEETS:,} are read: split it.", file=shown)
        return None
    shared = _part(archive, "sharedStrings.xml")
    texts = SharedTexts(archive.read(shared) if shared in archive.NameToInfo else b"")
    found, cells, characters = {}, 0, 0
    for sheet in sheets:
        name = sheet.get("name", "")
        content = archive.read(parts[next((value for key, value in sheet.items() if key.endswith("}id")), None)])
        height, width = extent(content)
        if height * width > max(CELLS_OF_WORKBOOK, _DENSE * filled(content)):
            remedy = "Delete what stands far outside the table, and save it again."
            faults.add("has cells millions of places apart", remedy, file=shown, sheet=name)
            return None
        cells += height * width
        characters += texts.characters(content)
        if cells > CELLS_OF_WORKBOOK or characters > CHARACTERS_OF_WORKBOOK:
            many = f"{CELLS_OF_WORKBOOK:,} cells" if cells > CELLS_OF_WORKBOOK else f"{CHARACTERS_OF_WORKBOOK:,} characters"
            faults.add(f"has more than {many}", "Split it, or save it as CSV.", file=shown, sheet=name)
            return None
        if _OUT_OF_SIGHT.search(content):
            found[name] = _layout(content)
    return found


def _part(archive: zipfile.ZipFile, target: str) -> str:
    """The name of a part that a workbook refers to, as readers of workbooks find it."""
    plain = target.removeprefix("/").removeprefix("xl/")
    wanted = str(PurePosixPath("xl") / plain).casefold()
    return next((name for name in archive.namelist() if name.casefold() == wanted), wanted)


def _elements(content: bytes, name: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(content)  # noqa: S314 - it declares nothing
    return [element for element in root.iter() if _local(element) == name]


def _local(element: ElementTree.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _layout(content: bytes) -> Layout:
    rows: set[int] = set()
    columns: set[int] = set()
    merged = []
    uncalculated, formulas, errors = set(), set(), set()
    for kind, element in _parts(content):
        if kind == "c" and len(element):
            if element.get("t") == "e":
                errors.add(_position(element.get("r", "")))
            parts = {_local(part): part.text for part in element}
            if "f" in parts:
                place = _position(element.get("r", ""))
                formulas.add(place)
                if not parts.get("v") and element.get("t") != "str":  # an empty text is a result
                    uncalculated.add(place)
        elif kind == "row" and _hidden(element) and element.get("r"):
            rows.add(int(element.get("r", "")) - 1)
        elif kind == "col" and _hidden(element):
            columns.update(range(max(int(element.get("min", "")), 1) - 1, min(int(element.get("max", "")), COLUMNS)))
        elif kind == "mergeCell":
            first, _, last = element.get("ref", "").partition(":")
            merged.append((_position(first), _position(last or first)))
    cells = (frozenset(places) for places in (uncalculated, formulas, errors))
    return Layout(frozenset(rows), frozenset(columns), tuple(sorted(merged)), *cells)


def _parts(content: bytes) -> Iterator[tuple[str, ElementTree.Element]]:
    """Every element with its name; of a large sheet one row after the other, of a small one all at once: half the time."""
    names: dict[str, str] = {}
    if len(content) <= _AT_ONCE:
        for element in ElementTree.fromstring(content).iter():  # noqa: S314
            tag = element.tag
            yield names.get(tag) or names.setdefault(tag, _local(element)), element
        return
    for _, element in ElementTree.iterparse(io.BytesIO(content)):  # noqa: S314
        kind = _local(element)
        yield kind, element
        if kind == "row":
            element.clear()


def _hidden(element: ElementTree.Element) -> bool:
    return element.get("hidden") in ("1", "true")


def _position(name: str) -> tuple[int, int]:
    """Row and column, from 0, of a cell called ``B7``."""
    found = _CELL.fullmatch(name)
    if found is None:
        raise ValueError(name)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1
