"""Solara, as we serve it: without telemetry and other hosts, its files from this machine, its page with a head of ours."""

from __future__ import annotations

import gzip
import logging
import mimetypes
import os
import secrets
import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Files", "page_of", "quiet", "set_up"]

_SETTINGS = {
    "SOLARA_APP": "kamassess.workshop.app",
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_ASSETS_PROXY": "True",  # its files come from the package solara-assets; what is not there is not fetched, see Files
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_FORCE_REFRESH": "True",  # a page that finds the server anew opens itself again: its person is known by a cookie
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",
    "SOLARA_SESSION_HTTP_ONLY": "True",
}


def set_up(home: Path) -> None:
    """Set Solara up; *home* is where it may write.

    Raises
    ------
    RuntimeError
        It has been imported already, and would not hear of it.
    """
    if "solara" in sys.modules and any(os.environ.get(name) != value for name, value in _SETTINGS.items()):
        raise RuntimeError("Solara must be set up before it is imported")
    os.environ.update(_SETTINGS)
    os.environ["SOLARA_HOME"] = str(home)
    os.environ["SOLARA_SESSION_SECRET_KEY"] = secrets.token_hex(16)


def quiet() -> None:
    """Say nothing of what is no news to whoever runs a workshop: that a browser left while something was sent to it."""
    warnings.filterwarnings("ignore", message="You are triggering a websocket send", category=UserWarning)
    logging.getLogger("asyncio").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    return not (record.exc_info and type(record.exc_info[1]).__name__ == "WebSocketDisconnect")


@dataclass
class Files:
    """Solara's files: read from the disk of this machine, compressed once, and from nowhere else."""

    _known: dict[str, tuple[bytes, bytes, str] | None] = field(default_factory=dict)

    def __call__(self, path: str) -> tuple[bytes, bytes, str] | None:
        """Content, the same compressed, and its type; None where there is no such file."""
        if path not in self._known:
            if len(self._known) > _MOST_FILES:
                return None
            found = next((place for folder, name in _places(path) if (place := _below(folder, name))), None)
            if found is None:
                return None
            content = found.read_bytes().replace(*_LOADING)
            kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
            self._known[path] = content, gzip.compress(content, 6, mtime=0), kind
        return self._known[path]


_MOST_FILES = 500
_LOADING = b"app.$data.loading_text = 'Loading app';", b""
"""An English text of Solara's, which would stand in the place of ours while a page is opened."""


def _places(path: str) -> list[tuple[Path, str]]:
    """Folders in which the file of an address may be, with its name there."""
    from solara.server import server, settings

    roots: dict[str, list[Any]] = {
        "_solara/cdn/": [settings.assets.proxy_cache_dir],
        "jupyter/nbextensions/": list(server.nbextensions_directories),
        "static/assets/": list(server.asset_directories()),
        "static/": [server.solara_static],
    }
    return [
        (Path(folder), path[len(start) :]) for start, folders in roots.items() if path.startswith(start) for folder in folders
    ]


def _below(folder: Path, name: str) -> Path | None:
    """A file in a folder; None for one that is not there, or is elsewhere."""
    found = (folder / name).resolve()
    return found if found.is_file() and found.is_relative_to(folder.resolve()) else None


def page_of(path: str, replaced: Mapping[str, str]) -> str:
    """Solara's page for a path, with some of its texts replaced.

    Raises
    ------
    LookupError
        A text is not there: this is another version of Solara.
    """
    from solara.server import server

    page: str = server.read_root(path) or ""
    for old, new in replaced.items():
        if old not in page:
            raise LookupError(f"Solara's page has no {old!r}")
        page = page.replace(old, new, 1)
    return page
