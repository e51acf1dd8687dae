"""What electricity can be had in a country and year: the average, the residual mix, generators, delivery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Protocol

from footprint.errors import Problem, problem
from footprint.model.background import Dataset
from footprint.model.bill import USE_COUNTRY, Bill, Notice, ProcessRow, UseRow
from footprint.model.spans import Span, span, year_of
from footprint.provenance import Place

ELECTRICITY, GRID, RESIDUAL, DELIVERY = "electricity", "grid", "residual", "delivery"
Supplies = Mapping[str, Dataset]
"""Generator, grid, residual or delivery -> dataset, of one country and year."""


class Background(Protocol):
    """What is needed of the opened databases."""

    def electricity(self, country: str) -> dict[str, dict[str, Dataset]]:
        """Return year -> supply -> dataset of ``country``."""


class Site(NamedTuple):
    """Where electricity is used: ``place`` of the use; ``stated``: the cell of the country, where a site has its own.

    ``period``: when, "" where only the reference period says.
    """

    country: str
    place: Place
    period: str = ""
    stated: Place | None = None


@dataclass
class Grids:
    """The electricity of the countries of a bill. Problems and notices are collected.

    ``approximated``: a residual mix was asked for that no database has.
    """

    bill: Bill
    background: Background
    problems: list[Problem]
    notices: list[Notice] = field(default_factory=list)
    approximated: bool = False
    _told: set[tuple[str, str, str]] = field(default_factory=set)
    _tables: dict[str, dict[str, dict[str, Dataset]]] = field(default_factory=dict)

    @cached_property
    def reference(self) -> Span:
        """The reference period of the product."""
        start, end = self.bill.product.date("period_start"), self.bill.product.date("period_end")
        if start is None or end is None:
            raise ValueError("reading lets no bill pass without a reference period")
        return start, end

    @cached_property
    def _sites(self) -> dict[str, ProcessRow]:
        """The row of what a process makes that states its country, by process."""
        made = (row for row in reversed(self.bill.processes) if row.direction in {"product", "co-product"})
        return {row.process: row for row in made if row.country}

    def site(self, row: ProcessRow, key: str = "flow") -> Site:
        """Return where a process row uses electricity, or sells it: its own country, its process's or the product's."""
        place = row.places.get(key, row.place)
        stating = row if row.country else self._sites.get(row.process)
        if stating is None:
            return Site(self.bill.product.text("country"), place, row.period)
        return Site(stating.country, place, row.period, stating.places.get("country", stating.place))

    def after(self, place: Place) -> Site:
        """Return where a product delivered is: in the country of use the Product sheet states, else in the plant's."""
        product = self.bill.product
        stated = product.entries[USE_COUNTRY].place if product.text(USE_COUNTRY) else None
        return Site(product.used_in, place, "", stated)

    def in_use(self, row: UseRow) -> Site:
        """Return where a row of Use takes electricity: the country it states, else where the product is."""
        place = row.places.get("flow", row.place)
        return Site(row.country, place, "", row.places.get("country")) if row.country else self.after(place)

    def average(self, site: Site, written: str) -> Dataset | None:
        """Return the average electricity of a site; tell whose it is where ``written`` could be of another country."""
        supplies = self.of(site)
        if not supplies:
            return None
        if written and site.stated is None:
            facts = {"written": written, "country": site.country, "dataset": supplies[GRID].code}
            self._tell("electricity-home", site.place, site.country, supplies[GRID].code, facts)
        return supplies[GRID]

    def of(self, site: Site, period: str = "") -> Supplies:
        """Return what can be had at ``site`` in the year of its period, else of ``period``, else of the product.

        Of the last year before it, with a notice; nothing, with a problem, when there is none.
        """
        table, wanted = self._table(site.country), self._year(site, site.period or period)
        year = max((y for y in table if y <= wanted), default=None)
        if year is None:
            place = site.place if table or site.stated is None else site.stated
            known = ", ".join(sorted(table)) or "-"
            self.problems.append(problem("electricity-unknown", place, country=site.country, known=known))
            return {}
        if year != wanted:
            self.notices.append(Notice("electricity-year", site.place, {"year": year, "period": wanted}))
        return table[year]

    def _year(self, site: Site, period: str) -> str:
        """Return the year of a period; of one over a year's end the year that holds most of it, and say so.

        A scenario may ask for the grid of another year.
        """
        if self.bill.grid_year:
            return self.bill.grid_year
        days = span(period) or self.reference
        year = year_of(days)
        if days[0].year != days[1].year:
            written = period or f"{days[0]}/{days[1]}"
            self._tell("electricity-years", site.place, written, year, {"period": written, "year": year})
        return year

    def untracked(self, site: Site, supplies: Supplies, rule: str) -> Dataset:
        """Return what electricity counts with that nobody claims; the average in place of a missing residual mix."""
        if rule != RESIDUAL:
            return supplies[GRID]
        if RESIDUAL not in supplies:
            self.approximated = True
            facts = {"country": site.country, "dataset": supplies[GRID].code}
            self._tell("residual-approximated", site.place, site.country, supplies[GRID].code, facts)
        return supplies.get(RESIDUAL, supplies[GRID])

    def averaged(self, dataset: Dataset) -> Supplies:
        """Return what can be had where and when ``dataset`` is the average of a grid; nothing where it is none."""
        years = self._table(dataset.region).values()
        return next((supplies for supplies in years if supplies[GRID].key == dataset.key), {})

    def has(self, country: str) -> bool:
        """Tell whether the grid of a country is known, of any year."""
        return bool(self._table(country))

    def _table(self, country: str) -> dict[str, dict[str, Dataset]]:
        if country not in self._tables:
            self._tables[country] = self.background.electricity(country)
        return self._tables[country]

    def _tell(self, code: str, place: Place, one: str, other: str, facts: Mapping[str, object]) -> None:
        """Keep a notice, once for all places of which the same would be said."""
        if (code, one, other) not in self._told:
            self._told.add((code, one, other))
            self.notices.append(Notice(code, place, facts))
