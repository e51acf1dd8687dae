"""Several bills of one assembly in one table, by plant, usage or version: one of them counts, or which is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from footprint.errors import Problem, problem
from footprint.layouts.locating.flags import Left
from footprint.layouts.locating.table import Table
from footprint.layouts.locating.titles import OF_PRODUCT
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.layout import ALL, FIRST, Layout
from footprint.layouts.naming.sayings import are_flags, word

FIELDS = ("plant", "bom_usage", "version")
_SHOWN = 5
"""Bills that are named."""
_Bills = Mapping[str, Sequence[int]]
"""The rows of each bill of an assembly, by how it is called."""


def other(table: Table, left: Left, layout: Layout, above: Mapping[int, object]) -> Iterator[int]:
    """Yield the rows of other bills than the one stated; of bills that are alike those of all but the first."""
    named = products(table, left)
    if layout.constants.get("repeated", "") == FIRST and (others := _again(table)):
        yield from (at for at in left if table.under[at] in others)
    if chosen := _chosen(table, named, layout):
        yield from (at for at, name in named.items() if word(name) != chosen)
    for field in FIELDS:
        wanted = word(layout.constants.get(field, ""))
        cells = table.field(field)
        if wanted and wanted != ALL:
            yield from (at for at in left if word(cells[at]) not in {wanted, ""})
        for bills in () if wanted else _several(table, left, field, above):
            if _are_alike(table, bills):
                yield from (at for rows in [*bills.values()][1:] for at in rows)


def asked(table: Table, left: Left, layout: Layout, above: Mapping[int, object]) -> Iterator[Problem]:
    """Ask which bill is meant where several are told, and nobody says which; or where the one stated is not there."""
    yield from _of_products(table, left, layout)
    yield from _of_heads(table, layout)
    for field in FIELDS:
        wanted, cells = layout.constants.get(field, ""), table.field(field)
        if wanted and table.has(field) and word(wanted) not in {ALL, *map(word, cells)}:
            told = some([as_text(cell) for cell in cells])
            yield problem("import-no-such-bill", table.place(0, field), stated=f"{field}={wanted}", names=told)
        for bills in () if wanted else _several(table, left, field, above):
            if not _are_alike(table, bills):
                second = [*bills.values()][1][0]
                names = [as_text(cells[rows[0]]) for rows in bills.values()]
                yield problem("import-several-bills", table.place(second, field), caption=table.caption(field),
                              names=some(names), field=field, first=names[0])  # fmt: skip
                break


def products(table: Table, left: Left) -> dict[int, str]:
    """Return the product that a column names for each row, as above where it is empty; none where that is one product.

    One of yes and no names nothing.
    """
    cells = table.field(OF_PRODUCT) if table.has(OF_PRODUCT) else ()
    if len({*cells} - {None}) < 2 or are_flags(cells):
        return {}
    found: dict[int, str] = {}
    name = ""
    for at in left:
        name = as_text(cells[at]) or name
        found[at] = name
    return found if len({*found.values()} - {""}) > 1 else {}


def _chosen(table: Table, named: Mapping[int, str], layout: Layout) -> str:
    """Return which product of a column is stated, "" for none: by its name, or by what has parts in no other."""
    wanted = word(layout.constants.get("product", ""))
    if wanted in {word(name) for name in named.values()}:
        return wanted
    above = table.field("parent")
    of = {word(name) for at, name in named.items() if above[at] is not None and word(above[at]) == wanted}
    return of.pop() if len(of) == 1 else ""


def tells(table: Table, left: Left, product: str) -> bool:
    """Tell whether a column that names several products calls the product of some rows so."""
    return word(product) in {word(name) for name in products(table, left).values()}


def _of_products(table: Table, left: Left, layout: Layout) -> Iterator[Problem]:
    """Ask which product is meant where a column names several; ``all``: they are parts of one.

    One with another text in each row may as well name the rows.
    """
    named, wanted = products(table, left), word(layout.constants.get("product", ""))
    every = [*dict.fromkeys(filter(None, named.values()))]
    if every and wanted != ALL and not _chosen(table, named, layout):
        second = next(at for at, name in named.items() if name == every[1])
        code = "import-column-names" if len(every) == len(named) else "import-column-products"
        yield problem(code, table.place(second, OF_PRODUCT), caption=table.caption(OF_PRODUCT), names=some(every),
                      first=every[0])  # fmt: skip


def _of_heads(table: Table, layout: Layout) -> Iterator[Problem]:
    """Ask which bill counts where two have a head of the same name."""
    if "repeated" not in layout.constants:
        for at, first in [*_again(table).items()][:1]:
            yield problem("import-head-twice", table.place(at), item=table.bills.heads[at], other=table.place(first))


def _again(table: Table) -> dict[int, int]:
    """Return the heads of bills with the name of one above, each with the first of these."""
    first: dict[str, int] = {}
    told = {at: first.setdefault(name, at) for at, name in table.bills.heads.items()}
    return {at: one for at, one in told.items() if at != one}


def some(names: Sequence[str]) -> str:
    """Return the first of some names, each once."""
    every = [*dict.fromkeys(filter(None, names))]
    return ", ".join(every[:_SHOWN]) + (" …" if len(every) > _SHOWN else "")


def _several(table: Table, left: Left, field: str, above: Mapping[int, object]) -> Iterator[_Bills]:
    """Yield the bills of each assembly that has several by a field.

    What stands between an assembly and its parts is said of the assembly; elsewhere a part must be in two bills, or the
    plant may be where it is kept, and the version its own.
    """
    cells = table.field(field) if table.has(field) else ()
    if len({*cells} - {None}) < 2:
        return
    found: dict[object, dict[str, list[int]]] = {}
    for at in left:
        if cells[at] is not None:
            found.setdefault(above.get(at), {}).setdefault(word(cells[at]), []).append(at)
    is_said_of_whole = table.has("parent") and table.has("code") and _column(table, field) < _column(table, "code")
    for bills in found.values():
        if len(bills) > 1 and (is_said_of_whole or _meet(table, bills)):
            yield bills


def _column(table: Table, field: str) -> int:
    return table.columns[field][0]


def _meet(table: Table, bills: _Bills) -> bool:
    """Tell whether a part is in more than one bill."""
    codes = table.field("code")
    told = Counter(code for rows in bills.values() for code in {word(codes[at]) for at in rows} if code)
    return any(count > 1 for count in told.values())


def _are_alike(table: Table, bills: _Bills) -> bool:
    """Tell whether bills have the same parts, and as much of each."""
    columns = [table.field(field) for field in ("code", "name", "quantity", "total_quantity", "unit")]
    first, *others = (Counter(tuple(column[at] for column in columns) for at in rows) for rows in bills.values())
    return all(each == first for each in others)
