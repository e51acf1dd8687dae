"""Rule files in layers: what ``extends`` another file holds all of it, but for what it says itself or does without."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from footprint import yamls
from footprint.errors import PcrError, UnfitError, problem
from footprint.provenance import Place
from footprint.rules.strict import name_of
from footprint.rules.vocabulary import like

KEYS: Mapping[str, str] = dict.fromkeys(
    ("sources", "classes", "declared_units", "stages", "boundaries", "subtotals", "components", "materials",
     "parameters", "statements", "scenarios", "rules", "checks", "benchmarks"), "id",
) | {"product_fields": "key"}  # fmt: skip
"""The lists whose parts are merged one by one, and what names a part."""
_SPECIAL_FIRST = frozenset({"rules", "checks", "scenarios"})
_OWN = frozenset({"cases", "without", "extends"})
_DEEPEST = 10

Where = Mapping[tuple[str, int], Place]
"""List and number of a part -> the file it stands in, and its place there."""


class Layered(NamedTuple):
    """A file merged with its parents: its content, ids and files from the root down, and where its parts stand."""

    raw: Any
    layers: tuple[str, ...]
    files: tuple[Path, ...]
    places: Where


def layered(path: Path, find: Callable[[str], Path], above: Sequence[Path] = ()) -> Layered:
    """Return the file at ``path`` on all it extends; ``find`` gives the file of an id; `PcrError` for loops."""
    if path in above or len(above) > _DEEPEST:
        raise PcrError(problem("pcr-extends-loop", Place(path.name, "extends"), name=path.stem))
    raw = yamls.load(path, PcrError)
    if not isinstance(raw, dict):
        raise PcrError(problem("pcr-part", Place(path.name), said=UnfitError("unfit-mapping")))
    own = Layered(raw, (str(raw.get("id", path.stem)),), (path,), _places(raw, path.name))
    parent = raw.get("extends", "")
    if not isinstance(parent, str):
        raise PcrError(problem("pcr-part", Place(path.name, "extends"), said=UnfitError("unfit-text")))
    if not parent.strip():
        return own
    beside = path.parent / parent
    below = layered(beside if beside.suffix and beside.is_file() else _found(find, parent, path), find, (*above, path))
    return _merged(below, own, path.name)


def _found(find: Callable[[str], Path], parent: str, path: Path) -> Path:
    """Return the file of a parent; `PcrError` at the word of the child that asks for it."""
    try:
        return find(parent)
    except PcrError as exc:
        place = Place(path.name, "extends")
        raise PcrError(*(found._replace(place=place) for found in exc.problems)) from exc


def _places(raw: Mapping[str, Any], file: str) -> dict[tuple[str, int], Place]:
    listed = {key: part for key, part in raw.items() if isinstance(part, list)}
    numbered = ((key, i, part) for key, parts in listed.items() for i, part in enumerate(parts))
    return {(key, i): Place(file, name_of(key, i, part)) for key, i, part in numbered}


def _merged(below: Layered, own: Layered, file: str) -> Layered:
    _refuse_unknown(below, own, file)
    raw = {**{key: part for key, part in below.raw.items() if key not in _OWN}, **own.raw}
    places = dict(own.places)
    for key, name in KEYS.items():
        parts = below.raw.get(key), own.raw.get(key, [])
        if isinstance(parts[0], list) and isinstance(parts[1], list):
            merged = [*_parts(key, name, below, own)]
            raw[key] = [part for part, _ in merged]
            places |= {(key, i): place for i, (_, place) in enumerate(merged)}
    return Layered(raw, (*below.layers, *own.layers), (*below.files, *own.files), places)


Placed = tuple[Any, Place]


def _parts(key: str, name: str, below: Layered, own: Layered) -> Iterable[Placed]:
    """Return the parts of a list: the parent's, replaced where the child has the same name; the child's new ones.

    A child that writes anew all it keeps of the parent's stands in its own order: stages run as it lists them.
    """
    left_out = set(_without(own))
    mine = [(part, own.places[key, i]) for i, part in enumerate(own.raw.get(key, []))]
    named = {_name(part, name): (part, place) for part, place in mine}
    theirs = [(part, below.places[key, i]) for i, part in enumerate(below.raw[key])]
    kept = [named.get(_name(part, name), (part, place)) for part, place in theirs if _name(part, name) not in left_out]
    inherited = {_name(part, name) for part, _ in theirs}
    new = [(part, place) for part, place in mine if _name(part, name) not in inherited]
    if inherited - left_out <= set(named):
        return tuple(each for each in mine if _name(each[0], name) not in left_out)
    return (*new, *kept) if key in _SPECIAL_FIRST else (*kept, *new)


def _name(part: Any, name: str) -> str:
    """Return what names a part; what has no name is like no other."""
    found = part.get(name) if isinstance(part, Mapping) else None
    return found if isinstance(found, str) else f"{id(part)}"


def _without(own: Layered) -> tuple[str, ...]:
    listed = own.raw.get("without", [])
    return tuple(str(id_) for id_ in listed) if isinstance(listed, list) else ()


def _refuse_unknown(below: Layered, own: Layered, file: str) -> None:
    """Refuse to do without what no parent has: a rule misspelt here would go on acting."""
    known = {_name(part, name) for key, name in KEYS.items() for part in below.raw.get(key, [])}
    strange = [id_ for id_ in _without(own) if id_ not in known]
    if strange:
        place = Place(file, "without")
        said = ((s, UnfitError("unfit-part", name=s)) for s in strange)
        raise PcrError(*(problem("pcr-part", place, near=like(s, known), said=fact) for s, fact in said))
