"""From slides to the bytes of a presentation."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.util import Pt

from kamassess.document import Rich, Table, rich
from kamassess.export.deck.arranging import GAP, SIDES, SMALLER, Arranged, Text, pages, set_texts
from kamassess.export.deck.colours import Shade
from kamassess.export.deck.drawing import Canvas
from kamassess.export.deck.graphs import draw_graph
from kamassess.export.deck.grounds import POINT, Area
from kamassess.export.deck.logo import LOGO_WIDTH, put_logo
from kamassess.export.deck.measuring import Hand, fitted, line_count, natural_width, shortened
from kamassess.export.deck.packing import packed, saved
from kamassess.export.deck.room import FOOTERS, insets, title_of
from kamassess.export.deck.slides import Graph, Slide, Title, after_title, printable
from kamassess.export.deck.templates import Look, Template, opened_template, unusable
from kamassess.export.deck.typefaces import title_size
from kamassess.locale import Locale
from kamassess.reading.brand import Brand

__all__ = ["About", "write_slides"]

_EPOCH = "1980-01-01"
_TITLES = (26.0, 24.0, 22.0, 20.0, 18.0, 16.0, 14.0)
_COVERS = (38.0, 34.0, 30.0, 28.0, 26.0, 24.0, 22.0, 20.0)
_SIZES = (18.0, 17.0)
"""Of what stands below the title of the first slide, before those of other text."""
_EDGE, _STEPS = 5.0, 3
_PROPERTY = 255
_FOOTERS = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5)


@dataclass(frozen=True, slots=True)
class About:
    """What a deck says of itself: title, subject, the date that stands for now (ISO), and what stands below slides.

    Of ``footers`` the first is taken that has room.
    """

    title: str
    subject: str
    date: str | None
    footers: tuple[str, ...]
    wave: str
    imprint: str = ""


def write_slides(cover: Title, slides: Sequence[Slide], about: About, brand: Brand, words: Locale) -> bytes:
    """The deck, to the same bytes each time.

    Raises
    ------
    InputError, ReportError
        The brand's template, or its logo, cannot be used.
    """
    try:
        return _written(cover, slides, about, brand, words)
    except Exception as error:
        if brand.deck is None or (refused := unusable(error)) is error:
            raise
        _written(cover, slides, about, replace(brand, deck=None), words)  # where the fault is ours, this says so
        raise refused from None


def _written(cover: Title, slides: Sequence[Slide], about: About, brand: Brand, words: Locale) -> bytes:
    template = opened_template(brand)
    if template.own and brand.logo:
        put_logo(template, brand)
    about = printable(about)
    deck = _Deck(template, about, words)
    deck.cover(printable(cover))
    for slide in slides:
        deck.slide(printable(slide))
    stamp = _describe(template.presentation, about, brand, words)
    return packed(saved(template.presentation), stamp)


class _Deck:
    """A deck in the making."""

    def __init__(self, template: Template, about: About, words: Locale) -> None:
        self._template, self._about, self._words = template, about, words
        self._hand = Hand(words.language, template.breadth)

    def cover(self, title: Title) -> None:
        """The first slide."""
        look = self._template.cover
        canvas = self._added(look)
        self._title(canvas, look, title.title, _COVERS)
        others = [found for found in canvas.slide.placeholders if found.placeholder_format.type == PP_PLACEHOLDER.SUBTITLE]
        lines = [rich("**{x}**", x=title.kicker), *(rich("{x}", x=line) for line in title.lines)]
        if others:
            box = others[0]
            width, height = _inside(box, look.layout)
            sizes = (*_SIZES, *SIDES, *SMALLER)
            while (found := fitted(lines, width, height, sizes, self._hand, 0.35)) is None and len(lines) > 1:
                lines.pop()
            size = found.size if found else SMALLER[-1]
            ink = look.inks.get(box.placeholder_format.idx, "")
            for number, line in enumerate(lines):
                paragraph = box.text_frame.paragraphs[0] if not number else box.text_frame.add_paragraph()
                tone = ink if not self._template.own else "muted" if number else "ink"
                canvas.write(paragraph, line, size, tone)
                paragraph.space_after = Pt(round(0.35 * size, 1))
        else:
            self._ground(canvas, look)
            below = set_texts(look.body, lines, SIDES, self._hand)
            if below:
                self._text(canvas, below, title.kicker)
        self._finish(canvas, look, title.notes)

    def slide(self, slide: Slide) -> None:
        """One of the others; more than one where its table goes on."""
        lead, side = (after_title(slide.title, texts) for texts in (slide.lead, slide.side))
        slide = replace(slide, lead=lead, side=side)
        for part, how in pages(slide, self._template.other.body, self._words, self._hand):
            self._draw(part, how)

    def _draw(self, slide: Slide, how: Arranged) -> None:
        look = self._template.other
        canvas, body = self._added(look), look.body
        self._title(canvas, look, slide.title, _TITLES)
        if self._template.own:
            topic = Area(body.left, 24.0, body.width - LOGO_WIDTH, 18.0)
            told = shortened(slide.topic, topic.width, topic.height, 12.0, self._hand)
            canvas.text(topic, [rich("{x}", x=told)], 12.0, tone="accent", name=slide.topic)
        self._ground(canvas, look)
        if how.figures:
            canvas.figures(how.figures, slide.figures)
        if how.lead:
            self._text(canvas, how.lead, slide.topic)
        if isinstance(slide.main, Table) and how.main and how.rows:
            canvas.table(how.main, slide.main, how.rows)
        elif isinstance(slide.main, Graph) and how.main:
            draw_graph(canvas, how.main, slide.main)
        if how.side:
            self._text(canvas, how.side, slide.topic)
        for above, text in zip((None, *how.alone), how.alone, strict=False):
            if above:
                canvas.rule(text.area.left, (above.area.bottom + text.area.top) / 2, text.area.width, 0.0)
            self._text(canvas, text, slide.topic)
        if how.foot:
            canvas.text(how.foot.area, how.foot.texts, how.foot.size, tone="muted", name=slide.about)
        self._finish(canvas, look, slide.notes)

    @staticmethod
    def _text(canvas: Canvas, text: Text, name: str) -> None:
        canvas.text(text.area, text.texts, text.size, gap=GAP, name=name)

    @staticmethod
    def _ground(canvas: Canvas, look: Look) -> None:
        """A panel below all that follows, where the ground of the layout is none to read on."""
        if look.panel:
            body = look.body
            canvas.panel(Area(body.left - _EDGE, body.top - _EDGE, body.width + 2 * _EDGE, body.height + 2 * _EDGE))

    def _added(self, look: Look) -> Canvas:
        slide = self._template.presentation.slides.add_slide(look.layout)
        return Canvas(slide, look.palette, self._hand)

    def _title(self, canvas: Canvas, look: Look, text: str, sizes: Sequence[float]) -> None:
        """The finding, in the largest size in which it fits its placeholder; a client's template has its own largest."""
        holder = canvas.slide.shapes.title
        width, height = _inside(title_of(look.layout), look.layout)
        title = rich("**{x}**", x=text)
        most = sizes[0] if self._template.own else min(title_size(look.layout), sizes[0])
        found = fitted([title], width, height, [size for size in sizes if size <= most] or sizes[-1:], self._hand)
        if found is None:
            text = shortened(text, width, height, sizes[-1], self._hand)
        size = self._on_fewer_lines(title, width, found.size, sizes) if found else sizes[-1]
        paragraph = holder.text_frame.paragraphs[0]
        paragraph.line_spacing = Pt(round(size * self._hand.leading, 2))
        run = paragraph.add_run()
        run.text, run.font.size = text, Pt(size)
        ink = look.inks.get(title_of(look.layout).placeholder_format.idx)
        if ink:
            canvas.shade(run.font.color, ink)
        canvas.speak(run._r)

    def _on_fewer_lines(self, title: Rich, width: float, size: float, sizes: Sequence[float]) -> float:
        """A size, or one or two smaller, if that saves a line: a last line of one word looks forgotten."""
        near = [other for other in sizes if other <= size][:_STEPS]
        return min(near, key=lambda other: (line_count(title, width, other, self._hand), -other))

    def _finish(self, canvas: Canvas, look: Look, notes: Sequence[str]) -> None:
        """Footers, notes, and no empty placeholder."""
        slide = canvas.slide
        for holder in list(slide.placeholders):
            if not holder.text_frame.text.strip():
                holder._element.getparent().remove(holder._element)
        number = len(self._template.presentation.slides)
        told = {PP_PLACEHOLDER.DATE: (self._about.wave,), PP_PLACEHOLDER.FOOTER: self._about.footers}
        for holder in look.layout.placeholders:
            kind = holder.placeholder_format.type
            if kind in FOOTERS:
                ink = look.inks.get(holder.placeholder_format.idx)
                width = _inside(holder, look.layout)[0]
                text = _fitting(width, told[kind], self._hand, own=self._template.own) if kind in told else None
                slide.shapes._spTree.append(_footer(canvas, holder, text, number, ink))
        text_frame = slide.notes_slide.notes_text_frame
        text_frame.text = "\n".join(notes)
        for paragraph in text_frame.paragraphs:
            for run in paragraph.runs:
                canvas.speak(run._r)


def _inside(holder: Any, layout: Any) -> tuple[float, float]:
    """Width and height of a placeholder within its margins."""
    left, top, right, bottom = insets(holder, layout)
    return holder.width / POINT - left - right, holder.height / POINT - top - bottom


def _footer(canvas: Canvas, holder: Any, told: tuple[str, float | None] | None, number: int, ink: Shade | None) -> Any:
    """A footer of the layout, on the slide: a text in its size, or the number, which counts by itself."""
    text, size = told or (None, None)
    made = copy.deepcopy(holder._element)
    properties = made.find(qn("p:spPr"))
    for child in list(properties):
        properties.remove(child)
    body = made.find(qn("p:txBody"))
    for paragraph in body.findall(qn("a:p")):
        body.remove(paragraph)
    style = body.find(qn("a:lstStyle"))
    if style is not None:
        for child in list(style):
            style.remove(child)
    paragraph = etree.SubElement(body, qn("a:p"))
    if text is None:
        run = etree.SubElement(paragraph, qn("a:fld"), {"id": "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", "type": "slidenum"})
    else:
        run = etree.SubElement(paragraph, qn("a:r"))
    etree.SubElement(run, qn("a:rPr")).set("lang", "zh-CN" if canvas.hand.language == "zh" else "en-GB")
    if size is not None:
        run.find(qn("a:rPr")).set("sz", str(round(100 * size)))
    if ink:
        fill = etree.SubElement(run.find(qn("a:rPr")), qn("a:solidFill"))
        etree.SubElement(fill, qn("a:schemeClr")).set("val", ink.slot.xml_value)
    etree.SubElement(run, qn("a:t")).text = str(number) if text is None else text
    used = {int(found) for found in canvas.slide._element.xpath(".//p:cNvPr/@id")}
    made.xpath(".//p:cNvPr")[0].set("id", str(max(used) + 1))
    return made


def _fitting(width: float, texts: Sequence[str], hand: Hand, *, own: bool) -> tuple[str, float | None]:
    """The first of the texts that fits on one line, and a smaller size if none does in the usual one."""
    for size in _FOOTERS:
        for text in texts:
            if natural_width(rich("{x}", x=text), size, hand) <= width:
                return text, None if size == _FOOTERS[0] and own else size
    return texts[-1], _FOOTERS[-1]


def _describe(presentation: Any, about: About, brand: Brand, words: Locale) -> str:
    """What the file says of itself; the wave's date stands for now. Returns it as a stamp with its time."""
    day = dt.datetime.fromisoformat((about.date or _EPOCH)[:10])
    properties = presentation.core_properties
    properties.title, properties.subject, properties.author = map(_property, (about.title, about.subject, brand.name))
    properties.last_modified_by, properties.comments, properties.keywords = _property(brand.name), "", ""
    if about.imprint:  # python-pptx cuts off what is longer than a dialog shows
        properties._element.get_or_add_keywords().text = about.imprint
    properties.category, properties.revision = "", 1
    properties.language = "zh-CN" if words.language == "zh" else "en-GB"
    properties.created = properties.modified = properties.last_printed = day
    return f"{day.date().isoformat()}T00:00:00Z"


def _property(text: str) -> str:
    """What a property of a file has room for."""
    text = printable(text)
    return text if len(text) <= _PROPERTY else text[: _PROPERTY - 1] + "…"
