"""A worksheet scanned cell by cell and written anew: what calamine reads when a sheet is not plain.

Whatever the XML looked like (prefixes, comments, CDATA, cells without addresses, errors calamine does not know), the
rewritten part holds one addressed element per filled cell and nothing else.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from footprint.provenance import column_letters
from footprint.tables.address import is_range, split
from footprint.tables.container import Container
from footprint.tables.limits import MAX_CELLS, MAX_ROWS
from footprint.tables.packed import PackedXml, escaped
from footprint.tables.scan import Scanned
from footprint.tables.xmls import Attributes, PartReader, local_name

_START = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_END = "</sheetData></worksheet>"
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_ISO = re.compile(r"[0-9TZ:.+-]+")
_TRUE = frozenset(("1", "true"))
_BOOLEANS = {"1": "1", "true": "1", "0": "0", "false": "0"}




@dataclass(slots=True)
class _Cell:
    """A cell under way: its place, what its element says, and the texts found in it."""

    row: int
    column: int
    kind: str
    style: str
    formula: bool = False
    value: str | None = None
    inline: str | None = None

    @property
    def address(self) -> str:
        return f"{column_letters(self.column - 1)}{self.row}"

    @property
    def is_uncached(self) -> bool:
        """A formula without a stored value. The empty text, stored as such, is a value."""
        stored = self.inline is not None or self.value or (self.value is not None and self.kind == "str")
        return self.formula and not stored


def rewrite(container: Container, part: str, lengths: Sequence[int]) -> Scanned:
    """Scan the worksheet ``part`` cell by cell, whatever its XML looks like; raise `WorkbookError` if malformed."""
    rewriter = _Rewriter(container.file, part, lengths)
    for piece in container.stream(part):
        rewriter.feed(piece)
        if rewriter.is_too_large:
            break  # refused by its extent: no need to see the rest
    else:
        rewriter.feed(b"", last=True)
    return rewriter.scanned()


class _Rewriter(PartReader):
    """Scans one worksheet, cell by cell."""

    def __init__(self, file: str, part: str, lengths: Sequence[int]) -> None:
        super().__init__(file, part)
        self._lengths = lengths
        self._out = PackedXml(_START)
        self._errors: dict[str, str] = {}
        self._uncached: set[str] = set()
        self._formulas: set[str] = set()
        self._hidden: set[int] = set()
        self._merged: list[str] = []
        self._rows = self._columns = self._shared_text = 0
        self._row = self._column = 0
        self._in_cells, self._had_cells, self._phonetic = False, False, False
        self._cell: _Cell | None = None
        self._text: list[str] | None = None
        self._starts: dict[str, Callable[[Attributes], None]] = {}
        self._ends: dict[str, Callable[[], None]] = {}

    @property
    def is_too_large(self) -> bool:
        """The filled cells reach farther than any sheet that is read."""
        return self._rows * self._columns > MAX_CELLS

    def scanned(self) -> Scanned:
        """Return what was found."""
        return Scanned(
            self._out.member(self.part, _END), self._rows, self._columns, self._errors, frozenset(self._uncached),
            frozenset(self._formulas), frozenset(self._hidden), tuple(self._merged), self._shared_text,
        )  # fmt: skip

    def start(self, name: str, attributes: Attributes) -> None:
        """Answer the start of an element."""
        if not self._starts:
            self._enter(name)
        handler = self._starts.get(name)
        if handler is not None:
            handler(attributes)

    def end(self, name: str) -> None:
        """Answer the end of an element."""
        handler = self._ends.get(name)
        if handler is not None:
            handler()

    def text(self, characters: str) -> None:
        """Keep the text of a value."""
        if self._text is not None:
            self._text.append(characters)

    def _enter(self, root: str) -> None:
        """Listen to the elements in the namespace of the root, under whatever prefix."""
        main = root.removesuffix(local_name(root))
        starts = {
            "worksheet": lambda _: None, "sheetData": self._start_cells, "row": self._start_row, "c": self._start_cell,
            "f": self._start_formula, "v": self._start_text, "t": self._start_text, "rPh": self._start_phonetic,
            "mergeCell": self._merge,
        }  # fmt: skip
        ends = {
            "sheetData": self._end_cells, "c": self._end_cell, "v": self._end_value, "t": self._end_inline,
            "rPh": self._end_phonetic,
        }  # fmt: skip
        self._starts = {main + local: handler for local, handler in starts.items()}
        self._ends = {main + local: handler for local, handler in ends.items()}

    def _start_cells(self, _: Attributes) -> None:
        self._in_cells, self._had_cells = not self._had_cells, True

    def _end_cells(self) -> None:
        self._in_cells = False

    def _start_row(self, attributes: Attributes) -> None:
        if not self._in_cells:
            return
        stated = attributes.get("r", str(self._row + 1))
        self._row, self._column = int(stated) if stated.isdecimal() and len(stated) < 8 else 0, 0
        if not 0 < self._row <= MAX_ROWS:
            raise self.malformed(f"row '{stated}'")
        if attributes.get("hidden") in _TRUE or _is_zero(attributes.get("ht", "")):
            self._hidden.add(self._row)

    def _start_cell(self, attributes: Attributes) -> None:
        if not self._in_cells:
            return
        stated = attributes.get("r", f"{column_letters(self._column)}{max(self._row, 1)}")
        place = split(stated)
        if place is None:
            raise self.malformed(f"cell '{stated}'")
        row, self._column = place
        style = attributes.get("s", "")
        self._cell = _Cell(row, self._column, attributes.get("t", "n"), style if style.isdecimal() else "")

    def _start_formula(self, _: Attributes) -> None:
        if self._cell is not None:
            self._cell.formula = True

    def _start_text(self, _: Attributes) -> None:
        if self._cell is not None and not self._phonetic:
            self._text = []

    def _end_value(self) -> None:
        if self._cell is not None and self._text is not None:
            self._cell.value = "".join(self._text)
        self._text = None

    def _end_inline(self) -> None:
        if self._cell is not None and self._text is not None:
            self._cell.inline = (self._cell.inline or "") + "".join(self._text)
        self._text = None

    def _start_phonetic(self, _: Attributes) -> None:
        self._phonetic = True

    def _end_phonetic(self) -> None:
        self._phonetic = False

    def _merge(self, attributes: Attributes) -> None:
        area = attributes.get("ref", "")
        if is_range(area):
            self._merged.append(area)

    def _end_cell(self) -> None:
        cell, self._cell = self._cell, None
        if cell is None:
            return
        if cell.is_uncached:
            self._uncached.add(cell.address)
        elif cell.kind == "e" and cell.value:
            self._errors[cell.address] = cell.value.strip()
        elif cell.value or cell.inline:
            self._out.write(self._element(cell))
            self._formulas.update([cell.address] if cell.formula else [])
        else:
            return
        self._rows, self._columns = max(self._rows, cell.row), max(self._columns, cell.column)

    def _element(self, cell: _Cell) -> str:
        opening = f'<c r="{cell.address}"' + (f' s="{cell.style}"' if cell.style else "")
        if cell.inline is not None:
            return f'{opening} t="inlineStr"><is><t xml:space="preserve">{escaped(cell.inline)}</t></is></c>'
        kind, value = self._typed(cell, cell.value or "")
        return f'{opening} t="{kind}"><v xml:space="preserve">{escaped(value)}</v></c>'

    def _typed(self, cell: _Cell, value: str) -> tuple[str, str]:
        """Return the type and value to write. What is not of the type it claims to be is handed on as text."""
        bare = value.strip()
        if cell.kind == "s":
            return "s", self._shared(cell, bare)
        if cell.kind == "b" and bare in _BOOLEANS:
            return "b", _BOOLEANS[bare]
        if cell.kind == "d" and _ISO.fullmatch(bare):
            return "d", bare
        if cell.kind == "n" and _NUMBER.fullmatch(bare) and math.isfinite(float(bare)):
            return "n", bare
        return "str", value

    def _shared(self, cell: _Cell, index: str) -> str:
        if not index.isdecimal() or len(index) > 9:
            raise self.malformed(f"{cell.address}: shared text '{index}'")
        if int(index) < len(self._lengths):
            self._shared_text += self._lengths[int(index)]
        return index


def _is_zero(height: str) -> bool:
    return _NUMBER.fullmatch(height) is not None and float(height) == 0
