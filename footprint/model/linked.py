"""A bill whose materials have found their datasets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from footprint.model.background import DatabaseInfo, Dataset
from footprint.model.bill import Bill, Notice, ProcessRow
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


class Linked(NamedTuple):
    """``links``: text as written -> link; ``electricity``: place of a process row -> the parts of its supply.

    ``databases``: those that were open, in the order of the workbook.
    """

    bill: Bill
    links: Mapping[str, Link]
    electricity: Mapping[Place, tuple[ElectricityPart, ...]]
    databases: tuple[DatabaseInfo, ...]
    notices: tuple[Notice, ...] = ()

    def dataset(self, written: str) -> Dataset | None:
        """Return the dataset a text was linked to, None when it was not (an activity of the bill, or a gap)."""
        link = self.links.get(written)
        return None if link is None else link.dataset

    def electricity_of(self, row: ProcessRow) -> tuple[ElectricityPart, ...]:
        """Return the parts of the electricity a process row uses; none when it is not electricity."""
        return self.electricity.get(row.place, ())
