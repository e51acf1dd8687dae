"""From the rows of a database to a `System`: units converted, gases characterised, gaps kept by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from footprint import gwp, units
from footprint.background.source import Row, Source
from footprint.errors import DatabaseError, Problem, UnfitError, problem, reason
from footprint.model.background import GhgClass, Key
from footprint.model.system import System
from footprint.provenance import Place, Status

KINDS = ("unit-process", "factor", "gap")
DIRECTIONS = ("input", "emission")
BIOGENIC, CHAIN = "biogenic", "chain"
"""The key of ``database.yaml`` that says where biogenic carbon is balanced: along chains, else in each process."""


class _Index(NamedTuple):
    """The activities of a source by code, with their outputs [own unit]; gaps have no number in the system."""

    rows: dict[str, Row]
    outputs: dict[str, float]
    numbers: dict[str, int]


def system(source: Source, gwp_set: str) -> System:
    """Return the unit processes of ``source`` with gases characterised by ``gwp_set``; all problems at once."""
    index = _index(source)
    technosphere: list[tuple[int, int, float]] = []
    emissions: list[tuple[int, Key, float]] = []
    gaps: list[tuple[int, str, float]] = []
    problems: list[Problem] = []
    for row in source.exchanges:
        try:
            activity = index.numbers[row["activity"]]
            _refuse_unknown_words(row)
            if row["direction"] == "emission":
                emissions.append((activity, *emission(row, gwp_set)))
            elif row["flow"] in index.numbers:
                technosphere.append((activity, index.numbers[row["flow"]], _consumed(row, index.rows[row["flow"]])))
            else:
                gaps.append((activity, row["flow"], _consumed(row, index.rows[row["flow"]])))
        except (KeyError, ValueError) as exc:
            unknown = isinstance(exc, KeyError) and not isinstance(exc, gwp.GwpError)
            said = UnfitError("unfit-no-code", name=exc.args[0]) if unknown else reason(exc)
            problems.append(problem("database-exchange", row.place, activity=row.get("activity", ""), said=said))
    if source.meta.get(BIOGENIC) != CHAIN:
        problems += _unmatched_releases(source.meta["id"], index, emissions)
    if problems:
        raise DatabaseError(*problems)
    codes = tuple(index.numbers)
    return System(
        codes, tuple(index.outputs[code] for code in codes), tuple(technosphere), tuple(emissions), tuple(gaps)
    )


def _unmatched_releases(database: str, index: _Index, emissions: Sequence[tuple[int, Key, float]]) -> list[Problem]:
    """Return a problem for each activity that releases biogenic CO2 without the uptake that belongs to it."""
    released = {i for i, key, _ in emissions if key.ghg == GhgClass.BIOGENIC_RELEASE}
    taken_up = {i for i, key, _ in emissions if key.ghg == GhgClass.BIOGENIC_UPTAKE}
    codes = list(index.numbers)
    return [problem("biogenic-without-uptake", Place(database, codes[i])) for i in sorted(released - taken_up)]


def _index(source: Source) -> _Index:
    rows: dict[str, Row] = {}
    outputs: dict[str, float] = {}
    problems = []
    for row in source.activities:
        code = row["code"]
        if code in rows:
            problems.append(problem("database-duplicate-code", row.place, dataset=code))
        rows[code] = row
        try:
            outputs[code] = _output(row)
        except ValueError as exc:
            problems.append(problem("database-activity", row.place, dataset=code, said=reason(exc)))
    if problems:
        raise DatabaseError(*problems)
    solved = [code for code, row in rows.items() if row["kind"] != "gap"]
    return _Index(rows, outputs, {code: number for number, code in enumerate(solved)})


def _output(row: Row) -> float:
    """Return the output of a dataset [its unit]; ValueError for a code, unit, word or amount that cannot be used."""
    if len(row["code"].split()) != 1 or row["code"] != row["code"].strip():
        raise UnfitError("unfit-blanks")
    if row["kind"] not in KINDS:
        raise UnfitError("unfit-of", key="kind", value=row["kind"], options=", ".join(KINDS))
    Status(row["status"])
    units.unit(row["unit"])
    return 1.0 if row["kind"] == "gap" and not row["amount"] else float(row["amount"])


def _refuse_unknown_words(row: Row) -> None:
    if row["direction"] not in DIRECTIONS:
        raise UnfitError("unfit-of", key="direction", value=row["direction"], options=", ".join(DIRECTIONS))
    Status(row["status"])


def _consumed(row: Row, flow: Row) -> float:
    """Return the amount of an input [unit of the consumed dataset]."""
    return float(row["amount"]) * units.factor(row["unit"], flow["unit"])


def emission(row: Row, gwp_set: str) -> tuple[Key, float]:
    """Return key and amount [kg CO2e] of an emission row: a gas, or an aggregate that keeps its own set.

    A gas that ``gwp_set`` does not list is counted with the set that its row names, and under that set's name.
    """
    amount = float(row["amount"]) * units.factor(row["unit"], "kg")
    if row["flow"].startswith("co2e-"):
        ghg = GhgClass(row["flow"].removeprefix("co2e-"))
        return Key(ghg.value, row["gwp_set"] or "unknown", row["status"]), amount
    gas = gwp.gas(row["flow"])
    counted = gwp_set if gwp_set in gas.factors or not row["gwp_set"] else row["gwp_set"]
    return Key(gas.ghg, counted, row["status"]), amount * gas.factor(counted)
