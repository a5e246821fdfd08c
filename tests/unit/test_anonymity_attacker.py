"""What reports show of a unit must not be enough to work out what one or two people of it said, or what they left open."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from anonymity_attacker import Cell, Known, Published, Told, guessed, known_of, left_open, published_by, told
from scorecard_figures import figures
from scoring_cases import Answer, Row, engagement, instrument

from kamassess.display import view_of_unit
from kamassess.document import Table
from kamassess.export.files import write_file
from kamassess.instrument import Instrument
from kamassess.locale import locale
from kamassess.opened import opened_audit
from kamassess.recipe import score
from kamassess.resources import carried
from kamassess.result import AuditResult, Reason, UnitResult
from kamassess.scoring.anonymity import TOGETHER, withheld_agreement, withheld_answers
from kamassess.sections import appendix
from kamassess.sections.group import GroupView
from kamassess.sections.progress import UnitProgressView
from kamassess.sections.view import View
from kamassess.workshop.leading import Lead

ROLES = ("a", "b", "c", "d")
TREE = {"D": {"A": ["q1", "q2"], "B": ["q3"], "C": ["q4", "q5", "q6"]}, "E": {"F": ["q7"], "G": ["q8"]}}
NAMES = tuple(f"q{number}" for number in range(1, 9))


def random_unit(seed: int, policy: str) -> tuple[Instrument, Known, UnitResult]:
    """A unit of one to six people a role, of whom some are not asked, do not know or leave it open."""
    rng = np.random.default_rng(seed)
    asked = {name: [role for role in ROLES if rng.random() < 0.75] or ["a"] for name in NAMES}
    case = instrument(TREE, roles=ROLES, asked=asked, respondents=policy, min_coverage=0, weights={"q2": 2.0, "B": 3.0})

    def answer() -> Answer:
        return float(rng.integers(1, 6)) if rng.random() < 0.8 else str(rng.choice(["DK", "NA"])) if rng.random() < 0.7 else None

    rows: list[Row] = [
        ("U", f"{role}{number}", role, {name: answer() for name in NAMES if role in asked[name]})
        for role, size in zip(ROLES, rng.integers(1, 7, 4).tolist(), strict=True)
        for number in range(size)
    ]
    made = engagement(case, rows, ["U"])
    return case, known_of(made, "U"), score(made, replicates=2).units["U"]


@pytest.fixture(scope="module", params=["2026", "2025"])
def sample(request: pytest.FixtureRequest) -> tuple[AuditResult, dict[str, Known]]:
    """A wave of the sample, and who was asked and answered in each of its units."""
    made, result = opened_audit(carried("sample_data"), request.param)
    asked = [name for name, unit in result.units.items() if unit.asked]
    return result, {name: known_of(made, name, request.param) for name in asked}


def test_nothing_of_one_or_two_people_follows_from_reports_on_the_sample(sample: tuple[AuditResult, dict[str, Known]]) -> None:
    # If this fails, somebody who reads a report and knows who was asked can work out what a colleague said.
    result, known = sample
    open_to_all = 0
    for name, of in known.items():
        unit = result.units[name]
        assert told(result.instrument, of, published_by(unit.published)) == [], name
        assert left_open(result.instrument, of, published_by(unit.published)) == [], name
        open_to_all += len(told(result.instrument, of, published_by(unit)))
    assert open_to_all > 30, "an attacker who has everything must find something, or the attack is none"


def test_answers_of_the_sample_cannot_be_found_by_trying_them_all(sample: tuple[AuditResult, dict[str, Known]]) -> None:
    # If this fails, the spread of the answers to a question tells, beside its score, which of them was whose.
    result, known = sample
    found: dict[str, set[tuple[str, Cell]]] = {"everything": set(), "published": set(), "score": set()}
    for name, of in known.items():
        unit = result.units[name]
        forms = {"everything": published_by(unit), "published": published_by(unit.published)}
        forms["score"] = _only_scores(forms["published"])
        for form, shown in forms.items():
            found[form] |= {(name, cell) for cell in guessed(result.instrument, of, shown)}
    assert found["published"] == found["score"]
    assert len(found["everything"]) > 2 * len(found["published"])


@pytest.mark.parametrize("policy", ["by_role", "equal"])
def test_nothing_of_one_or_two_people_follows_from_reports_on_random_units(policy: str) -> None:
    # If this fails, it is in engagements unlike the sample that answers can be worked out.
    least, withheld = 0, 0
    for seed in range(60):
        case, known, unit = random_unit(seed, policy)
        shown = published_by(unit.published)
        assert told(case, known, shown) == [], (seed, policy)
        assert left_open(case, known, shown) == [], (seed, policy)
        if policy == "by_role":
            assert guessed(case, known, shown, most=5) == guessed(case, known, _only_scores(shown), most=5), seed
        least += len(told(case, known, published_by(unit)))
        withheld += sum(question.withheld is Reason.WITHHELD for question in unit.questions.values())
    assert (least > 60 and withheld > 60) if policy == "by_role" else least == 0, "under equal the two means are the same"


def _only_scores(shown: Published) -> Published:
    return replace(shown, questions={name: Told(score=one.score) for name, one in shown.questions.items()})


# -- every form --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["SC", "NC"])
def test_no_form_of_a_report_tells_more_of_questions_than_may_be_published(name: str) -> None:
    # If this fails, the attacker needs no more than the workbook, or the file for programs, instead of the page.
    made, result = opened_audit(carried("sample_data"), "2026")
    view = view_of_unit("sample_data", name, "en", None)
    known = known_of(made, name)
    shown = published_by(view.unit)
    forms: dict[str, Mapping[str, Told]] = {
        "page": dict(_in_tables(view)),
        "xlsx": dict(_in_workbook(view)),
        "json": _in_json(view),
    }
    assert any(one.counts for one in shown.questions.values())
    for form, questions in forms.items():
        assert set(questions) == set(shown.questions), form
        for question, one in questions.items():
            may = shown.questions[question]
            assert (one.counts, one.n) == (may.counts, may.n), (form, question)
            assert one.sd == pytest.approx(may.sd), (form, question)
        told_by = replace(shown, questions=questions)
        assert told(result.instrument, known, told_by) == [], form
        assert left_open(result.instrument, known, told_by) == [], form


def _in_tables(view: View) -> Iterator[tuple[str, Told]]:
    """What the tables of questions say, as pages and paper have them."""
    for table in (node for node in appendix(view) if isinstance(node, Table) and node.id.endswith("-questions")):
        for row in table.rows:
            value = [cell.sort for cell in row]
            counts = {
                float(option): int(count) for option, count in zip(range(1, 6), value[4:9], strict=True) if count is not None
            }
            n = None if value[3] is None else int(value[3])
            yield row[0].text[0].text.strip(), Told(value[1], None, value[2], n, None, counts or None)


def _in_workbook(view: View) -> Iterator[tuple[str, Told]]:
    found = figures(write_file("xlsx", view))

    def number(name: str, key: str) -> float | None:
        value = found["questions", name, key].value
        return float(value) if isinstance(value, int | float) else None

    for name in view.unit.questions:
        counts = {option: number(name, f"counts:{option}") for option in range(1, 6)}
        n, given = number(name, "n"), {float(option): int(count) for option, count in counts.items() if count is not None}
        yield (
            name,
            Told(
                number(name, "score"),
                None,
                number(name, "sd"),
                None if n is None else int(n),
                number(name, "coverage"),
                given or None,
            ),
        )


def _in_json(view: View) -> dict[str, Told]:
    """What the file for programs says."""
    unit = json.loads(write_file("json", view))["units"][view.unit.id]
    found = {}
    for name, one in unit["questions"].items():
        counts = {float(option): count for option, count in one["counts"].items()}
        found[name] = Told(one["score"], one["mean"], one["sd"], one["n"], one["coverage"], counts or None)
    return found


def test_nothing_that_shows_a_unit_is_made_of_more_than_may_be_published() -> None:
    # If this fails, the overview, the progress report or the page before the room tells what the audit keeps to itself.
    made, result = opened_audit(carried("sample_data"), "2026")
    unit = result.units["SC"]
    assert unit.published != unit
    assert unit.published.published == unit.published
    words = locale("en")
    assert View(result, words, made.brand, unit).unit == unit.published
    assert UnitProgressView(result, words, made.brand, unit).unit == unit.published
    assert GroupView(result, words, made.brand).unit("SC") == unit.published
    nobody: Any = None
    assert Lead(nobody, nobody, words, made.brand, unit, "", time.time).survey == unit.published
    for text, whole in (("".join(result.write_json_of("SC")), False), ("".join(result.write_json()), True)):
        asked = json.loads(text)["units"]["SC"]["questions"]["STR-1-Q1"]
        assert (asked["mean"] is not None and bool(asked["counts"])) == whole


@pytest.mark.parametrize("name", ["SC", "OM"])
def test_no_interval_tells_how_far_a_role_could_move_beside_a_lone_one(name: str) -> None:
    # If this fails, who draws people again on a computer finds the one executive's answer that fits score and interval.
    view = view_of_unit("sample_data", name, "en", None)
    raw, shown = view.result.units[name], view.unit
    few = {criterion for criterion, block in raw.criteria.items() if block.withheld}
    assert len(few) > 30
    assert any(raw.criteria[criterion].ci for criterion in few)
    assert not any(shown.criteria[criterion].ci for criterion in few)
    assert not any(gap.ci for gap in shown.say_do if gap.criterion in few)
    assert any(gap.certain and gap.ci is None for gap in shown.say_do), "that it is more than chance is said all the same"
    assert raw.suitability is not None
    assert shown.suitability is not None
    assert not any(condition.ci for condition in shown.suitability.conditions if condition.criterion in few)
    found = figures(write_file("xlsx", view))
    for criterion in raw.criteria:
        low = found["criteria", criterion, "ci_low"].value
        assert isinstance(low, int | float) == (shown.criteria[criterion].interval is not None), criterion
        assert criterion not in few or not isinstance(low, int | float)


# -- what is withheld -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "answered", "by_role", "withheld"),
    [
        ([3, 4], [3, 4], True, False),
        ([1, 4], [1, 4], True, True),
        ([1, 4], [0, 4], True, True),
        ([1, 4], [1, 4], False, False),
        ([6, 4], [1, 4], True, True),
        ([2, 2], [2, 2], True, False),
        ([2, 2], [2, 1], True, True),
        ([1, 1, 1], [1, 1, 1], True, False),
        ([5], [5], True, False),
        ([1, 1], [1, 1], True, True),
        ([5], [2], False, True),
        ([4, 4], [0, 0], True, False),
    ],
)
def test_how_answers_are_spread_is_withheld_where_it_would_tell(
    asked: list[int], answered: list[int], by_role: bool, withheld: bool
) -> None:
    # If this fails, answers are open that can be worked out, or a reader loses what could be shown.
    people = np.array([answered]).T
    found = withheld_answers(np.array([asked]).T, people, people, by_role=by_role)
    assert found.tolist() == [withheld]


def test_agreement_on_a_dimension_does_not_tell_that_on_a_question() -> None:
    # If this fails, the agreement of a dimension less that of the questions that are shown is that of the one that is not.
    n = np.array([5, 9, 4, 7, 6, 8, 8])
    every = np.ones(7, dtype=bool)
    withheld, hidden = withheld_agreement(np.arange(7) == 0, n, every, [slice(0, 5), slice(5, 7)])
    assert np.flatnonzero(withheld).tolist() == [0, 2, 4]
    assert len(np.flatnonzero(withheld)) == TOGETHER
    assert hidden.tolist() == [False, False]
    withheld, hidden = withheld_agreement(np.arange(7) == 5, n, every, [slice(0, 5), slice(5, 7)])
    assert np.flatnonzero(withheld).tolist() == [5, 6]
    assert hidden.tolist() == [False, True]
