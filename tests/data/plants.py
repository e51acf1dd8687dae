"""Random plants for laws: a workbook's rows beside an independent dense calculation of what they emit.

The calculation below reads the rows, not the program: losses, shares, loops and transport are written out a second
time, as a practitioner reads the guided workbook, and solved as one dense system with the background.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from footprint import gwp, units

Row = dict[str, Any]
OUTSIDE = ("biogenic_uptake", "biogenic_release")
KEPT = ("internal", "recovered")


class Plant(NamedTuple):
    """The rows of a workbook by sheet; ``product`` as fields."""

    product: Row
    bom: list[Row]
    processes: list[Row]
    transport: list[Row]
    use: list[Row]
    end_of_life: list[Row]

    def sheets(self) -> dict[str, Any]:
        """Return the plant as the keywords of the ``book`` fixture."""
        return {name: rows for name, rows in self._asdict().items() if rows}


amounts = st.floats(0.01, 20).map(lambda x: float(f"{x:.4g}"))
shares = st.floats(0.01, 0.6).map(lambda x: float(f"{x:.3g}"))
small_shares = st.floats(0.001, 0.15).map(lambda x: float(f"{x:.3g}"))


@st.composite
def plants(draw: st.DrawFn, loops: bool = True, use: bool = True) -> Plant:
    """Any plant: assemblies, losses, recycled content, chains, loops, co-products, gases, transport, end of life."""
    assemblies = [f"A{i}" for i in range(draw(st.integers(0, 3)))]
    bom = [_assembly(draw, name, ["", *assemblies[:i]]) for i, name in enumerate(assemblies)]
    bom += [_leaf(draw, f"L{i}", ["", *assemblies]) for i in range(draw(st.integers(1, 5)))]
    own = [f"flow{i}" for i in range(draw(st.integers(0, 3)))]
    processes = _process(draw, "final", "PUMP", "item", own, loops, must=own)
    for name in own:
        processes += _process(draw, f"make {name}", name, draw(st.sampled_from(["kg", "kWh"])), own, loops, must=())
    for name in draw(st.lists(st.sampled_from(assemblies), unique=True)) if assemblies else ():
        processes += _process(draw, f"step {name}", name, "item", own, loops, must=())
    product = {
        "bom_quantity": draw(st.sampled_from([1.0, 3.0, 50.0])), "declared_amount": draw(st.sampled_from([1.0, 2.5])),
        "loss_formula": draw(st.sampled_from(["divide", "multiply"])), "net_mass": draw(amounts),
        "quantities": draw(st.sampled_from(["net", "gross"])),
    }  # fmt: skip
    units_ = {row["flow"]: row["unit"] for row in processes if row["direction"] != "input" and "unit" in row}
    for row in processes:
        if row["direction"] == "input" and row["flow"] in units_:
            row["unit"] = units_[row["flow"]]
    transport = draw(st.lists(st.builds(_leg, st.sampled_from(["all inbound", "product"]), amounts), max_size=2))
    used = [{"flow": "solar-2024", "amount": draw(amounts), "unit": "MJ"}] if use and draw(st.booleans()) else []
    ends = _ends(draw, [row for row in bom if row["line"].startswith("L")])
    return Plant(product, bom, processes, transport, used, ends)


def _assembly(draw: st.DrawFn, name: str, parents: Sequence[str]) -> Row:
    loss = draw(st.sampled_from([0.0, 0.1, 0.35]))
    lost = {"loss": loss, "loss_to": draw(st.sampled_from(["landfill", "recycling", "evaporated"]))} if loss else {}
    return {
        "line": name, "parent": draw(st.sampled_from(parents)), "quantity": draw(amounts), "unit": "item",
        "net_mass": draw(amounts), **lost,
    }  # fmt: skip


def _leaf(draw: st.DrawFn, name: str, parents: Sequence[str]) -> Row:
    others = ["copper", "chip", "paint", "wood", "slag", "coking", "resin", ""]
    dataset = draw(st.sampled_from(["steel", "steel", "steel", *others]))
    unit = "item" if dataset == "chip" else draw(st.sampled_from(["kg", "g", "t", "item"]))
    row: Row = {
        "line": name, "parent": draw(st.sampled_from(parents)), "quantity": draw(amounts), "unit": unit,
        "dataset": dataset,
    }  # fmt: skip
    if unit == "item":
        row["net_mass"] = draw(amounts)
    if draw(st.booleans()):
        row["loss"] = draw(shares)
        row["loss_to"] = draw(st.sampled_from(["", "landfill", "recycling", "evaporated", "internal", "recovered"]))
    if dataset == "steel" and draw(st.booleans()):
        secondary = draw(st.sampled_from(["steel-recycled", "steel-recycled-t"]))
        row |= {"recycled_share": draw(shares), "secondary": secondary}
    if draw(st.integers(0, 4)) == 0:
        row |= {"role": "consumable", "destination": draw(st.sampled_from(["evaporated", "burning", "waste"]))}
    return row


def _process(
    draw: st.DrawFn, process: str, product: str, unit: str, own: Sequence[str], loops: bool, must: Sequence[str]
) -> list[Row]:
    output = draw(st.sampled_from([1.0, 4.0, 250.0]))
    made: Row = {"process": process, "direction": "product", "flow": product, "amount": output, "unit": unit}
    rows: list[Row] = [made]
    if draw(st.integers(0, 3)) == 0:
        made |= {"allocation": "mass", "allocation_value": draw(amounts)}
        side = {"direction": "co-product", "flow": f"side of {process}", "amount": draw(amounts), "unit": "kg"}
        rows.append({"process": process, **side, "allocation": "mass", "allocation_value": draw(amounts)})
    taken = {*must, *(draw(st.lists(st.sampled_from(own), max_size=2)) if own and loops else ())}
    inputs = [{"direction": "input", "flow": name, "amount": draw(small_shares)} for name in sorted(taken)]
    extras = [{**extra, "amount": draw(amounts)} for extra in draw(st.permutations(_EXTRAS))[: draw(st.integers(0, 4))]]
    rows += [{"process": process, **row} for row in (*inputs, *extras)]
    if loops and draw(st.booleans()):
        back = float(f"{draw(small_shares) * output:.3g}")
        rows.append({"process": process, "direction": "internal_return", "flow": "back", "amount": back, "unit": unit})
    return rows


_EXTRAS: Sequence[Row] = (
    {"direction": "input", "flow": "electricity", "unit": "kWh"},
    {"direction": "input", "flow": "electricity", "unit": "MJ"},
    {"direction": "input", "flow": "copper", "unit": "g", "destination": "burning"},
    {"direction": "input", "flow": "coking", "unit": "kg", "destination": "evaporated"},
    {"direction": "input", "flow": "gas-burned", "unit": "kWh", "fuel_use": "burned"},
    {"direction": "emission", "flow": "sf6", "unit": "g"},
    {"direction": "emission", "flow": "co2-fossil", "unit": "t"},
    {"direction": "waste", "flow": "dust", "unit": "kg", "destination": "landfill"},
    {"direction": "scrap", "flow": "cuttings", "unit": "kg"},
)


def _leg(applies_to: str, km: float) -> Row:
    return {"applies_to": applies_to, "vehicle": "truck", "km": 100 * km, "stage": "distribution"}


def _ends(draw: st.DrawFn, leaves: Sequence[Row]) -> list[Row]:
    part = draw(st.sampled_from(["", "product", *(row["line"] for row in leaves)]))
    first = draw(shares)
    return [
        {"part": part, "route": "landfill", "share": first, "treatment": "landfill"},
        {"part": part, "route": "incineration", "share": 1 - first, "treatment": "burning", "collection": 0.9},
    ] if part else []  # fmt: skip


# --- the second calculation


class Dense:
    """One dense system: ``uses[a, b]`` of b per unit of a, ``burdens[a]`` [kg CO2e/unit]: headline and uptake."""

    def __init__(self, activities: Iterable[Mapping[str, str]], exchanges: Iterable[Mapping[str, str]]) -> None:
        self.uses: dict[tuple[str, str], float] = {}
        self.burdens: dict[str, np.ndarray] = {}
        self.nodes: dict[str, int] = {}
        self.unit = {row["code"]: row["unit"] for row in activities}
        for row in exchanges:
            amount = float(row["amount"])
            if row["direction"] == "input":
                self.use(row["activity"], row["flow"], amount * units.factor(row["unit"], self.unit[row["flow"]]))
            elif row["flow"].startswith("co2e-"):
                self.burden(row["activity"], amount, 0.0)
            else:
                self.gas(row["activity"], row["flow"], amount)

    def use(self, a: str, b: str, amount: float) -> None:
        for name in (a, b):
            self.nodes.setdefault(name, len(self.nodes))
        self.uses[a, b] = self.uses.get((a, b), 0.0) + amount

    def buy(self, a: str, dataset: str, amount: float, unit: str) -> None:
        self.use(a, dataset, amount * units.factor(unit, self.unit[dataset]))

    def burden(self, a: str, headline: float, uptake: float) -> None:
        self.nodes.setdefault(a, len(self.nodes))
        self.burdens[a] = self.burdens.get(a, np.zeros(2)) + np.array([headline, uptake])

    def gas(self, a: str, gas: str, kg: float) -> None:
        found = gwp.gas(gas)
        inside = found.ghg not in OUTSIDE
        value = kg * found.factor("AR6")
        self.burden(a, value if inside else 0.0, 0.0 if inside else value)

    def score(self, node: str, amount: float) -> np.ndarray:
        """Return headline and uptake of ``amount`` of ``node`` [kg CO2e]."""
        n = len(self.nodes)
        a = np.eye(n)
        for (consumer, consumed), x in self.uses.items():
            a[self.nodes[consumed], self.nodes[consumer]] -= x
        demand = np.zeros(n)
        demand[self.nodes[node]] = amount
        runs = np.linalg.solve(a, demand)
        return sum((runs[self.nodes[name]] * b for name, b in self.burdens.items()), np.zeros(2))


def by_hand(plant: Plant, background: tuple[Iterable[Mapping[str, str]], Iterable[Mapping[str, str]]]) -> np.ndarray:
    """Return headline and uptake of the declared unit [kg CO2e], calculated from the rows of plant and background."""
    dense = Dense(*background)
    product, items = plant.product, plant.product["bom_quantity"]
    dense.use("delivered", "PUMP", 1.0)
    for row in plant.bom:
        _line(dense, plant, row, 1.0 if row["parent"] else 1.0 / items)
    made = {row["flow"]: row for row in plant.processes if row["direction"] == "product"}
    inbound_km = sum(row["km"] for row in plant.transport if row["applies_to"] == "all inbound")
    for process in dict.fromkeys(row["process"] for row in plant.processes):
        _step(dense, [row for row in plant.processes if row["process"] == process], made, inbound_km)
    for row in plant.transport:
        _carry(dense, plant, row)
    for row in plant.use:
        dense.buy("delivered", row["flow"], row["amount"], row["unit"])
    for row in plant.end_of_life:
        kg = product["net_mass"] if row["part"] == "product" else _in_product(plant, row["part"])
        dense.buy("delivered", row["treatment"], kg * row["share"] * row.get("collection", 1.0), "kg")
    return dense.score("delivered", product["declared_amount"])


def moved(plant: Plant, row: Row) -> tuple[float, float, float]:
    """Return net, bought and lost quantity of a line, in its own unit."""
    r = row.get("loss", 0.0)
    growth = 1 + r if plant.product["loss_formula"] == "multiply" else 1 / (1 - r)
    net = row["quantity"] / growth if plant.product["quantities"] == "gross" else row["quantity"]
    return (net, net, 0.0) if row.get("loss_to") in KEPT else (net, net * growth, net * (growth - 1))


def assembled(plant: Plant) -> set[str]:
    """Return the lines that are made here: of parts, or by a process; all others are bought."""
    made = {row["flow"] for row in plant.processes if row["direction"] == "product"}
    return made | {row["parent"] for row in plant.bom}


def kilograms(row: Row, quantity: float) -> float:
    """Return the mass of a quantity of a line [kg]."""
    return quantity * (row["net_mass"] if row["unit"] == "item" else units.factor(row["unit"], "kg"))


def _line(dense: Dense, plant: Plant, row: Row, per: float) -> None:
    parent = row["parent"] or "PUMP"
    net, bought, lost = (per * x for x in moved(plant, row))
    if row["line"] in assembled(plant):
        dense.use(parent, row["line"], bought)
    elif row.get("dataset", "") not in ("", "resin"):
        quantity, unit = (bought, "item") if row["dataset"] == "chip" else (kilograms(row, bought), "kg")
        recycled = row.get("recycled_share", 0.0)
        dense.buy(parent, row["dataset"], quantity * (1 - recycled), unit)
        if recycled:
            dense.buy(parent, row["secondary"], quantity * recycled, unit)
    if row.get("loss_to") == "landfill":
        dense.buy(parent, "landfill", kilograms(row, lost), "kg")
    if row.get("destination") == "burning":
        dense.buy(parent, "burning", kilograms(row, net), "kg")


def _step(dense: Dense, rows: Sequence[Row], made: Mapping[str, Row], inbound_km: float) -> None:
    """Add one process: what its products share, and the product's line drawing on it."""
    outputs = [row for row in rows if row["direction"] in ("product", "co-product")]
    product = next(row for row in outputs if row["direction"] == "product")
    worth = [row.get("allocation_value", 1.0) * row["amount"] for row in outputs]
    for output, value in zip(outputs, worth, strict=True):
        share = value / sum(worth) / output["amount"]
        name = output["flow"]
        node = name if name.startswith(("flow", "side")) else f"{output['process']}: {name}"
        if node != name:
            dense.use(name, node, 1.0)
        for row in rows:
            _flow(dense, node, row, share * row["amount"], product, made)
            if row["direction"] == "input" and row["flow"] in ("copper", "coking"):
                tonnes = share * row["amount"] * units.factor(row["unit"], "t")
                dense.buy(node, "truck", tonnes * inbound_km, "t·km")


def _flow(dense: Dense, node: str, row: Row, amount: float, product: Row, made: Mapping[str, Row]) -> None:
    kind, flow = row["direction"], row["flow"]
    if kind == "internal_return":
        dense.use(node, product["flow"], amount)
    elif kind == "emission":
        dense.gas(node, flow, amount * units.factor(row["unit"], "kg"))
    elif kind == "waste":
        dense.buy(node, row["destination"], amount, row["unit"])
    elif kind == "input" and flow in made:
        dense.use(node, flow, amount)
    elif kind == "input":
        dense.buy(node, "grid-2024" if flow == "electricity" else flow, amount, row["unit"])
        if row.get("destination") == "burning":
            dense.buy(node, "burning", amount, row["unit"])


def _carry(dense: Dense, plant: Plant, row: Row) -> None:
    if row["applies_to"] == "product":
        dense.buy("delivered", "truck", plant.product["net_mass"] / 1000 * row["km"], "t·km")
        return
    for line in plant.bom:
        if line["line"] not in assembled(plant):
            per = 1.0 if line["parent"] else 1.0 / plant.product["bom_quantity"]
            kg = per * kilograms(line, moved(plant, line)[1])
            dense.buy(line["parent"] or "PUMP", "truck", kg / 1000 * row["km"], "t·km")


def _in_product(plant: Plant, name: str) -> float:
    """Return the net mass of a line in one product [kg]."""
    lines = {row["line"]: row for row in plant.bom}
    row = lines[name]
    kg = kilograms(row, moved(plant, row)[0])
    while row["parent"]:
        row = lines[row["parent"]]
        kg *= moved(plant, row)[0]
    return float(kg / plant.product["bom_quantity"])
