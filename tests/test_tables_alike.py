"""Large sheets are read by looking cells up: what is found so is what reading the sheet as a whole gives."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from footprint.errors import WorkbookError
from footprint.model.sheets import Cell, Sheet
from footprint.tables import alike, container, portions, xlsx
from footprint.tables.alike import Alike, Rows
from footprint.tables.limits import MAX_CELLS
from footprint.tables.values import Common
from footprint.tables.xlsx import read_xlsx

DAY = datetime.date(2024, 2, 29)
POOL: list[Cell] = [None, None, 0.5, -1e-300, 12.0, "steel", ' a "1003" <&> ', "", "钢板", True, DAY, 1003.0, "_x0041_"]
FAR = 1001
"""Rows down, where no number in a tag is taken for that of the row."""


def written(rows: Sequence[Sequence[object]], first: int, *, inline: bool) -> bytes:
    """Return a workbook whose rows begin at ``first``, each with a format that is not the first."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": not inline, "constant_memory": inline}) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet()
        for r, row in enumerate(rows, first):
            for c, cell in enumerate(row):
                if isinstance(cell, datetime.date):
                    sheet.write_datetime(r, c, cell, day)
                elif isinstance(cell, str):
                    sheet.write_string(r, c, cell, bold) if cell else sheet.write_blank(r, c, None, bold)
                elif cell is not None:
                    sheet.write(r, c, cell)
    return out.getvalue()


@contextmanager
def looked_up(least: int = 1) -> Iterator[list[Rows | None]]:
    """Have every sheet looked up, however small, and note what is found."""
    found: list[Rows | None] = []
    usual = Alike.look_up

    def noting(self: Alike, rows: bytes, most: int) -> Rows | None:
        found.append(usual(self, rows, most))
        return found[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portions, "PORTION", 1)
        patch.setattr(alike, "_LEAST", least)
        patch.setattr(Alike, "look_up", noting)
        yield found


def read(data: bytes) -> Sheet:
    return read_xlsx(data, "book.xlsx")[0]


def typed(sheet: Sheet) -> list[list[tuple[type, Cell]]]:
    return [[(type(cell), cell) for cell in row] for row in sheet.rows]


@given(st.lists(st.lists(st.sampled_from(POOL), max_size=5), max_size=6), st.sampled_from((0, FAR)), st.booleans())
def test_a_sheet_looked_up_is_the_sheet_read_as_a_whole(rows: list[list[Cell]], first: int, inline: bool) -> None:
    """Whatever cells come together, with gaps and blanks, in any row: the same values of the same types."""
    data = written(rows * 4, first, inline=inline)
    whole = read(data)
    with looked_up():
        found = read(data)
    assert found == whole
    assert typed(found) == typed(whole)


@pytest.mark.parametrize("inline", [False, True])
def test_lists_are_looked_up_whatever_stands_between(inline: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """One formula or a title sends its neighbours the other way, and no others; order and faults stay."""
    monkeypatch.setattr(container, "_PIECE", 50_000)
    rows: list[list[object]] = [[f"C{n}", n % 9, "steel", None if n % 5 else DAY, "kg"] for n in range(6000)]
    rows[2500][1] = "=1+1"
    data = written([["title"], *rows], 0, inline=inline)
    whole = read(data)
    with looked_up(20_000) as found:
        assert read(data) == whole
    assert len(whole.rows) == 6001
    assert sum(len(each.rows) for each in found if each) > 4000


ROW = b'<row r="%d"><c r="A%d"><v>1</v></c><c r="C%d" s="1"/></row>'
PLAIN = b"".join(ROW % (n, n, n) for n in (1001, 1002, 1004))


def test_rows_are_placed_by_their_numbers() -> None:
    """A row left out is empty, a cell left out as well."""
    found = Alike(Common(None, None, date1904=False)).look_up(PLAIN, MAX_CELLS)
    assert found == Rows(1000, [(1.0, None, None), (1.0, None, None), (), (1.0, None, None)], 3)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<row r="1004">', b'<row r="1002">'),
        (b'<row r="1004">', b'<row r="1004" hidden="1">'),
        (b'<row r="1004">', b'<row r="9999999">'),
        (b'"A1004"', b'"D1004"'),
        (b'"A1004"', b'"A1003"'),
        (b'"A1004"', b'"XFE1004"'),
        (b'<c r="A1004">', b'<c r="A1004" t="s">'),
        (b'<c r="A1004">', b'<c r="A1004"><f>1</f>'),
        (b'<c r="A1004">', b'<c r="A1004"><!-- -->'),
        (b'<c r="A1004">', b'<c r="A1004" t="e">'),
        (b'<c r="C1004" s="1"/></row>', b'<c r="C1004" s="1"/>'),
        (b'<row r="1004">', b'<row r="1004"/>'),
        (PLAIN, b""),
    ],
)
def test_what_is_odd_is_not_looked_up(old: bytes, new: bytes) -> None:
    """Rows and cells out of order, twice or of another row, formulas, hidden rows, unknown texts: walked over."""
    assert old in PLAIN
    assert Alike(Common(None, None, date1904=False)).look_up(PLAIN.replace(old, new), MAX_CELLS) is None


def test_rows_far_out_or_before_those_seen_are_not_looked_up() -> None:
    """No more cells than may be, and none twice; after some vain tries no more are made."""
    known = Alike(Common(None, None, date1904=False))
    assert known.look_up(PLAIN, 3 * 1004 - 1) is None
    assert known.look_up(PLAIN.replace(b"100", b"200"), 3 * 2004) is not None
    while known.wanted:
        assert known.look_up(PLAIN, MAX_CELLS) is None


def test_texts_shown_are_added_up_however_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shared text counts for each cell that shows it; a sheet that shows too much is refused, looked up or not."""
    data = written([["x" * 500, "steel", n % 7] for n in range(300)], FAR, inline=False)
    shown = 300 * (len("<si><t>" + "x" * 500 + "</t>") + len("<si><t>steel</t>"))
    whole = read(data)
    for least in (0, 1):
        for limit, is_refused in ((shown, False), (shown - 1, True)):
            monkeypatch.setattr(xlsx, "MAX_TEXT", limit)
            with looked_up() if least else nullcontext([]) as found:
                if is_refused:
                    with pytest.raises(WorkbookError, match="text-too-large"):
                        read(data)
                else:
                    assert read(data) == whole
            assert any(found) == bool(least)
