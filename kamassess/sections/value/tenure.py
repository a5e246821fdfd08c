"""How long customers stay, and what became of last year's sales."""

from __future__ import annotations

from kamassess.document import Cell, Column, Heading, Node, Paragraph, Run, Table
from kamassess.result import AccountValue
from kamassess.sections.value.concentration import table_metrics
from kamassess.sections.value.drawings import survival_chart
from kamassess.sections.value.view import ValueView

__all__ = ["revenue", "tenure"]

_MOST = 10
_MOVED = 6


def tenure(view: ValueView) -> tuple[Node, ...]:
    """Years together, the survival curve, and who left."""
    words, survival = view.words, view.portfolio.survival
    nodes: list[Node] = [Heading(1, words("val_section_tenure"), "tenure")]
    if view.has("median_tenure"):
        nodes.append(Paragraph(words.rich("val_tenure", years=view.metric("median_tenure"))))
    if not survival.points:
        nodes.append(Paragraph(words.rich("val_survival_none", why=view.why(survival))))
        return tuple(nodes)
    if not survival.lost:
        nodes.append(Paragraph(words.rich("val_survival_nobody", n=survival.n)))
        return tuple(nodes)
    if view.has("account_survival"):
        share = view.metric("account_survival")
        nodes.append(Paragraph(words.rich("val_survival", share=share, n=survival.n, lost=survival.lost)))
    chart = survival_chart(view)
    if chart is not None:
        nodes += [chart, Paragraph(words.rich("val_survival_note"), "note")]
    gone = [account for account in view.portfolio.accounts if account.left]
    if gone:
        nodes.append(_gone(view, gone))
    return tuple(nodes)


def _gone(view: ValueView, gone: list[AccountValue]) -> Table:
    words = view.words
    columns = (
        Column(words("val_column_account"), "text", 3.0),
        Column(words("val_column_left"), "text", 1.6),
        Column(words("val_column_sales_before"), "number", 1.4),
        Column(words("val_column_sales"), "number", 1.4),
    )
    rows = tuple(
        (
            view.name_cell(account),
            view.plain_cell(words.date(account.left or "")),
            view.money_cell(account.sales_before),
            view.money_cell(account.sales),
        )
        for account in gone[:_MOST]
    )
    note = words.rich("val_unit_note", unit=view.money_unit)
    if len(gone) > _MOST:
        note += words.rich("val_gone_more", count=len(gone) - _MOST)
    return Table("gone-table", words("val_table_gone"), columns, rows, note)


def revenue(view: ValueView) -> tuple[Node, ...]:
    """What became of the sales of the window before."""
    words, change = view.words, view.portfolio.revenue
    head = Heading(1, words("val_section_revenue"), "revenue")
    if change.reason is not None:
        return (head, Paragraph(words.rich("val_revenue_none", why=view.why(change))))
    values = {"net": view.metric("revenue_retention"), "gross": view.metric("gross_revenue_retention")}
    said = words.rich("val_revenue", before=view.money(change.before), now=view.money(change.now), **values)
    nodes: list[Node] = [head, Paragraph(said), _bridge(view), _moved(view)]
    if change.partial and change.first_day:
        nodes.insert(2, Paragraph(words.rich("val_caution_partial", day=words.date(change.first_day)), "note"))
    metrics = ("revenue_retention", "gross_revenue_retention")
    nodes.append(table_metrics(view, "retention-table", words("val_table_retention"), metrics))
    return tuple(nodes)


def _bridge(view: ValueView) -> Table:
    """From the sales before to those of now."""
    words, portfolio = view.words, view.portfolio
    change = portfolio.revenue
    columns = (
        Column(words("val_column_step"), "text", 3.4),
        Column(words("val_column_accounts"), "number", 1.0),
        Column(words("val_column_amount"), "number", 1.4),
    )

    def row(label: str, amount: float, count: int | None, *, whole: bool = False) -> tuple[Cell, ...]:
        text = Run(words(label), "strong" if whole else "plain")
        shown = view.amount(amount) if whole else view.amount(amount, signed=True)
        counted = Cell((Run("" if count is None else words.number(count, 0)),), count)
        return Cell((text,)), counted, Cell((Run(shown, "strong" if whole else "plain"),), amount)

    rows = (
        row("val_step_before", change.before, None, whole=True),
        row("val_step_lost", change.lost, change.accounts["lost"]),
        row("val_step_shrunk", change.shrunk, change.accounts["shrunk"]),
        row("val_step_grown", change.grown, change.accounts["grown"]),
        row("val_step_won", change.won, change.accounts["won"]),
        row("val_step_now", change.now, None, whole=True),
    )
    spans = {"before": view.days(portfolio.before), "now": view.days(portfolio.window)}
    note = words.rich("val_bridge_note", unit=view.money_unit, **spans)
    return Table("bridge-table", words("val_table_bridge"), columns, rows, note)


def _moved(view: ValueView) -> Table:
    """The accounts that fell and rose most."""
    words = view.words
    columns = (
        Column(words("val_column_account"), "text", 3.0),
        Column(words("val_column_sales_before"), "number", 1.3),
        Column(words("val_column_sales"), "number", 1.3),
        Column(words("val_column_change"), "number", 1.3),
    )
    known = [account for account in view.portfolio.accounts if account.change.value]
    known.sort(key=lambda account: (account.change.value or 0.0, account.id))
    falls = [account for account in known if (account.change.value or 0.0) < 0][:_MOVED]
    rises = [account for account in known if (account.change.value or 0.0) > 0][-_MOVED:]
    rows = tuple(
        (
            view.name_cell(account),
            view.money_cell(account.sales_before),
            view.money_cell(account.sales),
            view.money_cell(account.change, signed=True),
        )
        for account in (*falls, *rises)
    )
    return Table("moved-table", words("val_table_moved"), columns, rows, words.rich("val_unit_note", unit=view.money_unit))
