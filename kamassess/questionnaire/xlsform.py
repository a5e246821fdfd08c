"""The questionnaire as an XLSForm, for ODK, KoboToolbox and SurveyCTO: one workbook, in every language of the engagement.

It asks nothing that would tell who answers but a code. What role somebody has decides which questions appear, so one form does
for all; a form for one role or unit has that fixed. ``kamassess.reading.exports`` reads what comes back.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import xlsxwriter

from kamassess.instrument import Criterion, Dimension, Question
from kamassess.reading.engagement import Engagement, Unit
from kamassess.reading.xlsform_fields import (
    COMPANY,
    FORM,
    LANGUAGE_COLUMNS,
    NOTES,
    FormFields,
    coded,
    company_digests,
    form_of,
    plain,
    words,
)

__all__ = ["form_id", "form_version", "write_xlsform"]

_Row: TypeAlias = dict[str, str]
"""One line of a sheet, by heading."""

_SEVERAL = 8
"""Choices from which on a list is folded."""
_MANY = 40
"""Choices from which on a list is searched."""
_WIDTHS = {"type": 22, "name": 22, "label": 60, "hint": 36, "relevant": 34, "calculation": 22, "list_name": 22}


def write_xlsform(
    engagement: Engagement, role: str | None = None, unit: Unit | None = None, languages: Sequence[str] | None = None
) -> bytes:
    """The form as the bytes of an XLSX workbook with the sheets ``survey``, ``choices`` and ``settings``.

    Parameters
    ----------
    engagement
        Whose instrument, wave and units the form is of.
    role, unit
        Fixed in the form; None: it asks for them.
    languages
        Of the texts, the first one is shown at first; None: those of the engagement.
    """
    form = _Form(engagement, role, unit, languages or engagement.languages)
    return _workbook(engagement, {"survey": list(form.survey()), "choices": list(form.choices()), "settings": [form.settings()]})


def form_id(engagement: Engagement, role: str | None = None, unit: Unit | None = None) -> str:
    """The name under which a platform keeps the form: of the instrument, the wave, and what is fixed in it."""
    parts = [engagement.instrument.id, engagement.wave, *([unit.id] if unit else []), *([role] if role else [])]
    return "_".join(re.sub(r"[^A-Za-z0-9]+", "_", coded(part)) for part in parts)


def form_version(engagement: Engagement) -> str:
    """Ten digits, as SurveyCTO wants them: six of the wave, four of the instrument's version; both only ever rise.

    The wave ``2026-H2`` with version 1.0 is 2026020100. Which form was answered is seen by a field of its own, not by this.
    """
    wave = [int(part) for part in re.findall(r"\d+", engagement.wave)[:2]]
    version = [int(part) for part in re.findall(r"\d+", engagement.instrument.version)[:2]]
    first, second = [*wave, 0, 0][:2]
    major, minor = [*version, 0, 0][:2]
    return f"{first % 10_000:04d}{second % 100:02d}{major % 100:02d}{minor % 100:02d}"


class _Form:
    """The lines of the three sheets."""

    def __init__(self, engagement: Engagement, role: str | None, unit: Unit | None, languages: Sequence[str]) -> None:
        self.engagement, self.instrument = engagement, engagement.instrument
        self.fields = FormFields(engagement.instrument)
        self.role = role
        self.unit = unit
        self.languages = tuple(dict.fromkeys(languages))
        self.blocks = [(block, criteria) for block in self.instrument.blocks if (criteria := list(self._criteria(block)))]

    def _criteria(self, block: Dimension) -> Iterator[tuple[Criterion, list[Question]]]:
        """The criteria that somebody is asked about, with the questions asked."""
        for criterion in block.criteria:
            asked = [question for question in criterion.questions if self.role is None or self.role in question.roles]
            if asked:
                yield criterion, asked

    # -- survey ------------------------------------------------------------------------------------------------------------

    def survey(self) -> Iterator[_Row]:
        """The lines of the sheet ``survey``."""
        yield _fixed(FORM, form_of(self.instrument))
        yield _fixed(COMPANY, " ".join(company_digests(self.engagement.company)))
        yield _fixed("wave", coded(self.engagement.wave))
        yield self._begin("about_you", "xf_about_you")
        for name in NOTES[:-1]:
            yield self._note(name)
        yield self._chosen("unit", self.unit.id if self.unit else None, len(self.units))
        yield self._chosen("role", self.role, len(self.instrument.roles))
        yield {
            "type": "text",
            "name": "respondent",
            **self._texts(label="xf_respondent", hint="xf_respondent_hint"),
            **self._needed(),
            "constraint": "regex(., '^[^ ,;]+$')",
            **self._texts(constraint_message="xf_respondent_wrong"),
        }
        yield {"type": "end_group"}
        for block, criteria in self.blocks:
            yield from self._block(block, criteria)
        yield self._note(NOTES[-1])

    def _note(self, name: str) -> _Row:
        return {"type": "note", "name": name, **self._texts(label=f"xf_{name}")}

    def _chosen(self, name: str, fixed: str | None, count: int) -> _Row:
        """The field of the unit or the role: asked for, or fixed."""
        if fixed is not None:
            return _fixed(name, coded(fixed))
        appearance = "minimal autocomplete" if count >= _MANY else "minimal" if count >= _SEVERAL else ""
        return {
            "type": f"select_one {name}",
            "name": name,
            **self._texts(label=f"xf_{name}"),
            **self._needed(),
            "appearance": appearance,
        }

    def _block(self, block: Dimension, criteria: Sequence[tuple[Criterion, list[Question]]]) -> Iterator[_Row]:
        """The group of a dimension or screen; a criterion is a page of it."""
        name = f"d{self.instrument.blocks.index(block) + 1}"
        relevant = self._relevant([question for _, asked in criteria for question in asked])
        label = {language: _text(block.name, language) for language in self.languages}
        yield self._begin(f"{name}_{_part(block.id)}", label, relevant, pages=False)
        for number, (criterion, asked) in enumerate(criteria, 1):
            label = {language: _text(criterion.name, language) for language in self.languages}
            yield self._begin(f"{name}_c{number}_{_part(criterion.id)}", label, self._relevant(asked))
            for question in asked:
                yield from self._question(question)
            yield {"type": "end_group"}
        yield {"type": "end_group"}

    def _question(self, question: Question) -> Iterator[_Row]:
        answer = self.fields.name("answer", question.id)
        count = len(question.scale.options)
        yield {
            "type": f"select_one {self._list_of(question)}",
            "name": answer,
            **self._labels("answer", question),
            **(self._texts(hint="xf_question_hint") if question.anchors else {}),
            "relevant": self._relevant([question]),
            "appearance": "minimal autocomplete" if count >= _MANY else "minimal" if count > _SEVERAL else "",
        }
        yield {
            "type": "text",
            "name": self.fields.name("reason", question.id),
            **self._labels("reason", question),
            "relevant": f"${{{answer}}} = 'NA'",
            "required": "yes",
            **self._texts(required_message="xf_reason_needed"),
        }
        yield {
            "type": "text",
            "name": self.fields.name("comment", question.id),
            **self._labels("comment", question),
            **self._texts(hint="xf_comment_hint"),
            "relevant": f"${{{answer}}} != ''",
            "appearance": "multiline",
        }

    def _begin(self, name: str, label: str | Mapping[str, str], relevant: str = "", *, pages: bool = True) -> _Row:
        """The beginning of a group; one that is a page shows all its fields at once."""
        labels = self._texts(label=label) if isinstance(label, str) else _columns("label", label)
        return {
            "type": "begin_group",
            "name": name,
            **labels,
            "relevant": relevant,
            "appearance": "field-list" if pages else "",
        }

    def _relevant(self, questions: Sequence[Question]) -> str:
        """When any of *questions* is asked; empty where that is always."""
        roles = {role for question in questions for role in question.roles}
        if self.role is not None or roles >= set(self.instrument.role_ids):
            return ""
        return " or ".join(f"${{role}} = '{coded(role)}'" for role in self.instrument.role_ids if role in roles)

    # -- choices and settings ----------------------------------------------------------------------------------------------

    @property
    def units(self) -> Sequence[Unit]:
        """The units that can be chosen: those that stand above others are not asked about."""
        return [unit for unit in self.engagement.units if unit.id not in self.engagement.parents] or self.engagement.units

    def choices(self) -> Iterator[_Row]:
        """The lines of the sheet ``choices``."""
        if self.unit is None:
            for unit in self.units:
                yield self._choice("unit", coded(unit.id), self._named(unit.name, unit.id))
        if self.role is None:
            for role in self.instrument.roles:
                yield self._choice("role", coded(role.id), self._named(role.name, role.id))
        written = set()
        for _, criteria in self.blocks:
            for question in (question for _, asked in criteria for question in asked):
                name = self._list_of(question)
                if name not in written:
                    written.add(name)
                    pairs = {language: list(self.fields.choices(question, language)) for language in self.languages}
                    for number, (choice, _) in enumerate(pairs[self.languages[0]]):
                        yield self._choice(name, choice, {language: pairs[language][number][1] for language in self.languages})

    def _list_of(self, question: Question) -> str:
        """The list of a question's choices: its own where it has anchors, else that of its scale."""
        if question.anchors:
            return f"a_{self.fields.stems[question.id]}"
        return f"s_{_part(question.scale.id)}_{list(self.instrument.scales).index(question.scale.id) + 1}"

    def settings(self) -> _Row:
        """The line of the sheet ``settings``."""
        first = self.languages[0]
        title = [_text(self.instrument.title, first), self.engagement.wave]
        title += [_text(self.unit.name, first)] if self.unit else []
        title += [_text(role.name, first) for role in self.instrument.roles if role.id == self.role]
        return {
            "form_title": " · ".join(title),
            "form_id": form_id(self.engagement, self.role, self.unit),
            "version": form_version(self.engagement),
            "default_language": LANGUAGE_COLUMNS[first],
            "style": "pages",
            "instance_name": "concat(${unit}, ' ', ${role}, ' ', ${respondent})",
        }

    # -- texts -------------------------------------------------------------------------------------------------------------

    def _texts(self, **labels: str) -> _Row:
        """Labels by the kind of column they stand in, in every language of the form."""
        found: _Row = {}
        for kind, label in labels.items():
            found |= _columns(kind, {language: words(label, language) for language in self.languages})
        return found

    def _labels(self, kind: str, question: Question) -> _Row:
        return _columns("label", {language: self.fields.label(kind, question, language) for language in self.languages})

    def _needed(self) -> _Row:
        return {"required": "yes", **self._texts(required_message="xf_needed")}

    def _named(self, name: Mapping[str, str], code: str) -> Mapping[str, str]:
        """A name with its id, by which it is known again."""
        return {language: words("xf_named", language, name=_text(name, language), id=plain(code)) for language in self.languages}

    def _choice(self, name: str, choice: str, labels: Mapping[str, str]) -> _Row:
        return {"list_name": name, "name": choice, **_columns("label", labels)}


def _fixed(name: str, value: str) -> _Row:
    """A field that nobody sees."""
    return {"type": "calculate", "name": name, "calculation": f"'{value}'"}


def _columns(kind: str, texts: Mapping[str, str]) -> _Row:
    return {f"{kind}::{LANGUAGE_COLUMNS[language]}": text for language, text in texts.items()}


def _text(text: Mapping[str, str], language: str) -> str:
    """A text of the engagement or the instrument in one language, or the one it has."""
    return plain(text.get(language) or next(iter(text.values()), ""))


def _part(code: str) -> str:
    """An id in letters, digits and underscores."""
    return re.sub(r"[^A-Za-z0-9]", "_", code)


# -- the workbook ------------------------------------------------------------------------------------------------------------


def _workbook(engagement: Engagement, sheets: Mapping[str, Sequence[_Row]]) -> bytes:
    """Every cell is text, so that no text is a formula and no code a number; the same form is the same bytes."""
    raw = io.BytesIO()
    book = xlsxwriter.Workbook(raw, {"in_memory": True})
    day = dt.date.fromisoformat(engagement.date) if engagement.date else dt.date(2000, 1, 1)
    book.set_properties({"title": form_id(engagement), "created": dt.datetime(day.year, day.month, day.day)})
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EDEDED", "text_wrap": True, "valign": "top"})
    cell = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for column, heading in enumerate(_headings(rows)):
            sheet.set_column(column, column, _WIDTHS.get(heading.split("::")[0], 16))
            sheet.write_string(0, column, heading, head)
            for number, row in enumerate(rows, 1):
                if row.get(heading):
                    sheet.write_string(number, column, row[heading], cell)
    book.close()
    return raw.getvalue()


def _headings(rows: Sequence[_Row]) -> list[str]:
    """The headings of a sheet: each once, languages of one text beside each other."""
    found = dict.fromkeys(heading for row in rows for heading in row)
    order = ("list_name", "type", "name", "label", "hint", "relevant", "required", "required_message", "appearance")
    place = {heading: number for number, heading in enumerate(order)}
    return sorted(found, key=lambda heading: place.get(heading.split("::")[0], len(order)))
