"""From the rows of a database to a `System`: units converted, gases characterised, gaps kept by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from footprint import gwp, units
from footprint.background.source import Row, Source
from footprint.errors import DatabaseError, Problem, UnfitError, problem, reason
from footprint.model.background import GhgClass, Key
from footprint.model.system import System
from footprint.provenance import Place, Status

KINDS = ("unit-process", "factor", "gap")
DIRECTIONS = ("input", "emission")
_STATUSES = frozenset(status.value for status in Status)
ONLY_FOR = "only_for"
"""The column of an emission that names the one GWP set it counts under: results taken over set by set."""
BIOGENIC, CHAIN = "biogenic", "chain"
"""The key of ``database.yaml`` that says where biogenic carbon is balanced: along chains, else in each process."""


class _Index(NamedTuple):
    """The activities of a source by code, with their outputs [own unit]; gaps have no number in the system."""

    rows: dict[str, Row]
    outputs: dict[str, float]
    numbers: dict[str, int]


class _Rows(NamedTuple):
    """The exchanges of a source as numbers, emissions still by gas: what is the same under every GWP set."""

    technosphere: tuple[tuple[int, int, float], ...]
    gaps: tuple[tuple[int, str, float], ...]
    emissions: list[tuple[int, Row]]


def system(source: Source, gwp_set: str) -> System:
    """Return the unit processes of ``source`` with gases characterised by ``gwp_set``; all problems at once."""
    return systems(source, (gwp_set,))[gwp_set]


def systems(source: Source, gwp_sets: Iterable[str]) -> dict[str, System]:
    """Return the system of ``source`` under each GWP set; what is not of gases is one and the same object in all."""
    index = _index(source)
    problems: list[Problem] = []
    rows = _rows(source, index, problems)
    codes = tuple(index.numbers)
    outputs = tuple(index.outputs[code] for code in codes)
    found: dict[str, System] = {}
    for name in gwp_sets:
        amiss: list[Problem] = []
        emissions = tuple(_characterised(rows.emissions, name, amiss))
        if source.meta.get(BIOGENIC) != CHAIN:
            amiss += _unmatched_releases(source.meta["id"], index, emissions)
        if problems or amiss:
            raise DatabaseError(*problems, *amiss)
        found[name] = System(codes, outputs, rows.technosphere, emissions, rows.gaps)
    return found


def _rows(source: Source, index: _Index, problems: list[Problem]) -> _Rows:
    technosphere: list[tuple[int, int, float]] = []
    gaps: list[tuple[int, str, float]] = []
    emissions: list[tuple[int, Row]] = []
    for row in source.exchanges:
        try:
            activity, flow = index.numbers[row["activity"]], row["flow"]
            _refuse_unknown_words(row)
            if row["direction"] == "emission":
                emissions.append((activity, row))
            elif flow in index.numbers:
                technosphere.append((activity, index.numbers[flow], _consumed(row, index.rows[flow])))
            else:
                gaps.append((activity, flow, _consumed(row, index.rows[flow])))
        except (KeyError, ValueError) as exc:
            problems.append(_amiss(row, exc))
    return _Rows(tuple(technosphere), tuple(gaps), emissions)


def _characterised(
    rows: Iterable[tuple[int, Row]], gwp_set: str, problems: list[Problem]
) -> Iterator[tuple[int, Key, float]]:
    for activity, row in rows:
        try:
            yield activity, *emission(row, gwp_set)
        except (KeyError, ValueError) as exc:
            problems.append(_amiss(row, exc))


def _amiss(row: Row, exc: KeyError | ValueError) -> Problem:
    unknown = isinstance(exc, KeyError) and not isinstance(exc, gwp.GwpError)
    said = UnfitError("unfit-no-code", name=exc.args[0]) if unknown else reason(exc)
    return problem("database-exchange", row.place, activity=row.get("activity", ""), said=said)


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
    if row["status"] not in _STATUSES:
        Status(row["status"])


def _consumed(row: Row, flow: Row) -> float:
    """Return the amount of an input [unit of the consumed dataset]."""
    return float(row["amount"]) * units.factor(row["unit"], flow["unit"])


def emission(row: Row, gwp_set: str) -> tuple[Key, float]:
    """Return key and amount [kg CO2e] of an emission row: a gas, or an aggregate that keeps its own set.

    One that counts under another set alone is nothing here. A gas that ``gwp_set`` does not list is counted with the
    set that its row names, and under that set's name.
    """
    amount = float(row["amount"]) * units.factor(row["unit"], "kg")
    if row.get(ONLY_FOR, gwp_set) not in {"", gwp_set}:
        amount = 0.0
    if row["flow"].startswith("co2e-"):
        ghg = GhgClass(row["flow"].removeprefix("co2e-"))
        return Key(ghg.value, row["gwp_set"] or "unknown", row["status"]), amount
    gas = gwp.gas(row["flow"])
    counted = gwp_set if gwp_set in gas.factors or not row["gwp_set"] else row["gwp_set"]
    return Key(gas.ghg, counted, row["status"]), amount * gas.factor(counted)
