"""The Supply sheet: how often each activity runs, by explicit cells so that nothing is circular."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum

from footprint.publish.book.inputs import Inputs, amount_cells, coefficient_cell, step_columns
from footprint.publish.book.parts import Entry, Row, address, formula, heads, live, near, number
from footprint.publish.chain import Chain, chain_of, loop_response, per_run
from footprint.publish.wording import Words
from footprint.tables.write import Cell, Formula, SheetSpec

FIRST, SUPPLY, DEMAND = 4, 5, 4


@dataclass
class SupplySheet:
    """Where each activity's supply stands, and the sheet itself."""

    document: Entry
    words: Words
    inputs: Inputs
    name: str
    rows: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rows = {a["id"]: FIRST + i for i, a in enumerate(self.document["activities"])}
        self.flow_first = FIRST + len(self.rows) + 4
        self.columns = step_columns(self.document["flows"], self.words)
        self.amount_at = 4 + 2 + len(self.columns)
        self.handed_at = self.amount_at + 4
        self.names = {a["id"]: a["name"] for a in self.document["activities"]}
        self.supply = {a["id"]: float(a["supply"]) for a in self.document["activities"]}

    def at(self, activity: str) -> str:
        """Return the address of an activity's supply, for other sheets."""
        return address(self.rows[activity], SUPPLY, self.name)

    def spec(self) -> SheetSpec:
        """Return the sheet."""
        chain = chain_of(self.document)
        rows: list[Row] = [
            [Cell(self.words("sheet-supply"), "title")],
            [Cell(self.words("supply-note"), "key")],
            [],
            heads(self.words(c) for c in ("activity", "name", "cell", "unit", "demand", "supply", "remark")),
            *self._activities(chain),
            [],
            [Cell(self.words("activities"), "section", span=4)],
            [],
            self._flow_heads(),
            *(self._flow(i, flow, chain) for i, flow in enumerate(self.document["flows"])),
        ]
        widths = (30, 30, 30, 15, 13, 13, *(12 for _ in self.columns), 13, 8, 11, 13, 13, 60)
        return SheetSpec(self.name, rows, widths, freeze=(FIRST, 2), repeat=FIRST, heights={0: 26}, paper="A3")

    def _flow_heads(self) -> Row:
        w = self.words
        before = (w("activity"), w("needs"), w("name"), w("cell"), w("entered"), w("unit"))
        after = (w("amount"), w("unit"), w("coefficient"), w("supply"), w("handed"))
        return heads((*before, *self.columns.values(), *after))

    def _activities(self, chain: Chain) -> list[Row]:
        formulas = {a: cell for component in chain.components for a, cell in self._component(component, chain).items()}
        return [self._activity(a, formulas[a["id"]], chain) for a in self.document["activities"]]

    def _activity(self, activity: Entry, supply: Cell, chain: Chain) -> Row:
        demanded = activity["id"] == self.document["demand"]["activity"]
        demand = self._demanded() if demanded else number(0.0)
        told = [Cell(activity["id"]), Cell(activity["name"]), Cell(activity["cell"], "key"), Cell(activity["unit"])]
        return [*told, demand, supply, Cell(self._remark(activity["id"], supply, chain), "key")]

    def _demanded(self) -> Cell:
        """Return the runs asked for: what the declared amount takes, a number to change where nothing tells that."""
        asked = float(self.document["demand"]["amount"])
        return self.inputs.cell(self.inputs.told.get("demand"), asked) or Cell(asked, "input")

    def _remark(self, activity: str, supply: Cell, chain: Chain) -> str:
        if not isinstance(supply.value, Formula):
            return self.words("not-live")
        return self.words("in-loop") if chain.loop_of(activity) else ""

    def _component(self, component: Sequence[str], chain: Chain) -> Mapping[str, Cell]:
        """Return the supply of activities that loop together (one alone, mostly), from what is asked from outside."""
        asked = [self._asked(a, component) for a in component]
        if not chain.loop_of(component[0]):
            text, value = asked[0]
            return {component[0]: live(text, value, self.supply[component[0]])}
        response = loop_response(component, chain.flows)
        if response is None:
            return {a: number(self.supply[a], "fixed") for a in component}
        return {a: self._looped(a, response[i], asked) for i, a in enumerate(component)}

    def _asked(self, activity: str, component: Sequence[str]) -> tuple[str, float]:
        terms, values = [near(self.rows[activity], DEMAND)], [self._demand(activity)]
        for i, flow in enumerate(self.document["flows"]):
            if flow["child"] == activity and flow["parent"] not in component:
                terms.append(near(self.flow_first + i, self.handed_at))
                values.append(self.supply[flow["parent"]] * per_run(flow))
        return "+".join(terms), fsum(values)

    def _demand(self, activity: str) -> float:
        demand = self.document["demand"]
        return float(demand["amount"]) if demand["activity"] == activity else 0.0

    def _looped(self, activity: str, shares: Sequence[float], asked: Sequence[tuple[str, float]]) -> Cell:
        pairs = [(share, *ask) for share, ask in zip(shares, asked, strict=True) if share]
        text = "+".join(f"{share:.15G}*({terms})" for share, terms, _ in pairs) or "0"
        return live(text, fsum(share * value for share, _, value in pairs), self.supply[activity])

    def _flow(self, i: int, flow: Entry, chain: Chain) -> Row:
        row = self.flow_first + i
        inside = flow["child"] in chain.loop_of(flow["parent"])
        told: list[Cell | None] = [
            *(Cell(self.names[flow[end]]) for end in ("parent", "child")),
            Cell(flow["name"]),
            Cell(flow["cell"], "key"),
        ]
        followed = self.inputs.line("flows", i)
        amount = amount_cells(flow, followed, self.columns, row, 4, self.inputs, follows=not inside)
        coefficient = coefficient_cell(flow, followed, self.inputs, follows=not inside)
        runs = self.supply[flow["parent"]]
        supply = formula(near(self.rows[flow["parent"]], SUPPLY), runs)
        factors = (self.handed_at - 1, self.handed_at - 2, self.amount_at)
        handed = formula("*".join(near(row, c) for c in factors), runs * per_run(flow))
        remark = Cell(self.words("loop-flow") if inside else "", "key")
        return [*told, *amount, coefficient, supply, handed, remark]
