"""A workshop of the sample's unit NC, as a room might have held it: three dimensions, second rounds, answers, targets, actions.

People vote around what their role claimed in the survey; executives higher, and with a second round nearer to each other. Every
draw is seeded. ``held()`` is the state at its end; ``engagement(folder)`` a copy of the sample with its record.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

from kamassess.instrument import Instrument, Question
from kamassess.reading.instrument import load_instrument
from kamassess.resources import carried
from kamassess.workshop import moves
from kamassess.workshop.events import Kept, Opened
from kamassess.workshop.record import write_record
from kamassess.workshop.state import State, fold

UNIT, WAVE, DAY, SESSION = "NC", "2026", "2026-11-18", "5ca1ab1e0000c0de"
AGENDA = ("STR", "ORG", "AUT")
PEOPLE = {"executive": 3, "kam": 4, "sales": 5, "operations": 4}
CLAIMED = {"STR": 3.2, "ORG": 2.9, "AUT": 2.4}
LEAN = {"executive": 0.7, "kam": -0.4, "sales": -0.1, "operations": 0.1}
AGAIN = ("STR-2-Q1", "STR-4-Q1", "ORG-3-Q1", "AUT-1-Q1", "AUT-4-Q1")
OPEN = ("ORG-5-Q1",)
TARGETS = {"STR": 3.5, "ORG": 3.0, "AUT": 3.0}
COMMENTS = {
    ("STR-4-Q1", "sales0"): "去年有两家进了名单，是因为老板认识他们。",
    ("STR-2-Q1", "kam1"): "The monthly meeting still begins with volume.\nKey accounts come last, if there is time.",
    ("AUT-1-Q1", "kam0"): "额度表出来之后，急单还是要等总监签字。",
    ("ORG-3-Q1", "operations2"): "=SUM(A1:A9) <script>alert(1)</script> is what our order form looks like to customers.",
}
ACTIONS = (
    ("a1", "STR-4", "两家不符合评分标准的客户移出重点名单，并向对方说明", "周岚", "2026-12-15"),
    ("a2", "AUT-1", "额度表内的急单由客户经理直接放行，总监只看月报", "总经理", "2027-01-31"),
    (
        "a3",
        "ORG-3",
        "Walk one rush order of each key account from call to delivery, and publish the days",
        "Head of operations",
        "",
    ),
    ("a4", "STR-2", "经营例会第一项改为重点客户，逐家过计划", "", "2026-12-01"),
)


@cache
def held(*, ended: bool = True) -> State:
    """The state of the workshop at its end."""
    instrument = load_instrument("kam")
    room = _Room(instrument)
    for role, number in PEOPLE.items():
        for index in range(number):
            room.do(moves.join(f"{role}{index}", role, "zh" if index % 2 else "en"))
    for dimension in AGENDA:
        room.lead(moves.begin, dimension)
        for question in room.state.questions(dimension):
            _vote(room, question, dimension, 1)
        for question in room.state.questions(dimension):
            _settle(room, question, dimension)
        room.lead(moves.aim, dimension, TARGETS[dimension])
    for action in ACTIONS:
        room.lead(moves.plan, *action)
    if ended:
        room.lead(moves.end)
    return room.state


def engagement(folder: Path) -> Path:
    """A copy of the sample with the record of this workshop."""
    shutil.copytree(carried("sample_data"), folder)
    write_record(held(), folder, SESSION)
    return folder


class _Room:
    def __init__(self, instrument: Instrument) -> None:
        named = (instrument.id, instrument.version, instrument.sha256)
        self.state = fold(State(instrument), [Kept(1, Opened(UNIT, WAVE, named, AGENDA, DAY))])

    def do(self, move: moves.Move) -> None:
        self.state = fold(self.state, [Kept(self.state.seq + 1, move(self.state))])

    def lead(self, move: Callable[..., moves.Move], *values: object) -> None:
        self.do(move(self.state.led, *values))


def _vote(room: _Room, question: Question, dimension: str, round_: int) -> None:
    middle = CLAIMED[dimension] + Random(question.id).gauss(-0.2, 0.35)
    for role in question.roles:
        for index in range(PEOPLE.get(role, 0)):
            person = f"{role}{index}"
            draw = Random(f"{person} {question.id} {round_}")
            lean = LEAN[role] if round_ == 1 else LEAN[role] / 3 - 0.3
            value = round(middle + lean + draw.gauss(0, 0.7 if round_ == 1 else 0.35))
            answer = "DK" if draw.random() < 0.03 else str(min(max(value, 1), 5))
            comment = COMMENTS.get((question.id, person), "") if round_ == 1 else ""
            room.do(moves.answer(person, question.id, round_, answer, comment))


def _settle(room: _Room, question: Question, dimension: str) -> None:
    room.lead(moves.show, question.id)
    if question.id in AGAIN:
        room.lead(moves.ask_again, question.id)
        _vote(room, question, dimension, 2)
        room.lead(moves.show, question.id)
    if question.id in OPEN:
        return
    votes = sorted(float(vote.answer) for vote in room.state.votes(question.id).values() if vote.answer not in ("DK", "NA"))
    if votes:
        room.lead(moves.agree, question.id, f"{votes[(len(votes) - 1) // 2]:g}")
