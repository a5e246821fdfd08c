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
from kamassess.recorded import WORDS
from kamassess.scoring.anonymity import ANONYMITY, roles_shown
from kamassess.workshop.state import Answer, State

__all__ = ["Spread", "Turnout", "roles_shown", "spread", "spread_of", "turnout"]


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
    if round_ is None:
        return spread_of(state, question, ballot.round) if ballot and ballot.status == "shown" else None
    return spread_of(state, question, round_) if round_ in state.earlier(question) else None


def spread_of(state: State, question: str, round_: int) -> Spread:
    """How a question was answered in a round that is, or was, shown."""
    votes = state.votes_in(question, round_)
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


def _counts(asked: Question, votes: Iterable[Answer]) -> dict[str, int]:
    found = Counter(vote.answer for vote in votes)
    return {name: found[name] for name in (*map(value_text, asked.scale.values), *WORDS)}
