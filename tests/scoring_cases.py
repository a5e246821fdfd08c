"""Small instruments and answers in memory: what a test of scores is about, in two lines, without files.

>>> case = instrument({"A": {"A1": ["q1", "q2"]}})
>>> rows = [("U", "ann", "all", {"q1": 4, "q2": "DK"}), ("U", "bob", "all", {"q1": 2, "q2": 3})]
>>> result(case, rows).units["U"].dimensions["A"].score
3.0

``write_engagement`` writes the same case as an engagement folder.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd
import yaml

from kamassess.instrument import Criterion, Dimension, Instrument, Level, Option, Policy, Question, Role, Scale
from kamassess.reading.brand import default_brand
from kamassess.reading.engagement import Engagement, Unit
from kamassess.recipe import score
from kamassess.result import AuditResult
from kamassess.scoring.answers import ANSWERED, DONT_KNOW, NOT_APPLICABLE, UNANSWERED

Tree: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]
"""Question ids by criterion id by dimension id."""

Answer: TypeAlias = float | str | None
"""An option's value, ``"DK"``, ``"NA"``, or None (unanswered)."""

Row: TypeAlias = tuple[str, str, str, Mapping[str, Answer]]
"""Unit, respondent, role and that respondent's answers by question id."""

WAVE = "w1"
ONE_TO_FIVE = (1.0, 2.0, 3.0, 4.0, 5.0)
LEVELS = (1.0, 2.0, 3.0, 4.0, 5.0)
_STATES = {None: UNANSWERED, "": UNANSWERED, "DK": DONT_KNOW, "NA": NOT_APPLICABLE}


def words(text: str) -> dict[str, str]:
    """*text* in both languages."""
    return {"en": text, "zh": f"中{text}"}


def scale(values: Iterable[float], name: str = "scale") -> Scale:
    """A scale with an option for each value."""
    return Scale(name, tuple(Option(float(value), words(f"option {value:g}")) for value in values))


def instrument(
    tree: Tree,
    *,
    screens: Tree | None = None,
    options: Iterable[float] = ONE_TO_FIVE,
    scales: Mapping[str, Iterable[float]] | None = None,
    levels: Sequence[float] = LEVELS,
    roles: Sequence[str] = ("all",),
    asked: Mapping[str, Sequence[str]] | None = None,
    weights: Mapping[str, float] | None = None,
    gates: Collection[str] = (),
    staged: bool = True,
    **policy: Any,
) -> Instrument:
    """An instrument.

    Parameters
    ----------
    tree, screens
        Dimensions and screens; the ids of dimensions, criteria and questions differ.
    options
        Values of the scale of all questions but those with a scale of their own in ``scales`` (by question id).
    levels
        Where levels 1, 2, … begin.
    roles, asked
        Ids of the roles, and who is asked (by question id) where not all are.
    weights
        By id of dimension, criterion or question; 1 where not given.
    gates
        Ids of criteria.
    staged
        Whether gates cap levels (``Policy.gates``).
    **policy
        The other fields of ``Policy``.
    """
    weights, scales, asked = weights or {}, scales or {}, asked or {}
    shared = scale(options)
    own = {name: scale(values, f"scale-{name}") for name, values in scales.items()}

    def question(name: str) -> Question:
        return Question(
            name, words(name), own.get(name, shared), weight=weights.get(name, 1.0), roles=tuple(asked.get(name, roles))
        )

    def criterion(name: str, questions: Sequence[str]) -> Criterion:
        return Criterion(name, words(name), tuple(map(question, questions)), weight=weights.get(name, 1.0), gate=name in gates)

    def dimensions(part: Tree) -> tuple[Dimension, ...]:
        return tuple(
            Dimension(name, words(name), tuple(criterion(*item) for item in criteria.items()), weight=weights.get(name, 1.0))
            for name, criteria in part.items()
        )

    return Instrument(
        id="case",
        version="1",
        languages=("en", "zh"),
        title=words("case"),
        scales={shared.id: shared} | {entry.id: entry for entry in own.values()},
        levels=tuple(Level(number, words(f"level {number}"), start) for number, start in enumerate(levels, 1)),
        roles=tuple(Role(name, words(name)) for name in roles),
        policy=Policy(gates=staged, **policy),
        dimensions=dimensions(tree),
        screens=dimensions(screens or {}),
    )


def responses(rows: Iterable[Row], wave: str = WAVE, comments: Mapping[tuple[str, str], str] | None = None) -> pd.DataFrame:
    """Answers in the form of ``kamassess.reading.responses``, in the order given; ``comments`` by respondent and question."""
    comments = comments or {}
    records = [
        (wave, unit, respondent, role, question, *_state(answer), comments.get((respondent, question), ""))
        for unit, respondent, role, answers in rows
        for question, answer in answers.items()
    ]
    columns = ["wave", "unit", "respondent", "role", "question", "value", "state", "comment"]
    return pd.DataFrame(records, columns=columns).astype({"value": float, "state": "int8"})


def engagement(
    case: Instrument,
    rows: Iterable[Row],
    units: Sequence[str] | None = None,
    *,
    comments: Mapping[tuple[str, str], str] | None = None,
    languages: Sequence[str] = ("en", "zh"),
    wave: str = WAVE,
) -> Engagement:
    """An engagement in memory; its units are those of the rows if not given."""
    rows = list(rows)
    return Engagement(
        folder=Path("nowhere"),
        company=words("company"),
        currency="EUR",
        languages=tuple(languages),
        wave=wave,
        date="2026-01-31",
        units=tuple(Unit(name, words(name), None, None, {}) for name in _units(rows, units)),
        instrument=case,
        brand=default_brand(),
        responses=responses(rows, wave, comments),
        inputs=(),
    )


def result(
    case: Instrument,
    rows: Iterable[Row],
    units: Sequence[str] | None = None,
    *,
    replicates: int = 50,
    comments: Mapping[tuple[str, str], str] | None = None,
) -> AuditResult:
    """The result of an engagement in memory."""
    return score(engagement(case, rows, units, comments=comments), replicates=replicates)


def write_engagement(folder: Path, case: Instrument, rows: Iterable[Row], units: Sequence[str] | None = None) -> Path:
    """The same as files: ``engagement.yaml``, ``instrument.yaml`` and ``responses/answers.csv`` in *folder*."""
    rows = list(rows)
    (folder / "responses").mkdir(parents=True)
    _dump(folder / "instrument.yaml", _instrument_file(case))
    head = {
        "company": words("company"),
        "currency": "EUR",
        "languages": ["en", "zh"],
        "instrument": "instrument.yaml",
        "wave": WAVE,
        "date": "2026-01-31",
        "units": [{"id": name, "name": words(name)} for name in _units(rows, units)],
    }
    _dump(folder / "engagement.yaml", head)
    with (folder / "responses" / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["wave", "unit", "respondent", "role", "question", "answer"])
        for unit, respondent, role, answers in rows:
            for question, answer in answers.items():
                written = "" if answer is None else answer if isinstance(answer, str) else repr(float(answer))
                writer.writerow([WAVE, unit, respondent, role, question, written])
    return folder


def _state(answer: Answer) -> tuple[float, int]:
    if isinstance(answer, str) or answer is None:
        return float("nan"), _STATES[answer]
    return float(answer), ANSWERED


def _units(rows: Iterable[Row], units: Sequence[str] | None) -> list[str]:
    return list(units) if units is not None else list(dict.fromkeys(row[0] for row in rows))


class _Quoted(yaml.SafeDumper):
    """Texts in quotes, as instrument files want them."""


_Quoted.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def _dump(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(yaml.dump(content, Dumper=_Quoted, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _instrument_file(case: Instrument) -> dict[str, Any]:
    def question(entry: Question) -> dict[str, Any]:
        return {
            "id": entry.id,
            "text": dict(entry.text),
            "scale": entry.scale.id,
            "weight": entry.weight,
            "roles": list(entry.roles),
        }

    def criterion(entry: Criterion) -> dict[str, Any]:
        questions = [question(item) for item in entry.questions]
        return {"id": entry.id, "name": dict(entry.name), "weight": entry.weight, "gate": entry.gate, "questions": questions}

    def dimension(entry: Dimension) -> dict[str, Any]:
        criteria = [criterion(item) for item in entry.criteria]
        return {"id": entry.id, "name": dict(entry.name), "weight": entry.weight, "criteria": criteria}

    policy = case.policy
    return {
        "id": case.id,
        "version": case.version,
        "languages": list(case.languages),
        "title": dict(case.title),
        "scales": {
            name: {"options": [{"value": option.value, "label": dict(option.label)} for option in entry.options]}
            for name, entry in case.scales.items()
        },
        "levels": [{"level": level.level, "name": dict(level.name), "from": level.start} for level in case.levels],
        "roles": [{"id": role.id, "name": dict(role.name)} for role in case.roles],
        "policy": {name: getattr(policy, name) for name in policy.__dataclass_fields__},
        "dimensions": [dimension(entry) for entry in case.dimensions],
        "screens": [dimension(entry) for entry in case.screens],
    }
