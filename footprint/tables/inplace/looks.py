"""What the styles of a workbook say of a cell: whether it is locked, and whether it shows a date."""

from __future__ import annotations

import datetime as dt
import re

from footprint.tables.container import Container
from footprint.tables.xmls import Attributes, PartReader, local_name

_DATES = frozenset((*range(14, 18), 22, *range(27, 37), *range(50, 59)))
_TIMES = frozenset((*range(18, 22), *range(45, 48)))
"""Numbers of the formats every program knows: dates, times of day and durations."""
_ASIDE = re.compile(r'"[^"]*"|\\.|\[(?![hms]+\])[^\]]*\]|[_*].', re.IGNORECASE)
"""What a format shows as it stands, or not at all; the elapsed time of ``[h]`` is a part of it."""
_EPOCH, _EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
_SAFE = dt.date(1900, 3, 1)
"""The first day that all programs count the same."""


class Looks:
    """The cell formats of a workbook by their number; where there are none, cells are locked and show no dates."""

    def __init__(self, container: Container, part: str, *, date1904: bool) -> None:
        self._epoch = _EPOCH_1904 if date1904 else _EPOCH
        self._read = _Styles(container.file, part)
        if part:
            self._read.feed(container.whole(part), last=True)

    def is_locked(self, style: int) -> bool:
        """Tell whether a cell of this style may not be changed on a protected sheet."""
        locked = self._read.locked
        return style >= len(locked) or locked[style]

    def serial(self, day: dt.date, style: int) -> int | None:
        """Return the number that stands for ``day`` in a cell of a style that shows dates, None in any other."""
        if isinstance(day, dt.datetime) or day < max(_SAFE, self._epoch) or not {"y", "d"} <= self._parts(style):
            return None
        return (day - self._epoch).days

    def shows_time(self, style: int) -> bool:
        """Tell whether a number in a cell of this style is shown, and read, as a date, a time of day or a duration."""
        return bool(self._parts(style))

    def _parts(self, style: int) -> set[str]:
        """Return the parts of a time that a cell of this style shows: y, m, d, h, s."""
        number = self._read.formats[style] if style < len(self._read.formats) else 0
        code = self._read.codes.get(number, "ymd" if number in _DATES else "hms" if number in _TIMES else "")
        return set(_ASIDE.sub("", code.partition(";")[0]).casefold()) & set("ymdhs")


class _Styles(PartReader):
    """Reads the formats of cells in their order: number format, and whether they lock."""

    def __init__(self, file: str, part: str) -> None:
        super().__init__(file, part)
        self.locked: list[bool] = []
        self.formats: list[int] = []
        self.codes: dict[int, str] = {}
        self._path: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        """Note a number format, a cell format, or its protection."""
        self._path.append(local_name(name))
        place, number = self._path[-2:], attributes.get("numFmtId", "0")
        if place == ["numFmts", "numFmt"] and number.isdecimal():
            self.codes[int(number)] = attributes.get("formatCode", "")
        elif place == ["cellXfs", "xf"]:
            self.locked.append(True)
            self.formats.append(int(number) if number.isdecimal() else 0)
        elif self._path[-3:] == ["cellXfs", "xf", "protection"]:
            self.locked[-1] = attributes.get("locked") not in {"0", "false"}

    def end(self, _name: str) -> None:
        """Leave an element."""
        self._path.pop()
