"""What small tables give, whole: every metric, account, warning, customer group and option, with every figure and every reason.

One company has all tables, one lacks the columns that are not required, one has them and leaves them empty, one has accounts
alone, and one has people and no accounts.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from golden_file import compare, differences
from metric_cases import YEAR, account, act, sale, tables
from option_cases import NOTHING, case, dealer_a

from kamassess.data import TABLES, Data
from kamassess.measuring import Settings
from kamassess.metrics import METRICS
from kamassess.metrics.alerts import AccountAlerts
from kamassess.metrics.customer_groups import CustomerGroups, group_rules
from kamassess.metrics.of_units import UnitMetrics
from kamassess.metrics.portfolio import UnitPortfolios
from kamassess.metrics.programme_accounts import ProgrammeAccounts
from kamassess.reading.measuring import metric_texts
from kamassess.result.plain import plain

UNITS = ("N", "E", "S")
SETTINGS = Settings(
    peak_months=(6, 7),
    programme_cost=(50.0, 20.0, float("nan")),
    executives=(3.0, 2.0, 1.0),
    criteria={"attractiveness": 3.0},
    value_weights={"contribution": 0.4, "revenue": 0.2, "wallet": 0.3, "tenure": 0.1},
    crm_fields={"name": "", "phone": r"\d{3}"},
)
ACCOUNTS = [
    # of N: key and ordinary, in every cell of the portfolio; with sponsors and teams
    account("a", group="G", manager="m1", since="2016-01-01", wallet=900, attractiveness=4, strength=4, sponsor="s1"),
    account("b", group="H", manager="m1", since="2023-07-01", wallet=100, attractiveness=4, strength=2, team_functions="3"),
    account("c", key=0, manager="m2", since="2020-01-01", wallet=0, attractiveness=2, strength=4, sponsor="s2"),
    account("d", key=0, since="2024-12-31", rank_among_suppliers=1, suppliers=2, attractiveness=2, strength=2),
    account("e", key=0, since="2019-05-01", until="2025-03-31", rank_among_suppliers=2, suppliers=3, wallet=50),  # left
    account("f", key=0, since="2015-05-01", until="2024-01-31", attractiveness=5, strength=5),  # left before
    account("g", key=0, attractiveness=3, strength=3, wallet=400),  # sends back more than it buys
    account("h", key=1, since="2018-06-01", manager="m3", rank_among_suppliers=3, suppliers=2),  # buys nothing any more
    account("z", key=1, wallet=0.5, rank_among_suppliers=1, suppliers=1),  # sends back all that it buys, at no loss
    account("k", key=1, since="2010-01-01", manager="m3", attractiveness=1, strength=1, wallet=1000),  # makes a loss
    # of E: shares two groups with N
    account("o", 1, group="G", manager="m4", since="2018-01-01", wallet=500, attractiveness=3, strength=3),
    account("p", 1, group="H", manager="m4", since="2018-02-01", attractiveness=4, strength=1, sponsor="s4"),
    account("q", 1, key=0, since="2021-02-01", until="2025-10-01"),
    # of S: two, one of them like another of its own
    account("x", 2, group="H", since="2022-01-01", key=0),
    account("y", 2, since="2022-01-01", key=0),
]
PLACES = {row["account"]: place for place, row in enumerate(ACCOUNTS)}


def _day(of: str, number: int) -> str:
    return str(date.fromisoformat(of) + timedelta(days=number))


def _sold(name: str, total: float, cost: float, *, before: float = 0.0, product: str = "P", **more: Any) -> list[dict[str, Any]]:
    """Three lines of this year and one of the last."""
    place = PLACES[name]
    parts = (("2025-02-10", 0.5), ("2025-06-20", 0.3), ("2025-11-30", 0.2))
    lines = [
        sale(place, total * part, day, product=product, quantity=10 * part, cost_of_goods=cost * part, cost_to_serve=part) | more
        for day, part in parts
    ]
    if before:
        lines.append(sale(place, before, "2024-06-15", product=product, quantity=9, cost_of_goods=before / 2, cost_to_serve=1))
    return lines


SALES = [
    *_sold("a", 300, 200, before=200, promotion="spring"),
    *_sold("a", 100, 40, product="Q"),
    *_sold("b", 200, 150, before=400),
    *_sold("c", 90, 30, before=90),
    *_sold("d", 40, 20),
    *_sold("e", 30, 10, before=100),
    sale(PLACES["f"], 70, "2024-01-10", cost_of_goods=30, cost_to_serve=2),
    *_sold("g", -20, 5, before=10),
    sale(PLACES["h"], 120, "2024-03-03", cost_of_goods=50, cost_to_serve=2),
    *(sale(PLACES["z"], value, cost_of_goods=value / 2, cost_to_serve=0) for value in (10, -10)),
    *_sold("k", 60, 110, before=60),
    *_sold("o", 500, 300, before=450),
    *_sold("o", 80, 40, product="Q", before=10),
    *_sold("p", 250, 200, before=250),
    *_sold("q", 10, 20, before=50),
    *_sold("x", 40, 30, before=30),
    sale(PLACES["y"], 5, "2025-12-31"),
]


def _orders(name: str, good: int, late: int, month: str, **more: Any) -> list[dict[str, Any]]:
    common = {"account": PLACES[name], "ordered_qty": 5, "delivered_qty": 5, "product": "P"}
    lines = []
    for number in range(good + late):
        promised = _day(f"{month}-10", number % 15)
        on = _day(promised, -1 if number < good else 2 + number % 3)
        ordered = _day(promised, -9 - number % 4)
        order = f"{name}-{month}-{number}"
        lines.append(common | {"order": order, "ordered": ordered, "promised": promised, "delivered": on} | more)
    return lines


DELIVERIES = [
    *_orders("a", 6, 9, "2025-06", mode="rail"),
    *_orders("a", 8, 0, "2025-03"),
    *_orders("b", 9, 1, "2025-06"),
    *_orders("c", 14, 1, "2025-07"),
    *_orders("d", 12, 0, "2025-07"),
    *_orders("o", 15, 1, "2025-06"),
    *_orders("p", 3, 3, "2025-04"),
    {
        "account": PLACES["b"],
        "order": "short",
        "promised": "2025-05-05",
        "delivered": "2025-05-04",
        "ordered_qty": 5,
        "delivered_qty": 4,
    },
    {"account": PLACES["b"], "order": "open", "promised": "2025-05-05", "ordered_qty": 5},
]
ACTIVITIES = [
    act(PLACES["a"], "visit", contact="Li", our_level="top", their_level="top", days=1, initiator="us", planned=1),
    act(PLACES["a"], "visit", "2025-06-05", contact="Wu", our_level="middle", their_level="middle", days=0.5, initiator="them"),
    act(PLACES["a"], "visit", "2025-07-05", contact="Li", our_level="front", their_level="front", planned=1),
    act(PLACES["a"], "hospitality", value=12, initiator="us"),
    act(PLACES["a"], "price", "2025-02-05", value=7, initiator="them"),
    act(PLACES["a"], "forum", planned=1),
    act(PLACES["a"], "forum_action", planned=1, answered_after_days=30),
    act(PLACES["a"], "forum_action", planned=1),
    act(PLACES["a"], "event"),
    act(PLACES["a"], "event", "2025-08-01"),
    act(PLACES["a"], "event_support", "2025-08-02", value=5),
    act(PLACES["a"], "feedback", answered_after_days=4),
    act(PLACES["a"], "feedback", "2025-10-01"),
    act(PLACES["a"], "report", answered_after_days=2, value=3),
    act(PLACES["b"], "visit", contact="Ma", their_level="middle", our_level="middle", planned=0, escalated=1),
    act(PLACES["b"], "visit", "2025-08-05", contact="Ma", their_level="middle", escalated=0, answered_after_days=3),
    act(PLACES["b"], "complaint", "2025-08-05", escalated=1, answered_after_days=12, initiator="them"),
    act(PLACES["b"], "price", value=3),
    act(PLACES["c"], "visit", contact="Zhao", answered_after_days=1, escalated=0, initiator="them"),
    act(PLACES["c"], "training"),
    act(PLACES["e"], "visit", "2025-02-01", contact="Qi", their_level="top"),
    act(PLACES["o"], "visit", contact="Li", answered_after_days=6, our_level="top", days=2, initiator="us"),
    act(PLACES["o"], "visit", "2025-09-09", contact="Sun", answered_after_days=8, initiator="us"),
    act(PLACES["o"], "incentive", value=9),
    act(PLACES["p"], "visit", "2024-09-09", contact="He"),
]
PEOPLE = [
    {"manager": "m1", "unit": 0, "grade": 5, "reference_grade": 4, "base_pay": 100, "variable_pay": 20, "training_days": 3}
    | {
        "long_term_share": 0.2,
        "team_share": 0.5,
        "joined": "2019-01-01",
        "engineer": 4,
        "seller": 3,
        "leader": 2,
        "rater": "self",
    },
    {"manager": "m1", "unit": 0, "engineer": 3, "seller": 3, "leader": 3, "rater": "boss"},
    {"manager": "m2", "unit": 0, "grade": 4, "reference_grade": 4, "base_pay": 80, "variable_pay": 0, "training_days": 0}
    | {"joined": "2022-01-01", "left": "2025-08-31"},
    {"manager": "m4", "unit": 1, "grade": 3, "reference_grade": 4, "base_pay": 90, "joined": "2025-02-01"},
]
PLANS = [
    {"account": PLACES["a"], "updated": "2025-11-01", "financials": 1, "value_chain": 1, "buying_process": 0}
    | {"competitors": 1, "linked_to_business_plan": 0},
    {"account": PLACES["b"], "updated": "2024-01-01", "financials": 1},
    {"account": PLACES["o"], "updated": "2025-12-31", "financials": 0, "linked_to_business_plan": 1},
]
LAUNCHES = [
    {"product": "R", "launched": "2025-04-01", "account": PLACES["a"], "trialled": "2025-02-01"},
    {"product": "R", "launched": "2025-04-01", "account": PLACES["c"], "trialled": "2025-06-01"},
    {"product": "S", "launched": "2025-05-01", "account": PLACES["o"]},
]
PROMOTIONS = [
    {"account": PLACES["a"], "start": "2025-06-01", "end": "2025-06-30", "cost": 10, "margin_rate": 0.3, "co_designed": 1},
    {"account": PLACES["c"], "start": "2025-06-01", "end": "2025-06-30", "cost": 20, "margin_rate": 0.4, "co_designed": 0},
    {"account": PLACES["o"], "start": "2025-11-01", "end": "2025-11-30", "cost": 15, "margin_rate": 0.2, "co_designed": 0},
]
CRM = [
    {"account": "a", "name": "Alpha Ltd", "phone": "123", "updated": "2025-12-01"},
    {"account": "a", "name": "Alpha Ltd.", "phone": "", "updated": "2025-1-5"},
    {"account": "b", "name": "Beta", "phone": "12", "updated": "2023-12-01"},
    {"account": "c", "name": "", "phone": "456", "updated": "unknown"},
    {"account": "o", "name": "Omega", "phone": "789", "updated": "2025/06/30"},
]
EVERYTHING: dict[str, list[dict[str, Any]]] = {
    "accounts": ACCOUNTS,
    "sales": SALES,
    "deliveries": DELIVERIES,
    "activities": ACTIVITIES,
    "people": PEOPLE,
    "plans": PLANS,
    "launches": LAUNCHES,
    "promotions": PROMOTIONS,
    "crm": CRM,
}


def _required_alone() -> dict[str, list[dict[str, Any]]]:
    kept = {name: {column.name for column in TABLES[name].columns if column.required} for name in EVERYTHING}
    return {name: [{key: line[key] for key in line if key in kept[name]} for line in rows] for name, rows in EVERYTHING.items()}


def _unfilled() -> dict[str, list[dict[str, Any]]]:
    """All columns, filled where they must be; what was sold was sold long ago."""
    every = {name: {column.name: column.required for column in TABLES[name].columns} for name in EVERYTHING}
    rows = {
        name: [{key: line.get(key) if every[name][key] else None for key in every[name]} for line in lines]
        for name, lines in EVERYTHING.items()
    }
    return rows | {"sales": [line | {"date": "2020-01-01"} for line in rows["sales"]]}


def _small() -> dict[str, list[dict[str, Any]]]:
    """The same company, its amounts in thousands."""
    money = {"wallet", "net_sales", "cost_of_goods", "cost_to_serve", "cost", "base_pay", "variable_pay"}
    return {
        name: [{key: cell / 1000 if key in money and cell is not None else cell for key, cell in line.items()} for line in lines]
        for name, lines in EVERYTHING.items()
    }


def _of(data: Data) -> Any:
    names = tuple({"en": name, "zh": name} for name in UNITS)
    metrics = UnitMetrics(data, METRICS, metric_texts(), SETTINGS, YEAR)
    portfolios, alerts = UnitPortfolios(data, SETTINGS, YEAR), AccountAlerts(data, YEAR, SETTINGS)
    programmes = ProgrammeAccounts(data, YEAR, SETTINGS)
    groups = CustomerGroups(data, YEAR, UNITS, names, group_rules())
    units = {
        unit: {
            "metrics": plain(metrics.of(place)),
            "portfolio": plain(portfolios.of(place)),
            "alerts": plain(alerts.of(place)),
            "programme": plain(programmes.of(place)),
            "groups": groups.of(place),
        }
        for place, unit in enumerate(UNITS)
    }
    found = {"units": units, "groups": plain(dict(groups)), "totals": plain(groups.totals())}
    return _told(json.loads(json.dumps(found, ensure_ascii=False)))


def _told(found: Any) -> Any:
    """Without what is not there."""
    if isinstance(found, dict):
        return {name: _told(entry) for name, entry in found.items() if entry is not None and entry != []}
    return [_told(entry) for entry in found] if isinstance(found, list) else found


CASES = {
    "everything": lambda: tables(len(UNITS), **EVERYTHING),
    "required": lambda: tables(len(UNITS), **_required_alone()),
    "unfilled": lambda: tables(len(UNITS), **_unfilled()),
    "people": lambda: tables(len(UNITS), people=PEOPLE),
    "accounts": lambda: tables(len(UNITS), accounts=[account(row["account"], row["unit"]) for row in ACCOUNTS]),
}


@pytest.mark.parametrize("name", CASES)
def test_what_tables_give_is_golden(name: str) -> None:
    # If this fails, a figure changes without anyone meaning it, or a reason why there is none.
    compare(_of(CASES[name]()), Path(__file__).with_name(f"data_{name}.json"))


def test_a_company_that_counts_in_thousands_is_the_same_company(monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, a threshold is an amount of money that nobody has named, and a report hangs on the currency.
    large = _of(CASES["everything"]())
    costs = tuple(cost / 1000 for cost in SETTINGS.programme_cost or ())
    monkeypatch.setitem(globals(), "SETTINGS", replace(SETTINGS, programme_cost=costs))
    small = _of(tables(len(UNITS), **_small()))
    assert differences(large, small, _a_thousandth) == []


def _a_thousandth(large: float, small: float) -> bool:
    """Whether a number is the same, or an amount in thousands."""
    return any(math.isclose(small * times, large, rel_tol=1e-9, abs_tol=1e-12) for times in (1, 1000))


OPTIONS = {
    # one that pays from a certain contribution on, one that never does, one that fails for certain, one that costs once
    "whole": """
        all contribution 1000
        all discount 0.2
        Stay cost 0 2
        Stay retention 0.5 3
        Stay switching_effort 1 1
        Cut cost 200
        Cut customer_value 150 2
        Cut retention 0.9
        Cut risk 0.5 1
        Cut switching_effort 2
        Dear cost 900
        Dear retention 0.95
        Dear risk 0
        Dear switching_effort 5
        Hope cost 10
        Hope retention 0.99
        Hope risk 1
        Once one_off 300 1
        Once retention 0.8
        Once risk 0.25
        Once Own_score 4 2
        Stay Own_score 2
    """,
    "equal": "A contribution 100\nA cost 10\nA retention 0.5\nB contribution 100\nB cost 10\nB retention 0.5\nall years 1",
    "no baseline": "A contribution 100\nA cost 10\nA retention 0.7\nA risk 0.1\nB contribution 80\nB cost 5\nB retention 0.9",
    "loss": "Stay contribution -50\nStay cost 0\nStay retention 0.5\nGo contribution -50\nGo cost 1\nGo retention 0",
    "scores alone": "A One 5 2\nA Two 1\nB One 3\nB Two 4\nC One 1\nC Two 1",
    "one": "A contribution 100\nA cost 20\nA retention 1",
    "gaps": "A contribution 100\nA retention 0.5\nB cost 20\nB risk 0.5\nB contribution 10\nC One 3 1\nA One 2",
}


@pytest.mark.parametrize("name", ["sample", *OPTIONS])
def test_what_options_come_to_is_golden(name: str) -> None:
    # If this fails, what is said of ways to keep an account changes without anyone meaning it.
    found = dealer_a() if name == "sample" else case(OPTIONS[name].replace("Stay", NOTHING.replace(" ", "_")), draws=200)
    compare(_told(json.loads(json.dumps(plain(found)))), Path(__file__).with_name(f"options_{name.replace(' ', '_')}.json"))
