"""What manufacturers write in a bill of materials leads to the dataset they mean: in Chinese, in English, mistyped.

The queries stand in ``data/search_queries.csv`` with the codes of which one must come first.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from footprint.background import compiled, source
from footprint.background.open import Background, Database
from footprint.background.search import Search

ROOT = Path(__file__).parents[1]
OPEN_CN = ROOT / "databases" / "open-cn"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with (ROOT / "tests" / "data" / "search_queries.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def database() -> Database:
    """The datasets that ship, as they stand in the source: a search needs no numbers."""
    src = source.read(OPEN_CN)
    records = (
        compiled.record(source.dataset(src, row), {"AR6": {}}, {}, source.synonyms(row)) for row in src.activities
    )
    return Database(compiled.parse(OPEN_CN, compiled.text(src.info(), {}, records).encode()), OPEN_CN)


def test_there_are_fifty_queries_in_each_language(rows: list[dict[str, str]], database: Database) -> None:
    """A hundred different queries, a fifth of them mistyped or spelt otherwise; every expected code exists."""
    assert Counter(row["language"] for row in rows) == {"zh": 50, "en": 50}
    assert len({row["query"] for row in rows}) == 100
    assert sum(bool(row["note"]) for row in rows) >= 20
    expected = {code for row in rows for code in row["first"].split("|")}
    assert not sorted(expected - set(database.file.codes()))


def test_what_is_meant_comes_first(
    rows: list[dict[str, str]], database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every query has one of its expected datasets as its first hit."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path))
    search = Search(Background((database,)))
    missed = []
    for row in rows:
        first = [hit.dataset.code for hit in search.find(row["query"], limit=3)]
        if not first or first[0] not in row["first"].split("|"):
            missed.append(f"{row['query']}: {', '.join(first) or 'nothing'} instead of {row['first']}")
    assert not missed, "\n".join(missed)
