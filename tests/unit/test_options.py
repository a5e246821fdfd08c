"""Retention options: the figures of dealer A by hand, thresholds put back in, and tables that say too little."""

from __future__ import annotations

import json
import math

import pytest
from option_cases import CUT, NOTHING, RAIL, STOCK, case, dealer_a, table

from kamassess.data import Data
from kamassess.metrics.options import weigh_again, weigh_options
from kamassess.result import Reason
from kamassess.result.options import Certain, OptionsCase, Threshold
from kamassess.result.plain import as_json

A = dealer_a()

SMALL = """
all contribution 100
nothing cost 0
nothing retention 0.5
cut cost 19
cut retention 0.9
cut risk 0.5
care cost 10
care retention 0.8
care risk 0.2
care one_off 9
"""


def test_net_benefit_by_hand() -> None:
    # If this fails, the money of every option is wrong.
    found = case(SMALL)
    kept = {"nothing": 0.5, "cut": 0.5 * 0.9 + 0.5 * 0.5, "care": 0.8 * 0.8 + 0.2 * 0.5}
    net = {"nothing": 50.0, "cut": 70.0 - 19.0, "care": 74.0 - 10.0 - 9.0 / 3}
    for name, option in found.options.items():
        assert option.kept.value == pytest.approx(kept[name])
        assert option.net.value == pytest.approx(net[name])
        assert option.gain.value == pytest.approx(net[name] - 50)
    assert (found.baseline, found.best, found.lead.value) == ("nothing", "care", pytest.approx(10.0))
    assert found.house == ("discount", "years")


def test_lifetime_is_the_sum_over_the_years() -> None:
    # If this fails, the value over all years is not that of the years.
    option = case(SMALL).options["care"]
    kept = option.kept.value or 0.0
    years = sum(100 * kept**t / 1.1**t for t in range(1, 800)) - sum(10 * kept**t / 1.1**t for t in range(800)) - 9
    assert option.lifetime.value == pytest.approx(years)


def test_dealer_a_is_kept_better_by_rail_than_by_a_price_cut() -> None:
    # If this fails, the sample no longer tells the story of the source, or its figures have moved.
    gains = {name: option.gain.value for name, option in A.options.items()}
    assert gains == {
        NOTHING: pytest.approx(0.0),
        CUT: pytest.approx(27_000.0),
        RAIL: pytest.approx(528_500.0),
        STOCK: pytest.approx(480_586.6667),
    }
    assert (A.best, A.best_scored, A.baseline, A.house) == (RAIL, RAIL, NOTHING, ())
    assert A.options[RAIL].value_per_cost.value == pytest.approx(0.85 * 360 / 160)
    assert A.options[CUT].value_per_cost.value == pytest.approx(0.75)
    assert A.options[RAIL].beats[CUT] > 0.95
    assert A.options[STOCK].beats[CUT] > 0.7
    shares = [option.first_share.value or 0.0 for option in A.options.values()]
    assert sum(shares) == pytest.approx(1.0)
    assert A.options[RAIL].first_share.value == pytest.approx(max(shares))
    assert max(shares) > 0.5


def test_what_would_have_to_be_true_for_the_price_cut() -> None:
    # If this fails, the answer to the question of the source is wrong.
    cut = A.options[CUT]
    leads = {(found.option, found.criterion): found for found in cut.leads_from}
    assert leads[CUT, "cost"].needed == pytest.approx(0.81 * 2_700_000 - 2_148_500)
    assert leads[CUT, "cost"].side == "at_most"
    for criterion in ("retention", "risk"):
        assert (leads[CUT, criterion].needed, leads[CUT, criterion].reason) == (None, Reason.OUT_OF_RANGE)
    assert cut.certain is not None
    assert cut.certain.retention.value == pytest.approx((2_148_500 + 540_000) / 2_700_000)
    assert cut.certain.cost.value == pytest.approx(2_700_000 - 2_148_500)
    passes = {(found.option, found.criterion): found for found in cut.passes_from}
    assert passes[RAIL, "risk"].needed == pytest.approx((0.9 * 2.7 - 0.16 - 1.647) / (0.3 * 2.7))


def _put(found: OptionsCase, threshold: Threshold, shift: float) -> OptionsCase:
    needed = threshold.needed or 0.0
    return weigh_again(found, {(threshold.option, threshold.criterion): needed + shift * max(abs(needed), 1e-3)})


@pytest.mark.parametrize("found", [A, case(SMALL)], ids=["dealer A", "small"])
def test_at_a_threshold_the_order_changes(found: OptionsCase) -> None:
    # If this fails, a threshold is printed that is none.
    tried = 0
    for name, option in found.options.items():
        for threshold in option.leads_from:
            if threshold.needed is None:
                continue
            sign = 1 if threshold.side == "at_least" else -1
            assert _put(found, threshold, 1e-6 * sign).best == name
            assert _put(found, threshold, -1e-6 * sign).best != name
            tried += 1
        for threshold in option.pays_from:
            if threshold.needed is not None:
                assert _put(found, threshold, 0.0).options[name].gain.value == pytest.approx(0.0, abs=1e-6 * 2_700_000)
                tried += 1
        if option.value_from and option.value_from.needed is not None:
            again = _put(found, option.value_from, 0.0).options
            best = max(other.value_per_cost.value or 0.0 for key, other in again.items() if key != name)
            assert again[name].value_per_cost.value == pytest.approx(best)
            tried += 1
    assert tried > 5


def test_each_input_is_moved_a_fifth_within_what_is_possible() -> None:
    # If this fails, the drawing of sensitivity shows leads that never occur.
    for swing in A.swings:
        assert swing.low == pytest.approx(0.8 * swing.now)
        for value, lead, first in ((swing.low, swing.lead_low, swing.first_low), (swing.high, swing.lead_high, swing.first_high)):
            again = weigh_again(A, {(swing.option, swing.criterion): value})
            assert again.best == first
            nets = [option.net.value or 0.0 for name, option in again.options.items() if name != RAIL]
            assert lead == pytest.approx((again.options[RAIL].net.value or 0.0) - max(nets))
    assert max(swing.high for swing in A.swings if swing.criterion == "retention") == 1.0
    widths = [abs(swing.lead_high - swing.lead_low) for swing in A.swings]
    assert widths == sorted(widths, reverse=True)
    assert (A.swings[0].option, A.swings[0].criterion, A.swings[0].first_low) == (RAIL, "retention", STOCK)


def test_score_and_weights_by_hand() -> None:
    # If this fails, the weighted score is not the mean it is said to be.
    found = case("a trust 5 3\na speed 1 1\nb trust 3\nb speed 5\na cost 10 0\nb cost 20")
    assert found.options["a"].score.value == pytest.approx(0.75 * 100)
    assert found.options["b"].score.value == pytest.approx(0.75 * 50 + 0.25 * 100)
    weights = {criterion.id: (criterion.weight, criterion.reason) for criterion in found.criteria}
    assert weights == {"trust": (0.75, None), "speed": (0.25, None), "cost": (None, Reason.ZERO_WEIGHT)}
    equal = case("a trust 5\na speed 1\nb trust 3\nb speed 5\na same 2\nb same 2")
    assert [criterion.weight for criterion in equal.criteria] == [0.5, 0.5, None]
    assert equal.criteria[2].reason == Reason.NO_VARIANCE


def test_share_of_weightings_against_the_exact_one() -> None:
    # If this fails, the share in which an option is first is not that of evenly drawn weights.
    found = case("a trust 5\na speed 1\nb trust 1\nb speed 3")
    # a leads where 100 w > 50 (1 - w), so for w > 1/3 of a weight that is uniform between 0 and 1
    assert found.options["a"].first_share.value == pytest.approx(2 / 3, abs=0.015)
    assert found.options["a"].beats["b"] == found.options["a"].first_share.value
    even = case("a trust 5\na speed 1\nb trust 5\nb speed 1\nc trust 1\nc speed 5")
    assert even.options["a"].first_share.value == even.options["b"].first_share.value
    assert even.options["a"].beats["b"] == 0.5


def test_the_order_of_the_lines_changes_no_number() -> None:
    # If this fails, sorting a table in Excel changes a report.
    lines = [*SMALL.strip().splitlines(), "cut trust 2", "care trust 4", "nothing trust 1", "care speed 1", "cut speed 5"]
    one, two = case("\n".join(lines)), case("\n".join(reversed(lines)))
    assert as_json(one) == as_json(case("\n".join(lines)))
    for name, option in one.options.items():
        other = two.options[name]
        for amount in ("net", "gain", "lifetime", "score", "first_share", "value_per_cost"):
            first, second = getattr(option, amount), getattr(other, amount)
            assert first.value == (pytest.approx(second.value) if first.value is not None else None)
            assert first.reason == second.reason


MISSING = {
    "no contribution": ("nothing cost 0\nnothing retention .5\na cost 1\na retention .9", "contribution"),
    "no retention": ("all contribution 9\nnothing cost 0\nnothing retention .5\na cost 1", "retention"),
    "no cost": ("all contribution 9\nb cost 0\nb retention .5\na retention .9\nc cost 1\nc retention .5", "cost"),
    "no risk": ("all contribution 9\nb cost 0\nb retention .5\na cost 2\na retention .9\nc cost 1\nc risk .5", "risk"),
}


@pytest.mark.parametrize("name", MISSING)
def test_what_is_missing_is_said_and_not_guessed(name: str) -> None:
    # If this fails, a figure rests on a number that nobody gave.
    text, criterion = MISSING[name]
    option = case(text).options["a"]
    for amount in (option.net, option.gain, option.lifetime):
        assert (amount.value, amount.reason) == (None, Reason.NO_CRITERION)
        assert amount.missing == (criterion,)
    assert (option.leads_from, option.pays_from, option.certain) == ((), (), None)


def test_without_doing_nothing_a_risk_has_nothing_to_fall_back_on() -> None:
    # If this fails, an option that fails is taken to keep the account as often as if it had not.
    found = case("all contribution 9\na cost 1\na retention .9\na risk .5\nb cost 2\nb retention .5\nb risk 0")
    assert (found.baseline, found.baseline_reason) == (None, Reason.NO_BASELINE)
    assert found.options["a"].net.reason == Reason.NO_BASELINE
    assert found.options["b"].net.value == pytest.approx(2.5)
    assert found.options["b"].gain.reason == Reason.NO_BASELINE
    assert (found.best, found.lead.reason, found.swings) == ("b", Reason.NO_OTHER, ())


def test_which_option_is_doing_nothing() -> None:
    # If this fails, options are compared with the wrong one.
    assert case("a cost 0\nb cost 1").baseline == "a"
    assert case("a trust 1\nb cost 1").baseline == "a"
    assert case("a cost 0\nb trust 1\nc cost 2").baseline == "a", "a cost of 0 that is given counts before none"
    assert case("a cost 0\nb cost 0\nc cost 2").baseline is None
    assert case("a trust 1\nb trust 2").baseline is None, "nothing costs anything"
    assert case("a one_off 5\na cost 0\nb cost 3").baseline is None


def test_tables_that_say_little() -> None:
    # If this fails, a half-filled table stops a report.
    assert weigh_options(Data({}, {}, 1)) == {}
    only = case("a trust 2")
    assert (only.best, only.lead.reason, only.options["a"].score.reason) == (None, Reason.NO_CRITERION, Reason.NO_VARIANCE)
    assert weigh_options(table("all discount 0.2")) == {}
    partly = case("a trust 2\nb trust 3\nb speed 1\nc trust 4\nc speed 5")
    assert (partly.options["a"].score.value, partly.options["a"].score.missing) == (None, ("speed",))
    assert partly.options["a"].first_share.reason == Reason.NO_CRITERION
    assert partly.options["c"].first_share.value == 1.0
    assert (partly.best_scored, dict(partly.options["a"].beats)) == ("c", {})
    endless = case("all contribution 9\nall discount 0\na cost 1\na retention 1\nb cost 0\nb retention .5")
    assert endless.options["a"].lifetime.reason == Reason.NO_END
    assert endless.options["b"].value_per_cost.reason == Reason.NO_COST


def test_a_result_is_json() -> None:
    # If this fails, `kamassess score --json` stops, or writes NaN.
    for found in (A, case(SMALL), case("a trust 2")):
        json.dumps(as_json(found), allow_nan=False)


def test_weighing_again_changes_only_what_is_changed() -> None:
    # If this fails, a slider shows other figures than the table with the same numbers would.
    assert as_json(weigh_again(A)) == as_json(A)
    again = weigh_again(A, {(CUT, "cost"): 38_499.0})
    assert again.best == CUT
    assert again.options[RAIL].net == A.options[RAIL].net
    heavy = weigh_again(A, weights={"switching_effort": 1000.0})
    assert heavy.best_scored == STOCK
    with pytest.raises(KeyError):
        weigh_again(A, {(CUT, "no such"): 1.0})
    with pytest.raises(KeyError):
        weigh_again(A, weights={"no such": 1.0})


def test_numbers_are_never_nan() -> None:
    # If this fails, a page prints "nan".
    for option in A.options.values():
        for threshold in (*option.leads_from, *option.passes_from, *option.pays_from):
            assert threshold.needed is None or math.isfinite(threshold.needed)
            assert (threshold.needed is None) == (threshold.reason is not None)


SWAY = """
all contribution 100
nothing cost 0
nothing retention 0.5
nothing customer_value 5
cut cost 19
cut retention 0.9
cut risk 0.5
cut customer_value 19
care cost 10
care retention 0.8
care risk 0.25
care customer_value 20
"""


def test_a_customer_gets_what_doing_nothing_brings_where_an_option_fails() -> None:
    # If this fails, what an option is worth to the customer leaves out what they have anyway, or takes it off.
    found = case(SWAY).options
    assert found["care"].customer_value.value == pytest.approx(0.75 * 20 + 0.25 * 5)
    assert found["cut"].customer_value.value == pytest.approx(0.5 * 19 + 0.5 * 5)
    needed = found["cut"].value_from
    assert needed is not None
    assert (needed.option, needed.criterion, needed.side) == ("cut", "customer_value", "at_least")
    assert 0.5 * (needed.needed or 0.0) + 0.5 * 5 == pytest.approx(19 * (0.75 * 20 + 0.25 * 5) / 10)
    hopeless = case(SWAY.replace("cut risk 0.5", "cut risk 1")).options["cut"].value_from
    assert hopeless == Threshold("cut", "customer_value", 19.0, None, None, Reason.OUT_OF_RANGE)


def test_what_not_even_certainty_can_reach_is_out_of_range() -> None:
    # If this fails, a board reads that an option must keep the account with 150 per cent.
    def cut(cost: float) -> Certain:
        found = case(SMALL.replace("cut cost 19", f"cut cost {cost}")).options["cut"].certain
        assert found is not None
        return found

    assert cut(38.0).retention.value == pytest.approx(0.99)  # the best other leaves 61
    for beyond in (40.0, 89.0):
        assert (cut(beyond).retention.value, cut(beyond).retention.reason) == (None, Reason.OUT_OF_RANGE)
    assert cut(89.0).cost.value == pytest.approx(39.0)
    nothing = case(SMALL.replace("all contribution 100", "all contribution 0")).options["cut"].certain
    assert nothing is not None
    assert (nothing.retention.reason, nothing.cost.value) == (Reason.OUT_OF_RANGE, pytest.approx(0.0))


def test_two_options_are_enough_to_see_what_the_lead_hangs_on() -> None:
    # If this fails, the simplest case of all has no drawing of sensitivity.
    found = case("all contribution 100\nnothing cost 0\nnothing retention 0.5\ncut cost 19\ncut retention 0.9")
    assert {(swing.option, swing.criterion) for swing in found.swings} == {
        (None, "contribution"), ("nothing", "retention"), ("cut", "cost"), ("cut", "retention"),
    }  # fmt: skip


def test_an_account_that_loses_money_stays_one_when_its_contribution_is_moved() -> None:
    # If this fails, a sensitivity is drawn up to a contribution of 0, of an account that costs more than it brings.
    found = case(SMALL.replace("all contribution 100", "all contribution -100"))
    (swing,) = [one for one in found.swings if one.criterion == "contribution"]
    assert (swing.low, swing.high) == (pytest.approx(-120.0), pytest.approx(-80.0))


def test_why_there_is_no_lead_and_no_effort() -> None:
    # If this fails, a table that lacks nothing but an option of doing nothing is said to lack figures.
    risky = "all contribution 9\na cost 1\na retention .9\na risk .5\nb cost 2\nb retention .5\nb risk .5"
    found = case(risky)
    assert (found.best, found.lead.reason, found.lead.missing) == (None, Reason.NO_BASELINE, ())
    without = case(risky.replace("a retention .9\n", "").replace("b retention .5\n", "")).lead
    assert (without.reason, without.missing) == (Reason.NO_CRITERION, ("retention",))
    effort = found.options["a"].loyalty.switching_effort
    assert (effort.value, effort.reason, effort.missing) == (None, Reason.NO_CRITERION, ("switching_effort",))


def test_half_a_point_of_a_score_puts_an_option_first() -> None:
    # If this fails, two options stand side by side of which one has the better score.
    found = case("a trust 5 201\nb trust 1\na speed 1 199\nb speed 5")
    assert [found.options[name].score.value for name in "ab"] == [pytest.approx(50.25), pytest.approx(49.75)]
    assert found.best_scored == "a"
