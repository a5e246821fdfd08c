"""Plans and manifests that were changed by hand: the right result, or a word that says what to do. Nothing else may come.

A few hundred, always the same ones; twenty thousand of each with ``KAMASSESS_EVERY_FAULT=1``.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from stored_cases import (
    damaged_manifest,
    damaged_plan,
    sound_manifest,
    sound_plan,
    untrue_manifest,
    untrue_plan,
)

EVERY = os.environ.get("KAMASSESS_EVERY_FAULT") == "1"
PLANS, MANIFESTS = (20_000, 20_000) if EVERY else (220, 120)


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder whose files cost no disk, if there is such a place."""
    place = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=place if os.access(place, os.W_OK) else None) as folder:
        yield Path(folder)


def test_a_plan_that_was_changed_gives_the_right_result_or_an_error_that_says_what_to_do(memory: Path) -> None:
    # If this fails, a report has the figures of another unit, of other answers or of nobody, or a batch ends in a traceback.
    sound, path = sound_plan(memory), memory / "plan.sqlite"
    path.write_bytes(sound.raw)
    assert not untrue_plan(sound, path, knows=False)
    for number in range(PLANS):
        path.unlink(missing_ok=True)
        knows = damaged_plan(random.Random(f"plan {number}"), sound, path)
        said = untrue_plan(sound, path, knows=knows)
        assert not said, f"number {number}: {said}"


def test_a_manifest_that_was_changed_is_used_as_it_was_or_set_aside(memory: Path) -> None:
    # If this fails, a changed bit makes the report of one unit in the folder of another, or a batch ends in a traceback.
    raw, said = sound_manifest(memory)
    assert not untrue_manifest(said, memory, knows=False)
    for number in range(MANIFESTS):
        knows = damaged_manifest(random.Random(f"manifest {number}"), raw, memory / "manifest.sqlite")
        wrong = untrue_manifest(said, memory, knows=knows)
        assert not wrong, f"number {number}: {wrong}"
