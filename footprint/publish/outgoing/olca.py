"""``openlca.zip``: the product system as openLCA JSON-LD (olca-schema 2).

One process for each activity of the bill, one for each dataset it uses, that one with its GHG classes per unit as
elementary flows; a method whose factors are 1 for the classes that count in the result. Rounding: none, 12 significant
digits. Units: those of the lines; kg CO2e. Ids of units that openLCA itself ships: ``data/openlca.csv``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from math import fsum
from pathlib import Path
from typing import Any

from footprint.messages import label
from footprint.publish.outgoing.statement import Stated, Statement, uuid_of
from footprint.publish.outgoing.written import needed
from footprint.publish.wording import Words

FORMAT = "openlca.zip"
LEAST = "verifier"
NEEDS: tuple[str, ...] = ()
_TABLE = Path(__file__).parents[2] / "data" / "openlca.csv"
_ABOUT = "about.json"
_CLOSE = 1e-15
Entry = Mapping[str, Any]


@cache
def _shipped() -> dict[str, dict[str, str]]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {row["unit"]: row for row in csv.DictReader(file)}


def render(statement: Statement, lang: str) -> bytes:
    """Return the zip that openLCA imports."""
    needed("olca_schema", FORMAT, "olca")
    from footprint.tables.archive import pack

    members = {"olca-schema.json": b'{"version": 2}', _ABOUT: json.dumps({"id": statement.id}).encode()}
    for folder, entity in _Model(statement, lang).entities():
        members[f"{folder}/{entity.id}.json"] = json.dumps(entity.to_dict(), ensure_ascii=False, indent=1).encode(
            "utf-8", "replace"
        )
    return pack(members)


class _Model:
    """The entities of one product system, made once each and referred to by id."""

    def __init__(self, statement: Statement, lang: str) -> None:
        import olca_schema

        self.o = olca_schema
        self.statement, self.document, self.words = statement, statement.document, Words(lang)
        self.note = label("publish-draft", lang) if statement.draft else ""
        self.made: dict[tuple[str, str], Any] = {}
        self.products: dict[str, Any] = {}
        self.activities = {each["id"]: each for each in self.document["activities"]}
        self.flows = _by(self.document["flows"], "parent")
        self.posted = _by([each for each in self.document["ledger"] if each["supply"]], "activity")
        self.datasets = {each["key"]: each for each in self.document["datasets"]}
        self.classes = {each["id"]: each for each in self.document["result"]["by_class"]}

    def entities(self) -> Iterator[tuple[str, Any]]:
        """Yield folder and entity of everything in the system."""
        processes = [self._activity(each) for each in self.document["activities"]]
        self._method()
        self._system(processes)
        yield from ((folder, entity) for (folder, _), entity in self.made.items())

    def _kept(self, folder: str, key: str, kind: Any, id_: str = "", **fields: Any) -> Any:
        """Return the entity of ``key``, made when it is first asked for."""
        if (folder, key) not in self.made:
            made = kind(**fields)
            made.id = id_ or uuid_of(self.statement.id, folder, key)
            made.version, made.last_change = "00.00.001", "2000-01-01T00:00:00Z"
            self.made[folder, key] = made
        return self.made[folder, key]

    def _unit(self, symbol: str) -> tuple[Any, Any]:
        """Return references to unit and flow property, those that openLCA ships where it has them."""
        o, row = self.o, _shipped().get(symbol, {})
        unit = o.Unit(
            id=row.get("unit_id") or uuid_of("unit", symbol), name=row.get("name", symbol),
            conversion_factor=float(row.get("factor", 1)), is_ref_unit=float(row.get("factor", 1)) == 1,
        )  # fmt: skip
        key = row.get("group", symbol)
        group = self._kept("unit_groups", key, o.UnitGroup, row.get("group_id", ""), name=key, units=[])
        if all(each.id != unit.id for each in group.units):
            group.units.append(unit)
            base = {"kWh": "MJ", "L": "m3"}.get(symbol)
            if base:
                self._unit(base)
        title = row.get("property", symbol)
        fields = {"name": title, "flow_property_type": o.FlowPropertyType.PHYSICAL_QUANTITY}
        held = self._kept("flow_properties", title, o.FlowProperty, row.get("property_id", ""), **fields)
        held.unit_group = group.to_ref()
        group.default_flow_property = held.to_ref()
        return unit.to_ref(), held.to_ref()

    def _flow(self, key: str, name: str, symbol: str, kind: str) -> Any:
        _, held = self._unit(symbol)
        factor = self.o.FlowPropertyFactor(conversion_factor=1.0, flow_property=held, is_ref_flow_property=True)
        fields = {"name": name, "flow_type": self.o.FlowType(kind), "flow_properties": [factor]}
        return self._kept("flows", key, self.o.Flow, **fields)

    def _exchange(self, process: Any, flow: Any, symbol: str, amount: float, **fields: Any) -> Any:
        unit, held = self._unit(symbol)
        process.last_internal_id = (process.last_internal_id or 0) + 1
        exchange = self.o.Exchange(
            flow=flow.to_ref(), unit=unit, flow_property=held, amount=amount, internal_id=process.last_internal_id,
            **{"is_input": False, "is_quantitative_reference": False, "is_avoided_product": False, **fields},
        )  # fmt: skip
        process.exchanges.append(exchange)
        return exchange

    def _process(self, key: str, name: str, symbol: str, output: float, kind: str, **fields: Any) -> Any:
        """Return the process of ``key`` with its product, made when it is first asked for."""
        known = ("processes", key) in self.made
        process = self._kept("processes", key, self.o.Process, name=name, exchanges=[], **fields)
        if not known:
            process.process_type = self.o.ProcessType(kind)
            product = self._flow(f"product:{key}", name, symbol, "PRODUCT_FLOW")
            self._exchange(process, product, symbol, output, is_quantitative_reference=True)
            self.products[process.id] = product
        return process

    def _own(self, id_: str) -> Any:
        activity = self.activities[id_]
        key = f"activity:{id_}"
        return self._process(key, activity["name"], activity["unit"], activity["output"], "UNIT_PROCESS")

    def _activity(self, activity: Entry) -> Any:
        """Return the process of an activity: its parts, then what is posted for one run of it."""
        process = self._own(activity["id"])
        for flow in self.flows.get(activity["id"], ()):
            child = self.activities[flow["child"]]
            amount = flow["coefficient"] * flow["amount"] * child["output"]
            self._input(process, self._own(flow["child"]), child["unit"], amount, flow["name"])
        for entry in self.posted.get(activity["id"], ()):
            moved = entry["coefficient"] * entry["amount"]
            self._input(process, self._dataset(entry), entry["unit"], moved, f"{entry['cell']} {entry['name']}")
        return process

    def _input(self, process: Any, provider: Any, symbol: str, amount: float, told: str) -> None:
        flow, ref = self.products[provider.id], provider.to_ref()
        self._exchange(process, flow, symbol, amount, is_input=True, default_provider=ref, description=told)

    def _dataset(self, entry: Entry) -> Any:
        """Return the process a line draws on: one unit of it releases the line's classes per unit."""
        per = _per_unit(entry)
        key = f"dataset:{entry['target']}:{entry['unit']}:{json.dumps(per, sort_keys=True)}"
        known = ("processes", key) in self.made
        name = self.words.text(entry["target_name"]) or entry["target"]
        told = self.datasets.get(entry["target"], {}).get("citation", "")
        process = self._process(key, name, entry["unit"], 1.0, "LCI_RESULT", description=f"{entry['target']}. {told}")
        if not known:
            for ghg, amount in per.items():
                self._exchange(process, self._gas(ghg), "kg", amount)
        return process

    def _gas(self, ghg: str) -> Any:
        title = self.words.text(self.classes[ghg]["title"])
        return self._flow(f"gas:{ghg}", f"CO2e, {title}", "kg", "ELEMENTARY_FLOW")

    def _method(self) -> None:
        o, unit = self.o, self._unit("kg")
        posted = [ghg for ghg in self.classes if ("flows", f"gas:{ghg}") in self.made]
        counted = [self._gas(ghg).to_ref() for ghg in posted if self.classes[ghg]["in_total"]]
        factors = [o.ImpactFactor(flow=gas, value=1.0, unit=unit[0], flow_property=unit[1]) for gas in counted]
        pcr = self.document["study"]["pcr"]
        title = f"{pcr['id']} {pcr['version']} · {self.document['study']['gwp_set']}"
        category = self._kept(
            "lcia_categories", "total", o.ImpactCategory, name=title, ref_unit="kg CO2e", impact_factors=factors
        )
        self._kept("lcia_methods", "total", o.ImpactMethod, name=title, impact_categories=[category.to_ref()])

    def _system(self, processes: Sequence[Any]) -> None:
        o, demand, product = self.o, self.document["demand"], self.document["product"]
        root = self._own(demand["activity"])
        reference = root.exchanges[0]
        every = [made for (folder, _), made in self.made.items() if folder == "processes"]
        links = [
            o.ProcessLink(
                provider=e.default_provider, flow=e.flow, process=each.to_ref(), exchange=o.ExchangeRef(e.internal_id)
            )
            for each in processes
            for e in each.exchanges
            if e.default_provider is not None
        ]
        self._kept(
            "product_systems", "system", o.ProductSystem, name=f"{product['id']} {product['name']}",
            description=self.note, processes=[each.to_ref() for each in every], process_links=links,
            ref_process=root.to_ref(), ref_exchange=o.ExchangeRef(reference.internal_id),
            target_amount=demand["amount"] * reference.amount, target_unit=reference.unit,
            target_flow_property=reference.flow_property,
        )  # fmt: skip


def _by(rows: Sequence[Entry], key: str) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found


def _per_unit(entry: Entry) -> dict[str, float]:
    """Return kg CO2e by GHG class per unit of what a line draws on."""
    moved = entry["supply"] * entry["coefficient"] * entry["amount"]
    return {ghg: float(f"{value / moved:.12g}") for ghg, value in entry["classes"].items()} if moved else {}


def stated(content: bytes) -> Stated:
    """Return total and classes of the product system, solved from the files alone, and its id."""
    from footprint.tables.archive import unpack

    files = {name: json.loads(text) for name, text in unpack(content, FORMAT).items()}
    system = next(each for name, each in files.items() if name.startswith("product_systems/"))
    method = next(each for name, each in files.items() if name.startswith("lcia_categories/"))
    processes = {each["@id"]: each for name, each in files.items() if name.startswith("processes/")}
    names = {each["@id"]: name for name, each in files.items() if name.startswith("flows/")}
    counted = {each["flow"]["@id"]: each["value"] for each in method["impactFactors"]}
    released: dict[str, list[float]] = {}
    for id_, runs in _runs(processes, system).items():
        for exchange in processes[id_]["exchanges"]:
            if "defaultProvider" not in exchange and not exchange.get("isQuantitativeReference"):
                released.setdefault(exchange["flow"]["@id"], []).append(runs * exchange["amount"])
    assert set(released) <= set(names)  # noqa: S101  written above
    total = fsum(value * counted.get(flow, 0.0) for flow, values in released.items() for value in values)
    return {"total": Decimal(f"{total:.8e}"), "id": files[_ABOUT]["id"]}


def _runs(processes: Mapping[str, Entry], system: Entry) -> dict[str, float]:
    """Return how often each process runs: what is asked is passed on to providers until nothing is left to pass on."""
    asked = {system["refProcess"]["@id"]: system["targetAmount"]}
    runs: dict[str, float] = {}
    limit = _CLOSE * abs(system["targetAmount"])
    for _ in range(10_000):
        if not asked:
            break
        passed: dict[str, list[float]] = {}
        for id_, amount in asked.items():
            output = next(e["amount"] for e in processes[id_]["exchanges"] if e.get("isQuantitativeReference"))
            runs[id_] = runs.get(id_, 0.0) + amount / output
            for exchange in processes[id_]["exchanges"]:
                if "defaultProvider" in exchange:
                    provider = exchange["defaultProvider"]["@id"]
                    passed.setdefault(provider, []).append(amount / output * exchange["amount"])
        asked = {id_: value for id_, values in passed.items() if abs(value := fsum(values)) > limit}
    return runs
