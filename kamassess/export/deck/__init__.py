"""The board's deck as PPTX: a finding a slide, charts and tables to be edited, and notes on how all of it was worked out."""

from __future__ import annotations

from kamassess.export.deck import group, minutes, unit
from kamassess.export.deck.writing import About, write_slides
from kamassess.sections.group import GroupView
from kamassess.sections.imprint import imprint_of
from kamassess.sections.minutes import MinutesView
from kamassess.sections.view import ResultView, View

__all__ = ["write_deck"]


def write_deck(view: ResultView) -> bytes:
    """The deck of a unit (:class:`View`), of its workshop (:class:`MinutesView`) or of all units, to the same bytes each time.

    Raises
    ------
    InputError, ReportError
        The brand's template, or its logo, cannot be used.
    """
    words, result = view.words, view.result
    day = result.date
    footer = words.of(view.brand.footer)
    if isinstance(view, MinutesView):
        title, whose = words("wm_title", unit=view.unit_name, day=view.day), view.unit_name
        first, slides = minutes.opening(view), minutes.minutes_slides(view)
        day = view.held.day or result.date
    elif isinstance(view, View):
        title, whose = words("deck_title", unit=view.unit_name), view.unit_name
        first, slides = unit.opening(view), unit.unit_slides(view)
    elif isinstance(view, GroupView):
        title, whose = words("deck_group_title", company=view.company), view.company
        first, slides = group.opening(view), group.group_slides(view)
    else:
        raise TypeError(f"no deck is made of a {type(view).__name__}")
    about = About(
        title=title,
        subject=words("deck_subject", wave=result.wave),
        date=day,
        footers=(words("deck_footer", footer=footer, whose=whose), footer) if footer else (whose,),
        wave=words("deck_wave", wave=result.wave),
        imprint=str(imprint_of(view, deck=True)),
    )
    return write_slides(first, slides, about, view.brand, words)
