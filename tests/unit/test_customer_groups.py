"""Customer groups across units: prices compared by hand, chance told from difference, and groups that are none."""

from __future__ import annotations

from typing import Any

import pytest
from metric_cases import YEAR, account, act, sale, tables
from scipy.stats import fisher_exact, mannwhitneyu

from kamassess.metrics.customer_groups import CustomerGroups, group_rules
from kamassess.result import CustomerGroup, Reason

UNITS = ("N", "E", "S")


def line(place: int, value: float, quantity: float, product: str, **more: Any) -> dict[str, Any]:
    return sale(place, value, product=product, quantity=quantity) | more


def deliveries(place: int, good: int, late: int) -> list[dict[str, Any]]:
    common = {"account": place, "promised": "2025-03-10", "ordered_qty": 1, "delivered_qty": 1}
    days = ["2025-03-09"] * good + ["2025-03-11"] * late
    return [common | {"order": f"{place}-{number}", "delivered": day} for number, day in enumerate(days)]


def groups(n_units: int = 2, **rows: list[dict[str, Any]]) -> CustomerGroups:
    names = tuple({"en": name, "zh": name} for name in UNITS[:n_units])
    return CustomerGroups(tables(n_units, **rows), YEAR, UNITS[:n_units], names, group_rules())


def two(sales: list[dict[str, Any]], **rows: list[dict[str, Any]]) -> CustomerGroup:
    """One group whose accounts 0 and 1 the units N and E serve."""
    return groups(accounts=[account("a", 0, group="G"), account("b", 1, group="G")], sales=sales, **rows)["G"]


# -- prices ---------------------------------------------------------------------------------------------------------------


def test_a_group_that_two_units_price_eight_per_cent_apart() -> None:
    """N: A 10 × 108, B 10 × 54. E: A 20 × 100, B 10 × 50. Mean price A 3080/30, B 1040/20."""
    found = two([line(0, 1080, 10, "A"), line(0, 540, 10, "B"), line(1, 2000, 20, "A"), line(1, 500, 10, "B")])
    north, east = found.units["N"].price, found.units["E"].price
    assert north.value == pytest.approx(1620 / (10 * 3080 / 30 + 10 * 1040 / 20))
    assert east.value == pytest.approx(2500 / (20 * 3080 / 30 + 10 * 1040 / 20))
    assert (north.n_products, north.n_lines, north.sales, north.enough) == (2, 2, 1620.0, True)
    assert (north.to_cheapest, east.to_cheapest) == (pytest.approx(1.08), 1.0)
    (price,) = found.differences
    assert (price.kind, price.worse, price.better, price.certain) == ("price", "N", "E", True)
    assert price.size == pytest.approx(0.08)
    assert price.money == found.money == pytest.approx(1620 - 10 * 100 - 10 * 50)
    assert list(found.units) == ["E", "N"]  # who sells most stands first
    assert (found.sales, found.n_products, found.reason) == (4120.0, 2, None)


def test_a_group_priced_alike_has_nothing_at_stake() -> None:
    found = two([line(0, 100, 1, "A"), line(0, 50, 1, "B"), line(1, 1000, 10, "A"), line(1, 50, 1, "B")])
    assert [unit.price.value for unit in found.units.values()] == [pytest.approx(1.0)] * 2
    assert (found.money, found.seen) == (0.0, ())


def test_a_difference_below_three_per_cent_is_not_stated() -> None:
    found = two([line(0, 102, 1, "A"), line(0, 102, 1, "B"), line(1, 100, 1, "A"), line(1, 100, 1, "B")])
    (price,) = found.differences
    assert (price.certain, price.money, found.money) == (False, 0.0, 0.0)


@pytest.mark.parametrize(("lines", "stated"), [(11, False), (12, True)])
def test_one_product_needs_twelve_lines(lines: int, stated: bool) -> None:
    sales = [line(place, value, 1, "A") for place, value in ((0, 120.0), (1, 100.0)) for _ in range(lines)]
    found = two(sales)
    assert found.units["N"].price.value == pytest.approx(120 / 110)
    assert (found.units["N"].price.enough, bool(found.seen)) == (stated, stated)
    assert found.money == (pytest.approx(20 * lines) if stated else None)
    assert found.reason == (None if stated else Reason.TOO_FEW_LINES)


def test_products_that_one_unit_alone_sells_are_not_compared() -> None:
    found = two([line(0, 900, 1, "A"), line(1, 100, 1, "B")])
    assert found.units["N"].price.reason is Reason.NO_COMMON_PRODUCT
    assert (found.money, found.reason, found.n_products) == (None, Reason.NO_COMMON_PRODUCT, 0)


def test_without_quantities_no_price_is_compared_and_the_rest_stands() -> None:
    found = two([sale(0, 300.0), sale(1, 100.0)])
    assert (found.units["N"].price.value, found.units["N"].price.reason, found.reason) == (None, Reason.NO_TABLE, Reason.NO_TABLE)
    assert (found.sales, found.units["E"].sales) == (400.0, 100.0)


def test_returns_credits_and_other_years_are_taken_into_account() -> None:
    """A return of 2 at 108 leaves the price; a credit note of 80 without quantity lowers it to 100; last year counts nothing."""
    sales = [line(0, 1296, 12, "A"), line(0, -216, -2, "A"), line(0, -80, 0, "A"), line(0, 9, 1, "A", date="2024-01-01")]
    found = two([*sales, line(0, 50, 1, "B"), line(1, 1000, 10, "A"), line(1, 50, 1, "B")])
    assert found.units["N"].price.to_cheapest == pytest.approx(1.0)
    assert found.money == 0.0


def test_the_cheapest_of_three_is_the_measure_for_all() -> None:
    """S charges 100, E 103, N 110 for the same two products: what E and N would lose is 3 + 3 and 10 + 10."""
    accounts = [account(name, unit, group="G") for unit, name in enumerate("abc")]
    sales = [line(unit, price, 1, product) for unit, price in enumerate((110, 103, 100)) for product in "AB"]
    found = groups(3, accounts=accounts, sales=sales)["G"]
    assert found.money == pytest.approx(26)
    assert [found.units[name].price.to_cheapest for name in "NES"] == [pytest.approx(x) for x in (1.1, 1.03, 1.0)]
    assert (found.differences[0].worse, found.differences[0].better) == ("N", "S")


# -- who is a group -------------------------------------------------------------------------------------------------------


def test_a_group_needs_two_units_that_serve_it_now() -> None:
    accounts = [
        *(account("a", 0, group="one unit"), account("b", 0, group="one unit"), account("c", 0), account("d", 1)),
        *(account("e", 0, group="gone"), account("f", 1, group="gone", until="2024-05-01")),
        *(account("g", 0, group="both"), account("h", 1, group="both", until="2025-05-01")),
    ]
    found = groups(accounts=accounts, sales=[sale(0, 1.0)])
    assert list(found) == ["both"]
    assert (found.of(0), found.of(1)) == (("both",), ("both",))


def test_without_the_table_or_the_column_there_are_none() -> None:
    assert list(groups(accounts=[account("a", 0), account("b", 1)])) == []
    assert list(groups(sales=[])) == []


def test_groups_stand_in_order_of_money_then_sales() -> None:
    accounts = [account(f"{name}{unit}", unit, group=name) for name in ("small", "dear", "large") for unit in (0, 1)]
    alike = [line(place, value, value, product) for place, value in ((0, 1), (1, 1), (4, 50), (5, 50)) for product in "AB"]
    dear = [line(place, price, 1, product) for place, price in ((2, 12.0), (3, 10.0)) for product in "AB"]
    assert list(groups(accounts=accounts, sales=[*alike, *dear])) == ["dear", "large", "small"]


def test_totals_wallet_and_margin_of_a_group() -> None:
    accounts = [account("a", 0, group="G", wallet=1000), account("b", 1, group="G", wallet=600), account("c", 1, 0, group="G")]
    costs = {"cost_of_goods": 60, "cost_to_serve": 10}
    found = groups(accounts=accounts, sales=[sale(0, 100, **costs), sale(1, 300, cost_of_goods=200, cost_to_serve=40)])["G"]
    assert (found.sales, found.contribution, found.n_contribution, found.accounts) == (400.0, 90.0, 2, 3)
    assert found.margin == pytest.approx(90 / 400)
    assert found.wallet == 1600.0
    assert found.share_of_wallet == pytest.approx(400 / YEAR.years / 1600)
    east = found.units["E"]
    assert (east.accounts, east.key_accounts, east.margin) == (2, 1, pytest.approx(0.2))


# -- service --------------------------------------------------------------------------------------------------------------


def test_delivery_differs_where_chance_does_not_explain_it() -> None:
    late = two([sale(0, 1.0)], deliveries=[*deliveries(0, 12, 8), *deliveries(1, 20, 0)])
    (otif,) = (found for found in late.differences if found.kind == "otif")
    assert (otif.worse, otif.better, otif.worse_value, otif.better_value) == ("N", "E", 0.6, 1.0)
    assert otif.p == pytest.approx(fisher_exact([[12, 8], [20, 0]]).pvalue)
    assert otif.certain
    alike = two([sale(0, 1.0)], deliveries=[*deliveries(0, 18, 2), *deliveries(1, 20, 0)])
    (otif,) = (found for found in alike.differences if found.kind == "otif")
    assert not otif.certain
    few = two([sale(0, 1.0)], deliveries=[*deliveries(0, 0, 9), *deliveries(1, 20, 0)])
    assert few.differences == ()  # nine lines are not compared
    assert few.units["N"].otif == 0.0


def test_the_widest_of_three_pays_for_having_been_chosen() -> None:
    """With three units the pair was picked out of three, so its p is three times Fisher's."""
    accounts = [account(name, unit, group="G") for unit, name in enumerate("abc")]
    lines = [*deliveries(0, 14, 6), *deliveries(1, 20, 0), *deliveries(2, 18, 2)]
    (otif,) = groups(3, accounts=accounts, sales=[sale(0, 1.0)], deliveries=lines)["G"].differences
    assert otif.p == pytest.approx(3 * fisher_exact([[14, 6], [20, 0]]).pvalue)
    assert not otif.certain


def test_answers_and_contacts() -> None:
    slow = [act(0, "contact", answered_after_days=days, contact="Li") for days in range(7, 17)]
    fast = [act(1, "contact", answered_after_days=days, contact=f"p{days}") for days in range(10)]
    found = two([sale(0, 1.0)], activities=[*slow, *fast, act(1, "report", answered_after_days=99)])
    north, east = found.units["N"], found.units["E"]
    assert (north.response_days, north.n_response, north.contacts, north.activities) == (11.5, 10, 1, 10.0)
    assert (east.response_days, east.n_response, east.contacts, east.activities) == (4.5, 10, 10, 11.0)
    kinds = {each.kind: (each.worse, each.size, each.certain) for each in found.differences}
    assert kinds == {"response": ("N", 7.0, True), "contact": ("N", 9.0, True)}
    few = two([sale(0, 1.0)], activities=[*slow[:9], *fast])
    assert [each.kind for each in few.differences] == ["contact"]  # nine answers are not compared


def test_delivery_and_answers_are_one_family() -> None:
    """Two tests of one group: the smaller p is doubled (Holm)."""
    slow = [act(0, "contact", answered_after_days=days) for days in range(7, 17)]
    fast = [act(1, "contact", answered_after_days=days) for days in range(10)]
    lines = [*deliveries(0, 15, 5), *deliveries(1, 20, 0)]
    both = {each.kind: each for each in two([sale(0, 1.0)], deliveries=lines, activities=[*slow, *fast]).differences}
    alone = {each.kind: each for each in two([sale(0, 1.0)], deliveries=lines).differences}
    answers = mannwhitneyu(range(7, 17), range(10)).pvalue
    assert alone["otif"].p == pytest.approx(fisher_exact([[15, 5], [20, 0]]).pvalue)
    assert both["response"].p == pytest.approx(2 * answers)
    assert both["otif"].p == alone["otif"].p  # the larger of the two


def test_money_comes_before_other_differences_and_the_certain_before_the_rest() -> None:
    sales = [line(0, 110, 1, "A"), line(0, 110, 1, "B"), line(1, 100, 1, "A"), line(1, 100, 1, "B")]
    found = two(sales, deliveries=[*deliveries(1, 12, 8), *deliveries(0, 20, 0)])
    assert [(each.kind, each.worse) for each in found.differences] == [("price", "N"), ("otif", "E")]
