"""Customer groups in words and tables: what units charge and do, the differences a customer sees, and what to do about them."""

from __future__ import annotations

from kamassess.document import Cell, Column, Heading, Node, Paragraph, Rich, Run, Table, rich
from kamassess.result import CustomerGroup, GroupDifference, GroupUnit
from kamassess.sections.view import ResultView, View
from kamassess.trust import chance

__all__ = ["action_on", "difference_sentences", "shared_customers"]

_DETAILED = 4
"""Groups that the unit audit shows one by one."""
_DASH = Cell((Run("–"),))


def shared_customers(view: View) -> tuple[Node, ...]:
    """The groups that this unit shares with others: a table of the units each, the differences, and what to do."""
    words, names = view.words, view.unit.customer_groups
    head = Heading(2, words("shared_title"), "shared-customers")
    if not names:
        label = "shared_none" if view.result.customer_groups else "shared_no_groups"
        return (head, Paragraph(words.rich(label, column="group"), "note"))
    nodes: list[Node] = [
        head,
        Paragraph(words.rich("shared_intro" if len(names) > 1 else "shared_intro_one", count=words.number(len(names), 0))),
    ]
    for number, name in enumerate(names[:_DETAILED], 1):
        group = view.shared(name)
        nodes += [_table(view, group, number), *(Paragraph(text) for text in difference_sentences(view, group))]
        nodes.append(Paragraph(action_on(view, group)))
    if len(names) > _DETAILED:
        nodes.append(Paragraph(words.rich("shared_rest", count=words.number(len(names) - _DETAILED, 0)), "note"))
    return tuple(nodes)


# -- words ---------------------------------------------------------------------------------------------------------------


def difference_sentences(view: ResultView, group: CustomerGroup) -> list[Rich]:
    """A sentence for each difference that is certain, the money first; one that says so where there is none."""
    words = view.words
    if group.seen:
        return [_difference(view, group, found) for found in group.seen]
    if group.money is None:
        return [words.rich("difference_unknown", group=group.name, reason=words(f"reason_{group.reason}"))]
    units = words.list([words.of(unit.name) for unit in group.units.values()])
    return [words.rich("difference_none", group=group.name, units=units)]


def _difference(view: ResultView, group: CustomerGroup, found: GroupDifference) -> Rich:
    words = view.words
    worse, better = group.units[found.worse], group.units[found.better]
    values: dict[str, object] = {"group": group.name, "worse": words.of(worse.name), "better": words.of(better.name)}
    if found.kind == "price":
        values |= {
            "size": words.percent(found.size),
            "products": words.number(worse.price.n_common_products, 0),
            "lines": words.number(worse.price.n_common_lines, 0),
            "money": words.money(found.money or 0.0, view.result.currency),
        }
        return words.rich("difference_price", **values)
    if found.kind == "contact":
        met = [words.measure(value, "count") for value in (found.worse_value, found.better_value)]
        return words.rich("difference_contact", worse_value=met[0], better_value=met[1], **values)
    unit = "share" if found.kind == "otif" else "days"
    counts = [part.n_otif if found.kind == "otif" else part.n_response for part in (worse, better)]
    values |= {
        "worse_value": words.measure(found.worse_value, unit),
        "better_value": words.measure(found.better_value, unit),
        "worse_n": words.number(counts[0], 0),
        "better_n": words.number(counts[1], 0),
        "chance": chance(words, found.p),
    }
    return words.rich(f"difference_{found.kind}", **values)


def action_on(view: ResultView, group: CustomerGroup) -> Rich:
    """What to do about a group."""
    words = view.words
    if group.money:
        return words.rich("shared_do_price", group=group.name)
    if group.seen:
        first = group.seen[0]
        names = {"worse": words.of(group.units[first.worse].name), "better": words.of(group.units[first.better].name)}
        return words.rich("shared_do_service", group=group.name, **names)
    if group.money is None or group.sales is None:
        return words.rich("shared_do_unknown", group=group.name)
    return words.rich("shared_do_none", group=group.name, sales=words.money(group.sales, view.result.currency))


# -- table ---------------------------------------------------------------------------------------------------------------


def _table(view: View, group: CustomerGroup, number: int) -> Table:
    words = view.words
    columns = (
        Column(words("fact_unit"), "text", 2.3),
        Column(words("fit_column_net_sales"), "number", 1.5),
        Column(words("shared_column_accounts_of"), "number", 0.9),
        Column(words("shared_column_price_index"), "number", 1.0),
        Column(words("shared_column_otif"), "number", 1.3),
        Column(words("shared_column_contacts"), "number", 0.9),
        Column(words("shared_column_activities"), "number", 1.1),
        Column(words("shared_column_response"), "number", 1.2),
        Column(words("shared_column_margin"), "number", 0.9),
    )
    rows = tuple(_row(view, name, unit) for name, unit in group.units.items())
    counted = words("group_units", count=words.number(len(group.units), 0))
    window = next((metric.window for metric in view.unit.metrics.values() if metric.window), None)
    if window:
        first, last = (words.date(day) for day in window)
        caption = words("table_shared_group", group=group.name, units=counted, first=first, last=last)
    else:
        caption = words("table_shared_group_undated", group=group.name, units=counted)
    rules = view.result.group_rules
    note = (
        words.rich("table_shared_group_note", products=rules.least_products, lines=rules.least_lines)
        if rules and number == 1
        else ()
    )
    return Table(f"shared-{number}", caption, columns, rows, note=note)


def _row(view: View, name: str, unit: GroupUnit) -> tuple[Cell, ...]:
    words = view.words
    own = words.of(unit.name)
    here = Cell((Run(words("unit_here", name=own), "strong"),)) if name == view.unit.id else Cell(rich("{x}", x=own))
    return (
        here,
        Cell(rich("{x}", x=words.money(unit.sales, view.result.currency)), unit.sales) if unit.sales is not None else _DASH,
        Cell(rich("{x}", x=words.number(unit.accounts, 0)), unit.accounts),
        _index(view, unit),
        _counted(view, unit.otif, "share", unit.n_otif),
        Cell(rich("{x}", x=words.number(unit.contacts, 0)), unit.contacts) if unit.contacts is not None else _DASH,
        Cell(rich("{x}", x=words.number(unit.activities)), unit.activities) if unit.activities is not None else _DASH,
        _counted(view, unit.response_days, "days", unit.n_response),
        Cell(rich("{x}", x=words.measure(unit.margin, "ratio")), unit.margin) if unit.margin is not None else _DASH,
    )


def _index(view: View, unit: GroupUnit) -> Cell:
    price, words = unit.price, view.words
    if price.value is None:
        return Cell((Run("–"),), title=words(f"reason_{price.reason}"))
    return Cell((Run(words.number(100 * price.value), "plain" if price.enough else "muted"),), price.value)


def _counted(view: View, value: float | None, unit: str, n: int) -> Cell:
    words = view.words
    if value is None:
        return _DASH
    return Cell(rich("{x}", x=words("shared_value_n", value=words.measure(value, unit), n=words.number(n, 0))), value)
