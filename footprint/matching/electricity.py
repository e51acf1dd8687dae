"""The electricity market of a bill: what each supply counts with, under the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import fsum

from footprint.errors import Problem, problem
from footprint.model.background import Dataset
from footprint.model.bill import Bill, ElectricityRow, Notice, ProcessRow
from footprint.model.linked import ElectricityPart, Link
from footprint.model.pcr import Electricity
from footprint.provenance import Place

ELECTRICITY = "electricity"
OWN_LINE = frozenset({"on_site", "direct_line"})
CONTRACTUAL = frozenset({"contract", "green_certificate"})
GRID_WORDS = frozenset({"electricity", "grid", "电", "电力", "grid electricity", "市电", "网电"})


def is_grid_word(written: str) -> bool:
    """Tell whether a text means electricity without naming a dataset."""
    return written.strip().casefold() in GRID_WORDS


@dataclass
class Market:
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

    def grid_words(self, words: Mapping[str, Place]) -> dict[str, Link]:
        """Return the grid for the words that mean it, by word and the place of one use."""
        found = {word: self.of_year(place, "") for word, place in words.items()}
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
        wanted = self.bill.grid_year or period[:4] or str(start.year if start else "")
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
