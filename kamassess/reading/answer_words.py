"""What people write in an answer cell, and what it means: an option's value, its label in any language, or both; a word for none.

A drop-down of the questionnaire writes ``4 – Integrated``; a hurried person types ``4``. What could mean two answers is refused.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left

import numpy as np

from kamassess.instrument import Question, Scale

__all__ = ["ANSWERED", "DONT_KNOW", "NOT_APPLICABLE", "UNANSWERED", "allowed_answers", "answer_code", "read_answer"]

UNANSWERED, ANSWERED, DONT_KNOW, NOT_APPLICABLE = range(4)
"""States of an answer, in column ``state``."""

_STATES = {
    "": UNANSWERED,
    "dk": DONT_KNOW,
    "don't know": DONT_KNOW,
    "不清楚": DONT_KNOW,
    "不知道": DONT_KNOW,
    "na": NOT_APPLICABLE,
    "n/a": NOT_APPLICABLE,
    "not applicable": NOT_APPLICABLE,
    "不适用": NOT_APPLICABLE,
}
_OPTIONS_SHOWN = 12
_BOTH = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))\s*[-:.、)]?\s*(\D.*)", re.DOTALL)
"""A value and the label after it, once :func:`_plain` has made every dash a hyphen."""
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-") | {ord("’"): "'", ord("‘"): "'"}
_DATE = re.compile(r"\d{4}-\d\d-\d\d( .*)?")
_TWO = re.compile(r"\s*(?:,|/|;|-|、|&|\+|\bto\b|\bor\b|\band\b|到|至|或|和)\s*")


def _plain(text: str) -> str:
    """A text without what keyboards and spreadsheets change: full-width letters, dashes, capitals, doubled spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).casefold().split())


def answer_code(value: float, state: int) -> str:
    """An answer as a CSV file has it: the option's value, ``DK``, ``NA`` or nothing.

    >>> answer_code(0.25, ANSWERED), answer_code(float("nan"), NOT_APPLICABLE)
    ('0.25', 'NA')
    """
    return f"{value:g}" if state == ANSWERED else {DONT_KNOW: "DK", NOT_APPLICABLE: "NA"}.get(state, "")


def read_answer(answer: str, scale: Scale) -> tuple[float, int] | None:
    """Value (NaN unless answered) and state; None for what is no answer on this scale, or could be two."""
    plain = _plain(answer)
    state = _STATES.get(plain)
    if state is not None:
        return np.nan, state
    option = _option(answer, scale)
    if option is None:
        option = _labelled(plain, scale)
    return None if option is None else (option, ANSWERED)


def _option(answer: str, scale: Scale) -> float | None:
    """The value of *scale* that a number is."""
    try:
        number = float(answer.replace("_", "?"))
    except ValueError:
        return None
    near = bisect_left(scale.values, number)
    return next((option for option in scale.values[max(near - 1, 0) : near + 1] if abs(option - number) < 1e-9), None)


def _labelled(plain: str, scale: Scale) -> float | None:
    """The option that a label is of, or a value with its own label; a value with the label of another option is neither."""
    own = {option.value: {_plain(label) for label in option.label.values()} for option in scale.options}
    bearers = [value for value, labels in own.items() if plain in labels]
    if bearers:
        return bearers[0] if len(bearers) == 1 else None
    found = _BOTH.fullmatch(plain)
    option = _option(found[1], scale) if found else None
    return option if found and option is not None and found[2] in own[option] else None


def allowed_answers(question: Question, answer: str) -> str:
    """What to do about an *answer* that is none: what may stand there, and what has become of it if that can be told."""
    scale = question.scale
    if _option(answer.replace(",", "."), scale) is not None:
        return f"Write it with a point: {answer.replace(',', '.')}."
    if _DATE.fullmatch(answer):
        return "The spreadsheet has made a date of it, as of 4-5: choose one answer from the list of the cell."
    parts = _TWO.split(_plain(answer))
    if len(parts) > 1 and all(read_answer(part, scale) for part in parts) and all(parts):
        return "It gives two answers: keep one."
    options = ", ".join(f"{value:g}" for value in scale.values)
    if len(scale.values) > _OPTIONS_SHOWN:
        options = f"one of the {len(scale.values)} values of scale {scale.id}, from {scale.values[0]:g} to {scale.values[-1]:g}"
    return f"Use {options}, DK (don't know), NA (not applicable) or leave it empty."
