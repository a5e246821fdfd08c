"""What gaps between roles and changes between waves add to the other figures must not tell what one or two people said.

The attacker knows who answered which question, all weights and every published number, and solves linear equations for what
people said. The equations are not written down again here: as every number is linear in the answers, they are found by moving
one answer after another and looking at what moves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray
from scoring_cases import Answer, Row, instrument, result
from wave_cases import change_of, changes_by_id, two_waves

from kamassess.instrument import Instrument
from kamassess.result import AuditResult

ROLES = ("a", "b", "c", "d")
TREE = {"D": {"A": ["q1", "q2"], "B": ["q3"]}, "E": {"F": ["q4"]}}
NAMES = ("q1", "q2", "q3", "q4")
Numbers: TypeAlias = dict[tuple[str, ...], float]
CAUSES = ("comparable", "real", "respondents", "instrument", "not_applicable")


def figures(result: AuditResult, wave: str) -> Numbers:
    """Scores of questions and shown figures of roles: what was known before. Other scores follow from those of questions."""
    unit = result.units["U"]
    found = {(wave, name): question.score for name, question in unit.questions.items()}
    for role, view in unit.roles.items():
        found |= {(wave, role, name): value for name, value in (*view.criteria.items(), *view.dimensions.items())}
    return {key: value for key, value in found.items() if value is not None}


def gaps(result: AuditResult) -> Numbers:
    found = {}
    for gap in result.units["U"].gaps:
        pair = sorted((gap.high, gap.low))
        found["gap", gap.dimension, *pair, gap.high] = gap.high_mean
        found["gap", gap.dimension, *pair, gap.low] = gap.low_mean
    return found


def parts(result: AuditResult) -> Numbers:
    found = {}
    for name, change in changes_by_id(change_of(result)).items():
        values = {cause: getattr(change, cause).value for cause in CAUSES} | {"difference": change.difference}
        found |= {("change", name, cause): value for cause, value in values.items() if value is not None}
    return found


def told(waves: Sequence[list[Row]], numbers: Callable[..., tuple[Numbers, Numbers]]) -> list[tuple[str, ...]]:
    """Groups of one or two people of whom the added numbers tell something that the known ones do not.

    Parameters
    ----------
    waves
        The rows of each wave.
    numbers
        From the rows of each wave to the numbers known before, and those added.
    """
    start = numbers(*waves)
    columns: list[tuple[list[float], list[float]]] = []
    who = []
    for wave, rows in enumerate(waves):
        for place, (unit, person, role, answers) in enumerate(rows):
            for name, answer in answers.items():
                if isinstance(answer, float):
                    step = 1.0 if answer < 3 else -1.0
                    changed = list(rows)
                    changed[place] = (unit, person, role, {**answers, name: answer + step})
                    now = numbers(*[changed if number == wave else other for number, other in enumerate(waves)])
                    columns.append(tuple([new[key] - old[key] for key in old] for new, old in zip(now, start, strict=True)))  # type: ignore[arg-type]
                    who.append(person)
    known = np.array([column[0] for column in columns]).T
    everything = np.array([column[0] + column[1] for column in columns]).T

    def alone(equations: NDArray[np.float64], group: tuple[str, ...]) -> int:
        """How many independent sums of a group's answers, and of no others, follow from equations."""
        return _rank(equations) - _rank(equations[:, ~np.isin(who, group)])

    groups = [group for size in (1, 2) for group in combinations(sorted(set(who)), size)]
    return [group for group in groups if alone(everything, group) > alone(known, group)]


def _rank(matrix: NDArray[np.float64]) -> int:
    return int(np.linalg.matrix_rank(matrix, tol=1e-7)) if matrix.size else 0


def random_asked(rng: np.random.Generator) -> dict[str, list[str]]:
    return {name: [role for role in ROLES if rng.random() < 0.8] or ["a"] for name in NAMES}


def random_people(rng: np.random.Generator, sizes: Sequence[int], asked: Mapping[str, Sequence[str]]) -> list[Row]:
    def answer() -> Answer:
        return float(rng.integers(1, 6)) if rng.random() < 0.8 else str(rng.choice(["DK", "DK", "NA"]))

    rows: list[Row] = [
        ("U", f"{role}{number}", role, {name: answer() for name in NAMES if role in asked[name]})
        for role, size in zip(ROLES, sizes, strict=True)
        for number in range(size)
    ]
    return [row for row in rows if any(isinstance(value, float) for value in row[3].values())]


def test_gaps_between_roles_tell_nothing_of_one_or_two_people() -> None:
    """A comparison on fewer questions than a role's figure rests on would tell, with it, what was said to the others."""
    compared = 0
    for seed in range(8):
        rng = np.random.default_rng(seed)
        asked = random_asked(rng)
        case = instrument(TREE, roles=ROLES, asked=asked, respondents=["by_role", "equal"][seed % 2], min_coverage=0)
        rows = random_people(rng, rng.integers(1, 7, 4).tolist(), asked)

        def numbers(given: list[Row], case: Instrument = case) -> tuple[Numbers, Numbers]:
            found = result(case, given, ["U"], replicates=2)
            return figures(found, "now"), gaps(found)

        compared += len(numbers(rows)[1])
        assert told([rows], numbers) == [], seed
    assert compared > 30


def test_the_attack_finds_what_can_be_found() -> None:
    """Three of four answered both questions: the mean of these three, beside the figures of all, gives away the fourth."""
    case = instrument({"D": {"A": ["q1"], "B": ["q2"]}}, roles=("a",), min_coverage=0)
    rows: list[Row] = [("U", f"a{n}", "a", {"q1": 2.0, "q2": 4.0} if n < 3 else {"q1": 5.0, "q2": "DK"}) for n in range(4)]

    def numbers(given: list[Row]) -> tuple[Numbers, Numbers]:
        three = float(np.mean([(row[3]["q1"] + row[3]["q2"]) / 2 for row in given[:3]]))  # type: ignore[operator]
        return figures(result(case, given, ["U"], replicates=2), "now"), {("mean of three",): three}

    assert ("a3",) in told([rows], numbers)


@pytest.mark.parametrize("seed", range(4))
def test_changes_tell_nothing_of_one_or_two_people(seed: int) -> None:
    """Not by who left and came, not by roles that only one version asks, and not by what a dimension's criteria leave over."""
    rng = np.random.default_rng(1010 + seed)
    asked = random_asked(rng)
    asked_before = asked | ({"q1": random_asked(rng)["q1"], "q4": list(ROLES)} if seed % 4 > 1 else {})
    case, old = (
        instrument(TREE, roles=ROLES, asked=entry, respondents=["by_role", "equal"][seed % 2], min_coverage=0)
        for entry in (asked, asked_before)
    )
    after, before = (random_people(rng, rng.integers(2, 6, 4).tolist(), entry) for entry in (asked, asked_before))

    def numbers(first: list[Row], second: list[Row]) -> tuple[Numbers, Numbers]:
        now = two_waves(case, first, second, old=old, units=["U"], replicates=2)
        then = result(old, first, ["U"], replicates=2)
        return figures(then, "then") | figures(now, "now"), parts(now)

    assert numbers(before, after)[1]
    assert told([before, after], numbers) == []


def test_a_dimension_is_not_told_apart_by_what_the_others_leave_over() -> None:
    """Three came: two answered D and E, one only E. D's criteria, told apart, would leave E's for the whole less D."""
    case = instrument({"D": {"A": ["q1"]}, "E": {"F": ["q4"]}}, min_coverage=0)
    stayed: list[Row] = [("U", f"s{n}", "all", {"q1": 3, "q4": 3}) for n in range(5)]
    came: list[Row] = [("U", f"c{n}", "all", {"q1": 2, "q4": "DK" if n < 2 else 5}) for n in range(3)]
    change = change_of(two_waves(case, stayed, [*stayed, *came]))
    told = {name for name, found in changes_by_id(change).items() if found.real.value is not None}
    assert told in (set(), {"overall"})
