"""SimaPro CSV: the files of others, the command that imports one, and files that were damaged."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings

from footprint.background import importers
from footprint.cli import main

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "simapro.py")))
M = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "mutants.py")))
ALL, BURNING, CO2, STEEL, UNITS = OF.ALL, OF.BURNING, OF.CO2, OF.STEEL, OF.UNITS
process, text = OF.process, OF.text
SHARED = Path(__file__).parents[3] / "shared" / "data" / "datasets" / "simapro"


def test_the_files_beside_the_checkout_are_read() -> None:
    """Exports of versions 8.0 to 9.3, one of them spread over cells by a spreadsheet."""
    if not SHARED.is_dir():
        pytest.skip("third-party SimaPro files are not beside the checkout")
    found = {path.stem: importers.read(path, ALL) for path in sorted(SHARED.glob("*.csv"))}
    assert {name: (read.counts["datasets"], read.counts["gaps"]) for name, read in found.items()} == {
        "allocation": (3, 0),
        "external_documents_and_literature_references": (1, 0),
        "inventory": (1, 1),
        "new-order": (1, 10),
        "process_with_invalid_lognormal_scale": (1, 0),
        "python_builtin_as_unit_name": (1, 0),
    }
    straw = {row["name_en"].partition(" |")[0]: row for row in found["allocation"].source.activities}
    assert float(straw["Rice straw, at farm (WFLDB 3.0)/IN U"]["amount"]) == 3125
    (minutes,) = found["python_builtin_as_unit_name"].source.activities
    assert (minutes["unit"], float(minutes["amount"])) == ("min", 5.0)
    zinc = {row["note"]: row for row in found["new-order"].source.exchanges if float(row["amount"]) < 0}
    assert [float(row["amount"]) for row in zinc.values()] == [-0.3]


def test_a_database_is_taken_in_by_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the file is called."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    (tmp_path / "data.bin").write_text(text(STEEL), encoding="utf-8")
    done = CliRunner().invoke(main, ["db", "import", str(tmp_path / "data.bin"), "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert "1 datasets" in done.output


PIECES = (b";", b"\n", b'"', b"\x00", b"\r", b"End", b"1e999", b"Process", b"\n\n", b",", b"\xff", b"^", b"(")
SMALL = text(
    process(
        "C",
        Products=["Chlorine;kg;2;75;not defined;X;", "Soda;kg;4;25;not defined;X;"],
        Emissions_to_air=CO2.format("a*2"),
        Waste_to_treatment="Burning;kg;4;Lognormal;1.2;0;0;(1,2,3,4,5)",
        Input_parameters="a;1;Undefined;0;0;0;No;",
        Calculated_parameters="b;max(a; 2)^2;",
    ),
    BURNING,
    UNITS,
).encode()


@given(content=M.cuts(SMALL, PIECES))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_files_are_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    """Nothing but a `FootprintError` comes out."""
    M.survives("simapro", tmp_path / "small.csv", content)


@pytest.mark.slow
@given(content=M.cuts(SMALL, PIECES))
@settings(deadline=None, max_examples=20_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_files_are_refused_in_a_sentence_at_length(tmp_path: Path, content: bytes) -> None:
    """The same for long."""
    M.survives("simapro", tmp_path / "small.csv", content)
