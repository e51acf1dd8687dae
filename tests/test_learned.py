"""What a company confirmed is kept version by version, apart from others, and nothing of it is lost."""

from __future__ import annotations

import codecs
import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from footprint import learned, mappings
from footprint.errors import FootprintError
from footprint.files import hold
from footprint.learned import Known

ON = dt.date(2026, 1, 1)
BOLT = Known("10001", "bolt", "M6", "item", "open-cn:steel-wire-rod-cn")
PLATE = Known("", "Plate", "SPCC 1.2", "mass", "open-cn:steel-cold-rolled-cn")


EARLIER = """company,A
version,date,action,part,name,specification,dimension,dataset
1,2026-01-01,learn,10001,bolt,M6,item,open-cn:steel-wire-rod-cn
end,1,1,fec853271d7cee79
"""
"""A file without the names and versions of the datasets."""


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path))


def known(company: str = "A") -> list[Known]:
    return [change.known for change in learned.load(company).now().values()]


def said(code: str, action: object) -> str:
    with pytest.raises(FootprintError) as caught:
        action()  # type: ignore[operator]
    assert [p.code for p in caught.value.problems] == [code]
    return str(caught.value)


def test_every_change_is_a_version_and_only_a_change():
    """What is new makes one version with its date; the same again none; what is forgotten stays in the file."""
    assert learned.load("A").version == 0
    assert learned.learn("A", [BOLT, PLATE], ON).store.version == 1
    assert learned.learn("A", [BOLT], ON).new == ()
    assert learned.load("A").version == 1
    assert learned.learn("A", [BOLT._replace(dataset="open-cn:brass")], ON + dt.timedelta(1)).store.version == 2
    assert known() == [PLATE, BOLT._replace(dataset="open-cn:brass")]
    assert learned.forget("A", "plate", ON) == (PLATE,)
    assert [change.date for change in learned.load("A").changes] == ["2026-01-01"] * 2 + ["2026-01-02", "2026-01-01"]
    assert learned.load("A").version == 3


def test_a_material_is_known_by_its_part_number_else_by_its_name():
    """A part number is enough; without one name, specification and kind of unit are, width and case aside."""
    assert learned.key("10001") == BOLT.key == learned.key("１０００１", "another name")
    assert PLATE.key == learned.key("", "ＰＬＡＴＥ", "spcc  1.2", "mass")
    assert PLATE.key != learned.key("", "plate", "SPCC 1.2", "item")


def test_companies_stay_apart():
    """Names that make the same file name have files of their own, and one name has one file however it is written."""
    for company in ("A/B", "A-B", "a b"):
        learned.learn(company, [BOLT], ON)
    assert len({learned.place(learned.named(name)) for name in ("A/B", "A-B", "A B", "a b", " A  B ")}) == 3
    assert known("C") == []


def test_what_a_workbook_says_in_two_ways_is_not_learned():
    """Two datasets of one material are told, and what was known of it stays."""
    learned.learn("A", [BOLT], ON)
    done = learned.learn("A", [BOLT._replace(dataset="open-cn:brass"), BOLT._replace(dataset="open-cn:bronze")], ON)
    assert (done.new, len(done.disputed)) == ((), 1)
    assert known() == [BOLT]


def test_a_torn_or_changed_file_is_told():
    """A file that lacks its end, or a row, or has another cell, is refused with what to do, and not written over."""
    learned.learn("A", [BOLT, PLATE], ON)
    path = learned.place("A")
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    for torn in (whole[:-20], b"".join([*lines[:2], *lines[3:]]), whole.replace(b"M6", b"M8"), b""):
        path.write_bytes(torn)
        assert "Restore it from an export" in said("mapping-torn", lambda: learned.load("A"))
        said("mapping-torn", lambda: learned.learn("A", [PLATE], ON))
        assert path.read_bytes() == torn


def test_texts_come_back_as_they_were_and_no_spreadsheet_calculates_them():
    """A name that begins like a formula is written as text and read as it was."""
    names = ["=cmd|'/c'", "'=1", "-5", "'quoted", "a\nb", 'x"y', "螺钉，M3"]
    every = [Known("", name, "", "", "open-cn:brass") for name in names]
    learned.learn("A", every, ON)
    assert known() == every
    assert ",=cmd" not in learned.place("A").read_text(encoding="utf-8-sig")


def test_a_file_of_an_earlier_version_is_read_and_goes_on():
    """One without the names and versions of datasets is still known by its end; what is confirmed again adds them."""
    path = learned.place("A")
    path.parent.mkdir(parents=True)
    path.write_bytes(codecs.BOM_UTF8 + EARLIER.replace("\n", "\r\n").encode())
    assert known() == [BOLT]
    named = BOLT._replace(called="wire rod", edition="2026.2")
    assert learned.learn("A", [named, PLATE], ON).new == (named, PLATE)
    assert known() == [named, PLATE]
    path.write_bytes(codecs.BOM_UTF8 + EARLIER.replace("bolt", "nut").replace("\n", "\r\n").encode())
    said("mapping-torn", lambda: learned.load("A"))


def test_a_merge_adds_and_tells_what_differs(tmp_path):
    """What is new is added, what differs stays unless forced, and another company's file is refused."""
    learned.learn("A", [BOLT, PLATE], ON)
    path = tmp_path / "theirs.csv"
    other = BOLT._replace(dataset="open-cn:brass")
    new = Known("7", "nut", "", "item", "open-cn:brass")
    path.write_bytes(learned.written(learned.Store("A", tuple(learned.Change(1, "2025-01-01", learned.LEARN, k)
                                                              for k in (other, new)))))  # fmt: skip
    done = learned.merge(path, "", ON)
    assert (done.new, done.disputed) == ((new,), ((BOLT, other),))
    assert set(known()) == {BOLT, PLATE, new}
    assert learned.merge(path, "a", ON, force=True).new == (other,)
    assert set(known()) == {other, PLATE, new}
    assert "stays with its company" in said("mapping-company", lambda: learned.merge(path, "B", ON))
    path.write_text("a,b\n", encoding="utf-8")
    said("mapping-torn", lambda: learned.merge(path, "", ON))


def test_all_companies_are_listed_and_a_torn_file_hides_no_other():
    """Without a company every one is listed; what is wrong with the file of one is said in its place."""
    assert mappings.listing("", "en") == "default: 0 materials. Version 0."
    for company in ("A", "B", "C"):
        learned.learn(company, [BOLT], ON)
    learned.place("B").write_bytes(b"")
    told = mappings.listing("", "zh")
    assert "A：共 1 种物料" in told
    assert "C：共 1 种物料" in told
    assert "[mapping-torn]" in told
    assert "open-cn:steel-wire-rod-cn" in mappings.listing("a", "en")


def test_who_waits_too_long_is_told(monkeypatch):
    """Where another process does not let go of a file, the change is refused and can be tried again."""
    monkeypatch.setattr(learned, "_PATIENCE_S", 0.0)
    learned.learn("A", [PLATE], ON)
    with learned.place("A").with_suffix(".lock").open("ab") as other:
        assert hold(other)
        said("mapping-busy", lambda: learned.learn("A", [BOLT], ON))
    assert known() == [PLATE]
    assert learned.learn("A", [BOLT], ON).new == (BOLT,)


def test_a_file_that_is_none_is_told(tmp_path):
    """What is not there, or is another table, is refused with its name."""
    assert "none.csv" in said("mapping-unread", lambda: learned.merge(tmp_path / "none.csv", "", ON))
    (tmp_path / "other.csv").write_text("a,b\n1,2\nc,d\n", encoding="utf-8")
    assert "mapping export" in said("mapping-none", lambda: learned.merge(tmp_path / "other.csv", "", ON))


def test_nothing_is_known_of_a_name_nobody_learned():
    """What cannot be forgotten is said, with what could have been meant."""
    learned.learn("A", [BOLT], ON)
    assert "'10001'" in said("mapping-unknown", lambda: learned.forget("A", "nut", ON))


def test_two_processes_at_once_lose_nothing():
    """Each of several processes adds its own; all stand in the end, each in a version of its own."""
    code = (
        "import sys, datetime as dt; from footprint import learned\n"
        "for n in range(5):\n"
        "    learned.learn('A', [learned.Known(f'{sys.argv[1]}-{n}', '', '', '', 'a:b')], dt.date(2026, 1, 1))"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(n)]) for n in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert len(known()) == 15
    assert [change.version for change in learned.load("A").changes] == list(range(1, 16))
