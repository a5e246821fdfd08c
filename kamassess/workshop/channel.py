"""What a page may say to the server: a short list, and only to its own widgets.

Solara hands on whatever it is sent, and the widgets' protocol lets a page make any widget of any package, some of which call
functions by name. Our pages only report clicks and values. So each message is read here first and written anew from the few
fields that are allowed; anything else is dropped, and who sends much of it is cut off. Who sends too fast waits.
"""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import anyio
from starlette.websockets import WebSocket

__all__ = ["Kernels", "Watched", "allowed"]

_LOG = logging.getLogger(__name__)
_CONTROL = "solara.control"
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_FIELDS = frozenset({"value", "index", "selected_index"})
"""What somebody can change on our pages: text, numbers and dates, choices, and which panel is open."""
_DATE = frozenset({"year", "month", "date"})
_EVENTS = frozenset({"click", "submit"})
_PATHS = frozenset({"/", "/lead"})
_QUIET = {"comm_close", "comm_open"}
"""Kinds that a sound browser may send too, of no use to us: dropped without counting."""
_MOST_REFUSED = 20
_PER_SECOND, _AT_ONCE, _BYTES = 20.0, 200.0, 16_384
"""Messages a second and in a row that are taken at once; of a long one each so many bytes count as a message."""
_KERNELS_EACH = 8
"""Pages of one ticket that are remembered after they were closed, or lost their connection: they may come back."""


def allowed(text: object) -> dict[str, Any] | None:
    """A message written anew from what a page of ours may say; None for any other.

    Parameters
    ----------
    text
        What was sent, of any kind and length: only JSON of the widgets' protocol is read.
    """
    if not isinstance(text, str):
        return None
    try:
        sent = json.loads(text)
        header, content = sent["header"], sent["content"]
        kind = header["msg_type"]
        named = {name: header[name] for name in ("msg_id", "session")}
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not all(isinstance(name, str) and _ID.fullmatch(name) for name in named.values()) or not isinstance(content, dict):
        return None
    said = _content(kind, content)
    if said is None:
        return None
    return {
        "header": {**named, "msg_type": kind, "username": "", "version": "5.3"},
        "parent_header": {},
        "metadata": {},
        "content": said,
        "buffers": [],
        "channel": "shell",
    }


def _content(kind: object, content: Mapping[str, Any]) -> dict[str, Any] | None:
    if kind in ("kernel_info_request", "comm_info_request"):
        return {}
    name, data = content.get("comm_id"), content.get("data")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        return None
    if kind == "comm_open" and content.get("target_name") == _CONTROL:
        return {"comm_id": name, "target_name": _CONTROL, "data": {}}
    if kind != "comm_msg" or not isinstance(data, dict):
        return None
    said = _data(data)
    return None if said is None else {"comm_id": name, "data": said}


def _data(data: Mapping[str, Any]) -> dict[str, Any] | None:
    match data:
        case {"method": "run", "args": {"path": str(path)}} if path in _PATHS:
            return {"method": "run", "args": {"path": path, "appName": None, "themes": {}, "dark": False}}
        case {"method": ("app-status" | "request_state") as method}:
            return {"method": method}
        case {"method": "custom", "content": {"event": str(event)}} if event in _EVENTS:
            return {"method": "custom", "content": {"event": event}}
        case {"method": "update", "state": {**state}} if state and _FIELDS.issuperset(state) and all(map(_value, state.values())):
            return {"method": "update", "state": dict(state), "buffer_paths": []}
    return None


def _value(data: object) -> bool:
    """Whether this is what a field holds: a text, a number, nothing, or a date by its parts."""
    if isinstance(data, dict):
        return _DATE.issuperset(data) and all(isinstance(part, int) for part in data.values())
    return data is None or isinstance(data, str | int | float)


class Watched(WebSocket):
    """The channel of a page, from which Solara gets nothing but what is :func:`allowed`."""

    def __init__(self, channel: WebSocket, kernels: Kernels) -> None:
        super().__init__(channel.scope, channel._receive, channel._send)
        self._kernels = kernels
        self._refused = 0
        self._ran = False
        self._left, self._at = _AT_ONCE, monotonic()

    async def receive(self) -> MutableMapping[str, Any]:
        """The next message that is allowed, or that the page is gone."""
        while True:
            message = await super().receive()
            if message["type"] != "websocket.receive":
                return message
            raw = message.get("text")
            if raw is None:
                raw = message.get("bytes") or b""
            await self._wait(1 + len(raw) / _BYTES)
            said = allowed(raw)
            if said is not None and self._once(said):
                return {"type": "websocket.receive", "text": json.dumps(said)}
            if not _harmless(raw):
                self._refused += 1
            if self._refused == 1:
                _LOG.warning("a page said what no page of ours says, and was not heard")
            if self._refused > _MOST_REFUSED:
                await self.close(1008)
                return {"type": "websocket.disconnect", "code": 1008}

    def _once(self, said: Mapping[str, Any]) -> bool:
        """Whether this does not make the page a second time."""
        if said["content"].get("data", {}).get("method") != "run":
            return True
        first = not self._ran and not self._kernels.made(self.path_params["kernel_id"])
        self._ran = True
        return first

    async def _wait(self, cost: float) -> None:
        """Let whoever sends faster than people do wait; what they send meanwhile stays on their side."""
        now = monotonic()
        self._left = min(_AT_ONCE, self._left + (now - self._at) * _PER_SECOND) - cost
        self._at = now
        if self._left < 0:
            await anyio.sleep(-self._left / _PER_SECOND)


def _harmless(raw: object) -> bool:
    """Whether a message that is dropped may come from a sound browser."""
    try:
        return isinstance(raw, str) and json.loads(raw)["header"]["msg_type"] in _QUIET
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


@dataclass
class Kernels:
    """Which page of Solara's belongs to whom: nobody else may come back to it or close it."""

    _owners: dict[str, str] = field(default_factory=dict)
    _open: Counter[str] = field(default_factory=Counter)

    def claim(self, kernel: str, page: str, session: str, ticket: str) -> bool:
        """Whether the bearer of a ticket may open this page; from then on, and after :meth:`release`, it is theirs."""
        from solara.server import kernel_context

        if not (_ID.fullmatch(kernel) and _ID.fullmatch(page)):
            return False
        there = kernel_context.contexts.get(kernel)
        if there is not None and (self._owners.get(kernel) != ticket or there.session_id != session):
            return False
        self._owners.pop(kernel, None)
        self._owners[kernel] = ticket
        self._open[kernel] += 1
        return True

    def owned(self, kernel: str, tickets: Iterable[str]) -> bool:
        """Whether a page belongs to one of these tickets."""
        return self._owners.get(kernel) in {ticket for ticket in tickets if ticket}

    @staticmethod
    def made(kernel: str) -> bool:
        """Whether a page has its widgets."""
        from solara.server import kernel_context

        there = kernel_context.contexts.get(kernel)
        return there is not None and there.container is not None

    async def release(self, kernel: str, ticket: str) -> None:
        """That page is closed. The oldest of its bearer's are forgotten, where there are too many to remember."""
        from solara.server import kernel_context

        contexts = kernel_context.contexts
        self._open -= Counter((kernel,))
        self._owners = {name: owner for name, owner in self._owners.items() if name in contexts or name in self._open}
        closed = [name for name, owner in self._owners.items() if owner == ticket and name not in self._open]
        for name in closed[: max(0, len(closed) - _KERNELS_EACH)]:
            there = contexts.get(name)
            self._owners.pop(name, None)
            if there is not None:
                await anyio.to_thread.run_sync(there.close)
