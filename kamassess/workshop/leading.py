"""What a facilitator's page rests on: what it is given, where the room looks, and how a move is made from it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import ipywidgets

from kamassess.errors import KamassessError
from kamassess.instrument import Criterion, Dimension, Instrument
from kamassess.locale import Locale
from kamassess.planning import ActionLibrary
from kamassess.reading.brand import Brand
from kamassess.reading.engagement import Unit
from kamassess.render.html import environment
from kamassess.result import UnitResult
from kamassess.workshop.events import Planned
from kamassess.workshop.moves import Move, Refused
from kamassess.workshop.room import Room
from kamassess.workshop.state import State
from kamassess.workshop.store import StoreError

__all__ = ["Desk", "Kept", "Lead", "criterion_of", "dimension_of", "has_class", "listed", "steps", "told"]


class Kept:
    """What was made for a state, for as long as what it rests on stays the same; several pages may share it.

    What it rests on is compared, not hashed: the parts of a state are the same objects until they change.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._made: dict[str, tuple[object, Any]] = {}

    def of(self, name: str, rests_on: object, make: Callable[[], Any]) -> Any:
        """What *make* gives, or gave when it last rested on the same."""
        with self._lock:
            found = self._made.get(name)
            if found is None or found[0] != rests_on:
                found = rests_on, make()
                self._made[name] = found
            return found[1]


@dataclass
class Lead:
    """What a facilitator's page needs.

    Attributes
    ----------
    room, unit
        The workshop, and the business unit that it is about.
    words, brand
        The language and look of the page.
    survey
        What the survey, data and documents say of the unit, as far as it may be published; None where there is nothing.
    link
        What participants open; empty in JupyterLab, where nobody joins and no key is listened for.
    now
        Seconds since 1970, UTC; the timer runs by it.
    minutes
        Makes the minutes, in a thread of its own, and returns the names of their files in the engagement folder (``reports/…``).
        None where they are made elsewhere.
    library
        Actions to suggest.
    kept
        Drawings and scores, shared by all pages that are built for the same lead.
    """

    room: Room
    unit: Unit
    words: Locale
    brand: Brand
    survey: UnitResult | None
    link: str
    now: Callable[[], float]
    minutes: Callable[[], Sequence[str]] | None = None
    library: ActionLibrary = field(default_factory=ActionLibrary)
    kept: Kept = field(default_factory=Kept)

    def __post_init__(self) -> None:
        if self.survey is not None:
            object.__setattr__(self, "survey", self.survey.published)


_NEWS_SECONDS = 0.7
"""How long it takes until somebody has seen what has changed: what is pressed before was meant for what stood there."""


class Desk:
    """Where moves are made: on the state that the page shows, and with a word where one cannot be made.

    What somebody else has decided, or turned to, in this very moment is news: a press that comes with it was meant for what stood
    there before.
    """

    def __init__(self, lead: Lead) -> None:
        self.lead = lead
        self.words = lead.words
        self.state = lead.room.state
        self.lock = threading.RLock()
        self.status = ipywidgets.HTML()
        self.refresh: Callable[[State], None] = lambda _: None
        self.news = float("-inf")
        self._making = 0
        self._why_not: dict[ipywidgets.Button, str] = {}
        self.say("")

    def say(self, text: str, *, good: bool = False) -> None:
        """One line that is read out: why something was not done, or what was."""
        self.status.value = told("status", words=self.words, text=text, good=good)

    def note(self, state: State) -> None:
        """Note that a state is about to be shown: what is new in it, unless it was made here, has yet to be looked at."""
        if not self._making and (state.led, state.at) != (self.state.led, self.state.at):
            self.news = self.lead.now()

    def latest(self) -> State:
        """What holds now, what another server has just taken among it; what is known here, where that cannot be read."""
        with contextlib.suppress(StoreError):
            self.lead.room.catch_up()
        return self.lead.room.state

    def decide(self, *moves: Callable[[int], Move]) -> bool:
        """Make moves that decide something, each given what the page has seen; whether all were made."""
        if 0 <= self.lead.now() - self.news < _NEWS_SECONDS:
            self._refuse(Refused("someone_else"))
            self.refresh(self.state)  # a field goes back to what holds
            return False
        return self.make(*moves)

    def make(self, *moves: Callable[[int], Move]) -> bool:
        """Make moves whatever is new; whether all were made."""
        self._making += 1
        try:
            return self._make(moves)
        finally:
            self._making -= 1

    def _make(self, moves: Iterable[Callable[[int], Move]]) -> bool:
        room = self.lead.room
        try:
            try:
                for move in moves:
                    self.refresh(room.make(move(self.state.led)))
            except Refused as refused:
                self._refuse(refused)
                room.catch_up()  # it may be refused for what another process has done
            else:
                return True
        except StoreError as error:
            self.say(self.words("wl_not_kept", why=self.faults_of(error)))
        self.refresh(room.state)
        return False

    def _refuse(self, refused: Refused) -> None:
        self.say(self.words("ws_no_" + refused.reason, **refused.fields))

    def button(self, label: str = "", *classes: str, tip: str = "") -> ipywidgets.Button:
        """A button with a name, and what makes it look as it does."""
        button = ipywidgets.Button(description=label, tooltip=tip or None)
        for name in classes:
            button.add_class(name)
        return button

    def on(self, button: ipywidgets.Button, act: Callable[[], None]) -> None:
        """Have a press on *button* do something, or say why it cannot; what was said before is wiped.

        The page is not locked meanwhile: a move waits for the disk, and whoever tells the page of news must not wait with it.
        """

        def pressed(_: object) -> None:
            why_not = self._why_not.get(button, "")
            self.say(why_not)
            if not why_not:
                act()

        button.on_click(pressed)

    def allow(self, button: ipywidgets.Button, why_not: str = "") -> None:
        """Let *button* do what it does, or nothing for a reason, which it says when it is pressed or pointed at.

        It is not switched off for the browser: that would take the focus from whoever works with the keyboard.
        """
        self._why_not[button] = why_not
        if button.tooltip != (why_not or None):
            button.tooltip = why_not or None
        has_class(button, "wl-off", bool(why_not))

    def can(self, button: ipywidgets.Button) -> bool:
        """Whether *button* does something now."""
        return not self._why_not.get(button, "")

    def faults_of(self, error: KamassessError) -> str:
        """What went wrong, in its own words."""
        return " ".join(map(str, error.faults))


def told(macro: str, **values: object) -> str:
    """A part of the page as HTML: one of the macros of ``workshop_lead.html.j2``, in which everything is escaped."""
    module: Any = environment().get_template("workshop_lead.html.j2").module
    return str(getattr(module, macro)(**values)).strip()


def has_class(widget: ipywidgets.DOMWidget, name: str, wanted: bool) -> None:
    """Give a widget a class, or take it away; nothing is sent where it is so already."""
    if wanted and name not in widget._dom_classes:
        widget.add_class(name)
    elif not wanted and name in widget._dom_classes:
        widget.remove_class(name)


def steps(state: State) -> list[str]:
    """Where the room looks one after the other: each dimension, then its questions; the overview comes last."""
    agenda = state.opened.agenda if state.opened else ()
    return [name for block in agenda for name in (block, *(question.id for question in state.questions(block)))] + [""]


def listed(state: State) -> list[Planned]:
    """The actions that were written down; what is due first stands first, and what has no date last."""
    return sorted(state.actions.values(), key=lambda action: (action.due or "9", action.criterion, action.do))


def dimension_of(instrument: Instrument, at: str) -> Dimension | None:
    """The dimension or screen that *at* is, or that a question belongs to."""
    for block in instrument.blocks:
        if block.id == at or any(question.id == at for entry in block.criteria for question in entry.questions):
            return block
    return None


def criterion_of(instrument: Instrument, question: str) -> Criterion | None:
    """The criterion that a question belongs to."""
    return next((entry for entry in instrument.criteria() if any(asked.id == question for asked in entry.questions)), None)
