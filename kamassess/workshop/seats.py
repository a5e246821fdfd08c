"""What somebody who takes part has before them: which questions, which of them now, and what was written and not kept yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kamassess.instrument import Question
from kamassess.workshop.room import Room
from kamassess.workshop.state import State

__all__ = ["Seat", "first_open", "own_questions"]


@dataclass
class Seat:
    """A place in the room.

    ``at`` is the question before that person; empty while there is none. ``drafts`` are comments by question that are not kept
    with an answer yet: they outlive a reload of the page.
    """

    room: Room
    person: str
    at: str = ""
    drafts: dict[str, str] = field(default_factory=dict)


def own_questions(state: State, person: str) -> list[Question]:
    """The questions that somebody can answer now, in the order of the agenda."""
    known = state.people.get(person)
    if known is None or state.opened is None or state.ended:
        return []
    asked = (question for dimension in state.opened.agenda for question in state.questions(dimension, known.role))
    return [question for question in asked if (ballot := state.ballots.get(question.id)) and ballot.status == "open"]


def first_open(state: State, person: str, questions: Sequence[Question]) -> str:
    """The question that somebody should answer next: one that is asked again before all others; empty where all are answered."""
    left = [question.id for question in questions if not state.answered(person, question.id)]
    again = [name for name in left if state.ballots[name].round > 1]
    return next(iter(again or left), "")
