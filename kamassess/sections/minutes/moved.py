"""Where the room moved between rounds: what was voted on again, and whether people came closer."""

from __future__ import annotations

from kamassess.document import Cell, Column, Heading, Node, Paragraph, Rich, Run, Table
from kamassess.result import Moved, VoteRound
from kamassess.sections.minutes.view import MinutesView

__all__ = ["closeness", "moved", "table_moved"]

_TOLD = 5
"""Questions that get a sentence; the table has all."""
_SAME = 0.25
"""Means this close together have not moved."""


def moved(view: MinutesView) -> tuple[Node, ...]:
    """Sentences on the largest changes, then all; nothing where nothing was voted on again."""
    words, found = view.words, view.held.moved
    if not found:
        return ()
    intro = words.rich("wm_moved_intro", count=view.count("questions", len(found)))
    nodes: list[Node] = [Heading(1, words("wm_section_moved"), "moved"), Paragraph(intro, "sub")]
    told: set[str] = set()
    for entry in found[:_TOLD]:
        kind = _kind(view, entry)
        nodes.append(Paragraph(_sentence(view, entry, kind, again=kind in told)))
        told.add(kind)
    return (*nodes, table_moved(view))


def closeness(view: MinutesView, entry: Moved) -> str:
    """Whether the votes came ``together``, lie further ``apart``, or the ``same``, as far as figures are shown.

    ``alone`` where a round has no spread, since fewer than two chose a level.
    """
    if entry.sd_before is None or entry.sd_after is None:
        return "alone"
    before, after = (view.words.number(sd, 1) for sd in (entry.sd_before, entry.sd_after))
    return "same" if before == after else "together" if entry.sd_after < entry.sd_before else "apart"


def _ends(view: MinutesView, entry: Moved) -> tuple[VoteRound, VoteRound]:
    """The first and the last round of a question that have a mean."""
    told = [found for found in view.held.questions[entry.question].rounds if found.mean is not None]
    return told[0], told[-1]


def _kind(view: MinutesView, entry: Moved) -> str:
    first, last = _ends(view, entry)
    if (first.counts, first.dk, first.na) == (last.counts, last.dk, last.na):
        return "repeated"
    same = view.words.number(entry.before, 1) == view.words.number(entry.after, 1)
    way = "level" if same else "still" if abs(entry.change) < _SAME else "up" if entry.change > 0 else "down"
    return f"{closeness(view, entry)}_{way}"


def _sentence(view: MinutesView, entry: Moved, kind: str, *, again: bool) -> Rich:
    """What became of the votes on a question, told by their figures alone; the second of its kind is told in fewer words."""
    words = view.words
    values = {
        "topic": view.topic(entry.question),
        "before": words.number(entry.before, 1),
        "after": words.number(entry.after, 1),
        "sd_before": words.number(entry.sd_before or 0.0, 1),
        "sd_after": words.number(entry.sd_after or 0.0, 1),
        "votes": view.count("votes", entry.n_after),
    }
    spread = kind.startswith(("together", "apart"))
    found = [words.rich(f"wm_moved_{'likewise' if again and spread else kind}", **values)]
    if entry.n_before != entry.n_after:
        found.append(words.rich("wm_moved_numbers", n_before=entry.n_before, n_after=entry.n_after))
    agreed = view.held.questions[entry.question].agreed
    if agreed is None:
        found.append(words.rich("wm_moved_open_facts" if kind in ("repeated", "same_still", "same_level") else "wm_moved_open"))
    else:
        option, last = view.option(entry.question, agreed.value), view.away(entry.question)
        if last is None:
            found.append(words.rich("wm_moved_agreed", option=option))
        else:
            found.append(words.rich("wm_moved_agreed_away", option=option, chosen=view.chosen(last, entry.question)))
    return view.sentences(*found)


def table_moved(view: MinutesView) -> Table:
    """Every question voted on again: means, spreads and numbers of the first and the last round, and what was agreed."""
    words = view.words
    labels = ("wm_column_mean_first", "wm_column_mean_last", "wm_column_change", "wm_column_spread")
    columns = (
        Column(words("column_question"), "text", 3.2),
        Column(words("wm_column_rounds"), "number", 0.8),
        *(Column(words(label), "number", 1.2) for label in labels),
        Column(words("wm_column_agreed"), "text", 1.6),
    )
    rows = []
    for entry in view.held.moved:
        agreed = view.held.questions[entry.question].agreed
        before, after = words.number(entry.before, 1), words.number(entry.after, 1)
        spreads = [words.number(sd, 1) if sd is not None else words("wm_no_spread") for sd in (entry.sd_before, entry.sd_after)]
        rows.append(
            (
                Cell((Run(f"{entry.question} ", "muted"), Run(view.name(view.criteria[view.criterion_of[entry.question]])))),
                Cell((Run(str(entry.rounds)),), float(entry.rounds)),
                Cell((Run(before), Run(f" ({_of(view, entry.n_before, entry.votes_before)})", "muted")), entry.before),
                Cell((Run(after), Run(f" ({_of(view, entry.n_after, entry.votes_after)})", "muted")), entry.after),
                Cell((Run(view.signed(view.less(after, before))),), entry.change),
                Cell((Run(words("wm_from_to", before=spreads[0], after=spreads[1])),), entry.sd_after),
                Cell((Run(view.option(entry.question, agreed.value), "strong"),)) if agreed else view.open_cell("wm_open_short"),
            )
        )
    return Table("moved-table", words("wm_table_moved"), columns, tuple(rows), words.rich("wm_moved_note"), told=True)


def _of(view: MinutesView, n: int, votes: int) -> str:
    """How many chose a level, and of how many votes where others did not."""
    return str(n) if n == votes else view.words("wm_n_of", n=n, of=votes)
