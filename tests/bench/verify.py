"""`footprint verify` of a package of 200 lines against `footprint calculate` of its workbook, cold."""

from __future__ import annotations

import tempfile
from pathlib import Path

from large_bom import materials
from measure import FOOTPRINT, here, in_turn, run, verdict
from workbooks import battery, lines

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        book, out, package = (Path(folder) / name for name in ("book.xlsx", "out", "package.zip"))
        book.write_bytes(battery(lines(200, 5, materials()), "open-cn"))
        calculate = (*FOOTPRINT, "calculate", book, "-o", out)
        run(calculate, **here())
        run((*FOOTPRINT, "pack", out, "-o", package), **here())
        ours, plain = in_turn(20, ((*FOOTPRINT, "verify", package), here()), (calculate, here()))
    print(f"verify {1000 * ours:.0f} ms, calculate {1000 * plain:.0f} ms (medians of 20)")
    verdict("ratio", ours / plain, 1.5, at_most=True)
