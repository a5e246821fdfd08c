"""Where the lines of a text stand, by the font that travels with the package.

The font is measured by matplotlib, letter by letter, since it does not know what was measured before, and the same letters stand
in the charts of every report.
"""

from __future__ import annotations

import struct
import warnings
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

import uharfbuzz as hb
from matplotlib.backend_bases import RendererBase
from matplotlib.font_manager import FontProperties

from kamassess.resources import fonts

__all__ = ["FONT", "Upright", "baselines", "face", "measure_usual"]

FONT = "Noto Sans SC"
Upright: TypeAlias = Literal["baseline", "middle"]
"""What of a text stands at its place: the last baseline, or the middle of all that is above it."""
_TYPO_ASCENDER = 68
"""Where in the table OS/2 of a font sTypoAscender and sTypoDescender stand; matplotlib tells them only from 3.11 on."""


@lru_cache(maxsize=16_384)
def baselines(text: str, size: float, bold: bool, upright: Upright, spacing: float | None) -> tuple[tuple[str, float], ...]:
    """Each line of a text and how far below the place of the text its baseline is.

    ``spacing`` is the height of a line, in heights of the font; without it lines are as high as the font asks for.
    """
    rise, fall = (size * part for part in _font(bold))
    found, depth = [], 0.0
    for line in text.split("\n"):
        extents = [_letters(size, bold)[letter] for letter in line or " "]
        above, below = max(up for up, _ in extents), max(down for _, down in extents)
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
    """How far each letter rises above the baseline and falls below it, in one face; of a line of them the farthest counts."""

    def __init__(self, size: float, bold: bool) -> None:
        self._face = face(size, bold)

    def __missing__(self, letter: str) -> tuple[float, float]:
        with warnings.catch_warnings():  # a letter that the font lacks is measured by the box in its place
            warnings.simplefilter("ignore", UserWarning)
            _, height, below = RendererBase().get_text_width_height_descent(letter, self._face, ismath=False)
        self[letter] = height - below, below
        return self[letter]


_MEASURED: dict[tuple[float, bool], _Letters] = {}
_USUAL = "".join(map(chr, range(0x20, 0x7F)))


def _letters(size: float, bold: bool) -> _Letters:
    if (size, bold) not in _MEASURED:
        _MEASURED[size, bold] = _Letters(size, bold)
    return _MEASURED[size, bold]


def measure_usual() -> None:
    """Measure the letters that most names and figures are made of, in every face that was used: once for all that are forked."""
    for letters in _MEASURED.values():
        for letter in _USUAL:
            letters[letter]


@cache
def face(size: float, bold: bool) -> FontProperties:
    """The font by its file, so that none of the same name is looked for."""
    return FontProperties(family=FONT, size=size, weight="bold" if bold else "normal", fname=_file(bold))


@cache
def _font(bold: bool) -> tuple[float, float]:
    """How far the font rises above the baseline and falls below it, in sizes of the font."""
    font = hb.Face(hb.Blob.from_file_path(str(_file(bold))))
    above, below = struct.unpack_from(">hh", font.reference_table("OS/2").data, _TYPO_ASCENDER)
    return above / font.upem, -below / font.upem


def _file(bold: bool) -> Path:
    return fonts() / f"NotoSansSC-{'Bold' if bold else 'Regular'}.otf"
