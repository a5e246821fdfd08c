"""What tests look for in a deck: its figures, and what does not fit or lies over another; measured apart from decks."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import matplotlib
from PIL import ImageFont
from pptx import Presentation
from pptx.util import Pt

from kamassess.resources import fonts

__all__ = ["alone", "chart_figures", "notes", "opened", "overflowing", "overlapping", "said", "titles"]

POINT = 12_700
_PART = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef-]+-+|[^\s\u2e80-\u9fff\uff00-\uffef]+|\s+")
_NEAR = 0.5
_FEET = (13, 15, 16)
Box = tuple[float, float, float, float]


def opened(deck: bytes | Path) -> Any:
    """A deck as python-pptx reads it."""
    return Presentation(str(deck) if isinstance(deck, Path) else io.BytesIO(deck))


def titles(deck: Any) -> list[str]:
    """The title of each slide."""
    return [slide.shapes.title.text_frame.text for slide in deck.slides]


def notes(deck: Any) -> list[str]:
    """The speaker notes of each slide."""
    return [slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else "" for slide in deck.slides]


def said(deck: Any) -> str:
    """All words on the slides and in the notes."""
    words = [text for slide in deck.slides for shape in slide.shapes for text in _texts(shape)]
    return "\n".join([*words, *notes(deck)])


def alone(deck: Any, about: str) -> Any:
    """The one slide with a table or a chart of that name, or with that title."""
    (found,) = [slide for slide in deck.slides if about in {shape.name for shape in slide.shapes} | {slide.shapes.title.text}]
    return found


def chart_figures(deck: Any) -> list[tuple[str, str, str, float]]:
    """Every figure of every chart: title of the slide, series, category, value."""
    found = []
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_chart:
                plot = shape.chart.plots[0]
                names = list(plot.categories)
                for series in plot.series:
                    pairs = zip(names, series.values, strict=True)
                    found += [(slide.shapes.title.text, series.name, name, value) for name, value in pairs if value is not None]
    return found


def _texts(shape: Any) -> Iterator[str]:
    if shape.has_text_frame:
        yield shape.text_frame.text
    if getattr(shape, "has_table", False) and shape.has_table:
        for row in shape.table.rows:
            for cell in row.cells:
                yield cell.text_frame.text


# -- what does not fit -----------------------------------------------------------------------------------------------------


def overflowing(deck: Any, *, wide: bool = False) -> list[str]:
    """Text frames and rows of tables that are higher than the room they have, and shapes that leave the slide.

    *wide* letters are those that programs take for a typeface that is not there.
    """
    found = []
    for number, slide in enumerate(deck.slides, 1):
        for shape in slide.shapes:
            right, below = shape.left + shape.width, shape.top + shape.height
            if shape.left < 0 or shape.top < 0 or right > deck.slide_width + POINT or below > deck.slide_height + POINT:
                found.append(f"slide {number}: {shape.name} leaves the slide")
            if shape.has_text_frame and shape.text_frame.text.strip():
                needed, room = _height(shape.text_frame, _inside(shape)[0], wide), _inside(shape)[1]
                if needed > room + _NEAR:
                    found.append(f"slide {number}: {needed:.0f} of {room:.0f} points: {shape.text_frame.text[:80]!r}")
            if getattr(shape, "has_table", False) and shape.has_table:
                found += [f"slide {number}: {text}" for text in _rows(shape, wide)]
    return found


def overlapping(deck: Any) -> list[str]:
    """Texts, tables and charts that lie over each other, or over the footers; lines and panels are meant to."""
    found = []
    for number, slide in enumerate(deck.slides, 1):
        boxes = [(shape.name, _box(shape)) for shape in slide.shapes if _tells(shape)]
        for (one, first), (other, second) in combinations(boxes, 2):
            across = min(first[2], second[2]) - max(first[0], second[0])
            up = min(first[3], second[3]) - max(first[1], second[1])
            if across > _NEAR and up > _NEAR and not _both_feet(slide, one, other):
                found.append(f"slide {number}: {one!r} and {other!r} share {across:.0f} by {up:.0f} points")
    return found


def _tells(shape: Any) -> bool:
    return bool(shape.has_chart or getattr(shape, "has_table", False) or (shape.has_text_frame and shape.text_frame.text.strip()))


def _both_feet(slide: Any, *names: str) -> bool:
    """Footers stand where the template has them."""
    feet = {holder.name for holder in slide.placeholders if holder.placeholder_format.type in _FEET}
    return all(name in feet for name in names)


def _box(shape: Any) -> Box:
    """Left, top, right and bottom in points; a table is as high as its rows."""
    high = sum(row.height for row in shape.table.rows) if getattr(shape, "has_table", False) else shape.height
    return shape.left / POINT, shape.top / POINT, (shape.left + shape.width) / POINT, (shape.top + high) / POINT


def _inside(shape: Any) -> tuple[float, float]:
    """Width and height inside the margins of a frame; a placeholder has those of its layout."""
    own = shape.text_frame._txBody.bodyPr
    body = own
    if shape.is_placeholder and own.get("lIns") is None:
        holders = shape.part.slide_layout.placeholders
        same = [holder for holder in holders if holder.placeholder_format.type == shape.placeholder_format.type]
        body = same[0].text_frame._txBody.bodyPr
    sides = [
        int(body.get(name, default)) / POINT
        for name, default in (("lIns", 91440), ("rIns", 91440), ("tIns", 45720), ("bIns", 45720))
    ]
    return shape.width / POINT - sides[0] - sides[1], shape.height / POINT - sides[2] - sides[3]


def _rows(shape: Any, wide: bool) -> Iterator[str]:
    table = shape.table
    widths = [column.width / POINT for column in table.columns]
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            needed = _height(cell.text_frame, width - (cell.margin_left + cell.margin_right) / POINT, wide)
            room = (row.height - cell.margin_top - cell.margin_bottom) / POINT
            if needed > room + _NEAR:
                yield f"{needed:.0f} of {room:.0f} points in {cell.text_frame.text[:60]!r}"


def _height(frame: Any, width: float, wide: bool) -> float:
    high = 0.0
    for paragraph in frame.paragraphs:
        runs = [(run.text, run.font.size.pt if run.font.size else 9.0, bool(run.font.bold)) for run in paragraph.runs]
        if not runs:
            continue
        line = paragraph.line_spacing.pt if paragraph.line_spacing is not None else 1.2 * runs[0][1]
        high += _lines(runs, width, wide) * line
        high += paragraph.space_after.pt if paragraph.space_after else Pt(0).pt
    last = frame.paragraphs[-1].space_after
    return high - (last.pt if last else 0.0)


def _lines(runs: list[tuple[str, float, bool]], width: float, wide: bool) -> int:
    count, used = 1, 0.0
    for text, size, bold in runs:
        for part in _PART.findall(text):
            long = _length(part, bold, wide and part[0] < "\u2e80") * size
            if used and not part.isspace() and used + long > width:
                count, used = count + 1, 0.0
            if long > width and not part.isspace():
                return 1_000  # a word that is broken wherever the line ends
            used += long if used or not part.isspace() else 0.0
    return count


@cache
def _length(part: str, bold: bool, wide: bool) -> float:
    """In sizes of the font."""
    return float(_font(bold, wide).getlength(part) / 100)


@cache
def _font(bold: bool, wide: bool) -> Any:
    if wide:
        folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
        return ImageFont.truetype(str(folder / f"DejaVuSans{'-Bold' if bold else ''}.ttf"), 100)
    return ImageFont.truetype(str(fonts() / f"NotoSansSC-{'Bold' if bold else 'Regular'}.otf"), 100)
