"""The template a deck is made from: ours in the colours of the brand, or the client's as it is.

Layouts are found by what their placeholders are, whatever they are called. Slides that a template brings along are dropped.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from kamassess.errors import Fault, InputError
from kamassess.export.deck.colours import Palette, brand_palette, dress, theme_palette
from kamassess.reading.brand import Brand
from kamassess.reading.deck_template import as_presentation
from kamassess.resources import carried

__all__ = ["POINT", "Area", "Template", "opened_template"]

POINT = 12_700
"""English Metric Units in a point."""
FOOTERS = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_GAP = 10.0
_LEAST = 0.5
"""What the space below a title must have of the height of a slide; else the layout was not made for a chart."""
_FROM, _TO = 0.24, 0.92


@dataclass(frozen=True, slots=True)
class Area:
    """A place on a slide, in points from the left and the top."""

    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height


@dataclass(frozen=True)
class Template:
    """A presentation without slides, its two layouts, and what of its colours stands for what."""

    presentation: Any
    cover: Any
    layout: Any
    palette: Palette
    own: bool

    @property
    def body(self) -> Area:
        """The space between the title and the footers of a slide."""
        height = self.presentation.slide_height / POINT
        title = title_of(self.layout)
        left, width = title.left / POINT, title.width / POINT
        top = (title.top + title.height) / POINT + _GAP
        feet = [holder.top / POINT for holder in self.layout.placeholders if holder.placeholder_format.type in FOOTERS]
        bottom = min([_TO * height, *(foot - _GAP / 2 for foot in feet if foot > height / 2)])
        if bottom - top < _LEAST * height:
            top, bottom = _FROM * height, _TO * height
        return Area(left, top, width, bottom - top)


def opened_template(brand: Brand) -> Template:
    """The brand's template, or ours in its colours.

    Raises
    ------
    InputError
        It cannot be opened, or has no layout with a title.
    """
    content = brand.deck_bytes
    try:
        if content is None:
            presentation = Presentation(str(carried("templates") / "deck" / "board.pptx"))
        else:
            presentation = Presentation(io.BytesIO(as_presentation(content)))
        _drop_slides(presentation)
        layouts = [layout for master in presentation.slide_masters for layout in master.slide_layouts]
        cover, layout = _cover(layouts), _plain(layouts)
        master = layout.slide_master
        part = master.part.part_related_by(RT.THEME)
        theme = parse_xml(part.blob)
        mapping = dict(master.element.find(qn("p:clrMap")).attrib)
        palette = brand_palette(brand) if content is None else theme_palette(theme, mapping)
        template = Template(presentation, cover, layout, palette, own=content is None)
        _ = template.body, title_of(cover).width / POINT
    except (KeyError, ValueError, AttributeError, IndexError, TypeError, etree.XMLSyntaxError, zipfile.BadZipFile) as error:
        raise InputError(_unusable(str(error) or type(error).__name__)) from None
    if template.own:
        dress(theme, brand)
        part.blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)
    return template


def title_of(layout: Any) -> Any:
    """The title placeholder of a layout."""
    return next(holder for holder in layout.placeholders if holder.placeholder_format.type in _TITLES)


def _unusable(why: str) -> Fault:
    return Fault(
        f"the template of the deck cannot be used: {why}",
        "Open it in PowerPoint, save it again as .pptx with a layout that has a title, and name that.",
    )


def _drop_slides(presentation: Any) -> None:
    """What a template shows is an example; sections and shows that name its slides go too."""
    root = presentation.part._element
    for slide in list(presentation.slides._sldIdLst):
        presentation.part.drop_rel(slide.rId)
        presentation.slides._sldIdLst.remove(slide)
    for name in ("p:extLst", "p:custShowLst"):
        for element in root.findall(qn(name)):
            root.remove(element)


def _cover(layouts: Iterable[Any]) -> Any:
    """The layout of the first slide: with a title in the middle, and a subtitle if there is one."""
    titled = [layout for layout in layouts if _has(layout, *_TITLES)]
    if not titled:
        raise ValueError("none of its layouts has a title")
    return min(titled, key=lambda layout: (not _has(layout, PP_PLACEHOLDER.CENTER_TITLE), _others(layout) != 1))


def _plain(layouts: Iterable[Any]) -> Any:
    """The layout of all others: with a title and as little else as there is."""
    titled = [layout for layout in layouts if _has(layout, *_TITLES)]
    return min(titled, key=lambda layout: (_has(layout, PP_PLACEHOLDER.CENTER_TITLE), _others(layout)))


def _has(layout: Any, *kinds: PP_PLACEHOLDER) -> bool:
    return any(holder.placeholder_format.type in kinds for holder in layout.placeholders)


def _others(layout: Any) -> int:
    """Placeholders of a layout beside title and footers."""
    return sum(holder.placeholder_format.type not in (*_TITLES, *FOOTERS) for holder in layout.placeholders)
