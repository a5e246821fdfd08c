"""Who gets in: a code for everybody in the room, a secret for whoever leads, and a key of their own for each who has come in.

Secrets are kept as digests only. A number made of somebody's key stands for that person in the store; who has the store cannot
answer in anybody's name.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections import deque
from collections.abc import Iterable

__all__ = ["Guesses", "draw_code", "draw_key", "key_digest", "matches", "person_of", "plain_code", "shown_code"]

_DIGITS = 8
"""Of the code: read aloud and typed on a phone, and guessed in time by nobody who may try as often as :class:`Guesses` lets."""
_PERSON = 20


def draw_code() -> str:
    """A code for the room."""
    return "".join(secrets.choice("0123456789") for _ in range(_DIGITS))


def shown_code(code: str) -> str:
    """A code as it is read.

    >>> shown_code("48291376")
    '4829 1376'
    """
    return f"{code[: _DIGITS // 2]} {code[_DIGITS // 2 :]}"


def plain_code(text: str) -> str:
    """A code as somebody has typed it: digits of any script, whatever stands between them; at most one more than
    a code has.

    >>> plain_code(" 4829-1376 "), plain_code("４８２９１３７６")
    ('48291376', '48291376')
    """
    return "".join(str(int(char)) for char in text[:100] if char.isdecimal())[: _DIGITS + 1]


def draw_key() -> str:
    """A secret: of a facilitator's link, or of somebody's browser."""
    return secrets.token_urlsafe(18)


def key_digest(key: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


def person_of(key: str) -> str:
    """Who has this key, as events name that person."""
    return key_digest(f"person:{key}")[:_PERSON]


def matches(key: str, digests: Iterable[str]) -> bool:
    """Whether a secret is one of those."""
    found = key_digest(key)
    return any(hmac.compare_digest(found, digest) for digest in digests)


class Guesses:
    """How often a wrong code may be tried: so often in so many seconds from one address, and from all.

    Right codes cost nothing: sixty phones behind one address all get in.
    """

    def __init__(self, each: int = 10, all_: int = 60, seconds: float = 60.0) -> None:
        self._each = each
        self._all = all_
        self._seconds = seconds
        self._lock = threading.Lock()
        self._wrong: deque[tuple[float, str]] = deque()

    def wait(self, address: str, now: float) -> float:
        """Seconds until *address* may try again; 0: at once."""
        with self._lock:
            while self._wrong and self._wrong[0][0] <= now - self._seconds:
                self._wrong.popleft()
            own = [moment for moment, other in self._wrong if other == address]
            until = [own[-self._each]] if len(own) >= self._each else []
            until += [self._wrong[-self._all][0]] if len(self._wrong) >= self._all else []
            return max((moment + self._seconds - now for moment in until), default=0.0)

    def note(self, address: str, now: float) -> None:
        """Note a wrong one."""
        with self._lock:
            self._wrong.append((now, address))
