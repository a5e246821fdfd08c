"""What a room may see of its votes: how many, and once a question is shown, how they are spread; never who.

A role is shown from three people on. If the rest could be worked out from what is shown, and were fewer than three people, more
roles go unseen; if fewer than three people answered at all, nothing is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kamassess.instrument import Question
from kamassess.reading.answer_words import value_text
from kamassess.scoring.anonymity import ANONYMITY
from kamassess.workshop.state import Answer, State

__all__ = ["Spread", "Turnout", "roles_shown", "spread", "turnout"]

_WORDS = ("DK", "NA")


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many have answered a question, of how many who are asked it and are here."""

    answered: int
    asked: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How a shown question was answered in its present round.

    Attributes
    ----------
    question, round
        Which one.
    n
        Answers, don't know and not applicable among them.
    whole
        How many chose each option (all are there), ``DK`` and ``NA``; None where too few answered for anything to be shown.
    roles
        The same for each role that may be shown.
    unseen
        Roles that answered and may not be.
    comments
        What people wrote, in an order that says nothing of who did.
    """

    question: str
    round: int
    n: int
    whole: Mapping[str, int] | None
    roles: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()


def turnout(state: State, question: str) -> Turnout:
    """How many have answered a question so far."""
    asked = {name for name, person in state.people.items() if person.role in state.instrument.questions[question].roles}
    return Turnout(len(asked & set(state.votes(question))), len(asked))


def spread(state: State, question: str, round_: int | None = None) -> Spread | None:
    """How a question was answered, in its present round or in one that was shown before it; None unless that is shown."""
    ballot = state.ballots.get(question)
    if round_ is None and ballot is not None and ballot.status == "shown":
        round_ = ballot.round
    elif round_ not in state.earlier.get(question, ()):
        return None
    given = state.answers.get((question, round_), {})
    votes = {person: vote for person, vote in given.items() if vote.answer}
    if len(votes) < ANONYMITY:
        return Spread(question, round_, len(votes), None)
    by_role: dict[str, list[Answer]] = {role.id: [] for role in state.instrument.roles}
    for person, vote in votes.items():
        by_role[state.people[person].role].append(vote)
    sizes = {role: len(found) for role, found in by_role.items() if found}
    shown = roles_shown(sizes)
    asked = state.instrument.questions[question]
    return Spread(
        question,
        round_,
        len(votes),
        _counts(asked, votes.values()),
        {role: _counts(asked, by_role[role]) for role in sizes if role in shown},
        tuple(role for role in sizes if role not in shown),
        tuple(sorted(vote.comment for vote in votes.values() if vote.comment)),
    )


def roles_shown(sizes: Mapping[str, int]) -> frozenset[str]:
    """Which roles may be shown beside the whole, from how many of each answered.

    >>> sorted(roles_shown({"executive": 2, "kam": 4, "sales": 3})), sorted(roles_shown({"executive": 2, "kam": 4, "sales": 1}))
    (['kam'], ['kam'])
    """
    shown = {role for role, size in sizes.items() if size >= ANONYMITY}
    smallest = sorted(shown, key=lambda role: (sizes[role], role))
    rest = sum(sizes.values()) - sum(sizes[role] for role in shown)
    while 0 < rest < ANONYMITY and smallest:
        hidden = smallest.pop(0)
        shown.remove(hidden)
        rest += sizes[hidden]
    return frozenset(shown)


def _counts(asked: Question, votes: Iterable[Answer]) -> dict[str, int]:
    found = Counter(vote.answer for vote in votes)
    return {name: found[name] for name in (*map(value_text, asked.scale.values), *_WORDS)}
