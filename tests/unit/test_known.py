"""Claimed, evidenced, measured: levels of criteria by data, dimensions by each kind of knowledge, and the gaps between."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kamassess as ka
from kamassess.result import AuditResult, Reason

Make = Callable[..., Path]
ACCOUNTS = "account,name,unit,key_account\n" + "".join(f"{unit}{n},{unit} {n},{unit},yes\n" for unit in "NS" for n in (1, 2, 3))
ACTIVITIES = "account,date,category,their_level\n" + "".join(
    f"N{n},2026-03-0{n},visit,{level}\n" for n in (1, 2, 3) for level in ("front", "top")
)
CURVE = [{"level": 0.2, "value": 0.0, "source": "house"}, {"level": 0.8, "value": 1.0, "source": "house"}]
EVIDENCE = "unit,criterion,kind,title,date,level\nN,B-1,verified,minutes,2026-01-01,1\nN,A-1,document,plan,2026-01-01,0\n"


@pytest.fixture
def scored(make_engagement: Make, settings: dict[str, Any], instrument: dict[str, Any]) -> Callable[..., AuditResult]:
    def score(files: dict[str, str], **more: Any) -> AuditResult:
        one, two = instrument["dimensions"][0]["criteria"]
        one["metrics"], two["metrics"] = ["contact_breadth", "otif"], ["single_contact_share"]
        settings.update({"date": "2026-10-31"} | more)
        return ka.score(make_engagement(files=files))

    return score


def test_a_criterion_has_the_mean_level_of_its_metrics(scored: Callable[..., AuditResult]) -> None:
    result = scored(
        {"data/accounts.csv": ACCOUNTS, "data/activities.csv": ACTIVITIES, "evidence.csv": EVIDENCE},
        curves={"contact_breadth": CURVE},
    )
    north, south = result.units["N"], result.units["S"]
    found = north.metrics["contact_breadth"]
    assert (found.value, found.n, found.window) == (pytest.approx(2 / 3), 3, ("2025-11-01", "2026-10-31"))
    assert found.level == pytest.approx(0.6)
    assert north.measured["A-1"].level == pytest.approx(0.6)
    assert (north.measured["A-1"].metrics, north.measured["A-1"].without) == (("contact_breadth",), ("otif",))
    assert north.metrics["otif"].missing == ("deliveries",)
    assert (north.measured["A-2"].level, north.measured["A-2"].reason) == (None, Reason.NO_CURVE)
    assert (north.measured["B-1"].level, north.measured["B-1"].reason) == (None, Reason.NO_METRIC)
    assert south.measured["A-1"].level == pytest.approx(0.2)  # nobody was met


def test_two_metrics_of_a_criterion_count_alike(scored: Callable[..., AuditResult]) -> None:
    # If this fails, a criterion that more is measured of stands higher, or only the first of its metrics counts.
    deliveries = "account,order,promised,delivered,ordered_qty,delivered_qty\n" + "".join(
        f"N1,{n},2026-03-10,2026-03-1{n % 2},1,1\n" for n in range(40)
    )
    files = {"data/accounts.csv": ACCOUNTS, "data/activities.csv": ACTIVITIES, "data/deliveries.csv": deliveries}
    lines = [{"level": 0.0, "value": 0.0, "source": "house"}, {"level": 1.0, "value": 1.0, "source": "house"}]
    north = scored(files, curves={"contact_breadth": CURVE, "otif": lines}).units["N"]
    one, other = (north.metrics[name].level for name in ("contact_breadth", "otif"))
    assert (one, other) == (pytest.approx(0.6), pytest.approx(0.5))
    assert north.measured["A-1"].level == pytest.approx(0.55)
    assert north.measured["A-1"].metrics == ("contact_breadth", "otif")


def test_dimensions_and_gaps_compare_like_with_like(scored: Callable[..., AuditResult]) -> None:
    files = {"data/accounts.csv": ACCOUNTS, "data/activities.csv": ACTIVITIES, "evidence.csv": EVIDENCE}
    north = scored(files, curves={"contact_breadth": CURVE}).units["N"]
    claimed = {name: block.score for name, block in north.criteria.items()}
    known = north.known["A"]
    assert known.measured == pytest.approx(0.6)
    assert known.claimed_measured == pytest.approx(claimed["A-1"])
    assert (known.n_measured, known.n_evidenced, known.n) == (1, 1, 2)
    assert north.known["B"].measured is None
    gaps = {gap.criterion: gap for gap in north.say_do}
    assert set(gaps) == {"A-1", "B-1"}  # of A-2 nothing is known but the claim
    assert (gaps["A-1"].kind, gaps["B-1"].kind) == ("measured", "evidenced")
    assert gaps["A-1"].difference == pytest.approx((claimed["A-1"] or 0) - 0.6)
    assert gaps["A-1"].weight == pytest.approx(1 / 4)
    assert gaps["B-1"].weight == pytest.approx(1 / 2)
    order = [gap.difference * gap.weight for gap in north.say_do]
    assert order == sorted(order, reverse=True)
    for name, gap in gaps.items():
        ci = north.criteria[name].ci
        assert gap.certain == (ci is not None and not ci[0] <= gap.shown <= ci[1])


def test_what_lies_beyond_all_that_people_could_have_said_is_certain(
    scored: Callable[..., AuditResult], answers: list[list[str]]
) -> None:
    # If this fails, a gap between saying and doing that no other choice of people would close is told as a guess.
    for row in answers:
        row[5] = {"R1": "1", "R2": "1", "R3": "0.5", "R4": "0.5"}[row[2]]
    files = {"data/accounts.csv": ACCOUNTS, "evidence.csv": EVIDENCE}
    north = scored(files).units["N"]
    gaps = {gap.criterion: gap for gap in north.say_do}
    assert north.criteria["A-1"].ci is not None
    assert gaps["A-1"].certain is True


def test_the_packages_curves_are_for_levels_from_one_to_five(scored: Callable[..., AuditResult]) -> None:
    north = scored({"data/accounts.csv": ACCOUNTS, "data/activities.csv": ACTIVITIES}).units["N"]
    assert north.metrics["contact_breadth"].value == pytest.approx(2 / 3)
    assert north.metrics["contact_breadth"].level is None
    assert north.measured["A-1"].reason is Reason.NO_TABLE  # of otif, the other metric that is named


def test_without_tables_nothing_is_measured(scored: Callable[..., AuditResult]) -> None:
    north = scored({}).units["N"]
    assert (north.metrics, north.measured, north.say_do) == ({}, {}, ())
    assert north.known["A"].measured is None
    json = north.as_json()
    assert json["criteria"]["A-1"]["measured"] is None
    assert json["dimensions"]["A"]["known"]["n"] == 2


def test_the_window_ends_with_the_newest_line_where_the_wave_has_no_date(scored: Callable[..., AuditResult]) -> None:
    result = scored({"data/accounts.csv": ACCOUNTS, "data/activities.csv": ACTIVITIES}, date=None, metrics={"window_days": 30})
    assert result.units["N"].metrics["contact_breadth"].window == ("2026-02-02", "2026-03-03")


def test_a_value_of_few_lines_is_shown_without_a_level(scored: Callable[..., AuditResult]) -> None:
    # If this fails, six deliveries make a unit the best of the group.
    lines = "".join(f"N1,o{n},2026-03-0{n},2026-03-0{n},1,1\n" for n in range(1, 7))
    deliveries = "account,order,promised,delivered,ordered_qty,delivered_qty\n" + lines
    curve = [{"level": 0.2, "value": 0.5, "source": "house"}, {"level": 0.8, "value": 1.0, "source": "house"}]
    result = scored({"data/accounts.csv": ACCOUNTS, "data/deliveries.csv": deliveries}, curves={"otif": curve})
    found = result.units["N"].metrics["otif"]
    assert (found.value, found.n, found.level, found.reason) == (1.0, 6, None, Reason.TOO_FEW_LINES)
    assert (result.units["N"].measured["A-1"].level, result.units["N"].measured["A-1"].without) == (
        None,
        ("contact_breadth", "otif"),
    )


def test_an_earlier_wave_is_not_held_against_the_data_of_today(
    make_engagement: Make, settings: dict[str, Any], answers: list[list[str]]
) -> None:
    # If this fails, what people said last year is contradicted by what happened since.
    files = {"data/accounts.csv": ACCOUNTS, "data/activities.csv": ACTIVITIES, "evidence.csv": EVIDENCE}
    earlier = [["2025", *row[1:]] for row in answers]
    folder = make_engagement(settings=settings, answers=[*answers, *earlier], files=files)
    now, then = (ka.score(folder, wave).units["N"] for wave in ("2026", "2025"))
    assert now.metrics
    assert now.evidence
    assert (then.metrics, then.alerts, then.lines, then.evidence) == ({}, (), {}, {})
