"""The six intraclass correlations: a form taken for another, or mean squares mixed up, would misjudge every panel of raters."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pingouin
import pytest
from numpy.typing import NDArray

from kamassess.result import Reason
from kamassess.stats import ICC, Estimate, icc

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
WINE = np.array([[1, 1, 3, 6, 6, 7, 8, 9], [2, 3, 8, 4, 5, 5, 7, 9], [0, 3, 1, 3, 5, 6, 7, 9], [1, 2, 4, 3, 6, 2, 9, 8]]).T
NAMES = ("icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k")
NAN = math.nan


def forms(found: ICC) -> list[Estimate]:
    return [getattr(found, name) for name in NAMES]


def test_the_published_case() -> None:
    """Shrout & Fleiss (1979): mean squares, six forms and their intervals."""
    found = icc(SHROUT_FLEISS)
    assert (found.msb, found.msj, found.mse, found.msw) == pytest.approx((11.241667, 32.486111, 1.019444, 6.263889), abs=5e-7)
    expected = (0.165742, 0.289764, 0.714841, 0.442797, 0.620051, 0.909316)
    assert [form.value for form in forms(found)] == pytest.approx(expected, abs=5e-7)
    assert [form.ci_low for form in forms(found)] == pytest.approx((-0.13, 0.02, 0.34, -0.88, 0.07, 0.68), abs=0.005)
    assert [form.ci_high for form in forms(found)] == pytest.approx((0.72, 0.76, 0.95, 0.91, 0.93, 0.99), abs=0.005)
    assert {(form.n, form.n_items, form.reason) for form in forms(found)} == {(6, 4, None)}
    assert (found.n, found.n_raters, found.reason) == (6, 4, None)


def test_the_wine_case() -> None:
    """Eight wines, four judges."""
    expected = (0.728, 0.728, 0.729, 0.914, 0.914, 0.915)
    assert [form.value for form in forms(icc(WINE))] == pytest.approx(expected, abs=5e-4)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")  # pingouin's own
@pytest.mark.parametrize("seed", range(6))
def test_forms_and_intervals_agree_with_pingouin(seed: int) -> None:
    """Random panels of several sizes, some ratings missing; its intervals have two decimals."""
    random = np.random.default_rng(seed)
    n, k = int(random.integers(5, 30)), int(random.integers(2, 7))
    ratings = random.normal(size=(n, 1)) * (seed + 1) / 3 + random.normal(size=(1, k)) + random.normal(size=(n, k))
    ratings[random.random((n, k)) < 0.06] = NAN
    frame = pd.DataFrame({"target": np.repeat(np.arange(n), k), "rater": np.tile(np.arange(k), n), "value": ratings.ravel()})
    table = pingouin.intraclass_corr(frame, targets="target", raters="rater", ratings="value", nan_policy="omit")
    found = forms(icc(ratings))
    assert [form.value for form in found] == pytest.approx(table["ICC"].tolist(), abs=1e-9)
    low, high = np.array(table["CI95"].tolist()).T
    assert [form.ci_low for form in found] == pytest.approx(low.tolist(), abs=0.0051)
    assert [form.ci_high for form in found] == pytest.approx(high.tolist(), abs=0.0051)


def test_an_interval_of_other_coverage_is_that_of_its_f_quantiles() -> None:
    """ICC(1) of 1 2 | 4 5: F = 18 on 1 and 2 degrees of freedom, whose 75 % quantiles are 2.5714 and 7.5 the other way round."""
    found = icc([[1, 2], [4, 5]], confidence=0.5).icc1
    assert found.value == pytest.approx(17 / 19)
    assert found.ci_low == pytest.approx((18 / 2.571428571 - 1) / (18 / 2.571428571 + 1), abs=1e-8)
    assert found.ci_high == pytest.approx((18 * 7.5 - 1) / (18 * 7.5 + 1), abs=1e-8)


def test_targets_that_not_all_have_rated_are_left_out() -> None:
    """So are raters without any rating: someone who did not take part must not empty the table."""
    more = [[*row, NAN] for row in [*SHROUT_FLEISS, [9, 9, 1, NAN]]]
    assert icc(more) == icc(SHROUT_FLEISS)


def test_perfect_agreement_is_one_with_a_closed_interval() -> None:
    """No error to divide by: 1, not infinity."""
    found = icc([[0.1, 0.1, 0.1], [0.7, 0.7, 0.7], [0.3, 0.3, 0.3]])
    for form in forms(found):
        assert (form.value, form.ci_low, form.ci_high) == (pytest.approx(1), pytest.approx(1), pytest.approx(1))


def test_raters_who_are_always_one_apart_are_consistent_and_do_not_agree() -> None:
    """1 2 | 2 3 | 3 4: MSB 2, MSJ 1.5, MSE 0. ICC 3 is 1; ICC 2 is 2/(2 + 2·1.5/3) = 2/3."""
    found = icc([[1, 2], [2, 3], [3, 4]])
    assert (found.msb, found.msj, found.mse) == (pytest.approx(2), pytest.approx(1.5), pytest.approx(0, abs=1e-20))
    assert found.icc3.value == pytest.approx(1)
    assert found.icc2.value == pytest.approx(2 / 3)
    assert found.icc2k.value == pytest.approx(2 / 2.5)


def test_targets_without_a_difference_have_no_reliability_of_means() -> None:
    """What divides by MSB does not exist where it is 0; the others are as low as they can be."""
    found = icc([[0.1, 0.3], [0.3, 0.1]])
    assert (found.icc1.value, found.icc3.value) == (pytest.approx(-1), pytest.approx(-1))
    for form in (found.icc1k, found.icc3k, found.icc2, found.icc2k):
        assert (form.value, form.ci_low, form.reason) == (None, None, Reason.NO_VARIANCE)
    assert found.reason is None


def test_targets_are_alike_on_a_scale_far_from_zero_as_well() -> None:
    """Rounding makes an MSB of 10⁻¹⁶ beside an MSE of 10⁻⁶, which must not be divided by."""
    found = icc(np.array([[1, 3], [3, 1], [2, 2]]) / 1000 + 1e8)
    assert (found.icc1k.value, found.icc3k.value, found.icc1k.reason) == (None, None, Reason.NO_VARIANCE)
    assert found.icc3.value == pytest.approx(-1)


def test_bounds_that_do_not_exist_leave_the_value() -> None:
    """Where raters differ less than chance would have them, the bound of ICC(2, k) would jump from −∞ to above 1."""
    found = icc([[1, 2, 2], [2, 2, 1], [1, 1, 1]])
    assert (found.msb, found.msj, found.mse) == pytest.approx((4 / 9, 1 / 9, 5 / 18))
    assert found.icc2k == Estimate(pytest.approx(3 / 7), None, None, 3, 3)


@pytest.mark.parametrize(
    ("ratings", "n", "raters"),
    [(np.ones((1, 3)), 1, 3), (np.ones((5, 1)), 5, 1), (np.zeros((0, 4)), 0, 0), (np.full((4, 3), NAN), 0, 0), ([], 0, 0)],
)
def test_too_little_has_a_reason(ratings: NDArray[np.float64], n: int, raters: int) -> None:
    """One target, one rater, nothing."""
    found = icc(ratings)
    assert {(form.value, form.reason) for form in forms(found)} == {(None, Reason.TOO_FEW_ANSWERS)}
    assert (found.msb, found.reason, found.n, found.n_raters) == (None, Reason.TOO_FEW_ANSWERS, n, raters)


@pytest.mark.parametrize("constant", [0.0, 0.1, 4.0, 1e9 + 0.1])
def test_no_variance_has_a_reason(constant: float) -> None:
    """Rounding makes the mean squares of .1, .1, .1 tiny numbers whose quotient is anything."""
    found = icc(np.full((7, 3), constant))
    assert {(form.value, form.reason) for form in forms(found)} == {(None, Reason.NO_VARIANCE)}
    assert (found.mse, found.reason) == (None, Reason.NO_VARIANCE)
