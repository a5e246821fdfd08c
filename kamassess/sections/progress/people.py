"""Who answered in both waves and who in one, and what became of the questions."""

from __future__ import annotations

from kamassess.document import Heading, KeyFigure, KeyFigures, Node, Paragraph
from kamassess.sections.progress.tables import table_people
from kamassess.sections.progress.view import ProgressView, UnitProgressView

__all__ = ["people"]


def people(view: ProgressView) -> tuple[Node, ...]:
    """People who stayed, left and came; questions kept, changed, dropped and new."""
    words = view.words
    if not view.changes:
        return ()
    nodes: list[Node] = [Heading(1, words("section_people"), "people")]
    nodes += _of_unit(view) if isinstance(view, UnitProgressView) else _of_units(view)
    return (*nodes, *_questions(view))


def _of_unit(view: UnitProgressView) -> list[Node]:
    words, change = view.words, view.change
    since, wave = view.waves
    counts = (
        (words("people_both"), change.n_both),
        (words("people_once", wave=since), change.n_before - change.n_both),
        (words("people_once", wave=wave), change.n_after - change.n_both),
    )
    figures = KeyFigures(tuple(KeyFigure(label, words.number(count, 0)) for label, count in counts))
    if not view.comparable:
        return [figures]
    values = {"both": change.n_both, "before": change.n_before, "after": change.n_after}
    return [figures, Paragraph(words.rich(f"people_{change.basis}", **values))]


def _of_units(view: ProgressView) -> list[Node]:
    return [Paragraph(view.words.rich("people_intro")), table_people(view)]


def _questions(view: ProgressView) -> list[Node]:
    """What became of the questions; nothing where all were kept, which has been said before."""
    words, counts = view.words, view.progress.questions
    if view.same_questions:
        return []
    items = tuple(KeyFigure(words(f"versions_{name}"), str(counts[name])) for name in ("kept", "changed", "dropped", "new"))
    text = words.rich("versions_intro", version=view.versions)
    return [Heading(2, words("section_versions"), "versions"), Paragraph(text), KeyFigures(items)]
