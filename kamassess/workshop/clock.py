"""The time of a workshop: seconds since 1970 that go on as they do, though somebody sets the clock of the machine meanwhile."""

from __future__ import annotations

import time

__all__ = ["now"]


def _gone() -> float:
    """Seconds from any start, those too in which the machine slept, where the system tells them."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


_BEGAN = time.time() - _gone()


def now() -> float:
    """Seconds since 1970, UTC, by the clock as it stood when this process began."""
    return _BEGAN + _gone()
