"""What a batch has made, in one SQLite file in its output folder: each report, from which inputs, its bytes, or why it failed.

Whoever has it open owns the folder; the lock is SQLite's, and goes with the process that held it, however it ended. Each outcome
is durable before the next is asked for. A manifest that cannot be read is set aside: it only says what need not be made again.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from kamassess.batch.jobs import Failure, Job, Outcome
from kamassess.batch.opening import Damaged, Status, opened, put_aside
from kamassess.batch.places import Place
from kamassess.batch.planning import PlannedJob
from kamassess.errors import Fault, OutputError, quoted

__all__ = ["NAME", "Earlier", "Entry", "Manifest", "Status"]

NAME = "manifest.sqlite"
_AT_ONCE = 500
_ADOPT = """
INSERT INTO report (place, position, title, unit, language, wave, notebook, since, folder, formats, with_code, key, status)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting')
ON CONFLICT (place) DO UPDATE SET
    position = excluded.position, title = excluded.title, unit = excluded.unit, wave = excluded.wave, since = excluded.since,
    folder = excluded.folder, formats = excluded.formats, with_code = excluded.with_code,
    attempts = CASE WHEN key = excluded.key THEN attempts ELSE 0 END,
    status = CASE WHEN key = excluded.key AND key != '' THEN status ELSE 'waiting' END,
    key = excluded.key
"""
_DONE = """
UPDATE report SET status = 'done', attempts = attempts + 1, seconds = ?, earlier = json_patch(earlier, files), files = ?,
    faults = '[]', kind = '', cell = '', error = '', details = ''
WHERE place = ?
"""
_FAILED = """
UPDATE report SET status = ?, attempts = attempts + 1, seconds = ?, faults = ?, kind = ?, cell = ?, error = ?, details = ?
WHERE place = ?
"""
_AGAIN = "UPDATE report SET status = 'waiting', attempts = 0 WHERE status = 'failed' AND key != '' AND kind = ?"
_MADE = "SELECT place, position, files FROM report WHERE status = 'done' AND position > ? ORDER BY position LIMIT ?"
_WAITING = """
SELECT position, unit, language, wave, notebook, since, folder, formats, with_code FROM report
WHERE status = 'waiting' AND attempts = ? AND position > ? ORDER BY position LIMIT ?
"""
_ENTRIES = """
SELECT unit, language, wave, notebook, since, folder, formats, with_code,
    title, status, attempts, seconds, files, faults, kind, cell, error, details
FROM report WHERE position IS NOT NULL AND (? IS NULL OR status = ?) ORDER BY wave, folder != '_group', unit, position
"""
_EARLIER = """
SELECT unit, language, wave, notebook, since, folder, formats, with_code,
    title, position IS NOT NULL AND status = 'done', files, earlier
FROM report WHERE files != '{}' ORDER BY wave, folder != '_group', folder, place
"""
_JOB_COLUMNS = 8


@dataclass(frozen=True)
class Entry:
    """A report of the batch, and what became of it."""

    job: Job
    title: str
    status: Status
    attempts: int
    seconds: float
    files: dict[str, str]
    failure: Failure | None


@dataclass(frozen=True)
class Earlier:
    """Files of a report that an earlier batch has made there, and this one does not make: of other units, or in other formats."""

    job: Job
    title: str
    files: dict[str, str]


class Manifest:
    """The manifest of a place, owned by this process while it is open.

    Parameters
    ----------
    place
        Where the reports go; the manifest lies in its home.
    fresh
        Take nothing that was made before for made.

    Attributes
    ----------
    set_aside
        The name under which a manifest is kept that could not be read; empty where that did not happen.

    Raises
    ------
    OutputError
        Another batch has it open, or it cannot be written.
    """

    def __init__(self, place: Place, *, fresh: bool = False) -> None:
        self._place = place
        self.set_aside = ""
        path = place.home / NAME
        try:
            try:
                self._connection = opened(path)
            except Damaged:
                self.set_aside = put_aside(path)
                self._connection = opened(path)
        except (sqlite3.Error, OSError) as error:
            raise self._trouble(error) from None
        if fresh:
            self._write("UPDATE report SET key = ''")
            self._write("DELETE FROM fact")

    def close(self) -> None:
        """Give the folder back."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    def copy_to(self, path: Path) -> None:
        """Write what is noted so far to a file that is not there yet."""
        with contextlib.closing(sqlite3.connect(path)) as copy:
            self._connection.backup(copy)

    # -- what the batch starts from ------------------------------------------------------------------------------------

    def fact(self, name: str) -> Any:
        """Something noted of the plan; None if it is not."""
        return next((json.loads(value) for (value,) in self._rows("SELECT value FROM fact WHERE name = ?", (name,))), None)

    def note(self, **facts: Any) -> None:
        """Note something of the plan."""
        for name, value in facts.items():
            self._write("INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", (name, json.dumps(value, ensure_ascii=False)))

    def adopt(self, planned: Iterable[PlannedJob]) -> None:
        """Take over a plan: what was made from the same inputs stays made, everything else waits."""
        with self._all_or_nothing():
            self._connection.execute("UPDATE report SET position = NULL")
            for position, entry in enumerate(planned):
                job = entry.job
                what = (job.place, position, entry.title, job.unit, job.language, job.wave, job.notebook, job.since, job.folder)
                self._connection.execute(_ADOPT, (*what, json.dumps(job.formats), job.with_code, entry.key))
                if entry.fault:
                    self._fail(job.place, Failure((entry.fault,)), 0.0)

    def look(self, *, retry_failed: bool) -> None:
        """See what must be made: what was not, what failed by the machine, what is no longer there as it was made.

        ``retry_failed``: what failed by its data as well.
        """
        for kind in ("infrastructure", "data") if retry_failed else ("infrastructure",):
            self._write(_AGAIN, (kind,))
        self._write("UPDATE report SET attempts = 0 WHERE status = 'waiting'")
        for place, files in self._made():
            if not files or not all(self._place.holds(path, digest) for path, digest in files.items()):
                self._write("UPDATE report SET status = 'waiting', attempts = 0 WHERE place = ?", (place,))

    def _made(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Reports that were made, with their files, a few at a time."""
        last = -1
        while rows := list(self._rows(_MADE, (last, _AT_ONCE))):
            for place, position, files in rows:
                yield place, json.loads(files)
                last = position

    # -- what is to be made, and what became of it ---------------------------------------------------------------------

    def waiting(self, engagement: str, attempts: int) -> Iterator[Job]:
        """The jobs that wait and have been tried so often, a few at a time."""
        last = -1
        while rows := list(self._rows(_WAITING, (attempts, last, _AT_ONCE))):
            for position, *columns in rows:
                yield self._job(engagement, columns)
                last = position

    def record(self, outcome: Outcome, *, again: bool = False) -> None:
        """Note what became of a job; ``again``: it failed, and waits for another attempt."""
        if outcome.failure:
            self._fail(outcome.job.place, outcome.failure, outcome.seconds, "waiting" if again else "failed")
            return
        self._write(_DONE, (outcome.seconds, json.dumps(outcome.files), outcome.job.place))

    def _fail(self, place: str, why: Failure, seconds: float, status: Status = "failed") -> None:
        faults = json.dumps(why.faults, ensure_ascii=False)
        self._write(_FAILED, (status, seconds, faults, why.kind, why.cell, why.error, why.details, place))

    def counts(self) -> dict[Status, int]:
        """How many reports of the plan are in which state."""
        found: dict[Status, int] = {"waiting": 0, "done": 0, "failed": 0}
        query = "SELECT status, COUNT(*) FROM report WHERE position IS NOT NULL GROUP BY status"
        found.update(dict(self._rows(query)))
        return found

    def entries(self, status: Status | None = None) -> Iterator[Entry]:
        """The reports of the plan, in the order of folders."""
        for row in self._rows(_ENTRIES, (status, status)):
            title, state, attempts, seconds, files, faults, kind, cell, error, details = row[_JOB_COLUMNS:]
            lines = tuple(json.loads(faults))
            failure = Failure(lines, kind or "data", cell, error, details) if lines else None
            yield Entry(self._job("", row[:_JOB_COLUMNS]), title, state, attempts, seconds, json.loads(files), failure)

    def earlier(self) -> Iterator[Earlier]:
        """What earlier batches have made and this one does not make again, as far as it is still there as it was made."""
        for row in self._rows(_EARLIER):
            title, current, *listed = row[_JOB_COLUMNS:]
            files, before = map(json.loads, listed)
            found = {path: digest for path, digest in before.items() if path not in files} if current else before | files
            there = {path: digest for path, digest in sorted(found.items()) if self._place.holds(path, digest)}
            if there:
                yield Earlier(self._job("", row[:_JOB_COLUMNS]), title, there)

    def _job(self, engagement: str, columns: Sequence[Any]) -> Job:
        unit, language, wave, notebook, since, folder, formats, with_code = columns
        return Job(
            engagement=engagement,
            unit=unit,
            language=language,
            wave=wave,
            out=self._place.address,
            formats=tuple(json.loads(formats)),
            notebook=notebook,
            with_code=bool(with_code),
            since=since,
            folder=folder,
        )

    def _rows(self, query: str, values: tuple[Any, ...] = ()) -> Iterator[Any]:
        try:
            yield from self._connection.execute(query, values)
        except sqlite3.Error as error:
            raise self._trouble(error) from None

    # -- writing -------------------------------------------------------------------------------------------------------

    def _write(self, statement: str, values: tuple[Any, ...] = ()) -> None:
        try:
            self._connection.execute(statement, values)
        except sqlite3.Error as error:
            raise self._trouble(error) from None

    @contextlib.contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        self._write("BEGIN")
        try:
            yield
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._undo()
            raise self._trouble(error) from None
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute("ROLLBACK")

    def _trouble(self, error: sqlite3.Error | OSError) -> OutputError:
        folder = quoted(PurePath(self._place.shown()).name or self._place.shown())
        if "locked" in str(error):
            return OutputError(
                Fault(f"another batch is writing to {folder}", "Wait for it, or choose another folder with --out.")
            )
        remedy = "Free some space or mend the folder's permissions, then run the batch again: it goes on where it was."
        if "malformed" in str(error):
            remedy = "Run the batch again: it sets the manifest aside, and makes every report again."
        return OutputError(
            Fault(f"cannot use {NAME} in {folder}: {error.strerror if isinstance(error, OSError) else error}", remedy)
        )
