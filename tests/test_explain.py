"""One cell followed to the declared number."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from footprint import service
from footprint.errors import RequestError
from footprint.paths import data_root
from footprint.publish.explain import explain
from footprint.publish.finding import parse

SAMPLE = runpy.run_path(str(Path(__file__).parent / "data" / "sample_declaration.py"))["sample"]


@pytest.fixture
def document() -> dict[str, Any]:
    return dict(SAMPLE())


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_a_cell_is_followed_to_the_declared_number(document: dict[str, Any]) -> None:
    """Entry, steps, amount, supply up to the demand, factor with its source, posting and share, each with its cell."""
    told = lines(explain(document, "BOM!E6", "en"))
    for line in (
        "Entered 2,140 g [BOM!E6] [Measured, E1]",
        "× 1.03 Loss [BOM!H6]",
        "× 0.001 Unit conversion [BOM!F6]",
        "Amount = 2.204 kg per run of 方形电芯 Prismatic cell 280Ah",
        "方形电芯 Prismatic cell 280Ah ← 电池模组 Module 1P104S: 2.154 × 10⁻⁵ × 1 × 105.6 = 0.002274 [BOM!E5]",
        "磷酸铁锂动力电池包 LFP-102 ← demand: 2.150 × 10⁻⁵ per 1 kWh",
        "Factor × 13.1 kg CO₂e / kg Lithium iron phosphate cathode (open-cn@2026.1:cathode-lfp)",
        "calculated, CN, 2022, cradle to gate, AR6",
        "Posting 0.002274 × 1 × 2.204 × 13.1 = 0.06566 kg CO₂e",
        "Share 38.8 % of ≥ 0.1691 kg CO₂e / kWh; 31.7 % of absolute contributions",
    ):
        assert line in told


@pytest.mark.parametrize("address", ["BOM!E6", "bom!e6", "BOM!D6", "bom!6", " 'BOM'!$E$6 ", "BOM！Ｅ６"])
def test_any_cell_of_the_row_in_any_writing(document: dict[str, Any], address: str) -> None:
    """Any cell of a posting's row finds it, in either case, quoted, with dollar signs or full-width letters."""
    assert "[L10] 正极材料 LFP" in explain(document, address, "zh")


def test_derived_lines_are_each_told(document: dict[str, Any]) -> None:
    """A row that a rule turned into several lines tells each with its rule, clause and reason, and their sum."""
    told = lines(explain(document, "BOM!E12", "en"))
    assert "Together 2 postings, 0.02204 kg CO₂e" in told
    assert [line for line in told if line.startswith("Coefficient")] == ["Coefficient × 0.75", "Coefficient × 0.25"]
    assert told.count("Rule recycled-content B.1.4") == 2
    assert "The recycled share takes the secondary dataset, the rest the primary one." in told


def test_many_postings_are_told_in_short(document: dict[str, Any]) -> None:
    """A row behind many postings lists the largest and the sum of the others, and tells the largest in full."""
    entry = document["ledger"][0]
    document["ledger"] += [{**entry, "id": f"T{n}", "value": entry["value"] / (n + 2)} for n in range(20)]
    told = lines(explain(document, "BOM!E6", "en"))
    assert any(line.startswith("Together 21 postings") for line in told)
    assert sum(line.startswith("Factor") for line in told) == 1
    assert any(line.endswith("other (13)") for line in told)


def test_an_assembly_tells_what_it_carries(document: dict[str, Any]) -> None:
    """An assembly's row tells its flow, and the contributions beneath it, which add up to what it carries."""
    told = lines(explain(document, "BOM!E5", "en"))
    carried = next(line for line in told if line.startswith("Carries"))
    assert carried.startswith("Carries 0.1413 kg CO₂e; 83.6 %")
    beneath = [float(m[1]) for line in told if (m := re.match(r"(0\.\d+) ", line))]
    assert sum(beneath) == pytest.approx(0.1413, abs=1e-4)


def test_a_loop_is_walked_once(document: dict[str, Any]) -> None:
    """A row inside a loop is told without walking the loop for ever, and the loop is marked."""
    told = explain(document, "Processes!H10", "en")
    assert "⟲" in told
    assert told.count("← demand") == 1


def test_what_was_left_out_is_listed_with_its_rule(document: dict[str, Any]) -> None:
    """An excluded row tells rule, clause and reason; a comment row its state; a gap what is missing."""
    assert "Left out cut-off-mass B.1.5" in lines(explain(document, "BOM!C16", "en"))
    assert "Row excluded · A comment row." in lines(explain(document, "BOM!B3", "en"))
    assert "行 已合并 · 与第 13 行合并。" in lines(explain(document, "BOM!A17", "zh"))
    gap = lines(explain(document, "BOM!A14", "en"))
    assert "Data gap Battery management system: 8.815 × 10⁻⁵ kg" in gap
    assert "Not counted; it can only raise the result." in gap


def test_a_statement_on_several_cells_is_found_by_each(document: dict[str, Any]) -> None:
    """An assumption that names several cells is told for every one of them."""
    for address in ("BOM!H13", "BOM!H9"):
        assert "No loss was entered; none was assumed." in explain(document, address, "en")


def test_a_cell_others_use_names_them(document: dict[str, Any]) -> None:
    """A parameter lists the postings it multiplies; a product field shows its value and the clauses on it."""
    told = lines(explain(document, "Parameters!B4", "en"))
    assert sum(line.startswith("Used by") for line in told) == 2
    field = lines(explain(document, "Product!B17", "en"))
    assert "Field Usable capacity = 96.9 kWh" in field
    assert any(line.startswith("Rule check passed") for line in field)


def test_chinese_and_english_do_not_mix(document: dict[str, Any]) -> None:
    """Captions are in the language asked for."""
    zh, en = explain(document, "BOM!E9", "zh"), explain(document, "BOM!E9", "en")
    assert "填报值" in zh
    assert "Entered" not in zh
    assert "Entered" in en
    assert "填报值" not in en
    assert "lacks: Lithium bis(fluorosulfonyl)imide, 0.01 kg / kg" in en


def test_an_unknown_row_names_its_neighbours(document: dict[str, Any]) -> None:
    """A row the declaration does not know is a request error that names the nearest that it does."""
    with pytest.raises(RequestError) as raised:
        explain(document, "BOM!D99", "en")
    assert str(raised.value) == (
        "BOM!D99: nothing in the declaration of battery-lfp.xlsx stands in this row. Give a cell of a row that holds "
        "data. Did you mean 'BOM!A17', 'BOM!A16', 'BOM!E15'? [cell-unknown]"
    )
    with pytest.raises(RequestError, match="'Transport!D5'"):
        explain(document, "Transprot!D99", "en")


@pytest.mark.parametrize("address", ["", "BOM", "D8", "BOM!", "BOM!8D", "BOM!D", "!D8", "BOM!D8:E9"])
def test_what_is_no_address_is_refused(address: str) -> None:
    """Anything that names no cell is a request error that shows how one is written."""
    with pytest.raises(RequestError, match=r"BOM!D8. \[cell-malformed\]"):
        parse(address)


def test_a_document_that_lacks_a_part_is_no_declaration(document: dict[str, Any]) -> None:
    """Each part that the schema requires must be there and be what it is: else one sentence, no traceback."""
    schema = json.loads((data_root() / "templates" / "declaration.schema.json").read_text(encoding="utf-8"))
    assert len(schema["required"]) > 15
    for part in schema["required"]:
        for wrong in ({key: value for key, value in document.items() if key != part}, {**document, part: 1}):
            with pytest.raises(RequestError, match=r"\[(not-a-declaration|declaration-unreadable)\]$"):
                explain(wrong, "BOM!E6", "en")


def test_a_schema_alone_is_no_declaration() -> None:
    """A document that says what it is, and nothing else."""
    with pytest.raises(RequestError) as raised:
        explain({"schema": "footprint-declaration/1.0"}, "BOM!E6", "zh")
    assert str(raised.value) == (
        "declaration.json: this is not a declaration. Give a declaration.json. [not-a-declaration]"
    )


def test_what_a_line_rests_on_leads_to_it_with_its_share(bill: Any, tmp_path: Path) -> None:
    """A factor, a document, an instrument and a field of the product tell the lines they stand behind.

    Each line tells how far its numbers may be off, whatever that comes from, where it was calculated.
    """
    path = bill(
        "a | A | 3 kg | mine | basis=measured, evidence=E1\nb | B | 1 kg | other | uncertainty=u=2 %\n"
        "[Factors]\nmine | 2 | uncertainty=u=5 %\nother | 4\n"
        "[Evidence]\nE1 | slip | type=weighing, period_start=2024-01-01, period_end=2024-12-31, instrument=I1\n"
        "[Instruments]\nI1 | scale | certificate=C, expanded=1, expanded_unit=%, k=2\n",
        product={"net_mass": 4.0},
    )
    service.produce(service.Request(path, draws=200, seed=1), tmp_path / "out", "en")
    declaration = tmp_path / "out" / "declaration.json"
    cells = ("Factors!D4", "Evidence!B4", "Instruments!C4")
    for cell in cells:
        assert "Behind 1 postings, 6.000 kg CO₂e; 60.0 % of absolute contributions" in lines(
            service.explain(declaration, cell, "en")
        )
    whole = lines(service.explain(declaration, "Product!B14", "en"))
    assert "Behind 2 postings, 10.00 kg CO₂e; 100.0 % of absolute contributions" in whole
    weighed, stated = (service.explain(declaration, cell, "en") for cell in ("BOM!F4", "BOM!F5"))
    assert "u = 0.5 % (instrument, normal)" in weighed
    assert "u = 5 % (stated, normal)" in weighed
    assert "u = 2 % (stated, normal)" in stated
    assert "u = 5 %" not in stated
    declaration.with_name("uncertainty.json").unlink()
    assert "u = " not in service.explain(declaration, "BOM!F5", "en").replace("U = ", "")
