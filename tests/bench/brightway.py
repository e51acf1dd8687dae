"""A 200-line workbook in a cold process, ours against Brightway's own way, both on a background of ecoinvent's size.

Ours ends in declaration.json, report.html and report.xlsx; Brightway's (project, ExcelImporter, LCA) in a
score, without a report. Same bill, same numbers.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import backgrounds
from measure import FOOTPRINT, here, in_turn, run, verdict
from workbooks import Line, battery, lines

WAY = Path(__file__).with_name("brightway_way.py")


def excel_importer_book(path: Path, bom: list[Line]) -> None:
    """Write the same bill in the layout that Brightway's ExcelImporter reads: one block per activity."""
    import xlsxwriter

    activities: dict[str, list[tuple[str, float]]] = {"product": []}
    for line in bom:
        parent = str(line.get("parent", "product"))
        target = backgrounds.name(str(line["dataset"])) if "dataset" in line else str(line["line"])
        activities.setdefault(parent, []).append((target, float(line["quantity"])))
    rows: list[list[object]] = [["Database", "fg"], []]
    for code, inputs in activities.items():
        rows += [["Activity", code], ["code", code], ["location", "GLO"], ["unit", "kg"], ["Exchanges"],
                 ["name", "amount", "unit", "location", "type"], [code, 1.0, "kg", "GLO", "production"]]
        rows += [[name, amount, "kg", "GLO", "technosphere"] for name, amount in inputs]
        rows.append([])
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("fg")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)


def prepared(background: Path, work: Path, bw_python: str, count: int) -> tuple[Path, Path, Path, Path]:
    """Return our workbook, our database, Brightway's workbook and Brightway's directory, made if they are not there."""
    arrays = backgrounds.load(background)
    database, directory = work / "database", work / "brightway"
    if not (database / "intensities.jsonl").is_file():
        backgrounds.compile_into(database, arrays)
    directory.mkdir(parents=True, exist_ok=True)
    if not (directory / "prepared").is_file():
        (npz,) = background.glob("*.npz")
        run((bw_python, WAY, "prepare", npz, directory / "prepared"), BRIGHTWAY2_DIR=str(directory))
    every = backgrounds.codes(int(arrays["n"]))
    bom = lines(count, 10, [every[i] for i in backgrounds.materials(arrays, count)])
    ours, theirs = work / "ours.xlsx", work / "theirs.xlsx"
    ours.write_bytes(battery(bom, database.as_posix()))
    excel_importer_book(theirs, bom)
    return ours, database, theirs, directory


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--background", type=Path, required=True, help="folder with the arrays of a background (npz)")
    parser.add_argument("--bw-python", default=sys.executable, help="a Python with bw2data, bw2io and bw2calc")
    parser.add_argument("--work", type=Path, default=Path("bench-work"), help="where both sides are prepared")
    parser.add_argument("--lines", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    work = options.work.absolute()
    ours, database, theirs, directory = prepared(options.background, work, options.bw_python, options.lines)
    mine = ((*FOOTPRINT, "calculate", ours, "-o", work / "out", "--lang", "en"), here())
    way = ((options.bw_python, WAY, "calculate", theirs), {"BRIGHTWAY2_DIR": str(directory)})
    score = float(run(way[0], **way[1]).split("score ")[-1])
    run(mine[0], **mine[1])
    total = json.loads((work / "out" / "declaration.json").read_text(encoding="utf-8"))["result"]["total"]
    print(f"totals: ours {total!r}, Brightway {score!r} (float32 inside), difference {abs(total / score - 1):.1e}")
    fast, slow = in_turn(options.rounds, mine, way)
    print(f"{options.lines} lines, cold: ours with reports {fast:.3f} s, Brightway without {slow:.3f} s (medians)")
    verdict("times faster", slow / fast, 15, at_most=False)
