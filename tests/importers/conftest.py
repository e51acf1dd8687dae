"""What tests of importers write their files with."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

FACTORS = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "factors.py")))
OLCA = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "olca.py")))


@pytest.fixture
def packed(tmp_path: Path) -> Callable[..., Path]:
    """Return what writes a package of openLCA and returns where; the flows of `tests/data/olca.py` are in it."""

    def write(*entities: dict[str, Any], schema: int = 2, name: str = "package") -> Path:
        flows = OLCA.CO2, OLCA.STEEL, OLCA.SLAG, OLCA.CAR, OLCA.SCRAP
        return OLCA.package(tmp_path / name, *flows, *entities, schema=schema)

    return write


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., Path]:
    """Return what writes files of activities of EcoSpold 2, numbered, and returns their folder."""

    def write(*contents: str | bytes) -> Path:
        folder = tmp_path / "release"
        folder.mkdir()
        for at, content in enumerate(contents):
            path = folder / f"{at}.spold"
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return write


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Return what writes rows of own factors as a file: ``table(row, row, name="factors.xlsx")``."""

    def write(*rows: Mapping[str, Any], name: str = "factors.xlsx") -> Path:
        path = tmp_path / name
        path.write_bytes(FACTORS.as_csv(rows) if name.endswith(".csv") else FACTORS.as_xlsx(rows))
        return path

    return write
