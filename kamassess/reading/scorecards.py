"""Scorecards that people edited and saved into ``scorecards/``: what they decided there, and everything that cannot be so.

A scorecard knows what it is: a hidden sheet has its unit, wave and questionnaire, and what stood in each cell that may be edited.
Only cells that say something else now, or that were decided by hand before, are decisions.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kamassess.errors import quoted
from kamassess.instrument import Instrument
from kamassess.planning import EFFORTS, STATUSES, ActionLibrary, Decided, Given, OwnAction
from kamassess.readable import visible
from kamassess.reading.bounds import WORKBOOK_BYTES
from kamassess.reading.contents import content_of, linked_out
from kamassess.reading.delimited import column_letter
from kamassess.reading.misplaced import SCORECARD_SCHEMA, told_of_book, told_of_file
from kamassess.reading.named_files import left_aside
from kamassess.reading.package_data import package_labels
from kamassess.reading.places import Gathered
from kamassess.reading.plans import MONTHS, Place, Plans, Stated, StatedLine, latest_start
from kamassess.reading.sheets import Sheet, read_book
from kamassess.reading.yaml_tree import suggestion

__all__ = ["IDENTITY", "OWN", "SCHEMA", "SCORECARDS", "Known", "read_scorecards"]

SCORECARDS = "scorecards"
"""The folder, in that of the engagement."""
IDENTITY, SCHEMA = "kamassess", f"{SCORECARD_SCHEMA}1"
"""The name of the hidden sheet, and what stands first in it."""
OWN = re.compile(r"OWN-\d+")
"""Ids of lines that people add."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d.*")
_TABLES: Mapping[str, tuple[Decided, ...]] = {
    "dimensions": ("target",),
    "roadmap": ("taken_up", "owner", "start", "effort", "status"),
}
_AGAIN = "Make the scorecard again with 'kamassess report', and carry over what was edited."


@dataclass(frozen=True)
class Known:
    """What scorecards of an engagement are held against; ``ends`` are those of the scale of each dimension."""

    units: Sequence[str]
    wave: str
    instrument: Instrument
    ends: Mapping[str, tuple[float, float]]
    library: ActionLibrary


def read_scorecards(folder: Path, known: Known, faults: Gathered, plans: Plans) -> None:
    """Everything that was decided in the scorecards of a folder; nothing if there is no such folder."""
    if not folder.is_dir():
        return
    if told := linked_out(folder, folder.parent):
        faults.add(*told, file=SCORECARDS)
        return
    for path in sorted(folder.iterdir()):
        name = f"{SCORECARDS}/{visible(path.name)}"
        if left_aside(path):
            continue
        if told := linked_out(path, folder.parent):
            faults.add(*told, file=name)
            continue
        if path.is_dir():
            faults.add("is a folder, which is not looked into", f"Move its files into {SCORECARDS}.", file=name)
            continue
        if path.suffix.lower() != ".xlsx":
            faults.add(*told_of_file(path, SCORECARDS), file=name)
            continue
        book = read_book(path, name, faults)
        sheets = book.sheets
        if told := told_of_book(book, SCORECARDS):
            faults.add(*told, file=name)
        elif sheets:
            plans.files[name] = hashlib.sha256(content_of(path, WORKBOOK_BYTES)).hexdigest()
            _Scorecard(name, sheets, known, faults, plans).read()


@dataclass(frozen=True)
class _Written:
    """What stood in a cell when the file was made, what had stood there before somebody decided, and whether somebody had."""

    text: str
    old: str
    by_hand: bool


@dataclass
class _Scorecard:
    """One file in reading."""

    file: str
    sheets: Sequence[Sheet]
    known: Known
    faults: Gathered
    plans: Plans
    wrong: int = 0

    def read(self) -> None:
        """Its identity first; of another unit, wave or questionnaire nothing is read."""
        hidden = next((sheet for sheet in self.sheets if sheet.cells and sheet.cells[0][:2] == ["schema", SCHEMA]), None)
        if hidden is None:
            remedy = "Take it out of this folder; a file of an older version must be made again."
            self._fault("is no scorecard of a unit that this version of kamassess made", remedy)
            return
        facts = {row[0]: row[1] for row in hidden.cells if len(row) > 1 and row[0] != "cell"}
        if not self._is_ours(facts):
            return
        self.unit = facts["unit"]
        cells = [row for row in hidden.cells if row[0] == "cell" and len(row) > 6]
        self.written = {(row[1], row[2], row[3]): _Written(row[4], row[5], row[6] == "1") for row in cells}
        for table in _TABLES:
            if table == "dimensions" or any(key[0] == table for key in self.written):
                self._table(table)

    def _is_ours(self, facts: Mapping[str, str]) -> bool:
        instrument = self.known.instrument
        unit, wave = facts.get("unit", ""), facts.get("wave", "")
        sound = True
        if unit not in self.known.units:
            self._fault(f"is of {quoted(unit)}, which is no unit of this engagement", suggestion(unit, self.known.units))
            sound = False
        if wave != self.known.wave:
            remedy = f"Take it out, or make one of wave {self.known.wave} and carry over what was edited."
            self._fault(f"is of wave {quoted(wave)}, and the current one is {self.known.wave}", remedy)
            sound = False
        made = (facts.get("instrument", ""), facts.get("version", ""), facts.get("sha256", ""))
        if made != (instrument.id, instrument.version, instrument.sha256):
            self._fault(f"was made with another questionnaire ({made[0]} {made[1]})", _AGAIN)
            sound = False
        return sound

    def _fault(self, message: str, remedy: str, place: Place | None = None) -> None:
        self.wrong += 1
        where = place or Place(self.file)
        self.faults.add(message, remedy, file=where.file, sheet=where.sheet, row=where.row, column=where.column)

    # -- tables ----------------------------------------------------------------------------------------------------------

    def _table(self, table: str) -> None:
        found = next(((sheet, row) for sheet in self.sheets for row in _key_rows(sheet, table)), None)
        if found is None:
            self._fault(f"has no table of {table}", f"Do not delete its hidden row of keys. {_AGAIN}")
            return
        sheet, top = found
        columns = {key.partition(".")[2]: place for place, key in enumerate(sheet.cells[top]) if key.startswith(f"{table}.")}
        gone = [key for key in ("id", *_TABLES[table]) if key not in columns]
        if gone:
            self._fault(f"has no column of {', '.join(gone)}", _AGAIN, Place(self.file, sheet.name))
            return
        seen: dict[str, int] = {}
        for row in range(top + 2, len(sheet.cells)):
            name = _cell(sheet, row, columns["id"])
            if not name:
                if not any(sheet.cells[row]):
                    break
                continue
            if name in seen:
                place = Place(self.file, sheet.name, row + 1)
                self._fault(f"{quoted(name)} stands a second time, first in row {seen[name]}", "Delete one of the rows.", place)
                continue
            seen[name] = row + 1
            self._row(table, sheet, row, columns, name)

    def _row(self, table: str, sheet: Sheet, row: int, columns: Mapping[str, int], name: str) -> None:
        if table == "roadmap" and OWN.fullmatch(name):
            self._own(sheet, row, columns, name)
            return
        valid: Sequence[str] = list(self.known.ends) if table == "dimensions" else list(self.known.library.actions)
        if table == "dimensions" and name in ("overall", *(screen.id for screen in self.known.instrument.screens)):
            return
        if name not in valid:
            what = "dimension of the questionnaire" if table == "dimensions" else "action of the library"
            place = Place(self.file, sheet.name, row + 1, column_letter(columns["id"]))
            self._fault(f"{quoted(name)} is no {what}", suggestion(name, valid), place)
            return
        for field in _TABLES[table]:
            place = Place(self.file, sheet.name, row + 1, column_letter(columns[field]))
            text = _cell(sheet, row, columns[field])
            if (row, columns[field]) in sheet.layout.formulas:
                self._fault("is a formula", "Write the value itself.", place)
                continue
            before = self.written.get((table, name, field), _Written("", "", False))
            if before.by_hand or not _alike(text, before.text):
                new = self._value(field, name, text, place)
                old = _plain(field, before.old if before.by_hand else before.text)
                if new is not _NOTHING and new != old:  # a decision that was taken back is none
                    stood = _plain(field, before.text)
                    self.plans.stated.append(Stated(self.unit, name, field, new, old, place, stood))  # type: ignore[arg-type]

    def _own(self, sheet: Sheet, row: int, columns: Mapping[str, int], name: str) -> None:
        """A line that people added; an empty one is none."""
        keys = [key for key in ("do", "owner", "start", "end", "effort", "status") if key in columns]
        texts = {key: _cell(sheet, row, columns[key]) for key in keys}
        if not any(texts.values()):
            return
        places = {key: Place(self.file, sheet.name, row + 1, column_letter(columns[key])) for key in keys}
        formulas = [key for key in keys if (row, columns[key]) in sheet.layout.formulas]
        for key in formulas:
            self._fault("is a formula", "Write the value itself.", places[key])
        if not texts.get("do"):
            self._fault(
                f"{name} says nothing of what to do", "Write it, or empty the row.", Place(self.file, sheet.name, row + 1)
            )
        if formulas or not texts.get("do"):
            return
        before = self.wrong
        starts = self._whole(texts.get("start", ""), 0, MONTHS, places["start"])
        ends = self._whole(texts.get("end", ""), starts or 0, MONTHS, places["end"])
        effort = self._whole(texts.get("effort", ""), EFFORTS[0], EFFORTS[-1], places["effort"])
        status = self._value("status", name, texts.get("status", ""), places["status"])
        if self.wrong == before:
            told = status if isinstance(status, str) else None
            line = OwnAction("", texts["do"], texts.get("owner", ""), starts, ends, effort, told, self.file)
            self.plans.lines.append(StatedLine(self.unit, line, Place(self.file, sheet.name, row + 1)))

    # -- values ----------------------------------------------------------------------------------------------------------

    def _value(self, field: Decided, name: str, text: str, place: Place) -> object:
        """What a cell says; ``_NOTHING`` where it says nothing, or nothing that can be so (and a fault)."""
        match field:
            case "target":
                return self._number(text, *self.known.ends[name], place) if text else None
            case "owner":
                return text
            case "start":
                found = self._whole(text, 0, latest_start(self.known.library.actions[name].months), place)
                return _NOTHING if found is None else found
            case "effort":
                found = self._whole(text, EFFORTS[0], EFFORTS[-1], place)
                return _NOTHING if found is None else found
            case "status":
                return self._word(text, {code: f"sc_status_{code}" for code in STATUSES}, place)
            case _:
                found_word = self._word(text, {"yes": "sc_yes", "no": "sc_no"}, place)
                return found_word if found_word is _NOTHING else found_word == "yes"

    def _number(self, text: str, low: float, high: float, place: Place) -> object:
        try:
            value = float(text)
        except ValueError:
            self._no_number(text, f"Write a number from {low:g} to {high:g}.", place)
            return _NOTHING
        if not low <= value <= high:
            self._fault(f"is {value:g}", f"It must be between {low:g} and {high:g}.", place)
            return _NOTHING
        return value

    def _whole(self, text: str, low: int, high: int, place: Place) -> int | None:
        """A whole number within these ends; None for an empty cell, and for what is none (and a fault)."""
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            self._no_number(
                text, f"Write a whole number from {low} to {high}; months are counted from the beginning of the plan.", place
            )
            return None
        if not value.is_integer() or not low <= value <= high:
            self._fault(f"is {value:g}", f"Write a whole number from {low} to {high}.", place)
            return None
        return int(value)

    def _no_number(self, text: str, remedy: str, place: Place) -> None:
        message = f"is a date ({text[:10]}), not a number" if _DATE.fullmatch(text) else f"is {quoted(text)}, not a number"
        self._fault(message, remedy, place)

    def _word(self, text: str, labels: Mapping[str, str], place: Place) -> object:
        """A word of a list, in either language, or its code."""
        if not text:
            return _NOTHING
        told = {
            written.casefold(): code for code, label in labels.items() for written in (code, *package_labels()[label].values())
        }
        if text.casefold() not in told:
            words = [written for label in labels.values() for written in package_labels()[label].values()]
            self._fault(f"is {quoted(text)}", f"Choose one of: {', '.join(words)}.", place)
            return _NOTHING
        return told[text.casefold()]


_NOTHING = object()
"""Stands for what no decision can be made of."""


def _key_rows(sheet: Sheet, table: str) -> Iterator[int]:
    """Rows in which the keys of a table stand."""
    for row, cells in enumerate(sheet.cells):
        if any(cell.startswith(f"{table}.") for cell in cells) and f"{table}.id" in cells:
            yield row


def _cell(sheet: Sheet, row: int, column: int) -> str:
    cells = sheet.cells[row]
    return cells[column].strip() if column < len(cells) else ""


def _alike(one: str, other: str) -> bool:
    """Whether two cells say the same: 3 and 3.0 do."""
    try:
        return abs(float(one) - float(other)) < 1e-9
    except ValueError:
        return one == other


def _plain(field: Decided, text: str) -> Given:
    """What stood in a cell, as a decision holds it."""
    if not text or text == "–":
        return None
    if field in ("target", "start", "effort"):
        try:
            return float(text)
        except ValueError:
            return None
    if field == "taken_up":
        return text.casefold() in {written.casefold() for written in ("yes", *package_labels()["sc_yes"].values())}
    if field == "status":
        labels = {code: package_labels()[f"sc_status_{code}"] for code in STATUSES}
        return next((code for code, label in labels.items() if text == code or text in label.values()), text)
    return text
