"""Edges of metrics: the last day, equal values, the other side of a switch, and what stands in for nothing."""

from __future__ import annotations

import numpy as np
import pytest
from metric_cases import YEAR, account, act, sale, tables
from option_cases import CUT, dealer_a

from kamassess import metrics
from kamassess.data import Data
from kamassess.measuring import Settings
from kamassess.metrics import Window, measure
from kamassess.metrics.accounts import selected_accounts
from kamassess.metrics.alerts import AccountAlerts
from kamassess.metrics.customer_groups import CustomerGroups, group_rules
from kamassess.metrics.deliveries import good_lines, season_need, supply_in_season
from kamassess.metrics.options import weigh_again
from kamassess.metrics.plans import plan_coverage
from kamassess.metrics.values import Measured
from kamassess.result import Reason


def delivery(place: int, promised: str, days: int = 0, quantity: float = 10.0, product: str = "p") -> dict[str, object]:
    """A line that came *days* after it was promised."""
    came = str(np.datetime64(promised) + np.timedelta64(days, "D"))
    more = {"ordered": promised, "product": product, "ordered_qty": quantity, "delivered_qty": quantity}
    return {"account": place, "order": "1", "promised": promised, "delivered": came} | more


def value(name: str, data: Data, settings: Settings | None = None) -> tuple[float, int]:
    found = measure(data, YEAR, settings)[name]
    return float(found.value[0]), int(found.n[0])


# -- what the criteria select -----------------------------------------------------------------------------------------------


def test_each_criterion_has_its_own_threshold() -> None:
    # If this fails, a customer is selected for one criterion by the threshold of the other.
    rows = [account("both", attractiveness=3, strength=5), account("weak", attractiveness=5, strength=3)]
    rows += [account("dull", attractiveness=2, strength=5), account("open", attractiveness=5)]
    selected, known = selected_accounts(tables(accounts=rows), {"attractiveness": 3.0, "strength": 4.0})
    assert selected.tolist() == [True, False, False, False]
    assert known.tolist() == [True, True, True, False]


def test_an_account_that_leaves_on_the_day_after_the_window_is_still_there() -> None:
    # If this fails, a customer of the whole year is left out of the list that the board reviews.
    criteria = Settings(criteria={"attractiveness": 3.0, "strength": 3.0})
    rows = [account(day, attractiveness=1, strength=1, until=day) for day in ("2025-12-31", "2026-01-01")]
    alerts = AccountAlerts(tables(accounts=rows), YEAR, criteria).of(0)
    assert [alert.account for alert in alerts if alert.kind == "not_selected"] == ["2026-01-01"]


def test_an_alert_names_the_account_by_its_name() -> None:
    # If this fails, the board's page names a customer by a number of the ERP system, or not at all.
    rows = [account("4711") | {"name": "Harbour Retail"}]
    (alert,) = AccountAlerts(tables(accounts=rows, activities=[act(0, "visit", contact="Wu")] * 3), YEAR, Settings()).of(0)
    assert (alert.account, alert.name) == ("4711", "Harbour Retail")


# -- supply -------------------------------------------------------------------------------------------------------------------


def test_as_many_lines_of_others_as_are_asked_for_are_enough() -> None:
    # If this fails, an account that is let down is not named although there are lines enough to tell.
    peak = [delivery(0, f"2025-07-{day:02}", 3) for day in range(1, 21)]
    others = [delivery(1, f"2025-07-{day:02}") for day in range(1, 21)]
    settings = Settings(peak_months=(7,))

    def named(lines: list[dict[str, object]]) -> list[str]:
        data = tables(accounts=[account("a"), account("b")], deliveries=lines)
        return [alert.account for alert in AccountAlerts(data, YEAR, settings).of(0) if alert.kind == "peak_supply"]

    least = next(count for count in range(1, 21) if named(peak + others[:count]))
    assert named(peak[:least] + others) == named(peak + others[:least]) == ["a"], "the same number is enough on both sides"
    assert named(peak[: least - 1] + others) == []


def test_supply_in_the_season_is_that_of_the_declared_months_or_of_the_quarter() -> None:
    # If this fails, an alert speaks of another season than the metric.
    lines = [
        delivery(0, "2025-03-10", quantity=99),
        delivery(0, "2025-07-10", 2),
        delivery(1, "2025-07-11"),
        delivery(1, "2024-07-11"),
    ]
    data = tables(accounts=[account("a"), account("b")], deliveries=lines)
    declared, quarter = supply_in_season(data, YEAR, (7,)), supply_in_season(data, YEAR)
    assert (declared.n_peak.tolist(), declared.good_peak.tolist()) == ([1.0, 1.0], [0.0, 1.0])
    assert (declared.n_off.tolist(), declared.good_off.tolist()) == ([1.0, 0.0], [1.0, 0.0])
    assert (quarter.n_peak.tolist(), quarter.n_off.tolist()) == ([1.0, 0.0], [1.0, 1.0])


def test_the_need_for_the_season_is_of_key_accounts_in_the_declared_months() -> None:
    # If this fails, stock is laid in for customers and months that nobody asked for.
    lines = [delivery(0, "2025-07-10", quantity=5), delivery(0, "2025-03-10", quantity=99), delivery(1, "2025-07-10", quantity=7)]
    lines += [delivery(0, "2025-07-12", quantity=3), delivery(0, "2025-07-12", quantity=2, product="a")]
    need = season_need(tables(accounts=[account("a"), account("b", key=0)], deliveries=lines), YEAR, (7,))
    years = YEAR.years
    assert need.to_numpy().tolist() == [[0, "a", pytest.approx(2 / years)], [0, "p", pytest.approx(8 / years)]]


def test_what_is_delivered_on_the_day_of_the_order_took_no_time() -> None:
    # If this fails, stock for the season is worked out without the lines that came at once.
    lines = [delivery(0, "2025-06-05"), delivery(0, "2025-06-06", 2)]
    plan = metrics.season_plan(tables(accounts=[account("a")], deliveries=lines), YEAR)
    assert plan["mean_lead_time"].tolist() == [1.0]


def test_cancelled_orders_are_no_lines_of_supply() -> None:
    # If this fails, delivery to a group's units is compared by orders of nothing.
    lines = [delivery(0, "2025-06-05"), delivery(0, "2025-06-06", quantity=0.0), delivery(0, "2020-06-05")]
    account_of, good = good_lines(tables(accounts=[account("a")], deliveries=lines), YEAR)
    assert (account_of.tolist(), good.tolist()) == ([0], [True])


# -- customer groups --------------------------------------------------------------------------------------------------------


def _groups(sales: list[dict[str, object]], **more: object) -> CustomerGroups:
    rows = [
        account("a", 0, group="G", **more),
        account("b", 1, group="G"),
        account("c", 0, group="H"),
        account("d", 1, group="H"),
    ]
    names = tuple({"en": name, "zh": name} for name in "NE")
    return CustomerGroups(tables(2, accounts=rows, sales=sales), YEAR, ("N", "E"), names, group_rules())


def _line(place: int, price: float, quantity: float = 10.0, product: str = "A") -> dict[str, object]:
    return sale(place, price * quantity, product=product, quantity=quantity)


def test_lines_without_a_product_or_with_nothing_left_are_not_compared() -> None:
    # If this fails, two units are said to price apart what nobody knows to be the same thing.
    sound = [_line(0, 100), _line(1, 100)]
    without = [_line(0, 500, product=""), _line(1, 1, product="")]
    returned = [_line(0, 500, product="B"), _line(0, 500, -10, product="B"), _line(1, 1, product="B")]
    free = [sale(0, 0.0, product="C", quantity=5.0), _line(1, 1, product="C")]
    given = [sale(0, 70.0, product="D", quantity=0.0), _line(1, 1, product="D")]
    for more in ([], without, returned, free, given):
        price = _groups(sound + more)["G"].units["N"].price
        assert (price.value, price.n_products) == (1.0, 1), more


def test_only_products_that_the_cheapest_sells_too_count_against_it() -> None:
    # If this fails, what is at stake with a customer is counted over products that the cheapest unit does not sell.
    rows = [account(name, unit, group="G") for unit, name in enumerate("abc")]
    sales = [_line(0, 110), _line(1, 100), _line(2, 105), _line(0, 300, product="B"), _line(2, 280, product="B")]
    sales += [_line(place, price, product="E") for place, price in ((0, 110), (1, 100), (2, 105))]
    names = tuple({"en": name, "zh": name} for name in "NES")
    found = CustomerGroups(tables(3, accounts=rows, sales=sales), YEAR, ("N", "E", "S"), names, group_rules())["G"]
    assert found.units["N"].price.n_products == 3
    assert found.units["N"].price.to_cheapest == pytest.approx(1.1)


def test_a_group_with_nothing_at_stake_is_not_counted_as_one_with_money() -> None:
    # If this fails, the first page says that money is lost with two groups where it is with one.
    sales = [_line(0, 110), _line(1, 100), _line(0, 220, product="B"), _line(1, 200, product="B")]
    sales += [_line(2, 50), _line(3, 50), _line(2, 60, product="B"), _line(3, 60, product="B")]
    totals = _groups(sales).totals()
    assert (totals.groups, totals.with_money) == (2, 1)


# -- activities, plans, promotions, CRM ---------------------------------------------------------------------------------------


def test_a_plan_of_the_first_day_after_the_window_is_not_there_yet() -> None:
    # If this fails, a plan that was written after the period counts for it.
    def coverage(day: str) -> float:
        data = tables(accounts=[account("a")], plans=[{"account": 0, "updated": day}])
        return float(plan_coverage(data, YEAR).value[0])

    assert (coverage("2025-12-31"), coverage("2026-01-01")) == (1.0, 0.0)


def test_a_promotion_needs_eight_weeks_before_and_four_after() -> None:
    # If this fails, a return is told of a promotion whose aftermath is not in the table, or none of one that is just covered.
    days = np.arange(np.datetime64("2025-01-01"), np.datetime64("2025-07-01"))
    sales = [sale(0, 10.0, str(day)) for day in days]

    def told(start: str, end: str) -> bool:
        row = {"account": 0, "start": start, "end": end, "cost": 1, "margin_rate": 1.0}
        return not np.isnan(metrics.promotion_return(tables(accounts=[account("a")], sales=sales, promotions=[row]))[0])

    first, last = days[0] + np.timedelta64(56, "D"), days[-1] - np.timedelta64(28, "D")
    day = np.timedelta64(1, "D")
    assert told(str(first), str(last))
    assert not told(str(first - day), str(last))
    assert not told(str(first), str(last + day))
    assert not told(str(last), str(first)), "it ends before it begins"


def test_the_first_and_the_last_day_of_the_sales_count() -> None:
    # If this fails, a promotion at the end of the table is told a return that leaves a day out.
    days = np.arange(np.datetime64("2025-01-01"), np.datetime64("2025-07-01"))
    first, last = days[0] + np.timedelta64(56, "D"), days[-1] - np.timedelta64(28, "D")
    row = {"account": 0, "start": str(first), "end": str(last), "cost": 1, "margin_rate": 1.0}
    for special in (days[0], days[-1]):
        sales = [sale(0, 66.0 if day == special else 10.0, str(day)) for day in days]
        sales += [sale(1, 999.0, str(day)) for day in days]  # another account's never count
        data = tables(accounts=[account("a"), account("b")], sales=sales, promotions=[row])
        span = int((last - first) / np.timedelta64(1, "D")) + 1
        expected = -(56 / 56 * span) - 28 if special == days[0] else 0.0
        assert metrics.promotion_return(data).tolist() == [pytest.approx(expected)], special


def test_names_in_another_order_of_words_are_alike() -> None:
    # If this fails, one customer with two records counts as two.
    crm = [{"account": "a", "name": "Acme Foods Trading"}, {"account": "b", "name": "Acme Trading Foods"}]
    assert value("crm_uniqueness", tables(accounts=[account("a"), account("b")], crm=crm)) == (0.5, 2)


def test_where_no_record_has_a_date_timeliness_is_unknown() -> None:
    # If this fails, an extract without dates is said to be out of date.
    crm = [{"account": "a", "updated": "soon"}]
    found = measure(tables(accounts=[account("a")], crm=crm), YEAR)["crm_timeliness"]
    assert (np.isnan(found.value[0]), found.reason) == (True, (Reason.NO_VALUES,))


# -- what stands in for nothing ---------------------------------------------------------------------------------------------


def test_a_metric_without_its_table_keeps_its_name_and_unit() -> None:
    # If this fails, a report says of an unknown figure that something is missing, but not of what.
    found = Measured.missing("crm_validity", "share", 2, ("crm",))
    assert (found.id, found.unit, found.needs) == ("crm_validity", "share", ("crm",))
    assert (found.n.tolist(), found.n.dtype.kind, found.reason) == ([0, 0], "i", (Reason.NO_TABLE,) * 2)
    assert np.isnan(found.value).all()


def test_a_window_is_in_days() -> None:
    # If this fails, "90 days" are ninety of something else.
    window = Window.until("2025-03-31", 90)
    assert (str(window.start), str(window.end)) == ("2025-01-01", "2025-04-01")


def test_weighing_again_says_which_input_there_is_none_of() -> None:
    # If this fails, who has mistyped a criterion is not told which.
    case = dealer_a()
    with pytest.raises(KeyError, match="no such"):
        weigh_again(case, {(CUT, "no such"): 1.0})
    with pytest.raises(KeyError, match="nothing like it"):
        weigh_again(case, weights={"nothing like it": 1.0})
    assert weigh_again(case).house == case.house
