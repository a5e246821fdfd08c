"""The sections after the board's page where nobody was asked: dimensions by data and documents, and one line for the rest."""

from __future__ import annotations

from collections.abc import Sequence

from kamassess.document import Cell, Column, Definitions, Heading, Node, Paragraph, Rich, Run, Table, plain, rich
from kamassess.instrument import Dimension
from kamassess.result import Evidenced
from kamassess.sections.known import dimension_metrics, metric_definitions, missing_data
from kamassess.sections.view import View
from kamassess.tables import evidenced_cell, measured_cell, table_inputs, table_versions

__all__ = ["appendix", "certainty", "dimensions"]

_TERMS = "level gate evidenced measured wave"


def dimensions(view: View) -> tuple[Node, ...]:
    """The dimensions and screens of which something is known, each by itself; then the others, in one list."""
    blocks = view.instrument.blocks
    silent = [block for block in blocks if not _speaks(view, block)]
    nodes = [node for block in blocks if block not in silent for node in _dimension(view, block)]
    return (*nodes, *(_silent(view, silent) if silent else ()))


def _speaks(view: View, dimension: Dimension) -> bool:
    """Whether a metric has a value, or a document counts."""
    metrics = view.unit.metrics
    names = [name for criterion in dimension.criteria for name in criterion.metrics if name in metrics]
    return _documented(view, dimension) or any(metrics[name].value is not None for name in names)


def _documented(view: View, dimension: Dimension) -> bool:
    """Whether a document counts for one of its criteria."""
    evidence = view.unit.evidence
    return any(evidence[criterion.id].n for criterion in dimension.criteria if criterion.id in evidence)


def _documents(view: View, found: Evidenced) -> Cell:
    """The level that documents support; that there are some, where their level shows only once people claim one."""
    if found.level is None and found.n:
        return Cell((Run(view.words("un_documents", n=found.n), "muted"),))
    return evidenced_cell(view, found)


def _silent(view: View, blocks: Sequence[Dimension]) -> tuple[Node, ...]:
    """What waits for people, or for tables: what each dimension is about, and what was not measured."""
    words = view.words
    entries = []
    for block in blocks:
        lacking = next((plain(node.text) for node in dimension_metrics(view, block) if isinstance(node, Paragraph)), "")
        text = words.rich("un_silent_entry", about=words.of(block.about) if block.about else "", lacking=lacking)
        entries.append((rich("{x}", x=view.name(block)), text))
    head = Heading(1, words("un_silent_title"), "not-known-yet")
    return (head, Paragraph(words.rich("un_silent_intro")), Definitions(tuple(entries)))


def _dimension(view: View, dimension: Dimension) -> list[Node]:
    words, unit = view.words, view.unit
    nodes: list[Node] = [
        Heading(1, view.name(dimension), dimension.id),
        Paragraph(_standing(view, dimension), "sub"),
    ]
    if dimension.about:
        nodes.append(Paragraph(rich("{x}", x=words.of(dimension.about))))
    known = unit.known.get(dimension.id)
    if (known and known.n_measured) or _documented(view, dimension):
        nodes.append(_criteria(view, dimension))
    return nodes + list(dimension_metrics(view, dimension))


def _standing(view: View, dimension: Dimension) -> Rich:
    """What data and documents give it, in one line."""
    words, known = view.words, view.unit.known.get(dimension.id)
    said: Rich = ()
    for kind in ("measured", "evidenced"):
        level = getattr(known, kind, None)
        if known and level is not None:
            values = {"value": words.score(level), "n": getattr(known, f"n_{kind}"), "of": known.n}
            said += words.rich(f"un_standing_{kind}", **values)
    if not said:
        said = words.rich("un_standing_documents" if _documented(view, dimension) else "un_standing_figures")
    return words.rich("un_standing") + said


def _criteria(view: View, dimension: Dimension) -> Table:
    """The criteria with the level that data and documents give them."""
    words, unit = view.words, view.unit
    columns = [Column(words("column_criterion"), "text", 3.2)]
    columns += [Column(words("column_measured"), "number", 1.2)] if unit.measured else []
    columns += [Column(words("column_evidenced"), "number", 1.6)] if unit.evidence else []
    rows = []
    for criterion in dimension.criteria:
        mark = words("gate_mark") if criterion.gate else ""
        cells = [Cell((Run(f"{criterion.id} ", "muted"), Run(view.name(criterion) + mark)))]
        cells += [measured_cell(view, unit.measured[criterion.id])] if unit.measured else []
        cells += [_documents(view, unit.evidence[criterion.id])] if unit.evidence else []
        rows.append(tuple(cells))
    gated = any(criterion.gate for criterion in dimension.criteria)
    return Table(
        id=f"{dimension.id}-criteria",
        caption=words("un_table_criteria", name=view.name(dimension)),
        columns=tuple(columns),
        rows=tuple(rows),
        note=(words.rich("un_table_criteria_note") if gated else ())
        + (words.rich("table_criteria_evidence") if unit.evidence else ())
        + (words.rich("table_criteria_measured") if unit.measured else ()),
        sortable=True,
    )


def certainty(view: View) -> tuple[Node, ...]:
    """That there is nothing yet to be sure of."""
    words = view.words
    return (Heading(1, words("section_certainty"), "certainty"), Paragraph(words.rich("un_sure"), "lead"))


def appendix(view: View) -> tuple[Node, ...]:
    """Metrics and what is missing, sources, terms; of questions and rules of scoring only that nobody was asked."""
    words = view.words
    return (
        Heading(1, words("section_appendix"), "appendix"),
        Paragraph(words.rich("un_questions", count=len(view.instrument.questions))),
        *metric_definitions(view),
        *missing_data(view),
        Heading(2, words("section_provenance"), "provenance"),
        Paragraph(words.rich("provenance_intro")),
        table_inputs(view),
        table_versions(view),
        Heading(2, words("section_glossary"), "glossary"),
        Definitions(tuple((words.rich(f"glossary_{name}"), words.rich(f"glossary_{name}_text")) for name in _TERMS.split())),
    )
