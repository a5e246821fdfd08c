"""Where each option begins to pay: against doing nothing, and for the customer against the best other."""

from __future__ import annotations

from kamassess.document import Cell, Column, Heading, Node, Paragraph, Rich, Run, Table, rich
from kamassess.result.options import OptionResult, Threshold
from kamassess.sections.options.view import CaseView, OptionsView

__all__ = ["break_even", "table_break_even"]


def break_even(view: OptionsView) -> tuple[Node, ...]:
    """What each option must promise, or may cost, to be worth doing at all."""
    words = view.words
    nodes: list[Node] = []
    for case in view.cases:
        table = table_break_even(case)
        if table is None:
            continue
        if not case.alone:
            nodes.append(Heading(2, case.name, case.id("pays")))
        nodes += [Paragraph(text) for text in _sentences(case)]
        nodes.append(table)
    return (Heading(1, words("opt_section_break_even"), "break-even"), *nodes) if nodes else ()


def table_break_even(view: CaseView) -> Table | None:
    """Single inputs of each option, and from where on it is better than doing nothing; None if nothing can be said."""
    words = view.words
    columns = (
        Column(words("opt_column_option"), "text", 2.2),
        Column(words("opt_column_assumption"), "text", 2.2),
        Column(words("opt_column_now"), "number", 1.2),
        Column(words("opt_column_pays"), "number", 1.6),
    )
    rows = [_row(view, option, threshold) for option in view.ranked for threshold in option.pays_from]
    rows += [_row(view, option, option.value_from, "*") for option in view.ranked if option.value_from]
    if not rows:
        return None
    star = any(option.value_from for option in view.ranked)
    note = words.rich("opt_break_even_note_value" if star else "opt_break_even_note")
    return Table(view.id("break-even-table"), words("opt_table_break_even"), columns, tuple(rows), note)


def _row(view: CaseView, option: OptionResult, threshold: Threshold, mark: str = "") -> tuple[Cell, ...]:
    pays = view.needed(threshold)
    return (
        Cell(rich("{x}", x=view.named(option.id))),
        Cell(rich("{x}", x=view.capital(view.criterion(threshold.criterion)) + mark)),
        Cell((Run(view.value(threshold.criterion, threshold.now)),), threshold.now),
        Cell((Run(pays, "strong" if threshold.needed is not None else "muted"),), threshold.needed),
    )


def _sentences(view: CaseView) -> list[Rich]:
    """The options whose promise has least room before they stop paying, and those that do not pay."""
    words = view.words
    found = []
    for option in view.ranked:
        kept = next((threshold for threshold in option.pays_from if threshold.criterion == "retention"), None)
        if kept is None or option.gain.value is None:
            continue
        values = {"name": view.quoted(option.id), "now": view.share(kept.now), "cost": view.money(option.cost)}
        if kept.needed is None:
            label = "opt_pays_never" if option.gain.value < 0 else "opt_pays_always"
            found.append(words.rich(label, **values))
            continue
        label = "opt_pays_not_yet" if option.gain.value < 0 else "opt_pays_tight" if kept.now - kept.needed < 0.05 else "opt_pays"
        found.append(words.rich(label, needed=view.share(kept.needed), **values))
    return [view.sentences(*found)] if found else []
