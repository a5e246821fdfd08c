"""What must hold for the statistics whatever the values: order, unit and silence change nothing; bounds are bounds."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from kamassess.stats import (
    Estimate,
    average_deviation,
    bootstrap_ci,
    concentration,
    cronbach_alpha,
    diversity,
    hedges_g,
    holm,
    icc,
    icc_groups,
    krippendorff_alpha,
    mcdonald_omega,
    permutation_matrix,
    permutation_test,
    retention,
    rwg,
    rwg_j,
    rwg_j_null,
)

QUICK = settings(max_examples=60, deadline=None)
LEVELS = ("nominal", "ordinal", "interval", "ratio")
NAN = math.nan
Table = NDArray[np.float64]

answers = st.sampled_from((1.0, 2.0, 3.0, 4.0, 5.0))
holed = st.sampled_from((1.0, 2.0, 3.0, 4.0, 5.0, NAN))
reals = st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda value: round(value, 3))
amounts = st.lists(st.floats(0, 1e9, allow_subnormal=False).map(lambda value: round(value, 2)), min_size=1, max_size=12)
groups = st.lists(answers, min_size=2, max_size=9)


def tables(cells: st.SearchStrategy[float] = holed, rows: int = 7, columns: int = 5) -> st.SearchStrategy[Table]:
    return arrays.arrays(float, arrays.array_shapes(min_dims=2, max_dims=2, max_side=max(rows, columns)), elements=cells)


def shuffled(data: st.DataObject, table: Table) -> Table:
    """Rows and columns in another order."""
    rows = data.draw(st.permutations(range(len(table))))
    columns = data.draw(st.permutations(range(table.shape[1])))
    return table[rows][:, columns]


def close(found: Any, expected: Any, scale: float = 1e-6) -> None:
    """Equal but for rounding, with the same reasons."""
    for field in dataclasses.fields(expected):
        one, other = getattr(found, field.name), getattr(expected, field.name)
        if dataclasses.is_dataclass(other):
            close(one, other, scale)
        elif isinstance(other, float | tuple):
            assert one == pytest.approx(other, rel=scale, abs=scale), (field.name, found, expected)
        else:
            assert one == other, (field.name, found, expected)


# -- order -------------------------------------------------------------------------------------------------------------


@QUICK
@given(tables(), st.data())
def test_the_order_of_rows_and_columns_is_irrelevant(table: Table, data: st.DataObject) -> None:
    """In what draws random numbers too, where it would show in the last digit or the first."""
    other = shuffled(data, table)
    close(cronbach_alpha(other), cronbach_alpha(table))
    close(icc(other), icc(table))
    close(rwg_j(other, 5, 50), rwg_j(table, 5, 50))
    close(average_deviation(other), average_deviation(table))
    for level in LEVELS:
        assert krippendorff_alpha(other, level, 30) == krippendorff_alpha(table, level, 30)


@QUICK
@given(st.lists(holed, max_size=8), st.lists(holed, max_size=8), st.data())
def test_the_order_of_values_is_irrelevant(first: list[float], second: list[float], data: st.DataObject) -> None:
    """Exactly, as all of these sort what they are given."""
    one, two = data.draw(st.permutations(first)), data.draw(st.permutations(second))
    assert rwg(one, 5) == rwg(first, 5)
    assert bootstrap_ci(one, replicates=20) == bootstrap_ci(first, replicates=20)
    assert hedges_g(one, two) == hedges_g(first, second)
    assert permutation_test(one, two, 50) == permutation_test(first, second, 50)
    assert concentration(one) == concentration(first)
    assert diversity(one) == diversity(first)


@QUICK
@given(st.lists(st.tuples(holed, st.integers(0, 2)), max_size=12), st.data())
def test_the_order_of_respondents_is_irrelevant_to_groups(rows: list[tuple[float, int]], data: st.DataObject) -> None:
    """Nor does it matter what the groups are called."""
    other = data.draw(st.permutations(rows))
    found = icc_groups([value for value, _ in other], [f"group {-group}" for _, group in other])
    close(found, icc_groups([value for value, _ in rows], [group for _, group in rows]))


@QUICK
@given(tables(rows=9, columns=4), st.integers(0, 9), st.integers(1, 2))
def test_silent_raters_change_nothing(table: Table, place: int, count: int) -> None:
    """Values, intervals, n and p, to the last digit."""
    more = np.insert(table, [min(place, len(table))] * count, NAN, axis=0)
    assert cronbach_alpha(more) == cronbach_alpha(table)
    assert mcdonald_omega(more) == mcdonald_omega(table)
    assert icc(more.T) == icc(table.T)
    assert rwg_j(more, 5, 50) == rwg_j(table, 5, 50)
    assert average_deviation(more) == average_deviation(table)
    assert bootstrap_ci(more, replicates=20) == bootstrap_ci(table, replicates=20)
    for level in LEVELS:
        assert krippendorff_alpha(more, level, 30) == krippendorff_alpha(table, level, 30)
    one = more[:, 0]
    assert rwg(one, 5) == rwg(table[:, 0], 5)
    assert hedges_g(one, [1, 2, 4]) == hedges_g(table[:, 0], [1, 2, 4])
    assert permutation_test(one, [1, 2, 4], 50) == permutation_test(table[:, 0], [1, 2, 4], 50)


# -- unit and origin -----------------------------------------------------------------------------------------------------


@QUICK
@given(tables(answers), st.sampled_from((0.01, 0.3, 7.0, 250.0)), st.sampled_from((-1000.0, 0.0, 0.1, 20.0)))
def test_unit_and_origin_of_the_scale_are_irrelevant(table: Table, factor: float, shift: float) -> None:
    """To reliability, agreement and effect sizes, and to whether they exist."""
    other = table * factor + shift
    close(cronbach_alpha(other), cronbach_alpha(table))
    plain, moved = icc(table), icc(other)
    for name in ("icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k"):
        close(getattr(moved, name), getattr(plain, name))
    options = [value * factor + shift for value in range(1, 6)]
    close(
        dataclasses.replace(rwg_j(other, options, 50), chance=None, p=None),
        dataclasses.replace(rwg_j(table, 5, 50), chance=None, p=None),
    )
    for level in ("nominal", "ordinal", "interval"):
        assert krippendorff_alpha(other, level, 0).value == pytest.approx(krippendorff_alpha(table, level, 0).value, abs=1e-6)
    close(krippendorff_alpha(table * factor, "ratio", 0), krippendorff_alpha(table, "ratio", 0))
    first, second = table[:, 0], table[:, -1]
    close(hedges_g(other[:, 0], other[:, -1]), hedges_g(first, second))
    assert permutation_test(other[:, 0], other[:, -1], 50).p == permutation_test(first, second, 50).p
    deviation = average_deviation(table).value
    assert average_deviation(other).value == (None if deviation is None else pytest.approx(deviation * factor, abs=1e-9))


@QUICK
@given(amounts, st.floats(1e-6, 1e6))
def test_the_unit_of_amounts_is_irrelevant(values: list[float], factor: float) -> None:
    """Euro or thousands of euro."""
    close(concentration([value * factor for value in values]), concentration(values))
    close(diversity([value * factor for value in values]), diversity(values))


@QUICK
@given(tables(answers, 12, 4), st.sampled_from((-1.0, 1.0)))
def test_turning_all_items_round_keeps_reliability(table: Table, sign: float) -> None:
    """Agreement with a statement or disagreement with its opposite."""
    close(cronbach_alpha(6 - table), cronbach_alpha(table))
    omega, turned = mcdonald_omega(table), mcdonald_omega(6 - table)
    assert turned.reason == omega.reason
    if omega.value is not None:
        assert turned.value == pytest.approx(omega.value, abs=1e-3)


# -- bounds --------------------------------------------------------------------------------------------------------------


@QUICK
@given(tables())
def test_agreement_stays_within_its_bounds(table: Table) -> None:
    """rWG and rWG(J) in 0–1, the average deviation in half the scale, p in (0, 1], no α or ICC above 1."""
    found = rwg_j(table, 5, 50)
    if found.value is not None:
        assert 0 <= found.value <= 1
        assert found.p is not None
        assert 1 / 51 <= found.p <= 1
        assert found.chance is not None
        assert 0 <= found.chance <= 1
        deviation = average_deviation(table).value
        assert deviation is not None
        assert 0 <= deviation <= 2
    one = rwg(table[0], 5).value
    assert one is None or 0 <= one <= 1
    for level in LEVELS:
        alpha = krippendorff_alpha(table, level, 20)
        assert alpha.value is None or alpha.value <= 1
        assert alpha.ci_high is None or alpha.ci_high <= 1
    whole = cronbach_alpha(table).value
    assert whole is None or whole <= 1 + 1e-12


@QUICK
@given(tables(answers))
def test_intervals_of_reliability_hold_their_value(table: Table) -> None:
    """And none reaches beyond 1."""
    found = icc(table)
    for form in (cronbach_alpha(table), found.icc1, found.icc2, found.icc3, found.icc1k, found.icc2k, found.icc3k):
        if form.value is not None and form.ci_low is not None and form.ci_high is not None:
            assert form.ci_low - 1e-9 <= form.value <= form.ci_high + 1e-9 <= 1 + 2e-9


@QUICK
@given(st.integers(2, 9), st.lists(st.integers(2, 30), min_size=1, max_size=6))
def test_chance_agreement_is_agreement(options: int, counts: list[int]) -> None:
    """Ascending, in 0–1."""
    null = rwg_j_null(options, counts, 60)
    assert (np.diff(null) >= 0).all()
    assert 0 <= null[0] <= null[-1] <= 1


@QUICK
@given(amounts)
def test_concentration_and_diversity_stay_within_their_bounds(values: list[float]) -> None:
    """And say the same of each other: Simpson is 1 − HHI/10,000."""
    found, spread = concentration(values), diversity(values)
    if found.hhi is None or found.effective_n is None or found.gini is None:
        assert sum(values) == 0
        return
    assert spread.shannon is not None
    assert spread.simpson is not None
    assert 10_000 / found.n - 1e-6 <= found.hhi <= 10_000 + 1e-6
    assert 1 - 1e-9 <= found.effective_n <= found.n + 1e-9
    assert 0 <= found.gini <= 1 - 1 / found.n + 1e-9
    assert spread.simpson == pytest.approx(1 - found.hhi / 10_000, abs=1e-9)
    assert 0 <= spread.shannon <= math.log(spread.n) + 1e-9
    assert spread.evenness is None or 0 <= spread.evenness <= 1


@QUICK
@given(st.floats(0.01, 1e9), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1e9))
def test_expansion_never_hides_in_gross_retention(start: float, lost: float, reduced: float, expanded: float) -> None:
    """Gross is 0–1 and does not see it; net is gross and what was added."""
    gone = start * lost, start * (1 - lost) * reduced
    found = retention(start, *gone, expanded)
    assert found.gross is not None
    assert found.net is not None
    assert 0 <= found.gross <= 1
    assert found.gross == retention(start, *gone).gross
    assert found.net == pytest.approx(found.gross + expanded / start)


# -- what each must do ---------------------------------------------------------------------------------------------------


@QUICK
@given(st.lists(reals, min_size=2, max_size=9), st.lists(reals, min_size=2, max_size=9))
def test_g_turns_round_with_the_groups(first: list[float], second: list[float]) -> None:
    """So does its interval, which holds it."""
    one, two = hedges_g(first, second), hedges_g(second, first)
    assert (one.n, one.reason) == (two.n, two.reason)
    if one.value is not None and one.ci_low is not None and one.ci_high is not None:
        assert (two.value, two.ci_low, two.ci_high) == pytest.approx((-one.value, -one.ci_high, -one.ci_low), rel=1e-6, abs=1e-9)
        assert one.ci_low <= one.value <= one.ci_high or abs(one.value) > 1


@QUICK
@given(groups, groups, st.sampled_from((20, 9999)))
def test_a_permutation_test_does_not_know_which_group_is_first(
    first: list[float], second: list[float], permutations: int
) -> None:
    """p is the same; the difference changes its sign; p is a count of splits."""
    one, two = permutation_test(first, second, permutations), permutation_test(second, first, permutations)
    assert one.value is not None
    assert two.value == -one.value
    assert (one.p, one.exact, one.n) == (two.p, two.exact, two.n)
    assert one.p is not None
    assert 0 < one.p <= 1
    splits = len(permutation_matrix(len(first), len(second), permutations)) + (not one.exact)
    assert one.p * splits == pytest.approx(round(one.p * splits))


@QUICK
@given(groups, groups, st.integers(1, 3))
def test_groups_that_do_not_overlap_have_the_smallest_p(first: list[float], second: list[float], shift: int) -> None:
    """With groups of the same size only the split observed and its mirror are as extreme."""
    size = min(len(first), len(second), 7)
    apart = permutation_test([value + 4 + shift for value in first[:size]], second[:size], 9999)
    assert apart.exact
    assert apart.p == 2 / math.comb(2 * size, size)


@QUICK
@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=9), st.data())
def test_holm_is_never_more_certain_than_a_single_test(p: list[float | None], data: st.DataObject) -> None:
    """Adjusted p are no lower, in the same order, at most 1, and follow their tests wherever these stand."""
    found = holm(p)
    known = sorted((raw, adjusted) for raw, adjusted in zip(p, found, strict=True) if raw is not None and adjusted is not None)
    assert [raw is None for raw in p] == [adjusted is None for adjusted in found]
    assert all(raw <= adjusted <= 1 for raw, adjusted in known)
    assert [adjusted for _, adjusted in known] == sorted(adjusted for _, adjusted in known)
    order = data.draw(st.permutations(range(len(p))))
    assert holm([p[place] for place in order]) == tuple(found[place] for place in order)
    assert holm([*p, None]) == (*found, None)
    if len(known) == 1:
        assert known[0][0] == known[0][1]


@QUICK
@given(st.lists(reals, min_size=1, max_size=15))
def test_a_bootstrap_of_the_mean_stays_within_the_values(values: list[float]) -> None:
    """No resample has a mean beyond them; wider coverage, wider interval."""
    found, narrow = bootstrap_ci(values, replicates=60), bootstrap_ci(values, replicates=60, confidence=0.5)
    assert found.value == pytest.approx(float(np.mean(values)), abs=1e-6)
    if found.ci_low is None or found.ci_high is None:
        assert len(values) == 1
        return
    assert narrow.ci_low is not None
    assert narrow.ci_high is not None
    dust = 1e-9 * max(1.0, *map(abs, values))
    assert min(values) - dust <= found.ci_low <= narrow.ci_low <= narrow.ci_high <= found.ci_high <= max(values) + dust


@QUICK
@given(tables(answers, 9, 4))
def test_agreement_of_two_identical_panels_is_no_less(table: Table) -> None:
    """Every rater twice: α of agreement can only rise, and who agrees perfectly still does."""
    twice = np.vstack([table, table])
    for level in LEVELS:
        once = krippendorff_alpha(table, level, 0).value
        again = krippendorff_alpha(twice, level, 0)
        assert isinstance(again, Estimate)
        if once is not None:
            assert again.value is not None
            assert again.value >= once - 1e-9
