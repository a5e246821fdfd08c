"""What people decided by hand of a unit's plan: in ``engagement.yaml``, in workshops, and in scorecards saved into the folder.

All may say it. What a room aims at stands in place of what ``engagement.yaml`` says. A scorecard changes what either says, if it
still says what the scorecard was made with. Where two places say different things otherwise, nobody can know which one holds, so
that is a fault that names both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from kamassess.errors import Fault, quoted
from kamassess.planning import EFFORTS, PHASES, STATUSES, ActionLibrary, ByHand, Decided, Decision, Given, OwnAction
from kamassess.reading.places import Gathered
from kamassess.reading.yaml_tree import Tree, suggestion

__all__ = ["MONTHS", "Place", "Plans", "Stated", "StatedLine", "latest_start", "merged", "notes", "read_plan"]

MONTHS = PHASES[-1][1]
"""How many months a roadmap has."""
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said."""

    file: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    line: int | None = None

    def __str__(self) -> str:
        return str(Fault("", file=self.file, sheet=self.sheet, row=self.row, column=self.column, line=self.line)).rstrip(": ")


@dataclass(frozen=True, slots=True)
class Stated:
    """One thing that one place says of the plan of one unit: *new* where there was *old* before anybody decided.

    Of a scorecard also what *stood* in the cell when the file was made; None of ``engagement.yaml``.
    """

    unit: str
    about: str
    field: Decided
    new: Given
    old: Given
    place: Place
    stood: Given = None


@dataclass(frozen=True, slots=True)
class StatedLine:
    """A line of their own that one place adds to the roadmap of one unit."""

    unit: str
    line: OwnAction
    place: Place


@dataclass
class Plans:
    """All that was said; ``files`` are scorecards and records of ``workshops`` with their SHA-256."""

    stated: list[Stated] = field(default_factory=list)
    lines: list[StatedLine] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    workshops: set[str] = field(default_factory=set)


def latest_start(months: int) -> int:
    """The last month after which an action of so many months can begin."""
    return max(MONTHS - months, 0)


# -- engagement.yaml -----------------------------------------------------------------------------------------------------


def read_plan(tree: Tree, unit: str, library: ActionLibrary, file: str, plans: Plans) -> None:
    """``units[].roadmap``: actions by id, and lines of their own under ``do``."""
    if tree.null():
        return
    for entry in tree.list(empty=True):
        found = entry.items()
        if "do" in found and "action" not in found:
            _read_line(entry, unit, file, plans)
        else:
            _read_action(entry, unit, library, file, plans)


def _read_action(entry: Tree, unit: str, library: ActionLibrary, file: str, plans: Plans) -> None:
    fields = entry.fields(["action"], ["taken_up", "owner", "start", "effort", "status"])
    if "action" not in fields:
        return
    name = fields["action"].word()
    action = library.actions.get(name)
    if action is None:
        fields["action"].fault(f"{quoted(name)} is no action of the library", suggestion(name, list(library.actions)))
        return
    if len(fields) == 1:
        entry.fault("decides nothing", "Add taken_up, owner, start, effort or status, or take the entry out.")
    given: dict[Decided, Given] = {}
    if "taken_up" in fields:
        given["taken_up"] = fields["taken_up"].flag()
    if "owner" in fields:
        given["owner"] = fields["owner"].cell()
    if "start" in fields:
        given["start"] = int(fields["start"].number(low=0, high=latest_start(action.months), whole=True))
    if "effort" in fields:
        given["effort"] = int(fields["effort"].number(low=EFFORTS[0], high=EFFORTS[-1], whole=True))
    if "status" in fields:
        given["status"] = fields["status"].choice(STATUSES)
    for key, new in given.items():
        old: Given = {"taken_up": True, "effort": action.effort}.get(key)
        plans.stated.append(Stated(unit, name, key, new, old, Place(file, line=fields[key].line)))


def _read_line(entry: Tree, unit: str, file: str, plans: Plans) -> None:
    fields = entry.fields(["do"], ["owner", "start", "end", "effort", "status"])

    def whole(key: str, low: int, high: int) -> int | None:
        return int(fields[key].number(low=low, high=high, whole=True)) if key in fields else None

    starts = whole("start", 0, MONTHS)
    line = OwnAction(
        id="",
        do=fields["do"].text().strip() if "do" in fields else "",
        owner=fields["owner"].cell() if "owner" in fields else "",
        starts=starts,
        ends=whole("end", starts or 0, MONTHS),
        effort=whole("effort", EFFORTS[0], EFFORTS[-1]),
        status=fields["status"].choice(STATUSES) if "status" in fields else None,
        source=file,
    )
    plans.lines.append(StatedLine(unit, line, Place(file, line=entry.line)))


# -- both together -------------------------------------------------------------------------------------------------------


def merged(plans: Plans, declared: Sequence[Stated], faults: Gathered) -> tuple[dict[str, ByHand], dict[str, dict[str, Given]]]:
    """What holds of each unit: decisions and lines; and its targets, where a scorecard has another than *declared*.

    Adds a fault for everything of which two places say different things, unless one was seen and changed in the other.
    """
    later = {file: 1 if file in plans.workshops else 2 for file in plans.files}
    holding: dict[tuple[str, str, Decided], Stated] = {}
    for entry in (*declared, *plans.stated):
        key = (entry.unit, entry.about, entry.field)
        first = holding.setdefault(key, entry)
        if first is entry or _same(first.new, entry.new):
            continue
        if later.get(entry.place.file, 0) > later.get(first.place.file, 0) and _saw(entry, first.new):
            holding[key] = replace(entry, old=first.new)
        else:
            _two_places(entry, first, faults)
    unchanged = {id(entry) for entry in declared}
    decided = [entry for entry in holding.values() if id(entry) not in unchanged]
    lines = _lines(plans.lines, faults)
    found: dict[str, ByHand] = {}
    for unit in dict.fromkeys([*(entry.unit for entry in decided), *lines]):
        mine = tuple(_decision(entry) for entry in decided if entry.unit == unit)
        own = tuple(lines.get(unit, ()))
        added = tuple(Decision(line.id, "own", line.do, None, line.source) for line in own)
        files = dict.fromkeys(decision.source for decision in (*mine, *added))
        read_from = tuple((file, plans.files[file]) for file in files if file in plans.files)
        found[unit] = ByHand((*mine, *added), own, read_from)
    targets: dict[str, dict[str, Given]] = {}
    for entry in decided:
        if entry.field == "target":
            targets.setdefault(entry.unit, {})[entry.about] = entry.new
    return found, targets


def _decision(entry: Stated) -> Decision:
    return Decision(entry.about, entry.field, _figure(entry.new), _figure(entry.old), entry.place.file)


def _figure(value: Given) -> Given:
    """Numbers as one kind of number, so that a result that was stored is the same to the last byte."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _saw(entry: Stated, declared: Given) -> bool:
    """Whether whoever changed a cell had before them what is declared now."""
    return declared is not None and (_same(declared, entry.stood) or _same(declared, entry.old))


def _same(one: Given, other: Given) -> bool:
    if isinstance(one, float | int) and isinstance(other, float | int):
        return abs(one - other) < _SAME
    return one == other


def _two_places(entry: Stated, first: Stated, faults: Gathered) -> None:
    where = entry.place
    message = f"{said_of(entry)} is {shown(entry.new)} here and {shown(first.new)} in {first.place}, and only one can hold"
    remedy = "Write the same in both places, or take it out of one of them."
    faults.add(message, remedy, file=where.file, sheet=where.sheet, row=where.row, column=where.column, line=where.line)


def said_of(entry: Stated) -> str:
    """What an entry is about, in words."""
    return f"{entry.field.replace('_', ' ')} of {entry.about} in unit '{entry.unit}'"


def shown(value: Given) -> str:
    """A value as a message shows it."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float | int) else quoted(value)


def _lines(stated: Iterable[StatedLine], faults: Gathered) -> dict[str, list[OwnAction]]:
    """Lines of their own by unit, numbered; the same line in two places counts once."""
    holding: dict[tuple[str, str], StatedLine] = {}
    for entry in stated:
        key = (entry.unit, " ".join(entry.line.do.split()).casefold())
        first = holding.setdefault(key, entry)
        if first is not entry and replace(first.line, source="", id="", do="") != replace(entry.line, source="", id="", do=""):
            where = entry.place
            message = f"the line {quoted(entry.line.do)} of unit '{entry.unit}' is another one in {first.place}"
            remedy = "Write the same in both places, or take it out of one of them."
            faults.add(message, remedy, file=where.file, sheet=where.sheet, row=where.row, column=where.column, line=where.line)
    found: dict[str, list[OwnAction]] = {}
    for (unit, _), entry in holding.items():
        mine = found.setdefault(unit, [])
        mine.append(replace(entry.line, id=f"OWN-{len(mine) + 1}"))
    return found


def notes(plans: Plans) -> list[Fault]:
    """What was decided by hand, an entry each, for whoever checks an engagement."""
    remarks = []
    for entry in plans.stated:
        where = entry.place
        text = f"{said_of(entry)} was decided by hand: {shown(entry.old)} → {shown(entry.new)}"
        remarks.append(Fault(text, file=where.file, sheet=where.sheet, row=where.row, column=where.column, line=where.line))
    for line in plans.lines:
        where = line.place
        text = f"a line was added to the roadmap of unit '{line.unit}': {quoted(line.line.do)}"
        remarks.append(Fault(text, file=where.file, sheet=where.sheet, row=where.row, line=where.line))
    return remarks
