"""Tables of a result: ``table_`` functions take a view and return a ``Table`` node. They compute nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kamassess.document import Cell, Column, Run, Table, rich
from kamassess.instrument import Dimension
from kamassess.result import Block, Reason, option_key

if TYPE_CHECKING:
    from kamassess.sections.view import View

__all__ = [
    "agreement_band",
    "table_aggregations",
    "table_certainty",
    "table_criteria",
    "table_inputs",
    "table_open_answers",
    "table_questions",
    "table_versions",
]

_BANDS = ((0.3, "lack"), (0.5, "weak"), (0.7, "moderate"), (0.9, "strong"), (1.0, "very_strong"))


def agreement_band(value: float) -> str:
    """The word for a rWG value: lack, weak, moderate, strong, very_strong (LeBreton & Senter 2008).

    >>> agreement_band(0.44), agreement_band(0.81)
    ('weak', 'strong')
    """
    return next(name for top, name in _BANDS if round(value, 2) <= top)


def table_criteria(view: View, dimension: Dimension) -> Table:
    """Criteria of a dimension: score of each role and of all, level, and how far raters agree."""
    words, unit = view.words, view.unit
    roles = [role for role in view.instrument.roles if unit.roles.get(role.id) and unit.roles[role.id].reason is None]
    columns = [Column(words("column_criterion"), "text", 3.2), Column(words("column_all"), "number", 1.5)]
    columns += [Column(words.of(role.name), "number", 1.1) for role in roles]
    columns += [Column(words("column_level"), "number", 0.8), Column(words("column_coverage"), "number", 1.0)]
    scale = dimension.criteria[0].questions[0].scale
    rows = []
    for criterion in dimension.criteria:
        block = unit.criteria[criterion.id]
        cells = [
            Cell((Run(f"{criterion.id} ", "muted"), Run(view.name(criterion) + (words("gate_mark") if criterion.gate else "")))),
            _score_cell(view, block),
        ]
        for role in roles:
            value = unit.roles[role.id].criteria.get(criterion.id)
            heat = (
                None
                if value is None or scale.maximum <= scale.minimum
                else (value - scale.minimum) / (scale.maximum - scale.minimum)
            )
            cells.append(
                Cell(rich("{x}", x=words.score(value)), value, heat, "" if value is not None else words("reason_withheld"))
            )
        cells.append(_level_cell(view, block))
        cells.append(_coverage_cell(view, block))
        rows.append(tuple(cells))
    n = (unit.screens[dimension.id] if dimension.id in unit.screens else unit.dimensions[dimension.id]).n
    return Table(
        id=f"{dimension.id}-criteria",
        caption=words("table_criteria", name=view.name(dimension), n=n),
        columns=tuple(columns),
        rows=tuple(rows),
        note=words.rich("table_criteria_note"),
        sortable=True,
    )


def table_certainty(view: View) -> Table:
    """Score, interval, coverage and bounds of the whole and of each dimension."""
    words, unit = view.words, view.unit
    columns = (
        Column(words("column_dimension"), "text", 2.4),
        Column(words("column_score"), "number"),
        Column(words("column_interval"), "number", 1.3),
        Column(words("column_coverage"), "number"),
        Column(words("column_bounds"), "number", 1.3),
        Column(words("column_agreement"), "text", 1.6),
        Column(words("column_n"), "number", 0.8),
    )
    blocks: list[tuple[str, Block, str | None]] = [(words("overall"), unit.overall, None)]
    blocks += [(view.name(dimension), unit.dimensions[dimension.id], dimension.id) for dimension in view.instrument.dimensions]
    blocks += [(view.name(screen), unit.screens[screen.id], screen.id) for screen in view.instrument.screens]
    rows = []
    for name, block, block_id in blocks:
        interval = words.interval(*block.ci) if block.ci else "–"
        bounds = words.interval(*block.bounds) if block.bounds else "–"
        why = words(f"reason_{block.ci_reason}") if block.ci_reason else ""
        rows.append(
            (
                Cell(rich("**{x}**" if block_id is None else "{x}", x=name)),
                Cell(
                    rich("{x}", x=view.points(block.score)),
                    block.score,
                    None,
                    words(f"reason_{block.reason}") if block.score is None else "",
                ),
                Cell(rich("{x}", x=interval), block.ci[1] - block.ci[0] if block.ci else None, None, why),
                _coverage_cell(view, block),
                Cell(rich("{x}", x=bounds), block.bounds[1] - block.bounds[0] if block.bounds else None),
                _agreement_cell(view, block_id),
                Cell(rich("{x}", x=block.n), float(block.n)),
            )
        )
    return Table("certainty-table", words("table_certainty"), columns, tuple(rows), sortable=True)


def table_open_answers(view: View) -> Table:
    """Questions to which most people asked had no answer."""
    words, unit = view.words, view.unit
    columns = (
        Column(words("column_question"), "text", 4.2),
        Column(words("column_answered"), "number"),
        Column(words("column_dont_know"), "number"),
        Column(words("column_not_applicable"), "number"),
        Column(words("column_unanswered"), "number"),
    )
    open_ = []
    for name, result in unit.questions.items():
        asked = result.n + result.dk + result.unanswered
        missing = result.dk + result.unanswered
        if missing or result.na:
            open_.append(((missing / asked if asked else 0.0, result.na), name, result))
    open_.sort(key=lambda entry: (-entry[0][0], -entry[0][1], entry[1]))
    rows = []
    for _, name, result in open_[:10]:
        text = words.of(view.instrument.questions[name].text)
        counts = (result.n, result.dk, result.na, result.unanswered)
        rows.append(
            (Cell((Run(f"{name} ", "muted"), Run(text))), *(Cell(rich("{x}", x=count), float(count)) for count in counts))
        )
    note = (
        words.rich("table_open_more", count=len(open_)) if len(open_) > 10 else words.rich("table_open_none") if not open_ else ()
    )
    return Table("open-answers-table", words("table_open"), columns, tuple(rows), note, sortable=True)


def table_aggregations(view: View) -> Table:
    """What the score would be under each of the three ways of averaging."""
    words, unit = view.words, view.unit
    policy = view.instrument.policy.aggregation
    methods = ("arithmetic", "geometric", "minimum")
    columns = [Column(words("column_dimension"), "text", 2.4)]
    columns += [
        Column(words(f"aggregation_{name}") + (words("in_force") if name == policy else ""), "number", 1.3) for name in methods
    ]
    blocks = [(words("overall"), unit.overall)] + [
        (view.name(dimension), unit.dimensions[dimension.id]) for dimension in view.instrument.dimensions
    ]
    rows = []
    for number, (name, block) in enumerate(blocks):
        values = [block.aggregations.get(method) for method in methods]
        rows.append(
            (
                Cell(rich("{x}" if number else "**{x}**", x=name)),
                *(Cell(rich("{x}", x=words.score(value)), value) for value in values),
            )
        )
    return Table("aggregations-table", words("table_aggregations"), tuple(columns), tuple(rows), sortable=True)


def table_questions(view: View, dimension: Dimension) -> Table:
    """Every question of a dimension with its counts."""
    words, unit = view.words, view.unit
    scale = dimension.criteria[0].questions[0].scale
    same = all(question.scale.values == scale.values for criterion in dimension.criteria for question in criterion.questions)
    shown = scale.values if same and len(scale.values) <= 7 else ()
    columns = [
        Column(words("column_question"), "text", 5.0),
        Column(words("column_mean"), "number"),
        Column(words("column_sd"), "number"),
        Column(words("column_n"), "number", 0.7),
    ]
    columns += [Column(words.short(value), "number", 0.6) for value in shown]
    columns += [Column(words("column_dk_short"), "number", 0.8), Column(words("column_na_short"), "number", 0.8)]
    rows = []
    for criterion in dimension.criteria:
        for question in criterion.questions:
            result = unit.questions[question.id]
            cells = [Cell((Run(f"{question.id} ", "muted"), Run(words.of(question.text))))]
            why = words(f"reason_{result.reason}") if result.reason else ""
            cells.append(Cell(rich("{x}", x=words.score(result.mean)), result.mean, None, why))
            cells.append(
                Cell(
                    rich("{x}", x=words.score(result.sd)), result.sd, None, "" if result.sd is not None else words("sd_needs_two")
                )
            )
            counts = [result.n, *(result.counts[option_key(value)] for value in shown), result.dk, result.na]
            cells += [Cell(rich("{x}", x=count), float(count)) for count in counts]
            rows.append(tuple(cells))
    return Table(
        f"{dimension.id}-questions",
        words("table_questions", name=view.name(dimension)),
        tuple(columns),
        tuple(rows),
        sortable=True,
    )


def table_inputs(view: View) -> Table:
    """What the result rests on, by SHA-256; answer files in one line, since their names may be those of people."""
    words = view.words
    provenance = view.result.provenance
    count, digest = provenance.answer_files
    lines = [*provenance.other_files, (words("inputs_responses", count=count), digest)]
    rows = tuple((Cell(rich("{x}", x=name)), Cell(rich("``{x}``", x=found))) for name, found in lines)
    return Table(
        "inputs-table", words("table_inputs"), (Column(words("column_file"), "id", 2.0), Column("SHA-256", "id", 3.6)), rows
    )


def table_versions(view: View) -> Table:
    """The software that computed and drew the report."""
    words = view.words
    rows = tuple((Cell(rich("{x}", x=name)), Cell(rich("{x}", x=number))) for name, number in view.result.provenance.versions)
    return Table(
        "versions-table",
        words("table_versions"),
        (Column(words("column_software"), "id"), Column(words("column_version"), "id")),
        rows,
    )


def _score_cell(view: View, block: Block) -> Cell:
    words = view.words
    if block.score is None:
        return Cell((Run("–"),), None, None, words(f"reason_{block.reason}"))
    interval = f" {words.interval(*block.ci)}" if block.ci else ""
    return Cell((Run(view.points(block.score), "strong"), Run(interval, "muted")), block.score, (block.index or 0.0) / 100)


def _level_cell(view: View, block: Block) -> Cell:
    if block.level is None:
        return Cell((Run("–"),), None, None, view.words(f"reason_{block.reason or Reason.BELOW_FIRST_LEVEL}"))
    return Cell((Run(str(block.level)),), float(block.level), None, view.level_name(block.level))


def _coverage_cell(view: View, block: Block) -> Cell:
    if block.coverage is None:
        return Cell((Run("–"),), None, None, view.words(f"reason_{block.reason}"))
    low = block.coverage < view.instrument.policy.min_coverage
    return Cell((Run(view.words.percent(block.coverage), "strong" if low else "plain"),), block.coverage)


def _agreement_cell(view: View, block_id: str | None) -> Cell:
    words = view.words
    found = view.unit.agreement.get(block_id) if block_id else None
    if found is None or found.rwg_j is None:
        return Cell((Run("–"),), None, None, words(f"reason_{found.reason}") if found and found.reason else "")
    return Cell(
        (Run(words(f"band_{agreement_band(found.rwg_j)}") + " "), Run(words.number(found.rwg_j, 2), "muted")), found.rwg_j
    )
