"""Single accounts that somebody should hear of, on tables small enough to count by hand."""

from __future__ import annotations

from typing import Any

import pytest
from metric_cases import YEAR, account, act, filled, sale, tables
from scipy import stats

from kamassess.data import Data
from kamassess.data_findings import ALERT_VALUES
from kamassess.measuring import Settings
from kamassess.metrics.alerts import AccountAlerts
from kamassess.result import AccountAlert

PLAIN = Settings(peak_months=(7, 8))


def found(data: Data, kind: str, unit: int = 0, settings: Settings = PLAIN) -> list[AccountAlert]:
    """The alerts of a kind, of one unit."""
    return [alert for alert in AccountAlerts(data, YEAR, settings).of(unit) if alert.kind == kind]


def line(place: int, month: int, good: bool) -> dict[str, Any]:
    """A delivery promised on the 10th, on that day if it is a good one, two days late if not."""
    day = f"2025-{month:02d}-10"
    late = f"2025-{month:02d}-{10 if good else 12}"
    return {
        "account": place,
        "order": f"o{place}{month}",
        "promised": day,
        "delivered": late,
        "ordered_qty": 1,
        "delivered_qty": 1,
    }


def test_a_key_account_that_rests_on_one_person_is_named() -> None:
    # If this fails, nobody hears that an account hangs on one buyer.
    # B has two contacts, C is no key account, D was met twice only.
    rows = [act(0, "visit", contact="Wu")] * 3 + [act(1, "visit", contact=name) for name in ("Li", "Ma", "Li")]
    rows += [act(2, "visit", contact="He")] * 3 + [act(3, "visit", contact="Du")] * 2
    accounts = [account("A"), account("B"), account("C", key=0), account("D")]
    data = tables(accounts=accounts, activities=rows, sales=[sale(0, 30.0), sale(1, 70.0)])
    (alert,) = found(data, "single_contact")
    assert (alert.account, alert.n, dict(alert.values)) == ("A", 3, {"activities": 3.0})
    assert alert.share == pytest.approx(0.3)


def test_an_account_let_down_in_the_season_is_named_if_chance_does_not_explain_it() -> None:
    # If this fails, a dealer without goods in July is not seen, or one with a single late line is.
    # A: 2 of 10 in July, the other: 18 of 20.
    rows = [line(0, 7, good=number < 2) for number in range(10)] + [line(1, 7, good=number < 18) for number in range(20)]
    rows += [line(0, 3, good=True)] * 5
    data = filled(tables(accounts=[account("A"), account("B", key=0)], deliveries=rows))
    (alert,) = found(data, "peak_supply")
    assert alert.account == "A"
    chance = float(stats.fisher_exact([[2, 8], [18, 2]], alternative="less").pvalue)
    assert alert.values["p"] == pytest.approx(2 * chance)  # two accounts were looked at
    assert {name: alert.values[name] for name in ("peak", "off_peak", "others", "n_peak", "n_others")} == pytest.approx(
        {"peak": 0.2, "off_peak": 1.0, "others": 0.9, "n_peak": 10, "n_others": 20}
    )


@pytest.mark.parametrize(("good", "lines"), [(7, 10), (0, 7)], ids=["a difference that chance explains", "too few lines"])
def test_supply_that_cannot_be_told_apart_is_not_blamed(good: int, lines: int) -> None:
    rows = [line(0, 7, good=number < good) for number in range(lines)] + [line(1, 7, good=number < 18) for number in range(20)]
    data = filled(tables(accounts=[account("A"), account("B")], deliveries=rows))
    assert [alert.account for alert in found(data, "peak_supply")] == []


def test_lost_shrinking_and_loss_making_key_accounts_are_named() -> None:
    # If this fails, a board learns of a lost customer from the newspaper.
    accounts = [account("gone", until="2025-03-01"), account("less"), account("same"), account("dear"), account("small")]
    before = [sale(place, value, "2024-06-01") for place, value in enumerate((100, 100, 100, 100, 5))]
    now = [sale(0, 10.0, "2025-02-01", cost_of_goods=5, cost_to_serve=1), sale(1, 60.0, cost_of_goods=30, cost_to_serve=1)]
    now += [sale(2, 80.0, cost_of_goods=40, cost_to_serve=1), sale(3, 90.0, cost_of_goods=80, cost_to_serve=20)]
    now += [sale(4, 1.0, cost_of_goods=0, cost_to_serve=0)]
    data = tables(accounts=accounts, sales=before + now)
    assert [(alert.account, dict(alert.values)) for alert in found(data, "lost")] == [("gone", {"before": 100.0, "now": 10.0})]
    assert [(alert.account, dict(alert.values)) for alert in found(data, "shrinking")] == [
        ("less", {"before": 100.0, "now": 60.0})
    ]
    assert [(alert.account, dict(alert.values)) for alert in found(data, "loss")] == [
        ("dear", {"contribution": -10.0, "sales": 90.0})
    ]


def test_misfits_are_named_only_where_criteria_are_declared() -> None:
    # If this fails, half of all accounts are called misfits by a median that nobody chose.
    accounts = [account("weak", attractiveness=2, strength=4), account("missed", key=0, attractiveness=5, strength=5)]
    accounts += [account("fine", attractiveness=4, strength=4), account("unknown", attractiveness=4)]
    data = tables(accounts=accounts)
    declared = Settings(criteria={"attractiveness": 3.0, "strength": 3.0})
    assert [alert.account for alert in found(data, "not_selected", settings=declared)] == ["weak"]
    assert [alert.account for alert in found(data, "not_listed", settings=declared)] == ["missed"]
    assert found(data, "not_selected") == found(data, "not_listed") == []


def test_who_has_left_is_no_misfit() -> None:
    # If this fails, a board is told to review a customer that is gone, or to win one it has lost.
    accounts = [account("weak", attractiveness=2, strength=4, until="2025-03-01")]
    accounts += [account("missed", key=0, attractiveness=5, strength=5, until="2025-03-01")]
    accounts += [account("leaves", attractiveness=2, strength=2, until="2026-03-01")]
    data = tables(accounts=accounts)
    declared = Settings(criteria={"attractiveness": 3.0, "strength": 3.0})
    assert [alert.account for alert in found(data, "not_selected", settings=declared)] == ["leaves"], "not gone yet"
    assert found(data, "not_listed", settings=declared) == []


def test_each_unit_has_its_own_the_largest_first_and_the_values_are_the_declared_ones() -> None:
    # If this fails, a report names another unit's customers, or a sentence lacks its number.
    accounts = [account("small"), account("large"), account("other", unit=1)]
    rows = [act(place, "visit", contact="Wu") for place in (0, 1, 2) for _ in range(3)]
    sales = [sale(0, 1.0), sale(1, 9.0), sale(2, 5.0)]
    data = tables(2, accounts=accounts, activities=rows, sales=sales)
    assert [alert.account for alert in found(data, "single_contact")] == ["large", "small"]
    assert [alert.account for alert in found(data, "single_contact", unit=1)] == ["other"]
    alerts = AccountAlerts(data, YEAR, PLAIN)
    assert all(set(alert.values) == set(ALERT_VALUES[alert.kind]) for unit in (0, 1) for alert in alerts.of(unit))


def test_without_tables_there_are_none() -> None:
    assert AccountAlerts(tables(), YEAR, PLAIN).of(0) == ()
    assert AccountAlerts(tables(accounts=[account("A", until="2025-03-01")]), YEAR, PLAIN).of(0)[0].values == {}
