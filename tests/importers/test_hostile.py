"""Broken, huge and malicious files in every format: a sentence with the file, soon and in little memory; or a database.

What a mutation leaves readable is kept, and read again: the same checksum, the same numbers, no cell that calculates.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from footprint import holdings, stock
from footprint.background import folders, importers, source
from footprint.background.importers.asked import Asked
from footprint.errors import FootprintError

DATA = Path(__file__).parents[1] / "data"
I, M = (SimpleNamespace(**runpy.run_path(str(DATA / f"{name}.py"))) for name in ("inventories", "mutants"))  # noqa: E741
FORMATS = {"olca-1": "olca", "bw-csv": "bw-excel"}
SPOLD = '<ecoSpold xmlns="http://www.EcoInvent.org/EcoSpold02">'
SMALL = [
    I.Run("A", (I.Good("a", 2.0),), (I.Need("b", 3.0, "B"), I.Need("w", 0.5, "W"), I.Need("z", 0.25)), 1.0),
    I.Run("B", (I.Good("b", 1.0),), (I.Need("a", 0.1, "A"), I.Need("c", 0.1, "C", is_avoided=True)), 2.5),
    I.Run("C", (I.Good("c", 1.0),), (), 2.5),
    I.Run("W", (I.Good("w", 1.0),), (), 0.3, is_treatment=True),
]
TWINS = [*SMALL[:2], I.Run("C", (I.Good("c", 1.0, 0.6), I.Good("d", 3.0, 0.4)), (), 2.5), SMALL[3]]


class Worker:
    """A process that imports what it is told to."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.start()

    def start(self) -> None:
        """Start the process."""
        self.process = subprocess.Popen(
            [sys.executable, str(DATA / "import_worker.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env={**os.environ, "FOOTPRINT_HOME": str(self.home), "OMP_NUM_THREADS": "1"},
            text=True,
        )  # fmt: skip

    def ask(self, path: Path, format_: str = "auto") -> dict[str, Any]:
        """Return what is said of ``path``."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([str(path), format_]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if line:
            return dict(json.loads(line))
        code = self.process.wait()
        self.close()
        self.start()
        return {"bug": f"the process ended with {code}"}

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """Return a process that imports."""
    found = Worker(tmp_path_factory.mktemp("home"))
    yield found
    found.close()


def refused(worker: Worker, path: Path, format_: str = "auto") -> str:
    """Return the codes that an import is refused with; each sentence names the file, in both languages."""
    said = worker.ask(path, format_)
    assert "refused" in said, said
    assert path.name in said["en"]
    assert said["zh"] != said["en"]
    return " ".join(sorted(set(said["refused"])))


def zipped(path: Path, *parts: tuple[str, str | bytes]) -> Path:
    """Write a zip."""
    with zipfile.ZipFile(path / "set.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return path / "set.zip"


def test_small_files_that_swell_are_refused(worker: Worker, tmp_path: Path) -> None:
    """One that unpacks to a thousand times its size, and many that do so together."""
    one = (SPOLD + " ").encode() + b" " * (48 << 20)
    assert refused(worker, zipped(tmp_path, ("a.spold", one))) == "bundle-bomb"
    many = [(f"{n}.spold", one[: 30 << 20]) for n in range(6)]
    assert "bundle-bomb" in refused(worker, zipped(tmp_path, *many))


def test_a_package_that_swells_is_refused(worker: Worker, tmp_path: Path) -> None:
    """A hundred bytes of bzip2 that are a gigabyte of blanks."""
    import bz2

    (tmp_path / "x.bw2package").write_bytes(bz2.compress(b'[{"class": 1, "metadata": ' + b" " * (100 << 20) + b"}]"))
    assert refused(worker, tmp_path / "x.bw2package") == "bundle-bomb"


@pytest.mark.parametrize("name", ["../a.spold", "a/../../b.spold", "..\\a.spold", "a\\..\\..\\b.spold"])
def test_nothing_leads_out_of_a_zip(worker: Worker, tmp_path: Path, name: str) -> None:
    """Whatever slashes a system has."""
    assert refused(worker, zipped(tmp_path, (name, SPOLD))) == "bundle-unsafe"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_zips_that_say_two_things_are_refused(worker: Worker, tmp_path: Path) -> None:
    """A name twice, a password, what is cut off, and what is packed in its turn."""
    path = zipped(tmp_path, ("a.spold", SPOLD), ("A.spold", SPOLD))
    assert refused(worker, path) == "bundle-twice"
    good = I.put(tmp_path, I.ecospold2(SMALL), zipped=True)
    content = good.read_bytes()
    locked = bytearray(content)
    locked[content.rindex(b"PK\x01\x02") + 8] |= 1
    good.write_bytes(locked)
    assert "bundle-locked" in refused(worker, good, "ecospold2")
    good.write_bytes(content[:-30])
    assert refused(worker, good) == "bundle-damaged"
    assert refused(worker, zipped(tmp_path, ("inner.zip", content))) == "import-archives"


def test_a_directory_of_a_million_names_is_not_read(worker: Worker, tmp_path: Path) -> None:
    """A zip says how many files it has before it says which."""
    content = bytearray(zipped(tmp_path, ("a.spold", SPOLD)).read_bytes())
    end = content.rindex(b"PK\x05\x06")
    many = (10**6).to_bytes(8, "little")
    long = b"PK\x06\x06" + bytes(20) + many + many + bytes(16)
    content[end + 8 : end + 12] = b"\xff" * 4
    (tmp_path / "set.zip").write_bytes(content[:end] + long + content[end:])
    assert refused(worker, tmp_path / "set.zip") == "bundle-files"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without pipes")
def test_pipes_devices_and_links_are_not_followed(worker: Worker, tmp_path: Path) -> None:
    """Nothing outside of a folder is read, and nothing that never ends."""
    folder = I.put(tmp_path, I.ecospold2(SMALL))
    os.mkfifo(folder / "pipe.spold")
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "out.spold").symlink_to("/etc/passwd")
    (folder / "self").symlink_to(folder)
    assert "4 processes" in worker.ask(folder)["done"]
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        assert refused(worker, path) == "not-a-file"


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'


@pytest.mark.parametrize("bomb", [BOMB, OUTSIDE])
@pytest.mark.parametrize(("before", "coding"), [
    ("", "utf-8"), ("\ufeff", "utf-8"), ("<!-- x -->", "utf-8"), ("<?xml version='1.0'?>\n<?pi ?>", "utf-8"),
    ("<?xml\tversion='1.0' encoding='utf-8'?>", "utf-8"), ("", "utf-16"), ("", "utf-16-le"), ("", "utf-16-be"),
    ("", "utf-32"), ("", "cp037"), ("<?xml version='1.0' encoding='cp037'?>", "cp037"),
    ("<?xml version='1.0' encoding='gb2312'?>", "gb2312"), ("<?xml version='1.0' encoding='utf-7'?>", "utf-8"),
    ("<!-- " + "x" * (1 << 20) + " -->", "utf-8"),
])  # fmt: skip
@pytest.mark.parametrize("format_", ["ecospold2", "ecospold1", "ilcd"])
def test_document_types_are_refused(
    worker: Worker, tmp_path: Path, bomb: str, before: str, coding: str, format_: str
) -> None:
    """In every encoding there is, expanded or not; one file of several is enough."""
    files = I.WRITERS[format_](SMALL)
    name = max(files)
    text = files[name].decode().partition("?>")[2]
    files[name] = (before + bomb + text).encode(coding)
    said = worker.ask(I.put(tmp_path, files), format_)
    assert said.get("refused"), said
    assert set(said["refused"]) <= {"bundle-entities", "bundle-xml", "inventory-nothing", "inventory-unlinked"}


@pytest.mark.parametrize("coding", ["gb2312", "gbk", "gb18030", "big5", "utf8", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings_that_files_name_are_read(worker: Worker, tmp_path: Path, coding: str) -> None:
    """Those of China, too, which the parser does not know."""
    files = {
        name: content.decode().replace('encoding="utf-8"', f'encoding="{coding}"').encode(coding)
        for name, content in I.ecospold2(SMALL).items()
    }
    assert "4 processes" in worker.ask(I.put(tmp_path, files))["done"]


def nested(open_: str, close: str, depth: int, inside: str = "") -> str:
    return open_ * depth + inside + close * depth


@pytest.mark.parametrize(("name", "content"), [
    ("a.spold", SPOLD + nested("<a>", "</a>", 300_000) + "</ecoSpold>"),
    ("a.xml", nested("<a>", "</a>", 300_000).join(('<processDataSet xmlns="http://lca.jrc.it/ILCD/Process">',
                                                     "</processDataSet>"))),
    ("processes/a.json", '{"@type": "Process", "@id": "a", "exchanges": ' + nested("[", "]", 500_000) + "}"),
    ("processes/a.json", '{"processDataSet": ' + nested('{"a": ', "}", 100_000, "1") + "}"),
    ("processes/a.json", '{"@type": "Process", "@id": "a", "exchanges": [{"amount": ' + "9" * 100_000 + "}]}"),
])  # fmt: skip
def test_what_is_nested_without_end_ends(worker: Worker, tmp_path: Path, name: str, content: str) -> None:
    """Elements in elements and lists in lists by the hundred thousand, and numbers of as many digits."""
    refused(worker, zipped(tmp_path, (name, content)))


def test_loops_of_categories_parameters_and_suppliers_end(worker: Worker, tmp_path: Path) -> None:
    """Whatever refers to itself, by one or by two."""
    of = I.MODULES["olca"]
    good, air = of.flow("g", category=""), of.flow("co2", of.ELEMENTARY, cas="000124-38-9")
    one, other = of.reference("Category", "one"), of.reference("Category", "other")
    for flow in (good, air):
        flow["category"] = one
    looped = (
        {"name": "x", "formula": "y + 1", "isInputParameter": False},
        {"name": "y", "formula": "x", "isInputParameter": False},
    )
    made = of.process(
        "P", of.made(good), of.used(good, 0.5, "P"), of.exchange(air, None, amountFormula="x"), parameters=[*looped]
    )
    path = of.package(tmp_path / "set.zip", good, air, one | {"category": other}, other | {"category": one}, made)
    said = worker.ask(path)
    assert "done" in said, said
    assert "inventory-formula-loop" in str(said)


@pytest.mark.parametrize("factor", [0, -1, 1e308, 1e-320, "NaN", "1e999", None, True, [], {"x": 1}, 10**300])
def test_absurd_units_are_refused_or_counted(worker: Worker, tmp_path: Path, factor: object) -> None:
    """A factor of a unit or of a property that is none, or that leads beyond all numbers."""
    files = I.olca(SMALL)
    for name, content in files.items():
        if name.startswith("unit_groups"):
            entity = json.loads(content)
            for unit in entity["units"]:
                unit["conversionFactor"] = factor
            files[name] = json.dumps(entity).encode()
    said = worker.ask(I.put(tmp_path, files, zipped=True))
    assert "bug" not in said, said
    assert "set.zip" in said.get("en", "set.zip")


@pytest.mark.parametrize("amount", ["1e308", "1e999", "-1e308", "5e-324", "NaN"])
@pytest.mark.parametrize("format_", sorted(I.WRITERS))
def test_numbers_beyond_all_numbers_end_in_a_sentence(
    worker: Worker, tmp_path: Path, format_: str, amount: str
) -> None:
    """In place of every amount of 3 there is."""
    files = {
        name: content.replace(b"3.0", amount.encode()) if not name.endswith(("xlsx", "package")) else content
        for name, content in I.WRITERS[format_](SMALL).items()
    }
    said = worker.ask(I.put(tmp_path, files), FORMATS.get(format_, format_))
    assert "bug" not in said, said


ODD = ("=cmd|' /C calc'!A0", "@SUM(1)", "+1+1", "-2-3", "\t=1", "a\nb", "a@b:c", "q'\"q", "x" * 40_000, "\x1b[31mred",
       "\u202eabc", "\ud800", "..", "CON", " ", "a|b;c,d")  # fmt: skip


@pytest.mark.parametrize("name", ODD, ids=range(len(ODD)))
def test_no_name_does_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Neither in a cell of the tables that are kept, nor on a screen; and what is kept is read again as it is."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    files = I.olca([I.Run("A", (I.Good("a", 1.0),), (I.Need("z", 0.25),), 1.0)])
    for file, content in files.items():
        entity = json.loads(content)
        for key in ("name", "description", "category"):
            if file.startswith(("processes", "flows/a", "flows/z")):
                entity[key] = name
        files[file] = json.dumps(entity).encode()
    path = I.put(tmp_path, files, zipped=True)
    with pytest.raises(FootprintError) as found:
        holdings.take_in(path, Asked("trial", "1"), "auto", "en")
    assert not set("\x1b\u202e\ud800") & set(found.value.text())
    done, told = holdings.take_in(path, Asked("trial", "1", allow_unlinked=True), "auto", "en")
    assert not set("\x1b\u202e\ud800") & set(done + told)
    kept_well("trial@1")


def kept_well(name: str) -> None:
    """Assert that a database is read again as it was kept, and that no cell of it calculates."""
    folder = folders.folder_of(name)
    src = source.read(folder)
    assert src.checksum() == folders.info(folder).checksum
    stock.verify_database(name, "en")
    for row in (*src.activities, *src.exchanges):
        texts = [text for key, text in row.items() if key not in {"amount", "pedigree"}]
        assert not [text for text in texts if text.startswith(("=", "+", "-", "@", "\t", "\r"))]
    report = (folder / holdings.REPORT).read_text("utf-8-sig")
    assert not [line for line in report.splitlines() if line.startswith(("=", "+", "@"))]


def mutated(format_: str, seed: int, folder: Path) -> None:
    """Import files made worse; only a `FootprintError` that names a file may come of it, or a database that holds."""
    random = Random(f"{format_} {seed}")
    files = M.worse(I.WRITERS[format_](TWINS if format_ in I.SHARED else SMALL), random)
    path = I.put(folder / str(seed), files, zipped=random.random() < 0.3)
    asked = Asked("trial", f"v{seed}", allow_unlinked=random.random() < 0.9)
    named = random.choice(("auto", FORMATS.get(format_, format_)))
    try:
        holdings.take_in(path, asked, named, random.choice(("en", "zh")))
    except FootprintError as exc:
        names = {path.name, "set", "trial", *(name.rpartition("/")[2] for name in files)}
        assert all(  # noqa: PT017  either outcome is one
            any(name in problem.text(lang) for name in names) for problem in exc.problems for lang in ("en", "zh")
        )
    else:
        if random.random() < 0.2:
            kept_well(f"trial@v{seed}")


@pytest.mark.parametrize("format_", sorted(I.WRITERS))
def test_worse_files_are_refused_or_read(format_: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes, elements, cells and values changed at random, the same ones every time."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    for seed in range(25):
        mutated(format_, seed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("format_", sorted(I.WRITERS))
def test_many_worse_files_are_refused_or_read(format_: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for long."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    for seed in range(100, 3100):
        mutated(format_, seed, tmp_path)


@pytest.mark.slow
def test_a_process_of_many_exchanges_takes_no_more_than_its_length(tmp_path: Path) -> None:
    """Two hundred thousand inputs of one process, none of which leads anywhere, in time that grows with them."""
    took = []
    for count in (20_000, 200_000):
        needs = tuple(I.Need(f"z{n}", 1.0) for n in range(count))
        path = I.put(tmp_path / str(count), I.olca([I.Run("A", (I.Good("a", 1.0),), needs, 1.0)]), zipped=True)
        start = time.process_time()
        importers.read(path, Asked(allow_unlinked=True))
        took.append(time.process_time() - start)
    assert took[1] < 30 * took[0]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a system without signals")
def test_a_killed_import_leaves_nothing_or_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At whatever moment it is killed; and the next one succeeds."""
    needs = tuple(I.Need(f"z{n}", 1.0) for n in range(2000))
    runs = [I.Run(f"P{n}", (I.Good(f"g{n}", 1.0),), needs[n::40], 1.0) for n in range(40)]
    path = I.put(tmp_path, I.ecospold2(runs), zipped=True)
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    command = [sys.executable, "-m", "footprint", "db", "import", str(path), "--name", "trial", "--allow-unlinked"]
    for tenths in range(2, 22, 2):
        process = subprocess.Popen(
            [*command, "--version", f"v{tenths}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(tenths / 10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for found in folders.found():
            if found.own:
                kept_well(found.name)
    subprocess.run([*command, "--version", "last"], check=True, capture_output=True)
    kept_well("trial@last")
    assert not list((tmp_path / "home" / "databases").glob(".*"))


@pytest.mark.parametrize("name", ["../x", "a@b", "a:b", " ", "=x", "CON", "x\ny", "x" * 200])
def test_names_that_no_store_can_have_are_refused_before_anything_is_read(tmp_path: Path, name: str) -> None:
    """As id and as version; whoever waits minutes for a database should not be told at the end."""
    for asked in (Asked(name, "1"), Asked("trial", name)):
        with pytest.raises(FootprintError, match="database-name"):
            holdings.take_in(I.put(tmp_path / "x", {"broken.spold": b"<"}), asked, "ecospold2", "en")
