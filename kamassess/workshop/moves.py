"""Who may do what, and when: each move is a question asked of a state, and gives the event that it becomes or says why not.

Nothing is written here. A move is decided on the state as it is when it is kept (:meth:`kamassess.workshop.store.Store.append`),
so that of two who act at the same time the second one sees what the first has done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeAlias

from kamassess.readable import typed
from kamassess.reading.answer_words import DONT_KNOW, NOT_APPLICABLE, answer_code, read_answer
from kamassess.workshop.events import (
    Agreed,
    Aimed,
    Answered,
    Asked,
    Began,
    Closed,
    Dropped,
    Ended,
    Event,
    Joined,
    Planned,
    Shown,
    Timed,
    Turned,
    Undone,
)
from kamassess.workshop.state import State

__all__ = [
    "LONGEST_COMMENT",
    "LONGEST_NAME",
    "LONGEST_TEXT",
    "MOST_PEOPLE",
    "Move",
    "Refused",
    "agree",
    "aim",
    "answer",
    "ask_again",
    "begin",
    "close",
    "drop",
    "end",
    "join",
    "plan",
    "show",
    "time",
    "turn",
    "undo",
]

LONGEST_COMMENT = 2_000
"""Characters of a comment: what people write on a phone is far shorter, and a page of minutes holds it."""
LONGEST_TEXT, LONGEST_NAME = 500, 100
"""Characters of what will be done, and of who does it."""
MOST_PEOPLE = 500
"""People in one workshop: a room, not a survey."""

Move: TypeAlias = Callable[[State], Event]


class Refused(Exception):  # noqa: N818 - not a fault of anybody's: something that cannot be done now
    """A move that cannot be made. ``reason`` is the name of a label (``ws_no_…``), ``fields`` what it needs."""

    def __init__(self, reason: str, **fields: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fields = fields


# -- what people do ------------------------------------------------------------------------------------------------------


def join(person: str, role: str, language: str) -> Move:
    """Come in, or choose another role (before the first answer) or language."""

    def decide(state: State) -> Event:
        _going_on(state)
        languages = state.instrument.languages
        known = state.people.get(person)
        if role not in state.roles():
            raise Refused("role")
        if known is None and len(state.people) >= MOST_PEOPLE:
            raise Refused("full", n=str(MOST_PEOPLE))
        if known and known.role != role and any(person in votes for votes in state.answers.values()):
            raise Refused("role_fixed")
        return Joined(person, role, language if language in languages else languages[0])

    return decide


def answer(person: str, question: str, round_: int, text: str, comment: str = "") -> Move:
    """Answer a question in the round in which it was read; an empty *text* takes an answer back."""

    def decide(state: State) -> Event:
        known, asked = state.people.get(person), state.instrument.questions.get(question)
        if known is None:
            raise Refused("unknown_person")
        if asked is None or known.role not in asked.roles:
            raise Refused("not_asked")
        ballot = state.ballots.get(question)
        if state.ended:
            raise Refused("ended")
        if ballot is None:
            raise Refused("not_yet")
        if ballot.round != round_:
            raise Refused("another_round")
        if ballot.status != "open":
            raise Refused("too_late")
        found = read_answer(text, asked.scale)
        if found is None:
            raise Refused("no_answer")
        said = _clean(comment, lines=True)
        if len(said) > LONGEST_COMMENT:
            raise Refused("comment_long", n=str(len(said)), most=str(LONGEST_COMMENT))
        if found[1] == NOT_APPLICABLE and not said:
            raise Refused("no_reason")
        return Answered(person, question, round_, answer_code(*found), said)

    return decide


# -- what the facilitator does -------------------------------------------------------------------------------------------


def begin(seen: int, dimension: str) -> Move:
    """Have a dimension's questions answered."""
    return _led(seen, lambda state: Began(_on_agenda(state, dimension)))


def close(seen: int, dimension: str) -> Move:
    """Take no more answers to them."""
    return _led(seen, lambda state: Closed(_on_agenda(state, dimension)))


def turn(to: str) -> Move:
    """Look at a question, a dimension, or (empty) the overview; two facilitators may both do so at any time."""

    def decide(state: State) -> Event:
        if to and to not in state.instrument.questions and to not in (state.opened.agenda if state.opened else ()):
            raise Refused("not_there")
        return Turned(to)

    return decide


def show(seen: int, question: str) -> Move:
    """Show how a question was answered."""

    def decide(state: State) -> Event:
        if question not in state.ballots:
            raise Refused("not_begun")
        return Shown(question)

    return _led(seen, decide)


def ask_again(seen: int, question: str) -> Move:
    """Put a question that was shown, or taken back after that, to the vote again."""

    def decide(state: State) -> Event:
        ballot = state.ballots.get(question)
        if ballot is None or (question, ballot.round) not in state.seen:
            raise Refused("not_shown")
        return Asked(question, max(state.rounds.get(question, 1), ballot.round) + 1)

    return _led(seen, decide)


def agree(seen: int, question: str, text: str) -> Move:
    """Note the answer that the room agrees on; an empty *text* takes it back."""

    def decide(state: State) -> Event:
        asked = state.instrument.questions.get(question)
        if asked is None or question not in state.ballots:
            raise Refused("not_begun")
        found = read_answer(text, asked.scale)
        if found is None or found[1] == DONT_KNOW:
            raise Refused("no_answer")
        return Agreed(question, answer_code(*found))

    return _led(seen, decide)


def aim(seen: int, dimension: str, level: float | None) -> Move:
    """Set the level that a dimension is to reach."""

    def decide(state: State) -> Event:
        levels = [entry.level for entry in state.instrument.levels]
        if level is not None and not levels[0] <= level <= levels[-1]:
            raise Refused("no_level", low=str(levels[0]), high=str(levels[-1]))
        return Aimed(_on_agenda(state, dimension), level)

    return _led(seen, decide)


def plan(seen: int, action: str, criterion: str, do: str, owner: str = "", due: str = "") -> Move:
    """Write down what will be done; an *action* that is there already is changed."""

    def decide(state: State) -> Event:
        if all(criterion != known.id for known in state.instrument.criteria()):
            raise Refused("not_there")
        what, who, when = _clean(do), _clean(owner), _clean(due)
        if not what:
            raise Refused("no_action")
        if len(what) > LONGEST_TEXT or len(who) > LONGEST_NAME:
            raise Refused("text_long", most=str(LONGEST_TEXT), most_name=str(LONGEST_NAME))
        if when and not _is_day(when):
            raise Refused("no_day")
        return Planned(action, criterion, what, who, when)

    return _led(seen, decide)


def drop(seen: int, action: str) -> Move:
    """Take an action out."""

    def decide(state: State) -> Event:
        if action not in state.actions:
            raise Refused("not_there")
        return Dropped(action)

    return _led(seen, decide)


def time(until: float) -> Move:
    """Set the timer to run out at a moment, or stop it (0)."""

    def decide(state: State) -> Event:
        _going_on(state)
        return Timed(max(until, 0.0))

    return decide


def undo(seen: int) -> Move:
    """Take back what a facilitator did last."""

    def decide(state: State) -> Event:
        if not state.undoable:
            raise Refused("nothing_to_undo")
        return Undone(state.undoable[-1])

    return _led(seen, decide, ended=True)


def end(seen: int) -> Move:
    """Close the workshop; taken back like anything else."""
    return _led(seen, lambda _: Ended())


def _led(seen: int, decide: Move, *, ended: bool = False) -> Move:
    """A move of a facilitator, who has seen what facilitators did until the event *seen*."""

    def decided(state: State) -> Event:
        if not ended:
            _going_on(state)
        if seen != state.led:
            raise Refused("someone_else")
        return decide(state)

    return decided


def _going_on(state: State) -> None:
    if state.ended:
        raise Refused("ended")


def _on_agenda(state: State, dimension: str) -> str:
    if state.opened is None or dimension not in state.opened.agenda:
        raise Refused("not_there")
    return dimension


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-01-31")


def _clean(text: str, *, lines: bool = False) -> str:
    """A text as it is read from a file, but that its writer saw it; in one line unless *lines*."""
    sound = typed(text)
    return sound.strip() if lines else " ".join(sound.split())
