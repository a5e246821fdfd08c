"""What a client's template says of letters: their colour where they stand, their size, and how wide they may come out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn

from kamassess.export.deck.grounds import Scheme, own_colour
from kamassess.export.deck.room import TITLES, family, title_of

__all__ = ["breadth_of", "inherited_colour", "title_size"]

_KNOWN = frozenset(
    {
        "arial",
        "arial narrow",
        "helvetica",
        "helvetica neue",
        "liberation sans",
        "noto sans sc",
        "noto sans cjk sc",
        "times new roman",
    }
)
"""Typefaces that are no wider than the carried font, and that every program has or replaces by one that is as wide."""
_WIDER = 1.17
"""How much wider than the carried font the letters are that programs take for a typeface they do not have: those of Verdana and
DejaVu Sans, in bold."""
_USUAL = 26.0


def breadth_of(theme: Any) -> float:
    """How much wider than the carried font Latin letters of a theme come out at most, where its fonts may not be at hand."""
    faces = [found.get("typeface", "") for found in theme.findall(f".//{qn('a:fontScheme')}/*/{qn('a:latin')}")]
    return 1.0 if faces and all(face.lower() in _KNOWN for face in faces) else _WIDER


def inherited_colour(holder: Any, layout: Any, scheme: Scheme) -> str | None:
    """The colour that text in a placeholder of a layout has; None where it cannot be told."""
    for properties in _styles(holder, layout):
        for fill in properties.findall(qn("a:solidFill")):
            return own_colour(fill, scheme)
        if any(str(child.tag).endswith(("gradFill", "blipFill", "pattFill")) for child in properties):
            return None
    return scheme.named("tx1")


def title_size(layout: Any) -> float:
    """The size of titles in a layout, in points."""
    for properties in _styles(title_of(layout), layout):
        if properties.get("sz"):
            return int(properties.get("sz")) / 100
    return _USUAL


def _styles(holder: Any, layout: Any) -> Iterator[Any]:
    """How letters of the first level look, by whoever may say so, the nearest first."""
    for shape in family(holder, layout):
        found = shape._element.find(f"{qn('p:txBody')}/{qn('a:lstStyle')}/{qn('a:lvl1pPr')}/{qn('a:defRPr')}")
        if found is not None:
            yield found
    kind = holder.placeholder_format.type
    style = "titleStyle" if kind in TITLES else "bodyStyle" if kind == PP_PLACEHOLDER.SUBTITLE else "otherStyle"
    for found in layout.slide_master.element.findall(f".//{qn(f'p:{style}')}/{qn('a:lvl1pPr')}/{qn('a:defRPr')}"):
        yield found
