"""The text of a SimaPro CSV file as blocks of sections of rows, whatever its encoding, separator and line ends.

A file has a header in braces, then blocks: a title, rows or sections, and the line ``End``. A section is a title and
the rows below it up to an empty line. Titles are known by their words; blocks without an end, titles without the empty
line before them, fields in quotes over several lines, and rows padded by a spreadsheet are read, too.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from footprint.tables.encodings import encodings

_HEADER = re.compile(r'[\s"\ufeff]*\{(.*)\}')
_SEPARATORS = {"semicolon": ";", "comma": ",", "tab": "\t", "tabulator": "\t"}
_PROJECT = {"project", "projet", "proyecto", "projeto", "progetto", "projekt"}
_LONGEST = 400
"""Lines that a field in quotes may go over."""
_WITH_COMMENT = 7
"""Cells of a row that has no comment."""
_LONGEST_TITLE = 200
"""Signs of a line with a title, those that a spreadsheet adds among them."""
_UNSEEN = (("\x7f", " "), ("\x00", ""), ("\ufeff", ""), ("\xa0", " "))
_POINT, _COMMA = re.compile(r"[-+]?\d*\.\d+(?:[eE][-+]?\d+)?"), re.compile(r"[-+]?\d*,\d+(?:[eE][-+]?\d+)?")
_SAMPLE = 4000
PROCESS, STAGE = "process", "product stage"
END = "end"
_SUBSTANCES = {
    "raw materials": "resources", "resources": "resources", "airborne emissions": "emissions to air",
    "emissions to air": "emissions to air", "waterborne emissions": "emissions to water",
    "emissions to water": "emissions to water", "emissions to soil": "emissions to soil",
    "final waste flows": "final waste flows", "non material emissions": "non material emissions",
    "non material emission": "non material emissions", "social issues": "social issues",
    "economic issues": "economic issues",
}  # fmt: skip
_ALSO = {**_SUBSTANCES, "materials/assemblies": "materials and assemblies", "avoided product": "avoided products",
         "materials and fuels": "materials/fuels", "electricity and heat": "electricity/heat",
         "waste to treatments": "waste to treatment", "input parameter": "input parameters"}  # fmt: skip
NATURE = frozenset(_SUBSTANCES.values())
_BLOCKS = {
    PROCESS, STAGE, "system description", "literature reference", "quantities", "units", "method", "impact category",
    "normalization-weighting set", "damage category", "database input parameters", "database calculated parameters",
    "project input parameters", "project calculated parameters", *_SUBSTANCES,
}  # fmt: skip
_INSIDE = {*_SUBSTANCES, "system description", "impact category", "normalization-weighting set", "damage category"}
"""Titles of blocks that are those of sections, too."""
ROWS = frozenset({
    "products", "waste treatment", "waste scenario", "avoided products", "materials/fuels", "electricity/heat",
    "waste to treatment", "separated waste", "remaining waste", "input parameters", "calculated parameters",
    "materials and assemblies", "processes", "assembly", "reference assembly", "waste scenarios", "disassemblies",
    "disposal scenarios", "reuses", "additional life cycles", "waste/disposal scenario", *NATURE,
})  # fmt: skip
"""Sections of rows with several cells."""
_TEXTS = {
    "platformid", "category type", "process identifier", "type", "process name", "status", "time period", "geography",
    "technology", "representativeness", "multiple output allocation", "waste treatment allocation",
    "substitution allocation", "cut off rules", "capital goods", "boundary with nature", "infrastructure", "date",
    "record", "generator", "external documents", "literature references", "collection method", "data treatment",
    "verification", "comment", "allocation rules", "system description", "name", "category", "description",
    "documentation link",
}  # fmt: skip


class Row(NamedTuple):
    """The cells of one row, without empty ones at its end. ``line``: where it begins, counted from 1."""

    line: int
    cells: tuple[str, ...]


class Block(NamedTuple):
    """One block: its own rows stand in the section without a name.

    ``strange``: sections of unknown titles. ``continued``: lines that were taken for the comment of the row above.
    """

    title: str
    line: int
    sections: Mapping[str, Sequence[Row]]
    strange: Mapping[str, Sequence[Row]]
    continued: Sequence[Row] = ()

    def rows(self, name: str = "") -> Sequence[Row]:
        """Return the rows of one section, none where there is no such section."""
        return self.sections.get(name, ())

    def text(self, name: str) -> str:
        """Return the words of one section; what is unspecified is nothing."""
        found = " ".join(" ".join(filter(None, row.cells)) for row in self.rows(name))
        return "" if found.casefold() in {"unspecified", "unknown"} else " ".join(found.split())


class Part(NamedTuple):
    """Where a block is: its title, the line of it, counted from 0, and the line after its last."""

    title: str
    first: int
    last: int


class Text:
    """One file as text."""

    def __init__(self, content: bytes) -> None:
        self._lines = _lines(_decoded(content))
        self._told = dict(self._header())
        self.separator = self._separator()
        self.project = next((self._told[key] for key in self._told if key in _PROJECT), "") or self._named()
        said = self._told.get("decimal separator", "")
        self.decimal = said if said in {".", ","} else self._decimal
        self._padding = f'{self.separator} \t"'

    def _header(self) -> Iterator[tuple[str, str]]:
        for line in self._lines[:200]:
            found = _HEADER.match(line)
            if title(line.strip(' ;,\t"')) in _BLOCKS:
                break
            if found is None:
                continue
            key, _, value = found[1].partition(":")
            yield " ".join(key.casefold().split()), value.strip().strip("'\"")

    def _named(self) -> str:
        """Return the project of a header that a spreadsheet has spread over cells."""
        cells = (line.split(self.separator) for line in self._lines[:30])
        return next((row[1].strip() for row in cells if len(row) > 1 and row[0].strip().casefold() in _PROJECT), "")

    def _separator(self) -> str:
        """Return what parts cells: what the header says, unless another sign parts the rows of the first sections."""
        said = self._told.get("csv separator", "")
        stated = _SEPARATORS.get(said.casefold(), said if len(said) == 1 else ";")
        rows = list(_below_titles(self._lines))
        signs = (stated, ";", "\t", ",")
        return next((sign for sign in signs if sum(row.count(sign) > 1 for row in rows) * 2 > len(rows)), stated)

    @cached_property
    def _decimal(self) -> str:
        """Return the decimal sign that most numbers have, a point where there is none."""
        cells = [cell for line in self._lines[:_SAMPLE] for cell in line.split(self.separator)]
        commas, points = (sum(sign.fullmatch(cell) is not None for cell in cells) for sign in (_COMMA, _POINT))
        return "," if commas > points and self.separator != "," else "."

    def date(self, text: str) -> str:
        """Return a date as year, month and day, by the order that the header tells; else as it stands."""
        order = [sign for sign in dict.fromkeys(self._told.get("short date format", "").casefold()) if sign in "ymd"]
        numbers = text.replace(".", " ").replace("/", " ").replace("-", " ").split()
        if len(order) != len(numbers) or not all(each.isdecimal() for each in numbers):
            return text
        found = dict(zip(order, map(int, numbers), strict=True))
        return f"{found['y']:04}-{found['m']:02}-{found['d']:02}" if len(order) == len("ymd") else text

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Return where the blocks of the file are. What has no end goes up to the next one that no section is named as.

        A block without a title is lines that stand outside of any; the header is none.
        """
        found: list[Part] = []
        name, first, was_empty = "", -1, True
        for at, line in enumerate(self._lines):
            said = self._title(line) if len(line) < _LONGEST_TITLE else "-"
            is_end = bool(name) and said == END
            if is_end or (said in _BLOCKS and (not name or (was_empty and said not in _INSIDE))):
                if name or first >= 0:
                    found.append(Part(name, first, at))
                name, first = ("", -1) if is_end else (said, at)
            elif said and first < 0 and found and said != END:
                first = at
            was_empty = not said
        return (*found, Part(name, first, len(self._lines))) if name or first >= 0 else tuple(found)

    def _title(self, line: str) -> str:
        """Return the words of a line of one cell, as titles are compared."""
        text = line.strip(self._padding)
        return title(text) if self.separator not in text else "-"

    def block(self, part: Part) -> Block:
        """Return the block that stands in a part of the file."""
        builder = _Builder(_SUBSTANCES.get(part.title, part.title), part.first + 1)
        was_empty = False
        for row in self._rows(part.first + 1, part.last):
            builder.add(row, title(row.cells[0]) if len(row.cells) == 1 else "", was_empty=was_empty)
            was_empty = not row.cells
        return builder.block()

    def _rows(self, at: int, last: int) -> Iterator[Row]:
        """Yield the lines of a part as rows; a field in quotes may go over several."""
        separator, ends = self.separator, f"{self.separator} \t"
        while at < last:
            line, first = self._lines[at].rstrip(ends), at
            at += 1
            if '"' in line:
                more = self._quoted(first, last)
                line, at = "\n".join([line, *self._lines[at : at + more]]), at + more
                cells = _unquoted(line, separator)
            else:
                cells = line.split(separator) if line else []
            yield Row(first + 1, tuple([cell.strip() for cell in cells]))

    def _quoted(self, at: int, last: int) -> int:
        """Return over how many further lines a field in quotes goes: none where a title comes before its end."""
        line = self._lines[at]
        if line.count('"') % 2 == 0 or not any(cell.lstrip()[:1] == '"' for cell in line.split(self.separator)):
            return 0
        for more in range(1, min(_LONGEST, last - at)):
            text = self._lines[at + more]
            if self._title(text) in ROWS:
                return 0
            if text.count('"') % 2:
                return more
        return 0


class _Builder:
    """One block under way."""

    def __init__(self, name: str, line: int) -> None:
        self.name, self.line = name, line
        self.sections: dict[str, list[Row]] = {"": []}
        self.strange: dict[str, list[Row]] = {}
        self._rows = self.sections[""]
        self._is_text = False
        self._text: list[Row] | None = None
        self._continued: list[Row] = []
        self._has_sections = name in {PROCESS, STAGE} | _INSIDE - set(_SUBSTANCES) | {"literature reference", "method"}

    def add(self, row: Row, name: str, *, was_empty: bool) -> None:
        """Add a row: a title, the text of one, or a row of cells."""
        if not row.cells:
            return
        known = _ALSO.get(name, name)
        if self._has_sections and (known in ROWS or name in _TEXTS) and (was_empty or self._rows or not self._is_text):
            self._rows = self.sections.setdefault(known, [])
            self._is_text = name in _TEXTS
            self._text = self._rows if self._is_text else self._text
        elif self._has_sections and name and was_empty:
            self._rows = self.strange.setdefault(row.cells[0], [])
            self._is_text = False
        elif len(row.cells) == 1 and not was_empty and not self._is_text and self._has_comment():
            self._continue(row)
        else:
            self._rows.append(row)

    def _has_comment(self) -> bool:
        return bool(self._rows) and len(self._rows[-1].cells) > _WITH_COMMENT

    def _continue(self, row: Row) -> None:
        """Add a line to the comment of the row above: of one cell below a row with a comment, it is no row."""
        above = self._rows[-1]
        self._continued.append(row)
        self._rows[-1] = above._replace(cells=(*above.cells[:-1], f"{above.cells[-1]} {row.cells[0]}"))

    def block(self) -> Block:
        """Return the block; lines that are no table are a further paragraph of the last text."""
        odd = {name: rows for name, rows in self.strange.items() if any(len(row.cells) > 2 for row in rows)}
        if self._text is not None:
            for name, rows in self.strange.items():
                if name not in odd:
                    self._text += [Row(self.line, (name,)), *rows]
        return Block(self.name, self.line, self.sections, odd, tuple(self._continued))


def title(text: str) -> str:
    """Return a title as it is compared; "" for what is too long to be one."""
    return " ".join(text.casefold().split()) if len(text) < 60 else ""


def _lines(text: str) -> list[str]:
    """Return the lines of a text; a lone return is a sign inside a line, unless there are no others."""
    plain = text.replace("\r\n", "\n")
    return (plain.replace("\r", " ") if "\n" in plain else plain.replace("\r", "\n")).split("\n")


def _below_titles(lines: Sequence[str]) -> Iterator[str]:
    """Yield the rows below titles of sections of rows, as far as the first are."""
    was = ""
    for line in lines[:_SAMPLE]:
        if was in ROWS and line.strip(';, \t"'):
            yield line
        was = title(line.strip(';, \t"'))


def _unquoted(line: str, separator: str) -> list[str]:
    """Return the cells of a line with quotes; quotes that enclose nothing are signs like others."""
    try:
        rows = list(csv.reader([line], delimiter=separator))
    except csv.Error:
        return line.split(separator)
    return [" ".join(cell.splitlines()) for cell in rows[0]] if len(rows) == 1 else line.split(separator)


def _decoded(content: bytes) -> str:
    """Return the text of a file, in the encoding it shows; what is no sign of any is left open."""
    for encoding in encodings(content):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        text = content.decode("cp1252", "replace")
    for unseen, seen in _UNSEEN:
        text = text.replace(unseen, seen)
    return text
