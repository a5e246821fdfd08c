"""Where business is still to be won: what customers buy elsewhere, and which wallet figures cannot be right."""

from __future__ import annotations

from kamassess.document import Column, Heading, Node, Paragraph, Table
from kamassess.result.options import Amount
from kamassess.sections.value.accounts import wallet_cell
from kamassess.sections.value.view import ValueView

__all__ = ["wallet"]

_MOST = 12


def wallet(view: ValueView) -> tuple[Node, ...]:
    """The open amount in words and by account."""
    words, portfolio = view.words, view.portfolio
    nodes: list[Node] = [Heading(1, words("val_section_wallet"), "wallet")]
    found = portfolio.open_wallet
    if found.value is None:
        nodes.append(Paragraph(words.rich("val_wallet_none", why=view.why(found))))
        return tuple(nodes)
    values = {"open": view.money(found.value), "count": portfolio.open_accounts, "n": portfolio.current}
    nodes.append(Paragraph(words.rich("val_wallet", **values)))
    nodes.append(_table(view))
    low = [account for account in view.current if account.open_wallet.reason == "wallet_too_low"]
    zero = [account for account in view.current if account.wallet == 0]
    if low:
        nodes.append(Paragraph(words.rich("val_wallet_low", names=view.names(low), count=len(low)), "note"))
    if zero:
        nodes.append(Paragraph(words.rich("val_wallet_zero", names=view.names(zero), count=len(zero)), "note"))
    return tuple(nodes)


def _table(view: ValueView) -> Table:
    words = view.words
    columns = (
        Column(words("val_column_account"), "text", 3.0),
        Column(words("val_column_open"), "number", 1.3),
        Column(words("val_column_wallet"), "number", 1.1),
        Column(words("val_column_whole"), "number", 1.3),
        Column(words("val_column_sales"), "number", 1.3),
        Column(words("val_column_contacts"), "number", 0.9),
    )
    known = [account for account in view.current if account.open_wallet.value is not None]
    known.sort(key=lambda account: (-(account.open_wallet.value or 0.0), account.id))
    rows = tuple(
        (
            view.name_cell(account),
            view.money_cell(account.open_wallet),
            wallet_cell(view, account),
            view.money_cell(Amount(account.wallet)) if account.wallet else view.plain_cell("–"),
            view.money_cell(account.sales),
            view.nothing(account.contacts) if account.contacts.value is None else view.number_cell(account.contacts.value, 0),
        )
        for account in known[:_MOST]
    )
    note = words.rich("val_wallet_note", unit=view.money_unit)
    return Table("wallet-table", words("val_table_wallet", count=len(rows)), columns, rows, note, sortable=True)
