"""What a report says in words, on a sheet: the nodes that HTML and PDF are made from, one below the other, as wide as a page.

A paragraph goes across all columns of the sheet; boxes and tables share them out among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from kamassess.document import (
    Banner,
    Bullets,
    Cards,
    Cell,
    Chart,
    Cover,
    Definitions,
    Heading,
    KeyFigures,
    Node,
    Paragraph,
    Rich,
    Run,
    Table,
    plain,
)
from kamassess.export.cell_text import cell_lines, evenly_broken, row_points
from kamassess.export.paper import print_down
from kamassess.export.scorecard.book import Book
from kamassess.export.scorecard.spans import LAST, WIDTHS, boxes, columns_of, room

if TYPE_CHECKING:
    from xlsxwriter.format import Format

__all__ = ["Place", "Prose"]

_LEAST, _APART = 16.0, 10
_TOGETHER = 12
"""So many terms are not parted by the end of a page."""
_CHART_ROW = 15.0
"""Points of a row below a chart; said, since programs differ in what they take where nothing is."""
_SIZES = {1: 14, 2: 12, 3: 10}
_UNKNOWN = ("", "–")

Place = Callable[[int], int]
"""Puts something at a row and says how many rows it takes."""


class Prose:
    """Writes nodes on a sheet. ``charts`` puts a native chart where the report has a drawing or table of that id."""

    def __init__(self, book: Book, sheet: str, charts: Mapping[str, Place] | None = None) -> None:
        self._book, self._sheet = book, sheet
        self._page, self._looks = book.sheets[sheet], book.looks
        self._charts = charts or {}
        self._row = 0
        self._starts: list[int] = []
        self._bound = False
        for column, width in enumerate(WIDTHS):
            self._page.set_column(column, column, width)

    def write(self, nodes: Iterable[Node]) -> None:
        """All nodes, in their order."""
        for node in nodes:
            match node:
                case Cover():
                    self._cover(node)
                case Heading():
                    self._heading(node)
                case Paragraph():
                    self._begin()
                    size = 12 if node.kind == "lead" else 10
                    muted = {"font_color": self._looks.colours["muted"]} if node.kind in ("note", "sub") else {}
                    self._across(node.text, self._looks.of(text_wrap=True, font_size=size, **muted), size)
                case KeyFigures():
                    self._figures(node)
                case Cards():
                    for card in node.items:
                        self._begin()
                        self._named(card.title, tuple(_joined(card.body)), card.kind)
                case Banner():
                    self._banner(node)
                case Bullets():
                    for item in node.items:
                        self._begin()
                        self._across((Run("• "), *item), self._looks.of(text_wrap=True, indent=1), 10)
                case Definitions():
                    for number, (term, text) in enumerate(node.items):
                        if not number or len(node.items) > _TOGETHER:
                            self._begin()
                        self._named(plain(term), text, "neutral")
                    self._row += 1
                case Table() | Chart() if node.id in self._charts:
                    self.place(node.id)
                case Table():
                    self._table(node)

    def place(self, name: str) -> None:
        """A native chart, here."""
        self._begin()
        first = self._row
        self._row += self._charts[name](first)
        for row in range(first, self._row):
            self._book.row(self._sheet, row, _CHART_ROW)

    def on_paper(self) -> None:
        """Lay out on paper what was written: headings stay with what they head, and nothing is torn apart."""
        ends = [*(start - 1 for start in self._starts[1:]), self._row]
        blocks = zip(self._starts, ends, strict=False)  # of an empty sheet there is no start
        heights = [(first, self._book.height(self._sheet, first, last)) for first, last in blocks]
        print_down(self._page, WIDTHS, heights)

    def _begin(self, *, heading: bool = False) -> None:
        """From here on a page may begin, unless it would part a heading from what it heads."""
        if not self._bound:
            self._starts.append(self._row)
        self._bound = heading

    # -- nodes -----------------------------------------------------------------------------------------------------------

    def _cover(self, node: Cover) -> None:
        looks, colours = self._looks, self._looks.colours
        self._begin()
        self._across((Run(node.kicker),), looks.of(font_color=colours["muted"], text_wrap=True), 10)
        self._across((Run(node.title),), looks.of(bold=True, font_size=18, font_color=colours["accent"], text_wrap=True), 18)
        self._across(node.lead, looks.of(font_size=12, text_wrap=True), 12)
        self._row += 1
        for name, text in node.facts:
            self._named(name, text, "neutral")
        self._row += 1

    def _heading(self, node: Heading) -> None:
        colours = self._looks.colours
        self._begin(heading=True)
        self._row += 1 if self._row else 0
        line = {"bottom": 2, "bottom_color": colours["accent"]} if node.level == 1 else {}
        size = _SIZES[node.level]
        look = self._looks.of(bold=True, font_size=size, font_color=colours["accent"], text_wrap=True, valign="bottom", **line)
        self._across((Run(node.text),), look, size)

    def _figures(self, node: KeyFigures) -> None:
        """Boxes beside each other: what, how much, and of what kind."""
        self._begin()
        looks, colours = self._looks, self._looks.colours
        spans = boxes(len(node.items))
        parts = (
            ([item.label for item in node.items], {"font_color": colours["muted"], "top": 2, "top_color": colours["accent"]}),
            ([item.value for item in node.items], {"bold": True, "font_size": 18, "font_color": colours["accent"]}),
            ([item.note for item in node.items], {"font_color": colours["muted"], "text_wrap": True}),
        )
        for texts, more in parts:
            look = looks.of(**{"bg_color": colours["wash"], "align": "left", "indent": 1, "text_wrap": True} | more)
            size, bold, lines = float(look.font_size), bool(look.bold), 1
            for (first, last), text in zip(spans, texts, strict=True):
                self._cell(first, last, (Run(text),), look)
                lines = max(lines, cell_lines(text, room(first, last, 1), size, bold))
            self._next(lines, size)
        self._row += 1

    def _banner(self, node: Banner) -> None:
        self._begin()
        colours = self._looks.colours
        look = self._looks.of(
            text_wrap=True, bg_color=colours["hot" if node.kind == "warning" else "wash"], left=5, left_color=colours["measured"]
        )
        label = self._book.view.words(node.kind)
        colon = "：" if self._looks.language == "zh" else ": "
        self._across((Run(f"{label}{colon}", "strong"), *node.text), look, 10)

    def _named(self, name: str, text: Rich, kind: str) -> None:
        """A name on the left and what is said of it."""
        colours = self._looks.colours
        token = {"strength": "accent", "gap": "measured", "disagreement": "claimed", "say_do": "measured", "data": "measured"}
        colour = colours[token.get(kind, "ink")]
        line = {"bottom": 1, "bottom_color": colours["line"]}
        self._cell(0, 0, (Run(name),), self._looks.of(bold=True, font_color=colour, text_wrap=True, **line))
        self._cell(1, LAST, text, self._looks.of(text_wrap=True, **line))
        self._next(max(cell_lines(name, room(0, 0), 10, True), _lines(text, room(1, LAST))))

    def _table(self, node: Table) -> None:
        self._begin(heading=True)
        self._row += 1
        self._across((Run(node.caption),), self._looks.of(bold=True, text_wrap=True), 10)
        spans = columns_of(node.columns, node.rows)
        heads = [
            (Run("\n".join(evenly_broken(column.label, room(*span) - _APART, 10, True))),)
            for column, span in zip(node.columns, spans, strict=True)
        ]
        self._cells(spans, heads, [self._looks.header if c.kind != "number" else self._looks.header_number for c in node.columns])
        for row in node.rows:
            self._begin()
            looks = [self._looks.cell("wrap") if column.kind != "number" else self._number for column in node.columns]
            self._cells(spans, [_shown(cell) for cell in row], looks)
        if node.note:
            self._across(node.note, self._looks.of(text_wrap=True, font_color=self._looks.colours["muted"]), 10)
        self._row += 1

    @property
    def _number(self) -> Format:
        return self._looks.of(align="right", valign="vcenter", text_wrap=True, bottom=1, bottom_color=self._looks.colours["line"])

    # -- cells -----------------------------------------------------------------------------------------------------------

    def _cells(self, spans: Sequence[tuple[int, int]], texts: Sequence[Rich], looks: Sequence[Format]) -> None:
        lines = 1
        for (first, last), text, look in zip(spans, texts, looks, strict=True):
            self._cell(first, last, text, look)
            lines = max(lines, _lines(text, room(first, last, 1), 10, bool(look.bold)))
        self._next(lines)

    def _across(self, text: Rich, look: Format, size: int) -> None:
        self._cell(0, LAST, text, look)
        self._next(_lines(text, room(0, LAST, look.indent), size, bool(look.bold)), size)

    def _next(self, lines: int, size: float = 10) -> None:
        self._book.row(self._sheet, self._row, row_points([(lines, size)], self._looks.language, _LEAST))
        self._row += 1

    def _cell(self, first: int, last: int, text: Rich, look: Format) -> None:
        """Text in one cell or across several, its strong words strong. It stays text, whatever it begins with."""
        if last > first:
            self._page.merge_range(self._row, first, self._row, last, "", look)
        runs = [run for run in text if run.text]
        if len(runs) < 2 or len(plain(text)) > 30_000:
            self._book.text(self._sheet, self._row, first, plain(text), look)
            return
        parts: list[object] = []
        for run in runs:
            parts += [self._run(run, look), run.text]
        self._page.write_rich_string(self._row, first, *parts, look)

    def _run(self, run: Run, look: Format) -> Format:
        colours = self._looks.colours
        base = {"font_size": look.font_size}
        match run.style:
            case "strong":
                return self._looks.of(**base | {"bold": True})
            case "action":
                return self._looks.of(**base | {"bold": True, "font_color": colours["accent"]})
            case "muted":
                return self._looks.of(**base | {"font_color": colours["muted"]})
            case "code":
                return self._looks.of(**base | {"font_name": "Consolas", "font_size": 9})
        return self._looks.of(**base | {"bold": bool(look.bold)})


def _joined(paragraphs: Sequence[Rich]) -> Iterable[Run]:
    for number, paragraph in enumerate(paragraphs):
        if number:
            yield Run("\n")
        yield from paragraph


def _shown(cell: Cell) -> Rich:
    """What stands in a cell; the reason of a missing figure beside its dash, since nothing is shown on hover."""
    text = plain(cell.text).strip()
    if text in _UNKNOWN and cell.sort is None:
        return (Run(f"– {cell.title}" if cell.title else "–", "muted"),)
    return cell.text


def _lines(text: Rich, pixels: float, size: float = 10, bold: bool = False) -> int:
    """On how many lines text stands; as bold where a good part of it is."""
    whole = plain(text)
    strong = sum(len(run.text) for run in text if run.style in ("strong", "action"))
    return cell_lines(whole, pixels, size, bold or strong > len(whole) / 4)
