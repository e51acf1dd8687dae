"""An EcoSpold 2 release of any size taken in, against bw2io on the same files; then opening it, and scores.

    python tests/bench/importing.py --datasets 2350 --bw-python PY

Seconds of processors are compared beside seconds on the wall: bw2io reads with as many processes as there are.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from measure import FOOTPRINT, here, run, verdict
from releases import write

_THEIRS = """
import functools, multiprocessing, resource, sys, time
def go():
    import bw2data, bw2io
    bw2data.projects.set_current("bench")
    release = bw2io.SingleOutputEcospold2Importer(sys.argv[1], "release", use_mp=True)
    release.apply_strategies(verbose=False)
    release.create_new_biosphere("flows")
    release.apply_strategy(functools.partial(
        bw2io.strategies.link_iterable_by_fields, other=list(bw2data.Database("flows")), kind="biosphere"))
    release.write_database()
    assert not list(release.unlinked), "unlinked"
if __name__ == "__main__":
    go()
"""
_SCORES = """
import sys, time
started = time.perf_counter()
from footprint.background.open import open_background
background = open_background(("bench",))
opened = time.perf_counter() - started
def score(code):
    started = time.perf_counter()
    (dataset,) = background.find(code)
    sum(background.intensity(dataset, "AR6").impact.values())
    return time.perf_counter() - started
codes = sys.argv[1:]
times = [score(code) for code in codes]
print(opened, times[0], sorted(times[1:])[len(times) // 2])
"""


def timed(command: list[str | Path], **environment: str) -> tuple[float, float, float]:
    """Return seconds on the wall and of processors, and the most memory of one process [MB], of a command."""
    import resource

    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run(command, **environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - started, spent, after.ru_maxrss / 1024


def main() -> None:
    """Print seconds, memory and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=2350)
    parser.add_argument("--release", type=Path, help="A release made before by releases.py.")
    parser.add_argument("--bw-python", help="A Python with bw2io beside bw2data.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        files = given.release or write(place / "release", given.datasets)
        home = here() | {"FOOTPRINT_HOME": str(place / "home")}
        command = [*FOOTPRINT, "db", "import", files, "--name", "bench", "--version", "1"]
        wall, spent, memory = timed(command, **home)
        print(f"footprint: {wall:.1f} s on the wall, {spent:.1f} s of processors, {memory:.0f} MB at most")
        every = sorted(path.stem for path in files.iterdir())
        codes = every[:: max(1, len(every) // 50)]
        opened, first, later = map(float, run([sys.executable, "-c", _SCORES, *codes], **home).split())
        verdict("opening [s]", opened, 1, at_most=True)
        verdict("first score [s]", opened + first, 3, at_most=True)
        verdict("later scores [ms]", 1000 * later, 20, at_most=True)
        if given.bw_python:
            script = place / "theirs.py"
            script.write_text(_THEIRS, encoding="utf-8")
            (place / "brightway").mkdir()
            theirs = timed([given.bw_python, script, files], BRIGHTWAY2_DIR=str(place / "brightway"))
            print(f"bw2io: {theirs[0]:.1f} s on the wall, {theirs[1]:.1f} s of processors, {theirs[2]:.0f} MB at most")
            verdict("wall", theirs[0] / wall, 5, at_most=False)
            verdict("processors", theirs[1] / spent, 5, at_most=False)


if __name__ == "__main__":
    main()
