"""What somebody stated for customers and the result contradicts: days, carbon, packaging."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from footprint.errors import Problem
from footprint.provenance import Place

PACKAGING = frozenset({"sales_packaging", "transport_packaging"})
Document = Mapping[str, Any]


def contradictions(document: Document, publication: Mapping[str, str]) -> Iterator[Problem]:
    """Yield each statement that the declaration itself speaks against, at its cell."""
    cells = {row["key"]: row["cell"] for row in document.get("publication", ())} | document["product"].get("cells", {})
    file = document["workbook"]["file"]

    def at(key: str) -> Place:
        return Place(file, *cells.get(key, "Product").split("!", 1))

    yield from _days(document, publication, at)
    yield from _carbon(document["product"], at)
    packed = sum(abs(e["value"]) for e in document["ledger"] if e["role"] in PACKAGING)
    if publication.get("packaging") == "no" and packed:
        share = packed / document["result"]["absolute"]
        yield Problem("stated-packaging", at("packaging"), {"share": f"{100 * share:.3g}"})


def _days(document: Document, publication: Mapping[str, str], at: Any) -> Iterator[Problem]:
    """Yield days in an order that cannot be: data end, the result is issued, it may be used until a day after."""
    issued, end = document["study"]["issue_date"], document["study"]["reference_period"]["end"]
    until, verified = publication.get("valid_until", ""), publication.get("verified_on", "")
    if issued and end and issued < end:
        yield Problem("stated-issue", at("issue_date"), {"issued": issued, "end": end})
    if until and until < (issued or end or ""):
        yield Problem("stated-validity", at("valid_until"), {"until": until, "day": issued or end})
    if verified and end and verified < end:
        yield Problem("stated-verification", at("verified_on"), {"day": verified, "end": end})


def _carbon(product: Document, at: Any) -> Iterator[Problem]:
    """Yield more carbon in a product than it weighs, as far as its content is stated."""
    told = {key: product[f"{key}_kg"] for key in ("fossil_carbon", "biogenic_carbon")}
    stated = {key: value for key, value in told.items() if value is not None}
    if sum(stated.values()) > product["net_mass_kg"]:
        key = max(stated, key=lambda each: stated[each])
        facts = {"carbon": f"{sum(stated.values()):.6g}", "mass": f"{product['net_mass_kg']:.6g}"}
        yield Problem("stated-carbon", at(key), facts)
