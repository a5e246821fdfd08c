"""A home for what libraries keep: the user's where it can be written to, a private one that goes where it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kamassess import home

_NAMES = ("MPLCONFIGDIR", "IPYTHONDIR")


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable is set, and nothing is lent yet."""
    for name in (*_NAMES, "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, "")  # so that what is set below is taken back
        monkeypatch.delenv(name)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    home._lent.cache_clear()


def test_a_home_that_can_be_written_to_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, every command draws up anew the list of fonts that matplotlib has kept.
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    home.see_to_it()
    assert not [name for name in _NAMES if name in os.environ]
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_somebody_chose_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, the folder an administrator names for all containers is passed over.
    monkeypatch.setenv("HOME", "/dev/null")
    for name in _NAMES:
        monkeypatch.setenv(name, str(tmp_path / "chosen" / name))
    home.see_to_it()
    assert {name: os.environ[name] for name in _NAMES} == {name: str(tmp_path / "chosen" / name) for name in _NAMES}


_LOADED = """
import os, sys
from kamassess.cli import main
main(["instrument", "check", "kam"])
import matplotlib
from jupyter_core.paths import jupyter_data_dir
jupyter_data_dir()  # as nbconvert asks when it is loaded
from IPython.paths import get_ipython_dir
child = os.fork()
if not child:
    sys.exit(0)  # as a process ends that somebody forks in a notebook
os.waitpid(child, 0)
for folder in (matplotlib.get_configdir(), matplotlib.get_cachedir(), get_ipython_dir()):
    print(folder, oct(os.stat(os.path.dirname(folder)).st_mode & 0o777))
"""


@pytest.mark.parametrize("where", ["/dev/null", "/dev/null/none", "~nobody-of-that-name"])
def test_who_has_no_home_is_lent_one_until_the_end(tmp_path: Path, where: str) -> None:
    # If this fails, libraries warn at each report in a container, or leave a folder behind for each.
    own = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", *_NAMES))}
    command = [sys.executable, "-c", _LOADED]
    ran = subprocess.run(
        command, env={**own, "HOME": where, "TMPDIR": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    lines = ran.stdout.splitlines()[1:]
    assert len(lines) == 3
    assert all(line.startswith(f"{tmp_path}/kamassess-") and line.endswith(" 0o700") for line in lines)
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_a_killed_command_has_left_goes_with_the_next_one(tmp_path: Path) -> None:
    # If this fails, a container that is stopped again and again fills its disk.
    own = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", *_NAMES))}
    places = {**own, "HOME": "/dev/null", "TMPDIR": str(tmp_path)}
    begin = "import os; from kamassess import home; home.see_to_it(); "
    killed = subprocess.run([sys.executable, "-c", begin + "os.kill(os.getpid(), 9)"], env=places, check=False)
    assert killed.returncode == -9
    assert len(list(tmp_path.iterdir())) == 1
    subprocess.run([sys.executable, "-c", begin], env=places, check=True)
    assert list(tmp_path.iterdir()) == []


def test_without_any_place_for_temporary_files_nothing_is_lent(monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, `kamassess check` ends with a traceback on a machine that is read-only throughout, though it writes nothing.
    def none(**_: object) -> str:
        raise FileNotFoundError("no usable temporary directory")

    monkeypatch.setenv("HOME", "/dev/null")
    monkeypatch.setattr("tempfile.mkdtemp", none)
    home.see_to_it()
    assert not [name for name in _NAMES if name in os.environ]
