"""The return of a wave for a reader at a terminal, or of a log."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kamassess.collection.state import Cell, Collection, UnitReturn
from kamassess.readable import visible

__all__ = ["show"]

_HEADINGS = ("Given", "DK", "NA", "Open", "Notes")
_HEADINGS_NARROW = ("Given", "Open")
_LONGEST = 1000
_UNITS = 40
"""Units shown; those of which something is missing come first if there are more."""
_PEOPLE = 10
"""People named in a line below the table."""


def show(collection: Collection, console: Console) -> None:
    """Print the table of units and roles, and below it who is missing and who left most open."""
    units = list(collection.units.values())
    shown = units if len(units) <= _UNITS else sorted(units, key=_missing_first)[:_UNITS]
    table = _table(collection, shown, _HEADINGS)
    needed = console.measure(table, options=console.options.update(width=_LONGEST)).maximum
    if needed > console.width and console.is_terminal:
        table = _table(collection, shown, _HEADINGS_NARROW)
    elif needed > console.width:
        console.width = needed  # a log may be as wide as it needs
    console.print(table)
    for line in lines(collection, len(units) - len(shown)):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _table(collection: Collection, shown: list[UnitReturn], headings: tuple[str, ...]) -> Table:
    title = Text(f"Return of wave {visible(collection.wave)}")
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for heading in ("Unit", *collection.roles, "People", *headings):
        table.add_column(heading, justify="left" if heading == "Unit" else "right", no_wrap=True)
    units = list(collection.units.values())
    for unit in shown:
        cells = [_people(cell) for cell in unit.roles.values()]
        table.add_row(Text(visible(unit.unit)), *cells, _people(unit.whole), *_shares(unit.whole, headings))
    if len(units) > 1:
        cells = [_people(_of_role(units, role)) for role in collection.roles]
        table.add_section()
        table.add_row("all", *cells, _people(collection.whole), *_shares(collection.whole, headings))
    return table


def lines(collection: Collection, left_out: int = 0) -> Iterator[str]:
    """What stands below the table, a sentence each."""
    yield "Given, DK (don't know), NA (not applicable) and open: of the questions asked of these people. Notes: comments."
    if left_out:
        yield f"{left_out:,} more units; all of them: --json FILE."
    if any(cell.hidden for unit in collection.units.values() for cell in unit.roles.values()):
        yield f"* fewer than {collection.threshold} people: reports show nothing of this role alone."
    if collection.returned is not None:
        yield f"Returned: {_percent(collection.returned)} of {collection.whole.invited:,} invited."
    if collection.uninvited:
        yield _more_than_invited(collection)
    if collection.silent:
        yield f"No answers from {_some(list(collection.silent))}."
    if collection.unfilled:
        yield f"Nobody answered as {_some([f'{_listed(roles)} in {unit}' for unit, roles in collection.unfilled.items()], '; ')}."
    missing = [code for unit in collection.units.values() for codes in unit.missing.values() for code in codes]
    if missing:
        by_unit = [
            f"{unit.unit}: {_some([code for codes in unit.missing.values() for code in codes])}"
            for unit in collection.units.values()
            if unit.missing
        ]
        yield f"Still to come, {len(missing):,}: {_some(by_unit, '; ')}."
    if collection.open_forms:
        forms = [f"{form.respondent} ({form.unit}) {form.open} of {form.asked}" for form in collection.open_forms]
        yield f"Left most open: {_some(forms)}."
    if collection.other_waves:
        waves = [f"{wave} ({people:,} people)" for wave, people in collection.other_waves.items()]
        yield f"Other waves: {_some(waves)}."


def _more_than_invited(collection: Collection) -> str:
    """Where more people answered than were invited, which no share of return can say."""
    cells = [(unit, role, collection.units[unit].roles[role]) for unit, roles in collection.uninvited.items() for role in roles]
    found = [f"{role} in {unit} ({cell.people:,} answered, {cell.invited or 'nobody'} invited)" for unit, role, cell in cells]
    count = sum(cell.people - (cell.invited or 0) for *_, cell in cells)
    return (
        f"+ more answered than were invited, {count:,} in all: {_some(found, '; ')}. Their answers count; the return leaves them "
        "out. Look for people with two codes, or correct who was invited."
    )


def _missing_first(unit: UnitReturn) -> tuple[bool, float, str]:
    invited = unit.whole.invited
    share = unit.whole.people / invited if invited else 1.0
    return unit.whole.people > 0, share, unit.unit


def _of_role(units: list[UnitReturn], role: str) -> Cell:
    cells = [unit.roles[role] for unit in units]
    told = [cell.invited for cell in cells if cell.invited is not None]
    return Cell(people=sum(cell.people for cell in cells), invited=sum(told) if told else None)


def _people(cell: Cell) -> Text:
    """How many people, of how many invited; a star where reports hide them. Nobody, or too few, stands out in a terminal.

    More than were invited are no share of them: a plus stands in place of it.
    """
    count = str(cell.people) if cell.people or cell.invited else "–"
    more = cell.invited is not None and cell.people > cell.invited
    of = "+" if more else f"/{cell.invited}" if cell.invited else ""
    text = f"{count}{of}{'*' if cell.hidden else ''}"
    return Text(text, "bold red" if not cell.people and cell.invited else "yellow" if cell.hidden else "")


def _shares(cell: Cell, headings: tuple[str, ...]) -> list[str]:
    counts = {"Given": cell.answered, "DK": cell.dont_know, "NA": cell.not_applicable, "Open": cell.open}
    shares = {heading: cell.share(count) for heading, count in counts.items()}
    shown = {heading: "–" if share is None else _percent(share) for heading, share in shares.items()}
    shown["Notes"] = str(cell.comments) if cell.people else "–"
    return [shown[heading] for heading in headings]


def _percent(share: float) -> str:
    """A share in per cent; what is only near 0 or 100 is not called so."""
    if 0 < share < 0.005:
        return "<1%"
    return "99%" if 0.995 <= share < 1 else f"{share:.0%}"


def _some(items: list[str], between: str = ", ") -> str:
    more = f"{between}and {len(items) - _PEOPLE:,} more" if len(items) > _PEOPLE else ""
    return visible(between.join(items[:_PEOPLE])) + more


def _listed(roles: tuple[str, ...]) -> str:
    """Roles in a row: ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(roles[:-1]), roles[-1])))
