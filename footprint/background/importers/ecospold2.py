"""EcoSpold 2: a folder or zip of ``.spold`` files, each one activity with the product that it is run for.

Linked releases (cut-off, APOS, consequential) name the supplier of every input and give one reference product per file;
its co-products stand there with an amount of zero. A waste has a negative amount, as output and as input. Where several
products have amounts, nothing in the format says how to share between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import exp, sqrt
from pathlib import Path
from xml.etree import ElementTree as ET

from footprint import units
from footprint.background.importers.asked import Asked, Read
from footprint.background.importers.elementary import Elementary, Substance
from footprint.background.importers.inventories import database
from footprint.background.importers.inventory import UNKNOWN, Emission, Flow, Input, Process, Product, Spread
from footprint.errors import DatabaseError, Problem, UnfitError
from footprint.tables.bundle import Bundle, heads, opened, tree

FORMAT = "ecospold2"
SPACE = "{http://www.EcoInvent.org/EcoSpold02}"
_ROOT = b"www.EcoInvent.org/EcoSpold02"
_ACTIVITIES = (f"{SPACE}activityDataset", f"{SPACE}childActivityDataset")
_REFERENCE, _ENVIRONMENT = "0", "4"
_SCORES = (
    "reliability", "completeness", "temporalCorrelation", "geographicalCorrelation", "furtherTechnologyCorrelation",
)  # fmt: skip


def sniff(path: Path) -> bool:
    """Tell whether a file, or files in a folder or zip, are of the namespace of EcoSpold 2."""
    return any(_ROOT in head for head in heads(path))


def read(path: Path, asked: Asked) -> Read:
    """Return the activities in ``path`` as a database."""
    flows = Elementary()
    return database(processes(opened(path), flows), flows, path, asked)


def processes(bundle: Bundle, flows: Elementary) -> Iterable[Process]:
    """Return every activity of the files; `DatabaseError` with each file that cannot be read."""
    found: list[Process] = []
    problems: list[Problem] = []
    for name in bundle.names:
        if _ROOT not in bundle.head(name):
            continue
        try:
            found += _activities(bundle, name, flows)
        except DatabaseError as exc:
            problems += exc.problems
    if problems:
        raise DatabaseError(*problems)
    return found


def _activities(bundle: Bundle, name: str, flows: Elementary) -> Iterator[Process]:
    """Yield the activities of one file; files of master data have none."""
    place = bundle.place(name)
    for activity in tree(bundle.read(name), place):
        if activity.tag in _ACTIVITIES:
            try:
                yield _Activity(activity, bundle, name, flows).process()
            except UnfitError as exc:
                raise DatabaseError(Problem(exc.code, place._replace(sheet=" ".join(exc.at)), exc.facts)) from exc


class _Activity:
    """One activity of one file under way."""

    def __init__(self, element: ET.Element, bundle: Bundle, name: str, flows: Elementary) -> None:
        self.element, self.place, self.flows = element, bundle.place(name), flows
        about = element.find(f"{SPACE}activityDescription")
        if about is None:
            raise UnfitError("inventory-element", "activityDescription", name="activityDescription")
        self.about = about
        self.exchanges = [*(element.find(f"{SPACE}flowData") or ())]

    def process(self) -> Process:
        """Return the activity as a process."""
        activity = self.about.find(f"{SPACE}activity")
        if activity is None:
            raise UnfitError("inventory-element", "activity", name="activity")
        made = [each for each in self.exchanges if _is_product(each)]
        products = tuple(Product(_flow(each), _amount(each)) for each in made)
        own = activity.get("id", "")
        inputs, emissions = self._moved(made)
        return Process(
            id=f"{own}_{products[0].flow.id}" if len(products) == 1 else own,
            name=_text(activity, "activityName"),
            place=self.place,
            products=products,
            inputs=inputs,
            emissions=emissions,
            location=_text(self.about, "geography/shortname"),
            period=self._period(),
            technology=_paragraphs(self.about.find(f"{SPACE}technology/{SPACE}comment")),
            category=_text(self.about, "classification/classificationValue"),
            note=_paragraphs(activity.find(f"{SPACE}generalComment")),
            citation=self._citation(),
            synonyms=tuple(each.text.strip() for each in activity.findall(f"{SPACE}synonym") if each.text),
        )

    def _moved(self, made: list[ET.Element]) -> tuple[tuple[Input, ...], tuple[Emission, ...]]:
        """Return what an activity takes from others and what it gives off, numbered in the order of the file."""
        inputs: list[Input] = []
        emissions: list[Emission] = []
        for number, each in enumerate(self.exchanges):
            if each.tag == f"{SPACE}intermediateExchange" and each not in made and _amount(each):
                inputs.append(_input(number, each))
            elif each.tag == f"{SPACE}elementaryExchange":
                emissions += self._emission(number, each)
        return tuple(inputs), tuple(emissions)

    def _emission(self, number: int, each: ET.Element) -> Iterator[Emission]:
        found = self.flows.gas(_substance(each))
        if found is not None:
            amount = _amount(each) * _kilograms(each) * found.sign
            yield Emission(number, found.gas, amount, _spread(each), _note(each), _at(each))

    def _period(self) -> str:
        period = self.about.find(f"{SPACE}timePeriod")
        if period is None:
            return ""
        years = [period.get(key, "")[:4] for key in ("startDate", "endDate")]
        return years[0] if years[0] == years[1] else "-".join(filter(None, years))

    def _citation(self) -> str:
        source = self.element.find(f"{SPACE}administrativeInformation/{SPACE}dataGeneratorAndPublication")
        if source is None:
            return ""
        keys = ("publishedSourceFirstAuthor", "publishedSourceYear", "publishedSourceTitle", "personName")
        return ", ".join(text for text in (source.get(key, "").strip() for key in keys) if text)


def _is_product(each: ET.Element) -> bool:
    """Tell whether an exchange is what its activity is run for: an output with an amount that nobody else supplies."""
    is_output = each.tag == f"{SPACE}intermediateExchange" and each.find(f"{SPACE}outputGroup") is not None
    return is_output and _amount(each) != 0 and not each.get("activityLinkId")


def _input(number: int, each: ET.Element) -> Input:
    """Return an exchange with another activity; an output to one is the consumption of its treatment, negative."""
    flow, is_output = _flow(each), each.find(f"{SPACE}outputGroup") is not None
    supplier = each.get("activityLinkId", "")
    provider = f"{supplier}_{flow.id}" if supplier else ""
    amount = -_amount(each) if is_output else _amount(each)
    return Input(number, flow, amount, provider, _spread(each), _note(each), _at(each))


def _flow(each: ET.Element) -> Flow:
    return Flow(each.get("intermediateExchangeId", ""), _text(each, "name"), _text(each, "unitName"))


def _substance(each: ET.Element) -> Substance:
    within = each.find(f"{SPACE}compartment")
    parts = () if within is None else tuple(part.text.strip() for part in within if part.text)
    synonyms = tuple(part.text for part in each.findall(f"{SPACE}synonym") if part.text)
    is_input = each.find(f"{SPACE}inputGroup") is not None
    return Substance(
        _text(each, "name"), parts, each.get("casNumber", ""), each.get("formula", ""), synonyms, is_input
    )  # fmt: skip


def _amount(each: ET.Element) -> float:
    try:
        return float(each.get("amount", ""))
    except ValueError as exc:
        raise UnfitError("inventory-number", _at(each), text=each.get("amount", "")) from exc


def _kilograms(each: ET.Element) -> float:
    unit = _text(each, "unitName")
    try:
        return units.factor(unit, "kg")
    except ValueError as exc:
        raise UnfitError("inventory-gas-unit", _at(each), name=_text(each, "name"), unit=unit) from exc


def _spread(each: ET.Element) -> Spread:
    """Return how far an amount may be off: the basic deviation with its scores, else what stands for a lognormal."""
    found = each.find(f"{SPACE}uncertainty")
    if found is None:
        return UNKNOWN
    scores = found.find(f"{SPACE}pedigreeMatrix")
    pedigree = "" if scores is None else ";".join(scores.get(name, "-") for name in _SCORES)
    lognormal = found.find(f"{SPACE}lognormal")
    if lognormal is None:
        return Spread(pedigree=pedigree, said=" ".join(_distribution(each) for each in found if each is not scores))
    try:
        variance = float(lognormal.get("variance" if pedigree else "varianceWithPedigreeUncertainty", ""))
    except ValueError:
        return Spread(pedigree=pedigree)
    return Spread(exp(sqrt(variance)) if 0 <= variance < 100 else None, pedigree, is_total=not pedigree)


def _distribution(each: ET.Element) -> str:
    """Return a distribution that is no lognormal as its file states it."""
    numbers = " ".join(f"{key}={value}" for key, value in sorted(each.attrib.items()))
    return f"{each.tag.removeprefix(SPACE)} {numbers}".strip()


def _note(each: ET.Element) -> str:
    """Return the comment and the formula of an exchange."""
    formula = each.get("mathematicalRelation", "")
    return " ".join(filter(None, (_text(each, "comment"), f"= {formula}" if formula else "")))


def _at(each: ET.Element) -> str:
    return each.get("id", "")


def _text(element: ET.Element, path: str) -> str:
    found = element.findtext("/".join(f"{SPACE}{part}" for part in path.split("/")))
    return " ".join(found.split()) if found else ""


def _paragraphs(element: ET.Element | None) -> str:
    """Return the texts of a comment of several paragraphs."""
    if element is None:
        return ""
    return " ".join(" ".join(part.text.split()) for part in element if part.tag == f"{SPACE}text" and part.text)
