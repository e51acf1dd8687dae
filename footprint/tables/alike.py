"""Rows of a large sheet found cell by cell among those met before: cells that are written alike hold the same.

A row is split at its number, which leaves what stands between one address and the next: a cell, and the column of the
cell after it. In a list most of these occur again and again. One that was not met before is held against the grammar of
`footprint.tables.plain` and read by calamine, once; where most are new, calamine is the faster to read them all.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from operator import lt
from typing import NamedTuple, TypeVar

from footprint.model.sheets import Cell
from footprint.tables.address import column_number
from footprint.tables.limits import MAX_COLUMNS, MAX_ROWS, MAX_TEXT
from footprint.tables.packed import stored_pieces
from footprint.tables.plain import BODY, ROW_LOOK, STYLE
from footprint.tables.values import SHEET_END, SHEET_START, Common, column, opened

ROW = b'<row r="'
_LEAST = 1 << 20
"""Bytes of rows looked up at once, more if the formats are long, for these are read with each."""
_MOST_KNOWN = 1 << 17
_PATIENCE = 8
_NUMBER = re.compile(rb'([1-9][0-9]{0,6})"')
_NEXT = rb'(?:<c r="([A-Z]{1,3})|</row>[ \t\r\n]*+)'
_CELL = re.compile(rb"(%s(?:%s))%s" % (STYLE, BODY, _NEXT))
_OPENING = re.compile(rb"%s(?:/>[ \t\r\n]*+|>%s)" % (ROW_LOOK, _NEXT))
_WORD = re.compile(rb'%s t="inlineStr"%s><is><t>([0-9A-Za-z]++)</t></is></c>%s' % (STYLE, STYLE, _NEXT))
"""A text that is what it is: there is nothing in it to be understood."""
_TYPE = b't="s"'
_SHARED = re.compile(rb'%s t="s"%s><v>([0-9]++)' % (STYLE, STYLE))
_FORMULA = b"<f"
Places = tuple[int, ...]
K = TypeVar("K", bound=Hashable)
_BEFORE, _OF_ROW = b"<", b">"
"""What is said to follow on the nothing before the number of a row, and, with the first column, on what opens it."""


class Rows(NamedTuple):
    """Rows of a sheet, from column A on: ``rows[0]`` is row ``first``, from zero; none reaches past ``columns``.

    ``text``: the bytes of shared texts that they show, where these are counted.
    """

    first: int
    rows: list[tuple[Cell, ...]]
    columns: int
    text: int = 0


class _Group(NamedTuple):
    """Lines of one length, by their positions: their pieces by column, and those that occur in each."""

    positions: Sequence[int]
    columns: Sequence[Sequence[bytes]]
    kinds: Sequence[set[bytes]]


class Alike:
    """Looks up the cells of one sheet. ``lengths``: the bytes of each shared text; ``counted``: add up what is shown.

    ``wanted``: how many bytes of rows to look up at once, 0 for no more.
    """

    def __init__(
        self, common: Common, lengths: Sequence[int] = (), *, counted: bool = False, unless: bool = False
    ) -> None:
        self._common, self._lengths, self._counted = common, lengths, counted
        self._texts: Sequence[Cell] = ()
        self._values: dict[bytes, Cell] = {}
        self._after: dict[bytes, bytes] = {}
        self._shown: dict[bytes, int] = {}
        self._last = 0
        self._patience = _PATIENCE
        none = unless or len(lengths) > MAX_ROWS or sum(lengths) > MAX_TEXT
        self.wanted = 0 if none else max(_LEAST, 4 * common.styles.size if common.styles else 0)

    def look_up(self, written: bytes, most: int) -> Rows | None:
        """Return the rows that are ``written``; None where they are not plain enough, out of order, or mostly new.

        ``most``: the cells that they may reach over, counted from A1.
        """
        found = self._rows(written, most)
        if found is None:
            self._patience -= 1
            self.wanted = self.wanted if self._patience else 0
        if len(self._after) > _MOST_KNOWN or not self.wanted:
            self._values.clear()
            self._after.clear()
            self._shown.clear()
        return found

    def _rows(self, written: bytes, most: int) -> Rows | None:
        number = _NUMBER.match(written, len(ROW))
        first = int(number[1]) if number else 0
        lines = _split(written, first) if first > self._last else []
        groups = [_group(lines, positions) for positions in _by(map(len, lines)).values()]
        if not lines or not self._learn(groups):
            return None
        self._last = first - 1 + len(lines)
        shaped = [*chain.from_iterable(self._shaped(lines, group) for group in groups)]
        columns = max((places[-1] + 1 for _, places in shaped if places), default=1)
        if columns * self._last > most or any(places is None for _, places in shaped):
            return None
        rows: list[tuple[Cell, ...]] = [()] * len(lines)
        for group, places in shaped:
            for position, row in zip(group.positions, self._placed(group, places or ()), strict=False):
                rows[position] = row
        return Rows(first - 1, rows, columns, sum(map(self._text, groups)))

    def _shaped(self, lines: Sequence[Sequence[bytes]], group: _Group) -> Iterator[tuple[_Group, Places | None]]:
        """Yield the rows of a group by the columns they have cells in, from zero; None where these are odd."""
        after = self._after
        follow = [{*map(after.__getitem__, kind)} for kind in group.kinds]
        if all(len(each) == 1 for each in follow):
            yield group, _places([each.pop() for each in follow])
            return
        shapes = _by(tuple(after[piece] for piece in lines[position]) for position in group.positions)
        for shape, within in shapes.items():
            yield _group(lines, [group.positions[at] for at in within]), _places(shape)

    def _placed(self, group: _Group, places: Places) -> Iterator[tuple[Cell, ...]]:
        """Yield the rows of a group whose cells have their places."""
        columns: list[Iterable[Cell]] = [repeat(None)] * (places[-1] + 1 if places else 0)
        for place, pieces, kind in zip(places, group.columns[2:], group.kinds[2:], strict=True):
            cells = map(self._values.__getitem__, pieces)
            columns[place] = repeat(next(cells)) if len(kind) == 1 else cells
        return zip(*columns, strict=False)

    def _text(self, group: _Group) -> int:
        """Return the bytes of the shared texts that rows show, if they are counted."""
        shown = self._shown
        return sum(shown.get(piece, 0) for column in group.columns for piece in column) if shown else 0

    def _learn(self, groups: Sequence[_Group]) -> bool:
        """Get to know the pieces of some rows; False where one is odd, or more than half of them are new."""
        after = self._after
        new = set[bytes]().union(*(kind.difference(after) for group in groups for kind in group.kinds))
        if len(new) * 2 > sum(len(group.positions) * len(group.columns) for group in groups):
            return False
        cells: dict[bytes, bytes] = {}
        for piece in new:
            word = _WORD.fullmatch(piece)
            if word:
                self._values[piece], after[piece] = word[1].decode(), word[2] or b""
                continue
            cell = _CELL.fullmatch(piece)
            opening = None if cell else _OPENING.fullmatch(piece)
            if cell and _FORMULA not in piece:
                cells[piece] = cell[1]
                after[piece] = cell[2] or b""
            elif opening or not piece:
                after[piece] = _OF_ROW + (opening[1] or b"") if opening else _BEFORE
            else:
                return self._forget(cells)
        return self._read(cells) or self._forget(cells)

    def _forget(self, cells: Iterable[bytes]) -> bool:
        """Forget cells whose values are not known yet."""
        for piece in cells:
            del self._after[piece]
        return False

    def _read(self, cells: Mapping[bytes, bytes]) -> bool:
        """Read cells, each as it is written within a piece; False where a shared text is none."""
        shared = {piece: int(found[1]) for piece in cells if _TYPE in piece and (found := _SHARED.match(piece))}
        if max(shared.values(), default=-1) >= len(self._lengths) or len(cells) > MAX_ROWS:
            return False
        if shared and not self._texts:
            self._texts = _column(self._common, [b' t="s"><v>%d</v></c>' % n for n in range(len(self._lengths))])
        others = [piece for piece in cells if piece not in shared]
        values = _column(self._common._replace(strings=None), [cells[piece] for piece in others])
        self._values.update(zip(others, values, strict=True))
        self._values.update((piece, self._texts[index]) for piece, index in shared.items())
        if self._counted:
            self._shown.update((piece, self._lengths[index]) for piece, index in shared.items())
        return True


def _by(keys: Iterable[K]) -> dict[K, list[int]]:
    """Return the positions of each key."""
    found: defaultdict[K, list[int]] = defaultdict(list)
    for position, each in enumerate(keys):
        found[each].append(position)
    return found


def _group(lines: Sequence[Sequence[bytes]], positions: Sequence[int]) -> _Group:
    columns = [*zip(*map(lines.__getitem__, positions), strict=True)]
    return _Group(positions, columns, [*map(set, columns)])


def _split(written: bytes, number: int) -> list[list[bytes]]:
    """Return rows from ``number`` on, each split at its number, empty ones for those left out; none out of order."""
    found: list[list[bytes]] = []
    for line in written.split(ROW)[1:]:
        pieces = line.split(b'%d"' % number)
        if pieces[0]:
            said = _NUMBER.match(line)
            ahead = int(said[1]) - number if said else -1
            if said is None or not 0 <= ahead <= MAX_ROWS:
                return []
            found += [[]] * ahead
            number += ahead
            pieces = line.split(said[0])
        found.append(pieces)
        number += 1
    return found if number <= MAX_ROWS + 1 else []


def _places(shape: Sequence[bytes]) -> Places | None:
    """Return the columns of a row, from zero, by what follows on each of its pieces; None if it is odd."""
    if not shape:
        return ()
    before, opening, *after = shape if len(shape) > 1 else (b"", b"")
    columns = [opening.removeprefix(_OF_ROW), *after]
    if before != _BEFORE or not opening.startswith(_OF_ROW) or columns.pop() or not all(map(bytes.isalpha, columns)):
        return None
    found = tuple(column_number(letters.decode()) - 1 for letters in columns)
    return found if all(map(lt, found, found[1:])) and max(found, default=0) < MAX_COLUMNS else None


def _column(common: Common, cells: Sequence[bytes]) -> list[Cell]:
    """Return what calamine reads of cells, written without their places."""
    if not cells:
        return []
    written = [b'<row r="%d"><c r="A%d"%s</row>' % (number, number, cell) for number, cell in enumerate(cells, 1)]
    pieces = (SHEET_START, b"".join(written), SHEET_END)
    read = column(opened(common, [stored_pieces("", pieces)]).get_sheet_by_index(0))
    return [*read, *[None] * (len(cells) - len(read))]
