"""A matplotlib renderer that writes small SVG: a mark is one element, in numbers of a tenth of a pixel, text is text.

matplotlib's own SVG wraps every mark in groups, clips it, and draws it as a reference to a definition; taking that apart again
cost more time and left more bytes than drawing without it. What no chart of ours needs is refused, not drawn wrongly: pictures,
hatching, and shading by triangles. Nothing is clipped.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from matplotlib import font_manager
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import rgb2hex
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Transform

__all__ = ["TIP", "SvgRenderer"]

TIP = "tip:"
"""What the gid of an artist begins with whose rest is shown when the pointer rests on it."""

_LETTERS = {int(Path.MOVETO): "M", int(Path.LINETO): "L", int(Path.CURVE3): "Q", int(Path.CURVE4): "C"}
_SEGMENT = {int(code): count for code, count in Path.NUM_VERTICES_FOR_CODE.items()}
_CAPS = {"projecting": "square", "round": "round"}
_ANCHORS = {"center": "middle", "right": "end"}
_CIRCLE = (1, *[4] * 24, 79)
_DOWN = np.array([1, -1])
_BOXES = {(1, 2, 2, 2, 79), (1, 2, 2, 2, 2, 79)}

_Point: TypeAlias = tuple[int, int]
"""A place in tenths of a pixel, from the left and from the top: rounded once, so that steps between places add up."""


class SvgRenderer(RendererBase):
    """Draws a figure; :meth:`document` is the SVG.

    Parameters
    ----------
    width, height
        Of the drawing in px; the figure has 72 dots per inch.
    """

    def __init__(self, width: float, height: float) -> None:
        super().__init__()
        self.width, self.height = width, height
        self._groups: list[str] = []
        self._elements: list[str] = []

    def document(self, font: str) -> str:
        """The drawing, with real text in *font*, and a ``viewBox`` in place of a size."""
        opening = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" font-family="{font}">'
        return "".join([opening, *self._elements, "</svg>"])

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Size in px."""
        return self.width, self.height

    def open_group(self, s: str, gid: str | None = None) -> None:  # noqa: ARG002
        """What is drawn from here on belongs to the artist with this *gid*."""
        self._groups.append(gid or "")

    def close_group(self, s: str) -> None:  # noqa: ARG002
        """The artist is done."""
        self._groups.pop()

    def draw_path(self, gc: GraphicsContextBase, path: Path, transform: Transform, rgbFace: Any = None) -> None:  # noqa: N803
        """A line, a bar, an area."""
        outline = path.cleaned(transform, remove_nans=True, curves=True, simplify=path.should_simplify and rgbFace is None)
        self._shape(outline.vertices, outline.codes, _paint(gc, rgbFace))

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: Any = None,  # noqa: N803
    ) -> None:
        """The same mark at each place of *path*."""
        marker = marker_path.cleaned(marker_trans, curves=True)
        paint = _paint(gc, rgbFace)
        for vertices, _ in path.iter_segments(trans, simplify=False):
            self._shape(np.asarray(marker.vertices) + vertices[-2:], marker.codes, paint)

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,  # noqa: ARG002
        mtext: Text | None = None,
    ) -> None:
        """One line of text, anchored where the chart anchors it: its width depends on the reader's fonts."""
        style = [f"font-size:{_short(prop.get_size_in_points())}px"]
        named: Any = prop.get_weight()
        weight = font_manager.weight_dict.get(named, named)
        if weight != 400:
            style.append(f"font-weight:{weight}")
        if mtext is not None and angle == 0:
            x = mtext.get_transform().transform(mtext.get_unitless_position())[0]
            if anchor := _ANCHORS.get(mtext.get_horizontalalignment()):
                style.append(f"text-anchor:{anchor}")
        style += _colour("fill", gc.get_rgb(), gc.get_alpha() if gc.get_forced_alpha() else None)
        px, py = _tenth(round(10 * x)), _tenth(round(10 * y))
        turned = f' transform="rotate({_short(-angle)} {px} {py})"' if angle else ""
        self._add("text", f' x="{px}" y="{py}"{turned} style="{";".join(style)}"', escape(s, quote=False))

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """The size of a text, which lays out lines."""
        return _measured(s, prop, ismath)

    def draw_image(self, *_: Any, **__: Any) -> None:
        """Refused: a picture cannot be repainted, enlarged or read out."""
        raise NotImplementedError("a drawing holds no pictures")

    def _shape(self, vertices: Any, codes: Any, paint: str) -> None:
        """A circle, a box or a path, whichever the outline is."""
        form = tuple(code for code in np.asarray(codes).tolist() if code)
        places = vertices[: len(form)] * _DOWN + (0, self.height)
        if form == _CIRCLE and (found := _circle(places)):
            x, y, radius = (_tenth(round(10 * value)) for value in found)
            self._add("circle", f' cx="{x}" cy="{y}" r="{radius}"{paint}')
            return
        points: list[_Point] = [(x, y) for x, y in np.rint(10 * places).astype(int).tolist()]
        if form in _BOXES and (box := _box(points)):
            x, y, width, height = (_tenth(value) for value in box)
            self._add("rect", f' x="{x}" y="{y}" width="{width}" height="{height}"{paint}')
        elif form:
            self._add("path", f' d="{"".join(_data(points, form))}"{paint}')

    def _add(self, tag: str, attributes: str, content: str = "") -> None:
        tip = next((gid.removeprefix(TIP) for gid in reversed(self._groups) if gid.startswith(TIP)), "")
        content += f"<title>{escape(tip, quote=False)}</title>" if tip else ""
        self._elements.append(f"<{tag}{attributes}>{content}</{tag}>" if content else f"<{tag}{attributes}/>")


@lru_cache(maxsize=16_384)
def _measured(text: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
    """The same names and figures stand in the charts of every report, and laying out glyphs is dear."""
    return RendererBase().get_text_width_height_descent(text, prop, ismath)


def _paint(gc: GraphicsContextBase, face: Any) -> str:
    """The style of an outline, as an attribute."""
    if gc.get_hatch() is not None:
        raise NotImplementedError("a drawing holds no hatching")
    alpha = gc.get_alpha() if gc.get_forced_alpha() else None
    style = ["fill:none"] if face is None else [*_colour("fill", tuple(face), alpha)]
    if width := gc.get_linewidth():
        style += _colour("stroke", gc.get_rgb(), alpha)
        if width != 1:
            style.append(f"stroke-width:{_short(width)}")
        if (cap := gc.get_capstyle()) in _CAPS:
            style.append(f"stroke-linecap:{_CAPS[cap]}")
        offset: Any
        dashes: Any
        offset, dashes = gc.get_dashes()
        if dashes is not None:
            style.append(f"stroke-dasharray:{','.join(map(_short, dashes))}")
            style += [f"stroke-dashoffset:{_short(offset)}"] if offset else []
    return f' style="{";".join(style)}"' if style else ""


@lru_cache
def _colour(what: str, rgba: tuple[float, ...], alpha: float | None) -> tuple[str, ...]:
    """A colour, and how much of it: *alpha*, where an artist says it, rules what the colour says."""
    alpha = (rgba[3] if len(rgba) == 4 else 1.0) if alpha is None else alpha
    colour = rgb2hex((rgba[0], rgba[1], rgba[2]))
    style = (f"{what}:{colour}",) if what == "stroke" or colour != "#000000" else ()
    return (*style, f"{what}-opacity:{_short(alpha)}") if alpha != 1 else style


def _circle(places: Any) -> tuple[float, float, float] | None:
    """Centre and radius, if an outline of eight curves is a circle: its ends lie on it, and opposite each other."""
    (x0, y0), (x2, y2), (x4, y4) = places[0].tolist(), places[6].tolist(), places[12].tolist()
    x, y, radius = (x0 + x4) / 2, (y0 + y4) / 2, math.hypot(x4 - x0, y4 - y0) / 2
    return (x, y, radius) if math.isclose(math.hypot(x2 - x, y2 - y), radius, rel_tol=1e-3) else None


def _box(points: Sequence[_Point]) -> tuple[int, int, int, int] | None:
    """Left, top, width and height, if an outline of four lines is an upright box."""
    corners = {(x, y) for x, y in points[:4]}
    xs, ys = sorted({x for x, _ in corners}), sorted({y for _, y in corners})
    upright = all((a[0] == b[0]) != (a[1] == b[1]) for a, b in pairwise(points[:4]))
    if len(corners) == 4 and len(xs) == len(ys) == 2 and upright:
        return xs[0], ys[0], xs[1] - xs[0], ys[1] - ys[0]
    return None


def _data(points: Sequence[_Point], codes: Sequence[int]) -> Iterator[str]:
    """The outline as path data: absolute or relative, whichever is shorter."""
    x, y, at = 0, 0, 0
    while at < len(codes):
        letter, count = _LETTERS.get(codes[at], "z"), _SEGMENT[codes[at]]
        part = points[at : at + count]
        at += count
        if letter == "z":
            yield "z"
            continue
        absolute, relative = [v for p in part for v in p], [v for px, py in part for v in (px - x, py - y)]
        if letter == "L" and relative[0] == 0:
            letter, absolute, relative = "V", absolute[1:], relative[1:]
        elif letter == "L" and relative[1] == 0:
            letter, absolute, relative = "H", absolute[:1], relative[:1]
        written = letter + _numbers(absolute)
        yield written if letter == "M" else min(written, letter.lower() + _numbers(relative), key=len)
        x, y = part[-1]


def _numbers(values: Sequence[int]) -> str:
    return ",".join(map(_tenth, values)).replace(",-", "-")


@lru_cache(maxsize=16_384)
def _tenth(value: int) -> str:
    """Tenths of a pixel as pixels."""
    return _short(value / 10)


def _short(value: float) -> str:
    """A number with at most two decimals, and no more characters than it needs."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else "0" if text == "-0" else text
