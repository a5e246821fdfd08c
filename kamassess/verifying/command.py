"""``kamassess verify``: find the reports and their engagement, and say of each what it turned out to be, a line each."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from kamassess.batch import FORMATS, GROUP, folder_at_hand
from kamassess.batch.jobs import folder_names
from kamassess.batch.places import is_url
from kamassess.batch.places import shown as shown_url
from kamassess.errors import Fault, UsageError, quoted
from kamassess.opened import opened_engagement
from kamassess.reading.engagement import Engagement
from kamassess.resources import carried
from kamassess.verifying.asking import about, place_of_claim, tasks_of
from kamassess.verifying.claims import LARGEST, claim_of, content_of
from kamassess.verifying.judging import Asked, Judged, Task, as_at
from kamassess.verifying.running import run
from kamassess.verifying.signing import ENDING, signature_of
from kamassess.verifying.summaries import NAME, Summary, beside, changed_inputs, facts, listed_too, summary_in
from kamassess.verifying.telling import say, tell

__all__ = ["Wanted", "verify"]

_SETTINGS = "engagement.yaml"
_SAMPLE = "sample_data"
_REPORTS = "reports"
_ASIDE = re.compile(r"manifest(\.unreadable-\d+)?\.sqlite(-wal|-shm)?|plan\.sqlite|README\.md|summary\.json(\.sig)?")
"""What lies in the folder of a batch beside its reports and pages."""
_PLACE = re.compile(rf"({'|'.join(FORMATS)})\.[a-z]+\.[a-z]+")


@dataclass(frozen=True)
class Wanted:
    """What is asked of ``kamassess verify``: files and folders of reports, and what they are held against."""

    places: tuple[str, ...]
    engagement: str = ""
    brand: str = ""
    template: str = ""
    signers: str = ""
    listed: bool = False
    json: str = ""
    jobs: int | None = None


@dataclass
class _Group:
    """Files of one folder by their path in it, or files by themselves (``shown`` is empty); ``summary`` where it has one."""

    root: Path
    shown: str
    paths: dict[str, Path]
    summary: Summary | None = None
    digests: dict[str, str] = field(default_factory=dict)


def verify(wanted: Wanted) -> int:
    """Say of each file whether it is what the inputs give; 0 if all are, 1 if one is not.

    Raises
    ------
    InputError
        The engagement has faults.
    UsageError
        There is no such file, folder, engagement, brand, template or file of signers.
    """
    with folder_at_hand(wanted.engagement) as engagement:
        return _verified(replace(wanted, engagement=engagement))


def _verified(wanted: Wanted) -> int:
    places, engagement = _sorted_out(wanted)
    groups = list(_groups(places))
    signed = [(group, _signature(group, wanted.signers)) for group in groups if wanted.signers]
    found = [judged for _, judged in signed]
    sample = False
    if wanted.listed:
        found += [judged for group in groups for judged in _listed(group)]
    else:
        folder, sample = (Path(engagement), False) if engagement else _engagement_of(places)
        found += _judged(groups, folder, wanted)
    found.sort(key=lambda one: one.shown)
    tell(found, wanted.json, listed=wanted.listed)
    unsigned = [group for group in groups if not wanted.signers and (group.root / f"{NAME}{ENDING}").is_file()]
    if any(group.summary for group in unsigned):
        say(f"{NAME} is signed, which was not looked at: say with --signers who may sign.")
    if sample and any(one.verdict != "same" for one in found):
        say("They were held against the sample engagement, for none lies above them: name yours with --engagement.")
    return 0 if all(one.verdict == "same" for one in found) else 1


# -- what is asked for ---------------------------------------------------------------------------------------------------


def _sorted_out(wanted: Wanted) -> tuple[list[Path], str]:
    """The places of reports, and the engagement if one is named: by its option, or among the places."""
    places, engagement = [], wanted.engagement
    for name in wanted.places:
        if is_url(name):
            remedy = "Copy the reports here and name them; an engagement at a URL is named with --engagement."
            raise UsageError(Fault(f"{quoted(shown_url(name))} is at a URL", remedy))
        if (Path(name) / _SETTINGS).is_file():
            if engagement and Path(engagement).resolve() != Path(name).resolve():
                raise UsageError(Fault("two engagements are named", "Verify the reports of one at a time."))
            engagement = name
        elif not Path(name).exists():
            raise UsageError(Fault(f"there is no file or folder {quoted(Path(name).name)}", "Name reports, or a folder of them."))
        else:
            places.append(Path(name))
    if engagement == _SAMPLE and not Path(engagement).is_dir():
        engagement = str(carried(_SAMPLE))
    if not places:
        if not (Path(engagement) / _REPORTS).is_dir():
            raise UsageError(Fault("the engagement has no folder of reports", "Name the reports as well."))
        places = [Path(engagement) / _REPORTS]
    return places, engagement


def _engagement_of(places: Sequence[Path]) -> tuple[Path, bool]:
    """The folder nearest above the reports that is an engagement's; else the sample, and that it is so."""
    found = {next((above for above in place.absolute().parents if (above / _SETTINGS).is_file()), None) for place in places}
    if len(found) > 1:
        raise UsageError(Fault("the reports lie in several engagements", "Verify those of one at a time, or use --engagement."))
    folder = found.pop()
    return (folder, False) if folder else (carried(_SAMPLE), True)


def _groups(places: Sequence[Path]) -> Iterator[_Group]:
    """Each folder, and files that are named by themselves together with those of the same batch: what they share is made once."""
    together: dict[Path, _Group] = {}
    for place in places:
        if place.is_dir():
            yield _group(place)
        else:
            batch = place.absolute().parents[min(2, len(place.absolute().parents) - 1)]
            together.setdefault(batch, _Group(batch, "", {})).paths[place.as_posix()] = place
    yield from together.values()


def _group(place: Path) -> _Group:
    """What lies in a folder; links are not followed."""
    paths = {}
    for folder, folders, names in os.walk(place, followlinks=False):
        folders.sort()
        for name in sorted(names):
            path = Path(folder) / name
            if not name.startswith("."):
                paths[path.relative_to(place).as_posix()] = path
    if not paths:
        raise UsageError(Fault(f"there are no reports in {quoted(place.name)}", "Name another folder."))
    return _Group(place, f"{place.as_posix().rstrip('/')}/", paths, summary_in(place))


def _signature(group: _Group, signers: str) -> Judged:
    """Whether the summary of a batch is signed."""
    content = _summary(group).content
    found = signature_of(content, group.root / f"{NAME}{ENDING}", Path(signers))
    return Judged(f"{group.shown}{NAME}", "same" if found.sound else "report_changed", found.words, sha256=_sha256(content))


def _summary(group: _Group) -> Summary:
    if group.summary is None or not group.shown:
        remedy = f"Name the folder that has {NAME} in it."
        raise UsageError(Fault("only the folder of a batch has a list of its files, which can be signed", remedy))
    return group.summary


def _listed(group: _Group) -> Iterator[Judged]:
    """Each file of a batch held against its summary alone."""
    summary = _summary(group)
    listed = {**summary.files, **summary.pages}
    for path, place in group.paths.items():
        if _ASIDE.fullmatch(path):
            continue
        shown, content = f"{group.shown}{path}", None if place.is_symlink() else content_of(place)
        digest = _sha256(content) if content is not None else ""
        if path not in listed:
            yield Judged(shown, "not_a_report", f"is not listed in {NAME}", sha256=digest)
        elif digest != listed[path]:
            yield Judged(shown, "report_changed", f"is not the file that {NAME} lists", sha256=digest)
        else:
            yield Judged(shown, "same", f"is the file that {NAME} lists", sha256=digest)
    for path in listed:
        if path not in group.paths:
            yield Judged(f"{group.shown}{path}", "report_changed", f"is missing, though {NAME} lists it")


# -- what they are -------------------------------------------------------------------------------------------------------


def _judged(groups: Sequence[_Group], folder: Path, wanted: Wanted) -> Iterator[Judged]:
    with as_at(""):
        engagement = opened_engagement(folder)
    for group in groups:
        asked: list[Asked] = []
        unread: list[Judged] = []
        for path, place in group.paths.items():
            one = _asked(group, path, place)
            if isinstance(one, Asked):
                asked.append(one)
            elif one:
                unread.append(one)
        changed = _changed(group, asked, engagement)
        tasks, refused = tasks_of(folder, asked, wanted.brand, wanted.template, changed)
        places = {one.shown: one for one in asked}
        for judged in (*unread, *refused, *_watched(tasks, len(asked), wanted.jobs)):
            one = places.get(judged.shown)
            yield _in_place(judged, one, engagement, group) if one else judged
        if group.summary:
            yield from facts(group.summary, engagement, group.digests, group.shown)


def _watched(tasks: Sequence[Task], files: int, jobs: int | None) -> Iterator[Judged]:
    """What comes of the tasks, with a bar on a terminal; drawn by nobody's thread, since children are forked from here."""
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), auto_refresh=False, transient=True)
    if not bar.console.is_terminal:
        yield from run(tasks, jobs)
        return
    with bar:
        task = bar.add_task("Verifying", total=files)
        for judged in run(tasks, jobs, bar.refresh):
            bar.advance(task)
            yield judged


def _asked(group: _Group, path: str, place: Path) -> Asked | Judged | None:
    """A file as one that claims to be a report, or why it is none; None where nothing is to be said of it here."""
    shown = f"{group.shown}{path}"
    if place.is_symlink() and group.shown:
        return Judged(shown, "not_a_report", "is a link, which is not followed")
    content = content_of(place)
    if content is None:
        reason = f"cannot be read, or has more than {LARGEST >> 20} MiB"
        return Judged(shown, "not_a_report", reason)
    group.digests[path] = _sha256(content)
    if group.shown and (_ASIDE.fullmatch(path) or (group.summary and path in group.summary.pages)):
        return None
    claim = claim_of(content)
    if claim is None:
        return Judged(shown, "not_a_report", "is no report of kamassess, or of a version that did not say what it is")
    return Asked(place, shown, claim, about(claim))


def _changed(group: _Group, asked: Sequence[Asked], engagement: Engagement) -> Mapping[str, str]:
    """What a summary beside the reports says of their inputs."""
    summary = group.summary or (beside(asked[0].path) if asked else None)
    return changed_inputs(summary, engagement) if summary else {}


def _in_place(judged: Judged, asked: Asked, engagement: Engagement, group: _Group) -> Judged:
    """A verdict, and whether the file lies where another report belongs."""
    expected = PurePath(place_of_claim(engagement, asked.claim, language=asked.path.name.split(".")[1:2]))
    if not expected.name or not _of_another(asked.path, expected, engagement):
        return listed_too(judged, judged.shown.removeprefix(group.shown), group.summary) if group.summary else judged
    words = f"lies where another report belongs; it is that of {expected.as_posix()}, and {judged.words}"
    return replace(judged, verdict="misplaced" if judged.verdict == "same" else judged.verdict, words=words)


def _of_another(path: Path, expected: PurePath, engagement: Engagement) -> bool:
    """Whether name and folders of a file, as far as they are those of some report, are those of another than *expected*."""
    if not _PLACE.fullmatch(path.name):
        return False
    folder, wave = path.absolute().parent.name, path.absolute().parent.parent.name
    units = {*folder_names([unit.id for unit in engagement.units]).values(), GROUP}
    waves = set(folder_names(engagement.waves).values())
    return (
        path.name != expected.name
        or (folder in units and folder != expected.parent.name)
        or (folder in units and wave in waves and wave != expected.parent.parent.name)
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
