"""How far the rows of a database may be off: basic and total deviations, factors of several rows, one answer."""

from __future__ import annotations

import json
import math
import re
import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import openpyxl
import pytest

from footprint import service, told
from footprint.background import source
from footprint.background.open import Database, open_background
from footprint.background.spread import Spreads, is_total, spreads
from footprint.background.systems import system
from footprint.chained import Chained, chained
from footprint.engine import resampled
from footprint.errors import DatabaseError
from footprint.messages import label
from footprint.model.pcr import MATRIX
from footprint.quality.pedigree import spread

DATA = Path(__file__).parent / "data"
LINE = SimpleNamespace(**runpy.run_path(str(DATA / "line.py")))
OPEN_CN = Path(__file__).parents[1] / "databases" / "open-cn"
SCORES = 0.002 + 0.0001 + 0.04 + 0.0001 + 0.008  # variances of 3;2;5;3;3
ACTIVITIES = """
ore   | kg   | ore   | kind=factor, pedigree=3;2;5;3;3
metal | kg   | metal | kind=unit-process, pedigree=3;2;5;3;3
fine  | kg   | fine  | kind=unit-process
truck | t·km | truck | kind=factor
"""
EXCHANGES = """
ore   | emission | co2e-fossil | 2 | gsd=2
ore   | emission | co2e-fossil | 2 | gsd=2
metal | input    | ore   | 3 | gsd=1.2{of}
metal | input    | truck | 4
metal | emission | ch4-fossil | 0.01
fine  | input    | metal | 2 | gsd=1.1
truck | emission | co2e-fossil | 0.1
"""


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


def written(folder: Path, of: str = "") -> Path:
    made = LINE.activities(ACTIVITIES)
    units = {row["code"]: row["unit"] for row in made}
    return Path(LINE.write_database(folder / "own", made, LINE.exchanges(EXCHANGES.format(of=of), units), {}))


def known(folder: Path, *codes: str) -> dict[str, Chained]:
    (database,) = open_background((str(folder),)).databases
    assert isinstance(database, Database)
    datasets = [dataset for dataset in (database.dataset(code) for code in codes) if dataset]
    ledger = SimpleNamespace(gwp_set="AR6", headline=frozenset({"fossil"}))
    result: Any = SimpleNamespace(ledger=ledger, pcr=SimpleNamespace(matrix=MATRIX))
    return chained(database, datasets, result)


def deviations(found: Spreads) -> tuple[list[float | None], list[float | None]]:
    return [sigma for _, sigma in found.inputs], [sigma for _, sigma in found.emissions]


def test_scores_come_on_top_of_a_basic_deviation_and_not_of_a_total_one(tmp_path: Path) -> None:
    """Published GSD 1.2 with scores: both, unless the row says that it holds them; without one the basic table."""
    basic = source.read(written(tmp_path / "basic"))
    total = source.read(written(tmp_path / "total", ", gsd_is=total"))
    inputs, emissions = deviations(spreads(basic, spread))
    assert inputs[0] == pytest.approx(math.sqrt(math.log(1.2) ** 2 + SCORES))
    assert inputs[1] == pytest.approx(math.sqrt(0.1201 + SCORES), rel=1e-3)
    assert inputs[2] == pytest.approx(math.log(1.1))
    assert emissions[:2] == [pytest.approx(math.sqrt(math.log(2) ** 2 + SCORES))] * 2
    assert deviations(spreads(total, spread))[0] == [pytest.approx(math.log(1.2)), *inputs[1:]]


def test_scores_of_an_exchange_go_before_those_of_its_activity(tmp_path: Path) -> None:
    """One row of a process may be known better than the others."""
    src = source.read(written(tmp_path, ", pedigree=1;1;1;1;1"))
    inputs, _ = deviations(spreads(src, spread))
    assert inputs[0] == pytest.approx(math.log(1.2))
    assert inputs[1] == pytest.approx(math.sqrt(0.1201 + SCORES), rel=1e-3)


def test_a_document_says_it_for_its_rows_and_a_row_for_itself(tmp_path: Path) -> None:
    """The column of sources.csv counts for each row that cites the document; that of the row goes first."""
    src = source.read(written(tmp_path))
    row = source.Row(citation="[iea] as copied in [other], table 3", gsd="1.2")
    documents = {"iea": source.Row(gsd_is="total"), "other": source.Row()}
    assert is_total(src._replace(documents=documents), row)
    assert not is_total(src._replace(documents=documents), source.Row(row | {"gsd_is": "basic"}))
    assert not is_total(src._replace(documents={"iea": source.Row(), "other": source.Row()}), row)


def test_another_word_is_refused(tmp_path: Path) -> None:
    """With the row and both words."""
    with pytest.raises(DatabaseError, match="total, basic"):
        written(tmp_path, ", gsd_is=whole")


def test_photovoltaics_of_the_iea_state_totals() -> None:
    """Their squared GSD is exp sqrt(sum of squared logarithms) of a basic factor and of scores: t km 2, 1.2 and 1.2."""
    src = source.read(OPEN_CN)
    pedigree = math.exp(math.sqrt(math.log(2) ** 2 + 2 * math.log(1.2) ** 2))
    shipped = {row["gsd"] for row in src.exchanges if is_total(src, row) and row.get("gsd")}
    assert f"{math.sqrt(pedigree):.5f}" in {f"{float(gsd):.5f}" for gsd in shipped}
    assert {row["citation"].split("]")[0] for row in src.exchanges if row.get("gsd") and is_total(src, row)} == {
        "[iea-pvps-t12-33"
    }


def test_a_factor_of_two_rows_has_the_moments_of_their_sum(tmp_path: Path) -> None:
    """Two rows of GSD 2 and scores: each scatters by itself, and so it does in the reference."""
    folder = written(tmp_path)
    found = known(folder, "ore")["ore"]
    variance = math.log(2) ** 2 + SCORES
    assert found.basis == "published"
    assert found.mean == pytest.approx(math.exp(variance / 2))
    assert found.deviation == pytest.approx(found.mean * math.sqrt(math.expm1(variance) / 2))
    src = source.read(folder)
    made = system(src, "AR6")
    of = resampled.background(made, resampled.Scatter(*deviations(spreads(src, spread))), frozenset({"fossil"}), src.id)
    drawn = resampled.intensities(of, 6_000, 1)[:, made.codes.index("ore")] / 4
    assert float(drawn.mean()) == pytest.approx(found.mean, rel=0.02)
    assert float(np.std(drawn)) == pytest.approx(found.deviation, rel=0.05)


def test_a_factor_and_what_is_made_of_it_share_its_rows(tmp_path: Path) -> None:
    """The ore behind ore, metal and fine metal is one number, in other versions of a database too."""
    found = known(written(tmp_path), "ore", "metal", "fine")
    named = {code: dict(each.causes) for code, each in found.items()}
    assert set(named["ore"]) < set(named["metal"]) < set(named["fine"])
    assert (found["metal"].basis, found["fine"].basis) == ("chain", "chain")
    names = [name for name, _ in spreads(source.read(written(tmp_path / "more")), spread).emissions]
    assert set(named["ore"]) == set(names[:2])
    assert len(set(names)) == len(names)


def test_what_was_worked_out_is_kept_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read back, a chain is the same, and one that is nothing stays nothing."""
    folder = written(tmp_path)
    first = known(folder, "fine", "truck")
    monkeypatch.setattr("footprint.chained._worked_out", None)
    assert known(folder, "fine", "truck") == first
    assert set(first) == {"fine"}


def test_a_row_without_deviation_and_scores_is_named_with_its_share(tmp_path: Path) -> None:
    """The truck behind metal says nothing of itself: 0.4 of 12.7 kg count as exact, whatever else is stated."""
    found = known(written(tmp_path), "metal", "fine", "ore")
    whole = 3 * 4 + 4 * 0.1 + 0.01 * 29.8
    for code in ("metal", "fine"):
        ((name, share),) = found[code].exact
        assert name.startswith("truck emission co2e-fossil ")
        assert share == pytest.approx(0.4 / whole)
        assert found[code].open == pytest.approx(share)
    assert (found["ore"].exact, found["ore"].open) == ((), 0.0)


def test_exact_rows_are_counted_and_listed_on_screen_and_in_reports(tmp_path: Path, bill: Any) -> None:
    """1 kg of metal and 1 t km of truck: 0.1 kg rest on a factor without a word, 0.4 kg on a row of a chain."""
    folder = written(tmp_path)
    text = "a | A | 1 kg | metal | uncertainty=±2 %"
    path = bill(text, product={"net_mass": 1.0})
    service.produce(service.Request(path, "", (str(folder),), draws=200), tmp_path / "r", "en")
    found = json.loads((tmp_path / "r" / "uncertainty.json").read_text(encoding="utf-8"))
    share = 0.4 / (3 * 4 + 4 * 0.1 + 0.01 * 29.8)
    rows, factors = ["own@1:truck emission co2e-fossil"], ["own@1:metal"]
    assert (found["not_stated"]["rows"], found["not_stated"]["factors"]) == (rows, factors)
    assert found["not_stated"]["factors_share"] == pytest.approx(share, rel=1e-3)
    assert [found["not_stated"]["carried"][name] for name in (*rows, *factors)] == pytest.approx([share] * 2, rel=1e-3)
    screen = "\n".join(told.said(found, "en"))
    assert "factors behind 3% (factors: 1; rows of databases in chains of which other rows state theirs: 1)" in screen
    html = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert re.search(r"other rows state theirs \(1\): own@1:truck emission co2e-fossil +\(3", html)
    sheet = openpyxl.load_workbook(tmp_path / "r" / "report.xlsx")[label("report-sheet-uncertainty", "en")]
    assert any(rows[0] in str(cell.value) for row in sheet for cell in row)
