"""What moved a score between two waves: against a slow reference, by the rules of who and what is compared, and its intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from scoring_cases import Answer, Row, instrument
from wave_cases import PARTS, change_of, changes_by_id, part_values, two_waves

from kamassess.instrument import Instrument
from kamassess.result import Change, Reason

ROLES = ("a", "b")
TREE = {"D": {"A": ["q1", "q2"], "B": ["q3"]}, "E": {"F": ["q4"], "G": ["q5", "q6"]}}
NAMES = ("q1", "q2", "q3", "q4", "q5", "q6")
ONE = {"D": {"C": ["q"]}}


def said(answers: Sequence[Answer], role: str = "a", first: int = 0, question: str = "q") -> list[Row]:
    """People who answer one question; from the person numbered *first*."""
    return [("U", f"{role}{first + number}", role, {question: answer}) for number, answer in enumerate(answers)]


# -- a slow reference --------------------------------------------------------------------------------------------------


def scores_of(case: Instrument, rows: Sequence[Row], questions: set[str]) -> dict[str, float]:
    """The score of each block on some questions: arithmetic, with plain loops."""
    found: dict[str, float] = {}
    for question in case.questions.values():
        if question.id in questions:
            values = [(row[2], row[3].get(question.id)) for row in rows if row[2] in question.roles]
            given = [(role, float(value)) for role, value in values if isinstance(value, int | float)]
            if given and case.policy.respondents == "equal":
                found[question.id] = sum(value for _, value in given) / len(given)
            elif given:
                means = [_mean([value for own, value in given if own == role]) for role in {role for role, _ in given}]
                found[question.id] = _mean(means)
    for block in case.blocks:
        for criterion in block.criteria:
            _weigh(found, criterion.id, [(question.id, question.weight) for question in criterion.questions])
        _weigh(found, block.id, [(criterion.id, criterion.weight) for criterion in block.criteria])
    _weigh(found, "overall", [(dimension.id, dimension.weight) for dimension in case.dimensions])
    return found


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _weigh(found: dict[str, float], name: str, children: list[tuple[str, float]]) -> None:
    present = [(found[child], weight) for child, weight in children if weight > 0 and child in found]
    if present:
        found[name] = sum(value * weight for value, weight in present) / sum(weight for _, weight in present)


def answered(rows: Sequence[Row], name: str, case: Instrument) -> bool:
    return any(isinstance(row[3].get(name), int | float) for row in rows if row[2] in case.questions[name].roles)


def reference(
    new: Instrument, old: Instrument, kept: set[str], before: Sequence[Row], after: Sequence[Row]
) -> dict[str, dict[str, float]]:
    """The parts of each change, where the roles that are asked a kept question are the same both times."""
    pairs = {(row[1], row[2]) for row in before} & {(row[1], row[2]) for row in after}
    if len(pairs) >= 3 and 2 * len(pairs) >= min(len(before), len(after)):
        stayed = [[row for row in rows if (row[1], row[2]) in pairs] for rows in (before, after)]
    else:
        roles = {row[2] for row in before} & {row[2] for row in after}
        stayed = [[row for row in rows if row[2] in roles] for rows in (before, after)]
    comparable = {name for name in kept if answered(before, name, new) == answered(after, name, new)}
    real = {name for name in comparable if answered(stayed[0], name, new) and answered(stayed[1], name, new)}
    steps = {
        "total": (scores_of(old, before, set(old.questions)), scores_of(new, after, set(new.questions))),
        "kept": (scores_of(new, before, kept), scores_of(new, after, kept)),
        "comparable": (scores_of(new, before, comparable), scores_of(new, after, comparable)),
        "real": (scores_of(new, stayed[0], real), scores_of(new, stayed[1], real)),
    }
    moved = {step: {name: ends[1][name] - ends[0][name] for name in ends[0] if name in ends[1]} for step, ends in steps.items()}
    parts: dict[str, dict[str, float]] = {}
    for name in moved["total"]:
        own = {step: moved[step][name] for step in moved if name in moved[step]}
        parts[name] = {"difference": own["total"]}
        parts[name] |= {"comparable": own["comparable"]} if "comparable" in own else {}
        parts[name] |= {"real": own["real"]} if "real" in own else {}
        parts[name] |= {"respondents": own["comparable"] - own["real"]} if {"real", "comparable"} <= set(own) else {}
        parts[name] |= {"instrument": own["total"] - own["kept"]} if "kept" in own else {}
        parts[name] |= {"not_applicable": own["kept"] - own["comparable"]} if {"kept", "comparable"} <= set(own) else {}
    return parts


def versions(seed: int, respondents: str) -> tuple[Instrument, Instrument, set[str], list[Row], list[Row]]:
    """Two versions with other questions and weights, and answers of people of whom some come, some go and some stay."""
    rng = np.random.default_rng(seed)
    asked = {name: [role for role in ROLES if rng.random() < 0.85] or ["a"] for name in (*NAMES, "x", "y")}

    def version(tree: Mapping[str, Mapping[str, Sequence[str]]]) -> Instrument:
        weights = {name: float(rng.choice([1.0, 2.0, 0.5])) for name in ("D", "E", "A", "B", "F", "G", *NAMES)}
        return instrument(tree, roles=ROLES, asked=asked, weights=weights, respondents=respondents, min_coverage=0)

    old = version({"D": {"A": ["q1", "q2"], "B": ["q3"]}, "E": {"F": ["q4", "x"], "G": ["q5", "q6"]}})
    new = version({"D": {"A": ["q1", "y"], "B": ["q3"]}, "E": {"F": ["q4"], "G": ["q5", "q6"], "N": ["q2"]}})

    def answers(case: Instrument, role: str) -> dict[str, Answer]:
        return {
            name: int(rng.integers(1, 6)) if rng.random() < 0.85 else str(rng.choice(["DK", "NA"]))
            for name in case.questions
            if role in asked[name]
        }

    waves: list[list[Row]] = []
    first = int(rng.integers(0, 7))
    for start, case in ((0, old), (first, new)):
        numbers = range(start, start + int(rng.integers(3, 8)))
        waves.append([("U", f"{role}{n}", role, answers(case, role)) for role in ROLES for n in numbers])
    return new, old, {*NAMES}, waves[0], waves[1]


@pytest.mark.parametrize("respondents", ["by_role", "equal"])
def test_parts_are_those_of_the_slow_reference(respondents: str) -> None:
    """Every part of every block: people come and go, questions are new, dropped and moved, weights differ, answers miss."""
    seen = dict.fromkeys(("difference", "comparable", *PARTS), 0)
    for seed in range(25):
        new, old, kept, before, after = versions(seed, respondents)
        change = change_of(two_waves(new, before, after, old=old))
        expected = reference(new, old, kept, before, after)
        for name, found in changes_by_id(change).items():
            values = {"difference": found.difference, "comparable": found.comparable.value, **part_values(found)}
            for part, value in values.items():
                if value is not None:
                    assert value == pytest.approx(expected[name][part], abs=1e-9), (seed, name, part)
                    seen[part] += 1
    assert min(seen.values()) > 15, seen


def test_what_is_published_is_the_difference_of_the_published_scores() -> None:
    """Before and after are those that stand in the reports of each wave."""
    new, old, _, before, after = versions(3, "by_role")
    now = two_waves(new, before, after, old=old)
    for name, change in changes_by_id(change_of(now)).items():
        unit = now.units["U"]
        block = {"overall": unit.overall, **unit.dimensions, **unit.criteria}[name]
        assert (change.after, change.level_after, change.n_after) == (block.score, block.level, block.n)
        if change.difference is not None:
            assert change.before is not None
            assert change.difference == pytest.approx((block.score or 0) - change.before)


# -- people ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "both", "basis"),
    [
        (range(6), range(6), 6, "same_people"),
        (range(6), range(3, 9), 3, "same_people"),
        (range(6), range(4, 10), 2, "same_roles"),
        (range(8), range(5, 13), 3, "same_roles"),
        (range(4), range(1, 20), 3, "same_people"),
    ],
)
def test_the_panel_is_three_people_and_half_of_the_smaller_wave(before: range, after: range, both: int, basis: str) -> None:
    """Of fewer, 'the same people' would be a handful that speaks for all."""
    rows = [[("U", f"p{n}", "a", {"q": 1 + n % 5}) for n in numbers] for numbers in (before, after)]
    change = change_of(two_waves(instrument(ONE, roles=ROLES), *rows))  # type: ignore[arg-type]
    assert (change.n_both, change.basis, change.n_before, change.n_after) == (both, basis, len(before), len(after))


def test_a_person_who_changed_role_left_and_came() -> None:
    """What a salesperson says as an executive is not what the salesperson said."""
    case = instrument(ONE, roles=ROLES)
    before = [*said([2, 2, 2, 4]), *said([3, 3, 3], "b")]
    after = [*said([2, 2, 2]), *said([3, 3, 3], "b"), ("U", "a3", "b", {"q": 5})]
    change = change_of(two_waves(case, before, after))
    assert (change.n_before, change.n_after, change.n_both, change.basis) == (7, 7, 6, "same_people")
    assert change.overall.real == change.overall.respondents
    assert change.overall.real.reason == Reason.WITHHELD  # two rows, but one person


def test_the_same_people_never_make_a_change_of_people() -> None:
    """Not even where nobody knew the answer to a question the first time: that is told as what could be answered."""
    case = instrument({"D": {"C": ["q"], "K": ["k"]}}, min_coverage=0)
    before: list[Row] = [("U", f"p{n}", "all", {"q": 3, "k": "DK"}) for n in range(5)]
    after: list[Row] = [("U", f"p{n}", "all", {"q": 4, "k": 1}) for n in range(5)]
    change = change_of(two_waves(case, before, after)).overall
    assert part_values(change) == {
        "real": 1.0,
        "respondents": 0.0,
        "instrument": 0.0,
        "not_applicable": pytest.approx((4 + 1) / 2 - 4),
    }
    assert change.n_questions == 1


def test_a_role_that_only_one_version_has_is_a_change_of_the_instrument() -> None:
    """Customers who are asked for the first time must not look like progress, nor like other people."""
    new = instrument(ONE, roles=("a", "b", "c"))
    old = instrument(ONE, roles=("a", "b"))
    before = [*said([2, 3, 2, 3]), *said([4, 4, 3, 3], "b")]
    after = [*said([3, 4, 3, 4]), *said([5, 5, 4, 4], "b"), *said([1, 1, 1, 1], "c")]
    change = change_of(two_waves(new, before, after, old=old)).overall
    assert part_values(change) == {
        "real": pytest.approx(1.0),
        "respondents": 0.0,
        "instrument": pytest.approx((3.5 + 4.5 + 1) / 3 - 4.0),
        "not_applicable": 0.0,
    }


def test_a_small_role_that_only_one_version_asks_makes_the_question_another_one() -> None:
    """What two customers say would be the score less that of the others; so nothing is compared on that question."""
    new = instrument(ONE, roles=("a", "b", "c"))
    old = instrument(ONE, roles=("a", "b"))
    before = [*said([2, 3, 2, 3]), *said([4, 4, 3, 3], "b")]
    after = [*said([3, 4, 3, 4]), *said([5, 5, 4, 4], "b"), *said([1, 1], "c")]
    change = change_of(two_waves(new, before, after, old=old)).overall
    assert (change.reason, change.n_questions) == (Reason.NO_COMMON_QUESTIONS, 0)
    assert {getattr(change, name).value for name in PARTS} == {None}


def test_a_role_only_in_the_older_version_is_left_out_of_what_is_compared() -> None:
    """Its number is that of no role now; it must not be taken for another one."""
    new, old = instrument(ONE, roles=("b", "a")), instrument(ONE, roles=("z", "a", "b"))
    before = [*said([1] * 4, "z"), *said([2] * 4), *said([3] * 4, "b")]
    after = [*said([3] * 4), *said([4] * 4, "b")]
    change = change_of(two_waves(new, before, after, old=old)).overall
    assert (change.before, change.after) == (2.0, 3.5)
    assert part_values(change) == {"real": 1.0, "respondents": 0.0, "instrument": pytest.approx(0.5), "not_applicable": 0.0}


# -- odd waves ---------------------------------------------------------------------------------------------------------


def test_no_role_in_common_leaves_nothing_real() -> None:
    """None with a reason, no warning of an empty mean."""
    case = instrument(ONE, roles=ROLES)
    change = change_of(two_waves(case, said([1, 2, 3]), said([3, 4, 5], "b")))
    assert change.basis == "same_roles"
    assert change.overall.difference == 2.0
    assert change.overall.real.value is None
    assert change.overall.real.reason in (Reason.NO_COMMON_QUESTIONS, Reason.WITHHELD)


def test_one_respondent_in_each_wave_has_a_change_without_interval() -> None:
    """Nobody left or came, so all of it is real."""
    change = change_of(two_waves(instrument(ONE), said([1], "all"), said([4], "all"))).overall
    assert (change.difference, change.ci, change.ci_reason, change.certain) == (3.0, None, Reason.ONE_RESPONDENT_PER_ROLE, False)
    assert (change.real.value, change.real.ci, change.respondents.value) == (3.0, None, 0.0)


def test_a_wave_in_which_nobody_knew_or_nothing_applied_has_no_change() -> None:
    """The reason is that of the missing score."""
    case = instrument(ONE)
    nothing = {"DK": Reason.NO_ANSWERS, "NA": Reason.ALL_NOT_APPLICABLE}
    for answer, reason in nothing.items():
        for waves in (([answer] * 3, [3, 4, 5]), ([3, 4, 5], [answer] * 3)):
            change = change_of(two_waves(case, said(waves[0], "all"), said(waves[1], "all"))).overall
            assert change.difference is None
            assert change.reason in (reason, Reason.NO_COMMON_QUESTIONS)
            assert change.ci is None


def test_blank_forms_in_the_earlier_wave_are_no_wave() -> None:
    """A unit whose people all sent back empty forms has nothing to be compared with, and is no error."""
    case = instrument(ONE)
    blank: list[Row] = [("U", f"p{n}", "all", {"q": None}) for n in range(3)]
    other: list[Row] = [("V", f"p{n}", "all", {"q": 3}) for n in range(3)]
    found = two_waves(case, [*blank, *other], [*said([1, 2, 3], "all"), *other])
    assert found.progress is not None
    changes = found.progress.units
    if "U" in changes:
        assert changes["U"].overall.difference is None
        assert changes["U"].n_before == 0


def test_a_criterion_that_only_one_version_has_is_not_compared() -> None:
    """It is new: before is nothing, after is its score."""
    new = instrument({"D": {"C": ["q"], "N": ["n"]}})
    old = instrument({"D": {"C": ["q"], "O": ["o"]}})
    before: list[Row] = [("U", f"p{n}", "all", {"q": 2, "o": 5}) for n in range(4)]
    after: list[Row] = [("U", f"p{n}", "all", {"q": 3, "n": 4}) for n in range(4)]
    change = change_of(two_waves(new, before, after, old=old))
    fresh = change.criteria["N"]
    assert (fresh.before, fresh.after, fresh.difference, fresh.reason) == (None, 4.0, None, Reason.NO_COMMON_QUESTIONS)
    assert "O" not in change.criteria
    assert part_values(change.overall) == {
        "real": 1.0,
        "respondents": 0.0,
        "instrument": pytest.approx(-1.0),
        "not_applicable": 0,
    }


def test_unscored_by_coverage_has_no_change() -> None:
    """Half of the answers are missing now: no score, so no change of it."""
    case = instrument({"D": {"C": ["q", "p"]}})
    before: list[Row] = [("U", f"x{n}", "all", {"q": 2, "p": 5}) for n in range(4)]
    after: list[Row] = [("U", f"x{n}", "all", {"q": 3, "p": "DK"}) for n in range(4)]
    change = change_of(two_waves(case, before, after)).overall
    assert (change.difference, change.reason) == (None, Reason.LOW_COVERAGE)


@pytest.mark.parametrize("options", [(0, 1), (-2, -1, 0, 1, 2)])
def test_other_scales_change_alike(options: tuple[int, ...]) -> None:
    """Nothing assumes one to five."""
    low, high = options[0], options[-1]
    case = instrument(ONE, options=options, levels=(low,), unanswered="minimum")
    change = change_of(two_waves(case, said([low] * 4, "all"), said([high] * 4, "all"))).overall
    assert (change.difference, change.real.value) == (high - low, high - low)


# -- intervals ---------------------------------------------------------------------------------------------------------


def width(change: Change) -> float:
    assert change.ci is not None
    return change.ci[1] - change.ci[0]


def test_people_who_answered_twice_are_drawn_together() -> None:
    """Ten who differ among themselves and all go up by one: the change is much surer than that of ten others."""
    case = instrument(ONE, options=(1, 2, 3, 4, 5, 6))
    before = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    after = [2, 2, 3, 3, 4, 4, 5, 5, 6, 5]
    same = change_of(two_waves(case, said(before, "all"), said(after, "all"), replicates=500)).overall
    others = change_of(two_waves(case, said(before, "all"), said(after, "all", first=10), replicates=500)).overall
    assert same.difference == others.difference == pytest.approx(0.9)
    assert width(same) < width(others) / 3
    assert same.certain
    assert not others.certain


def null_rate(stay: float, units: int, seed: int) -> float:
    """The share of units whose change is called certain, where nothing changed but answers by chance."""
    rng = np.random.default_rng(seed)
    case = instrument({"D": {"A": ["q1", "q2"]}, "E": {"F": ["q4", "q5"]}}, roles=("a", "b", "c"))
    names = ("q1", "q2", "q4", "q5")
    waves: list[list[Row]] = [[], []]
    for unit in range(units):
        for role, size in (("a", 6), ("b", 8), ("c", 7)):
            for person in range(size):
                level = {True: rng.normal(3, 0.7), False: 0.0}
                stays = rng.random() < stay
                for number, rows in enumerate(waves):
                    own = level[True] if stays else rng.normal(3, 0.7)
                    answers: dict[str, Any] = {name: int(np.clip(round(own + rng.normal(0, 0.7)), 1, 5)) for name in names}
                    suffix = "" if stays else f"-{number}"
                    rows.append((f"U{unit}", f"{unit}{role}{person}{suffix}", role, answers))
    found = two_waves(case, *waves, replicates=200)
    assert found.progress is not None
    return float(np.mean([found.progress.units[f"U{unit}"].overall.certain for unit in range(units)]))


@pytest.mark.parametrize("stay", [1.0, 0.7, 0.0])
def test_a_change_that_is_not_there_is_rarely_certain(stay: float) -> None:
    """With the same people, some, or none: the interval of a change misses nought in about one unit of twenty."""
    assert 0.0 <= null_rate(stay, 150, seed=int(10 * stay)) <= 0.11
