"""The votes and the agreed answers of a workshop as answers like any others, and their scores by the same rules as a survey's.

Nothing is scored here: what people voted goes through :mod:`kamassess.scoring` with their roles, what the room agreed as the
answers of one more role, ``workshop``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from kamassess.instrument import Dimension, Instrument, Role
from kamassess.reading.answer_words import read_answer
from kamassess.scoring.answers import answers_of
from kamassess.scoring.scores import score_answers
from kamassess.scoring.units import UnitResults
from kamassess.workshop.shown import spread
from kamassess.workshop.state import State

if TYPE_CHECKING:
    import pandas as pd

    from kamassess.reading.engagement import Unit
    from kamassess.result import UnitResult

__all__ = ["WORKSHOP", "agreed_rows", "for_workshops", "score_agreed", "score_votes", "vote_rows"]

WORKSHOP = Role("workshop", {"en": "Workshop", "zh": "研讨会"})
"""The role of what a room agreed."""

Row = tuple[str, str, str, str, str, str, str]
"""Wave, unit, respondent, role, question, answer and comment, as a file of answers has them."""


def vote_rows(state: State) -> list[Row]:
    """The votes on the questions that were shown, of their present round, sorted; people are numbered by what they answered."""
    opened = state.opened
    if opened is None:
        return []
    votes: dict[str, list[tuple[str, str, str]]] = {}
    for question, ballot in state.ballots.items():
        for person, vote in state.votes(question).items() if ballot.status == "shown" else ():
            votes.setdefault(person, []).append((question, vote.answer, vote.comment))
    people = sorted((state.people[person].role, sorted(rows)) for person, rows in votes.items())
    return [
        (opened.wave, opened.unit, f"W{number:03}", role, question, answer, comment)
        for number, (role, rows) in enumerate(people, 1)
        for question, answer, comment in rows
    ]


def agreed_rows(state: State) -> list[Row]:
    """What the room agreed, as the answers of the role ``workshop``."""
    opened = state.opened
    if opened is None:
        return []
    rows = sorted(state.agreed.items())
    return [(opened.wave, opened.unit, "workshop", WORKSHOP.id, question, answer, "") for question, answer in rows]


def score_votes(state: State, unit: Unit) -> UnitResult:
    """What the votes come to that were shown, of the questions that enough people answered for anything to be shown.

    Every voice counts the same: beside how many chose what, a mean of the roles' means would tell what a role of one said.
    """
    policy = replace(state.instrument.policy, respondents="equal")
    seen = {name for name in state.ballots if (found := spread(state, name)) and found.whole is not None}
    rows = [row for row in vote_rows(state) if row[4] in seen]
    return _scored(replace(state.instrument, policy=policy), rows, unit)


def score_agreed(state: State, unit: Unit) -> UnitResult:
    """What the agreed answers come to; one answer is enough, since it is everybody's."""
    return _scored(for_workshops(state.instrument), agreed_rows(state), unit)


def for_workshops(instrument: Instrument) -> Instrument:
    """The instrument as a room answers it: every question, once, with one voice."""

    def asked(blocks: Iterable[Dimension]) -> tuple[Dimension, ...]:
        return tuple(
            replace(
                block,
                criteria=tuple(
                    replace(
                        criterion,
                        questions=tuple(replace(question, roles=(WORKSHOP.id,)) for question in criterion.questions),
                    )
                    for criterion in block.criteria
                ),
            )
            for block in blocks
        )

    policy = replace(instrument.policy, min_respondents=1)
    return replace(
        instrument, roles=(WORKSHOP,), policy=policy, dimensions=asked(instrument.dimensions), screens=asked(instrument.screens)
    )


def _scored(instrument: Instrument, rows: Iterable[Row], unit: Unit) -> UnitResult:
    responses = _frame(instrument, list(rows))
    wave = responses["wave"].iloc[0] if len(responses) else ""
    scores = score_answers(answers_of(responses, instrument, [unit.id], wave))
    comments = responses.loc[responses["comment"] != "", ["unit", "role", "question", "comment"]]
    return UnitResults(scores, (replace(unit, parent=None),), comments)[unit.id]


def _frame(instrument: Instrument, rows: list[Row]) -> pd.DataFrame:
    """The rows as :func:`kamassess.reading.responses.read_responses` returns them."""
    import pandas as pd

    from kamassess.reading.responses import no_responses

    if not rows:
        return no_responses()
    names = ("wave", "unit", "respondent", "role", "question", "answer", "comment")
    frame = pd.DataFrame(rows, columns=list(names))
    read = [read_answer(row[5], instrument.questions[row[4]].scale) or (float("nan"), 0) for row in rows]
    frame["value"] = [value for value, _ in read]
    frame["state"] = pd.Series([state for _, state in read], dtype="int8")
    return frame.drop(columns="answer")
