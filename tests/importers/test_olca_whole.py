"""Whole packages of openLCA: those of others, and the command that imports one."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from footprint.cli import main

OLCA = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "olca.py")))
CAR, MILL, STEEL = OLCA.CAR, OLCA.MILL, OLCA.STEEL
made, process, refused, taken, told, used = OLCA.made, OLCA.process, OLCA.refused, OLCA.taken, OLCA.told, OLCA.used
SHARED = Path(__file__).parents[3] / "shared"


def test_the_packages_of_others_read(tmp_path):
    """Rounded units, causal factors that are nought, wastes without treatment: read, and everything is told."""
    path = SHARED / "data" / "datasets" / "openlca-jsonld" / "US-FPL"
    if not path.is_dir():
        pytest.skip("the package is not beside the checkout")
    assert "[inventory-unlinked]" in refused(path)
    read = taken(path, allow_unlinked=True)
    assert (read.counts["processes"], read.counts["exchanges"], read.counts["datasets"]) == (4, 31, 5)
    assert {"olca-causal-nought", "olca-unit-factor", "inventory-no-share"} <= set(told(read))
    (briquette,) = (row for row in read.source.activities if row["name_en"].startswith("Wood chip briquette"))
    assert (briquette["unit"], float(briquette["amount"]), briquette["region"]) == ("kg", 1000.0, "US")


def test_an_output_that_should_have_been_avoided_is_not_guessed_at():
    """Two makers of plastic, one of them the process that uses it: which is meant is for the file to say."""
    path = SHARED / "cases" / "19_openlca_bottle_jsonld" / "My_little_database_cats_locs_avoidedproduct.zip"
    if not path.is_file():
        pytest.skip("the package is not beside the checkout")
    assert "'Plastic' (kg, DJ) is made by several datasets" in refused(path, method="Global warming")


def test_the_command_imports_a_package(packed, tmp_path, monkeypatch):
    """Told by its content, counted, kept."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    path = packed(MILL, process("plant", made(CAR), used(STEEL, 900.0)), name="mine.bin.zip")
    found = CliRunner().invoke(main, ["db", "import", str(path), "--name", "mine", "--version", "1", "--lang", "en"])
    assert found.exit_code == 0, found.output
    assert "read 2 processes with 4 exchanges: 2 datasets" in found.output
    assert (
        "1,800" in CliRunner().invoke(main, ["db", "show", "mine:plant", "--database", "mine", "--lang", "en"]).output
    )
