"""Measure the matching of purchase lines: ``python -m tests.matching``.

Without options: the lines of the reporting set, by which nothing was fitted, against the database that ships.
``--set tuning``: those by which the weights were. ``--fit``: fit the weights anew on the tuning set and write them.
``--classes INDEX.csv LINES.csv``: lines labelled with the classes of a classification. ``--wrong N``: N wrong ones.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from footprint.background.offered import offered
from footprint.background.open import open_background
from footprint.matching.candidates import ACCEPTED, Candidates
from tests.matching.labelled import SETS, classes, labelled
from tests.matching.measured import diagram, outcomes, table


def main() -> None:
    """Print the table and the reliability diagram of a set."""
    parser = argparse.ArgumentParser(prog="python -m tests.matching", description=__doc__)
    parser.add_argument("--set", choices=SETS, default="reporting", dest="name")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--classes", nargs=2, type=Path, metavar=("INDEX", "LINES"))
    parser.add_argument("--threshold", type=float, default=ACCEPTED)
    parser.add_argument("--wrong", type=int, default=0)
    asked = parser.parse_args()
    if asked.fit:
        from tests.matching.fitting import fit

        print(*fit(tuple(offered(open_background(("open-cn",)))), labelled("tuning")), sep="\n")
        return
    there, lines = classes(*asked.classes) if asked.classes else (None, labelled(asked.name))
    started = time.perf_counter()
    candidates = Candidates(there or offered(open_background(("open-cn",))))
    ready = time.perf_counter()
    found = outcomes(candidates, lines)
    done = time.perf_counter()
    print(*table(found, asked.threshold), "", *diagram(found), "", sep="\n")
    print(f"{len(candidates.offered)} datasets indexed in {ready - started:.2f} s")
    print(f"{len(lines)} lines in {done - ready:.2f} s")
    wrong = sorted((one for one in found if one.line.right and not one.is_right), key=lambda one: -one.confidence)
    for one in wrong[: asked.wrong]:
        wanted = one.line.wanted
        print(f"{one.confidence:.2f} {wanted.name} | {wanted.specification}: {one.first}, not {sorted(one.line.right)}")


if __name__ == "__main__":
    main()
