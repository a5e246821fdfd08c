"""Words, numbers and lists in the language of the reader. Every label of the product is in ``labels/``, in both languages."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache, lru_cache

from babel import Locale as BabelLocale
from babel import dates, lists, numbers

from kamassess.document import Rich, rich
from kamassess.instrument import LEVEL_TOLERANCE, Text
from kamassess.readable import isolated
from kamassess.reading.package_data import package_labels

__all__ = ["LANGUAGES", "Locale", "locale"]

LANGUAGES = ("en", "zh")
_BABEL = {"en": "en_GB", "zh": "zh_Hans_CN"}
_DASH = "–"
_YUAN = ("CNY", "RMB")


@cache
def locale(language: str) -> Locale:
    """The one :class:`Locale` of a language."""
    return Locale(language)


_STEPS: Mapping[str, tuple[tuple[float, str], ...]] = {
    "en": ((1e9, "money_billion"), (1e6, "money_million"), (1e3, "money_thousand")),
    "zh": ((1e8, "money_hundred_million"), (1e4, "money_ten_thousand")),
}
"""How a language counts large amounts, and the labels for it."""


_FIXED = ("#,##0", *(f"#,##0.{'0' * digits}" for digits in range(1, 10)))
"""Patterns by the count of decimals."""
_ONES = tuple(Decimal(1).scaleb(-digits) for digits in range(10))
_LARGE = Decimal(10**15)
"""What is smaller is rounded before it is written: there are few figures of two decimals, so most have been written before."""


@lru_cache(maxsize=16_384)
def _written(number: str, pattern: str, language: str) -> str:
    """A number by a pattern of CLDR. A report writes thousands, and most of them more than once.

    It comes as text, since 0.0 and −0.0 are the same number but not the same text.
    """
    written: str = _pattern(pattern).apply(number, _babel(language))
    return written


@cache
def _pattern(pattern: str) -> numbers.NumberPattern:
    return numbers.parse_pattern(pattern)


@cache
def _babel(language: str) -> BabelLocale:
    return BabelLocale.parse(_BABEL[language])


class Locale:
    """How things are said in one language. An unknown label is a bug and raises KeyError."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"no labels in language {language!r}")
        self.language = language

    def __call__(self, label: str, /, **values: object) -> str:
        """A label, with values filled in."""
        template: str = package_labels()[label][self.language]
        if not values:
            return template
        return template.format_map({name: isolated(value) if isinstance(value, str) else value for name, value in values.items()})

    def rich(self, label: str, /, **values: object) -> Rich:
        """A label with ``**strong**``, ``~~muted~~`` and ``^^action^^`` (see ``kamassess.document.rich``)."""
        return rich(package_labels()[label][self.language], **values)

    def has(self, label: str) -> bool:
        """Whether there is such a label."""
        return label in package_labels()

    def of(self, text: Text) -> str:
        """A text of the instrument or the engagement; in another language if it has no other."""
        return text.get(self.language) or next(iter(text.values()), "")

    def number(self, value: float, digits: int = 1) -> str:
        """A number with a fixed count of decimals, rounded half to even on its shortest decimal form."""
        exact = Decimal(str(value))
        short = exact.quantize(_ONES[digits], ROUND_HALF_EVEN) if abs(exact) < _LARGE else exact
        return _written(str(short), _FIXED[digits], self.language)

    def score(self, value: float | None, starts: Sequence[float] = ()) -> str:
        """A score with one decimal, or the mark of a missing one.

        Where rounding would lift it to one of *starts* (of levels) that it has not reached, it keeps more decimals.

        >>> Locale("en").score(1.97), Locale("en").score(1.97, starts=[1, 2])
        ('2.0', '1.97')
        """
        if value is None:
            return _DASH
        digits = 1
        while digits < 9 and (shown := round(value, digits)) > value + LEVEL_TOLERANCE:
            if not any(value + LEVEL_TOLERANCE < start <= shown for start in starts):
                break
            digits += 1
        return self.number(value, digits)

    def short(self, value: float) -> str:
        """A number without needless decimals, such as an option's value."""
        return _written(str(value), "#,##0.###", self.language)

    def percent(self, share: float) -> str:
        """A share (0–1) in per cent without decimals; never 0 % or 100 % for what is only near."""
        rounded = round(100 * share)
        if rounded == 0 and share > 0:
            return self("below_one_percent")
        if rounded == 100 and share < 1:
            rounded = 99
        return self("percent", value=rounded)

    def interval(self, low: float, high: float, digits: int = 1) -> str:
        """Two ends of an interval."""
        return f"{self.number(low, digits)}{_DASH}{self.number(high, digits)}"

    def list(self, items: Sequence[str]) -> str:
        """Items in a row, as the language joins them.

        >>> Locale("en").list(["a", "b", "c"]), Locale("zh").list(["甲", "乙", "丙"])
        ('a, b and c', '甲、乙和丙')
        """
        return str(lists.format_list([isolated(item) for item in items], style="standard", locale=_babel(self.language)))

    def quoted(self, name: str) -> str:
        """A name as it stands inside a sentence, where nothing else would set it apart.

        >>> Locale("en").quoted("Supply first"), Locale("zh").quoted("货源优先")
        ('“Supply first”', '“货源优先”')
        """
        return self("quoted", name=name)

    def people(self, count: int) -> str:
        """So many people.

        >>> Locale("en").people(1), Locale("en").people(3)
        ('1 person', '3 people')
        """
        return self("one_person") if count == 1 else self("some_people", n=self.number(count, 0))

    def date(self, iso: str) -> str:
        """A date in words.

        >>> Locale("en").date("2026-10-31"), Locale("zh").date("2026-10-31")
        ('31 October 2026', '2026年10月31日')
        """
        return str(dates.format_date(dt.date.fromisoformat(iso), format="long", locale=_babel(self.language)))

    def months(self, numbers_: Sequence[int]) -> str:
        """Months of the year (1–12), those in a row as from–to.

        >>> Locale("en").months([5, 6, 7, 11]), Locale("zh").months([1, 2, 11])
        ('May to July and November', '1月至2月和11月')
        """
        names = dates.get_month_names("abbreviated" if self.language == "zh" else "wide", "stand-alone", _babel(self.language))
        runs: list[list[int]] = []
        for number in sorted(numbers_):
            if runs and runs[-1][-1] == number - 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        spans = [self("from_to", low=names[run[0]], high=names[run[-1]]) if len(run) > 1 else names[run[0]] for run in runs]
        return self.list(spans)

    def measure(self, value: float, unit: str, currency: str = "") -> str:
        """A value of a metric with its unit of measure (those of ``kamassess.result.MetricValue``).

        >>> Locale("en").measure(0.456, "share"), Locale("zh").measure(3.26, "days"), Locale("en").measure(-0.5, "points")
        ('46%', '3.3天', '−0.5')
        >>> Locale("en").measure(-0.08, "difference"), Locale("zh").measure(0.15, "difference")
        ('−8 points', '15个百分点')
        """
        if unit in ("share", "ratio"):
            return self.percent(value) if value >= 0 else "−" + self.percent(-value)
        if unit == "difference":
            digits = 0 if abs(value) >= 0.1 or not round(1000 * value) % 10 else 1
            points = self.number(100 * value, digits).replace("-", "−")
            return self("some_points", n=points if round(1000 * value) else "0")
        if unit == "money":
            return self.money(value, currency)
        if unit in ("days", "years"):
            return self(f"some_{unit}", n=self.number(value))
        digits = {"count": 0 if value == int(value) else 1, "index": 0}.get(unit, 1)
        return self.number(value, digits).replace("-", "−")

    def money(self, value: float, currency: str = "") -> str:
        """An amount in three figures, by thousands and millions, or by 万 and 亿.

        >>> Locale("en").money(12_345_678, "CNY"), Locale("zh").money(12_345_678, "CNY"), Locale("en").money(-950)
        ('CNY 12.3 m', '1,230万元', '−950')
        """
        steps = _STEPS[self.language]
        size = abs(value)
        whole = round(size, 2 - math.floor(math.log10(size))) if size >= 1 else round(size, 2)
        step, label = next(((step, label) for step, label in steps if whole >= step), (1.0, ""))
        figures = self.short(whole / step)
        text = self(label, n=figures) if label else figures
        sign = "−" if value < 0 and whole else ""
        if self.language == "zh" and currency in _YUAN:
            return f"{sign}{text}元"
        return sign + (f"{currency} {text}" if currency else text)
