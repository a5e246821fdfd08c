"""Whether colours can be read on each other, and told apart by readers who see fewer of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

__all__ = ["contrast", "distance", "told_apart"]

_APART = 20.0
"""Distance from which on marks side by side are told apart without asking twice; a just noticeable one is about 2."""
_SIGHTS: Sequence[Sequence[Sequence[float]]] = (
    ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
)
"""Full sight, and none of the red, green or blue cones (Machado, Oliveira & Fernandes, 2009), on linear light."""
_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
_WHITE = (0.95047, 1.0, 1.08883)


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2, relative luminance).

    >>> round(contrast("#000000", "#ffffff"), 2)
    21.0
    """
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def distance(first: str, second: str) -> float:
    """How far two ``#rrggbb`` colours are apart for whoever sees the least of it (CIE 1976 ΔE).

    >>> distance("#ff0000", "#ff0000")
    0.0
    >>> distance("#ffffff", "#000000") > 99
    True
    """
    return min(_between(_seen(first, sight), _seen(second, sight)) for sight in range(len(_SIGHTS)))


def told_apart(first: str, second: str) -> bool:
    """Whether marks in two ``#rrggbb`` colours are told apart, by those who see no red, green or blue too.

    >>> told_apart("#2f5d8a", "#b8530f"), told_apart("#2f8a2f", "#8a6a2f")
    (True, False)
    """
    return distance(first, second) >= _APART


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> tuple[float, float, float]:
    channels = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return red, green, blue


@lru_cache(maxsize=512)
def _seen(colour: str, sight: int) -> tuple[float, float, float]:
    """A colour in CIE L*a*b*, as it is seen."""
    light = [min(max(value, 0.0), 1.0) for value in _times(_SIGHTS[sight], _linear(colour))]
    x, y, z = (_root(value / white) for value, white in zip(_times(_XYZ, light), _WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _times(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _root(value: float) -> float:
    return float(value ** (1 / 3)) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116


def _between(first: Sequence[float], second: Sequence[float]) -> float:
    return float(sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5)
