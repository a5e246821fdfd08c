"""The template a deck is made from: ours in the colours of the brand, or the client's as it is.

Layouts are found by what their placeholders are, whatever they are called. Slides that a template brings along are dropped.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
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
_PROPERTIES = "metadata/core-properties"
_GAP = 10.0
_LEAST = 0.34
"""What the space below a title must have of the height of a slide; else the layout was not made for a chart."""
_ABOVE, _ACROSS = 0.4, 0.6
"""Down to where of the height, and over how much of the width, a title leaves room for a chart."""
_SIDE = 0.05
_COVERED = 0.1
"""Share of the space for charts from which on the pictures and shapes of a layout are a ground of their own."""
_FIRST_FILL = 1001
"""The plain one of a theme's grounds."""
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
    """A presentation without slides, its two layouts, and what of its colours stands for what.

    ``panel`` says that its ground is a picture or a colour of its own, so that text needs a panel to be read on.
    """

    presentation: Any
    cover: Any
    layout: Any
    palette: Palette
    own: bool
    panel: bool = False

    @property
    def body(self) -> Area:
        """The space between the title and the footers of a slide."""
        height = self.presentation.slide_height / POINT
        title = title_of(self.layout)
        left, width, across = title.left / POINT, title.width / POINT, self.presentation.slide_width / POINT
        if width < _ACROSS * across:
            left, width = _SIDE * across, (1 - 2 * _SIDE) * across
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
        cover, layout = _cover(layouts), _plain(layouts, presentation)
        master = layout.slide_master
        part = master.part.part_related_by(RT.THEME)
        theme = parse_xml(part.blob)
        mapping = dict(master.element.find(qn("p:clrMap")).attrib)
        palette = brand_palette(brand) if content is None else theme_palette(theme, mapping)
        template = Template(presentation, cover, layout, palette, own=content is None, panel=not _is_plain(layout))
        if _covered(layout, template.body) > _COVERED:
            template = replace(template, panel=True)
        _ = title_of(cover).width / POINT
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


def _is_plain(layout: Any) -> bool:
    """Whether the ground of slides is the theme's ground colour."""
    for root in (layout.element, layout.slide_master.element):
        ground = root.find(f".//{qn('p:bg')}")
        if ground is None:
            continue
        colours = {found.get("val") for found in ground.iter(qn("a:schemeClr"))}
        reference, solid = ground.find(qn("p:bgRef")), ground.find(f"{qn('p:bgPr')}/{qn('a:solidFill')}")
        simple = int(reference.get("idx", "0")) <= _FIRST_FILL if reference is not None else solid is not None
        return simple and colours == {"bg1"}
    return True


def _covered(layout: Any, body: Area) -> float:
    """How much of the space for charts pictures and shapes of a layout and its master take up, as a share of it."""
    taken = 0.0
    for shape in (*layout.shapes, *layout.slide_master.shapes):
        if shape.is_placeholder or shape.left is None or shape.width is None:
            continue
        left, top, width, height = (part / POINT for part in (shape.left, shape.top, shape.width, shape.height))
        across = min(left + width, body.left + body.width) - max(left, body.left)
        up = min(top + height, body.bottom) - max(top, body.top)
        taken += max(across, 0.0) * max(up, 0.0)
    return taken / (body.width * body.height)


def _drop_slides(presentation: Any) -> None:
    """What a template shows is an example; sections and shows that name its slides go too."""
    root = presentation.part._element
    for slide in list(presentation.slides._sldIdLst):
        presentation.part.drop_rel(slide.rId)
        presentation.slides._sldIdLst.remove(slide)
    relations = presentation.part.package._rels
    for name in [
        name for name, found in relations.items() if found.reltype.endswith(_PROPERTIES) and found.reltype != RT.CORE_PROPERTIES
    ]:
        relations.pop(name)  # by another name than it is looked for: there would be two
    for name in ("p:extLst", "p:custShowLst"):
        for element in root.findall(qn(name)):
            root.remove(element)


def _cover(layouts: Iterable[Any]) -> Any:
    """The layout of the first slide: with a title in the middle, and a subtitle if there is one."""
    titled = [layout for layout in layouts if _has(layout, *_TITLES)]
    if not titled:
        raise ValueError("none of its layouts has a title")
    return min(titled, key=lambda layout: (not _has(layout, PP_PLACEHOLDER.CENTER_TITLE), _others(layout) != 1))


def _plain(layouts: Iterable[Any], presentation: Any) -> Any:
    """The layout of all others: with a title across its head, and as little else as there is."""
    titled = [layout for layout in layouts if _has(layout, *_TITLES)]
    high, wide = presentation.slide_height, presentation.slide_width

    def order(layout: Any) -> tuple[bool, bool, int]:
        title = title_of(layout)
        above = title.top + title.height < _ABOVE * high and title.width > _ACROSS * wide
        return _has(layout, PP_PLACEHOLDER.CENTER_TITLE), not above, _others(layout)

    return min(titled, key=order)


def _has(layout: Any, *kinds: PP_PLACEHOLDER) -> bool:
    return any(holder.placeholder_format.type in kinds for holder in layout.placeholders)


def _others(layout: Any) -> int:
    """Placeholders of a layout beside title and footers."""
    return sum(holder.placeholder_format.type not in (*_TITLES, *FOOTERS) for holder in layout.placeholders)
