"""What a workshop of a unit came to: votes by round, what the room agreed, how that stands beside survey, documents and data, and
what was decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kamassess.recorded import RecordedAction
from kamassess.result.claimed import Agreement
from kamassess.result.reasons import Interval, Reason

__all__ = [
    "AgreedAnswer",
    "EarlierWorkshop",
    "Moved",
    "RoleVote",
    "VoteRound",
    "VotedBlock",
    "Workshop",
    "WorkshopGap",
    "WorkshopQuestion",
]


@dataclass(frozen=True, slots=True)
class VotedBlock:
    """The score of a block from votes, or from what was agreed.

    Attributes
    ----------
    score, level
        On the scales of the instrument, by its policy; None with a ``reason``.
    coverage
        0–1, as that of :class:`~kamassess.result.Block`.
    n
        Of votes, the most on any question of the block, also where they are too few to be shown; of what was agreed, its
        questions with an answer.
    blocked_by
        Gate criteria that hold the level down.
    """

    score: float | None
    level: int | None
    coverage: float | None
    n: int
    reason: Reason | None = None
    blocked_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoleVote:
    """What one role voted: ``mean`` over ``n`` answers (None without any), and how many chose each option, ``DK`` and ``NA``."""

    mean: float | None
    n: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class VoteRound:
    """A vote on a question; figures are None where fewer than three people voted (``reason``).

    ``votes`` count everybody, ``n`` those who chose an option. ``score`` is by the policy, each role that may be shown with
    a voice of its own and all others together with one; ``mean`` and ``sd`` are plain; ``band`` is the word for ``rwg``, None
    where fewer than five chose an option, or where it is high and random votes would agree as much.
    """

    round: int
    votes: int
    n: int
    score: float | None
    mean: float | None
    sd: float | None
    rwg: float | None
    band: str | None
    counts: Mapping[str, int]
    dk: int
    na: int
    roles: Mapping[str, RoleVote] = field(default_factory=dict)
    comments: tuple[str, ...] = ()
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class AgreedAnswer:
    """What the room agreed on a question: ``value`` is that of the option, None for not applicable."""

    value: float | None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class WorkshopQuestion:
    """A question of the workshop: its rounds that were shown, and the agreed answer, if there is one."""

    rounds: tuple[VoteRound, ...]
    agreed: AgreedAnswer | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A question that was voted on again: plain means and standard deviations of the first and the last round.

    ``change`` is the last mean less the first; ``closer`` whether the spread became smaller, None where it is as it was or
    unknown. ``n_before`` and ``n_after`` chose an option, of ``votes_before`` and ``votes_after`` in all.
    """

    question: str
    rounds: int
    before: float
    after: float
    change: float
    sd_before: float | None
    sd_after: float | None
    n_before: int
    n_after: int
    closer: bool | None
    votes_before: int
    votes_after: int


@dataclass(frozen=True, slots=True)
class WorkshopGap:
    """A criterion on which the room agreed, beside what else is known of it.

    Attributes
    ----------
    agreed, other, difference
        Scores, and the first less the second: above 0 the room puts the criterion higher.
    kind
        What the other is: ``claimed`` in the survey, ``measured`` by data, or ``evidenced`` by documents.
    ci
        Interval of the claim.
    certain
        Of a claim, whether its interval leaves the agreed score out; of data and documents always true.
    weight
        What the criterion weighs in the overall score, 0–1.
    n
        Respondents of the claim, metrics of the data, entries of the register.
    """

    criterion: str
    kind: Literal["claimed", "measured", "evidenced"]
    agreed: float
    other: float
    difference: float
    ci: Interval | None
    certain: bool
    weight: float
    n: int


@dataclass(frozen=True, slots=True)
class EarlierWorkshop:
    """Another workshop of the same unit in the same wave, held before."""

    session: str
    day: str
    people: int


@dataclass(frozen=True, slots=True)
class Workshop:
    """The workshop of a unit in a wave; of several the last.

    Attributes
    ----------
    session, day
        Its id, and its ISO date or nothing.
    people
        How many of each role took part.
    agenda
        Dimensions and screens, in their order.
    first, last, agreed
        Scores by id of dimension, screen or criterion, the whole under an empty id: of the first round that was shown of each
        question, of the last one, and of what was agreed.
    agreement
        By dimension and screen, between the votes of the last round; ``n`` is the most votes on any question that chose an
        option. No ``band`` for fewer than five, nor a high one where the mean cannot be quoted.
    questions
        By id, in the order of the instrument; those that were shown or agreed.
    moved
        The questions voted on again, the largest change first.
    gaps
        What was agreed beside what else is known, by weight × difference.
    targets
        Level by dimension.
    read_from
        Its files with their SHA-256.
    """

    session: str
    day: str
    people: Mapping[str, int]
    agenda: tuple[str, ...]
    first: Mapping[str, VotedBlock]
    last: Mapping[str, VotedBlock]
    agreed: Mapping[str, VotedBlock]
    agreement: Mapping[str, Agreement]
    questions: Mapping[str, WorkshopQuestion]
    moved: tuple[Moved, ...] = ()
    gaps: tuple[WorkshopGap, ...] = ()
    targets: Mapping[str, float] = field(default_factory=dict)
    actions: tuple[RecordedAction, ...] = ()
    earlier: tuple[EarlierWorkshop, ...] = ()
    read_from: tuple[tuple[str, str], ...] = ()

    @property
    def n_people(self) -> int:
        """How many took part."""
        return sum(self.people.values())
