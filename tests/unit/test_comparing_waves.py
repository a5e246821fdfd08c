"""Wave against wave: the parts of a change add up, each is what it is said to be, and nobody is shown by them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scoring_cases import Row, engagement, instrument, responses

from kamassess.instrument import Instrument, QuestionMapping
from kamassess.opened import opened_audit
from kamassess.reading.engagement import EarlierWave
from kamassess.recipe import score
from kamassess.resources import carried
from kamassess.result import AuditResult, Change, Reason, UnitChange

ONE = {"D": {"C": ["q"]}}
TWO = {"D": {"C": ["q", "p"]}}


def compared(
    case: Instrument,
    before: Sequence[Row],
    after: Sequence[Row],
    old: Instrument | None = None,
    mapping: QuestionMapping | None = None,
) -> AuditResult:
    """The result of two waves."""
    now = engagement(case, after, wave="2", units=sorted({row[0] for row in (*before, *after)}))
    both = pd.concat([responses(before, "1"), responses(after, "2")], ignore_index=True)
    earlier: dict[str, Any] = {}
    if old is not None and mapping is not None:
        earlier = {"1": EarlierWave(instrument=old, mapping=mapping, date=None)}
    return score(dataclasses.replace(now, responses=both, earlier=earlier), replicates=200)


def unit(*arguments: Any) -> UnitChange:
    """What changed in unit U."""
    found = compared(*arguments)
    assert found.progress is not None
    return found.progress.units["U"]


def said(answers: Sequence[float], role: str = "all", first: int = 0, question: str = "q") -> list[Row]:
    """People who answer one question."""
    return [("U", f"{role}{first + number}", role, {question: answer}) for number, answer in enumerate(answers)]


def parts(change: Change) -> list[float]:
    """Real, respondents, instrument, not applicable."""
    found = [getattr(change, name).value for name in ("real", "respondents", "instrument", "not_applicable")]
    assert None not in found
    return found


def test_the_same_answers_are_no_change() -> None:
    """A wave that repeats the last must not show progress, nor an interval around it: everybody is drawn with both answers."""
    change = unit(instrument(ONE), said([1, 3, 5, 4]), said([1, 3, 5, 4])).overall
    assert (change.difference, change.ci) == (0.0, (0.0, 0.0))
    assert parts(change) == [0.0, 0.0, 0.0, 0.0]
    assert not change.certain


def test_the_same_people_who_answer_higher_are_real_change() -> None:
    """Everybody one step up: no other cause, and no doubt about its size."""
    change = unit(instrument(ONE), said([1, 3, 2, 4]), said([2, 4, 3, 5])).overall
    assert change.difference == pytest.approx(1)
    assert parts(change) == pytest.approx([1, 0, 0, 0])
    assert change.real.ci == pytest.approx((1, 1))


def test_people_who_come_and_go_are_a_change_of_respondents() -> None:
    """Five stay as they were; three critics leave, three friends come."""
    stay = said([3, 3, 2, 4, 3])
    before, after = [*stay, *said([1, 1, 1], first=5)], [*stay, *said([5, 5, 5], first=8)]
    found = unit(instrument(ONE), before, after)
    assert (found.n_before, found.n_after, found.n_both, found.basis) == (8, 8, 5, "same_people")
    assert found.overall.difference == pytest.approx((15 + 15) / 8 - (15 + 3) / 8)
    assert parts(found.overall) == pytest.approx([0, 1.5, 0, 0])


def test_one_or_two_who_come_are_not_told_apart() -> None:
    """With five who stayed known, one newcomer's answer would be arithmetic."""
    stay = said([3, 3, 2, 4, 3])
    change = unit(instrument(ONE), stay, [*stay, *said([5], first=5)]).overall
    assert (change.real.value, change.real.reason) == (None, Reason.WITHHELD)
    assert (change.respondents.value, change.respondents.reason) == (None, Reason.WITHHELD)
    assert change.comparable.value == pytest.approx(20 / 6 - 3)


def test_few_who_stayed_are_compared_by_role() -> None:
    """Where nobody has the same id again, change is that of the roles."""
    found = unit(instrument(ONE), said([1, 2, 3, 2]), said([3, 4, 5, 4], first=10))
    assert (found.n_both, found.basis) == (0, "same_roles")
    assert parts(found.overall) == pytest.approx([2, 0, 0, 0])


def test_a_new_question_is_a_change_of_the_instrument() -> None:
    """Answers to the kept question stay; a new one, answered higher, lifts the score. That is no progress."""
    old, new = instrument(ONE), instrument(TWO)
    mapping = QuestionMapping(("case", "1"), ("case", "2"), {"q": "q"}, new=("p",))
    before = said([2, 3, 2, 3])
    after = [(name, person, role, {**answers, "p": 5}) for name, person, role, answers in before]
    change = unit(dataclasses.replace(new, version="2", sha256="new"), before, after, old, mapping).overall
    assert change.difference == pytest.approx(3.75 - 2.5)
    assert parts(change) == pytest.approx([0, 0, 1.25, 0])
    assert change.n_questions == 1


def test_a_question_that_stops_applying_is_told_apart() -> None:
    """The low answers to one question turn into "not applicable": the score rises, and nothing got better."""
    before = [("U", f"a{number}", "all", {"q": 4, "p": 1}) for number in range(4)]
    after: list[Row] = [("U", f"a{number}", "all", {"q": 4, "p": "NA"}) for number in range(4)]
    change = unit(instrument(TWO), before, after).overall
    assert change.difference == pytest.approx(1.5)
    assert parts(change) == pytest.approx([0, 0, 0, 1.5])


def test_no_common_question_is_said() -> None:
    """Two questionnaires without a question in common cannot be compared, whatever they score."""
    old, new = instrument(ONE), dataclasses.replace(instrument({"D": {"C": ["p"]}}), version="2", sha256="new")
    mapping = QuestionMapping(("case", "1"), ("case", "2"), {}, dropped=("q",), new=("p",))
    change = unit(new, said([2, 3, 4]), said([3, 4, 5], question="p"), old, mapping).overall
    assert (change.before, change.after, change.difference) == (3.0, 4.0, None)
    assert change.reason == change.real.reason == change.instrument.reason == Reason.NO_COMMON_QUESTIONS


def test_one_respondent_a_role_has_a_change_without_an_interval() -> None:
    """Nothing can be said of the spread of a change if nobody can be drawn again."""
    change = unit(instrument(ONE), said([2]), said([4])).overall
    assert (change.difference, change.ci, change.ci_reason) == (2.0, None, Reason.ONE_RESPONDENT_PER_ROLE)
    assert not change.certain


def test_units_that_joined_or_left_are_named() -> None:
    """A unit that appears or disappears is not silently left out."""
    other: list[Row] = [("V", "x", "all", {"q": 3})]
    found = compared(instrument(ONE), [*said([1, 2]), *other], said([2, 2]))
    assert found.progress is not None
    assert (found.progress.left, found.progress.joined, list(found.progress.units)) == (("V",), (), ["U"])


def test_swapping_the_waves_turns_the_change_round() -> None:
    """Any cause that were counted to the later wave only would not turn."""
    rng = np.random.default_rng(5)
    case = instrument({"D": {"C": ["q", "p"]}, "E": {"F": ["f"]}}, roles=("a", "b"))
    waves = [
        [
            ("U", f"{role}{number}", role, {name: int(rng.integers(1, 6)) for name in "qpf"})
            for role in "ab"
            for number in range(first, first + 6)
        ]
        for first in (0, 3)
    ]
    there, back = unit(case, *waves), unit(case, *waves[::-1])
    for one, other in ((there.overall, back.overall), (there.dimensions["D"], back.dimensions["D"])):
        assert one.difference == pytest.approx(-(other.difference or 0))
        assert parts(one) == pytest.approx([-part for part in parts(other)])
        assert sum(parts(one)) == pytest.approx(one.difference)


def test_versions_are_followed_through_the_current_one() -> None:
    """Two older versions, each mapped to the current one, are compared by what both share with it."""
    first = QuestionMapping(("k", "1"), ("k", "3"), {"a": "x", "b": "y"}, changed={"c": "z"}, dropped=("d",))
    second = QuestionMapping(("k", "2"), ("k", "3"), {"A": "x", "C": "z"}, dropped=("E",), new=("y",))
    found = first.through(second, ["A", "C", "E"])
    assert (found.old_version, found.new_version) == (("k", "1"), ("k", "2"))
    assert (found.kept, found.changed) == ({"a": "A"}, {"c": "C"})
    assert (set(found.dropped), found.new) == ({"b", "d"}, ("E",))


def test_a_screen_stands_beside_the_dimensions_and_not_among_them() -> None:
    # If this fails, a screen that is no part of the score is drawn as one of the dimensions that changed.
    _, result = opened_audit(carried("sample_data"), None)
    assert result.progress is not None
    screens, dimensions = ({block.id for block in blocks} for blocks in (result.instrument.screens, result.instrument.dimensions))
    assert screens
    for changed in result.progress.units.values():
        assert (set(changed.screens), set(changed.dimensions)) == (screens, dimensions)
