"""What can be done about a criterion: actions from one level to the next, who owns them, what they cost, what comes before.

The package's library stands in ``actions/``, a file for each dimension of the instrument ``kam``; an engagement may name one of
its own. An action is named after what it reaches: ``STR-4.3`` brings STR-4 to level 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kamassess.instrument import Text

__all__ = ["EFFORTS", "PHASES", "Action", "ActionLibrary", "Capacity", "action_id"]

PHASES = ((0, 3), (3, 12), (12, 24))
"""First and last month of the phases of a roadmap."""
EFFORTS = (1, 2, 3)
"""1: a few people in their own time; 2: a project of one function; 3: several functions, or money and systems."""


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
class Capacity:
    """How much effort a unit can bear in each of the :data:`PHASES`: the sum of its actions' efforts."""

    efforts: tuple[float, ...] = (6.0, 14.0, 16.0)
