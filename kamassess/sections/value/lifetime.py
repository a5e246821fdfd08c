"""What key accounts are worth as long as they stay, and everything that figure rests on."""

from __future__ import annotations

from kamassess.document import Cell, Column, Heading, Node, Paragraph, Run, Table
from kamassess.result import AccountValue
from kamassess.result.options import Amount
from kamassess.sections.value.view import ValueView

__all__ = ["lifetime"]

_MOST = 40


def lifetime(view: ValueView) -> tuple[Node, ...]:
    """Assumptions first, then the values."""
    words, basis = view.words, view.portfolio.lifetime
    head = Heading(1, words("val_section_lifetime"), "lifetime")
    if basis.reason is not None or basis.retention is None:
        return (head, Paragraph(words.rich("val_lifetime_none", why=view.why(basis))))
    low, high = basis.ci or (basis.retention, basis.retention)
    values = {
        "retention": view.percent(basis.retention),
        "low": view.percent(low),
        "high": view.percent(high),
        "kept": basis.kept,
        "of": basis.of,
        "discount": view.percent(basis.discount),
    }
    found = [account for account in view.current if account.key and account.lifetime]
    found.sort(key=lambda account: (account.lifetime is None, -(_value(account) or 0.0), account.id))
    if not found:
        return (head, Paragraph(words.rich("val_lifetime_none", why=words("reason_no_key_accounts"))))
    return (
        head,
        Paragraph(words.rich("val_lifetime", **values)),
        _table(view, found),
        Paragraph(words.rich("val_lifetime_caution"), "note"),
    )


def _value(account: AccountValue) -> float | None:
    return account.lifetime.value if account.lifetime else None


def _table(view: ValueView, found: list[AccountValue]) -> Table:
    words = view.words
    columns = (
        Column(words("val_column_account"), "text", 3.0),
        Column(words("val_column_contribution"), "number", 1.3),
        Column(words("val_column_margin"), "number", 1.0),
        Column(words("val_column_lifetime"), "number", 1.3),
        Column(words("val_column_range"), "number", 2.0),
    )
    rows = tuple(
        (
            view.name_cell(account),
            view.money_cell(account.contribution),
            view.share_cell(account.margin),
            view.money_cell(account.lifetime or Amount(None)),
            _range(view, account),
        )
        for account in found[:_MOST]
    )
    note = words.rich("val_unit_note", unit=view.money_unit)
    return Table("lifetime-table", words("val_table_lifetime"), columns, rows, note, sortable=True)


def _range(view: ValueView, account: AccountValue) -> Cell:
    if account.lifetime_ci is None:
        return Cell((Run("–", "muted"),))
    low, high = account.lifetime_ci
    return Cell((Run(view.words("val_range", low=view.amount(low), high=view.amount(high)), "muted"),), low)
