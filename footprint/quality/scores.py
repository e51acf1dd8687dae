"""The scores of both sides of a line: as entered, as its facts tell, or as its database says; never made up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from footprint.model.background import Dataset
from footprint.model.bill import Bill
from footprint.model.graph import Exchange
from footprint.model.quality import DATABASE, DERIVED, ENTERED, SCHEMES, Score
from footprint.model.spans import Span, span
from footprint.provenance import Basis, Place
from footprint.quality.places import relation, subdivision
from footprint.quality.schemes import of_age, of_word

PEDIGREE = ("precision", "completeness", "time", "geography", "technology")
"""What the five scores of a pedigree stand for, in their order: reliability counts as precision."""
ASKED = frozenset({"precision", "time"})
"""What is asked of an amount beside a dataset: place and technology are the dataset's to represent."""
USE: tuple[str, ...] = ("time", "geography")
"""What a database can say of a dataset, but not of its use."""
OWN = "workbook@"
_YEARS = re.compile(r"(\d{4})-(\d{4})", re.ASCII)
_KNOWN = frozenset({Basis.MEASURED, Basis.SUPPLIER, Basis.CALCULATED})
_AFTER_DELIVERY = frozenset({"Use", "End of life"})


def entered(pedigree: str, origin: str = ENTERED) -> dict[str, Score]:
    """Return the scores of a pedigree as text, ``2;3;1;-;2``; nothing of what it leaves open."""
    pairs = zip(PEDIGREE, pedigree.split(";"), strict=False)
    return {indicator: Score(int(written), origin) for indicator, written in pairs if written.isdigit()}


def days_of(period: str) -> Span | None:
    """Return first and last day of a period as people and databases write it; None where it is none."""
    return span(_YEARS.sub(r"\1/\2", period.strip()))


def age(data: Span, reference: Span) -> int:
    """Return how far data lie from the last day of the reference period [d], 0 where they hold it."""
    last = reference[1]
    return max((last - data[1]).days, (data[0] - last).days, 0)


class Scorer:
    """Scores the lines of one bill under one scheme."""

    def __init__(self, bill: Bill, scheme: str) -> None:
        self.bill = bill
        self.scheme = scheme
        self.indicators = frozenset(SCHEMES[scheme])
        self._factors: dict[tuple[str, str], dict[str, Score]] = {}

    def activity(self, line: Exchange) -> Mapping[str, Score]:
        """Return the scores of the amount of a line."""
        amount = line.amount
        found: dict[str, Score] = {}
        days = self._days(amount.evidence, amount.place)
        if days is not None and self.reference is not None:
            self._aged(found, "activity", age(days, self.reference))
        if amount.basis in _KNOWN:
            self._put(found, "precision", of_word(self.scheme, "activity", "precision", "not verified"))
        if amount.basis is Basis.MEASURED and line.facts.get("sheet") == "Processes":
            for indicator in ("technology", "geography"):
                self._put(found, indicator, of_word(self.scheme, "activity", indicator, "plant"))
        stated = self.bill.spreads.get(amount.place)
        return self._asked({**found, **entered(stated.pedigree)} if stated is not None else found)

    def factor(self, line: Exchange) -> Mapping[str, Score]:
        """Return the scores of the dataset of a line for this use of it."""
        dataset = line.dataset
        if dataset is None:
            return {}
        site = self.site(line)
        key = (dataset.key, site)
        if key not in self._factors:
            self._factors[key] = dict(self._asked(self._of_dataset(dataset, site)))
        if line.estimate is None:
            return self._factors[key]
        found = dict(self._factors[key])
        self._word(found, "technology", "proxy", line.estimate.key)
        return self._asked(found)

    def _of_dataset(self, dataset: Dataset, site: str) -> dict[str, Score]:
        """Return the scores of a dataset used at ``site``.

        It represents no time and no place better than its database says it represents its own; what it is to this use
        is not known where time or place are not.
        """
        found, days = entered(dataset.pedigree, DATABASE), days_of(dataset.period)
        own = {indicator: found.pop(indicator) for indicator in USE if indicator in found}
        supplier, pedigree = self._supplied.get(dataset.code, ("", "")) if dataset.key.startswith(OWN) else ("", "")
        if days is not None and self.reference is not None:
            self._aged(found, "factor", age(days, self.reference))
        self._word(found, "geography", relation(dataset.region, site), f"{dataset.region} / {site}")
        kind = "proxy" if dataset.proxy else "company" if supplier else None
        self._word(found, "technology", kind, dataset.proxy or supplier)
        worse: dict[str, Score] = {i: score for i, score in own.items() if i in found and score.value > found[i].value}
        return {**found, **worse, **entered(pedigree)}

    def asked(self, *, has_dataset: bool) -> frozenset[str]:
        """Return what is asked of an amount: all where no dataset stands beside it, as of what is let out."""
        return self.indicators & ASKED if has_dataset else self.indicators

    def site(self, line: Exchange) -> str:
        """Return where what a line leads to should be from, "" where that is not known: of materials, their origin."""
        facts, sheet = line.facts, str(line.facts.get("sheet", ""))
        if sheet == "BOM":
            return self._part(str(facts.get("origin", "")).strip(), own=False)
        if sheet == "Processes" and line.role != "input":
            return self._part(str(facts.get("country", "")), own=facts.get("process") not in self._abroad)
        if sheet in _AFTER_DELIVERY or (sheet == "Scenario" and facts.get("country")):
            return str(facts.get("country") or self.bill.product.used_in)
        return ""

    @cached_property
    def reference(self) -> Span | None:
        """The reference period, None without one."""
        start, end = self.bill.product.date("period_start"), self.bill.product.date("period_end")
        return None if start is None or end is None else (start, end)

    def _part(self, country: str, *, own: bool) -> str:
        """Return a country or group of countries as written, or the part of a country as a code."""
        product = self.bill.product
        if own and country == product.text("country"):
            return self._province
        part = subdivision("CN", country)
        return part if part != "CN" else country

    @cached_property
    def _province(self) -> str:
        product = self.bill.product
        return subdivision(product.text("country"), product.text("province"))

    @cached_property
    def _abroad(self) -> frozenset[str]:
        """The processes that state a country of their own."""
        return frozenset(row.process for row in self.bill.processes if row.country)

    @cached_property
    def _supplied(self) -> Mapping[str, tuple[str, str]]:
        """Supplier and pedigree of the factors of the workbook, by code."""
        pedigrees = {(place.sheet, _row(place)): told.pedigree for place, told in self.bill.spreads.items()}
        rows = self.bill.factors
        return {row.code: (row.supplier, pedigrees.get((row.place.sheet, _row(row.place)), "")) for row in rows}

    @cached_property
    def _documents(self) -> Mapping[str, Span]:
        """What documents cover, by id."""
        rows = ((row.id, row.period_start, row.period_end) for row in self.bill.evidence)
        return {id_: (start, end) for id_, start, end in rows if start is not None and end is not None and start <= end}

    @cached_property
    def _periods(self) -> Mapping[Place, Span]:
        """The periods of rows, by the cell of their amount."""
        rows = [(row.amount.place, row.period) for row in self.bill.processes]
        rows += [(row.energy.place, row.period) for row in self.bill.electricity]
        return {place: days for place, period in rows if period and (days := days_of(period)) is not None}

    def _days(self, document: str, place: Place) -> Span | None:
        """Return when an amount is from, as its document or its row says; that it was measured does not say when."""
        return self._documents.get(document) or self._periods.get(place)

    def _aged(self, found: dict[str, Score], side: str, days: int) -> None:
        self._put(found, "time", of_age(self.scheme, side, days), f"{days} d")

    def _word(self, found: dict[str, Score], indicator: str, word: str | None, fact: str) -> None:
        if word is not None:
            self._put(found, indicator, of_word(self.scheme, "factor", indicator, word), fact)

    @staticmethod
    def _put(found: dict[str, Score], indicator: str, score: int | None, fact: str = "") -> None:
        if score is not None:
            found[indicator] = Score(score, DERIVED, fact)

    def _asked(self, found: Mapping[str, Score]) -> Mapping[str, Score]:
        return {indicator: score for indicator, score in found.items() if indicator in self.indicators}


def _row(place: Place) -> str:
    """Return the number of the row a cell stands in."""
    return place.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
