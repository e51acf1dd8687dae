"""Which rows of an exported bill count: each rule names the rows it leaves out, and says so in the account.

A rule sees what the rules before it left. Its id is the word of the account; its caption stands in ``labels.csv``.
Alternatives and groups of substitutes are told apart by what the rows are part of: each assembly has its own.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from footprint.layouts.counting import dates, directions, editions, repeats, seconds
from footprint.layouts.counting.seconds import SUBSTITUTE
from footprint.layouts.locating import withdrawn
from footprint.layouts.locating.flags import Left, flagged
from footprint.layouts.locating.table import Table
from footprint.layouts.naming import headers
from footprint.layouts.naming.captions import captioned
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.sayings import FILLERS, is_filler, plain, word, words
from footprint.model.sheets import Cell

NAMED_BESIDE = "named-beside"
_SHORT = 20
"""Letters of a note that may be a word about its row."""
_BESIDE = ("position", "note", "procurement", "category", "specification", "status")
"""Fields whose cells may say nothing of their row but that it does not count."""
_CODES = frozenset({"1", "0", "x", "t", "f", "on", "off"})
"""Words for yes and no that may as well be the code of a part."""
_ALL = 1e-6
"""How far shares of a group may be from 100 % and still be all of it."""


class Asked(NamedTuple):
    """What an import asks of the rules.

    ``on``: the day the bill is for; ``above``: what each row is part of; ``usage``: the share of its quantity that is
    used, None where none is stated.
    """

    layout: Layout
    on: dt.date
    above: Mapping[int, object]
    usage: Sequence[float | None]


Rule = Callable[[Table, Left, Asked], Iterable[int]]


def filtered(table: Table, layout: Layout) -> dict[int, str]:
    """Return the rows that a map leaves out, each with the name that the map gives the rule."""
    out: dict[int, str] = {}
    for rule in layout.filters:
        at = captioned(rule.column, table.header.captions)
        cells = table.column(at) if at is not None else ()
        out |= {i: rule.rule for i, cell in enumerate(cells) if word(cell) in rule.values}
    return out


def left_out(table: Table, left: Left, asked: Asked) -> dict[int, str]:
    """Return the rows of ``left`` that do not count, each with the rule that says so."""
    out: dict[int, str] = {}
    for name, rule in RULES.items():
        left = [i for i in left if i not in out] if out else left
        out |= dict.fromkeys(rule(table, left, asked), name)
    return out


def _disabled(table: Table, left: Left, asked: Asked) -> Iterator[int]:
    yield from flagged(table, left, "disabled")
    yield from flagged(table, left, "status")
    yield from flagged(table, left, "fitted")
    yield from _unticked(table, left, asked.layout)
    yield from flagged(table, left, "procurement", words("reference"))
    yield from _said_beside(table, left, plain("dead"), withdrawn.says_so)
    yield from withdrawn.not_fitted(table, left)


def _unticked(table: Table, left: Left, layout: Layout) -> Iterator[int]:
    """Yield the rows without a tick in a column that is stated to tick those that are fitted, and says no to none."""
    for at in table.columns.get("fitted", ()) if layout.settles(table.caption("fitted")) else ():
        cells = table.column(at)
        if not any(True for _ in flagged(table, left, "fitted")):
            yield from (i for i in left if is_filler(cells[i]) and word(cells[i]) != "0")


def _comes_out(table: Table, left: Left, asked: Asked) -> Iterator[int]:
    """Yield the rows of what is made beside the product, or comes back: nothing of it is used."""
    yield from directions.out(table, left, asked.layout)
    yield from flagged(table, left, "by_product")
    for field in ("substitute_flag", "procurement", "role"):
        yield from flagged(table, left, field, words("made"))
    yield from _said_beside(table, left, plain("made"))


def _not_effective(table: Table, left: Left, asked: Asked) -> Iterator[int]:
    yield from dates.effective(table, left, asked.layout, asked.on)


def _other_bill(table: Table, left: Left, asked: Asked) -> Iterator[int]:
    yield from editions.other(table, left, asked.layout, asked.above)


def _alternative(table: Table, left: Left, asked: Asked) -> Iterator[int]:
    """Yield the rows of other alternatives of their assembly than the one wanted, or than its first."""
    cells = table.field("alternative")
    named: dict[object, dict[int, str]] = {}
    for i in left if table.has("alternative") else ():
        if cells[i] is not None:
            named.setdefault(asked.above.get(i), {})[i] = _named(word(cells[i]))
    wanted = _named(headers.normal(asked.layout.constants.get("alternative", "")))
    for names in named.values():
        chosen = wanted if wanted in names.values() else min(names.values(), key=_in_order)
        yield from (i for i, name in names.items() if name != chosen)


def _named(name: str) -> str:
    """Return what an alternative is called without the zeros that fill its number up: 01 is 1."""
    return name.lstrip("0") or name


def _in_order(name: str) -> list[tuple[bool, int, str]]:
    """Return what names are sorted by, so that 9 stands before 10."""
    parts = filter(None, re.split(r"(\d+)", name))
    return [(not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]


def _substitute(table: Table, left: Left, asked: Asked) -> Iterator[int]:
    """Yield the substitutes: flagged ones, those for another, and of a group all but those that are used."""
    taken = {*flagged(table, left, "substitute_flag")}
    taken |= seconds.beside(table, left, asked.above)
    of = table.field("substitute_of")
    said = {word(of[i]) for i in left} - FILLERS if table.has("substitute_of") else set()
    if said - _CODES and said <= words("yes") | words("no"):
        is_main = _MAIN.search(table.caption("substitute_of")) is not None
        taken |= {*flagged(table, left, "substitute_of", words("no" if is_main else "yes"))}
    elif said:
        own = table.field("code")
        taken |= {i for i in left if not is_filler(of[i]) and word(of[i]) != word(own[i])}
    taken |= {*flagged(table, left, "main_flag")}
    taken |= {*_said_beside(table, left, plain("alternate"))} | {*_named_rows(table, left, asked)}
    names = table.field("name")
    called = {name for name in {*names} if _is_called_alternate(name)}
    taken |= {i for i in left if names[i] in called} if called else set()
    taken -= _shared(table, left, asked)
    yield from taken
    order = table.field("priority")
    for rows in groups(table, [i for i in left if i not in taken], asked):
        shares = [asked.usage[i] or 0.0 for i in rows]
        best = min(rows, key=lambda i: (-(asked.usage[i] or 0.0), _number(order[i]), i))
        yield from (i for i, share in zip(rows, shares, strict=True) if not (share if is_all(shares) else i == best))


_MAIN = re.compile(r"main|primary|主料$|主料编码", re.IGNORECASE)
"""Captions of columns that say whether a row is the one that others stand for."""


def _same_place(table: Table, left: Left, asked: Asked) -> Iterator[int]:
    yield from repeats.again(table, left, asked.layout, asked.above, asked.usage)


def _said_beside(
    table: Table, left: Left, wanted: frozenset[str], says: Callable[[Cell], bool] | None = None
) -> Iterator[int]:
    """Yield the rows of which a note, number or kind says nothing but a word, or that they are it of something.

    ``says``: tells what else says nothing but that.
    """
    for cells in (table.column(at) for field in _BESIDE for at in table.columns.get(field, ())):
        short = (cell for cell in {*cells} if isinstance(cell, str) and len(cell) <= _SHORT)
        said = {cell for cell in short if word(cell).rpartition("的")[2] in wanted or (says and says(cell))}
        yield from (i for i in left if cells[i] in said) if said else ()


def _is_called_alternate(name: Cell) -> bool:
    """Tell whether a name says that it is instead of another: ``电阻B(替代)``, ``或：电阻B``."""
    if not isinstance(name, str) or len(name) > _LONGEST_NAME:
        return False
    last = _LAST.search(name)
    return _INSTEAD.match(name) is not None or (last is not None and word(last[1]) in plain("alternate"))


_LONGEST_NAME = 200
_INSTEAD = re.compile(r"\s*(?:或\s?[:：\s]|or\s?[:：])\s*\S", re.IGNORECASE)
_LAST = re.compile(r"[(（\[]([^()（）\[\]]{1,20})[)）\]]\s*$")


def _named_rows(table: Table, left: Left, asked: Asked) -> Iterator[int]:
    """Yield the rows that another of their assembly names as what may replace it; of two that do, the second."""
    columns = [table.column(at) for at in table.columns.get(SUBSTITUTE, ())]
    if all(not seconds.names(cell) for cells in columns for cell in set(cells)):
        return
    named = {i: found for i in left if (found := [word(cells[i]) for cells in columns if seconds.names(cells[i])])}
    concerned = {asked.above.get(i) for i in named}
    codes = table.field("code")
    rows: dict[tuple[object, str], list[int]] = {}
    for i in left:
        if asked.above.get(i) in concerned:
            rows.setdefault((asked.above.get(i), word(codes[i])), []).append(i)
    out: set[int] = set()
    for i, found in named.items():
        if i not in out:
            out |= {other for code in found for other in rows.get((asked.above.get(i), code), ()) if other != i}
    yield from out


def _shared(table: Table, left: Left, asked: Asked) -> set[int]:
    """Return the rows of groups whose shares are all of the quantity: these are used side by side."""
    return {i for rows in groups(table, left, asked) if is_all(asked.usage[i] or 0.0 for i in rows) for i in rows}


def is_all(shares: Iterable[float]) -> bool:
    """Tell whether shares make up 100 %, and are not one alone."""
    each = [share for share in shares if share]
    return len(each) > 1 and abs(math.fsum(each) - 1) <= _ALL


def used(table: Table, left: Left, asked: Asked) -> dict[int, float]:
    """Return the share that the quantity of a row counts with, where one is stated and is not all of it.

    Usage probability, planning per cent, 使用比例: of substitutes used side by side each counts with its share; the
    only one that is left of a group stands for all of it.
    """
    alone = {i for rows in groups(table, left, asked) if not is_all(asked.usage[i] or 0.0 for i in rows) for i in rows}
    stated = ((i, share) for i in left if (share := asked.usage[i]) is not None)
    return {i: share for i, share in stated if share != 1 and i not in alone}


def groups(table: Table, left: Left, asked: Asked) -> list[list[int]]:
    """Return the rows that stand for each other, group by group, within one assembly."""
    group = table.field("substitute_group")
    found: dict[tuple[object, str], list[int]] = {}
    for i in left if table.has("substitute_group") else ():
        if not is_filler(group[i]):
            found.setdefault((asked.above.get(i), word(group[i])), []).append(i)
    return [*found.values()]


def _number(cell: Cell) -> float:
    """Return the place of a row in its group; the last where none is stated."""
    try:
        return float(cell) if isinstance(cell, str | float) else math.inf
    except ValueError:
        return math.inf


def phantoms(table: Table) -> frozenset[int]:
    """Return the rows of phantom assemblies, which are never made or stored: their parts go into their parent.

    Told by a flag (虚拟件, 跳层, phantom), by where the part comes from (物料属性, supply or line type), or by special
    procurement 50 of SAP.
    """
    every = range(len(table))
    return frozenset((
        *flagged(table, every, "phantom"), *flagged(table, every, "procurement"),
        *flagged(table, every, "special_procurement", words("phantom") | {"50"}),
    ))  # fmt: skip


def named_beside(table: Table) -> Iterator[tuple[int, int]]:
    """Yield the row and column of each substitute that is named in a column beside what it may replace."""
    for column in table.columns.get(SUBSTITUTE, ()):
        cells = table.column(column)
        named = {cell for cell in {*cells} if seconds.names(cell)}
        yield from ((i, column) for i, cell in enumerate(cells) if cell in named) if named else ()


RULES: dict[str, Rule] = {
    "disabled": _disabled, "comes-out": _comes_out, "not-effective": _not_effective, "other-bill": _other_bill,
    "other-alternative": _alternative, SUBSTITUTE: _substitute, "same-place": _same_place,
}  # fmt: skip
"""The rules in their order."""
