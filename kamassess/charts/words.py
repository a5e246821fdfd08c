"""Where the lines of a text stand, by the font that travels with the package.

The font is measured by HarfBuzz, unhinted, so that a chart is the same whatever version of matplotlib there is; letter by letter,
since the same letters stand in the charts of every report.
"""

from __future__ import annotations

import struct
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

import uharfbuzz as hb
from matplotlib.font_manager import FontProperties

from kamassess.resources import fonts

__all__ = ["FONT", "Upright", "baselines", "face", "measure_usual"]

FONT = "Noto Sans SC"
Upright: TypeAlias = Literal["baseline", "middle"]
"""What of a text stands at its place: the last baseline, or the middle of all that is above it."""
_TYPO_ASCENDER = 68
"""Where in the table OS/2 of a font sTypoAscender and sTypoDescender stand."""


@lru_cache(maxsize=16_384)
def baselines(text: str, size: float, bold: bool, upright: Upright, spacing: float | None) -> tuple[tuple[str, float], ...]:
    """Each line of a text and how far below the place of the text its baseline is.

    ``spacing`` is the height of a line, in heights of the font; without it lines are as high as the font asks for.
    """
    rise, fall = (size * part for part in _font(bold))
    found, depth = [], 0.0
    for line in text.split("\n"):
        extents = [_letters(bold)[letter] for letter in line or " "]
        above, below = size * max(up for up, _ in extents), size * max(down for _, down in extents)
        height = above + below
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


class _Letters(dict[str, tuple[float, float]]):
    """How far each letter rises above the baseline and falls below it, in sizes of the font; of a line the farthest counts."""

    def __init__(self, bold: bool) -> None:
        face = _opened(bold)
        self._font, self._size = hb.Font(face), face.upem
        self._font.scale = (face.upem, face.upem)

    def __missing__(self, letter: str) -> tuple[float, float]:
        glyph = self._font.get_nominal_glyph(ord(letter)) or 0  # a letter that the font lacks is measured by the box in its place
        box = self._font.get_glyph_extents(glyph)
        self[letter] = (box.y_bearing / self._size, -(box.y_bearing + box.height) / self._size) if box else (0.0, 0.0)
        return self[letter]


_letters = cache(_Letters)
_USUAL = "".join(map(chr, range(0x20, 0x7F)))


def measure_usual() -> None:
    """Measure the letters that most names and figures are made of, in both faces: once for all that are forked."""
    for bold in (False, True):
        for letter in _USUAL:
            _letters(bold)[letter]


@cache
def face(size: float, bold: bool) -> FontProperties:
    """The font by its file, so that none of the same name is looked for."""
    return FontProperties(family=FONT, size=size, weight="bold" if bold else "normal", fname=_file(bold))


@cache
def _font(bold: bool) -> tuple[float, float]:
    """How far the font rises above the baseline and falls below it, in sizes of the font."""
    font = _opened(bold)
    above, below = struct.unpack_from(">hh", font.reference_table("OS/2").data, _TYPO_ASCENDER)
    return above / font.upem, -below / font.upem


@cache
def _opened(bold: bool) -> hb.Face:
    return hb.Face(hb.Blob.from_file_path(str(_file(bold))))


def _file(bold: bool) -> Path:
    return fonts() / f"NotoSansSC-{'Bold' if bold else 'Regular'}.otf"
