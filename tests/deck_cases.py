"""What tests look for in a deck: its figures, and text that does not fit, measured apart from how decks measure."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from PIL import ImageFont
from pptx import Presentation
from pptx.util import Pt

from kamassess.resources import fonts

__all__ = ["alone", "chart_figures", "notes", "opened", "overflowing", "said", "titles"]

POINT = 12_700
_PART = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+|\s+")


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


def overflowing(deck: Any) -> list[str]:
    """Text frames and rows of tables that are higher than the room they have, and shapes that leave the slide."""
    found = []
    for number, slide in enumerate(deck.slides, 1):
        for shape in slide.shapes:
            right, below = shape.left + shape.width, shape.top + shape.height
            if shape.left < 0 or shape.top < 0 or right > deck.slide_width + POINT or below > deck.slide_height + POINT:
                found.append(f"slide {number}: {shape.name} leaves the slide")
            if shape.has_text_frame and shape.text_frame.text.strip():
                needed, room = _height(shape.text_frame, _inside(shape)[0]), _inside(shape)[1]
                if needed > room + 0.5:
                    found.append(f"slide {number}: {needed:.0f} of {room:.0f} points: {shape.text_frame.text[:80]!r}")
            if getattr(shape, "has_table", False) and shape.has_table:
                found += [f"slide {number}: {text}" for text in _rows(shape)]
    return found


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


def _rows(shape: Any) -> Iterator[str]:
    table = shape.table
    widths = [column.width / POINT for column in table.columns]
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            needed = _height(cell.text_frame, width - (cell.margin_left + cell.margin_right) / POINT)
            room = (row.height - cell.margin_top - cell.margin_bottom) / POINT
            if needed > room + 0.5:
                yield f"{needed:.0f} of {room:.0f} points in {cell.text_frame.text[:60]!r}"


def _height(frame: Any, width: float) -> float:
    high = 0.0
    for paragraph in frame.paragraphs:
        runs = [(run.text, run.font.size.pt if run.font.size else 9.0, bool(run.font.bold)) for run in paragraph.runs]
        if not runs:
            continue
        line = paragraph.line_spacing.pt if paragraph.line_spacing is not None else 1.2 * runs[0][1]
        high += _lines(runs, width) * line
        high += paragraph.space_after.pt if paragraph.space_after else Pt(0).pt
    last = frame.paragraphs[-1].space_after
    return high - (last.pt if last else 0.0)


def _lines(runs: list[tuple[str, float, bool]], width: float) -> int:
    count, used = 1, 0.0
    for text, size, bold in runs:
        for part in _PART.findall(text):
            wide = _font(bold).getlength(part) / 100 * size
            if used and not part.isspace() and used + wide > width:
                count, used = count + 1, 0.0
            if wide > width and not part.isspace():
                return 1_000  # a word that is broken wherever the line ends
            used += wide if used or not part.isspace() else 0.0
    return count


@cache
def _font(bold: bool) -> Any:
    return ImageFont.truetype(str(fonts() / f"NotoSansSC-{'Bold' if bold else 'Regular'}.otf"), 100)
