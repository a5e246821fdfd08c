"""The commands from end to end: an engagement from an empty folder to its reports, every option, every refusal."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kamassess.resources import carried

if TYPE_CHECKING:
    from tests.conftest import Ran

    Cli = Callable[..., Ran]

pytestmark = pytest.mark.e2e

BLOCK = {"score", "ci", "index", "level", "blocked_by", "coverage", "bounds", "reason"}
QUESTION = {"mean", "sd", "n", "dk", "na", "unanswered", "rwg", "counts"}


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


# -- from nothing to a report --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_from_an_empty_folder_to_a_report(tmp_path: Path, kamassess_cli: Cli) -> None:
    # If this fails, a consultant who follows the guide with an engagement of their own gets stuck on the way.
    folder = tmp_path / "acme"
    made = kamassess_cli("init", folder)
    assert (made.code, len(made.out)) == (0, 3)
    assert "kamassess check" in made.the("Next")
    assert kamassess_cli("check", folder).code == 2
    with (folder / "questions.csv").open(encoding="utf-8-sig", newline="") as file:
        questions = list(csv.DictReader(file))
    with (folder / "responses" / "answers.csv").open("a", encoding="utf-8") as file:
        for number, row in enumerate(questions):
            for role in row["roles"].split():
                for person in (1, 2, 3):
                    file.write(f"2026,U1,{role}-{person},{role},{row['question']},{(number + person) % 5 + 1},\n")
    silent = kamassess_cli("check", folder)
    assert silent.code == 2
    silent.the("U2", "no answers")
    scored = kamassess_cli("score", folder)
    assert scored.code == 0
    assert any("U1" in line and " 15 " in line for line in scored.out)
    report = kamassess_cli("report", folder, "--unit", "U1", "--lang", "zh", "--format", "html")
    assert report.code == 0, report.err
    (path,) = report.out
    assert Path(path) == folder / "reports" / "2026" / "U1" / "unit_audit.zh.html"
    assert "第一业务单元" in Path(path).read_text(encoding="utf-8")
    batch = kamassess_cli("batch", folder, "--lang", "en", "--format", "html", "--jobs", 1)
    assert batch.code == 1
    batch.the("unit 'U2' has no answers in wave 2026")
    assert batch.out[-1].startswith("1 of 1 reports made.")
    summary = json.loads((folder / "reports" / "summary.json").read_text(encoding="utf-8"))
    assert "U2" in summary["without_answers"][0]


# -- score ---------------------------------------------------------------------------------------------------------------


def test_score_writes_pure_json_as_promised(kamassess_cli: Cli, tmp_path: Path) -> None:
    # If this fails, whoever reads the result with a program of their own finds a key gone, or a stray line before the brace.
    ran = kamassess_cli("score", carried("sample_data"), "--json", "-")
    assert (ran.code, ran.err) == (0, [])
    result: dict[str, Any] = json.loads("\n".join(ran.out))
    assert {"schema", "wave", "instrument", "reliability", "units"} <= set(result)
    assert (result["schema"], result["wave"]) == ("kamassess.result/1", "2026")
    assert set(result["instrument"]) == {"id", "version", "sha256"}
    assert all({"alpha", "alpha_ci", "omega", "icc1", "icc2", "n"} <= set(entry) for entry in result["reliability"].values())
    assert list(result["units"]) == ["GRP", "NC", "EC", "SC", "CA", "OM", "EX"]
    for unit in result["units"].values():
        assert {"n_respondents", "overall", "dimensions", "criteria", "questions"} <= set(unit)
        blocks: list[Mapping[str, Any]] = [unit["overall"], *unit["dimensions"].values(), *unit["criteria"].values()]
        assert all(set(block) >= BLOCK for block in blocks)
        assert all({"rwg_j", "ad", "n"} <= set(block["agreement"]) for block in unit["dimensions"].values())
        assert all({"evidenced", "measured"} <= set(block) for block in unit["criteria"].values())
        assert all(set(question) >= QUESTION for question in unit["questions"].values())
        assert all((block["score"] is None) <= (block["reason"] is not None) for block in blocks), "a missing score has a reason"
    again = kamassess_cli("score", carried("sample_data"), "--json", tmp_path / "deep" / "result.json")
    assert (again.code, again.out) == (0, [])
    assert (tmp_path / "deep" / "result.json").read_text(encoding="utf-8").splitlines() == ran.out


def test_score_of_an_earlier_wave(kamassess_cli: Cli) -> None:
    # If this fails, --wave is taken and ignored, and the current scores are quoted as last year's.
    now, before = (
        json.loads("\n".join(kamassess_cli("score", carried("sample_data"), *wave, "--json", "-").out))
        for wave in ((), ("--wave", "2025"))
    )
    assert (now["wave"], before["wave"]) == ("2026", "2025")
    assert now["units"]["NC"]["overall"]["score"] != before["units"]["NC"]["overall"]["score"]


def test_the_table_has_every_unit_and_says_what_holds_it(kamassess_cli: Cli) -> None:
    # If this fails, the terminal hides a unit, or shows a level without the gate behind it.
    text = "\n".join(kamassess_cli("score", carried("sample_data")).out)
    assert all(f" {unit} " in text for unit in ("GRP", "NC", "EC", "SC", "CA", "OM", "EX"))
    assert "held by STR-4" in text
    assert "no answers" in text


# -- report --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--lang", "en", "--format", "html"], {"2026/N/unit_audit.en.html"}),
        (["--lang", "zh", "--format", "pdf"], {"2026/N/unit_audit.zh.pdf"}),
        (["--lang", "en,zh,en", "--format", "html,html"], {"2026/N/unit_audit.en.html", "2026/N/unit_audit.zh.html"}),
        (
            [],
            {f"2026/N/unit_audit.{language}.{file_format}" for language in ("en", "zh") for file_format in ("html", "pdf")},
        ),
        (["--wave", "2025", "--lang", "en", "--format", "html"], {"2025/N/unit_audit.en.html"}),
    ],
)
def test_report_makes_what_is_asked_and_prints_where(
    make_engagement: Callable[..., Path],
    answers: list[list[str]],
    kamassess_cli: Cli,
    tmp_path: Path,
    options: list[str],
    expected: set[str],
) -> None:
    # If this fails, an option is ignored, or the printed path is not where the file is.
    answers += [["2025", *row[1:]] for row in answers]
    ran = kamassess_cli("report", make_engagement(), "--unit", "N", *options, "--out", tmp_path / "out")
    assert ran.code == 0, ran.err
    assert _files(tmp_path / "out") == expected
    assert {Path(line).relative_to(tmp_path / "out").as_posix() for line in ran.out} == expected
    assert len(ran.out) == len(expected)


def test_code_is_in_the_report_only_on_request(make_engagement: Callable[..., Path], kamassess_cli: Cli, tmp_path: Path) -> None:
    # If this fails, a client's report shows Python, or an auditor who asks for it does not get it.
    folder = make_engagement()
    for out, options in (("without", []), ("with", ["--with-code"])):
        ran = kamassess_cli(
            "report", folder, "--unit", "N", "--lang", "en", "--format", "html", *options, "--out", tmp_path / out
        )
        assert ran.code == 0, ran.err
    page = {out: (tmp_path / out / "2026/N/unit_audit.en.html").read_text(encoding="utf-8") for out in ("without", "with")}
    assert "open_report(" not in page["without"]
    assert "open_report(" in page["with"]


# -- refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--unit", "NN"], "'NN' is no unit of this engagement"),
        (["--unit", "N", "--lang", "fr"], "'fr' is no language of this engagement"),
        (["--unit", "N", "--format", "docx"], "'docx' is no format of reports. Use one of: html, pdf, xlsx, pptx, json."),
        (["--unit", "N", "--notebook", "unit_adit"], "'unit_adit' is no notebook. Did you mean unit_audit?"),
        (["--unit", "N", "--wave", "2027"], "wave '2027' has no answers"),
        (["--unit", "S"], "unit 'S' has no answers in wave 2026"),
        (["--unit", "N", "--format", ","], "argument --format: nothing is named"),
    ],
)
def test_a_wrong_call_makes_nothing(
    make_engagement: Callable[..., Path],
    answers: list[list[str]],
    kamassess_cli: Cli,
    tmp_path: Path,
    options: list[str],
    message: str,
) -> None:
    # If this fails, a typing error costs the user a wrong report, a traceback, or an empty folder that looks like a result.
    folder = make_engagement(answers=[row for row in answers if row[1] == "N"])
    ran = kamassess_cli("report", folder, *options, "--out", tmp_path / "out")
    assert ran.code == 2
    assert message in ran.err[-1]
    assert not (tmp_path / "out").exists()


def test_all_wrong_choices_are_named_at_once(make_engagement: Callable[..., Path], kamassess_cli: Cli) -> None:
    # If this fails, the user mends one option only to hear of the next.
    ran = kamassess_cli("batch", make_engagement(), "--units", "N,X,Y", "--lang", "fr", "--format", "doc")
    assert ran.code == 2
    assert [line.split(" is no ")[0] for line in ran.err] == ["'doc'", "'X'", "'Y'", "'fr'"]


@pytest.mark.parametrize("command", [["report", "--unit", "N"], ["batch"]])
@pytest.mark.parametrize("out", ["taken", "taken/below"])
def test_an_output_folder_that_cannot_be_is_refused_before_anything_is_made(
    make_engagement: Callable[..., Path], kamassess_cli: Cli, tmp_path: Path, command: list[str], out: str
) -> None:
    # If this fails, minutes are spent on reports that cannot be written. (A file in the way, since root may write anywhere.)
    (tmp_path / "taken").write_text("a file")
    ran = kamassess_cli(command[0], make_engagement(), *command[1:], "--out", tmp_path / out)
    assert ran.code == 2
    ran.the("cannot write to", "--out")
    assert (tmp_path / "taken").read_text() == "a file"


def test_a_place_that_cannot_be_written_for_json_is_refused(
    make_engagement: Callable[..., Path], kamassess_cli: Cli, tmp_path: Path
) -> None:
    # If this fails, the result is lost behind a traceback.
    (tmp_path / "taken").mkdir()
    ran = kamassess_cli("score", make_engagement(), "--json", tmp_path / "taken")
    assert ran.code == 2
    ran.the(f"cannot write '{tmp_path / 'taken'}': Is a directory")


def test_a_fault_in_the_input_makes_nothing(
    make_engagement: Callable[..., Path], answers: list[list[str]], kamassess_cli: Cli, tmp_path: Path
) -> None:
    # If this fails, a report is made from answers that are known to be wrong.
    answers[0][5] = "7"
    ran = kamassess_cli("batch", make_engagement(), "--out", tmp_path / "out")
    assert ran.code == 2
    ran.the("responses/a.csv", "row 2")
    assert not (tmp_path / "out").exists()


# -- one failure among many ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2])
def test_one_failure_does_not_stop_the_others(
    make_engagement: Callable[..., Path], kamassess_cli: Cli, tmp_path: Path, jobs: int
) -> None:
    # If this fails, one bad unit costs all reports, or a report is half there: an HTML without its PDF, part of a file.
    out = tmp_path / "out"
    (out / "2026" / "N" / "unit_audit.en.pdf").mkdir(parents=True)
    ran = kamassess_cli("batch", make_engagement(), "--lang", "en", "--notebook", "unit_audit", "--jobs", jobs, "--out", out)
    assert ran.code == 1
    ran.the("N (en): cannot write 'unit_audit.en.pdf'")
    assert ran.out[-1].startswith("1 of 2 reports made.")
    made = {"2026/S/unit_audit.en.html", "2026/S/unit_audit.en.pdf", "2026/N/failed.html"}
    assert _files(out) == made | {"index.html", "summary.json", "manifest.sqlite", "plan.sqlite"}
    reports = json.loads((out / "summary.json").read_text(encoding="utf-8"))["reports"]
    assert [(report["unit"], report["status"], len(report["files"])) for report in reports] == [
        ("N", "failed", 0),
        ("S", "done", 2),
    ]
    assert "cannot write" in (out / "index.html").read_text(encoding="utf-8")


def test_a_report_is_replaced_whole(make_engagement: Callable[..., Path], kamassess_cli: Cli, tmp_path: Path) -> None:
    # If this fails, a second run appends to, or leaves beside, the report of the first.
    folder, out = make_engagement(), tmp_path / "out"
    old = out / "2026" / "N" / "unit_audit.en.html"
    old.parent.mkdir(parents=True)
    old.write_text("of yesterday")
    ran = kamassess_cli("report", folder, "--unit", "N", "--lang", "en", "--format", "html", "--out", out)
    assert ran.code == 0
    assert old.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert _files(out) == {"2026/N/unit_audit.en.html"}
    assert old.stat().st_mode & 0o777 == 0o666 & ~_umask(), "as readable as any other file"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
