"""What stands in what: the lines of the bill as a tree, walked level by level, however deep it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from footprint.model.amounts import Amount
from footprint.model.bill import BomLine
from footprint.supply.bench import Bench, amount_of, mass_kg
from footprint.supply.bom import quantities

PACKAGING = frozenset({"sales_packaging", "transport_packaging"})
Follow = Callable[[Bench, BomLine], bool]


def below(bench: Bench, top: str, follow: Follow) -> Iterator[BomLine]:
    """Yield the lines under ``top`` that ``follow`` lets pass, each after its parent; what it stops hides the rest."""
    level = [top]
    while level:
        passed = [line for parent in level for line in bench.children.get(parent, ()) if follow(bench, line)]
        yield from passed
        level = [line.id for line in passed]


def is_part(bench: Bench, line: BomLine) -> bool:
    """Tell whether a line is in the mass of its parent: a part, or the treatment of parts that stand below it."""
    return line.role == "product" or (line.role == "processing" and line.id in bench.children)


def is_inside(bench: Bench, line: BomLine) -> bool:
    """Tell whether a line is in its parent as it is carried or treated: a part, or packaging made of packaging."""
    parent = bench.lines.get(line.parent)
    return is_part(bench, line) or (line.role in PACKAGING and parent is not None and parent.role in PACKAGING)


def is_packed(bench: Bench, line: BomLine) -> bool:
    """Tell whether a line leaves with the product: a part, or the packaging of one."""
    return is_part(bench, line) or line.role in PACKAGING


def counts(bench: Bench, line: BomLine) -> Iterator[Amount]:
    """Yield the net quantity of each assembly a line stands in, from the nearest up: what was lost is not in it."""
    parent = bench.lines.get(line.parent)
    while parent is not None:
        yield quantities(bench, parent).net
        parent = bench.lines.get(parent.parent)


def in_products(bench: Bench, line: BomLine) -> Amount:
    """Return how much of a line is in the products of one run [kg], in its own unit where nobody knows how heavy."""
    net = quantities(bench, line).net
    kg = mass_kg(net, line.unit_mass)
    found = net if kg is None else amount_of(line.quantity, kg, "kg", line.quantity.place)
    for count in counts(bench, line):
        found = found.times("count", count.value, count.place).driven_by(*count.cells)
    return found
