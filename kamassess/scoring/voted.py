"""Votes and agreed answers of a workshop, scored by the same rules as a survey's answers.

Votes are known as they were shown: how many chose what, by role where a role may be shown. The roles that may not speak with one
voice together, so that no score lets anybody work out what they said. What was agreed is the answer of one more role.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kamassess.instrument import Criterion, Dimension, Instrument, Role
from kamassess.reading.answer_words import read_answer
from kamassess.recorded import ROLE, RecordedAnswer, RecordedRound
from kamassess.result import Block, Reason, UnitResult
from kamassess.scoring.answers import NOT_ASKED, Answers
from kamassess.scoring.scores import score_answers
from kamassess.scoring.units import UnitResults

if TYPE_CHECKING:
    from kamassess.reading.engagement import Unit

__all__ = ["OTHERS", "WORKSHOP", "groups_of", "score_agreed", "score_votes"]

WORKSHOP = Role(ROLE, {"en": "Workshop", "zh": "研讨会"})
"""The role of what a room agreed."""
OTHERS = "_others"
"""Stands for the roles that may not be shown; no id of an instrument begins with an underscore."""


def score_votes(instrument: Instrument, rounds: Mapping[str, RecordedRound], unit: Unit) -> UnitResult:
    """What one round of each question comes to; rounds without figures count for nothing.

    There are no intervals: who answered two questions alike is not known, so nobody can be drawn again.
    """
    counted = {name: groups_of(found) for name, found in rounds.items() if found.whole is not None}
    roles = (*instrument.roles, Role(OTHERS, {}))
    asked = _asked(instrument, lambda given: (*given, OTHERS))
    voices = [(role.id, {name: groups[role.id] for name, groups in counted.items() if role.id in groups}) for role in roles]
    votes = {name: sum(sum(counts.values()) for counts in groups.values()) for name, groups in counted.items()}
    found = _scored(replace(asked, roles=roles), voices, unit)
    found = replace(found, roles={name: view for name, view in found.roles.items() if name != OTHERS})
    return _counted(found, instrument, votes, max(votes.values(), default=0))


def score_agreed(instrument: Instrument, agreed: Mapping[str, RecordedAnswer], unit: Unit) -> UnitResult:
    """What the agreed answers come to; one answer is enough, since it is everybody's."""
    asked = _asked(instrument, lambda _: (WORKSHOP.id,))
    asked = replace(asked, roles=(WORKSHOP,), policy=replace(instrument.policy, min_respondents=1))
    voice = {name: {found.answer: 1} for name, found in agreed.items()}
    return _counted(_scored(asked, [(WORKSHOP.id, voice)], unit), asked, dict.fromkeys(agreed, 1), int(bool(agreed)))


def groups_of(found: RecordedRound) -> dict[str, dict[str, int]]:
    """How many of each role that may be shown chose what, and of all others under :data:`OTHERS`."""
    whole = dict(found.whole or {})
    rest = {name: count - sum(counts.get(name, 0) for counts in found.roles.values()) for name, count in whole.items()}
    groups = {role: dict(counts) for role, counts in found.roles.items()}
    return groups | ({OTHERS: rest} if any(rest.values()) else {})


def _asked(instrument: Instrument, roles: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Instrument:
    """The instrument with other roles for each question."""

    def changed(blocks: Iterable[Dimension]) -> tuple[Dimension, ...]:
        return tuple(replace(block, criteria=tuple(map(criterion, block.criteria))) for block in blocks)

    def criterion(found: Criterion) -> Criterion:
        return replace(found, questions=tuple(replace(entry, roles=roles(entry.roles)) for entry in found.questions))

    return replace(instrument, dimensions=changed(instrument.dimensions), screens=changed(instrument.screens))


def _scored(instrument: Instrument, voices: Iterable[tuple[str, Mapping[str, Mapping[str, int]]]], unit: Unit) -> UnitResult:
    """The result of so many answers to each question by each role (in the order of the instrument's).

    A row is somebody of the role, but nobody in particular: rows are filled from above, question by question. Whoever has no
    answer left to give was not asked, so that only votes count.
    """
    import pandas as pd

    questions = instrument.questions
    column = {name: place for place, name in enumerate(questions)}
    rows: list[tuple[int, np.ndarray, np.ndarray]] = []
    for place, (_, votes) in enumerate(voices):
        size = max((sum(counts.values()) for counts in votes.values()), default=0)
        value, state = np.full((size, len(column)), np.nan), np.full((size, len(column)), NOT_ASKED, dtype=np.int8)
        for name, counts in votes.items():
            given = [read_answer(text, questions[name].scale) or (math.nan, NOT_ASKED) for text in _each(counts)]
            value[: len(given), column[name]] = [found for found, _ in given]
            state[: len(given), column[name]] = [found for _, found in given]
        if size:
            rows.append((place, value, state))
    sizes = [len(value) for _, value, _ in rows]
    empty = np.zeros((0, len(column)))
    answers = Answers(
        instrument=instrument,
        units=(unit.id,),
        value=np.vstack([empty, *(value for _, value, _ in rows)]),
        state=np.vstack([empty.astype(np.int8), *(state for _, _, state in rows)]),
        role=np.repeat(np.array([place for place, _, _ in rows], dtype=np.int64), sizes),
        respondent=np.array([str(number) for number in range(sum(sizes))], dtype=np.str_),
        stratum_start=np.cumsum([0, *sizes])[:-1].astype(np.int64),
        stratum_unit=np.zeros(len(rows), dtype=np.int64),
        stratum_role=np.array([place for place, _, _ in rows], dtype=np.int64),
    )
    nothing = pd.DataFrame({name: pd.Series([], dtype=str) for name in ("unit", "role", "question", "comment")})
    return UnitResults(score_answers(answers, replicates=1), (replace(unit, parent=None),), nothing)[unit.id]


def _each(counts: Mapping[str, int]) -> Iterator[str]:
    for text, count in counts.items():
        yield from [text] * count


def _counted(unit: UnitResult, instrument: Instrument, votes: Mapping[str, int], people: int) -> UnitResult:
    """The result with numbers of people who voted, and without what only known respondents could give."""
    least = instrument.policy.min_respondents

    def told(block: Block, parts: Iterable[Criterion]) -> Block:
        n = max((votes.get(entry.id, 0) for part in parts for entry in part.questions), default=0)
        reason: Reason | None = None if block.reason == Reason.TOO_FEW_RESPONDENTS else block.reason
        if block.score is not None and reason is None and n < least:
            reason = Reason.TOO_FEW_RESPONDENTS
        return replace(block, n=n, ci=None, ci_reason=None, reason=reason)

    parts = {block.id: block.criteria for block in instrument.blocks}
    criteria = {criterion.id: (criterion,) for criterion in instrument.criteria()}
    return replace(
        unit,
        n_respondents=people,
        overall=told(unit.overall, [part for block in instrument.dimensions for part in block.criteria]),
        dimensions={name: told(block, parts[name]) for name, block in unit.dimensions.items()},
        screens={name: told(block, parts[name]) for name, block in unit.screens.items()},
        criteria={name: told(block, criteria[name]) for name, block in unit.criteria.items()},
        robustness=None,
        gaps=(),
    )
