"""What becomes of formulas when cells change: some give way, others rest on the cells and lose what they gave."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from footprint.errors import Problem, problem
from footprint.provenance import Place, column_letters
from footprint.tables.inplace.change import Unset
from footprint.tables.inplace.formulas import Formula
from footprint.tables.inplace.references import Referred
from footprint.tables.inplace.sheets import Loaded
from footprint.tables.inplace.stale import On, stale

_SHOWN, _LONGEST = 10, 60
Changing = Mapping[str, Collection[tuple[int, int]]]
"""Cells by sheet, as row and column."""


class Results(NamedTuple):
    """The formulas that give way, the cells that lose a stored value, and what to say of both.

    ``lost`` and ``rests``: places; ``unset``: by sheet, row and column.
    """

    lost: tuple[Place, ...]
    rests: frozenset[Place]
    unset: Mapping[str, Mapping[tuple[int, int], Unset]]
    notices: tuple[Problem, ...]


def results(sheets: Mapping[str, Loaded], changing: Changing, names: Iterable[tuple[str, Referred]]) -> Results:
    """Return what becomes of the formulas of ``sheets``; ``names``: those of the workbook, its tables among them."""
    lost: list[tuple[str, Formula]] = []
    staying: list[tuple[str, Formula]] = []
    for name, one in sheets.items():
        for each in one.formulas:
            (lost if (each.row, each.column) in changing.get(name, ()) else staying).append((name, each))
    rests = _rests(staying, changing, names) if staying else []
    unset: dict[str, dict[tuple[int, int], Unset]] = {}
    for name, each in rests:
        unset.setdefault(name, {}).update(_shown(each))
    at = {name: one.xml.place for name, one in sheets.items()}
    return Results(
        tuple(_place(at[name], each) for name, each in lost),
        frozenset(_place(at[name], each) for name, each in rests),
        unset,
        (*_gave_way(lost, at), *_to_calculate(rests, at)),
    )


def _rests(
    staying: list[tuple[str, Formula]], changing: Changing, names: Iterable[tuple[str, Referred]]
) -> list[tuple[str, Formula]]:
    """Return the formulas that rest on what changes, in the order of their cells."""
    known: dict[str, Referred] = {}
    for name, told in names:
        known[name] = _either(known[name], told) if name in known else told
    on = [On(name.casefold(), each) for name, each in staying]
    cells = {name.casefold(): places for name, places in changing.items()}
    found = set(map(id, stale(on, cells, known)))
    return [each for each, one in zip(staying, on, strict=True) if id(one) in found]


def _either(one: Referred, other: Referred) -> Referred:
    return Referred((*one.areas, *other.areas), (*one.names, *other.names), one.anything or other.anything)


def _shown(formula: Formula) -> Iterator[tuple[tuple[int, int], Unset]]:
    shown = formula.shown
    for row in range(shown.top, shown.bottom + 1):
        for column in range(shown.left, shown.right + 1):
            yield (row, column), Unset(own=(row, column) == (formula.row, formula.column))


def _place(sheet: Place, formula: Formula) -> Place:
    return sheet._replace(cell=f"{column_letters(formula.column - 1)}{formula.row}")


def _gave_way(lost: list[tuple[str, Formula]], at: Mapping[str, Place]) -> Iterator[Problem]:
    for name, each in lost:
        text = each.text if len(each.text) <= _LONGEST else f"{each.text[:_LONGEST]}…"
        yield problem("edit-formula", _place(at[name], each), formula=f"={text}")


def _to_calculate(rests: list[tuple[str, Formula]], at: Mapping[str, Place]) -> Iterator[Problem]:
    by_sheet: dict[str, list[str]] = {}
    for name, each in rests:
        by_sheet.setdefault(name, []).append(_place(at[name], each).cell)
    for name, cells in by_sheet.items():
        shown = ", ".join(cells[:_SHOWN]) + (" …" if len(cells) > _SHOWN else "")
        yield problem("edit-stale", at[name], count=len(cells), cells=shown)
