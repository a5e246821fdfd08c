"""Keys for whoever leads from across the room: one letter shows, votes again, agrees or goes on.

The page only says which buttons they press; the script that listens (``workshop_lead.js``) stands in the head of the served page,
so that a notebook, which has keys of its own, is left alone.
"""

from __future__ import annotations

from functools import cache

import ipywidgets

from kamassess.resources import carried
from kamassess.workshop.leading import Desk, has_class

__all__ = ["Keys", "script"]

_ON = "wl-keys-on"


class Keys:
    """Says what the keys do, and switches them off: who dictates to a computer must not show answers by speaking."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._on = desk, bool(desk.lead.link)
        self._whole: ipywidgets.DOMWidget | None = None
        self.widget = desk.button("", "wl-quiet", "wl-keys")
        self.widget.layout.display = None if self._on else "none"
        desk.on(self.widget, self._switch)

    def follow(self, whole: ipywidgets.DOMWidget) -> None:
        """Let the keys work on a page."""
        self._whole = whole
        self._show()

    def _switch(self) -> None:
        with self._desk.lock:
            self._on = not self._on
            self._show()

    def _show(self) -> None:
        self.widget.description = self._desk.words("wl_keys_on" if self._on else "wl_keys_off")
        if self._whole is not None:
            has_class(self._whole, _ON, self._on)


@cache
def script() -> str:
    """What listens for the keys, as an element of a page's head."""
    return f"<script>{(carried('templates') / 'html' / 'workshop_lead.js').read_text(encoding='utf-8')}</script>"
