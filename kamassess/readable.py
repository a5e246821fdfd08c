"""Text that reads as it is written: what a stranger typed can neither hide something nor move what stands beside it.

Unicode has characters without a look of their own that turn letters round, join them or stand between them unseen. A name with
one of them can change the order of the words and figures of its sentence, or look like another name. They go where text
enters (:mod:`kamassess.reading`), so that no output has to think of them. What remains are scripts written from right to left,
which turn figures beside them round by nature: :func:`isolated` keeps such a name to itself.

What cannot be seen is the same everywhere; what becomes of it is not. In a text of a file it goes, and a control is named
(:func:`readable`). Who types into a phone sees what comes of it, and a control is a space there (:func:`typed`). In the name of a
file and on a terminal, where two names should not look the same and a line is a line, all is named (:func:`visible`).
"""

from __future__ import annotations

import re
from functools import cache

__all__ = ["isolated", "readable", "strange", "typed", "visible"]

_BREAKS = "\r\n|[\r\v\f\x85\u2028\u2029]"
_UNSEEN = (
    "[\u200b\u200e\u200f\u061c\u202a-\u202e\u2060-\u2064\u2066-\u206f\u180e\ufeff\ufff9-\ufffb"  # of direction, of width none
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\U0001d173-\U0001d17a\U000e0000-\U000e007f]"  # fillers, tags
    # joiners, but where letters change their shape by them, and inside an emoji
    "|(?<![\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
)
_CONTROLS = "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILED = f"({_MARK}{{3}}){_MARK}+"
_FROM_THE_RIGHT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"


@cache
def _strange() -> re.Pattern[str]:
    """All that is strange; not at the top, since it takes a few milliseconds to compile, and --help answers at once."""
    return re.compile("|".join((_BREAKS, _UNSEEN, _CONTROLS, _PILED)))


def strange(text: str) -> bool:
    """Whether :func:`readable` would change anything."""
    return not (text.isascii() and text.isprintable()) and _strange().search(text) is not None


def readable(text: str) -> str:
    r"""Return *text* without what cannot be seen and with what steers a machine named.

    Marks of direction and of no width, joiners that join nothing, fillers and tags go; of marks piled up over a letter three
    stay. Line breaks of every kind become line feeds. Other controls and halves of characters are named: ``[U+001B]``.

    Examples
    --------
    >>> readable("Acme \u202e1.3\u202c Ltd\u200b"), readable("a\x1b[2J\r\nb")
    ('Acme 1.3 Ltd', 'a[U+001B][2J\nb')
    >>> readable("👩\u200d🔬 می\u200cخواهم") == "👩\u200d🔬 می\u200cخواهم"
    True
    """
    if not strange(text):
        return text
    return re.sub(_CONTROLS, _named, _seen(text))


def typed(text: str) -> str:
    r"""Return *text* as :func:`readable` does, but for controls: who typed it sees the page, so each is a space and not its name.

    Examples
    --------
    >>> typed("one\x07two \u202e3"), typed("می\u200cخواهم") == "می\u200cخواهم"
    ('one two 3', True)
    """
    return re.sub(_CONTROLS, " ", _seen(text)) if strange(text) else text


def visible(text: str) -> str:
    r"""Return *text* in one line with everything named that cannot be seen, or that is no letter, sign or space.

    For names of files, and for a terminal. Lines are ended by nobody but the program, and no two names look the same for what
    cannot be seen in them.

    Examples
    --------
    >>> print(visible("a\u202eb\u3164c\n\x1b[2J"))
    a[U+202E]b[U+3164]c[U+000A][U+001B][2J
    """
    if text.isprintable() and not strange(text):
        return text
    seen = re.sub(_PILED, r"\1", text)
    return "".join(_named(char) if not char.isprintable() or re.match(_UNSEEN, char) else char for char in seen)


def _seen(text: str) -> str:
    return re.sub(_PILED, r"\1", re.sub(_UNSEEN, "", re.sub(_BREAKS, "\n", text)))


def _named(found: re.Match[str] | str) -> str:
    return f"[U+{ord(found[0]):04X}]"


def isolated(text: str) -> str:
    r"""Return *text* to be put into a sentence: what is written from right to left turns nothing round but itself.

    Examples
    --------
    >>> isolated("Acme"), isolated("שלום").encode("unicode_escape")
    ('Acme', b'\\u2068\\u05e9\\u05dc\\u05d5\\u05dd\\u2069')
    """
    if text.isascii() or not re.search(_FROM_THE_RIGHT, text) or text.startswith("\u2068"):
        return text
    return f"\u2068{text}\u2069"
