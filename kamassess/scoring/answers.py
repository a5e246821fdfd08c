"""The answers of one wave as matrices: respondents × questions, sorted by unit, role and respondent.

A *stratum* is the respondents of one role in one unit. All sums over respondents are sums over runs of rows, so that ten
thousand units cost a handful of array operations and no loop.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kamassess.instrument import Instrument

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ANSWERED",
    "DONT_KNOW",
    "NOT_APPLICABLE",
    "NOT_ASKED",
    "UNANSWERED",
    "Answers",
    "Floats",
    "Ints",
    "answers_of",
    "divide",
]

UNANSWERED, ANSWERED, DONT_KNOW, NOT_APPLICABLE, NOT_ASKED = range(5)

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Answers:
    """One wave.

    Attributes
    ----------
    value : (R, Q) float
        The option's value, NaN unless answered.
    state : (R, Q) int8
        One of the states above.
    role : (R,) int
        Index into ``instrument.roles``.
    stratum_start, stratum_unit, stratum_role : (S,) int
        First row, unit index and role index of each stratum.
    units : sequence of str
        Unit ids; a unit without answers has no stratum.
    """

    instrument: Instrument
    units: tuple[str, ...]
    value: Floats
    state: NDArray[np.int8]
    role: Ints
    stratum_start: Ints
    stratum_unit: Ints
    stratum_role: Ints

    @cached_property
    def stratum_size(self) -> Ints:
        """Respondents in each stratum."""
        return np.diff(np.append(self.stratum_start, len(self.role)))

    @cached_property
    def respondents(self) -> Ints:
        """Respondents in each unit."""
        return self.to_units(self.stratum_size[:, None].astype(float))[:, 0].astype(np.int64)

    def per_stratum(self, cells: NDArray[Any]) -> Floats:
        """Sum (R, Q) cells to (S, Q)."""
        if not len(self.stratum_start):
            return np.zeros((0, cells.shape[1]))
        return np.add.reduceat(cells.astype(float), self.stratum_start, axis=0)

    def to_units(self, strata: Floats) -> Floats:
        """Sum (S, K) strata to (U, K); zero for a unit without strata."""
        total = np.zeros((len(self.units), strata.shape[1]))
        if len(strata):
            first = np.flatnonzero(np.r_[True, np.diff(self.stratum_unit) > 0])
            total[self.stratum_unit[first]] = np.add.reduceat(strata, first, axis=0)
        return total

    def strata_of(self, unit: int) -> range:
        """The strata of one unit."""
        return range(int(np.searchsorted(self.stratum_unit, unit)), int(np.searchsorted(self.stratum_unit, unit, side="right")))

    def rows_of(self, stratum: int) -> slice:
        """The rows of one stratum."""
        start = int(self.stratum_start[stratum])
        return slice(start, start + int(self.stratum_size[stratum]))

    def content(self, unit: int, questions: NDArray[np.bool_]) -> bytes:
        """A digest of a unit's answers to *questions*: what its random numbers are seeded from.

        Roles, question ids, values and states enter, in sorted order; files, the order of rows and questions of no weight do not.
        """
        digest = hashlib.sha256(self.units[unit].encode())
        ids = np.array(list(self.instrument.questions))
        kept = np.flatnonzero(questions)
        order = kept[np.argsort(ids[kept])]
        digest.update("\0".join(ids[order].tolist()).encode())
        for stratum in self.strata_of(unit):
            rows = self.rows_of(stratum)
            digest.update(self.instrument.role_ids[self.stratum_role[stratum]].encode())
            digest.update(np.ascontiguousarray(self.value[rows][:, order]).tobytes())
            digest.update(np.ascontiguousarray(self.state[rows][:, order]).tobytes())
        return digest.digest()


def answers_of(responses: pd.DataFrame, instrument: Instrument, units: Sequence[str], wave: str) -> Answers:
    """The answers of *wave*, from checked responses (see ``kamassess.reading.responses``)."""
    frame = responses[responses["wave"] == wave]
    unit_index = {unit: index for index, unit in enumerate(units)}
    by_name = sorted(range(len(instrument.role_ids)), key=lambda index: instrument.role_ids[index])
    role_rank = {instrument.role_ids[index]: rank for rank, index in enumerate(by_name)}
    question_index = {question: index for index, question in enumerate(instrument.questions)}
    unit = frame["unit"].map(unit_index).to_numpy(dtype=np.int64)
    rank = frame["role"].map(role_rank).to_numpy(dtype=np.int64)
    column = frame["question"].map(question_index).to_numpy(dtype=np.int64)
    names, name = np.unique(frame["respondent"].to_numpy(dtype=str), return_inverse=True) if len(frame) else (np.array([]), unit)
    key = (unit * max(len(role_rank), 1) + rank) * max(len(names), 1) + name
    keys, row = np.unique(key, return_inverse=True)
    stratum, start = np.unique(keys // max(len(names), 1), return_index=True)
    ranks = keys // max(len(names), 1) % max(len(role_rank), 1)
    role = np.array(by_name, dtype=np.int64)[ranks] if len(keys) else np.zeros(0, dtype=np.int64)

    value = np.full((len(keys), len(question_index)), np.nan)
    state = np.full(value.shape, UNANSWERED, dtype=np.int8)
    given = frame["state"].to_numpy(dtype=np.int8)
    told = given != UNANSWERED
    value[row[told], column[told]] = frame["value"].to_numpy(dtype=float)[told]
    state[row[told], column[told]] = given[told]
    state[~_asked(instrument)[role]] = NOT_ASKED
    return Answers(
        instrument=instrument,
        units=tuple(units),
        value=value,
        state=state,
        role=role,
        stratum_start=start.astype(np.int64),
        stratum_unit=(stratum // max(len(role_rank), 1)).astype(np.int64),
        stratum_role=role[start] if len(start) else np.zeros(0, dtype=np.int64),
    )


def divide(sums: Floats, counts: Floats) -> Floats:
    """*sums* / *counts*, NaN where nothing was counted."""
    quotient: Floats = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    return quotient


def _asked(instrument: Instrument) -> NDArray[np.bool_]:
    """Roles × questions: who is asked what."""
    return np.array(
        [[role in question.roles for question in instrument.questions.values()] for role in instrument.role_ids], dtype=bool
    )
