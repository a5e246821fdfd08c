"""What changed from one wave to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kamassess.result.reasons import Interval, Reason
from kamassess.result.unit import AnswerRows

__all__ = ["Change", "Part", "Progress", "UnitChange"]


@dataclass(frozen=True, slots=True)
class Part:
    """One cause's share in a change, in scale points; None with a ``reason``."""

    value: float | None
    ci: Interval | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """From one wave to the next: one score and what moved it. ``difference`` = real + respondents + instrument + not_applicable.

    Attributes
    ----------
    before, after, level_before, level_after
        As published for each wave.
    difference, ci
        After less before, with its 95 % bootstrap interval; people who answered both times are drawn together.
    comparable
        The change on questions asked in the same form, and applicable, both times: real + respondents.
    real
        The same people (or, if few are the same, the same roles) on the same questions.
    respondents
        What other people answering did to it.
    instrument
        What changed, new and dropped questions and their weights did to it.
    not_applicable
        What questions that apply in one wave only did to it.
    """

    before: float | None
    after: float | None
    difference: float | None
    ci: Interval | None
    level_before: int | None
    level_after: int | None
    comparable: Part
    real: Part
    respondents: Part
    instrument: Part
    not_applicable: Part
    n_before: int
    n_after: int
    n_questions: int
    reason: Reason | None = None
    ci_reason: Reason | None = None

    @property
    def certain(self) -> bool:
        """Whether it is more than noise: its interval has a width, and lies on one side of 0."""
        return self.ci is not None and self.ci[0] < self.ci[1] and (self.ci[0] > 0 or self.ci[1] < 0)


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What changed in one unit. ``basis`` says how real change was told from a change of people.

    ``same_people``: by those ``n_both`` who answered both times; ``same_roles``: by roles that answered both times.
    """

    n_before: int
    n_after: int
    n_both: int
    basis: Literal["same_people", "same_roles"]
    overall: Change
    dimensions: Mapping[str, Change]
    screens: Mapping[str, Change]
    criteria: Mapping[str, Change]
    rows_before: AnswerRows | None = None
    """The answers of the earlier wave."""


@dataclass(frozen=True, slots=True)
class Progress:
    """An earlier wave and what has changed since. ``units`` holds those with answers in both waves.

    ``questions`` counts kept, changed, dropped and new questions between the two versions of the instrument.
    """

    since: str
    wave: str
    instrument_before: tuple[str, str]
    instrument_after: tuple[str, str]
    questions: Mapping[str, int]
    units: Mapping[str, UnitChange]
    joined: tuple[str, ...]
    left: tuple[str, ...]

    def head(self) -> dict[str, Any]:
        """All but the units, as plain objects."""
        names = ("id", "version")
        return {
            "since": self.since,
            "wave": self.wave,
            "instrument_before": dict(zip(names, self.instrument_before, strict=True)),
            "instrument_after": dict(zip(names, self.instrument_after, strict=True)),
            "questions": dict(self.questions),
            "joined": list(self.joined),
            "left": list(self.left),
        }
