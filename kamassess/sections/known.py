"""Evidence and data against claim: the ranked gaps between what is said and done, the metrics of a dimension, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kamassess.data_findings import BOARD_FINDINGS
from kamassess.document import Card, Cards, Cell, Column, Definitions, Heading, Node, Paragraph, Rich, Run, Table, rich
from kamassess.findings import say_do_sentences
from kamassess.instrument import Criterion, Dimension
from kamassess.result import MetricValue, Reason, SayDo
from kamassess.sections.view import View

__all__ = ["dimension_metrics", "metric_definitions", "missing_data", "said_and_done"]

_TOP = 12
"""Gaps that the table shows."""


def said_and_done(view: View) -> tuple[Node, ...]:
    """The ranked list of gaps, a sentence each; what it would take where only the claim is known; nothing without one."""
    if not view.unit.asked:
        return ()
    words, gaps = view.words, view.unit.say_do
    head = Heading(1, words("section_say_do"), "say-do")
    told = view.data_findings[BOARD_FINDINGS:]
    shown_by_data: tuple[Node, ...] = ()
    if told:
        cards = Cards(tuple(Card(finding.kind, finding.title, finding.body) for finding in told))
        shown_by_data = (Heading(2, words("data_findings_rest"), "data-findings"), cards)
    if not gaps:
        return (head, *shown_by_data) if told else (head, Paragraph(words.rich("say_do_nothing")))
    over = sum(gap.certain and gap.difference > 0 for gap in gaps)
    under = sum(gap.certain and gap.difference < 0 for gap in gaps)
    values = {"count": len(gaps), "of": len(view.scored_criteria), "over": over, "under": under}
    shown = _worth_showing(gaps)
    rest = len(gaps) - len(shown)
    nodes: list[Node] = [
        head,
        Paragraph(words.rich("say_do_intro" if any(gap.ci for gap in gaps) else "say_do_intro_few", **values)),
        _gaps(view, shown),
        *([Paragraph(words.rich("say_do_rest", count=rest), "note")] if rest else []),
    ]
    return (*nodes, *shown_by_data)


def _worth_showing(gaps: tuple[SayDo, ...]) -> tuple[SayDo, ...]:
    """The first of the ranking that chance does not explain, on both sides of it; all kinds where nothing is certain."""
    sure = [gap for gap in gaps if gap.certain] or list(gaps)
    under = [gap for gap in sure[_TOP - 2 :] if gap.difference < 0][-2:]
    return (*sure[: _TOP - len(under)], *under)


def _gaps(view: View, gaps: tuple[SayDo, ...]) -> Table:
    words = view.words
    columns = (
        Column(words("column_in_words"), "text", 7.2),
        Column(words("column_said"), "number", 1.2),
        Column(words("column_shown"), "number", 1.2),
        Column(words("column_gap"), "number", 0.9),
    )
    rows = []
    for gap, sentence in zip(gaps, say_do_sentences(view, gaps), strict=True):
        mark = "◆" if gap.kind == "measured" else "□"
        sign = "" if round(abs(gap.difference), 1) == 0 else "+" if gap.difference > 0 else "−"
        rows.append(
            (
                Cell((Run(f"{gap.criterion} ", "muted"), *sentence)),
                Cell(rich("{x}", x=view.points(gap.claimed)), gap.claimed),
                Cell((Run(f"{mark} {words.score(gap.shown)}"),), gap.shown),
                Cell((Run(f"{sign}{words.number(abs(gap.difference))}", "strong" if gap.certain else "muted"),), gap.difference),
            )
        )
    note = words.rich("table_say_do_note")
    return Table("say-do-gaps", words("table_say_do"), columns, tuple(rows), note=note, sortable=True, told=True)


def dimension_metrics(view: View, dimension: Dimension) -> tuple[Node, ...]:
    """What the data say of each criterion of a dimension; one line on what is not there."""
    words, unit = view.words, view.unit
    named = list(dict.fromkeys(name for criterion in dimension.criteria for name in criterion.metrics if name in unit.metrics))
    if not named:
        return ()
    there = [name for name in named if unit.metrics[name].value is not None]
    lacking = [name for name in named if unit.metrics[name].value is None]
    nodes: list[Node] = []
    if there:
        nodes += [Heading(2, words("metrics_title"), f"{dimension.id}-metrics"), _metrics(view, dimension, there)]
    if lacking:
        reasons = dict.fromkeys(unit.metrics[name].reason for name in lacking)
        by_reason = {why: [view.metric_name(name) for name in lacking if unit.metrics[name].reason is why] for why in reasons}
        items = [
            words("metric_and_reason", name=words.list(names), reason=words(f"reason_{why}")) for why, names in by_reason.items()
        ]
        nodes.append(Paragraph(words.rich("metrics_lacking", items=words("policy_separator").join(items)), "note"))
    return tuple(nodes)


def _metrics(view: View, dimension: Dimension, names: Iterable[str]) -> Table:
    words, unit = view.words, view.unit
    columns = (
        Column(words("column_metric"), "text", 3.4),
        Column(words("column_criterion_id"), "text", 1.4),
        Column(words("column_value"), "number", 1.5),
        Column(words("column_n"), "number", 0.9),
        Column(words("column_measured"), "number", 1.0),
        *([Column(words("column_claimed"), "number", 1.0)] if unit.asked else []),
        Column(words("column_source"), "text", 1.8),
    )
    rows = []
    for name in names:
        found = unit.metrics[name]
        criteria = [criterion for criterion in dimension.criteria if name in criterion.metrics]
        rows.append(
            (
                Cell(rich("{x}", x=view.metric_name(name))),
                Cell((Run(words("policy_separator").join(criterion.id for criterion in criteria), "muted"),)),
                Cell(rich("{x}", x=words.measure(found.value or 0.0, found.unit, view.result.currency)), found.value),
                Cell(rich("{x}", x=words.number(found.n, 0)), found.n),
                Cell(rich("{x}", x=words.score(found.level)), found.level),
                *([Cell(rich("{x}", x=_claims(view, criteria)))] if unit.asked else []),
                Cell((Run(_sources(view, name), "muted"),)),
            )
        )
    first, last = next(unit.metrics[name].window for name in names) or ("", "")
    caption = words("table_metrics", name=view.name(dimension), first=words.date(first), last=words.date(last))
    return Table(f"{dimension.id}-measured", caption, columns, tuple(rows), note=words.rich("table_metrics_note"))


def _claims(view: View, criteria: Iterable[Criterion]) -> str:
    return view.words("policy_separator").join(view.points(view.unit.criteria[criterion.id].score) for criterion in criteria)


def _sources(view: View, name: str) -> str:
    """The kinds of source behind the curve in use."""
    kinds = dict.fromkeys(point.source for point in view.result.metric_texts[name].curve)
    return view.words.list([view.words(f"source_{kind.replace(' ', '_')}") for kind in kinds]) if kinds else "–"


# -- appendix ------------------------------------------------------------------------------------------------------------


def metric_definitions(view: View) -> tuple[Node, ...]:
    """Every metric with a value: what it is, what it came to, and its curve with the kind of source of each breakpoint."""
    words, unit = view.words, view.unit
    entries = tuple(
        (rich("{x}", x=view.metric_name(name)), _definition(view, name, found))
        for name, found in unit.metrics.items()
        if found.value is not None
    )
    if not entries:
        return ()
    return (
        Heading(2, words("section_metrics"), "metric-definitions"),
        Paragraph(words.rich("metrics_intro")),
        Definitions(entries),
    )


def _definition(view: View, name: str, found: MetricValue) -> Rich:
    words, text = view.words, view.result.metric_texts[name]
    value = words.measure(found.value or 0.0, found.unit, view.result.currency)
    said = words.rich("metric_definition", text=words.of(text.definition), value=value, n=words.number(found.n, 0))
    if not text.curve:
        return said
    points = [
        words(
            "curve_point",
            level=words.short(point.level),
            value=words.measure(point.value, found.unit, view.result.currency),
            source=words(f"source_{point.source.replace(' ', '_')}"),
        )
        for point in text.curve
    ]
    cites = dict.fromkeys(point.cite for point in text.curve if point.cite)
    curve = words.rich("curve", points=words("policy_separator").join(points))
    return said + curve + tuple(run for cite in cites for run in rich(" {x}", x=cite))


def missing_data(view: View, names: Sequence[str] = ()) -> tuple[Node, ...]:
    """What could not be measured (of *names*, or of all), why, and what it would add; lines of tables that could not be used."""
    words, unit = view.words, view.unit
    head = Heading(2, words("section_missing"), "missing-data")
    left_out = [
        Paragraph(words.rich("lines_left_out", file=file, count=words.number(count, 0)), "note")
        for file, count in view.result.left_out
    ]
    if not unit.metrics:
        return (head, Paragraph(words.rich("missing_everything")), *left_out)
    missing = [(name, found) for name, found in unit.metrics.items() if found.value is None and name in (names or unit.metrics)]
    if not missing:
        return (head, Paragraph(words.rich("missing_nothing")), *left_out)
    columns = (
        Column(words("column_metric"), "text", 2.4),
        Column(words("column_why"), "text", 3.0),
        Column(words("column_adds"), "text", 4.2),
    )
    rows = tuple(
        (
            Cell(rich("{x}", x=view.metric_name(name))),
            Cell(rich("{x}", x=_why(view, found))),
            Cell(rich("{x}", x=words.of(view.result.metric_texts[name].adds))),
        )
        for name, found in missing
    )
    return (head, Table("missing-metrics", words("table_missing"), columns, rows), *left_out)


def _why(view: View, found: MetricValue) -> str:
    words = view.words
    if found.reason is Reason.NO_TABLE and found.missing:
        return words("reason_missing", names=words.list(list(found.missing)))
    return words(f"reason_{found.reason}")
