"""What a questionnaire is a copy of: written into a hidden sheet and into the file's properties, so that one of them survives.

Both hold the same pairs of texts. The sheet also has a digest of each question, which tells years later whether an older
version asked the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kamassess.instrument import Question, Text

__all__ = ["SCHEMA", "FormIdentity", "question_digest"]

SCHEMA = "kamassess.form/1"
_SCHEMA = "schema"
_PREFIX = "kamassess."
_COMPANY, _QUESTION = "company.", "question."
_LONGEST = 120
"""Characters of a company's name that are kept: a property of a file holds 255 units of UTF-16."""


@dataclass(frozen=True)
class FormIdentity:
    """Which instrument, wave, role, language and perhaps unit a form was made for, and whose.

    ``questions`` has the digest of each question asked, by id; empty where only the file's properties are left. A text that is
    not there is empty.
    """

    schema: str
    instrument: str
    version: str
    sha256: str
    wave: str
    role: str
    unit: str
    language: str
    company: Text
    questions: Mapping[str, str] = field(default_factory=dict)

    @property
    def named(self) -> str:
        """The instrument and its version, as messages name them."""
        return f"{self.instrument} {self.version}"

    def belongs_to(self, company: Text) -> bool:
        """Whether it was made for *company*: one of its names is the same, so that the other may be mended."""
        names = {_name(name) for name in company.values()}
        return not self.company or any(_name(name) in names for name in self.company.values())

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Everything as keys and texts, for the hidden sheet."""
        yield _SCHEMA, self.schema
        for key in _TEXTS:
            yield key, str(getattr(self, key))
        for language, name in self.company.items():
            yield f"{_COMPANY}{language}", name[:_LONGEST]
        for question, digest in self.questions.items():
            yield f"{_QUESTION}{question}", digest

    def properties(self) -> Iterator[tuple[str, str]]:
        """The same without the questions, for the properties of the file."""
        for key, text in self.pairs():
            if not key.startswith(_QUESTION):
                yield f"{_PREFIX}{key}", text[:_LONGEST]

    @classmethod
    def of_sheet(cls, cells: Sequence[Sequence[str]]) -> FormIdentity | None:
        """What a sheet says; None if it is no such sheet."""
        if not cells or _SCHEMA not in cells[0]:
            return None
        filled = [[cell for cell in row if cell] for row in cells]
        return cls._of((row[0], row[1] if len(row) > 1 else "") for row in filled if row)

    @classmethod
    def of_properties(cls, properties: Mapping[str, str]) -> FormIdentity | None:
        """What the properties of a file say; None if they say nothing of a questionnaire."""
        return cls._of((key.removeprefix(_PREFIX), text) for key, text in properties.items() if key.startswith(_PREFIX))

    @classmethod
    def _of(cls, pairs: Iterable[tuple[str, str]]) -> FormIdentity | None:
        found = dict(pairs)
        schema = found.get(_SCHEMA, "")
        if not schema.startswith(SCHEMA.partition("/")[0]):
            return None
        parts = {
            prefix: {key.removeprefix(prefix): text for key, text in found.items() if key.startswith(prefix)}
            for prefix in (_COMPANY, _QUESTION)
        }
        texts = {key: found.get(key, "") for key in _TEXTS}
        return cls(schema=schema, **texts, company=parts[_COMPANY], questions=parts[_QUESTION])


_TEXTS = ("instrument", "version", "sha256", "wave", "role", "unit", "language")


def _name(text: str) -> str:
    return " ".join(text[:_LONGEST].casefold().split())


def question_digest(question: Question) -> str:
    """Twelve digits that change with anything a respondent sees of a question, in whatever language, or with its values.

    >>> from kamassess.instrument import Option, Scale
    >>> scale = Scale("yes", (Option(0, {"en": "No"}), Option(1, {"en": "Yes"})))
    >>> question_digest(Question("Q", {"en": "Well?"}, scale)) == question_digest(Question("Q", {"en": "Well!"}, scale))
    False
    """
    seen = [
        dict(question.text),
        [[option.value, dict(option.label)] for option in question.scale.options],
        [[value, dict(question.anchors[value])] for value in sorted(question.anchors)],
    ]
    return hashlib.sha256(json.dumps(seen, sort_keys=True, ensure_ascii=True).encode()).hexdigest()[:12]
