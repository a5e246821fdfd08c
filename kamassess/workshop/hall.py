"""The workshops that a process serves, and who of those at the door may enter which: by a code, a link, or a key they have."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from kamassess.workshop import moves
from kamassess.workshop.access import Guesses, draw_key, key_digest, matches, person_of, plain_code
from kamassess.workshop.moves import Refused
from kamassess.workshop.room import Room
from kamassess.workshop.seats import Seat
from kamassess.workshop.store import Store

__all__ = ["Hall"]

_LOG = logging.getLogger(__name__)
_PAGES_EACH = 4
"""Pages that one key may have open at once: a phone, a laptop, and those not yet known to be closed."""


@dataclass
class Hall:
    """Rooms by the id of their workshop.

    ``now`` is the time in seconds, from wherever it counts.
    """

    store: Store
    rooms: dict[str, Room]
    now: Callable[[], float]
    guesses: Guesses = field(default_factory=Guesses)
    _seats: dict[tuple[str, str], Seat] = field(default_factory=dict)
    _keys: dict[str, frozenset[str]] = field(default_factory=dict)
    _open: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def room_of_code(self, text: str, address: str) -> Room:
        """The room that a code opens; wrong ones are counted by *address*.

        Raises
        ------
        Refused
            There is none (``wrong_code``), or too many wrong ones were tried (``wait``).
        """
        wait = self.guesses.wait(address, self.now())
        if wait > 0:
            raise Refused("wait", n=str(max(1, round(wait))))
        code = plain_code(text)
        for room in self.rooms.values():
            if room.session.code == code:
                return room
        self.guesses.note(address, self.now())
        _LOG.warning("a wrong code from %s", address)
        raise Refused("wrong_code")

    def come_in(self, room: Room, role: str, language: str) -> str:
        """Let somebody in; returns that person's ticket."""
        key = draw_key()
        room.make(moves.join(person_of(key), role, language))
        return f"{room.session.id}.{key}"

    def seat(self, ticket: str) -> Seat | None:
        """Where the bearer of a ticket sits; None for whoever has not come in."""
        room, key = self._split(ticket)
        if room is None or person_of(key) not in room.state.people:
            return None
        with self._lock:
            return self._seats.setdefault((room.session.id, person_of(key)), Seat(room, person_of(key)))

    def new_key(self, room: Room) -> str:
        """A ticket for whoever leads a workshop. Those drawn before go on to open it."""
        key = draw_key()
        self.store.add_key(room.session.id, key_digest(key))
        self._keys.pop(room.session.id, None)
        return f"{room.session.id}.{key}"

    def led(self, ticket: str) -> Room | None:
        """The room that the bearer of a ticket leads."""
        room, key = self._split(ticket)
        if room is None:
            return None
        name = room.session.id
        if name not in self._keys:
            self._keys[name] = self.store.keys(name)
        return room if matches(key, self._keys[name]) else None

    def _split(self, ticket: str) -> tuple[Room | None, str]:
        name, _, key = ticket.partition(".")
        return (self.rooms.get(name) if key else None), key

    # -- pages that are open -------------------------------------------------------------------------------------------

    def enter(self, tickets: Iterable[str]) -> str | None:
        """Note a page of one of these tickets; None if none of them opens anything, or it has too many pages."""
        for ticket in tickets:
            if self.led(ticket) or self.seat(ticket):
                with self._lock:
                    if self._open.get(ticket, 0) >= _PAGES_EACH:
                        return None
                    self._open[ticket] = self._open.get(ticket, 0) + 1
                return ticket
        return None

    def leave(self, ticket: str) -> None:
        """That page is closed."""
        with self._lock:
            left = self._open.get(ticket, 0) - 1
            if left > 0:
                self._open[ticket] = left
            else:
                self._open.pop(ticket, None)

    def pages(self, ticket: str) -> int:
        """How many pages of a ticket are open."""
        with self._lock:
            return self._open.get(ticket, 0)

    def close(self) -> None:
        """Close all rooms and the store."""
        for room in self.rooms.values():
            room.close()
        self.store.close()
