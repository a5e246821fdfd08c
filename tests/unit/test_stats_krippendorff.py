"""Krippendorff's α: a wrong difference function or coincidence count would call unreliable coding reliable."""

from __future__ import annotations

import math

import krippendorff
import numpy as np
import pytest
from numpy.typing import NDArray

from kamassess.result import Reason
from kamassess.stats import Estimate, krippendorff_alpha
from kamassess.stats import krippendorff as module

LEVELS = ("nominal", "ordinal", "interval", "ratio")
NAN = math.nan


def coded(*raters: str) -> NDArray[np.float64]:
    """Digits or letters as numbers, · for missing."""
    return np.array([[NAN if code == "·" else float(int(code, 36)) for code in rater.replace(" ", "")] for rater in raters])


FOUR = coded("123321412···", "123322412 5·3", "·33323422 51·", "123324412 51·")
"""Krippendorff (2011), example C and D: four observers, twelve units; the last unit has one value and drops out."""


@pytest.mark.parametrize(
    ("level", "expected"), [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)]
)
def test_the_published_case(level: str, expected: float) -> None:
    """All four levels; 40 pairable values in 11 units."""
    found = krippendorff_alpha(FOUR, level)
    assert found.value == pytest.approx(expected, abs=5e-7)
    assert (found.n, found.n_items, found.reason) == (40, 11, None)


def test_other_published_cases() -> None:
    """Krippendorff (2011), A: two observers, yes or no, .095; B: two observers, five categories, .692."""
    yes_or_no = coded("0100000010", "1110010000")
    assert krippendorff_alpha(yes_or_no, "nominal").value == pytest.approx(0.095, abs=5e-4)
    articles = coded("aabbdcccedda", "babbbccceddd")
    assert krippendorff_alpha(articles, "nominal").value == pytest.approx(0.692, abs=5e-4)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("seed", range(8))
def test_it_agrees_with_the_package_krippendorff(level: str, seed: int) -> None:
    """Random ratings of several shapes: few and many values, many units and few, a third missing."""
    random = np.random.default_rng(seed)
    shape = (int(random.integers(2, 9)), int(random.integers(3, 40)))
    ratings = random.integers(0, 5, shape).astype(float) if seed % 2 else random.gamma(2, size=shape)
    ratings[random.random(shape) < 0.33] = NAN
    expected = krippendorff.alpha(reliability_data=ratings, level_of_measurement=level)
    assert krippendorff_alpha(ratings, level).value == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("shape", [(30, 12), (3, 150)])
def test_working_part_by_part_changes_nothing(level: str, shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """More values than units and fewer, at a few numbers at a time: also what would not fit into memory at once."""
    random = np.random.default_rng(3)
    ratings = random.gamma(2, size=shape).round(1) if shape[0] < 9 else random.gamma(2, size=shape)
    whole = krippendorff_alpha(ratings, level, 40)
    monkeypatch.setattr(module, "CELLS", 700)
    parts = krippendorff_alpha(ratings, level, 40)
    assert (parts.value, parts.ci_low, parts.ci_high) == pytest.approx((whole.value, whole.ci_low, whole.ci_high), abs=1e-9)


@pytest.mark.parametrize("level", LEVELS)
def test_the_interval_is_that_of_resampled_units(level: str) -> None:
    """Percentiles against another package's α on units drawn here; 4000 draws on either side."""
    random = np.random.default_rng(1)
    ratings = random.integers(1, 6, (1, 30)) + random.integers(0, 2, (4, 30)).astype(float)
    found = krippendorff_alpha(ratings, level, 4000)
    alphas = [
        krippendorff.alpha(reliability_data=ratings[:, random.integers(0, 30, 30)], level_of_measurement=level)
        for _ in range(4000)
    ]
    low, high = np.quantile(alphas, [0.025, 0.975])
    assert (found.ci_low, found.ci_high) == (pytest.approx(low, abs=0.015), pytest.approx(high, abs=0.015))
    narrow = krippendorff_alpha(ratings, level, 4000, confidence=0.5)
    assert narrow.ci_low == pytest.approx(np.quantile(alphas, 0.25), abs=0.01)


@pytest.mark.parametrize("level", LEVELS)
def test_perfect_agreement_is_exactly_one(level: str) -> None:
    """In the value and in the interval, also in tenths, which have no exact form."""
    found = krippendorff_alpha([[0.1, 0.2, 0.7, 0.3], [0.1, 0.2, 0.7, 0.3], [0.1, NAN, 0.7, 0.3]], level)
    assert (found.value, found.ci_low, found.ci_high, found.n) == (1.0, 1.0, 1.0, 11)


def test_levels_by_hand() -> None:
    """Two raters, units 1 1 | 2 2 | 1 3 | 3 3, so n = 8 with three 1, two 2, three 3; only one unit disagrees, by 1 and 3.

    Expected disagreements, over 8·7 pairs: nominal 2·(6 + 9 + 6) = 42; interval 2·(6·1 + 9·4 + 6·1) = 96.
    """
    ratings = [[1, 2, 1, 3], [1, 2, 3, 3]]
    assert krippendorff_alpha(ratings, "nominal").value == pytest.approx(1 - 7 * 2 / 42)
    assert krippendorff_alpha(ratings, "interval").value == pytest.approx(1 - 7 * 2 * 4 / 96)
    ratio = 2 * (6 / 9 + 9 / 4 + 6 / 25)
    assert krippendorff_alpha(ratings, "ratio").value == pytest.approx(1 - 7 * 2 * 0.25 / ratio)
    ordinal = 2 * (6 * 2.5**2 + 9 * 5**2 + 6 * 2.5**2)
    assert krippendorff_alpha(ratings, "ordinal").value == pytest.approx(1 - 7 * 2 * 5**2 / ordinal)


def test_zero_is_as_far_as_can_be_from_all_else_in_ratios() -> None:
    """((0 − k)/(0 + k))² is 1, and 0 differs from 0 by nothing: α is then the nominal one."""
    ratings = [[0, 0, 5, 0, 5], [0, 5, 5, 0, 5]]
    assert krippendorff_alpha(ratings, "ratio").value == pytest.approx(krippendorff_alpha(ratings, "nominal").value)


def test_single_ratings_and_silent_raters_change_nothing() -> None:
    """Neither the value nor the interval, nor does the order of raters and units."""
    found = krippendorff_alpha(FOUR, "ordinal")
    alone = np.full((4, 2), NAN)
    alone[2] = (4, 1)
    assert krippendorff_alpha(np.hstack([alone, FOUR]), "ordinal") == found
    assert krippendorff_alpha(np.vstack([np.full((1, 12), NAN), FOUR]), "ordinal") == found
    assert krippendorff_alpha(FOUR[::-1, ::-1], "ordinal") == found


def test_one_unit_has_no_interval() -> None:
    """Drawn again and again it says nothing of its spread. Nor is there one if none was asked for."""
    one = krippendorff_alpha([[1], [2], [2]], "nominal")
    assert one == Estimate(pytest.approx(0.0), None, None, 3, 1)
    assert krippendorff_alpha(FOUR, "nominal", replicates=0).ci_low is None


@pytest.mark.parametrize("level", LEVELS)
def test_no_pairs_and_no_variation_have_reasons(level: str) -> None:
    """Nothing, one rater, one rating a unit; everyone says the same."""
    for nothing in ([], np.zeros((0, 3)), np.ones((1, 5)), np.full((3, 4), NAN), [[1, NAN], [NAN, 2]], np.zeros((3, 0))):
        assert krippendorff_alpha(nothing, level) == Estimate(None, None, None, 0, 0, Reason.TOO_FEW_ANSWERS)
    for constant in (0.0, 0.1, 3.0, 1e9 + 0.1):
        ratings = np.append(np.full((3, 5), constant), [[7], [NAN], [NAN]], axis=1)
        assert krippendorff_alpha(ratings, level) == Estimate(None, None, None, 15, 5, Reason.NO_VARIANCE)


def test_resamples_without_variation_do_not_enter_the_interval() -> None:
    """Five units of .1 and one of .2, .3, .3: without the last, the same value throughout, and rounding would make α 1 of it."""
    found = krippendorff_alpha([[0.1] * 5 + [0.2], [0.1] * 5 + [0.3], [0.1] * 5 + [0.3]], "interval")
    assert found.value == pytest.approx(0.875912, abs=5e-7)
    assert found.ci_high == pytest.approx(found.value)


def test_values_that_differ_by_rounding_only_are_the_same() -> None:
    """.1 + .2 is not quite .3."""
    found = krippendorff_alpha([[0.1 + 0.2, 0.3], [0.3, 0.3]], "interval")
    assert (found.value, found.reason) == (None, Reason.NO_VARIANCE)


def test_what_is_not_a_level_or_a_ratio_is_refused() -> None:
    """A misspelt level must not fall back on another; below 0 there are no ratios."""
    with pytest.raises(ValueError, match="nominal, ordinal, interval or ratio, not 'ordinl'"):
        krippendorff_alpha(FOUR, "ordinl")
    with pytest.raises(ValueError, match="0 or more for the ratio level, not -1"):
        krippendorff_alpha([[-1, 2], [1, 2]], "ratio")
    with pytest.raises(ValueError, match="replicates"):
        krippendorff_alpha(FOUR, "nominal", -1)
    with pytest.raises(ValueError, match="two axes"):
        krippendorff_alpha([1, 2, 3], "nominal")


@pytest.mark.parametrize("level", LEVELS[:3])
def test_thousands_of_raters(level: str) -> None:
    """5000 raters who add noise of variance 1 to units of variance 1: α = ½ on continuous values (interval)."""
    random = np.random.default_rng(8)
    units = random.normal(size=60)
    ratings = (units - units.mean()) / units.std() + random.normal(size=(5000, 60))
    ratings = ratings if level == "interval" else ratings.round()
    found = krippendorff_alpha(ratings, level, 200)
    assert (found.n, found.n_items) == (300_000, 60)
    assert found.value is not None
    assert found.ci_low is not None
    assert found.ci_high is not None
    assert found.ci_low < found.value < found.ci_high
    if level == "interval":
        assert found.value == pytest.approx(0.5, abs=0.01)
