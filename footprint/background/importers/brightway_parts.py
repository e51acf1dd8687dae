"""Nodes and exchanges as Brightway has them, read from a workbook or a package, made processes.

Brightway drops an exchange whose type it does not know, counts a truth value as 1 and never converts a unit; here each
of these is a problem with its place, or the right number. Inputs are found by ``input`` (database and code), then by
name, product, place and unit, then without the product where one of both states none, then without the unit, which
converts. Where no place is stated it is that of the consumer, else that of the only one that makes what is named. An
activity that makes several products is found by each of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import exp, nan
from types import MappingProxyType
from typing import NamedTuple

from footprint import units
from footprint.background import ownflows
from footprint.background.identity import Identity, folded, identity
from footprint.background.importers.asked import Tell, counted, silent
from footprint.background.importers.brightway_formulas import parameters
from footprint.background.importers.elementary import Elementary, Substance, is_listed
from footprint.background.importers.formulas import Values
from footprint.background.importers.inventory import UNKNOWN, Emission, Flow, Input, Named, Process, Product, Spread
from footprint.background.importers.spelling import finite, number, scattered
from footprint.background.importers.unread import Moves
from footprint.errors import DatabaseError, Problem, UnfitError, problem
from footprint.model.bill import Notice
from footprint.provenance import Place

KINDS = {
    "production": "product", "generic production": "product", "technosphere": "input", "generic consumption": "input",
    "consumption": "input", "substitution": "avoided", "biosphere": "flow", "unknown": "",
}  # fmt: skip
_EMISSIONS = {"emission", "natural resource", "inventory indicator", "economic", "social", "biosphere"}
_GOODS = {"product"}
_OWN_PLACES = ((), ("air",))
_SHAPES = {
    "0": "", "1": "", "2": "lognormal", "3": "normal", "4": "uniform", "5": "triangular", "6": "bernoulli",
    "7": "discrete uniform", "8": "weibull", "9": "gamma", "10": "beta", "11": "extreme value", "12": "student",
}  # fmt: skip
_LIMITS = {"normal": ("scale",), "uniform": ("minimum", "maximum"), "triangular": ("minimum", "loc", "maximum")}
GAP = "gap"
_WIDEST = 20.0
_SHOWN = 60
_TYPES = ("production", "technosphere", "biosphere", "substitution")
_OTHER = 1e-6
"""How far an amount may be beside what its formula comes to [-] before that is told."""
_NO_VALUES = parameters(())


class Moved(NamedTuple):
    """One exchange. ``amount``: as it is written; ``input``: database and code; ``place``: of its amount."""

    kind: str
    amount: object
    place: Place
    name: str = ""
    product: str = ""
    location: str = ""
    unit: str = ""
    within: tuple[str, ...] = ()
    input: tuple[str, str] = ("", "")
    database: str = ""
    comment: str = ""
    spread: Mapping[str, object] = MappingProxyType({})
    formula: str = ""


class Node(NamedTuple):
    """One node. ``kind``: as Brightway types it; ``key``: database and code, code "" where there is none.

    ``is_gap``: it stands for what a database of ours lacked when it was exported. ``values``: its parameters.
    """

    key: tuple[str, str]
    name: str
    place: Place
    kind: str = "process"
    product: str = ""
    location: str = ""
    unit: str = ""
    within: tuple[str, ...] = ()
    note: str = ""
    citation: str = ""
    cas: str = ""
    moved: tuple[Moved, ...] = ()
    is_gap: bool = False
    values: Values | None = None


class _Supply(NamedTuple):
    """What an input may consume: what it is, its node, and the id of the process that makes it, "" for who knows."""

    identity: Identity
    node: Node
    process: str


def processes(
    nodes: Iterable[Node], flows: Elementary, notices: list[Notice], tell: Tell = silent
) -> list[Process]:  # fmt: skip
    """Return the nodes that make something; `DatabaseError` with every exchange that cannot be counted."""
    return _Nodes(nodes, flows, notices).processes(tell)


class _Nodes:
    """The nodes of one file under way."""

    def __init__(self, nodes: Iterable[Node], flows: Elementary, notices: list[Notice]) -> None:
        self.nodes = list(nodes)
        self.flows, self.notices = flows, notices
        self.problems: list[Problem] = []
        self.by_key: dict[tuple[str, str], Node] = {}
        self.by_name: dict[tuple[str, str], list[_Supply]] = defaultdict(list)
        self.by_activity: dict[str, list[_Supply]] = defaultdict(list)
        self.databases = {"", *(name for node in self.nodes for name in _databases(node))}
        self.elsewhere: set[tuple[str, str]] = set()
        for node in self.nodes:
            self._enter(node)

    def processes(self, tell: Tell) -> list[Process]:
        """Return every process, its exchanges resolved."""
        every = counted(self.nodes, tell)
        found = [self._process(node) for node in every if not _is_flow(node) and not node.is_gap]
        if self.problems:
            raise DatabaseError(*self.problems)
        return found

    def _enter(self, node: Node) -> None:
        if node.key[1] and node.key in self.by_key:
            self.problems.append(problem("database-duplicate-code", node.place, dataset=node.key[1]))
        self.by_key[node.key if node.key[1] else (node.key[0], _id(node))] = node
        if not _is_flow(node) or node.kind in _GOODS:
            others = (other for moved in node.moved if (other := _other(node, moved)) is not None)
            for supply in (_supply(node), *(_Supply(_identity(other), other, _id(node)) for other in others)):
                self.by_name[supply.identity.called].append(supply)
                self.by_activity[supply.identity.activity].append(supply)

    def _process(self, node: Node) -> Process:
        products: list[Product] = []
        moves, why = Moves(), list[UnfitError]()
        seen: Counter[tuple[object, ...]] = Counter()
        for at, moved in enumerate(node.moved):
            kind = KINDS.get(folded(moved.kind))
            try:
                if kind is None:
                    raise UnfitError("brightway-type", near=_TYPES, text=moved.kind)
                self._tell_twice(seen, moved)
                if kind == "product":
                    products.append(self._product(node, moved, self._amount(node, moved)))
                elif kind == "flow":
                    self._give(moves, at, node, moved)
                elif kind:
                    sign = -1 if kind == "avoided" else 1
                    moves.inputs.append(self._input(at, node, moved, sign * self._amount(node, moved)))
            except UnfitError as exc:
                if kind != "product":
                    moves.leave(at, _called(moved), exc, moved.place.address)
                else:
                    exc.at = (moved.place.address,)
                    why.append(exc)
                    products.append(self._product(node, moved._replace(unit=""), nan))
        made = self._once(node, products, why)
        return Process(
            id=_id(node), name=node.name, place=node.place, products=made, inputs=tuple(moves.inputs),
            emissions=tuple(moves.emissions), location=node.location, note=node.note, citation=node.citation,
            why=tuple(why), is_bare=all(KINDS.get(folded(moved.kind)) == "product" for moved in node.moved),
        )  # fmt: skip

    def _once(self, node: Node, products: list[Product], why: list[UnfitError]) -> tuple[Product, ...]:
        """Return what a node makes, its own product first; one without a production makes one unit of its product.

        One without any exchange says nothing of what it makes: whoever uses it has a gap.
        """
        counts = Counter(product.flow.id for product in products)
        if any(count > 1 for count in counts.values()):
            why.append(UnfitError("brightway-production-twice", name=node.name))
        if not products and not node.moved:
            return (Product(_flow(node), nan),)
        if not products:
            return (Product(_flow(node), 1.0, 1.0),)
        return tuple(sorted(products, key=lambda product: product.flow.id != _flow(node).id))

    def _amount(self, node: Node, moved: Moved) -> float:
        """Return an amount; a text is one where it is written as Python writes numbers, a truth value never."""
        if moved.formula:
            return self._worked_out(node.values or _NO_VALUES, moved, finite(moved.amount))
        if isinstance(moved.amount, UnfitError):
            raise moved.amount
        return number(moved.amount)

    def _worked_out(self, values: Values, moved: Moved, stated: float | None) -> float:
        """Return what a formula comes to; another amount beside it is told."""
        found = values.number(moved.formula)
        if stated is not None and abs(found - stated) > _OTHER * max(abs(found), abs(stated)):
            told = {"formula": _short(moved.formula), "amount": f"{stated:.6g}", "found": f"{found:.6g}"}
            self.notices.append(Notice("olca-formula-other", moved.place, told))
        return found

    def _tell_twice(self, seen: Counter[tuple[object, ...]], moved: Moved) -> None:
        told = (moved.kind, finite(moved.amount), moved.formula, *moved[3:9])
        seen[told] += 1
        if seen[told] == 2:
            self.notices.append(Notice("brightway-twice", moved.place, {"name": moved.name}))

    def _tell_elsewhere(self, moved: Moved) -> None:
        """Take down, once, that an input names a database that is not in the file: it may be an earlier name."""
        if moved.database not in self.databases and (moved.name, moved.database) not in self.elsewhere:
            self.elsewhere.add((moved.name, moved.database))
            facts = {"name": moved.name, "database": moved.database}
            self.notices.append(Notice("brightway-database", moved.place, facts))

    def _product(self, node: Node, moved: Moved, amount: float) -> Product:
        found = self._found(node, moved)
        if found is not None:
            made = found.node
        elif moved.input[1]:
            made = Node(moved.input, moved.name or node.name, node.place, unit=moved.unit or node.unit)
        else:
            made = _other(node, moved) or node
        flow = _flow(made)
        return Product(flow, self._converted(moved, amount, flow.unit))

    def _input(self, number: int, node: Node, moved: Moved, amount: float) -> Input:
        found = self._found(node, moved) or self._only(moved)
        at, spread = moved.place.address, self._spread(moved, amount)
        if found is None:
            told = (moved.name, moved.product, moved.location, moved.unit)
            flow = Flow("|".join((*map(folded, told), *moved.input)), _called(moved), moved.unit, moved.location)
            named = Named(moved.name, moved.product) if moved.name else None
            return Input(
                number, flow, amount, moved.input[1], spread, moved.comment, at, is_signed=True, named=named
            )  # fmt: skip
        self._tell_elsewhere(moved)
        flow = _flow(found.node)
        needed = flow._replace(unit=moved.unit or flow.unit)
        return Input(number, needed, amount, found.process, spread, moved.comment, at, is_signed=True)

    def _converted(self, moved: Moved, amount: float, unit: str) -> float:
        """Return the amount of a product in the unit of its node."""
        if not moved.unit or moved.unit == unit:
            return amount
        try:
            return amount * units.factor(moved.unit, unit)
        except ValueError as exc:
            raise UnfitError("inventory-other-unit", name=moved.name, unit=moved.unit, other=unit) from exc

    def _found(self, node: Node, moved: Moved) -> _Supply | None:
        """Return what an exchange names, None where there is nothing of that name, or more than one."""
        if moved.input[1]:
            by_key = self.by_key.get(moved.input)
            if by_key is not None or not moved.name or moved.input[0] not in self.databases:
                return None if by_key is None else _supply(by_key)
        meant = identity(moved.name, moved.product, moved.location or node.location, moved.unit or node.unit)
        named = [each for each in self.by_name.get(meant.called, ()) if each.identity.makes_what(meant)]
        for is_meant in (
            lambda each: (each.products, folded(each.unit)) == (meant.products, folded(meant.unit)),
            lambda each: folded(each.unit) == folded(meant.unit),
            lambda each: each.products == meant.products,
        ):
            found = [each for each in named if is_meant(each.identity)]
            if len(found) == 1:
                return found[0]
        return None

    def _only(self, moved: Moved) -> _Supply | None:
        """Return the only one that makes what an exchange names without saying where, None where several do."""
        databases = (moved.database, moved.input[0] if moved.input[1] else "")
        if moved.location or not moved.name or not self.databases.issuperset(databases):
            return None
        meant = identity(moved.name, moved.product, "", moved.unit)
        named = [each for each in self.by_activity.get(meant.activity, ()) if each.identity.makes_what(meant)]
        alike = [each for each in named if folded(each.identity.unit) == folded(moved.unit)] or named
        return alike[0] if len(alike) == 1 else None

    def _give(self, moves: Moves, at: int, of: Node, moved: Moved) -> None:
        """Take in an elementary flow of the node ``of`` where it is a greenhouse gas."""
        node = self.by_key.get(moved.input) or self.by_key.get((moved.database, moved.input[1]))
        name, within = (node.name, node.within) if node is not None and not moved.name else (moved.name, moved.within)
        cas = "" if node is None else node.cas
        is_input = bool(within) and "resource" in within[0].casefold()
        told = "" if not within and is_listed(moved.input[1]) else name
        substance = Substance(told, within, cas, is_input=is_input, id=moved.input[1])
        own = ownflows.own(name) if within in _OWN_PLACES else None
        found = self.flows.gas(substance) if own is None else self.flows.add_own(substance, own.gas)
        if found is None:
            return
        unit = moved.unit or ("" if node is None else node.unit) or "kg"
        sign = 1 if found.gas == "co2-uptake" else found.sign  # positive here with or without its compartment
        amount = self._amount(of, moved)
        out = Emission(at, found.gas, amount, self._spread(moved, amount), moved.comment, moved.place.address)
        if own is not None:
            out = out._replace(gwp_set=own.gwp_set, only_for=own.only_for)
        moves.give(out, name, unit, sign)

    def _spread(self, moved: Moved, amount: float) -> Spread:
        """Return how far an amount may be off: a lognormal by its sigma, another shape in words."""
        written = str(moved.spread.get("uncertainty type") or "").strip()
        shape = _SHAPES.get(written.removesuffix(".0"), written.casefold())
        if shape not in _SHAPES.values():
            self.notices.append(Notice("brightway-uncertainty", moved.place, {"text": written}))
            return UNKNOWN
        if shape != "lognormal":
            numbers = {key: value for key, value in moved.spread.items() if key != "uncertainty type" and value != ""}
            told = (f"{key}={value}" for key, value in numbers.items())
            limits = [finite(numbers.get(key)) for key in _LIMITS.get(shape, ())]
            return scattered(shape, amount, limits, "", " ".join((shape, *told)) if shape else "")
        sigma = moved.spread.get("scale")
        if not isinstance(sigma, int | float) or isinstance(sigma, bool) or not 0 <= sigma < _WIDEST:
            self.notices.append(Notice("brightway-uncertainty", moved.place, {"text": f"lognormal, scale {sigma}"}))
            return UNKNOWN
        return Spread(exp(sigma), is_total=True)


def _short(written: object) -> str:
    """Return what stands in place of a number, as far as it is told."""
    text = "" if written is None else str(written)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _is_flow(node: Node) -> bool:
    """Tell whether a node is an elementary flow or a product, which no process is run by."""
    return node.kind in _EMISSIONS or (node.kind in _GOODS and not node.moved)


def _told(node: Node) -> tuple[str, str, str, str]:
    return node.name, node.product, node.location, node.unit


def _identity(node: Node) -> Identity:
    return identity(*_told(node))


def _supply(node: Node) -> _Supply:
    return _Supply(_identity(node), node, "" if node.kind in _GOODS else _id(node))


def _databases(node: Node) -> Iterator[str]:
    """Yield what the database of a node is called: by its key, and by its productions, which keep an earlier name."""
    yield node.key[0]
    for moved in (moved for moved in node.moved if KINDS.get(folded(moved.kind)) == "product"):
        yield moved.input[0]
        yield moved.database


def _other(node: Node, moved: Moved) -> Node | None:
    """Return what a production makes besides what its node is, None for what the node is itself, or has a key."""
    if KINDS.get(folded(moved.kind)) != "product" or moved.input[1] or not moved.name:
        return None
    place, unit = moved.location or node.location, moved.unit or node.unit
    made = Node(("", ""), moved.name, node.place, "process", moved.product, place, unit)
    one, own = _identity(made), _identity(node)
    return None if one.called == own.called and one.makes_what(own) else made


def _id(node: Node) -> str:
    """Return what a node is known by: its code, else what it says of itself."""
    return node.key[1] or "|".join(filter(None, _told(node)))


def _flow(node: Node) -> Flow:
    return Flow(_id(node), node.product or node.name, node.unit, node.location)


def _called(moved: Moved) -> str:
    """Return how an exchange without a node is told: its name, and its product where that is another."""
    if not moved.name:
        return " ".join(filter(None, moved.input))
    return moved.name if moved.product in {"", moved.name} else f"{moved.name} | {moved.product}"
