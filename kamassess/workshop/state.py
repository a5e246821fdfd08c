"""What holds in a workshop: a fold over its events, as a frozen object that any thread may read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from kamassess.errors import Fault, KamassessError
from kamassess.instrument import Instrument, Question
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
    Kept,
    Opened,
    Planned,
    Shown,
    Timed,
    Turned,
    Undone,
)

__all__ = ["Answer", "Ballot", "Person", "State", "StateError", "fold"]

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_LED = (Began, Closed, Shown, Asked, Agreed, Aimed, Planned, Dropped, Undone, Ended)


class StateError(KamassessError):
    """Events that cannot have happened: what is kept of a workshop is not what was written."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part."""

    role: str
    language: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as a file of answers would have it."""

    answer: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Ballot:
    """Where a question stands: which round it is in, and whether that takes answers, takes none any more, or is shown."""

    round: int
    status: Literal["open", "closed", "shown"]


@dataclass(frozen=True, slots=True)
class State:
    """What holds after the event ``seq``.

    Attributes
    ----------
    instrument
        What is asked.
    seq
        Number of the last event; 0 before the first.
    led
        Number of the last event by which a facilitator decided something: who decides on what is older decides blindly. Where the
        room looks, and the timer, are no decisions.
    ballots
        By question; a question that is not there has not been asked yet.
    answers
        By question and round, and then by person.
    rounds
        The highest round of each question, those that were taken back among them.
    seen
        Questions and rounds that were shown, those that were taken back among them: they take no answers any more, since what
        changed between two shows would be somebody's answer.
    shown
        The rounds of each question that were shown, in their order.
    undoable
        Numbers of the events that can be taken back, the last one first to go.
    """

    instrument: Instrument
    seq: int = 0
    led: int = 0
    opened: Opened | None = None
    people: Mapping[str, Person] = field(default_factory=dict)
    ballots: Mapping[str, Ballot] = field(default_factory=dict)
    answers: Mapping[tuple[str, int], Mapping[str, Answer]] = field(default_factory=dict)
    rounds: Mapping[str, int] = field(default_factory=dict)
    seen: frozenset[tuple[str, int]] = frozenset()
    shown: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    at: str = ""
    agreed: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, float] = field(default_factory=dict)
    actions: Mapping[str, Planned] = field(default_factory=dict)
    timer: float = 0.0
    undoable: tuple[int, ...] = ()
    ended: bool = False

    def votes(self, question: str) -> Mapping[str, Answer]:
        """The answers in a question's present round, by person; those without an answer are left out."""
        ballot = self.ballots.get(question)
        return self.votes_in(question, ballot.round) if ballot else {}

    def votes_in(self, question: str, round_: int) -> Mapping[str, Answer]:
        """The answers in one round of a question, by person; those without an answer are left out."""
        return {person: answer for person, answer in self.answers.get((question, round_), {}).items() if answer.answer}

    def earlier(self, question: str) -> tuple[int, ...]:
        """The rounds of a question that were shown before its present one."""
        ballot = self.ballots.get(question)
        return tuple(round_ for round_ in self.shown.get(question, ()) if ballot is None or round_ != ballot.round)

    def own(self, person: str, question: str) -> Answer | None:
        """What somebody has answered in a question's present round."""
        ballot = self.ballots.get(question)
        return self.answers.get((question, ballot.round), {}).get(person) if ballot else None

    def answered(self, person: str, question: str) -> bool:
        """Whether somebody has answered a question in its present round."""
        own = self.own(person, question)
        return bool(own and own.answer)

    def roles(self) -> frozenset[str]:
        """The roles that are asked anything on the agenda."""
        agenda = self.opened.agenda if self.opened else ()
        return frozenset(role for dimension in agenda for question in self.questions(dimension) for role in question.roles)

    def questions(self, dimension: str, role: str | None = None) -> list[Question]:
        """The questions of a dimension or screen, in their order; of a role only those it is asked."""
        blocks = (*self.instrument.dimensions, *self.instrument.screens)
        found = next(block for block in blocks if block.id == dimension)
        asked = (question for criterion in found.criteria for question in criterion.questions)
        return [question for question in asked if role is None or role in question.roles]


def fold(state: State, events: Iterable[Kept]) -> State:
    """What holds after some events, which follow on those of *state*.

    An event is taken back as if it had never been, but that a question that was shown stays closed: where one of *events* does
    that, *state* must be the one before the first.

    Raises
    ------
    StateError
        One is about something that the questionnaire, or the workshop until then, does not have.
    """
    listed = list(events)
    gone = {kept.event.seq for kept in listed if isinstance(kept.event, Undone)}
    if state.seq and gone:
        raise ValueError("taking back needs every event")
    for kept in listed:
        counts = kept.seq not in gone
        if not _can_be(state, kept.event, counts=counts):
            message = f"what is kept of the workshop is damaged: event {kept.seq} is about something that is not there"
            raise StateError(Fault(message, "Put back a copy of it, or begin anew with --new."))
        state = _after(state, kept, counts=counts)
    return state


def _can_be(state: State, event: Event, *, counts: bool) -> bool:
    """Whether an event is about what there is: moves see to that, and a file can be changed by hand."""
    known, blocks = state.instrument.questions, {block.id for block in state.instrument.blocks}
    match event:
        case Opened():
            return blocks.issuperset(event.agenda)
        case Joined():
            return event.role in state.instrument.role_ids
        case Shown():
            return event.question in (state.ballots if counts else known)
        case Answered() | Asked() | Agreed():
            return event.question in known
        case Began() | Closed() | Aimed():
            return event.dimension in blocks
        case Turned():
            return not event.to or event.to in known or event.to in blocks
        case Planned():
            return any(event.criterion == criterion.id for criterion in state.instrument.criteria())
    return True


def _after(state: State, kept: Kept, *, counts: bool) -> State:
    event = kept.event
    state = replace(state, seq=kept.seq)
    if isinstance(event, _LED):
        state = replace(state, led=kept.seq)
    if isinstance(event, Asked):
        state = replace(state, rounds=_with(state.rounds, event.question, max(event.round, state.rounds.get(event.question, 1))))
    if isinstance(event, Shown) and event.question in state.ballots:
        round_ = state.ballots[event.question].round
        closed = _with(state.ballots, event.question, Ballot(round_, "closed"))
        state = replace(state, ballots=closed, seen=state.seen | {(event.question, round_)})
    if not counts:
        return state
    if isinstance(event, _LED) and not isinstance(event, Undone):
        state = replace(state, undoable=(*state.undoable, kept.seq))
    return _told(state, event)


def _told(state: State, event: Event) -> State:
    match event:
        case Opened():
            return replace(state, opened=event, at=event.agenda[0] if event.agenda else "")
        case Joined():
            return replace(state, people=_with(state.people, event.person, Person(event.role, event.language)))
        case Answered():
            key = event.question, event.round
            votes = _with(state.answers.get(key, {}), event.person, Answer(event.answer, event.comment))
            return replace(state, answers=_with(state.answers, key, votes))
        case Began() | Closed():
            return replace(_turned(state, event), at=event.dimension if isinstance(event, Began) else state.at)
        case Turned():
            return replace(state, at=event.to)
        case Shown():
            ballot = Ballot(state.ballots[event.question].round, "shown")
            seen = tuple(dict.fromkeys((*state.shown.get(event.question, ()), ballot.round)))
            shown = _with(state.shown, event.question, seen)
            return replace(state, ballots=_with(state.ballots, event.question, ballot), shown=shown, at=event.question)
        case Asked():
            ballot = Ballot(event.round, "open")
            return replace(state, ballots=_with(state.ballots, event.question, ballot), at=event.question)
        case Agreed():
            return replace(state, agreed=_with(state.agreed, event.question, event.answer or None))
        case Aimed():
            return replace(state, targets=_with(state.targets, event.dimension, event.level))
        case Planned():
            return replace(state, actions=_with(state.actions, event.action, event))
        case Dropped():
            return replace(state, actions=_with(state.actions, event.action, None))
        case Timed():
            return replace(state, timer=event.until)
        case Ended():
            return replace(state, ended=True, timer=0.0)
    return state


def _turned(state: State, event: Began | Closed) -> State:
    """The ballots of a dimension opened or closed."""
    ballots = dict(state.ballots)
    for question in (asked.id for asked in state.questions(event.dimension)):
        ballot = ballots.get(question)
        again = ballot and ballot.status == "closed" and (question, ballot.round) not in state.seen
        if isinstance(event, Began) and (ballot is None or again):
            ballots[question] = Ballot(ballot.round if ballot else 1, "open")
        elif isinstance(event, Closed) and ballot and ballot.status == "open":
            ballots[question] = Ballot(ballot.round, "closed")
    return replace(state, ballots=ballots)


def _with(whole: Mapping[_Key, _Value], key: _Key, value: _Value | None) -> Mapping[_Key, _Value]:
    """A copy with another value under *key*, or with none."""
    found = dict(whole)
    if value is None:
        found.pop(key, None)
    else:
        found[key] = value
    return found
