"""Unit beside unit: ranks with their probability, spread, lessons, roll-ups; and how a level stands under other weights."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scoring_cases import Row, engagement, instrument, result

from kamassess.reading.engagement import Unit
from kamassess.recipe import score
from kamassess.result import Group, Reason

TREE = {"D": {"C": ["q", "p"]}, "E": {"F": ["f"]}}


def rows(**levels: list[int]) -> list[Row]:
    """Six people a unit, all roles the same, who answer around a level with the given steps."""
    return [
        (name, f"{name}{number}", "all", dict.fromkeys("qpf", answer))
        for name, answers in levels.items()
        for number, answer in enumerate(answers)
    ]


def group(*arguments: list[Row], **sizes: float | None) -> Group:
    """Units beside each other, below unit TOP."""
    (given,) = arguments
    found = engagement(instrument(TREE), given)
    units = [Unit("TOP", {"en": "Top"}, None, None, {})]
    units += [dataclasses.replace(unit, parent="TOP", size=sizes.get(unit.id, 1.0)) for unit in found.units]
    return score(dataclasses.replace(found, units=tuple(units)), replicates=400).group


def test_a_unit_above_in_every_answer_is_above_for_certain() -> None:
    """No draw of people or weights can turn an order that every answer supports."""
    found = group(rows(A=[4, 5, 4, 5, 4, 5], B=[1, 2, 1, 2, 1, 2]))
    assert list(found.ranking) == ["A", "B"]
    assert (found.ranking["A"].rank, found.ranking["A"].ci, found.ranking["A"].first) == (1, (1, 1), 1.0)
    assert (found.above["A"]["B"], found.above["B"]["A"], found.ranking["A"].above_next) == (1.0, 0.0, 1.0)


def test_units_that_answer_alike_cannot_be_told_apart() -> None:
    """The probability is near a half, and the two of a pair add up to one."""
    found = group(rows(A=[1, 5, 2, 4, 3, 3], B=[5, 1, 4, 2, 3, 3]))
    assert 0.3 < found.above["A"]["B"] < 0.7
    assert found.above["A"]["B"] + found.above["B"]["A"] == pytest.approx(1)
    assert found.ranking["A"].ci == (1, 2)


def test_probabilities_of_ranks_are_a_distribution() -> None:
    """Over the ranks of a unit, and over the units of a rank (without ties), they add up to one."""
    found = group(rows(A=[1, 5, 2, 4, 3, 3], B=[2, 3, 3, 4, 3, 5], C=[2, 2, 5, 4, 1, 3]))
    for rank in found.ranking.values():
        assert sum(rank.probabilities.values()) == pytest.approx(1)
    assert sum(rank.first or 0 for rank in found.ranking.values()) == pytest.approx(1, abs=0.05)


def test_a_unit_that_cannot_be_drawn_again_has_no_rank() -> None:
    """Taken as fixed it would look like the surest of all."""
    found = group(rows(A=[4, 5, 4], B=[1, 2, 1], X=[3]))
    assert list(found.ranking) == ["A", "B", "X"]
    assert (found.ranking["X"].rank, found.ranking["X"].reason) == (None, Reason.ONE_RESPONDENT_PER_ROLE)
    assert "X" not in found.above


def two_dimensions(**people: list[tuple[int, int | None]]) -> list[Row]:
    """People with an answer to both questions of the first dimension, and one to that of the second."""
    return [
        (name, f"{name}{number}", "all", {"q": first, "p": first, "f": second})
        for name, answers in people.items()
        for number, (first, second) in enumerate(answers)
    ]


SPLIT = [(3, 5), (3, 5), (3, 1), (3, 5), (3, 5), (3, 1), (3, 5), (3, 5)]
AGREED = [(4, 2), (4, 2), (4, 2), (4, 2), (4, 2), (4, 3), (4, 2), (4, 2)]


def test_a_dimension_on_which_a_unit_does_not_agree_is_left_out_of_the_second_ranking() -> None:
    """A leads by the opposed answers on E alone; by D, on which all agree, it is B: 3 against 4."""
    found = group(two_dimensions(A=SPLIT, B=AGREED))
    assert list(found.ranking) == ["A", "B"]
    assert (found.ranking["A"].score, found.ranking["B"].score) == (pytest.approx(3.5), pytest.approx((4 + 17 / 8) / 2))
    assert found.left_out == {"E": ("A",)}
    assert [(name, rank.rank, rank.score, rank.first) for name, rank in found.ranking_carried.items()] == [
        ("B", 1, 4.0, 1.0),
        ("A", 2, 3.0, 0.0),
    ]
    assert found.above_carried == {"A": {"B": 0.0}, "B": {"A": 1.0}}
    assert found.above["A"]["B"] > 0.7


def test_a_dimension_without_a_score_in_one_unit_is_left_out_for_all() -> None:
    """B has no answers on E: its whole is D alone, that of A is not."""
    given = two_dimensions(A=[(3, 5)] * 6, B=[(3, None)] * 3 + [(4, None)] * 3)
    found = result(instrument(TREE, min_coverage=0.4), given, replicates=400).group
    assert found.left_out == {"E": ("B",)}
    assert (found.ranking["A"].rank, found.ranking["A"].score) == (1, 4.0)
    assert {name: (rank.rank, rank.score) for name, rank in found.ranking_carried.items()} == {"B": (1, 3.5), "A": (2, 3.0)}


def test_nothing_is_ranked_again_where_no_dimension_or_every_one_is_left_out() -> None:
    """Then there is no second order to tell of."""
    none = group(two_dimensions(A=AGREED, B=AGREED))
    assert (none.left_out, none.ranking_carried, none.above_carried) == ({}, {}, {})
    apart = [(first, first) for first in (1, 5, 1, 5, 1, 5)]
    every = group(two_dimensions(A=apart, B=AGREED))
    assert (every.left_out, every.ranking_carried, every.above_carried) == ({"D": ("A",), "E": ("A",)}, {}, {})
    assert group(two_dimensions(A=apart)).left_out == {}


def test_a_unit_without_a_rank_leaves_nothing_out() -> None:
    """Nobody is compared with it."""
    found = group(two_dimensions(A=AGREED, B=AGREED, X=[(3, None)]))
    assert found.ranking["X"].rank is None
    assert found.left_out == {}


def test_agreement_of_all_units_at_once_is_that_of_each() -> None:
    """The same rule stands in the results of units: of 30 units, a dimension is left out for those it does not carry."""
    rng = np.random.default_rng(5)
    people = {
        f"U{unit:02}": [(int(x), int(y)) for x, y in rng.integers(1 + unit % 4, 6, (3 + unit % 5, 2))] for unit in range(30)
    }
    audit = result(instrument(TREE), two_dimensions(**people), replicates=50)
    ranked = [name for name, rank in audit.group.ranking.items() if rank.rank]
    apart = {name: tuple(unit for unit in ranked if audit.units[unit].agreement[name].carries is False) for name in ("D", "E")}
    assert audit.group.left_out == apart
    assert all(0 < len(units) < 30 for units in apart.values())


def test_roll_ups_are_the_mean_the_mean_by_size_and_the_weakest() -> None:
    """Recomputed by hand: 4, 2 and 3 with sizes 1, 3 and 4."""
    found = group(rows(A=[4, 4, 4], B=[2, 2, 2], C=[3, 3, 3]), A=1, B=3, C=4).roll_ups["TOP"]["overall"]
    assert (found.mean, found.by_size) == (pytest.approx(3), pytest.approx((4 + 6 + 12) / 8))
    assert (found.weakest, found.weakest_unit, found.n_units, found.of_units, found.n) == (2.0, "B", 3, 3, 9)


def test_a_size_that_is_not_known_is_said() -> None:
    """A mean by size over some of the units would pass for one over all."""
    found = group(rows(A=[4, 4, 4], B=[2, 2, 2]), A=None).roll_ups["TOP"]["overall"]
    assert (found.by_size, found.reason) == (None, Reason.NO_SIZE)
    zero = group(rows(A=[4, 4, 4], B=[2, 2, 2]), A=0, B=0).roll_ups["TOP"]["overall"]
    assert (zero.by_size, zero.reason) == (None, Reason.ZERO_TOTAL)


def test_spread_is_that_of_a_one_way_analysis_of_variance() -> None:
    """Recomputed from sums of squares for groups of four and two."""
    given = rows(A=[4, 5, 4, 3], B=[1, 2])
    found = group(given).spread["overall"]
    groups = [np.array([4.0, 5, 4, 3]), np.array([1.0, 2])]
    everyone = np.concatenate(groups)
    within = sum(((one - one.mean()) ** 2).sum() for one in groups) / (6 - 2)
    between = sum(len(one) * (one.mean() - everyone.mean()) ** 2 for one in groups)
    k = 6 - (16 + 4) / 6
    assert found.within == pytest.approx(within**0.5)
    assert found.between == pytest.approx(((between - within) / k) ** 0.5)
    assert found.icc1 == pytest.approx((between - within) / (between + (k - 1) * within))
    assert (found.n, found.n_units, found.highest, found.lowest) == (6, 2, "A", "B")


def test_the_far_better_teaches_and_the_alike_do_not() -> None:
    """A lesson needs a certain distance of a level or more."""
    apart = group(rows(A=[4, 5, 4, 5, 4, 5], B=[1, 2, 1, 2, 1, 2]))
    assert {(lesson.criterion, lesson.teacher, lesson.learner) for lesson in apart.lessons} == {("C", "A", "B"), ("F", "A", "B")}
    assert all(lesson.difference == pytest.approx(3) and lesson.ci[0] > 0 for lesson in apart.lessons)
    assert group(rows(A=[1, 5, 2, 4, 3, 3], B=[5, 1, 4, 2, 3, 4])).lessons == ()


def test_equal_units_rarely_teach_each_other() -> None:
    """Of forty groups of five units drawn from the same population, at most a few have any lesson."""
    rng = np.random.default_rng(11)
    taught = 0
    for _ in range(40):
        given = rows(**{name: rng.integers(1, 6, 8).tolist() for name in "ABCDE"})
        taught += bool(result(instrument(TREE), given, replicates=200).group.lessons)
    assert taught <= 4


def test_a_gap_is_common_where_half_of_the_units_have_it() -> None:
    """F is low in A and B, not in C."""
    given: list[Row] = [
        (name, f"{name}{number}", "all", {"q": 4 + number % 2, "p": 4, "f": low + number % 2})
        for name, low in (("A", 1), ("B", 1), ("C", 4))
        for number in range(6)
    ]
    (gap,) = group(given).common_gaps
    assert (gap.criterion, gap.units, gap.n_units, gap.n) == ("F", ("A", "B"), 3, 12)
    assert gap.mean == pytest.approx(1.5)


def test_one_unit_has_nothing_to_compare() -> None:
    """A ranking of one is none."""
    found = group(rows(A=[4, 5, 4]))
    assert (found.reason, found.lessons, found.above) == (Reason.ONE_UNIT, (), {})


def test_robustness_recomputed_from_the_draws() -> None:
    """Levels under drawn weights alone: one dimension at 2, the other at 5, whole between 3 and 4 by weight."""
    given: list[Row] = [("U", f"r{number}", "all", {"q": 2, "p": 2, "f": 5}) for number in range(4)]
    found = result(instrument(TREE), given, replicates=2000).units["U"].robustness
    assert found is not None
    rng = np.random.default_rng(1)
    drawn = rng.dirichlet([10, 10], 20000) @ np.array([2.0, 5.0])
    assert found.by_respondents == 0
    assert found.by_weights == pytest.approx(float((np.floor(drawn) != 3).mean()), abs=0.03)
    assert found.level_differs == found.by_weights
    assert sum(found.levels.values()) == pytest.approx(1)
    assert found.score_range == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])), abs=0.05)


def test_one_dimension_cannot_be_weighted_otherwise() -> None:
    """Whatever its weight, it is the whole."""
    given = rows(U=[1, 2, 3, 4, 2, 3])
    found = result(instrument({"D": {"C": ["q", "p", "f"]}}), given, replicates=300).units["U"].robustness
    assert found is not None
    assert found.by_weights == 0
    assert found.level_differs == found.by_respondents


def test_a_gate_counts_in_the_draws() -> None:
    """The level is held by a gate that people disagree on: in some draws it lets go."""
    given: list[Row] = [
        ("U", f"r{number}", "all", {"q": gate, "p": gate, "f": 5}) for number, gate in enumerate([1, 1, 3, 3, 2, 1])
    ]
    free = result(instrument(TREE, staged=False), given, replicates=300).units["U"].robustness
    held = result(instrument(TREE, gates=["C"]), given, replicates=300).units["U"].robustness
    assert free is not None
    assert held is not None
    assert held.levels.get("1", 0) + held.levels.get("2", 0) > 0.8
    assert free.levels.get("3", 0) + free.levels.get("4", 0) > 0.8
