"""What a statistic says of itself where there is no figure, and which argument it refuses; and the edges of its rules.

Each case stands for a change of the code that no test of figures would notice.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from kamassess import stats
from kamassess.result import Reason

HUGE = 1e200
NAN = math.nan


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: stats.rwg([HUGE], 5), "ratings must lie"),
        (lambda: stats.rwg([[1.0]], 5), "ratings must have one axis"),
        (lambda: stats.rwg([1, 2], [HUGE, 1]), "options must lie"),
        (lambda: stats.rwg_j([[HUGE]], 5), "items must lie"),
        (lambda: stats.rwg_j([1.0, 2.0], 5), "items must have two axes, raters and items, not 1"),
        (lambda: stats.average_deviation([HUGE]), "ratings must lie"),
        (lambda: stats.average_deviation([[[1.0]]]), "ratings must have two axes, raters and items, not 3"),
        (lambda: stats.icc([[HUGE]]), "ratings must lie"),
        (lambda: stats.icc([1.0, 2.0]), "ratings must have two axes, targets and raters, not 1"),
        (lambda: stats.concentration([HUGE]), "values must lie"),
        (lambda: stats.diversity([HUGE]), "shares must lie"),
        (lambda: stats.retention(HUGE, 0), "amounts must lie"),
        (lambda: stats.retention(1, -1), "^start, lost, reduced and expanded are amounts, 0 or more"),
        (lambda: stats.hedges_g([HUGE], [1]), "^a must lie"),
        (lambda: stats.hedges_g([1], [HUGE]), "^b must lie"),
        (lambda: stats.permutation_test([HUGE], [1]), "^a must lie"),
        (lambda: stats.permutation_test([1], [HUGE]), "^b must lie"),
        (lambda: stats.tarone_holm([HUGE], [0.1]), "^p-values must lie"),
        (lambda: stats.tarone_holm([0.1], [HUGE]), "^least p-values must lie"),
        (lambda: stats.holm([HUGE]), "^p-values must lie"),
        (lambda: stats.holm([1.5]), "^p-values must be a list of numbers from 0 to 1$"),
        (lambda: stats.bootstrap_ci([HUGE]), "^values must lie"),
        (lambda: stats.rwg_j_null(5, []), "^there must be items, with two raters or more each$"),
        (lambda: stats.least_p(0, 3), "^both groups must have a value, not 0 and 3$"),
        (lambda: float(stats.rwg([], 5)), "^the statistic does not exist: too_few_answers$"),
        (lambda: float(stats.Estimate(None, None, None, 0)), "^the statistic does not exist: no reason is known$"),
    ],
)
def test_what_is_refused_is_named(call: Callable[[], Any], named: str) -> None:
    # If this fails, somebody who passed three arrays does not learn which of them is wrong.
    with pytest.raises(ValueError, match=named):
        call()


@pytest.mark.parametrize(
    ("call", "counts", "reason"),
    [
        (lambda: stats.rwg([4], 5), {"n": 1}, Reason.TOO_FEW_ANSWERS),
        (lambda: stats.rwg_j([[4.0, NAN], [NAN, 3.0]], 5), {"n": 0, "n_items": 0}, Reason.TOO_FEW_ANSWERS),
        (lambda: stats.average_deviation([[4.0, NAN], [NAN, 3.0]]), {"n": 0, "n_items": 0}, Reason.TOO_FEW_ANSWERS),
        (lambda: stats.mcdonald_omega([[1, 2, 3], [2, 1, 3], [3, 2, 1]]), {"n": 3, "n_items": 3}, Reason.TOO_FEW_ANSWERS),
        (lambda: stats.mcdonald_omega([[1, 2, 3]] * 4), {"n": 4, "n_items": 3}, Reason.NO_VARIANCE),
        (lambda: stats.permutation_test([1, 2], [NAN]), {"n": 2}, Reason.TOO_FEW_ANSWERS),
        (lambda: stats.bootstrap_ci([NAN], replicates=10), {"n": 0, "n_items": 1}, Reason.TOO_FEW_ANSWERS),
    ],
)
def test_where_there_is_no_figure_the_counts_are_told(call: Callable[[], Any], counts: dict[str, int], reason: Reason) -> None:
    # If this fails, a report says that a figure rests on too few people, and not how few.
    found = call()
    assert found.value is None
    assert found.reason == reason
    assert {name: getattr(found, name) for name in counts} == counts


def test_ratings_that_are_all_the_same_have_their_counts_in_every_form() -> None:
    # If this fails, the six forms of an ICC that does not exist disagree about what they rest on.
    found = stats.icc([[3, 3, 3]] * 4)
    assert (found.n, found.n_raters, found.reason) == (4, 3, Reason.NO_VARIANCE)
    for form in ("icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k"):
        estimate = getattr(found, form)
        assert (estimate.value, estimate.n, estimate.n_items, estimate.reason) == (None, 4, 3, Reason.NO_VARIANCE), form


def test_one_more_row_than_items_is_enough_for_omega() -> None:
    # If this fails, a small unit loses a figure that it could have, or gets one that rests on nothing.
    rows = [[1, 2, 2], [2, 3, 2], [4, 4, 5], [5, 4, 4]]
    assert stats.mcdonald_omega(rows).value is not None
    assert stats.mcdonald_omega(rows[:3]).reason == Reason.TOO_FEW_ANSWERS


def test_two_kinds_have_an_evenness() -> None:
    # If this fails, a portfolio of two kinds is told to be neither even nor uneven.
    assert stats.diversity([0.5, 0.5]).evenness == pytest.approx(1.0)
    assert stats.diversity([0.9, 0.1]).evenness == pytest.approx(-(0.9 * math.log2(0.9) + 0.1 * math.log2(0.1)))


def test_tests_that_cannot_reach_a_small_p_are_left_out() -> None:
    # If this fails, gaps between roles of few people make those of many harder to see, or are themselves called real.
    assert stats.tarone_holm([0.05, 0.01, 0.2], [0.05, 0.001, 0.001]) == (None, pytest.approx(0.02), pytest.approx(0.2))
    assert stats.tarone_holm([0.05, 0.03, 0.01], [0.05, 0.02, 0.001]) == (None, pytest.approx(0.03), pytest.approx(0.02))
    assert stats.tarone_holm([0.04, 0.07], [0.04, 0.06]) == (pytest.approx(0.04), None)
    assert stats.tarone_holm([None, None], [None, None]) == (None, None)


def test_a_p_of_nothing_is_a_p() -> None:
    # If this fails, the clearest of all differences is refused.
    assert stats.holm([0.0, 0.5]) == (0.0, 0.5)


def test_every_way_of_splitting_is_tried_where_there_are_few() -> None:
    # If this fails, a p-value depends on chance where it need not, or takes for ever.
    a, b = [1.0, 2.0], [3.0, 4.0]  # six ways
    assert stats.permutation_test(a, b, 5).exact
    assert not stats.permutation_test(a, b, 4).exact
    assert stats.permutation_test(a, b, 1).p is not None
    with pytest.raises(ValueError, match="permutations must be 1 or more, not 0"):
        stats.permutation_test(a, b, 0)
