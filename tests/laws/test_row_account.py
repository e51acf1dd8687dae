"""Nothing disappears: used + merged + excluded + rejected = the rows of each sheet, whatever the workbook holds."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from footprint.intake import read, schema
from footprint.intake.find import CANDIDATES
from footprint.model.sheets import Book, Cell, Sheet
from footprint.provenance import Place, column_letters

STATES = {"used", "merged", "excluded", "rejected"}
TABLES = [name for name in schema.sheets() if name not in {*schema.KEYED, CANDIDATES} and schema.fields(name)]
FITTING: dict[str, list[Any]] = {
    "reference": ["L1", "L2", "L3", "E1", "D1", "p", "PUMP", "product", "weld"],
    "text": ["steel", "#8 screw", "备注"],
    "number": [0.0, 1.0, -1.0],
    "positive": [0.0, 1.0, 2.5],
    "share": [0.0, 0.5, 1.0],
    "unit": ["kg", "item", "kWh"],
    "date": [dt.date(2024, 1, 1), "2024-12-31"],
    "period": ["2024", 2024.0],
    "level": [1.0, 2.0, "1.1"],
    "list": ["all inbound", "L1; L2"],
}
JUNK = st.one_of(
    st.none(), st.sampled_from(["", "  ", "#", "# note", "#N/A", "-", "７５０", "1,5", "自动"]), st.text(max_size=4),
    st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.dates(), st.times(),
)  # fmt: skip


@st.composite
def fitting(draw: st.DrawFn, name: str) -> tuple[Cell, ...]:
    """Draw a row most of whose cells are of their column's type."""
    cells: list[Cell] = []
    for field in schema.fields(name):
        texts = [*field.options] if field.type == "choice" and field.options else FITTING.get(field.type, ["x"])
        values = st.sampled_from(texts)
        cells.append(draw(values if field.required else st.one_of(st.none(), values)))
    return tuple(cells)


@st.composite
def junk(draw: st.DrawFn, name: str) -> tuple[Cell, ...]:
    """Draw a row in which anything stands anywhere, beyond the last column too."""
    width = len(schema.fields(name)) + 2
    return tuple(draw(st.lists(JUNK, max_size=width)))


def row(name: str) -> st.SearchStrategy[tuple[Cell, ...]]:
    comment = st.just(("# a comment", "x"))
    blank = st.sampled_from([(), (None, None), ("", " ", "\u3000")])
    return st.one_of(fitting(name), fitting(name), junk(name), comment, blank)


@st.composite
def sheets(draw: st.DrawFn, name: str) -> tuple[Sheet, int]:
    """Draw a sheet and the number of its rows that hold anything, counted apart from the program."""
    header = tuple(f.key if draw(st.integers(0, 30)) else None for f in schema.fields(name))
    body = draw(st.lists(row(name), max_size=8))
    place = st.tuples(st.integers(0, len(header) - 1), st.integers(2, 12))
    faults = draw(st.lists(place, max_size=2))
    addresses = [f"{column_letters(c)}{r}" for c, r in faults]
    count = sum(bool(filled(cells)) or i + 2 in {r for _, r in faults} for i, cells in enumerate(body))
    count += len({r for _, r in faults if r > len(body) + 1})
    sheet = Sheet("x.xlsx", name, (header, *body), errors=dict.fromkeys(addresses[:1], "#N/A"),
                  uncached=frozenset(addresses[1:]), hidden=frozenset({3}))  # fmt: skip
    return sheet, count


def filled(cells: tuple[Cell, ...]) -> list[Cell]:
    return [cell for cell in cells if cell is not None and not (isinstance(cell, str) and not cell.strip())]


@st.composite
def product(draw: st.DrawFn) -> tuple[Sheet, int]:
    """Draw a Product sheet without a header, of known, unknown and repeated fields."""
    keys = [field.key for field in schema.fields("Product")]
    rows: list[tuple[Cell, ...]] = [("id", "PUMP")]
    for _ in range(draw(st.integers(0, 12))):
        key = draw(st.sampled_from([*keys, "# note", "colour", None]))
        rows.append((key, draw(st.one_of(JUNK, st.sampled_from(["CN", 1.0, "2024-01-01"])))))
    return Sheet("x.xlsx", "Product", tuple(rows)), sum(bool(filled(r)) for r in rows)


@st.composite
def books(draw: st.DrawFn) -> tuple[Book, dict[str, int]]:
    names = draw(st.lists(st.sampled_from(TABLES), unique=True))
    made = [draw(product()), *(draw(sheets(name)) for name in names)]
    book = Book("x.xlsx", tuple(sheet for sheet, _ in made), "0" * 64)
    return book, {sheet.name: count for sheet, count in made if count}


@given(books())
def test_every_row_is_accounted_for_once(drawn: tuple[Book, dict[str, int]]) -> None:
    """Used + merged + excluded + rejected = rows, per sheet; no row is counted twice."""
    book, rows = drawn
    reading = read.examine(book)
    counts = reading.account.counts()
    if with_header(book):
        assert {name: sum(states.values()) for name, states in counts.items()} == rows
    assert {state for states in counts.values() for state in states} <= STATES
    assert max(Counter(state.place for state in reading.account.rows).values(), default=1) == 1


def with_header(book: Book) -> bool:
    """Tell whether each table has the two headers it takes to be found; without them its header counts as a row."""
    return all(len(filled(sheet.rows[0])) > 1 for sheet in book.sheets if sheet.name not in schema.KEYED)


@given(books())
def test_rows_are_rejected_if_and_only_if_they_have_a_problem(drawn: tuple[Book, dict[str, int]]) -> None:
    """A bill comes out only of a workbook without rejected rows, and each rejected row is told of."""
    book, _ = drawn
    reading = read.examine(book)
    rejected = {number(row.place) for row in reading.account.rows if row.state == "rejected"}
    accounted = {number(row.place) for row in reading.account.rows}
    told = {number(p.place) for p in reading.problems if isinstance(p.place, Place) and p.place.cell}
    assert told & accounted <= rejected
    assert bool(reading.problems) == (reading.bill is None)
    assert reading.problems or not rejected


def number(place: Place) -> tuple[str, str]:
    return place.sheet, place.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@given(books())
def test_every_problem_and_notice_can_be_said(drawn: tuple[Book, dict[str, int]]) -> None:
    """Whatever is found can be told in both languages."""
    from footprint.messages import message

    reading = read.examine(drawn[0])
    for found in reading.problems:
        assert found.text("zh")
        assert found.text("en")
    for notice in reading.notices:
        assert message(notice.code, "zh", **notice.facts)
        assert message(notice.code, "en", **notice.facts)


@given(st.permutations(range(6)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    """Lines by parent id tell one bill in any order."""
    rest = ("product", 2.0, "kg", "measured")
    lines = [(f"L{i}", f"L{i - 2}" if i > 1 else "", f"part {i}", *rest) for i in range(6)]
    header = ("line", "parent", "name", "role", "quantity", "unit", "basis")
    bom = Sheet("x.xlsx", "BOM", (header, *(lines[i] for i in order)))
    reading = read.examine(Book("x.xlsx", (PRODUCT, bom), "0" * 64))
    assert reading.bill is not None
    found = {line.id: (line.parent, line.quantity.value) for line in reading.bill.bom}
    assert found == {line[0]: (line[1], 2.0) for line in lines}


PRODUCT = Sheet(
    "x.xlsx",
    "Product",
    (
        ("id", "P"), ("model", "M"), ("country", "CN"), ("province", "Jiangsu"), ("pcr", "x"), ("boundary", "b"),
        ("declared_unit", "u"), ("declared_amount", 1.0), ("bom_quantity", 1.0), ("net_mass", 1.0),
        ("period_start", "2024-01-01"), ("period_end", "2024-12-31"), ("quantities", "net"),
    ),
)  # fmt: skip
