"""Which workshop opens: the last of a unit, another one, or the first in an engagement of which nothing is known yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Ran

from kamassess.errors import InputError, ReportError, UsageError
from kamassess.workshop import moves
from kamassess.workshop.minutes import make_minutes
from kamassess.workshop.opening import Workshop, open_workshop
from kamassess.workshop.recording import Recorder

Open = Callable[..., Workshop]


@pytest.fixture
def at(make_engagement: Callable[..., Path]) -> Iterator[Open]:
    """Opens workshops of unit N, of the engagement as it is or of a folder."""
    found: list[Workshop] = []
    sound = make_engagement()

    def run(folder: Path | None = None, **asked: Any) -> Workshop:
        found.append(open_workshop(folder or sound, "N", **asked))
        return found[-1]

    yield run
    for workshop in found:
        workshop.room.close()
        workshop.store.close()


def _end(workshop: Workshop) -> str:
    workshop.room.make(moves.end(workshop.room.state.led))
    return workshop.room.session.id


def test_a_workshop_that_was_ended_opens_again_unless_another_is_asked_for(at: Open) -> None:
    # If this fails, the end cannot be taken back, or a second one begins unasked and takes the first one's place.
    first = _end(at())
    again = at()
    assert (again.goes_on, again.room.state.ended, again.room.session.id) == (True, True, first)
    another = at(new=True)
    assert not another.goes_on
    assert another.room.session.id > first
    assert at().room.session.id == another.room.session.id


def test_other_dimensions_are_another_workshop(at: Open) -> None:
    # If this fails, somebody asks for a dimension and stands before the room with another.
    at(agenda=("A",))
    assert at(agenda=("A",)).goes_on
    assert at().room.state.opened.agenda == ("A",)  # type: ignore[union-attr]
    with pytest.raises(UsageError, match=r"begun with other dimensions: A\. .*--new"):
        at(agenda=("B",))
    assert at(agenda=("B",), new=True).room.state.opened.agenda == ("B",)  # type: ignore[union-attr]


@pytest.mark.parametrize("left", ["a header", "no file", "no folder"])
def test_a_room_can_begin_before_anything_is_known(make_engagement: Callable[..., Path], at: Open, left: str) -> None:
    # If this fails, a team must fill in a survey before it may talk.
    folder = make_engagement("new", answers=[])
    if left != "a header":
        (folder / "responses" / "a.csv").unlink()
    if left == "no folder":
        (folder / "responses").rmdir()
    workshop = at(folder)
    assert workshop.result is None
    assert workshop.wave == "2026"


def test_what_is_wrong_is_a_fault_all_the_same(make_engagement: Callable[..., Path], at: Open) -> None:
    # If this fails, a workshop asks what a broken instrument happens to hold.
    with pytest.raises(InputError, match="nonsense"):
        at(make_engagement("wrong", answers=[["2026", "N", "R1", "lead", "nonsense", "1", ""]]))


def test_a_new_engagement_can_hold_a_workshop(kamassess_cli: Callable[..., Ran], tmp_path: Path, at: Open) -> None:
    # If this fails, the first thing somebody tries after `init` ends in faults.
    kamassess_cli("init", tmp_path / "acme")
    workshop = open_workshop(tmp_path / "acme", "U1")
    assert workshop.result is None
    workshop.room.close()
    workshop.store.close()


def test_a_workshop_that_left_nothing_has_no_minutes(at: Open, make_engagement: Callable[..., Path]) -> None:
    # If this fails, the minutes of another workshop are handed out as this one's.
    workshop = at()
    recorder = Recorder(workshop.room, workshop.engagement.folder, {})
    with pytest.raises(ReportError, match="no minutes"):
        make_minutes(recorder, workshop)
    recorder.close()


def test_of_two_servers_that_end_together_none_takes_the_others_last_decision_out_of_the_record(at: Open) -> None:
    # If this fails, a decision that the room saw kept is in no minutes, since the server that ended last had not heard of it.
    one, other = at(), at()
    folder = one.engagement.folder
    recorders = [Recorder(workshop.room, folder, {}) for workshop in (one, other)]
    for workshop in (one, other):
        workshop.room.close()  # it hears of the other's moves no more, as in the last second
    one.room.make(moves.aim(one.room.state.led, "A", 1.5))
    other.room.make(moves.aim(one.room.state.led, "B", 2.0))
    recorders[1].close()
    (sheet,) = (folder / "workshops").glob("*.yaml")
    said = sheet.read_text(encoding="utf-8")
    recorders[0].close()
    assert sheet.read_text(encoding="utf-8") == said
    assert 'targets: {"A": 1.5, "B": 2}' in said
