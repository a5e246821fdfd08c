"""Sheets of words: the summary, how sure one can be, and by which rules. They say what the report says, from the same nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kamassess.document import Chart, Definitions, Heading, Node, Table, rich
from kamassess.export.scorecard.book import Book
from kamassess.export.scorecard.prose import Place, Prose
from kamassess.export.scorecard.spans import LAST
from kamassess.sections import appendix, board, certainty, cover
from kamassess.sections.by_hand import decided_by_hand
from kamassess.sections.known import missing_data
from kamassess.sections.view import View

__all__ = ["contents", "method", "write_method", "write_pages", "write_quality", "write_summary"]

_ON_A_SHEET = ("-questions",)


def write_summary(book: Book, view: View, charts: Mapping[str, Place]) -> None:
    """The head of the report and the page for the board."""
    prose = Prose(book, "summary", charts)
    prose.write((*cover(view), *board(view), *decided_by_hand(view)))
    if "effort" in charts:
        prose.place("effort")
    prose.write(contents(book))
    prose.on_paper()
    book.logo("summary", LAST - 5)


def contents(book: Book) -> tuple[Node, ...]:
    """How to read the file: what each sheet holds."""
    words = book.view.words
    sheets = [key for key in book.sheets if key != "summary"]
    entries = tuple((rich("{x}", x=words(f"sc_sheet_{key}")), words.rich(f"sc_about_{key}")) for key in sheets)
    return Heading(1, words("sc_how_to_read"), "contents"), Definitions(entries)


def write_quality(book: Book, view: View) -> None:
    """Coverage, agreement, reliability as the report words it; what could not be measured, and lines that were left out."""
    shown = (*certainty(view), *missing_data(view))
    write_pages(book, "quality", [node for node in shown if not isinstance(node, Chart)])


def write_method(book: Book, view: View) -> None:
    """The rules in words, definitions, inputs, versions, terms; without the questions, which have a sheet of their own."""
    write_pages(book, "method", method(book, appendix(view)))


def write_pages(book: Book, sheet: str, nodes: Iterable[Node], charts: Mapping[str, Place] | None = None) -> None:
    """A sheet of words, and how it is printed."""
    prose = Prose(book, sheet, charts)
    prose.write(nodes)
    prose.on_paper()


def method(book: Book, nodes: Iterable[Node]) -> list[Node]:
    """What an appendix says beside the tables of questions and what is missing."""
    found: list[Node] = [Heading(1, book.view.words("sc_sheet_method"), "method")]
    skipping = False
    for node in nodes:
        if isinstance(node, Heading) and node.level == 1:
            continue
        if isinstance(node, Heading):
            skipping = node.id in ("questions", "missing-data")
        if not skipping and not (isinstance(node, Table) and node.id.endswith(_ON_A_SHEET)):
            found.append(node)
    return found
