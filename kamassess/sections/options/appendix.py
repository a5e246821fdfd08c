"""Every assumption with what it rests on; how the figures are worked out; what the terms mean; the files behind it."""

from __future__ import annotations

from kamassess.document import Cell, Column, Definitions, Heading, Node, Paragraph, Rich, Run, Table, rich
from kamassess.sections.options.view import CaseView, OptionsView
from kamassess.tables import table_inputs

__all__ = ["appendix", "table_assumptions"]

_RULES = "net kept cost customer_value lifetime score weightings sensitivity missing"
_TERMS = "contribution retention risk gain break_even"


def appendix(view: OptionsView) -> tuple[Node, ...]:
    """Assumptions, rules, glossary, provenance."""
    words = view.words
    values: dict[str, object] = {"draws": words.number(view.cases[0].case.draws, 0)}
    rules = [(words.rich(f"opt_rule_{name}"), words.rich(f"opt_rule_{name}_text", **values)) for name in _RULES.split()]
    terms = [(words.rich(f"opt_term_{name}"), words.rich(f"opt_term_{name}_text")) for name in _TERMS.split()]
    versions = words("progress_comma").join(f"{name} {number}" for name, number in view.result.provenance.versions)
    return (
        Heading(1, words("section_appendix"), "appendix"),
        Heading(2, words("opt_section_assumptions"), "assumptions"),
        Paragraph(words.rich("opt_assumptions_intro")),
        *(node for case in view.cases for node in _of_case(case)),
        Heading(2, words("opt_section_rules"), "rules"),
        Definitions(tuple(rules)),
        Heading(2, words("section_glossary"), "glossary"),
        Definitions(tuple(terms)),
        Heading(2, words("section_provenance"), "provenance"),
        Paragraph(words.rich("provenance_intro")),
        table_inputs(view),
        Paragraph(words.rich("progress_software", versions=versions), "note"),
    )


def _of_case(view: CaseView) -> tuple[Node, ...]:
    words, case = view.words, view.case
    house = {"discount": view.share(case.discount), "years": words.short(case.years)}
    told = [words.rich(f"opt_house_{name}", value=house[name]) for name in case.house]
    notes: list[Node] = [Paragraph(view.sentences(*told), "note")] if told else []
    return (table_assumptions(view), *notes)


def table_assumptions(view: CaseView) -> Table:
    """Every line of the table of options."""
    words = view.words
    columns = (
        Column(words("opt_column_option"), "text", 1.8),
        Column(words("column_criterion"), "text", 2.0),
        Column(words("opt_column_now"), "number", 1.2),
        Column(words("opt_column_basis"), "text", 3.2),
    )
    order = {None: 0} | {option.id: place for place, option in enumerate(view.options, 1)}
    rows = []
    for line in sorted(view.case.inputs, key=lambda line: order[line.option]):
        name = words("opt_all_options") if line.option is None else view.named(line.option)
        rows.append(
            (
                Cell(rich("{x}", x=name)),
                Cell(rich("{x}", x=view.capital(view.criterion(line.criterion)))),
                Cell((Run(view.value(line.criterion, line.value)),), line.value),
                Cell(_basis(view, words.of(line.note))),
            )
        )
    return Table(view.id("assumptions-table"), words("opt_table_assumptions", case=view.name), columns, tuple(rows))


def _basis(view: CaseView, note: str) -> Rich:
    return (Run(note),) if note else (Run(view.words("opt_no_basis"), "muted"),)
