"""Link every dataset and every electricity supply that a bill names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum
from typing import Protocol

from footprint.errors import Problem, WorkbookError, problem
from footprint.model.background import DatabaseInfo, Dataset
from footprint.model.bill import Bill, ElectricityRow, Notice, ProcessRow
from footprint.model.linked import ElectricityPart, Link, Linked
from footprint.provenance import Place

OWN_LINE = frozenset({"on_site", "direct_line"})
CONTRACTUAL = frozenset({"contract", "green_certificate"})
GRID_WORDS = frozenset({"electricity", "grid", "电", "电力", "grid electricity", "市电", "网电"})
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


def link(bill: Bill, background: Background, accepted: frozenset[str], extra: Sequence[str] = ()) -> Linked:
    """Return ``bill`` with its datasets found; `WorkbookError` for every text that names none, or several.

    ``accepted``: types of electricity supply whose own factor the PCR lets count; others fall back to the grid.
    ``extra``: datasets that rules name.
    """
    problems: list[Problem] = []
    own = own_products(bill)
    links: dict[str, Link] = {}
    for written, place in (*_named(bill, own), *((code, Place(bill.product.text("pcr"))) for code in extra)):
        if written not in links:
            found = background.find(written)
            problems += _not_one(written, place, found, background)
            if len(found) == 1:
                links[written] = Link(found[0], "code")
    electricity, notices = _electricity(bill, background, accepted, problems)
    if problems:
        raise WorkbookError(*problems)
    return Linked(bill, links, electricity, background.infos, notices)


def own_products(bill: Bill) -> frozenset[str]:
    """Return the names that mean an activity of the bill: its lines, its product, what its processes make."""
    made = (row.flow for row in bill.processes if row.direction in {"product", "co-product"})
    return frozenset((bill.product.text("id"), *(line.id for line in bill.bom), *made))


def _named(bill: Bill, own: frozenset[str]) -> Iterable[tuple[str, Place]]:
    """Yield every text that must name a dataset, with its place."""
    for line in bill.bom:
        for key, written in (("dataset", line.dataset), ("secondary", line.secondary)):
            if written:
                yield written, line.places.get(key, line.place)
        for key, written in (("loss_to", line.loss_to), ("destination", line.destination)):
            if written and written not in OUTLETS:
                yield written, line.places.get(key, line.place)
    for row in bill.processes:
        yield from _named_by_process(row, own)
    yield from ((row.vehicle, row.place) for row in bill.transport)
    yield from ((row.flow, row.place) for row in bill.use)
    yield from ((row.treatment, row.place) for row in bill.end_of_life if row.treatment)


def _named_by_process(row: ProcessRow, own: frozenset[str]) -> Iterable[tuple[str, Place]]:
    if row.direction == "input" and row.flow not in own and not is_electricity(row):
        yield row.flow, row.places.get("flow", row.place)
    if row.destination and row.destination not in OUTLETS:
        yield row.destination, row.places.get("destination", row.place)


def is_electricity(row: ProcessRow) -> bool:
    """Tell whether a process row is electricity: it names a supply, or says so in a word."""
    return row.direction == "input" and (bool(row.supply) or row.flow.strip().casefold() in GRID_WORDS)


def _not_one(written: str, place: Place, found: Sequence[Dataset], background: Background) -> list[Problem]:
    if not found:
        return [problem("dataset-unknown", place, near=background.nearest(written), dataset=written)]
    if len(found) > 1:
        return [problem("dataset-ambiguous", place, near=tuple(d.key for d in found), dataset=written)]
    return []


def _electricity(
    bill: Bill, background: Background, accepted: frozenset[str], problems: list[Problem]
) -> tuple[dict[Place, tuple[ElectricityPart, ...]], tuple[Notice, ...]]:
    """Return the parts of the supply of every electricity row, by the row's place."""
    table = background.electricity(bill.product.text("country"))
    parts: dict[Place, tuple[ElectricityPart, ...]] = {}
    notices: dict[tuple[str, Place], Notice] = {}
    for row in filter(is_electricity, bill.processes):
        wanted = _year(row, bill)
        year = _factor_year(wanted, table)
        if year is None:
            known = ", ".join(sorted(table)) or "-"
            place = row.places.get("flow", row.place)
            problems.append(problem("electricity-unknown", place, country=bill.product.text("country"), known=known))
            continue
        said = [Notice("electricity-year", row.place, {"year": year, "period": wanted})] if year != wanted else []
        rows = [e for e in bill.electricity if e.id == row.supply]
        parts[row.place] = _parts(rows, table[year], accepted, said, problems)
        notices.update({(n.code, n.place): n for n in said})
    return parts, tuple(notices.values())


def _year(row: ProcessRow, bill: Bill) -> str:
    """Return the year of a row's factor: it follows the row's period, else the reference period."""
    start = bill.product.date("period_start")
    return row.period[:4] if row.period else str(start.year if start else "")


def _factor_year(year: str, table: dict[str, dict[str, Dataset]]) -> str | None:
    """Return ``year``, or the latest one before it that has factors; None when there is none."""
    earlier = [y for y in table if y <= year]
    return max(earlier, default=None)


def _parts(
    rows: Sequence[ElectricityRow],
    supplies: dict[str, Dataset],
    accepted: frozenset[str],
    notices: list[Notice],
    problems: list[Problem],
) -> tuple[ElectricityPart, ...]:
    """Return the mix of one supply by kWh: the grid where no supply is described."""
    grid = supplies["grid"]
    if not rows:
        return (ElectricityPart(1.0, grid, grid),)
    total = fsum(row.energy.to("kWh").value for row in rows)
    if not total > 0:
        problems.append(problem("electricity-empty", rows[0].place, supply=rows[0].id))
        return ()
    parts: list[ElectricityPart] = []
    for row in rows:
        share = row.energy.to("kWh").value / total
        bought = _supplied(row, supplies, accepted, notices, problems)
        parts += [ElectricityPart(share, d, None if i else grid) for i, d in enumerate(bought)]
    return tuple(parts)


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
