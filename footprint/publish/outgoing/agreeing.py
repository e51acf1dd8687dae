"""All files say the same: each number and word that a file states is held against the declaration it was made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from footprint.errors import Problem, problem
from footprint.publish.outgoing.statement import PRODUCT_UNITS, Stated, Statement, in_gate, short

_SUMMED = 3
"""Half units in the last place by which a number of as many digits may differ: it may be a sum of rounded ones."""
_FLOAT = Fraction(1, 10**9)
Reference = Mapping[str, Fraction | str]


def reference(document: Mapping[str, Any], statement: Statement) -> Reference:
    """Return what a file may state, by name, added up from the postings of the whole declaration, unrounded.

    ``total``, ``stage:ID``, ``class:ID`` per amount of the declared unit, the same after ``gate:`` per unit of the
    product from cradle to gate; ``unit``, ``gate:unit``, ``gate:mass``, ``mass`` of an item, ``start``, ``end``,
    ``country``, ``pcr``, ``product``, ``id``; ``per_item``, ``per_unit``: of one item and of one declared unit, and
    ``module:A1`` of that what belongs to the stages of a module; ``item:module:A1`` the same of one item. As exchange
    formats add up classes, from cradle to gate: ``gate:fossil`` with aircraft and what is not split, ``gate:uptake``
    less release,
    ``gate:excluding`` and ``gate:including`` uptake; ``gate:outbound``: of module A4, excluding uptake.
    """
    unit, product, period = document["declared_unit"], document["product"], document["study"]["reference_period"]
    own = unit["unit"] in PRODUCT_UNITS
    per_item = Fraction(unit["per_item"])
    scale = 1 / Fraction(unit["amount"]) * (1 if own else per_item)
    modules = {stage["id"]: stage.get("module") or "" for stage in document["study"]["stages"]}
    counted = {c["id"] for c in document["result"]["by_class"] if c["in_total"]}
    inside = [entry for entry in document["ledger"] if in_gate(modules.get(entry["stage"], ""))]
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
        **_modules(document["ledger"], modules, 1 / Fraction(unit["amount"]), "module:"),
        **_modules(document["ledger"], modules, per_item / Fraction(unit["amount"]), "item:module:"),
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
        key = f"{prefix}{short(modules.get(entry['stage'], ''))}"
        found[key] = found.get(key, Fraction()) + Fraction(entry["value"]) * scale
    return found


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
        return stated == known
    if not stated.is_finite():
        return False
    _, digits, exponent = stated.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101  finite
    halves = _SUMMED if len(digits) >= _SUMMED else 1
    return abs(Fraction(stated) - known) <= halves * Fraction(10) ** exponent / 2 + abs(known) * _FLOAT
