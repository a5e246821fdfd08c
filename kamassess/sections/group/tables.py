"""Tables of the overview: ``table_`` functions take a view of the group and return a ``Table`` node. They compute nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kamassess.document import Cell, Column, Rich, Run, Table, rich
from kamassess.instrument import scale_ends
from kamassess.result import Block, Reason, RollUp, Spread
from kamassess.scoring.group import WHOLE
from kamassess.sections.group.view import MOST_ROWS, GroupView, ends

__all__ = [
    "has_sizes",
    "table_common_gaps",
    "table_lessons",
    "table_pairs",
    "table_ranking",
    "table_roll_up",
    "table_roll_up_dimensions",
    "table_roll_up_tree",
    "table_spread",
    "table_units",
]

_SEPARATION = ((0.5, "none"), (0.7, "poor"), (0.9, "fair"))
_SMALL_P = 0.001
_MISSING = 6
_DASH = Cell((Run("–"),))


def table_units(view: GroupView) -> Table:
    """Units by dimension: score and people of each, darker for higher scores."""
    words = view.words
    labels = {"overall": words("overall")} | {entry.id: view.name(entry) for entry in view.instrument.dimensions}
    columns = [Column(words("fact_unit"), "text", 2.6), Column(words("column_level"), "number", 0.7)]
    columns += [Column(label, "number", 1.1) for label in labels.values()]
    blocks = {name: _blocks(view, name) for name in view.shown}
    missing = [(name, key, block) for name, known in blocks.items() for key, block in known.items() if block.score is None]
    few = len(missing) <= _MISSING
    rows = [
        (_unit(view, name), _level(view, name), *(_heat(view, name, key, block, told=few) for key, block in known.items()))
        for name, known in blocks.items()
    ]
    note = words.rich("table_units_note_single") if view.single else view.told("table_units_note")
    note += tuple(run for name in view.shown if (held := view.held(name)) for run in words.rich("table_units_held", **held))
    if any(view.split(name, key) for name, known in blocks.items() for key, block in known.items() if block.score is not None):
        note += words.rich("table_units_split")
    if missing and few:
        parts = [
            words(
                "units_missing",
                unit=view.unit_name(name),
                block=labels[key] if key == "overall" else words.quoted(labels[key]),
                reason=words(f"reason_{block.reason}"),
            )
            for name, key, block in missing
        ]
        note += words.rich("table_units_missing", parts=words("alt_separator").join(parts))
    return Table(
        "units-table", words("table_units"), tuple(columns), tuple(rows), note + _rest(view, len(view.shown)), sortable=True
    )


def table_ranking(view: GroupView) -> Table:
    """The order of the units, and how sure it is."""
    words = view.words
    columns = (
        Column(words("fact_unit"), "text", 2.8),
        Column(words("column_rank"), "number", 0.7),
        Column(words("column_score_interval"), "number", 1.5),
        Column(words("column_n"), "number", 0.6),
        *([] if view.two else [Column(words("column_ranks"), "number", 1.1)]),
        Column(view.said("column_first"), "number", 0.9),
        *([] if view.two else [Column(words("column_above_next"), "number", 1.1)]),
    )
    rows = []
    again = view.group.ranking_carried
    for name in ends(view.ranked, MOST_ROWS):
        rank = view.ranking[name]
        rows.append(
            (
                _unit(view, name),
                Cell(_ranks(view, view.places(name)).text, float(rank.rank or 0)),
                _score(view, view.unit(name).overall.interval, rank.score),
                _count(view, rank.n),
                *([] if view.two else [_ranks(view, rank.ci)]),
                _share(view, rank.first, again[name].first if name in again else None),
                *([] if view.two else [_share(view, rank.above_next, _above_next_again(view, name))]),
            )
        )
    note = view.told("table_ranking_note")
    if again:
        note += words.rich("table_ranking_again", dimensions=view.left_out)
    return Table(
        "ranking-table",
        view.said("table_ranking"),
        columns,
        tuple(rows),
        note + _rest(view, MOST_ROWS),
        sortable=True,
    )


def table_pairs(view: GroupView) -> Table:
    """For each pair of units the probability that the one in the row is above the one in the column."""
    words, order = view.words, view.ranked
    columns = [Column(words("column_row_above"), "text", 3.0)]
    columns += [Column(str(view.ranking[name].rank), "number") for name in order]
    rows = []
    for name in order:
        first = Cell(
            (Run(f"{view.ranking[name].rank} ", "muted"), Run(view.unit_name(name))), float(view.ranking[name].rank or 0)
        )
        cells = [_pair(view, view.chance(name, other)) for other in order]
        rows.append((first, *cells))
    return Table("pairs-table", words("table_pairs"), tuple(columns), tuple(rows), words.rich("table_pairs_note"))


def table_spread(view: GroupView) -> Table:
    """How much units differ and people within them, by dimension."""
    words = view.words
    columns = (
        Column(words("column_dimension"), "text", 2.2),
        Column(words("column_between"), "number", 1.0),
        Column(words("column_within"), "number", 1.0),
        Column(words("column_icc1"), "number", 1.1),
        Column(words("column_icc2"), "text", 1.4),
        Column(words("column_n"), "number", 0.6),
    )
    blocks = [("overall", words("overall"))] + [(entry.id, view.name(entry)) for entry in view.instrument.dimensions]
    rows = []
    for name, label in blocks:
        found = view.group.spread[name]
        rows.append(
            (
                Cell(rich("**{x}**" if name == "overall" else "{x}", x=label)),
                _deviation(view, found, found.between),
                _deviation(view, found, found.within),
                _icc1(view, found),
                _icc2(view, found),
                _count(view, found.n),
            )
        )
    return Table("spread-table", words("table_spread"), columns, tuple(rows), words.rich("table_spread_note"), sortable=True)


def table_common_gaps(view: GroupView) -> Table:
    """Criteria on which at least half of the units are clearly below their own score."""
    words, found = view.words, view.group.common_gaps
    columns = (
        Column(words("column_criterion"), "text", 2.8),
        Column(words("column_units_below"), "number", 1.0),
        Column(words("column_which"), "text", 3.4),
        Column(words("column_their_mean"), "number", 0.9),
        Column(words("column_n"), "number", 0.6),
    )
    rows = []
    for gap in found[:MOST_ROWS]:
        of = words("group_some_of", count=words.number(len(gap.units), 0), all=words.number(gap.n_units, 0))
        which = view.said("common_all") if len(gap.units) == gap.n_units else view.names(gap.units, 4)
        rows.append(
            (
                _criterion(view, gap.criterion),
                Cell(rich("{x}", x=of), len(gap.units) / gap.n_units),
                Cell(rich("{x}", x=which)),
                Cell(rich("{x}", x=view.points(gap.mean)), gap.mean),
                _count(view, gap.n),
            )
        )
    return Table("common-table", view.said("table_common"), columns, tuple(rows), _more(view, len(found)), sortable=True)


def table_lessons(view: GroupView) -> Table:
    """On what each unit could learn, from whom, and how far it is behind."""
    words = view.words
    columns = (
        Column(words("column_learner"), "text", 2.4),
        Column(words("column_criterion"), "text", 2.8),
        Column(words("column_teacher"), "text", 2.4),
        Column(words("column_there"), "number", 0.9),
        Column(words("column_here"), "number", 0.9),
        Column(words("column_distance"), "number", 1.3),
    )
    order = {name: number for number, name in enumerate(view.ranking)}
    found = sorted(view.group.lessons, key=lambda lesson: (-lesson.ci[0], lesson.criterion, lesson.learner))[:MOST_ROWS]
    rows = [
        (
            Cell(rich("{x}", x=view.unit_name(lesson.learner)), float(order[lesson.learner])),
            _criterion(view, lesson.criterion),
            Cell(rich("{x}", x=view.unit_name(lesson.teacher)), float(order[lesson.teacher])),
            _of_people(view, lesson.teacher_score, lesson.teacher_n),
            _of_people(view, lesson.learner_score, lesson.learner_n),
            _score(view, lesson.ci, lesson.difference, view.words.score(lesson.difference)),
        )
        for lesson in sorted(found, key=lambda lesson: order[lesson.learner])
    ]
    note = words.rich("table_lessons_note")
    if len(found) < len(view.group.lessons):
        note += words.rich("table_lessons_more", shown=len(found), count=words.number(len(view.group.lessons), 0))
    return Table("lessons-table", words("table_lessons"), columns, tuple(rows), note, sortable=True)


def table_roll_up(view: GroupView) -> Table:
    """The overall score of the units below each unit that stands above others."""
    words, found = view.words, view.group.roll_ups
    rows = [(_above(view, name), *_rolled(view, parts["overall"])) for name, parts in _down_the_tree(view)]
    overall = [parts["overall"] for parts in found.values()]
    columns = (Column(words("column_stands_above"), "text", 2.2), *_roll_up_columns(view, overall))
    note = _no_interval(view) if all(entry.ci is None for entry in overall) else view.told("table_roll_up_note")
    note += _more(view, len(found))
    return Table("roll-up-table", words("table_roll_up"), columns, tuple(rows), note, sortable=len(found) > 1)


def table_roll_up_dimensions(view: GroupView, name: str) -> Table:
    """The same for each dimension, of all units below one."""
    words, found = view.words, view.group.roll_ups[name]
    rows = [(Cell(rich("{x}", x=view.name(entry))), *_rolled(view, found[entry.id])) for entry in view.instrument.dimensions]
    columns = (Column(words("column_dimension"), "text", 2.2), *_roll_up_columns(view, found.values()))
    caption = words("table_roll_up_dimensions", unit=_stands_above(view, name))
    return Table("roll-up-dimensions-table", caption, columns, tuple(rows), sortable=True)


def table_roll_up_tree(view: GroupView) -> Table:
    """The mean of each dimension over the units below each unit that stands above others."""
    words, found = view.words, view.group.roll_ups
    columns = [Column(words("column_stands_above"), "text", 2.2)]
    columns += [Column(view.name(entry), "number") for entry in view.instrument.dimensions]
    rows = []
    for name, parts in _down_the_tree(view):
        cells = [_mean(view, entry.id, parts[entry.id]) for entry in view.instrument.dimensions]
        rows.append((_above(view, name), *cells))
    return Table(
        "roll-up-tree-table", words("table_roll_up_tree"), tuple(columns), tuple(rows), _more(view, len(found)), sortable=True
    )


# -- cells ---------------------------------------------------------------------------------------------------------------


def _unit(view: GroupView, name: str) -> Cell:
    return Cell(rich("{x}", x=view.unit_name(name)), None, None, name)


def _criterion(view: GroupView, name: str) -> Cell:
    return Cell((Run(f"{name} ", "muted"), Run(view.name(view.criteria[name]))))


def _count(view: GroupView, n: int) -> Cell:
    return Cell((Run(view.words.number(n, 0)),), float(n))


def _level(view: GroupView, name: str) -> Cell:
    """The level, marked where gates hold it below that of the score."""
    block = view.unit(name).overall
    if block.level is None:
        return Cell((), None, None, view.words(f"reason_{block.reason or Reason.BELOW_FIRST_LEVEL}"))
    mark = view.words("gate_mark") if view.held(name) else ""
    return Cell((Run(f"{block.level}{mark}"),), float(block.level), None, view.level_name(block.level))


def _blocks(view: GroupView, name: str) -> dict[str, Block]:
    """Overall score and dimensions of a unit, in the order of the columns."""
    unit = view.unit(name)
    return {"overall": unit.overall} | {entry.id: unit.dimensions[entry.id] for entry in view.instrument.dimensions}


def _heat(view: GroupView, unit: str, name: str, block: Block, *, told: bool) -> Cell:
    """A score, darker for higher, with its people; all the rest is for hover. *told*: a note says why one is missing."""
    words = view.words
    if block.score is None:
        return Cell((Run("–"),), None, None, "" if told else words(f"reason_{block.reason}"))
    level = block.level if block.level is not None else words("reason_below_first_level")
    title = words("tip_unit_block", score=view.score(block), level=level, n=block.n)
    mark = words("split_mark") if view.split(unit, name) else ""
    shown = (Run(f"{view.points(block.score)}{mark}", "strong"), Run(words("group_in_brackets", n=block.n), "muted"))
    return Cell(shown, block.score, (block.index or 0.0) / 100, title)


def _score(view: GroupView, ci: tuple[float, float] | None, value: float | None, shown: str = "") -> Cell:
    """A number with its interval."""
    words = view.words
    interval = words("group_in_brackets", n=words.interval(*ci)) if ci else ""
    return Cell((Run(shown or view.points(value), "strong"), Run(interval, "muted")), value)


def _of_people(view: GroupView, score: float, n: int) -> Cell:
    return Cell((Run(view.points(score)), Run(view.words("group_in_brackets", n=n), "muted")), score)


def _ranks(view: GroupView, ci: tuple[int, int] | None) -> Cell:
    if ci is None:
        return _DASH
    text = str(ci[0]) if ci[0] == ci[1] else view.words("group_from_to", low=ci[0], high=ci[1])
    return Cell((Run(text),), float(ci[0]))


def _share(view: GroupView, share: float | None, again: float | None) -> Cell:
    """How often it came out, and in grey how often without the dimensions left out."""
    if share is None:
        return _DASH
    rest = () if again is None else (Run(f" {view.probability(again)}", "muted"),)
    return Cell((Run(view.probability(share)), *rest), share)


def _above_next_again(view: GroupView, name: str) -> float | None:
    """How often a unit is above the one ranked next without the dimensions left out; None where that is not known."""
    place = view.ranked.index(name) + 1
    return view.group.above_carried.get(name, {}).get(view.ranked[place]) if place < len(view.ranked) else None


def _pair(view: GroupView, share: float | None) -> Cell:
    return Cell((Run(view.probability(share)),), None, share) if share is not None else _DASH


def _deviation(view: GroupView, found: Spread, value: float | None) -> Cell:
    if value is None:
        return Cell((), None, None, view.words(f"reason_{found.reason}") if found.reason else "")
    return Cell((Run(view.words.number(value, 2)),), value)


def _icc1(view: GroupView, found: Spread) -> Cell:
    """The share of the differences that lies between units, with its interval and the probability that this is chance."""
    words = view.words
    if found.icc1 is None:
        return _deviation(view, found, None)
    share = max(found.icc1, 0.0)
    known = []
    if found.icc1_ci:
        low, high = (words.percent(max(end, 0.0)) for end in found.icc1_ci)
        known.append(" " + words("from_to", low=low, high=high))
    if found.p is not None:
        known.append(words("p_below") if found.p < _SMALL_P else words("p_is", p=words.number(found.p, 3)))
    return Cell((Run(words.percent(share), "strong"), *(Run(text, "muted") for text in known)), found.icc1)


def _icc2(view: GroupView, found: Spread) -> Cell:
    """How well the means of the units can be told apart, in a word."""
    words = view.words
    if found.icc2 is None:
        return _deviation(view, found, None)
    band = next((name for top, name in _SEPARATION if found.icc2 < top), "good")
    return Cell((Run(words(f"separation_{band}")), Run(f" {words.number(max(found.icc2, 0.0), 2)}", "muted")), found.icc2)


# -- roll-ups ------------------------------------------------------------------------------------------------------------


def has_sizes(view: GroupView) -> bool:
    """Whether any figure could be weighted by size."""
    return any(found.by_size is not None for parts in view.group.roll_ups.values() for found in parts.values())


def _no_interval(view: GroupView) -> Rich:
    """Which units have a score without an interval, so that no mean has one; nothing for groups too large to name them."""
    without = [name for name in view.scored if view.unit(name).overall.ci is None] if len(view.scored) <= MOST_ROWS else []
    return view.words.rich("table_roll_up_no_interval", units=view.names(without)) if without else ()


def _roll_up_columns(view: GroupView, found: Iterable[RollUp]) -> tuple[Column, ...]:
    """Columns of a roll-up; that of the mean speaks of intervals only where there is one."""
    words = view.words
    mean = "column_mean_interval" if any(entry.ci for entry in found) else "column_mean"
    return (
        Column(words(mean), "number", 1.4),
        *([Column(words("column_by_size"), "number", 0.9)] if has_sizes(view) else []),
        Column(view.said("column_weakest"), "text", 2.4),
        Column(words("column_units_scored"), "number", 0.9),
        Column(words("column_n"), "number", 0.6),
    )


def _rolled(view: GroupView, found: RollUp) -> Sequence[Cell]:
    words = view.words
    why = words(f"reason_{found.reason}") if found.reason else ""
    if found.mean is None:
        mean, weakest = Cell((), None, None, why), Cell((), None, None, why)
    else:
        mean = _score(view, found.ci, found.mean, words.score(found.mean))
        alone = found.n_units < 2  # the only one is not the weakest of any
        weakest = Cell((), None, None, words("reason_one_unit")) if alone else Cell(_weakest(view, found), found.weakest)
    by_size = Cell((Run(words.score(found.by_size)),), found.by_size) if found.by_size is not None else Cell((), None, None, why)
    scored = Cell(
        (Run(words("group_some_of", count=words.number(found.n_units, 0), all=words.number(found.of_units, 0))),),
        float(found.n_units),
    )
    return mean, *([by_size] if has_sizes(view) else []), weakest, scored, _count(view, found.n)


def _weakest(view: GroupView, found: RollUp) -> Rich:
    unit = view.unit_name(found.weakest_unit) if found.weakest_unit else ""
    return (Run(view.points(found.weakest), "strong"), Run(f" {unit}"))


def _mean(view: GroupView, dimension: str, found: RollUp) -> Cell:
    if found.mean is None:
        return Cell((), None, None, view.words(f"reason_{found.reason}") if found.reason else "")
    low, high = scale_ends(entry for entry in view.instrument.dimensions if entry.id == dimension)
    heat = (found.mean - low) / (high - low) if high > low else None
    return Cell((Run(view.words.score(found.mean)),), found.mean, heat)


def _stands_above(view: GroupView, name: str) -> str:
    return view.said("roll_up_all") if name == WHOLE else view.unit_name(name)


def _down_the_tree(view: GroupView) -> list[tuple[str, Mapping[str, RollUp]]]:
    """Roll-ups so that each stands below what it belongs to."""
    found = view.group.roll_ups
    place = {name: number for number, name in enumerate(found)}

    def path(name: str) -> list[int]:
        parent = None if name == WHOLE else view.unit(name).parent
        return [*(path(parent) if parent is not None and parent in found else []), place[name]]

    return sorted(found.items(), key=lambda entry: path(entry[0]))[:MOST_ROWS]


def _above(view: GroupView, name: str) -> Cell:
    """A unit that stands above others, behind as many marks as stand above it."""
    depth, parent = 0, None if name == WHOLE else view.unit(name).parent
    while parent is not None:
        depth, parent = depth + 1, view.unit(parent).parent
    return Cell(
        (Run("› " * depth, "muted"), Run(_stands_above(view, name))) if depth else rich("{x}", x=_stands_above(view, name))
    )


# -- notes ---------------------------------------------------------------------------------------------------------------


def _rest(view: GroupView, most: int) -> Rich:
    """Of how many ranked units the highest and lowest are shown."""
    if len(view.ranked) <= most:
        return ()
    return view.words.rich("table_rest", half=most // 2, count=view.words.number(len(view.ranked), 0))


def _more(view: GroupView, count: int) -> Rich:
    """How many rows there would be."""
    if count <= MOST_ROWS:
        return ()
    return view.words.rich("table_more", shown=MOST_ROWS, count=view.words.number(count, 0))
