"""The template a deck is made from: ours in the colours of the brand, or the client's as it is.

Layouts are found by what their placeholders are, whatever they are called. Slides that a template brings along are dropped.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from kamassess.errors import Fault, InputError, KamassessError, of_the_machine, quoted
from kamassess.export.deck.colours import Palette, Shade, brand_palette, dress, readable, text_on, theme_palette
from kamassess.export.deck.grounds import POINT, Area, around, scheme_of
from kamassess.export.deck.room import FOOTERS, TITLES, enough, is_vertical, place, room, title_of
from kamassess.export.deck.typefaces import breadth_of, inherited_colour
from kamassess.reading.brand import Brand
from kamassess.reading.deck_template import as_presentation
from kamassess.resources import carried

__all__ = ["Look", "Template", "opened_template", "unusable"]

_PROPERTIES = "metadata/core-properties"
Remark: TypeAlias = Literal["panel", "untold", "unread", "light", "dark"]
_REMARKS: dict[Remark, tuple[str, str]] = {
    "panel": (
        "what lies behind charts and text is a picture, a gradient or a middle tone, on which they might not be read",
        "They stand on a panel in the ground colour of the theme; give the layout a plain ground to be rid of it.",
    ),
    "untold": (
        "what lies behind titles is a picture, so that their contrast cannot be told",
        "Look at the deck; change the colour of titles in the slide master if they are hard to read.",
    ),
    "unread": (
        "titles cannot be read well on their ground in any text colour of the theme",
        "Change the ground, or the text colours of the theme.",
    ),
    "light": (
        "titles could not be read on their ground and are set in the light text colour of the theme",
        "Give them that colour in the slide master.",
    ),
    "dark": (
        "titles could not be read on their ground and are set in the dark text colour of the theme",
        "Give them that colour in the slide master.",
    ),
}
_ABOVE, _ACROSS = 0.4, 0.6
"""Down to where of the height, and over how much of the width, a title is where it usually is."""


@dataclass(frozen=True)
class Look:
    """A layout, the space it leaves for charts and text, and what can be read there.

    Attributes
    ----------
    panel
        Whether what lies behind that space cannot be told, or nothing can be read on it, so that a panel is laid below.
    inks
        Colours for placeholders whose own cannot be read where they stand, by the placeholder's ``idx``.
    remarks
        What of it is another colour than the template has it, or could not be told.
    """

    layout: Any
    body: Area
    palette: Palette
    panel: bool = False
    inks: Mapping[int, Shade] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Template:
    """A presentation without slides, the looks of its first and of its other slides, and how wide its letters are at most."""

    presentation: Any
    cover: Look
    other: Look
    own: bool
    breadth: float = 1.0

    @property
    def remarks(self) -> tuple[Fault, ...]:
        """What whoever gave the template should know, a line each: what was changed, and what could not be told."""
        found: dict[Remark, list[str]] = {}
        for look in (self.cover, self.other):
            for remark in look.remarks:
                found.setdefault(remark, []).append(repr(look.layout.name))
        return tuple(
            Fault(f"{_REMARKS[remark][0]} (template, layout{'s' * (len(names) > 1)} {' and '.join(names)})", _REMARKS[remark][1])
            for remark, names in found.items()
        )


def opened_template(brand: Brand) -> Template:
    """The brand's template, or ours in its colours.

    Raises
    ------
    InputError
        It cannot be opened, or has no layout with a title.
    """
    content = brand.deck_bytes
    try:
        content = brand.deck_bytes
        if content is None:
            presentation = Presentation(str(carried("templates") / "deck" / "board.pptx"))
        else:
            presentation = Presentation(io.BytesIO(as_presentation(content)))
        _drop_slides(presentation)
        wide, high = presentation.slide_width / POINT, presentation.slide_height / POINT
        layouts = [layout for master in presentation.slide_masters for layout in master.slide_layouts]
        cover, other = _cover(layouts), _plain(layouts, wide, high)
        if content is None:
            palette = brand_palette(brand)
            part = other.slide_master.part.part_related_by(RT.THEME)
            theme = parse_xml(part.blob)
            looks = [Look(layout, room(layout, wide, high), palette) for layout in (cover, other)]
            breadth = 1.0
        else:
            looks = [_look(layout, wide, high) for layout in (cover, other)]
            breadth = breadth_of(_theme(other))
    except Exception as error:
        if content is None:
            raise
        raise unusable(error) from None
    if content is None:
        dress(theme, brand)
        part.blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)
    return Template(presentation, looks[0], looks[1], own=content is None, breadth=breadth)


def _theme(layout: Any) -> Any:
    return parse_xml(layout.slide_master.part.part_related_by(RT.THEME).blob)


def _look(layout: Any, wide: float, high: float) -> Look:
    """What can be read where on a layout of a client's."""
    scheme = scheme_of(_theme(layout), layout.slide_master.element.find(qn("p:clrMap")).attrib)
    body = room(layout, wide, high)
    remarks: list[Remark] = []
    grounds = around(layout, body, scheme)
    panel = grounds is None or not readable(text_on(scheme, grounds)[1], grounds)
    if panel or grounds is None:
        if not _has(layout, PP_PLACEHOLDER.SUBTITLE):
            remarks.append("panel")
        grounds = frozenset([scheme.named("bg1") or "#ffffff"])
    inks = {}
    for holder in layout.placeholders:
        kind = holder.placeholder_format.type
        if kind not in (*TITLES, *FOOTERS, PP_PLACEHOLDER.SUBTITLE):
            continue
        behind, colour = around(layout, place(holder), scheme), inherited_colour(holder, layout, scheme)
        if behind is None:
            if kind in TITLES:
                remarks.append("untold")
        elif colour is None or not readable(colour, behind):
            slot, better = text_on(scheme, behind)
            inks[holder.placeholder_format.idx] = Shade(slot)
            if kind in TITLES:
                remarks.append(_changed(better) if readable(better, behind) else "unread")
    return Look(layout, body, theme_palette(scheme, grounds), panel, inks, tuple(remarks))


def _changed(colour: str) -> Remark:
    return "light" if readable(colour, ["#000000"]) else "dark"


def unusable(error: Exception) -> Exception:
    """What to raise where a client's template is not what PowerPoint writes: what libraries say of that is of many kinds."""
    if isinstance(error, KamassessError) or of_the_machine(error):
        return error
    remedy = "Open it in PowerPoint, save it again as .pptx with a layout that has a title, and name that."
    return InputError(Fault(f"the template of the deck cannot be used: {quoted(str(error) or type(error).__name__)}", remedy))


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
    titled = [layout for layout in layouts if _has(layout, *TITLES)]
    if not titled:
        raise ValueError("none of its layouts has a title")
    return min(titled, key=lambda layout: (not _has(layout, PP_PLACEHOLDER.CENTER_TITLE), _others(layout) != 1))


def _plain(layouts: Iterable[Any], wide: float, high: float) -> Any:
    """The layout of all others: with enough room, a title across its head, and as little else as there is."""
    titled = [layout for layout in layouts if _has(layout, *TITLES)]

    def order(layout: Any) -> tuple[bool, bool, bool, bool, int]:
        title = place(title_of(layout))
        above = title.bottom < _ABOVE * high and title.width > _ACROSS * wide
        little = not enough(room(layout, wide, high), wide, high)
        return _has(layout, PP_PLACEHOLDER.CENTER_TITLE), is_vertical(layout), little, not above, _others(layout)

    return min(titled, key=order)


def _has(layout: Any, *kinds: PP_PLACEHOLDER) -> bool:
    return any(holder.placeholder_format.type in kinds for holder in layout.placeholders)


def _others(layout: Any) -> int:
    """Placeholders of a layout beside title and footers."""
    return sum(holder.placeholder_format.type not in (*TITLES, *FOOTERS) for holder in layout.placeholders)
