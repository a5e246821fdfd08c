"""The contrast of every text of a deck with what lies behind it, worked out apart from how decks choose colours."""

from __future__ import annotations

import colorsys
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.ns import qn

__all__ = ["hard_to_read"]

POINT = 12_700
_LEAST = 4.5
_STANDS_FOR = {"tx1": "dk1", "bg1": "lt1", "tx2": "dk2", "bg2": "lt2"}
Colour = tuple[float, float, float]


def hard_to_read(deck: Any, ground: Callable[[float, float], str]) -> list[str]:
    """Texts with less than 4.5:1; *ground* is the colour (``rrggbb``) of the template at a place, in shares of the slide."""
    found = []
    wide, high = deck.slide_width, deck.slide_height
    for number, slide in enumerate(deck.slides, 1):
        scheme = _scheme(slide)
        for shape in slide.shapes:
            left, top, width, height = shape.left, shape.top, shape.width, shape.height
            below = _parsed(ground((left + width / 2) / wide, (top + height / 2) / high))
            for fill in _sheets(slide, shape, (left, top, width, height)):
                below = _laid_over(fill, below, scheme)
            for frame, fills in _frames(shape):
                behind = below
                for fill in fills:
                    behind = _laid_over(fill, behind, scheme)
                for text, fill in _texts(frame):
                    colour, _ = _colour(fill if fill is not None else _inherited(shape, slide), scheme)
                    if _contrast(colour, behind) < _LEAST:
                        found.append(f"slide {number}: {_contrast(colour, behind):.1f} in {text[:60]!r}")
    return found


def _frames(shape: Any) -> Iterator[tuple[Any, list[Any]]]:
    """What of a shape holds text, and the fills of its cell."""
    if shape.has_text_frame:
        yield shape.text_frame._txBody, []
    if getattr(shape, "has_table", False):
        for cell in shape._element.iter(qn("a:tc")):
            yield cell, cell.findall(f"{qn('a:tcPr')}/{qn('a:solidFill')}")
    if shape.has_chart:
        yield shape.chart._chartSpace, []


def _texts(frame: Any) -> Iterator[tuple[str, Any]]:
    """Texts and their fills; of a chart the fills that its texts have."""
    for run in frame.iter(qn("a:r"), qn("a:fld")):
        text = "".join(part.text or "" for part in run.iter(qn("a:t")))
        if text.strip():
            yield text, run.find(f"{qn('a:rPr')}/{qn('a:solidFill')}")
    for properties in frame.iter(qn("a:defRPr")):
        if properties.find(qn("a:solidFill")) is not None:
            yield "a text of a chart", properties.find(qn("a:solidFill"))


def _sheets(slide: Any, above: Any, box: tuple[int, int, int, int]) -> Iterator[Any]:
    """Fills of shapes on the slide that lie below a shape and hold it."""
    left, top, width, height = box
    for shape in slide.shapes:
        if shape.shape_id == above.shape_id:
            return
        fill = shape._element.find(f"{qn('p:spPr')}/{qn('a:solidFill')}")
        if fill is None:
            continue
        holds = shape.left <= left and shape.left + shape.width >= left + width
        if holds and shape.top <= top and shape.top + shape.height >= top + height:
            yield fill


def _laid_over(fill: Any, below: Colour, scheme: dict[str, Colour]) -> Colour:
    colour, opacity = _colour(fill, scheme)
    red, green, blue = (opacity * one + (1 - opacity) * other for one, other in zip(colour, below, strict=True))
    return red, green, blue


def _inherited(shape: Any, slide: Any) -> Any:
    """The fill of text that has none of its own: that of the layout's placeholder, of the master's, or of all titles."""
    kind, layout = shape.placeholder_format.type, slide.slide_layout
    same = [holder for holder in layout.placeholders if holder.placeholder_format.idx == shape.placeholder_format.idx]
    same += [holder for holder in layout.slide_master.placeholders if holder.placeholder_format.type == kind]
    for holder in same:
        found = holder._element.find(f".//{qn('a:lvl1pPr')}/{qn('a:defRPr')}/{qn('a:solidFill')}")
        if found is not None:
            return found
    return layout.slide_master.element.find(f".//{qn('p:titleStyle')}//{qn('a:solidFill')}")


def _scheme(slide: Any) -> dict[str, Colour]:
    master = slide.slide_layout.slide_master
    theme = etree.fromstring(master.part.part_related_by(RT.THEME).blob)
    slots = {
        etree.QName(entry).localname: _parsed(entry[0].get("lastClr") or entry[0].get("val"))
        for entry in theme.find(f".//{qn('a:clrScheme')}")
    }
    mapping = dict(master.element.find(qn("p:clrMap")).attrib)
    return slots | {name: slots[mapping.get(name, slot)] for name, slot in _STANDS_FOR.items()}


def _parsed(colour: str) -> Colour:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def _colour(fill: Any, scheme: dict[str, Colour]) -> tuple[Colour, float]:
    """The colour of a solid fill, and how much of what lies below it it hides."""
    (element,) = fill
    colour = scheme[element.get("val")] if element.tag == qn("a:schemeClr") else _parsed(element.get("val"))
    opacity = 1.0
    for change in element:
        name, part = etree.QName(change).localname, int(change.get("val")) / 100_000
        if name == "alpha":
            opacity = part
        elif name == "tint":
            colour = tuple(_curved(_linear(value) * part + 1 - part) for value in colour)  # type: ignore[assignment]
        else:
            hue, light, saturation = colorsys.rgb_to_hls(*colour)
            light = light * part if name == "lumMod" else min(light + part, 1.0)
            colour = colorsys.hls_to_rgb(hue, light, saturation)
    return colour, opacity


def _linear(value: float) -> float:
    return float(value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4)


def _curved(value: float) -> float:
    return float(12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055)


def _contrast(one: Colour, other: Colour) -> float:
    light, dark = sorted(
        (0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue) for red, green, blue in (one, other)),
        reverse=True,
    )
    return (light + 0.05) / (dark + 0.05)
