"""What changed from one database to another: datasets added, removed, changed, with the change of their scores."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from math import fsum
from typing import Any

from footprint import units
from footprint.background.compiled import Record, as_dataset, as_intensity, as_words
from footprint.background.open import Database
from footprint.model.background import Dataset
from footprint.model.described import Change, Differences

_SAME = 1e-9
_NOT_COMPARED = {"key", "code"}


def compare(before: Database, after: Database, headline: Collection[str]) -> Differences:
    """Return what differs from ``before`` to ``after``; a score is the sum of the classes of ``headline``."""
    old, new = ({r["dataset"]["code"]: r for r in database.file.records()} for database in (before, after))
    both = [code for code in old if code in new]
    changes = [change for code in both if (change := _change(old[code], new[code], headline)) is not None]
    return Differences(
        tuple(as_dataset(new[code]) for code in new if code not in old),
        tuple(as_dataset(old[code]) for code in old if code not in new),
        tuple(sorted(changes, key=lambda change: (-change.size, change.before.code))),
        len(both) - len(changes),
    )


def _change(old: Record, new: Record, headline: Collection[str]) -> Change | None:
    before, after = as_dataset(old), as_dataset(new)
    told, now = _told(old, before), _told(new, after)
    fields = {name: (told[name], now[name]) for name in told if told[name] != now[name]}
    scale = _scale(before.unit, after.unit)
    sets = [name for name in old["impact"] if name in new["impact"]]
    scores = {name: (_score(old, name, headline, 1.0), _score(new, name, headline, scale)) for name in sets}
    moved = {name: pair for name, pair in scores.items() if not _alike(*pair)}
    if moved or scale != 1.0 or "gaps" in fields:
        fields.pop("classes", None)
    return Change(before, after, fields, scores) if fields or moved else None


def _told(record: Record, dataset: Dataset) -> dict[str, str]:
    """Return what a database says of a dataset besides its score, as texts."""
    told = {name: str(value) for name, value in dataset._asdict().items() if name not in _NOT_COMPARED}
    gaps = sorted(record.get("gaps", {}).items())
    return told | {
        "synonyms": ", ".join(as_words(record)),
        "gaps": ", ".join(code for code, _ in gaps),
        "classes": "; ".join((*itertools.starmap(_classes, sorted(record["impact"].items())), _classes("-", gaps))),
    }


def _classes(gwp_set: str, rows: Iterable[Sequence[Any]]) -> str:
    """Return what a score is made of under one set, by class and origin: a shift between them is a change too."""
    return f"{gwp_set}: " + ", ".join(f"{' '.join(key)} {value:.8g}" for *key, value in rows)


def _scale(before: str, after: str) -> float | None:
    """Return what makes a number per unit of ``after`` one per unit of ``before``; None where they do not convert."""
    try:
        return 1.0 if before == after else units.factor(before, after)
    except ValueError:
        return None


def _score(record: Record, gwp_set: str, headline: Collection[str], scale: float | None) -> float | None:
    if scale is None or record["dataset"]["kind"] == "gap":
        return None
    return scale * fsum(v for key, v in as_intensity(record, gwp_set).impact.items() if key.ghg in headline)


def _alike(before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return before is after
    return abs(after - before) <= _SAME * max(abs(before), abs(after))
