"""What stands behind a line besides its own row: factors, documents, instruments and fields of the product."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Entry = Mapping[str, Any]
Here = Callable[[str], bool]


def resting(document: Entry, here: Here) -> Iterator[Entry]:
    """Yield the lines that rest on a row which is not theirs: their factor, document, instrument, or a formula.

    ``here`` tells whether a cell stands in the row. A number that the whole result is stated by is behind every line.
    """
    keys = {dataset["key"] for dataset in document["datasets"] if here(dataset.get("cell", ""))}
    papers = document.get("evidence", {})
    read = {row["id"] for row in papers.get("instruments", ()) if here(row["cell"])}
    backing = {row["id"] for row in papers.get("documents", ()) if here(row["cell"]) or _instrument(row) in read}
    formulas = _formulas(document, here)
    for entry, rests in zip(document["ledger"], formulas, strict=True):
        if rests or entry["target"] in keys or (entry.get("evidence") and entry["evidence"] in backing):
            yield entry


def _instrument(row: Entry) -> str:
    return str((row.get("readings") or {}).get("instrument", ""))


def _formulas(document: Entry, here: Here) -> list[bool]:
    """Tell of each line whether a formula of it, or that of the demand, names a cell of the row."""
    inputs = document.get("inputs")
    if inputs is None or len(inputs["ledger"]) != len(document["ledger"]):
        return [False] * len(document["ledger"])
    sums = inputs["sums"]
    known: dict[str, bool] = {}

    def names(symbol: str) -> bool:
        if not symbol.startswith("#"):
            return here(symbol)
        if symbol not in known:
            known[symbol] = False
            known[symbol] = any(map(reaches, sums[int(symbol[1:])]["terms"]))
        return known[symbol]

    def reaches(monomial: Any) -> bool:
        return monomial is not None and any(names(symbol) for symbol, _ in monomial[1])

    whole = reaches(inputs["demand"])
    return [
        whole or any(map(reaches, (line["coefficient"], line["entered"], *line["steps"]))) for line in inputs["ledger"]
    ]


def uncertain(document: Entry, line: Entry, variables: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the random variables behind a line: of its cells, its document and instrument, and its factor."""
    cells = {line["entered"]["cell"], *(step["cell"] for step in line["steps"])}
    owners = {"", line.get("evidence"), line["entered"]["cell"]}
    papers = {_row(cell) for cell in _papers(document, line)}
    for each in variables:
        cell, _, of = each["id"].partition(" of ")
        if each["id"] == line["target"] or cell in cells or (_row(cell) in papers and of in owners):
            yield each


def _papers(document: Entry, line: Entry) -> Iterator[str]:
    """Yield the cells of the document behind a line, and of the calibrations of its instrument."""
    told = document.get("evidence", {})
    for row in told.get("documents", ()):
        if line.get("evidence") and row["id"] == line["evidence"]:
            yield row["cell"]
            yield from (each["cell"] for each in told["instruments"] if each["id"] == _instrument(row))


def _row(cell: str) -> tuple[str, str]:
    sheet, _, within = cell.partition("!")
    return sheet, within.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
