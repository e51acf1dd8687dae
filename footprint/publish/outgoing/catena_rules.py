"""The aspect ``io.catenax.pcf``, versions 9.0.0 and 10.0.0: one table of fields, and the rules that its schema lacks.

``data/catena_x.csv`` has a row per field: where it stands, its form, the range of its number, the versions that ask
for it (``node``: asked for where its part is stated), and its name in the flat version 7.0.0. Every part of the
document is a list of one object; numbers are JSON numbers. Emissions of packaging are inside the production stage.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from footprint.errors import Problem
from footprint.publish.outgoing import pcf_rules as forms
from footprint.publish.outgoing.pcf_rules import (
    Rule,
    Told,
    after,
    as_heavy,
    between,
    broken,
    no_heavier,
    not_itself,
    only_with,
    part_of,
    sums,
    unformed,
)

SPEC = "urn:io.catenax.pcf:datamodel:version:{}"
OPTIONAL_PARTS = frozenset({"attestationOfConformance", "verificationAndCertificationShares"})
STRAY = {("productionStage", "packagingLandManagementBiogenicCO2Emissions")}
"""Fields that 9.0.0 has a second time, in a part they do not belong to."""
_ADDED = (
    "fossilGhgEmissions", "landUseChangeGhgEmissions", "landManagementBiogenicCO2Emissions",
    "landManagementBiogenicCO2Removals", "biogenicNonCO2Emissions",
)  # fmt: skip
_PARTS = {"": "pcf", "packaging": "packagingPcf", "distributionStage": "distributionStagePcf"}


class Row(NamedTuple):
    """A field of the aspect."""

    path: str
    leaf: str
    type: str
    needed: str
    low: str
    high: str
    words: str
    seven: str


@cache
def table() -> dict[str, Row]:
    """Return the fields by name."""
    with (Path(__file__).parents[2] / "data" / "catena_x.csv").open(encoding="utf-8", newline="") as file:
        return {row["leaf"]: Row(**row) for row in csv.DictReader(file)}


def _prefixed(prefix: str, name: str) -> str:
    return prefix + name[0].upper() + name[1:] if prefix else name


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules across fields: ranges of the table, sums of each stage, dates, flags."""
    made: list[Rule] = []
    for row in table().values():
        if row.low or row.high:
            low, high = row.low.removeprefix(">"), row.high
            made.append(
                between(row.leaf, int(low) if low else None, int(high) if high else None, strictly=row.low[:1] == ">")
            )
    for prefix, whole in _PARTS.items():
        excluding, uptake = f"{whole}ExcludingBiogenicUptake", _prefixed(prefix, "biogenicCO2Uptake")
        made.append(sums(excluding, [_prefixed(prefix, name) for name in _ADDED]))
        made.append(sums(f"{whole}IncludingBiogenicUptake", (excluding, uptake)))
        made.append(part_of(_prefixed(prefix, "aircraftGhgEmissions"), _prefixed(prefix, "fossilGhgEmissions")))
    made += [
        after("referencePeriodEnd", "referencePeriodStart"),
        after("validityPeriodEnd", "validityPeriodStart"),
        after("validityPeriodStart", "referencePeriodEnd", or_at=True, where=_is_retrospective),
        as_heavy("declaredUnitOfMeasurement", "declaredUnitAmount"),
        no_heavier("fossilCarbonContent", "biogenicCarbonContent"),
        not_itself,
        sums("carbonContentTotal", ("fossilCarbonContent", "biogenicCarbonContent")),
        *(only_with(f"{stage}Included", *_of(path)) for stage, path in _STAGES.items()),
    ]
    return tuple(made)


def _is_retrospective(told: Told) -> bool:
    return told.values.get("retroOrProspectivePcfType") == "Retrospective PCF"


_STAGES = {"packagingEmissions": "packagingStage", "distributionStage": "distributionStage"}


def _of(stage: str) -> list[str]:
    rows = [row for row in table().values() if row.path.endswith(stage)]
    return [row.leaf for row in rows if row.type == "number"]


def tree(leaves: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document that holds ``leaves``: every part a list of one object, the mandatory ones also if empty."""
    root: dict[str, Any] = {}
    for row in table().values():
        if row.leaf in leaves or row.path.rpartition(".")[2] not in OPTIONAL_PARTS:
            at = root
            for step in row.path.split("."):
                at = at.setdefault(step, [{}])[0]
            if row.leaf in leaves:
                at[row.leaf] = leaves[row.leaf]
    return root


def told(document: Mapping[str, Any], file: str) -> Told:
    """Return the fields of a nested document, flat; null, or what stands in no list of one object, is not stated."""
    values: dict[str, Any] = {}
    pointers: dict[str, str] = {}
    for row in table().values():
        node = _node(document, row.path)
        if node is not None and node.get(row.leaf) is not None:
            values[row.leaf], pointers[row.leaf] = node[row.leaf], f"{_pointer(row.path)}/{row.leaf}"
    return Told(file, values, pointers)


def _pointer(path: str) -> str:
    return "".join(f"/{step}/0" for step in path.split("."))


def _node(document: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
    at: Any = document
    for step in path.split("."):
        found = at.get(step)
        if not isinstance(found, list) or len(found) != 1 or not isinstance(found[0], Mapping):
            return None
        at = found[0]
    return at  # type: ignore[no-any-return]


def faults(document: object, file: str, version: str) -> list[Problem]:
    """Return all that is wrong in a document of ``version`` ("9.0.0", "10.0.0") read from ``file``."""
    if not isinstance(document, Mapping):
        return [unformed(Told(file, {}, {"": ""}), "", "object", document)]
    found = told(document, file)
    return [*_shape(document, file), *_missing(document, found, version), *_unformed(found, version),
            *broken(found, rules())]  # fmt: skip


def _shape(document: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Yield the parts that are no list of one object, and the fields that the aspect does not have."""
    paths = {row.path for row in table().values()}
    parts = {path.rpartition(".")[0] for path in paths} | paths
    known = {(row.path, row.leaf) for row in table().values()} | {
        (p.rpartition(".")[0], p.rpartition(".")[2]) for p in parts
    }
    for path in sorted({"", *parts, *(p.partition(".")[0] for p in parts)}):
        node = document if not path else _node(document, path)
        pointer = _pointer(path) if path else ""
        if node is None:
            parent, _, name = path.rpartition(".")
            holder = document if not parent else _node(document, parent)
            if holder is not None and name in holder:
                yield unformed(Told(file, {}, {name: pointer.removesuffix("/0")}), name, "list", holder[name])
            continue
        for name in node:
            if (path, name) not in known and (path.rpartition(".")[2], name) not in STRAY:
                yield Told(file, {}, {name: f"{pointer}/{name}"}).problem("exchange-unknown", name)


def _missing(document: Mapping[str, Any], found: Told, version: str) -> Iterator[Problem]:
    major = version.partition(".")[0]
    for row in table().values():
        wanted = row.needed.split()
        if row.leaf not in found.values and (major in wanted or ("node" in wanted and _node(document, row.path))):
            at = Told(found.file, {}, {row.leaf: f"{_pointer(row.path)}/{row.leaf}"})
            yield at.problem("exchange-missing", row.leaf)


def _unformed(found: Told, version: str) -> Iterator[Problem]:
    for name, value in found.values.items():
        row = table()[name]
        form, test = _form(row, version)
        if not test(value):
            yield unformed(found, name, form, value)


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _list_of(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    def check(value: Any) -> bool:
        is_list = isinstance(value, list) and all(test(each) for each in value)
        return is_list and len({json.dumps(each, sort_keys=True) for each in value}) == len(value)

    return check


def _like(pattern: str) -> Callable[[Any], bool]:
    found = re.compile(pattern)
    return lambda value: isinstance(value, str) and found.fullmatch(value) is not None


def _form(row: Row, version: str) -> tuple[str, Callable[[Any], bool]]:
    """Return the name of the form of a field, and its test."""
    nine = version.startswith("9")
    words = row.words.split("|")
    simple: dict[str, tuple[str, Callable[[Any], bool]]] = {
        "version": ("version", lambda v: v == SPEC.format(version)),
        "choice": ("choice", lambda v: v in words and (nine or v not in {"megabit", "second"})),
        "text": ("text", _text),
        "filled": ("filled", lambda v: _text(v) and bool(v.strip())),
        "uris": ("uri", _list_of(_like(r"[A-Za-z][A-Za-z0-9+.-]*:\S+"))),
        "texts": ("list", _list_of(_text)),
        "number": ("number", lambda v: not isinstance(v, str) and forms.number(v) is not None),
        "boolean": ("boolean", lambda v: isinstance(v, bool)),
        "instant": ("instant", lambda v: forms.instant(v) is not None),
        "uuid": ("uuid", lambda v: _text(v) and forms.is_uuid(v.removeprefix("urn:uuid:"))),
        "country": ("country", _like("[A-Z]{2}")),
        "subdivision": ("subdivision", _like("([A-Z]{2}-[A-Z0-9]{1,3})?")),
        "preceding": ("list", _list_of(lambda v: isinstance(v, Mapping if nine else str))),
        "standards": ("list", _list_of(_text)) if nine else ("choice", lambda v: v in STANDARDS),
        "attribution": ("choice", lambda v: v in FREE) if nine else ("boolean", lambda v: isinstance(v, bool)),
    }
    return simple[row.type]


FREE = ("true", "false", "not applicable")
STANDARDS = (
    "ISO 14067", "Pathfinder v1", "PACT-1.0", "Pathfinder v2", "PACT-2.0", "Pathfinder v3", "PACT-3.0",
    "GHG Protocol Product", "PAS 2050", "ISO 14040-44", "PEF", "Other",
)  # fmt: skip
"""The words for cross-sectoral standards that 10.0.0 admits."""
