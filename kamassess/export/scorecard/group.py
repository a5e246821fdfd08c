"""The scorecard of all units beside each other. Each unit is made once, and what every sheet needs of it is taken then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kamassess.document import Paragraph
from kamassess.export.scorecard.book import Book
from kamassess.export.scorecard.charts import chart_units
from kamassess.export.scorecard.grid import Area, Entry, Field, amount, id_width, print_grid, said, write_grid
from kamassess.export.scorecard.known import measure, unit_of_measure
from kamassess.export.scorecard.looks import Kind
from kamassess.export.scorecard.pages import contents, method, write_pages
from kamassess.export.scorecard.scores import coverage, distances, reasons, score, shade
from kamassess.export.scorecard.spans import LAST
from kamassess.instrument import scale_ends
from kamassess.result import UnitResult
from kamassess.sections import group as told
from kamassess.sections.certainty import belong_together
from kamassess.sections.group.view import GroupView

__all__ = ["group_scorecard"]

_SHEETS = "summary units criteria metrics common roadmap quality method"
_DRAWN = 30
"""So many units fit into a chart."""
_PLANNED = 200
"""Roadmaps of more units are listed in no file; each unit's own has its."""

Row = tuple[Entry, ...]


@dataclass
class _Rows:
    """Rows of all units, sheet by sheet; what there is to draw of them."""

    units: list[Row] = field(default_factory=list)
    criteria: list[Row] = field(default_factory=list)
    metrics: list[Row] = field(default_factory=list)
    roadmap: list[Row] = field(default_factory=list)
    drawn: int = 0
    measures: dict[str, str] = field(default_factory=dict)


def group_scorecard(view: GroupView) -> bytes:
    """The workbook of all units."""
    book = Book(view, view.words("sc_all_units"), view.company, _SHEETS.split())
    rows = _gathered(view)
    units = _units(book, view, rows)
    _criteria(book, view, rows)
    _metrics(book, view, rows)
    _roadmap(book, view, rows)
    charts: dict[str, Callable[[int], int]] = {}
    if 0 < rows.drawn <= _DRAWN:
        charts["units-table"] = lambda row: chart_units(book, view, units, rows.drawn, row)
    write_pages(book, "summary", (*told.cover(view), *told.board(view), *contents(book)), charts)
    book.logo("summary", LAST - 5)
    gaps = (*told.common_gaps(view), *told.lessons(view)) if view.ranking else ()
    nothing = Paragraph(view.words.rich("sc_nobody_asked" if not view.ranking else "sc_no_common_gaps"))
    write_pages(book, "common", gaps or (nothing,))
    shown = (*told.ranking(view), *told.spread(view), *told.roll_up(view), *belong_together(view)) if view.ranking else ()
    write_pages(book, "quality", (*shown, *told.suitability(view)) or (nothing,))
    write_pages(book, "method", method(book, told.appendix(view)))
    return book.done()


def _gathered(view: GroupView) -> _Rows:
    """Units by rank, then those that have none, then those that nobody was asked about."""
    rows = _Rows()
    names = [*view.ranking, *(name for name in view.result.units if name not in view.ranking)]
    plans = len(names) <= _PLANNED
    for name in names:
        unit = view.unit(name) if plans else view.result.units[name]
        rows.units.append(_unit(view, unit, 5 + len(rows.units)))
        if unit.overall.score is not None:
            rows.drawn += 1
        known = [score(view, found.score) for found in unit.criteria.values()]
        if unit.asked:
            rows.criteria.append((said(name), said(view.words.of(unit.name)), *known))
        if any(found.value is not None for found in unit.metrics.values()):
            rows.measures |= {metric: unit_of_measure(view, found) for metric, found in unit.metrics.items()}
            values = [measure(found) for found in unit.metrics.values()]
            rows.metrics.append((said(name), said(view.words.of(unit.name)), *values))
        rows.roadmap += _actions(view, unit) if plans else []
    return rows


# -- units ---------------------------------------------------------------------------------------------------------------


def _units(book: Book, view: GroupView, rows: _Rows) -> Area:
    words = view.words
    book.head("units", words("sc_units_title"))
    fields = [
        Field("id", words("sc_id"), id_width(view.result.units, 9), "id"),
        Field("name", words("fact_unit"), 30, "wrap"),
        Field("rank", words("column_rank"), 7, "level"),
        Field("score", words("overall"), 9, "score"),
        Field("ci_low", words("sc_ci_low"), 9, "score"),
        Field("ci_high", words("sc_ci_high"), 9, "score"),
        Field("level", words("column_level"), 7, "level"),
        *[Field(f"dimension:{entry.id}", view.name(entry), 12, "score") for entry in view.instrument.dimensions],
        Field("measured", words("sc_measured_whole"), 11, "score"),
        Field("blocked_by", words("figure_blocked"), 16, "wrap"),
        Field("n", words("sc_people"), 11, "count"),
        Field("coverage", words("column_coverage"), 10, "percent"),
        Field("first", words("sc_first"), 11, "percent"),
        Field("suitability", words("figure_suitability"), 15, "wrap"),
        Field("parent", words("sc_parent"), id_width(view.result.units, 10), "id"),
        Field("size", words("sc_size"), 11, "count"),
        Field("reason", words("sc_why_missing"), 30, "wrap"),
        Field("below", words("sc_below"), 9, "decimals"),
        Field("above", words("sc_above"), 9, "decimals"),
    ]
    area = write_grid(book, "units", "units", fields, rows.units, frozen=2)
    ends = scale_ends(view.instrument.dimensions)
    first = area.columns[f"dimension:{view.instrument.dimensions[0].id}"]
    last = area.columns[f"dimension:{view.instrument.dimensions[-1].id}"]
    print_grid(book, "units", fields, area, note=words("sc_units_note"), repeated=2, until="reason", across=("measured",))
    for left, right in ((3, 3), (first, last), (area.columns["measured"],) * 2):
        shade(book, "units", (area.first, left), (area.last, right), *ends)
    return area


def _unit(view: GroupView, unit: UnitResult, row: int) -> Row:
    words, block, rank = view.words, unit.overall, view.ranking.get(unit.id)
    found = [score(view, unit.dimensions[entry.id].score) for entry in view.instrument.dimensions]
    low, high = block.interval if block.interval else (None, None)
    fit = unit.suitability
    return (
        said(unit.id),
        said(words.of(unit.name)),
        amount(rank.rank if rank else None),
        score(view, block.score, strong=True),
        score(view, low),
        score(view, high),
        amount(block.level),
        *found,
        score(view, unit.whole.measured if unit.whole else None),
        said(words("policy_separator").join(block.blocked_by)),
        amount(unit.n_respondents),
        coverage(block.coverage),
        coverage(rank.first if rank else None),
        said(words(f"suitability_verdict_{fit.verdict or 'open'}") if fit else ""),
        said(unit.parent or ""),
        amount(unit.size),
        said(reasons(view, block)),
        *distances(block, f"$D{row + 1}", f"$E{row + 1}", f"$F{row + 1}"),
    )


def _criteria(book: Book, view: GroupView, rows: _Rows) -> None:
    words = view.words
    book.head("criteria", words("sc_units_criteria_title"), "" if rows.criteria else words("sc_nobody_asked"))
    names = [(criterion.id, view.name(criterion)) for criterion in view.instrument.criteria()]
    if not rows.criteria:
        return
    area = _crossed(book, view, "criteria", words("column_criterion"), names, rows.criteria)
    shade(book, "criteria", (area.first, 2), (area.last, max(area.columns.values())), *scale_ends(view.instrument.blocks))


def _metrics(book: Book, view: GroupView, rows: _Rows) -> None:
    words = view.words
    book.head("metrics", words("sc_units_metrics_title"), "" if rows.metrics else words("sc_metrics_none"))
    if rows.metrics:
        names = [(m, words("sc_metric_in", metric=view.metric_name(m), unit=unit)) for m, unit in rows.measures.items()]
        _crossed(book, view, "metrics", words("column_metric"), names, rows.metrics)


def _crossed(book: Book, view: GroupView, sheet: str, what: str, names: Sequence[tuple[str, str]], units: Sequence[Row]) -> Area:
    """Units across for as many as fit beside each other, so that a page can be read; else down."""
    words = view.words
    kind: Kind = "score" if sheet == "criteria" else "number"
    if len(units) <= _DRAWN:
        fields = [Field("id", words("sc_id"), id_width((name for name, _ in names), 12), "id"), Field("name", what, 40, "wrap")]
        fields += [Field(f"unit:{row[0].value}", str(row[1].value), 15, kind) for row in units]
        rows = [(said(name), said(title), *(row[2 + place] for row in units)) for place, (name, title) in enumerate(names)]
        area = write_grid(book, sheet, sheet, fields, rows, frozen=2)
        print_grid(book, sheet, fields, area, note=words(f"sc_units_{sheet}_note"), repeated=2)
        return area
    fields = [Field("id", words("sc_id"), 9, "id"), Field("name", words("fact_unit"), 30, "wrap")]
    fields += [Field(f"{sheet}:{name}", f"{name} {title}" if sheet == "criteria" else title, 14, kind) for name, title in names]
    area = write_grid(book, sheet, sheet, fields, units, frozen=2)
    print_grid(book, sheet, fields, area, note=words(f"sc_units_{sheet}_note"), repeated=2)
    return area


def _roadmap(book: Book, view: GroupView, rows: _Rows) -> None:
    words = view.words
    book.head("roadmap", words("sc_units_roadmap_title"), "" if rows.roadmap else words("sc_units_roadmap_none"))
    if not rows.roadmap:
        return
    fields = (
        Field("unit", words("sc_unit_id"), id_width(view.result.units, 9), "id"),
        Field("name", words("fact_unit"), 26, "wrap"),
        Field("phase", words("sc_phase"), 8, "level"),
        Field("id", words("sc_id"), id_width(view.result.library.actions, 12), "id"),
        Field("do", words("sc_action"), 54, "wrap"),
        Field("owner", words("roadmap_column_owner"), 20, "wrap"),
        Field("start", words("sc_start"), 11, "count"),
        Field("end", words("sc_end"), 10, "count"),
        Field("effort", words("roadmap_column_effort"), 10, "number"),
    )
    area = write_grid(book, "roadmap", "roadmap", fields, rows.roadmap, frozen=4)
    starts = [area.first + n for n in range(1, len(rows.roadmap)) if rows.roadmap[n][0].value != rows.roadmap[n - 1][0].value]
    print_grid(book, "roadmap", fields, area, note=words("sc_units_roadmap_note"), repeated=4, blocks=starts)


def _actions(view: GroupView, unit: UnitResult) -> list[Row]:
    words, library = view.words, view.result.library
    found: list[Row] = []
    for action in unit.roadmap.actions:
        entry = library.actions[action.id]
        found.append(
            (
                said(unit.id),
                said(words.of(unit.name)),
                amount(action.phase),
                said(action.id),
                said(words.of(entry.do)),
                said(action.owner or words.of(library.owners.get(entry.owner, {"": entry.owner}))),
                amount(action.starts),
                amount(action.ends),
                amount(action.effort),
            )
        )
    return found
