"""EcoSpold 1: a folder, a zip or one file of datasets, each a process with exchanges in groups of input and output.

What a process takes is named by the name, place, unit and infrastructure of its supplier, and by its number where
datasets are alike but for that. A process of several products tells which share of each exchange each product bears, in
per cent, or as parts of one. Files of elementary flows and of impact categories have the same form and no process.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from math import nan
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from footprint.background.importers.asked import Asked, Read, Tell, counted
from footprint.background.importers.ecospold1_amounts import amount_of, stated_number
from footprint.background.importers.ecospold1_wastes import FinalWastes, is_final
from footprint.background.importers.elementary import Elementary, Substance
from footprint.background.importers.inventories import database
from footprint.background.importers.inventory import Emission, Flow, Input, Process, Product
from footprint.background.importers.shares import EVERY, shared
from footprint.background.importers.spelling import is_same, unit_of
from footprint.background.importers.suppliers import Named, Suppliers
from footprint.background.importers.unread import Moves
from footprint.errors import DatabaseError, Problem, UnfitError
from footprint.model.bill import Notice
from footprint.provenance import Place
from footprint.tables.bundle import Bundle, first_element, heads, opened, tree

FORMAT = "ecospold1"
_SPACE, _IMPACTS = "EcoSpold01", "EcoSpold01Impact"
_ROOT, _LATER = "ecoSpold", "EcoSpold02"
_REFERENCE, _AVOIDED, _ALLOCATED, _WASTE, _NATURE = "0", "1", "2", "3", "4"
_GROUPS = {"inputGroup": {"1", "2", "3", "5", _NATURE},
           "outputGroup": {_REFERENCE, _AVOIDED, _ALLOCATED, _WASTE, _NATURE}}  # fmt: skip
_OTHERS = {"3": "elementary flow", "4": "impact category"}
_RESULT = "2"
_METHODS = {"0": "by physical causality", "1": "by economic value", "2": "by another method"}
"""The category of wastes that leave a model of SimaPro for good: nobody treats them there."""
_DUMMY = re.compile(r"dummy(?:\b|_)", re.IGNORECASE)
_PERIODS = (("startYear", "endYear"), ("startYearMonth", "endYearMonth"), ("startDate", "endDate"))


def sniff(path: Path) -> bool:
    """Tell whether a file, or files in a folder or zip, are of EcoSpold 1; some name no namespace."""
    return any(map(_is_one, heads(path)))


def _is_one(head: bytes) -> bool:
    """Tell whether the root element of a file is one of EcoSpold 1, whatever else is named in it."""
    name, space = first_element(head)
    return _SPACE in space or (name == _ROOT and _LATER not in space)


def read(path: Path, asked: Asked) -> Read:
    """Return the processes in ``path`` as a database."""
    flows = Elementary()
    found = _Files(opened(path), flows, asked.tell)
    return database(found.processes, flows, path, asked, notices=found.notices)


class _Files:
    """The files of one import."""

    def __init__(self, bundle: Bundle, flows: Elementary, tell: Tell) -> None:
        self.notices: list[Notice] = []
        self._final = FinalWastes(flows)
        self._problems: list[Problem] = []
        self._flows, self._suppliers, self._tell = flows, Suppliers(), tell
        names = (name for name in bundle.names if _is_one(bundle.head(name)))
        stated = [process for name in names for process in self._file(bundle, name)]
        if not stated and self.notices:
            self._problems += (Problem(notice.code, notice.place, notice.facts) for notice in self.notices)
        if self._problems:
            raise DatabaseError(*self._problems)
        self.processes = [self._final.without(process) for process in self._suppliers.linked(stated)]
        self.notices += self._final.notices()

    def _file(self, bundle: Bundle, name: str) -> Iterator[Process]:
        """Yield the processes of one file; one that is none of processes is told."""
        place = bundle.place(name)
        try:
            root = tree(bundle.read(name), place)
        except DatabaseError as exc:
            self._problems += exc.problems
            return
        if _local(root) != _ROOT or _IMPACTS in root.tag:
            self.notices.append(Notice("ecospold1-root", place, {"name": root.tag.replace("}", " ").lstrip("{")}))
            return
        for element in counted([*root], self._tell):
            if _local(element) == "dataset":
                yield from self._dataset(_Dataset(element, place, self._suppliers))

    def _dataset(self, dataset: _Dataset) -> Iterator[Process]:
        kind = dataset.other_kind
        if kind:
            self.notices.append(Notice("ecospold1-kind", dataset.place, {"name": dataset.name, "kind": kind}))
            return
        process = dataset.process(self._flows)
        self.notices += dataset.notices
        entered = self._suppliers.enter(process, dataset.number, (dataset.name,))
        for each in dataset.final:
            self._final.enter(entered.id, each.position, _of(each), each.place)
        yield entered


class _Exchange(NamedTuple):
    """One exchange: its number in allocations, its group, and the place of its dataset."""

    position: int
    number: str
    element: ET.Element
    group: str
    is_output: bool
    dataset: Place

    @property
    def place(self) -> Place:
        """Return the place of the exchange: its number, or its position where it has none."""
        named = self.number or f"#{self.position + 1}"
        return self.dataset._replace(sheet=f"{self.dataset.sheet} exchange {named}")

    def text(self, key: str) -> str:
        """Return one attribute, without blanks that are none."""
        return _words(self.element.get(key, ""))


class _Dataset:
    """One dataset of one file under way."""

    def __init__(self, element: ET.Element, file: Place, suppliers: Suppliers) -> None:
        self.number = element.get("number", "").strip()
        self.place = file._replace(sheet=" ".join(("dataset", self.number)).strip())
        self.notices: list[Notice] = []
        self._why: list[UnfitError] = []
        self._odd: list[tuple[_Exchange, UnfitError]] = []
        self.final: list[_Exchange] = []
        self._suppliers = suppliers
        self._parts: dict[str, ET.Element] = {}
        self._allocations: list[ET.Element] = []
        self._exchanges: list[_Exchange] = []
        self._look(element)
        self._function = self._part("referenceFunction")
        self.name = _words(self._function.get("name", ""))
        self._location = self._part("geography").get("location", "").strip()
        self._unit = self._function.get("unit", "").strip()
        self._kind = _infrastructure(self._function.get("infrastructureProcess", ""))
        self._made = self._run_for()
        if not self.name and self._made:
            first = self._made[0].text
            self.name, self._location = first("name"), self._location or first("location")
            self._unit = self._unit or first("unit")
        self._others = [each for each in self._exchanges if each not in self._made]

    @property
    def other_kind(self) -> str:
        """Return what the dataset is where it is no process."""
        kind = _OTHERS.get(self._part("dataSetInformation").get("type", "").strip(), "")
        relates = self._function.get("datasetRelatesToProduct", "true")
        return kind or ("" if self._exchanges or _is_true(relates) else _OTHERS["3"])

    def _look(self, element: ET.Element) -> None:
        """Sort the elements of the dataset, in whatever order they stand."""
        for part in element.iter():
            name = _local(part)
            if name == "exchange":
                self._enter(part)
            elif name == "allocation":
                self._allocations.append(part)
            else:
                self._parts.setdefault(name, part)

    def _enter(self, element: ET.Element) -> None:
        """Enter an exchange; one of no group, or of an unknown one, is left open."""
        said = element.get("number", "").strip()
        index = len(self._exchanges) + len(self._odd)
        groups = [(kind, (part.text or "").strip()) for part in element if (kind := _local(part)) in _GROUPS]
        groups = groups or [(kind, element.get(kind, "").strip()) for kind in _GROUPS if kind in element.attrib]
        kind, group = groups[0] if len(groups) == 1 else ("", "")
        each = _Exchange(index, said, element, group, kind == "outputGroup", self.place)
        if group in _GROUPS.get(kind, ()):
            self._exchanges.append(each)
        else:
            told = ", ".join(f"{kind} {text}" for kind, text in groups) or "-"
            self._odd.append((each, UnfitError("ecospold1-group", name=each.text("name"), groups=told)))

    def _run_for(self) -> tuple[_Exchange, ...]:
        """Return what the process is run for, the reference first: its products, else the waste that it takes.

        That is the one input of its own name in the amount of the reference function: nothing consumes all it makes.
        """
        made = [each for each in self._exchanges if each.is_output and each.group in {_REFERENCE, _ALLOCATED}]
        if made:
            return tuple(sorted(made, key=self._is_further))
        own, told = (self.name, self._unit), self._function.get("amount", "")
        inputs = (each for each in self._exchanges if not each.is_output and each.group != _NATURE)
        named = (each for each in inputs if (each.text("name"), each.text("unit")) == own)
        same = tuple(each for each in named if is_same(each.text("meanValue"), told))
        return same if len(same) == 1 else ()

    def process(self, flows: Elementary) -> Process:
        """Return the dataset as a process; what cannot be read is left open."""
        moves = self._moved(flows)
        products = self._products()
        about = self._function
        synonyms = [about.get("localName", ""), *(part.text or "" for part in about if _local(part) == "synonym")]
        return Process(
            id=self._own().id,
            name=self.name,
            place=self.place,
            products=products,
            inputs=tuple(moves.inputs),
            emissions=tuple(moves.emissions),
            location=self._location,
            period=self._period(),
            technology=_words(self._part("technology").get("text", "")),
            category=_joined(about, "/", "category", "subCategory"),
            note=_joined(about, " ", "generalComment", "includedProcesses"),
            is_licensed=self._is_licensed(),
            citation=_joined(self._part("source"), ", ", "firstAuthor", "additionalAuthors", "year", "title"),
            synonyms=tuple(filter(None, map(_words, synonyms))),
            is_result=self._part("dataSetInformation").get("type", "").strip() == _RESULT,
            method=self._method() if len(products) > 1 else "",
            why=tuple(self._why),
            is_bare=not (self._others or self._odd),
        )

    def _moved(self, flows: Elementary) -> Moves:
        """Return what the process takes from others and what it gives off; what cannot be read is left open."""
        moves, odd = Moves(), list(self._odd)
        for each in self._others:
            try:
                if each.group == _NATURE:
                    _give(moves, each, flows)
                else:
                    moves.inputs += self._input(each)
                    self.final += [each] if is_final(each.element.get("category", "")) else []
            except UnfitError as exc:
                odd.append((each, exc))
        for each, why in odd:
            moves.leave(each.position, each.text("name"), why, each.place.sheet)
        return moves

    def _input(self, each: _Exchange) -> Iterator[Input]:
        """Yield what is consumed; what is avoided counts negative, and waste given away is its treatment consumed."""
        name = each.text("name")
        if not name and not each.number:
            raise UnfitError("inventory-element", name="name")
        amount, spread, note = amount_of(each.text)
        if amount:
            signed = -amount if each.is_output and each.group == _AVOIDED else amount
            kind = _infrastructure(each.text("infrastructureProcess")) if name else f"#{each.number}"
            flow = self._suppliers.flow(Named(name, each.text("location"), kind, each.text("unit")))
            yield Input(each.position, flow, signed, each.number, spread, note, each.place.sheet)

    def _own(self) -> Named:
        return Named(self.name, self._location, self._kind, self._unit)

    def _products(self) -> tuple[Product, ...]:
        """Return the products with their shares: those of the exchanges, else that of the reference function.

        What holds nothing at all, or calls itself a dummy, has none: its footprint is missing, it is not zero.
        """
        made = self._made
        others = self._others or self._odd
        if not others and (not made or _DUMMY.match(self.name)):
            return ()
        if not made:
            told = self._number(self._function, "amount", f"{self.place.sheet} referenceFunction")
            return (Product(self._suppliers.flow(self._own()), told),)
        amounts = (self._number(each.element, "meanValue", each.place.sheet) for each in made)
        products = [Product(self._flow(each), amount) for each, amount in zip(made, amounts, strict=True)]
        self._compare(products[0])
        return self._shared(products) if len(products) > 1 or self._allocations else tuple(products)

    def _number(self, element: ET.Element, key: str, at: str) -> float:
        """Return a number of a product; without it nothing can be counted of what the process makes."""
        try:
            return stated_number(element.get, key, at)
        except UnfitError as exc:
            self._why.append(exc)
            return nan

    def _is_further(self, each: _Exchange) -> tuple[bool, bool]:
        """Return how far a product is from being the reference."""
        return each.group != _REFERENCE, each.text("name").casefold() != self.name.casefold()

    def _flow(self, each: _Exchange) -> Flow:
        """Return what a product is to others: what its exchange does not say is as the process is."""
        said = each.text("infrastructureProcess")
        kind = _infrastructure(said) if said else self._kind
        location, unit = each.text("location") or self._location, each.text("unit") or self._unit
        return self._suppliers.flow(Named(each.text("name") or self.name, location, kind, unit))

    def _compare(self, product: Product) -> None:
        """Tell where the reference function states another amount of the product than its exchange."""
        told, unit = self._function.get("amount", ""), unit_of(self._unit)
        if not told or self._why or (is_same(told, repr(product.amount)) and unit == product.flow.unit):
            return
        if product.flow.name.casefold() == self.name.casefold():
            facts = {"name": self.name, "told": f"{told} {unit}", "found": f"{product.amount:g} {product.flow.unit}"}
            self.notices.append(Notice("ecospold1-reference", self.place, facts))

    def _shared(self, products: list[Product]) -> tuple[Product, ...]:
        """Return the products with the share of each exchange that the file states for each of them."""
        stated = self._stated()
        others = {each.position: each.number for each in self._others}
        found = shared([stated.get(each.number) for each in self._made], others)
        if found.is_ratio:
            self.notices.append(Notice("inventory-ratio", self.place, {"name": self.name}))
        if found.unstated:
            facts = {"name": self.name, "count": len(found.unstated)}
            self.notices.append(Notice("inventory-unshared", self.place, facts))
        pairs = zip(products, found.products, strict=True)
        return tuple(product._replace(share=of.share, shares=of.of) for product, of in pairs)

    def _stated(self) -> Mapping[str, Mapping[str, float]]:
        """Return product -> exchange -> share as the allocations state it, each by its number."""
        found: dict[str, dict[str, float]] = defaultdict(dict)
        for each in self._allocations:
            product = each.get("referenceToCoProduct", "").strip()
            fraction = self._number(each, "fraction", f"{self.place.sheet} allocation {product}")
            found[product].update({(part.text or "").strip(): fraction for part in each} or {EVERY: fraction})
        return found

    def _method(self) -> str:
        said = {each.get("allocationMethod", "").strip() for each in self._allocations}
        words = sorted(_METHODS[text] for text in said if text in _METHODS)
        return f"Allocated {', '.join(words)}." if words else ""

    def _part(self, name: str) -> ET.Element:
        return self._parts[name] if name in self._parts else ET.Element(name)

    def _is_licensed(self) -> bool:
        """Tell whether the file is for licensees, or its access restricted otherwise (0: public)."""
        return self._part("dataGeneratorAndPublication").get("accessRestrictedTo", "0").strip() not in {"", "0"}

    def _period(self) -> str:
        texts = {_local(part): (part.text or "").strip() for part in self._part("timePeriod")}
        pair = next((pair for pair in _PERIODS if any(key in texts for key in pair)), _PERIODS[0])
        years = [texts.get(key, "")[:4] for key in pair]
        return years[0] if years[0] == years[1] else "-".join(filter(None, years))


def _give(moves: Moves, each: _Exchange, flows: Elementary) -> None:
    """Take in an exchange with nature, if it is one of a gas."""
    substance = _of(each)
    gas = flows.gas(substance)
    if gas is not None:
        amount, spread, note = amount_of(each.text)
        out = Emission(each.position, gas.gas, amount, spread, note, each.place.sheet)
        moves.give(out, substance.name, each.text("unit"), gas.sign)


def _of(each: _Exchange) -> Substance:
    """Return what an exchange with nature moves."""
    name, *more = (each.element.get(key, "") for key in ("name", "category", "subCategory", "CASNumber", "formula"))
    return _substance(name, *more, is_input=not each.is_output)


@lru_cache(maxsize=65_536)
def _substance(name: str, category: str, below: str, cas: str, formula: str, *, is_input: bool) -> Substance:
    within = tuple(filter(None, map(_words, (category, below))))
    return Substance(_words(name), within, cas.strip(), formula.strip(), is_input=is_input)


@cache
def _tail(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2]


def _local(element: ET.Element) -> str:
    """Return the name of an element without its namespace, of which there are several."""
    return _tail(element.tag)


def _words(text: str) -> str:
    return " ".join(text.split())


def _joined(element: ET.Element, sign: str, *keys: str) -> str:
    return sign.join(filter(None, (_words(element.get(key, "")) for key in keys)))


def _is_true(text: str) -> bool:
    return text.strip().casefold() in {"true", "1", "yes"}


def _infrastructure(text: str) -> str:
    return "infrastructure" if _is_true(text) else ""
