"""Change the code in one place after the other, and see whether a test notices: ``python bench/mutation.py PART [--out DIR]``.

A part is one of ``stats``, ``scoring`` and ``metrics``. The changes and the search for the tests that reach each are mutmut's
(``pip install 'kamassess[mutation]'``; BSD), which takes several times as long to try one as ``mutation_session.py`` does. This
file says which code and which tests, works on a copy of what git knows of the checkout, and prints how many were noticed in each
module, then each that was not. What is ended goes on where it was if it is given the same DIR again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_UNIT = "tests/unit/test_"
_TESTS = {
    "stats": ["stats*", "ahp"],
    "scoring": [
        *("scoring", "agreement", "anonymity", "bootstrap", "change", "comparing_units", "comparing_waves"),
        *("evidence", "group", "known", "levels_and_gates", "reliability_by_role", "roadmap", "robustness", "role_differences"),
        *("role_gaps", "suitability", "weights", "workshop_result", "without_answers", "result_json"),
    ],
    "metrics": [
        *("metrics*", "alerts", "customer_groups", "options", "portfolio", "data_findings", "planted_truths", "measuring"),
        *("suitability", "without_answers"),
    ],
}
_LEFT_OUT = "not rarely and not hardly_ever"
"""Tests that draw thousands of companies by chance to see how often something is said: a change would take half a minute."""
_GOLDEN = "tests/golden/test_*_golden.py"
YET = "not yet"
_FATES = ("noticed", "not", "slow", "no test", YET, "not tried")
_ALONE = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""BLAS keeps to one thread, since a thread does not outlive a fork."""
_SETTINGS = """\
[mutmut]
source_paths=kamassess
only_mutate=kamassess/{part}/*
also_copy=
    {also}
pytest_add_cli_args=
    -p
    no:randomly
    -q
    -x
    -k
    {left_out}
pytest_add_cli_args_test_selection=
    {tests}
track_dependencies=0
use_git_change_detection=0
"""


_SHOW = """
import sys
from mutmut.mutation.diff_apply import get_diff_for_mutant
for told in sys.argv[1:]:
    print(f"\\n{told}\\n{get_diff_for_mutant(told.partition(': ')[2])}")
"""


def main() -> int:
    """Copy, change, run and tell."""
    parser = argparse.ArgumentParser(description="Change the code in one place after the other, and see whether a test notices.")
    parser.add_argument("part", choices=sorted(_TESTS))
    parser.add_argument("changes", nargs="*", help="names of changes as printed (default: all; * stands for any text)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="keep the copy there, to go on with it")
    parser.add_argument("--children", type=int, default=os.cpu_count(), metavar="N", help="processes at once")
    parser.add_argument("--sample", type=int, metavar="N", help="try only so many, drawn at random, the same every time")
    options = parser.parse_intermixed_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = options.out or Path(temporary)
        if not (place / "setup.cfg").exists():
            _copy(place, options.part)
        names = _names(place, options.part)
        if options.changes:
            names = [name for name in names if any(fnmatch(name, pattern) for pattern in options.changes)]
        elif options.sample:
            names = sorted(random.Random(1).sample(names, min(options.sample, len(names))))
        known = {} if options.changes else _tried(place)
        to_try = {name: known.get(name, "") for name in names if known.get(name, YET) == YET}
        ran = _try(place, options.part, to_try, options.children)
        return ran or _tell(place, names)


def _copy(place: Path, part: str) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=_ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (_ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(_ROOT / name, place / name)
    tests = _tests(_ROOT, part)
    also = ["sample_data", "templates", "notebooks", "docs", "tools", "README.md"]
    settings = _SETTINGS.format(part=part, left_out=_LEFT_OUT, also="\n    ".join(also), tests="\n    ".join(tests))
    (place / "setup.cfg").write_text(settings, encoding="utf-8")


def _tests(root: Path, part: str) -> list[str]:
    patterns = [*(f"{_UNIT}{name}.py" for name in _TESTS[part]), _GOLDEN]
    return [str(path.relative_to(root)) for pattern in patterns for path in sorted(root.glob(pattern))]


def _mutmut(place: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "mutmut", *arguments], cwd=place, env=_ALONE, check=False)


def _names(place: Path, part: str) -> list[str]:
    """The names of all changes; they are made first, and it is seen which tests reach which, if that was not done yet."""
    if not (place / "mutants" / "mutmut-stats.json").exists():
        _mutmut(place, "run", "--max-children", "1", f"kamassess.{part}.no_such_change")
    metas = sorted(place.glob("mutants/kamassess/**/*.py.meta"))
    return [name for meta in metas for name in json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]]


def _try(place: Path, part: str, changes: dict[str, str], children: int) -> int:
    """Try these changes, of which that much is known, in a session of pytest that collects the tests once."""
    (place / "changes.json").write_text(json.dumps(changes), encoding="utf-8")
    settings = {
        "PYTHONPATH": str(place.resolve() / "bench"),
        "KAMASSESS_CHANGES": str(place.resolve() / "changes.json"),
        "KAMASSESS_TRIED": str(place.resolve() / "tried.jsonl"),
        "KAMASSESS_CHILDREN": str(children),
    }
    command = [sys.executable, "-m", "pytest", "-p", "mutation_session", "-p", "no:randomly", "-p", "no:cacheprovider", "-q"]
    command += ["--assert=plain", "--tb=native", "--rootdir=.", "-k", _LEFT_OUT, *_tests(place, part)]
    return subprocess.run(command, cwd=place / "mutants", env={**_ALONE, **settings}, check=False).returncode


def _tried(place: Path) -> dict[str, str]:
    """What became of each change that was tried; of one that was tried again, the last."""
    file = place / "tried.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return {told["name"]: told["fate"] for told in map(json.loads, lines)}


def _tell(place: Path, names: Sequence[str]) -> int:
    tried = _tried(place)
    fates: dict[str, Counter[str]] = {}
    for name in names:
        fates.setdefault(name.rpartition(".")[0].removeprefix("kamassess."), Counter())[tried.get(name, "not tried")] += 1
    print(f"\n{'module':32}{'changes':>9}" + "".join(f"{fate:>11}" for fate in _FATES))
    for module, found in [*fates.items(), ("all", sum(fates.values(), Counter()))]:
        print(f"{module:32}{found.total():>9}" + "".join(f"{found[fate]:>11}" for fate in _FATES))
    unnoticed = [f"{tried[name]}: {name}" for name in names if tried.get(name) in _FATES[1:4]]
    subprocess.run([sys.executable, "-c", _SHOW, *unnoticed], cwd=place, env=_ALONE, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
