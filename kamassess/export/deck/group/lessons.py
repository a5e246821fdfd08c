"""Where the differences sit, what most units lack, and who can teach whom."""

from __future__ import annotations

from kamassess.document import plain
from kamassess.export.deck.group.standing import cards, rests_on
from kamassess.export.deck.reported import sentences, table
from kamassess.export.deck.slides import Graph, Series, Slide, sentence, strong_part
from kamassess.sections.group import GroupView, common_gaps, lessons, spread

__all__ = ["common", "differences", "who_teaches"]


def differences(view: GroupView) -> tuple[Slide, ...]:
    """How far units differ, and people within a unit, by dimension; nothing where that is not known."""
    words = view.words
    shown = [
        entry for entry in view.instrument.dimensions if view.group.spread and view.group.spread[entry.id].within is not None
    ]
    if not shown or not view.comparable:
        return ()
    found = [view.group.spread[entry.id] for entry in shown]
    series = (
        Series(words("column_between"), tuple(entry.between for entry in found), "claimed", labels="end"),
        Series(words("column_within"), tuple(entry.within for entry in found), "evidenced", labels="end"),
    )
    names = tuple(view.name(entry) for entry in shown)
    told = sentences(spread(view))
    card = cards(view).get("inside")
    title = strong_part(card.body[0]) if card else strong_part(told[0])
    parts = [
        words(
            "deck_spread_part",
            name=name,
            between=words.number(entry.between or 0.0, 2),
            within=words.number(entry.within or 0.0, 2),
            n=words.number(entry.n, 0),
        )
        for name, entry in zip(names, found, strict=True)
    ]
    alt = words("alt_dimensions", parts=words("alt_separator").join(parts))
    graph = Graph("columns", names, series, alt, 0.0, number="0.00")
    side = tuple(sentence(text) for text in (card.body if card else told[:1]))
    notes = (
        *(plain(text) for text in (*(card.body if card else ()), *told)),
        *parts,
        rests_on(view),
        words("deck_where", section=words("section_spread")),
    )
    return (Slide("spread", words("section_spread"), title, notes, main=graph, side=side, foot=words("deck_spread_foot")),)


def common(view: GroupView) -> tuple[Slide, ...]:
    """Criteria on which most units fall below themselves; nothing without one."""
    words, nodes = view.words, common_gaps(view)
    found, card = table(nodes, "common-table"), cards(view).get("common")
    if found is None or card is None:
        return ()
    notes = (
        *(plain(text) for text in (*card.body, *sentences(nodes))),
        rests_on(view),
        words("deck_where", section=words("section_common")),
    )
    lead = tuple(sentence(text) for text in card.body)
    return (Slide("common", words("section_common"), strong_part(card.body[0]), notes, lead=lead, main=found),)


def who_teaches(view: GroupView) -> tuple[Slide, ...]:
    """Lessons that are certain; nothing without one."""
    words, nodes = view.words, lessons(view)
    found, card = table(nodes, "lessons-table"), cards(view).get("teach")
    if found is None:
        return ()
    told = sentences(nodes)
    title = strong_part(card.body[0]) if card else strong_part(told[0])
    notes = (
        *(plain(text) for text in told),
        plain(found.note),
        rests_on(view),
        words("deck_where", section=words("section_lessons")),
    )
    lead = tuple(sentence(text) for text in (card.body if card else told[:1]))
    return (Slide("lessons", words("section_lessons"), title, notes, lead=lead, main=found),)
