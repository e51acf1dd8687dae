"""What the amounts of a result follow: the numbers of the workbook, and the formulas over them that the stages ran."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from footprint.declare.lines import RUN
from footprint.declare.numbers import exact
from footprint.declare.texts import caption
from footprint.intake import schema
from footprint.line import Prepared, items, other_units
from footprint.model.amounts import Amount, Step
from footprint.model.bill import Bill
from footprint.model.dependent import Dependent, Formulas, Term
from footprint.model.fields import Field
from footprint.model.graph import Exchange, Kind, Ruled
from footprint.model.pcr import Pcr
from footprint.moved import ROWS, traced
from footprint.provenance import Place
from footprint.rules.scope import declared_amount

Document = dict[str, Any]
Formula = list[Any]
_DIGITS = 15
"""What a spreadsheet keeps of a number: with fewer, a difference of two that are alike would not be nothing."""
_NAMES = ("name", "flow", "part", "leg", "gap", "id")


class _Cell(NamedTuple):
    """A number of the workbook as entered, and what it is called."""

    place: Place
    value: float
    unit: str
    title: Mapping[str, str]
    name: str


def follows(ready: Prepared) -> Document:
    """Return the numbers that amounts follow, the sums between, and the formula of each amount over both.

    A formula is ``[scale, [[name, exponent], ...]]``, a product; a name is a cell, or ``#`` and the number of a sum,
    which is nothing where its ``test`` is not above zero. ``held`` cells go into what rules round, and stay as entered;
    ``decisions``: the comparisons with zero that were made, and whether they hold.
    """
    cells = {cell.place: cell for cell in _cells(ready)}
    anew, formulas = traced(ready, {place: (place.address,) for place in cells})
    written = _Written(formulas, {place.address: cell for place, cell in cells.items()})
    activities, product = anew.ruled.graph.activities, anew.ruled.graph.linked.bill.product
    per_item, amount = declared_amount(ready.pcr, product)[0], product.needed("declared_amount")
    units = {id_: per_item / amount / each for id_, each in other_units(anew).items()}
    told = {
        "ledger": written.lines(ready.ruled.posted, anew.ruled.posted),
        "flows": written.lines(_inside(ready.ruled), _inside(anew.ruled)),
        "demand": written.term(items(anew) / activities[anew.ruled.graph.root].output),
        "units": {id_: written.term(each) for id_, each in {"": per_item / amount, **units}.items()},
    }
    return {**told, **written.numbers()}


def _inside(ruled: Ruled) -> Iterator[Exchange]:
    """Yield the exchanges inside the bill, their amounts in runs of what they lead to."""
    for line in ruled.exchanges:
        if line.kind is Kind.ACTIVITY:
            output = ruled.graph.activities[line.target].output
            amount = line.amount.times("per_output", 1 / output, line.place, RUN)
            yield line if output == 1 else line._replace(amount=amount)


def _cells(ready: Prepared) -> Iterator[_Cell]:
    """Yield each number of the workbook that amounts may follow, once; nothing is proportional to a zero."""
    found: dict[Place, _Cell] = {}
    bill = ready.read
    for cell in chain(_of_rows(bill), _of_parameters(bill), _of_product(bill, ready.pcr)):
        if cell.value:
            found.setdefault(cell.place, cell)
    yield from found.values()


def _of_rows(bill: Bill) -> Iterator[_Cell]:
    for part, (sheet, keys) in ROWS.items():
        titles = {key: _title(schema.field(sheet, key)) for key in keys.values()}
        for row in getattr(bill, part):
            name = next((str(getattr(row, key)) for key in _NAMES if hasattr(row, key)), "")
            for attribute, key in keys.items():
                given, place = getattr(row, attribute), row.places.get(key)
                if isinstance(given, Amount):
                    yield _Cell(given.place, given.entered.value, given.entered.unit, titles[key], name)
                    yield from _of_steps(given, name)
                elif given is not None and place is not None:
                    yield _Cell(place, given, "", titles[key], name)


def _of_steps(amount: Amount, name: str) -> Iterator[_Cell]:
    """Yield the numbers of other cells that an amount was entered with: a parameter, a share."""
    for step in amount.steps:
        if step.place in amount.cells and step.place != amount.place:
            yield _Cell(step.place, step.factor, "", caption(f"step-{step.what}"), name)


def _of_parameters(bill: Bill) -> Iterator[_Cell]:
    for row in bill.parameters:
        yield _Cell(row.value_place, row.value, row.unit, caption("step-parameter"), row.name)


def _of_product(bill: Bill, pcr: Pcr) -> Iterator[_Cell]:
    own = {field.key: field for field in pcr.fields}
    for key, entry in bill.product.entries.items():
        if isinstance(entry.value, float):
            field = own.get(key) or schema.field("Product", key)
            yield _Cell(entry.place, entry.value, entry.unit or field.unit, _title(field), bill.product.text("name"))


def _title(field: Field) -> Mapping[str, str]:
    return {"zh": field.zh, "en": field.en}


class _Written:
    """Writes formulas over numbers as entered, and remembers the cells and sums that they need."""

    def __init__(self, formulas: Formulas, cells: Mapping[str, _Cell]) -> None:
        self._formulas, self._known = formulas, cells
        self._held = {at for powers in formulas.held for at, _ in powers}
        self._names: dict[int, str] = {}
        self._cells: list[Document] = []
        self._sums: list[Document] = []

    def lines(self, entered: Iterable[Exchange], traced: Iterable[Exchange]) -> list[Document | None]:
        """Return the formulas of lines as ``entered``, in their order, from the same lines ``traced``.

        Of a line that is there only when numbers differ from those entered, what makes it nothing is held.
        """
        found: list[Document | None] = []
        waiting = deque(entered)
        for line in traced:
            if waiting and waiting[0].id == line.id:
                found.append(self._line(waiting.popleft().amount.steps, line))
            else:
                self._hold(line.coefficient * line.amount.value)
        return [*found, *(None for _ in waiting)]

    def _line(self, entered: Sequence[Step], line: Exchange) -> Document | None:
        """Return the formulas of one line; a step that is none as entered, a factor of one, is in the coefficient."""
        coefficient, steps, waiting = line.coefficient, list[Formula | None](), deque(entered)
        for step in line.amount.steps:
            if waiting and (waiting[0].what, waiting[0].place) == (step.what, step.place):
                waiting.popleft()
                steps.append(self.term(step.factor))
            else:
                coefficient = coefficient * step.factor
        told = {"entered": self.term(line.amount.entered.value), "coefficient": self.term(coefficient)}
        return {**told, "steps": steps} if any((*told.values(), *steps)) else None

    def _hold(self, value: float) -> None:
        """Hold the cells of each part that makes a number nothing."""
        parts, open_ = self._formulas.parts, [at for at, _ in value.term.powers] if isinstance(value, Dependent) else []
        nothing = [at for at in open_ if not parts[at].value]
        while nothing:
            at = nothing.pop()
            self._held.add(at)
            nothing += [inner for term in parts[at].made_of for inner, _ in term.powers]

    def term(self, value: float) -> Formula | None:
        """Return the formula of a number, None of one that follows nothing."""
        return self._term(value.term) if isinstance(value, Dependent) else None

    def numbers(self) -> Document:
        """Return cells, sums and decisions: call last."""
        branches = self._formulas.branches
        decisions = [{"of": self._term(b.term), "compare": b.compare, "holds": b.holds} for b in branches]
        held = {self._names[at] for at in self._held if at in self._names}
        cells = [cell | {"held": cell["cell"] in held} for cell in self._cells]
        return {"cells": cells, "sums": self._sums, "decisions": decisions}

    def _term(self, term: Term) -> Formula:
        scale, of = term.scale, []
        for at, exponent in term.powers:
            of.append([self._named(at), exponent])
            known = self._known.get(self._formulas.parts[at].name)
            scale = scale if known is None else scale / known.value**exponent
        return [float(f"{scale:.{_DIGITS}g}") + 0.0, of]

    def _named(self, at: int) -> str:
        """Return the name of a part: the cell, or the number of a sum, which stands after all that it is made of."""
        if at not in self._names:
            part = self._formulas.parts[at]
            if part.name:
                self._names[at] = part.name
                self._cells.append(self._cell(self._known[part.name]))
            else:
                terms = [self._term(term) for term in part.terms]
                test = None if part.test is None else self._term(part.test)
                self._names[at] = f"#{len(self._sums)}"
                self._sums.append({"value": exact(part.value), "terms": terms, "test": test})
        return self._names[at]

    @staticmethod
    def _cell(cell: _Cell) -> Document:
        told = {"cell": cell.place.address, "title": dict(cell.title), "name": cell.name}
        return {**told, "value": exact(cell.value), "unit": cell.unit}
