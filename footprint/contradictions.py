"""What somebody stated for customers and the result contradicts, or itself: days, carbon, packaging, ids, addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from footprint.errors import Problem
from footprint.provenance import Place
from footprint.publish.outgoing.company import is_web
from footprint.publish.outgoing.pcf_rules import is_uuid
from footprint.publish.outgoing.statement import is_draft

PACKAGING = frozenset({"sales_packaging", "transport_packaging"})
Document = Mapping[str, Any]


def contradictions(document: Document, publication: Mapping[str, str]) -> Iterator[Problem]:
    """Yield each statement that the declaration itself speaks against, at its cell."""
    cells = {row["key"]: row["cell"] for row in document.get("publication", ())} | document["product"].get("cells", {})
    file = document["workbook"]["file"]

    def at(key: str) -> Place:
        return Place(file, *cells.get(key, "Product").split("!", 1))

    yield from _days(document, publication, at)
    yield from _forms(publication, at)
    yield from _carbon(document["product"], at)
    packed = sum(abs(e["value"]) for e in document["ledger"] if e["role"] in PACKAGING)
    if publication.get("packaging") == "no" and packed:
        share = packed / document["result"]["absolute"]
        yield Problem("stated-packaging", at("packaging"), {"share": f"{100 * share:.3g}"})
    if publication.get("packaging") == "yes" and all(e["role"] not in PACKAGING for e in document["ledger"]):
        yield Problem("stated-no-packaging", at("packaging"))


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
    if verified and issued and verified > issued:
        yield Problem("stated-verified-after", at("verified_on"), {"day": verified, "issued": issued})
    if publication.get("verifier") and is_draft(document):
        yield Problem("stated-verified-draft", at("verifier"), {"by": publication["verifier"]})


def _forms(publication: Mapping[str, str], at: Any) -> Iterator[Problem]:
    """Yield ids that are none, a footprint that replaces itself, and an address that nobody can open."""
    own, study = publication.get("pcf_id", ""), publication.get("study", "")
    former = [each for each in publication.get("preceding_ids", "").split("; ") if each]
    for key, text in [("pcf_id", own)] * bool(own) + [("preceding_ids", each) for each in former]:
        if not is_uuid(text):
            yield Problem("stated-uuid", at(key), {"text": text})
    if own.casefold() in {each.casefold() for each in former}:
        yield Problem("stated-successor", at("preceding_ids"), {"id": own})
    if study and not is_web(study):
        yield Problem("stated-address", at("study"), {"text": study})


def _carbon(product: Document, at: Any) -> Iterator[Problem]:
    """Yield more carbon in a product than it weighs, as far as its content is stated."""
    told = {key: product[f"{key}_kg"] for key in ("fossil_carbon", "biogenic_carbon")}
    stated = {key: value for key, value in told.items() if value is not None}
    if sum(stated.values()) > product["net_mass_kg"]:
        key = max(stated, key=lambda each: stated[each])
        facts = {"carbon": f"{sum(stated.values()):.6g}", "mass": f"{product['net_mass_kg']:.6g}"}
        yield Problem("stated-carbon", at(key), facts)
