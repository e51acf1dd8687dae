"""A package of a supplier: its footprint is taken only if no number in it contradicts another."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint import handed, package, packing, receiving, service, verifying
from footprint.errors import FootprintError
from footprint.messages import LANGUAGES
from footprint.publish.outgoing.statement import gate
from footprint.tables import archive

NAME = f"{package.RESULT}/{package.DECLARATION}"
Document = dict[str, Any]
Edit = Callable[[Document], object]


class Members(dict[str, bytes]):
    """What a package holds, too large to be shown where a test fails."""

    def __repr__(self) -> str:
        return "members"


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return what a package of the transformer holds."""
    folder = tmp_path_factory.mktemp("sender")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOOTPRINT_HOME", str(folder / "home"))
        service.demo("transformer", folder / "demo", "en")
        packing.pack(folder / "demo", folder / "result.zip", "en")
    return Members(archive.unpack_whole((folder / "result.zip").read_bytes(), "result.zip"))


def remade(members: dict[str, bytes], content: bytes) -> bytes:
    """Return the package with another declaration, its manifest made to fit."""
    made = {**members, NAME: content}
    sums = package.stated(made, "x.zip") | {NAME: sha256(content).hexdigest()}
    made[package.MANIFEST] = "".join(f"{value}  {name}\n" for name, value in sums.items()).encode()
    return archive.pack(made)


def edited(members: dict[str, bytes], edit: Edit) -> bytes:
    document = json.loads(members[NAME])
    edit(document)
    return remade(members, json.dumps(document, ensure_ascii=False).encode())


def first(document: Document) -> Document:
    return document["ledger"][0]  # type: ignore[no-any-return]


def halved(document: Document) -> None:
    for entry in document["ledger"]:
        entry["value"] /= 2
        entry["classes"] = {name: value / 2 for name, value in entry["classes"].items()}


WRONG: dict[str, tuple[Edit, str]] = {
    "half": (halved, "package-unbalanced"),
    "total": (lambda d: d["result"].update(total=d["result"]["total"] * 10), "package-unbalanced"),
    "per item": (lambda d: d["result"].update(per_item=1.0), "package-unbalanced"),
    "stage": (lambda d: d["result"]["by_stage"][0].update(value=1.0), "package-unbalanced"),
    "stage without a number": (lambda d: d["result"]["by_stage"][0].update(value=None), "declaration-shape"),
    "stage away": (lambda d: d["result"]["by_stage"].pop(0), "package-unbalanced"),
    "class": (lambda d: d["result"]["by_class"][0].update(value=1.0), "package-unbalanced"),
    "classes of a line": (lambda d: first(d).update(classes={"fossil": -1e9}), "package-unbalanced"),
    "unknown classes": (lambda d: first(d).update(classes={"none": first(d)["value"]}), "declaration-shape"),
    "uncounted classes": (
        lambda d: first(d).update(classes={"biogenic_uptake": first(d)["value"]}), "package-unbalanced",
    ),
    "factor": (lambda d: first(d).update(factor=first(d)["factor"] * 2), "package-unbalanced"),
    "no number": (lambda d: first(d)["classes"].update(fossil=float("nan")), "json-number"),
    "too much": (lambda d: [e["classes"].update(fossil=1e50) for e in d["ledger"]], "package-unbalanced"),
    "beyond numbers": (lambda d: first(d)["classes"].update(fossil=1e308), "declaration-shape"),
    "no ledger": (lambda d: d.update(ledger={}), "declaration-shape"),
    "no amount": (lambda d: d["declared_unit"].update(amount=0), "exchange-zero"),
    "no items": (lambda d: d["declared_unit"].update(per_item=0), "exchange-zero"),
    "less than nothing": (lambda d: d["declared_unit"].update(per_item=-1), "exchange-zero"),
    "no mass": (lambda d: d["product"].update(net_mass_kg=0.0), "exchange-zero"),
    "gate to gate": (lambda d: d["study"]["boundary"].update(id="g", stages=["production"]), "supplied-boundary"),
    "one stage for all": (
        lambda d: [stage.update(module="A1-A5") for stage in d["study"]["stages"]], "supplied-boundary",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_declaration_that_contradicts_itself_is_no_footprint(name: str, members: dict[str, bytes]) -> None:
    """The manifest was made to fit each time: what is left to see is that the numbers do not."""
    edit, code = WRONG[name]
    found, faults = handed.handed(edited(members, edit), "x.zip")
    assert found is None
    assert code in {fault.code for fault in faults}
    assert all(fault.text(lang) for fault in faults for lang in LANGUAGES)


def test_a_member_that_is_not_that_of_the_manifest_is_told(members: dict[str, bytes]) -> None:
    document = json.loads(members[NAME])
    halved(document)
    found, faults = handed.handed(archive.pack({**members, NAME: json.dumps(document).encode()}), "x.zip")
    assert found is None
    assert [(fault.code, str(fault.place)) for fault in faults] == [("file-other", f"x.zip:{NAME}")]


def test_a_name_that_stands_twice_is_told(members: dict[str, bytes]) -> None:
    content = members[NAME].replace(b'"declared_unit"', b'"declared_unit": {}, "declared_unit"', 1)
    found, faults = handed.handed(remade(members, content), "x.zip")
    assert found is None
    assert {fault.code for fault in faults} == {"json-twice"}


def gap(*stages: str, non_negative: bool = True) -> Document:
    told = {"zh": "缺口", "en": "gap"}
    found = {"cell": "BOM!A5", "name": "gap", "title": told, "code": "", "why": told, "amount": 1.0, "unit": "kg"}
    return {**found, "non_negative": non_negative, **({"stages": [*stages]} if stages else {})}


@pytest.mark.parametrize(
    ("gaps", "state"),
    [
        ([], ()),
        ([gap("use")], ()),
        ([gap("use", "raw_materials")], ("lower-bound",)),
        ([gap("use", non_negative=False), gap("production")], ("lower-bound",)),
        ([gap("production", non_negative=False), gap("production")], ("draft",)),
        ([gap()], ("lower-bound",)),
    ],
)
def test_what_is_open_from_cradle_to_gate_is_carried(
    gaps: list[Document], state: tuple[str, ...], members: dict[str, bytes]
) -> None:
    """A gap that only later stages need leaves the footprint whole; one of which that is not said does not."""
    data = edited(members, lambda document: document["completeness"].update(gaps=gaps))
    found, faults = handed.handed(data, "x.zip")
    assert faults == []
    assert found is not None
    assert found.states == state


def test_quality_and_sets_are_those_of_the_part_from_cradle_to_gate(members: dict[str, bytes]) -> None:
    """Scores by indicator, primary share, sets of warming potentials: all of the same postings as the number."""
    told = gate(json.loads(members[NAME]))
    found, _ = handed.handed(archive.pack(members), "x.zip")
    assert found is not None
    assert {name: float(value) for name, value in found.scores.items()} == pytest.approx(told.scores, abs=0.005)
    assert found.scores
    assert float(found.primary_share or 0) == pytest.approx(told.primary or 0)
    assert found.gwp_sets == tuple(told.sets)


def test_reading_says_that_only_a_recalculation_tells_more(members: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(archive.pack(members))
    said = receiving.described(tmp_path / "x.zip", "en")
    assert said.holds
    assert said.text.endswith("footprint verify x.zip")


@pytest.mark.parametrize(
    "edit",
    [
        lambda document: [row.update(value=0) for row in document["inputs"]["sums"]],
        lambda document: document["scenarios"].append(-1),
        lambda document: document.update(ledger={}),
    ],
)
def test_a_declaration_that_no_report_can_be_made_of_fails_in_words(
    edit: Edit, members: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Divisors of nothing, parts that are none: `verify` says that the declaration is not to be used."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    (tmp_path / "x.zip").write_bytes(edited(members, edit))
    verified = verifying.verify(tmp_path / "x.zip", "zh")
    assert verified.error is not None
    assert {"package-declaration-unusable", "package-differs"} & {p.code for p in verified.error.problems}


PATHS = [
    (), ("ledger",), ("ledger", 0), ("ledger", 0, "value"), ("ledger", 0, "classes"), ("ledger", 0, "stage"),
    ("ledger", 0, "gaps"), ("ledger", 0, "sets"), ("declared_unit",), ("declared_unit", "per_item"),
    ("declared_unit", "unit"), ("product",), ("product", "net_mass_kg"), ("product", "name"), ("product", "country"),
    ("product", "fossil_carbon_kg"), ("study",), ("study", "stages"), ("study", "stages", 0, "module"),
    ("study", "boundary"), ("study", "boundary", "stages"), ("study", "reference_period", "end"),
    ("study", "gwp_set"), ("result",), ("result", "total"), ("result", "by_stage"), ("result", "by_class", 0, "value"),
    ("publication",), ("publication", 0), ("publication", 0, "value"), ("completeness",), ("completeness", "gaps"),
    ("data_quality",), ("data_quality", "lines"), ("data_quality", "profiles"), ("data_quality", "indicators"),
    ("databases",), ("schema",),
]  # fmt: skip
junk = st.sampled_from(
    [None, True, 0, -1, 1e308, -1e308, 10**90, float("nan"), "", "x" * 1000, "\x07", [], [[]], {}, {"a": [1]}, ["a"]]
)


@given(st.lists(st.tuples(st.sampled_from(PATHS), junk), min_size=1, max_size=3))
def test_junk_in_a_package_breaks_no_reader(members: Any, changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    """Whatever stands where: the package is read or not, its faults are named, and nothing worse happens, soon."""

    def edit(document: Document) -> None:
        for path, value in changes:
            at: Any = document
            for step in path[:-1]:
                at = at[step] if isinstance(at, list | dict) and (step in at or step == 0) and at else {}
            if path and isinstance(at, dict | list) and at:
                at[path[-1]] = value

    whole = next((value for path, value in changes if not path), None)
    is_whole = any(not path for path, _ in changes)
    data = remade(members, json.dumps(whole).encode()) if is_whole else edited(members, edit)
    started = time.perf_counter()
    try:
        _, faults = handed.handed(data, "x.zip")
    except FootprintError as refused:
        faults = list(refused.problems)
    assert all(fault.text(lang) for fault in faults for lang in LANGUAGES)
    assert time.perf_counter() - started < 5
