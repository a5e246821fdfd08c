"""A workshop as it goes on: its state in memory, kept in step with the store, and whoever watches it told.

Watchers are told by one thread of the room's own, the latest state and not each in between: who votes waits for the disk, never
for somebody else's page. While a timer runs they are told every second, so that it can be seen to run.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from kamassess.errors import KamassessError
from kamassess.instrument import Instrument
from kamassess.workshop.clock import now
from kamassess.workshop.events import Event, Kept, Undone
from kamassess.workshop.moves import Move
from kamassess.workshop.state import State, fold
from kamassess.workshop.store import Session, Store

__all__ = ["Room", "Watcher"]

Watcher = Callable[[State], None]
_LOOK_SECONDS = 1.0
"""How long after another process has added something it is seen here."""
_LAST_SECONDS = 3.0
_LOG = logging.getLogger(__name__)


class Room:
    """One workshop.

    Parameters
    ----------
    store, session
        Where it is kept, and which one it is.
    instrument
        What is asked.
    alone
        Whether no other process writes to it; otherwise the store is looked at every second.
    """

    def __init__(self, store: Store, session: Session, instrument: Instrument, *, alone: bool = False) -> None:
        self.session = session
        self.instrument = instrument
        self._store = store
        self._events: list[Kept] = []
        self._state = State(instrument)
        self._lock = threading.Lock()
        self._news = threading.Condition()
        self._watchers: dict[int, Watcher] = {}
        self._told = 0
        self._number = 0
        self._open = True
        self._take(store.events(session.id))
        self._thread = threading.Thread(target=self._tell, args=(None if alone else _LOOK_SECONDS,), name="room", daemon=True)
        self._thread.start()

    @property
    def state(self) -> State:
        """What holds now, as far as it is known here."""
        return self._state

    def event(self, seq: int) -> Event:
        """What happened as number *seq*, as far as it is known here."""
        return self._events[seq - 1].event

    def make(self, move: Move) -> State:
        """Make a move, and return what holds then; the move is durable.

        Raises
        ------
        Refused
            It cannot be made.
        StoreError
            It could not be kept.
        """

        def decide(since: Sequence[Kept]) -> Event:
            return move(self._after(since))

        with self._lock:
            self._take(self._store.append(self.session.id, self._state.seq, decide))
            state = self._state
        with self._news:
            self._news.notify_all()
        return state

    def catch_up(self) -> None:
        """Take over what other processes have added."""
        with self._lock:
            self._take(self._store.events(self.session.id, self._state.seq))

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Have *watcher* told of each new state, in a thread of the room's; returns what ends it."""
        with self._news:
            self._number += 1
            number = self._number
            self._watchers[number] = watcher

        def leave() -> None:
            with self._news:
                self._watchers.pop(number, None)

        return leave

    def close(self) -> None:
        """Tell nobody any more."""
        with self._news:
            self._open = False
            self._news.notify_all()
        self._thread.join()

    # -- in step with the store ----------------------------------------------------------------------------------------

    def _after(self, since: Sequence[Kept]) -> State:
        if any(isinstance(kept.event, Undone) for kept in since):
            return fold(State(self.instrument), [*self._events, *since])
        return fold(self._state, since)

    def _take(self, since: Sequence[Kept]) -> None:
        if since:
            state = self._after(since)
            self._events.extend(since)  # before the state: who sees that finds all its events
            self._state = state

    def _tell(self, every: float | None) -> None:
        while self._wait(_LOOK_SECONDS if self._ticking else every):
            if every is not None:
                try:
                    self.catch_up()
                except KamassessError:
                    _LOG.exception("the store cannot be read")
            state = self._state
            if state.seq == self._told and not self._ticking:
                continue
            self._told = state.seq
            with self._news:
                watchers = list(self._watchers.values())
            for watcher in watchers:
                try:
                    watcher(state)
                except Exception:  # noqa: BLE001 - logged; one page must not keep the others from being told
                    _LOG.exception("a page could not be told")

    @property
    def _ticking(self) -> bool:
        """Whether a timer runs, or has just run out."""
        return self._state.timer > now() - _LAST_SECONDS

    def _wait(self, every: float | None) -> bool:
        """Until there is something to tell or to look for; whether the room is still open."""
        with self._news:
            self._news.wait_for(lambda: not self._open or self._state.seq != self._told, every)
            return self._open
