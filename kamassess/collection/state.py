"""What is known of a collection: frozen, and the same in its JSON form (``docs/collection.md``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kamassess.errors import Fault

__all__ = ["SCHEMA", "Cell", "Collection", "OpenForm", "UnitReturn"]

SCHEMA = "kamassess.collection/1"


@dataclass(frozen=True, slots=True)
class Cell:
    """The people of one role in one unit, or of all roles.

    Attributes
    ----------
    people
        How many gave at least one answer, don't know or not applicable.
    invited
        How many were invited; None where nobody says.
    asked
        Questions that these people were asked, counted for each of them.
    answered, dont_know, not_applicable
        How many of these they answered with an option, with don't know, with not applicable; the rest is open.
    comments
        Remarks beside answers; the reason of a not applicable is none.
    hidden
        Whether so few people answered that reports show nothing of this role alone.
    """

    people: int = 0
    invited: int | None = None
    asked: int = 0
    answered: int = 0
    dont_know: int = 0
    not_applicable: int = 0
    comments: int = 0
    hidden: bool = False

    @property
    def open(self) -> int:
        """Questions that were asked and left open."""
        return self.asked - self.answered - self.dont_know - self.not_applicable

    def share(self, count: int) -> float | None:
        """A count as a share (0–1) of the questions asked; None where nothing was asked."""
        return count / self.asked if self.asked else None


@dataclass(frozen=True, slots=True)
class UnitReturn:
    """What came back from a unit, by role and in all; ``missing`` has the codes of those invited who did not answer, by role."""

    unit: str
    roles: Mapping[str, Cell]
    whole: Cell
    missing: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A person who left much open: how many of the questions asked."""

    unit: str
    role: str
    respondent: str
    open: int
    asked: int


@dataclass(frozen=True)
class Collection:
    """The return of a wave.

    Attributes
    ----------
    wave
        Which one.
    roles
        Ids of the instrument's roles, in its order.
    threshold
        From how many people on something of a role alone is shown.
    units
        By id, in the order of the engagement; without units that stand above others and have nobody of their own.
    whole
        All of them.
    silent
        Units that were to answer and of which nobody has.
    unfilled
        Roles, by unit, of which nobody has answered although others of the unit have: those that are invited, or, where nobody
        says who is, those that have answered in other units.
    open_forms
        Who left most open, the most first: of the questions asked a third or more.
    other_waves
        How many people answered in each other wave.
    odd
        What looks contradictory; it asks for nothing but a look.
    """

    wave: str
    roles: tuple[str, ...]
    threshold: int
    units: Mapping[str, UnitReturn]
    whole: Cell
    silent: tuple[str, ...]
    unfilled: Mapping[str, tuple[str, ...]]
    open_forms: tuple[OpenForm, ...]
    other_waves: Mapping[str, int]
    odd: tuple[Fault, ...]

    @property
    def returned(self) -> float | None:
        """The share (0–1) of those invited who have answered; None where nobody says who is invited. Not above 1."""
        if not self.whole.invited:
            return None
        expected = [cell for unit in self.units.values() for cell in unit.roles.values() if cell.invited is not None]
        return sum(min(cell.people, cell.invited or 0) for cell in expected) / self.whole.invited

    @property
    def uninvited(self) -> Mapping[str, Mapping[str, int]]:
        """How many more people answered than were invited, by unit and role; only where there are more."""
        more = {
            name: {
                role: cell.people - cell.invited
                for role, cell in unit.roles.items()
                if cell.invited is not None and cell.people > cell.invited
            }
            for name, unit in self.units.items()
        }
        return {name: roles for name, roles in more.items() if roles}

    def to_json(self) -> str:
        """The whole as JSON text with the schema :data:`SCHEMA`."""
        return json.dumps(self._plain(), ensure_ascii=False, indent=1) + "\n"

    def _plain(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "wave": self.wave,
            "threshold": self.threshold,
            "returned": self.returned,
            "whole": _cell(self.whole),
            "units": {
                name: {
                    **_cell(unit.whole),
                    "roles": {role: _cell(cell) for role, cell in unit.roles.items()},
                    "missing": {role: list(codes) for role, codes in unit.missing.items()},
                }
                for name, unit in self.units.items()
            },
            "uninvited": {unit: dict(roles) for unit, roles in self.uninvited.items()},
            "silent": list(self.silent),
            "unfilled": {unit: list(roles) for unit, roles in self.unfilled.items()},
            "open_forms": [asdict(form) for form in self.open_forms],
            "other_waves": dict(self.other_waves),
            "odd": [str(fault) for fault in self.odd],
        }


def _cell(cell: Cell) -> dict[str, Any]:
    return {**asdict(cell), "open": cell.open}
