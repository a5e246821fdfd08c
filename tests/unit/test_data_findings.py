"""Findings of the company's own data: rules that can be read by anyone, and what they say of a unit."""

from __future__ import annotations

import dataclasses
import string
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args

import pytest

import kamassess as ka
from kamassess.data_findings import ALERT_VALUES, _facts, data_findings
from kamassess.document import plain, rich
from kamassess.locale import LANGUAGES, locale
from kamassess.metrics import METRICS
from kamassess.reading.brand import default_brand
from kamassess.reading.package_data import package_yaml
from kamassess.resources import carried
from kamassess.result import AccountAlert, Known, MetricValue, Reason, SayDo
from kamassess.result.alerts import AlertKind
from kamassess.sections import View

RULES = [(topic["topic"], rule) for topic in package_yaml("data_findings.yaml") for rule in topic["rules"]]
SAMPLE = carried("sample_data")


@cache
def _sample() -> ka.result.AuditResult:
    return ka.score(SAMPLE, replicates=50)


def alert(kind: AlertKind, name: str = "客户A", share: float = 0.1) -> AccountAlert:
    return AccountAlert(kind, "A1", name, share, 10, dict.fromkeys(ALERT_VALUES[kind], 0.5))


def view(
    values: Mapping[str, float | None],
    alerts: tuple[AccountAlert, ...] = (),
    whole: Known | None = None,
    language: str = "en",
    gaps: tuple[SayDo, ...] | None = None,
) -> View:
    """A unit of the sample with these metrics and no others."""
    metrics = {
        name: MetricValue(values.get(name), metric.unit, None, 40, None if name in values else Reason.NO_TABLE)
        for name, metric in METRICS.items()
    }
    unit = dataclasses.replace(
        _sample().units["NC"],
        metrics=metrics,
        alerts=alerts,
        whole=whole,
        customer_groups=(),
        say_do=_sample().units["NC"].say_do if gaps is None else gaps,
    )
    return View(_sample(), locale(language), default_brand(), unit)


def said(values: Mapping[str, float | None], *alerts: AccountAlert, **more: Any) -> dict[str, str]:
    """What is said of each topic."""
    return {found.about: plain(found.body[0]) for found in data_findings(view(values, alerts, **more))}


def _fields(text: str) -> Iterator[str]:
    return (name for _, name, _, _ in string.Formatter().parse(text) if name)


@pytest.mark.parametrize(("topic", "rule"), RULES, ids=[f"{topic}-{number}" for number, (topic, _) in enumerate(RULES)])
def test_a_rule_asks_for_facts_that_there_are_and_says_the_same_in_both_languages(topic: str, rule: dict[str, Any]) -> None:
    # If this fails, some report stops with KeyError, or has a figure in one language only.
    full = view(dict.fromkeys(METRICS, 0.5), tuple(alert(kind) for kind in get_args(AlertKind)))
    facts = _facts(full)
    for condition in rule["when"]:
        name, _, other = condition.split(" ")
        assert name in facts.numbers, condition
        assert other in facts.numbers or float(other) == float(other)
    assert rule["texts"]
    for text in rule["texts"]:
        assert set(_fields(text["en"])) == set(_fields(text["zh"])), topic
        text["zh"].encode("gb2312")
        for language in LANGUAGES:
            assert plain(rich(text[language], **facts.words)).strip()


def test_every_topic_has_a_name_and_the_first_texts_differ() -> None:
    topics = list(dict.fromkeys(topic for topic, _ in RULES))
    assert all(locale("en").has(f"data_topic_{topic}") for topic in topics)
    assert len({rule["texts"][0]["en"].split(":")[0] for _, rule in RULES}) == len(RULES), "two rules begin alike"


def test_without_data_nothing_is_said() -> None:
    # If this fails, a report speaks of data that nobody gave.
    unit = dataclasses.replace(_sample().units["NC"], metrics={}, alerts=(), whole=None)
    assert data_findings(View(_sample(), locale("en"), default_brand(), unit)) == ()
    assert said({}) == {}


def test_of_a_topic_only_the_first_rule_that_holds_is_said_and_topics_keep_their_order() -> None:
    # If this fails, the same thing is said twice, or the weightiest comes last.
    found = said({"programme_cost_share": 1.3, "price_concession_share": 0.7, "hospitality_share": 0.6})
    assert list(found) == ["pays", "price"]
    assert "130%" in found["pays"]
    assert "70%" in found["price"]


@pytest.mark.parametrize("value", [0.64, None])
def test_below_its_threshold_or_unknown_a_rule_is_silent(value: float | None) -> None:
    # If this fails, a unit is blamed for what the numbers do not carry.
    assert said({"price_concession_share": value}) == {}


def test_a_unit_that_claims_4_and_measures_2_hears_it_first() -> None:
    # If this fails, the headline of the whole report is missing.
    whole = Known(None, 2.0, None, 4.0, 0, 30, 48)
    found = said({"price_concession_share": 0.9}, whole=whole)
    assert next(iter(found)) == "trust"
    assert "4.0" in found["trust"]
    assert "2.0" in found["trust"]
    assert said({}, whole=dataclasses.replace(whole, n_measured=7)) == {}, "seven criteria do not speak for the whole"
    alike = dataclasses.replace(whole, measured=3.8)
    assert "On average people and data say much the same" in said({}, whole=alike)["trust"], "criterion by criterion they do not"
    assert "bear out" in said({}, whole=alike, gaps=())["trust"]


def test_accounts_are_named_and_many_are_counted() -> None:
    # If this fails, a finding points at nobody, or at a paragraph of names.
    one = said({"selection_consistency": 0.5}, *(alert("not_selected", name) for name in ("A", "B")))
    assert "A and B" in one["selection"]
    many = [alert("not_selected", name) for name in "ABCDEF"]
    assert "A, B and C and 3 more" in said({"selection_consistency": 0.5}, *many)["selection"]
    assert "A、B和C等6家" in said({"selection_consistency": 0.5}, *many, language="zh")["selection"]


def test_the_season_is_named_by_its_months() -> None:
    found = said({}, alert("peak_supply"), language="zh")
    months = _sample().settings.peak_months
    assert months
    assert locale("zh").months(months) in found["supply"]
