"""The units as one figure, up the tree of units: the mean, weighted by size, and the weakest."""

from __future__ import annotations

from collections.abc import Mapping

from kamassess.document import Heading, Node, Paragraph
from kamassess.result import RollUp
from kamassess.sections.group.tables import has_sizes, table_roll_up, table_roll_up_dimensions, table_roll_up_tree
from kamassess.sections.group.view import GroupView

__all__ = ["roll_up"]


def roll_up(view: GroupView) -> tuple[Node, ...]:
    """Roll-ups of all units that stand above others; nothing where there is nothing to compare."""
    if not view.comparable:
        return ()
    found = view.group.roll_ups
    intro = view.told("roll_up_intro" if has_sizes(view) else "roll_up_intro_no_size")
    nodes: list[Node] = [Heading(1, view.said("section_roll_up"), "roll-up"), Paragraph(intro), table_roll_up(view)]
    nodes.append(table_roll_up_dimensions(view, _top(found)))
    if len(found) > 1:
        nodes.append(table_roll_up_tree(view))
    return tuple(nodes)


def _top(found: Mapping[str, Mapping[str, RollUp]]) -> str:
    """What stands above most units."""
    return max(found, key=lambda name: found[name]["overall"].of_units)
