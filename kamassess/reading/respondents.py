"""Whose answers they are: one person in two roles, an answer that stands twice, codes that are none."""

from __future__ import annotations

import re

import numpy as np

from kamassess.errors import quoted
from kamassess.reading.answer_rows import Answers, Mask, Rows
from kamassess.reading.coded import groups
from kamassess.reading.places import Gathered

__all__ = ["answered_twice", "odd_codes", "one_role"]

_REPEATS_SHOWN = 10
_ODD_CODES = (
    (re.compile(r"@"), ("is an e-mail address, not a code", "Give a code: nobody is to learn from a file who answered what.")),
    (
        re.compile(r"^\d{4}-\d\d-\d\d"),
        ("is a date, not a code", "A spreadsheet may have made one of it: write it as text."),
    ),
    (re.compile(r"[,;，；、]"), ("seems to be several codes", "It counts as one person: have each fill in a questionnaire.")),
)


def odd_codes(answers: Answers, notes: Gathered) -> None:
    """Notes codes of respondents that say who they are, that several people share, or that a spreadsheet has made a date of."""
    column = answers.columns["respondent"]
    noting = Answers(answers.tables, notes)
    for code in np.unique(column.codes).tolist():
        text = column.values[code]
        told = next((told for pattern, told in _ODD_CODES if pattern.search(text)), None)
        if told:
            noting.refuse(np.flatnonzero(column.codes == code), f"{quoted(text)} {told[0]}", told[1], "respondent")


def one_role(answers: Answers, sound: Mask) -> None:
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


def answered_twice(answers: Answers, keyed: Mask) -> None:
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
            message += f"{answers.row[originals[0]]}; {_alike(answers, repeats, originals)}"
            answers.refuse(repeats, message, "Keep one of the two.", "question")
            continue
        for repeat, original in zip(repeats, originals, strict=True):
            message = f"{_who(answers, repeat)} again; the first is in {answers.place(int(original))}"
            answers.refuse(np.array([repeat]), message, "Keep one of the two.", "question")


def _alike(answers: Answers, repeats: Rows, originals: Rows) -> str:
    """Whether answers that stand twice are the same: a copy is thrown away, of two versions somebody must know the right one."""
    codes = answers.columns["answer"].codes
    other = int(np.count_nonzero(codes[repeats] != codes[originals]))
    return f"{other:,} of them say otherwise" if other else "all say the same"


def _who(answers: Answers, position: int) -> str:
    respondent, question = answers.columns["respondent"][position], answers.columns["question"][position]
    return f"respondent {quoted(respondent)} answers {question}"
