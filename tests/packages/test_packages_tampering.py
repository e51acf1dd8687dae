"""A verifier's package: any edit is named where it was made, the manifest made to fit or not."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint import verifying
from footprint.errors import VerificationError

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "packages.py")))
BOOK, DATASET, NOTE, QUANTITY, READING, SMALL = OF.BOOK, OF.DATASET, OF.NOTE, OF.QUANTITY, OF.READING, OF.SMALL
cell, found, mended, refitted, text, value = OF.cell, OF.found, OF.mended, OF.refitted, OF.text, OF.value
Members = dict[str, bytes]
TAMPERED: Mapping[str, tuple[Callable[[Members], object], str]] = {
    "an amount": (cell(BOOK, "BOM", QUANTITY, 9), f"{BOOK}!BOM!{QUANTITY}"),
    "a dataset": (cell(BOOK, "BOM", DATASET, "wood"), f"{BOOK}!BOM!{DATASET}"),
    "a product field": (cell(BOOK, "Product", "B6", "Another Co."), f"{BOOK}!Product!B6"),
    "a reading": (cell(BOOK, "Evidence", READING, 1003.5), f"{BOOK}!Evidence!{READING}"),
    "a factor": (
        text(f"{SMALL}/intensities.jsonl", '"unverified",2.0', '"unverified",1.0'),
        f"{SMALL}/intensities.jsonl!steel",
    ),
    "the grid of a country": (
        text(f"{SMALL}/intensities.jsonl", '"grid":"grid-2024"', '"grid":"wind-2024"'),
        f"{SMALL}/intensities.jsonl!header",
    ),
    "an exchange": (
        text(f"{SMALL}/matrix/exchanges.csv", "co2e-unsplit,2,", "co2e-unsplit,1,"),
        f"{SMALL}/matrix/exchanges.csv!steel emission co2e-unsplit",
    ),
    "a rule": (text("pcr/rules.yaml", "{value: 0.02,", "{value: 0.2,"), "pcr/rules.yaml!parameters: cut_off_mass"),
    "a rule's text": (
        text("pcr/rules.yaml", "one kilogram of product", "a kilogram"),
        "pcr/rules.yaml!declared_units: kilogram",
    ),
    "the total": (
        value("result/declaration.json", lambda d: d["result"].update(total=1.0)),
        "result/declaration.json!result.total",
    ),
    "a posting": (
        value("result/declaration.json", lambda d: d["ledger"][0].update(value=1.0)),
        "result/declaration.json!ledger[",
    ),
    "a clause": (
        value("result/declaration.json", lambda d: d["clauses"][0].update(outcome="passed", clause="7")),
        "result/declaration.json!clauses[",
    ),
    "the page": (text("result/report.html", "</body>", "<p>approved</p></body>"), "result/report.html!line "),
    "the number on the page": (text("result/report.html", "pump", "pomp"), "result/report.html!line "),
    "a cell of the report": (cell("result/report.xlsx", "Summary", "B3", "another"), "result/report.xlsx!Summary!B3"),
    "the machine": (value("result/run.json", lambda d: d.update(footprint="9.9")), "result/run.json!footprint"),
    "a document": (
        text("evidence/docs/invoice.txt", "10 kg", "12 kg"),
        "result/declaration.json!evidence.documents[E1]",
    ),
    "a checksum of the register": (
        value("package.json", lambda d: d["evidence"][0].update(sha256="0" * 64)),
        "package.json!evidence[E1].sha256",
    ),
    "a checksum of a database": (
        value("package.json", lambda d: d["databases"][0].update(checksum="0")),
        "package.json!databases[",
    ),
    "a member left out": (lambda m: m.pop(f"{SMALL}/intensities.jsonl"), f"{SMALL}"),
}
"""What is edited -> how, and the element that must be named, under the old manifest and under one made to fit."""


@pytest.mark.parametrize("what", TAMPERED)
def test_an_edit_is_named_where_it_was_made(members: Members, what: str) -> None:
    """Whatever is edited, without a word to the manifest or with a manifest made to fit, is found and named."""
    edit, element = TAMPERED[what]
    edit(members)
    told = found(members)
    assert any("package-edited]" in each or "package-gone]" in each for each in told), told
    for each in (told, found(mended(members))):
        assert any(place.startswith(element) for place in each), each
    assert found(refitted(members))


MANIFESTS: Mapping[str, tuple[Callable[[Members], object], str]] = {
    "a member added": (lambda m: m.update({"result/letter.txt": b"approved"}), "result/letter.txt [package-added]"),
    "a line of the manifest": (
        lambda m: m.update({"manifest.sha256": b"%064x" % 7 + m["manifest.sha256"][64:]}),
        f"{SMALL}/intensities.jsonl [package-edited]",
    ),
    "a line too many": (text("manifest.sha256", "  pcr/", "  pcr/no-such-"), "pcr/no-such-rules.yaml [package-gone]"),
    "the elements": (
        text("elements.json", f'"BOM!{QUANTITY}": "', f'"BOM!{QUANTITY}": "0'),
        "elements.json [package-edited]",
    ),
    "no manifest": (lambda m: m.pop("manifest.sha256"), "package-no-manifest"),
    "no line of a manifest": (lambda m: m.update({"manifest.sha256": b"all is well\n"}), "package-manifest"),
    "no package.json": (lambda m: m.pop("package.json"), "package.json [package-gone]"),
    "no elements": (lambda m: m.pop("elements.json"), "elements.json [package-gone]"),
}


@pytest.mark.parametrize("what", MANIFESTS)
def test_an_edit_of_the_package_itself_is_named(members: Members, what: str) -> None:
    """The manifest, what the package says of itself, members added and taken away."""
    edit, element = MANIFESTS[what]
    edit(members)
    try:
        told = found(members)
    except VerificationError as exc:
        told = [q.code for q in exc.problems]
    assert any(element in each for each in told), told


def test_an_edit_that_changes_no_number_is_named_too(members: Members) -> None:
    """A note on a document enters no calculation: its cell is named all the same, the manifest made to fit or not."""
    cell(BOOK, "Evidence", NOTE, "reading 9")(members)
    told = found(mended(members))
    assert f"{BOOK}!Evidence!{NOTE} [package-element]" in told
    assert "result/declaration.json!workbook.sha256 [package-differs]" in told


@pytest.mark.parametrize("broken", [b"", b"null", b"[]", b"{", b'{"schema": "footprint-package/2.0"}', b"[" * 100_000])
@pytest.mark.parametrize("member", ["package.json", "elements.json", "result/declaration.json"])
def test_members_that_are_no_documents_are_told(members: Members, member: str, broken: bytes) -> None:
    """Neither nothing nor nonsense brings the verifier down."""
    assert found(mended({**members, member: broken})) or (member == "elements.json" and broken.startswith(b'{"'))


@pytest.mark.parametrize(("schema", "code"), [
    ("footprint-package/1.0", "package-older"), ("footprint-package/3.1", "package-newer"),
    ("footprint-package/2.7", None), ("footprint-package", "package-malformed"), (None, "package-malformed"),
])  # fmt: skip
def test_a_package_of_another_form_is_told_with_the_version_that_made_it(
    members: Members, schema: str | None, code: str | None
) -> None:
    """Nothing of it is recalculated; the sentence says so, in both languages, whatever stands there for a version."""
    for version in ("0.0.9", "9\n\nThe package holds.\x1b[2J"):
        edit = value("package.json", lambda d, v=version: d.update(schema=schema) or d["software"].update(footprint=v))
        copy = dict(members)
        edit(copy)
        told = verifying.examined(mended(copy), "result.zip").problems
        codes = [each.code for each in told]
        if code is None:
            assert not {"package-older", "package-newer", "package-malformed"} & set(codes)
            continue
        assert codes == [code]
        if code != "package-malformed":
            assert str(schema) in told[0].text("zh")
            assert "0.0.9" in told[0].text("en") or "\n" not in told[0].text("en").strip()


@pytest.mark.parametrize("path", ["software", "request", "rules", "databases", "evidence"])
@pytest.mark.parametrize("other", [None, 1, "text", [], {}, [None], {"a": 1}])
def test_a_package_of_another_shape_is_told(members: Members, path: str, other: object) -> None:
    """Each part of package.json replaced by something else: a finding, or the same result, and never a traceback."""
    value("package.json", lambda d: d.update({path: other}))(members)
    assert found(members)
    verifying.examined(mended(members), "result.zip")


def test_a_package_writes_nothing_on_the_page(members: Members) -> None:
    """Line ends, escapes and reversed text in what it says of itself do not reach the screen."""
    for hostile in ("9.9\n\nThe package holds.", "\x1b[2JThe package holds.", "1\u202e2"):
        value("package.json", lambda d, text=hostile: d["software"].update(footprint=text))(members)
        value("result/declaration.json", lambda d, text=hostile: d["product"].update(name=text))(members)
        page = verifying.examined(mended(members), "r.zip")
        told = page.text("en") + "".join(each.text("en") for each in page.problems)
        assert not set("\x1b\u202e") & set(told)
        assert "The package holds." not in told.splitlines()


HOSTILE: Mapping[str, Callable[[Members], object]] = {
    "a workbook in a folder": value("package.json", lambda d: d["request"].update(workbook="sub/pump.xlsx")),
    "a database called ..": value("package.json", lambda d: d["databases"][0].update(name="..")),
    "a NUL": value("package.json", lambda d: d["databases"][0].update(name="a\0b", licensed=True)),
    "a rule that is the workbook": value("package.json", lambda d: d.update(rules={"rules.yaml": [BOOK]})),
    "licensed without rows": value("package.json", lambda d: d["databases"][0].update(licensed=True)),
    "no table": value("package.json", lambda d: d["databases"][0].update(matrix=False)),
    "broken tables": lambda m: m.update({f"{SMALL}/matrix/exchanges.csv": b"\xff\xfe"}),
    "a broken run": lambda m: m.update({"result/run.json": b"[1]"}),
    "no rows": lambda m: m.update({f"{SMALL}/intensities.jsonl": b"{}"}),
}


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize("reference", [False, True])
def test_a_hostile_package_is_told(members: Members, what: str, *, reference: bool) -> None:
    """A finding, never a traceback."""
    HOSTILE[what](members)
    assert verifying.examined(refitted(members), "r.zip", reference=reference).problems
