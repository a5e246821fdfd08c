"""Regular expressions that an engagement declares: only such as any text is held against in no time.

Python tries every way in which a pattern can be read. Of a repetition inside a repetition there are twice as many for each
further letter, so that forty letters take longer than anybody waits.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from kamassess.reading.bounds import CHARACTERS_OF_PATTERN, MATCHED_CHARACTERS

__all__ = ["matches", "pattern_fault"]

_OPEN_ENDED = 3
"""So many repetitions without an end may stand one after another: time grows with this power of a cell's length."""
_LONG = 50
"""A repetition of so many is as good as one without an end."""
_REPEATS = tuple(getattr(codes, name) for name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") if hasattr(codes, name))


def pattern_fault(pattern: str) -> tuple[str, str] | None:
    """What is wrong with a pattern, and what to do; None where cells can be held against it.

    >>> pattern_fault("[0-9]+"), pattern_fault("(a+)+")[0]
    (None, 'has a repetition inside a repetition')
    """
    remedy = "Write a regular expression, or leave it empty."
    if len(pattern) > CHARACTERS_OF_PATTERN:
        return f"has more than {CHARACTERS_OF_PATTERN} characters", "Write a shorter one, or leave it empty."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            re.compile(pattern)
            tree = parser.parse(pattern)
    except re.error as error:
        return f"is no pattern: {error.msg}", remedy
    except FutureWarning as error:
        return f"is no plain pattern: {str(error).lower()}", "Put a backslash before signs that mean themselves."
    except (OverflowError, RecursionError):
        return "is no pattern that can be used", remedy
    try:
        endless = _endless(tree, inside=False)
    except _NestedError:
        return "has a repetition inside a repetition", "Write it without: '[0-9 ]+' for '([0-9]+ ?)+'."
    if endless > _OPEN_ENDED:
        return f"has more than {_OPEN_ENDED} repetitions without an end", "Say how many of each there are: '[0-9]{3,4}'."
    return None


def matches(pattern: str, text: str) -> bool:
    """Whether a cell as a whole is what a sound pattern describes; one of more than 256 characters is not."""
    return len(text) <= MATCHED_CHARACTERS and re.fullmatch(pattern, text) is not None


class _NestedError(Exception):
    """A choice or repetition inside a repetition."""


def _endless(items: Iterable[tuple[Any, Any]], *, inside: bool) -> int:
    """How many repetitions without an end stand in a pattern; of alternatives those of all of them."""
    found = 0
    for code, argument in items:
        if code in _REPEATS:
            least, most, body = argument
            if inside and least != most:
                raise _NestedError
            found += int(most) - int(least) >= _LONG
            found += _endless(body, inside=inside or int(most) > 1)
        elif code is codes.BRANCH:
            if inside:
                raise _NestedError
            found += sum(_endless(body, inside=inside) for body in argument[1])
        else:
            found += sum(_endless(part, inside=inside) for part in _bodies(argument))
    return found


def _bodies(argument: Any) -> Iterable[Any]:
    """The patterns within a group or a look ahead."""
    if isinstance(argument, parser.SubPattern):
        return [argument]
    return [part for part in argument if isinstance(part, parser.SubPattern)] if isinstance(argument, tuple) else []
