"""Concentration, diversity and retention: each is one line of arithmetic, and easily off by a root, a factor or a sign."""

from __future__ import annotations

import math

import pytest

from kamassess.result import Reason
from kamassess.stats import Concentration, Diversity, Retention, concentration, diversity, retention

SHARES = [0.4, 0.3, 0.2, 0.1]
NAN = math.nan


def test_the_published_case() -> None:
    """Shares .4 .3 .2 .1, as shares and as amounts in any order."""
    for values in (SHARES, [200, 100, NAN, 400, 300]):
        found = concentration(values)
        assert (found.hhi, found.gini, found.effective_n) == pytest.approx((3000, 0.25, 1 / 0.3))
        assert (found.n, found.reason) == (4, None)
        spread = diversity(values)
        assert (spread.shannon, spread.evenness) == (pytest.approx(1.27985, abs=5e-6), pytest.approx(0.92322, abs=5e-6))
        assert (spread.simpson, spread.n, spread.reason) == (pytest.approx(0.7), 4, None)


def test_the_index_of_the_merger_guidelines() -> None:
    """Four firms with 30, 30, 20 and 20 per cent have an HHI of 2600."""
    assert concentration([30, 30, 20, 20]).hhi == pytest.approx(2600)


def test_the_ends_of_concentration() -> None:
    """One has all, or all have the same; those who have nothing count for Gini and not for the others."""
    assert concentration([0.1] * 7) == Concentration(pytest.approx(10_000 / 7), pytest.approx(7.0), 0.0, 7)
    assert concentration([5]) == Concentration(10_000.0, 1.0, 0.0, 1)
    assert concentration([0, 0, 0, 8]) == Concentration(10_000.0, 1.0, 0.75, 4)


def test_the_ends_of_diversity() -> None:
    """As many kinds as even: ln K, 1 and 1 − 1/K; one kind: no diversity, and evenness does not exist."""
    assert diversity([0.1] * 5) == Diversity(pytest.approx(math.log(5)), pytest.approx(1.0), pytest.approx(0.8), 5)
    assert diversity([3]) == Diversity(0.0, None, 0.0, 1, Reason.NO_VARIANCE)


def test_kinds_of_which_there_is_nothing_are_no_kinds() -> None:
    """An empty row in a table of industries must not make the book of business less even."""
    assert diversity([*SHARES, 0, 0, NAN]) == diversity(SHARES)


def test_nothing_has_a_reason() -> None:
    """No values; values that add up to 0."""
    for nothing in ([], [NAN, NAN]):
        assert concentration(nothing) == Concentration(None, None, None, 0, Reason.TOO_FEW_ANSWERS)
        assert diversity(nothing) == Diversity(None, None, None, 0, Reason.TOO_FEW_ANSWERS)
    assert concentration([0, 0, -0.0]) == Concentration(None, None, None, 3, Reason.ZERO_TOTAL)
    assert diversity([0, 0]) == Diversity(None, None, None, 0, Reason.ZERO_TOTAL)


def test_negative_amounts_are_refused() -> None:
    """A credit note has no share."""
    for call in (concentration, diversity):
        with pytest.raises(ValueError, match="0 or more, not -2"):
            call([3, -2, 1])  # type: ignore[operator]
        with pytest.raises(ValueError, match="one axis"):
            call([[1, 2]])  # type: ignore[operator]


def test_retention_of_the_published_case() -> None:
    """1.2 M, −120 k lost, −40 k reduced, +180 k expanded: gross 86.7 %, net 101.7 %."""
    found = retention(1_200_000, 120_000, 40_000, 180_000)
    assert found.gross is not None
    assert found.net is not None
    assert (round(100 * found.gross, 1), round(100 * found.net, 1), found.reason) == (86.7, 101.7, None)


def test_the_ends_of_retention() -> None:
    """All stayed, all went, and what has no start has no share; three tenths of three tenths leave 0, not less."""
    assert retention(5, 0) == Retention(1.0, 1.0)
    assert retention(5, 5) == Retention(0.0, 0.0)
    assert retention(0.3, 0.1, 0.2) == Retention(pytest.approx(0, abs=1e-15), pytest.approx(0, abs=1e-15))
    assert retention(0, 0, 0, 10) == Retention(None, None, Reason.ZERO_TOTAL)
    assert retention(NAN, 1) == retention(5, NAN) == Retention(None, None, Reason.TOO_FEW_ANSWERS)


def test_amounts_with_a_minus_and_losses_beyond_the_start_are_refused() -> None:
    """A table that writes losses with a minus would raise retention above 100 %."""
    with pytest.raises(ValueError, match="not written with a minus"):
        retention(1_200_000, -120_000)
    with pytest.raises(ValueError, match="more was lost"):
        retention(100, 80, 30)
    with pytest.raises(ValueError, match="within"):
        retention(math.inf, 1)
