"""What stands around the question on a facilitator's page: how to join, the agenda, the timer, taking back, the end."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import ipywidgets
from markupsafe import Markup

from kamassess.instrument import Dimension
from kamassess.workshop import moves
from kamassess.workshop.access import shown_code
from kamassess.workshop.events import Agreed, Aimed, Asked, Began, Closed, Event, Planned, Shown
from kamassess.workshop.leading import Desk, dimension_of, has_class, told
from kamassess.workshop.leading_minutes import Minutes
from kamassess.workshop.listening import only_here
from kamassess.workshop.state import State

if TYPE_CHECKING:
    from kamassess.workshop.projected import Projected

__all__ = ["Agenda", "Clock", "Foot", "Join", "qr_code", "seen"]

_MINUTES = (1, 3, 5, 10)


def seen(widget: ipywidgets.DOMWidget, wanted: bool) -> None:
    """Show a widget or put it away."""
    widget.layout.display = None if wanted else "none"


def qr_code(link: str, title: str) -> Markup:
    """A link as a QR code: a drawing with a title, black on white on every page, since not every phone reads it otherwise."""
    import segno

    drawing = segno.make(link, error="m", micro=False).svg_inline(
        border=3, omitsize=True, svgclass="wl-code-drawing", lineclass=None, title=title, dark="#000", light="#fff"
    )
    return Markup(drawing)  # noqa: S704 - a drawing of boxes; segno escapes the title


class Join:
    """How to come in, and who is here. It is open until something has begun, or as whoever presses its button wants it."""

    def __init__(self, desk: Desk) -> None:
        self._desk, words, lead = desk, desk.words, desk.lead
        self._wanted: bool | None = None
        self.button = desk.button(words("wl_join"), "wl-quiet", "wl-turns")
        self.here = ipywidgets.HTML()
        code = shown_code(lead.room.session.code)
        drawing = qr_code(lead.link, words("wl_join_qr")) if lead.link else Markup()
        alone = bool(lead.link) and only_here(urlsplit(lead.link).hostname or "")
        self.panel = ipywidgets.HTML(told("join", words=words, code=code, link=lead.link, qr=drawing, alone=alone))
        desk.on(self.button, self._toggle)
        seen(self.button, bool(lead.link))

    def show(self, state: State) -> None:
        """Bring it up to a state."""
        words, roles = self._desk.words, Counter(person.role for person in state.people.values())
        self._open = bool(self._desk.lead.link) and (self._wanted if self._wanted is not None else not state.ballots)
        seen(self.panel, self._open)
        names = [
            words("wl_role_here", role=words.of(role.name), n=roles[role.id]) for role in state.instrument.roles if roles[role.id]
        ]
        people = words("wl_here", people=words.people(len(state.people))) if state.people else words("wl_nobody_here")
        told_roles = " · ".join(names) if self._open else ""
        self.here.value = told("here", words=words, people=people, roles=told_roles) if self._desk.lead.link else ""
        has_class(self.button, "wl-on", self._open)

    def _toggle(self) -> None:
        with self._desk.lock:
            self._wanted = not self._open
            self.show(self._desk.state)


class Clock:
    """What is left of the time, whenever the page is shown."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.text = ipywidgets.HTML()

    def show(self, state: State) -> None:
        """Bring it up to a state, and to now."""
        words, left = self._desk.words, state.timer - self._desk.lead.now()
        seconds = max(0, -int(-left // 1)) if state.timer else 0
        text = "" if not state.timer else f"{seconds // 60}:{seconds % 60:02}" if seconds else words("wl_time_up")
        self.text.value = told("clock", words=words, text=text, over=bool(state.timer) and not seconds)


class Agenda:
    """The dimensions, and the questions of the one that the room is at."""

    def __init__(self, desk: Desk, projected: Projected) -> None:
        self._desk, self._projected = desk, projected
        words, state = desk.words, desk.state
        self._blocks = [block for block in state.instrument.blocks if state.opened and block.id in state.opened.agenda]
        self._shown: list[str] = []
        self.blocks = [desk.button("", "wl-item", "wl-turns") for _ in self._blocks]
        most = max((len(state.questions(block.id)) for block in self._blocks), default=0)
        self.questions = [desk.button("", "wl-item", "wl-small", "wl-turns") for _ in range(most)]
        self._head, self._of = ipywidgets.HTML(told("label", words=words, text=words("wl_agenda"))), ipywidgets.HTML()
        for button, block in zip(self.blocks, self._blocks, strict=True):
            desk.on(button, partial(self._turn, block.id))
        for number, button in enumerate(self.questions):
            desk.on(button, partial(self._turn_to, number))
        self.widget = ipywidgets.VBox([self._head, *self.blocks, self._of, *self.questions])
        self.widget.add_class("wl-agenda")

    def show(self, state: State) -> None:
        """Bring it up to a state."""
        words, at = self._desk.words, dimension_of(state.instrument, state.at)
        for button, block in zip(self.blocks, self._blocks, strict=True):
            asked = [question.id for question in state.questions(block.id)]
            done = sum(name in state.agreed for name in asked)
            button.description = words("wl_agenda_block", name=words.of(block.name), n=done, of=len(asked))
            has_class(button, "wl-on", block.id == (at.id if at else ""))
        self._shown = [question.id for question in state.questions(at.id)] if at else []
        self._of.value = told("label", words=words, text=words("wl_questions_of", name=words.of(at.name))) if at else ""
        for number, button in enumerate(self.questions):
            there = number < len(self._shown)
            seen(button, there)
            if there:
                name = self._shown[number]
                button.description = words("wl_agenda_question", id=name, status=self._projected.mark(state, name))
                has_class(button, "wl-on", name == state.at)

    def _turn(self, to: str) -> None:
        self._desk.make(lambda _: moves.turn(to))

    def _turn_to(self, number: int) -> None:
        if number < len(self._shown):
            self._turn(self._shown[number])


class Foot:
    """Taking back, the timer, the end, the minutes, and what the keys do."""

    def __init__(self, desk: Desk) -> None:
        self._desk, words = desk, desk.words
        self.undo = desk.button("", "wl-quiet")
        self.timers = [desk.button(words("wl_minutes_left", n=minutes), "wl-quiet") for minutes in _MINUTES]
        self.stop = desk.button(words("wl_stop"), "wl-quiet")
        self.end = desk.button(words("wl_end"), "wl-quiet")
        self.yes, self.no = desk.button(words("wl_end_yes"), "wl-danger"), desk.button(words("wl_end_no"))
        self.minutes = Minutes(desk)
        sure = ipywidgets.HTML(told("note", words=words, text=words("wl_end_sure")))
        self.sure = ipywidgets.HBox([sure, self.yes, self.no])
        self.sure.add_class("wl-sure")
        for minutes, button in zip(_MINUTES, self.timers, strict=True):
            desk.on(button, partial(self._start, 60.0 * minutes))
        for button, act in ((self.undo, self._undo), (self.stop, self._stop), (self.end, self._ask)):
            desk.on(button, act)
        desk.on(self.yes, self._end)
        desk.on(self.no, self._go_on)
        row = ipywidgets.HBox([self.undo, *self.timers, self.stop, self.end, self.minutes.button])
        row.add_class("wl-row")
        self.widget = ipywidgets.VBox([row, self.sure, self.minutes.said])
        self.widget.add_class("wl-foot")
        seen(self.sure, wanted=False)

    def show(self, state: State) -> None:
        """Bring it up to a state."""
        words = self._desk.words
        what = self._undone(state) if state.undoable else ""
        self.undo.description = words("wl_undo", what=what) if what else words("wl_undo_none")
        over = words("wl_ended") if state.ended else ""
        self._desk.allow(self.undo, "" if what else words("wl_undo_none"))
        for button in (*self.timers, self.end):
            self._desk.allow(button, over)
        self._desk.allow(self.stop, "" if state.timer else words("wl_no_timer"))
        if state.ended:
            seen(self.sure, wanted=False)
        self.minutes.show(state)

    def _undone(self, state: State) -> str:
        """What would be taken back."""
        event = self._desk.lead.room.event(state.undoable[-1])
        return self._desk.words(f"wl_undo_{event.__struct_config__.tag}", name=self._name(event))

    def _name(self, event: Event) -> str:
        match event:
            case Began() | Closed() | Aimed():
                block: Dimension | None = dimension_of(self._desk.state.instrument, event.dimension)
                return self._desk.words.of(block.name) if block else event.dimension
            case Shown() | Asked() | Agreed():
                return event.question
            case Planned():
                return event.criterion
        return ""

    def _undo(self) -> None:
        self._desk.decide(moves.undo)

    def _start(self, seconds: float) -> None:
        self._desk.make(lambda _: moves.time(self._desk.lead.now() + seconds))

    def _stop(self) -> None:
        self._desk.make(lambda _: moves.time(0.0))

    def _ask(self) -> None:
        seen(self.sure, wanted=True)
        self.no.focus()  # the question comes into sight, and Enter ends nothing

    def _go_on(self) -> None:
        seen(self.sure, wanted=False)
        self.end.focus()

    def _end(self) -> None:
        if self._desk.decide(moves.end, lambda _: moves.turn("")):
            self._desk.say(self._desk.words("wl_ended_said"), good=True)
            (self.minutes.button if self._desk.can(self.minutes.button) else self.undo).focus()
