"""A verifier's package: all that a result rests on, and nothing else; it recalculates from what it holds."""

from __future__ import annotations

import hashlib
import json
import re
import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from footprint import packing, service, verifying
from footprint.cli import main
from footprint.errors import FootprintError, RequestError, VerificationError
from footprint.tables.archive import pack, unpack_whole

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "packages.py")))
LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "line.py")))
BOOK, QUANTITY, RUN, SMALL = OF.BOOK, OF.QUANTITY, OF.RUN, OF.SMALL
cell, found, mended, public, refitted, value = OF.cell, OF.found, OF.mended, OF.public, OF.refitted, OF.value
Members = dict[str, bytes]


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


def test_the_page_says_what_was_verified(members: Members) -> None:
    """Product, result, unit, rules, date, workbook and its checksum: another package gives another page."""
    shown = verifying.examined(members, "result.zip").insist().text("en").splitlines()[1]
    document = json.loads(members["result/declaration.json"])
    for said in ("PUMP", document["result"]["declared"], "plain-goods 1", "pump.xlsx", document["workbook"]["sha256"]):
        assert said in shown


def test_a_package_names_no_path_of_the_machine(members: Members, tmp_path: Path) -> None:
    """Who gets it learns what the workbook is called, not where it lies."""
    assert json.loads(members[RUN])["request"]["workbook"] == "pump.xlsx"
    assert not [name for name, content in members.items() if str(tmp_path).encode() in content]
