"""The sections on suitability and on customers shared by units: every verdict in both languages, with the result's numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from metric_cases import account, act, sale, tables
from scoring_cases import engagement

from kamassess.data import Data
from kamassess.document import Document, KeyFigures, Node, Paragraph, Table, plain
from kamassess.instrument import Instrument
from kamassess.locale import LANGUAGES, locale
from kamassess.measuring import Settings
from kamassess.reading.brand import default_brand
from kamassess.reading.instrument import load_instrument
from kamassess.recipe import score
from kamassess.render.html import render_html
from kamassess.render.plain import render_plain
from kamassess.render.typst import check_fragment, render_typst
from kamassess.result import AuditResult
from kamassess.sections import View, board, suitability
from kamassess.sections.group import GroupView, customers
from kamassess.sections.group import suitability as of_units

HOLES = re.compile(r"\bNone\b|\bnan\b|\binf\b|[{}]|\*\*|\^\^|~~|\(\)|（）|-0\.0\b| , |，，")
ALL = {f"FIT-{number}-Q1": 5 for number in range(1, 7)}


@cache
def kam() -> Instrument:
    """The built-in questionnaire, since these sentences are about its six conditions."""
    return load_instrument("kam")


def data(left: tuple[float, ...] = (300, 200, 100, 50), *, other: float = 100.0, **more: Any) -> Data:
    """Key accounts of U that sell 1,000 each; V serves the group of the first, and charges *other* where U charges 100."""
    accounts = [account(f"k{n}", group="Borealis" if not n else "", **more) for n in range(len(left))]
    accounts += [account("v", 1, group="Borealis", **more)]
    sales = []
    for n, amount in enumerate(left):
        for product in "AB":
            costs = {"cost_of_goods": 500 - amount / 2, "cost_to_serve": 0.0}
            sales.append(sale(n, 500.0, product=product, quantity=5) | costs)
    sales += [sale(len(left), 5 * other, product=product, quantity=5, cost_of_goods=0, cost_to_serve=0) for product in "AB"]
    return tables(2, accounts=accounts, sales=sales, activities=[act(0, "visit", contact="Li")])


def audited(said: Mapping[str, float], tables_: Data | None, cost: float | None = None) -> AuditResult:
    rows = [(unit, person, "executive", {"STR-1-Q1": 3} | said) for unit in "UV" for person in "abc"]
    found = replace(engagement(kam(), rows), date="2025-12-31")
    if tables_ is not None:
        found = replace(found, data=tables_)
    if cost is not None:
        found = replace(found, settings=Settings(programme_cost=(cost, cost)))
    return score(found, replicates=20)


def view(result: AuditResult, language: str = "en", unit: str = "U") -> View:
    return View(result, locale(language), default_brand(), result.units[unit])


def text(nodes: tuple[Node, ...]) -> str:
    return " ".join(render_plain(Document(nodes)).split())


def lead(nodes: tuple[Node, ...]) -> str:
    return next(plain(node.text) for node in nodes if isinstance(node, Paragraph) and node.kind == "lead")


def table(nodes: tuple[Node, ...], name: str) -> Table:
    return next(node for node in nodes if isinstance(node, Table) and node.id == name)


CASES: dict[str, tuple[dict[str, float], Data | None, float | None, str]] = {
    "full": (ALL, data(), 40, "Full programme. 6 of 6"),
    "full with one open": (ALL | {"FIT-6-Q1": 3}, data(), 40, "The rest is open: the money is there"),
    "light": (ALL | {"FIT-2-Q1": 3, "FIT-6-Q1": 3}, data(), 40, "Light programme. 4 of 6"),
    "light, one against": (ALL | {"FIT-6-Q1": 1}, data(), 40, "fails on this: the unit cannot wait"),
    "not yet": (dict.fromkeys(ALL, 1) | {"FIT-5-Q1": 5}, None, None, "Against it:"),
    "not yet, all open": (dict.fromkeys(ALL, 3), None, None, "for a programme: 0 of 6. A light one needs 3"),
    "not yet, margin": (ALL | {"FIT-5-Q1": 1}, None, None, "The margin does not carry the cost, and no other"),
    "costs more": (ALL, data(), 5000, "The programme costs 769% of what the key accounts contribute"),
    "leaves nothing": (ALL, data((-10, -20, 5, 5)), 40, "contribute −CNY 20"),
    "undecided": ({"FIT-1-Q1": 5}, None, None, "Undecided: a full programme, a light one or none yet."),
    "without cost": (ALL, data(), None, "Full programme. 6 of 6"),
    "without sales": (ALL, tables(2, accounts=[account("a"), account("b"), account("c")]), 40, "Full programme. 6 of 6"),
    "light without sales": (ALL | {"FIT-6-Q1": 1}, tables(2, accounts=[account("a")]), 40, "Light programme"),
}


@pytest.mark.parametrize("name", CASES)
def test_every_verdict_is_said_whole_in_both_languages(name: str) -> None:
    said, tables_, cost, expected = CASES[name]
    result = replace(audited(said, tables_, cost), currency="CNY")
    assert expected in lead(suitability(view(result)))
    for language in LANGUAGES:
        nodes = suitability(view(result, language))
        assert not HOLES.search(text(nodes)), HOLES.search(text(nodes))
        assert "<table" in render_html(Document(nodes))
        check_fragment(render_typst(Document(nodes)))
        (figures,) = (node for node in board(view(result, language)) if isinstance(node, KeyFigures))
        assert figures.items[-1].label == locale(language)("figure_suitability")


def test_the_table_says_which_of_the_two_decides() -> None:
    """People say 1 of FIT-1, the data 5: the data stand in bold, and the row speaks for a programme."""
    nodes = suitability(view(audited(ALL | {"FIT-1-Q1": 1}, data(), 40)))
    row = next(row for row in table(nodes, "fit-conditions").rows if plain(row[0].text).startswith("FIT-1"))
    assert [plain(cell.text) for cell in row[1:4]] == ["for", "● 1.0 (n = 3)", "◆ 5.0"]
    assert [cell.text[0].style for cell in row[2:4]] == ["muted", "strong"]
    assert "Share of the ten largest 100% (n = 4)" in plain(row[4].text)


def test_what_is_covered_and_what_it_costs() -> None:
    """Light: 300 + 200 of 650 are 77 %, and three are taken at least; 40 a year over four key accounts is 10 each."""
    found = text(suitability(view(replace(audited(ALL | {"FIT-6-Q1": 1}, data(), 40), currency="CNY"))))
    assert "covers 3 accounts of the 4 that a full one would" in found
    assert "covering these 3 accounts costs CNY 30 a year. " in found
    assert "They contribute CNY 600 a year, so the programme takes 5% of it" in found
    assert "above CNY 600 a year" in found
    assert "At what they contribute now that is CNY 150 a year; at the cost above, " in found
    assert "a year; at the cost above, they would have to contribute CNY 120." in found


def test_what_cannot_be_said_is_said() -> None:
    nothing = text(suitability(view(audited(ALL, None))))
    assert "Which accounts it would cover cannot be said: the table or column for it is missing." in nothing
    assert "no account names a group that two units share" in nothing
    assert "Settle first which accounts it would cover: the data name none." in nothing
    assert "0 accounts" not in nothing
    cost = text(suitability(view(audited(ALL, data()))))
    assert "What the programme costs is not known: its cost is not declared." in cost


def test_accounts_that_the_criteria_add_or_would_not_pick() -> None:
    """k1 is a key account below the criteria; x is none and above them."""
    accounts = [account("k0", attractiveness=5, strength=5), account("k1", attractiveness=1, strength=5)]
    accounts += [account("k2", attractiveness=5, strength=5), account("x", key=0, attractiveness=5, strength=5)]
    costs = {"cost_of_goods": 50.0, "cost_to_serve": 0.0}
    tables_ = tables(2, accounts=accounts, sales=[sale(n, 100.0, **costs) for n in range(4)])
    rows = [("U", person, "executive", {"STR-1-Q1": 3} | ALL) for person in "abc"]
    criteria = {"attractiveness": 4.0, "strength": 4.0}
    found = replace(engagement(kam(), rows, ["U", "V"]), date="2025-12-31", data=tables_, settings=Settings(criteria=criteria))
    for language in LANGUAGES:
        nodes = suitability(view(score(found, replicates=20), language))
        assert not HOLES.search(text(nodes)), HOLES.search(text(nodes))
        words = locale(language)
        last = [plain(row[-1].text) for row in table(nodes, "covered-accounts").rows]
        assert last == [words(label) for label in ("now_key", "now_key_misfit", "now_key", "now_other")]
    english = text(suitability(view(score(found, replicates=20))))
    assert "4 accounts with 100% of the unit’s sales: 3 that are key accounts now, and 1 more" in english
    assert "Key accounts now that the selection criteria would not pick: k1." in english


# -- shared customers ------------------------------------------------------------------------------------------------------


def test_a_shared_customer_priced_apart() -> None:
    """V charges 110 where U charges 100: 10 % dearer, and 2 × 5 × 10 = 100 at stake."""
    result = replace(audited(ALL, data(other=110.0)), currency="CNY")
    for unit, here in (("U", "中U"), ("V", "中V")):
        nodes = suitability(view(result, "zh", unit))
        assert f"{here}（本单元）" in {plain(row[0].text) for row in table(nodes, "shared-1").rows}
        assert "同样的产品，中V卖给Borealis比中U贵10%（2种产品，中V2行明细）" in text(nodes).replace(" ", "")
    found = text(suitability(view(result)))
    assert "V charges Borealis 10% more than U" in found
    assert "CNY 100 is lost over the same period" in found
    assert "Agree one price list for Borealis" in found


def test_a_shared_customer_without_difference() -> None:
    found = text(suitability(view(audited(ALL, data()))))
    assert "Nothing that Borealis would notice" in found
    assert "charges Borealis" not in found


def test_the_overview_has_one_table_of_units_and_one_of_groups() -> None:
    result = replace(audited(ALL, data(other=110.0), 40), currency="CNY")
    for language in LANGUAGES:
        group = GroupView(result, locale(language), default_brand())
        nodes = (*of_units(group), *customers(group))
        assert not HOLES.search(text(nodes)), HOLES.search(text(nodes))
        assert len(table(nodes, "units-suitability-table").rows) == 2
        (row,) = table(nodes, "customer-groups").rows
        assert [cell.sort for cell in row[2:4]] == [pytest.approx(100), pytest.approx(0.1)]
        assert row[5].sort == pytest.approx(2100)
    english = text(customers(GroupView(result, locale("en"), default_brand())))
    assert "CNY 100 would be lost" in english


def test_the_overview_without_groups_says_so() -> None:
    group = GroupView(audited(ALL, None), locale("en"), default_brand())
    assert "No customer group is served by both units" in text(customers(group)), "there are two"
