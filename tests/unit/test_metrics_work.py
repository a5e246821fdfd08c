"""Supply, activities, plans, launches, promotions, people and CRM: cases by hand, and nothing to measure."""

from __future__ import annotations

import math

import numpy as np
import pytest
from metric_cases import YEAR, account, act, filled, sale, tables

from kamassess import metrics
from kamassess.data import TABLES, Data
from kamassess.metrics import METRICS, Settings, Window, measure
from kamassess.result import Reason

THREE = [account("a", sponsor="Li"), account("b", sponsor="Wu"), account("c"), account("d", key=0)]


def value(name: str, data: Data, settings: Settings | None = None) -> tuple[float, int]:
    found = measure(data, YEAR, settings)[name]
    return float(found.value[0]), int(found.n[0])


def delivery(place: int, promised: str, late: bool, quantity: float = 10) -> dict[str, object]:
    day = np.datetime64(promised)
    more = {"product": "p", "ordered": str(day - np.timedelta64(4, "D")), "ordered_qty": quantity, "delivered_qty": quantity}
    return {"account": place, "order": "1", "promised": promised, "delivered": str(day + np.timedelta64(int(late), "D"))} | more


def test_the_season_is_declared_or_the_quarter_of_months_with_most() -> None:
    # Five months with orders: the quarter is two of them, here May and July.
    lines = [
        *(delivery(0, f"2025-0{month}-10", month in (3, 5), size) for month, size in ((1, 1), (3, 2), (5, 30), (7, 20), (9, 3))),
        *(delivery(3, "2025-05-11", True), delivery(3, "2025-07-11", True), delivery(3, "2025-01-11", False)),
    ]
    data = tables(accounts=THREE, deliveries=lines)
    assert value("otif_peak", data) == (0.25, 4)
    assert value("otif_off_peak", data) == (0.75, 4)
    assert value("otif_key_accounts", data) == (0.6, 5)
    assert value("otif_others", data) == (pytest.approx(1 / 3), 3)
    assert value("peak_otif_advantage", data) == (0.5, 2)
    assert value("peak_otif_advantage", data, Settings(peak_months=(5,))) == (0.0, 1)


def test_the_stock_for_the_season() -> None:
    # 10 on each of two days of ten: mean 2, sd 4 a day; lead times 4 and 6.
    lines = [delivery(0, "2025-06-05", False), delivery(0, "2025-06-06", False) | {"delivered": "2025-06-08"}]
    plan = metrics.season_plan(tables(accounts=THREE, deliveries=lines), Window.until("2025-06-10", 10))
    assert plan[["account", "product", "n"]].to_numpy().tolist() == [[0, "p", 2]]
    assert plan["sd_demand"].tolist() == [pytest.approx(4)]
    assert plan["safety_stock"].tolist() == [pytest.approx(1.645 * math.sqrt(5 * 16 + 4 * 2))]


def test_activities_by_hand() -> None:
    lines = [
        *(act(0, "event"), act(0, "event"), act(0, "event_support"), act(1, "event_support"), act(1, "event")),
        *(act(0, "feedback", answered_after_days=3), act(1, "feedback"), act(2, "incentive"), act(0, "forum"), act(3, "forum")),
        *(act(0, "report", answered_after_days=2), act(1, "report", answered_after_days=6)),
        *(act(0, "forum_action", answered_after_days=90), act(0, "forum_action"), act(0, "forum_action", "2024-05-05")),
        *(act(0, "complaint", answered_after_days=days, escalated=days > 5, planned=0) for days in (1, 2, 9)),
        *(act(0, "service", planned=1, their_level="top", our_level="top", days=11), act(0, "trial", their_level="front")),
        *(act(1, "contact", their_level="front"), act(3, "contact", their_level="front")),
    ]
    data = tables(accounts=THREE, activities=lines)
    assert value("event_support_share", data) == (pytest.approx(2 / 3), 3)
    assert value("staff_feedback_closure", data) == (0.5, 2)
    assert value("incentive_coverage", data) == (pytest.approx(1 / 3), 3)
    assert value("forum_held", data) == (pytest.approx(1 / 3), 3)
    assert value("forum_action_closure", data) == (0.5, 2)
    assert value("reporting_lag_days", data) == (4.0, 2)
    assert value("response_days", data) == (2.0, 3)
    assert value("escalation_share", data) == (pytest.approx(1 / 3), 3)
    assert value("proactive_share", data) == (0.25, 4)
    assert value("cross_function_share", data) == (pytest.approx(2 / 13), 13)
    assert value("single_contact_share", data) == (0.5, 2)
    assert value("executive_days_share", data) == (pytest.approx(11 / (2 * 220 * YEAR.years)), 1)
    assert value("executive_days_share", data, Settings(executives=np.array([1.0])))[0] == pytest.approx(0.05, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("hospitality_share", "hospitality"), ("incentive_coverage", "incentive"), ("forum_held", "forum")),
        *(("executive_visit_coverage", "visit"), ("cross_function_share", "trial")),
    ],
)
def test_a_kind_that_nobody_records_is_not_known_to_be_left_undone(name: str, kind: str) -> None:
    # If this fails, a log without incentives says that nobody gives any, and the unit is put at level 1 for it.
    accounts = [account("a"), account("b"), account("c"), account("other", unit=1)]
    rows = [act(0, "report", our_level="front"), act(3, "report", our_level="front")]
    silent = measure(tables(2, accounts=accounts, activities=rows), YEAR)[name]
    assert math.isnan(silent.value[0])
    assert silent.reason[0] is Reason.NOT_RECORDED
    elsewhere = measure(tables(2, accounts=accounts, activities=[*rows, act(3, kind, our_level="top")]), YEAR)[name]
    assert float(elsewhere.value[0]) == 0.0, "another unit enters such things, so here there are none"


def test_prices_are_told_apart_from_what_else_is_given_only_where_both_are_recorded() -> None:
    # If this fails, a log of discounts alone says that everything is given as a discount.
    given = [act(0, "price", value=80), act(0, "service", value=20)]
    assert value("price_concession_share", tables(accounts=THREE, activities=given)) == (0.8, 2)
    for alone in given:
        found = measure(tables(accounts=THREE, activities=[alone]), YEAR)["price_concession_share"]
        assert found.reason[0] is Reason.NOT_RECORDED


def test_simpson_of_the_published_shares() -> None:
    kinds = ["visit"] * 4 + ["service"] * 3 + ["training"] * 2 + ["price"]
    assert value("method_simpson", tables(accounts=THREE, activities=[act(0, kind) for kind in kinds])) == (
        pytest.approx(0.7),
        10,
    )


def test_plans_and_launches_by_hand() -> None:
    def plan(place: int, updated: str, *parts: int) -> dict[str, object]:
        return {"account": place, "updated": updated} | dict(
            zip(("financials", "value_chain", "buying_process", "competitors"), parts, strict=True)
        )

    def launch(product: str, place: int, trialled: str | None, launched: str = "2025-03-01") -> dict[str, object]:
        return {"product": product, "launched": launched, "account": place, "trialled": trialled}

    tried = [launch("p", 0, "2025-03-01"), launch("p", 1, None), launch("q", 0, "2025-03-02"), launch("q", 3, "2025-01-01")]
    plans = [plan(0, "2025-05-01", 1, 1, 1, 0), plan(1, "2024-05-01", 1, 0, 0, 0), plan(2, "2026-02-01", 1, 1, 1, 1)]
    data = tables(accounts=THREE, plans=plans, launches=[*tried, launch("old", 0, "2020-01-01", "2020-03-01")])
    assert value("plan_coverage", data) == (pytest.approx(2 / 3), 3)
    assert value("plan_depth", data) == (0.5, 2)
    assert value("plan_freshness", data) == (0.5, 2)
    assert value("trial_first_share", data) == (0.5, 2)


def test_what_promotions_return() -> None:
    # 10 a day; ten days at 30 earn 200 more; 28 days after at 8 lose 56: (144 · .5 − 40)/40 = .8. The other changes nothing: −1.
    days = np.arange(np.datetime64("2025-01-01"), np.datetime64("2026-01-01"))
    first, last = np.datetime64("2025-06-01"), np.datetime64("2025-06-10")

    def sold(day: np.datetime64) -> float:
        return 30 if first <= day <= last else 8 if last < day <= last + np.timedelta64(28, "D") else 10

    def promotion(place: int, together: int, start: str = "2025-06-01", end: str = "2025-06-10") -> dict[str, object]:
        return {"account": place, "start": start, "end": end, "cost": 40, "margin_rate": 0.5, "co_designed": together}

    sales = [sale(0, sold(day), str(day)) for day in days] + [sale(1, 10, str(day)) for day in days]
    early = promotion(0, 1, "2025-01-10", "2025-01-12")
    data = tables(accounts=THREE, sales=sales, promotions=[promotion(0, 1), promotion(1, 0), early])
    assert metrics.promotion_return(data)[:2].tolist() == [pytest.approx(72), pytest.approx(0)]
    assert math.isnan(metrics.promotion_return(data)[2]), "there are no 56 days before it"
    assert value("promotion_roi", data) == (pytest.approx((72 - 80) / 80), 2)
    assert value("codesign_roi_advantage", data) == (pytest.approx(1.8), 1)
    assert value("codesign_share", data) == (pytest.approx(2 / 3), 3)


def test_people_by_hand() -> None:
    pay = {"base_pay": 80, "variable_pay": 20, "long_term_share": 0.5, "team_share": 0.1}
    people = [
        {"manager": "Li", "unit": 0, "grade": 5, "reference_grade": 6, "training_days": 4, "left": "2025-03-01", **pay},
        {"manager": "Wu", "unit": 0, "grade": 6, "reference_grade": 6, "training_days": 8, "base_pay": 60, "variable_pay": 40},
        *({"manager": "Yu", "unit": 0, "engineer": mark, "seller": 3, "leader": 3, "left": "2024-01-01"} for mark in (2, 4)),
    ]
    rows = [account("a", manager="Li"), account("b", manager="Li"), account("c", manager="Wu")]
    data = tables(accounts=rows, people=people)
    assert value("incentive_mix", data) == (pytest.approx(0.3), 1)
    assert value("long_term_pay_share", data) == (0.5, 1)
    assert value("team_pay_share", data) == (pytest.approx(0.1), 1)
    assert value("variable_pay_share", data) == (pytest.approx(0.3), 2)
    assert value("grade_gap", data) == (-0.5, 2)
    assert value("training_days", data) == (6.0, 2)
    assert value("manager_turnover", data) == (0.5, 2)
    assert value("competency_profile", data) == (3.0, 1)
    assert value("span_of_accounts", data) == (1.5, 2)
    assert metrics.competency_roles(data).tolist() == [[3.0, 3.0, 3.0]]


def test_the_crm_extract_by_hand() -> None:
    crm = [
        {"account": "a", "name": "Acme Trading Ltd", "phone": "123", "updated": "2025-12-01"},
        {"account": "b", "name": "ACME Trading, Ltd.", "phone": "", "updated": "2025/2/1"},
        {"account": "c", "name": "Zenith", "phone": "x1", "updated": "unknown"},
        {"account": "nobody", "name": "", "phone": "", "updated": ""},
    ]
    data = tables(accounts=THREE, crm=crm)
    settings = Settings(crm_fields={"phone": r"\d+", "name": "", "fax": ""})
    assert value("crm_completeness", data) == (pytest.approx(8 / 9), 3)
    assert value("crm_completeness", data, settings) == (pytest.approx(5 / 9), 3)
    assert value("crm_validity", data, settings) == (0.5, 2)
    assert value("crm_timeliness", data) == (pytest.approx(2 / 3), 3)
    assert value("crm_adoption", data) == (pytest.approx(1 / 3), 3)
    assert value("crm_uniqueness", data) == (pytest.approx(2 / 3), 3)
    assert measure(data, YEAR)["crm_validity"].reason == (Reason.NO_VALUES,)


# -- nothing to measure --------------------------------------------------------------------------------------------------


def _bare(unit: int) -> Data:
    """Every table with one line of nothing but what must be there, all columns given."""
    lines = {}
    for name, spec in TABLES.items():
        by_kind = {"unit": unit, "account": 0, "date": "2025-05-05", "choice": "visit"}
        line = {column.name: by_kind.get(column.kind) for column in spec.columns if column.required}
        lines[name] = [line | ({"account": "a", "key_account": 1} if name == "accounts" else {})]
    return filled(tables(2, **lines))


@pytest.mark.parametrize("data", [Data({}, {}, 2), tables(2, accounts=[account("a")])], ids=["nothing", "accounts alone"])
def test_without_tables_every_metric_has_a_reason(data: Data) -> None:
    found = measure(data, YEAR)
    assert list(found) == list(METRICS)
    for name, metric in found.items():
        assert np.isnan(metric.value).all(), name
        assert None not in metric.reason, name
        assert metric.needs == METRICS[name].needs


@pytest.mark.parametrize("window", [YEAR, Window.until("1999-12-31")], ids=["now", "nothing then"])
@pytest.mark.parametrize("least", [0, 3])
def test_missing_numbers_and_empty_windows_are_no_warning(window: Window, least: int) -> None:
    data = _bare(0)
    for name, found in measure(data, window, Settings(least_key_accounts=least)).items():
        assert found.value.dtype == float
        assert found.value.shape == found.n.shape == (2,)
        assert [reason is None for reason in found.reason] == (~np.isnan(found.value)).tolist(), name
        assert not np.isinf(found.value).any(), name
    empty = Data({name: frame.iloc[:0] for name, frame in data.tables.items()}, data.given, 2)
    assert all(np.isnan(found.value).all() for found in measure(empty, window).values())


def test_the_instrument_names_no_metric_that_is_not_there() -> None:
    import kamassess as ka

    named = {name for criterion in ka.load_instrument("kam").criteria() for name in criterion.metrics}
    assert named <= set(METRICS)
    assert {metric.unit for metric in METRICS.values()} <= {
        "share",
        "ratio",
        "difference",
        "days",
        "years",
        "money",
        "count",
        "index",
        "points",
    }
