"""Answers: any mix of long CSV files and filled XLSX questionnaires, checked against the engagement and the instrument.

Every distinct value is checked once, whatever the number of rows, so that millions of answers cost little. The answers of a
wave are checked against the instrument that it was asked with. An answer is
keyed by wave, unit, respondent and question id; neither text nor position nor the order of files matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamassess.errors import quoted
from kamassess.instrument import Instrument, Text
from kamassess.reading.answer_words import ANSWERED, DONT_KNOW, NOT_APPLICABLE, UNANSWERED, allowed_answers, answer_reader
from kamassess.reading.coded import Coded, groups
from kamassess.reading.exports import Exports
from kamassess.reading.form_checks import Asked, check_form
from kamassess.reading.forms import COLUMNS, Table, read_table
from kamassess.reading.misplaced import told_of_file
from kamassess.reading.named_files import left_aside
from kamassess.reading.places import FAULTS_SHOWN, Gathered
from kamassess.reading.yaml_tree import suggestion

__all__ = ["ANSWERED", "COLUMNS", "DONT_KNOW", "NOT_APPLICABLE", "UNANSWERED", "no_responses", "read_responses", "response_files"]

_KEY = COLUMNS[:5]
_REPEATS_SHOWN = 10
_NAMED = 8
_WANTED = {"respondent": "Write the code of this person", "unit": "Write the id of the unit"}
"""What an empty cell needs."""

_Mask = NDArray[np.bool_]
_Rows = NDArray[np.int64]


def read_responses(
    folder: Path,
    shown: str,
    instrument: Instrument | None,
    units: Sequence[str] | None,
    faults: Gathered,
    earlier: Mapping[str, Instrument | None] | None = None,
    *,
    company: Text | None = None,
    wave: str = "",
    notes: Gathered | None = None,
) -> tuple[pd.DataFrame, frozenset[str] | None]:
    """All answers of all waves.

    Parameters
    ----------
    folder
        The ``responses`` folder.
    shown
        Its name in messages.
    instrument, units
        What answers are checked against; None where that is not known, and then not checked.
    faults
        Where faults are noted.
    earlier
        Instruments of waves that were asked with another one than *instrument*.
    company, wave
        Whose engagement it is, and its current wave: what filled questionnaires say of themselves is held against them. Without
        a company it is not.
    notes
        Where is noted what is odd about a questionnaire but harmless.

    Returns
    -------
    answers : DataFrame
        One row an answer: ``wave``, ``unit``, ``respondent``, ``role``, ``question`` (text), ``value`` (float, NaN unless
        answered), ``state`` (int8), ``comment``; sorted by these keys, so that the order of files and rows is forgotten.
        Respondents without a single answer, don't know or not applicable in a wave are left out.
    waves : frozenset of str
        The waves that stand in the files, whatever is wrong with their answers; None if a file could not be read.
    """
    earlier = earlier or {}
    questions = frozenset(question for one in (instrument, *earlier.values()) if one for question in one.questions)
    exports = Exports(instrument, earlier, notes, company or {})
    files = response_files(folder, shown, faults)
    tables = [read_table(path, f"{shown}/{path.name}", questions, faults, exports) for path in files]
    if company:
        asked, odd = Asked(company, wave, instrument, earlier), Gathered() if notes is None else notes
        tables = [[table for table in found if check_form(table, asked, faults, odd)] for found in tables]
    answers = _Answers([table for found in tables for table in found], faults)
    waves = frozenset(filter(None, answers.values("wave"))) if tables and all(tables) else None
    return _checked(answers, _versions(answers, instrument, earlier), units), waves


def no_responses() -> pd.DataFrame:
    """What :func:`read_responses` returns where nobody has answered."""
    texts = dict.fromkeys((*_KEY, "comment"), pd.Series([], dtype=str))
    numbers = {"value": pd.Series([], dtype=float), "state": pd.Series([], dtype=np.int8)}
    return pd.DataFrame({name: (texts | numbers)[name] for name in (*_KEY, "value", "state", "comment")})


def response_files(folder: Path, shown: str, faults: Gathered) -> list[Path]:
    """The files of answers in *folder*, by name; notes what else lies there, so that nothing is left out in silence."""
    if not folder.is_dir():
        remedy = "Make it and put the answers there, as CSV or filled XLSX questionnaires."
        faults.add("there is no such folder", remedy, file=shown, absent=True)
        return []
    found = []
    for path in sorted(folder.iterdir()):
        name = f"{shown}/{path.name}"
        if left_aside(path):
            continue
        if path.is_dir():
            faults.add("is a folder, which is not looked into", f"Move its files into {shown}.", file=name)
        elif path.suffix.lower() in (".csv", ".xlsx"):
            found.append(path)
        else:
            faults.add(*told_of_file(path, "responses"), file=name)
    if not found:
        faults.add("holds no answers", "Put CSV files or filled XLSX questionnaires there.", file=shown, absent=True)
    return found


class _Answers:
    """The rows of all tables as one, column by column, and where each stands."""

    def __init__(self, tables: Sequence[Table], faults: Gathered) -> None:
        self.tables = tables
        self.faults = faults
        self.columns = {name: Coded.joined([table.columns[name] for table in tables]) for name in COLUMNS}
        self.row = np.concatenate([table.rows for table in tables]) if tables else np.zeros(0, dtype=np.int64)
        self.table = np.repeat(np.arange(len(tables)), [len(table.rows) for table in tables])

    def __len__(self) -> int:
        return len(self.row)

    def values(self, name: str) -> Iterator[str]:
        """What stands in a column, each text once."""
        column = self.columns[name]
        return (column.values[code] for code in np.unique(column.codes))

    def key(self, names: Iterable[str], rows: _Rows | None = None) -> NDArray[np.int64]:
        """One number a row (of *rows*, or of all), equal where all the named columns are."""
        key = np.zeros(len(self) if rows is None else len(rows), dtype=np.int64)
        for name in names:
            codes = self.columns[name].codes
            key = key * max(len(self.columns[name].values), 1) + (codes if rows is None else codes[rows])
        return key

    def refuse(self, rows: _Rows, message: str, remedy: str, column: str) -> None:
        """Note the same fault for all *rows* (positions)."""
        for number, within in groups(self.table[rows]):
            table = self.tables[number]
            letter = table.letters.get(column)
            self.faults.add(
                message,
                remedy,
                file=table.file,
                sheet=table.sheet,
                rows=[table.fixed[column]] if column in table.fixed else self.row[rows[within]].tolist(),
                column=f"{letter} ({column})" if letter else column,
            )

    def place(self, position: int) -> str:
        """Where a row stands, in words."""
        return f"{self.tables[self.table[position]]}, row {self.row[position]}"

    def known(
        self,
        column: str,
        allowed: Sequence[str] | None,
        what: str,
        rows: _Rows | None = None,
        remedies: Mapping[str, str] | None = None,
    ) -> _Mask:
        """Which rows (of *rows*, or of all) have a value, and one of the *allowed*; notes the others.

        ``remedies`` by wrong value stand in for the nearest one that is allowed.
        """
        coded, valid = self.columns[column], None if allowed is None else frozenset(allowed)
        good = np.array([bool(value) and (valid is None or value in valid) for value in coded.values], dtype=bool)
        if not len(self):
            return np.zeros(0, dtype=bool)
        sound = good[coded.codes if rows is None else coded.codes[rows]]
        wrong = np.flatnonzero(~sound) if rows is None else rows[~sound]
        for count, (code, within) in enumerate(groups(coded.codes[wrong])):
            value = coded.values[code]
            if not value:
                self._refuse_empty(wrong[within], column, what, allowed)
                continue
            remedy = (remedies or {}).get(value, "")
            if not remedy and count < FAULTS_SHOWN:
                remedy = suggestion(value, list(allowed or ()))
                if column == "unit" and allowed and not remedy.startswith("Use"):
                    remedy += f" The units are {_some(allowed)}."
            self.refuse(wrong[within], f"{quoted(value)} is no {what}", remedy, column)
        return sound

    def _refuse_empty(self, rows: _Rows, column: str, what: str, allowed: Sequence[str] | None) -> None:
        """Note that nothing stands in a column: of a questionnaire with the name and the cell of the field."""
        wanted = _WANTED.get(column, f"Write the {what}")
        names = f": {_some(allowed)}." if column == "unit" and allowed else "."
        for number, within in groups(self.table[rows]):
            table = self.tables[number]
            message, remedy = f"{column} is empty", f"{wanted}{names}"
            if column in table.labels:
                cell = f"cell {table.letters[column]}{table.fixed[column]}"
                listed = column == "unit" and table.form is not None
                message = f"{quoted(table.labels[column])} is empty"
                remedy = f"{f'Choose it from the list of {cell}' if listed else f'{wanted} into {cell}'}{names}"
            self.refuse(rows[within], message, remedy, column)


@dataclass(frozen=True)
class _Version:
    """An instrument (None: not known) and the rows whose waves were asked with it; ``name`` is empty if it is the only one."""

    instrument: Instrument | None
    rows: _Rows
    name: str

    def of(self, what: str) -> str:
        """*What* of this instrument, in words."""
        return f"{what} of instrument {self.name or self.instrument.id}" if self.instrument else what

    def __str__(self) -> str:
        return f" of instrument {self.name}" if self.name else ""


def _versions(answers: _Answers, instrument: Instrument | None, earlier: Mapping[str, Instrument | None]) -> list[_Version]:
    """Each instrument once, the engagement's own first, with its rows."""
    instruments = [instrument]
    number = {}
    for wave, asked in earlier.items():
        number[wave] = next((index for index, one in enumerate(instruments) if one is asked), len(instruments))
        if number[wave] == len(instruments):
            instruments.append(asked)
    column = answers.columns["wave"]
    by_wave = np.array([number.get(wave, 0) for wave in column.values], dtype=np.int64)
    version = by_wave[column.codes] if len(answers) else np.zeros(0, dtype=np.int64)
    alone = len(instruments) == 1
    return [
        _Version(one, np.flatnonzero(version == index), f"{one.id} {one.version}" if one and not alone else "")
        for index, one in enumerate(instruments)
    ]


def _checked(answers: _Answers, versions: Sequence[_Version], units: Sequence[str] | None) -> pd.DataFrame:
    keyed = answers.known("wave", None, "wave") & answers.known("respondent", None, "respondent")
    keyed &= answers.known("unit", units, "unit of this engagement" if units is not None else "unit")
    sound = keyed.copy()
    for version in versions:
        asked, rows = version.instrument, version.rows
        questions = list(asked.questions) if asked else None
        keyed[rows] &= answers.known("question", questions, version.of("question"), rows, _elsewhere(version, versions))
        sound[rows] = keyed[rows] & answers.known("role", asked.role_ids if asked else None, version.of("role"), rows)
    _one_role(answers, sound)
    _answered_twice(answers, keyed)
    value, state = np.full(len(answers), np.nan), np.full(len(answers), UNANSWERED, dtype=np.int8)
    for version in versions:
        if version.instrument is not None:
            rows = version.rows
            value[rows], state[rows] = _values(answers, version, version.instrument)
            _not_asked(answers, version, version.instrument, rows[sound[rows] & (state[rows] == ANSWERED)])
    _, person = np.unique(answers.key(("wave", "unit", "respondent")), return_inverse=True)
    spoke = np.bincount(person, weights=state != UNANSWERED) > 0
    kept = sound & spoke[person] if len(answers) else sound
    order = np.flatnonzero(kept)[np.argsort(answers.key(_KEY)[kept], kind="stable")]
    texts = {name: Coded(coded.codes[order], coded.values).texts() for name, coded in answers.columns.items()}
    return pd.DataFrame(
        {name: texts[name] for name in _KEY} | {"value": value[order], "state": state[order], "comment": texts["comment"]}
    )


def _elsewhere(version: _Version, versions: Sequence[_Version]) -> dict[str, str]:
    """What to do about questions that only other versions have: the wave may be the slip."""
    return {
        question: f"It is a question{other}: mend the wave, or the question."
        for other in reversed(versions)
        if other.instrument and other is not version
        for question in other.instrument.questions
    }


def _values(answers: _Answers, version: _Version, instrument: Instrument) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Value and state of each row of *version*; notes answers that are no option of their question's scale."""
    rows = version.rows
    value, state = np.full(len(rows), np.nan), np.full(len(rows), UNANSWERED, dtype=np.int8)
    question, answer = answers.columns["question"], answers.columns["answer"]
    readers = {name: answer_reader(scale) for name, scale in instrument.scales.items()}
    read: dict[tuple[str, str], tuple[float, int] | None] = {}
    for _, within in groups(answers.key(("question", "answer"), rows)):
        first = rows[within[0]]
        asked = instrument.questions.get(question[first])
        if asked is None:
            continue
        text = answer[first]
        if (asked.scale.id, text) not in read:
            read[asked.scale.id, text] = readers[asked.scale.id](text)
        found = read[asked.scale.id, text]
        if found is None:
            message = f"{quoted(text)} is no answer to {asked.id}{version}"
            answers.refuse(rows[within], message, allowed_answers(asked, text), "answer")
        else:
            value[within], state[within] = found
    return value, state


def _not_asked(answers: _Answers, version: _Version, instrument: Instrument, answered: _Rows) -> None:
    for _, within in groups(answers.key(("role", "question"), answered)):
        wrong = answered[within]
        role, question = answers.columns["role"][wrong[0]], instrument.questions[answers.columns["question"][wrong[0]]]
        if role not in question.roles:
            remedy = f"Leave the answer empty, or mend the role: it is asked of {', '.join(question.roles)}."
            answers.refuse(wrong, f"{question.id}{version} is not asked of role '{role}'", remedy, "question")


def _one_role(answers: _Answers, sound: _Mask) -> None:
    """Notes respondents who appear with more than one role in a wave, each with the place of the first."""
    person, role = answers.key(("wave", "unit", "respondent")), answers.columns["role"]
    rows = np.flatnonzero(sound)
    _, first, inverse = np.unique(person[rows], return_index=True, return_inverse=True)
    origin = rows[first][inverse] if len(rows) else rows
    other = np.flatnonzero(role.codes[rows] != role.codes[origin])
    for _, within in groups(answers.key(("wave", "unit", "respondent", "role"))[rows[other]]):
        wrong, start = rows[other[within]], int(origin[other[within[0]]])
        message = (
            f"respondent {quoted(answers.columns['respondent'][start])} of {answers.columns['unit'][start]} is "
            f"'{role[wrong[0]]}' here and '{role[start]}' in {answers.place(start)}"
        )
        answers.refuse(wrong, message, "Give each person one role in a wave.", "role")


def _answered_twice(answers: _Answers, keyed: _Mask) -> None:
    """Notes repeated answers: each with both places; a file or sheet that repeats another's answers once, with its rows."""
    key = answers.key(("wave", "unit", "respondent", "question"))
    rows = np.flatnonzero(keyed)
    _, first, inverse = np.unique(key[rows], return_index=True, return_inverse=True)
    origin = rows[first][inverse] if len(rows) else rows
    again = np.flatnonzero(origin != rows)
    pairs = answers.table[rows[again]] * max(len(answers.tables), 1) + answers.table[origin[again]]
    for _, within in groups(pairs):
        repeats, originals = rows[again[within]], origin[again[within]]
        if len(repeats) > _REPEATS_SHOWN:
            same = answers.table[repeats[0]] == answers.table[originals[0]]
            where = "this table" if same else str(answers.tables[answers.table[originals[0]]])
            message = f"{len(repeats):,} answers stand in {where} already: {_who(answers, repeats[0])} in row "
            message += str(answers.row[originals[0]])
            answers.refuse(repeats, message, "Keep one of the two.", "question")
            continue
        for repeat, original in zip(repeats, originals, strict=True):
            message = f"{_who(answers, repeat)} again; the first is in {answers.place(int(original))}"
            answers.refuse(np.array([repeat]), message, "Keep one of the two.", "question")


def _some(names: Sequence[str]) -> str:
    """Names in a row, cut when there are many."""
    return ", ".join(names) if len(names) <= _NAMED else f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"


def _who(answers: _Answers, position: int) -> str:
    respondent, question = answers.columns["respondent"][position], answers.columns["question"][position]
    return f"respondent {quoted(respondent)} answers {question}"
