"""A workshop on one screen: people take turns, and what was answered goes out of sight."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
from workshop_cases import opened, small

from kamassess.locale import locale
from kamassess.workshop import moves, turns
from kamassess.workshop.access import draw_code
from kamassess.workshop.room import Room
from kamassess.workshop.store import Store


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    store = Store(tmp_path / "workshop.sqlite")
    found = Room(store, store.open_session(opened(small()), draw_code), small(), alone=True)
    yield found
    found.close()
    store.close()


def _seen(widget: ipywidgets.Widget) -> Iterator[Any]:
    if widget.layout.display != "none":
        yield widget
        for child in getattr(widget, "children", ()):
            yield from _seen(child)


def _text(page: Any) -> str:
    return "\n".join(
        str(part.value if isinstance(part, ipywidgets.HTML) else getattr(part, "description", "")) for part in _seen(page.widget)
    )


def _press(page: Any, start: str) -> None:
    (button,) = (
        part for part in _seen(page.widget) if isinstance(part, ipywidgets.Button) and part.description.startswith(start)
    )
    button.click()


def _seats(page: Any) -> ipywidgets.Dropdown:
    (found,) = (part for part in _seen(page.widget) if isinstance(part, ipywidgets.Dropdown) and part.description == "Seat")
    return found


def test_people_answer_one_after_another_and_leave_nothing_on_the_screen(room: Room) -> None:
    # If this fails, the second one at the keyboard reads what the first has said.
    page = turns.build(room, locale("en"))
    room.make(moves.begin(room.state.led, "A"))
    for value in "42":
        page.show(room.state)
        _press(page, "Somebody new")
        assert ">q1<" in _text(page)
        _press(page, value)
        assert ">q2<" in _text(page)
        assert f"✓ {value}" not in _text(page)
        _press(page, "Don’t know")
        assert "Thank you." in _text(page)
        assert "✓" not in _text(page)
        _press(page, "Done")
        assert ">q2<" not in _text(page)
    assert sorted(vote.answer for vote in room.state.votes("q1").values()) == ["2", "4"]
    assert [person.role for person in room.state.people.values()] == ["executive", "executive"]


def test_a_seat_is_found_again_for_the_next_question(room: Room) -> None:
    # If this fails, nobody can vote in the second round without becoming somebody else.
    page = turns.build(room, locale("en"))
    room.make(moves.begin(room.state.led, "A"))
    page.show(room.state)
    _press(page, "Somebody new")
    _press(page, "4")
    _press(page, "Done")
    assert [label for label, _ in _seats(page).options] == ["1 · executive · 1 to answer"]
    room.make(moves.show(room.state.led, "q1"))
    room.make(moves.ask_again(room.state.led, "q1"))
    page.show(room.state)
    assert [label for label, _ in _seats(page).options] == ["1 · executive · 2 to answer"]
    _press(page, "Go on")
    assert ">q1<" in _text(page)
    assert "Last time" not in _text(page)
    _press(page, "5")
    assert len(room.state.people) == 1
    assert [vote.answer for vote in room.state.votes("q1").values()] == ["5"]


def _write(page: Any, text: str) -> None:
    (box,) = (part for part in _seen(page.widget) if isinstance(part, ipywidgets.Textarea))
    box.value = text


def _answers(room: Room, question: str) -> list[tuple[str, str]]:
    return [(vote.answer, vote.comment) for vote in room.state.votes(question).values()]


@pytest.mark.parametrize(("last", "kept"), [("4", ("4", "no accounts")), ("✓ Not applicable", ("NA", "no accounts"))])
def test_leaving_the_comment_does_not_leave_the_question(room: Room, last: str, kept: tuple[str, str]) -> None:
    # If this fails, the press that ends a comment falls on a question that nobody has read.
    page = turns.build(room, locale("en"))
    room.make(moves.begin(room.state.led, "A"))
    page.show(room.state)
    _press(page, "Somebody new")
    _press(page, "Not applicable")
    _write(page, "no accounts")  # a browser sends it when another widget is pressed
    _press(page, last)
    assert _answers(room, "q1") == [kept]
    assert _answers(room, "q2") == []
    assert ">q2<" in _text(page)


def test_an_answer_of_this_turn_can_be_corrected(room: Room) -> None:
    # If this fails, a slip on the shared keyboard stands in the minutes.
    page = turns.build(room, locale("en"))
    room.make(moves.begin(room.state.led, "A"))
    page.show(room.state)
    _press(page, "Somebody new")
    assert "Seat 1: executive" in _text(page)
    _press(page, "4")
    _press(page, "Back")
    assert "✓ 4" in _text(page)
    _press(page, "2")
    _press(page, "3")
    assert "You are at seat 1" in _text(page)
    _press(page, "Correct an answer")
    _press(page, "5")
    _press(page, "Done")
    assert [vote.answer for name in ("q1", "q2") for vote in room.state.votes(name).values()] == ["5", "3"]
    _press(page, "Somebody new")
    assert "Seat 2: executive" in _text(page)
    assert "✓" not in _text(page)


def test_after_the_end_nobody_new_is_let_in(room: Room) -> None:
    # If this fails, a click on the last evening's notebook changes its minutes.
    page = turns.build(room, locale("en"))
    room.make(moves.end(room.state.led))
    page.show(room.state)
    _press(page, "Somebody new")
    assert "The workshop is over" in _text(page)
    assert room.state.people == {}
