"""Filled questionnaires against the engagement they lie in: another company's, an older version's, another wave's, rows missing.

Only what cannot be meant is a fault. What is odd but harmless is a note: ``kamassess check`` shows it, and the answers are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kamassess.errors import quoted
from kamassess.instrument import Instrument, Text
from kamassess.reading.answer_words import says_not_applicable
from kamassess.reading.form_identity import FormIdentity, question_digest
from kamassess.reading.forms import Table
from kamassess.reading.places import Gathered

__all__ = ["Asked", "check_form"]

_NAMED = 8
_FIELDS = {"respondent": "code", "unit": "unit"}


@dataclass(frozen=True)
class Asked:
    """What questionnaires are held against: whose engagement it is, its current wave, and what each wave was asked with.

    ``instrument`` is that of every wave not in ``earlier``; None where one is not known.
    """

    company: Text
    wave: str
    instrument: Instrument | None
    earlier: Mapping[str, Instrument | None]

    def of(self, wave: str) -> Instrument | None:
        """What *wave* was asked with."""
        return self.earlier.get(wave, self.instrument)


def check_form(table: Table, asked: Asked, faults: Gathered, notes: Gathered) -> bool:
    """Whether a table can be read on: False where it is another engagement's or another instrument's altogether.

    Parameters
    ----------
    table
        A table whose ``form`` says what it is a copy of; any other is read on.
    asked
        The engagement.
    faults, notes
        Where faults are noted, and what is only odd.
    """
    form = table.form
    if form is None:
        return not _is_blank(table, faults)
    check = _Check(table, form, asked, faults, notes)
    if not check.ours():
        return False
    for name, made in (("wave", form.wave), ("role", form.role), ("unit", form.unit)):
        check.unchanged(name, made)
    instrument = asked.of(form.wave)
    if instrument is not None:
        if form.instrument != instrument.id:
            check.fault(
                f"is of instrument {quoted(form.instrument)}, and wave {form.wave} was asked with {instrument.id}",
                "Take it out, or name its instrument in engagement.yaml.",
            )
            return False
        if not check.same_questions(instrument):
            return False
    if _is_blank(table, faults):
        return False
    if instrument is not None:
        check.complete(instrument)
        check.reasons()
    if form.wave != asked.wave and form.wave not in asked.earlier:
        check.note(f"is of wave {form.wave}, and the current one is {asked.wave}", "It counts for its own wave.")
    return True


def _is_blank(table: Table, faults: Gathered) -> bool:
    """Whether a questionnaire has no answers, which is noted in one line: what else is missing in it is then of no use."""
    if not len(table.rows) or "respondent" not in table.fixed or any(table.columns["answer"].values):
        return False
    told = {name: next(filter(None, table.columns[name].values), "") for name in ("respondent", "unit")}
    if table.form is not None and table.form.unit:
        del told["unit"]
    given = [f"the {_FIELDS[name]} {quoted(text)}" for name, text in told.items() if text]
    comments = sum(map(bool, table.columns["comment"].texts()))
    if comments:
        given.append(f"{comments} comment{'s' if comments > 1 else ''}")
    if told["respondent"] or comments:
        message, remedy = f"has no answers, only {' and '.join(given)}", "Have it answered, or take it out."
    else:
        empty = ", ".join(f"no {_FIELDS[name]}" for name, text in told.items() if not text)
        message, remedy = f"is not filled in: {empty}, no answers", "Put the filled one in its place, or take it out."
    faults.add(message, remedy, file=table.file, sheet=table.sheet)
    return True


@dataclass(frozen=True)
class _Check:
    """One form and where to say what is wrong with it."""

    table: Table
    form: FormIdentity
    asked: Asked
    faults: Gathered
    notes: Gathered

    def fault(self, message: str, remedy: str) -> None:
        self.faults.add(message, remedy, file=self.table.file, sheet=self.table.sheet)

    def note(self, message: str, remedy: str, rows: Sequence[int] = ()) -> None:
        self.notes.add(message, remedy, file=self.table.file, sheet=self.table.sheet, rows=rows)

    def ours(self) -> bool:
        """Whether it was made for this company."""
        if self.form.belongs_to(self.asked.company):
            return True
        theirs, ours = (quoted(next(iter(names.values()))) for names in (self.form.company, self.asked.company))
        remedy = (
            f"Move it to the responses of {theirs}. If both are one company, whose name was changed since the questionnaire was "
            "sent out, keep the old name under 'company' in one of the languages until all are back."
        )
        self.fault(f"is a questionnaire of {theirs}, and this is the engagement of {ours}", remedy)
        return False

    def unchanged(self, name: str, made: str) -> None:
        """That the sheet still says the *wave*, *role* or *unit* that it was made for."""
        column = self.table.columns[name]
        for code in np.unique(column.codes).tolist():
            value = column.values[code]
            if made and value and value != made:
                place = self.table.letters.get(name)
                rows = self.table.rows[column.codes == code].tolist()
                self.faults.add(
                    f"says {name} {quoted(value)}, and the questionnaire was made for {quoted(made)}",
                    f"Write {made} again, or have the questionnaire of {quoted(value)} filled.",
                    file=self.table.file,
                    sheet=self.table.sheet,
                    rows=[self.table.fixed[name]] if name in self.table.fixed else rows,
                    column=f"{place} ({name})" if place else name,
                )

    def same_questions(self, instrument: Instrument) -> bool:
        """Whether its questions are those of *instrument*, which its wave was asked with; an older version's may be."""
        form = self.form
        if not form.sha256 or form.sha256 == instrument.sha256:
            return True
        now = {name: question_digest(question) for name, question in instrument.questions.items()}
        gone = [name for name in form.questions if name not in now]
        other = [name for name, digest in form.questions.items() if name in now and now[name] != digest]
        if form.version == instrument.version and not gone:
            if other:
                self.note(f"was sent before {_some(other)} {_was(other)} reworded", "It is read all the same.")
            return True
        versions = f"version {form.version} of {form.instrument}, and wave {form.wave} was asked with {instrument.version}"
        remedy = f"Have it answered again in the questionnaire of {instrument.version}"
        if form.wave != self.asked.wave:
            remedy += f", or name version {form.version} under waves.{form.wave}.instrument in engagement.yaml"
        if not form.questions:
            self.fault(
                f"is of {versions}; which questions are the same cannot be told, for its hidden sheet is gone", f"{remedy}."
            )
            return False
        if gone or other:
            parts = [f"{_some(other)} {_was(other, 'is', 'are')} asked differently"] if other else []
            parts += [f"{_some(gone)} {_was(gone, 'is', 'are')} not asked any more"] if gone else []
            self.fault(f"is of {versions}: {' and '.join(parts)}", f"{remedy}.")
            return False
        self.note(f"is of {versions}; its {len(form.questions)} questions are the same", "It is read.")
        return True

    def complete(self, instrument: Instrument) -> None:
        """Notes questions of its role that have no row: somebody has deleted them, or they are new."""
        there = set(self.table.columns["question"].values)
        asked = [question.id for question in instrument.questions.values() if self.form.role in question.roles]
        missing = [name for name in asked if name not in there]
        if missing and len(missing) < len(asked):
            message = f"has no row for {_some(missing)}"
            self.note(message, f"{'It counts' if len(missing) == 1 else 'They count'} as unanswered.")

    def reasons(self) -> None:
        """Notes answers 'not applicable' without a reason."""
        answers, comments = self.table.columns["answer"], self.table.columns["comment"]
        bare = [
            int(row) for place, row in enumerate(self.table.rows) if not comments[place] and says_not_applicable(answers[place])
        ]
        if bare:
            self.note("says 'not applicable' without a reason", "Ask why: it takes the question out of the score.", bare)


def _some(names: Sequence[str]) -> str:
    """Ids in a row, cut when there are many."""
    shown = ", ".join(names[:_NAMED])
    return f"{shown} and {len(names) - _NAMED} more" if len(names) > _NAMED else shown


def _was(names: Sequence[str], one: str = "was", more: str = "were") -> str:
    return one if len(names) == 1 else more
