"""The board's deck of one unit: ten to fourteen slides, those left out that have nothing to say."""

from __future__ import annotations

from kamassess.export.deck.slides import Slide
from kamassess.export.deck.unit.claims import gaps, said_and_done, stands_out, strengths
from kamassess.export.deck.unit.money import data, should_it, ten_practices
from kamassess.export.deck.unit.people import disagreement, sureness
from kamassess.export.deck.unit.plan import decisions, leads_to, timeline
from kamassess.export.deck.unit.standing import answer, dimensions, opening
from kamassess.sections.view import View

__all__ = ["opening", "unit_slides"]


def unit_slides(view: View) -> tuple[Slide, ...]:
    """All slides but the first, in their order: where the unit stands, why, what follows, how sure it is."""
    return (
        answer(view),
        *dimensions(view),
        *said_and_done(view),
        *stands_out(view),
        *gaps(view),
        *strengths(view),
        *disagreement(view),
        *data(view),
        *should_it(view),
        *ten_practices(view),
        *timeline(view),
        *leads_to(view),
        *sureness(view),
        *decisions(view),
    )
