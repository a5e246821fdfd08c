"""What must hold of units beside each other, of robustness and of role gaps, for any instrument, any policy and any answers."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scoring_cases import Row, engagement, instrument

from kamassess.instrument import Instrument
from kamassess.reading.engagement import Unit
from kamassess.recipe import score
from kamassess.result import AuditResult, Robustness

QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
SCALES = ((1.0, 2.0, 3.0, 4.0, 5.0), (0.0, 1.0), (-2.0, -1.0, 0.0, 1.0, 2.0), (0.0, 33.3, 66.7, 100.0))
ROLES = ("boss", "kam", "crew")
UNITS = ("TOP", "U", "V", "W", "X")
TREE = {"D": {"A": ["q1", "q2"], "B": ["q3"]}, "E": {"F": ["q4"]}, "G": {"H": ["q5"]}}
SCREENS = {"S": {"T": ["s1"]}}
NAMES = ("q1", "q2", "q3", "q4", "q5", "s1")


@dataclass(frozen=True)
class Case:
    """What an instrument is built from, answers, and how units stand below each other."""

    parts: dict[str, Any]
    rows: list[Row]
    below: dict[str, str | None]
    sizes: dict[str, float | None]

    def result(self, rows: list[Row] | None = None, units: tuple[str, ...] = UNITS, **changed: Any) -> AuditResult:
        case: Instrument = instrument(**(self.parts | changed))
        given_ = engagement(case, self.rows if rows is None else rows, units)
        found = tuple(Unit(name, {"en": name}, self.below[name], self.sizes[name], {}) for name in units)
        return score(dataclasses.replace(given_, units=found), replicates=30)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    options = draw(st.sampled_from(SCALES))
    methods = ["arithmetic", "minimum"] + (["geometric"] if min(options) >= 0 else [])
    span = options[-1] - options[0]
    parts = {
        "tree": TREE,
        "screens": SCREENS,
        "options": options,
        "levels": [options[0] + share * span for share in draw(st.sampled_from(((0.0, 0.3, 0.6), (0.2, 0.5))))],
        "roles": ROLES,
        "asked": {name: draw(st.sampled_from((ROLES, ROLES, ROLES[:2], ROLES[1:]))) for name in NAMES},
        "weights": {name: draw(st.sampled_from((1.0, 1.0, 2.0, 0.3, 0.0))) for name in ("E", "G", "A", "B", "q1", "q2")},
        "gates": draw(st.sampled_from(((), ("A",), ("B", "F")))),
        "respondents": draw(st.sampled_from(("by_role", "equal"))),
        "aggregation": draw(st.sampled_from(methods)),
        "unanswered": draw(st.sampled_from(("exclude", "exclude", "minimum"))),
        "min_coverage": draw(st.sampled_from((0.0, 0.3, 0.6))),
        "min_respondents": draw(st.integers(1, 3)),
    }
    answer = st.sampled_from((*options, *options, *options, "DK", "NA", None))
    rows: list[Row] = [
        (unit, f"{unit}{role}{number}", role, {name: draw(answer) for name in NAMES if role in parts["asked"][name]})
        for unit in draw(st.sampled_from((UNITS, UNITS[1:], UNITS[:3])))
        for role in ROLES
        for number in range(draw(st.integers(0, 4)))
    ]
    assume(any(isinstance(value, float) for *_, answers in rows for value in answers.values()))
    below = draw(st.sampled_from(({"V": "U"}, dict.fromkeys("UVWX", "TOP"), {"U": "TOP", "V": "U", "W": "U", "X": "W"})))
    sizes = {name: draw(st.sampled_from((1.0, 10.0, 250.0, None))) for name in UNITS}
    return Case(parts, rows, {name: below.get(name) for name in UNITS}, sizes)


# -- ranking -----------------------------------------------------------------------------------------------------------


@QUICK
@given(cases())
def test_probabilities_of_ranks_are_a_distribution(case: Case) -> None:
    """Over the ranks of each unit, and over the units at each rank: someone is third in every draw, ties or not."""
    ranking = {name: rank for name, rank in case.result().group.ranking.items() if rank.rank is not None}
    for rank in ranking.values():
        assert sum(rank.probabilities.values()) == pytest.approx(1)
        assert rank.first == pytest.approx(rank.probabilities.get("1", 0.0))
        assert rank.ci is not None
        assert 1 <= rank.ci[0] <= rank.ci[1] <= len(ranking)
    for place in range(1, len(ranking) + 1):
        assert sum(rank.probabilities.get(str(place), 0.0) for rank in ranking.values()) == pytest.approx(1)


@QUICK
@given(cases())
def test_one_is_above_or_the_other(case: Case) -> None:
    """P(A above B) + P(B above A) = 1, and what stands in the ranking is one of them."""
    group = case.result().group
    ranked = [name for name, rank in group.ranking.items() if rank.rank is not None]
    for one in ranked:
        for other in ranked:
            if one != other:
                assert group.above[one][other] + group.above[other][one] == pytest.approx(1)
    for number, name in enumerate(ranked):
        following = group.ranking[name].above_next
        assert following == (group.above[name][ranked[number + 1]] if number + 1 < len(ranked) else None)
    scores = [group.ranking[name].score for name in ranked]
    assert all(a is not None and b is not None and a >= b - 1e-8 for a, b in pairwise(scores))


@QUICK
@given(cases(), st.sampled_from(("arithmetic", "minimum")))
def test_who_is_above_in_every_answer_is_above_for_certain(case: Case, aggregation: str) -> None:
    """No other people of these roles, and no other weights, could turn it."""
    lowest, highest = case.parts["options"][0], case.parts["options"][-1]
    rows: list[Row] = []
    for unit, value in (("U", highest), ("V", lowest)):
        for role in ROLES:
            for number in range(3):
                answers = {name: value for name in NAMES if role in case.parts["asked"][name]}
                rows.append((unit, f"{unit}{role}{number}", role, answers))
    group = case.result(rows, aggregation=aggregation, weights={}).group
    assert (group.above["U"]["V"], group.ranking["U"].first, group.ranking["V"].rank) == (1.0, 1.0, 2)


@QUICK
@given(cases(), st.permutations(UNITS))
def test_the_order_of_units_does_not_matter(case: Case, order: list[str]) -> None:
    """Nor do units without answers."""
    plain, turned = case.result(), case.result(units=tuple(order))
    assert turned.group.above == plain.group.above
    assert turned.group.ranking == plain.group.ranking
    assert list(turned.group.ranking)[: len(plain.group.above)] == list(plain.group.ranking)[: len(plain.group.above)]
    assert {name: turned.units[name] for name in UNITS} == {name: plain.units[name] for name in UNITS}
    assert set(turned.group.lessons) == set(plain.group.lessons)
    for name, spread in plain.group.spread.items():
        other = turned.group.spread[name]
        assert (spread.lowest, spread.highest, spread.n) == (other.lowest, other.highest, other.n)
        assert spread.icc1 == (None if other.icc1 is None else pytest.approx(other.icc1, abs=1e-9))
    for name, rolled in plain.group.roll_ups.items():
        for block, own in rolled.items():
            other_own = turned.group.roll_ups[name][block]
            assert (own.weakest_unit, own.n, own.n_units, own.reason) == (
                other_own.weakest_unit,
                other_own.n,
                other_own.n_units,
                other_own.reason,
            )
            assert own.mean == (None if other_own.mean is None else pytest.approx(other_own.mean))
            assert own.ci == (None if other_own.ci is None else pytest.approx(other_own.ci))


@QUICK
@given(cases(), st.randoms(use_true_random=False))
def test_order_and_names_of_respondents_do_not_matter(case: Case, random: Any) -> None:
    """Neither for ranks, spread and roll-ups nor for gaps and robustness."""
    renamed: list[Row] = [(u, f"p{n}", r, a) for n, (u, _, r, a) in enumerate(random.sample(case.rows, len(case.rows)))]
    plain, other = case.result(), case.result(renamed)
    assert other.group == plain.group
    assert {name: unit.gaps for name, unit in other.units.items()} == {name: unit.gaps for name, unit in plain.units.items()}
    assert [unit.robustness for unit in other.units.values()] == [unit.robustness for unit in plain.units.values()]


@QUICK
@given(cases(), st.sampled_from(UNITS), st.sampled_from(ROLES))
def test_a_form_sent_back_empty_changes_nothing(case: Case, unit: str, role: str) -> None:
    """No unit, gap, rank, spread or mean."""
    silent: Row = (unit, "silent", role, dict.fromkeys(NAMES))
    assert case.result([silent, *case.rows]).as_json() == case.result().as_json()


# -- roll-ups ----------------------------------------------------------------------------------------------------------


@QUICK
@given(cases())
def test_roll_ups_are_means_within_their_units(case: Case) -> None:
    """Between the weakest and the strongest; of one unit, that unit's own figures; by equal sizes, the plain mean."""
    result = case.result()
    parents = {name: case.below[name] for name in UNITS}

    def under(name: str, top: str) -> bool:
        parent = parents[name]
        return parent is not None and (parent == top or under(parent, top))

    for top, rolled in result.group.roll_ups.items():
        members = [n for n in UNITS if (top == "_group" or under(n, top)) and result.units[n].n_respondents]
        for block, own in rolled.items():
            units = {n: result.units[n].overall if block == "overall" else result.units[n].dimensions[block] for n in members}
            scores = {n: b.score for n, b in units.items() if b.score is not None}
            assert (own.n_units, own.of_units, own.n) == (len(scores), len(members), sum(b.n for b in units.values()))
            if not scores:
                assert own.mean is None
                assert own.reason is not None
                continue
            assert own.mean == pytest.approx(sum(scores.values()) / len(scores))
            assert own.weakest == pytest.approx(min(scores.values()))
            assert own.weakest_unit in scores
            if len(scores) == 1:
                (only,) = scores
                assert own.mean == units[only].score
                if units[only].ci is not None and own.ci is not None:
                    assert own.ci == pytest.approx(units[only].ci)
            sizes = [case.sizes[n] for n in scores]
            assert (own.by_size is None) == (None in sizes)
            if own.by_size is not None:
                total = sum(size or 0 for size in sizes)
                weighted = sum((size or 0) * value for size, value in zip(sizes, scores.values(), strict=True)) / total
                assert own.by_size == pytest.approx(weighted)


# -- robustness and gaps -----------------------------------------------------------------------------------------------


@QUICK
@given(cases())
def test_probabilities_of_levels_add_up(case: Case) -> None:
    """And the level that is reported is the one that does not differ."""
    for unit in case.result().units.values():
        robust = unit.robustness
        assert isinstance(robust, Robustness)
        if robust.level_differs is None:
            assert robust.reason is not None
            assert robust.levels == {}
            continue
        assert sum(robust.levels.values()) == pytest.approx(1)
        assert robust.level_differs == pytest.approx(1 - robust.levels.get(str(unit.overall.level or 0), 0.0))
        assert robust.score_range is not None
        assert (
            case.parts["options"][0] - 1e-9 <= robust.score_range[0] <= robust.score_range[1] <= case.parts["options"][-1] + 1e-9
        )


@QUICK
@given(cases())
def test_with_one_dimension_that_counts_weights_change_nothing(case: Case) -> None:
    """Whatever else is asked."""
    for unit in case.result(weights=case.parts["weights"] | {"E": 0.0, "G": 0.0}).units.values():
        assert unit.robustness is not None
        assert unit.robustness.by_weights in (None, 0.0)
        assert unit.robustness.level_differs == unit.robustness.by_respondents


@QUICK
@given(cases(), st.sampled_from(("E", "G")))
def test_a_dimension_of_no_weight_is_as_if_it_were_not_there(case: Case, name: str) -> None:
    """For ranks, robustness, the gaps on the others, roll-ups and lessons; to the last digit."""
    tree = {dimension: criteria for dimension, criteria in TREE.items() if dimension != name}
    gone = [question for questions in TREE[name].values() for question in questions]
    rows = [(u, p, r, {q: a for q, a in answers.items() if q not in gone}) for u, p, r, answers in case.rows]
    heavy = [q for q in NAMES if q not in gone and case.parts["weights"].get(q, 1.0) > 0]
    assume(all(any(answers.get(q) is not None for q in heavy) for *_, answers in rows))
    assume(all(case.parts["weights"].get(criterion, 1.0) > 0 for criterion in ("A", "B")))
    weights = case.parts["weights"] | {name: 0.0}
    gates = [gate for gate in case.parts["gates"] if gate not in TREE[name]]
    zero = case.result(weights=weights, gates=gates)
    without = case.result(rows, weights=weights, gates=gates, tree=tree)
    assert {key: dataclasses.replace(rank, n=0) for key, rank in zero.group.ranking.items()} == {
        key: dataclasses.replace(rank, n=0) for key, rank in without.group.ranking.items()
    }
    assert zero.group.above == without.group.above
    for key, unit in without.units.items():
        assert zero.units[key].robustness == unit.robustness
        assert zero.units[key].gaps == unit.gaps
        assert zero.units[key].caveats == unit.caveats
    assert zero.group.lessons == without.group.lessons
    assert zero.group.common_gaps == without.group.common_gaps
    assert {key: rolled["overall"] for key, rolled in zero.group.roll_ups.items()} == {
        key: rolled["overall"] for key, rolled in without.group.roll_ups.items()
    }


@QUICK
@given(cases())
def test_gaps_are_what_they_say(case: Case) -> None:
    """Within the scale, high above low, of three people and more; p adjusted upwards; no pair of roles twice on a dimension."""
    low, high = case.parts["options"][0], case.parts["options"][-1]
    for unit in case.result().units.values():
        pairs = [(gap.dimension, frozenset((gap.high, gap.low))) for gap in unit.gaps]
        assert len(set(pairs)) == len(pairs)
        for gap in unit.gaps:
            assert gap.high != gap.low
            assert min(gap.n_high, gap.n_low) >= 3
            assert gap.n_high <= unit.roles[gap.high].n
            assert gap.difference == pytest.approx(gap.high_mean - gap.low_mean)
            assert low - 1e-9 <= gap.low_mean <= gap.high_mean <= high + 1e-9
            assert gap.ci[0] <= gap.ci[1]
            assert 0 < gap.p_least <= gap.p + 1e-12
            assert gap.p <= (1.0 if gap.p_holm is None else gap.p_holm) <= 1
            assert gap.g is None or gap.g >= 0
            assert gap.n_questions >= 1
            assert unit.roles[gap.high].reason is None


@QUICK
@given(cases())
def test_json_has_no_nan(case: Case) -> None:
    """For any scales, weights of nought, units without answers and people who do not know."""
    found = json.loads("".join(case.result().write_json()), parse_constant=pytest.fail)
    assert set(found["units"]) == set(UNITS)
