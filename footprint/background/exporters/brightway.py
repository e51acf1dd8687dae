"""A database as Brightway has it: nodes with exchanges, in its words, its units and its one rule of no conversion.

Brightway converts no units: an input is stated in the unit of what it consumes, a gas in kilograms. The gases are nodes
of the same database, so that nothing outside is needed; a number known only as CO2e is a flow of its own per class and
GWP set, counted as 1. A gap becomes a process without exchanges, which Brightway counts as zero: its comment says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from footprint import gwp, units
from footprint.background import ownflows, systems
from footprint.background.source import Row, Source
from footprint.background.spread import Sigma, sigmas
from footprint.model.background import GhgClass

UNITS = {
    "kg": "kilogram", "g": "gram", "t": "ton", "kWh": "kilowatt hour", "Wh": "watt hour", "MJ": "megajoule",
    "kJ": "kilojoule", "GJ": "gigajoule", "m3": "cubic meter", "Nm3": "normal cubic meter", "L": "litre", "m": "meter",
    "km": "kilometer", "m2": "square meter", "ha": "hectare", "t·km": "ton kilometer", "h": "hour", "a": "year",
    "item": "unit",
}  # fmt: skip
"""Brightway's names of units; a unit that is not here keeps its symbol."""
HEADLINES = ("0/0", "-1/+1")
"""How biogenic CO2 counts: not at all, or taken up as -1 and released as +1."""
_AIR = ("air",)
_EMISSION = "gas:"
_EXACT, _LOGNORMAL = 1, 2
_UNCOUNTED = {GhgClass.BIOGENIC_RELEASE, GhgClass.BIOGENIC_UPTAKE}
_GAP = "GAP: no number with a citable source was found. Brightway counts this input as zero."


class Flow(NamedTuple):
    """An emission: a gas, or CO2e of one class and GWP set. ``factors`` by set [kg CO2e/kg]."""

    code: str
    name: str
    ghg: str
    factors: Mapping[str, float]


class Exchange(NamedTuple):
    """One exchange of a node: ``kind`` production, technosphere or biosphere; ``amount`` in ``unit`` of what flows.

    ``sigma``: standard deviation of the logarithm [-], 0 of what is exact, None where nobody states one.
    """

    kind: str
    code: str
    name: str
    amount: float
    unit: str
    location: str = ""
    sigma: float | None = None
    comment: str = ""

    @property
    def categories(self) -> tuple[str, ...]:
        """The compartment of an emission."""
        return _AIR if self.kind == "biosphere" else ()

    def uncertainty(self) -> dict[str, Any]:
        """Return the lognormal distribution around the amount, that of what is exact, nothing where none is known."""
        if self.sigma is None or (self.sigma and not self.amount):
            return {}
        if not self.sigma:
            return {"uncertainty type": _EXACT, "loc": self.amount}
        return {
            "uncertainty type": _LOGNORMAL, "loc": math.log(abs(self.amount)), "scale": self.sigma,
            "negative": self.amount < 0,
        }  # fmt: skip


class Process(NamedTuple):
    """A dataset; ``product``: what it makes, its name where nobody says; ``more``: what Brightway has no word for."""

    code: str
    name: str
    product: str
    unit: str
    location: str
    comment: str
    more: Mapping[str, str]
    exchanges: Sequence[Exchange]


class Model(NamedTuple):
    """A database in Brightway's words. ``flows`` and ``processes`` in the order of codes and of the tables."""

    name: str
    metadata: Mapping[str, str]
    sets: Sequence[str]
    flows: Sequence[Flow]
    processes: Sequence[Process]

    def methods(self) -> Iterator[tuple[tuple[str, str, str], dict[str, float]]]:
        """Yield name and factors [kg CO2e/kg] by flow of each way to count: GWP set by headline."""
        for gwp_set in self.sets:
            for headline in HEADLINES:
                counted = [f for f in self.flows if headline != "0/0" or f.ghg not in _UNCOUNTED]
                yield (self.name, f"GWP100 {gwp_set}", headline), {f.code: f.factors[gwp_set] for f in counted}


def model(source: Source, of: Sigma) -> Model:
    """Return ``source`` as Brightway has it; `DatabaseError` for every row that cannot be used.

    ``of``: what makes the whole deviation of a row of its scores and what is published, as draws here take it.
    """
    sets = source.meta["gwp_sets"]
    for gwp_set in sets:
        systems.system(source, gwp_set)
    flows = {
        flow.code: flow for row in source.exchanges if row["direction"] == "emission" for flow in [_flow(row, sets)]
    }
    ordered = [flows[code] for code in sorted(flows)]
    return Model(_name(source), _metadata(source), sets, ordered, [*_processes(source, of)])


def _name(source: Source) -> str:
    return f"{source.meta['id']} {source.meta['version']}"


def _metadata(source: Source) -> dict[str, str]:
    meta = source.meta
    said = {key: str(meta[key]) for key in ("version", "licence", "citation")}
    return {"format": "footprint", "title": meta["title"]["en"], **said, "checksum": source.checksum()}


def _processes(source: Source, of: Sigma) -> Iterator[Process]:
    rows = {row["code"]: row for row in source.activities}
    needs: dict[str, list[Exchange]] = {code: [] for code in rows}
    for row, sigma in zip(source.exchanges, sigmas(source, of), strict=True):
        needs[row["activity"]].append(_exchange(source, row, rows, sigma))
    for code, row in rows.items():
        yield _process(source, row, (_production(row), *needs[code]))


def _flow(row: Row, sets: Sequence[str]) -> Flow:
    if not row["flow"].startswith("co2e-"):
        gas = gwp.gas(row["flow"])
        factors = {name: gas.factors.get(name) or gas.factor(row["gwp_set"] or name) for name in sets}
        return Flow(f"{_EMISSION}{gas.id}", gas.name_en, gas.ghg, factors)
    ghg, made_with = row["flow"].removeprefix("co2e-"), row["gwp_set"] or "unknown"
    only = row.get(systems.ONLY_FOR, "")
    said = ownflows.name(ghg, made_with, only)
    code = "-".join(filter(None, (f"{_EMISSION}{row['flow']}", made_with.lower(), only.lower())))
    return Flow(code, said, ghg, {name: float(only in {"", name}) for name in sets})


def _exchange(source: Source, row: Row, rows: Mapping[str, Row], sigma: float | None) -> Exchange:
    amount = float(row["amount"])
    comment = _sentences(source.cited(row["citation"]), row.get("note", ""), f"status: {row['status']}")
    if row["direction"] == "emission":
        flow = _flow(row, source.meta["gwp_sets"])
        kilograms = amount * units.factor(row["unit"], "kg")
        return Exchange("biosphere", flow.code, flow.name, kilograms, UNITS["kg"], "", sigma, comment)
    used = rows[row["flow"]]
    taken = amount * units.factor(row["unit"], used["unit"])
    return Exchange(
        "technosphere", used["code"], used["name_en"], taken, _unit(used), used["region"], sigma, comment
    )  # fmt: skip


def _production(row: Row) -> Exchange:
    amount = float(row["amount"]) if row["amount"] else 1.0
    return Exchange("production", row["code"], row["name_en"], amount, _unit(row), row["region"])


def _process(source: Source, row: Row, exchanges: Sequence[Exchange]) -> Process:
    gap = _GAP if row["kind"] == "gap" else ""
    proxy = f"Proxy: {row['proxy']}" if row["proxy"] else ""
    comment = _sentences(gap, source.cited(row["citation"]), proxy, row["note"])
    keys = ("name_zh", "period", "technology", "category", "kind", "boundary", "status", "pedigree", "synonyms")
    more = {key.replace("_", " "): row[key] for key in keys if row.get(key)}
    product = row.get("product") or row["name_en"]
    return Process(row["code"], row["name_en"], product, _unit(row), row["region"], comment, more, exchanges)


def _unit(row: Row) -> str:
    symbol = units.unit(row["unit"]).symbol
    return UNITS.get(symbol, symbol)


def _sentences(*parts: str) -> str:
    return "\n".join(part.strip() for part in parts if part.strip())
