"""The fields of the XLSForm: one scheme of names and labels, for the form that goes out and for the export that comes back.

Platforms differ in which characters a name may have, so names here are letters, digits and underscores; a prefix says what a
field holds. Exports head their columns by name or by label, and name a choice by its name or its label: both lead back to one id.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from kamassess.instrument import Instrument, Question, Text
from kamassess.reading.package_data import package_labels
from kamassess.result.reasons import option_key

__all__ = [
    "CHOICES",
    "FORM",
    "LANGUAGE_COLUMNS",
    "NOTES",
    "Column",
    "FormFields",
    "coded",
    "decoded",
    "form_of",
    "normal",
    "own_code",
    "plain",
    "words",
]

LANGUAGE_COLUMNS = {"en": "English (en)", "zh": "中文 (zh)"}
"""How languages are called in headings such as ``label::English (en)``."""

FORM = "kamassess_form"
"""The field that says which instrument was asked."""
COMPANY = "kamassess_company"
"""The field that says whose engagement it is, without naming it."""
CHOICES = {"DK": "xf_dont_know", "NA": "xf_not_applicable"}
"""Answers that are no option, with the labels they have."""

NOTES = ("welcome", "welcome_sure", "welcome_private", "end_of_questions")
"""Fields that only say something; some platforms export them as empty columns."""

_ONCE = ("wave", "unit", "role", "respondent")
_PREFIXES = {"answer": "q_", "reason": "na_", "comment": "c_"}
_PLAIN_CODE = re.compile(r"(?!x_[0-9a-f]+$)[A-Za-z0-9][A-Za-z0-9._-]*")
_LABELLED = re.compile(r".*\S ?[(（](.+)[)）]", re.DOTALL)
_SEGMENT = re.compile(r"[A-Za-z0-9_]+$")
_MARKUP = re.compile(r"([*_#~`])")
_REFERENCE = re.compile(r"\$(?=\{)")


class Column(NamedTuple):
    """What a column of an export holds.

    ``kind`` is ``wave``, ``unit``, ``role``, ``respondent``, ``form`` or ``company``; ``answer``, ``reason`` or ``comment`` of a
    question; or ``note`` for nothing.
    """

    kind: str
    question: str = ""


def words(label: str, language: str, **values: str) -> str:
    """A label of the form, with values filled in."""
    return package_labels()[label][language].format_map(values)


def plain(text: str) -> str:
    r"""A text that a form shows as it is written: platforms read ``*``, ``_`` and ``#`` as style, ``${`` as another field.

    >>> plain("5 * 3 of ${x}")
    '5 \\* 3 of $ {x}'
    """
    return _REFERENCE.sub("$ ", _MARKUP.sub(r"\\\1", " ".join(text.split())))


def normal(text: str) -> str:
    """A label as it is compared: without escapes, and with single spaces."""
    return " ".join(text.replace("\\", "").split()).casefold()


def coded(code: str) -> str:
    """A unit, role or wave as the name of a choice: as it is, where platforms take it, else in hexadecimal.

    >>> coded("CA"), coded("华东"), coded("x_1f")
    ('CA', 'x_e58d8ee4b89c', 'x_785f3166')
    """
    return code if _PLAIN_CODE.fullmatch(code) else f"x_{code.encode().hex()}"


def decoded(name: str) -> str:
    """The code that :func:`coded` made a name of; anything else as it is.

    >>> decoded("CA"), decoded("x_e58d8ee4b89c"), decoded("x_zz")
    ('CA', '华东', 'x_zz')
    """
    if not name.startswith("x_"):
        return name
    try:
        return bytes.fromhex(name[2:]).decode()
    except ValueError:
        return name


def own_code(cell: str) -> str:
    """The code in a cell of an export, which holds the name of a choice or its label, at whose end the code stands.

    >>> own_code("CA"), own_code("East China (EC)"), own_code("华东（EC）"), own_code("x_e58d8ee4b89c")
    ('CA', 'EC', 'EC', '华东')
    """
    labelled = _LABELLED.fullmatch(cell)
    return labelled[1].replace("\\", "") if labelled else decoded(cell)


def form_of(instrument: Instrument) -> str:
    """What the field :data:`FORM` holds."""
    return f"{coded(instrument.id)}/{coded(instrument.version)}"


def company_digests(company: Text) -> list[str]:
    """Eight digits for each of a company's names. A form is its own if one is the same, so that the other may be mended.

    >>> company_digests({"en": "Acme", "zh": "艾克"}), company_digests({"en": "ACME "})
    (['822b33ad', '0ce9fc44'], ['822b33ad'])
    """
    names = [" ".join(name.casefold().split()) for name in company.values()]
    return [hashlib.sha256(name.encode()).hexdigest()[:8] for name in names]


class FormFields:
    """Names and labels of an instrument's fields, in both directions."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument

    # -- out ---------------------------------------------------------------------------------------------------------------

    @cached_property
    def stems(self) -> Mapping[str, str]:
        """Each question's id in letters, digits and underscores; two that would be the same, whatever the case, are numbered."""
        found: dict[str, str] = {}
        taken: set[str] = set()
        for question in self.instrument.questions:
            stem = base = re.sub(r"[^A-Za-z0-9]", "_", question)
            number = 1
            while stem.casefold() in taken:
                number += 1
                stem = f"{base}_{number}"
            taken.add(stem.casefold())
            found[question] = stem
        return found

    def name(self, kind: str, question: str) -> str:
        """The name of the field with the ``answer``, ``reason`` or ``comment`` of a question."""
        return _PREFIXES[kind] + self.stems[question]

    def label(self, kind: str, question: Question, language: str) -> str:
        """The label of such a field."""
        values = {"id": question.id, "text": plain(_said(question.text, language))}
        return words("xf_question" if kind == "answer" else f"xf_{kind}", language, **values)

    def choices(self, question: Question, language: str) -> Iterator[tuple[str, str]]:
        """Names and labels of the answers to a question: its options with what one would see, then the two that are none."""
        for option in question.scale.options:
            text = question.anchors.get(option.value, option.label)
            key = option_key(option.value)
            yield key, words("xf_option", language, value=key, text=plain(_said(text, language)))
        for name, label in CHOICES.items():
            yield name, words(label, language)

    # -- back --------------------------------------------------------------------------------------------------------------

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """Fields by their names in lower case."""
        columns = (
            {kind: Column(kind) for kind in _ONCE}
            | {FORM: Column("form"), COMPANY: Column("company")}
            | {name: Column("note") for name in NOTES}
        )
        for question in self.instrument.questions:
            columns |= {self.name(kind, question).casefold(): Column(kind, question) for kind in _PREFIXES}
        return columns

    @cached_property
    def by_label(self) -> Mapping[str, Column]:
        """Fields by their labels, as :func:`normal` makes them, in every language of the instrument."""
        columns: dict[str, Column] = {}
        for language in self.languages:
            columns |= {normal(words(f"xf_{name}", language)): Column("note") for name in NOTES}
            columns |= {normal(words(f"xf_{kind}", language)): Column(kind) for kind in ("unit", "role", "respondent")}
            for question in self.instrument.questions.values():
                columns |= {normal(self.label(kind, question, language)): Column(kind, question.id) for kind in _PREFIXES}
        return columns

    def column(self, heading: str) -> Column | None:
        """What a column of an export holds, by its heading: a name or a label, alone or after those of its groups."""
        segment = _SEGMENT.search(heading.strip())
        if segment and (found := self.by_name.get(segment[0].casefold())):
            return found
        label = normal(heading)
        if found := self.by_label.get(label):
            return found
        starts = (match.end() for match in re.finditer(r"[/\-:.>]", label))
        return next((self.by_label[tail] for start in starts if (tail := label[start:].strip()) in self.by_label), None)

    def answers(self, question: Question) -> Mapping[str, str]:
        """Answers as ``responses`` write them, by what an export may have for them: name or label, in any language."""
        found = {}
        for language in self.languages:
            for name, label in self.choices(question, language):
                found[normal(label)] = name
        return found | {name.casefold(): name for name, _ in self.choices(question, self.languages[0])}

    @cached_property
    def languages(self) -> Sequence[str]:
        """Languages that a form may be in."""
        return [language for language in LANGUAGE_COLUMNS if language in self.instrument.languages]


def _said(text: Text, language: str) -> str:
    return text.get(language) or next(iter(text.values()), "")
