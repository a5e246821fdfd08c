"""The overview of a group that nobody was asked about: units beside each other by data and documents, without a ranking."""

from __future__ import annotations

from kamassess.charts.dimensions import shows
from kamassess.document import Banner, Cell, Column, Cover, Definitions, Heading, Node, Paragraph, Rich, Run, Table, rich
from kamassess.result import UnitResult
from kamassess.sections.group.view import MOST_ROWS, GroupView
from kamassess.sections.unasked.basis import days_looked_at
from kamassess.sections.unasked.board import FIGURES, figure
from kamassess.tables import table_inputs, table_versions

__all__ = ["group_appendix", "group_board", "group_cover"]

_KINDS = (("measured", "◆"), ("evidenced", "□"))
_DASH = Cell((Run("–", "muted"),))
_TERMS = "level evidenced measured wave"
_FIGURES = ("concentration", *FIGURES)


def group_cover(view: GroupView) -> tuple[Node, ...]:
    """That nobody was asked, and over which days the data are looked at."""
    words, result = view.words, view.result
    version = words("title_version", title=words.of(view.instrument.title), version=view.instrument.version)
    shown = view.result.documented
    units = view.units(len(shown))
    facts: list[tuple[str, Rich]] = [
        (words("fact_company"), rich("{x}", x=view.company)),
        (words("group_fact_units"), rich("{x}", x=words("un_group_units", count=words.number(len(shown), 0)))),
        (words("fact_wave"), rich("{x}", x=result.wave)),
        *([(words("fact_date"), rich("{x}", x=words.date(result.date)))] if result.date else []),
        (words("fact_instrument"), rich("{x}", x=version)),
        (words("fact_languages"), rich("{x}", x=words.list([words(f"language_{name}") for name in result.languages]))),
    ]
    days = next((found for unit in _units(view) if (found := days_looked_at(unit))), None)
    lead = words.rich("un_group_lead_proof")
    if days:
        lead = words.rich("un_group_lead", first=words.date(days[0]), last=words.date(days[1]))
    head = Cover(
        words("group_kicker", company=view.company, wave=result.wave), words("un_group_headline", units=units), lead, tuple(facts)
    )
    told = set(shown)
    silent = [name for name in result.units if name not in told and name not in view.group.roll_ups]
    return (head, *([Banner("info", words.rich("un_group_silent", units=view.names(silent)))] if silent else []))


def group_board(view: GroupView) -> tuple[Node, ...]:
    """Units by dimension, and a few figures of each."""
    units, count = _units(view), len(view.result.documented)
    rest = view.words.rich("un_group_more", shown=MOST_ROWS, count=view.words.number(count, 0))
    note = rest if count > MOST_ROWS else ()
    tables = [_levels(view, units, note), _figures(view, units, note)]
    return (Heading(1, view.words("section_board"), "board"), *(table for table in tables if table))


def group_appendix(view: GroupView) -> tuple[Node, ...]:
    """Where the figures come from, and terms; nothing of scores and ranks, since there are none."""
    words = view.words
    terms = tuple((words.rich(f"glossary_{name}"), words.rich(f"glossary_{name}_text")) for name in _TERMS.split())
    return (
        Heading(1, words("section_appendix"), "appendix"),
        Heading(2, words("section_provenance"), "provenance"),
        Paragraph(words.rich("provenance_intro")),
        table_inputs(view),
        table_versions(view),
        Heading(2, words("section_glossary"), "glossary"),
        Definitions(terms),
    )


def _units(view: GroupView) -> list[UnitResult]:
    """The units of which there is something to say; of a large group the first, since others are not made for a table."""
    return [view.unit(name) for name in view.result.documented[:MOST_ROWS]]


def _levels(view: GroupView, units: list[UnitResult], note: Rich) -> Table | None:
    words = view.words
    blocks = [block for block in view.instrument.dimensions if any(_known(view, unit, block.id) for unit in units)]
    if not blocks:
        return None
    columns = [Column(words("fact_unit"), "text", 2.6), *(Column(view.name(block), "number", 1.3) for block in blocks)]
    rows = []
    for unit in units:
        cells = [Cell((Run(view.unit_name(unit.id)),))]
        for block in blocks:
            parts = _known(view, unit, block.id)
            cells.append(Cell(rich("{x}", x=" ".join(parts))) if parts else _DASH)
        rows.append(tuple(cells))
    kinds = [kind for kind, _ in _KINDS if any(shows(unit, kind) for unit in units)]
    caption = words(f"un_group_levels_{'both' if len(kinds) > 1 else kinds[0]}")
    said = words.rich("un_group_levels_note")
    return Table("units-table", caption, tuple(columns), tuple(rows), said + note)


def _known(view: GroupView, unit: UnitResult, block: str) -> list[str]:
    known, parts = unit.known.get(block), []
    for kind, mark in _KINDS:
        level = getattr(known, kind, None)
        if known and level is not None:
            values = {"value": view.words.score(level), "n": getattr(known, f"n_{kind}"), "of": known.n}
            parts.append(view.words("un_group_mark", mark=mark, **values))
    return parts


def _figures(view: GroupView, units: list[UnitResult], note: Rich) -> Table | None:
    words = view.words
    names = [name for name in _FIGURES if any(_has(unit, name) for unit in units)]
    if not names:
        return None
    columns = [Column(words("fact_unit"), "text", 2.6), Column(words("un_group_accounts"), "number", 0.9)]
    columns += [Column(view.metric_name(name), "number", 1.4) for name in names]
    rows = []
    for unit in units:
        accounts = unit.lines["accounts"].n if "accounts" in unit.lines else 0
        cells = [Cell((Run(view.unit_name(unit.id)),)), Cell((Run(words.number(accounts, 0)),), float(accounts))]
        for name in names:
            if not _has(unit, name):
                cells.append(_DASH)
                continue
            found = unit.metrics[name]
            text = figure(view, found.value or 0.0, found.unit)
            cells.append(Cell(rich("{x}", x=words("un_group_value", value=text, n=words.number(found.n, 0))), found.value))
        rows.append(tuple(cells))
    caption, said = words("un_group_figures"), words.rich("un_group_figures_note")
    return Table("figures-table", caption, tuple(columns), tuple(rows), said + note, sortable=True)


def _has(unit: UnitResult, name: str) -> bool:
    return name in unit.metrics and unit.metrics[name].value is not None
