"""Words and tables on a slide: text boxes, large figures and native tables, each set so that it fits where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from kamassess.document import Cell, KeyFigure, Rich, Run, Table
from kamassess.export.deck.colours import Palette, Shade
from kamassess.export.deck.figures import APART, set_figures
from kamassess.export.deck.grounds import POINT, Area
from kamassess.export.deck.measuring import Hand
from kamassess.export.deck.tabling import PAD, RISE, Rows

__all__ = ["Canvas"]

_LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
_PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""The table style without lines and grounds."""


class Canvas:
    """One slide to draw on, in the language and the colours of the deck."""

    def __init__(self, slide: Any, palette: Palette, hand: Hand) -> None:
        self.slide, self.palette, self.hand = slide, palette, hand

    def paint(self, colour: Any, tone: str, opacity: float = 1.0) -> None:
        """Set a colour of python-pptx to a tone's."""
        self.shade(colour, self.palette.shades[tone])
        if opacity < 1:
            etree.SubElement(colour._color._xClr, qn("a:alpha")).set("val", str(round(100_000 * opacity)))

    @staticmethod
    def shade(colour: Any, shade: Shade) -> None:
        """Set a colour of python-pptx to a slot of the theme, lighter or darker."""
        colour.theme_color = shade.slot
        if shade.lightness:
            colour.brightness = shade.lightness

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

    def write(self, paragraph: Any, text: Rich, size: float, tone: str | Shade = "ink", *, one: bool = False) -> None:
        """A paragraph in one size, its lines as high as they are measured; without a tone in the colour of its place.

        *one* tone for all of it, where what stands behind is no plain ground; so is a shade.
        """
        paragraph.line_spacing = Pt(round(size * self.hand.leading, 2))
        for run in text:
            self._run(paragraph, run, size, tone, one)

    def _run(self, paragraph: Any, run: Run, size: float, tone: str | Shade, one: bool) -> None:
        added = paragraph.add_run()
        added.text = " ".join(run.text.split("\n")) if "\n" in run.text else run.text
        added.font.size = Pt(size)
        added.font.bold = run.style in ("strong", "action")
        if isinstance(tone, Shade):
            self.shade(added.font.color, tone)
        elif tone:
            self.paint(added.font.color, tone if one else {"muted": "muted", "action": "accent"}.get(run.style, tone))
        self.speak(added._r)

    def speak(self, run: Any) -> None:
        """Say in which language a run is, for the choice of its font and for those who hear it."""
        properties = run.get_or_add_rPr()
        properties.set("lang", _LANGUAGES[self.hand.language])
        if self.hand.language == "zh":
            properties.set("altLang", _LANGUAGES["en"])

    def figures(self, area: Area, figures: Sequence[KeyFigure]) -> None:
        """Large figures side by side, each with its label above and its note below."""
        for figure in set_figures(figures, area, self.hand):
            if not figure.first:
                self.rule(figure.area.left - APART / 2, figure.area.top + 2, 0.0, figure.area.height - 4)
            box = self.slide.shapes.add_textbox(*_emu(figure.area))
            box.name = figure.name
            _bare(box.text_frame, MSO_ANCHOR.TOP)
            for place, part in enumerate(figure.parts):
                paragraph = box.text_frame.paragraphs[0] if not place else box.text_frame.add_paragraph()
                self.write(paragraph, part.text, part.size, part.tone)

    def rule(self, left: float, top: float, width: float, height: float, tone: str = "line", thick: float = 0.75) -> None:
        """A thin line; it says nothing, and readers of screens pass over it."""
        line = self.slide.shapes.add_connector(1, *(Emu(round(POINT * at)) for at in (left, top, left + width, top + height)))
        line._element.remove(line._element.find(qn("p:style")))  # or the theme gives it a shadow
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

    def table(self, area: Area, table: Table, rows: Rows) -> None:
        """A native table, as it was set."""
        size, widths, heights = rows.size, rows.widths, rows.heights
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

    def _cell(
        self, made: Any, cell: Cell, size: float, number: bool, *, last: str = "line", anchor: MSO_ANCHOR = MSO_ANCHOR.MIDDLE
    ) -> None:
        made.margin_left = made.margin_right = Pt(PAD)
        made.margin_top = made.margin_bottom = Pt(RISE)
        made.vertical_anchor = anchor
        tone = "ink"
        if cell.heat is not None:
            opacity, tone = self.palette.heat(cell.heat)
            made.fill.solid()
            self.paint(made.fill.fore_color, "claimed", opacity)
        else:
            made.fill.background()
        paragraph = made.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT if number else PP_ALIGN.LEFT
        self.write(paragraph, cell.text, size, tone, one=cell.heat is not None)
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
