"""What people decided of targets and roadmap by hand: each change with what stood there before, and the file that says so."""

from __future__ import annotations

from kamassess.document import Cell, Column, Heading, Node, Paragraph, Run, Table, rich
from kamassess.planning import Decision, Given, OwnAction
from kamassess.sections.view import View

__all__ = ["decided_by_hand", "own_lines", "owner_of"]

_DASH = "–"


def decided_by_hand(view: View) -> tuple[Node, ...]:
    """Every decision; nothing where nobody decided anything."""
    words, found = view.words, view.unit.roadmap
    if not found.decisions:
        return ()
    columns = (
        Column(words("by_hand_about"), "text", 3.4),
        Column(words("by_hand_what"), "text", 1.4),
        Column(words("by_hand_before"), "text", 1.6),
        Column(words("by_hand_now"), "text", 1.8),
        Column(words("by_hand_source"), "text", 2.2),
    )
    rows = tuple(_row(view, decision) for decision in found.decisions)
    return (
        Heading(2, words("by_hand_title"), "by-hand"),
        Paragraph(words.rich("by_hand_intro")),
        Table("by-hand-table", words("by_hand_table"), columns, rows),
    )


def own_lines(view: View) -> tuple[Node, ...]:
    """The lines that people added to the roadmap."""
    words, own = view.words, view.unit.roadmap.own
    if not own:
        return ()
    columns = (
        Column(words("sc_action"), "text", 5.0),
        Column(words("roadmap_column_owner"), "text", 1.6),
        Column(words("roadmap_column_months"), "number", 1.0),
        Column(words("roadmap_column_effort"), "number", 0.8),
        Column(words("by_hand_status"), "text", 1.2),
    )
    rows = tuple(_own_line(view, line) for line in own)
    return (
        Heading(2, words("by_hand_own"), "roadmap-own"),
        Table("roadmap-own-table", words("by_hand_own_table"), columns, rows, words.rich("by_hand_own_note"), told=True),
    )


def _own_line(view: View, line: OwnAction) -> tuple[Cell, ...]:
    words = view.words
    return (
        Cell((Run(f"{line.id} ", "muted"), Run(line.do))),
        Cell(rich("{x}", x=line.owner or _DASH)),
        Cell(rich("{x}", x=_months(view, line))),
        Cell(rich("{x}", x=_DASH if line.effort is None else words.short(line.effort))),
        Cell(rich("{x}", x=words(f"sc_status_{line.status}") if line.status else _DASH)),
    )


def _months(view: View, line: OwnAction) -> str:
    """From and to which month, as far as it is given."""
    words = view.words
    if line.starts is None:
        return _DASH if line.ends is None else words("by_hand_until", last=line.ends)
    if line.ends is None:
        return words("by_hand_from", first=line.starts)
    return words("roadmap_months", first=line.starts, last=line.ends)


def owner_of(view: View, action: str, decided: str | None) -> str:
    """Who owns an action: as people decided, or as the library has it."""
    if decided is not None:
        return decided or _DASH
    library = view.result.library
    owner = library.actions[action].owner
    return view.words.of(library.owners.get(owner, {"": owner}))


def _row(view: View, decision: Decision) -> tuple[Cell, ...]:
    words, old = view.words, _said(view, decision, decision.old)
    if decision.field == "owner" and decision.old in (None, *_names(view, decision.about)):
        old = owner_of(view, decision.about, None)
    return (
        Cell(rich("{x}", x=_about(view, decision))),
        Cell(rich("{x}", x=words(f"by_hand_{decision.field}"))),
        Cell((Run(old, "muted"),)),
        Cell((Run(_said(view, decision, decision.new), "strong"),)),
        Cell((Run(decision.source, "muted"),)),
    )


def _names(view: View, action: str) -> tuple[str, ...]:
    """What the owner of an action is called, in every language."""
    library = view.result.library
    return tuple(library.owners.get(library.actions[action].owner, {}).values()) if action in library.actions else ()


def _about(view: View, decision: Decision) -> str:
    if decision.field == "target":
        return next((view.name(entry) for entry in view.instrument.dimensions if entry.id == decision.about), decision.about)
    action = view.result.library.actions.get(decision.about)
    return f"{decision.about} {view.words.of(action.do)}" if action else decision.about


def _said(view: View, decision: Decision, value: Given) -> str:
    words = view.words
    if isinstance(value, bool):
        return words("sc_yes" if value else "sc_no")
    if value is None or value == "":
        return _DASH
    if decision.field == "status" and words.has(f"sc_status_{value}"):
        return words(f"sc_status_{value}")
    return words.short(value) if isinstance(value, float | int) else value
