"""``docs/metrics.md`` is written from the metrics themselves, so that it cannot say another curve than the one that counts.

To renew it: ``KAMASSESS_RENEW_GOLDEN=1 python -m pytest tests/golden/test_metrics_doc.py``, then read its diff.
"""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

import pytest

from kamassess.metrics import METRICS, Settings
from kamassess.reading.instrument import load_instrument
from kamassess.reading.measuring import metric_texts

pytestmark = pytest.mark.checkout

DOC = Path(__file__).parents[2] / "docs/metrics.md"
HEAD = """# Metrics

What the company's data can say, in the order in which they are computed. Written from `kamassess/metrics.yaml` and the functions
in `kamassess/metrics/`; `tests/golden/test_metrics_doc.py` keeps it true. What a metric needs are tables and columns of
[data.md](data.md); where one is missing the metric has no value, and a reason. How values become levels: [method.md](method.md).

A metric makes a level of a criterion only where it has a curve and rests on as many cases as its last column says. Curves
run in straight lines from one level to the next, and end at their ends. Each breakpoint says where it comes from:
**published**, a **rule of thumb** of the trade, or **house**, a value of ours that nobody has tested. Put your own in
`engagement.yaml`; all levels of the metric are then yours:

```yaml
curves:
  otif:
    - {level: 1, value: 0.80, source: house}
    - {level: 5, value: 0.99, source: published, cite: "Where it was published"}
```
"""


COLUMNS = ("metric", "what it is", "unit", "needs", "criteria", "level = value", "rests on at least")
KEYS = {"criteria": "key_account_criteria"}
"""Settings whose key in ``engagement.yaml`` is another word."""


def current() -> str:
    texts, told = metric_texts(), defaultdict(list)
    for criterion in load_instrument("kam").criteria():
        for name in criterion.metrics:
            told[name].append(criterion.id)
    rows = [COLUMNS, ("---",) * len(COLUMNS)]
    for name, metric in METRICS.items():
        text = texts[name]
        curve = ", ".join(f"{point.level:g} = {point.value:g} ({point.source})" for point in text.curve)
        better = "" if metric.higher_is_better is None else f", {'higher' if metric.higher_is_better else 'lower'} is better"
        needs = ", ".join([*metric.needs, *(f"`{KEYS.get(setting, setting)}`" for setting in metric.settings)])
        least = [f"{text.least} cases"] if text.least and curve else []
        least += [f"{Settings().least_key_accounts} key accounts"] if metric.key_accounts else []
        what = f"{text.name['en']}. {text.definition['en']}"
        rows.append((f"`{name}`", what, metric.unit + better, needs, ", ".join(told[name]), curve, ", ".join(least)))
    lines = [f"| {' | '.join(cell.replace('|', '/') or '–' for cell in row)} |" for row in rows]
    return "\n".join([HEAD, *lines]) + "\n"


def test_the_list_of_metrics_is_true() -> None:
    # If this fails, a consultant argues with a curve that does not count.
    found = current()
    if os.environ.get("KAMASSESS_RENEW_GOLDEN"):
        DOC.write_text(found, encoding="utf-8")
        pytest.fail(f"renewed {DOC.name}; read its diff")
    assert DOC.read_text(encoding="utf-8") == found
