"""What to do, in which order and when, and where that would lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kamassess.planning import Decision, OwnAction
from kamassess.result.reasons import Reason

__all__ = ["PlannedAction", "Roadmap", "Stand"]


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a unit stands or would stand: score and level of the whole, scores of the dimensions.

    ``blocked_by`` are the gates that hold the level down. A number that does not exist is None.
    """

    score: float | None
    level: int | None
    blocked_by: tuple[str, ...]
    dimensions: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """An action of the roadmap.

    Attributes
    ----------
    id, criterion, level
        ``STR-4.3``: it brings criterion STR-4 to level 3.
    gap
        From where the criterion stands when the action begins to its target, above 0.
    weight
        What the criterion weighs in the overall score, 0–1.
    ease
        1 / effort.
    priority
        gap × weight × ease.
    holds
        Whether the criterion is a gate without which the unit cannot reach its next level; such actions come first.
    phase
        1, 2 or 3: in which it is done.
    starts, ends
        Months from the beginning.
    after
        Actions of the roadmap that must be done before.
    needed_for
        Actions that need it and that come before it in priority: why it is here.
    assumes
        What must be there before and cannot be told, since the criterion has no score: ``STR-4.3``.
    effort
        Of the library, or as it was decided.
    owner, status
        As they were decided by hand: the owner in people's own words, and one of ``STATUSES``; None where nobody did.
    early
        Actions that should come before and end only after this one begins, since its start was decided by hand.
    """

    id: str
    criterion: str
    level: int
    gap: float
    weight: float
    ease: float
    priority: float
    holds: bool
    phase: int
    starts: int
    ends: int
    after: tuple[str, ...] = ()
    needed_for: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()
    effort: int = 1
    owner: str | None = None
    status: str | None = None
    early: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Roadmap:
    """Actions in the order of phases and of priority, and where each phase would lead.

    Attributes
    ----------
    standing
        Where each criterion stands: its score, or what the data measure where that is lower or there is no score; those of which
        neither is known are left out.
    targets
        The level each dimension aims at: the declared one, or the next level of the unit where none is declared.
    now, phases
        The whole by ``standing``, and after each phase if its actions are done.
    used, capacity
        Efforts of the actions of each phase, and how many a unit can bear.
    later
        Actions that would follow, and for which the phases have no room.
    next_steps
        By criterion, the action that leads to its next level, whether planned or not.
    reason
        Why there are no actions.
    decisions
        What was decided by hand: targets, and what to do with single actions.
    own
        Lines that people added.
    declined
        Actions that are not taken up; what needs them waits.
    read_from
        Scorecards that decisions come from, with their SHA-256.
    """

    standing: Mapping[str, float] = field(default_factory=dict)
    targets: Mapping[str, float] = field(default_factory=dict)
    now: Stand | None = None
    phases: tuple[Stand, ...] = ()
    actions: tuple[PlannedAction, ...] = ()
    used: tuple[float, ...] = ()
    capacity: tuple[float, ...] = ()
    later: tuple[str, ...] = ()
    next_steps: Mapping[str, str] = field(default_factory=dict)
    reason: Reason | None = None
    decisions: tuple[Decision, ...] = ()
    own: tuple[OwnAction, ...] = ()
    declined: tuple[str, ...] = ()
    read_from: tuple[tuple[str, str], ...] = ()
