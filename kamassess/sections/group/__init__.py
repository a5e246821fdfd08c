"""What the overview of a group says, section by section: all units of a wave beside each other, for the board above them.

Nothing here computes a number or draws; it chooses, orders and words what the result holds.
"""

from kamassess.sections.group.appendix import appendix
from kamassess.sections.group.board import board
from kamassess.sections.group.cover import cover
from kamassess.sections.group.gaps import common_gaps
from kamassess.sections.group.lessons import lessons
from kamassess.sections.group.ranking import ranking
from kamassess.sections.group.roll_up import roll_up
from kamassess.sections.group.spread import spread
from kamassess.sections.group.suitability import customers, suitability
from kamassess.sections.group.view import GroupView

__all__ = [
    "GroupView",
    "appendix",
    "board",
    "common_gaps",
    "cover",
    "customers",
    "lessons",
    "ranking",
    "roll_up",
    "spread",
    "suitability",
]
