"""Lists without a header: their columns are called by their letters, and what they mean is stated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from footprint.errors import Problem, problem
from footprint.layouts.locating.regions import Header, Region
from footprint.layouts.locating.wholes import NAMES
from footprint.layouts.naming.amounts import amount
from footprint.layouts.naming.captions import IGNORE
from footprint.layouts.naming.layout import NONE, Layout
from footprint.model.sheets import Book, Cell, Sheet
from footprint.provenance import Place, column_letters

_SAMPLE = 500


def whole(sheet: Sheet, layout: Layout) -> tuple[Region, ...]:
    """Return a sheet as one table whose captions are the letters of its columns; none where nothing is stated of them.

    Its header stands before its first row.
    """
    width = len(sheet.rows[0]) if sheet.rows else 0
    captions = {at: column_letters(at) for at in range(width)}
    columns: dict[str, tuple[int, ...]] = {}
    for at, caption in captions.items():
        field = layout.named.of(caption) or layout.columns.of(caption) or IGNORE
        if field != IGNORE:
            columns[field] = (*columns.get(field, ()), at)
    if NAMES.isdisjoint(columns):
        return ()
    return (Region(Header(-1, -1, columns, {}, captions), 0, len(sheet.rows)),)


def is_stated(layout: Layout) -> bool:
    """Tell whether it is stated that there is no header."""
    return layout.constants.get("header") == NONE


def no_table(book: Book) -> Problem:
    """Return what is said of a file without a table: what states its columns where its rows begin at once."""
    for sheet in book.sheets:
        rows = [row for row in islice(sheet.rows, _SAMPLE) if sum(cell is not None for cell in row) > 1]
        columns = [*zip(*rows, strict=True)]
        names = [at for at, column in enumerate(columns) if _are(str, column)]
        counts = [at for at, column in enumerate(columns) if _counts(column)]
        if len(rows) > 1 and names and counts:
            name, quantity = column_letters(names[0]), column_letters(counts[0])
            return problem("import-no-header", Place(book.file), name=name, quantity=quantity)
    return problem("import-no-table", Place(book.file))


def open_columns(book: Book) -> Iterator[Problem]:
    """Yield what states the columns of a file that is stated to have no header: the names, and the amounts if any."""
    for sheet in book.sheets:
        rows = [row for row in islice(sheet.rows, _SAMPLE) if any(cell is not None for cell in row)]
        columns = [[cell for cell in column if cell is not None and cell != ""] for column in zip(*rows, strict=True)]
        texts = [at for at, column in enumerate(columns) if column and _are(str, column)]
        counts = [at for at, column in enumerate(columns) if 2 * len(column) > len(rows) and _amounts(column)]
        names = [at for at in texts if at not in counts]
        if names:
            name = max(names, key=lambda at: len({*columns[at]}))
            more = f" --set columns.{column_letters(counts[0])}=quantity" if counts else " --set blank_quantity=1"
            yield problem("import-no-header-columns", Place(book.file), (), name=column_letters(name), more=more)
            return


def _amounts(column: Sequence[Cell]) -> bool:
    """Tell whether most cells are numbers, or numbers with a unit behind, and not those of the rows."""
    read = [cell if isinstance(cell, float) else found.value if (found := amount(str(cell))) else None
            for cell in column]  # fmt: skip
    known = [value for value in read if value is not None]
    is_run = len(known) > 1 and all(b - a == 1 for a, b in pairwise(known))
    return 2 * len(known) > len(column) and not is_run


def _are(kind: type, column: Sequence[Cell]) -> bool:
    return 2 * sum(isinstance(cell, kind) for cell in column) > len(column)


def _counts(column: Sequence[Cell]) -> bool:
    """Tell whether most cells are numbers, the first is, and they are not those of the rows."""
    numbers = [cell for cell in column if isinstance(cell, float)]
    first = next((cell for cell in column if cell is not None), None)
    is_run = len(numbers) > 1 and all(b - a == 1 for a, b in pairwise(numbers))
    return _are(float, column) and isinstance(first, float) and not is_run
