"""Change the code in one place after the other, and see whether a test notices: ``python bench/mutation.py PART [--out DIR]``.

A part is one of ``stats``, ``scoring`` and ``metrics``. The changes and the search for the tests that reach each are mutmut's
(``pip install 'kamassess[mutation]'``; BSD); this file says which code and which tests, works on a copy of what git knows of
the checkout, and prints how many were noticed in each module, then each that was not. Tests begin in processes that have run
none, so that what is kept once it was worked out is worked out from the changed code. A part takes an hour or two; what is
ended goes on where it was if it is given the same DIR again.
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
_GOLDEN = "tests/golden/test_result_golden.py"
_NOTICED = {1, 3, 37}
_UNDECIDED = {None: "not tried", 5: "no test", 33: "no test", 2: "not tried", 34: "not tried"}
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
process_isolation=forkserver
"""


def main() -> int:
    """Copy, change, run and tell."""
    parser = argparse.ArgumentParser(description="Change the code in one place after the other, and see whether a test notices.")
    parser.add_argument("part", choices=sorted(_TESTS))
    parser.add_argument("changes", nargs="*", help="names of changes as printed (default: all; * stands for any text)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="keep the copy there, to go on with it")
    parser.add_argument("--children", type=int, default=os.cpu_count(), metavar="N", help="processes at once")
    parser.add_argument("--sample", type=int, metavar="N", help="try only so many, drawn at random, the same every time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = options.out or Path(temporary)
        if not (place / "setup.cfg").exists():
            _copy(place, options.part)
        wanted = options.changes or (_drawn(place, options.part, options.sample) if options.sample else [])
        ran = _mutmut(place, "run", "--max-children", str(options.children), *wanted)
        return ran or _tell(place)


def _copy(place: Path, part: str) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=_ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (_ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(_ROOT / name, place / name)
    tests = [str(path.relative_to(_ROOT)) for name in _TESTS[part] for path in sorted(_ROOT.glob(f"{_UNIT}{name}.py"))]
    tests += [_GOLDEN] if part != "stats" else []
    also = ["sample_data", "templates", "notebooks", "docs", "tools", "README.md"]
    settings = _SETTINGS.format(part=part, left_out=_LEFT_OUT, also="\n    ".join(also), tests="\n    ".join(tests))
    (place / "setup.cfg").write_text(settings, encoding="utf-8")


def _mutmut(place: Path, *arguments: str) -> int:
    """Run it; BLAS keeps to one thread, since a thread does not outlive a fork."""
    alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.run([sys.executable, "-m", "mutmut", *arguments], cwd=place, env=alone, check=False).returncode


def _drawn(place: Path, part: str, many: int) -> list[str]:
    """Names of so many changes; they are made first, without a test, if they are not there yet."""
    if not any(place.glob("mutants/**/*.meta")):
        _mutmut(place, "run", "--max-children", "1", f"kamassess.{part}.no_such_change")
    names = sorted(name for known in _known(place).values() for name in known)
    return random.Random(1).sample(names, min(many, len(names)))


def _known(place: Path) -> dict[str, dict[str, int | None]]:
    """What became of each change, by module."""
    found = {}
    for meta in sorted(place.glob("mutants/kamassess/**/*.py.meta")):
        told = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
        if told:
            found[meta.name.removesuffix(".py.meta")] = told
    return found


def _tell(place: Path) -> int:
    known = _known(place)
    print(f"{'module':24}{'changes':>9}{'noticed':>9}{'not':>6}{'slow':>6}{'no test':>9}{'not tried':>11}")
    lines = [(module, Counter(_fate(code) for code in told.values())) for module, told in known.items()]
    for module, fates in [*lines, ("all", sum((fates for _, fates in lines), Counter()))]:
        cells = f"{fates['noticed']:>9}{fates['not']:>6}{fates['slow']:>6}{fates['no test']:>9}{fates['not tried']:>11}"
        print(f"{module:24}{fates.total():>9}{cells}")
    for told in known.values():
        for name, code in told.items():
            if _fate(code) in {"not", "no test", "slow"}:
                print(f"\n{_fate(code)}: ", end="", flush=True)
                _mutmut(place, "show", name)
    return 0


def _fate(code: int | None) -> str:
    if code in _NOTICED:
        return "noticed"
    return "not" if code == 0 else _UNDECIDED.get(code, "slow")


if __name__ == "__main__":
    sys.exit(main())
