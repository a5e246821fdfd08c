"""The state of the collection: who has answered in a wave, who is missing, and which answers contradict themselves.

It counts and compares; it never shows what one person answered.
"""

from kamassess.collection.counting import collect
from kamassess.collection.state import SCHEMA, Cell, Collection, OpenForm, UnitReturn

__all__ = ["SCHEMA", "Cell", "Collection", "OpenForm", "UnitReturn", "collect"]
