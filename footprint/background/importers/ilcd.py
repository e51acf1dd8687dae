"""ILCD: a folder, zip or file of datasets in XML, or in JSON of the same structure; EPDs among them.

Amounts are in the reference unit of their flow, which its own file tells by way of a property and a group of units. A
process may have several reference flows; fractions of allocation stand at each exchange: what states none is borne by
the reference, and a co-product that no exchange names is a gap. A process whose reference flow is an elementary one
makes nothing that others could use, and is left open. Wastes that are deposited, as results of inventories
list them, are final and counted, not linked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from math import fsum, nan
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from footprint import units
from footprint.background.importers.asked import Asked, Read
from footprint.background.importers.elementary import Elementary, Substance
from footprint.background.importers.ilcd_epd import declared
from footprint.background.importers.ilcd_parts import Flows, Part, is_ilcd, latest, parts, spoken, text
from footprint.background.importers.inventories import database
from footprint.background.importers.inventory import Emission, Flow, Input, Process, Product, Spread
from footprint.background.importers.shares import EVERY, Shared, Shares, shared
from footprint.background.importers.spelling import finite, number, scattered
from footprint.background.importers.unread import Moves
from footprint.errors import UnfitError
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
_OFF = 1e-3
"""How far shares may sum up beside the whole [-]: files round them."""
_NO_UNIT, _UNIT_LENGTH = "ilcd-no-unit", 56
_NAMES = ("baseName", "treatmentStandardsRoutes", "mixAndLocationTypes", "functionalUnitFlowProperties")


class _Exchange(NamedTuple):
    """One exchange: its number in the file, the flow, the amount [unit of the flow], and what it is.

    ``why``: what keeps its amount from being read; it is no number then.
    """

    number: int
    flow: Flow
    kind: str
    is_input: bool
    amount: float
    element: ET.Element
    substance: Substance
    is_missing: bool
    why: UnfitError | None = None


def sniff(path: Path) -> bool:
    """Tell whether files of ``path`` are datasets of ILCD."""
    return any(map(is_ilcd, heads(path)))


def read(path: Path, asked: Asked) -> Read:
    """Return the processes in ``path`` as a database."""
    flows = Elementary()
    found, notices = processes(opened(path), flows)
    return database(found, flows, path, asked, notices=notices)


def processes(bundle: Bundle, counted: Elementary) -> tuple[list[Process], list[Notice]]:
    """Return every process of a package, and what must be said of it."""
    kept, older = latest(parts(bundle))
    flows = Flows(kept)
    found: list[Process] = []
    notices = [Notice("inventory-older", part.place, {"id": part.uuid}) for part in older if part.kind == "process"]
    models = [part for part in kept.values() if part.kind == "model"]
    notices += (Notice("ilcd-models", part.place, {"count": len(models)}) for part in models[:1])
    for (kind, _), part in kept.items():
        if kind == "process":
            found += _processes(part, flows, counted, notices)
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
        products = tuple(_stated(part, each, notices) for each in references[:1])
        why = tuple(each.why for each in references[:1] if each.why is not None and each.why.code != _NO_UNIT)
        yield from declared(part, plain._replace(products=products, why=why), notices)
    else:
        missing = [each.flow for each in references if each.is_missing]
        notices += (Notice("inventory-no-flow", part.place, {"name": flow.name, "id": flow.id}) for flow in missing)
        of_goods = [each for each in references if each.kind != "elementary"]
        why = () if of_goods else tuple(map(_of_nature, references))
        inventory = _Inventory(plain._replace(why=why, is_told=bool(missing)), exchanges, of_goods, counted)
        found = inventory.process()
        notices += inventory.notices
        yield found


def _stated(part: Part, each: _Exchange, notices: list[Notice]) -> Product:
    """Return what a declaration is of, in a unit of its own where the package does not tell the unit of its flow."""
    if each.flow.unit:
        return Product(each.flow, each.amount)
    said = each.flow.name if each.flow.name.strip("[]() ") else part.uuid or "-"
    name = said.replace("[", "(").replace("]", ")")[:_UNIT_LENGTH].strip()
    unit = units.own(f"[{name}]").symbol
    notices.append(Notice("ilcd-declared-unit", part.place, {"name": each.flow.name, "id": each.flow.id, "unit": unit}))
    return Product(each.flow._replace(unit=unit), each.amount)


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
    """Yield the exchanges of a process, each with its flow; one that the package does not hold whole has no unit."""
    for at, each in listed:
        refers = each.find("referenceToFlowDataSet")
        uuid = "" if refers is None else refers.get("refObjectId", "").lower()
        name = text(each, "referenceToFlowDataSet/shortDescription") or uuid
        is_input = text(each, "exchangeDirection").casefold() == "input"
        why: UnfitError | None = None
        try:
            known = flows.flow(uuid)
        except UnfitError as exc:
            known, why = None, exc
        try:
            amount = _amount(each)
        except UnfitError as exc:
            amount, why = nan, exc
        if known is None:
            flow = Flow(uuid or f"{part.uuid}-{at}", name, "")
            is_bare = why is None
            yield _Exchange(at, flow, "product", is_input, amount, each, Substance(name), is_missing=is_bare, why=why)
        else:
            if not known.flow.unit and why is None:
                why = UnfitError(_NO_UNIT, name=name, id=uuid)
            flow = known.flow._replace(location=text(each, "location") or known.flow.location)
            substance = known.substance._replace(is_input=is_input)
            scaled = amount * known.factor
            yield _Exchange(at, flow, known.kind, is_input, scaled, each, substance, is_missing=False, why=why)


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
        self.why: list[UnfitError] = [*plain.why, *(each.why for each in self.made if each.why is not None)]
        self.moves, self.notices, self.has_signs = Moves(), list[Notice](), False
        self.shares = self._shares()
        if self.shares.is_ratio:
            self.notices.append(Notice("inventory-ratio", plain.place, {"name": plain.name}))

    def process(self) -> Process:
        """Return the process with what it makes, takes and gives off."""
        makes = {id(each) for each in self.made}
        for each in self.exchanges:
            if id(each) in makes or not each.amount:
                continue
            if each.kind == "final":
                self.counted.others[each.substance] += 1
            elif each.kind == "elementary":
                self._give(each)
            elif each.why is not None:
                self.moves.leave(each.number, each.flow.name, each.why, _at(each))
            else:
                self.moves.inputs.append(_input(each))
        products = tuple(self._product(at, each) for at, each in enumerate(self.made) if not each.is_missing)
        every: tuple[Input | Emission, ...] = (*self.moves.inputs, *self.moves.emissions)
        moved = {each.number for each in every}
        unshared = len(moved.intersection(self.shares.unstated))
        if unshared:
            facts = {"name": self.plain.name, "count": unshared}
            self.notices.append(Notice("inventory-unshared", self.plain.place, facts))
        return self.plain._replace(
            products=products, inputs=tuple(self.moves.inputs), emissions=tuple(self.moves.emissions),
            why=tuple(self.why), is_bare=len(self.exchanges) == len(self.made),
        )  # fmt: skip

    def _product(self, at: int, each: _Exchange) -> Product:
        """Return what a process is run for: an output, or a waste that it takes; one that it gives is negative."""
        amount = -each.amount if each.kind == "waste" and not each.is_input else each.amount
        found = self.shares.products[at]
        return Product(each.flow, amount, found.share, found.of)

    def _shares(self) -> Shared:
        """Return what each product bears of the other exchanges."""
        if len(self.made) < 2:
            return Shared((Shares(1.0),))
        makes = {id(each) for each in self.made}
        moved = [each for each in self.exchanges if id(each) not in makes]
        own = [each.element.get("dataSetInternalID", "") for each in self.made]
        stated = {name: self._fractions(moved, name) for name in own}
        if not any(stated.values()):
            stated = self._at_products(own)
        rows = [stated.get(name) or None for name in own]
        found = shared(rows, {each.number: str(each.number) for each in moved}, is_percent=self.has_signs)
        named = (of if row else Shares(None) for of, row in zip(found.products[1:], rows[1:], strict=True))
        return found._replace(products=(found.products[0], *named))

    def _fractions(self, moved: Iterable[_Exchange], product: str) -> dict[str, float]:
        """Return the fractions [% or -] of exchanges that a product bears, by their numbers; "": of no named one."""
        found: dict[str, float] = {}
        for each in moved:
            rows = each.element.findall("allocations/allocation")
            for stated in (row for row in rows if row.get("internalReferenceToCoProduct", "") == product):
                fraction = self._fraction(stated.get("allocatedFraction", ""), _at(each))
                if fraction is not None:
                    found[str(each.number)] = fraction
        return found

    def _at_products(self, own: Sequence[str]) -> dict[str, dict[str, float]]:
        """Return the fractions that stand at the products themselves, of everything, where they are the whole of it."""
        found = {name: self._fractions([each], "") for name, each in zip(own, self.made, strict=True)}
        shares = [share for each in found.values() for share in each.values()]
        if not shares:
            return {}
        whole = fsum(shares)
        wholes = (100.0,) if self.has_signs else (100.0, 1.0)
        if len(shares) < len(own) or all(abs(whole / each - 1) > _OFF for each in wholes):
            facts = {"name": self.plain.name, "sum": f"{whole:.6g}"}
            self.notices.append(Notice("ilcd-shares", self.plain.place, facts))
            return {}
        return {name: {EVERY: share} for name, each in found.items() for share in each.values()}

    def _fraction(self, said: str, at: str) -> float | None:
        """Return a fraction, None where none is stated; one with a sign is in per cent."""
        plain = said.strip().removesuffix("%").strip()
        self.has_signs = self.has_signs or said.strip().endswith("%")
        try:
            return number(plain, at) if plain else None
        except UnfitError as exc:
            self.why.append(exc)
            return None

    def _give(self, each: _Exchange) -> None:
        """Take in an elementary flow where it is a greenhouse gas."""
        found = self.counted.gas(each.substance)
        if found is not None and each.why is not None:
            self.moves.leave(each.number, each.flow.name, each.why, _at(each))
        elif found is not None:
            out = Emission(each.number, found.gas, each.amount, _spread(each), _note(each), _at(each))
            self.moves.give(out, each.flow.name, each.flow.unit, found.sign)


def _of_nature(each: _Exchange) -> UnfitError:
    """Return why a reference flow of nature makes a process nobody can use."""
    return UnfitError("ilcd-elementary-reference", _at(each), name=each.flow.name)


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
    low, high = (finite(text(each.element, key)) for key in ("minimumAmount", "maximumAmount"))
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
