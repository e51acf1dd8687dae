"""What the lines below the heads of bills are for: as much of what is made as each head tells, or one of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from footprint import units
from footprint.errors import Problem, problem
from footprint.layouts.locating.table import OWNERS, Table
from footprint.layouts.measuring.quantities import Quantities
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.layout import TOLD, Layout
from footprint.layouts.naming.measures import ITEM
from footprint.layouts.naming.sayings import word

_WHOLES: Mapping[str, str] = MappingProxyType({"mass": "kg", "item": ITEM})
"""The unit of a product, by what it is told in; that of the head itself where it is none of these."""


class _Head(NamedTuple):
    """What a head tells: ``much`` of ``unit``; ``per``: the units that this is used in; ``times``: of these in one.

    ``times`` is None where its unit is not that of its use; ``is_part``: whether a row of the table uses it.
    """

    much: float
    unit: str
    per: tuple[str, ...]
    times: float | None
    is_part: bool

    @property
    def is_one(self) -> bool:
        """Whether it says nothing else than one of what is made: parts of that are converted into their unit."""
        return self.much == 1.0 and (self.is_part or self.times == 1.0)

    @property
    def told(self) -> float | None:
        """How many of the unit of its use all that it tells is."""
        return None if self.times is None else self.times * self.much

    def whole(self, unit: str) -> float:
        """Return how many of a unit one of that of its use is: parts in per cent are told of it; 1 where not alike."""
        per = next(iter(self.per), "")
        return units.factor(per, unit) if units.measures(per) == units.measures(unit) != "" else 1.0

    def of_each(self, stated: str) -> float | None:
        """Return how many of the unit of its use one is where lines are for a stated number; None where of what."""
        is_told = self.times == 1.0 or self.much == float(stated)
        return self.times if is_told else None


def of_bills(table: Table, rows: Sequence[int], amounts: Quantities, layout: Layout) -> Quantities:
    """Return quantities for one of what is made: those below the heads of bills in ``rows`` may be for several.

    That is asked, unless it is stated for the whole table. Where it is told by each head, that divides what is below,
    in the unit in which what is made is used. Lines are rejected where nobody can tell how many of these it comes to.
    """
    if not rows:
        return amounts
    stated, heads = layout.constants.get("base_quantity", ""), _heads(table, rows, amounts)
    wanted = _wanted(table, rows, layout)
    asked = (*_unread(table, wanted, amounts),) if stated in {"", TOLD} else ()
    asked = asked or ((*_asked(table, {at: one for at, one in heads.items() if at in wanted}),) if not stated else ())
    values, lost = [*amounts.values], {}
    for at, up in ((at, up) for at, up in enumerate(table.under) if up in heads):
        one = heads[up]
        times = one.told if stated == TOLD else one.of_each(stated or "1")
        if times is None and (stated or one.times is None):
            lost[at] = _unfit(table, up, one)
        elif (value := values[at]) is not None and times:
            values[at] = value * one.whole(amounts.units[at]) if at in amounts.parted else value / times
    return amounts._replace(values=values, problems={**lost, **amounts.problems}, asked=(*amounts.asked, *asked))


def _wanted(table: Table, rows: Sequence[int], layout: Layout) -> Sequence[int]:
    """Return the heads of what is wanted and of what that is made of; all where no head is called as what is stated."""
    names, wanted = table.bills.heads, word(layout.constants.get("product", ""))
    first = {name for name in names.values() if word(name) == wanted}
    made_of: dict[str, set[str]] = {}
    for at, up in enumerate(table.under if first else ()):
        if up >= 0:
            texts = (as_text(table.field(field)[at]) for field in ("code", "name"))
            made_of.setdefault(names[up], set()).update(texts)
    found, open_ = set(first), list(first)
    while open_:
        more = (made_of.get(open_.pop(), set()) & {*names.values()}) - found
        found |= more
        open_ += more
    return [at for at in rows if names[at] in found] if first else rows


def _heads(table: Table, rows: Sequence[int], amounts: Quantities) -> dict[int, _Head]:
    """Return what each head tells, of those that tell a number above zero."""
    used = _used(table, amounts)
    found = {}
    for at in rows:
        count, unit = amounts.counted[at], amounts.units[at]
        if count is not None and count > 0:
            uses = used.get(table.bills.heads[at], set())
            known = units.measures(unit)
            per = tuple(sorted(uses)) or ((_WHOLES.get(known, unit),) if known else ())
            found[at] = _Head(count, unit if known else "", per, _times(unit, per) if known else 1.0, bool(uses))
    return found


def _used(table: Table, amounts: Quantities) -> dict[str, set[str]]:
    """Return the units in which the rows of a table use what its bills make."""
    heads = table.bills.heads
    wanted = {*heads.values()}
    found: dict[str, set[str]] = {}
    for field in ("code", "name"):
        for at, text in enumerate(table.texts(field, range(len(table)))):
            if text in wanted and at not in heads and units.measures(amounts.units[at]):
                found.setdefault(text, set()).add(amounts.units[at])
    return found


def _times(unit: str, per: Sequence[str]) -> float | None:
    """Return how many of the units of its uses one of what a head tells is; None where these are not alike."""
    if any(units.measures(each) != units.measures(unit) for each in per):
        return None
    found = {units.factor(unit, each) for each in per}
    return found.pop() if len(found) == 1 else None


def _unread(table: Table, rows: Sequence[int], amounts: Quantities) -> Iterator[Problem]:
    """Ask about the first head that tells what nobody can read: its lines may be for anything."""
    for at, text in unread(table, rows, amounts):
        yield problem("import-head-unread", table.place(at, _field(table)), item=table.bills.heads[at], text=text)
        return


def unread(table: Table, rows: Sequence[int], amounts: Quantities) -> Iterator[tuple[int, str]]:
    """Yield the rows that tell what nobody can read for how much there is of them, each with that."""
    field = _field(table)
    cells, written = table.texts(field, rows), table.texts("unit", rows)
    columns = {*table.columns.get(field, ()), *table.columns.get("unit", ())}
    errors = {fault.row: str(fault.problem.facts.get("error", "=")) for fault in table.faults
              if fault.column in columns}  # fmt: skip
    for at, cell, unit in zip(rows, cells, written, strict=True):
        found, is_error = amounts.problems.get(at), table.at[at] in errors
        is_odd = cell and (amounts.counted[at] == 0 or (found and found.code != "import-no-unit"))
        if is_error or is_odd:
            yield at, errors.get(table.at[at]) or f"{cell} {unit}".strip()


def _field(table: Table) -> str:
    return "quantity" if table.has("quantity") or not table.has("total_quantity") else "total_quantity"


def _asked(table: Table, heads: Mapping[int, _Head]) -> Iterator[Problem]:
    """Ask whether lines are for all that the first head tells which tells several, or for one of it."""
    at = next((at for at, one in heads.items() if not one.is_one and one.times is not None), None)
    if at is not None:
        one = heads[at]
        count, single, per = (_amount(*each) for each in ((one.much, one.unit), (1, one.unit), (1, one.per[:1] or "")))
        facts = {"count": count, "one": single, "per": per, "item": table.bills.heads[at]}
        may_be_parts = len(heads) > 1 and not any(each.is_part for each in heads.values())
        outlined = _outlined(table) if may_be_parts else {}
        yield problem(f"import-head-quantity{'-or' if outlined else ''}", table.place(at, _field(table)), (),
                      **facts, **outlined)  # fmt: skip


def _outlined(table: Table) -> Mapping[str, str]:
    """Return the captions of the two columns that outline one product, where heads and parts stand in one each."""
    owner = next((field for field in OWNERS if table.has(field)), "")
    naming = [field for field in ("code", "name") if table.has(field)]
    if len(naming) != 1 or not owner:
        return {}
    return {"owner": table.called(table.columns[owner][0]), "part": table.called(table.columns[naming[0]][0])}


def _unfit(table: Table, at: int, head: _Head) -> Problem:
    return problem("import-head-unit", table.place(at, "unit"), item=table.bills.heads[at], unit=head.unit,
                   other=", ".join(head.per))  # fmt: skip


def _amount(count: float, unit: str | Sequence[str]) -> str:
    unit = "".join(unit)
    return f"{count:g}" if unit in {"", ITEM} else f"{count:g} {unit}"
