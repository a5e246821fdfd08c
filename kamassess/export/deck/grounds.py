"""What lies behind a place on a layout: a plain colour, the colours of a gradient, or it cannot be told from the file."""

from __future__ import annotations

import colorsys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from lxml import etree
from pptx.oxml.ns import qn

__all__ = ["POINT", "Area", "Grounds", "Scheme", "around", "boxes", "ground_of", "is_ground", "own_colour", "scheme_of"]

POINT = 12_700
"""English Metric Units in a point."""
_SLOTS = ("dk1", "lt1", "dk2", "lt2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink")
_STANDS_FOR = {"tx1": "dk1", "bg1": "lt1", "tx2": "dk2", "bg2": "lt2"}
_PRESETS = {"white": "#ffffff", "black": "#000000"}
_FIRST_FILL = 1001
_WHOLLY = 0.98
_GROUND = 0.35
"""Share of a slide from which on a shape is taken for a ground, and not for something that stands on it."""

Grounds: TypeAlias = frozenset[str] | None
"""The colours (``#rrggbb``) that may lie behind something; None where it cannot be told."""


@dataclass(frozen=True, slots=True)
class Area:
    """A place on a slide, in points from the left and the top."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends, on the right."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height

    def shared(self, other: Area) -> float:
        """How much of it, as a share of its size, another place covers."""
        across = min(self.right, other.right) - max(self.left, other.left)
        up = min(self.bottom, other.bottom) - max(self.top, other.top)
        if across <= 0 or up <= 0:
            return 0.0
        return across * up / max(self.width * self.height, 1e-9)


@dataclass(frozen=True)
class Scheme:
    """The colours of a theme by slot, and which slots a master takes for text and ground."""

    colours: Mapping[str, str]
    mapping: Mapping[str, str]
    fills: tuple[Any, ...]

    def named(self, name: str) -> str | None:
        """A colour by the name that drawings use."""
        slot = self.mapping.get(name, _STANDS_FOR.get(name, name))
        return self.colours.get(slot)


def scheme_of(theme: Any, mapping: Mapping[str, str]) -> Scheme:
    """The colours of a theme; black or white for one that it does not tell."""
    found = {slot: "#ffffff" if slot.startswith("lt") else "#000000" for slot in _SLOTS}
    scheme = theme.find(f".//{qn('a:clrScheme')}")
    for entry in scheme if scheme is not None else ():
        slot = etree.QName(entry).localname
        value = next((child.get("lastClr") or child.get("val") or "" for child in entry), "")
        if slot in found and len(value) == 6:
            found[slot] = f"#{value.lower()}"
    fills = theme.find(f".//{qn('a:bgFillStyleLst')}")
    return Scheme(found, dict(mapping), tuple(fills) if fills is not None else ())


# -- colours ---------------------------------------------------------------------------------------------------------------


def own_colour(element: Any, scheme: Scheme, placeholder: str | None = None) -> str | None:
    """The colour that the one child of *element* names, with all that changes it; None where it cannot be told."""
    found = next((child for child in element if isinstance(child.tag, str) and child.tag.endswith("Clr")), None)
    if found is None:
        return None
    name, value = etree.QName(found).localname, found.get("val") or ""
    colour: str | None
    if name == "srgbClr":
        colour = f"#{value.lower()}" if len(value) == 6 else None
    elif name == "schemeClr":
        colour = placeholder if value == "phClr" else scheme.named(value)
    elif name == "sysClr":
        last = found.get("lastClr") or ""
        colour = f"#{last.lower()}" if len(last) == 6 else {"window": "#ffffff", "windowText": "#000000"}.get(value)
    else:
        colour = _PRESETS.get(value) if name == "prstClr" else None
    through = found.find(qn("a:alpha"))
    if colour is None or (through is not None and int(through.get("val", "0")) < 100_000):
        return None
    for change in found:
        if isinstance(change.tag, str):
            colour = _changed(colour, etree.QName(change).localname, change.get("val") or "")
    return colour


def _changed(colour: str, name: str, value: str) -> str:
    part = int(value) / 100_000 if value.lstrip("-").isdigit() else 1.0
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    if name in ("tint", "shade"):  # both as programs draw them: towards white or black, in linear light
        linear = [_linear(found) for found in (red, green, blue)]
        mixed = [found * part + (1 - part if name == "tint" else 0.0) for found in linear]
        return _hex(*(_curved(found) for found in mixed))
    if name in ("lumMod", "lumOff", "satMod"):
        hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
        light = min(max(light * part if name == "lumMod" else light + part if name == "lumOff" else light, 0.0), 1.0)
        saturation = min(saturation * part, 1.0) if name == "satMod" else saturation
        return _hex(*colorsys.hls_to_rgb(hue, light, saturation))
    return colour


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def _curved(part: float) -> float:
    return float(12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055)


def _hex(red: float, green: float, blue: float) -> str:
    return "#" + "".join(f"{round(255 * min(max(part, 0.0), 1.0)):02x}" for part in (red, green, blue))


def _fill(element: Any, scheme: Scheme, placeholder: str | None = None) -> Grounds:
    """The colours of a fill, that of the element itself; None for a picture, a pattern, or what lets the ground through."""
    name = etree.QName(element).localname
    if name == "solidFill":
        colour = own_colour(element, scheme, placeholder)
        return frozenset([colour]) if colour else None
    if name == "gradFill":
        stops = [own_colour(stop, scheme, placeholder) for stop in element.iter(qn("a:gs"))]
        known = frozenset(stop for stop in stops if stop)
        return known if stops and len([stop for stop in stops if stop]) == len(stops) else None
    return None


# -- grounds ---------------------------------------------------------------------------------------------------------------


def ground_of(layout: Any, scheme: Scheme) -> Grounds:
    """The ground of a layout: its own, or that of its master; white where neither says."""
    for root in (layout.element, layout.slide_master.element):
        found = root.find(f".//{qn('p:bg')}")
        if found is None:
            continue
        reference = found.find(qn("p:bgRef"))
        if reference is not None:
            colour, place = own_colour(reference, scheme), int(reference.get("idx", "0")) - _FIRST_FILL
            if place < 0 or place >= len(scheme.fills):
                return frozenset([colour]) if colour else None
            return _fill(scheme.fills[place], scheme, colour)
        properties = found.find(qn("p:bgPr"))
        fills = [child for child in (properties if properties is not None else ()) if str(child.tag).endswith("Fill")]
        return _fill(fills[0], scheme) if fills else None
    return frozenset([scheme.named("bg1") or "#ffffff"])


def boxes(layout: Any) -> Iterator[tuple[Area, Any]]:
    """Shapes of the master and of the layout that are no placeholders, from the lowest to the highest, and where they stand."""
    shows = layout.element.get("showMasterSp", "1") not in ("0", "false")
    for shape in (*(layout.slide_master.shapes if shows else ()), *layout.shapes):
        if shape.is_placeholder or shape.left is None or shape.width is None:
            continue
        yield Area(*(part / POINT for part in (shape.left, shape.top, shape.width, shape.height))), shape


def is_ground(box: Area, wide: float, high: float) -> bool:
    """Whether a shape is so large that things stand on it, and not beside it."""
    return box.width * box.height >= _GROUND * wide * high


def _laid_over(below: Grounds, above: Grounds, covered: float) -> Grounds:
    """What is seen where one thing covers such a share of another."""
    if covered > _WHOLLY:
        return above
    return below | above if below is not None and above is not None else None


def around(layout: Any, area: Area, scheme: Scheme) -> Grounds:
    """All colours that may lie behind a place: the ground, or the shapes that cover all of it or a part."""
    found = ground_of(layout, scheme)
    for box, shape in boxes(layout):
        covered = area.shared(box)
        if covered < 1 - _WHOLLY:
            continue
        properties = shape._element.find(qn("p:spPr"))
        if shape._element.tag == qn("p:pic") or properties is None:
            over: Grounds = None
        else:
            fills = [child for child in properties if str(child.tag).endswith("Fill")]
            if fills and fills[0].tag == qn("a:noFill"):
                continue
            reference = shape._element.find(f"{qn('p:style')}/{qn('a:fillRef')}")
            if fills:
                over = _fill(fills[0], scheme)
            elif reference is None or reference.get("idx") == "0":
                continue
            else:
                colour = own_colour(reference, scheme)
                over = frozenset([colour]) if colour else None
        found = _laid_over(found, over, covered)
    return found
