"""Texts lined up for the eye: tabs, columns of one width, and a number before each line."""

from __future__ import annotations

from pathlib import Path

import pytest

from footprint.tables.read import read

Row = tuple[object, ...]


def rows(folder: Path, text: str, name: str = "bom.txt") -> list[Row]:
    (folder / name).write_text(text, encoding="utf-8")
    return [row for row in read(folder / name).sheets[0].rows if any(cell is not None for cell in row)]


def test_tabs_that_line_up_cells_are_one_delimiter(tmp_path: Path) -> None:
    """Each cell stands below its caption on the screen; a blank one stays blank, and a long one pushes the next."""
    text = ("Part\t\tQuantity\tPrice\t\tNote\n------\nrod\t\t2\t\t3 $\t\tof oak\nlong bolt M3\t4\t\t\t\tzinc\n"
            "a very long plate\t1\t2 $\t\tnew\n")  # fmt: skip
    assert rows(tmp_path, text) == [
        ("Part", "Quantity", "Price", "Note"), ("------", None, None, None), ("rod", 2.0, "3 $", "of oak"),
        ("long bolt M3", 4.0, None, "zinc"), ("a very long plate", 1.0, "2 $", "new"),
    ]  # fmt: skip


def test_rows_that_are_as_full_as_the_header_need_no_stops(tmp_path: Path) -> None:
    """Where nothing is blank, each filled cell belongs to the caption of its number."""
    assert rows(tmp_path, "Part\t\tQty\tPlant\nrod\t2\t\t\t30\nbar\t\t\t4\t8\n") == [
        ("Part", "Qty", "Plant"), ("rod", 2.0, 30.0), ("bar", 4.0, 8.0)]  # fmt: skip


@pytest.mark.parametrize("name", ["bom.txt", "bom.tsv"])
@pytest.mark.parametrize("text", [
    "Part\tSpec\tQty\tNote\nrod\t\t2\t\na longer bar of it\t\t4\tn\npin\tx\t1\tn\n",
    "Part\tSpec\t\tQty\nrod\t\t\t2\nbar\tx\t\t4\npin\t\ty\t\n",
])  # fmt: skip
def test_blank_cells_of_an_export_stay_blank(tmp_path: Path, text: str, name: str) -> None:
    """One tab parts two cells where rows have the cells of the header."""
    assert [row[0] for row in rows(tmp_path, text, name)][1] == "rod"
    assert [len([cell for cell in row if cell is None]) for row in rows(tmp_path, text, name)] == [
        len([cell for cell in line.split("\t") if not cell]) for line in text.splitlines()]  # fmt: skip


def test_columns_of_one_width_are_read(tmp_path: Path) -> None:
    """As programs for boards print part lists: captions above cells that begin below them, texts with blanks."""
    text = ("List of parts\n\nQty Value      Parts         Library of it\n"
            "2   10 kOhm    R1, R2        passive\n11             C1, C2        passive\n"
            "1   a,b;c      X             main one\n")  # fmt: skip
    assert rows(tmp_path, text)[1:] == [
        ("Qty", "Value", "Parts", "Library of it"), (2.0, "10 kOhm", "R1, R2", "passive"),
        (11.0, None, "C1, C2", "passive"), (1.0, "a,b;c", "X", "main one"),
    ]  # fmt: skip


def test_a_text_that_is_no_table_is_left(tmp_path: Path) -> None:
    """Prose, and lines of which one does not fit, are not cut."""
    text = "Notes  on  parts\nThis is what we use now.\nThat is another line of it.\n"
    assert {len(row) for row in rows(tmp_path, text)} == {1}
    text = "Part   Qty   Note\nrod    2     a\nlong bar 4   b\n"
    assert rows(tmp_path, text)[1] == ("rod    2     a",)


def test_a_number_before_each_line_is_a_cell(tmp_path: Path) -> None:
    """``2x - nut`` and ``2 nut`` are a count and what is counted, where all lines are so."""
    assert rows(tmp_path, "2x - nut M3\n4x - bolt\n1x - rod 1 m\n") == [
        (2.0, "nut M3"), (4.0, "bolt"), (1.0, "rod 1 m")]  # fmt: skip
    assert rows(tmp_path, ' 12 "nut"\n  4 "bolt"\n  1 "rod"\n') == [(12.0, "nut"), (4.0, "bolt"), (1.0, "rod")]
    assert rows(tmp_path, "2x - nut\nbolt\n1x - rod\n")[0] == ("2x - nut",)


@pytest.mark.parametrize("text", [
    "Part,   Qty,  Note\nrod,    2,    a\nnail,   4,    b\n", "2 rod;steel\n4 nail;iron\n1 pin;iron\n",
    "Part   |Qty   |Note\nrod    |2     |a\nnail   |4     |b\n",
])  # fmt: skip
def test_a_sign_parts_cells_before_blanks_do(tmp_path: Path, text: str) -> None:
    """Padded exports are exports: no comma or bar is left in a cell."""
    assert all(sign not in str(cell) for row in rows(tmp_path, text) for cell in row for sign in ",;|")


def test_a_text_of_long_lines_is_looked_at_in_time(tmp_path: Path) -> None:
    """Nothing is tried over and over on a text made to be slow."""
    assert rows(tmp_path, "a  " * 30_000 + "\n" + "b\n" * 4_000)
    assert rows(tmp_path, ("a  " * 1_000 + "\n") + " \n" + ("b " + " " * 900 + "\n") * 900)
    assert rows(tmp_path, ("a\t" * 1_000 + "\n") * 200)
