"""Options to keep an account, weighed: what each leaves us and the customer, what it scores, and what would have to be true.

The money side is one line: an option keeps the account with some probability, and costs something whether it does or not. An
option that fails leaves things as if nothing had been done. All that follows (break-even, sensitivity) is that line solved for
one input or another. The weighted score stands beside it and shares no number with it but the inputs
(``docs/decisions/options.md``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from kamassess.data import Data, bilingual, every_option, option_criterion
from kamassess.metrics.option_case import Case, InputKey
from kamassess.metrics.option_limits import if_certain, leads_from, pays_from, swings, value_from
from kamassess.metrics.option_money import (
    CONTRIBUTION,
    COST,
    MONEY,
    ONE_OFF,
    RETENTION,
    Money,
    against,
    customer_value,
    per_cost,
    told,
)
from kamassess.metrics.option_score import Score
from kamassess.metrics.profit import lifetime_value
from kamassess.result import Reason
from kamassess.result.options import Amount, Loyalty, OptionResult, OptionsCase, Value

__all__ = ["DISCOUNT", "DRAWS", "YEARS", "weigh_again", "weigh_options"]

DISCOUNT, YEARS = 0.1, 3.0
"""A year's rate of discount, and over how many years a one-off cost is spread, where a case does not say."""
DRAWS = 10_000
"""Weightings drawn; a share of them is known to half a percentage point."""


def weigh_options(
    data: Data, *, discount: float = DISCOUNT, years: float = YEARS, draws: int = DRAWS
) -> Mapping[str, OptionsCase]:
    """Every case of the table ``options``, by its id.

    Parameters
    ----------
    data
        The tables. Amounts are in the currency of the engagement and a year's, probabilities 0–1, scores 1–5.
    discount, years
        A year's rate of discount (0–1), and over how many years a one-off cost is spread (1 or more), for cases that declare
        none.
    draws
        How many weightings are drawn, uniformly over all that add up to 1.

    Returns
    -------
    mapping of OptionsCase
        Empty without a table; a case without an option is none. What cannot be told of an option is None with a reason and the
        criteria that are missing.

    Notes
    -----
    With contribution *C*, running cost *c*, one-off cost *f* over *n* years, promised retention *p*, risk *q* and the retention
    *b* of doing nothing: kept *r* = (1 − q)·p + q·b, and net = r·C − c − f/n. The lifetime value is
    Σ_{t≥1} C·rᵗ/(1+i)ᵗ − Σ_{t≥0} c·rᵗ/(1+i)ᵗ − f. The share of weightings in which an option is first is the first-rank
    acceptability index of SMAA-2.

    References
    ----------
    Lahdelma & Salminen (2001), Operations Research 49 (3), 444–454. Gupta & Lehmann (2003), Journal of Interactive Marketing
    17 (1).
    """
    if "options" not in data:
        return {}
    return {case.id: _weighed(case, (discount, years), draws) for case in _cases(data["options"]) if case.options}


def weigh_again(
    case: OptionsCase, values: Mapping[InputKey, float] | None = None, weights: Mapping[str, float] | None = None
) -> OptionsCase:
    """The same case with some inputs or weights changed.

    Parameters
    ----------
    case
        A case as it was weighed.
    values
        New values by option (None: all of them) and criterion; only inputs that the case has.
    weights
        New weights by criterion, 0 or more.

    Raises
    ------
    KeyError
        The case has no such input, or no such criterion.
    """
    values, weights = values or {}, weights or {}
    held = {(line.option, line.criterion): line for line in case.inputs}
    missing = [key for key in values if key not in held]
    missing += [(None, name) for name in weights if name not in {criterion for _, criterion in held}]
    if missing:
        raise KeyError(missing[0])
    inputs = {
        key: replace(line, value=values.get(key, line.value), weight=weights.get(line.criterion, line.weight))
        for key, line in held.items()
    }
    options = {name: dict(option.name) for name, option in case.options.items()}
    own = {name: dict(text) for name, text in case.names.items()}
    again = Case(case.id, dict(case.name), options, own, inputs)
    return _weighed(again, (case.discount, case.years), case.draws, case.house)


def _cases(frame: pd.DataFrame) -> list[Case]:
    """The cases of the table; of lines that say the same twice the first counts."""
    found: dict[str, Case] = {}
    columns = (frame[name].tolist() for name in ("case", "option", "criterion", "value", "weight", "note"))
    for case, option, criterion, value, weight, note in zip(*columns, strict=True):
        identity, names = bilingual(case)
        held = found.setdefault(identity, Case(identity, {}, {}, {}, {}))
        held.name.update(names)
        name, names = bilingual(criterion)
        fixed = option_criterion(name).id
        if not fixed:
            held.own.setdefault(name, {}).update(names)
        whose, names = bilingual(option)
        if not every_option(whose):
            held.options.setdefault(whose, {}).update(names)
        key = (None if every_option(whose) else whose, fixed or name)
        held.inputs.setdefault(key, Value(*key, value, None if math.isnan(weight) else weight, bilingual(note)[1]))
    return list(found.values())


def _weighed(case: Case, defaults: tuple[float, float], draws: int, house: Iterable[str] | None = None) -> OptionsCase:
    """A case from what is assumed of it to what follows."""
    declared = {name: case.shared(name) for name in ("discount", "years")}
    discount, years = (
        default if declared[name] is None else float(declared[name] or 0.0)
        for name, default in zip(declared, defaults, strict=True)
    )
    money = Money(case, discount, years)
    score = Score(case, draws)
    order = np.flatnonzero(~np.isnan(money.net))
    best = int(order[np.argmax(money.net[order])]) if len(order) else None
    options = {name: _option(money, score, place, best) for place, name in enumerate(case.options)}
    return OptionsCase(
        id=case.id,
        name=case.name,
        inputs=tuple(case.inputs.values()),
        criteria=score.criteria,
        options=options,
        baseline=money.baseline,
        baseline_reason=None if money.baseline else Reason.NO_BASELINE,
        best=None if best is None else money.names[best],
        lead=_lead(money, best),
        best_scored=score.best,
        discount=discount,
        years=years,
        house=tuple(house) if house is not None else tuple(name for name, value in declared.items() if value is None),
        swings=() if best is None or len(order) < 2 else swings(money, best),
        draws=draws,
        names=case.own,
    )


def _option(money: Money, score: Score, place: int, best: int | None) -> OptionResult:
    """One option, from both sides."""
    name, case = money.names[place], money.case
    baseline = name == money.baseline
    kept, net = told(money, place, money.kept, *MONEY[RETENTION:]), told(money, place, money.net, *MONEY)
    cost = told(money, place, money.costs(money.inputs), "cost")
    value = customer_value(money, place)
    given = {criterion for _, criterion in case.inputs if not option_criterion(criterion).of_case}
    values = {criterion: found for criterion in sorted(given) if (found := case.assumed(name, criterion)) is not None}
    others = [other for other in range(len(money.names)) if other != place and not math.isnan(money.net[other])]
    compared = net.value is not None and bool(others)
    return OptionResult(
        id=name,
        name=case.options[name],
        baseline=baseline,
        values=values,
        cost=cost,
        kept=kept,
        customer_value=value,
        value_per_cost=per_cost(value, cost),
        net=net,
        gain=against(net, money, money.net),
        lifetime=_lifetime(money, place, net),
        score=score.scores[name],
        first_share=score.first[name],
        loyalty=Loyalty(against(kept, money, money.kept), _effort(values)),
        pays_from=pays_from(money, place) if net.value is not None and not baseline else (),
        leads_from=leads_from(money, place, best, others) if compared else (),
        passes_from=leads_from(money, place, best, [best]) if compared and best is not None and place != best else (),
        value_from=value_from(money, place),
        certain=if_certain(money, place, others) if compared and not baseline and place != best else None,
        beats=score.beats[name],
    )


def _lifetime(money: Money, place: int, net: Amount) -> Amount:
    if net.value is None:
        return net
    contribution, cost, one_off = money.inputs[[CONTRIBUTION, COST, ONE_OFF], place]
    kept = money.kept[place]
    earned, paid = lifetime_value(contribution, kept, money.discount, 1), lifetime_value(cost, kept, money.discount)
    found = float(earned - paid - one_off)
    return Amount(None, Reason.NO_END) if math.isnan(found) else Amount(found)


def _effort(values: Mapping[str, float]) -> Amount:
    effort = values.get("switching_effort")
    return Amount(effort) if effort is not None else Amount(None, Reason.NO_CRITERION, ("switching_effort",))


def _lead(money: Money, best: int | None) -> Amount:
    if best is None:
        missing = {name for place in range(len(money.names)) for name in money.missing(place, *MONEY)}
        return Amount(None, Reason.NO_CRITERION if missing else Reason.NO_BASELINE, tuple(sorted(missing)))
    others = np.delete(money.net, best)
    if np.isnan(others).all():
        return Amount(None, Reason.NO_OTHER)
    return Amount(float(money.net[best] - np.nanmax(others)))
