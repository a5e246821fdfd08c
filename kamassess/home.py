"""A home for what libraries keep for themselves: matplotlib its list of fonts, IPython its profile.

They keep it in the user's home. Where that cannot be written to, as in a container, they would warn at every report, and IPython
would leave a folder behind for each. So they are lent a private folder, which goes when the process ends.
"""

from __future__ import annotations

import contextlib
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kamassess.temporary import PrivateFolder

__all__ = ["see_to_it"]


def see_to_it() -> None:
    """Have the variables ``MPLCONFIGDIR`` and ``IPYTHONDIR`` name folders that can be written to, unless the usual ones can.

    Where nobody knows which folder the home is, as of a user without a name, so does ``HOME``: Jupyter must know.

    Done before the libraries are loaded, it holds for this process and all that it starts; done again, it does nothing. Without
    any folder for temporary files nothing is lent: whoever writes there says so.
    """
    for name, places in _usual().items():
        if not all(map(_can_be_written_to, places)):
            with contextlib.suppress(OSError):
                os.environ[name] = str(_lent().path / name.lower())


def _usual() -> dict[str, list[str]]:
    """Where the libraries keep what they keep, by the variable that may name another place."""

    def at(variable: str, below: str) -> str:
        return os.environ.get(variable) or os.path.expanduser(f"~/{below}")  # noqa: PTH111 - without a home, Path raises

    named = os.environ.get("MPLCONFIGDIR")
    fonts = [named] if named else [at("XDG_CONFIG_HOME", ".config"), at("XDG_CACHE_HOME", ".cache")]
    usual = {"MPLCONFIGDIR": fonts, "IPYTHONDIR": [at("IPYTHONDIR", ".ipython")]}
    own = os.path.expanduser("~")  # noqa: PTH111
    return usual | ({"HOME": [own]} if own.startswith("~") else {})


def _can_be_written_to(place: str) -> bool:
    """Whether a folder is there, or can be made, that takes files. One that begins with ``~`` is of a user without a home."""
    path = Path(place)
    there = next((part for part in (path, *path.parents) if part.exists()), path)
    return not place.startswith("~") and there.is_dir() and os.access(there, os.W_OK | os.X_OK)


@cache
def _lent() -> PrivateFolder:
    from kamassess.temporary import PrivateFolder  # not at the top: most homes can be written to, and --help answers at once

    return PrivateFolder()
