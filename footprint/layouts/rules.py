"""Which rows of an exported bill count: each rule names the rows it leaves out, and says so in the account.

A rule sees what the rules before it left. Its id is the word of the account; its caption stands in ``labels.csv``.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from footprint.layouts import headers
from footprint.layouts.layout import Layout
from footprint.layouts.table import Table
from footprint.model.sheets import Cell

_WORDS = Path(__file__).parents[1] / "data" / "bom_words.csv"


@cache
def words(kind: str) -> frozenset[str]:
    """Return the words of a kind of ``data/bom_words.csv``, as headers are compared."""
    with _WORDS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == kind]
    every = (word for row in rows for lang in ("zh", "en", "de") for word in row[lang].split("|"))
    return frozenset(headers.normal(word) for word in every if word)


_LONGEST_TOTAL = 12


class Chosen(NamedTuple):
    """What an import asks of the rules: the layout, the day the bill is for, and the alternative that is wanted."""

    layout: Layout
    on: dt.date
    alternative: str = ""


Left = Sequence[int]
"""Positions in a table that no rule has taken yet."""
Rule = Callable[[Table, Left, Chosen], Iterable[int]]


def left_out(table: Table, chosen: Chosen) -> dict[int, str]:
    """Return the rows of a table that do not count, each with the rule that says so."""
    out: dict[int, str] = {}
    left: list[int] = list(range(len(table)))
    for rule in chosen.layout.filters:
        at = next((at for at, said in table.header.captions.items() if headers.normal(said) == rule.column), None)
        cells = table.column(at) if at is not None else ()
        out |= {i: rule.rule for i in left if cells and _word(cells[i]) in rule.values}
    for name, rule_ in RULES.items():
        left = [i for i in left if i not in out] if out else left
        out |= dict.fromkeys(rule_(table, left, chosen), name)
    return out


def _word(cell: Cell) -> str:
    """Return a cell as flags are compared."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return headers.normal(f"{cell:g}" if isinstance(cell, float) else str(cell))


def _flagged(table: Table, left: Left, field: str, words: frozenset[str]) -> Iterator[int]:
    if table.has(field):
        cells = table.field(field)
        yield from (i for i in left if cells[i] is not None and _word(cells[i]) in words)


def _repeated_header(table: Table, left: Left, _: Chosen) -> Iterator[int]:
    """Yield the rows that say the header again, as prints do on each page."""
    fields = [field for field in ("quantity", "name", "code") if table.has(field)][:2]
    wanted = [headers.normal(table.caption(field)) for field in fields]
    columns = [table.field(field) for field in fields]
    first = columns[0] if columns else ()
    for i in left if columns else ():
        if isinstance(first[i], str) and all(_is(cells[i], said) for cells, said in zip(columns, wanted, strict=True)):
            yield i


def _is(cell: Cell, said: str) -> bool:
    return isinstance(cell, str) and headers.normal(cell) == said


def _total(table: Table, left: Left, _: Chosen) -> Iterator[int]:
    """Yield the rows that add up others: one that begins with such a word, and has no code of its own."""
    codes = table.field("code")
    first = [table.field(field) for field in ("position", "name", "code", "specification") if table.has(field)]
    for i in left:
        if codes[i] is None or _is_total(codes[i]):
            yield from (i for column in first if _is_total(column[i]))


def _is_total(cell: Cell) -> bool:
    """Tell whether a cell begins with a word for a sum: ``合 计:``, ``Total (kg)``."""
    begins = isinstance(cell, str) and _totals().match(cell)
    return bool(begins) and len(headers.normal(str(cell))) <= _LONGEST_TOTAL


@cache
def _totals() -> re.Pattern[str]:
    spaced = sorted((r"\s*".join(map(re.escape, word)) for word in words("total")), key=len, reverse=True)
    return re.compile(rf"\s*(?:{'|'.join(spaced)})(?![a-z])", re.IGNORECASE)


def _heading(table: Table, left: Left, _: Chosen) -> Iterator[int]:
    """Yield the rows with a single text and no amount: headings, notes, signatures."""
    amounts = [table.field(field) for field in ("quantity", "total_quantity", "mass", "total_mass") if table.has(field)]
    codes, rows = table.field("code"), table.sheet.rows
    for i in left:
        if (codes[i] is None or _is_said(codes[i])) and not any(column[i] is not None for column in amounts):
            filled = [cell for cell in rows[table.at[i]] if cell is not None and cell != ""]
            if len(filled) == 1:
                yield i


def _is_said(cell: Cell) -> bool:
    """Tell whether a cell is no code but a sentence, or a caption and what it says: ``编制：``."""
    return isinstance(cell, str) and _SAID.search(cell) is not None


_SAID = re.compile(r"[:：]|[\u4e00-\u9fff]{2}|\s\S+\s")


def _disabled(table: Table, left: Left, _: Chosen) -> Iterator[int]:
    yield from _flagged(table, left, "disabled", words("yes") | words("dead"))
    yield from _flagged(table, left, "status", words("dead"))
    yield from _flagged(table, left, "fitted", words("no"))


def _not_effective(table: Table, left: Left, chosen: Chosen) -> Iterator[int]:
    """Yield the rows that are not yet valid on the day, or no longer; a date that cannot be read leaves its row in."""
    since, until = table.field("valid_from"), table.field("valid_to")
    early = {cell for cell in set(since) if (first := day(cell)) and first > chosen.on}
    late = {cell for cell in set(until) if (last := day(cell)) and last < chosen.on}
    if early or late:
        yield from (i for i in left if since[i] in early or until[i] in late)


_DATES = tuple(map(re.compile, (
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?(?:[ T].*)?",
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})", r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})",
)))  # fmt: skip
_EPOCH = dt.date(1899, 12, 30)
_DAYS = 2_958_466


def day(cell: Cell) -> dt.date | None:
    """Return the day that a cell means: a date, a text of one, or the number of a spreadsheet; None otherwise."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, float):
        return _EPOCH + dt.timedelta(days=int(cell)) if 1 <= cell < _DAYS else _of_text(f"{cell:.0f}")
    if isinstance(cell, str):
        return _of_text(cell.strip())
    return cell if isinstance(cell, dt.date) else None


def _of_text(text: str) -> dt.date | None:
    match = next(filter(None, (pattern.fullmatch(text) for pattern in _DATES)), None)
    try:
        return dt.date(int(match["y"]), int(match["m"]), int(match["d"])) if match else None
    except ValueError:
        return None


def _alternative(table: Table, left: Left, chosen: Chosen) -> Iterator[int]:
    """Yield the rows of other alternatives of the bill than the one wanted, or than the first where none is."""
    if table.has("alternative"):
        cells = table.field("alternative")
        named = [(i, _word(cells[i])) for i in left if cells[i] is not None]
        wanted = headers.normal(chosen.alternative or chosen.layout.constants.get("alternative", ""))
        wanted = wanted or min((name for _, name in named), default="")
        yield from (i for i, name in named if name != wanted)


def _substitute(table: Table, left: Left, _: Chosen) -> Iterator[int]:
    """Yield the substitutes: flagged ones, those for another, and of a group all but the first in its order."""
    taken = {*_flagged(table, left, "substitute_flag", words("yes") | words("alternate"))}
    if table.has("substitute_of"):
        of = table.field("substitute_of")
        taken |= {i for i in left if of[i] is not None and str(of[i]).strip()}
    yield from taken
    if table.has("substitute_group"):
        yield from _not_first(table, [i for i in left if i not in taken])


def _not_first(table: Table, left: Left) -> Iterator[int]:
    """Yield of each group, within one parent, all rows but that of the highest share, or the first in order."""
    groups: dict[tuple[Cell, ...], list[int]] = {}
    group, parent, order = table.field("substitute_group"), table.field("parent"), table.field("priority")
    share = table.field("usage_share")
    for i in left:
        if group[i] is not None and group[i] != "":
            groups.setdefault((parent[i], group[i]), []).append(i)
    for rows in groups.values():
        best = min(rows, key=lambda i: (-_number(share[i], 0.0), _number(order[i], 1e9), i))
        yield from (i for i in rows if i != best)


def _number(cell: Cell, otherwise: float) -> float:
    if isinstance(cell, float):
        return cell
    try:
        return float(cell) if isinstance(cell, str) else otherwise
    except ValueError:
        return otherwise


def _continued(table: Table, left: Left, _: Chosen) -> Iterator[int]:
    """Yield the rows that only carry on what specifies the row above: nothing stands in any other column."""
    specifying = {at for field in _SPECIFYING for at in table.columns.get(field, ())}
    for i in left if specifying else ():
        row = table.sheet.rows[table.at[i]]
        filled = {at for at, cell in enumerate(row) if cell is not None and cell != ""}
        if i and filled <= specifying and all(isinstance(row[at], str) for at in filled):
            yield i


_SPECIFYING = ("specification", "material", "finish", "note")
CONTINUED = "continued"


def is_phantom(table: Table) -> set[int]:
    """Return the rows of phantom assemblies: they pass on their parts and weigh nothing themselves."""
    every, phantom = range(len(table)), words("phantom")
    by_flag = _flagged(table, every, "phantom", words("yes") | phantom)
    return {*by_flag, *_flagged(table, every, "procurement", phantom)}


RULES: dict[str, Rule] = {
    "repeated-header": _repeated_header, "total-row": _total, CONTINUED: _continued, "heading": _heading,
    "disabled": _disabled, "not-effective": _not_effective, "other-alternative": _alternative,
    "substitute": _substitute,
}  # fmt: skip
"""The rules in their order."""
