"""Suppliers in packages of openLCA: the one that is named, results and systems, those in another package."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint import holdings
from footprint.background.importers.asked import Asked

OLCA = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "olca.py")))
CAR, CO2, MILL, PHYSICAL, SCRAP, SHARES, SLAG, STEEL = (
    OLCA.CAR, OLCA.CO2, OLCA.MILL, OLCA.PHYSICAL, OLCA.SCRAP, OLCA.SHARES, OLCA.SLAG, OLCA.STEEL,
)  # fmt: skip
flow, gaps, joint, made, out, process, refused, scores, taken, told, used = (
    OLCA.flow, OLCA.gaps, OLCA.joint, OLCA.made, OLCA.out, OLCA.process, OLCA.refused, OLCA.scores, OLCA.taken,
    OLCA.told, OLCA.used,
)  # fmt: skip


def test_a_named_supplier_comes_before_all_others(packed):
    """Of two mills, the one that is named; where none is named, none is guessed."""
    other = process("other mill", made(STEEL), out(5.0))
    assert scores(taken(packed(MILL, other, process("p", made(CAR), used(STEEL, 1.0, "other mill")))))["p"] == 5.0
    assert "[inventory-several]" in refused(packed(process("p", made(CAR), used(STEEL, 1.0))))


def test_a_supplier_that_is_not_there_or_makes_something_else_is_told(packed):
    """The flow says what is consumed: never something else because of a wrong supplier."""
    wrong = process("p", made(CAR), used(STEEL, 1.0, "slagger"), used(SLAG, 1.0, "nowhere"))
    read = taken(packed(MILL, process("slagger", made(SLAG), out(7.0)), wrong))
    assert scores(read)["p"] == 9.0
    assert {"olca-supplier", "inventory-supplier"} <= set(told(read))


def test_what_nobody_makes_stops_the_import_or_is_a_gap(packed):
    """It is told with its file and exchange."""
    path = packed(process("p", made(CAR), used(STEEL, 900.0), out(1.0)))
    assert "package/processes/p.json:exchange 2: no dataset makes 'steel' (kg, -)" in refused(path)
    read = taken(path, allow_unlinked=True)
    assert gaps(read) == {"steel": "inventory-unlinked"}


def test_a_result_supplies_as_a_process_does(packed):
    """A stored result of flows, or of the impact that is asked for, is a dataset; one of neither is told."""
    rows = [{"flow": OLCA.reference("Flow", "scrap"), "amount": 1.0, "isInput": True, "isRefFlow": True}]
    gas = {"flow": OLCA.reference("Flow", CO2["@id"]), "amount": 3.0}
    impact = {"indicator": OLCA.reference("ImpactCategory", "category-gwp"), "amount": 21.0}
    method = OLCA.category("gwp", {"co2": 1.0}, {"co2": CO2})
    plant = process("p", made(CAR), used(SCRAP, 2.0, "treated"), out(0.0))
    full = OLCA.reference("Result", "treated", flowResults=[*rows, gas], impactResults=[impact])
    path = packed(method, full, plant)
    assert scores(taken(path))["p"] == 6.0
    assert scores(taken(path, method="gwp"))["p"] == 42.0
    bare = packed(plant, OLCA.reference("Result", "treated", flowResults=rows, impactResults=[impact]), name="bare")
    assert "olca-result-empty" in told(taken(bare, allow_unlinked=True))
    assert "[inventory-unlinked]" in refused(bare)


def test_a_product_system_as_supplier_is_its_process_and_told(packed):
    """Its own links and parameters do not count; it is said."""
    system = OLCA.reference("ProductSystem", "s", refProcess=OLCA.reference("Process", "mill"))
    read = taken(packed(MILL, system, process("p", made(CAR), used(STEEL, 2.0, "s"))))
    assert scores(read)["p"] == 4.0
    assert {"olca-system", "olca-unread"} <= set(told(read))


def test_product_systems_that_nobody_uses_are_not_even_read(packed):
    """They may be larger than everything else together."""
    path = packed(MILL, OLCA.reference("ProductSystem", "s"))
    (path / "product_systems" / "s.json").write_bytes(b"[" * 1000)
    read = taken(path)
    assert (scores(read), told(read)) == ({"mill": 2.0}, ["olca-unread"])


def test_suppliers_in_another_package_are_found_in_the_store(packed, tmp_path, monkeypatch):
    """By the ids that a part of a database keeps of the rest, co-products among them, before anybody else's product."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    rest = packed(joint(*SHARES[:2], defaultAllocationMethod=PHYSICAL), process("car works", made(CAR), out(7.0)))
    holdings.take_in(rest, Asked("rest", "1"), "auto", "en")
    plant = process("p", made(flow("van")), used(SLAG, 2.0, "mill"), used(CAR, 1.0, "car works"))
    near = process("near", made(SLAG), out(99.0))
    read = taken(packed(flow("van"), plant, near, name="part"), link=("rest",))
    assert scores(read)["p"] == pytest.approx(2 * 0.375 + 7.0)
    assert read.counts["by-other"] == 2


def test_a_flow_that_is_not_in_the_package_has_no_maker_to_be_missed(packed):
    """What it is nobody says: an emission has none. A supplier is named for a product or a waste alone."""
    unknown = {"@type": "Flow", "@id": "f-1", "name": "Carbon dioxide, fossil"}
    gas = {"flow": unknown, "amount": 2.0, "isInput": False, "unit": {"name": "kg"}, "internalId": 2}
    path = packed(process("p", made(CAR), {**gas, "defaultProvider": OLCA.reference("Process", "mill")}), name="known")
    assert gaps(taken(path, allow_unlinked=True)) == {"Carbon dioxide, fossil": "inventory-unlinked"}
    path = packed(process("p", made(CAR), gas))
    assert "exchange 2: the flow 'Carbon dioxide, fossil' (f-1) is not in the package" in refused(path)
    assert gaps(taken(path, allow_unlinked=True)) == {"Carbon dioxide, fossil": "olca-no-flow"}
