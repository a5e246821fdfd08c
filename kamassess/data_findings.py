"""What the company's own data say, in sentences, by rules that are data (``data_findings.yaml``): the weightiest topic first.

As :mod:`kamassess.findings` does with answers: it chooses and words what the result holds, and computes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from kamassess.document import rich
from kamassess.findings import Finding, holds
from kamassess.reading.package_data import package_yaml
from kamassess.result import AccountAlert, MetricValue
from kamassess.result.alerts import AlertKind

if TYPE_CHECKING:
    from kamassess.sections.view import View

__all__ = ["ALERT_VALUES", "BOARD_FINDINGS", "data_findings"]

ALERT_VALUES: Mapping[str, Mapping[str, str]] = {
    "single_contact": {"activities": "count"},
    "peak_supply": {
        "peak": "share",
        "off_peak": "share",
        "others": "share",
        "n_peak": "count",
        "n_others": "count",
        "p": "chance",
    },
    "lost": {"before": "money", "now": "money"},
    "shrinking": {"before": "money", "now": "money"},
    "loss": {"contribution": "money", "sales": "money"},
    "not_selected": {"attractiveness": "points", "strength": "points"},
    "not_listed": {"attractiveness": "points", "strength": "points"},
}
"""The values of each kind of alert, and what kind of number each is."""
BOARD_FINDINGS = 6
"""Findings that stand on the board's page; the rest follow with what is said and done."""
_NAMED = 3


@dataclass
class _Facts:
    numbers: dict[str, float | None] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, number: float | None, text: str) -> None:
        self.numbers[name], self.words[name] = number, text


def data_findings(view: View) -> tuple[Finding, ...]:
    """What the data of a unit say: of each topic the first rule that holds, in the order of the rules; none without data."""
    if not view.unit.metrics:
        return ()
    facts = _facts(view)
    first = sum(view.unit.id.encode())  # units begin with different texts, so that their reports do not sound alike
    found = []
    for number, topic in enumerate(package_yaml("data_findings.yaml")):
        rule = next((rule for rule in topic["rules"] if all(holds(text, facts.numbers) for text in rule["when"])), None)
        if rule:
            text = rule["texts"][(first + number) % len(rule["texts"])][view.words.language]
            title = view.words(f"data_topic_{topic['topic']}")
            found.append(Finding("data", topic["topic"], title, (rich(text, **facts.words),)))
    return tuple(found)


def _facts(view: View) -> _Facts:
    facts = _Facts()
    _add_whole(view, facts)
    for name, metric in view.unit.metrics.items():
        _add_metric(view, facts, name, metric)
    by_kind: dict[str, list[AccountAlert]] = {kind: [] for kind in get_args(AlertKind)}
    for alert in view.unit.alerts:
        by_kind[alert.kind].append(alert)
    for kind, alerts in by_kind.items():
        _add_alerts(view, facts, kind, alerts)
    _add_shared(view, facts)
    months = view.result.settings.peak_months
    facts.words["season"] = view.words.months(months) if months else view.words("data_own_season")
    return facts


def _add_whole(view: View, facts: _Facts) -> None:
    """What is claimed and measured over all criteria that data can tell of."""
    words, known = view.words, view.unit.whole
    claimed, measured = (known.claimed_measured, known.measured) if known else (None, None)
    distance = claimed - measured if claimed is not None and measured is not None else None
    facts.add("claimed", claimed, words.score(claimed))
    facts.add("measured", measured, words.score(measured))
    facts.add("distance", distance, words.score(abs(distance) if distance is not None else None))
    facts.add("n_measured", known.n_measured if known else None, str(known.n_measured if known else 0))
    over, under = (sum(gap.certain and sign * gap.difference > 0 for gap in view.unit.say_do) for sign in (1, -1))
    facts.add("n_over", float(over), str(over))
    facts.add("n_under", float(under), str(under))
    facts.numbers["n_apart"] = float(over + under)
    facts.numbers["n_quarter"] = known.n_measured / 4 if known else None
    facts.add("n_criteria", known.n if known else None, str(known.n if known else 0))


def _add_metric(view: View, facts: _Facts, name: str, metric: MetricValue) -> None:
    words, currency = view.words, view.result.currency
    value = metric.value
    facts.add(name, value, words.measure(value, metric.unit, currency) if value is not None else "")
    facts.add(f"{name}_n", metric.n, words.number(metric.n, 0))
    facts.add(f"{name}_level", metric.level, words.score(metric.level))
    if metric.unit in ("share", "ratio"):
        facts.words[f"{name}_rest"] = words.percent(max(1 - value, 0.0)) if value is not None else ""


def _add_alerts(view: View, facts: _Facts, kind: str, alerts: Sequence[AccountAlert]) -> None:
    """How many there are, their names, and what is told of the first."""
    words = view.words
    first = alerts[0] if alerts else None
    facts.add(kind, float(len(alerts)), str(len(alerts)))
    facts.add(f"{kind}_share", first.share if first else None, words.percent(first.share or 0.0) if first else "")
    facts.words[f"{kind}_name"] = first.name if first else ""
    facts.words[f"{kind}_names"] = _names(view, alerts)
    for name, unit in ALERT_VALUES[kind].items():
        value = first.values.get(name) if first else None
        facts.add(f"{kind}_{name}", value, _value(view, value, unit))


def _add_shared(view: View, facts: _Facts) -> None:
    """The customer group that this unit and another price furthest apart, by the money at stake."""
    words, own = view.words, view.unit.id
    for name in ("shared_dearer", "shared_cheaper"):
        facts.add(name, None, "")
    facts.words |= dict.fromkeys(("shared_group", "shared_other", "shared_products", "shared_money"), "")
    for group in map(view.shared, view.unit.customer_groups):
        price = next((found for found in group.seen if found.kind == "price" and own in (found.worse, found.better)), None)
        if price is None:
            continue
        dearer = own == price.worse
        facts.add("shared_dearer" if dearer else "shared_cheaper", price.size, words.percent(price.size))
        facts.words |= {
            "shared_group": group.name,
            "shared_other": words.of(group.units[price.better if dearer else price.worse].name),
            "shared_products": words.number(group.units[price.worse].price.n_common_products, 0),
            "shared_money": words.money(price.money or 0.0, view.result.currency),
        }
        return


def _names(view: View, alerts: Sequence[AccountAlert]) -> str:
    names = [alert.name for alert in alerts]
    if len(names) <= _NAMED + 1:
        return view.words.list(names)
    return view.words("data_and_more", names=view.words.list(names[:_NAMED]), count=_more(view, len(names)))


def _more(view: View, count: int) -> int:
    """How many are not named in English (“and 4 more”), all of them in Chinese (“等7家”)."""
    return count if view.words.language == "zh" else count - _NAMED


def _value(view: View, value: float | None, unit: str) -> str:
    words: Any = view.words
    if value is None:
        return ""
    if unit == "chance":
        return str(words.number(value, 3))
    if unit == "money":
        return str(words.money(abs(value), view.result.currency))
    return str(words.measure(value, unit, view.result.currency))
