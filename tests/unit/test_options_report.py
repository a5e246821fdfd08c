"""What the report on retention options says: of dealer A, of cases where nothing pays or little is known, and in the lab."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from option_cases import CUT, RAIL, STOCK, case, dealer_a, shown

from kamassess.charts import Pen, as_svg
from kamassess.charts.amounts import Amounts
from kamassess.charts.options import plot_options, plot_swings
from kamassess.document import Bullets, Chart, Cover, Document, Heading, Node, Paragraph, Table, plain
from kamassess.locale import locale
from kamassess.reading.brand import default_brand
from kamassess.render.html import render_html
from kamassess.render.plain import render_plain
from kamassess.render.typst import render_typst
from kamassess.result.options import OptionsCase
from kamassess.sections import options
from kamassess.sections.options.board import option_rows
from kamassess.sections.options.sensitivity import swing_rows
from kamassess.widgets import State, build

A = dealer_a()
SECTIONS = (
    *(options.cover, options.board, options.comparison, options.break_even),
    *(options.sensitivity, options.must_hold, options.appendix),
)

CASES: dict[str, OptionsCase] = {
    "nothing pays": case("all contribution 10\nno cost 0\nno retention .9\na cost 5\na retention .95\nb cost 4\nb retention .91"),
    "a cut loses": case("all contribution 99\nno cost 0\nno retention .5\na cost 9\na retention .9\nb cost 50\nb retention .6"),
    "pays later": case("all contribution 99\nno cost 0\nno retention .5\na cost 1\na retention .8\nb cost 12\nb retention .9"),
    "no baseline": case("all contribution 99\na cost 9\na retention .9\nb cost 50\nb retention .6"),
    "scores only": case("a trust 5\nb trust 2\na speed 1\nb speed 2"),
    "one option": case("all contribution 9\na cost 1\na retention .5"),
    "partly known": case("all contribution 9\nno cost 0\nno retention .5\na cost 1\na retention .9\nb cost 2"),
    "small sums": case("all contribution 9\nno cost 0\nno retention .5\na cost 1\na retention .9\na customer_value 3"),
    "no risk of failing": case(
        "all contribution 9\nno cost 0\nno retention .5\na cost 1\na retention .9\nb cost 3\nb retention 1"
    ),
}


def _nodes(*cases: OptionsCase, language: str = "en") -> Iterator[Node]:
    view = shown(*cases, language=language)
    for section in SECTIONS:
        yield from section(view)


def _text(*cases: OptionsCase, language: str = "en") -> str:
    return re.sub(r"\s+", " ", render_plain(Document(tuple(_nodes(*cases, language=language)))))


def test_the_headline_says_the_finding() -> None:
    # If this fails, the board reads something else than what was computed.
    (head, _) = options.cover(shown(A))
    assert isinstance(head, Cover)
    assert head.title == (
        "“Rail in the typhoon season” brings CNY 528,000 a year, “Stock and order service” nearly as much, "
        "“Price cut 3%” only CNY 27,000"
    )
    chinese = options.headline(shown(A, language="zh").cases[0])
    assert chinese == "“台风季改走铁路”每年净增52.8万元，“库存与订货服务”相差无几，“降价3%”只有2.7万元"


def test_what_would_have_to_be_true_is_said_in_words() -> None:
    # If this fails, nobody learns what the price cut rests on.
    nodes = options.must_hold(shown(A))
    first = next(node for node in nodes if isinstance(node, Bullets))
    single, together, leader = (plain(text) for text in first.items)
    assert "a cost a year of CNY 38,000 or less (assumed: CNY 540,000)" in single
    assert "No possible value of chance to keep the account if it works and risk of failing" in single
    assert "at least 99.6%" in together
    assert "CNY 552,000" in together
    assert "risk of failing of 76.9% or more (assumed: 15%)" in leader
    headings = [node.text for node in nodes if isinstance(node, Heading)]
    assert headings == ["What would have to be true", *(f"For “{name}” to be the best option" for name in (CUT, STOCK))]


def test_the_close_one_is_told_from_those_behind() -> None:
    # If this fails, an option within the error of the assumptions is dismissed, or the price cut is called close.
    view = shown(A).cases[0]
    assert [option.id for option in view.close] == [STOCK]
    assert [option.id for option in view.behind] == [CUT]
    text = _text(A)
    assert "“Price cut 3%” never leads." in text
    assert "comes first in 69% of all weightings; most often otherwise “Stock and order service”, in 20%" in text
    assert "Worth a pilot" in text
    assert "Over all years" not in text.split("What each option does")[0].split("today’s value")[-1]
    assert "Over all years “b” leaves most" in _text(CASES["pays later"])


HEADLINES = {
    "nothing pays": "No option on the table earns back what it costs",
    "a cut loses": "“a” brings CNY 30.6 a year; “b” loses money",
    "no baseline": "“a” leaves CNY 70.7 a year more than “b”",
    "scores only": "case: “a” scores highest; what it leaves in money is not known",
    "one option": "case: the options cannot be compared in money yet",
    "partly known": "“a” is the option to take; it brings CNY 2.60 a year",
}


@pytest.mark.parametrize("name", HEADLINES)
def test_each_kind_of_case_has_its_headline(name: str) -> None:
    # If this fails, a case where nothing pays or nothing is known is praised.
    assert options.headline(shown(CASES[name]).cases[0]) == HEADLINES[name]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", CASES)
def test_every_case_can_be_shown(name: str, language: str) -> None:
    # If this fails, a thin table stops the report, or prints what nobody can read.
    nodes = tuple(_nodes(CASES[name], language=language))
    for text in (render_html(Document(nodes)), render_typst(Document(nodes)), render_plain(Document(nodes))):
        assert not re.search(r"\bnan\b|\bNone\b|\binf\b|\{\w+\}", text)
    ids = [node.id for node in nodes if isinstance(node, Heading | Table | Chart)]
    assert len(ids) == len(set(ids))


def test_several_cases_stand_beside_each_other() -> None:
    # If this fails, the second case of a table overwrites the first.
    from dataclasses import replace

    other = replace(CASES["a cut loses"], id="B", name={"en": "Dealer B", "zh": "B经销商"})
    nodes = tuple(_nodes(A, other))
    ids = [node.id for node in nodes if isinstance(node, Heading | Table | Chart)]
    assert len(ids) == len(set(ids))
    assert {"options-1", "options-2"} <= set(ids)
    head = next(node for node in nodes if isinstance(node, Cover))
    assert head.title == "What it takes to keep 2 accounts"


@pytest.mark.parametrize("narrow", [False, True])
def test_drawings_hold_their_text(narrow: bool) -> None:
    # If this fails, a drawing loses a figure, or its text is too small on a phone.
    view = shown(A).cases[0]
    pen = Pen(view.words, default_brand(), narrow=narrow)
    svg = as_svg(plot_options(option_rows(view), view.amounts, pen))
    for part in ("+528,000", "405,000", RAIL, "break-even with the best option"):
        assert part in svg
    swings = as_svg(plot_swings(swing_rows(view), 47_913.0, view.amounts, pen))
    assert swings.count("no change") == 7
    for drawn in (svg, swings):
        sizes = [float(size) for size in re.findall(r"font-size:([\d.]+)px", drawn)]
        assert min(sizes) >= 11
        width = float(re.search(r'viewBox="0 0 (\d+)', drawn)[1])  # type: ignore[index]
        assert all(0 <= float(x) <= width for x in re.findall(r'<text x="([-\d.]+)"', drawn))


def test_amounts_are_rounded_alike() -> None:
    # If this fails, one page shows 528,500 and the next 529,000.
    words = locale("en")
    amounts = Amounts.of(words, "CNY", [528_500.0, 27_000.0])
    assert (amounts.step, amounts.text(528_600.0), amounts.text(-100.0)) == (1000.0, "CNY 529,000", "CNY 0")
    assert Amounts.of(words, "EUR", [2.6]).text(2.6, signed=True) == "+EUR 2.60"
    assert Amounts.of(locale("zh"), "USD", [52_000.0]).text(5_250.0) == "0.52万美元"
    assert Amounts.of(words, "CNY", []).step == 1.0


def test_the_appendix_names_every_assumption_and_what_it_rests_on() -> None:
    # If this fails, a figure is used that the reader cannot find.
    table = next(node for node in options.appendix(shown(A)) if isinstance(node, Table) and node.id == "assumptions-table")
    assert len(table.rows) == len(A.inputs)
    assert any("quote of the logistics department" in plain(row[3].text) for row in table.rows)
    assert any(plain(row[3].text) == "no basis given" for row in table.rows)
    house = [plain(node.text) for node in options.appendix(shown(CASES["no baseline"])) if isinstance(node, Paragraph)]
    assert any("No discount rate is given for this case; 10% a year is used." in text for text in house)


def _sliders(box: object) -> dict[tuple[str, str], object]:
    tabs = box.children[0]  # type: ignore[attr-defined]
    return {
        (title, slider.description): slider
        for title, group in zip(tabs.titles, tabs.children, strict=True)
        for slider in group.children
    }


def test_sliders_change_the_figures() -> None:
    # If this fails, the view in JupyterLab shows other figures than the report, or does not move.
    state = State(A)
    box = build(state, locale("en"), default_brand(), "CNY")
    shown_html = box.children[2]
    assert "+528,000" in shown_html.value
    sliders = _sliders(box)
    assert len(sliders) == len(A.inputs) + len(A.criteria)
    sliders[CUT, "Cost a year"].value = 32_400  # type: ignore[attr-defined]
    assert state.values == {(CUT, "cost"): 32_400}
    assert state.weighed.best == CUT
    assert "“Price cut 3%” brings CNY 535,000 a year" in shown_html.value
    assert "+535,000" in shown_html.value
    sliders["Weights", "Hard for rivals to copy"].value = 5  # type: ignore[attr-defined]
    assert state.weights == {"Hard for rivals to copy": 5}
    assert state.weighed.options[STOCK].score.value != A.options[STOCK].score.value
    box.children[1].click()
    assert (state.values, state.weights) == ({}, {})
    assert "+528,000" in shown_html.value
    assert sliders[CUT, "Cost a year"].value == 540_000  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", CASES)
def test_every_case_can_be_explored(name: str) -> None:
    # If this fails, a thin table stops the notebook in JupyterLab.
    state = State(CASES[name])
    box = build(state, locale("zh"), default_brand(), "EUR")
    assert box.children[2].value.startswith("<")
    assert state.weighed.id == CASES[name].id
