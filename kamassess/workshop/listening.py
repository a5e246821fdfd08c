"""Where a workshop listens, and where a browser finds it."""

from __future__ import annotations

import ipaddress
import socket

from kamassess.errors import Fault, UsageError

__all__ = ["addresses", "bound", "only_here"]

_WAITING = 512


def bound(host: str, port: int) -> socket.socket:
    """A socket on which the server will listen.

    Raises
    ------
    UsageError
        There is no such host, or the port is taken.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        found = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise UsageError(
            Fault(f"--host '{host}': {error.strerror or error}", "Use 127.0.0.1 or an address of this machine.")
        ) from None
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        remedy = "Stop what listens there, or choose another port with --port (0: any that is free)."
        raise UsageError(Fault(f"cannot listen on {host}, port {port}: {error.strerror or error}", remedy)) from None
    found.listen(_WAITING)  # who comes before the server is ready waits a moment
    return found


def addresses(host: str, port: int) -> list[str]:
    """The addresses at which a browser finds what listens on *host* and *port*, the likeliest first."""
    if host not in ("0.0.0.0", "::"):  # noqa: S104 - compared with, not bound to
        return [f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"]
    import psutil

    found = [
        entry.address
        for entries in psutil.net_if_addrs().values()
        for entry in entries
        if entry.family == socket.AF_INET and not ipaddress.ip_address(entry.address).is_loopback
    ]
    found.sort(key=lambda address: not ipaddress.ip_address(address).is_private)
    return [f"http://{address}:{port}" for address in found] or [f"http://127.0.0.1:{port}"]


def only_here(host: str) -> bool:
    """Whether no other machine reaches what listens on *host*.

    >>> only_here("127.0.0.1"), only_here("localhost"), only_here("::"), only_here("192.168.0.7")
    (True, True, False, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
