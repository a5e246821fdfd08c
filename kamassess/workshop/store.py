"""Where workshops are kept: events, each durable before it is acknowledged, in SQLite or in whatever SQLAlchemy reaches.

The table only grows. To add an event, a row of the workshop is locked, what others have added is read, the move is decided on
what then holds, and the event is committed, all in one transaction: so several processes may serve one workshop.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from kamassess.errors import Fault, KamassessError, quoted
from kamassess.workshop.events import Event, Kept, Opened, decoded, encoded
from kamassess.workshop.kept_file import DAMAGED, unusable

__all__ = ["FILE", "Session", "Store", "StoreError"]

FILE = "workshop.sqlite"
"""The file in an engagement's folder."""
_WAIT_SECONDS = 20
_VERSION = 1
_OF_DAMAGE = ("malformed", "not a database", "no such column", "no such table", "Could not decode")
"""Words of SQLite about what it cannot read; the last ones are followed by what it has read, which may be somebody's answer."""

_METADATA = sa.MetaData()
_SESSIONS = sa.Table(
    "workshop",
    _METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("code", sa.String(16), nullable=False, unique=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("last", sa.Integer, nullable=False),
)
_EVENTS = sa.Table(
    "workshop_event",
    _METADATA,
    sa.Column("workshop", sa.String(32), sa.ForeignKey("workshop.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("event", sa.Text, nullable=False),
)
_KEYS = sa.Table(
    "workshop_key",
    _METADATA,
    sa.Column("workshop", sa.String(32), sa.ForeignKey("workshop.id"), primary_key=True),
    sa.Column("sha256", sa.String(64), primary_key=True),
)


class StoreError(KamassessError):
    """What was to be kept could not be; nothing of it was."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Session:
    """A workshop that is kept: its id, the code people come in with, and how it was opened."""

    id: str
    code: str
    opened: Opened


class Store:
    """Workshops in one database.

    Parameters
    ----------
    place
        A file for SQLite, or the URL of a database (``postgresql+pg8000://…``).

    Raises
    ------
    StoreError
        It cannot be reached, read or written.
    """

    def __init__(self, place: Path | str) -> None:
        self._file = place if isinstance(place, Path) else None
        url = sa.URL.create("sqlite", database=str(place)) if isinstance(place, Path) else _url(place)
        self._name = place.name if isinstance(place, Path) else url.render_as_string(hide_password=True)
        try:
            self._engine = sa.create_engine(url, pool_pre_ping=not self._file, **_pool(url))
        except (SQLAlchemyError, ImportError) as error:
            raise self._trouble(error) from None
        with contextlib.ExitStack() as undone:
            undone.callback(self.close)
            if url.get_backend_name() == "sqlite":
                _prepare_sqlite(self._engine)
            if self._file:
                self._see_that_it_can_be_used(self._file)
                with contextlib.suppress(OSError):  # SQLite will say what is wrong
                    os.close(os.open(self._file, os.O_CREAT | os.O_RDWR, 0o600))  # votes are nobody else's to read
            with self._kept_whole():
                self._make_tables()
            undone.pop_all()

    def close(self) -> None:
        """Give back what was taken of the database."""
        self._engine.dispose()

    # -- workshops -----------------------------------------------------------------------------------------------------

    def open_session(self, opened: Opened, code: Callable[[], str]) -> Session:
        """Begin a workshop; *code* draws codes until one is nobody else's."""
        with self._begun() as connection:
            taken = set(connection.scalars(sa.select(_SESSIONS.c.code)))
            found = next(text for text in iter(code, None) if text not in taken)
            number = len(taken) + 1
            name = f"{number:04}-{secrets.token_hex(6)}"  # of two workshops of a day, the later one comes last
            connection.execute(_SESSIONS.insert().values(id=name, code=found, number=number, version=_VERSION, last=1))
            connection.execute(_EVENTS.insert().values(workshop=name, seq=1, event=encoded(opened)))
        return Session(name, found, opened)

    def sessions(self) -> list[Session]:
        """All workshops, in the order in which they were opened."""
        first = sa.and_(_EVENTS.c.workshop == _SESSIONS.c.id, _EVENTS.c.seq == 1)
        joined = sa.select(_SESSIONS.c.id, _SESSIONS.c.code, _EVENTS.c.event).outerjoin(_EVENTS, first)
        with self._begun() as connection:
            rows = connection.execute(joined.order_by(_SESSIONS.c.number, _SESSIONS.c.id)).all()
        with self._kept_whole():
            return [Session(name, code, decoded(event or "")) for name, code, event in rows]  # type: ignore[arg-type]

    def add_key(self, session: str, sha256: str) -> None:
        """Note the digest of a secret that opens a workshop's facilitator page."""
        with self._begun() as connection:
            connection.execute(_KEYS.insert().values(workshop=session, sha256=sha256))

    def keys(self, session: str) -> frozenset[str]:
        """The digests of all secrets of a workshop."""
        with self._begun() as connection:
            return frozenset(connection.scalars(sa.select(_KEYS.c.sha256).where(_KEYS.c.workshop == session)))

    # -- events --------------------------------------------------------------------------------------------------------

    def events(self, session: str, after: int = 0) -> list[Kept]:
        """The events of a workshop, from the one after *after* on."""
        with self._begun() as connection:
            last = connection.scalars(sa.select(_SESSIONS.c.last).where(_SESSIONS.c.id == session)).one_or_none()
            return self._events(connection, session, after, last or 0)

    def append(self, session: str, known: int, decide: Callable[[Sequence[Kept]], Event]) -> list[Kept]:
        """Add an event.

        Parameters
        ----------
        session
            Of which workshop.
        known
            The last event that the caller knows.
        decide
            Gives the event, from those that others have added since; what it raises leaves all as it was.

        Returns
        -------
        list of Kept
            The events since *known*, the new one last. They are durable.
        """
        with self._begun() as connection:
            raised = sa.update(_SESSIONS).where(_SESSIONS.c.id == session).values(last=_SESSIONS.c.last + 1)
            seq = connection.execute(raised.returning(_SESSIONS.c.last)).scalar_one()
            since = self._events(connection, session, known, seq - 1)
            event = decide(since)
            connection.execute(_EVENTS.insert().values(workshop=session, seq=seq, event=encoded(event)))
        return [*since, Kept(seq, event)]

    def _events(self, connection: sa.Connection, session: str, after: int, last: int) -> list[Kept]:
        """The events after one of them, up to the last; none of them is missing, else it is told."""
        chosen = sa.select(_EVENTS.c.seq, _EVENTS.c.event).where(_EVENTS.c.workshop == session, _EVENTS.c.seq > after)
        found = [Kept(seq, decoded(event)) for seq, event in connection.execute(chosen.order_by(_EVENTS.c.seq))]
        if [kept.seq for kept in found] != list(range(after + 1, last + 1)):
            raise self._unusable(*DAMAGED)
        return found

    def _see_that_it_can_be_used(self, file: Path) -> None:
        if found := unusable(file, _METADATA.tables):
            raise self._unusable(*found)

    def _unusable(self, why: str, remedy: str) -> StoreError:
        return StoreError(Fault(f"cannot use {quoted(self._name)}: {why}", remedy))

    # -- the database --------------------------------------------------------------------------------------------------

    def _make_tables(self) -> None:
        with self._engine.begin() as connection:
            if not sa.inspect(connection).has_table(_EVENTS.name):
                _METADATA.create_all(connection)
            other = connection.scalars(sa.select(_SESSIONS.c.version).where(_SESSIONS.c.version != _VERSION)).first()
        if other is not None:
            remedy = "Open it with the version of kamassess that made it, or move it away."
            raise StoreError(Fault(f"{self._name} holds workshops of another version of kamassess", remedy))

    @contextlib.contextmanager
    def _begun(self) -> Iterator[sa.Connection]:
        with self._kept_whole(), self._engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def _kept_whole(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, msgspec.ValidationError, msgspec.DecodeError) as error:
            raise self._trouble(error) from None

    def _trouble(self, error: Exception) -> StoreError:
        cause = str(error.orig) if isinstance(error, DBAPIError) and error.orig else type(error).__name__
        why = cause.splitlines()[0] if cause else type(error).__name__
        remedy = "See that the database can be reached and written to."
        if self._file:
            remedy = "Make room there and see that the folder can be written to; what was acknowledged is kept."
        if isinstance(error, (msgspec.ValidationError, msgspec.DecodeError)) or any(words in why for words in _OF_DAMAGE):
            damaged, remedy = DAMAGED
            why = damaged if self._file else "what it holds is no workshop of this version"
        return self._unusable(why, remedy)


def _url(text: str) -> sa.URL:
    try:
        return sa.make_url(text)
    except SQLAlchemyError:
        remedy = "Write it like postgresql+pg8000://user@host/database."
        raise StoreError(Fault(f"{quoted(text)} is no URL of a database", remedy)) from None


def _pool(url: sa.URL) -> dict[str, object]:
    """SQLite writes one at a time anyway; what reads meanwhile needs few connections."""
    return {"pool_size": 8, "max_overflow": 8, "pool_timeout": _WAIT_SECONDS} if url.database != ":memory:" else {}


def _prepare_sqlite(engine: sa.Engine) -> None:
    """Every commit is on the disk before it returns, and a transaction that writes says so when it begins."""

    @sa.event.listens_for(engine, "connect")
    def connected(connection: object, _: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_WAIT_SECONDS * 1000}"):
            connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

    @sa.event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
