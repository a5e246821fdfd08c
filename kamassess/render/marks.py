"""The marks of a drawing: which may change places, and which may be one element.

What looks alike is written once where no word hangs on a single mark, and a mark may pass another only where neither lies on
the other. These rules know nothing of where a drawing comes from or where it is shown; :mod:`kamassess.render.drawing` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

__all__ = ["OWN", "Element", "as_line", "merged", "runs"]

OWN = re.compile("opacity|clip-path|mask|filter|marker|transform")
"""What is no longer the same when a group has it in place of its parts."""

_FOUR_NUMBERS = re.compile(",".join([r"-?\d*\.?\d+"] * 4))
_FIGURE = re.compile("[0-9A-Za-z]")


class Element(NamedTuple):
    """An element and all in it, before it is known what it shares with its neighbours."""

    tag: str
    attributes: dict[str, str]
    style: str = ""
    weight: str = ""
    inner: str = ""

    @property
    def look(self) -> tuple[str, str]:
        """Style and weight, which a group can have in its place."""
        return self[2:4]


def runs(elements: Sequence[Element]) -> Iterator[list[Element]]:
    """Elements in the order in which they are drawn, those of one look together where none of them lies on another.

    So it is with lines of text, and with bars in rows. Bars with an edge are drawn after bars without: the edge is shared.
    """
    for kind, run in groupby(elements, _kind()):
        drawn = list(run)
        if kind[0]:
            order = {look: place for place, look in enumerate(dict.fromkeys(e.look for e in drawn))}
            drawn.sort(key=lambda e: ("stroke" in e.style, order[e.look]))
        yield drawn


def _kind() -> Callable[[Element], tuple[str, int]]:
    """Tells texts and bars that lie beside or below all bars before them; a bar that does not, begins a new run."""
    right, top, bottom, run = 0.0, 0.0, 0.0, 0

    def kind(element: Element) -> tuple[str, int]:
        nonlocal right, top, bottom, run
        if element.tag == "text" and not OWN.search(element.style):
            return "text", 0
        if not (box := _box(element)):
            right, top, bottom = 0.0, 0.0, 0.0
            return "", 0
        x, y, width, height = box
        if y >= bottom - 0.01:
            top = y
        elif y != top or x < right - 0.11:
            run, top, bottom = run + 1, y, 0.0
        right, bottom = x + width, max(bottom, y + height)
        return "bar", run

    return kind


def _box(element: Element) -> tuple[float, float, float, float] | None:
    values = element.attributes
    if element.tag != "rect" or values.keys() != {"x", "y", "width", "height"}:
        return None
    x, y, width, height = (values[name] for name in ("x", "y", "width", "height"))
    if not _FOUR_NUMBERS.fullmatch(f"{x},{y},{width},{height}"):
        return None
    return float(x), float(y), float(width), float(height)


def as_line(element: Element) -> Element:
    """A bar without an edge as the thick line that looks the same and takes half the bytes."""
    if "stroke" in element.style or not (box := _box(element)):
        return element
    x, y, width, height = box
    style = element.style.replace("fill", "stroke") or "stroke:#000"
    thick = f"fill:none;{style};stroke-width:{_number(height)}"
    middle = {"d": f"M{_number(x)},{_number(y + height / 2)}h{_number(width)}"}
    return Element("path", middle, thick, element.weight, element.inner)


def merged(alike: Sequence[Element]) -> Iterator[Element]:
    """The elements, with all figures of one character as one text, and all lines and bars without words as one path."""
    figures: list[Element] = []
    outlines: list[str] = []
    rest: list[Element] = []
    for element in alike:
        outline = _outline(element)
        if element.tag == "text" and set(element.attributes) == {"x", "y"} and _FIGURE.fullmatch(element.inner):
            figures.append(element)
        elif outline and not element.inner:
            outlines.append(outline)
        elif outline:
            rest.append(Element("path", {"d": outline}, element.style, element.weight, element.inner))
        else:
            rest.append(element)
    look = alike[0]
    if figures:
        xs, ys = ([e.attributes[axis] for e in figures] for axis in ("x", "y"))
        places = {"x": ",".join(xs), "y": ",".join(ys if len(set(ys)) > 1 else ys[:1])}
        yield Element("text", places, look.style, look.weight, "".join(e.inner for e in figures))
    if outlines:
        yield Element("path", {"d": "".join(outlines)}, look.style, look.weight)
    yield from rest


def _outline(element: Element) -> str:
    """A bar as path data, or a line's own; empty for what could hide, or be hidden by, a part of the same path."""
    values = element.attributes
    if _box(element):
        return f"M{values['x']},{values['y']}h{values['width']}v{values['height']}H{values['x']}z"
    data = values.get("d", "")
    alone = set(values) == {"d"} and data.startswith("M") and "fill:none" in element.style
    return data if alone and not OWN.search(element.style) else ""


def _number(value: float) -> str:
    """A length with at most two decimals and no noughts that say nothing."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
