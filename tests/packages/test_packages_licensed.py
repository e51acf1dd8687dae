"""Packages of results on licensed rows: their numbers stay in the house, and what rests on them is as stated."""

from __future__ import annotations

import io
import json
import runpy
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from footprint import packing, service, verifying
from footprint.cli import main
from footprint.contents import as_json
from footprint.messages import message
from footprint.tables.archive import unpack_whole

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "packages.py")))
LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "line.py")))
BOOK, QUANTITY, SMALL = OF.BOOK, OF.QUANTITY, OF.SMALL
at, cell, found, mended, refitted, text, value = OF.at, OF.cell, OF.found, OF.mended, OF.refitted, OF.text, OF.value
Members = dict[str, bytes]
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
