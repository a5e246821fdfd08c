"""Parts of the report that slides take over as they are: so a deck cannot say another thing than the pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from kamassess.document import Banner, Cover, Heading, Node, Paragraph, Rich, Table

__all__ = ["after_heading", "cover_of", "first", "sentences", "table", "whole_steps"]

_Kind = TypeVar("_Kind")


def first(nodes: Iterable[Node], kind: type[_Kind]) -> _Kind | None:
    """The first node of a kind."""
    return next((node for node in nodes if isinstance(node, kind)), None)


def cover_of(nodes: Iterable[Node]) -> Cover:
    """The cover that a report begins with."""
    found = first(nodes, Cover)
    if found is None:
        raise ValueError("a report begins with its cover")
    return found


def table(nodes: Iterable[Node], name: str) -> Table | None:
    """The table of that id."""
    return next((node for node in nodes if isinstance(node, Table) and node.id == name), None)


def sentences(nodes: Iterable[Node]) -> tuple[Rich, ...]:
    """Paragraphs and banners, but no footnotes, in their order."""
    return tuple(
        node.text
        for node in nodes
        if isinstance(node, Banner) or (isinstance(node, Paragraph) and node.kind not in ("note", "sub"))
    )


def after_heading(nodes: Sequence[Node], name: str) -> tuple[Node, ...]:
    """What stands below the heading of that id, up to the next one."""
    start = next((place for place, node in enumerate(nodes) if isinstance(node, Heading) and node.id == name), None)
    if start is None:
        return ()
    end = next((place for place in range(start + 1, len(nodes)) if isinstance(nodes[place], Heading)), len(nodes))
    return tuple(nodes[start + 1 : end])


def whole_steps(ends: tuple[float, float]) -> float | None:
    """A grid line for each whole level, where they are few."""
    low, high = ends
    return 1.0 if low == int(low) and high == int(high) and 1 < high - low <= 10 else None
