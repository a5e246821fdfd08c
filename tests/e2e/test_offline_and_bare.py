"""Every command without a network and on a bare machine: nobody is called, nothing is missed, and the files are the same."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest
import watched_calls
from bare_root import BareRoot, missing
from installed_wheel import LIBRARIES, Installed
from watched_calls import calls, outward, watched

from kamassess.cli import _parser
from kamassess.resources import carried, instruments

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

_ALL = "html,pdf,xlsx,pptx,json"
COMMANDS = (
    "init OUT/acme",
    "check SAMPLE --json OUT/return.json",
    "score SAMPLE --json OUT/score.json",
    f"batch SAMPLE --units EX --notebook unit_audit --lang zh --format {_ALL} --jobs 2 --out OUT/batch",
    "report SAMPLE --unit _group --lang en --format html,pdf --out OUT/report",
    "questionnaire SAMPLE --role kam --lang zh --out OUT/forms",
    "questionnaire SAMPLE --format xlsform --out OUT/forms",
    "weights kam --template --out OUT/judge.csv",
    "instrument check kam",
    "instrument compare kam OUT/next.yaml --out OUT/mapping.yaml",
    "verify OUT/batch --engagement SAMPLE",
)
"""One of each; ``demo`` is ``batch`` of the sample, and ``workshop`` has its own test where the server is tested."""
_ELSEWHERE = ("demo", "workshop")
_TIMED = ("index.html", "summary.json", "manifest.sqlite")
"""Files of a batch that say how long it took."""
_RUN = """
import json, sys
from kamassess.cli import main
for line in json.loads(sys.argv[1]):
    if code := main(line):
        sys.exit(f"{line}: {code}")
"""
"""Runs commands one after the other in one process, to spare each the start."""
_SEEN = """
import os, shutil, socket
assert os.getuid() == 65534 and not os.getgroups()
programs = ("sh", "fc-list", "chromium", "soffice", "git")
assert not [name for name in programs if shutil.which(name, path="/bin:/usr/bin:/usr/local/bin")]
assert not [name for name in ("/etc", "/bin", "/usr/share", "/dev/shm") if os.path.exists(name)]
for name in ("", "home", "opt/kamassess"):  # from the root that was made for this
    try:
        open(os.path.join("/", name, "x"), "w")
    except OSError:
        continue
    raise SystemExit(f"{name} can be written")
with socket.socket() as tried:
    assert tried.connect_ex(("127.0.0.1", 9)) == 101, "there is a network, if only with this machine itself"
"""


def _lines(sample: str, out: str) -> str:
    """The commands as the argument of ``_RUN``."""
    places = {"SAMPLE": sample, "OUT": out}
    return json.dumps(
        [[word if "/" not in word and word != "SAMPLE" else _placed(word, places) for word in line.split()] for line in COMMANDS]
    )


def _placed(word: str, places: dict[str, str]) -> str:
    first, *rest = word.split("/")
    return "/".join([places.get(first, first), *rest])


def _next_version(folder: Path) -> None:
    text = (instruments() / "kam.yaml").read_text(encoding="utf-8")
    (folder / "next.yaml").write_text(text.replace('version: "1.0"', 'version: "1.1"'), encoding="utf-8")


def _files(folder: Path) -> dict[str, bytes]:
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if path.name not in _TIMED}


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """What the commands make on this machine, and the calls with which they may have reached another."""
    if why := watched_calls.missing():
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("watched")
    out, log = folder / "out", folder / "calls"
    out.mkdir()
    _next_version(out)
    command = [*watched(log), sys.executable, "-c", _RUN, _lines(str(carried("sample_data")), str(out))]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=240)
    assert ran.returncode == 0, ran.stderr
    return out, calls(log)


def test_every_command_is_tried() -> None:
    # If this fails, there is a command of which nobody has seen that it calls no one.
    (commands,) = [action.choices for action in _parser()._actions if isinstance(action, argparse._SubParsersAction)]
    assert {line.split()[0] for line in COMMANDS} | set(_ELSEWHERE) == set(commands or ())


def test_a_call_to_another_machine_is_seen(tmp_path: Path) -> None:
    # If this fails, the tests below see nothing, whatever is called. (In a network of its own, out of which no call gets.)
    if why := watched_calls.missing() or missing():
        pytest.skip(why)
    code = """
import socket
from contextlib import suppress
for family, address in ((socket.AF_INET, "192.0.2.7"), (socket.AF_INET6, "2001:db8::7")):
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as box:
        box.sendto(b"a", (address, 9))
    with suppress(OSError), socket.socket(family) as line:
        line.connect((address, 80))
with suppress(OSError), socket.socket() as line:
    line.connect(("127.0.0.1", 53))
with suppress(OSError), socket.socket() as line:
    line.connect(("127.0.0.1", 80))
"""
    log = tmp_path / "calls"
    subprocess.run([*watched(log), "unshare", "--net", sys.executable, "-S", "-c", code], check=True, timeout=60)
    assert len(outward(calls(log))) == 5


def test_no_command_calls_anyone(noted: tuple[Path, list[str]]) -> None:
    # If this fails, a command tells another machine that a client is being audited, or hangs where there is no network.
    assert outward(noted[1]) == []
    assert [line for line in noted[1] if "AF_INET" in line] == [], "none has a reason to talk to this machine itself either"


@pytest.mark.checkout
def test_a_bare_machine_makes_the_same_files(installed: Installed, noted: tuple[Path, list[str]], tmp_path: Path) -> None:
    # If this fails, kamassess needs what a container or a locked-down laptop does not have (a font, a browser, a home to write
    # to, a network, a user with a name), or makes something else there; or it leaves something behind.
    if why := missing():
        pytest.skip(why)
    for name in ("root", "out", "tmp"):
        (tmp_path / name).mkdir()
    _next_version(tmp_path / "out")
    bare = BareRoot(tmp_path / "root", tmp_path / "out", tmp_path / "tmp", installed.python.parents[1], LIBRARIES)
    ran = bare.run("-c", _SEEN)
    assert ran.returncode == 0, ran.stderr
    code = "from kamassess.resources import carried; print(carried('sample_data'))"
    sample = bare.run("-c", code).stdout.strip()
    assert sample.startswith("/opt/kamassess/")
    ran = bare.run("-c", _RUN, _lines(sample, "/out"))
    assert ran.returncode == 0, ran.stderr
    assert not [word for word in ("Warning", "writable", "Traceback", "cache") if word in ran.stderr], ran.stderr
    made, expected = _files(tmp_path / "out"), _files(noted[0])
    assert len(expected) >= 14
    assert {name for name in made | expected if made.get(name) != expected.get(name)} == set()
    places = {place.parts[2] for _, place in bare._read() if place.parts[:2] == ("/", "tmp")}
    assert [path for path in (tmp_path / "tmp").iterdir() if path.name not in places] == []
