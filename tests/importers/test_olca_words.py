"""Uncertainty, data quality and documentation in packages of openLCA are kept."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

OLCA = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "olca.py")))
MILL, STEEL = OLCA.MILL, OLCA.STEEL
made, out, process, taken = OLCA.made, OLCA.out, OLCA.process, OLCA.taken
PEDIGREE = OLCA.reference("DQSystem", "pedigree", indicators=[
    {"position": at + 1, "name": name} for at, name in enumerate((
        "Flow reliability", "Temporal correlation", "Geographical correlation", "Technological correlation",
        "Data collection methods",
    ))
])  # fmt: skip


def test_uncertainty_and_scores_are_kept(packed):
    """Scores by the names of their indicators, whatever their order; a deviation holds the scores beside it."""
    lognormal = {"distributionType": "LOG_NORMAL_DISTRIBUTION", "geomMean": 2.0, "geomSd": 1.3}
    triangle = {"distributionType": "TRIANGLE_DISTRIBUTION", "minimum": 1.0, "mode": 2.0, "maximum": 3.0}
    rows = [
        out(2.0, uncertainty=lognormal, dqEntry="(1;2;3;n.a.;5)"),
        out(1.0, dqEntry="(2;2;2;2;2)", baseUncertainty=1.05),
        out(1.0, uncertainty=triangle), out(1.0, uncertainty=lognormal | {"geomSd": 0.5}),
    ]  # fmt: skip
    mill = process("mill", made(STEEL), *rows, exchangeDqSystem=OLCA.reference("DQSystem", "pedigree"))
    first, second, third, fourth = taken(packed(PEDIGREE, mill)).source.exchanges
    assert (first["gsd"], first["gsd_is"], first["pedigree"]) == ("1.3", "total", "1;5;2;3;-")
    assert (second["gsd"], second["pedigree"]) == ("", "2;2;2;2;2")
    assert "1.05" in second["note"]
    assert third["note"] == "TRIANGLE_DISTRIBUTION minimum=1.0 mode=2.0 maximum=3.0"
    assert (fourth["gsd"], "geomSd=0.5" in fourth["note"]) == ("", True)


def test_scores_of_other_systems_stay_words(packed):
    """Two indicators of a process review are no pedigree."""
    system = OLCA.reference("DQSystem", "s", indicators=[{"position": 1, "name": "Process review"}])
    mill = process("mill", made(STEEL), out(1.0), dqSystem=OLCA.reference("DQSystem", "s"), dqEntry="(3)")
    (row,) = taken(packed(system, mill)).source.activities
    assert row["pedigree"] == ""
    assert "data quality (3)" in row["note"]


def test_documentation_is_kept(packed):
    """Place, years, technology, sources, description, category."""
    documentation = {
        "validFrom": "2016-01-01-05:00", "validUntil": "2018-12-31", "technologyDescription": "Electric  arc.",
        "geographyDescription": "North.", "sources": [OLCA.reference("Source", f"Study {name}") for name in "AB"],
    }  # fmt: skip
    place = OLCA.reference("Location", "somewhere", code="DJ")
    mill = MILL | {"processDocumentation": documentation, "description": "A mill.", "category": "metals/steel"}
    mill |= {"location": OLCA.reference("Location", "somewhere")}
    (row,) = taken(packed(place, mill)).source.activities
    assert (row["region"], row["period"], row["technology"]) == ("DJ", "2016-2018", "Electric arc.")
    assert (row["citation"], row["category"]) == ("Study A; Study B", "metals/steel")
    assert row["note"] == "A mill. North."
