"""Tables of web pages that systems export under the name of a workbook (``bom.xls``): each table of a page is a sheet.

A page is read once from its beginning to its end, by its marks alone: scripts, styles and comments are skipped, nothing
is loaded or executed, and a table within a cell is text of that cell.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from footprint.errors import WorkbookError, problem
from footprint.model.sheets import Cell, Sheet
from footprint.provenance import column_letters
from footprint.tables.encodings import encoding_of
from footprint.tables.grid import rectangle, too_large
from footprint.tables.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS

_HEAD = 4096
_STARTS = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<", re.ASCII)
_PAGE = re.compile(rb"<(?:html|table|!doctype\s+html|head|body|meta)\b", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]{2,20})", re.IGNORECASE)
_SPANS = re.compile(r"\b(row|col)span\s*=\s*[\"']?(\d{1,6})", re.IGNORECASE)
_SKIPPED = frozenset({"script", "style", "xml"})
_BREAKS = frozenset({"br", "p", "div", "li"})
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_CARRIED = 10
"""For how many cells one counts that a span from above reaches into: pages of such steps have no end."""
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,14})")


def is_html(data: bytes) -> bool:
    """Tell whether a file is a web page, whatever its name is."""
    head = data[:_HEAD]
    return _STARTS.match(head) is not None and _PAGE.search(head.replace(b"\0", b"")) is not None


def read_html(data: bytes, file: str) -> tuple[Sheet, ...]:
    """Return the tables of a page; raise `WorkbookError` placed at ``file`` if it has none, or cannot be read."""
    reader = _Reader(file)
    for name, attributes, closes, text in _marks(_decoded(data, file)):
        reader.mark(name, attributes, closes=closes)
        reader.text(text)
    reader.mark("table", "", closes=True)
    if not reader.sheets:
        raise WorkbookError(problem("not-a-workbook", file))
    return tuple(reader.sheets)


def _decoded(data: bytes, file: str) -> str:
    said = _CHARSET.search(data[:_HEAD].replace(b"\0", b""))
    try:
        return data.decode(said[1].decode("ascii") if said and b"\0" not in data[:_HEAD] else encoding_of(data, file))
    except (LookupError, UnicodeDecodeError):
        return data.decode(encoding_of(data, file))


def _marks(page: str) -> Iterator[tuple[str, str, bool, str]]:
    """Yield each mark of a page: its name, its attributes, whether it closes, and the text behind it."""
    skipping = ""
    for piece in page.split("<")[1:]:
        if skipping == "--":
            skipping = "" if "-->" in piece else skipping
            continue
        if piece.startswith("!--"):
            skipping = "" if "-->" in piece else "--"
            continue
        mark, _, text = piece.partition(">")
        closes = mark.startswith("/")
        name, _, attributes = mark.lstrip("/").partition(" ")
        name = name.strip().rstrip("/").casefold()
        if skipping or name in _SKIPPED:
            skipping = "" if closes and name == (skipping or name) else skipping or name
        else:
            yield name, attributes, closes, text


class _Reader:
    """Builds the sheets of a page, mark by mark."""

    def __init__(self, file: str) -> None:
        self.sheets: list[Sheet] = []
        self._file = file
        self._depth, self._cells = 0, 0
        self._begin()

    def _begin(self) -> None:
        self._rows: list[list[Cell]] = []
        self._merged: list[str] = []
        self._down: dict[int, int] = {}
        self._texts: list[str] | None = None
        self._span = (1, 1)

    def mark(self, name: str, attributes: str, *, closes: bool) -> None:
        """Take a mark; those of tables within a cell only part its text."""
        if name == "table":
            self._depth += -1 if closes else 1
            if not closes and self._depth == 1:
                self._begin()
            elif closes and self._depth <= 0:
                self._depth = 0
                self._end_table()
        elif self._depth == 1 and name in {"tr", "td", "th"}:
            self._end_cell()
            if name == "tr" and not closes:
                self._rows.append([])
                self._count(_CARRIED * len(self._down), 0)
                self._down = {at: left - 1 for at, left in self._down.items() if left > 1}
            elif name != "tr" and not closes:
                spans = {one.casefold(): int(many) for one, many in _SPANS.findall(attributes)}
                self._span = max(1, spans.get("row", 1)), max(1, spans.get("col", 1))
                self._texts = []
        elif self._texts is not None and (name in _BREAKS or self._depth > 1):
            self._texts.append(" ")

    def text(self, text: str) -> None:
        """Take a text, if it is one of a cell."""
        if self._texts is not None and text:
            self._texts.append(text)

    def _end_cell(self) -> None:
        if self._texts is None:
            return
        content, self._texts = _cell("".join(self._texts)), None
        if not self._rows:
            self._rows.append([])
        row, (down, across) = self._rows[-1], self._span
        while self._down.get(len(row)):
            row.append(None)
        at, top = len(row), len(self._rows)
        self._count(across, at + across)
        row += [content, *[None] * (across - 1)]
        if down > 1 or across > 1:
            last = min(top + down - 1, MAX_ROWS)
            self._merged.append(f"{column_letters(at)}{top}:{column_letters(at + across - 1)}{last}")
            self._down.update(dict.fromkeys(range(at, at + across), down) if down > 1 else {})

    def _count(self, cells: int, width: int) -> None:
        """Count cells, those that spans reach into among them; raise where there are more than a workbook has."""
        self._cells += cells
        if width > MAX_COLUMNS or len(self._rows) > MAX_ROWS or self._cells > MAX_CELLS:
            raise WorkbookError(too_large(self._file, self._name, len(self._rows), width, self._cells))

    def _end_table(self) -> None:
        self._end_cell()
        width = max(map(len, self._rows), default=0)
        if width * len(self._rows) > MAX_CELLS:
            raise WorkbookError(too_large(self._file, self._name, len(self._rows), width))
        rows = rectangle([tuple(row) for row in self._rows])
        if rows:
            self.sheets.append(Sheet(self._file, self._name, rows, merged=tuple(self._merged)))
        self._begin()

    @property
    def _name(self) -> str:
        return f"Table{len(self.sheets) + 1}"


def _cell(written: str) -> Cell:
    """Return what a cell shows: a whole number, or its text; in front of it only blanks that do not break count."""
    text = html.unescape(_BLANKS.sub(" ", written).strip(" ")).replace("\xa0", " ").rstrip()
    return float(text) if _INTEGER.fullmatch(text.strip()) else text or None
