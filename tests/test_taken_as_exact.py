"""Shares, rates and prices that may be off, and what no draw moves: named, with the reason."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from footprint import service
from footprint.engine.sampling import totals
from footprint.line import solved
from footprint.messages import label
from footprint.uncertainty import uncertain, uncertainty

RATED = """
case | Case | 2 item | net_mass=0.5
  al | Aluminium | 500 g | aluminium-primary-ingot | material=aluminium, loss=0.1, loss_to=recycling, \
recycled_share=0.3, secondary=copper-refined{a}
[Processes]
casting | product | case | 90 item | allocation=economic, price=4{p}
casting | co-product | chips | 2 kg | allocation=economic, price=2, unit_mass=1
[End of life]
al | recycling | 1 | treatment=waste-collection-recycling-gb, collection=0.9, recovery=0.8, \
avoided=copper-refined, disposal=landfill-metals-gb{e}
"""


def of(path: Path) -> Any:
    ready = service.prepare(service.Request(path))
    return uncertainty(ready, solved(ready), 200, 1)


def test_what_is_taken_as_exact_is_named_with_the_reason(bill: Any, tmp_path: Path) -> None:
    """Warming potentials, numbers of the rules, rates, ratios and fields; a rate that is stated is no longer."""
    product = {"net_mass": 1.0, "loss_formula": "multiply", "boundary": "cradle-to-grave-no-use"}
    known = of(bill(RATED.format(a="", p="", e=""), product=product))["exact"]
    by_reason = {each["reason"]: [name["en"] for name in each["numbers"]] for each in known}
    assert by_reason["gwp"] == ["AR6"]
    assert any("allocation factor A" in name for name in by_reason["parameters"])
    sheets = [cell.split("!")[0] for cell in by_reason["rates"]]
    assert sheets == [*["BOM"] * 2, *["Processes"] * 2, *["End of life"] * 2]
    assert [cell.split("!")[0] for cell in by_reason["ratios"]] == ["Processes"]
    assert all(cell.startswith("Product!") for cell in by_reason["fields"])
    text = RATED.format(
        a=", loss_uncertainty=±9 %, recycled_share_uncertainty=±5 %", p=", price_uncertainty=±5 %",
        e=", collection_uncertainty=uniform 0.8..1, recovery_uncertainty=±5 %",
    )  # fmt: skip
    path = bill(text, product=product)
    stated = {each["reason"]: len(each["numbers"]) for each in of(path)["exact"]}
    assert stated["rates"] == 1  # the price of the chips
    calculated, _ = service.produce(service.Request(path, draws=200), tmp_path / "r", "zh")
    assert calculated
    html = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    for reason in ("gwp", "parameters", "rates", "ratios", "fields"):
        assert label(f"report-exact-{reason}", "zh") in html
    sheet = openpyxl.load_workbook(tmp_path / "r" / "report.xlsx")[label("report-sheet-uncertainty", "zh")]
    assert label("report-exact", "zh") in {cell.value for row in sheet for cell in row}


def test_a_share_drawn_above_all_counts_as_all(bill: Any) -> None:
    """Recycled or not: 1 kg of one of two factors, 2 and 1 kg CO2e/kg; a recycled share of 0.9, off by 15 %."""
    text = (
        "a | A | 1 kg | mine | recycled_share=0.9, secondary=old, recycled_share_uncertainty=u=15 %\n"
        "[Factors]\nmine | 2\nold | 1"
    )
    path = bill(text, product={"net_mass": 1.0, "pcr": "iso-14067", "declared_unit": "item", "gross_kwh": None})
    ready = service.prepare(service.Request(path))
    drawn = totals(uncertain(ready, solved(ready)).response, 100_000, seed=1)
    above = (1 / 0.9 - 1) / 0.15
    tail = math.erfc(above / math.sqrt(2)) / 2
    density = math.exp(-above * above / 2) / math.sqrt(2 * math.pi)
    mean = 0.9 * (1 - tail) - 0.135 * density + tail  # of a normal number cut off at one
    assert drawn.min() == pytest.approx(1)
    assert float(drawn.mean()) == pytest.approx(2 - mean, abs=0.001)
    assert float((drawn == drawn.min()).mean()) == pytest.approx(tail, abs=0.005)
