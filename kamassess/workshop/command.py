"""``kamassess workshop``: opens a workshop, says where to find it, and serves it until Ctrl-C."""

from __future__ import annotations

import contextlib
import logging
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from kamassess.errors import Fault, UsageError
from kamassess.temporary import PrivateFolder
from kamassess.workshop.listening import addresses, bound, only_here

if TYPE_CHECKING:
    from types import FrameType

    from kamassess.workshop.hall import Hall
    from kamassess.workshop.opening import Workshop
    from kamassess.workshop.pages import Page
    from kamassess.workshop.recording import Recorder

__all__ = ["Asked", "run"]

PORT = 8765
_NEEDED = ("psutil", "segno", "solara", "sqlalchemy", "uvicorn")
_LOOPBACK = "127.0.0.1"
_LARGEST_MESSAGE = 1 << 20
_GRACE_SECONDS = 2


@dataclass(frozen=True)
class Asked:
    """What the command was called with."""

    engagement: str
    unit: str | None = None
    wave: str | None = None
    agenda: tuple[str, ...] = ()
    host: str = _LOOPBACK
    port: int = PORT
    url: str = ""
    store: str = ""
    language: str = ""
    new: bool = False
    demo: bool = False


def run(asked: Asked, say: Callable[[str], None]) -> int:
    """Serve a workshop, and *say* where.

    Raises
    ------
    InputError, UsageError
        The engagement has faults, or something is asked for that is not there.
    StoreError
        The workshop cannot be kept.
    """
    _installed()
    with PrivateFolder() as private, contextlib.ExitStack() as ends:
        listening = ends.enter_context(bound(asked.host, asked.port))
        folder = _folder(asked, private)
        workshop = _opened(asked, folder)
        ends.callback(workshop.store.close)
        ends.callback(workshop.room.close)
        recorder = _recorder(workshop, folder)
        ends.callback(recorder.close)
        if asked.demo:
            from kamassess.workshop.simulated import take_part

            ends.callback(take_part(workshop))
        _serve(asked, workshop, listening, private, recorder, say)
    return 0


def _installed() -> None:
    """Whether the parts are there that a workshop needs and a report does not. They are not imported: Solara is set up first."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        remedy = "Install what workshops need: pip install 'kamassess[workshop]'."
        raise UsageError(Fault(f"{', '.join(missing)} is not installed", remedy))


def _folder(asked: Asked, private: Path) -> Path:
    """The engagement; a copy of it to try things with, which goes at the end."""
    folder = Path(asked.engagement)
    if not asked.demo or not folder.is_dir():
        return folder
    beside = shutil.ignore_patterns("reports", "workshop.sqlite*")
    return Path(shutil.copytree(folder, private / "engagement", symlinks=True, ignore=beside))


def _opened(asked: Asked, folder: Path) -> Workshop:
    from kamassess.workshop.opening import open_workshop

    place: Path | str | None = asked.store or None
    if asked.store and "://" not in asked.store:
        place = Path(asked.store)
    return open_workshop(folder, asked.unit, asked.wave, place=place, agenda=asked.agenda, new=asked.new, any_unit=asked.demo)


def _serve(
    asked: Asked, workshop: Workshop, listening: socket.socket, private: Path, recorder: Recorder, say: Callable[[str], None]
) -> None:
    import uvicorn

    from kamassess.workshop.solara_page import quiet, set_up

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s", stream=sys.stderr)
    set_up(private)  # before what imports Solara
    quiet()

    from kamassess.locale import locale
    from kamassess.workshop.app import Pages
    from kamassess.workshop.hall import Hall
    from kamassess.workshop.serving import application

    hall = Hall(workshop.store, {workshop.room.session.id: workshop.room}, time.monotonic)
    found = [asked.url.rstrip("/")] if asked.url else addresses(asked.host, listening.getsockname()[1])
    languages = workshop.engagement.languages
    words = locale(asked.language or languages[0])
    title = words("ws_title", unit=words.of(workshop.unit.name))
    pages = Pages(hall, *_builders(hall, workshop, found[0], words.language, recorder), title, words.language)
    served = application(pages, workshop.engagement.brand, languages)
    config = uvicorn.Config(
        served,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        ws_max_size=_LARGEST_MESSAGE,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )

    class Patient(uvicorn.Server):
        """Ends once, and in order: uvicorn's other end, for who presses Ctrl-C twice, drops what is under way."""

        early = False

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            if not self.should_exit:
                super().handle_exit(sig, frame)

        async def main_loop(self) -> None:
            if not self.early:
                await super().main_loop()

    server = Patient(config)

    def pressed(*_: object) -> None:
        server.early = True

    signal.signal(signal.SIGINT, pressed)  # for good: before the server listens, and when it has ended
    for line in _said(asked, workshop, found, hall.new_key(workshop.room)):
        say(line)
    server.run(sockets=[listening])
    say(_left(asked, workshop))


def _builders(
    hall: Hall, workshop: Workshop, address: str, language: str, recorder: Recorder
) -> tuple[Callable[[str], Page | None], Callable[[], Page]]:
    """What makes the pages of participants, from their tickets, and of facilitators."""
    from kamassess.locale import locale
    from kamassess.workshop import facilitator, participant
    from kamassess.workshop.clock import now
    from kamassess.workshop.minutes import make_minutes

    unit = workshop.result.units[workshop.unit.id] if workshop.result and workshop.unit.id in workshop.result.units else None

    def own(ticket: str) -> Page | None:
        seat = hall.seat(ticket)
        return participant.build(seat, f"{address}/as/{ticket}", crowded=hall.pages(ticket) > 1) if seat else None

    lead = facilitator.Lead(
        room=workshop.room,
        unit=workshop.unit,
        words=locale(language),
        brand=workshop.engagement.brand,
        survey=unit,
        link=f"{address}/?code={workshop.room.session.code}",
        now=now,
        library=workshop.engagement.actions,
        minutes=lambda: make_minutes(recorder, workshop),
    )

    def led() -> Page:
        return facilitator.build(lead)

    return own, led


def _recorder(workshop: Workshop, folder: Path) -> Recorder:
    from kamassess.workshop.recording import Recorder, declared_before

    return Recorder(workshop.room, folder, declared_before(workshop))


def _said(asked: Asked, workshop: Workshop, found: list[str], ticket: str) -> Iterator[str]:
    from kamassess.workshop.access import shown_code

    code = workshop.room.session.code
    again = "goes on" if workshop.goes_on else "is open"
    if workshop.room.state.ended:
        again = "was ended; the end can be taken back, and --new begins another one"
    yield f"The workshop of {workshop.unit.id}, wave {workshop.wave}, {again}."
    yield f"  Participants  {found[0]}/?code={code}   (code {shown_code(code)})"
    yield f"  Facilitator   {found[0]}/lead/{ticket}   (for you alone)"
    for other in found[1:]:
        yield f"  also at       {other}"
    if only_here(asked.host):
        yield "Only this machine reaches it. For phones in the room: --host 0.0.0.0"
    else:
        yield "Everybody in this network reaches the door, and with the code the room."
        yield "What is sent is not encrypted: use a network that you trust."
    yield "Ctrl-C ends the server and loses nothing."


def _left(asked: Asked, workshop: Workshop) -> str:
    """What is left of it when the server has ended."""
    if asked.demo:
        return "This was a demo: nothing of it is kept."
    if workshop.room.state.ended:
        return "The workshop is ended and kept; the same command opens it again, and --new begins another one."
    return "The workshop is kept; the same command goes on with it."
