"""Amounts of money as a reader of each language writes them: rounded alike, in thousands or in 万."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from babel import numbers

from kamassess.locale import Locale

__all__ = ["Amounts"]

_WAN = 10_000
_BABEL = {"en": "en_GB", "zh": "zh_Hans_CN"}
_YUAN = ("CNY", "RMB")


@dataclass(frozen=True)
class Amounts:
    """Amounts of one case, rounded to the same ``step``; Chinese ones of ten thousand or more are counted in 万."""

    words: Locale
    currency: str
    step: float

    @classmethod
    def of(cls, words: Locale, currency: str, values: Iterable[float]) -> Amounts:
        """For amounts of this size: the largest is shown with three figures, or four if it begins with 1 to 3.

        Nothing is shown finer than to a hundredth.
        """
        most = max((abs(value) for value in values), default=0.0)
        return cls(words, currency, max(0.01, 10.0 ** math.floor(math.log10(most / 400))) if most > 0 else 1.0)

    @property
    def unit(self) -> str:
        """In what :meth:`plain` counts, such as ``CNY`` or ``万元``."""
        if self.words.language == "en":
            return self.currency
        name = "元" if self.currency in _YUAN else str(numbers.get_currency_name(self.currency, locale=_BABEL["zh"]))
        return f"万{name}" if self._in_wan else name

    @property
    def _in_wan(self) -> bool:
        return self.words.language == "zh" and self.step >= 100

    def plain(self, value: float, *, signed: bool = False) -> str:
        """An amount without its currency.

        >>> from kamassess.locale import locale
        >>> amounts = Amounts(locale("en"), "CNY", 1000.0)
        >>> amounts.plain(528_500.0), amounts.plain(-47_900.0), amounts.plain(27_000.0, signed=True)
        ('528,000', '−48,000', '+27,000')
        >>> Amounts(locale("zh"), "CNY", 1000.0).plain(47_900.0)
        '4.8'
        """
        rounded = round(value / self.step) * self.step
        if not rounded:
            return "0"
        factor = _WAN if self._in_wan else 1
        digits = max(0, round(math.log10(factor / self.step)))
        sign = "−" if rounded < 0 else "+" if signed and rounded > 0 else ""
        return sign + self.words.number(abs(rounded) / factor, digits)

    def text(self, value: float, *, signed: bool = False) -> str:
        """An amount with its currency.

        >>> from kamassess.locale import locale
        >>> Amounts(locale("en"), "CNY", 1000.0).text(27_000.0), Amounts(locale("zh"), "CNY", 1000.0).text(-27_000.0)
        ('CNY 27,000', '−2.7万元')
        """
        shown = self.plain(value, signed=signed)
        if self._in_wan and "." in shown:
            shown = shown.rstrip("0").removesuffix(".")
        if self.words.language == "zh":
            return shown + self.unit
        return f"{shown[0]}{self.unit} {shown[1:]}" if shown[0] in "+−" else f"{self.unit} {shown}"

    def tick(self, value: float) -> str:
        """An amount on a scale, as short as can be.

        >>> from kamassess.locale import locale
        >>> [Amounts(locale(language), "CNY", 1000.0).tick(250_000.0) for language in ("en", "zh")]
        ['250k', '25万']
        """
        sign, size = "−" if value < 0 else "", abs(round(value, 6))
        if self.words.language == "zh":
            return sign + (f"{self.words.short(size / _WAN)}万" if size >= _WAN else self.words.short(size))
        for factor, letter in ((1_000_000, "m"), (1_000, "k")):
            if size >= factor:
                return f"{sign}{self.words.short(size / factor)}{letter}"
        return sign + self.words.short(size)
