"""What a workshop leaves in the engagement folder: two files that people can open, read and correct.

They hold what the room was shown, not the votes themselves: nobody's answers stand together, no role of fewer than three people
by itself, and no vote that was not shown. So the promise made to the room is kept whoever opens them.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path

from kamassess.batch.files import write_all
from kamassess.batch.jobs import folder_names
from kamassess.reading.forms import COLUMNS
from kamassess.reading.workshops import SCHEMA, WORKSHOPS
from kamassess.recorded import ROLE, RecordedAction, RecordedAnswer, RecordedRound, WorkshopRecord
from kamassess.workshop.shown import spread_of
from kamassess.workshop.state import State

__all__ = ["record_files", "recorded", "write_record"]

_HEAD = (
    "# What a workshop of kamassess left behind; docs/workshop_minutes.md says what may be changed.\n"
    "# Votes stand here as the room was shown them. The file is as confidential as the answers of the survey.\n"
    "# 研讨会记录：投票只记当场公布的结果；保密要求与问卷答卷相同。\n"
)
_NO_TEXT = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""What JSON lets pass and YAML does not."""
_STATE = re.compile(r"^state: (\d+)$", re.MULTILINE)


def recorded(state: State, session: str, declared: Mapping[str, float] | None = None) -> WorkshopRecord:
    """What the workshop with the id *session* comes to so far; *declared* are the targets that the unit had before, if known.

    Raises
    ------
    ValueError
        It was never opened.
    """
    opened = state.opened
    if opened is None:
        raise ValueError("the workshop has no first event")
    roles = [person.role for person in state.people.values()]
    aims = {block.id: state.targets[block.id] for block in state.instrument.blocks if block.id in state.targets}
    order = [question for question in state.instrument.questions if question in state.shown]
    return WorkshopRecord(
        session=session,
        wave=opened.wave,
        unit=opened.unit,
        day=opened.day,
        instrument=opened.instrument[:2],
        people={role.id: roles.count(role.id) for role in state.instrument.roles if role.id in roles},
        agenda=opened.agenda,
        rounds={question: tuple(_round(state, question, round_) for round_ in state.shown[question]) for question in order},
        agreed={name: RecordedAnswer(state.agreed[name]) for name in state.instrument.questions if name in state.agreed},
        targets=aims,
        before={} if declared is None else {name: declared.get(name) for name in aims},
        actions=tuple(RecordedAction(act.action, act.criterion, act.do, act.owner, act.due) for act in state.actions.values()),
    )


def _round(state: State, question: str, round_: int) -> RecordedRound:
    found = spread_of(state, question, round_)
    if found.whole is None:
        return RecordedRound(round_, found.n)
    roles = {role: _chosen(counts) for role, counts in found.roles.items()}
    return RecordedRound(round_, found.n, _chosen(found.whole), roles, found.comments)


def _chosen(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}


def write_record(state: State, folder: Path, name: str, declared: Mapping[str, float] | None = None) -> list[Path]:
    """Write what a workshop comes to so far into an engagement, in place of what it has written there before.

    A record of the very same state stays as it is, with what people have corrected in it since.

    Parameters
    ----------
    state
        What holds in the workshop.
    folder
        The engagement folder.
    name
        The workshop's id in its store.
    declared
        The targets that the unit had when the workshop was opened. With them, a target that somebody declares anew later is a
        fault that names both places; without, what the room aims at holds.

    Returns
    -------
    list of Path
        The files of the record; none where nothing was shown or decided yet, nor written before.

    Raises
    ------
    OutputError
        They cannot be written; then those that were there stay as they are.
    """
    if state.opened is None:
        return []
    contents = {folder / WORKSHOPS / file: text for file, text in record_files(state, name, declared).items()}
    table, sheet = contents
    there = [path.is_file() for path in contents]
    if not any(there) and not (state.shown or state.agreed or state.targets or state.actions):
        return []
    if not (all(there) and _state_of(sheet) == state.seq):
        write_all(contents)
    return [table, sheet]


def _state_of(path: Path) -> int | None:
    """The last event that a record knows of."""
    try:
        found = _STATE.search(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return None
    return int(found[1]) if found else None


def record_files(state: State, name: str, declared: Mapping[str, float] | None = None) -> dict[str, bytes]:
    """The table of agreed answers, and the sheet of everything else: bytes by name of the file."""
    record = recorded(state, name, declared)
    wave, unit = (folder_names([text])[text] for text in (record.wave, record.unit))
    stem = f"{wave}-{unit}-{name}"
    return {f"{stem}.csv": _table(record), f"{stem}.yaml": _sheet(record, state.seq)}


def _table(record: WorkshopRecord) -> bytes:
    """Agreed answers in the columns of files of answers; with a mark by which Excel sees the encoding."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows(
        (record.wave, record.unit, ROLE, ROLE, name, found.answer, found.comment) for name, found in record.agreed.items()
    )
    return text.getvalue().encode("utf-8-sig")


def _sheet(record: WorkshopRecord, state: int) -> bytes:
    lines = [
        f"schema: {SCHEMA}",
        f"session: {_text(record.session)}",
        f"state: {state}",
        f"wave: {_text(record.wave)}",
        f"unit: {_text(record.unit)}",
        f"day: {_text(record.day)}",
        f"instrument: {_text(' '.join(record.instrument))}",
        f"agenda: [{', '.join(map(_text, record.agenda))}]",
        f"people: {_numbers(record.people)}",
        *_entries("votes", [_vote(name, found) for name, rounds in record.rounds.items() for found in rounds]),
        f"targets: {_numbers(record.targets)}",
        *([f"targets_before: {_numbers(record.before)}"] if record.before else []),
        *_entries("actions", [_action(action) for action in record.actions]),
    ]
    return (_HEAD + "\n".join(lines) + "\n").encode()


def _entries(name: str, entries: list[list[str]]) -> list[str]:
    lines = [f"{name}:" if entries else f"{name}: []"]
    for entry in entries:
        lines += [f"  {'  ' if number else '- '}{line}" for number, line in enumerate(entry)]
    return lines


def _vote(question: str, found: RecordedRound) -> list[str]:
    lines = [f"question: {_text(question)}", f"round: {found.round}", f"votes: {found.n}"]
    if found.whole is not None:
        lines.append(f"all: {_numbers(found.whole)}")
    if found.roles:
        lines += ["roles:", *(f"  {_text(role)}: {_numbers(counts)}" for role, counts in found.roles.items())]
    if found.comments:
        lines += ["comments:", *(f"  - {_text(comment)}" for comment in found.comments)]
    return lines


def _action(action: RecordedAction) -> list[str]:
    fields = (("id", action.id), ("criterion", action.criterion), ("do", action.do), ("owner", action.owner), ("due", action.due))
    return [f"{name}: {_text(text)}" for name, text in fields]


def _numbers(values: Mapping[str, float | None] | Mapping[str, int] | Mapping[str, float]) -> str:
    return "{" + ", ".join(f"{_text(name)}: {'null' if value is None else f'{value:g}'}" for name, value in values.items()) + "}"


def _text(text: str) -> str:
    """A text as YAML and JSON both read it."""
    return _NO_TEXT.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
