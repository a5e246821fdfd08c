"""Where the files that travel with the package are: notebooks, templates, fonts, the sample, the instrument.

In a checkout they lie at the top level, where people edit them; a wheel carries them inside the package. Nothing else in
kamassess builds a path to them.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

__all__ = ["carried", "engagement_folder", "fonts", "instruments", "package_file"]


@cache
def carried(name: str) -> Path:
    """The folder *name* (``notebooks``, ``templates``, ``sample_data``) of this installation."""
    package = Path(str(files("kamassess")))
    installed = package / "_carried" / name
    return installed if installed.is_dir() else package.parent / name


def engagement_folder(named: str | Path) -> Path:
    """The folder that a notebook names: ``sample_data`` is the sample of this installation, where no folder is called so."""
    folder = Path(named)
    return carried("sample_data") if str(named) == "sample_data" and not folder.is_dir() else folder


def fonts() -> Path:
    """The folder of the fonts that travel with the reports."""
    return carried("templates") / "fonts"


def package_file(*parts: str) -> Path:
    """A data file inside the package itself."""
    return Path(str(files("kamassess"))).joinpath(*parts)


def instruments() -> Path:
    """The folder of built-in instruments, one YAML file each."""
    return package_file("instruments")
