"""Kills at any moment: what a killed process leaves is the old or the new, every file whole, every record whole."""

from __future__ import annotations

import hashlib
import json
import random
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint import packing, past, runs, service, verifying
from footprint.errors import FootprintError
from footprint.paths import home

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "line.py")))
CALL = "import sys; from footprint.cli import main; main(sys.argv[1:])"
LOG = "from footprint import runs\nwhile True: runs.Writer().add({'what': 'x' * 2000})"
ROWS = 60
"""Lines of a bill, so that calculating and packing it take a while."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no signal kills there")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


def books(bill: Callable[..., Path], tmp_path: Path) -> tuple[Path, Path]:
    """Return two workbooks of one product with different results."""
    LINE.small(tmp_path / "databases")
    product = LINE.plain_product()
    lines = [f"L{i} | part {i} | {{kg}} kg | steel" for i in range(ROWS)]
    return tuple(bill("\n".join(lines).format(kg=kg), product=product, name=f"{kg}.xlsx") for kg in (1, 2))  # type: ignore[return-value]


def calculating(book: Path, out: Path, tmp_path: Path) -> list[str]:
    """Return the command that calculates a workbook."""
    small = tmp_path / "databases" / "small"
    return ["calculate", str(book), "-o", str(out), "--pcr", str(LINE.RULES), "--database", str(small), "--lang", "en"]


def killed(words: list[str], after: float) -> bool:
    """Start a command, kill it after so many seconds, and return whether that cut it off."""
    process = subprocess.Popen(
        [sys.executable, "-c", CALL, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return process.returncode == -signal.SIGKILL


def lasting(words: list[str], times: int = 1) -> float:
    """Return how long a command takes at least [s]."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", CALL, *words], check=True, capture_output=True)
        taken.append(time.perf_counter() - started)
    return min(taken)


def moments(lasts: float) -> Iterator[float]:
    """Yield when to kill: half of the moments anywhere, half where files are written."""
    chance = random.Random(20260102)
    while True:
        yield lasts * chance.random()
        yield lasts * chance.uniform(0.7, 1.02)


def sums(folder: Path) -> dict[str, str]:
    """Return the checksums of the files people see in a folder."""
    found = (path for path in folder.iterdir() if not path.name.startswith("."))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def is_packed(folder: Path, output: Path) -> bool:
    """Tell whether the files in a folder make a package."""
    try:
        packing.pack(folder, output, "en")
    except FootprintError:
        return False
    return True


def kill_calculate(bill: Callable[..., Path], tmp_path: Path, count: int) -> None:
    """Cut off ``count`` calculations of two workbooks into one folder.

    After each kill every file is whole: of the one result, or of the other; the run tells whether they are of one; and
    every run that is recorded is of files that stood.
    """
    pair, out = books(bill, tmp_path), tmp_path / "out"
    whole: list[dict[str, str]] = []
    for book in pair:
        lasts = lasting(calculating(book, out, tmp_path), 1 + count // 50)
        whole.append(sums(out))
    names = set(whole[0])
    cut = 0
    for number, after in enumerate(moments(lasts)):
        if cut == count:
            break
        cut += killed(calculating(pair[number % 2], out, tmp_path), after)
        left = sums(out)
        assert set(left) == names, f"kill {number}"
        for name in names - {"run.json"}:
            assert left[name] in {each[name] for each in whole}, f"kill {number}: {name}"
        run = json.loads((out / "run.json").read_text(encoding="utf-8"))
        is_one = all(left[name] == told for name, told in run["files"].items())
        assert not is_one or any(all(left[n] == each[n] for n in names - {"run.json"}) for each in whole)
        assert is_packed(out, tmp_path / f"{number}.zip") == is_one, f"kill {number}"
    lasting(calculating(pair[0], out, tmp_path))
    assert {path.name for path in out.iterdir()} == names, "something was left that no later run cleared"
    past.verified("en")


def kill_pack(bill: Callable[..., Path], tmp_path: Path, count: int) -> None:
    """Cut off ``count`` packings of two results over one package, which is then one or the other."""
    pair, output = books(bill, tmp_path), tmp_path / "p.zip"
    whole, words = [], []
    for number, book in enumerate(pair):
        lasting(calculating(book, tmp_path / str(number), tmp_path))
        words.append(["pack", str(tmp_path / str(number)), "-o", str(output), "--force"])
        lasts = lasting(words[-1], 1 + count // 50)
        whole.append(output.read_bytes())
        assert verifying.verify(output, "en").error is None
    cut = 0
    for number, after in enumerate(moments(lasts)):
        if cut == count:
            break
        cut += killed(words[number % 2], after)
        assert output.read_bytes() in whole, f"kill {number}"
    lasting(words[0])
    assert [path.name for path in tmp_path.glob("*p.zip*")] == ["p.zip"], "something was left that no later run cleared"


def until_it_records(patience_s: float = 30.0) -> None:
    """Wait until another run is noted: a busy machine takes long to start a process."""
    notes, until = home() / runs.HEADS, time.monotonic() + patience_s
    size = notes.stat().st_size if notes.exists() else 0
    while (not notes.exists() or notes.stat().st_size == size) and time.monotonic() < until:
        time.sleep(0.005)


def kill_runs(count: int) -> None:
    """Kill processes that record run after run: each time the chain holds, and no record is lost or half."""
    before = 0
    for after in islice(moments(0.3), count):
        process = subprocess.Popen([sys.executable, "-c", LOG])
        until_it_records()
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        process.wait()
        listed = past.verified("en")
        now = int(listed.split()[0]) if listed[0].isdigit() else 0
        assert now >= before
        before = now
    assert before > count


@pytest.mark.slow
def test_a_hundred_kills(bill: Callable[..., Path], tmp_path: Path) -> None:
    """A hundred calculations, packs and recordings each are cut off while they are going on."""
    kill_calculate(bill, tmp_path, 100)
    kill_pack(bill, tmp_path, 100)
    kill_runs(100)


@pytest.mark.parametrize("step", range(1, 13))
def test_a_kill_between_any_two_steps_of_writing(step: int, tmp_path: Path) -> None:
    """Cut off before each call that changes a name: every file has old or new content, and the next run clears up."""
    code = f"""
import os, sys
from pathlib import Path
from footprint.files import put
left = {step}
def counted(call):
    def wrapped(*args, **kwargs):
        global left
        left -= 1
        if not left:
            os._exit(9)
        return call(*args, **kwargs)
    return wrapped
folder = Path(sys.argv[1])
put(folder, {{"a": b"old", "b": b"old"}})
for name in ("replace", "unlink", "hardlink_to", "write_bytes"):
    setattr(Path, name, counted(getattr(Path, name)))
put(folder, {{"a": b"new", "b": b"new"}})
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert {(tmp_path / name).read_bytes() for name in ("a", "b")} <= {b"old", b"new"}
    service.put(tmp_path, {"a": b"last", "b": b"last"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"last", "b": b"last"}
