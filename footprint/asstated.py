"""Licensed rows that are not here: their scores as stated, and a result of them compared as far as scores go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import cycle
from math import fsum, isclose, isfinite
from pathlib import Path
from typing import Any, NamedTuple

from footprint import gwp
from footprint.background import compiled
from footprint.background.open import Database
from footprint.declare.declare import text
from footprint.declare.results import conclusion, unproven
from footprint.elements import parts
from footprint.errors import DatabaseError, problem
from footprint.model.background import DatabaseInfo, GhgClass
from footprint.package import DECLARATION
from footprint.provenance import Place, Status

_TOLERANCE = 1e-9
_SHARES = re.compile(r"result\.(?:by_class|by_gwp_set|by_status|subtotals)\b|.*\.(?:classes|sets|statuses)\.")
"""Lists that have an entry for each class, set or status there is: the split of a row adds some."""
_OTHER_SET = 1.1
"""What a score under another GWP set is taken to be of it, where that is not known [-]: anything but the same."""
Document = Mapping[str, Any]


class Split(NamedTuple):
    """One way in which scores may be split that nobody here knows: all of ``ghg``, beside other numbers nobody told."""

    ghg: str
    status: str
    is_counted: bool


def splits(made: Document) -> list[Split]:
    """Return the ways to split scores that are tried: each class by itself, counted in the total of ``made`` or not."""
    counted = {each["id"]: each["in_total"] for each in made["result"]["by_class"]}
    statuses = cycle(status.value for status in Status)
    known = [ghg.value for ghg in GhgClass if ghg is not GhgClass.UNSPLIT]
    return [Split(ghg, status, counted[ghg]) for ghg, status in zip(known, statuses, strict=False)]


def database(name: str, stated: Any, folder: Path, place: Place, split: Split | None = None) -> Database:
    """Return a database of the scores in ``stated``; `DatabaseError` for what is none of the form.

    ``split``: what the scores are taken to be of; without it, of no class.
    """
    try:
        info = DatabaseInfo(**stated["info"])
        records = [_record(row, stated["gwp_set"], split) for row in stated["rows"].values()]
        if f"{info.id}@{info.version}" != name or info.licensed != "yes":
            raise ValueError(name)
        sets = [stated["gwp_set"]] if split is None else list({stated["gwp_set"]: 1, **dict.fromkeys(gwp.SETS)})
        meta = {"gwp_sets": sets, "electricity": stated["electricity"]}
        file = compiled.parse(folder, compiled.text(info, meta, records).encode())
        compiled.examine(file)
        if set(file.codes()) != set(stated["rows"]):
            raise ValueError(name)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as exc:
        raise DatabaseError(problem("package-malformed", place, part=name)) from exc
    return Database(file, folder)


def _record(row: Document, gwp_set: str, split: Split | None) -> dict[str, Any]:
    """Return a record whose whole score is of no class, which is all that is told of it, or of that of ``split``."""
    score = row["score"]
    if type(score) not in {int, float} or not isfinite(score):
        raise ValueError(score)
    impact = [[GhgClass.UNSPLIT.value, "unknown", row["dataset"]["status"], score]] if score else []
    gaps = dict.fromkeys(map(str, row["gaps"]), 1.0 if split is None else 2.0)
    impacts: dict[str, Any] = {gwp_set: impact}
    if split is not None and score:
        counted = split.ghg if split.is_counted else GhgClass.FOSSIL.value
        beside = [] if split.is_counted else [[split.ghg, gwp_set, split.status, score]]
        impacts = {
            name: [*beside, [counted, name, split.status, score * (1.0 if name == gwp_set else _OTHER_SET)]]
            for name in {gwp_set: 1, **dict.fromkeys(gwp.SETS)}
        }
    return {"dataset": row["dataset"], "impact": impacts, **({"gaps": gaps} if gaps else {})}


def moved(made: Document, others: Iterable[Document]) -> frozenset[str]:
    """Return the values of a declaration that are not the same however scores are split: nobody here knows them."""
    one = _parts(made)
    return frozenset(name for other in map(_parts, others) for name in _unlike(one, other))


def differing(made: Document, stated: Document, moved: frozenset[str]) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Return what a declaration on scores says otherwise than ``stated`` by name, and what scores do not settle.

    ``moved``: what another split would change. Whether the result conforms follows from the outcomes as stated.
    """
    concluding = {**made, "conformity": _concluded(made, stated)}
    one = _parts(concluding)
    unlike = _unlike(one, _parts(stated))
    shares = {name for name in unlike if name not in one and _SHARES.match(name)}
    open_ = [name for name in unlike if name in moved | shares and not name.startswith("conformity")]
    return {name: both for name, both in unlike.items() if name not in set(open_)}, open_


def _parts(document: Document) -> dict[str, str]:
    return parts(DECLARATION, text(document).encode())


def _unlike(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    both = {name: (one.get(name, ""), other.get(name, "")) for name in dict.fromkeys((*one, *other))}
    return {name: pair for name, pair in both.items() if not _agree(*pair)}


def _concluded(made: Document, stated: Document) -> Document:
    """Return the conformity that follows from the outcomes ``stated``, and from what ``made`` lacks besides."""
    besides = made["conformity"]["why"][len(unproven(made["clauses"])) :]
    return conclusion([*unproven(stated["clauses"]), *besides], made["study"]["pcr"]["id"])


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
        sums[f"result.by_stage[{stage['id']}].value"] = (stages.pop(stage["id"], 0.0), stage["value"])
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
