"""The roadmap: which actions, in which order and phase, and where they would lead."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scoring_cases import instrument, words

from kamassess.planning import PHASES, Action, ActionLibrary, ByHand, Capacity, Decision, OwnAction
from kamassess.result import Block, MeasuredLevel, PlannedAction, Reason, Roadmap
from kamassess.scoring.hierarchy import Hierarchy
from kamassess.scoring.roadmap import roadmap, standing

TREE = {"A": {"A1": ["qa1"], "A2": ["qa2"]}, "B": {"B1": ["qb1"], "B2": ["qb2"]}}
PLENTY = Capacity((99.0, 99.0, 99.0))


def block(score: float | None) -> Block:
    """A block with this score, and nothing else that a roadmap looks at."""
    return Block(
        score=score,
        ci=None,
        index=None,
        level=None,
        blocked_by=(),
        coverage=1.0,
        bounds=None,
        reason=None if score is not None else Reason.NO_ANSWERS,
        n=4,
        continuous_level=None,
    )


def library(*changes: Action) -> ActionLibrary:
    """A small step of two months for every criterion and level, but for the *changes*."""
    steps = {
        f"{name}.{level}": Action(name, level, words("do"), words("measure"), "kam", 1, 2)
        for name in ("A1", "A2", "B1", "B2")
        for level in (2, 3, 4, 5)
    }
    return ActionLibrary(steps | {change.id: change for change in changes})


def step(name: str, level: int, effort: int = 1, months: int = 2, after: tuple[tuple[str, int], ...] = ()) -> Action:
    return Action(name, level, words("do"), words("measure"), "kam", effort, months, after)


def planned(scores: Mapping[str, float | None], actions: ActionLibrary | None = None, **more: Any) -> Roadmap:
    """The roadmap of a unit with these scores, aiming at 3 unless *targets* say otherwise."""
    told = instrument(TREE, gates=more.pop("gates", ()), weights=more.pop("weights", None))
    criteria = {name: block(score) for name, score in scores.items()}
    measured = {name: MeasuredLevel(level) for name, level in more.pop("measured", {}).items()}
    targets = more.pop("targets", {"A": 3.0, "B": 3.0})
    by_hand = more.pop("by_hand", ByHand())
    return roadmap(Hierarchy(told), criteria, measured, targets, actions or library(), more.pop("capacity", PLENTY), by_hand)


def ids(found: Roadmap) -> list[str]:
    return [action.id for action in found.actions]


def the(found: Roadmap, name: str) -> PlannedAction:
    return next(action for action in found.actions if action.id == name)


ALL_TWO = {"A1": 2.0, "A2": 2.0, "B1": 2.0, "B2": 2.0}


def test_a_criterion_stands_at_the_lower_of_claim_and_data() -> None:
    # If this fails, the roadmap builds on what the data contradict, or punishes a unit that does more than it says.
    criteria = {"A1": block(4.0), "A2": block(2.0), "B1": block(None), "B2": block(None)}
    measured = {name: MeasuredLevel(level) for name, level in {"A1": 2.5, "A2": 4.0, "B1": 3.0, "B2": None}.items()}
    assert standing(criteria, measured) == {"A1": 2.5, "A2": 2.0, "B1": 3.0}


def test_actions_are_ranked_by_gap_times_weight_times_ease() -> None:
    # If this fails, a board is told to begin with what matters less. Each criterion weighs a quarter.
    found = planned({"A1": 2.0, "A2": 1.5, "B1": 2.5, "B2": 2.0}, library(step("A1", 3, effort=2), step("A2", 2, effort=1)))
    assert {action.id: round(action.priority, 4) for action in found.actions} == {
        "A2.2": 0.375,  # 1.5 × 0.25 × 1
        "B2.3": 0.25,  # 1 × 0.25 × 1
        "A2.3": 0.25,  # 1 × 0.25 × 1, from level 2 on
        "A1.3": 0.125,  # 1 × 0.25 × 1/2
        "B1.3": 0.125,  # 0.5 × 0.25 × 1
    }
    assert ids(found)[0] == "A2.2"


def test_weights_of_the_instrument_count() -> None:
    # If this fails, a criterion that hardly counts comes first.
    found = planned(ALL_TWO, weights={"A1": 3.0})
    assert the(found, "A1.3").weight == pytest.approx(0.375)
    assert the(found, "A2.3").weight == pytest.approx(0.125)
    assert ids(found)[0] == "A1.3"


def test_what_has_reached_its_target_or_weighs_nothing_has_no_action() -> None:
    # If this fails, people work on what is done.
    found = planned({"A1": 3.0, "A2": 2.99, "B1": 2.0, "B2": 4.0}, weights={"B1": 0.0})
    assert ids(found) == ["A2.3"]
    assert found.next_steps["A1"] == "A1.4"
    assert planned(dict.fromkeys(ALL_TWO, 3.0)).reason is Reason.NO_GAP


def test_without_a_target_the_next_level_of_the_whole_is_aimed_at() -> None:
    # If this fails, a unit without declared targets gets no roadmap, or one to the moon.
    found = planned(ALL_TWO, targets={})
    assert found.targets == {"A": 3.0, "B": 3.0}


def test_a_gate_that_holds_the_unit_comes_first_whatever_it_costs() -> None:
    # If this fails, a unit works for a year and stays on its level.
    scores = {"A1": 1.5, "A2": 3.0, "B1": 2.0, "B2": 2.0}
    found = planned(scores, library(step("A1", 2, effort=3)), gates=("A1",))
    assert found.now is not None
    assert (found.now.level, found.now.blocked_by) == (1, ("A1",))
    assert ids(found)[0] == "A1.2"
    assert the(found, "A1.2").holds
    assert found.phases[0].level == 2
    assert found.phases[0].blocked_by == ()


def test_a_gate_of_the_level_that_the_score_would_reach_comes_first_too() -> None:
    # If this fails, a unit works for two years towards 3.5 and stays on level 2. By rank alone A1.3 finds no room.
    scores = {"A1": 1.0, "A2": 3.0, "B1": 3.0, "B2": 3.0}
    found = planned(
        scores, library(step("A1", 3, effort=3)), gates=("A1",), targets={"A": 4.0, "B": 4.0}, capacity=Capacity((1.0, 3.0, 0.0))
    )
    assert ids(found) == ["A1.2", "A1.3"]
    assert [stand.level for stand in found.phases] == [2, 3, 3]


def test_what_comes_before_is_pulled_in_and_done_before() -> None:
    # If this fails, the first action of the list cannot be done.
    found = planned(
        {"A1": 1.0, "A2": 3.0, "B1": 1.0, "B2": 3.0}, library(step("A1", 2, after=(("B1", 3),))), targets={"A": 2.0, "B": 1.0}
    )
    assert {"B1.2", "B1.3", "A1.2"} == set(ids(found))
    assert the(found, "A1.2").after == ("B1.3",)
    assert the(found, "B1.3").needed_for == ("A1.2",)
    assert the(found, "B1.2").ends <= the(found, "B1.3").starts
    assert the(found, "B1.3").ends <= the(found, "A1.2").starts
    assert the(found, "B1.3").gap == 0.0


def test_what_is_there_already_need_not_come_before() -> None:
    found = planned({"A1": 2.0, "A2": 3.0, "B1": 3.0, "B2": 3.0}, library(step("A1", 3, after=(("B1", 3),))))
    assert the(found, "A1.3").after == ()


def test_what_is_not_known_is_assumed_and_said() -> None:
    # If this fails, an action rests on something nobody has looked at, and the reader is not told.
    found = planned({"A1": 2.0, "A2": 3.0, "B1": None, "B2": 3.0}, library(step("A1", 3, after=(("B1", 3),))))
    assert the(found, "A1.3").assumes == ("B1.3",)


def test_a_library_may_lack_the_step_before() -> None:
    # If this fails, a company with a short library of its own gets no roadmap, or one that asks for what nobody wrote.
    short = ActionLibrary({"A1.3": step("A1", 3), "B1.3": step("B1", 3, after=(("A2", 3),))})
    found = planned({"A1": 1.0, "A2": 1.0, "B1": 2.0, "B2": 3.0}, short)
    assert sorted(ids(found)) == ["A1.3", "B1.3"]
    assert the(found, "A1.3").assumes == (), "this library leads there in one step"
    assert the(found, "B1.3").assumes == ("A2.3",), "nothing in the library leads there"


def test_of_too_little_there_is_no_score_of_the_whole() -> None:
    # If this fails, a unit of which one criterion in four is known is told where all of it stands.
    found = planned({"A1": 2.0, "A2": None, "B1": None, "B2": None})
    assert ids(found) == ["A1.3"]
    assert found.now is not None
    assert (found.now.score, found.now.level, [stand.score for stand in found.phases]) == (None, None, [None] * 3)


def test_a_phase_takes_no_more_than_its_effort_and_the_rest_waits() -> None:
    # If this fails, everything is due in the first three months.
    found = planned(ALL_TWO, capacity=Capacity((2.0, 1.0, 0.0)))
    assert [action.phase for action in found.actions] == [1, 1, 2]
    assert found.used == (2.0, 1.0, 0.0)
    assert len(found.later) == 1


def test_an_action_belongs_to_the_phase_in_which_it_is_done() -> None:
    found = planned(
        {"A1": 2.0, "A2": 2.0, "B1": 2.0, "B2": 3.0},
        library(step("A1", 3, months=3), step("A2", 3, months=4), step("B1", 3, months=12)),
    )
    assert {action.id: (action.phase, action.starts, action.ends) for action in found.actions} == {
        "A1.3": (1, 0, 3),
        "A2.3": (2, 0, 4),
        "B1.3": (2, 0, 12),
    }


def test_expected_scores_are_those_of_the_criteria_raised() -> None:
    # If this fails, the roadmap promises what its actions do not bring: (3 + 2 + 2 + 2) / 4, then all at 3.
    found = planned(ALL_TWO, library(step("A1", 3, months=3), *(step(name, 3, months=6) for name in ("A2", "B1", "B2"))))
    assert found.now is not None
    assert found.now.score == pytest.approx(2.0)
    assert [stand.score for stand in found.phases] == pytest.approx([2.25, 3.0, 3.0])
    assert found.phases[0].dimensions == pytest.approx({"A": 2.5, "B": 2.0})


def test_without_a_library_or_without_scores_there_is_a_reason() -> None:
    assert planned(ALL_TWO, ActionLibrary({}, {"kam": words("kam")})).reason is Reason.NO_ACTIONS
    assert planned(dict.fromkeys(ALL_TWO)).reason is Reason.NO_ANSWERS


@given(
    st.fixed_dictionaries({name: st.one_of(st.none(), st.floats(1, 5)) for name in ALL_TWO}),
    st.tuples(*[st.integers(0, 9)] * 3),
    st.lists(st.tuples(st.sampled_from(list(ALL_TWO)), st.integers(2, 5), st.integers(1, 3), st.integers(1, 12)), max_size=6),
)
def test_a_roadmap_keeps_its_promises(scores: dict[str, float | None], efforts: tuple[int, ...], changes: list[Any]) -> None:
    # If this fails, for some unit: an action begins before what it needs, a phase is overfull, or work lowers a score.
    order = {name: place for place, name in enumerate(ALL_TWO)}
    steps = [
        step(name, level, effort, months, tuple((other, level) for other in ALL_TWO if order[other] < order[name]))
        for name, level, effort, months in changes
    ]
    found = planned(
        scores, library(*steps), capacity=Capacity(tuple(float(effort) for effort in efforts)), targets={"A": 5.0, "B": 4.0}
    )
    ends = {action.id: action.ends for action in found.actions}
    for action in found.actions:
        begin, end = PHASES[action.phase - 1]
        assert 0 <= action.starts < action.ends <= end
        assert action.ends > begin
        assert all(ends[other] <= action.starts for other in action.after)
        assert action.level > found.standing[action.criterion]
    assert all(used <= effort for used, effort in zip(found.used, efforts, strict=False))
    assert len(ends) == len(found.actions)
    assert not set(ends) & set(found.later)
    stands = [found.now, *found.phases] if found.now else []
    for before, after in pairwise(stands):
        assert before is not None
        assert after is not None
        assert (after.score or 0.0) >= (before.score or 0.0) - 1e-12
        assert (after.level or 0) >= (before.level or 0)


def test_what_people_decided_is_carried_along() -> None:
    # If this fails, an owner or a state of work that somebody wrote into the scorecard is not in the next report.
    decided = (Decision("A1.2", "owner", "Li", "kam", "s.xlsx"), Decision("A1.2", "status", "begun", None, "s.xlsx"))
    found = planned({"A1": 1.0, "B1": 3.0}, by_hand=ByHand(decided))
    assert (the(found, "A1.2").owner, the(found, "A1.2").status) == ("Li", "begun")
    assert (the(found, "A1.3").owner, the(found, "A1.3").status) == (None, None)


def test_lines_of_their_own_take_what_a_phase_can_bear() -> None:
    # If this fails, a team that has filled its first phase with work of its own is given more.
    own = OwnAction("x1", "Move house", ends=PHASES[0][1], effort=2)
    capacity = Capacity((2.0, 2.0, 2.0))
    free, taken = (planned({"A1": 1.0, "B1": 3.0}, capacity=capacity, by_hand=ByHand(own=lines)) for lines in ((), (own,)))
    assert (free.used[0], min(action.phase for action in free.actions)) == (1.0, 1)
    assert taken.used[0] == 2.0
    assert all(action.phase > 1 for action in taken.actions)


def test_what_is_needed_for_another_has_the_gap_to_its_own_target() -> None:
    # If this fails, an action that is there for another one alone is said to close a gap that it does not.
    actions = library(step("A1", 2, after=(("B1", 3),)))
    found = planned({"A1": 1.0, "B1": 2.0}, actions, targets={"A": 2.0, "B": 2.0})
    pulled = the(found, "B1.3")
    assert (pulled.gap, pulled.priority, pulled.holds, pulled.needed_for) == (0.0, 0.0, False, ("A1.2",))
    assert the(planned({"A1": 1.0, "B1": 2.0}, actions, targets={"A": 2.0, "B": 3.0}), "B1.3").gap == 1.0


def test_a_step_that_its_level_fulfils_is_not_asked_for_first() -> None:
    # If this fails, a unit is told to do again what it has done.
    actions = library(step("A1", 2, after=(("B1", 2),)))
    assert "B1.2" not in ids(planned({"A1": 1.0, "B1": 2.0}, actions, targets={"A": 2.0, "B": 2.0}))


def test_a_dimension_of_which_nothing_is_known_has_no_score() -> None:
    # If this fails, a page prints "nan" where nothing is known.
    found = planned({"A1": 2.0, "A2": 2.0, "B1": None, "B2": None})
    assert found.now is not None
    assert (found.now.dimensions["A"], found.now.dimensions["B"]) == (2.0, None)
