"""rWG, rWG(J), the average deviation and what chance gives: a wrong null would call noise agreement."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from kamassess.stats import Estimate, average_deviation, rwg, rwg_j, rwg_j_null

PUBLISHED = [[3, 4, 3, 4, 4], [4, 4, 3, 4, 4], [3, 3, 2, 2, 1]]
"""Three raters (rows), five items, five options."""
NAN = math.nan


def test_the_published_case() -> None:
    """rWG(J) .813953 and AD .7111 as tabled."""
    found = rwg_j(PUBLISHED, 5)
    assert found.value == pytest.approx(0.813953, abs=5e-7)
    assert (found.n, found.n_items, found.ci_low, found.ci_high, found.reason) == (3, 5, None, None, None)
    deviation = average_deviation(PUBLISHED)
    assert deviation.value == pytest.approx(0.7111, abs=5e-5)
    assert (deviation.n, deviation.n_items, deviation.ci_low, deviation.reason) == (3, 5, None, None)


def test_rwg_by_hand() -> None:
    """s² = .3 over σ² = 2: .85; more spread than chance is cut to 0; none is 1; NaN is left out."""
    assert rwg([3, 4, 3, 4, 4, NAN], 5) == Estimate(pytest.approx(0.85), None, None, 5)
    assert rwg([1, 5, 1, 5], 5).value == 0.0
    assert rwg([0.1] * 3, 5).value == 1.0


@pytest.mark.parametrize(("options", "variance"), [(2, 0.25), (3, 2 / 3), (5, 2.0), (7, 4.0), (9, 20 / 3), (11, 10.0)])
def test_even_answers_have_the_tabled_variance(options: int, variance: float) -> None:
    """(A² − 1)/12, for 2 to 11 options: with ratings 1 and 2, s² = ½ and rWG = 1 − ½/σ²."""
    assert rwg([1, 2], options).value == pytest.approx(max(0.0, 1 - 0.5 / variance))


def test_options_may_be_given_by_their_values() -> None:
    """0, 50, 100 is three options, however it is coded; uneven ones have a variance of their own."""
    assert rwg([0, 0, 50], (0, 50, 100)).value == pytest.approx(rwg([1, 1, 2], 3).value)
    assert rwg_j(np.multiply(PUBLISHED, 25) - 25, (100, 75, 50, 25, 0)).value == pytest.approx(rwg_j(PUBLISHED, 5).value)
    assert rwg([0.1, 0.2], [0.1, 0.2, 0.7]).value == pytest.approx(1 - 0.005 / np.var([0.1, 0.2, 0.7]))


@pytest.mark.parametrize("options", [1, 0, 2.5, [], [3.0], [1.0, 1.0], [1.0, NAN], [[1.0, 2.0]]])
def test_two_different_options_are_needed(options: object) -> None:
    """Chance has no spread otherwise."""
    for call in (lambda: rwg([1, 2], options), lambda: rwg_j(PUBLISHED, options), lambda: rwg_j_null(options, [3])):
        with pytest.raises(ValueError, match="options"):
            call()


def test_rwg_j_of_one_item_is_rwg_and_rises_with_items() -> None:
    """J(1 − r)/(J(1 − r) + r) with r = 1/6."""
    ratings = np.array([[3], [4], [3], [4]])
    assert rwg_j(ratings, 5).value == pytest.approx(rwg(ratings[:, 0], 5).value)
    assert rwg_j(np.repeat(ratings, 4, axis=1), 5).value == pytest.approx(4 * (5 / 6) / (4 * (5 / 6) + 1 / 6))


def test_items_that_one_has_rated_and_raters_of_nothing_do_not_count() -> None:
    """One rating always agrees with itself. Two items are left, each with s² = ½ and r = ¼: 1.5/(1.5 + .25)."""
    found = rwg_j([[3, 5, NAN], [4, NAN, NAN], [NAN, 4, 1], [NAN, NAN, NAN]], 5)
    assert (found.value, found.n, found.n_items) == (pytest.approx(1.5 / 1.75), 3, 2)
    assert average_deviation([[3, 5, NAN], [4, NAN, NAN], [NAN, 4, 1]]) == Estimate(0.5, None, None, 3, 2)


def test_average_deviation_by_hand() -> None:
    """1 2 6 lies 2, 1 and 3 from its mean; the mean over items does not weigh by raters; the same answers give exactly 0."""
    assert average_deviation([1, 2, 6, NAN]) == Estimate(2.0, None, None, 3, 1)
    assert average_deviation([[1, 4], [2, 4], [6, NAN]]).value == pytest.approx(1.0)
    assert average_deviation(np.full((3, 4), 0.1)).value == 0.0


# -- chance ------------------------------------------------------------------------------------------------------------


def exact_null(options: int, raters: int, items: int) -> list[float]:
    """rWG(J) of everything that this group could answer, each as likely."""
    answers = itertools.product(range(1, options + 1), repeat=raters * items)
    return [found.value or 0.0 for cell in answers for found in [plain(np.reshape(cell, (raters, items)), options)]]


def plain(items: np.ndarray, options: int) -> Estimate:
    """rWG(J) by its formula, item by item."""
    ratio = min(1.0, float(np.mean(items.var(axis=0, ddof=1) / ((options**2 - 1) / 12))))
    count = items.shape[1]
    return Estimate(count * (1 - ratio) / (count * (1 - ratio) + ratio), None, None, len(items), count)


@pytest.mark.parametrize(("options", "raters", "items"), [(2, 3, 1), (2, 4, 2), (3, 3, 2), (5, 3, 1), (5, 5, 1), (3, 2, 4)])
def test_the_null_is_that_of_all_possible_answers(options: int, raters: int, items: int) -> None:
    """Shares of each value against full enumeration, within four standard errors of 20,000 draws."""
    known, drawn = np.array(exact_null(options, raters, items)), rwg_j_null(options, [raters] * items, 20_000)
    for value in np.unique(known.round(6)):
        share = float((np.abs(known - value) < 1e-5).mean())
        assert float((np.abs(drawn - value) < 1e-5).mean()) == pytest.approx(share, abs=4 * math.sqrt(share / 20_000) + 1e-9)


def test_chance_and_p_are_read_off_the_null() -> None:
    """Perfect agreement of four on a yes or no: two of 16 ways, so p near 1/8; 5 % of random groups cannot exceed it."""
    found = rwg_j([[1], [1], [1], [1]], 2)
    null = rwg_j_null(2, [4])
    assert found.p == (1 + int((null >= 1 - 1e-9).sum())) / 10_001
    assert found.p == pytest.approx(1 / 8, abs=0.013)
    assert found.chance == 1.0
    assert rwg_j([[1], [2], [1], [2]], 2).p == 1.0
    assert float((null > (found.chance or 0)).mean()) <= 0.05


def test_strong_agreement_of_many_is_beyond_chance() -> None:
    """Ten raters, six items, all 3 or 4: no random group comes near, so p is the smallest there is."""
    items = 3 + (np.add.outer(np.arange(10), np.arange(6)) % 2)
    found = rwg_j(items, 5, null_replicates=999)
    assert found.p == 1 / 1000
    assert found.chance is not None
    assert found.value is not None
    assert 0 < found.chance < found.value


def test_the_null_depends_on_numbers_only() -> None:
    """Neither on order nor on what was drawn before; in ascending order, and safe from changes."""
    first = rwg_j_null(5, [4, 7, 4], 500)
    assert (np.diff(first) >= 0).all()
    assert len(first) == 500
    assert np.array_equal(first, rwg_j_null((5, 4, 3, 2, 1), (7, 4, 4), 500))
    assert not np.array_equal(first, rwg_j_null(5, [4, 7, 7], 500))
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 9


def test_items_of_the_null_are_independent() -> None:
    """If two items drew the same numbers, the mean of their variances would vary as much as one of them, not half as much."""
    ratio = [1 / (1 + rwg_j_null(99, [20] * items, 5000) / (1 - rwg_j_null(99, [20] * items, 5000)) / items) for items in (1, 4)]
    inside = [part[part < 1 - 1e-9] for part in ratio]
    assert len(inside[1]) < 5000
    lower = [float(np.median(part)) - float(np.quantile(part, 0.05)) for part in ratio]
    assert lower[1] / lower[0] == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize("counts", [[], [1], [3, 1], [0]])
def test_the_null_needs_two_raters_an_item(counts: list[int]) -> None:
    """And replicates."""
    with pytest.raises(ValueError, match="two raters"):
        rwg_j_null(5, counts)
    with pytest.raises(ValueError, match="replicates"):
        rwg_j_null(5, [3], 0)
