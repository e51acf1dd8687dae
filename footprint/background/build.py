"""Compile a database folder: every dataset's intensity under every GWP set, written beside and renamed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from footprint.background import compiled, source
from footprint.background.systems import system
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


def compiled_text(folder: Path, solve: Callable[[System, str], Solution]) -> str:
    """Return the compiled form of the database in ``folder``."""
    src = source.read(folder)
    solved = {name: solve(system(src, name), src.meta["id"]) for name in src.meta["gwp_sets"]}
    first = next(iter(solved.values()))
    records = []
    for row in src.activities:
        code = row["code"]
        gap = row["kind"] == "gap"
        impact = {name: {} if gap else solution.impact[code] for name, solution in solved.items()}
        gaps = {code: 1.0} if gap else first.gaps[code]
        records.append(compiled.record(source.dataset(src, row), impact, gaps, source.synonyms(row)))
    return compiled.text(src.info(), src.kept(), records)


def compile_folder(folder: Path, solve: Callable[[System, str], Solution]) -> Path:
    """Write the compiled form of ``folder`` into it, and return its path. A reader never sees half of it.

    Raises `DatabaseError` for what cannot be compiled, and where it cannot be written.
    """
    target = folder / compiled.NAME
    text = compiled_text(folder, solve)
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
