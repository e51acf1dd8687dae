"""Cells that say their row is withdrawn, cancelled or not fitted: in nothing but such words, or among others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from footprint.layouts.locating.table import Table
from footprint.layouts.naming.sayings import plain, spelt, word, words
from footprint.model.sheets import Cell

_LONGEST, _READ = 24, 200
"""Letters of a cell that says nothing else, and of one in which such words are looked for."""
_NOTHING_SAID = frozenset({"code", "parent", "outline", "material", "cas", "inci", "supplier", "manufacturer"})
"""Fields whose words are names of something."""
_THIS = r"(?:(?:此|该|本|这)?(?:物料|零件|料|件|行|项|品)|此|该|本)?\s*(?:已经|已|暂时|暂|现)?被?\s*"
_ROW = r"\s*(?:了|的)?(?:物料|零件|料|件|行|项|品)?"
_VALUE = r"(?:[\w.%±]{1,20}\s*[/,;(（\s]\s*)?"


def says_so(cell: Cell) -> bool:
    """Tell whether a cell says nothing but that its row is withdrawn or not used: 已作废, 此料取消, not used."""
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return False
    return _said().fullmatch(cell.strip().strip("()（）[]【】*。.!！ ")) is not None


def not_fitted(table: Table, left: Sequence[int]) -> Iterator[int]:
    """Yield the rows of a list with designators whose value or note says not fitted: ``DNP``, ``10k (DNP)``, ``NC``."""
    for at in _columns(table, ("specification", "note", "name")) if table.has("designator") else ():
        cells = table.column(at)
        short = (cell for cell in {*cells} if isinstance(cell, str) and len(cell) <= _LONGEST)
        said = {cell for cell in short if _unfitted().fullmatch(cell)}
        yield from (i for i in left if cells[i] in said) if said else ()
    for cells in map(table.column, table.header.unused) if table.has("designator") else ():
        short = (cell for cell in {*cells} if isinstance(cell, str) and len(cell) <= _LONGEST)
        said = {cell for cell in short if word(cell) in words("unfitted") | words("unused")}
        yield from (i for i in left if cells[i] in said) if said else ()


def _columns(table: Table, fields: Sequence[str]) -> list[int]:
    return [at for field in fields for at in table.columns.get(field, ())]


def mentions(table: Table, used: Sequence[int]) -> Iterator[tuple[str, Mapping[str, int]]]:
    """Yield the columns in which rows that count speak of such words, and in how many rows each cell does.

    A name does only in brackets: 取消按钮 is a button.
    """
    for field, ats in table.columns.items():
        for at in ats if field not in _NOTHING_SAID else ():
            cells = table.column(at)
            find = _bracketed() if field == "name" else _mentioned()
            known = {cell for cell in {*cells} if isinstance(cell, str) and find.search(cell[:_READ])}
            if said := Counter(str(cells[i]) for i in used if cells[i] in known) if known else None:
                yield table.header.captions[at], said


def _any(words: frozenset[str] | tuple[str, ...]) -> str:
    return "|".join(re.escape(each).replace(r"\ ", r"\s+") for each in sorted(words, key=len, reverse=True))


@cache
def _out() -> str:
    """Return the pattern of words that take a row out: those that are no code of something else."""
    dead = [each for each in spelt("dead") if not each.isascii() or each in plain("dead")]
    return _any((*dead, *spelt("unused")))


@cache
def _said() -> re.Pattern[str]:
    return re.compile(rf"(?:(?:NC|NM|DN[PIF])[\s,，、/:：(（-]{{1,3}})?{_THIS}(?:{_out()}){_ROW}", re.IGNORECASE)


@cache
def _unfitted() -> re.Pattern[str]:
    words = _any((*spelt("unfitted"), *spelt("unused")))
    return re.compile(rf"\s*(?:{_VALUE}(?:{words})|(?:\d[\w.%±]{{0,15}}\s*[/(]\s*)?NC)\s*[)）]?\s*", re.IGNORECASE)


@cache
def _mentioned() -> re.Pattern[str]:
    words = _any((*spelt("unfitted"), *spelt("choice")))
    return re.compile(rf"(?<![a-z])(?:{_out()}|{words})(?![a-z])|^\s*NC\s*$", re.IGNORECASE)


@cache
def _bracketed() -> re.Pattern[str]:
    words = _any(spelt("unfitted"))
    return re.compile(rf"[(（\[【]\s*(?:{_THIS}(?:{_out()}){_ROW}|{words})\s*[)）\]】]", re.IGNORECASE)
