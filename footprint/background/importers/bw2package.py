"""Brightway's own package (``.bw2package``): databases and methods as JSON in bzip2, whatever version wrote it.

It carries no parameters of groups, databases and projects: its amounts are what Brightway has calculated, and count. A
formula counts where there is no amount.
"""

from __future__ import annotations

import bz2
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from footprint.background.importers.asked import Asked, Read
from footprint.background.importers.brightway_formulas import parameters
from footprint.background.importers.brightway_own import restored_package
from footprint.background.importers.brightway_parts import GAP, Moved, Node, processes
from footprint.background.importers.elementary import Elementary
from footprint.background.importers.formulas import Values
from footprint.background.importers.inventories import database
from footprint.background.importers.plain_json import paired, parsed
from footprint.background.importers.spelling import BRIGHTWAY, finite, unit_of, uuid_of
from footprint.errors import DatabaseError, UnfitError, problem, reason
from footprint.model.bill import Notice
from footprint.provenance import Place
from footprint.tables.bundle import MAX_MEMBER, heads, opened
from footprint.tables.limits import MAX_RATIO, RATIO_FLOOR

FORMAT = "bw2package"
_MAGIC = b"BZh"
_LARGEST = 4 * MAX_MEMBER
_PIECE = 1 << 20
_SPREAD = ("uncertainty type", "loc", "scale", "shape", "minimum", "maximum", "negative")
_FLOWS = frozenset({"emission", "natural resource", "inventory indicator", "economic", "social"})


def sniff(path: Path) -> bool:
    """Tell whether a file is bzip2 that begins as a list of objects with class and metadata."""
    if not path.is_file() or not all(head.startswith(_MAGIC) for head in heads(path) or [b""]):
        return False
    try:
        with bz2.open(path) as file:
            head = file.read(4096).lstrip()
    except (OSError, EOFError):
        return False
    return head.startswith((b"[", b"{")) and (b"__dict__" in head or b'"metadata"' in head or b'"class"' in head)


def read(path: Path, asked: Asked) -> Read:
    """Return the databases in a package as one."""
    place = Place(path.name)
    objects = _objects(_inflated(path, place), place)
    databases = [each for each in objects if "Method" not in str(each["class"]) and isinstance(each["raw"], dict)]
    if not databases:
        raise DatabaseError(problem("inventory-nothing", place))
    own = restored_package(databases[0]["metadata"], databases[0]["raw"], asked) if len(databases) == 1 else None
    if own is not None:
        return own
    flows = Elementary()
    notices: list[Notice] = []
    nodes = [node for each in databases for node in _nodes(str(each["name"]), _data(each["raw"], place), place)]
    title = str(databases[0]["name"]) if len(databases) == 1 else ""
    return database(processes(nodes, flows, notices, asked.tell), flows, path, asked, title, notices)


def _inflated(path: Path, place: Place) -> bytes:
    """Return the JSON of a package; `DatabaseError` for one that is damaged or larger than anything that is read."""
    unpack, found = bz2.BZ2Decompressor(), bytearray()
    packed = opened(path).read("")
    try:
        found += unpack.decompress(packed, _PIECE)
        while not unpack.eof and not unpack.needs_input:
            found += unpack.decompress(b"", _PIECE)
            if len(found) > _LARGEST or len(found) > RATIO_FLOOR + MAX_RATIO * len(packed):
                raise DatabaseError(problem("bundle-bomb", place, part=path.name))
    except (OSError, EOFError) as exc:
        raise DatabaseError(problem("inventory-json", place, said=reason(exc))) from exc
    if not unpack.eof:
        raise DatabaseError(problem("inventory-json", place, said=UnfitError("unfit-cut-off")))
    return bytes(found)


def _objects(content: bytes, place: Place) -> list[dict[str, Any]]:
    """Return the objects of a package: name, class, metadata, and its data as they stand in the file."""
    try:
        found = parsed(content)
        listed = found if isinstance(found, list) else [found]
        return [_object(each) for each in listed]
    except (ValueError, KeyError, TypeError, RecursionError) as exc:
        raise DatabaseError(problem("inventory-json", place, said=reason(exc))) from exc


def _object(told: Any) -> dict[str, Any]:
    members = paired(zip(told["keys"], told["values"], strict=True)) if "__dict__" in told else dict(told)
    raw = members.pop("data")
    plain = {key: _plain(value) for key, value in members.items()}
    if not isinstance(plain["metadata"], dict):
        raise ValueError("metadata")  # noqa: TRY004  what a file says is a value
    return {"name": plain["name"], "class": plain["class"], "metadata": plain["metadata"], "raw": raw}


def _plain(value: Any) -> Any:
    """Return a value without Brightway's marks of tuples and mappings."""
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if "__tuple__" in value:
        return tuple(_plain(inner) for inner in value["data"])
    if "__dict__" in value:
        return paired(zip(map(_plain, value["keys"]), map(_plain, value["values"]), strict=True))
    return {key: _plain(inner) for key, inner in value.items()}


def _data(raw: Any, place: Place) -> Mapping[Any, Any]:
    """Return the nodes of a database by their keys; `DatabaseError` where its marks do not fit what they mark."""
    try:
        found = _plain(raw)
    except (ValueError, LookupError, TypeError, RecursionError) as exc:
        raise DatabaseError(problem("inventory-json", place, said=reason(exc))) from exc
    if not isinstance(found, dict):
        raise DatabaseError(problem("inventory-json", place, said=UnfitError("unfit-mapping")))
    return found


def _nodes(name: str, data: Mapping[Any, Any], place: Place) -> Iterator[Node]:
    """Yield the nodes of a database."""
    for key, node in data.items():
        code = uuid_of(str(key[1]) if isinstance(key, tuple | list) and len(key) == 2 else str(key))
        if not isinstance(node, dict):
            raise DatabaseError(problem("inventory-element", place._replace(sheet=code), name=code))
        here = place._replace(sheet=code)
        listed = node.get("exchanges")
        moved = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        yield Node(
            key=(name, code),
            name=_text(node.get("name")) or code,
            place=here,
            kind=_text(node.get("type")).casefold() or ("process" if moved else "product"),
            product=_text(node.get("reference product")),
            location=_location(node.get("location")),
            unit=unit_of(_text(node.get("unit")), BRIGHTWAY),
            within=_within(node.get("categories")),
            note=_text(node.get("comment")),
            citation=_text(node.get("source")),
            cas=_text(node.get("CAS number") or node.get("cas number")),
            moved=tuple(_moved(each, here, at) for at, each in enumerate(moved, 1)),
            is_gap=node.get("kind") == GAP,
            values=_values(node.get("parameters")),
        )


def _moved(said: Mapping[str, Any], place: Place, at: int) -> Moved:
    formula = f"= {said['formula']}" if said.get("formula") else ""
    refers = said.get("input")
    of = tuple(map(str, refers)) if isinstance(refers, tuple | list) and len(refers) == 2 else ("", "")
    return Moved(
        kind=_text(said.get("type")),
        amount=said.get("amount"),
        place=place._replace(sheet=f"{place.sheet} exchange {at}"),
        name=_text(said.get("name")),
        product=_text(said.get("reference product") or said.get("product")),
        location=_location(said.get("location")),
        unit=unit_of(_text(said.get("unit")), BRIGHTWAY),
        within=_within(said.get("categories")),
        input=(of[0], uuid_of(of[1])),
        database=of[0],
        comment=" ".join(filter(None, (_text(said.get("comment")), formula))),
        spread={key: said[key] for key in _SPREAD if said.get(key) is not None},
        formula=_text(said.get("formula")) if finite(said.get("amount")) is None else "",
    )


def _values(listed: Any) -> Values:
    """Return the parameters of a node, listed with their names or by them."""
    named = ((name, each) for name, each in listed.items()) if isinstance(listed, dict) else ()
    rows = listed if isinstance(listed, list | tuple) else ()
    each_named = [*named, *((each.get("name"), each) for each in rows if isinstance(each, dict))]
    return parameters(
        (_text(name), finite(each.get("amount")), _text(each.get("formula")))
        for name, each in each_named
        if isinstance(each, dict)
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _location(value: Any) -> str:
    """Return a place; Brightway has some as a pair of a system and a name."""
    return str(value[-1]) if isinstance(value, tuple | list) and value else _text(value)


def _within(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple | list) else tuple(filter(None, (_text(value),)))
