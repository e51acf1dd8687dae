"""The factors that a workbook brings: a database of its own, open only for that workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import fsum
from pathlib import Path

from footprint import gwp
from footprint.background import compiled, systems
from footprint.background.open import Database
from footprint.background.source import Row, Rows, Source, dataset
from footprint.messages import LANGUAGES, message
from footprint.model.background import EITHER_WAY, GhgClass, Key
from footprint.model.bill import FactorRow

ID = "workbook"
OPEN = {"draft": EITHER_WAY, "lower-bound": "supplied", "contradictory": EITHER_WAY}
"""States of a footprint in which part of it is not known, and the category of that gap."""


def database(factors: Sequence[FactorRow]) -> Database:
    """Return the database of ``factors``; its version is the beginning of the checksum of their content."""
    return _opened(_source(factors, _source(factors, "").checksum()[:8]))


def _source(factors: Sequence[FactorRow], version: str) -> Source:
    meta = {
        "id": ID, "version": version, "title": {"en": "Factors of suppliers", "zh": "供应商因子"},
        "licence": "as agreed with each supplier", "citation": "as each factor states", "gwp_sets": list(gwp.SETS),
    }  # fmt: skip
    taken = {factor.code for factor in factors}
    rests = {factor.code: _rest(factor, taken) for factor in factors if factor.state in OPEN}
    activities = Rows((*map(_activity, factors), *rests.values()))
    exchanges = (row for factor in factors for row in (*_emissions(factor), *_missing(factor, rests)))
    return Source(Path(ID), meta, activities, tuple(exchanges), {})


def _rest(factor: FactorRow, taken: set[str]) -> Row:
    """Return the gap that stands for what a footprint leaves out, one of it in each unit; its code is nobody else's."""
    code = f"{factor.code}-rest"
    while code in taken:
        code += "-rest"
    names = {f"name_{lang}": message("factor-rest", lang, name=factor.name) for lang in LANGUAGES}
    row = Row(_activity(factor), code=code, kind="gap", category=OPEN[factor.state], citation="", note="", **names)
    row.file = str(factor.place)
    return row


def _missing(factor: FactorRow, rests: Mapping[str, Row]) -> Iterator[Row]:
    if factor.code in rests:
        yield Row(
            activity=factor.code, direction="input", flow=rests[factor.code]["code"], amount="1", unit=factor.unit,
            status=factor.status, citation=factor.source, gwp_set="",
        )  # fmt: skip


def _activity(factor: FactorRow) -> Row:
    said = (factor.supplier, factor.source, factor.evidence and f"[{factor.evidence}]")
    row = Row(
        code=factor.code, name_en=factor.name, name_zh=factor.name, unit=factor.unit, amount="1", region=factor.region,
        period=factor.period, category="supplied", kind="factor", boundary=factor.boundary, gwp_set=factor.gwp_set,
        status=factor.status, citation=", ".join(filter(None, said)), proxy="", note=factor.note,
        includes_transport="yes" if factor.includes_transport else "",
    )  # fmt: skip
    row.file = str(factor.place)
    return row


def _emissions(factor: FactorRow) -> Iterator[Row]:
    """Yield what one unit releases, by class where the supplier tells them apart."""
    for ghg, amount in factor.classes or ((GhgClass.UNSPLIT, factor.co2e),):
        yield Row(
            activity=factor.code, direction="emission", flow=f"co2e-{ghg}", amount=repr(amount), unit="kg",
            status=factor.status, citation=factor.source, gwp_set=factor.gwp_set,
        )  # fmt: skip


def _opened(source: Source) -> Database:
    """Return ``source`` compiled: factors have no supply chain, so that nothing need be solved."""
    impacts = {name: _impacts(source, name) for name in gwp.SETS}
    gaps = _gaps(source)
    records = (
        compiled.record(
            dataset(source, row), {name: impacts[name].get(row["code"], {}) for name in gwp.SETS}, gaps[row["code"]]
        )
        for row in source.activities
    )
    text = compiled.text(source.info(), {"gwp_sets": list(gwp.SETS)}, records)
    return Database(compiled.parse(source.folder, text.encode()), source.folder, source)


def _gaps(source: Source) -> dict[str, dict[str, float]]:
    """Return what each factor lacks, a gap itself [unit/unit]."""
    found: dict[str, dict[str, float]] = {row["code"]: {} for row in source.activities}
    for row in source.activities:
        if row["kind"] == "gap":
            found[row["code"]] = {row["code"]: 1.0}
    for row in source.exchanges:
        if row["direction"] == "input":
            found[row["activity"]][row["flow"]] = float(row["amount"])
    return found


def _impacts(source: Source, gwp_set: str) -> dict[str, dict[Key, float]]:
    """Return the impact of one unit of each factor [kg CO2e/unit]."""
    system = systems.system(source, gwp_set)
    found: dict[str, dict[Key, float]] = {code: {} for code in system.codes}
    for activity, key, amount in system.emissions:
        code = system.codes[activity]
        found[code][key] = fsum((found[code].get(key, 0.0), amount))
    return found
