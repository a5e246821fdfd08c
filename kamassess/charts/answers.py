"""How the answers to a dimension's questions are spread over the options: one bar a question, darker for higher options."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import seaborn as sns
from matplotlib.colors import to_hex

from kamassess.charts.canvas import Pen, Sheet
from kamassess.charts.marks import Look
from kamassess.charts.rows import Rows
from kamassess.instrument import Dimension, Question
from kamassess.reading.brand import contrast
from kamassess.result import QuestionResult, UnitResult, option_key

__all__ = ["plot_answers", "ramp"]

_MARGINS, _ROOM_FOR_A_FIGURE = 150, 16
"""Pixels beside the bars, and the width a part needs for its figure."""

_LIGHT, _DARK = "#fefefe", "#010101"
"""Figures on bars: one of the two reaches 4.5 on any shade; no tokens, so that they stay as they are on a dark page."""


def ramp(pen: Pen, count: int) -> list[str]:
    """*count* colours from pale to the colour of what is claimed."""
    palette = pen.palette
    return [shade if shade not in palette else _beside(shade) for shade in _blend(pen["wash"], pen["claimed"], count)]


@lru_cache
def _blend(pale: str, full: str, count: int) -> tuple[str, ...]:
    """A report asks for the same colours in every chart, and a table of all shades between is made for each answer."""
    return tuple(to_hex(shade) for shade in sns.blend_palette([pale, full], n_colors=count + 1)[1:])


def _beside(colour: str) -> str:
    """The colour beside it: a token of the brand would be repainted in the dark, and the figures on the bar with it."""
    return f"{colour[:-1]}{int(colour[-1], 16) ^ 1:x}"


def plot_answers(unit: UnitResult, dimension: Dimension, pen: Pen) -> Sheet:
    """Answers to each question as parts of a bar; those who did not know or answer are a dashed part at the end.

    Questions whose answers are withheld have a row without a bar.
    """
    words = pen.words
    questions = [question for criterion in dimension.criteria for question in criterion.questions]
    names = [question.id for question in questions]
    rows = Rows(pen, names, 0, 1, label_width=92, row_height=26, top=8, right=48, short=True)
    shades = {question.scale.id: ramp(pen, len(question.scale.options)) for question in questions}
    for row, question in enumerate(questions):
        result, y = unit.questions[question.id], rows.y(row)
        asked = result.asked
        if result.withheld or asked is None:
            rows.text(0, y, words("answers_withheld_mark"), size=12, color=pen["muted"])
            continue
        if not asked:
            rows.text(0, y, words(f"reason_{result.reason}"), size=12)
            continue
        _parts(rows, y, question, result, asked, shades[question.scale.id])
        rows.text(1, y, words("n", n=result.n), (8, 0))
    return rows


def _parts(rows: Rows, y: float, question: Question, result: QuestionResult, asked: int, shades: Sequence[str]) -> None:
    """The bar of one question, from the lowest option to the open answers."""
    pen, words = rows.pen, rows.pen.words
    left = 0.0
    for option, shade in zip(question.scale.options, shades, strict=True):
        count = result.counts[option_key(option.value)]
        if not count:
            continue
        share, value = count / asked, words.short(option.value)
        tip = words("tip_answers", option=value, label=words.of(option.label), count=count, asked=asked)
        rows.bar(y, left, share, Look(shade), tip=tip)
        if share * (pen.width - _MARGINS) > _ROOM_FOR_A_FIGURE:
            ink = _LIGHT if contrast(shade, _LIGHT) >= 4.5 else _DARK
            rows.text(left + share / 2, y, value, ha="center", color=ink)
        left += share
    if left < 1 - 1e-9:
        tip = words("tip_open", dk=result.dk, unanswered=result.unanswered, asked=asked)
        rows.bar(y, left, 1 - left, Look(pen["paper"], pen["muted"], 0.8, dashes=(2, 2)), tip=tip)
