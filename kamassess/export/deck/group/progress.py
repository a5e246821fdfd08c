"""What changed in the units since the earlier wave."""

from __future__ import annotations

from kamassess.charts.change_rows import ChangeRow
from kamassess.document import Cards, plain
from kamassess.export.deck.group.standing import rests_on
from kamassess.export.deck.reported import first, whole_steps
from kamassess.export.deck.slides import Graph, Series, Slide, sentence
from kamassess.instrument import scale_ends
from kamassess.sections.group import GroupView
from kamassess.sections.progress import ProgressView
from kamassess.sections.progress import board as progress_board
from kamassess.sections.progress.cover import headline

__all__ = ["since"]

_MOST = 14


def since(view: GroupView) -> tuple[Slide, ...]:
    """Then and now, a mark each; nothing without an earlier wave, or where no unit answered in both."""
    if view.result.progress is None:
        return ()
    own, words = ProgressView(view.result, view.words, view.brand), view.words
    if not own.changes or not own.comparable:
        return ()
    shown = sorted(own.changes, key=lambda name: -abs(own.changes[name].overall.difference or 0.0))[:_MOST]
    rows = [ChangeRow(own.named_unit(name), own.changes[name].overall) for name in own.changes if name in shown]
    before, after = own.waves
    series = (
        Series(
            words("deck_in_wave", wave=before), tuple(row.change.before for row in rows), "evidenced", "square", labels="left"
        ),
        Series(
            words("deck_in_wave", wave=after),
            tuple(row.change.after for row in rows),
            "claimed",
            labels="right",
            starts=view.instrument.starts,
        ),
    )
    parts = [
        words(
            "deck_then_now",
            unit=row.name,
            before=own.exact(row.change.before),
            after=own.exact(row.change.after),
            moved=own.moved(row.change.difference, row.change.ci),
            n_before=row.change.n_before,
            n_after=row.change.n_after,
        )
        for row in rows
    ]
    low, high = scale_ends(view.instrument.dimensions)
    alt = words("deck_then_now_alt", parts=words("alt_separator").join(parts))
    graph = Graph("marks", tuple(row.name for row in rows), series, alt, low, high, whole_steps((low, high)))
    cards = first(progress_board(own), Cards)
    told = [text for card in (cards.items if cards else ()) for text in card.body]
    notes = (
        words("deck_how_since"),
        *parts,
        *(plain(text) for text in told),
        rests_on(view),
        words("deck_where_progress"),
    )
    side = tuple(sentence(text) for text in told)
    topic = words("chart_progress_units", since=before, wave=after)
    return (Slide("progress", topic, headline(own), notes, main=graph, side=side, foot=words("deck_since_foot")),)
