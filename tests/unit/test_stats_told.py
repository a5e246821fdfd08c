"""What a statistic says of itself where there is no figure, and which argument it refuses; and the edges of its rules.

Each case stands for a change of the code that no test of figures would notice.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize

from kamassess import stats
from kamassess.result import Reason
from kamassess.stats.hierarchy_process import RANDOM_INDICES

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
        (lambda: stats.krippendorff_alpha([[HUGE]], "interval"), "^ratings must lie"),
        (lambda: stats.krippendorff_alpha([1.0], "interval"), "^ratings must have two axes, raters and units, not 1$"),
        (lambda: stats.cronbach_alpha([[HUGE]]), "^items must lie"),
        (lambda: stats.mcdonald_omega([1.0]), "^items must have two axes, respondents and items, not 1$"),
        (lambda: stats.icc_groups([HUGE], [1]), "^values must lie"),
        (lambda: stats.aggregate_judgements([]), "^needs the matrices of one or more judges, all of the same size$"),
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
        (
            lambda: stats.bootstrap_ci([[1, 1, 1]] * 4, lambda rows: None, replicates=10),
            {"n": 4, "n_items": 3},
            Reason.NO_VARIANCE,
        ),
        (lambda: stats.hedges_g([1.0], [2.0, 3.0]), {"n": 3}, Reason.TOO_FEW_ANSWERS),
        (lambda: stats.hedges_g([1.0, 1.0], [1.0, 1.0]), {"n": 4}, Reason.NO_VARIANCE),
        (lambda: stats.cronbach_alpha([[1], [2]]), {"n": 2, "n_items": 1}, Reason.TOO_FEW_ANSWERS),
        (lambda: stats.cronbach_alpha([[2, 3]] * 4), {"n": 4, "n_items": 2}, Reason.NO_VARIANCE),
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


def test_groups_that_have_no_icc_have_their_counts() -> None:
    # If this fails, a report says that departments cannot be compared, and not how few people that is about.
    few = stats.icc_groups([1.0, 2.0, 3.0], ["a", "b", "c"])
    assert (few.n, few.n_groups, few.k, few.reason) == (3, 3, None, Reason.TOO_FEW_ANSWERS)
    same = stats.icc_groups([2.0] * 5, list("aabbb"))
    assert (same.n, same.n_groups, same.k, same.reason) == (5, 2, pytest.approx(2.4), Reason.NO_VARIANCE)
    assert same.icc1 is None
    alike = stats.icc_groups([1.0, 3.0, 2.0, 1.0, 3.0], list("aabbb"))
    assert (alike.n, alike.n_groups, alike.k) == (5, 2, pytest.approx(2.4))
    assert (alike.icc2, alike.reason) == (None, Reason.NO_VARIANCE)
    assert (alike.msb, alike.msw, alike.p) == (0.0, pytest.approx(4 / 3), 1.0)
    assert alike.icc1 == pytest.approx(-1 / 1.4)


def test_comparisons_without_a_ratio_say_how_many_they_are() -> None:
    # If this fails, whoever fills in comparisons does not learn how many are expected, or which table of random indices counts.
    apart = stats.ahp([[1, NAN], [NAN, 1]], "alonso_lamata")
    assert (apart.n, apart.random_index, apart.weights, apart.reason) == (2, "alonso_lamata", None, Reason.INCOMPLETE_COMPARISONS)
    part = stats.ahp([[1, 2, NAN], [0.5, 1, 2], [NAN, 0.5, 1]], "alonso_lamata")
    assert (part.n, part.random_index, part.cr, part.reason) == (3, "alonso_lamata", None, Reason.INCOMPLETE_COMPARISONS)
    many = len(RANDOM_INDICES["saaty"]) + 1
    large = stats.ahp([[1.0] * many] * many, "saaty")
    assert (large.n, large.random_index, large.cr, large.reason) == (many, "saaty", None, Reason.NO_RANDOM_INDEX)
    assert (large.lambda_max, large.ci) == (pytest.approx(many), pytest.approx(0.0))


def test_alpha_without_an_interval_has_its_counts() -> None:
    # If this fails, a reliability that has no interval (one unit, or none asked for) loses its figure, or what it rests on.
    one = stats.krippendorff_alpha([[1, 2, NAN], [2, 2, 3]], "nominal", replicates=0)
    assert (one.n, one.n_items, one.ci_low, one.ci_high) == (4, 2, None, None)
    assert one.value == pytest.approx(0.0)  # one pair of two differs, as of 1, 2, 2, 2 in any order
    two = stats.krippendorff_alpha([[1, 2], [1, 3]], "interval", replicates=50)
    assert (two.n, two.n_items) == (4, 2)
    assert two.ci_low is not None


def test_two_people_and_two_items_have_an_alpha() -> None:
    # If this fails, the smallest group that has a reliability is told that it has none.
    assert stats.cronbach_alpha([[1, 2], [3, 5]]).value is not None
    assert stats.cronbach_alpha([[1, 2]]).reason == Reason.TOO_FEW_ANSWERS


def test_omega_of_an_item_that_would_explain_more_than_all_of_itself() -> None:
    # If this fails, a reliability rests on a negative error (a Heywood case), and is too good.
    rng = np.random.default_rng(5)
    wanted = np.array([[1, 0.8, 0.8], [0.8, 1, 0.4], [0.8, 0.4, 1]])
    plain = rng.normal(size=(40, 3))
    plain = (plain - plain.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(plain, rowvar=False))).T
    rows = plain @ np.linalg.cholesky(wanted).T * [1.0, 2.0, 0.5]

    def rest(loadings: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((wanted - np.outer(loadings, loadings))[np.triu_indices(3, 1)])

    fitted = optimize.least_squares(rest, [0.9, 0.7, 0.7], bounds=(-0.999, 0.999), xtol=1e-12, ftol=1e-12, gtol=1e-12).x
    assert fitted.max() == pytest.approx(0.999, abs=1e-6)
    spread = rows.std(axis=0, ddof=1)
    common, unique = (fitted @ spread) ** 2, ((1 - fitted**2) * spread**2).sum()
    assert stats.mcdonald_omega(rows).value == pytest.approx(common / (common + unique), abs=1e-5)


def test_an_interval_of_groups_ends_where_correlations_do() -> None:
    # If this fails, groups that differ less than chance would have them have an interval of impossible correlations.
    alike = [*([1.0, 2.0, 3.0] * 4), 1.0, 2.0, 3.0, 2.001]
    groups = [*(name for name in "abcd" for _ in range(3)), *"eeee"]
    interval = stats.icc_groups(alike, groups).icc1_ci
    assert interval is not None
    assert interval[0] == pytest.approx(-1 / 3)
    apart = stats.icc_groups([1.0, 1.0 + 1e-7, 5.0, 5.0 + 1e-7], list("aabb")).icc1_ci
    assert apart is not None
    assert apart[1] == pytest.approx(1.0)
    assert apart[1] <= 1.0


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
    assert stats.tarone_holm([0.03, 0.03], [0.03, 0.03]) == (None, None), "two that cannot fall below half of 0.05"
    assert stats.tarone_holm([0.02, 0.03], [0.02, 0.02]) == (pytest.approx(0.04), pytest.approx(0.04))
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
