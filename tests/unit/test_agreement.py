"""Do raters see the same thing? A wrong denominator here would call a divided unit united."""

from __future__ import annotations

import math

import pytest
from scoring_cases import Answer, Row, instrument, result

from kamassess.result import Agreement, Reason, UnitResult

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
