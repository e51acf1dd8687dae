"""A forger who has the program: every member edited in turn, everything that follows made anew, none of it passes."""

from __future__ import annotations

import json
import random
import re
import runpy
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint import package as p
from footprint import packing, signing, verifying
from footprint.background.build import compile_folder
from footprint.background.compiled import parse, subset
from footprint.contents import as_json, noted
from footprint.elements import changed, parts
from footprint.engine.compile import intensities
from footprint.errors import FootprintError
from footprint.rules import load as pcrs

DATA = Path(__file__).parents[1] / "data"
LINE = SimpleNamespace(**runpy.run_path(str(DATA / "line.py")))
FORGE = runpy.run_path(str(DATA / "forging.py"))
document, examined, fitted, once, packed, replaced, rerun_as, told = (
    FORGE[name] for name in ("document", "examined", "fitted", "once", "packed", "replaced", "rerun_as", "told")
)
Members = dict[str, bytes]
ISO = FORGE["ISO"]


# ------------------------------------------------------------------------------------------------ databases


@pytest.fixture
@once
def sold(bill: Callable[..., Path], tmp_path: Path) -> Members:
    """Return a package on a supplier's database that cites a document and has another's number behind its row."""
    rows = "steel | kg | steel | citation=[epd] table 1\nore | kg | ore\nother | kg | other | citation=see ore"
    exchanges = "steel | emission | co2-fossil | 2.2\nsteel | input | ore | 1\nore | emission | co2-fossil | 0.1\n"
    made = LINE.activities(rows), LINE.exchanges(exchanges + "other | input | steel | 1", {"ore": "kg", "steel": "kg"})
    folder = LINE.write_database(tmp_path / "sup", *made, {})
    (folder / "sources.csv").write_text("id,document,number,date,publisher,licence\nepd,EPD 9,1,2024,ACME,l\n")
    compile_folder(folder, intensities)
    path = bill("L1 | plate | 2 kg | steel\nL2 | rod | 1 kg | other", product=LINE.plain_product())
    return packed(path, tmp_path, str(folder), pcr=str(LINE.RULES))


def table(members: Members, name: str) -> str:
    """Return the table of a database called ``name``."""
    return next(member for member in members if member.endswith(f"matrix/{name}"))


TABLES: Mapping[str, tuple[str, str, str]] = {
    "an exchange": ("exchanges.csv", "2.2", "2.0"),
    "an exchange behind": ("exchanges.csv", "0.1", "0.05"),
    "a period": ("activities.csv", "2024", "2020"),
    "a region": ("activities.csv", ",CN,", ",DE,"),
    "a name": ("activities.csv", ",steel,", ",recycled steel,"),
    "a unit": ("activities.csv", ",kg,", ",t,"),
    "a status": ("activities.csv", "unverified", "verified"),
    "a citation": ("activities.csv", "[epd] table 1", "[epd] table 2"),
    "a citation cited": ("activities.csv", "arithmetic test", "a standard"),
    "a kind": ("activities.csv", "unit-process", "factor"),
    "a boundary": ("activities.csv", "cradle-to-gate", "gate-to-gate"),
    "a document": ("sources.csv", "EPD 9", "EPD 10"),
    "a licence": ("database.yaml", 'licence: "', 'licence: "CC0 '),
    "a title": ("database.yaml", 'en: "', 'en: "verified '),
    "no row": ("activities.csv", "steel", "iron"),
    "no table": ("activities.csv", "code", "name"),
    "no mapping": ("database.yaml", "", "- "),
}


def test_tables_that_nobody_edited_hold(sold: Members) -> None:
    assert not told(sold)


@pytest.mark.parametrize("what", TABLES)
def test_tables_and_rows_of_a_package_say_the_same(sold: Members, what: str) -> None:
    """Each field of a row is the one that its tables give, though nobody has the database."""
    name, before, after = TABLES[what]
    assert told(replaced(sold, table(sold, name), before, after))


ROWS: Mapping[str, tuple[str, str]] = {
    "its period": ('"period":"2024"', '"period":"2026"'),
    "its name": ('"name_en":"steel"', '"name_en":"green steel"'),
    "its licence": ('"licence":"', '"licence":"CC0 '),
    "its sets": ('"gwp_sets":["AR5"', '"gwp_sets":["AR4","AR5"'),
}


@pytest.mark.parametrize("what", ROWS)
def test_rows_are_held_against_the_tables_behind_them(
    sold: Members, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """A row edited, its checksum and all results made anew: the field is named."""
    name = next(name for name in sold if name.endswith("intensities.jsonl"))
    edited = sold[name].decode().replace(*ROWS[what])
    assert edited != sold[name].decode()
    file = parse(Path(), edited.encode())
    forged = fitted({**sold, name: subset(file, file.codes()).encode()})
    assert any("[package-row-tables]" in each for each in told(rerun_as(forged, monkeypatch)))


ROWS_WRONG: Mapping[str, Callable[[Any], object]] = {
    "a class": lambda row: row["impact"]["AR6"][0].__setitem__(0, "green"),
    "a set": lambda row: row["impact"]["AR6"][0].__setitem__(1, 6),
    "a status": lambda row: row["impact"]["AR6"][0].__setitem__(2, "x"),
    "no number": lambda row: row["impact"]["AR6"][0].__setitem__(3, "2"),
    "a key": lambda row: row["dataset"].update(key="other@1:steel"),
    "a field": lambda row: row["dataset"].update(region=None),
    "half a sign": lambda row: row["dataset"].update(name_en="\ud800"),
    "no end": lambda row: row["impact"]["AR6"][0].__setitem__(3, float("inf")),
}


@pytest.mark.parametrize("what", ROWS_WRONG)
def test_rows_that_nothing_compiles_are_told(sold: Members, what: str) -> None:
    """Each part of a row as something else: a finding before anything is calculated with it."""
    name = next(name for name in sold if name.endswith("intensities.jsonl"))
    lines = sold[name].decode().splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("steel\t"))
    row = json.loads(lines[at].partition("\t")[2])
    ROWS_WRONG[what](row)
    lines[at] = f"steel\t{json.dumps(row)}"
    assert told(fitted({**sold, name: "".join(f"{line}\n" for line in lines).encode()}))


def without_tables(members: Members) -> Members:
    """Return members without the tables of any database."""
    about = json.loads(members[p.ABOUT])
    for each in about["databases"]:
        each["matrix"] = False
    return fitted({n: c for n, c in members.items() if "/matrix/" not in n} | {p.ABOUT: as_json(about)})


def test_tables_cannot_be_left_out(
    bill: Callable[..., Path], tmp_path: Path, sold: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the database installed has them: a finding. Where it is not installed: what rests on it is as stated."""
    path = bill("a | A | 2 kg | lifepo4-hydrothermal", product=ISO)
    genuine = packed(path, tmp_path, draws=200, seed=7)
    assert not examined(genuine).stated
    forged = rerun_as(without_tables(genuine), monkeypatch)
    assert any("matrix" in each and "[package-row-installed]" in each for each in told(forged))
    alone = rerun_as(without_tables(sold), monkeypatch)
    assert examined(alone).stated
    assert examined(alone, reference=True).stated


def test_a_version_that_nobody_installed_is_as_stated(bill: Callable[..., Path], tmp_path: Path) -> None:
    """Its rows are compared with those of the version that is here, and what differs is named."""
    LINE.small(tmp_path / "home" / "databases")
    half = LINE.exchanges(LINE.EXCHANGES.replace("co2e-unsplit | 2\n", "co2e-unsplit | 1\n"))
    folder = LINE.write_database(tmp_path / "small", LINE.activities(), half, version="2")
    path = bill("a | A | 3 kg | steel\nb | B | 1 kg | wood", product=LINE.plain_product())
    page = examined(packed(path, tmp_path, str(folder), pcr=str(LINE.RULES))).insist()
    assert page.stated == ["small@2"]
    assert "of 2 rows, 1 are not the same there: steel" in page.text("en")


# ------------------------------------------------------------------------------------------------ rules


SPELLINGS = (
    ("id: iso-14067\n", '"id": iso-14067\n'), ("id: iso-14067\n", "id : iso-14067\n"),
    ("id: iso-14067\n", 'id: "iso\\u002d14067"\n'), ('version: "2026.1"', "'version': \"2026.1\""),
    ('version: "2026.1"', 'version: !!str "2026.1"'), ('version: "2026.1"', 'version: "2026\\u002e1"'),
    ('version: "2026.1"', 'version: "2026.1" # own'),
)  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_shipped_rules_are_known_by_what_is_read(
    bill: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spelling: tuple[str, str]
) -> None:
    """However id and version are written: rules that bear those of shipped ones have their text."""
    shipped = pcrs.path_of("iso-14067").read_text(encoding="utf-8")
    version = pcrs.load("iso-14067").version
    before, after = (text.replace("2026.1", version) for text in spelling)
    forged = shipped.replace(before, after.replace("2026\\u002e1", version.replace(".", "\\u002e")), 1)
    forged = forged.replace("gwp_set: AR6", "gwp_set: AR5", 1)
    assert forged.count("AR5") > shipped.count("AR5")
    own = tmp_path / "iso-14067.yaml"
    own.write_text(forged, encoding="utf-8")
    monkeypatch.setattr(packing, "_insist", lambda *_: None)
    made = packed(bill("L1 | plate | 2 kg | steel-rebar-cn", product=ISO), tmp_path, pcr=str(own))
    assert any(each.endswith("[package-rules-other]") for each in told(made))


def test_a_child_without_a_name_bears_that_of_its_parent(
    bill: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules that extend shipped ones and say no id of their own are not those."""
    own = tmp_path / "mine.yaml"
    own.write_text("extends: iso-14067\ngwp_set: AR5\n", encoding="utf-8")
    monkeypatch.setattr(packing, "_insist", lambda *_: None)
    made = packed(bill("L1 | plate | 2 kg | steel-rebar-cn", product=ISO), tmp_path, pcr=str(own))
    assert any(each.endswith("[package-rules-other]") for each in told(made))


# ------------------------------------------------------------------------------------------------ around it


def test_a_package_zipped_again_is_told_so_and_compared_all_the_same(sold: Members, tmp_path: Path) -> None:
    """One finding for the file; the cell that was edited on the way is named beside it."""
    edited = {**sold, "result/report.html": sold["result/report.html"].replace(b"</body>", b"<p>ok</p></body>")}
    for members, more in ((sold, set()), (edited, {"package-edited", "package-differs"})):
        with zipfile.ZipFile(tmp_path / "again.zip", "w", zipfile.ZIP_DEFLATED) as again:
            for folder in sorted({f"{name.partition('/')[0]}/" for name in members if "/" in name}):
                again.mkdir(folder)
            for name, content in members.items():
                again.writestr(name, content)
        error = verifying.verify(tmp_path / "again.zip", "en").error
        assert error is not None
        assert {each.code for each in error.problems} == {"package-repacked", *more}


def test_the_page_tells_of_evidence_that_contradicts_itself(bill: Callable[..., Path], tmp_path: Path) -> None:
    """A file that is not the one whose checksum was entered holds, as evidence does that nobody believes."""
    (tmp_path / "invoice.txt").write_text("10 kg", encoding="utf-8")
    written = f"a | A | 2 kg | copper-refined | evidence=E1\n[Evidence]\nE1 | inv | file=invoice.txt, sha256={'0' * 64}"
    page = examined(packed(bill(written, product=ISO), tmp_path)).insist()
    (found,) = (said.facts for said in page.left if said.code == "verify-evidence-findings")
    assert found["faults"] == 1


def test_a_signature_says_nothing_but_itself(sold: Members, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names twice, lines more: refused; one that nobody could check is as stated; a signer nobody asked for is told."""
    pytest.importorskip("cryptography")
    signing.new_key(tmp_path / "mine.pem", "en")
    good = {**sold, **signing.sign(sold[p.MANIFEST], tmp_path / "mine.pem")}
    key = tmp_path / "mine.pem.pub"
    for before, after in ((b'"algorithm"', b'"algorithm": "approved by TUV",\n "algorithm"'), (b"{", b"\n{")):
        other = {**good, p.SIGNATURE: good[p.SIGNATURE].replace(before, after, 1)}
        assert [q.code for q in examined(other, key=key).problems] == ["signature-wrong"]
    assert examined(good).insist().is_signer_asked is False
    assert examined(good, key=key).insist().is_signer_asked
    assert examined(sold).insist().is_signer_asked
    monkeypatch.setattr(signing, "is_possible", lambda: False)
    assert p.SIGNATURE in examined(good).stated


@pytest.mark.parametrize("spaced", [False, True])
def test_a_formula_is_used_with_the_value_stored_and_told(
    bill: Callable[..., Path], tmp_path: Path, *, spaced: bool
) -> None:
    """Whoever opens the workbook may see another number: the cells are named at once and to verifiers."""
    path = bill("a | A | 2 kg | copper-refined\nb | B | 1 kg | copper-refined", product={**ISO, "net_mass": 3.0})
    parts = {}
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            formula = rb'<c r="\1"\2 ><f>1*200</f><v>2</v></c>' if spaced else rb'<c r="\1"\2><f>1*200</f><v>2</v></c>'
            parts[name] = re.sub(rb'<c r="([A-Z]+4)"([^<>]*)><v>2</v></c>', formula, book.read(name))
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    members = packed(path, tmp_path)
    assumed = json.loads(members["result/declaration.json"])["assumptions"]
    (notice,) = (each for each in assumed if each["code"] == "formulas-stored")
    assert (notice["cell"], notice["text"]["en"].count("1 cells hold")) == ("BOM", 1)
    assert "verify-formulas" in {said.code for said in examined(members).insist().left}


# ------------------------------------------------------------------------------------------------ all members once more


@pytest.fixture
def rich(bill: Callable[..., Path], tmp_path: Path) -> Members:
    """Return a package that holds a member of every kind but licensed rows, on rules and a database that are here."""
    (tmp_path / "slip.txt").write_text("2 kg, read by two", encoding="utf-8")
    small = LINE.small(tmp_path / "home" / "databases")
    (small / "sources.csv").write_text("id,document,number,date,publisher,licence\nepd,EPD 9,1,2024,ACME,l\n")
    rows = LINE.activities(LINE.ACTIVITIES.replace("steel              | kg   | steel\n", CITING))
    LINE.write_database(small, rows, LINE.exchanges())
    written = "a | A | 2 kg | small:steel-market | uncertainty=u=1 %, evidence=E1"
    path = bill(f"{written}\n[Evidence]\nE1 | slip | file=slip.txt", product=ISO)
    return packed(path, tmp_path, "small", "open-cn", draws=100)


CITING = "steel | kg | steel | citation=[epd] table 1\n"
_SIGN = re.compile(rb"[A-Za-z0-9]")


def bent(content: bytes, chance: random.Random) -> bytes:
    """Return a text with one letter or digit that is another."""
    at = chance.choice([found.start() for found in _SIGN.finditer(content)])
    other = chance.choice([sign for sign in b"abcXYZ0123456789" if sign != content[at]])
    return content[:at] + bytes([other]) + content[at + 1 :]


def _is_a_library(member: str, *changes: str) -> bool:
    """Tell whether a change is of what libraries are said to have been there: names and versions count as stated."""
    return member == "package.json" and all(change.startswith("software.libraries.") for change in changes)


@pytest.mark.parametrize("seed", [1, pytest.param(range(2, 30), marks=pytest.mark.slow)])
def test_no_member_can_be_bent(rich: Members, seed: Any) -> None:
    """One letter or digit anywhere, elements, run and manifest made anew: a finding, and never a traceback."""
    assert not examined(rich).insist().stated
    texts = [name for name in rich if not name.endswith((".xlsx", ".sig"))]
    assert {name.partition("/")[0] for name in texts} >= {"databases", "evidence", "package.json", "pcr", "result"}
    passed = []
    for each in seed if isinstance(seed, range) else [seed]:
        chance = random.Random(each)
        for name in texts:
            members = {**rich, name: bent(rich[name], chance)}
            if name not in {p.ELEMENTS, p.MANIFEST, "result/run.json"}:
                members = fitted(members)
            elif name == "result/run.json":
                members |= {p.ELEMENTS: as_json(noted(members))}
                members |= {p.MANIFEST: p.manifest(members)}
            try:
                found = told(members)
            except FootprintError:
                continue
            if not found:
                passed.append((name, *changed(parts(name, rich[name]), parts(name, members[name]))))
    assert {each for each in passed if not _is_a_library(*each)} <= AS_STATED


AS_STATED = {
    ("result/run.json", "seconds"), ("result/run.json", "platform"),
    *(("package.json", f"software.libraries.{name}") for name in packing._LIBRARIES if name != "numpy"),
}  # fmt: skip
"""What a package says of the machine, and the page says that it is as stated."""
