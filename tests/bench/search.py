"""Search 25,000 datasets: the index, and queries in cold processes.

``--database DIR``: a compiled database; without it, one of that size is made of the words of the databases that ship.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
from pathlib import Path

import measure

from footprint import words
from footprint.background import compiled
from footprint.background.open import open_background
from footprint.model.background import DatabaseInfo, Dataset

COUNT = 25_000
GOAL_S, INDEX_GOAL_S = 0.050, 3.0
REGIONS = ("CN", "GLO", "RoW", "RER", "US", "IN", "CN-GD", "CN-JS", "DE", "JP")
QUERIES = (
    "cold rolled steel", "steel", "market for electricity", "alumnium sheet", "冷轧板", "电力", "磷酸铁锂", "冷扎板",
    "铝绽", "柴油货车运输",
    "production of lithium carbonat from brine", "s00042", "PP料", "battery cell NMC 811", "中国", "of",
)  # fmt: skip
ONE = """
import sys, time
from footprint.background.open import open_background
background = open_background((sys.argv[1],))
import sqlite3
started = time.perf_counter()
from footprint.background.search import Search
imported = time.perf_counter()
search = Search(background)
opened = time.perf_counter()
search.find(sys.argv[2])
print(imported - started, opened - imported, time.perf_counter() - opened)
"""


def main() -> None:
    """Print seconds beside their goals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        folder = options.database or made(Path(work) / "made")
        here = measure.here() | {"FOOTPRINT_HOME": f"{work}/home"}
        _, built, _ = times(folder, "steel", here)
        print(f"index of {len(compiled.load(folder).codes())} datasets: {built:.2f} s (goal < {INDEX_GOAL_S} s)")
        (index,) = Path(work, "home", "cache", "search").iterdir()
        print(f"its size: {index.stat().st_size / 1e6:.1f} MB")
        slowest = 0.0
        for query in QUERIES:
            rounds = [times(folder, query, here) for _ in range(options.rounds)]
            imported, opened, asked = map(statistics.median, zip(*rounds, strict=True))
            slowest = max(slowest, opened + asked)
            print(f"{query:42} import {imported * 1e3:5.1f}  open {opened * 1e3:5.1f}  query {asked * 1e3:5.1f} ms")
        print(f"slowest, index opened and query answered: {slowest * 1e3:.1f} ms (goal < {GOAL_S * 1e3:.0f} ms)")


def times(folder: Path, query: str, here: dict[str, str]) -> list[float]:
    """Return the seconds that a cold process takes to import the search, to open the index, to answer."""
    said = measure.run((sys.executable, "-c", ONE, f"{folder}/", query), **here)
    return [float(word) for word in said.split()]


def made(folder: Path) -> Path:
    """Write a database whose names are made of the words that real ones are made of."""
    draw = random.Random(1)
    real = [d for database in open_background(("open-cn",)).databases for d in database.datasets()]
    english = sorted({word for d in real for word in words.words(words.folded(d.name_en))})
    chinese = sorted({words.head(d.name_zh) for d in real})
    records = (compiled.record(dataset(f"s{i:05d}", english, chinese, draw), {"AR6": {}}, {}, draw.sample(chinese, 2))
               for i in range(COUNT))  # fmt: skip
    info = DatabaseInfo("made", "1", "made", "made", "none", "for measuring", "0" * 64)
    folder.mkdir(parents=True)
    text = compiled.text(info, {"gwp_sets": ["AR6"]}, records)
    (folder / compiled.NAME).write_text(text, encoding="utf-8", newline="\n")
    return folder


def dataset(code: str, english: list[str], chinese: list[str], draw: random.Random) -> Dataset:
    """Return a dataset with a name such as databases of that size have."""
    name = f"market for {' '.join(draw.sample(english, 3))}, {' '.join(draw.sample(english, 2))}"
    region = draw.choice(REGIONS)
    return Dataset(
        f"made@1:{code}", code, name, f"{draw.choice(chinese)}，中国", "kg", region,
        str(draw.randint(2010, 2024)), "unit-process", "cradle-to-gate", "materials", "", "secondary", "for measuring",
        technology=" ".join(draw.sample(english, 3)),
    )  # fmt: skip


if __name__ == "__main__":
    main()
