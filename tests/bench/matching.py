"""Choose datasets for 1,000 descriptions out of 25,000: the index, the choosing, and the memory.

The datasets are those that ship, many times over with other routes, places and numbers in their names; the descriptions
are the labelled lines of both sets.
"""

from __future__ import annotations

import random
import resource
import time

from footprint.background.offered import offered
from footprint.background.open import open_background
from footprint.matching.candidates import Candidates
from footprint.model.matched import Offered
from tests.matching.labelled import SETS, labelled

COUNT, LINES = 25_000, 1_000
GOAL_S, GOAL_MB = 10.0, 1_000
ROUTES = ("market for", "production", "treatment of", "at plant", "from natural gas", "from coal", "electrolysis",
          "hydraulic", "secondary", "primary")  # fmt: skip
REGIONS = ("CN", "GLO", "RoW", "RER", "US", "IN", "DE", "JP", "BR", "ZA")


def many() -> list[Offered]:
    """Return the datasets that ship, `COUNT` of them under names of their own."""
    shipped = list(offered(open_background(("open-cn",))))
    chance = random.Random(1)
    made = []
    for number in range(COUNT):
        one = shipped[number % len(shipped)]
        en, zh, *others = (*one.names, one.names[0])
        names = (f"{chance.choice(ROUTES)} {en} {number}", f"{zh}{number}", *others)
        made.append(one._replace(key=f"many:{number}", code=f"{one.code}-{number}", names=names,
                                 region=chance.choice(REGIONS)))  # fmt: skip
    return made


def main() -> None:
    """Print both times and the memory."""
    datasets = many()
    lines = [line.wanted for name in SETS for line in labelled(name)][:LINES]
    times = []
    started = time.perf_counter(), time.process_time()
    candidates = Candidates(datasets)
    times.append((time.perf_counter() - started[0], time.process_time() - started[1]))
    started = time.perf_counter(), time.process_time()
    for line in lines:
        candidates.choices(line)
    times.append((time.perf_counter() - started[0], time.process_time() - started[1]))
    for name, (wall, cpu) in zip(("index", f"{LINES} lines"), times, strict=True):
        print(f"{name:<12}{wall:>8.2f} s{cpu:>8.2f} s of processor")
    whole, memory = sum(wall for wall, _ in times), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{'together':<12}{whole:>8.2f} s, goal {GOAL_S:g} s; {memory} MB, goal {GOAL_MB} MB")


if __name__ == "__main__":
    main()
