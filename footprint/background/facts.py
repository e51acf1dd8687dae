"""Everything a database says of one dataset: what it is, what it causes, what it takes in, what it lacks."""

from __future__ import annotations

from footprint import units
from footprint.background import source, systems
from footprint.background.compiled import as_words
from footprint.background.open import Database
from footprint.background.source import Row, Source
from footprint.model.background import Dataset, Impact, Key
from footprint.model.described import Facts, Part


def facts(database: Database, dataset: Dataset) -> Facts:
    """Return what ``database`` says of a dataset of its; `DatabaseError` for tables that cannot be read."""
    record = database.file.record(dataset.code) or {}
    sets = tuple(database.file.header.get("gwp_sets", ())) or tuple(record["impact"])
    intensities = {name: database.intensity(dataset.code, name) for name in sets if name in record["impact"]}
    lacks = next(iter(intensities.values())).gaps if intensities else {}
    named = ((database.dataset(code), amount) for code, amount in lacks.items() if code != dataset.code)
    gaps = tuple((gap, amount) for gap, amount in named if gap is not None)
    return Facts(dataset, database.info, as_words(record), intensities, gaps, _parts(database, dataset, sets))


def _parts(database: Database, dataset: Dataset, sets: tuple[str, ...]) -> tuple[Part, ...] | None:
    if not (database.folder / source.META).is_file():
        return None
    src = source.read(database.folder)
    output = _output(src, dataset.code)
    rows = (row for row in src.exchanges if row["activity"] == dataset.code)
    return tuple(_part(database, row, output, sets) for row in rows)


def _output(src: Source, code: str) -> float:
    row = next(row for row in src.activities if row["code"] == code)
    return float(row["amount"] or 1)


def _part(database: Database, row: Row, output: float, sets: tuple[str, ...]) -> Part:
    amount = float(row["amount"]) / output
    gsd = row.get("gsd", "")
    taken = database.dataset(row["flow"]) if row["direction"] == "input" else None
    if taken is None:
        impact: dict[str, Impact] = {name: _emitted(row, name, output) for name in sets}
        return Part(row["flow"], amount, row["unit"], gsd, None, impact, {}, row.get(systems.ONLY_FOR, ""))
    scale = amount * units.factor(row["unit"], taken.unit)
    found = {name: database.intensity(taken.code, name) for name in sets}
    impact = {name: {key: scale * value for key, value in of.impact.items()} for name, of in found.items()}
    gaps = {code: scale * value for code, value in found[sets[0]].gaps.items()}
    return Part(row["flow"], amount, row["unit"], gsd, taken, impact, gaps)


def _emitted(row: Row, gwp_set: str, output: float) -> dict[Key, float]:
    key, value = systems.emission(row, gwp_set)
    return {key: value / output}
