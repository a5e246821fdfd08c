"""Further down: every criterion of a unit, or every dimension of every unit."""

from __future__ import annotations

from collections import Counter

from kamassess.document import Heading, Node, Paragraph
from kamassess.sections.progress.tables import table_criteria, table_dimensions
from kamassess.sections.progress.view import STANDINGS, ProgressView, UnitProgressView

__all__ = ["details"]


def details(view: ProgressView) -> tuple[Node, ...]:
    """The criteria of a unit, from the highest rise to the deepest fall; or units by dimensions."""
    if isinstance(view, UnitProgressView):
        return _criteria(view)
    if not view.changes:
        return ()
    words = view.words
    return (
        Heading(1, words("section_progress_dimensions"), "progress-by-dimension"),
        Paragraph(words.rich("progress_dimensions_intro")),
        table_dimensions(view),
    )


def _criteria(view: UnitProgressView) -> tuple[Node, ...]:
    words, changes = view.words, view.change.criteria.values()
    nodes: list[Node] = [Heading(1, words("section_progress_criteria"), "progress-criteria")]
    if all(change.ci is None for change in changes):
        compared = any(change.difference is not None for change in changes)
        return (*nodes, Paragraph(words.rich("progress_no_criteria" if compared else "progress_no_criteria_compared")))
    counts = Counter("none" if change.difference is None else view.standing(change) for change in changes)
    parts = [words(f"progress_criteria_{name}", count=counts[name]) for name in (*STANDINGS, "none") if counts[name]]
    text = words.rich("progress_criteria_intro", count=len(changes), parts=words("progress_comma").join(parts))
    return (*nodes, Paragraph(text), table_criteria(view))
