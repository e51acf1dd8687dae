"""Exports that mean harm are imported or refused with one sentence, in seconds, and nothing of them is calculated."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint import importing
from footprint.errors import FootprintError
from footprint.importing import Import
from footprint.layouts.locating import regions

HEAD = "编码,名称,用量,单位\n"
ON = dt.date(2026, 1, 1)

MOST = 40
"""Lines of an account, or of the reasons why no row is used."""
Write = Callable[..., Path]


def said(text: str, tmp_path: Path, name: str = "bom.csv") -> list[str]:
    """Return what an import of ``text`` says: its account, or why it is refused."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    return imported(tmp_path / name)


def imported(path: Path) -> list[str]:
    made = path.with_name("made.xlsx")
    made.unlink(missing_ok=True)
    try:
        return importing.write(Import((path,), ON), made, "en").splitlines()
    except FootprintError as refused:
        told = refused
    assert not made.exists()
    assert len(told.text("zh").strip().splitlines()) == len(told.problems)
    return told.text("en").strip().splitlines()


@pytest.mark.parametrize("text", [
    HEAD + "A,n," + "9" * 6000 + ",个\nB,n,1e309,个\nC,n,1e308,个\nD,n,1e-320,个\n",
    "层级,编码,名称,用量,单位,单重(kg)\n1,A,n,1e308,个,1e308\n2,B,n,1e308,个,1e308\n3,C,n,1e308,kg,\n",
    HEAD + "A,n,inf,个\nB,n,nan,个\nC,n,1_000,个\nD,n,٣,个\nE,n,½,个\nF,n,²,个\n",
    "序号,编码,名称,用量,单位\n" + "".join(f"{'.'.join(['1'] * k)},C{k},n,1,个\n" for k in range(1, 90)),
    "序号,编码,名称,用量,单位\n" + "".join(f"{'.'.join(['1'] * k)},C{k},n,1,个\n" for k in (1, 2, 3000)),
    "编码,名称,位号,数量,单位\nA,n,R1-R" + "9" * 6000 + ",,个\n",
    "编码,名称,位号,数量,单位\n" + "A,n,R1" + " " * 30_000 + "!,1,个\n",
    "编码,名称,位号,数量,单位\n" + "A,n," + "R" * 60_000 + ",,个\n",
    "层级,编码,名称,用量,单位\n" + " " * 60_000 + "x,A,n,1,个\n",
    HEAD + "A,n," + "1 " * 30_000 + "!,个\n",
    HEAD + "".join(f"A{i},n,x{i},y{i}\n" for i in range(200)),
    "子项" * 20_000 + ",名称,用量,单位\nA,n,1,个\n",
    HEAD + '"=cmd|x\r=1",n,1,个\n',
    HEAD + 'A,n,"1,5",个\nB,n,"1.5 x",个\n',
])  # fmt: skip
def test_what_is_written_in_cells_is_read_in_time(text: str, tmp_path: Path) -> None:
    """Numbers no float holds, numbers of a thousand parts, texts that make searches slow: accounted for, row by row."""
    told = said(text, tmp_path)
    assert any("source rows" in line for line in told) or len(told) == 1 or told[0].endswith("[import-none-used]")
    assert len(told) < MOST


def test_an_assembly_that_contains_itself_is_named_shortly(tmp_path: Path) -> None:
    """Of a ring of hundreds of assemblies the first and the last are told."""
    rows = "".join(f"P{i},P{(i + 1) % 500},n,1,个\n" for i in range(500))
    (told,) = said(f"父件编码,子件编码,名称,用量,单位\n{rows}", tmp_path)
    assert "P1 → P2" in told
    assert len(told) < 300


def test_what_many_tables_lack_is_asked_for_once(tmp_path: Path) -> None:
    """Two hundred tables without a unit are one sentence."""
    told = said("\n\n".join(f"编码{' ' * (i % 2)},名称,用量\nA{i},n,1" for i in range(200)), tmp_path)
    assert len(told) == 1
    assert told[0].endswith("[import-unit-unstated]")


def test_more_tables_than_anybody_lists_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet that begins tables without end is refused before they are read."""
    monkeypatch.setattr(regions, "MOST_TABLES", 20)
    (told,) = said("\n".join(f"编码,名称{i % 2},用量,单位\nA,n,1,个\n" for i in range(25)), tmp_path)
    assert told.endswith("[import-too-many-tables]")


def test_tables_too_far_to_the_right_are_not_passed_over(tmp_path: Path) -> None:
    """What no header is looked for in may be read all the same where no quantity stands there."""
    head, row = ["编码,名称,用量,单位"] * 110, ["A,n,1,个"] * 110
    (told,) = said(f"{',,'.join(head)}\n{',,'.join(row)}\n", tmp_path)
    assert told.endswith("[import-too-wide]")
    aside = ",".join(f"x{i}" for i in range(500))
    assert any("source rows" in line for line in said(f"编码,名称,用量,单位,{aside}\nA,n,1,个\n", tmp_path))


def test_parts_of_a_file_that_point_out_of_it_are_refused(tmp_path: Path) -> None:
    """Nothing is unpacked to the disk; a name that points elsewhere is refused before anything is read."""
    with zipfile.ZipFile(tmp_path / "bom.xlsx", "w") as archive:
        archive.writestr("../../evil.txt", "x")
    assert imported(tmp_path / "bom.xlsx")[0].endswith("[zip-unsafe-name]")
    assert not (tmp_path.parent.parent / "evil.txt").exists()


def test_texts_that_look_like_formulas_are_texts_in_the_xml(tmp_path: Path) -> None:
    """Whatever begins with a sign that spreadsheets calculate is written as text: no sheet made holds their formula."""
    bad = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1+1)", "\t=1+1", '=HYPERLINK("http://x","y")', "=DDE(1)"]
    quoted = ('"' + each.replace('"', '""') + '"' for each in bad)
    said("编码,名称,用量,单位,备注,别的\n" + "".join(f"{q},{q},1,个,{q},{q}\n" for q in quoted), tmp_path)
    with zipfile.ZipFile(tmp_path / "made.xlsx") as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
        texts = archive.read("xl/sharedStrings.xml").decode()
    assert not any("<f>" in sheet or "<f " in sheet for sheet in sheets)
    assert "=cmd|" in texts
    assert "@SUM" in texts
