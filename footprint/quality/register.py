"""The register of a bill: every document, the rows it backs, and the calibrations of its instrument."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from footprint.model.amounts import Amount
from footprint.model.bill import Bill, EvidenceRow, InstrumentRow
from footprint.model.spans import Span, span
from footprint.provenance import Place

_NO_CLAIM = frozenset({"grid", "metered"})


class Backed(NamedTuple):
    """A row that may refer to a document: its amount, the period it names, and whether it claims electricity."""

    evidence: str
    place: Place
    amount: Amount | None = None
    period: str = ""
    claims: bool = False


def backed(bill: Bill) -> Iterator[Backed]:
    """Yield every row of the bill that may refer to a document, sheet by sheet."""
    for line in bill.bom:
        yield _of(line.quantity)
    for row in bill.processes:
        yield _of(row.amount, row.period)
    for supply in bill.electricity:
        yield _of(supply.energy, supply.period, claims=supply.type not in _NO_CLAIM)
    amounts = ((leg.distance for leg in bill.transport), (use.amount for use in bill.use))
    yield from map(_of, chain(*amounts))
    for route in bill.end_of_life:
        yield Backed(route.evidence, route.places.get("share", route.place))
    for parameter in bill.parameters:
        yield Backed(parameter.evidence, parameter.value_place)
    for factor in bill.factors:
        yield Backed(factor.evidence, factor.place)


def _of(amount: Amount, period: str = "", *, claims: bool = False) -> Backed:
    return Backed(amount.evidence, amount.place, amount, period, claims)


class Document(NamedTuple):
    """A document with the rows it backs and the reference period of the study; ``instruments``: its calibrations."""

    row: EvidenceRow
    rows: Sequence[Backed]
    reference: Span
    instruments: Sequence[InstrumentRow]

    @property
    def amounts(self) -> list[Amount]:
        """The amounts it backs."""
        return [each.amount for each in self.rows if each.amount is not None]

    @property
    def wanted(self) -> Span:
        """The days it has to cover: those of the periods that its rows name, else the reference period."""
        named = [span(each.period) for each in self.rows]
        days = [each for each in named if each is not None]
        if not days or len(days) < len(named):
            return self.reference
        return min(each[0] for each in days), max(each[1] for each in days)

    @property
    def days(self) -> Span:
        """The days it covers; where it does not say, those it has to cover."""
        (start, end), row = self.wanted, self.row
        first = row.period_start or min(start, row.period_end or start)
        return first, row.period_end or max(end, first)

    def place(self, key: str) -> Place:
        """Return the cell of ``key``, the row where it is empty."""
        return self.row.places.get(key, self.row.place)


class Register:
    """The documents and instruments of a bill, and what they back."""

    def __init__(self, bill: Bill) -> None:
        self.bill = bill
        self.rows = tuple(backed(bill))

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Every document that something refers to."""
        product = self.bill.product
        start, end = product.date("period_start") or dt.date.min, product.date("period_end") or dt.date.max
        by_id: dict[str, list[Backed]] = {}
        for row in self.rows:
            by_id.setdefault(row.evidence, []).append(row)
        return tuple(
            Document(row, by_id[row.id], (start, end), self.instruments.get(row.instrument, ()))
            for row in self.bill.evidence
            if row.id in by_id
        )

    @cached_property
    def instruments(self) -> Mapping[str, Sequence[InstrumentRow]]:
        """The calibrations of each instrument, by its id."""
        found: dict[str, list[InstrumentRow]] = {}
        for row in self.bill.instruments:
            found.setdefault(row.id, []).append(row)
        return found
