"""What moved the scores: the same people changing their view, other people, other questions, or what applies."""

from __future__ import annotations

from collections.abc import Sequence

from kamassess.charts.causes import plot_causes
from kamassess.charts.change_rows import ChangeRow
from kamassess.document import Definitions, Heading, Node, Paragraph, Rich
from kamassess.result import Change, Reason
from kamassess.scoring.anonymity import ANONYMITY
from kamassess.sections.progress.tables import table_parts, table_units
from kamassess.sections.progress.view import ProgressView, UnitProgressView

__all__ = ["causes"]

_MOST_ROWS = 24


def causes(view: ProgressView) -> tuple[Node, ...]:
    """The four causes in plain words and how each was told, a drawing, and the figures."""
    words = view.words
    changes = list(view.compared)
    if not view.comparable:
        return ()
    told = any(change.real.value is not None for change in changes)
    nodes: list[Node] = [Heading(1, words("section_causes"), "causes")]
    nodes.append(Paragraph(_intro(view, changes) if told else words.rich("causes_untold")))
    definitions = _definitions(view, changes)
    if definitions:
        nodes.append(Definitions(definitions))
    if unmoved := _unmoved(view, changes):
        nodes.append(Paragraph(unmoved))
    if rows := _rows(view):
        nodes.append(_chart(view, rows))
    nodes.append(table_parts(view) if isinstance(view, UnitProgressView) else table_units(view))
    if any(change.real.reason == Reason.WITHHELD for change in changes):
        nodes.append(Paragraph(words.rich("causes_withheld", least=ANONYMITY), "note"))
    return tuple(nodes)


def _intro(view: ProgressView, changes: Sequence[Change]) -> Rich:
    """How many things could have moved a score here, and which of them is real change."""
    words = view.words
    basis = view.change.basis if isinstance(view, UnitProgressView) else "same_people"
    count = words(f"causes_count_{len(view.causes(changes))}")
    return words.rich("causes_intro", count=count, same=words(f"told_by_{basis}"))


def _definitions(view: ProgressView, changes: Sequence[Change]) -> tuple[tuple[Rich, Rich], ...]:
    """What each cause means, of those that could be at work."""
    words = view.words
    basis = view.change.basis if isinstance(view, UnitProgressView) else "any"
    people = words.people(view.change.n_both) if isinstance(view, UnitProgressView) else ""
    counts = view.progress.questions
    values: dict[str, dict[str, object]] = {
        "real": {"people": people},
        "instrument": {name: counts[name] for name in ("kept", "changed", "dropped", "new")},
    }
    found = []
    for cause in view.causes(changes):
        label = f"cause_real_{basis}" if cause == "real" else f"cause_{cause}_text"
        found.append((words.rich(f"cause_{cause}"), words.rich(label, **values.get(cause, {}))))
    return tuple(found)


def _unmoved(view: ProgressView, changes: Sequence[Change]) -> Rich:
    """What need not be shown because it moved nothing."""
    words, shown = view.words, view.causes(changes)
    sentences = []
    if "instrument" not in shown:
        sentences.append(words.rich("causes_same_questions"))
    if "not_applicable" not in shown:
        sentences.append(words.rich("causes_same_applicable"))
    return view.sentences(*sentences)


def _rows(view: ProgressView) -> list[ChangeRow]:
    """Rows of the drawing: those of which real change is told."""
    if isinstance(view, UnitProgressView):
        rows = list(view.rows)
    else:
        rows = [ChangeRow(view.named_unit(name), change.overall) for name, change in view.changes.items()]
    return [row for row in rows if row.change.real.value is not None][:_MOST_ROWS]


def _chart(view: ProgressView, rows: Sequence[ChangeRow]) -> Node:
    words = view.words
    told = []
    for row in rows:
        total, real = view.signed(row.change.difference), view.moved(row.change.real.value, row.change.real.ci)
        told.append(words("alt_causes_part", name=row.name, total=total, real=real))
    return view.chart(
        "progress-causes",
        lambda pen: plot_causes(rows, pen),
        title=words("chart_causes_title"),
        subtitle=words("chart_causes_subtitle"),
        alt=words("alt_causes", parts=words("alt_separator").join(told)),
    )
