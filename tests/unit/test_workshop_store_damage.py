"""A workshop's file that is not what was written: it is told, and left as it is; what can be read is read."""

from __future__ import annotations

import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from workshop_cases import opened, small

from kamassess.workshop import moves
from kamassess.workshop.access import draw_code, key_digest
from kamassess.workshop.room import Room
from kamassess.workshop.state import State, fold
from kamassess.workshop.store import FILE, Session, Store, StoreError

_FLIPS = 80
_TOLD = (
    "cannot use 'workshop.sqlite': it is damaged. Put back a copy of it, or move it away to begin anew.",
    (
        "workshop.sqlite holds workshops of another version of kamassess. Open it with the version of kamassess that made it, "
        "or move it away."
    ),
)


def _write(path: Path) -> Session:
    """A workshop in which some have voted."""
    store = Store(path)
    session = store.open_session(opened(small()), draw_code)
    store.add_key(session.id, key_digest("secret"))
    room = Room(store, session, small(), alone=True)
    for number in range(6):
        room.make(moves.join(f"kam{number}", "kam", "zh"))
    room.make(moves.begin(room.state.led, "A"))
    for number in range(60):
        room.make(moves.answer(f"kam{number % 6}", "q1", 1, "45"[number // 6 % 2], f"说明 {number} " * 3))
    room.close()
    store.close()
    return session


def _use(path: Path) -> list[int]:
    """Ask a store all that a server asks when it starts; how many events each workshop has."""
    store = Store(path)
    try:
        found = []
        for session in store.sessions():
            store.keys(session.id)
            events = store.events(session.id)
            fold(State(small()), events)
            found.append(len(events))
        return found
    finally:
        store.close()


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / FILE
    _write(path)
    return path


def test_whatever_bytes_are_damaged_it_is_told(written: Path) -> None:
    # If this fails, a failing disk is a traceback ten minutes before the meeting, or votes are missing in silence.
    sound, chance = written.read_bytes(), random.Random(5)
    (whole,) = _use(written)
    told = 0
    for number in range(_FLIPS):
        damaged = bytearray(sound)
        for _ in range(chance.choice((1, 1, 8, 200))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        written.write_bytes(damaged[: chance.randrange(1, len(damaged))] if number % 10 == 0 else damaged)
        try:
            found = _use(written)
        except StoreError as error:
            told += 1
            assert str(error) in _TOLD  # noqa: PT017
        else:
            assert found == [whole], "votes are missing, and nobody is told"
    assert _FLIPS // 4 < told < _FLIPS, "damage is found, and not in everything"


@pytest.mark.parametrize("version", [0, 1])
def test_the_database_of_another_program_is_left_alone(tmp_path: Path, version: int) -> None:
    # If this fails, --store with the wrong name puts our tables into somebody's data.
    path = tmp_path / "books.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version={version}")
        connection.execute("CREATE TABLE invoice (number TEXT, amount REAL)")
        connection.execute("INSERT INTO invoice VALUES ('1', 1.5)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"cannot use 'books.sqlite': it is the database of another program. Give another file"):
        Store(path)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["books.sqlite"]


def test_an_empty_file_is_a_new_store_and_a_folder_is_told(tmp_path: Path) -> None:
    # If this fails, a file that a full disk left empty stops every later workshop.
    (tmp_path / FILE).touch()
    _write(tmp_path / FILE)
    assert _use(tmp_path / FILE) == [68]
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match=r"cannot use 'folder': it is a folder. Give a file"):
        Store(tmp_path / "folder")


@pytest.mark.parametrize("left", [{"-wal": b"x" * 5000}, {"-shm": b"x" * 32768}, {"-wal": b"", "-shm": b""}])
def test_what_lies_beside_a_sound_one_is_no_obstacle(written: Path, left: dict[str, bytes]) -> None:
    # If this fails, what a killed server has left beside its file stops the next one.
    for end, content in left.items():
        written.with_name(f"{FILE}{end}").write_bytes(content)
    assert _use(written) == [68]


def test_a_file_copied_with_its_log_has_every_vote_and_without_it_none_is_torn(tmp_path: Path) -> None:
    # If this fails, a copy that is made while the room votes cannot be opened.
    path, copy = tmp_path / FILE, tmp_path / "copy"
    store = Store(path)
    session = store.open_session(opened(small()), draw_code)
    room = Room(store, session, small(), alone=True)
    for number in range(40):
        room.make(moves.join(f"kam{number}", "kam", "zh"))
    copy.mkdir()
    for end in ("", "-wal"):
        shutil.copy(f"{path}{end}", copy)
    assert _use(copy / FILE) == [41]
    shutil.copy(path, tmp_path / "bare.sqlite")
    assert _use(tmp_path / "bare.sqlite") in ([], [41])
    room.close()
    store.close()
