"""What a workshop came to, section by section: the minutes, and what the unit audit tells of it.

Each function takes a view and returns the nodes that fit it. Nothing here computes a number or draws; it chooses, orders and
words what the result holds.
"""

from kamassess.sections.minutes.appendix import appendix
from kamassess.sections.minutes.cover import cover
from kamassess.sections.minutes.decided import decided
from kamassess.sections.minutes.differs import differs
from kamassess.sections.minutes.levels import levels
from kamassess.sections.minutes.moved import moved
from kamassess.sections.minutes.unit import board_workshop
from kamassess.sections.minutes.view import MinutesView
from kamassess.sections.minutes.votes import votes

__all__ = ["MinutesView", "appendix", "board_workshop", "cover", "decided", "differs", "levels", "moved", "votes"]
