"""A Dask client of a cluster that is there, or of one of worker processes on this machine for as long as it is needed.

The one place where Dask is loaded and told how to behave: it logs nothing, since the user is told in one line of our own, and a
cluster of this machine listens to nobody else, shows no dashboard, and is not ended by a Ctrl-C behind the back of the batch.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import socket
import sys
from collections.abc import Iterator
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING

from kamassess.errors import Fault, UsageError, quoted

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

__all__ = ["connected", "patience", "see_that_somebody_listens"]

_ANSWER = 10.0
"""Seconds that a scheduler may take to answer."""
_PATIENCE = 15.0
"""Seconds that a cluster may be without a worker, where Dask is told nothing else: nannies start a new one for one that died."""
_QUIET = {"distributed": "critical", "distributed.client": "critical", "tornado.application": "critical"}
_LOCAL = {
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
}


@contextlib.contextmanager
def connected(scheduler: str | None, size: int) -> Iterator[Client]:
    """A client of the cluster with this address, or, where that is None, of one with *size* workers here.

    Raises
    ------
    UsageError
        Dask is not installed, or there is no scheduler at the address.
    """
    client_of = _client()
    with contextlib.ExitStack() as opened:
        if scheduler:
            see_that_somebody_listens(scheduler)
            with _named(scheduler):
                client = opened.enter_context(client_of(scheduler, timeout=_ANSWER, set_as_default=False))
        else:
            cluster = opened.enter_context(_of_this_machine(size))
            client = opened.enter_context(client_of(cluster, timeout=_ANSWER, set_as_default=False))
        yield client


def see_that_somebody_listens(scheduler: str) -> None:
    """Fail at once where nobody does: Dask tries until its time is up, and a client that never came to be is slow to go.

    Raises
    ------
    UsageError
        Dask is not installed, or nobody listens at the address.
    """
    _client()
    from distributed.comm.addressing import get_address_host_port

    with _named(scheduler):
        host, port = get_address_host_port(scheduler, strict=False)
        socket.create_connection((host, port), timeout=_ANSWER).close()


def _client() -> type[Client]:
    """Dask's, loaded such that it logs nothing."""
    try:
        import dask

        with dask.config.set({"logging": {**_QUIET, **dask.config.get("logging", {})}}):
            from distributed import Client
    except ImportError:
        remedy = "Install it with: pip install 'kamassess[cluster]'."
        raise UsageError(Fault("--executor dask needs Dask, which is not installed", remedy)) from None
    return Client


@contextlib.contextmanager
def _named(scheduler: str) -> Iterator[None]:
    """What goes wrong inside is the address's fault."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = str(error).split("\n")[0]
        raise UsageError(Fault(f"no scheduler answers at {quoted(scheduler)}: {reason}", "Mend --scheduler.")) from None


def patience() -> float:
    """Seconds that a cluster may be without a worker: Dask's ``distributed.scheduler.no-workers-timeout``, if it is set."""
    import dask
    from dask.utils import parse_timedelta

    set_to = dask.config.get("distributed.scheduler.no-workers-timeout", None)
    return _PATIENCE if set_to is None else float(parse_timedelta(set_to))


def _of_this_machine(size: int) -> LocalCluster:
    """A cluster of processes here."""
    import dask
    from distributed import LocalCluster

    with dask.config.set(_LOCAL), _unheard():
        return LocalCluster(
            n_workers=size,
            threads_per_worker=1,
            host="127.0.0.1",
            memory_limit=0,  # each report has a limit of its own
            silence_logs=logging.CRITICAL,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # Dask's server for it is there all the same
        )


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """Threads that are started inside, and all processes that they ever start, do not hear Ctrl-C; this thread does, afterwards.

    A terminal sends it to all processes of a command, and workers would end at once, with what they are at.
    """
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # whoever starts a process starts this first, and hears everything again afterwards
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
