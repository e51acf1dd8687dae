"""Every member of a package is asked for, noted, and compared with what is installed."""

from __future__ import annotations

import hashlib
import runpy
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from footprint import package as p
from footprint import packing, service, verifying
from footprint.cli import main
from footprint.errors import VerificationError
from footprint.tables.archive import unpack_whole

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "packages.py")))
LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "line.py")))
BOOK, ISO, QUANTITY, RUN, SMALL = OF.BOOK, OF.ISO, OF.QUANTITY, OF.RUN, OF.SMALL
found, mended, refitted, text, value = OF.found, OF.mended, OF.refitted, OF.text, OF.value
Members = dict[str, bytes]
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
