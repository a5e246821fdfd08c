"""The portfolio of a unit: small tables whose figures can be checked by hand, and what must hold of any."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from metric_cases import YEAR, account, act, sale, tables

from kamassess.data import Data
from kamassess.measuring import Settings
from kamassess.metrics import account_survival, customer_lifetime_value, misfits, revenue_retention
from kamassess.metrics.portfolio import UnitPortfolios
from kamassess.metrics.season import UnitSeasons
from kamassess.metrics.survival import survival_curve
from kamassess.result import AccountValue, Portfolio, Reason
from kamassess.result.plain import plain

DECLARED = Settings(criteria={"attractiveness": 3.0, "strength": 3.0})


def portfolio(data: Data, settings: Settings = DECLARED, unit: int = 0) -> Portfolio:
    found = UnitPortfolios(data, settings, YEAR).of(unit)
    assert found is not None
    return found


def by_id(found: Portfolio) -> dict[str, AccountValue]:
    return {entry.id: entry for entry in found.accounts}


def sold(place: int, value: float, cost: float, day: str = "2025-06-30") -> dict[str, Any]:
    return sale(place, value, day, cost_of_goods=cost, cost_to_serve=0)


def five() -> Data:
    """Five accounts with contributions of 60, 30, 20, 10 and −20, one in each cell but the last, which is not scored."""
    places = [(4.0, 4.0, 1), (4.0, 2.0, 1), (2.0, 3.0, 1), (3.0, 3.0, 0), (None, None, 0)]
    rows = [
        account(name, key=key, attractiveness=high, strength=wide, since=f"20{15 + place}-12-31", until=None, wallet=wallet)
        for place, (name, wallet, (high, wide, key)) in enumerate(zip("abcde", (400, 50, 0, None, 400), places, strict=True))
    ]
    margins = ((200, 140), (100, 70), (100, 80), (50, 40), (50, 70))
    sales = [sold(place, value, cost) for place, (value, cost) in enumerate(margins)]
    sales += [sold(place, value, 0, "2024-06-30") for place, value in enumerate((100, 200, 100, 100))]
    return tables(accounts=rows, sales=sales)


def test_every_account_is_told_with_its_figures() -> None:
    # If this fails, the table shows something else than what stands in the files.
    found = by_id(portfolio(five()))
    first = found["a"]
    assert (first.sales.value, first.sales_before.value, first.change.value) == (200, 100, 100)
    assert (first.contribution.value, first.margin.value, first.share.value) == (60, 0.3, 0.4)
    assert first.share_of_wallet.value == pytest.approx(200 / YEAR.years / 400)
    assert first.open_wallet.value == pytest.approx(400 - 200 / YEAR.years)
    assert first.years.value == pytest.approx(10, abs=0.01)
    assert found["e"].margin.value == pytest.approx(-0.4)


def test_a_wallet_that_cannot_be_right_is_flagged_and_one_of_nothing_has_no_share() -> None:
    # If this fails, a share of 200 % or a division by nought passes for a finding.
    found = by_id(portfolio(five()))
    assert found["b"].share_of_wallet.value == pytest.approx(100 / YEAR.years / 50)
    assert found["b"].open_wallet.reason is Reason.WALLET_TOO_LOW
    assert found["c"].share_of_wallet.reason is Reason.ZERO_TOTAL
    assert found["d"].share_of_wallet.reason is Reason.NO_VALUES


def test_a_wallet_guessed_by_rank_is_said_to_be_guessed() -> None:
    # If this fails, an estimate passes for a figure. Rank 1 of 2: 2/3 of the wallet, so that half as much again is open.
    rows = [account("a", rank_among_suppliers=1, suppliers=2), account("b", wallet=0, rank_among_suppliers=2, suppliers=2)]
    found = by_id(portfolio(tables(accounts=rows, sales=[sale(0, 300), sale(1, 300)])))
    assert found["a"].wallet_estimated
    assert found["a"].share_of_wallet.value == pytest.approx(2 / 3)
    assert found["a"].open_wallet.value == pytest.approx(150 / YEAR.years)
    assert found["b"].share_of_wallet.value == pytest.approx(1 / 3), "no wallet of 0 has a share, but the rank is known"


def test_returns_beyond_purchases_have_no_margin_and_no_share_of_wallet() -> None:
    # If this fails, an account that sent more back than it bought has a margin of −300 %, or takes sales from the others.
    data = tables(accounts=[account("a", wallet=100), account("b")], sales=[sold(0, -20, 10), sold(1, 80, 10)])
    found = by_id(portfolio(data))
    assert found["a"].sales.value == -20
    assert (found["a"].margin.reason, found["a"].share_of_wallet.reason) == (Reason.NEGATIVE_SALES, Reason.NEGATIVE_SALES)
    assert (found["a"].share.value, found["b"].share.value) == (0, 1)


def test_the_four_cells_and_what_the_list_should_do() -> None:
    # If this fails, an account is told to be released that the criteria select, or the reverse.
    found = portfolio(five())
    cells = {entry.id: (entry.quadrant, entry.advice) for entry in found.accounts}
    assert cells == {
        "a": ("strategic", "keep"),
        "b": ("star", "review"),
        "c": ("status", "review"),
        "d": ("strategic", "promote"),
        "e": (None, None),
    }
    assert {name: (cell.accounts, cell.key_accounts) for name, cell in found.quadrants.items()} == {
        "strategic": (2, 1),
        "star": (1, 1),
        "status": (1, 1),
        "streamline": (0, 0),
    }
    assert found.quadrants["strategic"].share.value == pytest.approx(0.5)
    short, others = misfits(five(), DECLARED.criteria)
    assert (short.tolist(), others.tolist()) == ([1, 2], [3]), "as the metric of consistency counts them"


def test_without_criteria_the_lines_are_medians_and_said_to_be() -> None:
    # If this fails, a line that nobody declared passes for policy.
    found = portfolio(five(), Settings())
    assert found.thresholds is not None
    assert (found.thresholds.attractiveness, found.thresholds.strength, found.thresholds.declared) == (3.5, 3.0, ())
    half = portfolio(five(), Settings(criteria={"strength": 4.0}))
    assert half.thresholds is not None
    assert (half.thresholds.strength, half.thresholds.declared) == (4.0, ("strength",))


def test_an_account_that_left_is_neither_ranked_nor_advised() -> None:
    # If this fails, the board is told to promote a customer that has gone.
    rows = [account("a", key=0, attractiveness=5, strength=5, until="2025-03-31"), account("b", attractiveness=5, strength=5)]
    found = portfolio(tables(accounts=rows, sales=[sale(0, 300), sale(1, 100)]))
    gone = found.accounts[-1]
    assert (gone.id, gone.left, gone.rank, gone.quadrant, gone.advice) == ("a", "2025-03-31", None, None, None)
    assert (found.current, found.accounts[0].rank) == (1, 1)
    assert gone.share.value == pytest.approx(0.75), "what it bought was sold all the same"


def test_the_whale_curve_by_hand() -> None:
    # If this fails, the headline names the wrong number of accounts. 60, 90, 110, 120, 100: half of 100 after the first.
    whale = portfolio(five()).whale
    assert [(point.account, point.cumulated) for point in whale.points] == [
        ("a", 60),
        ("b", 90),
        ("c", 110),
        ("d", 120),
        ("e", 100),
    ]
    assert (whale.total, whale.half, whale.losing, whale.losing_keys, whale.loss) == (100, 1, 1, 0, -20)
    assert (whale.peak, whale.peak_share, whale.peak_accounts) == (120, 1.2, 4)
    assert portfolio(five()).key_contribution.value == 110
    assert portfolio(five()).key_contribution_share.value == pytest.approx(1.1), "the others cost money together"


def test_a_loss_in_all_has_no_half() -> None:
    # If this fails, shares of a total below nought turn every sign around.
    whale = portfolio(tables(accounts=[account("a"), account("b")], sales=[sold(0, 10, 5), sold(1, 10, 30)])).whale
    assert (whale.total, whale.half, whale.peak_share) == (-15, None, None)
    assert [point.share for point in whale.points] == [None, None]


def test_costs_that_are_not_all_known_are_counted_not_guessed() -> None:
    # If this fails, an account without costs looks like pure profit.
    rows = [sold(0, 10, 5), sale(1, 90, cost_to_serve=1)]
    found = portfolio(tables(accounts=[account("a"), account("b")], sales=rows))
    assert (len(found.whale.points), found.whale.unknown) == (1, 1)
    assert by_id(found)["b"].contribution.reason is Reason.NO_VALUES


SIX_MP = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
STAYS = [0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1]


def test_survival_of_the_published_case() -> None:
    """The 6-MP group of Freireich et al. (1963) as in Kleinbaum & Klein and in lifelines; Greenwood's intervals, log–log."""
    points = survival_curve(np.array(SIX_MP, dtype=float), np.array(STAYS) == 0)
    shown = {point.years: round(point.share, 3) for point in points if point.lost}
    assert shown == {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert [point.at_risk for point in points if point.lost] == [21, 17, 15, 12, 11, 7, 6]
    assert [point.lost for point in points if point.lost] == [3, 1, 1, 1, 1, 1, 1]
    assert points[0].ci == (pytest.approx(0.620, abs=5e-4), pytest.approx(0.952, abs=5e-4))


@given(st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=30))
def test_the_curve_is_the_metric(lives: list[tuple[int, bool]]) -> None:
    # If this fails, the chart and the figure beside it tell different things of the same accounts.
    end = YEAR.end
    rows = []
    for place, (quarters, lost) in enumerate(lives):
        since = end - np.timedelta64(round(quarters * 91.3), "D") - np.timedelta64(int(lost), "D")
        until = end - np.timedelta64(1, "D") if lost else None
        rows.append(account(str(place), since=str(since), until=str(until) if until else None))
    data = tables(accounts=rows)
    points = portfolio(data).survival.points
    reached = [point.share for point in points if point.years <= 5.0]
    metric = float(account_survival(data, YEAR).value[0])
    if not np.isnan(metric):
        assert metric == pytest.approx(reached[-1] if reached else 1.0)
    assert sum(point.lost for point in points) == sum(lost for _, lost in lives)
    shares = [point.share for point in points]
    assert shares == sorted(shares, reverse=True)


def test_nobody_to_lose_has_a_curve_without_interval() -> None:
    # If this fails, scipy's warning that there is none stops the report.
    points = survival_curve(np.array([1.0, 2.0]), np.array([False, True]))
    assert [(point.share, point.ci) for point in points] == [(1.0, None), (0.0, None)]
    assert survival_curve(np.zeros(0), np.zeros(0, dtype=bool)) == ()


def test_from_the_sales_before_to_those_of_now() -> None:
    # If this fails, the bridge does not close, or contradicts the metric beside it. Then 500, now 500.
    data = five()
    change = portfolio(data).revenue
    assert (change.before, change.now) == (500, 500)
    assert (change.lost, change.shrunk, change.grown, change.won) == (0, -150, 100, 50)
    assert change.accounts == {"lost": 0, "shrunk": 2, "grown": 1, "won": 1}
    assert revenue_retention(data, YEAR).value[0] == pytest.approx((change.now - change.won) / change.before)
    assert (change.first_day, change.partial) == ("2024-06-30", True), "half a year is missing from the window before"


def test_lifetime_value_with_what_it_rests_on() -> None:
    # If this fails, the values are not those of the metric, or hide that few accounts were seen. 4 of 4 bought again.
    data = five()
    found = portfolio(data)
    basis = found.lifetime
    assert (basis.kept, basis.of, basis.retention, basis.discount) == (4, 4, 1.0, 0.1)
    assert basis.ci is not None
    assert basis.ci[0] == pytest.approx((4 / (4 + 1.959964**2)) ** (1 / YEAR.years), rel=1e-6), "Wilson, by hand"
    values = [entry.lifetime.value for entry in found.accounts if entry.key and entry.lifetime and entry.lifetime.value]
    assert len(values) == 3
    assert np.mean(values) == pytest.approx(float(customer_lifetime_value(data, YEAR).value[0]))
    assert all(entry.lifetime is None for entry in found.accounts if not entry.key)


def test_who_left_within_the_window_was_not_kept() -> None:
    # If this fails, a unit that loses accounts in spring reports that all of last year's bought again.
    rows = [account("a"), account("b", until="2025-08-31")]
    sales = [sold(place, 10, 5, day) for place in (0, 1) for day in ("2024-05-05", "2025-05-05")]
    basis = portfolio(tables(accounts=rows, sales=sales)).lifetime
    assert (basis.kept, basis.of) == (1, 2)


def test_no_end_of_a_sum_is_a_reason() -> None:
    # If this fails, nobody leaves, nothing is discounted, and the value is infinite or NaN.
    found = portfolio(five(), Settings(discount_rate=0.0))
    (lifetime,) = {entry.lifetime.reason for entry in found.accounts if entry.key and entry.lifetime}
    assert lifetime is Reason.NO_END


def test_which_ranks_hang_on_the_weights() -> None:
    # If this fails, an account that leads by one weight alone is called steady. Tenure alone puts the smallest first.
    rows = [account("big", since="2024-12-31"), account("old", since="2000-12-31"), account("mid", since="2020-12-31")]
    data = tables(accounts=rows, sales=[sale(0, 100), sale(1, 10), sale(2, 50)])
    weights = {"revenue": 0.55, "tenure": 0.45, "contribution": 0.0, "wallet": 0.0}
    found = portfolio(data, Settings(value_weights=weights))
    assert [(entry.id, entry.rank) for entry in found.accounts] == [("big", 1), ("mid", 2), ("old", 3)]
    ranks = by_id(found)["old"].ranks
    assert (ranks["revenue_none"], ranks["tenure_double"], ranks["tenure_none"]) == (1, 1, 3)
    assert found.sensitivity.top == 1, "a third of three"
    assert (found.sensitivity.first, found.sensitivity.steady) == (("big",), ())


def test_contacts_and_the_levels_met() -> None:
    # If this fails, an account that rests on one person looks well known.
    rows = [act(0, "visit", contact="Li", their_level="front"), act(0, "visit", contact="Wang", their_level="top")]
    data = tables(accounts=[account("a"), account("b")], activities=rows)
    found = by_id(portfolio(data))
    assert (found["a"].contacts.value, found["a"].levels) == (2, ("front", "top"))
    assert (found["b"].contacts.value, found["b"].levels) == (0, ())
    assert by_id(portfolio(five()))["a"].contacts.reason is Reason.NO_TABLE


def delivery(place: int, ordered: str, days: int, quantity: float) -> dict[str, Any]:
    day = np.datetime64(ordered)
    row = {"account": place, "order": ordered, "product": "P", "ordered": ordered, "promised": str(day + np.timedelta64(5, "D"))}
    return row | {"delivered": str(day + np.timedelta64(days, "D")), "ordered_qty": quantity, "delivered_qty": quantity}


def test_the_season_plan_by_hand() -> None:
    """Two orders of 365 in a year: mean 2 a day, variance 365²·2/365 − 4 = 726; lead times 4 and 6, so 5 with a variance of 2."""
    lines = [delivery(0, "2025-02-10", 4, 365), delivery(0, "2025-07-10", 6, 365), delivery(1, "2025-07-10", 6, 99)]
    data = tables(accounts=[account("a"), account("other", key=0)], deliveries=lines)
    plan = UnitSeasons(data, Settings(peak_months=(7,)), YEAR).of(0)
    (row,) = plan.rows
    assert (row.account, row.product, row.n, row.demand, row.lead_time) == ("a", "P", 2, 2.0, 5.0)
    spread = (5 * 726 + 4 * 2) ** 0.5
    assert (row.stock_95.value, row.stock_99.value) == (pytest.approx(1.645 * spread), pytest.approx(2.326 * spread))
    assert row.peak_need == pytest.approx(365 / YEAR.years)
    assert (plan.months, plan.declared) == ((7,), True)
    found = UnitSeasons(data, Settings(), YEAR).of(0)
    assert (found.months, found.declared) == ((7,), False), "a quarter of two months is one, the larger"


def test_one_order_gives_a_need_but_no_stock() -> None:
    # If this fails, a spread is worked out of a single lead time.
    data = tables(accounts=[account("a")], deliveries=[delivery(0, "2025-07-10", 6, 10)])
    (row,) = UnitSeasons(data, Settings(), YEAR).of(0).rows
    assert (row.stock_95.reason, row.stock_95.value) == (Reason.NO_VALUES, None)
    assert row.peak_need > 0


def test_accounts_alone_still_make_a_portfolio() -> None:
    # If this fails, one missing table stops what does not need it.
    found = portfolio(tables(accounts=[account("only", attractiveness=4, strength=4)]))
    assert found.missing[0] == "sales"
    (only,) = found.accounts
    assert (only.sales.reason, only.sales.missing) == (Reason.NO_TABLE, ("sales",))
    assert (found.whale.reason, found.revenue.reason, found.lifetime.reason) == (Reason.NO_TABLE,) * 3
    assert (found.season.reason, found.survival.reason) == (Reason.NO_TABLE, Reason.NO_TABLE)
    assert only.quadrant == "strategic"
    assert only.index.reason is Reason.NO_VALUES
    assert found.quadrants["strategic"].share.reason is Reason.NO_TABLE


def test_a_unit_without_accounts_has_no_portfolio() -> None:
    # If this fails, an empty report is made for it.
    data = tables(2, accounts=[account("a", unit=1)])
    portfolios = UnitPortfolios(data, Settings(), YEAR)
    assert portfolios.of(0) is None
    assert portfolios.of(1) is not None
    assert UnitPortfolios(Data({}, {}, 1), Settings(), YEAR).of(0) is None


def _lines(data: Data, table: str) -> list[dict[str, Any]]:
    """The lines as they were given."""
    frame = data[table][sorted(data.given[table])]
    return [{name: None if value is pd.NaT else value for name, value in row.items()} for row in frame.to_dict("records")]


def test_units_do_not_see_each_other() -> None:
    # If this fails, a rank, a share or a curve is told of all units together.
    alone = five()
    rows, sales = (_lines(alone, name) for name in ("accounts", "sales"))
    others = [row | {"account": f"x{row['account']}", "unit": 1, "since": "2001-01-01"} for row in rows]
    theirs = [row | {"account": row["account"] + 5, "net_sales": row["net_sales"] * 3} for row in sales]
    data = tables(2, accounts=[*rows, *others], sales=[*sales, *theirs])
    assert plain(portfolio(data)) == plain(portfolio(alone))


@given(st.permutations(range(5)))
def test_the_order_of_accounts_does_not_matter(order: list[int]) -> None:
    # If this fails, sorting the extract changes the report.
    data = five()
    place = {old: new for new, old in enumerate(order)}
    accounts = data.tables["accounts"].iloc[order].reset_index(drop=True)
    sales = data.tables["sales"].assign(account=[place[old] for old in data.tables["sales"]["account"]])
    turned = Data({"accounts": accounts, "sales": sales}, data.given, 1)
    assert plain(portfolio(turned)) == plain(portfolio(data))


@given(st.lists(st.floats(-50, 100, allow_nan=False).map(lambda value: round(value, 2)), min_size=1, max_size=12))
def test_shares_are_shares(values: list[float]) -> None:
    # If this fails, parts of the unit's sales add up to more than all of them, or the bridge does not close.
    data = tables(
        accounts=[account(str(place)) for place in range(len(values))], sales=[sale(*pair) for pair in enumerate(values)]
    )
    found = portfolio(data)
    shares = [entry.share.value for entry in found.accounts if entry.share.value is not None]
    assert all(0 <= share <= 1 for share in shares)
    if any(value > 0 for value in values):
        assert sum(shares) == pytest.approx(1)
    else:
        assert shares == []
    json.dumps(plain(found), allow_nan=False)
