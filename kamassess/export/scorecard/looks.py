"""How cells of a scorecard look: the brand's colours, and numbers and dates as the language of the file writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from kamassess.export.cell_text import FONTS
from kamassess.reading.brand import Brand, default_brand

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

__all__ = ["Kind", "Looks", "Tone"]

Kind: TypeAlias = Literal["text", "wrap", "id", "score", "number", "decimals", "percent", "points", "count", "level", "date"]
"""What stands in a cell: ``decimals`` has two of them, ``points`` are percentage points, ``number`` has as many as needed."""
Tone: TypeAlias = Literal["plain", "strong", "muted", "editable", "changed"]

_NUMBERS = {
    "score": "0.0",
    "number": "#,##0.##",
    "decimals": "0.00",
    "percent": "0%",
    "points": "0.0%",
    "count": "#,##0",
    "level": "0",
}
_DATES = {"en": "d mmm yyyy", "zh": 'yyyy"年"m"月"d"日"'}
_EDITABLE = "#FFF8DC"
"""Pale yellow, the colour of cells to fill in wherever spreadsheets are used, whatever the brand."""


class Looks:
    """Formats of one workbook, each made once."""

    def __init__(self, book: Workbook, brand: Brand, language: str) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.language = language
        self.colours = dict(brand.light)
        self.font = brand.font if brand.font != default_brand().font else FONTS[language]

    def of(self, **properties: Any) -> Format:
        """A format with these properties of XlsxWriter, in the font of the file."""
        whole = {"font_name": self.font, "font_size": 10, "font_color": self.colours["ink"], "valign": "top"} | properties
        key = tuple(sorted(whole.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(whole)
        return self._made[key]

    def cell(self, kind: Kind, tone: Tone = "plain", *, number: str = "", quoted: bool = False) -> Format:
        """The format of a cell of a table. *number* is a pattern in place of the usual one of its kind."""
        found: dict[str, Any] = {"bottom": 1, "bottom_color": self.colours["line"], "valign": "vcenter"}
        if kind in ("text", "wrap", "id"):
            found |= {"align": "left", "indent": 1, "text_wrap": kind == "wrap"}
        elif kind == "date":
            found |= {"num_format": _DATES[self.language], "align": "right"}
        elif kind in _NUMBERS:
            found |= {"num_format": number or _NUMBERS[kind], "align": "right"}
        if kind == "id" or tone == "muted":
            found["font_color"] = self.colours["muted"]
        if tone == "strong":
            found["bold"] = True
        if tone in ("editable", "changed"):
            found |= {"bg_color": _EDITABLE, "locked": False, "border": 1, "border_color": self.colours["line"]}
        if tone == "changed":
            found["bold"] = True
        if quoted:
            found["quote_prefix"] = True
        return self.of(**found)

    @property
    def header(self) -> Format:
        """The heading of a column."""
        colours = self.colours
        return self.of(
            bold=True,
            text_wrap=True,
            valign="top",
            align="left",
            indent=1,
            bg_color=colours["wash"],
            bottom=1,
            bottom_color=colours["accent"],
        )

    @property
    def header_number(self) -> Format:
        """The heading of a column of numbers."""
        colours = self.colours
        return self.of(
            bold=True,
            text_wrap=True,
            valign="top",
            align="right",
            bg_color=colours["wash"],
            bottom=1,
            bottom_color=colours["accent"],
        )

    @property
    def title(self) -> Format:
        """The first line of a sheet."""
        return self.of(bold=True, font_size=16, font_color=self.colours["accent"], valign="vcenter")

    @property
    def subtitle(self) -> Format:
        """The line below it."""
        return self.of(font_color=self.colours["muted"], valign="vcenter")
