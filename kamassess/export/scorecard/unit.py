"""The scorecard of one unit. It tells nothing of other units but what the unit's report tells."""

from __future__ import annotations

from collections.abc import Callable

from kamassess.export.scorecard.answers import write_questions, write_roles
from kamassess.export.scorecard.blocks import criteria_area, dimensions_area, write_criteria, write_dimensions
from kamassess.export.scorecard.book import Book
from kamassess.export.scorecard.charts import chart_dimensions, chart_effort
from kamassess.export.scorecard.known import write_gaps, write_metrics
from kamassess.export.scorecard.pages import write_method, write_quality, write_summary
from kamassess.export.scorecard.plan import write_roadmap
from kamassess.reading.scorecards import IDENTITY, SCHEMA
from kamassess.sections.view import View

__all__ = ["unit_scorecard"]

_SHEETS = "summary dimensions criteria roles questions metrics gaps role_gaps roadmap quality method"


def unit_scorecard(view: View) -> bytes:
    """The workbook of one unit."""
    book = Book(view, view.unit_name, view.words("unit_and_id", name=view.unit_name, id=view.unit.id), _SHEETS.split())
    dimensions, criteria = dimensions_area(book, view), criteria_area(book, view)
    write_dimensions(book, view, criteria)
    write_criteria(book, view, dimensions)
    write_roles(book, view)
    write_questions(book, view)
    write_metrics(book, view)
    write_gaps(book, view)
    phases = write_roadmap(book, view)
    charts: dict[str, Callable[[int], int]] = {"board-dimensions": lambda row: chart_dimensions(book, view, dimensions, row)}
    if phases is not None:
        charts["effort"] = lambda row: chart_effort(book, view, phases, row)
    write_summary(book, view, charts)
    write_quality(book, view)
    write_method(book, view)
    instrument, result = view.instrument, view.result
    facts = (
        ("schema", SCHEMA),
        ("unit", view.unit.id),
        ("wave", result.wave),
        ("instrument", instrument.id),
        ("version", instrument.version),
        ("sha256", instrument.sha256),
    )
    book.hidden(IDENTITY, [*facts, *(("cell", *entry) for entry in book.written)])
    book.protect()
    return book.done()
