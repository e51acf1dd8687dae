"""Workbooks whose insides are not scanned here (xlsb, ods), read by calamine in a process of its own.

Calamine asks for memory for the whole extent of a sheet and aborts when it gets none. The process may take so much
memory and time, and no more; whatever becomes of it, this one goes on. Formulas without a value, hidden rows and merged
ranges are not told by it: `Sheet.is_blind` says so. What is shown in per cent is read besides, of ods alone.
"""

from __future__ import annotations

import datetime as dt
import marshal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

from footprint.errors import WorkbookError, problem
from footprint.model.sheets import Cell, Sheet
from footprint.tables import odf
from footprint.tables.container import Container
from footprint.tables.grid import rectangle, too_large
from footprint.tables.limits import MAX_CELLS, MAX_TEXT
from footprint.tables.swollen import bounded

SUFFIXES = {"opendocument": "OpenDocument", "workbook.bin": "xlsb"}
MEMORY = 1 << 30
"""Bytes that the process may take."""
PATIENCE_S = 60
_DAY, _MOMENT, _TIME, _SPAN = "d", "m", "t", "s"
_CHILD = f"""
import datetime as dt, io, marshal, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, ValueError, OSError):
    pass
from python_calamine import CalamineWorkbook, SheetVisibleEnum

def cell(value):
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, dt.datetime):
        return ("{_MOMENT}", value.isoformat())
    if isinstance(value, dt.date):
        return ("{_DAY}", value.isoformat())
    if isinstance(value, dt.time):
        return ("{_TIME}", value.isoformat())
    if isinstance(value, dt.timedelta):
        return ("{_SPAN}", value.total_seconds())
    return str(value)

book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
found, left = [], {MAX_CELLS}
for told in book.sheets_metadata:
    sheet = book.get_sheet_by_name(told.name)
    height, width = sheet.total_height, sheet.total_width
    left -= height * width
    if left < 0:
        found.append((told.name, height, width, None, True))
        break
    start = sheet.start or (0, 0)
    rows = [
        [(value or None) if type(value) is str else value if type(value) is float else cell(value) for value in row]
        for row in sheet.to_python()
    ]
    visible = told.visible == SheetVisibleEnum.Visible
    found.append((told.name, start[0], start[1], rows, visible))
sys.stdout.buffer.write(marshal.dumps(found))
"""


_READS: dict[str, Callable[[Any], Cell]] = {
    _DAY: dt.date.fromisoformat, _MOMENT: dt.datetime.fromisoformat, _TIME: dt.time.fromisoformat,
    _SPAN: lambda seconds: dt.timedelta(seconds=seconds),
}  # fmt: skip


def kind(container: Container) -> str:
    """Return the format of a container that is read apart, "" for any other."""
    if "mimetype" in container and b"opendocument.spreadsheet" in container.whole("mimetype"):
        return SUFFIXES["opendocument"]
    return SUFFIXES["workbook.bin"] if "xl/workbook.bin" in container else ""


def read_apart(data: bytes, container: Container) -> tuple[Sheet, ...]:
    """Return the worksheets of the workbook in ``data``; raise `WorkbookError` placed at its file."""
    for name in container.names():
        for _ in container.stream(name) if not name.endswith("/") else ():
            pass  # inflated once, within bounds, before anybody else does
    file = container.file
    if kind(container) != SUFFIXES["opendocument"]:
        return tuple(sheet._replace(is_bare=True) for sheet in _sheets(_answered(data, file), file))
    if container.member(odf.PART).size > MAX_TEXT:
        raise WorkbookError(problem("workbook-too-long", file, part=odf.PART, limit=MAX_TEXT >> 20))
    content = container.whole(odf.PART, MAX_TEXT)
    bounded(content, file)
    sheets = tuple(_sheets(_answered(data, file), file))
    shown = odf.per_cent(content, file)
    return tuple(sheet._replace(per_cent=shown.get(sheet.name, frozenset())) for sheet in sheets)


def _answered(data: bytes, file: str) -> list[Any]:
    """Return what the process found; a `WorkbookError` where it found nothing."""
    command = [sys.executable, "-I", "-c", _CHILD]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE_S, check=False)  # noqa: S603  this program
    except subprocess.TimeoutExpired as exc:
        raise WorkbookError(problem("workbook-slow", file, seconds=PATIENCE_S)) from exc
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise WorkbookError(problem("workbook-unreadable", file, reason=said[-1][:200] if said else "-"))
    found: list[Any] = marshal.loads(done.stdout)  # noqa: S302  written by the process above
    return found


def _sheets(found: list[Any], file: str) -> Iterator[Sheet]:
    for name, top, left, rows, visible in found:
        if rows is None:
            raise WorkbookError(too_large(file, name, top, left))
        whole = [()] * top + [(None,) * left + _cells(row) for row in rows]
        yield Sheet(file, name, rectangle(whole), visible=visible, is_blind=True)


def _cells(row: list[Any]) -> tuple[Cell, ...]:
    return tuple([_READS[value[0]](value[1]) if type(value) is tuple else value for value in row])
