"""What a person wants to see first of a declaration: the number, how far it may be off, what it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from footprint.messages import message
from footprint.publish.scored import chosen
from footprint.publish.wording import Words

Entry = Mapping[str, Any]
_NAMED = 6


def summary(doc: Entry, spread: Sequence[str], lang: str) -> list[str]:
    """Return the lines of the summary; ``spread``: those on how far the result may be off."""
    result, unit = doc["result"], doc["declared_unit"]
    bound, parts, w = ">= " if result["lower_bound"] else "", result["subtotals"], Words(lang)
    per = f"kg CO2e / {unit['amount']:g} {w.unit(unit['unit'])}"
    return [
        f"{doc['product']['id']}  {doc['product']['model']}",
        f"{bound}{result['declared']} {per}  ({unit['title'][lang]})",
        *(f"{bound}{s['declared']} {per}  ({s['title'][lang]})" for s in parts),
        *(f"{bound}{a['declared']} kg CO2e / {w.unit(a['unit'])}  ({a['title'][lang]})" for a in result["also"]),
        *(_located(doc, bound, lang) if _is_contractual(doc) else ()),
        *spread,
        doc["conformity"]["wording"][lang],
        *_lacking(doc, lang),
    ]


def _lacking(doc: Entry, lang: str) -> Iterator[str]:
    """Yield what the result lacks, and that its evidence contradicts it."""
    gaps = doc["completeness"]["gaps"]
    if gaps:
        names = dict.fromkeys(gap["title"][lang] for gap in gaps[:_NAMED])
        yield message("summary-gaps", lang, count=len(gaps), names=", ".join(names))
    closed = doc["completeness"].get("estimated")
    if closed:
        yield message("summary-estimated", lang, **closed | {"share": f"{100 * closed['impact_share']:.2g} %"})
    yield from _matched(doc.get("data_quality", {}).get("matching"), lang)
    faults = [row["cell"] for row in doc.get("evidence", {}).get("findings", ()) if row["kind"] == "fault"]
    if faults:
        cells = ", ".join(dict.fromkeys(faults[:_NAMED]))
        yield message("summary-evidence", lang, count=len(faults), cells=cells)


def _matched(found: Entry | None, lang: str) -> Iterator[str]:
    """Yield how the datasets were found, where not every one of them was entered by a person."""
    if found and (found["shares"].keys() | found["lines"].keys()) - {"person", "rules", "none"}:
        yield message("summary-matched", lang, shares=chosen(found, Words(lang)))
        count = found["lines"].get("none", 0)
        yield from [message("summary-matched-open", lang, count=count)] if count else []


def _is_contractual(doc: Entry) -> bool:
    """Tell whether the result could be another by location: it is, or somebody bought electricity by contract."""
    types = {supply["type"] for supply in doc["electricity"]["supplies"]}
    result = doc["result"]
    return result["location_based"] != result["total"] or bool(types & {"contract", "green_certificate"})


def _located(doc: Entry, bound: str, lang: str) -> Iterator[str]:
    """Yield the result by location and what must be said of it."""
    result, unit = doc["result"], doc["declared_unit"]
    value, amount = bound + result["location_declared"], f"{unit['amount']:g}"
    yield message("summary-location", lang, value=value, amount=amount, unit=Words(lang).unit(unit["unit"]))
    yield from (note[lang] for note in result["location_notes"])
