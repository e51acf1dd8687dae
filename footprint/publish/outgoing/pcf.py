"""What exchange formats state of a footprint: cradle to gate, rounded so that its parts add up, and what is said of it.

Rounding: all emissions to the decimal at which the largest has 6 significant digits; parts by largest remainder, so
that they add up to the rounded total, none more than one unit off. Other numbers: 6 significant digits.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import floor, fsum
from pathlib import Path
from typing import NamedTuple

from footprint.errors import Problem, problem
from footprint.messages import label
from footprint.provenance import Place
from footprint.publish.outgoing.statement import Gate, Statement

DIGITS = 6
_LEAST = -30
"""Exponent of the last decimal ever written: what is smaller is nothing."""
UNITS = {
    "item": "piece", "kg": "kilogram", "L": "liter", "m3": "cubic meter", "m2": "square meter",
    "t·km": "ton kilometer", "h": "hour",
}  # fmt: skip
"""Unit of the product -> its word in the formats."""
ADDED = {
    "fossil": ("fossil", "aircraft", "unsplit"),
    "land_use_change": ("land_use_change",),
    "land_management_emission": ("land_management_emission",),
    "land_management_removal": ("land_management_removal",),
    "technological_removal": ("technological_removal",),
    "biogenic_non_co2": ("biogenic_non_co2",),
}
"""Parts of the footprint excluding uptake, and the classes that each adds up."""
DECLARATION, PUBLICATION = Place("declaration.json"), Place("Publication")
"""Where to answer what stands in the way of several formats: it is said once."""
CARBON = ("biogenic_uptake", "biogenic_release")
"""Classes of the uptake that is left at the gate: what the product releases before was taken up before."""
OTHER = "Other"
STANDARDS = {
    "iso-14067": ("ISO14067", "ISO 14067"),
    "pact-3": ("PACT-3.0", "PACT-3.0"),
    "catena-x": ("Catena-X", OTHER),
}
"""Layer of rules that is a cross-sectoral standard -> its words in PACT and in Catena-X.

PEF is none that could be claimed: a result on climate change alone must not be called so.
"""
_GENERAL = frozenset({*STANDARDS, "pef-2021"})


class Parts(NamedTuple):
    """Emissions from cradle to gate [kg CO2e per unit], rounded; None where nobody knows whether there are any.

    ``excluding`` is the sum of the parts, ``including`` that with ``uptake``, ``aircraft`` a part of the fossil ones.
    """

    added: Mapping[str, Decimal | None]
    aircraft: Decimal | None
    uptake: Decimal | None
    outbound: Decimal | None

    @property
    def excluding(self) -> Decimal:
        """The sum of the parts, without uptake."""
        return sum((part for part in self.added.values() if part is not None), Decimal())

    @property
    def including(self) -> Decimal:
        """The sum of the parts and uptake."""
        return self.excluding + (self.uptake or 0)


def parts(gate: Gate) -> Parts:
    """Return the rounded parts of ``gate``.

    A class without a posting is zero where every factor is split by class; else nobody knows, but the parts that few
    factors tell apart (land management, technological removal) are left out either way.
    """
    exact = {name: fsum(gate.classes.get(each, 0.0) for each in classes) for name, classes in ADDED.items()}
    uptake = fsum(gate.classes.get(name, 0.0) for name in CARBON)
    aircraft = gate.classes.get("aircraft", 0.0)
    exponent = _exponent([*exact.values(), uptake])
    shares = apportioned(exact, exponent)
    is_split = not gate.classes.get("unsplit")

    def told(name: str, value: Decimal, posted: float) -> Decimal | None:
        common = name in {"fossil", "land_use_change", "biogenic_non_co2", "uptake"}
        return value if posted or name == "fossil" or (is_split and common) else None

    outbound = fsum(value for name, value in gate.outbound.items() if name not in CARBON)
    return Parts(
        added={name: told(name, value, exact[name]) for name, value in shares.items()},
        aircraft=min(_at(aircraft, exponent), shares["fossil"]) if aircraft else None,
        uptake=told("uptake", _at(uptake, exponent), uptake),
        outbound=significant(outbound) if gate.outbound else None,
    )


def apportioned(values: Mapping[str, float], exponent: int) -> dict[str, Decimal]:
    """Return ``values`` in whole units of 10 to the ``exponent`` adding up to their rounded sum (largest remainder)."""
    exact = {name: Fraction(value) / Fraction(10) ** exponent for name, value in values.items()}
    units = {name: floor(value) for name, value in exact.items()}
    missing = round(sum(exact.values())) - sum(units.values())
    for name in sorted(exact, key=lambda each: units[each] - exact[each])[:missing]:
        units[name] += 1
    return {name: Decimal(value).scaleb(exponent) for name, value in units.items()}


def _exponent(values: list[float]) -> int:
    largest = max(abs(value) for value in values)
    return max(min(Decimal(largest).adjusted() - DIGITS + 1, 0), _LEAST) if largest else 0


def _at(value: float, exponent: int) -> Decimal:
    return Decimal(round(Fraction(value) / Fraction(10) ** exponent)).scaleb(exponent)


def significant(value: float) -> Decimal:
    """Return ``value`` at 6 significant digits."""
    return _at(value, _exponent([value]))


def plain(value: Decimal) -> str:
    """Return a number without an exponent."""
    return f"{value + 0:f}"


def carbon(statement: Statement, kind: str) -> Decimal | None:
    """Return the ``fossil`` or ``biogenic`` carbon in a unit of the product [kg], None where it is not stated."""
    stated = statement.document["product"].get(f"{kind}_carbon_kg")
    return None if stated is None else significant(stated / statement.gate.per_item)


def percent(share: float) -> Decimal:
    """Return a share in percent, to two decimals."""
    return _at(share * 100, -2)


def primary(gate: Gate) -> Decimal:
    """Return the primary data share of ``gate`` [%]; a result that does not tell it is refused by `standing`."""
    assert gate.primary is not None  # noqa: S101  nobody's share is 0 for not being told
    return percent(gate.primary)


def exempted(statement: Statement) -> Decimal | None:
    """Return the emissions left out up to the gate [%]: as estimated, or as stated where that is more.

    None where something without data or an estimate is missing there and nobody states a share: it is not zero.
    """
    stated, known = statement.publication.get("exempted_share"), statement.gate.left_out
    assert known is not None  # noqa: S101  a result that does not tell it is refused by `standing`
    if stated is None:
        return None if statement.gate.is_open else percent(known)
    return percent(max(float(stated), known))


def ipcc(statement: Statement) -> list[str]:
    """Return the assessment reports whose warming potentials were used, that of the study among them."""
    used = {statement.document["study"]["gwp_set"], *statement.gate.sets}
    return sorted(name for name in used if is_ipcc(name))


def is_ipcc(name: str) -> bool:
    """Tell whether a set of warming potentials is that of an assessment report: ``AR6``."""
    return name.startswith("AR") and name[2:].isascii() and name[2:].isdecimal()


@cache
def subregions() -> dict[str, str]:
    """Return the subregion of each country (UN M49, Standard country or area codes, Series M No. 49)."""
    with (Path(__file__).parents[2] / "data" / "m49.csv").open(encoding="utf-8", newline="") as file:
        return {code: row["subregion"] for row in csv.DictReader(file) for code in row["countries"].split()}


def begins(day: str | None, after: int = 0) -> str | None:
    """Return the instant at which a day begins, or one so many days later."""
    return day and f"{date.fromisoformat(day) + timedelta(after)}T00:00:00Z"


def ends(day: str | None) -> str | None:
    """Return the last second of a day."""
    return day and f"{day}T23:59:59Z"


def rule_name(statement: Statement, lang: str) -> str:
    """Return the name of the rules: their id, version and title."""
    pcr = statement.document["study"]["pcr"]
    return f"{pcr['id']} {pcr['version']}: {pcr['title'][lang]}"


def standards(statement: Statement, at: int) -> list[str]:
    """Return the standards of the rules, the most general first; none where the result does not conform."""
    if not conforms(statement):
        return []
    pcr = statement.document["study"]["pcr"]
    return [STANDARDS[layer][at] for layer in (*pcr.get("layers", [pcr["id"]]),) if layer in STANDARDS]


def conforms(statement: Statement) -> bool:
    """Tell whether every clause of the rules holds and was read in its issuing text: else no standard is claimed."""
    return bool(statement.document["conformity"]["conforms"])


def is_sectoral(statement: Statement) -> bool:
    """Tell whether the rules are those of a product category, no cross-sectoral standard."""
    return statement.document["study"]["pcr"]["id"] not in _GENERAL


def comment(statement: Statement, lang: str) -> str:
    """Return what the reader must know: draft, what stands under fossil, sets without a name, rules, own comment."""
    gate, conformity = statement.gate, statement.document["conformity"]
    whole = fsum(abs(value) for name, value in gate.classes.items() if name not in CARBON)
    unsplit = abs(gate.classes.get("unsplit", 0.0))
    others = {name: share for name, share in gate.sets.items() if not is_ipcc(name) and share}
    said = [label("publish-draft", lang)] if statement.draft else []
    said += [label("exchange-unsplit", lang).format(percent=plain(percent(unsplit / whole)))] if unsplit else []
    if others:
        named = ", ".join(f"{name} {plain(percent(share))} %" for name, share in others.items())
        said.append(label("exchange-sets", lang).format(sets=named))
    return "\n".join([*said, conformity["wording"][lang], *filter(None, [statement.publication.get("comment")])])


def boundary(statement: Statement, lang: str) -> str:
    """Return the stages from cradle to gate by name."""
    stages = statement.document["study"]["stages"]
    return "; ".join(stage["title"][lang] for stage in stages if stage["id"] in statement.gate.stages)


def allocation(statement: Statement, lang: str) -> str:
    """Return the ways in which processes with several products were allocated; empty where none may be told."""
    found = statement.document.get("allocations", ())
    return "; ".join(dict.fromkeys(f"{each['title'][lang]} ({each['clause']})" for each in found))


def exemption(statement: Statement, lang: str) -> str | None:
    """Return why emissions were left out and who says how much, None where none were."""
    gate, said = statement.gate, []
    if gate.left_out:
        said.append(label("exchange-exempted", lang))
    if gate.is_open:
        said.append(label("exchange-open", lang))
    if gate.left_out is not None and exempted(statement) not in {None, percent(gate.left_out)}:
        said.append(label("exchange-exempted-stated", lang))
    return " ".join(said) or None


def status(statement: Statement) -> str:
    """Return the status of a footprint: a draft is one that recipients should not use, and no other word says so."""
    return "Deprecated" if statement.draft else "Active"


def answered(statement: Statement, needs: tuple[str, ...]) -> bool:
    """Tell whether everything a format needs is stated."""
    product = statement.document["product"] | {"issue_date": statement.document["study"]["issue_date"]}
    told = {"company": statement.company, "publication": statement.publication, "product": product}
    stated = {"product.fossil_carbon": "fossil_carbon_kg"}
    keys = [(where, stated.get(f"{where}.{key}", key)) for where, _, key in (need.partition(".") for need in needs)]
    return all(told[where].get(key) not in (None, "", []) for where, key in keys)


def standing(statement: Statement, formats: str) -> Iterator[Problem]:
    """Yield what no exchange format can state of a result, whatever its fields; ``formats``: the file that asks."""
    document, gate = statement.document, statement.gate
    if not is_ipcc(document["study"]["gwp_set"]):
        yield problem("exchange-gwp", DECLARATION, formats=formats, set=document["study"]["gwp_set"])
    is_untold = bool(gate.classes) and gate.primary is None
    if is_untold and document.get("data_quality", {}).get("primary_share", 0) is None:
        yield problem("exchange-primary", DECLARATION, formats=formats)
    elif gate.left_out is None or is_untold:
        yield problem("exchange-older", DECLARATION, formats=formats)
    elif exempted(statement) is None:
        yield problem("exchange-exempted-share", PUBLICATION, key="exempted_share", formats=formats)
    if not gate.classes:
        yield problem("exchange-gate", DECLARATION, formats=formats)
    elif (parts(gate).uptake or 0) > 0:
        value = plain(parts(gate).uptake or Decimal())
        yield problem("exchange-release", DECLARATION, formats=formats, value=value)
