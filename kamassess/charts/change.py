"""From one wave to the next: where each score came from and where it went.

Both are claims, so both have the colour of what is claimed. What is more than chance is drawn heavy and printed in bold, what
could be chance thin and dashed.
"""

from __future__ import annotations

from collections.abc import Sequence

from kamassess.charts.canvas import SMALL, Pen, Sheet, wrap
from kamassess.charts.change_rows import (
    FIGURES,
    NARROW_FIGURES,
    ChangeRow,
    Key,
    Sign,
    change_rows,
    dot_sign,
    exact,
    figures,
    heading,
    line_sign,
    signed,
)
from kamassess.charts.dimensions import scale_ticks
from kamassess.charts.marks import Look
from kamassess.charts.rows import Rows
from kamassess.instrument import Instrument

__all__ = ["plot_changes"]

_DOT, _RING = 12, 17
_DASHES = (3, 2.5)


def plot_changes(entries: Sequence[ChangeRow], instrument: Instrument, waves: tuple[str, str], pen: Pen) -> Sheet:
    """Scores of two waves in rows: a hollow dot then, a filled one now, and an arrow between them where there is room.

    Parameters
    ----------
    entries
        From top to bottom.
    instrument
        Of the later wave; its scale is drawn.
    waves
        Names of the earlier and the later wave.
    """
    words = pen.words
    ticks, labels = scale_ticks(instrument, pen)
    key = Key(pen, _entries(entries, waves, pen))
    rows = change_rows(entries, ticks[0], ticks[-1], 0.02 if pen.narrow else 0.06, key.height, pen)
    key.draw(rows)
    rows.grid(ticks, labels)
    heading(rows, words("chart_change_column_short" if pen.narrow else "chart_change_column"))
    for row, entry in enumerate(entries):
        _target(rows, row, entry)
        _movement(rows, row, entry, waves, instrument)
    return rows


def _movement(rows: Rows, row: int, entry: ChangeRow, waves: tuple[str, str], instrument: Instrument) -> None:
    """Both dots of a row, the way between them, and the change in figures."""
    pen, words, y = rows.pen, rows.pen.words, rows.y(row)
    change = entry.change
    before, after = change.before, change.after
    if before is not None:
        near = after is not None and abs(after - before) < _pixel(rows) * _DOT
        rows.dot(before, y, "o", _RING if near else _DOT, _hollow(pen), order=3)
    if before is not None and after is not None and change.difference is not None:
        _arrow(rows, y, before, after, certain=change.certain)
    if after is not None:
        shown = [exact(words, value, instrument.starts) for value in (before, after)]
        values = {"before": shown[0], "after": shown[1], "since": waves[0], "wave": waves[1]}
        tip = words("tip_change", name=entry.name, **values)
        rows.dot(after, y, "o", _DOT, Look(pen["claimed"], pen["claimed"]), order=5, tip=tip)
    if change.difference is not None:
        figures(rows, y, signed(words, change.difference), change.ci, strong=change.certain)
        return
    _note(rows, y, words(f"reason_{change.reason}"))


def _arrow(rows: Rows, y: float, before: float, after: float, *, certain: bool) -> None:
    """The way from dot to dot, with a head where there is room for one."""
    pen, pixel = rows.pen, _pixel(rows)
    way = (after - before) / pixel
    if abs(way) < _DOT + 2:
        return
    sign = 1 if way > 0 else -1
    start, end = before + sign * pixel * _DOT / 2, after - sign * pixel * _DOT / 2
    rows.line([start, end], [y, y], _way(pen, certain=certain))
    if abs(way) > 2.2 * _DOT:
        tip = after - sign * pixel * (_DOT / 2 + 5)
        rows.dot(tip, y, ">" if way > 0 else "<", 9, Look(pen["claimed"]), order=4)


def _target(rows: Rows, row: int, entry: ChangeRow) -> None:
    if entry.target is None:
        return
    pen, y = rows.pen, rows.y(row)
    ends = [y - 0.24, y + 0.24]
    tip = pen.words("tip_target", name=entry.name, value=pen.words.score(entry.target))
    rows.line([entry.target] * 2, ends, Look(line=pen["target"], width=2.2, cap="butt"), order=1, tip=tip)


def _note(rows: Rows, y: float, text: str) -> None:
    """Why a row has no change, in place of the figures."""
    room = (NARROW_FIGURES if rows.stacked else FIGURES) - 12
    at = (FIGURES - 2, 0) if not rows.stacked else (12, 0)
    rows.text(rows.high, y, wrap(text, room, SMALL), at, ha="right", spacing=1.1)


def _pixel(rows: Rows) -> float:
    """Scale points that a pixel is wide."""
    return (rows.high - rows.low) / rows.across


def _hollow(pen: Pen) -> Look:
    return Look(pen["paper"], pen["claimed"], 1.8)


def _way(pen: Pen, *, certain: bool) -> Look:
    return Look(line=pen["claimed"], width=3.2, cap="butt") if certain else Look(line=pen["claimed"], width=1.6, dashes=_DASHES)


def _entries(entries: Sequence[ChangeRow], waves: tuple[str, str], pen: Pen) -> list[tuple[Sign, str]]:
    """Key of dots and lines; of what occurs."""
    words = pen.words
    found = [
        (dot_sign("o", _DOT - 1, _hollow(pen)), waves[0]),
        (dot_sign("o", _DOT - 1, Look(pen["claimed"], pen["claimed"])), waves[1]),
    ]
    changes = [entry.change for entry in entries if entry.change.difference is not None]
    if any(change.certain for change in changes):
        found.append((line_sign([-8, 8], [0, 0], _way(pen, certain=True)), words("key_sure")))
    if any(not change.certain for change in changes):
        found.append((line_sign([-8, 8], [0, 0], _way(pen, certain=False)), words("key_chance")))
    if any(entry.target is not None for entry in entries):
        found.append((line_sign([0, 0], [-6, 6], Look(line=pen["target"], width=2.2)), words("key_target")))
    return found
