"""A small result as JSON, whole: any change of a number, a key or a reason shows as a change of a file under review."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from golden_file import compare
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


def test_the_result_is_the_golden_one() -> None:
    """A score that changes without anyone meaning it."""
    compare(current(), GOLDEN)


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
