"""Where the room moved between rounds: what was voted on again, and whether people came closer."""

from __future__ import annotations

from kamassess.document import Cell, Column, Heading, Node, Paragraph, Rich, Run, Table
from kamassess.result import Moved
from kamassess.sections.minutes.view import MinutesView

__all__ = ["moved", "table_moved"]

_TOLD = 5
"""Questions that get a sentence; the table has all."""
_SAME = 0.25
"""Means this close together have not moved."""


def moved(view: MinutesView) -> tuple[Node, ...]:
    """Sentences on the largest changes, then all; nothing where nothing was voted on again."""
    words, found = view.words, view.held.moved
    if not found:
        return ()
    intro = words.rich("wm_moved_intro", count=view.count("questions", len(found)))
    nodes: list[Node] = [Heading(1, words("wm_section_moved"), "moved"), Paragraph(intro)]
    told: set[str] = set()
    for entry in found[:_TOLD]:
        kind = _kind(entry)
        nodes.append(Paragraph(_sentence(view, entry, kind, again=kind in told)))
        told.add(kind)
    return (*nodes, table_moved(view))


def _kind(entry: Moved) -> str:
    way = "still" if abs(entry.change) < _SAME else "up" if entry.change > 0 else "down"
    spread = "same" if entry.closer is None else "together" if entry.closer else "apart"
    return f"{spread}_{way}"


def _sentence(view: MinutesView, entry: Moved, kind: str, *, again: bool) -> Rich:
    """What became of a question; the second of its kind is told in fewer words."""
    words = view.words
    values = {
        "topic": view.topic(entry.question),
        "before": words.number(entry.before, 1),
        "after": words.number(entry.after, 1),
        "sd_before": words.number(entry.sd_before or 0.0, 1),
        "sd_after": words.number(entry.sd_after or 0.0, 1),
        "n": entry.n_after,
    }
    agreed = view.held.questions[entry.question].agreed
    end = words.rich("wm_moved_open_facts" if kind == "same_still" else "wm_moved_open")
    if agreed is not None:
        end = words.rich("wm_moved_agreed", option=view.option(entry.question, agreed.value))
    label = "same_still" if kind == "same_still" else "likewise" if again else kind
    return view.sentences(words.rich(f"wm_moved_{label}", **values), end)


def table_moved(view: MinutesView) -> Table:
    """Every question voted on again: means, spreads and numbers of the first and the last round, and what was agreed."""
    words = view.words
    labels = ("wm_column_mean_first", "wm_column_mean_last", "wm_column_change", "wm_column_spread")
    columns = (
        Column(words("column_question"), "text", 3.2),
        Column(words("wm_column_rounds"), "number", 0.8),
        *(Column(words(label), "number", 1.2) for label in labels),
        Column(words("wm_column_agreed"), "text", 1.6),
    )
    rows = []
    for entry in view.held.moved:
        agreed = view.held.questions[entry.question].agreed
        spreads = [words.number(sd, 1) if sd is not None else words("wm_no_spread") for sd in (entry.sd_before, entry.sd_after)]
        rows.append(
            (
                Cell((Run(f"{entry.question} ", "muted"), Run(view.name(view.criteria[view.criterion_of[entry.question]])))),
                Cell((Run(str(entry.rounds)),), float(entry.rounds)),
                Cell((Run(words.number(entry.before, 1)), Run(f" ({entry.n_before})", "muted")), entry.before),
                Cell((Run(words.number(entry.after, 1)), Run(f" ({entry.n_after})", "muted")), entry.after),
                Cell((Run(view.signed(entry.change)),), entry.change),
                Cell((Run(words("wm_from_to", before=spreads[0], after=spreads[1])),), entry.sd_after),
                Cell((Run(view.option(entry.question, agreed.value), "strong"),)) if agreed else view.missing(),
            )
        )
    return Table("moved-table", words("wm_table_moved"), columns, tuple(rows), words.rich("wm_moved_note"), sortable=True)
