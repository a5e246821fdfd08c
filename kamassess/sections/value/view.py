"""The accounts of a unit as a reader sees them: amounts, shares and reasons in words, and the finding in one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from kamassess.document import Cell, Rich, Run, rich
from kamassess.result import AccountValue, Portfolio, Reason
from kamassess.result.options import Amount
from kamassess.sections.view import View

__all__ = ["ValueView"]

_DASH = "–"
_LARGE = 0.1
_FIVE = 5
_BETWEEN = {"en": " ", "zh": ""}
_YUAN = ("CNY", "RMB")


class _Reasoned(Protocol):
    """What may have no value, and says why."""

    @property
    def reason(self) -> Reason | None: ...

    @property
    def missing(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class ValueView(View):
    """What sections about the accounts of a unit are made from."""

    @classmethod
    def of(cls, view: View) -> ValueView:
        """The same unit, seen by its accounts."""
        return cls(view.result, view.words, view.brand, view.unit)

    @property
    def answers(self) -> tuple[tuple[str, str], ...]:
        """None: accounts are told from the company's tables."""
        return ()

    @property
    def plans(self) -> tuple[tuple[str, str], ...]:
        """None: what people decided to do is told elsewhere."""
        return ()

    @property
    def portfolio(self) -> Portfolio:
        """The accounts; a view is made only of a unit that has some."""
        if self.unit.portfolio is None:
            raise ValueError("the unit has no accounts")
        return self.unit.portfolio

    @cached_property
    def by_id(self) -> dict[str, AccountValue]:
        """Accounts by id."""
        return {account.id: account for account in self.portfolio.accounts}

    @cached_property
    def current(self) -> tuple[AccountValue, ...]:
        """Accounts that are customers at the end of the window, by rank."""
        return tuple(account for account in self.portfolio.accounts if account.left is None)

    @cached_property
    def large(self) -> tuple[AccountValue, ...]:
        """Accounts that an annual report would have to name: a tenth of sales or more, the largest first."""
        found = [account for account in self.portfolio.accounts if (account.share.value or 0.0) >= _LARGE]
        return tuple(sorted(found, key=lambda account: (-(account.share.value or 0.0), account.id)))

    def advised(self, what: str) -> tuple[AccountValue, ...]:
        """Current accounts of which the criteria say this, by rank."""
        return tuple(account for account in self.current if account.advice == what)

    # -- figures ---------------------------------------------------------------------------------------------------------

    @cached_property
    def money_unit(self) -> str:
        """In what amounts are told, for a note below a table."""
        return "元" if self.words.language == "zh" and self.result.currency in _YUAN else self.result.currency

    def amount(self, value: float, *, signed: bool = False) -> str:
        """An amount without its currency."""
        plus = "+" if signed and value > 0 else ""
        return plus + self.words.money(value)

    def money(self, value: float, *, signed: bool = False) -> str:
        """An amount with its currency."""
        figures = self.amount(abs(value))
        sign = "−" if value < 0 else "+" if signed and value > 0 else ""
        if self.words.language == "zh" and self.result.currency in _YUAN:
            return f"{sign}{figures}元"
        return f"{sign}{self.result.currency} {figures}"

    def told(self, amount: Amount, *, signed: bool = False) -> str:
        """An amount with its currency, or why there is none."""
        return self.why(amount) if amount.value is None else self.money(amount.value, signed=signed)

    def percent(self, value: float) -> str:
        """A share in per cent."""
        return self.words.percent(value) if value >= 0 else "−" + self.words.percent(-value)

    def why(self, amount: _Reasoned) -> str:
        """Why there is no number."""
        if amount.missing:
            return self.words("reason_missing", names=self.words.list(list(amount.missing)))
        return self.words(f"reason_{amount.reason}")

    def metric(self, name: str, *, bare: bool = False) -> str:
        """A metric of the unit with its unit of measure, or a dash; *bare* is money without its currency."""
        found = self.unit.metrics.get(name)
        if found is None or found.value is None:
            return _DASH
        if found.unit == "money":
            return self.amount(found.value) if bare else self.money(found.value)
        return self.words.measure(found.value, found.unit, self.result.currency)

    def metric_why(self, name: str) -> str:
        """Why a metric has no value."""
        found = self.unit.metrics.get(name)
        return self.why(found) if found is not None else self.words("reason_no_table")

    def has(self, name: str) -> bool:
        """Whether a metric has a value."""
        found = self.unit.metrics.get(name)
        return found is not None and found.value is not None

    def days(self, span: tuple[str, str]) -> str:
        """First and last day."""
        return self.words("val_days", first=self.words.date(span[0]), last=self.words.date(span[1]))

    @cached_property
    def weights(self) -> list[str]:
        """The parts of the value index, each with its weight."""
        shares = self.portfolio.weights.items()
        return [
            self.words("val_weight", part=self.words(f"val_part_{name}"), weight=self.percent(share)) for name, share in shares
        ]

    # -- names and cells -------------------------------------------------------------------------------------------------

    def names(self, accounts: Iterable[AccountValue | str], most: int = 5) -> str:
        """Accounts in a row; of many the first, and how many more."""
        found = [self.by_id[account].name if isinstance(account, str) else account.name for account in accounts]
        if len(found) <= most:
            return self.words.list(found)
        return self.words("val_and_more", names=self.words("val_comma").join(found[:most]), count=len(found) - most)

    def name_cell(self, account: AccountValue) -> Cell:
        """An account's name, marked if it is a key account."""
        mark = (Run("● " if account.key else "○ ", "plain" if account.key else "muted"),)
        return Cell((*mark, Run(account.name), Run(f" {account.id}" if account.id != account.name else "", "muted")))

    def money_cell(self, amount: Amount, *, signed: bool = False) -> Cell:
        """An amount without its currency; a dash that says why where there is none."""
        if amount.value is None:
            return self.nothing(amount)
        style = "strong" if amount.value < 0 else "plain"
        return Cell((Run(self.amount(amount.value, signed=signed), style),), amount.value)  # type: ignore[arg-type]

    def share_cell(self, amount: Amount) -> Cell:
        """A share in per cent."""
        if amount.value is None:
            return self.nothing(amount)
        return Cell((Run(self.percent(amount.value)),), amount.value)

    def number_cell(self, value: float | None, digits: int = 1) -> Cell:
        """A number, or a dash."""
        return Cell((Run(_DASH if value is None else self.words.number(value, digits)),), value)

    def nothing(self, amount: Amount) -> Cell:
        """A dash that says why."""
        return Cell((Run(_DASH, "muted"),), None, None, self.why(amount))

    def sentences(self, *texts: Rich) -> Rich:
        """Sentences one after another, as the language sets them."""
        joined: list[Run] = []
        for text in texts:
            if joined and text and _BETWEEN[self.words.language]:
                joined.append(Run(" "))
            joined += text
        return tuple(joined)

    def plain_cell(self, text: str) -> Cell:
        """Words in a cell."""
        return Cell(rich("{x}", x=text))

    def mean_and_sd(self, mean: float | None, sd: float | None, digits: int = 1) -> str:
        """A mean with its standard deviation."""
        if mean is None:
            return _DASH
        if sd is None:
            return self.words.number(mean, digits)
        return self.words("val_mean_sd", mean=self.words.number(mean, digits), sd=self.words.number(sd, digits))

    # -- the finding -----------------------------------------------------------------------------------------------------

    @cached_property
    def half_share(self) -> str:
        """What the fewest accounts that bring half of the contribution bring together."""
        whale = self.portfolio.whale
        share = whale.points[whale.half - 1].share if whale.half else None
        return self.percent(share) if share is not None else ""

    @cached_property
    def headline(self) -> str:
        """The finding in one line."""
        words, whale, portfolio = self.words, self.portfolio.whale, self.portfolio
        if len(whale.points) == 1:
            label = "val_headline_single_profit" if whale.total > 0 else "val_headline_single_loss"
            return words(label, total=self.money(whale.total))
        if whale.half is not None:
            values = {"half": whale.half, "n": len(whale.points), "share": self.half_share}
            which = "known" if whale.unknown else "one" if whale.half == 1 else "some"
            first, second = words(f"val_half_{which}", **values), self._losing
            return words("val_headline", first=first, second=second)
        if whale.points:
            return words("val_headline_loss", n=len(whale.points), total=self.money(whale.total))
        if self.has("largest_share"):
            return self._largest
        if portfolio.quadrants:
            counts = {
                "key": portfolio.key_accounts,
                "review": len(self.advised("review")),
                "promote": len(self.advised("promote")),
            }
            return words("val_headline_list", **counts)
        return words("val_headline_nothing", n=portfolio.current, key=portfolio.key_accounts)

    @property
    def _largest(self) -> str:
        """What the largest accounts have of the sales."""
        bought = self.unit.metrics["largest_share"].n
        if bought == 1:
            return self.words("val_headline_single")
        which = "top_five_share" if bought > _FIVE else "largest_share"
        return self.words(f"val_headline_{which}", share=self.metric(which), n=bought)

    @property
    def _losing(self) -> str:
        """How many accounts cost money; key accounts if it is they alone."""
        whale = self.portfolio.whale
        few = "none" if whale.losing == 0 else "one" if whale.losing == 1 else "some"
        if whale.losing and whale.losing == whale.losing_keys:
            return self.words(f"val_losing_key_{few}", losing=whale.losing)
        return self.words(f"val_losing_{few}", losing=whale.losing)

    @cached_property
    def lead(self) -> Rich:
        """What the key accounts bring, and what the criteria say of the list."""
        words, portfolio = self.words, self.portfolio
        found: list[Rich] = []
        if not portfolio.key_accounts:
            found.append(words.rich("val_lead_no_key"))
        elif portfolio.key_share.value is not None:
            values = {"key": portfolio.key_accounts, "n": portfolio.current, "share": self.percent(portfolio.key_share.value)}
            part = portfolio.key_contribution_share.value
            if part is None:
                found.append(words.rich("val_lead_sales", **values))
            else:
                known = "known" if portfolio.whale.unknown else "both"
                found.append(words.rich(f"val_lead_{known}", part=self.percent(part), **values))
        if portfolio.whale.losing_keys and portfolio.whale.losing != portfolio.whale.losing_keys:
            found.append(words.rich("val_lead_losing", count=portfolio.whale.losing_keys))
        if portfolio.quadrants:
            found.append(self.on_the_list)
        return self.sentences(*found)

    def advice_on(self, account: AccountValue) -> str:
        """What the list should do with an account; one that stays and costs money is said to."""
        if not account.advice:
            return "–"
        left = account.contribution.value
        losing = account.advice == "keep" and left is not None and left < 0
        return self.words("val_advice_keep_losing" if losing else f"val_advice_{account.advice}")

    @cached_property
    def on_the_list(self) -> Rich:
        """Whether the list of key accounts is the one that the criteria would make."""
        words, review, promote = self.words, len(self.advised("review")), len(self.advised("promote"))
        if not review and not promote:
            key = [account for account in self.current if account.key]
            unscored = sum(account.selected is None for account in key)
            if unscored:
                return words.rich("val_list_unscored", unscored=unscored, key=len(key))
            return words.rich("val_list_fits")
        values = {"review": review, "promote": promote}
        kind = "both" if review and promote else "review" if review else "promote"
        return words.rich(f"val_list_{kind}", **values)
