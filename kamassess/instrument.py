"""The instrument: what is asked, of whom, on which scale, and by which declared policy answers become scores.

Frozen and free of files: ``kamassess.reading.instrument`` makes it from YAML. Nothing here or in scoring assumes a scale of
1 to 5, six dimensions or any id of the built-in instrument ``kam``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

__all__ = [
    "Criterion",
    "Dimension",
    "Evidence",
    "Instrument",
    "Level",
    "Option",
    "Policy",
    "Question",
    "QuestionMapping",
    "Reference",
    "Role",
    "Scale",
    "Text",
    "scale_ends",
]

Text: TypeAlias = Mapping[str, str]
"""One text in every declared language, by language code."""

SourceKind: TypeAlias = Literal["standard", "published", "rule of thumb", "house"]
SOURCE_KINDS: tuple[SourceKind, ...] = ("standard", "published", "rule of thumb", "house")


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen; ``value`` is its score."""

    value: float
    label: Text


@dataclass(frozen=True)
class Scale:
    """Options in ascending order of value."""

    id: str
    options: tuple[Option, ...]

    @property
    def minimum(self) -> float:
        """Value of the lowest option."""
        return self.options[0].value

    @property
    def maximum(self) -> float:
        """Value of the highest option."""
        return self.options[-1].value

    @cached_property
    def values(self) -> tuple[float, ...]:
        """Option values, ascending."""
        return tuple(option.value for option in self.options)


@dataclass(frozen=True, slots=True)
class Level:
    """A staged level: reached by a score of at least ``start``, on the scale of the scores."""

    level: int
    name: Text
    start: float


@dataclass(frozen=True, slots=True)
class Role:
    """A group of respondents who see the same part of the work."""

    id: str
    name: Text


EVIDENCE_LEVELS: Mapping[str, float | None] = {"statement": 2.0, "document": 3.0, "verified": None}
"""The highest level that each kind of evidence supports (None: any): a rule that was written may not be kept."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The declared rules from answers to scores; ``docs/method.md`` says each in words."""

    unanswered: Literal["exclude", "minimum"] = "exclude"
    respondents: Literal["by_role", "equal"] = "by_role"
    aggregation: Literal["arithmetic", "geometric", "minimum"] = "arithmetic"
    min_coverage: float = 0.6
    min_respondents: int = 3
    gates: bool = True
    evidence: Mapping[str, float | None] = field(default_factory=lambda: dict(EVIDENCE_LEVELS))

    def evidence_cap(self, kind: str, levels: Sequence[Level]) -> float:
        """The highest of the *levels* that a kind of evidence supports."""
        top, cap = float(levels[-1].level), self.evidence[kind]
        return top if cap is None else min(cap, top)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something one can ask to see: a ``statement``, a ``document`` that exists, or a ``verified`` trace of use."""

    kind: Literal["statement", "document", "verified"]
    text: Text


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``anchors`` gives, by option value, what one would see at that answer; empty if the model has none."""

    id: str
    text: Text
    scale: Scale
    weight: float = 1.0
    roles: tuple[str, ...] = ()
    anchors: Mapping[float, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is judged. A ``gate`` caps the staged level of what it belongs to; a ``practice`` is a daily method."""

    id: str
    name: Text
    questions: tuple[Question, ...]
    weight: float = 1.0
    gate: bool = False
    practice: bool = False
    why: Text | None = None
    evidence: tuple[Evidence, ...] = ()
    metrics: tuple[str, ...] = ()
    crossref: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dimension:
    """A group of criteria with a score of its own."""

    id: str
    name: Text
    criteria: tuple[Criterion, ...]
    weight: float = 1.0
    about: Text | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A published construct that criteria refer to."""

    id: str
    citation: str
    constructs: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """From which value of a metric a level is reached, what kind of source says so, and which (may be empty)."""

    level: float
    value: float
    source: SourceKind
    cite: str = ""


@dataclass(frozen=True)
class Instrument:
    """A whole instrument. ``screens`` are asked and scored like dimensions but never enter the overall score."""

    id: str
    version: str
    languages: tuple[str, ...]
    title: Text
    scales: Mapping[str, Scale]
    levels: tuple[Level, ...]
    roles: tuple[Role, ...]
    policy: Policy
    dimensions: tuple[Dimension, ...]
    screens: tuple[Dimension, ...] = ()
    references: tuple[Reference, ...] = ()
    curves: Mapping[str, tuple[Breakpoint, ...]] = field(default_factory=dict)
    sha256: str = ""

    @property
    def blocks(self) -> tuple[Dimension, ...]:
        """Dimensions, then screens."""
        return self.dimensions + self.screens

    def criteria(self) -> Iterator[Criterion]:
        """All criteria in the order of the file."""
        for block in self.blocks:
            yield from block.criteria

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """All questions by id, in the order of the file."""
        return {question.id: question for criterion in self.criteria() for question in criterion.questions}

    @cached_property
    def shares(self) -> Mapping[str, float]:
        """What each criterion weighs in the overall score, 0–1, without those that weigh nothing and those of screens."""
        whole = math.fsum(dimension.weight for dimension in self.dimensions)
        found = {}
        for dimension in self.dimensions:
            inside = math.fsum(criterion.weight for criterion in dimension.criteria)
            for criterion in dimension.criteria:
                if dimension.weight * criterion.weight > 0:
                    found[criterion.id] = dimension.weight / whole * criterion.weight / inside
        return found

    @cached_property
    def role_ids(self) -> tuple[str, ...]:
        """Ids of the roles in the order of the file."""
        return tuple(role.id for role in self.roles)

    @cached_property
    def starts(self) -> tuple[float, ...]:
        """Where the levels begin."""
        return tuple(level.start for level in self.levels)

    def level_for(self, score: float) -> Level | None:
        """The highest level whose start *score* reaches, or None below the first; 2.9999999999 counts as 3.

        >>> from kamassess.instrument import Level
        >>> levels = (Level(1, {}, 1.0), Level(2, {}, 2.0))
        >>> [max((l.level for l in levels if l.start <= s + 1e-9), default=None) for s in (0.5, 1.9999999999, 2.0)]
        [None, 2, 2]
        """
        reached = [level for level in self.levels if level.start <= score + LEVEL_TOLERANCE]
        return reached[-1] if reached else None


@dataclass(frozen=True, slots=True)
class QuestionMapping:
    """What became of each question from an older version of an instrument to a newer one.

    Attributes
    ----------
    old_version, new_version
        Id and version of the two instruments.
    kept
        Ids in the newer version by ids in the older one, of questions that are the same: their answers can be compared.
    changed
        The same for questions that are asked differently: their answers cannot be compared.
    dropped, new
        Ids of questions that only the older, only the newer version has.
    sha256
        Of the file; empty where there is none.
    """

    old_version: tuple[str, str]
    new_version: tuple[str, str]
    kept: Mapping[str, str]
    changed: Mapping[str, str] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    sha256: str = ""

    @classmethod
    def identity(cls, instrument: Instrument) -> QuestionMapping:
        """From an instrument to itself: every question is kept."""
        version = (instrument.id, instrument.version)
        return cls(version, version, {question: question for question in instrument.questions})

    def through(self, other: QuestionMapping, new: Sequence[str]) -> QuestionMapping:
        """From this older version to that of *other* (whose questions are *new*), where both lead to the same newer one."""
        back = {target: name for name, target in other.kept.items()}
        somehow = back | {target: name for name, target in other.changed.items()}
        kept = {name: back[target] for name, target in self.kept.items() if target in back}
        linked = {name: somehow[target] for name, target in [*self.kept.items(), *self.changed.items()] if target in somehow}
        changed = {name: target for name, target in linked.items() if name not in kept}
        dropped = tuple(name for name in (*self.kept, *self.changed, *self.dropped) if name not in linked)
        met = set(linked.values())
        return QuestionMapping(
            self.old_version, other.old_version, kept, changed, dropped, tuple(name for name in new if name not in met)
        )


LEVEL_TOLERANCE = 1e-9
"""Sums of weights are not exact in binary; a score this close below a level's start has reached it."""


def scale_ends(blocks: Iterable[Dimension | Criterion]) -> tuple[float, float]:
    """The lowest and the highest option of all questions of some blocks."""
    scales = [
        question.scale
        for block in blocks
        for criterion in (block.criteria if isinstance(block, Dimension) else (block,))
        for question in criterion.questions
    ]
    return min(scale.minimum for scale in scales), max(scale.maximum for scale in scales)
