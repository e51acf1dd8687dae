"""A bill whose materials have found their datasets."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from footprint.model.background import DatabaseInfo, Dataset
from footprint.model.bill import Bill, ElectricityRow, Notice, ProcessRow
from footprint.provenance import Place


class Link(NamedTuple):
    """Why a text was linked to a dataset. ``how``: code, electricity, rule."""

    dataset: Dataset
    how: str


class ElectricityPart(NamedTuple):
    """A share [-] of an electricity supply: its dataset, and the grid it would be by location.

    ``location`` is None for what the grid's factor already contains (delivery); ``place`` is where the share stands.
    """

    share: float
    dataset: Dataset
    location: Dataset | None
    place: Place


class Supply(NamedTuple):
    """One row of the Electricity sheet under the rules.

    ``state``: accepted (counts with the factor of its generator), refused, untracked, metered, unused. ``why``: the
    reasons of a refusal; it is ``unproven`` where proof was asked for and is missing. ``untracked_kwh``: what of it
    counts as electricity nobody claims [kWh]; ``used``: the rows that name it.
    """

    row: ElectricityRow
    state: str
    why: tuple[Notice, ...]
    unproven: bool
    untracked_kwh: float
    used: tuple[Place, ...]


class Linked(NamedTuple):
    """``links``: text as written -> link; ``electricity``: place of a process row -> the parts of its supply.

    ``grids``: cell of a word that means the average electricity of a place -> the grid of that place.

    ``databases``: those that were open, in the order of the workbook. ``approximated``: the rules ask for a residual
    mix that no database has, so that the grid average stands in for it. ``open``: supplies with claims of whose
    consumption only the least is known, with that [kWh]. ``claimed``: cells of electricity by a code that nobody can
    check; ``located``: the cell of an amount of such electricity -> the grid it would be by location.
    """

    bill: Bill
    links: Mapping[str, Link]
    electricity: Mapping[Place, tuple[ElectricityPart, ...]]
    databases: tuple[DatabaseInfo, ...]
    notices: tuple[Notice, ...] = ()
    supplies: tuple[Supply, ...] = ()
    approximated: bool = False
    grids: Mapping[Place, Dataset] = MappingProxyType({})
    open: Mapping[str, float] = MappingProxyType({})
    claimed: tuple[Place, ...] = ()
    located: Mapping[Place, Dataset] = MappingProxyType({})

    def dataset(self, written: str, place: Place | None = None) -> Dataset | None:
        """Return the dataset a text was linked to, None when it was not (an activity of the bill, or a gap).

        ``place``: its cell, where the text may be a word that means the grid there.
        """
        link = self.links.get(written)
        grid = None if place is None else self.grids.get(place)
        return grid if link is None else link.dataset

    def electricity_of(self, row: ProcessRow) -> tuple[ElectricityPart, ...]:
        """Return the parts of the electricity a process row uses; none when it is not electricity."""
        return self.electricity.get(row.place, ())
