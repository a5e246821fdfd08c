"""Units beside each other against slow references: ranks with ties, spread, common gaps, lessons and roll-ups, and odd units."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scoring_cases import Answer, Row, engagement, instrument, result

from kamassess.instrument import Instrument
from kamassess.reading.engagement import Unit
from kamassess.recipe import score
from kamassess.result import AuditResult, Group, Rank, Reason
from kamassess.scoring.answers import answers_of
from kamassess.scoring.robustness import weight_draws
from kamassess.scoring.scores import score_answers

TREE = {"D": {"A": ["q1", "q2"], "B": ["q3"]}, "E": {"F": ["q4"]}}
NAMES = ("q1", "q2", "q3", "q4")
ONE = {"D": {"C": ["q"]}}


def alike(unit: str, answers: Sequence[Answer], role: str = "all", names: Sequence[str] = NAMES) -> list[Row]:
    """People who give one answer to every question."""
    return [(unit, f"{unit}{role}{number}", role, dict.fromkeys(names, answer)) for number, answer in enumerate(answers)]


def arranged(
    case: Instrument,
    rows: list[Row],
    below: Mapping[str, str | None],
    sizes: Mapping[str, float | None] | None = None,
    replicates: int = 50,
) -> AuditResult:
    """The result of units, each with its parent and size."""
    given = engagement(case, rows, list(below))
    units = tuple(Unit(name, {"en": name}, parent, (sizes or {}).get(name), {}) for name, parent in below.items())
    return score(dataclasses.replace(given, units=units), replicates=replicates)


def random_rows(seed: int, units: Sequence[str], roles: Sequence[str] = ("a", "b")) -> list[Row]:
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    for unit in units:
        level = rng.uniform(1.5, 4.5)
        for role in roles:
            for number in range(int(rng.integers(2, 6))):
                answers = {name: int(np.clip(round(rng.normal(level, 0.9)), 1, 5)) for name in NAMES}
                rows.append((unit, f"{unit}{role}{number}", role, answers))
    return rows


# -- ranking -----------------------------------------------------------------------------------------------------------


def test_ranks_are_those_of_a_loop_over_the_draws() -> None:
    """The same drawn weights for all units, drawn people of each; a tie is shared evenly."""
    case = instrument(TREE, roles=("a", "b"), weights={"E": 2.0}, options=(1, 2, 3, 4, 5))
    units = ["P", "Q", "R", "S", "T"]
    rows = random_rows(1, units)
    group = result(case, rows, units, replicates=300).group
    given = engagement(case, rows, units)
    scores = score_answers(answers_of(given.responses, case, units, given.wave), replicates=300)
    weights, _ = weight_draws(case, 300)
    drawn = {
        unit: [
            sum(w * v for w, v in zip(weights[:, b], scores.resampled.dimensions[number, :, b], strict=True)) for b in range(300)
        ]
        for number, unit in enumerate(units)
    }
    for one in units:
        probabilities = dict.fromkeys(range(1, 6), 0.0)
        for b in range(300):
            above = sum(drawn[other][b] > drawn[one][b] + 1e-9 for other in units)
            same = sum(abs(drawn[other][b] - drawn[one][b]) <= 1e-9 for other in units)
            for rank in range(above + 1, above + same + 1):
                probabilities[rank] += 1 / same / 300
        expected = {str(rank): pytest.approx(share) for rank, share in probabilities.items() if share}
        assert group.ranking[one].probabilities == expected
        assert group.ranking[one].first == pytest.approx(probabilities[1])
        for other in units:
            if other != one:
                share = np.mean(
                    [(x > y + 1e-9) + (abs(x - y) <= 1e-9) / 2 for x, y in zip(drawn[one], drawn[other], strict=True)]
                )
                assert group.above[one][other] == pytest.approx(share)
    order = list(group.ranking)
    assert order == sorted(order, key=lambda unit: -(group.ranking[unit].score or 0))
    for unit, following in pairwise(order):
        assert group.ranking[unit].above_next == group.above[unit][following]


def test_units_that_cannot_differ_share_their_ranks() -> None:
    """Three of the same score are first together; each is the highest in a third of the draws, not in all."""
    case = instrument(ONE, options=(0.1, 0.2, 0.7), levels=(0,))
    rows = [row for unit, n in (("C", 3), ("A", 5), ("B", 7)) for row in alike(unit, [0.1] * n, names="q")]
    group = result(case, rows).group
    assert list(group.ranking) == ["A", "B", "C"]
    for rank in group.ranking.values():
        assert (rank.rank, rank.ci, rank.first) == (1, (1, 3), pytest.approx(1 / 3))
        assert rank.probabilities == dict.fromkeys("123", pytest.approx(1 / 3))
    assert {share for row in group.above.values() for share in row.values()} == {0.5}


def test_two_at_the_top_leave_the_third_place() -> None:
    """Competition ranks: 1, 1, 3."""
    group = result(instrument(TREE), [*alike("A", [4] * 3), *alike("B", [4] * 4), *alike("C", [2] * 3)]).group
    assert [(unit, rank.rank, rank.ci) for unit, rank in group.ranking.items()] == [
        ("A", 1, (1, 2)),
        ("B", 1, (1, 2)),
        ("C", 3, (3, 3)),
    ]
    assert group.ranking["C"].probabilities == {"3": 1.0}


def test_units_that_cannot_be_ranked_stand_last_with_the_reason_of_their_score() -> None:
    """Each has its own: 'not enough answered' of a unit where nothing applies would send someone to ask again."""
    case = instrument(TREE, roles=("a", "b"))
    rows = [
        *alike("X", [5], "a"),
        *alike("X", [5], "b"),
        *alike("K", ["DK"] * 3, "a"),
        *alike("N", ["NA"] * 3, "a"),
        *[("L", f"L{n}", "a", {"q1": 4, "q2": "DK", "q3": "DK", "q4": "DK"}) for n in range(3)],
        *alike("U", [1, 2, 3], "a"),
    ]
    group = result(case, rows, ["X", "K", "N", "L", "U", "EMPTY"]).group
    assert list(group.ranking) == ["U", "X", "K", "N", "L"]
    assert {unit: rank.reason for unit, rank in group.ranking.items()} == {
        "U": None,
        "X": Reason.ONE_RESPONDENT_PER_ROLE,
        "K": Reason.NO_ANSWERS,
        "N": Reason.ALL_NOT_APPLICABLE,
        "L": Reason.LOW_COVERAGE,
    }
    assert group.ranking["X"] == Rank(None, None, 5.0, 2, reason=Reason.ONE_RESPONDENT_PER_ROLE)
    assert group.ranking["L"].score is None
    units = result(case, rows, ["X", "K", "N", "L", "U", "EMPTY"]).units
    assert all(group.ranking[name].reason == units[name].overall.reason for name in "KNL")


def test_draws_in_which_nobody_who_knew_was_drawn_leave_a_unit_where_it_is() -> None:
    """Counted as lowest, or left out, such a draw would move ranks for want of knowledge."""
    rows = [*alike("A", [4, 4, "DK", "DK"], names="q"), *alike("B", [2, 2, 2], names="q")]
    group = result(instrument(ONE, min_coverage=0.5), rows, replicates=1000).group
    assert group.ranking["A"].first == 1


def test_large_groups_list_neighbours_alone() -> None:
    """Of ten thousand units every pair would be a hundred million numbers."""
    rng = np.random.default_rng(0)
    rows = [row for n in range(61) for row in alike(f"U{n:02}", rng.integers(1, 6, 3).tolist(), names="q")]
    group = result(instrument(ONE), rows).group
    order = list(group.ranking)
    assert all(not rank.probabilities for rank in group.ranking.values())
    assert sum(rank.first or 0 for rank in group.ranking.values()) == pytest.approx(1)
    assert set(group.above[order[30]]) == {order[29], order[31]}
    assert group.ranking[order[30]].above_next == group.above[order[30]][order[31]]


# -- spread ------------------------------------------------------------------------------------------------------------


def test_spread_is_an_analysis_of_variance_of_respondents_plain_means() -> None:
    """Against scipy's F test and the textbook formula of the variance component for units of unequal size."""
    case = instrument(TREE, roles=("a", "b"), weights={"E": 0.0})
    units = ["P", "Q", "R", "S"]
    rows = random_rows(7, units)
    found = result(case, rows, units).group.spread
    for name, questions in (("overall", NAMES[:3]), ("D", NAMES[:3]), ("E", NAMES[3:])):
        means = [[float(np.mean([a[q] for q in questions])) for u, _, _, a in rows if u == unit] for unit in units]  # type: ignore[arg-type]
        n = [len(part) for part in means]
        total = sum(n)
        grand = sum(sum(part) for part in means) / total
        msb = sum(len(part) * (np.mean(part) - grand) ** 2 for part in means) / (len(n) - 1)
        msw = sum((x - np.mean(part)) ** 2 for part in means for x in part) / (total - len(n))
        k = (total - sum(size**2 for size in n) / total) / (len(n) - 1)
        spread = found[name]
        assert spread.between == pytest.approx(math.sqrt(max(0, (msb - msw) / k)))
        assert spread.within == pytest.approx(math.sqrt(msw))
        assert spread.icc1 == pytest.approx((msb - msw) / (msb + (k - 1) * msw))
        assert spread.icc2 == pytest.approx((msb - msw) / msb)
        assert spread.p == pytest.approx(stats.f_oneway(*means).pvalue)
        assert (spread.n, spread.n_units) == (total, 4)


def test_lowest_and_highest_are_of_scores_and_ties_go_by_id() -> None:
    """Not by the order of the file."""
    rows = [row for unit, answer in (("Z", 4), ("B", 2), ("A", 2), ("Y", 4)) for row in alike(unit, [answer] * 3)]
    spread = result(instrument(TREE), rows).group.spread["overall"]
    assert (spread.lowest, spread.highest, spread.mean) == ("A", "Y", 3.0)


# -- common gaps and lessons -------------------------------------------------------------------------------------------


def test_common_gaps_are_those_of_a_loop_over_units() -> None:
    """A criterion whose interval ends below the unit's own score in at least half of the units that have one, and in two."""
    rng = np.random.default_rng(12)
    case = instrument(TREE, min_respondents=3)
    units = [f"U{n}" for n in range(7)]
    rows: list[Row] = []
    for unit in units:
        for person in range(int(rng.integers(2, 7))):
            low = 1 if rng.random() < 0.8 else 4
            answers: dict[str, Answer] = {"q1": low, "q2": int(rng.integers(1, 3)), "q3": int(rng.integers(2, 6)), "q4": 5}
            rows.append((unit, f"{unit}{person}", "all", answers))
    found = result(case, rows, units, replicates=200)
    expected = {}
    for criterion in ("A", "B", "F"):
        measured = [
            unit
            for unit in found.units.values()
            if unit.criteria[criterion].ci is not None and unit.criteria[criterion].n >= 3 and unit.overall.score is not None
        ]
        low_units = [unit for unit in measured if unit.criteria[criterion].ci[1] < unit.overall.score]  # type: ignore[index,operator]
        if len(low_units) >= 2 and len(low_units) >= len(measured) / 2:
            mean = np.mean([unit.criteria[criterion].score or 0 for unit in low_units])
            people = sum(unit.criteria[criterion].n for unit in low_units)
            expected[criterion] = (tuple(unit.id for unit in low_units), len(measured), pytest.approx(mean), people)
    assert "A" in expected
    assert {gap.criterion: (gap.units, gap.n_units, gap.mean, gap.n) for gap in found.group.common_gaps} == expected


def test_lessons_are_those_of_a_loop_over_units_and_criteria() -> None:
    """From the best to those a level or more behind whose distance, by both intervals (MOVER), is above 0 for all comparisons."""
    case = instrument(TREE, weights={"A": 2.0, "D": 1.5})
    units = [f"U{n}" for n in range(6)]
    rows = [(unit, f"{unit}{n}", "all", answers) for unit, n, answers in _spread_out(units)]
    found = result(case, rows, units, replicates=400)
    weights = {"A": 3.0, "B": 1.5, "F": 1.0}
    blocks = {name: {unit.id: unit.criteria[name] for unit in found.units.values()} for name in weights}
    comparisons = sum(len(of_units) - 1 for of_units in blocks.values())
    wider = stats.norm.ppf(1 - 0.025 / comparisons) / stats.norm.ppf(0.975)
    expected: dict[str, list[tuple[float, str, str, float, tuple[float, float]]]] = {}
    for name, of_units in blocks.items():
        best = max(of_units, key=lambda unit: of_units[unit].score or 0)
        for learner, own in of_units.items():
            top = of_units[best]
            assert own.score is not None
            assert own.ci is not None
            assert top.score is not None
            assert top.ci is not None
            distance = top.score - own.score
            down = math.sqrt((top.score - top.ci[0]) ** 2 + (own.ci[1] - own.score) ** 2)
            up = math.sqrt((top.ci[1] - top.score) ** 2 + (own.score - own.ci[0]) ** 2)
            if distance - wider * down > 0 and case.level_for(own.score) != case.level_for(top.score):
                entry = (-distance * weights[name], name, best, distance, (distance - down, distance + up))
                expected.setdefault(learner, []).append(entry)
    wanted = [(learner, *entry[1:]) for learner, entries in expected.items() for entry in sorted(entries)[:3]]
    seen = [(entry.learner, entry.criterion, entry.teacher, entry.difference, entry.ci) for entry in found.group.lessons]
    assert len(seen) > 3
    assert sorted(entry[:3] for entry in seen) == sorted(entry[:3] for entry in wanted)
    numbers = {entry[:2]: entry[3:] for entry in wanted}
    for learner, criterion, _, difference, ci in seen:
        assert difference == pytest.approx(numbers[learner, criterion][0])
        assert ci == pytest.approx(numbers[learner, criterion][1])


def _spread_out(units: Sequence[str]) -> list[tuple[str, int, dict[str, Any]]]:
    rng = np.random.default_rng(3)
    return [
        (
            unit,
            person,
            {name: int(np.clip(round(rng.normal(level, 0.5)), 1, 5)) for name, level in zip(NAMES, levels, strict=True)},
        )
        for unit, levels in zip(units, rng.uniform(1.2, 4.8, (len(units), 4)), strict=True)
        for person in range(6)
    ]


# -- roll-ups ----------------------------------------------------------------------------------------------------------


def test_a_roll_up_holds_all_below_and_not_the_parents_own_answers() -> None:
    """TOP has answers of its own; N is a level in between, with answers that count below TOP but not below N."""
    rows = [row for unit, answer in (("TOP", 5), ("N", 4), ("A", 1), ("B", 2), ("C", 3)) for row in alike(unit, [answer] * 3)]
    below = {"TOP": None, "N": "TOP", "A": "N", "B": "N", "C": "TOP"}
    sizes = {"N": 10.0, "A": 30.0, "B": 10.0, "C": 50.0}
    found = arranged(instrument(TREE), rows, below, sizes).group.roll_ups
    assert list(found) == ["TOP", "N"]
    top, north = found["TOP"]["overall"], found["N"]["overall"]
    assert (top.mean, top.by_size, top.weakest, top.weakest_unit) == (2.5, pytest.approx((40 + 30 + 20 + 150) / 100), 1.0, "A")
    assert (top.n_units, top.of_units, top.n, top.ci) == (4, 4, 12, (2.5, 2.5))
    assert (north.mean, north.by_size, north.n_units) == (1.5, 1.25, 2)


def test_without_one_unit_on_top_all_units_are_rolled_up() -> None:
    """Under a name that no unit can have."""
    rows = [row for unit, answer in (("A", 1), ("B", 2), ("C", 3)) for row in alike(unit, [answer] * 3)]
    assert list(arranged(instrument(TREE), rows, {"A": None, "B": None, "C": "B"}).group.roll_ups) == ["_group", "B"]


def test_the_interval_of_a_mean_is_that_of_independent_units() -> None:
    """Four alike units have half the width of one."""
    answers = [1, 2, 3, 4, 5, 3, 2, 4, 3, 3] * 3
    rows = [row for unit in "ABCD" for row in alike(unit, answers)]
    found = arranged(instrument(TREE), rows, {"TOP": None} | dict.fromkeys("ABCD", "TOP"), replicates=2000)
    ci, own = found.group.roll_ups["TOP"]["overall"].ci, found.units["A"].overall.ci
    assert ci is not None
    assert own is not None
    assert ci[1] - ci[0] == pytest.approx((own[1] - own[0]) / 2, rel=0.1)


def test_a_unit_without_interval_or_score_in_a_roll_up_is_said() -> None:
    """No interval of the mean can then be given; a unit without a score is counted but not averaged."""
    case = instrument(TREE)
    below = {"TOP": None, "A": "TOP", "B": "TOP", "C": "TOP"}
    rows = [*alike("A", [1, 2, 3]), *alike("B", [4]), *alike("C", ["DK"] * 3)]
    found = arranged(case, rows, below).group.roll_ups["TOP"]["overall"]
    assert (found.mean, found.ci, found.n_units, found.of_units, found.reason) == (3.0, None, 2, 3, Reason.NO_SIZE)
    nothing = arranged(case, alike("C", ["DK"] * 3), below).group.roll_ups["TOP"]["D"]
    assert (nothing.mean, nothing.weakest_unit, nothing.n_units, nothing.of_units, nothing.reason) == (
        None,
        None,
        0,
        1,
        Reason.NO_ANSWERS,
    )


def test_many_units_with_some_empty_draws_have_an_interval() -> None:
    """In nearly every draw some unit has drawn nobody who knew: leaving such draws out would leave none."""
    case = instrument(ONE, min_coverage=0.5)
    names = [f"U{n:02}" for n in range(60)]
    rows = [row for name in names for row in alike(name, [3, 4, "DK", "DK"], names="q")]
    found = arranged(case, rows, {"TOP": None} | dict.fromkeys(names, "TOP")).group.roll_ups["TOP"]["D"]
    assert found.ci is not None
    assert found.ci[0] < 3.5 < found.ci[1]


def test_sizes_of_nought_give_no_mean_by_size() -> None:
    """A division by nothing."""
    rows = [row for unit in "AB" for row in alike(unit, [3] * 3)]
    found = arranged(instrument(TREE), rows, {"TOP": None, "A": "TOP", "B": "TOP"}, {"A": 0.0, "B": 0.0}).group
    assert (found.roll_ups["TOP"]["overall"].by_size, found.roll_ups["TOP"]["overall"].reason) == (None, Reason.ZERO_TOTAL)


# -- odd groups --------------------------------------------------------------------------------------------------------


def test_groups_without_units_to_compare_are_no_error() -> None:
    """One unit, units without answers, units in which nobody knows."""
    case = instrument(TREE)
    for rows, units in (
        (alike("A", [3]), ["A"]),
        (alike("A", ["DK"]), ["A", "B"]),
        ([*alike("A", ["NA"] * 2), *alike("B", ["DK"] * 2)], ["A", "B", "C"]),
    ):
        group: Group = result(case, rows, units).group
        assert group.reason == Reason.ONE_UNIT
        assert (group.common_gaps, group.lessons) == ((), ())
        assert group.spread["D"].between is None
