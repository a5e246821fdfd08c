"""What workshops left in ``workshops/``: for each a table of agreed answers and a sheet of votes, targets and actions.

People may correct both by hand, so everything in them is checked as any input is. Nothing of it ever counts as an answer of the
survey.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kamassess.errors import InputError, quoted
from kamassess.instrument import Instrument, Question, scale_ends
from kamassess.readable import visible
from kamassess.reading.answer_words import ANSWERED, NOT_APPLICABLE, allowed_answers, answer_code, read_answer, value_text
from kamassess.reading.bounds import PEOPLE, TABLE_BYTES
from kamassess.reading.contents import content_of, linked_out
from kamassess.reading.named_files import Input, left_aside
from kamassess.reading.places import Gathered
from kamassess.reading.yaml_tree import Tree, read_tree, suggestion
from kamassess.recorded import ROLE, WORDS, RecordedAction, RecordedAnswer, RecordedRound, WorkshopRecord

__all__ = ["SCHEMA", "WORKSHOPS", "Asked", "ReadWorkshops", "read_workshops"]

WORKSHOPS = "workshops"
"""The folder, in that of the engagement."""
SCHEMA = "kamassess.workshop/1"
_FEWEST = 3
"""People of whom anything is shown (``kamassess.scoring.anonymity.ANONYMITY``)."""
_REQUIRED = ("schema", "session", "wave", "unit", "instrument", "agenda", "people")
_OPTIONAL = ("state", "day", "votes", "targets", "targets_before", "actions")


@dataclass(frozen=True)
class Asked:
    """What records are held against: units, and the instrument of each wave that there is; no waves where they are not known."""

    units: Sequence[str]
    current: Instrument
    waves: Sequence[str] | None
    earlier: Mapping[str, Instrument] = field(default_factory=dict)

    def of(self, wave: str) -> Instrument:
        """The instrument of a wave."""
        return self.earlier.get(wave, self.current)


@dataclass
class ReadWorkshops:
    """All records, in the order of wave, unit, day and session, and their files."""

    records: tuple[WorkshopRecord, ...] = ()
    inputs: tuple[Input, ...] = ()


def read_workshops(folder: Path, asked: Asked, faults: Gathered) -> ReadWorkshops:
    """Read the records of an engagement; *faults* takes everything that is wrong with them. Without a folder there are none."""
    place = folder / WORKSHOPS
    if not place.is_dir():
        return ReadWorkshops()
    if told := linked_out(place, folder):
        faults.add(*told, file=WORKSHOPS)
        return ReadWorkshops()
    sheets, tables = _files(place, faults)
    for stem in sorted(tables.keys() - sheets.keys()):
        remedy = f"Put back {stem}.yaml, or take the table out."
        faults.add("is the table of a workshop whose other file is not there", remedy, file=_shown(tables[stem]))
    records: list[WorkshopRecord] = []
    known: dict[str, str] = {}
    for stem, path in sorted(sheets.items()):
        name = _shown(path)
        found = _Record(path, tables.get(stem), asked, faults).read()
        if found is None:
            continue
        if found.session in known:
            message = f"is a second record of workshop {quoted(found.session)}; the first is {known[found.session]}"
            faults.add(message, "Keep one of them.", file=name)
            continue
        known[found.session] = name
        records.append(found)
    paths = sorted([*sheets.values(), *tables.values()])
    inputs = tuple(Input(_shown(path), _sha256(path)) for path in paths)
    order = sorted(records, key=lambda record: (record.wave, record.unit, record.day, record.session))
    return ReadWorkshops(tuple(order), inputs)


def _files(place: Path, faults: Gathered) -> tuple[dict[str, Path], dict[str, Path]]:
    """Sheets and tables by the name they share; notes what else lies there."""
    sheets: dict[str, Path] = {}
    tables: dict[str, Path] = {}
    for path in sorted(place.iterdir()):
        if left_aside(path):
            continue
        kind = path.suffix.lower()
        if told := linked_out(path, place.parent):
            faults.add(*told, file=_shown(path))
        elif path.is_dir():
            faults.add("is a folder, which is not looked into", f"Move its files into {WORKSHOPS}.", file=_shown(path))
        elif kind == ".yaml":
            sheets[path.stem] = path
        elif kind == ".csv":
            tables[path.stem] = path
        else:
            remedy = "Save a table as .csv and the rest as .yaml, or move it elsewhere."
            faults.add("is neither .yaml nor .csv", remedy, file=_shown(path))
    return sheets, tables


def _shown(path: Path) -> str:
    return f"{WORKSHOPS}/{visible(path.name)}"


def _sha256(path: Path) -> str:
    return hashlib.sha256(content_of(path, TABLE_BYTES)).hexdigest()


@dataclass
class _Record:
    """One record in reading."""

    path: Path
    table: Path | None
    asked: Asked
    faults: Gathered

    def read(self) -> WorkshopRecord | None:
        """The record; None (and faults) where it is none of this engagement."""
        name = _shown(self.path)
        try:
            tree, noted = read_tree(self.path, name)
        except InputError as error:
            for fault in error.faults:
                self.faults.add(fault.message, fault.remedy, file=name, line=fault.line)
            return None
        found = self._sheet(tree, name)
        for fault in noted.found:
            self.faults.add(fault.message, fault.remedy, file=name, line=fault.line)
        return found

    def _sheet(self, tree: Tree, name: str) -> WorkshopRecord | None:
        fields = tree.fields(_REQUIRED, _OPTIONAL)
        if not set(_REQUIRED) <= fields.keys():
            return None
        if fields["schema"].word() != SCHEMA:
            remedy = f"Write {SCHEMA}, or take the file out; one of a later version needs that version."
            fields["schema"].fault(f"is {quoted(fields['schema'].word())}", remedy)
            return None
        session, wave, unit = (fields[key].word() for key in ("session", "wave", "unit"))
        instrument = self._instrument(fields, wave, unit)
        if instrument is None or not session:
            return None
        blocks = {block.id: block for block in instrument.blocks}
        agenda = [entry.choice(tuple(blocks)) for entry in fields["agenda"].list(empty=True)]
        targets = self._targets(fields.get("targets"), instrument)
        files = [(name, _sha256(self.path)), *([(_shown(self.table), _sha256(self.table))] if self.table else [])]
        return WorkshopRecord(
            session=session,
            wave=wave,
            unit=unit,
            day=_day(fields.get("day")),
            instrument=(instrument.id, instrument.version),
            people=_people(fields["people"], instrument),
            agenda=tuple(dict.fromkeys(agenda)),
            rounds=_Votes(instrument).read(fields.get("votes")),
            agreed=self._agreed(instrument, wave, unit),
            targets={about: level for about, (level, _) in targets.items()},
            before=_before(fields.get("targets_before"), targets),
            actions=tuple(_actions(fields.get("actions"), instrument)),
            files=tuple(files),
            lines={about: line for about, (_, line) in targets.items()},
        )

    def _instrument(self, fields: Mapping[str, Tree], wave: str, unit: str) -> Instrument | None:
        """What the wave was asked with; None where the record is of another wave or questionnaire."""
        asked = self.asked
        if unit not in asked.units:
            fields["unit"].fault(f"is {quoted(unit)}, which is no unit of this engagement", suggestion(unit, asked.units))
        if asked.waves is not None and wave not in asked.waves:
            fields["wave"].fault(f"is {quoted(wave)}, which is no wave of this engagement", suggestion(wave, asked.waves))
            return None
        instrument = asked.of(wave)
        told = fields["instrument"].word()
        if told != f"{instrument.id} {instrument.version}":
            remedy = "Take the record out, or declare under 'waves' what the wave was asked with."
            fields["instrument"].fault(
                f"is {quoted(told)}, and wave {wave} is asked with {instrument.id} {instrument.version}", remedy
            )
            return None
        return instrument

    def _targets(self, tree: Tree | None, instrument: Instrument) -> dict[str, tuple[float, int]]:
        ends = {block.id: scale_ends([block]) for block in instrument.blocks}
        found = {}
        for name, entry in tree.items().items() if tree is not None and not tree.null() else ():
            if name not in ends:
                entry.fault("is no dimension of the questionnaire", suggestion(name, list(ends)))
            elif not entry.null():
                found[name] = (entry.number(low=ends[name][0], high=ends[name][1]), entry.line)
        return found

    # -- agreed answers --------------------------------------------------------------------------------------------------

    def _agreed(self, instrument: Instrument, wave: str, unit: str) -> dict[str, RecordedAnswer]:
        if self.table is None:
            remedy = f"Put back {self.path.stem}.csv, with its header alone if nothing was agreed."
            self.faults.add("has no table of agreed answers beside it", remedy, file=_shown(self.path))
            return {}
        from kamassess.reading.delimited import read_csv  # pandas: only where there is something to read
        from kamassess.reading.forms import COLUMNS, REQUIRED

        name = _shown(self.table)
        frame = read_csv(self.table, name, self.faults)
        if frame is None:
            return {}
        headings = [str(column).lower() for column in frame.columns]
        missing = [column for column in REQUIRED if column not in headings]
        other = [column for column in headings if column not in COLUMNS]
        twice = len(set(headings)) < len(headings)
        if missing or other or twice:
            message = (
                f"has no column {', '.join(missing)}" if missing else f"has a column {quoted((other or headings)[0])} too many"
            )
            self.faults.add(message, f"Begin it with the line {','.join(COLUMNS)}.", file=name, row=1)
            return {}
        found: dict[str, RecordedAnswer] = {}
        rows: dict[str, int] = {}
        for number, cells in zip(frame.index.tolist(), frame.astype(str).to_numpy().tolist(), strict=True):
            row = dict(zip(headings, (cell.strip() for cell in cells), strict=True))
            if not any(row.values()):
                continue
            question = row["question"]
            told = self._row(row, instrument, (wave, unit), name, number)
            if question in rows:
                message = f"{quoted(question)} is agreed a second time, first in row {rows[question]}"
                self.faults.add(message, "Keep one of the two.", file=name, row=number, column="question")
            elif told is not None:
                found[question] = told
            rows.setdefault(question, number)
        return {question: found[question] for question in instrument.questions if question in found}

    def _row(
        self, row: Mapping[str, str], instrument: Instrument, of: tuple[str, str], name: str, number: int
    ) -> RecordedAnswer | None:
        def fault(column: str, message: str, remedy: str) -> None:
            self.faults.add(message, remedy, file=name, row=number, column=column)

        constants = {"wave": of[0], "unit": of[1], "respondent": ROLE, "role": ROLE}
        wrong = {column: want for column, want in constants.items() if row[column] != want}
        for column, want in wrong.items():
            fault(column, f"{quoted(row[column])} is not the {column} of this workshop", f"Write {want}.")
        question = instrument.questions.get(row["question"])
        if question is None:
            fault(
                "question", f"{quoted(row['question'])} is no question", suggestion(row["question"], list(instrument.questions))
            )
            return None
        read = read_answer(row["answer"], question.scale)
        if read is None:
            fault("answer", f"{quoted(row['answer'])} is no answer to {question.id}", allowed_answers(question, row["answer"]))
        elif read[1] not in (ANSWERED, NOT_APPLICABLE):
            remedy = "Write an option or NA, or take the row out."
            fault("answer", f"{quoted(row['answer'])} is nothing that a room can agree on", remedy)
        elif not wrong:
            return RecordedAnswer(answer_code(*read), row.get("comment", ""))
        return None


def _before(tree: Tree | None, targets: Mapping[str, object]) -> dict[str, float | None]:
    """What the targets were when the room met."""
    entries = tree.items() if tree is not None and not tree.null() else {}
    return {name: None if entry.null() else entry.number() for name, entry in entries.items() if name in targets}


def _day(tree: Tree | None) -> str:
    """An ISO date, or nothing."""
    text = tree.cell() if tree is not None else ""
    if tree is not None and text and not _is_day(text):
        tree.fault(f"is {quoted(text)}, which is no day", "Write it like 2026-01-31.")
        return ""
    return text


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _people(tree: Tree, instrument: Instrument) -> dict[str, int]:
    found = {}
    for role, entry in tree.items().items():
        if role not in instrument.role_ids:
            entry.fault("is no role of the questionnaire", suggestion(role, instrument.role_ids))
        elif (count := int(entry.number(low=0, high=PEOPLE, whole=True))) > 0:
            found[role] = count
    return {role: found[role] for role in instrument.role_ids if role in found}


def _actions(tree: Tree | None, instrument: Instrument) -> list[RecordedAction]:
    criteria = [criterion.id for criterion in instrument.criteria()]
    found: dict[str, RecordedAction] = {}
    for entry in tree.list(empty=True) if tree is not None and not tree.null() else ():
        fields = entry.fields(["id", "criterion", "do"], ["owner", "due"])
        if len(fields.keys() & {"id", "criterion", "do"}) < 3:
            continue
        name, criterion, do = fields["id"].word(), fields["criterion"].word(), fields["do"].text().strip()
        if criterion not in criteria:
            fields["criterion"].fault(f"is {quoted(criterion)}, which is no criterion", suggestion(criterion, criteria))
        elif name in found:
            fields["id"].fault(f"is {quoted(name)}, as that of another action", "Give each its own.")
        elif name and do:
            owner = fields["owner"].cell() if "owner" in fields else ""
            found[name] = RecordedAction(name, criterion, do, owner, _day(fields.get("due")))
    return list(found.values())


@dataclass
class _Votes:
    """The votes of a record: what may not be shown may not stand there either."""

    instrument: Instrument

    def read(self, tree: Tree | None) -> dict[str, tuple[RecordedRound, ...]]:
        """Rounds by question, in the order of the instrument."""
        found: dict[str, dict[int, RecordedRound]] = {}
        questions = self.instrument.questions
        for entry in tree.list(empty=True) if tree is not None and not tree.null() else ():
            fields = entry.fields(["question", "round", "votes"], ["all", "roles", "comments"])
            if not {"question", "round", "votes"} <= fields.keys():
                continue
            name, number = fields["question"].word(), int(fields["round"].number(low=1, high=PEOPLE, whole=True))
            if name not in questions:
                fields["question"].fault(f"is {quoted(name)}, which is no question", suggestion(name, list(questions)))
            elif number in found.get(name, {}):
                fields["round"].fault(f"is {number}, and round {number} of {name} stands above", "Keep one of them.")
            else:
                found.setdefault(name, {})[number] = self._round(fields, questions[name], number)
        return {name: tuple(found[name][number] for number in sorted(found[name])) for name in questions if name in found}

    def _round(self, fields: Mapping[str, Tree], asked: Question, number: int) -> RecordedRound:
        n = int(fields["votes"].number(low=0, high=PEOPLE, whole=True))
        comments = tuple(sorted(entry.text() for entry in fields["comments"].list(empty=True))) if "comments" in fields else ()
        if "all" not in fields:
            for key in ("roles", "comments"):
                if key in fields:
                    fields[key].fault("stands there without 'all'", "Add how all voted, or take it out.")
            return RecordedRound(number, n)
        whole = self._counts(fields["all"], asked)
        if sum(whole.values()) != n:
            fields["all"].fault(f"counts {sum(whole.values())} votes, and 'votes' says {n}", "Mend one of the two.")
        if n < _FEWEST:
            fields["all"].fault(f"shows how fewer than {_FEWEST} people voted", "Take it out.")
            return RecordedRound(number, n)
        roles = self._roles(fields["roles"], asked, whole) if "roles" in fields else {}
        return RecordedRound(number, n, whole, roles, comments)

    def _roles(self, tree: Tree, asked: Question, whole: Mapping[str, int]) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for role, entry in tree.items().items():
            if role not in asked.roles:
                entry.fault(f"is no role that {asked.id} is asked of", suggestion(role, list(asked.roles)))
                continue
            counts = self._counts(entry, asked)
            if sum(counts.values()) < _FEWEST:
                entry.fault(f"shows how fewer than {_FEWEST} people voted", "Take it out.")
            found[role] = counts
        rest = {name: count - sum(counts.get(name, 0) for counts in found.values()) for name, count in whole.items()}
        more = [name for counts in found.values() for name in counts if rest.get(name, -1) < 0]
        if more:
            tree.fault(f"counts more votes for {more[0]} than 'all' does", "Mend one of the two.")
        elif 0 < sum(rest.values()) < _FEWEST:
            tree.fault(f"lets fewer than {_FEWEST} votes of other roles be worked out", "Take the smallest role out.")
        return found

    def _counts(self, tree: Tree, asked: Question) -> dict[str, int]:
        names = (*map(value_text, asked.scale.values), *WORDS)
        return dict(_count(tree, names))


def _count(tree: Tree, names: Collection[str]) -> list[tuple[str, int]]:
    """How many chose each answer, in the order of the scale."""
    found = {}
    for name, entry in tree.items().items():
        if name not in names:
            entry.fault("is no answer to this question", suggestion(name, list(names)))
        elif (count := int(entry.number(low=0, high=PEOPLE, whole=True))) > 0:
            found[name] = count
    return [(name, found[name]) for name in names if name in found]
