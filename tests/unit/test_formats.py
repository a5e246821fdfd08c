"""Formats that need no notebook: which report has them, and the figures for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Ran, text

from kamassess.batch import Request, plan
from kamassess.errors import UsageError
from kamassess.recipe import audit
from kamassess.resources import carried


def _formats(engagement: Path, *formats: str, notebooks: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
    """What each report of a batch is made in."""
    jobs, _ = plan(Request(str(engagement), "out", languages=("en",), formats=formats, notebooks=notebooks))
    return {job.notebook: job.formats for job in jobs}


def test_a_report_is_made_in_the_formats_that_it_has() -> None:
    # If this fails, a batch of all formats fails for reports of which there is no deck, or leaves their pages out.
    found = _formats(carried("sample_data"), "html", "json", "pdf")
    assert found["unit_audit"] == found["group_overview"] == found["workshop_minutes"] == ("html", "json", "pdf")
    assert found["progress"] == found["account_value"] == found["retention_options"] == ("html", "pdf")


def test_a_report_that_has_none_of_the_formats_is_not_made() -> None:
    # If this fails, an empty job is counted as a report.
    assert set(_formats(carried("sample_data"), "json")) == {"unit_audit", "group_overview", "workshop_minutes"}


def test_a_report_asked_for_by_name_in_a_format_it_lacks_is_a_fault() -> None:
    # If this fails, the command makes nothing and says nothing.
    with pytest.raises(UsageError) as caught:
        _formats(carried("sample_data"), "json", notebooks=("progress", "unit_audit"))
    assert [str(fault) for fault in caught.value.faults] == ["progress has no form as json. Ask for html or pdf."]


def test_figures_for_programs_are_the_result_and_a_unit_has_its_own_alone(
    make_engagement: Callable[..., Path], settings: dict[str, Any], kamassess_cli: Callable[..., Ran], tmp_path: Path
) -> None:
    # If this fails, a program reads other figures than people, or a unit's file tells of another unit.
    settings["units"][1]["name"] = text("Planted name of S")
    folder, out = make_engagement(), tmp_path / "out"
    for unit in ("N", "_group"):
        ran = kamassess_cli("report", folder, "--unit", unit, "--lang", "en", "--format", "json", "--out", out)
        assert ran.code == 0, ran.err
    whole = "".join(audit(folder).write_json(published=True))
    assert (out / "2026/_group/group_overview.en.json").read_text(encoding="utf-8") == whole
    own = (out / "2026/N/unit_audit.en.json").read_text(encoding="utf-8")
    assert json.loads(own)["units"] == {"N": json.loads(whole)["units"]["N"]}
    assert "Planted name of S" in whole
    assert "Planted name of S" not in own


def test_one_changed_answer_leaves_the_figures_of_other_units_as_they_were(
    make_engagement: Callable[..., Path], answers: list[list[str]]
) -> None:
    # If this fails, every unit's file is another whenever anybody answers, and nobody can see what has changed.
    made = []
    for number, answer in enumerate(("0.5", "1")):
        answers[0][5] = answer
        result = audit(make_engagement(f"e{number}", answers=answers))
        made.append({unit: "".join(result.write_json_of(unit)) for unit in ("N", "S")})
    assert made[0]["N"] != made[1]["N"]
    assert made[0]["S"] == made[1]["S"]
