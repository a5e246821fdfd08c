"""A workshop on one screen: people answer one after another, and nobody sees what the one before has said.

The same seats and pages as on phones; a seat is given up with each turn, and shows only what its person has not answered yet.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import ipywidgets
from markupsafe import Markup

from kamassess.locale import Locale
from kamassess.workshop import moves, participant
from kamassess.workshop.access import draw_key, person_of
from kamassess.workshop.moves import Refused
from kamassess.workshop.pages import Page
from kamassess.workshop.room import Room
from kamassess.workshop.seats import Seat, own_questions
from kamassess.workshop.state import State
from kamassess.workshop.store import StoreError

__all__ = ["build"]


def build(room: Room, words: Locale) -> Page:
    """Where people of the room take turns.

    Parameters
    ----------
    room
        The workshop.
    words
        The language of the page, and of those who come in here.
    """
    return _Turns(room, words).page


class _Turns:
    """The widgets of the page."""

    def __init__(self, room: Room, words: Locale) -> None:
        self.room, self.words = room, words
        self._lock = threading.RLock()
        self._taken: Page | None = None
        self.told = ipywidgets.HTML(Markup('<h2>{}</h2><p class="note">{}</p>').format(words("ws_turns"), words("ws_turns_lead")))
        self.role = ipywidgets.Dropdown(description=words("ws_role"))
        self.seat = ipywidgets.Dropdown(description=words("ws_turns_seat"))
        self.new, self.take, self.done = (self._button(label) for label in ("ws_turns_new", "ws_turns_take", "ws_turns_done"))
        self.status = ipywidgets.HTML()
        self.before = ipywidgets.VBox(
            [ipywidgets.HBox([self.role, self.new]), ipywidgets.HBox([self.seat, self.take]), self.status]
        )
        self.slot = ipywidgets.VBox()
        self.new.on_click(lambda _: self._come_in())
        self.take.on_click(lambda _: self._sit_down(self.seat.value))
        self.done.on_click(lambda _: self._pass_on())
        whole = ipywidgets.VBox([self.told, self.before, self.slot])
        for name in ("kam", "kam-ws", "kam-ws-turns", f"kam-ws-{words.language}"):
            whole.add_class(name)
        self.show(room.state)
        self.page = Page(whole, self.show)

    def _button(self, label: str) -> ipywidgets.Button:
        return ipywidgets.Button(description=self.words(label))

    # -- turns ---------------------------------------------------------------------------------------------------------

    def _come_in(self) -> None:
        person = person_of(draw_key())
        if self._made(lambda: self.room.make(moves.join(person, self.role.value or "", self.words.language))):
            self._sit_down(person)

    def _sit_down(self, person: str | None) -> None:
        with self._lock:
            if person is not None:
                number = [*self.room.state.people].index(person) + 1
                self._taken = participant.build(Seat(self.room, person), turn=number)
                self.slot.children = (self._taken.widget, self.done)
                self.before.layout.display = "none"

    def _pass_on(self) -> None:
        with self._lock:
            self._taken = None
            self.slot.children = ()
            self.before.layout.display = ""
            self.show(self.room.state)

    def _made(self, make: Callable[[], object]) -> bool:
        try:
            make()
        except Refused as refused:
            self._say(f"ws_no_{refused.reason}", **refused.fields)
        except StoreError:
            self._say("ws_not_kept")
        else:
            self.status.value = ""
            return True
        return False

    def _say(self, label: str, **fields: str) -> None:
        self.status.value = Markup('<p role="alert" class="kam-ws-alert">{}</p>').format(self.words(label, **fields))

    # -- what is shown -------------------------------------------------------------------------------------------------

    def show(self, state: State) -> None:
        """Bring the page up to a state."""
        with self._lock:
            if self._taken:
                self._taken.show(state)
            roles = [(self.words.of(role.name), role.id) for role in state.instrument.roles if role.id in state.roles()]
            if self.role.options != tuple(roles):
                self.role.options = roles
                self.role.index = 0 if roles else None
            seats = self._seats(state)
            if self.seat.options != tuple(seats):
                self.seat.options = seats
                self.seat.index = 0 if seats else None
            self.seat.disabled = self.take.disabled = not seats

    def _seats(self, state: State) -> list[tuple[str, str]]:
        """Who has something left to answer, by the number of the seat."""
        names = {role.id: self.words.of(role.name) for role in state.instrument.roles}
        found = []
        for number, (person, known) in enumerate(state.people.items(), 1):
            left = sum(1 for asked in own_questions(state, person) if not state.answered(person, asked.id))
            if left:
                found.append((self.words("ws_turns_one", n=number, role=names[known.role], left=left), person))
        return found
