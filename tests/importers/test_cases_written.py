"""Published small systems, written as EcoSpold 1 and as SimaPro CSV and read back: each score, each flow in turn."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator, Mapping
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background import importers, systems
from footprint.background.importers.asked import Asked
from footprint.engine.compile import intensities

HERE = Path(__file__).parent
CASES = SimpleNamespace(**runpy.run_path(str(HERE.parent / "cases" / "test_published_cases.py")))
SPOLD = SimpleNamespace(**runpy.run_path(str(HERE.parent / "data" / "ecospold1.py")))
SIMAPRO = SimpleNamespace(**runpy.run_path(str(HERE.parent / "data" / "simapro.py")))
Json = Mapping[str, Any]
LONGEST = 1000
"""Processes of a system that is read each time."""


def rows(raw: Json) -> Json:
    """Return the processes of a case by name."""
    found: Json = CASES.chain(int(raw["chain"])) if "chain" in raw else raw["processes"]
    return found


def given_off(row: Json, factors: Mapping[str, float]) -> float:
    """Return what a process gives off, each flow by its factor, as so much CO2."""
    return fsum(factors.get(flow, 0.0) * amount for flow, amount in CASES.emitted(row.get("emits", {}), 1.0))


def units_of(raw: Json) -> Mapping[str, str]:
    """Return the unit of each process that has one."""
    return {name: row["unit"] for name, row in rows(raw).items() if "unit" in row}


def spold(raw: Json, factors: Mapping[str, float]) -> str:
    """Return a case as EcoSpold 1: credits as avoided products, shares as allocations of every exchange."""
    datasets, units = [], units_of(raw)
    for n, (name, row) in enumerate(rows(raw).items(), 1):
        parts, unit = CASES.parts(name, row), row.get("unit", "kg")
        uses = {used: float(x) for used, x in row.get("uses", {}).items()}
        exchanges = [
            SPOLD.product(made, 1000 + k, repr(amount), "out 2" if k else "out 0", unit=unit)
            for k, (made, (amount, _)) in enumerate(parts.items())
        ]
        exchanges += [
            SPOLD.taken(used, repr(abs(x)), k, "out 1" if x < 0 else "in 5", unit=units.get(used, "kg"))
            for k, (used, x) in enumerate(uses.items())
        ]
        exchanges.append(SPOLD.given_off(repr(given_off(row, factors)), 999))
        if "share" in row or len(parts) > 1:
            numbers = (*range(len(uses)), 999)
            shares = (share for _, share in parts.values())
            exchanges += [SPOLD.allocation(1000 + k, 100 * share, *numbers) for k, share in enumerate(shares)]
        datasets.append(SPOLD.dataset(name, *exchanges, number=n, unit=unit))
    return str(SPOLD.spold(*datasets))


def simapro(raw: Json, factors: Mapping[str, float]) -> str:
    """Return a case as SimaPro CSV: credits as avoided products, shares in per cent."""
    blocks, units = [], units_of(raw)
    for name, row in rows(raw).items():
        parts, unit = CASES.parts(name, row), row.get("unit", "kg")
        uses = {used: float(x) for used, x in row.get("uses", {}).items()}
        taken = {sign: [f"{used};{units.get(used, 'kg')};{abs(x)!r};Undefined;0;0;0;" for used, x in uses.items()
                        if (x < 0) == sign] for sign in (False, True)}  # fmt: skip
        made = [
            f"{product};{unit};{amount!r};{100 * share!r};not defined;X;" for product, (amount, share) in parts.items()
        ]
        air = SIMAPRO.CO2.format(repr(given_off(row, factors)))
        blocks.append(SIMAPRO.process(name, Products=made, Avoided_products=taken[True], Materials_fuels=taken[False],
                                      Emissions_to_air=air))  # fmt: skip
    return str(SIMAPRO.text(*blocks))


WAYS: Mapping[str, Callable[[Json, Mapping[str, float]], str]] = {"ecospold1": spold, "simapro": simapro}


def asserted(raw: Json) -> Iterator[tuple[Mapping[str, float], float]]:
    """Yield factors and the score that a case asserts with them; each flow of an inventory is one of its own."""
    expected = raw["expected"]
    if "score" in expected:
        yield CASES.numbers(raw.get("factors", {})), float(expected["score"])
    for flow, amount in expected.get("inventory", {}).items():
        yield {flow: 1.0}, float(amount)


def solved(path: Path, raw: Json) -> float:
    """Return the score of what a case demands, by the database that its file makes."""
    read = importers.read(path, Asked())
    impact = intensities(systems.system(read.source, "AR6")).impact
    units = {row["code"]: row["unit"] for row in read.source.activities}
    names = {row["name_en"].partition(" | ")[0]: row["code"] for row in read.source.activities}
    return fsum(
        CASES.amount(text, units[names[product]]) * sum(impact[names[product]].values())
        for product, text in raw["demand"].items()
    )


def compared(raw: Json, way: str, path: Path) -> int:
    """Compare each number that a case asserts with the one of its file, to 1e-9; return how many there are."""
    found = [*asserted(raw)]
    for factors, expected in found:
        path.write_text(WAYS[way](raw, factors), encoding="utf-8")
        assert solved(path, raw) == pytest.approx(expected, rel=1e-9, abs=1e-9), raw["name"]
    return len(found)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("file", CASES.FILES)
def test_published_systems_come_through_the_import(way: str, file: str, tmp_path: Path) -> None:
    """What their publications found: loops, credits, wastes, shares, units."""
    cases = [raw for raw in CASES.written(file)["cases"] if len(rows(raw)) <= LONGEST]
    assert sum(compared(raw, way, tmp_path / "case.txt") for raw in cases)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_published_systems_of_thousands_come_through_the_import(way: str, tmp_path: Path) -> None:
    """The same for those too large to be read each time."""
    cases = [raw for file in CASES.FILES for raw in CASES.written(file)["cases"] if len(rows(raw)) > LONGEST]
    assert sum(compared(raw, way, tmp_path / "case.txt") for raw in cases)
