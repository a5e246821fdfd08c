"""A level is a promise about what is in place: a wrong one, or one not held down by a failed gate, misleads the board."""

from __future__ import annotations

import pytest
from scoring_cases import Answer, instrument, result

from kamassess.instrument import Instrument
from kamassess.result import Reason, UnitResult

TREE = {"D": {"A": ["a"], "B": ["b"], "C": ["c"]}, "E": {"F": ["f"]}}


def scored(case: Instrument, **answers: Answer) -> UnitResult:
    """Three respondents who agree."""
    return result(case, [("U", f"r{number}", "all", answers) for number in range(3)]).units["U"]


@pytest.mark.parametrize(
    ("value", "level"), [(1.0, 1), (1.99, 1), (2.0, 2), (2 - 1e-10, 2), (2 - 1e-8, 1), (4.4, 4), (4.5, 5), (5.0, 5)]
)
def test_a_level_begins_at_its_from_within_a_billionth(value: float, level: int) -> None:
    """Sums of weights are not exact in binary: 2.9999999999 must not cost a level, 2.99 must."""
    case = instrument({"D": {"A": ["a"]}}, options=(1, value, 5) if 1 < value < 5 else (1, 5), levels=(1, 2, 3, 4, 4.5))
    block = scored(case, a=value).overall
    assert (block.level, block.continuous_level) == (level, level)


def test_thirds_reach_the_level_they_sum_to() -> None:
    """Ten weights of .1 on 3 give 2.9999999999999996 in some orders of adding."""
    names = [f"q{number}" for number in range(10)]
    case = instrument({"D": {"A": names}}, weights=dict.fromkeys(names, 0.1))
    assert scored(case, **dict.fromkeys(names, 3)).overall.level == 3


def test_a_score_below_the_first_level_has_none_and_says_so() -> None:
    """Level None without a reason would look like a missing score."""
    case = instrument({"D": {"A": ["a"]}}, options=(0, 1), levels=(0.5, 1), gates={"A"})
    block = scored(case, a=0).overall
    assert (block.score, block.level, block.continuous_level, block.reason) == (0.0, None, None, Reason.BELOW_FIRST_LEVEL)
    assert (block.index, block.blocked_by) == (0.0, ())


def test_a_gate_caps_its_dimension_and_the_overall_level_but_no_score() -> None:
    """The mean of 5, 5 and 2 is 4; with a gate at 2 the unit stands at 2, and the reader learns why."""
    unit = scored(instrument(TREE, gates={"A"}), a=2, b=5, c=5, f=5)
    dimension = unit.dimensions["D"]
    assert (dimension.score, dimension.continuous_level, dimension.level, dimension.blocked_by) == (4.0, 4, 2, ("A",))
    assert (unit.overall.score, unit.overall.continuous_level) == (4.5, 4)
    assert (unit.overall.level, unit.overall.blocked_by) == (2, ("A",))
    assert (unit.dimensions["E"].level, unit.dimensions["E"].blocked_by) == (5, ())
    assert (unit.criteria["A"].level, unit.criteria["A"].blocked_by) == (2, ())


def test_blocked_by_names_the_lowest_gates_only() -> None:
    """Mending a gate that is not the lowest would change nothing; all at the lowest have to be mended."""
    case = instrument(TREE, gates={"A", "B", "C"})
    assert scored(case, a=3, b=2, c=5, f=5).dimensions["D"].blocked_by == ("B",)
    both = scored(case, a=2, b=2, c=5, f=5).dimensions["D"]
    assert (both.level, both.continuous_level, both.blocked_by) == (2, 3, ("A", "B"))


@pytest.mark.parametrize("gate", [3, 4, 5])
def test_a_gate_at_or_above_the_reached_level_holds_nothing(gate: int) -> None:
    """A gate caps; it never lifts, and it is not named where it does not bite."""
    block = scored(instrument(TREE, gates={"A"}), a=gate, b=3, c=3, f=3).dimensions["D"]
    assert (block.level, block.blocked_by) == (3, ())


def test_a_gate_below_the_first_level_leaves_no_level() -> None:
    """Nothing of the first level is promised when its gate is not even there."""
    case = instrument(TREE, options=(0, 1, 2, 3), levels=(1, 2), gates={"A"})
    block = scored(case, a=0, b=3, c=3, f=3).dimensions["D"]
    assert (block.score, block.continuous_level, block.level, block.blocked_by) == (2.0, 2, None, ("A",))


@pytest.mark.parametrize("answer", ["DK", "NA"])
def test_an_open_gate_is_named_and_holds_nothing(answer: Answer) -> None:
    """Unknown is not failed; but a level that an unknown gate could lower must be read with care."""
    unit = scored(instrument(TREE, gates={"A", "B"}, min_coverage=0.5), a=answer, b=3, c=4, f=5)
    block = unit.dimensions["D"]
    assert (block.level, block.continuous_level, block.blocked_by, block.open_gates) == (3, 3, (), ("A",))
    assert (unit.overall.level, unit.overall.blocked_by, unit.overall.open_gates) == (3, ("B",), ("A",))
    assert unit.dimensions["E"].open_gates == ()


def test_a_gate_of_low_coverage_is_open() -> None:
    """One of three answers is no score, so it can hold nothing, however low."""
    case = instrument({"D": {"A": ["a1", "a2", "a3"], "B": ["b"]}}, gates={"A"})
    block = scored(case, a1=1, a2="DK", a3=None, b=5).dimensions["D"]
    assert (block.score, block.blocked_by, block.open_gates) == (3.0, (), ("A",))


def test_open_gates_are_named_below_the_first_level_too() -> None:
    """The score is there; what is not known about it stays said."""
    case = instrument({"D": {"A": ["a"], "B": ["b"]}}, options=(0, 1), levels=(1,), gates={"A"}, min_coverage=0.5)
    block = scored(case, a="DK", b=0).dimensions["D"]
    assert (block.score, block.level, block.open_gates) == (0.0, None, ("A",))


@pytest.mark.parametrize("removed", ["A", "D", "a"])
def test_a_gate_without_weight_does_not_gate_the_overall_level(removed: str) -> None:
    """A weight of 0 removes a criterion, also from the gates; a dimension of weight 0 keeps its own gate only."""
    unit = scored(instrument(TREE, gates={"A"}, weights={removed: 0}), a=1, b=5, c=5, f=5)
    assert (unit.overall.level, unit.overall.blocked_by, unit.overall.open_gates) == (5, (), ())
    assert unit.dimensions["D"].level == (1 if removed == "D" else 5)


def test_gates_can_be_switched_off() -> None:
    """The policy says whether levels are staged."""
    unit = scored(instrument(TREE, gates={"A"}, staged=False), a=1, b=5, c=4, f=5)
    assert (unit.dimensions["D"].level, unit.dimensions["D"].blocked_by, unit.overall.level) == (3, (), 4)


def test_a_screen_keeps_its_own_gate() -> None:
    """A screen is scored like a dimension, level included, and holds nothing else."""
    case = instrument({"D": {"A": ["a"]}}, screens={"S": {"G": ["g"], "H": ["h"]}}, gates={"G"})
    unit = scored(case, a=5, g=1, h=5)
    assert (unit.screens["S"].level, unit.screens["S"].blocked_by) == (1, ("G",))
    assert (unit.overall.level, unit.overall.blocked_by) == (5, ())
