"""Write the sample engagement: a fictional company, told in ``story.yaml``, as questionnaires that two waves of people filled in,
and in ``data_story.yaml``, as the company's own tables (``tables.py``).

Run it to write the files, or with ``--check`` to see whether the files here are the ones it would write (exit 1 if not). Every
draw is seeded by what it is for (unit, person, question, wave), so one more comment or person changes no other answer.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from statistics import NormalDist
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
import yaml

from kamassess import load_instrument
from kamassess.instrument import Instrument, Question

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # so that the modules beside this file are found, whoever loads it

from tables import data_files  # noqa: E402
from told_workshop import workshop_files  # noqa: E402

ROLES = {"E": "executive", "K": "kam", "S": "sales", "O": "operations", "C": "customer"}
BY_HAND = {
    "brands/lattice.svg": "logo of a consultancy that does not exist, drawn for kamassess",
    "brands/lattice.yaml": "the look of that consultancy: colours, logo, footer",
    "brands/solcen.svg": "logo of the company, drawn for kamassess",
    "brands/solcen.yaml": "the look of the company: colours, logo, footer",
    "data/options.csv": "options for one customer of SC, with their costs and marks",
    "data_story.yaml": "what the tables tell of each unit; they are written from it",
    "story.yaml": "the story that the answers and texts are written from",
}
"""Files that are not written here, and what they are."""
COLUMNS = ("wave", "unit", "respondent", "role", "question", "answer", "comment")

# How far answers spread, in points of the scale: between people, between a person's views of dimensions, and from one answer
# to the next; between criteria in all units, and in one unit beyond that. Together they give the agreement seen in practice.
PERSON, PERSON_VIEW, ANSWER, CRITERION, UNIT_CRITERION = 0.36, 0.22, 0.62, 0.18, 0.15


@dataclass(frozen=True, order=True)
class Person:
    """Someone who answers in a wave. The same code in two waves is the same person."""

    wave: str
    unit: str
    code: str
    newcomer: bool = False

    @property
    def role(self) -> str:
        """Id of the role."""
        return ROLES[self.code[0]]

    @property
    def id(self) -> str:
        """The pseudonym in the files."""
        return f"{self.unit}-{self.code}"

    @property
    def language(self) -> str:
        """The language of the questionnaire sent to them: half the people each."""
        return "zh" if int(self.code[1:]) % 2 else "en"


Sheets = dict[Person, dict[str, tuple[str, str]]]
"""Answer, as written in a CSV file, and comment, by person and question."""


def codes(text: str) -> Iterator[str]:
    """Codes of people: E01, E02 and K05 for ``E1-2 K5``."""
    for letter, first, last in re.findall(r"([EKSOC])(\d+)(?:-(\d+))?", text):
        for number in range(int(first), int(last or first) + 1):
            yield f"{letter}{number:02d}"


@cache
def draw(*what: str) -> float:
    """A uniform number that depends on nothing but *what* it is for."""
    return Random("/".join(what)).random()


def normal(spread: float, *what: str) -> float:
    """A normal deviate with standard deviation *spread*."""
    return spread * NormalDist().inv_cdf(draw(*what))


class Story:
    """The story, and the answers that follow from it."""

    def __init__(self, told: Mapping[str, Any], instrument: Instrument) -> None:
        self.told = told
        self.seed = str(told["seed"])
        self.instrument = instrument
        self.place = {
            question.id: (block.id, criterion.id)
            for block in instrument.blocks
            for criterion in block.criteria
            for question in criterion.questions
        }

    def people(self) -> list[Person]:
        """Everyone, by wave and unit."""
        found = []
        for unit, waves in self.told["people"].items():
            before: set[str] = set()
            for wave, text in sorted(waves.items()):
                here = list(codes(text))
                found += [Person(wave, unit, code, bool(before) and code not in before) for code in here]
                before.update(here)
        return sorted(found)

    def sheets(self) -> Sheets:
        """Every questionnaire: answers drawn from the latent model, then comments and the answers they stand beside."""
        sheets = {
            person: {
                question.id: (self._answer(person, question), "")
                for question in self.instrument.questions.values()
                if person.role in question.roles
            }
            for person in self.people()
        }
        faults = [fault for unit, text in self.told["comments"].items() for fault in self._comments(sheets, unit, text)]
        if faults:
            sys.exit("\n".join(["story.yaml, comments:", *faults]))
        return sheets

    def _answer(self, person: Person, question: Question) -> str:
        key = (self.seed, person.wave, person.id, question.id)
        if self._listed("blank", person, question) or draw(*key, "left out") < self.told["unanswered"]:
            return ""
        high = self._listed("camps", person, question)
        if high is not None:
            usual = draw(*key, "camp")
            return ("5" if usual < 0.85 else "4") if high else ("1" if usual < 0.45 else "2")
        told = self.told["dont_know"]
        ignorance = told["questions"].get(question.id, {}).get(person.role, told["roles"][person.role])
        if draw(*key, "known") < ignorance + (told["newcomer"] if person.newcomer else 0):
            return "DK"
        latent = self._latent(person, question)
        return f"{min(question.scale.values, key=lambda option: abs(option - latent)):g}"

    def _listed(self, what: str, person: Person, question: Question) -> bool | None:
        """Whether a person is on a list of the story; None where there is no list for this unit, wave and dimension."""
        for entry in self.told[what]:
            if (entry["unit"], entry["wave"], entry["dimension"]) == (person.unit, person.wave, self.place[question.id][0]):
                return person.code in codes(entry["people"])
        return None

    def _latent(self, person: Person, question: Question) -> float:
        block, criterion = self.place[question.id]
        seen = self.told["people_see"][person.role]
        told = self.told["criteria"].get(person.unit, {}) | self.told["criteria"].get(f"{person.unit} {person.wave}", {})
        telling = told.get(criterion)
        if telling is None:
            telling = normal(CRITERION, self.seed, criterion)
            telling += normal(UNIT_CRITERION, self.seed, person.unit, criterion)
        level = self.told["levels"][person.unit][person.wave][block] + (seen[person.unit] if isinstance(seen, dict) else seen)
        view = normal(PERSON, self.seed, person.id) + normal(PERSON_VIEW, self.seed, person.id, block)
        return float(level + telling + view + normal(ANSWER, self.seed, person.wave, person.id, question.id))

    def _comments(self, sheets: Sheets, unit: str, text: str) -> Iterator[str]:
        """Put a unit's comments beside answers; yields those that fit nobody."""
        for head, comment in (line.split(" | ", 1) for line in text.splitlines()):
            waves, letter, question, wanted = head.split()
            answer = wanted.replace("-", "")
            for wave in ("2025", "2026") if waves == "both" else (waves,):
                fit = [
                    (distance(answers[question][0], answer), (person.language == "en") != comment.isascii(), said, person)
                    for person, answers in sheets.items()
                    if (person.wave, person.unit, person.code[0]) == (wave, unit, letter)
                    if question in answers and not answers[question][1]
                    for said in [sum(bool(other) for _, other in answers.values())]
                ]
                if not fit or min(fit)[0] > 1:
                    yield f"  {unit} {wave} {head}: nobody said anything like it"
                else:
                    sheets[min(fit)[-1]][question] = answer, comment


def distance(given: str, wanted: str) -> float:
    """How far an answer is from the one a comment stands beside; 1 at most is near enough to be set to it."""
    if given.isdigit() and wanted.isdigit():
        return abs(int(given) - int(wanted))
    return 0.0 if given == wanted else 1.0 if given and wanted else 9.0


def csv_file(rows: Iterable[Sequence[str]], encoding: str) -> bytes:
    """A table as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode(encoding)


def long_rows(sheets: Sheets) -> Iterator[Sequence[str]]:
    """The long form of answers: one row each, below a header."""
    yield COLUMNS
    for person, answers in sorted(sheets.items()):
        for question, (answer, comment) in answers.items():
            yield person.wave, person.unit, person.id, person.role, question, answer, comment


def workbook(person: Person, answers: Mapping[str, tuple[str, str]], instrument: Instrument, told: Mapping[str, Any]) -> bytes:
    """A filled questionnaire, in the person's language."""
    language, raw = person.language, io.BytesIO()
    words = told["questionnaire"][language]
    book = xlsxwriter.Workbook(raw, {"in_memory": True})
    book.set_properties({"title": instrument.title[language], "created": dt.datetime.combine(told["created"], dt.time(9))})
    font = {"font_name": words["font"], "font_size": 10, "valign": "top"}
    look = {name: book.add_format(font | more) for name, more in told["questionnaire"]["formats"].items()}
    sheet = book.add_worksheet(words["title"])
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    for column, width in enumerate(told["questionnaire"]["widths"]):
        sheet.set_column(column, column, width, look["plain"])
    options = ["1", "2", "3", "4", "5", words["DK"], words["NA"]]
    role = next(role.name[language] for role in instrument.roles if role.id == person.role)
    rows: list[tuple[str, list[str]]] = [("title", [instrument.title[language]]), ("plain", [words["help"]]), ("plain", [])]
    rows += [("plain", [words["wave"], person.wave]), ("plain", [words["unit"], person.unit])]
    rows += [("plain", [words["respondent"], person.id]), ("plain", [words["role"], person.role, role]), ("plain", [])]
    rows += [("header", [words["question"], words["text"], *options[:5], words["answer"], words["comment"]])]
    first = len(rows)
    for block in instrument.blocks:
        asked = [question for criterion in block.criteria for question in criterion.questions if question.id in answers]
        rows += [("section", ["", block.name[language], *[""] * 7])] if asked else []
        for question in asked:
            answer, comment = answers[question.id]
            scenes = [text[language] for _, text in sorted(question.anchors.items())]
            rows += [("cell", [question.id, question.text[language], *scenes, words.get(answer, answer), comment])]
    for row, (name, texts) in enumerate(rows):
        sheet.write_row(row, 0, texts, look[name])
        if name == "cell":
            sheet.write(row, 7, int(texts[7]) if texts[7].isdigit() else texts[7], look["entry"])
    sheet.freeze_panes(first, 2)
    sheet.repeat_rows(first - 1)
    sheet.data_validation(first, 7, len(rows) - 1, 7, {"validate": "list", "source": options})
    book.close()
    return raw.getvalue()


def build(told: Mapping[str, Any], data_told: Mapping[str, Any], instrument: Instrument) -> dict[str, bytes]:
    """Every file by its name inside the engagement."""
    sheets = Story(told, instrument).sheets()
    files = {name: text.encode() for name, text in told["files"].items()}
    what = {"engagement.yaml": "company, units, targets and current wave", "README.md": "the story and what is planted in it"}
    for wave, unit in sorted({(person.wave, person.unit) for person in sheets}):
        own = {person: answers for person, answers in sheets.items() if (person.wave, person.unit) == (wave, unit)}
        if unit in told["books"]:
            for person, answers in own.items():
                name = f"responses/{wave}-{person.id}.xlsx"
                files[name] = workbook(person, answers, instrument, told)
                what[name] = f"questionnaire filled in by {person.id} in wave {wave}, in {person.language}"
        else:
            name, encoding = f"responses/{wave}-{unit}.csv", told["encodings"].get(f"{wave}-{unit}.csv", "utf-8")
            files[name] = csv_file(long_rows(own), encoding)
            what[name] = f"answers of {len(own)} respondents of unit {unit} in wave {wave}, {encoding}"
    for name, raw in workshop_files(told["workshop"], instrument).items():
        files[name] = raw
        agreed = "what it agreed" if name.endswith(".csv") else "its votes as the room was shown them, targets and actions"
        what[name] = f"a workshop of unit {told['workshop']['unit']}: {agreed}"
    seeds = dict.fromkeys(files, told["seed"])
    tables, what_tables = data_files(data_told)
    files, what, seeds = files | tables, what | what_tables, seeds | dict.fromkeys(tables, data_told["seed"])
    rows = [(name, what[name], "fictional, written by generate.py", seeds[name], told["licence"]) for name in sorted(files)]
    rows += [(name, text, "written by hand for kamassess", "", told["licence"]) for name, text in BY_HAND.items()]
    return files | {"datasets.csv": csv_file([("file", "what", "source", "seed", "licence"), *rows], "utf-8")}


def differences(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """Names of files in *folder* that are missing, different or too many."""
    there = {f"{part}/{path.name}" for part in ("responses", "data", "workshops") for path in (folder / part).glob("*")} - set(
        BY_HAND
    )
    wrong = [name for name, raw in files.items() if not (folder / name).is_file() or not same(raw, (folder / name).read_bytes())]
    return sorted({*wrong, *(there - set(files))})


def same(one: bytes, other: bytes) -> bool:
    """Whether two files say the same. Workbooks are compared unpacked: the packing differs between builds of zlib."""
    if one == other or not (one.startswith(b"PK") and other.startswith(b"PK")):
        return one == other
    with zipfile.ZipFile(io.BytesIO(one)) as left, zipfile.ZipFile(io.BytesIO(other)) as right:
        return left.namelist() == right.namelist() and all(left.read(name) == right.read(name) for name in left.namelist())


def main(arguments: list[str] | None = None) -> int:
    """Write the files, or check them."""
    parser = argparse.ArgumentParser(description="Write the sample engagement.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs from what would be written")
    parser.add_argument("--out", type=Path, default=HERE, help="the folder to write to")
    options = parser.parse_args(arguments)
    told, data_told = (yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8")) for name in ("story", "data_story"))
    files = build(told, data_told, load_instrument("kam"))
    wrong = differences(files, options.out)
    for name in wrong:
        print(f"{'differs' if options.check else 'written' if name in files else 'not mine'}: {name}")
    if options.check:
        return int(bool(wrong))
    for name in set(wrong) & set(files):
        (options.out / name).parent.mkdir(parents=True, exist_ok=True)
        (options.out / name).write_bytes(files[name])
    return 0


if __name__ == "__main__":
    sys.exit(main())
