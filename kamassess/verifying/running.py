"""Reports made anew in children, each in a process of its own, and what became of the files that claim to be them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from kamassess.batch.running import LIMITS
from kamassess.batch.warming import HELPER, keep, load
from kamassess.children import Lost, Pool, Tell
from kamassess.errors import KamassessError
from kamassess.opened import opened_audit
from kamassess.verifying.judging import Judged, Task, as_at, judge

__all__ = ["run"]


def run(tasks: Sequence[Task], size: int | None, tick: Callable[[], None] = lambda: None) -> Iterator[Judged]:
    """Yield what each file turned out to be, as it comes.

    The result is worked out here before children are forked, once for all reports of the same waves and day.
    """
    told: dict[int, list[Judged]] = {}

    def hear(task: Task, brief: list[Judged]) -> None:
        told[id(task)] = brief

    load({name for task in tasks for name in task.job.formats})
    for (stamp, wave, since), entries in groupby(sorted(tasks, key=_waves), key=_waves):
        with as_at(stamp), contextlib.suppress(KamassessError):  # which a child meets again, and tells
            opened_audit(Path(tasks[0].job.engagement), wave, since or None)
        keep()
        pool: Pool[Task] = Pool(_judge, size or os.cpu_count() or 1, LIMITS, preload=(HELPER,))
        try:
            for task, ended in pool.run(entries, hear, tick):
                yield from _lost(task, told.get(id(task)), ended) if isinstance(ended, Lost) else ended.value
        finally:
            pool.close()


def _judge(task: Task, tell: Tell) -> list[Judged]:
    """What is done in a child: what a report has to say while it is made is for nobody."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    return judge(task, tell)


def _waves(task: Task) -> tuple[str, str, str]:
    return task.stamp, task.job.wave, task.job.since or task.since


def _lost(task: Task, brief: list[Judged] | None, why: Lost) -> list[Judged]:
    """What is known where a child did not come to its end: a file that cannot be read in time has been told of before."""
    if brief:
        return brief
    return [
        Judged(asked.shown, "not_made", f"could not be compared: making it anew failed: {why}", asked.about)
        for asked in task.files
    ]
