"""Every account with what it is worth and where it stands: key accounts first, then by the value index."""

from __future__ import annotations

from kamassess.document import Cell, Column, Heading, Node, Paragraph, Run, Table
from kamassess.result import AccountValue
from kamassess.result.options import Amount
from kamassess.sections.value.view import ValueView

__all__ = ["accounts", "table_accounts"]

_MOST = 40


def accounts(view: ValueView) -> tuple[Node, ...]:
    """The value index in words, and the table."""
    words = view.words
    parts = view.weights
    best = [account for account in view.current if account.rank]
    said = words.rich("val_accounts_best", name=best[0].name, index=words.number(best[0].index.value or 0.0, 0)) if best else ()
    intro = view.sentences(words.rich("val_accounts_intro", weights=words.list(parts)), said)
    nodes: list[Node] = [Heading(1, words("val_section_accounts"), "accounts"), Paragraph(intro), table_accounts(view)]
    alone = [
        account for account in view.current if account.key and account.contacts.value is not None and account.contacts.value <= 1
    ]
    if alone:
        nodes.append(Paragraph(words.rich("val_accounts_contact", names=view.names(alone))))
    return tuple(nodes)


def table_accounts(view: ValueView) -> Table:
    """At most forty accounts, key accounts first."""
    words = view.words
    columns = (
        Column(words("val_column_account"), "text", 3.0),
        Column(words("val_column_cell"), "text", 1.3),
        Column(words("val_column_list"), "text", 1.0),
        Column(words("val_column_index"), "number", 0.9),
        Column(words("val_column_contribution"), "number", 1.3),
        Column(words("val_column_margin"), "number", 0.9),
        Column(words("val_column_share"), "number", 1.0),
        Column(words("val_column_wallet"), "number", 1.1),
        Column(words("val_column_years"), "number", 0.9),
    )
    shown = sorted(view.current, key=lambda account: not account.key)[:_MOST]
    rows = tuple(_row(view, account) for account in shown)
    note = words.rich("val_accounts_note", unit=view.money_unit)
    if len(view.current) > _MOST:
        note += words.rich("val_accounts_cut", most=_MOST, n=len(view.current))
    return Table("accounts-table", words("val_table_accounts"), columns, rows, note, sortable=True)


def _row(view: ValueView, account: AccountValue) -> tuple[Cell, ...]:
    words = view.words
    index = account.index.value
    return (
        view.name_cell(account),
        view.plain_cell(words(f"val_cell_{account.quadrant}") if account.quadrant else "–"),
        view.plain_cell(view.advice_on(account)),
        Cell((Run(words.number(index, 0), "strong"),), index) if index is not None else view.nothing(account.index),
        _shaded(view.money_cell(account.contribution), account.scores["contribution"]),
        view.share_cell(account.margin),
        _shaded(view.share_cell(account.share), account.scores["revenue"]),
        _shaded(wallet_cell(view, account), account.scores["wallet"]),
        _shaded(_years(view, account.years), account.scores["tenure"]),
    )


def _shaded(cell: Cell, score: float | None) -> Cell:
    """A part of the index, shaded by its score."""
    return cell if score is None else Cell(cell.text, cell.sort, score / 100, cell.title)


def _years(view: ValueView, years: Amount) -> Cell:
    return view.nothing(years) if years.value is None else view.number_cell(years.value)


def wallet_cell(view: ValueView, account: AccountValue) -> Cell:
    """A share of wallet; an estimate, and one above 100 %, say so."""
    share = account.share_of_wallet
    if share.value is None:
        return view.nothing(share)
    mark = "≈" if account.wallet_estimated else ""
    wrong = account.open_wallet.reason == "wallet_too_low"
    title = view.words("reason_wallet_too_low") if wrong else view.words("val_estimated") if mark else ""
    text = f"{mark}{view.percent(share.value)}" + ("!" if wrong else "")
    return Cell((Run(text, "strong" if wrong else "plain"),), share.value, None, title)
