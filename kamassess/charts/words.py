"""Words of a drawing, in the font that travels with the package.

Matplotlib lays out any text that can be turned, broken and set as mathematics, and asks the font file for its measures each time.
Nearly all words of a chart are one upright line, for which a report with hundreds of them should not pay that.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.text import Text

from kamassess.resources import fonts

__all__ = ["FONT", "Words"]

FONT = "Noto Sans SC"
_BEFORE = {"left": 0.0, "center": 0.5, "right": 1.0}
"""How much of its width stands left of the place of a text."""


class Words(Text):
    """Text of one ``size``, anchored at its baseline or so that half of its height stands above its place.

    ``spacing`` is the height of a line, in sizes of the font; without it lines are as high as the font asks for.
    """

    def __init__(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        weight: str = "normal",
        ha: Literal["left", "center", "right"] = "left",
        va: Literal["baseline", "center_baseline"] = "center_baseline",
        spacing: float | None = None,
        **look: Any,
    ) -> None:
        self.spacing = spacing
        anchor: Any = {"horizontalalignment": ha, "verticalalignment": va}
        super().__init__(x, y, text, fontproperties=_face(size, weight), parse_math=False, linespacing=spacing, **anchor, **look)

    def draw(self, renderer: RendererBase) -> None:
        """One upright line here, anything else as matplotlib does it; both stand at the same height."""
        text = self.get_text()
        if "\n" in text or self.get_rotation() or not text or not self.get_visible():
            super().draw(renderer)
            return
        face = self.get_fontproperties()
        width, height, descent = renderer.get_text_width_height_descent(text, face, ismath=False)
        x, y = self.get_transform().transform(self.get_unitless_position())
        x -= _BEFORE[self.get_horizontalalignment()] * width
        if self.get_verticalalignment() == "center_baseline":
            pixels: Any = renderer.points_to_pixels(face.get_size_in_points())
            y -= self._above(height, descent, pixels) / 2
        gc = renderer.new_gc()
        gc.set_foreground(to_rgba(self.get_color(), self.get_alpha()), isRGBA=True)
        renderer.open_group("text", self.get_gid())
        renderer.draw_text(gc, x, renderer.get_canvas_width_height()[1] - y, text, face, 0, mtext=self)
        renderer.close_group("text")
        gc.restore()

    def _above(self, height: float, descent: float, size: float) -> float:
        """How much of the line stands above the baseline: as much as in all of the font, or by the letters where it is spaced."""
        rise, line = _measures(self.get_fontproperties().get_file())
        above = height - descent
        return max(above, rise * size) if self.spacing is None else above + (self.spacing * line * size - height) / 2


@cache
def _face(size: float, weight: str) -> FontProperties:
    """The font by its file, so that none of the same name is looked for."""
    file = fonts() / f"NotoSansSC-{'Bold' if weight == 'bold' else 'Regular'}.otf"
    return FontProperties(family=FONT, size=size, weight=weight, fname=file)


@cache
def _measures(file: str) -> tuple[float, float]:
    """How far the font rises above the baseline and how high its lines are, in sizes of the font."""
    font = get_font(file)
    table: Any = font.get_sfnt_table("OS/2")
    rise, fall = table["sTypoAscender"], table["sTypoDescender"]
    return rise / font.units_per_EM, (rise - fall) / font.units_per_EM
