"""What is said of accounts, in the report and in the unit audit: of a rich unit, and of units of which little is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from metric_cases import YEAR, account, act, sale, tables

from kamassess.charts import Pen, as_svg
from kamassess.charts.portfolio import PortfolioPoint, plot_portfolio
from kamassess.data import Data
from kamassess.document import Chart, Cover, Document, Heading, KeyFigures, Node, Paragraph, Table, plain
from kamassess.locale import locale
from kamassess.measuring import Settings
from kamassess.metrics import METRICS
from kamassess.metrics.of_units import UnitMetrics
from kamassess.metrics.portfolio import UnitPortfolios
from kamassess.reading.brand import default_brand
from kamassess.reading.measuring import metric_texts
from kamassess.render.html import render_html
from kamassess.render.plain import render_plain
from kamassess.render.typst import render_typst
from kamassess.result import Provenance
from kamassess.sections import value
from kamassess.sections.value import ValueView

SETTINGS = Settings(criteria={"attractiveness": 3.0, "strength": 3.0}, least_key_accounts=1)
SECTIONS = (
    *(value.cover, value.board, value.accounts, value.concentration, value.wallet, value.tenure, value.revenue),
    *(value.lifetime, value.selection, value.sensitivity, value.season, value.appendix),
)


def rich() -> Data:
    """Twelve accounts, four of them key, with everything; the second key account costs money, the last has left."""
    rows, sales, orders, acts = [], [], [], []
    for place in range(12):
        key, scored = place < 4, place != 10
        since = f"{2024 - place}-03-01"
        until = "2025-08-01" if place == 11 else None
        wallet = {0: 3000, 5: 10, 6: 0}.get(place, 2000 if place % 2 else None)
        more = {"rank_among_suppliers": 2, "suppliers": 3} if place == 8 else {}
        at = {"attractiveness": 1.5 + place % 4, "strength": 4.5 - place % 3} if scored else {}
        name = "**Nothing** {left} & Co" if place == 3 else f"Account {place}"
        rows.append(account(f"A{place:02}", key=int(key), since=since, until=until, wallet=wallet, **at, **more) | {"name": name})
        for day, factor in (("2024-06-30", 1.0), ("2025-06-30", 1.2 if place % 3 else 0.7)):
            amount = 1000 / (place + 1) * factor
            sales.append(sale(place, amount, day, cost_of_goods=amount * (1.1 if place == 1 else 0.7), cost_to_serve=1))
        if key:
            acts.append(act(place, "visit", contact="Li", their_level="front"))
            for month in (2, 7, 8):
                day = f"2025-0{month}-1{place}"
                order = {"order": day, "product": "P", "ordered": day, "promised": day, "delivered": f"2025-0{month}-2{place}"}
                orders.append({"account": place, **order, "ordered_qty": 10 * month, "delivered_qty": 10 * month})
    return tables(accounts=rows, sales=sales, deliveries=orders, activities=acts)


def only_accounts() -> Data:
    return tables(accounts=[account("a", key=0), account("b")])


def one_account() -> Data:
    row = account("a", attractiveness=4, strength=4, since="2020-01-01", until=None)
    return tables(accounts=[row], sales=[sale(0, 100, cost_of_goods=50, cost_to_serve=5)])


def returned() -> Data:
    return tables(accounts=[account("a", wallet=50)], sales=[sale(0, -100, cost_of_goods=50, cost_to_serve=5)])


def loss() -> Data:
    sales = [sale(place, 10, cost_of_goods=20, cost_to_serve=1) for place in (0, 1)]
    return tables(accounts=[account("a"), account("b")], sales=sales)


def all_left() -> Data:
    return tables(accounts=[account("a", since="2020-01-01", until="2025-01-31")], sales=[sale(0, 100)])


CASES = {case.__name__: case for case in (rich, only_accounts, one_account, returned, loss, all_left)}


def shown(data: Data, language: str = "en", settings: Settings = SETTINGS) -> ValueView:
    """A view of the only unit of these tables, without the answers of anybody."""
    metrics = UnitMetrics(data, METRICS, metric_texts(), settings, YEAR).of(0)
    unit: Any = SimpleNamespace(
        id="U", name={"en": "Unit", "zh": "单元"}, metrics=metrics, portfolio=UnitPortfolios(data, settings, YEAR).of(0)
    )
    unit.published = unit
    result: Any = SimpleNamespace(
        company={"en": "Company", "zh": "公司"},
        currency="CNY",
        date="2025-12-31",
        wave="2025",
        metric_texts=metric_texts(),
        left_out=(),
        provenance=Provenance((("data/accounts.csv", "0" * 64),), (("kamassess", "1"),)),
    )
    return ValueView(result, locale(language), default_brand(), unit)


def nodes(view: ValueView) -> Iterator[Node]:
    for section in SECTIONS:
        yield from section(view)


def text(view: ValueView) -> str:
    return re.sub(r"\s+", " ", render_plain(Document(tuple(nodes(view)))))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", CASES)
def test_every_case_can_be_shown(name: str, language: str) -> None:
    # If this fails, a thin table stops the report, or prints what nobody can read.
    view = shown(CASES[name](), language)
    for found in (tuple(nodes(view)), value.account_value(view)):
        document = Document(found)
        for output in (render_html(document), render_typst(document), render_plain(document)):
            assert not re.search(r"\bnan\b|\bNone\b|\binf\b|\{(?!left)\w+\}", output)
        ids = [node.id for node in found if isinstance(node, Heading | Table | Chart)]
        assert len(ids) == len(set(ids))


HEADLINES = {
    "rich": "2 of 12 accounts bring 51% of the contribution; 1 key account costs money",
    "only_accounts": "2 accounts, 1 of them key accounts: what they are worth is not known yet",
    "one_account": "One account brings all of the contribution that is known",
    "returned": "The one account with known costs costs money: it leaves −CNY 155",
    "loss": "The 2 accounts together cost money: their contribution is −CNY 22",
    "all_left": "One account brings all of the sales",
}


@pytest.mark.parametrize("name", HEADLINES)
def test_the_headline_says_the_finding(name: str) -> None:
    # If this fails, the board reads something else than what was computed.
    (head, *_) = value.cover(shown(CASES[name]()))
    assert isinstance(head, Cover)
    assert head.title == HEADLINES[name]


def test_the_headline_in_chinese() -> None:
    # If this fails, the two languages tell different findings.
    assert shown(rich(), "zh").headline == "12家客户中，2家贡献了51%的毛利，1家重点客户在亏钱"


def test_both_lists_give_reasons() -> None:
    # If this fails, a board is told to promote or release an account and not why.
    tables_of = {node.id: node for node in value.selection(shown(rich())) if isinstance(node, Table)}
    reasons = {plain(row[0].text).split()[-1]: plain(row[-1].text) for table in tables_of.values() for row in table.rows}
    assert set(tables_of) == {"promote-table", "review-table"}
    assert "costs money" in reasons["A01"]
    assert all("riteria" in reason or "ttractive" in reason or "trong" in reason for reason in reasons.values())


def test_a_wallet_above_all_is_flagged_on_the_cover_and_in_the_table() -> None:
    # If this fails, a share of wallet above 100 % passes for a success.
    view = shown(rich())
    shown_text = text(view)
    assert "Share of wallet above 100%, accounts: 1 (Account 5)" in shown_text
    table = next(node for node in value.accounts(view) if isinstance(node, Table))
    row = next(row for row in table.rows if "A05" in plain(row[0].text))
    assert any(plain(cell.text).endswith("%!") for cell in row)
    assert "Purchases on record are 0: Account 6" in shown_text


def test_markup_of_a_client_stays_text() -> None:
    # If this fails, a customer's name is read as markup or as a field.
    assert "**Nothing** {left} & Co" in text(shown(rich()))


def test_the_unit_audit_says_what_is_missing_and_what_it_would_add() -> None:
    # If this fails, the reader does not learn which extract to ask for.
    found = value.account_value(shown(only_accounts()))
    notes = " ".join(plain(node.text) for node in found if isinstance(node, Paragraph) and node.kind == "note")
    assert "sales (would tell: How much hangs on few customers)" in notes
    assert "account value report" in notes
    assert value.account_value(SimpleNamespace(unit=SimpleNamespace(portfolio=None))) == ()  # type: ignore[arg-type]


def test_the_figures_of_the_board_are_the_metrics() -> None:
    # If this fails, the strip and the appendix disagree.
    view = shown(rich())
    (strip,) = [node for node in value.board(view) if isinstance(node, KeyFigures)]
    assert [item.value for item in strip.items] == [
        view.metric("concentration"),
        view.metric("share_of_wallet"),
        view.metric("median_tenure"),
        view.metric("revenue_retention"),
        view.metric("customer_lifetime_value", bare=True),
    ]
    assert "–" not in [item.value for item in strip.items]


def test_at_most_forty_accounts_key_accounts_first() -> None:
    # If this fails, a unit of a thousand accounts fills a book, or its key accounts are cut off.
    rows = [account(f"A{place:03}", key=int(place % 30 == 29), since=f"{1990 + place % 30}-01-01") for place in range(60)]
    table = next(node for node in value.accounts(shown(tables(accounts=rows))) if isinstance(node, Table))
    assert len(table.rows) == 40
    assert [plain(row[0].text)[0] for row in table.rows[:3]] == ["●", "●", "○"]
    assert "Shown: 40 of 60" in plain(table.note)


def _placed(svg: str) -> list[tuple[float, float, float, str]]:
    """Left end, right end, height and words of the names in a drawing, by the chart's own measure of a letter."""
    found = []
    for x, y, style, words in re.findall(r'<text x="([\d.]+)" y="([\d.]+)" style="([^"]*)">(Key[^<]*)</text>', svg):
        width = len(words) * 11.5 * 0.56
        left = float(x) - {"middle": width / 2, "end": width}.get(re.sub(r".*text-anchor:(\w+).*", r"\1", style), 0.0)
        found.append((left, left + width, float(y), words))
    return found


@pytest.mark.parametrize("narrow", [False, True])
def test_names_never_overlap(narrow: bool) -> None:
    # If this fails, names of accounts in a crowd cannot be read.
    points = [PortfolioPoint(f"Key {n:02}", 3 + n % 5 * 0.1, 3 + n // 5 * 0.1, True, "") for n in range(25)]
    cells = {name: (name, "1 account") for name in ("strategic", "star", "status", "streamline")}
    drawn = as_svg(plot_portfolio(points, (2.0, 2.0), cells, Pen(locale("en"), default_brand(), narrow=narrow)))
    names = _placed(drawn)
    assert 0 < len(names) < 25, "what does not fit is dropped"
    for place, (left, right, y, _) in enumerate(names):
        for other_left, other_right, other_y, _ in names[place + 1 :]:
            assert abs(y - other_y) >= 11.5 or right <= other_left + 0.2 or other_right <= left + 0.2
    assert drawn == as_svg(plot_portfolio(points, (2.0, 2.0), cells, Pen(locale("en"), default_brand(), narrow=narrow)))


def test_accounts_in_one_place_are_laid_apart() -> None:
    # If this fails, ten accounts with the same scores look like one.
    points = [PortfolioPoint("x", 3, 3, False, "") for _ in range(10)]
    cells = {name: (name, "") for name in ("strategic", "star", "status", "streamline")}
    drawn = as_svg(plot_portfolio(points, (2.0, 2.0), cells, Pen(locale("en"), default_brand())))
    assert len(set(re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', drawn))) == 10
