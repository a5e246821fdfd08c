"""A workshop is kept: in SQLite and PostgreSQL, by several processes at once, whatever dies; where it cannot be, that is told."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from postgresql import running
from workshop_cases import Table, opened, small

from kamassess.workshop import moves
from kamassess.workshop.access import draw_code, key_digest
from kamassess.workshop.events import Answered
from kamassess.workshop.room import Room
from kamassess.workshop.state import State, fold
from kamassess.workshop.store import Session, Store, StoreError

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """A database of each kind."""
    if request.param == "sqlite":
        return tmp_path / "workshop.sqlite"
    url: str = request.getfixturevalue("server")
    return url


def _session(store: Store) -> Session:
    return store.open_session(opened(small()), draw_code)


def _room(store: Store, session: Session) -> Room:
    return Room(store, session, small())


def test_a_workshop_is_found_again_as_it_was(place: Path | str) -> None:
    # If this fails, a restart of the server is a new workshop.
    store = Store(place)
    session, other = _session(store), _session(store)
    assert session.code != other.code
    store.add_key(session.id, key_digest("secret"))
    room = _room(store, session)
    for number in range(3):
        room.make(moves.join(f"kam{number}", "kam", "zh"))
    room.make(moves.begin(room.state.led, "A"))
    room.make(moves.answer("kam1", "q1", 1, "4", "说得好 👍"))
    state = room.state
    room.close()
    store.close()
    again = Store(place)
    assert {entry.id: entry for entry in again.sessions()}[session.id] == session
    assert again.keys(session.id) == {key_digest("secret")}
    assert again.keys(other.id) == frozenset()
    found = _room(again, session)
    assert found.state == state
    assert found.state.votes("q1")["kam1"].comment == "说得好 👍"
    empty = _room(again, other)
    assert empty.state.people == {}
    found.close()
    empty.close()
    again.close()


def test_a_move_that_is_refused_leaves_nothing(place: Path | str) -> None:
    # If this fails, the numbers of events have gaps, or a refused vote counts after a restart.
    store = Store(place)
    session = _session(store)
    room = _room(store, session)
    with pytest.raises(moves.Refused):
        room.make(moves.answer("nobody", "q1", 1, "4"))
    room.make(moves.join("kam0", "kam", "en"))
    assert [kept.seq for kept in store.events(session.id)] == [1, 2]
    room.close()
    store.close()


def test_many_at_once_lose_nothing(place: Path | str) -> None:
    # If this fails, of two who vote in the same moment one is lost.
    stores = [Store(place), Store(place)]
    session = _session(stores[0])
    rooms = [_room(store, session) for store in stores]
    rooms[0].make(moves.begin(0, "A"))

    def votes(number: int) -> None:
        room, name = rooms[number % 2], f"kam{number}"
        room.make(moves.join(name, "kam", "en"))
        for value in range(1, 6):
            room.make(moves.answer(name, "q1", 1, str(value)))

    threads = [threading.Thread(target=votes, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for room in rooms:
        room.catch_up()
    assert rooms[0].state == rooms[1].state
    assert Counter(vote.answer for vote in rooms[0].state.votes("q1").values()) == {"5": 12}
    kept = stores[0].events(session.id)
    assert [entry.seq for entry in kept] == list(range(1, len(kept) + 1))
    for room in rooms:
        room.close()
    for store in stores:
        store.close()


def test_one_server_sees_what_another_does(place: Path | str) -> None:
    # If this fails, a facilitator in JupyterLab and the phones in the room have two workshops.
    stores = [Store(place), Store(place)]
    session = _session(stores[0])
    here, there = (_room(store, session) for store in stores)
    seen: list[State] = []
    told = threading.Event()

    def watcher(state: State) -> None:
        seen.append(state)
        if "kam0" in state.people:
            told.set()

    leave = here.watch(watcher)
    there.make(moves.join("kam0", "kam", "en"))
    assert told.wait(20)
    leave()
    there.make(moves.begin(there.state.led, "A"))
    with pytest.raises(moves.Refused, match="someone_else"):
        here.make(moves.close(here.state.led, "A"))
    there.make(moves.undo(there.state.led))
    here.make(moves.begin(there.state.led, "A"))
    assert here.state.ballots.keys() == {"q1", "q2"}
    assert here.state == fold(State(small()), stores[0].events(session.id))
    here.close()
    there.close()
    for store in stores:
        store.close()


_VOTER = """
import sys, threading
sys.path[:0] = sys.argv[3:]
from pathlib import Path
from workshop_cases import small
from kamassess.workshop import moves
from kamassess.workshop.room import Room
from kamassess.workshop.store import Store
place, session = sys.argv[1:3]
store = Store(place if "://" in place else Path(place))
room = Room(store, next(entry for entry in store.sessions() if entry.id == session), small(), alone=True)
lock = threading.Lock()
def vote(name):
    if name not in room.state.people:
        room.make(moves.join(name, "kam", "en"))
    while True:
        value = str(1 + (int(said) if (said := getattr(room.state.own(name, "q1"), "answer", "")) else 0) % 5)
        state = room.make(moves.answer(name, "q1", 1, value))
        with lock:
            print(name, value, state.seq, flush=True)
threads = [threading.Thread(target=vote, args=(f"kam{number}",), daemon=True) for number in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_what_was_acknowledged_survives_a_kill(place: Path | str, tmp_path: Path) -> None:
    # If this fails, a power cut takes votes that people saw accepted.
    store = Store(place)
    session = _session(store)
    room = _room(store, session)
    room.make(moves.begin(room.state.led, "A"))
    room.close()
    chance = random.Random(7)
    acknowledged = 0
    for _ in range(4):
        command = [sys.executable, "-c", _VOTER, str(place), session.id, str(Path(__file__).parents[1])]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as voter:
            assert voter.stdout
            first = voter.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.4))
            os.kill(voter.pid, signal.SIGKILL)
            lines = [line.split() for line in [first, *voter.stdout] if line.endswith("\n")]
        kept = {entry.seq: entry.event for entry in store.events(session.id)}
        assert list(kept) == list(range(1, len(kept) + 1))
        for name, value, _seq in lines:
            assert any(event == Answered(name, "q1", 1, value) for event in kept.values())
        last = {name: (int(seq), value) for name, value, seq in lines}
        for name, (seq, value) in last.items():
            later = [event.answer for number, event in kept.items() if number > seq and _by(event, name)]
            assert len(later) <= 1, "more was kept than one answer that was not acknowledged yet"
            state = fold(State(small()), store.events(session.id))
            assert state.votes("q1")[name].answer == (later[-1] if later else value)
        acknowledged += len(lines)
    assert acknowledged > 20
    store.close()


def _by(event: object, name: str) -> bool:
    return isinstance(event, Answered) and event.person == name


def test_every_commit_waits_for_the_disk(tmp_path: Path) -> None:
    # If this fails, an acknowledged vote is in the memory of a machine that may lose its power.
    store = Store(tmp_path / "workshop.sqlite")
    with store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="permissions")
def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    # If this fails, whoever shares the machine reads the votes.
    store = Store(tmp_path / "workshop.sqlite")
    _session(store)
    names = ("workshop.sqlite", "workshop.sqlite-wal", "workshop.sqlite-shm")
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()} == dict.fromkeys(names, "0o600")
    store.close()


def test_a_store_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    # If this fails, the facilitator sees a traceback ten minutes before the meeting.
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(b"no database at all " * 100)
    with pytest.raises(StoreError, match=r"cannot use 'damaged.sqlite': it is damaged. Put back a copy"):
        Store(damaged)
    with pytest.raises(StoreError, match=r"cannot use 'none.sqlite': .*See|Make room"):
        Store(tmp_path / "no folder" / "none.sqlite")
    with pytest.raises(StoreError, match=r"'what is this' is no URL of a database. Write it like postgresql"):
        Store("what is this")
    with pytest.raises(StoreError, match=r"cannot use 'postgresql\+pg8000://kam:\*\*\*@127.0.0.1:1/x'"):
        Store("postgresql+pg8000://kam:secret@127.0.0.1:1/x")
    with pytest.raises(StoreError, match=r"cannot use 'oracle://x'"):
        Store("oracle://x")


def _events_of(path: Path, session: str) -> None:
    store = Store(path)
    with closing(store):
        store.events(session)


def test_a_damaged_or_foreign_event_is_told(tmp_path: Path) -> None:
    # If this fails, a workshop with a torn event opens with votes missing, in silence.
    path = tmp_path / "workshop.sqlite"
    store = Store(path)
    session = _session(store)
    store.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute('INSERT INTO workshop_event VALUES (?, 2, \'{"kind":"joined","person":1}\')', (session.id,))
    with pytest.raises(StoreError, match="it is damaged"):
        _events_of(path, session.id)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE workshop SET version = 99")
    with pytest.raises(StoreError, match="another version of kamassess"):
        Store(path)


def test_a_full_disk_refuses_the_vote_and_keeps_the_others(tmp_path: Path) -> None:
    # If this fails, a vote is acknowledged that is not kept, or a full disk takes those that were.
    store = Store(tmp_path / "workshop.sqlite")
    session = _session(store)
    room = _room(store, session)
    room.make(moves.join("kam0", "kam", "en"))
    room.make(moves.begin(room.state.led, "A"))
    room.make(moves.answer("kam0", "q1", 1, "4"))

    @sa.event.listens_for(store._engine, "begin")
    def full(connection: sa.Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def votes_until_it_is_full() -> None:
        for number in range(500):
            room.make(moves.answer("kam0", "q1", 1, "5", f"{number} " * 300))

    with pytest.raises(StoreError, match=r"database or disk is full. Make room there"):
        votes_until_it_is_full()
    held = room.state
    sa.event.remove(store._engine, "begin", full)
    assert fold(State(small()), store.events(session.id)) == held
    with store._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    room.close()
    store.close()


def test_a_watcher_that_fails_does_not_silence_the_others(tmp_path: Path) -> None:
    # If this fails, one closed laptop freezes the projector.
    store = Store(tmp_path / "workshop.sqlite")
    room = _room(store, _session(store))
    told = threading.Event()

    def broken(_: State) -> None:
        raise RuntimeError("gone")

    room.watch(broken)
    room.watch(lambda state: told.set() if state.people else None)
    room.make(moves.join("kam0", "kam", "en"))
    assert told.wait(20)
    room.close()
    store.close()


def test_the_table_of_tests_agrees_with_the_store(tmp_path: Path) -> None:
    # If this fails, what other tests say of moves is not what a store does.
    store, table = Store(tmp_path / "workshop.sqlite"), Table()
    session = _session(store)
    room = _room(store, session)
    for move in (moves.join("kam0", "kam", "en"), moves.begin(0, "A"), moves.answer("kam0", "q1", 1, "2")):
        table.do(move)
        room.make(move)
    assert room.state == table.state
    room.close()
    store.close()
