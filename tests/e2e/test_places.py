"""Engagements and reports at URLs: the same bytes as in a folder, and the same memory of what need not be made again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

import kamassess

pytestmark = pytest.mark.e2e

SOURCE = Path(kamassess.__file__).parents[1]
SECRET = "s3cret"


def _serve(folder: str, told: Connection) -> None:
    """An FTP server, in a process of its own: a folder that can be reached by nothing else."""
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.handlers import FTPHandler
    from pyftpdlib.log import config_logging
    from pyftpdlib.servers import FTPServer

    config_logging(level=50)
    FTPHandler.authorizer = DummyAuthorizer()
    FTPHandler.authorizer.add_user("ann", SECRET, folder, perm="elradfmwMT")
    server = FTPServer(("127.0.0.1", 0), FTPHandler)
    told.send(server.address[1])
    server.serve_forever()


@dataclass(frozen=True)
class Server:
    """An FTP server, and the folder that it shows."""

    folder: Path
    port: int

    def url(self, path: str, password: str = SECRET) -> str:
        return f"ftp://ann:{password}@127.0.0.1:{self.port}/{path}"

    def shown(self, path: str) -> str:
        """The URL as people may see it."""
        return f"ftp://127.0.0.1:{self.port}/{path}"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "served"
    folder.mkdir()
    ours, theirs = get_context("spawn").Pipe(duplex=False)
    process = get_context("spawn").Process(target=_serve, args=(str(folder), theirs), daemon=True)
    process.start()
    yield Server(folder, ours.recv())
    process.kill()
    process.join()


@dataclass(frozen=True)
class Ran:
    """What a command did: exit code, the last line of what it says, and what it complains of."""

    code: int
    last: str
    told: list[str]


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Ran]:
    """Runs ``kamassess`` as a program; no password may be seen in what it prints."""

    def run(*arguments: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "kamassess", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert SECRET not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        told = [line for line in done.stderr.splitlines() if line and not line.startswith(("Reports", "Scoring"))]
        return Ran(done.returncode, (done.stdout.splitlines() or [""])[-1], told)

    return run


def _reports(folder: Path) -> dict[str, bytes]:
    """All files but those that say when and how long."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for name in ("index.html", "summary.json", "manifest.sqlite"):
        del found[name]
    return found


# ------------------------------------------------------------------------------------------------------------------------


def test_a_batch_from_ftp_to_ftp_is_that_of_folders_and_is_remembered_there(
    server: Server, run: Callable[..., Ran], make_engagement: Callable[..., Path], settings: dict[str, Any], tmp_path: Path
) -> None:
    # If this fails, reports at a URL differ, half-written files are left there, or every run makes everything again.
    settings["languages"] = ["en"]
    folder = make_engagement()
    shutil.copytree(folder, server.folder / "engagement")
    source, out = server.url("engagement"), server.url("engagement/reports")  # where they go if nothing is said
    there = server.folder / "engagement" / "reports"
    first = run("batch", source, "--format", "html")
    assert first == Ran(0, f"3 of 3 reports made. Open {server.shown('engagement/reports')}/index.html", [])
    assert run("batch", "engagement", "--format", "html", "--out", "here").code == 0
    assert _reports(there) == _reports(tmp_path / "here")

    assert run("batch", source, "--format", "html", "--out", out).last.startswith("3 of 3 reports made (3 of them unchanged)")

    (there / "2026/S/unit_audit.en.html").unlink()
    answers = (server.folder / "engagement/responses/a.csv").read_text(encoding="utf-8")
    changed = answers.replace("2026,N,R4,staff,B-1-Q1,DK", "2026,N,R4,staff,B-1-Q1,NA")
    assert changed != answers
    (folder / "responses/a.csv").write_text(changed, encoding="utf-8")
    again = run("batch", "engagement", "--format", "html", "--out", out)  # the engagement is read from somewhere else now
    assert again.last.startswith("3 of 3 reports made"), "what was changed, what was removed, and the group"
    assert run("batch", "engagement", "--format", "html", "--out", "here").code == 0
    assert _reports(there) == _reports(tmp_path / "here")


def test_one_report_and_local_urls(server: Server, run: Callable[..., Ran], make_engagement: Callable[..., Path]) -> None:
    # If this fails, only batches know what a URL is.
    folder = make_engagement()
    only = ("--unit", "N", "--lang", "en", "--format", "html")
    far = run("report", folder.as_uri(), *only, "--out", server.url("deep/er"))
    assert far == Ran(0, server.shown("deep/er/2026/N/unit_audit.en.html"), [])
    near = run("report", "engagement", *only, "--out", (folder.parent / "out").as_uri())
    assert near.code == 0
    made = [server.folder / "deep/er/2026/N/unit_audit.en.html", folder.parent / "out/2026/N/unit_audit.en.html"]
    assert made[0].read_bytes() == made[1].read_bytes()
    shutil.copytree(folder, server.folder / "engagement")
    verified = run("verify", str(made[1]), "--engagement", server.url("engagement"))
    assert (verified.code, verified.last) == (0, "1 file: 1 as these inputs give them.")
    refused = run("verify", server.url("deep/er"))
    assert (refused.code, len(refused.told)) == (2, 1)
    assert refused.told[0].startswith(f"'{server.shown('deep/er')}' is at a URL. Copy the reports here")


def test_what_cannot_be_used_is_told_in_one_line(
    server: Server, run: Callable[..., Ran], make_engagement: Callable[..., Path]
) -> None:
    # If this fails, a mistyped URL or a missing package ends in a traceback that shows a password.
    make_engagement()
    wrong = {
        server.url("nothing"): f"there is no engagement at '{server.shown('nothing')}'",
        "foo://x/engagement": "'foo://x/engagement' cannot be used: Protocol not known: foo",
        "ftp://127.0.0.1:1/x": "cannot read 'ftp://127.0.0.1:1/x': Connection refused",
    }
    for url, told in wrong.items():
        ran = run("report", url, "--unit", "N", "--out", "out")
        assert (ran.code, len(ran.told)) == (2, 1)
        assert ran.told[0].startswith(told)
    refused = run("batch", "engagement", "--out", server.url("out", password="wrong"))
    assert (refused.code, len(refused.told)) == (2, 1)
    assert refused.told[0].startswith(f"cannot use '{server.shown('out')}': 530")


def test_paths_know_nothing_of_urls(run: Callable[..., Ran], tmp_path: Path) -> None:
    # If this fails, every command loads fsspec, or Dask, which most people never need.
    script = (
        "import sys; from kamassess.batch import Batch, Request; from kamassess.resources import carried;"
        "Batch(Request(str(carried('sample_data')), 'out')).__exit__();"
        "print(sorted({'fsspec', 'dask', 'distributed'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
