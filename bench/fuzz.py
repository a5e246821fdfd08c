"""Damage files for as long as one likes, led by what code they reach: ``python bench/fuzz.py [--seconds N] [READER …]``.

Goes on where ``tests/property/test_fuzz.py`` ends, with the same readers. A file that is neither read nor refused is written
beside, with the reader it belongs to; what is left of it when it is made short goes into ``FAILED`` there. Needs atheris
(``pip install 'kamassess[fuzz]'``, Linux).
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_LARGEST = 1 << 20
_SLOWEST = 120
_MEMORY = 4_096
"""MiB that one file may take."""


def main() -> int:
    """Run each reader in a process of its own, and say what was found."""
    parser = argparse.ArgumentParser(description="Damage files and read them, led by what code they reach.")
    parser.add_argument("readers", nargs="*", help="names of readers (default: all)")
    parser.add_argument("--seconds", type=int, default=60, metavar="N", help="for each reader (default: 60)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another one tries other files (default: 1)")
    parser.add_argument("--found", default=str(_HERE / "found"), metavar="DIR", help="where files go that failed")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    parser.add_argument("--place", help=argparse.SUPPRESS)
    options = parser.parse_args()
    sys.path[:0] = [str(_HERE.parent / "tests")]
    if options.inside:
        _inside(options.inside, options)
    from reader_cases import NAMES

    failed = 0
    memory = Path("/dev/shm")  # where files cost no disk, if there is such a place
    for name in options.readers or NAMES:
        command = [sys.executable, __file__, "--inside", name, "--seconds", str(options.seconds), "--seed", str(options.seed)]
        with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as place:
            command += ["--found", options.found, "--place", place]
            done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        told = [line for line in done.stderr.splitlines() if "cov:" in line or "DONE" in line]
        print(f"{name}: {_figures(told)}{'' if done.returncode == 0 else '; FAILED'}", flush=True)
        if done.returncode:
            failed += 1
            print("\n".join(done.stderr.splitlines()[-12:]), file=sys.stderr)
    return min(failed, 1)


def _figures(lines: list[str]) -> str:
    """From how many places of the code to how many, in how many files."""
    reached = [line.split("cov: ")[1].split()[0] for line in lines if "cov: " in line]
    tried = lines[-1].split("#")[1].split()[0] if lines and "#" in lines[-1] else "0"
    return f"{int(tried):,} files, {reached[0]} → {reached[-1]} places of code reached" if reached else "nothing ran"


def _inside(name: str, options: argparse.Namespace) -> None:
    """Fuzz one reader until the time is over; the process ends with it."""
    import atheris

    with atheris.instrument_imports(include=["kamassess"]):
        from reader_cases import readers, unexpected
    place, seeds, found = Path(options.place) / "engagement", Path(options.place) / "seeds", Path(options.found)
    reader = next(one for one in readers(place) if one.name == name)
    seeds.mkdir()
    found.mkdir(parents=True, exist_ok=True)
    for number, raw in enumerate(reader.seeds):
        (seeds / str(number)).write_bytes(raw)

    def try_one(raw: bytes) -> None:
        said = unexpected(reader, place, raw)
        if said:
            (found / f"{name.replace(' ', '-')}-{time.time_ns()}").write_bytes(raw)
            raise AssertionError(f"{name}: {said}")

    def mutate(raw: bytes, largest: int, seed: int) -> bytes:
        luck = random.Random(seed)
        if luck.random() < 0.3:
            return atheris.Mutate(raw, largest)
        try:
            return reader.mutation(luck, raw)[:largest]
        except Exception:  # noqa: BLE001 - of many libraries
            return reader.mutated(luck)[:largest]  # what is damaged too much to be changed in its own form

    flags = [f"-max_total_time={options.seconds}", f"-seed={options.seed}", f"-max_len={_LARGEST}", f"-timeout={_SLOWEST}"]
    flags += [f"-rss_limit_mb={_MEMORY}", f"-artifact_prefix={options.found}/", "-print_final_stats=0"]
    atheris.Setup([sys.argv[0], *flags, str(seeds)], try_one, custom_mutator=mutate, internal_libfuzzer=True)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
