"""What the cells of a notebook put out, in the form of the notebook file: as nbclient records it from a kernel's messages.

The outputs are plain dictionaries: nbformat takes a second to load, and a process that only runs cells has no need of it.
"""

from __future__ import annotations

import base64
import io
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from jupyter_client.session import json_packer, json_unpacker

__all__ = ["Output", "OutputLimitError", "Recorder", "as_error", "as_shown"]

Output: TypeAlias = dict[str, Any]
_PAUSE = 0.2
"""Seconds between two pieces of news of a cell."""
_SHOWN = ("display_data", "execute_result")


class OutputLimitError(BaseException):
    """A notebook puts out more than it may; no ``except Exception`` holds it up."""


class Recorder:
    """The outputs of all cells, each in the order in which they happen; ``cell`` is the one that runs.

    Threads of a notebook may put out something at the same time.

    Parameters
    ----------
    limit
        Characters that all outputs together may have; None for no limit.
    news
        Called now and then with the cell that runs and its outputs so far, which would be lost if its process died.
    """

    def __init__(self, limit: int | None = None, news: Callable[[int, list[Output]], None] | None = None) -> None:
        self.cell = -1
        self.touched: set[int] = set()
        """Earlier cells whose outputs were changed by this one."""
        self.room = limit
        """How much more may be put out."""
        self.full: OutputLimitError | None = None
        """What was raised when there was no more room."""
        self.catch_up: Callable[[], None] = lambda: None
        """Records what has been put out elsewhere; called before anything else is."""
        self._limit = limit
        self._outputs: dict[int, list[Output]] = {}
        self._stream: tuple[Output, io.StringIO] | None = None
        self._shown: dict[str, list[tuple[int, Output]]] = {}
        self._clear_next = False
        self._lock = threading.RLock()
        self._news = news
        self._next_news = 0.0

    def begin(self, cell: int) -> None:
        """Cell number *cell* runs now."""
        with self._lock:
            self._end_stream()
            self.cell, self.touched, self._clear_next, self._next_news = cell, set(), False, 0.0
            self._outputs[cell] = []

    def outputs(self, cell: int) -> list[Output]:
        """The outputs of a cell."""
        with self._lock:
            self._note_stream()
            return self._outputs[cell]

    def print(self, name: str, text: str) -> None:
        """Text that Python code writes on a stream."""
        with self._lock:
            self.catch_up()
            self.write(name, text)
        self._tell_news()

    def write(self, name: str, text: str) -> None:
        """Text on a stream; what follows on the same stream is the same output."""
        with self._lock:
            fits = text if self.room is None else text[: self.room]
            self._clear_if_asked()
            if self._stream is None or self._stream[0]["name"] != name:
                self._end_stream()
                self._stream = {"output_type": "stream", "name": name, "text": ""}, io.StringIO()
                self._outputs[self.cell].append(self._stream[0])
            self._stream[1].write(fits)
            self._take(len(text))

    def add(self, output: Output) -> None:
        """A result, or an error."""
        with self._lock:
            self.catch_up()
            self._take_all(output)
            self._end_stream()
            self._clear_if_asked()
            self._outputs[self.cell].append(output)

    def display(
        self, data: Mapping[str, Any], metadata: Mapping[str, Any], transient: Mapping[str, Any], *, update: bool
    ) -> None:
        """Something displayed; with a ``display_id`` it may be changed later, by this cell or another."""
        output = as_shown("display_data", data, metadata)
        display_id = transient.get("display_id")
        with self._lock:
            for cell, shown in self._shown.get(display_id or "", ()):
                shown["data"], shown["metadata"] = output["data"], output["metadata"]
                if cell != self.cell:
                    self.touched.add(cell)
            if update:
                self._take_all(output)
                return
            self.add(output)
            if display_id:
                self._shown.setdefault(display_id, []).append((self.cell, output))

    def clear(self, *, wait: bool) -> None:
        """Forget the outputs of this cell: now, or when the next one comes."""
        with self._lock:
            self.catch_up()
            if wait:
                self._clear_next = True
            else:
                self._empty()

    def _clear_if_asked(self) -> None:
        if self._clear_next:
            self._empty()
            self._clear_next = False

    def _empty(self) -> None:
        self._stream = None
        self._outputs[self.cell].clear()

    def _end_stream(self) -> None:
        self._note_stream()
        self._stream = None

    def _note_stream(self) -> None:
        if self._stream:
            output, text = self._stream
            output["text"] = plain(text.getvalue())

    def _tell_news(self) -> None:
        """Tell of what was printed: the first at once, for it may say where a cell hangs; then for a twentieth of the time."""
        now = time.monotonic()
        if not self._news or now < self._next_news or threading.current_thread() is not threading.main_thread():
            return
        self._news(self.cell, self.outputs(self.cell))
        self._next_news = time.monotonic() + max(_PAUSE, 20 * (time.monotonic() - now))

    def _take_all(self, output: Output) -> None:
        """Take room for an output that is no stream; that there is none left can always be said."""
        if self.room is not None and not (self.full and output["output_type"] == "error"):
            forms = output["data"].values() if output["output_type"] in _SHOWN else output["traceback"]
            self._take(sum(len(form) if isinstance(form, str) else len(json.dumps(form)) for form in forms))

    def _take(self, size: int) -> None:
        if self.room is None:
            return
        if size > self.room:
            self.room = 0
            self.full = OutputLimitError(
                f"the outputs of this notebook are longer than the {self._limit:,} characters they may have"
            )
            raise self.full
        self.room -= size


def as_shown(kind: str, data: Mapping[str, Any], metadata: Mapping[str, Any], **more: Any) -> Output:
    """An output of an object's forms as a notebook file can hold them; what is neither text nor bytes goes the way of a kernel's.

    Raises
    ------
    ValueError
        There is something in it that JSON does not know.
    """
    forms = {mime: _form(form) for mime, form in data.items()}
    return {"output_type": kind, "data": forms, "metadata": json_unpacker(json_packer(metadata)), **more}


def as_error(name: str, text: str, traceback: Sequence[str]) -> Output:
    """The output of a cell that has failed."""
    return {"output_type": "error", "ename": name, "evalue": plain(text), "traceback": [plain(entry) for entry in traceback]}


def _form(form: Any) -> Any:
    if isinstance(form, str):
        return plain(form)
    return base64.b64encode(form).decode("ascii") if isinstance(form, bytes) else json_unpacker(json_packer(form))


def plain(text: str) -> str:
    """A text that can be written to a file: half characters, as names of files may have, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
