"""Packages of openLCA: folders, zips, both schemas, whatever wrote the JSON, and what is no package."""

from __future__ import annotations

import json
import runpy
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint.background import importers
from footprint.background.importers import olca

OLCA = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "olca.py")))
AIR, CAR, CO2, MILL, STEEL = OLCA.AIR, OLCA.CAR, OLCA.CO2, OLCA.MILL, OLCA.STEEL
made, out, parameter, process, refused, scores, taken, told, used = (
    OLCA.made, OLCA.out, OLCA.parameter, OLCA.process, OLCA.refused, OLCA.scores, OLCA.taken, OLCA.told, OLCA.used,
)  # fmt: skip


@pytest.mark.parametrize("schema", [1, 2])
@pytest.mark.parametrize("name", ["package", "package.zip"])
def test_both_schemas_folders_and_zips_are_one_database(packed, schema, name):
    """Names of fields, a folder or a zip: the content is the same, and so is its checksum."""
    car = process("plant", made(CAR), used(STEEL, 900.0, "mill"), category="vehicles/cars")
    new = taken(packed(MILL, car, name="new"), id="x").source
    same = taken(packed(MILL, car, schema=schema, name=name), id="x").source
    assert [dict(row) for row in same.exchanges] == [dict(row) for row in new.exchanges]
    kept = [key for key in new.activities[0] if key != "citation"]
    assert [[row[key] for key in kept] for row in same.activities] == [
        [row[key] for key in kept] for row in new.activities
    ]
    assert scores(taken(packed(MILL, car, schema=schema, name=name))) == {"mill": 2.0, "plant": 1800.0}


def test_a_package_below_other_folders_is_found(tmp_path):
    """Zips of a folder have it as the first part of every name."""
    with zipfile.ZipFile(tmp_path / "x.bin", "w") as archive:
        for name, content in OLCA.files([CO2, STEEL, MILL]):
            archive.writestr(f"export 2023/{name}", content)
    assert scores(taken(tmp_path / "x.bin")) == {"mill": 2.0}


def test_folders_may_be_called_anything(packed, tmp_path):
    """Files whose folder says nothing are told by their type."""
    for path in packed(MILL).rglob("*.json"):
        path.rename(tmp_path / f"{path.parent.name}-{path.name}")
    for folder in (tmp_path / "package").iterdir():
        folder.rmdir()
    (tmp_path / "package").rmdir()
    assert scores(taken(tmp_path)) == {"mill": 2.0}


@pytest.mark.parametrize(
    "written",
    [
        lambda found: json.dumps(found, indent=4, sort_keys=True).encode(),
        lambda found: b"\xef\xbb\xbf" + json.dumps(found).encode(),
        lambda found: json.dumps(found, ensure_ascii=False).encode("utf-16"),
    ],
)
def test_however_the_json_is_written(packed, written):
    """Indented, sorted, with a mark of its encoding, in another one."""
    path = packed(MILL) / "processes" / "mill.json"
    path.write_bytes(written(json.loads(path.read_bytes())))
    assert scores(taken(path.parents[1])) == {"mill": 2.0}


def test_one_file_of_a_process_is_a_package(tmp_path):
    """References say what their flows are, where no file does."""
    flows = {"flow": OLCA.reference("Flow", "co2", flowType=OLCA.ELEMENTARY, category=AIR) | {"name": "Carbon dioxide"}}
    path = tmp_path / "one.json"
    path.write_text(json.dumps(process("mill", made(STEEL, unit="t"), out(2000.0, unit="kg") | flows)), "utf-8")
    assert importers.importer("olca").sniff(path)
    assert scores(taken(path)) == {"mill": 2000.0}
    assert taken(path).source.activities[0]["unit"] == "t"


def test_a_database_of_openlca_itself_is_told(tmp_path):
    """A ``.zolca`` is no export: what to do is said."""
    with zipfile.ZipFile(tmp_path / "x.zolca", "w") as archive:
        archive.writestr("service.properties", b"#")
        archive.writestr("seg0/c10.dat", b"\0" * 9)
    assert "[olca-zolca]" in refused(tmp_path / "x.zolca")


def test_files_that_are_no_json_are_all_told(packed):
    """Each with its name; nothing is imported."""
    path = packed(MILL)
    (path / "processes" / "a.json").write_bytes(b"{")
    (path / "processes" / "b.json").write_bytes(b"[" * 100_000)
    (path / "processes" / "c.json").write_bytes(b"[]")
    (path / "flows" / "d.json").write_bytes(b'{"x": ' + b"1" * 5000 + b"}")
    said = refused(path)
    assert said.count("[olca-json]") == 4
    assert all(f"{name}.json: " in said for name in "abcd")


def test_libraries_and_uncertain_parameters_are_told(packed):
    """What a package does not hold, and what is not carried on."""
    uncertain = parameter("p", 1.0) | {"uncertainty": {"distributionType": "UNIFORM_DISTRIBUTION", "minimum": 0}}
    path = packed(MILL | {"parameters": [uncertain]}, uncertain)
    (path / "openlca.json").write_text('{"schemaVersion": 2, "libraries": [{"id": "lib 1.0"}]}', "utf-8")
    read = taken(path)
    assert sorted(told(read)) == ["olca-libraries", "olca-parameters"]
    assert [notice.facts for notice in read.notices] == [{"names": "lib 1.0"}, {"count": 2}]


@pytest.mark.parametrize("schema", [1, 2])
def test_a_protected_package_is_passed_on_by_licence_holders_alone(packed, schema):
    """One process that says so is enough."""
    key = "isCopyrightProtected" if schema == 2 else "copyright"
    free = taken(packed(MILL | {"processDocumentation": {key: False}}, schema=schema))
    assert free.source.meta["licensed"] == "no"
    read = taken(packed(MILL | {"processDocumentation": {key: True}}, schema=schema))
    assert (read.source.meta["licensed"], told(read)) == ("yes", ["olca-copyright"])


def test_categories_that_refer_to_themselves_end(packed):
    """A circle of categories is no endless path."""
    path = packed(MILL, schema=1)
    (path / "categories").mkdir(exist_ok=True)
    for name, above in (("a", "b"), ("b", "a")):
        loop = OLCA.reference("Category", name, category=OLCA.reference("Category", above))
        (path / "categories" / f"{name}.json").write_text(json.dumps(loop), "utf-8")
    mill = json.loads((path / "processes" / "mill.json").read_bytes()) | {"category": OLCA.reference("Category", "a")}
    (path / "processes" / "mill.json").write_text(json.dumps(mill), "utf-8")
    assert taken(path).source.activities[0]["category"].startswith("b/a")


def test_other_json_is_none_of_openlcas(tmp_path):
    """Linked data of others, and lists."""
    for content in ('{"@context": "https://schema.org", "@type": "Product", "@id": "x"}', "[]", '{"@type": "Process"}'):
        (tmp_path / "x.json").write_text(content, "utf-8")
        assert not olca.sniff(tmp_path / "x.json")
