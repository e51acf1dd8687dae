"""One activity of EcoSpold 2 as a process: what it is run for, what it takes from others, what it gives off.

The file says by the group of an exchange what it is. An output to another activity, and material for treatment, is the
consumption of what that activity makes or takes; by-products without an amount are those that were allocated away.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, nan, sqrt
from typing import NamedTuple
from xml.etree import ElementTree as ET

from footprint.background.importers.ecospold2_results import INDICATOR, NUMBER, result
from footprint.background.importers.ecospold2_words import (
    COMMENT,
    NAME,
    OUTPUT,
    SPACE,
    UNIT,
    number,
    paragraphs,
    substance,
    text,
)
from footprint.background.importers.elementary import Elementary
from footprint.background.importers.inventory import UNKNOWN, Emission, Flow, Input, Process, Product, Spread
from footprint.background.importers.spelling import finite, scattered, uuid_of
from footprint.background.importers.unread import Moves
from footprint.errors import DatabaseError, Problem, UnfitError
from footprint.model.uncertain import NORMAL, TRIANGULAR, UNIFORM
from footprint.provenance import Place

INTERMEDIATE, ELEMENTARY = f"{SPACE}intermediateExchange", f"{SPACE}elementaryExchange"
_ACTIVITY, _ABOUT = f"{SPACE}activity", f"{SPACE}activityDescription"
_UNCERTAINTY, _PEDIGREE, _LOGNORMAL = (f"{SPACE}{tag}" for tag in ("uncertainty", "pedigreeMatrix", "lognormal"))
_LIMITS = {UNIFORM: ("minValue", "maxValue"), TRIANGULAR: ("minValue", "mostLikelyValue", "maxValue")}
_REFERENCE, _TO_TREATMENT = "0", "3"
_TERMINATED = "2"
"""The type of an activity whose exchanges are those of its whole chain: 1 is a unit process."""
_SCORES = (
    "reliability", "completeness", "temporalCorrelation", "geographicalCorrelation", "furtherTechnologyCorrelation",
)  # fmt: skip


class Read(NamedTuple):
    """An activity as its file states it.

    ``others``: outputs that nobody is named for, with number and element: co-products, or wastes that others treat.
    ``treated``: the numbers of those inputs that the file calls material for treatment.
    """

    process: Process
    others: tuple[tuple[int, Product, str], ...] = ()
    treated: frozenset[int] = frozenset()


class Activity:
    """One activity of one file under way. ``has_any``: the file has elementary exchanges; ``has_many``: thousands."""

    def __init__(
        self, element: ET.Element, place: Place, flows: Elementary, method: str = "", *,
        has_any: bool = False, has_many: bool = False,
    ) -> None:  # fmt: skip
        self.element, self.place, self.flows, self.method = element, place, flows, method
        self.has_any, self.has_many = has_any, has_many
        self.problems: list[Problem] = []
        self.products: list[Product] = []
        self.moves = Moves()
        self.why: list[UnfitError] = []
        self.others: list[tuple[int, Product, str]] = []
        self.treated: set[int] = set()
        self.nothing: list[Product] = []
        self.indicators: list[ET.Element] = []
        self.is_result = False

    def read(self) -> Read:
        """Return the activity; `DatabaseError` with each element that cannot be read."""
        about, activity = self._part(self.element, _ABOUT), None
        if about is not None:
            activity = self._part(about, _ACTIVITY)
        flows = self.element.find(f"{SPACE}flowData")
        for at, each in enumerate(() if flows is None else flows):
            try:
                self._exchange(at, each)
            except UnfitError as exc:
                self._leave(at, each, exc)
        if not self.moves.inputs and self._has_results():
            self._result()
        if self.problems or about is None or activity is None:
            raise DatabaseError(*self.problems)
        return Read(self._process(about, activity), tuple(self.others), frozenset(self.treated))

    def _has_results(self) -> bool:
        """Tell whether results stand in place of exchanges here, or should where they are asked for."""
        if self.indicators and self.method:
            return True
        return not self.moves.emissions and bool(self.indicators or self.method)

    def _result(self) -> None:
        """Count with an indicator in place of the gases: nothing else says what the activity causes.

        An activity that lacks the one that was asked for is left open; without asking for one nothing can be counted.
        """
        try:
            self.moves.emissions = [result(self.indicators, self.method, NUMBER)]
            self.is_result = True
        except UnfitError as exc:
            if not self.method:
                self._refuse(exc)
            else:
                self.moves.leave(NUMBER, self.method, exc, " ".join(exc.at))

    def _part(self, of: ET.Element, tag: str) -> ET.Element | None:
        found = of.find(tag)
        if found is None:
            name = tag.removeprefix(SPACE)
            self._refuse(UnfitError("inventory-element", name, name=name))
        return found

    def _leave(self, at: int, each: ET.Element, exc: UnfitError) -> None:
        """Leave an exchange open that cannot be read; without the product that it is run for an activity has no use."""
        if text(each, OUTPUT) == _REFERENCE:
            self.products.append(Product(_flow(each), nan))
            self.why.append(exc)
        else:
            self.moves.leave(at, text(each, NAME), exc, each.get("id", ""))

    def _refuse(self, exc: UnfitError) -> None:
        self.problems.append(Problem(exc.code, self.place._replace(sheet=" ".join(exc.at)), exc.facts))

    def _exchange(self, at: int, each: ET.Element) -> None:
        if each.tag == ELEMENTARY:
            self._emission(at, each)
        elif each.tag == INDICATOR:
            self.indicators.append(each)
        elif each.tag == INTERMEDIATE:
            output = each.find(OUTPUT)
            if output is None:
                self._input(at, each, 1, is_waste=_is_waste(each))
            else:
                self._output(at, each, (output.text or "").strip())

    def _output(self, at: int, each: ET.Element, group: str) -> None:
        """Take in an output: what the activity is run for, what another one takes, or what only others can tell."""
        is_linked = bool(each.get("activityLinkId"))
        if group == _REFERENCE:
            product = Product(_flow(each), number(each))
            (self.products if product.amount else self.nothing).append(product)
        elif group == _TO_TREATMENT or (not is_linked and _is_waste(each)):
            self.treated.add(at)
            self._input(at, each, 1, is_waste=False)
        elif is_linked:
            self._input(at, each, -1, is_waste=_is_waste(each))
        elif number(each):
            self.others.append((at, Product(_flow(each), number(each)), each.get("id", "")))

    def _input(self, at: int, each: ET.Element, sign: int, *, is_waste: bool) -> None:
        amount = number(each)
        if amount:
            flow, supplier = _flow(each), each.get("activityLinkId", "")
            provider = _provider(supplier, flow.id) if supplier else ""
            self.moves.inputs.append(Input(
                at, flow, sign * amount, provider, _spread(each), _note(each), each.get("id", ""), is_signed=True,
                is_waste=is_waste,
            ))  # fmt: skip

    def _emission(self, at: int, each: ET.Element) -> None:
        found = self.flows.gas(substance(each))
        if found is not None:
            out = Emission(at, found.gas, number(each), _spread(each), _note(each), each.get("id", ""))
            self.moves.give(out, text(each, NAME), text(each, UNIT), found.sign)

    def _process(self, about: ET.Element, activity: ET.Element) -> Process:
        is_whole = self.is_result or (self.has_many and not self.moves.inputs)
        return Process(
            id=uuid_of(activity.get("id", "")),
            name=text(activity, f"{SPACE}activityName"),
            place=self.place,
            products=tuple(self.products) or (() if self.others else tuple(self.nothing[:1])),
            inputs=tuple(self.moves.inputs),
            emissions=tuple(self.moves.emissions),
            why=tuple(self.why),
            location=_inner(about, "geography", "shortname"),
            period=_period(about),
            technology=paragraphs(about.find(f"{SPACE}technology/{SPACE}comment")),
            category=_inner(about, "classification", "classificationValue"),
            note=paragraphs(activity.find(f"{SPACE}generalComment")),
            citation=self._citation(),
            is_licensed=self._is_licensed(),
            is_result=is_whole or activity.get("type") == _TERMINATED,
            synonyms=tuple(each.text.strip() for each in activity.findall(f"{SPACE}synonym") if each.text),
            is_bare=not (self.has_any or self.indicators or self.others or self._consumes()),
        )

    def _consumes(self) -> bool:
        """Tell whether anything but what it makes stands among what an activity moves."""
        groups = (text(each, OUTPUT) for each in self.element.iter(INTERMEDIATE))
        return bool(self.moves.inputs) or any(group != _REFERENCE for group in groups)

    def _is_licensed(self) -> bool:
        """Tell whether the file is for licensees, or its access restricted otherwise (0: public)."""
        source = self.element.find(f"{SPACE}administrativeInformation/{SPACE}dataGeneratorAndPublication")
        return source is not None and source.get("accessRestrictedTo", "0").strip() not in {"", "0"}

    def _citation(self) -> str:
        source = self.element.find(f"{SPACE}administrativeInformation/{SPACE}dataGeneratorAndPublication")
        if source is None:
            return ""
        keys = ("publishedSourceFirstAuthor", "publishedSourceYear", "publishedSourceTitle", "personName")
        return ", ".join(said for said in (source.get(key, "").strip() for key in keys) if said)


def _is_waste(each: ET.Element) -> bool:
    """Tell whether an exchange is classified as a waste among the by-products."""
    said = (text(part, f"{SPACE}classificationValue") for part in each.findall(f"{SPACE}classification"))
    return any(value.casefold() == "waste" for value in said)


def _inner(about: ET.Element, outer: str, inner: str) -> str:
    found = about.find(f"{SPACE}{outer}")
    return "" if found is None else text(found, f"{SPACE}{inner}")


def _period(about: ET.Element) -> str:
    period = about.find(f"{SPACE}timePeriod")
    if period is None:
        return ""
    years = [period.get(key, "")[:4] for key in ("startDate", "endDate")]
    return years[0] if years[0] == years[1] else "-".join(filter(None, years))


def _flow(each: ET.Element) -> Flow:
    return _same(each.get("intermediateExchangeId", ""), text(each, NAME), text(each, UNIT))


@lru_cache(maxsize=200_000)
def _same(id_: str, name: str, unit: str) -> Flow:
    return Flow(uuid_of(id_), name, unit)


@lru_cache(maxsize=200_000)
def _provider(supplier: str, flow: str) -> str:
    return f"{uuid_of(supplier)}_{flow}"


def _spread(each: ET.Element) -> Spread:
    """Return how far an amount may be off: the basic deviation with its scores, else what stands for a lognormal."""
    found = each.find(_UNCERTAINTY)
    if found is None:
        return UNKNOWN
    scores, lognormal = found.find(_PEDIGREE), found.find(_LOGNORMAL)
    pedigree = "" if scores is None else ";".join([scores.get(name, "-") for name in _SCORES])
    if lognormal is None:
        others = [part for part in found if part is not scores]
        return _scattered(float(each.get("amount", "nan")), others, pedigree)
    return _lognormal(lognormal.get("variance" if pedigree else "varianceWithPedigreeUncertainty", ""), pedigree)


@lru_cache(maxsize=100_000)
def _lognormal(said: str, pedigree: str) -> Spread:
    try:
        variance = float(said)
    except ValueError:
        return Spread(pedigree=pedigree)
    return Spread(exp(sqrt(variance)) if 0 <= variance < 100 else None, pedigree, is_total=not pedigree)


def _scattered(amount: float, found: list[ET.Element], pedigree: str) -> Spread:
    """Return how far an amount may be off that is no lognormal: the one distribution that is stated, and its words."""
    said = " ".join(map(_distribution, found))
    shape = found[0].tag.removeprefix(SPACE) if len(found) == 1 else ""
    numbers = [finite(found[0].get(key, "")) for key in _LIMITS.get(shape, ())]
    if shape == NORMAL:
        whole = found[0].get("varianceWithPedigreeUncertainty", "")
        variance = finite(whole or ("" if pedigree else found[0].get("variance", "")))
        numbers = [sqrt(variance) if variance is not None and variance >= 0 else None]
    return scattered(shape, amount, numbers, pedigree, said)


def _distribution(each: ET.Element) -> str:
    """Return a distribution that is no lognormal as its file states it."""
    numbers = " ".join(f"{key}={value}" for key, value in sorted(each.attrib.items()))
    return f"{each.tag.removeprefix(SPACE)} {numbers}".strip()


def _note(each: ET.Element) -> str:
    """Return the comment and the formula of an exchange."""
    formula, comment = each.get("mathematicalRelation", ""), text(each, COMMENT)
    return " ".join(filter(None, (comment, f"= {formula}"))) if formula else comment
