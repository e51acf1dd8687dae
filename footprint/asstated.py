"""Licensed rows that are not here: their scores as stated, and a result of them compared as far as scores go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import fsum, isclose, isfinite
from pathlib import Path
from typing import Any

from footprint.background import compiled
from footprint.background.open import Database
from footprint.elements import parts
from footprint.errors import DatabaseError, problem
from footprint.model.background import DatabaseInfo, GhgClass
from footprint.package import DECLARATION
from footprint.provenance import Place

_TOLERANCE = 1e-9
_SPLIT = (
    "result.by_class", "result.by_gwp_set", "result.by_status", "result.subtotals", "clauses",
    "conformity", "benchmarks", "scenarios", "completeness.gaps",
)  # fmt: skip
"""What may rest on more of a licensed row than its score: shares by class, set, status, and what is judged by them."""
_OF_A_ROW = (".classes.", ".sets.", ".statuses.")
Document = Mapping[str, Any]


def database(name: str, stated: Any, folder: Path, place: Place) -> Database:
    """Return a database of the scores in ``stated``; `DatabaseError` for what is none of the form."""
    try:
        info = DatabaseInfo(**stated["info"])
        records = [_record(row, stated["gwp_set"]) for row in stated["rows"].values()]
        if f"{info.id}@{info.version}" != name or info.licensed != "yes":
            raise ValueError(name)
        meta = {"gwp_sets": [stated["gwp_set"]], "electricity": stated["electricity"]}
        file = compiled.parse(folder, compiled.text(info, meta, records).encode())
        if set(file.codes()) != set(stated["rows"]):
            raise ValueError(name)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as exc:
        raise DatabaseError(problem("package-malformed", place, part=name)) from exc
    return Database(file, folder)


def _record(row: Document, gwp_set: str) -> dict[str, Any]:
    """Return a record whose whole score is of no class: all that is told of it."""
    score = row["score"]
    if type(score) not in {int, float} or not isfinite(score):
        raise ValueError(score)
    impact = [[GhgClass.UNSPLIT.value, "unknown", row["dataset"]["status"], score]] if score else []
    gaps = dict.fromkeys(map(str, row["gaps"]), 1.0)
    return {"dataset": row["dataset"], "impact": {gwp_set: impact}, **({"gaps": gaps} if gaps else {})}


def differing(made: bytes, stated: bytes) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Return what a declaration on scores says otherwise than ``stated`` by name, and what scores do not settle."""
    one, other = parts(DECLARATION, made), parts(DECLARATION, stated)
    unlike = {
        name: (one.get(name, ""), other.get(name, ""))
        for name in dict.fromkeys((*one, *other))
        if not _agree(one.get(name, ""), other.get(name, ""))
    }
    open_ = [name for name in unlike if name.startswith(_SPLIT) or any(part in name for part in _OF_A_ROW)]
    return {name: both for name, both in unlike.items() if name not in set(open_)}, open_


def _agree(one: str, other: str) -> bool:
    try:
        return one == other or isclose(float(one), float(other), rel_tol=_TOLERANCE, abs_tol=_TOLERANCE**2)
    except ValueError:
        return False


def unbalanced(document: Document) -> list[str]:
    """Return what of a declaration does not follow from its own ledger: products, stages, classes, totals.

    Of a ledger with licensed rows the classes of the whole say more than those of its lines.
    """
    ledger, result, unit = document["ledger"], document["result"], document["declared_unit"]
    counted = {row["id"] for row in result["by_class"] if row["in_total"]}
    wrong = [
        f"ledger[{each['id']}].{part}"
        for each in ledger
        for part, value, size in (("value", _product(each), 0.0), ("classes", *_of_classes(each, counted)))
        if not isclose(each["value"], value, rel_tol=_TOLERANCE, abs_tol=max(_TOLERANCE * size, _TOLERANCE**2))
    ]
    size = fsum(abs(each["value"]) for each in ledger)
    whole = fsum(each["value"] for each in ledger)
    sums = {
        "result.total": (whole, result["total"]),
        "result.by_class": (fsum(c["value"] for c in result["by_class"] if c["in_total"]), result["total"]),
        "result.absolute": (size, result["absolute"]),
    }
    stages = _sums((each["stage"], each["value"]) for each in ledger)
    for stage in result["by_stage"]:
        sums[f"result.by_stage[{stage['id']}].value"] = (stages.pop(stage["id"], 0.0), stage["value"] or 0.0)
    sums |= {f"result.by_stage[{stage}].value": (value, 0.0) for stage, value in stages.items()}
    if not any(row["licensed"] for row in document["databases"]):
        classes = _sums(pair for each in ledger for pair in each["classes"].items())
        sums |= {f"result.by_class[{c['id']}].value": (classes.get(c["id"], 0.0), c["value"])
                 for c in result["by_class"]}  # fmt: skip
        size = max(size, fsum(abs(value) for each in ledger for value in each["classes"].values()))
    off = [name for name, (a, b) in sums.items() if abs(a - b) > _TOLERANCE * max(size, abs(b))]
    items = unit["per_item"] / unit["amount"] if unit["amount"] else 0.0
    if not isclose(result["per_item"], result["total"] * items, rel_tol=_TOLERANCE):
        off.append("result.per_item")
    return wrong + off


def _of_classes(posting: Document, counted: set[str]) -> tuple[float, float]:
    """Return what a posting adds to the result by its classes, and how much they are in all [kg CO2e]."""
    found = posting["classes"]
    size = fsum(map(abs, found.values()))
    return fsum(value for ghg, value in found.items() if ghg in counted), size


def _sums(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: fsum(values) for name, values in found.items()}


def _product(posting: Document) -> float:
    return float(posting["supply"] * posting["coefficient"] * posting["amount"] * posting["factor"])
