"""One questionnaire: what it asks, of whom and in which language; and, filled, what somebody answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kamassess.instrument import Criterion, Dimension, Instrument, Question, Role, Scale
from kamassess.locale import Locale, locale
from kamassess.reading.answer_words import ANSWERED, DONT_KNOW, NOT_APPLICABLE, option_text
from kamassess.reading.engagement import Engagement, Unit
from kamassess.reading.form_identity import SCHEMA, FormIdentity, question_digest

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Filled", "Form"]

_MINUTES_A_QUESTION = 0.4
"""Five anchors are read in about as long: 65 questions take 25 minutes."""


@dataclass(frozen=True)
class Form:
    """A questionnaire for one role in one language. ``unit`` is None where whoever fills it chooses one of ``units``."""

    engagement: Engagement
    role: Role
    language: str
    unit: Unit | None = None

    @property
    def instrument(self) -> Instrument:
        """What is asked in the current wave."""
        return self.engagement.instrument

    @property
    def words(self) -> Locale:
        """How its language says things."""
        return locale(self.language)

    @property
    def units(self) -> Sequence[Unit]:
        """The units to choose from: those that stand above no other, for only they have respondents."""
        return [unit for unit in self.engagement.units if unit.id not in self.engagement.parents]

    @cached_property
    def parts(self) -> Sequence[tuple[Dimension, Sequence[tuple[Criterion, Question]]]]:
        """The dimensions (and screens) of which this role is asked something, each with its questions in order."""
        found = []
        for block in self.instrument.blocks:
            asked = [
                (criterion, question)
                for criterion in block.criteria
                for question in criterion.questions
                if self.role.id in question.roles
            ]
            if asked:
                found.append((block, asked))
        return found

    @property
    def questions(self) -> Iterator[Question]:
        """All questions it asks, in order."""
        return (question for _, asked in self.parts for _, question in asked)

    @cached_property
    def count(self) -> int:
        """How many questions it asks."""
        return sum(1 for _ in self.questions)

    @property
    def minutes(self) -> int:
        """About how long it takes, in steps of five minutes."""
        return max(5, 5 * round(self.count * _MINUTES_A_QUESTION / 5))

    @cached_property
    def scales(self) -> Sequence[Scale]:
        """The scales of its questions, each once."""
        return list({question.scale.id: question.scale for question in self.questions}.values())

    @property
    def identity(self) -> FormIdentity:
        """What this is a copy of, for the reader that gets it back."""
        instrument = self.instrument
        return FormIdentity(
            schema=SCHEMA,
            instrument=instrument.id,
            version=instrument.version,
            sha256=instrument.sha256,
            wave=self.engagement.wave,
            role=self.role.id,
            unit=self.unit.id if self.unit else "",
            language=self.language,
            company=self.engagement.company,
            questions={question.id: question_digest(question) for question in self.questions},
        )

    def answer_text(self, question: Question, value: float, state: int) -> str:
        """An answer as the drop-down has it; empty if there is none."""
        if state == ANSWERED:
            option = min(question.scale.options, key=lambda option: abs(option.value - value))
            return option_text(option.value, self.words.of(option.label))
        return {DONT_KNOW: self.words("form_dont_know"), NOT_APPLICABLE: self.words("form_not_applicable")}.get(state, "")


@dataclass(frozen=True)
class Filled:
    """What one respondent answered: value (NaN unless answered), state and comment by question id."""

    respondent: str = ""
    unit: str = ""
    answers: Mapping[str, tuple[float, int, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, responses: pd.DataFrame) -> Filled:
        """From the rows of one respondent in one wave (columns in ``kamassess.reading.responses.read_responses``)."""
        first = responses.iloc[0]
        rows = responses[["question", "value", "state", "comment"]].itertuples(index=False, name=None)
        answers = {str(question): (float(value), int(state), str(comment)) for question, value, state, comment in rows}
        return cls(str(first["respondent"]), str(first["unit"]), answers)
