"""The store: whole, once and unchanged; several versions side by side; what a killed process leaves is cleared away."""

from __future__ import annotations

import fcntl
import runpy
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint import holdings, stock
from footprint.background import folders, source, store
from footprint.background.build import compile_folder
from footprint.background.open import folder_of, open_background
from footprint.engine.compile import intensities
from footprint.errors import DatabaseError
from footprint.paths import data_root

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
ROWS = "steel | kg | steel"
SHIPPED = "open-cn"

Make = Callable[..., Path]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "databases"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Return what makes a small database called mine: its version, and what a kilogram of steel causes."""

    def make(version: str = "1", co2: float = 2, name: str = "mine") -> Path:
        folder = tmp_path_factory.mktemp("made") / name
        return Path(
            LINE.write_database(
                folder, LINE.activities(ROWS), LINE.exchanges(f"steel | emission | co2e-unsplit | {co2}"), {}, version
            )
        )

    return make


def put(folder: Path) -> store.Kept:
    return store.put(lambda place: shutil.copytree(folder, place, dirs_exist_ok=True), folder.name)


def steel(name: str) -> float:
    database = open_background((name,)).databases[0]
    return sum(database.intensity("steel", "AR6").impact.values())


def test_what_is_put_is_opened_by_its_name(made: Make, home: Path) -> None:
    """A database is found by id and by id@version, in a folder of that name, and nothing else is left in the store."""
    kept = put(made("2024.1", 3))
    assert (kept.name, kept.is_new, kept.folder) == ("mine@2024.1", True, home / "mine@2024.1")
    assert kept.info.checksum == source.read(kept.folder).checksum()
    assert steel("mine") == steel("mine@2024.1") == 3
    assert [path.name for path in home.iterdir()] == ["mine@2024.1"]


def test_the_same_content_is_kept_once(made: Make) -> None:
    """Who comes second finds it there, and the files stay those that were first."""
    first = put(made("1", 2))
    before = {path.name: path.stat().st_ino for path in first.folder.iterdir()}
    second = put(made("1", 2))
    assert (second.name, second.is_new, second.info) == (first.name, False, first.info)
    assert {path.name: path.stat().st_ino for path in first.folder.iterdir()} == before


def test_other_content_of_the_same_version_is_refused(made: Make, home: Path) -> None:
    """A version never changes: both checksums and the remedy are told, and what was there stays."""
    here, there = source.read(made("1", 5)).checksum(), put(made("1", 2)).info.checksum
    assert LINE.refused(lambda: put(made("1", 5))) == (
        f"mine: 'mine@1' is in the store with other content (checksum {there[:12]}, here {here[:12]}). Give this one "
        "another --version, or remove the other. [database-other-content]"
    )
    assert steel("mine@1") == 2
    assert [path.name for path in home.iterdir()] == ["mine@1"]


def test_versions_live_side_by_side_and_the_highest_is_meant(made: Make) -> None:
    """Numbers count by value: 2024.10 comes after 2024.9, whatever came first into the store."""
    for version, co2 in (("2024.10", 10), ("2024.9", 9), ("2023.12", 12)):
        put(made(version, co2))
    assert steel("mine") == 10
    assert [steel(f"mine@{v}") for v in ("2023.12", "2024.9", "2024.10")] == [12, 9, 10]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 300)), min_size=2, unique=True))
def test_natural_order_is_that_of_the_numbers(versions: list[tuple[int, int]]) -> None:
    """Versions of numbers and dots are ordered as their numbers are."""
    written = [f"{major}.{minor}" for major, minor in versions]
    assert sorted(written, key=folders.natural) == [f"{a}.{b}" for a, b in sorted(versions)]


@given(st.text("abc.-_0123456789", max_size=8), st.text("abc.-_0123456789", max_size=8))
def test_any_two_versions_have_an_order(one: str, other: str) -> None:
    """Whatever versions are called, comparing them never fails, and is the same both ways round."""
    a, b = folders.natural(one), folders.natural(other)
    assert (a < b) + (b < a) + (a == b) == 1


@given(st.text("0123456789abcdef", min_size=64, max_size=64).filter(lambda t: any(c in "abcdef" for c in t[:40])))
def test_a_version_made_of_a_checksum_is_never_taken_for_a_number(checksum: str) -> None:
    """Eight digits of the checksum, a letter among them: 20240101 is somebody's date."""
    version = folders.by_content(checksum)
    assert version in checksum
    assert len(version) == 8
    assert not version.isdecimal()


def test_versions_called_by_their_content_are_not_guessed_between(made: Make) -> None:
    """One such version is opened by its id; two have no order, and both are named."""
    put(made("0a1b2c3d", 1))
    assert steel("mine") == 1
    put(made("9f8e7d6c", 2))
    assert LINE.refused(lambda: open_background(("mine",))) == (
        "mine: several versions of 'mine' are called by their content and have no order. Name the one you mean. Did "
        "you mean 'mine@0a1b2c3d', 'mine@9f8e7d6c'? [database-versions]"
    )
    assert steel("mine@0a1b2c3d") == 1


def test_a_folder_without_version_is_found_as_ever(made: Make, home: Path) -> None:
    """The older layout: by its name, by its version, and against versions in the store by what it states."""
    shutil.copytree(made("5", 5), home / "mine")
    assert (steel("mine"), steel("mine@5")) == (5, 5)
    put(made("4", 4))
    assert steel("mine") == 5
    put(made("6", 6))
    assert (steel("mine"), steel("mine@5")) == (6, 5)


def test_a_shipped_database_has_a_version_too(made: Make) -> None:
    """What ships is found by id@version, and a higher version of it in the store is meant by its id."""
    shipped = folder_of(SHIPPED)
    version = folders.info(shipped).version
    assert folder_of(f"{SHIPPED}@{version}") == shipped
    for number, expected in (("0.1", shipped.name), (f"{version}.9", f"{SHIPPED}@{version}.9")):
        put(made(number, 1, SHIPPED))
        assert folder_of(SHIPPED).name == expected
    assert folder_of(f"{SHIPPED}@{version}") == shipped


@pytest.mark.parametrize("name", ["", ".", "..", "@1", "mine@", "mine@2", "min", "mine@1@1", ".new-x", "a/b@1"])
def test_what_is_no_database_is_told_with_those_there_are(made: Make, name: str) -> None:
    """Other versions, parts of names and folders that are none lead nowhere, and what there is is named."""
    put(made("1"))
    said = LINE.refused(lambda: folder_of(name))
    assert "'mine@1'" in said
    assert f"'{SHIPPED}'" in said
    assert said.endswith("[database-unknown]")


def test_a_path_is_opened_wherever_it_is(made: Make, tmp_path: Path) -> None:
    """A folder is named by its path, one with an @ in it too."""
    folder = Path(shutil.copytree(made("1", 7), tmp_path / "some@where" / "mine"))
    assert steel(str(folder)) == 7


def test_removing_leaves_the_others(made: Make, home: Path) -> None:
    """One version goes, whole; the rest of the store stays as it is."""
    put(made("1", 1))
    put(made("2", 2))
    assert store.remove("mine@2") == home / "mine@2"
    assert steel("mine") == 1
    assert [path.name for path in home.iterdir()] == ["mine@1"]
    put(made("2", 3))
    assert steel("mine") == 3


@pytest.mark.parametrize("name", ["mine", "mine@2", SHIPPED, f"{SHIPPED}@1", "../mine@1", "", "@", "x/mine@1", "/"])
def test_only_a_version_in_the_store_can_be_removed(made: Make, home: Path, name: str) -> None:
    """Neither a bare id, nor what ships, nor what lies elsewhere, nor a folder somebody put there."""
    put(made("1"))
    shutil.copytree(made("1"), home / "mine")
    said = LINE.refused(lambda: store.remove(name))
    assert said.endswith("Did you mean 'mine@1'? [database-not-kept]")
    assert {path.name for path in home.iterdir()} == {"mine", "mine@1"}


@pytest.mark.parametrize(
    ("name", "version"), [("../x", "1"), ("Mine", "1"), ("a b", "1"), ("-a", "1"), ("a", "."), ("a", "1."), ("a", "B"),
                          ("a", "1/2"), ("a", "1:2"), ("a" * 81, "1")]
)  # fmt: skip
def test_a_name_that_is_no_folder_everywhere_is_refused(made: Make, home: Path, name: str, version: str) -> None:
    """Capitals, blanks, slashes, dots at the end: some system reads them otherwise, so none takes them."""

    def build(place: Path) -> None:
        shutil.copytree(made(), place, dirs_exist_ok=True)
        text = (place / "database.yaml").read_text(encoding="utf-8").replace('"mine"', f'"{name}"', 1)
        (place / "database.yaml").write_text(text.replace('"1"', f'"{version}"', 1), encoding="utf-8")
        compile_folder(place, intensities)

    if ":" not in version:
        assert "[database-name]" in LINE.refused(lambda: store.put(build, "mine"))
    else:
        assert "[database-part]" in LINE.refused(lambda: store.put(build, "mine"))
    assert not [*home.iterdir()]


def test_chinese_names_are_names(made: Make) -> None:
    """An id may be Chinese."""
    assert put(made("1", 4, "供应商因子")).name == "供应商因子@1"
    assert steel("供应商因子") == 4


def test_a_build_that_fails_leaves_nothing(home: Path) -> None:
    """Whatever goes wrong while a database is made, the store is as before."""

    def build(place: Path) -> None:
        (place / "half").write_text("a", encoding="utf-8")
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        store.put(build, "mine")
    assert not [*home.iterdir()]
    assert "[database-not-compiled]" in LINE.refused(lambda: store.put(lambda _: None, "mine"))
    assert not [*home.iterdir()]


LEAVING = """
import os, sys
from footprint.background import store
def build(place):
    (place / "half").write_text("a", encoding="utf-8")
    print("here", flush=True)
    sys.stdin.readline()
    os._exit(9)
store.put(build, "mine")
"""


def test_what_the_dead_leave_is_cleared_and_the_living_are_left_alone(made: Make, home: Path) -> None:
    """A folder in the making stays while its process lives, and goes with the next import after that."""
    child = subprocess.Popen([sys.executable, "-c", LEAVING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline() == "here\n"
    put(made("1"))
    begun = [path for path in home.iterdir() if path.name.startswith(".new-")]
    assert {path.suffix for path in begun} == {"", ".lock"}
    assert [f.name for f in folders.found() if f.own] == ["mine@1"]
    child.stdin.write("\n")
    child.stdin.close()
    assert child.wait() == 9
    child.stdout.close()
    assert all(path.exists() for path in begun)
    put(made("2"))
    assert sorted(path.name for path in home.iterdir()) == ["mine@1", "mine@2"]


def test_leftovers_of_any_kind_are_cleared(made: Make, home: Path) -> None:
    """A folder without a lock, a lock without a folder, and a removal that was cut short."""
    for name in (".new-a/mine", ".old-b", ".new-c"):
        (home / name).mkdir(parents=True)
        (home / name / "file").write_text("", encoding="utf-8")
    for name in (".new-c.lock", ".new-d.lock", ".old-e.lock"):
        (home / name).write_bytes(b"")
    put(made("1"))
    assert [path.name for path in home.iterdir()] == ["mine@1"]


def test_a_disk_without_locks_keeps_databases_too(made: Make, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be locked, nothing is swept: what might be alive stays."""

    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)
    (home / ".new-a").mkdir(parents=True)
    assert put(made("1")).is_new
    assert (home / ".new-a").is_dir()
    assert [path.name for path in home.iterdir() if path.is_dir()] in (["mine@1", ".new-a"], [".new-a", "mine@1"])


def test_threads_at_once_keep_one(made: Make, home: Path) -> None:
    """Eight threads with the same content: one is new, all succeed."""
    folder, kept = made("1", 2), list[store.Kept]()
    threads = [threading.Thread(target=lambda: kept.append(put(folder))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(k.is_new for k in kept) == [False] * 7 + [True]
    assert [path.name for path in home.iterdir()] == ["mine@1"]


def test_a_store_that_cannot_be_written_is_told(made: Make, home: Path) -> None:
    """A file where the store should be: a sentence."""
    home.parent.mkdir()
    home.write_text("", encoding="utf-8")
    assert LINE.refused(lambda: put(made("1"))).endswith("[cannot-write]")


def test_a_broken_database_of_that_name_is_told(made: Make, home: Path) -> None:
    """What is there and cannot be read is not overwritten."""
    (home / "mine@1").mkdir(parents=True)
    (home / "mine@1" / "notes.txt").write_text("", encoding="utf-8")
    with pytest.raises(DatabaseError, match="database-not-compiled"):
        put(made("1"))
    assert (home / "mine@1" / "notes.txt").exists()


@pytest.mark.parametrize("name", ["exchanges.csv", "intensities.jsonl"])
def test_what_somebody_edited_in_the_store_is_told(made: Make, home: Path, name: str) -> None:
    """The same content put in again does not hide that the one there was edited; removed, it can be put in."""
    kept = put(made("1"))
    edited = (kept.folder / name).read_bytes() + b"x"
    (kept.folder / name).write_bytes(edited)
    with pytest.raises(DatabaseError, match=r"database-edited|database-not-compiled|database-other-content"):
        put(made("1"))
    assert (kept.folder / name).read_bytes() == edited
    store.remove(kept.name)
    assert put(made("1")).is_new
    assert {path.name for path in home.iterdir()} == {"mine@1"}


@pytest.mark.parametrize("label", ["../mine", "/tmp/mine", "..", "", "a/b", "a\\b"])
def test_nothing_is_built_outside_the_store(made: Make, tmp_path: Path, label: str) -> None:
    """A name that is none is refused before anything is written anywhere."""
    build = made("1")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DatabaseError, match="database-name"):
        store.put(build, label)
    assert sorted(tmp_path.rglob("*")) == before


def test_nothing_is_compiled_in_the_store(made: Make) -> None:
    """A version that was edited is refused, and compiling does not make it another content under the same name."""
    kept = put(made("1"))
    with pytest.raises(DatabaseError, match="database-kept"):
        stock.compile_database(kept.name, "en")
    with pytest.raises(DatabaseError, match="database-kept"):
        stock.compile_database(str(kept.folder), "en")


def test_no_database_takes_the_id_of_one_that_ships(tmp_path: Path) -> None:
    """It would be found in its place."""
    with pytest.raises(DatabaseError, match="database-ships"):
        holdings.take_in(data_root() / "databases" / "cn-grid-co2", holdings.asked(), "auto", "en")


def test_versions_in_other_digits_have_an_order() -> None:
    """Full-width digits are letters here: they compare with every version."""
    written = ["１", "2", "2.10", "2.9", "a", "1a", "²"]
    assert max(written, key=folders.natural) in written


def test_removing_leaves_the_store(made: Make, home: Path) -> None:
    """A name that leads out of the store removes nothing, though it is there."""
    put(made("1"))
    outside = home.parent / "elsewhere@1"
    outside.mkdir()
    with pytest.raises(DatabaseError, match="database-not-kept"):
        store.remove("../elsewhere@1")
    assert outside.is_dir()
