"""The facilitator's page as an application of Solara, for tests in a browser: of the workshops in one store.

Nothing of how the product serves it is used: what is tested is the page. An address says which workshop, and in which language:
``?SESSION&zh``.
"""

from __future__ import annotations

import os
import time
from functools import cache
from pathlib import Path
from typing import Any

import ipywidgets
import solara
from solara.server import kernel_context

import kamassess as ka
from kamassess.locale import locale
from kamassess.resources import carried
from kamassess.workshop.facilitator import Lead, build
from kamassess.workshop.room import Room
from kamassess.workshop.store import Store
from kamassess.workshop.style import styles

_engagement = ka.load_engagement(carried("sample_data"))
_result = ka.audit(_engagement)
_unit = next(unit for unit in _engagement.units if unit.id == "NC")
_rules = styles(_engagement.brand.as_dict(), notebook=False)
_store = Store(Path(os.environ["KAM_TEST_STORE"]))
_MINUTES_SECONDS = 3.0


@cache
def _room(session: str) -> Room:
    return Room(_store, next(entry for entry in _store.sessions() if entry.id == session), _engagement.instrument)


@cache
def _lead(session: str, language: str) -> Lead:
    return Lead(
        _room(session), _unit, locale(language), _engagement.brand, _result.units["NC"], "http://127.0.0.1/k", time.time,
        _minutes, _result.library,
    )  # fmt: skip


def _minutes() -> list[str]:
    time.sleep(_MINUTES_SECONDS)
    return ["reports/2026/NC/minutes.en.html", "reports/2026/NC/minutes.en.pdf"]


@solara.component  # type: ignore[misc]
def Page() -> None:  # noqa: N802 - Solara looks for this name
    """What a browser is given; the language is all that its address says."""
    session, language = (solara.use_router().search or "").lstrip("?").split("&")
    room, page = _room(session), solara.use_memo(lambda: build(_lead(session, language)), [])

    def attend() -> Any:
        context = kernel_context.get_current_context()

        def show(state: Any) -> None:
            with context:
                page.show(state)

        return room.watch(show)

    solara.use_effect(attend, [])
    sheet = solara.use_memo(lambda: ipywidgets.HTML(f"<style>{_rules}</style>"), [])  # as in the head of a page that is served
    solara.display(sheet)
    solara.display(page.widget)
