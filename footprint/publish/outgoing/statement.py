"""What a format for customers is made of: the declaration as far as it may leave the house, and who states it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from math import fsum
from types import MappingProxyType
from typing import Any, NamedTuple

from footprint.model.quality import COVERED, INDICATORS
from footprint.publish.outgoing.disclosure import disclosed

Document = Mapping[str, Any]
Stated = Mapping[str, Decimal | str]
"""What a file says of the result, by the names that `agreeing.reference` gives; numbers with the digits written."""
GATE_MODULES = ("A1", "A2", "A3")
PRODUCT_UNITS = frozenset({"item", "kg", "L", "m3", "m2", "t·km", "h"})
"""Declared units that are an amount of the product itself; for all others exchange formats state one piece.

A kilowatt hour delivered over a life, a kilometre or a wash is a service, and no customer buys it by that unit.
"""


class Gate(NamedTuple):
    """The part of a result from cradle to gate, per ``unit`` of the product as exchange formats state it.

    ``mass``: kg of product per unit; ``per_item``: units in one item; ``classes``, ``stages``: kg CO2e per unit by id,
    of the stages of modules A1 to A3; ``distribution``: of module A4, None where no line is in it; ``total``: of all
    classes that count in the result; ``outbound``: of module A4 by class. Shares of absolute contributions [-]:
    ``sets``, of each set of warming potentials; ``primary``, of amounts and factors of the company and its suppliers,
    None where the declaration does not say. ``scores``: mean scores of the data by indicator under the ``scheme``, as
    far as most contributions are rated. ``left_out``: share of what was left out there and estimated [-], None where
    the declaration does not say; ``is_open``: something there has neither data nor an estimate, so that nobody knows
    the whole share.
    """

    unit: str
    mass: float
    per_item: float
    classes: Mapping[str, float]
    stages: Mapping[str, float]
    distribution: float | None
    total: float
    outbound: Mapping[str, float] = MappingProxyType({})
    sets: Mapping[str, float] = MappingProxyType({})
    primary: float | None = None
    scheme: str = ""
    scores: Mapping[str, float] = MappingProxyType({})
    left_out: float | None = 0.0
    is_open: bool = False


class Statement(NamedTuple):
    """One footprint, stated to somebody.

    ``document``: the declaration, of which only what ``level`` may see is left; ``company``: the fields of
    ``company.yaml``; ``publication``: what the Publication sheet says, by key; ``id``: UUID of this footprint;
    ``draft``: the result is incomplete and the file says so; ``files``: the
    contents of the files that ``company.yaml`` names, by field; ``template``: name and content of a Word template of
    one's own, empty where there is none.
    """

    document: Document
    gate: Gate
    company: Mapping[str, Any]
    publication: Mapping[str, str]
    id: str
    level: str
    draft: bool
    files: Mapping[str, bytes] = MappingProxyType({})
    template: tuple[str, bytes] = ("", b"")

    @property
    def preceding(self) -> tuple[str, ...]:
        """The ids of the footprints that this one replaces, the last one first."""
        return tuple(part for part in self.publication.get("preceding_ids", "").split("; ") if part)


def gate(document: Document) -> Gate:
    """Return the part from cradle to gate of a whole declaration, added up from the postings of its stages."""
    unit = document["declared_unit"]["unit"]
    items = document["declared_unit"]["per_item"]  # declared units in one item
    own = unit in PRODUCT_UNITS
    scale = 1 / document["declared_unit"]["amount"] * (1 if own else items)
    modules = {stage["id"]: stage.get("module") or "" for stage in document["study"]["stages"]}
    inside = [e for e in document["ledger"] if in_gate(modules.get(e["stage"], ""))]
    counted = {c["id"] for c in document["result"]["by_class"] if c["in_total"]}
    stages: dict[str, list[float]] = {}
    for entry in inside:
        stages.setdefault(entry["stage"], []).append(entry["value"])
    summed = _by_class(inside, scale)
    after = [e for e in document["ledger"] if modules.get(e["stage"]) == "A4"]
    return Gate(
        unit=unit if own else "item",
        mass=document["product"]["net_mass_kg"] / (items if own else 1),
        per_item=items if own else 1.0,
        classes=summed,
        stages={name: fsum(values) * scale for name, values in stages.items()},
        distribution=fsum(e["value"] for e in after) * scale if after else None,
        total=fsum(value for name, value in summed.items() if name in counted),
        outbound=_by_class(after, scale),
        sets=_shares(inside),
        **_quality(document.get("data_quality"), inside),
        **_left_out(document["completeness"], {id_ for id_, module in modules.items() if in_gate(module)}, inside),
    )


def _left_out(told: Document, stages: set[str], entries: Sequence[Document]) -> dict[str, Any]:
    """Return the share of what was left out of ``stages``, and whether some of it has neither data nor an estimate."""
    if "by_stage" not in told.get("cut_off", {}):
        return {"left_out": None, "is_open": True}
    cut = [row["value"] for row in told["cut_off"]["by_stage"] if row["id"] in stages]
    whole = fsum(abs(entry["value"]) for entry in entries)
    known = fsum(value for value in cut if value is not None)
    return {
        "left_out": known / whole if whole else 0.0,
        "is_open": None in cut or any(stages & {*gap.get("stages", stages)} for gap in told["gaps"]),
    }


def _by_class(entries: Sequence[Document], scale: float) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for entry in entries:
        for name, value in entry["classes"].items():
            found.setdefault(name, []).append(value)
    return {name: fsum(values) * scale for name, values in sorted(found.items())}


def _shares(entries: Sequence[Document]) -> dict[str, float]:
    """Return the share of absolute contributions [-] that rests on each set of warming potentials."""
    found: dict[str, list[float]] = {}
    for entry in entries:
        for name, value in entry["sets"].items():
            found.setdefault(name, []).append(abs(value))
    whole = fsum(value for values in found.values() for value in values)
    return {name: fsum(values) / whole for name, values in sorted(found.items())} if whole else {}


def _quality(told: Document | None, entries: Sequence[Document]) -> dict[str, Any]:
    """Return the primary share and the mean scores of ``entries``, weighted by contribution; nothing where not told."""
    if told is None:
        return {}
    lines = {line["id"]: line for line in told["lines"]}
    weights = [(abs(entry["value"]), lines[entry["id"]]) for entry in entries if entry["id"] in lines]
    whole = fsum(weight for weight, _ in weights)
    scores = {}
    for name in {indicator["id"]: "" for indicator in told["indicators"] if indicator["id"] in INDICATORS}:
        rated = [(weight, told["profiles"][line["profile"]]["scores"].get(name)) for weight, line in weights]
        covered = fsum(weight for weight, score in rated if score is not None)
        if covered and covered >= COVERED * whole:
            scores[name] = fsum(weight * score for weight, score in rated if score is not None) / covered
    is_told = not told["primary_share"] or any(line.get("primary") for line in lines.values())
    parts = [(w, line.get("primary", 0.0)) for w, line in weights]
    is_told = is_told and all(share is not None for _, share in parts)
    return {
        "primary": fsum(w * (share or 0.0) for w, share in parts) / whole if whole and is_told else None,
        "scheme": told["scheme"]["id"],
        "scores": scores,
    }


def in_gate(module: str) -> bool:
    """Tell whether a module, or a span of them such as ``A1-A3``, ends at the gate."""
    return bool(module) and all(part in GATE_MODULES for part in module.split("-"))


def short(module: str) -> str:
    """Return the first module of a span as long as it tells stages apart: ``A1`` of ``A1-A2``, ``C`` of ``C1-C4``."""
    first = module.partition("-")[0]
    return first if first.startswith("A") else first[:1]


def identity(document: Document) -> str:
    """Return a UUID made of what a customer may see of a declaration: another result is another footprint.

    Who states it, in which format, and how often its uncertainty was drawn makes none: a reader of any file finds it.
    """
    told = {key: value for key, value in disclosed(document, "customer").items() if key != "uncertainty"}
    return uuid_of(json.dumps(told, sort_keys=True, ensure_ascii=False))


def is_draft(document: Document) -> bool:
    """Tell whether a result is incomplete, and its rules do not let its gaps be."""
    return not (document["result"]["complete"] or document["result"].get("gaps_accepted", False))


def uuid_of(*parts: str) -> str:
    """Return a UUID, in the form of version 4, that is made of ``parts``."""
    told = json.dumps(parts, ensure_ascii=False)
    digest = bytearray(sha256(told.encode("utf-8", "surrogatepass")).digest()[:16])
    digest[6], digest[8] = digest[6] & 0x0F | 0x40, digest[8] & 0x3F | 0x80
    text = digest.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
