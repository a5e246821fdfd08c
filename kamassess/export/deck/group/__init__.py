"""The board's deck of all units: up to fourteen slides, those left out that have nothing to say."""

from __future__ import annotations

from kamassess.export.deck.group.lessons import common, differences, who_teaches
from kamassess.export.deck.group.plan import decisions, first_steps, shared, should_they
from kamassess.export.deck.group.progress import since
from kamassess.export.deck.group.standing import answer, beside, claimed_and_measured, opening, order
from kamassess.export.deck.slides import Slide
from kamassess.sections.group import GroupView

__all__ = ["group_slides", "opening"]


def group_slides(view: GroupView) -> tuple[Slide, ...]:
    """All slides but the first, in their order: who stands where, what is common, what follows."""
    return (
        answer(view),
        *beside(view),
        *order(view),
        *since(view),
        *claimed_and_measured(view),
        *differences(view),
        *common(view),
        *who_teaches(view),
        *should_they(view),
        *shared(view),
        *first_steps(view),
        *decisions(view),
    )
