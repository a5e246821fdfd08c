"""Published indices, expressed as instruments and recomputed by the engine: nothing in it may assume 1 to 5 or six dimensions.

The tables lie beside the project and are not part of it (``shared/data``); without them these tests are skipped.
"""

from __future__ import annotations

import csv
import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scoring_cases import Row, instrument, result, write_engagement

from kamassess.instrument import Instrument
from kamassess.recipe import score
from kamassess.result import AuditResult

DATA = Path(__file__).parents[2].parent / "shared" / "data"
HDI, TAI = DATA / "hdi_subset.csv", DATA / "tai_oecd.json"
YEARS = ("1990", "2000", "2010", "2021", "2022")


# -- the human development index of the United Nations, 1990–2022 --------------------------------------------------------


@cache
def countries() -> list[dict[str, str]]:
    if not HDI.exists():
        pytest.skip(f"{HDI.name} is not beside the project")
    with HDI.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def published(year: str) -> dict[str, float]:
    return {row["iso3"]: float(row[f"hdi_{year}"]) for row in countries() if row[f"hdi_{year}"]}


def share(value: float, low: float, high: float) -> float:
    return min(1.0, (value - low) / (high - low))


def answered(year: str, only: set[str] | None = None) -> list[Row]:
    """A country is a unit; two roles answer schooling, expected and mean years, whose arithmetic mean is its education index."""
    rows: list[Row] = []
    for row in countries():
        if not row[f"hdi_{year}"] or (only and row["iso3"] not in only):
            continue
        value = {name: float(row[f"{name}_{year}"]) for name in ("le", "eys", "mys", "gnipc")}
        first = {
            "life": share(value["le"], 20, 85),
            "schooling": share(value["eys"], 0, 18),
            "income": share(math.log(value["gnipc"]), math.log(100), math.log(75_000)),
        }
        rows.append((row["iso3"], "one", "expected", first))
        rows.append((row["iso3"], "two", "mean", {"schooling": share(value["mys"], 0, 15)}))
    return rows


def development(rows: list[Row]) -> Instrument:
    """Three dimensions of one question each; the options are the values that occur."""
    scales = {
        name: sorted(
            {float(value) for *_, answers in rows for key, value in answers.items() if key == name and value is not None}
        )
        for name in ("life", "schooling", "income")
    }
    return instrument(
        {"HEALTH": {"H": ["life"]}, "EDUCATION": {"E": ["schooling"]}, "INCOME": {"I": ["income"]}},
        scales=scales,
        roles=("expected", "mean"),
        asked={"life": ["expected"], "income": ["expected"]},
        levels=(0.0, 0.55, 0.7, 0.8),
        aggregation="geometric",
    )


def deviations(found: AuditResult, year: str) -> dict[str, float]:
    known = published(year)
    return {name: abs((unit.overall.score or math.nan) - known[name]) for name, unit in found.units.items()}


@pytest.mark.parametrize("year", YEARS)
def test_the_human_development_index_recomputes(year: str) -> None:
    """All countries of the year, to the three decimals that are published; an arithmetic mean misses by up to .05."""
    rows = answered(year)
    found = result(development(rows), rows, replicates=1)
    assert set(found.units) == set(published(year))
    assert len(found.units) > 135
    wrong = {name: size for name, size in deviations(found, year).items() if not size <= 0.0005}
    assert wrong == {}
    arithmetic = [
        abs((unit.overall.aggregations["arithmetic"] or 0) - published(year)[name]) for name, unit in found.units.items()
    ]
    assert max(arithmetic) > 0.02


def test_human_development_tiers_are_the_published_ones() -> None:
    """Very high from .8, high from .7, medium from .55: levels begin at their ``from``, on scores rounded as published."""
    rows = answered("2022")
    for name, unit in result(development(rows), rows, replicates=1).units.items():
        known = published("2022")[name]
        if min(abs(known - start) for start in (0.55, 0.7, 0.8)) > 0.0005:
            assert unit.overall.level == 1 + sum(known >= start for start in (0.55, 0.7, 0.8))


def test_the_human_development_index_recomputes_from_files(tmp_path: Path) -> None:
    """The same through instrument file and answers file: every digit of some 40 × 4 options survives them."""
    names = set(sorted(published("2022"))[::5])
    rows = answered("2022", names)
    case = development(rows)
    found = score(write_engagement(tmp_path / "hdi", case, rows), replicates=1)
    assert {name: size for name, size in deviations(found, "2022").items() if not size <= 0.0005} == {}
    assert found.units == result(case, rows, replicates=1).units


# -- the technology achievement index, 23 countries (OECD/JRC handbook 2008, tables 22 and 23) ---------------------------


@cache
def technology() -> dict[str, Any]:
    if not TAI.exists():
        pytest.skip(f"{TAI.name} is not beside the project")
    found: dict[str, Any] = json.loads(TAI.read_text(encoding="utf-8"))
    return found


def goalposts(end: str) -> np.ndarray:
    """Numbers, and logarithms written as ``log10(901)``."""
    marks = technology()["goalposts_HDR2001"][end]
    return np.array([math.log10(float(mark[6:-1])) if isinstance(mark, str) else float(mark) for mark in marks])


def shares() -> np.ndarray:
    """(countries, indicators) between the goalposts, capped."""
    low, high = goalposts("min"), goalposts("max")
    return np.clip((np.array(technology()["raw"]) - low) / (high - low), 0, 1)


def achieved(weighting: str) -> dict[str, float]:
    """Scores by country, one dimension of eight weighted questions."""
    data, values = technology(), shares()
    indicators = data["indicators"]
    case = instrument(
        {"TAI": {"T": indicators}},
        scales={name: np.unique(np.append(values[:, column], [0, 1])).tolist() for column, name in enumerate(indicators)},
        weights=dict(zip(indicators, data["weights_table22"][weighting], strict=True)),
        levels=(0,),
    )
    units = [f"C{number}" for number in range(len(values))]
    rows: list[Row] = [
        (unit, "r", "all", dict(zip(indicators, own, strict=True))) for unit, own in zip(units, values.tolist(), strict=True)
    ]
    found = result(case, rows, replicates=1).units
    return {country: found[unit].overall.score or math.nan for country, unit in zip(data["countries"], units, strict=True)}


@pytest.mark.parametrize(("weighting", "agree"), [("EW", 23), ("BAP", 23), ("FA", 19), ("AHP", 20)])
def test_technology_achievement_ranks_recompute(weighting: str, agree: int) -> None:
    """All 23 ranks under equal and budget weights; under the other two as many as the table's rounded weights allow."""
    scores = achieved(weighting)
    order = technology()["handbook_table23_EW_order"]
    ranks = [1 + sum(other > scores[country] for other in scores.values()) for country in order]
    expected = technology()["table23_ranks_in_EW_order"][weighting]
    assert sum(rank == known for rank, known in zip(ranks, expected, strict=True)) == agree
    assert max(abs(rank - known) for rank, known in zip(ranks, expected, strict=True)) <= (0 if agree == 23 else 2)


@pytest.mark.parametrize("weighting", ["EW", "FA", "BAP", "AHP"])
def test_technology_achievement_scores_are_the_weighted_means(weighting: str) -> None:
    """Ranks could come out right with wrong numbers; these are the numbers, by a matrix product."""
    weights = np.array(technology()["weights_table22"][weighting], dtype=float)
    expected = shares() @ weights / weights.sum()
    assert list(achieved(weighting).values()) == pytest.approx(expected.tolist(), abs=1e-12)
