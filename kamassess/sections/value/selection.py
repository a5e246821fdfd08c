"""Which accounts belong on the list of key accounts: who should come on it, who should be looked at again, and why."""

from __future__ import annotations

from collections.abc import Sequence

from kamassess.document import Cell, Column, Heading, Node, Paragraph, Table
from kamassess.result import AccountValue
from kamassess.sections.value.view import ValueView

__all__ = ["selection", "table_advised"]

_MOST = 20


def selection(view: ValueView) -> tuple[Node, ...]:
    """The two lists with reasons, and the valuable accounts that are on none."""
    words, least = view.words, view.portfolio.thresholds
    head = Heading(1, words("val_section_selection"), "selection")
    if least is None:
        return (head, Paragraph(words.rich("val_no_portfolio")))
    declared = "declared" if len(least.declared) == 2 else "median" if not least.declared else "mixed"
    values = {"attractiveness": words.short(least.attractiveness), "strength": words.short(least.strength)}
    nodes: list[Node] = [
        head,
        Paragraph(view.sentences(words.rich(f"val_selection_{declared}", **values), view.on_the_list)),
    ]
    for what in ("promote", "review"):
        found = view.advised(what)
        if found:
            nodes.append(table_advised(view, what, found, _MOST))
    outside = [view.by_id[name] for name in view.portfolio.sensitivity.first if not view.by_id[name].key]
    if outside:
        top = view.portfolio.sensitivity.top
        nodes.append(Paragraph(words.rich("val_selection_outside", top=top, names=view.names(outside))))
    unknown = [account for account in view.current if account.quadrant is None]
    if unknown:
        nodes.append(Paragraph(words.rich("val_selection_unknown", names=view.names(unknown), count=len(unknown)), "note"))
    return tuple(nodes)


def table_advised(view: ValueView, what: str, found: Sequence[AccountValue], most: int) -> Table:
    """Accounts to promote or to review, and what speaks for and against it."""
    words = view.words
    columns = (
        Column(words("val_column_account"), "text", 2.8),
        Column(words("val_column_attractiveness"), "number", 1.1),
        Column(words("val_column_strength"), "number", 0.9),
        Column(words("val_column_rank"), "number", 0.8),
        Column(words("val_column_contribution"), "number", 1.3),
        Column(words("val_column_reasons"), "text", 4.0),
    )
    rows = tuple(_row(view, what, account) for account in found[:most])
    note = words.rich("val_unit_note", unit=view.money_unit)
    if len(found) > most:
        note += words.rich("val_advised_more", count=len(found) - most)
    return Table(f"{what}-table", words(f"val_table_{what}", count=len(found)), columns, rows, note)


def _row(view: ValueView, what: str, account: AccountValue) -> tuple[Cell, ...]:
    reasons = view.words("val_semicolon").join(_reasons(view, what, account))
    return (
        view.name_cell(account),
        view.number_cell(account.attractiveness),
        view.number_cell(account.strength),
        view.number_cell(account.rank, 0),
        view.money_cell(account.contribution),
        view.plain_cell(reasons[:1].upper() + reasons[1:]),
    )


def _reasons(view: ValueView, what: str, account: AccountValue) -> list[str]:
    """Why it is on this list, and what to see to before it is moved."""
    words, least = view.words, view.portfolio.thresholds
    if least is None:
        return []
    found = []
    if what == "review":
        short = [
            name
            for name, value, need in (
                ("attractiveness", account.attractiveness, least.attractiveness),
                ("strength", account.strength, least.strength),
            )
            if value is not None and value < need
        ]
        found.append(words(f"val_short_{'both' if len(short) == 2 else short[0]}"))
    else:
        found.append(words("val_meets"))
    first = account.id in view.portfolio.sensitivity.first
    if (account.contribution.value or 0.0) < 0:
        found.append(words(f"val_costs_money_{what}"))
    elif first:
        found.append(words(f"val_valuable_{what}", top=view.portfolio.sensitivity.top))
    if account.contacts.value is not None and account.contacts.value <= 1:
        found.append(words("val_one_contact" if account.contacts.value else "val_no_contact"))
    if what == "review" and account.quadrant == "star" and not first:
        found.append(words("val_build_instead"))
    return found
