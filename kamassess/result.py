"""The wall: everything a report may say, computed once, at full precision, with where it comes from.

What stands before this module computes; what stands after it shows. Objects are frozen, hold no arrays and no files, and have
one JSON form (``docs/result.md``). A number that does not exist is None with a reason from :class:`Reason`, never NaN.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from kamassess.instrument import Instrument, Text

__all__ = [
    "SCHEMA",
    "Agreement",
    "AuditResult",
    "Block",
    "Comment",
    "Interval",
    "Provenance",
    "QuestionResult",
    "Reason",
    "Reliability",
    "RoleView",
    "UnitResult",
    "option_key",
]

SCHEMA = "kamassess.result/1"
_ANSWERS = "responses/"
Interval: TypeAlias = tuple[float, float]


def option_key(value: float) -> str:
    """An option's value as it stands in ``counts``: short, and never the same for two values.

    >>> option_key(3.0), option_key(0.25), option_key(0.12345678)
    ('3', '0.25', '0.12345678')
    """
    short = f"{value:g}"
    return short if float(short) == value else repr(float(value))


class Reason(StrEnum):
    """Why a number is missing or must be read with care."""

    NO_ANSWERS = "no_answers"
    """Nobody who was asked gave an answer (or nobody was asked)."""
    ALL_NOT_APPLICABLE = "all_not_applicable"
    """Everyone asked said that it does not apply."""
    LOW_COVERAGE = "low_coverage"
    """Less of the block's weight was answered than the policy asks for; there is no score."""
    ZERO_WEIGHT = "zero_weight"
    """The weights below the block are all 0."""
    UNDEFINED_MEAN = "undefined_mean"
    """The policy's mean does not exist for these values (a geometric mean of a negative one)."""
    BELOW_FIRST_LEVEL = "below_first_level"
    """The score is lower than where the first level begins; there is no level."""
    TOO_FEW_RESPONDENTS = "too_few_respondents"
    """The score stands, but rests on fewer respondents than the policy asks for."""
    ONE_RESPONDENT_PER_ROLE = "one_respondent_per_role"
    """No role has two respondents who count, so nothing can be said of how far the score could move."""
    WITHHELD = "withheld"
    """Too few respondents to show without showing who said it."""
    TOO_FEW_ANSWERS = "too_few_answers"
    """Not enough complete answers for this statistic."""
    NO_VARIANCE = "no_variance"
    """All answers are the same, so this statistic does not exist."""


@dataclass(frozen=True, slots=True)
class Block:
    """One score: overall, a dimension, a screen or a criterion.

    Attributes
    ----------
    score
        On the scale of the instrument; None with a ``reason``.
    ci
        95 % percentile bootstrap interval over respondents; None with a ``ci_reason``.
    index
        0–100.
    level
        Staged level, capped by gates; ``continuous_level`` is the one the score reaches by itself.
    blocked_by
        Gate criteria that hold the level down; ``open_gates`` those without a score, which hold nothing.
    coverage
        0–1, the share of the block's weight that was answered; None where nothing applies.
    bounds
        The score if every open answer were the lowest, and the highest, option.
    n
        Respondents who answered at least one question of the block that has a weight.
    aggregations
        The score under the three aggregations.
    """

    score: float | None
    ci: Interval | None
    index: float | None
    level: int | None
    blocked_by: tuple[str, ...]
    coverage: float | None
    bounds: Interval | None
    reason: Reason | None
    n: int
    continuous_level: int | None = None
    open_gates: tuple[str, ...] = ()
    ci_reason: Reason | None = None
    aggregations: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement between raters on the questions of a dimension; ``n`` respondents. See ``docs/method.md``."""

    rwg_j: float | None
    ad: float | None
    n: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Reliability:
    """Reliability of a dimension over all respondents of the wave."""

    alpha: float | None
    alpha_ci: Interval | None
    omega: float | None
    icc1: float | None
    icc2: float | None
    n: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question: ``score`` by the policy, ``mean`` and ``sd`` plain over ``n`` answers, and how many chose each option."""

    score: float | None
    mean: float | None
    sd: float | None
    n: int
    dk: int
    na: int
    unanswered: int
    rwg: float | None
    counts: Mapping[str, int]
    coverage: float | None
    bounds: Interval | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class RoleView:
    """What one role says; scores are None where they are withheld (``reason``) or do not exist."""

    n: int
    dimensions: Mapping[str, float | None]
    criteria: Mapping[str, float | None]
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A respondent's words on a question. ``role`` only where enough people share it."""

    question: str
    text: str
    role: str | None


@dataclass(frozen=True, slots=True)
class UnitResult:
    """All that is known of one business unit in one wave."""

    id: str
    name: Text
    parent: str | None
    size: float | None
    n_respondents: int
    overall: Block
    dimensions: Mapping[str, Block]
    screens: Mapping[str, Block]
    criteria: Mapping[str, Block]
    questions: Mapping[str, QuestionResult]
    agreement: Mapping[str, Agreement]
    roles: Mapping[str, RoleView]
    targets: Mapping[str, float]
    comments: tuple[Comment, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The unit's part of the JSON form (``docs/result.md``)."""
        return {
            "name": dict(self.name),
            "parent": self.parent,
            "size": self.size,
            "n_respondents": self.n_respondents,
            "overall": _json(self.overall),
            "dimensions": {
                name: _json(block) | {"agreement": _json(self.agreement[name]), "target": self.targets.get(name)}
                for name, block in self.dimensions.items()
            },
            "screens": {name: _json(block) for name, block in self.screens.items()},
            "criteria": {name: _json(block) | {"evidenced": None, "measured": None} for name, block in self.criteria.items()},
            "questions": {name: _json(question) for name, question in self.questions.items()},
            "roles": {name: _json(view) for name, view in self.roles.items()},
        }


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a result rests on: input files with their SHA-256, and the versions that computed it."""

    inputs: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]

    @property
    def other_files(self) -> tuple[tuple[str, str], ...]:
        """The inputs that are not files of answers."""
        return tuple(entry for entry in self.inputs if not entry[0].startswith(_ANSWERS))

    @property
    def answer_files(self) -> tuple[int, str]:
        """How many files of answers there are, and the SHA-256 of their names and digests, one ``digest  name`` a line."""
        lines = [f"{digest}  {name}\n" for name, digest in sorted(self.inputs) if name.startswith(_ANSWERS)]
        return len(lines), hashlib.sha256("".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class AuditResult:
    """The result of an audit: one wave of one engagement. ``units`` may build its entries when they are asked for.

    ``date`` (ISO) stands for "now" in every output: ``SOURCE_DATE_EPOCH`` if it is set, else when the wave was closed, or None.
    """

    company: Text
    currency: str
    languages: tuple[str, ...]
    wave: str
    waves: tuple[str, ...]
    date: str | None
    instrument: Instrument
    reliability: Mapping[str, Reliability]
    units: Mapping[str, UnitResult]
    provenance: Provenance
    replicates: int

    def as_json(self) -> dict[str, Any]:
        """The JSON form (``docs/result.md``), as plain objects."""
        return self._head() | {"units": {name: unit.as_json() for name, unit in self.units.items()}}

    def write_json(self) -> Iterator[str]:
        """The JSON form as text, unit by unit, so that ten thousand units need not be held at once."""
        head = json.dumps(self._head(), ensure_ascii=False, allow_nan=False)
        yield head[:-1] + ', "units": {'
        for number, (name, unit) in enumerate(self.units.items()):
            body = json.dumps(unit.as_json(), ensure_ascii=False, allow_nan=False)
            yield f"{',' if number else ''}\n{json.dumps(name, ensure_ascii=False)}: {body}"
        yield "\n}}\n"

    def _head(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "company": dict(self.company),
            "wave": self.wave,
            "date": self.date,
            "instrument": {"id": self.instrument.id, "version": self.instrument.version, "sha256": self.instrument.sha256},
            "reliability": {name: _json(value) for name, value in self.reliability.items()},
            "provenance": {"inputs": dict(self.provenance.inputs), "versions": dict(self.provenance.versions)},
        }


def _json(value: Any) -> dict[str, Any]:
    """A flat dataclass as plain JSON values."""
    return {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, float | int | str):
        return value
    if isinstance(value, Mapping):
        return {name: _plain(entry) for name, entry in value.items()}
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    return value
