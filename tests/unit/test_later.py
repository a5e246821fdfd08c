"""What is loaded when it is used: the grammar that ``jsonschema`` takes a second to build and a notebook never asks for."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

_BEGIN = "import sys\nfrom kamassess import later\nlater.see_to_it()\nimport nbformat, jsonschema\n"


def _runs(code: str) -> None:
    ran = subprocess.run([sys.executable, "-W", "error", "-c", _BEGIN + code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


@pytest.fixture(autouse=True)
def _there() -> None:
    if find_spec("rfc3987_syntax") is None:
        pytest.skip("rfc3987_syntax, which is to be loaded later, is not installed")


def test_a_notebook_is_read_without_the_grammar() -> None:
    # If this fails, every command that makes a report takes a second longer to begin.
    _runs("assert 'lark' not in sys.modules\nnbformat.validate(nbformat.v4.new_notebook())\nassert 'lark' not in sys.modules")


def test_whoever_asks_for_an_address_gets_it_checked() -> None:
    # If this fails, a notebook that checks addresses by jsonschema is told that all of them are right.
    _runs(
        "sound = jsonschema.FormatChecker(['iri', 'iri-reference']).conforms\n"
        "assert sound('http://例え.jp/', 'iri') and not sound('例え', 'iri') and sound('例え', 'iri-reference')\n"
        "assert 'lark' in sys.modules\n"
        "import rfc3987_syntax\n"
        "assert rfc3987_syntax.is_valid_syntax.__module__ == 'rfc3987_syntax.syntax_helpers'"
    )


def test_the_library_is_whole_for_whoever_loads_it() -> None:
    # If this fails, a notebook that uses the library itself does not find what it has.
    _runs(
        "import rfc3987_syntax\n"
        "from rfc3987_syntax import is_valid_syntax_iri, utils\n"
        "assert is_valid_syntax_iri('http://a.b/') and utils.load_grammar\n"
        "later.see_to_it()\n"
        "assert sys.modules['rfc3987_syntax'] is rfc3987_syntax and rfc3987_syntax.parse"
    )
