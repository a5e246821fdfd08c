"""The company's own tables of the sample hold the truths that its README lists, each found by a rule and not by its name."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest

import kamassess as ka
from kamassess import metrics
from kamassess.data import CATEGORIES, TABLES
from kamassess.metrics.accounts import account_sales
from kamassess.metrics.activities import contacts
from kamassess.reading.engagement import Engagement
from kamassess.resources import carried
from kamassess.result import AuditResult, MetricValue, Reason

SAMPLE = carried("sample_data")
UNITS = ("NC", "EC", "SC", "CA", "OM", "EX")
WINDOW = metrics.Window.until("2026-10-31")
DEALER_A = "浙江A经销商"


@pytest.fixture(scope="module")
def engagement() -> Engagement:
    return ka.load_engagement(SAMPLE)


@pytest.fixture(scope="module")
def result(engagement: Engagement) -> AuditResult:
    return ka.audit(engagement)


@pytest.fixture(scope="module")
def accounts(engagement: Engagement) -> pd.DataFrame:
    """Customers by unit: what they bought in the window and before, how many of them we met, what they leave."""
    data = engagement.data
    units = [unit.id for unit in engagement.units]
    return data["accounts"].assign(
        unit=[units[place] for place in data["accounts"]["unit"]],
        sold=account_sales(data, WINDOW),
        before=account_sales(data, WINDOW.before),
        contacts=contacts(data, WINDOW),
        left=metrics.account_contribution(data, WINDOW),
        key=data["accounts"]["key_account"] == 1,
    )


@pytest.fixture(scope="module")
def lines(engagement: Engagement, accounts: pd.DataFrame) -> pd.DataFrame:
    """Order lines promised in the window: whether each came on time and in full, and in the season."""
    found = engagement.data["deliveries"]
    found = found[WINDOW.holds(found["promised"].to_numpy()) & (found["ordered_qty"] > 0)]
    on_time = found["delivered"] <= found["promised"]
    return found.assign(
        otif=on_time & (found["delivered_qty"] >= found["ordered_qty"]),
        season=found["promised"].dt.month.isin(engagement.settings.peak_months),
        unit=accounts["unit"].to_numpy()[found["account"]],
        name=accounts["name"].to_numpy()[found["account"]],
    )


def _value(result: AuditResult, unit: str, metric: str) -> float:
    found: MetricValue = result.units[unit].metrics[metric]
    assert found.value is not None, found
    return found.value


# -- the tables as a whole -----------------------------------------------------------------------------------------------------


def test_nothing_is_left_out_and_little_is_odd(engagement: Engagement) -> None:
    """If this fails, the sample teaches users that faults are normal."""
    assert engagement.left_out == ()
    assert {fault.message for fault in engagement.odd} == {
        "has no wallet",
        "has a negative quantity",
        "has negative sales",
        "is an order of nothing",
    }


def test_every_table_and_column_is_there_but_what_no_story_needs(engagement: Engagement) -> None:
    assert set(engagement.data.tables) == set(TABLES)
    for name, spec in TABLES.items():
        assert engagement.data.given[name] >= {column.name for column in spec.columns}, name
    used = set(engagement.data["activities"]["category"])
    assert used == set(CATEGORIES)


def test_accounts_are_as_many_as_the_readme_says(accounts: pd.DataFrame) -> None:
    of_unit = {unit: (int(rows["key"].sum()), int((~rows["key"]).sum())) for unit, rows in accounts.groupby("unit", sort=False)}
    assert of_unit == {"NC": (12, 55), "EC": (12, 60), "SC": (12, 70), "CA": (11, 50), "OM": (9, 40), "EX": (6, 25)}
    assert (accounts["since"].min().year, accounts["since"].max().year) == (1996, 2025)
    assert accounts["name"].is_unique


def test_a_unit_sells_what_it_declares(engagement: Engagement, accounts: pd.DataFrame) -> None:
    for unit in engagement.units[1:]:
        assert unit.size is not None
        assert accounts.loc[accounts["unit"] == unit.id, "sold"].sum() / 1e6 == pytest.approx(unit.size, rel=0.01)


def test_names_can_be_set_in_the_fonts_that_travel(engagement: Engagement) -> None:
    """The fonts are cut to GB 2312."""
    for table in engagement.data.tables.values():
        texts = {text for column in table for text in table[column].unique() if isinstance(text, str)}
        "".join(sorted(texts)).encode("gb2312")
    "".join(proof.title for proof in engagement.evidence).encode("gb2312")


def test_tables_come_in_three_forms() -> None:
    extract = (SAMPLE / "data" / "crm.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        extract.decode("utf-8")
    assert extract.decode("gb18030").startswith("客户编号,客户名称")
    assert (SAMPLE / "data" / "plans.xlsx").is_file()


# -- OM claims 4 and measures 2 ------------------------------------------------------------------------------------------------


def test_om_claims_4_and_measures_2(result: AuditResult) -> None:
    unit = result.units["OM"]
    measured = {name: found.level for name, found in unit.measured.items() if found.level is not None and name[:3] != "FIT"}
    assert len(measured) >= 28
    claims = [score for name in measured if (score := unit.criteria[name].score) is not None]
    assert 3.8 <= np.mean(claims) <= 4.1
    assert 1.9 <= np.mean(list(measured.values())) <= 2.15
    assert sum(1.6 <= level <= 2.5 for level in measured.values()) == len(measured)
    assert unit.overall.score is not None
    assert 3.95 <= unit.overall.score <= 4.1
    assert unit.overall.level == 2
    for gate in ("STR-4", "AUT-1"):
        assert (unit.criteria[gate].score or 9) < 3


def test_om_says_more_than_is_done_everywhere_and_for_sure(result: AuditResult) -> None:
    gaps = result.units["OM"].say_do
    measured = [gap for gap in gaps if gap.kind == "measured"]
    assert all(gap.difference > 0.3 for gap in measured)
    assert sum(gap.certain for gap in measured) >= 0.9 * len(measured)
    for name in result.units["OM"].dimensions:
        known = result.units["OM"].known[name]
        assert known.claimed_measured is not None, name
        assert known.measured is not None, name
        assert known.claimed_measured - known.measured > 1.4, name


def test_only_om_overclaims_so_much(result: AuditResult) -> None:
    """If this fails, OM does not stand out, and the sample's main story is lost."""
    mean = {}
    for unit in UNITS:
        gaps = [gap.difference for gap in result.units[unit].say_do if gap.kind == "measured"]
        mean[unit] = float(np.mean(gaps))
    assert mean.pop("OM") > 1.7
    assert max(mean.values()) < 1.0
    assert min(mean["CA"], mean["NC"]) < 0


def test_om_selects_by_volume(engagement: Engagement, accounts: pd.DataFrame, result: AuditResult) -> None:
    criteria = engagement.settings.criteria
    assert dict(criteria) == {"attractiveness": 3, "strength": 3}
    wrong, missed = metrics.misfits(engagement.data, criteria)
    assert Counter(accounts["unit"].to_numpy()[wrong]) == {"OM": 4, "NC": 1, "EC": 1, "SC": 1, "CA": 1}
    assert Counter(accounts["unit"].to_numpy()[missed]) == {"OM": 3}
    assert result.units["SC"].metrics["selection_consistency"].n == 12 - 4, "four were never scored"
    assert _value(result, "OM", "selection_consistency") == pytest.approx(5 / 9)


def test_two_accounts_of_om_have_a_quarter_each(accounts: pd.DataFrame, result: AuditResult) -> None:
    own = accounts[accounts["unit"] == "OM"]
    assert ((own["sold"] / own["sold"].sum()) > 0.25).sum() == 2
    assert _value(result, "OM", "large_accounts") == 2


def test_om_meets_buyers_and_every_exception_goes_up(engagement: Engagement, accounts: pd.DataFrame, result: AuditResult) -> None:
    assert _value(result, "OM", "contact_breadth") < 0.45
    found = engagement.data["activities"]
    found = found[found["category"].isin(["price", "complaint", "supply"]) & WINDOW.holds(found["date"].to_numpy())]
    unit = accounts["unit"].to_numpy()[found["account"]]
    share = found["escalated"].groupby(unit).mean()
    assert share["OM"] == 1
    assert share.drop("OM").max() < 0.6


# -- the other units -----------------------------------------------------------------------------------------------------------


def test_one_of_ncs_largest_accounts_rests_on_one_person(engagement: Engagement, accounts: pd.DataFrame) -> None:
    own = accounts[(accounts["unit"] == "NC") & accounts["key"]].sort_values("sold", ascending=False)
    assert own["contacts"].tolist()[1] == 1
    assert (own["contacts"].drop(own.index[1]) >= 2).all()
    found = engagement.data["activities"]
    found = found[(found["account"] == own.index[1]) & WINDOW.holds(found["date"].to_numpy())]
    assert len(found) > 20
    assert found["contact"].nunique() == found["their_level"].nunique() == 1
    assert (found["contact"] != "").all()


def test_nc_has_ten_plans_for_twelve_accounts_and_two_that_lose_money(
    engagement: Engagement, accounts: pd.DataFrame, result: AuditResult
) -> None:
    assert _value(result, "NC", "plan_coverage") == pytest.approx(10 / 12)
    unit = accounts["unit"].to_numpy()[engagement.data["plans"]["account"]]
    assert engagement.data["plans"]["competitors"][unit == "NC"].sum() == 2
    assert (accounts.loc[(accounts["unit"] == "NC") & accounts["key"], "left"] < 0).sum() == 2
    assert _value(result, "NC", "incentive_mix") < 0.07


def test_four_chains_and_two_platforms_are_two_thirds_of_ec(accounts: pd.DataFrame) -> None:
    sold = accounts.loc[accounts["unit"] == "EC", "sold"].sort_values(ascending=False)
    assert sold.iloc[:6].sum() / sold.sum() == pytest.approx(2 / 3, abs=0.01)


def test_promotions_of_ec_pay_where_they_are_made_together(
    engagement: Engagement, accounts: pd.DataFrame, result: AuditResult
) -> None:
    found = engagement.data["promotions"]
    own = (accounts["unit"].to_numpy()[found["account"]] == "EC") & (found["start"] >= "2025-11-01").to_numpy()
    gain = metrics.promotion_return(engagement.data) / found["cost"] - 1
    assert (gain[own & (found["co_designed"] == 1)] > 0.2).all()
    assert (gain[own & (found["co_designed"] == 0)] < -0.2).all()
    assert _value(result, "EC", "codesign_roi_advantage") > 0.8


def test_a_fifth_of_ecs_records_are_repeated_and_half_are_stale(result: AuditResult) -> None:
    assert _value(result, "EC", "crm_uniqueness") == pytest.approx(0.8, abs=0.02)
    assert _value(result, "EC", "crm_timeliness") == pytest.approx(0.49, abs=0.01)
    assert _value(result, "EC", "crm_completeness") < 0.7
    assert _value(result, "EC", "crm_validity") < 0.82
    assert _value(result, "CA", "crm_uniqueness") > 0.95


def test_what_sc_gives_is_price(result: AuditResult) -> None:
    share = {unit: _value(result, unit, "price_concession_share") for unit in UNITS}
    assert share.pop("SC") == pytest.approx(0.85, abs=0.005)
    assert max(share.values()) < 0.7


def test_sc_shrank_lost_two_key_accounts_and_is_visited_by_nobody(accounts: pd.DataFrame, result: AuditResult) -> None:
    own = accounts[accounts["unit"] == "SC"]
    assert own["sold"].sum() / own["before"].sum() == pytest.approx(0.88, abs=0.015)
    lost = own[own["key"] & own["until"].between("2025-11-01", "2026-10-31")]
    assert len(lost) == 2
    assert not accounts.loc[accounts["key"] & (accounts["unit"] != "SC"), "until"].notna().any()
    assert _value(result, "SC", "executive_visit_coverage") == 0
    assert _value(result, "SC", "escalation_share") > 0.35


def test_dealer_a_waits_in_the_typhoon_season(lines: pd.DataFrame, accounts: pd.DataFrame) -> None:
    """The case of ``options.csv``; the dealers around it and the others of SC have their goods."""
    assert lines.loc[lines["season"], "promised"].dt.month.unique().tolist() == [6, 7, 8, 9]
    own = lines[(lines["unit"] == "SC") & lines["season"]]
    share = own.groupby("name")["otif"].agg(["mean", "size"])
    assert share.loc[DEALER_A, "size"] >= 20
    assert share.loc[DEALER_A, "mean"] == pytest.approx(0.35, abs=0.02)
    assert share[share["size"] >= 8].drop(DEALER_A)["mean"].min() > 0.5
    assert own.loc[own["name"] != DEALER_A, "otif"].mean() > 0.82
    beside = share.loc[["舟山砺汀电器", "台州蓼禾家电", "温州笺亭商行"], "mean"]
    assert (beside >= 0.85).all()
    off = lines[(lines["name"] == DEALER_A) & ~lines["season"]]
    assert off["otif"].mean() == pytest.approx(0.95, abs=0.02)
    dealer = accounts[accounts["name"] == DEALER_A].iloc[0]
    assert dealer["key"]
    assert dealer["sold"] == pytest.approx(18e6, rel=0.01), "options.csv rests on CNY 18 m a year"
    near = accounts["name"].isin([*beside.index])
    assert (accounts.loc[near, "sold"] < dealer["sold"]).all()


def test_sc_presses_goods_on_dealers_at_quarter_end(engagement: Engagement, accounts: pd.DataFrame) -> None:
    sales = engagement.data["sales"]
    sales = sales[(accounts["unit"].to_numpy()[sales["account"]] == "SC") & WINDOW.holds(sales["date"].to_numpy())]
    by_month = sales.groupby(sales["date"].dt.month)["net_sales"].sum()
    assert by_month[3] > 1.2 * by_month[2]
    assert by_month[4] < 0.8 * by_month[3]
    assert (sales["net_sales"] < 0).sum() == 2


def test_ca_is_good_and_does_not_know_its_cost_to_serve(result: AuditResult) -> None:
    unit = result.units["CA"]
    levels = [found.level for name, found in unit.measured.items() if found.level is not None and name not in ("STR-1", "INF-7")]
    assert 3.7 <= np.mean(levels) <= 4.3
    assert min(levels) > 3.0
    assert unit.measured["INF-7"].level == unit.measured["STR-1"].level == 1
    assert _value(result, "CA", "account_profit_known") == 0
    assert unit.metrics["key_account_margin_trend"].reason == Reason.EMPTY_WINDOW
    assert unit.metrics["programme_cost_share"].value is None
    assert _value(result, "CA", "otif") == pytest.approx(0.97, abs=0.005)


def test_key_account_management_does_not_pay_in_ex_alone(result: AuditResult) -> None:
    shares = {unit: found.value for unit in UNITS if (found := result.units[unit].metrics["programme_cost_share"]).value}
    assert (shares.pop("EX") or 0) > 1.15
    assert set(shares) == {"NC", "EC", "SC", "OM"}
    assert max(share or 0 for share in shares.values()) < 0.25
    assert _value(result, "EX", "contribution_margin") < 0.04
    assert _value(result, "EX", "largest_share") < 0.08


def test_ex_has_few_data(engagement: Engagement, accounts: pd.DataFrame, result: AuditResult) -> None:
    assert _value(result, "EX", "plan_coverage") == 0
    assert result.units["EX"].metrics["selection_consistency"].value is None
    unit = accounts["unit"].to_numpy()[engagement.data["activities"]["account"]]
    assert (unit == "EX").mean() < 0.04


def test_the_year_before_nc_did_worse_and_sc_better(engagement: Engagement) -> None:
    """If this fails, the progress of NC and the fall of SC are told by people alone."""
    units = [unit.id for unit in engagement.units]
    data = engagement.data
    for metric, better in (("price_concession_share", -1), ("escalation_share", -1), ("proactive_share", 1), ("otif", 1)):
        before, now = (metrics.METRICS[metric].measure(data, part, engagement.settings).value for part in (WINDOW.before, WINDOW))
        change = better * (now - before)
        assert change[units.index("NC")] > 0.005, metric
        assert change[units.index("SC")] < -0.01, metric
        assert abs(change[units.index("EC")]) < 0.03, metric


# -- customer groups -----------------------------------------------------------------------------------------------------------


def _dearer(engagement: Engagement, accounts: pd.DataFrame, group: str, unit: str, other: str) -> float:
    """The median over products of what a group pays one unit for a piece, over what it pays another."""
    sales = engagement.data["sales"]
    sales = sales[WINDOW.holds(sales["date"].to_numpy()) & (sales["quantity"] > 0)]
    own = accounts[accounts["group"] == group]
    assert set(own["unit"]) == {unit, other}
    sales = sales[sales["account"].isin(own.index)].assign(unit=lambda frame: own["unit"].reindex(frame["account"]).to_numpy())
    sums = sales.groupby(["unit", "product"])[["net_sales", "quantity"]].sum()
    price = (sums["net_sales"] / sums["quantity"]).unstack("unit")
    assert len(price) == 3
    assert price.notna().all(axis=None)
    return float((price[unit] / price[other]).median())


def test_two_groups_pay_more_in_one_unit_and_the_third_does_not(engagement: Engagement, accounts: pd.DataFrame) -> None:
    assert sorted(set(accounts["group"]) - {""}) == sorted(["榆汀集团", "荻禾集团", "鹭渚家居"])
    assert _dearer(engagement, accounts, "榆汀集团", "EC", "NC") == pytest.approx(1.08, abs=0.005)
    assert _dearer(engagement, accounts, "荻禾集团", "EC", "SC") == pytest.approx(1.07, abs=0.005)
    assert _dearer(engagement, accounts, "鹭渚家居", "NC", "SC") == pytest.approx(1, abs=0.005)


def test_groups_are_served_and_met_differently(accounts: pd.DataFrame, lines: pd.DataFrame) -> None:
    def both(group: str, unit: str, other: str) -> tuple[float, float]:
        own = accounts[accounts["group"] == group].reset_index().set_index("unit")
        otif = lines.groupby("account")["otif"].mean()
        at, there = own.loc[unit], own.loc[other]
        return float(otif[at["index"]] - otif[there["index"]]), float(at["contacts"] - there["contacts"])

    otif, met = both("榆汀集团", "NC", "EC")
    assert otif > 0.1
    assert met >= 3
    otif, met = both("荻禾集团", "EC", "SC")
    assert otif > 0.1
    assert met >= 3
    otif, met = both("鹭渚家居", "NC", "SC")
    assert abs(otif) < 0.03
    assert abs(met) <= 1


# -- the register of evidence --------------------------------------------------------------------------------------------------


def test_evidence_is_mixed_ca_verified_om_said(engagement: Engagement) -> None:
    kinds = {unit: Counter(proof.kind for proof in engagement.evidence if proof.unit == unit) for unit in UNITS}
    assert sum(kinds["CA"].values()) > 2 * sum(kinds["OM"].values())
    assert kinds["CA"].most_common(1)[0][0] == "verified"
    assert kinds["OM"].most_common(1)[0][0] == "statement"
    assert kinds["OM"]["verified"] == 0
    everything = sum(kinds.values(), Counter())
    assert set(everything) == {"statement", "document", "verified"}
    assert 35 <= sum(everything.values()) <= 45
    expired = [proof for proof in engagement.evidence if proof.expires and proof.expires < "2026-10-31"]
    assert 5 <= len(expired) <= 9
    assert any(proof.level is not None for proof in engagement.evidence)
    assert all(proof.date <= "2026-10-31" for proof in engagement.evidence)
