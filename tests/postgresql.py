"""A PostgreSQL server of a test's own, from Debian's packages, in a temporary folder and on a free port of this machine."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

__all__ = ["running"]


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        raise FileNotFoundError("no PostgreSQL: install Debian's package postgresql (tools/browser.sh does)")
    return found[-1]


@contextlib.contextmanager
def running() -> Iterator[str]:
    """The URL of a server that is there until the end; it refuses to run as root, so root lends it another user."""
    programs, folder = _programs(), Path(tempfile.mkdtemp(prefix="kamassess-pg-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, log = folder / "data", folder / "log"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"

    def run(*command: str) -> None:
        subprocess.run(command, cwd=folder, user=user, check=True, capture_output=True, timeout=120)

    try:
        run(f"{programs}/initdb", "-D", str(data), "-U", "kam", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8")
        run(f"{programs}/pg_ctl", "-D", str(data), "-l", str(log), "-w", "-o", options, "start")
        try:
            yield f"postgresql+pg8000://kam@127.0.0.1:{port}/postgres"
        finally:
            run(f"{programs}/pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
