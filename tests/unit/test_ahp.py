"""Weights from comparisons: the published case, cases worked by hand, and every way to have none."""

from __future__ import annotations

import dataclasses
import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kamassess.result import Reason
from kamassess.stats.hierarchy_process import RANDOM_INDICES, aggregate_judgements, ahp, linked, most_inconsistent

NAN = math.nan
SCALE = [Fraction(1, k) for k in range(9, 1, -1)] + [Fraction(k) for k in range(1, 10)]


def square(upper: str) -> NDArray[np.float64]:
    """A reciprocal matrix from its upper triangle: rows parted by |, · for a comparison not made."""
    rows = [[NAN if cell == "·" else float(Fraction(cell)) for cell in row.split()] for row in upper.split("|")]
    matrix = np.eye(len(rows) + 1)
    for i, row in enumerate(rows):
        for j, value in enumerate(row, i + 1):
            matrix[i, j], matrix[j, i] = value, 1 / value
    return matrix


DRINKS = square("9 5 2 1 1 1/2 | 1/3 1/9 1/9 1/9 1/9 | 1/3 1/4 1/3 1/9 | 1/2 1 1/3 | 2 1/2 | 1/3")


def upper_triangles(least: int = 2, most: int = 7) -> st.SearchStrategy[NDArray[np.float64]]:
    def build(n: int) -> st.SearchStrategy[NDArray[np.float64]]:
        pairs = n * (n - 1) // 2

        def filled(values: list[Fraction]) -> NDArray[np.float64]:
            matrix = np.eye(n)
            for (i, j), value in zip(itertools.combinations(range(n), 2), values, strict=True):
                matrix[i, j], matrix[j, i] = float(value), float(1 / value)
            return matrix

        return st.lists(st.sampled_from(SCALE), min_size=pairs, max_size=pairs).map(filled)

    return st.integers(least, most).flatmap(build)


# -- the published case ------------------------------------------------------------------------------------------------------


def test_the_drinks_of_saaty() -> None:
    # Another eigenvector (the left one), or geometric means of rows, would give other weights in the third decimal.
    found = ahp(DRINKS)
    assert found.weights is not None
    assert found.weights == pytest.approx((0.1775, 0.0191, 0.0418, 0.1164, 0.1896, 0.1288, 0.3268), abs=5e-5)
    assert found.lambda_max == pytest.approx(7.176629, abs=5e-7)
    assert found.ci == pytest.approx(0.029438, abs=5e-7)
    assert found.cr == pytest.approx(0.022, abs=5e-4)
    assert (found.n, found.random_index, found.reason) == (7, "saaty", None)
    assert sum(found.weights) == pytest.approx(1, abs=1e-12)


def test_the_table_of_random_indices_is_the_named_one() -> None:
    # CR = CI / RI: 0.029438 / 1.3417 with the later table.
    assert ahp(DRINKS, "alonso_lamata").cr == pytest.approx(0.029438 / 1.3417, abs=1e-6)
    assert ahp(DRINKS, "alonso_lamata").random_index == "alonso_lamata"
    assert [len(table) for table in RANDOM_INDICES.values()] == [15, 15]
    with pytest.raises(ValueError, match="no table of random indices 'satty'; there are saaty, alonso_lamata"):
        ahp(DRINKS, "satty")


@pytest.mark.parametrize(("name", "within"), [("saaty", 0.07), ("alonso_lamata", 0.02)])
@pytest.mark.parametrize("n", [3, 6, 10])
def test_the_random_index_is_what_random_matrices_have(name: str, within: float, n: int) -> None:
    # A mistyped entry of the table makes sound judges look inconsistent, or the other way round.
    random = np.random.default_rng(3)
    values = np.array([float(value) for value in SCALE])[random.integers(0, 17, (4000, n, n))]
    upper = np.triu(values, 1)
    matrices = upper + np.triu(1 / values, 1).transpose(0, 2, 1) + np.eye(n)
    largest = np.linalg.eigvals(matrices).real.max(axis=1)
    assert float((largest - n).mean()) / (n - 1) == pytest.approx(RANDOM_INDICES[name][n - 1], abs=within)


# -- small and large ---------------------------------------------------------------------------------------------------------


def test_one_item_has_all_the_weight() -> None:
    found = ahp([[1]])
    assert (found.weights, found.lambda_max, found.ci, found.cr, found.reason) == ((1.0,), 1.0, 0.0, 0.0, None)


def test_two_items_cannot_contradict_each_other() -> None:
    found = ahp(square("3"))
    assert found.weights == pytest.approx((0.75, 0.25))
    assert (found.ci, found.cr, found.reason) == (pytest.approx(0, abs=1e-12), 0.0, None)


def test_beyond_the_table_there_are_weights_but_no_ratio() -> None:
    # 16 criteria are what the dimension RET of the built-in instrument has.
    found = ahp(np.ones((16, 16)))
    assert found.weights == pytest.approx([1 / 16] * 16)
    assert (found.cr, found.reason) == (None, Reason.NO_RANDOM_INDEX)
    assert ahp(np.ones((15, 15))).cr == pytest.approx(0, abs=1e-12)


# -- comparisons not made ----------------------------------------------------------------------------------------------------


def test_a_gap_is_filled_by_harkers_method() -> None:
    # A chain 1 – 2 – 3 with ratios 2 and 2: the third ratio is 4 whatever is done, and nothing contradicts it.
    found = ahp(square("2 · | 2"))
    assert found.weights == pytest.approx((4 / 7, 2 / 7, 1 / 7), abs=1e-12)
    assert found.lambda_max == pytest.approx(3, abs=1e-12)
    assert (found.cr, found.reason) == (None, Reason.INCOMPLETE_COMPARISONS)


def test_lambda_max_is_that_of_the_completed_matrix() -> None:
    gaps = square("3 1/2 · 5 | 1/4 7 · | · 2 | 1/3")
    found = ahp(gaps)
    assert found.weights is not None
    weights = np.array(found.weights)
    completed = np.where(np.isnan(gaps), weights[:, None] / weights, gaps)
    again = ahp(completed)
    assert again.weights == pytest.approx(found.weights, abs=1e-10)
    assert again.lambda_max == pytest.approx(found.lambda_max, abs=1e-10)
    assert found.ci == pytest.approx(again.ci, abs=1e-10)


def test_items_that_nothing_links_have_no_weights() -> None:
    apart = square("2 · · | · · | 3")
    found = ahp(apart)
    assert (found.weights, found.lambda_max, found.ci, found.cr) == (None, None, None, None)
    assert found.reason == Reason.INCOMPLETE_COMPARISONS
    assert linked(apart) == ((0, 1), (2, 3))
    assert ahp(square("·")).weights is None


# -- what is no matrix of comparisons ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ([[1, 2]], "square, not 1 by 2"),
        ([], "square, not 0"),
        (3, "square, not a number"),
        ([[1, 0], [0, 1]], "row 0, column 1 is 0, not a positive number"),
        ([[1, -2], [-0.5, 1]], "row 0, column 1 is -2, not a positive number"),
        ([[1, math.inf], [0, 1]], "row 0, column 1 is inf, not a positive number"),
        ([[1, 3], [0.333, 1]], "row 0, column 1 is 3, not the reciprocal of row 1, column 0, 0.333"),
        ([[1, 3], [3, 1]], "row 0, column 1 is 3, not the reciprocal"),
        ([[1, 3], [NAN, 1]], "of row 0, column 1 and row 1, column 0 only one is given"),
        ([[1, 2], [0.5, 2]], "row 1, column 1 is 2, not 1"),
        ([[1, 2], [0.5, NAN]], "row 1, column 1 is nan, not 1"),
        ([[1, 1e300], [1e300, 1]], "not the reciprocal"),
    ],
)
def test_the_faulty_cell_is_named(matrix: object, message: str) -> None:
    # If this fails, nonsense gets weights, or a warning of numpy instead of a place.
    for function in (ahp, lambda one: aggregate_judgements([one])):
        with pytest.raises(ValueError, match=message):
            function(matrix)  # type: ignore[arg-type]


def test_the_result_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ahp([[1]]).cr = 1.0  # type: ignore[misc]


# -- several judges ----------------------------------------------------------------------------------------------------------


def test_judges_are_aggregated_by_the_geometric_mean() -> None:
    # The arithmetic mean of 4 and 1 would be 2.5, and that of ¼ and 1 not its reciprocal.
    both = aggregate_judgements([square("4"), square("1")])
    assert both == pytest.approx(np.array([[1, 2], [0.5, 1]]), abs=1e-12)


def test_only_the_judges_who_compared_count() -> None:
    both = aggregate_judgements([square("2 · | ·"), square("8 3 | ·")])
    assert (both[0, 1], both[0, 2]) == (pytest.approx(4), pytest.approx(3))
    assert math.isnan(both[1, 2])
    assert math.isnan(both[2, 1])


def test_judges_of_different_things_are_refused() -> None:
    for matrices in ([], [square("2"), square("2 2 | 2")]):
        with pytest.raises(ValueError, match="all of the same size"):
            aggregate_judgements(matrices)


@given(st.data())
def test_the_order_of_judges_does_not_matter(data: st.DataObject) -> None:
    matrices = [data.draw(upper_triangles(4, 4)) for _ in range(3)]
    for order in itertools.permutations(matrices):
        assert np.array_equal(aggregate_judgements(order), aggregate_judgements(matrices))


# -- the comparison to ask about again ---------------------------------------------------------------------------------------


def test_the_comparison_that_was_spoilt_is_named() -> None:
    # Weights 8 4 2 1; only the second against the fourth is judged 1/5 instead of 4.
    spoilt = square("2 4 8 | 2 1/5 | 2")
    found = ahp(spoilt)
    assert found.weights is not None
    worst = most_inconsistent(spoilt, found.weights)
    assert worst is not None
    assert (worst.row, worst.column, worst.judged) == (1, 3, 0.2)
    assert worst.implied == pytest.approx(found.weights[1] / found.weights[3])
    assert found.cr is not None
    assert found.cr > 0.1


def test_of_comparisons_equally_far_the_first_is_named() -> None:
    # A circle of three, 2 2 ½: each is off by the same factor, and rounding must not choose.
    circle = square("2 1/2 | 2")
    worst = most_inconsistent(circle, [1 / 3] * 3)
    assert worst is not None
    assert (worst.row, worst.column) == (0, 1)


def test_consistent_comparisons_have_no_worst() -> None:
    chain = square("2 4 | 2")
    weights = ahp(chain).weights
    assert weights is not None
    assert most_inconsistent(chain, weights) is None
    assert most_inconsistent([[1]], [1.0]) is None


def test_a_gap_is_not_the_worst() -> None:
    gaps = square("3 · 9 | 3 1 | 1/3")
    weights = ahp(gaps).weights
    assert weights is not None
    worst = most_inconsistent(gaps, weights)
    assert worst is not None
    assert (worst.row, worst.column) != (0, 2)


def test_weights_that_do_not_fit_the_matrix_are_refused() -> None:
    for weights in ([0.5, 0.5], [0.5, 0.5, 0.0], [0.5, 0.5, NAN]):
        with pytest.raises(ValueError, match="needs 3 positive weights"):
            most_inconsistent(square("2 4 | 2"), weights)


# -- properties --------------------------------------------------------------------------------------------------------------


@given(upper_triangles())
def test_weights_are_positive_and_sum_to_one_and_ci_is_not_negative(matrix: NDArray[np.float64]) -> None:
    found = ahp(matrix)
    assert found.weights is not None
    assert found.ci is not None
    assert found.cr is not None
    assert min(found.weights) > 0
    assert sum(found.weights) == pytest.approx(1)
    assert found.ci >= 0
    assert found.lambda_max == pytest.approx(float((matrix @ found.weights).sum()), abs=1e-9)


@given(st.lists(st.floats(0.05, 20), min_size=1, max_size=9))
def test_ratios_of_weights_give_the_weights_back(weights: list[float]) -> None:
    given_weights = np.array(weights)
    found = ahp(given_weights[:, None] / given_weights)
    assert found.weights == pytest.approx(given_weights / given_weights.sum())
    assert found.cr == pytest.approx(0, abs=1e-9)


@given(upper_triangles(3))
def test_the_order_of_items_does_not_matter(matrix: NDArray[np.float64]) -> None:
    order = list(range(len(matrix)))[::-1]
    found, turned = ahp(matrix), ahp(matrix[np.ix_(order, order)])
    assert found.weights is not None
    assert turned.weights is not None
    assert turned.weights == pytest.approx([found.weights[index] for index in order], abs=1e-9)
    assert turned.cr == pytest.approx(found.cr, abs=1e-9)
