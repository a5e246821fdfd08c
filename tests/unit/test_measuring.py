"""What an engagement declares for its metrics, and the curves that make levels of values."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kamassess as ka
from kamassess.instrument import Breakpoint
from kamassess.measuring import MetricText
from kamassess.metrics import METRICS
from kamassess.reading.instrument import load_instrument
from kamassess.reading.measuring import metric_texts

Make = Callable[..., Path]
RISING = MetricText({}, {}, {}, (Breakpoint(1, 0.2, "house"), Breakpoint(3, 0.6, "house"), Breakpoint(5, 0.7, "house")))
FALLING = MetricText({}, {}, {}, (Breakpoint(2, 10.0, "house"), Breakpoint(4, 2.0, "house")))


@pytest.mark.parametrize(
    ("text", "value", "level"),
    [
        *((RISING, 0.1, 1), (RISING, 0.2, 1), (RISING, 0.3, 1.5), (RISING, 0.6, 3), (RISING, 0.65, 4), (RISING, 0.9, 5)),
        *((FALLING, 30.0, 2), (FALLING, 8.0, 2.5), (FALLING, 2.0, 4), (FALLING, -1.0, 4)),
    ],
)
def test_levels_lie_on_straight_lines_between_breakpoints(text: MetricText, value: float, level: float) -> None:
    assert text.level(value) == pytest.approx(level)


def test_no_curve_no_level() -> None:
    assert MetricText({}, {}, {}).level(0.5) is None


CASE_FOR_A_PROGRAMME = {"top_ten_share": True, "share_of_wallet": False, "share_of_wallet_estimated": False}
"""Whether more makes the case for a programme stronger (the screen's scale), whatever is better for business."""


def test_curves_on_the_screens_scale_measure_nothing_else() -> None:
    """If this fails, a criterion of maturity is levelled by how much there is left to win, and runs the wrong way."""
    dimensions = load_instrument("kam").dimensions
    named = {name for dimension in dimensions for criterion in dimension.criteria for name in criterion.metrics}
    assert not named & {*CASE_FOR_A_PROGRAMME, "programme_cost_share"}


def test_levels_of_the_screens_metrics_follow_the_questions_own_answers() -> None:
    """FIT-1: 25 and 60 per cent begin answers 3 and 5. FIT-3: 15 per cent more is 1/1.15. FIT-5: 40 per cent begins answer 2."""
    texts = metric_texts()
    assert [texts["top_ten_share"].level(share) for share in (0.25, 0.6, 0.9)] == [3, 5, 5]
    assert texts["share_of_wallet"].level(1 / 1.15) == pytest.approx(3, abs=0.01)
    assert texts["share_of_wallet"].level(1 / 1.6) == 5
    assert [texts["programme_cost_share"].level(share) for share in (0.08, 0.15, 0.25, 0.4)] == [5, 4, 3, 2]


def test_every_metric_has_words_and_its_curve_runs_the_way_that_is_better() -> None:
    texts = metric_texts()
    assert list(texts) == list(METRICS)
    for name, text in texts.items():
        for part in (text.name, text.definition, text.adds):
            assert set(part) == {"en", "zh"}
            assert all(part.values())
        better = CASE_FOR_A_PROGRAMME.get(name, METRICS[name].higher_is_better)
        assert not (text.curve and better is None), name
        assert len(text.curve) != 1, name
        values = [point.value for point in text.curve]
        assert values == sorted(values, reverse=better is False), name
        assert len(set(values)) == len(values), name
        levels = [point.level for point in text.curve]
        assert levels == sorted(set(levels)), name
        assert all(1 <= level <= 5 for level in levels), name
        assert all(point.cite for point in text.curve if point.source in ("published", "standard")), name


def test_names_of_metrics_differ() -> None:
    for language in ("en", "zh"):
        names = [text.name[language] for text in metric_texts().values()]
        assert len(set(names)) == len(names)


def test_what_is_declared_is_read(make_engagement: Make, settings: dict[str, Any]) -> None:
    settings |= {
        "key_account_criteria": {"attractiveness": 3, "strength": 2.5},
        "peak_months": [12, 11, 11],
        "programme_cost": {"S": 120000},
        "crm": {"required": {"phone": "\\d+", "owner": None}, "updated": "changed", "name": "customer"},
        "metrics": {"window_days": 730, "discount_rate": 0.08, "executives": {"N": 4}, "value_weights": {"revenue": 1}},
        "curves": {"otif": [{"level": 1, "value": 0.5, "source": "house"}, {"level": 5, "value": 1, "source": "published"}]},
    }
    engagement = ka.load_engagement(make_engagement())
    found = engagement.settings
    assert dict(found.criteria) == {"attractiveness": 3.0, "strength": 2.5}
    assert found.peak_months == (11, 12)
    assert found.programme_cost is not None
    assert math.isnan(found.programme_cost[0])
    assert found.programme_cost[1] == 120000.0
    assert (dict(found.crm_fields), found.crm_updated, found.crm_name) == ({"phone": "\\d+", "owner": ""}, "changed", "customer")
    assert (found.window_days, found.discount_rate, found.working_days) == (730, 0.08, 220.0)
    assert found.executives is not None
    assert found.executives[0] == 4.0
    assert dict(found.value_weights) == {"contribution": 0.0, "revenue": 1.0, "wallet": 0.0, "tenure": 0.0}
    assert engagement.curves == {"otif": (Breakpoint(1, 0.5, "house"), Breakpoint(5, 1.0, "published"))}


def test_all_faults_of_what_is_declared_are_named_at_once(make_engagement: Make, settings: dict[str, Any]) -> None:
    settings |= {
        "key_account_criteria": {"attractivness": 3},
        "peak_months": [13],
        "programme_cost": {"X": 1, "N": -5},
        "crm": {"required": {"phone": "("}},
        "metrics": {"window_days": 0, "discount_rate": 3, "value_weights": {"revenue": 0}},
        "curves": {
            "otiff": [],
            "otif": [{"level": 1, "value": 0.5, "source": "house"}],
            "contact_breadth": [
                {"level": level, "value": value, "source": "me"} for level, value in ((1, 0.1), (2, 0.5), (3, 0.2))
            ],
        },
    }
    with pytest.raises(ka.errors.InputError) as raised:
        ka.load_engagement(make_engagement())
    messages = "\n".join(f"{fault.message} | {fault.remedy}" for fault in raised.value.faults)
    for part in (
        "attractivness",
        "peak_months[1] is 13",
        "programme_cost.X is no unit",
        "programme_cost.N is -5",
        "crm.required.phone '(' is no pattern",
        "metrics.window_days is 0",
        "metrics.discount_rate is 3",
        "metrics.value_weights has no weight above 0",
        "curves.otiff is no metric",
        "curves.otif has one breakpoint",
        "contact_breadth has values that neither rise nor fall",
        "source is 'me'",
    ):
        assert part in messages, messages
