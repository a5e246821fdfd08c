"""The facilitator's page, on the projector: the agenda, one question at a time, what was answered and what is agreed.

Every widget is made once and changed in place, so that a button that was pressed keeps the focus, and a vote costs one line of
text. Plain ipywidgets: the same page stands in JupyterLab and in a served browser.
"""

from __future__ import annotations

from functools import cache

import ipywidgets
from markupsafe import Markup

from kamassess.reading.brand import Brand
from kamassess.render.html import stylesheet
from kamassess.resources import carried
from kamassess.workshop import moves
from kamassess.workshop.leading import Desk, Lead, has_class, told
from kamassess.workshop.leading_keys import Keys
from kamassess.workshop.leading_plan import Deciding
from kamassess.workshop.leading_sides import Agenda, Clock, Foot, Join, seen
from kamassess.workshop.leading_stage import Stage
from kamassess.workshop.pages import Page
from kamassess.workshop.projected import Projected
from kamassess.workshop.state import State

__all__ = ["Lead", "build", "style"]


def build(lead: Lead) -> Page:
    """The page of whoever leads a workshop.

    ``show`` also brings the timer up to now; while one runs it should be called every second. It returns at once where nothing
    changed, and never goes back to an earlier state.
    """
    found = _Facilitator(lead)
    return Page(found.widget, found.show)


def style(brand: Brand) -> str:
    """The rules of the page: those of reports in the colours of *brand*, and its own below ``.kam-ws``."""
    return stylesheet(brand.as_dict()) + _rules()


@cache
def _rules() -> str:
    return (carried("templates") / "html" / "workshop_lead.css").read_text(encoding="utf-8")


class _Facilitator:
    """The widgets of the page."""

    def __init__(self, lead: Lead) -> None:
        self.desk = Desk(lead)
        self.desk.refresh = self._bring
        words, projected = lead.words, Projected(lead)
        self.join, self.clock = Join(self.desk), Clock(self.desk)
        self.stage, self.agenda = Stage(self.desk, projected, self._focus_overview), Agenda(self.desk, projected)
        self.deciding, self.foot = Deciding(self.desk), Foot(self.desk)
        self.overview = self.desk.button(words("wl_overview"), "wl-quiet", "wl-turns")
        self.agenda_button = self.desk.button(words("wl_agenda"), "wl-quiet", "wl-beside")
        self.desk.on(self.overview, self._turn_to_overview)
        self.desk.on(self.agenda_button, self._toggle_agenda)
        self._agenda_open = True
        sheet = ipywidgets.HTML(told("style", css=Markup(style(lead.brand))))  # noqa: S704 - rules of ours, and colours that were read as such
        title = ipywidgets.HTML(told("title", words=words, name=words.of(lead.unit.name)))
        title.add_class("wl-title")
        top = ipywidgets.HBox([title, self.join.here, self.clock.text, self.overview, self.join.button, self.agenda_button])
        top.add_class("wl-top")
        main = ipywidgets.VBox([self.stage.widget, self.deciding.widget])
        main.add_class("wl-main")
        self.body = ipywidgets.HBox([main, self.agenda.widget])
        self.body.add_class("wl-body")
        keys = Keys(self.desk)
        parts = [sheet, top, self.join.panel, self.body, self.foot.widget, keys.widget, self.desk.status]
        self.widget = ipywidgets.VBox(parts)
        keys.follow(self.widget)
        for name in ("kam", "kam-ws", "kam-ws-lead", f"wl-{words.language}"):
            self.widget.add_class(name)
        self._parts = (self.join, self.clock, self.stage, self.agenda, self.deciding, self.foot)
        self._bring(self.desk.state)

    def show(self, state: State) -> None:
        """Bring the page up to a state."""
        with self.desk.lock:
            if state.seq > self.desk.state.seq:
                self.desk.note(state)
                self._bring(state)
            else:  # whoever pressed a button has seen it before the room is told
                self.clock.show(self.desk.state)
                self.foot.minutes.show(self.desk.state)

    def _bring(self, state: State) -> None:
        """Show a state, or the one that is shown already anew."""
        with self.desk.lock:
            if state.seq >= self.desk.state.seq:
                self.desk.state = state
            state = self.desk.state
            has_class(self.overview, "wl-on", state.at == "")
            for part in self._parts:
                part.show(state)

    def _turn_to_overview(self) -> None:
        self.desk.make(lambda _: moves.turn(""))

    def _focus_overview(self) -> None:
        self.overview.focus()

    def _toggle_agenda(self) -> None:
        self._agenda_open = not self._agenda_open
        seen(self.agenda.widget, self._agenda_open)
        has_class(self.agenda_button, "wl-on", self._agenda_open)
