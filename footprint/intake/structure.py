"""Which line is part of which: by parent id, by level number, or by dotted level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.errors import Problem, problem
from footprint.model.bill import Notice
from footprint.tables.typed.names import Nearest, plain
from footprint.tables.typed.table import Row, Table

_PRODUCT = frozenset({"product", "产品"})


def set_parents(table: Table, product_id: str) -> None:
    """Set the parent of each line, "" for parts of the product itself; problems go to ``table``."""
    rows = table.rows
    by_level = _by_level(table) if any("level" in row.values for row in rows) else {}
    ids = {row.text("line") for row in rows}
    nearest = Nearest(ids)
    for row in rows:
        named = row.text("parent")
        row.parent = by_level.get(row.index, "")
        if named:
            row.parent = "" if named not in ids and (named == product_id or plain(named) in _PRODUCT) else named
            table.refuse(_disputed(row, by_level, nearest, ids))
    table.refuse(_cycles(rows))


def _disputed(row: Row, by_level: dict[int, str], nearest: Nearest, ids: set[str]) -> Iterator[Problem]:
    """Yield what is wrong with a named parent: nobody's id, or not the one its level tells."""
    parent = row.parent
    if parent and parent not in ids:
        yield problem("parent-unknown", row.place("parent"), nearest(parent), id=parent)
    elif row.index in by_level and by_level[row.index] != parent:
        told = by_level[row.index] or "-"
        yield problem(
            "parent-level-conflict", row.place("parent"), parent=parent or "-", level=row.text("level"), by_level=told
        )


def _by_level(table: Table) -> dict[int, str]:
    """Return the parents that levels tell; a line without a level but with a parent is left out."""
    levelled = [row for row in table.rows if "level" in row.values]
    table.refuse(
        problem("level-missing", row.place("level"))
        for row in table.rows
        if "level" not in row.values and not row.text("parent") and table.states.get(row.index, ("",))[0] != "rejected"
    )
    dotted = any("." in row.text("level") for row in levelled)
    return _dotted(table, levelled) if dotted else _numbered(table, levelled)


def _dotted(table: Table, rows: Sequence[Row]) -> dict[int, str]:
    """Return the parents told by dotted levels, in whatever order the lines stand."""
    first: dict[str, Row] = {}
    for row in rows:
        level = row.text("level")
        if level in first:
            table.refuse(
                [problem("level-twice", row.place("level"), level=level, first=first[level].place("level").cell)]
            )
        first.setdefault(level, row)
    found: dict[int, str] = {}
    for row in rows:
        wanted, _, _ = row.text("level").rpartition(".")
        if wanted and wanted not in first:
            table.refuse([problem("level-orphan", row.place("level"), level=row.text("level"), wanted=wanted)])
        else:
            found[row.index] = first[wanted].text("line") if wanted else ""
    return found


def _numbered(table: Table, rows: Sequence[Row]) -> dict[int, str]:
    """Return the parents told by level numbers: the nearest line above that is one level higher."""
    above: list[str] = []
    found: dict[int, str] = {}
    for row in rows:
        level, depth = int(row.text("level")), len(above)
        if level > depth + 1:
            table.refuse([problem("level-jump", row.place("level"), level=level, before=depth, wanted=level - 1)])
            above += [""] * (level - 1 - depth)
        found[row.index] = above[level - 2] if level > 1 else ""
        above[level - 1 :] = [row.text("line")]
    _notice_chain(table, rows)
    return found


def _notice_chain(table: Table, rows: Sequence[Row]) -> None:
    """Say so when levels look like item numbers: 1, 2, 3 ... each once."""
    if len(rows) > 2 and [int(row.text("level")) for row in rows] == list(range(1, len(rows) + 1)):
        table.notices.append(Notice("levels-nested", rows[0].place("level"), {"last": len(rows)}))


def _cycles(rows: Sequence[Row]) -> Iterator[Problem]:
    """Yield every chain of lines that closes on itself, once."""
    by_id = {row.text("line"): row for row in reversed(rows)}
    settled: set[str] = {""}
    for row in rows:
        chain: list[str] = []
        line = row.text("line")
        while line not in settled and line in by_id:
            settled.add(line)
            chain.append(line)
            line = by_id[line].parent
        if line in chain:
            ring = [*chain[chain.index(line) :], line]
            yield problem("part-cycle", by_id[line].place("parent"), chain=" > ".join(reversed(ring)))
