"""What can be done about a criterion: actions from one level to the next, who owns them, what they cost, what comes before.

The package's library stands in ``actions/``, a file for each dimension of the instrument ``kam``; an engagement may name one of
its own. An action is named after what it reaches: ``STR-4.3`` brings STR-4 to level 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from kamassess.instrument import Text

__all__ = [
    "EFFORTS",
    "NOTHING_DECIDED",
    "PHASES",
    "STATUSES",
    "Action",
    "ActionLibrary",
    "ByHand",
    "Capacity",
    "Decided",
    "Decision",
    "Given",
    "OwnAction",
    "action_id",
    "phase_of",
]

PHASES = ((0, 3), (3, 12), (12, 24))
"""First and last month of the phases of a roadmap."""
EFFORTS = (1, 2, 3)
"""1: a few people in their own time; 2: a project of one function; 3: several functions, or money and systems."""
STATUSES = ("planned", "under_way", "on_hold", "done")
"""How far an action is, by the people who do it."""

Decided: TypeAlias = Literal["target", "taken_up", "owner", "start", "effort", "status", "own"]
Given: TypeAlias = bool | float | str | None


def action_id(criterion: str, level: int) -> str:
    """What an action is called.

    >>> action_id("STR-4", 3)
    'STR-4.3'
    """
    return f"{criterion}.{level}"


@dataclass(frozen=True, slots=True)
class Action:
    """The step of a criterion to a level.

    Attributes
    ----------
    criterion, level
        What it raises, and to which level.
    do, measure
        What to do, and how one sees that it is done.
    owner
        Code of who owns it; :attr:`ActionLibrary.owners` has the name.
    effort
        One of :data:`EFFORTS`.
    months
        How long it takes until it shows, 1 or more.
    after
        Criteria and the levels they must have before.
    """

    criterion: str
    level: int
    do: Text
    measure: Text
    owner: str
    effort: int
    months: int
    after: tuple[tuple[str, int], ...] = ()

    @property
    def id(self) -> str:
        """What it is called."""
        return action_id(self.criterion, self.level)


@dataclass(frozen=True)
class ActionLibrary:
    """Actions by id, and the names of those who own them by code; empty where nothing is known of an instrument's criteria."""

    actions: Mapping[str, Action] = field(default_factory=dict)
    owners: Mapping[str, Text] = field(default_factory=dict)
    file: str = ""
    sha256: str = ""
    """The file of an engagement's own library, and the digest of its bytes; empty for the package's."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that people decided by hand, in a scorecard or in ``engagement.yaml``.

    Attributes
    ----------
    about
        The dimension (of a ``target``), the action, or the line of their own.
    field
        What was decided; ``own`` for a line that they added.
    new, old
        What holds now, and what stood there before; None where there was or is nothing.
    source
        The file that says so.
    """

    about: str
    field: Decided
    new: Given
    old: Given
    source: str


@dataclass(frozen=True, slots=True)
class OwnAction:
    """A line that people added to a roadmap. It takes effort, and raises no criterion: nobody knows what it is worth.

    ``starts`` and ``ends`` are months from the beginning, None where they are open.
    """

    id: str
    do: str
    owner: str = ""
    starts: int | None = None
    ends: int | None = None
    effort: int | None = None
    status: str | None = None
    source: str = ""


@dataclass(frozen=True)
class ByHand:
    """What people decided of one unit's plan, and the scorecards that say so, with their SHA-256."""

    decisions: tuple[Decision, ...] = ()
    own: tuple[OwnAction, ...] = ()
    read_from: tuple[tuple[str, str], ...] = ()

    def of(self, field_: str) -> dict[str, object]:
        """What was decided of one kind, by action."""
        return {decision.about: decision.new for decision in self.decisions if decision.field == field_}

    @property
    def declined(self) -> frozenset[str]:
        """Actions that are not taken up."""
        return frozenset(name for name, taken in self.of("taken_up").items() if taken is False)

    def changed(self, library: ActionLibrary) -> ActionLibrary:
        """The library with the efforts that were decided."""
        efforts = self.of("effort")
        found = {name: int(effort) for name, effort in efforts.items() if isinstance(effort, float | int)}
        if not found:
            return library
        actions = {name: replace(entry, effort=found.get(name, entry.effort)) for name, entry in library.actions.items()}
        return replace(library, actions=actions)


NOTHING_DECIDED = ByHand()


def phase_of(end: int) -> int:
    """The number of the phase in which something ends; the last for what ends later.

    >>> phase_of(3), phase_of(4), phase_of(24)
    (1, 2, 3)
    """
    return next((number for number, (_, last) in enumerate(PHASES, 1) if end <= last), len(PHASES))


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much effort a unit can bear in each of the :data:`PHASES`: the sum of its actions' efforts."""

    efforts: tuple[float, ...] = (6.0, 14.0, 16.0)
