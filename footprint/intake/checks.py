"""What must hold between rows: ids, references, shares that add up, and fields that need each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import fsum

from footprint import units
from footprint.errors import Problem, problem
from footprint.intake import classes, registers, schema
from footprint.intake.allocation import stated_allocations
from footprint.intake.applies import KEYWORDS, applies_to
from footprint.model.bill import Entry, Notice
from footprint.provenance import numbered, ranges
from footprint.tables.typed.cells import shown
from footprint.tables.typed.names import Nearest
from footprint.tables.typed.table import Row, Table

Entries = Mapping[str, Entry]
Tables = Mapping[str, Table]
_TOLERANCE = 1e-6
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_REFERENCES = (
    ("evidence", "Evidence", "id", "evidence-unknown"),
    ("parameter", "Parameters", "name", "parameter-unknown"),
    ("supply", "Electricity", "supply", "supply-unknown"),
    ("instrument", "Instruments", "id", "instrument-unknown"),
)


def check(tables: Tables, entries: Entries) -> None:
    """Add to each table the problems between its rows and those of other sheets."""
    for name, table in tables.items():
        table.refuse(_unknown_references(table, tables))
        for rule in _RULES.get(name, ()):
            table.refuse(rule(table, tables, entries))


def not_empty(table: Table) -> Iterator[Problem]:
    """Yield the problem of a required sheet without rows."""
    if not table.rows:
        sheet = schema.sheets()[table.name]
        yield problem("sheet-empty", table.place, en=sheet.en, zh=sheet.zh)


def _filled(rows: Iterable[Row], key: str) -> Iterator[tuple[Row, str]]:
    return ((row, text) for row in rows if (text := row.text(key)))


def ids(tables: Tables, sheet: str, key: str) -> set[str] | None:
    """Return the ids that a sheet defines; None when it has rows but no such column, so that nobody can tell."""
    table = tables.get(sheet)
    if table is None:
        return set()
    return None if table.rows and key not in table.columns else {text for _, text in _filled(table.rows, key)}


def _unknown_references(table: Table, tables: Tables) -> Iterator[Problem]:
    for key, sheet, id_key, code in _REFERENCES:
        known = ids(tables, sheet, id_key)
        if key not in table.columns or known is None or table.name == sheet:
            continue
        nearest = Nearest(known)
        for row, text in _filled(table.rows, key):
            if text not in known:
                yield problem(code, row.place(key), nearest(text), id=text)


def _unique(key: str) -> Callable[[Table, Tables, Entries], Iterator[Problem]]:
    """Return the rule that no id of column ``key`` is used twice; lines do not bear the product's id either."""

    def rule(table: Table, _tables: Tables, entries: Entries) -> Iterator[Problem]:
        product = entries.get("id") if table.name == "BOM" else None
        first = {} if product is None else {str(product.value): product.place.address}
        for row, text in _filled(table.rows, key):
            if text in first:
                yield problem("id-twice", row.place(key), id=text, first=first[text])
            first.setdefault(text, row.place(key).address)

    return rule


def _bom_needs(table: Table, _tables: Tables, entries: Entries) -> Iterator[Problem]:
    """Yield the lines that lack a field which another of their fields calls for."""
    divides = "loss_formula" in entries and entries["loss_formula"].value == "divide"
    for row in table.rows:
        if row.number("recycled_share"):
            yield from _missing(row, ("dataset", "secondary"), "recycled-dataset")
        yield from _partner(row, "loss_to", "loss")
        yield from _partner(row, "secondary", "recycled_share")
        yield from _without_data(row, "dataset")
        if row.text("role") == "consumable":
            yield from _missing(row, ("destination",), "destination-missing")
        if divides and row.number("loss") == 1:
            yield problem("loss-whole", row.place("loss"))


def _without_data(row: Row, key: str) -> Iterator[Problem]:
    """Yield the problem of a line left out that has data of its own."""
    if "cut_off" in row.values and key in row.values:
        yield Problem("cut-off-with-data", row.place("cut_off"), _caption(row.table.name, "cut_off"))


def _missing(row: Row, keys: Iterable[str], code: str) -> Iterator[Problem]:
    """Yield ``code`` for each empty cell among ``keys``."""
    return (Problem(code, row.place(key), _caption(row.table.name, key)) for key in keys if _empty(row, key))


def _partner(row: Row, key: str, other: str) -> Iterator[Problem]:
    """Yield the problem of a filled cell that means nothing without another one, which is empty."""
    if key in row.values and _empty(row, other):
        named = {f"other_{lang}": caption for lang, caption in _caption(row.table.name, other).items()}
        yield Problem("partner-missing", row.place(key), {**_caption(row.table.name, key), **named})


def masses(bom: Table) -> Iterator[Notice]:
    """Yield the notice of lines measured in a mass whose net mass per unit is another: it serves pieces only."""
    odd = [row for row in bom.rows if _odd_mass(row)]
    if odd:
        facts = {**_caption("BOM", "net_mass"), "rows": ranges([row.index + 1 for row in odd])}
        yield Notice("net-mass-of-mass", odd[0].place("net_mass"), facts)


def _odd_mass(row: Row) -> bool:
    value, unit = row.number("net_mass"), row.text("unit")
    if value is None or not unit or not units.convertible(unit, "kg"):
        return False
    own = units.factor(unit, "kg")
    return abs(value - own) > _TOLERANCE * own


def _allocations(table: Table, _tables: Tables, _entries: Entries) -> Iterator[Problem]:
    """Yield the allocation values without a method, in their row or in the product row of their process."""
    stated = stated_allocations(table)
    for row in table.rows:
        if row.text("direction") != "co-product" or row.text("process") not in stated:
            yield from _partner(row, "allocation_value", "allocation")


def _empty(row: Row, key: str) -> bool:
    """Tell whether a cell is empty; one that was refused is not."""
    return key not in row.values and row.place(key).cell not in row.table.refused


def _caption(sheet: str, key: str) -> dict[str, object]:
    field = schema.field(sheet, key)
    return {"en": field.en, "zh": field.zh}


def _supplier_shares(table: Table, _tables: Tables, _entries: Entries) -> Iterator[Problem]:
    """Yield the parts whose supplier shares do not add to 1."""
    if "supplier_share" not in table.columns:
        return
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in table.rows:
        groups.setdefault((row.parent, row.text("name")), []).append(row)
    for (_, name), rows in groups.items():
        shared = [row for row in rows if row.number("supplier_share") is not None]
        if not shared:
            continue
        for row in rows:
            if _empty(row, "supplier_share"):
                yield problem("supplier-share-missing", row.place("supplier_share"), name=name)
        yield from _not_whole(rows, "supplier_share", "supplier-shares", name=name)


def _not_whole(rows: list[Row], key: str, code: str, **facts: str) -> Iterator[Problem]:
    """Yield one problem when the shares of ``rows``, all of them known, do not add to 1; all the rows are rejected."""
    shares = [share for row in rows if (share := row.number(key)) is not None]
    total = fsum(shares)
    if len(shares) < len(rows) or abs(total - 1) <= _TOLERANCE:
        return
    cells = ", ".join(row.place(key).cell for row in rows)
    for row in rows[1:]:
        row.table.states[row.index] = ("rejected", code)
    yield Problem(code, rows[0].place(key), {"sum": shown(round(100 * total, 6)), "cells": cells, **facts})


def loss_formula(bom: Table | None, product: Table, entries: Entries) -> Iterator[Problem]:
    """Yield the missing loss formula when any line has a loss."""
    first = next((row for row in bom.rows if row.number("loss")), None) if bom else None
    caption = _caption("Product", "loss_formula")["en"]
    if first and "loss_formula" not in entries and all(p.facts.get("en") != caption for p in product.problems):
        yield problem("loss-formula-missing", product.place, first=first.place("loss").address)


def _one_product_row(table: Table, _tables: Tables, _entries: Entries) -> Iterator[Problem]:
    """Yield the processes without a product row, product rows too many, and outputs of zero."""
    processes: dict[str, list[Row]] = {}
    for row, process in _filled(table.rows, "process"):
        processes.setdefault(process, []).append(row)
    for process, rows in processes.items():
        made = [row for row in rows if row.text("direction") == "product"]
        if not made and all(row.text("direction") for row in rows):
            yield problem("product-row-missing", rows[0].place("process"), process=process)
        for row in made[1:]:
            first = made[0].place("direction").cell
            yield problem("product-row-twice", row.place("direction"), process=process, first=first)
        for row in made:
            if row.number("amount") == 0:
                yield Problem("amount-zero", row.place("amount"), _caption("Processes", "amount"))


def _facility_shares(table: Table, _tables: Tables, _entries: Entries) -> Iterator[Problem]:
    for row in table.rows:
        if row.text("covers") == "facility_total":
            yield from _missing(row, ("sharing_key", "share"), "share-missing")


def _electricity(table: Table, _tables: Tables, _entries: Entries) -> Iterator[Problem]:
    """Yield claims without a generator, what is claimed of rows that claim nothing, and mixes of nothing."""
    mixes: dict[str, list[Row]] = {}
    for row in table.rows:
        mixes.setdefault(row.text("supply"), []).append(row)
        if row.text("type") not in {"", "grid", "metered"}:
            yield from _missing(row, ("generator",), "generator-missing")
        else:
            yield from _claims_of_none(row)
    for supply, rows in mixes.items():
        amounts = [row.number("kwh") for row in rows]
        if supply and None not in amounts and not any(amounts):
            yield problem("supply-zero", rows[0].place("kwh"), id=supply)


def _claims_of_none(row: Row) -> Iterator[Problem]:
    """Yield the cells of a grid or metered row that belong to a claim: they would be dropped without a word."""
    for key in ("generator", "certificate", "cancelled_on", "cancelled_for"):
        if key in row.values and row.text("type"):
            facts = {**_caption("Electricity", key), "type": row.text("type")}
            yield Problem("claim-without-type", row.place(key), facts)


def _claimed_once(table: Table, _tables: Tables, _entries: Entries) -> Iterator[Problem]:
    """Yield the certificates that a second row claims."""
    first: dict[str, str] = {}
    for row, text in _filled(table.rows, "certificate"):
        id_ = numbered(text)
        if id_ in first:
            yield problem("certificate-twice", row.place("certificate"), id=text, first=first[id_])
        first.setdefault(id_, row.place("certificate").address)


def _lines_named(table: Table, tables: Tables, _entries: Entries) -> Iterator[Problem]:
    """Yield the texts that should be lines of the BOM and are not."""
    known = ids(tables, "BOM", "line")
    if known is None:
        return
    bought = _bought(tables.get("Processes"))
    nearest = Nearest(known | KEYWORDS)
    for row in table.rows:
        if table.name == "Transport":
            carried = applies_to(row.parts("applies_to"))
            key, named = "applies_to", [n for n in carried.lines() if n not in carried.excepted or n not in bought]
        else:
            key, named = "part", [text for text in (row.text("part"),) if text and text != "product"]
        yield from (problem("line-unknown", row.place(key), nearest(n), line=n) for n in named if n not in known)


def _bought(table: Table | None) -> set[str]:
    """Return what processes take in: a leg may leave it out like a line."""
    return {row.text("flow") for row in table.rows if row.text("direction") == "input"} if table else set()


def _route_shares(table: Table, _tables: Tables, _entries: Entries) -> Iterator[Problem]:
    """Yield the parts whose end-of-life shares do not add to 1."""
    parts: dict[tuple[str, str], list[Row]] = {}
    for row, part in _filled(table.rows, "part"):
        parts.setdefault((part, row.text("scenario")), []).append(row)
    for (part, _), rows in parts.items():
        yield from _not_whole(rows, "share", "route-shares", part=part)


def _energy_needs(table: Table, _tables: Tables, _entries: Entries) -> Iterator[Problem]:
    """Yield what is said of energy from waste and means nothing without the rest: a credit would be lost unseen."""
    needs = {"heat": "heat_efficiency", "electricity": "electricity_efficiency",
             "heat_efficiency": "lhv", "electricity_efficiency": "lhv"}  # fmt: skip
    for row in table.rows:
        for key, other in needs.items():
            yield from _partner(row, key, other)
        shares = (row.number("heat_efficiency"), row.number("electricity_efficiency"))
        used = [share for share in shares if share is not None]
        if fsum(used) > 1:
            yield problem("efficiencies-above-one", row.place("electricity_efficiency"), sum=f"{fsum(used):.6g}")


def _energy_kinds(table: Table, _tables: Tables, _entries: Entries) -> Iterator[Problem]:
    """Yield the factors per unit of energy of which nobody knows whether they are electricity."""
    for row, unit in _filled(table.rows, "unit"):
        if not row.text("energy") and _is_energy(unit):
            yield problem("factor-energy-missing", row.place("energy"), unit=unit)


def _is_energy(unit: str) -> bool:
    try:
        return units.convertible(unit, "kWh")
    except units.UnknownUnitError:
        return False


def _checksums(table: Table, _tables: Tables, _entries: Entries) -> Iterator[Problem]:
    for row, text in _filled(table.rows, "sha256"):
        if not _SHA256.fullmatch(text):
            yield problem("sha256-malformed", row.place("sha256"), text=text)


def _sourced(table: Table, _tables: Tables, _entries: Entries) -> Iterator[Problem]:
    """Yield the ratios that nobody can look up."""
    yield from registers.above_zero(table, "ratio")
    for row in table.rows:
        if row.number("ratio") not in {None, 0.0, 1.0} and _empty(row, "source"):
            yield problem("estimate-source", row.place("source"), gap=row.text("gap"), ratio=f"{row.number('ratio'):g}")


def _documents(table: Table, _tables: Tables, _entries: Entries) -> Iterator[Problem]:
    yield from registers.days(table, "period_start", "period_end")
    yield from registers.above_zero(table, "multiplier")


def _instruments(table: Table, _tables: Tables, _entries: Entries) -> Iterator[Problem]:
    yield from registers.days(table, "calibrated_on", "valid_until")
    yield from registers.calibrations(table)
    yield from registers.above_zero(table, "k")


def _factor_classes(table: Table, _tables: Tables, _entries: Entries) -> Iterator[Problem]:
    """Yield what is wrong in the greenhouse gas classes of factors."""
    return (found for row in table.rows for found in classes.problems(row))


_RULES: Mapping[str, tuple[Callable[[Table, Tables, Entries], Iterator[Problem]], ...]] = {
    "BOM": (_unique("line"), _bom_needs, _supplier_shares),
    "Processes": (_one_product_row, _facility_shares, _allocations),
    "Electricity": (_electricity, _claimed_once),
    "Transport": (_lines_named,),
    "Parameters": (_unique("name"),),
    "Factors": (_unique("code"), _energy_kinds, _factor_classes),
    "Estimates": (_unique("gap"), _sourced),
    "End of life": (_lines_named, _route_shares, _energy_needs),
    "Evidence": (_unique("id"), _checksums, _documents),
    "Instruments": (_instruments,),
}
