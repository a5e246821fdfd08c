"""The board's deck as PPTX: a finding a slide, charts and tables that can be edited, and notes on how all of it was worked out."""

from __future__ import annotations

from kamassess.export.deck.unit import opening, unit_slides
from kamassess.export.deck.writing import About, write_slides
from kamassess.sections.view import ResultView, View

__all__ = ["write_deck"]


def write_deck(view: ResultView) -> bytes:
    """The deck of one unit (a :class:`View`) or of all of them (any other view), to the same bytes each time.

    Raises
    ------
    InputError
        The brand's template cannot be used.
    """
    words, result = view.words, view.result
    if not isinstance(view, View):
        raise NotImplementedError
    about = About(
        title=words("deck_title", unit=view.unit_name),
        subject=words("deck_subject", wave=result.wave),
        date=result.date,
        footer=words("deck_footer", footer=words.of(view.brand.footer), whose=view.unit_name),
        wave=words("deck_wave", wave=result.wave),
    )
    return write_slides(opening(view), unit_slides(view), about, view.brand, words)
