"""What the progress report says, section by section: one wave against an earlier one, of one unit or of all.

Each function takes a view of a unit or of all units and returns the nodes that fit it. Nothing here computes a number or draws;
it chooses, orders and words what the result holds.
"""

from kamassess.sections.progress.appendix import appendix
from kamassess.sections.progress.board import board
from kamassess.sections.progress.causes import causes
from kamassess.sections.progress.cover import cover
from kamassess.sections.progress.details import details
from kamassess.sections.progress.people import people
from kamassess.sections.progress.view import ProgressView, UnitProgressView

__all__ = ["ProgressView", "UnitProgressView", "appendix", "board", "causes", "cover", "details", "people"]
