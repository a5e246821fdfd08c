"""One report made anew and held against files that claim to be it. Runs in a child: files may be meant to do harm."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

from kamassess.batch import GROUP, Job, render
from kamassess.children import Tell
from kamassess.errors import KamassessError
from kamassess.opened import opened_audit, worn
from kamassess.reading.brand import Brand
from kamassess.result import AuditResult
from kamassess.verifying.claims import Claim, claim_of, content_of, json_of
from kamassess.verifying.differing import compared_figures, difference
from kamassess.verifying.texts import DIGEST, told_lines

__all__ = ["Asked", "Judged", "Task", "Verdict", "as_at", "judge"]

Verdict: TypeAlias = Literal[
    "same",
    "report_changed",
    "inputs_changed",
    "made_otherwise",
    "misplaced",
    "not_of_this_engagement",
    "not_a_report",
    "not_made",
]
_ANSWERS = "responses/"
_NAMED_AND_DIGEST = re.compile(r"(.*\S)\s([0-9a-f]{64})")
_MOST_NAMED = 8


@dataclass(frozen=True)
class Asked:
    """A file that claims to be a report; ``shown`` names it, ``about`` says in words which report it claims to be."""

    path: Path
    shown: str
    claim: Claim
    about: str


@dataclass(frozen=True)
class Judged:
    """What a file turned out to be, in a word and in words."""

    shown: str
    verdict: Verdict
    words: str
    about: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Task:
    """A report to make anew, and the files that claim to be it; as at the day *stamp* (ISO) where that is set from outside."""

    job: Job
    files: tuple[Asked, ...]
    brand: Brand | None
    since: str
    stamp: str
    known_look: bool = True
    changed: Mapping[str, str] = field(default_factory=dict)


@contextlib.contextmanager
def as_at(stamp: str) -> Iterator[None]:
    """What is read and made inside is dated by this day (seconds since 1970, as text); by its own where that is empty."""
    before = os.environ.pop("SOURCE_DATE_EPOCH", None)
    if stamp:
        os.environ["SOURCE_DATE_EPOCH"] = stamp
    try:
        yield
    finally:
        os.environ.pop("SOURCE_DATE_EPOCH", None)
        if before is not None:
            os.environ["SOURCE_DATE_EPOCH"] = before


def judge(task: Task, tell: Tell) -> list[Judged]:
    """What each file turned out to be. Told first without where it differs, which may take too long to find out."""
    with as_at(task.stamp), worn(task.brand, task.since or None):
        try:
            made = render(task.job, tell.step)
        except KamassessError as error:
            words = f"these inputs give no such report: {error.faults[0]}"
            return [Judged(asked.shown, "inputs_changed", words, asked.about) for asked in task.files]
        _, result = opened_audit(Path(task.job.engagement), task.job.wave, task.since or None)
        compared = [_Compared(task, asked, made[asked.claim.file_format], result) for asked in task.files]
        tell([one.briefly() for one in compared])
        tell.step("looking where it differs")
        return [one.fully() for one in compared]


class _Compared:
    """A file beside what it should be."""

    def __init__(self, task: Task, asked: Asked, made: bytes, result: AuditResult) -> None:
        self._task, self._asked, self._made, self._result = task, asked, made, result
        self._found = content_of(asked.path) or b""
        self._ours = claim_of(made)

    def briefly(self) -> Judged:
        """The verdict without the place."""
        verdict = self._verdict()
        words = {
            "same": "is what these inputs give",
            "made_otherwise": "cannot be compared byte for byte",
            "inputs_changed": "differs: the inputs have changed since",
        }
        return self._judged(verdict, words.get(verdict, "differs: the inputs are the same, but it was changed after it was made"))

    def fully(self) -> Judged:
        """The verdict, and what led to it."""
        brief = self.briefly()
        match brief.verdict:
            case "same":
                return replace(brief, words=f"{brief.words}{self._dated()}")
            case "made_otherwise":
                return replace(brief, words=self._made_otherwise())
            case "inputs_changed":
                named = self._changed()
                return replace(brief, words=f"{brief.words}: {_listed(named)}" if named else f"{brief.words}{self._unnamed()}")
        return replace(brief, words=f"{brief.words}; {difference(self._found, self._made, self._format)}")

    @property
    def _format(self) -> str:
        return self._asked.claim.file_format

    def _judged(self, verdict: Verdict, words: str) -> Judged:
        return Judged(self._asked.shown, verdict, words, self._asked.about, hashlib.sha256(self._found).hexdigest())

    def _verdict(self) -> Verdict:
        if self._found == self._made:
            return "same"
        if not self._same_maker() or not self._task.known_look:
            return "made_otherwise"
        return "report_changed" if self._same_inputs() else "inputs_changed"

    def _same_maker(self) -> bool:
        """Whether the file says that it was made by just what is here. Figures for programs name versions."""
        theirs, ours = self._asked.claim, self._ours
        return ours is not None and (theirs.imprint.made_by, theirs.versions) == (ours.imprint.made_by, ours.versions)

    def _same_inputs(self) -> bool:
        """Whether the file says that it rests on just what is here."""
        if self._format == "json":
            return bool(_rests_on(json_of(self._found)) == _rests_on(json_of(self._made)))
        return self._ours is not None and self._asked.claim.imprint.rests_on == self._ours.imprint.rests_on

    def _dated(self) -> str:
        return f", dated {self._asked.claim.imprint.date} from outside" if self._task.stamp else ""

    # -- what changed ----------------------------------------------------------------------------------------------------

    def _changed(self) -> list[str]:
        """The inputs that are not as the report says they were."""
        told, named = _digests(told_lines(self._found, self._format))
        if not told:
            return list(_by_summary(self._task.changed))
        inputs = self._result.provenance.inputs
        found = [
            f"{name} ({'changed' if name in named else 'new'})"
            for name, digest in inputs
            if digest in self._our_digests and digest not in told
        ]
        current = {name for name, _ in inputs}
        found += [f"{name} (no longer there)" for name in named if name not in current and _is_file(name)]
        if any(digest not in told for digest in self._answers()):
            found += list(_by_summary(self._task.changed, answers=True)) or [f"answers {self._of_whom()}"]
        return found

    @cached_property
    def _our_digests(self) -> set[str]:
        """Those that the report tells of as it should be."""
        return _digests(told_lines(self._made, self._format))[0]

    def _answers(self) -> Sequence[str]:
        """Digests of answers that the report should tell of."""
        job, result = self._task.job, self._result
        if job.unit == GROUP:
            digests = [result.provenance.answer_files[1]]
        else:
            rows = [result.units[job.unit].answer_rows]
            if job.notebook == "progress" and result.progress and job.unit in result.progress.units:
                rows.append(result.progress.units[job.unit].rows_before)
            digests = [row.sha256 for row in rows if row]
        return [digest for digest in digests if digest in self._our_digests]

    def _of_whom(self) -> str:
        return "of all units" if self._task.job.unit == GROUP else f"of {self._task.job.unit}"

    def _unnamed(self) -> str:
        if self._format == "pptx":
            return ", which a deck does not name"
        return ": answers of other units, by which it tells how far questions belong together"

    # -- another maker ---------------------------------------------------------------------------------------------------

    def _made_otherwise(self) -> str:
        """Who made it, what is here, and whether the figures are the same all the same."""
        told = compared_figures(self._found, self._made, self._format)
        if self._same_maker():
            look = "a template or brand" if self._format == "pptx" else "a brand"
            option = " or --template" if self._format == "pptx" else ""
            return (
                f"has {look} that is not in this engagement (name it with --brand{option}): its look cannot be compared; {told}"
            )
        versions = self._versions()
        theirs, ours = (self._asked.claim.imprint.version or "unknown", self._ours.imprint.version if self._ours else "")
        who = (
            f"made by kamassess {theirs}, and this is {ours}" if theirs != ours else f"made by another build of kamassess {ours}"
        )
        more = f" ({_listed(versions)})" if versions else ""
        changed = "" if self._same_inputs() else self._and_changed()
        return f"{who}{more}: cannot be compared byte for byte; {told}{changed}"

    def _and_changed(self) -> str:
        named = self._changed()
        return f"; the inputs have changed since: {_listed(named)}" if named else ""

    def _versions(self) -> list[str]:
        """Libraries of other versions than here, as far as the report names them."""
        text = "\n".join(told_lines(self._found, self._format))
        known = dict(self._asked.claim.versions)
        found = []
        for name, here in self._result.provenance.versions:
            theirs = known.get(name) or next(iter(re.findall(rf"(?m)^{re.escape(name)}\s+(\d[\w.+-]*)$", text)), "")
            if name != "kamassess" and theirs and theirs != here:
                found.append(f"{name} {theirs}, here {here}")
        return found


def _rests_on(found: Any) -> Any:
    """What figures for programs say that they rest on."""
    try:
        units = found["units"].values()
        own = [(unit.get("answer_rows"), (unit.get("roadmap") or {}).get("read_from")) for unit in units]
        return found["provenance"]["inputs"], own, [(unit.get("workshop") or {}).get("read_from") for unit in units]
    except (KeyError, TypeError, AttributeError):
        return None


def _digests(lines: Sequence[str]) -> tuple[set[str], dict[str, str]]:
    """All digests that stand in lines, and those of them with the name before."""
    told: set[str] = set()
    named: dict[str, str] = {}
    for before, line in zip(["", *lines], lines, strict=False):
        if DIGEST.fullmatch(line):
            named[before] = line
        elif beside := _NAMED_AND_DIGEST.fullmatch(line):
            named[beside[1]] = beside[2]
        told.update(DIGEST.findall(line))
    return told, named


def _is_file(name: str) -> bool:
    return bool(re.fullmatch(r"[^\s].{0,200}\.\w{2,5}(?:\.gz)?", name)) or name.startswith("instrument ")


def _by_summary(changed: Mapping[str, str], *, answers: bool = False) -> Iterator[str]:
    """What a summary beside the report says of its inputs."""
    for name, how in changed.items():
        if not answers or name.startswith(_ANSWERS):
            yield f"{name} ({how})"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
