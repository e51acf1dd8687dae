"""One cell becomes one typed value, or is refused with the fact and what it reads as. Nothing is guessed."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable

from footprint import units
from footprint.model.fields import Field
from footprint.model.sheets import Cell, digits
from footprint.model.spans import span
from footprint.tables.typed.names import Nearest, clean, plain

Typed = str | float | dt.date | tuple[str, ...]
Convert = Callable[[Cell], Typed]

ERRORS = frozenset(
    ("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA")
)
COMMON_UNITS = ("kg", "g", "t", "item", "kWh", "MWh", "MJ", "GJ", "m3", "Nm3", "L", "m", "m2", "km", "t·km")
SEPARATORS = re.compile(r"[;；、,，\n]")
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  day zero of spreadsheet dates, which know no zone
_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d+)?"
_DIGIT_FIRST = re.compile(r"[+-]?\.?\d")
"""What a number begins with: E1 is a name."""
_READABLE = re.compile(rf"({_NUMBER})\s*(%?)", re.ASCII)
_WITH_UNIT = re.compile(rf"({_NUMBER})\s*[^\d\s.,%].*")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LEVEL = re.compile(r"\.*[1-9]\d*|\d+(\.\d+)+\.?", re.ASCII)
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_YEARS = re.compile(r"(\d{4})(?:[-–—~/至到](\d{4}))?", re.ASCII)
_YEAR_ONE, _YEAR_END = 1900, 2200
_KEPT_DIGITS = 1e15


class CellError(Exception):
    """A cell that cannot be what its field asks for: the message ``code``, its ``facts`` and suggestions."""

    def __init__(self, code: str, near: tuple[str, ...] = (), **facts: object) -> None:
        super().__init__(code)
        self.code, self.near, self.facts = code, near, facts


def converter(field: Field) -> Convert:
    """Return what turns a non-empty cell into a value of ``field``, raising `CellError` where it cannot."""
    if field.type != "list" and field.options:
        return _with_options(field)
    return _open_converter(field)


def _open_converter(field: Field) -> Convert:
    if field.list_name == "@countries":
        return country
    return _CONVERTERS[field.type]


def _with_options(field: Field) -> Convert:
    """Match the choices first; where the field is open, what matches none goes the way of its type."""
    keys = {plain(spelt): key for key, zh in field.options.items() for spelt in (key, zh)}
    closed = field.type == "choice" or (field.type == "reference" and not field.list_name)
    otherwise = _refuse_choice(field) if closed else _open_converter(field)

    def convert(cell: Cell) -> Typed:
        if isinstance(cell, bool) and "yes" in field.options:
            return "yes" if cell else "no"
        key = keys.get(plain(cell)) if isinstance(cell, str) else None
        return otherwise(cell) if key is None else key

    return convert


def _refuse_choice(field: Field) -> Convert:
    captions = {lang: [field.option(key, lang) for key in field.options] for lang in ("en", "zh")}
    nearest = Nearest([*captions["en"], *captions["zh"]])

    def refuse(cell: Cell) -> Typed:
        written = text(cell)
        raise CellError(
            "choice-unknown", nearest(written)[:1], text=written,
            choices_en=", ".join(captions["en"]), choices_zh="、".join(captions["zh"]),
        )  # fmt: skip

    return refuse


def shown(number: float) -> str:
    """Return ``number`` as a person writes it, at most 15 digits."""
    return digits(number)


def reads_as(written: str) -> float | None:
    """Return the number a text can only mean (thousands separators, full width, per cent), else None."""
    match = _READABLE.fullmatch(unicodedata.normalize("NFKC", written).strip().strip("'"))
    if match is None or not _DIGIT_FIRST.match(match[1]):
        return None
    number = float(match[1].replace(",", ""))
    if not math.isfinite(number):
        return None
    return number / 100 if match[2] else number


def is_error(cell: Cell) -> bool:
    """Tell whether a cell holds the text of a spreadsheet error."""
    return isinstance(cell, str) and "#" in cell and cell.strip().upper() in ERRORS


def number(cell: Cell) -> float:
    """Return a number cell as it is; everything else is refused."""
    if type(cell) is float and math.isfinite(cell):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell):
        return float(cell)
    raise _not_a_number(cell)


def _not_a_number(cell: Cell) -> CellError:
    if isinstance(cell, bool):
        return CellError("number-from-bool", value=str(cell).upper(), number=int(cell))
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return CellError("number-from-date", date=str(cell), number=shown(_serial(cell)))
    written = str(cell).strip()
    meant = reads_as(written)
    if meant is not None:
        return CellError("number-as-text", text=written, number=shown(meant))
    match = _WITH_UNIT.fullmatch(unicodedata.normalize("NFKC", written))
    leading = reads_as(match[1]) if match else None
    if leading is not None:
        return CellError("number-with-unit", text=written, number=shown(leading))
    return CellError("number-expected", text=written)


def _serial(cell: dt.date | dt.time | dt.timedelta) -> float:
    """Return a date or time as the number a spreadsheet stores [days since 1899-12-30]."""
    if isinstance(cell, dt.timedelta):
        return cell / dt.timedelta(days=1)
    if isinstance(cell, dt.time):
        return (cell.hour * 3600 + cell.minute * 60 + cell.second) / 86400
    moment = cell if isinstance(cell, dt.datetime) else dt.datetime.combine(cell, dt.time())
    return (moment.replace(tzinfo=None) - _EPOCH) / dt.timedelta(days=1)


def positive(cell: Cell) -> float:
    """Return a number of at least zero."""
    value = cell if type(cell) is float else number(cell)
    if 0 <= value < math.inf:
        return value
    if value < 0 and math.isfinite(value):
        raise CellError("amount-negative", value=shown(value))
    raise CellError("number-expected", text=str(value))


def share(cell: Cell) -> float:
    """Return a fraction from 0 to 1."""
    value = number(cell)
    if 0 <= value <= 1:
        return value
    if 1 < value <= 100:
        raise CellError("share-percent", value=shown(value), fraction=shown(value / 100))
    raise CellError("share-range", value=shown(value))


def date(cell: Cell) -> dt.date:
    """Return a date cell, or an ISO text, as a date."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        raise _date_from_number(cell)
    written = clean(str(cell))
    if _ISO.fullmatch(written):
        try:
            return dt.date.fromisoformat(written)
        except ValueError:
            raise CellError("date-expected", text=written) from None
    raise CellError("date-expected", text=written)


def _date_from_number(value: float) -> CellError:
    if not 1 <= value < 2_958_466:  # the last day a spreadsheet knows, 9999-12-31
        return CellError("date-expected", text=shown(value))
    reading = (_EPOCH + dt.timedelta(days=int(value))).date()
    return CellError("date-from-number", number=shown(value), date=reading.isoformat())


def text(cell: Cell) -> str:
    """Return a text, or a number as the digits that are seen; dates and truth values are refused."""
    if type(cell) is str:
        return cell.strip()
    if isinstance(cell, bool):
        raise CellError("text-from-bool", value=str(cell).upper())
    if isinstance(cell, float | int):
        if abs(cell) >= _KEPT_DIGITS:
            raise CellError("id-digits", number=shown(cell))
        return shown(cell)
    raise CellError("text-from-date", date=str(cell))


def reference(cell: Cell) -> str:
    """Return an id as it is compared: narrowed, its blanks single."""
    return clean(cell) if type(cell) is str else text(cell)


def country(cell: Cell) -> str:
    """Return a two-letter country code in capitals."""
    code = reference(cell)
    if not _COUNTRY.fullmatch(code):
        raise CellError("country-code", text=code)
    return code.upper()


def level(cell: Cell) -> str:
    """Return a level as text: a number (``2``, ``..2``) or dotted (``1.10``)."""
    if isinstance(cell, float) and cell != math.floor(cell):
        raise CellError("level-ambiguous", value=shown(cell))
    written = reference(cell)
    if not _LEVEL.fullmatch(written):
        raise CellError("level-expected", text=written)
    return written.rstrip(".") if written[0] != "." else written.lstrip(".")


def period(cell: Cell) -> str:
    """Return a period as ISO text: a year, a month, a day or a range."""
    if isinstance(cell, dt.date):
        return date(cell).isoformat()
    written = re.sub(r"(\d{4})年(?:(\d{1,2})月)?", _iso_month, reference(cell)).replace(" ", "")
    if span(written) is None:
        raise CellError("period-expected", text=written)
    return written


def _iso_month(match: re.Match[str]) -> str:
    return f"{match[1]}-{int(match[2]):02d}" if match[2] else match[1]


def years(cell: Cell) -> str:
    """Return a year, or the first and the last of several: ``2024``, ``2021-2023``."""
    written = text(cell)
    match = _YEARS.fullmatch(clean(written).replace(" ", "").replace("年", ""))
    first, last = match.groups() if match else ("", "")
    if match is None or not _YEAR_ONE <= int(first) <= int(last or first) < _YEAR_END:
        raise CellError("years-expected", text=written)
    return f"{first}-{last}" if last and last != first else first


def unit(cell: Cell) -> str:
    """Return the symbol of a unit."""
    written = cell if type(cell) is str else text(cell)
    try:
        return units.unit(written).symbol
    except units.UnknownUnitError as unknown:
        if unknown.near:
            raise CellError("unit-unknown", unknown.near, unit=written.strip()) from None
        raise CellError("unit-unlisted", unit=written.strip(), units=", ".join(COMMON_UNITS)) from None


def items(cell: Cell) -> tuple[str, ...]:
    """Return the parts of a list, separated by semicolons, commas or line breaks."""
    parts = SEPARATORS.split(cell) if isinstance(cell, str) else [text(cell)]
    return tuple(part for part in map(clean, parts) if part)


_CONVERTERS: dict[str, Convert] = {
    "text": text, "number": number, "positive": positive, "share": share, "date": date, "period": period,
    "choice": reference, "unit": unit, "reference": reference, "level": level, "list": items,
    "years": years,
}  # fmt: skip
