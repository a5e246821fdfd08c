"""Files that people go on working with, made from the result itself: no notebook is run for them."""

from __future__ import annotations

from kamassess.sections.view import ResultView, View

__all__ = ["write_file"]


def write_file(file_format: str, view: ResultView) -> bytes:
    """A report of one unit (a :class:`View`) or of all (any other view) in one format, to the same bytes each time.

    Parameters
    ----------
    file_format
        ``json``: the unit's part of the result, or all of it, as ``docs/result.md`` has it; ``pptx``: the board's deck.
    view
        What is reported, in its language and under its brand.

    Raises
    ------
    ReportError
        The format cannot be made of this.
    """
    if file_format == "json":
        return _json(view)
    if file_format == "pptx":
        from kamassess.export.deck import write_deck

        return write_deck(view)
    raise ValueError(f"no format {file_format!r}")


def _json(view: ResultView) -> bytes:
    """Figures at full precision. A unit's hold nothing of other units but what its report tells of them."""
    parts = view.result.write_json_of(view.unit.id) if isinstance(view, View) else view.result.write_json()
    return "".join(parts).encode()
