"""What must hold for any instrument, any policy and any answers, not only for the cases someone thought of."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scoring_cases import Row, Tree, engagement, instrument, result, write_engagement

from kamassess.instrument import Instrument
from kamassess.recipe import score
from kamassess.result import AuditResult, Block, Interval, UnitResult
from kamassess.stats import cronbach_alpha

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
SCALES = ((1.0, 2.0, 3.0, 4.0, 5.0), (0.0, 1.0), (0.0, 33.3, 66.7, 100.0), (0.1, 0.2, 0.7))
ROLES = ("boss", "kam")
DUST = 1e-9


@dataclass(frozen=True)
class Case:
    """What an instrument is built from, so that a test can build a variation; and answers to it."""

    parts: dict[str, Any]
    rows: list[Row]

    @property
    def instrument(self) -> Instrument:
        return instrument(**self.parts)

    def result(self, rows: list[Row] | None = None, **changed: Any) -> AuditResult:
        return result(instrument(**(self.parts | changed)), self.rows if rows is None else rows, ["U", "V"], replicates=20)


@st.composite
def cases(draw: st.DrawFn, negative: bool = False) -> Case:
    shape = draw(st.lists(st.lists(st.integers(1, 2), min_size=1, max_size=2), min_size=1, max_size=3))
    tree: dict[str, dict[str, list[str]]] = {
        f"D{d}": {f"D{d}C{c}": [f"D{d}C{c}Q{q}" for q in range(n)] for c, n in enumerate(criteria)}
        for d, criteria in enumerate(shape)
    }
    screens: dict[str, dict[str, list[str]]] = {"S": tree.pop("D2")} if "D2" in tree else {}
    questions = names(tree, 3) + names(screens, 3)
    options = draw(st.sampled_from((*SCALES, (-3.0, 0.0, 2.0)) if negative else SCALES))
    span = options[-1] - options[0]
    parts = {
        "tree": tree,
        "screens": screens,
        "options": options,
        "levels": [options[0] + share * span for share in (0.1, 0.4, 0.7)],
        "roles": ROLES,
        "asked": {name: ROLES[:1] for name in questions if draw(st.integers(0, 4)) == 0},
        "weights": {
            name: draw(st.sampled_from((1.0, 2.0, 0.3))) for part in (tree, screens) for n in (1, 2, 3) for name in names(part, n)
        },
        "gates": [name for name in names(tree, 2) if draw(st.booleans())],
        "respondents": draw(st.sampled_from(("by_role", "equal"))),
        "aggregation": draw(st.sampled_from(("arithmetic", "minimum") if negative else ("arithmetic", "geometric", "minimum"))),
        "unanswered": draw(st.sampled_from(("exclude", "exclude", "minimum"))),
        "min_coverage": draw(st.sampled_from((0.0, 0.5, 0.6, 1.0))),
        "min_respondents": draw(st.integers(1, 3)),
    }
    answer = st.sampled_from((*options, *options, "DK", "NA", None))
    rows: list[Row] = [
        (
            unit,
            f"{unit}{role}{number}",
            role,
            {name: draw(answer) for name in questions if role in parts["asked"].get(name, ROLES)},
        )
        for unit in "UV"
        for role in ROLES
        for number in range(draw(st.integers(0, 4)))
    ]
    assume(any(value is not None for *_, answers in rows for value in answers.values()))
    return Case(parts, rows)


def names(tree: Tree, depth: int) -> list[str]:
    """Ids of the dimensions (1), criteria (2) or questions (3) of a tree."""
    if depth == 1:
        return list(tree)
    criteria = [item for part in tree.values() for item in part.items()]
    return [name for name, _ in criteria] if depth == 2 else [name for _, questions in criteria for name in questions]


def blocks(unit: UnitResult) -> dict[str, Block]:
    return {"overall": unit.overall, **unit.dimensions, **unit.screens, **unit.criteria}


def within(value: float, interval: Interval) -> bool:
    return interval[0] - DUST <= value <= interval[1] + DUST


@QUICK
@given(cases(), st.randoms(use_true_random=False))
def test_order_and_names_of_respondents_do_not_matter(case: Case, random: Any) -> None:
    """Else the order of files, or a new list of pseudonyms, would change a printed number."""
    shuffled = [
        (unit, name, role, dict(random.sample(list(answers.items()), len(answers)))) for unit, name, role, answers in case.rows
    ]
    random.shuffle(shuffled)
    renamed = [(unit, f"p{number}", role, answers) for number, (unit, _, role, answers) in enumerate(shuffled)]
    expected = case.result().as_json()
    assert case.result(shuffled).as_json() == expected
    found = case.result(renamed).as_json()
    for tree in (found, expected):
        for entry in tree["units"].values():
            entry.pop("answer_rows")  # which answers they are is known by their names
    assert found == expected


@QUICK
@given(cases(negative=True))
def test_scores_stay_within_scale_and_bounds(case: Case) -> None:
    """A score outside of what its answers could mean is wrong, whatever the policy."""
    ends = (case.parts["options"][0], case.parts["options"][-1])
    for unit in case.result().units.values():
        for block in blocks(unit).values():
            if block.bounds is not None:
                assert within(block.bounds[0], ends)
                assert within(block.bounds[1], (block.bounds[0], ends[1]))
            if block.score is not None:
                assert block.bounds is not None
                assert within(block.score, ends)
                assert within(block.score, block.bounds)
                assert block.index is not None
                assert 0 <= block.index <= 100
            if block.ci is not None:
                assert within(block.ci[0], ends)
                assert within(block.ci[1], (block.ci[0] - DUST, ends[1]))
            assert block.coverage is None or -DUST <= block.coverage <= 1 + DUST
            assert block.level is None or block.continuous_level is None or block.level <= block.continuous_level


@QUICK
@given(cases())
def test_full_answers_leave_nothing_open(case: Case) -> None:
    """Bounds wider than the score with every answer given would call certain things uncertain."""
    lowest = case.parts["options"][0]
    full = [
        (unit, name, role, {q: lowest if a in (None, "DK") else a for q, a in answers.items()})
        for unit, name, role, answers in case.rows
    ]
    asked = {role for _, _, role, _ in full}
    assume(asked == set(ROLES))
    for unit in case.result(full).units.values():
        if set(unit.roles) == set(ROLES):
            for block in blocks(unit).values():
                if block.coverage is not None:
                    assert block.coverage == pytest.approx(1)
                    assert block.bounds == (pytest.approx(block.score), pytest.approx(block.score))


@QUICK
@given(cases(), st.sampled_from(("U", "V")), st.sampled_from(ROLES), st.sampled_from(("", "0", "zz")))
def test_an_all_missing_respondent_changes_nothing(case: Case, unit: str, role: str, name: str) -> None:
    """A form sent back empty is no respondent: no score, count or interval moves, whatever its place in the order."""
    questions = names(case.parts["tree"], 3) + names(case.parts["screens"], 3)
    silent: Row = (unit, f"{name}silent", role, dict.fromkeys(questions))
    assert case.result([silent, *case.rows]).as_json() == case.result().as_json()


@QUICK
@given(cases())
def test_the_language_changes_no_number(case: Case) -> None:
    """English and Chinese readers must see the same company."""
    numbers = [
        {
            name: blocks(unit)
            for name, unit in score(engagement(case.instrument, case.rows, languages=languages), replicates=20).units.items()
        }
        for languages in (("en",), ("zh",))
    ]
    assert numbers[0] == numbers[1]


@QUICK
@given(cases(negative=True), st.data())
def test_raising_one_answer_never_lowers_a_score(case: Case, data: st.DataObject) -> None:
    """Nor a level, an index, a bound or a variant of the aggregation: else it would pay to answer low."""
    given_ = [
        (row, name)
        for row, (*_, answers) in enumerate(case.rows)
        for name, answer in answers.items()
        if isinstance(answer, float)
    ]
    assume(given_)
    row, name = data.draw(st.sampled_from(given_))
    unit, who, role, answers = case.rows[row]
    old = answers[name]
    assert isinstance(old, float)
    new = data.draw(st.sampled_from([option for option in case.parts["options"] if option >= old]))
    raised = list(case.rows)
    raised[row] = (unit, who, role, {**answers, name: new})
    before, after = case.result(), case.result(raised)
    for own in ("U", "V"):
        for key, block in blocks(before.units[own]).items():
            other = blocks(after.units[own])[key]
            pairs = [(block.score, other.score), (block.index, other.index), (block.level, other.level)]
            pairs += list(zip(block.bounds or (), other.bounds or (), strict=True))
            if min(case.parts["options"]) >= 0:
                pairs += [(value, other.aggregations[method]) for method, value in block.aggregations.items()]
            for low, high in pairs:
                assert (low is None) <= (high is None) or low is None
                assert low is None or (high is not None and high >= low - DUST), f"{key}: {block} became {other}"


@QUICK
@given(cases(), st.data())
def test_a_weight_of_zero_equals_removing_the_item(case: Case, data: st.DataObject) -> None:
    """Also from gates, coverage, agreement, reliability and the seeds of intervals."""
    tree, weights = case.parts["tree"], case.parts["weights"]
    item = data.draw(st.sampled_from(names(tree, 2) + names(tree, 3)))
    removed: Tree = {
        dimension: {
            criterion: left
            for criterion, questions in criteria.items()
            if criterion != item and (left := [question for question in questions if question != item])
        }
        for dimension, criteria in tree.items()
    }
    assume(all(removed.values()))
    kept = {*names(removed, 3), *names(case.parts["screens"], 3)}
    rows = [(unit, name, role, {q: a for q, a in answers.items() if q in kept}) for unit, name, role, answers in case.rows]
    assume(any(value is not None for *_, answers in rows for value in answers.values()))
    without, zero = case.result(rows, tree=removed), case.result(weights=weights | {item: 0.0})
    assert zero.reliability == without.reliability
    for name, unit in without.units.items():
        other = zero.units[name]
        assert {key: blocks(other)[key] for key in blocks(unit)} == blocks(unit)
        assert other.agreement == unit.agreement
        assert other.n_respondents == unit.n_respondents
        assert {key: other.questions[key] for key in unit.questions} == unit.questions
        shared = {role: _only(view.criteria, without) for role, view in other.roles.items()}
        assert shared == {role: view.criteria for role, view in unit.roles.items()}
        assert [view.dimensions for view in other.roles.values()] == [view.dimensions for view in unit.roles.values()]


def _only(figures: Mapping[str, float | None], of: AuditResult) -> dict[str, float | None]:
    return {criterion.id: figures[criterion.id] for criterion in of.instrument.criteria()}


@QUICK
@given(cases())
def test_a_dimension_of_no_weight_leaves_the_others_alone(case: Case) -> None:
    """It is then like a screen: scored by itself, and no part of the overall score, its gates and its interval."""
    tree, weights = case.parts["tree"], case.parts["weights"]
    assume(len(tree) == 2)
    kept = {*names({"D0": tree["D0"]}, 3), *names(case.parts["screens"], 3)}
    rows = [(unit, name, role, {q: a for q, a in answers.items() if q in kept}) for unit, name, role, answers in case.rows]
    assume(all(any(answer is not None for answer in answers.values()) for *_, answers in rows))
    without, zero = case.result(rows, tree={"D0": tree["D0"]}), case.result(weights=weights | {"D1": 0.0})
    for name, unit in without.units.items():
        assert {key: blocks(zero.units[name])[key] for key in blocks(unit)} == blocks(unit)


@QUICK
@given(cases())
def test_other_units_never_change_a_units_numbers(case: Case) -> None:
    """A report must not depend on who else is in the batch, to the last digit."""
    own = [row for row in case.rows if row[0] == "U"]
    assume(any(value is not None for *_, answers in own for value in answers.values()))
    alone = result(case.instrument, own, ["U"], replicates=20).units["U"]
    assert case.result().units["U"] == alone
    assert result(case.instrument, case.rows, ["V", "X", "U"], replicates=20).units["U"] == alone


@QUICK
@given(cases())
def test_one_role_makes_by_role_and_equal_the_same(case: Case) -> None:
    """They differ in how roles weigh, and in nothing else."""
    rows = [row for row in case.rows if row[2] == ROLES[0]]
    assume(any(value is not None for *_, answers in rows for value in answers.values()))
    by_role, equal = (case.result(rows, respondents=policy).units for policy in ("by_role", "equal"))
    for name in by_role:
        for key, block in blocks(by_role[name]).items():
            other = blocks(equal[name])[key]
            assert dataclasses.replace(block, ci=None, aggregations={}, score=None, index=None, bounds=None, coverage=None) == (
                dataclasses.replace(other, ci=None, aggregations={}, score=None, index=None, bounds=None, coverage=None)
            )
            assert block.score == (None if other.score is None else pytest.approx(other.score))
            assert block.ci == (None if other.ci is None else pytest.approx(other.ci))


@QUICK
@given(cases(negative=True))
def test_json_never_holds_nan(case: Case) -> None:
    """Neither does the text hold what other readers of JSON refuse."""
    found = json.loads("".join(case.result().write_json()), parse_constant=pytest.fail)
    assert set(found["units"]) == {"U", "V"}


@settings(QUICK, max_examples=15)
@given(cases())
def test_an_engagement_survives_its_files(case: Case) -> None:
    """Instrument and responses written to a folder and read back give the same numbers."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_engagement(Path(folder) / "case", case.instrument, case.rows, ["U", "V"])
        read = score(path, replicates=20)
    expected = case.result()
    assert read.units == expected.units
    assert read.reliability == expected.reliability


@QUICK
@given(
    st.lists(st.lists(st.integers(1, 5), min_size=3, max_size=3), min_size=2, max_size=9),
    st.floats(0.01, 100),
    st.floats(-1000, 1000),
)
def test_alpha_does_not_depend_on_a_common_rescaling(rows: list[list[int]], factor: float, shift: float) -> None:
    """Nor does it appear or vanish with one."""
    plain = cronbach_alpha(rows)
    scaled = cronbach_alpha([[value * factor + shift for value in row] for row in rows])
    assert scaled.reason == plain.reason
    if plain.value is not None:
        assert scaled.value == pytest.approx(plain.value, abs=1e-6 * max(1, abs(plain.value)))
