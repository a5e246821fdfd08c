"""Whether the weights of the value index decide who is on top."""

from __future__ import annotations

from kamassess.document import Cell, Column, Heading, Node, Paragraph, Run, Table
from kamassess.sections.value.view import ValueView

__all__ = ["sensitivity"]

_MOST = 20


def sensitivity(view: ValueView) -> tuple[Node, ...]:
    """Ranks with each weight doubled and dropped."""
    words, found = view.words, view.portfolio.sensitivity
    head = Heading(1, words("val_section_sensitivity"), "sensitivity")
    if not found.first:
        return (head, Paragraph(words.rich("val_sensitivity_none")))
    values = {"top": found.top, "steady": len(found.steady), "first": len(found.first)}
    if len(found.steady) == len(found.first):
        said = words.rich("val_sensitivity_all", **values)
    elif found.steady:
        others = len(found.first) - len(found.steady)
        said = words.rich("val_sensitivity", names=view.names(found.steady, 10), others=others, **values)
    else:
        said = words.rich("val_sensitivity_nobody", **values)
    return (head, Paragraph(said), _table(view))


def _table(view: ValueView) -> Table:
    words, found = view.words, view.portfolio.sensitivity
    columns = [Column(words("val_column_account"), "text", 3.0), Column(words("val_column_now"), "number", 0.8)]
    for name in found.variants:
        part, _, how = name.partition("_")
        columns.append(Column(words(f"val_variant_{how}", part=words(f"val_short_part_{part}")), "number", 0.9))
    shown = [account for account in view.current if account.rank and min([account.rank, *account.ranks.values()]) <= found.top]
    rows = []
    for account in shown[:_MOST]:
        cells = [Cell((Run(words.number(account.rank or 0, 0), "strong"),), account.rank)]
        for name in found.variants:
            rank = account.ranks.get(name)
            style = "plain" if rank is not None and rank <= found.top else "muted"
            cells.append(Cell((Run("–" if rank is None else words.number(rank, 0), style),), rank))  # type: ignore[arg-type]
        rows.append((view.name_cell(account), *cells))
    note = words.rich("val_sensitivity_note", top=found.top)
    return Table("sensitivity-table", words("val_table_sensitivity"), tuple(columns), tuple(rows), note, sortable=True)
