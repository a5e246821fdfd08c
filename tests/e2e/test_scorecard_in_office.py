"""The scorecard in an office program: it opens as it is, and its formulas come to the numbers that were stored with them."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from scorecard_figures import figures, workbook

from kamassess.display import view_of_group, view_of_unit
from kamassess.export.files import write_file
from kamassess.reading.engagement import load_engagement
from kamassess.reading.places import Gathered
from kamassess.reading.planned import score_ends
from kamassess.reading.plans import Plans
from kamassess.reading.scorecards import Known, read_scorecards
from kamassess.resources import carried

pytestmark = pytest.mark.e2e

_CACHED = re.compile(rb'(<c [^>]*?)( t="str")?(>)(<f>.*?</f>)<v>.*?</v>')
NAMES = ("NC.en", "EX.zh", "_group.en")


def _uncalculated(raw: bytes) -> bytes:
    """The same workbook without the values of its formulas, so that whoever opens it must work them out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as archive, zipfile.ZipFile(out, "w") as copy:
        for name in archive.namelist():
            content = archive.read(name)
            copy.writestr(name, _CACHED.sub(rb"\1\3\4", content) if name.startswith("xl/worksheets/sheet") else content)
    return out.getvalue()


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, Path]]:
    """Scorecards as they were made, and as LibreOffice saves them after it has worked out every formula."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("office")
    made = {}
    for name in NAMES:
        unit, language = name.split(".")
        view = (
            view_of_group("sample_data", language, None)
            if unit == "_group"
            else view_of_unit("sample_data", unit, language, None)
        )
        made[name] = write_file("xlsx", view)
        (folder / f"{name}.xlsx").write_bytes(_uncalculated(made[name]))
    profile, saved = f"-env:UserInstallation=file://{folder}/profile", folder / "saved"
    files = [folder / f"{name}.xlsx" for name in NAMES]
    command = [
        office,
        profile,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(saved),
        *map(str, files),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return {name: (raw, saved / f"{name}.xlsx") for name, raw in made.items()}


@pytest.mark.parametrize("name", NAMES)
def test_formulas_come_to_the_numbers_of_the_result(name: str, recalculated: dict[str, tuple[bytes, Path]]) -> None:
    # If this fails, a figure changes as soon as somebody opens the file and saves it.
    raw, saved = recalculated[name]
    stored, formulas, again = workbook(raw), workbook(raw, formulas=True), workbook(saved)
    cells = [
        (sheet.title, cell.coordinate)
        for sheet in formulas.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(cells) > (5 if name == "_group.en" else 150)
    changed = []
    for sheet, cell in cells:
        before, after = stored[sheet][cell].value, again[sheet][cell].value
        numbers = isinstance(before, int | float) and isinstance(after, int | float)
        if not (abs(before - after) < 1e-9 if numbers else (before or "") == (after or "")):
            changed.append((sheet, cell, formulas[sheet][cell].value, before, after))
    assert changed == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_lost_on_the_way(name: str, recalculated: dict[str, tuple[bytes, Path]]) -> None:
    # If this fails, the file needs repair: a sheet, a text or a number is not there once it was opened.
    raw, saved = recalculated[name]
    before, after = figures(raw), figures(saved)
    assert before.keys() == after.keys()
    assert [key for key in before if isinstance(before[key].value, str) and before[key].value != after[key].value] == []
    assert workbook(raw).sheetnames == workbook(saved).sheetnames


def test_what_an_office_program_saves_is_read_back(recalculated: dict[str, tuple[bytes, Path]], tmp_path: Path) -> None:
    # If this fails, a plan that was edited in LibreOffice is not taken for what it is, or cells nobody touched look edited.
    for name in ("NC.en", "EX.zh"):
        shutil.copy(recalculated[name][1], tmp_path / f"{name}.xlsx")
    engagement = load_engagement(carried("sample_data"))
    instrument, units = engagement.instrument, [unit.id for unit in engagement.units]
    known = Known(units, engagement.wave, instrument, score_ends(instrument), engagement.actions)
    faults, plans = Gathered(), Plans()
    read_scorecards(tmp_path, known, faults, plans)
    assert faults.faults() == []
    assert (plans.stated, plans.lines, len(plans.files)) == ([], [], 2)
