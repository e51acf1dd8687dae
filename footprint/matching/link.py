"""Link every dataset and every electricity supply that a bill names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from footprint import units
from footprint.errors import Problem, WorkbookError, problem
from footprint.matching.electricity import Market, is_grid_word
from footprint.matching.grids import ELECTRICITY, Grids
from footprint.matching.named import OWN, by_code
from footprint.model.background import DatabaseInfo, Dataset
from footprint.model.bill import Bill, EndOfLifeRow, Notice, ProcessRow
from footprint.model.linked import Link, Linked
from footprint.model.matched import How
from footprint.model.pcr import Electricity
from footprint.provenance import Place

GRID_CO2 = "grid-co2"
SUPPLIED = frozenset({ELECTRICITY, "fuel-burned", "fuel-direct-co2", "heat", "heat-direct-co2"})
"""What takes a supply of its own before it is used: counted directly, it is counted in part."""
NO_ESTIMATE = "no-estimate"
NOTHING: Mapping[str, float] = MappingProxyType({})
_RULES = "PCR"
_SHOWN = 12
"""Cells of one kind that are named."""
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


def link(
    bill: Bill,
    background: Background,
    electricity: Electricity,
    derived: Sequence[tuple[str, Place]] = (),
    taken: Mapping[str, float] = NOTHING,
) -> Linked:
    """Return ``bill`` with its datasets found; `WorkbookError` for every text that names none, or several.

    ``electricity``: the supplies whose own factor the PCR lets count; others fall back to the grid.
    ``derived``: datasets on which rules derive lines, each with its rule. ``taken``: what one product item takes of
    each supply of electricity [kWh], known once the bill is built.
    """
    problems: list[Problem] = []
    own = own_products(bill)
    links: dict[str, Link] = {}
    direct: list[Notice] = []
    for written, place in (*_named(bill, own), *derived):
        if written not in links:
            found = background.find(written)
            problems += _not_one(written, place, found, background)
            if len(found) == 1:
                links[written] = Link(found[0], "code")
                problems += _not_a_footprint(found[0], place)
                direct += _direct_only(found[0], place)
    grids = Grids(bill, background, problems)
    used = [row for row in bill.processes if is_electricity(row, links)]
    market = Market(bill, grids, electricity, used, taken)
    supplied = {row.place: market.parts(row) for row in used}
    named = {row.places.get("flow", row.place) for row in used}
    for cell, dataset in by_code(bill, links, grids):
        if cell.written not in own and cell.site.place not in named:
            market.named(cell, dataset)
    supplied |= market.by_code
    market.close()
    averages = _averages(bill, grids)
    problems += (*_not_supplied(bill, links), *_not_freight(bill, links))
    if problems:
        raise WorkbookError(*problems)
    notices = {(n.code, n.place): n for n in (*direct, *market.notices)}
    said = (*notices.values(), *_unconfirmed(bill))
    supplies = market.supplies()
    return Linked(bill, links, supplied, background.infos, said, supplies, grids.approximated, averages, market.open,
                  tuple(market.claimed), market.located)  # fmt: skip


def _unconfirmed(bill: Bill) -> Iterable[Notice]:
    """Yield that datasets were chosen less surely than is taken without asking, and that nobody confirmed them."""
    chosen = [line for line in bill.bom if line.matched is not How.PERSON]
    if not chosen:
        return
    from footprint.matching.candidates import ACCEPTED

    doubtful = [line for line in chosen if line.confidence is None or line.confidence < ACCEPTED]
    if doubtful:
        places = [line.places.get("dataset", line.place) for line in doubtful]
        cells = ", ".join(place.address for place in places[:_SHOWN]) + (" …" if len(places) > _SHOWN else "")
        facts = {"count": len(doubtful), "cells": cells, "least": f"{ACCEPTED:.0%}"}
        yield Notice("match-unconfirmed", places[0], facts)


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
    yield from ((row.flow, row.places.get("flow", row.place)) for row in bill.use if not is_grid_word(row.flow))
    yield from (named for row in bill.end_of_life for named in _at_the_end(row))
    yield from ((row.dataset, row.places.get("dataset", row.place)) for row in bill.estimates)


def _at_the_end(row: EndOfLifeRow) -> Iterable[tuple[str, Place]]:
    """Yield the datasets of a row of End of life: of treatments, and of what is replaced."""
    named = {key: getattr(row, key) for key in ("treatment", "disposal", "avoided", "heat")}
    if not is_grid_word(row.electricity):
        named["electricity"] = row.electricity
    yield from ((written, row.places.get(key, row.place)) for key, written in named.items() if written)


def _named_by_process(row: ProcessRow, own: frozenset[str]) -> Iterable[tuple[str, Place]]:
    if row.cut_off:
        if row.cut_off != NO_ESTIMATE:
            yield row.cut_off, row.places.get("cut_off", row.place)
    elif row.direction == "input" and row.flow not in own and not is_grid_word(row.flow):
        yield row.flow, row.places.get("flow", row.place)
    if row.destination and row.destination not in OUTLETS:
        yield row.destination, row.places.get("destination", row.place)
    if row.substitute and not is_grid_word(row.substitute):
        yield row.substitute, row.places.get("substitute", row.place)


def is_electricity(row: ProcessRow, links: Mapping[str, Link]) -> bool:
    """Tell whether a process row is electricity: it says so in a word, or names a supply beside such a dataset."""
    if row.direction != "input" or row.cut_off or is_grid_word(row.flow):
        return row.direction == "input" and not row.cut_off
    link = links.get(row.flow)
    return bool(row.supply) and link is not None and link.dataset.category == ELECTRICITY


def _averages(bill: Bill, grids: Grids) -> dict[Place, Dataset]:
    """Return the grid for each word that means it where no supply can be named: in use, and replaced by energy sold."""
    sold = (row for row in bill.processes if is_grid_word(row.substitute))
    named = [(grids.site(row, "substitute"), "") for row in sold]
    named += [(grids.in_use(row), row.flow) for row in bill.use if is_grid_word(row.flow)]
    replaced = (row for row in bill.end_of_life if is_grid_word(row.electricity))
    named += [(grids.after(row.places.get("electricity", row.place)), row.electricity) for row in replaced]
    found = ((site, grids.average(site, written)) for site, written in named)
    return {site.place: dataset for site, dataset in found if dataset is not None}


def _not_supplied(bill: Bill, links: Mapping[str, Link]) -> Iterable[Problem]:
    """Yield each input that names a supply of electricity and is none."""
    for row in bill.processes:
        if row.direction == "input" and row.supply and not is_electricity(row, links):
            place = row.places.get("flow", row.place)
            yield problem("supply-not-electricity", place, flow=row.flow, supply=row.supply)


def _not_freight(bill: Bill, links: Mapping[str, Link]) -> Iterable[Problem]:
    """Yield each leg whose vehicle is no service of carrying a mass over a distance."""
    for row in bill.transport:
        link = links.get(row.vehicle)
        if link is not None and not units.convertible(link.dataset.unit, "t·km"):
            place = row.places.get("vehicle", row.place)
            yield problem("vehicle-not-freight", place, dataset=row.vehicle, unit=link.dataset.unit)


def _not_one(written: str, place: Place, found: Sequence[Dataset], background: Background) -> list[Problem]:
    if not found and place.sheet == _RULES:
        return [problem("rule-dataset-missing", place, dataset=written, rule=place.cell)]
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
