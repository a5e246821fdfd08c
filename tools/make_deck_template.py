"""Make ``templates/deck/board.pptx``, the template of decks that name none of their own.

It begins with the one that python-pptx carries, keeps a layout for the first slide and one for all others, and draws both anew
for a wide slide. Colours and fonts are those of ``templates/brand.yaml``; a deck writes its brand's over them.

Run it after a change here: ``python tools/make_deck_template.py``. The same source gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
from pathlib import Path

from lxml import etree
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.util import Emu

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from kamassess.export.deck.colours import dress  # noqa: E402
from kamassess.export.deck.packing import packed  # noqa: E402
from kamassess.reading.brand import default_brand  # noqa: E402

POINT = 12_700
WIDE, HIGH = 960, 540
LEFT, ACROSS = 43, 874
SPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
FOOT = 508


def where(box: tuple[float, float, float, float]) -> str:
    """The place of a shape, from points."""
    left, top, width, height = (round(POINT * part) for part in box)
    place = f'<a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/>'
    return f'<a:xfrm>{place}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'


def shape(
    number: int, name: str, holder: str, box: tuple[float, float, float, float] | None, text: str, style: str, body: str
) -> str:
    """A placeholder; without a box it stands where the master has it."""
    place = ""
    if box:
        place = where(box)
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f"<p:nvPr><p:ph {holder}/></p:nvPr></p:nvSpPr><p:spPr>{place}</p:spPr>"
        f"<p:txBody><a:bodyPr {body}/><a:lstStyle>{style}</a:lstStyle><a:p>{text}</a:p></p:txBody></p:sp>"
    )


def level(size: float, colour: str, bold: bool = False, align: str = "l") -> str:
    """How text of the first level looks."""
    return (
        f'<a:lvl1pPr marL="0" indent="0" algn="{align}"><a:buNone/><a:defRPr sz="{round(100 * size)}" b="{int(bold)}">'
        f'<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill></a:defRPr></a:lvl1pPr>'
    )


def bar(number: int, name: str, box: tuple[float, float, float, float], colour: str) -> str:
    """A rectangle of one colour, on no slide's list of things to read."""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>'
        f"{where(box)}"
        f'<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr>'
        "<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr/></a:p></p:txBody></p:sp>"
    )


def tree(shapes: list[str]) -> etree._Element:
    """The shapes of a layout."""
    head = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
    return parse_xml(f"<p:spTree {SPACES}>{head}{''.join(shapes)}</p:spTree>")


FLAT = 'lIns="0" tIns="0" rIns="0" bIns="0" anchor="{}"'
FOOTERS = [
    shape(20, "Footer", 'type="ftr" sz="quarter" idx="11"', (LEFT, FOOT, 540, 16), "", level(9, "tx2"), FLAT.format("ctr")),
    shape(
        21,
        "Wave",
        'type="dt" sz="half" idx="10"',
        (LEFT + 560, FOOT, 240, 16),
        "",
        level(9, "tx2", align="r"),
        FLAT.format("ctr"),
    ),
    shape(
        22,
        "Number",
        'type="sldNum" sz="quarter" idx="12"',
        (LEFT + 810, FOOT, 64, 16),
        '<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:t>‹#›</a:t></a:fld>',
        level(9, "tx2", align="r"),
        FLAT.format("ctr"),
    ),
]
RULE = bar(30, "Rule", (LEFT, FOOT - 6, ACROSS, 0.75), "accent5")
HEAD = shape(2, "Title", 'type="title"', (LEFT, 44, ACROSS, 68), "", level(26, "tx1", bold=True), FLAT.format("t"))


def replace(part: object, shapes: list[str]) -> None:
    """Put other shapes in the place of those of a layout."""
    old = part.element.cSld.spTree  # type: ignore[attr-defined]
    old.getparent().replace(old, tree(shapes))


def template() -> bytes:
    """The template."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Emu(WIDE * POINT), Emu(HIGH * POINT)
    master = presentation.slide_master
    for layout in list(master.slide_layouts):
        if layout.name not in ("Title Slide", "Title Only"):
            master.slide_layouts.remove(layout)
    body = shape(3, "Text", 'type="body" idx="1"', (LEFT, 124, ACROSS, 370), "", level(16, "tx1"), FLAT.format("t"))
    replace(master, [HEAD, body, *FOOTERS])
    for layout in master.slide_layouts:
        if layout.name == "Title Only":
            replace(layout, [HEAD, RULE, *FOOTERS])
            continue
        title = shape(
            2, "Title", 'type="ctrTitle"', (LEFT + 30, 112, 800, 156), "", level(38, "tx1", bold=True), FLAT.format("b")
        )
        below = shape(
            3, "Subtitle", 'type="subTitle" idx="1"', (LEFT + 30, 300, 800, 170), "", level(16, "tx2"), FLAT.format("t")
        )
        replace(
            layout,
            [
                bar(30, "Band", (0, 0, 14, HIGH), "accent4"),
                title,
                bar(31, "Rule", (LEFT + 30, 282, 90, 2.5), "accent4"),
                below,
                *FOOTERS,
            ],
        )
    part = master.part.part_related_by(RT.THEME)
    theme = parse_xml(part.blob)
    dress(theme, default_brand())
    part.blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)
    for relation, target in list(presentation.part.package._rels.items()):
        if target.reltype == RT.THUMBNAIL:
            presentation.part.package._rels.pop(relation)
    for relation, target in list(presentation.part.rels.items()):
        if target.reltype == RT.PRINTER_SETTINGS:
            presentation.part.rels.pop(relation)
    about = presentation.core_properties
    about.title, about.author, about.last_modified_by = "kamassess", "kamassess", "kamassess"
    about.created = about.modified = dt.datetime(1980, 1, 1)
    made = io.BytesIO()
    presentation.save(made)
    return packed(made.getvalue(), "1980-01-01T00:00:00Z")


def main() -> None:
    """Write it."""
    (ROOT / "templates" / "deck" / "board.pptx").write_bytes(template())


if __name__ == "__main__":
    main()
