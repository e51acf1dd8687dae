"""Lines as purchasing systems write them, each with the datasets that a practitioner would take for it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from footprint.model.matched import Offered, Wanted

HERE = Path(__file__).parent
SETS = ("tuning", "reporting")
NONE = "none"


class Labelled(NamedTuple):
    """A line, the codes that are right for it (none where no dataset is), and what it is a test of."""

    wanted: Wanted
    right: frozenset[str]
    kind: str


def labelled(name: str) -> list[Labelled]:
    """Return the lines of a set: ``tuning``, by which weights are fitted, or ``reporting``, by which none is."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [_labelled(row) for row in csv.DictReader(file)]


def _labelled(row: Mapping[str, str]) -> Labelled:
    mass = float(row["mass_kg"]) if row["mass_kg"] else None
    wanted = Wanted(row["id"], row["name"], row["specification"], row["category"], row["unit"], mass)
    return Labelled(wanted, frozenset(row["accepted"].split("|")) - {NONE}, row["kind"])


def classes(index: Path, lines: Path) -> tuple[list[Offered], list[Labelled]]:
    """Return the classes of a classification and lines labelled with them.

    ``index``: a csv of code and entry, several rows a class; ``lines``: of description, code and title of the class.
    """
    entries: dict[str, list[str]] = {}
    found = []
    for _, code, title in (rows := list(_rows(lines))):
        entries.setdefault(code, [title] if title else [])
    for code, entry in _rows(index):
        entries.setdefault(code, []).append(entry)
    for number, (description, code, _) in enumerate(rows, 1):
        found.append(Labelled(Wanted(str(number), description), frozenset((code,)), "plain"))
    return [Offered(c, c, tuple(names), "", "", "", "") for c, names in sorted(entries.items()) if names], found


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        yield from rows
