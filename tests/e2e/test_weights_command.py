"""``kamassess weights`` as a consultant runs it: an empty table, three judges, one of them inconsistent, and a scored unit."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kamassess.reading.instrument import load_instrument
from kamassess.recipe import score

if TYPE_CHECKING:
    from tests.conftest import Ran

    Cli = Callable[..., Ran]

pytestmark = pytest.mark.e2e

ANNA = {"STR": "1 3 2 5 1 2", "ORG": "- 1 1/2 2 ⅓ 0.5", "MGR": "- - 1 3 ½ 1", "INF": "- - - 1 0.2 1/3", "RET": "- - - - 1 2"}
CHEN = {"STR": "1 2 - 3 - 1", "ORG": "- 1 1 2", "MGR": "- - 1 2", "RET": "1 3 2 4 1 2", "AUT": "- 2 2 3 - 1"}
BERG = {"STR": "1 7 1/5 9 1/3 1", "ORG": "- 1 5 1/7 3 5", "MGR": "- - 1 7 1/5 3", "INF": "- - - 1 2 1/5", "RET": "- - - - 1 7"}


@pytest.fixture
def judges(tmp_path: Path, kamassess_cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Lets judges fill the table that the command makes; returns the folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def fill(**tables: dict[str, str]) -> Path:
        for judge, cells in tables.items():
            path = Path("judges", f"{judge}.csv")
            assert kamassess_cli("weights", "kam", "--template", "--out", path).code == 0
            with path.open(encoding="utf-8", newline="") as file:
                head, *rows = csv.reader(file)
            for row in rows:
                given = cells.get(row[0], "").split()
                row[1:] = [cell if cell != "-" else "" for cell in given] + row[1 + len(given) :]
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([head, *rows])
        return Path("judges")

    return fill


def test_sound_judges_make_an_instrument(judges: Callable[..., Path], kamassess_cli: Cli) -> None:
    # If this fails, the way that docs/weights.md shows does not lead to an instrument.
    ran = kamassess_cli("weights", "kam", judges(anna=ANNA, chen=CHEN), "--out", "own.yaml", "--id", "kam-board")
    assert (ran.code, ran.err) == (0, [])
    text = "\n".join(ran.out)
    assert max(map(len, ran.out)) <= 80
    assert "│ anna  │ 15 of 15 │ 0.003 │" in text
    assert "│ chen  │ 14 of 15 │     – │ not all pairs compared, so there is no CR │" in text
    assert "│ STR │ Strategic alignment            │ 1.5092 │ 25.2% │   22.1%–27.9% │" in text
    assert "Together: λmax 6.0238, CI 0.0048, CR 0.004 (random index: saaty)." in text
    assert "Consistent enough to use (CR at most 0.10 is accepted)." in text
    assert ran.out[-1] == "Written: own.yaml, id kam-board. Name it under 'instrument:' in engagement.yaml."
    assert kamassess_cli("instrument", "check", "own.yaml").out[0].startswith("No problems found: kam-board 1.0, 6 dimensions")
    assert load_instrument("own.yaml").dimensions[0].weight == 1.5092


def test_one_inconsistent_judge_is_found(judges: Callable[..., Path], kamassess_cli: Cli) -> None:
    # If this fails, a report rests on answers that contradict each other, or nobody knows which to ask about again.
    folder = judges(anna=ANNA, chen=CHEN, berg=BERG)
    looked = kamassess_cli("weights", "kam", folder)
    assert (looked.code, looked.err) == (0, [])
    shown = " ".join(" ".join(looked.out).replace("│", " ").split())
    assert "berg 15 of 15 1.137 INF against ORG was judged 7; the other" in shown
    assert "Too inconsistent to use (CR at most 0.10 is accepted): MGR against STR was judged 1.6 on average;" in shown
    refused = kamassess_cli("weights", "kam", folder, "--out", "own.yaml")
    assert refused.code == 2
    refused.the("nothing is written: CR 0.104 is above 0.10; MGR against STR", "--accept-inconsistent")
    refused.the("judge berg: CR 1.137; INF against ORG was judged 7; the other answers imply about 1/4: ask again")
    assert len(refused.err) == 2
    assert not Path("own.yaml").exists()
    accepted = kamassess_cli("weights", "kam", folder, "--out", "own.yaml", "--accept-inconsistent")
    assert accepted.code == 0
    assert accepted.out[-1].startswith("Written all the same: own.yaml, id kam-weighted.")
    assert load_instrument("own.yaml").id == "kam-weighted"


def test_the_other_table_of_random_indices_can_be_chosen(judges: Callable[..., Path], kamassess_cli: Cli) -> None:
    ran = kamassess_cli("weights", "kam", judges(berg=BERG), "--random-index", "alonso_lamata")
    assert any("CR 1.130 (random index: alonso_lamata)" in line for line in ran.out)
    assert any("Weights from 1 judge, with mean 1" in line for line in ran.out)
    assert not any("range" in line for line in ran.out)


def test_incomplete_tables_have_weights_if_they_link_all(judges: Callable[..., Path], kamassess_cli: Cli) -> None:
    # If this fails, a half-filled table is a crash, or a NaN that ends up in an instrument.
    folder = judges(anna={"STR": "1 3 2 5 - -", "RET": "- - - 2 1 -"}, chen={"RET": "- - - - 1 2"})
    ran = kamassess_cli("weights", "kam", folder, "--out", "own.yaml")
    assert ran.code == 0
    text = " ".join(" ".join(ran.out).split())
    assert "no CR, since nobody compared STR–RET, STR–AUT, ORG–MGR," in text
    assert "nothing can be said of their consistency" in text
    assert "nan" not in text.lower()
    assert load_instrument("own.yaml").dimensions[0].weight == pytest.approx(2.2785)


def test_tables_that_do_not_link_all_are_refused_with_the_pairs_that_would(
    judges: Callable[..., Path], kamassess_cli: Cli
) -> None:
    for options in ((), ("--out", "own.yaml", "--accept-inconsistent")):
        Path("judges/anna.csv").unlink(missing_ok=True)
        ran = kamassess_cli("weights", "kam", judges(anna={"STR": "1 3 2 5 1 -"}), *options)
        assert ran.code == 2
        ran.the("there are no weights", "STR, ORG, MGR, INF, RET | AUT", "STR–AUT, ORG–AUT, MGR–AUT, INF–AUT, RET–AUT")
    assert not Path("own.yaml").exists()


def test_the_weights_of_one_dimensions_criteria(judges: Callable[..., Path], kamassess_cli: Cli) -> None:
    ran = kamassess_cli("weights", "kam", "--template", "--of", "AUT")
    assert ran.out[0] == ",AUT-1,AUT-2,AUT-3,AUT-4,AUT-5"
    Path("aut.csv").write_text("\n".join(ran.out).replace("AUT-1,1,,,,", "AUT-1,1,2,2,2,2"), encoding="utf-8")
    done = kamassess_cli("weights", "kam", "aut.csv", "--of", "AUT", "--out", "own.yaml")
    assert done.code == 0
    assert [one.weight for one in load_instrument("own.yaml").dimensions[5].criteria] == [1.6667, *[0.8333] * 4]


def test_the_new_weights_move_the_score(
    make_engagement: Callable[..., Path], instrument: dict[str, Any], kamassess_cli: Cli, tmp_path: Path
) -> None:
    # If this fails, the instrument is written but its weights are not what scores are made with.
    folder = make_engagement()
    (tmp_path / "anna.csv").write_text(",A,B\nA,1,9\nB,,1\n", encoding="utf-8")
    out = folder / "own.yaml"
    assert kamassess_cli("weights", folder / "instrument.yaml", tmp_path / "anna.csv", "--out", out).code == 0
    before = score(folder).units["N"]
    settings = folder / "engagement.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("instrument.yaml", "own.yaml"), encoding="utf-8")
    after = score(folder).units["N"]
    a, b = (before.dimensions[name].score for name in ("A", "B"))
    assert a is not None
    assert b is not None
    assert a != b
    assert before.overall.score == pytest.approx((a + b) / 2)
    assert after.overall.score == pytest.approx(0.9 * a + 0.1 * b)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["kam"], "no table is given. Name the files of the judges, or begin with --template."),
        (["kma"], "there is no built-in instrument 'kma'"),
        (["kam", "nowhere.csv"], "nowhere.csv: there is no such file. Check the name and the folder."),
        (["kam", "x.csv", "--template"], "--template makes an empty table and reads none"),
        (["kam", "x.csv", "--id", "own"], "--id is the id of the instrument written, and none is"),
        (["kam", "--template", "--of", "STRR"], "'STRR' is no dimension or screen of kam. Did you mean STR?"),
        (["kam", "--template", "--out", "x.xlsx"], "'x.xlsx' is no name of a CSV file"),
        (["kam", "x.csv", "--random-index", "mine"], "invalid choice: 'mine'"),
    ],
)
def test_a_wrong_call_is_refused(
    kamassess_cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = kamassess_cli("weights", *arguments)
    assert ran.code == 2
    ran.the(message)
    assert list(tmp_path.iterdir()) == []


def test_a_judge_with_an_odd_name_is_shown_as_it_is(kamassess_cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, '[bold]' in a file's name is taken for an instruction to the terminal.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    text = ",".join(["", "AUT-1", "AUT-2", "AUT-3", "AUT-4", "AUT-5"]) + "\nAUT-1,1,2,2,2,2\n"
    Path("[red]李 [x].csv").write_text(text + "".join(f"AUT-{n},,,,,\n" for n in range(2, 6)), encoding="utf-8")
    ran = kamassess_cli("weights", "kam", "[red]李 [x].csv")
    assert ran.code == 0
    assert any("[red]李 [x]" in line for line in ran.out)


@pytest.mark.slow
def test_the_command_runs_as_a_program(program: Callable[..., Any], tmp_path: Path) -> None:
    # If this fails, Chinese judges, or λ, break a terminal that is not UTF-8.
    ran = program("kamassess", "weights", "kam", "--template")
    (tmp_path / "李.csv").write_text(ran.stdout.replace("STR,1,,,,,", "STR,1,2,2,2,2,2"), encoding="utf-8")
    for encoding in ("utf-8", "ascii"):
        ran = program("kamassess", "weights", "kam", "李.csv", env={"PYTHONIOENCODING": encoding, "COLUMNS": "80"})
        assert (ran.returncode, ran.stderr) == (0, "")
        assert "The weights rest on the comparisons made" in ran.stdout
