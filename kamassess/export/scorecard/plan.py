"""The roadmap: what each phase asks and brings, then every action with who, when and how much."""

from __future__ import annotations

from kamassess.document import Paragraph, plain
from kamassess.export.scorecard.blocks import decimals, score
from kamassess.export.scorecard.book import Book
from kamassess.export.scorecard.grid import Area, Entry, Field, amount, missing, said, write_grid
from kamassess.result import PlannedAction, Stand
from kamassess.sections import roadmap as told
from kamassess.sections.view import View

__all__ = ["write_roadmap"]


def write_roadmap(book: Book, view: View) -> Area | None:
    """Phases and actions; one sentence where there are none. Returns where the phases stand."""
    words, found = view.words, view.unit.roadmap
    title = words("sc_roadmap_title", unit=words("unit_and_id", name=view.unit_name, id=view.unit.id))
    if not found.actions or found.now is None:
        reason = next((plain(node.text) for node in told(view) if isinstance(node, Paragraph)), "")
        book.head("roadmap", title, reason)
        return None
    book.head("roadmap", title, words("sc_roadmap_note"))
    phases = _phases(book, view)
    top = phases.last + 2
    fields = _fields(view)
    rows = [_action(view, action) for action in found.actions]
    area = write_grid(book, "roadmap", "roadmap", fields, rows, top=top)
    page = book.sheets["roadmap"]
    for column, field in enumerate(fields):
        page.set_column(column, column, field.width)
    page.freeze_panes(area.first, 3)
    page.repeat_rows(top + 1)
    page.autofilter(top + 1, 0, area.last, len(fields) - 1)
    page.print_area(0, 0, area.last + 3, area.columns["notes"])
    if found.later:
        ids = words("policy_separator").join(found.later)
        book.text("roadmap", area.last + 2, 0, words("sc_roadmap_later", count=len(found.later), ids=ids), book.looks.subtitle)
    return phases


def _phases(book: Book, view: View) -> Area:
    words, found = view.words, view.unit.roadmap
    fields = (
        Field("phase", words("sc_phase"), 8, "level"),
        Field("id", words("sc_id"), 12),
        Field("name", words("sc_months"), 50),
        Field("used", words("roadmap_column_effort"), 18, "number"),
        Field("capacity", words("sc_capacity"), 12, "number"),
        Field("score", words("sc_score_after"), 10, "score"),
        Field("level", words("sc_level_after"), 10, "level"),
    )
    rows = [(amount(0.0), said(""), said(words("roadmap_figure_now")), missing(), missing(), *_stand(view, found.now))]
    for number, (stand, used, capacity) in enumerate(zip(found.phases, found.used, found.capacity, strict=True), start=1):
        name = said(words(f"roadmap_phase_{number}"))
        rows.append((amount(number), said(""), name, amount(used), amount(capacity), *_stand(view, stand)))
    return write_grid(book, "roadmap", "phases", fields, rows)


def _stand(view: View, stand: Stand | None) -> tuple[Entry, Entry]:
    value = stand.score if stand else None
    return Entry(value, number=decimals(view, value)), amount(stand.level if stand else None)


def _fields(view: View) -> tuple[Field, ...]:
    words = view.words
    return (
        Field("phase", words("sc_phase"), 8, "level"),
        Field("id", words("sc_id"), 12, "id"),
        Field("do", words("sc_action"), 50, "wrap"),
        Field("owner", words("roadmap_column_owner"), 18, "wrap"),
        Field("start", words("sc_start"), 12, "count"),
        Field("end", words("sc_end"), 10, "count"),
        Field("effort", words("roadmap_column_effort"), 10, "number"),
        Field("from", words("sc_from"), 9, "score"),
        Field("to", words("sc_to_level"), 9, "level"),
        Field("criterion", words("column_criterion"), 30, "wrap"),
        Field("measure", words("sc_seen_by"), 46, "wrap"),
        Field("holds", words("sc_gate"), 8),
        Field("notes", words("sc_order"), 28, "wrap"),
        Field("priority", words("sc_priority"), 10, "decimals"),
    )


def _action(view: View, action: PlannedAction) -> tuple[Entry, ...]:
    words, library = view.words, view.result.library
    entry = library.actions[action.id]
    stand = max(view.unit.roadmap.standing[action.criterion], action.level - 1.0)
    notes = [
        words(label, actions=words.list(list(ids)))
        for label, ids in (("roadmap_after", action.after), ("roadmap_needed_for", action.needed_for))
        if ids
    ]
    if action.assumes:
        notes.append(words("roadmap_assumes", steps=words.list(list(action.assumes))))
    return (
        amount(action.phase),
        said(action.id),
        said(words.of(entry.do), "strong" if action.holds else "plain"),
        said(words.of(library.owners.get(entry.owner, {"": entry.owner}))),
        amount(action.starts),
        amount(action.ends),
        amount(entry.effort),
        score(view, stand),
        amount(action.level),
        said(view.named((action.criterion,))),
        said(words.of(entry.measure)),
        said(words("gate_mark").strip() if action.holds else ""),
        said((" " if words.language == "en" else "").join(notes)),
        Entry(action.priority, number="0.0000"),
    )
