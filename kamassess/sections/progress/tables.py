"""Tables of what changed: ``table_`` functions take a view of a unit or of all units and return a ``Table`` node.

A change that is more than noise is bold and has an arrow: its direction and its weight can be read without colour.
"""

from __future__ import annotations

from collections.abc import Sequence

from kamassess.document import Cell, Column, Rich, Run, Style, Table, rich
from kamassess.result import Change, Part
from kamassess.sections.progress.view import ProgressView, UnitProgressView, sure

__all__ = ["table_criteria", "table_dimensions", "table_parts", "table_people", "table_units"]

_ARROWS = {"up": "↑", "down": "↓"}


def table_parts(view: UnitProgressView) -> Table:
    """The whole, each dimension and each screen of a unit: then, now, change, and what moved it."""
    words, change = view.words, view.change
    blocks: list[tuple[Rich, Change]] = [((Run(words("overall"), "strong"),), change.overall)]
    names = {block.id: view.name(block) for block in view.instrument.blocks}
    blocks += [((Run(names[name]),), found) for name, found in change.dimensions.items()]
    blocks += [((Run(names[name]), Run(words("progress_outside"), "muted")), found) for name, found in change.screens.items()]
    return _causes(view, "parts-table", words("column_dimension"), words("table_parts"), blocks)


def table_units(view: ProgressView) -> Table:
    """Each unit: its overall score then and now, its change, and what moved it."""
    words = view.words
    rows: list[tuple[Rich, Change]] = [((Run(view.named_unit(name)),), change.overall) for name, change in view.changes.items()]
    return _causes(view, "units-table", words("fact_unit"), words("table_progress_units"), rows)


def table_criteria(view: UnitProgressView) -> Table:
    """Criteria from the highest rise to the deepest fall, then those that cannot be compared."""
    words, found = view.words, view.change.criteria
    columns = [Column(words("column_criterion"), "text", 4.0), *_then_now(view), Column(words("progress_change"), "number", 1.1)]
    columns += [Column(words("progress_column_interval"), "number", 2.0), Column(words("column_level"), "number", 0.9)]

    def place(name: str) -> tuple[bool, float, str]:
        difference = found[name].difference
        return (difference is None, -(difference or 0.0), name)

    rows = []
    for name in sorted(found, key=place):
        change, criterion = found[name], view.criteria[name]
        label = (Run(f"{name} ", "muted"), Run(view.name(criterion) + (words("gate_mark") if criterion.gate else "")))
        interval = view.interval(change.ci) if change.ci else "–"
        why = _why_no_interval(view, change)
        width = change.ci[1] - change.ci[0] if change.ci else None
        rows.append(
            (
                Cell(label),
                *_ends(view, change),
                _change(view, change),
                Cell((Run(interval, "plain" if change.certain else "muted"),), width, None, why),
                _levels(view, change),
            )
        )
    return Table(
        "criteria-table",
        words("table_progress_criteria"),
        tuple(columns),
        tuple(rows),
        view.sentences(words.rich("table_progress_criteria_note"), *_outside(view)),
        sortable=True,
    )


def table_dimensions(view: ProgressView) -> Table:
    """Units by dimensions: sure changes with an arrow, in bold and shaded by their size; others in grey."""
    words = view.words
    columns = [Column(words("fact_unit"), "text", 2.2), Column(words("overall"), "number")]
    columns += [Column(view.name(dimension), "number") for dimension in view.instrument.dimensions]
    found = {name: (change.overall, *change.dimensions.values()) for name, change in view.changes.items()}
    most = max((abs(change.difference or 0.0) for changes in found.values() for change in changes if change.certain), default=1.0)
    rows = [(Cell(_unit(view, name)), *(_heat(view, change, most) for change in changes)) for name, changes in found.items()]
    note = words.rich("table_progress_dimensions_note")
    return Table(
        "progress-dimensions-table", words("table_progress_dimensions"), tuple(columns), tuple(rows), note, sortable=True
    )


def table_people(view: ProgressView) -> Table:
    """Who answered, by unit, and by whom real change was told."""
    words = view.words
    since, wave = view.waves
    columns = (
        Column(words("fact_unit"), "text", 2.4),
        Column(since, "number", 0.8),
        Column(wave, "number", 0.8),
        Column(words("people_both"), "number", 1.4),
        Column(words("column_told_by"), "text", 1.8),
    )
    rows = []
    for name, change in view.changes.items():
        counts = (change.n_before, change.n_after, change.n_both)
        numbers = [Cell(rich("{x}", x=count), float(count)) for count in counts]
        rows.append((Cell(_unit(view, name)), *numbers, Cell(words.rich(f"told_by_{change.basis}"))))
    return Table("people-table", words("table_people"), columns, tuple(rows), sortable=True)


# -- columns ---------------------------------------------------------------------------------------------------------------


def _causes(view: ProgressView, table_id: str, first: str, caption: str, blocks: Sequence[tuple[Rich, Change]]) -> Table:
    """Then, now, level, change and its causes; a cause that moved nothing has no column."""
    words = view.words
    shown = view.causes([change for _, change in blocks])
    columns = [Column(first, "text", 2.4), *_then_now(view), Column(words("column_level"), "number", 0.8)]
    columns.append(Column(words("progress_change"), "number", 2.4))
    columns += [Column(words(f"cause_{name}"), "number", 2.3 if name == "real" else 1.0) for name in shown]
    rows = []
    for label, change in blocks:
        cells = [Cell(label), *_ends(view, change), _levels(view, change), _change(view, change, interval=True)]
        cells += [_part(view, change, name, interval=name == "real") for name in shown]
        rows.append(tuple(cells))
    return Table(table_id, caption, tuple(columns), tuple(rows), words.rich("table_parts_note"), sortable=True)


def _then_now(view: ProgressView) -> list[Column]:
    return [Column(wave, "number", 0.8) for wave in view.waves]


def _unit(view: ProgressView, name: str) -> Rich:
    return (Run(view.named_unit(name)), Run(f" {name}", "muted"))


def _outside(view: ProgressView) -> tuple[Rich, ...]:
    """Which criteria do not count in the overall score."""
    screens = view.instrument.screens
    if not screens:
        return ()
    return (view.words.rich("table_outside", screens=view.block_names([screen.id for screen in screens])),)


# -- cells -----------------------------------------------------------------------------------------------------------------


def _ends(view: ProgressView, change: Change) -> tuple[Cell, Cell]:
    """The scores then and now, or why there is none."""
    why = view.why_none(change) if change.reason else ""
    before, after = (
        Cell((Run(view.exact(score)),), score, None, why if score is None else "") for score in (change.before, change.after)
    )
    return before, after


def _levels(view: ProgressView, change: Change) -> Cell:
    before, after = change.level_before, change.level_after
    if before is None and after is None:
        return Cell((Run("–"),), None, None, view.why_none(change) if change.reason else "")
    if before == after:
        return Cell((Run(view.level(after)),), float(after or 0))
    style: Style = "strong" if change.certain else "plain"
    return Cell((Run(f"{view.level(before)} → {view.level(after)}", style),), float(after or 0))


def _change(view: ProgressView, change: Change, *, interval: bool = False) -> Cell:
    """The change, with an arrow and in bold if it is sure."""
    if change.difference is None:
        return Cell((Run("–"),), None, None, view.why_none(change))
    standing = view.standing(change)
    shown = f"{_ARROWS[standing]} " if standing in _ARROWS else ""
    runs = [Run(shown + view.signed(change.difference), "strong" if change.certain else "plain")]
    if interval and change.ci:
        runs.append(Run(f" {view.interval(change.ci)}", "muted"))
    return Cell(tuple(runs), change.difference, None, _why_no_interval(view, change))


def _why_no_interval(view: ProgressView, change: Change) -> str:
    if change.reason:
        return view.why_none(change)
    return view.words(f"reason_{change.ci_reason}") if change.ci_reason else ""


def _part(view: ProgressView, change: Change, name: str, *, interval: bool) -> Cell:
    """The share of a cause, in bold if it is sure."""
    part: Part = getattr(change, name)
    if part.value is None:
        why = view.why_none(change) if change.reason else view.words(f"reason_{part.reason}")
        return Cell((Run("–"),), None, None, why)
    runs = [Run(view.signed(part.value), "strong" if sure(part) else "plain")]
    if interval and part.ci:
        runs.append(Run(f" {view.interval(part.ci)}", "muted"))
    title = view.words("interval_95", interval=view.interval(part.ci)) if part.ci and not interval else ""
    return Cell(tuple(runs), part.value, None, title)


def _heat(view: ProgressView, change: Change, most: float) -> Cell:
    """A change among many: shaded by its size if it is sure."""
    if change.difference is None:
        return Cell((Run("–"),), None, None, view.why_none(change))
    if not change.certain:
        title = view.words("interval_95", interval=view.interval(change.ci)) if change.ci else view.words("no_interval")
        return Cell((Run(view.signed(change.difference), "muted"),), change.difference, None, title)
    arrow = _ARROWS["up" if change.difference > 0 else "down"]
    title = view.moved(change.difference, change.ci)
    text = (Run(f"{arrow} {view.signed(change.difference)}", "strong"),)
    return Cell(text, change.difference, abs(change.difference) / most if most else None, title)
