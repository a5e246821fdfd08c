"""Who sees it differently: a planted gap is found with its size, noise is not, and few people stay hidden."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scoring_cases import Row, instrument, result

ROLES = ("boss", "crew")
CASE = {"D": {"C": ["q", "p"]}}


def rows(**answers: list[tuple[int, int]]) -> list[Row]:
    """People by role, with their answers to q and p."""
    return [
        ("U", f"{role}{number}", role, {"q": q, "p": p}) for role, given in answers.items() for number, (q, p) in enumerate(given)
    ]


def test_a_planted_gap_is_certain_and_has_its_size() -> None:
    """Twelve against twelve, two points apart."""
    boss = [(4, 5), (5, 4), (4, 4), (5, 5)] * 3
    crew = [(2, 3), (3, 2), (2, 2), (3, 3)] * 3
    (gap,) = result(instrument(CASE, roles=ROLES), rows(boss=boss, crew=crew), replicates=400).units["U"].gaps
    assert (gap.high, gap.low, gap.n_high, gap.n_low, gap.n_questions) == ("boss", "crew", 12, 12, 2)
    assert (gap.difference, gap.high_mean, gap.low_mean) == (pytest.approx(2), pytest.approx(4.5), pytest.approx(2.5))
    assert gap.certain
    assert gap.ci[0] < 2 < gap.ci[1]
    one = np.mean(boss, axis=1)
    sd = np.sqrt(one.var(ddof=1))
    assert gap.g == pytest.approx(2 / sd * (1 - 3 / (4 * 24 - 9)))


def test_the_permutation_p_is_that_of_all_splits() -> None:
    """Four against three: all 35 splits by hand."""
    boss, crew = [(5, 5), (4, 4), (3, 5), (4, 5)], [(2, 2), (3, 4), (1, 3)]
    (gap,) = result(instrument(CASE, roles=ROLES), rows(boss=boss, crew=crew)).units["U"].gaps
    means = np.array([np.mean(pair) for pair in (*boss, *crew)])
    seen = abs(means[:4].mean() - means[4:].mean())
    splits = [abs(means[list(chosen)].mean() - np.delete(means, list(chosen)).mean()) for chosen in combinations(range(7), 4)]
    assert gap.p == pytest.approx(np.mean([split >= seen - 1e-9 for split in splits]))
    assert gap.p_holm == gap.p


def test_noise_is_rarely_called_a_gap() -> None:
    """Four roles of six people from one population: at most one unit in ten or so has any certain gap."""
    rng = np.random.default_rng(3)
    roles = ("a", "b", "c", "d")
    found = 0
    for _ in range(60):
        given = rows(**{role: [tuple(pair) for pair in rng.integers(1, 6, (6, 2)).tolist()] for role in roles})
        gaps = result(instrument(CASE, roles=roles), given, replicates=50).units["U"].gaps
        assert len(gaps) == 6
        found += any(gap.certain for gap in gaps)
    assert found <= 7


def test_roles_under_three_are_not_compared() -> None:
    """A gap would tell what two people said."""
    given = rows(boss=[(5, 5), (4, 4)], crew=[(2, 2), (3, 4), (1, 3), (2, 2)])
    assert result(instrument(CASE, roles=ROLES), given).units["U"].gaps == ()


def test_only_questions_both_are_asked_are_compared() -> None:
    """One role is asked a question the other is not; the gap must not rest on it."""
    case = instrument({"D": {"C": ["q"], "K": ["p"]}}, roles=ROLES, asked={"p": ["boss"]})
    given: list[Row] = [("U", f"b{number}", "boss", {"q": 3, "p": 5}) for number in range(4)]
    given += [("U", f"c{number}", "crew", {"q": 3}) for number in range(4)]
    (gap,) = result(case, given).units["U"].gaps
    assert (gap.difference, gap.n_questions, gap.g) == (0.0, 1, None)
    assert gap.p == 1
