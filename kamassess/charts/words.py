"""Where the lines of a text stand, by the font that travels with the package.

The font is measured by matplotlib, which does not know what was measured before; the same names and figures stand in the charts
of every report.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from matplotlib.backend_bases import RendererBase
from matplotlib.font_manager import FontProperties, get_font

from kamassess.resources import fonts

__all__ = ["FONT", "Upright", "baselines", "face"]

FONT = "Noto Sans SC"
Upright: TypeAlias = Literal["baseline", "middle"]
"""What of a text stands at its place: the last baseline, or the middle of all that is above it."""


@lru_cache(maxsize=16_384)
def baselines(text: str, size: float, bold: bool, upright: Upright, spacing: float | None) -> tuple[tuple[str, float], ...]:
    """Each line of a text and how far below the place of the text its baseline is.

    ``spacing`` is the height of a line, in heights of the font; without it lines are as high as the font asks for.
    """
    rise, fall = (size * part for part in _font(bold))
    found, depth = [], 0.0
    for line in text.split("\n"):
        _, height, below = RendererBase().get_text_width_height_descent(line or " ", face(size, bold), ismath=False)
        above = height - below
        if spacing is None:
            above, below = max(above, rise), max(below, fall)
        else:
            leading = spacing * (rise + fall) - height
            above, below = above + leading / 2, below + leading / 2
        depth += above
        found.append((line, depth))
        depth += below
    last = found[-1][1]
    up = last if upright == "baseline" else last / 2
    return tuple((line, down - up) for line, down in found if line)


@cache
def face(size: float, bold: bool) -> FontProperties:
    """The font by its file, so that none of the same name is looked for."""
    return FontProperties(family=FONT, size=size, weight="bold" if bold else "normal", fname=_file(bold))


@cache
def _font(bold: bool) -> tuple[float, float]:
    """How far the font rises above the baseline and falls below it, in sizes of the font."""
    font = get_font(_file(bold))
    table: Any = font.get_sfnt_table("OS/2")
    return table["sTypoAscender"] / font.units_per_EM, -table["sTypoDescender"] / font.units_per_EM


def _file(bold: bool) -> Path:
    return fonts() / f"NotoSansSC-{'Bold' if bold else 'Regular'}.otf"
