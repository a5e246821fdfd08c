"""What must lie ready for key accounts before the season."""

from __future__ import annotations

from kamassess.document import Cell, Column, Heading, Node, Paragraph, Table
from kamassess.result.options import Amount
from kamassess.result.portfolio import SeasonRow
from kamassess.sections.value.view import ValueView

__all__ = ["season"]

_MOST = 40


def season(view: ValueView) -> tuple[Node, ...]:
    """Need of the peak months and safety stock, by account and product."""
    words, plan = view.words, view.portfolio.season
    head = Heading(1, words("val_section_season"), "season")
    if plan.reason is not None:
        return (head, Paragraph(words.rich("val_season_none", why=view.why(plan))))
    months = words.list([words("val_months").split()[month - 1] for month in plan.months])
    said = words.rich("val_season_declared" if plan.declared else "val_season_found", months=months)
    return (head, Paragraph(said), _table(view, plan.rows))


def _table(view: ValueView, found: tuple[SeasonRow, ...]) -> Table:
    words = view.words
    columns = (
        Column(words("val_column_account"), "text", 2.6),
        Column(words("val_column_product"), "text", 1.4),
        Column(words("val_column_need"), "number", 1.1),
        Column(words("val_column_stock_95"), "number", 1.1),
        Column(words("val_column_stock_99"), "number", 1.1),
        Column(words("val_column_demand"), "number", 1.4),
        Column(words("val_column_lead"), "number", 1.4),
        Column(words("val_column_orders"), "number", 0.8),
    )
    rows = []
    for row in found[:_MOST]:
        stock = [_stock(view, amount) for amount in (row.stock_95, row.stock_99)]
        rows.append(
            (
                view.name_cell(view.by_id[row.account]),
                view.plain_cell(row.product),
                view.number_cell(row.peak_need, 0),
                *stock,
                view.plain_cell(view.mean_and_sd(row.demand, row.demand_sd)),
                view.plain_cell(view.mean_and_sd(row.lead_time, row.lead_time_sd)),
                view.number_cell(float(row.n), 0),
            )
        )
    note = words.rich("val_season_note")
    if len(found) > _MOST:
        note += words.rich("val_season_more", count=len(found) - _MOST)
    return Table("season-table", words("val_table_season"), columns, tuple(rows), note, sortable=True)


def _stock(view: ValueView, amount: Amount) -> Cell:
    return view.nothing(amount) if amount.value is None else view.number_cell(amount.value, 0)
