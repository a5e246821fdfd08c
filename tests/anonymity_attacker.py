"""Somebody who wants to know what one or two people said, has a report, and knows who was asked and who answered.

Unknown is what each role said to each question. What is published is linear in it: a score is the mean of the roles' means, a
count of heads is a sum, a role's figure is a mean over its questions. What follows from all of it together is the row space of
these equations; a figure of one or two people is told if the row space holds something that is about these people alone.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement, product

import numpy as np
from numpy.typing import NDArray

from kamassess.instrument import Dimension, Instrument
from kamassess.reading.engagement import Engagement
from kamassess.result import UnitResult
from kamassess.scoring.answers import ANSWERED, NOT_ASKED, answers_of

FEW = 3
Cell = tuple[str, str]
"""A role and a question."""
Equation = dict[Cell, float]


@dataclass(frozen=True)
class Known:
    """What the attacker knows beforehand of a unit: how many of each role were asked each question, and how many answered."""

    asked: Mapping[Cell, int]
    answered: Mapping[Cell, int]
    said: Mapping[Cell, tuple[float, ...]]
    """What they said: unknown to the attacker, and what a search starts from."""


@dataclass(frozen=True)
class Told:
    """What is published of a question: None, or empty, where it is not."""

    score: float | None = None
    mean: float | None = None
    sd: float | None = None
    n: int | None = None
    coverage: float | None = None
    counts: Mapping[float, int] | None = None


@dataclass(frozen=True)
class Published:
    """What is published of a unit: of questions, of criteria and dimensions by role, and how much of a block was answered."""

    questions: Mapping[str, Told]
    roles: Mapping[tuple[str, str], float]
    """By role and criterion or dimension."""
    coverage: Mapping[str, float]
    """By dimension."""


def known_of(engagement: Engagement, unit: str, wave: str | None = None) -> Known:
    """Who was asked and who answered what in a unit."""
    wave = wave or engagement.wave
    instrument = engagement.instrument_of(wave)
    answers = answers_of(engagement.responses, instrument, [entry.id for entry in engagement.units], wave)
    asked, answered, said = {}, {}, {}
    for stratum in answers.strata_of(list(answers.units).index(unit)):
        role, rows = instrument.role_ids[int(answers.stratum_role[stratum])], answers.rows_of(stratum)
        for column, name in enumerate(instrument.questions):
            if n := int((answers.state[rows, column] != NOT_ASKED).sum()):
                values = answers.value[rows, column][answers.state[rows, column] == ANSWERED]
                asked[role, name], answered[role, name], said[role, name] = n, len(values), tuple(values.tolist())
    return Known(asked, answered, said)


def published_by(unit: UnitResult) -> Published:
    """What somebody who has this result of a unit is told; give ``unit.published`` for what reports tell."""
    questions = {
        name: Told(
            found.score,
            found.mean,
            found.sd,
            found.n,
            found.coverage,
            {float(key): count for key, count in found.counts.items()} if found.counts else None,
        )
        for name, found in unit.questions.items()
    }
    roles = {
        (role, name): value
        for role, view in unit.roles.items()
        for name, value in (*view.criteria.items(), *view.dimensions.items())
        if value is not None
    }
    blocks = {**unit.dimensions, **unit.screens}
    return Published(questions, roles, {name: found.coverage for name, found in blocks.items() if found.coverage is not None})


# -- linear ---------------------------------------------------------------------------------------------------------------


def told(instrument: Instrument, known: Known, published: Published) -> list[tuple[str, ...]]:
    """Figures of one or two people that follow from what is published, each as block and role or roles."""
    found = []
    for block in instrument.blocks:
        names = [question.id for criterion in block.criteria for question in criterion.questions]
        cells = [cell for cell, n in known.answered.items() if n and cell[1] in names]
        equations = [*_of_questions(instrument, known, published, names), *_of_roles(block, known, published)]
        found += [(block.id, *group) for group in _alone(equations, cells, _groups(known, cells))]
    return found


def left_open(instrument: Instrument, known: Known, published: Published) -> list[tuple[str, ...]]:
    """Roles of one or two people of whom it follows how much they left open, as block and role.

    Left out are questions that fewer than three people were asked: what was answered to them is what these people answered.
    """
    found = []
    for block in instrument.blocks:
        questions = [(c.weight * q.weight / _weight(c.questions), q.id) for c in block.criteria for q in c.questions if q.weight]
        names = [name for weight, name in questions if weight > 0]
        cells = [cell for cell in known.asked if cell[1] in names]
        shares: dict[str, Equation] = {}
        equations: list[Equation] = []
        for name in names:
            roles = [cell for cell in cells if cell[1] == name]
            people = {cell: 1.0 if _by_role(instrument) else float(known.asked[cell]) for cell in roles}
            shares[name] = {cell: share / sum(people.values()) for cell, share in people.items()}
            one = published.questions[name]
            if one.coverage is not None:
                equations.append(shares[name])
            if one.n is not None or one.counts is not None:
                equations.append({cell: float(known.asked[cell]) for cell in roles})
        if block.id in published.coverage:
            whole: Equation = {}
            for weight, name in questions:
                for cell, share in shares.get(name, {}).items():
                    whole[cell] = whole.get(cell, 0.0) + weight * share
            equations.append(whole)
        total = {name: sum(n for (_, question), n in known.asked.items() if question == name) for name in names}
        # Where everybody who was asked answered, that is told of all of them together and is no secret.
        cells = [cell for cell in cells if published.questions[cell[1]].n != total[cell[1]]]
        few = [cell for cell in cells if known.asked[cell] < FEW <= total[cell[1]]]
        small = {(role,): [cell for cell in few if cell[0] == role] for role in _roles(few)}
        found += [(block.id, *group) for group in _alone(equations, cells, small)]
    return found


def _by_role(instrument: Instrument) -> bool:
    return instrument.policy.respondents == "by_role"


def _of_questions(instrument: Instrument, known: Known, published: Published, names: Iterable[str]) -> Iterator[Equation]:
    for name in names:
        one = published.questions[name]
        part = {cell: n for cell, n in known.answered.items() if n and cell[1] == name}
        if one.score is not None:
            yield dict.fromkeys(part, 1.0) if _by_role(instrument) else {cell: float(n) for cell, n in part.items()}
        if one.mean is not None or one.counts:
            yield {cell: float(n) for cell, n in part.items()}


def _of_roles(block: Dimension, known: Known, published: Published) -> Iterator[Equation]:
    for role in _roles(known.answered):
        figures = {criterion.id: _figure(role, criterion.questions, known) for criterion in block.criteria}
        yield from (figures[name] for name in figures if (role, name) in published.roles)
        if (role, block.id) in published.roles:
            parts = [(c.weight, figures[c.id]) for c in block.criteria if c.weight > 0 and figures[c.id]]
            whole = sum(weight for weight, _ in parts)
            yield {cell: weight / whole * share for weight, figure in parts for cell, share in figure.items()}


def _figure(role: str, questions: Collection[object], known: Known) -> Equation:
    """A role's figure of a criterion: the weighted mean of what it said to the questions that anybody of it answered."""
    parts = [(q.weight, (role, q.id)) for q in questions if q.weight > 0 and known.answered.get((role, q.id))]  # type: ignore[attr-defined]
    whole = sum(weight for weight, _ in parts)
    return {cell: weight / whole for weight, cell in parts}


def _groups(known: Known, cells: Collection[Cell]) -> dict[tuple[str, ...], list[Cell]]:
    """Cells that are one or two people's, by role, and by two roles of which one person each answered.

    Left out are questions that fewer than three people answered: their score is what one or two said, and says so.
    """
    total: dict[str, int] = {}
    for _, name in cells:
        total[name] = sum(n for (_, question), n in known.answered.items() if question == name)
    few = [cell for cell in cells if known.answered[cell] < FEW <= total[cell[1]]]
    groups = {(role,): [cell for cell in few if cell[0] == role] for role in _roles(few)}
    ones = [cell for cell in few if known.answered[cell] == 1]
    for one, other in combinations(_roles(ones), 2):
        groups[one, other] = [cell for cell in ones if cell[0] in (one, other)]
    return groups


def _alone(
    equations: Collection[Equation], cells: list[Cell], groups: Mapping[tuple[str, ...], list[Cell]]
) -> list[tuple[str, ...]]:
    """The groups about which alone something follows."""
    if not equations or not cells:
        return []
    matrix = np.array([[equation.get(cell, 0.0) for cell in cells] for equation in equations])
    rank, found = _rank(matrix), []
    for group, own in groups.items():
        others = [place for place, cell in enumerate(cells) if cell not in own]
        if own and rank > _rank(matrix[:, others]):
            found.append(group)
    return found


def _rank(matrix: NDArray[np.float64]) -> int:
    return int(np.linalg.matrix_rank(matrix, tol=1e-8)) if matrix.size else 0


def _roles(cells: Iterable[Cell]) -> list[str]:
    return list(dict.fromkeys(role for role, _ in cells))


def _weight(questions: Iterable[object]) -> float:
    return math.fsum(question.weight for question in questions) or 1.0  # type: ignore[attr-defined]


# -- one question, answer by answer ----------------------------------------------------------------------------------------


def guessed(instrument: Instrument, known: Known, published: Published, *, most: int = 6) -> set[Cell]:
    """Cells of one or two people whose answers are the same in every way to answer a question that fits what is told of it.

    Questions of up to *most* answers are searched; in criteria of one question what is shown of roles is used too. Left out are
    questions that fewer than three answered, and those that all answered alike at an end of the scale.
    """
    found: set[Cell] = set()
    alone = {c.questions[0].id: c.id for c in instrument.criteria() if len(c.questions) == 1}
    for name, question in instrument.questions.items():
        sizes = {role: n for (role, asked), n in known.answered.items() if asked == name and n}
        few = [role for role, n in sizes.items() if n < FEW]
        if not few or not FEW <= sum(sizes.values()) <= most:
            continue
        figures = {role: published.roles[role, alone[name]] for role in sizes if (role, alone.get(name, "")) in published.roles}
        one, by_role = published.questions[name], _by_role(instrument)
        fits = [way for way in _ways(sizes, question.scale.values) if _fits(way, one, figures, by_role=by_role)]
        for role in few:
            if len({way[role] for way in fits}) == 1:
                found.add((role, name))
    return found


def _ways(sizes: Mapping[str, int], options: Collection[float]) -> Iterator[dict[str, tuple[float, ...]]]:
    each = [list(combinations_with_replacement(sorted(options), n)) for n in sizes.values()]
    for chosen in product(*each):
        yield dict(zip(sizes, chosen, strict=True))


def _fits(way: Mapping[str, tuple[float, ...]], one: Told, figures: Mapping[str, float], *, by_role: bool) -> bool:
    means = {role: sum(values) / len(values) for role, values in way.items()}
    every = [value for values in way.values() for value in values]
    score = sum(means.values()) / len(means) if by_role else sum(every) / len(every)
    if one.score is not None and abs(score - one.score) > 1e-9:
        return False
    if any(abs(means[role] - value) > 1e-9 for role, value in figures.items()):
        return False
    if one.mean is not None and abs(sum(every) / len(every) - one.mean) > 1e-9:
        return False
    if one.sd is not None and abs(float(np.std(every, ddof=1)) - one.sd) > 1e-9:
        return False
    return one.counts is None or all(every.count(option) == count for option, count in one.counts.items())
