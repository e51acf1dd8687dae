"""What tests of importers ask of an import: what each dataset scores, and what is told of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from footprint.background import importers, systems
from footprint.background.importers.asked import Asked, Read
from footprint.engine.compile import intensities


def taken(path: Path, **asked: Any) -> Read:
    """Import a file; ``asked`` as in `Asked`."""
    return importers.read(path, Asked(**asked))


def by_code(read: Read) -> dict[str, float]:
    """Return kg CO2e per unit of each dataset, all classes together, with AR6, by its code."""
    solved = intensities(systems.system(read.source, "AR6")).impact
    return {code: sum(impact.values()) for code, impact in solved.items()}


def by_name(read: Read) -> dict[str, float]:
    """Return kg CO2e per unit of each dataset, all classes together, with AR6, by its name."""
    names = {row["code"]: row["name_en"] for row in read.source.activities}
    return {names[code]: score for code, score in by_code(read).items()}


def told(read: Read) -> list[str]:
    """Return the codes of what is told of an import."""
    return [notice.code for notice in read.notices]


def said(read: Read) -> set[str]:
    """Return the codes of what is told of an import, each once."""
    return set(told(read))
