"""The row that is likeliest the header of a bill where none is known for one: texts over columns, numbers in one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from footprint.errors import Problem, problem
from footprint.layouts.asking.looks import are_amounts, are_names, further, names_place
from footprint.layouts.asking.owners import names_owner
from footprint.layouts.locating.assigning import SAMPLE
from footprint.layouts.locating.regions import WITHIN, regions
from footprint.layouts.measuring.likely import says_so
from footprint.layouts.naming.captions import Captions, as_written, stated, unfitting
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.merged import MOST_COLUMNS
from footprint.model.sheets import Book, Cell, Sheet
from footprint.tables.typed.grid import is_blank

_LEAST, _LONGEST, _SHOWN = 2, 60, 20
"""Captions of a table, letters of one, and captions that are named."""
_FIRST = 4
"""Filled rows among which the header of a list without numbers stands."""
_MOST = 6
"""Columns of numbers of which one may be the quantity."""
_SIZES = frozenset({"length", "width", "thickness", "height", "diameter", "depth"})
"""Fields of sizes: a column of numbers beside one that says nothing of counts may be another of them."""
_EXTENTS = frozenset({"length", "area", "volume", "mass", "total_mass"})


def asked(book: Book, layout: Layout) -> Iterator[Problem]:
    """Ask what the columns of the likeliest header of a book without a table are, if that can be read by them."""
    found = [(*row, sheet) for sheet in book.sheets if (row := _row(sheet))]
    if not found:
        return
    _, at, captions, sheet = max(found, key=lambda each: each[0])
    place = sheet.place(at)
    if wrong := [*unfitting(layout.named, Captions(), [(place, captions, ())], layout.file)]:
        yield from wrong
        return
    names = _shown(captions)
    told = next(_telling(sheet, at, captions, layout), None)
    if told:
        code = "import-no-table-but" if told["other"] else "import-no-table-amounts"
        yield problem(code, place, (), names=names, **told)


def listed(book: Book, layout: Layout) -> Iterator[Problem]:
    """Yield what states that each row is one part, for columns of texts without numbers of which a caption names parts.

    Few rows stand above that caption, and most of those below hold one.
    """
    for sheet in book.sheets:
        first = [at for at, row in enumerate(sheet.rows[:WITHIN]) if not is_blank(row)][:_FIRST]
        for at, row in ((at, sheet.rows[at]) for at in first):
            texts = {column: cell for column, cell in enumerate(row[:MOST_COLUMNS]) if cell is not None and cell != ""}
            named = next((column for column, cell in texts.items() if _names(cell, layout)), -1)
            below = _column(sheet, at, named) if named >= 0 else []
            filled = sum(not is_blank(each) for each in sheet.rows[at + 1 : at + 1 + SAMPLE])
            are_short = all(isinstance(cell, str) and len(cell) <= _LONGEST for cell in texts.values())
            if len(below) >= _LEAST and 2 * len(below) > filled and are_short:
                caption = " ".join(str(texts[named]).split())
                yield problem("import-no-table-list", sheet.place(at, named), (), one=caption,
                              field=_field(layout.meant(caption).fields, below))  # fmt: skip


def named(book: Book) -> Iterator[Problem]:
    """Ask which columns of the likeliest header name the parts and tell how much there is of each."""
    found = [(*row, sheet) for sheet in book.sheets if (row := _row(sheet))]
    if found:
        _, at, captions, sheet = max(found, key=lambda each: each[0])
        yield problem("import-no-table-names", sheet.place(at), (), names=_shown(captions))


def _shown(captions: Mapping[int, str]) -> str:
    return ", ".join([*captions.values()][:_SHOWN]) + (" …" if len(captions) > _SHOWN else "")


def _names(cell: Cell, layout: Layout) -> bool:
    return isinstance(cell, str) and not {"code", "name"}.isdisjoint(layout.meant(cell).fields)


def _row(sheet: Sheet) -> tuple[int, int, Mapping[int, str]] | None:
    """Return the row among the first with most texts side by side above numbers: how many, which, and these."""
    best = None
    for at, row in enumerate(sheet.rows[:WITHIN]):
        texts = {column: " ".join(cell.split()) for column, cell in enumerate(row[:MOST_COLUMNS])
                 if isinstance(cell, str) and cell.strip()}  # fmt: skip
        filled = sum(cell is not None and cell != "" for cell in row)
        is_header = _LEAST <= len(texts) == filled == len({*map(as_written, texts.values())})
        is_short = all(len(text) <= _LONGEST for text in texts.values())
        if is_header and is_short and len(texts) > (best[0] if best else 0) and any(_numbers(sheet, at, texts)):
            best = (len(texts), at, texts)
    return best


def _column(sheet: Sheet, at: int, column: int) -> list[Cell]:
    cells = (row[column] for row in sheet.rows[at + 1 : at + 1 + SAMPLE])
    return [cell for cell in cells if cell is not None and cell != ""]


def _numbers(sheet: Sheet, at: int, captions: Mapping[int, str]) -> Iterator[int]:
    """Yield the columns that hold numbers, those that only number the rows last."""
    numeric = {column: cells for column in captions if (cells := _column(sheet, at, column)) and are_amounts(cells)}
    yield from sorted(numeric, key=lambda column: _in_turn(numeric[column]))


def _in_turn(cells: Sequence[Cell]) -> bool:
    steps = {b - a for a, b in pairwise(cells) if isinstance(a, float) and isinstance(b, float)}
    return len(steps) == 1 and 0 not in steps


def _telling(sheet: Sheet, at: int, captions: Mapping[int, str], layout: Layout) -> Iterator[dict[str, str]]:
    """Yield the captions of a name and of a quantity by which the table is read, which of both names the former is.

    ``more``: what states what else its columns look like; ``other``: "" where nothing tells which of several, or of the
    numbers of the rows, is the quantity. None where many columns of numbers may be the quantity: the
    table is of another kind. What measures rows may be how much there is of them where nothing else is.
    """
    numeric = [*_numbers(sheet, at, captions)]
    said = {column: layout.meant(caption).fields for column, caption in captions.items()}
    open_ = [column for column in captions if not said[column] and column not in numeric]
    aside = {column for column in open_ if names_owner(captions[column]) or names_place(captions[column])}
    open_.sort(key=lambda column: (column in aside, -len({*_column(sheet, at, column)})))
    names = [*(column for column in captions if {"code", "name"} & {*said[column]}), *open_, *numeric]
    counts = [column for column in numeric if not said[column] or "quantity" in said[column]]
    counts.sort(key=lambda column: not says_so(captions[column]))
    is_open = len(counts) > 1 or (bool(counts) and _in_turn(_column(sheet, at, counts[0])))
    is_open |= bool(counts) and any(_SIZES & {*said[column][:1]} for column in numeric)
    counts = counts or [column for column in numeric if said[column][0] in _EXTENTS]
    for quantity in counts if len(counts) <= _MOST else ():
        for code in (each for each in names if each != quantity):
            field = _field(said[code], _column(sheet, at, code))
            columns = {each: _column(sheet, at, each) for each in open_ if each not in {code, quantity}}
            known = {each for fields in said.values() for each in fields[:1]}
            more = [(caption, each) for caption, each in further(columns, captions, field, has_unit="unit" in known)
                    if each not in known]  # fmt: skip
            given = stated({captions[code]: field, captions[quantity]: "quantity", **dict(more)})
            if regions(sheet, layout._replace(named=layout.named.and_(given)).meant):
                added = "".join(f' --set "columns.{caption}={each}"' for caption, each in more)
                counted = "" if is_open and not says_so(captions[quantity]) else captions[quantity]
                yield {"one": captions[code], "field": field, "other": counted, "more": added}


def _field(said: Sequence[str], cells: Sequence[Cell]) -> str:
    """Return what a column of names is: code or name as its caption says, else as its cells look."""
    if said:
        return "name" if "code" not in said else "code"
    return "name" if are_names(cells) else "code"
