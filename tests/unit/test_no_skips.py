"""What CI leans on: with ``KAMASSESS_NO_SKIPS=1`` a skipped browser or end-to-end test fails the run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_TESTS = """
import pytest
{whole}
@pytest.mark.e2e
def test_a(): pytest.skip("no Chromium")
@pytest.mark.browser
@pytest.mark.skipif(True, reason="no")
def test_b(): pass
def test_c(): pytest.skip("may be")
@pytest.mark.e2e
@pytest.mark.xfail(reason="known")
def test_d(): assert False
"""


@pytest.mark.parametrize(
    ("strict", "whole", "code", "said"),
    [
        ("0", "", 0, "3 skipped, 1 xfailed"),
        ("1", "", 1, "1 failed, 1 skipped, 1 xfailed, 1 error"),
        ("1", "pytest.skip('whole', allow_module_level=True)", 2, "1 error"),
    ],
)
def test_a_skip_fails_where_it_is_forbidden(tmp_path: Path, strict: str, whole: str, code: int, said: str) -> None:
    # If this fails, CI is green on a machine without Chromium, where half of the tests did not run.
    (tmp_path / "e2e").mkdir()
    (tmp_path / "e2e" / "test_inner.py").write_text(_TESTS.format(whole=whole), encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  e2e\n  browser\n", encoding="utf-8")
    (tmp_path / "conftest.py").write_text((Path(__file__).parents[1] / "conftest.py").read_text("utf-8"), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", str(tmp_path)]
    env = {**os.environ, "KAMASSESS_NO_SKIPS": strict, "PYTEST_ADDOPTS": ""}
    ran = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (ran.returncode, said in ran.stdout) == (code, True), ran.stdout
