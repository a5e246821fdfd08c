"""Read and score once, and store what each report is made from, so that a report loads only its own.

The plan is made in a child: what it read and scored is gone when it ends, and the process that starts the reports stays small.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kamassess.batch.choosing import Request, plan
from kamassess.batch.jobs import GROUP, Job
from kamassess.batch.looks import look_of
from kamassess.batch.making import without_places
from kamassess.errors import Fault, KamassessError, OutputError
from kamassess.result import AuditResult
from kamassess.stored import ResultStore, StoredResult, head_of

if TYPE_CHECKING:
    from kamassess.batch.keys import Keys

__all__ = ["PlanSummary", "PlannedJob", "planned_jobs", "write_plan"]

_OFTEN = 50


@dataclass(frozen=True)
class PlannedJob:
    """A report, the name of its unit, and the key of all that it depends on; or why it cannot be made."""

    job: Job
    title: str
    key: str
    fault: str = ""


@dataclass(frozen=True)
class PlanSummary:
    """What a plan comes to. ``named`` are files that the engagement names, ``silent`` units that have nothing to report;
    ``inputs`` are all files that the result rests on, with their SHA-256; ``seal`` is that of the stored plan.
    """

    jobs: int
    wave: str
    since: str
    company: str
    silent: tuple[str, ...]
    named: tuple[str, ...]
    inputs: tuple[tuple[str, str], ...] = ()
    seal: str = ""


def write_plan(task: tuple[Request, Path], tell: Callable[[tuple[int, int]], None]) -> PlanSummary | KamassessError:
    """Plan a batch into a new file; tells how many units of how many are worked out.

    An error is returned rather than raised: it is for whoever asked, on the other side of a process.
    """
    request, path = task
    try:
        with ResultStore(path) as store:
            return _Plan(request, store, lambda done, total: tell((done, total))).write()
    except KamassessError as error:
        return error
    except sqlite3.OperationalError as error:
        return OutputError(
            Fault(f"the plan of the batch cannot be written: {error}", "Make room there, or choose another --out.")
        )


class _Plan:
    """A plan in the making."""

    def __init__(self, request: Request, store: ResultStore, tell: Callable[[int, int], None]) -> None:
        self._request = request
        self._tell = tell
        self._store = store
        self._faults: dict[str, str] = {}

    def write(self) -> PlanSummary:
        """Store the result and the jobs."""
        from kamassess.batch.keys import Digests, Keys
        from kamassess.opened import opened_audit

        request, store = self._request, self._store
        jobs, silent = plan(request)
        opened, result = opened_audit(Path(request.engagement), request.wave, request.since)
        brand = look_of(request, opened.brand)
        single = dict.fromkeys(job.unit for job in jobs if job.unit != GROUP)
        group = any(job.unit == GROUP for job in jobs)
        units = list(result.units) if group else list(single)
        changes = self._changes(jobs, result, group)
        shared: dict[str, tuple[str, ...]] = {}
        digests = Digests()
        for number, name in enumerate(units):
            if number % _OFTEN == 0:
                self._tell(number, len(units))
            try:
                unit = result.units[name]
                digests.add_unit(unit, store.put("unit", name, unit))
                shared[name] = unit.customer_groups
                if result.progress and name in changes:
                    digests.changes[name] = store.put("change", name, result.progress.units[name])
            except KamassessError as error:
                self._faults[name] = str(error)
            except Exception as error:  # noqa: BLE001 - one unit must not stop the others; the summary names the bug
                self._faults[name] = without_places(f"a fault in kamassess itself: {type(error).__name__}: {error}")
        self._tell(len(units), len(units))
        digests.customers = {name: store.put("customers", name, found) for name, found in result.customer_groups.items()}
        store.put("head", "", head_of(result))
        store.put("group", "", result.group)
        store.put("brand", "", brand)
        keys = Keys(result, brand, digests)
        titles = {unit.id: next(iter(unit.name.values()), unit.id) for unit in opened.units}
        for position, job in enumerate(jobs):
            store.put("job", f"{position:08}", self._planned(job, titles, keys, shared))
        seal = store.close()
        return PlanSummary(
            jobs=len(jobs),
            wave=result.wave,
            since=result.progress.since if result.progress else "",
            company=next(iter(opened.company.values()), ""),
            silent=tuple(str(fault) for fault in silent),
            named=opened.named_files,
            inputs=result.provenance.inputs,
            seal=seal,
        )

    @staticmethod
    def _changes(jobs: Sequence[Job], result: AuditResult, group: bool) -> set[str]:
        """The units whose change since the earlier wave is needed."""
        whole = any(job.unit == GROUP and {"json", "pptx"} & set(job.formats) for job in jobs)
        progress = [GROUP] if whole else [job.unit for job in jobs if job.notebook == "progress" or "pptx" in job.formats]
        if not progress or result.progress is None:
            return set()
        return set(result.progress.units) if group and GROUP in progress else set(progress) - {GROUP}

    def _planned(self, job: Job, titles: dict[str, str], keys: Keys, shared: dict[str, tuple[str, ...]]) -> PlannedJob:
        place = replace(job, engagement="", out="")  # a plan lies in the output folder, which may go anywhere
        fault = next(iter(self._faults.values()), "") if job.unit == GROUP else self._faults.get(job.unit, "")
        key = "" if fault else keys.of(job, shared.get(job.unit, ()))
        return PlannedJob(place, titles.get(job.unit, ""), key, fault)


def planned_jobs(store: StoredResult, request: Request) -> Iterator[PlannedJob]:
    """The jobs of a stored plan, in their order."""
    for entry in cast(Iterable[PlannedJob], store.each("job", PlannedJob)):
        yield replace(entry, job=replace(entry.job, engagement=request.engagement, out=request.out))
