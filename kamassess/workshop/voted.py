"""The votes and the agreed answers of a workshop that goes on, scored as its record will be (:mod:`kamassess.scoring.voted`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kamassess.recorded import ROLE
from kamassess.scoring import voted
from kamassess.scoring.voted import WORKSHOP
from kamassess.workshop.record import recorded
from kamassess.workshop.state import State

if TYPE_CHECKING:
    from kamassess.reading.engagement import Unit
    from kamassess.result import UnitResult

__all__ = ["WORKSHOP", "agreed_rows", "score_agreed", "score_votes"]

Row = tuple[str, str, str, str, str, str, str]
"""Wave, unit, respondent, role, question, answer and comment, as a file of answers has them."""


def agreed_rows(state: State) -> list[Row]:
    """What the room agreed, as the answers of the role ``workshop``."""
    opened = state.opened
    if opened is None:
        return []
    rows = sorted(state.agreed.items())
    return [(opened.wave, opened.unit, ROLE, ROLE, question, answer, "") for question, answer in rows]


def score_votes(state: State, unit: Unit) -> UnitResult:
    """What the votes come to that are shown: of each question its last round."""
    record = recorded(state, "")
    rounds = {name: known[-1] for name, found in record.rounds.items() if (known := [one for one in found if one.whole])}
    return voted.score_votes(state.instrument, rounds, unit)


def score_agreed(state: State, unit: Unit) -> UnitResult:
    """What the agreed answers come to; one answer is enough, since it is everybody's."""
    return voted.score_agreed(state.instrument, recorded(state, "").agreed, unit)
