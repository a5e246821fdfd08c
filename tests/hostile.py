"""The sample engagement, filled in by somebody hostile: the whole corpus of :mod:`payloads` in every field that takes text.

Its twin has harmless words in their place: what a page of the one has more than a page of the other, a payload has made.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml
from payloads import PAYLOADS, Payload, of_kind

from kamassess.reading.scorecards import SCHEMA
from kamassess.resources import carried, instruments

__all__ = ["FILE", "LANGUAGES", "UNIT", "engagement", "in_questions"]

UNIT, UNITS, LANGUAGES = "NC", ("NC", "EC"), ("en", "zh")
FILE = "=1+1 <img src=x onerror=alert(1)> {{7*7}} #panic() \x1b[2J\u202e\u200b\u3164\nNo problems found: 1 unit"
"""The name of files, without its ending."""
_LONG = 200
_SHORT = [payload for payload in PAYLOADS if len(payload.raw) <= _LONG]
_NAMES = [payload for payload in _SHORT if len(payload.raw) <= 90 and "\n" not in payload.shown]
_OTHERS = re.compile(r"(?:CA|EX|OM|SC)(?:\d{4}|-M\d+)?$")
"""Units that are left out, their accounts and managers."""
_IDS = ("account", "manager", "order", "rater", "客户编号")
"""Columns of ids, of accounts, people and orders."""


def in_questions(count: int) -> list[list[Payload]]:
    """The payloads that each of so many questions has: all of them, some in each."""
    found: list[list[Payload]] = [[] for _ in range(count)]
    for place, payload in enumerate(PAYLOADS):
        found[place % count].append(payload)
    return found


def engagement(folder: Path, *, hostile: bool = True) -> Path:
    """Write the engagement into *folder*."""
    write = (lambda payload: payload.text) if hostile else _twin
    sample = carried("sample_data")
    shutil.copytree(
        sample, folder, ignore=shutil.ignore_patterns("*.py", "story.yaml", "data_story.yaml", "datasets.csv", "*.md", "brands")
    )
    _Hostile(folder, write).fill()
    return folder


def _loaded(text: str) -> Any:
    return yaml.load(text, Loader=yaml.CSafeLoader)


def _twin(payload: Payload) -> str:
    return ("word " * (len(payload.raw) // 5 + 1)) + payload.marker


class _Hostile:
    """The files of an engagement, rewritten with payloads as *write* has them."""

    def __init__(self, folder: Path, write: Callable[[Payload], str]) -> None:
        self.folder = folder
        self.write = write
        self._next = cycle(_NAMES)
        self.file = "other" if write is _twin else FILE
        self.earlier = f"2025 {self.name()}"
        self._known: dict[str, str] = {}

    def name(self) -> str:
        """A name: the next payload that may be one."""
        return self.write(next(self._next))

    def known(self, name: str) -> str:
        """An id: the same payload before it wherever it stands."""
        return self._known.setdefault(name, f"{self.name()} {name}") if name else ""

    def both(self, words: dict[str, str]) -> dict[str, str]:
        """A text in both languages, a payload before it."""
        return {language: f"{self.name()} {text}" for language, text in words.items()}

    def fill(self) -> None:
        """Rewrite everything, of two units: a test need not wait for more."""
        for path in (self.folder / "responses").iterdir():
            if path.stem.partition("-")[2] not in UNITS:
                path.unlink()
        (self.folder / "data" / "plans.xlsx").unlink()
        self._instrument()
        self._settings()
        self._answers()
        self._evidence()
        self._tables()
        self._workshop()
        self._scorecard()

    def _instrument(self) -> None:
        model = _loaded((instruments() / "kam.yaml").read_text(encoding="utf-8"))
        asked = [
            question
            for part in (*model["dimensions"], *model["screens"])
            for one in part["criteria"]
            for question in one["questions"]
        ]
        for question, payloads in zip(asked, in_questions(len(asked)), strict=True):
            question["text"] = {language: " ".join(map(self.write, payloads)) for language in LANGUAGES}
        kept = {id(question["text"]) for question in asked}
        self._save("instrument.yaml", self._filled(model, kept))

    def _filled(self, found: Any, kept: set[int]) -> Any:
        if isinstance(found, dict):
            if set(found) == set(LANGUAGES) and id(found) not in kept and all(isinstance(text, str) for text in found.values()):
                return self.both(found)
            return {key: self._filled(value, kept) for key, value in found.items()}
        return [self._filled(entry, kept) for entry in found] if isinstance(found, list) else found

    def _settings(self) -> None:
        settings = _loaded((self.folder / "engagement.yaml").read_text(encoding="utf-8"))
        settings["company"] = self.both(settings["company"])
        settings["units"] = [unit for unit in settings["units"] if unit["id"] in ("GRP", *UNITS)]
        settings["programme_cost"] = {unit: settings["programme_cost"][unit] for unit in UNITS}
        settings["metrics"]["executives"] = {unit: settings["metrics"]["executives"][unit] for unit in UNITS}
        settings |= {"instrument": "instrument.yaml", "actions": "kam", "branding": "brand.yaml"}
        for unit in settings["units"]:
            unit["name"] = self.both(unit["name"])
            if unit["id"] == UNIT:
                unit["roadmap"] = [{"do": self.name(), "owner": self.name(), "start": 0, "end": 2, "effort": 1} for _ in range(4)]
        self._save("engagement.yaml", settings)
        brand = _loaded((carried("templates") / "brand.yaml").read_text(encoding="utf-8"))
        brand["name"] = self.name()
        brand["footer"] = {language: self.name() for language in LANGUAGES}
        self._save("brand.yaml", brand)

    def _answers(self) -> None:
        path = self.folder / "responses" / "2026-NC.csv"
        head, *rows = self._rows(path)
        people = dict.fromkeys((row[1], row[3], self.known(row[2])) for row in rows if row[0] == "2026")
        missing = ((UNIT, "kam", self.write(payload)) for payload in of_kind("control", "direction", "template", "script")[::4])
        self._table(self.folder / "invited.csv", ("unit", "role", "respondent"), [*people, *missing])
        comments = cycle(PAYLOADS)
        for row in rows:
            row[2], row[6] = self.known(row[2]), self.write(next(comments))
        path.unlink()
        self._table(path.with_name(f"{self.file}.csv"), head, rows)
        for unit in UNITS:
            path = path.with_name(f"2025-{unit}.csv")
            head, *rows = self._rows(path)
            self._table(path, head, [[self.earlier, row[1], self.known(row[2]), *row[3:]] for row in rows])

    def _evidence(self) -> None:
        path = self.folder / "evidence.csv"
        head, *rows = self._rows(path)
        for row in rows:
            row[head.index("title")] = self.name()
            if row[head.index("reviewer")]:
                row[head.index("reviewer")] = self.name()
        proof = self.folder / f"{self.file}.pdf".replace("\n", "")
        proof.write_bytes(b"%PDF")
        self._table(path, [*head, "file"], [[*row, self.name() if place else proof.name] for place, row in enumerate(rows)])

    def _tables(self) -> None:
        renamed = {
            "accounts": ("name", "group", "manager", "industry", "sponsor"),
            "options": ("note",),
            "activities": ("contact",),
        }
        for table, columns in renamed.items():
            path = self.folder / "data" / f"{table}.csv"
            head, *rows = self._rows(path)
            for column in columns:
                place, known = head.index(column), dict[str, str]()
                for row in rows:
                    if row[place] and column != "manager":
                        row[place] = known.setdefault(row[place], self.name())
            if table == "options":
                known = {}
                for row in rows:
                    for place in (0, 1):
                        if row[place] and row[place] != "all":
                            row[place] = known.setdefault(row[place].split(" | ")[0], self.name().replace("|", "/"))
            self._table(path, head, rows)
        self._products()
        for path in (self.folder / "data").glob("*.csv"):
            head, *rows = self._rows(path)
            places = [place for place, column in enumerate(head) if column in _IDS]
            for row in rows:
                for place in places:
                    row[place] = self.known(row[place])
            self._table(path, head, rows)

    def _products(self) -> None:
        known: dict[str, str] = {}
        for table in ("sales", "deliveries", "launches"):
            path = self.folder / "data" / f"{table}.csv"
            head, *rows = self._rows(path)
            place = head.index("product")
            for row in rows:
                if row[place]:
                    row[place] = known.setdefault(row[place], self.name())
            self._table(path, head, rows)

    def _workshop(self) -> None:
        (path,) = (self.folder / "workshops").glob("*.yaml")
        record = _loaded(path.read_text(encoding="utf-8"))
        for vote in record["votes"]:
            vote["comments"] = [self.name()]
        for action in record["actions"]:
            action |= {"do": self.name(), "owner": self.name()}
        self._save(f"workshops/{path.name}", record)
        for path in (self.folder / "workshops").iterdir():
            path.rename(path.with_name(f"{self.file}{path.suffix}"))

    def _scorecard(self) -> None:
        """A scorecard that came back: others own its actions, and it has actions of others."""
        digest = hashlib.sha256((self.folder / "instrument.yaml").read_bytes()).hexdigest()
        facts = [
            ("schema", SCHEMA),
            ("unit", UNIT),
            ("wave", "2026"),
            ("instrument", "kam"),
            ("version", "1.0"),
            ("sha256", digest),
        ]
        cells = [("cell", "roadmap", "RET-1.2", "owner", "", "", "0")]
        keys = ("id", "do", "taken_up", "owner", "start", "end", "effort", "status")
        table = [
            [f"roadmap.{key}" for key in keys],
            list(keys),
            ["RET-1.2", "", "", self.name(), "", "", "", ""],
            *([f"OWN-{number}", self.name(), "", self.name(), 0, 2, 1, ""] for number in (1, 2, 3)),
        ]
        (self.folder / "scorecards").mkdir()
        with xlsxwriter.Workbook(self.folder / "scorecards" / f"{self.file}.xlsx") as book:
            for rows in ([("dimensions.id", "dimensions.target"), ("id", "target")], table, facts + cells):
                sheet = book.add_worksheet()
                for number, row in enumerate(rows):
                    for place, cell in enumerate(row):
                        (sheet.write_number if isinstance(cell, int) else sheet.write_string)(number, place, cell)

    def _rows(self, path: Path) -> Iterator[list[str]]:
        raw = path.read_bytes()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("gb18030")
        for row in csv.reader(io.StringIO(text, newline="")):
            if not any(map(_OTHERS.match, row[:3])):
                yield row

    def _table(self, path: Path, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *rows])

    def _save(self, name: str, data: object) -> None:
        (self.folder / name).write_text(
            yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=1_000_000), encoding="utf-8"
        )
