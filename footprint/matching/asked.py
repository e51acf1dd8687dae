"""Find the datasets that rules ask for: by code, or the grid of a country in a year."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol

from footprint.errors import WorkbookError, problem
from footprint.model.background import Dataset
from footprint.model.bill import Notice
from footprint.provenance import Place


class Background(Protocol):
    """What finding needs of the opened databases."""

    def find(self, written: str) -> tuple[Dataset, ...]:
        """Return the datasets a code names."""

    def electricity(self, country: str) -> dict[str, dict[str, Dataset]]:
        """Return year -> supply -> dataset of ``country``."""


_YEAR = re.compile(r"\d{4}", re.ASCII)


@dataclass
class Finder:
    """Finds datasets in ``background``, keeping what must be said of them."""

    background: Background
    notices: list[Notice] = field(default_factory=list)

    def dataset(self, place: Place, code: str) -> Dataset | None:
        """Return the dataset ``code``; None, and a notice, where the open databases do not have it: a gap."""
        found = self.background.find(code)
        if len(found) > 1:
            raise WorkbookError(problem("dataset-ambiguous", place, dataset=code))
        if not found:
            self.notices.append(Notice("rule-dataset-unknown", place, {"dataset": code, "rule": place.cell}))
            return None
        return found[0]

    def grid(self, place: Place, country: str, year: str) -> Dataset:
        """Return the grid of ``country`` in ``year``, or in the last year before it; `WorkbookError` without one."""
        if not _YEAR.fullmatch(year):
            raise WorkbookError(problem("scenario-year", place, value=year))
        table = self.background.electricity(country)
        known = max((y for y in table if y <= year), default=None)
        if known is None:
            years = ", ".join(sorted(table)) or "-"
            raise WorkbookError(problem("electricity-unknown", place, country=country, known=years))
        if known != year:
            self.notices.append(Notice("electricity-year", place, {"year": known, "period": year}))
        return table[known]["grid"]
