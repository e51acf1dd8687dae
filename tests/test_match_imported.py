"""An export of another system becomes a workbook whose lines have datasets, with the ranking there is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from footprint.cli import main
from footprint.tables.read import read

BOM = """层级,物料编码,物料名称,规格型号,单位,用量,单重(kg),类别
1,1001,尼龙66粒料,PA66,kg,0.2,,塑胶
1,1002,冷轧板支架,SPCC 1.2mm,PCS,2,1.25,钣金件
1,1003,瓦楞纸箱,,PCS,1,0.5,包材
1,1004,螺钉,M6*20,PCS,4,,紧固件
1,1005,brass,,kg,1,,metal
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bom.csv").write_text(BOM, encoding="utf-8")

    def called(*words: str) -> str:
        done = CliRunner().invoke(main, [*words, "--lang", "en"])
        assert done.exit_code == 0, done.output
        return done.output

    called("import", "bom.csv", "-o", "product.xlsx")
    return called


def lines(path: str) -> dict[str, dict[str, Any]]:
    _, _, head, *body = next(sheet for sheet in read(Path(path)).sheets if sheet.name == "BOM").rows
    heads = [str(cell).splitlines()[0].removesuffix(" *") for cell in head]
    return {str(row[0]): dict(zip(heads, row, strict=True)) for row in body}


@pytest.mark.slow
def test_an_export_is_matched_confirmed_and_matched_as_confirmed(run: Callable[..., str]) -> None:
    """Every line is counted; what is found at all is found again byte for byte; part numbers are learned by."""
    said = run("match", "product.xlsx", "-o", "first.xlsx", "--threshold", "0.5")
    found = lines("first.xlsx")
    filled = {line for line, row in found.items() if row["Dataset"]}
    assert f"5 lines. Filled in from a confidence of 50 %: {len(filled)}" in said
    assert filled >= {"1001", "1005"}
    assert all(found[line]["Matched by"] for line in filled)
    assert not found["1004"]["Dataset"], "nobody knows how heavy a screw is"
    run("match", "first.xlsx", "-o", "second.xlsx", "--threshold", "0.5")
    assert Path("second.xlsx").read_bytes() == Path("first.xlsx").read_bytes()
    assert "0 choices are new" in run("mapping", "learn", "first.xlsx", "--company", "A")
    exact = lines_at_one(run)
    assert {row["Matched by"] for row in exact.values() if row["Dataset"]} <= {"code", "learned"}


def lines_at_one(run: Callable[..., str]) -> dict[str, dict[str, Any]]:
    run("match", "product.xlsx", "-o", "exact.xlsx", "--threshold", "1")
    return lines("exact.xlsx")
