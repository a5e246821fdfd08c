"""Section 8: how far the scores can be trusted, for a reader who knows no statistics."""

from __future__ import annotations

from kamassess.document import Heading, Node, Paragraph
from kamassess.sections.view import View
from kamassess.tables import table_aggregations, table_certainty, table_open_answers

__all__ = ["certainty"]


def certainty(view: View) -> tuple[Node, ...]:
    """Interval, coverage and bounds of each dimension; what was not known; what another way of averaging would give."""
    words, overall = view.words, view.unit.overall
    nodes: list[Node] = [Heading(1, words("section_certainty"), "certainty"), Paragraph(words.rich("certainty_intro"))]
    if overall.score is not None and overall.bounds:
        nodes.append(Paragraph(words.rich(_verdict(view), **_values(view)), "lead"))
    nodes += [
        table_certainty(view),
        Paragraph(words.rich("certainty_reading"), "note"),
        Heading(2, words("section_open"), "open-answers"),
        Paragraph(words.rich("open_intro")),
        table_open_answers(view),
        Heading(2, words("section_aggregations"), "aggregations"),
        Paragraph(words.rich("aggregations_intro")),
        table_aggregations(view),
    ]
    return tuple(nodes)


def _verdict(view: View) -> str:
    """Which sentence sums it up: does the level survive the open answers and the choice of respondents?"""
    overall = view.unit.overall
    level = view.instrument.level_for

    def same(ends: tuple[float, float] | None) -> bool:
        return ends is not None and level(ends[0]) == level(ends[1])

    if same(overall.bounds) and same(overall.ci):
        return "verdict_firm"
    if same(overall.ci):
        return "verdict_open"
    if same(overall.bounds):
        return "verdict_sample" if overall.ci else "verdict_no_interval"
    return "verdict_both" if overall.ci else "verdict_no_interval"


def _values(view: View) -> dict[str, object]:
    words, overall = view.words, view.unit.overall
    assert overall.bounds is not None  # noqa: S101 - only called where there are bounds
    level = overall.continuous_level
    return {
        "score": view.points(overall.score),
        "level": level if level is not None else "–",
        "bounds": words.interval(*overall.bounds),
        "ci": words.interval(*overall.ci) if overall.ci else "",
        "coverage": words.percent(overall.coverage or 0.0),
        "n": view.unit.n_respondents,
    }
