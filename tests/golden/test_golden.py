"""Golden cases: a workbook small enough for a pencil, the calculation by hand, and the declaration it must give."""

from __future__ import annotations

import json
import re
import shutil
from math import fsum
from pathlib import Path
from typing import Any

import pytest

from footprint import service
from footprint.background.build import compile_folder
from footprint.declare.declare import text
from footprint.engine.compile import intensities
from footprint.intake.template import filled
from footprint.rules.load import load
from footprint.tables.records import records

HERE = Path(__file__).parent
CASES = sorted(path.parent.name for path in HERE.glob("*/by_hand.md"))
ROW = re.compile(r"^\| (?P<ids>[^|]*![^|]*) \|[^|]*\| (?P<how>[^|]*) \| (?P<value>-?[0-9.]+) \|$", re.MULTILINE)
STATED = re.compile(r"^- \*\*(?P<name>[^*]+)\*\*: (?P<how>[^=]+) = (?P<value>-?[0-9.]+)", re.MULTILINE)


def declared(case: str, tmp_path: Path) -> dict[str, Any]:
    """Return the declaration of a case, through a workbook and a compiled database of its own."""
    folder = HERE / case
    (database,) = (path.parent for path in folder.glob("*/database.yaml"))
    copy = Path(shutil.copytree(database, tmp_path / database.name))
    compile_folder(copy, intensities)
    rules = str(folder / "rules.yaml")
    sheets = {path.stem: records(path) for path in sorted((folder / "workbook").glob("*.csv"))}
    workbook = tmp_path / f"{case}.xlsx"
    workbook.write_bytes(filled(sheets, load(rules).fields))
    found = service.calculate(service.Request(workbook, rules, (str(copy),), reference=True))
    assert found.run["reference"]["difference"] <= 1e-12
    return found.document


def lasting(document: dict[str, Any]) -> dict[str, Any]:
    """Return a declaration without the checksums of files that other changes touch."""
    found: dict[str, Any] = json.loads(text(document))
    found["workbook"]["sha256"] = "-"
    for database in found["databases"]:
        database["checksum"] = "-"
    return found


def calculated(how: str) -> float:
    """Return what a calculation written with x and / comes to."""
    plain = how.replace("×", "*").replace("÷", "/").replace("−", "-")
    assert re.fullmatch(r"[0-9.+*/() -]+", plain), how
    return float(eval(plain))


@pytest.mark.parametrize("case", CASES)
def test_the_declaration_is_the_expected_one(case: str, tmp_path: Path, update: bool) -> None:
    """Every number, text and cell of the declaration is what was reviewed; run with --update-golden to review anew."""
    expected = HERE / case / "declaration.json"
    found = lasting(declared(case, tmp_path))
    if update:
        expected.write_text(text(found), encoding="utf-8", newline="\n")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES)
def test_every_posting_is_the_one_by_hand(case: str, tmp_path: Path) -> None:
    """Each line of the calculation by hand comes to its own result, and the ledger to the same; none is missing."""
    ledger = {line["id"]: line["value"] for line in declared(case, tmp_path)["ledger"]}
    hand = (HERE / case / "by_hand.md").read_text(encoding="utf-8")
    seen: list[str] = []
    for row in ROW.finditer(hand):
        ids = [part.strip().strip("`") for part in row["ids"].split(";")]
        value = float(row["value"])
        assert calculated(row["how"]) == pytest.approx(value, rel=1e-12), row["how"]
        assert fsum(ledger[id_] for id_ in ids) == pytest.approx(value, rel=1e-11), ids
        seen += ids
    assert sorted(seen) == sorted(ledger)


@pytest.mark.parametrize("case", CASES)
def test_every_sum_is_the_one_by_hand(case: str, tmp_path: Path) -> None:
    """Total, stages, per kilogram, by location, completeness: stated by hand, and found."""
    document = declared(case, tmp_path)
    result = document["result"]
    found = {
        "total": result["total"],
        "by location": result["location_based"],
        "mass with a number": document["completeness"]["mass_share"],
        "lines with a number": document["completeness"]["line_share"],
        **{stage["id"]: stage["value"] for stage in result["by_stage"]},
        **{f"per {other['id']}": other["total"] for other in result["also"]},
        **{f"runs of {a['id']}": a["supply"] for a in document["activities"]},
    }
    hand = (HERE / case / "by_hand.md").read_text(encoding="utf-8")
    stated = {row["name"]: (calculated(row["how"]), float(row["value"])) for row in STATED.finditer(hand)}
    assert set(stated) == set(found)
    for name, (sum_, value) in stated.items():
        assert sum_ == pytest.approx(value, rel=1e-9), name
        assert found[name] == pytest.approx(sum_, rel=1e-11), name
