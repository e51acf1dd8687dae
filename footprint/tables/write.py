"""The one door for writing spreadsheets: sheets described as data in, the bytes of an xlsx file out."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from footprint.provenance import column_letters
from footprint.tables.harmless import safe
from footprint.tables.rows import PackedSheet, Styled

CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001  a file property without a zone; fixed, so that bytes repeat
LONGEST_INLINE_LIST = 255
MOST_LINES = 20
LONG, _TOP = 5_000, 10
"""Rows from which on a sheet is long, and those at its top that may hold anything; below stand values alone."""
_LISTS = "lists"
_SHORT = frozenset({"String", "Number", "Formula", "Blank"})
"""The cells, as XlsxWriter calls them, that are nothing but a place, a look and a value."""
_ALLOWED = {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True}
"""What a protected sheet lets its reader do besides filling in inputs."""
_INK, _ACCENT, _RULE = "#1B2A33", "#1F5C66", "#C9D3D6"

_WRAPPED = frozenset({"head", "required", "optional", "note", "wrap", "warn"})
_UNSEEN = frozenset({"plain", "key", "wrap", "note"})
_LINE, _ROOM = 12.75, 3.0
_HEAD = {
    "bold": True,
    "valign": "vcenter",
    "align": "left",
    "indent": 1,
    "text_wrap": True,
    "border": 1,
    "border_color": _RULE,
}
STYLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": _ACCENT, "valign": "vcenter"},
    "section": {"bold": True, "font_size": 11, "font_color": _ACCENT, "bottom": 1, "bottom_color": _ACCENT},
    "head": {**_HEAD, "bg_color": _ACCENT, "font_color": "#FFFFFF"},
    "required": {**_HEAD, "bg_color": _ACCENT, "font_color": "#FFFFFF"},
    "optional": {**_HEAD, "bg_color": "#E3ECEE", "font_color": _INK},
    "example": {"italic": True, "font_color": "#7B8A91", "valign": "top"},
    "note": {"font_color": "#5B6B73", "text_wrap": True, "valign": "top", "align": "left", "indent": 1},
    "plain": {"valign": "top", "align": "left", "indent": 1},
    "wrap": {"text_wrap": True, "valign": "top", "align": "left", "indent": 1},
    "key": {"font_color": "#5B6B73", "valign": "top", "align": "left", "indent": 1},
    "input": {
        "font_color": "#1F3FBF",
        "bg_color": "#FFF8E1",
        "num_format": "General",
        "valign": "top",
        "locked": False,
    },
    "number": {"num_format": "General", "valign": "top"},
    "fixed": {
        "num_format": "General",
        "font_color": "#7A4B00",
        "bg_color": "#F3EFE6",
        "align": "right",
        "valign": "top",
    },
    "total": {"bold": True, "num_format": "General", "top": 1, "top_color": _ACCENT, "valign": "top"},
    "share": {"num_format": "0.0%", "valign": "top"},
    "date": {"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"},
    "warn": {"bold": True, "font_color": "#9A3412", "bg_color": "#FDF1E7", "text_wrap": True, "valign": "top"},
}
"""Looks by name, in XlsxWriter's terms. ``input`` is what a reader may change, ``fixed`` what does not recalculate."""


class Formula(NamedTuple):
    """A live formula (``=SUM(A1:A9)``) and the value it has now, which readers that do not calculate show."""

    text: str
    value: float | str


Value = str | float | bool | dt.date | dt.datetime | Formula | None


class Cell(NamedTuple):
    """One cell. Text is always written as text, never as a formula or a link.

    ``style`` keys `STYLES`; ``number_format`` overrides the style's; ``span`` joins that many columns to the right.
    """

    value: Value = None
    style: str = "plain"
    comment: str | None = None
    number_format: str | None = None
    span: int = 1


class Validation(NamedTuple):
    """A drop-down list over ``range``. ``choices`` are the texts, or a reference (``=Lists!$A$1:$A$9``).

    ``open``: other texts may be entered as well. ``otherwise``: the texts that ``{otherwise}`` in a reference means.
    """

    range: str
    choices: Sequence[str] | str
    error: str = ""
    open: bool = False
    otherwise: Sequence[str] = ()


class SheetSpec(NamedTuple):
    """One sheet. Rows and columns count from zero.

    ``widths`` [characters] by column, ``columns`` number formats of those whose cells are yet to be made; ``heights``
    [points] by row, else as high as its text needs; ``freeze`` is the
    first cell (row, column) that scrolls; ``formats`` gives styles another number format here; ``repeat`` counts the
    top rows printed on each page;
    ``autofilter`` is first row, first column, last row, last column; ``print_columns`` are printed, the rest is not;
    ``paper`` is A3 or A4.
    """

    name: str
    rows: Sequence[Sequence[Cell | None]]
    widths: Sequence[float] = ()
    heights: Mapping[int, float] = MappingProxyType({})
    freeze: tuple[int, int] | None = None
    validations: Sequence[Validation] = ()
    formats: Mapping[str, str] = MappingProxyType({})
    hidden: bool = False
    landscape: bool = True
    repeat: int = 0
    autofilter: tuple[int, int, int, int] | None = None
    footer: str = ""
    print_columns: int = 0
    paper: str = "A4"
    columns: Mapping[int, str] = MappingProxyType({})


def write_book(sheets: Sequence[SheetSpec], *, font: str = "Arial", title: str = "", protected: bool = False) -> bytes:
    """Return an xlsx file of ``sheets``; the same sheets give the same bytes. ``font`` names the face of every cell.

    ``protected``: only cells of style ``input`` can be changed; no password, it keeps from accidents.
    """
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": all(len(spec.rows) <= LONG for spec in sheets)})
    book.set_properties({"created": CREATED, "title": safe(title)[:255]})
    book.set_calc_mode("auto")
    sheets, lists = _with_lists(sheets)
    looks = _Looks(book, font)
    for spec in (*sheets, *lists):
        sheet = book.add_worksheet(spec.name, worksheet_class=_Sheet)
        _write_sheet(sheet, spec, looks)
        if protected:
            sheet.protect("", _ALLOWED)
    book.close()
    return out.getvalue()


class _Sheet(PackedSheet):
    """A worksheet written without what only costs time: a third of that of a report.

    XlsxWriter asks of each cell whether its place is written as 'A1', which ours never are; searches each formula for
    some thirty functions of newer versions of Excel, of which ours use none; searches numbers for letters to escape, at
    the price of an exception each; tells which columns a row spans, which no program needs; and makes a list of the
    attributes of each cell, of which ours have two.
    """

    write_string = Worksheet._write_string  # noqa: SLF001
    write_number = Worksheet._write_number  # noqa: SLF001
    write_formula = Worksheet._write_formula  # noqa: SLF001
    write_blank = Worksheet._write_blank  # noqa: SLF001

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002
        return formula.removeprefix("=")

    def _escape_attributes(self, attribute: Any) -> Any:
        is_plain = not isinstance(attribute, str) or attribute.isalnum()
        return attribute if is_plain else super()._escape_attributes(attribute)

    def _escape_data(self, data: Any) -> Any:
        return super()._escape_data(data) if isinstance(data, str) else data

    def _calculate_spans(self) -> None:
        self.row_spans: dict[int, str] = {}

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind = type(cell).__name__
        if not cell.format or kind not in _SHORT or (kind == "Formula" and isinstance(cell.value, str | bool)):
            super()._write_cell(row, col, cell)
            return
        at = f'<c r="{column_letters(col)}{row + 1}" s="{cell.format._get_xf_index()}"'  # noqa: SLF001
        if kind == "String":
            self.fh.write(f'{at} t="s"><v>{cell.string}</v></c>')
        elif kind == "Formula":
            self.fh.write(f"{at}><f>{self._escape_data(cell.formula)}</f><v>{cell.value}</v></c>")
        else:
            self.fh.write(f"{at}/>" if kind == "Blank" else f"{at}><v>{cell.number:.16G}</v></c>")


class _Looks:
    """Formats of one workbook, each made once."""

    def __init__(self, book: Workbook, font: str) -> None:
        self._book, self._font = book, font
        self._made: dict[tuple[str, str | None], Format] = {}

    def number(self, style: str, number_format: str | None) -> int:
        """Return the number that a look has in the book."""
        found: int = self.of(style, number_format)._get_xf_index()  # noqa: SLF001
        return found

    def of(self, style: str, number_format: str | None) -> Format:
        key = (style, number_format)
        if key not in self._made:
            look = {"font_name": self._font, "font_size": 10, "font_color": _INK, **STYLES[style]}
            if number_format is not None:
                look["num_format"] = number_format
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def _write_sheet(sheet: Worksheet, spec: SheetSpec, looks: _Looks) -> None:
    for column, width in enumerate(spec.widths):
        form = spec.columns.get(column)
        sheet.set_column(column, column, width, None if form is None else looks.of("plain", form))
    head = len(spec.rows) if len(spec.rows) <= LONG else _TOP
    for row, cells in enumerate(spec.rows[:head]):
        sheet.set_row(row, spec.heights.get(row) or _height(cells, spec.widths))
        for column, cell in enumerate(cells):
            if cell is not None and not _nothing(cell):
                _write_cell(sheet, row, column, cell, looks.of(cell.style, _number_format(cell, spec)))
    if head < len(spec.rows):
        sheet.pack(_body(spec, head, looks), head, len(spec.widths))
    for validation in spec.validations:
        _write_validation(sheet, validation)
    _arrange(sheet, spec)


def _body(spec: SheetSpec, head: int, looks: _Looks) -> Iterator[tuple[float, list[Styled]]]:
    """Yield the rows of a long sheet from ``head`` on: their height, and column, value and look of what is filled."""
    numbers: dict[tuple[str, str | None], int] = {}
    for row in range(head, len(spec.rows)):
        cells = spec.rows[row]
        styled: list[Styled] = []
        is_wrapped = False
        for column, cell in enumerate(cells):
            if cell is None:
                continue
            value, style, comment, number_format, span = cell
            if comment or span > 1 or type(value) is Formula:
                raise ValueError(f"{spec.name} row {row + 1}: a long sheet holds plain cells alone")
            is_wrapped |= style in _WRAPPED
            if value is not None and value != "":
                look = numbers.get((style, number_format))
                if look is None:
                    look = numbers[style, number_format] = looks.number(style, _number_format(cell, spec))
                styled.append((column, value, look))
        yield spec.heights.get(row) or (_height(cells, spec.widths) if is_wrapped else _ROOM + _LINE), styled


def _height(cells: Sequence[Cell | None], widths: Sequence[float]) -> float:
    """Return the height [points] of a row whose longest text wraps within its columns."""
    wrapped = ((i, cell) for i, cell in enumerate(cells) if cell is not None and cell.style in _WRAPPED)
    return _ROOM + _LINE * max((_lines(cell, sum(widths[i : i + cell.span])) for i, cell in wrapped), default=1)


def _lines(cell: Cell, width: float) -> int:
    if not isinstance(cell.value, str) or not width:
        return 1
    lines = cell.value.splitlines()[:MOST_LINES] or [""]
    return min(MOST_LINES, sum(1 + int(columns_of(line) * 1.05 / width) for line in lines))


def columns_of(text: str) -> int:
    """Return how many letters wide ``text`` is, a wide (Chinese) letter taking two."""
    return len(text) if text.isascii() else len(text) + sum(letter > "\u2e7f" for letter in text)


def _nothing(cell: Cell) -> bool:
    """Return whether a cell holds and shows nothing at all, nor will shape what a person enters."""
    bare = cell.number_format is None and not cell.comment and cell.span == 1
    return bare and cell.value in (None, "") and cell.style in _UNSEEN


def _number_format(cell: Cell, spec: SheetSpec) -> str | None:
    return cell.number_format if cell.number_format is not None else spec.formats.get(cell.style)


def _write_cell(sheet: Worksheet, row: int, column: int, cell: Cell, look: Format) -> None:
    if cell.span > 1:
        sheet.merge_range(row, column, row, column + cell.span - 1, "", look)
    _write_value(sheet, row, column, cell.value, look)
    if cell.comment:
        lines = sum(1 + len(line) // 30 for line in cell.comment.splitlines())
        sheet.write_comment(row, column, safe(cell.comment), {"author": "", "width": 280, "height": 24 + 17 * lines})


def _write_value(sheet: Worksheet, row: int, column: int, value: Value, look: Format) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, Formula):
        sheet.write_formula(row, column, value.text, look, value.value)
    elif isinstance(value, str):
        sheet.write_string(row, column, safe(value), look)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, look)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, look)
    else:
        sheet.write_datetime(row, column, value, look)


def _write_validation(sheet: Worksheet, validation: Validation) -> None:
    choices = validation.choices
    options: dict[str, Any] = {"validate": "list", "source": choices if isinstance(choices, str) else list(choices)}
    if validation.open:
        options["show_error"] = False
    elif validation.error:
        options["error_message"] = safe(validation.error)[:255]
    sheet.data_validation(validation.range, options)


def _arrange(sheet: Worksheet, spec: SheetSpec) -> None:
    if spec.freeze:
        sheet.freeze_panes(*spec.freeze)
    if spec.autofilter:
        sheet.autofilter(*spec.autofilter)
    if spec.hidden:
        sheet.hide()
    if spec.landscape:
        sheet.set_landscape()
    if spec.repeat:
        sheet.repeat_rows(0, spec.repeat - 1)
    if spec.print_columns:
        sheet.print_area(0, 0, len(spec.rows) - 1, spec.print_columns - 1)
    sheet.set_paper({"A3": 8, "A4": 9}[spec.paper])
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.set_footer("&L&8" + safe(spec.footer).replace("&", "&&")[:180] + "&R&8&A  &P / &N")


def _with_lists(sheets: Sequence[SheetSpec]) -> tuple[list[SheetSpec], list[SheetSpec]]:
    """Return the sheets with long or comma-holding choices referred to a hidden sheet, and that sheet if needed."""
    columns: list[tuple[str, ...]] = []
    told = [spec._replace(validations=tuple(_referred(spec.validations, columns))) for spec in sheets]
    if not columns:
        return told, []
    height = max(map(len, columns))
    rows = [[Cell(column[row]) if row < len(column) else None for column in columns] for row in range(height)]
    return told, [SheetSpec(_LISTS, rows, hidden=True)]


def _referred(validations: Sequence[Validation], columns: list[tuple[str, ...]]) -> Iterator[Validation]:
    for validation in validations:
        choices, otherwise = validation.choices, tuple(validation.otherwise)
        if isinstance(choices, str):
            reference = _list_reference(otherwise, columns)[1:] if otherwise else '""'
            yield validation._replace(choices=choices.replace("{otherwise}", reference))
        elif _fits_inline(choices):
            yield validation
        else:
            reference = _list_reference(tuple(choices), columns)
            yield Validation(validation.range, reference, validation.error)


def _fits_inline(choices: Sequence[str]) -> bool:
    plain = not any("," in choice or '"' in choice or choice.startswith("=") for choice in choices)
    return plain and len(",".join(choices)) <= LONGEST_INLINE_LIST


def _list_reference(choices: tuple[str, ...], columns: list[tuple[str, ...]]) -> str:
    if choices not in columns:
        columns.append(choices)
    letters = column_letters(columns.index(choices))
    return f"={_LISTS}!${letters}$1:${letters}${len(choices)}"
