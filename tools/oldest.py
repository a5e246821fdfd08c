"""Print the oldest versions that ``pyproject.toml`` allows, a line each, as pip's option ``--constraint`` takes them."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path


def oldest(text: str) -> list[str]:
    r"""``name==version`` of every dependency, those of the extras too.

    >>> oldest('[project]\nname = "a"\ndependencies = ["b>=1.2"]\n[project.optional-dependencies]\nx = ["a[y]", "c[d]>=2"]')
    ['b==1.2', 'c==2']
    """
    project = tomllib.loads(text)["project"]
    found = [*project["dependencies"], *(name for extra in project["optional-dependencies"].values() for name in extra)]
    asked = [re.fullmatch(r"([\w.-]+)(?:\[[^]]*\])?(?:>=([\w.]+))?", name) for name in found]
    return sorted({f"{name[1]}=={name[2]}" for name in asked if name and name[1] != project["name"]})


if __name__ == "__main__":
    print(*oldest(Path(sys.argv[1]).read_text(encoding="utf-8")), sep="\n")
