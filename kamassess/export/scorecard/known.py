"""What the company's data say: metrics with their unit of measure, and where it is not what people say."""

from __future__ import annotations

import datetime as dt

from kamassess.document import plain
from kamassess.export.scorecard.book import Book
from kamassess.export.scorecard.grid import FIRST, Entry, Field, amount, id_width, print_grid, said, write_grid
from kamassess.export.scorecard.looks import Tone
from kamassess.export.scorecard.scores import score
from kamassess.findings import say_do_sentences
from kamassess.result import MetricValue, Reason
from kamassess.sections.view import ResultView, View

__all__ = ["measure", "write_gaps", "write_metrics"]

YUAN = ("CNY", "RMB")
_PATTERNS = {
    "share": "0.0%",
    "ratio": "0.0%",
    "difference": "+0.0%;-0.0%;0.0%",
    "days": "#,##0.0",
    "years": "0.0",
    "count": "#,##0.##",
    "index": "0",
    "points": "0.0",
    "money": "#,##0",
}


def measure(found: MetricValue) -> Entry:
    """A value in its own unit of measure."""
    return Entry(found.value, "number", number=_PATTERNS.get(found.unit, "#,##0.##"))


def unit_of_measure(view: ResultView, found: MetricValue) -> str:
    """What a value is counted in."""
    words, currency = view.words, view.result.currency
    if found.unit == "money" and currency:
        return words("sc_unit_yuan") if currency in YUAN else currency
    return words(f"sc_unit_{found.unit}")


def write_metrics(book: Book, view: View) -> None:
    """Every metric, with or without a value."""
    words, unit = view.words, view.unit
    book.head("metrics", words("sc_metrics_title"))
    fields = (
        Field("id", words("sc_id"), id_width(unit.metrics, 12), "id"),
        Field("name", words("column_metric"), 30, "wrap"),
        Field("criteria", words("column_criterion_id"), 14, "wrap"),
        Field("value", words("column_value"), 14, "number"),
        Field("unit", words("sc_measure"), 14, "wrap"),
        Field("level", words("column_measured"), 10, "score"),
        Field("n", words("column_n"), 8, "count"),
        Field("first", words("sc_window_first"), 16, "date"),
        Field("last", words("sc_window_last"), 16, "date"),
        Field("reason", words("sc_why_missing"), 40, "wrap"),
        Field("definition", words("sc_definition"), 60, "wrap"),
    )
    rows = []
    for name, found in unit.metrics.items():
        criteria = [criterion.id for criterion in view.instrument.criteria() if name in criterion.metrics]
        window = [dt.date.fromisoformat(day) for day in found.window] if found.window else [None, None]
        rows.append(
            (
                said(name),
                said(view.metric_name(name)),
                said(words("policy_separator").join(criteria)),
                measure(found),
                said(unit_of_measure(view, found)),
                score(view, found.level),
                amount(found.n),
                *(Entry(day) for day in window),
                said(_why(view, found)),
                said(words.of(view.result.metric_texts[name].definition)),
            )
        )
    area = write_grid(book, "metrics", "metrics", fields, rows, frozen=2)
    note = words("sc_metrics_note") if unit.metrics else words("sc_metrics_none")
    print_grid(book, "metrics", fields, area, note=note, repeated=2, across=("reason",))


def _why(view: View, found: MetricValue) -> str:
    words = view.words
    if found.reason is None:
        return ""
    if found.reason is Reason.NO_TABLE and found.missing:
        return words("reason_missing", names=words.list(list(found.missing)))
    return words(f"reason_{found.reason}")


def write_gaps(book: Book, view: View) -> None:
    """Between what is said and done; those between roles have a sheet of their own."""
    words = view.words
    book.head("gaps", words("sc_gaps_title"))
    _say_do(book, view)
    book.head("role_gaps", words("sc_role_gaps_title"))
    _between_roles(book, view)


def _say_do(book: Book, view: View) -> None:
    words, gaps = view.words, view.unit.say_do
    fields = (
        Field("criterion", words("sc_id"), id_width(view.criteria, 11), "id"),
        Field("name", words("column_criterion"), 26, "wrap"),
        Field("claimed", words("column_said"), 10, "score"),
        Field("ci_low", words("sc_ci_low"), 10, "score"),
        Field("ci_high", words("sc_ci_high"), 8, "score"),
        Field("shown", words("column_shown"), 10, "score"),
        Field("kind", words("sc_shown_by"), 14),
        Field("difference", words("sc_claimed_less_shown"), 10, "score"),
        Field("weight", words("sc_share"), 10, "points"),
        Field("certain", words("sc_certain"), 10),
        Field("sentence", words("column_in_words"), 46, "wrap"),
    )
    rows = []
    for place, (gap, sentence) in enumerate(zip(gaps, say_do_sentences(view, gaps), strict=True)):
        low, high = gap.ci if gap.ci else (None, None)
        tone: Tone = "strong" if gap.certain else "plain"
        row = FIRST + 3 + place
        rows.append(
            (
                said(gap.criterion),
                said(view.name(view.criteria[gap.criterion])),
                score(view, gap.claimed),
                score(view, low),
                score(view, high),
                score(view, gap.shown),
                said(words(gap.kind)),
                Entry(gap.difference, None, tone, f"=$C{row}-$F{row}", "+0.0;-0.0;0.0"),
                amount(gap.weight),
                said(words("sc_yes" if gap.certain else "sc_no")),
                said(plain(sentence).strip()),
            )
        )
    area = write_grid(book, "gaps", "say_do", fields, rows, frozen=2)
    note = words("sc_gaps_note" if gaps else "sc_gaps_none")
    print_grid(book, "gaps", fields, area, note=note, repeated=2, across=("sentence",))


def _between_roles(book: Book, view: View) -> None:
    words = view.words
    names = {role.id: words.of(role.name) for role in view.instrument.roles}
    fields = (
        Field("dimension", words("sc_dimension_id"), id_width((block.id for block in view.instrument.blocks), 12), "id"),
        Field("name", words("column_dimension"), 26, "wrap"),
        Field("high", words("sc_role_high"), 17, "wrap"),
        Field("high_mean", words("sc_high_mean"), 9, "score"),
        Field("low", words("sc_role_low"), 17, "wrap"),
        Field("low_mean", words("sc_low_mean"), 10, "score"),
        Field("difference", words("column_difference"), 11, "score"),
        Field("ci_low", words("sc_ci_low"), 10, "score"),
        Field("ci_high", words("sc_ci_high"), 8, "score"),
        Field("p_holm", words("sc_p_holm"), 9, "decimals"),
        Field("certain", words("sc_certain_people"), 27, "wrap"),
    )
    rows = []
    of = {dimension.id: view.name(dimension) for dimension in view.instrument.blocks}
    for gap in sorted(view.unit.gaps, key=lambda gap: (not gap.certain, -gap.difference, gap.dimension)):
        people = words("sc_gap_people", high=gap.n_high, low=gap.n_low, questions=gap.n_questions)
        verdict = words("sc_yes" if gap.certain else "sc_no")
        rows.append(
            (
                said(gap.dimension),
                said(of[gap.dimension]),
                said(names[gap.high]),
                score(view, gap.high_mean),
                said(names[gap.low]),
                score(view, gap.low_mean),
                Entry(gap.difference, None, "strong" if gap.certain else "plain"),
                score(view, gap.ci[0]),
                score(view, gap.ci[1]),
                Entry(gap.p_holm, number="0.000"),
                said(f"{verdict} {people}"),
            )
        )
    area = write_grid(book, "role_gaps", "role_gaps", fields, rows, frozen=2)
    note = words("sc_role_gaps_note" if view.unit.gaps else "gaps_none")
    print_grid(book, "role_gaps", fields, area, note=note, repeated=2, across=("certain",))
