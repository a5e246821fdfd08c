"""A batch cut into chunks for workers elsewhere: some reports, and the little of the result that they are made from."""

from __future__ import annotations

import math
import shutil
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from kamassess.batch.jobs import GROUP, Job
from kamassess.batch.unfinished import PART
from kamassess.children import Limits
from kamassess.stored import StoredResult

__all__ = ["Chunk", "chunk_name", "chunked", "extract"]

_LARGEST = 200
"""Reports in a chunk: enough that sending it costs nothing beside making it."""
_EACH = 2
"""Chunks for each worker that what is known to wait should be enough for."""


@dataclass(frozen=True)
class Chunk:
    """Reports that one worker makes, one after the other.

    Attributes
    ----------
    batch
        Names the batch to workers: what they have to tell, and whom they stop for.
    store
        The file of the results that the reports are made from, beside the reports.
    seal
        That file's: a machine may still see the file of an earlier batch under the same name.
    made_by
        The version of all that makes reports, as it must be.
    stamp
        ``SOURCE_DATE_EPOCH`` of whoever asks, which may stand for now.
    """

    batch: str
    jobs: tuple[Job, ...]
    store: str
    seal: str
    made_by: str
    stamp: str | None
    limits: Limits = field(default_factory=Limits)


def chunked(jobs: Iterable[Job], threads: Sequence[int]) -> Iterator[tuple[Job, ...]]:
    """Jobs in chunks for workers with so many *threads* each, which all have something to do until the end.

    Only a few chunks are read ahead; they become smaller when less waits. A report about all units is a chunk of its own: it
    needs the whole result, and takes its time.
    """
    source = iter(jobs)
    waiting: deque[Job] = deque()
    while True:
        waiting.extend(islice(source, _LARGEST * len(threads) * _EACH - len(waiting)))
        if not waiting:
            return
        size = min(_LARGEST, max(*threads, math.ceil(len(waiting) / (len(threads) * _EACH))))
        own: list[Job] = []
        while waiting and len(own) < size:
            job = waiting.popleft()
            if job.unit == GROUP:
                yield (job,)
            else:
                own.append(job)
        if own:
            yield tuple(own)


def chunk_name(number: int) -> str:
    """The name of a file of results, such that whoever finds one left behind removes it."""
    return f".results-{number:06}.sqlite{PART}"


def extract(store: StoredResult, jobs: Sequence[Job], path: Path) -> str:
    """Write a file of what these jobs are made from, and return its seal."""
    path.unlink(missing_ok=True)
    if any(job.unit == GROUP for job in jobs):
        shutil.copyfile(store.path, path)
        return store.seal()
    units = dict.fromkeys(job.unit for job in jobs)
    shared = store.names("customers")[:1]  # a report tells whether there are any, though its unit shares none
    shared += [name for unit in units for name in store.of_units.units[unit].customer_groups]
    parts = [("head", ""), ("brand", ""), *(("customers", name) for name in dict.fromkeys(shared))]
    return store.extract(path, parts + [(kind, unit) for unit in units for kind in ("unit", "change")])
