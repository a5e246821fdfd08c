"""Effect size, permutation test, Holm and bootstrap: between them they decide which difference a report calls one."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pingouin
import pytest
from numpy.typing import NDArray
from scipy import stats as distributions

from kamassess.result import Reason
from kamassess.stats import (
    Estimate,
    PermutationTest,
    bootstrap_ci,
    cronbach_alpha,
    hedges_g,
    holm,
    least_p,
    permutation_matrix,
    permutation_test,
    tarone_holm,
)
from kamassess.stats import comparison as module

NAN = math.nan


def with_moments(mean: float, sd: float, n: int, seed: int = 0) -> NDArray[np.float64]:
    """Values with exactly this mean and standard deviation."""
    values = np.random.default_rng(seed).normal(size=n)
    standard: NDArray[np.float64] = (values - values.mean()) / values.std(ddof=1)
    return mean + sd * standard


# -- Hedges' g ---------------------------------------------------------------------------------------------------------


def test_g_of_the_published_case() -> None:
    """Borenstein et al. (2009), ch. 4: means 103 and 100, SD 5.5 and 4.5, 50 each: d .5970, J .9923, g .5924."""
    found = hedges_g(with_moments(103, 5.5, 50), with_moments(100, 4.5, 50, 1))
    assert found.value == pytest.approx(0.5924, abs=5e-5)
    assert (found.n, found.n_items, found.reason) == (100, 1, None)


def test_g_by_hand() -> None:
    """1 2 3 4 and 4 6: means 2.5 and 5, pooled variance (5 + 2)/4, J = 1 − 3/15."""
    assert hedges_g([1, 2, 3, 4, NAN], [4, NAN, 6]).value == pytest.approx(-2.5 / math.sqrt(1.75) * 0.8)


@pytest.mark.parametrize("seed", range(5))
def test_g_agrees_with_pingouin(seed: int) -> None:
    """Random groups of different sizes."""
    random = np.random.default_rng(seed)
    a, b = random.normal(1, 2, int(random.integers(2, 20))), random.normal(0, 1, int(random.integers(2, 20)))
    assert hedges_g(a, b).value == pytest.approx(pingouin.compute_effsize(a, b, eftype="hedges"), abs=1e-12)


@pytest.mark.parametrize("confidence", [0.95, 0.8])
@pytest.mark.parametrize(
    ("shift", "n1", "n2"), [(0.0, 2, 2), (1.0, 2, 3), (0.3, 8, 12), (-2.0, 5, 4), (6.0, 9, 9), (0.5, 300, 200)]
)
def test_the_interval_of_g_is_that_of_the_noncentral_t(shift: float, n1: int, n2: int, confidence: float) -> None:
    """Its ends are where the t observed would be at the 2.5 % point of either side, by scipy's own distribution."""
    found = hedges_g(with_moments(shift, 1, n1), with_moments(0, 1, n2, 1), confidence)
    assert found.ci_low is not None
    assert found.ci_high is not None
    root, correction, tail = math.sqrt(n1 * n2 / (n1 + n2)), 1 - 3 / (4 * (n1 + n2) - 9), (1 - confidence) / 2
    for end, share in ((found.ci_low, tail), (found.ci_high, 1 - tail)):
        assert distributions.nct.sf(shift * root, n1 + n2 - 2, end / correction * root) == pytest.approx(share, abs=1e-8)


def test_the_interval_of_g_holds_where_groups_hardly_vary() -> None:
    """t beyond 10⁶, where other routines give up: the ends follow χ², as t·√(χ²/df)."""
    found = hedges_g([0, 1e-6, 0, 1e-6], [5, 5, 5, 5 + 1e-6])
    assert found.value is not None
    ends = found.value * np.sqrt(distributions.chi2.ppf([0.975, 0.025], 6) / 6)
    assert (found.ci_low, found.ci_high) == pytest.approx(tuple(ends), rel=1e-6)


def test_g_that_does_not_exist_has_a_reason() -> None:
    """One value in a group; no variance, whether the means differ or not, in tenths as well."""
    for a, b in (([1], [1, 2, 3]), ([1, 2], [NAN, 5]), ([], []), ([NAN, NAN], [NAN])):
        found = hedges_g(a, b)
        assert (found.value, found.ci_low, found.reason) == (None, None, Reason.TOO_FEW_ANSWERS)
    for a, b in (([0.1] * 3, [0.1] * 4), ([0.1] * 3, [0.7] * 4), ([1e9 + 0.1] * 3, [1e9 + 0.1] * 3)):
        assert hedges_g(a, b) == Estimate(None, None, None, len(a) + len(b), reason=Reason.NO_VARIANCE)


# -- permutation test --------------------------------------------------------------------------------------------------


def test_permutation_by_hand() -> None:
    """4 5 6 against 1 2 3: this split and its mirror, of 20.

    1 2 3 against 3 5: two values make 5.6 by chance and 8 here, 2.4 more. Of ten pairs, the other 3 makes 8 with 5 as well, and
    1 2 lies 2.6 below.
    """
    assert permutation_test([4, 5, 6], [1, 2, 3]) == PermutationTest(3.0, 0.1, 6, exact=True)
    assert permutation_test([1, 2, 3], [3, 5, NAN]) == PermutationTest(-2.0, 0.3, 5, exact=True)


@pytest.mark.parametrize("seed", range(6))
def test_permutation_agrees_with_scipy(seed: int) -> None:
    """All splits of small groups, ratings with many ties."""
    random = np.random.default_rng(seed)
    a, b = random.integers(1, 6, 4 + seed % 3) / 10, random.integers(2, 7, 5) / 10

    def difference(x: NDArray[np.float64], y: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
        return np.abs(np.mean(x, axis=axis) - np.mean(y, axis=axis)).round(9)

    expected = distributions.permutation_test((a, b), difference, vectorized=True, n_resamples=np.inf, alternative="greater")
    found = permutation_test(a, b)
    assert found.exact
    assert found.p == pytest.approx(expected.pvalue, abs=1e-12)


def test_random_splits_come_close_to_all_of_them() -> None:
    """12,870 splits against 9999 drawn, and never 0."""
    a, b = [1, 2, 2, 3, 4, 4, 5, 3], [2, 4, 4, 5, 5, 5, 3, 4]
    every, drawn = permutation_test(a, b, 12_869), permutation_test(a, b, 9999)
    assert (every.exact, drawn.exact) == (True, False)
    assert drawn.p == pytest.approx(every.p, abs=0.01)
    apart = permutation_test(np.arange(30), np.arange(100, 130), 999)
    assert apart == PermutationTest(-100.0, 1 / 1000, 60, exact=False)


@pytest.mark.parametrize("permutations", [9999, 50])
def test_ties_survive_rounding(permutations: int) -> None:
    """Tenths and a large offset move the last digits of sums; a split as extreme as the one observed must still count."""
    a, b = np.array([1, 2, 2, 4, 5, 3, 3]), np.array([2, 3, 5, 5, 1, 4, 4])
    whole = permutation_test(a, b, permutations)
    assert permutation_test(a / 10, b / 10, permutations).p == whole.p
    assert permutation_test(a / 7 + 1e6, b / 7 + 1e6, permutations).p == whole.p


def test_values_that_are_all_the_same_never_differ() -> None:
    """p is 1, not the share of splits whose rounding is as large."""
    for permutations in (9999, 20):
        found = permutation_test([0.1] * 7, [0.1] * 9, permutations)
        assert (found.value, found.p, found.reason) == (pytest.approx(0, abs=1e-15), 1.0, None)


def test_a_test_without_values_has_a_reason() -> None:
    """Nothing on one side."""
    for a, b in (([], [1, 2]), ([1], [NAN]), ([], [])):
        found = permutation_test(a, b)
        assert (found.value, found.p, found.exact, found.reason) == (None, None, False, Reason.TOO_FEW_ANSWERS)
    assert permutation_test([2], [1]) == PermutationTest(1.0, 1.0, 2, exact=True)


def test_large_groups_go_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same splits, however many fit into memory at once."""
    random = np.random.default_rng(2)
    a, b = random.normal(0.1, 1, 80), random.normal(0, 1, 60)
    whole = permutation_test(a, b, 500)
    monkeypatch.setattr(module, "CELLS", 3000)
    assert permutation_test(a, b, 500) == whole


def test_a_permutation_matrix_has_every_split_once() -> None:
    """Ten ways to take two of five; random ones where there are more than asked for, the same each time."""
    matrix = permutation_matrix(2, 3, 9)
    assert matrix.shape == (10, 5)
    assert set(matrix.ravel().tolist()) == {0.0, 1.0}
    assert set(matrix.sum(axis=1).tolist()) == {2.0}
    assert len({tuple(row) for row in matrix.tolist()}) == 10
    some = permutation_matrix(2, 3, 8)
    assert some.shape == (8, 5)
    assert set(some.sum(axis=1).tolist()) == {2.0}
    assert np.array_equal(some, permutation_matrix(2, 3, 8))
    assert np.array_equal(permutation_matrix(3, 2, 8), 1 - some)


def test_random_splits_favour_no_place() -> None:
    """Each value is in the first group as often as its size says, within four standard errors."""
    matrix = permutation_matrix(6, 14, 9999)
    assert matrix.mean(axis=0).tolist() == pytest.approx([0.3] * 20, abs=4 * math.sqrt(0.21 / 9999))
    assert np.corrcoef(matrix, rowvar=False)[0, 1] == pytest.approx(-1 / 19, abs=0.04)


def test_changing_a_permutation_matrix_does_no_harm() -> None:
    """What is kept for the next caller is not what this one got."""
    permutation_matrix(2, 2)[:] = 7
    assert permutation_matrix(2, 2).max() == 1


@pytest.mark.parametrize(
    "call", [lambda: permutation_matrix(0, 3), lambda: permutation_matrix(2, 3, 0), lambda: permutation_test([1], [2], 0)]
)
def test_no_splits_are_refused(call: Callable[[], object]) -> None:
    """A group of nobody, or no permutations."""
    with pytest.raises(ValueError, match=r"must have a value|1 or more"):
        call()


# -- Holm --------------------------------------------------------------------------------------------------------------


def test_holm_of_the_textbook_case() -> None:
    """.01 .04 .03 .005: ×4, ×3, ×2, ×1 in ascending order, and none below the one before."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))


def test_what_is_missing_is_no_test() -> None:
    """A p that does not exist must not make the others less certain."""
    assert holm([0.01, None, 0.04, NAN, 0.03, 0.005]) == (
        pytest.approx(0.03),
        None,
        pytest.approx(0.06),
        None,
        pytest.approx(0.06),
        pytest.approx(0.02),
    )
    assert holm([]) == ()
    assert holm([None, NAN]) == (None, None)
    assert holm([0.6, 0.9]) == (1.0, 1.0)


@pytest.mark.parametrize("sizes", [(1, 4), (2, 3), (3, 3), (3, 4), (4, 4), (5, 3)])
def test_no_values_give_less_than_the_least_p(sizes: tuple[int, int]) -> None:
    """Two groups that do not overlap reach it; of 200 random ones none goes below."""
    first, second = sizes
    assert permutation_test(range(first), range(100, 100 + 7 * second, 7)).p == pytest.approx(least_p(first, second))
    rng = np.random.default_rng(first)
    for _ in range(200):
        p = permutation_test(rng.integers(1, 6, first), rng.integers(1, 6, second)).p
        assert p is not None
        assert p >= least_p(first, second) - 1e-12


def test_the_least_p_of_random_splits() -> None:
    """With 30 against 30 and 99 splits: one in a hundred."""
    assert least_p(30, 30, 99) == 0.01
    assert permutation_test(range(30), range(100, 130), 99).p == 0.01


def test_tarone_by_hand() -> None:
    """Four least p at .05 or below are more than 1, three at .025 more than 2, three at .0167 not more than 3: so K is 3."""
    least = [0.001, 0.002, 0.01, 0.04, 0.1]
    assert tarone_holm([0.001, 0.03, 0.02, 0.04, 0.1], least) == (pytest.approx(0.003), pytest.approx(0.04), 0.04, None, None)
    assert tarone_holm([0.1, 0.1], [0.1, 0.1]) == (None, None)
    assert tarone_holm([None, 0.05], [0.001, 0.05]) == (None, 0.05)
    assert tarone_holm([], []) == ()


def test_tests_that_can_show_nothing_change_nothing() -> None:
    """Twenty comparisons of three with three more, and what the others say is what it was."""
    p, least = [0.002, 0.02, 0.3], [0.0002, 0.0002, 0.002]
    assert tarone_holm([*p, *[0.1] * 20], [*least, *[0.1] * 20])[:3] == tarone_holm(p, least) == holm(p)


def test_tarone_keeps_the_error_rate_of_the_family() -> None:
    """Six comparisons of groups that are alike, small ones among them: at most one family in twenty claims anything."""
    sizes = [(3, 3), (3, 4), (3, 5), (4, 5), (5, 5), (3, 6)]
    least = [least_p(*size) for size in sizes]
    rng = np.random.default_rng(8)
    wrong = 0
    for _ in range(400):
        p = [permutation_test(rng.normal(size=first), rng.normal(size=second)).p for first, second in sizes]
        wrong += any(value is not None and value <= 0.05 for value in tarone_holm(p, least))
    assert 2 <= wrong <= 0.05 * 400 + 2.5 * (400 * 0.05 * 0.95) ** 0.5


def test_each_p_needs_its_least() -> None:
    """A list that is one short would compare each with its neighbour's."""
    with pytest.raises(ValueError, match="each p-value needs its least one"):
        tarone_holm([0.1, 0.2], [0.1])


def test_holm_agrees_with_pingouin() -> None:
    """With ties."""
    p = np.random.default_rng(4).random(50).round(2) / 5
    assert holm(p) == pytest.approx(tuple(pingouin.multicomp(p, method="holm")[1]), abs=1e-12)


@pytest.mark.parametrize("p", [[0.5, 1.01], [-0.1], [[0.1, 0.2]], 0.3])
def test_what_is_no_p_is_refused(p: object) -> None:
    """A z-value among them, say."""
    with pytest.raises(ValueError, match="from 0 to 1"):
        holm(p)  # type: ignore[arg-type]


# -- bootstrap ---------------------------------------------------------------------------------------------------------


def test_bootstrap_by_hand() -> None:
    """Means of two of 0 and 1: 0, ½, ½, 1. The middle 40 % is ½, the middle 95 % everything."""
    assert bootstrap_ci([0, 1, NAN], confidence=0.4) == Estimate(0.5, 0.5, 0.5, 2, 1)
    assert bootstrap_ci([0, 1]) == Estimate(0.5, 0.0, 1.0, 2, 1)


def test_bootstrap_of_many_values_comes_close_to_theory() -> None:
    """Mean ± 1.96·s/√n, within 3 % of the width."""
    values = with_moments(10, 2, 400)
    found = bootstrap_ci(values, replicates=8000)
    half = 1.959964 * 2 / 20
    assert (found.value, found.n) == (pytest.approx(10), 400)
    assert (found.ci_low, found.ci_high) == (pytest.approx(10 - half, abs=0.06 * half), pytest.approx(10 + half, abs=0.06 * half))


def test_rows_are_drawn_whole() -> None:
    """The difference of two columns that always differ by 1 has no spread; drawn apart it would."""
    rows = np.column_stack([np.arange(9), np.arange(9) + 1])
    found = bootstrap_ci(rows, lambda some: float((some[:, 1] - some[:, 0]).mean()))
    assert found == Estimate(1.0, 1.0, 1.0, 9, 2)


def test_a_row_with_something_missing_is_left_out() -> None:
    """Value and interval are those of the others."""
    rows = np.random.default_rng(0).normal(size=(8, 3))
    more = np.vstack([rows, [[1, NAN, 1]]])
    assert bootstrap_ci(more, np.median) == bootstrap_ci(rows, np.median)


def test_a_statistic_may_be_missing_for_some_resamples() -> None:
    """They are left out: α, or a correlation, of a resample without variance; no warning from it either."""
    rows = [[1, 2], [2, 2], [3, 5]]
    found = bootstrap_ci(rows, lambda some: cronbach_alpha(some).value, 300)
    assert found.value == cronbach_alpha(rows).value
    assert found.ci_low is not None
    correlated = bootstrap_ci(rows, lambda some: np.corrcoef(some, rowvar=False)[0, 1], 300)
    assert correlated.ci_high == pytest.approx(1.0)


def test_the_seed_is_the_content_unless_given() -> None:
    """Same values in another order, same interval; another seed, another."""
    values = with_moments(3, 1, 12)
    assert bootstrap_ci(values[::-1]) == bootstrap_ci(values)
    assert bootstrap_ci([-0.0, 1, 2, 5]) == bootstrap_ci([0.0, 1, 2, 5])
    assert bootstrap_ci(values, seed=1) == bootstrap_ci(values[::-1], seed=1)
    assert bootstrap_ci(values, seed=1).ci_low != bootstrap_ci(values, seed=2).ci_low


def test_what_cannot_be_resampled_has_no_interval() -> None:
    """One row varies by nothing; the value stands. Without a row, or a statistic, there is a reason."""
    assert bootstrap_ci([4.0]) == Estimate(4.0, None, None, 1, 1)
    assert bootstrap_ci([1, 2], replicates=0) == Estimate(1.5, None, None, 2, 1)
    assert bootstrap_ci([NAN, NAN]) == Estimate(None, None, None, 0, 1, Reason.TOO_FEW_ANSWERS)
    assert bootstrap_ci(np.zeros((3, 0))).reason == Reason.TOO_FEW_ANSWERS
    assert bootstrap_ci([0.1] * 5) == Estimate(pytest.approx(0.1), pytest.approx(0.1), pytest.approx(0.1), 5, 1)
    assert bootstrap_ci([2, 2, 2], lambda some: None).reason == Reason.NO_VARIANCE
    assert bootstrap_ci([1, 2, 3], lambda some: NAN).reason == Reason.TOO_FEW_ANSWERS
    with pytest.raises(ValueError, match="one or two axes"):
        bootstrap_ci(np.zeros((2, 2, 2)))
    with pytest.raises(ValueError, match="replicates"):
        bootstrap_ci([1, 2], replicates=-1)
