"""Rows with more cells than the header: an unquoted comma moves what stands behind it into columns of others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from footprint.layouts import lines, sources
from footprint.layouts.bill import Imported
from footprint.tables.read import read

Taken = Callable[..., Imported]
OTHERS = "C3,Ring,2,pcs\nD4,Pin,3,pcs\n"


def states(made: Imported) -> list[str]:
    return [became.state for became in made.states[0]]


@pytest.mark.parametrize(("row", "text"), [
    ("A1,Bolt, M5,30,4,pcs", "4"), ("A1,1,000,pcs,Bolt", "Bolt"), ("A1,Bolt,4,pcs,stock", "stock"),
])  # fmt: skip
def test_a_single_row_with_more_cells_than_the_header_is_rejected(taken: Taken, row: str, text: str) -> None:
    """With the cell beyond the last caption; all that it says stays, and nothing of it counts."""
    made = taken(f"Part no,Name,Qty,Unit\n{row}\n{OTHERS}")
    assert states(made) == ["rejected", "used", "used"]
    assert f"'{text}' stands beyond the last caption" in made.problems[0].text("en")
    assert [one.texts for one in lines.left(made)] == [[cell.strip() for cell in row.split(",")]]
    quantity = lines.rows(made, {"bom.csv": "F1"}, "")[0].quantity
    assert isinstance(quantity, str)
    assert text in quantity


def test_a_flag_among_moved_cells_takes_no_row_out(taken: Taken) -> None:
    """Nobody knows whose cell it is."""
    made = taken("Part no,Name,Qty,Unit,DNP\nA1,Bolt,4,pcs,X,red\nB2,Nut,1,pcs,\nC3,Ring,2,pcs,\n")
    assert states(made) == ["rejected", "used", "used"]


@pytest.mark.parametrize("text", [
    "Part no,Name,Qty,Unit\nA1,Bolt,4,pcs,red\nB2,Nut,5,pcs,blue\nC3,Ring,2,pcs\n",
    "Part no,Name,Qty,Unit,\nA1,Bolt,4,pcs,red\nB2,Nut,5,pcs,\nC3,Ring,2,pcs,\n",
    "Part no,Name,Qty,Unit\nA1,Bolt,4,pcs,,\nB2,Nut,5,pcs\nC3,Ring,2,pcs\n",
])  # fmt: skip
def test_a_column_without_a_caption_moves_nothing(taken: Taken, text: str) -> None:
    """Most rows have it, or the header's line as well, or nothing stands there; its cells are kept as not used."""
    made = taken(text)
    assert set(states(made)) == {"used"}
    assert sources.unused(made.parts[0]) == ((4,) if "red" in text else ())


def test_notes_beside_the_table_of_a_worksheet_move_nothing(tmp_path: Path) -> None:
    """No comma parts its cells; they are kept as not used."""
    book = Workbook()
    for row in (["Code", "Qty", "Unit"], ["A1", 4, "pcs", "look at this"], ["B2", 5, "pcs"], ["C3", 5, "pcs"]):
        book.active.append(row)
    book.save(tmp_path / "bom.xlsx")
    assert read(tmp_path / "bom.xlsx").sheets[0].lengths == ()
