"""Compile a database folder: every dataset's intensity under every GWP set, written beside and renamed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from footprint.background import compiled, source
from footprint.background.systems import system
from footprint.model.background import Key
from footprint.model.system import System


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
        records.append(compiled.record(source.dataset(src.id, row), impact, gaps))
    kept: dict[str, object] = {key: src.meta[key] for key in ("gwp_sets", "electricity") if key in src.meta}
    return compiled.text(src.info(), kept, records)


def compile_folder(folder: Path, solve: Callable[[System, str], Solution]) -> Path:
    """Write the compiled form of ``folder`` into it, and return its path. A reader never sees half of it."""
    target = folder / compiled.NAME
    beside = target.with_suffix(f".{os.getpid()}.tmp")
    beside.write_text(compiled_text(folder, solve), encoding="utf-8", newline="\n")
    beside.replace(target)
    return target
