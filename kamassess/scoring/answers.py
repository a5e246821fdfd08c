"""The answers of one wave as matrices: respondents × questions, sorted by unit, role and what was answered.

A *stratum* is the respondents of one role in one unit. All sums over respondents are sums over runs of rows, so that ten
thousand units cost a handful of array operations and no loop. Respondents stand in the order of their answers, not of their
names, so that neither the order of files nor what a person is called can move the last digit of a number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
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
    "weighty_questions",
]

UNANSWERED, ANSWERED, DONT_KNOW, NOT_APPLICABLE, NOT_ASKED = range(5)

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
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
    respondent : (R,) str
        Ids, to find a person again in another wave; they decide no number of this one.
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
    respondent: NDArray[np.str_]
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

    def rows_of_unit(self, unit: int) -> slice:
        """The rows of one unit."""
        strata = self.strata_of(unit)
        return slice(self.rows_of(strata[0]).start, self.rows_of(strata[-1]).stop) if strata else slice(0, 0)

    def content(self, stratum: int) -> bytes:
        """A digest of what a stratum answered: what its random numbers are seeded from.

        Unit, role, question ids, values and states enter. Files, the names of respondents, the order of rows and questions that
        have no part in the overall score (no weight, screens) do not.
        """
        columns, ids = self._overall
        rows = self.rows_of(stratum)
        names = [self.units[self.stratum_unit[stratum]], self.instrument.role_ids[self.stratum_role[stratum]]]
        digest = hashlib.sha256("\0".join([*names, *ids]).encode())
        digest.update(self.value[rows][:, columns].tobytes())
        digest.update(self.state[rows][:, columns].tobytes())
        return digest.digest()

    @cached_property
    def _overall(self) -> tuple[list[int], list[str]]:
        """Columns and ids of the questions that enter the overall score."""
        columns, _ = _columns(self.instrument)
        ids = list(self.instrument.questions)
        return columns, [ids[column] for column in columns]


def answers_of(responses: pd.DataFrame, instrument: Instrument, units: Sequence[str], wave: str) -> Answers:
    """The answers of *wave*, from checked responses (see ``kamassess.reading.responses``).

    What a role was not asked does not count, whatever stands there. A respondent who says nothing (no answer, don't know or not
    applicable) to any question that has a weight is left out altogether: a weight of 0 is as if the question were not there.
    """
    frame = responses[responses["wave"] == wave]
    unit_index = {unit: index for index, unit in enumerate(units)}
    by_name = sorted(range(len(instrument.role_ids)), key=lambda index: instrument.role_ids[index])
    role_rank = {instrument.role_ids[index]: rank for rank, index in enumerate(by_name)}
    question_index = {question: index for index, question in enumerate(instrument.questions)}
    unit = frame["unit"].map(unit_index).to_numpy(dtype=np.int64)
    rank = frame["role"].map(role_rank).to_numpy(dtype=np.int64)
    column = frame["question"].map(question_index).to_numpy(dtype=np.int64)
    names, name = (
        np.unique(frame["respondent"].to_numpy(dtype=str), return_inverse=True) if len(frame) else (np.array([], dtype=str), unit)
    )
    key = (unit * max(len(role_rank), 1) + rank) * max(len(names), 1) + name
    keys, row = np.unique(key, return_inverse=True)
    strata = keys // max(len(names), 1)
    role = np.array(by_name, dtype=np.int64)[strata % max(len(role_rank), 1)] if len(keys) else np.zeros(0, dtype=np.int64)
    person = names[keys % max(len(names), 1)] if len(keys) else np.zeros(0, dtype=np.str_)

    value = np.full((len(keys), len(question_index)), np.nan)
    state = np.full(value.shape, UNANSWERED, dtype=np.int8)
    given = frame["state"].to_numpy(dtype=np.int8)
    told = given != UNANSWERED
    value[row[told], column[told]] = frame["value"].to_numpy(dtype=float)[told]
    state[row[told], column[told]] = given[told]
    asked = _asked(instrument)[role]
    state[~asked], value[~asked] = NOT_ASKED, np.nan

    kept = np.flatnonzero(np.isin(state, (ANSWERED, DONT_KNOW, NOT_APPLICABLE))[:, weighty_questions(instrument)].any(axis=1))
    kept = kept[_by_content(value[kept], state[kept], strata[kept], instrument)]
    stratum, start = np.unique(strata[kept], return_index=True)
    value, state, role = value[kept], state[kept], role[kept]
    return Answers(
        instrument=instrument,
        units=tuple(units),
        value=value,
        state=state,
        role=role,
        respondent=person[kept],
        stratum_start=start.astype(np.int64),
        stratum_unit=(stratum // max(len(role_rank), 1)).astype(np.int64),
        stratum_role=role[start] if len(start) else np.zeros(0, dtype=np.int64),
    )


def divide(sums: Floats, counts: Floats) -> Floats:
    """*sums* / *counts*, NaN where nothing was counted."""
    quotient: Floats = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
    return quotient


def weighty_questions(instrument: Instrument) -> NDArray[np.bool_]:
    """(Q,) which questions have any weight in their dimension or screen."""
    return np.array(
        [question.weight * criterion.weight > 0 for criterion in instrument.criteria() for question in criterion.questions]
    )


def _columns(instrument: Instrument) -> tuple[list[int], list[int]]:
    """Questions that enter the overall score, and the others (screens, then what has no weight); each in order of their ids."""
    position = {name: column for column, name in enumerate(instrument.questions)}
    screens = {screen.id for screen in instrument.screens}
    kinds: tuple[list[str], list[str], list[str], list[str]] = ([], [], [], [])
    for block in instrument.blocks:
        for criterion in block.criteria:
            for question in criterion.questions:
                weighs = criterion.weight * question.weight > 0
                kind = 3 if not weighs else 1 if block.id in screens else 0 if block.weight > 0 else 2
                kinds[kind].append(question.id)
    overall, *others = ([position[name] for name in sorted(kind)] for kind in kinds)
    return overall, [column for kind in others for column in kind]


def _by_content(value: Floats, state: NDArray[np.int8], strata: Ints, instrument: Instrument) -> Ints:
    """The order of rows by stratum, then by answers: first those that enter the overall score, then the others."""
    overall, others = _columns(instrument)
    parts = [table[:, columns] for columns in (overall, others) for table in (value, state)]
    order = np.arange(len(strata))
    ends = np.append(np.flatnonzero(np.diff(strata)) + 1, len(strata)).tolist()
    for start, stop in pairwise([0, *ends]):
        if stop - start > 1:
            order[start:stop] = sorted(range(start, stop), key=lambda row: b"".join([part[row].tobytes() for part in parts]))
    return order


def _asked(instrument: Instrument) -> NDArray[np.bool_]:
    """Roles × questions: who is asked what."""
    return np.array(
        [[role in question.roles for question in instrument.questions.values()] for role in instrument.role_ids], dtype=bool
    )
