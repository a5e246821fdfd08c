"""The page of somebody who takes part, as its widgets are used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ipywidgets
import pytest
from workshop_cases import opened, small

from kamassess.workshop import moves, participant
from kamassess.workshop.access import draw_code
from kamassess.workshop.pages import Page
from kamassess.workshop.room import Room
from kamassess.workshop.seats import Seat
from kamassess.workshop.store import Store, StoreError


class Phone:
    """A page, used by what stands on its widgets."""

    def __init__(self, room: Room, person: str, *, crowded: bool = False) -> None:
        self.room, self.person = room, person
        self.seat = Seat(room, person)
        self.page: Page = participant.build(self.seat, "http://here/as/ticket", crowded=crowded)

    def widgets(self) -> Iterator[ipywidgets.Widget]:
        """All of them that can be seen."""
        left = [self.page.widget]
        while left:
            widget = left.pop(0)
            if widget.layout.display != "none":
                yield widget
                left[:0] = getattr(widget, "children", ())

    @property
    def text(self) -> str:
        """What can be read on it, one widget a line."""
        return "\n".join(
            str(widget.value if isinstance(widget, ipywidgets.HTML) else getattr(widget, "description", ""))
            for widget in self.widgets()
        )

    def press(self, start: str) -> None:
        """Press the button whose text begins so."""
        self.page.show(self.room.state)
        (button,) = (
            widget for widget in self.widgets() if isinstance(widget, ipywidgets.Button) and widget.description.startswith(start)
        )
        assert not button.disabled
        button.click()

    def one(self, kind: type[ipywidgets.Widget], label: str = "") -> ipywidgets.Widget:
        """The only widget of a kind (with this label)."""
        self.page.show(self.room.state)
        (found,) = (widget for widget in self.widgets() if isinstance(widget, kind) and widget.description.startswith(label))
        return found

    def shown(self) -> str:
        """What can be read now."""
        self.page.show(self.room.state)
        return self.text


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    store = Store(tmp_path / "workshop.sqlite")
    found = Room(store, store.open_session(opened(small()), draw_code), small(), alone=True)
    yield found
    found.close()
    store.close()


def _phone(room: Room, person: str = "ann", role: str = "kam", language: str = "en") -> Phone:
    room.make(moves.join(person, role, language))
    return Phone(room, person)


def test_one_question_at_a_time_until_all_are_answered(room: Room) -> None:
    # If this fails, somebody sits before a page that does not go on.
    phone = _phone(room)
    assert "You are in." in phone.shown()
    room.make(moves.begin(room.state.led, "A"))
    assert ">q1<" in phone.shown()
    assert "0 of 3 answered" in phone.text
    phone.press("4")
    assert "Kept: 4" in phone.text
    assert "✓ 4" in phone.text
    assert "1 of 3 answered" in phone.text
    phone.press("Next")
    assert ">q2<" in phone.text
    phone.press("Don’t know")
    assert "Kept: Don’t know" in phone.text
    phone.press("Next")
    assert "All answered." in phone.text
    phone.press("Look at my answers")
    assert "✓ 4" in phone.text
    assert {name: room.state.own("ann", name).answer for name in ("q1", "q2")} == {"q1": "4", "q2": "DK"}  # type: ignore[union-attr]


def test_an_answer_can_be_changed_and_looked_at_again(room: Room) -> None:
    # If this fails, a slip of the thumb stands.
    phone = _phone(room)
    room.make(moves.begin(room.state.led, "A"))
    phone.press("4")
    phone.press("2")
    assert "✓ 2" in phone.text
    assert "✓ 4" not in phone.text
    phone.press("Next")
    phone.press("Back")
    assert "✓ 2" in phone.text
    assert Phone(room, "ann").seat.at == "q2"  # a page that is opened again goes on where nothing is answered


def test_a_page_never_goes_back(room: Room) -> None:
    # If this fails, a page that is told late shows an answer as kept that was changed since.
    phone = _phone(room)
    room.make(moves.begin(room.state.led, "A"))
    phone.press("2")
    before = room.state
    phone.press("1")
    phone.page.show(before)
    assert "Kept: 1" in phone.text


def test_not_applicable_waits_for_its_reason(room: Room) -> None:
    # If this fails, answers vanish without anybody knowing why.
    phone = _phone(room)
    room.make(moves.begin(room.state.led, "A"))
    phone.press("Not applicable")
    assert "Write the reason in the box above" in phone.text
    assert room.state.own("ann", "q1") is None
    phone.one(ipywidgets.Textarea).value = "We have no accounts"
    own = room.state.own("ann", "q1")
    assert own is not None
    assert (own.answer, own.comment) == ("NA", "We have no accounts")
    assert "Kept: Not applicable" in phone.text


def test_not_applicable_takes_the_place_of_a_level(room: Room) -> None:
    # If this fails, a level counts that somebody has taken back, with the reason for that as its comment.
    phone = _phone(room)
    room.make(moves.begin(room.state.led, "A"))
    phone.press("3")
    phone.press("Not applicable")
    phone.one(ipywidgets.Textarea).value = "We have no accounts"  # and Next is pressed
    phone.press("Next")
    own = room.state.own("ann", "q1")
    assert own is not None
    assert (own.answer, own.comment) == ("NA", "We have no accounts")


def test_after_answering_was_stopped_nobody_is_told_to_wait_for_the_beginning(room: Room) -> None:
    # If this fails, somebody who was late waits for questions that do not come.
    phone = _phone(room)
    room.make(moves.begin(room.state.led, "A"))
    phone.press("3")
    room.make(moves.close(room.state.led, "A"))
    assert "Answering has stopped." in phone.shown()
    assert "You are in." not in phone.text


def test_a_comment_goes_with_the_answer_whichever_comes_first(room: Room) -> None:
    # If this fails, what somebody wrote is lost.
    phone = _phone(room)
    room.make(moves.begin(room.state.led, "A"))
    phone.one(ipywidgets.Textarea).value = "first the comment"
    assert room.state.own("ann", "q1") is None
    again = Phone(room, "ann")
    again.seat.drafts = phone.seat.drafts
    again.shown()
    assert again.one(ipywidgets.Textarea).value == "first the comment"
    phone.press("3")
    assert room.state.own("ann", "q1").comment == "first the comment"  # type: ignore[union-attr]
    phone.one(ipywidgets.Textarea).value = "then another"
    assert room.state.own("ann", "q1").comment == "then another"  # type: ignore[union-attr]
    phone.press("Next")
    assert phone.one(ipywidgets.Textarea).value == ""


def test_a_comment_that_is_too_long_stays_in_its_box(room: Room) -> None:
    # If this fails, a long comment is cut or gone, in silence.
    phone = _phone(room)
    room.make(moves.begin(room.state.led, "A"))
    book = "字" * 10_000
    phone.one(ipywidgets.Textarea).value = book
    phone.press("3")
    assert "The comment has 10000 characters, and 2000 fit." in phone.text
    assert phone.one(ipywidgets.Textarea).value == book
    assert room.state.own("ann", "q1") is None
    phone.one(ipywidgets.Textarea).value = "short"
    phone.press("3")
    assert "Kept: 3" in phone.text


def test_what_is_shown_is_left_and_what_is_asked_again_comes_first(room: Room) -> None:
    # If this fails, somebody answers a question that the room is discussing, or misses the second round.
    phone = _phone(room)
    room.make(moves.begin(room.state.led, "A"))
    phone.press("4")
    room.make(moves.show(room.state.led, "q1"))
    assert ">q2<" in phone.shown()
    phone.press("1")
    room.make(moves.show(room.state.led, "q2"))
    assert "looking at the answers on the screen" in phone.shown()
    room.make(moves.begin(room.state.led, "B"))
    assert ">q3<" in phone.shown()
    room.make(moves.ask_again(room.state.led, "q1"))
    assert ">q1<" in phone.shown()
    assert "round 2. Last time you said 4" in phone.text
    assert "✓" not in phone.text


def test_a_vote_that_comes_too_late_is_told_and_not_counted(room: Room) -> None:
    # If this fails, somebody believes to have voted.
    phone = _phone(room)
    room.make(moves.begin(room.state.led, "A"))
    phone.shown()
    room.make(moves.show(room.state.led, "q1"))
    (button,) = (
        widget for widget in phone.widgets() if isinstance(widget, ipywidgets.Button) and widget.description.startswith("5")
    )
    button.click()
    assert "takes no more answers" in phone.text
    assert room.state.own("ann", "q1") is None


def test_role_and_language_can_be_changed(room: Room) -> None:
    # If this fails, who chose the wrong line at the door is stuck with it.
    phone = _phone(room, language="zh")
    assert "您已进入会场" in phone.shown()
    phone.one(ipywidgets.Dropdown, "语言").value = "en"
    assert "You are in." in phone.text
    phone.one(ipywidgets.Dropdown, "Your role").value = "executive"
    assert room.state.people["ann"].role == "executive"
    room.make(moves.begin(room.state.led, "A"))
    phone.press("4")
    assert phone.one(ipywidgets.Dropdown, "Your role").disabled


def test_a_crowded_place_is_told(room: Room) -> None:
    # If this fails, two people vote over each other with one link and nobody knows.
    room.make(moves.join("ann", "kam", "en"))
    assert "open on another device" not in Phone(room, "ann").text
    assert "open on another device" in Phone(room, "ann", crowded=True).text


def test_script_is_text(room: Room) -> None:
    # If this fails, a comment runs on somebody's phone.
    phone = _phone(room)
    room.make(moves.begin(room.state.led, "A"))
    phone.one(ipywidgets.Textarea).value = "<script>alert(1)</script>"
    phone.press("3")
    assert "<script" not in phone.text


def test_a_full_disk_is_told_and_nothing_is_shown_as_kept(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, a phone says kept what is not.
    phone = _phone(room)
    room.make(moves.begin(room.state.led, "A"))
    phone.shown()

    def full(*_: object) -> None:
        raise StoreError("disk full")

    monkeypatch.setattr(room, "make", full)
    phone.press("3")
    assert "could not be kept" in phone.text
    assert "Kept" not in phone.text
    monkeypatch.undo()
    phone.press("3")
    assert "Kept: 3" in phone.text


def test_after_the_end_there_is_nothing_to_press(room: Room) -> None:
    # If this fails, the last ones keep answering.
    phone = _phone(room)
    room.make(moves.begin(room.state.led, "A"))
    room.make(moves.end(room.state.led))
    assert "The workshop is over" in phone.shown()
    assert not [widget for widget in phone.widgets() if isinstance(widget, ipywidgets.Button)]
