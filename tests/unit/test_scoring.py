"""A score must mean exactly what the declared policy says: states, coverage, bounds, weights, reasons; cases worked by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scoring_cases import WAVE, Answer, instrument, responses, result

from kamassess.result import Block, Reason, UnitResult
from kamassess.scoring.answers import answers_of

PERCENT = tuple(range(0, 101, 10))


def one_unit(*args: object, **kwargs: object) -> UnitResult:
    return result(*args, **kwargs).units["U"]  # type: ignore[arg-type]


def each(answers: list[Answer], question: str = "q", role: str = "all") -> list[tuple[str, str, str, dict[str, Answer]]]:
    """One respondent an answer."""
    return [("U", f"{role}{number}", role, {question: answer}) for number, answer in enumerate(answers)]


SECTIONS: dict[str, Answer] = {"a80": 80, "a60": 60, "b40": 40, "b100": 100}
SECTION_WEIGHTS = {"b100": 3.0}


@pytest.mark.parametrize(
    ("changed", "leaves", "sections"),
    [({}, 80.0, 77.5), ({"b100": "NA"}, 60.0, 55.0), ({"a60": None}, 84.0, 82.5), ({"a60": "DK"}, 84.0, 82.5)],
)
def test_the_published_weighting_case(changed: dict[str, Answer], leaves: float, sections: float) -> None:
    """Weights within or across blocks, not applicable, or an open answer would otherwise enter the mean wrongly."""
    answers = [("U", "r", "all", SECTIONS | changed)]
    flat = instrument({"D": {"ALL": list(SECTIONS)}}, options=PERCENT, weights=SECTION_WEIGHTS, min_coverage=0)
    nested = instrument({"D": {"A": ["a80", "a60"], "B": ["b40", "b100"]}}, options=PERCENT, weights=SECTION_WEIGHTS)
    assert one_unit(flat, answers).overall.score == pytest.approx(leaves, abs=1e-12)
    assert one_unit(nested, answers).overall.score == pytest.approx(sections, abs=1e-12)


def test_a_block_below_minimum_coverage_has_no_score_but_its_answers_count_above() -> None:
    """Dropping section A whole would give 85; scoring it on half its weight would hide that half is open."""
    case = instrument({"D": {"A": ["a80", "a60"], "B": ["b40", "b100"]}}, options=PERCENT, weights=SECTION_WEIGHTS)
    unit = one_unit(case, [("U", "r", "all", SECTIONS | {"a60": None})])
    section = unit.criteria["A"]
    assert (section.score, section.reason, section.coverage) == (None, Reason.LOW_COVERAGE, 0.5)
    assert (section.ci, section.index, section.level, section.ci_reason) == (None, None, None, Reason.LOW_COVERAGE)
    assert set(section.aggregations.values()) == {None}
    assert section.bounds == (40.0, 90.0)
    assert unit.overall.score == pytest.approx(82.5)
    assert unit.overall.coverage == pytest.approx(0.75)
    assert unit.overall.bounds == (pytest.approx((40 + 85) / 2), pytest.approx((90 + 85) / 2))


def test_role_means_keep_many_salespeople_from_outvoting_few_executives() -> None:
    """By role both groups weigh the same; equal weighs people."""
    rows = each([1] * 20, role="sales") + each([5] * 3, role="executive")
    for policy, expected in (("by_role", 3.0), ("equal", 35 / 23)):
        case = instrument({"D": {"C": ["q"]}}, roles=("sales", "executive"), respondents=policy)
        assert one_unit(case, rows).overall.score == pytest.approx(expected, abs=1e-12)


def test_each_state_enters_mean_coverage_and_bounds_as_decided() -> None:
    """An answer of 5 beside don't know, empty and not applicable: 5, a third covered, between (5 + 1 + 1)/3 and 5."""
    case = instrument({"D": {"C": ["q"], "OPEN": ["o"]}}, min_coverage=0)
    rows = [("U", f"r{number}", "all", {"q": answer, "o": "DK"}) for number, answer in enumerate((5, "DK", None, "NA"))]
    unit = one_unit(case, rows)
    question = unit.questions["q"]
    assert (question.n, question.dk, question.na, question.unanswered) == (1, 1, 1, 1)
    assert (question.score, question.mean, question.sd) == (5.0, 5.0, None)
    assert question.coverage == pytest.approx(1 / 3)
    assert question.bounds == (pytest.approx(7 / 3), 5.0)
    assert unit.criteria["C"].score == 5.0
    assert unit.criteria["C"].coverage == pytest.approx(1 / 3)
    assert (unit.criteria["OPEN"].score, unit.criteria["OPEN"].reason) == (None, Reason.NO_ANSWERS)
    assert unit.criteria["OPEN"].coverage == 0.0


def test_coverage_and_bounds_weigh_respondents_as_the_mean_does() -> None:
    """One of two executives open beside four salespeople: a quarter is open by role, a sixth of the people."""
    rows = each([4, "DK"], role="executive") + each([2] * 4, role="sales")
    by_role = one_unit(instrument({"D": {"C": ["q"]}}, roles=("executive", "sales")), rows).overall
    assert by_role.coverage == pytest.approx(0.75)
    assert by_role.bounds == (pytest.approx((2.5 + 2) / 2), pytest.approx((4.5 + 2) / 2))
    equal = one_unit(instrument({"D": {"C": ["q"]}}, roles=("executive", "sales"), respondents="equal"), rows).overall
    assert equal.coverage == pytest.approx(5 / 6)
    assert equal.bounds == (pytest.approx(13 / 6), pytest.approx(17 / 6))


def test_an_empty_answer_under_minimum_is_the_lowest_in_the_mean_but_not_covered() -> None:
    """Counted in coverage, a blank form would look like a full one; counted in n, one person like three."""
    case = instrument({"D": {"C": ["q", "p"]}}, unanswered="minimum", min_coverage=0.5)
    rows = [("U", "a", "all", {"q": 5, "p": 5}), ("U", "b", "all", {"q": None, "p": 5}), ("U", "c", "all", {"q": "DK", "p": 5})]
    question = one_unit(case, rows).questions["q"]
    assert question.score == 3.0
    assert question.mean == 5.0
    assert question.coverage == pytest.approx(1 / 3)
    assert question.bounds == (pytest.approx(7 / 3), 5.0)
    case = instrument({"D": {"C": ["q"], "X": ["p"]}}, unanswered="minimum", min_coverage=0.3)
    criterion = one_unit(case, rows).criteria["C"]
    assert (criterion.score, criterion.n, criterion.reason) == (3.0, 1, Reason.TOO_FEW_RESPONDENTS)


def test_unanswered_is_also_what_has_no_row() -> None:
    """A respondent whose file lacks a question's row left it open, as much as one who left the cell empty."""
    case = instrument({"D": {"C": ["q", "p"]}}, min_coverage=0)
    with_row = one_unit(case, [("U", "a", "all", {"q": 3, "p": None})])
    assert with_row == one_unit(case, [("U", "a", "all", {"q": 3})])
    assert with_row.overall.coverage == 0.5


def test_a_question_nobody_was_asked_is_unknown_and_one_that_applies_to_nobody_is_left_out() -> None:
    """Both lack answers, but only the first leaves the score uncertain."""
    tree = {"D": {"KNOWN": ["q"], "UNASKED": ["u"], "NA": ["n"]}}
    case = instrument(tree, roles=("x", "y"), asked={"u": ["y"]}, min_coverage=0.5)
    unit = one_unit(case, [("U", "a", "x", {"q": 3, "n": "NA"}), ("U", "b", "x", {"q": 3, "n": "NA"})])
    unasked, applies_not = unit.criteria["UNASKED"], unit.criteria["NA"]
    assert (unasked.score, unasked.reason, unasked.coverage, unasked.bounds) == (None, Reason.NO_ANSWERS, 0.0, (1.0, 5.0))
    assert (applies_not.score, applies_not.reason) == (None, Reason.ALL_NOT_APPLICABLE)
    assert (applies_not.coverage, applies_not.bounds) == (None, None)
    assert unit.questions["n"].reason == Reason.ALL_NOT_APPLICABLE
    assert unit.questions["u"].reason == Reason.NO_ANSWERS
    assert (unit.overall.score, unit.overall.coverage, unit.overall.bounds) == (3.0, 0.5, (2.0, 4.0))


def test_what_a_role_was_not_asked_does_not_count() -> None:
    """Neither an answer, a don't know nor a blank of a role that does not get the question may move it."""
    case = instrument({"D": {"C": ["q", "p"]}}, roles=("x", "y"), asked={"q": ["x"]}, min_coverage=0)
    asked = [("U", "a", "x", {"q": 2, "p": 4})]
    for stray in (5, "DK", "NA", None):
        unit = one_unit(case, [*asked, ("U", "b", "y", {"q": stray, "p": 4})])
        question = unit.questions["q"]
        assert (question.score, question.coverage, question.n, question.dk, question.na, question.unanswered) == (
            2,
            1,
            1,
            0,
            0,
            0,
        )


@pytest.mark.parametrize("blank", [{"q": None, "p": None}, {"q": ""}, {"zero": 5}, {"only_y": "DK"}])
def test_respondents_who_say_nothing_are_left_out_entirely(blank: dict[str, Answer]) -> None:
    """A form sent back empty, or filled only where nothing counts, would otherwise lower coverage and widen intervals."""
    tree = {"D": {"C": ["q", "p", "zero", "only_y"]}}
    case = instrument(tree, roles=("x", "y"), asked={"only_y": ["y"]}, weights={"zero": 0}, min_coverage=0)
    rows = [("U", f"r{i}", "x", {"q": i + 1, "p": 3, "zero": 2}) for i in range(4)]
    before, after = one_unit(case, rows), one_unit(case, [*rows, ("U", "silent", "x", blank)])
    assert before == replace(after, answer_rows=before.answer_rows)  # the rows are there, and said to be
    assert after.n_respondents == 4


def test_someone_who_knows_nothing_is_counted() -> None:
    """Don't know is an answer to the question how well the unit is informed."""
    case = instrument({"D": {"C": ["q"]}}, min_coverage=0)
    unit = one_unit(case, each([4, "DK"]))
    assert (unit.n_respondents, unit.overall.n, unit.overall.coverage) == (2, 1, 0.5)


@pytest.mark.parametrize(
    ("method", "uneven", "even", "weighted"),
    [("arithmetic", 3.0, 3.0, 3.5), ("geometric", math.sqrt(5), 3.0, (2 * 4**3) ** 0.25), ("minimum", 1.0, 3.0, 2.0)],
)
def test_aggregations(method: str, uneven: float, even: float, weighted: float) -> None:
    """(1, 5) and (3, 3) are not the same company; weights work in all three."""
    case = instrument({"D": {"A": ["a"], "B": ["b"]}}, aggregation=method)
    assert one_unit(case, [("U", "r", "all", {"a": 1, "b": 5})]).overall.score == pytest.approx(uneven)
    assert one_unit(case, [("U", "r", "all", {"a": 3, "b": 3})]).overall.score == pytest.approx(even)
    case = instrument({"D": {"A": ["a"], "B": ["b"]}}, aggregation=method, weights={"B": 3})
    unit = one_unit(case, [("U", "r", "all", {"a": 2, "b": 4})])
    assert unit.overall.score == pytest.approx(weighted)
    assert unit.overall.aggregations == {
        "arithmetic": pytest.approx(3.5),
        "geometric": pytest.approx((2 * 4**3) ** 0.25),
        "minimum": 2.0,
    }


def test_geometric_mean_of_zero_is_zero_and_of_a_negative_does_not_exist() -> None:
    """A logarithm of 0 or below must end as 0 or as a reason, never as NaN or a warning."""
    case = instrument({"D": {"A": ["a"], "B": ["b"]}}, options=(-2, 0, 2), levels=(-2, 0, 2), aggregation="geometric")
    zero = one_unit(case, [("U", "r", "all", {"a": 0, "b": 2})]).overall
    assert (zero.score, zero.reason) == (0.0, Reason.TOO_FEW_RESPONDENTS)
    negative = one_unit(case, [("U", "r", "all", {"a": -2, "b": 2})])
    assert (negative.overall.score, negative.overall.reason) == (None, Reason.UNDEFINED_MEAN)
    assert negative.criteria["B"].score == pytest.approx(2.0)
    mixed = instrument({"D": {"A": ["a", "b"]}}, options=(-2, 0, 2), levels=(-2,), aggregation="geometric", weights={"a": 0})
    assert one_unit(mixed, [("U", "r", "all", {"a": -2, "b": 2})]).overall.score == pytest.approx(2.0)


def test_the_arithmetic_score_of_negative_values_stands_beside_an_undefined_geometric_one() -> None:
    """One undefined variant must not take the others with it."""
    case = instrument({"D": {"A": ["a"], "B": ["b"]}}, options=(-2, 0, 2), levels=(-2, 0, 2))
    block = one_unit(case, [("U", "r", "all", {"a": -2, "b": 2})]).overall
    assert (block.score, block.index, block.aggregations) == (0.0, 50.0, {"arithmetic": 0.0, "geometric": None, "minimum": -2.0})


def test_the_index_is_relative_to_the_ends_of_the_blocks_own_scales() -> None:
    """On a fixed 1 to 5, a block on 0 to 100 or −2 to 2 would leave 0–100 or never reach its ends."""
    case = instrument({"D": {"A": ["a"], "B": ["b"]}}, scales={"a": (-2, 0, 2), "b": (0, 50, 100)}, levels=(-2,))
    unit = one_unit(case, [("U", "r", "all", {"a": 0, "b": 100})])
    assert unit.criteria["A"].index == 50.0
    assert unit.criteria["B"].index == 100.0
    assert unit.overall.score == 50.0
    assert unit.overall.index == pytest.approx(100 * (50 - -1) / (51 - -1))
    lowest = one_unit(case, [("U", "r", "all", {"a": -2, "b": 0})])
    assert (lowest.overall.index, lowest.criteria["A"].index) == (0.0, 0.0)


def test_screens_are_scored_and_never_enter_the_overall_score() -> None:
    """Suitability is no maturity: neither its answers nor its gaps may move score, coverage, bounds, interval or level."""
    case = instrument({"D": {"C": ["q"]}}, screens={"S": {"SC": ["s"]}}, gates={"SC"}, min_respondents=1)
    low = one_unit(case, [("U", f"r{i}", "all", {"q": 3 + i, "s": 1}) for i in range(3)])
    high = one_unit(case, [("U", f"r{i}", "all", {"q": 3 + i, "s": 5 if i else None}) for i in range(3)])
    assert low.screens["S"].score == 1.0
    assert high.screens["S"].score == 5.0
    assert "S" not in low.dimensions
    assert low.overall == high.overall
    assert low.overall.ci is not None
    assert low.overall.level == 4


def test_weights_of_zero_everywhere_below_have_a_reason() -> None:
    """Nothing to weigh is neither "no answers" nor "not applicable"."""
    case = instrument({"D": {"A": ["a"], "B": ["b"]}, "E": {"C": ["c"]}}, weights={"a": 0, "E": 0, "B": 0})
    unit = one_unit(case, [("U", "r", "all", {"a": 5, "b": 5, "c": 5})])
    assert unit.criteria["A"].reason == Reason.ZERO_WEIGHT
    assert unit.dimensions["D"].reason == Reason.ZERO_WEIGHT
    assert unit.overall.reason == Reason.ZERO_WEIGHT
    assert (unit.overall.coverage, unit.overall.bounds) == (None, None)
    assert unit.dimensions["E"].score == 5.0


def test_a_criterion_of_no_weight_has_a_score_of_its_own_only() -> None:
    """A question on trial is shown, but neither it nor its gaps reach the dimension."""
    case = instrument({"D": {"A": ["a"], "TRIAL": ["t"]}}, weights={"TRIAL": 0})
    rows = [("U", "r1", "all", {"a": 2, "t": 5}), ("U", "r2", "all", {"a": 2, "t": None})]
    unit = one_unit(case, rows)
    assert unit.questions["t"].score == 5.0
    assert (unit.dimensions["D"].score, unit.dimensions["D"].coverage, unit.dimensions["D"].bounds) == (2.0, 1.0, (2.0, 2.0))


def test_minimum_coverage_is_reached_at_its_value() -> None:
    """Three of five is .6; binary fractions must not make it less."""
    case = instrument({"D": {"C": ["q"]}}, min_coverage=0.6)
    assert one_unit(case, each([4, 4, 4, "DK", "DK"])).overall.score == 4.0
    assert one_unit(case, each([4, 4, "DK", "DK", "DK"])).overall.score is None
    names = [f"q{number}" for number in range(5)]
    sevenths = instrument({"D": {"C": names}}, weights=dict.fromkeys(names, 0.7), min_coverage=0.6)
    unit = one_unit(sevenths, [("U", "r", "all", {name: 2 if name < "q3" else None for name in names})])
    assert unit.overall.coverage is not None
    assert unit.overall.coverage < 0.6  # .5999999999999999
    assert unit.overall.score == pytest.approx(2.0)


def test_too_few_respondents_flags_and_keeps_the_score() -> None:
    """A company of two executives has a score, and its reader is told what it rests on."""
    case = instrument({"D": {"C": ["q"]}}, min_respondents=3)
    few, enough = one_unit(case, each([2, 4])).overall, one_unit(case, each([2, 4, 3])).overall
    assert (few.score, few.n, few.reason) == (3.0, 2, Reason.TOO_FEW_RESPONDENTS)
    assert (enough.score, enough.n, enough.reason) == (3.0, 3, None)


def test_a_unit_without_answers_is_unknown_not_wrong() -> None:
    """It has no score, no coverage, full bounds, and takes nothing from its neighbours."""
    case = instrument({"D": {"C": ["q"]}}, screens={"S": {"SC": ["s"]}})
    found = result(case, each([2, 4]), units=["before", "U", "silent"])
    for name in ("before", "silent"):
        unit = found.units[name]
        assert (unit.n_respondents, unit.roles, unit.comments) == (0, {}, ())
        for block in (unit.overall, *unit.dimensions.values(), *unit.screens.values(), *unit.criteria.values()):
            assert (block.score, block.reason, block.coverage, block.bounds) == (None, Reason.NO_ANSWERS, 0.0, (1.0, 5.0))
            assert (block.ci, block.ci_reason, block.level, block.n) == (None, Reason.NO_ANSWERS, None, 0)
    assert found.units["U"].overall.score == 3.0


@pytest.mark.parametrize(
    ("answer", "reason", "coverage", "bounds"),
    [
        ("DK", Reason.NO_ANSWERS, 0.0, (1.0, 5.0)),
        ("NA", Reason.ALL_NOT_APPLICABLE, None, None),
        (3, None, 1.0, (3.0, 3.0)),
    ],
)
def test_one_answer_given_by_all(answer: Answer, reason: Reason | None, coverage: float | None, bounds: object) -> None:
    """All don't know, all not applicable, no variance at all: each has its own meaning."""
    block = one_unit(instrument({"D": {"C": ["q"]}}), each([answer] * 4)).overall
    assert (block.reason, block.coverage, block.bounds) == (reason, coverage, bounds)
    assert block.ci == ((3.0, 3.0) if reason is None else None)
    assert block.interval is None


def test_one_respondent_and_one_question() -> None:
    """The smallest engagement there is has a score, no interval, and says why."""
    block = one_unit(instrument({"D": {"C": ["q"]}}, min_respondents=1), each([4])).overall
    expected = Block(
        score=4.0,
        ci=None,
        index=75.0,
        level=4,
        blocked_by=(),
        coverage=1.0,
        bounds=(4.0, 4.0),
        reason=None,
        n=1,
        continuous_level=4,
        ci_reason=Reason.ONE_RESPONDENT_PER_ROLE,
        aggregations={"arithmetic": 4.0, "geometric": pytest.approx(4.0), "minimum": 4.0},
    )
    assert block == expected


def test_a_thousand_options_keep_their_counts_apart() -> None:
    """Short keys such as 0.123457 would merge neighbouring options and lose answers."""
    options = [0.123 + number * 1e-8 for number in range(1000)]
    case = instrument({"D": {"C": ["q"]}}, options=options, levels=(0,))
    counts = one_unit(case, each([options[0], options[1], options[1], options[999]])).questions["q"].counts
    assert len(counts) == 1000
    assert [float(key) for key in counts] == options
    assert list(counts.values())[:2] == [1, 2]
    assert sum(counts.values()) == 4


def test_rows_stand_by_unit_role_and_answers() -> None:
    """All sums run over consecutive rows; a respondent of the same name in two units is two people."""
    case = instrument({"D": {"C": ["q", "p"]}}, roles=("x", "y"))
    rows = [
        ("V", "ann", "x", {"q": 5}),
        ("U", "ann", "y", {"q": 1, "p": "DK"}),
        ("U", "bob", "x", {"q": 3}),
        ("U", "cid", "x", {"q": 2, "p": "NA"}),
    ]
    answers = answers_of(responses(rows), case, ["U", "empty", "V"], WAVE)
    assert answers.respondents.tolist() == [3, 0, 1]
    assert answers.stratum_unit.tolist() == [0, 0, 2]
    assert answers.stratum_role.tolist() == [0, 1, 0]
    assert answers.value[:, 0].tolist() == [2, 3, 1, 5]
    assert np.isnan(answers.value[:, 1]).all()
    assert answers.rows_of_unit(1) == slice(0, 0)
    assert answers.rows_of_unit(2) == slice(3, 4)


def test_other_waves_do_not_enter() -> None:
    """A result is of one wave; answers of another stay out of every number."""
    case = instrument({"D": {"C": ["q"]}})
    frame = responses([("U", "a", "all", {"q": 5})], wave="old")
    assert answers_of(frame, case, ["U"], WAVE).value.shape == (0, 1)
