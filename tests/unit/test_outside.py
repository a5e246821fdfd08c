"""Links and paths that lead out of an engagement or an output folder; and what a killed command leaves for the next one."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from reader_seeds import picture, sound_engagement

from kamassess.batch import files
from kamassess.batch.files import Folder, sweep
from kamassess.errors import InputError, OutputError, UsageError
from kamassess.reading.engagement import check_engagement, load_engagement
from kamassess.reading.pairwise import read_pairwise
from kamassess.resources import package_file
from kamassess.starter import make_engagement as start
from kamassess.temporary import PrivateFolder

if TYPE_CHECKING:
    from tests.conftest import Ran

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")

Cli = Callable[..., "Ran"]
_OUT = "is a link that leads out of the folder. Put the file itself here."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return sound_engagement(tmp_path / "engagement")


def out_of(folder: Path, name: str) -> Path:
    """Move a file or folder of an engagement elsewhere, and put a link in its place."""
    elsewhere = folder.parent / "elsewhere" / Path(name).name
    elsewhere.parent.mkdir(exist_ok=True)
    (folder / name).rename(elsewhere)
    (folder / name).symlink_to(elsewhere)
    return elsewhere


def said(folder: Path) -> list[str]:
    return [str(fault) for fault in check_engagement(folder)[1]]


LINKED = (
    "responses/a.csv",
    "responses",
    "data/accounts.csv",
    "data",
    "evidence.csv",
    "invited.csv",
    "workshops/w.yaml",
    "workshops",
)


@pytest.mark.parametrize("name", LINKED)
def test_inputs_are_not_read_through_a_link_that_leads_out(folder: Path, name: str) -> None:
    # If this fails, another client's answers are scored as this one's, and nobody sees it.
    out_of(folder, name)
    assert f"{name}: {_OUT}" in said(folder)


def test_scorecards_are_not_read_through_a_link(folder: Path) -> None:
    # If this fails, targets come from a file that nobody handed over.
    (folder / "scorecards").mkdir()
    (folder / "scorecards" / "a.xlsx").write_bytes(b"")
    out_of(folder, "scorecards/a.xlsx")
    assert f"scorecards/a.xlsx: {_OUT}" in said(folder)
    (folder / "scorecards" / "a.xlsx").unlink()
    out_of(folder, "scorecards")
    assert f"scorecards: {_OUT}" in said(folder)


def test_the_engagement_itself_is_no_link(folder: Path) -> None:
    # If this fails, the folder says one thing here and another where it is sent.
    out_of(folder, "engagement.yaml")
    assert said(folder) == [f"engagement.yaml: {_OUT}"]


NAMED = ("instrument.yaml", "actions.yaml", "brand.yaml", "old.yaml", "mapping.yaml")


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("how", ["by a link", "with ..", "by an absolute path"])
def test_files_that_are_named_lie_inside(folder: Path, name: str, how: str) -> None:
    # If this fails, engagement.yaml of a stranger reads any file of this machine, and a check quotes its lines.
    elsewhere = out_of(folder, name)
    if how != "by a link":
        (folder / name).unlink()
        written = f"../elsewhere/{name}" if how == "with .." else elsewhere.as_posix()
        file = folder / "engagement.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace(f": {name}", f": {written}"), encoding="utf-8")
    (found,) = [one for one in said(folder) if "lies outside" in one]
    assert found.startswith("engagement.yaml, line ")
    assert f"'{name}' lies outside this folder. Copy the file into this folder, and name that." in found


def test_links_inside_are_followed(folder: Path) -> None:
    # If this fails, one file under two names, as some programs keep it, cannot be used.
    (folder / "instrument.yaml").rename(folder / "own.yaml")
    (folder / "instrument.yaml").symlink_to("own.yaml")
    (folder / "data" / "sales.csv").rename(folder / "sales of the year.csv")
    (folder / "data" / "sales.csv").symlink_to(Path("..") / "sales of the year.csv")
    whole = folder.parent / "by another name"
    whole.symlink_to(folder)
    assert not [one for one in said(whole) if "outside" in one or "leads out" in one]
    assert load_engagement(whole).wave == "2026"


def test_links_that_lead_nowhere_or_round_are_said(folder: Path) -> None:
    # If this fails, a link to a disk that is not there, or to itself, ends a check with a traceback.
    (folder / "responses" / "gone.csv").symlink_to("nowhere.csv")
    (folder / "responses" / "round.csv").symlink_to("round.csv")
    found = "\n".join(said(folder))
    assert "responses/gone.csv: " in found
    assert "responses/round.csv: " in found


def test_names_that_are_no_text_are_said(folder: Path) -> None:
    # If this fails, a file of an old archive with a Chinese name ends a score with a traceback when its JSON is written.
    try:
        (folder / "responses" / "a.csv").rename(folder / "responses" / os.fsdecode(b"\xb4\xf0.csv"))
    except OSError:
        pytest.skip("the file system takes only names in UTF-8")
    (found,) = [one for one in said(folder) if "has a name" in one]
    assert "Rename it." in found
    found.encode()


@pytest.mark.parametrize("name", ["logo.svg", "deck.pptx"])
def test_what_a_brand_names_lies_inside(folder: Path, name: str) -> None:
    # If this fails, a picture of another client's goes into every report.
    out_of(folder, name)
    assert any(one.startswith("brand.yaml, line ") and f"'{name}'" in one for one in said(folder))


def test_a_brand_may_name_what_lies_beside_its_folder_in_the_engagement(folder: Path) -> None:
    # If this fails, an engagement with folders for brands and for pictures is refused.
    (folder / "brands").mkdir()
    text = (folder / "brand.yaml").read_text(encoding="utf-8")
    (folder / "brands" / "own.yaml").write_text(text.replace("logo.svg", "../logo.png").replace("deck.pptx", "../deck.pptx"))
    (folder / "logo.png").write_bytes(picture())
    file = folder / "engagement.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("brand.yaml", "brands/own.yaml"), encoding="utf-8")
    assert not [one for one in said(folder) if "brand" in one]


def test_evidence_outside_has_no_digest(folder: Path) -> None:
    # If this fails, a register tells whether a file of this machine is the one somebody thinks it is.
    out_of(folder, "note.txt")
    engagement, _ = check_engagement(folder)
    assert engagement is not None
    (proof,) = [proof for proof in engagement.evidence if proof.file]
    assert proof.sha256 is None
    assert any("there is no file 'note.txt' in the engagement folder" in str(fault) for fault in engagement.odd)


def test_judges_are_not_read_through_a_link_that_leads_out(folder: Path, tmp_path: Path) -> None:
    # If this fails, weights rest on a table that is not among those that were collected.
    (tmp_path / "judges").mkdir()
    (tmp_path / "judges" / "a.csv").symlink_to(folder / "responses" / "a.csv")
    with pytest.raises(InputError, match="leads out"):
        read_pairwise([tmp_path / "judges"], load_engagement(folder).instrument)


# -- output ----------------------------------------------------------------------------------------------------------------------


def test_reports_are_not_written_or_removed_through_a_link(tmp_path: Path) -> None:
    # If this fails, whoever can write into a folder of reports writes and removes files of whoever makes them.
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (elsewhere / "N").mkdir()
    (elsewhere / "N" / "kept.html").write_text("kept", encoding="utf-8")
    (elsewhere / "N" / ".kept.part").write_text("kept", encoding="utf-8")
    (out / "2026").symlink_to(elsewhere)
    place = Folder(out)
    for path in ("2026/N/report.html", "../elsewhere/N/report.html"):
        with pytest.raises(OutputError, match="would lie outside the output folder"):
            place.write({path: b"x"})
    for path in ("2026/N/kept.html", "../elsewhere/N/kept.html"):
        with pytest.raises(OutputError):
            place.discard(path)
        assert not place.holds(path)
    sweep(out)
    assert sorted(path.name for path in (elsewhere / "N").iterdir()) == [".kept.part", "kept.html"]
    place.write({"2027/N/report.html": b"x"})
    assert (out / "2027" / "N" / "report.html").read_bytes() == b"x"


def test_a_link_in_the_place_of_a_report_is_replaced(tmp_path: Path) -> None:
    # If this fails, the file that the link leads to is overwritten with a report.
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    out = tmp_path / "out"
    (out / "2026").mkdir(parents=True)
    (out / "2026" / "report.html").symlink_to(tmp_path / "mine.txt")
    Folder(out).write({"2026/report.html": b"x"})
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert not (out / "2026" / "report.html").is_symlink()


def test_a_new_engagement_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, a full disk leaves half an engagement, which the next `init` refuses to touch.
    real = files._write_part

    def full(path: Path, *given: Any, **named: Any) -> Path:
        if path.name == "questions.csv":
            raise OSError(28, "No space left on device")
        return real(path, *given, **named)

    monkeypatch.setattr(files, "_write_part", full)
    with pytest.raises(OutputError):
        start(tmp_path / "new")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    monkeypatch.undo()
    (tmp_path / "empty").mkdir()
    for name in ("new", "empty"):
        start(tmp_path / name)
        assert sorted(path.name for path in (tmp_path / name).iterdir()) == ["engagement.yaml", "questions.csv", "responses"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "new"]
    with pytest.raises(UsageError):
        start(tmp_path / "new")


# -- temporary folders -----------------------------------------------------------------------------------------------------------

_KEEPS = """
import os, signal, sys
from kamassess.temporary import PrivateFolder
kept = PrivateFolder()
(kept.path / "answers.csv").write_text("confidential")
print(kept.path, flush=True)
if sys.argv[1] == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
sys.stdin.read()
"""


def test_what_a_killed_command_left_goes_with_the_next(tmp_path: Path) -> None:
    # If this fails, a copy of a client's answers stays on the machine for good; or that of a running command is taken from it.
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", _KEEPS]
    with subprocess.Popen(
        [*command, "runs"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        alive = Path(running.stdout.readline().strip())
        killed = subprocess.run([*command, "killed"], env=environment, capture_output=True, text=True, check=False)
        assert killed.returncode == -signal.SIGKILL
        left = Path(killed.stdout.strip())
        assert (left / "answers.csv").is_file()
        done = subprocess.run([*command, "ends"], env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        assert done.returncode == 0
        assert not left.parent.exists()
        assert (alive / "answers.csv").is_file()
        running.communicate("")
    assert not list(tmp_path.iterdir())


def test_temporary_folders_are_private() -> None:
    # If this fails, other users of a machine read what lies there, or know beforehand where it will.
    with PrivateFolder() as one, PrivateFolder() as other:
        assert one != other
        for path in (one, one.parent):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
        assert one.is_relative_to(tempfile.gettempdir())
    assert not one.parent.exists()


def test_nothing_is_pickled() -> None:
    # If this fails, a file that somebody puts into an output folder can run what it likes.
    code = [*package_file().rglob("*.py")]
    assert code
    for path in code:
        text = path.read_text(encoding="utf-8")
        for word in ("import pickle", "from pickle", "import shelve", "import marshal", "cloudpickle", "read_pickle", "joblib"):
            assert word not in text, path.name
        assert "yaml.load(" not in text or "Loader=loader" in text or "Loader=_LOADER" in text, path.name


def test_votes_are_not_kept_through_a_link(folder: Path, tmp_path: Path) -> None:
    # If this fails, opening a workshop writes votes into whatever file a stranger's folder points at.
    from kamassess.workshop.opening import open_workshop

    (tmp_path / "mine.sqlite").write_bytes(b"")
    file = folder / "engagement.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("  roadmap:\n  - action")] + text[text.index("- id: S\n") :], encoding="utf-8")
    assert not [one for one in said(folder) if one.startswith("engagement.yaml")]
    (folder / "workshop.sqlite").symlink_to(tmp_path / "mine.sqlite")
    with pytest.raises(UsageError, match="leads out"):
        open_workshop(folder, "N", day="2026-06-18")
    assert (tmp_path / "mine.sqlite").read_bytes() == b""


def test_the_command_says_it_too(kamassess_cli: Cli, folder: Path) -> None:
    # If this fails, people who type a command learn of it by a traceback.
    out_of(folder, "responses/a.csv")
    ran = kamassess_cli("check", folder)
    assert ran.code == 2
    assert ran.the("responses/a.csv", "leads out of the folder")
