"""500 lines with shared factors: 10,000 draws, and the first-order variance, after the first solve."""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from large_bom import materials
from measure import verdict
from workbooks import battery, lines

from footprint import service
from footprint.engine.first_order import first_order
from footprint.engine.response import Response
from footprint.engine.sampling import moments, totals
from footprint.line import solved, under_rules
from footprint.model.uncertain import Distribution, Spread
from footprint.uncertainty import uncertain


def response(count: int) -> tuple[Response, float]:
    """Return a bill of ``count`` lines of which every amount and factor may be off, and the time to set it up [s]."""
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "bill.xlsx"
        book.write_bytes(battery(lines(count, 20, materials()), "open-cn"))
        ready = service.prepare(service.Request(book))
    cells = {cell for line in ready.ruled.graph.exchanges for cell in line.amount.cells}
    spreads = {c: Spread(c, Distribution("lognormal", (math.log(1.1),))) for c in sorted(cells)}
    ready = under_rules(ready.read._replace(spreads=spreads), ready.pcr, ready.background)
    result = solved(ready)
    started = time.perf_counter()
    return uncertain(ready, result).response, time.perf_counter() - started


def median(work: Callable[[], object], rounds: int) -> float:
    """Return the median time of ``work`` [s], after one warm-up."""
    times = []
    for turn in range(rounds + 1):
        started = time.perf_counter()
        work()
        if turn:
            times.append(time.perf_counter() - started)
    return statistics.median(times)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=500)
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    of, setting_up = response(options.lines)
    factors = sum(":" in v.id for v in of.variables)
    print(f"{len(of.leaves)} lines, {len(of.variables)} variables, {factors} of them factors of several lines")
    print(f"variables and response: {setting_up * 1000:.1f} ms")
    found, sampled = first_order(of), moments(totals(of, options.draws, 1))
    print(f"standard deviation: {found.deviation:.4g} by derivatives, {sampled.deviation:.4g} by draws")
    drawing = median(lambda: totals(of, options.draws, 1), options.rounds)
    deriving = median(lambda: first_order(of), options.rounds)
    verdict(f"{options.draws} draws, milliseconds", drawing * 1000, 1000, at_most=True)
    verdict("first order, milliseconds", deriving * 1000, 50, at_most=True)
