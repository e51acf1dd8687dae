"""The Electricity sheet: the result by contract and by location, and what each supply counts with."""

from __future__ import annotations

from footprint.publish.book.parts import Entry, Row, heads, number
from footprint.publish.wording import Words, gas
from footprint.tables.write import Cell, SheetSpec

COLUMNS = (
    "cell", "supply-id", "supply-type", "supply-generator", "period", "supply-certificate", "supply-cancelled",
    "supply-market", "supply-kwh", "supply-left", "supply-state", "why", "supply-used",
)  # fmt: skip
WIDTHS = (26, 16, 20, 14, 14, 20, 24, 8, 14, 14, 22, 60, 24)


def electricity_sheet(document: Entry, words: Words) -> SheetSpec:
    """Return both results, the rules of electricity and every supply."""
    w, result, own = words, document["result"], document["electricity"]
    rows: list[Row] = [[Cell(w("sheet-electricity"), "title")], []]
    for code, key in (("by-contract", "total"), ("location-based", "location_based")):
        rows.append([Cell(w(code), "key"), number(result[key], "fixed"), Cell(gas(result["unit"]))])
    rows += [[Cell(w.text(note), "plain")] for note in result["location_notes"]]
    rows.append([Cell(f"{w.rule_of(own)} {own['source']} {own['clause']}", "plain")])
    if own["approximated"]:
        rows.append([Cell(w("electricity-approximated"), "warn", span=len(COLUMNS) - 1)])
    rows += [[], heads(w(column) for column in COLUMNS)]
    rows += [_supply(supply, w) for supply in own["supplies"]]
    return SheetSpec(w("sheet-electricity"), rows, WIDTHS, heights={0: 26})


def _supply(supply: Entry, w: Words) -> Row:
    texts = (w.text(supply["type_title"]), w.text(supply["generator_title"]), supply["period"])
    proof = (supply["certificate"], supply["cancelled"], supply["market"])
    why = w("list").join(w.text(each) for each in supply["why"])
    return [
        Cell(supply["cell"], "key"),
        *(Cell(text) for text in (supply["id"], *texts, *proof)),
        number(supply["kwh"], "fixed"),
        number(supply["untracked_kwh"], "fixed"),
        *(Cell(text, "wrap") for text in (w(f"counts-{supply['state']}"), why, ", ".join(supply["used_by"]))),
    ]
