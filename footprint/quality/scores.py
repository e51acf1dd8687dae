"""The scores of both sides of a line: as entered, as its facts tell, or as its database says; never made up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from footprint.model.background import Dataset
from footprint.model.bill import Bill
from footprint.model.graph import Exchange
from footprint.model.quality import DATABASE, DERIVED, ENTERED, MATRIX, SCHEMES, Score
from footprint.model.spans import Span, span
from footprint.provenance import Basis, Place
from footprint.quality.places import relation, subdivision
from footprint.quality.schemes import of_age, of_scale, of_word

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


class Fact(NamedTuple):
    """What is known of a number in one indicator: a criterion of `ratings.csv` or days; ``told``: for people.

    ``is_limit``: nothing better can be true. That a supplier is named, or no verification, is what is known at least.
    """

    of: str | int
    told: str = ""
    is_limit: bool = True


def entered(pedigree: str) -> tuple[str, dict[str, int]]:
    """Return the scale of a text such as ``2;3;1;-;2`` or ``pact -;-;1;2;2``, and its scores by indicator."""
    scale, _, written = pedigree.rpartition(" ")
    pairs = zip(PEDIGREE, written.split(";"), strict=False)
    return scale or MATRIX, {indicator: int(score) for indicator, score in pairs if score.isdigit()}


def derived(scheme: str, side: str, indicator: str, fact: Fact | None) -> int | None:
    """Return the score of a fact, None where there is none, or the scheme has no score for it."""
    if fact is None:
        return None
    is_age = isinstance(fact.of, int)
    return of_age(scheme, side, fact.of) if is_age else of_word(scheme, side, indicator, fact.of)  # type: ignore[arg-type]


def held(scheme: str, side: str, facts: Mapping[str, Fact], pedigree: str, origin: str = ENTERED) -> dict[str, Score]:
    """Return the scores of one side of a line: what its ``facts`` say, and what was stated beside them.

    A stated score counts where no fact limits it, or where it is worse than the facts on its own scale; better than
    these it never is.
    """
    scale, given = entered(pedigree)
    found = {}
    for indicator in dict.fromkeys((*facts, *given)):
        fact = facts.get(indicator)
        score = derived(scheme, side, indicator, fact)
        stated = of_scale(scale, scheme, side, indicator, given[indicator]) if indicator in given else None
        if score is not None and fact is not None:
            found[indicator] = Score(score, DERIVED, fact.told)
        if stated is None:
            continue
        if score is None or fact is None or not fact.is_limit:
            found[indicator] = Score(stated, origin)
        elif stated > score:
            alike = derived(scale, side, indicator, fact)
            if alike is None or given[indicator] > alike:
                found[indicator] = Score(stated, origin)
    return found


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
        self._factors: dict[tuple[str, str, str], Mapping[str, Score]] = {}

    def activity(self, line: Exchange) -> Mapping[str, Score]:
        """Return the scores of the amount of a line."""
        amount = line.amount
        facts: dict[str, Fact] = {}
        days = self._days(amount.evidence, amount.place)
        if days is not None and self.reference is not None:
            facts["time"] = _aged(days, self.reference)
        if amount.basis in _KNOWN:
            facts["precision"] = Fact("not verified", is_limit=False)
        if amount.basis is Basis.MEASURED and line.facts.get("sheet") == "Processes":
            facts |= {"technology": Fact("plant"), "geography": Fact("plant")}
        stated = self.bill.spreads.get(amount.place)
        return self._asked(held(self.scheme, "activity", facts, "" if stated is None else stated.pedigree))

    def factor(self, line: Exchange) -> Mapping[str, Score]:
        """Return the scores of the dataset of a line for this use of it."""
        dataset = line.dataset
        if dataset is None:
            return {}
        site, stands_in = self.site(line), "" if line.estimate is None else line.estimate.key
        key = (dataset.key, site, stands_in)
        if key not in self._factors:
            self._factors[key] = self._asked(self._of_dataset(dataset, site, stands_in))
        return self._factors[key]

    def _of_dataset(self, dataset: Dataset, site: str, stands_in: str) -> dict[str, Score]:
        """Return the scores of a dataset used at ``site``, or of what it stands in for.

        What its database says of its time and place is said of its own: what it is to this use is not known where
        these are not. A score on another scale makes nobody's plant of it.
        """
        own = self._supplied.get(dataset.code) if dataset.key.startswith(OWN) else None
        supplier, pedigree = own or ("", "")
        facts, days = {}, days_of(dataset.period)
        if days is not None and self.reference is not None:
            facts["time"] = _aged(days, self.reference)
        word = relation(dataset.region, site)
        if word is not None:
            facts["geography"] = Fact(word, f"{dataset.region} / {site}")
        proxy = stands_in or dataset.proxy
        if proxy:
            facts["technology"] = Fact("proxy", proxy)
        elif supplier:
            facts["technology"] = Fact("company", supplier, is_limit=False)
        found = held(self.scheme, "factor", facts, pedigree or dataset.pedigree, ENTERED if pedigree else DATABASE)
        if "technology" in found and not supplier and not proxy:
            found["technology"] = self._at_best(found["technology"], pedigree or dataset.pedigree)
        return {name: score for name, score in found.items() if name in facts or pedigree or name not in USE}

    def _at_best(self, score: Score, pedigree: str) -> Score:
        """Return a score of technology of what no supplier answers for: on another scale it is an average at best."""
        average = of_word(self.scheme, "factor", "technology", "average")
        is_alike = entered(pedigree)[0] == self.scheme.partition("-")[0]
        return score if is_alike or average is None else score._replace(value=max(score.value, average))

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

    def _asked(self, found: Mapping[str, Score]) -> Mapping[str, Score]:
        return {indicator: score for indicator, score in found.items() if indicator in self.indicators}


def _aged(data: Span, reference: Span) -> Fact:
    days = age(data, reference)
    return Fact(days, f"{days} d")


def _row(place: Place) -> str:
    """Return the number of the row a cell stands in."""
    return place.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
