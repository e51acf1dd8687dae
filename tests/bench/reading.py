"""100,000 rows of 15 columns: the guarded door, scan included, against openpyxl read-only; each in its own process."""

from __future__ import annotations

import argparse
import datetime
import sys
import tempfile
from pathlib import Path

from measure import here, in_turn, verdict

OURS = """
import sys
from pathlib import Path
from footprint.tables.read import read
print(len(read(Path(sys.argv[1])).sheets[0].rows))
"""
THEIRS = """
import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1], read_only=True, data_only=True)
print(sum(1 for row in book.worksheets[0].iter_rows(values_only=True)))
"""


def write(path: Path, rows: int) -> None:
    """Write a sheet of texts, numbers, dates and blanks."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("BOM")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, [f"column {i}" for i in range(15)])
        for r in range(1, rows):
            numbers = [r * 0.001, r % 97, 1.5, r / 7, 3.25, r * 2.0]
            texts = [f"L{r}", f"part {r % 1000}", "steel plate 钢板", "kg"]
            sheet.write_row(r, 0, [*texts, *numbers, "measured", "E1", None, "CN"])
            sheet.write_datetime(r, 14, datetime.date(2024, 1, 1 + r % 28), day)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.xlsx"
        write(path, options.rows)
        ours, theirs = in_turn(
            options.rounds,
            ((sys.executable, "-c", OURS, path), here()),
            ((sys.executable, "-c", THEIRS, path), {}),
        )
    print(f"{options.rows} rows: ours {ours:.2f} s, openpyxl read-only {theirs:.2f} s (cold processes, medians)")
    verdict("times faster", theirs / ours, 4, at_most=False)
