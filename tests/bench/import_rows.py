"""300,000 rows of 15 columns read, mapped and accounted for, against openpyxl's read-only reading alone.

Each side in its own process, in turn. Processor seconds count (user and system, of all threads), for another load on
the machine stretches the clock; the clock is told besides, and what writing the workbook takes.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import here, verdict

OURS = """
import datetime as dt, json, resource, sys, time
from pathlib import Path
from footprint import importing
request = importing.Import((Path(sys.argv[1]),), dt.date(2026, 1, 1))
if sys.argv[2]:
    said = importing.write(request, Path(sys.argv[2]), "en", force=True)
else:
    said = importing.account_of(request, "en")
print(json.dumps([said, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""
THEIRS = """
import json, openpyxl, resource, sys
book = openpyxl.load_workbook(sys.argv[1], read_only=True, data_only=True)
print(json.dumps([str(sum(1 for row in book.worksheets[0].iter_rows(values_only=True))),
                  resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""
CAPTIONS = (
    "层级", "物料编码", "物料名称", "规格型号", "单位", "用量", "损耗率(%)", "材质", "供应商", "单重(kg)", "生效日期",
    "失效日期", "是否禁用", "替代料", "备注",
)  # fmt: skip


def write(path: Path, rows: int) -> None:
    """Write a bill of three levels as a system exports it: a title, captions, texts, numbers, dates as texts."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("BOM")
        sheet.write_row(0, 0, ["物料清单"])
        sheet.write_row(1, 0, CAPTIONS)
        for n in range(rows):
            level = 1 if n % 50 == 0 else 2 if n % 7 == 0 or n % 50 == 1 else 3
            what = [level, f"10{n:07d}", f"零件{n % 997}", f"Q235 {n % 13}*{n % 29}mm", "PCS" if n % 3 else "kg"]
            much = [n % 9 + 0.5, 0.5, "Q235", f"供应商{n % 40}", 0.25]
            valid = ["2020-01-01", "2100-01-01", "是" if n % 100 == 49 else "否", None, "x"]
            sheet.write_row(n + 2, 0, [*what, *much, *valid])


def run(*command: str | Path) -> tuple[float, float, float, str]:
    """Return the processor seconds, the seconds on the clock and the megabytes of a process, and what it said."""
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"} | here()
    before = os.times()
    done = subprocess.run([sys.executable, "-c", *map(str, command)], env=env, capture_output=True, check=True)
    after = os.times()
    said, kilobytes = json.loads(done.stdout)
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return spent, after.elapsed - before.elapsed, kilobytes / 1024, said


def told(what: str, runs: list[tuple[float, float, float, str]]) -> float:
    """Print the medians of one side and return its processor seconds."""
    processor, clock, memory = (statistics.median(run[at] for run in runs) for at in range(3))
    print(f"{what}: {processor:.2f} s of processor, {clock:.2f} s on the clock, {memory:.0f} MB at most")
    return processor


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--written", action="store_true", help="measure the writing of the workbook as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.xlsx"
        write(path, options.rows)
        run(OURS, path, "")
        sides = [(run(OURS, path, ""), run(THEIRS, path)) for _ in range(options.rounds)]
        written = [run(OURS, path, Path(folder) / "made.xlsx")] if options.written else []
    print(f"{options.rows} rows of {len(CAPTIONS)} columns, load {os.getloadavg()[0]:.1f} (medians of cold processes)")
    print(sides[0][0][3].splitlines()[1])
    ours = told("read, mapped, accounted for", [side[0] for side in sides])
    theirs = told("openpyxl read-only, reading alone", [side[1] for side in sides])
    if written:
        told("the same with the workbook written", written)
    verdict("openpyxl's reading over ours with mapping and account", theirs / ours, 5, at_most=False)
