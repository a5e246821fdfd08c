"""The deck of a workshop: what was decided, who does what, levels side by side, where the room moved and where it differs."""

from __future__ import annotations

from kamassess.document import Cards, KeyFigures, Paragraph, plain
from kamassess.export.deck.reported import cover_of, first, sentences, table
from kamassess.export.deck.slides import Slide, Title, sentence, strong_part
from kamassess.sections import minutes
from kamassess.sections.minutes import MinutesView

__all__ = ["minutes_slides", "opening"]

_SAID = 3
"""Sentences beside a table."""


def opening(view: MinutesView) -> Title:
    """The first slide: the finding, the day, who was there."""
    cover = cover_of(minutes.cover(view))
    lines = tuple(f"{name}{view.words('wm_colon')}{plain(text)}" for name, text in cover.facts[1:5])
    return Title(cover.kicker, cover.title, lines, (plain(cover.lead),))


def minutes_slides(view: MinutesView) -> tuple[Slide, ...]:
    """All slides but the first, those left out that have nothing to say."""
    return (*_decided(view), *_actions(view), *_levels(view), *_moved(view), *_differs(view))


def _decided(view: MinutesView) -> tuple[Slide, ...]:
    words, nodes = view.words, minutes.decided(view)
    found, figures = table(nodes, "agreed-table"), first(nodes, KeyFigures)
    topic = words("wm_section_decided")
    lead = plain(cover_of(minutes.cover(view)).lead)
    title = cover_of(minutes.cover(view)).title
    items = figures.items if figures else ()
    notes = (lead, words("wm_rule_agreed_text"), words("deck_where", section=topic))
    return (Slide("decided", topic, title, notes, figures=items, main=found, foot=plain(found.note) if found else ""),)


def _actions(view: MinutesView) -> tuple[Slide, ...]:
    found = table(minutes.decided(view), "actions-table")
    if found is None:
        return ()
    words, topic = view.words, view.words("wm_actions_title")
    title = words("wm_slide_actions", count=view.count("actions", len(view.held.actions)))
    return (Slide("actions", topic, title, (words("deck_where", section=words("wm_section_decided")),), main=found),)


def _levels(view: MinutesView) -> tuple[Slide, ...]:
    words, nodes = view.words, minutes.levels(view)
    found = table(nodes, "levels-table")
    if found is None:
        return ()
    topic = words("wm_section_levels")
    notes = (words("wm_levels_note"), words("wm_rule_votes_text", **_rule_values(view)), words("deck_where", section=topic))
    return (Slide("levels", topic, _furthest(view), notes, main=found, foot=plain(found.note)),)


def _furthest(view: MinutesView) -> str:
    """Where the room is furthest from the survey, as a title; what the slide is about where it agreed on no dimension."""
    words, found = view.words, []
    for block in view.dimensions:
        agreed, claimed = view.held.agreed[block.id].score, view.claim(block.id).score
        if agreed is not None and claimed is not None:
            found.append((abs(agreed - claimed), block, agreed, claimed))
    if not found:
        return words("wm_chart_title")
    _, block, agreed, claimed = max(found, key=lambda entry: entry[0])
    values = {"name": view.name(block), "agreed": view.points(agreed), "claimed": view.points(claimed)}
    return words("wm_slide_levels_same" if values["agreed"] == values["claimed"] else "wm_slide_levels", **values)


def _moved(view: MinutesView) -> tuple[Slide, ...]:
    words, nodes = view.words, minutes.moved(view)
    found = table(nodes, "moved-table")
    if found is None:
        return ()
    topic = words("wm_section_moved")
    told = [sentence(text) for text in sentences(nodes)[1:]]
    closer = sum(entry.closer is True for entry in view.held.moved)
    label = "all" if closer == len(view.held.moved) else "some" if closer else "none"
    title = words(f"wm_lead_closer_{label}", count=closer, of=view.count("questions", len(view.held.moved))).rstrip(".。")
    notes = (*(plain(text) for text in told), words("deck_where", section=topic))
    return (Slide("moved", topic, title, notes, main=found, foot=plain(found.note)),)


def _differs(view: MinutesView) -> tuple[Slide, ...]:
    words, nodes = view.words, minutes.differs(view)
    cards = first(nodes, Cards)
    if cards is None:
        return ()
    topic = words("wm_section_differs")
    told = [sentence(text) for card in cards.items for text in card.body]
    named = words.list([strong_part(text) for text in told[:_SAID]])
    intro = [plain(node.text) for node in nodes if isinstance(node, Paragraph)]
    notes = (*intro, words("wm_rule_apart_text"), words("deck_where", section=topic))
    return (Slide("differs", topic, words("wm_slide_differs", names=named), notes, side=tuple(told)),)


def _rule_values(view: MinutesView) -> dict[str, object]:
    words, policy = view.words, view.instrument.policy
    return {
        "coverage": words.percent(policy.min_coverage),
        "way": words(f"aggregation_{policy.aggregation}"),
        "respondents": words(f"wm_respondents_{policy.respondents}"),
    }
