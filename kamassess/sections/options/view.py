"""Retention options as a reader sees them: names, amounts and chances in words, and which options are close to the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from kamassess.charts.amounts import Amounts
from kamassess.data import OPTION_CRITERIA, option_criterion
from kamassess.document import Rich, Run
from kamassess.locale import Locale
from kamassess.result.options import Amount, OptionResult, OptionsCase, Threshold
from kamassess.sections.view import ResultView

__all__ = ["CaseView", "OptionsView"]

_DASH = "–"
_BETWEEN = {"en": " ", "zh": ""}


@dataclass(frozen=True)
class OptionsView(ResultView):
    """What sections about retention options are made from."""

    @property
    def answers(self) -> tuple[tuple[str, str], ...]:
        """None: options are told from their table."""
        return ()

    @cached_property
    def cases(self) -> tuple[CaseView, ...]:
        """The cases, in the order of the table."""
        found = tuple(self.result.options.values())
        return tuple(
            CaseView(case, self.words, self.result.currency, number, len(found) == 1) for number, case in enumerate(found, 1)
        )


@dataclass(frozen=True)
class CaseView:
    """One case in the language of a reader. ``number`` counts the cases of the report; ``alone``: there is but one."""

    case: OptionsCase
    words: Locale
    currency: str
    number: int = 1
    alone: bool = True

    @cached_property
    def amounts(self) -> Amounts:
        """How amounts of a year are written."""
        found = [amount.value for option in self.options for amount in (option.gain, option.cost, option.customer_value)]
        known = [value for value in found if value is not None] or [option.net.value or 0.0 for option in self.options]
        return Amounts.of(self.words, self.currency, known)

    # -- names -----------------------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The name of the case."""
        return self.words.of(self.case.name) or self.case.id

    def named(self, option: str) -> str:
        """The name of an option."""
        return self.words.of(self.case.options[option].name) or option

    def quoted(self, option: str) -> str:
        """The name of an option inside a sentence."""
        return self.words.quoted(self.named(option))

    def names(self, options: Sequence[str]) -> str:
        """Options in a row."""
        return self.words.list([self.quoted(option) for option in options])

    def criterion(self, name: str) -> str:
        """The name of a criterion."""
        if name in OPTION_CRITERIA:
            return self.words(f"opt_in_{name}")
        return self.words.of(self.case.names.get(name, {})) or name

    def input(self, option: str | None, criterion: str) -> str:
        """The name of an input: whose, and what."""
        if option is None:
            return self.criterion(criterion)
        return self.words("opt_input", option=self.named(option), criterion=self.criterion(criterion))

    @staticmethod
    def capital(text: str) -> str:
        """With a capital letter, as a cell of a table begins."""
        return text[:1].upper() + text[1:]

    def id(self, part: str) -> str:
        """An id for a table, a chart or a heading of this case."""
        return part if self.alone else f"{part}-{self.number}"

    # -- figures ---------------------------------------------------------------------------------------------------------

    def money(self, amount: Amount, *, signed: bool = False) -> str:
        """An amount with its currency, or why there is none."""
        return self.why(amount) if amount.value is None else self.amounts.text(amount.value, signed=signed)

    def why(self, amount: Amount) -> str:
        """Why there is no number."""
        if amount.missing:
            return self.words("opt_missing", criteria=self.words.list([self.criterion(name) for name in amount.missing]))
        return self.words(f"reason_{amount.reason}")

    def share(self, value: float) -> str:
        """A probability in per cent, with a decimal where it needs one; never all or nothing for what is only near."""
        if 0 < value < 0.001 or 0.999 < value < 1:
            return self.words("percent", value="<0.1" if value < 0.5 else ">99.9")
        return self.words("percent", value=self.words.short(round(100 * value, 1)))

    def part(self, value: float) -> str:
        """A share of weightings."""
        return self.words.percent(value)

    def value(self, criterion: str, value: float) -> str:
        """The value of an input as it is said."""
        kind = option_criterion(criterion).kind
        if kind == "money":
            return self.amounts.text(value)
        return self.share(value) if kind in ("probability", "rate") else self.words.short(value)

    def needed(self, threshold: Threshold) -> str:
        """From where on, in words; that no value does it, if none does."""
        if threshold.needed is None:
            return self.words("opt_no_value")
        value = self.value(threshold.criterion, threshold.needed)
        return self.words("opt_at_least" if threshold.side == "at_least" else "opt_at_most", value=value)

    # -- what is found ---------------------------------------------------------------------------------------------------

    @property
    def options(self) -> tuple[OptionResult, ...]:
        """All options, in the order of the table."""
        return tuple(self.case.options.values())

    @cached_property
    def ranked(self) -> tuple[OptionResult, ...]:
        """Options from the one that leaves most to the one that leaves least, then those of which it is not known."""
        return tuple(sorted(self.options, key=lambda option: (option.net.value is None, -(option.net.value or 0.0))))

    @property
    def best(self) -> OptionResult | None:
        """The option that leaves most."""
        return self.case.options[self.case.best] if self.case.best else None

    @property
    def compared(self) -> bool:
        """Whether two options or more can be compared in money."""
        return self.case.best is not None and self.case.lead.value is not None

    @cached_property
    def close(self) -> tuple[OptionResult, ...]:
        """Options that would lead if one assumption were a fifth lower or higher; without the best itself."""
        found = {name for swing in self.case.swings for name in (swing.first_low, swing.first_high)}
        found |= {option.id for option in self.options if self.best and option.net.value == self.best.net.value}
        return tuple(option for option in self.ranked if option.id in found and option.id != self.case.best)

    @cached_property
    def behind(self) -> tuple[OptionResult, ...]:
        """Options that cost something and are clearly behind, the furthest last."""
        near = {option.id for option in self.close}
        return tuple(
            option
            for option in self.ranked
            if option.net.value is not None and not option.baseline and option.id not in near and option.id != self.case.best
        )

    @property
    def against_nothing(self) -> bool:
        """Whether what options leave can be told against doing nothing."""
        return self.case.baseline is not None and self.case.options[self.case.baseline].net.value is not None

    def ours(self, option: OptionResult) -> Amount:
        """What an option leaves beyond doing nothing; without that to compare with, in all."""
        return option.gain if self.against_nothing else option.net

    def sentences(self, *texts: Rich) -> Rich:
        """Sentences one after another, as the language sets them."""
        space = _BETWEEN[self.words.language]
        joined: list[Run] = []
        for text in texts:
            if joined and text and space:
                joined.append(Run(space))
            joined += text
        return tuple(joined)
