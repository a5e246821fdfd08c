"""A unit that nobody was asked about yet: what data and documents show, and in one clear sentence that nothing is claimed.

A consultant often has the extract weeks before the questionnaires. Each section of a report comes here where there are no
answers, so that none of them has to say how many of nobody claim nothing.
"""

from kamassess.sections.unasked.board import board
from kamassess.sections.unasked.cover import cover
from kamassess.sections.unasked.details import appendix, certainty, dimensions

__all__ = ["appendix", "board", "certainty", "cover", "dimensions"]
