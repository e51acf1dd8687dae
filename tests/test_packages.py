"""A verifier's package: it recalculates from what it holds, and any edit is named where it was made."""

from __future__ import annotations

import hashlib
import io
import json
import re
import runpy
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from footprint import package as p
from footprint import packing, service, signing, verifying
from footprint.cli import main
from footprint.contents import as_json, noted
from footprint.errors import FootprintError, RequestError, VerificationError
from footprint.intake import schema
from footprint.messages import message
from footprint.provenance import column_letters
from footprint.tables.archive import pack, unpack_whole

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
FORGE = runpy.run_path(str(Path(__file__).parent / "data" / "forging.py"))
Members = dict[str, bytes]
SMALL = "databases/small@1"


@pytest.fixture(scope="module", autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOOTPRINT_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture
def made(bill: Callable[..., Path], tmp_path: Path) -> Path:
    return calculated(bill, tmp_path)


def calculated(bill: Callable[..., Path], tmp_path: Path) -> Path:
    """Return the folder of a result: two parts, one process, a document at hand and one that is not."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "invoice.txt").write_text("10 kg of steel", encoding="utf-8")
    path = bill("casing | casing | 10 kg | steel | evidence=E1\nwire | wire | 2 kg | copper\n" + EVIDENCE,
                product=LINE.plain_product())  # fmt: skip
    small = LINE.small(tmp_path / "databases")
    service.produce(service.Request(path, str(LINE.RULES), (str(small),)), tmp_path / "out", "en")
    return tmp_path / "out"


EVIDENCE = """
[Processes]
winding | product | PUMP | 1 item
winding | input | grid-2024 | 3 kWh | evidence=E2
[Evidence]
E1 | invoice 12 | file=docs/invoice.txt
E2 | meter log | opening=1000, closing=1003, note=read by two
"""


@pytest.fixture
def members(bill: Callable[..., Path], tmp_path: Path) -> Members:
    """Return the members of the package of a result."""
    return packed(bill, tmp_path)


@FORGE["once"]
def packed(bill: Callable[..., Path], tmp_path: Path) -> Members:
    packing.pack(calculated(bill, tmp_path), tmp_path / "result.zip", "en")
    return unpack_whole((tmp_path / "result.zip").read_bytes(), "result.zip")


def found(members: Mapping[str, bytes]) -> list[str]:
    """Return what does not hold of a package: `member!element [code]`."""
    page = verifying.examined(members, "result.zip")
    return [f"{q.place.address} [{q.code}]" for q in page.problems if not isinstance(q.place, str)]


def mended(members: Members) -> Members:
    """Return members under a manifest of their own: as one who edits would leave them."""
    return {**members, p.MANIFEST: p.manifest(members)}


def refitted(members: Members) -> Members:
    """Return members whose elements are noted anew as well: as a forger would leave them who has the program."""
    return mended({**members, p.ELEMENTS: as_json(noted(members))})


# ------------------------------------------------------------------------------------------------ what a package is


def test_a_package_holds_all_that_the_result_rests_on(members: Members) -> None:
    """Workbook, rules, the rows used and those behind them, the document at hand, results, versions; nothing else."""
    assert sorted(members) == [
        "databases/small@1/intensities.jsonl", "databases/small@1/matrix/activities.csv",
        "databases/small@1/matrix/database.yaml", "databases/small@1/matrix/exchanges.csv",
        "elements.json", "evidence/docs/invoice.txt", "manifest.sha256", "package.json", "pcr/rules.yaml",
        "result/declaration.json", "result/report.html", "result/report.xlsx", "result/run.json", "workbook/pump.xlsx",
    ]  # fmt: skip
    rows = [line.split(b"\t")[0] for line in members[f"{SMALL}/intensities.jsonl"].splitlines()[1:]]
    assert {b"steel", b"copper", b"grid-2024"} <= set(rows)
    assert b"wood" not in rows
    register = json.loads(members["package.json"])["evidence"]
    assert [(e["id"], "member" in e) for e in register] == [("E1", True), ("E2", False)]


def test_the_manifest_is_what_sha256sum_reads(members: Members) -> None:
    """Two spaces between checksum and name, every member but itself, sorted."""
    lines = members["manifest.sha256"].decode().splitlines()
    assert [line[66:] for line in lines] == sorted(set(members) - {"manifest.sha256"})
    assert all(line[:66] == f"{hashlib.sha256(members[line[66:]]).hexdigest()}  " for line in lines)


def test_the_same_result_packs_to_the_same_bytes(made: Path, tmp_path: Path) -> None:
    """No time and no order of the machine comes in."""
    for name in ("a.zip", "b.zip"):
        packing.pack(made, tmp_path / name, "en")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_rows_behind_rows_are_packed_for_the_reference(bill: Callable[..., Path], tmp_path: Path) -> None:
    """Steel delivered takes in steel and a truck: both are in the matrix, and the whole system solves to the same."""
    path = bill("L1 | plate | 2 kg | steel-market", product=LINE.plain_product())
    small = LINE.small(tmp_path / "databases")
    service.produce(service.Request(path, str(LINE.RULES), (str(small),)), tmp_path / "out", "en")
    packing.pack(tmp_path / "out", tmp_path / "r.zip", "en")
    members = unpack_whole((tmp_path / "r.zip").read_bytes(), "r.zip")
    codes = [line.split(b",")[0] for line in members[f"{SMALL}/matrix/activities.csv"].splitlines()[1:]]
    assert sorted(codes) == [b"steel", b"steel-market", b"truck"]
    page = verifying.examined(members, "r.zip", reference=True).insist()
    assert next(s.facts["difference"] for s in page.done if s.code == "verify-reference") <= 1e-12
    exchanges = members[f"{SMALL}/matrix/exchanges.csv"]
    edited = exchanges.replace(b"steel,emission,co2e-unsplit,2,", b"steel,emission,co2e-unsplit,3,")
    assert edited != exchanges
    wrong = refitted({**members, f"{SMALL}/matrix/exchanges.csv": edited})
    told = found(wrong)
    assert f"{SMALL}/intensities.jsonl!steel-market.AR6 unsplit unknown unverified [package-row-tables]" in told
    with pytest.raises(VerificationError, match="package-reference"):
        verifying.examined(wrong, "r.zip", reference=True).insist()


def test_an_uncertainty_is_drawn_again(bill: Callable[..., Path], tmp_path: Path) -> None:
    """From the seed in the package, on published scatter that stands in its tables; an edited number is named."""
    path = bill("L1 | plate | 2 kg | steel | uncertainty=u=1 %", product=LINE.plain_product())
    small = LINE.small(tmp_path / "databases")
    request = service.Request(path, str(LINE.RULES), (str(small),), draws=200, seed=7)
    service.produce(request, tmp_path / "out", "en")
    packing.pack(tmp_path / "out", tmp_path / "r.zip", "en")
    members = unpack_whole((tmp_path / "r.zip").read_bytes(), "r.zip")
    page = verifying.examined(members, "r.zip").insist()
    assert "uncertainty.json" in [said.facts.get("name") for said in page.done]
    value("result/uncertainty.json", lambda d: d["monte_carlo"].update(high=9.0))(members)
    assert "result/uncertainty.json!monte_carlo.high [package-differs]" in found(mended(members))
    stated = unpack_whole((tmp_path / "r.zip").read_bytes(), "r.zip")
    value("result/uncertainty.json", lambda d: d["monte_carlo"].update(draws=201))(stated)
    assert "result/uncertainty.json!monte_carlo.draws [package-differs]" in found(mended(stated))
    service.produce(request._replace(draws=0), tmp_path / "out", "en")
    packing.pack(tmp_path / "out", tmp_path / "later.zip", "en")
    assert "result/uncertainty.json" not in unpack_whole((tmp_path / "later.zip").read_bytes(), "later.zip")


def test_databases_drawn_anew_are_taken_as_stated(bill: Callable[..., Path], tmp_path: Path) -> None:
    """A package holds only the rows that were used: what all of them told is left, the rest is drawn again."""
    path = bill("L1 | plate | 2 kg | copper-refined | uncertainty=u=1 %", product={"net_mass": 2.0})
    service.produce(service.Request(path, reference=True, draws=200, seed=7), tmp_path / "out", "en")
    packing.pack(tmp_path / "out", tmp_path / "r.zip", "en")
    members = unpack_whole((tmp_path / "r.zip").read_bytes(), "r.zip")
    page = verifying.examined(members, "r.zip").insist()
    assert "verify-left-whole" in [said.code for said in page.left]
    value("result/uncertainty.json", lambda d: d.update(whole_system={"draws": "many"}))(members)
    assert "result/uncertainty.json!whole_system.draws [package-differs]" in found(mended(members))


def test_a_package_needs_nothing_but_itself(made: Path, tmp_path: Path) -> None:
    """Workbook, rules and database are gone from the machine; the package still gives the same bytes."""
    packing.pack(made, tmp_path / "result.zip", "en")
    for path in (tmp_path / "pump.xlsx", *(tmp_path / "databases" / "small").iterdir()):
        path.unlink()
    page = verifying.verify(tmp_path / "result.zip", "en")
    assert page.error is None
    assert "declaration.json: recalculated from workbook, rules and rows of the package" in page.text
    assert page.stated == ("small@1",)


def test_what_cannot_be_rerun_is_said_with_its_reason(made: Path, tmp_path: Path) -> None:
    """Each thing taken on trust stands on the page, in both languages."""
    packing.pack(made, tmp_path / "result.zip", "en")
    text = verifying.verify(tmp_path / "result.zip", "en").text
    left = text.partition("What could not be re-run, and why:")[2]
    for said in ("not signed", "run.json", "2 documents of evidence", "small@1 is not installed here", "--reference"):
        assert said in left, said
    assert re.search("[\u4e00-\u9fff]", verifying.verify(tmp_path / "result.zip", "zh").text)


def test_rows_and_rules_are_compared_with_those_installed(tmp_path: Path) -> None:
    """What ships with the program is a second copy: a factor edited throughout the package is still named."""
    service.demo("battery", tmp_path, "en")
    packing.pack(tmp_path, tmp_path / "result.zip", "en")
    members = unpack_whole((tmp_path / "result.zip").read_bytes(), "result.zip")
    page = verifying.examined(members, "result.zip").insist()
    assert {"verify-rules-ship", "verify-rows-installed"} <= {said.code for said in page.done}
    (name,) = (n for n in members if n.endswith("intensities.jsonl"))
    lines = members[name].splitlines(keepends=True)
    lines[3] = re.sub(rb'(ied|ary|ated)",(-?)(?=[0-9])', rb'\1",\g<2>1', lines[3], count=1)
    code = lines[3].split(b"\t")[0].decode()
    wrong = found(refitted({**members, name: b"".join(lines)}))
    assert f"{name}!{code} [package-row-installed]" in wrong


# ------------------------------------------------------------------------------------------------ tampering


def cell(member: str, sheet: str, address: str, value: object) -> Callable[[Members], None]:
    """Return what changes one cell of a spreadsheet."""

    def edit(members: Members) -> None:
        book = openpyxl.load_workbook(io.BytesIO(members[member]))
        book[sheet][address] = value
        out = io.BytesIO()
        book.save(out)
        members[member] = out.getvalue()

    return edit


def text(member: str, before: str, after: str) -> Callable[[Members], None]:
    """Return what replaces a text once."""

    def edit(members: Members) -> None:
        assert before.encode() in members[member], f"{member} has no {before}"
        members[member] = members[member].replace(before.encode(), after.encode(), 1)

    return edit


def value(member: str, change: Callable[[Any], object]) -> Callable[[Members], None]:
    """Return what changes a document as a program would, in its own form."""

    def edit(members: Members) -> None:
        document = json.loads(members[member])
        change(document)
        if member.endswith("declaration.json"):
            from footprint.declare.declare import text as canonical

            members[member] = canonical(document).encode()
        else:
            members[member] = (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()

    return edit


BOOK = "workbook/pump.xlsx"


def at(sheet: str, key: str, row: int) -> str:
    """Return the address of a column in a row of a sheet: columns come and go."""
    return f"{column_letters([field.key for field in schema.fields(sheet)].index(key))}{row}"


QUANTITY, DATASET, NOTE, READING = (
    at("BOM", "quantity", 4), at("BOM", "dataset", 4), at("Evidence", "note", 5), at("Evidence", "closing", 5),
)  # fmt: skip
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


# ------------------------------------------------------------------------------------------------ signatures


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Return a private key; its public key stands beside it."""
    pytest.importorskip("cryptography")
    signing.new_key(tmp_path / "mine.pem", "en")
    return tmp_path / "mine.pem"


def signed(members: Members, key: Path) -> Members:
    """Return members signed."""
    return {**members, **signing.sign(members[p.MANIFEST], key)}


def public(key: Path) -> Path:
    """Return the public key of a private one."""
    return key.with_name(f"{key.name}.pub")


def test_a_signature_holds_for_its_manifest_alone(members: Members, key: Path, tmp_path: Path) -> None:
    """The right key passes; another key, another manifest, a digit changed, none at all: each is named."""
    good = signed(members, key)
    page = verifying.examined(good, "result.zip", key=public(key)).insist()
    assert "verify-signed" in {said.code for said in page.done}
    assert "verify-signed-by" in {said.code for said in verifying.examined(good, "result.zip").insist().done}
    signing.new_key(tmp_path / "other.pem", "en")
    other = public(tmp_path / "other.pem")
    assert codes(good, other) == ["signature-other"]
    assert codes(members, other) == ["signature-missing"]
    text("result/report.html", "</body>", "<p>approved</p></body>")(good)
    assert "signature-wrong" in codes(mended(good), public(key))
    digit = json.loads(good[p.SIGNATURE])["signature"]
    swapped = {**signed(members, key)}
    text(p.SIGNATURE, digit, ("1" if digit[0] == "0" else "0") + digit[1:])(swapped)
    assert codes(swapped, None) == ["signature-wrong"]
    for broken in (
        b"",
        b"[]",
        b'{"algorithm": "none"}',
        b'{"algorithm": "Ed25519", "public_key": "0", "signature": 1}',
    ):
        assert codes({**members, p.SIGNATURE: broken}, None) == ["signature-wrong"]


def codes(members: Members, key: Path | None) -> list[str]:
    """Return the codes of what does not hold."""
    return [q.code for q in verifying.examined(members, "result.zip", key=key).problems]


def test_a_forger_who_makes_all_of_it_anew_is_caught_by_the_key(
    made: Path, key: Path, tmp_path: Path, bill: Callable[..., Path]
) -> None:
    """Another workbook calculated and packed in good form holds by itself; the key of the maker tells."""
    packing.pack(made, tmp_path / "good.zip", "en", key=key)
    assert verifying.verify(tmp_path / "good.zip", "en", key=public(key)).error is None
    cell_book = tmp_path / "pump.xlsx"
    book = openpyxl.load_workbook(cell_book)
    book["BOM"][QUANTITY] = 10.05
    book.save(cell_book)
    small = tmp_path / "databases" / "small"
    service.produce(service.Request(cell_book, str(LINE.RULES), (str(small),)), tmp_path / "forged", "en")
    signing.new_key(tmp_path / "forger.pem", "en")
    packing.pack(tmp_path / "forged", tmp_path / "forged.zip", "en", key=tmp_path / "forger.pem")
    assert verifying.verify(tmp_path / "forged.zip", "en").error is None
    error = verifying.verify(tmp_path / "forged.zip", "en", key=public(key)).error
    assert error is not None
    assert [q.code for q in error.problems] == ["signature-other"]


def test_a_private_key_is_its_owners_alone_and_never_replaced(key: Path) -> None:
    """Mode 0600 from the first moment; a second key of that name is refused and the first stays."""
    before = key.read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600
    with pytest.raises(RequestError, match="never replaced"):
        signing.new_key(key, "en")
    with pytest.raises(RequestError, match="never replaced"):
        signing.new_key(key.with_name("mine"), "en") if public(key).rename(key.with_name("mine.pub")) else None
    assert key.read_bytes() == before


def test_what_is_no_key_is_told(members: Members, key: Path, tmp_path: Path) -> None:
    """A public key does not sign, a private key does not verify, a text does neither."""
    for call in (lambda: signing.sign(b"", public(key)), lambda: signing.public_key(key)):
        with pytest.raises(RequestError, match="no Ed25519 key"):
            call()
    (tmp_path / "text.pem").write_text("a key", encoding="utf-8")
    with pytest.raises(RequestError, match="no Ed25519 key"):
        signing.sign(b"", tmp_path / "text.pem")
    with pytest.raises(RequestError, match="cannot be opened"):
        signing.sign(b"", tmp_path / "none.pem")


def test_without_the_library_a_signature_is_left_and_signing_says_what_to_install(
    members: Members, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says that the signature was not looked at; a key asked for cannot be shrugged off."""
    good = signed(members, key)
    monkeypatch.setattr(signing, "is_possible", lambda: False)
    assert "verify-signature-unread" in {said.code for said in verifying.examined(good, "result.zip").left}
    for call in (lambda: signing.sign(b"", key), lambda: verifying.examined(good, "result.zip", key=public(key))):
        with pytest.raises(RequestError, match=r"footprint-pcf\[sign\]"):
            call()


# ------------------------------------------------------------------------------------------------ licensed data


GOLD = "gold | emission | co2-fossil | 7777.5\ngold | emission | ch4-fossil | 31.25"


@pytest.fixture
def licensed(bill: Callable[..., Path], tmp_path: Path, kept: Path) -> Path:
    """Return the package of a result on a database that only its licence holder may pass on."""
    if not any(kept.iterdir()):
        shutil.copytree(bought(bill, tmp_path), kept, dirs_exist_ok=True)
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    return tmp_path / "bought.zip"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the licensed package and its database stand once they were made."""
    return tmp_path_factory.mktemp("licensed")


def bought(bill: Callable[..., Path], tmp_path: Path) -> Path:
    made = LINE.activities("gold | kg | gold"), LINE.exchanges(GOLD, {"gold": "kg"})
    folder = LINE.write_database(tmp_path / "home" / "databases" / "bought", *made, {})
    meta = json.loads((folder / "database.yaml").read_text(encoding="utf-8"))
    (folder / "database.yaml").write_text(json.dumps({**meta, "licensed": "yes"}), encoding="utf-8")
    from footprint.background.build import compile_folder
    from footprint.engine.compile import intensities

    compile_folder(folder, intensities)
    path = bill("L1 | contact | 2 kg | gold", product=LINE.plain_product())
    assert at("BOM", "quantity", 4) == QUANTITY
    service.produce(service.Request(path, str(LINE.RULES), ("bought",)), tmp_path / "out", "en")
    packing.pack(tmp_path / "out", tmp_path / "bought.zip", "en")
    return tmp_path


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


def test_licensed_rows_are_packed_as_hashes_and_scores(licensed: Path) -> None:
    """No number of theirs is in the rows, and no table; where the database is installed, it is recalculated with."""
    members = unpack_whole(licensed.read_bytes(), "bought.zip")
    assert not [name for name in members if "intensities" in name or "matrix" in name]
    rows = json.loads(members["databases/bought@1/rows.json"])["rows"]
    assert set(rows["gold"]) == {"sha256", "dataset", "score", "gaps"}
    page = verifying.examined(members, "bought.zip").insist()
    assert {"verify-licensed", "verify-declaration"} <= {said.code for said in page.done}


def test_what_rests_on_licensed_rows_that_are_not_here_is_as_stated(licensed: Path, tmp_path: Path) -> None:
    """The rest is recalculated from the scores; neither the page nor the exit code say that the package holds."""
    (tmp_path / "home" / "databases" / "bought").rename(tmp_path / "elsewhere")
    members = unpack_whole(licensed.read_bytes(), "bought.zip")
    page = verifying.examined(members, "bought.zip").insist()
    assert page.stated == ["bought@1", "result.by_class, result.by_gwp_set"]
    assert {"verify-scores", "verify-ledger", "verify-closed"} <= {said.code for said in page.done}
    assert not page.text("en").endswith("The package holds.")
    shown = CliRunner().invoke(main, ["verify", str(licensed), "--lang", "en"])
    assert (shown.exit_code, "taken as stated: bought@1; result.by_class" in shown.output) == (9, True)
    assert CliRunner().invoke(main, ["verify", str(licensed), "--lang", "zh"]).output.count("未经验证") == 1


@pytest.mark.parametrize(("lang", "said"), [
    ("en", "uncertainty.json: NOT VERIFIED. The package does not hold how far its licensed rows may be off"),
    ("zh", "uncertainty.json：未经验证。验证包不含许可数据的离散程度"),
])  # fmt: skip
def test_draws_of_licensed_rows_that_are_not_here_are_plainly_not_verified(
    licensed: Path, tmp_path: Path, lang: str, said: str
) -> None:
    """Neither holds nor fails: the page says last of all what nobody could draw again."""
    path = tmp_path / "drawn.zip"
    book = next(tmp_path.rglob("pump.xlsx"))
    request = service.Request(book, str(LINE.RULES), ("bought",), draws=200)
    service.produce(request, tmp_path / "drawn", "en")
    packing.pack(tmp_path / "drawn", path, "en")
    (tmp_path / "home" / "databases" / "bought").rename(tmp_path / "elsewhere")
    shown = CliRunner().invoke(main, ["verify", str(path), "--lang", lang])
    assert shown.exit_code == 9, shown.output
    assert said in shown.output
    assert "bought@1" in shown.output.splitlines()[-1]
    assert "uncertainty.json" in shown.output.splitlines()[-1]
    assert message("verify-holds", lang) not in shown.output


LICENSED: Mapping[str, tuple[Callable[[Members], object], str]] = {
    "an amount": (cell(BOOK, "BOM", QUANTITY, 2.001), "result/declaration.json!ledger["),
    "the score": (
        value("databases/bought@1/rows.json", lambda d: d["rows"]["gold"].update(score=1.0)),
        "result/declaration.json!ledger[",
    ),
    "the total": (
        value("result/declaration.json", lambda d: d["result"].update(total=1.0)),
        "result/declaration.json!result.total",
    ),
    "what is declared": (
        value("result/declaration.json", lambda d: d["result"].update(declared="1.0")),
        "result/declaration.json!result.declared",
    ),
    "a class": (
        value("result/declaration.json", lambda d: d["result"]["by_class"][0].update(value=1.0)),
        "result/declaration.json!result.by_class",
    ),
    "a rule": (text("pcr/rules.yaml", "{value: 0.02,", "{value: 0.9,"), "result/declaration.json!study.p"),
    "another set": (
        value("databases/bought@1/rows.json", lambda d: d.update(gwp_set="AR5")), "result [package-not",
    ),
    "a row": (
        value("databases/bought@1/rows.json", lambda d: d["rows"]["gold"].pop("score")),
        "databases/bought@1/rows.json",
    ),
    "a report": (text("result/report.html", "</body>", "<p>1 kg</p></body>"), "result/report.html!line"),
}  # fmt: skip


@pytest.mark.parametrize("what", LICENSED)
def test_an_edit_is_named_without_the_licensed_database_too(licensed: Path, tmp_path: Path, what: str) -> None:
    """Only what rests on more than scores is taken as stated."""
    (tmp_path / "home" / "databases" / "bought").rename(tmp_path / "elsewhere")
    edit, element = LICENSED[what]
    members = unpack_whole(licensed.read_bytes(), "bought.zip")
    edit(members)
    told = found(refitted(members))
    assert any(each.startswith(element) for each in told), told


def test_nothing_of_a_licensed_row_but_its_score_leaves_the_house(licensed: Path) -> None:
    """Neither its emissions nor its split by class stand in any byte of the package, workbooks included."""
    for name, content in unpack_whole(licensed.read_bytes(), "bought.zip").items():
        inside = [content]
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                inside = [book.read(part) for part in book.namelist()]
        assert not any(number in part for number in (b"7777.5", b"31.25", b"931.25") for part in inside), name
    document = json.loads(unpack_whole(licensed.read_bytes(), "b.zip")["result/declaration.json"])
    parts = [(row["factor"], row["classes"], row["sets"]) for row in document["ledger"]]
    assert parts == [(8708.75, {"unsplit": 17417.5}, {"unknown": 17417.5})]


def marked(members: Members, name: str = "bought@1", rows: object = None) -> Members:
    """Return members that name a licensed database besides."""
    about = json.loads(members["package.json"])
    about["databases"].append({"name": name, "checksum": "0", "licensed": True, "matrix": False, "rows": 0})
    given = {"info": INFO, "gwp_set": "AR6", "electricity": {}, "rows": {}} if rows is None else rows
    more = {f"databases/{name}/rows.json": as_json(given), "package.json": as_json(about)}
    return refitted({**members, **more})


INFO = {
    "id": "bought", "version": "1", "title_en": "b", "title_zh": "b", "licence": "l", "citation": "c", "checksum": "0",
    "licensed": "yes",
}  # fmt: skip


@pytest.mark.parametrize("rows", [None, {}, [], "text", {"rows": {"a": {}}}])
def test_a_licensed_database_that_nothing_uses_is_refused(members: Members, rows: object) -> None:
    """A word in package.json cannot switch the recalculation off."""
    value("result/declaration.json", lambda d: d["result"].update(declared="0.1"))(members)
    told = verifying.examined(marked(members, rows=rows), "r.zip")
    assert told.problems
    assert not told.stated or "package-differs" in {each.code for each in told.problems}


def test_an_open_database_is_not_licensed_because_a_package_says_so(members: Members) -> None:
    """Its rows taken out and marked as licensed: what is installed, or the declaration, tells."""
    about = json.loads(members["package.json"])
    about["databases"][0] |= {"licensed": True, "matrix": False}
    given = {"info": {**INFO, "id": "small"}, "gwp_set": "AR6", "electricity": {}, "rows": {}}
    kept = {name: content for name, content in members.items() if not name.startswith("databases/")}
    forged = {**kept, f"{SMALL}/rows.json": as_json(given), "package.json": as_json(about)}
    assert found(refitted(forged))


def test_another_licensed_row_installed_is_named(licensed: Path, tmp_path: Path) -> None:
    """The installed database says something else of the row: the row is named."""
    members = unpack_whole(licensed.read_bytes(), "bought.zip")
    rows = json.loads(members["databases/bought@1/rows.json"])
    rows["rows"]["gold"]["sha256"] = "0" * 64
    members["databases/bought@1/rows.json"] = json.dumps(rows).encode()
    assert "databases/bought@1/rows.json!gold [package-row-other]" in found(mended(members))


# ------------------------------------------------------------------------------------------------ packing


def workbook_sum(made: Path) -> bytes:
    """Return the checksum of the workbook as the declaration quotes it."""
    return json.dumps(json.loads((made / "declaration.json").read_bytes())["workbook"]["sha256"]).encode()


def test_only_what_holds_is_packed(made: Path, tmp_path: Path) -> None:
    """A workbook edited or gone, a declaration or report edited since: refused, named, and nothing is written."""
    output = tmp_path / "result.zip"
    edits = (("report.html", "report.html!line", b"pump"), ("declaration.json", r"ledger\[", b'"steel"'))
    for name, told, before in (*edits, ("declaration.json", "not the one", workbook_sum(made))):
        good, run = (made / name).read_bytes(), (made / "run.json").read_bytes()
        assert before in good
        bad = good.replace(before, b'"0"')
        (made / name).write_bytes(bad)
        with pytest.raises(FootprintError, match="not the one"):
            packing.pack(made, output, "en")
        sums = [hashlib.sha256(content).hexdigest().encode() for content in (good, bad)]
        (made / "run.json").write_bytes(run.replace(*sums))
        with pytest.raises(FootprintError, match=told):
            packing.pack(made, output, "en")
        (made / name).write_bytes(good)
        (made / "run.json").write_bytes(run)
    workbook = tmp_path / "pump.xlsx"
    workbook.rename(tmp_path / "moved.xlsx")
    with pytest.raises(RequestError, match="no longer there"):
        packing.pack(made, output, "en")
    (tmp_path / "moved.xlsx").rename(tmp_path / "docs" / "pump.xlsx")
    assert not output.exists()
    with pytest.raises(FootprintError):
        packing.pack(made, output, "en", workbook=tmp_path / "docs" / "invoice.txt")
    with pytest.raises(RequestError, match="not the one of the calculation"):
        packing.pack(made, output, "en", workbook=tmp_path / "docs" / "pump.xlsx")
    (tmp_path / "docs" / "docs").mkdir()
    (tmp_path / "docs" / "invoice.txt").rename(tmp_path / "docs" / "docs" / "invoice.txt")
    packing.pack(made, output, "en", workbook=tmp_path / "docs" / "pump.xlsx")
    with pytest.raises(RequestError, match="exists"):
        packing.pack(made, output, "en", workbook=tmp_path / "docs" / "pump.xlsx")


def test_the_commands_pack_sign_and_verify(made: Path, key: Path, tmp_path: Path) -> None:
    """From a folder to a signed package that holds; an edited one ends with exit code 8 and names the edit."""
    run = CliRunner().invoke
    output = tmp_path / "result.zip"
    packed = run(main, ["pack", str(made), "-o", str(output), "--sign", str(key), "--lang", "en"])
    assert "members, verified" in packed.output
    good = run(main, ["verify", str(output), "--key", str(public(key)), "--lang", "en"])
    assert (good.exit_code, "taken as stated: small@1." in good.output) == (9, True)
    members = unpack_whole(output.read_bytes(), "result.zip")
    cell(BOOK, "BOM", QUANTITY, 9)(members)
    output.write_bytes(pack(members))
    bad = run(main, ["verify", str(output), "--lang", "en"])
    assert bad.exit_code == 8
    assert f"result.zip:workbook/pump.xlsx!BOM!{QUANTITY}: this is not what was packed" in bad.output
    assert run(main, ["verify", str(tmp_path / "none.zip")]).exit_code == 2


# ------------------------------------------------------------------------------------------------ every member


EXTRA = ("result/report.pdf", "result/pact.json", "approved.txt", "workbook/other.xlsx", "workbook/docs/invoice.txt",
         f"{SMALL}/exchanges.csv", f"{SMALL}/matrix/more/exchanges.csv", "pcr/more.yaml", "evidence/more.txt",
         "result/uncertainty.json")  # fmt: skip


@pytest.mark.parametrize("name", EXTRA)
def test_a_member_that_nothing_asks_for_is_named(members: Members, name: str) -> None:
    """Also where the manifest lists it and its elements are noted: workbook, results and rules say what there is."""
    assert f"{name} [package-extra]" in found(refitted({**members, name: b'"1.0 kg, approved"'}))


@pytest.mark.parametrize("name", ["result/run.json", "result/report.html", f"{SMALL}/matrix/exchanges.csv"])
def test_a_member_that_must_be_there_is_missed(members: Members, name: str) -> None:
    """Also where the manifest does not list it."""
    members.pop(name)
    assert any(each.startswith(name.rpartition("/")[0]) for each in found(refitted(members)))


RUN = "result/run.json"
ABOUT: Mapping[str, tuple[Callable[[Members], object], str]] = {
    "the program of the run": (value(RUN, lambda d: d.update(footprint="9.9")), f"{RUN}!footprint"),
    "its files": (value(RUN, lambda d: d.update(files={})), f"{RUN}!files."),
    "its request": (value(RUN, lambda d: d["request"].update(pcr="iso-14067")), f"{RUN}!request.pcr"),
    "more in it": (value(RUN, lambda d: d.update(approved="TUV")), f"{RUN}!approved"),
    "the register": (value("package.json", lambda d: d.update(evidence=[])), "package.json!evidence"),
    "its type": (
        value("package.json", lambda d: d["evidence"][1].update(type="certified")),
        "package.json!evidence[E2]",
    ),
    "a row of it": (
        value("package.json", lambda d: d["evidence"].append({"id": "E9", "member": "evidence/none"})),
        "package.json!evidence[E9]",
    ),
    "the count of rows": (value("package.json", lambda d: d["databases"][0].update(rows=1)), "package.json!databases["),
    "more in it all": (value("package.json", lambda d: d.update(approved="TUV")), "package.json!approved"),
    "its language": (value("package.json", lambda d: d["request"].update(lang="zh")), "result/report.html"),
    "a library": (value("package.json", lambda d: d["software"].update(auditor="TUV")), "package.json"),
}


@pytest.mark.parametrize("what", ABOUT)
def test_what_a_package_says_of_itself_follows_from_its_result(members: Members, what: str) -> None:
    """package.json, run.json and the register are made anew and compared, under a manifest and elements made to fit."""
    edit, element = ABOUT[what]
    edit(members)
    told = found(refitted(members))
    assert any(each.startswith(element) for each in told), told


def test_elements_are_made_anew(members: Members) -> None:
    """None, or a wrong one, is named."""
    assert f"elements.json!{BOOK} [package-noted]" in found(mended({**members, p.ELEMENTS: b"{}"}))
    value(p.ELEMENTS, lambda d: d[BOOK].update({f"BOM!{QUANTITY}": "0"}))(members)
    assert f"{BOOK}!BOM!{QUANTITY} [package-element]" in found(mended(members))


@pytest.mark.parametrize("stated", ["", ", sha256={hash}"])
def test_a_document_is_bound_to_the_workbook(bill: Callable[..., Path], tmp_path: Path, stated: str) -> None:
    """With a checksum in the workbook or without: another document is named, a genuine one beside it does not help."""
    (tmp_path / "docs").mkdir()
    genuine = b"10 kg of steel"
    (tmp_path / "docs" / "invoice.txt").write_bytes(genuine)
    register = f"[Evidence]\nE1 | invoice 12 | file=docs/invoice.txt{stated}"
    written = register.replace("{hash}", hashlib.sha256(genuine).hexdigest())
    path = bill(f"L1 | casing | 10 kg | steel | evidence=E1\n{written}", product=LINE.plain_product())
    small = LINE.small(tmp_path / "databases")
    service.produce(service.Request(path, str(LINE.RULES), (str(small),)), tmp_path / "out", "en")
    packing.pack(tmp_path / "out", tmp_path / "r.zip", "en")
    members = unpack_whole((tmp_path / "r.zip").read_bytes(), "r.zip")
    verifying.examined(members, "r.zip").insist()
    forged = b"99 kg of steel"
    sums = {"sha256": hashlib.sha256(forged).hexdigest(), "stated": hashlib.sha256(forged).hexdigest() * bool(stated)}
    members["evidence/docs/invoice.txt"] = forged
    value("package.json", lambda d: d["evidence"][0].update(sums))(members)
    told = found(refitted(members))
    assert any(each.startswith("result/declaration.json!evidence.documents[E1].file.") for each in told), told
    assert found(refitted(dict(sorted({**members, "workbook/docs/invoice.txt": genuine}.items()))))


def test_a_package_leaves_nothing_in_the_caches_of_its_verifier(bill: Callable[..., Path], tmp_path: Path) -> None:
    """Scatter under the checksum of a genuine database is neither kept nor found, nor is anything else."""
    path = bill("L1 | plate | 2 kg | steel | uncertainty=u=1 %", product=LINE.plain_product())
    small = LINE.small(tmp_path / "databases")
    service.produce(service.Request(path, str(LINE.RULES), (str(small),), draws=200), tmp_path / "out", "en")
    packing.pack(tmp_path / "out", tmp_path / "r.zip", "en")
    members = unpack_whole((tmp_path / "r.zip").read_bytes(), "r.zip")
    value("package.json", lambda d: d["databases"][0].update(matrix=False))(members)
    for name in [name for name in members if "/matrix/" in name]:
        members[name.replace("/matrix", "")] = members.pop(name)
    home = tmp_path / "home"
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert found(refitted(members))
    kinds = {path.parent.name for path in set(home.rglob("*")) - before.keys() if path.is_file()}
    assert kinds <= {"templates"}
    assert all(path.read_bytes() == content for path, content in before.items() if "runs" not in path.name)


def test_one_version_of_a_database_has_one_content(bill: Callable[..., Path], tmp_path: Path) -> None:
    """A factor edited throughout, checksums included, under the name of one installed here: named, or accepted."""
    home = tmp_path / "home" / "databases"
    half = LINE.EXCHANGES.replace("co2e-unsplit | 2\n", "co2e-unsplit | 1\n")
    LINE.write_database(home / "small", LINE.activities(), LINE.exchanges(half))
    path = bill("L1 | plate | 2 kg | steel", product=LINE.plain_product())
    service.produce(service.Request(path, str(LINE.RULES), ("small",)), tmp_path / "out", "en")
    packing.pack(tmp_path / "out", tmp_path / "r.zip", "en")
    LINE.small(home)
    members = unpack_whole((tmp_path / "r.zip").read_bytes(), "r.zip")
    told = found(members)
    assert f"{SMALL}/intensities.jsonl!steel [package-row-installed]" in told
    assert f"{SMALL}/matrix/exchanges.csv!steel emission co2e-unsplit [package-row-installed]" in told
    page = verifying.examined(members, "r.zip", accepted=("small@1",)).insist()
    assert page.stated
    shown = CliRunner().invoke(main, ["verify", str(tmp_path / "r.zip"), "--accept", "small@1", "--lang", "en"])
    assert shown.exit_code == 9


def test_tables_are_compared_with_those_installed(bill: Callable[..., Path], tmp_path: Path) -> None:
    """An exchange, a pedigree or a document behind a row that is the one installed: named without --reference."""
    LINE.small(tmp_path / "home" / "databases")
    path = bill("L1 | plate | 2 kg | steel", product=LINE.plain_product())
    service.produce(service.Request(path, str(LINE.RULES), ("small",)), tmp_path / "out", "en")
    packing.pack(tmp_path / "out", tmp_path / "r.zip", "en")
    members = unpack_whole((tmp_path / "r.zip").read_bytes(), "r.zip")
    assert "verify-tables-installed" in {each.code for each in verifying.examined(members, "r").insist().done}
    text(f"{SMALL}/matrix/exchanges.csv", "co2e-unsplit,2,", "co2e-unsplit,1,")(members)
    element = f"{SMALL}/matrix/exchanges.csv!steel emission co2e-unsplit"
    assert f"{element} [package-row-installed]" in found(refitted(members))


ISO = {"pcr": "iso-14067", "declared_unit": "item", "net_mass": 2.0, "boundary": "cradle-to-gate"}


def test_rules_of_one_id_and_version_have_one_text(
    bill: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shipped rules edited under their own name: the part is named; a file in the working directory is not asked."""
    from footprint.rules import load as pcrs

    own = tmp_path / "iso-14067.yaml"
    shipped = pcrs.path_of("iso-14067").read_text(encoding="utf-8")
    own.write_text(shipped.replace("declared_units:", "declared_units: # edited", 1), encoding="utf-8")
    path = bill("L1 | plate | 2 kg | steel-rebar-cn", product=ISO)
    service.produce(service.Request(path, str(own)), tmp_path / "out", "en")
    with pytest.raises(VerificationError, match="package-rules-other"):
        packing.pack(tmp_path / "out", tmp_path / "r.zip", "en")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(VerificationError, match="package-rules-other"):
        packing.pack(tmp_path / "out", tmp_path / "r.zip", "en")


def test_the_page_says_what_was_verified(members: Members) -> None:
    """Product, result, unit, rules, date, workbook and its checksum: another package gives another page."""
    shown = verifying.examined(members, "result.zip").insist().text("en").splitlines()[1]
    document = json.loads(members["result/declaration.json"])
    for said in ("PUMP", document["result"]["declared"], "plain-goods 1", "pump.xlsx", document["workbook"]["sha256"]):
        assert said in shown


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


# ------------------------------------------------------------------------------------------------ files around it


def test_a_package_is_all_there_is_in_its_file(made: Path, tmp_path: Path) -> None:
    """Nothing before, between or behind the members, no comment, no other way of packing them."""
    packing.pack(made, tmp_path / "result.zip", "en")
    good = (tmp_path / "result.zip").read_bytes()
    members = unpack_whole(good, "r.zip")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for name, content in members.items():
            again.writestr(name, content)
    at = good.find(b"result/report.html")
    for bad in (b"MZ" + good, good + b"x", out.getvalue(), good[:at] + b"result/report.hmtl" + good[at + 18 :]):
        with pytest.raises(VerificationError, match=r"package-repacked|package-damaged"):
            unpack_whole(bad, "r.zip")
    for name in ("a/b.", "a/b ", "a/NUL", "a/com1.txt", "a\u202eb", "a\x85", "cafe\u0301", "a//b", "a/"):
        with pytest.raises(VerificationError, match="package-unsafe-name" if name != "a/" else "package-repacked"):
            unpack_whole(pack({**members, name: b""}), "r.zip")
    for name in ("RESULT/report.html", "result", "result/report.html/a"):
        with pytest.raises(VerificationError, match="package-twice"):
            unpack_whole(pack({**members, name: b""}), "r.zip")


NAMES = (
    "a.txt",
    "docs\\a.txt",
    "scan 10:30?.pdf",
    "发票 1.pdf",
    "A.TXT",
    "nul",
    "cafe\u0301.txt",
    "docs/b.",
    ".ssh/key",
)


def test_documents_of_any_name_are_packed(bill: Callable[..., Path], tmp_path: Path) -> None:
    """Under names that every system can write, one each; hidden files are not touched."""
    for name in NAMES:
        path = tmp_path / name.replace("\\", "/")
        path.parent.mkdir(exist_ok=True)
        path.write_text(name, encoding="utf-8")
    register = "\n".join(f"E{number} | invoice {number} | file={name}" for number, name in enumerate(NAMES))
    path = bill(f"L1 | plate | 2 kg | steel | evidence=E1\n[Evidence]\n{register}", product=LINE.plain_product(),
                name="pump: v2?.xlsx")  # fmt: skip
    small = LINE.small(tmp_path / "databases")
    service.produce(service.Request(path, str(LINE.RULES), (str(small),)), tmp_path / "out", "en")
    told = packing.pack(tmp_path / "out", tmp_path / "r.zip", "en")
    assert verifying.verify(tmp_path / "r.zip", "en").error is None
    members = unpack_whole((tmp_path / "r.zip").read_bytes(), "r.zip")
    assert sorted(name for name in members if name.startswith("evidence/")) == [
        "evidence/2/A.TXT", "evidence/_nul", "evidence/a.txt", "evidence/café.txt", "evidence/docs/a.txt",
        "evidence/docs/b", "evidence/scan 10_30_.pdf", "evidence/发票 1.pdf",
    ]  # fmt: skip
    assert told.count("document: ") == 8


def test_a_private_key_is_never_packed(bill: Callable[..., Path], tmp_path: Path, key: Path) -> None:
    """Not even where a workbook names it as evidence."""
    path = bill(
        "L1 | plate | 2 kg | steel | evidence=E1\n[Evidence]\nE1 | a | file=mine.pem", product=LINE.plain_product()
    )
    small = LINE.small(tmp_path / "databases")
    service.produce(service.Request(path, str(LINE.RULES), (str(small),)), tmp_path / "out", "en")
    with pytest.raises(RequestError, match="private key"):
        packing.pack(tmp_path / "out", tmp_path / "r.zip", "en", key=key)


def test_a_document_changed_since_is_told_in_one_line(made: Path, tmp_path: Path) -> None:
    """To the one who packs: which file, and what to do."""
    (tmp_path / "docs" / "invoice.txt").write_text("12 kg of steel", encoding="utf-8")
    with pytest.raises(RequestError) as caught:
        packing.pack(made, tmp_path / "r.zip", "en")
    assert [each.code for each in caught.value.problems] == ["document-since"]
    assert str(tmp_path / "docs" / "invoice.txt") in str(caught.value)


def test_only_a_package_is_overwritten(made: Path, tmp_path: Path) -> None:
    """Neither workbook, declaration, rows nor a link that leads nowhere, with --force or without."""
    (tmp_path / "link.zip").symlink_to(tmp_path / "nowhere")
    inputs = [
        tmp_path / "pump.xlsx",
        made / "declaration.json",
        tmp_path / "docs" / "invoice.txt",
        tmp_path / "link.zip",
    ]
    for path in inputs:
        before = path.read_bytes() if path.exists() else None
        for force in (False, True):
            with pytest.raises(RequestError, match=r"exists|something else"):
                packing.pack(made, path, "en", force=force)
        assert (path.read_bytes() if path.exists() else None) == before
    packing.pack(made, tmp_path / "r.zip", "en")
    packing.pack(made, tmp_path / "r.zip", "en", force=True)


def test_a_package_names_no_path_of_the_machine(members: Members, tmp_path: Path) -> None:
    """Who gets it learns what the workbook is called, not where it lies."""
    assert json.loads(members[RUN])["request"]["workbook"] == "pump.xlsx"
    assert not [name for name, content in members.items() if str(tmp_path).encode() in content]


# ------------------------------------------------------------------------------------------------ weak signatures


def test_a_signature_that_anybody_can_make_is_none(members: Members, key: Path) -> None:
    """Keys of small order, and claims beside the signature; one of the manifest alone is for something else."""
    good = signed(members, key)
    told = json.loads(good[p.SIGNATURE])
    for small in ("01" + "00" * 31, "ec" + "ff" * 30 + "7f", "00" * 32, "00" * 31 + "80"):
        weak = {"algorithm": "Ed25519", "public_key": small, "signature": "01" + "00" * 63}
        assert codes({**members, p.SIGNATURE: as_json(weak)}, None) == ["signature-wrong"]
    assert codes({**members, p.SIGNATURE: as_json({**told, "signer": "TUV"})}, public(key)) == ["signature-wrong"]
    assert len(signing.fingerprint(bytes.fromhex(told["public_key"]))) == 64


def test_nobody_signed_what_was_edited(members: Members, key: Path) -> None:
    """A signature of the manifest is no word on members that are not those of the manifest."""
    good = signed(members, key)
    good["result/report.html"] += b"<p>"
    page = verifying.examined(good, "r.zip", key=public(key))
    assert not {"verify-signed", "verify-signed-by"} & {said.code for said in page.done}
