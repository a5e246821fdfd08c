"""Answers that come back from ODK Central, KoboToolbox or SurveyCTO as a table: one row a submission, one column a field.

Recognised by its heading, whatever the platform: columns go by the names or the labels of the form (``xlsform_fields``), alone or
after their groups. What a platform adds of its own is passed over; any other column is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamassess.errors import quoted
from kamassess.instrument import Instrument, Question, Text
from kamassess.reading.coded import Coded
from kamassess.reading.delimited import column_letter
from kamassess.reading.forms import COLUMNS, Table
from kamassess.reading.places import Gathered
from kamassess.reading.xlsform_fields import COMPANY, FORM, Column, FormFields, company_digests, form_of, normal, own_code
from kamassess.reading.yaml_tree import suggestion
from kamassess.result.reasons import option_key

__all__ = ["Exports"]

_PERSON = ("wave", "unit", "respondent")
_NEEDED = ("wave", "unit", "role", "respondent", "form")
_ODK_CENTRAL = (
    "submissiondate",
    *("key", "submitterid", "submittername", "attachmentspresent", "attachmentsexpected", "status", "reviewstate", "deviceid"),
    *("edits", "formversion", "isvalidated", "instanceid", "instancename"),
)
_KOBO = ("start", "end", "today", "username", "phonenumber", "subscriberid", "simserial", "email", "audit", "rooturl")
"""Beside what begins with an underscore."""
_SURVEYCTO = (
    *(
        "completiondate",
        "starttime",
        "endtime",
        "duration",
        "caseid",
        "formdef_version",
        "simid",
        "devicephonenum",
        "device_info",
    ),
    *("review_status", "review_comments", "review_corrections", "review_quality"),
)
_PLATFORM = frozenset((*_ODK_CENTRAL, *_KOBO, *_SURVEYCTO))
_PLATFORM_GROUPS = ("_", "meta/", "meta-", "meta.", "meta:", "formhub/")
_REJECTED = {
    "reviewstate": ("rejected",),
    "_validation_status": ("not approved", "validation_status_not_approved"),
    "review_status": ("rejected",),
}
"""Where a platform writes that a reviewer has rejected a submission, and how."""


@dataclass(frozen=True)
class Exports:
    """Reads exports of an engagement's forms: ``current`` is what is asked now, ``earlier`` what other waves were asked with.

    ``notes`` takes what is left out and is no fault; ``company`` is whose engagement it is, empty where that is not known.
    """

    current: Instrument | None
    earlier: Mapping[str, Instrument | None] = field(default_factory=dict)
    notes: Gathered | None = None
    company: Text = field(default_factory=dict)

    @cached_property
    def forms(self) -> Mapping[str, FormFields]:
        """The fields of each instrument, by what stands in the field that names it."""
        known = [one for one in (self.current, *self.earlier.values()) if one is not None]
        return {form_of(one): FormFields(one) for one in known}

    def knows(self, headings: Sequence[str]) -> bool:
        """Whether a table with these headings is such an export."""
        if {"question", "answer"} & {heading.strip().casefold() for heading in headings}:
            return False
        if any(heading.strip().casefold().endswith(FORM) for heading in headings):
            return True
        kinds = ("answer", "reason", "comment")
        return any(
            (found := fields.column(heading)) is not None and found.kind in kinds
            for fields in self.forms.values()
            for heading in headings
        )

    def of(self, wave: str) -> Instrument | None:
        """What *wave* was asked with."""
        return self.earlier.get(wave, self.current)

    def tables(self, frame: pd.DataFrame, name: str, faults: Gathered, sheet: str = "") -> list[Table]:
        """The answers of an export called *name* in messages; *frame* as ``delimited.read_csv`` or :meth:`frame` gives it."""
        if not self.forms:
            return []  # the instrument could not be read, which is said already
        return _Export(frame, Place(name, sheet), faults, self).tables()

    @staticmethod
    def frame(cells: Sequence[Sequence[str]]) -> pd.DataFrame:
        """The cells of a sheet from A1, the first row its headings, as categories with the row numbers of a spreadsheet."""
        head, *rows = cells
        columns = [
            pd.Series([row[index] if index < len(row) else "" for row in rows], dtype="category") for index in range(len(head))
        ]
        frame = pd.concat(columns, axis=1) if columns else pd.DataFrame()
        return frame.set_axis(list(head), axis=1).set_axis(pd.RangeIndex(2, 2 + len(rows)), axis=0)


class Place(NamedTuple):
    """A file, or a sheet of it."""

    file: str
    sheet: str = ""


class _Export:
    """One file, or one sheet."""

    def __init__(self, frame: pd.DataFrame, place: Place, faults: Gathered, exports: Exports) -> None:
        self.place, self.faults, self.exports = place, faults, exports
        self.headings = [str(heading) for heading in frame.columns]
        self.cells = [_texts(frame.iloc[:, index]) for index in range(frame.shape[1])]
        self.rows = frame.index.to_numpy(dtype=np.int64)
        self.good = np.zeros(len(frame), dtype=bool)
        for cells in self.cells:
            self.good |= cells != ""

    def tables(self) -> list[Table]:
        """All answers as one table; none (and faults) where it cannot be told who gave them."""
        if not self.good.any():
            self.faults.add("has a header but no submissions", "Fill it or remove it.", **self.place._asdict(), absent=True)
        place = self._places()
        if place is None:
            return []
        once = {kind: self._codes(kind, place[kind]) for kind in _NEEDED}
        self._without_rejected()
        self._of_company(place.get("company"))
        self._of_known_forms(once, place)
        self._without_second(once, place)
        long = [part for form, fields in self.exports.forms.items() for part in self._answers(fields, once, once["form"] == form)]
        if not long:
            return []
        columns = {name: Coded.of(*_factorised([part[name] for part in long])) for name in COLUMNS}
        rows = np.concatenate([part["row"] for part in long]).astype(np.int64)
        order = np.argsort(rows, kind="stable")
        letters = {kind: column_letter(place[kind]) for kind in _NEEDED[:4]}
        coded = {name: Coded(one.codes[order], one.values) for name, one in columns.items()}
        return [Table(*self.place, coded, rows[order], letters)]

    # -- columns -----------------------------------------------------------------------------------------------------------

    def _places(self) -> dict[str, int] | None:
        """Where the columns stand that every submission needs; notes missing, second and unknown columns."""
        place: dict[str, int] = {}
        met: dict[Column, int] = {}
        sound = True
        for index, heading in enumerate(self.headings):
            found = next((one for fields in self.exports.forms.values() if (one := fields.column(heading))), None)
            if found is None:
                if not _of_platform(heading):
                    message, remedy = (
                        f"has the unknown heading {quoted(heading)}",
                        "Remove it, or export the form as it was made.",
                    )
                    self.faults.add(message, remedy, **self.place._asdict(), column=column_letter(index))
            elif found.kind != "note" and found in met:
                message = f"is a second column {quoted(heading)}; the first is {column_letter(met[found])}"
                self.faults.add(message, "Keep one of them.", **self.place._asdict(), column=column_letter(index))
                sound = False
            else:
                met[found] = index
                if found.kind in (*_NEEDED, "company"):
                    place[found.kind] = index
        for kind in _NEEDED:
            if kind not in place:
                name = FORM if kind == "form" else kind
                self.faults.add(
                    f"column '{name}' is missing", "Export all fields of the form, hidden ones too.", **self.place._asdict()
                )
                sound = False
        return place if sound else None

    def _codes(self, kind: str, index: int) -> NDArray[np.object_]:
        """The ids that a column holds, whether it has the names or the labels of choices."""
        texts = self.cells[index]
        read = {text: text if kind in ("respondent", "form") else own_code(text) for text in set(texts.tolist())}
        return np.array([read[text] for text in texts], dtype=object)

    # -- submissions -------------------------------------------------------------------------------------------------------

    def _refuse(self, rows: NDArray[np.bool_], message: str, remedy: str, index: int, heading: str) -> None:
        """Note a fault of submissions that are then left out."""
        if rows.any():
            letter = f"{column_letter(index)} ({heading})"
            self.faults.add(message, remedy, **self.place._asdict(), rows=self.rows[rows].tolist(), column=letter)
            self.good &= ~rows

    def _without_rejected(self) -> None:
        for index, heading in enumerate(self.headings):
            words = _REJECTED.get(heading.strip().casefold(), ())
            rejected = np.array([text.casefold() in words for text in self.cells[index]], dtype=bool) & self.good
            if rejected.any() and self.exports.notes is not None:
                message, remedy = (
                    "was rejected by its reviewer and is left out",
                    "Approve it, and export again, if it shall count.",
                )
                column = f"{column_letter(index)} ({heading})"
                self.exports.notes.add(message, remedy, **self.place._asdict(), rows=self.rows[rejected].tolist(), column=column)
            self.good &= ~rejected

    def _of_company(self, index: int | None) -> None:
        """Leave out submissions of another company's form."""
        ours = {*company_digests(self.exports.company)}
        if index is not None and ours:
            other = np.array([bool(text) and ours.isdisjoint(text.split()) for text in self.cells[index]], dtype=bool) & self.good
            message = "is of another engagement's form: it was made for a company of another name"
            self._refuse(other, message, "Take it out, or mend 'company' in engagement.yaml.", index, COMPANY)

    def _of_known_forms(self, once: Mapping[str, NDArray[np.object_]], place: Mapping[str, int]) -> None:
        """Leave out submissions of a form that is none of the engagement's, or not the one of their wave."""
        forms = self.exports.forms
        for form in sorted(set(once["form"][self.good].tolist())):
            of_form = self.good & (once["form"] == form)
            if form not in forms:
                known = f"This engagement asks with {', '.join(forms)}."
                message = f"is of form {quoted(form)}, which this engagement does not ask with"
                remedy = f"{known} Send out the form again, or name the older version under 'waves' in engagement.yaml."
                if not form:
                    message, remedy = "does not say which form it is of", f"Export the field {FORM} as it was filled. {known}"
                self._refuse(of_form, message, remedy, place["form"], FORM)
                continue
            for wave in sorted(set(once["wave"][of_form].tolist())):
                asked = self.exports.of(wave)
                if asked is not None and form_of(asked) != form:
                    message = f"is of form {quoted(form)}, but wave {quoted(wave)} is asked with {form_of(asked)}"
                    remedy = "Mend the wave, or what engagement.yaml says of it."
                    self._refuse(of_form & (once["wave"] == wave), message, remedy, place["form"], FORM)

    def _without_second(self, once: Mapping[str, NDArray[np.object_]], place: Mapping[str, int]) -> None:
        """Leave out what somebody sent a second time, each with both rows."""
        first: dict[tuple[str, ...], int] = {}
        for number in np.flatnonzero(self.good).tolist():
            person = tuple(str(once[kind][number]) for kind in _PERSON)
            if not person[-1]:
                continue
            if person not in first:
                first[person] = number
                continue
            again = np.zeros(len(self.rows), dtype=bool)
            again[number] = True
            message = f"is a second submission of respondent {quoted(person[2])} of {person[1]}; the first is in row "
            message += str(self.rows[first[person]])
            remedy = "Delete the one that does not count, on the platform or in this file."
            self._refuse(again, message, remedy, place["respondent"], "respondent")

    # -- answers -----------------------------------------------------------------------------------------------------------

    def _answers(
        self, fields: FormFields, once: Mapping[str, NDArray[np.object_]], of_form: NDArray[np.bool_]
    ) -> Iterator[dict[str, NDArray[np.object_]]]:
        """The answers of a form's submissions, question by question, by the columns of ``responses``, with their ``row``."""
        of_form = of_form & self.good
        if not of_form.any():
            return
        columns = {found: index for index, heading in enumerate(self.headings) if (found := fields.column(heading))}
        silent = of_form.copy()
        for question in fields.instrument.questions.values():
            places = [columns.get(Column(kind, question.id)) for kind in ("answer", "reason", "comment")]
            answer = self._read(fields, question, places[0], of_form)
            comment = self._comment(answer, *places[1:])
            said = of_form & ((answer != "") | (comment != ""))
            silent &= ~said
            yield self._long(once, question.id, answer, comment, said)
        nothing = np.full(len(self.rows), "", dtype=object)
        yield self._long(once, next(iter(fields.instrument.questions)), nothing, nothing, silent)

    def _long(
        self,
        once: Mapping[str, NDArray[np.object_]],
        question: str,
        answer: NDArray[np.object_],
        comment: NDArray[np.object_],
        rows: NDArray[np.bool_],
    ) -> dict[str, NDArray[np.object_]]:
        return {
            **{kind: once[kind][rows] for kind in COLUMNS[:4]},
            "question": np.full(int(rows.sum()), question, dtype=object),
            "answer": answer[rows],
            "comment": comment[rows],
            "row": self.rows[rows],
        }

    def _read(self, fields: FormFields, question: Question, index: int | None, rows: NDArray[np.bool_]) -> NDArray[np.object_]:
        """The answers to a question; notes choices that are none of its own, and takes them for unanswered."""
        if index is None:
            return np.full(len(self.rows), "", dtype=object)
        texts, known = self.cells[index], fields.answers(question)
        read = {"": ""}
        for text in sorted(set(texts[rows].tolist()) - {""}):
            found = known.get(normal(text)) or known.get(_number(text))
            read[text] = found or ""
            if found is None:
                wrong = rows & (texts == text)
                message = f"{quoted(text)} is no answer to {question.id}"
                names = ", ".join([option_key(value) for value in question.scale.values][:12])
                remedy = suggestion(text, list(known.values())) if len(text) < 3 else f"The form has {names}, DK and NA."
                column = f"{column_letter(index)} ({fields.name('answer', question.id)})"
                self.faults.add(message, remedy, **self.place._asdict(), rows=self.rows[wrong].tolist(), column=column)
        return np.array([read.get(text, "") for text in texts], dtype=object)

    def _comment(self, answer: NDArray[np.object_], reason: int | None, comment: int | None) -> NDArray[np.object_]:
        """What was said beside an answer; of one that does not apply, the reason first."""
        nothing = np.full(len(self.rows), "", dtype=object)
        remark = self.cells[comment] if comment is not None else nothing
        if reason is None:
            return remark
        why = np.where(answer == "NA", self.cells[reason], "")
        return np.array([" / ".join(filter(None, pair)) for pair in zip(why, remark, strict=True)], dtype=object)


def _texts(column: pd.Series[str]) -> NDArray[np.object_]:
    cells = column.cat
    values = np.array([*(str(value).strip() for value in cells.categories), ""], dtype=object)
    return values[cells.codes.to_numpy()]


def _factorised(parts: Sequence[NDArray[np.object_]]) -> tuple[NDArray[np.int64], list[str]]:
    codes, values = pd.factorize(np.concatenate(parts))
    return codes, [str(value) for value in values]


def _number(text: str) -> str:
    """A number as the form writes it: Excel may have made 4.0 of 4, or .25 of 0.25."""
    try:
        return option_key(float(text)).casefold()
    except ValueError:
        return ""


def _of_platform(heading: str) -> bool:
    """Whether a platform adds a column of this heading itself, or it is empty at the end of a line."""
    name = heading.strip().casefold()
    return not name or name in _PLATFORM or name.startswith(_PLATFORM_GROUPS)
