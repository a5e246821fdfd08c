"""What a program and all that it starts say to the network, seen from outside by strace, whether Python calls or C."""

from __future__ import annotations

import ipaddress
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

__all__ = ["calls", "missing", "outward", "watched"]

_ADDRESS = re.compile(r'(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"')
_CALLS = "trace=connect,sendto,sendmsg,sendmmsg"
_DNS = "htons(53)"
_SECONDS = 60.0


def missing() -> str:
    """Why programs cannot be watched on this machine; empty if they can."""
    if not shutil.which("strace"):
        return "strace is not installed (tools/browser.sh does)"
    tried = subprocess.run(["strace", "-qq", "-o", "/dev/null", sys.executable, "-S", "-c", ""], capture_output=True, check=False)
    return tried.stderr.decode().strip()


def watched(log: Path) -> tuple[str, ...]:
    """What to put before a command so that all calls that may reach another are noted in *log*.

    The command stays the child of whoever starts it, so that signals reach it and not strace.
    """
    return ("strace", "-D", "-f", "-qq", "--seccomp-bpf", "-e", _CALLS, "-e", "signal=none", "-o", str(log))


def calls(log: Path) -> list[str]:
    """The calls that were noted, once the last process has ended: that is when strace closes the file."""
    end = time.monotonic() + _SECONDS
    while _is_open(log):
        assert time.monotonic() < end, "something that was started goes on running"
        time.sleep(0.05)
    return log.read_text(encoding="utf-8", errors="replace").splitlines()


def _is_open(log: Path) -> bool:
    """Whether some process holds the file."""
    for held in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if held.samefile(log):
                return True
        except OSError:  # it has ended meanwhile
            continue
    return False


def outward(lines: list[str]) -> list[str]:
    """The calls that name an address that is not this machine's own, or ask a server for the address of a name."""
    return [line for line in lines if _DNS in line or any(map(_is_elsewhere, _ADDRESS.findall(line)))]


def _is_elsewhere(address: str) -> bool:
    found = ipaddress.ip_address(address)
    inside = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return not (inside or found).is_loopback
