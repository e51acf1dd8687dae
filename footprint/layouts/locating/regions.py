"""Where the tables of a sheet stand: header rows, columns and what they mean, and what stands around them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from footprint.errors import WorkbookError, problem
from footprint.layouts.locating import titles, unit_rows
from footprint.layouts.locating.assigning import LONG, SAMPLE, Columns, Lookup, assigned, said_over
from footprint.layouts.locating.children import children
from footprint.layouts.locating.instead import counted
from footprint.layouts.locating.marks import holds_values
from footprint.layouts.locating.twins import twice
from footprint.layouts.locating.wholes import NAMES
from footprint.layouts.naming import headers
from footprint.layouts.naming.merged import MOST_COLUMNS, MOST_HEADER_ROWS, called_by_number, merged
from footprint.model.sheets import Cell, Sheet
from footprint.provenance import Place
from footprint.tables.typed.grid import corners, is_blank

WITHIN = 60
"""Rows from the top of a sheet among which its first header is looked for."""
MOST_TABLES = 2_000
"""Tables of one sheet."""
Corners = tuple[int, int, int, int]
"""Top, left, bottom, right of a range, from zero."""
_AMOUNTS = frozenset({"quantity", "total_quantity", "mass", "total_mass", "gross_mass", "designator"})
_MEASURED = frozenset({"mass", "length", "number", "area", "volume"})
_LEAST_FIELDS = 2


class Header(NamedTuple):
    """The header of a table: its rows, and its columns, from zero.

    ``columns``: field -> its columns; ``units``: column -> the unit in its caption; ``captions``: column -> caption;
    ``whole``: those of documents that hold it, where it is an inner table; ``outer``: those that say in one row what
    holds for those below, up to the next that says anything; ``leads``: a row follows that is not blank;
    ``owners``: the columns of a parent that are called as those of its parts.
    """

    top: int
    bottom: int
    columns: Mapping[str, tuple[int, ...]]
    units: Mapping[int, str]
    captions: Mapping[int, str]
    whole: frozenset[int] = frozenset()
    outer: frozenset[int] = frozenset()
    leads: bool = True
    owners: frozenset[int] = frozenset()

    @property
    def weight(self) -> tuple[int, bool, int]:
        """How surely this is a header: the fields it names, whether a row follows, then how few rows it takes."""
        return len(self.columns), self.leads, self.top - self.bottom

    @property
    def unused(self) -> tuple[int, ...]:
        """The columns that mean nothing known."""
        used = {at for ats in self.columns.values() for at in ats}
        return tuple(at for at in self.captions if at not in used)


class Region(NamedTuple):
    """A table of a sheet: its header, and its rows from ``start`` to ``end``, not included.

    ``merged``: the ranges that begin in these rows, as `corners`; ``faulty``: the cells there without a value;
    ``above``: the rows of its title; ``title``: the code that a text there tells it by; ``heading``: the text there,
    where the same header stands below another one, too.
    """

    header: Header
    start: int
    end: int
    merged: Sequence[Corners] = ()
    faulty: Sequence[str] = ()
    above: range = range(0)
    title: str = ""
    heading: str = ""


def regions(sheet: Sheet, meant: Lookup = headers.meant) -> tuple[Region, ...]:
    """Return the tables of a sheet, from its top, those side by side from the left.

    ``meant`` tells what a caption says.
    """
    found = list(islice(_Search(sheet, meant).headers(), MOST_TABLES + 1))
    if len(found) > MOST_TABLES:
        raise WorkbookError(problem("import-too-many-tables", Place(sheet.file, sheet.name), limit=MOST_TABLES))
    if not found:
        return ()
    tops = sorted({header.top for header in found})
    ends = dict(zip(tops, [*tops, len(sheet.rows)][1:], strict=True))
    ranges = sorted(map(corners, dict.fromkeys(sheet.merged)))
    faulty = sorted((corners(each)[0], each) for each in sheet.errors.keys() | sheet.uncached)
    return tuple(
        part._replace(merged=ranges[bisect_left(ranges, (part.start,)) : bisect_left(ranges, (part.end,))],
                      faulty=[each for _, each in faulty[bisect_left(faulty, (part.start,)) :
                                                         bisect_left(faulty, (part.end,))]])
        for part in _parted(sheet, found, ends)
    )  # fmt: skip


def _parted(sheet: Sheet, found: Sequence[Header], ends: Mapping[int, int]) -> Iterator[Region]:
    """Yield the tables under some headers, parted where titles name other products, each with the rows of its title."""
    tops = sorted(ends)
    bottoms = {header.top: header.bottom for header in found}
    above = {top: titles.above(sheet, before + 1, top)
             for top, before in zip(tops, [-1, *(bottoms[top] for top in tops)], strict=False)}  # fmt: skip
    starts = {top: above[after].start for top, after in pairwise(tops)
              if above[after].start > bottoms[top]}  # fmt: skip
    beside = Counter(header.top for header in found)
    for header in found:
        end = min(starts.get(header.top, ends[header.top]), ends[header.top])
        if beside[header.top] > 1:
            yield Region(header, header.bottom + 1, end, above=above[header.top])
            continue
        for one in titles.stretches(sheet, above[header.top], header.top, header.bottom, end):
            own = header._replace(top=one.top, bottom=one.bottom)
            yield Region(own, one.start, one.end, above=one.above)


class _Search:
    """Looks for the headers of one sheet."""

    def __init__(self, sheet: Sheet, meant: Lookup) -> None:
        self._sheet, self._meant = sheet, meant
        self._rows = sheet.rows
        self._merged = merged(sheet)
        self._last: dict[tuple[int, int], list[Header]] = {}
        self._down = [area for area in map(corners, sheet.merged) if area[0] < area[2] < area[0] + MOST_HEADER_ROWS]

    def headers(self) -> Iterator[Header]:
        """Yield the best headers within the first rows, side by side, then those of further tables below."""
        first = self._best(0, min(WITHIN, len(self._rows)))
        if not first:
            return
        yield from self._above(first[0].top)
        first = [self._with_units(self._in_two_languages(self._deepened(first[0])))] if len(first) == 1 else first
        yield from first
        before = first
        for start in self._openings(first[0].bottom + 1):
            found = self._best(start, min(start + MOST_HEADER_ROWS + 1, len(self._rows)))
            if found and [h.captions for h in found] != [h.captions for h in before]:
                yield from [self._with_units(self._in_two_languages(found[0]))] if len(found) == 1 else found
                before = found

    def _above(self, end: int) -> list[Header]:
        """Return the headers of tables above the best one, the highest first: captions over rows with numbers."""
        found = self._best(0, end)
        if not found:
            return []
        if not self._is_over_numbers(found, end):
            return self._above(found[0].top)
        return [*self._above(found[0].top), *found]

    def _is_over_numbers(self, found: list[Header], end: int) -> bool:
        """Tell whether most of a row means something, and numbers stand below: what is said of a product does not."""
        bottom = found[0].bottom
        filled = sum(cell is not None for cell in self._rows[bottom][:MOST_COLUMNS])
        known = sum(len(header.captions) - len(header.unused) for header in found)
        amounts = [at for header in found for field in _AMOUNTS for at in header.columns.get(field, ())]
        below = self._rows[bottom + 1 : end]
        return known * 2 > filled and any(isinstance(row[at], float) for row in below for at in amounts)

    def _deepened(self, header: Header) -> Header:
        """Return a header with the rows below that its captions are merged into, where these hold captions, too."""
        reached = [bottom for top, left, bottom, right in self._down if top <= header.bottom < bottom and left == right
                   and left in header.captions]  # fmt: skip
        bottom = max(reached, default=header.bottom)
        if bottom - header.top >= MOST_HEADER_ROWS or len(reached) < _LEAST_FIELDS:
            return header
        texts = self._texts(header.top, bottom) if bottom > header.bottom else None
        return (texts and self._header(header.top, bottom, {at: texts[at] for at in header.captions})) or header

    def _in_two_languages(self, header: Header) -> Header:
        """Return a header with the row below that says the same of most of its columns, in words that it has not."""
        row = self._rows[header.bottom + 1] if header.bottom + 1 < len(self._rows) else ()
        texts = {at: cell for at, cell in enumerate(row[:MOST_COLUMNS]) if cell is not None and cell != ""}
        if len(texts) <= _LEAST_FIELDS or not all(isinstance(cell, str) for cell in texts.values()):
            return header
        own = {at: {*self._meant(caption).fields} for at, caption in header.captions.items()}
        same = [at for at, cell in texts.items() if own.get(at, set()) & {*self._meant(str(cell)).fields}
                and str(cell).strip() != header.captions[at].strip()]  # fmt: skip
        is_said = len(same) > _LEAST_FIELDS and 2 * len(same) > len(texts)
        return header._replace(bottom=header.bottom + 1) if is_said else header

    def _with_units(self, header: Header) -> Header:
        """Return a header with the row below that holds nothing but the units of its columns."""
        row = self._rows[header.bottom + 1] if header.bottom + 1 < len(self._rows) else ()
        found = unit_rows.below(row, header.columns, header.captions)
        told = {at: unit for at, unit in found.items() if not header.units.get(at)}
        return header._replace(bottom=header.bottom + 1, units={**header.units, **told}) if found else header

    def _openings(self, start: int) -> Iterator[int]:
        """Yield the rows below ``start`` that follow a blank one: where a further table may begin."""
        blank, filled = False, 0
        for index in range(start, len(self._rows)):
            row = self._rows[index]
            if not blank and isinstance(row[filled], float):
                continue
            if is_blank(row):
                blank = True
                continue
            if blank:
                yield index
            blank, filled = False, next((at for at, cell in enumerate(row) if isinstance(cell, float)), filled)

    def _best(self, start: int, end: int) -> list[Header]:
        """Return the header between two rows, in parts where tables stand side by side; the earliest of the best."""
        best: list[Header] = []
        for top in range(start, end):
            parts: list[Header] = []
            for bottom in range(top, min(top + MOST_HEADER_ROWS, end)):
                texts = self._texts(top, bottom)
                is_further = bottom == top or self._holds_captions(bottom)
                if texts is None or (parts and not is_further) or any(
                    holds_values(self._rows[bottom], h.columns, self._meant) for h in parts
                ):
                    break
                if not is_further:
                    continue
                parts = self._headers(top, bottom, texts)
                if parts and max(h.weight for h in parts) > max((h.weight for h in best), default=(0, False, 0)):
                    best = parts
        return best

    def _holds_captions(self, at: int) -> bool:
        """Tell whether a row below a header may be a further one of it: a text there means something."""
        return any(isinstance(cell, str) and self._meant(cell).fields for cell in self._rows[at][:MOST_COLUMNS])

    def _texts(self, top: int, bottom: int) -> dict[int, list[str]] | None:
        """Return the texts over each column in some rows, merged ones over all theirs; None if a row has numbers."""
        found: dict[int, list[str]] = {}
        for index in range(top, bottom + 1):
            row: Sequence[Cell] = self._rows[index][:MOST_COLUMNS]
            row = called_by_number(row) if index == top else row
            numbers = sum(isinstance(cell, float) for cell in row)
            if numbers > 1 or (numbers and index > top) or (index < bottom and titles.is_title(self._rows[index])):
                return None
            if is_blank(row) and not any((index, at) in self._merged for at in range(len(row))):
                return None
            for at, own in enumerate(row):
                cell = self._merged.get((index, at), own)
                if isinstance(cell, str) and cell.strip() and cell not in found.setdefault(at, []):
                    found[at].append(cell)
        return {at: texts for at, texts in found.items() if texts}

    def _parts(self, bottom: int, texts: Mapping[int, list[str]]) -> list[Mapping[int, list[str]]]:
        """Return a row of headers whole, or parted at empty columns where more than one side is a table of its own."""
        runs: list[dict[int, list[str]]] = []
        for at in sorted(texts):
            if not runs or at - 1 not in runs[-1]:
                runs.append({})
            runs[-1][at] = texts[at]
        complete = [run for run in runs if self._is_bill(self._columns(bottom, run)[0], run)] if len(runs) > 1 else []
        return [*runs] if len(complete) > 1 else [texts]

    def _headers(self, top: int, bottom: int, texts: Mapping[int, list[str]]) -> list[Header]:
        """Return the headers in some rows, one where tables do not stand side by side; the last ones are kept."""
        if (top, bottom) not in self._last:
            self._last = {rows: held for rows, held in self._last.items() if top - rows[0] <= MOST_HEADER_ROWS}
            found = (self._header(top, bottom, part) for part in self._parts(bottom, texts))
            self._last[top, bottom] = [header for header in found if header is not None]
        return self._last[top, bottom]

    def _header(self, top: int, bottom: int, texts: Mapping[int, list[str]]) -> Header | None:
        columns, units = self._columns(bottom, texts)
        if not self._is_bill(columns, texts):
            return None
        apart = self._told_apart(top, texts)
        if apart is not texts:
            texts, (columns, units) = apart, self._columns(bottom, apart)
        columns = counted(columns, {at: texts[at][-1] for at in texts})
        for at in texts.keys() - units.keys():
            said = (self._meant(text).unit for text in texts[at])
            own = next(filter(None, said), "" if self._meant(texts[at][-1]).fields else unit_rows.unit(texts[at][-1]))
            units[at] = own or self._unit_above(range(max(top - 1, 0), bottom), at, columns)
        captions = {at: " ".join(" ".join(text.split()) for text in texts[at]) for at in sorted(texts)}
        inner = children({at: said[-1] for at, said in texts.items()}, self._below(bottom)[:SAMPLE])
        owners = twice(columns, captions)
        leads = bottom + 1 < len(self._rows) and not is_blank(self._rows[bottom + 1])
        return Header(top, bottom, columns, units, captions, frozenset(inner.whole), inner.outer, leads, owners)

    def _is_bill(self, columns: Mapping[str, tuple[int, ...]], texts: Mapping[int, list[str]]) -> bool:
        """Tell whether columns make a bill: what names rows and is stated to, or an amount or two more of any kind."""
        named, counted = NAMES & columns.keys(), _AMOUNTS & columns.keys()
        if any(said_over(texts[at], self._meant).is_stated for field in named for at in columns[field]):
            return True
        return bool(named) and len(columns) >= _LEAST_FIELDS and (bool(counted) or len(columns) > _LEAST_FIELDS)

    def _told_apart(self, top: int, texts: Mapping[int, list[str]]) -> Mapping[int, list[str]]:
        """Return the texts over each column, quantities of one caption with what stands above: ``P1 用量, P2 用量``."""
        same = Counter(texts[at][-1] for at in texts
                       if {"quantity", "total_quantity"} & {*said_over(texts[at], self._meant).fields})  # fmt: skip
        again = [at for at in texts if same[texts[at][-1]] > 1]
        row = self._rows[top - 1] if top and again else ()
        above = {at: self._merged.get((top - 1, at)) or row[at] for at in again if at < len(row)}
        fronts = {at: text.strip() for at, text in above.items() if isinstance(text, str) and text.strip()}
        if len({*fronts.values()}) < max(len(again), 2):
            return texts
        return {at: [fronts[at], *each] if at in fronts else each for at, each in texts.items()}

    def _unit_above(self, rows: Sequence[int], at: int, columns: Mapping[str, tuple[int, ...]]) -> str:
        """Return the unit that stands above a header in some rows, over it or left of it, over columns of its kind."""
        types = headers.types()
        own = next((types[field] for field, ats in columns.items() if at in ats), "")
        for index in reversed(rows) if own in _MEASURED else ():
            above = self._merged.get((index, at)) or next((c for c in self._rows[index][at::-1] if c is not None), None)
            meant = self._meant(above) if isinstance(above, str) else headers.NOTHING
            if meant.unit and types[meant.fields[0]] == own:
                return meant.unit
        return ""

    def _columns(self, bottom: int, texts: Mapping[int, list[str]]) -> tuple[Columns, dict[int, str]]:
        return assigned(texts, self._below(bottom), self._meant)

    def _below(self, bottom: int) -> Sequence[tuple[Cell, ...]]:
        return self._rows[bottom + 1 : bottom + 1 + LONG]
