"""Which assumptions decide: each a fifth lower and a fifth higher, and who leads then."""

from __future__ import annotations

from kamassess.charts.options import SwingRow, plot_swings
from kamassess.data import option_criterion
from kamassess.document import Cell, Chart, Column, Heading, Node, Paragraph, Rich, Run, Table, rich
from kamassess.result.options import Swing
from kamassess.sections.options.view import CaseView, OptionsView

__all__ = ["sensitivity", "swing_rows", "table_swings"]

_MOST = 10
_FIFTH = 20


def sensitivity(view: OptionsView) -> tuple[Node, ...]:
    """What moves the lead of the best option, drawn and in figures."""
    nodes: list[Node] = []
    for case in view.cases:
        if not case.case.swings or case.best is None:
            continue
        if not case.alone:
            nodes.append(Heading(2, case.name, case.id("moved")))
        nodes += [Paragraph(_sentence(case)), _chart(view, case), table_swings(case)]
    return (Heading(1, view.words("opt_section_sensitivity"), "sensitivity"), *nodes) if nodes else ()


def _moving(view: CaseView) -> list[Swing]:
    """Inputs that move the lead at all."""
    return [swing for swing in view.case.swings if abs(swing.lead_high - swing.lead_low) >= view.amounts.step / 2]


def _turning(view: CaseView) -> list[Swing]:
    """Inputs that change who leads."""
    return [swing for swing in view.case.swings if {swing.first_low, swing.first_high} != {view.case.best}]


def _sentence(view: CaseView) -> Rich:
    words, turning = view.words, _turning(view)
    best = view.quoted(view.case.best or "")
    if not turning:
        return words.rich("opt_sensitivity_stays", best=best, percent=_FIFTH, count=len(view.case.swings))
    names = words.list([view.input(swing.option, swing.criterion) for swing in turning])
    leaders = {name for swing in turning for name in (swing.first_low, swing.first_high)} - {view.case.best}
    instead = view.names([option.id for option in view.ranked if option.id in leaders])
    told = words.rich("opt_sensitivity_turns", best=best, percent=_FIFTH, inputs=names, instead=instead, count=len(turning))
    never = [option for option in view.behind if option.id not in leaders]
    if not never:
        return told
    return view.sentences(told, words.rich("opt_sensitivity_never", names=view.names([option.id for option in never])))


def swing_rows(view: CaseView) -> list[SwingRow]:
    """Rows of the drawing: the inputs that move the lead most."""
    rows = []
    for swing in _moving(view)[:_MOST]:
        instead = next((name for name in (swing.first_low, swing.first_high) if name != view.case.best), None)
        name = view.capital(view.input(swing.option, swing.criterion))
        rows.append(SwingRow(name, swing.lead_low, swing.lead_high, view.named(instead) if instead else ""))
    return rows


def _chart(view: OptionsView, case: CaseView) -> Chart:
    words = view.words
    lead = case.case.lead.value or 0.0
    parts = [
        words("opt_alt_swing", name=row.name, low=case.amounts.text(row.low), high=case.amounts.text(row.high))
        for row in swing_rows(case)
    ]
    best = case.quoted(case.case.best or "")
    return view.chart(
        case.id("swings"),
        lambda pen: plot_swings(swing_rows(case), lead, case.amounts, pen),
        title=words("opt_swings_title", percent=_FIFTH),
        subtitle=words("opt_swings_subtitle", best=best, unit=case.amounts.unit, lead=case.amounts.text(lead)),
        alt=words("opt_alt_swings", parts=words("alt_separator").join(parts)),
    )


def table_swings(view: CaseView) -> Table:
    """Every input with its two values, the lead at each, and who leads."""
    words = view.words
    columns = (
        Column(words("opt_column_assumption"), "text", 2.8),
        Column(words("opt_column_now"), "number", 1.1),
        Column(words("opt_column_lower"), "number", 1.1),
        Column(words("opt_column_lead"), "number", 1.0),
        Column(words("opt_column_higher"), "number", 1.1),
        Column(words("opt_column_lead"), "number", 1.0),
        Column(words("opt_column_instead"), "text", 1.8),
    )
    rows = []
    for swing in view.case.swings:
        instead = [name for name in (swing.first_low, swing.first_high) if name != view.case.best]
        rows.append(
            (
                Cell(rich("{x}", x=view.capital(view.input(swing.option, swing.criterion)))),
                Cell((Run(_input(view, swing, swing.now)),), swing.now),
                Cell((Run(_input(view, swing, swing.low), "muted"),), swing.low),
                _lead(view, swing.lead_low),
                Cell((Run(_input(view, swing, swing.high), "muted"),), swing.high),
                _lead(view, swing.lead_high),
                Cell((Run(view.named(instead[0]), "strong") if instead else Run(words("opt_stays"), "muted"),)),
            )
        )
    note = words.rich("opt_swings_note", unit=view.amounts.unit)
    return Table(view.id("swings-table"), words("opt_table_swings"), columns, tuple(rows), note)


def _input(view: CaseView, swing: Swing, value: float) -> str:
    """A value of an input; an amount without its currency, which the note has."""
    money = option_criterion(swing.criterion).kind == "money"
    return view.amounts.plain(value) if money else view.value(swing.criterion, value)


def _lead(view: CaseView, value: float) -> Cell:
    return Cell((Run(view.amounts.plain(value, signed=True), "strong" if value < 0 else "plain"),), value)
