"""The wheel, installed elsewhere, without the checkout: all that a report needs travels with it."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest
from installed_wheel import CHECKOUT, LIBRARIES, Installed
from shared_demo import Demo

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.checkout]

_WATCHED = """\
import os, sys
checkout, libraries = sys.argv.pop(1), sys.argv.pop(1)
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], str):
        path = os.path.realpath(arguments[0])
        if path.startswith(checkout) and not path.startswith((libraries, sys.prefix)):
            print("reads the checkout:", path, file=sys.stderr)
            os._exit(99)
sys.addaudithook(watch)
from kamassess.cli import main
sys.exit(main())
"""
"""Runs the command line, and ends with 99 as soon as a file of the checkout is opened."""


def test_everything_that_is_needed_travels(installed: Installed) -> None:
    # If this fails, pip install gives a package that cannot make a report, or sends along what is no part of it.
    with zipfile.ZipFile(installed.wheel) as archive:
        names = set(archive.namelist())
    carried = {name.removeprefix("kamassess/_carried/") for name in names if name.startswith("kamassess/_carried/")}
    tracked = subprocess.run(
        ["git", "ls-files", "notebooks", "templates", "sample_data"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    assert {name for name in tracked if name and (CHECKOUT / name).is_file()} <= carried
    assert {
        "notebooks/unit_audit.ipynb",
        "templates/brand.yaml",
        "templates/pdf/report.typ",
        "sample_data/engagement.yaml",
    } <= carried
    assert {"templates/fonts/NotoSansSC-Regular.otf", "templates/fonts/NotoSansSC-Bold.otf", "templates/fonts/OFL.txt"} <= carried
    data = {"instruments/kam.yaml", "labels/words.yaml", "findings.yaml", "blank/engagement.yaml", "py.typed"}
    assert {f"kamassess/{name}" for name in data} <= names
    assert not [
        name for name in names if name.split("/")[0] not in ("kamassess", installed.wheel.name.rsplit("-", 3)[0] + ".dist-info")
    ]
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests")]


def test_it_is_the_wheel_that_runs(installed: Installed) -> None:
    # If this fails, the tests below run the checkout and prove nothing.
    code = "import kamassess, sys; print(kamassess.__file__); print(*sys.path, sep='\\n')"
    file, *path = installed.run("-c", code).stdout.splitlines()
    assert Path(file).is_relative_to(installed.python.parents[1])
    assert str(CHECKOUT) not in path


def test_a_report_needs_no_file_of_the_checkout(installed: Installed, demo: Demo) -> None:
    # If this fails, kamassess works only where it was written: a notebook, a template or a font is looked for in the checkout.
    code = "from kamassess.resources import carried; print(carried('sample_data'))"
    sample = installed.run("-c", code).stdout.strip()
    out = installed.elsewhere / "out"
    watched = ("-c", _WATCHED, str(CHECKOUT), str(LIBRARIES))
    ran = installed.run(*watched, "report", sample, "--unit", "EX", "--lang", "zh", "--out", out)
    assert ran.returncode == 0, ran.stderr
    for file_format in ("html", "pdf"):
        made = out / "2026" / "EX" / f"unit_audit.zh.{file_format}"
        assert made.read_bytes() == demo.report("EX.zh", file_format).read_bytes()


def test_init_and_the_built_in_instrument_need_no_file_of_the_checkout(installed: Installed) -> None:
    # If this fails, a new user who installed the wheel cannot begin.
    watched = ("-c", _WATCHED, str(CHECKOUT), str(LIBRARIES))
    ran = installed.run(*watched, "init", "acme")
    assert ran.returncode == 0, ran.stderr
    ran = installed.run(*watched, "instrument", "check", "kam")
    assert ran.returncode == 0, ran.stderr


def test_the_entry_points_are_declared(installed: Installed) -> None:
    # If this fails, `papermill --engine kamassess` or `jupyter nbconvert --to kam-pdf` is unknown after pip install.
    with zipfile.ZipFile(installed.wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        declared = archive.read(name).decode()
        metadata = archive.read(name.replace("entry_points.txt", "METADATA")).decode()
    for line in ("kamassess = kamassess.cli:main", "kam-html = ", "kam-pdf = ", "kamassess = kamassess.engine"):
        assert line in declared
    assert "License-Expression: MIT" in metadata
