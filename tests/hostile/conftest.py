"""Files made by hand, byte by byte, and a process of its own to read them in.

A guard that fails lets a reader abort the process or fill the memory; so hostile files are read by a worker with limits
on its address space and its time, and only the worker dies.
"""

from __future__ import annotations

import json
import queue
import struct
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

SECONDS, BYTES = 5.0, 1 << 30
"""What one file may take: processor time, and address space of the process that reads it."""

PATIENCE = 60.0
"""Seconds on the clock until a worker counts as hanging, on however busy a machine."""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

LAST, FREE = 0xFFFFFFFE, 0xFFFFFFFF

WORKER = f"""
import json, sys, time, traceback
from pathlib import Path
from footprint.errors import FootprintError
from footprint.tables.read import read
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({BYTES}, {BYTES}))
except ImportError:
    pass
for line in sys.stdin:
    start = time.process_time()
    try:
        book = read(Path(json.loads(line)))
        said = {{"sheets": [
            {{"name": s.name, "rows": len(s.rows), "columns": len(s.rows[0]) if s.rows else 0, "visible": s.visible,
              "errors": s.errors, "uncached": sorted(s.uncached), "hidden": sorted(s.hidden), "merged": len(s.merged),
              "types": sorted({{type(c).__name__ for row in s.rows for c in row}})}} for s in book.sheets]}}
    except FootprintError as error:
        said = {{"refused": [p.code for p in error.problems], "en": error.text("en"), "zh": error.text("zh")}}
    except BaseException:
        said = {{"bug": traceback.format_exc()}}
    if time.process_time() - start > {SECONDS}:
        said = {{"bug": f"took {{time.process_time() - start:.1f}} s"}}
    print(json.dumps(said), flush=True)
"""

Answer = dict[str, Any]


class Worker:
    """A process that reads one file after the other and says what it found."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._answers: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._listen, args=(self._process, self._answers), daemon=True).start()

    @staticmethod
    def _listen(process: subprocess.Popen[bytes], answers: queue.Queue[bytes]) -> None:
        for line in process.stdout or ():
            answers.put(line)
        answers.put(b"")

    def read(self, path: Path) -> Answer:
        """Return what the worker says of ``path``: its sheets, the codes it was refused with, or how it died."""
        self._process.stdin.write(json.dumps(str(path)).encode() + b"\n")
        self._process.stdin.flush()
        try:
            line = self._answers.get(timeout=PATIENCE)
        except queue.Empty:
            line = b""
            self._process.kill()
        if line:
            return json.loads(line)
        code = self._process.wait()
        self.close()
        self._start()
        return {"bug": f"the process ended with {code}, or took more than {PATIENCE} s"}

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    """Return the process that reads hostile files."""
    found = Worker()
    yield found
    found.close()


@pytest.fixture
def refused(worker: Worker) -> Callable[[Path], str]:
    """Return what reads a file that must be refused: its English sentence, once there is one for each language."""

    def check(path: Path) -> str:
        answer = worker.read(path)
        assert "refused" in answer, answer
        assert answer["en"].startswith(path.name)
        assert answer["zh"].startswith(path.name)
        assert answer["zh"] != answer["en"]
        return str(answer["en"])

    return check


@pytest.fixture
def package(tmp_path: Path) -> Callable[..., Path]:
    """Return what writes a zip file: ``package({name: text or bytes}, "file.xlsx")``."""

    def write(parts: Mapping[str, str | bytes], name: str = "book.xlsx") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, content in parts.items():
                archive.writestr(part, content)
        return path

    return write


def parts_of(*sheets: str | bytes, **more: str | bytes) -> dict[str, str | bytes]:
    """Return the parts of a workbook of whole sheet parts; ``strings`` and ``styles`` are further parts.

    ``properties`` go into the list of sheets; ``states`` are the states of the sheets, parted by blanks.
    """
    numbers = range(1, len(sheets) + 1)
    states = dict(zip(numbers, str(more.pop("states", "")).split(), strict=False))
    listed = "".join(
        f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"{_state(states.get(n))}/>' for n in numbers
    )
    properties = more.pop("properties", "")
    relations = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    named = {"strings": ("sharedStrings", "sharedStrings.xml"), "styles": ("styles", "styles.xml")}
    relations += [(f"x{key}", *named[key]) for key in more]
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}<sheets>{listed}</sheets></workbook>'
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relationships([("rId1", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": relationships(relations),
        **{f"xl/worksheets/sheet{n}.xml": sheet for n, sheet in zip(numbers, sheets, strict=True)},
        **{f"xl/{named[key][1]}": part for key, part in more.items()},
    }


def _state(state: str | None) -> str:
    return f' state="{state}"' if state else ""


def relationships(relations: Sequence[tuple[str, str, str]]) -> str:
    """Return a list of relations: id, last word of the type, target."""
    listed = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{to}"/>' for i, kind, to in relations)
    return f'<Relationships xmlns="{PACKAGE}">{listed}</Relationships>'


def sheet_of(rows: str, before: str = "", after: str = "") -> str:
    """Return a sheet part around ``rows``."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    )


@pytest.fixture
def parts() -> Callable[..., dict[str, str | bytes]]:
    """Return `parts_of`."""
    return parts_of


@pytest.fixture
def sheet() -> Callable[..., str]:
    """Return `sheet_of`."""
    return sheet_of


@pytest.fixture
def book_of(package: Callable[..., Path]) -> Callable[..., Path]:
    """Return what writes a workbook of rows: ``book_of('<row r="1">...', after="<mergeCells>...")``."""

    def write(rows: str, name: str = "book.xlsx", *, before: str = "", after: str = "", **more: str | bytes) -> Path:
        return package(parts_of(sheet_of(rows, before, after), **more), name)

    return write


@pytest.fixture
def compound(tmp_path: Path) -> Callable[..., Path]:
    """Return what writes an OLE2 compound file: ``compound({"Workbook": bytes}, "book.xls")``."""

    def write(streams: Mapping[str, bytes], name: str = "book.xls") -> Path:
        path = tmp_path / name
        path.write_bytes(compound_file(streams))
        return path

    return write


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """Return a compound file of sectors of 512 bytes: directory, streams (none of them small), table of sectors."""
    fat, directory, body = [LAST], [_entry("Root Entry", 5, LAST, 0)], b""
    for name, content in streams.items():
        first, sectors = len(fat), -(-len(content) // 512) or 1
        fat += [*range(first + 1, first + sectors), LAST]
        body += content.ljust(sectors * 512, b"\0")
        directory.append(_entry(name, 2, first, len(content)))
    assert len(directory) <= 4
    tables = -(-(len(fat) + 200) // 128)
    numbers = [*range(len(fat), len(fat) + tables)]
    listed = numbers[109:]
    fat += [FREE] * (tables * 128 - len(fat))
    more = struct.pack("<128I", *listed, *[FREE] * (127 - len(listed)), LAST) if listed else b""
    return (
        _header(numbers, numbers[-1] + 1 if more else LAST) + b"".join(directory).ljust(512, b"\0") + body
        + struct.pack(f"<{len(fat)}I", *fat) + more
    )  # fmt: skip


def _header(tables: Sequence[int], more: int) -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, len(tables), 0, 0, 0, LAST, 0, more, more != LAST)
    return head + struct.pack("<109I", *[*tables, *[FREE] * 109][:109])


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    coded = name.encode("utf-16-le") + b"\0\0"
    tree = struct.pack("<3I", *[0xFFFFFFFF] * 3)
    return coded.ljust(64, b"\0") + struct.pack("<HBB", len(coded), kind, 1) + tree + bytes(36) + struct.pack(
        "<IQ", start, size
    )
