"""How much room text takes on a slide, by the font that travels with the package.

PowerPoint does not tell how it breaks lines, and a slide cannot scroll: so lines are broken here as it would break them, rather
too early than too late. The carried font is wider than the usual ones, and the height of lines is laid down.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import uharfbuzz as hb

from kamassess.document import Rich, Run
from kamassess.resources import fonts

__all__ = ["Fitted", "Hand", "fitted", "line_count", "natural_width", "shortened", "text_height", "widest_word"]

_LEADING = {"en": 1.22, "zh": 1.34}
"""Height of a line in sizes of its letters."""
_CHINESE_FROM = "\u2e80"
_ROOM = 1.02
"""So much wider letters are taken to be than the font says."""
_BETWEEN = 0.22
"""What some programs leave free between Chinese characters and Latin letters or figures."""
_MEETING = re.compile(r"[\u2e80-\u9fff\uff00-\uffef“”](?=[0-9A-Za-z−–%])|[0-9A-Za-z−–%](?=[\u2e80-\u9fff\uff00-\uffef“”])")
_PART = re.compile(
    r"[（《“‘「【(\[]*(?:[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef-]+-+|[^\s\u2e80-\u9fff\uff00-\uffef]+)[，。、；：！？）》”’」】…%)\]]*|\s+"
)
"""What a line is broken between: words, parts of a word with a hyphen, Chinese characters with the signs that stay with them."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A size in points in which text fits, and the height that it takes."""

    size: float
    height: float


@dataclass(frozen=True, slots=True)
class Hand:
    """How text is written: its language, and how much wider Latin letters are taken to be than those of the carried font."""

    language: str
    breadth: float = 1.0

    @property
    def leading(self) -> float:
        """Height of a line in sizes of its letters."""
        return _LEADING[self.language]


class _Letters(dict[str, float]):
    """How wide each letter of a face is, in sizes of the font."""

    def __init__(self, bold: bool) -> None:
        face = hb.Face(hb.Blob.from_file_path(str(fonts() / f"NotoSansSC-{'Bold' if bold else 'Regular'}.otf")))
        self._font, self._em = hb.Font(face), face.upem

    def __missing__(self, letter: str) -> float:
        glyph = self._font.get_nominal_glyph(ord(letter))
        self[letter] = _ROOM * self._font.get_glyph_h_advance(glyph) / self._em if glyph else 1.0
        return self[letter]


@cache
def _letters(bold: bool) -> _Letters:
    return _Letters(bold)


@lru_cache(maxsize=32_768)
def _width(text: str, bold: bool, breadth: float) -> float:
    letters = _letters(bold)
    if text.isascii():
        return breadth * sum([letters[letter] for letter in text])
    wide = sum([letters[letter] * (breadth if letter < _CHINESE_FROM else 1.0) for letter in text])
    return wide + _BETWEEN * len(_MEETING.findall(text))


def natural_width(text: Rich, size: float, hand: Hand) -> float:
    """How wide text is on one line, in points."""
    return size * sum(_width(run.text, run.style in ("strong", "action"), hand.breadth) for run in text)


def widest_word(text: Rich, size: float, hand: Hand) -> float:
    """How wide the longest of what a line is not broken within is, in points."""
    widths = (_width(part, run.style in ("strong", "action"), hand.breadth) for run in text for part in _PART.findall(run.text))
    return size * max(widths, default=0.0)


def line_count(text: Rich, width: float, size: float, hand: Hand) -> int:
    """On how many lines of *width* points text stands; a word that is wider than a line takes as many as it needs."""
    count, used, room, before = 1, 0.0, max(width / size, 1.0), ""
    for run in text:
        bold = run.style in ("strong", "action")
        for number, line in enumerate(run.text.split("\n")):
            if number:
                count, used = count + 1, 0.0
            for part in _PART.findall(line):
                wide = _width(part, bold, hand.breadth)
                if used and before and _MEETING.match(before + part[0]):
                    wide += _BETWEEN
                before = part[-1]
                if part.isspace():
                    used += wide if used else 0.0
                    continue
                if used and used + wide > room:
                    count, used = count + 1, 0.0
                while wide > room:
                    count, wide = count + 1, wide - room
                used += wide
    return count


def text_height(texts: Sequence[Rich], width: float, size: float, hand: Hand, gap: float = 0.0) -> float:
    """How high paragraphs are, with *gap* sizes of their letters between them, in points."""
    lines = sum(line_count(text, width, size, hand) for text in texts)
    return lines * size * hand.leading + max(len(texts) - 1, 0) * gap * size


def fitted(
    texts: Sequence[Rich], width: float, height: float, sizes: Sequence[float], hand: Hand, gap: float = 0.0
) -> Fitted | None:
    """The first of *sizes* in which paragraphs fit into a box, no word of them broken; None if they do in none."""
    for size in sizes:
        if any(widest_word(text, size, hand) > width for text in texts):
            continue
        needed = text_height(texts, width, size, hand, gap)
        if needed <= height:
            return Fitted(size, needed)
    return None


def shortened(text: str, width: float, height: float, size: float, hand: Hand) -> str:
    """A text that no smaller size makes fit: as many of its words as do, and a sign that there are more.

    >>> shortened("Appliances for hospitals and hotels", 120, 16, 12, Hand("en"))
    'Appliances for…'
    """
    parts = _PART.findall(text)
    shown = text
    while parts and text_height([(Run(shown, "strong"),)], width, size, hand) > height:
        parts.pop()
        shown = "".join(parts).rstrip(" ,;，；、") + "…"
    return shown
