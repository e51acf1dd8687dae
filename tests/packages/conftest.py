"""Packages for verifiers, and keys; every test has a home of its own."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint import signing

PACKAGES = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "packages.py")))


@pytest.fixture(autouse=True)
def _home(own_home: None) -> None:
    """Keep what a package leaves at home apart."""


@pytest.fixture
def made(bill: Callable[..., Path], tmp_path: Path) -> Path:
    """Return the folder of a result."""
    return Path(PACKAGES.calculated(bill, tmp_path))


@pytest.fixture
def members(bill: Callable[..., Path], tmp_path: Path) -> dict[str, bytes]:
    """Return the members of the package of a result."""
    return dict(PACKAGES.packed(bill, tmp_path))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Return a private key; its public key stands beside it."""
    pytest.importorskip("cryptography")
    signing.new_key(tmp_path / "mine.pem", "en")
    return tmp_path / "mine.pem"
