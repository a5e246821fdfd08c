"""Counts what came back, for all units and roles at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamassess.collection.state import Cell, Collection, OpenForm, UnitReturn
from kamassess.instrument import Instrument
from kamassess.reading.responses import ANSWERED, DONT_KNOW, NOT_APPLICABLE
from kamassess.scoring.anonymity import ANONYMITY

if TYPE_CHECKING:
    from kamassess.reading.engagement import Engagement
    from kamassess.reading.invited import Invited

__all__ = ["People", "collect"]

OPEN = 1 / 3
"""Somebody who leaves this share of the questions open, or more, is named."""

Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class People:
    """The people of a wave, one entry each, by unit and code; and their answers, one entry each, to questions they are asked.

    Attributes
    ----------
    unit, role : (people,) int
        Places in ``units`` and ``roles``.
    code
        What the people are called.
    person, question, state : (answers,) int
        Whose answer to which question of the instrument, and what kind of answer.
    value : (answers,) float
        NaN unless answered with an option.
    commented : (answers,) bool
        Whether there is a comment.
    """

    instrument: Instrument
    units: Sequence[str]
    unit: Ints
    role: Ints
    code: NDArray[np.object_]
    person: Ints
    question: Ints
    state: Ints
    value: NDArray[np.float64]
    commented: Bools

    @classmethod
    def of(cls, responses: pd.DataFrame, instrument: Instrument, units: Sequence[str]) -> People:
        """From the rows of one wave, sorted as ``read_responses`` sorts them; answers to what is not asked are left out."""
        unit = pd.Index(list(units)).get_indexer(pd.Index(responses["unit"]))
        role = pd.Index(list(instrument.role_ids)).get_indexer(pd.Index(responses["role"]))
        question = pd.Index(list(instrument.questions)).get_indexer(pd.Index(responses["question"]))
        code, codes = pd.factorize(responses["respondent"])
        new = np.ones(len(unit), dtype=bool)
        new[1:] = (unit[1:] != unit[:-1]) | (code[1:] != code[:-1])
        person = np.cumsum(new) - 1
        first = np.flatnonzero(new)
        asked = asked_of(instrument)[role, question]
        state = responses["state"].to_numpy(dtype=np.int64)
        return cls(
            instrument,
            units,
            unit[first].astype(np.int64),
            role[first].astype(np.int64),
            np.asarray(codes, dtype=object)[code[first]] if len(first) else np.zeros(0, dtype=object),
            person[asked],
            question[asked].astype(np.int64),
            state[asked],
            responses["value"].to_numpy(dtype=float)[asked],
            (responses["comment"] != "").to_numpy(dtype=bool)[asked],
        )

    def __len__(self) -> int:
        return len(self.unit)

    def count(self, rows: Bools) -> Ints:
        """(people,) how many of *rows* (a mask of answers) each has."""
        return np.bincount(self.person[rows], minlength=len(self)).astype(np.int64)

    def asked(self) -> Ints:
        """(people,) how many questions each is asked."""
        found: Ints = asked_of(self.instrument).sum(axis=1)[self.role]
        return found

    def name(self, person: int) -> str:
        """Whose unit and role somebody has, in words that say who."""
        return f"{self.code[person]} ({self.units[self.unit[person]]})"


def asked_of(instrument: Instrument) -> Bools:
    """(roles, questions) who is asked what."""
    return np.array([[role in question.roles for question in instrument.questions.values()] for role in instrument.role_ids])


def collect(engagement: Engagement) -> Collection:
    """The return of the engagement's current wave."""
    from kamassess.collection.contradictions import contradictions

    names = [unit.id for unit in engagement.units]
    responses = engagement.responses
    current = (responses["wave"] == engagement.wave).to_numpy(dtype=bool)
    people = People.of(responses[current], engagement.instrument, names)
    invited = engagement.invited
    counts = _counts(people)
    grid = {name: count.tolist() for name, count in counts.items()}
    missing = _missing(people, invited)
    roles = engagement.instrument.role_ids
    present = (counts["people"].sum(axis=0) > 0).tolist()
    units = {}
    for number, name in enumerate(names):
        cells = {
            role: _cell({kind: grid[kind][number][place] for kind in grid}, _invited(invited, name, role))
            for place, role in enumerate(roles)
        }
        whole = _sum(cells.values())
        if name not in engagement.parents or whole.people or whole.invited:
            units[name] = UnitReturn(name, cells, whole, missing.get(name, {}))
    others = responses[~current]
    return Collection(
        wave=engagement.wave,
        roles=roles,
        threshold=ANONYMITY,
        units=units,
        whole=_sum([unit.whole for unit in units.values()]),
        silent=tuple(name for name, unit in units.items() if not unit.whole.people and unit.whole.invited != 0),
        unfilled=_unfilled(units, {role for role, there in zip(roles, present, strict=True) if there}),
        open_forms=_open_forms(people),
        other_waves={
            str(wave): len(rows[["unit", "respondent"]].drop_duplicates())
            for wave, rows in others.groupby("wave", observed=True, sort=True)
        },
        odd=contradictions(people, engagement),
    )


def _counts(people: People) -> dict[str, Ints]:
    """(units, roles) what came back, by kind."""
    shape = len(people.units), len(people.instrument.roles)
    where = people.unit * shape[1] + people.role

    def summed(weights: Ints) -> Ints:
        return np.bincount(where, weights=weights, minlength=shape[0] * shape[1]).astype(np.int64).reshape(shape)

    state = people.state
    return {
        "people": summed(np.ones(len(people), dtype=np.int64)),
        "asked": summed(people.asked()),
        "answered": summed(people.count(state == ANSWERED)),
        "dont_know": summed(people.count(state == DONT_KNOW)),
        "not_applicable": summed(people.count(state == NOT_APPLICABLE)),
        "comments": summed(people.count(people.commented & (state != NOT_APPLICABLE))),
    }


def _cell(counts: Mapping[str, int], invited: int | None) -> Cell:
    return Cell(**counts, invited=invited, hidden=0 < counts["people"] < ANONYMITY)


def _sum(cells: Iterable[Cell]) -> Cell:
    """Several cells as one; nobody is invited where none of them says so."""
    parts = list(cells)
    told = [cell.invited for cell in parts if cell.invited is not None]
    names = ("people", "asked", "answered", "dont_know", "not_applicable", "comments")
    return Cell(
        **{name: sum(getattr(cell, name) for cell in parts) for name in names},
        invited=sum(told) if told else None,
    )


def _invited(invited: Invited | None, unit: str, role: str) -> int | None:
    return None if invited is None else invited.counts.get((unit, role), 0)


def _missing(people: People, invited: Invited | None) -> dict[str, dict[str, tuple[str, ...]]]:
    """Codes of those invited who did not answer, by unit and role."""
    if invited is None or not invited.people:
        return {}
    came = {(people.units[unit], code) for unit, code in zip(people.unit.tolist(), people.code, strict=True)}
    found: dict[str, dict[str, list[str]]] = {}
    for (unit, code), role in invited.people.items():
        if (unit, code) not in came:
            found.setdefault(unit, {}).setdefault(role, []).append(code)
    return {unit: {role: tuple(sorted(codes)) for role, codes in roles.items()} for unit, roles in found.items()}


def _unfilled(units: Mapping[str, UnitReturn], present: set[str]) -> dict[str, tuple[str, ...]]:
    """Roles that nobody fills in a unit where others have answered."""
    found = {}
    for name, unit in units.items():
        empty = tuple(
            role
            for role, cell in unit.roles.items()
            if not cell.people and (cell.invited or (cell.invited is None and role in present))
        )
        if empty and unit.whole.people:
            found[name] = empty
    return found


def _open_forms(people: People) -> tuple[OpenForm, ...]:
    asked = people.asked()
    open_ = asked - people.count(people.state != 0)
    much = np.flatnonzero(open_ >= OPEN * np.maximum(asked, 1))
    forms = [
        OpenForm(
            people.units[people.unit[one]],
            people.instrument.role_ids[people.role[one]],
            str(people.code[one]),
            int(open_[one]),
            int(asked[one]),
        )
        for one in much[open_[much] > 0].tolist()
    ]
    return tuple(sorted(forms, key=lambda form: (-form.open / form.asked, form.unit, form.respondent)))
