"""Reliability by role and by unit: α and ω of what one role is asked, ICC over all; and where there is none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pingouin
import pytest
from scoring_cases import Row, instrument, result

from kamassess.result import Reason, Reliability
from kamassess.scoring.reliability import consistency_band

ROLES = ("boss", "crew")
NAMES = ("q1", "q2", "q3", "q4")
TREE = {"D": {"A": ["q1", "q2"], "B": ["q3", "q4"]}}


def of_wave(rows: list[Row], **kwargs: object) -> Reliability:
    case = instrument(TREE, roles=ROLES, **kwargs)  # type: ignore[arg-type]
    return result(case, rows).reliability["D"]


def random_rows(seed: int, people: int = 12, missing: float = 0.0) -> list[Row]:
    """Two units; each person has a level of his own, so that questions go together."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    for unit, role, number in ((u, r, n) for u in "UV" for r in ROLES for n in range(people)):
        level = rng.normal(3, 1)
        answers = {name: int(np.clip(round(level + rng.normal(0, 0.6)), 1, 5)) for name in NAMES}
        rows.append(
            (unit, f"{unit}{role}{number}", role, {n: a if rng.random() >= missing else "DK" for n, a in answers.items()})
        )
    return rows


def complete(rows: list[Row], role: str | None, names: tuple[str, ...]) -> np.ndarray:
    """Answers of those who answered all of some questions."""
    chosen = [row[3] for row in rows if role in (None, row[2])]
    return np.array([[a[n] for n in names] for a in chosen if all(isinstance(a.get(n), int) for n in names)], dtype=float)


def slow_alpha(items: np.ndarray) -> float:
    """k/(k − 1) · (1 − Σ variances of items / variance of sums)."""
    rows = items.tolist()
    count, k = len(rows), len(rows[0])

    def variance(values: list[float]) -> float:
        mean = sum(values) / count
        return sum((value - mean) ** 2 for value in values) / (count - 1)

    return k / (k - 1) * (1 - sum(variance([row[j] for row in rows]) for j in range(k)) / variance([sum(row) for row in rows]))


@pytest.mark.parametrize("missing", [0.0, 0.15])
def test_alpha_of_a_role_is_that_of_its_own_complete_rows(missing: float) -> None:
    """What the other role answers, or is not asked, must not enter; n counts complete rows."""
    rows = random_rows(1, missing=missing)
    asked = {"q4": ["boss"]}
    rows = [(u, p, r, {n: a for n, a in answers.items() if n != "q4" or r == "boss"}) for u, p, r, answers in rows]
    found = of_wave(rows, asked=asked, min_coverage=0)
    for role, names in (("boss", NAMES), ("crew", NAMES[:3])):
        items = complete(rows, role, names)
        own = found.by_role[role]
        assert (own.n, own.n_items, own.reason) == (len(items), len(names), None)
        assert own.alpha == pytest.approx(slow_alpha(items))
        alpha, interval = pingouin.cronbach_alpha(pd.DataFrame(items))
        assert (own.alpha, own.alpha_ci) == (pytest.approx(alpha), pytest.approx(tuple(interval), abs=2e-3))
        assert own.omega is not None
        assert 0 < own.omega <= 1
    whole = complete(rows, "boss", NAMES)
    assert (found.n, found.n_items) == (len(whole), 4)
    assert found.alpha == pytest.approx(slow_alpha(whole))


def test_alpha_of_a_wave_goes_over_all_roles() -> None:
    """And has a word."""
    rows = random_rows(2)
    found = of_wave(rows)
    items = complete(rows, None, NAMES)
    assert (found.n, found.alpha) == (48, pytest.approx(slow_alpha(items)))
    assert found.alpha is not None
    assert found.band == consistency_band(found.alpha)


@pytest.mark.parametrize(
    ("alpha", "band"),
    [(-0.5, "low"), (0.699, "low"), (0.7, "usable"), (0.799, "usable"), (0.8, "good"), (0.95, "good"), (0.9501, "redundant")],
)
def test_bands(alpha: float, band: str) -> None:
    """From .70 usable, from .80 good, above .95 redundant."""
    assert consistency_band(alpha) == band


def test_icc_is_of_respondents_means_by_unit() -> None:
    """Whoever answered anything enters, with the plain mean of what was answered."""
    rows = random_rows(3, people=5, missing=0.3)
    found = of_wave(rows, min_coverage=0)
    groups: dict[str, list[float]] = {"U": [], "V": []}
    for unit, _, _, answers in rows:
        given = [float(a) for a in answers.values() if isinstance(a, int)]
        if given:
            groups[unit].append(sum(given) / len(given))
    n = [len(group) for group in groups.values()]
    grand = sum(map(sum, groups.values())) / sum(n)
    msb = sum(len(group) * (np.mean(group) - grand) ** 2 for group in groups.values())
    msw = sum((x - np.mean(group)) ** 2 for group in groups.values() for x in group) / (sum(n) - 2)
    k = sum(n) - sum(size**2 for size in n) / sum(n)
    assert (found.icc_n, found.n_units, found.icc_reason) == (sum(n), 2, None)
    assert found.icc1 == pytest.approx((msb - msw) / (msb + (k - 1) * msw))
    assert found.icc2 == pytest.approx((msb - msw) / msb)


def test_of_one_or_two_people_of_a_role_nothing_is_told() -> None:
    """α of two people is a figure of what these two said, and of nothing else."""
    rows = [row for row in random_rows(4) if row[2] == "crew"] + [row for row in random_rows(4) if row[2] == "boss"][:2]
    own = of_wave(rows).by_role["boss"]
    assert (own.alpha, own.alpha_ci, own.omega, own.n, own.n_items) == (None, None, None, 2, 4)
    assert own.reason == Reason.TOO_FEW_ANSWERS


def test_roles_that_are_asked_nothing_of_a_dimension_are_not_listed() -> None:
    """An empty line would look like a role that did not answer."""
    rows = [row for row in random_rows(5) if row[2] == "boss"]
    assert set(of_wave(rows, asked={name: ["boss"] for name in NAMES}).by_role) == {"boss"}


@pytest.mark.parametrize(
    ("answer", "reason"), [(3, Reason.NO_VARIANCE), ("DK", Reason.TOO_FEW_ANSWERS)], ids=["all the same", "nobody knows"]
)
def test_no_variance_and_no_answers_have_a_reason(answer: int | str, reason: Reason) -> None:
    """Not a number, and no warning."""
    rows: list[Row] = [(u, f"{u}{r}{n}", r, dict.fromkeys(NAMES, answer)) for u in "UV" for r in ROLES for n in range(4)]
    found = of_wave(rows, min_coverage=0)
    assert (found.alpha, found.band, found.reason, found.icc1, found.icc_reason) == (None, None, reason, None, reason)
    assert {own.reason for own in found.by_role.values()} == {reason}


def test_a_dimension_of_one_question_has_no_alpha() -> None:
    """But an ICC."""
    rows: list[Row] = [(u, f"{u}{n}", "boss", {"q1": n % 3 + (u == "U")}) for u in "UV" for n in range(6)]
    found = result(instrument({"D": {"A": ["q1"]}}, roles=ROLES, options=(0, 1, 2, 3)), rows).reliability["D"]
    assert (found.alpha, found.reason, found.by_role["boss"].reason) == (None, Reason.TOO_FEW_ANSWERS, Reason.TOO_FEW_ANSWERS)
    assert found.icc1 is not None


def test_questions_without_weight_do_not_count() -> None:
    """As if they were not there."""
    rows = random_rows(6)
    found = of_wave(rows, weights={"q3": 0.0})
    assert found.alpha == pytest.approx(slow_alpha(complete(rows, None, ("q1", "q2", "q4"))))
    assert found.by_role["boss"].n_items == 3
