"""A root of the file system with Python, its libraries and nothing else, in which a program runs as nobody and without a network.

No shell, no fonts, no browser, no office, no ``/etc``, no ``/dev/shm``, a home that cannot be written to, and not even the
loopback interface up: less than the barest container has. What :class:`BareRoot` mounts can be read and nothing else, and only
``/out`` and ``/tmp`` can be written to.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["BareRoot", "missing"]

NOBODY = 65534
_MAKE = """
root=$1 out=$2 tmp=$3; shift 3
mount --make-rprivate /
mount -t tmpfs -o mode=755 bare "$root"
cd "$root"
mkdir -m 555 proc home; mkdir dev tmp out usr
for folder in lib lib64; do [ ! -L "/$folder" ] || ln -s "usr/$folder" "$folder"; done
mount -t proc proc proc
mount --bind "$tmp" tmp
mount --bind "$out" out
for device in null urandom; do : > "dev/$device"; mount --bind "/dev/$device" "dev/$device"; done
while [ "$1" != run ]; do
    if [ -d "$1" ]; then mkdir -p "./$2"; else mkdir -p "$(dirname "./$2")"; : > "./$2"; fi
    mount --bind "$1" "./$2"
    mount -o remount,bind,ro,nosuid "./$2"
    shift 2
done
shift
mount -o remount,ro "$root"
cd /
exec "$@"
"""


def missing() -> str:
    """Why this machine cannot make such a root; empty if it can."""
    if os.geteuid() != 0:
        return "only root may make one"
    if not all(map(shutil.which, ("unshare", "mount", "env", "chroot"))):
        return "unshare, mount, env or chroot is not installed"
    tried = subprocess.run(
        ["unshare", "--net", "--mount", "--pid", "--fork", "true"], capture_output=True, text=True, check=False
    )
    return tried.stderr.strip()


@dataclass(frozen=True)
class BareRoot:
    """A root with the environment *env* (a virtual one, with a copy of Python) and the folder *libraries* of this machine.

    Attributes
    ----------
    folder
        An empty folder where the root is mounted while a program runs; nobody else sees it.
    out, tmp
        What the program sees as ``/out`` and ``/tmp``.
    """

    folder: Path
    out: Path
    tmp: Path
    env: Path
    libraries: Path

    def run(self, *arguments: str, variables: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run the environment's Python there, in ``/``, with no variables but these, ``PATH`` and ``HOME``."""
        for folder in (self.out, self.tmp):
            os.chown(folder, NOBODY, NOBODY)
        mounts = [str(part) for source in self._read() for part in source]
        told = {"HOME": "/home", "PATH": "/nowhere", **(variables or {})}
        apart = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"]
        make = ["sh", "-euc", _MAKE, "sh", str(self.folder), str(self.out), str(self.tmp), *mounts, "run"]
        user = [str(shutil.which("chroot")), f"--userspec={NOBODY}:{NOBODY}", "--groups=", str(self.folder)]
        inside = [
            "env",
            "-i",
            *(f"{name}={value}" for name, value in told.items()),
            *user,
            "/opt/kamassess/bin/python",
            *arguments,
        ]
        return subprocess.run([*apart, *make, *inside], capture_output=True, text=True, check=False, timeout=240)

    def _read(self) -> list[tuple[Path, Path]]:
        """What can be read there, and where: the environment, the libraries, Python's own and the system's shared objects."""
        shared = Path("/usr/lib") / str(sysconfig.get_config_var("MULTIARCH"))
        own = [Path(sysconfig.get_path("stdlib")), shared, *_existing("/usr/lib64"), *_libpython(), self.libraries]
        return [(self.env, Path("/opt/kamassess")), *((path, path) for path in own)]


def _existing(*paths: str) -> list[Path]:
    return [Path(path) for path in paths if Path(path).is_dir()]


def _libpython() -> list[Path]:
    return sorted(Path(str(sysconfig.get_config_var("LIBDIR"))).glob("libpython*.so*"))
