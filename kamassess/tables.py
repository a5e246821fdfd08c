"""Tables of a result: ``table_`` functions take a view and return a ``Table`` node. They compute nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kamassess.document import Cell, Column, Rich, Run, Table, rich
from kamassess.instrument import Dimension
from kamassess.result import (
    Block,
    Evidenced,
    Interval,
    MeasuredLevel,
    QuestionResult,
    Reason,
    Reliability,
    RoleReliability,
    option_key,
)
from kamassess.scoring.anonymity import ANONYMITY
from kamassess.scoring.reliability import consistency_band
from kamassess.trust import chance, effect, ends, verdict_on_mean, widest_gap, withheld_note

if TYPE_CHECKING:
    from kamassess.sections.view import ResultView, View

__all__ = [
    "evidenced_cell",
    "measured_cell",
    "table_agreement",
    "table_certainty",
    "table_criteria",
    "table_inputs",
    "table_least_agreed",
    "table_open_answers",
    "table_questions",
    "table_reliability",
    "table_role_gaps",
    "table_versions",
]

_DASH = "–"
_TOP = 5
"""Questions in a table of the worst."""
_MANY = 0.1
"""Share of open answers from which on a question stands out."""


def table_criteria(view: View, dimension: Dimension) -> Table:
    """Criteria of a dimension: score of each role and of all, level, and how far raters agree."""
    words, unit = view.words, view.unit
    roles = [
        role
        for role in view.instrument.roles
        if (said := unit.roles.get(role.id))
        and any(said.criteria.get(criterion.id) is not None for criterion in dimension.criteria)
    ]
    columns = [Column(words("column_criterion"), "text", 3.2), Column(words("column_all"), "number", 1.5)]
    columns += [Column(words.of(role.name), "number", 1.1) for role in roles]
    columns.append(Column(words("column_level"), "number", 0.8))
    if unit.evidence:
        columns.append(Column(words("column_evidenced"), "number", 1.3))
    if unit.measured:
        columns.append(Column(words("column_measured"), "number", 1.1))
    columns.append(Column(words("column_coverage"), "number", 1.0))
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
            shown = rich("{x}", x=_by_role(view, role.id, criterion.id))
            cells.append(Cell(shown, value, heat, why_no_figure(view, role.id, criterion.id)))
        cells.append(_level_cell(view, block))
        if unit.evidence:
            cells.append(evidenced_cell(view, unit.evidence[criterion.id]))
        if unit.measured:
            cells.append(measured_cell(view, unit.measured[criterion.id]))
        cells.append(_coverage_cell(view, block))
        rows.append(tuple(cells))
    n = (unit.screens[dimension.id] if dimension.id in unit.screens else unit.dimensions[dimension.id]).n
    return Table(
        id=f"{dimension.id}-criteria",
        caption=words("table_criteria", name=view.name(dimension), n=n),
        columns=tuple(columns),
        rows=tuple(rows),
        note=words.rich("table_criteria_note")
        + _missing_by_role(view, [role.id for role in roles], [criterion.id for criterion in dimension.criteria])
        + (words.rich("table_criteria_open") if any(_left_open(unit.criteria[entry.id]) for entry in dimension.criteria) else ())
        + (words.rich("table_criteria_ci") if any(unit.criteria[entry.id].withheld for entry in dimension.criteria) else ())
        + (words.rich("table_criteria_evidence") if unit.evidence else ())
        + (words.rich("table_criteria_measured") if unit.measured else ()),
        sortable=True,
    )


def table_certainty(view: View) -> Table:
    """The whole and each block: score, interval, bounds, what the other two ways of averaging give, and what was answered."""
    words, unit = view.words, view.unit
    policy = view.instrument.policy.aggregation
    others = [name for name in ("arithmetic", "geometric", "minimum") if name != policy]
    columns = (
        Column(words("column_dimension"), "text", 2.6),
        Column(words("column_score_by", way=words(f"aggregation_{policy}")), "number", 1.2),
        Column(words("column_interval"), "number", 1.2),
        Column(words("column_bounds"), "number", 1.2),
        *(Column(words(f"aggregation_{name}"), "number", 1.2) for name in others),
        Column(words("column_coverage"), "number", 1.4),
    )
    blocks: list[tuple[str, Block]] = [(words("overall"), unit.overall)]
    blocks += [(view.name(dimension), unit.dimensions[dimension.id]) for dimension in view.instrument.dimensions]
    blocks += [(view.name(screen), unit.screens[screen.id]) for screen in view.instrument.screens]
    rows = []
    for number, (name, block) in enumerate(blocks):
        why = words(f"reason_{block.reason}") if block.score is None else ""
        no_interval = words(f"reason_{block.ci_reason}") if block.ci_reason else ""
        found = [block.aggregations.get(way) for way in others]
        rows.append(
            (
                Cell(rich("{x}" if number else "**{x}**", x=name)),
                Cell((Run(view.points(block.score), "strong"),), block.score, None, why),
                _ends_cell(view, block.interval, no_interval),
                _ends_cell(view, block.bounds, why),
                *(Cell((Run(words.score(value)),), value, None, why or words("reason_undefined_mean")) for value in found),
                _answered_cell(view, block),
            )
        )
    roles = [words.of(role.name) for role in view.instrument.roles if role.id in unit.roles and unit.roles[role.id].n == 1]
    note = words.rich("lone_roles", roles=words.list(roles)) if roles and unit.overall.interval else ()
    return Table("certainty-table", words("table_certainty"), columns, tuple(rows), note, sortable=True)


def table_open_answers(view: View) -> Table:
    """The questions to which most people asked had no answer."""
    words, unit = view.words, view.unit
    columns = (
        Column(words("column_question"), "text", 3.4),
        Column(words("column_answered"), "number"),
        Column(words("column_dont_know"), "number"),
        Column(words("column_not_applicable"), "number"),
        Column(words("column_unanswered"), "number"),
    )
    open_ = []
    for name, result in unit.questions.items():
        if result.open and result.not_said is not None and result.asked is not None:
            share = result.not_said / result.asked if result.asked else 0.0
            open_.append(((share, result.na or 0), name, result))
    withheld = sum(result.open and result.not_said is None for result in unit.questions.values())
    open_.sort(key=lambda entry: (-entry[0][0], -entry[0][1], entry[1]))
    rows = []
    for _, name, result in open_[:_TOP]:
        counts = (result.n, result.dk, result.na, result.unanswered)
        rows.append((_question_cell(view, name), *(_count_cell(view, count) for count in counts)))
    results = [result for _, _, result in open_]
    most, dk, empty = (
        max((share for (share, _), _, _ in open_), default=0.0),
        sum(result.dk or 0 for result in results),
        sum(result.unanswered or 0 for result in results),
    )
    reading = words(f"left_{'few' if most < _MANY else 'dont_know' if dk > empty else 'empty'}")
    note = words.rich("table_open_more", count=len(open_), reading=reading) if len(open_) > _TOP else rich("{x}", x=reading)
    if not rows:
        note = () if withheld else words.rich("table_open_none")
    if withheld:
        note += words.rich("table_open_withheld", count=withheld)
    return Table("open-answers-table", words("table_open"), columns, tuple(rows), note)


def table_agreement(view: View) -> Table:
    """How far people agree on each dimension, against chance and against what a mean can stand for."""
    words, unit = view.words, view.unit
    columns = (
        Column(words("column_dimension"), "text", 2.6),
        Column(words("column_mean_stands"), "text", 2.4),
        Column(words("column_agreement"), "number", 1.6),
        Column(words("column_chance"), "number", 1.1),
        Column(words("column_deviation"), "number", 1.3),
        Column(words("column_questions"), "number", 0.9),
        Column(words("column_n"), "number", 0.6),
    )
    rows = []
    for block in view.instrument.blocks:
        found = unit.agreement[block.id]
        why = words(f"reason_{found.reason}") if found.reason else ""
        standing = verdict_on_mean(found)
        band = f"{words(f'band_{found.band}')} " if found.band else ""
        verdict = Run(words(f"mean_{standing}", n=found.n), "strong" if found.carries is False else "plain")
        limit = words("deviation_limit", limit=words.number(found.ad_limit, 2)) if found.ad_limit is not None else ""
        rows.append(
            (
                Cell(rich("{x}", x=view.name(block))),
                Cell((verdict,), None, None, why) if standing != "unknown" else Cell((Run(_DASH),), None, None, why),
                Cell((Run(band), Run(_decimals(view, found.rwg_j), "muted")), found.rwg_j, None, why),
                Cell((Run(_decimals(view, found.chance)),), found.chance, None, why),
                Cell((Run(_decimals(view, found.ad)), Run(limit, "muted")), found.ad, None, why),
                Cell((Run(str(found.n_items)),), float(found.n_items)),
                Cell((Run(str(found.n)),), float(found.n)),
            )
        )
    note = words.rich("agreement_reading")
    if any(found.withheld for found in unit.agreement.values()):
        note += words.rich("agreement_withheld")
    return Table("agreement-table", words("table_agreement"), columns, tuple(rows), note, sortable=True)


def table_least_agreed(view: View) -> Table | None:
    """The questions on which people agree least, with what they chose; None if none was answered by two people.

    Questions that fewer answered than the policy asks for are left out while there are others.
    """
    words, unit = view.words, view.unit
    weighty = [
        question.id
        for block in view.instrument.blocks
        for criterion in block.criteria
        for question in criterion.questions
        if criterion.weight > 0 and question.weight > 0
    ]
    known = [(result.rwg, name, result) for name in weighty if (result := unit.questions[name]).rwg is not None]
    known = [entry for entry in known if (entry[2].n or 0) >= view.instrument.policy.min_respondents] or known
    if not known:
        return None
    rows = []
    for rwg, name, result in sorted(known, key=lambda entry: (entry[0], -(entry[2].n or 0), entry[1]))[:_TOP]:
        agreed = (Run(words(f"band_{result.band}") + " "), Run(words.number(rwg, 2), "muted"))
        said = Run(_chosen(view, name, result))
        rows.append((_question_cell(view, name), Cell(agreed, rwg), Cell((said,)), _count_cell(view, result.n)))
    columns = (
        Column(words("column_question"), "text", 3.2),
        Column(words("column_agreement_one"), "number", 1.2),
        Column(words("column_chosen"), "text", 2.6),
        Column(words("column_n"), "number", 0.6),
    )
    note = withheld_note(view, unit.questions)
    return Table("least-agreed-table", words("table_least_agreed"), columns, tuple(rows), note)


def table_reliability(view: ResultView) -> Table:
    """Whether the questions of a dimension belong together, over the wave; by role where nobody is asked all of them."""
    words = view.words
    columns = (
        Column(words("column_dimension"), "text", 2.4),
        Column(words("column_alpha"), "number", 2.1),
        Column(words("column_omega"), "number", 0.7),
        Column(words("column_questions"), "number", 0.8),
        Column(words("column_n"), "number", 0.6),
        Column(words("column_icc_one"), "number", 1.5),
        Column(words("column_icc_two"), "number", 0.9),
    )
    roles = {role.id: words.of(role.name) for role in view.instrument.roles}
    rows = []
    for dimension in view.instrument.dimensions:
        found = view.result.reliability[dimension.id]
        no_icc = words(f"reason_{found.icc_reason}") if found.icc_reason else ""
        between = " " + ends(words, (max(found.icc1_ci[0], 0.0), max(found.icc1_ci[1], 0.0)), 2) if found.icc1_ci else ""
        icc = (
            Cell((Run(_decimals(view, found.icc1)), Run(between, "muted")), found.icc1, None, no_icc),
            Cell((Run(_decimals(view, found.icc2)),), found.icc2, None, no_icc),
        )
        rows.append((Cell(rich("{x}", x=view.name(dimension))), *_consistency_cells(view, found), *icc))
        known = [(role, part) for role, part in found.by_role.items() if part.alpha is not None] if found.alpha is None else []
        blank = Cell((Run(_DASH),))
        rows += [(Cell((Run(roles[role], "muted"),)), *_consistency_cells(view, part), blank, blank) for role, part in known]
    return Table("reliability-table", words("table_reliability"), columns, tuple(rows), words.rich("reliability_reading"))


def table_role_gaps(view: View) -> Table | None:
    """Gaps between roles that are more than noise, then the widest of each other dimension; None if none can be compared."""
    words = view.words
    widest = [gap for dimension in view.instrument.dimensions if (gap := widest_gap(view, dimension.id))]
    gaps = [gap for gap in view.unit.gaps if gap.certain or gap in widest]
    if not gaps:
        return None
    columns = (
        Column(words("column_dimension"), "text", 2.0),
        Column(words("column_higher"), "text", 2.1),
        Column(words("column_lower"), "text", 2.1),
        Column(words("column_difference"), "number", 1.5),
        Column(words("column_effect"), "number", 1.2),
        Column(words("column_by_chance"), "text", 1.6),
        Column(words("column_questions"), "number", 0.8),
    )
    roles = {role.id: words.of(role.name) for role in view.instrument.roles}
    names = {dimension.id: view.name(dimension) for dimension in view.instrument.dimensions}
    rows = []
    for gap in sorted(gaps, key=lambda gap: (not gap.certain, -gap.difference, gap.dimension)):
        sides = [(gap.high, gap.high_mean, gap.n_high), (gap.low, gap.low_mean, gap.n_low)]
        values = [words("role_mean", mean=words.score(mean), n=n) for _, mean, n in sides]
        rows.append(
            (
                Cell(rich("**{x}**" if gap.certain else "{x}", x=names[gap.dimension])),
                *(Cell((Run(f"{roles[side[0]]} "), Run(value, "muted"))) for side, value in zip(sides, values, strict=True)),
                Cell((Run(f"{words.number(gap.difference)} "), Run(ends(words, gap.ci), "muted")), gap.difference),
                Cell((Run(effect(words, gap.g)),), gap.g),
                Cell((Run(chance(words, gap.p_holm), "strong" if gap.certain else "plain"),), gap.p_holm),
                Cell((Run(str(gap.n_questions)),), float(gap.n_questions)),
            )
        )
    note = words.rich("gaps_reading", count=sum(gap.p_holm is not None for gap in view.unit.gaps))
    return Table("role-gaps-table", words("table_role_gaps"), columns, tuple(rows), note, sortable=True)


def table_questions(view: View, dimension: Dimension) -> Table:
    """Every question of a dimension with its counts; dashes where these are withheld, and why, once below."""
    words, unit = view.words, view.unit
    scale = dimension.criteria[0].questions[0].scale
    same = all(question.scale.values == scale.values for criterion in dimension.criteria for question in criterion.questions)
    shown = scale.values if same and len(scale.values) <= 7 else ()
    columns = [
        Column(words("column_question"), "text", 5.0),
        Column(words("column_score"), "number"),
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
            cells.append(Cell(rich("{x}", x=words.score(result.score)), result.score, None, why))
            no_spread = "" if result.sd is not None else words("reason_withheld" if result.withheld else "sd_needs_two")
            cells.append(Cell(rich("{x}", x=words.score(result.sd)), result.sd, None, no_spread))
            counts = [result.n, *(result.counts.get(option_key(value)) for value in shown), result.dk, result.na]
            cells += [_count_cell(view, count) for count in counts]
            rows.append(tuple(cells))
    names = [question.id for criterion in dimension.criteria for question in criterion.questions]
    few = any(0 < (unit.questions[name].n or 0) < ANONYMITY for name in names)
    return Table(
        f"{dimension.id}-questions",
        words("table_questions", name=view.name(dimension)),
        tuple(columns),
        tuple(rows),
        _together(view, withheld_note(view, names), words.rich("questions_few", least=ANONYMITY) if few else ()),
        sortable=True,
    )


def table_inputs(view: ResultView) -> Table:
    """What the report rests on, by SHA-256; answers in one line, since the names of their files may be those of people."""
    words = view.words
    lines = [*view.result.provenance.other_files, *view.plans, *view.answers]
    rows = tuple((Cell(rich("{x}", x=name)), Cell(rich("``{x}``", x=found))) for name, found in lines)
    return Table(
        "inputs-table", words("table_inputs"), (Column(words("column_file"), "id", 2.0), Column("SHA-256", "id", 3.6)), rows
    )


def table_versions(view: ResultView) -> Table:
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
    interval = f" {words.interval(*block.interval)}" if block.interval else ""
    return Cell((Run(view.points(block.score), "strong"), Run(interval, "muted")), block.score, (block.index or 0.0) / 100)


def _by_role(view: View, role: str, criterion: str) -> str:
    """A role's figure; a dot where it is not asked, a dash where it is and there is none to show."""
    if view.unit.roles[role].reasons.get(criterion) == Reason.NOT_ASKED:
        return view.words("not_asked_mark")
    return view.words.score(view.unit.roles[role].criteria[criterion])


def _missing_by_role(view: View, roles: Sequence[str], criteria: Sequence[str]) -> Rich:
    """What dots and dashes by roles stand for, as far as there are any."""
    words = view.words
    found = {view.unit.roles[role].reasons.get(name) for role in roles for name in criteria}
    return (
        *(words.rich("table_criteria_not_asked") if Reason.NOT_ASKED in found else ()),
        *(words.rich("table_criteria_withheld", least=ANONYMITY) if Reason.WITHHELD in found else ()),
        *(words.rich("table_criteria_no_answers") if Reason.NO_ANSWERS in found else ()),
    )


def why_no_figure(view: View, role: str, block: str) -> str:
    """Why a role has no figure of a dimension or criterion; empty where it has one."""
    reason = view.unit.roles[role].reasons.get(block)
    return view.words(f"reason_{reason}") if reason else ""


def _count_cell(view: View, count: int | None) -> Cell:
    """A number of people; a dash where it is withheld."""
    if count is None:
        return Cell((Run(_DASH, "muted"),), None, None, view.words("reason_withheld"))
    return Cell((Run(str(count)),), float(count))


def _together(view: View, first: Rich, second: Rich) -> Rich:
    """Two sentences, each of which may be empty."""
    between = rich(" ") if first and second and view.words.language == "en" else ()
    return (*first, *between, *second)


def _level_cell(view: View, block: Block) -> Cell:
    if block.level is None:
        return Cell((Run("–"),), None, None, view.words(f"reason_{block.reason or Reason.BELOW_FIRST_LEVEL}"))
    return Cell((Run(str(block.level)),), float(block.level), None, view.level_name(block.level))


def measured_cell(view: View, found: MeasuredLevel) -> Cell:
    """The level that data give, or why none."""
    why = view.words(f"reason_{found.reason}") if found.level is None else ""
    return Cell(rich("{x}", x=view.words.score(found.level)), found.level, None, why)


def evidenced_cell(view: View, found: Evidenced) -> Cell:
    """The level that the register supports, and by what; or why none."""
    words = view.words
    if found.level is None:
        why = words("evidence_expired", n=found.expired) if found.expired and not found.n else words(f"reason_{found.reason}")
        return Cell((Run(_DASH),), None, None, why)
    return Cell((Run(words.short(found.level)), Run(f" {words(f'evidence_{found.kind}')}", "muted")), found.level)


def _left_open(block: Block) -> bool:
    """Whether it is withheld how much of a block was answered."""
    return block.withheld is not None and block.coverage is None


def _coverage_cell(view: View, block: Block) -> Cell:
    if block.coverage is None:
        return Cell((Run("–"),), None, None, view.words(f"reason_{block.withheld if _left_open(block) else block.reason}"))
    low = block.coverage < view.instrument.policy.min_coverage
    return Cell((Run(view.words.percent(block.coverage), "strong" if low else "plain"),), block.coverage)


def _answered_cell(view: View, block: Block) -> Cell:
    cell = _coverage_cell(view, block)
    return Cell((*cell.text, Run(" " + view.words("n", n=block.n), "muted")), cell.sort) if block.coverage is not None else cell


def _ends_cell(view: View, interval: Interval | None, why: str) -> Cell:
    """An interval, sorted by its width; a dash with the reason."""
    if interval is None:
        return Cell((Run(_DASH),), None, None, why)
    return Cell((Run(ends(view.words, interval, starts=view.instrument.starts)),), interval[1] - interval[0])


def _question_cell(view: View, name: str) -> Cell:
    """A question by its id and its criterion's name, with its text under the pointer; the text stands in the appendix."""
    question = view.instrument.questions[name]
    criterion = next(found for found in view.criteria.values() if question in found.questions)
    return Cell((Run(f"{name} ", "muted"), Run(view.name(criterion))), None, None, view.words.of(question.text))


def _decimals(view: ResultView, value: float | None) -> str:
    return _DASH if value is None else view.words.number(value, 2).replace("-", "−")


def _consistency_cells(view: ResultView, found: Reliability | RoleReliability) -> tuple[Cell, ...]:
    """α in a word and in figures, ω, questions and n."""
    words = view.words
    why = words(f"reason_{found.reason}") if found.reason else ""
    alpha = Cell((Run(_DASH),), None, None, why)
    if found.alpha is not None:
        interval = f" {ends(words, found.alpha_ci, 2)}" if found.alpha_ci else ""
        band = words(f"alpha_{consistency_band(found.alpha)}")
        alpha = Cell((Run(f"{band} {_decimals(view, found.alpha)}"), Run(interval, "muted")), found.alpha)
    omega = Cell((Run(_decimals(view, found.omega)),), found.omega, None, why or words("reason_too_few_answers"))
    counts = (found.n_items, found.n)
    return (alpha, omega, *(Cell((Run(str(count)),), float(count)) for count in counts))


def _chosen(view: View, name: str, result: QuestionResult) -> str:
    """What was chosen, in words: how many below, at and above the middle of the scale."""
    words, scale = view.words, view.instrument.questions[name].scale
    middle = (scale.minimum + scale.maximum) / 2
    sides: list[list[float]] = [[], [], []]
    for value in scale.values:
        sides[1 + (value > middle) - (value < middle)].append(value)
    parts = []
    for values in (side for side in sides if side):
        count = sum(result.counts[option_key(value)] for value in values)
        options = _span(view, values)
        parts.append(words("chose", count=count, options=options) if count else words("chose_none", options=options))
    return words("chosen_separator").join(parts)


def _span(view: View, values: list[float]) -> str:
    first, last = view.words.short(values[0]), view.words.short(values[-1])
    return first if len(values) == 1 else f"{first}{_DASH}{last}"
