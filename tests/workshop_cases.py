"""A small workshop in memory: who is in the room, what is asked, and moves in a row.

>>> room = Table()
>>> room.people(executive=2, kam=3)
>>> room.do(moves.begin(room.led, "A"))
>>> room.vote("q1", executive="44", kam="22?")
>>> sorted(vote.answer for vote in room.state.votes("q1").values())
['2', '2', '4', '4', 'DK']
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scoring_cases import instrument

from kamassess.instrument import Instrument
from kamassess.reading.engagement import Unit
from kamassess.workshop import moves
from kamassess.workshop.events import Kept, Opened
from kamassess.workshop.state import State, fold

TREE = {"A": {"A1": ["q1", "q2"]}, "B": {"B1": ["q3"]}}
ROLES = ("executive", "kam", "sales")
UNIT = Unit("U", {"en": "Unit", "zh": "单位"}, None, None, {})


def small() -> Instrument:
    """Two dimensions with three questions, asked of three roles; q3 is not asked of sales."""
    found = instrument(TREE, roles=ROLES)
    second = found.dimensions[1]
    (criterion,) = second.criteria
    (question,) = criterion.questions
    narrowed = replace(second, criteria=(replace(criterion, questions=(replace(question, roles=ROLES[:2]),)),))
    return replace(found, dimensions=(found.dimensions[0], narrowed))


def opened(asked: Instrument) -> Opened:
    """The workshop of unit U in wave w1."""
    return Opened("U", "w1", (asked.id, asked.version, asked.sha256), tuple(block.id for block in asked.dimensions), "2026-11-02")


class Table:
    """A workshop without a store: events in a list."""

    def __init__(self, asked: Instrument | None = None) -> None:
        self.instrument = asked or small()
        self.events: list[Kept] = [Kept(1, opened(self.instrument))]

    @property
    def state(self) -> State:
        """What holds now, from the first event on."""
        return fold(State(self.instrument), self.events)

    @property
    def led(self) -> int:
        """The last event of a facilitator."""
        return self.state.led

    def do(self, *made: moves.Move) -> None:
        """Make moves."""
        for move in made:
            self.events.append(Kept(len(self.events) + 1, move(self.state)))

    def people(self, **numbers: int) -> None:
        """Have so many people of each role come in, named ``role0``, ``role1`` …"""
        for role, number in numbers.items():
            self.do(*(moves.join(f"{role}{index}", role, "en") for index in range(number)))

    def vote(self, question: str, **votes: Iterable[str]) -> None:
        """Have the people of each role answer, one sign each: an option, ``?`` don't know, ``-`` no answer."""
        for role, signs in votes.items():
            for index, sign in enumerate(signs):
                if sign != "-":
                    text = "DK" if sign == "?" else sign
                    self.do(moves.answer(f"{role}{index}", question, self.state.ballots[question].round, text))
