"""Do raters see the same thing? A wrong denominator here would call a divided unit united."""

from __future__ import annotations

import math
from itertools import permutations
from typing import Any

import krippendorff
import numpy as np
import pytest
from scoring_cases import Answer, Row, instrument, result

from kamassess.result import Agreement, Reason, UnitResult
from kamassess.scoring.agreement import agreement_band, chance_agreement

PUBLISHED = ([3, 4, 3], [4, 4, 3], [3, 3, 2], [4, 4, 2], [4, 4, 1])
"""Five items, three raters, five options. (Listed rater by rater in its source: 3 4 3 4 4 | 4 4 3 4 4 | 3 3 2 2 1.)"""


def rated(items: list[list[Answer]] | tuple[list[int], ...], **kwargs: object) -> UnitResult:
    """A dimension D of one criterion with the items ``q0``, ``q1``, …, one rater a column."""
    names = [f"q{number}" for number in range(len(items))]
    case = instrument({"D": {"C": names}}, **kwargs)  # type: ignore[arg-type]
    rows: list[Row] = [
        ("U", f"r{rater}", "all", dict(zip(names, answers, strict=True)))
        for rater, answers in enumerate(zip(*items, strict=True))
    ]
    return result(case, rows).units["U"]


def test_the_published_case() -> None:
    """rWG(J) .813953 and AD .7111 as tabled; a population variance, or deviations from the median, would give others."""
    found = rated(list(PUBLISHED)).agreement["D"]
    assert found.rwg_j == pytest.approx(0.813953, abs=5e-7)
    assert found.ad == pytest.approx(0.7111, abs=5e-5)
    assert (found.n, found.reason) == (3, None)


def test_rwg_of_a_question_by_hand() -> None:
    """s² = .3 over five options, σ² = 2: .85; more spread than chance is cut to 0, none at all is 1."""
    unit = rated([[3, 4, 3, 4, 4], [1, 5, 1, 5, 5], [2, 2, 2, 2, 2]])
    assert [unit.questions[f"q{number}"].rwg for number in range(3)] == [pytest.approx(0.85), 0.0, 1.0]


@pytest.mark.parametrize(("options", "chance"), [((0, 1), 0.25), ((1, 2, 3, 4, 5, 6, 7), 4.0), ((0, 50, 100), 5000 / 3)])
def test_chance_follows_the_scale(options: tuple[float, ...], chance: float) -> None:
    """Even answers over two, seven or three options spread by (A² − 1)/12 steps squared, not by that of a 1–5 scale."""
    low, high = options[0], options[1]
    unit = rated([[low, low, low, high]], options=options, levels=(0,))
    assert unit.questions["q0"].sd == pytest.approx((high - low) / 2)
    assert unit.questions["q0"].rwg == pytest.approx(max(0.0, 1 - ((high - low) / 2) ** 2 / chance))


def test_perfect_agreement_and_none() -> None:
    """The ends of the scale are reached, without a division by zero."""
    alike, apart = rated([[3, 3, 3], [5, 5, 5]]).agreement["D"], rated([[1, 5, 1, 5], [5, 1, 5, 1]]).agreement["D"]
    assert (alike.rwg_j, alike.ad, alike.n, alike.n_items, alike.band, alike.carries) == (1.0, 0.0, 3, 2, "very_strong", True)
    assert (apart.rwg_j, apart.ad, apart.n, apart.n_items, apart.band, apart.carries) == (0.0, 2.0, 4, 2, "lack", False)
    assert alike.krippendorff == 1.0
    assert alike.ad_limit == pytest.approx(5 / 6)


def test_rwg_j_rises_with_the_number_of_items_and_ad_does_not() -> None:
    """The known property that makes AD stand beside it."""
    one, four = rated([[3, 4, 3, 4]]).agreement["D"], rated([[3, 4, 3, 4]] * 4).agreement["D"]
    assert one.rwg_j is not None
    assert four.rwg_j is not None
    assert one.rwg_j < four.rwg_j
    ratio = (1 / 3) / 2
    assert four.rwg_j == pytest.approx(4 * (1 - ratio) / (4 * (1 - ratio) + ratio))
    assert (one.ad, four.ad) == (0.5, 0.5)


def test_items_with_fewer_than_two_answers_do_not_count() -> None:
    """One answer always agrees with itself; counted, it would raise agreement."""
    found = rated([[3, 4, 3], [5, "DK", "DK"]], min_coverage=0).agreement["D"]
    assert found == rated([[3, 4, 3]]).agreement["D"]


def test_items_without_weight_do_not_count() -> None:
    """A weight of 0 removes an item, also from agreement."""
    found = rated([[3, 4, 3], [1, 5, 1]], weights={"q1": 0}).agreement["D"]
    assert found == rated([[3, 4, 3]]).agreement["D"]


def test_a_single_rater_has_no_agreement() -> None:
    """None with a reason, not 1."""
    unit = rated([[3], [4]])
    assert unit.agreement["D"] == Agreement(None, None, 1, Reason.TOO_FEW_ANSWERS)
    assert unit.questions["q0"].rwg is None


def test_agreement_ignores_roles() -> None:
    """It is about people: twenty who say 1 and one who says 5 disagree by one person, whatever the role weights."""
    case = instrument({"D": {"C": ["q"]}}, roles=("x", "y"))
    rows: list[Row] = [("U", f"r{i}", "y" if i == 0 else "x", {"q": 5 if i == 0 else 1}) for i in range(5)]
    question = result(case, rows).units["U"].questions["q"]
    assert question.sd == pytest.approx(math.sqrt(3.2))
    assert result(case, rows).units["U"].agreement["D"].ad == pytest.approx(1.28)


def ratings(seed: int) -> list[list[Answer]]:
    """Four to seven raters on one to five items, some answers missing."""
    rng = np.random.default_rng(seed)
    raters, items = int(rng.integers(4, 8)), int(rng.integers(1, 6))
    return [
        [int(rng.integers(1, 6)) if rng.random() < 0.8 else str(rng.choice(["DK", "NA"])) for _ in range(raters)]
        for _ in range(items)
    ]


def slow_krippendorff(items: list[list[float]]) -> float | None:
    """1 − observed/expected disagreement, by pairs of answers: within an item, and of all answers to items with two or more."""
    paired = [item for item in items if len(item) > 1]
    every = [value for item in paired for value in item]
    if not every:
        return None
    observed = sum(sum((a - b) ** 2 for a, b in permutations(item, 2)) / (len(item) - 1) for item in paired) / len(every)
    expected = sum((a - b) ** 2 for a, b in permutations(every, 2)) / (len(every) * (len(every) - 1))
    return 1 - observed / expected if expected else None


@pytest.mark.parametrize("seed", range(12))
def test_krippendorff_is_that_of_its_definition_and_of_the_library(seed: int) -> None:
    """It is worked out from counts, means and variances; the definition goes by pairs."""
    items = ratings(seed)
    found = rated(items, min_coverage=0).agreement["D"]
    given = [[float(answer) for answer in item if not isinstance(answer, str) and answer is not None] for item in items]
    expected = slow_krippendorff(given)
    assert found.krippendorff == (None if expected is None else pytest.approx(expected))
    if expected is not None:
        table = np.array([[answer if isinstance(answer, int) else np.nan for answer in item] for item in items], dtype=float).T
        assert found.krippendorff == pytest.approx(krippendorff.alpha(table, level_of_measurement="interval"))


@pytest.mark.parametrize("seed", range(12))
def test_agreement_is_that_of_a_loop_over_items(seed: int) -> None:
    """rWG(J), average deviation, number of items, and whether a mean may stand for the answers."""
    items = ratings(seed)
    found = rated(items, min_coverage=0).agreement["D"]
    given = [[float(answer) for answer in item if isinstance(answer, int)] for item in items]
    counted = [item for item in given if len(item) > 1]
    means = [sum(item) / len(item) for item in counted]
    variances = [sum((x - m) ** 2 for x in item) / (len(item) - 1) for item, m in zip(counted, means, strict=True)]
    ratio = min(1.0, sum(variances) / len(counted) / 2)
    count = len(counted)
    assert found.rwg_j == pytest.approx(count * (1 - ratio) / (count * (1 - ratio) + ratio))
    deviations = [sum(abs(x - m) for x in item) / len(item) for item, m in zip(counted, means, strict=True)]
    assert found.ad == pytest.approx(sum(deviations) / count)
    assert found.n_items == count
    assert found.rwg_j is not None
    assert found.chance is not None
    assert found.ad is not None
    assert found.carries == (found.rwg_j > 0.7 and found.rwg_j > found.chance and found.ad <= 5 / 6)


@pytest.mark.parametrize(("items", "answers"), [(1, 3), (4, 5), (8, 20)])
def test_chance_is_what_random_answers_seldom_exceed(items: int, answers: int) -> None:
    """One case of twenty, by a plain simulation: few people on many questions seem to agree by luck."""
    rng = np.random.default_rng(items)
    values = []
    for _ in range(4000):
        drawn = rng.integers(1, 6, (answers, items)).astype(float)
        ratio = min(1.0, float(drawn.var(axis=0, ddof=1).mean()) / 2)
        values.append(items * (1 - ratio) / (items * (1 - ratio) + ratio))
    assert chance_agreement((1.0, 2.0, 3.0, 4.0, 5.0), items, answers) == pytest.approx(np.quantile(values, 0.95), abs=0.04)


def test_chance_needs_two_people_and_a_question() -> None:
    """One person agrees with himself."""
    assert chance_agreement((1.0, 2.0), 3, 1) is None
    assert chance_agreement((1.0, 2.0), 0, 5) is None


@pytest.mark.parametrize(
    ("value", "band"),
    [
        (0, "lack"),
        (0.3, "lack"),
        (0.31, "weak"),
        (0.5, "weak"),
        (0.51, "moderate"),
        (0.7, "moderate"),
        (0.71, "strong"),
        (0.9, "strong"),
        (0.91, "very_strong"),
        (1.0, "very_strong"),
    ],
)
def test_bands_are_those_of_lebreton_and_senter(value: float, band: str) -> None:
    """At the two decimals they are given with."""
    assert agreement_band(value) == band


@pytest.mark.parametrize(
    ("options", "limit"), [((1, 2, 3, 4, 5), 5 / 6), ((0, 1), 1 / 3), ((-2, -1, 0, 1, 2), 5 / 6), ((0, 50, 100), 25.0)]
)
def test_the_limit_of_the_average_deviation_follows_the_scale(options: tuple[float, ...], limit: float) -> None:
    """A/6 steps for A options, in points of the scale."""
    low = options[0]
    assert rated([[low, low, low]], options=options, levels=(low,)).agreement["D"].ad_limit == pytest.approx(limit)


@pytest.mark.parametrize(
    ("items", "carries"),
    [
        ([[3, 3, 4, 3, 3, 4]] * 4, True),
        ([[1, 5, 1, 5, 1, 5]] * 4, False),  # two camps
        ([[3, 3]], False),  # two who agree on one question may do so by chance
        ([[2, 4, 2, 4, 3, 3]] * 20, True),
        ([[1, 3, 1, 3, 1, 4]] * 20, False),  # twenty questions make rWG(J) high; people are 1.1 apart on average
    ],
)
def test_a_mean_stands_for_the_answers_only_if_all_three_say_so(items: list[list[Answer]], carries: bool) -> None:
    """High agreement, above what chance gives, and no wide deviations hidden by many items."""
    assert rated(items).agreement["D"].carries is carries


def test_one_answer_for_all_questions_of_all_raters_has_no_krippendorff() -> None:
    """Without any variance there is nothing to compare with; None, not a division by zero."""
    for value in (3, 0.1):
        unit = rated([[value] * 7] * 3, options=(0.1, 3), levels=(0,))
        assert unit.agreement["D"].krippendorff is None
        assert unit.agreement["D"].rwg_j == 1.0


def test_questions_on_scales_of_their_own_have_no_krippendorff() -> None:
    """Answers from 0 to 100 cannot be compared with answers from 1 to 5; agreement, relative to each scale, can."""
    unit = rated([[3, 4, 3], [50, 100, 50]], scales={"q1": (0, 50, 100)})
    ratio = ((1 / 3) / 2 + (2500 / 3) / (5000 / 3)) / 2
    assert unit.agreement["D"].krippendorff is None
    assert unit.agreement["D"].rwg_j == pytest.approx(2 * (1 - ratio) / (2 * (1 - ratio) + ratio))
    assert unit.agreement["D"].ad_limit == pytest.approx((5 / 6 + 25) / 2)


def caveats(items: list[list[Answer]], **kwargs: Any) -> list[tuple[str, tuple[str, ...]]]:
    return [(caveat.kind, caveat.dimensions) for caveat in rated(items, **kwargs).caveats]


def test_a_unit_that_answers_fully_and_agrees_has_no_caveat() -> None:
    """A remark that stands everywhere is read nowhere."""
    assert caveats([[3, 3, 4, 3, 3, 4]] * 4) == []


def test_what_does_not_carry_a_score_is_said_of_the_unit() -> None:
    """Two camps; too few answers for a score; open answers that decide between levels."""
    assert caveats([[1, 5, 1, 5, 1, 5]] * 4) == [("agreement", ("D",))]
    assert ("coverage", ("D",)) in caveats([[3, 3, "DK", "DK", "DK", "DK"]] * 4)
    assert caveats([[3, 3, 3, 3, "DK", "DK"]] * 4) == [("coverage", ())]


def test_a_dimension_without_weight_gives_no_caveat() -> None:
    """It is no part of the score that the remark is about."""
    case = instrument({"D": {"C": ["q"]}, "E": {"F": ["f"]}}, weights={"E": 0.0})
    rows: list[Row] = [("U", f"r{n}", "all", {"q": 3, "f": 1 if n % 2 else 5}) for n in range(6)]
    assert result(case, rows).units["U"].caveats == ()
