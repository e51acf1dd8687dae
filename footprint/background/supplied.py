"""The factors that a workbook brings: a database of its own, open only for that workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import fsum
from pathlib import Path

from footprint import gwp
from footprint.background import compiled, systems
from footprint.background.open import Database
from footprint.background.source import Row, Source, dataset
from footprint.model.background import GhgClass, Key
from footprint.model.bill import FactorRow

ID = "workbook"


def database(factors: Sequence[FactorRow]) -> Database:
    """Return the database of ``factors``; its version is the beginning of the checksum of their content."""
    return _opened(_source(factors, _source(factors, "").checksum()[:8]))


def _source(factors: Sequence[FactorRow], version: str) -> Source:
    meta = {
        "id": ID, "version": version, "title": {"en": "Factors of suppliers", "zh": "供应商因子"},
        "licence": "as agreed with each supplier", "citation": "as each factor states", "gwp_sets": list(gwp.SETS),
    }  # fmt: skip
    rows = tuple(map(_activity, factors)), tuple(row for factor in factors for row in _emissions(factor))
    return Source(Path(ID), meta, *rows, {})


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
    records = (
        compiled.record(dataset(source, row), {name: impacts[name][row["code"]] for name in gwp.SETS}, {})
        for row in source.activities
    )
    text = compiled.text(source.info(), {"gwp_sets": list(gwp.SETS)}, records)
    return Database(compiled.parse(source.folder, text.encode()), source.folder, source)


def _impacts(source: Source, gwp_set: str) -> dict[str, dict[Key, float]]:
    """Return the impact of one unit of each factor [kg CO2e/unit]."""
    system = systems.system(source, gwp_set)
    found: dict[str, dict[Key, float]] = {code: {} for code in system.codes}
    for activity, key, amount in system.emissions:
        code = system.codes[activity]
        found[code][key] = fsum((found[code].get(key, 0.0), amount))
    return found
