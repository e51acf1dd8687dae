"""All files say the same: each number and word that a file states is held against the declaration it was made from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from footprint.errors import Problem, problem
from footprint.publish.outgoing.statement import PRODUCT_UNITS, Stated, Statement, in_gate, short

CLAIMED = "claimed"

_SUMMED = 3
"""Half units in the last place by which a number of as many digits may differ: it may be a sum of rounded ones, and of
two digits a bound rounded down."""
_FLOAT = Fraction(1, 10**9)
_REPORT = re.compile("AR[0-9]+")
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffd-\uffff]")
Reference = Mapping[str, Fraction | str]


def reference(document: Mapping[str, Any], statement: Statement) -> Reference:
    """Return what a file may state, by name, added up from the postings of the whole declaration, unrounded.

    ``total``, ``stage:ID``, ``class:ID`` per amount of the declared unit, the same after ``gate:`` per unit of the
    product from cradle to gate; ``unit``, ``gate:unit``, ``gate:mass``, ``mass`` of an item, ``start``, ``end``,
    ``country``, ``pcr``, ``product``, ``id``; ``per_item``, ``per_unit``: of one item and of one declared unit, and
    ``module:A1`` of that what belongs to the stages of a module, ``item:module:A1-A3`` of one item to those of a span
    as it is written. As exchange formats add up classes, from cradle to gate: ``gate:fossil`` with aircraft and what is
    not split, ``gate:uptake`` less release, ``gate:excluding`` and ``gate:including`` uptake; ``gate:outbound``: of
    module A4, excluding uptake. ``gate:primary``, ``gate:exempted``: shares [%]; ``gate:gwp``: the assessment reports
    whose warming potentials were used; ``gwp_set``, ``issued``, ``valid_until``, ``company``, ``packaging``, ``draft``
    (yes or no); ``standard:ID``: `CLAIMED` for each layer of the rules, where the result conforms to them.
    """
    unit, product, period = document["declared_unit"], document["product"], document["study"]["reference_period"]
    own = unit["unit"] in PRODUCT_UNITS
    per_item = Fraction(unit["per_item"])
    scale = 1 / Fraction(unit["amount"]) * (1 if own else per_item)
    modules = {stage["id"]: stage.get("module") or "" for stage in document["study"]["stages"]}
    counted = {c["id"] for c in document["result"]["by_class"] if c["in_total"]}
    inside = [entry for entry in document["ledger"] if in_gate(modules.get(entry["stage"], ""))]
    spans = {stage: short(module) for stage, module in modules.items()}
    return {
        **_sums(document["ledger"], counted, Fraction(1), ""),
        **_sums(inside, counted, scale, "gate:"),
        **_exchanged(document["ledger"], modules, scale),
        "unit": unit["unit"],
        "gate:unit": unit["unit"] if own else "item",
        "mass": Fraction(product["net_mass_kg"]),
        "gate:mass": Fraction(product["net_mass_kg"]) / (per_item if own else 1),
        "per_item": _total(document["ledger"], counted) / Fraction(unit["amount"]) * per_item,
        "per_unit": _total(document["ledger"], counted) / Fraction(unit["amount"]),
        **_modules(document["ledger"], spans, 1 / Fraction(unit["amount"]), "module:"),
        **_modules(document["ledger"], modules, per_item / Fraction(unit["amount"]), "item:module:"),
        **_shares(document, statement, inside, modules),
        **_words(document, statement, inside),
        "start": period["start"] or "",
        "end": period["end"] or "",
        "country": product["country"],
        "pcr": document["study"]["pcr"]["id"],
        "product": product["id"],
        "id": statement.id,
    }


def _total(entries: list[Mapping[str, Any]], counted: set[str]) -> Fraction:
    return sum(
        (Fraction(value) for entry in entries for name, value in entry["classes"].items() if name in counted),
        Fraction(),
    )


def _sums(entries: list[Mapping[str, Any]], counted: set[str], scale: Fraction, prefix: str) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {f"{prefix}total": _total(entries, counted) * scale}
    for entry in entries:
        key = f"{prefix}stage:{entry['stage']}"
        found[key] = found.get(key, Fraction()) + Fraction(entry["value"]) * scale
        for name, value in entry["classes"].items():
            key = f"{prefix}class:{name}"
            found[key] = found.get(key, Fraction()) + Fraction(value) * scale
    return found


def _exchanged(entries: list[Mapping[str, Any]], modules: Mapping[str, str], scale: Fraction) -> dict[str, Fraction]:
    found = dict.fromkeys(("fossil", "uptake", "excluding", "including", "outbound"), Fraction())
    for entry in entries:
        module = modules.get(entry["stage"], "")
        for name, value in entry["classes"].items():
            is_carbon = name in {"biogenic_release", "biogenic_uptake"}
            if in_gate(module):
                found["including"] += Fraction(value) * scale
                found["uptake" if is_carbon else "excluding"] += Fraction(value) * scale
                found["fossil"] += Fraction(value) * scale * (name in {"fossil", "aircraft", "unsplit"})
            elif module == "A4" and not is_carbon:
                found["outbound"] += Fraction(value) * scale
    return {f"gate:{name}": value for name, value in found.items()}


def _modules(
    entries: list[Mapping[str, Any]], modules: Mapping[str, str], scale: Fraction, prefix: str
) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for entry in entries:
        key = f"{prefix}{modules.get(entry['stage'], '')}"
        found[key] = found.get(key, Fraction()) + Fraction(entry["value"]) * scale
    return found


def _shares(
    document: Mapping[str, Any], statement: Statement, inside: Sequence[Mapping[str, Any]], modules: Mapping[str, str]
) -> dict[str, Fraction]:
    """Return the primary and the exempted share from cradle to gate [%], as far as they are known."""
    found: dict[str, Fraction] = {}
    weights = {entry["id"]: abs(Fraction(entry["value"])) for entry in inside}
    rated = {row["id"]: row.get("primary", 0) for row in document.get("data_quality", {}).get("lines", ())}
    whole = sum(weight for id_, weight in weights.items() if id_ in rated)
    if whole and None not in (rated[id_] for id_ in weights if id_ in rated):
        known = sum(weight * Fraction(rated[id_]) for id_, weight in weights.items() if id_ in rated)
        found["gate:primary"] = 100 * known / whole
    left = [row["value"] for row in document["completeness"].get("cut_off", {}).get("by_stage", ())
            if in_gate(modules.get(row["id"], ""))]  # fmt: skip
    gaps = [id_ for gap in document["completeness"]["gaps"] for id_ in gap.get("stages", modules)]
    told = statement.publication.get("exempted_share")
    is_known = None not in left and not any(in_gate(modules.get(id_, "")) for id_ in gaps)
    if told is not None or is_known:
        gate = sum(weights.values())
        share = sum(Fraction(value) for value in left if value is not None) / gate if gate else Fraction()
        found["gate:exempted"] = 100 * max(share, Fraction(told or 0))
    return found


def _words(document: Mapping[str, Any], statement: Statement, inside: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return what is said of a result beside its numbers."""
    study, result = document["study"], document["result"]
    sets = {study["gwp_set"], *(name for entry in inside for name in entry["sets"])}
    layers = study["pcr"].get("layers", [study["pcr"]["id"]]) if document["conformity"]["conforms"] else ()
    return {
        "gwp_set": study["gwp_set"],
        "gate:gwp": ", ".join(sorted(name for name in sets if _REPORT.fullmatch(name))),
        "issued": study["issue_date"] or "",
        "valid_until": statement.publication.get("valid_until", ""),
        "company": str(statement.company.get("name", "")),
        "packaging": statement.publication.get("packaging", ""),
        "draft": "no" if result["complete"] or result.get("gaps_accepted", False) else "yes",
        **{f"standard:{layer}": CLAIMED for layer in layers},
    }


def disagreements(truth: Reference, files: Mapping[str, Stated]) -> Iterator[Problem]:
    """Yield what a file states otherwise than the declaration, or states of which the declaration knows nothing."""
    for name, stated in files.items():
        for key, value in stated.items():
            known = truth.get(key)
            if not (value == 0 if known is None else _agrees(value, known)):
                shown = f"{float(known):.9g}" if isinstance(known, Fraction) else known or "-"
                yield problem("formats-disagree", name, key=key, stated=str(value), known=shown)


def _agrees(stated: Decimal | str, known: Fraction | str) -> bool:
    if isinstance(stated, str) or isinstance(known, str):
        return _plain(stated) == _plain(known)
    if not stated.is_finite():
        return False
    _, digits, exponent = stated.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101  finite
    if not stated and exponent >= 0:
        return not known  # without decimals no digit of a zero tells how much it may hide
    halves = min(len(digits), _SUMMED)
    return abs(Fraction(stated) - known) <= halves * Fraction(10) ** exponent / 2 + abs(known) * _FLOAT


def _plain(text: object) -> str:
    """Return a text as every format can write it: in one line, what has no character of its own as a question mark."""
    return " ".join(_ODD.sub("?", str(text).replace("\r\n", "\n")).split())
