"""What people write in an answer cell, and what it means: an option's value, its label in any language, or both; a word for none.

A drop-down of the questionnaire writes ``4 – Integrated``; a hurried person types ``4``. What could mean two answers is refused.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable

import numpy as np

from kamassess.instrument import Question, Scale

__all__ = [
    "ANSWERED",
    "DONT_KNOW",
    "NOT_APPLICABLE",
    "UNANSWERED",
    "allowed_answers",
    "answer_code",
    "answer_reader",
    "option_text",
    "read_answer",
    "says_not_applicable",
    "value_text",
]

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
_BOTH = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*[-:.、)]?\s*(\D.*)", re.DOTALL)
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
    return value_text(value) if state == ANSWERED else {DONT_KNOW: "DK", NOT_APPLICABLE: "NA"}.get(state, "")


def value_text(value: float) -> str:
    """An option's value in as few digits as say all of it.

    >>> value_text(4.0), value_text(0.123456789)
    ('4', '0.123456789')
    """
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def option_text(value: float, label: str) -> str:
    """An option as the drop-down of a questionnaire has it.

    >>> option_text(4, "Integrated"), option_text(0.25, "0.25")
    ('4 – Integrated', '0.25')
    """
    number = value_text(value)
    return number if not label or label == number else f"{number} – {label}"


def read_answer(answer: str, scale: Scale) -> tuple[float, int] | None:
    """Value (NaN unless answered) and state; None for what is no answer on this scale, or could be two."""
    return answer_reader(scale)(answer)


def answer_reader(scale: Scale) -> Callable[[str], tuple[float, int] | None]:
    """What :func:`read_answer` does, for many answers on one scale."""
    own = {option.value: {_plain(label) for label in option.label.values()} for option in scale.options}
    bearers = Counter(label for labels in own.values() for label in labels)
    known = {label: value for value, labels in own.items() for label in labels if bearers[label] == 1}
    for option in scale.options:
        known |= {_plain(option_text(option.value, label)): option.value for label in option.label.values()}

    def read(answer: str) -> tuple[float, int] | None:
        plain = _plain(answer)
        if plain in _STATES:
            return np.nan, _STATES[plain]
        value = _option(answer, scale)
        if value is None:
            value = known.get(plain)
        if value is None and (found := _BOTH.fullmatch(plain)):
            named = _option(found[1], scale)
            value = named if named is not None and found[2] in own[named] else None
        return None if value is None else (value, ANSWERED)

    return read


def says_not_applicable(answer: str) -> bool:
    """Whether an answer is one of the words for that."""
    return _STATES.get(_plain(answer)) == NOT_APPLICABLE


def _option(answer: str, scale: Scale) -> float | None:
    """The value of *scale* that a number is."""
    try:
        number = float(answer.replace("_", "?"))
    except ValueError:
        return None
    near = bisect_left(scale.values, number)
    return next((option for option in scale.values[max(near - 1, 0) : near + 1] if abs(option - number) < 1e-9), None)


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
