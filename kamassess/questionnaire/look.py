"""How a questionnaire looks: the brand's colours, fonts that Excel, WPS and LibreOffice have, and formats made once each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kamassess.export.cell_text import FONTS
from kamassess.reading.brand import Brand

__all__ = ["Look"]

_STYLES: Mapping[str, Mapping[str, Any]] = {
    "plain": {},
    "title": {"bold": True, "font_size": 16, "font_color": "accent", "valign": "vcenter"},
    "subtitle": {"font_color": "muted", "font_size": 11},
    "label": {"bold": True, "font_color": "accent", "valign": "top"},
    "text": {"text_wrap": True, "valign": "top"},
    "field": {"bold": True, "font_color": "muted", "align": "right", "valign": "vcenter"},
    "fixed": {"bold": True, "indent": 1, "valign": "vcenter", "bottom": 1, "bottom_color": "line"},
    "entry": {
        "bold": True,
        "indent": 1,
        "num_format": "@",
        "valign": "vcenter",
        "bg_color": "hot",
        "border": 1,
        "border_color": "line",
        "locked": False,
    },
    "progress": {"bold": True, "indent": 1, "font_color": "accent", "valign": "vcenter"},
    "head": {"bold": True, "font_color": "paper", "bg_color": "accent", "text_wrap": True, "valign": "vcenter"},
    "head_centred": {"bold": True, "font_color": "paper", "bg_color": "accent", "align": "center", "valign": "vcenter"},
    "part": {"bold": True, "font_color": "ink", "bg_color": "wash", "valign": "vcenter", "bottom": 1, "bottom_color": "line"},
    "part_option": {
        "italic": True,
        "align": "left",
        "indent": 1,
        "font_color": "muted",
        "bg_color": "wash",
        "valign": "vcenter",
        "text_wrap": True,
    }
    | {"bottom": 1, "bottom_color": "line"},
    "id": {"font_color": "muted", "font_size": 9, "valign": "top", "bottom": 1, "bottom_color": "line"},
    "question": {"text_wrap": True, "valign": "top", "bottom": 1, "bottom_color": "line"},
    "scene": {"text_wrap": True, "align": "left", "valign": "top", "indent": 1, "left": 1, "left_color": "line"}
    | {"bottom": 1, "bottom_color": "line"},
    "answer": {"text_wrap": True, "bold": True, "align": "center", "valign": "vcenter", "bg_color": "hot", "border": 1}
    | {"border_color": "line", "num_format": "@", "locked": False},
    "comment": {"text_wrap": True, "valign": "top", "border": 1, "border_color": "line", "num_format": "@", "locked": False},
    "done": {"bold": True, "align": "center", "valign": "vcenter", "font_color": "muted", "bottom": 1, "bottom_color": "line"},
    "row": {"valign": "vcenter", "bottom": 1, "bottom_color": "line", "text_wrap": True},
    "number": {"valign": "vcenter", "align": "center", "bottom": 1, "bottom_color": "line"},
    "percent": {"valign": "vcenter", "align": "center", "bottom": 1, "bottom_color": "line", "num_format": "0%"},
    "bar": {"valign": "vcenter", "font_size": 8, "font_color": "accent", "bottom": 1, "bottom_color": "line"},
    "total_bar": {"valign": "vcenter", "font_size": 8, "font_color": "accent", "bg_color": "wash"},
    "total": {"bold": True, "valign": "vcenter", "bg_color": "wash"},
    "total_number": {"bold": True, "valign": "vcenter", "align": "center", "bg_color": "wash"},
    "total_percent": {"bold": True, "valign": "vcenter", "align": "center", "bg_color": "wash", "num_format": "0%"},
    "strong": {"bold": True, "font_color": "accent"},
    "good": {"font_color": "accent"},
    "wanted": {"bg_color": "hot", "font_color": "measured", "bold": True},
    "given": {"bg_color": "paper", "font_color": "ink"},
}
"""Formats by name. A colour is a token of the brand."""


class Look:
    """The formats of one workbook, each made when it is first used."""

    def __init__(self, book: Any, brand: Brand, language: str) -> None:
        self._book = book
        self._colours = dict(brand.light)
        self._font = FONTS[language]
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            style = {"font_name": self._font, "font_size": 10} if name not in ("good", "wanted", "given") else {}
            colours = {key: self._colours.get(str(value), value) for key, value in _STYLES[name].items()}
            self._made[name] = self._book.add_format(style | colours)
        return self._made[name]

    def colour(self, token: str) -> str:
        """A colour of the brand."""
        return self._colours[token]
