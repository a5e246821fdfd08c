"""Cases of options for tests: dealer A of the sample, and tables of a few lines."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from metric_cases import tables

from kamassess.data import Data
from kamassess.errors import Fault
from kamassess.locale import locale
from kamassess.metrics.options import weigh_options
from kamassess.reading.brand import default_brand
from kamassess.reading.data_tables import read_data
from kamassess.reading.places import Gathered
from kamassess.resources import carried
from kamassess.result import Provenance
from kamassess.result.options import OptionsCase
from kamassess.sections.options import OptionsView

__all__ = ["CUT", "NOTHING", "RAIL", "STOCK", "case", "dealer_a", "read", "shown", "table"]

NOTHING, CUT = "Do nothing", "Price cut 3%"
RAIL, STOCK = "Rail in the typhoon season", "Stock and order service"


def table(text: str, name: str = "case") -> Data:
    """Lines of ``option criterion value [weight]``, with ``_`` for a space in names."""
    rows = []
    for line in text.strip().splitlines():
        option, criterion, value, *weight = line.split()
        row: dict[str, Any] = {"case": name, "option": option.replace("_", " "), "criterion": criterion, "value": value}
        rows.append(row | ({"weight": weight[0]} if weight else {}))
    return tables(options=rows)


def case(text: str, **settings: Any) -> OptionsCase:
    """The one case of such a table."""
    (found,) = weigh_options(table(text), **settings).values()
    return found


def read(text: str) -> tuple[Data, list[Fault], list[Fault]]:
    """A file of this text as it is read, with what is left out and what is odd."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "options.csv").write_text(text, encoding="utf-8")
        return _read(Path(folder))


def dealer_a() -> OptionsCase:
    """The case of the sample."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(carried("sample_data") / "data" / "options.csv", folder)
        data, left_out, odd = _read(Path(folder))
    assert (left_out, odd) == ([], [])
    (found,) = weigh_options(data).values()
    return found


def _read(folder: Path) -> tuple[Data, list[Fault], list[Fault]]:
    faults = Gathered()
    data, noted = read_data(folder, "data", {}, ["SC"], "engagement.yaml", faults)
    assert faults.faults() == []
    return data, list(noted.left_out), list(noted.odd)


def shown(*cases: OptionsCase, language: str = "en") -> OptionsView:
    """A view of these cases, without the answers of anybody."""
    result: Any = SimpleNamespace(
        options={found.id: found for found in cases},
        company={"en": "Company", "zh": "公司"},
        currency="CNY",
        languages=("en", "zh"),
        date="2026-10-31",
        wave="2026",
        provenance=Provenance((("data/options.csv", "0" * 64),), (("kamassess", "1"),)),
    )
    return OptionsView(result, locale(language), default_brand())
