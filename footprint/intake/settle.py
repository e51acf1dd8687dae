"""What becomes of rows that are in order: some merge into another object, some serve nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from footprint.tables.typed.table import Table

_NAMING = (
    "dataset", "secondary", "loss_to", "destination", "flow", "vehicle", "treatment", "cut_off", "substitute",
    "disposal", "avoided", "heat", "electricity",
)  # fmt: skip
"""The columns that name datasets."""
_LISTS = (
    ("Parameters", "name", ("parameter",)),
    ("Evidence", "id", ("evidence",)),
    ("Instruments", "id", ("instrument",)),
    ("Electricity", "supply", ("supply", "flow")),
    ("Factors", "code", _NAMING),
)


def settle(table: Table, tables: Mapping[str, Table]) -> None:
    """Mark the rows of ``table`` that merge into another object, and those of lists that no row refers to."""
    if table.name == "Processes":
        _mark(table, (r.index for r in table.rows if r.text("direction") == "product"), "merged", "process-product")
    if table.name == "Electricity":
        count = Counter(row.text("supply") for row in table.rows)
        _mark(table, (r.index for r in table.rows if count[r.text("supply")] > 1), "merged", "electricity-mix")
    if table.name in {"Use", "Transport", "End of life"}:
        _mark(table, (r.index for r in table.rows if r.text("scenario")), "excluded", "scenario-only")
    for name, key, columns in _LISTS:
        if table.name == name:
            used = set(_referring(name, columns, tables))
            _mark(table, (r.index for r in table.rows if r.text(key) not in used), "excluded", "not-referenced")


def _referring(name: str, columns: Sequence[str], tables: Mapping[str, Table]) -> Iterator[str]:
    """Yield the texts in ``columns`` of every sheet but the one that defines them."""
    for table in tables.values():
        if table.name != name:
            yield from (row.text(column) for row in table.rows for column in columns if column in row.values)


def _mark(table: Table, indices: Iterable[int], state: str, why: str) -> None:
    for index in indices:
        if table.states.get(index, ("used",))[0] != "rejected":
            table.states[index] = (state, why)
