"""What must hold of the change between any two waves, for any instruments, policies and answers."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scoring_cases import Row, instrument
from wave_cases import PARTS, change_of, changes_by_id, part_values, two_waves

from kamassess.instrument import Instrument
from kamassess.result import AuditResult, Change, Interval, Part, UnitChange

QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
SCALES = ((1.0, 2.0, 3.0, 4.0, 5.0), (0.0, 1.0), (-2.0, -1.0, 0.0, 1.0, 2.0), (0.0, 33.3, 66.7, 100.0))
ROLES = ("boss", "kam", "new")
UNITS = ("U", "V")
OLD = {"D": {"A": ["q1", "q2"], "B": ["q3"]}, "E": {"F": ["q4", "old"]}}
NEW = {"D": {"A": ["q1"], "B": ["q3", "fresh"]}, "E": {"F": ["q4"], "G": ["q2"]}}
IDS = ("D", "E", "A", "B", "F", "G", "q1", "q2", "q3", "q4")


@dataclass(frozen=True)
class Case:
    """Two waves, of one instrument or of two, and what their instruments are built from."""

    parts: dict[str, Any]
    old: dict[str, Any] | None
    before: list[Row]
    after: list[Row]

    @property
    def instrument(self) -> Instrument:
        return instrument(**self.parts)

    def result(self, before: list[Row] | None = None, after: list[Row] | None = None, **changed: Any) -> AuditResult:
        return two_waves(
            instrument(**(self.parts | changed)),
            self.before if before is None else before,
            self.after if after is None else after,
            old=None if self.old is None else instrument(**(self.old | changed)),
            units=UNITS,
            replicates=20,
        )


@st.composite
def cases(draw: st.DrawFn, versions: bool | None = None) -> Case:
    """Two waves; with *versions*, of two instruments."""
    options = draw(st.sampled_from(SCALES))
    methods = ["arithmetic", "minimum"] + (["geometric"] if min(options) >= 0 else [])
    two = draw(st.booleans()) if versions is None else versions
    policy = {
        "options": options,
        "levels": [options[0], (options[0] + options[-1]) / 2],
        "roles": ROLES,
        "respondents": draw(st.sampled_from(("by_role", "equal"))),
        "aggregation": draw(st.sampled_from(methods)),
        "unanswered": draw(st.sampled_from(("exclude", "exclude", "minimum"))),
        "min_coverage": draw(st.sampled_from((0.0, 0.3, 0.6))),
    }

    def version(tree: Any) -> dict[str, Any]:
        asked = {name: draw(st.sampled_from((ROLES, ROLES, ROLES[:2], ROLES[:1]))) for name in ("q1", "q2", "q3")}
        weights = {name: draw(st.sampled_from((1.0, 1.0, 2.0, 0.3))) for name in IDS}
        return policy | {"tree": tree, "asked": asked, "weights": weights}

    parts = version(NEW)
    old = version(OLD) if two else None
    answer = st.sampled_from((*options, *options, *options, "DK", "NA", None))

    def wave(of: dict[str, Any]) -> list[Row]:
        case = instrument(**of)
        rows: list[Row] = []
        for unit in UNITS:
            for role in ROLES:
                first = draw(st.integers(0, 2))
                for number in range(first, first + draw(st.integers(0, 5))):
                    answers = {q: draw(answer) for q in case.questions if role in case.questions[q].roles}
                    rows.append((unit, f"{unit}{role}{number}", role, answers))
        return rows

    before, after = wave(old or parts), wave(parts)
    assume(any(isinstance(value, float) for *_, answers in before for value in answers.values()))
    assume(any(isinstance(value, float) for *_, answers in after for value in answers.values()))
    return Case(parts, old, before, after)


def every(result: AuditResult) -> list[tuple[str, UnitChange, str, Change]]:
    assert result.progress is not None
    return [
        (unit, own, name, change) for unit, own in result.progress.units.items() for name, change in changes_by_id(own).items()
    ]


@QUICK
@given(cases())
def test_the_parts_add_up_to_the_change(case: Case) -> None:
    """Real + respondents + instrument + not applicable; whatever is told of them."""
    for *_, change in every(case.result()):
        parts = part_values(change)
        if change.difference is None:
            assert set(parts.values()) == {None}
            assert change.reason is not None
            continue
        assert change.before is not None
        assert change.after is not None
        assert change.difference == pytest.approx(change.after - change.before, abs=1e-9)
        comparable, instrument_, applies = change.comparable.value, parts["instrument"], parts["not_applicable"]
        if None not in (comparable, instrument_, applies):
            assert comparable + instrument_ + applies == pytest.approx(change.difference, abs=1e-9)  # type: ignore[operator]
        if None not in parts.values():
            assert sum(parts.values()) == pytest.approx(change.difference, abs=1e-9)  # type: ignore[arg-type]


@QUICK
@given(cases())
def test_every_missing_figure_has_a_reason(case: Case) -> None:
    """And a figure that is there has none."""
    for *_, change in every(case.result()):
        for part in (change.comparable, *(getattr(change, name) for name in PARTS)):
            assert (part.value is None) == (part.reason is not None)
            assert part.value is not None or part.ci is None
        assert (change.difference is None) == (change.reason is not None)
        assert change.ci is not None or change.ci_reason is not None


@QUICK
@given(cases())
def test_real_change_and_that_of_people_are_told_together_or_not_at_all(case: Case) -> None:
    """Either would give away the other; and none of a dimension's criteria without all, nor dimensions."""
    result = case.result()
    assert result.progress is not None
    for own in result.progress.units.values():
        for change in changes_by_id(own).values():
            assert (change.real.reason == "withheld") == (change.respondents.reason == "withheld")
        hidden = {change.real.reason == "withheld" for change in own.dimensions.values() if change.reason is None}
        assert len(hidden) <= 1


@QUICK
@given(cases(versions=False))
def test_a_wave_that_repeats_the_last_is_no_change(case: Case) -> None:
    """Every part is 0, and so is the interval: everybody is drawn with both answers."""
    zero = pytest.approx((0.0, 0.0), abs=1e-9)
    for _, own, _, change in every(case.result(before=case.after)):
        assert own.n_before == own.n_after == own.n_both
        if change.difference is not None:
            assert change.difference == pytest.approx(0, abs=1e-9)
            assert all(value == pytest.approx(0, abs=1e-9) for value in part_values(change).values() if value is not None)
            assert change.ci is None or change.ci == zero
            assert not change.certain
            assert change.real.reason is None
            assert change.level_before == change.level_after


@QUICK
@given(cases(versions=False))
def test_swapping_the_waves_negates(case: Case) -> None:
    """A cause that were counted to one wave only would not turn."""
    there, back = case.result(), case.result(before=case.after, after=case.before)
    assert there.progress is not None
    assert back.progress is not None
    assert set(there.progress.units) == set(back.progress.units)
    for unit, own in there.progress.units.items():
        other = back.progress.units[unit]
        assert (own.n_before, own.n_after, own.n_both, own.basis) == (other.n_after, other.n_before, other.n_both, other.basis)
        for name, change in changes_by_id(own).items():
            turned = changes_by_id(other)[name]
            assert _negative(change.difference, turned.difference)
            for part in ("comparable", *PARTS):
                assert _negative(getattr(change, part).value, getattr(turned, part).value), (name, part)
            assert (change.n_before, change.n_after) == (turned.n_after, turned.n_before)


def _negative(one: float | None, other: float | None) -> bool:
    return one is None and other is None if one is None or other is None else one == pytest.approx(-other, abs=1e-9)


@QUICK
@given(cases(), st.randoms(use_true_random=False))
def test_order_of_rows_and_names_of_people_do_not_matter(case: Case, random: Any) -> None:
    """Else a new list of pseudonyms, or another order of files, would change a printed number."""
    names = sorted({row[1] for row in (*case.before, *case.after)})
    aliases = dict(zip(names, random.sample([f"p{n}" for n in range(len(names))], len(names)), strict=True))
    waves = []
    for rows in (case.before, case.after):
        renamed: list[Row] = [(u, aliases[p], r, dict(random.sample(list(a.items()), len(a)))) for u, p, r, a in rows]
        random.shuffle(renamed)
        waves.append(renamed)
    plain, other = every(case.result()), every(case.result(*waves))
    for (_, own, name, change), (_, its, _, turned) in zip(plain, other, strict=True):
        assert (own.basis, own.n_both) == (its.basis, its.n_both)
        assert _same(change, turned), name


def _same(one: Any, other: Any) -> bool:
    """Equal but for the last digits."""
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, abs=1e-9)
    if isinstance(one, tuple):
        return isinstance(other, tuple) and all(map(_same, one, other))
    if isinstance(one, Part | Change):
        return all(_same(getattr(one, name), getattr(other, name)) for name in one.__dataclass_fields__)
    return bool(one == other)


@QUICK
@given(cases(), st.sampled_from(UNITS), st.sampled_from(ROLES), st.booleans())
def test_a_form_sent_back_empty_changes_nothing(case: Case, unit: str, role: str, early: bool) -> None:
    """Neither in the earlier nor in the later wave."""
    silent: Row = (unit, "silent", role, dict.fromkeys(instrument(**(case.old or case.parts) if early else case.parts).questions))
    rows = [silent, *(case.before if early else case.after)]
    with_it = case.result(before=rows) if early else case.result(after=rows)
    plain = case.result()
    assert plain.progress is not None
    assert with_it.progress is not None
    assert {unit: plain.progress.units[unit] for unit in plain.progress.units} == {
        unit: with_it.progress.units[unit] for unit in plain.progress.units
    }


@QUICK
@given(cases())
def test_other_units_do_not_matter(case: Case) -> None:
    """To the last digit, intervals included."""
    own = [[row for row in rows if row[0] == "U"] for rows in (case.before, case.after)]
    assume(all(any(isinstance(v, float) for row in rows for v in row[3].values()) for rows in own))
    whole, alone = case.result(), case.result(*own)
    assert change_of(alone) == change_of(whole)


@QUICK
@given(cases())
def test_the_language_changes_no_number(case: Case) -> None:
    """English and Chinese readers must see the same change."""
    old = None if case.old is None else instrument(**case.old)
    found = [
        every(two_waves(case.instrument, case.before, case.after, old=old, units=UNITS, languages=languages, replicates=20))
        for languages in (("en",), ("zh",))
    ]
    assert found[0] == found[1]


@QUICK
@given(cases(versions=False), st.sampled_from(("q1", "q2", "q3", "q4")))
def test_a_question_of_no_weight_moves_nothing(case: Case, name: str) -> None:
    """As if it had not been asked, in neither wave."""
    waves = []
    for rows in (case.before, case.after):
        without = [(u, p, r, {q: a for q, a in answers.items() if q != name}) for u, p, r, answers in rows]
        assume(any(isinstance(v, float) for row in without for v in row[3].values()))
        waves.append(without)
    removed = {
        d: {c: left for c, qs in criteria.items() if (left := [q for q in qs if q != name])} for d, criteria in NEW.items()
    }
    zero = case.result(weights=case.parts["weights"] | {name: 0.0})
    plain = replace(case, parts=case.parts | {"tree": removed}).result(*waves)
    assert plain.progress is not None
    assert zero.progress is not None
    for unit, own in plain.progress.units.items():
        other = changes_by_id(zero.progress.units[unit])
        for key, change in changes_by_id(own).items():
            assert _same(change, other[key]), key


@QUICK
@given(cases())
def test_json_has_no_nan_and_intervals_stand_in_order(case: Case) -> None:
    """For any versions, policies and scales."""
    result = case.result()
    found = json.loads("".join(result.write_json()), parse_constant=pytest.fail)
    assert result.progress is not None
    assert set(found["progress"]["units"]) == set(result.progress.units)
    span = case.parts["options"][-1] - case.parts["options"][0]
    for *_, change in every(result):
        intervals: list[Interval | None] = [change.ci, change.comparable.ci, *(getattr(change, name).ci for name in PARTS)]
        assert all(ci is None or ci[0] <= ci[1] for ci in intervals)
        assert change.difference is None or abs(change.difference) <= span + 1e-9
