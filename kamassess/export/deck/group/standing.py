"""All units beside each other: the first slide, the answer, units by dimension, the order, and what is claimed and measured."""

from __future__ import annotations

from itertools import pairwise

from kamassess.document import Card, Cards, KeyFigures, Rich, Table, plain
from kamassess.export.deck.reported import cover_of, first, sentences, table, whole_steps
from kamassess.export.deck.slides import Graph, Series, Slide, Title, sentence, strong_part
from kamassess.instrument import scale_ends
from kamassess.sections.group import GroupView, board, cover, ranking
from kamassess.sections.group.view import ends

__all__ = ["answer", "beside", "cards", "claimed_and_measured", "opening", "order", "rests_on"]

_MOST = 14
"""Units that a chart has room for; of more, those at both ends."""


def opening(view: GroupView) -> Title:
    """Company, wave, units and people under the finding."""
    words, head = view.words, cover_of(cover(view))
    told = words("deck_wave", wave=view.result.wave)
    if view.result.date:
        told = words("deck_wave_date", wave=view.result.wave, date=words.date(view.result.date))
    lines = (words("deck_for_the_board"), told, rests_on(view))
    return Title(view.company, head.title, lines, (plain(head.lead), words("deck_cover_note"), rests_on(view)))


def rests_on(view: GroupView) -> str:
    """How many units and people answered."""
    words = view.words
    if not view.ranking:
        return words("deck_no_sample")
    return words("deck_group_sample", units=view.units(len(view.ranking)), people=words.people(view.people))


def cards(view: GroupView) -> dict[str, Card]:
    """The findings of the page for the board, by what they are about."""
    found = first(board(view), Cards)
    kinds = ("contradicted", "shared", "lead", "behind", "common", "teach", "spread", "inside")
    titles = {view.said(f"card_{kind}"): kind for kind in kinds}
    return {titles[card.title]: card for card in (found.items if found else ()) if card.title in titles}


def answer(view: GroupView) -> Slide:
    """Figures, and the findings in a sentence or two each."""
    words, head, nodes = view.words, cover_of(cover(view)), board(view)
    figures, found = first(nodes, KeyFigures), cards(view)
    told = [head.lead, *(card.body[0] for card in found.values())]
    notes = (
        *(plain(text) for text in told),
        *(plain(text) for text in sentences(cover(view)[1:])),
        rests_on(view),
        words("deck_where", section=words("section_board")),
    )
    side = tuple(sentence(text) for text in told)
    title = words("deck_in_short", headline=head.title)
    return Slide("answer", words("section_board"), title, notes, figures.items if figures else (), side=side)


def beside(view: GroupView) -> tuple[Slide, ...]:
    """Units by dimension, darker where the score is higher; by data alone where nobody was asked."""
    words, nodes = view.words, board(view)
    found = table(nodes, "units-table")
    if found is None:
        return ()
    card = cards(view).get("spread")
    title = strong_part(card.body[0]) if card else found.caption
    notes = (
        found.caption,
        plain(found.note),
        *([plain(text) for text in card.body] if card else []),
        rests_on(view),
        words("deck_where", section=words("section_board")),
    )
    return (Slide("units", words("deck_group_units"), title, notes, main=found, foot=_first_sentence(found)),)


def _first_sentence(found: Table) -> str:
    """What the table shows, without what is told of single units."""
    return found.note[0].text if found.note else ""


# -- the order -------------------------------------------------------------------------------------------------------------


def order(view: GroupView) -> tuple[Slide, ...]:
    """The order of the units with intervals, and how sure it is; nothing for fewer than two that have a rank."""
    words = view.words
    if len(view.ranked) < 2:
        return ()
    nodes = ranking(view)
    told = sentences(nodes)
    card = cards(view).get("lead")
    shown = ends(view.ranked, _MOST)
    units = [view.unit(name) for name in shown]
    intervals = tuple(unit.overall.interval for unit in units)
    scores = tuple(unit.overall.score for unit in units)
    measured = tuple(unit.whole.measured if unit.whole else None for unit in units)
    drawn = intervals if any(intervals) else ()
    claimed = Series(words("key_claimed"), scores, "claimed", intervals=drawn, labels="right", starts=view.instrument.starts)
    series = []
    if any(value is not None for value in measured):
        series.append(Series(words("key_measured"), measured, "measured", "diamond", labels="left"))
    series.append(claimed)
    names = tuple(view.unit_name(name) for name in shown)
    parts = [
        words("deck_value_n", name=view.unit_name(name), value=view.score(view.unit(name).overall), n=view.ranking[name].n)
        for name in shown
    ]
    low, high = scale_ends(view.instrument.dimensions)
    alt = words("alt_dimensions", parts=words("alt_separator").join(parts))
    graph = Graph("marks", names, tuple(series), alt, low, high, whole_steps((low, high)))
    title = strong_part(card.body[0]) if card else strong_part(told[0])
    likely = table(nodes, "ranking-table")
    sure = (
        words("deck_how_order", draws=words.number(view.result.replicates, 0)),
        *(plain(text) for text in told),
        *([plain(likely.note)] if likely else []),
        rests_on(view),
        words("deck_where", section=view.said("section_ranking")),
    )
    slides = [
        Slide(
            "order",
            words("deck_group_order"),
            title,
            (*([plain(text) for text in card.body] if card else []), *parts, *sure),
            main=graph,
            foot=words("deck_order_foot"),
        )
    ]
    if likely is not None:
        lead = tuple(sentence(text) for text in told[:2])
        foot = plain(likely.note)
        slides.append(Slide("ranks", view.said("section_ranking"), _how_sure(view), sure, lead=lead, main=likely, foot=foot))
    return tuple(slides)


def _how_sure(view: GroupView) -> str:
    """On how many steps down the order one can rely."""
    words, steps = view.words, list(pairwise(view.ranked))
    sure = [pair for pair in steps if view.apart(*pair)] if "overall" not in view.alike else []
    lost = [pair for pair in sure if not view.lasts(*pair)]
    if lost:
        return view.said("deck_ranks_with", steps=len(steps), sure=len(sure), lost=len(lost), dimensions=view.left_out)
    if not sure:
        return view.said("deck_ranks_none")
    if len(sure) == len(steps):
        if len(steps) == 1:
            return words("deck_ranks_both")
        return words("deck_ranks_all", steps=len(steps))
    return words("deck_ranks_some", steps=len(steps), sure=len(sure))


def claimed_and_measured(view: GroupView) -> tuple[Slide, ...]:
    """What units claim and what their data measure of the same criteria; nothing for fewer than two with data."""
    words, known = view.words, view.measured
    if len(known) < 2:
        return ()
    shown = sorted(known, key=lambda name: (known[name][1] - known[name][0], name))[:_MOST]
    _, high = scale_ends(view.instrument.dimensions)
    series = (
        Series(words("key_claimed"), tuple(known[name][0] for name in shown), "claimed", labels="end"),
        Series(words("key_measured"), tuple(known[name][1] for name in shown), "measured", labels="end"),
    )
    names = tuple(view.unit_name(name) for name in shown)
    parts = [
        words(
            "deck_claimed_measured",
            unit=view.unit_name(name),
            claimed=words.score(known[name][0]),
            measured=words.score(known[name][1]),
            n=known[name][2],
        )
        for name in shown
    ]
    card = cards(view).get("contradicted")
    told: tuple[Rich, ...] = card.body if card else ()
    title = strong_part(told[0]) if told else view.said("deck_group_near")
    notes = (
        *(plain(text) for text in told),
        *parts,
        words("deck_opinions"),
        rests_on(view),
        words("deck_where", section=words("section_board")),
    )
    graph = Graph("bars", names, series, words("alt_dimensions", parts=words("alt_separator").join(parts)), 0.0, high)
    side = tuple(sentence(text) for text in told)
    return (
        Slide(
            "measured", words("card_contradicted"), title, notes, main=graph, side=side, foot=words("deck_group_measured_foot")
        ),
    )
