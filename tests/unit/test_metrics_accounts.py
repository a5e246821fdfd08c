"""What customers buy, leave and are worth: cases that can be checked by hand, and plain Python line by line."""

from __future__ import annotations

import math

import numpy as np
import pytest
from metric_cases import YEAR, account, sale, tables

from kamassess import stats
from kamassess.data import Data
from kamassess.metrics import (
    Settings,
    account_contribution,
    account_profit_known,
    account_survival,
    account_value,
    contribution,
    contribution_margin,
    customer_lifetime_value,
    effective_accounts,
    gross_revenue_retention,
    key_account_margin_trend,
    key_account_value,
    large_accounts,
    largest_share,
    lifetime_value,
    measure,
    median_survival,
    misfits,
    programme_cost_share,
    revenue_retention,
    sales_gini,
    selection_consistency,
    selection_reach,
    share_of_wallet,
    share_of_wallet_estimated,
    sponsor_coverage,
    team_coverage,
    top_fifth_contribution,
    top_five_share,
    wallet_allocation,
    whale_curve,
)
from kamassess.metrics.alerts import AccountAlerts
from kamassess.metrics.profit import accounts_kept
from kamassess.result import Reason


def shares() -> Data:
    return tables(accounts=[account(name) for name in "abcd"], sales=[sale(i, v) for i, v in enumerate((40, 30, 20, 10))])


def test_the_published_shares() -> None:
    # .4 .3 .2 .1: effective number 3.333, Gini .25.
    data = shares()
    assert effective_accounts(data, YEAR).value.tolist() == [pytest.approx(1 / 0.3)]
    assert sales_gini(data, YEAR).value.tolist() == [pytest.approx(0.25)]
    assert top_five_share(data, YEAR).value.tolist() == [pytest.approx(1.0)]
    assert large_accounts(data, YEAR).value.tolist() == [4.0]
    assert large_accounts(data, YEAR).n.tolist() == [4]


def test_one_account_has_everything() -> None:
    data = tables(2, accounts=[account("a"), account("b")], sales=[sale(0, 5), sale(1, -5)])
    assert effective_accounts(data, YEAR).value[0] == 1.0
    assert sales_gini(data, YEAR).value[0] == 0.0
    assert large_accounts(data, YEAR).value[0] == 1.0
    assert effective_accounts(data, YEAR).n.tolist() == [1, 0]
    assert sales_gini(data, YEAR).reason == (None, Reason.EMPTY_WINDOW)


@pytest.mark.parametrize("seed", range(4))
def test_concentration_of_each_unit_is_that_of_the_unit_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    units = rng.integers(0, 4, 40)
    sold = rng.integers(0, 30, 40).astype(float)
    data = tables(
        5, accounts=[account(f"a{i}", int(u)) for i, u in enumerate(units)], sales=[sale(i, v) for i, v in enumerate(sold)]
    )
    for unit in range(4):
        values = sold[(units == unit) & (sold > 0)]
        expected = stats.concentration(values)
        assert sales_gini(data, YEAR).value[unit] == pytest.approx(expected.gini)
        assert effective_accounts(data, YEAR).value[unit] == pytest.approx(expected.effective_n)
        assert top_five_share(data, YEAR).value[unit] == pytest.approx(sum(sorted(values)[-5:]) / values.sum())
        assert largest_share(data, YEAR).value[unit] == pytest.approx(values.max() / values.sum())
        assert large_accounts(data, YEAR).value[unit] == sum(value >= 0.1 * values.sum() for value in values)


def test_retention_of_the_published_case() -> None:
    # 1.2 M at the start, 120 k lost, 40 k reduced, 180 k expanded: gross 86.7 %, net 101.7 %.
    before = [sale(i, v, "2024-06-30") for i, v in enumerate((120_000, 500_000, 580_000))]
    data = tables(accounts=[account(n) for n in "abcd"], sales=[*before, sale(1, 460_000), sale(2, 760_000), sale(3, 9e9)])
    assert revenue_retention(data, YEAR).value.tolist() == [pytest.approx(1_220_000 / 1_200_000)]
    assert gross_revenue_retention(data, YEAR).value.tolist() == [pytest.approx(1_040_000 / 1_200_000)]


def test_wallets_known_and_estimated() -> None:
    # Rank 1 of 2: 2/3; 2 of 2: 1/3; a known wallet is not estimated; a share may exceed 1; a rank after the last is none.
    rows = [
        account("a", rank_among_suppliers=1, suppliers=2),
        account("b", rank_among_suppliers=2, suppliers=2, wallet=0),
        account("c", rank_among_suppliers=1, suppliers=1, wallet=100),
        account("d", rank_among_suppliers=3, suppliers=2),
    ]
    data = tables(accounts=rows, sales=[sale(2, 150)])
    found = share_of_wallet_estimated(data, YEAR)
    assert (found.value.tolist(), found.n.tolist()) == ([pytest.approx(0.5)], [2])
    assert share_of_wallet(data, YEAR).value[0] == pytest.approx(150 / 100 / YEAR.years)
    assert wallet_allocation([1, 2, 3, math.nan], [3, 3, 3, 3])[:3].sum() == pytest.approx(1.0)


def test_survival_by_kaplan_and_meier() -> None:
    # Years 1 lost, 2 lost, 2 still there, 3 lost, 4 still there: S = .8, .6, .3.
    def row(name: str, years: int, lost: bool, unit: int = 0) -> dict[str, object]:
        since, kept = (np.timedelta64(round(365.25 * number), "D") for number in (20 if lost else years, years))
        start = (np.datetime64("2026-01-01") if lost else YEAR.end) - since
        return account(name, unit, since=str(start), until=str(start + kept) if lost else None)

    rows = [row("a", 4, True), row("b", 8, True), row("c", 8, False), row("d", 12, True), row("e", 16, False)]
    data = tables(3, accounts=[*rows, row("f", 4, True, 1), row("g", 2, False, 1), row("h", 4, True, 1)])
    assert account_survival(data, YEAR, 5).value[0] == pytest.approx(0.8)
    assert account_survival(data, YEAR, 8).value[0] == pytest.approx(0.6)
    assert account_survival(data, YEAR, 12.5).value[0] == pytest.approx(0.3)
    assert account_survival(data, YEAR, 17).reason[0] == Reason.TOO_FEW_ACCOUNTS
    assert account_survival(data, YEAR, 17).value[1] == 0.0, "all are lost, and stay lost"
    assert median_survival(data, YEAR).value[:2].tolist() == [pytest.approx(12, abs=0.01), pytest.approx(4, abs=0.01)]
    assert median_survival(data, YEAR).n.tolist() == [5, 3, 0]
    assert median_survival(data, YEAR).reason[2] == Reason.TOO_FEW_ACCOUNTS


def test_selection_and_both_kinds_of_misfit() -> None:
    points = [(4, 4, 1), (4, 2, 1), (5, 5, 0), (1, 1, 0), (None, 3, 1)]
    data = tables(accounts=[account(str(i), 0, k, attractiveness=a, strength=s) for i, (a, s, k) in enumerate(points)])
    criteria = {"attractiveness": 3.5, "strength": 3.5}
    assert selection_consistency(data, YEAR, criteria).value.tolist() == [0.5]
    assert selection_consistency(data, YEAR, criteria).n.tolist() == [2]
    assert selection_reach(data, YEAR, criteria).value.tolist() == [0.5]
    wrong, left_out = misfits(data, criteria)
    assert (wrong.tolist(), left_out.tolist()) == ([1], [2])
    assert selection_consistency(data, YEAR).value.tolist() == [0.5], "at the medians, 4 and 3"


def test_sponsors_and_teams() -> None:
    rows = [account("a", sponsor="Li", team_functions=2), account("b", sponsor="", team_functions=1), account("c", 0, 0)]
    assert sponsor_coverage(tables(accounts=rows), YEAR).value.tolist() == [0.5]
    assert team_coverage(tables(accounts=rows), YEAR).value.tolist() == [0.5]


def profits() -> Data:
    """Contributions 60, 30, 20, −10 and one unknown; before, margins were .5."""

    def line(place: int, sold: float, goods: float | None, serving: float | None, day: str = "2025-06-30") -> dict[str, object]:
        return sale(place, sold, day, cost_of_goods=goods, cost_to_serve=serving)

    now = [line(0, 100, 30, 10), line(1, 60, 20, None), line(1, 0, None, 10), line(2, 50, 20, 10), line(3, 40, 40, 10)]
    rows = [*now, line(4, 70, None, 5), line(0, 100, 40, 10, "2024-06-30")]
    return tables(accounts=[account(n, 0, int(n < "d")) for n in "abcde"], sales=rows)


def test_contribution_by_hand() -> None:
    data = profits()
    left = account_contribution(data, YEAR)
    assert left[:4].tolist() == [60, 30, 20, -10]
    assert math.isnan(left[4]), "a cost of goods is missing"
    assert (contribution(data, YEAR).value.tolist(), contribution(data, YEAR).n.tolist()) == ([100.0], [4])
    assert contribution_margin(data, YEAR).value.tolist() == [pytest.approx(100 / 250)]
    assert account_profit_known(data, YEAR).value.tolist() == [1.0]
    assert key_account_margin_trend(data, YEAR).value.tolist() == [pytest.approx(110 / 210 - 0.5)]
    cost = programme_cost_share(data, YEAR, np.array([22.0]))
    assert cost.value.tolist() == [pytest.approx(22 * YEAR.years / 110)]
    assert programme_cost_share(data, YEAR).reason == (Reason.NO_VALUES,)


def test_the_whale_curve_rises_above_one() -> None:
    curve = whale_curve(profits(), YEAR)
    assert curve.account.tolist() == [0, 1, 2, 3]
    assert curve.share.tolist() == [pytest.approx(x) for x in (0.6, 0.9, 1.1, 1.0)]
    assert curve.accounts.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert top_fifth_contribution(profits(), YEAR).value.tolist() == [pytest.approx(0.6)]


def test_lifetime_value_of_the_published_case() -> None:
    assert lifetime_value(100, 0.8, 0.1) == pytest.approx(366.67, abs=0.005)
    assert lifetime_value(100, 0.8, 0.1, 1) == pytest.approx(266.67, abs=0.005)
    assert math.isnan(lifetime_value(100, 1.0, 0.0))
    found = customer_lifetime_value(profits(), YEAR).value[0]
    assert found == pytest.approx(110 / 3 / YEAR.years * 1.1 / 0.1), "nobody was lost"


def test_an_extract_without_costs_does_not_say_that_nobody_knows_them() -> None:
    # If this fails, a unit whose costs lie in another system is blamed for not knowing its accounts.
    assert account_profit_known(shares(), YEAR).reason == (Reason.NO_TABLE,)
    assert contribution(shares(), YEAR).reason == (Reason.NO_TABLE,)


def test_account_value_is_a_weighted_mean_of_percentiles() -> None:
    # Two accounts a unit: percentiles 25 and 75; weights of what is not known fall away.
    rows = [account("a", since="2010-01-01"), account("b", 0, 0, since="2020-01-01"), account("c", 1)]
    data = tables(2, accounts=rows, sales=[sale(0, 10), sale(1, 30), sale(2, 5)])
    frame = account_value(data, YEAR, {"revenue": 3, "tenure": 1, "contribution": 9})
    assert frame["revenue"].tolist() == [0.25, 0.75, 1.0]
    assert frame["tenure_score"].tolist()[:2] == [75, 25]
    assert frame["index"].tolist() == [(3 * 25 + 75) / 4, (3 * 75 + 25) / 4, 50]
    assert key_account_value(data, YEAR, {"revenue": 1}).value.tolist() == [25, 50]


def test_fewer_than_three_key_accounts_are_a_reason() -> None:
    rows = [account(f"a{i}", int(i > 2), sponsor="x") for i in range(5)] + [account("z", 2, 0, sponsor="x")]
    found = measure(tables(3, accounts=rows), YEAR)["sponsor_coverage"]
    assert found.value[0] == 1.0
    assert found.reason == (None, Reason.TOO_FEW_ACCOUNTS, Reason.NO_KEY_ACCOUNTS)
    assert np.isnan(found.value[1:]).all()
    assert measure(tables(3, accounts=rows), YEAR, Settings(least_key_accounts=2))["sponsor_coverage"].value[1] == 1.0


def test_a_unit_whose_sales_are_of_another_time_has_no_figures_of_them() -> None:
    # If this fails, an export that ends too early makes a unit that has lost all its customers and has every wallet to win.
    accounts = [account("a", wallet=100.0), account("b", wallet=50.0), account("c", 1, wallet=100.0), account("d", 2)]
    early = [sale(place, 80.0, "2024-06-30", cost_of_goods=9, cost_to_serve=1) for place in range(3)]
    data = tables(3, accounts=accounts, sales=[*early, sale(2, 60.0), sale(3, 5.0)])
    wallet = share_of_wallet(data, YEAR)
    assert wallet.value.round(2).tolist() == pytest.approx([math.nan, 0.6, math.nan], nan_ok=True)
    assert wallet.reason == (Reason.EMPTY_WINDOW, None, Reason.NO_VALUES)
    assert wallet.n.tolist() == [0, 1, 0]
    for metric in (revenue_retention, gross_revenue_retention):
        kept = metric(data, YEAR)
        assert kept.value.tolist() == pytest.approx([math.nan, 0.75, math.nan], nan_ok=True)
        assert (kept.reason[0], kept.n.tolist()) == (Reason.EMPTY_WINDOW, [0, 1, 0])
    assert [found.tolist() for found in accounts_kept(data, YEAR)] == [[0, 1, 0], [0, 1, 0]]
    assert account_value(data, YEAR)["wallet"].isna().tolist() == [True, True, False, True]
    assert AccountAlerts(data, YEAR, Settings()).of(0) == ()
