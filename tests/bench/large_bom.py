"""A BOM of 10,000 lines in 100 assemblies, to declaration and reports: seconds and peak memory of a cold process."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from measure import here, run, verdict
from workbooks import battery, lines

WATCHED = """
import resource, sys, time
started = time.perf_counter()
from footprint.cli import main
try:
    main()
except SystemExit as exc:
    assert not exc.code, exc.code
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
print("measured", time.perf_counter() - started, peak)
"""


def materials() -> list[str]:
    """Return the materials of the embedded database: what is bought by the kilogram."""
    from footprint.background.open import open_background

    datasets = open_background(["open-cn"]).databases[0].datasets()
    return [d.code for d in datasets if d.unit == "kg" and d.kind == "factor" and d.boundary == "cradle-to-gate"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "large.xlsx"
        book.write_bytes(battery(lines(options.lines, 100, materials()), "open-cn"))
        command = (sys.executable, "-c", WATCHED, "calculate", book, "-o", Path(folder) / "out", "--lang", "en")
        found = [run(command, **here()).splitlines()[-1].split()[1:] for _ in range(options.rounds)]
    taken, peak = (statistics.median(float(row[i]) for row in found) for i in (0, 1))
    print(f"{options.lines} lines to declaration.json, report.html and report.xlsx (medians of {options.rounds})")
    verdict("seconds", taken, 5, at_most=True)
    verdict("peak MB", peak, 500, at_most=True)
