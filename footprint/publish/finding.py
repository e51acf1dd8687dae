"""Where a cell stands in a declaration: everything said of its row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from footprint.errors import RequestError, problem
from footprint.publish.behind import resting

Entry = Mapping[str, Any]
NEAREST = 3
_ADDRESS = re.compile(r"'?([^'!]+?)'?!\$?([A-Za-z]{0,3})\$?([0-9]{1,7})")
_RULE = re.compile(r"(PCR)!([A-Za-z0-9._-]+)", re.IGNORECASE)


class Row(NamedTuple):
    """A row of a sheet, or a rule that added a line: all that a place is looked up by."""

    sheet: str
    number: int
    rule: str = ""


class Found(NamedTuple):
    """Everything a declaration says of one row. ``name`` is that of what stands in it, "" if nothing does."""

    name: str
    postings: tuple[Entry, ...]
    flows: tuple[Entry, ...]
    used_by: tuple[Entry, ...]
    gaps: tuple[Entry, ...]
    excluded: tuple[Entry, ...]
    fields: tuple[Entry, ...]
    assumptions: tuple[Entry, ...]
    clauses: tuple[Entry, ...]
    states: tuple[Entry, ...]

    def anything(self) -> bool:
        """Return whether the row is known at all."""
        return any(getattr(self, name) for name in self._fields)


def parse(address: str) -> Row:
    """Return the row an address names; full-width signs and quotes round the sheet are read as meant."""
    found = row_of(unicodedata.normalize("NFKC", address).strip())
    if found is None:
        raise RequestError(problem("cell-malformed", address))
    return found


def find(document: Entry, row: Row) -> Found:
    """Return everything ``document`` says of ``row``."""

    def here(cells: Iterable[str]) -> bool:
        return any(row_of(cell) == row for cell in cells)

    def at(entries: Iterable[Entry]) -> tuple[Entry, ...]:
        return tuple(e for e in entries if here(_several(e["cell"])))

    def stands(entry: Entry) -> bool:
        return here([entry["cell"], entry["entered"]["cell"]])

    lines = (*document["ledger"], *document["flows"])
    others = [*resting(document, lambda cell: row_of(cell) == row)]
    named = at((*lines, *document["completeness"]["gaps"], *document["excluded"]))
    return Found(
        name=named[0]["name"] if named else "",
        postings=tuple(e for e in document["ledger"] if stands(e)),
        flows=tuple(f for f in document["flows"] if stands(f)),
        used_by=_used_by(lines, others, lambda e: here(_named_in(e)), stands),
        gaps=at(document["completeness"]["gaps"]),
        excluded=at(document["excluded"]),
        fields=(*at(document["product"]["fields"]), *_inputs(document, row)),
        assumptions=at(document["assumptions"]),
        clauses=tuple(c for c in document["clauses"] if here(c["cells"])),
        states=at(document["account"]["rows"]),
    )


def _inputs(document: Entry, row: Row) -> Iterator[Entry]:
    """Yield the fields of the Product sheet that the result was calculated with, as they stand in ``row``."""
    cells = (each for each in document.get("inputs", {}).get("cells", ()) if row_of(each["cell"]) == row)
    told = {field["cell"] for field in document["product"]["fields"]}
    yield from (each for each in cells if row.sheet == "product" and each["cell"] not in told)


def _used_by(
    lines: Iterable[Entry], others: list[Entry], named: Callable[[Entry], bool], stands: Callable[[Entry], bool]
) -> tuple[Entry, ...]:
    """Return the lines of other rows that rest on a row, the largest first."""
    known = {id(entry) for entry in others}
    found = [entry for entry in lines if not stands(entry) and (id(entry) in known or named(entry))]
    return tuple(sorted(found, key=lambda entry: -abs(entry.get("value", 0.0))))


def _named_in(entry: Entry) -> list[str]:
    """Return the cells a line rests on besides its own: those of its steps, and of what lets it stand in for a gap."""
    steps = [step["cell"] for step in entry["steps"]]
    return [*steps, entry["stands_in"]["cell"]] if "stands_in" in entry else steps


def _several(cells: str) -> list[str]:
    """Return the cells of a statement about several: ``BOM!F59, BOM!F99``, perhaps cut with an ellipsis."""
    return [cell.strip(" …") for cell in cells.split(",")]


def row_of(cell: str) -> Row | None:
    """Return the row that a cell stands in, None for what is no address."""
    match = _ADDRESS.fullmatch(cell)
    if match is not None:
        return Row(match[1].strip().casefold(), int(match[3]))
    rule = _RULE.fullmatch(cell)
    return Row(rule[1].casefold(), 0, rule[2].casefold()) if rule else None


def _cells(document: Entry) -> Iterator[str]:
    """Yield every cell the declaration knows."""
    for entry in (*document["ledger"], *document["flows"]):
        yield from (entry["cell"], entry["entered"]["cell"], *_named_in(entry))
    parts = (document["completeness"]["gaps"], document["excluded"], document["product"]["fields"])
    for entry in (*(e for part in parts for e in part), *document["assumptions"], *document["account"]["rows"]):
        yield from _several(entry["cell"])


def _known(document: Entry) -> dict[Row, str]:
    """Return a cell of each row the declaration knows."""
    rows: dict[Row, str] = {}
    for cell in _cells(document):
        row = row_of(cell)
        if row is not None:
            rows.setdefault(row, cell)
    return rows


def nearest(document: Entry, wanted: Row) -> tuple[str, ...]:
    """Return cells near the one asked for: rows of the same sheet, else the first of sheets named alike."""
    known = _known(document)
    same = sorted(
        (abs(row.number - wanted.number), row.number, cell) for row, cell in known.items() if row.sheet == wanted.sheet
    )
    if same:
        return tuple(cell for _, _, cell in same[:NEAREST])
    from difflib import get_close_matches

    sheets = {row.sheet: cell for row, cell in reversed(known.items())}
    return tuple(
        sheets[name] for name in get_close_matches(wanted.sheet, sheets, NEAREST, 0.4) or list(sheets)[:NEAREST]
    )


def written(document: Entry, row: Row, address: str) -> str:
    """Return the address as the workbook writes it: the sheet's own letters, the column in capitals."""
    cell = _known(document).get(row, address)
    typed = _ADDRESS.fullmatch(unicodedata.normalize("NFKC", address).strip())
    column = typed[2].upper() if typed else ""
    return cell if row.rule else f"{cell.rpartition('!')[0]}!{column}{row.number}"
