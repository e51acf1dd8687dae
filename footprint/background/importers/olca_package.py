"""A package of openLCA's JSON: its files by type and id, of the schemas 1 and 2, with fields read with suspicion.

Schema 2 renamed fields (``input`` is ``isInput``); both names are asked for everywhere, so that no direction is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from footprint.background.importers.plain_json import parsed
from footprint.background.importers.spelling import number as plain
from footprint.background.importers.spelling import uuid_of
from footprint.errors import DatabaseError, Problem, UnfitError, reason
from footprint.tables.bundle import Bundle

Entity = Mapping[str, Any]
NOTHING: Entity = {}
MAX_ENTITY = 128 << 20
"""Bytes of one file: the largest are impact categories with factors for every country."""
_FOLDERS = {
    "processes": "Process", "flows": "Flow", "flow_properties": "FlowProperty", "unit_groups": "UnitGroup",
    "categories": "Category", "locations": "Location", "parameters": "Parameter", "dq_systems": "DQSystem",
    "lcia_methods": "ImpactMethod", "lcia_categories": "ImpactCategory", "product_systems": "ProductSystem",
    "results": "Result", "epds": "Epd", "projects": "Project", "sources": "Source", "actors": "Actor",
    "currencies": "Currency", "social_indicators": "SocialIndicator",
}  # fmt: skip
TYPES = frozenset(_FOLDERS.values()) | {"Unit", "NwSet", "FlowMap"}
_TYPE = re.compile(rb'"@type"\s*:\s*"(\w+)"')
_DEEPEST_CATEGORY = 50


class Package:
    """The entities of a bundle. What cannot be read is collected in ``problems``."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.problems: list[Problem] = []
        self.files: dict[str, list[str]] = {}
        self._loaded: dict[str, dict[str, Entity]] = {}
        for name in bundle.names:
            kind = self._kind(name)
            if kind:
                self.files.setdefault(kind, []).append(name)

    def _kind(self, name: str) -> str:
        """Return the type of a file: of its folder, else of what is in it; "" for none."""
        folder = name.rpartition("/")[0].rpartition("/")[2].casefold()
        if folder in _FOLDERS and name.casefold().endswith(".json"):
            return _FOLDERS[folder]
        return kind_of(self.bundle.head(name)) if not name or name.casefold().endswith(".json") else ""

    def read(self, kind: str) -> Iterator[tuple[str, Entity]]:
        """Yield name and content of every file of a type, in the order of their names."""
        for name in self.files.get(kind, ()):
            try:
                yield name, self.parsed(name)
            except DatabaseError as exc:
                self.problems += exc.problems

    def parsed(self, name: str) -> Entity:
        """Return the content of a file; `DatabaseError` for what is no object of JSON, or too large."""
        try:
            content = self.bundle.read(name)
            if len(content) > MAX_ENTITY:
                raise ValueError(f"more than {MAX_ENTITY >> 20} MB")
            found = parsed(content)
        except (ValueError, RecursionError) as exc:
            said = reason(str(exc) if isinstance(exc, ValueError) else "too deep")
            raise DatabaseError(Problem("olca-json", self.bundle.place(name), {"reason": said})) from exc
        if not isinstance(found, dict):
            raise DatabaseError(Problem("olca-json", self.bundle.place(name), {"reason": UnfitError("unfit-mapping")}))
        return found

    def libraries(self) -> tuple[str, tuple[str, ...]]:
        """Return the file that names the libraries of a package, and their names."""
        for name in self.bundle.names:
            if name.rpartition("/")[2] == "openlca.json":
                listed = self.parsed(name).get("libraries")
                rows = listed if isinstance(listed, list) else []
                return name, tuple(text(each, "id", "name") for each in rows if isinstance(each, dict))
        return "", ()

    def refuse(self, exc: UnfitError, name: str) -> None:
        """Take down what is amiss in a file."""
        place = self.bundle.place(name)
        self.problems.append(Problem(exc.code, place._replace(sheet=" ".join(exc.at)), exc.facts, exc.near))

    def all(self, kind: str) -> Mapping[str, Entity]:
        """Return every entity of a type by its id; of one that is there twice, the first."""
        if kind not in self._loaded:
            found: dict[str, Entity] = {}
            for name, entity in self.read(kind):
                found.setdefault(id_of(entity) or id_in(name), entity)
            self._loaded[kind] = found
        return self._loaded[kind]

    def path(self, entity: Entity) -> tuple[str, ...]:
        """Return the categories of an entity or of a reference to one, the outer first."""
        category, listed = entity.get("category"), entity.get("categoryPath")
        if isinstance(category, str):
            return tuple(part.strip() for part in category.split("/") if part.strip())
        stated = tuple(name for name in listed if isinstance(name, str)) if isinstance(listed, list) else ()
        above = self._above(category) if isinstance(category, dict) else ()
        return max(stated, above, key=len)

    def _above(self, category: Entity) -> tuple[str, ...]:
        """Return the path of a category that refers to those above it; a circle ends where it closes."""
        names: list[str] = []
        while category and len(names) < _DEEPEST_CATEGORY:
            names.append(text(category, "name"))
            listed = category.get("categoryPath")
            if isinstance(listed, list):
                names += [name for name in reversed(listed) if isinstance(name, str)]
                break
            known = self.all("Category").get(id_of(category), NOTHING)
            category = part(known, "category") or part(category, "category")
        return tuple(name for name in reversed(names) if name)

    def code_of_place(self, reference: Entity) -> str:
        """Return the code of a location, or its name where none is known; "" for no location."""
        known = self.all("Location").get(id_of(reference), NOTHING)
        return text(known, "code") or text(reference, "code") or text(known, "name") or text(reference, "name")


def kind_of(head: bytes) -> str:
    """Return the type of the entity whose file begins with ``head``, "" for none of openLCA's."""
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    found = _TYPE.search(plain) if plain.startswith(b"{") and b'"@id"' in plain else None
    kind = found[1].decode() if found else ""
    return kind if kind in TYPES else ""


def id_of(entity: Entity) -> str:
    """Return the id of an entity or of what a reference leads to."""
    found = entity.get("@id")
    return uuid_of(found.strip()) if isinstance(found, str) else ""


def id_in(name: str) -> str:
    """Return the id that a file is named after."""
    return uuid_of(name.rpartition("/")[2].removesuffix(".json"))


def part(entity: Entity, *keys: str) -> Entity:
    """Return an object inside another, empty where there is none."""
    for key in keys:
        found = entity.get(key)
        if isinstance(found, dict):
            return found
    return NOTHING


def parts(entity: Entity, key: str) -> list[Entity]:
    """Return the objects of a list; `UnfitError` for a list that holds anything else."""
    found = entity.get(key)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise UnfitError("olca-list", key, name=key)
    return found


def text(entity: Entity, *keys: str) -> str:
    """Return the first text there is, its blanks single; "" for none."""
    for key in keys:
        found = entity.get(key)
        if isinstance(found, str):
            return " ".join(found.split())
    return ""


def flag(entity: Entity, *keys: str) -> bool:
    """Tell whether any of the fields says yes."""
    for key in keys:
        found = entity.get(key)
        if found is True or (isinstance(found, str) and found.casefold() == "true"):
            return True
    return False


def number(entity: Entity, key: str, *at: str) -> float | None:
    """Return a number, None where none is stated; `UnfitError` for what is no finite number."""
    found = entity.get(key)
    return None if found is None else plain(found, *at, key)
