"""Role gaps against a slow reference, written from the definition; when roles are compared at all; how often noise is called."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from scoring_cases import Answer, Row, instrument, result

from kamassess.instrument import Criterion, Instrument
from kamassess.result import RoleGap, UnitResult

ROLES = ("a", "b", "c")
TREE = {"D": {"C": ["q1", "q2"], "K": ["q3"]}, "E": {"F": ["q4"], "G": ["q5", "q6"]}}
NAMES = ("q1", "q2", "q3", "q4", "q5", "q6")


def people(**answers: Sequence[Mapping[str, Answer]]) -> list[Row]:
    """Respondents of unit U, by role."""
    return [("U", f"{role}{number}", role, said) for role, given in answers.items() for number, said in enumerate(given)]


def unit(case: Instrument, rows: list[Row], replicates: int = 50) -> UnitResult:
    return result(case, rows, replicates=replicates).units["U"]


# -- a slow reference --------------------------------------------------------------------------------------------------


def reference(case: Instrument, rows: list[Row], found: UnitResult) -> dict[tuple[str, str, str], dict[str, Any]]:
    """By dimension and the two roles in order of their names. What may be shown of roles is taken from the result."""
    said = {role: [row[3] for row in rows if row[2] == role] for role in case.role_ids}
    gaps = {}
    for dimension in case.dimensions:
        for one, other in combinations(sorted(found.roles), 2):
            weights = _weights(case, dimension.criteria, said, found, one, other)
            if dimension.weight == 0 or not weights:
                continue
            figures = [sum(weights[name] * _mean(said[role], name) for name in weights) for role in (one, other)]
            distances = _distances(case, weights, said[one], said[other])
            if min(map(len, distances)) < 3:
                continue
            n1, n2 = map(len, distances)
            sd = math.sqrt(sum(_squares(side) for side in distances) / (n1 + n2 - 2))
            difference = abs(figures[0] - figures[1])
            gaps[dimension.id, one, other] = {
                "means": figures,
                "n": (n1, n2),
                "n_questions": len(weights),
                "g": difference / sd * (1 - 3 / (4 * (n1 + n2) - 9)) if sd > 1e-9 else None,
                "p": _permutation(*distances),
            }
    for gap in gaps.values():
        n1, n2 = gap["n"]
        gap["p_least"] = (2 if n1 == n2 else 1) / math.comb(n1 + n2, n1)
        gap["p_holm"] = None
    share = next((k for k in range(1, len(gaps) + 1) if sum(gap["p_least"] <= 0.05 / k for gap in gaps.values()) <= k), 1)
    order = sorted((key for key in gaps if gaps[key]["p_least"] <= 0.05 / share), key=lambda key: gaps[key]["p"])
    least = 0.0
    for rank, key in enumerate(order):
        least = max(least, min(1.0, (len(order) - rank) * gaps[key]["p"]))
        gaps[key]["p_holm"] = least
    return gaps


def _weights(
    case: Instrument,
    criteria: Sequence[Criterion],
    said: Mapping[str, list[Mapping[str, Answer]]],
    found: UnitResult,
    one: str,
    other: str,
) -> dict[str, float]:
    """What each question weighs in the comparison."""
    weights: dict[str, float] = {}
    for criterion in criteria:
        shown = all(found.roles[role].criteria[criterion.id] is not None for role in (one, other))
        heavy = [question for question in criterion.questions if question.weight > 0]
        counts = {role: {q.id: _count(said[role], q.id, role in q.roles) for q in heavy} for role in case.role_ids}
        sets = [{name for name, n in counts[role].items() if n} for role in (one, other)]
        common = [question for question in heavy if question.id in sets[0] & sets[1]]
        nobody = all(n == 0 or n >= 3 for by_question in counts.values() for n in by_question.values())
        same = sets[0] == sets[1] and (case.policy.aggregation == "arithmetic" or len(common) == 1)
        if criterion.weight > 0 and shown and common and (same or nobody):
            total = sum(question.weight for question in common)
            weights |= {question.id: criterion.weight * question.weight / total for question in common}
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def _distances(
    case: Instrument, weights: Mapping[str, float], one: list[Mapping[str, Answer]], other: list[Mapping[str, Answer]]
) -> tuple[list[float], list[float]]:
    """Each respondent's mean distance from the questions' means over both roles, of those who answered enough."""
    centre = {name: _mean([*one, *other], name) for name in weights}

    def side(group: list[Mapping[str, Answer]]) -> list[float]:
        distances = []
        for answers in group:
            given = [name for name in weights if isinstance(answers.get(name), int | float)]
            possible = [name for name in weights if answers.get(name) != "NA"]
            covered = sum(weights[name] for name in given)
            if given and covered >= (case.policy.min_coverage - 1e-9) * sum(weights[name] for name in possible):
                distances.append(sum(weights[name] * (float(answers[name]) - centre[name]) for name in given) / covered)  # type: ignore[arg-type]
        return distances

    return side(one), side(other)


def _count(group: list[Mapping[str, Answer]], name: str, asked: bool) -> int:
    return sum(isinstance(answers.get(name), int | float) for answers in group) if asked else 0


def _mean(group: list[Mapping[str, Answer]], name: str) -> float:
    given = [float(answers[name]) for answers in group if isinstance(answers.get(name), int | float)]  # type: ignore[arg-type]
    return sum(given) / len(given)


def _squares(values: list[float]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values)


def _permutation(one: list[float], other: list[float]) -> float:
    """Over every way to split all into groups of these sizes."""
    everyone = one + other
    seen = abs(sum(one) / len(one) - sum(other) / len(other))
    reached = tried = 0
    for chosen in combinations(range(len(everyone)), len(one)):
        first = [everyone[index] for index in chosen]
        second = [value for index, value in enumerate(everyone) if index not in chosen]
        tried += 1
        reached += abs(sum(first) / len(first) - sum(second) / len(second)) >= seen - 1e-9
    return reached / tried


def drawn(seed: int, **policy: Any) -> tuple[Instrument, list[Row]]:
    """A random instrument and answers to it, some of them missing; few enough people to try every split."""
    rng = np.random.default_rng(seed)
    asked = {name: [role for role in ROLES if rng.random() < 0.8] or [ROLES[0]] for name in NAMES}
    weights = {name: float(rng.choice([1.0, 2.0, 0.5, 0.0], p=[0.6, 0.2, 0.1, 0.1])) for name in ("C", "K", "F", "G", *NAMES)}
    case = instrument(TREE, roles=ROLES, asked=asked, weights=weights, min_coverage=0.5, **policy)

    def answer() -> Answer:
        return int(rng.integers(1, 6)) if rng.random() < 0.85 else str(rng.choice(["DK", "NA"]))

    rows: list[Row] = [
        ("U", f"{role}{number}", role, {name: answer() for name in NAMES if role in asked[name]})
        for role in ROLES
        for number in range(int(rng.integers(2, 7)))
    ]
    return case, [row for row in rows if row[3]]


@pytest.mark.parametrize(
    "policy",
    [{}, {"respondents": "equal"}, {"aggregation": "geometric"}, {"aggregation": "minimum"}],
    ids=["by_role", "equal", "geometric", "minimum"],
)
def test_gaps_are_those_of_the_slow_reference(policy: dict[str, Any]) -> None:
    """Means, g, exact p, Tarone and Holm, numbers, and which roles are compared, over random instruments with missing answers."""
    compared = told = 0
    for seed in range(12):
        case, rows = drawn(seed, **policy)
        found = unit(case, rows, replicates=20)
        expected = reference(case, rows, found)
        assert {(gap.dimension, *sorted((gap.high, gap.low))) for gap in found.gaps} == set(expected)
        for gap in found.gaps:
            one, other = sorted((gap.high, gap.low))
            wanted = expected[gap.dimension, one, other]
            means = [gap.high_mean, gap.low_mean] if gap.high == one else [gap.low_mean, gap.high_mean]
            n = (gap.n_high, gap.n_low) if gap.high == one else (gap.n_low, gap.n_high)
            assert means == pytest.approx(wanted["means"])
            assert (n, gap.n_questions) == (wanted["n"], wanted["n_questions"])
            assert gap.difference == pytest.approx(abs(means[0] - means[1]))
            assert gap.g == (None if wanted["g"] is None else pytest.approx(wanted["g"]))
            adjusted = None if wanted["p_holm"] is None else pytest.approx(wanted["p_holm"])
            assert (gap.p, gap.p_holm, gap.p_least) == (pytest.approx(wanted["p"]), adjusted, pytest.approx(wanted["p_least"]))
            compared += 1
            told += gap.p_holm is not None
    assert compared > 15
    assert 0 < told < compared


# -- what is compared --------------------------------------------------------------------------------------------------


def test_where_all_is_compared_the_means_are_the_figures_of_the_roles() -> None:
    """A gap of 0.6 beside two figures that are 0.5 apart would look like a mistake."""
    rng = np.random.default_rng(4)
    case = instrument(TREE, roles=("a", "b"), weights={"C": 2.0, "q1": 3.0}, min_coverage=0)
    rows = people(
        **{
            role: [{name: int(rng.integers(1, 6)) if rng.random() < 0.8 else "DK" for name in NAMES} for _ in range(12)]
            for role in "ab"
        }
    )
    found = unit(case, rows)
    assert len(found.gaps) == 2
    for gap in found.gaps:
        assert gap.high_mean == pytest.approx(found.roles[gap.high].dimensions[gap.dimension])
        assert gap.low_mean == pytest.approx(found.roles[gap.low].dimensions[gap.dimension])


def test_a_hidden_criterion_is_left_out_and_the_others_are_compared() -> None:
    """One answer to K must be neither told nor cost the comparison on C."""
    case = instrument({"D": {"C": ["q"], "K": ["k"]}}, roles=("a", "b"), min_coverage=0.5)
    rows = people(a=[{"q": 4, "k": 5 if number == 0 else "DK"} for number in range(4)], b=[{"q": 2, "k": 1} for _ in range(4)])
    (gap,) = unit(case, rows).gaps
    assert (gap.high, gap.high_mean, gap.low_mean, gap.n_questions) == ("a", 4.0, 2.0, 1)


def test_answers_to_other_questions_are_compared_only_where_nobody_could_be_found_out() -> None:
    """On q alone b's gap to a would tell, with a's figure for C, what a said to p: fine of four people, not of two."""
    case = instrument({"D": {"C": ["q", "p"]}}, roles=("a", "b"), asked={"p": ["a"]}, min_coverage=0)

    def said(knew: int) -> list[Row]:
        own: list[dict[str, Answer]] = [{"q": 4, "p": 1 if number < knew else "DK"} for number in range(4)]
        return people(a=own, b=[{"q": 2}] * 4)

    (gap,) = unit(case, said(4)).gaps
    assert (gap.high_mean, gap.low_mean, gap.n_questions) == (4.0, 2.0, 1)
    assert unit(case, said(2)).gaps == ()


def test_a_question_that_is_skipped_makes_nobody_high_or_low() -> None:
    """Whoever leaves open the question that all find bad is no happier for it: a's respondents see all as b's do."""
    case = instrument({"D": {"C": ["q"], "K": ["k"]}}, roles=("a", "b"), min_coverage=0.5)
    rows = people(
        a=[{"q": 5, "k": 1}] * 3 + [{"q": 5, "k": "DK"}] * 3,
        b=[{"q": 5, "k": 1}] * 6,
    )
    (gap,) = unit(case, rows).gaps
    assert (gap.difference, gap.p, gap.g) == (pytest.approx(0), 1.0, None)


def test_who_answered_too_little_does_not_enter_the_test() -> None:
    """``n`` counts those who did."""
    case = instrument({"D": {"C": ["q"], "K": ["k"]}}, roles=("a", "b"), min_coverage=0.6)
    rows = people(a=[{"q": 4, "k": 5}] * 4 + [{"q": 4, "k": None}], b=[{"q": 2, "k": 1}, {"q": 1, "k": 2}] * 2)
    (gap,) = unit(case, rows).gaps
    assert (gap.n_high, gap.n_low) == (4, 4)


def test_screens_and_dimensions_without_weight_are_not_compared() -> None:
    """They are no part of the score that a gap is read against."""
    case = instrument({"D": {"C": ["q"]}, "E": {"F": ["f"]}}, screens={"S": {"T": ["s"]}}, roles=("a", "b"), weights={"E": 0.0})
    rows = people(a=[{"q": 5, "f": 5, "s": 5}] * 4, b=[{"q": 1, "f": 1, "s": 1}] * 4)
    assert [gap.dimension for gap in unit(case, rows).gaps] == ["D"]


def test_one_role_one_respondent_or_no_answers_give_no_gaps() -> None:
    """And no warning, and no crash."""
    case = instrument({"D": {"C": ["q"]}}, roles=("a", "b"))
    for rows in (
        people(a=[{"q": 3}] * 5),
        people(a=[{"q": 3}], b=[{"q": 2}]),
        people(a=[{"q": "DK"}] * 4, b=[{"q": "NA"}] * 4),
    ):
        assert unit(case, rows).gaps == ()


# -- chance ------------------------------------------------------------------------------------------------------------


def ends(gap: RoleGap, one: str) -> tuple[float, float]:
    """The interval of *one* less the other role."""
    return gap.ci if gap.high == one else (-gap.ci[1], -gap.ci[0])


def test_roles_by_other_names_have_the_same_gap() -> None:
    """Which role comes first in the alphabet must move neither mean, g nor p; draws are seeded by name, so the interval may."""
    rng = np.random.default_rng(2)
    sides = [[{"q": int(value)} for value in rng.integers(low, low + 3, size)] for low, size in ((1, 14), (2, 11))]
    case = instrument({"D": {"C": ["q"]}}, roles=("a", "b"))
    (there,) = unit(case, people(a=sides[0], b=sides[1]), 1000).gaps
    (back,) = unit(case, people(a=sides[1], b=sides[0]), 1000).gaps
    assert (there.high, back.high) == ("b", "a")
    assert (there.high_mean, there.low_mean, there.difference) == (back.high_mean, back.low_mean, back.difference)
    assert (there.n_high, there.n_low) == (back.n_high, back.n_low) == (11, 14)
    assert there.g == pytest.approx(back.g)
    assert there.p == back.p  # 14 against 11 is tested by random splits
    assert ends(there, "b") == pytest.approx(ends(back, "a"), abs=0.15)


def test_the_interval_is_that_of_a_plain_bootstrap() -> None:
    """Means of drawn people, moved away from the mean by √(n/(n − 1)): as a loop, with other random numbers."""
    rng = np.random.default_rng(8)
    sides = [rng.integers(1, 6, (size, 2)).astype(float) for size in (9, 6)]
    case = instrument({"D": {"C": ["q", "p"]}}, roles=("a", "b"), weights={"q": 3.0})
    rows = people(**{name: [{"q": q, "p": p} for q, p in side.tolist()] for name, side in zip("ab", sides, strict=True)})
    (gap,) = unit(case, rows, 4000).gaps
    differences = []
    for _ in range(4000):
        means = []
        for side in sides:
            own = (3 * side[:, 0] + side[:, 1]) / 4
            drawn = own[rng.integers(0, len(own), len(own))].mean()
            means.append(own.mean() + (drawn - own.mean()) * math.sqrt(len(own) / (len(own) - 1)))
        differences.append(means[0] - means[1])
    assert ends(gap, "a") == pytest.approx(tuple(np.quantile(differences, [0.025, 0.975])), abs=0.12)


def test_p_of_many_is_exact_enough_and_never_below_what_splits_allow() -> None:
    """From two hundred people in both roles on p comes from the normal distribution; three against many never does."""
    rng = np.random.default_rng(6)
    case = instrument({"D": {"C": ["q"]}}, roles=("a", "b"))
    for sizes, least in (((220, 220), 0.0), ((3, 120), 1 / 5000)):
        values = [rng.choice([1, 2, 3, 4, 5], p=[0.8, 0.05, 0.05, 0.05, 0.05], size=size).tolist() for size in sizes]
        (gap,) = unit(case, people(a=[{"q": v} for v in values[0]], b=[{"q": v} for v in values[1]])).gaps
        everyone = np.array(values[0] + values[1], dtype=float)
        seen = abs(np.mean(values[0]) - np.mean(values[1])) - 1e-9
        splits = [rng.permutation(everyone) for _ in range(4000)]
        rate = np.mean([abs(split[: sizes[0]].mean() - split[sizes[0] :].mean()) >= seen for split in splits])
        assert gap.p == pytest.approx(rate, abs=0.03)
        assert gap.p >= least


def null_units(count: int, sizes: Sequence[int], seed: int) -> float:
    """The share of units with any certain gap where nobody differs but by chance."""
    rng = np.random.default_rng(seed)
    roles = ROLES[: len(sizes)]
    case = instrument({"D": {"C": ["q1", "q2"]}, "E": {"F": ["q4", "q5"]}}, roles=roles)
    rows: list[Row] = []
    for number, (role, size) in product(range(count), zip(roles, sizes, strict=True)):
        for person in range(size):
            level = rng.normal(3, 0.8)
            answers = {name: int(np.clip(round(level + rng.normal(0, 0.7)), 1, 5)) for name in ("q1", "q2", "q4", "q5")}
            rows.append((f"U{number}", f"{number}{role}{person}", role, answers))
    units = result(case, rows, replicates=20).units
    return sum(any(gap.certain for gap in units[name].gaps) for name in units) / count


def test_a_gap_that_is_not_there_is_hardly_ever_certain() -> None:
    """Two hundred units in which roles do not matter: about one in twenty may have any certain gap, not one in four."""
    assert null_units(200, (6, 5, 7), seed=1) <= 0.08


def test_a_gap_of_two_points_is_always_found() -> None:
    """Twelve against twelve: a test that misses it is of no use."""
    rng = np.random.default_rng(9)
    case = instrument({"D": {"C": ["q1", "q2"]}}, roles=("a", "b"))
    rows: list[Row] = []
    for number, (role, level) in product(range(20), (("a", 2.0), ("b", 4.0))):
        for person in range(12):
            answers = {name: int(np.clip(round(level + rng.normal(0, 0.9)), 1, 5)) for name in ("q1", "q2")}
            rows.append((f"U{number}", f"{number}{role}{person}", role, answers))
    for found in result(case, rows, replicates=100).units.values():
        (gap,) = found.gaps
        assert gap.certain
        assert gap.high == "b"
        assert 1.2 < gap.difference < 2.8
