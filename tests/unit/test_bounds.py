"""Which versions of libraries are allowed and which are tested: each has a lower bound, and what is pinned is not older."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

pytestmark = pytest.mark.checkout

CHECKOUT = Path(__file__).parents[2]


def _oldest() -> dict[str, Version]:
    """By name, what ``tools/oldest.py`` prints for ``tools/elsewhere.sh``."""
    spec = importlib.util.spec_from_file_location("oldest", CHECKOUT / "tools" / "oldest.py")
    assert spec
    assert spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    lines = tool.oldest((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    return {canonicalize_name(name): Version(version) for name, _, version in (line.partition("==") for line in lines)}


def test_every_library_has_an_oldest_version() -> None:
    # If this fails, `make oldest` lets pip choose, and nobody knows whether what an old system has is enough.
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [
        *project["dependencies"],
        *(name for extra, names in project["optional-dependencies"].items() if extra != "fuzz" for name in names),
    ]
    wanted = {requirement.name: requirement for requirement in map(Requirement, named) if requirement.name != project["name"]}
    assert {canonicalize_name(name) for name in wanted} == set(_oldest())
    assert all(re.fullmatch(r">=[\w.]+", str(requirement.specifier)) for requirement in wanted.values())


def test_what_is_pinned_is_allowed() -> None:
    # If this fails, the versions that every other test runs with are ones that pip would not install.
    pinned = (CHECKOUT / "constraints.txt").read_text(encoding="utf-8")
    lines = [line for line in pinned.splitlines() if not line.startswith("#")]
    pins = {
        canonicalize_name(name): Version(version) for name, found, version in (line.partition("==") for line in lines) if found
    }
    oldest = _oldest()
    assert oldest.keys() <= pins.keys()
    assert [name for name, version in oldest.items() if pins[name] < version] == []
