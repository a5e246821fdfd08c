"""``import kamassess as ka``: the names others rely on, as ``contracts.md`` promises them."""

from __future__ import annotations

import dataclasses
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import kamassess as ka
from kamassess.resources import carried, package_file


@pytest.mark.parametrize("name", ["load_engagement", "load_instrument", "check_engagement", "score", "audit"])
def test_a_function_is_there_and_documented(name: str) -> None:
    # If this fails, a notebook written against the guide stops at its first line.
    function = getattr(ka, name)
    assert callable(function)
    assert name in ka.__all__
    assert inspect.getdoc(function)
    hints = inspect.signature(function)
    assert hints.return_annotation is not inspect.Signature.empty


@pytest.mark.parametrize("name", ["stats", "metrics", "charts", "tables"])
def test_a_module_is_there(name: str) -> None:
    # If this fails, `ka.charts` is an error until somebody imports it elsewhere.
    code = f"import kamassess as ka; assert ka.{name}.__name__ == 'kamassess.{name}'"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert all(hasattr(getattr(ka, name), entry) for entry in getattr(ka, name).__all__)


def test_every_public_name_exists_and_is_listed() -> None:
    # If this fails, `from kamassess import *` or completion in JupyterLab offers what is not there.
    assert all(getattr(ka, name) is not None for name in ka.__all__)
    assert dir(ka) == sorted(ka.__all__)


def test_an_unknown_name_is_said_as_python_does() -> None:
    # If this fails, hasattr and copy break on the package.
    with pytest.raises(AttributeError, match="no attribute 'scroe'"):
        _ = ka.scroe  # type: ignore[attr-defined]
    assert not hasattr(ka, "__path_of_nothing__")


def test_errors_have_one_root_and_can_be_caught_by_it() -> None:
    # If this fails, a program that catches KamassessError misses some of them.
    assert all(issubclass(error, ka.KamassessError) for error in (ka.InputError, ka.UsageError, ka.OutputError))
    with pytest.raises(ka.KamassessError) as caught:
        ka.load_engagement("nowhere")
    assert caught.value.faults
    assert caught.value.exit_code == 2


def test_score_and_audit_take_a_folder_or_an_engagement() -> None:
    # If this fails, the CLI and a notebook reach different numbers.
    engagement = ka.load_engagement(carried("sample_data"))
    by_folder, by_engagement = ka.score(carried("sample_data")), ka.score(engagement)
    assert by_folder.units["NC"].overall == by_engagement.units["NC"].overall
    assert ka.audit(engagement).units["NC"].overall.score == by_folder.units["NC"].overall.score
    assert ka.score(engagement, "2025").wave == "2025"


def test_a_result_cannot_be_changed() -> None:
    # If this fails, a chart or a notebook can alter a number that the next one shows.
    result = ka.score(carried("sample_data"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.wave = "2030"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.units["NC"].overall.score = 5.0  # type: ignore[misc]
    with pytest.raises(TypeError):
        result.units["NC"] = None  # type: ignore[index]


def test_statistics_say_how_sure_and_of_how_many() -> None:
    # If this fails, a statistic comes without its interval, its n or the reason why it is missing.
    fields = {field.name for field in dataclasses.fields(ka.stats.cronbach_alpha([[1, 2], [2, 3], [4, 4], [1, 1]]))}
    assert {"value", "ci_low", "ci_high", "n", "reason"} <= fields
    none = ka.stats.cronbach_alpha([[1, 1], [1, 1]])
    assert none.value is None
    assert none.reason


def test_it_is_typed_for_others() -> None:
    # If this fails, a type checker of who uses kamassess takes everything for Any.
    assert package_file("py.typed").is_file()
    assert Path(str(ka.__file__)).parent == package_file()
