"""Section 6: the ten working practices, a row each: what is said, what the data show, what comes next."""

from __future__ import annotations

from kamassess.document import Cell, Column, Heading, Node, Paragraph, Rich, Run, Table, rich
from kamassess.instrument import Criterion
from kamassess.sections.view import View

__all__ = ["practices"]

_LESS = 0.5
"""From how much less the data must show than is said for a practice to be named."""


def practices(view: View) -> tuple[Node, ...]:
    """The panel of practices; nothing where the instrument has none."""
    words = view.words
    asked = [criterion for criterion in view.instrument.criteria() if criterion.practice]
    if not asked:
        return ()
    nodes: list[Node] = [Heading(1, words("section_practices"), "practices")]
    if lead := _lead(view, asked):
        nodes.append(Paragraph(lead))
    columns = (
        Column(words("practices_column"), "text", 2.2),
        *([Column(words("column_claimed"), "number", 0.9)] if view.unit.asked else []),
        Column(words("column_measured"), "number", 0.9),
        Column(words("practices_column_metric"), "text", 2.4),
        Column(words("practices_column_next"), "text", 4.6),
    )
    rows = tuple(_row(view, criterion) for criterion in asked)
    return (*nodes, Table("practices-table", words("practices_table"), columns, rows))


def _lead(view: View, asked: list[Criterion]) -> Rich:
    words, unit = view.words, view.unit
    said = [(score, criterion) for criterion in asked if (score := unit.criteria[criterion.id].score) is not None]
    measured = {criterion.id: level for criterion in asked if (level := _measured(view, criterion)) is not None}
    text: Rich = ()
    if said:
        (low, worst), (high, best) = (pick(said, key=lambda pair: (pair[0], pair[1].id)) for pick in (min, max))
        text = words.rich(
            "practices_lead",
            claimed_best=view.quoted(best),
            claimed_best_score=view.points(high),
            claimed_worst=view.quoted(worst),
            claimed_worst_score=view.points(low),
        )
    scores = {criterion.id: score for score, criterion in said}
    over = [view.quoted(view.criteria[name]) for name, level in measured.items() if scores.get(name, 0.0) - level >= _LESS]
    gap = rich(" ") if text and words.language == "en" else ()
    if not measured:
        return (*text, *gap, *words.rich("practices_not_measured"))
    label = "practices_measured" if over else "practices_measured_none"
    return (*text, *gap, *words.rich(label, count=len(measured), over=len(over), names=words.list(over)))


def _measured(view: View, criterion: Criterion) -> float | None:
    found = view.unit.measured.get(criterion.id)
    return found.level if found else None


def _row(view: View, criterion: Criterion) -> tuple[Cell, ...]:
    words, block = view.words, view.unit.criteria[criterion.id]
    level = _measured(view, criterion)
    claim = rich("{x}", x=view.points(block.score) if block.score is not None else words(f"reason_{block.reason}"))
    return (
        Cell((Run(f"{criterion.id} ", "muted"), Run(view.name(criterion)))),
        *([Cell(claim, block.score)] if view.unit.asked else []),
        Cell(rich("{x}", x=words.score(level)), level),
        Cell(rich("{x}", x=_metrics(view, criterion))),
        Cell(_next_step(view, criterion)),
    )


def _metrics(view: View, criterion: Criterion) -> str:
    """Each metric of a practice that has a value, with what it is called."""
    words, unit = view.words, view.unit
    found = [
        words(
            "practices_metric", name=view.metric_name(name), value=words.measure(metric.value, metric.unit, view.result.currency)
        )
        for name in criterion.metrics
        if (metric := unit.metrics.get(name)) is not None and metric.value is not None
    ]
    return words("policy_separator").join(found) if found else words("practices_no_data")


def _next_step(view: View, criterion: Criterion) -> Rich:
    """What leads to the next level, and when the roadmap has it done."""
    words, roadmap, library = view.words, view.unit.roadmap, view.result.library
    if not library.actions or criterion.id not in roadmap.standing:
        return (Run(words("practices_unknown"), "muted"),)
    action = library.actions.get(roadmap.next_steps.get(criterion.id, ""))
    if action is None:
        return (Run(words("practices_top"), "muted"),)
    planned = next((plan for plan in roadmap.actions if plan.id == action.id), None)
    text = rich("{x}", x=words.of(action.do))
    return (*text, *words.rich("practices_planned", month=planned.ends)) if planned else text
