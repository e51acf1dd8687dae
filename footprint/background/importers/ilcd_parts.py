"""The parts of an ILCD package that processes refer to: flows, their properties, the units of these; found by UUID.

What an XML file says in a namespace is said here by local names; a JSON file of the same structure (TIDAS) is read as
the elements that it stands for. Of several versions of a dataset the highest counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from footprint import units
from footprint.background.importers.elementary import Substance
from footprint.background.importers.inventory import Flow
from footprint.background.importers.plain_json import parsed
from footprint.background.importers.spelling import number
from footprint.errors import DatabaseError, Problem, problem, reason
from footprint.provenance import Place
from footprint.tables.bundle import Bundle, tree

ROOTS = {
    "processDataSet": "process", "flowDataSet": "flow", "flowPropertyDataSet": "property", "unitGroupDataSet": "units",
    "sourceDataSet": "source", "lifeCycleModelDataSet": "model",
}  # fmt: skip
MARKS = (b"lca.jrc.it/ILCD/", b"jrc.ec.europa.eu/ILCD/")
"""What the namespaces of the format begin with: those of life cycle models are younger."""
_JSON = re.compile(
    rb"[\s\xff\xfe]*[\[{](?:.*?[\[{,])?\s*\"(?:\w+:)?(?:" + "|".join(ROOTS).encode() + rb")\"\s*:", re.DOTALL
)
_START = 400
_BOM = b"\xef\xbb\xbf"
_DEEPEST = 60
_CALLED = re.compile(r"(?:^|/)(?:processes|flows|flowproperties|unitgroups)/[^/]+\.xml$", re.IGNORECASE)
"""Names of files that have to be XML, whatever they begin with: a damaged one is told, not passed over."""
_FINAL = re.compile(r"deposited|stockpile|radioactive waste|final waste|waste for disposal|abfall zur beseitigung")
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


class Part(NamedTuple):
    """One dataset of a package: its kind, UUID, version and root element, and the file it came from."""

    kind: str
    uuid: str
    version: tuple[int, ...]
    root: ET.Element
    place: Place


class Moved(NamedTuple):
    """A flow as exchanges need it. ``kind``: product, waste, final, elementary; ``factor``: amounts in its unit [-]."""

    flow: Flow
    kind: str
    factor: float
    substance: Substance


def is_ilcd(head: bytes) -> bool:
    """Tell whether a file begins as a dataset of ILCD, in XML or JSON."""
    plain = (head.replace(b"\0", b"") if b"\0" in head else head).removeprefix(_BOM)
    return any(mark in plain for mark in MARKS) or _JSON.match(plain) is not None


def parts(bundle: Bundle) -> Iterator[Part]:
    """Yield the datasets of a package; `DatabaseError` with every file that cannot be read."""
    problems: list[Problem] = []
    for name in bundle.names:
        try:
            if is_ilcd(bundle.head(name)):
                yield from _part(bundle, name)
            elif _CALLED.search(name):
                tree(bundle.read(name), bundle.place(name))
        except DatabaseError as exc:
            problems += exc.problems
    if problems:
        raise DatabaseError(*problems)


def latest(found: Iterable[Part]) -> tuple[dict[tuple[str, str], Part], list[Part]]:
    """Return the datasets by kind and UUID in their highest version, and those that are older or there twice."""
    kept: dict[tuple[str, str], Part] = {}
    older: list[Part] = []
    for part in found:
        key = (part.kind, part.uuid)
        before = kept.get(key)
        if before is None or part.version > before.version:
            kept[key] = part
            older += [before] if before is not None else []
        else:
            older.append(part)
    return kept, older


def _part(bundle: Bundle, name: str) -> Iterator[Part]:
    content, place = bundle.read(name), bundle.place(name)
    start = content[:_START].replace(b"\0", b"").removeprefix(_BOM).lstrip(b"\xff\xfe \t\r\n")
    is_json = start.startswith((b"{", b"["))
    for root in _from_json(content, place) if is_json else [_plain(tree(content, place))]:
        kind = ROOTS.get(root.tag)
        if kind is not None:
            version = text(root, "administrativeInformation/publicationAndOwnership/dataSetVersion")
            digits = tuple(int(part) for part in re.findall(r"\d{1,9}", version))
            yield Part(kind, text(root, ".//dataSetInformation/UUID").lower(), digits, root, place)


def _plain(root: ET.Element) -> ET.Element:
    """Return a document with local names only; languages keep theirs."""
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "comment"
        spaced = [key for key in element.attrib if "}" in key and key != _LANGUAGE]
        for key in spaced:
            element.set(key.rpartition("}")[2], element.attrib.pop(key))
    return root


def _from_json(content: bytes, place: Place) -> list[ET.Element]:
    """Return the datasets of a file: one, or several in a list; what is said beside them is passed over."""
    try:
        found = parsed(content)
        listed = found if isinstance(found, list) else [found]
        pairs = [pair for each in listed if isinstance(each, Mapping) for pair in each.items()]
        return [_element(name, value, 0) for name, value in pairs if name.rpartition(":")[2] in ROOTS]
    except (ValueError, RecursionError) as exc:
        raise DatabaseError(problem("inventory-json", place, said=reason(exc))) from exc


def _element(name: str, value: Any, depth: int) -> ET.Element:
    """Return what JSON says of an element: ``@name`` is an attribute, ``#text`` its text, a list is repeated."""
    if depth > _DEEPEST:
        raise ValueError("too deep")
    element = ET.Element(name.rpartition(":")[2])
    if not isinstance(value, Mapping):
        element.text = None if value is None else str(value)
        return element
    for key, inner in value.items():
        if key == "#text":
            element.text = str(inner)
        elif key.startswith("@"):
            element.set(_LANGUAGE if key == "@xml:lang" else key[1:].rpartition(":")[2], str(inner))
        else:
            for each in inner if isinstance(inner, list) else [inner]:
                element.append(_element(key, each, depth + 1))
    return element


def text(element: ET.Element, path: str, language: str = "en") -> str:
    """Return the text at ``path``, in ``language`` where there are several; "" where there is none."""
    found = [each for each in element.findall(path) if each.text and each.text.strip()]
    same = [each for each in found if each.get(_LANGUAGE, "").lower().startswith(language)]
    return " ".join((same or found)[0].text.split()) if found else ""  # type: ignore[union-attr]


def spoken(element: ET.Element, path: str, language: str) -> str:
    """Return the text at ``path`` in ``language``, "" where it is in none or another."""
    same = (each for each in element.findall(path) if each.get(_LANGUAGE, "").lower().startswith(language))
    return next((" ".join(each.text.split()) for each in same if each.text), "")


class Flows:
    """The flows of a package by UUID, each with its unit."""

    def __init__(self, found: Mapping[tuple[str, str], Part]) -> None:
        self._parts = found
        self._known: dict[str, Moved | None] = {}

    def flow(self, uuid: str) -> Moved | None:
        """Return the flow of a UUID, None where the package does not hold it."""
        if uuid not in self._known:
            part = self._parts.get(("flow", uuid))
            self._known[uuid] = None if part is None else self._moved(part)
        return self._known[uuid]

    def _moved(self, part: Part) -> Moved:
        root, info = part.root, "flowInformation/dataSetInformation"
        said = text(root, "modellingAndValidation/LCIMethod/typeOfDataSet").casefold()
        within = _categories(root, f"{info}/classificationInformation/elementaryFlowCategorization/category")
        name = text(root, f"{info}/name/baseName") or part.uuid
        unit, factor = self._unit(root)
        place = text(root, "flowInformation/geography/locationOfSupply")
        synonyms = tuple(word.strip() for word in text(root, f"{info}/synonyms").split(";") if word.strip())
        numbers = text(root, f"{info}/CASNumber"), text(root, f"{info}/sumFormula")
        kind = "elementary" if "elementary" in said else "waste" if "waste" in said else "product"
        classes = " ".join(_categories(root, f"{info}/classificationInformation/classification/class")).casefold()
        if kind == "waste" and _FINAL.search(f"{classes} {name.casefold()}"):
            kind = "final"
        return Moved(Flow(part.uuid, name, unit, place), kind, factor, Substance(name, within, *numbers, synonyms))

    def _unit(self, root: ET.Element) -> tuple[str, float]:
        """Return a unit that is known, and how many of it one of the reference property of a flow is."""
        wanted = text(root, "flowInformation/quantitativeReference/referenceToReferenceFlowProperty")
        listed = root.findall("flowProperties/flowProperty")
        own = next((each for each in listed if each.get("dataSetInternalID") == wanted), listed[0] if listed else None)
        refers = own.find("referenceToFlowPropertyDataSet") if own is not None else None
        found = self._parts.get(("property", "" if refers is None else refers.get("refObjectId", "").lower()))
        if found is None:
            return _STANDARD.get("" if refers is None else refers.get("refObjectId", "").lower(), ""), 1.0
        group = found.root.find("flowPropertiesInformation/quantitativeReference/referenceToReferenceUnitGroup")
        held = self._parts.get(("units", "" if group is None else group.get("refObjectId", "").lower()))
        if held is None:
            return _STANDARD.get(found.uuid, ""), 1.0
        return _of_group(held.root)


def _of_group(root: ET.Element) -> tuple[str, float]:
    """Return the reference unit of a group; where it is unknown, another one and how many of it that is."""
    wanted = text(root, "unitGroupInformation/quantitativeReference/referenceToReferenceUnit")
    listed = root.findall("units/unit")
    first = [each for each in listed if each.get("dataSetInternalID") == wanted]
    for each in (*first, *listed):
        name = text(each, "name")
        value = number(text(each, "meanValue") or "1", f"unit {name}")
        if value and _is_known(name):
            return name, 1 / value
    return text(first[0], "name") if first else "", 1.0


def _is_known(name: str) -> bool:
    try:
        units.unit(name)
    except units.UnknownUnitError:
        return False
    return True


def _categories(root: ET.Element, path: str) -> tuple[str, ...]:
    """Return the words of a category from the outside in."""
    found = sorted(root.findall(path), key=lambda each: each.get("level", "0"))
    return tuple(" ".join(each.text.split()) for each in found if each.text and each.text.strip())


_STANDARD = {
    "93a60a56-a3c8-11da-a746-0800200b9a66": "kg", "93a60a56-a3c8-22da-a746-0800200c9a66": "m3",
    "93a60a56-a3c8-11da-a746-0800200c9a66": "MJ", "93a60a56-a3c8-14da-a746-0800200c9a66": "MJ",
    "93a60a56-a3c8-19da-a746-0800200c9a66": "m2", "01846770-4cfe-4a25-8ad9-919d8d378345": "item",
}  # fmt: skip
"""Reference units of flow properties that every package shares and some leave out: mass, volume, calorific values,
area, number of items; UUIDs as the reference data of ILCD have them."""
