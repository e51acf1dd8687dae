"""Compile a database folder: every dataset's intensity under every GWP set, written beside and renamed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, cast

from footprint.background import compiled, source
from footprint.background.systems import systems
from footprint.errors import DatabaseError, problem, reason
from footprint.model.background import Key
from footprint.model.system import System
from footprint.provenance import Place


class Solution(Protocol):
    """What solving a system gives."""

    @property
    def impact(self) -> Mapping[str, Mapping[Key, float]]:
        """Impact by code and key [kg CO2e/unit]."""

    @property
    def gaps(self) -> Mapping[str, Mapping[str, float]]:
        """Unfilled inputs by code [unit/unit]."""


Solve = Callable[[System, str], Solution]


def compiled_text(folder: Path, solve: Solve) -> str:
    """Return the compiled form of the database in ``folder``."""
    src = source.read(folder)
    return text_of(src, systems(src, src.meta["gwp_sets"]), solve)


def text_of(src: source.Source, found: Mapping[str, System], solve: Solve) -> str:
    """Return the compiled form of a database whose systems are known, by GWP set."""
    solved = solve(_as_one(found), src.meta["id"])
    return compiled.text(src.info(), src.kept(), _records(src, found, solved))


def _records(src: source.Source, sets: Iterable[str], solved: Solution) -> Iterator[compiled.Record]:
    for row in src.activities:
        code = row["code"]
        gap = row["kind"] == "gap"
        impact = _by_set(sets, {} if gap else solved.impact[code])
        gaps = {code: 1.0} if gap else solved.gaps[code]
        yield compiled.record(source.dataset(src, row), impact, gaps, source.synonyms(row))


def _as_one(found: Mapping[str, System]) -> System:
    """Return systems that differ in their emissions alone as one, its keys with the set: they are solved at once."""
    emissions = tuple((at, (name, key), x) for name, each in found.items() for at, key, x in each.emissions)
    return next(iter(found.values()))._replace(emissions=cast("Any", emissions))


def _by_set(names: Iterable[str], impact: Mapping[Any, float]) -> dict[str, dict[Key, float]]:
    rows: dict[str, dict[Key, float]] = {name: {} for name in names}
    for (name, key), value in impact.items():
        rows[name][key] = value
    return rows


def compile_folder(folder: Path, solve: Solve) -> Path:
    """Write the compiled form of ``folder`` into it, and return its path. A reader never sees half of it.

    Raises `DatabaseError` for what cannot be compiled, and where it cannot be written.
    """
    return _put(folder, compiled_text(folder, solve))


def compile_source(src: source.Source, found: Mapping[str, System], solve: Solve) -> Path:
    """Write the compiled form of a source into its folder, where its readable form stands, and return its path."""
    return _put(src.folder, text_of(src, found, solve))


def _put(folder: Path, text: str) -> Path:
    target = folder / compiled.NAME
    beside = target.with_suffix(f".{os.getpid()}.tmp")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(target)
    except OSError as exc:
        raise DatabaseError(problem("cannot-write", Place(str(target)), said=reason(exc))) from exc
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return target
