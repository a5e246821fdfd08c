"""What a workshop leaves behind: what its room was shown of the votes, what it agreed and aims at, and what will be done.

The same object is made from a workshop that goes on and read from the files that one has left, so that both are scored alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["ROLE", "WORDS", "RecordedAction", "RecordedAnswer", "RecordedRound", "WorkshopRecord"]

ROLE = "workshop"
"""The role, and the respondent, of what a room agreed, in the columns of a file of answers."""
WORDS = ("DK", "NA")
"""What stands beside the options in counts: don't know, not applicable."""


@dataclass(frozen=True, slots=True)
class RecordedRound:
    """A vote on one question, as the room was shown it.

    Attributes
    ----------
    round
        Its number, from 1; one that was taken back leaves a gap.
    n
        Votes, don't know and not applicable among them.
    whole
        How many chose each option (by its value as text), ``DK`` and ``NA``; None where too few voted for anything to be shown.
    roles
        The same for each role that may be shown beside the whole.
    comments
        What people wrote, in an order that says nothing of who did.
    """

    round: int
    n: int
    whole: Mapping[str, int] | None = None
    roles: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """What a room agreed on a question: an option's value as text, or ``NA``; and why, where somebody wrote it down."""

    answer: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class RecordedAction:
    """What will be done for a criterion, by whom and until when (ISO date, or empty)."""

    id: str
    criterion: str
    do: str
    owner: str = ""
    due: str = ""


@dataclass(frozen=True)
class WorkshopRecord:
    """One workshop of a unit in a wave.

    Attributes
    ----------
    session
        Its id in the store.
    day
        ISO date, or empty.
    instrument
        Id and version of what was asked.
    people
        How many of each role took part.
    agenda
        Dimensions and screens, in their order.
    rounds, agreed
        By question.
    targets
        Level by dimension.
    before
        The targets that the unit had when the room met, None where it had none; by those of ``targets`` of which that is known.
    files
        Those it was read from, with their SHA-256; none while a workshop goes on.
    lines
        Where its targets stand, by dimension: lines of the first of ``files``.
    """

    session: str
    wave: str
    unit: str
    day: str
    instrument: tuple[str, str]
    people: Mapping[str, int]
    agenda: tuple[str, ...]
    rounds: Mapping[str, tuple[RecordedRound, ...]] = field(default_factory=dict)
    agreed: Mapping[str, RecordedAnswer] = field(default_factory=dict)
    targets: Mapping[str, float] = field(default_factory=dict)
    before: Mapping[str, float | None] = field(default_factory=dict)
    actions: tuple[RecordedAction, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
