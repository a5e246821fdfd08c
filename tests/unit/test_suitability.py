"""The suitability verdict: six conditions, what rules a programme out, the accounts covered and what they must leave."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from metric_cases import YEAR, account, sale, tables
from scoring_cases import engagement, instrument, result

from kamassess.data import Data
from kamassess.measuring import Settings
from kamassess.metrics.programme_accounts import ProgrammeAccounts
from kamassess.recipe import score
from kamassess.result import Covered, FitReason, Programme, Reason, Suitability, UnitResult
from kamassess.scoring.of_tables import OfTables
from kamassess.scoring.suitability import fit_rules

SIX = [f"FIT-{number}" for number in range(1, 7)]
CASE = instrument({"D": {"D-1": ["d"]}}, screens={"FIT": {name: [f"{name}-Q1"] for name in SIX}})


def case_of(data: Data | None, settings: Settings | None = None, **claims: Any) -> UnitResult:
    """The unit U, whose three people all claim the same of each condition (``f1`` … ``f6``)."""
    answers = {"d": 3} | {f"FIT-{name[1]}-Q1": value for name, value in claims.items()}
    folder = engagement(CASE, [("U", person, "all", answers) for person in "abc"])
    if data is not None:
        folder = replace(folder, data=data, date="2025-12-31")
    if settings is not None:
        folder = replace(folder, settings=settings)
    return score(folder, replicates=20).units["U"]


def claims(value: float = 5, **changed: float) -> dict[str, float]:
    return {f"f{number}": value for number in range(1, 7)} | changed


def verdict(data: Data | None = None, settings: Settings | None = None, **said: float) -> Suitability:
    found = case_of(data, settings, **said).suitability
    assert found is not None
    return found


def shop(*contributions: float, small: int = 0, **columns: Any) -> Data:
    """Key accounts that each sell 1,000 and leave so much, and so many small accounts of 100 that leave 10."""
    accounts = [account(f"k{n}", **columns) for n in range(len(contributions))]
    accounts += [account(f"s{n}", key=0, **columns) for n in range(small)]
    sales = [sale(n, 1000.0, cost_of_goods=1000.0 - left, cost_to_serve=0.0) for n, left in enumerate(contributions)]
    sales += [sale(len(contributions) + n, 100.0, cost_of_goods=90.0, cost_to_serve=0.0) for n in range(small)]
    return tables(1, accounts=accounts, sales=sales)


def cost(amount: float, **more: Any) -> Settings:
    return Settings(programme_cost=(amount,), **more)


# -- claims alone ---------------------------------------------------------------------------------------------------------


def test_all_six_speak_for_it() -> None:
    found = verdict(**claims(5))
    assert (found.verdict, found.reason, found.between) == ("full", None, ())
    assert [condition.stance for condition in found.conditions] == ["for"] * 6
    assert {condition.decides for condition in found.conditions} == {"claimed"}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"f1": 3}, "full"),  # five for, one open
        ({"f1": 2}, "light"),  # five for, and one against
        ({"f1": 3, "f2": 3}, "light"),  # four for
        ({"f1": 3, "f2": 3, "f3": 3}, "light"),  # three for
        ({"f1": 3, "f2": 3, "f3": 3, "f4": 3}, "not_yet"),  # two for
        ({"f1": 1, "f2": 1}, "light"),
        ({"f1": 1, "f2": 1, "f3": 1}, "not_yet"),  # three against
        ({"f5": 2}, "not_yet"),  # the margin does not carry it: essential
        ({"f5": 3}, "full"),
    ],
)
def test_how_many_speak_for_and_against(changed: dict[str, float], expected: str) -> None:
    assert verdict(**claims(5, **changed)).verdict == expected


def test_reasons_stand_in_order_of_weight() -> None:
    """Light: what carries it first, strongest first; then what stands against a full programme."""
    found = verdict(**claims(4, f2=5, f6=1, f3=3))
    assert found.verdict == "light"
    assert found.reasons[0] == FitReason("for", "FIT-2")
    assert found.reasons[-2:] == (FitReason("against", "FIT-6"), FitReason("open", "FIT-3"))
    against = verdict(**claims(1, f5=2, f1=5))
    assert against.reasons[0] == FitReason("against", "FIT-5")  # essential, though less far below than the others
    assert against.reasons[-1] == FitReason("for", "FIT-1")


def test_what_is_not_known_is_never_guessed() -> None:
    """Five for and one unknown may be full or light: it is said which is missing, and no verdict is given."""
    five = {name: value for name, value in claims(5).items() if name != "f6"}
    found = verdict(**five)
    assert (found.verdict, found.between, found.reason) == (None, ("light", "full"), Reason.VERDICT_OPEN)
    assert found.reasons[0] == FitReason("unknown", "FIT-6")
    assert found.conditions[5].reason is Reason.NO_ANSWERS
    nothing = verdict(f1=5)
    assert nothing.between == ("not_yet", "light", "full")
    settled = verdict(**(five | {"f1": 2}))
    assert (settled.verdict, settled.between) == ("light", ())  # whatever FIT-6 is
    margin = {"f5": 1}
    assert verdict(**margin).verdict == "not_yet"  # essential, so the rest does not matter


def test_an_answer_that_splits_people_is_not_firm() -> None:
    rows = [
        ("U", person, "all", {f"{name}-Q1": value for name in SIX}) for person, value in zip("abcd", (5, 5, 3, 2), strict=True)
    ]
    found = result(CASE, rows).units["U"].suitability
    assert found is not None
    assert {condition.firm for condition in found.conditions} == {False}
    assert {condition.firm for condition in verdict(**claims(5)).conditions} == {None}  # all alike: no interval


def test_another_questionnaire_has_no_screen_and_no_verdict() -> None:
    other = instrument({"D": {"D-1": ["d"]}}, screens={"FIT": {"FIT-1": ["q"]}})
    assert result(other, [("U", "a", "all", {"d": 3, "q": 3})]).units["U"].suitability is None


# -- data decide ----------------------------------------------------------------------------------------------------------


def test_a_programme_that_costs_more_than_it_brings_is_not_for_now() -> None:
    """Three key accounts leave 300 in all; the programme costs 900 a year. People are all for it."""
    found = verdict(shop(100, 100, 100, small=20), cost(900), **claims(5))
    assert found.verdict == "not_yet"
    assert found.reasons[0] == FitReason("knock_out", "costs_more")
    (knock,) = found.knock_outs
    assert (knock.fact, knock.limit) == ("programme_cost_share", 1.0)
    assert knock.value == pytest.approx(900 * YEAR.years / 300)
    margin = found.conditions[4]
    assert (margin.decides, margin.measured, margin.claimed, margin.stance) == ("measured", 1.0, 5.0, "against")


def test_accounts_that_leave_nothing_rule_it_out() -> None:
    found = verdict(shop(-50, 20, 20), **claims(5))
    assert [knock.id for knock in found.knock_outs] == ["leaves_nothing"]
    assert found.knock_outs[0].value == pytest.approx(-10)


def test_no_account_is_large_enough() -> None:
    found = verdict(shop(*[200.0] * 60), **claims(5))
    assert [knock.id for knock in found.knock_outs] == ["none_large"]
    assert found.knock_outs[0].value == pytest.approx(1 / 60)
    assert found.verdict == "not_yet"


def test_data_decide_over_people_but_a_proxy_does_not() -> None:
    """People say revenue is spread (1); three accounts have 3,000 of 5,000, so data say 5 of 5. Tenure only hints (FIT-4)."""
    data = shop(300, 300, 300, small=20, since="2025-06-01", wallet=1100.0)
    found = {condition.criterion: condition for condition in verdict(data, cost(60), **claims(5, f1=1, f4=4)).conditions}
    assert (found["FIT-1"].decides, found["FIT-1"].stance, found["FIT-1"].metrics) == ("measured", "for", ("top_ten_share",))
    assert (found["FIT-4"].decides, found["FIT-4"].stance, found["FIT-4"].measured) == ("claimed", "for", 1.0)
    assert found["FIT-5"].measured == 5.0  # 60 of 900 is under 8 per cent
    nobody = {name: value for name, value in claims(5).items() if name != "f4"}
    assert verdict(data, cost(60), **nobody).conditions[3].decides == "measured"


# -- accounts -------------------------------------------------------------------------------------------------------------


def covered(data: Data, settings: Settings | None = None, unit: int = 0) -> Covered:
    return ProgrammeAccounts(data, YEAR, settings or Settings()).of(unit).covered


def test_a_full_programme_covers_key_accounts_and_those_the_criteria_select() -> None:
    accounts = [
        *(account("k1", attractiveness=1, strength=1), account("k2", attractiveness=5, strength=5), account("k3")),
        *(account("fits", key=0, attractiveness=4, strength=4), account("not", key=0, attractiveness=4, strength=1)),
        *(account("lost", until="2025-06-01"), account("elsewhere", 1)),
    ]
    sales = [sale(place, value) for place, value in enumerate((100, 200, 300, 150, 250, 999, 5))]
    data = tables(2, accounts=accounts, sales=sales)
    found = covered(data, Settings(criteria={"attractiveness": 4.0, "strength": 4.0}))
    assert [(each.id, each.key_account, each.selected) for each in found.accounts] == [
        *(("k3", True, None), ("k2", True, True), ("fits", False, True), ("k1", True, False)),
    ]
    assert (found.basis, found.contribution, found.sales) == ("sales", None, 750.0)
    assert found.share == pytest.approx(750 / 1999)
    assert [each.id for each in covered(data).accounts] == ["k3", "k2", "k1"]  # nothing is declared
    assert [each.id for each in covered(data, unit=1).accounts] == ["elsewhere"]


def test_a_light_programme_takes_the_fewest_that_bring_sixty_per_cent() -> None:
    """They leave 500, 300, 100, 50 and 50: 500 and 300 are 80 %, and no fewer than three are taken."""
    found = verdict(shop(100, 500, 50, 300, 50), cost(50), **claims(4, f6=1))
    assert found.verdict == "light"
    assert [each.id for each in found.covered.accounts] == ["k1", "k3", "k0"]
    assert (found.covered.programme, found.covered.candidates, found.covered.contribution) == ("light", 5, 900.0)
    even = verdict(shop(*[100.0] * 10), cost(50), **claims(4, f6=1))
    assert len(even.covered.accounts) == 6
    two = verdict(shop(500, 300), cost(50), **claims(4, f6=1))
    assert len(two.covered.accounts) == 2


def test_what_it_costs_and_where_it_breaks_even() -> None:
    """50 a year for five key accounts is 10 each; three of them cost 30 and leave 900 (in 365 days)."""
    found = verdict(shop(100, 500, 50, 300, 50), cost(50), **claims(4, f6=1)).break_even
    a_year = 900 / YEAR.years
    assert (found.per_account, found.cost) == (10.0, 30.0)
    assert found.most == found.contribution == pytest.approx(a_year)
    assert found.sound_most == pytest.approx(a_year / 4)
    assert found.needed == pytest.approx(120)
    assert found.share == pytest.approx(30 / a_year)
    assert found.reason is None


@pytest.mark.parametrize(
    ("programme", "expected"),
    [
        (ProgrammeAccounts(tables(1), YEAR, Settings()).of(0), Reason.NO_TABLE),
        (ProgrammeAccounts(tables(1, accounts=[account("a", key=0)]), YEAR, cost(5)).of(0), Reason.NO_KEY_ACCOUNTS),
        (ProgrammeAccounts(shop(1.0), YEAR, Settings(programme_cost=(math.nan,))).of(0), None),
    ],
)
def test_without_tables_or_accounts_there_is_a_reason(programme: Programme, expected: Reason | None) -> None:
    assert programme.covered.reason is expected
    assert bool(programme.covered.accounts) == (expected is None)


def test_a_cost_that_is_not_declared_is_a_reason() -> None:
    found = verdict(shop(100, 100, 100), **claims(5)).break_even
    assert (found.cost, found.reason, found.most) == (None, Reason.NO_PROGRAMME_COST, pytest.approx(300 / YEAR.years))
    without = verdict(tables(1, accounts=[account("a"), account("b")]), cost(10), **claims(5))
    assert (without.break_even.cost, without.break_even.contribution, without.break_even.reason) == (10.0, None, Reason.NO_TABLE)
    assert [each.id for each in without.covered.accounts] == ["a", "b"]
    assert without.covered.contribution_reason is Reason.NO_TABLE
    unknown = [sale(0, 9.0, cost_of_goods=None, cost_to_serve=None)]
    empty = verdict(tables(1, accounts=[account("a")], sales=unknown), cost(10), f1=5)
    assert (empty.covered.contribution_reason, empty.break_even.reason) == (Reason.NO_VALUES, Reason.NO_VALUES)
    before = [sale(0, 9.0, "2020-01-01", cost_of_goods=1, cost_to_serve=1)]
    early = verdict(tables(1, accounts=[account("a")], sales=before), cost(10), f1=5)
    assert (early.covered.contribution, early.covered.sales, early.covered.accounts[0].sales) == (None, None, None)
    assert (early.covered.contribution_reason, early.break_even.reason) == (Reason.EMPTY_WINDOW, Reason.EMPTY_WINDOW)
    small = verdict(tables(1, accounts=[account("a")], sales=before), cost(10), **claims(5, f6=1))
    assert (small.covered.accounts, small.covered.reason) == ((), Reason.EMPTY_WINDOW)
    light = verdict(tables(1, accounts=[account("a"), account("b")]), cost(10), **claims(5, f6=1))
    assert (light.covered.accounts, light.covered.reason) == ((), Reason.NO_TABLE)


# -- the form -------------------------------------------------------------------------------------------------------------


def test_the_json_says_the_same() -> None:
    folder = engagement(CASE, [("U", "a", "all", {"d": 3})], ["U", "V"])
    data = tables(2, accounts=[account("a", 0, group="G"), account("b", 1, group="G")], sales=[sale(0, 10.0), sale(1, 5.0)])
    found = score(replace(folder, data=data, date="2025-12-31"), replicates=20)
    tree = json.loads("".join(found.write_json()))
    assert tree == json.loads(json.dumps(found.as_json(), allow_nan=False))
    own: Mapping[str, Any] = tree["units"]["U"]["suitability"]
    assert (own["verdict"], own["reason"], own["between"]) == (None, "verdict_open", ["not_yet", "light", "full"])
    assert own["conditions"][0]["measured"] == 5.0
    assert own["covered"]["accounts"][0]["name"] == "a"
    assert tree["units"]["U"]["customer_groups"] == ["G"]
    assert tree["customer_groups"]["G"]["units"]["V"]["price"]["reason"] == "no_table"
    assert tree["fit_rules"]["full_for"] == 5
    assert tree["group_rules"]["price"] == 0.03


def test_nothing_is_ruled_out_by_what_some_accounts_leave() -> None:
    # If this fails, a programme is ruled out for a loss with the accounts that happen to be in the table.
    data = shop(-50, 20, 20)
    partly = data.tables["sales"].copy()
    partly.loc[0, "cost_of_goods"] = float("nan")
    found = verdict(Data({**data.tables, "sales": partly}, data.given, data.n_units), **claims(5))
    assert "leaves_nothing" not in [knock.id for knock in found.knock_outs]


def test_from_which_score_on_a_condition_speaks() -> None:
    # If this fails, a condition speaks for a programme below the score that the rule names, or only above it.
    rules = fit_rules()
    told = {value: verdict(**claims(3, f2=value)).conditions[1].stance for value in range(1, 6)}
    expected = {
        value: "for" if value >= rules.speaks_for else "against" if value < rules.speaks_against else "open" for value in told
    }
    assert told == expected
    assert len(set(told.values())) == 3


def test_accounts_that_bring_nothing_do_not_count_as_bringing_something() -> None:
    # If this fails, a light programme takes more accounts than bring the declared share.
    data = shop(100, 100, 100, 100, 0, 0, 0, 0, 0, 0)
    found = verdict(data, cost(50), **claims(4, f6=1))
    assert (found.verdict, len(found.covered.accounts)) == ("light", 3)
    assert found.covered.sales == 3000.0


@pytest.mark.parametrize("reason", [Reason.NO_TABLE, Reason.NO_KEY_ACCOUNTS])
def test_a_programme_of_no_accounts_says_nothing_but_why(reason: Reason) -> None:
    # If this fails, a report says of a unit without accounts that they bring 0, or speaks of a programme that there is none of.
    nothing = Covered(
        programme="full",
        accounts=(),
        basis=None,
        candidates=0,
        sales=None,
        share=None,
        contribution=None,
        n_contribution=0,
        reason=reason,
    )
    if reason is Reason.NO_TABLE:
        assert OfTables().programme(0) == Programme(nothing, cost=None, key_accounts=0)
        assert ProgrammeAccounts(tables(1), YEAR, Settings()).of(0).covered == nothing
    else:
        assert covered(tables(1, accounts=[account("a", key=0)])) == nothing
