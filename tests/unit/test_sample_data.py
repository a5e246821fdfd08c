"""The sample engagement tells the story its README tells, and is what its generator writes."""

from __future__ import annotations

import csv
import importlib.util
import re
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import openpyxl
import pandas as pd
import pytest

import kamassess as ka
from kamassess.reading.engagement import Engagement
from kamassess.reading.responses import ANSWERED, DONT_KNOW, NOT_APPLICABLE, UNANSWERED
from kamassess.resources import carried
from kamassess.result import AuditResult, Reason

SAMPLE = carried("sample_data")
UNITS = ("NC", "EC", "SC", "CA", "OM", "EX")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def engagement() -> Engagement:
    return ka.load_engagement(SAMPLE)


@pytest.fixture(scope="module")
def results(engagement: Engagement) -> dict[str, AuditResult]:
    return {wave: ka.score(engagement, wave, replicates=200) for wave in ("2025", "2026")}


@pytest.fixture(scope="module")
def now(results: dict[str, AuditResult]) -> AuditResult:
    return results["2026"]


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sample_data_generate", SAMPLE / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


# -- the folder as a whole -----------------------------------------------------------------------------------------------------


def test_the_sample_has_no_fault() -> None:
    found, faults = ka.check_engagement(SAMPLE)
    assert found is not None
    assert faults == []


def test_a_holding_unit_stands_above_six_business_units(engagement: Engagement, now: AuditResult) -> None:
    assert [unit.id for unit in engagement.units] == ["GRP", *UNITS]
    assert {unit.parent for unit in engagement.units} == {None, "GRP"}
    assert now.units["GRP"].n_respondents == 0
    assert now.units["GRP"].overall.reason == Reason.NO_ANSWERS
    for unit in engagement.units[1:]:
        assert set(unit.targets.values()) <= {3.0, 4.0}
        assert set(unit.targets) == {dimension.id for dimension in engagement.instrument.dimensions}


def test_people_answer_in_both_waves(engagement: Engagement) -> None:
    people = {
        wave: set(frame[["unit", "respondent"]].itertuples(index=False, name=None))
        for wave, frame in engagement.responses.groupby("wave")
    }
    assert len(people["2026"]) == 95
    assert len(people["2025"]) == 84
    assert len(people["2025"] & people["2026"]) > 0.7 * len(people["2025"])


def test_open_answers_are_as_frequent_as_in_practice_and_explained(engagement: Engagement) -> None:
    for _, frame in engagement.responses.groupby("wave"):
        share = frame["state"].value_counts(normalize=True)
        assert 0.03 <= share[DONT_KNOW] <= 0.08
        assert 0.002 <= share[UNANSWERED] <= 0.03
        assert (frame.loc[frame["state"] == NOT_APPLICABLE, "comment"] != "").all()
    asked_about_pay = engagement.responses.query("question == 'MGR-6-Q2' and role == 'operations'")
    assert (asked_about_pay["state"] == DONT_KNOW).mean() > 0.3


def test_comments_are_many_bilingual_and_rarely_repeated(engagement: Engagement) -> None:
    said = engagement.responses[engagement.responses["comment"] != ""]
    assert max(Counter(said["comment"]).values()) <= 2
    for wave in ("2025", "2026"):
        assert 110 <= (said["wave"] == wave).sum() <= 135
    chinese = said["comment"].map(lambda text: bool(CHINESE.search(text)))
    for _, of_unit in chinese.groupby([said["wave"], said["unit"]]):
        assert of_unit.any()
        assert not of_unit.all()


def test_chinese_text_can_be_set_in_the_fonts_that_travel(engagement: Engagement) -> None:
    """The fonts are cut to GB 2312."""
    texts = [*engagement.responses["comment"], engagement.company["zh"], *(unit.name["zh"] for unit in engagement.units)]
    "".join(texts).encode("gb2312")


def test_executives_see_things_rosier_and_customers_colder(engagement: Engagement) -> None:
    answered = engagement.responses[engagement.responses["state"] == ANSWERED]
    answered = answered[~answered["question"].str.startswith(("INF", "FIT")) & (answered["unit"] != "EX")]
    mean = answered.pivot_table(index=["unit", "question"], columns="role", values="value")
    rosier = _gap(mean, "executive", "kam").groupby("unit").mean()
    assert rosier.between(0.2, 1.0).all(), rosier
    assert -0.9 < _gap(mean, "customer", "kam").mean() < -0.1


def _gap(mean: pd.DataFrame, one: str, other: str) -> pd.Series:
    return (mean[one] - mean[other]).dropna()


# -- what is planted in the units ----------------------------------------------------------------------------------------------


def test_nc_improves_from_level_1_to_2(results: dict[str, AuditResult]) -> None:
    before, after = (results[wave].units["NC"] for wave in ("2025", "2026"))
    assert (before.overall.level, after.overall.level) == (1, 2)
    assert before.overall.ci is not None
    assert after.overall.ci is not None
    assert before.overall.ci[1] < after.overall.ci[0]
    for dimension in ("STR", "ORG", "AUT"):
        assert _score(after.dimensions[dimension]) - _score(before.dimensions[dimension]) > 0.5
    assert abs(_score(after.dimensions["INF"]) - _score(before.dimensions["INF"])) < 0.3


def test_ec_disagrees_with_itself_on_information_systems(engagement: Engagement, now: AuditResult) -> None:
    agreement = now.units["EC"].agreement
    assert agreement["INF"].rwg_j is not None
    assert agreement["INF"].rwg_j < 0.3
    assert all((found.rwg_j or 0) > 0.7 for name, found in agreement.items() if name != "INF")
    own = engagement.responses.query("wave == '2026' and unit == 'EC'")
    own = own[own["question"].str.startswith("INF") & (own["state"] == ANSWERED)]
    means = own.groupby("respondent")["value"].mean()
    assert (means > 4.3).sum() == (means < 2.2).sum() == len(means) / 2
    assert (
        set(own.loc[own["value"] > 3, "role"])
        == set(own.loc[own["value"] < 3, "role"])
        == {"executive", "kam", "sales", "operations"}
    )


def test_sc_slips_and_has_no_score_for_authority(results: dict[str, AuditResult]) -> None:
    before, after = (results[wave].units["SC"] for wave in ("2025", "2026"))
    assert (before.overall.level, after.overall.level) == (2, 1)
    assert before.overall.ci is not None
    assert after.overall.ci is not None
    assert after.overall.ci[1] < before.overall.ci[0]
    assert after.overall.blocked_by == ("STR-4",)
    authority = after.dimensions["AUT"]
    assert authority.score is None
    assert authority.reason == Reason.LOW_COVERAGE
    assert authority.coverage is not None
    assert authority.coverage < 0.6
    assert before.dimensions["AUT"].score is not None


def test_ca_is_strong_and_held_by_no_gate(now: AuditResult) -> None:
    unit = now.units["CA"]
    assert (unit.overall.level, unit.overall.continuous_level, unit.overall.blocked_by) == (3, 3, ())
    assert {block.level for block in unit.dimensions.values()} == {3}
    assert 3.8 <= _score(unit.dimensions["ORG"]) < 4


def test_om_claims_level_4_and_is_held_at_2_by_two_gates(results: dict[str, AuditResult]) -> None:
    before, after = (results[wave].units["OM"] for wave in ("2025", "2026"))
    assert (after.overall.level, after.overall.continuous_level) == (2, 4)
    assert after.overall.blocked_by == ("STR-4", "AUT-1")
    assert 3.95 <= _score(after.overall) <= 4.1
    assert 3.15 <= _score(before.overall) <= 3.25  # the README says 3.2


def test_ex_has_too_few_raters_and_no_forum(results: dict[str, AuditResult]) -> None:
    before, after = (results[wave].units["EX"] for wave in ("2025", "2026"))
    assert before.n_respondents >= 3
    assert after.n_respondents == 2
    assert after.overall.reason == Reason.TOO_FEW_RESPONDENTS
    assert after.overall.ci is None
    assert all(role.reason == Reason.WITHHELD for role in after.roles.values())
    assert before.criteria["RET-P10"].reason == after.criteria["RET-P10"].reason == Reason.ALL_NOT_APPLICABLE


def test_by_what_people_say_om_leads_the_group_for_sure(now: AuditResult) -> None:
    """The claim that the data refute (test_sample_tables.py): no caveat of the answers themselves weakens it."""
    ranking = now.group.ranking
    assert list(ranking) == ["OM", "CA", "EC", "NC", "SC", "EX"]
    assert (ranking["EX"].rank, ranking["EX"].reason) == (None, Reason.ONE_RESPONDENT_PER_ROLE)
    assert (ranking["OM"].first or 0) > 0.99
    assert now.group.above["CA"]["EC"] > 0.99
    assert now.group.above["NC"]["SC"] > 0.99
    assert now.group.roll_ups["GRP"]["overall"].weakest_unit == "SC"


def test_what_moved_nc_is_real_and_what_moved_sc_is_too(now: AuditResult) -> None:
    assert now.progress is not None
    improved, slipped = (now.progress.units[unit].overall for unit in ("NC", "SC"))
    assert (improved.level_before, improved.level_after, slipped.level_before, slipped.level_after) == (1, 2, 2, 1)
    for change, sign in ((improved, 1), (slipped, -1)):
        assert change.certain
        assert change.real.value is not None
        assert change.real.ci is not None
        assert sign * change.real.value > 0.5
        assert min(sign * end for end in change.real.ci) > 0.4
    assert now.progress.units["EX"].basis == "same_roles"


def test_the_disagreement_of_ec_and_the_silence_of_sc_are_caveats(now: AuditResult) -> None:
    found = {name: {caveat.kind: caveat.dimensions for caveat in unit.caveats} for name, unit in now.units.items()}
    assert found["EC"] == {"agreement": ("INF",)}
    assert found["SC"]["coverage"] == ("AUT",)
    assert found["CA"] == found["NC"] == found["OM"] == {}


def _score(block: object) -> float:
    score = getattr(block, "score", None)
    assert score is not None
    return float(score)


# -- the forms answers come in -------------------------------------------------------------------------------------------------


def test_csv_files_come_in_three_encodings() -> None:
    chinese = (SAMPLE / "responses" / "2026-NC.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        chinese.decode("utf-8")
    assert CHINESE.search(chinese.decode("gb18030"))
    others = {path.name: path.read_bytes() for path in (SAMPLE / "responses").glob("*.csv") if path.name != "2026-NC.csv"}
    assert [name for name, raw in others.items() if raw.startswith(b"\xef\xbb\xbf")] == ["2026-EC.csv"]
    assert all(raw.decode("utf-8") for raw in others.values())


@pytest.mark.parametrize("wave", ["2025", "2026"])
def test_om_comes_as_questionnaires_half_in_each_language(engagement: Engagement, wave: str) -> None:
    books = sorted((SAMPLE / "responses").glob(f"{wave}-OM-*.xlsx"))
    people = engagement.responses.query("wave == @wave and unit == 'OM'")["respondent"].unique()
    assert [path.stem for path in books] == [f"{wave}-{person}" for person in sorted(people)]
    heads = Counter(str(openpyxl.load_workbook(path).worksheets[0].cell(4, 1).value) for path in books)
    assert heads == {"wave": len(books) / 2, "轮次": len(books) / 2}


# -- the generator -------------------------------------------------------------------------------------------------------------


def test_the_generator_writes_the_committed_files(generate: ModuleType, tmp_path: Path) -> None:
    assert generate.main(["--out", str(tmp_path)]) == 0
    written = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    differ = [name for name, raw in written.items() if not generate.same(raw, (SAMPLE / name).read_bytes())]
    assert differ == [], "run python sample_data/generate.py"
    there = {f"{part}/{path.name}" for part in ("responses", "data", "workshops") for path in (SAMPLE / part).iterdir()}
    assert there - {"data/options.csv"} == {name for name in written if "/" in name}


def test_the_generator_writes_the_same_bytes_again(generate: ModuleType, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        generate.main(["--out", str(tmp_path / folder)])
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / folder).rglob("*") if path.is_file()} for folder in ("one", "two")
    )
    assert one == two


def test_check_notices_a_changed_a_missing_and_a_foreign_file(generate: ModuleType, tmp_path: Path) -> None:
    check = ["--check", "--out", str(tmp_path)]
    assert generate.main(check) == 1
    generate.main(["--out", str(tmp_path)])
    assert generate.main(check) == 0
    (tmp_path / "responses" / "2027-NC.csv").write_text("wave\n", encoding="utf-8")
    assert generate.main(check) == 1
    (tmp_path / "responses" / "2027-NC.csv").unlink()
    (tmp_path / "data" / "people.csv").write_text("manager\n", encoding="utf-8")
    assert generate.main(check) == 1
    generate.main(["--out", str(tmp_path)])
    (tmp_path / "data" / "orders.csv").write_text("order\n", encoding="utf-8")
    assert generate.main(check) == 1
    (tmp_path / "data" / "orders.csv").unlink()
    (tmp_path / "README.md").write_text("changed", encoding="utf-8")
    assert generate.main(check) == 1


def test_every_file_is_declared_with_its_licence() -> None:
    with (SAMPLE / "datasets.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    declared = {row["file"]: row for row in rows}
    for path in [
        *SAMPLE.glob("*.yaml"),
        SAMPLE / "evidence.csv",
        *(SAMPLE / "responses").iterdir(),
        *(SAMPLE / "data").iterdir(),
        *(SAMPLE / "workshops").iterdir(),
    ]:
        assert declared[path.relative_to(SAMPLE).as_posix()]["licence"] == "MIT"
    assert all(row["what"] and row["source"] for row in rows)


def test_the_sample_stays_small() -> None:
    """What travels in the package and is read for every report of the demonstration; the tables are two thirds of it."""
    sizes = {path: path.stat().st_size for path in SAMPLE.rglob("*") if "__pycache__" not in path.parts and path.is_file()}
    assert sum(sizes.values()) < 2_500_000
    assert sum(size for path, size in sizes.items() if path.parent.name not in ("data", "responses", "workshops")) < 165_000
    assert max(sizes.values()) < 700_000
