"""What other choices make of a result: co-products, end of life, electricity, warming potentials, scenarios."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint import service
from footprint.choosing import choices
from footprint.forms import example
from footprint.intake import read as intake
from footprint.line import solved, under_rules
from footprint.tables.read import read

POWER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "power.py")))
LINE = POWER.LINE
SHARED = """L1 | plate | 2 kg | steel
[Processes]
weld | product | PUMP | 1 item | price=60
weld | co-product | chips | 4 kg | price=5
weld | input | electricity | 10 kWh
"""


def test_each_method_of_sharing_is_a_choice(bill: Callable[..., Path], tmp_path: Path) -> None:
    """By price as calculated; by mass another result; by energy there are no numbers: that is named, with the cell."""
    pcr = LINE.sharing("economic | process.has_prices")._replace(mass_tolerance=LINE.ANY_MASS)
    path = bill(SHARED, product=LINE.plain_product(net_mass=2))
    ready = under_rules(intake.read(read(path), pcr.fields), pcr, LINE.opened(LINE.small(tmp_path / "databases")))
    result = solved(ready)
    told = choices(ready, result, ())
    found = {row["id"]: row for row in told.moved if row["kind"] == "allocation"}
    assert list(found) == ["mass"]
    open_ = {row["id"]: row for row in told.open if row["kind"] == "allocation"}
    assert set(open_) == {"energy", "volume"}
    assert "Processes!" in open_["energy"]["why"]["en"]
    assert open_["energy"]["title"]["zh"] == "联产品分配：按能量"
    assert open_["energy"]["why"]["zh"] != open_["energy"]["why"]["en"]
    assert found["mass"]["total"] == pytest.approx(2 * 2 + 5 * 2 / 6)
    assert found["mass"]["change"] == pytest.approx(5 * (2 / 6 - 0.75))
    assert found["mass"]["title"] == {"en": "Co-products: by mass", "zh": "联产品分配：按质量"}


def test_scenarios_of_the_workbook_stand_among_the_choices(bill: Callable[..., Path], tmp_path: Path) -> None:
    """As declared; one stated for another unit is among those that could not be calculated, with the reason."""
    path = bill("L1 | plate | 2 kg | steel", product=LINE.plain_product(net_mass=2))
    pcr = LINE.rules()
    ready = under_rules(intake.read(read(path), pcr.fields), pcr, LINE.opened(LINE.small(tmp_path / "databases")))
    result = solved(ready)
    unit = next(u.unit for u in pcr.declared_units if u.id == result.unit_id)
    rows: list[Any] = [{"id": "worn", "total": 9.0, "unit": unit}, {"id": "other", "total": 9.0, "unit": "km"}]
    told = choices(ready, result, rows)
    open_ = {row["id"]: row["why"]["en"] for row in told.open if row["kind"] == "scenario"}
    assert list(open_) == ["other"]
    assert open_["other"].startswith("other: the scenario is stated for another unit, km instead of ")
    found = [row for row in told.moved if row["kind"] == "scenario"]
    assert [(row["id"], row["change"]) for row in found] == [("worn", 9.0 - result.ledger.total())]


def test_what_is_negative_by_itself_is_no_credit(bill: Callable[..., Path], tmp_path: Path) -> None:
    """The uptake of wood is not what is recovered at the end of life: without credits the result is what it was."""
    pcr = LINE.rules()._replace(headline="-1/+1")
    path = bill("L1 | plate | 2 kg | steel\nL2 | board | 1 kg | wood", product=LINE.plain_product())
    ready = under_rules(intake.read(read(path), pcr.fields), pcr, LINE.opened(LINE.small(tmp_path / "databases")))
    result = solved(ready)
    assert result.ledger.total() == pytest.approx(4 - 1.6)
    assert "credits" not in {row["kind"] for row in choices(ready, result, ()).moved}


def test_electricity_by_location_is_a_choice(bill: Callable[..., Path], tmp_path: Path) -> None:
    """Ten kWh of wind by contract: 2.5 kg as calculated, 7 as the grids deliver it; without a contract no choice."""
    background, pcr = POWER.background(tmp_path), LINE.rules()
    found = []
    for supply in (f"E | contract | 10 | generator=wind, {POWER.CLAIMED}", "E | grid | 10"):
        ready = under_rules(intake.read(POWER.book(bill, supply), pcr.fields), pcr, background)
        rows = choices(ready, solved(ready), ()).moved
        found.append([(row["total"], row["change"]) for row in rows if row["kind"] == "electricity"])
    assert found == [[(pytest.approx(7), pytest.approx(4.5))], []]


def test_the_battery_without_credits_and_under_other_sets(tmp_path: Path) -> None:
    """No credits: the result less those of End of life; another set: what its rule file would give; largest first."""
    path = tmp_path / "battery.xlsx"
    path.write_bytes(example("battery", "en"))
    calculated = service.calculate(service.Request(path, draws=100))
    ledger = calculated.document["ledger"]
    assert calculated.uncertainty is not None
    found = {(row["kind"], row["id"]): row for row in calculated.uncertainty["choices"]}
    deducted = fsum(e["value"] for e in ledger if e["value"] < 0 and e["cell"].startswith("End of life!"))
    assert found["credits", "none"]["change"] == pytest.approx(-deducted, rel=1e-3)
    assert "% of the contributions could be converted" in found["gwp_set", "AR5"]["title"]["en"]
    assert "的贡献可换算" in found["gwp_set", "AR5"]["title"]["zh"]
    sizes = [abs(row["change"]) for row in calculated.uncertainty["choices"]]
    assert sizes == sorted(sizes, reverse=True)


def test_a_set_that_nothing_can_be_converted_to_is_no_harmless_choice(bill: Any) -> None:
    """A factor known only as CO2e stands as published: the other set is open, with the reason; half of it is told."""
    rows = "a | A | 3 kg | mine | uncertainty=u=5 %\n[Factors]\nmine | 2"
    gas = "{}\n[Processes]\nmake | product | PUMP | 1 item\nmake | emission | ch4-fossil | 0.2 kg"
    product = {"net_mass": 3.0, "id": "PUMP", "pcr": "iso-14067", "declared_unit": "item", "gross_kwh": None}
    ready = service.prepare(service.Request(bill(rows, product=product)))
    found = choices(ready, solved(ready), ())
    assert not [row for row in found.moved if row["kind"] == "gwp_set"]
    open_ = [row for row in found.open if row["kind"] == "gwp_set"]
    assert open_
    assert all("can be converted" in row["why"]["en"] for row in open_)
    emitting, _, factors = rows.partition("[Factors]")
    ready = service.prepare(service.Request(bill(gas.format(emitting) + "\n[Factors]" + factors, product=product)))
    moved = [row for row in choices(ready, solved(ready), ()).moved if row["kind"] == "gwp_set"]
    assert moved
    assert all("could be converted" in row["title"]["en"] for row in moved)
