"""Templates as clients have them, made from python-pptx's plain one: other sizes, grounds, and places of the title."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches

__all__ = ["HOUSES", "ground", "house"]

_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_NAVY = "0B1F3A"


def _plain() -> Any:
    return Presentation()


def _sized(wide: float, high: float) -> Any:
    """The plain one in another size, all placeholders with it."""
    deck = Presentation()
    across, up = Inches(wide) / deck.slide_width, Inches(high) / deck.slide_height
    deck.slide_width, deck.slide_height = Inches(wide), Inches(high)
    for part in (deck.slide_master, *deck.slide_layouts):
        for shape in part.placeholders:
            if shape._element.spPr.find(qn("a:xfrm")) is None:
                continue
            left, top, width, height = shape.left, shape.top, shape.width, shape.height
            shape.left, shape.width = Emu(round(left * across)), Emu(round(width * across))
            shape.top, shape.height = Emu(round(top * up)), Emu(round(height * up))
    return deck


def _dark() -> Any:
    deck = _sized(13.333, 7.5)
    fill = deck.slide_master.background.fill
    fill.solid()
    fill.fore_color.rgb = RGBColor.from_string(_NAVY)
    return deck


def _widened() -> Any:
    """Dark, and made wide without its placeholders."""
    deck = Presentation()
    deck.slide_width = Inches(13.333)
    fill = deck.slide_master.background.fill
    fill.solid()
    fill.fore_color.rgb = RGBColor.from_string(_NAVY)
    return deck


def _dark_by_theme() -> Any:
    """Dark as most are: text and ground of the theme the other way round, and the ground a darker shade of it."""
    deck = _sized(13.333, 7.5)
    mapping = deck.slide_master.element.find(qn("p:clrMap"))
    for name, slot in (("bg1", "dk1"), ("tx1", "lt1"), ("bg2", "dk2"), ("tx2", "lt2")):
        mapping.set(name, slot)
    fill = deck.slide_master.background.fill
    fill.solid()
    fill.fore_color.theme_color = 15  # text 2 of the drawing, a dark blue below
    colour = deck.slide_master.element.find(f".//{qn('p:bg')}//{qn('a:schemeClr')}")
    colour.set("val", "bg2")
    for child in list(colour):
        colour.remove(child)
    etree.SubElement(colour, qn("a:lumMod")).set("val", "50000")
    return deck


def _narrow() -> Any:
    return _sized(7.5, 10)


def _small() -> Any:
    return _sized(10, 5.625)


def _title_at(left: float, top: float, width: float, height: float) -> Callable[[], Any]:
    """A wide one whose titles stand elsewhere; in shares of the slide."""

    def make() -> Any:
        deck = _sized(13.333, 7.5)
        for part in (deck.slide_master, *deck.slide_layouts):
            for shape in part.placeholders:
                if shape.placeholder_format.type in _TITLES and part is not deck.slide_layouts[0]:
                    shape.left, shape.top = Emu(round(left * deck.slide_width)), Emu(round(top * deck.slide_height))
                    shape.width, shape.height = Emu(round(width * deck.slide_width)), Emu(round(height * deck.slide_height))
        return deck

    return make


def _banded() -> Any:
    """White, with a dark band behind the titles, which are black as in the plain one."""
    deck = _sized(13.333, 7.5)
    tree = deck.slide_master.shapes._spTree
    slide = Presentation()
    shape = slide.slides.add_slide(slide.slide_layouts[6]).shapes.add_shape(1, 0, 0, deck.slide_width, Inches(1.55))
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(_NAVY)
    tree.insert(2, shape._element)
    return deck


def _pictured() -> Any:
    """A photograph, or a gradient that is dark at one end and light at the other, behind everything."""
    deck = _sized(13.333, 7.5)
    made = io.BytesIO()
    Image.effect_noise((160, 90), 80).save(made, "PNG")
    made.seek(0)
    _, relation = deck.slide_master.part.get_or_add_image_part(made)
    ground = deck.slide_master.element.find(f".//{qn('p:bg')}")
    for child in list(ground):
        ground.remove(child)
    properties = etree.SubElement(ground, qn("p:bgPr"))
    fill = etree.SubElement(properties, qn("a:blipFill"))
    etree.SubElement(fill, qn("a:blip")).set(qn("r:embed"), relation)
    etree.SubElement(etree.SubElement(fill, qn("a:stretch")), qn("a:fillRect"))
    etree.SubElement(properties, qn("a:effectLst"))
    return deck


HOUSES: dict[str, Callable[[], Any]] = {
    "plain": _plain,
    "dark": _dark,
    "widened": _widened,
    "dark theme": _dark_by_theme,
    "narrow": _narrow,
    "small": _small,
    "title below": _title_at(0.05, 0.76, 0.9, 0.14),
    "title left": _title_at(0.03, 0.1, 0.24, 0.75),
    "band": _banded,
    "picture": _pictured,
}
"""By what is special about them."""


def house(name: str) -> bytes:
    """A template as a file."""
    made = io.BytesIO()
    HOUSES[name]().save(made)
    return made.getvalue()


def ground(name: str) -> Callable[[float, float], str]:
    """The colour (``rrggbb``) of a template at a place, in shares of the slide; nobody knows that of a picture."""
    grounds = {"dark": _NAVY, "widened": _NAVY, "dark theme": "10253F"}

    def at(_: float, top: float) -> str:
        if name == "band":
            return _NAVY if top < 0.2 else "FFFFFF"
        return grounds.get(name, "FFFFFF")

    return at
