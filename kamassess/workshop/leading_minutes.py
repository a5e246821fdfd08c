"""The button by which a facilitator has the minutes made: in a thread of its own, so that nothing else of the page waits."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import ipywidgets

from kamassess.errors import KamassessError
from kamassess.workshop.leading import Desk, has_class, told
from kamassess.workshop.state import State

__all__ = ["Making", "Minutes"]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Stands:
    """Where the minutes stand: nothing yet, being made, made (``files``), or not made (``why``).

    ``led`` is the last decision that is in them.
    """

    busy: bool = False
    files: tuple[str, ...] = ()
    why: str = ""
    led: int = 0


class Making:
    """Makes minutes, once at a time however many pages ask for them."""

    def __init__(self, make: Callable[[], Sequence[str]]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.stands = _Stands()

    def start(self, led: int, done: Callable[[], None]) -> bool:
        """Begin in the background, and call *done* in the end; False where they are being made already."""
        with self._lock:
            if self.stands.busy:
                return False
            self.stands = _Stands(busy=True, led=led)
            self._thread = threading.Thread(target=self._run, args=(led, done), name="minutes", daemon=True)
        self._thread.start()
        return True

    def wait(self) -> None:
        """Until what was begun has ended."""
        if self._thread:
            self._thread.join()

    def _run(self, led: int, done: Callable[[], None]) -> None:
        try:
            self.stands = _Stands(files=tuple(self._make()), led=led)
        except KamassessError as error:
            self.stands = _Stands(why=" ".join(map(str, error.faults)))
        except Exception as error:  # noqa: BLE001 - told and logged; the button must not stay as it is for ever
            _LOG.exception("the minutes could not be made")
            self.stands = _Stands(why=type(error).__name__)
        done()


class Minutes:
    """The button, and beside it how far the minutes are."""

    def __init__(self, desk: Desk) -> None:
        self._desk, make = desk, desk.lead.minutes
        self._making: Making | None = desk.lead.kept.of("minutes", make, lambda: Making(make)) if make else None
        self.button = desk.button(desk.words("wl_minutes"), "wl-quiet")
        self.said = ipywidgets.HTML()
        desk.on(self.button, self._start)

    @property
    def making(self) -> Making | None:
        """What makes them; shared by all pages of one lead, None where they are made elsewhere."""
        return self._making

    def show(self, state: State) -> None:
        """Bring it up to a state, and to how far the minutes are."""
        words = self._desk.words
        for part in (self.button, self.said):
            part.layout.display = None if self._making else "none"
        if self._making is None:
            return
        stands = self._making.stands
        something = state.shown or state.agreed or state.targets or state.actions
        why_not = "wl_minutes_making" if stands.busy else "" if something else "wl_minutes_nothing"
        self._desk.allow(self.button, words(why_not) if why_not else "")
        fresh = bool(stands.files) and stands.led == state.led
        has_class(self.button, "wl-first", state.ended and not why_not and not fresh)
        folder, kinds = _by_kind(stands.files)
        self.said.value = told(
            "minutes",
            words=words,
            busy=stands.busy,
            folder=folder,
            kinds=[(words(f"wl_minutes_{kind}") if kind in _NAMED else kind.upper(), names) for kind, names in kinds],
            old=not fresh,
            why=stands.why,
        )

    def _start(self) -> None:
        if self._making is not None:
            self._making.start(self._desk.state.led, self._bring)
            self._bring()

    def _bring(self) -> None:
        with self._desk.lock:
            self.show(self._desk.state)


_NAMED = ("html", "pdf", "docx", "pptx")


def _by_kind(files: Sequence[str]) -> tuple[str, list[tuple[str, list[str]]]]:
    """The folder in which all of some files are, and the files in it by the end of their names.

    >>> _by_kind(["reports/N/m.en.html", "reports/N/m.en.pdf", "reports/N/m.zh.html"])
    ('reports/N', [('html', ['m.en.html', 'm.zh.html']), ('pdf', ['m.en.pdf'])])
    """
    paths = [PurePosixPath(name) for name in files]
    folders = {path.parent for path in paths}
    folder = next(iter(folders)) if len(folders) == 1 else PurePosixPath()
    kinds: dict[str, list[str]] = {}
    for path in paths:
        kinds.setdefault(path.suffix.lstrip("."), []).append(path.relative_to(folder).as_posix())
    return folder.as_posix() if paths else "", list(kinds.items())
