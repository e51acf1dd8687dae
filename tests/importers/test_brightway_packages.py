"""Brightway's packages: codes and flows by their ids, any value anywhere, and what was exported comes back."""

from __future__ import annotations

import bz2
import io
import json
import runpy
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footprint.background import exporters, source, systems
from footprint.engine.compile import intensities
from footprint.errors import DatabaseError, FootprintError

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "brightway.py")))
FOSSIL, MADE, NODES, STEEL, SUPPLY = OF.FOSSIL, OF.MADE, OF.NODES, OF.STEEL, OF.SUPPLY
block, node, package, scores, taken, written = OF.block, OF.node, OF.package, OF.scores, OF.taken, OF.written


@pytest.mark.parametrize(("written_as", "ending"), [("excel", "xlsx"), ("bw2package", "bw2package")])
def test_what_is_exported_comes_back_with_the_same_checksum(
    small: Path, tmp_path: Path, written_as: str, ending: str
) -> None:
    """Nothing is lost on the way there and back, in any format for Brightway."""
    src = source.read(small)
    path = tmp_path / f"out.{ending}"
    path.write_bytes(exporters.exporter(written_as).render(src)[""])
    again = taken(path).source
    assert again.checksum() == src.checksum()
    assert again.meta == src.meta


OURS = """
split | emission | co2-fossil | 1
split | emission | co2-biogenic | 2
split | emission | co2-uptake | 3
split | emission | co2-luc-uptake | 0.5
split | emission | ch4-unspecified | 0.25
whole | emission | co2e-unsplit | 5 | gwp_set=unknown
whole | emission | co2e-land_use_change | 2 | gwp_set=AR5
whole | emission | co2e-fossil | 7 | gwp_set=AR6, only_for=AR6
"""


@pytest.mark.parametrize(("written_as", "ending"), [("excel", "xlsx"), ("bw2package", "bw2package")])
def test_what_was_exported_and_changed_keeps_its_emissions(tmp_path: Path, written_as: str, ending: str) -> None:
    """Our tables are void then; our flows are known by their names, each counted as it was under each set."""
    line = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "line.py")))
    made = line.activities("split | kg | split | kind=factor\nwhole | kg | whole thing | kind=factor")
    units = {row["code"]: row["unit"] for row in made}
    src = source.read(line.write_database(tmp_path / "own", made, line.exchanges(OURS, units), {}))
    path = tmp_path / f"out.{ending}"
    path.write_bytes(_touched(exporters.exporter(written_as).render(src)[""], ending))
    again = taken(path).source
    assert again.checksum() != src.checksum()
    for name in ("AR5", "AR6"):
        assert _impact(again, name) == pytest.approx(_impact(src, name))


def _impact(src: source.Source, gwp_set: str) -> dict[tuple[str, str, str], float]:
    found = intensities(systems.system(src, gwp_set)).impact
    return {(code, key.ghg, key.gwp): value for code, impact in found.items() for key, value in impact.items()}


def _touched(content: bytes, ending: str) -> bytes:
    """Return an exported database in which one text is another."""
    if ending == "bw2package":
        return bz2.compress(bz2.decompress(content).replace(b'"whole thing"', b'"a whole thing"'))
    book = openpyxl.load_workbook(io.BytesIO(content))
    for cell in (cell for row in book.worksheets[0] for cell in row if cell.value == "whole thing"):
        cell.value = "a whole thing"
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def test_a_package_that_was_changed_counts_as_it_is(small: Path, tmp_path: Path) -> None:
    """Our tables are void when Brightway's data are others than they were written with."""
    src = source.read(small)
    told = json.loads(bz2.decompress(exporters.exporter("bw2package").render(src)[""]))
    text = json.dumps(told).replace('"unit", "', '"unit", "', 1)
    for at, key in enumerate(told[0]["keys"]):
        if key == "data":
            told[0]["values"][at]["values"] = told[0]["values"][at]["values"][:-1]
            told[0]["values"][at]["keys"] = told[0]["values"][at]["keys"][:-1]
    path = tmp_path / "out.bw2package"
    path.write_bytes(bz2.compress(json.dumps(told).encode()))
    assert text
    assert taken(path, allow_unlinked=True).counts


def test_a_package_links_by_codes_and_knows_flows_by_their_uuid(tmp_path: Path) -> None:
    """An emission of the biosphere database carries no name; one of its own is a node."""
    read = taken(package(tmp_path, NODES))
    solved = intensities(systems.system(read.source, "AR6")).impact
    assert sum(solved["steel"].values()) == pytest.approx(1.8)
    assert sum(solved["widget"].values()) == pytest.approx((3 * 1.8 + 0.1 * 29.8) / 2)


UPTAKE = {"input": ("biosphere3", "cc6a1abb-b123-4ca6-8f16-38209df609be"), "type": "biosphere", "amount": 1.8}


@pytest.mark.parametrize(
    "more", [{}, {"name": "Carbon dioxide, in air"}, {"categories": ("natural resource", "in air")}]
)
def test_an_uptake_is_one_however_little_is_said_of_it(tmp_path: Path, more: Mapping[str, Any]) -> None:
    """By its UUID, by its name without a compartment, with both: 1.8 kg are taken up."""
    grown = {"wood": node({"input": ("fg", "wood"), "type": "production", "amount": 1.0}, {**UPTAKE, **more})}
    assert scores(taken(package(tmp_path, grown))) == {"x": -1.8}


def test_a_waste_with_a_negative_reference_is_stored_as_what_is_taken(tmp_path: Path) -> None:
    """1 kg of waste treated causes 3 kg, whoever asks; who gives away 2 kg causes 6."""
    treated = {"input": ("fg", "t"), "type": "production", "amount": -1.0}
    nodes = {
        "t": node(treated, {"input": FOSSIL, "type": "biosphere", "amount": 3.0}, name="treatment"),
        "p": node({"input": ("fg", "p"), "type": "production", "amount": 1.0},
                  {"input": ("fg", "t"), "type": "technosphere", "amount": -2.0}, name="pump"),
    }  # fmt: skip
    assert scores(taken(package(tmp_path, nodes))) == {"treatment": 3.0, "pump": 6.0}


def test_a_node_of_another_database_leads_nowhere(tmp_path: Path) -> None:
    """Database and code are told."""
    broken = {**NODES, "widget": node({"input": ("ecoinvent", "abc"), "type": "technosphere", "amount": 1.0})}
    with pytest.raises(DatabaseError, match="no dataset makes 'ecoinvent abc'"):
        taken(package(tmp_path, broken))


ANY = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    """A package that inflates without end is not read to its end."""
    path = tmp_path / "bomb.bw2package"
    path.write_bytes(bz2.compress(b'[{"metadata": "' + b" " * (1 << 22)) * 3)
    with pytest.raises(FootprintError):
        taken(path)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY, st.sampled_from(["input", "type", "amount", "unit", "exchanges", "name", "categories", "location"]))
def test_any_value_anywhere_is_refused_or_read(tmp_path: Path, value: Any, key: str) -> None:
    """A node or an exchange with anything in place of a value: a problem with the file, or a database."""
    worse = {code: dict(node) for code, node in NODES.items()}
    worse["widget"][key] = value
    worse["steel"]["exchanges"] = [{**each, key: value} for each in NODES["steel"]["exchanges"]]
    told = ""
    try:
        taken(package(tmp_path, worse), allow_unlinked=True)
    except FootprintError as exc:
        told = exc.text()
    assert not told or "fg.bw2package" in told


@pytest.mark.parametrize(("written_as", "ending"), [("excel", "xlsx"), ("bw2package", "bw2package")])
def test_an_import_with_gaps_and_odd_numbers_comes_back(tmp_path: Path, written_as: str, ending: str) -> None:
    """A workbook holds sixteen digits of a number; what that leaves away makes our tables no void ones."""
    odd = (*STEEL[:2], 0.0046500000000000005, *STEEL[3:])
    lacking = ("copper", "copper", 1 / 3, "kilogram", "CN", "", "technosphere")
    src = taken(written(tmp_path, [*SUPPLY, *block("widget", "unit", MADE, odd, lacking)]), allow_unlinked=True).source
    path = tmp_path / f"out.{ending}"
    path.write_bytes(exporters.exporter(written_as).render(src)[""])
    assert taken(path).source.checksum() == src.checksum()


@pytest.mark.parametrize(("written_as", "ending"), [("excel", "xlsx"), ("bw2package", "bw2package")])
def test_a_gap_stays_one_where_only_brightway_s_form_is_left(tmp_path: Path, written_as: str, ending: str) -> None:
    """A process without exchanges is none that gives off nothing: whoever uses it lacks it."""
    lacking = ("copper", "copper", 0.25, "kilogram", "CN", "", "technosphere")
    src = taken(
        written(tmp_path, [*SUPPLY, *block("widget", "unit", MADE, STEEL, lacking)]), allow_unlinked=True
    ).source
    path = tmp_path / f"out.{ending}"
    path.write_bytes(exporters.exporter(written_as).render(src)[""])
    if ending == "xlsx":
        from openpyxl import load_workbook

        book = load_workbook(path)
        for name in book.sheetnames[1:]:
            del book[name]
        book.save(path)
    else:
        told = json.loads(bz2.decompress(path.read_bytes()).decode().replace('"footprint"', '"was"'))
        path.write_bytes(bz2.compress(json.dumps(told).encode()))
    read = taken(path, allow_unlinked=True)
    (gap,) = (row["code"] for row in read.source.activities if row["kind"] == "gap")
    widget = next(row["code"] for row in read.source.activities if row["name_en"] == "widget")
    assert intensities(systems.system(read.source, "AR6")).gaps[widget] == {gap: 0.25}
