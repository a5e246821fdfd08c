"""What stands in a drawing, for tests that look at its marks and its words."""

from __future__ import annotations

from typing import TypeVar
from xml.etree import ElementTree as ET

from kamassess.charts import Sheet
from kamassess.charts.canvas import BESIDE
from kamassess.charts.marks import Area, Line, Mark

__all__ = ["SVG", "across", "on_scales", "value_at", "words_in"]

SVG = "{http://www.w3.org/2000/svg}"
_M = TypeVar("_M", bound=Mark)


def on_scales(sheet: Sheet, kind: type[_M]) -> list[_M]:
    """What stands on the scales of a drawing, and not beside them."""
    return [mark for mark in sheet.marks if isinstance(mark, kind) and mark.order < BESIDE]


def value_at(sheet: Sheet, pixels: float) -> float:
    """What stands on the scale across, so many pixels from the left."""
    nought, one = sheet.place(0, 0)[0], sheet.place(1, 0)[0]
    return (pixels - nought) / (one - nought)


def across(sheet: Sheet, mark: Line | Area) -> tuple[float, float]:
    """From where to where a mark reaches on the scale across."""
    xs = [value_at(sheet, x) for x, _ in mark.points]
    return min(xs), max(xs)


def words_in(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ET.fromstring(svg).iter(f"{SVG}text")]
