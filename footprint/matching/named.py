"""Electricity that a bill names by its code, held against the place where it is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from footprint import units
from footprint.errors import Problem, problem
from footprint.matching.grids import ELECTRICITY, Grids, Site
from footprint.model.background import Dataset
from footprint.model.bill import Bill
from footprint.model.linked import Link
from footprint.provenance import Place

OWN = "supplied"
_POWER = "electricity"


class Cell(NamedTuple):
    """A cell that may name electricity by its code, and where that is used; ``amount``: what is taken, if a line is."""

    written: str
    key: str
    site: Site
    amount: Place | None = None

    @property
    def bought(self) -> bool:
        """Whether it is a material: the residual mix, where rules ask for it, is not reached there."""
        return self.key == "dataset"


def cells(bill: Bill, grids: Grids) -> Iterable[Cell]:
    """Yield every cell in which a bill names a dataset that it takes, or that is replaced."""
    for line in bill.bom:
        for key, written in (("dataset", line.dataset), ("secondary", line.secondary), ("cut_off", line.cut_off)):
            site = Site(bill.product.text("country"), line.places.get(key, line.place))
            yield Cell(written, key, site, line.quantity.place if key == "dataset" else None)
    for row in bill.processes:
        if row.direction == "input":
            key = "cut_off" if row.cut_off else "flow"
            yield Cell(row.cut_off or row.flow, key, grids.site(row, key), None if row.cut_off else row.amount.place)
        yield Cell(row.substitute, "substitute", grids.site(row, "substitute"))
    for use in bill.use:
        yield Cell(use.flow, "flow", grids.in_use(use), use.amount.place)
    for end in bill.end_of_life:
        for key in ("treatment", "disposal", "avoided", "heat", "electricity"):
            yield Cell(getattr(end, key), key, grids.after(end.places.get(key, end.place)))


def by_code(bill: Bill, links: Mapping[str, Link], grids: Grids) -> Iterable[tuple[Cell, Dataset]]:
    """Yield each cell that names electricity by its code: of a database, or the bill's own factor of electricity."""
    own = {row.code for row in bill.factors if row.energy == _POWER}
    for cell in cells(bill, grids):
        link = links.get(cell.written)
        if link is not None and (link.dataset.category == ELECTRICITY or is_own(link.dataset, own, cell.key)):
            yield cell, link.dataset


def is_own(dataset: Dataset, own: Iterable[str], key: str) -> bool:
    """Tell whether a dataset is a factor of the bill for electricity: it says so, or stands where that is replaced."""
    energy = units.convertible(dataset.unit, "kWh")
    return dataset.category == OWN and energy and (dataset.code in own or key == _POWER)


def refused(cell: Cell, dataset: Dataset, grids: Grids) -> Problem | None:
    """Return why electricity of a database cannot be taken in a cell: it is of another country, or of a generator.

    That of a wider region may be, where no grid of the country is known.
    """
    place, country = cell.site.place, cell.site.country
    if dataset.region == country:
        return None if grids.averaged(dataset) else problem("electricity-by-code", place, dataset=cell.written)
    if is_within(dataset, country) or not grids.has(country):
        return None
    return problem("electricity-foreign", place, dataset=cell.written, region=dataset.region, country=country)


def is_within(dataset: Dataset, country: str) -> bool:
    """Tell whether the region of a dataset lies in a country: CN-GD in CN."""
    return dataset.region.partition("-")[0] == country
