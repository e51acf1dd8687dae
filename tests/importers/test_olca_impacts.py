"""Gases and impact categories in packages of openLCA: factors, directions, places, formulas."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background import systems
from footprint.engine.compile import intensities

OLCA = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "olca.py")))
CO2, MILL, SLAG, STEEL = OLCA.CO2, OLCA.MILL, OLCA.SLAG, OLCA.STEEL
exchange, flow, made, out, parameter, process, refused, scores, taken, told = (
    OLCA.exchange, OLCA.flow, OLCA.made, OLCA.out, OLCA.parameter, OLCA.process, OLCA.refused, OLCA.scores, OLCA.taken,
    OLCA.told,
)  # fmt: skip
Json = dict[str, Any]


@pytest.mark.parametrize(
    ("name", "category", "into", "ghg", "sign"),
    [
        ("Carbon dioxide, fossil", "Elementary flows/Emission to air/high population density", False, "fossil", 1),
        ("Carbon dioxide, fossil", "Elementary flows/Emission to air/unspecified", True, "fossil", -1),
        ("Carbon dioxide", "Elementary flows/emission/air/unspecified", False, "fossil", 1),
        ("Carbon dioxide, biogenic", "Elementary flows/Emission to air/unspecified", False, "biogenic_release", 1),
        ("Carbon dioxide, in air", "Elementary flows/Resource/in air", True, "biogenic_uptake", -1),
        ("Carbon dioxide", "Elementary Flows/resource/air", True, "biogenic_uptake", -1),
        (
            "Carbon dioxide, land transformation",
            "Elementary flows/Emission to air/unspecified",
            False,
            "land_use_change",
            1,
        ),
    ],
)
@pytest.mark.parametrize("schema", [1, 2])
def test_gases_are_known_by_name_and_categories(packed, name, category, into, ghg, sign, schema):
    """Names and categories of openLCA's own lists and of the Federal LCA Commons."""
    gas = flow(name, OLCA.ELEMENTARY, category=category)
    path = packed(gas, process("mill", made(STEEL), exchange(gas, 1.0, into=into)), schema=schema)
    solution = intensities(systems.system(taken(path).source, "AR6"))
    assert {key.ghg: value for key, value in solution.impact["mill"].items()} == {ghg: sign}


def test_a_category_of_the_package_counts_in_place_of_the_gases(packed):
    """Its factors, its unit, units of its factors; flows without a factor are counted as such."""
    odd = flow("Bad stuff", OLCA.ELEMENTARY)
    factor = {"flow": OLCA.reference("Flow", "Bad stuff"), "value": 0.004, "unit": OLCA.reference("Unit", "unit-g")}
    category = OLCA.category("warming", {}, {}) | {"impactFactors": [factor], "refUnit": "t CO2 eq"}
    method = OLCA.reference(
        "ImpactMethod", "method A", impactCategories=[OLCA.reference("ImpactCategory", "category-warming")]
    )
    path = packed(odd, category, method, process("mill", made(STEEL), out(5.0), exchange(odd, 2.0)))
    for name in ("warming", "Warming", "category-warming", "method A: warming", "Method A"):
        read = taken(path, method=name)
        assert scores(read) == {"mill": 8000.0}
        assert (read.counts["gases"], read.counts["others"]) == (1, 1)
        assert [row["flow"] for row in read.source.exchanges] == ["co2e-unsplit"]
    assert scores(taken(path)) == {"mill": 5.0}


def test_a_package_without_any_gas_says_so(packed):
    """Flows that no table knows make every dataset nought: that is told, and what helps."""
    e = flow("e", OLCA.ELEMENTARY)
    mill = process("mill", made(STEEL), exchange(e, 1.0))
    assert told(taken(packed(e, mill))) == ["inventory-no-gases"]
    assert told(taken(packed(e, mill, OLCA.category("warming", {}, {})))) == ["olca-no-gases"]


def test_a_factor_that_cannot_be_read_hurts_only_who_uses_it(packed):
    """Methods list flows by the thousand that no process has."""
    rows = [{"flow": OLCA.reference("Flow", "nowhere"), "value": 1.0}, {"flow": OLCA.reference("Flow", CO2["@id"])}]
    path = packed(MILL, OLCA.category("c", {}, {}) | {"impactFactors": rows})
    assert "[inventory-number]" in refused(path, method="c")
    rows[1]["value"] = 3.0
    assert scores(taken(packed(MILL, OLCA.category("c", {}, {}) | {"impactFactors": rows}), method="c")) == {
        "mill": 6.0
    }


def test_a_category_that_is_not_there_or_twice_is_told(packed):
    """With those there are."""

    def of(name: str, method: str) -> tuple[Json, Json]:
        category = OLCA.category("warming", {}, {}) | {"@id": name}
        return category, OLCA.reference(
            "ImpactMethod", method, impactCategories=[OLCA.reference("ImpactCategory", name)]
        )

    toxic = OLCA.category("toxicity", {}, {}, refUnit="CTUh")
    path = packed(MILL, *of("x", "A"), *of("y", "B"), toxic)
    assert "'A: warming'" in refused(path, method="warming")
    assert "'toxicity'" in refused(path, method="cooling")
    assert "'CTUh'" in refused(path, method="toxicity")
    assert taken(path, method="B: warming").counts["others"] == 1


@pytest.mark.parametrize(
    ("direction", "resource", "emission", "score"),
    [
        ("INPUT", 1.0, 0.5, 0.5),
        ("INPUT", 1.0, -0.5, 1.5),
        ("", 1.0, -0.5, 0.5),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_directions_of_a_category_are_openlcas(packed, direction, resource, emission, score, swapped):
    """The signs that openLCA asserts: opposite directions count against where the category has one."""
    r, e = flow("r", OLCA.ELEMENTARY), flow("e", OLCA.ELEMENTARY)
    factors = OLCA.category("c", {"r": resource, "e": emission}, {"r": r, "e": e}) | (
        {"direction": direction} if direction else {}
    )
    sign = -1.0 if swapped and direction else 1.0
    rows = [exchange(r, sign, into=sign > 0), exchange(e, sign, into=sign < 0)]
    assert scores(taken(packed(r, e, factors, process("mill", made(STEEL), *rows)), method="c")) == {"mill": score}


def test_the_same_flow_in_and_out_cancels(packed):
    """Whatever the direction of its category."""
    e = flow("e", OLCA.ELEMENTARY)
    rows = [exchange(e, 1.0, into=True), exchange(e, 1.0)]
    path = packed(e, OLCA.category("c", {"e": 1.0}, {"e": e}), process("mill", made(STEEL), *rows))
    assert scores(taken(path, method="c")) == {"mill": 0.0}


def test_factors_of_places_hold_there(packed):
    """For exchanges there, or of a process there; elsewhere the factor without a place counts."""
    e = flow("e", OLCA.ELEMENTARY)
    everywhere = {"flow": OLCA.reference("Flow", "e"), "value": 3.0}
    rows = [everywhere, everywhere | {"value": 9.0, "location": OLCA.reference("Location", "L1")}]
    category = OLCA.category("c", {}, {}) | {"impactFactors": rows}
    there, elsewhere = ({"location": OLCA.reference("Location", name)} for name in ("L1", "L3"))
    made_there = process("a", made(STEEL), exchange(e, 1.0)) | there
    made_elsewhere = process("b", made(SLAG), exchange(e, 1.0), exchange(e, 1.0) | there) | elsewhere
    assert scores(taken(packed(e, category, made_there, made_elsewhere), method="c")) == {"a": 9.0, "b": 12.0}


def test_factors_may_be_formulas_of_the_category(packed):
    """With the category's own parameters and those of all."""
    e = flow("e", OLCA.ELEMENTARY)
    rows = [{"flow": OLCA.reference("Flow", "e"), "value": 0.0, "formula": "own*all_"}]
    category = OLCA.category("c", {}, {}) | {"impactFactors": rows, "parameters": [parameter("own", 3.0)]}
    path = packed(e, parameter("all_", 2.0), category, process("mill", made(STEEL), exchange(e, 1.0)))
    assert scores(taken(path, method="c")) == {"mill": 6.0}
