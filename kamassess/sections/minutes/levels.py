"""Survey, votes, agreed levels, data and documents, and targets side by side: all dimensions, then each with its criteria."""

from __future__ import annotations

from kamassess.charts.workshop import plot_workshop, workshop_shows
from kamassess.document import Cell, Column, Heading, KeyEntry, Knowledge, Node, Paragraph, Rich, Run, Table, rich
from kamassess.instrument import Criterion, Dimension
from kamassess.sections.minutes.view import MinutesView

__all__ = ["levels", "table_criteria", "table_levels"]

_KINDS: tuple[tuple[Knowledge, str], ...] = (
    ("claimed", "wm_key_claimed"),
    ("interval", "key_interval"),
    ("voted", "wm_key_voted"),
    ("agreed", "wm_key_agreed"),
    ("measured", "wm_key_measured"),
    ("evidenced", "wm_key_evidenced"),
    ("target", "key_target"),
)


def levels(view: MinutesView) -> tuple[Node, ...]:
    """The chart and the table of all dimensions, then a table for each; nothing where nothing was reached."""
    words = view.words
    if not view.reached:
        return ()
    nodes: list[Node] = [Heading(1, words("wm_section_levels"), "levels"), Paragraph(words.rich("wm_levels_intro"), "sub")]
    if any(workshop_shows(view.unit, view.dimensions, kind) for kind, _ in _KINDS if kind != "target"):
        nodes.append(_chart(view))
    nodes.append(table_levels(view))
    for block in view.discussed:
        nodes += [Heading(2, view.name(block), f"{block.id}-workshop"), Paragraph(_standing(view, block), "sub")]
        nodes.append(table_criteria(view, block))
    return tuple(nodes)


def _chart(view: MinutesView) -> Node:
    words, unit = view.words, view.unit
    shown = {kind for kind, _ in _KINDS if workshop_shows(unit, view.dimensions, kind)}
    subtitle = words("wm_chart_subtitle") if "voted" in shown else ""
    subtitle += words("wm_chart_subtitle_agreed") if "agreed" in shown else ""
    return view.chart(
        "workshop-levels",
        lambda pen: plot_workshop(unit, view.held, view.dimensions, view.instrument, pen),
        title=words("wm_chart_title"),
        subtitle=subtitle.strip(),
        alt=_alt(view),
        key=tuple(KeyEntry(kind, words(label)) for kind, label in _KINDS if kind in shown),
    )


def _alt(view: MinutesView) -> str:
    words, parts = view.words, []
    for block in view.dimensions:
        held = view.held
        scores = (
            ("claimed", view.claim(block.id).score),
            ("voted", held.last[block.id].score),
            ("agreed", held.agreed[block.id].score),
            ("target", view.unit.targets.get(block.id)),
        )
        told = [words(f"wm_alt_{name}", value=view.points(score)) for name, score in scores if score is not None]
        parts.append(words("wm_alt_part", name=view.name(block), told=words.list(told) if told else words("wm_chart_nothing")))
    return words("wm_alt", parts=words("alt_separator").join(parts))


def _standing(view: MinutesView, block: Dimension) -> Rich:
    """How far the votes of the last round agree, and whether a mean may stand for them."""
    words, found = view.words, view.held.agreement[block.id]
    if found.rwg_j is None:
        return words.rich("wm_standing_none")
    items, n = view.count("questions", found.n_items), view.count("votes", found.n)
    values = {"value": words.number(found.rwg_j, 2), "items": items, "n": n}
    if found.band is None:
        return words.rich(f"wm_standing_{'few' if found.carries else 'apart_value'}", **values)
    values["band"] = words(f"band_{found.band}")
    return words.rich(f"wm_standing_{'carries' if found.carries else 'apart'}", **values)


def _columns(view: MinutesView, first: str) -> tuple[Column, ...]:
    """What stands beside each other; survey, documents and data only where the unit has any."""
    words = view.words
    columns = [
        Column(words(first), "text", 2.8),
        *([Column(words("wm_column_survey"), "number", 1.9)] if view.unit.asked else []),
        Column(words("wm_column_first"), "number", 1.1),
        Column(words("wm_column_last"), "number", 1.1),
        Column(words("wm_column_agreed"), "number", 1.0),
    ]
    if view.unit.measured:
        columns.append(Column(words("column_measured"), "number", 1.0))
    if view.unit.evidence:
        columns.append(Column(words("column_evidenced"), "number", 1.0))
    return tuple(columns)


def table_levels(view: MinutesView) -> Table:
    """Each dimension, with its target and how far the room agrees."""
    words, held, unit = view.words, view.held, view.unit
    columns = [*_columns(view, "column_dimension"), Column(words("wm_column_target"), "number", 0.9)]
    columns.append(Column(words("wm_column_agreement"), "number", 1.3))
    rows = []
    for block in view.reached:
        known, agreed = unit.known.get(block.id), held.agreement[block.id]
        cells = [
            Cell(rich("{x}", x=view.name(block))),
            *([view.claimed_cell(view.claim(block.id))] if unit.asked else []),
            view.voted_cell(held.first[block.id]),
            view.voted_cell(held.last[block.id]),
            view.agreed_cell(held.agreed[block.id]),
        ]
        if unit.measured:
            cells.append(view.level_cell(known.measured if known else None, "no_metric"))
        if unit.evidence:
            cells.append(view.level_cell(known.evidenced if known else None, "no_evidence"))
        cells.append(view.level_cell(unit.targets.get(block.id)))
        if agreed.rwg_j is None:
            cells.append(view.missing(agreed.reason))
        else:
            cells.append(view.agreement_cell(agreed.band, agreed.rwg_j))
        rows.append(tuple(cells))
    note = (*words.rich("wm_levels_note"), *view.exact())
    return Table("levels-table", words("wm_table_levels"), tuple(columns), tuple(rows), note, told=True)


def table_criteria(view: MinutesView, block: Dimension) -> Table:
    """Each criterion of a dimension of which a question was shown or agreed."""
    columns = _columns(view, "column_criterion")
    told = {view.criterion_of[name] for name in view.held.questions}
    rows = tuple(_criterion(view, criterion) for criterion in block.criteria if criterion.id in told)
    return Table(f"{block.id}-workshop-table", view.words("wm_table_criteria", name=view.name(block)), columns, rows, told=True)


def _criterion(view: MinutesView, criterion: Criterion) -> tuple[Cell, ...]:
    unit, held, name = view.unit, view.held, criterion.id
    cells = [
        Cell((Run(f"{name} ", "muted"), Run(view.name(criterion)))),
        *([view.claimed_cell(unit.criteria[name])] if unit.asked else []),
        view.voted_cell(held.first[name]),
        view.voted_cell(held.last[name]),
        view.agreed_cell(held.agreed[name]),
    ]
    if unit.measured:
        data = unit.measured.get(name)
        cells.append(view.level_cell(data.level if data else None, data.reason if data else "no_metric"))
    if unit.evidence:
        proof = unit.evidence.get(name)
        cells.append(view.level_cell(proof.level if proof else None, proof.reason if proof else "no_evidence"))
    return tuple(cells)
