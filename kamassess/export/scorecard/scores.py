"""Cells of scores: with as many decimals as they need, with their interval, shaded by where they lie on their scale."""

from __future__ import annotations

from kamassess.export.scorecard.book import Book
from kamassess.export.scorecard.grid import Entry, amount, missing
from kamassess.result import Block
from kamassess.sections.view import ResultView

__all__ = ["coverage", "decimals", "distances", "ends", "reasons", "score", "shade"]


def decimals(view: ResultView, value: float | None) -> str:
    """A pattern with as many decimals as keep a score from being rounded up to a level that it has not reached."""
    places = len(view.points(value).partition(".")[2]) if value is not None else 1
    return f"0.{'0' * max(places, 1)}"


def score(view: ResultView, value: float | None, *, strong: bool = False, formula: str = "") -> Entry:
    """A score."""
    return Entry(value, "score", "strong" if strong else "plain", formula if value is not None else "", decimals(view, value))


def ends(view: ResultView, pair: tuple[float, float] | None) -> tuple[Entry, Entry]:
    """Two ends of an interval."""
    low, high = pair if pair else (None, None)
    return score(view, low), score(view, high)


def distances(block: Block, score_at: str, low_at: str, high_at: str) -> tuple[Entry, Entry]:
    """From a score down and up to the ends of its interval, for the bars of a chart; empty where there is no interval."""
    if block.score is None or block.interval is None:
        return missing(), missing()
    low, high = block.interval
    return amount(block.score - low, formula=f"={score_at}-{low_at}"), amount(
        high - block.score, formula=f"={high_at}-{score_at}"
    )


def coverage(value: float | None) -> Entry:
    """A share that is never shown as all or nothing where it is only near."""
    near = value is not None and (0 < value < 0.005 or 0.995 <= value < 1)
    return Entry(value, "percent", number="0.0%" if near else "")


def reasons(view: ResultView, block: Block) -> str:
    """Why a block has no score, no level or no interval, in words."""
    found = dict.fromkeys(reason for reason in (block.reason, block.ci_reason) if reason)
    return view.words("sc_separator").join(view.words(f"reason_{reason}") for reason in found)


def shade(book: Book, sheet: str, first: tuple[int, int], last: tuple[int, int], low: float, high: float) -> None:
    """Colour scores by where they lie on their scale, darker for higher, so that text on it can still be read."""
    if high <= low or last[0] < first[0]:
        return
    colours = book.looks.colours
    book.sheets[sheet].conditional_format(
        *first,
        *last,
        {
            "type": "2_color_scale",
            "min_type": "num",
            "max_type": "num",
            "min_value": low,
            "max_value": high,
            "min_color": _between(colours["paper"], colours["claimed"], 0.03),
            "max_color": _between(colours["paper"], colours["claimed"], 0.55),
        },
    )


def _between(first: str, second: str, share: float) -> str:
    pairs = [(int(first[place : place + 2], 16), int(second[place : place + 2], 16)) for place in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
