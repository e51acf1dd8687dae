"""Brightway's workbooks with sheets of anything beside them, or cells changed: a sentence or a database, never else."""

from __future__ import annotations

import runpy
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from footprint.background import systems
from footprint.background.importers import bw_excel
from footprint.background.importers.asked import Asked
from footprint.errors import FootprintError

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "brightway.py")))
Rows = list[list[Any]]
FEW, MANY = 60, 3000
GOOD: Rows = [
    ["Project parameters"], ["name", "amount", "formula"], ["p", 2, None], [],
    ["Database", "fg"], ["format", "Excel"], [],
    ["Database parameters"], ["name", "amount", "formula"], ["q", None, "p / 2"], [],
    *map(list, OF.SUPPLY),
    *map(list, OF.block("widget", "unit", OF.MADE, OF.STEEL, OF.CO2)),
    ["Activity parameters"], ["name", "amount", "formula"], ["r", 1, None],
]  # fmt: skip
NOTES: dict[str, Rows] = {
    "one word": [["hello"]], "nothing": [], "an empty cell": [[None, None]], "numbers": [[1, 2], [3, 4]],
    "a table": [["name", "amount"], ["steel", 5]], "exchanges of nobody": [["Exchanges"], ["name", "amount", "type"]],
    "skipped": [["skip"], ["Activity", "x"]],
}  # fmt: skip
WORDS = ("Activity", "Exchanges", "Database", "Parameters", "Project parameters", "database parameters", "skip", "code",
         "Activity parameters", "exchange", "amount", "type", "name", "unit", "formula", "input")  # fmt: skip
CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(WORDS), st.sampled_from(("=1/0", "=A1", "'x'", "('a', 'b')", "a::b", "\u00a0", "production")),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=6),
)  # fmt: skip
ROWS = st.lists(st.lists(CELLS, max_size=4), max_size=6)
AREAS = st.tuples(st.integers(1, 40), st.integers(1, 9), st.integers(0, 3), st.integers(0, 3))


def written(path: Path, sheets: dict[str, Rows], merged: Sequence[tuple[int, int, int, int]] = ()) -> Path:
    """Write sheets; ``merged``: first row, first column, and how many more, of cells of the first sheet."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for row, column, down, right in merged:
        book.worksheets[0].merge_cells(None, row, column, row + down, column + right)
    book.save(path / "fg.xlsx")
    return path / "fg.xlsx"


@pytest.mark.parametrize("name", NOTES)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_sheet_of_anything_else_changes_nothing_and_is_told(tmp_path: Path, name: str, *, is_first: bool) -> None:
    """A cover, a list or an empty sheet holds no activity: the rest counts as without it."""
    sheets = {"lci": GOOD}
    path = written(tmp_path, {name: NOTES[name], **sheets} if is_first else {**sheets, name: NOTES[name]})
    read = OF.taken(path)
    assert OF.scores(read)["widget"] == pytest.approx(4.1)
    assert [n.facts["name"] for n in read.notices if n.code == "brightway-sheet"] == [name]


def _taken(sheets: dict[str, Rows], merged: Sequence[tuple[int, int, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = written(Path(place), sheets, merged)
        bw_excel.sniff(path)
        with suppress(FootprintError):
            systems.system(bw_excel.read(path, Asked("fg", allow_unlinked=True)).source, "AR6")


def _changed(rows: Rows, changes: Sequence[tuple[int, int, Any]]) -> Rows:
    found = [list(row) for row in rows]
    for row, column, cell in changes:
        at = found[row % len(found)]
        at += [None] * (column + 1 - len(at))
        at[column] = cell
    return found


CHANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9), CELLS), max_size=4)


@settings(max_examples=FEW, deadline=None)
@given(CHANGES, ROWS, st.lists(AREAS, max_size=2))
def test_any_cell_may_be_anything(
    changes: list[tuple[int, int, Any]], rows: Rows, merged: list[tuple[int, int, int, int]]
) -> None:
    """Odd block words, merged cells, sheets of rubbish: never a traceback."""
    _taken({"lci": _changed(GOOD, changes), "more": rows}, merged)


@pytest.mark.slow
@settings(max_examples=MANY, deadline=None)
@given(CHANGES, ROWS, st.lists(AREAS, max_size=2))
def test_any_cell_may_be_anything_many_times(
    changes: list[tuple[int, int, Any]], rows: Rows, merged: list[tuple[int, int, int, int]]
) -> None:
    """The same, for longer."""
    _taken({"lci": _changed(GOOD, changes), "more": rows}, merged)
