"""Where the money comes from: the whale curve, the accounts that cost money, and how much hangs on few."""

from __future__ import annotations

from collections.abc import Sequence

from kamassess.document import Cell, Column, Heading, Node, Paragraph, Rich, Run, Table
from kamassess.result import AccountValue
from kamassess.sections.value.drawings import whale_chart
from kamassess.sections.value.view import ValueView

__all__ = ["concentration", "table_metrics", "whale_sentence"]

_MOST = 10
_METRICS = (
    *("concentration", "effective_accounts", "largest_share", "top_five_share", "sales_gini", "large_accounts"),
    *("contribution", "contribution_margin", "top_fifth_contribution"),
)


def concentration(view: ValueView) -> tuple[Node, ...]:
    """The whale curve in words and drawn; concentration in figures."""
    words, whale = view.words, view.portfolio.whale
    nodes: list[Node] = [Heading(1, words("val_section_concentration"), "concentration"), Paragraph(whale_sentence(view))]
    chart = whale_chart(view)
    if chart is not None:
        nodes.append(chart)
    if whale.points:
        label = "val_whale_unknown" if whale.unknown else "val_whale_who"
        nodes.append(Paragraph(words.rich(label, count=whale.unknown), "note"))
    losing = sorted(
        (account for account in view.portfolio.accounts if (account.contribution.value or 0.0) < 0),
        key=lambda account: (account.contribution.value or 0.0, account.id),
    )
    if losing:
        nodes.append(_losing(view, losing))
    if view.large:
        nodes.append(Paragraph(words.rich("val_large", names=_with_shares(view), count=len(view.large))))
    if any(view.has(name) for name in _METRICS):
        nodes.append(table_metrics(view, "concentration-table", words("val_table_concentration"), _METRICS))
    return tuple(nodes)


def whale_sentence(view: ValueView) -> Rich:
    """What the curve says, and what to do."""
    words, whale = view.words, view.portfolio.whale
    if not whale.points:
        return words.rich("val_whale_none", why=view.why(whale))
    if len(whale.points) == 1:
        return words.rich("val_whale_single", total=view.money(whale.total))
    if whale.half is None:
        return words.rich("val_whale_loss", n=len(whale.points), total=view.money(whale.total), losing=whale.losing)
    values = {"half": whale.half, "n": len(whale.points), "total": view.money(whale.total), "share": view.half_share}
    if not whale.losing:
        return words.rich("val_whale_all", **values)
    peak = view.percent(whale.peak_share or 0.0)
    return words.rich("val_whale", losing=whale.losing, loss=view.money(-whale.loss), peak=peak, **values)


def _with_shares(view: ValueView) -> str:
    words = view.words
    shares = [(account.name, view.percent(account.share.value or 0.0)) for account in view.large]
    return words.list([words("val_with_share", name=name, share=share) for name, share in shares])


def _losing(view: ValueView, losing: Sequence[AccountValue]) -> Table:
    words = view.words
    columns = (
        Column(words("val_column_account"), "text", 3.0),
        Column(words("val_column_sales"), "number", 1.3),
        Column(words("val_column_contribution"), "number", 1.3),
        Column(words("val_column_margin"), "number", 1.0),
        Column(words("val_column_cell"), "text", 1.2),
    )
    rows = tuple(
        (
            view.name_cell(account),
            view.money_cell(account.sales),
            view.money_cell(account.contribution),
            view.share_cell(account.margin),
            view.plain_cell(words(f"val_cell_{account.quadrant}") if account.quadrant else "–"),
        )
        for account in losing[:_MOST]
    )
    note = words.rich("val_unit_note", unit=view.money_unit)
    if len(losing) > _MOST:
        note += words.rich("val_losing_more", count=len(losing) - _MOST)
    return Table("losing-table", words("val_table_losing"), columns, rows, note)


def table_metrics(view: ValueView, name: str, caption: str, metrics: Sequence[str]) -> Table:
    """Metrics of the unit with what each is, and why where there is no value."""
    words = view.words
    columns = (
        Column(words("column_metric"), "text", 2.4),
        Column(words("column_value"), "number", 1.3),
        Column(words("column_n"), "number", 0.7),
        Column(words("val_column_what"), "text", 4.4),
    )
    rows = []
    for metric in metrics:
        found = view.unit.metrics[metric]
        value = Run(view.metric(metric), "strong") if found.value is not None else Run(view.why(found), "muted")
        rows.append(
            (
                view.plain_cell(view.metric_name(metric)),
                Cell((value,), found.value),
                Cell((Run(words.number(found.n, 0)),), found.n),
                view.plain_cell(words.of(view.result.metric_texts[metric].definition)),
            )
        )
    return Table(name, caption, columns, tuple(rows))
