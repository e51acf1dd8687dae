"""Laws of packages of openLCA, whatever their numbers: shares conserve, units and order change nothing."""

from __future__ import annotations

import json
import math
import runpy
import tempfile
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import olca_schema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from olca_schema import zipio

from footprint import publishing, service
from footprint.background import importers, systems
from footprint.background.importers.asked import Asked, Read
from footprint.engine.compile import intensities

OLCA = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "olca.py")))
CO2 = OLCA.flow("Carbon dioxide, fossil", OLCA.ELEMENTARY, category="Elementary flows/Emission to air/unspecified")
Json = dict[str, Any]
AMOUNT = st.floats(0.01, 1000.0)


def imported(entities: list[Json], **asked: Any) -> Read:
    with tempfile.TemporaryDirectory() as folder:
        return importers.read(OLCA.package(Path(folder) / "p.zip", CO2, *entities), Asked(**asked), "olca")


def scores(read: Read) -> dict[str, float]:
    """Return kg CO2e per unit of each dataset, by its code."""
    solution = intensities(systems.system(read.source, "AR6"))
    return {code: math.fsum(impact.values()) for code, impact in solution.impact.items()}


@st.composite
def joint(draw: st.DrawFn) -> tuple[list[Json], Json, float, float]:
    """Return the flows of a joint process, the process, what its products bear in all, and how much there is."""
    count = draw(st.integers(2, 5))
    flows = [OLCA.flow(f"f{i}", draw(st.sampled_from([OLCA.PRODUCT, OLCA.WASTE]))) for i in range(count)]
    given_off = draw(st.lists(AMOUNT, min_size=1, max_size=4))
    method = draw(st.sampled_from(["PHYSICAL_ALLOCATION", "ECONOMIC_ALLOCATION", "CAUSAL_ALLOCATION"]))
    numbers = range(count + 1, count + 1 + len(given_off)) if method.startswith("CAUSAL") else (None,)
    factors, weights = [], {}
    for at in numbers:
        parts = draw(st.lists(st.floats(0.01, 1.0), min_size=count, max_size=count))
        weights[at] = [part / math.fsum(parts) for part in parts]
        factors += [OLCA.share(flow, part, method, at) for flow, part in zip(flows, weights[at], strict=True)]
    made = [OLCA.made(flow, draw(AMOUNT)) for flow in flows]
    for also in made[1:]:
        del also["isQuantitativeReference"]
    out = [OLCA.exchange(CO2, amount) for amount in given_off]
    process = OLCA.process("p", *made, *out, allocationFactors=factors, defaultAllocationMethod=method)
    return flows, process, math.fsum(given_off), float(count)


@given(joint())
def test_shares_that_make_up_the_whole_conserve_it(made):
    """What all products of a process bear is what it gives off: physical, economic, causal, wastes among them."""
    flows, process, whole, count = made
    read = imported([*flows, process])
    found = scores(read)
    outputs = {row["code"]: float(row["amount"]) for row in read.source.activities}
    assert len(found) == count
    assert math.fsum(found[code] * outputs[code] for code in found) == pytest.approx(whole, rel=1e-9)


@given(AMOUNT, AMOUNT, st.sampled_from(["kg", "g", "t"]), st.sampled_from(["kg", "g", "t"]))
def test_the_unit_in_which_something_is_written_changes_nothing(amount, direct, one, other):
    """A tonne is a thousand kilograms on either side of a link."""
    steel, car = OLCA.flow("steel"), OLCA.flow("car", measured="items")
    per = OLCA.UNITS["mass"]
    mill = OLCA.process("mill", OLCA.made(steel, 1 / per[one], unit=one), OLCA.exchange(CO2, direct))
    plant = OLCA.process("plant", OLCA.made(car), OLCA.used(steel, amount / per[other], unit=other))
    assert scores(imported([steel, car, mill, plant]))["plant"] == pytest.approx(amount * direct, rel=1e-9)


@given(AMOUNT, AMOUNT, AMOUNT)
def test_what_is_used_and_avoided_as_much_is_nothing(output, amount, direct):
    """A credit is the consumption with the opposite sign."""
    steel, car = OLCA.flow("steel"), OLCA.flow("car", measured="items")
    mill = OLCA.process("mill", OLCA.made(steel, output), OLCA.exchange(CO2, direct))
    uses = OLCA.used(steel, amount), OLCA.exchange(steel, amount, isAvoidedProduct=True)
    plant = OLCA.process("plant", OLCA.made(car), *uses, OLCA.exchange(CO2, 1.0))
    assert scores(imported([steel, car, mill, plant]))["plant"] == pytest.approx(1.0, rel=1e-6)


@given(st.permutations(range(4)))
def test_the_order_of_exchanges_changes_nothing(order):
    """The reference is told by its flag, not by its place."""
    steel, slag = OLCA.flow("steel"), OLCA.flow("slag")
    rows = [OLCA.made(steel, 2.0), OLCA.exchange(slag, 1.0), OLCA.exchange(CO2, 3.0), OLCA.exchange(CO2, 1.0)]
    factors = [OLCA.share(steel, 0.75), OLCA.share(slag, 0.25)]
    more = {"allocationFactors": factors, "defaultAllocationMethod": "PHYSICAL_ALLOCATION"}
    process = OLCA.process("p", *(rows[i] for i in order), **more)
    assert scores(imported([steel, slag, process])) == {"p_steel": 1.5, "p_slag": 1.0}


def test_what_openlcas_own_library_writes_is_read(tmp_path):
    """A package written by olca-schema: units, properties, a formula, a provider, an avoided product."""
    units = olca_schema.new_unit_group("Units of mass", "kg")
    mass = olca_schema.new_flow_property("Mass", units)
    steel, car = olca_schema.new_product("steel", mass), olca_schema.new_product("car", mass)
    gas = olca_schema.new_elementary_flow("Carbon dioxide, fossil", mass)
    gas.category = "Elementary flows/Emission to air/unspecified"
    mill, plant = olca_schema.new_process("mill"), olca_schema.new_process("plant")
    olca_schema.new_output(mill, steel, 1.0).is_quantitative_reference = True
    olca_schema.new_output(mill, gas, 1.0).amount_formula = "factor * 2"
    mill.parameters = [olca_schema.new_parameter("factor", 1.5)]
    olca_schema.new_output(plant, car, 2.0).is_quantitative_reference = True
    olca_schema.new_input(plant, steel, 5.0).default_provider = mill.to_ref()
    olca_schema.new_input(plant, steel, 1.0).is_avoided_product = True
    with zipio.ZipWriter(tmp_path / "x.zip") as writer:
        for entity in (units, mass, steel, car, gas, mill, plant):
            writer.write(entity)
    read = importers.read(tmp_path / "x.zip", Asked())
    names = {row["code"]: row["name_en"] for row in read.source.activities}
    assert {names[code]: score for code, score in scores(read).items()} == {"mill": 3.0, "plant": 6.0}


def test_a_footprint_given_out_for_openlca_comes_back(tmp_path):
    """The product system of a declaration, imported with its own impact category, has the declared result."""
    service.demo("detergent", tmp_path, "en")
    order = publishing.Order(tmp_path, (), "verifier", draft=True)
    (tmp_path / "x.zip").write_bytes(publishing.contents(order, ["openlca.zip"], "en")["openlca.zip"])
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        files = [json.loads(archive.read(name)) for name in archive.namelist() if "/" in name]
    (category,) = (each["name"] for each in files if each["@type"] == "ImpactCategory")
    (system,) = (each for each in files if each["@type"] == "ProductSystem")
    read = importers.read(tmp_path / "x.zip", Asked(method=category))
    found = scores(read)[system["refProcess"]["@id"]]
    declared = json.loads((tmp_path / "declaration.json").read_text("utf-8"))["result"]["total"]
    assert found * system["targetAmount"] == pytest.approx(declared, rel=1e-8)
