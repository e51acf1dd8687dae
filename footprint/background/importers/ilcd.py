"""ILCD: a folder, zip or file of datasets in XML, or in JSON of the same structure; EPDs among them.

Amounts are in the reference unit of their flow, which its own file tells by way of a property and a group of units. A
process may have several reference flows; fractions of allocation stand at each exchange: what states none is borne by
the reference, and a co-product that no exchange names is a gap. Wastes that are deposited, as results of inventories
list them, are final and counted, not linked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from footprint import units
from footprint.background.importers.asked import Asked, Read
from footprint.background.importers.elementary import Elementary, Substance
from footprint.background.importers.ilcd_epd import declared
from footprint.background.importers.ilcd_parts import Flows, Part, is_ilcd, latest, number, parts, spoken, text
from footprint.background.importers.inventories import database
from footprint.background.importers.inventory import Emission, Flow, Input, Process, Product, Spread
from footprint.background.importers.spelling import maybe, scattered
from footprint.errors import DatabaseError, Problem, UnfitError
from footprint.model.bill import Notice
from footprint.model.uncertain import TRIANGULAR, UNIFORM
from footprint.tables.bundle import Bundle, heads, opened

FORMAT = "ilcd"
_INFO = "processInformation/dataSetInformation"
_OWNED = "administrativeInformation/publicationAndOwnership"
_FREE = "free of charge for all users and uses"
_UNRESTRICTED = re.compile(
    r"\W*(?:no|none|n/?a|keine?|aucune?|无|没有)?\W*$|.*(?:\bfree of charge (?:by|for|to) (?:any|all|every)|"
    r"\bunrestricted|\bpublic domain|\b(?:no|not|without)(?: any)?(?: access)? restrict|无限制|没有限制)",
    re.IGNORECASE,
)
"""What says of access that there is no restriction, where no type of licence is stated."""
_NAMES = ("baseName", "treatmentStandardsRoutes", "mixAndLocationTypes", "functionalUnitFlowProperties")


class _Exchange(NamedTuple):
    """One exchange: its number in the file, the flow, the amount [unit of the flow], and what it is."""

    number: int
    flow: Flow
    kind: str
    is_input: bool
    amount: float
    element: ET.Element
    substance: Substance
    is_missing: bool


def sniff(path: Path) -> bool:
    """Tell whether files of ``path`` are datasets of ILCD."""
    return any(map(is_ilcd, heads(path)))


def read(path: Path, asked: Asked) -> Read:
    """Return the processes in ``path`` as a database."""
    flows = Elementary()
    found, notices = processes(opened(path), flows)
    return database(found, flows, path, asked, notices=notices)


def processes(bundle: Bundle, counted: Elementary) -> tuple[list[Process], list[Notice]]:
    """Return every process of a package, and what must be said of it; `DatabaseError` with all that cannot be read."""
    kept, older = latest(parts(bundle))
    flows = Flows(kept)
    found: list[Process] = []
    problems: list[Problem] = []
    notices = [Notice("inventory-older", part.place, {"id": part.uuid}) for part in older if part.kind == "process"]
    models = [part for part in kept.values() if part.kind == "model"]
    notices += (Notice("ilcd-models", part.place, {"count": len(models)}) for part in models[:1])
    for (kind, _), part in kept.items():
        if kind != "process":
            continue
        try:
            found += _processes(part, flows, counted, notices)
        except UnfitError as exc:
            problems.append(Problem(exc.code, part.place._replace(sheet=" ".join(exc.at)), exc.facts))
    if problems:
        raise DatabaseError(*problems)
    return found, notices


def _processes(part: Part, flows: Flows, counted: Elementary, notices: list[Notice]) -> Iterator[Process]:
    """Yield the process of a dataset, or one per module of an EPD."""
    is_declared = part.root.find("LCIAResults/LCIAResult//amount[@module]") is not None
    named = _references(part)
    listed = enumerate(part.root.findall("exchanges/exchange"))
    own = [(at, each) for at, each in listed if not is_declared or each.get("dataSetInternalID") in named]
    exchanges = [*_exchanges(part, own, flows)]
    references = [each for each in exchanges if each.element.get("dataSetInternalID") in named]
    plain = _described(part)
    if is_declared:
        products = tuple(Product(each.flow, each.amount) for each in references[:1])
        yield from declared(part, plain._replace(products=products), notices)
    else:
        missing = (each.flow for each in references if each.is_missing)
        notices += (Notice("inventory-no-flow", part.place, {"name": flow.name, "id": flow.id}) for flow in missing)
        inventory = _Inventory(plain, exchanges, references, counted)
        found = inventory.process()
        unshared = inventory.unshared(found)
        if unshared:
            notices.append(Notice("inventory-unshared", part.place, {"name": plain.name, "count": unshared}))
        yield found


def _references(part: Part) -> set[str]:
    found = part.root.findall("processInformation/quantitativeReference/referenceToReferenceFlow")
    return {each.text.strip() for each in found if each.text}


def _described(part: Part) -> Process:
    """Return a process without exchanges: what it is."""
    root = part.root
    names = [text(root, f"{_INFO}/name/{name}") for name in _NAMES]
    chinese = [spoken(root, f"{_INFO}/name/{name}", "zh") for name in _NAMES]
    classes = root.findall(f"{_INFO}/classificationInformation/classification/class")
    place = root.find("processInformation/geography/locationOfOperationSupplyOrProduction")
    years = (text(root, f"processInformation/time/{key}") for key in ("referenceYear", "dataSetValidUntil"))
    owner = f"{_OWNED}/referenceToOwnershipOfDataSet/shortDescription"
    return Process(
        id=part.uuid,
        name=", ".join(filter(None, names)) or part.uuid,
        place=part.place,
        products=(),
        location="" if place is None else place.get("location", ""),
        period="-".join(filter(None, years)),
        technology=text(root, "processInformation/technology/technologyDescriptionAndIncludedProcesses"),
        category=" / ".join(each.text.strip() for each in classes if each.text),
        note=text(root, f"{_INFO}/generalComment"),
        citation=text(root, owner),
        synonyms=tuple(word.strip() for word in text(root, f"{_INFO}/synonyms").split(";") if word.strip()),
        name_zh=", ".join(filter(None, chinese)),
        is_licensed=_is_licensed(root),
        is_result=text(root, "modellingAndValidation/LCIMethodAndAllocation/typeOfDataSet").startswith("LCI"),
    )


def _is_licensed(root: ET.Element) -> bool:
    """Tell whether the file is not for everybody: by its type of licence, else by what it says of access."""
    said, access = text(root, f"{_OWNED}/licenseType").casefold(), text(root, f"{_OWNED}/accessRestrictions")
    if said in {"", "other"}:
        return bool(access) and not _UNRESTRICTED.match(access)
    return said != _FREE


def _exchanges(part: Part, listed: Iterable[tuple[int, ET.Element]], flows: Flows) -> Iterator[_Exchange]:
    """Yield the exchanges of a process, each with its flow; a flow that is not in the package has no unit."""
    for at, each in listed:
        refers = each.find("referenceToFlowDataSet")
        uuid = "" if refers is None else refers.get("refObjectId", "").lower()
        known = flows.flow(uuid)
        name = text(each, "referenceToFlowDataSet/shortDescription") or uuid
        amount = _amount(each)
        is_input = text(each, "exchangeDirection").casefold() == "input"
        if known is None:
            flow = Flow(uuid or f"{part.uuid}-{at}", name, "")
            yield _Exchange(at, flow, "product", is_input, amount, each, Substance(name), is_missing=True)
        else:
            flow = known.flow._replace(location=text(each, "location") or known.flow.location)
            substance = known.substance._replace(is_input=is_input)
            scaled = amount * known.factor
            yield _Exchange(at, flow, known.kind, is_input, scaled, each, substance, is_missing=False)


def _amount(each: ET.Element) -> float:
    """Return the amount that results of mean and parameters, else the mean."""
    at = each.get("dataSetInternalID", "")
    for key in ("resultingAmount", "meanAmount"):
        written = text(each, key)
        if written:
            return number(written, f"exchange {at}")
    return 0.0 if each.find(".//amount") is not None else number("", f"exchange {at}")


class _Inventory:
    """A process of exchanges under way."""

    def __init__(
        self, plain: Process, exchanges: Iterable[_Exchange], references: list[_Exchange], counted: Elementary
    ) -> None:
        self.plain, self.counted = plain, counted
        self.exchanges = list(exchanges)
        self.made = references + [each for each in self.exchanges if each not in references and _is_shared(each)]
        self.stated = self._fractions() if len(self.made) > 1 else {}
        self.named = {product for found in self.stated.values() for product in found}

    def process(self) -> Process:
        """Return the process with what it makes, takes and gives off."""
        makes = {id(each) for each in self.made}
        inputs: list[Input] = []
        emissions: list[Emission] = []
        for each in self.exchanges:
            if id(each) in makes or not each.amount:
                continue
            if each.kind == "elementary":
                emissions += self._emission(each)
            elif each.kind == "final":
                self.counted.others[each.substance] += 1
            else:
                inputs.append(_input(each))
        products = tuple(self._product(each) for each in self.made if not each.is_missing)
        return self.plain._replace(products=products, inputs=tuple(inputs), emissions=tuple(emissions))

    def _product(self, each: _Exchange) -> Product:
        """Return what a process is run for: an output, or a waste that it takes; one that it gives is negative."""
        amount = -each.amount if each.kind == "waste" and not each.is_input else each.amount
        if len(self.made) == 1:
            return Product(each.flow, amount, 1.0)
        own = each.element.get("dataSetInternalID", "")
        is_first = each is self.made[0]
        if not self.stated or not (is_first or own in self.named):
            return Product(each.flow, amount)
        shares = {n: found.get(own, 0.0) for n, found in self.stated.items()}
        return Product(each.flow, amount, 1.0 if is_first else 0.0, shares)

    def unshared(self, found: Process) -> int:
        """Return how many exchanges of a process state no fraction where others do."""
        moved: tuple[Input | Emission, ...] = (*found.inputs, *found.emissions)
        return sum(each.number not in self.stated for each in moved) if self.stated else 0

    def _fractions(self) -> Mapping[int, Mapping[str, float]]:
        """Return the fractions of each exchange by the product that bears them [-]; those of products share nothing."""
        found: dict[int, dict[str, float]] = {}
        makes = {id(each) for each in self.made}
        for each in (each for each in self.exchanges if id(each) not in makes):
            for stated in each.element.findall("allocations/allocation"):
                share = number(stated.get("allocatedFraction", ""), _at(each)) / 100
                found.setdefault(each.number, {})[stated.get("internalReferenceToCoProduct", "")] = share
        return found

    def _emission(self, each: _Exchange) -> Iterator[Emission]:
        found = self.counted.gas(each.substance)
        if found is not None:
            try:
                kilograms = each.amount * units.factor(each.flow.unit, "kg")
            except ValueError as exc:
                said = {"name": each.flow.name, "unit": each.flow.unit}
                raise UnfitError("inventory-gas-unit", _at(each), near=(), **said) from exc
            yield Emission(each.number, found.gas, kilograms * found.sign, _spread(each), _note(each), _at(each))


def _is_shared(each: _Exchange) -> bool:
    """Tell whether an exchange is a co-product: an output of a product that bears a fraction of the others."""
    return each.kind == "product" and not each.is_input and not each.is_missing and bool(each.amount)


def _input(each: _Exchange) -> Input:
    """Return what is consumed: a product taken in, or the treatment of a waste given away."""
    sign = 1 if each.is_input == (each.kind != "waste") else -1
    where = text(each.element, "location")
    return Input(each.number, each.flow, each.amount * sign, "", _spread(each), _note(each), _at(each), location=where)


def _spread(each: _Exchange) -> Spread:
    """Return how far an amount may be off that has limits; how wide others are, files say in several ways."""
    kind, amount = text(each.element, "uncertaintyDistributionType"), _amount(each.element)
    low, high = (maybe(text(each.element, key)) for key in ("minimumAmount", "maximumAmount"))
    limits = (low, high) if kind == UNIFORM else (low, amount, high) if kind == TRIANGULAR else ()
    said = f"{kind} {low} {high}" if limits else ""
    return scattered(kind, amount, limits, "", said)


def _note(each: _Exchange) -> str:
    """Return the comment of an exchange, the variable it is made with, and how far it may be off as the file has it."""
    variable = text(each.element, "referenceToVariable")
    kind, width = text(each.element, "uncertaintyDistributionType"), text(each.element, "relativeStandardDeviation95In")
    spread = f"{kind} {width} %" if width and re.search(r"[a-z]", kind) and kind != "undefined" else ""
    return " ".join(filter(None, (text(each.element, "generalComment"), f"= {variable}" if variable else "", spread)))


def _at(each: _Exchange) -> str:
    return f"exchange {each.element.get('dataSetInternalID', each.number)}"
