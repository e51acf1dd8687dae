"""Packages of openLCA's JSON as tests write them, in schema 1 or 2, a folder or a zip; a small one, and its import."""

from __future__ import annotations

import json
import runpy
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background.importers.asked import Read
from footprint.errors import DatabaseError

READ = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("reading.py"))))
scores, taken, told = READ.by_code, READ.taken, READ.told
Json = dict[str, Any]
PRODUCT, WASTE, ELEMENTARY = "PRODUCT_FLOW", "WASTE_FLOW", "ELEMENTARY_FLOW"
FOLDERS = {
    "Process": "processes", "Flow": "flows", "FlowProperty": "flow_properties", "UnitGroup": "unit_groups",
    "Category": "categories", "Location": "locations", "Parameter": "parameters", "DQSystem": "dq_systems",
    "ImpactMethod": "lcia_methods", "ImpactCategory": "lcia_categories", "ProductSystem": "product_systems",
    "Result": "results", "Epd": "epds", "Source": "sources",
}  # fmt: skip
OLD_NAMES = {
    "isInput": "input", "isAvoidedProduct": "avoidedProduct", "isQuantitativeReference": "quantitativeReference",
    "isRefFlowProperty": "referenceFlowProperty", "isRefUnit": "referenceUnit", "refUnit": "referenceUnitName",
    "isInputParameter": "inputParameter", "refProcess": "referenceProcess",
}  # fmt: skip
UNITS = {
    "mass": {"kg": 1.0, "g": 0.001, "t": 1000.0}, "energy": {"MJ": 1.0, "kWh": 3.6}, "volume": {"m3": 1.0, "L": 0.001},
    "items": {"Item(s)": 1.0, "Dozen(s)": 12.0},
}  # fmt: skip
"""Unit groups by the property that they are the units of; the first unit is the reference."""


def reference(kind: str, name: str, **more: Any) -> Json:
    """Return a reference to an entity."""
    return {"@type": kind, "@id": name, "name": name, **more}


def unit_group(name: str, units: Mapping[str, float]) -> Json:
    """Return a unit group; its first unit is the reference."""
    rows = [
        reference("Unit", f"unit-{unit}") | {"name": unit, "conversionFactor": factor, "isRefUnit": at == 0}
        for at, (unit, factor) in enumerate(units.items())
    ]
    return reference("UnitGroup", f"units-of-{name}", units=rows)


def flow_property(name: str) -> Json:
    """Return a flow property with the unit group of its name."""
    return reference("FlowProperty", name, unitGroup=reference("UnitGroup", f"units-of-{name}"))


def flow(name: str, kind: str = PRODUCT, measured: str = "mass", **more: Any) -> Json:
    """Return a flow measured by one property."""
    factor = {"conversionFactor": 1.0, "isRefFlowProperty": True, "flowProperty": reference("FlowProperty", measured)}
    return reference("Flow", name, flowType=kind, flowProperties=[factor]) | more


def exchange(moved: Json, amount: float | None, *, into: bool = False, unit: str = "", **more: Any) -> Json:
    """Return an exchange of a flow; ``into`` the process, else out of it."""
    found: Json = {"@type": "Exchange", "flow": reference("Flow", moved["@id"], flowType=moved["flowType"])}
    found |= {"isInput": into, **more}
    if amount is not None:
        found["amount"] = amount
    if unit:
        found["unit"] = reference("Unit", f"unit-{unit}") | {"name": unit}
    return found


def made(moved: Json, amount: float | None = 1.0, **more: Any) -> Json:
    """Return the exchange that a process is run for."""
    return exchange(moved, amount, into=moved["flowType"] == WASTE, isQuantitativeReference=True, **more)


def used(moved: Json, amount: float | None, provider: str = "", **more: Any) -> Json:
    """Return the consumption of a product, or of the treatment of a waste."""
    named = {"defaultProvider": reference("Process", provider)} if provider else {}
    return exchange(moved, amount, into=moved["flowType"] != WASTE, **named, **more)


def process(name: str, *exchanges: Json, **more: Any) -> Json:
    """Return a process; its exchanges are numbered from 1."""
    rows = [{"internalId": at + 1, **row} for at, row in enumerate(exchanges)]
    return reference("Process", name, processType="UNIT_PROCESS", exchanges=rows) | more


def share(
    product: Json, value: float | None, method: str = "PHYSICAL_ALLOCATION", at: int | None = None, **more: Any
) -> Json:
    """Return an allocation factor; ``at``: number of the exchange that a causal one is for."""
    found: Json = {"allocationType": method, "product": reference("Flow", product["@id"]), **more}
    if value is not None:
        found["value"] = value
    return found | ({"exchange": {"@type": "Exchange", "internalId": at}} if at is not None else {})


def category(name: str, factors: Mapping[str, float], flows: Mapping[str, Json], **more: Any) -> Json:
    """Return an impact category in kg CO2e."""
    rows = [{"flow": reference("Flow", flows[each]["@id"]), "value": value} for each, value in factors.items()]
    return (
        reference("ImpactCategory", f"category-{name}", refUnit="kg CO2 eq", impactFactors=rows) | {"name": name} | more
    )


def older(entity: Any) -> Any:
    """Return an entity with the names of schema 1."""
    if isinstance(entity, list):
        return [older(each) for each in entity]
    if not isinstance(entity, dict):
        return entity
    found = {OLD_NAMES.get(key, key): older(value) for key, value in entity.items()}
    if isinstance(entity.get("category"), str):
        *above, last = entity["category"].split("/")
        found["category"] = reference("Category", f"category-{last}", categoryPath=above) | {"name": last}
    return found


def files(entities: Iterable[Json], schema: int = 2) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the files of a package, units and properties among them."""
    groups = [unit_group(name, units) for name, units in UNITS.items()]
    unique = {(each["@type"], each["@id"]): each for each in (*groups, *map(flow_property, UNITS), *entities)}
    yield ("openlca.json", b'{"schemaVersion":2}') if schema == 2 else ("context.json", b'{"@vocab":"openlca.org"}')
    for (kind, name), entity in unique.items():
        written = entity if schema == 2 else {"@context": "http://openlca.org/schema/v1.1/", **older(entity)}
        yield f"{FOLDERS[kind]}/{name.replace('/', '-')}.json", json.dumps(written).encode()


def package(path: Path, *entities: Json, schema: int = 2) -> Path:
    """Write a package: a zip where ``path`` ends like one, else a folder."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files(entities, schema):
                archive.writestr(name, content)
        return path
    for name, content in files(entities, schema):
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


AIR = "Elementary flows/Emission to air/unspecified"
CO2 = flow("Carbon dioxide, fossil", ELEMENTARY, category=AIR)
STEEL, SLAG, CAR = flow("steel"), flow("slag"), flow("car", measured="items")
SCRAP = flow("scrap", WASTE)
PHYSICAL, ECONOMIC, CAUSAL = "PHYSICAL_ALLOCATION", "ECONOMIC_ALLOCATION", "CAUSAL_ALLOCATION"


def out(amount: float | None, **more: Any) -> Json:
    """Return an emission of fossil CO2 [kg]."""
    return exchange(CO2, amount, **more)


MILL = process("mill", made(STEEL), out(2.0))


def gaps(read: Read) -> dict[str, str]:
    """Return why each gap is one, by its name."""
    return {row["name_en"]: row["note"] for row in read.source.activities if row["kind"] == "gap"}


def refused(path: Path, **asked: Any) -> str:
    with pytest.raises(DatabaseError) as caught:
        taken(path, **asked)
    assert caught.value.text("zh")
    return str(caught.value)


SHARES = (
    share(STEEL, 0.75), share(SLAG, 0.25), share(STEEL, 0.9, ECONOMIC), share(SLAG, 0.1, ECONOMIC),
    share(STEEL, 1.0, CAUSAL, 3), share(SLAG, 0.0, CAUSAL, 3),
    share(STEEL, 0.5, CAUSAL, 4), share(SLAG, 0.5, CAUSAL, 4),
)  # fmt: skip


def joint(*factors: Json, **more: Any) -> Json:
    """Return a process of two products that gives off 1 kg and 2 kg of CO2."""
    return process(
        "mill", made(STEEL), exchange(SLAG, 2.0), out(1.0), out(2.0), allocationFactors=list(factors), **more
    )


def parameter(name: str, value: float | None = None, formula: str = "", scope: str = "GLOBAL_SCOPE") -> Json:
    """Return a parameter: stated, or worked out where it has a formula."""
    found = reference("Parameter", name, parameterScope=scope, isInputParameter=not formula)
    return found | ({"formula": formula} if formula else {}) | ({} if value is None else {"value": value})
