"""The brand's logo on the slides: once on each layout, so that it stands in the file once and on every slide."""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from typing import Any

from pptx.oxml.shapes.picture import CT_Picture
from pptx.util import Emu

from kamassess.errors import Fault, ReportError
from kamassess.export.deck.grounds import POINT
from kamassess.export.deck.room import title_of
from kamassess.export.deck.templates import Template
from kamassess.reading.brand import Brand
from kamassess.resources import fonts

__all__ = ["LOGO_WIDTH", "logo_png", "put_logo"]

LOGO_WIDTH = 150.0
"""What a logo may take of the head of a slide, in points."""
_HEIGHT, _TOP = 26.0, 18.0
_LARGE, _LARGE_TOP = (220.0, 66.0), 54.0
"""On the first slide."""
_DOTS = 216.0
_NUMBER = 9_000


def put_logo(template: Template, brand: Brand) -> None:
    """Put the logo at the head of both layouts of our own template.

    Raises
    ------
    ReportError
        It is damaged.
    """
    picture = logo_png(brand.logo or "")
    for layout, (wide, high), top in (
        (template.cover.layout, _LARGE, _LARGE_TOP),
        (template.other.layout, (LOGO_WIDTH, _HEIGHT), _TOP),
    ):
        try:
            part, relation = layout.part.get_or_add_image_part(io.BytesIO(picture))
            width, height = part.image.size
        except (OSError, ValueError) as error:
            raise _damaged(str(error)) from None
        scale = min(wide / width, high / height)
        title = title_of(layout)
        right = (title.left + title.width) / POINT
        left = title.left / POINT if layout is template.cover.layout else right - width * scale
        box = (Emu(round(POINT * part_)) for part_ in (left, top, width * scale, height * scale))
        made: Any = CT_Picture.new_pic(_NUMBER, brand.name, brand.name, relation, *box)
        layout.shapes._spTree.append(made)


@lru_cache(maxsize=8)
def logo_png(address: str) -> bytes:
    """A logo as PNG, whatever it is, since not every program shows SVG; its letters are those of the carried font.

    Raises
    ------
    ReportError
        It is no SVG that can be drawn.
    """
    kind, content = address.split(",", 1)
    raw = base64.b64decode(content)
    if "svg" not in kind:
        return raw
    import typst

    listed = "(" + ", ".join(str(byte) for byte in raw) + ",)"
    source = f"#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#image(bytes({listed}), height: 120pt)"
    faces = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts())])
    try:
        made = typst.compile(source.encode(), font_paths=faces, format="png", ppi=_DOTS)
    except RuntimeError as error:
        raise _damaged(str(error)) from None
    if not isinstance(made, bytes):
        raise _damaged("it has more than one page")
    return made


def _damaged(why: str) -> ReportError:
    lines = why.strip().splitlines() or ["it cannot be drawn"]
    return ReportError(Fault(f"the brand's logo cannot be put on slides: {lines[0]}", "Save it again as a plain SVG, or as PNG."))
