"""How far a level would stand with other people and other weights: against loops, and in the cases where little can be said."""

from __future__ import annotations

import numpy as np
import pytest
from scoring_cases import Row, engagement, instrument, result

from kamassess.instrument import Instrument
from kamassess.recipe import score
from kamassess.result import Reason, Robustness, UnitResult
from kamassess.scoring.answers import answers_of
from kamassess.scoring.robustness import weight_draws
from kamassess.scoring.scores import Scores, score_answers

TREE = {"D": {"A": ["q1", "q2"], "B": ["q3"]}, "E": {"F": ["q4"]}, "G": {"H": ["q5"]}}
NAMES = ("q1", "q2", "q3", "q4", "q5")


def robust(case: Instrument, rows: list[Row], replicates: int = 200) -> tuple[Robustness, UnitResult]:
    unit = result(case, rows, replicates=replicates).units["U"]
    assert unit.robustness is not None
    return unit.robustness, unit


def random_rows(seed: int, *, low: int = 1, high: int = 5, open_: float = 0.1) -> list[Row]:
    rng = np.random.default_rng(seed)
    return [
        (
            "U",
            f"{role}{number}",
            role,
            {name: int(rng.integers(low, high + 1)) if rng.random() > open_ else "DK" for name in NAMES},
        )
        for role in "ab"
        for number in range(int(rng.integers(2, 6)))
    ]


# -- weights -----------------------------------------------------------------------------------------------------------


def test_weights_are_drawn_around_the_declared_ones_with_the_stated_spread() -> None:
    """Dirichlet: mean w, variance w(1 − w)/(c + 1), c ten a dimension; of six equal ones 95 % lie within .5 and 1.6 times."""
    six = instrument({f"D{n}": {f"C{n}": [f"q{n}"]} for n in range(6)})
    drawn, concentration = weight_draws(six, 20_000)
    assert concentration == 60
    assert drawn.sum(axis=0) == pytest.approx(np.ones(20_000))
    assert drawn.mean(axis=1) == pytest.approx(np.full(6, 1 / 6), abs=0.002)
    assert drawn.var(axis=1) == pytest.approx(np.full(6, 1 / 6 * 5 / 6 / 61), rel=0.05)
    assert np.quantile(drawn * 6, [0.025, 0.975]) == pytest.approx([0.5, 1.6], abs=0.03)


def test_unequal_weights_keep_their_proportions() -> None:
    """A dimension declared three times as heavy stays so on average, and keeps less than all."""
    case = instrument(TREE, weights={"D": 3.0})
    drawn, concentration = weight_draws(case, 20_000)
    assert concentration == 30
    assert drawn.mean(axis=1) == pytest.approx([0.6, 0.2, 0.2], abs=0.005)
    assert (drawn > 0).all()


def test_a_weight_of_zero_is_never_drawn_and_does_not_move_the_others() -> None:
    """As if the dimension were not there: the same draws for the rest, to the last digit."""
    without = {name: criteria for name, criteria in TREE.items() if name != "E"}
    zero, plain = weight_draws(instrument(TREE, weights={"E": 0.0}), 50), weight_draws(instrument(without), 50)
    assert (zero[0][1] == 0).all()
    assert (zero[0][[0, 2]] == plain[0]).all()
    assert zero[1] == plain[1]


def test_a_tiny_weight_never_takes_its_dimension_away() -> None:
    """Where only that dimension was answered, a draw of exactly 0 would leave no score at all."""
    case = instrument({"D": {"A": ["q1"]}, "E": {"F": ["q4"]}}, weights={"E": 1e-9}, min_coverage=0)
    rows: list[Row] = [("U", f"p{n}", "all", {"q1": "DK", "q4": 2 + n}) for n in range(3)]
    found, _ = robust(case, rows)
    assert sum(found.levels.values()) == pytest.approx(1)
    assert found.score_range is not None


# -- against loops -----------------------------------------------------------------------------------------------------


def draws(case: Instrument, rows: list[Row], replicates: int) -> Scores:
    """The arrays that the result is made from: drawn dimensions, and the lowest drawn gate."""
    given = engagement(case, rows)
    return score_answers(answers_of(given.responses, case, [unit.id for unit in given.units], given.wave), replicates=replicates)


@pytest.mark.parametrize("aggregation", ["arithmetic", "geometric", "minimum"])
@pytest.mark.parametrize("seed", range(6))
def test_probabilities_are_those_of_a_loop_over_the_draws(aggregation: str, seed: int) -> None:
    """Each draw is scored by the policy's mean, capped by its own drawn gates, and its level looked up."""
    rng = np.random.default_rng(100 + seed)
    weights = {name: float(rng.choice([1.0, 2.0, 0.0])) for name in "DEG"} | {"D": 1.0}
    case = instrument(
        TREE,
        roles=("a", "b"),
        weights=weights,
        gates=["A", "F"] if seed % 2 else [],
        aggregation=aggregation,
        levels=(1.5, 2.2, 2.8, 3.4, 4.5),
        min_coverage=0.2,
    )
    rows = random_rows(seed)
    found, unit = robust(case, rows)
    scores = draws(case, rows, 200)
    drawn_weights, _ = weight_draws(case, 200)
    declared = [dimension.weight for dimension in case.dimensions]
    here = unit.overall.level or 0

    def mean(values: list[float], weight: list[float]) -> float:
        pairs = [(v, w) for v, w in zip(values, weight, strict=True) if w > 0 and np.isfinite(v)]
        total = sum(w for _, w in pairs)
        if aggregation == "minimum":
            return min(v for v, _ in pairs)
        if aggregation == "geometric":
            return float(np.prod([v ** (w / total) for v, w in pairs]))
        return sum(v * w for v, w in pairs) / total

    def level(value: float, gate: float) -> int:
        return max((entry.level for entry in case.levels if entry.start <= min(value, gate) + 1e-9), default=0)

    both, people, means = [], [], []
    for number in range(200):
        values = scores.resampled.dimensions[0, :, number].tolist()
        gate = float(scores.resampled.gates[0, number])
        means.append(mean(values, drawn_weights[:, number].tolist()))
        both.append(level(means[-1], gate))
        people.append(level(mean(values, declared), gate))
    fixed = [unit.dimensions[name].aggregations[aggregation] for name in unit.dimensions]
    values = [float("nan") if value is None else value for value in fixed]
    gates = [unit.criteria[name].score for name in (["A", "F"] if seed % 2 else [])]
    heavy = [weights["D"] > 0, weights["E"] > 0]
    gate = min((g for g, counts in zip(gates, heavy, strict=False) if g is not None and counts), default=np.inf)
    alone = [level(mean(values, drawn_weights[:, number].tolist()), gate) for number in range(200)]
    assert found.level_differs == pytest.approx(np.mean([entry != here for entry in both]))
    assert found.by_respondents == pytest.approx(np.mean([entry != here for entry in people]))
    assert found.by_weights == pytest.approx(np.mean([entry != here for entry in alone]))
    assert found.levels == {str(name): pytest.approx(both.count(name) / 200) for name in sorted(set(both))}
    assert found.score_range == pytest.approx(tuple(np.quantile(means, [0.025, 0.975])))
    assert (found.draws, found.reason) == (200, None)


# -- edges -------------------------------------------------------------------------------------------------------------


def test_with_one_dimension_weights_change_nothing() -> None:
    """There is nothing to weigh against."""
    case = instrument({"D": {"A": ["q1"]}}, roles=("a", "b"))
    found, _ = robust(case, [(u, p, r, {"q1": answers["q1"]}) for u, p, r, answers in random_rows(3)])
    assert found.by_weights == 0
    assert found.level_differs == found.by_respondents


def test_who_all_agree_leave_nothing_to_chance() -> None:
    """Every draw is the same; a probability of another level would come from nowhere."""
    found, unit = robust(instrument(TREE), [("U", f"p{n}", "all", dict.fromkeys(NAMES, 3)) for n in range(4)])
    assert (found.level_differs, found.by_respondents, found.by_weights) == (0, 0, 0)
    assert found.levels == {"3": 1.0}
    assert found.score_range == pytest.approx((3.0, 3.0))
    assert unit.overall.level == 3


def test_draws_in_which_nobody_who_knew_was_drawn_do_not_count() -> None:
    """Of a unit where two of four do not know, one draw in sixteen has no score; that is not a level below the first."""
    case = instrument({"D": {"A": ["q1"]}}, min_coverage=0.5)
    rows: list[Row] = [("U", f"p{n}", "all", {"q1": 4 if n < 2 else "DK"}) for n in range(4)]
    found, _ = robust(case, rows, 1000)
    assert found.levels == {"4": 1.0}
    assert (found.level_differs, found.by_respondents) == (0, 0)


def test_one_person_a_role_cannot_be_drawn_again_but_weights_can() -> None:
    """Taken as fixed, the unit would look like the surest of all."""
    rows: list[Row] = [
        ("U", "x", "a", {"q1": 1, "q2": 1, "q3": 1, "q4": 5, "q5": 3}),
        ("U", "y", "b", {"q1": 1, "q2": 1, "q3": 1, "q4": 5, "q5": 3}),
    ]
    found, _ = robust(instrument(TREE, roles=("a", "b")), rows)
    assert (found.level_differs, found.by_respondents, found.levels, found.score_range) == (None, None, {}, None)
    assert found.reason == Reason.ONE_RESPONDENT_PER_ROLE
    assert found.by_weights is not None
    assert 0.2 < found.by_weights < 0.8


@pytest.mark.parametrize(
    ("answer", "reason"), [("DK", Reason.NO_ANSWERS), ("NA", Reason.ALL_NOT_APPLICABLE)], ids=["unknown", "not applicable"]
)
def test_without_a_score_there_is_only_the_reason(answer: str, reason: Reason) -> None:
    """The reason is that of the score."""
    found, unit = robust(instrument(TREE), [("U", f"p{n}", "all", dict.fromkeys(NAMES, answer)) for n in range(4)])
    assert (found.level_differs, found.by_respondents, found.by_weights) == (None, None, None)
    assert found.reason == unit.overall.reason == reason


def test_a_unit_that_nobody_answered_for_is_no_error() -> None:
    """Parents often have no answers of their own."""
    given = engagement(instrument(TREE), [("U", "p", "all", {"q1": 3})], ["U", "TOP"])
    found = score(given, replicates=20).units["TOP"].robustness
    assert found is not None
    assert (found.level_differs, found.reason) == (None, Reason.NO_ANSWERS)


def test_below_the_first_level_is_level_nought() -> None:
    """A score that may fall below the first level says how likely that is."""
    case = instrument({"D": {"A": ["q1"]}}, levels=(2.5, 4.0))
    found, unit = robust(case, [("U", f"p{n}", "all", {"q1": value}) for n, value in enumerate([1, 1, 2, 5, 4, 1])], 1000)
    assert unit.overall.level is None
    assert set(found.levels) >= {"0", "1"}
    assert found.level_differs == pytest.approx(1 - found.levels["0"])


def test_probabilities_add_up_where_the_first_level_is_called_nought() -> None:
    """Some published models begin with a level 0."""
    case = instrument({"D": {"A": ["q1"]}}, options=(0, 1, 2, 3), levels=(0.5, 1.5))
    case = type(case)(
        **{name: getattr(case, name) for name in case.__dataclass_fields__}
        | {"levels": tuple(type(entry)(number, entry.name, entry.start) for number, entry in enumerate(case.levels))}
    )
    found, _ = robust(case, [("U", f"p{n}", "all", {"q1": value}) for n, value in enumerate([0, 0, 1, 3, 2, 0])], 1000)
    assert sum(found.levels.values()) == pytest.approx(1)


def test_scales_below_zero_and_of_nought_to_one_are_drawn_alike() -> None:
    """Scores on −2 to 2 are those on 1 to 5 less three, so are their levels and probabilities."""
    rows = random_rows(5)
    shifted: list[Row] = [
        (u, p, r, {q: a if isinstance(a, str) or a is None else a - 3 for q, a in answers.items()}) for u, p, r, answers in rows
    ]
    plain, _ = robust(instrument(TREE, roles=("a", "b")), rows, 500)
    low = instrument(TREE, roles=("a", "b"), options=(-2, -1, 0, 1, 2), levels=(-2, -1, 0, 1, 2))
    found, _ = robust(low, shifted, 500)
    assert found.by_weights == pytest.approx(plain.by_weights or 0)
    assert found.level_differs == pytest.approx(plain.level_differs or 0, abs=0.12)  # other answers, other draws
