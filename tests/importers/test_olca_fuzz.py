"""Damaged packages of openLCA: a sentence or a database, never anything else, in bounded time."""

from __future__ import annotations

import copy
import io
import json
import runpy
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.background import importers, systems
from footprint.background.importers.asked import Asked
from footprint.errors import FootprintError

OLCA = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "olca.py")))
Json = dict[str, Any]
FEW, MANY, SECONDS = 60, 4000, 20


def entities(schema: int) -> list[Json]:
    """Return a package that uses every part of the format."""
    co2 = OLCA.flow("CO2", OLCA.ELEMENTARY, category="Elementary flows/Emission to air/unspecified", cas="124-38-9")
    steel, slag, scrap = OLCA.flow("steel", category="a/b"), OLCA.flow("slag"), OLCA.flow("scrap", OLCA.WASTE)
    alike = [OLCA.share(each, 0.5, method, 4, formula="half") for each in (steel, slag) for method in METHODS]
    uncertain = {"distributionType": "LOG_NORMAL_DISTRIBUTION", "geomMean": 1.0, "geomSd": 1.1}
    mill = OLCA.process(
        "mill", OLCA.made(steel), OLCA.exchange(slag, 2.0), OLCA.used(scrap, 1.0, "treated", unit="g"),
        OLCA.exchange(co2, 1.0, unit="kg", amountFormula="if(p>1;p;q)", uncertainty=uncertain, dqEntry="(1;2;3;4;5)"),
        OLCA.exchange(steel, 0.1, isAvoidedProduct=True),
        allocationFactors=alike, defaultAllocationMethod=METHODS[schema],
        parameters=[{"name": "p", "value": 2.0}, {"name": "half", "isInputParameter": False, "formula": "1/p"}],
        location=OLCA.reference("Location", "here"), exchangeDqSystem=OLCA.reference("DQSystem", "dq"), dqEntry="(1;1)",
        processDocumentation={"validFrom": "2020-01-01", "sources": [OLCA.reference("Source", "s")]}, category="m/n",
    )  # fmt: skip
    rows = [{"flow": OLCA.reference("Flow", "scrap"), "amount": 1.0, "isInput": True, "isRefFlow": True},
            {"flow": OLCA.reference("Flow", "CO2"), "amount": 3.0}]  # fmt: skip
    result = OLCA.reference("Result", "treated", flowResults=rows, impactResults=[
        {"indicator": OLCA.reference("ImpactCategory", "category-gwp"), "amount": 2.0}])  # fmt: skip
    return [
        co2, steel, slag, scrap, mill, result, OLCA.category("gwp", {"co2": 1.0}, {"co2": co2}),
        OLCA.reference("Parameter", "q", value=1.0, isInputParameter=True),
        OLCA.reference("Location", "here", code="CN"),
        OLCA.reference("DQSystem", "dq", indicators=[{"position": 1, "name": "Flow reliability"}]),
        OLCA.reference("ProductSystem", "system", refProcess=OLCA.reference("Process", "mill")),
    ]  # fmt: skip


METHODS = ("PHYSICAL_ALLOCATION", "ECONOMIC_ALLOCATION", "CAUSAL_ALLOCATION")
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["mill", "steel", "CO2", "(" * 99, "1e999", "p+", "kg", "WASTE_FLOW", "9" * 400, -0.0, 10**400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["@id", "name", "value", "x"]), inner),
    max_leaves=4,
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value inside another."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*path, key)
        yield from places(each, (*path, key))


def changed(whole: Any, path: tuple[Any, ...], value: Any) -> None:
    """Put a value where another stands, unless something above it was changed before."""
    for key in path[:-1]:
        if not has(whole, key):
            return
        whole = whole[key]
    if has(whole, path[-1]):
        whole[path[-1]] = value


def has(whole: Any, key: Any) -> bool:
    return key in whole if isinstance(whole, dict) else isinstance(whole, list) and key in range(len(whole))


WHOLE = {schema: entities(schema) for schema in (1, 2)}
PATHS = {schema: [path for path in places(found) if len(path) > 1] for schema, found in WHOLE.items()}


@st.composite
def damaged(draw: st.DrawFn) -> tuple[list[Json], int]:
    """Return a package with up to four values replaced, and its schema."""
    schema = draw(st.sampled_from((1, 2)))
    found = copy.deepcopy(WHOLE[schema])
    for _ in range(draw(st.integers(1, 4))):
        changed(found, draw(st.sampled_from(PATHS[schema])), draw(JUNK))
    return found, schema


def named(found: list[Json], schema: int) -> dict[str, bytes]:
    """Return the files of a damaged package: where its types and ids stood before."""
    types = [(each["@type"], each["@id"]) for each in WHOLE[schema]]
    files = dict(OLCA.files([], schema))
    for (kind, name), entity in zip(types, found, strict=True):
        files[f"{OLCA.FOLDERS[kind]}/{name}.json"] = json.dumps(entity if schema == 2 else OLCA.older(entity)).encode()
    return files


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def survives(content: bytes, method: str) -> bool:
    """Tell whether a package reads or is refused in time; whatever else comes out is raised."""
    start, said = time.process_time(), "a database"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "package.zip"
        path.write_bytes(content)
        try:
            read = importers.read(path, Asked(method=method, allow_unlinked=True), "olca")
            systems.system(read.source, "AR6")
        except FootprintError as exc:
            said = exc.text("zh")
    return bool(said) and time.process_time() - start < SECONDS


def values(content: tuple[list[Json], int], method: str) -> None:
    assert survives(zipped(named(*content)), method)


def bytes_(data: st.DataObject, method: str) -> None:
    """Change bytes of one file, or of the zip itself."""
    files = named(copy.deepcopy(WHOLE[2]), 2)
    name = data.draw(st.sampled_from(["", *files]))
    content = bytearray(files[name] if name else zipped(files))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=6))
        if not content:
            break
    assert survives(zipped(files | {name: bytes(content)}) if name else bytes(content), method)


METHOD = st.sampled_from(["", "gwp"])


@settings(max_examples=FEW)
@given(damaged(), METHOD)
def test_values_replaced_by_anything(content, method):
    """Wrong types, circles, numbers that are none, in every field."""
    values(content, method)


@settings(max_examples=FEW)
@given(st.data(), METHOD)
def test_bytes_replaced_by_anything(data, method):
    """Cut, garbled and repeated files, and zips."""
    bytes_(data, method)


@pytest.mark.slow
@settings(max_examples=MANY)
@given(damaged(), METHOD)
def test_many_values_replaced_by_anything(content, method):
    """The same for longer."""
    values(content, method)


@pytest.mark.slow
@settings(max_examples=MANY)
@given(st.data(), METHOD)
def test_many_bytes_replaced_by_anything(data, method):
    """The same for longer."""
    bytes_(data, method)


def test_the_package_reads_as_it_is():
    """Undamaged, it is a database: what is damaged below is the format, not a refusal."""
    for schema in (1, 2):
        assert survives(zipped(named(copy.deepcopy(WHOLE[schema]), schema)), "gwp")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "package.zip"
            path.write_bytes(zipped(named(copy.deepcopy(WHOLE[schema]), schema)))
            assert importers.read(path, Asked()).counts["datasets"] == 3
