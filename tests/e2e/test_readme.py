"""What README and the guide tell people to type is known, and runs."""

from __future__ import annotations

import argparse
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from nbconvert.exporters import get_export_names

from kamassess.cli import _parser
from kamassess.resources import carried

pytestmark = [pytest.mark.e2e, pytest.mark.checkout]

CHECKOUT = Path(__file__).parents[2]
README = CHECKOUT / "README.md"
PAGES = (README, *sorted((CHECKOUT / "docs").rglob("*.md")))
SEPARATORS = ("&&", "||", "|", ";", ">", "2>", ">>")
LONG = ("demo", "batch", "workshop")
"""Commands that have tests of their own and take long: known, not run here."""


def _lines(page: Path) -> list[str]:
    """The lines of the blocks of shell code, prompts and comments taken off, continued lines joined."""
    blocks = re.findall(
        r"^[ ]*```(?:sh|bash|shell|console)\n(.*?)^[ ]*```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line.strip().removeprefix("$ ") for line in lines if line.strip() and not line.strip().startswith("#")]


def _commands(page: Path) -> Iterator[list[str]]:
    """The commands of a page as words: environment variables, pipes and what follows them taken off."""
    for line in _lines(page):
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        lexer.commenters = "#"
        command: list[str] = []
        for word in [*lexer, ";"]:
            if word in SEPARATORS:
                if command:
                    yield command
                command = []
            elif command or not re.fullmatch(r"\w+=.*", word):
                command.append(word)


def _found(*programs: str, pages: tuple[Path, ...] = PAGES) -> list[list[str]]:
    return [command for page in pages for command in _commands(page) if Path(command[0]).name in programs]


def _parses(arguments: list[str]) -> bool:
    code: object = 0
    try:
        _parser().parse_args(arguments)
    except SystemExit as stop:  # --help ends with 0
        code = stop.code
    return code == 0


def test_the_readme_shows_how_to_begin() -> None:
    # If this fails, there is nothing for the tests below to look at, and nothing for a reader to type.
    assert len(_found("kamassess", "make", pages=(README,))) >= 2


def test_every_command_that_is_shown_is_known() -> None:
    # If this fails, a reader types what a page says and is told it is wrong.
    for command in _found("kamassess"):
        if not any(word.isupper() or word.startswith(("[", "…", "...")) for word in command[1:2]):
            assert _parses(command[1:]), f"{' '.join(command)} is no command"


def test_every_target_of_make_that_is_shown_exists() -> None:
    # If this fails, `make …` of a page is "No rule to make target".
    targets = set(re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    shown = {word for command in _found("make") for word in command[1:] if not word.startswith("-") and "=" not in word}
    assert shown <= targets


def test_every_command_there_is_is_shown() -> None:
    # If this fails, a command is there that nobody reading README or the guide would find.
    actions = [action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction)]
    shown = {command[1] for command in _found("kamassess", "make") if len(command) > 1}
    assert {name for action in actions for name in action.choices} - shown == set()


def test_notebooks_and_exporters_that_are_shown_are_known() -> None:
    # If this fails, `papermill -p` or `jupyter nbconvert --to` of a page is refused.
    for command in _found("papermill"):
        notebook = next(word for word in command[1:] if word.endswith(".ipynb"))
        cells = json.loads((CHECKOUT / notebook).read_text(encoding="utf-8"))["cells"]
        source = next("".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", ()))
        known = set(re.findall(r"^(\w+) =", source, re.MULTILINE))
        assert {command[number + 1] for number, word in enumerate(command) if word == "-p"} <= known
    for command in _found("jupyter"):
        for number, word in enumerate(command):
            assert word != "--to" or command[number + 1] in get_export_names()


@pytest.mark.slow
def test_the_commands_of_the_readme_run_in_their_order(
    program: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    # If this fails, who follows the README from top to bottom meets a traceback or an error. (Exit code 2 is right where a page
    # shows `kamassess check` on a folder that is still to be filled.)
    place = tmp_path / "copy"
    place.mkdir()
    for name in ("sample_data", "notebooks", "templates"):
        shutil.copytree(carried(name), place / name)
    for command in _found("kamassess", "papermill", "jupyter", pages=(README,)):
        words = [Path(command[0]).name, *command[1:]]
        if words[0] == "kamassess" and (len(words) < 2 or words[1] in LONG):
            continue
        if words[0] == "jupyter" and words[1:2] != ["nbconvert"]:
            continue
        ran = program(*words, cwd=place)
        assert "Traceback" not in ran.stderr, f"{command}: {ran.stderr}"
        unfilled = words[0] == "kamassess" and not any("sample_data" in word for word in words)
        assert ran.returncode in ((0, 2) if unfilled else (0,)), f"{command}: {ran.stderr}"
