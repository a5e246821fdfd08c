"""What looks contradictory in a return: notes that ask for a look, never faults. They name people, not what people answered.

Scales differ, so answers are compared by where they stand between the lowest option (0) and the highest (1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kamassess.collection.counting import Ints, People
from kamassess.errors import Fault, quoted
from kamassess.instrument import Instrument
from kamassess.reading.invited import INVITED
from kamassess.reading.responses import ANSWERED, NOT_APPLICABLE
from kamassess.reading.unasked import FILE, RESPONSES
from kamassess.reading.yaml_tree import suggestion

if TYPE_CHECKING:
    import pandas as pd

    from kamassess.reading.engagement import Engagement

__all__ = ["contradictions"]

ALIKE = 10
"""From so many answers on it is odd if all are alike."""
COMMON = 5
"""Two people are compared who have answered this many of the same questions, or more."""
CROWD = 100
"""Among more people of one role in a unit, some always stand at opposite ends: they are not compared."""
PAIRS, PART = 3, 0.05
"""So many pairs of related criteria at opposite ends are odd if they are this share of those somebody has answered; or half."""
STRAY = 3
"""Another wave, of which nothing is declared, is perhaps a slip if fewer people answered in it."""

_SHOWN = 10
"""People, or pairs, named in one note."""
_ENDS = 1 - 1e-9

Floats = NDArray[np.float64]


def contradictions(people: People, engagement: Engagement) -> tuple[Fault, ...]:
    """What is odd in the return of the engagement's current wave."""
    stand = _stand(people)
    found = [
        *_two_units(people),
        *_not_invited(people, engagement),
        *_all_alike(people, stand),
        *_against_oneself(people, stand),
        *_against_each_other(people, stand),
        *_without_reason(people),
        *_stray_waves(engagement),
    ]
    return tuple(found)


def _stand(people: People) -> Floats:
    """(people, questions) where each answer stands between the ends of its scale; NaN where there is none."""
    questions = list(people.instrument.questions.values())
    low = np.array([question.scale.minimum for question in questions])
    wide = np.array([question.scale.maximum for question in questions]) - low
    stand = np.full((len(people), len(questions)), np.nan)
    rows = people.state == ANSWERED
    column = people.question[rows]
    stand[people.person[rows], column] = (people.value[rows] - low[column]) / np.where(wide > 0, wide, 1)[column]
    return stand


def _note(count: int, one: str, many: str, who: Sequence[str], remedy: str) -> Iterator[Fault]:
    """A note about people, with the first few by name; none if there are none."""
    if count:
        more = f" and {count - _SHOWN:,} more" if count > _SHOWN else ""
        said = one if count == 1 else f"{count:,} {many}"
        yield Fault(f"{said}: {', '.join(who[:_SHOWN])}{more}", remedy, file=RESPONSES)


def _named(people: People, which: Ints, say: Callable[[int], str] = lambda _: "") -> list[str]:
    return [people.name(person) + say(person) for person in which[:_SHOWN].tolist()]


# -- who ---------------------------------------------------------------------------------------------------------------------


def _two_units(people: People) -> Iterator[Fault]:
    """The same code in two units. Where codes are numbered anew in each unit, most recur, and that says nothing."""
    codes, code, count = np.unique(people.code.astype(str), return_inverse=True, return_counts=True)
    again = count > 1
    if not len(codes) or again[code].sum() * 2 > len(people):
        return
    who = []
    order = np.argsort(code, kind="stable")
    starts = np.searchsorted(code[order], np.flatnonzero(again))
    for start, number in zip(starts[:_SHOWN].tolist(), np.flatnonzero(again)[:_SHOWN].tolist(), strict=True):
        places = order[start : start + count[number]].tolist()
        roles = people.instrument.role_ids
        where = " and ".join(f"{roles[people.role[one]]} in {people.units[people.unit[one]]}" for one in places[:3])
        who.append(f"{codes[number]} ({where})")
    yield from _note(
        int(again.sum()),
        "one code answers in more than one unit",
        "codes answer in more than one unit",
        who,
        "If it is one person, keep one of the units; if not, give each person a code of their own.",
    )


def _not_invited(people: People, engagement: Engagement) -> Iterator[Fault]:
    """Codes that nobody was invited under, each with the nearest one that is missing; and roles other than invited."""
    invited = engagement.invited
    if invited is None or not invited.people:
        return
    came = {
        (people.units[unit], str(code)): place for place, (unit, code) in enumerate(zip(people.unit, people.code, strict=True))
    }
    missing: dict[str, list[str]] = {}
    for unit, code in invited.people:
        if (unit, code) not in came:
            missing.setdefault(unit, []).append(code)
    strange = [(unit, code) for unit, code in came if (unit, code) not in invited.people]
    who = []
    for unit, code in strange[:_SHOWN]:
        near = suggestion(code, missing.get(unit, [])).removeprefix("Did you mean ").removesuffix("?")
        who.append(f"{code} ({unit}; perhaps {near})" if near in missing.get(unit, []) else f"{code} ({unit})")
    remedy = f"Mend the code, or add the person to {INVITED}."
    yield from _note(len(strange), "somebody answers who is not invited", "people answer who are not invited", who, remedy)
    roles = people.instrument.role_ids
    other = [
        f"{code} ({unit}; {roles[people.role[place]]}, invited as {invited.people[unit, code]})"
        for (unit, code), place in came.items()
        if invited.people.get((unit, code), roles[people.role[place]]) != roles[people.role[place]]
    ]
    remedy = f"Mend the role in the answers, or in {INVITED}."
    yield from _note(len(other), "somebody answers in another role", "people answer in another role", other, remedy)


def _stray_waves(engagement: Engagement) -> Iterator[Fault]:
    """Waves of which nothing is declared, with very few people: perhaps a slip."""
    responses = engagement.responses
    for wave in engagement.waves:
        if wave == engagement.wave or wave in engagement.earlier:
            continue
        rows: pd.DataFrame = responses.loc[responses["wave"] == wave, ["unit", "respondent"]].drop_duplicates()
        if len(rows) < STRAY:
            who = [f"{code} ({unit})" for unit, code in rows.itertuples(index=False)]
            message = f"wave {quoted(wave)} has the answers of {', '.join(who)} alone"
            remedy = f"If they belong to wave {engagement.wave}, mend the wave; else name it under 'waves' in {FILE}."
            yield Fault(message, remedy, file=RESPONSES)


# -- how ---------------------------------------------------------------------------------------------------------------------


def _all_alike(people: People, stand: Floats) -> Iterator[Fault]:
    """People whose answers are all alike, however different the questions."""
    given = (~np.isnan(stand)).sum(axis=1)
    high = np.where(np.isnan(stand), -np.inf, stand).max(axis=1, initial=-np.inf)
    low = np.where(np.isnan(stand), np.inf, stand).min(axis=1, initial=np.inf)
    which = np.flatnonzero((given >= ALIKE) & (high == low))
    who = _named(people, which, lambda person: f", {given[person]} answers")
    remedy = "They may not have read the questions; ask them, or leave them out."
    yield from _note(
        len(which), "one person gives the same answer throughout", "people give the same answer throughout", who, remedy
    )


def _without_reason(people: People) -> Iterator[Fault]:
    """People who say that something is not applicable and not why."""
    bare = people.count((people.state == NOT_APPLICABLE) & ~people.commented)
    which = np.flatnonzero(bare)
    which = which[np.argsort(-bare[which], kind="stable")]
    who = _named(people, which, lambda person: f", {bare[person]} times" if bare[person] > 1 else "")
    one, many = "one person says 'not applicable' without a reason", "people say 'not applicable' without a reason"
    yield from _note(len(which), one, many, who, "Ask for the reason: it may be a don't know.")


def _against_oneself(people: People, stand: Floats) -> Iterator[Fault]:
    """People who answer criteria about the same constructs from one end of the scale to the other."""
    criteria, pairs = _related(people.instrument)
    if not pairs:
        return
    place = {question: number for number, question in enumerate(people.instrument.questions)}
    claimed = np.full((len(people), len(criteria)), np.nan)
    for column, questions in enumerate(criteria):
        part = stand[:, [place[question] for question in questions]]
        number = (~np.isnan(part)).sum(axis=1)
        claimed[:, column] = np.where(number > 0, np.nansum(part, axis=1) / np.maximum(number, 1), np.nan)
    both = np.zeros(len(people), dtype=np.int64)
    apart = np.zeros(len(people), dtype=np.int64)
    for one, other in pairs:
        distance = np.abs(claimed[:, one] - claimed[:, other])
        both += ~np.isnan(distance)
        apart += distance >= _ENDS
    which = np.flatnonzero(((apart >= PAIRS) & (apart >= PART * both)) | ((apart > 0) & (2 * apart >= both)))
    who = _named(people, which, lambda person: f", {apart[person]} of {both[person]} pairs")
    yield from _note(
        len(which),
        "one person answers related criteria from one end of the scale to the other",
        "people answer related criteria from one end of the scale to the other",
        who,
        "Related are criteria that share constructs (crossref) in the instrument. Ask what is meant.",
    )


def _related(instrument: Instrument) -> tuple[list[list[str]], list[tuple[int, int]]]:
    """Questions of each criterion that has constructs, and the pairs of these that share at least half of theirs."""
    criteria = [criterion for criterion in instrument.criteria() if criterion.crossref]
    pairs = [
        (one, other)
        for one, other in combinations(range(len(criteria)), 2)
        if 2 * len({*criteria[one].crossref} & {*criteria[other].crossref})
        >= len({*criteria[one].crossref} | {*criteria[other].crossref})
    ]
    return [[question.id for question in criterion.questions] for criterion in criteria], pairs


def _against_each_other(people: People, stand: Floats) -> Iterator[Fault]:
    """Two of the same role in a unit who stand at opposite ends on most of what both have answered."""
    group = people.unit * len(people.instrument.role_ids) + people.role
    order = np.argsort(group, kind="stable")
    order = order[(np.bincount(group, minlength=1) <= CROWD)[group[order]]]
    sorted_group = group[order]
    count, who = 0, list[str]()
    for step in range(1, len(order)):
        first = np.flatnonzero(sorted_group[:-step] == sorted_group[step:])
        if not len(first):
            break  # no group is larger than this step
        one, other = order[first], order[first + step]
        distance = np.abs(stand[one] - stand[other])
        both = (~np.isnan(distance)).sum(axis=1)
        apart = (distance >= _ENDS).sum(axis=1)
        pairs = np.flatnonzero((both >= COMMON) & (2 * apart > both))
        count += len(pairs)
        for pair in pairs[: max(_SHOWN - len(who), 0)].tolist():
            unit = people.units[people.unit[one[pair]]]
            role = people.instrument.role_ids[people.role[one[pair]]]
            codes = " and ".join(sorted((str(people.code[one[pair]]), str(people.code[other[pair]]))))
            who.append(f"{codes} ({unit}, {role}; {apart[pair]} of {both[pair]} questions)")
    yield from _note(
        count,
        "two people of one role stand at opposite ends on most questions",
        "pairs of one role stand at opposite ends on most questions",
        who,
        "They may see different work, or one has turned the scale round. Ask both.",
    )
