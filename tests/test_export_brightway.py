"""Databases given out to Brightway: the same scores, and the same draws, in bw2calc and after bw2io."""

from __future__ import annotations

import bz2
import importlib.util
import json
import math
import os
import runpy
import subprocess
import sys
from collections.abc import Iterator, Mapping
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import load_workbook

from footprint.background import exporters, source, systems
from footprint.background.exporters import brightway
from footprint.background.open import Database, open_background
from footprint.background.spread import spreads
from footprint.engine import resampled
from footprint.engine.ledger import HEADLINES
from footprint.quality.pedigree import spread

DATA = Path(__file__).parent / "data"
LINE = SimpleNamespace(**runpy.run_path(str(DATA / "line.py")))
FLOAT32 = 1e-6
"""What Brightway keeps of a number when it stores it, relative, with some to spare."""


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(LINE.odd(tmp_path_factory.mktemp("odd")))


@pytest.fixture(scope="module", params=["small", "odd"])
def folder(request: pytest.FixtureRequest, odd: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return odd if request.param == "odd" else Path(LINE.small(tmp_path_factory.mktemp("small")))


def rendered(format_: str, folder: Path) -> Mapping[str, bytes]:
    return exporters.exporter(format_).render(source.read(folder))


def loaded(packed: Any) -> Any:
    """Return what Brightway reads of its JSON: tuples and mappings that are marked so."""
    if isinstance(packed, dict) and "__tuple__" in packed:
        return tuple(map(loaded, packed["data"]))
    if isinstance(packed, dict):
        return dict(zip(map(loaded, packed["keys"]), map(loaded, packed["values"]), strict=True))
    return [*map(loaded, packed)] if isinstance(packed, list) else packed


def package(folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the database and the methods of an exported package."""
    database, *methods = loaded(json.loads(bz2.decompress(rendered("bw2package", folder)[""])))
    return database, methods


def expected(database: Database, gwp_set: str, headline: str) -> dict[str, float]:
    """Return the score of every dataset [kg CO2e/unit]."""
    return {
        code: fsum(v for k, v in database.intensity(code, gwp_set).impact.items() if k.ghg in HEADLINES[headline])
        for code in database.file.codes()
    }


def compare(found: Mapping[str, float], wanted: Mapping[str, float], tolerance: float) -> None:
    assert set(found) == set(wanted)
    scale = max(map(abs, wanted.values()))
    for code, score in wanted.items():
        assert found[code] == pytest.approx(score, rel=tolerance, abs=tolerance * 1e-6 * scale), code


def datapackages(folder: Path) -> Iterator[tuple[tuple[str, ...], dict[str, float]]]:
    """Yield each method of an exported package with the scores that bw2calc makes of its nodes."""
    import bw2calc
    import bw_processing as bwp
    import numpy as np

    database, methods = package(folder)
    ids = {key: number for number, key in enumerate(database["data"], start=1)}
    every = [exchange for node in database["data"].values() for exchange in node["exchanges"]]
    made = bwp.create_datapackage()
    for matrix, kinds in (("technosphere", ("production", "technosphere")), ("biosphere", ("biosphere",))):
        chosen = [exchange for exchange in every if exchange["type"] in kinds]
        indices = [(ids[exchange["input"]], ids[exchange["output"]]) for exchange in chosen]
        made.add_persistent_vector(
            matrix=f"{matrix}_matrix", name=matrix, indices_array=np.array(indices, dtype=bwp.INDICES_DTYPE),
            data_array=np.array([exchange["amount"] for exchange in chosen]),
            flip_array=np.array([exchange["type"] == "technosphere" for exchange in chosen]),
        )  # fmt: skip
    nodes = [key for key, node in database["data"].items() if node["type"] == "process"]
    for method in methods:
        factors = bwp.create_datapackage()
        factors.add_persistent_vector(
            matrix="characterization_matrix", name="gwp", data_array=np.array([cf for _, cf in method["data"]]),
            indices_array=np.array([(ids[key], 0) for key, _ in method["data"]], dtype=bwp.INDICES_DTYPE),
        )  # fmt: skip
        lca = bw2calc.LCA({ids[nodes[0]]: 1}, data_objs=[made, factors])
        lca.lci()
        lca.lcia()
        found = {}
        for key in nodes:
            lca.lcia({ids[key]: 1})
            found[key[1]] = lca.score
        yield method["name"], found


def test_bw2calc_scores_the_package_as_we_do(folder: Path) -> None:
    """Every dataset, under every set and both headlines, from the package alone: units and signs are Brightway's."""
    database = open_background((str(folder),)).databases[0]
    methods = dict(datapackages(folder))
    name = f"{database.info.id} {database.info.version}"
    assert set(methods) == {(name, f"GWP100 {s}", h) for s in ("AR5", "AR6") for h in ("0/0", "-1/+1")}
    for (_, gwp_set, headline), found in methods.items():
        compare(found, expected(database, gwp_set.split()[1], headline), 1e-9)


SCATTERED = """
ore   | kg | ore   | pedigree=3;2;5;3;3
metal | kg | metal | kind=unit-process, pedigree=2;2;3;1;2
"""
SCATTERED_EXCHANGES = """
ore   | emission | co2e-fossil | 2 | gsd=1.1
metal | input    | ore   | 3 | gsd=1.2
metal | input    | metal | 0.2
metal | emission | co2-fossil | 1
"""


def test_bw2calc_draws_the_package_as_the_reference_here_does(tmp_path: Path) -> None:
    """What is published and scores, both are in the scale of an exchange: mean and deviation within sampling error."""
    import bw2calc
    import bw_processing as bwp
    import numpy as np

    made = LINE.activities(SCATTERED)
    units = {row["code"]: row["unit"] for row in made}
    src = source.read(LINE.write_database(tmp_path / "own", made, LINE.exchanges(SCATTERED_EXCHANGES, units), {}))
    content = exporters.exporter("bw2package").render(src, spread)[""]
    database = loaded(json.loads(bz2.decompress(content)))[0]["data"]
    ids = {key: number for number, key in enumerate(database, start=1)}
    every = [exchange for node in database.values() for exchange in node["exchanges"]]
    packages = []
    for seed, kinds in enumerate((("production", "technosphere"), ("biosphere",))):
        chosen = [exchange for exchange in every if exchange["type"] in kinds]
        package = bwp.create_datapackage(sum_intra_duplicates=True, seed=seed)
        matrix = "biosphere_matrix" if seed else "technosphere_matrix"
        indices = [(ids[exchange["input"]], ids[exchange["output"]]) for exchange in chosen]
        distributions = np.zeros(len(chosen), dtype=bwp.UNCERTAINTY_DTYPE)
        for row, exchange in zip(distributions, chosen, strict=True):
            row["uncertainty_type"] = exchange["uncertainty type"] if "scale" in exchange else 0
            row["shape"] = row["minimum"] = row["maximum"] = np.nan
            row["loc"], row["scale"] = exchange.get("loc", exchange["amount"]), exchange.get("scale", np.nan)
        package.add_persistent_vector(
            matrix=matrix, name=matrix, indices_array=np.array(indices, dtype=bwp.INDICES_DTYPE),
            data_array=np.array([exchange["amount"] for exchange in chosen]), distributions_array=distributions,
            flip_array=np.array([exchange["type"] == "technosphere" for exchange in chosen]),
        )  # fmt: skip
        packages.append(package)
    gases = [(ids[key], 0) for key, node in database.items() if node["type"] == "emission"]
    factors = bwp.create_datapackage()
    factors.add_persistent_vector(
        matrix="characterization_matrix", name="gwp", data_array=np.ones(len(gases)),
        indices_array=np.array(gases, dtype=bwp.INDICES_DTYPE),
    )  # fmt: skip
    at = next(ids[key] for key in ids if key[1] == "metal")
    lca = bw2calc.LCA({at: 1}, data_objs=[*packages, factors], use_distributions=True)
    lca.lci()
    lca.lcia()
    scores = np.array([lca.score for _, _ in zip(range(1500), lca, strict=False)])
    system = systems.system(src, "AR6")
    inputs, emissions = ([sigma for _, sigma in found] for found in spreads(src, spread))
    of = resampled.background(system, resampled.Scatter(inputs, emissions), frozenset({"fossil"}), src.id)
    own = resampled.intensities(of, 4000, 1)[:, system.codes.index("metal")]
    assert float(own.mean()) == pytest.approx(float(scores.mean()), rel=0.03)
    assert float(own.std()) == pytest.approx(float(scores.std()), rel=0.1)


def test_headlines_are_those_of_the_ledger() -> None:
    """What a method leaves out is what the ledger leaves out."""
    assert set(brightway.HEADLINES) == set(HEADLINES)
    left_out = HEADLINES["-1/+1"] - HEADLINES["0/0"]
    assert {ghg.value for ghg in brightway._UNCOUNTED} == left_out


@pytest.mark.parametrize(("gsd", "told"), [("", {}), ("1", {"uncertainty type": 1, "loc": 2.0})])
def test_what_is_exact_is_not_what_nobody_states(gsd: str, told: dict[str, float]) -> None:
    """A stated deviation of nothing is Brightway's "no uncertainty"; without a statement there is none in it."""
    of = math.log(float(gsd)) if gsd else None
    assert brightway.Exchange("technosphere", "ore", "Ore", 2.0, "kilogram", sigma=of).uncertainty() == told


def test_a_package_is_as_brightway_writes_it(odd: Path) -> None:
    """Class, keys, links within the database, units in Brightway's words, spreads as lognormal, gaps that say so."""
    database, methods = package(odd)
    assert database["class"] == {"module": "bw2data.backends.peewee.database", "name": "SQLiteBackend"}
    assert {m["class"]["module"] for m in methods} == {"bw2data.method"}
    nodes = {code: node for (_, code), node in database["data"].items()}
    assert all((node["database"], node["code"]) == key for key, node in database["data"].items())
    assert {exc["input"] for node in nodes.values() for exc in node["exchanges"]} <= set(database["data"])
    assert {code: node["unit"] for code, node in nodes.items() if not code.startswith("gas:")} == {
        "1001": "kilogram", "true": "ton", "co2-fossil": "megajoule", "waste": "kilogram", "burn": "kilogram",
        "none": "unit",
    }  # fmt: skip
    assert nodes["none"]["comment"].startswith("GAP: ")
    assert nodes["burn"]["comment"].endswith("Proxy: Stands in for another wood.")
    used = {exc["name"]: exc for exc in nodes["1001"]["exchanges"]}
    assert used['a::b "quoted"']["amount"] == 0.002  # t
    carbon = used["Carbon dioxide, fossil"]
    assert (carbon["amount"], carbon["unit"], carbon["uncertainty type"]) == (1.5, "kilogram", 2)
    assert (carbon["loc"], carbon["scale"]) == (math.log(1.5), math.log(1.2))
    (credit,) = [exc for exc in nodes["burn"]["exchanges"] if exc["type"] == "technosphere"]
    assert (credit["negative"], credit["loc"]) == (True, math.log(0.001))
    co2e = {code: node["name"] for code, node in nodes.items() if code.startswith("gas:co2e")}
    assert co2e == {
        "gas:co2e-fossil-unknown": "CO2 equivalent, fossil, GWP set unknown",
        "gas:co2e-unsplit-ar5": "CO2 equivalent, unsplit, GWP set AR5",
    }


def test_a_workbook_has_no_text_that_is_taken_for_a_number(odd: Path, tmp_path: Path) -> None:
    """A code 1001, a name 316 and a text with :: in it stay what they are."""
    path = tmp_path / "odd.xlsx"
    path.write_bytes(rendered("excel", odd)[""])
    rows = list(load_workbook(path).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[0][:2] == ("Database", "odd 7")
    named = {row[1] for row in rows if row[0] == "Activity"}
    assert {"'316'", 'a: :b "quoted"', "'true'"} <= named
    assert {row[1] for row in rows if row[0] == "code"} >= {"'1001'", "'true'", "co2-fossil", "gas:co2-fossil"}
    for row in rows:
        for text in filter(lambda cell: isinstance(cell, str), row[1:]):
            assert not text.replace(".", "").isdigit()
            assert text.casefold() not in {"true", "false"}
            assert text.count("::") == (1 if text.startswith("odd 7::") else 0)


def test_a_sheet_that_would_be_cut_off_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More rows than a sheet holds end in a sentence, not in a shorter file."""
    from footprint.background.exporters import excel

    monkeypatch.setattr(excel, "MAX_ROWS", 20)
    assert LINE.refused(lambda: rendered("excel", folder)).endswith("Use --format bw2package. [export-too-large]")


def brightway_python() -> str | None:
    """Return a Python that has bw2io: the one ``BRIGHTWAY_PYTHON`` names, else this one."""
    return os.environ.get("BRIGHTWAY_PYTHON") or (sys.executable if importlib.util.find_spec("bw2io") else None)


@pytest.mark.skipif(
    brightway_python() is None, reason="bw2io is not installed; BRIGHTWAY_PYTHON names a Python that has it"
)
@pytest.mark.parametrize("format_", ["bw2package", "excel"])
def test_brightway_imports_it_and_scores_it_as_we_do(format_: str, folder: Path, tmp_path: Path) -> None:
    """bw2io reads the file without anything unlinked, and bw2calc's scores are ours, as far as it keeps numbers."""
    path = tmp_path / f"out{exporters.exporter(format_).SUFFIX}"
    path.write_bytes(rendered(format_, folder)[""])
    (home := tmp_path / "brightway").mkdir()
    world = {**os.environ, "BRIGHTWAY2_DIR": str(home), "HOME": str(home), "PYTHONPATH": ""}
    words = [str(brightway_python()), str(DATA / "brightway_scores.py"), format_, str(path)]
    said = subprocess.run(words, env=world, cwd=home, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    found = json.loads(said.stdout.splitlines()[-1])
    database = open_background((str(folder),)).databases[0]
    assert len(found["scores"]) == {"bw2package": 4, "excel": 2}[format_]
    for method, scores in found["scores"].items():
        gwp_set, headline = method.removeprefix("GWP100 ").split("|")
        plain = {code.strip("'"): score for code, score in scores.items()}
        compare(plain, expected(database, gwp_set, headline), FLOAT32)
