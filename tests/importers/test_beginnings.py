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
SPACES = {"ecospold1": "http://www.EcoInvent.org/EcoSpold01", "ecospold2": "http://www.EcoInvent.org/EcoSpold02"}
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


@pytest.mark.parametrize("format_", SPACES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_root_element_tells_the_version_of_ecospold(tmp_path: Path, format_: str, encoding: str) -> None:
    """Not what its classifications, comments and texts are called: those of one version name the other."""
    run, other = I.Run("P", (I.Good("g", 1.0),), (), 2.0), SPACES[({*SPACES} - {format_}).pop()]
    text = next(iter(I.WRITERS[format_]([run]).values())).decode()
    declared, begins, rest = text.partition("<ecoSpold")
    root, _, inside = rest.partition(">")
    said = f"<!-- <ecoSpold xmlns='{other}'> -->"
    system = "<classificationSystem>EcoSpold01Categories EcoSpold02</classificationSystem>"
    text = f"{declared}{said}{begins} xsi:at='{other} x.xsd' xmlns:xsi='x'{root}>{said}{system}{inside}"
    for name in ("UTF-8", "utf-8"):
        text = text.replace(f'encoding="{name}"', f'encoding="{encoding.removesuffix("-sig")}"')
    (tmp_path / "a.spold").write_bytes(text.encode(encoding))
    assert [name for name in importers.formats() if importers.importer(name).sniff(tmp_path)] == [format_]
    assert sum(row["direction"] == "emission" for row in importers.read(tmp_path, Asked("it")).source.exchanges) == 1


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
