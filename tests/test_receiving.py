"""A supplier's file becomes a factor of the next bill, with what it says of itself; hostile files end in a sentence."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint import packing, publishing, receiving, service
from footprint.errors import FootprintError
from footprint.messages import LANGUAGES

ROOT = Path(__file__).parent
LINE = SimpleNamespace(**runpy.run_path(str(ROOT / "data" / "line.py")))
OUT = SimpleNamespace(**runpy.run_path(str(ROOT / "contracts" / "test_outgoing.py")))
FORMATS = ("pact.json", "catena-x.json", "catena-x-9.json")
Bill = Callable[..., Path]


@pytest.fixture
def sent(tmp_path: Path) -> dict[str, Path]:
    """Return the sample as its owner sends it, by format."""
    folder = tmp_path / "sender"
    folder.mkdir()
    order = OUT.folder(folder, OUT.document())
    made = {}
    for name, content in publishing.contents(order, FORMATS, "en").items():
        made[name] = folder / name
        made[name].write_bytes(content)
    return made


@pytest.fixture
def book(bill: Bill) -> Path:
    return bill("L1 | cell | 2 | steel | net_mass=1, unit=item", product=LINE.plain_product(pcr=str(LINE.RULES)))


@pytest.mark.parametrize("name", FORMATS)
def test_what_one_company_states_is_what_the_next_one_counts(
    name: str, sent: dict[str, Path], book: Path, tmp_path: Path
) -> None:
    """Two pieces of the sample cost twice its footprint from cradle to gate, class by class, in any format."""
    new = tmp_path / "new.xlsx"
    told = receiving.into(sent[name], book, new, "en", line="L1")
    assert "steel ->" in told
    folder = Path(LINE.small(tmp_path / "databases"))
    document = service.calculate(service.Request(new, str(LINE.RULES), (str(folder),))).document
    (entry,) = document["ledger"]
    (one,) = receiving.received(sent[name], "en").footprints
    assert entry["value"] == pytest.approx(2 * float(one.total), rel=1e-9)
    counted = {ghg: value for ghg, value in entry["classes"].items() if value}
    assert counted == pytest.approx({ghg: 2 * float(value) for ghg, value in one.classes.items()})
    dataset = document["datasets"][0]
    assert one.id in dataset["citation"]
    assert dataset["gwp_set"] == (one.gwp_sets[0] if len(one.gwp_sets) == 1 else "unknown")


def test_formats_of_one_footprint_are_read_alike(sent: dict[str, Path]) -> None:
    first, *others = (receiving.received(path, "en").footprints[0] for path in sent.values())
    for other in others:
        assert (other.total, other.unit, other.start, other.end) == (first.total, first.unit, first.start, first.end)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_file_is_described_with_everything_that_is_wrong_in_it(
    lang: str, sent: dict[str, Path], tmp_path: Path
) -> None:
    told = json.loads(sent["pact.json"].read_text(encoding="utf-8"))
    right = receiving.described(sent["pact.json"], lang)
    assert told["companyName"] in right
    assert "[" not in right.splitlines()[0]
    told["pcf"]["fossilGhgEmissions"] = "-5"
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(told), encoding="utf-8")
    described = receiving.described(wrong, lang)
    assert "wrong.json:/pcf/fossilGhgEmissions" in described
    assert len(receiving.received(wrong, lang).faults) >= 2  # the sign, and the sum that misses


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{}", b"[]", b"null", b"[1]", b'{"specVersion": "3.0.0"}', b"\xff\xfe", b"PK\x03\x04broken",
        b'{"specVersion": 3, "pcf": []}', b'{"data": {"specVersion": "9.9.9", "pcf": {}}}', b"[" * 100_000,
        b'{"scopeOfPcfForm": [[]]}', "碳足迹".encode("gbk"),
    ],
)  # fmt: skip
def test_what_is_no_footprint_ends_in_a_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(content)
    with pytest.raises(FootprintError) as refused:
        receiving.described(path, "en")
    assert all(refused.value.text(lang) for lang in LANGUAGES)


def test_a_package_is_read_and_what_was_edited_in_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The footprint of our own package is that from cradle to gate; an edited declaration is a fault."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    service.demo("transformer", tmp_path / "demo", "en")
    packing.pack(tmp_path / "demo", tmp_path / "result.zip", "en")
    found = receiving.received(tmp_path / "result.zip", "en")
    assert found.faults == ()
    (one,) = found.footprints
    declared: dict[str, Any] = json.loads((tmp_path / "demo" / "declaration.json").read_text(encoding="utf-8"))
    gate = next(part for part in declared["result"]["subtotals"] if part["id"] == "cradle-to-gate-part")
    assert float(one.total) == pytest.approx(gate["value"], rel=1e-9)
    assert one.unit == "item"


def test_one_footprint_has_one_id_whatever_it_is_read_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Package, PACT, Catena-X and documents say the same id, at each level, with and without uncertainty."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    demo = tmp_path / "demo"
    service.demo("battery", demo, "en")
    packing.pack(demo, tmp_path / "result.zip", "en")
    (one,) = receiving.received(tmp_path / "result.zip", "en").footprints
    ids = {one.id}
    for level in ("public", "customer", "verifier"):
        order = publishing.Order(demo, (), level, demo / "company.yaml")
        for name, content in publishing.contents(order, ["pact.json", "catena-x.json", "study.html"], "zh").items():
            path = tmp_path / name
            path.write_bytes(content)
            if name.endswith(".json"):
                ids |= {each.id for each in receiving.received(path, "en").footprints}
            else:
                assert one.id in content.decode()
    assert len(ids) == 1
    (demo / "uncertainty.json").write_text("{}", encoding="utf-8")
    order = publishing.Order(demo, (), "public", demo / "company.yaml")
    assert one.id in publishing.contents(order, ["pact.json"], "en")["pact.json"].decode()
