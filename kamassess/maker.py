"""Who makes reports: this package to the last byte, with its notebooks, templates and fonts, and the libraries it stands on."""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from re import match

from kamassess.resources import carried
from kamassess.stored import digest

__all__ = ["libraries", "made_by"]


@cache
def made_by() -> str:
    """The digest of all that makes reports: this package, its notebooks, templates and fonts, and the libraries it stands on."""
    package = Path(__file__).parent
    trees = {"package": package, **{name: carried(name) for name in ("notebooks", "templates")}}
    parts: list[bytes | str] = []
    for name, tree in trees.items():
        files = (path for path in sorted(tree.rglob("*")) if path.is_file() and not _aside(path.relative_to(tree)))
        for path in files:
            parts += [f"{name}/{path.relative_to(tree).as_posix()}", path.read_bytes()]
    return digest(*parts, json.dumps(libraries()))


def _aside(path: Path) -> bool:
    return "__pycache__" in path.parts or "_carried" in path.parts or path.name.startswith(".")


def libraries() -> dict[str, str]:
    """The versions of what this package needs to run, by name."""
    found = {}
    for line in requires("kamassess") or ():
        named = match(r"[\w.-]+", line)
        if named and "extra ==" not in line:
            try:
                found[named[0]] = version(named[0])
            except PackageNotFoundError:
                found[named[0]] = ""
    return dict(sorted(found.items()))
