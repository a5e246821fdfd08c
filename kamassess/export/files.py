"""Files that people go on working with, made from the result itself: no notebook is run for them."""

from __future__ import annotations

from kamassess.sections.group.view import GroupView
from kamassess.sections.minutes import MinutesView
from kamassess.sections.view import View

__all__ = ["write_file"]


def write_file(file_format: str, view: View | GroupView) -> bytes:
    """A report of one unit or of all in one format, to the same bytes each time.

    Parameters
    ----------
    file_format
        ``json``: the unit's part of the result, or all of it, as ``docs/result.md`` has it; ``xlsx``: the scorecard, or
        the tables of minutes; ``pptx``: the deck.
    view
        What is reported, in its language and under its brand.

    Raises
    ------
    ReportError
        The format cannot be made of this.
    """
    if file_format == "json":
        return _json(view)
    if file_format == "xlsx":
        return _scorecard(view)
    if file_format == "pptx":
        return _deck(view)
    raise ValueError(f"no format {file_format!r}")


def _json(view: View | GroupView) -> bytes:
    """Figures at full precision, as far as reports show them. A unit's hold of other units what its report tells of them."""
    if isinstance(view, MinutesView):
        parts = view.result.write_json_of_workshop(view.unit.id)
    else:
        parts = view.result.write_json_of(view.unit.id) if isinstance(view, View) else view.result.write_json(published=True)
    return "".join(parts).encode()


def _scorecard(view: View | GroupView) -> bytes:
    if isinstance(view, MinutesView):
        from kamassess.export.minutes_book import minutes_workbook

        return minutes_workbook(view)
    from kamassess.export.scorecard import group_scorecard, unit_scorecard  # XlsxWriter: only where a workbook is made

    if isinstance(view, View):
        return unit_scorecard(view)
    return group_scorecard(view)


def _deck(view: View | GroupView) -> bytes:
    from kamassess.export.deck import write_deck  # python-pptx: only where a deck is made

    return write_deck(view)
