"""What the report on retention options says, section by section: what each option is worth, and what would have to be true.

Each function takes a view of all cases and returns the nodes that fit them. Nothing here computes a number or draws; it chooses,
orders and words what the result holds.
"""

from kamassess.sections.options.appendix import appendix
from kamassess.sections.options.board import board
from kamassess.sections.options.break_even import break_even
from kamassess.sections.options.comparison import comparison
from kamassess.sections.options.cover import cover, headline
from kamassess.sections.options.must_hold import must_hold
from kamassess.sections.options.sensitivity import sensitivity
from kamassess.sections.options.view import CaseView, OptionsView

__all__ = [
    "CaseView",
    "OptionsView",
    "appendix",
    "board",
    "break_even",
    "comparison",
    "cover",
    "headline",
    "must_hold",
    "sensitivity",
]
