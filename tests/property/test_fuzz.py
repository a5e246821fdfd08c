"""Ten thousand damaged files, the same in every run: each is read, or refused with a fault that names it. Nothing else may come.

``bench/fuzz.py`` goes on from here, without end and led by what code it reaches.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reader_cases import NAMES, Reader, readers, unexpected, untrue
from scoring_cases import instrument, result

_SLOWEST = 10.0
"""CPU seconds that one small file may take, at most, on a machine that does much else."""


@pytest.fixture(scope="module")
def all_readers() -> Iterator[tuple[Path, Mapping[str, Reader]]]:
    memory = Path("/dev/shm")  # where files cost no disk, if there is such a place
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder), {reader.name: reader for reader in readers(Path(folder))}


def test_ten_thousand_files_are_tried(all_readers: tuple[Path, Mapping[str, Reader]]) -> None:
    # If this fails, what is said of the number in docs/limits.md is no longer so; or a reader is not tried.
    _, found = all_readers
    assert tuple(found) == NAMES
    assert sum(reader.tries for reader in found.values()) >= 10_000


@pytest.mark.parametrize("name", NAMES)
def test_sound_files_are_read(all_readers: tuple[Path, Mapping[str, Reader]], name: str) -> None:
    # If this fails, what is damaged below was never whole, and only the first check of each reader is tried.
    folder, found = all_readers
    reader = found[name]
    for raw in reader.seeds if name != "misplaced" else ():
        assert not unexpected(reader, folder, raw)
        assert not [fault for fault in reader.faults(folder, raw) if "damaged" in str(fault) or "cannot be read" in str(fault)]


@pytest.mark.parametrize("name", NAMES)
def test_damaged_files_are_read_or_refused(all_readers: tuple[Path, Mapping[str, Reader]], name: str) -> None:
    # If this fails, a file that somebody sends ends a command with a traceback, a hang or a wrong figure instead of a word.
    folder, found = all_readers
    reader = found[name]
    for number in range(reader.tries):
        raw = reader.mutated(random.Random(f"{name} {number}"))
        began = time.process_time()
        said = unexpected(reader, folder, raw)
        assert not said, f"{name}, number {number}: {said}"
        assert time.process_time() - began < _SLOWEST, f"{name}, number {number}"


FAILED: Mapping[str, tuple[str, bytes]] = {
    "a level of an action that is no whole number": ("actions", b'"A-1": {"\xc2\xb2": {}}'),
    "an action of a level beyond all": (
        "actions",
        b'{"A-1": {"999999999": {do: {en: "a", zh: "b"}, measure: {en: "a", zh: "b"}, owner: board, after: ["B-1.999999999"]}}}',
    ),
    "aliases of aliases": ("brand", "\n".join(f"a{n}: &a{n} [*a{n - 1}]" if n else "a0: &a0 [x]" for n in range(3_000)).encode()),
    "an event of a question that is not asked": ("events of a workshop", b'{"kind":"shown","question":"A-1-Q9"}'),
    "an event of a dimension that is not there": ("events of a workshop", b'{"kind":"began","dimension":"Z"}'),
    "a digit that float does not take": ("table accounts", "account,name,unit,key_account,wallet\nA1,A,N,yes,²\n".encode()),
    "a number of five thousand digits": (
        "table accounts",
        b"account,name,unit,key_account,wallet\nA1,A,N,yes," + b"9" * 5_000 + b"\n",
    ),
    "an answer of a hundred thousand digits": (
        "answers (CSV)",
        b"wave,unit,respondent,role,question,answer\n2026,N,R1,lead,A-1-Q1," + b"1" * 100_000 + b"\n",
    ),
    "a name that is too long for a file": ("engagement", b'instrument: "' + b"x" * 5_000 + b'.yaml"\n'),
    "a name with a zero byte": ("engagement", b'instrument: "a\\0b.yaml"\n'),
    "as many votes as there are people": (
        "workshop",
        b"""{schema: kamassess.workshop/1, session: "a", wave: "2026", unit: N, instrument: "tiny 1.0", agenda: [],
        people: {lead: 1e300}, votes: [{question: A-1-Q1, round: 1, votes: 3e17, all: {1: 3e17}}]}""",
    ),
}
"""What once failed, by the reader that it failed in."""


@pytest.mark.parametrize(("name", "raw"), FAILED.values(), ids=FAILED)
def test_what_once_failed(all_readers: tuple[Path, Mapping[str, Reader]], name: str, raw: bytes) -> None:
    # If this fails, a fault that was mended is back.
    folder, found = all_readers
    began = time.process_time()
    assert not unexpected(found[name], folder, raw)
    assert time.process_time() - began < _SLOWEST


TREE = {"A": {"A1": ["q1", "q2"], "A2": ["q3"]}, "B": {"B1": ["q4"]}}
WEIGHTS = st.sampled_from((0.0, 1e-18, 0.3, 1.0, 7.0, 1e18))
SCALES = ((1.0, 2.0, 3.0), (0.0, 1e-18), (0.0, 1e18), (-1e18, 0.0, 1e18), (1e17, 1e17 + 64), (-2.0, -1.0), (1e-18, 1.0))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.data())
def test_scores_of_extreme_instruments_can_be_so(data: st.DataObject) -> None:
    # If this fails, weights or scales that a file may have give a score off its scale, or none with a reason.
    options = data.draw(st.sampled_from(SCALES))
    names = ("A", "B", "A1", "A2", "B1", "q1", "q2", "q3", "q4")
    weights = {name: data.draw(WEIGHTS) for name in names} | {data.draw(st.sampled_from(("A", "B"))): 1.0}
    aggregations = ("arithmetic", "minimum") if options[0] < 0 else ("arithmetic", "geometric", "minimum")
    case = instrument(
        TREE,
        options=options,
        levels=options[:2],
        roles=("boss", "kam"),
        weights=weights,
        gates=data.draw(st.lists(st.sampled_from(("A1", "B1")), unique=True)),
        aggregation=data.draw(st.sampled_from(aggregations)),
        unanswered=data.draw(st.sampled_from(("exclude", "minimum"))),
        min_coverage=data.draw(st.sampled_from((0.0, 0.6, 1.0))),
        min_respondents=data.draw(st.integers(1, 3)),
    )
    answer = st.sampled_from((*options, *options, "DK", "NA", None))
    rows = [
        (unit, f"{role}{number}", role, {name: data.draw(answer) for name in ("q1", "q2", "q3", "q4")})
        for unit in "UV"
        for role in ("boss", "kam")
        for number in range(data.draw(st.integers(0, 3)))
    ]
    if any(value is not None for _, _, _, given_ in rows for value in given_.values()):
        assert not untrue(result(case, rows, ["U", "V"], replicates=5))
