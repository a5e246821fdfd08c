"""The state of the widgets that a notebook makes, kept in its metadata as nbclient does, so that they can be shown later."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator
from typing import Any

import comm
from comm.base_comm import BaseComm

__all__ = ["WidgetStates", "listening"]

_WIDGET = "jupyter.widget"


class WidgetStates:
    """What the widgets of one notebook have said of themselves."""

    def __init__(self) -> None:
        self._states: dict[str, dict[str, Any]] = {}
        self._buffers: dict[str, dict[tuple[str, ...], dict[str, str]]] = {}

    def hear(self, comm_id: str, data: dict[str, Any], buffers: Any) -> None:
        """A widget opens, or changes."""
        if "state" not in data:
            return
        self._states.setdefault(comm_id, {}).update(data["state"])
        for path, buffer in zip(data.get("buffer_paths") or (), buffers or (), strict=False):
            encoded = {"encoding": "base64", "data": base64.b64encode(buffer).decode("ascii"), "path": path}
            self._buffers.setdefault(comm_id, {})[tuple(path)] = encoded

    def metadata(self) -> dict[str, Any]:
        """What belongs into the notebook's metadata; empty where there are no widgets."""
        state = {name: self._entry(name, found) for name, found in self._states.items() if "_model_name" in found}
        if not state:
            return {}
        content = {"state": state, "version_major": 2, "version_minor": 0}
        return {"widgets": {"application/vnd.jupyter.widget-state+json": content}}

    def _entry(self, name: str, state: dict[str, Any]) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "model_name": state.get("_model_name"),
            "model_module": state.get("_model_module"),
            "model_module_version": state.get("_model_module_version"),
            "state": state,
        }
        if name in self._buffers:
            entry["buffers"] = list(self._buffers[name].values())
        return entry


@contextlib.contextmanager
def listening(states: WidgetStates) -> Iterator[None]:
    """Widgets that are made inside are heard by *states*."""

    class Heard(BaseComm):
        def publish_msg(self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **_: Any) -> None:  # noqa: ARG002 - the protocol of comm
            if self.target_name == _WIDGET and msg_type != "comm_close":
                states.hear(self.comm_id, data or {}, buffers)

    before = comm.create_comm
    comm.create_comm = Heard
    try:
        yield
    finally:
        comm.create_comm = before
