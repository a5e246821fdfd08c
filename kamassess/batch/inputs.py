"""What a batch starts from, as digests: the engagement's files, and all that makes reports of them.

Light on purpose: a batch that finds nothing changed has nothing else to load.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from re import match

from kamassess.batch.files import sha256_of
from kamassess.reading.standing_still import input_files
from kamassess.resources import carried
from kamassess.stored import digest

__all__ = ["inputs_key", "made_by"]


@cache
def made_by() -> str:
    """The digest of all that makes reports: this package, its notebooks, templates and fonts, and the libraries it stands on."""
    package = Path(__file__).parents[1]
    trees = {"package": package, **{name: carried(name) for name in ("notebooks", "templates")}}
    parts: list[bytes | str] = []
    for name, tree in trees.items():
        files = (path for path in sorted(tree.rglob("*")) if path.is_file() and not _aside(path.relative_to(tree)))
        for path in files:
            parts += [f"{name}/{path.relative_to(tree).as_posix()}", path.read_bytes()]
    return digest(*parts, json.dumps(_libraries()))


def _aside(path: Path) -> bool:
    return "__pycache__" in path.parts or "_carried" in path.parts or path.name.startswith(".")


def _libraries() -> dict[str, str]:
    """The versions of what this package needs to run."""
    found = {}
    for line in requires("kamassess") or ():
        named = match(r"[\w.-]+", line)
        if named and "extra ==" not in line:
            try:
                found[named[0]] = version(named[0])
            except PackageNotFoundError:
                found[named[0]] = ""
    return dict(sorted(found.items()))


def inputs_key(folder: Path, asked: Mapping[str, object], stamp: str | None, named: Sequence[str] = ()) -> str:
    """The digest of everything a batch starts from: as long as it is the same, so are the reports and all their keys.

    Parameters
    ----------
    folder
        The engagement.
    asked
        What is asked for, as plain values.
    stamp
        What stands for now, if it is set from outside.
    named
        Files that the engagement names, wherever they lie.
    """
    parts: list[bytes | str] = [made_by(), json.dumps(asked, sort_keys=True), stamp or ""]
    for path in (*input_files(folder), *(folder / name for name in named)):
        parts += [os.path.relpath(path, folder), sha256_of(path) or ""]
    return digest(*parts)
