"""What a room may see of its votes."""

from __future__ import annotations

import itertools

import pytest
from workshop_cases import UNIT, Table

from kamassess.workshop import moves
from kamassess.workshop.record import record_files, recorded
from kamassess.workshop.shown import roles_shown, spread, turnout
from kamassess.workshop.voted import agreed_rows, score_agreed, score_votes


def _shown(**votes: str) -> Table:
    table = Table()
    table.people(**{role: len(signs) for role, signs in votes.items()})
    table.do(moves.begin(table.led, "A"))
    table.vote("q1", **votes)
    table.do(moves.show(table.led, "q1"))
    return table


def test_nothing_is_seen_before_it_is_shown() -> None:
    # If this fails, the first votes lead the others.
    table = Table()
    table.people(executive=3, kam=3, sales=2)
    table.do(moves.begin(table.led, "A"))
    table.do(moves.begin(table.led, "B"))
    table.vote("q1", executive="444", kam="2-?")
    assert spread(table.state, "q1") is None
    assert recorded(table.state, "s").rounds == {}
    assert turnout(table.state, "q1").answered == 5
    assert turnout(table.state, "q1").asked == 8
    assert turnout(table.state, "q3").asked == 6


def test_a_question_is_shown_by_role() -> None:
    # If this fails, the room does not see that one said 4 and the other 2.
    table = _shown(executive="445", kam="2?2")
    found = spread(table.state, "q1")
    assert found is not None
    assert found.whole == {"1": 0, "2": 2, "3": 0, "4": 2, "5": 1, "DK": 1, "NA": 0}
    assert found.roles["executive"]["4"] == 2
    assert found.roles["kam"]["DK"] == 1
    assert found.unseen == ()


def test_too_few_are_never_shown() -> None:
    # If this fails, an executive's vote is read off the projector.
    assert spread(_shown(executive="44").state, "q1").whole is None  # type: ignore[union-attr]
    few = spread(_shown(executive="44", kam="222", sales="333").state, "q1")
    assert few is not None
    assert set(few.roles) == {"sales"}
    assert few.unseen == ("executive", "kam")


def test_what_is_not_shown_is_nobody_or_at_least_three() -> None:
    # If this fails, the whole less what is shown is somebody's vote.
    for sizes in itertools.product(range(7), repeat=4):
        of = {f"r{number}": size for number, size in enumerate(sizes) if size}
        shown = roles_shown(of)
        rest = sum(of.values()) - sum(of[role] for role in shown)
        assert all(of[role] >= 3 for role in shown), of
        assert rest == 0 or rest >= 3 or not shown, of
        assert shown == set(of) or any(size < 3 for size in of.values()), of


def test_votes_are_scored_as_a_survey_is() -> None:
    # If this fails, the workshop has numbers of its own.
    table = _shown(executive="444", kam="222", sales="333")
    unit = score_votes(table.state, UNIT)
    assert unit.questions["q1"].score == pytest.approx(3.0)
    assert unit.roles["executive"].criteria["A1"] == pytest.approx(4.0)
    assert unit.questions["q2"].score is None
    assert unit.n_respondents == 9


def test_agreed_answers_are_those_of_a_role_of_their_own() -> None:
    # If this fails, what a room agreed is mixed with what people said.
    table = _shown(executive="444", kam="222")
    table.do(moves.agree(table.led, "q1", "3"))
    table.do(moves.agree(table.led, "q2", "2"))
    assert [row[2:6] for row in agreed_rows(table.state)] == [
        ("workshop", "workshop", "q1", "3"),
        ("workshop", "workshop", "q2", "2"),
    ]
    unit = score_agreed(table.state, UNIT)
    assert unit.dimensions["A"].score == pytest.approx(2.5)
    assert unit.dimensions["A"].reason is None
    assert unit.dimensions["B"].score is None


def test_rows_say_nothing_of_who_came_first() -> None:
    # If this fails, the order of rows tells who voted when.
    one, two = _shown(executive="345", kam="222"), _shown(executive="543", kam="222")
    assert record_files(one.state, "s") == record_files(two.state, "s")
    assert score_votes(Table().state, UNIT).n_respondents == 0
    assert score_agreed(Table().state, UNIT).overall.score is None


def test_the_voice_of_one_cannot_be_worked_out() -> None:
    # If this fails, the mean of the roles' means beside the counts of all tells what the only executive said.
    table = _shown(executive="5", kam="2222")
    assert spread(table.state, "q1").unseen == ("executive", "kam")  # type: ignore[union-attr]
    unit = score_votes(table.state, UNIT)
    assert unit.questions["q1"].score == unit.questions["q1"].mean == pytest.approx(2.6)
    assert unit.criteria["A1"].score is None or unit.criteria["A1"].score == pytest.approx(2.6)


def test_what_too_few_answered_is_not_scored() -> None:
    # If this fails, a question that is not shown is read off the score of its criterion.
    table = _shown(executive="44", kam="222")
    table.vote("q2", executive="55")
    table.do(moves.show(table.led, "q2"))
    unit = score_votes(table.state, UNIT)
    assert unit.questions["q2"].score is None
    assert unit.questions["q2"].n == 0
    assert unit.questions["q1"].n == 5


def test_rounds_that_were_shown_can_be_compared_and_no_others() -> None:
    # If this fails, votes that were never shown stand beside the next round, or those that were are lost.
    table = _shown(kam="222")
    assert spread(table.state, "q1", 1) is None, "the present round is no earlier one"
    table.do(moves.ask_again(table.led, "q1"))
    table.vote("q1", kam="555")
    assert spread(table.state, "q1") is None
    assert spread(table.state, "q1", 1).whole["2"] == 3  # type: ignore[union-attr, index]
    table.do(moves.undo(table.led))
    table.do(moves.ask_again(table.led, "q1"))
    assert table.state.ballots["q1"].round == 3
    assert table.state.earlier("q1") == (1,)
    assert spread(table.state, "q1", 2) is None
