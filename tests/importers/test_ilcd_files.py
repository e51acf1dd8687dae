"""ILCD packages: versions, XML and JSON, folders and zips, samples of others, and files that were damaged."""

from __future__ import annotations

import json
import runpy
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footprint.background import importers
from footprint.errors import DatabaseError, FootprintError

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "ilcd.py")))
PARTS = OF.PARTS
exchange, package, process, scores, taken = OF.exchange, OF.package, OF.process, OF.scores, OF.taken
SHARED = Path(__file__).parents[3] / "shared" / "data" / "datasets" / "ilcd"


def test_the_highest_version_counts(tmp_path: Path) -> None:
    """02.10 is later than 02.9; the other is left out and told."""
    old = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "co2", "Output", 1), version="02.09.000")
    new = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "co2", "Output", 2), version="02.10.000")
    for pair in ((old, new), (new, old)):
        read = taken(package(tmp_path, *pair))
        assert scores(read) == {"mill": 2.0}
        assert [n.code for n in read.notices] == ["inventory-older"]


def test_a_flow_that_is_not_in_the_package_is_named(tmp_path: Path) -> None:
    """A reference flow without a dataset has no unit; an input without one leads nowhere."""
    alone = process("mill", exchange(0, "nowhere", "Output", 1))
    with pytest.raises(DatabaseError, match=r"its reference flow 'nowhere' has no dataset of its own"):
        taken(package(tmp_path, alone))
    user = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "nowhere", "Input", 1))
    with pytest.raises(DatabaseError, match="no dataset makes 'nowhere'"):
        taken(package(tmp_path, user))


def as_json(text: str) -> str:
    """Return an XML dataset as JSON of the same structure."""
    from xml.etree import ElementTree as ET

    def told(element: ET.Element) -> Any:
        inner: dict[str, Any] = {f"@{key.rpartition('}')[2]}": value for key, value in element.attrib.items()}
        for child in element:
            inner.setdefault(child.tag.rpartition("}")[2], []).append(told(child))
        return {**inner, "#text": element.text} if element.text else inner

    root = ET.fromstring(text)
    return json.dumps({root.tag.rpartition("}")[2]: told(root)})


def test_json_of_the_same_structure_is_the_same_database(tmp_path: Path) -> None:
    """Rows of activities and exchanges are equal but for the names of files."""
    mill = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "co2", "Output", 2))
    (tmp_path / "xml").mkdir()
    plain = taken(package(tmp_path / "xml", mill))
    told = taken(package(tmp_path, as_json(mill), parts={name: as_json(text) for name, text in PARTS.items()}))
    assert [dict(row) for row in told.source.exchanges] == [dict(row) for row in plain.source.exchanges]
    assert scores(told) == scores(plain)


@pytest.mark.parametrize("wrapped", [
    lambda text: b"\xef\xbb\xbf" + text.encode(), lambda text: f"[{text}]".encode(),
    lambda text: f"[{text}, {text}]".encode(), lambda text: ('{"$schema": "x", ' + text[1:]).encode(),
    lambda text: b"\xef\xbb\xbf\n [\n" + text.encode() + b"]", lambda text: text.encode("utf-16"),
    lambda text: (text[:-1] + ', "other": {"a": [1]}}').encode(),
])  # fmt: skip
def test_json_may_have_a_mark_of_order_a_list_and_other_keys(tmp_path: Path, wrapped: Any) -> None:
    """It is sniffed, and read as what it holds; what is there twice counts once."""
    mill = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "co2", "Output", 2))
    parts = {name: wrapped(as_json(text)) for name, text in PARTS.items()}
    path = package(tmp_path, wrapped(as_json(mill)), parts=parts)
    assert importers.importer("ilcd").sniff(path)
    assert scores(taken(path)) == {"mill": 2.0}


def test_a_document_type_is_refused_in_the_words_of_inventories(tmp_path: Path) -> None:
    """Nothing is said of workbooks."""
    mill = process("mill", exchange(0, "steel", "Output", 1))
    mill = mill.replace("<processDataSet", "<!DOCTYPE x []><processDataSet")
    with pytest.raises(DatabaseError, match=r"delete all from <!DOCTYPE up to the first element\. \[bundle-entities\]"):
        taken(package(tmp_path, mill))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the samples of ILCD are not here")
def test_the_samples_are_refused_with_the_reason() -> None:
    """A process without its flows cannot be counted in any unit."""
    with pytest.raises(DatabaseError, match="has no dataset of its own in the package"):
        taken(SHARED / "process.xml")


WHOLE = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "co2", "Output", 2)).encode()


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 40), st.binary(max_size=12))
def test_a_damaged_file_is_refused_or_read(tmp_path: Path, at: int, cut: int, put: bytes) -> None:
    """Bytes cut out and put in: a problem that names the file, or a database; never anything else."""
    damaged = WHOLE[:at] + put + WHOLE[at + cut :]
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for name, content in {**PARTS, "processes/0.xml": damaged}.items():
            archive.writestr(name, content)
    said = ""
    try:
        taken(tmp_path / "set.zip", allow_unlinked=True)
    except FootprintError as exc:
        said = exc.text()
    assert not said or "set.zip" in said


def test_a_folder_a_zip_and_another_name_are_the_same_database(tmp_path: Path) -> None:
    """Who imports the same files under one id and version has one checksum, wherever they lay."""
    mill = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "co2", "Output", 2))
    zipped = package(tmp_path, mill)
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(tmp_path / "folder")
    again = zipped.with_name("other.zip")
    again.write_bytes(zipped.read_bytes())
    sums = {taken(path, id="x", version="1").source.checksum() for path in (zipped, again, tmp_path / "folder")}
    assert len(sums) == 1


MODEL = (
    '<lifeCycleModelDataSet xmlns="http://eplca.jrc.ec.europa.eu/ILCD/LifeCycleModel/2017"><lifeCycleModelInformation>'
    "<dataSetInformation><common:UUID xmlns:common='http://lca.jrc.it/ILCD/Common'>m{at}</common:UUID>"
    "</dataSetInformation></lifeCycleModelInformation></lifeCycleModelDataSet>"
)


def test_life_cycle_models_are_told_and_not_used(tmp_path: Path) -> None:
    """Processes count as they stand; whoever drew them into a model hears that it was not followed."""
    mill = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "co2", "Output", 2))
    models = {f"lifecyclemodels/{at}.xml": MODEL.format(at=at) for at in range(2)}
    read = taken(package(tmp_path, mill, parts={**OF.PARTS, **models}))
    assert OF.scores(read) == {"mill": 2.0}
    (notice,) = [n for n in read.notices if n.code == "ilcd-models"]
    assert (str(notice.place), notice.facts["count"]) == ("set.zip/ILCD/lifecyclemodels/0.xml", 2)


LONG = "The data set can be used free of charge by anybody as long as the owner is named"


@pytest.mark.parametrize(("said", "access", "licensed"), [
    ("Free of charge for all users and uses", LONG, "no"), ("Free of charge for all users and uses", "Ask us.", "no"),
    ("License fee", "", "yes"), ("Free of charge for members only", "None", "yes"),
    ("Free of charge for some user types or use types", "", "yes"), ("Other", "Only for holders of a licence", "yes"),
    ("Other", "no restrictions", "no"), ("", "Only for holders of a licence", "yes"), ("", LONG, "no"),
    ("", "None.", "no"), ("", "无", "no"), ("", "", "no"),
])  # fmt: skip
def test_who_may_have_a_process_is_read(tmp_path: Path, said: str, access: str, licensed: str) -> None:
    """By the type of its licence, else by what it says of access."""
    texts = {"licenseType": said, "accessRestrictions": access}
    stated = "".join(f"<common:{name}>{text}</common:{name}>" for name, text in texts.items() if text)
    mill = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "co2", "Output", 2))
    read = taken(package(tmp_path, mill.replace("</publicationAndOwnership>", f"{stated}</publicationAndOwnership>")))
    assert read.source.meta["licensed"] == licensed
    assert ("inventory-licensed" in {n.code for n in read.notices}) == (licensed == "yes")
