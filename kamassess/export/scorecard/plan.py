"""The roadmap: every action with who, when and how much, then what each phase asks and brings.

The actions stand first, for all that is above the rows of a table stays on the screen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from kamassess.document import Paragraph, plain
from kamassess.export.cell_text import cell_lines, room_of, row_points
from kamassess.export.scorecard.book import Book
from kamassess.export.scorecard.grid import Area, Entry, Field, amount, fitted, id_width, missing, print_grid, said, write_grid
from kamassess.export.scorecard.looks import Kind
from kamassess.export.scorecard.scores import decimals, score
from kamassess.planning import EFFORTS, PHASES, STATUSES, Decided, Decision, OwnAction, phase_of
from kamassess.result import PlannedAction, Stand
from kamassess.sections import roadmap as told
from kamassess.sections.by_hand import owner_of
from kamassess.sections.view import View

__all__ = ["write_roadmap"]

_ROOM = 5
"""Empty rows for lines of one's own."""
_KEPT, _ON_ONE_PAGE = 3, 11
"""Columns between which a long remark runs: those of the first page only, for it cannot be read over two."""
_EDITABLE: tuple[Decided, ...] = ("taken_up", "owner", "start", "effort", "status")

Row: TypeAlias = tuple[Entry, ...]
Hand: TypeAlias = Mapping[tuple[str, Decided], Decision]


def write_roadmap(book: Book, view: View) -> Area | None:
    """Actions, room for lines of one's own, phases; one sentence where there is no plan. Returns where the phases stand."""
    words, found = view.words, view.unit.roadmap
    title = words("sc_roadmap_title")
    if found.now is None or not found.phases:
        reason = next((plain(node.text) for node in told(view) if isinstance(node, Paragraph)), "")
        book.head("roadmap", title, reason)
        return None
    book.head("roadmap", title)
    fields = fitted(_fields(view))
    hand = {(decision.about, decision.field): decision for decision in found.decisions}
    rows = [_action(view, action, hand) for action in found.actions]
    rows += [_declined(view, name, hand) for name in found.declined if name in view.result.library.actions]
    known = len(rows)
    lines = {line.id: line for line in found.own}
    names = [f"OWN-{number}" for number in range(1, len(lines) + _ROOM + 1)]
    rows += [_own(view, name, lines.get(name)) for name in names]
    area = write_grid(book, "roadmap", "roadmap", fields, rows, frozen=_KEPT)
    _note_written(book, area, rows[:known], hand)
    _restrict(book, view, area, rows)
    _across(book, fields, area.last + 2, words("sc_own_note"))
    if found.later:
        ids = words("policy_separator").join(found.later)
        _across(book, fields, area.last + 3, words("sc_roadmap_later", count=len(found.later), ids=ids))
    phases = _phases(book, view, fields, area.last + 5)
    starts = [area.first + n for n in range(1, known) if rows[n][0].value != rows[n - 1][0].value]
    starts += [area.first + known, phases.first - 2]
    note = f"{words('sc_roadmap_note')} {words('sc_edit_note')}"
    print_grid(
        book,
        "roadmap",
        fields,
        area,
        note=note,
        repeated=_KEPT,
        until="notes",
        across=("criterion",),
        blocks=starts,
        last=phases.last,
    )
    return phases


def _across(book: Book, fields: Sequence[Field], row: int, text: str) -> None:
    """A long remark below the table, over as many lines as it needs."""
    look = book.looks.of(text_wrap=True, font_color=book.looks.colours["muted"])
    shown = fields[:_ON_ONE_PAGE]
    book.sheets["roadmap"].merge_range(row, _KEPT, row, len(shown) - 1, "", look)
    book.text("roadmap", row, _KEPT, text, look)
    lines = cell_lines(text, room_of(sum(field.width for field in shown[_KEPT:])))
    book.row("roadmap", row, row_points([(lines, 10)], book.looks.language))


def _phases(book: Book, view: View, above: Sequence[Field], top: int) -> Area:
    """What each phase asks and brings, in the columns of the table *above*."""
    words, found = view.words, view.unit.roadmap
    named: tuple[tuple[str, str, Kind], ...] = (
        ("phase", "sc_phase", "level"),
        ("id", "sc_id", "text"),
        ("name", "sc_months", "text"),
        ("used", "roadmap_column_effort", "number"),
        ("capacity", "sc_capacity", "number"),
        ("score", "sc_score_after", "score"),
        ("level", "sc_level_after", "level"),
    )
    fields = [Field(key, words(label), column.width, kind) for (key, label, kind), column in zip(named, above, strict=False)]
    rows = [(amount(0.0), said(""), said(words("roadmap_figure_now")), missing(), missing(), *_stand(view, found.now))]
    for number, (stand, used, capacity) in enumerate(zip(found.phases, found.used, found.capacity, strict=True), start=1):
        name = said(words(f"roadmap_phase_{number}"))
        rows.append((amount(number), said(""), name, amount(used), amount(capacity), *_stand(view, stand)))
    return write_grid(book, "roadmap", "phases", fields, rows, top=top)


def _stand(view: View, stand: Stand | None) -> tuple[Entry, Entry]:
    value = stand.score if stand else None
    return Entry(value, number=decimals(view, value)), amount(stand.level if stand else None)


def _fields(view: View) -> tuple[Field, ...]:
    words = view.words
    return (
        Field("phase", words("sc_phase"), 8, "level"),
        Field("id", words("sc_id"), id_width(view.result.library.actions, 11), "id"),
        Field("do", words("sc_action"), 48, "wrap"),
        Field("taken_up", words("sc_taken_up"), 9),
        Field("owner", words("roadmap_column_owner"), 18, "wrap"),
        Field("start", words("sc_start"), 9, "count"),
        Field("end", words("sc_end"), 9, "count"),
        Field("effort", words("roadmap_column_effort"), 9, "level"),
        Field("status", words("by_hand_status"), 12),
        Field("from", words("sc_from"), 8, "score"),
        Field("to", words("sc_to_level"), 8, "level"),
        Field("criterion", words("column_criterion"), 26, "wrap"),
        Field("measure", words("sc_seen_by"), 40, "wrap"),
        Field("holds", words("sc_gate"), 8),
        Field("notes", words("sc_order"), 26, "wrap"),
        Field("priority", words("sc_priority"), 10, "decimals"),
    )


def _action(view: View, action: PlannedAction, hand: Hand) -> Row:
    words, entry = view.words, view.result.library.actions[action.id]
    stand = max(view.unit.roadmap.standing[action.criterion], action.level - 1.0)
    notes = [
        words(label, actions=words.list(list(ids)))
        for label, ids in zip(("roadmap_after", "roadmap_needed_for", "roadmap_early"), _linked(action), strict=True)
        if ids
    ]
    if action.assumes:
        notes.append(words("roadmap_assumes", steps=words.list(list(action.assumes))))
    return (
        amount(action.phase),
        said(action.id),
        said(words.of(entry.do), "strong" if action.holds else "plain"),
        _edit(words("sc_yes"), hand.get((action.id, "taken_up"))),
        _edit(owner_of(view, action.id, action.owner) if action.owner != "" else None, hand.get((action.id, "owner"))),
        _edit(action.starts, hand.get((action.id, "start"))),
        amount(action.ends),
        _edit(action.effort, hand.get((action.id, "effort"))),
        _edit(words(f"sc_status_{action.status}") if action.status else None, hand.get((action.id, "status"))),
        score(view, stand),
        amount(action.level),
        said(view.labelled(action.criterion)),
        said(words.of(entry.measure)),
        said(words("gate_mark").strip() if action.holds else ""),
        said((" " if words.language == "en" else "").join(notes)),
        Entry(action.priority, number="0.0000"),
    )


def _linked(action: PlannedAction) -> tuple[tuple[str, ...], ...]:
    return action.after, action.needed_for, action.early


def _declined(view: View, name: str, hand: Hand) -> Row:
    """An action that is not taken up: it stands here so that it can be."""
    words, entry = view.words, view.result.library.actions[name]
    owner, status = hand.get((name, "owner")), hand.get((name, "status"))
    given = status.new if status else None
    return (
        missing(),
        said(name, "muted"),
        said(words.of(entry.do), "muted"),
        _edit(words("sc_no"), hand.get((name, "taken_up"))),
        _edit(owner_of(view, name, owner.new if owner and isinstance(owner.new, str) else None), owner),
        _edit(_number(hand.get((name, "start"))), hand.get((name, "start"))),
        missing(),
        _edit(entry.effort, hand.get((name, "effort"))),
        _edit(words(f"sc_status_{given}") if isinstance(given, str) else None, status),
        missing(),
        amount(entry.level),
        said(view.labelled(entry.criterion)),
        said(words.of(entry.measure)),
        missing(),
        missing(),
        missing(),
    )


def _own(view: View, name: str, line: OwnAction | None) -> Row:
    """A line of people's own, or room for one."""
    words = view.words
    found = line or OwnAction(name, "")
    status = words(f"sc_status_{found.status}") if found.status else None
    phase = missing() if found.ends is None else amount(phase_of(found.ends))
    cells = [found.do or None, found.owner or None, found.starts, found.ends, found.effort, status]
    do, owner, start, end, effort, state = (Entry(value, tone="changed" if line else "editable") for value in cells)
    return (phase, said(name), do, missing(), owner, start, end, effort, state, *[missing()] * 7)


def _number(decision: Decision | None) -> float | None:
    return decision.new if decision and isinstance(decision.new, float | int) else None


def _edit(value: str | float | None, decision: Decision | None) -> Entry:
    """A cell that may be edited; bold where somebody did."""
    return Entry(value, tone="changed" if decision else "editable")


def _note_written(book: Book, area: Area, rows: Sequence[Row], hand: Hand) -> None:
    for row in rows:
        name = str(row[area.columns["id"]].value)
        for key in _EDITABLE:
            value = row[area.columns[key]].value
            book.wrote("roadmap", name, key, value if isinstance(value, str | float | int) else None, hand.get((name, key)))


def _restrict(book: Book, view: View, area: Area, rows: Sequence[Row]) -> None:
    """What may stand in cells that people edit: lists to choose from, and months that fit into the plan."""
    words, page, library = view.words, book.sheets["roadmap"], view.result.library
    lists = {
        "taken_up": [words("sc_yes"), words("sc_no")],
        "effort": list(EFFORTS),
        "status": [words(f"sc_status_{code}") for code in STATUSES],
    }
    for key, choices in lists.items():
        column = area.columns[key]
        page.data_validation(area.first, column, area.last, column, {"validate": "list", "source": choices})
    for row, entries in enumerate(rows, start=area.first):
        action = library.actions.get(str(entries[area.columns["id"]].value))
        last = max(PHASES[-1][1] - (action.months if action else 0), 0)
        for key in ("start",) if action else ("start", "end"):
            rule = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": max(last, 0)}
            page.data_validation(
                row, area.columns[key], row, area.columns[key], rule | {"error_message": words("sc_valid_start", last=last)}
            )
