"""People who are not there: they come in and answer as the survey's people did, for whoever tries a workshop alone."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from kamassess.reading.answer_words import DONT_KNOW, answer_code, value_text
from kamassess.workshop import moves
from kamassess.workshop.access import draw_key, person_of
from kamassess.workshop.moves import Refused
from kamassess.workshop.room import Room
from kamassess.workshop.seats import first_open, own_questions
from kamassess.workshop.state import State
from kamassess.workshop.store import StoreError

if TYPE_CHECKING:
    from kamassess.workshop.opening import Workshop

__all__ = ["take_part"]

_PEOPLE = {"executive": 4, "kam": 6, "sales": 4, "operations": 4}
_EACH, _MOST = 3, 18
_SLOWEST_SECONDS = 3.0
_MOVED = 0.6
"""How likely somebody is to move towards the middle when a question is asked again."""


def take_part(workshop: Workshop) -> Callable[[], None]:
    """Have people come in and answer whatever is open, until what is returned is called."""
    room = workshop.room
    known = _known_answers(workshop)
    ended, news = threading.Event(), threading.Event()
    leave = room.watch(lambda _: news.set())
    people = {person_of(draw_key()): role for role, number in _numbers(room.state).items() for _ in range(number)}
    thread = threading.Thread(target=partial(_live, room, people, known, ended, news), name="simulated", daemon=True)
    thread.start()

    def stop() -> None:
        ended.set()
        news.set()
        leave()
        thread.join()

    return stop


def _numbers(state: State) -> dict[str, int]:
    """How many of each role that is asked something."""
    roles = [role for role in state.instrument.role_ids if role in state.roles() and role != "customer"]
    numbers = {role: _PEOPLE.get(role, _EACH) for role in roles}
    while sum(numbers.values()) > _MOST:
        numbers[max(numbers, key=lambda role: numbers[role])] -= 1
    return numbers


def _known_answers(workshop: Workshop) -> Mapping[tuple[str, str], list[str]]:
    """What people of a role answered a question in the survey."""
    rows = workshop.engagement.responses
    rows = rows[(rows["unit"] == workshop.unit.id) & (rows["wave"] == workshop.wave) & rows["state"].isin((1, DONT_KNOW))]
    found: dict[tuple[str, str], list[str]] = {}
    for role, question, value, state in zip(rows["role"], rows["question"], rows["value"], rows["state"], strict=True):
        found.setdefault((role, question), []).append(answer_code(value, state))
    return found


def _live(
    room: Room,
    people: Mapping[str, str],
    known: Mapping[tuple[str, str], list[str]],
    ended: threading.Event,
    news: threading.Event,
) -> None:
    chance = random.Random(0)  # noqa: S311 - who says what, not secrets
    for person, role in people.items():
        with contextlib.suppress(Refused, StoreError):
            room.make(moves.join(person, role, room.instrument.languages[0]))
        if ended.wait(chance.uniform(0.0, 0.4)):
            return
    while not ended.is_set():
        news.clear()
        waiting = [(person, name) for person in people if (name := _next(room.state, person))]
        chance.shuffle(waiting)
        for person, name in waiting:
            if ended.wait(chance.uniform(0.0, _SLOWEST_SECONDS) / len(people)):
                return
            _answer(room, person, people[person], name, known, chance)
        if not waiting:
            news.wait()


def _next(state: State, person: str) -> str:
    return first_open(state, person, own_questions(state, person))


def _answer(
    room: Room, person: str, role: str, name: str, known: Mapping[tuple[str, str], list[str]], chance: random.Random
) -> None:
    state = room.state
    ballot, asked = state.ballots[name], room.instrument.questions[name]
    said = known.get((role, name)) or [value_text(value) for value in asked.scale.values]
    answer = chance.choice(said)
    before = state.answers.get((name, ballot.round - 1), {}).get(person)
    if before and before.answer not in ("", "DK", "NA") and chance.random() < _MOVED:
        given = sorted(float(vote.answer) for vote in state.answers[name, ballot.round - 1].values() if vote.answer[:1].isdigit())
        answer = value_text(given[len(given) // 2])
    with contextlib.suppress(Refused, StoreError):
        room.make(moves.answer(person, name, ballot.round, answer))
