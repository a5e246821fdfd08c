"""What a workshop leaves in the engagement: what its room was shown and decided, and no more than that."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from scoring_cases import WAVE, write_engagement
from workshop_cases import Table

from kamassess.errors import OutputError
from kamassess.reading.engagement import load_engagement
from kamassess.recorded import WorkshopRecord
from kamassess.workshop import moves
from kamassess.workshop.events import Kept, Opened
from kamassess.workshop.record import record_files, recorded, write_record
from kamassess.workshop.state import State

NASTY = '"quoted": {x}, #no\n- *alias \\ \u2028 \x85 …  "=1+1" 急单 🎉'
SURVEY = [("U", "ann", "executive", {"q1": 4, "q2": 4, "q3": 3}), ("U", "bob", "kam", {"q1": 2, "q2": 2, "q3": 3})]


def _held() -> Table:
    """Three of each role; q1 in two rounds and agreed, q2 open, q3 not begun; a target and two actions."""
    table = Table()
    table.people(executive=3, kam=3, sales=2)
    table.do(moves.begin(table.led, "A"))
    table.vote("q1", executive="445", kam="2?2", sales="31")
    table.do(moves.answer("kam0", "q1", 1, "2", NASTY))
    table.do(moves.show(table.led, "q1"))
    table.do(moves.ask_again(table.led, "q1"))
    table.vote("q1", executive="334", kam="233", sales="33")
    table.do(moves.show(table.led, "q1"))
    table.do(moves.agree(table.led, "q1", "3"))
    table.vote("q2", executive="55-", kam="---", sales="--")
    table.do(moves.aim(table.led, "A", 3.5))
    table.do(moves.plan(table.led, "x1", "A1", '=HYPERLINK("x") 「做」 ' + NASTY, "yes", "2026-12-31"))
    table.do(moves.plan(table.led, "x2", "B1", "no", "", ""))
    return table


def _folder(tmp_path: Path) -> Path:
    return write_engagement(tmp_path / "engagement", Table().instrument, SURVEY)


def _read(folder: Path) -> WorkshopRecord:
    (record,) = load_engagement(folder).workshops
    return record


def test_what_is_written_is_read_as_it_was(tmp_path: Path) -> None:
    # If this fails, minutes say something else than the room decided.
    folder, state = _folder(tmp_path), _held().state
    paths = write_record(state, folder, "s1")
    assert [path.name for path in paths] == [f"{WAVE}-U-s1.csv", f"{WAVE}-U-s1.yaml"]
    told, found = recorded(state, "s1"), _read(folder)
    for field in ("session", "wave", "unit", "day", "instrument", "people", "agenda", "rounds", "agreed", "targets", "actions"):
        assert getattr(found, field) == getattr(told, field), field
    assert found.rounds["q1"][0].comments[0].startswith('"quoted": {x}')
    assert found.actions[0].do.startswith("=HYPERLINK"), "text is data"
    assert [name for name, _ in found.files] == [f"workshops/{WAVE}-U-s1.yaml", f"workshops/{WAVE}-U-s1.csv"]


def test_the_targets_before_it_are_kept(tmp_path: Path) -> None:
    # If this fails, nobody can tell a target that the room changed from one that was declared after it.
    folder, state = _folder(tmp_path), _held().state
    write_record(state, folder, "s1", {"B": 3.0})
    assert _read(folder).before == {"A": None}
    (told,) = record_files(state, "s1", {"A": 2.5, "B": 3.0}).keys() & {f"{WAVE}-U-s1.yaml"}
    assert b'targets_before: {"A": 2.5}' in record_files(state, "s1", {"A": 2.5, "B": 3.0})[told]


def test_nobody_is_in_it(tmp_path: Path) -> None:
    # If this fails, who opens the file learns how somebody voted, and on everything.
    state = _held().state
    written = b"".join(record_files(state, "s1").values()).decode()
    assert not [person for person in state.people if person in written]
    (first, second) = recorded(state, "s1").rounds["q1"]
    assert first.n == second.n == 8
    assert "sales" not in first.roles, "two people"
    assert "kam" not in first.roles or "executive" not in first.roles, "else the two follow from the rest"
    assert "q2" not in written, "votes that were not shown"


def test_fewer_than_three_votes_are_a_number_and_nothing_else() -> None:
    # If this fails, two people's votes stand in a file of the company.
    table = Table()
    table.people(executive=2)
    table.do(moves.begin(table.led, "A"))
    table.vote("q1", executive="45")
    table.do(moves.answer("executive0", "q1", 1, "4", "mine"), moves.show(table.led, "q1"))
    (found,) = recorded(table.state, "s").rounds["q1"]
    assert (found.n, found.whole, found.roles, found.comments) == (2, None, {}, ())
    assert b"mine" not in b"".join(record_files(table.state, "s").values())


def test_a_round_that_was_taken_back_is_in_no_record() -> None:
    # If this fails, minutes tell of a vote that the facilitator has undone.
    table = _held()
    table.do(moves.ask_again(table.led, "q1"))
    table.vote("q1", executive="111", kam="111", sales="11")
    table.do(moves.show(table.led, "q1"))
    assert [found.round for found in recorded(table.state, "s").rounds["q1"]] == [1, 2, 3]
    table.do(moves.undo(table.led))
    assert [found.round for found in recorded(table.state, "s").rounds["q1"]] == [1, 2]
    table.do(moves.undo(table.led))
    table.do(moves.ask_again(table.led, "q1"))
    table.vote("q1", executive="222", kam="222", sales="22")
    table.do(moves.show(table.led, "q1"))
    found = recorded(table.state, "s").rounds["q1"]
    assert [one.round for one in found] == [1, 2, 4]
    assert found[-1].whole == {"2": 8}


def test_the_order_of_votes_leaves_no_trace() -> None:
    # If this fails, who came first can be told from the file.
    made = set()
    for order in itertools.permutations(("4", "4", "2", "3"), 4):
        table = Table()
        table.people(kam=4)
        table.do(moves.begin(table.led, "A"))
        table.vote("q1", kam="".join(order))
        table.do(*(moves.answer(f"kam{index}", "q1", 1, sign, f"c{sign}") for index, sign in enumerate(order)))
        table.do(moves.show(table.led, "q1"))
        made.add(b"".join(record_files(table.state, "s").values()))
    assert len(made) == 1


def test_writing_again_is_nothing_new_and_what_people_corrected_stays(tmp_path: Path) -> None:
    # If this fails, the server's last call at the end wipes out what a consultant mended.
    folder, table = _folder(tmp_path), _held()
    _, sheet = write_record(table.state, folder, "s1")
    stamp = sheet.stat().st_mtime_ns
    write_record(table.state, folder, "s1")
    assert sheet.stat().st_mtime_ns == stamp
    sheet.write_text(sheet.read_text(encoding="utf-8").replace('owner: "yes"', 'owner: "Zhou"'), encoding="utf-8")
    write_record(table.state, folder, "s1")
    assert _read(folder).actions[0].owner == "Zhou"
    table.do(moves.drop(table.led, "x2"))
    write_record(table.state, folder, "s1")
    assert [action.id for action in _read(folder).actions] == ["x1"], "a workshop that goes on is written anew"
    assert len(list((folder / "workshops").iterdir())) == 2


def test_nothing_is_written_before_there_is_anything(tmp_path: Path) -> None:
    # If this fails, a room that was opened by mistake leaves an empty record in the engagement.
    table = Table()
    assert write_record(State(table.instrument), tmp_path, "s") == []
    table.people(kam=3)
    table.do(moves.begin(table.led, "A"))
    assert write_record(table.state, tmp_path, "s") == []
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_an_error_of_its_own(tmp_path: Path) -> None:
    # If this fails, the server dies in the middle of a workshop.
    (tmp_path / "workshops").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        write_record(_held().state, tmp_path, "s1")


def test_names_of_files_are_fit_for_any_system(tmp_path: Path) -> None:
    # If this fails, a unit called R&D/Süd writes outside the folder, or nowhere.
    table = Table()
    table.events = [Kept(1, Opened("R/../Süd", "1/2", ("case", "1", "x"), ("A",), ""))]
    assert all("/" not in name and name[0] == "1" for name in record_files(table.state, "s"))
