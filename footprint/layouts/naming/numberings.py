"""Numbers of rows that tell what is part of what without dots: ``1 (1) (2) 2``, ``A A1 A2 B``, ``一 1 2 二``.

A number that goes on the one above it (``A1`` below ``A``) is a part of that; one in a style of its own (brackets,
letters, Chinese numerals) that begins at its first is a part of the last of another style. Each must follow the one
before it in its list, and some list must go on after another within it: what does not is left as it stands.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from footprint.layouts.naming.sayings import plain, word
from footprint.model.sheets import Cell, digits

_HAN = "一二三四五六七八九十"
_COUNTED = re.compile(rf"(\d{{1,4}}|[{_HAN}]{{1,3}}|(?<![A-Za-z])[A-Za-z](?![A-Za-z]))")
_FURTHER = re.compile(r"[./\-_ –—]?(\d{1,4}|[A-Za-z])[.)、]?")
_ROMANS = {"I": 1, "V": 5, "X": 10}
_ROMAN = re.compile(r"(?<![A-Za-z])[IVX]{1,5}(?![A-Za-z])")
_DEEPEST, _LONGEST = 30, 60
"""Lists within each other, and letters of a number: as many as any bill has."""
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


class _Number(NamedTuple):
    """A number of a list: how such a list is written, the place in it, and what it is as a text."""

    style: str
    place: int
    text: str


def dotted(positions: Sequence[Cell]) -> Sequence[Cell]:
    """Return numbers that tell a structure by their style or beginning with dots, others as they are."""
    if not any(isinstance(cell, str) and not cell.isdecimal() for cell in positions):
        return positions
    found = _read(positions)
    return positions if found is None else [".".join(map(str, number)) for number in found]


def doubtful(positions: Sequence[Cell]) -> int | None:
    """Return the first of several numbers side by side that follow one of the first style; None for none."""
    if not any(isinstance(cell, str) and not cell.isdecimal() for cell in positions):
        return None
    styles = [_style(cell) for cell in positions]
    runs = (at for at in range(1, len(styles) - 1) if styles[at] == styles[at + 1] != styles[0] == styles[at - 1])
    return next((at for at in runs if _COUNTED.search(styles[at])), None)


def _read(positions: Sequence[Cell]) -> list[tuple[int, ...]] | None:
    """Return each number as the places in the lists that it stands in; None where they follow no order."""
    path: list[_Number] = []
    found, goes_on = [], False
    for cell in positions:
        number = _next(path, cell)
        if number is None or len(path) > _DEEPEST:
            return None
        at, one = number
        goes_on = goes_on or len(path) > at + 1
        path[at:] = [one]
        found.append(tuple(each.place for each in path))
    return found if goes_on else None


def _next(path: Sequence[_Number], cell: Cell) -> tuple[int, _Number] | None:
    """Return how deep in ``path`` the next number stands, and itself."""
    text = _text(cell)
    for at in range(len(path), 0, -1):
        rest = text.removeprefix(path[at - 1].text)
        more = _FURTHER.fullmatch(rest) if rest != text else None
        if more and (not rest[0].isalnum() or (rest[0].isdecimal() and not path[at - 1].text[-1].isdecimal())):
            within = _Number(f"{path[at - 1].text}{rest.replace(more[1], '1')}", _place(more[1]), text)
            return (at, within) if _follows(path, at, within) else None
    counted, roman = _COUNTED.findall(text), _ROMAN.findall(text)
    ways = [_Number(_style(cell), _place(one), text) for one in counted if len(counted) == 1]
    ways += [_Number(f"roman {_style(cell)}", _roman(one), text) for one in roman if {*counted} <= {one}]
    found = ((next((at for at, each in enumerate(path) if each.style == one.style), len(path)), one) for one in ways)
    return next(((at, one) for at, one in found if _follows(path, at, one)), None)


def _follows(path: Sequence[_Number], at: int, one: _Number) -> bool:
    """Tell whether a number is the next of its list, or the first of one."""
    before = path[at] if at < len(path) else None
    return one.place == 1 if before is None else one.style == before.style and one.place == before.place + 1


def _text(cell: Cell) -> str:
    written = digits(cell) if isinstance(cell, float) else cell if isinstance(cell, str) else ""
    if len(written) > _LONGEST:
        return ""
    if written.strip() in _CIRCLED and written.strip():
        return f"○{_CIRCLED.index(written.strip()) + 1}"
    return unicodedata.normalize("NFKC", written).strip().rstrip(".、").strip()


def _style(cell: Cell) -> str:
    """Return how a number is written, whatever its place; "" for a word about the row."""
    if cell is None or any(word(cell) in plain(kind) for kind in ("alternate", "dead")):
        return ""
    text = re.sub(r"\d+", "1", _text(cell))
    return re.sub(rf"[{_HAN}]+", "一", re.sub(r"[a-z]+", "a", re.sub(r"[A-Z]+", "A", text)))


def _roman(written: str) -> int:
    """Return the place that ``IV`` stands for."""
    each = [_ROMANS[letter] for letter in written]
    return sum(-one if one < after else one for one, after in itertools.pairwise([*each, 0]))


def _place(written: str) -> int:
    """Return the place that ``12``, ``c`` or ``十二`` stands for."""
    if written.isdecimal():
        return int(written)
    if written[0] not in _HAN:
        return ord(written.casefold()) - ord("a") + 1
    tens, sign, ones = written.rpartition("十")
    return (10 * (_HAN.index(tens) + 1 if tens else 1) if sign else 0) + (_HAN.index(ones) + 1 if ones else 0)
