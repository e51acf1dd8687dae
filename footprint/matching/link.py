"""Link every dataset and every electricity supply that a bill names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import Protocol

from footprint import units
from footprint.errors import Problem, WorkbookError, problem
from footprint.model.background import DatabaseInfo, Dataset
from footprint.model.bill import Bill, ElectricityRow, Notice, ProcessRow, UseRow
from footprint.model.linked import ElectricityPart, Link, Linked
from footprint.model.pcr import Electricity
from footprint.provenance import Place

ELECTRICITY = "electricity"
GRID_CO2 = "grid-co2"
OWN = "supplied"
SUPPLIED = frozenset({ELECTRICITY, "fuel-burned", "fuel-direct-co2", "heat", "heat-direct-co2"})
"""What takes a supply of its own before it is used: counted directly, it is counted in part."""
OWN_LINE = frozenset({"on_site", "direct_line"})
CONTRACTUAL = frozenset({"contract", "green_certificate"})
GRID_WORDS = frozenset({"electricity", "grid", "电", "电力", "grid electricity", "市电", "网电"})
NO_ESTIMATE = "no-estimate"
OUTLETS = frozenset({"recycling", "waste", "internal", "evaporated", "recovered", "wastewater", "product"})


class Background(Protocol):
    """What linking needs of the opened databases."""

    def find(self, written: str) -> tuple[Dataset, ...]:
        """Return the datasets a code names."""

    def nearest(self, written: str, count: int = 3) -> tuple[str, ...]:
        """Return the codes closest to a text."""

    def electricity(self, country: str) -> dict[str, dict[str, Dataset]]:
        """Return year -> supply -> dataset of ``country``."""

    @property
    def infos(self) -> tuple[DatabaseInfo, ...]:
        """What a report says of the databases."""


def link(bill: Bill, background: Background, electricity: Electricity, extra: Sequence[str] = ()) -> Linked:
    """Return ``bill`` with its datasets found; `WorkbookError` for every text that names none, or several.

    ``electricity``: the supplies whose own factor the PCR lets count; others fall back to the grid.
    ``extra``: datasets that rules name.
    """
    problems: list[Problem] = []
    own = own_products(bill)
    links: dict[str, Link] = {}
    direct: list[Notice] = []
    for written, place in (*_named(bill, own), *((code, Place(bill.product.text("pcr"))) for code in extra)):
        if written not in links:
            found = background.find(written)
            problems += _not_one(written, place, found, background)
            if len(found) == 1:
                links[written] = Link(found[0], "code")
                problems += _not_a_footprint(found[0], place)
                direct += _direct_only(found[0], place)
    market = _Market(bill, background.electricity(bill.product.text("country")), electricity, problems)
    supplied = {row.place: market.parts(row) for row in bill.processes if is_electricity(row, links)}
    links |= market.used(bill.use)
    problems += (*_by_code(bill, links, market), *_not_freight(bill, links))
    if problems:
        raise WorkbookError(*problems)
    notices = {(n.code, n.place): n for n in (*direct, *market.notices)}
    return Linked(bill, links, supplied, background.infos, tuple(notices.values()))


def own_products(bill: Bill) -> frozenset[str]:
    """Return the names that mean an activity of the bill: its lines, its product, what its processes make."""
    made = (row.flow for row in bill.processes if row.direction in {"product", "co-product"})
    return frozenset((bill.product.text("id"), *(line.id for line in bill.bom), *made))


def _named(bill: Bill, own: frozenset[str]) -> Iterable[tuple[str, Place]]:
    """Yield every text that must name a dataset, with its place."""
    for line in bill.bom:
        for key, written in (("dataset", line.dataset), ("secondary", line.secondary), ("cut_off", line.cut_off)):
            if written and written != NO_ESTIMATE:
                yield written, line.places.get(key, line.place)
        for key, written in (("loss_to", line.loss_to), ("destination", line.destination)):
            if written and written not in OUTLETS:
                yield written, line.places.get(key, line.place)
    for row in bill.processes:
        yield from _named_by_process(row, own)
    yield from ((row.vehicle, row.places.get("vehicle", row.place)) for row in bill.transport)
    yield from ((row.flow, row.places.get("flow", row.place)) for row in bill.use if not _is_grid_word(row.flow))
    yield from ((r.treatment, r.places.get("treatment", r.place)) for r in bill.end_of_life if r.treatment)


def _named_by_process(row: ProcessRow, own: frozenset[str]) -> Iterable[tuple[str, Place]]:
    if row.cut_off:
        if row.cut_off != NO_ESTIMATE:
            yield row.cut_off, row.places.get("cut_off", row.place)
    elif row.direction == "input" and row.flow not in own and not _is_grid_word(row.flow):
        yield row.flow, row.places.get("flow", row.place)
    if row.destination and row.destination not in OUTLETS:
        yield row.destination, row.places.get("destination", row.place)


def _is_grid_word(written: str) -> bool:
    return written.strip().casefold() in GRID_WORDS


def is_electricity(row: ProcessRow, links: Mapping[str, Link]) -> bool:
    """Tell whether a process row is electricity: it says so in a word, or names a supply beside such a dataset."""
    if row.direction != "input" or row.cut_off or _is_grid_word(row.flow):
        return row.direction == "input" and not row.cut_off
    link = links.get(row.flow)
    return bool(row.supply) and link is not None and link.dataset.category == ELECTRICITY


def _by_code(bill: Bill, links: Mapping[str, Link], market: _Market) -> Iterable[Problem]:
    """Yield each line that takes a generator by its code, past the rules, or a supply for what is not electricity."""
    named = [(line.dataset, line.places.get("dataset", line.place), "") for line in bill.bom]
    named += [(row.flow, row.place, "") for row in bill.use]
    inputs = (row for row in bill.processes if row.direction == "input" and not is_electricity(row, links))
    named += [(row.flow, row.places.get("flow", row.place), row.supply) for row in inputs]
    for written, place, supply in named:
        link = links.get(written)
        if supply:
            yield problem("supply-not-electricity", place, flow=written, supply=supply)
        elif link is not None and market.bypassed(link.dataset):
            yield problem("electricity-by-code", place, dataset=written)


def _not_freight(bill: Bill, links: Mapping[str, Link]) -> Iterable[Problem]:
    """Yield each leg whose vehicle is no service of carrying a mass over a distance."""
    for row in bill.transport:
        link = links.get(row.vehicle)
        if link is not None and not units.convertible(link.dataset.unit, "t·km"):
            place = row.places.get("vehicle", row.place)
            yield problem("vehicle-not-freight", place, dataset=row.vehicle, unit=link.dataset.unit)


def _not_one(written: str, place: Place, found: Sequence[Dataset], background: Background) -> list[Problem]:
    if not found:
        return [problem("dataset-unknown", place, near=background.nearest(written), dataset=written)]
    if len(found) > 1:
        return [problem("dataset-ambiguous", place, near=tuple(_apart(found)), dataset=written)]
    return []


def _apart(found: Sequence[Dataset]) -> Iterable[str]:
    """Yield what tells datasets of one code apart: the database, and its version where that is needed."""
    ids = [d.key.partition("@")[0] for d in found]
    return (f"{i}:{d.code}" if ids.count(i) == 1 else d.key for i, d in zip(ids, found, strict=True))


def _not_a_footprint(dataset: Dataset, place: Place) -> list[Problem]:
    """Refuse the direct CO2 of a grid: it leaves out the supply of fuels, plants, losses and every other gas."""
    if dataset.category != GRID_CO2:
        return []
    return [problem("grid-co2", place, dataset=dataset.code)]


def _direct_only(dataset: Dataset, place: Place) -> list[Notice]:
    """Tell of a fuel or electricity that is counted without what it takes to supply it."""
    is_direct = dataset.boundary == "direct" and dataset.category in SUPPLIED
    in_part = dataset.category == OWN and dataset.boundary not in {"cradle-to-gate", "service", "use"}
    told = [Notice("direct-only", place, {"dataset": dataset.code})] if is_direct else []
    return [*told, *([Notice("factor-in-part", place, {"dataset": dataset.code})] if in_part else [])]


@dataclass
class _Market:
    """The electricity a bill may count with: ``table`` is year -> supply -> dataset of its country."""

    bill: Bill
    table: dict[str, dict[str, Dataset]]
    rules: Electricity
    problems: list[Problem]
    notices: list[Notice] = field(default_factory=list)

    def parts(self, row: ProcessRow) -> tuple[ElectricityPart, ...]:
        """Return the mix of one row by kWh: the grid where no supply is described."""
        rows = [e for e in self.bill.electricity if e.id == row.supply]
        if not rows:
            supplies = self.supplies(row, "")
            return (ElectricityPart(1.0, supplies["grid"], supplies["grid"], row.place),) if supplies else ()
        total = fsum(e.energy.to("kWh").value for e in rows)
        if not total > 0:
            self.problems.append(problem("electricity-empty", rows[0].place, supply=rows[0].id))
            return ()
        return tuple(part for e in rows for part in self.part(e, e.energy.to("kWh").value / total, row))

    def used(self, rows: Sequence[UseRow]) -> dict[str, Link]:
        """Return the grid for the words that mean it on the Use sheet."""
        words = {row.flow: row for row in rows if _is_grid_word(row.flow)}
        found = {word: self.of_year(row.place, "") for word, row in words.items()}
        return {word: Link(supplies["grid"], "electricity") for word, supplies in found.items() if supplies}

    def bypassed(self, dataset: Dataset) -> bool:
        """Tell whether a dataset is electricity of this country other than its grid average."""
        grids = {supplies["grid"].key for supplies in self.table.values()}
        here = dataset.category == ELECTRICITY and dataset.region == self.bill.product.text("country")
        return here and dataset.key not in grids

    def part(self, row: ElectricityRow, share: float, used: ProcessRow) -> list[ElectricityPart]:
        """Return a share of a supply: by location it is the grid, delivery included, where it was only bought."""
        supplies = self.supplies(used, row.period)
        if not supplies:
            return []
        bought = _supplied(row, supplies, self.rules.accepted, self.notices, self.problems)
        by_location = supplies["grid"] if row.type in CONTRACTUAL else bought[0]
        return [ElectricityPart(share, d, None if i else by_location, row.energy.place) for i, d in enumerate(bought)]

    def supplies(self, row: ProcessRow, period: str) -> dict[str, Dataset]:
        """Return the datasets of the year of a row: its own period, else that of its supply, else of the product."""
        return self.of_year(row.places.get("flow", row.place), row.period or period)

    def of_year(self, place: Place, period: str) -> dict[str, Dataset]:
        """Return the datasets of the year of ``period`` (of the product without one), or of the last year before it."""
        start = self.bill.product.date("period_start")
        wanted = period[:4] or str(start.year if start else "")
        year = max((y for y in self.table if y <= wanted), default=None)
        if year is None:
            country, known = self.bill.product.text("country"), ", ".join(sorted(self.table)) or "-"
            self.problems.append(problem("electricity-unknown", place, country=country, known=known))
            return {}
        if year != wanted:
            self.notices.append(Notice("electricity-year", place, {"year": year, "period": wanted}))
        return self.table[year]


def _supplied(
    row: ElectricityRow,
    supplies: dict[str, Dataset],
    accepted: frozenset[str],
    notices: list[Notice],
    problems: list[Problem],
) -> tuple[Dataset, ...]:
    """Return the datasets of one supply; the grid where its attributes may not be claimed, and a notice why."""
    grid = (supplies["grid"],)
    if row.type == "grid":
        return grid
    if row.type not in accepted:
        notices.append(Notice("electricity-not-accepted", row.place, {"supply": row.id, "type": row.type}))
        return grid
    if row.attributes_sold:
        notices.append(Notice("electricity-attributes-sold", row.place, {"supply": row.id}))
        return grid
    if row.type in CONTRACTUAL and not (row.certificate and row.cancelled_on and row.cancelled_for):
        notices.append(Notice("electricity-not-cancelled", row.place, {"supply": row.id}))
        return grid
    wanted = (row.generator,) if row.type in OWN_LINE else (row.generator, "delivery")
    missing = [name or "generator" for name in wanted if name not in supplies]
    if missing:
        near = tuple(sorted(set(supplies) - {"grid", "delivery"}))[:3]
        problems.append(problem("generator-unknown", row.place, near=near, generator=", ".join(missing)))
        return grid
    return tuple(supplies[name] for name in wanted)
