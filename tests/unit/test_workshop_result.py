"""What a workshop came to, as part of the result: votes by round, agreed scores, what they differ from; nobody's vote."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring_cases import instrument, result
from workshop_cases import UNIT, Table

from kamassess.recorded import RecordedAnswer, RecordedRound, WorkshopRecord
from kamassess.result import Reason, UnitResult, Workshop
from kamassess.scoring.voted import OTHERS, groups_of, score_votes
from kamassess.scoring.workshop import workshop_of
from kamassess.stored import decoders, encoded
from kamassess.workshop import moves
from kamassess.workshop.record import recorded

ROLES = ("executive", "kam", "sales")
CASE = instrument({"A": {"A1": ["q1", "q2"], "A2": ["q4"]}, "B": {"B1": ["q3"]}}, roles=ROLES, gates=["A2"])
SURVEY = [
    ("U", f"{role}{number}", role, {"q1": value, "q2": value, "q3": value, "q4": value})
    for role, value in (("executive", 4), ("kam", 3), ("sales", 4))
    for number in range(4)
]


def _round(number: int = 1, comments: tuple[str, ...] = (), **votes: str) -> RecordedRound:
    """A round as the room of a table would have been shown it."""
    table = Table(CASE)
    table.people(**{role: len(signs) for role, signs in votes.items()})
    table.do(moves.begin(table.led, "A"))
    table.vote("q1", **votes)
    table.do(moves.show(table.led, "q1"))
    return replace(recorded(table.state, "s").rounds["q1"][0], round=number, comments=comments)


def _record(**changes: object) -> WorkshopRecord:
    blank = WorkshopRecord("s1", "w1", "U", "2026-11-02", ("case", "1"), {"executive": 3, "kam": 3}, ("A",))
    return replace(blank, **changes)  # type: ignore[arg-type]


def _known() -> UnitResult:
    return result(CASE, SURVEY, replicates=50).units["U"]


def _held(*records: WorkshopRecord) -> Workshop:
    return workshop_of(records, CASE, UNIT, _known())


def test_rounds_stand_beside_each_other() -> None:
    # If this fails, minutes show the first vote as the last, or one that nobody saw.
    first, last = _round(1, executive="444", kam="222"), _round(3, executive="333", kam="233")
    held = _held(_record(rounds={"q1": (first, last), "q2": (first,)}))
    assert held.first["A1"].score == pytest.approx(3.0)
    assert held.last["A1"].score == pytest.approx(((3 + 8 / 3) / 2 + 3) / 2)
    assert (held.first["A1"].n, held.last["A1"].n) == (6, 6)
    one, two = held.questions["q1"].rounds
    assert (one.round, two.round) == (1, 3)
    assert one.counts == {"1": 0, "2": 3, "3": 0, "4": 3, "5": 0}
    assert two.mean == pytest.approx(17 / 6)
    assert {name: role.mean for name, role in one.roles.items()} == {"executive": 4.0, "kam": 2.0}
    assert two.roles["kam"].mean == pytest.approx(8 / 3)
    (moved,) = held.moved
    assert (moved.question, moved.closer) == ("q1", True)
    assert moved.change == pytest.approx(17 / 6 - 3)
    assert held.last["B"].score is None
    assert held.last["B"].reason == Reason.NO_ANSWERS


def test_roles_that_may_not_be_shown_have_one_voice() -> None:
    # If this fails, two executives' votes can be worked out from a score and the counts beside it.
    shown = _round(executive="55", kam="2222", sales="2")
    assert set(shown.roles) == {"kam"}
    assert groups_of(shown) == {"kam": {"2": 4}, OTHERS: {"2": 1, "5": 2}}
    score = score_votes(CASE, {"q1": shown}, UNIT).questions["q1"].score
    assert score == pytest.approx((2 + (2 + 5 + 5) / 3) / 2)
    hidden = _round(executive="55", kam="222")
    assert hidden.roles == {}
    assert score_votes(CASE, {"q1": hidden}, UNIT).questions["q1"].score == pytest.approx(16 / 5), "the plain mean of all"


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text("12345?", max_size=5), min_size=3, max_size=3))
def test_no_score_says_more_than_what_is_shown(votes: list[str]) -> None:
    # If this fails, a score is not a function of what the room has seen.
    table = Table(CASE)
    table.people(**{role: len(signs) for role, signs in zip(ROLES, votes, strict=True) if signs})
    table.do(moves.begin(table.led, "A"))
    table.vote("q1", **dict(zip(ROLES, votes, strict=True)))
    table.do(moves.show(table.led, "q1"))
    (found,) = recorded(table.state, "s").rounds["q1"]
    scored = score_votes(CASE, {"q1": found}, UNIT)
    if found.whole is None:
        assert scored.questions["q1"].score is None
        return
    means = []
    for counts in groups_of(found).values():
        given_ = list(itertools.chain(*([float(name)] * count for name, count in counts.items() if name not in ("DK", "NA"))))
        means += [sum(given_) / len(given_)] if given_ else []
    want = sum(means) / len(means) if means else None
    assert scored.questions["q1"].score == (pytest.approx(want) if want is not None else None)
    assert scored.questions["q1"].n + scored.questions["q1"].dk == sum(found.whole.values())
    assert set(scored.roles) <= set(found.roles)


def test_few_votes_are_withheld() -> None:
    # If this fails, minutes print what two people voted.
    held = _held(_record(rounds={"q1": (RecordedRound(1, 2),)}))
    (found,) = held.questions["q1"].rounds
    assert (found.votes, found.n, found.score, found.mean, found.reason) == (2, 0, None, None, Reason.WITHHELD)
    assert found.counts == {}
    assert held.last["A1"].score is None
    assert (held.last["A1"].n, held.last["A1"].reason) == (2, Reason.WITHHELD), "somebody voted"
    assert (held.last["B1"].n, held.last["B1"].reason) == (0, Reason.NO_ANSWERS)


def test_a_word_for_agreement_needs_votes() -> None:
    # If this fails, two votes that happen to be the same are a very strong agreement of the room.
    few, many = _round(executive="333"), _round(executive="3333", kam="3333")
    (found,) = _held(_record(rounds={"q1": (few,)})).questions["q1"].rounds
    assert (found.rwg, found.band) == (1.0, None)
    for votes, band in (("3333", None), ("33333", "very_strong")):
        assert _held(_record(rounds={"q1": (_round(executive=votes),)})).questions["q1"].rounds[0].band == band
    held = _held(_record(rounds={"q1": (many,)}))
    assert held.questions["q1"].rounds[0].band == "very_strong"
    assert (held.agreement["A"].n, held.agreement["A"].band) == (8, "very_strong")
    twice = _held(_record(rounds={"q1": (_round(executive="333"),), "q2": (_round(executive="333"),)}))
    assert twice.agreement["A"].n == 3, "people, not answers"
    assert twice.agreement["A"].band is None


def test_what_is_agreed_is_scored_by_the_policy_with_its_gates() -> None:
    # If this fails, the room's level is not what the instrument says it is.
    agreed = {name: RecordedAnswer(value) for name, value in (("q1", "4"), ("q2", "4"), ("q4", "2"), ("q3", "NA"))}
    held = _held(_record(agreed=agreed))
    assert held.agreed["A"].score == pytest.approx(3.0)
    assert (held.agreed["A"].level, held.agreed["A"].blocked_by) == (2, ("A2",))
    assert (held.agreed["A"].n, held.agreed[""].n) == (3, 4)
    assert held.agreed["B"].reason == Reason.ALL_NOT_APPLICABLE
    assert held.questions["q3"].agreed is not None
    assert held.questions["q3"].agreed.value is None
    assert held.questions["q1"].rounds == ()


def test_what_differs_is_told_with_whether_it_is_sure() -> None:
    # If this fails, minutes call noise a difference.
    held = _held(_record(agreed={"q1": RecordedAnswer("2"), "q2": RecordedAnswer("2"), "q4": RecordedAnswer("4")}))
    gaps = {gap.criterion: gap for gap in held.gaps if gap.kind == "claimed"}
    claim = _known().criteria["A1"]
    assert claim.score is not None
    assert gaps["A1"].difference == pytest.approx(2 - claim.score)
    assert gaps["A1"].certain
    assert gaps["A1"].ci == claim.ci
    assert gaps["A2"].difference == pytest.approx(4 - claim.score)
    assert [gap.criterion for gap in held.gaps] == ["A1", "A2"], "the weightiest first"


def test_of_several_workshops_the_last_one_counts() -> None:
    # If this fails, minutes mix what two rooms agreed.
    early = _record(session="a", day="2026-11-01", agreed={"q1": RecordedAnswer("5"), "q2": RecordedAnswer("5")})
    late = _record(session="b", day="2026-11-09", agreed={"q1": RecordedAnswer("2"), "q2": RecordedAnswer("2")})
    held = _held(early, late)
    assert (held.session, held.agreed["A1"].score) == ("b", 2.0)
    assert [(entry.session, entry.day, entry.people) for entry in held.earlier] == [("a", "2026-11-01", 6)]


def test_it_survives_being_stored_and_has_a_json_form() -> None:
    # If this fails, a batch reports another workshop than it read.
    first = _round(executive="444", kam="222", sales="11", comments=("why",))
    held = _held(_record(rounds={"q1": (first, replace(first, round=2))}, agreed={"q1": RecordedAnswer("3", "noted")}))
    unit = replace(_known(), workshop=held)
    assert decoders()["unit"].decode(encoded(unit)).workshop == held
    told = unit.as_json()["workshop"]
    assert told["questions"]["q1"]["agreed"] == {"value": 3.0, "comment": "noted"}
    assert told["last"]["A1"]["score"] == held.last["A1"].score
    assert replace(unit, workshop=None).as_json()["workshop"] is None
