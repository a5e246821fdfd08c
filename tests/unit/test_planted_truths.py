"""What is planted in the sample is found: each truth stands in the right report, on the board's page or among its findings.

``sample_data/README.md`` tells the truths. If one of these tests fails, a reader of the report does not hear what the data know.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kamassess.document import Cards, Document, Node, plain
from kamassess.locale import LANGUAGES, locale
from kamassess.opened import opened_audit
from kamassess.render.plain import render_plain
from kamassess.resources import carried
from kamassess.sections import View, board, cover, suitability
from kamassess.sections.group import GroupView
from kamassess.sections.group import board as group_board

both = pytest.mark.parametrize("language", LANGUAGES)


def _view(unit: str, language: str) -> View:
    engagement, result = opened_audit(carried("sample_data"), None)
    return View(result, locale(language), engagement.brand, result.units[unit])


def _text(nodes: Sequence[Node]) -> str:
    """A section as text, without the breaks of lines."""
    return render_plain(Document(tuple(nodes))).replace("\n  ", " ").replace("\n", " ")


def _board(unit: str, language: str) -> str:
    """The findings on the board's page of a unit."""
    cards = [node for node in board(_view(unit, language)) if isinstance(node, Cards)]
    return "\n".join(f"{card.title}: {plain(text)}" for node in cards for card in node.items for text in card.body)


@both
def test_the_unit_that_claims_4_and_measures_2_reads_it_in_its_headline(language: str) -> None:
    view = _view("OM", language)
    whole = view.unit.whole
    assert whole is not None
    assert whole.claimed_measured == pytest.approx(4.0, abs=0.15)
    assert whole.measured == pytest.approx(2.0, abs=0.25)
    first = _text(cover(view)[:1])
    said = (view.words.score(whole.claimed_measured), view.words.score(whole.measured))
    assert all(figure in first for figure in said)
    assert all(figure in _board("OM", language) for figure in said)
    assert all(figure in _text(group_board(_group(language))) for figure in said)


def _group(language: str) -> GroupView:
    engagement, result = opened_audit(carried("sample_data"), None)
    return GroupView(result, locale(language), engagement.brand)


@both
def test_the_account_that_rests_on_one_contact_is_named(language: str) -> None:
    view = _view("NC", language)
    (alert,) = (found for found in view.unit.alerts if found.kind == "single_contact")
    assert (alert.share or 0.0) > 0.05, "one of the largest"
    assert alert.name in _board("NC", language)


@both
def test_the_unit_that_keeps_customers_by_price_hears_so(language: str) -> None:
    view = _view("SC", language)
    share = view.unit.metrics["price_concession_share"].value
    assert share == pytest.approx(0.85, abs=0.03)
    said = {"en": "Of all that is given to customers, {share} is price", "zh": "给客户的好处里，{share}是让价"}[language]
    assert said.format(share=view.words.percent(share or 0.0)) in _board("SC", language)


@both
def test_the_customer_system_full_of_doubles_and_stale_rows_is_called_unreliable(language: str) -> None:
    view = _view("EC", language)
    unique, current = (view.unit.metrics[f"crm_{name}"].value or 0.0 for name in ("uniqueness", "timeliness"))
    said = _board("EC", language)
    assert {"en": "cannot be relied on", "zh": "靠不住"}[language] in said
    assert view.words.percent(1 - unique) in said
    assert view.words.percent(1 - current) in said


@both
def test_the_unit_for_which_key_account_management_does_not_pay_is_told_not_yet(language: str) -> None:
    view = _view("EX", language)
    found = view.unit.suitability
    assert found is not None
    assert found.verdict == "not_yet"
    share = view.unit.metrics["programme_cost_share"].value or 0.0
    assert share > 1
    assert {"en": "does not pay here", "zh": "不划算"}[language] in _board("EX", language)
    assert view.words.percent(share) in _board("EX", language)
    assert view.words.percent(share) in _text(suitability(view))


@both
@pytest.mark.parametrize("unit", ["NC", "EC"])
def test_the_customer_that_two_units_price_apart_is_named_in_both_and_for_the_group(unit: str, language: str) -> None:
    view = _view(unit, language)
    group = next(iter(view.result.customer_groups.values()))
    assert {"NC", "EC"} <= set(group.units)
    (price,) = (found for found in group.seen if found.kind == "price")
    assert price.size == pytest.approx(0.08, abs=0.015)
    for said in (_board(unit, language), _text(suitability(view)), _text(group_board(_group(language)))):
        assert group.name in said
        assert view.words.percent(price.size) in said


@both
def test_the_dealer_let_down_in_the_season_is_named(language: str) -> None:
    view = _view("SC", language)
    (alert,) = (found for found in view.unit.alerts if found.kind == "peak_supply")
    assert alert.values["peak"] < 0.5 < 0.9 < alert.values["off_peak"]
    said = _board("SC", language)
    assert alert.name in said
    assert view.words.percent(alert.values["peak"]) in said


@both
def test_key_accounts_that_the_criteria_would_not_select_are_named(language: str) -> None:
    view = _view("OM", language)
    wrong = [found.name for found in view.unit.alerts if found.kind == "not_selected"]
    missed = [found.name for found in view.unit.alerts if found.kind == "not_listed"]
    assert (len(wrong), len(missed)) == (4, 3)
    said = _board("OM", language)
    assert all(name in said for name in wrong[:3])
    for unit in ("NC", "EC", "SC", "CA"):
        kinds = [found.kind for found in _view(unit, language).unit.alerts]
        assert kinds.count("not_selected") <= 1, "elsewhere the list follows its criteria"
