"""An interval says how far a score could move: it must be a bootstrap over people within roles, the same for the same answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scoring_cases import Row, instrument, result

from kamassess.instrument import Instrument
from kamassess.result import Block, Reason

ONE = {"D": {"C": ["q"]}}
ROLES = ("executive", "sales")


def overall(case: Instrument, rows: list[Row], replicates: int = 1000) -> Block:
    return result(case, rows, replicates=replicates).units["U"].overall


def people(role: str, answers: list[float], question: str = "q") -> list[Row]:
    return [("U", f"{role}{number}", role, {question: answer}) for number, answer in enumerate(answers)]


def test_two_respondents_give_the_interval_between_them() -> None:
    """Half of all resamples are one of the two twice: the 2.5 and 97.5 percentiles are their answers, not a normal guess."""
    assert overall(instrument(ONE), people("all", [1, 5])).ci == (1.0, 5.0)


def test_resampling_stays_within_roles() -> None:
    """Roles that agree within themselves have no spread at all; resampling over both would give 2 to 4 or so."""
    rows = people("executive", [5, 5, 5]) + people("sales", [1, 1, 1])
    block = overall(instrument(ONE, roles=ROLES), rows)
    assert block.ci == (3.0, 3.0)
    assert (block.interval, block.ci_reason) == (None, Reason.NO_VARIANCE), "it says nothing of how sure the score is"


def test_a_role_of_one_stands_still_while_the_other_moves() -> None:
    """One executive has no spread to show, which is no reason to hide that of two salespeople."""
    rows = people("executive", [5]) + people("sales", [1, 3])
    assert overall(instrument(ONE, roles=ROLES), rows).ci == pytest.approx((3.0, 3.5 + 0.5**0.5))
    equal = overall(instrument(ONE, roles=ROLES, respondents="equal"), rows)
    assert equal.ci == pytest.approx((7 / 3, (5 + 4 + 2 * 2**0.5) / 3))


def test_no_interval_without_two_respondents_in_a_role() -> None:
    """An interval of width 0 from one person would look like certainty."""
    rows = people("executive", [5]) + people("sales", [1])
    block = overall(instrument(ONE, roles=ROLES), rows)
    assert (block.score, block.ci, block.ci_reason) == (3.0, None, Reason.ONE_RESPONDENT_PER_ROLE)
    three = overall(instrument(ONE, min_coverage=0), [*people("all", [4]), ("U", "x", "all", {"q": "DK"})])
    assert (three.score, three.ci, three.ci_reason) == (4.0, None, Reason.ONE_RESPONDENT_PER_ROLE)


def test_two_respondents_who_count_in_different_questions_are_two() -> None:
    """The block rests on both; that they saw different questions is part of how far it could move."""
    case = instrument({"D": {"C": ["q", "p"]}}, min_coverage=0.5)
    rows: list[Row] = [("U", "a", "all", {"q": 2}), ("U", "b", "all", {"p": 4})]
    block = overall(case, rows)
    assert (block.score, block.ci, block.ci_reason) == (3.0, (2.0, 4.0), None)


def test_an_empty_answer_that_counts_as_lowest_is_resampled_as_such() -> None:
    """Under minimum the blank of the second respondent moves the score, so it has to move the interval."""
    case = instrument({"D": {"C": ["q", "p"]}}, unanswered="minimum", min_coverage=0.5)
    rows: list[Row] = [("U", "a", "all", {"q": 5, "p": 5}), ("U", "b", "all", {"p": 5})]
    assert overall(case, rows).ci == (3.0, 5.0)


@pytest.mark.parametrize("policy", ["by_role", "equal"])
def test_intervals_agree_with_a_plain_bootstrap(policy: str) -> None:
    """Percentiles of the same resampling written as a loop, with other random numbers: the ends agree within their noise.

    The means of each group are widened as the decision on intervals says, within the scale.
    """
    rng = np.random.default_rng(7)
    groups = [rng.integers(1, 6, (9, 2)).astype(float), rng.integers(1, 4, (5, 2)).astype(float)]
    rows: list[Row] = [
        ("U", f"{role}{number}", role, {"q": answers[0], "p": answers[1]})
        for role, group in zip(ROLES, groups, strict=True)
        for number, answers in enumerate(group.tolist())
    ]
    case = instrument({"D": {"C": ["q", "p"]}}, roles=ROLES, respondents=policy, weights={"q": 3})
    draws = []
    for _ in range(4000):
        means = []
        for group in groups:
            moved = group[rng.integers(0, len(group), len(group))].mean(axis=0) - group.mean(axis=0)
            means.append(np.clip(group.mean(axis=0) + moved * np.sqrt(len(group) / (len(group) - 1)), 1, 5))
        questions = np.average(means, axis=0, weights=None if policy == "by_role" else [len(group) for group in groups])
        draws.append((3 * questions[0] + questions[1]) / 4)
    ci = overall(case, rows, replicates=4000).ci
    assert ci == pytest.approx(tuple(np.quantile(draws, [0.025, 0.975])), abs=0.04)


def test_the_interval_of_many_is_that_of_the_central_limit() -> None:
    """A factor wrong in the resampling (n − 1, or one draw for all) would widen or narrow it."""
    answers = [1.0, 2, 3, 4, 5] * 40
    ci = overall(instrument(ONE), people("all", answers), replicates=4000).ci
    half = 1.96 * np.std(answers) / np.sqrt(len(answers))
    assert ci == pytest.approx((3 - half, 3 + half), abs=0.02)


def test_replicates_in_which_a_question_has_no_answer_leave_it_out() -> None:
    """Counted as 0 or as NaN they would drag or destroy the interval."""
    rows = [*people("all", [2, 4]), ("U", "x", "all", {"q": "DK"}), ("U", "y", "all", {"q": "DK"})]
    assert overall(instrument(ONE, min_coverage=0.5), rows).ci == pytest.approx((3 - 2**0.5, 3 + 2**0.5))


def test_the_names_of_respondents_and_the_order_of_rows_move_nothing() -> None:
    """A pseudonym list redrawn for the next report would otherwise change printed intervals."""
    case = instrument({"D": {"C": ["q", "p"]}}, screens={"S": {"T": ["s"]}}, options=(0.1, 0.3, 0.7, 1.1), levels=(0,))
    rng = np.random.default_rng(3)
    answers = [dict(zip("qps", rng.choice([0.1, 0.3, 0.7, 1.1], 3).tolist(), strict=True)) for _ in range(7)]
    rows: list[Row] = [("U", f"r{number}", "all", entry) for number, entry in enumerate(answers)]
    renamed: list[Row] = [("U", f"x{9 - number}", "all", entry) for number, entry in enumerate(answers)]
    figures, others = (replace(result(case, given).units["U"], answer_rows=None) for given in (rows, renamed))
    assert figures == others
    assert result(case, rows).units["U"] == result(case, rows[::-1]).units["U"]


def test_draws_of_a_role_depend_on_nothing_else() -> None:
    """A customer who answers one more question must not shift the interval of a block that customers do not see."""
    case = instrument({"D": {"C": ["q"]}, "E": {"F": ["f"]}}, roles=("a", "z"), asked={"q": ["z"], "f": ["a"]})
    sales = people("z", [1, 2, 4, 5, 5])
    first = result(case, sales + people("a", [1, 2, 3], "f")).units["U"]
    second = result(case, sales + people("a", [5, 4], "f")).units["U"]
    assert first.criteria["C"].ci == second.criteria["C"].ci
    assert first.criteria["F"].ci != second.criteria["F"].ci


def test_units_that_answer_alike_are_drawn_apart() -> None:
    """The same random numbers in all units would make differences between units look more certain than they are."""
    case = instrument({"D": {"C": ["q", "p"]}})
    answers = [(1, 2), (2, 5), (3, 1), (5, 4), (4, 4), (1, 1)]
    rows: list[Row] = [(unit, f"r{i}", "all", {"q": q, "p": p}) for unit in "UV" for i, (q, p) in enumerate(answers)]
    found = result(case, rows, replicates=30)
    assert found.units["U"].overall.score == found.units["V"].overall.score
    assert found.units["U"].overall.ci != found.units["V"].overall.ci


def test_a_fixed_case_keeps_its_interval() -> None:
    """Another numpy or another machine must give the interval that was printed before."""
    answers = [(1, 2), (2, 5), (3, 1), (5, 4), (4, 4), (1, 1), (5, 5)]
    rows: list[Row] = [("U", f"r{i}", "all", {"q": q, "p": p}) for i, (q, p) in enumerate(answers)]
    block = overall(instrument({"D": {"C": ["q", "p"]}}, weights={"q": 3}), rows, replicates=101)
    assert block.ci == pytest.approx((1.7819995672722888, 4.173701491684714), abs=1e-12)
