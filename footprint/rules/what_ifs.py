"""What-ifs: a bill and its rules as they would be in a scenario of the workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from footprint.errors import Problem, WorkbookError, problem
from footprint.model.amounts import Amount, Step
from footprint.model.bill import Bill, EndOfLifeRow, Entry, ProcessRow, TransportRow, UseRow, WhatIf
from footprint.model.expressions import Literal
from footprint.model.pcr import Allocation, Cited, Dated, Parameter, Pcr
from footprint.model.pcr import Step as Decision
from footprint.provenance import Place, Status
from footprint.rules.strict import scalar
from footprint.rules.vocabulary import Entry as Term
from footprint.rules.vocabulary import entries
from footprint.rules.words import type_of_value

_R = TypeVar("_R", UseRow, TransportRow, EndOfLifeRow)
GRID_YEAR, ALLOCATION, PRICE = "grid_year", "allocation", "price"
_YEAR = 4


Read = Callable[[str, str, Place], Entry]
_FIXED = frozenset({"id", "pcr", "databases"})
"""Fields that say which bill this is: another value makes it another bill."""


class Supposed(NamedTuple):
    """A bill and its rules in one scenario, and what reads a product field."""

    bill: Bill
    pcr: Pcr
    read: Read


def names(bill: Bill) -> tuple[str, ...]:
    """Return the scenarios of a bill, in the order in which they are first named."""
    named = [row.scenario for row in bill.what_ifs]
    named += [row.scenario for row in bill.use] + [row.scenario for row in bill.transport]
    named += [row.scenario for row in bill.end_of_life]
    return tuple(dict.fromkeys(name for name in named if name))


def counted(bill: Bill, scenario: str = "") -> Bill:
    """Return ``bill`` with the rows that count in ``scenario`` ("": in the result)."""
    return bill._replace(
        use=_counted(bill.use, scenario),
        transport=_counted(bill.transport, scenario),
        end_of_life=_counted(bill.end_of_life, scenario),
    )


def _counted(rows: Sequence[_R], scenario: str) -> tuple[_R, ...]:
    """Return the rows of ``scenario``; where a sheet has none, those that count in the result."""
    own = [row for row in rows if row.scenario == scenario] or [row for row in rows if not row.scenario]
    return tuple(row._replace(scenario="") if row.scenario else row for row in own)


def supposed(bill: Bill, pcr: Pcr, scenario: str, read: Read) -> Supposed:
    """Return ``bill`` and ``pcr`` as they are in ``scenario``; `WorkbookError` for each change that cannot be made.

    ``read`` turns key and text of a product field into its entry, as if the text stood on the Product sheet.
    """
    found = Supposed(counted(bill, scenario), pcr, read)
    problems: list[Problem] = []
    for change in (w for w in bill.what_ifs if w.scenario == scenario):
        try:
            found = _changed(found, change)
        except WorkbookError as exc:
            problems += exc.problems
    if problems:
        raise WorkbookError(*problems)
    return found


def _changed(found: Supposed, change: WhatIf) -> Supposed:
    kind, _, name = change.target.partition(".")
    act = _ACTS.get(kind)
    if act is None or (kind in {GRID_YEAR, ALLOCATION}) == bool(name):
        raise WorkbookError(problem("scenario-target", change.place, near=tuple(_ACTS), target=change.target))
    return act(found, name, change)


def _product(found: Supposed, name: str, change: WhatIf) -> Supposed:
    """Change a field of the product to a value that may stand in it."""
    entries = found.bill.product.entries
    known = {*entries, *(field.key for field in found.pcr.fields)} - _FIXED
    if name not in known:
        raise WorkbookError(problem("scenario-target", change.place, near=tuple(entries)[1:4], target=change.target))
    entry = found.read(name, change.value, change.value_place)
    changed = found.bill.product._replace(entries={**entries, name: entry})
    return found._replace(bill=found.bill._replace(product=changed))


def _number(change: WhatIf) -> float:
    value = scalar(change.value.removesuffix("%").strip())
    if isinstance(value, str | bool):
        raise WorkbookError(problem("scenario-number", change.value_place, value=change.value))
    return value / 100 if change.value.endswith("%") else value


def _parameter(found: Supposed, name: str, change: WhatIf) -> Supposed:
    """Change a parameter of the rules, of one value; it is then no value of the rules any more."""
    known = [p.id for p in found.pcr.parameters if not p.is_table]
    if name not in known:
        raise WorkbookError(problem("scenario-target", change.place, near=tuple(known[:3]), target=change.target))
    parameters = tuple(_supposed(p, change) if p.id == name else p for p in found.pcr.parameters)
    return found._replace(pcr=found.pcr._replace(parameters=parameters))


def _supposed(parameter: Parameter, change: WhatIf) -> Parameter:
    is_number = not parameter.values or type_of_value(parameter.values[0].value) == "number"
    value = _number(change) if is_number else scalar(change.value)
    cited = Cited(change.place.address, parameter.cited.source, Status.UNVERIFIED)
    return parameter._replace(values=(Dated(value, None, None),), cited=cited)


def _shared(found: Supposed, name: str, change: WhatIf) -> Supposed:
    """Change a parameter of the workbook in every amount it multiplies."""
    row = next((p for p in found.bill.parameters if p.name == name), None)
    if row is None:
        near = tuple(p.name for p in found.bill.parameters[:3])
        raise WorkbookError(problem("scenario-target", change.place, near=near, target=change.target))
    factor, place = _number(change), row.value_place

    def scaled(amount: Amount) -> Amount:
        steps = (Step(s.what, factor, place) if s.place == place else s for s in amount.steps)
        return amount._replace(steps=tuple(steps))

    return found._replace(bill=_with_amounts(found.bill, scaled))


def _with_amounts(bill: Bill, change: Callable[[Amount], Amount]) -> Bill:
    return bill._replace(
        bom=tuple(row._replace(quantity=change(row.quantity)) for row in bill.bom),
        processes=tuple(row._replace(amount=change(row.amount)) for row in bill.processes),
        transport=tuple(row._replace(distance=change(row.distance)) for row in bill.transport),
        use=tuple(row._replace(amount=change(row.amount)) for row in bill.use),
    )


def _grid_year(found: Supposed, _name: str, change: WhatIf) -> Supposed:
    """Take the grid of another year for all electricity."""
    if not (change.value.isdigit() and len(change.value) == _YEAR):
        raise WorkbookError(problem("scenario-year", change.value_place, value=change.value))
    return found._replace(bill=found.bill._replace(grid_year=change.value))


def _allocation(found: Supposed, _name: str, change: WhatIf) -> Supposed:
    """Share the burdens of all co-products by one method."""
    method = _methods().get(change.value.casefold())
    if method is None:
        en, zh = (", ".join(f"{e.name} ({getattr(e, lang)})" for e in _method_entries()) for lang in ("en", "zh"))
        raise WorkbookError(problem("scenario-method", change.value_place, value=change.value, en=en, zh=zh))
    cited = Cited(change.place.address, found.pcr.electricity.cited.source, Status.UNVERIFIED)
    reason = {"en": f"Scenario {change.scenario}.", "zh": f"情景 {change.scenario}。"}
    step = Decision(f"scenario-{method}", Literal(value=True), method, reason, cited)
    return found._replace(pcr=found.pcr._replace(allocation=Allocation(None, (step,))))


def _methods() -> dict[str, str]:
    """Return the methods of allocation by every word for them: id, caption, and caption without its preposition."""
    return {
        word.casefold(): e.name
        for e in _method_entries()
        for word in (e.name, e.en, e.zh, e.en.removeprefix("by "), e.zh.removeprefix("按"))
    }


def _method_entries() -> list[Term]:
    return [entry for entry in entries() if entry.kind == "method"]


def _price(found: Supposed, name: str, change: WhatIf) -> Supposed:
    """Change the price of one product or co-product, wherever it is made."""
    priced = [row.flow for row in found.bill.processes if row.price is not None]
    if name not in priced:
        near = tuple(f"{PRICE}.{flow}" for flow in dict.fromkeys(priced))[:3]
        raise WorkbookError(problem("scenario-target", change.place, near=near, target=change.target))
    price = _number(change)
    if price < 0:
        raise WorkbookError(problem("amount-negative", change.value_place, value=change.value))

    def priced_anew(row: ProcessRow) -> ProcessRow:
        return row._replace(price=price) if row.flow == name and row.price is not None else row

    processes = tuple(map(priced_anew, found.bill.processes))
    return found._replace(bill=found.bill._replace(processes=processes))


_ACTS: dict[str, Callable[[Supposed, str, WhatIf], Supposed]] = {
    "product": _product,
    "parameter": _parameter,
    "Parameters": _shared,
    GRID_YEAR: _grid_year,
    ALLOCATION: _allocation,
    PRICE: _price,
}
