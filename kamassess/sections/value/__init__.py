"""What is said of a unit's accounts, section by section: the account value report, and its short form in the unit audit.

Each function takes a view and returns the nodes that fit it. Nothing here computes a number or draws; it chooses, orders and
words what the result holds.
"""

from kamassess.sections.value.accounts import accounts
from kamassess.sections.value.appendix import appendix
from kamassess.sections.value.board import board
from kamassess.sections.value.concentration import concentration
from kamassess.sections.value.cover import cover
from kamassess.sections.value.lifetime import lifetime
from kamassess.sections.value.season import season
from kamassess.sections.value.selection import selection
from kamassess.sections.value.sensitivity import sensitivity
from kamassess.sections.value.tenure import revenue, tenure
from kamassess.sections.value.unit import account_value
from kamassess.sections.value.view import ValueView
from kamassess.sections.value.wallet import wallet

__all__ = [
    "ValueView",
    "account_value",
    "accounts",
    "appendix",
    "board",
    "concentration",
    "cover",
    "lifetime",
    "revenue",
    "season",
    "selection",
    "sensitivity",
    "tenure",
    "wallet",
]
