"""What a long text is, its first lines tell: no importer that only asks for that reads it to its end."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint.background import importers
from footprint.background.importers.asked import Asked
from footprint.tables import text
from footprint.tables.read import beginning

I = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "inventories.py")))  # noqa: E741
RUNS = [I.Run(f"P{at}", (I.Good(f"g{at}", 1.0),), (), 1.0) for at in range(1_500)]


@pytest.mark.parametrize(("format_", "writer"), [("simapro", "simapro"), ("bw-excel", "bw-csv")])
def test_a_long_text_is_known_by_its_first_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format_: str, writer: str
) -> None:
    """And read whole where it is of the format."""
    path = I.put(tmp_path, I.WRITERS[writer](RUNS))
    seen: list[int] = []
    whole = text._rows
    monkeypatch.setattr(text, "_rows", lambda data, *more: seen.append(len(data)) or whole(data, *more))
    assert [name for name in importers.formats() if importers.importer(name).sniff(path)] == [format_]
    assert max(seen) < path.stat().st_size / 1.5
    assert len(importers.read(path, Asked("long")).source.activities) == len(RUNS)


def test_a_field_in_quotes_that_goes_on_makes_no_beginning(tmp_path: Path) -> None:
    """The whole text tells then; a short text is no beginning either, nor is one of two bytes a letter."""
    path = tmp_path / "long.csv"
    path.write_text('a,b\n"' + "x\n" * 200_000 + '",1\n')
    assert beginning(path) is None
    path.write_text("a,b\n1,2\n")
    assert beginning(path) is None
    path.write_text("a,b\n" * 200_000, "utf-16")
    assert beginning(path) is None
    path.write_text("a,b\n" * 200_000)
    found = beginning(path)
    assert found is not None
    assert 0 < len(found.sheets[0].rows) < 200_000
