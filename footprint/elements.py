"""What a file consists of, by name: cells, datasets, parts of rules, records. An edit is told where it is."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from footprint.errors import FootprintError
from footprint.provenance import column_letters

_SECTION = re.compile(r"([A-Za-z_]\w*):")
_PART = re.compile(r"\s*- (?:\{ ?)?(?:id|key): *[\"']?([^\s,\"'}]+)")
_NAMES = ("id", "key", "cell", "code", "process")
_DIGITS = 16
Elements = dict[str, str]


def elements(name: str, content: bytes) -> Elements:
    """Return what a file called ``name`` consists of: a name for each element -> the digest of what it says."""
    return {key: _digest(text) for key, text in parts(name, content).items()}


def _digest(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:_DIGITS]


def parts(name: str, content: bytes) -> Elements:
    """Return what a file called ``name`` consists of, each element by name; nothing where it cannot be read."""
    reader = _READERS.get(Path(name).suffix.lower())
    if reader is None:
        return {}
    try:
        return _numbered(reader(content, Path(name)))
    except (FootprintError, ValueError, RecursionError, csv.Error):
        return {}


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return the names of the elements that only one has, or that say something else, in the order they stand in."""
    return [name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)]


def _numbered(found: Iterable[tuple[str, str]]) -> Elements:
    """Return named texts by name; of several with one name, the second is called `name (2)`."""
    named: Elements = {}
    count: dict[str, int] = {}
    for name, text in found:
        count[name] = count.get(name, 0) + 1
        named[name if count[name] == 1 else f"{name} ({count[name]})"] = text
    return named


Found = Iterator[tuple[str, str]]


def _cells(content: bytes, path: Path) -> Found:
    from footprint.tables.read import parse

    for sheet in parse(content, path).sheets:
        for number, row in enumerate(sheet.rows, 1):
            for column, cell in enumerate(row):
                if cell is not None:
                    yield f"{sheet.name}!{column_letters(column)}{number}", f"{type(cell).__name__} {cell}"
        yield from ((f"{sheet.name}!{address}", f"error {text}") for address, text in sheet.errors.items())


def _lines(content: bytes, _: Path) -> Found:
    """Yield the lines of a compiled database: its header, and one dataset each."""
    header, _lf, body = content.decode().partition("\n")
    yield "header", header
    yield from ((line.partition("\t")[0], line) for line in body.splitlines())


def _rules(content: bytes, _: Path) -> Found:
    """Yield the parts of a rule file as they are written, without reading them: `checks: cut-off-mass`."""
    section, part, text = "", "head", ""
    for line in content.decode().splitlines():
        top, below = _SECTION.match(line), _PART.match(line)
        if top or below:
            yield part, text
            text = ""
        if top:
            section = part = top[1]
        elif below:
            part = f"{section}: {below[1]}"
        text += f"{line}\n"
    yield part, text


def _rows(content: bytes, _: Path) -> Found:
    """Yield the rows of a table by their first cells: a code, or what takes what."""
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    header = next(reader, [])
    yield "header", ",".join(header)
    width = 3 if header[:1] == ["activity"] else 1
    yield from ((" ".join(row[:width]), json.dumps(row, ensure_ascii=False)) for row in reader)


def _values(content: bytes, _: Path) -> Found:
    return _walked(json.loads(content), "")


def _walked(value: Any, path: str) -> Found:
    """Yield the values of a document by where they stand: `ledger[BOM!F8].factor`."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _walked(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from _walked(inner, f"{path}[{_named(inner, number)}]")
    else:
        yield path, json.dumps(value, ensure_ascii=False)


def _named(item: Any, number: int) -> str:
    """Return what an item of a list is called: its own name, else its number."""
    if isinstance(item, dict):
        return next((str(item[key]) for key in _NAMES if isinstance(item.get(key), str)), str(number))
    return str(number)


def _marks(content: bytes, _: Path) -> Found:
    """Yield the lines of a page."""
    yield from ((f"line {number}", line) for number, line in enumerate(content.decode().splitlines(), 1))


def _sums(content: bytes, _: Path) -> Found:
    """Yield the names of a list of checksums."""
    yield from ((line[66:], line[:64]) for line in content.decode().splitlines())


_READERS: Mapping[str, Callable[[bytes, Path], Found]] = {
    ".xlsx": _cells, ".xlsm": _cells, ".xls": _cells, ".tsv": _cells, ".txt": _cells, ".csv": _rows, ".jsonl": _lines,
    ".yaml": _rules, ".yml": _rules, ".json": _values, ".html": _marks, ".sha256": _sums,
}  # fmt: skip
