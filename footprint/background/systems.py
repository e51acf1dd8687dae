"""From the rows of a database to a `System`: units converted, gases characterised, gaps kept by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from footprint import gwp, units
from footprint.background.source import Row, Source
from footprint.errors import DatabaseError, Problem, problem
from footprint.model.background import GhgClass, Key
from footprint.model.system import System
from footprint.provenance import Place


@dataclass(frozen=True, slots=True)
class _Index:
    """The activities of a source by code; gaps have no number in the system."""

    rows: dict[str, Row]
    numbers: dict[str, int]


def system(source: Source, gwp_set: str) -> System:
    """Return the unit processes of ``source`` with gases characterised by ``gwp_set``; all problems at once."""
    index = _index(source)
    technosphere: list[tuple[int, int, float]] = []
    emissions: list[tuple[int, Key, float]] = []
    gaps: list[tuple[int, str, float]] = []
    problems: list[Problem] = []
    for line, row in enumerate(source.exchanges, start=2):
        place = Place(f"{source.meta['id']}/exchanges.csv", f"line {line}")
        try:
            activity = index.numbers[row["activity"]]
            if row["direction"] == "emission":
                emissions.append((activity, *_emission(row, gwp_set)))
            elif row["flow"] in index.numbers:
                technosphere.append((activity, index.numbers[row["flow"]], _consumed(row, index.rows[row["flow"]])))
            else:
                gaps.append((activity, row["flow"], _consumed(row, index.rows[row["flow"]])))
        except (KeyError, ValueError) as exc:
            unknown = isinstance(exc, KeyError) and not isinstance(exc, gwp.GwpError)
            said = f"{exc} is no code of activities.csv" if unknown else str(exc)
            problems.append(problem("database-exchange", place, activity=row.get("activity", ""), said=said))
    problems += _unmatched_releases(source.meta["id"], index, emissions)
    if problems:
        raise DatabaseError(*problems)
    codes = tuple(index.numbers)
    outputs = tuple(float(index.rows[code]["amount"]) for code in codes)
    return System(codes, outputs, tuple(technosphere), tuple(emissions), tuple(gaps))


def _unmatched_releases(database: str, index: _Index, emissions: Sequence[tuple[int, Key, float]]) -> list[Problem]:
    """Return a problem for each activity that releases biogenic CO2 without the uptake that belongs to it."""
    released = {i for i, key, _ in emissions if key.ghg == GhgClass.BIOGENIC_RELEASE}
    taken_up = {i for i, key, _ in emissions if key.ghg == GhgClass.BIOGENIC_UPTAKE}
    codes = list(index.numbers)
    return [problem("biogenic-without-uptake", Place(database, codes[i])) for i in sorted(released - taken_up)]


def _index(source: Source) -> _Index:
    rows: dict[str, Row] = {}
    problems = []
    for line, row in enumerate(source.activities, start=2):
        if row["code"] in rows:
            place = Place(f"{source.meta['id']}/activities.csv", f"line {line}")
            problems.append(problem("database-duplicate-code", place, dataset=row["code"]))
        rows[row["code"]] = row
    if problems:
        raise DatabaseError(*problems)
    solved = [code for code, row in rows.items() if row["kind"] != "gap"]
    return _Index(rows, {code: number for number, code in enumerate(solved)})


def _consumed(row: Row, flow: Row) -> float:
    """Return the amount of an input [unit of the consumed dataset]."""
    return float(row["amount"]) * units.factor(row["unit"], flow["unit"])


def _emission(row: Row, gwp_set: str) -> tuple[Key, float]:
    """Return key and amount [kg CO2e] of an emission row: a gas, or an aggregate that keeps its own set."""
    amount = float(row["amount"]) * units.factor(row["unit"], "kg")
    if row["flow"].startswith("co2e-"):
        ghg = GhgClass(row["flow"].removeprefix("co2e-"))
        return Key(ghg.value, row["gwp_set"] or "unknown", row["status"]), amount
    gas = gwp.gas(row["flow"])
    return Key(gas.ghg, gwp_set, row["status"]), amount * gas.factor(gwp_set)
