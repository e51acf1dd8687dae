"""Lines say by their words how they are worked; that is proposed, and added where a person asks for it."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint import assigning, matches, service
from footprint.background.open import open_background
from footprint.matching.processing import _rules, proposals
from footprint.model.background import Dataset
from footprint.model.matched import Wanted

Bill = Callable[..., Path]
MATCHES = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("test_matches.py"))))
CASES = {
    ("支架", "SPCC 1.2 钣金", "steel-carbon-average-cn"): ["rolling-steel", "stamping-steel"],
    ("bracket", "sheet metal, powder coated", "steel-cold-rolled-cn"): ["stamping-steel", "powder-coating"],
    ("外壳", "ABS 注塑", "abs-granulate"): ["injection-moulding"],
    ("cover", "injection molded", "pp-gb"): [],
    ("6063型材", "", "aluminium-wrought-alloy"): ["extrusion-aluminium"],
    ("6063型材", "", "aluminium-extrusion-cn"): [],
    ("压铸壳体", "ADC12", "aluminium-cast-alloy"): ["casting-aluminium"],
    ("45# 齿轮", "", "steel-bar-cn"): ["machining-steel"],
    ("QT500-7 曲轴", "", "cast-iron"): ["machining-steel"],
    ("40Cr 锻件", "", "steel-engineering-glo"): ["forging"],
    ("ABS 电镀件", "", "abs-granulate"): ["electroplating"],
    ("镀锡铜排", "", "copper-sheet"): ["electroplating"],
    ("铜线", "", "copper-refined"): ["drawing-copper"],
    ("PCBA控制板", "", ""): ["board-mounted"],
    ("wire harness", "", ""): ["cable-harness"],
    ("motorised seat", "", ""): [],
    ("steel sheet", "", "steel-cold-rolled-cn"): [],
}


def dataset(code: str) -> Dataset | None:
    return open_background(("open-cn",)).find(code)[0] if code else None


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_words_tell_how_a_line_is_worked_unless_its_dataset_holds_it(case: tuple[str, str, str]) -> None:
    """Processing follows from words of the line and of its dataset; components from their names."""
    name, specification, code = case
    assert [one.id for one in proposals(Wanted("L1", name, specification), dataset(code))] == CASES[case]


def test_every_dataset_of_the_table_is_there() -> None:
    """The table names datasets of the database that ships, and says both names of what it proposes."""
    background = open_background(("open-cn",))
    for rule in _rules():
        one = rule.proposed
        assert one.en
        assert one.zh
        assert one.kind in {"processing", "archetype"}
        assert all(len(background.find(code)) == 1 for code in (one.dataset, one.least, one.most) if code), one.id


BOM = """
L1 | stamped plate | 2 item | net_mass=1.5
  L2 | plate | 3 item | net_mass=0.5, specification=stamped
L3 | wire harness | 1 kg
"""


@pytest.fixture
def book(bill: Bill, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(assigning, "Candidates", MATCHES.Fixed)
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    return bill(BOM)


def test_proposals_stand_on_the_candidates_sheet(book: Path, tmp_path: Path) -> None:
    """Each under the id of a line of its own, so that no drop-down offers it as a material; a gap has no dataset."""
    said = matches.match(matches.Request(book, tmp_path / "m.xlsx"), "en")
    rows = [row for row in MATCHES.rows(tmp_path / "m.xlsx", "Candidates") if row["Kind"] != "material"]
    assert [(row["Line id"], row["Dataset"], row["Kind"]) for row in rows] == [
        ("L2+1", "steel-stamping-cn", "processing"), ("L3+1", None, "archetype"),
        ("L3+2", "cable-copper-photovoltaic-cn", "archetype"), ("L3+3", "pvc-cable-compound", "archetype"),
    ]  # fmt: skip
    assert rows[1]["Reason"] == "cable harness, for line L3; a gap: no dataset that can be cited"
    assert "2 lines seem to need more: 4 proposals stand on the sheet Candidates (1 without" in said
    assert len(MATCHES.rows(tmp_path / "m.xlsx")) == 3


def test_processing_becomes_lines_that_can_be_calculated(book: Path, tmp_path: Path) -> None:
    """With the option the BOM gets a line of processing by the mass of the line; once more changes nothing."""
    output = tmp_path / "m.xlsx"
    matches.match(matches.Request(book, output, processing=True), "en")
    added = MATCHES.rows(output)[-1]
    assert {key: added[key] for key in ("Line id", "Parent line", "Role", "Quantity", "Unit", "Dataset")} == {
        "Line id": "L2+1", "Parent line": "L1", "Role": "processing", "Quantity": 1.5, "Unit": "kg",
        "Dataset": "steel-stamping-cn",
    }  # fmt: skip
    matches.match(matches.Request(output, tmp_path / "again.xlsx", processing=True), "en")
    assert (tmp_path / "again.xlsx").read_bytes() == output.read_bytes()
    ledger = service.calculate(service.Request(output)).document["ledger"]
    (worked,) = (entry for entry in ledger if entry["name"] == "stamping (plate)")
    assert worked["amount"] * worked["supply"] == pytest.approx(3.0)


@pytest.mark.parametrize(("formula", "drawn"), [("divide", 2.0), ("multiply", 1.5), ("", None)])
def test_what_is_lost_is_worked_too(
    bill: Bill, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, formula: str, drawn: float | None
) -> None:
    """Half of the plate is lost: the press takes it all; without a formula no line is made."""
    monkeypatch.setattr(assigning, "Candidates", MATCHES.Fixed)
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    stated = {"loss_formula": formula} if formula else {}
    book = bill("L1 | plate | 1 kg | specification=stamped, loss=0.5", product=stated)
    output = tmp_path / "m.xlsx"
    matches.match(matches.Request(book, output, processing=True), "en")
    added = [row["Quantity"] for row in MATCHES.rows(output) if row["Role"] == "processing"]
    assert added == ([] if drawn is None else [pytest.approx(drawn)])


def test_a_loss_that_cannot_be_read_is_not_none(bill: Bill, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody knows what is worked where the loss is a text: no line is made of it."""
    monkeypatch.setattr(assigning, "Candidates", MATCHES.Fixed)
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    book = bill("L1 | plate | 1 kg | specification=stamped, loss=much", product={"loss_formula": "divide"})
    matches.match(matches.Request(book, tmp_path / "m.xlsx", processing=True), "en")
    assert [row for row in MATCHES.rows(tmp_path / "m.xlsx") if row["Role"] == "processing"] == []
