"""A small result as JSON, whole: any change of a number, a key or a reason shows as a change of a file under review.

To renew the file after a change that is meant (and say in CHANGELOG.md which score changed, from what to what)::

    KAMASSESS_RENEW_GOLDEN=1 python -m pytest tests/golden/test_result_golden.py

then read ``git diff tests/golden/result.json``. The test fails while it renews, so that no run can renew by accident.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import pytest
from scoring_cases import Row, instrument, result

GOLDEN = Path(__file__).with_name("result.json")

TREE = {"STR": {"STR-1": ["s1", "s2"], "STR-2": ["s3"]}, "ORG": {"ORG-1": ["o1"], "ORG-2": ["o2"], "TRIAL": ["t1"]}}
CASE = instrument(
    TREE,
    screens={"FIT": {"FIT-1": ["f1"]}},
    scales={"o2": (0, 50, 100), "f1": (1, 2, 3)},
    roles=("executive", "kam", "sales"),
    asked={"s2": ["executive", "kam"]},
    weights={"s1": 2, "ORG": 1.5, "TRIAL": 0, "o2": 0},
    gates={"STR-2", "ORG-1"},
)
ROWS: list[Row] = [
    ("U", "e1", "executive", {"s1": 5, "s2": 4, "s3": 2, "o1": 4, "o2": 50, "t1": 3, "f1": 3}),
    ("U", "e2", "executive", {"s1": 4, "s2": "DK", "s3": 3, "o1": 5, "o2": 100, "f1": 2}),
    ("U", "e3", "executive", {"s1": 4, "s2": 3, "s3": 2, "o1": 4, "o2": "NA", "f1": 3}),
    ("U", "k1", "kam", {"s1": 3, "s2": 2, "s3": 1, "o1": 3, "o2": 0, "t1": 1, "f1": None}),
    ("U", "k2", "kam", {"s1": 2, "s2": 2, "s3": 2, "o1": "DK", "o2": 0, "f1": 2}),
    ("U", "k3", "kam", {"s1": 3, "s2": 1, "s3": 2, "o1": 2, "o2": 50, "f1": 1}),
    ("U", "k4", "kam", {"s1": "NA", "s2": "NA", "s3": 1, "o1": 3, "f1": 1}),
    ("U", "x1", "sales", {"s1": 2, "s3": 1, "o1": 2, "o2": 0, "t1": "DK", "f1": 2}),
    ("V", "v1", "kam", {"s1": "DK", "s2": None, "s3": "DK", "o1": 4, "o2": 100, "f1": "NA"}),
    ("V", "v2", "sales", {"s1": "NA", "s3": "NA", "o1": 3, "o2": 50, "f1": "NA"}),
    ("V", "silent", "sales", {"s1": None, "s3": None}),
]


def current() -> dict[str, Any]:
    """The result without what names the machine."""
    found = json.loads("".join(result(CASE, ROWS, ["U", "V", "W"], replicates=200).write_json()))
    del found["provenance"]["versions"]
    return dict(found)


def differences(found: Any, expected: Any, path: str = "") -> list[str]:
    """Where two JSON values differ; numbers may differ in the last digits, as exp and log do between machines."""
    if isinstance(found, dict) and isinstance(expected, dict):
        missing = [f"{path}/{key}: only in one" for key in found.keys() ^ expected.keys()]
        return missing + [
            entry for key in found.keys() & expected.keys() for entry in differences(found[key], expected[key], f"{path}/{key}")
        ]
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        return [
            entry
            for number, pair in enumerate(zip(found, expected, strict=True))
            for entry in differences(*pair, f"{path}/{number}")
        ]
    if (
        isinstance(found, float)
        and isinstance(expected, int | float)
        and math.isclose(found, expected, rel_tol=1e-11, abs_tol=1e-11)
    ):
        return []
    return [] if type(found) is type(expected) and found == expected else [f"{path}: {found!r}, was {expected!r}"]


def test_the_result_is_the_golden_one() -> None:
    """A score that changes without anyone meaning it."""
    found = current()
    if os.environ.get("KAMASSESS_RENEW_GOLDEN"):
        GOLDEN.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"renewed {GOLDEN.name}; read its diff")
    expected = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert sorted(differences(found, expected)) == []


def test_the_golden_case_shows_what_it_is_for() -> None:
    """A golden file in which nothing is missing, blocked, withheld or flagged would guard little."""
    text = GOLDEN.read_text(encoding="utf-8")
    for word in (
        "low_coverage",
        "no_answers",
        "all_not_applicable",
        "too_few_respondents",
        "withheld",
        "one_respondent_per_role",
    ):
        assert f'"{word}"' in text
    overall = json.loads(text)["units"]["U"]["overall"]
    assert overall["blocked_by"] == ["STR-2"]
    assert overall["level"] < overall["continuous_level"]
