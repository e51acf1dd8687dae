"""Excel 97-2003 workbooks, written by hand record by record, are read by type; damaged ones are refused."""

from __future__ import annotations

import datetime
import random
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.tables.read import read

Refused = Callable[[Path], str]
Write = Callable[..., Path]


def record(kind: int, *body: bytes) -> bytes:
    content = b"".join(body)
    return struct.pack("<2H", kind, len(content)) + content


def words(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}H", *numbers)


def short_text(text: str) -> bytes:
    return struct.pack("<2B", len(text), 1) + text.encode("utf-16-le")


def long_text(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def cell_format(number_format: int) -> bytes:
    return record(0xE0, words(0, number_format, 0), bytes(14))


def stream(*sheets: tuple[str, int, bytes], date1904: int = 0, password: bool = False) -> bytes:
    """Return the records of a workbook: each sheet a name, a state (0 visible, 1 hidden) and its own records."""
    start = record(0x809, words(0x600, 5, 0, 0), bytes(8)) + record(0x42, words(1200)) + record(0x22, words(date1904))
    if password:
        start += record(0x2F, words(0, 1, 2))
    start += b"".join(record(0x31, words(200, 0, 0x7FFF, 400, 0), bytes(4), short_text("Arial")) for _ in range(5))
    start += cell_format(0) + cell_format(14)
    bodies = [record(0x809, words(0x600, 16, 0, 0), bytes(8)) + body + record(0x0A) for _, _, body in sheets]
    listed = [record(0x85, bytes(4), bytes([state, 0]), short_text(name)) for name, state, _ in sheets]
    at = len(start) + sum(map(len, listed)) + 4
    for i, body in enumerate(bodies):
        listed[i] = listed[i][:4] + struct.pack("<I", at) + listed[i][8:]
        at += len(body)
    return start + b"".join(listed) + record(0x0A) + b"".join(bodies)


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return record(0x203, words(row, column, style), struct.pack("<d", value))


CELLS = (
    record(0x208, words(1, 0, 4, 0x20FF, 0, 0), struct.pack("<I", 0x20))
    + number(0, 0, 1.0)
    + record(0x204, words(0, 1, 0), long_text(" 钢板 "))
    + record(0x205, words(0, 2, 0), b"\1\0")
    + record(0x205, words(1, 0, 0), b"\x2a\1")
    + number(1, 1, 45292, 1)
    + number(1, 2, 45292.25, 1)
    + number(1, 3, 0.5, 1)
    + number(2, 1, float("nan"))
    + record(0xE5, words(1, 0, 0, 0, 2))
)


def test_cells_are_read_by_type(compound: Write) -> None:
    """Numbers, texts, truth values, dates, errors, hidden rows, merged ranges and hidden sheets come as from xlsx."""
    book = read(compound({"Workbook": stream(("BOM", 0, CELLS), ("资料", 1, number(4, 2, 7.0)))}))
    first, second = book.sheets
    assert first.rows == (
        (1.0, " 钢板 ", True, None),
        (None, datetime.date(2024, 1, 1), datetime.datetime(2024, 1, 1, 6), datetime.time(12)),  # noqa: DTZ001
        (None, None, None, None),
    )
    assert first.errors == {"A2": "#N/A", "B3": "#NUM!"}
    assert (first.hidden, first.merged, first.visible) == ({2}, ("A1:C1",), True)
    assert (second.name, second.visible, second.rows) == ("资料", False, (*[(None,) * 3] * 4, (None, None, 7.0)))


def test_dates_follow_the_calendar_of_the_workbook(compound: Write) -> None:
    """The 1904 date system is honoured."""
    book = read(compound({"Workbook": stream(("S", 0, number(0, 0, 1.0, 1)), date1904=1)}))
    assert book.sheets[0].rows == ((datetime.date(1904, 1, 2),),)


def test_a_large_compound_file_is_unwrapped(compound: Write) -> None:
    """Beyond seven megabytes the table of sectors has a table of its own."""
    padding = b"".join(record(0x1AE, bytes(8000)) for _ in range(1000))
    book = read(compound({"Workbook": stream(("S", 0, padding + number(0, 0, 5.0)))}))
    assert book.sheets[0].rows == ((5.0,),)


def test_a_password_is_refused(compound: Write, refused: Refused) -> None:
    """A workbook with a password to open is refused as encrypted."""
    said = refused(compound({"Workbook": stream(("S", 0, CELLS), password=True)}))
    assert said == "book.xls: the workbook is encrypted. Save it without a password. [workbook-encrypted]"


@pytest.mark.parametrize("streams", [{"WordDocument": bytes(5000)}, {"Workbook": b"x" * 5000}, {}])
def test_other_compound_files_are_no_workbooks(streams: dict[str, bytes], compound: Write, refused: Refused) -> None:
    """A document of another program is no workbook."""
    assert refused(compound(streams)).endswith("[not-a-workbook]")


def test_damage_is_refused_or_harmless(compound: Write, tmp_path: Path, worker) -> None:
    """No damaged byte crashes, hangs, or raises anything but a refusal."""
    data = compound({"Workbook": stream(("BOM", 0, CELLS), ("资料", 1, CELLS))}).read_bytes()
    chance = random.Random(1)
    path = tmp_path / "damaged.xls"
    for _ in range(400):
        damaged = bytearray(data)
        for _ in range(chance.choice([1, 2, 8])):
            damaged[chance.randrange(len(data))] = chance.choice([0, 1, 255, chance.randrange(256)])
        path.write_bytes(damaged)
        answer = worker.read(path)
        assert "bug" not in answer, answer["bug"]
