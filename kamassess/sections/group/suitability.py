"""Which units should run key account management, and the customers that several of them serve."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from kamassess.document import Card, Cards, Cell, Column, Heading, Node, Paragraph, Rich, Run, Table, rich
from kamassess.result import CustomerGroup, GroupDifference
from kamassess.sections.fit_words import reason_in_short
from kamassess.sections.group.view import MOST_ROWS, GroupView
from kamassess.sections.shared_customers import action_on, difference_sentences

__all__ = ["customers", "suitability"]

_REASONS, _CARDS, _NAMED = 3, 3, 4
_DASH = Cell((Run("–"),))
_VERDICTS: tuple[Literal["full", "light", "not_yet", "open"], ...] = ("full", "light", "not_yet", "open")


def suitability(view: GroupView) -> tuple[Node, ...]:
    """Every unit with its verdict and reasons in short; nothing where the questionnaire does not ask."""
    words = view.words
    judged = {name: found for name in view.shown if (found := view.unit(name).suitability)}
    if not judged:
        return ()
    counts = Counter(found.verdict or "open" for found in judged.values())
    parts = [
        words("units_with_verdict", verdict=words(f"suitability_verdict_{verdict}"), units=view.units(counts[verdict]))
        for verdict in _VERDICTS
        if counts[verdict]
    ]
    return (
        Heading(1, words("section_units_suitability"), "units-suitability"),
        Paragraph(words.rich("units_suitability", counts=words("fit_separator").join(parts))),
        _units(view, tuple(judged)),
    )


def _units(view: GroupView, names: tuple[str, ...]) -> Table:
    words = view.words
    columns = (
        Column(words("fact_unit"), "text", 2.2),
        Column(words("fit_column_verdict"), "text", 1.5),
        Column(words("fit_column_reasons"), "text", 5.0),
        Column(words("fit_column_accounts_covered"), "number", 0.9),
        Column(words("fit_column_cost_share"), "number", 1.3),
    )
    return Table("units-suitability-table", words("table_units_suitability"), columns, tuple(_unit(view, name) for name in names))


def _unit(view: GroupView, name: str) -> tuple[Cell, ...]:
    words, unit = view.words, view.unit(name)
    found = unit.suitability
    if found is None:
        return (Cell(rich("{x}", x=view.unit_name(name))), *(_DASH,) * 4)
    essential = view.result.fit_rules.essential if view.result.fit_rules and found.knock_outs else ()
    telling = [reason for reason in found.reasons if reason.about not in essential]  # a knock-out by cost has said so
    reasons = [reason_in_short(view, unit, reason) for reason in telling[:_REASONS]]
    covered = len(found.covered.accounts) if found.verdict in ("full", "light") else None
    share = found.break_even.share
    return (
        Cell(rich("{x}", x=view.unit_name(name))),
        Cell((Run(words(f"suitability_verdict_{found.verdict or 'open'}"), "strong"),)),
        Cell(rich("{x}", x=words("fit_separator").join(reasons))),
        Cell(rich("{x}", x=words.number(covered, 0)), covered) if covered else _DASH,
        Cell(rich("{x}", x=words.percent(share)), share) if share is not None else _DASH,
    )


# -- customers -----------------------------------------------------------------------------------------------------------


def customers(view: GroupView) -> tuple[Node, ...]:
    """One table over all groups that two or more units serve, and the three with most at stake in sentences."""
    words, found = view.words, view.result.customer_groups
    head = Heading(1, view.said("section_customers"), "customers")
    if not found and view.single:
        return ()
    if not found:
        return (head, Paragraph(view.told("customers_none", column="group")))
    shown = [found[name] for name in list(found)[:MOST_ROWS]]
    cards = [
        Card("gap" if group.seen else "neutral", words("card_group", group=group.name), _body(view, group))
        for group in shown[:_CARDS]
    ]
    return (head, *_intro(view), _groups(view, shown), Cards(tuple(cards)))


def _intro(view: GroupView) -> tuple[Paragraph, ...]:
    words, total = view.words, view.result.group_totals
    count = _count(view, len(view.result.customer_groups))
    if total is None or total.sales is None:
        return (Paragraph(view.told("customers_intro_no_sales", count=count)),)
    said = Paragraph(view.told("customers_intro", count=count, sales=words.money(total.sales, view.result.currency)))
    if total.money is None or view.result.group_rules is None:
        return (said,)
    limit = words.percent(view.result.group_rules.price)
    if not total.with_money:
        return said, Paragraph(words.rich("customers_no_money", limit=limit))
    values = {"count": _count(view, total.with_money), "money": words.money(total.money, view.result.currency)}
    return said, Paragraph(view.told("customers_money", limit=limit, **values))


def _count(view: GroupView, count: int) -> str:
    return view.words("shared_one_group") if count == 1 else view.words("shared_groups", n=view.words.number(count, 0))


def _body(view: GroupView, group: CustomerGroup) -> tuple[Rich, ...]:
    return (*difference_sentences(view, group), action_on(view, group))


def _groups(view: GroupView, shown: list[CustomerGroup]) -> Table:
    words, rules = view.words, view.result.group_rules
    columns = (
        Column(words("shared_column_group"), "text", 2.2),
        Column(words("shared_column_units"), "text", 2.4),
        Column(words("shared_column_at_stake"), "number", 1.4),
        Column(words("shared_column_price_gap"), "number", 1.0),
        Column(words("shared_column_otif"), "number", 1.4),
        Column(words("fit_column_net_sales"), "number", 1.5),
        Column(words("fit_column_contribution"), "number", 1.6),
        Column(words("shared_column_wallet"), "number", 1.0),
    )
    note = view.told("table_customers_note", limit=words.percent(rules.price)) if rules else ()
    rest = len(view.result.customer_groups) - len(shown)
    if rest:
        note += (Run(" "), *words.rich("table_customers_rest", count=words.number(rest, 0)))
    rows = tuple(_group(view, group) for group in shown)
    return Table("customer-groups", view.said("table_customers"), columns, rows, note=note, sortable=True)


def _group(view: GroupView, group: CustomerGroup) -> tuple[Cell, ...]:
    words = view.words
    names = [words.of(unit.name) for unit in group.units.values()]
    units = words.list(names) if len(names) <= _NAMED else view.units(len(names))
    kinds = {found.kind: found for found in group.differences}
    sales = Cell(rich("{x}", x=words.money(group.sales, view.result.currency)), group.sales) if group.sales is not None else _DASH
    wallet = group.share_of_wallet
    return (
        Cell(rich("{x}", x=group.name)),
        Cell(rich("{x}", x=units)),
        Cell(rich("{x}", x=words.money(group.money, view.result.currency)), group.money) if group.money else _DASH,
        _gap(view, group, kinds.get("price")),
        _otif(view, group, kinds.get("otif")),
        sales,
        _contribution(view, group),
        Cell(rich("{x}", x=words.percent(wallet)), wallet) if wallet is not None else _DASH,
    )


def _contribution(view: GroupView, group: CustomerGroup) -> Cell:
    """With the number of accounts where it is not known of all of them."""
    words, value = view.words, group.contribution
    if value is None:
        return _DASH
    text: Rich = (Run(words.money(value, view.result.currency)),)
    if group.n_contribution < group.accounts:
        text += (Run(words("fit_of", n=group.n_contribution, of=group.accounts), "muted"),)
    return Cell(text, value)


def _gap(view: GroupView, group: CustomerGroup, found: GroupDifference | None) -> Cell:
    words = view.words
    if group.money is None:
        return Cell((Run("–"),), title=words(f"reason_{group.reason}"))
    size = found.size if found else 0.0
    return Cell((Run(words.percent(size), "plain" if found and found.certain else "muted"),), size)


def _otif(view: GroupView, group: CustomerGroup, found: GroupDifference | None) -> Cell:
    words = view.words
    if found is None:
        shares = [unit.otif for unit in group.units.values() if unit.otif is not None]
        return Cell(rich("{x}", x=words.percent(shares[0])), shares[0]) if len(set(shares)) == 1 else _DASH
    text = words("from_to", low=words.percent(found.worse_value), high=words.percent(found.better_value))
    return Cell((Run(text, "strong" if found.certain else "plain"),), found.size)
