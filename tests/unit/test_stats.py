"""Reliability and groups, against published tables, other packages and cases worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pingouin
import pytest
from numpy.typing import NDArray
from scipy import stats as distributions
from scoring_cases import Row, instrument, result

from kamassess.result import Reason
from kamassess.stats import Estimate, cronbach_alpha, icc, icc_groups, mcdonald_omega

CRONBACH = (
    "11111111111 11111111010 .011.111100 11101101100 11111000100 01.01111000",
    "11110010000 11111000000 01011000010 10010100.00 11100000000 10010000000",
)
ITEMS = np.array([[math.nan if answer == "." else float(answer) for answer in row] for line in CRONBACH for row in line.split()])
SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)
WINE = np.array([[1, 1, 3, 6, 6, 7, 8, 9], [2, 3, 8, 4, 5, 5, 7, 9], [0, 3, 1, 3, 5, 6, 7, 9], [1, 2, 4, 3, 6, 2, 9, 8]]).T


# -- Cronbach's alpha --------------------------------------------------------------------------------------------------


def test_alpha_of_the_published_case() -> None:
    """Pairwise deletion, or n = 12 in Feldt's interval as a known library has it, would give others."""
    found = cronbach_alpha(ITEMS)
    assert found.value == pytest.approx(0.801695, abs=5e-7)
    assert (found.n, found.n_items, found.reason) == (9, 11, None)
    assert (found.ci_low, found.ci_high) == (pytest.approx(0.533, abs=5e-4), pytest.approx(0.947, abs=5e-4))


def test_alpha_agrees_with_pingouin_on_complete_rows() -> None:
    """Value and interval, at another confidence too."""
    rows = np.random.default_rng(5).normal(size=(40, 1)) + np.random.default_rng(6).normal(size=(40, 4))
    for confidence in (0.95, 0.8):
        value, interval = pingouin.cronbach_alpha(pd.DataFrame(rows), ci=confidence)
        found = cronbach_alpha(rows, confidence)
        assert found.value == pytest.approx(value, abs=1e-12)
        assert (found.ci_low, found.ci_high) == pytest.approx(tuple(interval), abs=1e-3)


def test_alpha_does_not_depend_on_the_unit_of_the_scale() -> None:
    """1–5 or 0–100: the same answers are equally reliable."""
    assert cronbach_alpha(ITEMS * 25 - 3).value == pytest.approx(cronbach_alpha(ITEMS).value, abs=1e-12)


@pytest.mark.parametrize("constant", [0.0, 3.0, 0.1, 1e-9, 1e9 + 0.1])
def test_alpha_without_variance_has_a_reason(constant: float) -> None:
    """Rounding makes the variance of .1, .1, .1 a tiny number, not 0; dividing by it would give nonsense."""
    found = cronbach_alpha(np.full((7, 3), constant))
    assert (found.value, found.ci_low, found.ci_high, found.reason) == (None, None, None, Reason.NO_VARIANCE)
    mirrored = cronbach_alpha([[0.1, 0.3], [0.3, 0.1], [0.2, 0.2], [0.15, 0.25]])
    assert mirrored.reason == Reason.NO_VARIANCE


def test_perfect_and_negative_alpha() -> None:
    """Equal items give exactly 1; items that oppose each other give less than 0, not 0."""
    assert cronbach_alpha([[1, 1], [2, 2], [4, 4]]).value == 1.0
    low = cronbach_alpha([[1, 5], [2, 3], [4, 2]]).value
    assert low is not None
    assert low < 0


@pytest.mark.parametrize("items", [np.ones((1, 3)), np.ones((5, 1)), np.zeros((0, 4)), np.full((4, 3), np.nan), np.zeros((5, 0))])
def test_alpha_of_too_little_has_a_reason(items: NDArray[np.float64]) -> None:
    """One row, one item, nothing complete."""
    found = cronbach_alpha(items)
    assert (found.value, found.reason) == (None, Reason.TOO_FEW_ANSWERS)


def test_items_need_two_axes() -> None:
    """A vector would silently be taken for one respondent or one item."""
    with pytest.raises(ValueError, match="two axes"):
        cronbach_alpha([1, 2, 3])


def test_an_estimate_is_a_number_where_it_exists() -> None:
    """Arithmetic and formats take it as it is; one that does not exist says why instead of becoming NaN."""
    assert float(Estimate(0.25, None, None, 4)) == 0.25
    with pytest.raises(ValueError, match="no_variance"):
        float(Estimate(None, None, None, 4, reason=Reason.NO_VARIANCE))


# -- McDonald's omega --------------------------------------------------------------------------------------------------


def with_correlations(target: NDArray[np.float64], spread: NDArray[np.float64], n: int = 60) -> NDArray[np.float64]:
    """Rows whose sample correlations are *target* to the last digits, and standard deviations *spread*."""
    rows = np.random.default_rng(1).normal(size=(n, len(target)))
    rows -= rows.mean(axis=0)
    rows = rows @ np.linalg.inv(np.linalg.cholesky(np.cov(rows, rowvar=False))).T
    return rows @ np.linalg.cholesky(target).T * spread


@pytest.mark.parametrize("loadings", [(0.8, 0.7, 0.6), (0.9, 0.5, 0.4, 0.7), (0.6,) * 5, (0.8, 0.7, 0.6, -0.3)])
def test_omega_of_exact_one_factor_correlations(loadings: tuple[float, ...]) -> None:
    """Where the model holds exactly its loadings are known: ω = (Σλs)²/((Σλs)² + Σ(1 − λ²)s²)."""
    part = np.array(loadings)
    spread = np.linspace(1, 2, len(part))
    correlations = np.outer(part, part) + np.diag(1 - part**2)
    found = mcdonald_omega(with_correlations(correlations, spread))
    common = (part * spread).sum() ** 2
    assert found.value == pytest.approx(common / (common + ((1 - part**2) * spread**2).sum()), abs=1e-5)
    assert (found.n, found.n_items, found.ci_low, found.reason) == (60, len(loadings), None, None)


def test_omega_of_a_simulated_one_factor_model() -> None:
    """Respondents drawn from known loadings .8 .7 .6 .5: ω = 6.76/(6.76 + 2.26) up to the noise of 100,000."""
    loadings = np.array([0.8, 0.7, 0.6, 0.5])
    rng = np.random.default_rng(11)
    rows = rng.normal(size=(100_000, 1)) * loadings + rng.normal(size=(100_000, 4)) * np.sqrt(1 - loadings**2)
    assert mcdonald_omega(rows).value == pytest.approx(6.76 / (6.76 + 2.26), abs=0.005)


def test_omega_equals_alpha_where_all_items_are_alike() -> None:
    """Equal loadings and spreads are the one case in which both mean the same."""
    rows = with_correlations(np.full((5, 5), 0.4) + 0.6 * np.eye(5), np.ones(5))
    assert mcdonald_omega(rows).value == pytest.approx(cronbach_alpha(rows).value, abs=1e-6)


def test_omega_of_too_little_or_no_variance_has_a_reason() -> None:
    """Two items do not identify a factor; an item that all answer alike has no correlation."""
    rows = np.random.default_rng(2).normal(size=(9, 3))
    assert mcdonald_omega(rows[:, :2]).reason == Reason.TOO_FEW_ANSWERS
    assert mcdonald_omega(rows[:3]).reason == Reason.TOO_FEW_ANSWERS
    rows[:, 1] = 0.1
    assert (mcdonald_omega(rows).value, mcdonald_omega(rows).reason) == (None, Reason.NO_VARIANCE)


# -- ICC of groups -----------------------------------------------------------------------------------------------------


def by_target(ratings: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    return ratings.ravel(), np.repeat(np.arange(len(ratings)), ratings.shape[1])


def test_icc_of_the_published_cases() -> None:
    """Targets as groups are the one-way forms: ICC 1 and 1k of Shrout and Fleiss (1979), and of the wine judges."""
    found = icc_groups(*by_target(SHROUT_FLEISS))
    assert (found.icc1, found.icc2) == (pytest.approx(0.165742, abs=5e-7), pytest.approx(0.442797, abs=5e-7))
    assert (found.n, found.n_groups, found.k, found.reason) == (24, 6, 4.0, None)
    wine = icc_groups(*by_target(WINE))
    assert (wine.icc1, wine.icc2) == (pytest.approx(0.728, abs=5e-4), pytest.approx(0.914, abs=5e-4))


def test_icc_by_hand() -> None:
    """1 2 3 | 4 5 6: MSB 13.5, MSW 1, k 3, so 12.5/15.5 and 12.5/13.5."""
    found = icc_groups([1, 2, 3, 4, 5, 6], ["a", "a", "a", "b", "b", "b"])
    assert (found.icc1, found.icc2) == (pytest.approx(12.5 / 15.5), pytest.approx(12.5 / 13.5))


def test_icc_of_unequal_groups_agrees_with_the_f_of_an_analysis_of_variance() -> None:
    """F = MSB/MSW and its p from scipy; sizes 2, 3 and 5 are worth k = (10 − 38/10)/2 = 3.1 a group."""
    groups = [[2.0, 3.5], [4.0, 4.5, 5.5], [1.0, 2.0, 2.5, 3.0, 1.5]]
    f, p = distributions.f_oneway(*groups)
    values = [value for group in groups for value in group]
    found = icc_groups([*values, math.nan], [0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 7])
    assert found.k == pytest.approx(3.1)
    assert found.icc1 == pytest.approx((f - 1) / (f + 2.1))
    assert found.icc2 == pytest.approx(1 - 1 / f)
    assert (found.n, found.n_groups) == (10, 3)
    assert found.msb is not None
    assert found.msw == pytest.approx((1.125 + 7 / 6 + 2.5) / 7)
    assert found.msb / found.msw == pytest.approx(f)
    assert found.p == pytest.approx(p)


@pytest.mark.parametrize("sizes", [(2, 3, 5), (1, 4, 4, 9), (6, 6), (2, 3, 3, 8, 20)])
def test_the_interval_of_icc_holds_walds_definition(sizes: tuple[int, ...]) -> None:
    """At each end, the weighted sum of squares between units (by matrices, from the covariance itself) is F's 97.5 or 2.5 %."""
    rng = np.random.default_rng(len(sizes))
    groups = np.repeat(np.arange(len(sizes)), sizes)
    values = rng.normal(size=len(groups)) + 2.0 * groups
    found = icc_groups(values, groups)
    assert found.icc1_ci is not None
    assert found.msw is not None
    n, count = len(groups), len(sizes)
    one = np.ones(n)
    for rho, probability in zip(found.icc1_ci, (0.975, 0.025), strict=True):
        inverse = np.linalg.inv((1 - rho) * np.eye(n) + rho * (groups[:, None] == groups))
        rest = values - one * (one @ inverse @ values) / (one @ inverse @ one)
        between = (1 - rho) * rest @ inverse @ rest - found.msw * (n - count)
        assert between / (count - 1) / found.msw == pytest.approx(distributions.f.ppf(probability, count - 1, n - count))


def test_the_interval_of_icc_is_that_of_equal_groups_and_goes_with_the_f_test() -> None:
    """With equal groups it is Shrout and Fleiss's own; it lies above 0 where p is below 2.5 %."""
    values, targets = by_target(SHROUT_FLEISS)
    known = icc(SHROUT_FLEISS).icc1
    assert icc_groups(values, targets).icc1_ci == (pytest.approx(known.ci_low), pytest.approx(known.ci_high))
    sides = set()
    for seed in range(40):
        groups = np.repeat([0, 1, 2, 3], [3, 4, 9, 2])
        drawn = np.random.default_rng(seed).normal(size=18) + 0.8 * groups
        found = icc_groups(drawn, groups)
        assert found.icc1_ci is not None
        assert found.p is not None
        assert (found.icc1_ci[0] > 0) == (found.p < 0.025)
        sides.add(found.p < 0.025)
    assert sides == {True, False}


def test_the_interval_of_icc_covers_what_it_should() -> None:
    """Of 400 surveys of unequal units with a true share of 0.3, about 380 intervals hold it."""
    sizes = np.array([2, 3, 3, 8, 20])
    groups = np.repeat(np.arange(5), sizes)
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(400):
        found = icc_groups(rng.normal(size=36) * math.sqrt(0.7) + (rng.normal(size=5) * math.sqrt(0.3))[groups], groups)
        assert found.icc1_ci is not None
        held += found.icc1_ci[0] <= 0.3 <= found.icc1_ci[1]
    assert 367 <= held <= 393


def test_no_interval_of_icc_where_nothing_varies_within_or_between() -> None:
    """Such data say nothing of how sure the share is."""
    assert icc_groups([0.1, 0.1, 0.1, 0.3, 0.3], [0, 0, 0, 1, 1]).icc1_ci is None
    assert icc_groups([0.1, 0.3, 0.3, 0.1, 0.2, 0.2], [0, 0, 1, 1, 2, 2]).icc1_ci is None


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")  # pingouin's own
def test_icc_agrees_with_pingouin() -> None:
    """Its one-way forms on a balanced table."""
    values, targets = by_target(SHROUT_FLEISS)
    frame = pd.DataFrame({"target": targets, "rater": np.tile(np.arange(4), 6), "value": values})
    table = pingouin.intraclass_corr(frame, targets="target", raters="rater", ratings="value")["ICC"].tolist()
    found = icc_groups(values, targets)
    assert (found.icc1, found.icc2) == (pytest.approx(table[0], abs=1e-6), pytest.approx(table[3], abs=1e-6))


def test_icc_where_group_means_are_equal() -> None:
    """ICC(1) is −1/(k − 1) there; ICC(2) divides by 0, and rounding must not turn that into a number of 30 digits."""
    found = icc_groups([0.1, 0.3, 0.3, 0.1, 0.2, 0.2], [0, 0, 1, 1, 2, 2])
    assert (found.icc1, found.icc2, found.reason) == (pytest.approx(-1.0), None, Reason.NO_VARIANCE)
    assert found.p == pytest.approx(1.0)


def test_icc_where_groups_are_of_one_mind() -> None:
    """No variance within: both are 1, and no chance would do that."""
    found = icc_groups([0.1, 0.1, 0.1, 0.3, 0.3], [0, 0, 0, 1, 1])
    assert (found.icc1, found.icc2, found.p) == (pytest.approx(1.0), pytest.approx(1.0), 0.0)


def test_values_and_groups_must_go_together() -> None:
    """A list that is one short would shift everyone into the next group."""
    with pytest.raises(ValueError, match="same length"):
        icc_groups([1, 2, 3], [0, 1])


def test_icc_of_too_little_has_a_reason() -> None:
    """One group, groups of one, the same answer everywhere, nothing."""
    for values, groups in (([1, 2, 3], [0, 0, 0]), ([1, 2, 3], [0, 1, 2]), ([], []), ([math.nan] * 4, [0, 0, 1, 1])):
        found = icc_groups(values, groups)
        assert (found.icc1, found.icc2, found.reason) == (None, None, Reason.TOO_FEW_ANSWERS)
    constant = icc_groups([0.1] * 6, [0, 0, 0, 1, 1, 1])
    assert (constant.icc1, constant.icc2, constant.reason) == (None, None, Reason.NO_VARIANCE)


# -- in a result -------------------------------------------------------------------------------------------------------


def test_reliability_of_a_dimension_is_over_all_respondents_of_the_wave() -> None:
    """Items are the dimension's questions, rows the respondents of all units who answered all of them."""
    names = [f"q{number}" for number in range(11)]
    case = instrument({"D": {"C": names[:6], "E": names[6:]}}, options=(0, 1), levels=(0,))
    rows: list[Row] = [
        ("UV"[row % 2], f"r{row}", "all", {name: "DK" if math.isnan(v) else v for name, v in zip(names, values, strict=True)})
        for row, values in enumerate(ITEMS.tolist())
    ]
    found = result(case, rows).reliability["D"]
    assert (found.alpha, found.n, found.reason) == (pytest.approx(0.801695, abs=5e-7), 9, None)
    assert found.alpha_ci == (pytest.approx(0.533, abs=5e-4), pytest.approx(0.947, abs=5e-4))
    means = np.nanmean(ITEMS, axis=1)
    groups = icc_groups(means, np.arange(12) % 2)
    assert (found.icc1, found.icc2) == (pytest.approx(groups.icc1), pytest.approx(groups.icc2))
    assert found.omega is None


def test_items_without_weight_do_not_enter_reliability() -> None:
    """A weight of 0 removes the question; here it would turn α from 1 to less."""
    case = instrument({"D": {"C": ["a", "b", "t"]}}, weights={"t": 0})
    rows: list[Row] = [("U", f"r{v}", "all", {"a": v, "b": v, "t": 6 - v}) for v in (1, 2, 3, 5)]
    assert result(case, rows).reliability["D"].alpha == 1.0


def test_reliability_of_one_respondent_has_a_reason() -> None:
    """No warning, no NaN."""
    found = result(instrument({"D": {"C": ["a", "b"]}}), [("U", "r", "all", {"a": 1, "b": 2})]).reliability["D"]
    assert (found.alpha, found.alpha_ci, found.omega, found.icc1, found.icc2) == (None,) * 5
    assert (found.n, found.reason) == (1, Reason.TOO_FEW_ANSWERS)
