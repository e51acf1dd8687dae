"""Databases given out: to Brightway with the same scores, as tables with the same checksum, licensed ones on a word."""

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
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from footprint import holdings
from footprint.background import exporters, readable, source, systems
from footprint.background.exporters import brightway
from footprint.background.importers.asked import Asked
from footprint.background.open import Database, open_background
from footprint.background.spread import spreads
from footprint.cli import main
from footprint.engine import resampled
from footprint.engine.ledger import HEADLINES
from footprint.errors import FootprintError
from footprint.quality.pedigree import spread

DATA = Path(__file__).parent / "data"
LINE = SimpleNamespace(**runpy.run_path(str(DATA / "line.py")))
OPEN_CN = Path(__file__).parents[1] / "databases" / "open-cn"
FLOAT32 = 1e-6
"""What Brightway keeps of a number when it stores it, relative, with some to spare."""

ODD = """
1001 | kg  | 316            | kind=unit-process
true | t   | a::b "quoted"  | period=2024, synonyms=x|y
co2-fossil | MJ | true      | region=
waste | kg | waste, treated | amount=-1, region=CN, note=a remark
burn  | kg | burning wood   | proxy=Stands in for another wood.
none  | item | nobody knows | kind=gap, note=no number
"""
ODD_EXCHANGES = """
1001 | input | true | 2 | unit=kg
1001 | emission | co2-fossil | 1500 | unit=g, gsd=1.2
1001 | input | none | 3 | unit=item
true | emission | sf6 | 0.001 | gsd=1.1
true | input | co2-fossil | 1 | unit=kWh
true | input | waste | 0.5 | unit=kg
co2-fossil | emission | co2e-unsplit | 0.1 | gwp_set=AR5
co2-fossil | emission | co2e-fossil | 0.2
waste | emission | ch4-fossil | 0.01
burn | emission | co2-biogenic | 1.8
burn | emission | co2-uptake | 1.8
burn | input | true | -0.001 | unit=t, gsd=1.3
"""


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of everything that other programs take for something else."""
    made = LINE.activities(ODD)
    units = {row["code"]: row["unit"] for row in made}
    folder = tmp_path_factory.mktemp("odd") / "odd"
    return Path(LINE.write_database(folder, made, LINE.exchanges(ODD_EXCHANGES, units), {}, "7"))


@pytest.fixture(scope="module", params=["small", "odd"])
def folder(request: pytest.FixtureRequest, odd: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return odd if request.param == "odd" else Path(LINE.small(tmp_path_factory.mktemp("small")))


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


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


# ------------------------------------------------------------------------------------------------ every format


def test_there_are_formats() -> None:
    """The registry finds the formats by listing files."""
    assert set(exporters.formats()) == {"bw2package", "csv", "excel"}


@pytest.mark.parametrize("format_", exporters.formats())
def test_same_database_same_bytes(format_: str, folder: Path) -> None:
    """Rendered twice, a database gives the same bytes."""
    assert rendered(format_, folder) == rendered(format_, folder)


@pytest.mark.parametrize("format_", exporters.formats())
def test_a_file_is_written_once(format_: str, folder: Path, tmp_path: Path) -> None:
    """The command writes the file or folder it says, refuses to write over it, and does when forced."""
    target = tmp_path / f"out{exporters.exporter(format_).SUFFIX}"
    words = ("db", "export", folder, "--format", format_, "-o", target, "--lang", "en")
    count = len(source.read(folder).activities)
    done = run(*words)
    assert done.stdout.splitlines()[0] == f"{source.read(folder).id}: {count} datasets written to {target}"
    assert "1 of them are gaps" in done.stdout
    assert run(*words).stderr.endswith("[file-exists]\n")
    assert run(*words, "--force").exit_code == 0


@pytest.mark.parametrize("format_", [f for f in exporters.formats() if exporters.exporter(f).SUFFIX])
def test_a_file_needs_its_ending(format_: str, folder: Path, tmp_path: Path) -> None:
    """Other programs open a file by its ending."""
    answer = run("db", "export", folder, "--format", format_, "-o", tmp_path / "out.zip", "--lang", "en")
    assert answer.exit_code == 2
    assert answer.stderr.endswith("Correct the name. [export-suffix]\n")


def test_an_unknown_format_is_told_with_those_there_are(folder: Path, tmp_path: Path) -> None:
    """A format nobody writes is a sentence."""
    answer = run("db", "export", folder, "--format", "spold", "-o", tmp_path / "x", "--lang", "en")
    assert answer.exit_code == 2
    assert "Did you mean 'bw2package', 'csv', 'excel'? [export-format-unknown]" in answer.stderr


@pytest.mark.parametrize("format_", exporters.formats())
def test_licensed_data_go_out_on_a_word_only(format_: str, tmp_path: Path) -> None:
    """A licensed database is not given out, in any format, unless somebody says that they hold a licence."""
    holdings.take_in(LINE.small(tmp_path), Asked(licence="EULA 3", licensed=True), "auto", "en")
    target = tmp_path / f"out{exporters.exporter(format_).SUFFIX}"
    words = ("db", "export", "small@1", "--format", format_, "-o", target, "--lang", "en")
    refused = run(*words)
    assert refused.exit_code == 2
    assert refused.stderr == (
        "small@1: the database is licensed (EULA 3): only its licence holder may pass it on. If your licence allows "
        "it, say so with --i-hold-a-licence. [licence-needed]\n"
    )
    assert not target.exists()
    assert run(*words, "--i-hold-a-licence").exit_code == 0
    assert target.exists()


@pytest.mark.parametrize("format_", ["bw2package", "excel"])
def test_rows_that_cannot_be_used_are_not_given_out(format_: str, folder: Path) -> None:
    """What cannot be compiled is not exported either: no program would say so later."""
    src = source.read(folder)
    broken = src._replace(exchanges=(*src.exchanges, source.Row({**src.exchanges[0], "flow": "nothing"})))
    assert "[database-exchange]" in LINE.refused(lambda: exporters.exporter(format_).render(broken))


# ------------------------------------------------------------------------------------------------ tables


def test_what_is_given_out_as_tables_is_the_same_database(folder: Path, tmp_path: Path) -> None:
    """Exported and imported again: the same checksum, and the store finds it there."""
    holdings.take_in(folder, Asked(), "auto", "en")
    (target := tmp_path / "out").mkdir()
    for name, content in rendered("csv", folder).items():
        (target / name).write_bytes(content)
    assert source.read(target).checksum() == source.read(folder).checksum()
    done, _ = holdings.take_in(target, Asked(), "auto", "en")
    assert "were there already" in done


def test_a_database_kept_by_topic_becomes_one_table() -> None:
    """The embedded database, its topics and documents, is the same content when its tables are joined."""
    src = source.read(OPEN_CN)
    files = readable.files(src)
    assert set(files) == {"database.yaml", "activities.csv", "exchanges.csv", "sources.csv"}
    rows = source._rows(files["exchanges.csv"].decode(), src.activities[0].place, ("activity",), [])
    assert [dict(row) for row in rows] == [dict(row) for row in src.exchanges]


# ------------------------------------------------------------------------------------------------ Brightway


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


def test_tables_of_another_database_do_not_join_an_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that holds a topic of something else is refused, forced or not; so is one of the store."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    small = LINE.small(tmp_path)
    out = tmp_path / "out"
    holdings.give_out(str(small), "csv", out, "en")
    holdings.give_out(str(small), "csv", out, "en", force=True)
    (out / "topic").mkdir()
    (out / "topic" / "exchanges.csv").write_bytes((out / "exchanges.csv").read_bytes())
    with pytest.raises(FootprintError, match=r"topic.exchanges\.csv.*file-exists"):
        holdings.give_out(str(small), "csv", out, "en", force=True)
    kept = tmp_path / "home" / "databases" / "small@1"
    kept.mkdir(parents=True)
    with pytest.raises(FootprintError, match="database-kept"):
        holdings.give_out(str(small), "csv", kept, "en", force=True)
