"""Hostile footprints: whatever a supplier's file holds, the reader answers in sentences, soon, and writes sense."""

from __future__ import annotations

import io
import json
import runpy
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint import jsons, publishing, receiving
from footprint.errors import FootprintError
from footprint.intake.template import filled
from footprint.messages import LANGUAGES
from footprint.tables.read import read

TESTS = Path(__file__).parents[1]
SECONDS = 5.0
FORMATS = ("pact.json", "catena-x.json", "catena-x-9.json")
ODD = [
    None, True, False, 0, -1, 1e308, -1e-308, 10**50, "", " ", "\x00\x1b[2J\u202e", "x" * 40_000, "名" * 300, "=1+1",
    "-1", "1e5", "NaN", "9" * 100, "0", "2024-02-30T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", [],
    [[]], {}, ["a"] * 2, [{"a": 1}], {"a": [1]}, "kilogram", "megabit second", "Deprecated", "../../x",
]  # fmt: skip
odd = st.sampled_from(ODD) | st.text(max_size=20) | st.floats()


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the sample in every format that is read, as its owner sends it."""
    out = runpy.run_path(str(TESTS / "contracts" / "test_outgoing.py"))
    older = runpy.run_path(str(TESTS / "test_outgoing_supplied.py"))["older"]
    order = out["folder"](tmp_path_factory.mktemp("sender"), out["document"]())
    made = publishing.contents(order, FORMATS, "en")
    return {"pact-2.json": older(), **{name: json.loads(content) for name, content in made.items()}}


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of every part of a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, each in inner for found in leaves(each, (*path, key)))][bool(not path) :]


def changed(document: Any, path: tuple[str | int, ...], value: Any) -> None:
    at = document
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value


def answered(path: Path, call: Callable[[], receiving.Said]) -> receiving.Said | None:
    """Return what a reader says, None where it refuses in sentences; look at its time and that nothing hides."""
    started = time.perf_counter()
    try:
        said = call()
    except FootprintError as refused:
        said = None
        texts = [refused.text(lang) for lang in LANGUAGES]
    else:
        texts = [said.text]
    assert time.perf_counter() - started < SECONDS
    assert all(jsons.legible(text) == text for text in texts)
    return said


@given(st.sampled_from(["pact-2.json", *FORMATS]), st.data())
def test_junk_in_fields_breaks_no_reader(
    documents: dict[str, Any], tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    """Up to four parts of a sound document replaced: described in both languages, or refused."""
    document = json.loads(json.dumps(documents[name]))
    for _ in range(data.draw(st.integers(1, 4))):
        paths = leaves(document)
        changed(document, data.draw(st.sampled_from(paths)), data.draw(odd))
    path = tmp_path_factory.mktemp("x") / name
    path.write_text(json.dumps(document), encoding="utf-8")
    for lang in LANGUAGES:
        answered(path, lambda lang=lang: receiving.described(path, lang))


@given(st.sampled_from(["pact-2.json", *FORMATS]), st.data())
def test_bytes_changed_break_no_reader(
    documents: dict[str, Any], tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    """Cut off, doubled or with other bytes in it."""
    content = bytearray(json.dumps(documents[name], ensure_ascii=False).encode())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(at, min(at + 30, len(content))))
        content[at:end] = data.draw(st.binary(max_size=8) | st.sampled_from([b'"', b"{", b"1", b'"a":1,', b"[" * 999]))
    path = tmp_path_factory.mktemp("x") / name
    path.write_bytes(content)
    answered(path, lambda: receiving.described(path, "en"))


@given(
    st.lists(st.tuples(st.text(max_size=12), st.binary(max_size=99)), max_size=4),
    st.binary(max_size=40),
    st.integers(0, 400),
)
def test_any_zip_ends_in_sentences(
    tmp_path_factory: pytest.TempPathFactory, members: list[tuple[str, bytes]], more: bytes, at: int
) -> None:
    """Members of any name and content, bytes put between: no package, and that is said."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in {**dict(members), "result/declaration.json": b"{}"}.items():
            file.writestr(zipfile.ZipInfo(name.encode("utf-8", "replace").decode() or "x"), content)
    content = out.getvalue()
    path = tmp_path_factory.mktemp("x") / "x.zip"
    path.write_bytes(content[:at] + more + content[at:])
    assert answered(path, lambda: receiving.described(path, "en")) is None


@given(st.sampled_from(["pact-2.json", *FORMATS]), st.data())
def test_what_comes_into_a_workbook_can_be_read_there(
    book: Path, documents: Any, tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    """A footprint with odd texts and numbers is refused, or is a row of Factors with the total that was said."""
    document = json.loads(json.dumps(documents[name]))
    changed(document, data.draw(st.sampled_from(leaves(document))), data.draw(odd))
    folder = tmp_path_factory.mktemp("x")
    path, new = folder / name, folder / "new.xlsx"
    path.write_text(json.dumps(document), encoding="utf-8")
    said = answered(path, lambda: receiving.into(path, book, new, "en", line="L1", energy="other"))
    assert (said is None) == (not new.exists())
    if said is not None:
        sheet = next(sheet for sheet in read(new).sheets if sheet.name == "Factors")
        (one,) = receiving.received(path).footprints
        assert sheet.rows[-1][3] == pytest.approx(float(one.total), rel=1e-11)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workbook with one line and an empty sheet of factors."""
    path = tmp_path_factory.mktemp("book") / "pump.xlsx"
    line = {"line": "L1", "name": "cell", "quantity": 2, "unit": "item", "net_mass": 1, "dataset": "steel",
            "role": "product", "basis": "measured"}  # fmt: skip
    path.write_bytes(filled({"Product": [], "BOM": [line]}, lang="en"))
    return path


@pytest.mark.parametrize(
    "content",
    [
        b'{"data": [' + b'{"specVersion": "3.0.0", "pcf": {}},' * 30_000 + b"{}]}",
        b'{"specVersion": "3.0.0", "pcf": {"productIds": [' + b"1," * 60_000 + b"1]}, "
        + b'"productIds": [' + b"1," * 20_000 + b"1]}",
        b'{"specVersion": "2.0.0", "pcf": {}, "extensions": ' + b'[{"a":' * 400 + b"1" + b"}]" * 400 + b"}",
        b'{"specVersion": "3.0.0", "pcf": {"a": "' + b"x" * (9 << 20) + b'"}}',
        b"[" + b"{}," * 2_000_000 + b"{}]",
    ],
    ids=["many", "wide", "deep", "long", "empty"],
)  # fmt: skip
def test_large_files_end_soon(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    answered(path, lambda: receiving.described(path, "en"))


def test_a_list_of_many_standards_ends_soon(documents: dict[str, Any], tmp_path: Path) -> None:
    """Whether members of a list are all different is seen in one walk."""
    document = json.loads(json.dumps(documents["catena-x-9.json"]))
    for path in leaves(document):
        if path[-1] in {"crossSectoralStandards", "productIds"}:
            changed(document, path, [f"urn:x:{number}" for number in range(40_000)])
    path = tmp_path / "x.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert answered(path, lambda: receiving.described(path, "en"))
