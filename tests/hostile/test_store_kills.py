"""The store under kills: whenever an importing process is killed, the store holds the old state or the new."""

from __future__ import annotations

import random
import runpy
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from math import fsum
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint.background import folders, store
from footprint.background.open import open_background

DATA = Path(__file__).parents[1] / "data"
LINE = SimpleNamespace(**runpy.run_path(str(DATA / "line.py")))
IMPORT = "import sys; from footprint.cli import main; main(sys.argv[1:])"
ROWS = 200
"""Rows of a table, so that building and writing it take a while."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    return tmp_path / "home" / "databases"


def table(path: Path, co2: float) -> Path:
    """Write a factor table of which every row causes ``co2`` kg per kilogram."""
    head = "code,name_en,unit,region,period,total,gwp_set,status,document"
    rows = (f"c{i},name {i},kg,CN,2024,{co2},AR6,unverified,nothing real" for i in range(ROWS))
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    return path


def importing(path: Path, *words: str) -> subprocess.Popen[str]:
    """Start an import in a process of its own."""
    call = [sys.executable, "-c", IMPORT, "db", "import", str(path), "--lang", "en", *words]
    return subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def held() -> dict[str, float]:
    """Return what the store holds: the sum over all datasets of each database, opened and checked."""
    found = {}
    for own in (f for f in folders.found() if f.own):
        database = open_background((own.name,)).databases[0]
        assert database.file.is_intact()
        scores = (database.intensity(code, "AR6").impact.values() for code in database.file.codes())
        found[own.name] = fsum(value for values in scores for value in values)
    return found


def finished(processes: Sequence[subprocess.Popen[str]]) -> list[str]:
    """Wait for processes that all must succeed, and return what they said."""
    said = [process.communicate(timeout=300) for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes), said
    return [out for out, _ in said]


def killed_at_random(tmp_path: Path, home: Path, times: int) -> tuple[int, int]:
    """Kill imports of one version after another at random moments; return how many came in, and how many were cut.

    The moments are spread over what one import takes, which is timed again and again, since machines change their
    speed; half of them fall into its last third, where the store is written.
    """
    chance = random.Random(20260101)
    kept: dict[str, float] = {}
    came_in = cut = 0
    for number in range(1, times + 1):
        if number % 10 == 1:
            began = time.perf_counter()
            finished([importing(table(tmp_path / "t.csv", 1), "--name", "mine", "--version", f"whole-{number}")])
            lasts = time.perf_counter() - began
            kept[f"mine@whole-{number}"] = float(ROWS)
        process = importing(table(tmp_path / "t.csv", number), "--name", "mine", "--version", str(number))
        time.sleep(lasts * (chance.random() if number % 2 else chance.uniform(0.66, 1.2)))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        cut += process.returncode == -signal.SIGKILL
        now = held()
        new = {f"mine@{number}": float(ROWS * number)}
        assert now in (kept, kept | new), f"kill {number}"
        came_in += now != kept
        kept = now
    finished([importing(table(tmp_path / "t.csv", 0.5), "--name", "mine", "--version", "last")])
    assert held() == kept | {"mine@last": ROWS * 0.5}
    assert all(path.name in held() for path in home.iterdir()), "something was left that no later import cleared"
    return came_in, cut


def at_once(tmp_path: Path, home: Path, count: int) -> None:
    """Start imports together: all of one version with one content, each also of a version of its own."""
    same = [importing(table(tmp_path / "same.csv", 2), "--name", "mine", "--version", "1") for _ in range(count)]
    said = finished(same)
    assert sum("were there already" in text for text in said) == count - 1
    assert held() == {"mine@1": ROWS * 2.0}
    others = [
        importing(table(tmp_path / f"{i}.csv", i), "--name", "mine", "--version", str(i)) for i in range(2, 2 + count)
    ]
    assert not [text for text in finished(others) if "were there already" in text]
    assert held() == {"mine@1": ROWS * 2.0} | {f"mine@{i}": float(ROWS * i) for i in range(2, 2 + count)}
    assert {path.name for path in home.iterdir()} == set(held())


def test_three_processes_at_once_all_succeed(tmp_path: Path, home: Path) -> None:
    """Same content and different contents, imported together."""
    at_once(tmp_path, home, 3)


@pytest.mark.slow
def test_a_hundred_kills_leave_old_or_new(tmp_path: Path, home: Path) -> None:
    """Killed at a hundred random moments; some kills come before the new one is there and some after."""
    came_in, cut = killed_at_random(tmp_path, home, 100)
    assert cut >= 50
    assert 0 < came_in < 100


@pytest.mark.slow
def test_eight_processes_at_once_all_succeed(tmp_path: Path, home: Path) -> None:
    """Eight processes with one content, then eight with eight: all succeed, and nothing is left over."""
    at_once(tmp_path, home, 8)


STEPS = """
import os, shutil, sys
from pathlib import Path
from footprint.background import store
at, folder = int(sys.argv[1]), Path(sys.argv[2])
calls = 0
def counted(call):
    def call_or_end(*args, **kwargs):
        global calls
        calls += 1
        if calls == at:
            os.kill(os.getpid(), 9)
        return call(*args, **kwargs)
    return call_or_end
for module, name in ((os, "fsync"), (os, "mkdir"), (os, "rename"), (os, "unlink"), (os, "open"), (os, "rmdir")):
    setattr(module, name, counted(getattr(module, name)))
if len(sys.argv) > 3:
    store.remove(sys.argv[3])
else:
    store.put(lambda place: shutil.copytree(folder, place, dirs_exist_ok=True), "small")
"""


def stepped(at: int, folder: Path, *removed: str) -> int:
    """Put a database, or remove one, killed at the ``at``-th call that changes the disk; return how it ended."""
    call = [sys.executable, "-c", STEPS, str(at), str(folder), *removed]
    return subprocess.run(call, capture_output=True, check=False).returncode


def own() -> list[str]:
    """Return what the store holds, each opened; what is whole is told apart from what is not by its checksum."""
    names = [found.name for found in folders.found() if found.own]
    assert all(open_background((name,)).databases[0].file.is_intact() for name in names)
    return names


def test_a_kill_before_any_step_of_an_import_leaves_old_or_new(tmp_path: Path, home: Path) -> None:
    """Before each call that changes the disk, one after the other: nothing is there, or all of it."""
    folder, left = LINE.small(tmp_path), set()
    at = 1
    while stepped(at, folder) == -signal.SIGKILL:
        left.add(tuple(own()))
        if own():
            store.remove("small@1")
        at += 1
    assert left == {(), ("small@1",)}
    assert at > 10, "the steps of the store are not counted"
    assert [path.name for path in home.iterdir()] == ["small@1"]


def test_a_kill_before_any_step_of_a_removal_leaves_old_or_new(tmp_path: Path, home: Path) -> None:
    """The same of removing: the database is there, or gone."""
    folder, left = LINE.small(tmp_path), set()

    def put_back() -> None:
        store.put(lambda place: shutil.copytree(folder, place, dirs_exist_ok=True), "small")

    put_back()
    at = 1
    while stepped(at, folder, "small@1") == -signal.SIGKILL:
        left.add(tuple(own()))
        put_back()
        assert [path.name for path in home.iterdir()] == ["small@1"]
        at += 1
    assert left == {(), ("small@1",)}
    assert not [*home.iterdir()]
