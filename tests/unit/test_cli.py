"""The command line: light to start, exact about what is wrong, and its exit code can be relied upon."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kamassess import __version__, cli
from kamassess.errors import Fault, OutputError, ReportError, UsageError
from kamassess.resources import carried

if TYPE_CHECKING:
    from tests.conftest import Ran

    Cli = Callable[..., Ran]

HEAVY = (
    *("pandas", "numpy", "scipy", "matplotlib", "seaborn", "nbconvert", "nbformat", "papermill", "IPython", "ipywidgets", "yaml"),
    *("openpyxl", "python_calamine", "typst", "babel", "jinja2", "rich", "uharfbuzz", "rapidfuzz"),
)


def _loaded_by(code: str) -> set[str]:
    """Heavy libraries that are loaded after *code* ran in a fresh Python."""
    end = f"\nimport json\nprint(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    ran = subprocess.run([sys.executable, "-c", f"import sys\n{code}{end}"], capture_output=True, text=True, check=True)
    return set(json.loads(ran.stdout.splitlines()[-1]))


_ASKING = "from kamassess.cli import main\ntry:\n    main({})\nexcept SystemExit:\n    pass"


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import kamassess", id="import kamassess"),
        pytest.param("import kamassess.cli", id="import kamassess.cli"),
        pytest.param(_ASKING.format(["--help"]), id="--help"),
        pytest.param(_ASKING.format(["--version"]), id="--version"),
        pytest.param(_ASKING.format(["batch", "--help"]), id="batch --help"),
        pytest.param(_ASKING.format(["report"]), id="a wrong call"),
    ],
)
def test_asking_loads_nothing_heavy(code: str) -> None:
    # If this fails, `kamassess --help` takes seconds, and so does every import of kamassess in someone's program.
    assert _loaded_by(code) == set()


def test_the_watch_would_see_it() -> None:
    # If this fails, the test above looks at nothing.
    assert _loaded_by("import yaml") == {"yaml"}


def test_scoring_does_not_load_what_draws() -> None:
    # If this fails, a table on the terminal waits for matplotlib and nbconvert.
    code = f"from kamassess.cli import main\nmain(['score', {str(carried('sample_data'))!r}])"
    assert not _loaded_by(code) & {"matplotlib", "seaborn", "nbconvert", "papermill", "IPython", "typst", "ipywidgets"}


def test_help_names_every_command_and_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    # If this fails, a command is there that the help does not say.
    with pytest.raises(SystemExit) as stop:
        cli.main(["--help"])
    text = capsys.readouterr().out
    assert stop.value.code == 0
    for command in ("demo", "init", "check", "score", "report", "batch", "weights", "instrument"):
        assert re.search(rf"^    {command}\s+[a-z]+ \S+ \S+", text, re.MULTILINE), command


@pytest.mark.parametrize(
    "command",
    [
        ["demo"],
        ["init"],
        ["check"],
        ["score"],
        ["report"],
        ["batch"],
        ["weights"],
        ["instrument", "check"],
        ["instrument", "compare"],
    ],
)
def test_every_option_is_explained(command: list[str]) -> None:
    # If this fails, an option is there that the help does not explain.
    parser: Any = cli._parser()
    for name in command:
        (actions,) = [action for action in parser._actions if hasattr(action, "choices") and isinstance(action.choices, dict)]
        parser = actions.choices[name]
    assert all(action.help for action in parser._actions if action.option_strings)


def test_version_is_said(kamassess_cli: Cli) -> None:
    # If this fails, a report of a bug cannot name what it is about.
    ran = kamassess_cli("--version")
    assert (ran.code, ran.out) == (0, [f"kamassess {__version__}"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "COMMAND"),
        (["reprot"], "invalid choice"),
        (["report", "x"], "--unit"),
        (["batch", "x", "--jobs", "0"], "'0' is not a number of at least 1"),
        (["batch", "x", "--jobs", "two"], "'two' is not a number of at least 1"),
        (["batch", "x", "--units", ""], "nothing is named"),
        (["batch", "x", "--lang", " , "], "nothing is named"),
        (["instrument"], "ACTION"),
        (["check", "x", "--fast"], "--fast"),
    ],
)
def test_a_wrong_call_is_refused(kamassess_cli: Cli, arguments: list[str], message: str) -> None:
    # If this fails, a typing error does something else than was meant: an empty list of units would be all of them.
    ran = kamassess_cli(*arguments)
    assert ran.code == 2
    assert message in ran.err[-1]


@pytest.mark.parametrize("command", [["check"], ["score"], ["report", "--unit", "N"], ["batch"]])
def test_a_folder_that_is_not_there_is_named_with_what_to_do(kamassess_cli: Cli, tmp_path: Path, command: list[str]) -> None:
    # If this fails, the first mistake a user can make is a traceback.
    ran = kamassess_cli(command[0], tmp_path / "nowhere", *command[1:])
    assert ran.code == 2
    assert "kamassess init" in ran.the("there is no engagement folder 'nowhere'")


def test_all_faults_are_listed_at_once(
    make_engagement: Callable[..., Path], answers: list[list[str]], settings: dict[str, Any], kamassess_cli: Cli
) -> None:
    # If this fails, the user mends one fault only to meet the next.
    answers[0][5], answers[1][3] = "9", "laed"
    settings["wave"] = "2027"
    ran = kamassess_cli("check", make_engagement())
    assert ran.code == 2
    ran.the("row 2", "9")
    ran.the("row 3", "laed", "lead")
    assert len(ran.err) >= 2


def test_a_sound_engagement_is_said_to_be_sound(make_engagement: Callable[..., Path], kamassess_cli: Cli) -> None:
    # If this fails, nobody knows whether check looked at anything.
    ran = kamassess_cli("check", make_engagement())
    assert (ran.code, ran.err) == (0, [])
    assert ran.out[0] == "No problems found: 2 units, 2 files, 8 respondents and 20 answers in wave 2026."


def test_an_instrument_is_counted(kamassess_cli: Cli) -> None:
    # If this fails, the instrument is checked in part, or its parts are miscounted.
    ran = kamassess_cli("instrument", "check", "kam")
    assert ran.code == 0
    assert ran.out[0].startswith("No problems found: kam 1.0, 6 dimensions, 1 screens, ")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError([Fault("one", "Do this."), Fault("two")]), 2),
        (OutputError(Fault("cannot write")), 2),
        (ReportError(Fault("a cell failed")), 1),
    ],
)
def test_an_error_is_a_line_for_each_fault_and_an_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Any, code: int
) -> None:
    # If this fails, a script cannot tell a wrong input from a failed report.
    def fail(options: object) -> int:
        raise error

    monkeypatch.setattr(cli, "_check", fail)
    assert cli.main(["check", "x"]) == code
    out, err = capsys.readouterr()
    assert (out, err.splitlines()) == ("", [str(fault) for fault in error.faults])


def test_stopping_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    # If this fails, Ctrl-C prints forty lines, and a script takes it for success.
    def stop(options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_check", stop)
    assert cli.main(["check", "x"]) == 130
    assert capsys.readouterr().err == "stopped\n"


def test_a_bug_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, a mistake of ours is called a wrong input, and nobody mends it.
    def broken(options: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "_check", broken)
    with pytest.raises(ZeroDivisionError):
        cli.main(["check", "x"])


def test_a_reader_that_stops_reading_is_no_error() -> None:
    # If this fails, `kamassess score … --json - | head -1` ends in a traceback.
    command = [sys.executable, "-m", "kamassess", "score", str(carried("sample_data")), "--json", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_the_json_is_utf_8_whatever_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, on a Windows or an old Linux the result cannot be read back, or stops at the first Chinese name.
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    command = [sys.executable, "-m", "kamassess", "score", str(carried("sample_data")), "--json", "-"]
    ran = subprocess.run(command, capture_output=True, check=True)
    assert json.loads(ran.stdout.decode("utf-8"))["units"]["NC"]["name"]["zh"] == "华北家电事业部"


def test_a_narrow_terminal_gets_a_table_that_fits(kamassess_cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, the table is torn on a small window, or a wide one does not show the dimensions.
    for columns, shown in ((80, False), (160, True)):
        monkeypatch.setenv("COLUMNS", str(columns))
        ran = kamassess_cli("score", carried("sample_data"))
        assert max(map(len, ran.out)) <= columns
        assert any("STR" in line and "AUT" in line for line in ran.out[:4]) == shown
