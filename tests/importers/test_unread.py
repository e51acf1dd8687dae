"""What cannot be counted as its file states it keeps nothing else from being counted, in whatever format it stands."""

from __future__ import annotations

import re
import runpy
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background import importers, systems
from footprint.background.importers.asked import Asked, Read
from footprint.engine.compile import intensities
from footprint.errors import DatabaseError
from footprint.model.background import EITHER_WAY

I = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "inventories.py")))  # noqa: E741
WRONG: Any = "1_000"
FORMATS = sorted(I.WRITERS)


def lines(**wrong: Any) -> list[Any]:
    """Return three processes in a line and one beside them; ``wrong``: amounts in place of those of the second."""
    of = {"good": 2.0, "need": 3.0, "co2": 5.0, **wrong}
    return [
        I.Run("P0", (I.Good("g0", 1.0),), (), 1.0),
        I.Run("P1", (I.Good("g1", of["good"]),), (I.Need("g0", of["need"], "P0"),), of["co2"]),
        I.Run("P2", (I.Good("g2", 1.0),), (I.Need("g1", 1.0, "P1"),), 7.0),
        I.Run("P3", (I.Good("g3", 1.0),), (I.Need("g0", 1.0, "P0"),), 11.0),
    ]


def written(folder: Path, format_: str, inventory: list[Any]) -> Path:
    return Path(I.put(folder, I.WRITERS[format_](inventory)))


def refused(path: Path) -> list[str]:
    with pytest.raises(DatabaseError) as found:
        importers.read(path, Asked("trial"))
    return [problem.code for problem in found.value.problems]


def taken(path: Path) -> tuple[dict[str, float], dict[str, set[str]], Read]:
    """Return kg CO2e and the names of the gaps of every dataset, by its product, and what was read."""
    read = importers.read(path, Asked("trial", allow_unlinked=True))
    solved, rows = intensities(systems.system(read.source, "AR6")), {r["code"]: r for r in read.source.activities}
    scores = {_name(rows[code]): fsum(found.values()) for code, found in solved.impact.items()}
    gaps = {_name(rows[code]): {rows[gap]["name_en"] for gap in found} for code, found in solved.gaps.items() if found}
    return {name: score for name, score in scores.items() if name in {"g0", "g1", "g2", "g3"}}, gaps, read


def _name(row: Any) -> str:
    text = " ".join((row["name_en"], row.get("synonyms", "")))
    found = re.search(r"\bg[0-3]\b", text)
    return found[0] if found else text


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(("part", "scores"), [
    ("need", {"g0": 1.0, "g1": 2.5, "g2": 9.5, "g3": 12.0}), ("co2", {"g0": 1.0, "g1": 1.5, "g2": 8.5, "g3": 12.0}),
])  # fmt: skip
def test_an_amount_that_is_no_number_is_a_gap_of_its_own(
    tmp_path: Path, format_: str, part: str, scores: dict[str, float]
) -> None:
    """All else counts as without it; whether it adds or takes away, nobody knows."""
    path = written(tmp_path, format_, lines(**{part: WRONG}))
    codes = refused(path)
    assert len(codes) == 2
    assert codes[1] == "inventory-unread-all"
    found, gaps, read = taken(path)
    assert found == pytest.approx(scores)
    assert set(gaps) == {"g1", "g2"}
    assert {row["category"] for row in read.source.activities if row["kind"] == "gap"} == {EITHER_WAY}
    assert codes[0] in {notice.code for notice in read.notices}
    with pytest.raises(DatabaseError, match="--allow-unlinked"):
        importers.read(path, Asked("trial"))


@pytest.mark.parametrize("format_", FORMATS)
def test_a_product_without_an_amount_is_a_gap_for_whoever_uses_it(tmp_path: Path, format_: str) -> None:
    """Nothing else is lost with it."""
    path = written(tmp_path, format_, lines(good=WRONG))
    assert refused(path)[-1] in {"inventory-unread-all", "inventory-unlinked-all"}
    assert "inventory-unread-all" in refused(path)
    found, gaps, _ = taken(path)
    assert found == pytest.approx({"g0": 1.0, "g2": 7.0, "g3": 12.0})
    assert set(gaps) == {"g2"}


IN_VOLUME = {
    "ecospold2": (rb">kg(</unitName><compartment)", rb">m3\1"),
    "ecospold1": (rb'unit="kg" category="air"', rb'unit="m3" category="air"'),
    "simapro": (rb"(Carbon dioxide, fossil;[^;]*;)kg", rb"\1m3"),
    "bw-csv": (rb'(Carbon dioxide, fossil",[^\n]*,)kilogram', rb"\1cubic meter"),
}


@pytest.mark.parametrize("format_", sorted(IN_VOLUME))
def test_a_gas_in_a_unit_that_is_no_mass_is_a_gap_with_its_name(tmp_path: Path, format_: str) -> None:
    """In its own unit, and one gap for all that give it off: nothing takes it up, so that it can only add."""
    files = {name: re.sub(*IN_VOLUME[format_], text) for name, text in I.WRITERS[format_](lines()).items()}
    path = I.put(tmp_path, files)
    assert refused(path)[0] == "inventory-gas-unit"
    found, gaps, read = taken(path)
    assert set(found.values()) == {0.0}
    (gap,) = (row for row in read.source.activities if row["kind"] == "gap")
    assert (gap["name_en"], gap["unit"]) == ("Carbon dioxide, fossil", "m3")
    assert set(gaps) == {"g0", "g1", "g2", "g3"}
    assert gap["category"] != EITHER_WAY


@pytest.mark.parametrize("format_", ["ecospold2", "ecospold1", "ilcd", "olca"])
def test_of_many_broken_files_the_first_are_told_and_how_many_there_are(tmp_path: Path, format_: str) -> None:
    """A screen of a hundred thousand lines says less than one of twenty."""
    files = I.WRITERS[format_](lines())
    name = max(files, key=lambda name: ("process" in name, len(files[name])))
    for at in range(50):
        folder, _, file = name.rpartition("/")
        files[f"{folder}/x{at}{file}".lstrip("/")] = files[name][: len(files[name]) // 2]
    with pytest.raises(DatabaseError) as found:
        importers.read(I.put(tmp_path, files), Asked("trial"), format_)
    assert len(found.value.problems) < 30
    assert "50 problems were found in all" in found.value.text()


def bare(folder: Path, format_: str, *, is_bare: bool) -> Path:
    """Return a file of one process that makes a good, and gives off dust unless ``is_bare``."""
    of = I.MODULES[format_]
    if format_ == "ecospold2":
        dust = () if is_bare else (of.DUST,)
        return Path(I.put(folder, {"a.spold": of.spold("A", of.moved("a", 1, "out 0"), *dust).encode()}))
    if format_ == "ecospold1":
        dust = () if is_bare else (of.given_off(1.0, name="Particulates"),)
        return Path(I.put(folder, {"a.xml": of.spold(of.dataset("a", of.product("a"), *dust)).encode()}))
    if format_ == "ilcd":
        dust = "" if is_bare else of.exchange(1, "h2o", "Output", 1)
        return Path(of.package(folder, of.process("a", of.exchange(0, "steel", "Output", 1) + dust)))
    if format_ == "olca":
        flow = of.flow("dust", of.ELEMENTARY)
        dust = () if is_bare else (of.exchange(flow, 1.0),)
        return Path(of.package(folder, of.STEEL, flow, of.process("a", of.made(of.STEEL), *dust)))
    dust = () if is_bare else (("Particulates", "", 0.5, "kilogram", "", "air", "biosphere"),)
    return Path(of.written(folder, of.block("widget", "unit", of.MADE, *dust)))


@pytest.mark.parametrize("format_", ["ecospold1", "ecospold2", "ilcd", "olca", "brightway"])
def test_what_holds_nothing_but_its_product_is_told(tmp_path: Path, format_: str) -> None:
    """Its nought may be meant, or all of it may be lost; one that gives off something else holds that."""
    for is_bare in (True, False):
        folder = tmp_path / str(is_bare)
        folder.mkdir()
        read = importers.read(bare(folder, format_, is_bare=is_bare), Asked("trial"))
        assert ("inventory-bare" in [notice.code for notice in read.notices]) == is_bare
