"""Cells of the company's own tables: dates, numbers, shares, yes and no, in the forms in which extracts arrive.

Each distinct text is looked at once. What could be read in two ways is not guessed: a date such as 3/4/2024 is read by what other
dates of the column prove, and refused where nothing proves it.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamassess.errors import quoted
from kamassess.reading.bounds import NUMBER_LEAST, NUMBER_MOST

__all__ = ["NAMED", "Parsed", "is_empty", "parse_choices", "parse_dates", "parse_names", "parse_numbers", "parse_yes"]

_BLANK = frozenset({"", "-", "–", "—", "n/a", "#n/a"})
_EMPTY = frozenset({"", "-", "–", "—", "n/a", "#n/a", "na", "null", "none", "nan", "无", "空"})
"""Words for a cell without a value, in lower case; of names fewer, since NA is a country and None may be a product."""
NAMED = frozenset({"account", "unit", "criterion", "text"})
"""Kinds of columns whose cells are names."""

_MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTHS = {name[:3].casefold(): number for number, name in enumerate(_MONTH_NAMES, 1)}
_CLOCK = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_CLOCK}")
_CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NAMED = re.compile(rf"(\d{{1,2}})[- /]([A-Za-z]{{3,9}})\.?[- /,]+(\d{{4}}|\d{{2}}){_CLOCK}")
_NAMED_FIRST = re.compile(rf"([A-Za-z]{{3,9}})\.?[- ](\d{{1,2}}),?[- ](\d{{4}}){_CLOCK}")
_SLASHED = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_CLOCK}")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_MONEY = re.compile(r"^[+-]?(?:CNY|RMB|USD|EUR|GBP|HKD|JPY)|(?:CNY|RMB|USD|EUR|GBP|HKD|JPY|元)$|[¥$€£]", re.IGNORECASE)
_YES = frozenset({"yes", "y", "true", "t", "1", "x", "是", "有", "√", "✓"})
_NO = frozenset({"no", "n", "false", "f", "0", "否", "没有", "×"})
_SERIAL = re.compile(r"[2-5]\d{4}(?:\.\d+)?")
_MEANS_NOTHING = "If it means that there is none, list it under 'missing' in engagement.yaml (* is any text)."
_PIVOT = 70
"""Two-digit years from here on are of the last century."""


def is_empty(text: str, *, named: bool = False) -> bool:
    """Whether a cell has no value; *named* where it holds a name.

    >>> is_empty("None"), is_empty("None", named=True), is_empty("–", named=True)
    (True, False, True)
    """
    return text.casefold() in (_BLANK if named else _EMPTY)


@dataclass(frozen=True)
class Parsed:
    """What the distinct texts of a column are worth, and what is wrong with some: by text, message and remedy.

    ``values`` has one entry a text, missing (NaN, NaT, empty) where it is empty or wrong.
    """

    values: np.ndarray[tuple[int], np.dtype[np.generic]]
    wrong: Mapping[str, tuple[str, str]]


# -- dates -----------------------------------------------------------------------------------------------------------------


def parse_dates(texts: Sequence[str], form: str | None = None) -> Parsed:
    """Days as datetime64[D]; *form* is a ``strptime`` format that all of them have.

    >>> parse_dates(["2024-03-05", "2-Jun-06", "2024年3月5日", "13/3/2024", "4/3/2024"]).values.astype(str).tolist()
    ['2024-03-05', '2006-06-02', '2024-03-05', '2024-03-13', '2024-03-04']
    >>> parse_dates(["4/3/2024"]).wrong["4/3/2024"][0]
    "'4/3/2024' could be 4 March or 3 April"
    """
    plain = [unicodedata.normalize("NFKC", text).strip() for text in texts]
    orders = frozenset() if form else _orders(plain)
    day_first = None if len(orders) != 1 else "day" in orders
    values, wrong = np.full(len(texts), np.datetime64("NaT", "D"), dtype="datetime64[D]"), {}
    for place, (text, clean) in enumerate(zip(texts, plain, strict=True)):
        if is_empty(clean):
            continue
        try:
            found = _by_form(clean, form) if form else _date(clean, day_first)
        except _TwoWaysError as error:
            message, remedy = error.fault
            both = ": other dates of the column have the day first, and others the month" if len(orders) > 1 else ""
            wrong[text] = message + both, remedy
            continue
        if found is None:
            wrong[text] = f"{quoted(text)} is no date", _as_date(clean, form)
        else:
            values[place] = np.datetime64(found, "D")
    return Parsed(values, wrong)


def _as_date(text: str, form: str | None) -> str:
    """How to mend what is no date."""
    if form:
        return f"Write it as {form}, as engagement.yaml says."
    if not any(letter.isdigit() for letter in text):
        return f"Write it as 2024-12-31. {_MEANS_NOTHING}"
    if _SERIAL.fullmatch(text):
        return "It may be a day as Excel counts them: format the column as a date there, and save it again."
    return "Write it as 2024-12-31."


class _TwoWaysError(ValueError):
    """A date that could be two days."""

    def __init__(self, text: str, first: dt.date, second: dt.date) -> None:
        super().__init__(text)
        one, other = (f"{day.day} {_MONTH_NAMES[day.month - 1]}" for day in (first, second))
        self.fault = (
            f"{quoted(text)} could be {one} or {other}",
            f"Write {first.isoformat()} or {second.isoformat()}, or give 'format' in engagement.yaml.",
        )


def _orders(texts: Sequence[str]) -> frozenset[str]:
    """What stands first, ``day`` or ``month``, in dates such as 13/3/2024, where other dates of the column prove it."""
    found = [match for text in texts if (match := _SLASHED.fullmatch(text))]
    proven = {"day": any(int(match[1]) > 12 for match in found), "month": any(int(match[3]) > 12 for match in found)}
    return frozenset(name for name, sure in proven.items() if sure)


def _by_form(text: str, form: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(text, form).date()
    except ValueError:
        return None


def _date(text: str, day_first: bool | None) -> dt.date | None:
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(match[1], match[3], match[4])
    if match := _CHINESE.fullmatch(text) or _COMPACT.fullmatch(text):
        return _day(match[1], match[2], match[3])
    if match := _NAMED.fullmatch(text):
        return _day(match[3], _month(match[2]), match[1])
    if match := _NAMED_FIRST.fullmatch(text):
        return _day(match[3], _month(match[1]), match[2])
    match = _SLASHED.fullmatch(text)
    if not match:
        return None
    dmy, mdy = _day(match[4], match[3], match[1]), _day(match[4], match[1], match[3])
    if dmy is None or mdy is None or dmy == mdy:
        return dmy or mdy
    if day_first is None:
        raise _TwoWaysError(text, dmy, mdy)
    return dmy if day_first else mdy


def _month(name: str) -> str:
    return str(_MONTHS.get(name[:3].casefold(), 0))


def _day(year: str, month: str, day: str) -> dt.date | None:
    number = int(year)
    if len(year) == 2:
        number += 1900 if number >= _PIVOT else 2000
    try:
        return dt.date(number, int(month), int(day))
    except ValueError:
        return None


# -- numbers ---------------------------------------------------------------------------------------------------------------


def parse_numbers(texts: Sequence[str]) -> Parsed:
    """Numbers as float64: with thousands separators, a currency, in brackets for negative, or as a percentage.

    >>> parse_numbers(["1,234.5", "￥80", "(12)", "35%", "-"]).values.tolist()
    [1234.5, 80.0, -12.0, 0.35, nan]
    >>> parse_numbers(["12,5"]).wrong
    {'12,5': ("'12,5' is no number", 'Write a point before decimals, as in 1234.5.')}
    """
    series = pd.Series(list(texts), dtype=object)
    values = pd.to_numeric(series, errors="coerce").to_numpy(dtype=float, copy=True)
    values[~np.isfinite(values)] = np.nan
    values[~_reckonable(values)] = np.nan
    wrong = {}
    for place in np.flatnonzero(np.isnan(values)).tolist():
        text = texts[place]
        if is_empty(text):
            continue
        found = _number(text)
        if found is None:
            spoken = any(letter.isalpha() for letter in text)
            remedy = f"Write the number alone. {_MEANS_NOTHING}" if spoken else "Write a point before decimals, as in 1234.5."
            wrong[text] = f"{quoted(text)} is no number", remedy
        elif not _reckonable(np.array([found]))[0]:
            values[place] = np.nan
            remedy = f"Numbers between {NUMBER_LEAST:g} and {NUMBER_MOST:g} are read: see where it came from."
            wrong[text] = f"{quoted(text)} is beyond what can be reckoned with", remedy
        else:
            values[place] = found
    return Parsed(values, wrong)


def _reckonable(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of some numbers are 0 or of a size whose sums and squares are numbers; NaN is none."""
    size = np.abs(values)
    found: NDArray[np.bool_] = (values == 0) | ((size >= NUMBER_LEAST) & (size <= NUMBER_MOST))
    return found


def _number(text: str) -> float | None:
    clean = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    sign = 1.0
    if clean.startswith("(") and clean.endswith(")"):
        sign, clean = -1.0, clean[1:-1]
    share = clean.endswith("%")
    clean = "".join(_MONEY.sub("", clean.removesuffix("%")).split())
    if _THOUSANDS.fullmatch(clean):
        clean = clean.replace(",", "")
    if not re.fullmatch(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?", clean):
        return None
    return sign * float(clean) / (100 if share else 1)


def parse_names(texts: Sequence[str]) -> Parsed:
    """How many names a cell lists, with semicolons between them, or the number itself.

    >>> parse_names(["sales; logistics；R&D", "4", ""]).values.tolist()
    [3.0, 4.0, nan]
    """
    values = np.full(len(texts), np.nan)
    for place, text in enumerate(texts):
        if not is_empty(text):
            number = _number(text)
            names = [part for part in re.split(r"[;；、|]", text) if part.strip()]
            values[place] = len(names) if number is None or not abs(number) <= NUMBER_MOST else number
    return Parsed(values, {})


# -- words -----------------------------------------------------------------------------------------------------------------


def parse_yes(texts: Sequence[str]) -> Parsed:
    """Yes as 1, no as 0.

    >>> parse_yes(["Yes", "否", ""]).values.tolist()
    [1.0, 0.0, nan]
    """
    values = np.full(len(texts), np.nan)
    wrong = {}
    for place, text in enumerate(texts):
        clean = unicodedata.normalize("NFKC", text).strip().casefold()
        if clean in _YES:
            values[place] = 1.0
        elif clean in _NO:
            values[place] = 0.0
        elif not is_empty(clean):
            wrong[text] = f"{quoted(text)} is neither yes nor no", "Write yes or no."
    return Parsed(values, wrong)


def parse_choices(texts: Sequence[str], choices: Mapping[str, Sequence[str]], suggest: Callable[[str], str]) -> Parsed:
    """The name of a choice, from it or another word for it.

    >>> parse_choices(["Visit", "拜访"], {"visit": ("拜访",)}, str).values.tolist()
    ['visit', 'visit']
    """
    words = {word.casefold(): name for name, others in choices.items() for word in (name, *others)}
    values, wrong = [], {}
    for text in texts:
        clean = unicodedata.normalize("NFKC", text).strip().casefold()
        found = words.get(clean, "")
        if not found and not is_empty(clean):
            wrong[text] = f"{quoted(text)} is none of the words for it", suggest(text)
        values.append(found)
    return Parsed(np.array(values, dtype=object), wrong)
