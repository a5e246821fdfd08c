"""What can be done in a workshop, when, and what then holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from workshop_cases import Table, small

from kamassess.workshop import moves
from kamassess.workshop.events import Asked, Kept, Shown, decoded, encoded
from kamassess.workshop.state import State, fold

Act = Callable[[Table], moves.Move]


def _table(*, begun: bool = True) -> Table:
    table = Table()
    table.people(executive=2, kam=3, sales=1)
    if begun:
        table.do(moves.begin(table.led, "A"))
    return table


def _refused(table: Table, move: moves.Move) -> str:
    before = list(table.events)
    with pytest.raises(moves.Refused) as refused:
        table.do(move)
    assert table.events == before
    return refused.value.reason


def test_a_vote_counts_once_and_can_be_changed_until_it_is_shown() -> None:
    # If this fails, who presses twice votes twice, or a vote moves after everybody has seen it.
    table = _table()
    table.vote("q1", executive="44", kam="2-2")
    assert {person: vote.answer for person, vote in table.state.votes("q1").items()} == {
        "executive0": "4", "executive1": "4", "kam0": "2", "kam2": "2",
    }  # fmt: skip
    table.do(moves.answer("kam0", "q1", 1, "3"), moves.answer("kam2", "q1", 1, ""))
    assert sorted(vote.answer for vote in table.state.votes("q1").values()) == ["3", "4", "4"]
    table.do(moves.show(table.led, "q1"))
    assert table.state.at == "q1"
    assert _refused(table, moves.answer("kam0", "q1", 1, "5")) == "too_late"


def test_a_second_round_begins_without_answers_and_keeps_the_first() -> None:
    # If this fails, a re-vote mixes with the vote it is compared to.
    table = _table()
    table.vote("q1", executive="44", kam="222")
    table.do(moves.show(table.led, "q1"))
    table.do(moves.ask_again(table.led, "q1"))
    assert table.state.votes("q1") == {}
    assert _refused(table, moves.answer("kam0", "q1", 1, "3")) == "another_round"
    table.vote("q1", executive="43")
    assert {vote.answer for vote in table.state.votes("q1").values()} == {"4", "3"}
    assert len(table.state.answers["q1", 1]) == 5


def test_what_is_taken_back_has_never_been() -> None:
    # If this fails, a slip on the projector cannot be mended, or takes votes with it.
    table = _table()
    table.vote("q1", kam="222")
    table.do(moves.begin(table.led, "B"))
    before = table.state
    table.do(moves.agree(table.led, "q3", "3"), moves.undo(table.led + 1))
    assert (table.state.agreed, table.state.ballots, table.state.at) == ({}, before.ballots, before.at)
    table.do(moves.undo(table.led))
    assert "q3" not in table.state.ballots
    table.do(moves.undo(table.led))
    assert table.state.ballots == {}
    assert len(table.state.answers["q1", 1]) == 3
    assert _refused(table, moves.undo(table.led)) == "nothing_to_undo"


def test_what_was_seen_takes_no_more_answers() -> None:
    # If this fails, showing, taking back, one more vote and showing again tells what that one said.
    table = _table()
    table.vote("q1", kam="222")
    table.do(moves.show(table.led, "q1"))
    table.do(moves.undo(table.led))
    assert table.state.ballots["q1"].status == "closed"
    assert _refused(table, moves.answer("executive0", "q1", 1, "5")) == "too_late"
    table.do(moves.begin(table.led, "A"))
    assert _refused(table, moves.answer("executive0", "q1", 1, "5")) == "too_late"
    table.do(moves.ask_again(table.led, "q1"))
    table.vote("q1", executive="5")
    assert len(table.state.votes("q1")) == 1


def test_a_round_that_was_taken_back_lends_its_number_to_none() -> None:
    # If this fails, votes of a round that was taken back turn up in the next one.
    table = _table()
    table.vote("q1", kam="222")
    table.do(moves.show(table.led, "q1"))
    table.do(moves.ask_again(table.led, "q1"))
    table.vote("q1", kam="555")
    table.do(moves.undo(table.led))
    table.do(moves.ask_again(table.led, "q1"))
    assert table.events[-1].event == Asked("q1", 3)
    assert table.state.votes("q1") == {}


def test_closed_questions_open_again_where_they_were() -> None:
    # If this fails, a break costs the votes given before it, or hides what was shown.
    table = _table()
    table.vote("q1", kam="222")
    table.do(moves.show(table.led, "q1"))
    table.vote("q2", kam="33-")
    table.do(moves.close(table.led, "A"))
    assert _refused(table, moves.answer("kam2", "q2", 1, "3")) == "too_late"
    table.do(moves.begin(table.led, "A"))
    assert table.state.ballots["q1"].status == "shown"
    table.vote("q2", kam="--4")
    assert len(table.state.votes("q2")) == 3


def test_agreements_targets_and_actions_are_noted_and_taken_out() -> None:
    # If this fails, what the room decided is not what the minutes say.
    table = _table()
    table.do(moves.agree(table.led, "q1", "3"))
    table.do(moves.aim(table.led, "A", 4))
    table.do(moves.plan(table.led, "x", "A1", " Write\tthe plan ", "Li Wei", "2027-03-31"))
    table.do(moves.plan(table.led, "y", "B1", "Meet"))
    table.do(moves.plan(table.led, "y", "B1", "Meet weekly"))
    assert (table.state.agreed, table.state.targets) == ({"q1": "3"}, {"A": 4})
    assert table.state.actions["x"].do == "Write the plan"
    assert table.state.actions["y"].do == "Meet weekly"
    table.do(moves.undo(table.led))
    assert table.state.actions["y"].do == "Meet"
    table.do(moves.drop(table.led, "x"))
    table.do(moves.aim(table.led, "A", None))
    table.do(moves.agree(table.led, "q1", ""))
    assert (table.state.agreed, table.state.targets, list(table.state.actions)) == ({}, {}, ["y"])


def test_the_second_of_two_facilitators_sees_what_the_first_did() -> None:
    # If this fails, two people on two laptops show and close under each other's hands.
    table = _table()
    seen = table.led
    table.do(moves.turn("q2"), moves.time(5.0))
    table.do(moves.show(seen, "q1"))
    assert _refused(table, moves.show(seen, "q2")) == "someone_else"


REFUSALS: dict[str, tuple[str, Act]] = {
    "a stranger": ("unknown_person", lambda _: moves.answer("nobody", "q1", 1, "3")),
    "a question of another role": ("not_asked", lambda _: moves.answer("sales0", "q3", 1, "3")),
    "a question that there is not": ("not_asked", lambda _: moves.answer("kam0", "q9", 1, "3")),
    "a question not begun": ("not_yet", lambda _: moves.answer("kam0", "q3", 1, "3")),
    "no option": ("no_answer", lambda _: moves.answer("kam0", "q1", 1, "6")),
    "a word": ("no_answer", lambda _: moves.answer("kam0", "q1", 1, "<script>")),
    "not applicable without a reason": ("no_reason", lambda _: moves.answer("kam0", "q1", 1, "NA", "  ")),
    "a book": ("comment_long", lambda _: moves.answer("kam0", "q1", 1, "3", "x" * 10_000)),
    "a role that is asked nothing": ("role", lambda _: moves.join("new", "customer", "en")),
    "another role after an answer": ("role_fixed", lambda _: moves.join("executive0", "kam", "en")),
    "showing what is not begun": ("not_begun", lambda table: moves.show(table.led, "q3")),
    "asking again what is not shown": ("not_shown", lambda table: moves.ask_again(table.led, "q1")),
    "agreeing on what is not begun": ("not_begun", lambda table: moves.agree(table.led, "q3", "3")),
    "agreeing on no option": ("no_answer", lambda table: moves.agree(table.led, "q1", "4.5")),
    "agreeing not to know": ("no_answer", lambda table: moves.agree(table.led, "q1", "DK")),
    "a target off the levels": ("no_level", lambda table: moves.aim(table.led, "A", 9)),
    "a dimension that there is not": ("not_there", lambda table: moves.begin(table.led, "Z")),
    "an action without words": ("no_action", lambda table: moves.plan(table.led, "x", "A1", " \n ")),
    "an action of a book": ("text_long", lambda table: moves.plan(table.led, "x", "A1", "x" * 501)),
    "an action of no criterion": ("not_there", lambda table: moves.plan(table.led, "x", "Z1", "Do it")),
    "no day": ("no_day", lambda table: moves.plan(table.led, "x", "A1", "Do it", "", "next week")),
    "dropping nothing": ("not_there", lambda table: moves.drop(table.led, "x")),
    "turning to nothing": ("not_there", lambda _: moves.turn("Z")),
}


@pytest.mark.parametrize(("reason", "act"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_cannot_be_done_is_refused_and_changes_nothing(reason: str, act: Act) -> None:
    # If this fails, a hand on the address bar does what no button offers.
    table = _table()
    table.vote("q1", executive="4")
    assert _refused(table, act(table)) == reason


def test_after_the_end_nothing_is_taken_but_back() -> None:
    # If this fails, somebody votes from the car park into closed minutes.
    table = _table()
    table.do(moves.end(table.led))
    assert _refused(table, moves.answer("kam0", "q1", 1, "3")) == "ended"
    assert _refused(table, moves.begin(table.led, "B")) == "ended"
    assert _refused(table, moves.time(5.0)) == "ended"
    assert _refused(table, moves.join("new", "kam", "en")) == "ended"
    table.do(moves.undo(table.led))
    table.vote("q1", kam="3")
    assert len(table.state.votes("q1")) == 1


def test_a_room_has_an_end() -> None:
    # If this fails, a script fills the store with people.
    table = Table()
    crowd = State(small(), people={str(number): None for number in range(moves.MOST_PEOPLE)}, opened=table.state.opened)  # type: ignore[misc]
    with pytest.raises(moves.Refused, match="full"):
        moves.join("one more", "kam", "en")(crowd)


def test_texts_lose_what_cannot_be_seen() -> None:
    # If this fails, one comment turns the projector's text around.
    table = _table()
    table.do(moves.answer("kam0", "q1", 1, "3", "one\r\ntwo \u202eevil\u0007 👩\u200d🚀"))
    assert table.state.votes("q1")["kam0"].comment == "one\ntwo evil  👩\u200d🚀"
    table.do(moves.answer("kam0", "q1", 1, "3", persian := "می\u200cخواهم so\u00adft"))
    assert table.state.votes("q1")["kam0"].comment == persian
    table.do(moves.plan(table.led, "x", "A1", "Do\nit \u2066now"))
    assert table.state.actions["x"].do == "Do it now"


def test_roles_without_a_question_on_the_agenda_are_not_offered() -> None:
    # If this fails, somebody comes in and sits before an empty page.
    table = _table(begun=False)
    table.do(moves.join("kam0", "sales", "zh"))
    assert table.state.people["kam0"].role == "sales"
    assert table.state.people["kam0"].language == "zh"
    assert [question.id for question in table.state.questions("B", "sales")] == []


def test_events_are_read_back_as_they_were() -> None:
    # If this fails, a workshop that is opened again is another one.
    table = _table()
    table.vote("q1", executive="4?")
    table.do(moves.plan(table.led, "x", "A1", "Do it", "<b>", "2027-01-01"))
    table.do(moves.undo(table.led))
    again = [Kept(kept.seq, decoded(encoded(kept.event))) for kept in table.events]
    assert again == table.events
    assert fold(State(table.instrument), again) == table.state
    with pytest.raises(ValueError, match="needs every event"):
        fold(table.state, [Kept(99, again[-1].event)])
    assert encoded(Shown("q1")) == '{"kind":"shown","question":"q1"}'
