"""What the unit audit says, section by section: functions from a :class:`View` of the result to nodes of a document.

Nothing here computes a number or draws; it chooses, orders and words what the result holds.
"""

from kamassess.sections.appendix import appendix
from kamassess.sections.board import board
from kamassess.sections.certainty import certainty
from kamassess.sections.cover import cover
from kamassess.sections.dimension import dimensions
from kamassess.sections.known import said_and_done
from kamassess.sections.practices import practices
from kamassess.sections.roadmap import roadmap
from kamassess.sections.suitability import suitability
from kamassess.sections.value import account_value
from kamassess.sections.view import View

__all__ = [
    "View",
    "account_value",
    "appendix",
    "board",
    "certainty",
    "cover",
    "dimensions",
    "practices",
    "roadmap",
    "said_and_done",
    "suitability",
]
