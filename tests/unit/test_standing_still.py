"""Inputs that somebody copies, saves or synchronises while they are read, and what is left of them when that is cut."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kamassess.batch.inputs import inputs_key
from kamassess.errors import Fault, InputError
from kamassess.opened import opened_audit
from kamassess.reading import engagement as reading
from kamassess.reading.engagement import load_declared, load_engagement
from kamassess.reading.standing_still import read_while_still

Make = Callable[..., Path]
WAIT = "Wait until it is copied, saved or synchronised, then run this again."


def _changing(monkeypatch: pytest.MonkeyPatch, change: Callable[[int], None]) -> list[int]:
    """Let *change* happen after each time an engagement is read."""
    true, read = reading._read, []

    def slow(folder: Path, **options: Any) -> Any:
        found = true(folder, **options)
        read.append(len(read))
        change(len(read))
        return found

    monkeypatch.setattr(reading, "_read", slow)
    return read


def _grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"2026,N,R9,lead,A-1-Q1,0.5,\n")


def test_a_file_that_grows_while_it_is_read_is_read_again(make_engagement: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, a report is of the half of the answers that had been copied, under the digest of all of them.
    folder = make_engagement()
    whole = len(load_engagement(folder).responses)
    read = _changing(monkeypatch, lambda count: _grow(folder / "responses" / "a.csv") if count == 1 else None)
    assert len(load_engagement(folder).responses) == whole + 1
    assert len(read) == 2


@pytest.mark.parametrize("command", [("check",), ("score", "--json", "-"), ("report", "--unit", "N", "--format", "json")])
def test_what_goes_on_changing_is_named_and_nothing_is_made(
    make_engagement: Make, kamassess_cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    # If this fails, who starts too early has a report of half the answers, and no word of it.
    folder = make_engagement()
    _changing(monkeypatch, lambda count: (folder / "responses" / f"copied-{count}.csv").write_bytes(b"wave"))
    ran = kamassess_cli(command[0], folder, *command[1:])
    assert (ran.code, ran.out) == (2, [])
    assert ran.err == [f"responses/copied-3.csv: has changed while it was read. {WAIT}"]
    assert not (folder / "reports").exists()


def test_what_vanishes_between_listing_and_reading_is_no_error_of_the_system(
    make_engagement: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    # If this fails, a file that a synchroniser replaces is a traceback.
    folder = make_engagement(files={"responses/b.csv": "wave,unit,respondent,role,question,answer\n2026,N,R8,lead,A-1-Q1,1\n"})
    true = Path.iterdir
    gone: list[Path] = []

    def listed(path: Path) -> Any:
        found = list(true(path))
        if path.name == "responses" and not gone:
            gone.append(path / "b.csv")
            (path / "b.csv").unlink()
        return iter(found)

    monkeypatch.setattr(Path, "iterdir", listed)
    assert "R8" not in set(load_engagement(folder).responses["respondent"])
    assert gone


def test_what_does_not_belong_to_what_is_read_may_change(make_engagement: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, a lock that Excel makes, or answers that come in while forms are written, stop a command.
    folder = make_engagement()
    read = _changing(monkeypatch, lambda count: (folder / "responses" / f"~$a-{count}.xlsx").write_bytes(b"x"))
    load_engagement(folder)
    assert len(read) == 1
    read = _changing(monkeypatch, lambda _: _grow(folder / "responses" / "a.csv"))
    load_declared(folder)
    assert len(read) == 1


def test_an_error_of_the_system_is_a_fault_of_the_file(tmp_path: Path) -> None:
    # If this fails, a placeholder of a cloud that cannot be fetched is a traceback.
    def read() -> tuple[str | None, list[Fault]]:
        raise OSError(5, "Input/output error", str(tmp_path / "data" / "accounts.csv"))

    found, faults = read_while_still(tmp_path, read)
    assert found is None
    assert [str(fault) for fault in faults] == [
        "data/accounts.csv: cannot be read (Input/output error). Check it and its permissions."
    ]


@pytest.mark.parametrize("name", ["responses/a.csv", "data/accounts.csv"])
def test_a_table_that_is_cut_anywhere_in_its_last_line_is_told(
    make_engagement: Make, kamassess_cli: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    # If this fails, 120,000 that was cut to 12 is a figure of the report, and nobody is told.
    accounts = "account,name,unit,key_account,wallet\na,A,N,yes,5000\nb,B,N,yes,120000\n"
    folder = make_engagement("sound", files={"data/accounts.csv": accounts})
    assert kamassess_cli("check", folder).code == 0
    sound = (folder / name).read_bytes()
    last = sound[:-1].rfind(b"\n") + 1
    for length in range(last + 1, len(sound)):
        cut = shutil.copytree(folder, tmp_path / f"cut-{length}")
        (cut / name).write_bytes(sound[:length])
        ran = kamassess_cli("check", cut)
        told = f"{name}: the last line has no end, as where a file was cut while it was copied. See that it is whole"
        assert any(line.startswith(f"note: {told}") for line in ran.out) or any(name in line for line in ran.err), sound[
            last:length
        ]


def test_files_that_end_so_are_one_note(make_engagement: Make, kamassess_cli: Callable[..., Any]) -> None:
    # If this fails, sixty exports of a platform that writes no last line break are sixty notes.
    rows = "wave,unit,respondent,role,question,answer\n2026,N,X{},lead,A-1-Q1,1"
    folder = make_engagement(files={f"responses/x{number}.csv": rows.format(number) for number in range(9)})
    (note,) = [line for line in kamassess_cli("check", folder).out if "has no end" in line]
    assert note.startswith("note: responses/x0.csv, responses/x1.csv, ")
    assert " and 4 more: the last line" in note


@pytest.mark.parametrize("moment", [0, 86_400 * 365 * 200, 1])
def test_when_a_file_was_changed_says_nothing_of_what_is_in_it(make_engagement: Make, moment: int) -> None:
    # If this fails, a folder that was copied without its times, or from a machine with a wrong clock, has another result.
    folder = make_engagement()
    _, before = opened_audit(folder, None)
    key = inputs_key(folder, {}, None)
    for path in folder.rglob("*"):
        os.utime(path, (moment, moment))
    _, after = opened_audit(folder, None)
    assert "".join(after.write_json()) == "".join(before.write_json())
    assert inputs_key(folder, {}, None) == key


def test_a_changed_file_of_the_same_size_and_time_is_read_again_if_it_is_another(make_engagement: Make) -> None:
    # If this fails, a notebook that is open shows the answers that were there before a synchroniser put others in their place.
    folder = make_engagement()
    path = folder / "responses" / "a.csv"
    opened_audit(folder, None)
    stat = path.stat()
    other = path.with_name(".new")
    other.write_bytes(path.read_bytes().replace(b",0.25,", b",1.00,"))
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    before = opened_audit(folder, None)[1].units["N"].overall.score
    other.replace(path)
    assert opened_audit(folder, None)[1].units["N"].overall.score != before


def test_a_folder_that_goes_while_it_is_read_is_told(make_engagement: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, a network drive that is cut is a traceback.
    folder = make_engagement()
    _changing(monkeypatch, lambda _: shutil.rmtree(folder, ignore_errors=True))
    with pytest.raises(InputError, match="there is no engagement folder 'engagement'"):
        load_engagement(folder)
