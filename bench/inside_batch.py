"""Batches in a fresh process, as the command runs them: planned in a child, reports made by forked children."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from measure import median, timed, timed_with_children

from kamassess.batch import LIMITS, Batch, Job, LocalMaker, Outcome, Request
from kamassess.children import safe_to_fork

__all__ = ["forked", "replanned", "sized", "whole_batch", "write"]

_AUDITS = ("unit_audit",)


def write(folder: str, units: int) -> dict[str, Any]:
    """Write a synthetic engagement; a process of its own gives the memory back."""
    from synthetic_folder import write_engagement

    write_engagement(Path(folder), units)
    return {}


def forked(job: dict[str, Any], again: int) -> dict[str, Any]:
    """A report of a batch as it is really made: the child, and the parent's share from handing over to noting the outcome.

    Every unit's report is made once, and then the one that is asked for *again* so many times, each in a new child, which knows
    nothing of the one before; the median counts.
    """
    wanted = msgspec.convert(job, Job)
    languages = (wanted.language,)
    request = Request(wanted.engagement, wanted.out, languages=languages, notebooks=_AUDITS, wave=wanted.wave)
    with Batch(request) as batch:
        _prepare(batch)
        maker, jobs = _maker(batch, 1), list(batch.manifest.waiting(request.engagement, 0))
        _, every = timed_with_children(lambda: _make(batch, maker, jobs))
        same = [one for one in jobs if one.unit == wanted.unit]
        spent = median(timed_with_children(lambda: _make(batch, maker, same))[1] for _ in range(again))
    return {"batch": spent, "every": every.per(len(jobs))}


def whole_batch(asked: dict[str, Any], jobs: int) -> dict[str, Any]:
    """A whole batch as the command does it, less what is shown meanwhile: planning, making what must be made, the summary."""
    with Batch(msgspec.convert(asked, Request)) as batch:
        _, planning = timed_with_children(lambda: _prepare(batch))
        outcomes, making = timed_with_children(lambda: list(batch.run(lambda _: _maker(batch, jobs), _idle)))
        _see(outcomes)
        _, summing = timed(batch.summarise)
        total = sum(batch.manifest.counts().values())
    return {"planning": planning, "making": making, "summing": summing, "made": len(outcomes), "reports": total}


def sized(engagement: str, warm_up: str, out: str, reports: int) -> dict[str, Any]:
    """The unit audits of a large engagement: planned whole, and so many of them made, spread over all units.

    A batch of *warm_up* comes first, so that loading libraries, which is done once a process, is in neither. The moments
    are those of the system's clock, for whoever looks on from outside.
    """
    with Batch(Request(warm_up, f"{out}-before", notebooks=_AUDITS)) as first:
        _prepare(first)
    with Batch(Request(engagement, out, notebooks=_AUDITS)) as batch:
        planned = time.monotonic()
        _, planning = timed_with_children(lambda: _prepare(batch))
        maker, count = _maker(batch, 1), batch.manifest.counts()["waiting"]
        places = {number * count // reports for number in range(reports)}  # a list of all jobs would count as the batch's memory
        spread = [job for place, job in enumerate(batch.manifest.waiting(engagement, 0)) if place in places]
        began = time.monotonic()
        _, making = timed_with_children(lambda: _make(batch, maker, spread))
        moments = {"planned": planned, "began": began, "ended": time.monotonic()}
    return {"planning": planning.per(count), "making": making.per(len(spread)), **moments}


def replanned(engagement: str, out: str) -> dict[str, Any]:
    """The same batch prepared once more: how many of the reports that were made may be *kept*."""
    with Batch(Request(engagement, out, notebooks=_AUDITS)) as batch:
        _, planning = timed_with_children(lambda: _prepare(batch))
        return {"planning": planning, "kept": batch.manifest.counts()["done"]}


def _prepare(batch: Batch) -> None:
    batch.prepare(lambda _done, _total: None, _idle)


def _idle() -> None:
    """Nothing is shown while children work."""


def _maker(batch: Batch, size: int) -> LocalMaker:
    maker = LocalMaker(batch.store, size, LIMITS)
    if sys.platform == "linux" and not safe_to_fork():
        sys.exit("a thread was started: reports would not be forked from here, as those of the command are")
    return maker


def _make(batch: Batch, maker: LocalMaker, jobs: Iterable[Job]) -> None:
    """Make and note some of a batch's reports."""
    for outcome in maker.make_all(jobs, _idle):
        _see([outcome])
        batch.manifest.record(outcome)


def _see(outcomes: Iterable[Outcome]) -> None:
    """A report that failed costs less, and is no measure."""
    faults = [fault for outcome in outcomes for fault in outcome.faults]
    if faults:
        sys.exit("\n".join(faults))
