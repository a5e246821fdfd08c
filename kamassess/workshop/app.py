"""What Solara runs for each page: the widgets of whoever has opened it, told of each new state.

Solara finds this module by its name; :mod:`kamassess.workshop.serving` hands over the hall before the first page is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import solara
from solara.lab import cookies
from solara.server import kernel_context

from kamassess.workshop.hall import Hall
from kamassess.workshop.pages import Page as Shown
from kamassess.workshop.room import Room
from kamassess.workshop.state import State

__all__ = ["LEAD", "PAGES", "SEAT", "Page", "Pages", "routes"]

SEAT, LEAD = "kamassess-seat", "kamassess-lead"
"""Cookies that hold tickets."""


@dataclass
class Pages:
    """The hall, what is shown to whom in it, the title of its pages, and the facilitator's language."""

    hall: Hall
    participant: Callable[[str], Shown | None]
    facilitator: Callable[[], Shown]
    title: str
    language: str


PAGES: list[Pages] = []


@solara.component  # type: ignore[untyped-decorator]
def Page() -> None:  # noqa: N802 - Solara finds it by this name
    """The page of whoever has this cookie, at this address."""
    router = solara.use_router()
    leads = router.path.strip("/") == "lead"
    ticket = (cookies.value or {}).get(LEAD if leads else SEAT, "")
    room, shown = solara.use_memo(lambda: _opened(leads, ticket), [leads, ticket])

    def follow() -> Callable[[], None] | None:
        if room is None or shown is None:
            return None
        context = kernel_context.get_current_context()

        def told(state: State) -> None:
            if not context.closed_event.is_set():
                with context:
                    shown.show(state)

        leave: Callable[[], None] = room.watch(told)
        told(room.state)  # what happened between making the page and watching
        return leave

    solara.use_effect(follow, [shown])
    solara.Title(PAGES[-1].title)
    if shown is not None:
        solara.display(shown.widget)


def _opened(leads: bool, ticket: str) -> tuple[Room | None, Shown | None]:
    pages = PAGES[-1]
    if leads:
        room = pages.hall.led(ticket)
        return room, pages.facilitator() if room else None
    seat = pages.hall.seat(ticket)
    return (seat.room if seat else None), pages.participant(ticket) if seat else None


@solara.component  # type: ignore[untyped-decorator]
def Layout(children: list[Any] | None = None) -> Any:  # noqa: N802 - as Solara's own
    """What stands around a page: nothing but the landmark."""
    return solara.v.Html(tag="main", children=children or [])


routes = [
    solara.Route("/", component=Page, layout=Layout),
    solara.Route("lead", component=Page),
]
