"""The workshop of one unit, as ``story.yaml`` tells it: people vote around what is told of their dimension and role, hear each
other, vote again, and agree.

It is held by the same moves as a real one, so that its record is one that ``kamassess workshop`` would have written. Every draw
is seeded by what it is for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from kamassess.instrument import Instrument, Question
from kamassess.workshop import moves
from kamassess.workshop.events import Kept, Opened
from kamassess.workshop.record import record_files
from kamassess.workshop.state import State, fold

FIRST, AGAIN = 0.7, 0.35
"""How far votes spread around what a role thinks, in points of the scale: at first, and once people have heard each other."""
TALKED_DOWN, DONT_KNOW = 0.3, 0.03
"""What the talk takes off a claim, and the share of people who do not know."""


def workshop_files(told: Mapping[str, Any], instrument: Instrument) -> dict[str, bytes]:
    """Its record, by name inside the engagement."""
    declared = {name: float(level) for name, level in told["declared"].items()}
    return {f"workshops/{name}": raw for name, raw in record_files(held(told, instrument), told["session"], declared).items()}


def held(told: Mapping[str, Any], instrument: Instrument) -> State:
    """The workshop at its end."""
    room = _Room(told, instrument)
    for role, number in told["people"].items():
        for index in range(number):
            room.do(moves.join(f"{role}{index}", role, "zh" if index % 2 else "en"))
    for dimension in told["agenda"]:
        room.lead(moves.begin, dimension)
        questions = room.state.questions(dimension)
        for question in questions:
            room.vote(question, dimension, 1)
        for question in questions:
            room.settle(question, dimension)
        room.lead(moves.aim, dimension, float(told["targets"][dimension]))
    for number, action in enumerate(told["actions"], 1):
        room.lead(moves.plan, f"a{number}", action["for"], action["do"], action.get("owner", ""), str(action.get("due", "")))
    room.lead(moves.end)
    return room.state


class _Room:
    def __init__(self, told: Mapping[str, Any], instrument: Instrument) -> None:
        self.told = told
        named = (instrument.id, instrument.version, instrument.sha256)
        opened = Opened(told["unit"], told["wave"], named, tuple(told["agenda"]), str(told["day"]))
        self.state = fold(State(instrument), [Kept(1, opened)])

    def do(self, move: moves.Move) -> None:
        self.state = fold(self.state, [Kept(self.state.seq + 1, move(self.state))])

    def lead(self, move: Callable[..., moves.Move], *values: object) -> None:
        self.do(move(self.state.led, *values))

    def vote(self, question: Question, dimension: str, round_: int) -> None:
        """Everybody who is asked a question answers it; what they write stands beside their first vote."""
        told = self.told
        middle = told["levels"][dimension] + Random(question.id).gauss(-0.2, 0.35)
        for role in question.roles:
            for index in range(told["people"].get(role, 0)):
                person = f"{role}{index}"
                draw = Random(f"{person} {question.id} {round_}")
                lean = told["lean"][role] if round_ == 1 else told["lean"][role] / 3 - TALKED_DOWN
                value = round(middle + lean + draw.gauss(0, FIRST if round_ == 1 else AGAIN))
                answer = "DK" if draw.random() < DONT_KNOW else str(min(max(value, 1), 5))
                comment = told["comments"].get(f"{question.id} {person}", "") if round_ == 1 else ""
                self.do(moves.answer(person, question.id, round_, answer, comment))

    def settle(self, question: Question, dimension: str) -> None:
        """The votes are shown, some are taken again, and the room agrees on the middle one unless it stays open."""
        self.lead(moves.show, question.id)
        if question.id in self.told["again"]:
            self.lead(moves.ask_again, question.id)
            self.vote(question, dimension, 2)
            self.lead(moves.show, question.id)
        votes = sorted(float(vote.answer) for vote in self.state.votes(question.id).values() if vote.answer not in ("DK", "NA"))
        if votes and question.id not in self.told["open"]:
            self.lead(moves.agree, question.id, f"{votes[(len(votes) - 1) // 2]:g}")
