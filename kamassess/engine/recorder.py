"""What the cells of a notebook put out, in the form of the notebook file: as nbclient records it from a kernel's messages."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from nbformat.v4 import new_output

__all__ = ["OutputLimitError", "Recorder", "as_text"]


class OutputLimitError(Exception):
    """A notebook puts out more than it may."""


class Recorder:
    """The outputs of all cells, each in the order in which they happen; ``cell`` is the one that runs.

    Parameters
    ----------
    limit
        Bytes that all outputs together may have; None for no limit.
    """

    def __init__(self, limit: int | None = None) -> None:
        self.cell = -1
        self.touched: set[int] = set()
        """Earlier cells whose outputs were changed by this one."""
        self._outputs: dict[int, list[Any]] = {}
        self._parts: list[str] = []
        self._shown: dict[str, list[tuple[int, Any]]] = {}
        self._clear_next = False
        self._room = limit

    def begin(self, cell: int) -> None:
        """Cell number *cell* runs now."""
        self.cell, self.touched, self._clear_next = cell, set(), False
        self._outputs[cell] = []

    def outputs(self, cell: int) -> list[Any]:
        """The outputs of a cell."""
        self._join()
        return self._outputs[cell]

    def write(self, name: str, text: str) -> None:
        """Text on a stream; what follows on the same stream is the same output."""
        self._take(len(text))
        self._clear_if_asked()
        last = self._outputs[self.cell][-1] if self._outputs[self.cell] else None
        if not self._parts or last is None or last["name"] != name:
            self._join()
            self._outputs[self.cell].append(new_output("stream", name=name, text=""))
        self._parts.append(text)

    def add(self, output: Any) -> None:
        """Another output."""
        self._join()
        self._clear_if_asked()
        self._outputs[self.cell].append(output)

    def display(self, data: dict[str, Any], metadata: dict[str, Any], transient: Mapping[str, Any], *, update: bool) -> None:
        """Something displayed; with a ``display_id`` it may be changed later, by this cell or another."""
        self._take(sum(len(form) if isinstance(form, str) else 0 for form in data.values()))
        display_id = transient.get("display_id")
        for cell, output in self._shown.get(display_id or "", ()):
            output["data"], output["metadata"] = data, metadata
            if cell != self.cell:
                self.touched.add(cell)
        if update:
            return
        output = new_output("display_data", data=data, metadata=metadata)
        self.add(output)
        if display_id:
            self._shown.setdefault(display_id, []).append((self.cell, output))

    def clear(self, *, wait: bool) -> None:
        """Forget the outputs of this cell: now, or when the next one comes."""
        if wait:
            self._clear_next = True
        else:
            self._empty()

    def _clear_if_asked(self) -> None:
        if self._clear_next:
            self._empty()
            self._clear_next = False

    def _empty(self) -> None:
        self._parts.clear()
        self._outputs[self.cell].clear()

    def _join(self) -> None:
        if self._parts:
            self._outputs[self.cell][-1]["text"] = "".join(self._parts)
            self._parts.clear()

    def _take(self, size: int) -> None:
        if self._room is None:
            return
        if size > self._room:
            raise OutputLimitError("the outputs of this notebook are larger than they may be")
        self._room -= size


def as_text(data: Mapping[str, Any]) -> dict[str, Any]:
    """Forms of an object as a notebook file can hold them: bytes as base64."""
    return {mime: base64.b64encode(form).decode("ascii") if isinstance(form, bytes) else form for mime, form in data.items()}
