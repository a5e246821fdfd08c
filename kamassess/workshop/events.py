"""What happens in a workshop, as a list of events that only grows.

Each says one thing that somebody did. What holds at any time is a fold over them (:mod:`kamassess.workshop.state`); nothing is
ever changed or removed, and what a facilitator takes back is an event too. Who took part is known by a number made of a secret
that only that person's browser has.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

__all__ = [
    "Agreed",
    "Aimed",
    "Answered",
    "Asked",
    "Began",
    "Closed",
    "Dropped",
    "Ended",
    "Event",
    "Joined",
    "Kept",
    "Opened",
    "Planned",
    "Shown",
    "Timed",
    "Turned",
    "Undone",
    "decoded",
    "encoded",
]


class _Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """Something that happened."""


class Opened(_Event, frozen=True, tag="opened"):
    """The workshop: of which unit and wave, with which instrument (id, version, SHA-256) and agenda (ids of dimensions)."""

    unit: str
    wave: str
    instrument: tuple[str, str, str]
    agenda: tuple[str, ...]
    day: str = ""


class Joined(_Event, frozen=True, tag="joined"):
    """Somebody came in, or chose another role or language."""

    person: str
    role: str
    language: str


class Answered(_Event, frozen=True, tag="answered"):
    """Somebody's answer to a question in one of its rounds, as a file of answers would have it: an option, DK, NA, or nothing."""

    person: str
    question: str
    round: int
    answer: str
    comment: str = ""


class Began(_Event, frozen=True, tag="began"):
    """The questions of a dimension can be answered: those not asked yet, and those closed without being shown."""

    dimension: str


class Closed(_Event, frozen=True, tag="closed"):
    """The open questions of a dimension take no more answers."""

    dimension: str


class Turned(_Event, frozen=True, tag="turned"):
    """The room looks at something else: a question, a dimension, or (empty) the overview."""

    to: str


class Shown(_Event, frozen=True, tag="shown"):
    """How a question was answered is there to see; it takes no more answers in this round."""

    question: str


class Asked(_Event, frozen=True, tag="asked"):
    """A question is put to the vote again; no two rounds of it have the same number, whatever was taken back."""

    question: str
    round: int


class Agreed(_Event, frozen=True, tag="agreed"):
    """The answer that the room agrees on; nothing: it has none (any more)."""

    question: str
    answer: str


class Aimed(_Event, frozen=True, tag="aimed"):
    """The level that a dimension is to reach; None: nothing is decided."""

    dimension: str
    level: float | None


class Planned(_Event, frozen=True, tag="planned"):
    """Something that will be done for a criterion, by whom and until when (ISO date, or empty); the same id again changes it."""

    action: str
    criterion: str
    do: str
    owner: str = ""
    due: str = ""


class Dropped(_Event, frozen=True, tag="dropped"):
    """An action that will not be done."""

    action: str


class Timed(_Event, frozen=True, tag="timed"):
    """A timer that runs out at a moment (seconds since 1970, UTC); 0: there is none."""

    until: float


class Undone(_Event, frozen=True, tag="undone"):
    """A facilitator takes back what one has done."""

    seq: int


class Ended(_Event, frozen=True, tag="ended"):
    """The workshop is over."""


Event: TypeAlias = (
    Opened
    | Joined
    | Answered
    | Began
    | Closed
    | Turned
    | Shown
    | Asked
    | Agreed
    | Aimed
    | Planned
    | Dropped
    | Timed
    | Undone
    | Ended
)


class Kept(msgspec.Struct, frozen=True):
    """An event that is durable; events of a workshop are numbered from 1 without a gap."""

    seq: int
    event: Event


_DECODER = msgspec.json.Decoder(Event)


def encoded(event: Event) -> str:
    """An event as JSON.

    >>> encoded(Shown("STR-1-Q1"))
    '{"kind":"shown","question":"STR-1-Q1"}'
    """
    return msgspec.json.encode(event).decode()


def decoded(text: str) -> Event:
    """The event in this JSON; msgspec.ValidationError where it is none."""
    found: Event = _DECODER.decode(text)
    return found
