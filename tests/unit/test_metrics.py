"""Metrics against hand-checked cases and against plain Python, unit by unit; and what they say where there is no value."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kamassess as ka
from kamassess import stats
from kamassess.data import TABLES, Data
from kamassess.metrics import (
    Measured,
    Window,
    concentration,
    contact_breadth,
    executive_visit_coverage,
    hospitality_share,
    largest_share,
    median_tenure,
    method_diversity,
    otif,
    peak_otif_advantage,
    price_concession_share,
    revenue_retention,
    safety_stock,
    share_of_wallet,
)
from kamassess.result import Reason

YEAR = Window.until("2025-12-31")
METRICS: tuple[Callable[[Data, Window], Measured], ...] = (
    *(concentration, largest_share, share_of_wallet, median_tenure, revenue_retention, otif),
    *(contact_breadth, executive_visit_coverage, hospitality_share, method_diversity, price_concession_share),
)


def tables(n_units: int = 1, **rows: list[dict[str, Any]]) -> Data:
    """Typed frames of these rows; a column that no row has is missing and not given."""
    frames, given = {}, {}
    for name, lines in rows.items():
        columns = {}
        for column in TABLES[name].columns:
            cells = [line.get(column.name) for line in lines]
            if column.kind == "date":
                columns[column.name] = pd.Series(pd.to_datetime(pd.Series(cells, dtype=object))).astype("datetime64[s]")
            elif column.kind in ("number", "share", "yes", "names"):
                columns[column.name] = pd.Series([math.nan if cell is None else float(cell) for cell in cells], dtype=float)
            elif column.kind in ("unit", "account") and not (name == "accounts" and column.name == "account"):
                columns[column.name] = pd.Series(cells, dtype="int64")
            else:
                columns[column.name] = pd.Series(["" if cell is None else cell for cell in cells], dtype=object)
        frames[name] = pd.DataFrame(columns)
        given[name] = frozenset(key for line in lines for key in line)
    return Data(frames, given, n_units)


def account(name: str, unit: int = 0, key: int = 1, **more: Any) -> dict[str, Any]:
    return {"account": name, "name": name, "unit": unit, "key_account": key} | more


def sale(place: int, value: float, day: str = "2025-06-30") -> dict[str, Any]:
    return {"account": place, "date": day, "net_sales": value}


def delivery(place: int, delivered: str | None, quantity: float = 10, promised: str = "2025-06-30") -> dict[str, Any]:
    line = {"account": place, "order": "1", "promised": promised, "delivered": delivered, "ordered_qty": 10}
    return line | {"delivered_qty": quantity}


# -- by hand -------------------------------------------------------------------------------------------------------------


def test_concentration_of_the_published_shares() -> None:
    """Shares .4 .3 .2 .1: HHI 3000, and the largest has .4; what was sold before the window does not count."""
    data = tables(
        accounts=[account(name) for name in "abcd"],
        sales=[sale(0, 25), sale(0, 15), sale(1, 30), sale(2, 20), sale(3, 10), sale(3, 900, "2024-12-31")],
    )
    found = concentration(data, YEAR)
    assert (found.value.tolist(), found.n.tolist(), found.reason) == ([pytest.approx(3000)], [4], (None,))
    assert largest_share(data, YEAR).value.tolist() == [pytest.approx(0.4)]
    assert stats.concentration([40, 30, 20, 10]).hhi == pytest.approx(3000)


def test_diversity_of_the_published_shares() -> None:
    """Four methods in shares .4 .3 .2 .1: evenness .92322; one method alone is 0; a complaint is no method."""
    counts = {"visit": 4, "service": 3, "training": 2, "hospitality": 1}
    lines = [{"account": 0, "date": "2025-02-01", "category": name} for name, count in counts.items() for _ in range(count)]
    lines += [{"account": 1, "date": "2025-02-01", "category": name} for name in ("visit", "visit", "complaint")]
    data = tables(2, accounts=[account("a"), account("b", 1)], activities=lines)
    assert method_diversity(data, YEAR).value.tolist() == [pytest.approx(0.92322, abs=5e-6), 0.0]
    assert method_diversity(data, YEAR).n.tolist() == [10, 2]
    assert hospitality_share(data, YEAR).value.tolist() == [pytest.approx(0.1), 0.0]


def test_safety_stock_by_hand() -> None:
    """L 4, σd 3, d̄ 10, σL 1: z·√(36 + 100)."""
    found = safety_stock(np.array([10.0]), np.array([3.0]), np.array([4.0]), np.array([1.0]))
    assert found.tolist() == [pytest.approx(1.645 * math.sqrt(136))]


def test_on_time_and_in_full() -> None:
    """Late, short, missing and cancelled lines; key accounts against the others; the season alone."""
    lines = [
        *(delivery(0, "2025-06-30"), delivery(0, "2025-07-01"), delivery(0, "2025-06-01", 9), delivery(0, None)),
        *(delivery(1, "2025-06-29"), delivery(1, "2025-08-31", promised="2025-08-30")),
        {**delivery(1, "2025-06-29"), "ordered_qty": 0},
    ]
    data = tables(accounts=[account("a"), account("b", key=0)], deliveries=lines)
    found = otif(data, YEAR)
    assert (found.value.tolist(), found.n.tolist()) == ([pytest.approx(2 / 6)], [6])
    assert otif(data, YEAR, key=True).value.tolist() == [0.25]
    assert otif(data, YEAR, key=False).value.tolist() == [0.5]
    assert peak_otif_advantage(data, YEAR, (6,)).value.tolist() == [0.25 - 1.0]
    assert peak_otif_advantage(data, YEAR, (8,)).reason == (Reason.EMPTY_WINDOW,), "no key account was served in August"


def test_revenue_kept_gross_and_net() -> None:
    """From 100 to 150 and from 100 to 50: net 1, gross .75; a new customer counts in neither."""
    lines = [sale(0, 100, "2024-06-30"), sale(1, 100, "2024-06-30"), sale(0, 150), sale(1, 50), sale(2, 500)]
    data = tables(accounts=[account(name) for name in "abc"], sales=lines)
    assert revenue_retention(data, YEAR).value.tolist() == [1.0]
    assert revenue_retention(data, YEAR, gross=True).value.tolist() == [0.75]
    assert revenue_retention(data, YEAR).n.tolist() == [2]


def test_share_of_wallet_is_of_known_wallets_and_of_a_year() -> None:
    """A wallet of 0 and a missing one leave their accounts out; half a year of sales is brought to a year."""
    accounts = [account("a", wallet=200), account("b", wallet=0), account("c")]
    data = tables(accounts=accounts, sales=[sale(0, 50), sale(1, 70), sale(2, 80)])
    found = share_of_wallet(data, YEAR)
    assert (found.value.tolist(), found.n.tolist()) == ([pytest.approx(50 / 200, rel=1e-3)], [1])
    half = Window.until("2025-12-31", 184)
    data = tables(accounts=accounts, sales=[sale(0, 50, "2025-08-01")])
    assert share_of_wallet(data, half).value.tolist() == [pytest.approx(0.5, rel=0.01)]


def test_price_and_breadth_and_visits() -> None:
    """By value; three levels an account; an account that nobody met counts."""

    def did(place: int, category: str, **more: Any) -> dict[str, Any]:
        return {"account": place, "date": "2025-05-05", "category": category} | more

    lines = [
        *(did(0, "price", value=30), did(0, "service", value=70), did(0, "hospitality", value=900), did(0, "price")),
        *(did(0, "visit", their_level="front", our_level="top"), did(0, "contact", their_level="top", our_level="front")),
        *(did(1, "contact", their_level="front", our_level="top"), did(3, "visit", their_level="top", our_level="top")),
    ]
    accounts = [account("a"), account("b"), account("c"), account("d", key=0)]
    data = tables(accounts=accounts, activities=lines)
    assert price_concession_share(data, YEAR).value.tolist() == [pytest.approx(0.3)]
    assert contact_breadth(data, YEAR).value.tolist() == [pytest.approx((2 / 3 + 1 / 3 + 0) / 3)]
    visited = executive_visit_coverage(data, YEAR)
    assert (visited.value.tolist(), visited.n.tolist()) == ([pytest.approx(1 / 3)], [3])


# -- against plain Python ------------------------------------------------------------------------------------------------


def drawn(seed: int, units: int = 5) -> Data:
    """Random tables; the last unit has no account."""
    rng = np.random.default_rng(seed)
    days = [str(np.datetime64("2024-01-01") + np.timedelta64(int(day), "D")) for day in rng.integers(0, 730, 400)]
    accounts = [
        account(
            f"A{number}",
            int(rng.integers(0, units - 1)),
            int(rng.random() < 0.6),
            since=str(np.datetime64("2005-01-01") + np.timedelta64(int(rng.integers(0, 7000)), "D"))
            if rng.random() < 0.9
            else None,
            until="2024-06-30" if rng.random() < 0.2 else None,
            wallet=float(rng.integers(0, 4)) * 500 if rng.random() < 0.8 else None,
        )
        for number in range(30)
    ]
    sales = [sale(int(rng.integers(0, 30)), float(rng.integers(-20, 200)), day) for day in days]
    deliveries = [
        delivery(
            int(rng.integers(0, 30)), None if rng.random() < 0.1 else days[number], float(rng.integers(8, 11)), days[number - 1]
        )
        for number in range(200)
    ]
    return tables(units, accounts=accounts, sales=sales, deliveries=deliveries)


def _same(found: Measured, expected: dict[int, tuple[float, int]]) -> None:
    for unit, value in enumerate(found.value.tolist()):
        if unit in expected:
            assert (value, int(found.n[unit]), found.reason[unit]) == (pytest.approx(expected[unit][0]), expected[unit][1], None)
        else:
            assert math.isnan(value)
            assert found.reason[unit] is not None


@pytest.mark.parametrize("seed", range(6))
def test_metrics_are_those_of_plain_python(seed: int) -> None:
    """Unit by unit, line by line, with returns, lost accounts, unknown wallets and a unit without accounts."""
    data = drawn(seed)
    units = data["accounts"]["unit"].tolist()
    sold: dict[str, dict[int, float]] = {"now": defaultdict(float), "then": defaultdict(float)}
    for line in data["sales"].itertuples():
        if line.date != pd.Timestamp("2024-01-01"):  # the window before is one of 365 days
            sold["now" if line.date.year == 2025 else "then"][line.account] += line.net_sales
    by_unit: dict[int, list[float]] = defaultdict(list)
    for place, value in sold["now"].items():
        if value > 0:
            by_unit[units[place]].append(value)
    hhi = {unit: (sum((value / sum(values)) ** 2 for value in values) * 1e4, len(values)) for unit, values in by_unit.items()}
    _same(concentration(data, YEAR), hhi)
    kept: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for place, value in sold["then"].items():
        if value > 0:
            kept[units[place]].append((value, max(0.0, sold["now"].get(place, 0.0))))
    after = {unit: sum(now for _, now in pairs) / sum(then for then, _ in pairs) for unit, pairs in kept.items()}
    _same(revenue_retention(data, YEAR), {unit: (after[unit], len(pairs)) for unit, pairs in kept.items()})
    loss = {unit: sum(min(pair) for pair in pairs) / sum(then for then, _ in pairs) for unit, pairs in kept.items()}
    _same(revenue_retention(data, YEAR, gross=True), {unit: (loss[unit], len(pairs)) for unit, pairs in kept.items()})
    years: dict[int, list[float]] = defaultdict(list)
    for place, line in enumerate(data["accounts"].itertuples()):
        lost = not pd.isna(line.until)
        if line.key_account == 1 and not pd.isna(line.since) and not lost:
            years[units[place]].append((pd.Timestamp("2026-01-01") - line.since).days / 365.25)
    _same(median_tenure(data, YEAR), {unit: (statistics.median(found), len(found)) for unit, found in years.items()})
    good: Counter[int] = Counter()
    lines: Counter[int] = Counter()
    for line in data["deliveries"].itertuples():
        if line.promised.year == 2025:
            lines[units[line.account]] += 1
            on_time = not pd.isna(line.delivered) and line.delivered <= line.promised
            good[units[line.account]] += on_time and line.delivered_qty >= 10
    _same(otif(data, YEAR), {unit: (good[unit] / count, count) for unit, count in lines.items()})


# -- nothing to measure --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.__name__)
def test_a_missing_table_is_a_reason(metric: Callable[[Data, Window], Measured]) -> None:
    """Never an error, and never a value."""
    for data in (Data({}, {}, 2), tables(2, accounts=[account("a")])):
        found = metric(data, YEAR)
        assert np.isnan(found.value).all()
        assert found.reason == (Reason.NO_TABLE,) * 2
        assert found.n.tolist() == [0, 0]


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.__name__)
def test_a_window_without_data_is_a_reason(metric: Callable[[Data, Window], Measured]) -> None:
    """All tables are there, and nothing happened in 1999."""
    activity = {"account": 0, "date": "2025-05-05", "category": "visit", "their_level": "top", "our_level": "top", "value": 5}
    accounts = [account("a", since="2020-01-01", wallet=0)]
    activities = [activity, {**activity, "category": "hospitality"}, {**activity, "category": "price"}]
    activities += [{**activity, "category": "service"}]
    data = tables(2, accounts=accounts, sales=[sale(0, 5)], deliveries=[delivery(0, "2025-06-30")], activities=activities)
    found = metric(data, Window.until("1999-12-31"))
    assert found.reason[1] is not None, "a unit without accounts"
    if metric in (contact_breadth, executive_visit_coverage):
        assert found.value[0] == 0.0, "nobody met the key account"
    else:
        assert math.isnan(found.value[0])
        assert found.reason[0] in (Reason.EMPTY_WINDOW, Reason.NO_VALUES)


# -- real deliveries -----------------------------------------------------------------------------------------------------


def test_the_deliveries_of_the_supply_chain_management_system(make_engagement: Callable[..., Path]) -> None:
    """HHI over countries 1,103.5 and 11.49 % late, from the extract as it is, by the metrics themselves."""
    source = Path(__file__).parents[2].parent / "shared" / "data" / "scms_deliveries.csv.gz"
    if not source.exists():
        pytest.skip(f"{source.name} is not beside the project")
    lines = {"file": source.name, "account": "Country"}
    quantity = "Line Item Quantity"
    settings = {
        "company": {"en": "SCMS", "zh": "SCMS"},
        "languages": ["en", "zh"],
        "instrument": "instrument.yaml",
        "wave": "2015",
        "units": [{"id": "ALL", "name": {"en": "All", "zh": "全部"}}],
        "columns": {
            "accounts": {**lines, "name": "Country", "unit": {"constant": "ALL"}, "key_account": {"constant": "no"}},
            "sales": {**lines, "date": "Delivered to Client Date", "net_sales": "Line Item Value"},
            "deliveries": {
                **lines,
                "order": "PO / SO #",
                "promised": "Scheduled Delivery Date",
                "delivered": "Delivered to Client Date",
                "ordered_qty": quantity,
                "delivered_qty": quantity,
            },
        },
    }
    folder = make_engagement(settings=settings, answers=None, files={f"data/{source.name}": source.read_bytes()})
    engagement, _ = ka.check_engagement(folder)
    assert engagement is not None
    ever = Window(np.datetime64("2006-01-01"), np.datetime64("2016-01-01"))
    assert concentration(engagement.data, ever).value.tolist() == [pytest.approx(1103.5, abs=0.05)]
    assert 1 - otif(engagement.data, ever).value[0] == pytest.approx(0.1149, abs=5e-5)
    assert otif(engagement.data, ever).n.tolist() == [10324]
