"""From slides to the bytes of a presentation."""

from __future__ import annotations

import copy
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.util import Pt

from kamassess.document import Rich, Table, rich
from kamassess.export.deck.drawing import Canvas, figures_height
from kamassess.export.deck.graphs import draw_graph
from kamassess.export.deck.logo import LOGO_WIDTH, put_logo
from kamassess.export.deck.measuring import fitted, line_count, natural_width, shortened
from kamassess.export.deck.packing import packed
from kamassess.export.deck.slides import Graph, Slide, Title, printable
from kamassess.export.deck.templates import FOOTERS, POINT, Area, Template, opened_template, title_of
from kamassess.locale import Locale
from kamassess.reading.brand import Brand

__all__ = ["About", "write_slides"]

_EPOCH = "1980-01-01"
_TITLES = (26.0, 24.0, 22.0, 20.0, 18.0, 16.0, 14.0)
_COVERS = (38.0, 34.0, 30.0, 28.0, 26.0, 24.0, 22.0, 20.0)
_SIDES = (16.0, 15.0, 14.0, 13.0, 12.5, 12.0)
_NARROW, _SMALLER = (14.0, 13.0, 12.5, 12.0), (11.5, 11.0, 10.5, 10.0)
_LINE, _EDGE = 18.0, 5.0
_STEPS = 3
_PROPERTY = 255
_MARGINS = (14.4, 7.2)
_FOOT = 10.5
_FOOTERS = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5)
_GAP = 0.55
_BESIDE = 0.31
"""Share of the width that sentences beside a chart have."""
_SPACE = 16.0
_LEAD = 0.3


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


def write_slides(cover: Title, slides: Sequence[Slide], about: About, brand: Brand, words: Locale) -> bytes:
    """The deck, to the same bytes each time.

    Raises
    ------
    InputError, ReportError
        The brand's template, or its logo, cannot be used.
    """
    template = opened_template(brand)
    if template.own and brand.logo:
        put_logo(template, brand)
    about = printable(about)
    deck = _Deck(template, about, words)
    deck.cover(printable(cover))
    for slide in slides:
        deck.slide(printable(slide))
    stamp = _describe(template.presentation, about, brand, words)
    made = io.BytesIO()
    template.presentation.save(made)
    return packed(made.getvalue(), stamp)


class _Deck:
    """A deck in the making."""

    def __init__(self, template: Template, about: About, words: Locale) -> None:
        self._template, self._about, self._words = template, about, words
        self._language = words.language

    def cover(self, title: Title) -> None:
        """The first slide."""
        canvas = self._added(self._template.cover)
        holder = canvas.slide.shapes.title
        self._title(canvas, holder, self._template.cover, title.title, _COVERS)
        others = [found for found in canvas.slide.placeholders if found.placeholder_format.type == PP_PLACEHOLDER.SUBTITLE]
        lines = [rich("**{x}**", x=title.kicker), *(rich("{x}", x=line) for line in title.lines)]
        if others:
            box, (width, height) = others[0], self._inside(others[0])
            while (found := fitted(lines, width, height, (*_SIDES, *_SMALLER), self._language, 0.35)) is None and len(lines) > 1:
                lines.pop()
            size = found.size if found else _SMALLER[-1]
            frame = box.text_frame
            for number, line in enumerate(lines):
                paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
                tone = "" if not self._template.own else "muted" if number else "ink"
                canvas.write(paragraph, line, size, tone)
                paragraph.space_after = Pt(round(0.35 * size, 1))
        else:
            self._texts(canvas, self._template.body, lines, _SIDES, name=title.kicker)
        self._finish(canvas, self._template.cover, title.notes)

    def slide(self, slide: Slide) -> None:
        """One of the others."""
        canvas, body = self._added(self._template.layout), self._template.body
        self._title(canvas, canvas.slide.shapes.title, self._template.layout, slide.title, _TITLES)
        if self._template.own:
            topic = Area(body.left, 24.0, body.width - LOGO_WIDTH, 18.0)
            told = shortened(slide.topic, topic.width, topic.height, 12.0, self._language)
            canvas.text(topic, [rich("{x}", x=told)], 12.0, tone="accent", name=slide.topic)
        if self._template.panel:
            canvas.panel(Area(body.left - _EDGE, body.top - _EDGE, body.width + 2 * _EDGE, body.height + 2 * _EDGE))
        notes = list(slide.notes)
        if slide.figures:
            height = figures_height(slide.figures, body.width, self._language)
            canvas.figures(Area(body.left, body.top, body.width, height), slide.figures)
            body = Area(body.left, body.top + height + _SPACE, body.width, body.height - height - _SPACE)
        if slide.lead:
            body = self._lead(canvas, body, slide)
        foot = 0.0
        if slide.foot:
            found = fitted([rich("{x}", x=slide.foot)], body.width, 60.0, (_FOOT,), self._language)
            foot = (found.height if found else 30.0) + 4
        elif isinstance(slide.main, Table) and canvas.rows_without_room(body, slide.main):
            foot = _LINE
        main = Area(body.left, body.top, body.width, body.height - foot - (4 if foot else 0))
        if slide.main is not None and slide.side:
            wide = (1 - _BESIDE) * body.width - _SPACE
            beside = Area(main.left + wide + _SPACE, main.top, _BESIDE * body.width, main.height)
            main = Area(main.left, main.top, wide, main.height)
        more, end = "", main.bottom
        if isinstance(slide.main, Table):
            height, left_out = canvas.table(main, slide.main)
            end = main.top + height
            more = self._words("deck_more_rows", count=left_out) if left_out else ""
        elif isinstance(slide.main, Graph):
            draw_graph(canvas, main, slide.main)
        if slide.side:
            where, sizes = (beside, _NARROW) if slide.main is not None else (main, _SIDES)
            self._texts(canvas, where, slide.side, sizes, name=slide.topic)
        if slide.foot or more:
            line = self._words("deck_join", first=slide.foot, second=more) if slide.foot and more else slide.foot or more
            top = min(end + 6, body.bottom - foot) if isinstance(slide.main, Table) else body.bottom - foot
            found = fitted([rich("{x}", x=line)], body.width, 60.0, (_FOOT,), self._language)
            high = found.height if found else 30.0
            canvas.text(Area(body.left, top, body.width, high), [rich("{x}", x=line)], _FOOT, tone="muted", name=slide.about)
        self._finish(canvas, self._template.layout, notes)

    def _lead(self, canvas: Canvas, body: Area, slide: Slide) -> Area:
        """Sentences across the slide, as many as a quarter of it has room for; returns what is left below them."""
        for count in range(len(slide.lead), 0, -1):
            found = fitted(slide.lead[:count], body.width, _LEAD * body.height, _NARROW, self._language, _GAP)
            if found:
                area = Area(body.left, body.top, body.width, found.height)
                canvas.text(area, slide.lead[:count], found.size, gap=_GAP, name=slide.topic)
                used = found.height + _SPACE * 0.75
                return Area(body.left, body.top + used, body.width, body.height - used)
        return body

    def _texts(self, canvas: Canvas, area: Area, texts: Sequence[Rich], sizes: Sequence[float], name: str) -> None:
        """As many of the sentences, from the first, as fit in the smallest size."""
        for count in range(len(texts), 0, -1):
            found = fitted(texts[:count], area.width, area.height, sizes, self._language, _GAP)
            if found is None and count == 1:
                found = fitted(texts[:count], area.width, area.height, _SMALLER, self._language, _GAP)
            if found:
                canvas.text(area, texts[:count], found.size, gap=_GAP, name=name)
                return

    def _added(self, layout: Any) -> Canvas:
        slide = self._template.presentation.slides.add_slide(layout)
        return Canvas(slide, self._template.palette, self._language, own=self._template.own)

    def _title(self, canvas: Canvas, holder: Any, layout: Any, text: str, sizes: Sequence[float]) -> None:
        """The finding, in the largest size in which it fits its placeholder; a client's template has its own largest."""
        wanted = title_of(layout)
        width, height = self._inside(wanted)
        title = rich("**{x}**", x=text)
        most = sizes[0] if self._template.own else min(_size_of(layout), sizes[0])
        found = fitted([title], width, height, [size for size in sizes if size <= most] or sizes[-1:], self._language)
        if found is None:
            text = shortened(text, width, height, sizes[-1], self._language)
        size = self._on_fewer_lines(title, width, found.size, sizes) if found else sizes[-1]
        paragraph = holder.text_frame.paragraphs[0]
        paragraph.line_spacing = Pt(round(size * 1.22 if self._language == "en" else size * 1.34, 2))
        run = paragraph.add_run()
        run.text, run.font.size = text, Pt(size)
        canvas.speak(run._r)

    @staticmethod
    def _on_fewer_lines(title: Rich, width: float, size: float, sizes: Sequence[float]) -> float:
        """A size, or one or two smaller, if that saves a line: a last line of one word looks forgotten."""
        near = [other for other in sizes if other <= size][:_STEPS]
        return min(near, key=lambda other: (line_count(title, width, other), -other))

    def _inside(self, holder: Any) -> tuple[float, float]:
        """Width and height of a placeholder without its margins: ours have none, those of a client the usual ones."""
        across, up = (0.0, 0.0) if self._template.own else _MARGINS
        return holder.width / POINT - across, holder.height / POINT - up

    def _finish(self, canvas: Canvas, layout: Any, notes: Sequence[str]) -> None:
        """Footers, notes, and no empty placeholder."""
        slide = canvas.slide
        for holder in list(slide.placeholders):
            if not holder.text_frame.text.strip():
                holder._element.getparent().remove(holder._element)
        number = len(self._template.presentation.slides)
        told = {PP_PLACEHOLDER.DATE: (self._about.wave,), PP_PLACEHOLDER.FOOTER: self._about.footers}
        for holder in layout.placeholders:
            kind = holder.placeholder_format.type
            if kind in FOOTERS:
                slide.shapes._spTree.append(_footer(canvas, holder, told.get(kind), number))
        text = slide.notes_slide.notes_text_frame
        text.text = "\n".join(notes)
        for paragraph in text.paragraphs:
            for run in paragraph.runs:
                canvas.speak(run._r)


def _footer(canvas: Canvas, holder: Any, texts: Sequence[str] | None, number: int) -> Any:
    """A footer of the layout, on the slide: the first of the texts that fits, or the number, which counts by itself."""
    text, size = _fitting(canvas, holder, texts) if texts else (None, None)
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
    etree.SubElement(run, qn("a:rPr")).set("lang", "zh-CN" if canvas.language == "zh" else "en-GB")
    if size is not None:
        run.find(qn("a:rPr")).set("sz", str(round(100 * size)))
    etree.SubElement(run, qn("a:t")).text = str(number) if text is None else text
    used = {int(found) for found in canvas.slide._element.xpath(".//p:cNvPr/@id")}
    made.xpath(".//p:cNvPr")[0].set("id", str(max(used) + 1))
    return made


def _fitting(canvas: Canvas, holder: Any, texts: Sequence[str]) -> tuple[str, float | None]:
    """The first of the texts that fits on one line, and a smaller size if none does in the usual one."""
    width = holder.width / POINT - (0 if canvas.own else _MARGINS[0])
    for size in _FOOTERS:
        for text in texts:
            if natural_width(rich("{x}", x=text), size) <= width:
                return text, None if size == _FOOTERS[0] and canvas.own else size
    return texts[-1], _FOOTERS[-1]


def _size_of(layout: Any) -> float:
    """The size of titles in a client's template, in points."""
    for root in (title_of(layout)._element, *layout.slide_master.element.findall(f".//{qn('p:titleStyle')}")):
        for properties in root.iter(qn("a:defRPr")):
            if properties.get("sz"):
                return int(properties.get("sz")) / 100
    return _TITLES[0]


def _describe(presentation: Any, about: About, brand: Brand, words: Locale) -> str:
    """What the file says of itself; the wave's date stands for now. Returns it as a stamp with its time."""
    day = dt.datetime.fromisoformat((about.date or _EPOCH)[:10])
    properties = presentation.core_properties
    properties.title, properties.subject, properties.author = map(_property, (about.title, about.subject, brand.name))
    properties.last_modified_by, properties.comments, properties.keywords = _property(brand.name), "", ""
    properties.category, properties.revision = "", 1
    properties.language = "zh-CN" if words.language == "zh" else "en-GB"
    properties.created = properties.modified = properties.last_printed = day
    return f"{day.date().isoformat()}T00:00:00Z"


def _property(text: str) -> str:
    """What a property of a file has room for."""
    text = printable(text)
    return text if len(text) <= _PROPERTY else text[: _PROPERTY - 1] + "…"
