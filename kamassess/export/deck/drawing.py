"""Words and tables on a slide: text boxes, large figures and native tables, each set so that it fits where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from kamassess.document import Cell, KeyFigure, Rich, Run, Table, plain, rich
from kamassess.export.deck.colours import Palette
from kamassess.export.deck.measuring import LEADING, fitted, line_count, natural_width, text_height
from kamassess.export.deck.templates import POINT, Area

__all__ = ["Canvas", "figures_height"]

_LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
_PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""The table style without lines and grounds."""
_SIZES = (15.0, 14.0, 13.0, 12.5, 12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
_READ = 10.0
"""Below this size text is not set to have more rows, only where words would be broken otherwise."""
_PAD, _RISE = 6.0, 4.0
_VALUES = (30.0, 26.0, 22.0, 18.0, 15.0, 13.0, 11.0)
_LABELS, _NOTES = (12.0, 11.0, 10.0, 9.0, 8.0), (11.5, 11.0, 10.5, 10.0, 9.0, 8.0)
_APART = 14.0
_TOGETHER, _FIGURES, _SURE = 4.2, 10.0, 1.1
"""Chinese characters of a column, and figures of a cell, that stay together: how wide at most, in sizes of the letters; and how
much room figures get beyond what they need."""
_SPARE = 1.04
"""So much higher than measured boxes of fixed text are made."""


def figures_height(figures: Sequence[KeyFigure], width: float, language: str) -> float:
    """How high a strip of figures is."""
    return max(sum(part.height for part in _figure_parts(figure, _each(figures, width), language)) for figure in figures) * _SPARE


@dataclass(frozen=True, slots=True)
class _Part:
    text: Rich
    size: float
    tone: str
    height: float


def _each(figures: Sequence[KeyFigure], width: float) -> float:
    return (width - _APART * (len(figures) - 1)) / len(figures)


def _figure_parts(figure: KeyFigure, width: float, language: str) -> list[_Part]:
    """Label, value and note of a figure; the value on one line as long as it can be."""
    value = rich("**{x}**", x=figure.value)
    size = next((size for size in _VALUES if natural_width(value, size) <= width), _VALUES[-1])
    parts = [(rich("{x}", x=figure.label), _LABELS, "muted"), (value, (size,), "ink")]
    if figure.note:
        parts.append((rich("{x}", x=figure.note), _NOTES, "muted"))
    made = []
    for text, sizes, tone in parts:
        two = 2 * sizes[0] * LEADING[language]
        found = fitted([text], width, two, sizes, language)
        chosen = found.size if found else sizes[-1]
        made.append(_Part(text, chosen, tone, text_height([text], width, chosen, language)))
    return made


class Canvas:
    """One slide to draw on, in the language and the colours of the deck."""

    def __init__(self, slide: Any, palette: Palette, language: str, *, own: bool) -> None:
        self.slide, self.palette, self.language, self.own = slide, palette, language, own

    def paint(self, colour: Any, tone: str, opacity: float = 1.0) -> None:
        """Set a colour of python-pptx to a tone's."""
        shade = self.palette.shades[tone]
        colour.theme_color = shade.slot
        if shade.lightness:
            colour.brightness = shade.lightness
        if opacity < 1:
            etree.SubElement(colour._color._xClr, qn("a:alpha")).set("val", str(round(100_000 * opacity)))

    # -- text ------------------------------------------------------------------------------------------------------------

    def text(
        self,
        area: Area,
        texts: Sequence[Rich],
        size: float,
        *,
        tone: str = "ink",
        gap: float = 0.0,
        name: str = "",
        anchor: MSO_ANCHOR = MSO_ANCHOR.TOP,
        align: PP_ALIGN = PP_ALIGN.LEFT,
    ) -> Any:
        """Paragraphs in a box of their own."""
        box = self.slide.shapes.add_textbox(*_emu(area))
        if name:
            box.name = name
        frame = box.text_frame
        _bare(frame, anchor)
        for number, text in enumerate(texts):
            paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
            paragraph.alignment = align
            self.write(paragraph, text, size, tone)
            if gap and number < len(texts) - 1:
                paragraph.space_after = Pt(round(gap * size, 1))
        return box

    def write(self, paragraph: Any, text: Rich, size: float, tone: str = "ink") -> None:
        """A paragraph in one size, its lines as high as they are measured; without a tone in the colour of its place."""
        paragraph.line_spacing = Pt(round(size * LEADING[self.language], 2))
        for run in text:
            self._run(paragraph, run, size, tone)

    def _run(self, paragraph: Any, run: Run, size: float, tone: str) -> None:
        added = paragraph.add_run()
        added.text = " ".join(run.text.split("\n")) if "\n" in run.text else run.text
        added.font.size = Pt(size)
        added.font.bold = run.style in ("strong", "action")
        if tone:
            self.paint(added.font.color, {"muted": "muted", "action": "accent"}.get(run.style, tone))
        self.speak(added._r)

    def speak(self, run: Any) -> None:
        """Say in which language a run is, for the choice of its font and for those who hear it."""
        properties = run.get_or_add_rPr()
        properties.set("lang", _LANGUAGES[self.language])
        if self.language == "zh":
            properties.set("altLang", _LANGUAGES["en"])

    def figures(self, area: Area, figures: Sequence[KeyFigure]) -> None:
        """Large figures side by side, each with its label above and its note below."""
        width = _each(figures, area.width)
        for number, figure in enumerate(figures):
            left = area.left + number * (width + _APART)
            if number:
                self.rule(left - _APART / 2, area.top + 2, 0.0, area.height - 4)
            parts = _figure_parts(figure, width, self.language)
            box = self.slide.shapes.add_textbox(*_emu(Area(left, area.top, width, area.height)))
            box.name = figure.label
            _bare(box.text_frame, MSO_ANCHOR.TOP)
            for place, part in enumerate(parts):
                paragraph = box.text_frame.paragraphs[0] if not place else box.text_frame.add_paragraph()
                self.write(paragraph, part.text, part.size, part.tone)

    def rule(self, left: float, top: float, width: float, height: float, tone: str = "line", thick: float = 0.75) -> None:
        """A thin line; it says nothing, and readers of screens pass over it."""
        line = self.slide.shapes.add_connector(1, *(Emu(round(POINT * at)) for at in (left, top, left + width, top + height)))
        line.line.width = Pt(thick)
        self.paint(line.line.color, tone)
        _silent(line)

    def panel(self, area: Area) -> None:
        """A sheet of paper below what follows, for a ground that text cannot be read on."""
        sheet = self.slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *_emu(area))
        sheet.fill.solid()
        self.paint(sheet.fill.fore_color, "paper")
        sheet.line.fill.background()
        sheet.shadow.inherit = False
        _silent(sheet)

    # -- tables ----------------------------------------------------------------------------------------------------------

    def table(self, area: Area, table: Table) -> tuple[float, int]:
        """A native table; returns its height, and how many of its last rows had no room."""
        size, widths, heights = self._rows(table, area)
        shown = table.rows[: len(heights) - 1]
        frame = self.slide.shapes.add_table(
            len(shown) + 1, len(widths), *_emu(Area(area.left, area.top, area.width, sum(heights)))
        )
        frame.name = table.caption
        frame._element.nvGraphicFramePr.cNvPr.set("descr", table.caption)
        made = frame.table
        made.horz_banding, made.first_row = False, True
        made._tbl.tblPr.find(qn("a:tableStyleId")).text = _PLAIN
        for column, width in zip(made.columns, widths, strict=True):
            column.width = Emu(round(POINT * width))
        for row, height in zip(made.rows, heights, strict=True):
            row.height = Emu(round(POINT * height))
        for place, column in enumerate(table.columns):
            head = Cell((Run(column.label, "muted"),))
            self._cell(made.cell(0, place), head, size, column.kind == "number", last="ink", anchor=MSO_ANCHOR.BOTTOM)
            for number, row in enumerate(shown, 1):
                content = row[place] if place < len(row) else Cell(())
                self._cell(made.cell(number, place), content, size, column.kind == "number")
        return sum(heights), len(table.rows) - len(shown)

    def rows_without_room(self, area: Area, table: Table) -> int:
        """How many of the last rows of a table an area has no room for."""
        return len(table.rows) + 1 - len(self._rows(table, area)[2])

    def _rows(self, table: Table, area: Area) -> tuple[float, list[float], list[float]]:
        """The size of a table's text, widths of columns and heights of rows: smaller text first, then fewer rows."""
        heads = [(Run(column.label, "muted"),) for column in table.columns]
        for size in _SIZES:
            widths, whole = _widths(table, area.width, size)
            if not whole and size != _SIZES[-1]:
                continue
            found = [
                self._height(heads, widths, size),
                *(self._height([cell.text for cell in row], widths, size) for row in table.rows),
            ]
            if sum(found) <= area.height:
                return size, widths, found
            if size <= _READ:
                break
        kept = found[:2]
        for more in found[2:]:
            if sum(kept) + more > area.height:
                break
            kept.append(more)
        return size, widths, kept

    def _height(self, texts: Sequence[Rich], widths: Sequence[float], size: float) -> float:
        lines = max((line_count(text, width - 2 * _PAD, size) for text, width in zip(texts, widths, strict=False)), default=1)
        return lines * size * LEADING[self.language] + 2 * _RISE

    def _cell(
        self, made: Any, cell: Cell, size: float, number: bool, *, last: str = "line", anchor: MSO_ANCHOR = MSO_ANCHOR.MIDDLE
    ) -> None:
        made.margin_left = made.margin_right = Pt(_PAD)
        made.margin_top = made.margin_bottom = Pt(_RISE)
        made.vertical_anchor = anchor
        tone = "ink"
        if cell.heat is not None:
            opacity = 0.08 + 0.47 * cell.heat
            made.fill.solid()
            self.paint(made.fill.fore_color, "claimed", opacity)
            tone = self.palette.on(self.palette.paler("claimed", opacity))
        else:
            made.fill.background()
        paragraph = made.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT if number else PP_ALIGN.LEFT
        self.write(paragraph, cell.text, size, tone)
        self._line_below(made, last)

    def _line_below(self, made: Any, tone: str) -> None:
        properties = made._tc.get_or_add_tcPr()
        line = etree.Element(qn("a:lnB"), {"w": str(round(0.75 * POINT))})
        shade = self.palette.shades[tone]
        colour = etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:schemeClr"), {"val": shade.slot.xml_value})
        if shade.lightness:
            lit = (1 - shade.lightness, shade.lightness) if shade.lightness > 0 else (1 + shade.lightness, 0.0)
            for name, part in zip(("lumMod", "lumOff"), lit, strict=True):
                if part:
                    etree.SubElement(colour, qn(f"a:{name}"), {"val": str(round(100_000 * part))})
        properties.insert(0, line)


def _emu(area: Area) -> tuple[Emu, Emu, Emu, Emu]:
    left, top, width, height = (Emu(round(POINT * part)) for part in (area.left, area.top, area.width, area.height))
    return left, top, width, height


def _bare(frame: Any, anchor: MSO_ANCHOR) -> None:
    frame.word_wrap, frame.auto_size, frame.vertical_anchor = True, MSO_AUTO_SIZE.NONE, anchor
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0


def _silent(shape: Any) -> None:
    """Mark a shape as decoration."""
    properties = shape._element.xpath(".//p:cNvPr")[0]
    properties.set("descr", "")
    extension = etree.SubElement(etree.SubElement(properties, qn("a:extLst")), qn("a:ext"))
    extension.set("uri", "{C183D7F6-B498-43B3-948B-1728B52AA6E4}")
    space = "http://schemas.microsoft.com/office/drawing/2017/decorative"
    etree.SubElement(extension, f"{{{space}}}decorative", nsmap={"adec": space}).set("val", "1")


def _widths(table: Table, width: float, size: float) -> tuple[list[float], bool]:
    """Widths by the weights of the columns, but so that no usual word is broken; and whether there is room for that."""
    texts = [
        [(Run(column.label),), *(row[place].text for row in table.rows if place < len(row))]
        for place, column in enumerate(table.columns)
    ]
    kinds = [column.kind for column in table.columns]
    room = [
        min(max(_longest(text, size, kind == "number" and place > 0) for place, text in enumerate(column)), 0.4 * width)
        + 2 * _PAD
        for column, kind in zip(texts, kinds, strict=True)
    ]
    weights = [max(column.weight, 0.01) for column in table.columns]
    fixed: dict[int, float] = {}
    if sum(room) >= width:
        return [width * part / sum(room) for part in room], False
    while True:
        left = width - sum(fixed.values())
        total = sum(weight for place, weight in enumerate(weights) if place not in fixed) or 1.0
        tight = {
            place: room[place]
            for place, weight in enumerate(weights)
            if place not in fixed and left * weight / total < room[place]
        }
        if not tight:
            return [fixed.get(place, left * weight / total) for place, weight in enumerate(weights)], True
        fixed |= tight


def _longest(text: Rich, size: float, whole: bool) -> float:
    """The width of the longest word, or of all where it is figures.

    A row of Chinese characters may be broken, but not into single ones.
    """
    if whole:
        return min(_SURE * natural_width(text, size), _FIGURES * size)
    words = [(word, natural_width((Run(word, "strong"),), size)) for word in plain(text).split()]
    return max([wide if word.isascii() else min(wide, _TOGETHER * size) for word, wide in words], default=0.0)
