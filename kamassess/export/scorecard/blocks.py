"""Dimensions and criteria with their figures, and formulas by which a reader can trace how the one comes from the other.

A formula stands only where it gives the number of the result: where the policy takes an arithmetic mean and every part of it is
on the sheet. Elsewhere the number stands alone, and the note beside it says why.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kamassess.export.scorecard.book import Book
from kamassess.export.scorecard.grid import Area, Entry, Field, amount, area_of, id_width, missing, print_grid, said, write_grid
from kamassess.export.scorecard.scores import coverage, distances, ends, reasons, score, shade
from kamassess.instrument import Criterion, Dimension, scale_ends
from kamassess.result import Block, Known
from kamassess.sections.view import View

__all__ = ["OVERALL", "criteria_area", "dimensions_area", "write_criteria", "write_dimensions"]

OVERALL = "overall"
_SAME = 1e-9
_COUNTED = '">-1E+300"'
"""Counts numbers only: a dash is none."""


# -- what can be traced --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a mean: its weight and its score."""

    weight: float
    score: float | None


def _traced(view: View, value: float | None, parts: Sequence[_Part]) -> bool:
    """Whether a score is the weighted mean of its parts as they stand on the sheet."""
    known = [(part.weight, part.score) for part in parts if part.score is not None]
    whole = math.fsum(weight for weight, _ in known)
    if value is None or view.instrument.policy.aggregation != "arithmetic" or not whole > 0:
        return False
    return math.isclose(math.fsum(w * s for w, s in known) / whole, value, rel_tol=0, abs_tol=_SAME)


def _untraced(view: View, value: float | None, traced: bool) -> str:
    """Why a score that there is has no formula."""
    words, way = view.words, view.instrument.policy.aggregation
    if traced or value is None:
        return ""
    return words("sc_no_formula_parts") if way == "arithmetic" else words("sc_no_formula_way", way=words(f"aggregation_{way}"))


def _indexed(block: Block, low: float, high: float) -> bool:
    """Whether the index is where the score lies between the ends of the scale."""
    if block.score is None or block.index is None or high <= low:
        return False
    return math.isclose(100 * (block.score - low) / (high - low), block.index, rel_tol=0, abs_tol=1e-7)


# -- dimensions ----------------------------------------------------------------------------------------------------------


def dimension_fields(view: View) -> tuple[Field, ...]:
    """The columns of the dimensions."""
    words = view.words
    return (
        Field("id", words("sc_id"), id_width((block.id for block in view.instrument.blocks), 9), "id"),
        Field("name", words("column_dimension"), 32, "wrap"),
        Field("score", words("sc_score"), 8, "score"),
        Field("ci_low", words("sc_ci_low"), 9, "score"),
        Field("ci_high", words("sc_ci_high"), 9, "score"),
        Field("target", words("sc_target"), 8, "number"),
        Field("gap", words("sc_gap_target"), 9, "score"),
        Field("evidenced", words("column_evidenced"), 10, "score"),
        Field("measured", words("column_measured"), 10, "score"),
        Field("level", words("column_level"), 7, "level"),
        Field("level_name", words("sc_level_name"), 16, "wrap"),
        Field("blocked_by", words("figure_blocked"), 16, "wrap"),
        Field("index", words("figure_index"), 8, "decimals"),
        Field("n", words("column_n"), 6, "count"),
        Field("coverage", words("column_coverage"), 10, "percent"),
        Field("bounds_low", words("sc_bounds_low"), 9, "score"),
        Field("bounds_high", words("sc_bounds_high"), 9, "score"),
        Field("rwg_j", words("sc_rwg_j"), 12, "decimals"),
        Field("note", words("sc_note"), 48, "wrap"),
        Field("weight", words("sc_weight"), 8, "number"),
        Field("weighted", words("sc_weighted"), 10, "decimals"),
        Field("low", words("sc_scale_low"), 8, "number"),
        Field("high", words("sc_scale_high"), 8, "number"),
        Field("below", words("sc_below"), 9, "decimals"),
        Field("above", words("sc_above"), 9, "decimals"),
    )


def dimensions_area(book: Book, view: View) -> Area:
    """Where the dimensions stand: the whole, dimensions, screens."""
    return area_of(book, "dimensions", dimension_fields(view), 1 + len(view.instrument.blocks))


def write_dimensions(book: Book, view: View, criteria: Area) -> Area:
    """The whole, then every dimension and screen."""
    area, words = dimensions_area(book, view), view.words
    book.head("dimensions", words("sc_dimensions_title"))
    rows = [_whole(view, area)]
    rows += [
        _dimension(view, area, criteria, block, area.first + 1 + place) for place, block in enumerate(view.instrument.blocks)
    ]
    write_grid(book, "dimensions", "dimensions", dimension_fields(view), rows, frozen=2)
    _edited(book, view, area)
    fields, note = dimension_fields(view), f"{words('sc_dimensions_note')} {words('sc_edit_note')}"
    print_grid(book, "dimensions", fields, area, note=note, repeated=2, until="note", across=("index",))
    low, high = scale_ends(view.instrument.dimensions)
    for key in ("score", "evidenced", "measured"):
        column = area.columns[key]
        shade(book, "dimensions", (area.first, column), (area.first + len(view.instrument.dimensions), column), low, high)
    return area


def _edited(book: Book, view: View, area: Area) -> None:
    """Targets may be edited within the scale of their dimension."""
    words = view.words
    decided = {decision.about: decision for decision in view.unit.roadmap.decisions if decision.field == "target"}
    for row, dimension in enumerate(view.instrument.dimensions, start=area.first + 1):
        low, high = scale_ends([dimension])
        said_so = words("sc_valid_target", low=words.short(low), high=words.short(high))
        rule = {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high, "error_message": said_so}
        book.sheets["dimensions"].data_validation(row, area.columns["target"], row, area.columns["target"], rule)
        target = view.unit.targets.get(dimension.id)
        book.wrote("dimensions", dimension.id, "target", target, decided.get(dimension.id))


def _whole(view: View, area: Area) -> tuple[Entry, ...]:
    """The overall score, as the weighted mean of the dimensions below it."""
    unit, row = view.unit, area.first
    block, count = unit.overall, len(view.instrument.dimensions)
    parts = [_Part(dimension.weight, unit.dimensions[dimension.id].score) for dimension in view.instrument.dimensions]
    traced = _traced(view, block.score, parts)
    first, last = row + 1, row + count
    scores, weights = area.range("score", first, last), area.range("weight", first, last)
    formula = f"=SUM({area.range('weighted', first, last)})/SUMIF({scores},{_COUNTED},{weights})" if traced else ""
    low, high = scale_ends(view.instrument.dimensions)
    note = _untraced(view, block.score, traced)
    return _row(view, area, row, OVERALL, view.words("overall"), block, unit.whole, (low, high), formula, note, None, None)


def _dimension(view: View, area: Area, criteria: Area, block: Dimension, row: int) -> tuple[Entry, ...]:
    """A dimension, as the weighted mean of its criteria on their own sheet, however that is sorted."""
    unit, screen = view.unit, block.id in view.unit.screens
    found = unit.screens[block.id] if screen else unit.dimensions[block.id]
    parts = [_Part(criterion.weight, unit.criteria[criterion.id].score) for criterion in block.criteria]
    alone = [other.id.casefold() for other in view.instrument.blocks].count(block.id.casefold()) == 1  # SUMIFS minds no case
    traced = alone and _traced(view, found.score, parts)
    of, this = criteria.range("dimension"), area.cell("id", row)
    weights = f"SUMIFS({criteria.range('weight')},{of},{this},{criteria.range('score')},{_COUNTED})"
    formula = f"=SUMIFS({criteria.range('weighted')},{of},{this})/{weights}" if traced else ""
    note = _untraced(view, found.score, traced)
    weight = None if screen else block.weight
    agreed = unit.agreement[block.id].rwg_j
    known = unit.known.get(block.id)
    return _row(
        view,
        area,
        row,
        block.id,
        view.name(block),
        found,
        known,
        scale_ends([block]),
        formula,
        note,
        weight,
        agreed,
        screen=screen,
    )


def _row(
    view: View,
    area: Area,
    row: int,
    name: str,
    title: str,
    block: Block,
    known: Known | None,
    scale: tuple[float, float],
    formula: str,
    note: str,
    weight: float | None,
    agreed: float | None,
    *,
    screen: bool = False,
) -> tuple[Entry, ...]:
    words, target = view.words, view.unit.targets.get(name)
    decided = {decision.about for decision in view.unit.roadmap.decisions if decision.field == "target"}
    whole = name == OVERALL
    gap = target - block.score if target is not None and block.score is not None else None
    index = ""
    if _indexed(block, *scale):
        low, high = area.cell("low", row), area.cell("high", row)
        index = f"=({area.cell('score', row)}-{low})/({high}-{low})*100"
    why = words("sc_separator").join(text for text in (reasons(view, block), note) if text)
    counts = weight is not None and block.score is not None
    weighted = weight * block.score if weight is not None and block.score is not None else None
    return (
        said(name),
        said(title, "strong" if whole else "plain"),
        score(view, block.score, strong=True, formula=formula),
        *ends(view, block.interval),
        missing() if whole or screen else Entry(target, tone="changed" if name in decided else "editable"),
        missing() if whole or screen else amount(gap, formula=f"={area.cell('target', row)}-{area.cell('score', row)}"),
        score(view, known.evidenced if known else None),
        score(view, known.measured if known else None),
        amount(block.level),
        said(view.level_name(block.level)),
        said(words("policy_separator").join(block.blocked_by)),
        Entry(block.index, formula=index if block.index is not None else "", number="0"),
        amount(block.n),
        coverage(block.coverage),
        *ends(view, block.bounds),
        missing() if whole else amount(agreed),
        said(why),
        missing() if weight is None else amount(weight),
        amount(weighted, formula=f"={area.cell('weight', row)}*{area.cell('score', row)}") if counts else missing(),
        amount(scale[0]),
        amount(scale[1]),
        *distances(block, area.cell("score", row), area.cell("ci_low", row), area.cell("ci_high", row)),
    )


# -- criteria ------------------------------------------------------------------------------------------------------------


def criterion_fields(view: View) -> tuple[Field, ...]:
    """The columns of the criteria."""
    words = view.words
    return (
        Field("dimension", words("sc_dimension_id"), id_width((block.id for block in view.instrument.blocks), 12), "id"),
        Field("id", words("sc_id"), id_width(view.criteria, 10), "id"),
        Field("name", words("column_criterion"), 34, "wrap"),
        Field("gate", words("sc_gate"), 6),
        Field("score", words("sc_score"), 8, "score"),
        Field("ci_low", words("sc_ci_low"), 9, "score"),
        Field("ci_high", words("sc_ci_high"), 9, "score"),
        Field("target", words("sc_target"), 8, "number"),
        Field("gap", words("sc_gap_target"), 9, "score"),
        Field("evidenced", words("column_evidenced"), 10, "score"),
        Field("evidence", words("sc_evidence_kind"), 14, "wrap"),
        Field("measured", words("column_measured"), 10, "score"),
        Field("level", words("column_level"), 7, "level"),
        Field("index", words("figure_index"), 8, "decimals"),
        Field("n", words("column_n"), 6, "count"),
        Field("coverage", words("column_coverage"), 10, "percent"),
        Field("bounds_low", words("sc_bounds_low"), 9, "score"),
        Field("bounds_high", words("sc_bounds_high"), 9, "score"),
        Field("reason", words("sc_why_missing"), 56, "wrap"),
        Field("weight", words("sc_weight"), 8, "number"),
        Field("weighted", words("sc_weighted"), 10, "decimals"),
    )


def criteria_area(book: Book, view: View) -> Area:
    """Where the criteria stand."""
    return area_of(book, "criteria", criterion_fields(view), len(view.criteria))


def write_criteria(book: Book, view: View, dimensions: Area) -> Area:
    """Every criterion, with the target of its dimension."""
    area, words = criteria_area(book, view), view.words
    book.head("criteria", words("sc_criteria_title"))
    rows: list[tuple[Entry, ...]] = []
    for place, block in enumerate(view.instrument.blocks):
        scored = block.id in view.unit.dimensions
        aim = dimensions.fixed("target", dimensions.first + 1 + place) if scored else ""
        rows += [
            _criterion(view, area, block, criterion, aim, area.first + len(rows) + n)
            for n, criterion in enumerate(block.criteria)
        ]
    write_grid(book, "criteria", "criteria", criterion_fields(view), rows, frozen=3)
    asked = [len(block.criteria) for block in view.instrument.blocks]
    starts = [area.first + sum(asked[:number]) for number in range(len(asked))]
    fields = criterion_fields(view)
    print_grid(
        book,
        "criteria",
        fields,
        area,
        note=words("sc_criteria_note"),
        repeated=3,
        until="reason",
        across=("index",),
        blocks=starts,
    )
    low, high = scale_ends(view.instrument.blocks)
    for key in ("score", "evidenced", "measured"):
        column = area.columns[key]
        shade(book, "criteria", (area.first, column), (area.last, column), low, high)
    return area


def _criterion(view: View, area: Area, block: Dimension, criterion: Criterion, aim: str, row: int) -> tuple[Entry, ...]:
    unit, words = view.unit, view.words
    found, target = unit.criteria[criterion.id], unit.targets.get(block.id)
    evidence, data = unit.evidence.get(criterion.id), unit.measured.get(criterion.id)
    at, to = area.cell("score", row), area.cell("target", row)
    gap = target - found.score if target is not None and found.score is not None else ""
    why = [reasons(view, found)]
    if data and data.level is None and data.reason:
        why.append(words("sc_why_measured", reason=words(f"reason_{data.reason}")))
    if evidence and evidence.level is None and evidence.reason:
        why.append(words("sc_why_evidenced", reason=words(f"reason_{evidence.reason}")))
    weighted = criterion.weight * found.score if found.score is not None else None
    return (
        said(block.id),
        said(criterion.id),
        said(view.name(criterion)),
        said(words("gate_mark").strip() if criterion.gate else ""),
        score(view, found.score, strong=True),
        *ends(view, found.interval),
        Entry("" if target is None else target, formula=f'=IF({aim}="","",{aim})') if aim else missing(),
        Entry(gap, formula=f'=IF(AND(ISNUMBER({at}),ISNUMBER({to})),{to}-{at},"")') if aim else missing(),
        score(view, evidence.level if evidence else None),
        said(words(f"evidence_{evidence.kind}") if evidence and evidence.kind else ""),
        score(view, data.level if data else None),
        amount(found.level),
        Entry(found.index, number="0"),
        missing() if found.withheld and found.coverage is None else amount(found.n),
        coverage(found.coverage),
        *ends(view, found.bounds),
        said(words("sc_separator").join(text for text in why if text)),
        amount(criterion.weight),
        amount(weighted, formula=f"={area.cell('weight', row)}*{at}"),
    )
