"""Every reader with sound files of its kind and what damages them: what fuzzing runs, in tests and, for longer, in ``bench``.

A reader may read a file or say what is wrong with it, in faults that name the file. Anything else is a fault of ours.
"""

from __future__ import annotations

import base64
import contextlib
import json
import random
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import msgspec
from mutations import Mutation, of_archive, of_bytes, of_json, of_packed_table, of_table, of_yaml
from reader_seeds import EVIDENCE, EXPORT, INVITED, PAIRS, TABLES, deck, picture, sound_engagement, table, whole_deck, workbook

from kamassess.display import view_of_unit
from kamassess.errors import Fault, InputError, KamassessError
from kamassess.export.files import write_file
from kamassess.instrument import Instrument, scale_ends
from kamassess.questionnaire import Filled, Form, write_workbook
from kamassess.questionnaire.xlsform import write_xlsform
from kamassess.reading.actions import read_actions
from kamassess.reading.brand import read_brand
from kamassess.reading.data_tables import read_data
from kamassess.reading.deck_template import read_template
from kamassess.reading.engagement import check_engagement, load_declared, load_engagement
from kamassess.reading.evidence import read_evidence
from kamassess.reading.instrument import read_instrument
from kamassess.reading.invited import read_invited
from kamassess.reading.mapping import load_mapping
from kamassess.reading.misplaced import told_of_file
from kamassess.reading.pairwise import read_pairwise
from kamassess.reading.places import Gathered
from kamassess.reading.planned import score_ends
from kamassess.reading.plans import Plans
from kamassess.reading.responses import read_responses
from kamassess.reading.scorecards import Known, read_scorecards
from kamassess.reading.workshops import Asked, read_workshops
from kamassess.recipe import score
from kamassess.result import AuditResult
from kamassess.workshop.events import Agreed, Aimed, Answered, Began, Joined, Kept, Opened, Planned, Shown, decoded, encoded
from kamassess.workshop.state import State, StateError, fold

__all__ = ["NAMES", "Reader", "readers", "unexpected", "untrue"]

Run = Callable[[Path], Iterable[Fault]]
NAMES = (
    *("engagement", "engagement, scored", "instrument, scored", "answers, scored", "instrument", "mapping", "actions", "brand"),
    *("logo (SVG)", "logo (PNG)", "deck template", "answers (CSV)", "export of a platform", "answers (XLSX)", "evidence (CSV)"),
    *("evidence (XLSX)", *(f"table {name}" for name in TABLES), "table, packed", "table (XLSX)", "invited", "workshop"),
    *("workshop, agreed", "events of a workshop", "scorecard", "pairwise (CSV)", "pairwise (XLSX)", "misplaced"),
    "deck of a template",
)
"""What there is."""


@dataclass(frozen=True)
class Reader:
    """How one kind of file is read.

    Attributes
    ----------
    name
        Of the kind.
    file
        Where the file stands in an engagement.
    seeds
        Sound files.
    mutation
        What damages them.
    run
        Reads the engagement in a folder, or only this file of it, and gives the faults.
    tries
        How often it is tried in ten thousand: what costs more is tried less.
    """

    name: str
    file: str
    seeds: Sequence[bytes]
    mutation: Mutation
    run: Run
    tries: int = 500

    def mutated(self, luck: random.Random) -> bytes:
        """A damaged file, the same of the same *luck*; now and then of one that is damaged already, or made of two."""
        raw = luck.choice(self.seeds)
        if luck.random() < 0.05:
            other = luck.choice(self.seeds)
            return raw[: luck.randrange(len(raw) + 1)] + other[luck.randrange(len(other) + 1) :]
        return self.mutation(luck, raw)

    def faults(self, folder: Path, raw: bytes) -> list[Fault]:
        """What reading says of these bytes in an engagement that is sound otherwise, which stays as it was."""
        path = folder / self.file
        sound = path.read_bytes() if path.is_file() else None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
        try:
            return list(self.run(folder))
        finally:
            if sound is None:
                path.unlink()
            else:
                path.write_bytes(sound)


def unexpected(reader: Reader, folder: Path, raw: bytes) -> str:
    """What is wrong with how *raw* was read; empty where nothing is."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            faults = reader.faults(folder, raw)
        except KamassessError as error:
            if not error.faults:
                return "an error without faults"
            return "" if any(fault.file for fault in error.faults) else f"no fault names a file: {error}"
        except Exception as error:  # noqa: BLE001 - what is looked for
            where = error.__traceback__
            while where is not None and where.tb_next is not None:
                where = where.tb_next
            at = f"{Path(where.tb_frame.f_code.co_filename).name}:{where.tb_lineno}" if where else ""
            return f"{type(error).__name__} at {at}: {str(error)[:200]}"
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # what Rust panics become is no Exception
                raise
            return f"panic: {error}"
    return (
        ""
        if all(fault.file for fault in faults)
        else f"a fault names no file: {[str(fault) for fault in faults if not fault.file]}"
    )


def readers(folder: Path) -> list[Reader]:
    """All readers, for the sound engagement that this writes into *folder*."""
    sound_engagement(folder)
    engagement = load_engagement(folder)
    asked, earlier = engagement.instrument, engagement.earlier["2025"].instrument
    units = [unit.id for unit in engagement.units]
    forms = [
        write_workbook(Form(engagement, asked.roles[0], "en", engagement.unit("N")), Filled()),
        workbook(EXPORT),
        workbook(_answers(folder)),
    ]
    view = view_of_unit(folder, "N", "en", None)
    card = write_file("xlsx", view)
    known = Known(units, "2026", asked, score_ends(asked), engagement.actions)

    def responses(place: Path) -> list[Fault]:
        faults, notes = Gathered(), Gathered()
        read_responses(
            place / "tried",
            "tried",
            asked,
            units,
            faults,
            {"2025": earlier},
            company=engagement.company,
            wave="2026",
            notes=notes,
        )
        return [*faults.faults(), *notes.faults()]

    def evidence(place: Path) -> list[Fault]:
        faults = Gathered()
        _, noted = read_evidence(
            place / "tried", units, [one.id for one in asked.criteria()], "engagement.yaml", faults, (1, 2, 3)
        )
        return [*faults.faults(), *noted.left_out, *noted.odd]

    def data(place: Path) -> list[Fault]:
        faults = Gathered()
        _, noted = read_data(place / "tables", "tables", {}, units, "engagement.yaml", faults, "2026-06-30")
        return [*(fault for fault in faults.faults()), *noted.left_out, *noted.odd]

    def invited(place: Path) -> list[Fault]:
        faults = Gathered()
        read_invited(None, place / "tried", units, asked.role_ids, faults)
        return faults.faults()

    def workshops(place: Path) -> list[Fault]:
        faults = Gathered()
        read_workshops(place, Asked(units, asked, ["2025", "2026"], {"2025": earlier}), faults)
        return faults.faults()

    def scorecards(place: Path) -> list[Fault]:
        faults = Gathered()
        read_scorecards(place / "tried", known, faults, Plans())
        return faults.faults()

    def templates(place: Path) -> list[Fault]:
        read_template(place / "deck.pptx", "deck.pptx")
        return []

    def decks(place: Path) -> list[Fault]:
        made = base64.b64encode(read_template(place / "deck.pptx", "deck.pptx")).decode()
        try:
            write_file("pptx", replace(view, brand=replace(view.brand, deck=made)))
        except InputError as error:  # what opens templates later does not know their names
            return [replace(fault, file="deck.pptx") for fault in error.faults]
        return []

    def misplaced(place: Path) -> list[Fault]:
        return [Fault(*told_of_file(place / "tried.xyz", folder), file="tried.xyz") for folder in ("responses", "data")]

    numbers, events = count(), [encoded(event).encode() for event in _EVENTS]

    def instruments(place: Path) -> list[Fault]:
        path = place / "instrument.yaml"
        read_instrument(path, f"instrument{next(numbers)}.yaml")  # never the same twice, so that none is remembered
        return []

    def told(act: Callable[[Path], object]) -> Run:
        def run(place: Path) -> list[Fault]:
            act(place)
            return []

        return run

    texts = {
        name: (folder / name).read_bytes()
        for name in (
            "engagement.yaml",
            "instrument.yaml",
            "mapping.yaml",
            "actions.yaml",
            "brand.yaml",
            "workshops/w.yaml",
            "workshops/w.csv",
            "logo.svg",
            "responses/a.csv",
        )
    }
    mapping = told(lambda place: load_mapping(place / "mapping.yaml", earlier, asked, "mapping.yaml"))
    brand = told(lambda place: read_brand(place / "brand.yaml", "brand.yaml"))
    actions = told(lambda place: read_actions(place / "actions.yaml", "actions.yaml", asked))
    pairs = told(lambda place: read_pairwise([place / "judges"], asked))
    of_png = told(lambda place: read_brand(place / "png.yaml", "png.yaml"))
    (folder / "png.yaml").write_bytes(texts["brand.yaml"].replace(b"logo.svg", b"logo.png"))
    for name in ("tried", "tables", "judges"):
        (folder / name).mkdir()
    (folder / "tables" / "accounts.csv").write_bytes(table(TABLES["accounts"]))
    tables = [table(rows) for rows in TABLES.values()]
    return [
        Reader("engagement", "engagement.yaml", [texts["engagement.yaml"]], of_yaml, told(load_declared), 300),
        Reader("engagement, scored", "engagement.yaml", [texts["engagement.yaml"]], of_yaml, _scored, 8),
        Reader("instrument, scored", "instrument.yaml", [texts["instrument.yaml"]], of_yaml, _scored, 8),
        Reader("answers, scored", "responses/a.csv", [texts["responses/a.csv"]], of_table, _scored, 8),
        Reader("instrument", "instrument.yaml", [texts["instrument.yaml"]], of_yaml, instruments, 500),
        Reader("mapping", "mapping.yaml", [texts["mapping.yaml"]], of_yaml, mapping, 900),
        Reader("actions", "actions.yaml", [texts["actions.yaml"]], of_yaml, actions, 600),
        Reader("brand", "brand.yaml", [texts["brand.yaml"]], of_yaml, brand),
        Reader("logo (SVG)", "logo.svg", [texts["logo.svg"]], of_bytes, brand),
        Reader("logo (PNG)", "logo.png", [picture()], of_bytes, of_png, 300),
        Reader("deck template", "deck.pptx", [deck()], of_archive, templates, 1_100),
        Reader("answers (CSV)", "tried/a.csv", [texts["responses/a.csv"]], of_table, responses, 200),
        Reader("export of a platform", "tried/e.csv", [table(EXPORT)], of_table, responses, 150),
        Reader("answers (XLSX)", "tried/a.xlsx", forms, of_archive, responses, 200),
        Reader("evidence (CSV)", "tried/evidence.csv", [table(EVIDENCE)], of_table, evidence, 150),
        Reader("evidence (XLSX)", "tried/evidence.xlsx", [workbook(EVIDENCE)], of_archive, evidence, 400),
        *(Reader(f"table {name}", f"tables/{name}.csv", [table(rows)], of_table, data, 15) for name, rows in TABLES.items()),
        Reader("table, packed", "tables/crm.csv.gz", [table(TABLES["crm"])], of_packed_table, data, 40),
        Reader("table (XLSX)", "tables/people.xlsx", [workbook(TABLES["people"])], of_archive, data, 40),
        Reader("invited", "tried/invited.csv", [table(INVITED)], of_table, invited, 400),
        Reader("workshop", "workshops/w.yaml", [texts["workshops/w.yaml"]], of_yaml, workshops, 300),
        Reader("workshop, agreed", "workshops/w.csv", [texts["workshops/w.csv"]], of_table, workshops, 200),
        Reader("events of a workshop", "event.json", events, of_json, _events(asked), 1_300),
        Reader("scorecard", "tried/s.xlsx", [card], of_archive, scorecards, 40),
        Reader("pairwise (CSV)", "judges/j.csv", [table(PAIRS)], of_table, pairs, 400),
        Reader("pairwise (XLSX)", "judges/j.xlsx", [workbook(PAIRS)], of_archive, pairs),
        Reader("misplaced", "tried.xyz", [*tables, *forms, deck(), write_xlsform(engagement)], of_bytes, misplaced, 1_400),
        Reader("deck of a template", "deck.pptx", [whole_deck()], of_archive, decks, 5),
    ]


def _answers(folder: Path) -> list[list[str]]:
    rows = (folder / "responses" / "a.csv").read_text(encoding="utf-8").splitlines()
    return [row.split(",") for row in rows]


def _scored(place: Path) -> list[Fault]:
    """Read and score the whole; what comes of it must be something that can be so."""
    engagement, faults = check_engagement(place)
    if engagement is not None and not faults:
        result = score(engagement, replicates=20)
        if lies := untrue(result):
            raise AssertionError(lies)
    return faults


def untrue(result: AuditResult) -> list[str]:
    """What of a result cannot be so: scores off their scale or bounds, shares beyond 0 to 1, JSON that nobody can read."""
    found = []
    ends = {block.id: scale_ends([block]) for block in result.instrument.blocks}
    ends[""] = scale_ends(result.instrument.dimensions)
    for name, unit in result.units.items():
        blocks = {"": unit.overall, **unit.dimensions, **unit.screens}
        for about, block in blocks.items():
            low, high = ends[about]
            slack = 1e-9 * max(abs(low), abs(high), 1)
            if block.score is None and not block.reason:
                found.append(f"{name} {about}: no score and no reason")
            if block.coverage is not None and not 0 <= block.coverage <= 1 + 1e-9:
                found.append(f"{name} {about}: coverage {block.coverage}")
            if block.score is not None and not low - slack <= block.score <= high + slack:
                found.append(f"{name} {about}: score {block.score} on {low} to {high}")
            if block.score is not None and block.bounds is not None:
                under, over = block.bounds
                if not under - slack <= block.score <= over + slack:
                    found.append(f"{name} {about}: score {block.score} in bounds {block.bounds}")
    text = "".join(result.write_json())
    again = json.loads(text, parse_constant=lambda constant: found.append(f"{constant} in JSON"))
    if again["units"].keys() != set(result.units):
        found.append("other units in JSON")
    return found


_EVENTS = (
    Opened("N", "2026", ("tiny", "1.0", "0"), ("A", "B"), "2026-06-18"),
    Joined("p1", "lead", "en"),
    Began("A"),
    Answered("p1", "A-1-Q1", 1, "0.5", "so"),
    Shown("A-1-Q1"),
    Agreed("A-1-Q1", "1"),
    Aimed("A", 0.5),
    Planned("a1", "A-1", "Write it", "Li", "2026-09-30"),
)


def _events(asked: Instrument) -> Run:
    """An event that a store holds, in the middle of sound ones: it is none, or a state comes of it."""

    def run(place: Path) -> list[Fault]:
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, StateError):  # of the first two the store makes faults
            event = decoded((place / "event.json").read_bytes().decode())
            fold(State(asked), [Kept(number, one) for number, one in enumerate((*_EVENTS, event, *_EVENTS[1:]), 1)])
        return []

    return run
