"""Plan, make, write, sum up: a batch makes what was asked once, whole or not at all, and says what failed and why."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
import workshop_sample
from nbformat.v4 import new_code_cell, new_notebook

from kamassess.batch import Job, Request, making, plan, render, writable, write, write_whole
from kamassess.errors import Fault, InputError, OutputError, ReportError, UsageError
from kamassess.opened import opened_audit
from kamassess.resources import carried


def _plan(engagement: Path, **chosen: Any) -> tuple[list[Job], list[Fault]]:
    everything: dict[str, Any] = {"formats": ("html",), "notebooks": ("unit_audit",), **chosen}
    asked = {name: tuple(value) if isinstance(value, list) else value or () for name, value in everything.items()}
    return plan(Request(str(engagement), "out", **{**asked, "since": everything.get("since")}))


def _names(jobs: list[Job]) -> list[str]:
    return [f"{job.unit}.{job.language}" for job in jobs]


# -- planning ------------------------------------------------------------------------------------------------------------


def test_by_default_every_unit_that_can_answer_is_reported_in_every_language() -> None:
    # If this fails, a unit or a language is forgotten, or the holding, which nobody answers for, is listed as missing.
    jobs, silent = _plan(carried("sample_data"))
    assert _names(jobs) == [f"{unit}.{language}" for unit in ("NC", "EC", "SC", "CA", "OM", "EX") for language in ("en", "zh")]
    assert silent == []
    assert {job.wave for job in jobs} == {"2026"}


def test_what_is_named_twice_is_made_once() -> None:
    # If this fails, two workers write the same file at the same time.
    jobs, _ = _plan(carried("sample_data"), units=["NC", "EC", "NC"], languages=["zh", "zh"], formats=["pdf", "html", "pdf"])
    assert _names(jobs) == ["NC.zh", "EC.zh"]
    assert jobs[0].formats == ("pdf", "html")


def test_a_unit_without_answers_is_named_and_the_others_planned() -> None:
    # If this fails, a silent unit vanishes from a batch without a word.
    jobs, silent = _plan(carried("sample_data"), units=["GRP", "NC"])
    assert _names(jobs) == ["NC.en", "NC.zh"]
    assert [str(fault) for fault in silent] == [
        (
            "responses: unit 'GRP' has no answers in wave 2026. It stands above NC, EC, SC, CA, OM, EX: name one of them, "
            "or _group for a report about all units."
        )
    ]


def test_all_wrong_choices_are_named_at_once() -> None:
    # If this fails, the user mends one only to hear of the next.
    with pytest.raises(UsageError) as caught:
        _plan(carried("sample_data"), units=["NX"], languages=["fr"], formats=["docx"], notebooks=["other"])
    assert [fault.message.split(" is no ")[0] for fault in caught.value.faults] == ["'docx'", "'other'", "'NX'", "'fr'"]


def test_without_a_choice_everything_that_has_something_to_say_is_made() -> None:
    # If this fails, a batch forgets the overview of the group or the progress, or makes a unit's report twice.
    jobs, silent = _plan(carried("sample_data"), notebooks=None, languages=["en"])
    units = ["NC", "EC", "SC", "CA", "OM", "EX"]
    expected = [*(f"{unit}/unit_audit" for unit in units), "_group/group_overview"]
    expected += [f"{unit}/progress" for unit in ("_group", *units)]
    expected += ["_group/retention_options", *(f"{unit}/account_value" for unit in units), "NC/workshop_minutes"]
    assert [f"{job.unit}/{job.notebook}" for job in jobs] == expected
    assert {job.since for job in jobs if job.notebook == "progress"} == {"2025"}
    assert silent == []


def test_units_that_are_named_leave_the_group_out() -> None:
    # If this fails, whoever asks for one unit waits for the whole group.
    jobs, _ = _plan(carried("sample_data"), notebooks=None, languages=["en"], units=["NC"])
    assert [f"{job.unit}/{job.notebook}" for job in jobs] == [
        "NC/unit_audit",
        "NC/progress",
        "NC/account_value",
        "NC/workshop_minutes",
    ]
    jobs, _ = _plan(carried("sample_data"), notebooks=None, languages=["en"], units=["_group"])
    expected = ["_group/group_overview", "_group/progress", "_group/retention_options"]
    assert [f"{job.unit}/{job.notebook}" for job in jobs] == expected
    jobs, _ = _plan(carried("sample_data"), notebooks=["retention_options"], languages=["zh"], units=["NC", "_group"])
    assert [f"{job.unit}/{job.notebook}" for job in jobs] == ["_group/retention_options"], "it is about no single unit"


@pytest.mark.parametrize(
    ("units", "notebooks", "lines"),
    [
        (
            ["NC"],
            ["group_overview"],
            ["group_overview is about all units, and NC is named. Leave out the unit, or name _group as well."],
        ),
        (
            ["NC", "EC"],
            ["unit_audit", "retention_options"],
            ["retention_options is about all units, and NC, EC are named. Leave out the unit, or name _group as well."],
        ),
        (["_group"], ["account_value"], ["account_value is about one unit. Name a unit."]),
        (
            ["_group"],
            ["unit_audit"],
            ["unit_audit is about one unit. Name a unit, or make group_overview or progress of all."],
        ),
    ],
)
def test_a_unit_that_a_notebook_has_no_use_for_is_refused(units: list[str], notebooks: list[str], lines: list[str]) -> None:
    # If this fails, who asks for the overview of one unit gets that of the group, or nothing, and no word about it.
    with pytest.raises(UsageError) as caught:
        _plan(carried("sample_data"), units=units, notebooks=notebooks, formats=["html"])
    assert [str(fault) for fault in caught.value.faults] == lines


def test_a_named_unit_without_accounts_is_told(make_engagement: Callable[..., Path]) -> None:
    # If this fails, a report that was asked for is not made, and nobody says so.
    folder = make_engagement(files={"data/accounts.csv": "account,name,unit,key_account\nS1,Acme,S,yes\n"})
    jobs, silent = _plan(folder, units=["N", "S"], notebooks=["account_value"], languages=["en"])
    assert [job.unit for job in jobs] == ["S"]
    assert [str(fault) for fault in silent] == [
        "unit 'N' has no accounts. Add them to data/accounts.csv, or choose another unit."
    ]


def test_what_is_no_format_is_told_with_those_there_are() -> None:
    # If this fails, who asks for Word does not hear what there is instead.
    with pytest.raises(UsageError) as caught:
        _plan(carried("sample_data"), units=["NC"], formats=["docx", "xlsform"])
    there = "Use one of: html, pdf, xlsx, pptx, json."
    assert [str(fault) for fault in caught.value.faults] == [
        f"'docx' is no format of reports. {there}",
        f"'xlsform' is no format of reports. {there} Forms are written by 'kamassess questionnaire'.",
    ]


def test_all_is_said_by_naming_none() -> None:
    # If this fails, who writes "all", as for questionnaires, gets a list to choose from.
    with pytest.raises(UsageError) as caught:
        _plan(carried("sample_data"), units=["all"])
    assert str(caught.value.faults[1]) == "all units are meant where none is named. Leave --units out."


def test_a_place_that_cannot_be_is_named_as_it_was_given_with_the_reason(tmp_path: Path) -> None:
    # If this fails, the user is told of a folder 'x' that is somewhere, and of "No such file" where one is to be made.
    (tmp_path / "taken").write_text("a file")
    remedy = "Choose another folder with --out, or mend its permissions."
    for place, why in (
        (tmp_path / "taken", "it is a file, not a folder"),
        (tmp_path / "taken" / "below", f"'{tmp_path / 'taken'}' is a file, not a folder"),
        (Path("/proc/reports"), "nothing can be made in '/proc'"),
    ):
        with pytest.raises(OutputError) as caught:
            writable(place)
        assert str(caught.value) == f"cannot write to '{place}': {why}. {remedy}"
    with pytest.raises(OutputError) as caught:
        write_whole(Path("/proc/return.json"), b"{}")
    expected = "cannot write '/proc/return.json': No such file or directory. Choose another place, or mend its permissions."
    assert str(caught.value) in (expected, expected.replace("No such file or directory", "nothing can be made in '/proc'"))


def test_retention_options_without_a_table_are_refused(make_engagement: Callable[..., Path]) -> None:
    # If this fails, the user gets an empty report, or a traceback.
    with pytest.raises(UsageError, match="there is no table of options"):
        _plan(make_engagement(), notebooks=["retention_options"])


def test_account_value_needs_accounts_and_no_answers(make_engagement: Callable[..., Path], answers: list[list[str]]) -> None:
    # If this fails, the user gets an empty report, or a unit that was not asked gets none although its accounts are known.
    with pytest.raises(UsageError, match="there is no table of accounts"):
        _plan(make_engagement(), notebooks=["account_value"])
    table = "account,name,unit,key_account\nS1,Acme,S,yes\n"
    only = [row for row in answers if row[1] == "N"]
    folder = make_engagement("other", answers=only, files={"data/accounts.csv": table})
    jobs, _ = _plan(folder, notebooks=None, languages=["en"])
    assert [f"{job.unit}/{job.notebook}" for job in jobs] == ["N/unit_audit", "S/unit_audit", "S/account_value"]
    jobs, _ = _plan(folder, notebooks=["account_value"], languages=["en"], units=["N", "S"])
    assert [job.unit for job in jobs] == ["S"]


def test_minutes_need_a_workshop(make_engagement: Callable[..., Path]) -> None:
    # If this fails, the user gets empty minutes, or a traceback.
    with pytest.raises(UsageError, match="no unit had a workshop in wave 2026"):
        _plan(make_engagement(), notebooks=["workshop_minutes"])


@pytest.mark.parametrize(
    ("unit", "said"),
    [("EC", "unit 'EC' had no workshop in wave 2026"), ("_group", "workshop_minutes is about one unit")],
)
def test_a_report_with_nothing_to_say_is_not_left_out_in_silence(tmp_path: Path, unit: str, said: str) -> None:
    # If this fails, the command makes nothing, says nothing, and ends as if all were well.
    folder = workshop_sample.engagement(tmp_path / "sample")
    jobs, silent = _plan(folder, notebooks=["workshop_minutes"], units=[unit])
    assert jobs == []
    assert [fault.message for fault in silent] == [said]
    jobs, silent = _plan(folder, notebooks=None, languages=["en"], units=["NC", "EC"])
    assert [job.unit for job in jobs if job.notebook == "workshop_minutes"] == ["NC"]
    assert silent == []


def test_one_unit_and_one_wave_have_nothing_to_compare(make_engagement: Callable[..., Path], answers: list[list[str]]) -> None:
    # If this fails, a report without a word in it is made, or a batch stops because of it.
    jobs, _ = _plan(make_engagement(answers=[row for row in answers if row[1] == "N"]), notebooks=None)
    assert {job.notebook for job in jobs} == {"unit_audit"}


def test_progress_without_an_earlier_wave_is_refused(make_engagement: Callable[..., Path]) -> None:
    # If this fails, the user gets an empty report, or a traceback.
    folder = make_engagement()
    with pytest.raises(UsageError, match="there is no wave before 2026"):
        _plan(folder, notebooks=["progress"])
    with pytest.raises(UsageError, match="'2026' is no wave before 2026"):
        _plan(folder, since="2026")


def test_the_audit_of_no_unit_is_refused() -> None:
    # If this fails, `--unit _group` is taken for a unit.
    with pytest.raises(UsageError, match="unit_audit is about one unit"):
        _plan(carried("sample_data"), units=["_group"])


def test_a_report_has_its_place() -> None:
    # If this fails, files are not where contracts and scripts look for them.
    job = Job("sample_data", "NC", "zh", "2026", "out")
    assert job.path("pdf").as_posix() == "out/2026/NC/unit_audit.zh.pdf"


# -- reading once --------------------------------------------------------------------------------------------------------


def test_an_engagement_is_read_and_scored_once(make_engagement: Callable[..., Path]) -> None:
    # If this fails, every report of a batch reads all files again: `wave` left out and named must find the same result.
    folder = make_engagement()
    first, again, named = opened_audit(folder, None), opened_audit(folder, None), opened_audit(folder, "2026")
    assert first[1] is again[1] is named[1]
    assert first[0] is named[0]


@pytest.mark.parametrize("changed", ["responses/a.csv", "engagement.yaml", "instrument.yaml"])
def test_a_changed_file_is_read_again(make_engagement: Callable[..., Path], changed: str) -> None:
    # If this fails, an analyst mends an answer, runs the cell again, and sees the old report.
    folder = make_engagement()
    before = opened_audit(folder, None)
    path = folder / changed
    path.write_text(path.read_text(encoding="utf-8").replace("Acme", "Acne").replace("Tiny", "Tiny one") + "\n", encoding="utf-8")
    if changed.endswith("csv"):
        path.write_text(path.read_text(encoding="utf-8").rstrip("\n").replace("R1,lead,A-1-Q1,0.5", "R1,lead,A-1-Q1,1") + "\n")
    after = opened_audit(folder, None)
    assert after[1] is not before[1]
    if changed.endswith("csv"):
        assert after[1].units["N"].overall.score != before[1].units["N"].overall.score


def test_the_date_that_stands_for_now_is_part_of_what_is_remembered(
    make_engagement: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    # If this fails, SOURCE_DATE_EPOCH is ignored once a result is remembered.
    folder = make_engagement()
    dates = []
    for epoch in ("0", "86400"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        dates.append(opened_audit(folder, None)[1].date)
    assert dates == ["1970-01-01", "1970-01-02"]


def test_a_wrong_wave_is_refused_each_time(make_engagement: Callable[..., Path]) -> None:
    # If this fails, the second request for a wave that is not there gets something.
    folder = make_engagement()
    for _ in range(2):
        with pytest.raises(UsageError, match="wave '1999' has no answers"):
            opened_audit(folder, "1999")


# -- making --------------------------------------------------------------------------------------------------------------


def test_a_report_is_rendered_without_writing(make_engagement: Callable[..., Path], tmp_path: Path) -> None:
    # If this fails, a report that fails half-way leaves something behind.
    job = Job(str(make_engagement()), "N", "en", "2026", str(tmp_path / "out"))
    made = render(job)
    assert list(made) == ["html", "pdf"]
    assert made["html"].startswith(b"<!doctype html>")
    assert made["pdf"].startswith(b"%PDF-")
    assert not (tmp_path / "out").exists()
    assert render(job) == made


def test_made_and_written_is_what_was_rendered(make_engagement: Callable[..., Path], tmp_path: Path) -> None:
    # If this fails, the SHA-256 of the summary is not that of the file.
    job = Job(str(make_engagement()), "N", "zh", "2026", str(tmp_path / "out"), formats=("html",))
    outcome = making.make(job)
    assert outcome.faults == ()
    ((place, digest),) = outcome.files.items()
    assert place == "2026/N/unit_audit.zh.html"
    assert hashlib.sha256(job.path("html").read_bytes()).hexdigest() == digest
    assert job.path("html").read_bytes() == render(job)["html"]


def _notebook_of(source: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts a notebook with this cell in the place of the unit audit."""
    (folder / "notebooks").mkdir(exist_ok=True)
    cells = [new_code_cell("engagement = unit = language = wave = ''", metadata={"tags": ["parameters"]}), new_code_cell(source)]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), folder / "notebooks" / "unit_audit.ipynb")
    monkeypatch.setattr(making, "carried", lambda name: folder / name)


def test_a_fault_the_notebook_names_is_ours_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, a wrong input is reported as a bug, with another exit code.
    source = "from kamassess.errors import Fault, InputError\nraise InputError([Fault('one', 'Do this.'), Fault('two')])"
    _notebook_of(source, tmp_path, monkeypatch)
    with pytest.raises(InputError) as caught:
        render(Job("e", "N", "en", "w", "out"))
    assert [str(fault) for fault in caught.value.faults] == ["one. Do this.", "two"]


def test_any_other_error_names_the_cell_and_how_to_see_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, a bug is a line that helps nobody to find it.
    _notebook_of("1/0", tmp_path, monkeypatch)
    job = Job("e", "N", "en", "w", "out")
    with pytest.raises(ReportError) as caught:
        render(job)
    text = str(caught.value)
    assert "failed: ZeroDivisionError: division by zero" in text
    assert "papermill" in text
    assert "unit N" in text
    assert making.make(job).faults == (text,)


# -- writing -------------------------------------------------------------------------------------------------------------


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_formats_are_written_or_none(tmp_path: Path) -> None:
    # If this fails, a client finds today's HTML beside yesterday's PDF.
    job = Job("e", "N", "en", "w", str(tmp_path))
    write(job, {"html": b"old", "pdf": b"old"})
    job.path("pdf").unlink()
    job.path("pdf").mkdir()
    with pytest.raises(OutputError, match=r"cannot write 'unit_audit.en.pdf': Is a directory"):
        write(job, {"html": b"new", "pdf": b"new"})
    assert _files(tmp_path) == {"w/N/unit_audit.en.html": b"old"}


def test_a_disk_that_is_full_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, a half-written file has the name of a report.
    def full(path: Path, mode: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "chmod", full)
    with pytest.raises(OutputError, match="No space left on device"):
        write_whole(tmp_path / "deep" / "a.json", b"content")
    assert _files(tmp_path) == {}


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    # If this fails, an output folder that cannot be is noticed after the work is done.
    (tmp_path / "file").write_bytes(b"")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match="Choose another folder with --out"):
            writable(out)
    writable(tmp_path / "new" / "folder")
    assert _files(tmp_path) == {"file": b""}
