"""The options beside each other: what they leave us, what they give the customer, and how they score on every criterion."""

from __future__ import annotations

from kamassess.document import Cell, Column, Heading, Node, Paragraph, Rich, Run, Table, rich
from kamassess.result.options import Amount, OptionResult
from kamassess.sections.options.view import CaseView, OptionsView

__all__ = ["comparison", "table_criteria", "table_customer", "table_money"]

_DASH = "–"
_NEARLY_ALL = 0.9
"""From this share of weightings on, the weights do not matter for the choice."""


def comparison(view: OptionsView) -> tuple[Node, ...]:
    """Tables of money, of the customer and loyalty, and of criteria."""
    words = view.words
    nodes: list[Node] = [Heading(1, words("opt_section_comparison"), "comparison")]
    for case in view.cases:
        if not case.alone:
            nodes.append(Heading(2, case.name, case.id("compared")))
        nodes += [Paragraph(words.rich("opt_comparison_intro")), table_money(case)]
        nodes += [Paragraph(text) for text in _longer(case)]
        nodes += [table_customer(case), table_criteria(case)]
        nodes += [Paragraph(text) for text in _weightings(case)]
    return tuple(nodes)


def table_money(view: CaseView) -> Table:
    """What each option costs us and leaves us."""
    words = view.words
    labels = ("opt_column_cost", "opt_column_kept", "opt_column_net", "opt_column_gain", "opt_column_lifetime")
    columns = (Column(words("opt_column_option"), "text", 2.4), *(Column(words(label), "number", 1.2) for label in labels))
    rows = []
    for option in view.ranked:
        cells = (
            _amount(view, option.cost),
            _share(view, option.kept),
            _amount(view, option.net, strong=option.id == view.case.best),
            _amount(view, option.gain, signed=True) if not option.baseline else Cell((Run(_DASH),)),
            _amount(view, option.lifetime),
        )
        rows.append((_name(view, option), *cells))
    note = words.rich("opt_money_note", unit=view.amounts.unit, years=words.short(view.case.years))
    return Table(view.id("money-table"), words("opt_table_money"), columns, tuple(rows), note, sortable=True)


def table_customer(view: CaseView) -> Table:
    """What each option gives the customer, and what it does to loyalty."""
    words = view.words
    labels = ("opt_column_promised", "opt_column_expected", "opt_column_per_cost", "opt_column_points", "opt_column_effort")
    columns = (Column(words("opt_column_option"), "text", 2.4), *(Column(words(label), "number", 1.2) for label in labels))
    rows = []
    for option in view.ranked:
        promised = option.values.get("customer_value")
        points = option.loyalty.retention
        effort = option.loyalty.switching_effort
        cells = (
            _amount(view, Amount(promised)) if promised is not None else Cell((Run(_DASH),)),
            _amount(view, option.customer_value) if not option.baseline or promised is not None else Cell((Run(_DASH),)),
            _plain(view, option.value_per_cost, 2),
            _points(view, points) if not option.baseline else Cell((Run(_DASH),)),
            _plain(view, effort, 0),
        )
        rows.append((_name(view, option), *cells))
    note = words.rich("opt_customer_note", unit=view.amounts.unit)
    return Table(view.id("customer-table"), words("opt_table_customer"), columns, tuple(rows), note, sortable=True)


def table_criteria(view: CaseView) -> Table:
    """Every criterion with its weight and what each option has, then the score, and how often each is first."""
    words = view.words
    columns = [Column(words("column_criterion"), "text", 2.6), Column(words("opt_column_weight"), "number", 0.9)]
    columns += [Column(view.named(option.id), "number", 1.2) for option in view.options]
    rows = []
    for criterion in view.case.criteria:
        name = view.capital(view.criterion(criterion.id)) + (words("opt_lower_better") if criterion.better == "lower" else "")
        weight = criterion.weight
        title = words("opt_same_for_all") if criterion.reason == "no_variance" else words("reason_zero_weight")
        shown = Cell((Run(_DASH),), None, None, title) if weight is None else Cell((Run(view.part(weight)),), weight)
        rows.append((Cell(rich("{x}", x=name)), shown, *(_assumed(view, option, criterion.id) for option in view.options)))
    totals = [
        (words("opt_row_score"), "", [_plain(view, option.score, 0, strong=True) for option in view.options]),
        (words("opt_row_first"), "", [_part(view, option.first_share) for option in view.options]),
    ]
    rows += [(Cell((Run(label, "strong"),)), Cell((Run(empty),)), *cells) for label, empty, cells in totals]
    note = words.rich("opt_criteria_note", draws=words.number(view.case.draws, 0))
    return Table(view.id("criteria-table"), words("opt_table_criteria"), tuple(columns), tuple(rows), note)


def _longer(view: CaseView) -> list[Rich]:
    """That another option leaves more over all years, if one does."""
    known = [(option.lifetime.value, option) for option in view.ranked if option.lifetime.value is not None]
    value, most = max(known, key=lambda entry: entry[0], default=(0.0, None))
    if most is None or not view.compared or most.id == view.case.best:
        return []
    return [view.words.rich("opt_longer", name=view.quoted(most.id), amount=view.amounts.text(value))]


def _weightings(view: CaseView) -> list[Rich]:
    """How far the order depends on the weights."""
    words = view.words
    shares = [(option.first_share.value, option) for option in view.options if option.first_share.value is not None]
    if not shares:
        return []
    shares.sort(key=lambda entry: -entry[0])
    share, first = shares[0]
    values = {"name": view.quoted(first.id), "share": view.part(share)}
    if share >= _NEARLY_ALL or len(shares) == 1:
        found = [words.rich("opt_weightings_most", **values)]
    elif share > 0.5:
        second = {"second": view.quoted(shares[1][1].id), "other": view.part(shares[1][0])}
        found = [words.rich("opt_weightings_mostly", **values, **second)]
    else:
        found = [words.rich("opt_weightings_split", **values)]
    if first.id == view.case.best and view.behind and view.behind[-1].id in first.beats:
        worst = view.behind[-1]
        found.append(words.rich("opt_weightings_beats", worst=view.quoted(worst.id), share=view.part(first.beats[worst.id])))
    elif view.case.best and first.id != view.case.best:
        found.append(words.rich("opt_weightings_other", best=view.quoted(view.case.best)))
    return [view.sentences(*found)]


# -- cells -----------------------------------------------------------------------------------------------------------------


def _name(view: CaseView, option: OptionResult) -> Cell:
    return Cell((Run(view.named(option.id), "strong" if option.id == view.case.best else "plain"),))


def _missing(view: CaseView, amount: Amount) -> Cell:
    return Cell((Run(_DASH),), None, None, view.why(amount))


def _amount(view: CaseView, amount: Amount, *, signed: bool = False, strong: bool = False) -> Cell:
    if amount.value is None:
        return _missing(view, amount)
    return Cell((Run(view.amounts.plain(amount.value, signed=signed), "strong" if strong else "plain"),), amount.value)


def _share(view: CaseView, amount: Amount) -> Cell:
    return _missing(view, amount) if amount.value is None else Cell((Run(view.share(amount.value)),), amount.value)


def _part(view: CaseView, amount: Amount) -> Cell:
    return _missing(view, amount) if amount.value is None else Cell((Run(view.part(amount.value)),), amount.value)


def _plain(view: CaseView, amount: Amount, digits: int, *, strong: bool = False) -> Cell:
    if amount.value is None:
        return _missing(view, amount)
    return Cell((Run(view.words.number(amount.value, digits), "strong" if strong else "plain"),), amount.value)


def _points(view: CaseView, amount: Amount) -> Cell:
    if amount.value is None:
        return _missing(view, amount)
    sign = "−" if amount.value < 0 else "+"
    shown = f"{sign}{view.words.short(round(abs(100 * amount.value), 1))}"
    return Cell((Run(view.words("opt_points", value=shown)),), amount.value)


def _assumed(view: CaseView, option: OptionResult, criterion: str) -> Cell:
    """What is assumed of an option; what goes without saying in grey."""
    value = option.values.get(criterion)
    if value is None:
        return Cell((Run(_DASH, "muted"),), None, None, view.words("opt_not_given"))
    money = criterion in ("cost", "one_off", "customer_value")
    return Cell((Run(view.amounts.plain(value) if money else view.value(criterion, value)),), value)
