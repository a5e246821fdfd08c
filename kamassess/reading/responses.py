"""Answers: any mix of long CSV files and filled XLSX questionnaires, checked against the engagement and the instrument.

Every distinct value is checked once, whatever the number of rows, so that millions of answers cost little. The answers of a
wave are checked against the instrument that it was asked with. An answer is
keyed by wave, unit, respondent and question id; neither text nor position nor the order of files matters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamassess.errors import quoted
from kamassess.instrument import Instrument, Text
from kamassess.reading.answer_rows import Answers, Rows, some
from kamassess.reading.answer_words import ANSWERED, DONT_KNOW, NOT_APPLICABLE, UNANSWERED, allowed_answers, answer_reader
from kamassess.reading.coded import Coded, groups
from kamassess.reading.contents import linked_out
from kamassess.reading.exports import Exports
from kamassess.reading.form_checks import Asked, check_form
from kamassess.reading.forms import COLUMNS, read_table
from kamassess.reading.misplaced import told_of_file
from kamassess.reading.named_files import left_aside
from kamassess.reading.places import Gathered
from kamassess.reading.respondents import answered_twice, odd_codes, one_role

__all__ = ["ANSWERED", "COLUMNS", "DONT_KNOW", "NOT_APPLICABLE", "UNANSWERED", "no_responses", "read_responses", "response_files"]

_KEY = COLUMNS[:5]
_QUESTIONS_SHOWN = 3


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
    answers = Answers([table for found in tables for table in found], faults)
    if notes is not None:
        odd_codes(answers, notes)
    waves = frozenset(filter(None, answers.values("wave"))) if tables and all(tables) else None
    return _checked(answers, _versions(answers, instrument, earlier), units), waves


def no_responses() -> pd.DataFrame:
    """What :func:`read_responses` returns where nobody has answered."""
    texts = dict.fromkeys((*_KEY, "comment"), pd.Series([], dtype=str))
    numbers = {"value": pd.Series([], dtype=float), "state": pd.Series([], dtype=np.int8)}
    return pd.DataFrame({name: (texts | numbers)[name] for name in (*_KEY, "value", "state", "comment")})


def response_files(folder: Path, shown: str, faults: Gathered) -> list[Path]:
    """The files of answers in *folder*, by name; notes what else lies there, so that nothing is left out in silence."""
    if told := linked_out(folder, folder.parent):
        faults.add(*told, file=shown)
        return []
    if folder.is_file():
        remedy = "Give it another name, and make a folder responses for the answers."
        faults.add("is a file, and stands where a folder is looked for", remedy, file=shown)
        return []
    if not folder.is_dir():
        remedy = "Make it and put the answers there, as CSV or filled XLSX questionnaires."
        faults.add("there is no such folder", remedy, file=shown, absent=True)
        return []
    found = []
    for path in sorted(folder.iterdir()):
        name = f"{shown}/{path.name}"
        if left_aside(path):
            continue
        if told := linked_out(path, folder.parent):
            faults.add(*told, file=name)
        elif path.is_dir():
            faults.add("is a folder, which is not looked into", f"Move its files into {shown}.", file=name)
        elif path.suffix.lower() in (".csv", ".xlsx"):
            found.append(path)
        else:
            faults.add(*told_of_file(path, "responses"), file=name)
    if not found:
        faults.add("holds no answers", "Put CSV files or filled XLSX questionnaires there.", file=shown, absent=True)
    return found


@dataclass(frozen=True)
class _Version:
    """An instrument (None: not known) and the rows whose waves were asked with it; ``name`` is empty if it is the only one."""

    instrument: Instrument | None
    rows: Rows
    name: str

    def of(self, what: str) -> str:
        """*What* of this instrument, in words."""
        return f"{what} of instrument {self.name or self.instrument.id}" if self.instrument else what

    def __str__(self) -> str:
        return f" of instrument {self.name}" if self.name else ""


def _versions(answers: Answers, instrument: Instrument | None, earlier: Mapping[str, Instrument | None]) -> list[_Version]:
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


def _checked(answers: Answers, versions: Sequence[_Version], units: Sequence[str] | None) -> pd.DataFrame:
    keyed = answers.known("wave", None, "wave") & answers.known("respondent", None, "respondent")
    keyed &= answers.known("unit", units, "unit of this engagement" if units is not None else "unit")
    sound = keyed.copy()
    for version in versions:
        asked, rows = version.instrument, version.rows
        questions = list(asked.questions) if asked else None
        keyed[rows] &= answers.known("question", questions, version.of("question"), rows, _elsewhere(version, versions))
        sound[rows] = keyed[rows] & answers.known("role", asked.role_ids if asked else None, version.of("role"), rows)
    one_role(answers, sound)
    answered_twice(answers, keyed)
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


def _values(answers: Answers, version: _Version, instrument: Instrument) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Value and state of each row of *version*; notes answers that are no option of their question's scale."""
    rows = version.rows
    value, state = np.full(len(rows), np.nan), np.full(len(rows), UNANSWERED, dtype=np.int8)
    question, answer = answers.columns["question"], answers.columns["answer"]
    readers = {name: answer_reader(scale) for name, scale in instrument.scales.items()}
    read: dict[tuple[str, str], tuple[float, int] | None] = {}
    wrong: dict[tuple[str, str], list[Rows]] = {}
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
            wrong.setdefault((text, allowed_answers(asked, text)), []).append(rows[within])
        else:
            value[within], state[within] = found
    for (text, remedy), found_rows in wrong.items():
        _no_answers(answers, version, text, remedy, found_rows)
    return value, state


def _no_answers(answers: Answers, version: _Version, text: str, remedy: str, questions: Sequence[Rows]) -> None:
    """Note a text that is no answer to some *questions*, of each its rows: one by one if few, else in one line a table."""
    if len(questions) <= _QUESTIONS_SHOWN:
        for rows in questions:
            asked = answers.columns["question"][int(rows[0])]
            answers.refuse(rows, f"{quoted(text)} is no answer to {asked}{version}", remedy, "answer")
        return
    rows = np.concatenate(list(questions))
    for _, within in groups(answers.table[rows]):
        names = list(dict.fromkeys(answers.columns["question"][int(row)] for row in np.sort(rows[within])))
        message = f"{quoted(text)} is no answer to {some(names)}{version}"
        answers.refuse(rows[within], message, remedy, "answer")


def _not_asked(answers: Answers, version: _Version, instrument: Instrument, answered: Rows) -> None:
    for _, within in groups(answers.key(("role", "question"), answered)):
        wrong = answered[within]
        role, question = answers.columns["role"][wrong[0]], instrument.questions[answers.columns["question"][wrong[0]]]
        if role not in question.roles:
            remedy = f"Leave the answer empty, or mend the role: it is asked of {', '.join(question.roles)}."
            answers.refuse(wrong, f"{question.id}{version} is not asked of role '{role}'", remedy, "question")
